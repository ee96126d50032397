"""A receiver with many alarm panels behind it: set-up, requests afterwards, memory, and a storm of records."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
import gc
from itertools import islice
import json
import os
from pathlib import Path
import time
from typing import Any, Final
from unittest.mock import patch

from aiohttp import ClientSession, DigestAuthMiddleware
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_platform, entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance import uid
from custom_components.ip_surveillance.const import DEFAULT_POLL_INTERVAL, DOMAIN, POLL_WITHOUT_PUSH
from custom_components.ip_surveillance.panel_text import EVENT_PANEL
from custom_components.ip_surveillance.protocol.driver import Access
from custom_components.ip_surveillance.protocol.model.parts import PartKind, PartRef, Topology
from custom_components.ip_surveillance.protocol.model.vocabulary import Flag
from tests.entries import add_entry
from tests.simulators.ip_receiver import index

from .home import home_assistant, set_up
from .receiver_device import steps
from .remote import Remote, remote_device
from .report import milliseconds
from .stall import Ticker

FAMILY: Final = "ip_receiver"
DEVICES: Final = 200
ZONES: Final = 64
BUDGET: Final = 120.0
"""Requests a minute that polling may cause."""
STALL: Final = 0.05
"""Seconds for which events may keep the loop from everything else."""
RATE: Final = 500
SECONDS: Final = 60.0
POLLS: Final = 12
_QUIET: Final = 1.5
"""Seconds without a request after which a set-up counts as done: what is touched is read a second later."""
_PATIENCE: Final = 30.0
_TOLERANCE: Final = 1.1
_PAGE: Final = 100
_LIST: Final = "/ISAPI/ContentMgmt/DeviceMgmt/deviceList?format=json"
_STATUS: Final = "/ISAPI/SecurityCP/status/"


# What everything is compared with.


async def plain(access: Access, devices: int, zones: int) -> float:
    """Read the same documents with nothing but an HTTP client and a JSON parser; tells the seconds it took."""
    base = f"http://{access.host}:{access.port}"
    login = DigestAuthMiddleware(access.username, access.password)
    async with ClientSession(middlewares=(login,)) as session:

        async def read(method: str, path: str, body: Any = None) -> Any:
            async with session.request(method, base + path, data=body and json.dumps(body)) as answer:
                return json.loads(await answer.read())

        started = time.perf_counter()
        for position in range(0, devices, _PAGE):
            await read("POST", _LIST, {"SearchDescription": {"position": position, "maxResult": _PAGE}})
        for number in range(1, devices + 1):
            where = f"?format=json&devIndex={index(number)}"
            await read("GET", f"{_STATUS}subSystems{where}")
            await read("GET", f"{_STATUS}exDevStatus{where}")
            position = 0
            while position < zones:
                search = {"searchID": "1", "searchResultPosition": position, "maxResults": zones}
                page = await read("POST", f"{_STATUS}zones{where}", {"ZoneCond": search})
                position += page["ZoneSearch"]["numOfMatches"]
        return time.perf_counter() - started


# The whole, in a real Home Assistant.


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """What it cost to set an entry up."""

    panels: int
    zones: int
    entities: int
    """Those that are enabled."""
    alarm_panels: int
    requests: int
    """Until nothing was asked any more, push and settings included."""
    ready: float
    """Seconds until all entities existed."""
    memory: int
    """Bytes by which the process grew, Home Assistant's own registries and states included."""
    late: float
    """Longest time for which the loop stood still meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steady:
    """Requests in the steady state."""

    pushed: float
    """A minute, while the push channel is up."""
    polled: float
    """A minute, while it is down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """What a storm of records did."""

    sent: int
    rate: int
    read: int
    """Records that came out of the reader."""
    told: int
    """Events on Home Assistant's bus."""
    changes: int
    expected: int
    """Binary sensors of zones that changed, and that had to."""
    requests: int
    late: tuple[float, ...]
    behind: float
    """Seconds from the last byte written to the last event applied."""

    @property
    def lost(self) -> int:
        """Events that went missing on the way."""
        return abs(self.sent - self.read) + abs(self.sent - self.told) + abs(self.expected - self.changes)


@dataclass(slots=True)
class Running:
    """An entry that is set up, and the process of its device."""

    hass: HomeAssistant
    entry: MockConfigEntry
    remote: Remote
    panels: int
    zones: int
    cost: SetUp

    async def requests(self) -> int:
        """Requests since this was asked last."""
        return int((await self.remote.ask(do="requests"))["requests"])

    async def settle(self) -> int:
        """Wait until nothing is asked any more; tells how many requests came until then."""
        total = 0
        async with asyncio.timeout(60):
            while True:
                await asyncio.sleep(_QUIET)
                if not (more := await self.requests()):
                    return total
                total += more


@contextmanager
def unlimited() -> Iterator[None]:
    """Lift the limit that Home Assistant sets to the enabled entities of an entry."""
    with patch.object(entity_platform, "MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY", 10**9):
        yield


def resident() -> int:
    """Bytes of memory that this process holds."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@asynccontextmanager
async def running(panels: int, zones: int) -> AsyncIterator[Running]:
    """Set a receiver up in a Home Assistant of its own and wait until all is quiet."""
    async with (
        remote_device("benchmarks.receiver_device", panels, zones) as (remote, access),
        home_assistant() as hass,
    ):
        entry = await add_entry(hass, access, FAMILY)
        await remote.ask(do="requests")
        before = resident()
        started = time.monotonic()
        async with Ticker() as ticker:
            await set_up(hass, entry)
            ready = time.monotonic() - started
            await remote.ask(do="streams")
        listed = [each for each in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)]
        cost = SetUp(
            panels=panels,
            zones=zones,
            entities=sum(not each.disabled for each in listed),
            alarm_panels=sum(each.domain == "alarm_control_panel" and not each.disabled for each in listed),
            requests=0,
            ready=ready,
            memory=resident() - before,
            late=max(ticker.late),
        )
        found = Running(hass, entry, remote, panels, zones, cost)
        found.cost = replace(cost, requests=await found.settle())
        yield found


async def steady(run: Running, polls: int = POLLS) -> Steady:
    """Do by hand what happens in rhythm, the wait between polls left out, and count."""
    return Steady(
        pushed=await _polls(run, DEFAULT_POLL_INTERVAL, polls),
        polled=await _polls(run, POLL_WITHOUT_PUSH.total_seconds(), polls),
    )


async def _polls(run: Running, every: float, polls: int) -> float:
    runtime = run.entry.runtime_data
    await run.requests()
    for _ in range(polls):
        runtime.driver.polled_at = time.monotonic() - every
        await runtime.state.async_refresh()
    return await run.requests() * 60 / every / polls


async def storm(run: Running, *, seconds: float, rate: int, spread: int | None = None) -> Storm:
    """Push records of so many panels (all), and watch what comes of them."""
    spread = spread or run.panels
    counts = run.entry.runtime_data.driver.reader.counts
    await run.requests()
    before = counts.events
    # What the set-up left to the garbage collector is not the events' fault; what they leave themselves is.
    gc.collect()
    gc.freeze()
    with _watched(run) as watched:
        async with Ticker() as ticker:
            pushed = await run.remote.ask(do="storm", count=int(rate * seconds), rate=rate, spread=spread)
            written = time.perf_counter()
            sent = pushed["sent"]
            expected = _expected(run, sent, spread, watched.zones)
            end = time.monotonic() + _PATIENCE
            while time.monotonic() < end and not (
                counts.events - before >= sent and watched.told >= sent and watched.changes >= expected
            ):
                await asyncio.sleep(0.01)
            behind = time.perf_counter() - written
    gc.unfreeze()
    return Storm(
        sent=sent,
        rate=pushed["rate"],
        read=counts.events - before,
        told=watched.told,
        changes=watched.changes,
        expected=expected,
        requests=await run.requests(),
        late=tuple(ticker.late),
        behind=behind,
    )


@dataclass(slots=True)
class _Watched:
    zones: dict[str, PartRef]
    """The zones of which an entity shows the alarm, by entity id."""
    told: int = 0
    changes: int = 0


@contextmanager
def _watched(run: Running) -> Iterator[_Watched]:
    topology = run.entry.runtime_data.state.topology
    registry = er.async_get(run.hass)
    zones = {
        entity_id: part.ref
        for part in topology.of(PartKind.ZONE)
        if (entity_id := registry.async_get_entity_id("binary_sensor", DOMAIN, _uid(topology, part.ref)))
        and run.hass.states.get(entity_id)
    }
    watched = _Watched(zones)

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        if event.data["entity_id"] in zones and event.data["new_state"] and event.data["old_state"]:
            words = {event.data["new_state"].state, event.data["old_state"].state}
            watched.changes += words == {"on", "off"}

    @callback
    def told(event: Event) -> None:
        watched.told += 1

    stops = (run.hass.bus.async_listen(EVENT_STATE_CHANGED, changed), run.hass.bus.async_listen(EVENT_PANEL, told))
    yield watched
    for stop in stops:
        stop()


def _uid(topology: Topology, zone: PartRef) -> str:
    return uid.entity_uid(topology, zone, Flag.ALARM.value)


def _expected(run: Running, sent: int, spread: int, zones: dict[str, PartRef]) -> int:
    """How often the entities that exist have to change."""
    shown = {(ref.device, ref.number) for ref in zones.values()}
    return sum((index(panel + 1), zone) in shown for panel, zone, _ in islice(steps(spread, run.zones), sent))


# What is made of it.


def problems(costs: list[SetUp], quiet: Steady, storms: list[Storm]) -> list[str]:
    """Tell what is worse than promised."""
    found = [f"{each.lost} events lost of {each.sent}" for each in storms if each.lost]
    found += [
        f"{each:.0f} requests a minute, {BUDGET:.0f} are promised"
        for each in (quiet.pushed, quiet.polled)
        if each > BUDGET
    ]
    small, large = costs[0], costs[-1]
    if large.requests / large.panels > _TOLERANCE * small.requests / small.panels:
        found.append(
            f"requests per panel grow: {small.requests / small.panels:.1f}, {large.requests / large.panels:.1f}"
        )
    found += [
        f"{each.alarm_panels} alarm panels, {5 * each.panels} are there"
        for each in costs
        if each.alarm_panels != 5 * each.panels
    ]
    return found


def stalls(storms: list[Storm]) -> list[str]:
    """Tell which storm kept the loop for longer than promised."""
    return [f"the loop stood still for {milliseconds(max(each.late))}" for each in storms if max(each.late) > STALL]
