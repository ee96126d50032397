"""Whose turn it is: one request at a time, and what is urgent before all that waits.

Pictures of dozens of cameras may wait at a recorder; neither the stop of a moving camera nor the question for alarms
may queue behind them.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress


class Turns:
    """A lock that lets whoever is urgent in first; else in the order of arrival."""

    def __init__(self) -> None:
        """Start free."""
        self._taken = False
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def take(self, *, urgent: bool = False) -> AsyncGenerator[None]:
        """Wait for the turn and keep it."""
        await self._wait(self._urgent if urgent else self._others)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, queue: deque[asyncio.Future[None]]) -> None:
        if not self._taken:
            self._taken = True
            return
        mine = asyncio.get_running_loop().create_future()
        queue.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.cancelled():
                # Unless it was passed over already.
                with suppress(ValueError):
                    queue.remove(mine)
            else:
                # The turn came at the very moment that nobody wanted it any more.
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        for queue in (self._urgent, self._others):
            while queue:
                if not (waiting := queue.popleft()).done():
                    waiting.set_result(None)
                    return
        self._taken = False
