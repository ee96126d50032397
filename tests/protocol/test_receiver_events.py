"""What pushes of a receiver come to: every word, aliases, joins, links, strangers."""

from dataclasses import asdict, replace
import json
from math import inf
import re
from typing import Any

import pytest

from custom_components.ip_surveillance.protocol.drivers.ip_receiver.devices import DeviceRow, normal
from custom_components.ip_surveillance.protocol.drivers.ip_receiver.events import ASK_AGAIN, SILENCE, EventReader, Told
from custom_components.ip_surveillance.protocol.drivers.ip_receiver.media_links import LinkAuth, LinkKind, MediaLink
from custom_components.ip_surveillance.protocol.drivers.ip_receiver.thermal import celsius, read_regions
from custom_components.ip_surveillance.protocol.hikvision.panel import Panel
from custom_components.ip_surveillance.protocol.model.detections import Detection, Target
from custom_components.ip_surveillance.protocol.model.events import Connected, Detected, Happened, Measured, Patched
from custom_components.ip_surveillance.protocol.model.parts import HOST_PART, PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.reduce import reduce
from custom_components.ip_surveillance.protocol.model.state import Alarm, State
from custom_components.ip_surveillance.protocol.model.step import Step
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Quantity, Reading

from .receiver_world import CHANNEL, DEVICE, FIRST, NOW, PANEL, SECOND, SERIAL, ZONE, World, reader, rows, sample

UUID = "be1ad122-2a53-11eb-aabf-4576d7843e50"


def alert(event: str, /, **fields: Any) -> bytes:
    """A message as the receiver sends it."""
    base = {"eventType": event, "eventState": "active", "devIndex": FIRST, "dateTime": "2024-01-21T12:50:39+08:00"}
    return json.dumps({"EventNotificationAlert": {**base, **fields}}).encode()


def record(code: str = "1103", /, **fields: Any) -> dict[str, Any]:
    return {"subSys": 1, "zoneNo": 1, "CIDCode": code, "UUID": UUID, "triggerTime": "2024-01-21 12:50:39", **fields}


def review(**fields: Any) -> bytes:
    params = {**record(), "ZoneNo": 1, "isVideo": 2, "videoURL": "/clips/1.mp4", **fields}
    return alert("videoReview", VideoReview={"protocolType": "HikCIDProtocol", "HikCIDParams": params})


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


# --- words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "part", "what"),
    [
        ("vmd", CHANNEL, Detection.MOTION),
        ("VMD", CHANNEL, Detection.MOTION),
        ("fieldDetection", CHANNEL, Detection.INTRUSION),
        ("linedetection", CHANNEL, Detection.LINE_CROSSING),
        ("regionEntrance", CHANNEL, Detection.REGION_ENTRANCE),
        ("regionExiting", CHANNEL, Detection.REGION_EXITING),
        ("rapidMove", CHANNEL, Detection.FAST_MOVING),
        ("shelteralarm", CHANNEL, Detection.TAMPER),
        ("videoloss", CHANNEL, Detection.VIDEO_LOSS),
        ("fireDetection", CHANNEL, Detection.FIRE),
        ("TMA", CHANNEL, Detection.TEMPERATURE_ALARM),
        ("TMPA", CHANNEL, Detection.TEMPERATURE_WARNING),
        ("TDA", CHANNEL, Detection.TEMPERATURE_DIFFERENCE),
        ("IO", PartRef(FIRST, PartKind.INPUT, 4), Detection.INPUT),
        ("recordException", DEVICE, Detection.RECORDING_FAILURE),
        ("diskerror", DEVICE, Detection.DISK_ERROR),
        ("diskfull", DEVICE, Detection.DISK_FULL),
        ("fallingDown", DEVICE, Detection.FALL),
        ("longTimeLeave", DEVICE, Detection.LONG_ABSENCE),
        ("heartBeatAbnormal", DEVICE, Detection.HEART_RATE),
        ("respireAbnormal", DEVICE, Detection.BREATHING),
        ("requestVoiceTalkEvent", DEVICE, Detection.RING),
        ("PIR", ZONE, Detection.PIR),
        # Words of cameras that this receiver's document does not list.
        ("loitering", CHANNEL, Detection.LOITERING),
        ("hdError", DEVICE, Detection.DISK_ERROR),
    ],
)
def test_alarms_begin_and_end(word: str, part: PartRef, what: Detection) -> None:
    """Each on its part, for the time that is usual for it, until it is told to be over."""
    events = reader()
    fields = {"channelID": "1", "inputIOPortID": 4, "ZoneNo": 1}
    told = events.read(alert(word, **fields), NOW)
    (begun,) = told.events
    assert isinstance(begun, Detected)
    assert (begun.part, begun.what, begun.active, begun.hold) == (part, what, True, None)
    assert told.restructured
    assert told.touched == {FIRST}
    assert what in events.sights.of(FIRST)[part]

    over = events.read(alert(word, **fields, eventState="inactive"), NOW)
    (ended,) = over.events
    assert isinstance(ended, Detected)
    assert (ended.part, ended.what, ended.active) == (part, what, False)
    assert not over.restructured
    assert not events.counts.unknown_types


def test_alarm_without_channel_concerns_the_device() -> None:
    (event,) = reader().read(alert("VMD", channelID="0"), NOW).events
    assert isinstance(event, Detected)
    assert event.part == DEVICE


def test_input_without_port_goes_by_the_channel() -> None:
    events = reader()
    for fields, number in (({}, 1), ({"channelID": 3}, 3), ({"inputIOPortID": -1, "channelID": "2"}, 2)):
        (event,) = events.read(alert("IO", **fields), NOW).events
        assert isinstance(event, Detected)
        assert event.part == PartRef(FIRST, PartKind.INPUT, number)


def test_disk_recovers() -> None:
    state, events = State(), reader()
    for body in (alert("diskerror", channelID="1"), alert("diskrecover", channelID="1")):
        for event in events.read(body, NOW).events:
            state = reduce(state, event, 0.0).state
        assert state.alarm(DEVICE, Alarm(Detection.DISK_ERROR)) is (b"diskerror" in body)


@pytest.mark.parametrize(
    ("word", "fields", "part", "what", "active"),
    [
        ("hppConnectionStatusChanged", {"status": " abnormal"}, HOST_PART, Detection.CLOUD_LINK, True),
        ("hppConnectionStatusChanged", {"status": "normal"}, HOST_PART, Detection.CLOUD_LINK, False),
        ("hppConnectStateChanged", {"status": "Abnormal"}, HOST_PART, Detection.CLOUD_LINK, True),
        ("hppConnectAbnormal", {}, HOST_PART, Detection.CLOUD_LINK, True),
        ("hppConnectNormal", {}, HOST_PART, Detection.CLOUD_LINK, False),
        ("deviceHPPNetworkChanged", {"status": "abnormal"}, DEVICE, Detection.CLOUD_LINK, True),
        ("deviceHppNormal", {}, DEVICE, Detection.CLOUD_LINK, False),
        ("deviceHppAbnormal", {}, DEVICE, Detection.CLOUD_LINK, True),
        ("deviceKeyStateChanged", {"status": "normal"}, DEVICE, Detection.KEY_FAULT, False),
        ("deviceKeyAbnormal", {}, DEVICE, Detection.KEY_FAULT, True),
        ("deviceKeyNormal", {}, DEVICE, Detection.KEY_FAULT, False),
    ],
)
def test_troubles_last(word: str, fields: dict[str, Any], part: PartRef, what: Detection, active: bool) -> None:
    """Until their end is told, also across a gap and a restart."""
    index = {"devIndex": ""} if part == HOST_PART else {}
    events = reader()
    (event,) = events.read(alert(word, **index, **fields), NOW).events
    assert isinstance(event, Detected)
    assert (event.part, event.what, event.active) == (part, what, active)
    state = reduce(State(), event, 0.0).state
    state = reduce(state, Connected(), 1.0).state
    assert state.alarm(part, Alarm(what)) is active
    assert not active or event.hold == inf
    assert events.sights.memory()[part.device][0]["kept"] == [what.value]


@pytest.mark.parametrize(
    ("word", "fields", "online"),
    [
        ("devStatusChanged", {"status": "online"}, True),
        ("devStatusChanged", {"status": " Offline "}, False),
        ("deviceonline", {}, True),
        ("deviceoffline", {}, False),
    ],
)
def test_reachability(word: str, fields: dict[str, Any], online: bool) -> None:
    told = reader().read(alert(word, **fields), NOW)
    assert told.events == [Patched(part=DEVICE, online=online)]
    assert told.touched == {FIRST}


@pytest.mark.parametrize("word", ["devStatusChanged", "deviceKeyStateChanged"])
def test_status_in_another_word_is_passed_on(word: str) -> None:
    (event,) = reader().read(alert(word, status="perhaps"), NOW).events
    assert isinstance(event, Happened)
    assert (event.what, event.data["status"]) == (word, "perhaps")


def test_deleted_device() -> None:
    told = reader().read(alert("devicedeleted"), NOW)
    assert told == Told(restructured=True, deleted=frozenset({FIRST}))


# --- door stations -----------------------------------------------------------------------------


def test_ring_is_told_once_however_often_it_is_sent() -> None:
    """A call that is repeated while it rings is one ring; the next one is another, and giving up is told as well."""
    state, events, happened = State(), reader(), []
    talk = {"VoiceTalkEvent": {"deviceName ": "Gate", "target": {"roomNumber": "12", "unitNumber": 3}}}
    for word in ("requestVoiceTalkEvent",) * 2 + ("cancelVoiceTalkEvent", "requestVoiceTalkEvent"):
        for event in events.read(alert(word, **talk), NOW).events:
            step = reduce(state, event, 0.0)
            state = step.state
            happened += [(each.part, each.what, dict(each.data)) for each in step.happened]
    data = {"device_name": "Gate", "room": 12, "unit": 3}
    assert happened == [(DEVICE, what, data) for what in ("ring", "ring_cancelled", "ring")]
    assert state.alarm(DEVICE, Alarm(Detection.RING))


# --- unknown words and devices -----------------------------------------------------------------


def test_unknown_word_is_passed_on_with_everything_harmless() -> None:
    events = reader()
    body = alert(
        "beeSwarm",
        channelID="2",
        eventDescription="Bees",
        size={"count": "5", "password": "geheim", "pictureURL": "/a.jpg"},
        visibleLightURL="/b.jpg",
        note="see http://10.0.0.1/c.jpg",
        accountID="4711",
    )
    told = events.read(body, NOW)
    (event,) = told.events
    assert isinstance(event, Happened)
    assert (event.part, event.what) == (DEVICE, "beeSwarm")
    assert event.data == {"size": {"count": "5"}, "state": "active", "channel": 2, "description": "Bees"}
    assert [each.url for each in told.links] == ["/b.jpg"]
    assert events.counts.unknown_types == {"beeSwarm": 1}
    assert Feature.EVENTS in events.sights.of(FIRST)[DEVICE]


def test_unknown_word_that_goes_on_is_told_now_and_then() -> None:
    clock = Clock()
    events = EventReader(World(), clock=clock)
    told = []
    for _ in range(12):
        told += events.read(alert("beeSwarm"), NOW).events
        clock.now += SILENCE / 4
    assert len(told) == 3
    assert events.read(alert("beeSwarm", eventState="inactive"), NOW).events
    assert events.counts.unknown_types["beeSwarm"] == 13


def test_unknown_device_asks_for_a_new_list_now_and_then() -> None:
    clock = Clock()
    events = EventReader(World(), clock=clock)
    assert events.read(alert("VMD", devIndex="NEW-1"), NOW) == Told(restructured=True)
    assert events.read(alert("VMD", devIndex="new1"), NOW) == Told()
    clock.now += ASK_AGAIN
    assert events.read(alert("VMD", devIndex="new1"), NOW).restructured
    assert events.counts.unknown_devices == {"new1": 3}


def test_index_in_any_spelling() -> None:
    for index in (FIRST, FIRST.upper(), FIRST.replace("-", ""), FIRST.replace("-", "").upper()):
        (event,) = reader().read(alert("VMD", devIndex=index, channelID=1), NOW).events
        assert isinstance(event, Detected)
        assert event.part == CHANNEL


def test_device_without_index_goes_by_its_serial_number() -> None:
    world = World()
    world.rows[normal(SERIAL)] = world.rows[normal(FIRST)]
    body = sample("a15_fire_detection.corrected").replace(b"C5F2860E-8946-45FA-AC51-BD2429A82804", b"")
    told = EventReader(world).read(body, NOW)
    assert {getattr(each, "part", None) for each in told.events} == {CHANNEL}


def test_counts_are_bounded() -> None:
    events = reader()
    for number in range(300):
        events.read(alert(f"word{number}"), NOW)
        events.read(alert("VMD", devIndex=f"device{number}"), NOW)
        events.read(alert("CIDAlarm", CIDAlarm=record(f"{9000 + number}", UUID=str(number + 1))), NOW)
    counts = asdict(events.counts)
    assert all(len(counts[name]) == 50 for name in ("unknown_types", "unknown_devices", "unknown_codes"))
    assert counts["documents"] == counts["events"] == 900


# --- records and what follows them -------------------------------------------------------------


def happenings(told: Told) -> list[str]:
    return [each.what for each in told.events if isinstance(each, Happened)]


def test_clip_after_its_alarm() -> None:
    """One alarm, told once; the clip is linked to its zone, by the UUID."""
    events = reader()
    first = events.read(alert("CIDAlarm", CIDAlarm=record(isVideo=2)), NOW)
    assert happenings(first) == ["burglary_alarm"]
    assert first.touched == {FIRST}
    assert first.links == ()

    second = events.read(review(triggerTime="2024-01-21 12:50:45"), NOW)
    again, told = second.events
    assert isinstance(again, Detected)
    assert again.follow_up
    assert reduce(State(), again, 0.0) == Step(state=State())
    assert isinstance(told, Happened)
    assert (told.part, told.what) == (DEVICE, "media")
    assert told.data == {"media_id": UUID, "code": "1103", "kinds": ["clip"], "zone": 1, "zone_name": "Kitchen"}
    assert second.touched == frozenset()
    (link,) = second.links
    assert link == MediaLink(device=FIRST, id=UUID, url="/clips/1.mp4", kind=LinkKind.CLIP, parts=(ZONE,), at=told.at)
    assert "/clips" not in repr(link)
    assert ZONE not in events.sights.of(FIRST)
    events.read(review(videoURL="/1.jpg"), NOW)
    assert events.sights.of(FIRST)[ZONE] == {Feature.PICTURES}


def test_clip_before_its_alarm() -> None:
    """The clip tells the alarm; the record that comes late is the same and told no more."""
    events = reader()
    assert happenings(events.read(review(), NOW)) == ["burglary_alarm"]
    assert events.read(alert("CIDAlarm", CIDAlarm=record()), NOW) == Told()
    assert events.counts.duplicates == 1


@pytest.mark.parametrize("panels", [{normal(FIRST): PANEL}, {}], ids=["known panel", "panel not read"])
def test_clip_of_a_silent_alarm_tells_nothing(panels: dict[str, Panel]) -> None:
    """Whoever fetches the clip is told that the alarm is silent; no happening announces it."""
    events = EventReader(World(panels=panels))
    assert events.read(alert("CIDAlarm", CIDAlarm=record("1121")), NOW).discreet
    told = events.read(review(CIDCode="1121"), NOW)
    assert told.discreet
    assert told.links
    assert not happenings(told)
    assert not events.read(review(), NOW).discreet


@pytest.mark.parametrize("uuid", ["", "0"])
def test_clip_without_a_uuid_is_joined_by_what_where_and_when(uuid: str) -> None:
    events = reader()
    events.read(alert("CIDAlarm", CIDAlarm=record(UUID=uuid)), NOW)
    told = events.read(review(UUID=uuid), NOW)
    assert happenings(told) == ["media"]
    assert re.fullmatch(r"20240121T125039-zone1-videoreview-[0-9a-f]{8}", told.links[0].id)
    assert happenings(events.read(review(UUID=uuid, triggerTime="2024-01-22 12:50:39"), NOW)) == ["burglary_alarm"]


def test_records_with_one_uuid_for_all_are_told() -> None:
    events = reader()
    for minute in range(3):
        body = alert("CIDAlarm", CIDAlarm=record(triggerTime=f"2024-01-21 12:{minute:02}:00"))
        assert happenings(events.read(body, NOW)) == ["burglary_alarm"]
    assert happenings(events.read(alert("CIDAlarm", CIDAlarm=record("3103")), NOW)) == ["burglary_alarm"]
    plain_record = {"CIDCode": "1103", "subSys": 1, "zoneNo": 1}
    for _ in range(2):
        assert happenings(events.read(alert("CIDAlarm", CIDAlarm=plain_record), NOW)) == ["burglary_alarm"]


def test_two_zones_in_one_second_are_told_although_a_panel_uses_one_uuid() -> None:
    events = reader()
    for zone in (1, 2, 1):
        told = events.read(alert("CIDAlarm", CIDAlarm=record(zoneNo=zone)), NOW)
        assert happenings(told) == ([] if events.counts.duplicates else ["burglary_alarm"])
    assert events.counts.duplicates == 1


def test_records_with_one_uuid_and_no_time_of_their_own_are_told() -> None:
    events = reader()
    for second in range(3):
        body = alert("CIDAlarm", CIDAlarm=record(triggerTime=""), dateTime=f"2024-01-21T12:50:{second:02}+08:00")
        assert happenings(events.read(body, NOW)) == ["burglary_alarm"]


def test_further_clips_of_an_alarm_that_a_clip_told() -> None:
    events = reader()
    assert happenings(events.read(review(), NOW)) == ["burglary_alarm"]
    assert happenings(events.read(review(triggerTime="2024-01-21 12:51:00", videoURL="/2.mp4"), NOW)) == ["media"]


@pytest.mark.parametrize("silent", [True, False])
def test_that_a_silent_alarm_left_a_picture_is_nothing_new(silent: bool) -> None:
    """A new image would show on every dashboard that is made by itself."""
    events = EventReader(World(panels={normal(FIRST): replace(PANEL, silent=frozenset({ZONE} if silent else ()))}))
    told = events.read(review(videoURL="/1.jpg"), NOW)
    assert told.links
    assert told.discreet is silent
    assert (ZONE in events.sights.of(FIRST)) is not silent
    assert happenings(told) == ["silent_alarm" if silent else "burglary_alarm"]
    assert happenings(events.read(review(videoURL="/2.jpg"), NOW)) == ([] if silent else ["media"])


def test_two_lenses() -> None:
    """The general link is one of the two: each is fetched once, by its side."""
    lenses = [{"videoURL": "/l.mp4", "cameraPosition": "left"}, {"videoURL": "/r.mp4", "cameraPosition": "right"}]
    told = reader().read(review(videoURL="/l.mp4", videoInfoList=lenses), NOW)
    assert [(each.url, each.label) for each in told.links] == [("/l.mp4", "left"), ("/r.mp4", "right")]


@pytest.mark.parametrize(
    ("url", "video", "kind"),
    [
        ("/1.mp4", 2, LinkKind.CLIP),
        ("/1.avi", 1, LinkKind.CLIP),
        ("/1", 1, LinkKind.CLIP),
        ("/1", None, LinkKind.CLIP),
        ("/1", 0, LinkKind.PICTURE),
        ("/1.JPG?x=1", 2, LinkKind.PICTURE),
    ],
)
def test_kind_of_link(url: str, video: int | None, kind: LinkKind) -> None:
    (link,) = reader().read(review(videoURL=url, isVideo=video), NOW).links
    assert link.kind is kind


@pytest.mark.parametrize("url", ["", "...", "…", " ", "a b", "/ä.jpg", "/a\u0000", "/" + "x" * 3000, 5, None, ["/a"]])
def test_links_that_are_none(url: object) -> None:
    assert reader().read(review(videoURL=url), NOW).links == ()


def test_thermal_pictures() -> None:
    events = reader()
    told = events.read(
        alert(
            "TMA",
            channelID=1,
            visibleLightURL="/v.jpg",
            thermalURL="/t.jpg",
            thermalInfoURL="/t.dat",
            URLCertificationType="digest",
            VideoReview={"HikCIDParams": {"ZoneNo": 1, "videoURL": "/c.mp4"}},
        ),
        NOW,
    )
    assert [(each.url, each.kind.value, each.label, each.parts, each.auth) for each in told.links] == [
        ("/v.jpg", "picture", "visible", (CHANNEL,), LinkAuth.DIGEST),
        ("/t.jpg", "picture", "thermal", (CHANNEL,), LinkAuth.DIGEST),
        ("/t.dat", "info", "thermal", (CHANNEL,), LinkAuth.DIGEST),
        ("/c.mp4", "clip", "", (CHANNEL,), LinkAuth.DIGEST),
    ]
    assert all("/" not in str(getattr(each, "data", "")) for each in told.events)


def test_pictures_of_the_same_second_are_of_different_alarms() -> None:
    """Links of one message share an id, and the message sent again has the same; another message has its own."""
    events = reader()
    ids = []
    for first in ("/1.jpg", "/2.jpg", "/1.jpg"):
        captures = [{"resourcesContentType": "url", "resourcesContent": url} for url in (first, "/3.jpg")]
        links = events.read(alert("PIR", ZoneNo=1, CaptureList=captures), NOW).links
        assert len({each.id for each in links}) == 1
        ids.append(links[0].id)
    assert ids[0] == ids[2] != ids[1]


def test_pictures_of_a_pir_camera_without_known_zone() -> None:
    captures = [{"resourcesContentType": "url", "resourcesContent": f"/{number}.jpg"} for number in range(30)]
    for index, zone, part in ((FIRST, 77, DEVICE), (SECOND, 1, PartRef(SECOND, PartKind.CHANNEL, 1))):
        told = reader().read(alert("PIR", devIndex=index, ZoneNo=zone, channelID=1, CaptureList=captures), NOW)
        (event,) = told.events
        assert isinstance(event, Detected)
        assert event.part == part
        assert len(told.links) == 16
        assert {each.parts for each in told.links} == {(part,)}


def test_record_of_a_panel_that_was_not_read_yet() -> None:
    """What a panel says is told, also before its zones are known."""
    world = World(panels={})
    told = EventReader(world).read(alert("CIDAlarm", CIDAlarm=record()), NOW)
    (event,) = told.events
    assert isinstance(event, Happened)
    assert (event.part, event.data["zone"]) == (DEVICE, 1)
    assert told.touched == {FIRST}


def test_unknown_code() -> None:
    events = reader()
    told = events.read(alert("CIDAlarm", CIDAlarm=record("1999")), NOW)
    assert happenings(told) == ["unknown_code"]
    assert events.counts.unknown_codes == {"1999": 1}


def test_record_without_a_code_is_passed_on() -> None:
    events = reader()
    assert happenings(events.read(alert("CIDAlarm", CIDAlarm={"zoneNo": 1}), NOW)) == ["CIDAlarm"]
    assert happenings(events.read(alert("CIDAlarm", devIndex="", CIDAlarm=record()), NOW)) == ["CIDAlarm"]


def test_panel_trouble_is_heard_of_once_and_kept() -> None:
    events = reader()
    told = events.read(alert("CIDAlarm", CIDAlarm=record("1301")), NOW)
    (trouble,) = (each for each in told.events if isinstance(each, Detected))
    assert (trouble.part, trouble.what, trouble.hold) == (DEVICE, Detection.MAINS, inf)
    assert told.restructured
    assert events.sights.memory()[FIRST][0]["kept"] == ["mains"]
    assert not events.read(alert("CIDAlarm", CIDAlarm=record("3301")), NOW).restructured


def test_sign_of_life_of_a_camera() -> None:
    events = reader()
    body = sample("a05_encoder_heartbeat.corrected")
    told = events.read(body, NOW)
    second = PartRef(SECOND, PartKind.DEVICE)
    assert told.events == [
        Patched(part=second, online=True),
        Measured(part=second, readings={Reading(Quantity.LAST_REPORT): NOW}),
    ]
    assert told.touched == frozenset()
    assert not events.read(body, NOW).restructured


def test_report_of_a_panel_is_a_record() -> None:
    assert "test_report" in happenings(reader().read(alert("CIDAlarm", CIDAlarm=record("1602")), NOW))


# --- regions and temperatures ------------------------------------------------------------------


def entry(number: object, **fields: Any) -> dict[str, Any]:
    return {"regionID": number, "detectionTarget": "human", **fields}


SHAPES: dict[str, Any] = {
    "list of wrappers": [{"DetectionRegionEntry": entry(1)}, {"DetectionRegionEntry": entry("2")}],
    "wrapper of a list": {"DetectionRegionEntry": [entry(1), entry("2")]},
    "list of wrappers of lists": [{"DetectionRegionEntry": [entry(1)]}, {"DetectionRegionEntry": [entry("2")]}],
    "list of lists": [[{"DetectionRegionEntry": entry(1)}], [{"DetectionRegionEntry": entry("2")}]],
    "list of bare entries": [entry(1), entry("2")],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_of_regions(shape: str) -> None:
    told = reader().read(alert("fielddetection", channelID=1, DetectionRegionList=SHAPES[shape]), NOW)
    seen = [(each.region, each.target) for each in told.events if isinstance(each, Detected)]
    assert seen == [(1, Target.HUMAN), (2, Target.HUMAN)]


def test_one_bare_region_in_other_letter_cases() -> None:
    (region,) = read_regions({"detectionregionlist": {"detectionRegionEntry": {"RegionID": "3", "x": 1}}})
    assert region.number == 3


@pytest.mark.parametrize("found", [None, [], {}, "text", [[]], {"DetectionRegionEntry": [5, None, {}]}])
def test_no_regions(found: object) -> None:
    assert read_regions({"DetectionRegionList": found}) == ()


def test_regions_are_bounded() -> None:
    many = [{"DetectionRegionEntry": entry(number)} for number in range(500)]
    assert len(read_regions({"DetectionRegionList": many})) == 16
    (odd,) = read_regions({"DetectionRegionList": [{"DetectionRegionEntry": entry(70000)}]})
    assert odd.number is None


def test_end_of_a_region_is_one_whoever_was_seen() -> None:
    listed = {"DetectionRegionEntry": entry(1, detectionTarget="human,vehicle")}
    events = reader()
    begun = events.read(alert("linedetection", channelID=1, DetectionRegionList=listed), NOW).events
    assert [getattr(each, "target", None) for each in begun] == [Target.HUMAN, Target.VEHICLE]
    ended = events.read(alert("linedetection", channelID=1, DetectionRegionList=listed, eventState="inactive"), NOW)
    assert [getattr(each, "target", 0) for each in ended.events] == [None]


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("39.8", "celsius", 39.8),
        (104, "fahrenheit", 40.0),
        ("313.15", "kelvin", 40.0),
        (-40, "Fahrenheit", -40.0),
        (40, "", 40.0),
        (40, "unheard of", 40.0),
    ],
)
def test_units(value: object, unit: str, expected: float) -> None:
    block = {"thermometryUnit": unit, "currTemperature": value, "ruleTemperature": value}
    told = reader().read(
        alert("TMA", channelID=1, DetectionRegionList={"DetectionRegionEntry": {"regionID": 2, "TMA": block}}), NOW
    )
    detected, measured = told.events
    assert isinstance(detected, Detected)
    assert isinstance(measured, Measured)
    assert measured.readings == {Reading(Quantity.TEMPERATURE, "region2"): expected}
    assert measured.lasts == 600.0
    assert (detected.data["temperature"], detected.data["limit"]) == (expected, expected)


@pytest.mark.parametrize("value", ["hot", "", None, "1e999", -300, 20_000, True, [], "NaN"])
def test_temperatures_that_are_none(value: object) -> None:
    block = {"thermometryUnit": "celsius", "currTemperature": value}
    listed = {"DetectionRegionEntry": {"regionID": 2, "TMA": block}}
    told = reader().read(alert("TMA", channelID=1, DetectionRegionList=listed), NOW)
    if value is not True:
        assert not [each for each in told.events if isinstance(each, Measured)]
    assert celsius(0.0, "kelvin") == -273.15


def test_a_difference_has_no_zero_to_shift() -> None:
    block = {"thermometryUnit": "fahrenheit", "currTemperatureDiff": 18, "ruleTemperatureDiff": "9"}
    entries = {"DetectionRegionEntry": {"AlarmRuleList": [{"alarmID": 4}], "TDA": block}}
    (event,) = reader().read(alert("TDA", channelID=1, DetectionRegionList=entries), NOW).events
    assert isinstance(event, Detected)
    assert event.region == 4
    assert event.data == {"difference": 10.0, "limit": 5.0}


def test_fire_without_a_distance() -> None:
    (region,) = read_regions(
        {"DetectionRegionEntry": [], "DetectionRegionList": {"FireDetection": {"targetDistance": -1, "presetNo": 2}}}
    )
    assert region.data == {"preset": 2}
    (region,) = read_regions({"DetectionRegionList": {"FireDetection": {"lookDownUpAngle": "-1.0"}}})
    assert region.data == {"look_down_up_angle": -1}


def test_panels_of_other_devices_are_not_mixed_up() -> None:
    """Zones are those of the device that speaks."""
    world = World(
        rows=rows(DeviceRow(index=FIRST, type=0), DeviceRow(index=SECOND, type=0)),
        panels={normal(FIRST): PANEL, normal(SECOND): Panel(ref=PartRef(SECOND, PartKind.DEVICE))},
    )
    told = EventReader(world).read(alert("CIDAlarm", devIndex=SECOND, CIDAlarm=record()), NOW)
    assert {getattr(each, "part", None) for each in told.events} == {PartRef(SECOND, PartKind.DEVICE)}
