"""The reducer: the only place where a state turns into the next. Pure, so every order of events can be tested."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Set as AbstractSet
from dataclasses import dataclass, replace
from math import inf
from typing import assert_never

from .events import (
    Connected,
    Detected,
    Disconnected,
    Event,
    Happened,
    Measured,
    Patched,
    Polled,
    Restructured,
    Together,
)
from .parts import PartRef, SettingValue
from .state import (
    Alarm,
    AlarmKey,
    DeviceState,
    PartState,
    Picture,
    ReadingKey,
    ReadingValue,
    SettingOf,
    State,
    StateKey,
)
from .vocabulary import DETECTION_TRAITS, Detection

_TOUCH_MEMORY = 300.0
"""Seconds for which a push outranks polls asked before it; no poll is under way for longer."""

type Holds = Mapping[Detection, float]
"""The user's own hold times; a detection that is absent uses its trait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one event did."""

    state: State
    changed: frozenset[PartRef] = frozenset()
    """Parts of which something an entity shows may have changed."""
    everything: bool = False
    """All parts may have changed: the push channel came or went."""
    happened: tuple[Happened, ...] = ()
    """Moments to tell once: the start of each alarm, and momentary events."""


def reduce(state: State, event: Event, now: float, holds: Holds | None = None) -> Step:
    """Apply one event at monotonic time `now` (seconds); never raises, whatever the order of events."""
    match event:
        case Connected():
            return Step(state=_without_alarms(replace(state, pushing=True, push_problem=None)), everything=True)
        case Disconnected():
            return _disconnected(state, event.reason)
        case Polled():
            step = _polled(state, event, now)
            return _joined(step, _together(step.state, event.told, now, holds)) if event.told else step
        case Patched():
            return _patched(state, event, now)
        case Detected():
            return _detected(state, event, now, holds or {})
        case Measured():
            return _measured(state, event, now)
        case Happened():
            return _happened(state, event)
        case Restructured():
            return Step(state=state)
        case Together(events=events):
            return _together(state, events, now, holds)
        case _:
            assert_never(event)


def _disconnected(state: State, reason: str) -> Step:
    if not state.pushing and state.push_problem == reason:
        return Step(state=state)
    return Step(state=_without_alarms(replace(state, pushing=False, push_problem=reason)), everything=True)


def _together(state: State, events: tuple[Event, ...], now: float, holds: Holds | None) -> Step:
    changed: set[PartRef] = set()
    happened: list[Happened] = []
    everything = False
    for event in events:
        step = reduce(state, event, now, holds)
        state = step.state
        changed |= step.changed
        happened += step.happened
        everything |= step.everything
    return Step(state=state, changed=frozenset(changed), everything=everything, happened=tuple(happened))


def _joined(step: Step, more: Step) -> Step:
    """What two steps did, the second on the state of the first."""
    return replace(more, changed=step.changed | more.changed, happened=(*step.happened, *more.happened))


def device_of(event: Event) -> str | None:
    """Address of the only device that an event can change; None for one that may change several."""
    match event:
        case Patched(part=part) | Detected(part=part) | Measured(part=part) | Happened(part=part):
            return part.device
        case Together(events=events):
            devices = {device_of(each) for each in events}
            return devices.pop() if len(devices) == 1 else None
        case _:
            return None


def expire(state: State, now: float) -> Step:
    """End all alarms and drop all readings whose time has come at monotonic time `now`."""
    changed: set[PartRef] = set()
    devices = dict(state.devices)
    for address, device in state.devices.items():
        alarms = {key: until for key, until in device.alarms.items() if until > now}
        lapses = {key: until for key, until in device.lapses.items() if until > now}
        over = device.lapses.keys() - lapses.keys()
        gone = (device.alarms.keys() - alarms.keys()) | over
        if gone:
            changed.update(key.part for key in gone)
            readings = {key: value for key, value in device.readings.items() if key not in over}
            devices[address] = replace(device, alarms=alarms, readings=readings, lapses=lapses)
    return Step(state=replace(state, devices=devices), changed=frozenset(changed)) if changed else Step(state=state)


def next_deadline(state: State, address: str | None = None) -> float | None:
    """Monotonic time of the next thing that `expire` would change, None when nothing is pending.

    With an address only of that device.
    """
    if address is None:
        return min(_deadlines(state.devices.values()), default=None)
    device = state.devices.get(address)
    return min(_deadlines((device,)), default=None) if device else None


def _deadlines(devices: Iterable[DeviceState]) -> Iterator[float]:
    for device in devices:
        yield from (until for until in device.alarms.values() if until != inf)
        yield from device.lapses.values()


def _with_device(state: State, address: str, device: DeviceState) -> State:
    return replace(state, devices={**state.devices, address: device})


def _without_alarms(state: State) -> State:
    """End what would end by itself: across a gap of the push channel nobody says that an alarm is over.

    Conditions held until told otherwise outlive the gap: the next report or poll settles them.
    """
    devices = {
        address: replace(device, alarms={key: until for key, until in device.alarms.items() if until == inf})
        for address, device in state.devices.items()
    }
    return replace(state, devices=devices)


def _polled(state: State, event: Polled, now: float) -> Step:
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
    readings: dict[ReadingKey, ReadingValue | None]
    settings: dict[SettingOf, SettingValue | None]
    alarms: dict[PartRef, AbstractSet[Alarm]]


def _by_device(event: Polled) -> Mapping[str, _Answer]:
    answers: defaultdict[str, _Answer] = defaultdict(lambda: _Answer({}, {}, {}, {}, {}))
    for ref, state in event.parts.items():
        answers[ref.device].parts[ref] = state
    for ref, online in event.online.items():
        answers[ref.device].online[ref] = online
    for (ref, reading), value in event.readings.items():
        answers[ref.device].readings[ReadingKey(ref, reading)] = value
    for (ref, setting), setting_value in event.settings.items():
        answers[ref.device].settings[SettingOf(ref, setting)] = setting_value
    for ref, alarms in event.alarms.items():
        answers[ref.device].alarms[ref] = alarms
    return answers


def _poll_device(old: DeviceState, answer: _Answer, event: Polled, now: float) -> tuple[DeviceState, set[PartRef]]:
    touched = {key: at for key, at in old.touched.items() if now - at < _TOUCH_MEMORY}

    def current[K: StateKey, V](values: dict[K, V]) -> dict[K, V]:
        return {key: value for key, value in values.items() if touched.get(key, event.asked_at) <= event.asked_at}

    parts, online = current(answer.parts), current(answer.online)
    readings, settings = current(answer.readings), current(answer.settings)
    changed = {
        *_differing(old.parts, parts),
        *_differing(old.online, online),
        *(key.part for key in _differing(old.readings, readings)),
        *(key.part for key in _differing(old.settings, settings)),
    }
    if event.readback:
        keys: tuple[StateKey, ...] = (*parts, *online, *readings, *settings)
        # Now, not when it was asked: a poll that began while the command was under way may have read the old value.
        touched |= dict.fromkeys(keys, now)
    if not changed and touched == old.touched:
        return old, changed
    new = replace(
        old,
        parts=_merged(old.parts, parts),
        online=_merged(old.online, online),
        readings=_merged(old.readings, readings),
        lapses=_without(old.lapses, readings),
        settings=_merged(old.settings, settings),
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
        return old.touched.get(_told(key.part, key.alarm.what), asked_at) <= asked_at

    active = dict.fromkeys(
        AlarmKey(ref, each) for ref, alarms in answer.items() for alarm in alarms for each in _sums(alarm)
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
    alarms = _without(old.alarms, ended) | dict.fromkeys((*begun, *lasting), inf)
    alarms |= {key: min(alarms[key], now + DETECTION_TRAITS[key.alarm.what].hold) for key in fading}
    told = [key for key in begun if key.alarm in answer[key.part]]
    return replace(old, alarms=alarms), told, ended


def _without[K, V](old: Mapping[K, V], keys: Container[K]) -> dict[K, V]:
    return {key: value for key, value in old.items() if key not in keys}


def _told(part: PartRef, what: Detection) -> AlarmKey:
    """The key under which it is noted when a push last told of an alarm, whomever and wherever it saw."""
    return AlarmKey(part, Alarm(what))


def _begun(key: AlarmKey) -> Happened:
    """What a poll found to have begun."""
    what, target, region = key.alarm
    return _moment(Detected(part=key.part, what=what, target=target, region=region))


def _differing[K, V](old: Mapping[K, V], new: Mapping[K, V | None]) -> Iterator[K]:
    return (key for key, value in new.items() if old.get(key) != value)


def _merged[K, V](old: Mapping[K, V], new: Mapping[K, V | None]) -> Mapping[K, V]:
    """`old` with the values of `new`; None takes a key away, since it means that nothing is known."""
    if not new:
        return old
    merged = {key: value for key, value in old.items() if key not in new}
    merged.update((key, value) for key, value in new.items() if value is not None)
    return merged


def _patched(state: State, event: Patched, now: float) -> Step:
    ref = event.part
    old = state.device(ref)
    parts = old.parts if event.state is None else {**old.parts, ref: event.state}
    online = old.online if event.online is None else {**old.online, ref: event.online}
    device = replace(old, parts=parts, online=online, touched={**old.touched, ref: now})
    same = old.parts.get(ref) == parts.get(ref) and old.online.get(ref) == online.get(ref)
    return Step(state=_with_device(state, ref.device, device), changed=frozenset() if same else frozenset({ref}))


def _measured(state: State, event: Measured, now: float) -> Step:
    old = state.device(event.part)
    until = None if event.lasts is None else now + event.lasts
    values = {ReadingKey(event.part, reading): value for reading, value in event.readings.items()}
    same = all(key in old.readings and old.readings[key] == value for key, value in values.items())
    lapses = _without(old.lapses, values)
    device = replace(
        old,
        readings={**old.readings, **values},
        lapses=lapses if until is None else lapses | dict.fromkeys(values, until),
        touched={**old.touched, **dict.fromkeys(values, now)},
    )
    return Step(
        state=_with_device(state, event.part.device, device),
        changed=frozenset() if same else frozenset({event.part}),
    )


def _happened(state: State, event: Happened) -> Step:
    if event.picture is None:
        return Step(state=state, happened=(event,))
    return Step(state=_pictured(state, event.part, event.picture), changed=frozenset({event.part}), happened=(event,))


def _pictured(state: State, part: PartRef, picture: Picture) -> State:
    device = state.device(part)
    return _with_device(state, part.device, replace(device, pictures={**device.pictures, part: picture}))


def _detected(state: State, event: Detected, now: float, holds: Holds) -> Step:
    if event.picture is not None:
        pictured = _pictured(state, event.part, event.picture)
        rest = _detected(pictured, replace(event, picture=None), now, holds)
        happened = tuple(replace(each, picture=event.picture) for each in rest.happened)
        return replace(rest, changed=rest.changed | {event.part}, happened=happened)
    if event.follow_up:
        return Step(state=state)
    return _began(state, event, now, holds) if event.active else _ended(state, event, now)


def _began(state: State, event: Detected, now: float, holds: Holds) -> Step:
    old = state.device(event.part)
    keys = [AlarmKey(event.part, alarm) for alarm in alarms_of(event)]
    until = now + _hold(event, holds)
    # Never shortened: a sum must outlast whatever it sums, and what holds until told otherwise was not told so.
    lasting = {key: max(until, old.alarms.get(key, until)) for key in keys}
    touched = {**old.touched, _told(event.part, event.what): now}
    device = replace(old, alarms={**old.alarms, **lasting}, touched=touched)
    new = [key for key in keys if key not in old.alarms]
    # The last key is the most specific: a second person in another region is news, the same one again is not.
    happened = (_moment(event),) if keys[-1] in new and not event.restored else ()
    return Step(
        state=_with_device(state, event.part.device, device),
        changed=frozenset({event.part}) if new else frozenset(),
        happened=happened,
    )


def _ended(state: State, event: Detected, now: float) -> Step:
    old = state.device(event.part)
    left = {key: until for key, until in old.alarms.items() if key.part != event.part or not _covers(event, key.alarm)}
    if len(left) == len(old.alarms):
        return Step(state=state)
    # Sums stay on while anything below them does: a man in region 2 keeps "motion" on when region 1 is quiet again.
    for key, until in tuple(left.items()):
        if key.part == event.part and key.alarm.what is event.what:
            for alarm in _sums(key.alarm):
                total = AlarmKey(event.part, alarm)
                left[total] = max(until, left.get(total, until))
    touched = {**old.touched, _told(event.part, event.what): now}
    return Step(
        state=_with_device(state, event.part.device, replace(old, alarms=left, touched=touched)),
        changed=frozenset({event.part}),
    )


def alarms_of(event: Detected) -> tuple[Alarm, ...]:
    """The alarms that one report sets, from the sum of all to the most specific."""
    return _sums(Alarm(event.what, event.target, event.region))


def _sums(alarm: Alarm) -> tuple[Alarm, ...]:
    what, target, region = alarm
    sums = (Alarm(what), Alarm(what, target), Alarm(what, None, region), alarm)
    return tuple(dict.fromkeys(sums))


def _covers(event: Detected, alarm: Alarm) -> bool:
    return (
        alarm.what is event.what
        and (event.target is None or alarm.target in (None, event.target))
        and (event.region is None or alarm.region in (None, event.region))
    )


def _hold(event: Detected, holds: Holds) -> float:
    if event.hold is not None:
        return event.hold
    return holds.get(event.what, DETECTION_TRAITS[event.what].hold)


def _moment(event: Detected) -> Happened:
    data = dict(event.data)
    if event.target is not None:
        data["target"] = event.target.value
    if event.region is not None:
        data["region"] = event.region
    return Happened(part=event.part, what=event.what.value, data=data, at=event.at)
