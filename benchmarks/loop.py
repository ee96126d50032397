"""How long the event loop stands still, and whose doing that is: this process, its garbage collector, or others."""

from array import array
import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
import gc
from itertools import batched
import time
from typing import Any, Final

from .report import percentile

_TICK: Final = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One time that the loop came back late, in seconds."""

    late: float
    """By the clock."""
    busy: float
    """Of that, at most, what this thread worked: the rest is other processes' doing, which got the processor."""
    garbage: float
    """Of the work, what the garbage collector did."""


class Gaps:
    """Wants to run every millisecond and notes each time that it could not."""

    def __init__(self) -> None:
        """Begin with the context."""
        self.full_collections = 0
        # Numbers, since an object for each millisecond would bring on the collections that are to be measured.
        self._found = array("d")
        self._task: asyncio.Task[None] | None = None
        self._garbage = self._collecting = 0.0

    @property
    def found(self) -> tuple[Gap, ...]:
        """All of them, in order."""
        return tuple(
            Gap(late=late, busy=busy, garbage=garbage) for late, busy, garbage in batched(self._found, 3, strict=True)
        )

    async def __aenter__(self) -> Gaps:
        """Begin."""
        gc.callbacks.append(self._collected)
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        """End."""
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        gc.callbacks.remove(self._collected)

    def _collected(self, phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            self._collecting = time.thread_time()
            return
        self._garbage += time.thread_time() - self._collecting
        self.full_collections += info["generation"] == 2

    async def _run(self) -> None:
        while True:
            due, worked, garbage = time.perf_counter() + _TICK, time.thread_time(), self._garbage
            await asyncio.sleep(_TICK)
            late = max(0.0, time.perf_counter() - due)
            busy = min(late, time.thread_time() - worked)
            self._found.extend((late, busy, min(busy, self._garbage - garbage)))


def longest(gaps: Sequence[Gap]) -> Gap:
    """Return the longest of each kind, which need not be of the same moment."""
    return Gap(
        late=max((each.late for each in gaps), default=0.0),
        busy=max((each.busy for each in gaps), default=0.0),
        garbage=max((each.garbage for each in gaps), default=0.0),
    )


def worked(gaps: Sequence[Gap], share: float = 1.0) -> float:
    """Return the longest work, the garbage collector's too, or what `share` of all stay below."""
    return percentile([each.busy for each in gaps], share) if gaps else 0.0
