"""Timed moves: whatever is set going is also brought to a stop, by time, by error and by cancellation."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Move:
    """What is under way."""

    end: Command
    """Stops it while it is ours."""
    stop: Command


class Mover:
    """Moves of several motors, one at a time each: a later command takes a motor over from the one before."""

    def __init__(self, *, clock: Clock = time.monotonic, sleep: Sleep = asyncio.sleep) -> None:
        """Take the clock (monotonic seconds); nothing runs by itself."""
        self._clock = clock
        self._sleep = sleep
        self._moves: dict[Hashable, _Move] = {}
        """By motor."""
        self._locks: defaultdict[Hashable, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def move(
        self, motor: Hashable, send: Command, stop: Command, seconds: float, *, resend: float | None = RESEND
    ) -> None:
        """Move for a time as `run_move` does; ends early, without a stop of its own, when taken over."""

        async def end() -> None:
            await self._in_turn(motor, stop, ours)

        def ours() -> bool:
            return self._moves.get(motor) is this

        async def go() -> None:
            await self._in_turn(motor, send, ours)

        this = self._moves[motor] = _Move(end=end, stop=stop)
        try:
            await run_move(go, end, seconds, resend=resend, clock=self._clock, sleep=self._sleep, ours=ours)
        finally:
            if ours():
                del self._moves[motor]

    async def stop(self, motor: Hashable, stop: Command) -> None:
        """Stop a motor now, whoever moves it."""
        self._moves.pop(motor, None)
        await surely(lambda: self._in_turn(motor, stop, _always), sleep=self._sleep)

    @asynccontextmanager
    async def instead(self, *motors: Hashable) -> AsyncGenerator[None]:
        """Replace running moves by the command inside (a preset, a position), without a stop between them.

        Where it fails they are stopped, since nobody else would, unless the password was refused.
        """
        taken = {motor: self._moves.pop(motor) for motor in motors if motor in self._moves}
        try:
            yield
        except AuthFailed:
            raise
        except DeviceError, asyncio.CancelledError:
            await surely(lambda: self._end(taken), quiet=True, sleep=self._sleep)
            raise

    async def _end(self, taken: Mapping[Hashable, _Move]) -> None:
        for motor, move in taken.items():
            if motor not in self._moves:
                await self._in_turn(motor, move.stop, _always)

    async def halt(self, motor: Hashable) -> None:
        """Stop a motor if one of our moves drives it, its own way."""
        if move := self._moves.get(motor):
            await surely(move.end, sleep=self._sleep)
            if self._moves.get(motor) is move:
                del self._moves[motor]

    async def close(self, *, within: float = 0.8) -> None:
        """Stop all that moves, in so many seconds; failures are only noted, since the device may be gone."""
        stops = [asyncio.ensure_future(_persist(move.end, self._sleep)) for move in self._moves.values()]
        try:
            if stops:
                await asyncio.wait(stops, timeout=within)
        finally:
            for stop in stops:
                stop.cancel()
            for error in await asyncio.gather(*stops, return_exceptions=True):
                if error is not None:
                    _LOGGER.debug("a stop on closing failed: %r", error)
            self._moves.clear()

    async def _in_turn(self, motor: Hashable, command: Command, wanted: Callable[[], bool]) -> None:
        """Keep a repeat that is under way from overtaking the stop that follows it on another connection."""
        async with self._locks[motor]:
            if wanted():
                await command()
