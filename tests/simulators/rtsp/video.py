"""A short film that a video track shows over and over, encoded with PyAV where that is installed."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw

from . import h264

if TYPE_CHECKING:
    import av

WIDTH, HEIGHT = 320, 180
RATE = 10
"""Pictures per second."""
FRAMES = 20
_TINTS = ((38, 84, 124), (124, 74, 38), (46, 110, 70), (96, 60, 120))


@dataclass(kw_only=True, frozen=True)
class Film:
    """Encoded pictures; the first one can be decoded alone."""

    encoding: str
    """Name in the SDP."""
    parameters: str
    """Format parameters in the SDP."""
    pictures: tuple[tuple[bytes, ...], ...]
    """Units of each picture: several for H.264, one for MPEG-4."""

    def payloads(self, number: int, size: int) -> list[bytes]:
        """Return the RTP payloads of a picture; numbers go on from the end to the beginning."""
        picture = self.pictures[number % len(self.pictures)]
        if self.encoding == "H264":
            return h264.payloads(picture, size)
        whole = b"".join(picture)
        return [whole[start : start + size] for start in range(0, len(whole), size)]


def _draw(number: int, tint: int) -> Image.Image:
    picture = Image.new("RGB", (WIDTH, HEIGHT), _TINTS[tint])
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 130, WIDTH, HEIGHT), fill=(84, 92, 80))
    left = number * WIDTH // FRAMES
    draw.rectangle((left, 96, left + 34, 132), fill=(214, 60, 52))
    draw.text((8, 6), f"{number // RATE}.{number % RATE}", fill="white")
    return picture


def _encoder(name: str) -> av.VideoCodecContext | None:
    """Return an encoder, None where this PyAV has none."""
    import av

    try:
        context: Any = av.CodecContext.create(name, "w")
    except av.FFmpegError, ValueError:
        return None
    context.width, context.height, context.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    context.time_base, context.framerate = Fraction(1, RATE), Fraction(RATE, 1)
    context.gop_size, context.bit_rate = RATE, 200_000
    context.thread_count = 1
    if name == "libx264":
        context.profile = "Baseline"
        context.options = {"preset": "veryfast", "tune": "zerolatency", "x264-params": "repeat-headers=1:annexb=1"}
    else:
        context.flags |= 0x400000  # the header apart from the pictures: the SDP has it
    return context  # type: ignore[no-any-return]


def _encode(context: Any, tint: int) -> list[bytes]:
    import av

    found: list[bytes] = []
    for number in range(FRAMES):
        frame: Any = av.VideoFrame.from_image(_draw(number, tint))  # type: ignore[no-untyped-call]
        frame.pts = number
        found += [bytes(packet) for packet in context.encode(frame)]
    return found + [bytes(packet) for packet in context.encode(None)]


def film(channel: int) -> Film | None:
    """Return the film of a channel; None without PyAV or without an encoder in it."""
    return _film(channel % len(_TINTS))


@cache
def _film(tint: int) -> Film | None:
    try:
        import av  # noqa: F401
    except ImportError:
        return None
    if (context := _encoder("libx264")) is not None:
        pictures = tuple(tuple(h264.units(packet)) for packet in _encode(context, tint))
        return Film(encoding="H264", parameters=h264.parameters(pictures[0]), pictures=pictures)
    if (context := _encoder("mpeg4")) is not None:
        whole = tuple((packet,) for packet in _encode(context, tint))
        config = bytes(context.extradata or b"").hex().upper()
        return Film(encoding="MP4V-ES", parameters=f"profile-level-id=1;config={config}", pictures=whole)
    return None
