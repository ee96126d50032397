"""Packets and rows of the log as events: what is told of them, and of which part."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.ip_surveillance.protocol.drivers.herospeed.event_words import LogAlarm, detection_of, log_alarm
from custom_components.ip_surveillance.protocol.drivers.herospeed.events import LONG, EventReader
from custom_components.ip_surveillance.protocol.drivers.herospeed.learned import Learned
from custom_components.ip_surveillance.protocol.drivers.herospeed.logbook import Row
from custom_components.ip_surveillance.protocol.drivers.herospeed.packets import Packet, PacketType
from custom_components.ip_surveillance.protocol.model.detections import Detection, Target
from custom_components.ip_surveillance.protocol.model.events import Detected, Event, Happened, Measured
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST,
    HOST_PART,
    DetectionSpec,
    Device,
    Part,
    PartRef,
    Topology,
)
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Quantity, Reading
from tests.simulators.herospeed import DETECTIONS

from .hero_driver import CHANNEL, INPUT

JPEG = b"\xff\xd8 picture \xff\xd9"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def reader(clock: Clock) -> EventReader:
    return made(clock)


def made(clock: Clock, *kinds: Detection) -> EventReader:
    reader = EventReader(Learned(), clock=clock, utc_now=lambda: NOW)
    channel = Part(ref=CHANNEL, detections=dict.fromkeys((Detection.MOTION, *kinds), DetectionSpec()))
    parts: dict[PartRef, Part] = {HOST_PART: Part(ref=HOST_PART), CHANNEL: channel}
    reader.topology = Topology(devices={HOST: Device(address=HOST, uid="u", name="n")}, parts=parts)
    return reader


def told(reader: EventReader, data: dict[str, Any], kind: int = PacketType.EVENT, binary: bytes = b"") -> list[Event]:
    return reader.packet(Packet(type=kind, data=data, binary=binary))


def one(reader: EventReader, **row: Any) -> Detected:
    (event,) = told(reader, {"events": [row]})
    assert isinstance(event, Detected)
    return event


# --- events


@pytest.mark.parametrize("word", DETECTIONS)
def test_every_word_is_a_detection(reader: EventReader, word: str) -> None:
    event = one(reader, event_type=word, active=True)
    assert detection_of(word) is event.what
    assert event.active
    assert event.hold is None


@pytest.mark.parametrize(("word", "what"), [("motionDetection", Detection.MOTION), ("faceDetection", Detection.FACE)])
def test_other_spellings(word: str, what: Detection) -> None:
    assert detection_of(word) is what


@pytest.mark.parametrize(
    ("word", "part"),
    [("disk_full", HOST_PART), ("net_disconnect", HOST_PART), ("motion", CHANNEL), ("alarm_input", INPUT)],
)
def test_what_it_concerns(reader: EventReader, word: str, part: PartRef) -> None:
    assert one(reader, event_type=word).part == part


def test_whom_where_and_when_it_saw(reader: EventReader) -> None:
    (event,) = told(
        reader,
        {
            "time": "2026-11-21T13:00:05",
            "channel": 1,
            "events": [
                {
                    "event_type": "intrusion",
                    "active": 1,
                    "target": "human",
                    "area": 2,
                    "speed": 4,
                    "rect": {"x": 1},
                    "note": "x" * 500,
                    "bad name": 1,
                }
            ],
        },
    )
    assert isinstance(event, Detected)
    assert (event.what, event.target, event.region) == (Detection.INTRUSION, Target.HUMAN, 2)
    assert event.at == datetime(2026, 11, 21, 13, 0, 5)  # noqa: DTZ001
    assert event.data == {"target": "human", "area": 2, "speed": 4, "note": "x" * 100}


def test_an_end_that_is_told_is_waited_for_from_then_on(reader: EventReader) -> None:
    assert one(reader, event_type="motion", active=True).hold is None
    end = one(reader, event_type="motion", active=False)
    assert not end.active
    assert one(reader, event_type="motion", active=True).hold == LONG
    # A camera that says so of motion need not say so of anything else.
    assert one(reader, event_type="intrusion", active=True).hold is None
    assert one(reader, event_type="motion").hold is None


def test_pictures_stay_with_their_event(reader: EventReader) -> None:
    rows = [{"event_type": "motion", "active": True}, {"event_type": "intrusion", "active": True}]
    first, second = told(reader, {"events": rows}, binary=JPEG)
    assert isinstance(first, Detected)
    assert isinstance(second, Detected)
    assert first.picture
    assert first.picture.data == JPEG
    assert second.picture is None
    (bare,) = told(reader, {"events": rows[:1]}, binary=b"no picture")
    assert isinstance(bare, Detected)
    assert bare.picture is None


def test_what_is_not_known_is_told_in_its_own_word(reader: EventReader, clock: Clock) -> None:
    row = {"event_type": "balloon_seen", "size": 3}
    (event,) = told(reader, {"events": [row]}, binary=JPEG)
    assert isinstance(event, Happened)
    assert (event.part, event.what) == (CHANNEL, "balloon_seen")
    assert event.data == {"size": 3, "state": "active"}
    assert event.picture
    assert told(reader, {"events": [row]}) == []
    (end,) = told(reader, {"events": [{**row, "active": False}]})
    assert isinstance(end, Happened)
    clock.now += 11
    assert len(told(reader, {"events": [row]})) == 1
    assert reader.counts.unknown == {"balloon_seen": 4}


def test_unknown_words_are_bounded(reader: EventReader) -> None:
    for number in range(500):
        told(reader, {"events": [{"event_type": f"word{number}"}]})
    assert len(reader.counts.unknown) <= 50


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"events": None},
        {"events": "motion"},
        {"events": [1, "x", None, []]},
        {"events": [{"event_type": None}]},
        {"events": [{"event_type": {"a": 1}}]},
        {"events": {"events": {"events": []}}},
        {"events": [{"event_type": "motion", "active": "perhaps", "area": 1e400, "time": "never"}]},
        {"channel": -1, "time": 1e300, "events": [{"event_type": "motion", "channel": "x", "time": []}]},
    ],
)
@pytest.mark.parametrize("kind", [*PacketType, 77])
def test_nothing_gets_out_as_an_exception(reader: EventReader, data: dict[str, Any], kind: int) -> None:
    events = told(reader, data, kind, JPEG)
    assert all(isinstance(event, Detected | Happened | Measured) for event in events)


def test_a_packet_of_many_rows_is_bounded(reader: EventReader) -> None:
    rows = [{"event_type": "motion", "active": True}] * 5000
    assert len(told(reader, {"events": rows})) == 64


def test_a_heartbeat_is_no_event(reader: EventReader) -> None:
    assert told(reader, {"heartbeat": 1}, PacketType.HEARTBEAT) == []
    assert reader.counts.heartbeats == 1


# --- other packets


def test_faces(reader: EventReader) -> None:
    (face,) = told(reader, {"faces": [{"id": 1, "score": 88, "rect": {}}]}, PacketType.FACE, JPEG)
    assert isinstance(face, Detected)
    assert (face.what, face.data) == (Detection.FACE, {"id": 1, "score": 88})
    assert face.picture
    known, moment = told(reader, {"faces": [{"name": "Ann", "similarity": 91}]}, PacketType.FACE, JPEG)
    assert isinstance(known, Detected)
    assert isinstance(moment, Happened)
    assert (known.what, known.restored, known.picture) == (Detection.FACE_MATCH, True, None)
    assert (moment.what, moment.data) == ("face_match", {"name": "Ann", "similarity": 91})
    assert moment.picture


def test_each_plate_is_told(reader: EventReader) -> None:
    rows = [{"plate": "B AB 1234", "confidence": 97}, {"plate": "B CD 1"}]
    events = told(reader, {"plates": rows}, PacketType.PLATE, JPEG)
    assert [event.readings for event in events if isinstance(event, Measured)] == [
        {Reading(Quantity.PLATE): "B AB 1234"},
        {Reading(Quantity.PLATE): "B CD 1"},
    ]
    moments = [event for event in events if isinstance(event, Happened)]
    assert [event.data["plate"] for event in moments] == ["B AB 1234", "B CD 1"]
    assert [event.picture is not None for event in moments] == [True, False]


def test_people_counted_at_all_lines(reader: EventReader) -> None:
    rows = [{"line": 1, "in": 3, "out": "1"}, {"line": 2, "in": 2, "out": -7}]
    (event,) = told(reader, {"line_counts": rows}, PacketType.LINE_COUNT)
    assert isinstance(event, Measured)
    assert event.readings == {Reading(Quantity.ENTERED): 5, Reading(Quantity.LEFT): 1}
    assert told(reader, {"line_counts": [{"line": 1}]}, PacketType.LINE_COUNT) == []


def test_objects(reader: EventReader) -> None:
    rows = [{"type": "human"}, {"type": "human"}, {"type": "Car"}, {"type": "cloud"}]
    events = told(reader, {"objects": rows}, PacketType.SMART_OBJECT)
    assert [event.what for event in events if isinstance(event, Detected)] == [Detection.PERSON, Detection.VEHICLE]


def test_a_heat_map(reader: EventReader) -> None:
    (event,) = told(reader, {"heat_map": {"width": 16, "height": 9}}, PacketType.HEAT_MAP, JPEG)
    assert isinstance(event, Happened)
    assert (event.what, event.data) == ("heat_map", {"width": 16, "height": 9})
    assert event.picture
    # It does not take the place of the last alarm's picture, and is a thing of its own from then on.
    assert event.picture.of is Feature.HEAT_MAP
    assert reader.restructured
    reader.restructured = False
    told(reader, {"heat_map": {}}, PacketType.HEAT_MAP, JPEG)
    assert not reader.restructured


# --- what did not exist so far


def again(reader: EventReader, data: dict[str, Any], kind: int = PacketType.EVENT) -> bool:
    """Whether a packet tells of something that did not exist."""
    reader.restructured = False
    told(reader, data, kind)
    return reader.restructured


def test_what_is_reported_exists_from_then_on(clock: Clock) -> None:
    reader = made(clock, Detection.INTRUSION)
    one(reader, event_type="motion", active=True)
    one(reader, event_type="intrusion", active=True)
    assert not reader.restructured
    assert again(reader, {"events": [{"event_type": "fire_detection", "active": True}]})
    assert not again(reader, {"events": [{"event_type": "fire_detection", "active": True}]})
    assert again(reader, {"line_counts": [{"in": 1}]}, PacketType.LINE_COUNT)
    assert again(reader, {"events": [{"event_type": "alarm_input", "input": 3}]})
    assert one(reader, event_type="alarm_input", input=3).part.number == 3
    # No board has so many.
    assert one(reader, event_type="alarm_input", input=3000).part.number == 1


def test_what_was_learned_outlives_a_restart(reader: EventReader) -> None:
    learned = reader._learned
    one(reader, event_type="fire_detection", active=True)
    one(reader, event_type="fire_detection", active=False)
    one(reader, event_type="alarm_input", input=2)
    told(reader, {"plates": [{"plate": "X"}]}, PacketType.PLATE)
    told(reader, {"heat_map": {}}, PacketType.HEAT_MAP, JPEG)
    other = Learned()
    other.recall(dict(learned.memory()))
    assert other.memory() == learned.memory()
    assert other.ends == {Detection.FIRE}
    assert other.inputs == {2}
    assert other.heat_map
    assert other.readings == {Reading(Quantity.PLATE)}


# --- rows of the log


@pytest.mark.parametrize("word", DETECTIONS)
def test_rows_that_report_an_alarm(word: str) -> None:
    text = DETECTIONS[word].message
    assert log_alarm(text) == LogAlarm(what=detection_of(word) or Detection.AI_RULE)
    assert log_alarm(f"{text} end") == LogAlarm(what=detection_of(word) or Detection.AI_RULE, active=False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Clear system log",
        "User login",
        "admin logged out",
        "Set motion detection parameters",
        "Modify video tampering configuration",
        "Motion detection enabled",
        "Format SD card",
        "Reboot device",
        "Export parameters",
        "Emotional",
    ],
)
def test_rows_that_report_none(text: str) -> None:
    assert log_alarm(text) is None


def test_a_row_as_an_event(reader: EventReader) -> None:
    moment = int(NOW.timestamp()) - 3
    (event,) = reader.row(Row(time=moment, type=2, text="Motion detection alarm"))
    assert isinstance(event, Detected)
    assert (event.part, event.what, event.active) == (CHANNEL, Detection.MOTION, True)
    assert event.at == NOW - timedelta(seconds=3)
    assert event.data == {"text": "Motion detection alarm", "type": 2}
    (other,) = reader.row(Row(time=moment + 7200, type=None, text="User login"))
    assert isinstance(other, Happened)
    assert (other.part, other.what, other.data) == (HOST_PART, "log", {"text": "User login"})
    # Local time, or a clock that is off: no zone is claimed.
    assert other.at
    assert other.at.tzinfo is None


@pytest.mark.parametrize("moment", [2**62, 10**18])
def test_a_row_of_no_time(reader: EventReader, moment: int) -> None:
    (event,) = reader.row(Row(time=moment, type=1, text="x"))
    assert isinstance(event, Happened)
    assert event.at is None
