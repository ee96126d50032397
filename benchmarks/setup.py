"""What it costs to set recorders up: requests and time by the number of channels, and requests afterwards."""

import asyncio
from dataclasses import dataclass
from itertools import pairwise
import time
from typing import Final

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
from tests.simulators.isapi import IsapiSimulator

from .home import FAMILY, QUIET, home_assistant, set_up, settled
from .report import Report, table, times

SIZES: Final = (1, 8, 32, 128)
_SLOWER: Final = 2.0
"""How much more time a channel may take in the largest recorder than in the second smallest."""
_TOLERANCE: Final = 1.05
"""How much more an added channel may cost in a larger recorder than in a smaller one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one recorder cost."""

    channels: int
    entities: int
    """Those that are enabled: others ask for nothing."""
    requests: int
    """Until all values were there, settings included."""
    seconds: float
    """Until all entities existed."""
    settled: float
    """Seconds until all values were there."""
    per_minute: float
    """Requests in the steady state: polls, settings and discovery, each in its own rhythm."""


async def measure(channels: int, *, quiet: float = QUIET) -> Cost:
    """Set one recorder up and count what it is asked, until nothing was asked for `quiet` seconds."""
    async with IsapiSimulator("nvr", channels=channels) as device, home_assistant() as hass:
        access = Access(host=device.host, port=device.port, username=device.username, password=device.password)
        entry = await add_entry(hass, access, FAMILY)
        device.requests.clear()
        started = time.monotonic()
        await set_up(hass, entry)
        ready = time.monotonic() - started
        await settled(lambda: len(device.requests), quiet=quiet)
        requests, last = len(device.requests), device.requests[-1].at
        return Cost(
            channels=channels,
            entities=_entities(hass, entry),
            requests=requests,
            seconds=ready,
            settled=last - started,
            per_minute=await _steady(device, entry, quiet),
        )


def _entities(hass: HomeAssistant, entry: MockConfigEntry) -> int:
    listed = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return sum(not each.disabled for each in listed)


async def _steady(device: IsapiSimulator, entry: MockConfigEntry, quiet: float) -> float:
    """Do by hand once what happens in rhythm, and count."""
    runtime = entry.runtime_data
    total = 0.0
    for work, every in (
        (runtime.state.async_refresh, DEFAULT_POLL_INTERVAL),
        (runtime.settings.async_refresh, SETTINGS_INTERVAL.total_seconds()),
        (runtime.state.async_rediscover, TOPOLOGY_INTERVAL.total_seconds()),
    ):
        before = len(device.requests)
        await work()
        await settled(lambda: len(device.requests), quiet=quiet)
        total += (len(device.requests) - before) * 60 / every
    return total


def slopes(costs: list[Cost]) -> list[float]:
    """Return the requests for each added channel, from each size to the next."""
    return [(large.requests - small.requests) / (large.channels - small.channels) for small, large in pairwise(costs)]


def problems(costs: list[Cost]) -> list[str]:
    """Tell what is worse than promised. What the smallest recorder costs is the device itself, not its channels."""
    found = [
        f"{each.channels} channels: {each.requests} requests for {each.entities} entities"
        for each in costs[1:]
        if each.requests >= each.entities
    ]
    # From one channel to a few the first cameras come in that are special; the growth is judged beyond.
    steps = slopes(costs)[1:]
    if any(after > before * _TOLERANCE for before, after in pairwise(steps)):
        found.append(f"requests per added channel grow: {', '.join(f'{each:.2f}' for each in steps)}")
    return found


def slowness(costs: list[Cost]) -> list[str]:
    """Tell whether the time grows faster than the channels; a wide margin keeps a busy machine from deciding."""
    base, largest = costs[min(1, len(costs) - 1)], costs[-1]
    ratio = (largest.settled / largest.channels) / (base.settled / base.channels)
    return [f"time per channel grows {times(ratio)} from {base.channels} to {largest.channels}"] * (ratio > _SLOWER)


async def run(sizes: tuple[int, ...] = SIZES) -> Report:
    """Measure all sizes."""
    costs = []
    for channels in sizes:
        costs.append(await measure(channels))
        await asyncio.sleep(0)
    base = costs[min(1, len(costs) - 1)]
    wrong = problems(costs) + slowness(costs)
    grown = any("grow" in each for each in wrong)
    steps = ", ".join(f"{each:.2f}" for each in slopes(costs))
    heads = (
        "channels",
        "entities",
        "requests",
        "per channel",
        "per entity",
        "entities ready",
        "all values",
        f"time to {base.channels} ch.",
        "afterwards/min",
    )
    lines = (
        *table(heads, [_row(each, base) for each in costs]),
        f"requests per added channel, from size to size: {steps}",
        f"linear: {'no' if grown else 'yes'}",
    )
    return Report(lines=lines, problems=tuple(wrong))


def _row(cost: Cost, base: Cost) -> tuple[object, ...]:
    return (
        cost.channels,
        cost.entities,
        cost.requests,
        f"{cost.requests / cost.channels:.1f}",
        f"{cost.requests / cost.entities:.2f}",
        f"{cost.seconds:.2f} s",
        f"{cost.settled:.2f} s",
        times(cost.settled / base.settled),
        f"{cost.per_minute:.1f}",
    )
