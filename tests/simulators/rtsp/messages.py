"""The grammar of RTSP as a device reads and writes it: requests, answers, and data frames between them."""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
import time

_HEAD_LIMIT = 16384
_BODY_LIMIT = 65536

PHRASES = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    453: "Not Enough Bandwidth",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    459: "Aggregate Operation Not Allowed",
    461: "Unsupported Transport",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
}


class Fold(StrEnum):
    """How long header values are written."""

    NONE = "none"
    SPACE = "space"
    """The value goes on in the next line, which begins with a space (the grammar's own way)."""
    PRINTED = "printed"
    """The value is in the next line, which begins with no space (001…txt l.213-214, l.246-247)."""


@dataclass(kw_only=True)
class Frame:
    """An interleaved frame."""

    channel: int
    data: bytes

    def wire(self) -> bytes:
        """Return the frame as it is sent (001…txt l.251)."""
        return b"$" + bytes((self.channel,)) + len(self.data).to_bytes(2) + self.data


@dataclass(kw_only=True)
class Request:
    """One request as the server saw it; `status` is filled in when it was answered (0: never)."""

    method: str
    url: str
    headers: dict[str, str]
    """Names in lower case, folded values joined."""
    body: bytes = b""
    status: int = 0
    broken: bool = False
    """The first line or the headers are not RTSP."""
    connection: int = 0
    """Number of the connection it came on, from 1."""
    at: float = field(default_factory=time.monotonic)

    @property
    def session(self) -> str:
        """The session named, without its parameters."""
        return self.headers.get("session", "").partition(";")[0].strip()


@dataclass(kw_only=True)
class Response:
    """What the server answers."""

    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def wire(self, cseq: str | None, fold: Fold = Fold.NONE) -> bytes:
        """Return the answer as it is sent; without a number the header is left out (001…txt l.213-216)."""
        lines = [f"RTSP/1.0 {self.status} {PHRASES.get(self.status, 'Error')}"]
        if cseq is not None:
            lines.append(f"CSeq: {cseq}")
        lines += [_header(name, value, fold) for name, value in self.headers]
        if self.body:
            lines.append(f"Content-Length: {len(self.body)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + self.body


_LONG = frozenset({"session", "rtp-info", "www-authenticate", "transport"})


def _header(name: str, value: str, fold: Fold) -> str:
    if fold is Fold.NONE or name.lower() not in _LONG:
        return f"{name}: {value}"
    if fold is Fold.PRINTED:
        return f"{name}:\r\n{value}"
    first, separator, rest = value.partition(";" if ";" in value else ",")
    return f"{name}: {first}{separator}\r\n {rest}" if rest else f"{name}:\r\n {value}"


async def read(reader: asyncio.StreamReader) -> Request | Frame | None:
    """Return what the client sends next; None when it is gone or sends without end."""
    try:
        first = await reader.readexactly(1)
        while first in b"\r\n":
            first = await reader.readexactly(1)
        if first == b"$":
            head = await reader.readexactly(3)
            return Frame(channel=head[0], data=await reader.readexactly(int.from_bytes(head[1:])))
        head = first + await reader.readuntil(b"\r\n\r\n")
        if len(head) > _HEAD_LIMIT:
            return None
        request = parse(head)
        length = request.headers.get("content-length", "0")
        if length.isdigit() and 0 < int(length) <= _BODY_LIMIT:
            request.body = await reader.readexactly(int(length))
    except asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError:
        return None
    return request


def parse(head: bytes) -> Request:
    """Read a request's head; one that is none is returned as broken."""
    first, *lines = head.decode("utf-8", errors="replace").split("\r\n")
    words = first.split()
    broken = len(words) != 3 or words[-1] != "RTSP/1.0"
    headers: dict[str, str] = {}
    last = ""
    for line in filter(None, lines):
        if line[0] in " \t" and last:
            headers[last] += " " + line.strip()
            continue
        name, colon, value = line.partition(":")
        broken = broken or not colon
        last = name.strip().lower()
        headers[last] = value.strip()
    method, url, *_ = [*words, "", ""]
    return Request(method=method, url=url, headers=headers, broken=broken)
