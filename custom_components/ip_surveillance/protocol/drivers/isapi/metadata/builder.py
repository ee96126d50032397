"""Puts a message together from its leaves, in the order in which they stand in the document.

Order says more than nesting: samples and firmware lose closing tags and put lists beside the targets they belong to
(001…txt l.1798, 1931, 2009, 2063, 2127, 2212, 2418, 2537).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

from ..codec import parse_time
from .message import Message, Point, Target, number, whole

_MOST_TARGETS: Final = 256
_MOST_POINTS: Final = 64
_MOST_PROPERTIES: Final = 64
_LONGEST: Final = 200
VALUES: Final = frozenset(
    {
        "personcount",
        "enterregionpeoplenum",
        "leaveregionpeoplenum",
        "elevation",
        "azimuth",
        "zoom",
        "focus",
        "presetno",
    }
)


@dataclass(slots=True)
class _Draft:
    """A target that is being put together, or what stands beside the targets."""

    number: str = ""
    rule: str = ""
    recognition: str = ""
    points: list[Point] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    values: dict[str, float] = field(default_factory=dict)


class Builder:
    """Takes the leaves of one document."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._head: dict[str, str] = {}
        self._targets: list[_Draft] = []
        self._moving: list[_Draft] | None = None
        self._beside = _Draft()
        self._current = self._beside
        self._is_moving = False
        self._ignoring = False
        self._name = ""
        self._x: float | None = None
        self._values: dict[str, float] = {}

    def take(self, name: str, value: str | None) -> None:
        """Take one element or member; `name` in lower case."""
        # Runs for every element of every document, most of which only hold others.
        if (taker := self._TAKERS.get(name)) is not None:
            taker(self, name, (value or "").strip()[:_LONGEST])

    def leave(self) -> None:
        """Note that the target is closed: what follows stands beside all of them."""
        self._current = self._beside

    def build(self) -> Message:
        """The message."""
        return Message(
            type=self._head.get("type", ""),
            sub_type=self._head.get("subtype", ""),
            at=parse_time(self._head.get("time")),
            targets=tuple(map(self._made, self._targets)),
            moving=None if self._moving is None else tuple(map(self._made, self._moving)),
            values=self._values,
        )

    def _take_head(self, name: str, text: str) -> None:
        self._head.setdefault(name, text)

    def _take_value(self, name: str, text: str) -> None:
        if (found := number(text)) is not None:
            self._values.setdefault(name, found)

    def _begin(self, name: str, text: str) -> None:
        self._ignoring = False
        drafts = self._moving if self._is_moving and self._moving is not None else self._targets
        self._current = _Draft()
        self._name, self._x = "", None
        if len(drafts) < _MOST_TARGETS:
            drafts.append(self._current)

    def _begin_moving(self, name: str, text: str) -> None:
        self._is_moving, self._ignoring = True, False
        self._moving = self._moving or []

    def _begin_resting(self, name: str, text: str) -> None:
        self._is_moving = self._ignoring = False

    def _ignore(self, name: str, text: str) -> None:
        self._ignoring = True

    def _describe(self, name: str, text: str) -> None:
        self._name = text.lower()

    def _property(self, name: str, text: str) -> None:
        if self._name and len(self._current.properties) < _MOST_PROPERTIES:
            self._current.properties[self._name] = text
        self._name = ""

    def _take_x(self, name: str, text: str) -> None:
        self._x = None if self._ignoring else number(text)

    def _take_y(self, name: str, text: str) -> None:
        x, y, self._x = self._x, number(text), None
        if x is not None and y is not None and len(self._current.points) < _MOST_POINTS:
            self._current.points.append((x, y))

    def _identify(self, name: str, text: str) -> None:
        self._current.number = text[:32]

    def _rule(self, name: str, text: str) -> None:
        self._current.rule = text

    def _recognise(self, name: str, text: str) -> None:
        self._current.recognition = text.lower()

    def _polar(self, name: str, text: str) -> None:
        if not self._ignoring and (found := number(text)) is not None:
            self._current.values[name] = found

    def _made(self, draft: _Draft) -> Target:
        beside = self._beside
        return Target(
            number=draft.number,
            rule=whole(draft.rule or beside.rule),
            recognition=draft.recognition,
            points=tuple(draft.points or beside.points),
            properties=draft.properties or beside.properties,
            values=draft.values,
        )

    _TAKERS: ClassVar[Mapping[str, Callable[[Builder, str, str], None]]] = {
        **dict.fromkeys(("type", "subtype", "time"), _take_head),
        **dict.fromkeys(VALUES, _take_value),
        **dict.fromkeys(("radardetectionregion", "videodetectionregion"), _ignore),
        **dict.fromkeys(("angle", "distance", "speed"), _polar),
        "target": _begin,
        "activitytargetlist": _begin_moving,
        "targetdetection": _begin_resting,
        "description": _describe,
        "value": _property,
        "x": _take_x,
        "y": _take_y,
        "targetid": _identify,
        "ruleid": _rule,
        "recognition": _recognise,
    }
    """By name; the two regions say where a radar looks, which is nothing that is seen."""
