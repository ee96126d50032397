"""Answers to topology: synthetic devices, and real ones where their captures are at hand."""

from datetime import UTC, datetime

import pytest

from custom_components.ip_surveillance.protocol.drivers.isapi.capabilities import identity, topology
from custom_components.ip_surveillance.protocol.drivers.isapi.channels import ChannelMap, channel_map
from custom_components.ip_surveillance.protocol.drivers.isapi.codec import VideoInput, device_info
from custom_components.ip_surveillance.protocol.drivers.isapi.replies import Replies, trigger_path
from custom_components.ip_surveillance.protocol.errors import BadAnswer, Forbidden, NotSupported, TimedOut
from custom_components.ip_surveillance.protocol.model.detections import Detection, Target
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
from custom_components.ip_surveillance.protocol.model.setting_words import Setting, SettingKey
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Quantity, Reading
from custom_components.ip_surveillance.protocol.transport import xml

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
    entries = "".join(
        f"<VideoInputChannel><id>{each}</id><name>Lens {each}</name></VideoInputChannel>" for each in numbers
    )
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
            "System/capabilities": make(
                "<DeviceCap><SysCap><VideoCap><videoInputPortNums>4</videoInputPortNums></VideoCap></SysCap></DeviceCap>"
            ),
            "ContentMgmt/InputProxy/channels": proxy(),
        }
    )
    assert sorted(channel_map(device_info(info("DVR")), empty).inputs) == [1, 2, 3, 4]


def test_digital_channels_listed_twice_count_as_proxied() -> None:
    replies = Replies(xml={"System/Video/inputs/channels": local(1, 2), "ContentMgmt/InputProxy/channels": proxy(1, 2)})
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
                trigger("VMD", 1, "center"),
                trigger("fielddetection", 1),
                trigger("diskfull", 1),
                trigger("softIO", port=1),
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
            xml={
                "Event/triggers": triggers(trigger("VMD", 1, *methods)),
                MOTION_PATH: make(MOTION.format(enabled=enabled)),
            }
        )
        return [(each.kind, each.detail) for each in survey(info(), replies).findings]

    assert findings("true", "record") == [(FindingKind.NO_NOTIFICATION, "motion")]
    assert findings("true", "record", "center") == []
    assert findings("false", "record") == []


def test_silent_channel_of_a_recorder() -> None:
    entries = (
        trigger("VMD", 1, "record", dyn=True),
        trigger("VMD", 2, "record", dyn=True),
        trigger("linedetection", 2, "center", dyn=True),
        trigger("VMD", 3, dyn=True),
    )
    replies = Replies(xml={"ContentMgmt/InputProxy/channels": proxy(1, 2, 3), "Event/triggers": triggers(*entries)})
    (finding,) = survey(info("NVR"), replies).findings
    assert (finding.kind, finding.part, finding.detail) == (FindingKind.NO_NOTIFICATION, ChannelMap.ref(1), "motion")


def test_second_lens_is_known_from_capabilities_and_single_triggers() -> None:
    events = make(
        "<ChannelEventCapList>"
        '<ChannelEventCap><eventType opt="VMD,diskfull"/><channelID>1</channelID></ChannelEventCap>'
        '<ChannelEventCap><eventType opt="fieldDetection,fielddetection"/><channelID>2</channelID></ChannelEventCap>'
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
    capabilities = make(
        "<DeviceCap><SmartCap><isSupportLineDetection>true</isSupportLineDetection></SmartCap></DeviceCap>"
    )
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
    ("width", "moves"),
    [("<Min>0</Min><Max>0</Max>", False), ("<Min>-100</Min><Max>100</Max>", True), ("<min>-1</min><max>1</max>", True)],
)
def test_fixed_cameras_answer_for_heads_too(width: str, moves: bool) -> None:
    head = make(
        f"<PTZChanelCap><ContinuousPanTiltSpace><XRange>{width}</XRange></ContinuousPanTiltSpace><maxPresetNum>300</maxPresetNum></PTZChanelCap>"
    )
    camera = channel(survey(info(), Replies(xml={"PTZCtrl/channels/1/capabilities": head})), 1)
    assert (Feature.PTZ_CONTINUOUS in camera.features) is moves
    assert (Feature.PRESETS in camera.features) is moves


def test_head_that_could_not_be_asked() -> None:
    camera = channel(survey(info(), Replies(errors={"PTZCtrl/channels/1/capabilities": TimedOut("late")})), 1)
    assert Feature.PTZ_CONTINUOUS in camera.features & camera.unprobed


def test_host_readings_settings_and_clock() -> None:
    replies = Replies(
        xml={
            "System/time": make(
                "<Time><localTime>2026-05-01T12:05:00+00:00</localTime><timeZone>CST+0:00:00</timeZone></Time>"
            ),
            "System/status": make("<DeviceStatus><deviceUpTime>5</deviceUpTime></DeviceStatus>"),
            "System/Holidays": make(
                '<HolidayList><holiday><id>1</id><enabled opt="true,false">false</enabled></holiday></HolidayList>'
            ),
        },
        json={
            "Event/triggers/notifications/AudioAlarm/capabilities": {
                "AudioAlarm": {"audioVolume": {"@min": 1, "@max": 10}}
            }
        },
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
    replies = Replies(
        errors={
            "Event/triggers": refused,
            "Security/adminAccesses": refused,
            "System/IO/inputs": Forbidden("HTTP 403", code="HTTP 403"),
        }
    )
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
