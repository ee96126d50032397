"""Documents as plain data, however devices write them."""

from datetime import UTC, datetime

import pytest

from custom_components.ip_surveillance.protocol.drivers.isapi import codec
from custom_components.ip_surveillance.protocol.drivers.isapi.settings import (
    DETECTION_DOCUMENTS,
    ENTRIES,
    LEAVES,
    choice,
    disturbance,
    fits,
    sensitivity_leaves,
    span,
    whole,
)
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.parts import Choice, Range, Text, Toggle
from custom_components.ip_surveillance.protocol.model.setting_words import Setting
from custom_components.ip_surveillance.protocol.transport import xml

NAMESPACES = (
    "",
    ' xmlns="http://www.hikvision.com/ver20/XMLSchema"',
    ' xmlns="http://www.isapi.org/ver20/XMLSchema"',
    ' xmlns="http://www.std-cgi.com/ver20/XMLSchema"',
    ' xmlns="urn:psialliance-org"',
)


def doc(text: str) -> xml.Element:
    return xml.parse(text.encode())


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_device_info(namespace: str) -> None:
    info = codec.device_info(
        doc(
            f"<DeviceInfo{namespace}><deviceName>Двор\n</deviceName><model>DS-1</model>"
            "<serialNumber>DS-1 0123AB</serialNumber><macAddress>AA-BB-CC-00-11-22</macAddress>"
            "<firmwareVersion>V5.1</firmwareVersion><firmwareReleasedDate>build 1</firmwareReleasedDate>"
            "<deviceType>IPCamera</deviceType><manufacturer>hikvision</manufacturer></DeviceInfo>"
        )
    )
    assert (info.name, info.kind) == ("Двор", "IPCamera")
    assert info.hardware.mac == "aa:bb:cc:00:11:22"
    assert info.hardware.firmware == "V5.1 build 1"
    assert info.hardware.manufacturer == "Hikvision"
    assert codec.normalised(info.hardware.serial) == "ds10123ab"


def test_device_info_of_almost_nothing() -> None:
    info = codec.device_info(doc("<DeviceInfo><macAddress>00:00:00:00:00:00</macAddress></DeviceInfo>"))
    assert info.name == "Hikvision"
    assert info.hardware.mac is None
    assert codec.normalised(info.hardware.serial) == ""


def test_proxied_inputs_count_children_not_size() -> None:
    found = codec.proxied_inputs(
        doc(
            '<InputProxyChannelList size="0"><InputProxyChannel><id>1</id><name>Gate</name><sourceInputPortDescriptor>'
            "<proxyProtocol>HIKVISION</proxyProtocol><model>M</model><serialNumber>S</serialNumber>"
            "</sourceInputPortDescriptor></InputProxyChannel><InputProxyChannel><id>x</id></InputProxyChannel>"
            "<InputProxyChannel><id>3</id><sourceInputPortDescriptor><proxyProtocol>ONVIF</proxyProtocol><model/>"
            "</sourceInputPortDescriptor></InputProxyChannel></InputProxyChannelList>"
        )
    )
    assert [(each.number, each.name, each.proxied) for each in found] == [(1, "Gate", True), (3, None, True)]
    assert (found[0].hardware.model, found[0].hardware.serial) == ("M", "S")
    assert (found[1].hardware.manufacturer, found[1].hardware.model) == (None, None)
    assert codec.proxied_inputs(None) == []


def test_online_states_list_single_and_missing() -> None:
    listed = doc(
        "<InputProxyChannelStatusList><InputProxyChannelStatus><id>1</id><online>true</online>"
        "<chanDetectResult>connect</chanDetectResult></InputProxyChannelStatus>"
        "<InputProxyChannelStatus><id>2</id></InputProxyChannelStatus></InputProxyChannelStatusList>"
    )
    assert codec.online_states(listed) == {1: (True, "connect"), 2: (None, None)}
    single = doc("<InputProxyChannelStatus><id>7</id><online>false</online></InputProxyChannelStatus>")
    assert codec.online_states(single) == {7: (False, None)}


def test_streams() -> None:
    found = codec.streams(
        doc(
            "<StreamingChannelList><StreamingChannel><id>1202</id><enabled>true</enabled><Video><enabled>false</enabled>"
            "<videoCodecType>H.265</videoCodecType><videoResolutionWidth>640</videoResolutionWidth>"
            "<SmartCodec><enabled>true</enabled></SmartCodec></Video></StreamingChannel></StreamingChannelList>"
        )
    )
    (stream,) = found
    assert (stream.channel, stream.number, stream.enabled, stream.codec, stream.width) == (12, 2, False, "H.265", 640)
    assert stream.smart_codec
    assert codec.split_stream(1) == (1, 1)
    assert codec.split_stream(12801) == (128, 1)


TRIGGER = (
    "<EventTrigger><id>VMD-1</id><eventType>VMD</eventType>{where}<EventTriggerNotificationList>"
    "<EventTriggerNotification><notificationMethod>center</notificationMethod></EventTriggerNotification>"
    "</EventTriggerNotificationList></EventTrigger>"
)


@pytest.mark.parametrize(
    "wrap",
    [
        "<EventTriggerList>{}</EventTriggerList>",
        "<EventNotification><EventTriggerList>{}</EventTriggerList></EventNotification>",
        "{}",
    ],
)
def test_triggers_in_every_wrapping(wrap: str) -> None:
    where = "<dynVideoInputChannelID>4</dynVideoInputChannelID>"
    (trigger,) = codec.triggers(doc(wrap.format(TRIGGER.format(where=where))))
    assert (trigger.event, trigger.channel, trigger.input, trigger.reported) == ("VMD", 4, None, True)


def test_trigger_of_an_input_and_of_none() -> None:
    (trigger,) = codec.triggers(doc(TRIGGER.format(where="<dynInputIOPortID>301</dynInputIOPortID>")))
    assert (trigger.channel, trigger.input) == (None, 301)
    assert codec.triggers(None) == []
    assert codec.triggers(doc("<EventTriggerList/>")) == []


def test_channel_events() -> None:
    found = codec.channel_events(
        doc(
            '<ChannelEventCapList><ChannelEventCap><eventType opt="VMD, fielddetection"/><channelID>2</channelID>'
            "</ChannelEventCap><ChannelEventCap><channelID>3</channelID></ChannelEventCap></ChannelEventCapList>"
        )
    )
    assert found == {2: ("VMD", "fielddetection")}


def test_ports_and_their_state() -> None:
    listed = doc(
        "<IOInputPortList><IOInputPort><id>1</id><name>Door</name></IOInputPort><SoftIOInputPort><id>2</id>"
        "</SoftIOInputPort><IOInputPort><id>3</id><IOUseType>electricLock</IOUseType></IOInputPort></IOInputPortList>"
    )
    assert [(port.number, port.name, port.role) for port in codec.ports(listed)] == [
        (1, "Door", None),
        (3, None, "door"),
    ]
    state = "<IOPortStatus><ioPortID>1</ioPortID><ioState>{}</ioState></IOPortStatus>"
    assert codec.port_active(doc(state.format("active"))) is True
    assert codec.port_active(doc(state.format("inactive"))) is False
    assert codec.port_active(doc(state.format("odd"))) is None
    assert codec.port_active(None) is None


def test_stores_in_megabytes_and_in_bytes() -> None:
    old = doc(
        "<storage><hddList><hdd><id>1</id><hddName>hdd1</hddName><status>OK</status><capacity>1000</capacity>"
        "<freeSpace> 10.5</freeSpace></hdd></hddList><nasList><nas><id>9</id><nasName>share</nasName>"
        "<status>offline</status></nas></nasList></storage>"
    )
    disk, share = codec.stores(old)
    assert (disk.number, disk.name, disk.status, disk.capacity, disk.free) == (1, "hdd1", "ok", 1000, 10.5)
    assert (share.network, share.status, share.capacity) == (True, "offline", None)
    new = doc("<Storage><HDDList><HDD><id>1</id><size>2097152</size><status>ok</status></HDD></HDDList></Storage>")
    assert codec.stores(new)[0].capacity == 2
    assert codec.stores(None) == []


def test_rtsp_port() -> None:
    listed = doc(
        "<AdminAccessProtocolList><AdminAccessProtocol><protocol>HTTP</protocol><portNo>80</portNo></AdminAccessProtocol>"
        "<AdminAccessProtocol><protocol>rtsp</protocol><portNo>10554</portNo></AdminAccessProtocol>"
        "</AdminAccessProtocolList>"
    )
    assert codec.rtsp_port(listed) == 10554
    assert codec.rtsp_port(None) is None


@pytest.mark.parametrize("text", ["", "yesterday", "2023-13-45T99:00:00", None])
def test_times_that_are_none(text: str | None) -> None:
    assert codec.parse_time(text) is None


def test_times() -> None:
    found = codec.parse_time("2023-01-23T23:27:25+01:00")
    assert found is not None
    assert found.astimezone(UTC) == datetime(2023, 1, 23, 22, 27, 25, tzinfo=UTC)
    naive = codec.parse_time("2023-01-23 23:27:25")
    assert naive is not None
    assert naive.tzinfo is None


def test_options_and_flags() -> None:
    node = doc('<mode opt="open,close, auto,,open"/>')
    assert codec.options(node) == ("open", "close", "auto")
    assert choice(node) == Choice(options=("open", "close", "auto"))
    assert choice(doc('<mode opt="open"/>')) is None
    assert span(doc('<level min="0" max="100"/>')) == Range(low=0, high=100)
    assert span(doc("<level/>")) is None
    caps = doc(
        "<DeviceCap><SmartCap><isSupportROI>true</isSupportROI><isSupportGroup>false</isSupportGroup></SmartCap></DeviceCap>"
    )
    assert codec.flags(caps, "SmartCap") == {"roi"}


def test_values_that_fit() -> None:
    assert fits(True, Toggle())
    assert not fits("on", Toggle())
    assert fits(50.0, Range(low=0, high=100))
    assert not fits(101, Range(low=0, high=100))
    assert not fits(True, Range(low=0, high=100))
    assert fits("a", Choice(options=("a",)))
    assert not fits("b", Choice(options=("a",)))
    assert fits("x", Text(longest=1))
    assert not fits("xy", Text(longest=1))
    assert (whole(50.0), whole(0.5), whole("x")) == (50, 0.5, "x")


def test_sensitivity_is_found_wherever_it_stands() -> None:
    motion = doc(
        "<MotionDetection><MotionDetectionLayout><sensitivityLevel>60</sensitivityLevel></MotionDetectionLayout></MotionDetection>"
    )
    (leaf,) = sensitivity_leaves(motion, DETECTION_DOCUMENTS[Detection.MOTION])
    assert leaf.text == "60"
    assert sensitivity_leaves(doc("<VideoLoss/>"), DETECTION_DOCUMENTS[Detection.VIDEO_LOSS]) == []


def test_paths_of_detections() -> None:
    motion = DETECTION_DOCUMENTS[Detection.MOTION]
    assert motion.paths(3, proxied=False) == ("System/Video/inputs/channels/3/motionDetection",)
    assert motion.paths(3, proxied=True) == ("ContentMgmt/InputProxy/channels/3/video/motionDetection",)
    smart = DETECTION_DOCUMENTS[Detection.REGION_ENTRANCE]
    assert smart.paths(2, proxied=True) == ("Smart/regionEntrance/2", "Smart/RegionEntrance/2")


def test_json_entries_keep_the_devices_types() -> None:
    volume = ENTRIES[Setting.WARNING_VOLUME]
    document = {"AudioAlarm": {"audioVolume": 50, "audioID": "1"}}
    assert volume.read(document) == 50
    assert volume.write(document, 70.0)
    assert ENTRIES[Setting.WARNING_SOUND].write(document, "2")
    assert document == {"AudioAlarm": {"audioVolume": 70, "audioID": "2"}}
    assert not volume.write({}, 1)
    assert volume.read({"AudioAlarm": {"audioVolume": True}}) is None
    assert volume.spec({"AudioAlarm": {"audioVolume": {"@min": 1, "@max": 100}}}) == Range(low=1, high=100)
    assert volume.spec({"AudioAlarm": []}) is None
    sound = ENTRIES[Setting.WARNING_SOUND]
    assert sound.spec({"AudioAlarm": {"audioID": {"@opt": "1,2"}}}) == Choice(options=("1", "2"))
    assert sound.spec({"AudioAlarm": {"audioID": {"@opt": [1]}}}) is None


def test_leaves() -> None:
    blc = LEAVES[Setting.BACKLIGHT]
    document = doc("<BLC><enabled>false</enabled></BLC>")
    assert blc.read(document) is False
    assert blc.write(document, True)
    assert blc.read(document) is True
    assert not blc.write(doc("<BLC/>"), True)


def test_disturbance_of_a_channel() -> None:
    document = {"disturbChannelList": [{"channelID": "1"}, {"channelID": 2, "disturbEnabled": True}]}
    assert disturbance(document, 2) == {"channelID": 2, "disturbEnabled": True}
    assert disturbance(document, 3) is None
    assert disturbance({}, 1) is None


@pytest.mark.parametrize(("text", "revision"), [("0x0", None), ("0x00", None), ("0x2", "0x2"), ("V1.3", "V1.3")])
def test_hardware_revision(text: str, revision: str | None) -> None:
    root = xml.parse(f"<DeviceInfo><hardwareVersion>{text}</hardwareVersion></DeviceInfo>".encode())
    assert codec.device_info(root).hardware.revision == revision
