"""Keeps the push channel of one device up: listen, notice that it died, wait, try again, for ever.

It knows neither Home Assistant nor the wire; clock, sleep and random are handed in.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
import random as _random
import time
from typing import Final

from .errors import (
    LOCK_TIME,
    AccountLocked,
    AuthFailed,
    Busy,
    CannotConnect,
    DeviceError,
    Forbidden,
    NotSupported,
)
from .model.events import Connected, Disconnected, Event

SILENCE: Final = 90.0
"""Seconds without a byte before a stream is doubted: heartbeats come every 5 to 30 s on most devices."""
LONGEST_PAUSE: Final = 60.0
SETTLED: Final = 30.0
"""Seconds a stream must live before its loss counts as the first of a new row."""
_PATIENCE: Final = 10
"""Times the silence after which a stream that never had heartbeats is renewed as a precaution."""
_BEATS: Final = 3
"""Pieces, each a second or more after the one before, that make a stream one with heartbeats."""
# What waiting a minute will not heal.
_PAUSES: Final[Mapping[type[DeviceError], float]] = {NotSupported: 3600.0, Forbidden: 300.0}

type Emit = Callable[[Event], None]
type Listen = Callable[[Emit], Awaitable[None]]
"""Opens the channel and emits what comes until cancelled; returns or raises `DeviceError` when it ends."""


class LinkState(StrEnum):
    """Where the push channel stands."""

    CONNECTING = "connecting"
    LIVE = "live"
    WAITING = "waiting"
    """For the next try."""
    STOPPED = "stopped"
    """For good: closed, or the device refused the credentials."""
    UNSUPPORTED = "unsupported"
    """The device has no such channel; asked again once an hour, since its settings may change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStatus:
    """The push channel for diagnostics."""

    state: LinkState
    since: float
    """Time of the clock at which the state began."""
    reason: str = ""
    """Why it is not live, or was renewed; without secrets."""
    attempts: int = 0
    """Tries in vain since the channel last proved itself."""
    connections: int = 0
    """Times it came up."""
    renewals: int = 0
    """Times it was opened anew because it was silent though the device answered."""


class _Silent(Exception):
    """The stream is silent but the device answers: open it anew."""


class Supervisor:
    """Runs `listen` again and again.

    `listen` or what feeds it must call `alive` once the channel is open and on every piece of data.
    """

    def __init__(
        self,
        listen: Listen,
        emit: Emit,
        *,
        probe: Callable[[], Awaitable[None]],
        on_auth_failed: Callable[[AuthFailed], None],
        on_status: Callable[[LinkStatus], None] | None = None,
        silence: float = SILENCE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = _random.random,
    ) -> None:
        """Take the channel, its receiver, and a cheap request (`probe`) to see whether the device answers."""
        self._listen = listen
        self._emit = emit
        self._probe = probe
        self._on_auth_failed = on_auth_failed
        self._on_status = on_status
        self._silence = silence
        self._clock = clock
        self._sleep = sleep
        self._random = random
        self._told: bool | None = None
        self._heard = clock()
        self._live_since: float | None = None
        self._proven = False
        self._beats = 0
        self._locked = False
        self._state = LinkState.CONNECTING
        self._since = clock()
        self._reason = ""
        self._attempts = 0
        self._connections = 0
        self._renewals = 0

    @property
    def status(self) -> LinkStatus:
        """How the channel stands now."""
        return LinkStatus(
            state=self._state,
            since=self._since,
            reason=self._reason,
            attempts=self._attempts,
            connections=self._connections,
            renewals=self._renewals,
        )

    @property
    def heard(self) -> float:
        """Time of the clock at which the last byte came."""
        return self._heard

    def alive(self) -> None:
        """Note that the channel is open or that a piece of data came."""
        if self._state not in (LinkState.CONNECTING, LinkState.LIVE):
            return
        now = self._clock()
        self._beats += now - self._heard >= 1
        self._heard = now
        if self._live_since is None:
            self._live_since = now
            self._connections += 1
            self._change(LinkState.LIVE)
            self._tell(Connected())

    async def run(self) -> None:
        """Keep the channel up until cancelled or the device refuses the credentials."""
        try:
            while (pause := await self._round()) is not None:
                await self._sleep(pause)
        except asyncio.CancelledError:
            self._change(LinkState.STOPPED, "closed")
            raise
        finally:
            if self._state is not LinkState.STOPPED:
                # A fault of the program goes up to be logged; the state must not claim that push still works.
                self._lose(LinkState.STOPPED, "internal error")

    async def _round(self) -> float | None:
        """Listen once; tell the seconds to wait before the next time, None when there must be none."""
        self._begin()
        try:
            await self._listen_watched()
            failure: DeviceError = CannotConnect("the device ended the event stream")
        except _Silent:
            self._renewals += 1
            self._reason = f"renewed after {self._silence:.0f} s of silence or more"
            return 0.0
        except DeviceError as error:
            failure = error
        self._attempts = 1 if self._proved() else self._attempts + 1
        return self._failed(failure)

    def _begin(self) -> None:
        """Start afresh for one connection."""
        self._heard = self._clock()
        self._live_since = None
        self._proven = False
        self._beats = 0
        self._change(LinkState.CONNECTING, self._reason)

    async def _listen_watched(self) -> None:
        """Listen until the channel ends or the watchdog gives it up."""
        tasks = [asyncio.ensure_future(self._listen(self._forward)), asyncio.create_task(self._watch())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            # Both must be over before the next one begins: devices allow one stream only.
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _watch(self) -> None:
        """Raise once the channel is silent too long: the probe's error, or `_Silent` if it answers."""
        checked = self._heard
        windows = 0
        while True:
            await self._sleep(max(self._heard, checked) + self._silence - self._clock())
            if self._clock() - self._heard < self._silence:
                windows = 0
                continue
            heard = self._heard
            await self._probe()
            if self._heard != heard:
                continue
            checked = self._clock()
            windows += 1
            # Many devices send no heartbeats after the first: their silence means little.
            if self._beats >= _BEATS or windows >= _PATIENCE:
                raise _Silent

    def _forward(self, event: Event) -> None:
        """Pass an event on. It proves that the channel works, unless the driver made it while that was not up."""
        self._proven |= self._live_since is not None
        self._emit(event)

    def _proved(self) -> bool:
        """Whether the channel worked before it was lost, so that the row of failures begins anew."""
        settled = self._live_since is not None and self._clock() - self._live_since >= SETTLED
        return self._proven or settled

    def _failed(self, error: DeviceError) -> float | None:
        """Tell the loss and choose the pause."""
        reason = error.detail or type(error).__name__
        locked_again = self._locked and not self._proved()
        self._locked = isinstance(error, AccountLocked)
        if isinstance(error, AuthFailed):
            self._on_auth_failed(error)
            if locked_again or not isinstance(error, AccountLocked):
                self._lose(LinkState.STOPPED, reason)
                return None
        self._lose(LinkState.UNSUPPORTED if isinstance(error, NotSupported) else LinkState.WAITING, reason)
        return self._pause(error)

    def _pause(self, error: DeviceError) -> float:
        """Tell how long to wait: what the device asks for, else longer each time with jitter."""
        if isinstance(error, AccountLocked):
            # A second more, so that the transport's own lock is over by then.
            return (LOCK_TIME if error.retry_after is None else error.retry_after) + 1
        if isinstance(error, Busy) and error.retry_after is not None:
            return max(1.0, error.retry_after)
        if type(error) in _PAUSES:
            return _PAUSES[type(error)]
        ceiling = min(LONGEST_PAUSE, 2.0 ** min(self._attempts, 10))
        return 1.0 + self._random() * (ceiling - 1.0)

    def _lose(self, state: LinkState, reason: str) -> None:
        """Note that the channel is down and tell it once."""
        self._change(state, reason)
        self._tell(Disconnected(reason=reason))

    def _tell(self, event: Connected | Disconnected) -> None:
        """Emit that the channel came up or was lost, never the same loss twice."""
        up = isinstance(event, Connected)
        if up or self._told is not False:
            self._told = up
            self._emit(event)

    def _change(self, state: LinkState, reason: str = "") -> None:
        """Enter a state."""
        if state is not self._state:
            self._since = self._clock()
        self._state = state
        self._reason = reason
        if self._on_status is not None:
            self._on_status(self.status)
