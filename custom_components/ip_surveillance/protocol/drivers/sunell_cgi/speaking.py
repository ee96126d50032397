"""Sound for the loudspeaker of a camera (003_f90f6ea635efbe94.txt l.31498-31532).

A request that announces no body, and behind it the sound as fast as it is played: no HTTP client sends that (TR36).
"""

import asyncio
from contextlib import suppress
import ssl
from typing import Final

from ...driver import Access
from ...errors import AuthFailed, BadAnswer, Busy, DeviceError, Forbidden, NotSupported, Rejected
from ...model.parts import PartRef
from ...moving import Sleep
from ...transport.answers import fault_error
from ...transport.tls import lenient_tls
from .client import SunellClient
from .codes import reply_error
from .facts import Facts

CODEC: Final = "pcm_alaw"
_BLOCK: Final = 800
"""Bytes sent at once (l.31532)."""
_PERIOD: Final = 0.1
"""Seconds that a block lasts."""
_OPEN_TIMEOUT: Final = 10.0
_END: Final = b"\r\n--myboundary--\r\n"
_LAST_WORD: Final = 2.0
"""Seconds that the answer may come after the sound; the document shows none."""
_LONGEST_ANSWER: Final = 4096
_UNAUTHORIZED: Final = 401
_SHOWN: Final = 80


class Speaking:
    """The `Speaks` command."""

    client: SunellClient
    access: Access
    facts: Facts | None
    speaking_sleep: Sleep = staticmethod(asyncio.sleep)

    @property
    def sound_codec(self) -> str:
        """How sound must be encoded: G.711 A-law is the one that the document shows."""
        return CODEC

    async def speak(self, channel: PartRef, sound: bytes) -> None:
        """Play sound and return when it is over; stops at once when cancelled. Raises any `DeviceError`."""
        if self.facts is not None and self.facts.recorder:
            raise NotSupported("recorders take no sound", code="recorder")
        # It makes sure of the password, and leaves a login that is fresh enough for a request that is sent once.
        with suppress(NotSupported, Rejected, Forbidden, Busy, BadAnswer):
            await self.client.check()
        try:
            reader, writer = await _connect(self.client, self.access, channel.number)
            try:
                await _play(reader, writer, sound, self.speaking_sleep)
                writer.close()
                with suppress(OSError, TimeoutError):
                    async with asyncio.timeout(_LAST_WORD):
                        await writer.wait_closed()
            finally:
                # Of what is broken off nothing more is to be heard.
                writer.transport.abort()
        except (OSError, TimeoutError) as fault:
            raise fault_error(fault) from None


async def _connect(
    client: SunellClient, access: Access, camera: int
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect and send the head of the request."""
    base = client.transport.base
    pairs = (("action", "play"), ("cameraID", str(camera)), ("EncoderType", "G711_ALAW"))
    async with asyncio.timeout(_OPEN_TIMEOUT), client.link.signed("POST", "audio", pairs) as (target, login):
        reader, writer = await asyncio.open_connection(base.host, base.port, ssl=await _tls(access))
        head = (
            f"POST {target} HTTP/1.1",
            f"Host: {base.authority}",
            *((f"Authorization: {login}",) if login else ()),
            "Cache-Control: no-cache",
            "Connection: keep-alive",
            "Content-Type: multipart/form-data;boundary=myboundary",
            "Content-Length: 0",
        )
        writer.write("\r\n".join((*head, "", "")).encode())
        await writer.drain()
    return reader, writer


async def _tls(access: Access) -> ssl.SSLContext | None:
    if not access.ssl:
        return None
    # Loading the certificates of the system takes long.
    return await asyncio.to_thread(ssl.create_default_context) if access.verify_ssl else lenient_tls()


async def _play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sound: bytes, sleep: Sleep) -> None:
    """Send the sound as fast as it is played, unless the device refuses it meanwhile."""
    answer = asyncio.create_task(_answer(reader))
    loop = asyncio.get_running_loop()
    begun = loop.time()
    try:
        for number, place in enumerate(range(0, len(sound), _BLOCK), 1):
            writer.write(sound[place : place + _BLOCK])
            await writer.drain()
            await sleep(max(0.0, begun + number * _PERIOD - loop.time()))
            if answer.done():
                _check(answer.result())
        writer.write(_END)
        await writer.drain()
        # An OK may come at once or at the end, or not at all.
        await asyncio.wait([answer], timeout=_LAST_WORD)
        if answer.done():
            _check(answer.result())
    finally:
        answer.cancel()
        await asyncio.gather(answer, return_exceptions=True)


async def _answer(reader: asyncio.StreamReader) -> bytes:
    """Head and first bytes of the answer; nothing where the device closes without a word."""
    data = b""
    while len(data) < _LONGEST_ANSWER and (piece := await reader.read(_LONGEST_ANSWER)):
        data += piece
        head, mark, body = data.partition(b"\r\n\r\n")
        if mark and len(body) >= _length(head):
            break
    return data


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return min(int(value), _LONGEST_ANSWER)
    return 0


def _check(answer: bytes) -> None:
    """Raise what an answer refuses."""
    if not answer:
        return
    head, _, body = answer.partition(b"\r\n\r\n")
    line = head.split(b"\r\n", 1)[0].decode("latin-1")[:_SHOWN]
    words = line.split()
    if len(words) < 2 or not words[0].startswith("HTTP/") or not words[1].isdecimal():
        raise BadAnswer(f"no answer but {line!r}", code="noAnswer")
    status, error = int(words[1]), reply_error(body)
    if status == _UNAUTHORIZED or isinstance(error, AuthFailed):
        # The password was right a moment ago: it is the loudspeaker that is refused.
        raise Rejected("the device refuses the sound", code=error.code if error else f"HTTP {status}")
    if error is not None:
        raise error
    if status >= 400:
        raise _status_error(status)


def _status_error(status: int) -> DeviceError:
    text = f"HTTP {status}"
    if status == 503:
        return Busy(text, code=text)
    return NotSupported(text, code=text) if status in (404, 405, 501) else BadAnswer(text, code=text)
