"""Time from the last byte of a pushed alert to the changed state, against a plain request of the same device."""

import asyncio
from collections.abc import Sequence
from statistics import median
import time
from typing import Final

from aiohttp import ClientSession, DigestAuthMiddleware

from custom_components.ip_surveillance.protocol.driver import Access
from tests.entries import add_entry
from tests.simulators.isapi import IsapiSimulator, frame_all
from tests.simulators.isapi.alerts import Alert

from .home import FAMILY, entity_id, home_assistant, set_up, settled, watch
from .report import Report, milliseconds, percentile, table, times

_PATIENCE: Final = 5.0


async def push_times(device: IsapiSimulator, count: int) -> list[float]:
    """Push alarms one by one, begun and ended in turn; time each until Home Assistant has the new state."""
    async with home_assistant() as hass:
        access = Access(host=device.host, port=device.port, username=device.username, password=device.password)
        entry = await add_entry(hass, access, FAMILY)
        await set_up(hass, entry)
        await device.wait_streams(1)
        await settled(lambda: len(device.requests))
        wanted = entity_id(hass, entry, "binary_sensor", "_motion")
        changed = asyncio.Event()
        moments: list[float] = []

        def told(entity: str) -> None:
            if entity == wanted:
                moments.append(time.perf_counter())
                changed.set()

        watch(hass).told = told
        found: list[float] = []
        for number in range(count):
            data = frame_all(device.parts(Alert(event="VMD", channel=1, active=number % 2 == 0)))
            changed.clear()
            sent = time.perf_counter()
            await device.push_bytes(data)
            async with asyncio.timeout(_PATIENCE):
                await changed.wait()
            found.append(moments[-1] - sent)
            await asyncio.sleep(0.002)
        return found


async def request_times(device: IsapiSimulator, count: int) -> list[float]:
    """Time a plain GET of a small document; the login is sent along, so that it takes one round trip."""
    url = f"{device.url}/ISAPI/System/deviceInfo"
    found: list[float] = []
    login = DigestAuthMiddleware(device.username, device.password, preemptive=True)
    async with ClientSession(middlewares=(login,)) as session:
        for number in range(count + 1):
            started = time.perf_counter()
            async with session.get(url) as response:
                response.raise_for_status()
                await response.read()
            # The first one has to be challenged.
            if number:
                found.append(time.perf_counter() - started)
    return found


async def run(count: int = 400) -> Report:
    """Compare both on one device."""
    async with IsapiSimulator("camera") as device:
        pushes = await push_times(device, count)
        requests = await request_times(device, count)
    rows = [_row("last byte of a push to changed state", pushes), _row("GET deviceInfo, aiohttp", requests)]
    rows.append(
        (
            "ratio",
            count,
            times(median(pushes) / median(requests)),
            times(percentile(pushes, 0.95) / percentile(requests, 0.95)),
        )
    )
    problems = () if len(pushes) == count else (f"{count - len(pushes)} pushes changed nothing",)
    return Report(lines=tuple(table(("", "count", "median", "p95"), rows)), problems=problems)


def _row(name: str, seconds: Sequence[float]) -> tuple[str, int, str, str]:
    return name, len(seconds), milliseconds(median(seconds)), milliseconds(percentile(seconds, 0.95))
