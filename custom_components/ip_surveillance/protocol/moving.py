"""Timed moves: whatever is set going is also brought to a stop, by time, by error and by cancellation."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable
import logging
import time

from .errors import AuthFailed, DeviceError, Forbidden, NotSupported, Rejected

_LOGGER = logging.getLogger(__name__)

RESEND = 0.4
"""Seconds after which a move is sent again: devices stop by themselves after times that differ."""
_STOP_TRIES = 3
_STOP_PAUSE = 0.2

type Command = Callable[[], Awaitable[None]]
type Sleep = Callable[[float], Awaitable[None]]
type Clock = Callable[[], float]


def _always() -> bool:
    return True


async def run_move(
    send: Command,
    stop: Command,
    seconds: float,
    *,
    resend: float | None = RESEND,
    clock: Clock = time.monotonic,
    sleep: Sleep = asyncio.sleep,
    ours: Callable[[], bool] = _always,
) -> None:
    """Send a move, repeat it every `resend` seconds (None: never) until `seconds` are over, then stop.

    The stop is sent after an error and after a cancellation too, and no second cancellation breaks it off.
    Only a refused password keeps it back: it would be refused as well, and one more try can lock the account.
    `ours` turns false when somebody else took over the motor and with it the duty to stop.
    """
    failed = owed = True
    try:
        await _drive(send, seconds, resend, clock, sleep, ours)
        failed = False
    except AuthFailed:
        owed = False
        raise
    finally:
        if owed and ours():
            await surely(stop, quiet=failed, sleep=sleep)


async def _drive(
    send: Command, seconds: float, resend: float | None, clock: Clock, sleep: Sleep, ours: Callable[[], bool]
) -> None:
    """Repeat the move; time spent in requests counts, so that a slow device does not move for longer."""
    end = clock() + seconds
    await send()
    while (left := end - clock()) > 0 and ours():
        # Also without repeats: whoever waits for a move learns soon that it was taken over.
        await sleep(min(resend or RESEND, left))
        if resend is not None and end - clock() > 0 and ours():
            await send()


async def surely(command: Command, *, quiet: bool = False, sleep: Sleep = asyncio.sleep) -> None:
    """Carry a command through, with a few tries, even if the caller is cancelled meanwhile.

    Raises the last error unless `quiet` (another error is on its way up already and tells more).
    """
    task = asyncio.ensure_future(_persist(command, sleep))
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    try:
        task.result()
    except DeviceError as error:
        if not quiet and cancelled is None:
            raise
        _LOGGER.debug("a stop failed: %s", error)
    if cancelled is not None:
        raise cancelled


async def _persist(command: Command, sleep: Sleep) -> None:
    """Try a few times what may pass by itself; a refusal is final."""
    for _ in range(_STOP_TRIES - 1):
        try:
            await command()
        except AuthFailed, Forbidden, NotSupported, Rejected:
            raise
        except DeviceError as error:
            _LOGGER.debug("a stop is sent again: %s", error)
            await sleep(_STOP_PAUSE)
        else:
            return
    await command()


class Mover:
    """Moves of several motors, one at a time each: a later command takes a motor over from the one before."""

    def __init__(self, *, clock: Clock = time.monotonic, sleep: Sleep = asyncio.sleep) -> None:
        """Take the clock (monotonic seconds); nothing runs by itself."""
        self._clock = clock
        self._sleep = sleep
        self._stops: dict[Hashable, Command] = {}
        """Motors that move, and how each is stopped."""
        self._locks: defaultdict[Hashable, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def move(
        self, motor: Hashable, send: Command, stop: Command, seconds: float, *, resend: float | None = RESEND
    ) -> None:
        """Move for a time as `run_move` does; ends early, without a stop of its own, when taken over."""

        async def end() -> None:
            await self._in_turn(motor, stop, ours)

        def ours() -> bool:
            return self._stops.get(motor) is end

        async def go() -> None:
            await self._in_turn(motor, send, ours)

        self._stops[motor] = end
        try:
            await run_move(go, end, seconds, resend=resend, clock=self._clock, sleep=self._sleep, ours=ours)
        finally:
            if ours():
                del self._stops[motor]

    async def stop(self, motor: Hashable, stop: Command) -> None:
        """Stop a motor now, whoever moves it."""
        self.release(motor)
        await surely(lambda: self._in_turn(motor, stop, _always), sleep=self._sleep)

    def release(self, motor: Hashable) -> None:
        """End the running move without a stop: another command (a preset, a position) replaces it."""
        self._stops.pop(motor, None)

    async def halt(self, motor: Hashable) -> None:
        """Stop a motor if one of our moves drives it, its own way."""
        if stop := self._stops.get(motor):
            await surely(stop, sleep=self._sleep)
            if self._stops.get(motor) is stop:
                del self._stops[motor]

    async def close(self, *, within: float = 0.8) -> None:
        """Stop all that moves, in so many seconds; failures are only noted, since the device may be gone."""
        stops = [asyncio.ensure_future(_persist(stop, self._sleep)) for stop in self._stops.values()]
        try:
            if stops:
                await asyncio.wait(stops, timeout=within)
        finally:
            for stop in stops:
                stop.cancel()
            for error in await asyncio.gather(*stops, return_exceptions=True):
                if error is not None:
                    _LOGGER.debug("a stop on closing failed: %r", error)
            self._stops.clear()

    async def _in_turn(self, motor: Hashable, command: Command, wanted: Callable[[], bool]) -> None:
        """Keep a repeat that is under way from overtaking the stop that follows it on another connection."""
        async with self._locks[motor]:
            if wanted():
                await command()
