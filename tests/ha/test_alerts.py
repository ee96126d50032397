"""Every alert, framed in every way and split anywhere, is one happening of the right part, and one only.

The alerts written here have the shapes that devices send; recorded ones join them where they are at hand.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
import os
from pathlib import Path

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.protocol.drivers.isapi.channels import ChannelMap
from custom_components.ip_surveillance.protocol.drivers.isapi.codec import VideoInput
from custom_components.ip_surveillance.protocol.drivers.isapi.events import AlertReader
from custom_components.ip_surveillance.protocol.model.detections import Detection, Target
from custom_components.ip_surveillance.protocol.model.events import Connected, Happened
from custom_components.ip_surveillance.protocol.model.parts import HOST, PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.reduce import reduce
from custom_components.ip_surveillance.protocol.model.state import Alarm, Picture, State
from custom_components.ip_surveillance.protocol.transport.grouping import Message, PartGrouper
from custom_components.ip_surveillance.protocol.transport.multipart import MultipartParser
from tests.ha.simulated import Seen, until
from tests.simulators.isapi import Framing

RECORDED = (
    Path(os.environ.get("IP_SURVEILLANCE_CAPTURES", Path(__file__).parents[3] / "shared" / "captures"))
    / "isapi"
    / "alerts"
)
HIKVISION = 'version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema"'
PSIA = 'version="1.0" xmlns="urn:psialliance-org"'
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab--\r\n--MIME_boundary\r\n" + bytes(range(64)) + b"\xff\xd9"
"""With a delimiter inside, as it may come by chance: the length or the end marker tells."""


def alert(attributes: str, channel: int, event: str, *, more: str = "", state: str = "active") -> bytes:
    """One alert in the shape of a family of firmware."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\r\n<EventNotificationAlert {attributes}>\r\n'
        f"<ipAddress>192.0.2.9</ipAddress>\r\n<channelID>{channel}</channelID>\r\n"
        f"<dateTime>2026-03-05T10:20:30+02:00</dateTime>\r\n<activePostCount>3</activePostCount>\r\n"
        f"<eventType>{event}</eventType>\r\n<eventState>{state}</eventState>\r\n"
        f"<eventDescription>{event} alarm</eventDescription>\r\n{more}</EventNotificationAlert>\r\n"
    ).encode()


REGION = (
    "<DetectionRegionList><DetectionRegionEntry><regionID>3</regionID><sensitivityLevel>50</sensitivityLevel>"
    "<RegionCoordinatesList><RegionCoordinates><positionX>5</positionX><positionY>7</positionY></RegionCoordinates>"
    "</RegionCoordinatesList><detectionTarget>human</detectionTarget><TargetRect><X>0.6</X><Y>0.2</Y></TargetRect>"
    "</DetectionRegionEntry></DetectionRegionList>"
)
DURATION = "<DurationList><Duration><relationEvent>fielddetection</relationEvent></Duration></DurationList>"
PUSHED = (
    '<Extensions><eventPush xmlns="urn:selfextension:psiaext-ver10-xsd">x&amp;&amp;y,34,1.0</eventPush></Extensions>'
)


@dataclass(frozen=True, kw_only=True)
class Case:
    """An alert and what it means."""

    model: str
    """Simulated device that such an alert comes from."""
    channel: int
    what: Detection
    target: Target | None = None
    region: int | None = None
    picture: bool = False


INTRUSION = Case(model="camera", channel=1, what=Detection.INTRUSION, target=Target.HUMAN, region=3, picture=True)
CASES: dict[str, tuple[bytes, Case]] = {
    "region": (
        alert(
            HIKVISION,
            1,
            "fielddetection",
            more=REGION + "<detectionPictureTransType>binary</detectionPictureTransType>\r\n"
            "<detectionPicturesNumber>1</detectionPicturesNumber>\r\n",
        ),
        INTRUSION,
    ),
    "duration": (
        alert(HIKVISION, 1, "duration", more=DURATION),
        Case(model="camera", channel=1, what=Detection.INTRUSION),
    ),
    # Channel 34 of old messages is the second camera behind the recorder.
    "dynamic": (
        alert(PSIA, 34, "fielddetection", more=PUSHED),
        Case(model="nvr", channel=2, what=Detection.INTRUSION),
    ),
    "pir": (alert(PSIA, 1, "PIR", more=PUSHED), Case(model="cube", channel=1, what=Detection.PIR)),
    "json": (
        (
            b'{"ipAddress": "192.0.2.9", "channelID": 1, "dateTime": "2026-03-05T10:20:30+02:00", "activePostCount": 1,'
            b' "eventType": "VMD", "eventState": "active", "eventDescription": "a } in text", "targetType": "vehicle"}'
        ),
        Case(model="camera", channel=1, what=Detection.MOTION, target=Target.VEHICLE),
    ),
}
MEANING = {
    "fielddetection_human.xml": INTRUSION,
    "ipc_1_fielddetection.xml": CASES["duration"][1],
    "nvr_2_fielddetection.xml": CASES["dynamic"][1],
    "pir.xml": CASES["pir"][1],
}
"""What each recorded alert says, read by a person."""

for _path in sorted(RECORDED.glob("*.xml")):
    CASES[f"recorded-{_path.stem}"] = (_path.read_bytes(), MEANING[_path.name])


@dataclass(frozen=True, kw_only=True)
class Variant:
    """A way of framing parts."""

    header: str
    delimiter: bytes = b"--MIME_boundary"
    end: bytes = b"\r\n"
    length: bool = True
    preamble: bytes = b""

    def frame(self, body: bytes, content_type: str) -> bytes:
        """One part as it goes over the wire."""
        lines = [self.delimiter, f"Content-Type: {content_type}".encode()]
        if self.length:
            lines.append(f"Content-Length: {len(body)}".encode())
        return self.preamble + self.end.join((*lines, b"", body)) + self.end


VARIANTS = {
    "proper": Variant(header="multipart/mixed; boundary=MIME_boundary"),
    "no-length": Variant(header="multipart/mixed; boundary=MIME_boundary", length=False),
    "wrong-boundary": Variant(header='multipart/mixed; boundary="somethingElse"'),
    "bare-lf": Variant(header="multipart/mixed; boundary=MIME_boundary", end=b"\n"),
    "preamble": Variant(
        header="multipart/mixed; boundary=<boundary>",
        delimiter=b"--<boundary>",
        preamble=b"This is a stream of alerts.\r\n\r\n",
    ),
}

every_case = pytest.mark.parametrize("case", CASES)
every_variant = pytest.mark.parametrize("variant", VARIANTS)


def wire(body: bytes, case: Case, variant: Variant) -> bytes:
    """The alert with its picture, and a part after it."""
    kind = "application/json" if body.startswith(b"{") else 'application/xml; charset="UTF-8"'
    data = variant.frame(body, kind)
    if case.picture:
        data += variant.frame(JPEG, "image/jpeg")
    return data + variant.frame(alert(HIKVISION, 1, "videoloss", state="inactive"), "application/xml")


def messages(variant: Variant, *pieces: bytes) -> tuple[Message, ...]:
    """What parser and grouper make of the pieces of a stream."""
    parser, grouper = MultipartParser(variant.header), PartGrouper()
    found = tuple(message for piece in pieces for part in parser.feed(piece) for message in grouper.push(part))
    assert (parser.bad_parts, grouper.orphans) == (0, 0)
    return found


def channels_of(model: str) -> ChannelMap:
    if model == "nvr":
        return ChannelMap((VideoInput(number=number, proxied=True) for number in range(1, 9)), recorder=True)
    return ChannelMap([VideoInput(number=1)])


def run(found: tuple[Message, ...], model: str) -> tuple[State, list[Happened]]:
    """What reader and reducer make of messages."""
    reader = AlertReader(channels_of(model))
    reader.connected()
    state, told = reduce(State(), Connected(), 0.0).state, list[Happened]()
    for message in found:
        pictures = tuple(Picture(part.body, part.content_type) for part in message.pictures)
        for event in reader.read(message.document.body, pictures, follow_up=message.followup):
            step = reduce(state, event, 1.0)
            state = step.state
            told += step.happened
    assert (reader.counts.bad, reader.counts.unknown, reader.counts.heartbeats) == (0, {}, 1)
    return state, told


@every_case
@every_variant
def test_split_at_every_byte(case: str, variant: str) -> None:
    """Whatever the split, the same documents and pictures come out: what they mean is judged once for all."""
    body, meaning = CASES[case]
    way = VARIANTS[variant]
    data = wire(body, meaning, way)
    ways = [messages(way, *(data[at : at + 1] for at in range(len(data))))]
    for at in range(len(data) + 1):
        if (found := messages(way, data[:at], data[at:])) not in ways:
            ways.append(found)

    part = PartRef(HOST, PartKind.CHANNEL, meaning.channel)
    for found in ways:
        state, told = run(found, meaning.model)
        assert [(each.part, each.what) for each in told] == [(part, meaning.what.value)]
        assert told[0].data.get("target") == meaning.target
        assert told[0].data.get("region") == meaning.region
        active = {key.alarm for device in state.devices.values() for key in device.alarms}
        assert Alarm(meaning.what, meaning.target, meaning.region) in active
        assert {alarm.what for alarm in active} == {meaning.what}
        assert {key.part for device in state.devices.values() for key in device.alarms} == {part}
        picture = state.picture(part)
        assert (picture.data if picture else None) == (JPEG if meaning.picture else None)


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BINARY_SENSOR, Platform.EVENT)


@pytest.fixture
def model(case: str) -> str:
    return CASES[case][1].model


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch, variant: str) -> None:
    """Make the device announce the boundary of the variant, whatever it then uses."""
    monkeypatch.setattr("tests.simulators.isapi.stream.content_type", lambda _: VARIANTS[variant].header)


def splits(length: int) -> Iterator[int]:
    """Inside the delimiter, the header, the document, and at the end."""
    yield from (3, length // 4, length // 2, length - 2)


@every_case
@every_variant
@pytest.mark.usefixtures("announced")
async def test_over_sockets(hass: HomeAssistant, case: str, variant: str, seen: Seen) -> None:
    body, meaning = CASES[case]
    part, key = f"channel{meaning.channel}", f"detection_{meaning.what.value}"
    data = wire(body, meaning, VARIANTS[variant])
    sensor = seen.registered("binary_sensor", part, key).entity_id
    event = seen.registered("event", part, "detection").entity_id
    changes = async_capture_events(hass, "state_changed")
    for count, at in enumerate(splits(len(data)), start=1):
        await seen.device.push_bytes(data[:at])
        await asyncio.sleep(0.002)
        await seen.device.push_bytes(data[at:])
        await seen.shows("binary_sensor", part, key, "on")
        ended = [name for name in ("fielddetection", "PIR", "VMD") if name in body.decode()]
        await seen.device.push_bytes(
            VARIANTS[variant].frame(alert(HIKVISION, meaning.channel, ended[0], state="inactive"), "application/xml")
        )
        await seen.shows("binary_sensor", part, key, "off")
        told = [each for each in changes if each.data["entity_id"] == event]
        assert len(told) == count
        assert told[-1].data["new_state"].attributes["event_type"] == meaning.what.value
    flips = [each.data["new_state"].state for each in changes if each.data["entity_id"] == sensor]
    assert flips == ["on", "off"] * count
    others = {each.data["entity_id"] for each in changes} - {sensor, event}
    registry = er.async_get(hass)
    assert all(registry.entities[other].unique_id.startswith(seen.unique_id(part, key)) for other in others)


@pytest.mark.skipif(not RECORDED.is_dir(), reason="no recordings of real devices here; set IP_SURVEILLANCE_CAPTURES")
def test_all_recorded_alerts_are_covered() -> None:
    assert {path.name for path in RECORDED.glob("*.xml")} == MEANING.keys()


@pytest.mark.parametrize("model", ["camera"])
async def test_a_bad_part_is_skipped_and_the_stream_goes_on(hass: HomeAssistant, seen: Seen) -> None:
    """An unescaped ampersand, an empty number, rubbish: each counted, none the end."""
    way = VARIANTS["proper"]
    opened = seen.device.push_streams.opened
    for bad in (b"<EventNotificationAlert>", b"<a>&</a>", b'{"eventType": ', b"\x00\xff\x00", b""):
        await seen.device.push_bytes(way.frame(bad, "application/xml"))
    await seen.device.push_bytes(way.frame(alert(HIKVISION, 1, "VMD").replace(b">3<", b"><"), "application/xml"))
    await seen.shows("binary_sensor", "channel1", "detection_motion", "on")
    assert seen.device.push_streams.opened == opened
    assert hass.config_entries.async_entries(DOMAIN)[0].runtime_data.driver.reader.counts.bad > 0


@pytest.mark.parametrize("model", ["camera"])
async def test_an_unknown_event_is_told_and_not_lost(seen: Seen) -> None:
    await seen.device.alert("brandNewDetection", 1)
    await until(lambda: seen.value("event", "channel1", "other_event") != "unknown")
    assert seen.state("event", "channel1", "other_event").attributes["event"] == "brandNewDetection"


def test_framings_of_the_simulator_are_those_seen_on_devices() -> None:
    """The simulator knows each variant too, for work by hand."""
    assert {Framing.STANDARD, Framing.NO_LENGTH, Framing.WRONG_HEADER, Framing.BARE_LF, Framing.LITERAL} <= set(Framing)
