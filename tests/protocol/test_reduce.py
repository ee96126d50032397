"""The reducer: tables of single steps, and properties that hold for any order of events."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from math import inf

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ip_surveillance.protocol.model.detections import DETECTION_TRAITS, Detection, Target
from custom_components.ip_surveillance.protocol.model.events import (
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
from custom_components.ip_surveillance.protocol.model.parts import HOST, HOST_PART, PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.reduce import device_of, expire, next_deadline, reduce
from custom_components.ip_surveillance.protocol.model.setting_words import Setting, SettingKey
from custom_components.ip_surveillance.protocol.model.state import (
    Alarm,
    AlarmKey,
    DeviceState,
    LineState,
    Picture,
    ReadingKey,
    SettingOf,
    State,
    StorageState,
)
from custom_components.ip_surveillance.protocol.model.vocabulary import Quantity, Reading

CHANNEL = PartRef(HOST, PartKind.CHANNEL, 1)
OTHER = PartRef(HOST, PartKind.CHANNEL, 2)
OUTPUT = PartRef(HOST, PartKind.OUTPUT, 1)
BEHIND = PartRef("abc", PartKind.CHANNEL, 1)
CPU = Reading(Quantity.CPU)
IRIS = SettingKey(Setting.DAY_NIGHT)
MOTION = Alarm(Detection.MOTION)


def after(*events: tuple[float, Event], start: State | None = None) -> State:
    state = start or State()
    for now, event in events:
        state = reduce(state, event, now).state
    return state


def motion(**more: object) -> Detected:
    return Detected(part=CHANNEL, what=Detection.MOTION, **more)  # type: ignore[arg-type]


def active(state: State, part: PartRef = CHANNEL) -> set[Alarm]:
    return {key.alarm for key in state.device(part).alarms if key.part == part}


# Alarms


def test_alarm_begins_once_and_ends_on_inactive() -> None:
    step = reduce(State(), motion(at=datetime(2026, 1, 2, tzinfo=UTC), data={"a": 1}), 10)
    assert step.changed == {CHANNEL}
    assert step.happened == (Happened(part=CHANNEL, what="motion", data={"a": 1}, at=datetime(2026, 1, 2, tzinfo=UTC)),)
    repeat = reduce(step.state, motion(), 11)
    assert not repeat.changed
    assert not repeat.happened
    ended = reduce(repeat.state, motion(active=False), 12)
    assert ended.changed == {CHANNEL}
    assert not ended.happened
    assert not ended.state.alarm(CHANNEL, MOTION)


def test_repeats_extend_the_hold_time() -> None:
    state = after((0, motion()), (4, motion()))
    hold = DETECTION_TRAITS[Detection.MOTION].hold
    assert next_deadline(state) == 4 + hold
    assert expire(state, 4 + hold - 0.01).state is state
    step = expire(state, 4 + hold)
    assert step.changed == {CHANNEL}
    assert active(step.state) == set()
    assert next_deadline(step.state) is None


@pytest.mark.parametrize(
    ("event_hold", "chosen", "until"),
    [(None, None, 105.0), (None, 20.0, 120.0), (3.0, 20.0, 103.0), (inf, None, None)],
)
def test_whose_hold_time_counts(event_hold: float | None, chosen: float | None, until: float | None) -> None:
    holds = {} if chosen is None else {Detection.MOTION: chosen}
    state = reduce(State(), motion(hold=event_hold), 100, holds).state
    assert next_deadline(state) == until
    assert state.alarm(CHANNEL, MOTION)


def test_sums_last_as_long_as_what_they_sum() -> None:
    region = Alarm(Detection.MOTION, None, 1)
    state = after((0, motion(region=1, hold=60)), (1, motion(region=2, hold=5)), (2, motion(hold=1)))
    assert active(expire(state, 30).state) == {MOTION, region}
    three = after(*((0, motion(region=number, hold=hold)) for number, hold in ((2, 5), (1, 60), (3, 5))))
    left = reduce(three, motion(region=3, active=False), 1).state
    assert active(expire(left, 30).state) == {MOTION, region}


def test_target_and_region_are_told_apart() -> None:
    first = reduce(State(), motion(target=Target.HUMAN, region=1), 0)
    assert active(first.state) == {
        MOTION,
        Alarm(Detection.MOTION, Target.HUMAN),
        Alarm(Detection.MOTION, None, 1),
        Alarm(Detection.MOTION, Target.HUMAN, 1),
    }
    assert first.happened[0].data == {"target": "human", "region": 1}
    second = reduce(first.state, motion(target=Target.VEHICLE, region=2), 1)
    assert second.happened[0].data == {"target": "vehicle", "region": 2}
    quiet = reduce(second.state, motion(active=False, region=1), 2).state
    assert active(quiet) == {
        MOTION,
        Alarm(Detection.MOTION, Target.VEHICLE),
        Alarm(Detection.MOTION, None, 2),
        Alarm(Detection.MOTION, Target.VEHICLE, 2),
    }
    assert active(reduce(quiet, motion(active=False), 3).state) == set()


def test_sum_of_a_target_stays_while_it_is_seen_elsewhere() -> None:
    state = after(
        (0, motion(target=Target.HUMAN, region=1)),
        (0, motion(target=Target.HUMAN, region=2)),
        (1, motion(active=False, target=Target.HUMAN, region=1)),
    )
    assert active(state) == {
        MOTION,
        Alarm(Detection.MOTION, Target.HUMAN),
        Alarm(Detection.MOTION, None, 2),
        Alarm(Detection.MOTION, Target.HUMAN, 2),
    }


def test_end_that_names_more_than_the_beginning_still_ends_it() -> None:
    assert active(after((0, motion()), (1, motion(active=False, target=Target.HUMAN, region=3)))) == set()


def test_an_alarm_touches_only_its_own_channel() -> None:
    state = after((0, motion()), (0, Detected(part=OTHER, what=Detection.MOTION)), (1, motion(active=False)))
    assert active(state) == set()
    assert active(state, OTHER) == {MOTION}


def test_end_of_what_never_began_changes_nothing() -> None:
    step = reduce(State(), motion(active=False), 1)
    assert not step.changed
    assert step.state == State()


# Pictures


def test_picture_of_an_alarm_and_its_follow_up() -> None:
    first, second = Picture(b"1"), Picture(b"2")
    step = reduce(State(), motion(picture=first), 0)
    assert step.state.picture(CHANNEL) is first
    assert [each.picture for each in step.happened] == [first]
    late = reduce(step.state, motion(picture=second, follow_up=True), 1)
    assert late.state.picture(CHANNEL) is second
    assert late.changed == {CHANNEL}
    assert not late.happened
    assert late.state.device(CHANNEL).alarms == step.state.device(CHANNEL).alarms


def test_follow_up_without_picture_is_nothing() -> None:
    assert reduce(State(), motion(follow_up=True), 0).state == State()


# The push channel


def test_gap_of_the_push_channel() -> None:
    state = after((0, Connected()), (1, motion()), (1, Detected(part=CHANNEL, what=Detection.POWER, hold=inf)))
    assert state.pushing
    step = reduce(state, Disconnected(reason="reset"), 2)
    assert step.everything
    assert not step.state.pushing
    assert step.state.push_problem == "reset"
    assert active(step.state) == {Alarm(Detection.POWER)}
    again = reduce(step.state, Disconnected(reason="reset"), 3)
    assert not again.everything
    up = reduce(step.state, Connected(), 4)
    assert up.everything
    assert up.state.pushing
    assert up.state.push_problem is None


# Polls


def test_poll_replaces_what_it_names_and_leaves_the_rest() -> None:
    state = after(
        (
            1,
            Polled(
                asked_at=0,
                parts={OUTPUT: LineState(active=True)},
                online={CHANNEL: True, OTHER: False},
                readings={(HOST_PART, CPU): 5.0},
                settings={(CHANNEL, IRIS): "day"},
            ),
        )
    )
    assert state.part(OUTPUT) == LineState(active=True)
    assert state.reading(HOST_PART, CPU) == 5.0
    assert state.setting(CHANNEL, IRIS) == "day"
    assert state.reachable(CHANNEL)
    assert not state.reachable(OTHER)
    assert state.online(OTHER) is False
    step = reduce(state, Polled(asked_at=2, readings={(HOST_PART, CPU): None}, online={OTHER: None}), 3)
    assert step.changed == {HOST_PART, OTHER}
    assert step.state.reading(HOST_PART, CPU) is None
    assert step.state.reachable(OTHER)
    assert step.state.part(OUTPUT) == LineState(active=True)


def test_equal_poll_changes_nothing() -> None:
    polled = Polled(asked_at=0, parts={OUTPUT: LineState(active=True)}, online={CHANNEL: True})
    state = after((1, polled))
    step = reduce(state, Polled(asked_at=2, parts=polled.parts, online=polled.online), 3)
    assert not step.changed
    assert step.state == state


def test_poll_asked_before_a_push_does_not_undo_it() -> None:
    pushed = after((5, Patched(part=OUTPUT, state=LineState(active=True), online=True)))
    stale = Polled(asked_at=4, parts={OUTPUT: LineState(active=False)}, online={OUTPUT: False, CHANNEL: True})
    state = after((6, stale), start=pushed)
    assert state.part(OUTPUT) == LineState(active=True)
    assert state.online(OUTPUT) is True
    assert state.online(CHANNEL) is True
    fresh = Polled(asked_at=7, parts={OUTPUT: LineState(active=False)})
    assert after((8, fresh), start=state).part(OUTPUT) == LineState(active=False)


def test_poll_asked_before_a_command_does_not_undo_its_readback() -> None:
    readback = Polled(asked_at=5, parts={OUTPUT: LineState(active=True)}, readback=True)
    for asked_at in (4, 5.5):
        stale = Polled(asked_at=asked_at, parts={OUTPUT: LineState(active=False)})
        assert after((6, readback), (7, stale)).part(OUTPUT) == LineState(active=True)


def test_memory_of_pushes_does_not_grow_for_ever() -> None:
    state = after(*((float(n), Patched(part=PartRef(HOST, PartKind.ZONE, n), online=True)) for n in range(50)))
    assert len(state.device(HOST_PART).touched) == 50
    state = after((1000, Polled(asked_at=999, online={CHANNEL: True})), start=state)
    assert not state.device(HOST_PART).touched


def test_devices_are_kept_apart() -> None:
    state = after(
        (0, Polled(asked_at=0, online={BEHIND: False, CHANNEL: True}, settings={(BEHIND, IRIS): "night"})),
        (0, motion()),
    )
    assert not state.reachable(BEHIND)
    assert state.reachable(CHANNEL)
    assert active(state, BEHIND) == set()
    assert state.setting(CHANNEL, IRIS) is None
    down = after((1, Polled(asked_at=1, online={BEHIND.owner: False, BEHIND: True})), start=state)
    assert not down.reachable(BEHIND)
    assert down.reachable(CHANNEL)


def test_part_is_unreachable_with_its_parent() -> None:
    light = PartRef(HOST, PartKind.LIGHT, 1, "white")
    state = after((0, Polled(asked_at=0, online={CHANNEL: False})))
    assert state.reachable(light)
    assert not state.reachable(light, CHANNEL)


# Measurements and moments


def test_pushed_reading_expires() -> None:
    step = reduce(State(), Measured(part=CHANNEL, readings={CPU: 1.0}, lasts=10), 100)
    assert step.changed == {CHANNEL}
    assert not reduce(step.state, Measured(part=CHANNEL, readings={CPU: 1.0}, lasts=10), 105).changed
    assert next_deadline(step.state) == 110
    assert expire(step.state, 110).state.reading(CHANNEL, CPU) is None
    forever = reduce(State(), Measured(part=CHANNEL, readings={CPU: 1.0}), 0).state
    assert next_deadline(forever) is None


def test_moment_is_told_and_not_kept() -> None:
    ring = Happened(part=CHANNEL, what="ring")
    step = reduce(State(), ring, 0)
    assert step.happened == (ring,)
    assert step.state == State()
    pictured = reduce(State(), Happened(part=CHANNEL, what="ring", picture=Picture(b"x")), 0)
    assert pictured.changed == {CHANNEL}
    assert pictured.state.picture(CHANNEL) is not None


def test_that_something_changed_changes_nothing_by_itself() -> None:
    state = after((0, motion()))
    step = reduce(state, Restructured(), 1)
    assert step.state is state
    assert not step.changed
    assert not step.happened
    assert not step.everything


def poll(asked_at: float, *alarms: Alarm, part: PartRef = CHANNEL) -> Polled:
    return Polled(asked_at=asked_at, alarms={part: frozenset(alarms)})


def test_poll_tells_all_alarms_of_a_part() -> None:
    fire = Alarm(Detection.FIRE, None, 3)
    step = reduce(after((0, motion(hold=inf))), poll(1, fire), 1)
    assert active(step.state) == {Alarm(Detection.FIRE), fire}
    assert step.changed == {CHANNEL}
    # One happening for what the poll named, none for the sum, none for what ended.
    assert [(each.part, each.what, dict(each.data)) for each in step.happened] == [(CHANNEL, "fire", {"region": 3})]
    assert next_deadline(step.state) is None
    again = reduce(step.state, poll(2, fire), 2)
    assert (again.state, again.changed, again.happened) == (step.state, frozenset(), ())
    assert active(reduce(step.state, poll(3), 3).state) == set()


def test_a_pushed_moment_that_a_poll_finds_going_on_lasts_until_a_poll_ends_it() -> None:
    step = reduce(after((0, motion(hold=5))), poll(1, MOTION), 1)
    assert step.happened == ()
    assert next_deadline(step.state) is None
    assert active(reduce(step.state, poll(9), 9).state) == set()


def test_a_silent_alarm_that_no_poll_shows_lasts_for_its_hold_time() -> None:
    duress = Detected(part=CHANNEL, what=Detection.DURESS, hold=inf)
    quiet = reduce(after((0, duress)), poll(1), 2).state
    assert {alarm.what for alarm in quiet.alarms(CHANNEL)} == {Detection.DURESS}
    # Further polls do not put the end off.
    later = reduce(quiet, poll(500), 500).state
    assert next_deadline(later) == 602
    assert not expire(later, 602).state.alarms(CHANNEL)
    over = reduce(quiet, replace(duress, active=False), 3).state
    assert not over.alarms(CHANNEL)


def test_poll_without_alarms_of_a_part_leaves_them() -> None:
    state = after((0, motion(hold=inf)))
    assert active(reduce(state, Polled(asked_at=1), 1).state) == {MOTION}
    assert active(reduce(state, poll(1, part=OTHER), 1).state) == {MOTION}


def test_poll_asked_before_an_alarm_was_pushed_does_not_end_it() -> None:
    pushed = after((5, motion(hold=inf)))
    assert active(reduce(pushed, poll(4), 6).state) == {MOTION}
    assert active(reduce(pushed, poll(6), 6).state) == set()


def test_poll_asked_before_an_end_was_pushed_does_not_begin_it_again() -> None:
    ended = after((1, motion(hold=inf)), (5, motion(active=False)))
    step = reduce(ended, poll(4, MOTION), 6)
    assert active(step.state) == set()
    assert step.happened == ()
    assert active(reduce(ended, poll(6, MOTION), 6).state) == {MOTION}


def test_what_was_so_before_a_restart_is_no_news() -> None:
    step = reduce(State(), motion(hold=inf, restored=True), 0)
    assert active(step.state) == {MOTION}
    assert step.changed == {CHANNEL}
    assert step.happened == ()
    # It goes on as any other: its repetition is no news either, its end counts.
    assert reduce(step.state, motion(hold=inf), 1).happened == ()
    assert active(reduce(step.state, motion(active=False), 1).state) == set()


def test_condition_until_told_otherwise_outlives_a_gap() -> None:
    kept = Detected(part=CHANNEL, what=Detection.MAINS, region=1301, hold=inf)
    state = after((0, kept), (0, motion()), (1, Disconnected(reason="gone")), (2, Connected()))
    assert active(state) == {Alarm(Detection.MAINS), Alarm(Detection.MAINS, None, 1301)}


def test_reading_that_lapses_stays_when_it_is_told_again() -> None:
    once = Measured(part=CHANNEL, readings={CPU: 1.0}, lasts=10)
    state = after((0, once), (5, once))
    assert next_deadline(state) == 15
    assert expire(state, 14).state.reading(CHANNEL, CPU) == 1.0
    assert expire(state, 15).state.reading(CHANNEL, CPU) is None
    for lasting in (Measured(part=CHANNEL, readings={CPU: 2.0}), Polled(asked_at=6, readings={(CHANNEL, CPU): 2.0})):
        replaced = reduce(state, lasting, 6).state
        assert next_deadline(replaced) is None
        assert expire(replaced, 99).state.reading(CHANNEL, CPU) == 2.0


# Properties

parts = st.sampled_from([HOST_PART, CHANNEL, OTHER, OUTPUT, BEHIND, BEHIND.owner])
optional_bool = st.none() | st.booleans()
states = st.builds(LineState, active=optional_bool) | st.builds(StorageState, problem=optional_bool)
times = st.floats(0, 500)
detected = st.builds(
    Detected,
    part=parts,
    what=st.sampled_from([Detection.MOTION, Detection.INTRUSION, Detection.DISK_FULL]),
    active=st.booleans(),
    target=st.none() | st.sampled_from(Target),
    region=st.none() | st.integers(0, 3),
    hold=st.none() | st.floats(0, 100) | st.just(inf),
    picture=st.none() | st.builds(Picture, st.binary(max_size=3)),
    follow_up=st.booleans(),
    restored=st.booleans(),
)
alarms = st.builds(
    Alarm,
    st.sampled_from([Detection.MOTION, Detection.DISK_FULL]),
    st.none() | st.sampled_from(Target),
    st.none() | st.integers(0, 3),
)
polled = st.builds(
    Polled,
    asked_at=times,
    parts=st.dictionaries(parts, states),
    online=st.dictionaries(parts, optional_bool),
    readings=st.dictionaries(st.tuples(parts, st.just(CPU)), st.none() | st.floats(0, 100)),
    settings=st.dictionaries(st.tuples(parts, st.just(IRIS)), st.none() | st.sampled_from(["day", "night"])),
    alarms=st.dictionaries(parts, st.frozensets(alarms, max_size=3)),
    readback=st.booleans(),
)
events = st.one_of(
    st.just(Connected()),
    st.just(Restructured()),
    st.builds(Disconnected, reason=st.sampled_from(["a", "b"])),
    detected,
    detected,
    polled,
    st.builds(Patched, part=parts, state=st.none() | states, online=optional_bool),
    st.builds(
        Measured,
        part=parts,
        readings=st.dictionaries(st.just(CPU), st.floats(0, 9)),
        lasts=st.none() | st.floats(0, 50),
    ),
    st.builds(Happened, part=parts, what=st.just("x"), picture=st.none() | st.builds(Picture, st.just(b""))),
)
histories = st.lists(st.tuples(st.floats(0, 20), events), max_size=30)


def shown(device: DeviceState, part: PartRef) -> object:
    """Everything an entity of a part can show, without the times at which things end."""
    return (
        device.parts.get(part),
        device.online.get(part),
        {key for key in device.alarms if key.part == part},
        device.pictures.get(part),
        device.readings.get(part, {}),
        {key: value for key, value in device.settings.items() if key.part == part},
    )


def replay(history: list[tuple[float, Event]]) -> tuple[float, State]:
    now, state = 0.0, State()
    for wait, event in history:
        now += wait
        state = expire(state, now).state
        state = reduce(state, event, now).state
    return now, state


ALL_PARTS = [HOST_PART, CHANNEL, OTHER, OUTPUT, BEHIND, BEHIND.owner]


@settings(max_examples=200, deadline=None)
@given(histories, st.floats(0, 20), events)
def test_what_changed_is_named(history: list[tuple[float, Event]], wait: float, event: Event) -> None:
    now, state = replay(history)
    step = reduce(state, event, now + wait)
    differing = {part for part in ALL_PARTS if shown(state.device(part), part) != shown(step.state.device(part), part)}
    assert step.everything or differing <= step.changed
    if state.pushing is not step.state.pushing:
        assert step.everything


@settings(max_examples=200, deadline=None)
@given(histories)
def test_deadline_removes_exactly_one_cohort(history: list[tuple[float, Event]]) -> None:
    now, state = replay(history)
    while (deadline := next_deadline(state)) is not None:
        assert deadline > now or expire(state, now).state != state
        just_before = max(now, deadline - 1e-6)
        if just_before < deadline:
            assert expire(state, just_before).state == state
        step = expire(state, deadline)
        for address, device in state.devices.items():
            left = step.state.devices[address]
            gone = {key for key, until in device.alarms.items() if until <= deadline}
            assert device.alarms.keys() - left.alarms.keys() == gone
            assert all(device.alarms[key] == deadline for key in gone)
        state = step.state
    for device in state.devices.values():
        assert all(until == inf for until in device.alarms.values())
        assert not device.lapses


@settings(max_examples=200, deadline=None)
@given(histories)
def test_sums_agree_with_what_they_sum(history: list[tuple[float, Event]]) -> None:
    _, state = replay(history)
    for device in state.devices.values():
        for part, (what, target, region) in device.alarms:
            assert AlarmKey(part, Alarm(what)) in device.alarms
            assert AlarmKey(part, Alarm(what, target)) in device.alarms
            assert AlarmKey(part, Alarm(what, None, region)) in device.alarms


@settings(max_examples=100, deadline=None)
@given(histories, polled)
def test_newer_push_survives_any_older_poll(history: list[tuple[float, Event]], poll: Polled) -> None:
    now, state = replay(history)
    pushed = reduce(state, Patched(part=OUTPUT, state=LineState(active=True, level=0.5)), now + 600).state
    assert reduce(pushed, poll, now + 601).state.part(OUTPUT) == LineState(active=True, level=0.5)


@settings(max_examples=100, deadline=None)
@given(histories, polled)
def test_poll_asked_last_is_what_is_so(history: list[tuple[float, Event]], poll: Polled) -> None:
    now, state = replay(history)
    poll = replace(poll, asked_at=now + 1)
    state = reduce(state, poll, now + 1).state
    for part, told in poll.alarms.items():
        assert {alarm for alarm in state.alarms(part) if told >= {alarm}} == told
        assert {alarm.what for alarm in state.alarms(part)} == {alarm.what for alarm in told}


@settings(max_examples=100, deadline=None)
@given(histories)
def test_state_belongs_to_its_device(history: list[tuple[float, Event]]) -> None:
    _, state = replay(history)
    for address, device in state.devices.items():
        keyed: list[PartRef] = [*device.parts, *device.online]
        keyed += [key.part for key in device.pictures]
        keyed += [key.part for key in device.alarms]
        keyed += device.readings
        keyed += [key.part for key in device.settings]
        assert all(device.readings.values()), "a part of which nothing is measured is left out"
        assert set(device.lapses) <= {(part, each) for part, values in device.readings.items() for each in values}
        assert all(part.device == address for part in keyed)


def test_lookups_of_nothing_known() -> None:
    state = State()
    assert state.part(OUTPUT) is None
    assert state.reading(OUTPUT, CPU) is None
    assert state.setting(OUTPUT, IRIS) is None
    assert state.picture(OUTPUT) is None
    assert state.online(OUTPUT) is None
    assert state.reachable(OUTPUT)


def test_keys_name_the_part_first() -> None:
    reading, setting = ReadingKey(CHANNEL, CPU), SettingOf(CHANNEL, IRIS)
    assert (reading.part, setting.part) == (CHANNEL, CHANNEL)


def test_every_map_of_a_device_is_known_to_the_properties() -> None:
    """A map added to the state without a thought for these tests fails here."""
    assert {field.name for field in fields(DeviceState)} == {
        "parts",
        "online",
        "alarms",
        "pictures",
        "readings",
        "lapses",
        "settings",
        "touched",
    }


def test_what_one_report_tells_is_taken_as_a_whole() -> None:
    ring = Happened(part=OTHER, what="ring")
    step = reduce(State(), Together(events=(Connected(), ring, motion())), 1)
    assert active(step.state) == {MOTION}
    assert step.state.pushing
    assert step.everything
    assert step.changed == {CHANNEL}
    assert [each.what for each in step.happened] == ["ring", "motion"]
    assert reduce(State(), Together(events=()), 1).state == State()


@pytest.mark.parametrize(
    ("event", "device"),
    [
        (motion(), HOST),
        (Together(events=(motion(), motion(active=False))), HOST),
        (Together(events=(motion(), Happened(part=PartRef("B", PartKind.ZONE, 1), what="x"))), None),
        (Together(events=(motion(), Connected())), None),
        (Polled(asked_at=0), None),
    ],
)
def test_the_device_that_an_event_changes(event: Event, device: str | None) -> None:
    assert device_of(event) == device
