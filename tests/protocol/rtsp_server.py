"""A tiny RTSP server over real sockets that answers from a script, checks digests by code of its own, sends frames."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
import hashlib
import re
import socket
import struct
from typing import Self

USER = "admin"
PASSWORD = "s3cret pässword"
REALM = "IP Camera(51289)"
NONCE = "9fe43f1322976c0aa218b0f23f554b44"
PATH = "/ISAPI/Streaming/channels/101"

SDP = """v=0
o=- 1513571850040093 1513571850040093 IN IP4 10.10.36.212
s=Media Presentation
e=NONE
b=AS:5100
t=0 0
a=control:*
m=video 0 RTP/AVP 96
c=IN IP4 0.0.0.0
b=AS:5000
a=recvonly
a=x-dimensions:1920,1080
a=control:trackID=1
a=rtpmap:96 H264/90000
a=fmtp:96 profile-level-id=420029; packetization-mode=1;
sprop-parameter-sets=Z00AKp2oHgCJ+WbgICAoAAADAAGAAAMBICA=,aO48gA==
m=audio 0 RTP/AVP 0
c=IN IP4 0.0.0.0
b=AS:50
a=recvonly
a=control:trackID=2
a=rtpmap:0 PCMU/8000
m=application 0 RTP/AVP 107
c=IN IP4 0.0.0.0
b=AS:50
a=recvonly
a=control:trackID=3
a=rtpmap:107 isapi.metadata/90000
a=Media_header:MEDIAINFO=494D4B48010200000400000110710110401F000000FA0000000000000000000000
000000000000;
a=appversion:1.0
"""
"""As the document prints it (`001_11da3581811fffe4.txt` l.153-182)."""


@dataclass(kw_only=True)
class Asked:
    """One request as it came."""

    method: str
    url: str
    headers: dict[str, str]
    connection: int

    @property
    def auth(self) -> dict[str, str]:
        """Fields of `Authorization`."""
        found = re.findall(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))', self.headers.get("authorization", ""))
        return {name: quoted or plain for name, quoted, plain in found}


@dataclass(kw_only=True)
class Reply:
    """One answer; `raw` replaces all of it, `after` follows it, `end` closes the connection."""

    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    raw: bytes | None = None
    after: bytes = b""
    end: bool = False
    cseq: str | None = "same"
    silent: bool = False


type Answer = Callable[[Asked], Reply | None]


def rtp(
    payload: bytes,
    sequence: int,
    *,
    marker: bool = True,
    timestamp: int = 3027143702,
    payload_type: int = 107,
    source: int = 0x55667788,
    padding: int = 0,
    extension: bytes | None = None,
    sources: int = 0,
) -> bytes:
    """Make a packet; padding in bytes, the extension in whole words."""
    first = 0x80 | (0x20 if padding else 0) | (0x10 if extension is not None else 0) | sources
    data = struct.pack(">BBHII", first, marker << 7 | payload_type, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, source)
    data += bytes(4 * sources)
    if extension is not None:
        data += struct.pack(">HH", 0xBEDE, len(extension) // 4) + extension
    data += payload
    return data + bytes(padding - 1) + bytes((padding,)) if padding else data


def frame(channel: int, data: bytes) -> bytes:
    """Interleave."""
    return b"$" + bytes((channel,)) + struct.pack(">H", len(data)) + data


def sender_report(source: int = 0x55667788, seconds: int = 0x11112222, fraction: int = 0x33334444) -> bytes:
    """Make an RTCP sender report."""
    return struct.pack(">BBHIIIIII", 0x80, 200, 6, source, seconds, fraction, 0, 1, 100)


class ScriptedServer:
    """Answers by `answer`; what that leaves to it (None), as a good device does."""

    def __init__(
        self,
        answer: Answer | None = None,
        *,
        sdp: str = SDP,
        qop: str | None = None,
        algorithm: str | None = None,
        password: str | None = PASSWORD,
        timeout: str = ";timeout=60",
        channels: str = "6-7",
        playing: bytes = b"",
    ) -> None:
        self.script = answer
        self.sdp = sdp
        self.qop = qop
        self.algorithm = algorithm
        self.password = password
        self.nonce = NONCE
        self.timeout = timeout
        self.channels = channels
        self.playing = playing
        """Sent right behind the answer to PLAY."""
        self.requests: list[Asked] = []
        self.frames: list[tuple[int, bytes]] = []
        """Interleaved data that came."""
        self.answers: list[str] = []
        """First lines of answers that came."""
        self.refused = 0
        """Wrong signatures."""
        self.connections = 0
        self.open = 0
        self.port = 0
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def methods(self) -> list[str]:
        """Methods of all requests so far."""
        return [asked.method for asked in self.requests]

    def of(self, method: str) -> list[Asked]:
        """All requests of a method."""
        return [asked for asked in self.requests if asked.method == method]

    def send(self, data: bytes) -> None:
        """Send to the connection that was opened last."""
        self._writers[-1].write(data)

    def hang_up(self) -> None:
        """Close the connection that was opened last."""
        self._writers[-1].close()

    def reset(self) -> None:
        """Break the connection that was opened last."""
        connection = self._writers[-1].get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writers[-1].transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.append(writer)
        self.connections += 1
        self.open += 1
        try:
            await self._talk(self.connections, reader, writer)
        except ConnectionError, asyncio.IncompleteReadError:
            pass
        finally:
            self.open -= 1
            self._tasks.discard(task)
            writer.transport.abort()

    async def _talk(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            first = await reader.readexactly(1)
            if first == b"$":
                channel, high, low = await reader.readexactly(3)
                self.frames.append((channel, await reader.readexactly(high << 8 | low)))
                continue
            head = (first + await reader.readuntil(b"\r\n\r\n")).decode()
            line, *lines = head.split("\r\n")
            if line.startswith("RTSP/"):
                self.answers.append(line)
                continue
            method, url, protocol = line.split(" ")
            assert protocol == "RTSP/1.0"
            headers = {
                name.lower(): value.strip() for name, _, value in (each.partition(":") for each in lines if each)
            }
            asked = Asked(method=method, url=url, headers=headers, connection=number)
            self.requests.append(asked)
            reply = self.reply(asked)
            if not reply.silent:
                writer.write(compose(reply, headers["cseq"]))
                await writer.drain()
            if reply.end:
                return

    def reply(self, asked: Asked) -> Reply:
        """Answer one request."""
        if self.script is not None and (scripted := self.script(asked)) is not None:
            return scripted
        if self.password is not None and not self.allowed(asked):
            return self.challenge()
        return self.usual(asked)

    def usual(self, asked: Asked) -> Reply:
        """Answer as a good device does once the request is let in."""
        session = ("Session", f"408703626{self.timeout}")
        match asked.method:
            case "DESCRIBE":
                return Reply(headers=[("Content-Type", "application/sdp")], body=self.sdp.encode())
            case "SETUP":
                transport = f'RTP/AVP/TCP;unicast;interleaved={self.channels};ssrc=14b37590;mode="play"'
                return Reply(headers=[session, ("Transport", transport)])
            case "PLAY":
                info = ("RTP-Info", "\r\nurl=trackID=1;seq=24874,url=trackID=2;seq=42360,url=trackID=3;seq=0")
                return Reply(headers=[("Session", "408703626"), info], after=self.playing)
        return Reply()

    def challenge(self, *, stale: bool = False, nonce: str | None = None) -> Reply:
        """Ask for a login."""
        self.nonce = nonce or self.nonce
        text = f'Digest realm="{REALM}", nonce="{self.nonce}",'
        text += f' qop="{self.qop}",' if self.qop else ""
        text += f" algorithm={self.algorithm}," if self.algorithm else ""
        return Reply(status=401, headers=[("WWW-Authenticate", f'{text}\r\nstale="{str(stale).upper()}"')])

    def allowed(self, asked: Asked, uri: str | None = None) -> bool:
        """Whether a request is signed with the nonce in force, for its own address unless another is given."""
        fields = asked.auth
        if not fields:
            return False
        right = fields["nonce"] == self.nonce and fields["uri"] == (uri or asked.url)
        right = right and fields["username"] == USER and fields["realm"] == REALM
        right = right and fields["response"] == self._response(asked.method, fields)
        self.refused += not right
        return right

    def _response(self, method: str, fields: Mapping[str, str]) -> str:
        def digest(text: str) -> str:
            return hashlib.new("sha256" if self.algorithm == "SHA-256" else "md5", text.encode()).hexdigest()

        one = digest(f"{USER}:{REALM}:{self.password}")
        two = digest(f"{method}:{fields['uri']}")
        middle = self.nonce
        if self.qop:
            assert fields["qop"] == "auth"
            middle = f"{self.nonce}:{fields['nc']}:{fields['cnonce']}:auth"
        else:
            assert not {"qop", "nc", "cnonce"} & fields.keys()
        return digest(f"{one}:{middle}:{two}")


def compose(reply: Reply, number: str) -> bytes:
    """Write an answer."""
    if reply.raw is not None:
        return reply.raw + reply.after
    lines = [f"RTSP/1.0 {reply.status} X"]
    if reply.cseq is not None:
        lines.append(f"CSeq: {number if reply.cseq == 'same' else reply.cseq}")
    if reply.body:
        lines.append(f"Content-Length: {len(reply.body)}")
    lines += [f"{name}: {value}" for name, value in reply.headers]
    return "\r\n".join([*lines, "", ""]).encode() + reply.body + reply.after
