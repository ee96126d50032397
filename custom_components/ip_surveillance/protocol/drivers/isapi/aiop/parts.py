"""From what is known of the platform to parts. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from ....model.detections import Detection
from ....model.parts import (
    HOST,
    HOST_PART,
    Choice,
    DetectionSpec,
    Finding,
    FindingKind,
    Part,
    PartKind,
    PartRef,
    Placement,
)
from ....model.setting_words import Setting, SettingKey
from ....model.vocabulary import Feature, Flag, Quantity, Reading
from ..channels import ChannelMap
from .caps import Ability
from .engines import Engine
from .known import Known, Sheet, part_of
from .models import NONE, options
from .rules import Rule
from .tasks import Task

MODEL: Final = SettingKey(Setting.MODEL)
ENGINE_STATUS: Final = Reading(Quantity.ENGINE_STATUS)
FAULT: Final = Reading(Flag.FAULT)
TASK_STATUS: Final = Reading(Quantity.TASK_STATUS)
RUNNING: Final = Reading(Flag.RUNNING)
RULE_STATUS: Final = Reading(Quantity.RULE_STATUS)
COUNT: Final = Reading(Quantity.COUNT)
REFERENCES: Final = Reading(Quantity.REFERENCES)
ALGORITHM: Final = Reading(Quantity.ALGORITHM)
PLATFORM: Final = Reading(Quantity.PLATFORM)
MODELS: Final = Reading(Quantity.MODELS)
CAPACITY: Final = Reading(Quantity.MODEL_CAPACITY)
FREE: Final = Reading(Quantity.MODEL_FREE)
PROGRESS: Final = Reading(Quantity.MODEL_PROGRESS)


def engine_ref(number: int) -> PartRef:
    """The part of an engine."""
    return PartRef(HOST, PartKind.ENGINE, number)


def task_ref(task_id: str) -> PartRef:
    """The part of a task."""
    return PartRef(HOST, PartKind.TASK, 0, task_id)


def merged(parts: Mapping[PartRef, Part], known: Known, channels: ChannelMap) -> dict[PartRef, Part]:
    """Parts of a device with those of its platform, and with what that adds to the device and its channels."""
    found = dict(parts)
    found[HOST_PART] = _host(parts[HOST_PART], known)
    counted = known.names(channels).counted
    watched = {sheet.channel for sheet in known.sheets.values()} | counted.keys()
    for ref, part in parts.items():
        if ref.kind is PartKind.CHANNEL:
            found[ref] = _channel(part, known, counted.get(ref.number, frozenset()), watched=ref.number in watched)
    fresh = (*_engines(known), *_tasks(known), *_rules(known, parts))
    return found | {part.ref: part for part in fresh}


def findings(known: Known) -> Iterator[Finding]:
    """Rules that strike unheard: the device is not told to report them."""
    unheard: dict[int, list[str]] = {}
    for sheet in known.sheets.values():
        for rule in sheet.rules:
            if rule.number in sheet.silent:
                unheard.setdefault(sheet.channel, []).append(rule.name or f"AI rule {rule.number}")
    for channel, names in sorted(unheard.items()):
        detail = ", ".join(sorted(dict.fromkeys(names)))
        yield Finding(kind=FindingKind.NO_NOTIFICATION, part=ChannelMap.ref(channel), detail=detail)


def _host(part: Part, known: Known) -> Part:
    readings = {
        ALGORITHM: known.platform is not None and known.platform.version is not None,
        PLATFORM: known.platform is not None and known.platform.chip is not None,
        MODELS: known.models is not None,
        CAPACITY: known.space is not None and known.space.total is not None,
        FREE: known.space is not None and known.space.free is not None,
        PROGRESS: known.models is not None and known.abilities.may(Ability.MODEL_BY_URL),
    }
    features = {Feature.MODELS: known.models is not None, Feature.TASKS: bool(known.tasks)}
    return replace(
        part,
        readings=part.readings | {reading for reading, has in readings.items() if has},
        features=part.features | {feature for feature, has in features.items() if has},
    )


def _channel(part: Part, known: Known, labels: frozenset[str], *, watched: bool) -> Part:
    refers = known.references
    counts = {Reading(Quantity.COUNT, label) for label in labels}
    detections = dict(part.detections)
    if watched:
        detections.setdefault(Detection.AI_RULE, DetectionSpec())
    return replace(
        part,
        detections=MappingProxyType(detections),
        readings=part.readings | counts | ({REFERENCES} if refers else set()),
        features=part.features | ({Feature.REFERENCES} if refers else set()),
    )


def _engines(known: Known) -> Iterator[Part]:
    for engine in known.engines or ():
        yield _engine(engine, known)


def _engine(engine: Engine, known: Known) -> Part:
    names = options(known.models or ())
    if engine.model_id and engine.model_id not in names:
        # It runs what is on no list: shown all the same.
        names[engine.model_id] = engine.model_name or engine.model_id
    choice = Choice(options=(NONE, *dict.fromkeys(names.values())))
    settings = {MODEL: choice} if known.models is not None else {}
    resets = known.abilities.may(Ability.ENGINE_RESET)
    return Part(
        ref=engine_ref(engine.number),
        placement=Placement.CHILD,
        features=frozenset({Feature.ENGINE_RESET} if resets else ()),
        settings=MappingProxyType(settings),
        readings=frozenset({ENGINE_STATUS, FAULT}),
    )


def _tasks(known: Known) -> Iterator[Part]:
    for task in (task for tasks in known.tasks.values() for task in tasks if not task.passing):
        yield _task(task)


def _task(task: Task) -> Part:
    details = {"kind": task.kind.value, "task_id": task.task_id}
    if task.engine is not None:
        details["engine"] = str(task.engine)
    if task.channels:
        details["channels"] = ", ".join(map(str, task.channels))
    return Part(
        ref=task_ref(task.task_id),
        name=task.name,
        placement=Placement.CHILD,
        role=task.kind.value,
        readings=frozenset({TASK_STATUS, RUNNING}),
        details=MappingProxyType(details),
    )


def _rules(known: Known, parts: Mapping[PartRef, Part]) -> Iterator[Part]:
    for sheet in known.sheets.values():
        channel = parts.get(ChannelMap.ref(sheet.channel))
        for rule in sheet.rules:
            yield _rule(sheet, rule, channel, tells=sheet.task_id in known.statuses)


def _rule(sheet: Sheet, rule: Rule, channel: Part | None, *, tells: bool) -> Part:
    readings = {RULE_STATUS: tells, COUNT: rule.counts}
    where = channel.name if channel and channel.name else f"channel {sheet.channel}"
    return Part(
        ref=part_of(sheet, rule.number),
        name=rule.name or f"AI rule {rule.number} ({where})",
        parent=channel.ref if channel else None,
        placement=Placement.CHILD,
        features=frozenset({Feature.LINKAGE} if sheet.links else ()),
        settings=MappingProxyType(dict(rule.settings)),
        detections=MappingProxyType({Detection.AI_RULE: DetectionSpec()}),
        readings=frozenset(reading for reading, has in readings.items() if has),
        details=MappingProxyType({"task_id": sheet.task_id, "channel": str(sheet.channel)}),
    )
