"""Which devices something was heard of, and when each is due to be looked at."""

import asyncio
from collections.abc import Callable, Iterable
import contextlib
import time
from typing import Final

QUIET: Final = 1.0
"""Seconds after the last event of a device: one alarm comes as a burst of them."""
PATIENCE: Final = 5.0
"""Seconds after the first event, however many follow."""
PACE: Final = 0.25
"""Seconds for each device that waits, if that is more: asking hundreds again and again would delay their events."""


class Touched:
    """Devices that are due; for any number of tasks that wait for them."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the clock (monotonic seconds)."""
        self._clock = clock
        self._first: dict[str, float] = {}
        self._last: dict[str, float] = {}
        self._handed: dict[str, float] = {}
        self._news = asyncio.Event()

    def __len__(self) -> int:
        """How many wait to be looked at."""
        return len(self._last)

    def touch(self, devices: Iterable[str]) -> None:
        """Note that something was heard of devices just now."""
        now = self._clock()
        for device in devices:
            self._first.setdefault(device, now)
            self._last[device] = now
            self._news.set()

    async def next(self) -> tuple[str, float]:
        """Wait for the next device that is due; tells also from when on a look shows what was heard of it."""
        while True:
            device, due = self._soonest()
            now = self._clock()
            wait = None if device is None else due - now
            if device is not None and wait is not None and wait <= 0:
                return device, self._hand_out(device, now)
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._news.wait()

    def _hand_out(self, device: str, now: float) -> float:
        """Take a device off the list, unless it goes on: then it is due once more when it has fallen silent."""
        self._handed[device] = now
        silent_at = self._last[device] + QUIET
        if silent_at > now:
            self._first[device] = now
        else:
            del self._first[device], self._last[device]
        return silent_at

    def clear(self) -> None:
        """Forget all: after this each is due as if nothing had been heard of it before."""
        self._first.clear()
        self._last.clear()
        self._handed.clear()

    def _soonest(self) -> tuple[str | None, float]:
        found: str | None = None
        soonest = 0.0
        crowd = PACE * len(self._last)
        patience = max(PATIENCE, crowd)
        for device, last in self._last.items():
            due = min(last + QUIET, self._first[device] + patience)
            if crowd > PATIENCE:
                due = max(due, self._handed.get(device, due - crowd) + crowd)
            if found is None or due < soonest:
                found, soonest = device, due
        return found, soonest
