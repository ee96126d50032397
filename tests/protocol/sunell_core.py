"""What tests of the driver share: a driver connected to a simulated device, and a state that takes what it tells."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
import time
from typing import Any

from aiohttp import ClientSession, DummyCookieJar
import pytest

from custom_components.ip_surveillance.protocol.driver import Access, Want
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi import driver as driver_module, polling
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.driver import SunellDriver
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.facts import channel_ref
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.knobs import Knobs
from custom_components.ip_surveillance.protocol.errors import DeviceError
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.events import Event, Happened
from custom_components.ip_surveillance.protocol.model.parts import Gate, PartRef
from custom_components.ip_surveillance.protocol.model.reduce import expire, reduce
from custom_components.ip_surveillance.protocol.model.state import Alarm, State
from custom_components.ip_surveillance.protocol.model.vocabulary import Flag, Quantity, Reading
from tests.simulators.sunell_cgi import SunellSimulator

CAMERAS = ("ipc", "ptz", "lite", "thermal", "lpr", "fisheye", "multi")
CHANNEL = channel_ref(1)


@pytest.fixture
def few_knobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not look for what can be set: that takes a hundred requests."""

    async def none(*_: object) -> Mapping[int, Knobs]:
        return {}

    async def nothing(*_: object) -> Knobs:
        return Knobs()

    monkeypatch.setattr(driver_module, "survey_channels", none)
    monkeypatch.setattr(driver_module, "survey_input", nothing)
    monkeypatch.setattr(driver_module, "survey_host", nothing)


@asynccontextmanager
async def connected(device: SunellSimulator, *, discover: bool = True, **other: Any) -> AsyncIterator[SunellDriver]:
    """A driver of a running device."""
    login = {"username": device.username, "password": device.password}
    access = Access(host=device.host, port=device.port, **(login | other))
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        driver = SunellDriver(session, access)
        try:
            if discover:
                await driver.discover()
                device.requests.clear()
            yield driver
        finally:
            await driver.close()


@asynccontextmanager
async def opened(model: str = "ipc", **simulation: Any) -> AsyncIterator[tuple[SunellSimulator, SunellDriver]]:
    """A device and a driver that has looked at it."""
    async with SunellSimulator(model, **simulation) as device, connected(device) as driver:
        yield device, driver


def everything(driver: SunellDriver) -> frozenset[Want]:
    assert driver.topology
    found: set[Want] = set()
    for part in driver.topology.parts.values():
        gates: set[Gate] = {*part.features, *part.settings, *part.detections, *part.readings}
        found |= {Want(part.ref, gate) for gate in gates}
    return frozenset(found)


def asked(device: SunellSimulator, text: str) -> int:
    """How often something was asked for and answered, logging in apart."""
    return len([each for each in device.requests if text in each.path and each.status not in (0, 401)])


async def until(condition: Callable[[], object], within: float = 5.0) -> None:
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - the simulator has no event for everything
            await asyncio.sleep(0.005)


@dataclass
class House:
    """Takes events as the coordinator does, and remembers them."""

    state: State = field(default_factory=State)
    events: list[Event] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)

    def take(self, event: Event) -> None:
        self.events.append(event)
        step = reduce(self.state, event, time.monotonic())
        self.state = step.state
        self.happened += step.happened

    def later(self, seconds: float) -> None:
        """Let time pass for the state alone."""
        self.state = expire(self.state, time.monotonic() + seconds).state

    def on(self, what: Detection, ref: PartRef = CHANNEL) -> bool:
        return self.state.alarm(ref, Alarm(what))

    @property
    def words(self) -> list[str]:
        return [each.what for each in self.happened]


@dataclass
class Ear:
    """A driver that listens in the background."""

    house: House = field(default_factory=House)
    beats: list[float] = field(default_factory=list)
    task: asyncio.Task[None] | None = None

    @property
    def done(self) -> bool:
        return self.task is not None and self.task.done()

    def beat(self) -> None:
        self.beats.append(time.monotonic())

    async def ended(self) -> DeviceError:
        """The error that ended it."""
        assert self.task
        async with asyncio.timeout(5):
            await asyncio.wait([self.task])
        error = self.task.exception()
        assert isinstance(error, DeviceError)
        return error


@asynccontextmanager
async def listening(driver: SunellDriver, *, wait: bool = True) -> AsyncIterator[Ear]:
    """Listen until the end of the block; `wait` for the stream to be open."""
    ear = Ear()
    ear.task = asyncio.create_task(driver.listen(ear.house.take, ear.beat))
    try:
        if wait:
            await until(lambda: ear.beats or ear.done)
        yield ear
    finally:
        ear.task.cancel()
        with suppress(asyncio.CancelledError, DeviceError):
            await ear.task


class Clock:
    """Lets time pass for what is asked seldom."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = 0.0
        monkeypatch.setattr(polling, "time", type("Time", (), {"monotonic": lambda: time.monotonic() + self.ahead}))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def reading(polled: Any, quantity: Quantity | Flag, ref: PartRef = CHANNEL, slot: str = "") -> Any:
    return polled.readings[ref, Reading(quantity, slot)]


async def take(house: House, driver: SunellDriver, wanted: frozenset[Want] = frozenset()) -> None:
    house.take(await driver.poll(wanted))
