"""The session with one device: the cookie that each request carries, and what becomes of it.

A device has room for a few sessions, ends one that is silent, and forgets all when it restarts. A refused password is
not sent again: the answer holds for every later request until someone changes it.
"""

import asyncio
from collections.abc import Awaitable, Callable
import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import time
from typing import Any, Final, override

from ...errors import AccountLocked, AuthFailed, CannotConnect, DeviceError, Forbidden, NotSupported
from ...transport.auth import Login
from ...transport.challenge import Credentials
from ...transport.http import HttpTransport
from ...transport.loose_json import LARGEST
from .codes import PATH_REFUSED, NotLoggedIn, Use
from .endpoints import HEART_BEAT, LOGOUT
from .login import LoginMode
from .messages import Answer, request
from .opening import Opening
from .wire import Wire, understood

HEART_BEAT_EVERY: Final = 30.0
"""Seconds (002…txt l.763)."""
_CLOSE_TIMEOUT: Final = 0.8
_MOST_REFUSED: Final = 64
_LACKING_AFTER: Final = 3
"""Heartbeats answered as something that the device does not have: once may be a failure of the moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A session that the device gave."""

    number: int
    """Counts the logins."""
    cookie: str = field(repr=False)
    """As it is sent: `sessionID=...`."""
    ended: asyncio.Event = field(default_factory=asyncio.Event, repr=False, compare=False)
    """Set once the session is over."""

    @property
    def session_id(self) -> str:
        """The cookie's value alone."""
        return self.cookie.partition("=")[2]


@dataclass(slots=True)
class SessionCounts:
    """Counts since the start, for diagnostics."""

    logins: int = 0
    expired: int = 0
    heart_beats: int = 0
    heart_beats_failed: int = 0


class Session:
    """Requests within one session; logins go one at a time and happen when they are needed."""

    def __init__(
        self,
        transport: HttpTransport,
        credentials: Credentials,
        *,
        key: str = "",
        mode: LoginMode | None = None,
        heart_beat: float = HEART_BEAT_EVERY,
        now: Callable[[], datetime] = lambda: datetime.now(UTC).astimezone(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the transport (itself without credentials), the account, and the licence key if there is one.

        `mode` is the way that opened a session before; `now` tells our own local time (aware), `clock` seconds.
        """
        self.wire = Wire(transport)
        self.login = Login(credentials, clock=clock)
        """Holds the refusal in force; nothing is sent while there is one."""
        self.counts = SessionCounts()
        self._opening = Opening(self.wire, self.login, credentials, key=key, mode=mode, now=now, clock=clock)
        self._ticket: Ticket | None = None
        self._heart_beat = heart_beat
        self._closed = False
        self._refused_paths: set[str] = set()
        self._beats_tell = False
        """The heartbeat is refused without a session: where it is taken, the session is good."""

    @override
    def __repr__(self) -> str:
        """Tell nothing of the account."""
        return f"Session(mode={self.mode}, open={self._ticket is not None})"

    @property
    def mode(self) -> LoginMode | None:
        """The way that opened a session, worth remembering; None as long as none did."""
        return self._opening.mode

    @mode.setter
    def mode(self, mode: LoginMode | None) -> None:
        self._opening.mode = mode

    @property
    def wall_ahead(self) -> timedelta | None:
        """What the device's wall clock adds to UTC, where somebody has read it; logins carry the device's time."""
        return self._opening.wall_ahead

    @wall_ahead.setter
    def wall_ahead(self, ahead: timedelta | None) -> None:
        self._opening.wall_ahead = ahead

    async def ensure(self) -> Ticket:
        """Log in unless that is done. Raises `AuthFailed` (then for good), `Busy` when there is no room."""
        self._check_closed()
        self.login.check()
        if (ticket := self._ticket) is not None:
            return ticket
        self._opening.check()
        async with self.login.lock:
            # Another request may have logged in, or been refused, while this one waited.
            self._check_closed()
            if self._ticket is None:
                self._opening.check()
                cookie = await self._opening.open()
                self.counts.logins += 1
                self._ticket = Ticket(number=self.counts.logins, cookie=cookie)
            return self._ticket

    def drop(self, ticket: Ticket) -> None:
        """Forget a session that the device ended; the next request logs in."""
        ticket.ended.set()
        if self._ticket is ticket:
            self._ticket = None
            self.counts.expired += 1

    async def call(
        self,
        path: str,
        action: str = "get",
        data: Any = None,
        *,
        use: Use = Use.READ,
        timeout: float | None = None,
        max_size: int = LARGEST,
    ) -> Answer:
        """Send a request; where the session is over, log in once and send it once more.

        A read (`use`) may be sent again where the device had closed the connection. Raises what the code means.
        """

        async def send(ticket: Ticket) -> Answer:
            answer = await self.wire.send(
                path,
                request(action, data),
                cookie=ticket.cookie,
                idempotent=use is Use.READ,
                timeout=timeout,
                max_size=max_size,
            )
            return understood(answer, use, max_size)

        return await self.within(path, send)

    async def within[T](self, path: str, send: Callable[[Ticket], Awaitable[T]]) -> T:
        """Do something within the session, and once more in a new one where it raises `NotLoggedIn`."""
        ticket = await self.ensure()
        try:
            return await send(ticket)
        except NotLoggedIn:
            if (path in self._refused_paths or self._beats_tell) and await self._alive(ticket.cookie):
                raise _path_refused() from None
        self.drop(ticket)
        before, ticket = ticket, await self.ensure()
        try:
            result = await send(ticket)
        except NotLoggedIn:
            if len(self._refused_paths) < _MOST_REFUSED:
                self._refused_paths.add(path)
            if before.cookie != ticket.cookie:
                await self._learn_from(before)
            raise _path_refused() from None
        self._refused_paths.discard(path)
        return result

    async def _learn_from(self, before: Ticket) -> None:
        """A path was refused, not the session before: free that one's room, and find out whether the heartbeat tells.

        Else each path that an account must not use would take a login more, and the device has few.
        """
        with contextlib.suppress(DeviceError):
            await self._log_out(before)
            self._beats_tell = not await self._alive("")

    async def ask_open(self, path: str, data: Any = None) -> Answer:
        """Read what the device tells without a login. `NotLoggedIn` when it does not."""
        self._check_closed()
        return understood(await self.wire.send(path, request("get", data), idempotent=True), Use.READ)

    async def beat(self) -> None:
        """Tell the device that the session is in use; the cheapest request there is."""
        await self.call(HEART_BEAT, "set")
        self.counts.heart_beats += 1

    async def keep_alive(self) -> None:
        """Keep the session alive until cancelled; ends by itself where the device has no heartbeat or refuses us."""
        lacking = 0
        while lacking < _LACKING_AFTER:
            await asyncio.sleep(self._heart_beat)
            if self._ticket is None:
                # Nothing to keep: whoever needs a session opens it.
                continue
            try:
                await self.beat()
                lacking = 0
            except DeviceError as error:
                if isinstance(error, AuthFailed) and not isinstance(error, AccountLocked):
                    return
                # A lock comes to its end; until then nothing is sent.
                self.counts.heart_beats_failed += 1
                lacking += isinstance(error, NotSupported)

    async def close(self) -> None:
        """Log out, as far as the device listens; no request is sent afterwards."""
        self._closed = True
        if self._ticket is not None:
            self._ticket.ended.set()
        with contextlib.suppress(DeviceError, TimeoutError):
            async with asyncio.timeout(_CLOSE_TIMEOUT), self.login.lock:
                ticket, self._ticket = self._ticket, None
                if ticket is not None:
                    await self._log_out(ticket)
        self._ticket = None

    async def _log_out(self, ticket: Ticket) -> None:
        await self.wire.send(LOGOUT, request("set", {"cookie": ticket.cookie}), cookie=ticket.cookie)

    async def _alive(self, cookie: str) -> bool:
        """Whether a session is good, though a path is refused within it."""
        try:
            answer = await self.wire.send(HEART_BEAT, request("set"), cookie=cookie, idempotent=True)
            understood(answer, Use.READ)
        except NotLoggedIn:
            return False
        return True

    def _check_closed(self) -> None:
        if self._closed:
            raise CannotConnect("the session is closed", code="closed")


def _path_refused() -> Forbidden:
    return Forbidden("the device refuses this path within a new session", code=PATH_REFUSED)
