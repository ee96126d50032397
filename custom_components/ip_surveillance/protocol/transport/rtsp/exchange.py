"""Requests of one session: signed, repeated where a nonce or an address was not liked, refusals turned into errors."""

from collections.abc import Mapping
from typing import Final

from ...errors import AuthFailed, Busy, CannotConnect, DeviceError, Forbidden, Rejected
from ..answers import MAX_WAIT
from .connection import RtspConnection, Sent
from .login import RtspLogin
from .messages import Response

UNAUTHORIZED: Final = 401
NO_SESSION: Final = 454
_BUSY: Final = frozenset({453, 503})
"""Not enough bandwidth (RFC 2326 section 11.3.2), service unavailable."""


class Exchange:
    """Asks, with what the session needs added."""

    def __init__(self, connection: RtspConnection, login: RtspLogin) -> None:
        """Take the connection and the login, both for this session alone."""
        self.connection = connection
        self.login = login
        self.session = ""
        """Identifier of the session once there is one."""

    def send(self, method: str, url: str) -> Sent:
        """Send a request signed with the nonce at hand, without waiting."""
        return self.connection.send(method, url, self._headers(method, url, {}))

    async def ask(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, *, aggregate: str = ""
    ) -> Response:
        """Ask and return the answer of success.

        `aggregate`: address of the whole stream, with which some devices want a track's request to be signed
        (`001_11da3581811fffe4.txt` l.205). Raises `AuthFailed` where the password is refused for certain, which took
        one try; where it was right before, `Forbidden`. Raises `Busy`, `Rejected` with the status as code.
        """
        headers = {} if headers is None else headers
        signed = self.login.ready
        answer = await self._once(method, url, url, headers)
        if answer.status == UNAUTHORIZED:
            answer = await self._logged_in(answer, method, url, headers, aggregate)
            signed = True
        if answer.status < 300:
            self.login.proven = self.login.proven or signed
            return answer
        self.connection.counts.refuse(answer.status)
        raise self._error(method, answer)

    async def _logged_in(
        self, refused: Response, method: str, url: str, headers: Mapping[str, str], aggregate: str
    ) -> Response:
        nonce = self.login.nonce
        challenge = self.login.take(challenges(refused))
        if challenge is None and not self.login.proven:
            raise AuthFailed("the device offers no login that can be answered", code="noLogin")
        answer = refused
        if challenge is not None and (self.login.nonce != nonce or challenge.stale):
            answer = await self._once(method, url, url, headers)
            if answer.status == UNAUTHORIZED:
                challenge = self.login.take(challenges(answer))
                if challenge is not None and challenge.stale:
                    answer = await self._once(method, url, url, headers)
        if answer.status == UNAUTHORIZED and self.login.proven and aggregate not in ("", url):
            self.login.take(challenges(answer))
            answer = await self._once(method, url, aggregate, headers)
        return answer

    async def _once(self, method: str, url: str, signed: str, headers: Mapping[str, str]) -> Response:
        return await self.connection.ask(method, url, self._headers(method, signed, headers))

    def _headers(self, method: str, uri: str, headers: Mapping[str, str]) -> dict[str, str]:
        found = dict(headers)
        if self.session:
            # The number alone: the document sends the timeout back with it (l.309), which no standard knows.
            found["Session"] = self.session
        if (signature := self.login.sign(method, uri)) is not None:
            found["Authorization"] = signature
        return found

    def _error(self, method: str, answer: Response) -> DeviceError:
        status, code = answer.status, str(answer.status)
        text = f"{method}: RTSP {status}"
        if status == UNAUTHORIZED:
            return Forbidden(text, code=code) if self.login.proven else AuthFailed(text, code=code)
        if status == 403:
            return Forbidden(text, code=code)
        if status in _BUSY:
            return Busy(text, code=code, retry_after=_retry_after(answer))
        if status == NO_SESSION:
            return CannotConnect(text, code=code)
        return Rejected(text, code=code)


def challenges(answer: Response) -> tuple[str, ...]:
    """Return what a 401 says about logging in."""
    return tuple(answer.headers.getall("WWW-Authenticate", ()))


def _retry_after(answer: Response) -> float | None:
    text = answer.headers.get("Retry-After", "").strip()
    return min(float(text), MAX_WAIT) if text.isascii() and text.isdigit() and len(text) < 10 else None
