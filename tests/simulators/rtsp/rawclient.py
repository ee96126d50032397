"""Raw RTSP requests, for the tests of the simulator itself: as the document's samples have them, and no cleverer."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import hashlib
import re
from typing import Self

from .messages import Frame
from .server import RtspServer

_FIELD = re.compile(r'(\w+)="?([^",]*)"?')


def _md5(*parts: str) -> str:
    return hashlib.md5(":".join(parts).encode(), usedforsecurity=False).hexdigest()


@dataclass(kw_only=True)
class Reply:
    """An answer as it came."""

    status: int
    head: str
    body: bytes = b""

    def header(self, name: str) -> str:
        """Return a header's value, put together however it was folded; empty if there is none."""
        unfolded: list[str] = []
        for line in self.head.split("\r\n"):
            if unfolded and (line[:1] == " " or ":" not in line):
                unfolded[-1] += line
            else:
                unfolded.append(line)
        found = [line.partition(":")[2] for line in unfolded if line.lower().startswith(f"{name.lower()}:")]
        return found[0].strip() if found else ""


@dataclass(kw_only=True)
class Packet:
    """An RTP packet taken apart."""

    kind: int
    marker: bool
    sequence: int
    stamp: int
    ssrc: int
    payload: bytes

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Read a packet with everything that may be in it."""
        assert data[0] >> 6 == 2
        start = 12 + 4 * (data[0] & 0x0F)
        if data[0] & 0x10:
            start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4])
        end = len(data) - (data[-1] if data[0] & 0x20 else 0)
        return cls(
            kind=data[1] & 0x7F,
            marker=bool(data[1] & 0x80),
            sequence=int.from_bytes(data[2:4]),
            stamp=int.from_bytes(data[4:8]),
            ssrc=int.from_bytes(data[8:12]),
            payload=data[start:end],
        )


@dataclass(kw_only=True)
class RawRtsp:
    """One connection."""

    server: RtspServer
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    password: str
    cseq: int = 0
    session: str = ""
    proof: dict[str, str] = field(default_factory=dict)
    uses: int = 0
    frames: list[Frame] = field(default_factory=list)
    """Frames that came while an answer was waited for."""
    order: list[str] = field(default_factory=list)
    """What came, in order: the method answered, or the channel of a frame."""

    async def ask(self, method: str, url: str = "", *, uri: str = "", **headers: str) -> Reply:
        """Send a request, log in if asked to, and return the answer."""
        url = url or self.server.url()
        reply = await self.once(method, url, uri=uri, **headers)
        offered = reply.header("WWW-Authenticate")
        if reply.status == 401 and offered and not self._knows(offered):
            self.proof, self.uses = dict(_FIELD.findall(offered.partition(" ")[2])), 0
            reply = await self.once(method, url, uri=uri, **headers)
        return reply

    def _knows(self, offered: str) -> bool:
        """Whether the answer to a challenge was refused: then another try proves nothing."""
        return bool(self.proof) and self.uses == 1 and "TRUE" not in offered

    async def once(self, method: str, url: str, *, uri: str = "", **headers: str) -> Reply:
        """Send a request and return the answer."""
        self.cseq += 1
        lines = [f"{method} {url} RTSP/1.0", f"CSeq: {self.cseq}"]
        if self.proof:
            lines.append(f"Authorization: {self._authorization(method, uri or url)}")
        if self.session and "Session" not in headers:
            lines.append(f"Session: {self.session}")
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        reply = await self._reply()
        self.order.append(method)
        return reply

    def _authorization(self, method: str, uri: str) -> str:
        self.uses += 1
        realm, nonce = self.proof["realm"], self.proof["nonce"]
        first, second = _md5(self.server.username, realm, self.password), _md5(method, uri)
        text = f'Digest username="{self.server.username}", realm="{realm}", nonce="{nonce}", uri="{uri}"'
        if "qop" not in self.proof:
            return f'{text}, response="{_md5(first, nonce, second)}"'
        count = f"{self.uses:08x}"
        response = _md5(first, nonce, count, "abcd", "auth", second)
        return f'{text}, response="{response}", qop=auth, nc={count}, cnonce="abcd", algorithm="MD5"'

    async def _reply(self) -> Reply:
        while isinstance(item := await self._next(), Frame):
            self.frames.append(item)
        return item

    async def _next(self) -> Frame | Reply:
        first = await self.reader.readexactly(1)
        if first == b"$":
            head = await self.reader.readexactly(3)
            self.order.append(f"${head[0]}")
            return Frame(channel=head[0], data=await self.reader.readexactly(int.from_bytes(head[1:])))
        text = (first + await self.reader.readuntil(b"\r\n\r\n")).decode()
        reply = Reply(status=int(text.split()[1]), head=text)
        reply.body = await self.reader.readexactly(int(reply.header("Content-Length") or 0))
        return reply

    async def frame(self, channel: int) -> bytes:
        """Return the data of the next frame on a channel."""
        async with asyncio.timeout(5):
            while True:
                waiting = next((frame for frame in self.frames if frame.channel == channel), None)
                if waiting is not None:
                    self.frames.remove(waiting)
                    return waiting.data
                item = await self._next()
                assert isinstance(item, Frame)
                self.frames.append(item)

    async def packet(self, channel: int = 6) -> Packet:
        """Return the next RTP packet on a channel."""
        return Packet.read(await self.frame(channel))

    async def document(self, channel: int = 6) -> bytes:
        """Return the next document: packets up to the marker."""
        whole, packet = b"", await self.packet(channel)
        while not packet.marker:
            whole, packet = whole + packet.payload, await self.packet(channel)
        return whole + packet.payload

    async def ended(self) -> bool:
        """Return whether the server ends the connection (waits for it)."""
        async with asyncio.timeout(5):
            try:
                while await self.reader.read(4096):
                    pass
            except ConnectionError:
                pass
        return True

    async def set_up(self, track: int = 3, url: str = "", transport: str = "RTP/AVP/TCP;unicast;") -> Reply:
        """Set a track up."""
        reply = await self.ask("SETUP", f"{url or self.server.url()}/trackID={track}", Transport=transport)
        self.session = reply.header("Session").partition(";")[0] or self.session
        return reply

    async def play(self, url: str = "", tracks: Sequence[int] = (3,)) -> Reply:
        """Do everything from DESCRIBE to PLAY."""
        url = url or self.server.url()
        assert (await self.ask("DESCRIBE", url, Accept="application/sdp")).status == 200
        for track in tracks:
            assert (await self.set_up(track, url)).status == 200
        return await self.ask("PLAY", url, Range="npt=0.000000-")


@asynccontextmanager
async def raw(server: RtspServer, password: str | None = None) -> AsyncIterator[RawRtsp]:
    """Connect."""
    reader, writer = await asyncio.open_connection(server.host, server.port)
    try:
        yield RawRtsp(server=server, reader=reader, writer=writer, password=password or server.password)
    finally:
        writer.close()
