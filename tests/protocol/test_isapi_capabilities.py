"""Answers to topology: synthetic devices, and real ones where their captures are at hand."""

from datetime import UTC, datetime
import json
from pathlib import Path
from typing import Any

from lxml import etree
import pytest

from custom_components.ip_surveillance.protocol.drivers.isapi.capabilities import identity, topology
from custom_components.ip_surveillance.protocol.drivers.isapi.channels import ChannelMap, channel_map, input_ref
from custom_components.ip_surveillance.protocol.drivers.isapi.codec import VideoInput, device_info
from custom_components.ip_surveillance.protocol.drivers.isapi.replies import Replies, trigger_path
from custom_components.ip_surveillance.protocol.errors import BadAnswer, Forbidden, NotSupported, TimedOut
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST_PART,
    FindingKind,
    Part,
    PartKind,
    Placement,
    Range,
    Stream,
    Toggle,
    Topology,
)
from custom_components.ip_surveillance.protocol.model.vocabulary import (
    Detection,
    Feature,
    Quantity,
    Reading,
    Setting,
    SettingKey,
    Target,
)
from custom_components.ip_surveillance.protocol.transport import xml

from .isapi_captures import captured

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
MOTION_PATH = "System/Video/inputs/channels/1/motionDetection"


def make(text: str) -> xml.Element:
    return xml.parse(text.encode())


def info(kind: str = "IPCamera", serial: str = "DS-1 0001") -> xml.Element:
    return make(
        f"<DeviceInfo><deviceName>Cam</deviceName><model>DS-1</model><serialNumber>{serial}</serialNumber>"
        f"<macAddress>00:11:22:33:44:55</macAddress><deviceType>{kind}</deviceType></DeviceInfo>"
    )


def trigger(event: str, channel: int | None = None, *methods: str, port: int | None = None, dyn: bool = False) -> str:
    told = "".join(
        f"<EventTriggerNotification><notificationMethod>{each}</notificationMethod></EventTriggerNotification>"
        for each in methods
    )
    name = "dynVideoInputChannelID" if dyn else "videoInputChannelID"
    where = "" if channel is None else f"<{name}>{channel}</{name}>"
    where += "" if port is None else f"<inputIOPortID>{port}</inputIOPortID>"
    return (
        f"<EventTrigger><eventType>{event}</eventType>{where}"
        f"<EventTriggerNotificationList>{told}</EventTriggerNotificationList></EventTrigger>"
    )


def triggers(*entries: str) -> xml.Element:
    return make(f"<EventTriggerList>{''.join(entries)}</EventTriggerList>")


def proxy(*numbers: int) -> xml.Element:
    entries = "".join(
        f"<InputProxyChannel><id>{each}</id><name>Cam {each}</name><sourceInputPortDescriptor><proxyProtocol>HIKVISION"
        f"</proxyProtocol><model>M{each}</model><serialNumber>S{each}</serialNumber></sourceInputPortDescriptor></InputProxyChannel>"
        for each in numbers
    )
    return make(f'<InputProxyChannelList size="0">{entries}</InputProxyChannelList>')


def local(*numbers: int) -> xml.Element:
    entries = "".join(f"<VideoInputChannel><id>{each}</id><name>Lens {each}</name></VideoInputChannel>" for each in numbers)
    return make(f"<VideoInputChannelList>{entries}</VideoInputChannelList>")


def survey(device: xml.Element, replies: Replies) -> Topology:
    told = device_info(device)
    return topology(told, channel_map(told, replies), replies, NOW)


def channel(found: Topology, number: int) -> Part:
    return found.parts[ChannelMap.ref(number)]


def test_camera_of_almost_nothing() -> None:
    found = survey(info(), Replies())
    assert found.host.uid == "ds10001"
    assert set(found.parts) == {HOST_PART, ChannelMap.ref(1)}
    camera = channel(found, 1)
    assert camera.placement is Placement.INLINE
    assert camera.streams == (Stream(number=1), Stream(number=2))
    assert Feature.ONLINE not in camera.features
    assert not found.findings


def test_identity_falls_back_to_the_mac() -> None:
    assert identity(device_info(info())) == ("ds10001", "serial")
    assert identity(device_info(info(serial="-"))) == ("001122334455", "mac")


def test_lenses_are_pieces_of_the_camera() -> None:
    found = survey(info(), Replies(xml={"System/Video/inputs/channels": local(1, 2)}))
    assert [channel(found, number).placement for number in (1, 2)] == [Placement.CHILD] * 2
    assert channel(found, 2).name == "Lens 2"


def test_cameras_behind_a_recorder_are_units() -> None:
    replies = Replies(xml={"ContentMgmt/InputProxy/channels": proxy(1, 3)})
    found = survey(info("NVR"), replies)
    camera = channel(found, 3)
    assert camera.placement is Placement.UNIT
    assert (camera.name, camera.hardware.model, camera.hardware.serial) == ("Cam 3", "M3", "S3")
    assert Feature.ONLINE in camera.features
    assert sorted(part.ref.number for part in found.of(PartKind.CHANNEL)) == [1, 3]


def test_recorder_that_claims_to_be_a_camera() -> None:
    assert channel_map(device_info(info("IPC")), Replies(xml={"ContentMgmt/InputProxy/channels": proxy(1)})).recorder


def test_analog_recorder_counts_connectors_first() -> None:
    replies = Replies(
        xml={"System/Video/inputs/channels": local(1, 2, 3, 4), "ContentMgmt/InputProxy/channels": proxy(5)}
    )
    channels = channel_map(device_info(info("DVR")), replies)
    assert [(each.number, each.proxied) for each in channels][-2:] == [(4, False), (5, True)]
    assert channels.of_event(33) == ChannelMap.ref(5)
    empty = Replies(
        xml={
            "System/capabilities": make("<DeviceCap><SysCap><VideoCap><videoInputPortNums>4</videoInputPortNums></VideoCap></SysCap></DeviceCap>"),
            "ContentMgmt/InputProxy/channels": proxy(),
        }
    )
    assert sorted(channel_map(device_info(info("DVR")), empty).inputs) == [1, 2, 3, 4]


def test_digital_channels_listed_twice_count_as_proxied() -> None:
    replies = Replies(
        xml={"System/Video/inputs/channels": local(1, 2), "ContentMgmt/InputProxy/channels": proxy(1, 2)}
    )
    channels = channel_map(device_info(info("NVR")), replies)
    assert all(each.proxied for each in channels)
    assert channels.of_event(34) == ChannelMap.ref(2)


def test_channels_of_a_recorder_whose_list_could_not_be_read() -> None:
    replies = Replies(
        xml={"Event/triggers": triggers(trigger("VMD", 2, dyn=True))},
        errors={"ContentMgmt/InputProxy/channels": TimedOut("late")},
    )
    assert sorted(channel_map(device_info(info("NVR")), replies).inputs) == [2]


def test_table_of_channels() -> None:
    table = ChannelMap([VideoInput(number=2), VideoInput(number=1)])
    assert (len(table), [each.number for each in table], table.stream_id(12, 2)) == (2, [1, 2], 1202)
    assert table.of_event(None) is None
    assert not table.proxied(1)


MOTION = (
    "<MotionDetection><enabled>{enabled}</enabled><MotionDetectionLayout><sensitivityLevel>60</sensitivityLevel>"
    "<targetType>human</targetType></MotionDetectionLayout></MotionDetection>"
)


def test_detections_of_a_camera() -> None:
    region = (
        "<FieldDetectionRegion><id>{}</id><sensitivityLevel>50</sensitivityLevel><RegionCoordinatesList>{}"
        "</RegionCoordinatesList></FieldDetectionRegion>"
    )
    corner = "<RegionCoordinates><positionX>{0}</positionX><positionY>{0}</positionY></RegionCoordinates>"
    field = (
        "<FieldDetection><enabled>false</enabled><FieldDetectionRegionList>"
        + region.format(1, corner.format(1) + corner.format(9))
        + region.format(2, "")
        + region.format(3, corner.format(0) + corner.format(0))
        + "</FieldDetectionRegionList></FieldDetection>"
    )
    replies = Replies(
        xml={
            "Event/triggers": triggers(
                trigger("VMD", 1, "center"), trigger("fielddetection", 1), trigger("diskfull", 1), trigger("softIO", port=1)
            ),
            MOTION_PATH: make(MOTION.format(enabled="true")),
            "Smart/FieldDetection/1": make(field),
        }
    )
    found = survey(info(), replies)
    camera = channel(found, 1)
    assert set(camera.detections) == {Detection.MOTION, Detection.INTRUSION}
    assert camera.detections[Detection.MOTION].targets == {Target.HUMAN, Target.VEHICLE}
    assert camera.detections[Detection.INTRUSION].targets == set()
    assert camera.detections[Detection.INTRUSION].regions == (1,)
    assert camera.settings[SettingKey(Setting.DETECTION, "motion")] == Toggle()
    assert camera.settings[SettingKey(Setting.SENSITIVITY, "motion")] == Range(low=0, high=100)
    assert set(found.parts[HOST_PART].detections) == {Detection.DISK_FULL}
    assert not list(found.of(PartKind.INPUT))


def test_alarms_that_nobody_is_told_of() -> None:
    def findings(enabled: str, *methods: str) -> list[tuple[FindingKind, str]]:
        replies = Replies(
            xml={"Event/triggers": triggers(trigger("VMD", 1, *methods)), MOTION_PATH: make(MOTION.format(enabled=enabled))}
        )
        return [(each.kind, each.detail) for each in survey(info(), replies).findings]

    assert findings("true", "record") == [(FindingKind.NO_NOTIFICATION, "motion")]
    assert findings("true", "record", "center") == []
    assert findings("false", "record") == []


def test_silent_channel_of_a_recorder() -> None:
    entries = (trigger("VMD", 1, "record", dyn=True), trigger("VMD", 2, "record", dyn=True), trigger("linedetection", 2, "center", dyn=True), trigger("VMD", 3, dyn=True))
    replies = Replies(xml={"ContentMgmt/InputProxy/channels": proxy(1, 2, 3), "Event/triggers": triggers(*entries)})
    (finding,) = survey(info("NVR"), replies).findings
    assert (finding.kind, finding.part, finding.detail) == (FindingKind.NO_NOTIFICATION, ChannelMap.ref(1), "motion")


def test_second_lens_is_known_from_capabilities_and_single_triggers() -> None:
    events = make(
        '<ChannelEventCapList><ChannelEventCap><eventType opt="VMD,diskfull"/><channelID>1</channelID></ChannelEventCap>'
        '<ChannelEventCap><eventType opt="fieldDetection,fielddetection,ROI"/><channelID>2</channelID></ChannelEventCap>'
        "</ChannelEventCapList>"
    )
    replies = Replies(
        xml={
            "System/Video/inputs/channels": local(1, 2),
            "Event/triggers": triggers(trigger("VMD", 1)),
            "Event/channels/capabilities": events,
            trigger_path("fieldDetection", 2): make(trigger("fielddetection", 2, "center")),
        }
    )
    found = survey(info(), replies)
    assert set(channel(found, 1).detections) == {Detection.MOTION}
    assert set(channel(found, 2).detections) == {Detection.INTRUSION}


def test_list_of_triggers_that_is_broken() -> None:
    capabilities = make("<DeviceCap><SmartCap><isSupportLineDetection>true</isSupportLineDetection></SmartCap></DeviceCap>")
    replies = Replies(
        xml={"System/capabilities": capabilities, trigger_path("VMD", 1): make(trigger("VMD", 1))},
        errors={
            "Event/triggers": BadAnswer("HTTP 500"),
            trigger_path("linedetection", 1): TimedOut("late"),
            trigger_path("tamperdetection", 1): NotSupported("no"),
        },
    )
    camera = channel(survey(info(), replies), 1)
    assert set(camera.detections) == {Detection.MOTION, Detection.LINE_CROSSING}
    assert Detection.LINE_CROSSING in camera.unprobed
    assert Detection.MOTION not in camera.unprobed


def test_offline_camera_keeps_what_cameras_here_have() -> None:
    status = make(
        "<InputProxyChannelStatusList><InputProxyChannelStatus><id>2</id><online>false</online></InputProxyChannelStatus>"
        "</InputProxyChannelStatusList>"
    )
    replies = Replies(
        xml={
            "ContentMgmt/InputProxy/channels": proxy(1, 2),
            "ContentMgmt/InputProxy/channels/status": status,
            "Event/triggers": triggers(trigger("VMD", 1, dyn=True), trigger("fielddetection", 1, dyn=True)),
        }
    )
    found = survey(info("NVR"), replies)
    away = channel(found, 2)
    assert {Detection.MOTION, Detection.INTRUSION} <= away.detections.keys() & away.unprobed
    assert SettingKey(Setting.DETECTION, "intrusion") in away.unprobed
    assert Feature.PRESETS in away.unprobed
    assert not channel(found, 1).unprobed


def test_passive_infrared_that_flags_deny() -> None:
    found = survey(info(), Replies(xml={"WLAlarm/PIR": make("<PIRAlarm><enabled>true</enabled></PIRAlarm>")}))
    assert Detection.PIR in channel(found, 1).detections
    assert channel(found, 1).settings[SettingKey(Setting.DETECTION, "pir")] == Toggle()


@pytest.mark.parametrize(
    ("width", "moves"), [("<Min>0</Min><Max>0</Max>", False), ("<Min>-100</Min><Max>100</Max>", True), ("<min>-1</min><max>1</max>", True)]
)
def test_fixed_cameras_answer_for_heads_too(width: str, moves: bool) -> None:
    head = make(f"<PTZChanelCap><ContinuousPanTiltSpace><XRange>{width}</XRange></ContinuousPanTiltSpace><maxPresetNum>300</maxPresetNum></PTZChanelCap>")
    camera = channel(survey(info(), Replies(xml={"PTZCtrl/channels/1/capabilities": head})), 1)
    assert (Feature.PTZ_CONTINUOUS in camera.features) is moves
    assert (Feature.PRESETS in camera.features) is moves


def test_head_that_could_not_be_asked() -> None:
    camera = channel(survey(info(), Replies(errors={"PTZCtrl/channels/1/capabilities": TimedOut("late")})), 1)
    assert Feature.PTZ_CONTINUOUS in camera.features & camera.unprobed


def io_cap(inputs: int | None) -> xml.Element:
    count = "" if inputs is None else f"<IOInputPortNums>{inputs}</IOInputPortNums><IOOutputPortNums>{inputs}</IOOutputPortNums>"
    return make(f"<DeviceCap><SysCap><IOCap>{count}</IOCap></SysCap></DeviceCap>")


STATUS = "<IOPortStatus><ioState>inactive</ioState></IOPortStatus>"


@pytest.mark.parametrize(
    ("count", "answers", "inputs", "readable"),
    [(2, True, 2, True), (2, False, 2, False), (0, True, 0, False), (None, True, 1, True), (None, False, 0, False)],
)
def test_ports_without_a_list(count: int | None, answers: bool, inputs: int, readable: bool) -> None:
    replies = Replies(xml={"System/capabilities": io_cap(count)})
    if answers:
        replies.xml |= {f"System/IO/{each}/1/status": make(STATUS) for each in ("inputs", "outputs")}
    found = survey(info(), replies)
    ports = list(found.of(PartKind.INPUT))
    assert len(ports) == len(list(found.of(PartKind.OUTPUT))) == inputs
    assert all((Feature.ACTIVE in port.features) is readable for port in ports)
    assert all((Detection.INPUT in port.detections) is not readable for port in ports)


def test_ports_of_cameras_behind_a_recorder() -> None:
    replies = Replies(
        xml={
            "ContentMgmt/InputProxy/channels": proxy(3),
            "Event/triggers": triggers(trigger("IO", port=301), trigger("IO", port=901)),
            "ContentMgmt/IOProxy/outputs": make("<IOProxyOutputPortList><IOProxyOutputPort><id>302</id></IOProxyOutputPort></IOProxyOutputPortList>"),
        }
    )
    found = survey(info("NVR"), replies)
    assert found.parts[input_ref(301)].parent == ChannelMap.ref(3)
    assert found.parts[input_ref(901)].parent is None
    (output,) = found.of(PartKind.OUTPUT)
    assert (output.ref.number, output.parent) == (302, ChannelMap.ref(3))


def test_host_readings_settings_and_clock() -> None:
    replies = Replies(
        xml={
            "System/time": make("<Time><localTime>2026-05-01T12:05:00+00:00</localTime><timeZone>CST+0:00:00</timeZone></Time>"),
            "System/status": make("<DeviceStatus><deviceUpTime>5</deviceUpTime></DeviceStatus>"),
            "System/Holidays": make('<HolidayList><holiday><id>1</id><enabled opt="true,false">false</enabled></holiday></HolidayList>'),
        },
        json={"Event/triggers/notifications/AudioAlarm/capabilities": {"AudioAlarm": {"audioVolume": {"@min": 1, "@max": 10}}}},
    )
    found = survey(info(), replies)
    host = found.parts[HOST_PART]
    assert {Reading(Quantity.STARTED), Reading(Quantity.CLOCK_DRIFT)} <= host.readings
    assert Reading(Quantity.CPU) not in host.readings
    assert host.settings == {
        SettingKey(Setting.HOLIDAY_MODE): Toggle(),
        SettingKey(Setting.WARNING_VOLUME): Range(low=1, high=10),
    }
    assert Feature.TIME_SYNC in host.features
    assert len(list(found.of(PartKind.SIREN))) == 1
    assert [(each.kind, each.detail) for each in found.findings] == [(FindingKind.CLOCK_OFF, "5 min")]


def test_readings_that_could_not_be_asked() -> None:
    host = survey(info(), Replies(errors={"System/status": TimedOut("late")})).parts[HOST_PART]
    assert Reading(Quantity.CPU) in host.readings & host.unprobed


def test_rights_that_do_not_suffice() -> None:
    refused = Forbidden("no", code="lowPrivilege")
    replies = Replies(errors={"Event/triggers": refused, "Security/adminAccesses": refused, "System/IO/inputs": Forbidden("HTTP 403", code="HTTP 403")})
    (finding,) = survey(info(), replies).findings
    assert (finding.kind, finding.detail) == (FindingKind.LOW_RIGHTS, "Event/triggers")


def test_streams_that_players_cannot_show() -> None:
    streams = make(
        "<StreamingChannelList><StreamingChannel><id>101</id><Video><SmartCodec><enabled>true</enabled></SmartCodec></Video>"
        "</StreamingChannel><StreamingChannel><id>102</id><Transport><Security><StreamEncryption><enabled>true</enabled>"
        "</StreamEncryption></Security></Transport></StreamingChannel></StreamingChannelList>"
    )
    found = survey(info(), Replies(xml={"Streaming/channels": streams}))
    assert {(each.kind, each.detail) for each in found.findings} == {
        (FindingKind.SMART_CODEC, "1"),
        (FindingKind.STREAM_ENCRYPTED, "2"),
    }


# --- real devices


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
