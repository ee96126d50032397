"""Polls that tell of moments, and of detections that no poll shows the end of."""

from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.events import Detected, Happened, Measured, Polled
from custom_components.ip_surveillance.protocol.model.parts import HOST, PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.reduce import expire, reduce
from custom_components.ip_surveillance.protocol.model.state import Alarm, State
from custom_components.ip_surveillance.protocol.model.vocabulary import Quantity, Reading

CAMERA = PartRef(HOST, PartKind.CHANNEL, 1)
PLATE = Reading(Quantity.PLATE)
LINE = Detection.LINE_CROSSING
UNPOLLED = frozenset({LINE})


def test_moments_of_a_poll_are_taken_in_order_after_its_values() -> None:
    polled = Polled(
        asked_at=1.0,
        readings={(CAMERA, PLATE): "OLD"},
        alarms={CAMERA: {Alarm(Detection.MOTION)}},
        told=(
            Detected(part=CAMERA, what=LINE),
            Happened(part=CAMERA, what="alarm_9_99"),
            Measured(part=CAMERA, readings={PLATE: "NEW"}),
        ),
    )
    step = reduce(State(), polled, 2.0)
    assert [each.what for each in step.happened] == ["motion", "line_crossing", "alarm_9_99"]
    assert step.changed == {CAMERA}
    assert step.state.reading(CAMERA, PLATE) == "NEW"
    assert step.state.alarms(CAMERA) == {Alarm(Detection.MOTION), Alarm(LINE)}


def test_the_users_hold_time_counts_for_moments_of_a_poll() -> None:
    polled = Polled(asked_at=1.0, told=(Detected(part=CAMERA, what=LINE),))
    state = reduce(State(), polled, 2.0, {LINE: 40.0}).state
    assert expire(state, 41.0).state.alarm(CAMERA, Alarm(LINE))
    assert not expire(state, 43.0).state.alarm(CAMERA, Alarm(LINE))


def test_what_no_poll_shows_goes_on_for_its_hold_time() -> None:
    state = reduce(State(), Detected(part=CAMERA, what=LINE), 1.0).state
    state = reduce(state, Polled(asked_at=2.0, alarms={CAMERA: frozenset()}, unpolled=UNPOLLED), 3.0).state
    assert state.alarm(CAMERA, Alarm(LINE))
    assert not expire(state, 11.5).state.alarm(CAMERA, Alarm(LINE))


def test_what_polls_show_ends_with_them() -> None:
    state = reduce(State(), Detected(part=CAMERA, what=Detection.MOTION), 1.0).state
    state = reduce(state, Polled(asked_at=2.0, alarms={CAMERA: frozenset()}, unpolled=UNPOLLED), 3.0).state
    assert not state.alarm(CAMERA, Alarm(Detection.MOTION))
