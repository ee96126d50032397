"""Topologies of real devices, where their captures are at hand."""

import json
from pathlib import Path
from typing import Any

from lxml import etree
import pytest

from custom_components.ip_surveillance.protocol.drivers.isapi.channels import ChannelMap
from custom_components.ip_surveillance.protocol.drivers.isapi.codec import VideoInput
from custom_components.ip_surveillance.protocol.drivers.isapi.events import AlertReader
from custom_components.ip_surveillance.protocol.drivers.isapi.replies import Replies
from custom_components.ip_surveillance.protocol.errors import Forbidden
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.events import Event
from custom_components.ip_surveillance.protocol.model.parts import FindingKind, PartKind, Placement
from custom_components.ip_surveillance.protocol.transport.grouping import PartGrouper
from custom_components.ip_surveillance.protocol.transport.multipart import MultipartParser
from tests.simulators.isapi.framing import Framing, Part, content_type, frame

from .isapi_captures import captured
from .test_isapi_capabilities import channel, survey


def element(name: str, content: Any) -> etree._Element:
    """Make an element from the dictionary form of captures."""
    made = etree.Element(name)
    if isinstance(content, dict):
        for key, value in content.items():
            if key.startswith("@"):
                made.set(key[1:], str(value)) if key != "@xmlns" else None
            elif key == "#text":
                made.text = value
            else:
                made.extend(element(key, each) for each in (value if isinstance(value, list) else [value]))
    elif content is not None:
        made.text = str(content)
    return made


def load(path: Path) -> Replies:
    replies = Replies()
    for name, answer in json.loads(path.read_text(encoding="utf-8"))["data"]["ISAPI"].items():
        if "response" in answer:
            ((root, content),) = answer["response"].items()
            replies.xml[name] = element(root, content)
        else:
            replies.errors[name] = Forbidden("", code="")
    return replies


# Model: placement, streams by channel, own inputs and those of cameras, outputs, stores.
EXPECTED: dict[str, tuple[Placement, dict[int, tuple[int, ...]], list[int], list[int], int]] = {
    "DS-2CD2386G2-IU": (Placement.INLINE, {1: (1, 2)}, [], [], 2),
    "DS-2CD2443G0-IW": (Placement.INLINE, {1: (1, 2)}, [], [], 1),
    "DS-2SE4C425MWG-E-26": (Placement.CHILD, {1: (1, 2, 3), 2: (1, 2)}, [1], [1], 2),
    "DS-7608NXI-I2": (Placement.UNIT, dict.fromkeys((1, 2, 3, 4), (1, 2)), [1, 2, 3, 4, 301], [1], 1),
    "DS-7616NI-K2": (Placement.UNIT, dict.fromkeys(range(1, 7), (1, 2)), [1, 2, 3, 4, 101, 301, 401, 501], [1], 1),
    "iDS-7204HUHI-M1": (Placement.UNIT, dict.fromkeys((1, 2, 3, 4), (1, 2)), [], [], 1),
}


@pytest.mark.parametrize("path", captured("devices/*.json"))
def test_captured_devices(path: Path) -> None:
    replies = load(path)
    found = survey(replies.xml["System/deviceInfo"], replies)
    placement, streams, inputs, outputs, stores = EXPECTED[path.stem]
    channels = list(found.of(PartKind.CHANNEL))
    assert {part.placement for part in channels} == {placement}
    assert {part.ref.number: tuple(each.number for each in part.streams) for part in channels} == streams
    assert [part.ref.number for part in found.of(PartKind.INPUT)] == inputs
    assert [part.ref.number for part in found.of(PartKind.OUTPUT)] == outputs
    assert len(list(found.of(PartKind.STORAGE))) == stores
    assert not any(finding.kind is FindingKind.LOW_RIGHTS for finding in found.findings)


@pytest.mark.parametrize("path", captured("devices/DS-2SE4C425MWG-E-26.json"))
def test_events_of_both_lenses_of_a_real_camera(path: Path) -> None:
    replies = load(path)
    found = survey(replies.xml["System/deviceInfo"], replies)
    assert set(channel(found, 1).detections) == {
        Detection.MOTION,
        Detection.TAMPER,
        Detection.AUDIO_EXCEPTION,
        Detection.FACE,
    }
    assert set(channel(found, 2).detections) == {
        Detection.INTRUSION,
        Detection.LINE_CROSSING,
        Detection.REGION_ENTRANCE,
        Detection.REGION_EXITING,
    }


def pushed(data: bytes, content_type: str, at: int) -> list[Event]:
    """Read a stream that comes in two pieces, as the driver does."""
    channels = ChannelMap([VideoInput(number=number, proxied=True) for number in (1, 2)], recorder=True, analog=0)
    reader, parser, grouper = AlertReader(channels), MultipartParser(content_type), PartGrouper()
    parts = [*parser.feed(data[:at]), *parser.feed(data[at:]), *parser.close()]
    messages = [message for part in parts for message in grouper.push(part)]
    return [event for each in messages for event in reader.read(each.document.body, follow_up=each.followup)]


@pytest.mark.parametrize("framing", list(Framing))
@pytest.mark.parametrize("path", captured("alerts/*.xml"))
def test_alert_cut_at_every_byte_arrives_once(path: Path, framing: Framing) -> None:
    leaves = b"<channelID>1</channelID><eventType>videoloss</eventType><eventState>inactive</eventState>"
    beat = b"<EventNotificationAlert>" + leaves + b"</EventNotificationAlert>"
    bodies = (beat, path.read_bytes(), beat)
    data = b"".join(frame(Part(body=body), framing) for body in bodies)
    whole = pushed(data, content_type(framing), len(data))
    assert len(whole) == 1
    for at in range(len(data)):
        assert pushed(data, content_type(framing), at) == whole
