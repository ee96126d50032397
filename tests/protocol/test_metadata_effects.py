"""What documents mean beyond the samples: units, repeats, lines over their limits, whoever is gone."""

import base64
from collections.abc import Iterable
import json
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ip_surveillance.protocol.drivers.isapi.metadata.book import Book
from custom_components.ip_surveillance.protocol.drivers.isapi.metadata.documents import LARGEST, read_document
from custom_components.ip_surveillance.protocol.drivers.isapi.metadata.kinds import KINDS, kind_of
from custom_components.ip_surveillance.protocol.drivers.isapi.metadata.message import Message
from custom_components.ip_surveillance.protocol.drivers.isapi.metadata.reader import ChannelReader
from custom_components.ip_surveillance.protocol.drivers.isapi.metadata.words import TYPES
from custom_components.ip_surveillance.protocol.errors import BadAnswer
from custom_components.ip_surveillance.protocol.model.detections import Detection, Target
from custom_components.ip_surveillance.protocol.model.events import (
    Detected,
    Event,
    Happened,
    Measured,
    Pictured,
    Polled,
)
from custom_components.ip_surveillance.protocol.model.setting_words import METADATA
from custom_components.ip_surveillance.protocol.model.state import ReadingValue
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Quantity, Reading
from custom_components.ip_surveillance.protocol.sights import MOST_GATES, Sights

from .metadata_world import (
    CHANNEL,
    SAMPLES,
    blip,
    document,
    moving,
    properties,
    reader,
    reading,
    sample,
    target,
    warm,
)


def values(events: Iterable[Event]) -> dict[Reading, ReadingValue]:
    """All values that were told, the last of each."""
    found: dict[Reading, ReadingValue] = {}
    for event in events:
        if isinstance(event, Measured):
            found |= event.readings
    return found


def happened(events: Iterable[Event]) -> list[Happened]:
    return [event for event in events if isinstance(event, Happened)]


def detected(events: Iterable[Event]) -> list[Detected]:
    return [event for event in events if isinstance(event, Detected)]


def behaviour(*targets: str, rules: bool = False) -> bytes:
    return document("ruleTarget" if rules else "activityTarget", "behaviorAnalysis", *targets)


def counted(kind: str, **situation: Any) -> bytes:
    body = {"type": "ruleTarget", "subType": kind, "Situation": situation}
    return json.dumps({"Metadata": body}).encode()


def tracks(*points: dict[str, Any]) -> bytes:
    return json.dumps({"MetaData": {"type": "ruleTarget", "subType": "personalTrack", "CameraPoint": points}}).encode()


# --- words


def test_every_switch_has_a_word_of_the_device() -> None:
    assert tuple(TYPES) == METADATA
    assert len(set(TYPES.values())) == 9


def test_kinds_are_told_apart() -> None:
    assert len({(kind.type, kind.sub_type) for kind in KINDS}) == len(KINDS)
    assert kind_of(Message(type="ptz")) is kind_of(Message(type="PTZ", sub_type="any"))
    assert kind_of(Message(type="RULETARGET", sub_type="peoplecounting")) is not None
    assert kind_of(Message(type="ruleTarget", sub_type="other")) is None


# --- heat


@pytest.mark.parametrize(
    ("value", "unit", "degrees"),
    [
        ("30.25", "centigrade", 30.25),
        ("86", "fahrenheit", 30),
        ("303.15", "Kelvin", 30),
        ("-40", "fahrenheit", -40),
        (">21.5//C", "centigrade", 21.5),
        ("5", "", 5),
        ("-1", "kelvin", None),
        ("warm", "centigrade", None),
        ("1e30", "centigrade", None),
        ("99999999999", "centigrade", None),
    ],
)
def test_temperature(value: str, unit: str, degrees: float | None) -> None:
    body = document("activityTarget", "thermometry", target(rule=3, tempValue=value, tempUnit=unit))
    slot = reading(Quantity.TEMPERATURE, "rule3")
    assert values(reader().read(body, 1.0)) == ({} if degrees is None else {slot: degrees})


def test_fire_by_its_hottest_and_nearest() -> None:
    first = target(tempValue=90, tempUnit="centigrade", distance=50)
    second = target(tempValue=120, tempUnit="centigrade", distance=80)
    events = reader().read(document("activityTarget", "fireDetection", first, second), 1.0)
    assert values(events) == {reading(Quantity.FIRE_TEMPERATURE): 120, reading(Quantity.FIRE_DISTANCE): 50}
    (told,) = detected(events)
    assert (told.what, told.hold, told.data) == (Detection.FIRE, None, {"temperature": 120, "distance": 50})
    assert reader().read(document("activityTarget", "fireDetection"), 1.0) == []


# --- ships, plates, faces


def test_a_ship_crosses_once() -> None:
    channel = reader()
    told = []
    for now, state in enumerate(("nose", "crossing", "crossing", "tail")):
        body = document("activityTarget", "shipsDetection", target(number=7, rule=1, state=state, length=84, speed=4.5))
        events = channel.read(body, now)
        told += happened(events)
        assert values(events)[reading(Quantity.SHIPS)] == 1
        assert [each.what for each in detected(events)] == [Detection.SHIP]
    (crossing,) = told
    assert crossing.data == {"ship": "7", "rule": 1, "state": "crossing", "length": 84, "speed": 4.5}
    assert channel.deadline == 6.0
    assert values(channel.expire(6.0)) == {reading(Quantity.SHIPS): 0}
    assert channel.deadline is None


def test_a_plate_is_told_once_for_its_vehicle() -> None:
    channel = reader()

    def read(number: object, plate: str, now: float) -> list[Happened]:
        return happened(
            channel.read(document("activityTarget", "ANPR", target(number=number, licensePlate=plate)), now)
        )

    assert len(read(1, "AB 12", 0.0)) == 1
    assert not any(read(1, "AB 12", now / 25) for now in range(1, 100))
    assert len(read(1, "AB 123", 5.0)) == 1
    assert len(read(2, "AB 12", 6.0)) == 1
    assert read(3, " ", 6.0) == []
    # Numbers come again; the same vehicle a minute later is another visit.
    assert len(read(1, "AB 12", 90.0)) == 1


def test_words_of_a_plate() -> None:
    body = document(
        "activityTarget",
        "ANPR",
        target(licensePlate="X1", plateColor="0xff", vehicleColor="deepBlue", directionIndex="noerthSouth"),
    )
    (told,) = happened(reader().read(body, 1.0))
    assert told.data == {
        "plate": "X1",
        "plate_color": "other",
        "vehicle_color": "deep_blue",
        "driving_direction": "north_south",
    }


def test_faces_are_counted_and_never_known() -> None:
    channel = reader()

    def read(now: float, *numbers: int) -> list[Event]:
        faces = (target(number=number, recognition="face", name="Somebody", gender="Female") for number in numbers)
        return channel.read(document("activityTarget", "faceSnap", *faces), now)

    assert values(read(0.0, 1, 2)) == {reading(Quantity.FACES): 2}
    assert values(read(1.0, 2, 3)) == {reading(Quantity.FACES): 3}
    (fourth,) = happened(read(2.0, 3, 4))
    assert fourth.data == {"gender": "female"}


# --- lines of people


def queue(**pairs: object) -> bytes:
    return document("activityTarget", "personQueueCounting", target(rule=2, **pairs))


def test_a_queue_that_got_short_while_nobody_listened() -> None:
    channel = reader()
    assert detected(channel.read(queue(count=9, alarmCount=8), 1.0))
    channel.lost(2.0)
    channel.connected()
    (ended,) = detected(channel.read(queue(count=3, alarmCount=8), 3.0))
    assert not ended.active


def test_a_line_over_its_limit() -> None:
    channel = reader()
    assert detected(channel.read(queue(count=8, alarmCount=8), 0.0)) == []
    (over,) = detected(channel.read(queue(count=9, alarmCount=8), 1.0))
    assert (over.what, over.region, over.active, over.hold) == (Detection.QUEUE_LENGTH, 2, True, 300.0)
    (still,) = detected(channel.read(queue(count=12, alarmCount=8), 2.0))
    assert still.active
    (ended,) = detected(channel.read(queue(count=3, alarmCount=8), 3.0))
    assert not ended.active
    assert detected(channel.read(queue(count=2, alarmCount=8), 4.0)) == []
    assert detected(channel.read(queue(count=99), 5.0)) == []


def test_the_most_patient_one_counts() -> None:
    channel = reader()
    slot = reading(Quantity.WAITING_TIME, "rule1")

    def read(now: float, **waited: int) -> list[Event]:
        people = (target(number=name, rule=1, waitTime=time, alarmTime=100) for name, time in waited.items())
        return channel.read(document("activityTarget", "personQueueTime", *people), now)

    events = read(0.0, a=90, b=20)
    assert values(events)[slot] == 90
    assert detected(events) == []
    events = read(1.0, a=100, b=21)
    assert [(each.what, each.region, each.active) for each in detected(events)] == [(Detection.WAITING_TIME, 1, True)]
    # Told one by one they stand in the same line all the same.
    assert values(read(2.0, b=22))[slot] == 100
    events = read(4.5, b=24)
    assert values(events)[slot] == 24
    assert [each.active for each in detected(events)] == [False]


def test_a_general_word_for_both() -> None:
    body = document("activityTarget", "personQueue", target(rule=1, count=2), target(number=3, rule=1, waitTime=9))
    assert values(reader().read(body, 1.0)) == {
        reading(Quantity.QUEUE_LENGTH, "rule1"): 2,
        reading(Quantity.WAITING_TIME, "rule1"): 9,
    }


def test_a_list_beside_the_targets_is_of_those_without_one() -> None:
    own = target(rule=1, count=3)
    bare = "<Target><ruleID>2</ruleID></Target>"
    listed = f"<TargetDetection><TargetList>{own}{bare}</TargetList>{properties(count=7)}</TargetDetection>"
    body = document("activityTarget", "personQueueCounting", beside=listed)
    assert values(reader().read(body, 1.0)) == {
        reading(Quantity.QUEUE_LENGTH, "rule1"): 3,
        reading(Quantity.QUEUE_LENGTH, "rule2"): 7,
    }


@pytest.mark.parametrize("wrapped", [True, False])
def test_targets_in_json(wrapped: bool) -> None:
    """Whatever the document shows in XML may come in JSON too."""
    spots = [
        {
            "ruleID": rule,
            "RegionList": {"Region": {"Point": [{"x": 1, "y": 2}]}},
            "PropertyList": [
                {"description": "tempValue", "value": degrees},
                {"description": "tempUnit", "value": "centigrade"},
            ],
        }
        for rule, degrees in ((1, 20.5), ("2", "30"))
    ]
    listed: Any = {"Target": spots} if wrapped else spots
    body = {"type": "activityTarget", "subType": "thermometry", "TargetDetection": {"TargetList": listed}}
    assert values(reader().read(json.dumps({"Metadata": body}).encode(), 1.0)) == {
        reading(Quantity.TEMPERATURE, "rule1"): 20.5,
        reading(Quantity.TEMPERATURE, "rule2"): 30,
    }
    blips: Any = [{"targetID": number, "angle": 1.5, "distance": number, "speed": 2} for number in (7, 8)]
    radar = {"type": "ruleTargetRadar", "ActivityTargetList": {"Target": blips} if wrapped else blips}
    found = values(reader().read(json.dumps(radar).encode(), 1.0))
    assert (found[reading(Quantity.RADAR_TARGETS)], found[reading(Quantity.RADAR_DISTANCE)]) == (2, 7)


# --- counted people


@pytest.mark.parametrize("kind", ["framesPeopleCounting", "heatmap", "crowdSituationAnalysis", "FRAMESpeopleCounting"])
def test_people_in_the_region(kind: str) -> None:
    (told,) = reader().read(counted(kind, personCount="12"), 1.0)
    assert told == Measured(part=CHANNEL, readings={reading(Quantity.PEOPLE): 12}, lasts=300.0)


def test_counters_are_told_as_they_are() -> None:
    channel = reader()
    for entered, left in ((5, 1), (9, 4), (0, 0)):
        body = counted("PeopleCounting", enterRegionPeopleNum=entered, leaveRegionPeopleNum=left)
        assert values(channel.read(body, 1.0)) == {reading(Quantity.ENTERED): entered, reading(Quantity.LEFT): left}


def heat(data: str, kind: object = "base64", name: str = "PictureList") -> bytes:
    body = {"type": "ruleTarget", "subType": "heatmap", name: {"dataType": kind, "data": data}}
    return json.dumps({"Metadata": body}).encode()


@pytest.mark.parametrize(
    ("magic", "kind"), [(b"\xff\xd8", "jpeg"), (b"\x89PNG", "png"), (b"BM", "bmp"), (b"GIF8", "gif")]
)
def test_heat_map(magic: bytes, kind: str) -> None:
    (told,) = reader().read(heat(base64.b64encode(magic + b"...").decode()), 1.0)
    assert isinstance(told, Pictured)
    assert (told.picture.of, told.picture.content_type) == (Feature.HEAT_MAP, f"image/{kind}")
    assert told.picture.data == magic + b"..."


@pytest.mark.parametrize("data", ["xxxxxxxxxxx", base64.b64encode(b"<html>").decode(), "é" * 9, "a"])
def test_no_heat_map(data: str) -> None:
    assert reader().read(heat(data), 1.0) == []


def test_a_linked_heat_map_is_not_fetched() -> None:
    channel = reader()
    assert channel.read(heat("http://192.0.2.1/picture.jpg", "url"), 1.0) == []
    assert channel.counts.links == 1


def test_tracked_persons() -> None:
    channel = reader()
    followed = reading(Quantity.TRACKED)
    assert values(channel.read(tracks({"objId": "1", "isvalid": 1}, {"objId": "2", "isvalid": True}), 0.0)) == {
        followed: 2
    }
    assert values(channel.read(tracks({"objId": "1", "isvalid": 0}), 1.0)) == {followed: 1}
    assert values(channel.read(tracks({"objId": "2", "isvalid": 1, "traComplete": "true"}), 1.0)) == {followed: 0}
    assert values(channel.read(tracks({"objId": "3"}), 2.0)) == {followed: 1}
    assert values(channel.expire(5.0)) == {followed: 0}


def test_an_anomaly_is_told_once_for_its_pattern() -> None:
    channel = reader()

    def read(pattern: int, now: float) -> list[Happened]:
        suspects = {"suspNum": 1, "Data": [{"suspID": pattern, "confidence": 0.5, "feaData": "secret"}]}
        return happened(channel.read(tracks({"objId": "9", "isvalid": 1, "SuspList": suspects}), now))

    (told,) = read(5, 0.0)
    assert told.data == {"person": "9", "patterns": 1, "pattern": 5, "confidence": 0.5}
    assert read(5, 0.1) == []
    assert len(read(6, 0.2)) == 1


# --- behaviour


def test_whoever_is_gone_counts_no_more() -> None:
    channel = reader()
    human, vehicle = reading(Quantity.TARGETS, "human"), reading(Quantity.TARGETS, "vehicle")
    both = behaviour(target(number=1, recognition="human"), target(number=2, recognition="vehicle"))
    assert values(channel.read(both, 0.0)) == {human: 1, vehicle: 1}
    assert values(channel.read(behaviour(target(number=1, recognition="human")), 2.0)) == {human: 1, vehicle: 1}
    assert channel.deadline == 3.0
    assert values(channel.expire(3.0)) == {human: 1, vehicle: 0}
    assert values(channel.read(behaviour(), 5.5)) == {human: 0, vehicle: 0}


@pytest.mark.parametrize(
    ("word", "slot"),
    [("human", "human"), ("vehicle", "vehicle"), ("zoology", "animal"), ("Human", "human"), ("face", None), ("", None)],
)
def test_recognition(word: str, slot: str | None) -> None:
    found = values(reader().read(behaviour(target(number=1, recognition=word, triggerEvent="false")), 0.0))
    assert found == ({} if slot is None else {reading(Quantity.TARGETS, slot): 1})


@pytest.mark.parametrize(
    ("word", "what"),
    [
        ("linedetection", Detection.LINE_CROSSING),
        ("fieldddetection", Detection.INTRUSION),
        ("fielddetection", Detection.INTRUSION),
        ("regionEntrance", Detection.REGION_ENTRANCE),
        ("regionExiting", Detection.REGION_EXITING),
        ("parking", Detection.PARKING),
        ("loitering", Detection.LOITERING),
        ("group", Detection.GATHERING),
        ("rapidMove", Detection.FAST_MOVING),
        ("unattendedBaggage", Detection.UNATTENDED_OBJECT),
        ("attendedBaggage", Detection.OBJECT_REMOVED),
        ("diskfull", None),
        ("", None),
    ],
)
def test_rules(word: str, what: Detection | None) -> None:
    book = Book(Sights())
    channel = reader(book)
    assert channel.read(behaviour(target(rule=4, eventType=word), rules=True), 0.0) == []
    assert book.of(CHANNEL) == ({what} if what else frozenset())
    told = detected(channel.read(behaviour(target(rule=4, eventType=word, triggerEvent=">true"), rules=True), 1.0))
    assert [(each.what, each.region, each.target) for each in told] == ([(what, 4, None)] if what else [])


def test_rule_and_target_that_strikes_it_are_one_event() -> None:
    channel = reader()
    rule = behaviour(target(rule=2, eventType="fielddetection", triggerEvent="true"), rules=True)
    human = behaviour(target(number=1, recognition="human", eventType="fielddetection", triggerEvent="true"))
    car = behaviour(target(number=2, recognition="vehicle", rule=2, triggerEvent="1"))
    news = []
    for now, body in enumerate((rule, human, human, rule, car, car)):
        news += [(each.target, each.region) for each in detected(channel.read(body, now)) if not each.restored]
    # The target is given the only rule of its sort; the vehicle, which names the rule alone, its event.
    assert news == [(None, 2)]
    again = detected(channel.read(car, 30.0))
    assert [(each.what, each.target, each.region, each.restored) for each in again] == [
        (Detection.INTRUSION, Target.VEHICLE, 2, False)
    ]


def test_two_whoms_are_two_events() -> None:
    channel = reader()
    news = []
    for now, who in enumerate(("human", "vehicle", "human")):
        body = behaviour(target(number=now, recognition=who, rule=1, eventType="linedetection", triggerEvent="true"))
        news += [each.target for each in detected(channel.read(body, now)) if not each.restored]
    assert news == [Target.HUMAN, Target.VEHICLE]


def test_which_way_over_a_line() -> None:
    channel = reader()
    rule = target(rule=1, eventType="linedetection", crossdirection="righttopleft")
    channel.read(behaviour(rule, rules=True), 0.0)
    (told,) = detected(channel.read(behaviour(target(number=1, recognition="human", rule=1, triggerEvent="true")), 1.0))
    assert told.data == {"direction": "right_to_left"}


# --- radar


def test_the_nearest_target_of_a_radar() -> None:
    channel = reader()
    names = (Quantity.RADAR_TARGETS, Quantity.RADAR_DISTANCE, Quantity.RADAR_SPEED, Quantity.RADAR_ANGLE)
    count, distance, speed, angle = map(reading, names)
    found = values(channel.read(moving(blip(1, 80, speed=9), blip(2, 30.5, angle=-12.25)), 0.0))
    assert found == {count: 2, distance: 30.5, speed: 5, angle: -12.25}
    # Told one by one the nearest of all counts.
    assert values(channel.read(moving(blip(1, 70)), 1.0))[distance] == 30.5
    assert values(channel.read(moving(blip(1, 60)), 3.5)) == {count: 1, distance: 60, speed: 5, angle: 1.5}
    assert values(channel.expire(6.5)) == {count: 0}
    assert values(channel.read(moving(), 7.0)) == {count: 0}


def test_values_of_a_radar_last_as_long_as_its_targets() -> None:
    events = reader().read(moving(blip(1, 80)), 0.0)
    assert [each.lasts for each in events if isinstance(each, Measured)] == [3.0, None]


def test_radar_by_its_other_type_and_in_pieces() -> None:
    body = moving(blip(1, 80, triggerEvent="true", eventType="fielddetection"))
    other = body.replace(b"ruleTargetRadar", b"activityTargetRadar")
    bare = body.replace(b"<subType>behaviorAnalysis</subType>", b"")
    for each in (body, other, bare):
        (told,) = detected(reader().read(each, 1.0))
        assert (told.what, told.data["distance"]) == (Detection.INTRUSION, 80)


# --- the head


def test_position() -> None:
    info = (
        "<elevation>-12.5</elevation><azimuth>359.9</azimuth><zoom>2.5</zoom><focus>1200</focus><presetNo>7</presetNo>"
    )
    body = document("PTZ", "", beside=f"<PTZInfo>{info}</PTZInfo>")
    expected = {
        reading(Quantity.PAN): 359.9,
        reading(Quantity.TILT): -12.5,
        reading(Quantity.ZOOM): 2.5,
        reading(Quantity.FOCUS_POSITION): 1200,
        reading(Quantity.PRESET): 7,
    }
    assert values(reader().read(body, 1.0)) == expected
    channel = reader()
    channel.polled = frozenset({reading(Quantity.ZOOM)})
    del expected[reading(Quantity.ZOOM)]
    assert values(channel.read(body, 1.0)) == expected
    assert channel.counts.refused == 0


# --- connections


def test_a_lost_connection_leaves_nobody() -> None:
    book = Book(Sights())
    channel = reader(book)
    human = reading(Quantity.TARGETS, "human")
    channel.read(behaviour(target(number=1, recognition="human")), 0.0)
    channel.read(warm(20), 0.0)
    assert channel.lost(1.0) == [Polled(asked_at=1.0, readings={(CHANNEL, human): None})]
    assert channel.deadline is None
    assert channel.connected() == [Measured(part=CHANNEL, readings={human: 0})]
    # A reader of a later day knows by the book what there can be.
    assert reader(book).connected() == [Measured(part=CHANNEL, readings={human: 0})]
    assert reader().connected() == []
    assert reader().lost(1.0) == []


def test_faces_seen_before_are_told_on_a_new_connection() -> None:
    channel = reader()
    channel.read(document("activityTarget", "faceSnap", target(number=1)), 0.0)
    channel.lost(1.0)
    assert values(channel.connected()) == {reading(Quantity.FACES): 1}


# --- bounds


def test_no_more_than_there_is_room_for() -> None:
    book = Book(Sights())
    channel = reader(book)
    for rule in range(4 * MOST_GATES):
        channel.read(warm(20, rule=rule), 1.0)
    assert len(book.of(CHANNEL)) == MOST_GATES
    assert channel.counts.refused == 3 * MOST_GATES
    assert values(channel.read(warm(21, rule=0), 2.0)) == {reading(Quantity.TEMPERATURE, "rule0"): 21}
    assert channel.read(sample("b15_fire", "corrected"), 2.0) == []


def test_rules_are_bounded() -> None:
    channel = reader()
    told = []
    for rule in range(40):
        body = behaviour(target(rule=rule, eventType="linedetection", triggerEvent="true"), rules=True)
        told += detected(channel.read(body, rule * 20.0))
    assert [each.region for each in told] == [*range(32), *[None] * 8]
    for rule in range(100):
        assert detected(channel.read(queue(count=9, alarmCount=8).replace(b">2<", b">%d<" % rule), 1.0))
        ends = detected(channel.read(queue(count=1, alarmCount=8).replace(b">2<", b">%d<" % rule), 1.0))
        assert len(ends) == (rule < 32)


def test_a_crowd_is_bounded() -> None:
    crowd = [target(number=number, recognition="human") for number in range(2000)]
    channel = reader()
    found = values(channel.read(behaviour(*crowd), 0.0))
    assert found == {reading(Quantity.TARGETS, "human"): 256}


def test_unknown_kinds_are_counted() -> None:
    channel = reader()
    for number in range(100):
        assert channel.read(document("ruleTarget", f"other{number}"), 1.0) == []
    assert len(channel.counts.unknown) == 50


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xd8\xff",
        b"<html><body>404</body></html>",
        b"<Metadata/>",
        b"<Metadata><type></type></Metadata>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><Metadata><type>&b;</type></Metadata>",
        b"{}",
        b"[]",
        b'{"Metadata":[]}',
        b'{"Metadata":{"type":null}}',
        b'{"Metadata":{"type"',
        b'{"a":' * 5000,
        b"<a>" * 5000,
        b"<Metadata><type>PTZ</type>" + b" " * LARGEST,
    ],
)
def test_unreadable(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        read_document(body)
    channel = reader()
    assert channel.read(body, 1.0) == []
    assert channel.counts.bad == 1
    assert channel.counts.last_bad


_BODIES = [path.read_bytes() for path in sorted(SAMPLES.iterdir())]


def harmless(channel: ChannelReader, body: bytes) -> None:
    """Nothing but events gets out, and the next document is read."""
    for event in channel.read(body, 1.0):
        assert isinstance(event, Measured | Detected | Happened | Pictured)
        assert event.part == CHANNEL
    before = channel.counts.documents
    channel.read(warm(20), 2.0)
    assert channel.counts.documents == before + 1


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes(body: bytes) -> None:
    harmless(reader(), body)
    harmless(reader(), b"<Metadata>" + body)
    harmless(reader(), b'{"Metadata":{' + body)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(_BODIES), st.data())
def test_damaged_samples(body: bytes, data: st.DataObject) -> None:
    """Pieces cut out, repeated or replaced."""
    begin = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(begin, min(len(body), begin + 200)))
    piece = data.draw(st.one_of(st.just(b""), st.just(body[begin:end] * 2), st.binary(max_size=20)))
    harmless(reader(), body[:begin] + piece + body[end:])


_TEXT = st.characters(codec="utf-8", exclude_characters="<>&\x00")


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.lists(
        st.dictionaries(
            st.sampled_from(
                ["tempValue", "tempUnit", "tempProperty", "count", "alarmCount", "waitTime", "alarmTime", "eventType",
                 "triggerEvent", "licensePlate", "state", "speed", "length", "distance", "gender", "faceScore"]
            ),
            st.one_of(st.integers(), st.floats(), st.text(_TEXT, max_size=20)),
            max_size=6,
        ),
        max_size=4,
    ),
)  # fmt: skip
def test_any_values(kind: Any, targets: list[dict[str, object]]) -> None:
    made = [target(number=index, rule=index, **pairs) for index, pairs in enumerate(targets)]
    harmless(reader(), document(kind.type, kind.sub_type, *made))
