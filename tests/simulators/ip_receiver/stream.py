"""The subscriptions: one endless multipart answer each, framed right or wrong."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
import json
from typing import Any

from ..base import Fault

BOUNDARY = "boundary"
HIGH_WATER = 1 << 20


class Framing(StrEnum):
    """How the parts are written."""

    STANDARD = "standard"
    SAMPLE = "sample"
    """As in the document: body, LF counted in the length, next boundary."""
    BARE_LF = "bare_lf"
    NO_LENGTH = "no_length"
    SHORT_LENGTH = "short_length"
    """The length is less than the body has."""
    LONG_LENGTH = "long_length"
    """The length reaches into the next part."""
    WRONG_LENGTH = "wrong_length"
    """Too short and too long in turn."""
    QUOTED = "quoted"
    """Boundary in quotes in the header."""
    CHUNKED = "chunked"
    """The whole answer in HTTP chunks, one for each write."""


_LENGTHS: dict[Framing, tuple[int, ...]] = {
    Framing.SHORT_LENGTH: (-7,),
    Framing.LONG_LENGTH: (23,),
    Framing.WRONG_LENGTH: (-7, 23),
    Framing.SAMPLE: (1,),
}


@dataclass(kw_only=True, eq=False)
class Subscription:
    """One open subscription."""

    number: int
    transport: asyncio.Transport
    beats: int = 0
    """Signs of life sent so far."""
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    def close(self) -> None:
        """End it, closing the connection in order."""
        self.closed.set()
        self.transport.close()

    def abort(self) -> None:
        """Break the connection."""
        self.closed.set()
        self.transport.abort()


@dataclass(kw_only=True)
class Streams:
    """All subscriptions; everything may be changed while it runs."""

    fault: Fault
    framing: Framing = Framing.STANDARD
    indent: bool = False
    """Bodies with line breaks, as the document's samples."""
    limit: int = 8
    segment: int = 0
    """Bytes per segment; 0 writes each push at once."""
    next_id: int = 5939
    open: dict[int, Subscription] = field(default_factory=dict)
    opened: int = 0
    """Subscriptions ever accepted."""
    _framed: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, count: int) -> None:
        """Wait until this many subscriptions are open."""
        while len(self.open) != count:
            await self._changed.wait()

    def _change(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def body(self, tree: Any) -> bytes:
        """Return the JSON text of a part."""
        if self.indent:
            return json.dumps(tree, ensure_ascii=False, indent=2).encode()
        return json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()

    def frame(self, body: bytes) -> bytes:
        """Return one part as it goes over the wire."""
        end = b"\n" if self.framing is Framing.BARE_LF else b"\r\n"
        lines = [f"--{BOUNDARY}".encode(), b'Content-Type: application/json; charset="UTF-8"']
        if self.framing is not Framing.NO_LENGTH:
            wrong = _LENGTHS.get(self.framing, (0,))
            length = max(0, len(body) + wrong[self._framed % len(wrong)])
            lines.append(f"Content-Length: {length}".encode())
        self._framed += 1
        tail = b"\n" if self.framing is Framing.SAMPLE else end
        return end.join(lines) + end + end + body + tail

    def head(self) -> bytes:
        """Return the head of the answer (l.460-465)."""
        quote = '"' if self.framing is Framing.QUOTED else ""
        lines = [
            "HTTP/1.1 200 OK",
            "Server: nginx",
            f"Content-Type: multipart/mixed; boundary={quote}{BOUNDARY}{quote}",
            "Connection: close",
            "MIME-Version: 1.0",
        ]
        if self.framing is Framing.CHUNKED:
            lines.append("Transfer-Encoding: chunked")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def hold(
        self,
        transport: asyncio.Transport,
        first: Callable[[int], Any],
        beat: Callable[[int], Any],
        every: Callable[[], float],
    ) -> None:
        """Keep one subscription until either side ends it, with a sign of life now and then."""
        mine = Subscription(number=self.next_id, transport=transport)
        self.next_id += 1
        self.open[mine.number] = mine
        self.opened += 1
        transport.write(self.head())
        transport.write(self._chunk(self.frame(self.body(first(mine.number)))))
        self._change()
        try:
            while not mine.closed.is_set():
                await self._wait(mine, every())
                if not (mine.closed.is_set() or self.fault.silent or self.fault.no_heartbeat):
                    mine.beats += 1
                    await self._write(mine, self.frame(self.body(beat(mine.beats))))
        finally:
            del self.open[mine.number]
            self._change()

    @staticmethod
    async def _wait(mine: Subscription, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await mine.closed.wait()
        except TimeoutError:
            return

    def _chunk(self, data: bytes) -> bytes:
        return b"%X\r\n%b\r\n" % (len(data), data) if self.framing is Framing.CHUNKED else data

    async def _write(self, mine: Subscription, data: bytes) -> None:
        step = self.segment or len(data)
        for start in range(0, len(data), step):
            mine.transport.write(self._chunk(data[start : start + step]))
            if self.segment:
                # Long enough for the peer to read what is there, so that the pieces do not come as one.
                await asyncio.sleep(0.002)

    async def send(self, bodies: list[bytes]) -> int:
        """Push parts in one write to every subscriber; return how many got them."""
        if self.fault.malformed_part:
            bodies = [body.replace(b'"eventType"', b'eventType"') for body in bodies]
        return 0 if self.fault.silent else await self.send_bytes(b"".join(self.frame(body) for body in bodies))

    async def send_bytes(self, data: bytes) -> int:
        """Push bytes as they are to every subscriber; return how many got them."""
        reached = list(self.open.values())
        for mine in reached:
            await self._write(mine, data)
        await asyncio.sleep(0)
        for mine in reached:
            # A transport of our own making has no event for "written out".
            while not mine.closed.is_set() and mine.transport.get_write_buffer_size() > HIGH_WATER:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        return len(reached)

    def close(self) -> None:
        """Break every connection abruptly."""
        for mine in tuple(self.open.values()):
            mine.abort()

    def finish(self) -> None:
        """End every answer in order, without a closing boundary."""
        for mine in tuple(self.open.values()):
            mine.close()
