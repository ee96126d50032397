"""One request after the other to a device, with the password as it wants it, found once and remembered.

Cameras ask by 401 for Digest or Basic. Recorders answer 200 with an error in the body and want the password as the
first two parameters. A password that was refused, in whatever way, is not sent again, nor by the other way.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
import copy
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, cast

from aiohttp import ClientRequest, ClientResponse, hdrs
from multidict import CIMultiDict
from yarl import URL

from ...errors import AccountLocked, AuthFailed, BadAnswer, DeviceError, Forbidden, NotActivated
from ...transport.answers import Response
from ...transport.auth import NO_LOGIN, Login
from ...transport.calls import Call
from ...transport.challenge import Credentials
from ...transport.http import HttpTransport, Stream
from .codes import reply_error
from .grammar import LARGEST, Pair
from .turns import Turns

ROOT: Final = "/cgi-bin/"
_URGENT: Final = "alarm"
"""Program whose questions do not wait behind others; nor do commands."""


class Mode(StrEnum):
    """How the device takes the password."""

    UNKNOWN = "unknown"
    """It has not asked for one yet."""
    CHALLENGE = "challenge"
    """Digest or Basic, as it asks by 401."""
    QUERY = "query"
    """As the first two parameters of each request (003_f90f6ea635efbe94.txt l.244)."""


def interpret_answer(answer: Response) -> DeviceError | None:
    """Tell the error of an answer whose HTTP status is no success; for the transport."""
    return reply_error(answer.body)


type Send = Callable[[HttpTransport, Sequence[Pair]], Awaitable[Response]]


class Link:
    """A transport and the way the password goes."""

    def __init__(self, transport: HttpTransport, credentials: Credentials | None) -> None:
        """Take the transport, whose `interpret` must be `interpret_answer`, and the account that its login has."""
        self.transport = transport
        self.mode = Mode.UNKNOWN
        self._account: tuple[Pair, ...] = ()
        if credentials is not None:
            self._account = (("userName", credentials.username), ("password", credentials.password))
        # The same slots and counters without a login: a password refused as parameter is not tried by digest too.
        self._bare = copy.copy(transport)
        self._bare.login = Login(None)
        self._turns = Turns()

    @property
    def settled(self) -> bool:
        """Whether it is known how the device takes the password, or there is none."""
        return self.mode is not Mode.UNKNOWN or not self._account

    async def ask(
        self,
        cgi: str,
        pairs: Sequence[Pair],
        *,
        max_size: int = LARGEST,
        timeout: float | None = None,
        idempotent: bool = True,
    ) -> Response:
        """Send one request to a program; a refused login raises, in whatever HTTP status it comes.

        Other errors in an answer with status 200 are left to the caller.
        """

        async def send(transport: HttpTransport, query: Sequence[Pair]) -> Response:
            return await transport.request(
                "GET", path_of(cgi), query=query, max_size=max_size, timeout=timeout, idempotent=idempotent
            )

        async with self._turns.take(urgent=cgi == _URGENT or not idempotent):
            self.transport.login.check()
            if self.mode is Mode.QUERY:
                return await self._by_query(send, pairs)
            answer = await self._by_challenge(send, pairs)
            return await self._by_query(send, pairs) if answer is None else answer

    async def ask_raw(self, method: str, path: str, query: Sequence[Pair], body: bytes | None) -> Response:
        """Send a request as given, with the password; the answer comes back whatever it says."""
        async with self._turns.take():
            transport, pairs = self._way(query)
            return await transport.request(method, path, query=pairs, body=body, idempotent=False, check=False)

    @asynccontextmanager
    async def stream(
        self, cgi: str, pairs: Sequence[Pair], *, timeout: float | None = None, read_timeout: float | None = None
    ) -> AsyncGenerator[Stream]:
        """Open an answer that goes on; other requests wait for its beginning only."""
        async with AsyncExitStack() as stack:
            async with self._turns.take(urgent=cgi == _URGENT):
                transport, query = self._way(pairs)
                opening = transport.stream("GET", path_of(cgi), query=query, timeout=timeout, read_timeout=read_timeout)
                stream = await stack.enter_async_context(opening)
            yield stream

    @asynccontextmanager
    async def signed(self, method: str, cgi: str, pairs: Sequence[Pair]) -> AsyncGenerator[tuple[str, str | None]]:
        """Target and `Authorization` of a request that is sent by other means; others wait while it is."""
        async with self._turns.take(urgent=True):
            transport, query = self._way(pairs)
            target = Call(method=method, path=path_of(cgi), query=query).target
            yield target, await _authorization(transport, method, target)

    def _way(self, pairs: Sequence[Pair]) -> tuple[HttpTransport, Sequence[Pair]]:
        """How a request goes now."""
        self.transport.login.check()
        return (self._bare, (*self._account, *pairs)) if self.mode is Mode.QUERY else (self.transport, pairs)

    async def _by_challenge(self, send: Send, pairs: Sequence[Pair]) -> Response | None:
        """Send with the login that the device asks for by 401; None where it wants the password as parameters."""
        login = self.transport.login
        attempts = login.attempts
        try:
            answer = await send(self.transport, pairs)
        except (AuthFailed, BadAnswer, Forbidden) as failure:
            unasked = login.attempts == attempts and login.refusal is None
            if unasked and not self.settled and (failure.code == NO_LOGIN or _wants_login(failure)):
                return None
            raise
        error = reply_error(answer.body)
        signed = login.attempts > attempts or login.known is not None
        if not signed and not self.settled and error is not None and _wants_login(error):
            return None
        if isinstance(error, AuthFailed):
            login.refuse(error)
            raise error
        if signed:
            self.mode = Mode.CHALLENGE
        return answer

    async def _by_query(self, send: Send, pairs: Sequence[Pair]) -> Response:
        """Send with the password as the first two parameters, once."""
        try:
            answer = await send(self._bare, (*self._account, *pairs))
            if isinstance(error := reply_error(answer.body), AuthFailed):
                raise error
        except AuthFailed as refusal:
            self.transport.login.refuse(refusal)
            raise
        self.mode = Mode.QUERY
        return answer


@dataclass(kw_only=True)
class _Head:
    """As much of a request as signing it reads."""

    method: str
    url: URL
    body: bytes = b""
    headers: CIMultiDict[str] = field(default_factory=CIMultiDict)


@dataclass(frozen=True, slots=True)
class _Sent:
    """As much of an answer: it was let in."""

    status: int = 200


async def _authorization(transport: HttpTransport, method: str, target: str) -> str | None:
    """Sign a request as the last one that was let in; None where none was signed so far."""
    if (signer := transport.login.known) is None:
        return None
    head = _Head(method=method, url=URL(f"{transport.base}{target}", encoded=True))

    async def sent(_: ClientRequest) -> ClientResponse:
        return cast("ClientResponse", _Sent())

    await signer(cast("ClientRequest", head), sent)
    return head.headers.get(hdrs.AUTHORIZATION)


def path_of(cgi: str) -> str:
    """Path of a program."""
    return f"{ROOT}{cgi}.cgi"


def _wants_login(error: DeviceError) -> bool:
    """Whether an answer to a request without a password asks for one: wrong user, wrong password, no rights."""
    return isinstance(error, AuthFailed | Forbidden) and not isinstance(error, AccountLocked | NotActivated)
