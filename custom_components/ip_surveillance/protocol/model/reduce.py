"""The reducer: the only place where a state turns into the next. Pure, so every order of events can be tested."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from math import inf
from typing import assert_never

from .alarms import alarms_of, covers, moment, sums, told_key
from .detections import DETECTION_TRAITS, Detection
from .events import (
    Connected,
    Detected,
    Disconnected,
    Event,
    Happened,
    Measured,
    Patched,
    Pictured,
    Polled,
    Restructured,
    Together,
)
from .parts import PartRef
from .polls import polled, with_readings, without
from .state import (
    AlarmKey,
    DeviceState,
    Picture,
    PictureKey,
    ReadingKey,
    State,
)
from .step import Step

type Holds = Mapping[Detection, float]
"""The user's own hold times; a detection that is absent uses its trait."""


def reduce(state: State, event: Event, now: float, holds: Holds | None = None) -> Step:
    """Apply one event at monotonic time `now` (seconds); never raises, whatever the order of events."""
    match event:
        case Connected() | Disconnected():
            return _linked(state, event)
        case Polled():
            step = polled(state, event, now)
            return _joined(step, _together(step.state, event.told, now, holds)) if event.told else step
        case Patched():
            return _patched(state, event, now)
        case Detected():
            return _detected(state, event, now, holds or {})
        case Measured():
            return _measured(state, event, now)
        case Happened():
            return _happened(state, event)
        case Pictured(part=part, picture=picture):
            return Step(state=_pictured(state, part, picture), changed=frozenset({part}))
        case Restructured():
            return Step(state=state)
        case Together(events=events):
            return _together(state, events, now, holds)
        case _:
            assert_never(event)


def _linked(state: State, event: Connected | Disconnected) -> Step:
    reason = None if isinstance(event, Connected) else event.reason
    if reason is not None and not state.pushing and state.push_problem == reason:
        return Step(state=state)
    return Step(state=_without_alarms(replace(state, pushing=reason is None, push_problem=reason)), everything=True)


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
        case Patched(part=part) | Detected(part=part) | Measured(part=part) | Happened(part=part) | Pictured(part=part):
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
            readings = with_readings(device.readings, dict.fromkeys(over))
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
    known = state.readings(event.part)
    same = all(known.get(reading) == value for reading, value in event.readings.items())
    lapses = without(old.lapses, values)
    device = replace(
        old,
        readings=with_readings(old.readings, values),
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
    return _with_device(
        state, part.device, replace(device, pictures={**device.pictures, PictureKey(part, picture.of): picture})
    )


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
    touched = {**old.touched, told_key(event.part, event.what): now}
    device = replace(old, alarms={**old.alarms, **lasting}, touched=touched)
    new = [key for key in keys if key not in old.alarms]
    # The last key is the most specific: a second person in another region is news, the same one again is not.
    happened = (moment(event),) if keys[-1] in new and not event.restored else ()
    return Step(
        state=_with_device(state, event.part.device, device),
        changed=frozenset({event.part}) if new else frozenset(),
        happened=happened,
    )


def _ended(state: State, event: Detected, now: float) -> Step:
    old = state.device(event.part)
    left = {key: until for key, until in old.alarms.items() if key.part != event.part or not covers(event, key.alarm)}
    if len(left) == len(old.alarms):
        return Step(state=state)
    # Sums stay on while anything below them does: a man in region 2 keeps "motion" on when region 1 is quiet again.
    for key, until in tuple(left.items()):
        if key.part == event.part and key.alarm.what is event.what:
            for alarm in sums(key.alarm):
                total = AlarmKey(event.part, alarm)
                left[total] = max(until, left.get(total, until))
    touched = {**old.touched, told_key(event.part, event.what): now}
    return Step(
        state=_with_device(state, event.part.device, replace(old, alarms=left, touched=touched)),
        changed=frozenset({event.part}),
    )


def _hold(event: Detected, holds: Holds) -> float:
    if event.hold is not None:
        return event.hold
    return holds.get(event.what, DETECTION_TRAITS[event.what].hold)
