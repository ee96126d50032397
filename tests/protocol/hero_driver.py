"""What tests of the driver of the JSON dialect share: a driver connected to a simulated camera."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
import json
from typing import Any

from aiohttp import ClientSession, DummyCookieJar

from custom_components.ip_surveillance.protocol.driver import Access, Want
from custom_components.ip_surveillance.protocol.drivers.herospeed import FAMILY
from custom_components.ip_surveillance.protocol.drivers.herospeed.driver import HerospeedDriver
from custom_components.ip_surveillance.protocol.model.events import Event
from custom_components.ip_surveillance.protocol.model.parts import HOST, Gate, Part, PartKind, PartRef, Topology
from tests.simulators.base import Recorded
from tests.simulators.herospeed import HerospeedSimulator

MODELS = ("fixed", "ptz", "light", "sd", "minimal")
LOGINS = ("challenge", "challenge_plain", "licence", "bare")
CHANNEL = PartRef(HOST, PartKind.CHANNEL, 1)
INPUT = PartRef(HOST, PartKind.INPUT, 1)
CARD = PartRef(HOST, PartKind.STORAGE, 1)
LOGIN = "/api/session/login"
LOG = "/api/system/log-manager"


def access(camera: HerospeedSimulator, password: str | None = None, key: str = "") -> Access:
    return Access(
        host=camera.host,
        port=camera.port,
        username=camera.username,
        password=password or camera.password,
        key=key,
    )


@asynccontextmanager
async def connected(
    camera: HerospeedSimulator,
    *,
    discover: bool = True,
    password: str | None = None,
    key: str = "",
    memory: dict[str, Any] | None = None,
) -> AsyncIterator[HerospeedDriver]:
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        driver = FAMILY.connect(session, access(camera, password, key))
        assert isinstance(driver, HerospeedDriver)
        driver.log_period = 0.02
        try:
            driver.recall(memory or {})
            if discover:
                await driver.discover()
            yield driver
        finally:
            await driver.close()


@asynccontextmanager
async def listening(driver: HerospeedDriver) -> AsyncIterator[list[Event]]:
    """Listen until the first sign of life, then hand out what is told."""
    events: list[Event] = []
    heard = asyncio.Event()
    task = asyncio.create_task(driver.listen(events.append, heard.set))
    first = asyncio.create_task(heard.wait())
    try:
        async with asyncio.timeout(8):
            await asyncio.wait([task, first], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        yield events
    finally:
        first.cancel()
        task.cancel()
        await asyncio.gather(task, first, return_exceptions=True)


def everything(topology: Topology) -> frozenset[Want]:
    """As if every entity were enabled."""
    return frozenset(Want(part.ref, gate) for part in topology.parts.values() for gate in _gates(part))


def _gates(part: Part) -> Iterator[Gate]:
    yield from part.features
    yield from part.settings
    yield from part.detections
    yield from part.readings


def action(request: Recorded) -> str:
    """What a request does: get, set or delete."""
    try:
        return str(json.loads(request.body)["action"])
    except ValueError, KeyError, TypeError:
        return ""


def writes(camera: HerospeedSimulator) -> list[str]:
    """Paths of requests that changed something, sessions apart."""
    return [
        each.path
        for each in camera.requests
        if action(each) in ("set", "delete") and not each.path.startswith("/api/session/")
    ]


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(8):
        while not condition():  # noqa: ASYNC110 - the simulator has no event for everything
            await asyncio.sleep(0.005)
