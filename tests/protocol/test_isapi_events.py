"""Pushed documents to events: grammars, numbering, heartbeats, replays, unknown words, pictures."""

from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
import random
import re
from typing import Any

import pytest

from custom_components.ip_surveillance.protocol.drivers.isapi.alerts import read_alerts
from custom_components.ip_surveillance.protocol.drivers.isapi.channels import ChannelMap, input_ref
from custom_components.ip_surveillance.protocol.drivers.isapi.codec import VideoInput
from custom_components.ip_surveillance.protocol.drivers.isapi.events import SILENCE, AlertReader
from custom_components.ip_surveillance.protocol.errors import BadAnswer
from custom_components.ip_surveillance.protocol.model.detections import Detection, Target
from custom_components.ip_surveillance.protocol.model.events import Detected, Event, Happened, Patched
from custom_components.ip_surveillance.protocol.model.parts import HOST_PART, PartRef
from custom_components.ip_surveillance.protocol.model.state import LineState, Picture

from .isapi_captures import captured

CAMERA = ChannelMap([VideoInput(number=1)])
NVR = ChannelMap([VideoInput(number=number, proxied=True) for number in (1, 2, 5)], recorder=True, analog=0)
DVR = ChannelMap(
    [*(VideoInput(number=number) for number in range(1, 5)), *(VideoInput(number=n, proxied=True) for n in (5, 6))],
    recorder=True,
)
BIG = ChannelMap([VideoInput(number=number, proxied=True) for number in range(1, 65)], recorder=True, analog=0)

NAMESPACES = {
    "2.0": (
        "http://www.hikvision.com/ver20/XMLSchema",
        "http://www.isapi.org/ver20/XMLSchema",
        "http://www.std-cgi.com/ver20/XMLSchema",
    ),
    "1.0": ("urn:psialliance-org",),
}


class Clock:
    """Time that stands still until told otherwise."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.wall = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)

    def forward(self, seconds: float) -> None:
        self.seconds += seconds
        self.wall += timedelta(seconds=seconds)


def reader(channels: ChannelMap = CAMERA, clock: Clock | None = None) -> AlertReader:
    time = clock or Clock()
    return AlertReader(channels, clock=lambda: time.seconds, utc_now=lambda: time.wall)


def alert(
    event: str = "VMD",
    *,
    state: str = "active",
    channel: str | None = "1",
    extra: str = "",
    version: str = "2.0",
    namespace: str = "http://www.hikvision.com/ver20/XMLSchema",
    when: str = "2026-05-01T12:00:00+00:00",
) -> bytes:
    number = "" if channel is None else f"<channelID>{channel}</channelID>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<EventNotificationAlert version="{version}" xmlns="{namespace}">'
        f"<ipAddress>10.0.0.9</ipAddress><macAddress>00:11:22:33:44:55</macAddress>{number}<dateTime>{when}</dateTime>"
        f"<activePostCount></activePostCount><eventType>{event}</eventType><eventState>{state}</eventState>"
        f"<eventDescription>x alarm</eventDescription>{extra}</EventNotificationAlert>"
    ).encode()


def only(events: list[Event]) -> Any:
    (event,) = events
    return event


def channel(number: int) -> PartRef:
    return ChannelMap.ref(number)


@pytest.mark.parametrize(
    ("version", "namespace"), [(version, each) for version, names in NAMESPACES.items() for each in names]
)
def test_every_namespace(version: str, namespace: str) -> None:
    event = only(reader().read(alert(version=version, namespace=namespace)))
    assert isinstance(event, Detected)
    assert (event.part, event.what, event.active) == (channel(1), Detection.MOTION, True)
    assert event.at == datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("wrapped", [False, True])
def test_json(wrapped: bool) -> None:
    flat = {
        "eventType": "vmd",
        "eventState": "active",
        "channelID": 1,
        "dateTime": "bad",
        "targetType": "human",
        "taskID": "7",
    }
    body = json.dumps({"EventNotificationAlert": flat} if wrapped else flat).encode()
    event = only(reader().read(body))
    assert (event.what, event.target, event.at, dict(event.data)) == (
        Detection.MOTION,
        Target.HUMAN,
        None,
        {"taskID": "7"},
    )


@pytest.mark.parametrize(
    ("channels", "text", "expected"),
    [
        (CAMERA, "1", 1),
        (CAMERA, "", 1),
        (CAMERA, "0", 1),
        (CAMERA, None, 1),
        (NVR, "2", 2),
        (NVR, "34", 2),
        (NVR, "37", 5),
        (DVR, "3", 3),
        (DVR, "6", 6),
        (DVR, "33", 5),
        (DVR, "34", 6),
        (BIG, "40", 40),
    ],
)
def test_channel_numbers(channels: ChannelMap, text: str | None, expected: int) -> None:
    assert only(reader(channels).read(alert(channel=text))).part == channel(expected)


@pytest.mark.parametrize(("channels", "text"), [(NVR, "0"), (NVR, ""), (NVR, "3"), (NVR, "35"), (CAMERA, "9")])
def test_channels_that_are_none_of_ours(channels: ChannelMap, text: str) -> None:
    assert only(reader(channels).read(alert(channel=text))).part == HOST_PART


def test_dynamic_number_beside_an_empty_one() -> None:
    body = alert(channel="", extra="<dynChannelID>34</dynChannelID>")
    assert only(reader(NVR).read(body)).part == channel(2)


def test_version_one_counts_from_33_even_on_large_recorders() -> None:
    body = alert(channel="40", version="1.0", namespace="urn:psialliance-org")
    assert only(reader(BIG).read(body)).part == channel(8)


def test_regions_and_targets() -> None:
    regions = "".join(
        f"<DetectionRegionEntry><regionID>{number}</regionID><detectionTarget>{target}</detectionTarget></DetectionRegionEntry>"
        for number, target in ((1, "human"), (3, "human,vehicle"))
    )
    body = alert("fielddetection", extra=f"<DetectionRegionList>{regions}</DetectionRegionList>")
    found = [(event.region, event.target) for event in reader().read(body) if isinstance(event, Detected)]
    assert found == [(1, Target.HUMAN), (3, Target.HUMAN), (3, Target.VEHICLE)]


def test_comma_list_of_targets() -> None:
    found = reader().read(alert(extra="<targetType>human,vehicle</targetType>"))
    assert [event.target for event in found if isinstance(event, Detected)] == [Target.HUMAN, Target.VEHICLE]


def test_end_is_told_once_whoever_was_seen() -> None:
    event = only(reader().read(alert(state="inactive", extra="<targetType>human,vehicle</targetType>")))
    assert (event.active, event.target) == (False, None)


def test_heartbeats_and_real_video_loss() -> None:
    one = reader(NVR)
    beat = alert("videoloss", state="inactive", channel="1")
    assert one.read(beat) == []
    assert one.read(alert("heartBeat", channel=None)) == []
    assert only(one.read(alert("videoloss", channel="2"))).active
    assert one.read(beat) == []
    end = only(one.read(alert("videoloss", state="inactive", channel="2")))
    assert (end.part, end.what, end.active) == (channel(2), Detection.VIDEO_LOSS, False)
    assert one.counts.heartbeats == 3


def test_duration_names_the_real_events() -> None:
    words = ("fielddetection", "linedetection")
    listed = "".join(f"<Duration><relationEvent>{word}</relationEvent></Duration>" for word in words)
    extra = f"<DurationList>{listed}</DurationList>"
    found = reader().read(alert("duration", extra=extra))
    assert [event.what for event in found if isinstance(event, Detected)] == [
        Detection.INTRUSION,
        Detection.LINE_CROSSING,
    ]
    assert isinstance(only(reader().read(alert("duration"))), Happened)


@pytest.mark.parametrize(("leaf", "number"), [("inputIOPortID", 2), ("dynInputIOPortID", 301)])
def test_inputs(leaf: str, number: int) -> None:
    patched, detected = reader(NVR).read(alert("IO", extra=f"<{leaf}>{number}</{leaf}>"))
    assert patched == Patched(part=input_ref(number), state=LineState(active=True))
    assert isinstance(detected, Detected)
    assert (detected.part, detected.what) == (input_ref(number), Detection.INPUT)


def test_system_events_concern_the_device() -> None:
    for word, what in (
        ("diskfull", Detection.DISK_FULL),
        ("illAccess", Detection.ILLEGAL_LOGIN),
        ("nicbroken", Detection.NETWORK_BROKEN),
    ):
        event = only(reader(NVR).read(alert(word, channel="1")))
        assert (event.part, event.what) == (HOST_PART, what)


def test_virtual_inputs_are_ignored() -> None:
    one = reader()
    assert one.read(alert("softIO", extra="<inputIOPortID>1</inputIOPortID>")) == []
    assert one.counts.ignored == 1


def test_unknown_events_are_passed_on_once_in_a_while() -> None:
    clock = Clock()
    one = reader(clock=clock)
    first = only(one.read(alert("newThing", extra="<value>7</value><password>x</password>")))
    assert isinstance(first, Happened)
    assert (first.part, first.what, dict(first.data)) == (channel(1), "newThing", {"value": "7", "state": "active"})
    for _ in range(5):
        clock.forward(SILENCE / 2)
        assert one.read(alert("newThing")) == []
    assert only(one.read(alert("newThing", state="inactive"))).data["state"] == "inactive"
    clock.forward(SILENCE)
    assert len(one.read(alert("newThing"))) == 1
    assert one.counts.unknown == {"newThing": 8}


def test_memory_of_unknown_events_is_bounded() -> None:
    one = reader()
    for number in range(1000):
        assert len(one.read(alert(f"thing{number}"))) == 1
    assert len(one.counts.unknown) <= 50
    assert len(one._told) <= 256


def test_replay_after_a_reconnect() -> None:
    clock = Clock()
    one = reader(clock=clock)
    old = "2026-05-01T11:00:00+00:00"
    one.drift = 0.0
    one.connected()
    assert len(one.read(alert(when=old))) == 1, "the first connection has nothing to replay"
    one.connected()
    assert one.read(alert(when=old)) == []
    assert len(one.read(alert(when=old, state="inactive"))) == 1
    assert len(one.read(alert(when="2026-05-01T11:59:50+00:00"))) == 1
    assert len(one.read(alert(when="nonsense"))) == 1
    clock.forward(61)
    assert len(one.read(alert(when=old))) == 1
    assert one.counts.replayed == 1


def test_wrong_clock_lets_nothing_pass_for_old() -> None:
    clock = Clock()
    one = reader(clock=clock)
    one.connected()
    one.connected()
    assert len(one.read(alert(when="2004-01-01T00:00:00+00:00"))) == 1
    one.drift = (datetime(2004, 1, 1, tzinfo=UTC) - clock.wall).total_seconds()
    assert len(one.read(alert(when="2004-01-01T00:00:00+00:00"))) == 1
    assert one.read(alert(when="2003-12-31T23:00:00+00:00")) == []


def test_clock_set_back_by_a_restart_makes_no_alarm_old() -> None:
    one = reader()
    one.drift = 0.0
    one.connected()
    one.connected()
    assert len(one.read(alert(when="1970-01-01T00:00:40+00:00"))) == 1
    assert one.counts.replayed == 0


def test_zone_that_the_device_has_wrong_is_learned_from_fresh_alarms() -> None:
    """Local time five hours behind, sent as if it were UTC."""
    clock = Clock()
    one = reader(clock=clock)
    one.drift = 0.0
    one.connected()
    clock.forward(61)
    assert len(one.read(alert(when="2026-05-01T07:01:01+00:00"))) == 1
    one.connected()
    assert len(one.read(alert(when="2026-05-01T07:01:00+00:00"))) == 1
    assert one.read(alert(when="2026-05-01T06:30:00+00:00")) == []


def test_what_the_device_itself_calls_repeated() -> None:
    one = reader()
    extra = "<isDataRetransmission>true</isDataRetransmission>"
    assert one.read(alert(extra=extra)) == []
    assert len(one.read(alert(extra=extra, state="inactive"))) == 1


def test_pictures() -> None:
    picture, second = Picture(b"\xff\xd8one"), Picture(b"\xff\xd8two")
    body = alert(extra="<targetType>human,vehicle</targetType>")
    told = [event.picture for event in reader().read(body, (picture,)) if isinstance(event, Detected)]
    assert told == [picture, None]
    later = only(reader().read(body, (picture, second), follow_up=True))
    assert (later.part, later.follow_up, later.picture) == (channel(1), True, second)
    assert reader().read(body, (), follow_up=True) == []
    unknown = only(reader().read(alert("newThing"), (picture,), follow_up=True))
    assert (unknown.follow_up, unknown.picture) == (True, picture)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html/>",
        b"<EventNotificationAlert/>",
        b"{}",
        b"[1]",
        b'{"eventType": 3}',
        b"\xff\xd8\xff",
        b"<EventNotificationAlert><eventType></eventType></EventNotificationAlert>",
        b"{" * 100_000,
    ],
)
def test_bad_documents_are_counted(body: bytes) -> None:
    one = reader()
    assert one.read(body) == []
    assert one.counts.bad == 1
    with pytest.raises(BadAnswer):
        read_alerts(body)


def test_nothing_a_device_sends_gets_out_as_an_exception() -> None:
    chance = random.Random(7)
    good = alert(
        "fielddetection",
        extra="<DetectionRegionList><DetectionRegionEntry><regionID>1</regionID></DetectionRegionEntry></DetectionRegionList>",
    )
    one = reader()
    for _ in range(2000):
        body = bytearray(good)
        for _ in range(chance.randrange(1, 8)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        assert isinstance(one.read(bytes(body)), list)
    assert one.counts.bad
    assert one.counts.parsed


def test_values_of_odd_types_in_json() -> None:
    odd = {
        "eventType": "VMD",
        "channelID": [1],
        "eventState": 5,
        "dateTime": {},
        "DetectionRegionList": [7, {"regionID": "x"}],
        "isDataRetransmission": [],
    }
    event = only(reader().read(json.dumps(odd).encode()))
    assert (event.part, event.region) == (channel(1), None)


def test_data_is_bounded_and_without_secrets() -> None:
    wide = {f"value{number}": "v" * 5000 for number in range(100)}
    deep: dict[str, Any] = {
        "a": {"b": {"c": {"d": {"e": 1}}}},
        "sessionToken": "s",
        "inner": {"password": "p", "kept": 1},
    }
    event = only(reader().read(json.dumps({"eventType": "VMD", **deep, **wide}).encode()))
    assert len(event.data) <= 24
    assert all(len(str(value)) <= 200 for value in event.data.values())
    assert event.data["inner"] == {"kept": 1}
    assert "sessionToken" not in event.data


EXPECTED = {
    "fielddetection_human": (CAMERA, 1, Detection.INTRUSION, Target.HUMAN, 3),
    "ipc_1_fielddetection": (CAMERA, 1, Detection.INTRUSION, None, None),
    "nvr_2_fielddetection": (NVR, 2, Detection.INTRUSION, None, None),
    "pir": (CAMERA, 1, Detection.PIR, None, None),
}


@pytest.mark.parametrize("path", captured("alerts/*.xml"))
def test_captured_alerts(path: Path) -> None:
    channels, number, what, target, region = EXPECTED[path.stem]
    event = only(reader(channels).read(path.read_bytes()))
    assert (event.part, event.what, event.target, event.region) == (channel(number), what, target, region)
    assert event.active
    assert event.at is not None


@pytest.mark.parametrize(
    "body",
    [
        b'{"eventType": "odd\\ud800", "eventState": "active", "channelID": 1, "half\\udc00": ["\\ud800"]}',
        b'{"eventType": "odd", "channelID": 1, "big": 123456789012345678901234567890, "none": NaN}',
        b'{"eventType": "fielddetection", "channelID": 1, "DetectionRegionList": [{"regionID": 12345678901234567890}]}',
    ],
)
def test_what_nobody_could_write_down_again_is_left_out(body: bytes) -> None:
    (event,) = reader().read(body)
    assert isinstance(event, Happened | Detected)
    text = json.dumps([event.what, dict(event.data), getattr(event, "region", None)], allow_nan=False)
    assert not re.search(r"\\ud[89a-f]|\d{16}", text)


def test_alarm_of_an_input_that_is_not_there() -> None:
    known = reader(NVR)
    known.inputs = {1}
    (event,) = known.read(alert("IO", extra="<inputIOPortID>77</inputIOPortID>"))
    assert isinstance(event, Detected)
    assert (event.part, event.what) == (HOST_PART, Detection.INPUT)
    assert [each.part for each in known.read(alert("IO"))] == [input_ref(1)] * 2
