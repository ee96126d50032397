"""Pictures: a drawn street scene with a walking figure, the time, the channel's name and the dome's position."""

from datetime import datetime
from functools import cache, lru_cache
from io import BytesIO
from math import sin

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 640, 360
_HORIZON = 190
# Sky and wall colour per channel, so that channels can be told apart.
_TINTS = ((58, 110, 180), (180, 96, 60), (70, 130, 96), (120, 84, 150), (40, 60, 96), (150, 130, 70))


@lru_cache(maxsize=32)
def _background(tint: int, shift: int) -> Image.Image:
    """Draw the still part once; `shift` is how far the dome has turned."""
    red, green, blue = _TINTS[tint % len(_TINTS)]
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(picture)
    for row in range(_HORIZON):
        light = row / _HORIZON
        draw.line((0, row, WIDTH, row), fill=tuple(int(base + (235 - base) * light) for base in (red, green, blue)))
    draw.rectangle((0, _HORIZON, WIDTH, HEIGHT), fill=(74, 104, 66))
    draw.polygon(((0, 330), (WIDTH, 285), (WIDTH, 345), (0, HEIGHT)), fill=(96, 98, 104))
    for number in range(-1, 3):
        _house(draw, number * 400 + 60 - shift, (red, green, blue))
    return picture


def _house(draw: ImageDraw.ImageDraw, left: int, colour: tuple[int, int, int]) -> None:
    wall = (min(255, colour[0] // 2 + 110), min(255, colour[1] // 2 + 90), 120)
    draw.rectangle((left, 150, left + 170, 255), fill=wall)
    draw.polygon(((left - 14, 150), (left + 85, 96), (left + 184, 150)), fill=(120, 56, 48))
    draw.rectangle((left + 72, 200, left + 102, 255), fill=(70, 48, 34))
    for offset in (20, 120):
        draw.rectangle((left + offset, 174, left + offset + 30, 200), fill=(196, 220, 236), outline=(60, 60, 60))
    draw.ellipse((left + 220, 150, left + 280, 220), fill=(40, 92, 48))
    draw.rectangle((left + 246, 215, left + 254, 258), fill=(86, 62, 40))


def _figure(draw: ImageDraw.ImageDraw, left: float, swing: float) -> None:
    draw.ellipse((left - 7, 246, left + 7, 260), fill=(226, 182, 150))
    draw.rectangle((left - 8, 260, left + 8, 292), fill=(190, 40, 44))
    for side in (-1, 1):
        draw.line((left, 290, left + side * swing, 318), fill=(30, 36, 60), width=6)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _caption(draw: ImageDraw.ImageDraw, place: tuple[int, int], text: str, size: int = 16) -> None:
    draw.text(place, text, font=_font(size), fill="white", stroke_width=1, stroke_fill="black")


def snapshot(
    name: str,
    now: datetime,
    *,
    channel: int = 1,
    position: tuple[float, float, float] | None = None,
    moment: float = 0.0,
    alarm: bool = False,
    frame: int = 0,
) -> bytes:
    """Return a JPEG of 640x360; `moment` (seconds) moves the figure, `alarm` draws a box around it.

    `frame` is written into the picture, so that no two are alike.
    """
    shift = int(position[0] * 4) % 400 if position else 0
    picture = _background(channel - 1, shift // 8 * 8).copy()
    draw = ImageDraw.Draw(picture)
    left = moment * 40 % (WIDTH + 80) - 40
    _figure(draw, left, 11 * sin(moment * 7))
    if alarm:
        draw.rectangle((left - 22, 236, left + 22, 326), outline=(255, 40, 40), width=3)
    _caption(draw, (12, 8), now.strftime("%Y-%m-%d %H:%M:%S") + f".{int(moment * 10) % 10}  #{frame}")
    _caption(draw, (12, HEIGHT - 28), name)
    if position:
        pan, tilt, zoom = position
        _caption(draw, (WIDTH - 210, HEIGHT - 28), f"P {pan:.1f}  T {tilt:.1f}  Z {zoom:.1f}x")
    target = BytesIO()
    picture.save(target, "JPEG", quality=80)
    return target.getvalue()
