"""What an event of the platform carries: whom the model saw, and which rules struck. Pure.

No guide prints such an event. The fields are those of the structures of the maker's library (000…txt L1451-1560), in
the spelling of `AIOPData` as cameras send it: flat or wrapped, an object or the same as text.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ....errors import BadAnswer
from ....transport import loose_json
from .engines import known_id

MOST: Final = 64
"""Targets, and rules that struck, of one event."""
_SCALE: Final = 10.0
"""Confidence is told in thousandths."""
_SIDES: Final = ("x", "y", "w", "h")
_SIDE_NAMES: Final = {"w": ("w", "width"), "h": ("h", "height")}
_COUNTS: Final = ("count", "targetCount", "targetNum", "totalCount", "number", "num")
_DIRECTIONS: Final = ("movDir", "crossDirection", "direction")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """A value that describes a target."""

    attribute: int | None
    value: int | None
    confidence: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Somebody or something that the model saw."""

    number: int | None = None
    type: int | None = None
    """Number of its label."""
    model_id: str | None = None
    confidence: float | None = None
    """Percent."""
    rect: tuple[float, ...] | None = None
    """Left, top, width and height as parts of the picture."""
    qualities: tuple[Quality, ...] = ()
    visible: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """A rule that struck or counted."""

    rule: int | None = None
    name: str | None = None
    trigger: int | None = None
    target: Target | None = None
    count: int | None = None
    direction: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One event."""

    task_id: str | None = None
    model_id: str | None = None
    picture_id: str | None = None
    status: int | None = None
    """Of an analysed picture: 0 is well, 1 a size that the device cannot take (L1484)."""
    preset: int | None = None
    targets: tuple[Target, ...] = ()
    strikes: tuple[Strike, ...] = ()
    told: bool = False
    """Whether there was anything of the model at all."""
    nobody: bool = False
    """Whether the model said that it saw nobody, and no rule struck."""


def read_seen(document: Mapping[str, Any]) -> Seen:
    """Read what a document says; whatever does not fit is left out."""
    data = _data(document)
    targets = tuple(_target(each) for each in _objects(data, "targets"))
    strikes = tuple(_strikes(data))
    models = (each.model_id for each in targets if each.model_id)
    return Seen(
        task_id=known_id(_first(document, "taskID")),
        model_id=known_id(_first(document, "MPID")) or next(models, None),
        picture_id=known_id(_first(document, "PID")),
        status=_whole(_first(document, "status")),
        preset=_whole(_first(document, "presetIndex")) or _whole(_first(document, "presetID")),
        targets=targets,
        strikes=strikes,
        told=bool(data),
        nobody=loose_json.get(data, "targets") == [] and not strikes,
    )


def _data(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The model's own part of the document, an object or the text of one."""
    for found in loose_json.find_all(document, "AIOPData")[:1]:
        if isinstance(found, Mapping):
            return found
        if isinstance(found, str):
            try:
                return loose_json.load(found.encode(errors="replace"))
            except BadAnswer:
                return {}
    return document if "targets" in document or "events" in document else {}


def _strikes(data: Mapping[str, Any]) -> Iterator[Strike]:
    for entry in _objects(data, "alertInfo"):
        listed = [each for each in loose_json.find_all(entry, "ruleInfo") if isinstance(each, Mapping)]
        target = next((each for each in loose_json.find_all(entry, "target") if isinstance(each, Mapping)), None)
        for rule in listed[:MOST] or [entry]:
            yield Strike(
                rule=_whole(loose_json.get(rule, "ruleID")),
                name=loose_json.to_text(loose_json.get(rule, "ruleName"), 64),
                trigger=_whole(loose_json.get(rule, "triggerType")),
                target=_target(target) if target is not None else None,
                count=_one_of(rule, _COUNTS) if _one_of(rule, _COUNTS) is not None else _one_of(entry, _COUNTS),
                direction=_one_of(rule, _DIRECTIONS),
            )


def _target(entry: Mapping[str, Any]) -> Target:
    """Read a target, whose fields may stand in an object of their own."""
    inner = loose_json.get(entry, "obj")
    obj = inner if isinstance(inner, Mapping) else entry
    confidence = loose_json.to_float(loose_json.get(obj, "confidence"))
    usable = confidence is not None and 0 <= confidence <= 1000
    return Target(
        number=_whole(loose_json.get(obj, "id")),
        type=_whole(loose_json.get(obj, "type")),
        model_id=known_id(loose_json.get(obj, "modelID")),
        confidence=round(confidence / _SCALE, 1) if usable and confidence is not None else None,
        rect=_rect(obj),
        qualities=tuple(_qualities(entry)),
        visible=loose_json.to_bool(loose_json.get(obj, "visible", True)) is not False
        and loose_json.to_bool(loose_json.get(obj, "valid", True)) is not False,
    )


def _qualities(entry: Mapping[str, Any]) -> Iterator[Quality]:
    for each in loose_json.find_all(entry, "classify")[:16]:
        if isinstance(each, Mapping):
            confidence = loose_json.to_float(loose_json.get(each, "attrConf"))
            yield Quality(
                attribute=_whole(loose_json.get(each, "attrType")),
                value=_whole(loose_json.get(each, "attrValue")),
                confidence=round(confidence / _SCALE, 1) if confidence is not None else None,
            )


def _rect(obj: Mapping[str, Any]) -> tuple[float, ...] | None:
    for found in loose_json.find_all(obj, "rect")[:1]:
        names = (_SIDE_NAMES.get(side, (side,)) for side in _SIDES)
        sides = [
            next(
                (value for name in each if (value := loose_json.to_float(loose_json.get(found, name))) is not None),
                None,
            )
            for each in names
        ]
        if None not in sides:
            return tuple(round(side, 4) for side in sides if side is not None)
    return None


def _objects(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    return [each for each in loose_json.find_all(data, name)[:MOST] if isinstance(each, Mapping)]


def _first(document: Mapping[str, Any], name: str) -> object:
    """A member at the top, or below it but not in what the model says."""
    if (value := loose_json.get(document, name)) is not None:
        return value
    for key, inner in list(document.items())[:MOST]:
        if isinstance(inner, Mapping) and key.lower() != "aiopdata":
            value = loose_json.get(inner, name)
            if value is not None and not isinstance(value, Mapping | list):
                return value
    return None


def _one_of(entry: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    return next((found for name in names if (found := _whole(loose_json.get(entry, name))) is not None), None)


def _whole(value: object) -> int | None:
    return None if isinstance(value, bool) else loose_json.to_int(value)
