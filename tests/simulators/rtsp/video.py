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
_HORIZON = 118
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
    """Draw a road with a car that drives by."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), (78, 92, 72))
    draw = ImageDraw.Draw(picture)
    for row in range(_HORIZON):
        light = row / _HORIZON
        draw.line((0, row, WIDTH, row), fill=tuple(int(base + (225 - base) * light) for base in _TINTS[tint]))
    for place, top in ((12, 58), (70, 40), (196, 50), (258, 64)):
        draw.rectangle((place, top, place + 46, _HORIZON), fill=(88, 84, 96))
        for window in range(top + 8, _HORIZON - 10, 16):
            draw.rectangle((place + 8, window, place + 16, window + 8), fill=(232, 214, 150))
            draw.rectangle((place + 28, window, place + 36, window + 8), fill=(232, 214, 150))
    draw.rectangle((0, 128, WIDTH, 164), fill=(70, 72, 78))
    for dash in range(0, WIDTH, 40):
        draw.rectangle((dash, 145, dash + 18, 147), fill=(210, 210, 200))
    _car(draw, number * (WIDTH + 90) // FRAMES - 80)
    draw.text((8, 6), f"{number // RATE}.{number % RATE}", fill="white")
    return picture


def _car(draw: ImageDraw.ImageDraw, left: int) -> None:
    draw.polygon(
        ((left + 14, 118), (left + 24, 104), (left + 52, 104), (left + 64, 118)), fill=(150, 190, 210), outline="black"
    )
    draw.rounded_rectangle((left, 117, left + 78, 136), 6, fill=(206, 56, 50))
    for wheel in (left + 10, left + 54):
        draw.ellipse((wheel, 128, wheel + 15, 143), fill=(24, 24, 28), outline=(150, 150, 150))


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
