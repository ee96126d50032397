"""The push over a WebSocket against a bare client on the same packets, and what a camera is asked in a minute."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
import gc
import json
import struct
import time
from types import SimpleNamespace
from typing import Final
from unittest.mock import patch

from aiohttp import ClientSession, ClientWebSocketResponse, DummyCookieJar
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import DEFAULT_POLL_INTERVAL, SETTINGS_INTERVAL, TOPOLOGY_INTERVAL
from custom_components.ip_surveillance.protocol.driver import Access
from custom_components.ip_surveillance.protocol.drivers.herospeed import listening
from custom_components.ip_surveillance.protocol.drivers.herospeed.driver import HerospeedDriver
from custom_components.ip_surveillance.protocol.drivers.herospeed.session import HEART_BEAT_EVERY
from custom_components.ip_surveillance.protocol.model.events import Detected, Event, Together
from custom_components.ip_surveillance.protocol.supervisor import SILENCE
from tests.entries import add_entry
from tests.simulators.herospeed import HerospeedSimulator

from .home import QUIET, home_assistant, set_up, settled, watch
from .remote import Remote, remote_device
from .report import Report, table, times

FAMILY: Final = "herospeed"
MODELS: Final = ("light", "sd")
MINUTES: Final = 10
"""What is asked for most seldom comes once in five minutes."""
BUDGET: Final = 30.0
"""Requests a minute that a camera may get, all in all."""
_PATIENCE: Final = 60.0
"""Seconds after which what did not come through counts as lost."""
_LENGTHS: Final = struct.Struct("<III")
"""Of the binary part, the checksum, the length of the JSON."""
_HEADER: Final = 32

type Arrived = Callable[[], int]
"""How many packets have had all their consequences so far."""
type Way = Callable[[Access], AbstractAsyncContextManager[Arrived]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Packets to be sent."""

    name: str
    count: int
    picture: bool = False
    """Each alarm that begins brings one along."""


LOADS: Final = (
    Load(name="events", count=8000),
    Load(name="events, half with a picture", count=1600, picture=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one way made of one load."""

    way: str
    load: str
    sent: int
    arrived: int
    size: int
    """Bytes of all packets."""
    connections: int
    """Subscriptions opened meanwhile: none has a reason to end."""
    seconds: float
    """From the first packet sent to the last one applied."""
    busy: float
    """Seconds of CPU that this process took."""

    @property
    def lost(self) -> int:
        """Packets that went missing on the way."""
        return self.sent - self.arrived

    @property
    def each(self) -> float:
        """Seconds of CPU for one packet."""
        return self.busy / max(1, self.arrived)


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute:
    """What one camera was asked, in requests a minute, once everything was set up."""

    model: str
    push: bool
    """Alarms are pushed; else they are read from the log."""
    entities: int
    """Those that are enabled: others ask for nothing."""
    polls: float
    beats: float
    """The sign of life that keeps the session."""
    alarms: float
    """Looking for alarms in the log; with a push, whether the camera is still there, which is silent."""
    settings: float
    looks: float
    logins: int = 0
    """Logins meanwhile, which are among the requests: the session has no reason to end."""

    @property
    def requests(self) -> float:
        """Requests a minute, all in all."""
        return self.polls + self.beats + self.alarms + self.settings + self.looks

    @property
    def name(self) -> str:
        """How it is called in the table."""
        return f"{self.model}, {'push' if self.push else 'log'}"


# --- packets


@asynccontextmanager
async def bare(access: Access) -> AsyncIterator[Arrived]:
    """Read with nothing but aiohttp and `json.loads`; the login is lent by the driver."""
    async with ClientSession(cookie_jar=DummyCookieJar()) as http:
        driver = HerospeedDriver(http, access)
        number = (await driver.client.session.ensure()).session_id
        found = [0]
        async with http.ws_connect(f"http://{access.host}:{access.port}/events", max_msg_size=0) as socket:
            wanted = {"packet_types": list(map(int, listening.WANTED)), "event_image": True}
            await socket.send_json({"action": "start", "data": {"sessionID": number, "subscription": wanted}})
            async with _running(asyncio.create_task(_read(socket, found))):
                yield lambda: found[0]
        await driver.close()


async def _read(socket: ClientWebSocketResponse, found: list[int]) -> None:
    async for message in socket:
        _, _, length = _LENGTHS.unpack_from(message.data)
        found[0] += len(json.loads(message.data[_HEADER : _HEADER + length].rstrip(b"\0"))["events"])


@asynccontextmanager
async def driven(access: Access) -> AsyncIterator[Arrived]:
    """Read with the driver, up to the events that it hands on."""
    async with ClientSession() as http:
        driver = HerospeedDriver(http, access)
        await driver.discover()
        found = [0]

        def emit(event: Event) -> None:
            told = event.events if isinstance(event, Together) else (event,)
            found[0] += sum(isinstance(each, Detected) for each in told)

        async with _running(asyncio.create_task(driver.listen(emit, lambda: None))):
            yield lambda: found[0]
        await driver.close()


@asynccontextmanager
async def whole(access: Access) -> AsyncIterator[Arrived]:
    """Read with a Home Assistant, up to the changed states: of sensors, and of the events that began."""
    async with home_assistant() as hass:
        entry = await add_entry(hass, access, FAMILY)
        await set_up(hass, entry)
        driver = entry.runtime_data.driver
        assert isinstance(driver, HerospeedDriver)
        await settled(lambda: driver.client.transport.stats.requests)
        watched, read = watch(hass), driver.client.push.packets

        def arrived() -> int:
            packets = driver.client.push.packets - read
            return min(packets, watched.of("binary_sensor"), 2 * watched.of("event"))

        yield arrived


@asynccontextmanager
async def _running(task: asyncio.Task[None]) -> AsyncIterator[None]:
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


WAYS: Final[dict[str, Way]] = {
    "aiohttp and json.loads": bare,
    "driver, to its events": driven,
    "Home Assistant, to states": whole,
}


async def flood(way: str, loads: Sequence[Load] = LOADS, *, patience: float = _PATIENCE) -> list[Outcome]:
    """Send each load to a way of reading, one after the other over one connection."""
    async with remote_device("benchmarks.websocket_device") as (remote, access), WAYS[way](access) as arrived:
        await remote.ask(do="streams")
        return [await _flood(remote, arrived, way, load, patience) for load in loads]


async def _flood(remote: Remote, arrived: Arrived, way: str, load: Load, patience: float) -> Outcome:
    before = arrived()
    # What the set-up left to the garbage collector is not the packets' fault.
    gc.collect()
    gc.freeze()
    started, worked = time.perf_counter(), time.process_time()
    sent = await remote.ask(do="flood", count=load.count, picture=load.picture)
    end = time.perf_counter() + patience
    while arrived() - before < sent["sent"] and time.perf_counter() < end:  # noqa: ASYNC110 - nothing tells of "all"
        await asyncio.sleep(0.002)
    seconds, busy = time.perf_counter() - started, time.process_time() - worked
    gc.unfreeze()
    return Outcome(
        way=way,
        load=load.name,
        sent=sent["sent"],
        arrived=arrived() - before,
        size=sent["bytes"],
        connections=sent["connections"],
        seconds=seconds,
        busy=busy,
    )


# --- requests


class Hurry:
    """A clock that is put forward by whoever waits, up to an end that nobody gets past."""

    def __init__(self, seconds: float) -> None:
        """Begin at zero."""
        self.now = 0.0
        self.over = asyncio.Event()
        self._end = seconds

    def monotonic(self) -> float:
        """Tell the time."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        if self.now + seconds > self._end:
            self.over.set()
            await asyncio.Event().wait()
        self.now += seconds
        await asyncio.sleep(0)


def camera(model: str, *, push: bool) -> HerospeedSimulator:
    """Return a camera of newer firmware, with its push or without."""
    return HerospeedSimulator(model, firmware="new", websocket=push)


def access_to(device: HerospeedSimulator) -> Access:
    """Return how to reach a camera."""
    return Access(host=device.host, port=device.port, username=device.username, password=device.password)


async def minute(model: str, *, push: bool, minutes: int = MINUTES, quiet: float = QUIET) -> Minute:
    """Set a camera up and do by hand, the waits left out, what is done in rhythm."""
    async with camera(model, push=push) as device:
        # The log has its turn by itself.
        with patch.object(listening.Listening, "log_period", 3600.0):
            async with home_assistant() as hass:
                entry = await add_entry(hass, access_to(device), FAMILY)
                await set_up(hass, entry)
                await settled(lambda: len(device.requests), quiet=quiet)
                runtime = entry.runtime_data
                driver = runtime.driver
                assert isinstance(driver, HerospeedDriver)
                assert driver.source == (listening.PUSH if push else listening.LOG)
                registry = er.async_get(hass)
                logins = device.sessions.logins
                listed = er.async_entries_for_config_entry(registry, entry.entry_id)
                settings = await _asked(device, runtime.settings.async_refresh, quiet)
                looks = await _asked(device, runtime.state.async_rediscover, quiet)
                polls = await _polls(device, entry, minutes)
                beat = await _asked(device, driver.client.session.beat, 0.0)
                probe = await _asked(device, driver.check, 0.0)
                logins = device.sessions.logins - logins
        alarms = probe * 60 / SILENCE if push else await _log(device, minutes)
        return Minute(
            model=model,
            push=push,
            entities=sum(not each.disabled for each in listed),
            polls=polls,
            beats=beat * 60 / HEART_BEAT_EVERY,
            alarms=alarms,
            settings=settings * 60 / SETTINGS_INTERVAL.total_seconds(),
            looks=looks * 60 / TOPOLOGY_INTERVAL.total_seconds(),
            logins=logins,
        )


async def _asked(device: HerospeedSimulator, work: Callable[[], object], quiet: float) -> int:
    """Do something once; tells how many requests that took."""
    before = len(device.requests)
    done = work()
    assert asyncio.iscoroutine(done)
    await done
    if quiet:
        await settled(lambda: len(device.requests), quiet=quiet)
    return len(device.requests) - before


async def _polls(device: HerospeedSimulator, entry: MockConfigEntry, minutes: int) -> float:
    """Poll as often as that many minutes hold; the driver is made to believe that they passed."""
    runtime = entry.runtime_data
    due = runtime.driver.poll_due
    before = len(device.requests)
    for _ in range(minutes * 60 // DEFAULT_POLL_INTERVAL):
        for name in due:
            due[name] -= DEFAULT_POLL_INTERVAL
        await runtime.state.async_refresh()
    return (len(device.requests) - before) / minutes


async def _log(device: HerospeedSimulator, minutes: int) -> float:
    """Follow the log for that many minutes, which pass at once."""
    async with ClientSession() as http:
        driver = HerospeedDriver(http, access_to(device))
        hurry = Hurry(minutes * 60)
        followed = asyncio.Event()

        async def sleep(seconds: float) -> None:
            if not followed.is_set():
                # How the log stood at first is not asked again.
                device.requests.clear()
                followed.set()
            await hurry.sleep(seconds)

        driver.log_sleep = sleep
        with patch.object(listening, "time", SimpleNamespace(monotonic=hurry.monotonic)):
            async with _running(asyncio.create_task(driver.listen(lambda _: None, lambda: None))):
                await asyncio.wait_for(hurry.over.wait(), _PATIENCE)
                asked = len(device.requests)
        await driver.close()
    return asked / minutes


# --- the report


def problems(outcomes: Sequence[Outcome], minutes: Sequence[Minute]) -> list[str]:
    """Tell what is worse than promised."""
    found = [f"{each.way}: {each.lost} packets lost of {each.sent}" for each in outcomes if each.lost]
    found += [f"{each.way}: the connection broke while packets came" for each in outcomes if each.connections]
    found += [
        f"{each.name}: {each.requests:.1f} requests a minute, {BUDGET:.0f} are promised"
        for each in minutes
        if each.requests > BUDGET
    ]
    found += [f"{each.name}: logged in {each.logins} times more" for each in minutes if each.logins]
    return found


async def run(
    loads: Sequence[Load] = LOADS, models: Sequence[str] = MODELS, *, minutes: int = MINUTES, quiet: float = QUIET
) -> Report:
    """Compare the ways to read packets, and count what cameras are asked."""
    outcomes = [outcome for way in WAYS for outcome in await flood(way, loads)]
    counted = [
        await minute(model, push=push, minutes=minutes, quiet=quiet) for model in models for push in (True, False)
    ]
    heads = ("packets", "load", "packets/s", "MB/s", "lost", "CPU each", "to bare")
    rows = [_outcome(each, next(one for one in outcomes if one.load == each.load)) for each in outcomes]
    columns = ("camera", "entities", "polls/min", "heartbeat", "for alarms", "settings", "looks", "requests/min")
    return Report(
        lines=(*table(heads, rows), *table(columns, [_minute(each) for each in counted])),
        problems=tuple(problems(outcomes, counted)),
    )


def _outcome(each: Outcome, base: Outcome) -> tuple[object, ...]:
    return (
        each.way,
        f"{each.sent} {each.load}",
        f"{each.arrived / each.seconds:.0f}",
        f"{each.size / each.seconds / 1e6:.1f}",
        each.lost,
        f"{each.each * 1e6:.0f} us",
        times(each.each / base.each),
    )


def _minute(each: Minute) -> tuple[object, ...]:
    parts = (each.polls, each.beats, each.alarms, each.settings, each.looks, each.requests)
    return (each.name, each.entities, *(f"{part:.1f}" for part in parts))
