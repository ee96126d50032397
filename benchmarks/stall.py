"""How long the event loop stands still while a device pushes thousands of events per second."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
import gc
import time
from typing import Any, Final

from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entries import add_entry

from .home import FAMILY, Watched, home_assistant, set_up, watch
from .remote import remote_device
from .report import Report, milliseconds, percentile, table, times

_TICK: Final = 0.001
_IDLE: Final = 2.0
_PATIENCE: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A mix of events."""

    name: str
    repeats: int
    """How often a running alarm is told again between its begin and its end."""


LOADS: Final = (
    Load(name="alarms told again 8 times", repeats=8),
    Load(name="every event changes a state", repeats=0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one load did."""

    sent: int
    rate: int
    read: int
    """Alerts that came out of the parser and were handed on."""
    changes: int
    expected: int
    """States of binary sensors that changed, and that had to."""
    told: int
    """Alarms that event entities told."""
    behind: float
    """Seconds from the last byte written to the last event applied."""
    late: tuple[float, ...]

    @property
    def lost(self) -> int:
        """Events that went missing on the way."""
        return abs(self.sent - self.read) + abs(self.expected - self.changes) + abs(self.expected // 2 - self.told)


class Ticker:
    """Wants to run every millisecond and notes how late it does."""

    def __init__(self) -> None:
        """Begin at `start`."""
        self.late: list[float] = []
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Ticker:
        """Begin."""
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        """End."""
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            due = time.perf_counter() + _TICK
            await asyncio.sleep(_TICK)
            self.late.append(max(0.0, time.perf_counter() - due))


async def idle(seconds: float = _IDLE) -> list[float]:
    """Measure a loop with nothing to do but to wait."""
    async with Ticker() as ticker:
        await asyncio.sleep(seconds)
    return ticker.late


async def loads(rate: int, seconds: float, mixes: Sequence[Load] = LOADS) -> list[Outcome]:
    """Put each load on one Home Assistant."""
    async with remote_device() as (remote, access), home_assistant() as hass:
        entry = await add_entry(hass, access, FAMILY)
        await set_up(hass, entry)
        await remote.push(count=0, rate=rate, repeats=0)
        await asyncio.sleep(0.5)
        watched = watch(hass)
        found = []
        for mix in mixes:
            before = _parsed(entry)
            # What the set-up left to the garbage collector is not the events' fault; what they leave themselves is.
            gc.collect()
            gc.freeze()
            watched.changes.clear()
            async with Ticker() as ticker:
                pushed = await remote.push(count=int(rate * seconds), rate=rate, repeats=mix.repeats)
                written = time.perf_counter()
                await _applied(entry, before + pushed["sent"], watched, pushed)
                behind = time.perf_counter() - written
            found.append(
                Outcome(
                    sent=pushed["sent"],
                    rate=pushed["rate"],
                    read=_parsed(entry) - before,
                    changes=watched.of("binary_sensor"),
                    expected=pushed["changes"],
                    told=watched.of("event"),
                    behind=behind,
                    late=tuple(ticker.late),
                )
            )
            gc.unfreeze()
        return found


def _parsed(entry: MockConfigEntry) -> int:
    return int(entry.runtime_data.driver.diagnostics()["alerts"]["parsed"])


async def _applied(entry: MockConfigEntry, wanted: int, watched: Watched, pushed: dict[str, Any]) -> None:
    """Wait until everything came through; what is missing after a while is lost."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if _parsed(entry) >= wanted and watched.of("binary_sensor") >= pushed["changes"]:
            return
        await asyncio.sleep(0.01)


async def run(rate: int = 5000, seconds: float = 4.0) -> Report:
    """Compare the loop under load with the idle one."""
    calm = await idle()
    outcomes = await loads(rate, seconds)
    calm_top, calm_high = max(calm), percentile(calm, 0.99)
    rows: list[tuple[object, ...]] = [("idle", "", "", "", "", milliseconds(calm_high), milliseconds(calm_top), "", "")]
    for mix, outcome in zip(LOADS, outcomes, strict=False):
        top, high = max(outcome.late), percentile(outcome.late, 0.99)
        rows.append(
            (
                mix.name,
                outcome.rate,
                outcome.sent,
                outcome.lost,
                f"{outcome.behind * 1000:.0f} ms",
                milliseconds(high),
                milliseconds(top),
                times(high / calm_high),
                times(top / calm_top),
            )
        )
    heads = ("loop", "events/s", "events", "lost", "behind", "p99 late", "max late", "p99 to idle", "max to idle")
    problems = tuple(f"{outcome.lost} events lost of {outcome.sent}" for outcome in outcomes if outcome.lost)
    return Report(lines=tuple(table(heads, rows)), problems=problems)
