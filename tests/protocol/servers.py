"""Small HTTP servers over real sockets, with digest and Basic checked by code of their own."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
import hashlib
import itertools
import re
import ssl
from typing import Self, override

USER = "admin"
PASSWORD = "s3cret pässword"


@dataclass
class Request:
    """One request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int


@dataclass
class Reply:
    """One answer; `raw` replaces all of it, `close` ends the connection after it."""

    status: int = 200
    body: bytes = b"ok"
    headers: list[tuple[str, str]] = field(default_factory=list)
    close: bool = False
    raw: bytes | None = None
    hang: bool = False


type Answer = Callable[[Request], Awaitable[Reply | None]]


class Server:
    """Answers requests by a function; None closes the connection without an answer."""

    def __init__(
        self,
        answer: Answer | None = None,
        *,
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.requests: list[Request] = []
        self.host = host
        self.port = 0
        self.running = 0
        self.most_running = 0
        self.connections = 0
        self._answer = answer
        self._tls = tls
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, self.host, 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def answer(self, request: Request) -> Reply | None:
        """Answer one request."""
        assert self._answer is not None
        return await self._answer(request)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            await self._talk(self.connections, reader, writer)
        except ConnectionError, asyncio.IncompleteReadError, ssl.SSLError:
            pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _talk(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (request := await _read(number, reader)) is not None:
            self.requests.append(request)
            self.running += 1
            self.most_running = max(self.most_running, self.running)
            try:
                reply = await self.answer(request)
            finally:
                self.running -= 1
            if reply is None:
                return
            writer.write(_compose(reply) if reply.raw is None else reply.raw)
            await writer.drain()
            if reply.hang:
                await asyncio.Event().wait()
            if reply.close:
                writer.close()
                return


async def _read(number: int, reader: asyncio.StreamReader) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, target, headers, body, number)


def _compose(reply: Reply) -> bytes:
    lines = [f"HTTP/1.1 {reply.status} X", f"Content-Length: {len(reply.body)}"]
    lines += [f"{name}: {value}" for name, value in reply.headers]
    if reply.close:
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode() + reply.body


class DigestDevice(Server):
    """A device with digest login that checks what a strict one checks."""

    def __init__(
        self,
        *,
        password: str = PASSWORD,
        algorithm: str | None = None,
        qop: str | None = "auth",
        nonce_uses: int = 1_000_000,
        silent_refusal: bool = False,
        extra_challenges: tuple[str, ...] = (),
        refusal_body: bytes = b"<no/>",
        delay: float = 0.0,
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(host=host, tls=tls)
        self.password = password
        self.algorithm = algorithm
        self.qop = qop
        self.nonce_uses = nonce_uses
        self.silent_refusal = silent_refusal
        self.extra_challenges = extra_challenges
        self.refusal_body = refusal_body
        self.delay = delay
        self.stale_flag = False
        self.wrong: list[str] = []
        """What was wrong with each signed request on a valid nonce."""
        self.good = 0
        self.counts: dict[str, list[int]] = {}
        self._numbers: Iterator[int] = itertools.count(1)

    def expire(self) -> None:
        """Forget all nonces."""
        self.counts.clear()

    async def serve(self, request: Request) -> Reply:
        """Answer a request that is logged in."""
        return Reply(body=b"in")

    @override
    async def answer(self, request: Request) -> Reply | None:
        await asyncio.sleep(self.delay)
        header = request.headers.get("authorization", "")
        if not header.startswith("Digest "):
            return self._challenge()
        fields = {name: quoted or plain for name, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', header)}
        uses = self.counts.get(fields["nonce"])
        if uses is None or len(uses) >= self.nonce_uses:
            return Reply(401, b"") if self.silent_refusal else self._challenge(stale=self.stale_flag)
        if fault := self._fault(request, fields, uses):
            self.wrong.append(fault)
            return self._challenge()
        uses.append(int(fields.get("nc", "0"), 16))
        self.good += 1
        return await self.serve(request)

    def _challenge(self, *, stale: bool = False) -> Reply:
        nonce = f"n{next(self._numbers)}"
        self.counts.setdefault(nonce, [])
        text = f'Digest realm="IP Camera (1)", nonce="{nonce}"'
        text += f', qop="{self.qop}"' if self.qop else ""
        text += f", algorithm={self.algorithm}" if self.algorithm else ""
        text += ', opaque="x y"'
        text += f', stale="{str(stale).upper()}"'
        headers = [("WWW-Authenticate", value) for value in (*self.extra_challenges, text)]
        return Reply(401, self.refusal_body, headers)

    def _fault(self, request: Request, fields: dict[str, str], uses: list[int]) -> str:
        def digest(text: str) -> str:
            return hashlib.new("sha256" if self.algorithm == "SHA-256" else "md5", text.encode()).hexdigest()

        if fields["uri"] != request.target:
            return "uri"
        if fields.get("opaque") != "x y" or fields["username"] != USER:
            return "fields"
        one = digest(f"{USER}:IP Camera (1):{self.password}")
        two = digest(f"{request.method}:{request.target}")
        if self.qop is None:
            middle = fields["nonce"]
            if "qop" in fields or "nc" in fields:
                return "qop"
        else:
            if fields.get("qop") != "auth":
                return "qop"
            if int(fields["nc"], 16) in uses:
                return "nc"
            middle = f"{fields['nonce']}:{fields['nc']}:{fields['cnonce']}:auth"
        return "" if fields["response"] == digest(f"{one}:{middle}:{two}") else "response"


def basic_ok(request: Request) -> bool:
    """Whether a request carries the right Basic credentials."""
    pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    return request.headers.get("authorization") == f"Basic {pair}"


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that another task brings about; the test's own time limit ends it."""
    while not condition():  # noqa: ASYNC110
        await asyncio.sleep(0.002)
