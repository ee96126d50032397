"""Just enough of RTSP to tell a good stream address from a wrong one: OPTIONS and DESCRIBE, nothing flows.

Paths are not in the document; these are the ones devices in the field have.
"""

import asyncio
import base64
import hashlib
import re
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..base import LOOPBACK

if TYPE_CHECKING:
    from .simulator import HerospeedSimulator

STREAMS = {"/h264/ch1/main/av_stream": 0, "/h264/ch1/sub/av_stream": 1, "/h264/ch1/third/av_stream": 2}
REALM = "RTSP SERVER"
_FIELD = re.compile(r'(\w+)="([^"]*)"')


def _hashed(*parts: str) -> str:
    return hashlib.md5(":".join(parts).encode()).hexdigest()


class Rtsp:
    """The listener; `port` is also what the camera's port settings tell."""

    def __init__(self, sim: HerospeedSimulator) -> None:
        """Prepare; nothing listens before `start`."""
        self.sim = sim
        self.port = 0
        self.described: list[str] = []
        """Paths described with success."""
        self.refused: list[str] = []
        """Paths refused for want of the right credentials."""
        self._nonce = secrets.token_hex(16)
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Begin to listen and write the port into the settings."""
        self._server = await asyncio.start_server(self._serve, LOOPBACK, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        self.sim.world.documents["/api/network/port"][0]["property"]["rtspProtocol "]["port"] = self.port

    async def stop(self) -> None:
        """Stop and break what is open."""
        if self._server is not None:
            self._server.close()
            self._server.abort_clients()
            await self._server.wait_closed()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                writer.write(self._answer(request.decode(errors="replace")))
                await writer.drain()
        except asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError:
            pass
        finally:
            writer.close()

    def _answer(self, request: str) -> bytes:
        first, *lines = request.split("\r\n")
        method, address, *_ = [*first.split(), "", ""]
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        status, more, body = self._judged(method, address, headers.get("authorization", ""))
        head = [f"RTSP/1.0 {status}", f"CSeq: {headers.get('cseq', '0')}", *more]
        if body:
            head += ["Content-Type: application/sdp", f"Content-Length: {len(body)}"]
        return ("\r\n".join(head) + "\r\n\r\n" + body).encode()

    def _judged(self, method: str, address: str, proof: str) -> tuple[str, list[str], str]:
        path = urlsplit(address).path
        if method == "OPTIONS":
            return "200 OK", ["Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN"], ""
        if method != "DESCRIBE":
            return "501 Not Implemented", [], ""
        if not self._proven(method, proof):
            self.refused.append(path)
            offers = [f'Digest realm="{REALM}", nonce="{self._nonce}"', f'Basic realm="{REALM}"']
            return "401 Unauthorized", [f"WWW-Authenticate: {offer}" for offer in offers], ""
        if path not in STREAMS:
            return "404 Not Found", [], ""
        self.described.append(path)
        return "200 OK", [f"Content-Base: {address}/"], self._sdp(STREAMS[path])

    def _proven(self, method: str, proof: str) -> bool:
        kind, _, rest = proof.partition(" ")
        user, password = self.sim.username, self.sim.password
        if kind.lower() == "basic":
            return rest == base64.b64encode(f"{user}:{password}".encode()).decode()
        given = dict(_FIELD.findall(rest))
        if kind.lower() != "digest" or given.get("username") != user or given.get("nonce") != self._nonce:
            return False
        first, second = _hashed(user, REALM, password), _hashed(method, given.get("uri", ""))
        return given.get("response") == _hashed(first, self._nonce, second)

    def _sdp(self, stream: int) -> str:
        codec = self.sim.world.documents["/api/video/video-encode"]["streamEncode"][stream]["encodeType"]
        name = "H265" if codec == 1 else "H264"
        lines = ["v=0", "s=Media Server", "t=0 0", "m=video 0 RTP/AVP 96", f"a=rtpmap:96 {name}/90000"]
        return "\r\n".join([*lines, "a=control:track1", ""])
