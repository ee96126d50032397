"""From events of the platform to events of the model: rules that struck, counts, models that changed.

Pure but for what is known of the device, which whoever keeps it hands in.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from ....hikvision.event_types import plain
from ....model.detections import Detection
from ....model.events import Detected, Event, Happened, Measured, Restructured
from ....model.parts import HOST, HOST_PART, PartKind, PartRef
from ....model.state import Picture
from ....model.vocabulary import Quantity, Reading
from ....transport import loose_json
from .labels import LONGEST, Labels
from .rules import COUNTING, TRIGGERS
from .seen import Quality, Seen, Strike, Target, read_seen

HOLD: Final = 10.0
"""Seconds that a detection goes on after it was told last: nobody tells its end (000…txt L1838 speaks of others)."""
_LIVE: Final = frozenset({"aiopvideo", "aioppollingvideo", "aioppollingsnap"})
MODEL_UPDATED: Final = "model_updated"
PICTURE_ANALYSED: Final = "picture_analysed"
RECORDING_ANALYSED: Final = "recording_analysed"
_UPDATE: Final = "mpupdate"
_MOMENTS: Final = {"aioppicture": PICTURE_ANALYSED, "aiophistoryvideo": RECORDING_ANALYSED}
_DIRECTIONS: Final = {1: "both", 2: "left_to_right", 3: "right_to_left"}
"""L4230."""
_TOLD: Final = 16
"""Targets that an event's data speaks of."""


@dataclass(slots=True)
class Names:
    """What is known of the device: how to call what events give numbers of."""

    labels: Mapping[str, Labels] = field(default_factory=dict)
    """By id of the model."""
    models: Mapping[str, str] = field(default_factory=dict)
    running: Mapping[tuple[str, int], str] = field(default_factory=dict)
    """Id of the model by task and channel, for events that do not tell it."""
    rules: Mapping[PartRef, str | None] = field(default_factory=dict)
    """Names of all rules that are parts."""
    counted: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """Labels that have a count, by channel."""


def rule_ref(task_id: str, channel: int, rule: int) -> PartRef:
    """The part of a rule."""
    return PartRef(HOST, PartKind.RULE, rule, f"{task_id}.{channel}")


def is_of_platform(event: str) -> bool:
    """Whether an event is one of the platform's, by the device's word for it."""
    word = plain(event)
    return word.startswith("aiop") or word == _UPDATE


def label_of(labels: Labels | None, number: int | None) -> str:
    """What to call a target; a number where the model has no name for it."""
    return ((labels.of(number) if labels else None) or f"type {number if number is not None else '?'}")[:LONGEST]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """What of an alert matters here."""

    event: str
    part: PartRef
    """The channel, or the device where none of ours is meant."""
    at: datetime | None
    data: Mapping[str, Any]
    """What else the alert says, for events without a reading of their own."""
    document: Mapping[str, Any]
    picture: Picture | None


def read(alarm: Alarm, names: Names) -> list[Event]:
    """Tell what an event of the platform means."""
    word = plain(alarm.event)
    if word == _UPDATE:
        words = {name: value for name, value in alarm.data.items() if isinstance(value, str | int)}
        if text := loose_json.to_text(loose_json.get(alarm.document, "eventDescription"), 128):
            words["description"] = text
        return [Happened(part=HOST_PART, what=MODEL_UPDATED, data=words, at=alarm.at), Restructured()]
    seen = read_seen(alarm.document)
    if word in _LIVE and alarm.part.kind is PartKind.CHANNEL:
        return list(_live(alarm, seen, names))
    what = _MOMENTS.get(word, alarm.event)
    part = HOST_PART if word in _MOMENTS else alarm.part
    data = _common(alarm, seen, names)
    if not seen.told and word not in _MOMENTS:
        data |= alarm.data
    if seen.targets:
        data["targets"] = [_shown(each, _labels(seen, alarm, names)) for each in seen.targets[:_TOLD]]
        data["labels"] = dict(_counts(seen, _labels(seen, alarm, names)))
    if word == "aioppicture":
        data["ok"] = seen.status in (None, 0)
    if word in _MOMENTS and alarm.part.kind is PartKind.CHANNEL:
        data["channel"] = alarm.part.number
    return [Happened(part=part, what=what, data=data, at=alarm.at, picture=alarm.picture)]


def _live(alarm: Alarm, seen: Seen, names: Names) -> Iterator[Event]:
    """A detection in live video: rules that struck, or whom the model saw where no rule is told."""
    labels = _labels(seen, alarm, names)
    counts = _counts(seen, labels)
    common = _common(alarm, seen, names)
    picture = alarm.picture
    strikes = seen.strikes or (() if seen.nobody else (Strike(),))
    for strike in strikes:
        rule = _rule(strike, seen, alarm, names)
        known = rule in names.rules
        if known and strike.count is not None:
            yield Measured(part=rule, readings={Reading(Quantity.COUNT): strike.count})
        if _merely_counts(strike, seen):
            if not known:
                yield Happened(part=alarm.part, what=alarm.event, data=common | _struck(strike, None), at=alarm.at)
            continue
        data = common | _struck(strike, names.rules.get(rule)) | _best(strike, seen, labels)
        if counts:
            data["labels"] = dict(counts)
        told = Detected(
            part=alarm.part,
            what=Detection.AI_RULE,
            region=strike.rule,
            hold=HOLD,
            at=alarm.at,
            picture=picture,
            data=data,
        )
        yield told
        if known:
            yield Detected(part=rule, what=Detection.AI_RULE, hold=HOLD, at=alarm.at, data=data)
        picture = None
    listed = names.counted.get(alarm.part.number, frozenset())
    if seen.told and listed:
        readings = {Reading(Quantity.COUNT, label): counts.get(label, 0) for label in sorted(listed)}
        yield Measured(part=alarm.part, readings=readings)


def _rule(strike: Strike, seen: Seen, alarm: Alarm, names: Names) -> PartRef:
    """The part of a rule; without its task the only one of that number on the channel."""
    channel, number = alarm.part.number, strike.rule or 0
    if seen.task_id is None:
        fitting = [ref for ref in names.rules if ref.number == number and ref.label.rpartition(".")[2] == str(channel)]
        if len(fitting) == 1:
            return fitting[0]
    return rule_ref(seen.task_id or "", channel, number)


def _merely_counts(strike: Strike, seen: Seen) -> bool:
    """Whether it is no alarm but the report of a counter."""
    if strike.count is None:
        return False
    return strike.trigger in COUNTING or (strike.trigger is None and strike.target is None and not seen.targets)


def _labels(seen: Seen, alarm: Alarm, names: Names) -> Labels | None:
    return names.labels.get(_model(seen, alarm, names) or "")


def _model(seen: Seen, alarm: Alarm, names: Names) -> str | None:
    return seen.model_id or names.running.get((seen.task_id or "", alarm.part.number))


def _counts(seen: Seen, labels: Labels | None) -> Counter[str]:
    """How many of each label are there: of all that is told, else of those that made rules strike."""
    targets: Sequence[Target] = seen.targets or [each.target for each in seen.strikes if each.target is not None]
    return Counter(label_of(labels, each.type) for each in targets if each.visible and each.type is not None)


def _common(alarm: Alarm, seen: Seen, names: Names) -> dict[str, Any]:
    model = _model(seen, alarm, names)
    found = {
        "task_id": seen.task_id,
        "model_id": model,
        "model": names.models.get(model or ""),
        "picture_id": seen.picture_id,
        "preset": seen.preset,
        "source": plain(alarm.event),
    }
    return {name: value for name, value in found.items() if value is not None}


def _struck(strike: Strike, name: str | None) -> dict[str, Any]:
    found = {
        "rule": strike.name or name,
        "rule_id": strike.rule,
        "trigger": TRIGGERS.get(strike.trigger or 0) or strike.trigger,
        "count": strike.count,
        "direction": _DIRECTIONS.get(strike.direction or 0),
    }
    return {key: value for key, value in found.items() if value is not None}


def _best(strike: Strike, seen: Seen, labels: Labels | None) -> dict[str, Any]:
    """The target of a rule, else the surest one."""
    target = strike.target or max(seen.targets, key=lambda each: each.confidence or 0.0, default=None)
    if target is None:
        return {}
    if not target.qualities and target.number is not None:
        # What describes a target is told with the list of all, by its number.
        same = (each for each in seen.targets if each.number == target.number and each.qualities)
        described = next(same, target)
        return _shown(target, labels) | _described(described.qualities, labels)
    return _shown(target, labels)


def _shown(target: Target, labels: Labels | None) -> dict[str, Any]:
    found = {
        "label": label_of(labels, target.type) if target.type is not None else None,
        "target_type": target.type,
        "confidence": target.confidence,
        "rect": list(target.rect) if target.rect else None,
    }
    return {key: value for key, value in found.items() if value is not None} | _described(target.qualities, labels)


def _described(qualities: tuple[Quality, ...], labels: Labels | None) -> dict[str, Any]:
    if not qualities:
        return {}
    known = labels or Labels()
    listed = [
        {
            "attribute": each.attribute,
            "name": known.attributes.get(each.attribute or 0),
            "value": each.value,
            "value_name": known.values.get((each.attribute or 0, -1 if each.value is None else each.value)),
            "confidence": each.confidence,
        }
        for each in qualities
    ]
    return {"properties": [{key: value for key, value in each.items() if value is not None} for each in listed]}
