"""Push: one endless multipart answer for each listener (l.162-181, l.480-507), framed right or wrong."""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum

from ..base import Fault

BOUNDARY = "myboundary"
IDLE_TEXT = "Connecting, waiting for alarm message"


class Idle(StrEnum):
    """What the device sends while nothing happens (l.485 leaves it open)."""

    PART = "part"
    """The text once, as a part."""
    RAW = "raw"
    """The text once, outside any part."""
    REPEATED = "repeated"
    """The text as a part, again and again."""
    NOTHING = "nothing"


class Framing(StrEnum):
    """How the parts are written."""

    STANDARD = "standard"
    STATUS_LINE = "status_line"
    """A line with the HTTP code in front of the headers of each part (l.126)."""
    SHORT_LENGTH = "short_length"
    LONG_LENGTH = "long_length"
    """The length reaches into the next part."""
    NO_LENGTH = "no_length"
    BARE_LF = "bare_lf"
    CHUNKED = "chunked"
    """The whole answer in HTTP chunks."""


_OFFSET = {Framing.SHORT_LENGTH: -9, Framing.LONG_LENGTH: 23}


@dataclass(kw_only=True, eq=False)
class Listener:
    """One open answer."""

    transport: asyncio.Transport
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    def abort(self) -> None:
        """Break the connection."""
        self.closed.set()
        self.transport.abort()

    def finish(self) -> None:
        """End the answer in order, without a closing boundary."""
        self.closed.set()
        self.transport.close()


@dataclass(kw_only=True)
class Streams:
    """All listeners; everything may be changed while it runs."""

    fault: Fault
    limit: int = 1
    """One more listener than this is refused with -511."""
    idle: Idle = Idle.PART
    idle_every: float = 5.0
    """Seconds between the idle texts when they repeat."""
    framing: Framing = Framing.STANDARD
    segment: int = 0
    """Write in pieces of so many bytes."""
    open: list[Listener] = field(default_factory=list)
    opened: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def head(self) -> bytes:
        """Return the head of the answer."""
        lines = [
            "HTTP/1.1 200 OK",
            f"Content-Type: multipart/x-mixed-replace; boundary={BOUNDARY}",
            "Connection: close",
        ]
        if self.framing is Framing.CHUNKED:
            lines.append("Transfer-Encoding: chunked")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def frame(self, body: bytes, content_type: str = "text/plain") -> bytes:
        """Return one part; the body is followed by a line break."""
        lines = [f"--{BOUNDARY}"]
        if self.framing is Framing.STATUS_LINE:
            lines.append("HTTP Code: 200 OK")
        lines.append(f"Content-Type: {content_type}")
        if self.framing is not Framing.NO_LENGTH:
            lines.append(f"Content-Length: {len(body) + _OFFSET.get(self.framing, 0)}")
        whole = ("\r\n".join(lines) + "\r\n\r\n").encode() + body + b"\r\n"
        return whole.replace(b"\r\n", b"\n") if self.framing is Framing.BARE_LF else whole

    async def hold(self, transport: asyncio.Transport) -> None:
        """Keep one answer open until either side ends it."""
        mine = Listener(transport=transport)
        self.open.append(mine)
        self.opened += 1
        transport.write(self.head())
        self._note()
        try:
            await self._greet(mine)
            while not mine.closed.is_set():
                await self._wait(mine)
                if self.idle is Idle.REPEATED and not mine.closed.is_set() and not self.fault.silent:
                    await self._write(mine, self.frame(IDLE_TEXT.encode()))
        finally:
            self.open.remove(mine)
            self._note()

    async def _greet(self, mine: Listener) -> None:
        if self.fault.silent or self.idle is Idle.NOTHING:
            return
        text = IDLE_TEXT.encode()
        await self._write(mine, text + b"\r\n" if self.idle is Idle.RAW else self.frame(text))

    async def _wait(self, mine: Listener) -> None:
        try:
            async with asyncio.timeout(self.idle_every):
                await mine.closed.wait()
        except TimeoutError:
            return

    async def _write(self, mine: Listener, data: bytes) -> None:
        step = self.segment or len(data)
        for start in range(0, len(data), step):
            piece = data[start : start + step]
            if self.framing is Framing.CHUNKED:
                piece = b"%X\r\n%b\r\n" % (len(piece), piece)
            mine.transport.write(piece)
            if self.segment:
                # Long enough for the peer to read what is there, so that the pieces do not come as one.
                await asyncio.sleep(0.002)

    async def send(self, bodies: list[bytes]) -> int:
        """Push parts in one write to every listener; returns how many got them."""
        if self.fault.silent:
            return 0
        if self.fault.malformed_part:
            bodies = [body.replace(b"=", b"\xff\x00") for body in bodies]
        return await self.send_bytes(b"".join(self.frame(body) for body in bodies))

    async def send_bytes(self, data: bytes) -> int:
        """Push bytes as they are to every listener; returns how many got them."""
        reached = list(self.open)
        for mine in reached:
            await self._write(mine, data)
        await asyncio.sleep(0)
        return len(reached)

    def close(self) -> None:
        """Break every connection abruptly."""
        for mine in tuple(self.open):
            mine.abort()

    def finish(self) -> None:
        """End every answer in order."""
        for mine in tuple(self.open):
            mine.finish()

    def _note(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, count: int) -> None:
        """Wait until exactly so many listeners are there."""
        while len(self.open) != count:
            await self._changed.wait()
