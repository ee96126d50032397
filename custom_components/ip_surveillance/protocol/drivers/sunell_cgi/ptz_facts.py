"""What answers about moving heads mean: abilities, lists, position, ranges. Pure.

Lines: 003_f90f6ea635efbe94.txt.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ...model.parts import PartRef
from ...model.vocabulary import Quantity, Reading
from .grammar import Record
from .values import to_float, to_int

_MOST: Final = 1024
"""Presets or tours read at most."""
_LONGEST_NAME: Final = 64
_FULL: Final = 63
"""Speed on the wire that is full speed (l.953)."""


def speed(value: float) -> str:
    """Turn -1..1 into the -63..63 of the wire; what is not 0 stays so, since 0 is no movement."""
    rounded = round(min(1.0, max(-1.0, value)) * _FULL)
    return str(rounded or (value > 0) - (value < 0))


def zoom_step(value: float) -> str:
    """Which way a lens zooms: it has one speed (l.906)."""
    return "1" if value > 0 else "-1"


def numbered(record: Record, stem: str) -> dict[int, str]:
    """Read a list of presets, tours, tracks or scans: names by number."""
    found: dict[int, str] = {}
    for entry in record.lists(stem)[:_MOST]:
        number = to_int(entry.get(f"{stem}ID"))
        if number is not None and 0 <= number <= 65535:
            name = (entry.get(f"{stem}Name") or "").strip()
            found[number] = (name or f"{stem.capitalize()} {number}")[:_LONGEST_NAME]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Ends of an axis."""

    low: float
    high: float

    def fits(self, value: float) -> bool:
        """Whether a value is within."""
        return self.low <= value <= self.high

    def cut(self, value: float) -> float:
        """The nearest value within."""
        return min(self.high, max(self.low, value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far a head moves; the defaults are the document's (l.1607-1616)."""

    pan: Span = Span(low=0, high=360)
    tilt: Span = Span(low=0, high=90)
    zoom: Span = Span(low=0, high=1000)


def reach_of(record: Record | None) -> Reach:
    """Read a position range; its names come twice and are no help in telling the least from the most (l.1728-1733)."""
    values: dict[str, list[float]] = {"pan": [], "tilt": [], "zoom": []}
    for name, text in record.pairs() if record is not None else ():
        word = "".join(name.split()).lower()
        number = to_float(text)
        for axis, numbers in values.items():
            if word.startswith(axis) and number is not None:
                numbers.append(number)
    spans = {
        axis: Span(low=min(numbers), high=max(numbers))
        for axis, numbers in values.items()
        if len(numbers) == 2 and min(numbers) < max(numbers)
    }
    return Reach(
        pan=spans.get("pan", Reach().pan), tilt=spans.get("tilt", Reach().tilt), zoom=spans.get("zoom", Reach().zoom)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a head looks: degrees, and the device's own measure of zoom. None where it does not say."""

    pan: float | None = None
    tilt: float | None = None
    zoom: float | None = None


def position_of(record: Record) -> Position:
    """Read a position."""
    return Position(
        pan=to_float(record.get("pan")), tilt=to_float(record.get("tilt")), zoom=to_float(record.get("zoom"))
    )


AXES: Final[Mapping[Quantity, str]] = {Quantity.PAN: "pan", Quantity.TILT: "tilt", Quantity.ZOOM: "zoom"}
"""Readings of a position."""


def position_readings(channel: PartRef, where: Position) -> dict[tuple[PartRef, Reading], float | None]:
    """Make the readings of a position."""
    values = {Quantity.PAN: where.pan, Quantity.TILT: where.tilt, Quantity.ZOOM: where.zoom}
    return {(channel, Reading(quantity)): value for quantity, value in values.items()}
