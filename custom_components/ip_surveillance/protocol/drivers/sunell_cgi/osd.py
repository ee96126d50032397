"""The text that a camera writes on its picture, on one of its canvases (003_f90f6ea635efbe94.txt l.3540-3735).

A canvas is answered bare and must be written in a list, so no page of the tables holds it. Only a canvas that shows a
text already is written: what stands on the others is not ours.
"""

from typing import Final

from ...errors import NotSupported, Rejected
from .client import NOT_TAKEN, PARAM, SunellClient
from .grammar import Pair, Record
from .settings import check_text
from .values import same, to_int

LONGEST: Final = 255
"""The device takes 256 characters (l.3700)."""
KIND: Final = "OSDCanvas"
"""Name of the type."""
_CANVASES: Final = 8
_TEXT: Final = 5
_LIST: Final = "OSDInfo"
_SIZE: Final = "2"
"""Medium, for a size that is none of the three: that can be read but not written (l.3610)."""


async def find_canvas(client: SunellClient, channel: int) -> int | None:
    """Number of the first canvas that shows a text; None where none does or the device has no canvases."""
    for number in range(1, _CANVASES + 1):
        record = await client.probe(KIND, *_address(channel, number))
        if record is None:
            return None
        if _text_of(record) is not None:
            return number
    return None


async def read_text(client: SunellClient, channel: int, canvas: int) -> str | None:
    """Read the text of a canvas; None when it shows something else by now."""
    record = await client.probe(KIND, *_address(channel, canvas))
    return None if record is None else _text_of(record)


async def write_text(client: SunellClient, channel: int, canvas: int, text: str) -> str:
    """Write a text and read it back; returns what the device has then. It drops blanks (l.3703).

    Raises `NotSupported` when the canvas shows something else by now, `Rejected` when the text did not stick.
    """
    check_text(text)
    async with client.transport.exclusive():
        record = await client.get(KIND, *_address(channel, canvas))
        if _text_of(record) is None:
            raise NotSupported("the canvas shows no text", code="noField")
        pairs = (("action", "set"), ("type", KIND), ("cameraID", str(channel)), *_written(record, canvas, text))
        await client.operate(PARAM, *pairs)
        now = _text_of(await client.get(KIND, *_address(channel, canvas)))
    if now is None or not same(now, text):
        raise Rejected("the device did not take info", code=NOT_TAKEN, details=("info",))
    return now


def _address(channel: int, canvas: int) -> tuple[Pair, ...]:
    return ("cameraID", str(channel)), ("canvasID", str(canvas))


def _text_of(record: Record) -> str | None:
    """Text of a canvas that shows one, None for times, names and positions."""
    lines = record.lists(_LIST) or (record,)
    if to_int(lines[0].get("OSDType")) != _TEXT:
        return None
    return (lines[0].get("info") or "").strip()[:LONGEST]


def _written(record: Record, canvas: int, text: str) -> tuple[Pair, ...]:
    """A canvas as it must be written: in its list, with the word that its line replaces the present one (l.3579)."""
    line = (record.lists(_LIST) or (record,))[0]
    size = record.get("fontSize")
    place = ((name, record.get(name)) for name in ("topX", "topY"))
    shown = ((name, line.get(name)) for name in ("OSDBlinkFlag", "OSDBlinkInterval"))
    return (
        ("OSDCanvasBegin", "1"),
        ("canvasID", str(canvas)),
        *((name, value) for name, value in place if value is not None),
        ("fontSize", size if size is not None and to_int(size) else _SIZE),
        ("alignMode", record.get("alignMode") or "0"),
        ("OSDInfoAction", "cover"),
        ("OSDInfoBegin", "1"),
        ("arrowID", "0"),
        ("OSDEnableFlag", line.get("OSDEnableFlag") or "1"),
        *((name, value) for name, value in shown if value is not None),
        ("OSDType", str(_TEXT)),
        ("info", text),
        ("OSDInfoEnd", "1"),
        ("OSDCanvasEnd", "1"),
    )
