"""A receiver with many alarm panels behind it: set-up, requests afterwards, memory, and a storm of records."""

from collections.abc import Sequence
from typing import Final

from .loop import longest, worked
from .reading import Speed, compare
from .receiver_home import SetUp, Steady, running, steady
from .receiver_storm import Storm, storm
from .report import Report, milliseconds, table, times

SIZES: Final = (10, 200)
"""Devices. The entities of the first all fit into what Home Assistant takes from one entry."""
ZONES: Final = 64
BUDGET: Final = 120.0
"""Requests a minute that polling may cause."""
STALL: Final = 0.05
"""Seconds for which events may keep the loop from everything else, Python's garbage collector included."""
RATE: Final = 500
SECONDS: Final = 60.0
_SHORTER: Final = 10.0
"""Seconds of the storm over the small receiver."""
POLLS: Final = 12
_BEHIND: Final = 5.0
"""Seconds for which events may wait at the end of a storm: more of them come than are worked off."""
_TOLERANCE: Final = 1.1
"""How much more a device may cost in a large receiver than in a small one."""
_ALARM_PANELS: Final = 5
"""Of each device: four partitions, and all together."""


async def run(
    sizes: Sequence[int] = SIZES,
    zones: int = ZONES,
    *,
    seconds: float = SECONDS,
    rate: int = RATE,
    polls: int = POLLS,
    records: int = 2000,
) -> Report:
    """Measure a small receiver and the large one; the storm blows over each, but longer over the last."""
    costs: list[SetUp] = []
    storms: list[Storm] = []
    for devices in sizes:
        async with running(devices, zones) as found:
            costs.append(found.cost)
            quiet = await steady(found, polls)
            await found.settle()
            speed = compare(found.entry.runtime_data.driver.fleet, records)
            lasts = seconds if devices == sizes[-1] else min(seconds, _SHORTER)
            storms.append(await storm(found, seconds=lasts, rate=rate))
    lines = (*_set_up(costs), *_steady(quiet, costs[-1], polls), *_storm(storms), *_reading(speed))
    return Report(lines=lines, problems=(*problems(costs, quiet, storms), *stalls(storms)))


def problems(costs: Sequence[SetUp], quiet: Steady, storms: Sequence[Storm]) -> list[str]:
    """Tell what was counted and is worse than promised."""
    found = [f"{each.panels} devices: {each.lost} events lost of {each.sent}" for each in storms if each.lost]
    found += [f"{each.panels} devices: the event stream broke" for each in storms if each.connections]
    found += [
        f"{each:.0f} requests a minute, {BUDGET:.0f} are promised"
        for each in (quiet.pushed, quiet.polled)
        if each > BUDGET
    ]
    small, large = (each.requests / each.panels for each in (costs[0], costs[-1]))
    if large > _TOLERANCE * small:
        found.append(f"requests per device grow: {small:.1f}, {large:.1f}")
    for cost in costs:
        found += [
            f"{cost.panels} devices: {there} of {wanted} {what}; Home Assistant took {cost.entities} entities"
            for what, there, wanted in (
                ("alarm panels", cost.alarm_panels, _ALARM_PANELS * cost.panels),
                ("event entities", cost.records, cost.panels),
            )
            if there != wanted
        ]
    return found


def stalls(storms: Sequence[Storm]) -> list[str]:
    """Tell which storm was too much: it kept the loop for too long, other processes left out, or is not worked off."""
    return [
        f"{each.panels} devices: events kept the loop for {milliseconds(busy)}, {milliseconds(STALL)} are promised"
        for each in storms
        if (busy := worked(each.gaps)) > STALL
    ] + [
        f"{each.panels} devices: {each.behind:.0f} s behind at the end, {each.read / each.seconds:.0f} events a second"
        for each in storms
        if each.behind > _BEHIND
    ]


def _set_up(costs: Sequence[SetUp]) -> list[str]:
    heads = ("set-up", "zones", "entities", "alarm panels", "requests", "ready", "to bare reading", "memory")
    rows = [
        (
            f"{each.panels} devices",
            each.panels * each.zones,
            each.entities,
            each.alarm_panels,
            each.requests,
            f"{each.ready:.1f} s",
            times(each.ready / each.plain),
            f"{each.memory / 2**20:.0f} MiB",
        )
        for each in costs
    ]
    more = [
        f"{each.panels} devices: {each.memory / each.panels / 2**10:.0f} KiB a device, "
        f"{each.memory / each.entities / 2**10:.1f} KiB an entity; {each.objects / each.panels:.0f} objects a device "
        f"for the garbage collector, {each.objects} in all; set-up keeps the loop for {each.gap.late:.2f} s at "
        f"most, the garbage collector's share up to {each.gap.garbage:.2f} s"
        for each in costs
    ]
    return [*table(heads, rows), *more]


def _steady(quiet: Steady, cost: SetUp, polls: int) -> list[str]:
    line = (
        f"steady, {cost.panels} devices: {quiet.pushed:.1f} requests a minute with push, {quiet.polled:.1f} without, "
        f"{BUDGET:.0f} allowed (counted over {polls} polls, settings and discovery, each by its own interval)"
    )
    return [line]


def _storm(storms: Sequence[Storm]) -> list[str]:
    heads = ("storm", "events", "a second", "lost", "event entities", "zone alarms", "asked/min", "behind")
    rows = [
        (
            f"{each.panels} devices",
            each.sent,
            each.rate,
            each.lost,
            f"{each.told} of {each.tellable}",
            f"{each.changes} of {each.expected}",
            f"{each.requests * 60 / each.seconds:.0f}",
            f"{each.behind * 1000:.0f} ms",
        )
        for each in storms
    ]
    return [*table(heads, rows), *(_stall(each) for each in storms)]


def _stall(each: Storm) -> str:
    gap = longest(each.gaps)
    return (
        f"{each.panels} devices: loop late by {milliseconds(gap.late)} at most, by its own work "
        f"{milliseconds(gap.busy)} (99.9 %: {milliseconds(worked(each.gaps, 0.999))}); "
        f"the garbage collector's share up to {milliseconds(gap.garbage)}, {each.full_collections} full collections"
    )


def _reading(speed: Speed) -> list[str]:
    product, yardstick = speed.product / speed.records, speed.yardstick / speed.records
    line = (
        f"reading a record: {milliseconds(product)} of CPU, json.loads alone {milliseconds(yardstick)}: "
        f"{times(product / yardstick)}"
    )
    return [line]
