"""Live video as motion JPEG over HTTP, for cameras whose video is not to be had over RTSP."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from ...errors import AuthFailed, BadAnswer, NotSupported
from ...model.parts import PartRef
from ...model.state import Picture
from ...transport.http import Stream
from ...transport.multipart import MultipartParser, Part
from .client import SunellClient
from .codes import nothing_found, reply_error
from .facts import Facts
from .grammar import decode

_OPEN_TIMEOUT: Final = 15.0
_SILENCE: Final = 15.0
"""Seconds without a byte after which a stream is dead."""
_JPEG: Final = b"\xff\xd8"
_SHOWN: Final = 120
_LONGEST_REFUSAL: Final = 512
MULTIPART: Final = "multipart"


class Live:
    """The `LivePictures` command."""

    client: SunellClient
    facts: Facts | None

    async def live_pictures(self, channel: PartRef, stream: int) -> AsyncGenerator[Picture]:
        """Pictures as the camera sends them (003_f90f6ea635efbe94.txt l.274); recorders send none (l.223)."""
        if self.facts is not None and self.facts.recorder:
            raise NotSupported("recorders send no pictures of live video", code="recorder")
        pairs = (
            ("type", "HTTP"),
            ("cameraID", str(channel.number)),
            ("streamID", str(stream)),
            ("mjpegplay", "1"),
        )
        opening = self.client.stream("video", *pairs, timeout=_OPEN_TIMEOUT, read_timeout=_SILENCE)
        async with opening as opened, aclosing(bodies(self.client, opened)) as pieces:
            async for bodies_at_once in pieces:
                pictures = [body for body in bodies_at_once if body.startswith(_JPEG)]
                if not pictures:
                    # It takes no notice of the wish and sends the stream as it is encoded.
                    raise NotSupported("the stream is not one of pictures", code="noPictures")
                yield Picture(pictures[-1])


async def bodies(client: SunellClient, stream: Stream) -> AsyncGenerator[list[bytes]]:
    """Bodies of the parts of an answer that goes on, as many as come at once. Raises what it says in plain text.

    None where the device says that there is nothing.
    """
    content_type = stream.headers.get("Content-Type", "")
    if MULTIPART not in content_type.lower():
        await _refusal(client, stream)
        return
    parser = MultipartParser(content_type)
    async for chunk in stream.chunks:
        if found := [part.body for part in parser.feed(chunk) if _is_seen(part)]:
            yield found
    if found := [part.body for part in parser.close() if _is_seen(part)]:
        yield found


def _is_seen(part: Part) -> bool:
    """Whether a part is not sound, which may come between the pictures."""
    return not part.headers.get("content-type", "").lower().startswith("audio/")


async def _refusal(client: SunellClient, stream: Stream) -> None:
    """Raise what stands in the place of a stream: an error with the status of a success."""
    said = b""
    async for chunk in stream.chunks:
        said += chunk
        if len(said) > _LONGEST_REFUSAL:
            break
    text = decode(said[:_LONGEST_REFUSAL]).strip()
    if nothing_found(text):
        return
    error = reply_error(text) or BadAnswer(f"no stream but {text[:_SHOWN]!r}", code="noStream")
    if isinstance(error, AuthFailed):
        client.refused(error)
    raise error
