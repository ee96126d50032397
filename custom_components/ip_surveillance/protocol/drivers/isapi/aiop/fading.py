"""Counts of what was seen: nobody tells that it is gone, so that they fall back to nothing by themselves."""

import asyncio
from collections.abc import Callable

from ....driver import Emit
from ....model.events import Event, Measured
from ....model.parts import PartKind, PartRef
from ....model.vocabulary import Quantity, Reading
from .events import HOLD


class Fading:
    """Follows the counts of labels of each channel."""

    def __init__(self, tell: Callable[[Event], None], hold: float = HOLD) -> None:
        """Take where to tell that nobody is there any more, and the seconds after which it is so."""
        self._tell = tell
        self._hold = hold
        self._timers: dict[PartRef, asyncio.TimerHandle] = {}

    def through(self, emit: Emit) -> Emit:
        """Pass events on, and follow the counts among them."""

        def passed(event: Event) -> None:
            emit(event)
            if isinstance(event, Measured) and event.part.kind is PartKind.CHANNEL:
                self._follow(event)

        return passed

    def _follow(self, event: Measured) -> None:
        counts = {reading: value for reading, value in event.readings.items() if _is_count(reading)}
        if not counts:
            return
        self._stop(event.part)
        if any(counts.values()):
            nobody = Measured(part=event.part, readings=dict.fromkeys(counts, 0))
            loop = asyncio.get_running_loop()
            self._timers[event.part] = loop.call_later(self._hold, self._fade, nobody)

    def _fade(self, nobody: Measured) -> None:
        self._timers.pop(nobody.part, None)
        self._tell(nobody)

    def _stop(self, part: PartRef) -> None:
        if (timer := self._timers.pop(part, None)) is not None:
            timer.cancel()

    def close(self) -> None:
        """Stop all timers."""
        for part in tuple(self._timers):
            self._stop(part)


def _is_count(reading: Reading) -> bool:
    return reading.quantity is Quantity.COUNT and reading.slot != ""
