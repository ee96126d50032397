"""Opening a session: which of the ways the device offers, the one try with the password, and when to try again."""

import asyncio
from collections import deque
from collections.abc import Callable
import contextlib
from datetime import datetime, timedelta
from typing import Final

from aiohttp import hdrs

from ...errors import (
    AccountLocked,
    AuthFailed,
    BadAnswer,
    Busy,
    CannotConnect,
    DeviceError,
    Forbidden,
    KeyNeeded,
    NotSupported,
)
from ...transport.answers import Response, status_error
from ...transport.auth import Login
from ...transport.challenge import Credentials
from .codes import LICENCE_KEY, OTHER_DIALECT, PASSWORD_OR_KEY, NotLoggedIn, Use, code_error, shown
from .endpoints import LOGIN, LOGIN_CAPABILITIES, PLATFORM_CAPABILITIES
from .login import LoginMode, Offer, device_stamp, login_data, no_offer, read_cookie, read_offer
from .messages import read_answer, request
from .recognise import speaks
from .wire import Wire, dropped, understood

_FIRST_WAIT: Final = 30.0
_LONGEST_WAIT: Final = 300.0
_MOST_LOGINS: Final = 6
_WITHIN: Final = 60.0
"""Seconds within which that many logins are too many: something keeps taking the session away."""
_NO_REFUSAL: Final = frozenset({404, 405, 408, 429})
"""Of the statuses that blame the request; each other one may be how a device puts that the password is wrong."""
_SERVER_FAILS: Final = 500
_NOT_MADE: Final = 501


class Opening:
    """What it takes to log in to one device; who calls makes sure that it happens once at a time."""

    def __init__(
        self,
        wire: Wire,
        login: Login,
        credentials: Credentials,
        *,
        key: str,
        mode: LoginMode | None,
        now: Callable[[], datetime],
        clock: Callable[[], float],
    ) -> None:
        """Take what `Session` takes."""
        self.mode = mode
        self.wall_ahead: timedelta | None = None
        self._wire = wire
        self._login = login
        self._credentials = credentials
        self._key = key
        self._now = now
        self._clock = clock
        self._asked = ""
        """The path that told the login capabilities."""
        self._recent: deque[float] = deque(maxlen=_MOST_LOGINS)
        self._wait = 0.0
        self._until = 0.0
        self._why: Busy | None = None

    def check(self) -> None:
        """Raise the refusal in force, or `Busy` while the device is given a rest."""
        self._login.check()
        now = self._clock()
        if self._why is not None and now < self._until:
            raise Busy(self._why.detail, code=self._why.code, retry_after=self._until - now)
        full = len(self._recent) == _MOST_LOGINS
        if full and (wait := self._recent[0] + _WITHIN - now) > 0:
            raise Busy("the session is lost again and again", code="sessionLost", retry_after=wait)

    async def open(self) -> str:
        """Log in and return the cookie. Raises `AuthFailed`, which then holds for good, or what else went wrong."""
        try:
            offer, date = await self._offer()
        except AccountLocked as error:
            self._login.refuse(error)
            raise
        if offer.mode is LoginMode.LICENCE_KEY and self.mode is None:
            await self._recognise()
        stamp = device_stamp(self._now(), self.wall_ahead, date)
        data = login_data(offer, self._credentials.username, self._credentials.password, self._key, stamp)
        self._login.attempts += 1
        self._recent.append(self._clock())
        try:
            cookie = await self._try(data)
        except AuthFailed as error:
            raise self._refused(error, offer) from None
        except DeviceError as error:
            raise self._rest(error) from None
        except asyncio.CancelledError:
            # Nobody knows what the device said: soon, but not at once.
            self._rest(CannotConnect("a login was broken off", code="cancelled"))
            raise
        self.mode = offer.mode
        self._wait = 0.0
        self._why = None
        return cookie

    async def _try(self, data: dict[str, str]) -> str:
        answer = await self._wire.send(LOGIN, request("set", data))
        if 400 <= answer.status < _SERVER_FAILS and answer.status not in _NO_REFUSAL:
            # Where there is a code it tells more than the status.
            with contextlib.suppress(BadAnswer, Forbidden):
                understood(answer, Use.LOGIN)
            raise AuthFailed("the device refused user name and password", code=f"HTTP {answer.status}")
        told = understood(answer, Use.LOGIN)
        cookie = read_cookie(told.data, ", ".join(answer.headers.getall(hdrs.SET_COOKIE, ())))
        if cookie is None:
            raise BadAnswer("a login without a cookie", code="noCookie")
        return cookie

    async def _offer(self) -> tuple[Offer, str]:
        """Ask how to log in; nothing secret is sent. The second value is the device's date as it told it."""
        date = ""
        broke = False
        knows_better = self.mode in (LoginMode.CHALLENGE, LoginMode.SESSION_ID)
        paths = sorted(LOGIN_CAPABILITIES, key=lambda path: path != self._asked)
        for path in paths:
            try:
                answer = await self._ask(path)
            except CannotConnect as error:
                if not dropped(error):
                    raise
                broke = True
                continue
            date = answer.headers.get(hdrs.DATE, "")
            if (found := _offered(answer, strict=knows_better)) is not None:
                self._asked = path
                return found, date
        # A device that starts up, or is in trouble, seems to lack what it has; the documented digest would then be
        # taken for a wrong password.
        if broke or knows_better:
            await self._make_sure()
        return no_offer(), date

    async def _ask(self, path: str) -> Response:
        body = request("get", {"username": self._credentials.username})
        answer = await self._wire.send(path, body, idempotent=True)
        if answer.status >= _SERVER_FAILS and answer.status != _NOT_MADE:
            raise status_error(answer)
        return answer

    async def _make_sure(self) -> None:
        """Raise unless the device answers a question that each does, and that needs no login (002…txt l.832)."""
        answer = await self._wire.send(PLATFORM_CAPABILITIES, request("get", {}), idempotent=True)
        try:
            understood(answer, Use.READ)
        except NotLoggedIn:
            # This much is an answer too.
            return

    async def _recognise(self) -> None:
        """Raise unless the dialect is spoken here: a device of another kind has no business with the password's digest.

        Only a device that offers nothing needs to be asked, and one that was never logged in to.
        """
        if not await speaks(self._wire):
            raise NotSupported("the device does not speak this dialect", code=OTHER_DIALECT)

    def _refused(self, error: AuthFailed, offer: Offer) -> AuthFailed:
        """Latch a refusal, telling whether the licence key may be at fault."""
        needs_key = offer.mode is not LoginMode.CHALLENGE and not self._key
        if needs_key and type(error) is AuthFailed and error.code != LICENCE_KEY:
            error = KeyNeeded("the device refused the login: password or licence key", code=PASSWORD_OR_KEY)
        self._login.refuse(error)
        return error

    def _rest(self, error: DeviceError) -> DeviceError:
        """Leave the device alone for a while: the password was sent and there was no good answer."""
        self._wait = min(max(2 * self._wait, _FIRST_WAIT), _LONGEST_WAIT)
        told = error.retry_after if isinstance(error, Busy) and error.retry_after is not None else 0.0
        wait = max(self._wait, told)
        self._until = self._clock() + wait
        self._why = Busy(error.detail, code=error.code, retry_after=wait)
        return self._why if isinstance(error, Busy) else error


def _offered(answer: Response, *, strict: bool) -> Offer | None:
    """Read what a device offers; None where it offers nothing. With `strict` it has offered something before."""
    try:
        told = read_answer(answer.body)
    except BadAnswer:
        return None
    if isinstance(locked := code_error(told.code, told.message, use=Use.LOGIN), AccountLocked):
        # A login by another way would begin the lock afresh.
        raise locked
    if told.code and strict:
        raise Busy("the device does not tell how to log in", code=shown(told.code))
    return read_offer(told.data) if told.code == 0 else None
