"""What every simulated device shares: a server on 127.0.0.1, fault switches and a journal of requests."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
import ssl
import time
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from multidict import CIMultiDict

from .tls import server_context

LOOPBACK = "127.0.0.1"


@dataclass(kw_only=True)
class Recorded:
    """One request as the device saw it; `status` is filled in when it was answered (0: dropped)."""

    method: str
    path: str
    """Path with the query, exactly as sent."""
    body: bytes
    headers: dict[str, str]
    user: str | None = None
    status: int = 0
    at: float = field(default_factory=time.monotonic)


@dataclass(kw_only=True)
class Answer:
    """What a device answers to one request."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/xml"
    headers: list[tuple[str, str]] = field(default_factory=list)


@dataclass(kw_only=True)
class Rule:
    """A fault bound to a path prefix: `times` answers (None: for ever) with this status and sub status."""

    path: str = ""
    status: int = 403
    sub: str = "notSupport"
    code: int | None = None
    """Status code in the body; None takes the one that belongs to the sub status."""
    method: str | None = None
    times: int | None = None

    def matches(self, method: str, path: str) -> bool:
        """Whether the rule is still to be applied to this request."""
        return self.times != 0 and self.method in (None, method) and path.startswith(self.path)

    def spend(self) -> Self:
        """Use the rule up once."""
        if self.times:
            self.times -= 1
        return self


def _nothing() -> None:
    """Stand in for an action the simulator has not bound."""


@dataclass(kw_only=True)
class Fault:
    """Switches that make the device misbehave; all off at the start."""

    delay: float = 0.0
    """Seconds before every answer."""
    delays: dict[str, float] = field(default_factory=dict)
    """Seconds before answers below a path prefix."""
    wrong_length: bool = False
    """Announce more bytes than are sent, then close."""
    unauthorized: bool = False
    """Refuse every login, right or wrong, without counting it."""
    busy: bool = False
    """Answer everything with 503 and "device busy"."""
    busy_pictures: bool = False
    """Answer snapshots only with 503."""
    not_support: set[str] = field(default_factory=set)
    """Path prefixes the device claims not to know."""
    ok_with_error: set[str] = field(default_factory=set)
    """Path prefixes answered with HTTP 200 and an error in the body."""
    malformed_part: bool = False
    """Break the body of every pushed event."""
    no_heartbeat: bool = False
    """Push events but no heartbeats."""
    silent: bool = False
    """Keep the push connections open and send nothing at all (a half-open connection)."""
    rules: list[Rule] = field(default_factory=list)
    close_streams: Callable[[], None] = _nothing
    """Break all push connections."""
    _drops: int = 0
    _truncated: int = 0

    def drop_next(self, count: int = 1) -> None:
        """Close the connection instead of answering the next `count` requests."""
        self._drops += count

    def truncate_next(self, count: int = 1) -> None:
        """Cut the next `count` answers in half and close."""
        self._truncated += count

    def status_next(
        self, status: int, sub: str = "deviceBusy", *, path: str = "", times: int = 1, code: int | None = None
    ) -> None:
        """Answer the next `times` requests (below `path`) with this HTTP status and sub status."""
        self.rules.append(Rule(path=path, status=status, sub=sub, code=code, times=times))

    def take_drop(self) -> bool:
        """Use up one drop, if any is due."""
        if not self._drops:
            return False
        self._drops -= 1
        return True

    def take_truncate(self) -> bool:
        """Use up one truncation, if any is due."""
        if not self._truncated:
            return False
        self._truncated -= 1
        return True

    def rule_for(self, method: str, path: str) -> Rule | None:
        """Return (and use up once) the first rule for this request."""
        found = next((rule for rule in self.rules if rule.matches(method, path)), None)
        return found.spend() if found else None

    def delay_for(self, path: str) -> float:
        """Return how long to wait before answering this path."""
        return max([self.delay, *(wait for prefix, wait in self.delays.items() if path.startswith(prefix))])


class BaseSimulator:
    """A device on the loopback address; a family overrides `respond`.

    Use as `async with`: leaving it closes every connection and task.
    """

    def __init__(
        self, *, port: int = 0, username: str = "admin", password: str = "Secret123", tls: bool = False
    ) -> None:
        """Prepare; nothing listens before `start`."""
        self.host = LOOPBACK
        self.port = port
        self.username = username
        self.password = password
        self.tls = tls
        self.fault = Fault()
        self.requests: list[Recorded] = []
        self.close_each = False
        """Close the connection after each answer, as many older devices do."""
        self._context: ssl.SSLContext | None = server_context() if tls else None
        self._listener: asyncio.Server | None = None
        self._server: web.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Base URL of the device."""
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"

    async def __aenter__(self) -> Self:
        """Start on entering the context."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop on leaving the context."""
        await self.stop()

    async def start(self) -> None:
        """Begin to listen; `port` tells where."""
        self._server = web.Server(self._serve, access_log=None, handler_cancellation=True)
        await self.come_up()

    async def come_up(self) -> None:
        """Listen again on the same port."""
        assert self._server is not None
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self._server, self.host, self.port, ssl=self._context)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def go_down(self) -> None:
        """Break all connections and refuse new ones, as a device without power."""
        if self._listener is None:
            return
        listener, self._listener = self._listener, None
        listener.close()
        listener.abort_clients()
        await listener.wait_closed()

    async def stop(self) -> None:
        """Close everything; nothing is left running afterwards."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.go_down()
        if self._server is not None:
            await self._server.shutdown(0)
            self._server = None

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the requests; `stop` cancels it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def respond(self, request: web.BaseRequest, record: Recorded) -> Answer | None:
        """Answer one request; None when the handler wrote to the connection itself."""
        raise NotImplementedError

    def seen(self, method: str | None = None, path: str = "") -> list[Recorded]:
        """Return the recorded requests with this method whose path contains `path`."""
        return [r for r in self.requests if method in (None, r.method) and path in r.path]

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        record = Recorded(
            method=request.method,
            path=request.raw_path,
            body=await request.read(),
            headers=dict(request.headers),
        )
        self.requests.append(record)
        if wait := self.fault.delay_for(record.path):
            await asyncio.sleep(wait)
        if self.fault.take_drop():
            return self._cut(request)
        answer = await self.respond(request, record)
        if answer is None:
            return self._cut(request)
        record.status = answer.status
        if self.fault.wrong_length or self.fault.take_truncate():
            return self._broken(request, answer)
        return self._proper(answer)

    def _proper(self, answer: Answer) -> web.Response:
        response = web.Response(status=answer.status, body=answer.body, headers=CIMultiDict(answer.headers))
        if answer.content_type:
            response.headers["Content-Type"] = answer.content_type
        if self.close_each:
            response.force_close()
        return response

    def _broken(self, request: web.BaseRequest, answer: Answer) -> web.Response:
        length, body = len(answer.body), answer.body[: len(answer.body) // 2]
        if self.fault.wrong_length:
            length, body = length + 100, answer.body
        lines = (f"HTTP/1.1 {answer.status} OK", f"Content-Type: {answer.content_type}", f"Content-Length: {length}")
        head = "\r\n".join(lines) + "\r\n\r\n"
        if request.transport is not None:
            request.transport.write(head.encode() + body)
            request.transport.close()
        return web.Response()

    @staticmethod
    def _cut(request: web.BaseRequest) -> web.Response:
        """End the connection; what aiohttp makes of the returned answer goes nowhere."""
        if request.transport is not None:
            request.transport.close()
        return web.Response()
