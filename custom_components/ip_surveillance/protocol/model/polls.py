"""What a poll does to the state: it is the truth, except where a push outran it."""

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Set as AbstractSet
from dataclasses import dataclass, replace
from math import inf
from types import MappingProxyType
from typing import Any

from .alarms import moment, sums, told_key
from .detections import DETECTION_TRAITS
from .events import (
    Detected,
    Happened,
    Polled,
)
from .parts import PartRef, SettingValue
from .setting_words import SettingKey
from .state import (
    Alarm,
    AlarmKey,
    DeviceState,
    PartState,
    ReadingKey,
    ReadingValue,
    SettingOf,
    State,
    StateKey,
)
from .step import Step
from .vocabulary import Reading

_EMPTY: Mapping[Any, Any] = MappingProxyType({})

_TOUCH_MEMORY = 300.0
"""Seconds for which a push outranks polls asked before it; no poll is under way for longer."""


def polled(state: State, event: Polled, now: float) -> Step:
    """Take a poll, an answer to a command, or settings."""
    changed: set[PartRef] = set()
    happened: list[Happened] = []
    devices = dict(state.devices)
    for address, answer in _by_device(event).items():
        old = state.devices.get(address, DeviceState())
        new, parts = _poll_device(old, answer, event, now)
        new, begun, ended = _poll_alarms(new, answer.alarms, event, now)
        devices[address] = new
        changed |= parts | {key.part for key in (*begun, *ended)}
        happened += (_begun(key) for key in begun)
    return Step(state=replace(state, devices=devices), changed=frozenset(changed), happened=tuple(happened))


@dataclass(slots=True)
class _Answer:
    """What a poll said of one device."""

    parts: dict[PartRef, PartState | None]
    online: dict[PartRef, bool | None]
    readings: dict[tuple[PartRef, Reading], ReadingValue | None]
    settings: dict[tuple[PartRef, SettingKey], SettingValue | None]
    alarms: dict[PartRef, AbstractSet[Alarm]]


def _by_device(event: Polled) -> Mapping[str, _Answer]:
    answers: defaultdict[str, _Answer] = defaultdict(lambda: _Answer({}, {}, {}, {}, {}))
    for ref, state in event.parts.items():
        answers[ref.device].parts[ref] = state
    for ref, online in event.online.items():
        answers[ref.device].online[ref] = online
    # Keys are left as they are: of the ten thousand readings of a large receiver next to none differ, and to make ten
    # thousand keys for that wakes the garbage collector up several times.
    for key, value in event.readings.items():
        answers[key[0].device].readings[key] = value
    for of, setting_value in event.settings.items():
        answers[of[0].device].settings[of] = setting_value
    for ref, alarms in event.alarms.items():
        answers[ref.device].alarms[ref] = alarms
    return answers


def _poll_device(old: DeviceState, answer: _Answer, event: Polled, now: float) -> tuple[DeviceState, set[PartRef]]:
    touched: dict[Any, float] = {key: at for key, at in old.touched.items() if now - at < _TOUCH_MEMORY}

    def current[K, V](values: dict[K, V]) -> dict[K, V]:
        return {key: value for key, value in values.items() if touched.get(key, event.asked_at) <= event.asked_at}

    parts, online = current(answer.parts), current(answer.online)
    readings, settings = current(answer.readings), current(answer.settings)
    read = {
        ReadingKey(part, reading): value
        for (part, reading), value in readings.items()
        if old.readings.get(part, _EMPTY).get(reading) != value
    }
    set_now = {SettingOf(*key): settings[key] for key in _differing(old.settings, settings)}
    changed = {
        *_differing(old.parts, parts),
        *_differing(old.online, online),
        *(key.part for key in read),
        *(key.part for key in set_now),
    }
    if event.readback:
        keys: tuple[StateKey, ...] = (
            *parts,
            *online,
            *(ReadingKey(*key) for key in readings),
            *(SettingOf(*key) for key in settings),
        )
        # Now, not when it was asked: a poll that began while the command was under way may have read the old value.
        touched |= dict.fromkeys(keys, now)
    if not changed and touched == old.touched:
        return old, changed
    new = replace(
        old,
        parts=merged(old.parts, parts),
        online=merged(old.online, online),
        readings=with_readings(old.readings, read),
        lapses=without(old.lapses, readings),
        settings=merged(old.settings, set_now),
        touched=touched,
    )
    return new, changed


def _poll_alarms(
    old: DeviceState, answer: Mapping[PartRef, AbstractSet[Alarm]], event: Polled, now: float
) -> tuple[DeviceState, list[AlarmKey], list[AlarmKey]]:
    """Take the complete sets of active alarms of some parts; tell which began and which ended."""
    if not answer:
        return old, [], []
    asked_at = event.asked_at

    def current(key: AlarmKey) -> bool:
        return old.touched.get(told_key(key.part, key.alarm.what), asked_at) <= asked_at

    active = dict.fromkeys(
        AlarmKey(ref, each) for ref, alarms in answer.items() for alarm in alarms for each in sums(alarm)
    )
    begun = [key for key in active if key not in old.alarms and current(key)]
    # What no poll tells at all on this device just goes on for its own time.
    unseen = [key for key in old.alarms if key.part in answer and key not in active and current(key)]
    unseen = [key for key in unseen if key.alarm.what not in event.unpolled]
    fading = [key for key in unseen if DETECTION_TRAITS[key.alarm.what].unpolled]
    ended = [key for key in unseen if key not in fading]
    # What was pushed with a hold time is now known to go on until a poll says otherwise.
    lasting = [key for key in active if old.alarms.get(key, inf) != inf]
    if not begun and not unseen and not lasting:
        return old, begun, ended
    alarms = without(old.alarms, ended) | dict.fromkeys((*begun, *lasting), inf)
    alarms |= {key: min(alarms[key], now + DETECTION_TRAITS[key.alarm.what].hold) for key in fading}
    told = [key for key in begun if key.alarm in answer[key.part]]
    return replace(old, alarms=alarms), told, ended


def without[K, V](old: Mapping[K, V], keys: Container[Any]) -> dict[K, V]:
    """A mapping without some of its keys."""
    return {key: value for key, value in old.items() if key not in keys}


def _begun(key: AlarmKey) -> Happened:
    """What a poll found to have begun."""
    what, target, region = key.alarm
    return moment(Detected(part=key.part, what=what, target=target, region=region))


def _differing[K, V](old: Mapping[Any, V], new: Mapping[K, V | None]) -> Iterator[K]:
    """The keys of what is news. A pair finds the named tuple that is equal to it."""
    return (key for key, value in new.items() if old.get(key) != value)


def with_readings(
    old: Mapping[PartRef, Mapping[Reading, ReadingValue]], new: Mapping[ReadingKey, ReadingValue | None]
) -> Mapping[PartRef, Mapping[Reading, ReadingValue]]:
    """`old` with the values of `new`; None takes one away, since it means that nothing is known."""
    news: defaultdict[PartRef, dict[Reading, ReadingValue | None]] = defaultdict(dict)
    for key, value in new.items():
        news[key.part][key.reading] = value
    return merged(old, {part: merged(old.get(part, _EMPTY), values) or None for part, values in news.items()})


def merged[K, V](old: Mapping[K, V], new: Mapping[K, V | None]) -> Mapping[K, V]:
    """`old` with the values of `new`; None takes a key away, since it means that nothing is known."""
    if not new:
        return old
    # In this order a key that was known stays the object that it was: a large panel has a thousand of them.
    merged = {**old, **{key: value for key, value in new.items() if value is not None}}
    gone = {key for key, value in new.items() if value is None and key in old}
    return without(merged, gone) if gone else merged
