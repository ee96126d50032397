"""All messages that the document shows, as printed and as meant, through the reader of the stream."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
import json
from math import inf
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ip_surveillance.protocol.drivers.ip_receiver.events import EventReader, Told
from custom_components.ip_surveillance.protocol.drivers.ip_receiver.messages import Message, parse_time, read_message
from custom_components.ip_surveillance.protocol.errors import BadAnswer, Forbidden
from custom_components.ip_surveillance.protocol.model.detections import Detection, Target
from custom_components.ip_surveillance.protocol.model.events import Detected, Event, Happened, Measured, Patched
from custom_components.ip_surveillance.protocol.model.parts import HOST, HOST_PART, PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.vocabulary import Flag, Quantity, Reading
from custom_components.ip_surveillance.protocol.transport.multipart import MultipartParser

from .receiver_world import CHANNEL, DEVICE, FIRST, KEYED, NOW, PARTITION, SAMPLES, SECOND, ZONE, World, reader, sample

MIXED = "multipart/mixed; boundary=boundary"
BEFORE = b'{"EventNotificationAlert":{"eventType":"heartBeat","eventState":"active","activePostCount":1}}'
AFTER = b'{\r\n  "EventNotificationAlert":{"eventType":"heartBeat","note":"--boundary"}\r\n}'
CHINA = timezone(timedelta(hours=8))
HOST_CHANNEL = PartRef(HOST, PartKind.CHANNEL, 1)
SECOND_DEVICE = PartRef(SECOND, PartKind.DEVICE)
SECOND_CHANNEL = PartRef(SECOND, PartKind.CHANNEL, 1)


def china(*when: int) -> datetime:
    return datetime(*when, tzinfo=CHINA)  # type: ignore[arg-type, misc]


MORNING = china(2018, 1, 21, 12, 50, 39)
EVENING = china(2018, 3, 13, 19, 42, 27)
CALLER = {"building": 1, "community": 0, "floor": 22}
TARGETED = {"sensitivity": 50, "rectangle": {"x": 0, "y": 1, "width": 0.5, "height": 0.5}}
PTZ = {"absolute_high": {"elevation": 0, "azimuth": 0, "absolute_zoom": 0.1}, "preset": 1}
RECORD = {
    "code": "1103", "contact_id": "E130", "sia": "BA", "restored": False, "zone": 1, "zone_name": "Kitchen",
    "user": "admin", "user_number": 2, "channel": 1, "type": "zone", "device_text": "alarm", "media": True,
    "user_type": "keypad", "keypad": 1, "disk": 1,
}  # fmt: skip
ALIVE: tuple[Event, ...] = (Measured(part=HOST_PART, readings={Reading(Quantity.LAST_REPORT): NOW}),)
ALARM: tuple[Event, ...] = (
    Measured(part=ZONE, readings={Reading(Flag.ALARM): True}),
    Measured(part=PARTITION, readings={Reading(Flag.ALARM): True}),
    Detected(part=PARTITION, what=Detection.BURGLARY, region=1, hold=inf, at=MORNING, data={"code": "1103", "zone": 1}),
)


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What one sample says."""

    events: tuple[Event, ...] = ()
    touched: str | None = FIRST
    heartbeat: bool = False
    restructured: bool = False
    """Without anything heard of for the first time."""
    subscription: int | None = None
    links: tuple[str, ...] = ()
    unreadable: bool = False
    repaired: bool = False
    """Whether the printed one is no JSON."""
    printed: Expected | None = None
    """What the printed one says, where that is something else."""


def crossing(what: Detection) -> Expected:
    seen = Detected(part=CHANNEL, what=what, target=Target.HUMAN, region=1, at=MORNING, data=TARGETED)
    return Expected(events=(seen,), repaired=True)


def of_recorder(what: Detection, *, active: bool = True) -> Expected:
    told = Detected(part=DEVICE, what=what, active=active, at=MORNING, data={"channel": 1})
    return Expected(events=(told,), repaired=True)


def care(what: Detection, at: datetime) -> Expected:
    return Expected(events=(Detected(part=DEVICE, what=what, at=at),))


def thermal(part: PartRef, what: Detection, region: int | None, at: datetime, data: dict[str, Any]) -> Detected:
    return Detected(part=part, what=what, region=region, at=at, data=data)


def warm(part: PartRef, **regions: float) -> Measured:
    values = {Reading(Quantity.TEMPERATURE, slot): degrees for slot, degrees in regions.items()}
    return Measured(part=part, readings=values, lasts=600.0)


EXPECTED = {
    "a03_template": Expected(
        events=(
            Happened(
                part=DEVICE,
                what="somethingElse",
                at=china(2017, 4, 22, 15, 39, 1),
                data={"another": "node", "state": "active", "channel": 1, "description": "Something else"},
            ),
        ),
        printed=Expected(unreadable=True, touched=None),
    ),
    "a04_cancel_voice_talk": Expected(
        events=(
            Detected(part=DEVICE, what=Detection.RING, active=False, at=EVENING, data=CALLER),
            Happened(part=DEVICE, what="ring_cancelled", at=EVENING, data=CALLER),
        ),
        repaired=True,
    ),
    "a05_encoder_heartbeat": Expected(
        events=(
            Patched(part=SECOND_DEVICE, online=True),
            Measured(part=SECOND_DEVICE, readings={Reading(Quantity.LAST_REPORT): NOW}),
        ),
        touched=None,
    ),
    "a06_record": Expected(
        events=(
            Happened(
                part=DEVICE,
                what="burglary_alarm",
                at=MORNING,
                data={**RECORD, "uuid": "be1ad122-2a53-11eb-aabf-4576d7843e50"},
            ),
            *ALARM,
        )
    ),
    "a07_device_deleted": Expected(touched=None, restructured=True),
    "a08_device_status": Expected(events=(Patched(part=DEVICE, online=True),)),
    "a09_disk_recover": of_recorder(Detection.DISK_ERROR, active=False),
    "a10_disk_error": of_recorder(Detection.DISK_ERROR),
    "a11_disk_full": of_recorder(Detection.DISK_FULL),
    "a12_heartbeat": Expected(events=ALIVE, heartbeat=True, touched=None),
    "a13_falling_down": care(Detection.FALL, EVENING),
    "a14_field_detection": crossing(Detection.INTRUSION),
    "a15_fire_detection": Expected(
        events=(
            thermal(
                SECOND_CHANNEL,
                Detection.FIRE,
                1,
                china(2021, 11, 22, 11, 38, 41),
                {
                    "temperature": 115.0,
                    "highest_point": {"x": 486, "y": 937},
                    "absolute_high": {"elevation": 0, "azimuth": 0, "absolute_zoom": 0},
                    "rectangle": {"x": 388, "y": 694, "width": 135, "height": 305},
                },
            ),
            warm(SECOND_CHANNEL, region1=115.0),
        ),
        touched=SECOND,
    ),
    "a16_io": Expected(
        events=(Detected(part=PartRef(FIRST, PartKind.INPUT, 1), what=Detection.INPUT, at=EVENING),), repaired=True
    ),
    "a17_line_detection": crossing(Detection.LINE_CROSSING),
    "a18_motion_normal": Expected(events=(Detected(part=CHANNEL, what=Detection.MOTION, at=EVENING),), repaired=True),
    "a18_motion_expert": Expected(
        events=(
            Detected(
                part=CHANNEL,
                what=Detection.MOTION,
                region=1,
                at=china(2018, 3, 13, 20, 36, 34),
                data={"sensitivity": 50},
            ),
        ),
        repaired=True,
    ),
    "a19_record_exception": of_recorder(Detection.RECORDING_FAILURE),
    "a20_region_entrance": crossing(Detection.REGION_ENTRANCE),
    "a21_region_exiting": crossing(Detection.REGION_EXITING),
    "a22_request_voice_talk": Expected(
        events=(Detected(part=DEVICE, what=Detection.RING, at=EVENING, data=CALLER),), repaired=True
    ),
    "a23_temperature_difference": Expected(
        events=(
            thermal(
                HOST_CHANNEL,
                Detection.TEMPERATURE_DIFFERENCE,
                None,
                china(2021, 11, 19, 17, 23, 8),
                {
                    "difference": -0.1,
                    "limit": 2.0,
                    "tolerance": 0.0,
                    "measure": "MinTemperature",
                    "rule": "less",
                    **PTZ,
                },
            ),
        ),
        touched=None,
    ),
    "a24_temperature_alarm": Expected(
        events=(
            thermal(
                HOST_CHANNEL,
                Detection.TEMPERATURE_ALARM,
                1,
                china(2021, 11, 19, 17, 22, 24),
                {
                    "temperature": 39.8,
                    "limit": 35.0,
                    "rule": "highest temp is higher than",
                    "shape": "region",
                    "maximum_temperature_point": {"position_x": 762, "position_y": 321},
                    **PTZ,
                },
            ),
            thermal(
                HOST_CHANNEL,
                Detection.TEMPERATURE_ALARM,
                3,
                china(2021, 11, 19, 17, 22, 24),
                {"temperature": 28.5, "limit": 20.0, "rule": "average temp is higher than", "shape": "point", **PTZ},
            ),
            warm(HOST_CHANNEL, region1=39.8, region3=28.5),
        ),
        touched=None,
    ),
    "a25_temperature_warning": Expected(
        events=(
            thermal(
                HOST_CHANNEL,
                Detection.TEMPERATURE_WARNING,
                2,
                china(2021, 11, 19, 17, 22, 23),
                {
                    "temperature": 27.8,
                    "limit": 30.0,
                    "alarm_limit": 35.0,
                    "rule": "highest temp is higher than",
                    "shape": "region",
                    "maximum_temperature_point": {"position_x": 300, "position_y": 721},
                    **PTZ,
                },
            ),
            warm(HOST_CHANNEL, region2=27.8),
        ),
        touched=None,
    ),
    "a26_pir": Expected(
        events=(Detected(part=ZONE, what=Detection.PIR, at=china(2024, 1, 21, 12, 50, 39)),),
        links=("xxxxx",),
        repaired=True,
    ),
    "a27_video_loss": Expected(events=(Detected(part=CHANNEL, what=Detection.VIDEO_LOSS, at=MORNING),), repaired=True),
    "a28_video_tampering": Expected(events=(Detected(part=CHANNEL, what=Detection.TAMPER, at=EVENING),), repaired=True),
    "a29_video_review": Expected(
        events=(Happened(part=DEVICE, what="burglary_alarm", at=MORNING, data={**RECORD, "uuid": "0"}), *ALARM),
        repaired=True,
    ),
    "a30_cloud_link_host": Expected(
        events=(Detected(part=HOST_PART, what=Detection.CLOUD_LINK, hold=inf, at=MORNING),), touched=None
    ),
    "a31_device_key": Expected(
        events=(Detected(part=PartRef(KEYED, PartKind.DEVICE), what=Detection.KEY_FAULT, hold=inf, at=MORNING),),
        touched=KEYED,
    ),
    "a32_long_time_leave": care(Detection.LONG_ABSENCE, china(2024, 3, 13, 19, 42, 27)),
    "a33_heart_beat_abnormal": care(Detection.HEART_RATE, china(2024, 3, 13, 19, 42, 27)),
    "a34_respire_abnormal": care(Detection.BREATHING, china(2024, 3, 13, 19, 42, 27)),
    "a35_cloud_link_device": Expected(events=(Detected(part=DEVICE, what=Detection.CLOUD_LINK, hold=inf, at=MORNING),)),
    "ch5_subscribed": Expected(subscription=5939, touched=None),
    "ch5_device_status": Expected(events=(Patched(part=DEVICE, online=True),), repaired=True),
    "ch5_heartbeat": Expected(events=ALIVE, heartbeat=True, touched=None),
}
"""By sample: the section of the appendix, or the chapter, and what it shows."""

BROKEN = {name for name, expected in EXPECTED.items() if expected.repaired or expected.printed}


def part(body: bytes, length: int | None = None) -> bytes:
    """A part of the stream; the document's own lengths are wrong by a few bytes or many (l.469-491)."""
    stated = len(body) if length is None else length
    head = b'--boundary\r\nContent-Type: application/json; charset="UTF-8"\r\nContent-Length: %d\r\n\r\n' % stated
    return head + body + b"\r\n"


def bodies_of(stream: bytes, cuts: list[int]) -> list[bytes]:
    parser = MultipartParser(MIXED, lax=True)
    found = []
    for begin, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += parser.feed(stream[begin:end])
    assert (parser.bad_parts, parser.empty_parts) == (0, 0)
    return [each.body for each in found]


def check(told: Told, expected: Expected, events: EventReader) -> None:
    assert [each for each in told.events if each not in expected.events] == []
    assert [each for each in expected.events if each not in told.events] == []
    assert len(told.events) == len(expected.events)
    assert told.touched == (frozenset() if expected.touched is None else {expected.touched})
    assert (told.heartbeat, told.subscription, told.refused) == (expected.heartbeat, expected.subscription, None)
    assert tuple(each.url for each in told.links) == expected.links
    assert events.counts.unreadable == expected.unreadable
    # What is heard of for the first time changes the topology; the same again must not.
    assert told.restructured or not expected.restructured


def test_every_sample_is_expected() -> None:
    names = {path.name.partition(".")[0] for path in SAMPLES.iterdir()}
    assert names == set(EXPECTED)
    assert {name[:3] for name in names if name.startswith("a")} == {f"a{number:02}" for number in range(3, 36)}


@pytest.mark.parametrize("length", [None, 4, 4000], ids=["right length", "short length", "long length"])
@pytest.mark.parametrize("version", ["printed", "corrected"])
@pytest.mark.parametrize("name", EXPECTED)
def test_sample(name: str, version: str, length: int | None) -> None:
    """The effect of each message, whatever the length says and however the bytes are cut; both neighbours survive."""
    body = sample(f"{name}.{version}")
    stream = part(BEFORE) + part(body, length) + part(AFTER) + b"--boundary\r\n"
    start = stream.index(body)
    for cuts in ([], [start], [start + 1, start + len(body) // 2, start + len(body) + 3], [*range(1, len(stream), 7)]):
        assert bodies_of(stream, cuts) == [BEFORE, body, AFTER]

    expected = EXPECTED[name]
    events = reader()
    assert events.read(BEFORE, NOW).heartbeat
    check(events.read(body, NOW), expected.printed or expected if version == "printed" else expected, events)
    assert events.read(AFTER, NOW).heartbeat
    assert events.counts.repaired == (version == "printed" and expected.repaired)
    assert events.counts.heartbeats == 2 + expected.heartbeat


@pytest.mark.parametrize("name", EXPECTED)
def test_corrected_samples_are_faultless(name: str) -> None:
    json.loads(sample(f"{name}.corrected"))
    if name in BROKEN:
        with pytest.raises(ValueError, match=r"."):
            json.loads(sample(f"{name}.printed"))


def test_all_samples_in_one_stream() -> None:
    """One after the other, and nothing is lost."""
    sent = [sample(f"{name}.printed") for name in EXPECTED]
    stream = b"".join(part(body, 415) for body in sent) + b"--boundary\r\n"
    assert bodies_of(stream, [*range(1, len(stream), 1460)]) == sent


def message(body: bytes) -> Message:
    found, _ = read_message(body)
    assert isinstance(found, Message)
    return found


def test_spellings() -> None:
    """Numbers as texts, other letter cases, blanks around words, an index in whichever spelling."""
    found = message(
        b'{"EventNotificationAlert":{"channelid":"7","DATETIME":"2020-01-01 10:00:00","activePostCount":"3",'
        b'"eventType":" VMD ","eventState":" Inactive","devIndex":"{2CD6716D}","deviceSerial":"E-1"}}'
    )
    assert (found.channel, found.count, found.kind, found.active) == (7, 3, "vmd", False)
    assert found.at == datetime(2020, 1, 1, 10)  # noqa: DTZ001
    assert found.serial == "e1"


@pytest.mark.parametrize("channel", ["0", "-1", "70000", "x", "null", "1.5", "1e400", "[]"])
def test_channels_that_are_none(channel: str) -> None:
    value = channel if channel in ("null", "[]") else f'"{channel}"'
    assert message(b'{"eventType":"VMD","channelID":%s}' % value.encode()).channel is None


@pytest.mark.parametrize("text", ["", "yesterday", "2018-13-45T00:00:00", "9" * 300, None, 5])
def test_times_that_are_none(text: object) -> None:
    assert parse_time(text) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b'"text"',
        b"\xff\xd8\xff",
        b'{"EventNotificationAlert":{}}',
        b'{"EventNotificationAlert":"text"}',
        b'{"EventNotificationAlert":{"eventType":["VMD"]}}',
        b'{"eventType":null}',
        b'{"SubscribeDeviceMgmtRsp":{}}',
        b'{"SubscribeDeviceMgmtRsp":{"id":true}}',
        b'{"SubscribeDeviceMgmtRsp":{"id":"' + b"9" * 65 + b'"}}',
        b'{"a":' * 5000,
        b'{"eventType":"VMD","x":"' + b"y" * 300_000 + b'"}',
    ],
)
def test_unreadable(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        read_message(body)
    events = reader()
    assert events.read(body, NOW) == Told()
    assert events.counts.unreadable == 1
    assert events.counts.last_unreadable


@pytest.mark.parametrize(("sent", "expected"), [("5939", 5939), ('"abc-1"', "abc-1"), ('" 17 "', "17")])
def test_subscription(sent: str, expected: int | str) -> None:
    told = reader().read(b'{"SubscribeDeviceMgmtRsp":{"id":%s}}' % sent.encode(), NOW)
    assert told == Told(subscription=expected)


def test_refusal() -> None:
    """A status instead of events, bare or with a root."""
    status = {"statusCode": 4, "statusString": "Invalid Operation", "subStatusCode": "lowPrivilege"}
    for body in (status, {"ResponseStatus": status}):
        assert isinstance(reader().read(json.dumps(body).encode(), NOW).refused, Forbidden)
    fine = {"statusCode": 1, "statusString": "OK", "subStatusCode": "ok"}
    assert reader().read(json.dumps(fine).encode(), NOW) == Told()


KEYS = st.sampled_from(
    ["EventNotificationAlert", "eventType", "eventState", "channelID", "devIndex", "dateTime", "CIDAlarm", "CIDCode",
     "subSys", "ZoneNo", "UUID", "VideoReview", "HikCIDParams", "videoURL", "videoInfoList", "DetectionRegionList",
     "DetectionRegionEntry", "regionID", "TMA", "currTemperature", "status", "VoiceTalkEvent", "CaptureList", "other",
     "CIDParam", "triggerTime", "inputIOPortID"]
)  # fmt: skip
WORDS = st.sampled_from(
    ["VMD", "CIDAlarm", "videoReview", "PIR", "TMA", "TDA", "IO", "devStatusChanged", "requestVoiceTalkEvent", "1103",
     "3401", "1602", "9999", FIRST, SECOND.upper(), "inactive", "abnormal", "1", "-1", "1e300", "kelvin", "é\ud800"]
)  # fmt: skip
VALUES = st.recursive(
    st.one_of(WORDS, st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=12,
)


@settings(deadline=None, max_examples=400)
@given(fields=st.dictionaries(KEYS, VALUES, max_size=10), event=WORDS, index=st.sampled_from([FIRST, SECOND, "", "x"]))
def test_any_message(fields: dict[str, Any], event: str, index: str) -> None:
    """Whatever a message says: nothing is raised, and what comes of it can be written down again."""
    events = reader()
    body = json.dumps({"EventNotificationAlert": {**fields, "eventType": event, "devIndex": index}})
    told = events.read(body.encode(), NOW)
    assert events.counts.documents == 1
    for each in told.events:
        if isinstance(each, Happened | Detected):
            assert len(json.dumps(dict(each.data))) < 200_000


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_any_bytes(data: st.DataObject) -> None:
    """Samples with bytes changed, cut or doubled, and mere rubbish."""
    name = data.draw(st.sampled_from(sorted(EXPECTED)))
    body = bytearray(sample(f"{name}.printed"))
    for _ in range(data.draw(st.integers(0, 8))):
        at = data.draw(st.integers(0, len(body)))
        body[at : at + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=4))
    events = EventReader(World())
    told = events.read(bytes(body), datetime.now(UTC))
    assert events.counts.unreadable == 0 or told == Told()
