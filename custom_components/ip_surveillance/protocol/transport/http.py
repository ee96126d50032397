"""HTTP to one device: bounded, at most a few requests at once, logged in, every failure a `DeviceError`."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
import logging
import ssl
import time
from typing import Final

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, hdrs
from multidict import CIMultiDictProxy
from yarl import URL

from ..errors import AuthFailed, BadAnswer, DeviceError, TlsError
from .answers import Response, fault_error, plain_content_type, status_error
from .auth import Exchange, Judge, Login
from .calls import Call
from .tls import lenient_tls
from .websocket import WebSocket, connect

_LOGGER: Final = logging.getLogger(__name__)

MAX_BODY: Final = 8 * 2**20
"""Largest answer in bytes unless the caller says otherwise: a 4K picture fits well."""
_MAX_REFUSAL: Final = 64 * 2**10
_MAX_REDIRECTS: Final = 3
_REPEATABLE: Final = frozenset({hdrs.METH_GET, hdrs.METH_HEAD})

type Query = Sequence[tuple[str, str]]
"""Ordered pairs: some devices read them by position and allow a name more than once."""
type Headers = Mapping[str, str]
"""Headers besides the usual ones; a cookie among them replaces all others."""
type Interpret = Callable[[Response], DeviceError | None]
"""What a family makes of an answer that is no success; None leaves it to the status."""


@dataclass(slots=True)
class Stats:
    """Counts since the start, for diagnostics."""

    requests: int = 0
    streams: int = 0
    received: int = 0
    """Bytes of bodies."""
    resent: int = 0
    """Requests sent again because the device had closed the idle connection."""
    failures: dict[str, int] = field(default_factory=dict)
    """By class of error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """An answer that goes on: its head, and its body piece by piece until the device ends it."""

    status: int
    headers: CIMultiDictProxy[str]
    chunks: AsyncIterator[bytes]


def device_url(host: str, port: int, *, tls: bool) -> URL:
    """Compose the base address of a device; `host` may be an IPv6 address with or without brackets."""
    return URL.build(scheme="https" if tls else "http", host=host.removeprefix("[").removesuffix("]"), port=port)


class HttpTransport:
    """All HTTP to one device, over a session that belongs to someone else."""

    def __init__(
        self,
        session: ClientSession,
        base: URL,
        login: Login,
        *,
        verify_ssl: bool = True,
        limit: int = 3,
        timeout: float = 10.0,
        interpret: Interpret | None = None,
        proof: Call | None = None,
    ) -> None:
        """Take the device's address (`device_url`) and login, limits, and how the family reads a failure.

        `limit` is the number of requests at once, of which reads take all but one; `timeout` the seconds for each.
        With `verify_ssl` the session's own TLS rules hold; without, any certificate and old TLS are accepted.
        `proof` is where the password is tried before the refusal of another path counts; without, it is the first
        path that it opened by GET, if any.
        """
        self.base = base.origin()
        self.login = login
        self.stats = Stats()
        self._session = session
        self._ssl: ssl.SSLContext | bool = True if verify_ssl else lenient_tls()
        self._slots = asyncio.Semaphore(limit)
        # One slot is never taken by a read: the stop of a moving camera must not queue behind slow polls.
        self._read_slots = asyncio.Semaphore(max(1, limit - 1))
        self._writing = asyncio.Lock()
        self._timeout = timeout
        self._interpret = interpret
        self._proof = proof

    def exclusive(self) -> AbstractAsyncContextManager[None]:
        """Keep other holders out: to read a document, change it and write it back. Not to be nested."""
        return self._writing

    def reset_auth(self) -> None:
        """Allow logins again after a refusal; only when the user acted."""
        self.login.reset()

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Query = (),
        body: bytes | None = None,
        content_type: str | None = None,
        timeout: float | None = None,
        max_size: int = MAX_BODY,
        idempotent: bool | None = None,
        check: bool = True,
        headers: Headers | None = None,
    ) -> Response:
        """Ask for one whole answer of at most `max_size` bytes within `timeout` seconds of getting a slot.

        `idempotent` (by default GET and HEAD) marks a mere read: it may be sent again where the device had closed the
        connection, and leaves a slot to commands. With `check` every status but 2xx raises; without, the caller gets
        it, except a refused login.
        """
        self.login.check()
        call = Call(
            method=method,
            path=path,
            query=query,
            body=body,
            content_type=content_type,
            idempotent=method in _REPEATABLE if idempotent is None else idempotent,
            timeout=ClientTimeout(total=None),
            headers=headers or {},
        )
        with self._accounted():
            async with self._slot(call.idempotent), asyncio.timeout(self._timeout if timeout is None else timeout):
                self.stats.requests += 1
                response = await self._open(call)
                answer = await self._whole(call.path, response, max_size)
            if check:
                self._check(answer)
        return answer

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        path: str,
        *,
        query: Query = (),
        body: bytes | None = None,
        content_type: str | None = None,
        timeout: float | None = None,
        read_timeout: float | None = None,
    ) -> AsyncGenerator[Stream]:
        """Open an answer that goes on; every status but 2xx raises. Only the opening takes one of the slots.

        `timeout` is for the opening, `read_timeout` for the silence between two pieces (None: for ever). A refused
        login raises, but stops no other request: door stations refuse their streams whatever the password. Who
        asks makes sure by another request that the password is right.
        """
        self.login.check()
        call = Call(
            method=method,
            path=path,
            query=query,
            body=body,
            content_type=content_type,
            idempotent=method in _REPEATABLE,
            timeout=ClientTimeout(total=None, sock_read=read_timeout),
            conclusive=False,
        )
        with self._accounted():
            async with self._slot(call.idempotent), asyncio.timeout(self._timeout if timeout is None else timeout):
                self.stats.streams += 1
                response = await self._open(call)
                if not response.ok:
                    self._check(await self._whole(call.path, response, _MAX_REFUSAL))
        try:
            yield Stream(status=response.status, headers=response.headers, chunks=self._chunks(response))
        finally:
            response.close()

    @asynccontextmanager
    async def websocket(
        self, path: str, *, headers: Headers | None = None, max_size: int = MAX_BODY, timeout: float | None = None
    ) -> AsyncGenerator[WebSocket]:
        """Open a WebSocket, within `timeout` seconds; it takes no slot and nothing but these headers logs in."""
        url = URL(f"{self.base}{Call(method=hdrs.METH_GET, path=path).target}", encoded=True)
        with self._accounted():
            async with asyncio.timeout(self._timeout if timeout is None else timeout):
                self.stats.streams += 1
                link = await connect(self._session, url, headers or {}, self._ssl, max_size)
        try:
            yield link
        finally:
            await link.close()

    @asynccontextmanager
    async def _slot(self, reads: bool) -> AsyncGenerator[None]:
        """Wait for one of the slots for requests at once."""
        async with AsyncExitStack() as stack:
            if reads:
                await stack.enter_async_context(self._read_slots)
            await stack.enter_async_context(self._slots)
            yield

    async def _open(self, call: Call) -> ClientResponse:
        """Send until the head of the answer is here, following redirects within the device."""
        url = URL(f"{self.base}{call.target}", encoded=True)
        started = time.monotonic()
        for _ in range(_MAX_REDIRECTS + 1):
            response = await self._send(call, url)
            elapsed = (time.monotonic() - started) * 1000
            _LOGGER.debug("%s %s: %d in %.0f ms", self.base.authority, call.shown, response.status, elapsed)
            if response.status not in (301, 302, 303, 307, 308):
                return response
            response.release()
            url = _redirected(call, url, response.headers.get(hdrs.LOCATION, ""))
        raise BadAnswer("the device redirects without end")

    async def _send(self, call: Call, url: URL) -> ClientResponse:
        """Send one request and log in on the way."""
        exchange = Exchange(
            self.login,
            self._judge(call.path),
            repeatable=call.idempotent,
            conclusive=call.conclusive,
            prove=self._prove if self._provable(call, url) else None,
        )
        try:
            response = await self._exchange(call, url, exchange)
        finally:
            self.stats.resent += exchange.resent
        took = exchange.signed and 200 <= response.status < 300
        if took and call.method == hdrs.METH_GET and self.login.proof is None and self._proof is None:
            self.login.proof = url
        return response

    async def _exchange(self, call: Call, url: URL, exchange: Exchange) -> ClientResponse:
        response = await self._session.request(
            call.method,
            url,
            data=call.body,
            headers={hdrs.CONTENT_TYPE: call.content_type} if call.content_type else None,
            # Cameras gain nothing from compression, and a compressed body could grow without bound.
            skip_auto_headers=(hdrs.ACCEPT_ENCODING,),
            timeout=call.timeout,
            ssl=self._ssl,
            allow_redirects=False,
            raise_for_status=False,
            middlewares=(exchange, call.dress),
        )
        self._drop_cookies(response)
        return response

    def _provable(self, call: Call, url: URL) -> bool:
        """Whether another path than this one tells whether the password is right."""
        if self._proof is not None:
            return call.path != self._proof.path
        return self.login.proof not in (None, url)

    async def _prove(self) -> bool:
        """Try the password where it was right before; whoever asks holds the login's lock."""
        call, url = self._proof, self.login.proof
        if call is not None:
            url = URL(f"{self.base}{call.target}", encoded=True)
        elif url is not None:
            call = Call(method=hdrs.METH_GET, path=url.path)
        if call is None or url is None:
            return False
        exchange = Exchange(self.login, self._judge(call.path), repeatable=True, in_turn=True)
        try:
            response = await self._exchange(call, url, exchange)
        except DeviceError, ClientError, OSError:
            return False
        return await exchange.settle(response)

    def _judge(self, path: str) -> Judge:
        async def judge(response: ClientResponse) -> DeviceError | None:
            answer = await self._refusal(path, response)
            return self._interpret(answer) if self._interpret else None

        return judge

    def _drop_cookies(self, response: ClientResponse) -> None:
        """Take a device's cookies out of the session, which others share."""
        if names := set(response.cookies):
            self._session.cookie_jar.clear(
                lambda morsel: morsel.key in names and morsel["domain"] in ("", self.base.raw_host)
            )

    async def _whole(self, path: str, response: ClientResponse, max_size: int) -> Response:
        """Read an answer to its end; close the connection when it is too large or breaks off."""
        body = bytearray()
        try:
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > max_size:
                    raise BadAnswer(f"answer larger than {max_size} bytes")
        except BaseException:
            response.close()
            raise
        self.stats.received += len(body)
        response.release()
        return _answer(path, response, bytes(body))

    async def _refusal(self, path: str, response: ClientResponse) -> Response:
        """Read a 401; what cannot be read counts as empty, since the status alone says enough."""
        try:
            return await self._whole(path, response, _MAX_REFUSAL)
        except BadAnswer, ClientError, OSError:
            return _answer(path, response, b"")

    async def _chunks(self, response: ClientResponse) -> AsyncIterator[bytes]:
        """Pass on a body as it comes."""
        with self._accounted():
            async for chunk in response.content.iter_any():
                self.stats.received += len(chunk)
                yield chunk

    def _check(self, answer: Response) -> None:
        """Raise the error that an answer means; a refusal stops all requests whatever its status."""
        if 200 <= answer.status < 300:
            return
        error = (self._interpret(answer) if self._interpret else None) or status_error(answer)
        if isinstance(error, AuthFailed):
            self.login.refuse(error)
        raise error

    @contextmanager
    def _accounted(self) -> Iterator[None]:
        """Turn what fails inside into a `DeviceError` and count it."""
        try:
            yield
        except DeviceError as error:
            self._count(error)
            raise
        except (ClientError, OSError) as fault:
            failure = fault_error(fault)
            self._count(failure)
            # Without its cause, whose text may hold the URL.
            raise failure from None

    def _count(self, error: DeviceError) -> None:
        """Count a failure."""
        name = type(error).__name__
        self.stats.failures[name] = self.stats.failures.get(name, 0) + 1


def _answer(path: str, response: ClientResponse, body: bytes) -> Response:
    """Compose an answer."""
    return Response(
        method=response.method,
        path=path,
        status=response.status,
        headers=response.headers,
        content_type=plain_content_type(response.headers.get(hdrs.CONTENT_TYPE)),
        body=body,
    )


def _redirected(call: Call, url: URL, location: str) -> URL:
    """Tell where a redirect leads; credentials go nowhere but to the device itself."""
    try:
        target = url.join(URL(location))
        origin = target.origin()
    except ValueError:
        raise BadAnswer("the device redirects to an address that is none") from None
    if origin.scheme == "https" and url.scheme == "http" and origin.raw_host == url.raw_host:
        raise TlsError("the device answers over HTTPS only", code="https_only")
    if origin != url.origin():
        raise BadAnswer("the device redirects to another address")
    if call.method not in _REPEATABLE:
        raise BadAnswer("the device redirects a command")
    return target
