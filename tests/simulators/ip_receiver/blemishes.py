"""What the document's own samples get wrong; messages can be sent with each of these on purpose."""

from collections.abc import Callable
from enum import StrEnum
import re


class Blemish(StrEnum):
    """One way a message departs from JSON, or from the tables."""

    TRAILING_COMMA = "trailing_comma"
    """A comma before the closing brace (l.486)."""
    MISSING_COMMA = "missing_comma"
    """No comma behind the channel name (l.1250)."""
    OPEN_NAME = "open_name"
    """A member name without its closing quote (l.2654)."""
    FULL_WIDTH = "full_width"
    """Full-width colon and comma (l.1255, l.3936)."""
    SPACED_NAME = "spaced_name"
    """A space behind a member name (l.1258)."""
    SPACED_VALUE = "spaced_value"
    """A space before a status word (l.4346)."""
    WRONG_DATE_NAME = "wrong_date_name"
    """`dataTime` for `dateTime` (l.495)."""
    QUOTED_NUMBERS = "quoted_numbers"
    """Numbers as text (l.2249)."""
    REPEATED_NAME = "repeated_name"
    """The points of a region under one repeated name (l.2059)."""
    NO_ROOT = "no_root"
    """The message without its wrapper (l.3299)."""
    BOM = "bom"
    """A byte order mark in front."""


def _trailing(text: str) -> str:
    return re.sub(r"(?<=[^{\[])\}\}$", ",}}", text, count=1)


_REGION = re.compile(r'\{("RegionCoordinates":\{[^{}]*\})\}')

_EDITS: dict[Blemish, Callable[[str], str]] = {
    Blemish.TRAILING_COMMA: _trailing,
    Blemish.MISSING_COMMA: lambda text: re.sub(r'("channelName":"[^"]*"),', r"\1", text, count=1),
    Blemish.OPEN_NAME: lambda text: text.replace('"eventDescription":', '"eventDescription: ', 1),
    Blemish.FULL_WIDTH: lambda text: re.sub(r'"(VideoReview|CIDAlarm|status)":', r'"\1"：', text, count=1),
    Blemish.SPACED_NAME: lambda text: re.sub(r'"(channelName|deviceName|status)":', r'"\1 ":', text),
    Blemish.SPACED_VALUE: lambda text: text.replace('"status":"', '"status":" ', 1),
    Blemish.WRONG_DATE_NAME: lambda text: text.replace('"dateTime":', '"dataTime":', 1),
    Blemish.QUOTED_NUMBERS: lambda text: re.sub(r'(":)(-?\d+(?:\.\d+)?)(?=[,}\]])', r'\1"\2"', text),
    Blemish.REPEATED_NAME: lambda text: _merged(text),
    Blemish.NO_ROOT: lambda text: text.removeprefix('{"EventNotificationAlert":').removesuffix("}"),
    Blemish.BOM: lambda text: "\ufeff" + text,
}


def _merged(text: str) -> str:
    """Write a list of wrapped points as one object that repeats the name."""
    runs = re.compile(rf"\[({_REGION.pattern}(?:,{_REGION.pattern})*)\]")
    return runs.sub(lambda match: "[{" + _REGION.sub(r"\1", match[1]) + "}]", text)


def blemished(body: bytes, kinds: frozenset[Blemish]) -> bytes:
    """Return a compact JSON message with the given blemishes."""
    text = body.decode()
    for kind in Blemish:
        if kind in kinds:
            text = _EDITS[kind](text)
    return text.encode()
