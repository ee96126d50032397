"""One document of metadata as plain data, whichever grammar it came in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
import re
from types import MappingProxyType
from typing import Any, Final

_NUMBER: Final = re.compile(r"[>\s]*([+-]?[0-9]{1,15}(?:\.[0-9]{0,15})?(?:[eE][+-]?[0-9]{1,2})?)", re.ASCII)
_LIMIT: Final = 1e9
"""No value of the document comes near."""
_EMPTY: Mapping[str, Any] = MappingProxyType({})

type Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A rule, or something that is seen."""

    number: str = ""
    """The device's number of what is seen; empty where it has none."""
    rule: int | None = None
    recognition: str = ""
    """What it is taken for, in lower case."""
    points: tuple[Point, ...] = ()
    """One is a spot, two are a line, more an area; in the device's own measure."""
    properties: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    """Values as texts, by their descriptions in lower case."""
    values: Mapping[str, float] = field(default_factory=lambda: _EMPTY)
    """What a radar measures: `angle` (degrees), `distance` (metres), `speed` (km/h)."""

    def text(self, name: str) -> str:
        """A property as a word, without what some firmware puts before it; empty where there is none."""
        return self.properties.get(name, "").lstrip("> ")

    def number_of(self, name: str) -> float | None:
        """A property as a number."""
        return number(self.properties.get(name))

    @property
    def triggered(self) -> bool:
        """Whether a rule strikes; a property that is absent says no (001…txt l.1649)."""
        return self.text("triggerevent").lower() in ("true", "1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A person who is followed."""

    number: str
    present: bool
    suspects: int = 0
    """Abnormal patterns (001…txt l.756)."""
    data: Mapping[str, Any] = field(default_factory=lambda: _EMPTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a document says."""

    type: str
    sub_type: str = ""
    at: datetime | None = None
    targets: tuple[Target, ...] = ()
    moving: tuple[Target, ...] | None = None
    """What a radar sees move; None where the document does not speak of that."""
    values: Mapping[str, float] = field(default_factory=lambda: _EMPTY)
    """Numbers of people and the position of the head, by their names in lower case."""
    tracks: tuple[Track, ...] | None = None
    picture: bytes = field(default=b"", repr=False)
    picture_type: str = ""
    linked: bool = False
    """The picture is elsewhere; it is not fetched."""
    repaired: bool = False
    """The document was damaged, and read by the order of its parts."""


def number(text: str | None) -> float | None:
    """The number that a text begins with: remarks may follow it (001…txt l.1403, 2060). None where there is none."""
    found = _NUMBER.match(text) if text else None
    if found is None:
        return None
    value = float(found[1])
    return value if -_LIMIT <= value <= _LIMIT else None


def whole(text: str | None) -> int | None:
    """The whole number, from 0 to 65535, that a text begins with."""
    value = number(text)
    return int(value) if value is not None and value == int(value) and 0 <= value <= 65535 else None
