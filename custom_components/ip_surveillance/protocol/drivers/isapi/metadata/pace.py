"""At most one value a second: cameras tell twenty-five, and each that is taken costs a state of an entity."""

import asyncio
from collections.abc import Callable
import time
from typing import Final

from ....driver import Emit
from ....model.alarms import covers
from ....model.events import Detected, Event, Measured, Pictured
from ....model.parts import PartRef
from ....model.state import Alarm, Picture, ReadingValue
from ....model.vocabulary import Feature, Reading

PERIOD: Final = 1.0
"""Seconds between two values of one reading."""
_SLACK: Final = 0.001
"""Timers may fire a little early."""

type Key = tuple[PartRef, Reading | Feature]
type Later = Callable[[float, Callable[[], None]], asyncio.TimerHandle]


class Pace:
    """Passes events on: the first value at once, then the latest one a second later.

    Repeats of an alarm that goes on are passed once a second; its end and all that happens at once.
    """

    def __init__(self, emit: Emit, *, clock: Callable[[], float] = time.monotonic, later: Later | None = None) -> None:
        """Take the receiver; `later` runs something after seconds."""
        self._emit = emit
        self._clock = clock
        self._later: Later = later or (lambda delay, call: asyncio.get_running_loop().call_later(delay, call))
        self._sent: dict[Key, float] = {}
        self._values: dict[Key, tuple[ReadingValue, float | None]] = {}
        self._pictures: dict[Key, Picture] = {}
        self._repeats: dict[tuple[PartRef, Alarm], float] = {}
        self._timer: asyncio.TimerHandle | None = None
        self.held = 0
        """Values that a later one replaced before they were passed on."""

    def put(self, event: Event) -> None:
        """Take one event."""
        now = self._clock()
        if isinstance(event, Detected) and not event.active:
            # What begins again is news, however soon.
            sent = self._repeats.items()
            self._repeats = {key: at for key, at in sent if key[0] != event.part or not covers(event, key[1])}
        match event:
            case Measured():
                self._measured(event, now)
            case Pictured(part=part, picture=picture):
                key = (part, picture.of)
                self.held += key in self._pictures
                self._pictures[key] = picture
                self._flush(now)
            case Detected(active=True) if self._repeats_soon(event, now):
                self.held += 1
            case _:
                self._emit(event)

    def drop(self, part: PartRef, reading: Reading) -> None:
        """Forget a value that waits: it is no longer true."""
        self._values.pop((part, reading), None)

    def close(self) -> None:
        """Pass nothing on any more."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        self._values.clear()
        self._pictures.clear()

    def _measured(self, event: Measured, now: float) -> None:
        for reading, value in event.readings.items():
            key = (event.part, reading)
            self.held += key in self._values
            self._values[key] = (value, event.lasts)
        self._flush(now)

    def _repeats_soon(self, event: Detected, now: float) -> bool:
        key = (event.part, Alarm(event.what, event.target, event.region))
        if now - self._repeats.get(key, -PERIOD) < PERIOD:
            return True
        if len(self._repeats) > 1024:
            self._repeats = {each: sent for each, sent in self._repeats.items() if now - sent < PERIOD}
        self._repeats[key] = now
        return False

    def _flush(self, now: float) -> None:
        """Pass on whatever may be, and come again for the rest."""
        groups: dict[tuple[PartRef, float | None], dict[Reading, ReadingValue]] = {}
        for key in [key for key in self._values if self._may(key, now)]:
            (part, reading), (value, lasts) = key, self._values.pop(key)
            self._sent[key] = now
            assert isinstance(reading, Reading)
            groups.setdefault((part, lasts), {})[reading] = value
        for (part, lasts), readings in groups.items():
            self._emit(Measured(part=part, readings=readings, lasts=lasts))
        for key in [key for key in self._pictures if self._may(key, now)]:
            self._sent[key] = now
            self._emit(Pictured(part=key[0], picture=self._pictures.pop(key)))
        self._come_again(now)

    def _may(self, key: Key, now: float) -> bool:
        return now - self._sent.get(key, -PERIOD) >= PERIOD - _SLACK

    def _come_again(self, now: float) -> None:
        waiting = [*self._values, *self._pictures]
        if not waiting or self._timer is not None:
            return
        due = min(self._sent[key] for key in waiting) + PERIOD
        self._timer = self._later(max(0.0, due - now), self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self._flush(self._clock())
