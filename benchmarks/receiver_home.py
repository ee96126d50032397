"""A receiver with many alarm panels, set up in a real Home Assistant: what that costs, and what is asked afterwards."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
import gc
import json
import os
from pathlib import Path
import time
from typing import Any, Final

from aiohttp import ClientSession, DigestAuthMiddleware
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import (
    DEFAULT_POLL_INTERVAL,
    SETTINGS_INTERVAL,
    TOPOLOGY_INTERVAL,
)
from custom_components.ip_surveillance.protocol.driver import Access
from tests.entries import add_entry
from tests.simulators.ip_receiver import index

from .home import home_assistant, set_up
from .loop import Gap, Gaps, longest
from .remote import Remote, remote_device

FAMILY: Final = "ip_receiver"
RECORDS: Final = "panel_event"
"""Key of the event entity that tells a panel's records."""
_QUIET: Final = 2.5
"""Seconds without a request after which a set-up counts as done: what is touched is read a second later."""
_SETTLED: Final = 120.0
_PAGE: Final = 100
_LIST: Final = "/ISAPI/ContentMgmt/DeviceMgmt/deviceList?format=json"
_STATUS: Final = "/ISAPI/SecurityCP/status/"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """What it cost to set an entry up."""

    panels: int
    zones: int
    entities: int
    """Those that are enabled: Home Assistant takes 10,000 from one entry and leaves the rest out."""
    alarm_panels: int
    records: int
    """Panels of which an event entity tells the records."""
    requests: int
    """Until nothing was asked any more, push and settings included."""
    ready: float
    """Seconds until all entities existed."""
    plain: float
    """Seconds in which a bare client reads the same documents once."""
    memory: int
    """Bytes by which the process grew, Home Assistant's own registries and states included."""
    objects: int
    """By so many more objects does the garbage collector look each time that it looks at all of them."""
    gap: Gap
    """Longest times for which the loop stood still meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steady:
    """Requests a minute in the steady state."""

    pushed: float
    """While the push channel is up."""
    polled: float
    """While it is down."""


@dataclass(slots=True)
class Running:
    """An entry that is set up, and the process of its device."""

    hass: HomeAssistant
    entry: MockConfigEntry
    remote: Remote
    cost: SetUp

    async def requests(self) -> int:
        """Requests since this was asked last."""
        return int((await self.remote.ask(do="requests"))["requests"])

    async def settle(self, quiet: float = _QUIET) -> int:
        """Wait until no panel waits to be asked and nothing was asked for `quiet` seconds.

        Tells how many requests came until then.
        """
        total = 0
        touched = self.entry.runtime_data.driver.touched
        async with asyncio.timeout(_SETTLED):
            while True:
                await asyncio.sleep(quiet)
                if not (more := await self.requests()) and not len(touched):
                    return total
                total += more


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


def resident() -> int:
    """Bytes of memory that this process holds, without what the garbage collector would free."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@asynccontextmanager
async def running(panels: int, zones: int, *, quiet: float = _QUIET) -> AsyncIterator[Running]:
    """Set a receiver up in a Home Assistant of its own and wait until all is quiet."""
    async with (
        remote_device("benchmarks.receiver_device", panels, zones) as (remote, access),
        home_assistant() as hass,
    ):
        entry = await add_entry(hass, access, FAMILY)
        bare = await plain(access, panels, zones)
        await remote.ask(do="requests")
        before, objects = resident(), len(gc.get_objects())
        started = time.monotonic()
        async with Gaps() as gaps:
            await set_up(hass, entry)
            ready = time.monotonic() - started
            await remote.ask(do="streams")
        listed = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
        shown = [each for each in listed if not each.disabled]
        cost = SetUp(
            panels=panels,
            zones=zones,
            entities=len(shown),
            alarm_panels=sum(each.domain == "alarm_control_panel" for each in shown),
            records=sum(each.domain == "event" and each.unique_id.endswith(RECORDS) for each in shown),
            requests=0,
            ready=ready,
            plain=bare,
            memory=resident() - before,
            objects=len(gc.get_objects()) - objects,
            gap=longest(gaps.found),
        )
        found = Running(hass, entry, remote, cost)
        found.cost = replace(cost, requests=await found.settle(quiet))
        yield found


async def steady(run: Running, polls: int) -> Steady:
    """Do by hand what happens in rhythm, the waits left out, and count.

    The driver is made to believe that the time between two polls has passed: its budget for each grows with that.
    """
    runtime = run.entry.runtime_data
    seldom = await _seldom(run, runtime.settings.async_refresh, SETTINGS_INTERVAL)
    seldom += await _seldom(run, runtime.state.async_rediscover, TOPOLOGY_INTERVAL)
    return Steady(
        pushed=seldom + await _polls(run, DEFAULT_POLL_INTERVAL, polls),
        polled=seldom + await _polls(run, runtime.driver.pace, polls),
    )


async def _seldom(run: Running, work: Callable[[], Awaitable[None]], every: timedelta) -> float:
    await run.requests()
    await work()
    return await run.requests() * 60 / every.total_seconds()


async def _polls(run: Running, every: float, polls: int) -> float:
    runtime = run.entry.runtime_data
    await run.requests()
    for _ in range(polls):
        runtime.driver.polled_at = time.monotonic() - every
        await runtime.state.async_refresh()
    return await run.requests() * 60 / every / polls
