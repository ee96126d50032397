"""Settings of the JSON dialect over real sockets: every knob there is, against every model, firmware and quirk."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
import json
from typing import Any

import pytest

from custom_components.ip_surveillance.protocol.drivers.herospeed.codes import NOT_TAKEN
from custom_components.ip_surveillance.protocol.drivers.herospeed.docs import Doc
from custom_components.ip_surveillance.protocol.drivers.herospeed.facts import Facts
from custom_components.ip_surveillance.protocol.drivers.herospeed.knobs import _CHANNEL_ROWS, Knobs, survey_channel
from custom_components.ip_surveillance.protocol.drivers.herospeed.settings import fits
from custom_components.ip_surveillance.protocol.drivers.herospeed.settings_events import Figures
from custom_components.ip_surveillance.protocol.drivers.herospeed.settings_host import HOST_ROWS
from custom_components.ip_surveillance.protocol.drivers.herospeed.settings_media import Codec
from custom_components.ip_surveillance.protocol.errors import (
    AuthFailed,
    CannotConnect,
    Forbidden,
    NotSupported,
    Rejected,
)
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST_PART,
    Choice,
    Part,
    PartRef,
    Range,
    SettingSpec,
    SettingValue,
    Text,
    Toggle,
)
from custom_components.ip_surveillance.protocol.model.setting_words import Setting, SettingKey
from custom_components.ip_surveillance.protocol.model.state import SettingOf
from tests.simulators.base import Recorded
from tests.simulators.herospeed import ENDPOINTS, PROFILES, HerospeedSimulator, Quirk

from .hero_knobs import CHANNEL, INPUT, Knobbed, clean, knobs

pytestmark = pytest.mark.usefixtures("socket_enabled")

IMAGE = "/api/image/image"
OSD = "/api/image/osd"
LIGHT = "/api/image/fill-light"
LENS = "/api/image/zoom-focus"
ENCODE = "/api/video/video-encode"
AUDIO = "/api/video/audio"
VOICE = "/api/video/audio-alarm"
RECORD = "/api/storage/regular-record-property"
STORAGE = "/api/storage/storage-property"
CAPTURE = "/api/storage/snapshot"
FACE = "/api/event/face-detect"
OUT = "/api/event/alarm-out"
PORT = "/api/network/port"
SECRETS = ("ftp", "smtp", "ddns", "pppoe", "gb28181", "snmp", "wifi", "wifiAPInfo", "interfaces")


def other(value: SettingValue | None, spec: SettingSpec) -> SettingValue:
    """A value that the setting takes and does not have."""
    match spec:
        case Toggle():
            return not value
        case Range(low=low, high=high):
            return high if value != high else low
        case Choice(options=words):
            return next(word for word in words if word != value)
        case Text():
            return "time.example" if value != "time.example" else "other"


def types(value: Any) -> Any:
    """The shape and the types of a document."""
    if isinstance(value, dict):
        return {key: types(each) for key, each in value.items()}
    return [types(each) for each in value] if isinstance(value, list) else type(value)


def body(request: Recorded) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(request.body)
    return found


def sets(camera: HerospeedSimulator, path: str = "") -> list[Any]:
    """Data of the changes that were sent."""
    found = [(each.path, body(each)) for each in camera.requests if each.path.startswith(path)]
    return [each["data"] for where, each in found if each["action"] == "set" and "/session/" not in where]


async def turn(camera: HerospeedSimulator, made: Knobbed, ref: PartRef, key: SettingKey) -> None:
    """Set a setting to another value and back, and compare the documents before and after."""
    spec = made.spec(key, ref)
    before = (await made.everything({SettingOf(ref, key)}))[ref, key]
    known = deepcopy(camera.world.documents)
    wanted = other(before, spec)
    polled = await made.set_setting(ref, key, wanted)
    assert polled.settings[ref, key] == wanted, key
    assert types(without_clock(camera.world.documents)) == types(without_clock(known)), key
    if before is not None and fits(before, spec):
        await made.set_setting(ref, key, before)
        assert without_clock(camera.world.documents) == without_clock(known), key


def without_clock(documents: dict[str, Any]) -> dict[str, Any]:
    """Without what the simulator keeps besides what it was told: the time, and ranges that it read out itself."""
    return {path: each for path, each in documents.items() if path not in ("/api/system/system-time", OUT)}


def one_of_each(made: Knobbed) -> list[tuple[PartRef, SettingKey]]:
    """One setting of each kind in each document."""
    rows = made.knob_memory.rows
    return list({(row.source, type(row.kind)): ref for ref, row in rows.items()}.values())


@pytest.mark.parametrize("model", ["light", "sd"])
async def test_every_knob_can_be_turned_and_turned_back(model: str) -> None:
    # Between them they have all but the head.
    async with HerospeedSimulator(model) as camera, knobs(camera) as made:
        rows = list(made.knob_memory.rows)
        assert len(rows) > 100
        for ref, key in rows:
            await turn(camera, made, ref, key)
        clean(camera)
        assert made.client.not_taken == {}


@pytest.mark.parametrize("firmware", ["old", "new"])
@pytest.mark.parametrize("model", sorted(PROFILES))
async def test_knobs_of_every_kind_and_document_turn_on_every_model(model: str, firmware: str) -> None:
    async with HerospeedSimulator(model, firmware=firmware) as camera, knobs(camera) as made:
        turned = one_of_each(made)
        assert len(turned) > 15
        for ref, key in turned:
            await turn(camera, made, ref, key)
        clean(camera)


@pytest.mark.parametrize("quirk", [each for each in Quirk if each not in (Quirk.OPEN_PORTS, Quirk.ARG_TYPE)])
async def test_knobs_of_every_kind_and_document_turn_whatever_the_firmware_departs_in(quirk: Quirk) -> None:
    # `light` has all documents but the card's and the lens's.
    async with HerospeedSimulator("light", quirks=[quirk]) as camera, knobs(camera) as made:
        turned = one_of_each(made)
        assert len(turned) > 15
        for ref, key in turned:
            await turn(camera, made, ref, key)
        assert camera.ignored == []
        assert camera.risks == []


@pytest.mark.parametrize("quirk", [Quirk.OPEN_PORTS, Quirk.ARG_TYPE])
async def test_the_port_of_onvif_is_found_however_the_list_is_written(quirk: Quirk) -> None:
    async with HerospeedSimulator("fixed", quirks=[quirk]) as camera, knobs(camera) as made:
        before = deepcopy(camera.world.documents["/api/network/port"])
        await made.put(Setting.ONVIF, False, ref=HOST_PART)
        before[2]["property"]["onvifProtocol "]["enable"] = False
        assert camera.world.documents["/api/network/port"] == before


async def test_a_partial_set_that_wipes_finds_nothing_left_out() -> None:
    quirks = [Quirk.PARTIAL_WIPES, Quirk.SPACED_KEYS, Quirk.STRING_BOOLEANS, Quirk.STRING_NUMBERS]
    async with HerospeedSimulator("sd", quirks=quirks) as camera, knobs(camera) as made:
        before = deepcopy(camera.world.documents)
        await made.put(Setting.BRIGHTNESS, 200)
        await made.put(Setting.POST_RECORD, "60")
        await made.put(Setting.RECORDING_STREAM, "sub")
        before[IMAGE]["brightness"] = 200
        before[STORAGE]["recordDelay"] = 4
        before[RECORD]["videoRecord"]["videoStreamType"] = 1
        assert camera.world.documents == before


async def test_all_of_a_document_is_read_once_and_all_of_it_is_sent_back() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        assert made.topology is not None
        camera.requests.clear()
        found = await made.everything()
        paths = [(each.path, body(each)["data"] and tuple(body(each)["data"].items())) for each in camera.requests]
        assert len(paths) == len(set(paths))
        assert len(found) == sum(len(part.settings) for part in made.topology.parts.values())
        assert sets(camera) == []

        await made.put(Setting.HUE, 77)
        (sent,) = sets(camera, IMAGE)
        stored = camera.world.documents[IMAGE]
        assert sent == {**stored, "channel": 0}
        assert all(
            "charset=utf-8" in each.headers["Content-Type"].lower() for each in camera.requests if each.path == IMAGE
        )


async def test_what_a_get_tells_besides_is_not_sent_back() -> None:
    async with HerospeedSimulator("sd") as camera, knobs(camera) as made:
        await made.put(Setting.POST_RECORD, "30")
        await made.put(Setting.RECORDING_SCHEDULE, False)
        (stored,) = sets(camera, STORAGE)
        assert stored.keys() == camera.world.documents[STORAGE].keys() - {"storageType"}
        (recorded,) = sets(camera, RECORD)
        assert recorded["videoRecord"].keys() == camera.world.documents[RECORD]["videoRecord"].keys() - {"storageType"}
        assert recorded["weekScop"] == camera.world.documents[RECORD]["weekScop"]
        reads = [
            body(each)["data"] for each in camera.requests if each.path == STORAGE and body(each)["action"] == "get"
        ]
        assert all(each == {"storageType": 1, "id": 255} for each in reads)


async def test_ranges_and_lists_come_from_the_device_where_it_tells_them() -> None:
    documents = {
        IMAGE: {"brightnessMin": 10, "brightnessMax": "90", "dnrModelList": [0, 1, 2], "sceneModeList": [0]},
        OSD: {"electronicShutterList": [0, 3, 7], "rotateAngleList": [0, 1], "mirrorModeList": [0, 3]},
    }
    async with HerospeedSimulator("fixed") as camera:
        for path, more in documents.items():
            camera.world.documents[path] |= more
        camera.world.capabilities["enableVideoAdjust"] = 1
        async with knobs(camera) as made:
            assert made.spec(SettingKey(Setting.BRIGHTNESS)) == Range(low=10, high=90)
            assert made.spec(SettingKey(Setting.CONTRAST)) == Range(low=0, high=255)
            assert made.spec(SettingKey(Setting.NOISE_REDUCTION_MODE)) == Choice(options=("0", "1", "2"))
            assert made.spec(SettingKey(Setting.SHUTTER)) == Choice(options=("0", "3", "7"))
            assert made.spec(SettingKey(Setting.ROTATION)) == Choice(options=("0", "1"))
            assert made.spec(SettingKey(Setting.MIRROR)) == Choice(options=("off", "both"))
            assert made.has(Setting.NOISE_LEVEL, "2d")
            # One mode is no choice.
            assert not made.has(Setting.SCENE)
            await made.put(Setting.SHUTTER, "7")
            assert camera.world.documents[OSD]["electronicShutter"] == 7
            assert "electronicShutterList" not in sets(camera, OSD)[0]
            with pytest.raises(Rejected):
                await made.put(Setting.BRIGHTNESS, 91)


async def test_modes_that_nobody_documented_are_not_offered_unless_the_device_lists_them() -> None:
    async with HerospeedSimulator("fixed") as camera, knobs(camera) as made:
        for setting in (Setting.SHUTTER, Setting.ROTATION, Setting.NOISE_REDUCTION_MODE):
            assert not made.has(setting)
        assert not made.has(Setting.CODEC, "main")


@pytest.mark.parametrize("quirk", [None, Quirk.STRING_NUMBERS, Quirk.SPACED_KEYS])
async def test_codecs_have_names_where_the_scope_tells_their_numbers_apart(quirk: Quirk | None) -> None:
    async with HerospeedSimulator("fixed", quirks=[quirk] if quirk else []) as camera:
        for scope in camera.world.documents["/api/video/video-encode-scope"][0]:
            for number, name in enumerate(("h264Attr", "h265Attr", "mjpegAttr")):
                key = "encodeType" if "encodeType" in scope[name] else "encodingType"
                scope[name][key] = number
        async with knobs(camera) as made:
            spec = made.spec(SettingKey(Setting.CODEC, "main"))
            assert spec == Choice(options=("h264", "h265", "mjpeg"))
            await made.put(Setting.CODEC, "h264", "main")
            streams = camera.world.documents["/api/video/video-encode"]["streamEncode"]
            assert [each["encodeType"] for each in streams] == [0, 1, 1]


def test_a_codec_the_scope_does_not_name() -> None:
    doc = Doc({"encodeType": 7})
    kind = Codec(stream=0, names=(("0", "h264"), ("1", "h265")))
    assert kind.read(doc, "encodeType") == "7"
    assert kind.read(Doc({"encodeType": "H265"}), "encodeType") == "H265"
    assert kind.spec(Doc({"encodeType": 0, "encodeTypeList": [0]}), "encodeType", None) is None


@pytest.mark.parametrize(
    ("rows", "value", "after"),
    [
        ([5, 6], 5, [9, 9]),
        (["5"], 5, ["9"]),
        ([{"subPersionNum": 7}, {"subPersionNum": 8}], 7, [{"subPersionNum": 9}, {"subPersionNum": 9}]),
        ([{"a": 1, "b": 2}], None, None),
        ([], None, None),
        (3, None, None),
    ],
)
def test_a_figure_for_each_region(rows: object, value: float | None, after: object) -> None:
    doc, kind = Doc({"persionNum": rows}), Figures(low=0, high=100)
    assert kind.read(doc, "personNum") == value
    assert (kind.spec(doc, "personNum", None) is None) is (value is None)
    if value is not None:
        kind.write(doc, "personNum", 9.0)
        assert doc.value == {"persionNum": after}


async def test_streams_take_what_the_scope_offers() -> None:
    async with HerospeedSimulator("fixed") as camera, knobs(camera) as made:
        spec = made.spec(SettingKey(Setting.RESOLUTION, "main"))
        assert isinstance(spec, Choice)
        assert set(spec.options) == {"2592x1944", "2560x1920", "2592x1536", "2560x1440", "1920x1080", "1280x720"}
        assert made.spec(SettingKey(Setting.FRAME_RATE, "main")) == Range(low=1, high=25)
        assert made.spec(SettingKey(Setting.BIT_RATE, "sub")) == Range(low=64, high=12000)
        assert made.spec(SettingKey(Setting.BIT_RATE, "main")) == Range(low=16, high=16384)
        with pytest.raises(Rejected):
            await made.put(Setting.RESOLUTION, "640x480", "main")
        assert sets(camera) == []


async def test_a_stream_that_is_not_there_has_no_settings() -> None:
    async with HerospeedSimulator("fixed") as camera:
        # 1 says that it is not (l.4427).
        camera.world.documents[ENCODE]["streamEncode"][2]["isSupport"] = 1
        async with knobs(camera) as made:
            assert made.has(Setting.BIT_RATE, "sub")
            assert not made.has(Setting.BIT_RATE, "third")


async def test_what_is_not_granted_is_neither_listed_nor_asked_for() -> None:
    async with HerospeedSimulator("light") as camera:
        for flag, value in (("enableFace", 0), ("enableWdr", 1), ("enableIo", 0), ("enableSmartir", 0)):
            camera.world.capabilities[flag] = value
        async with knobs(camera) as made:
            for setting, of in ((Setting.WDR, ""), (Setting.FACE_ALARM, ""), (Setting.DETECTION, "input")):
                assert not made.has(setting, of)
            assert made.has(Setting.DAY_NIGHT)
            assert made.part(CHANNEL).unprobed == frozenset()
            assert {FACE, LIGHT}.isdisjoint(each.path for each in camera.requests)


async def test_a_flag_that_is_absent_says_nothing_and_the_document_is_asked_for_once() -> None:
    async with HerospeedSimulator("light") as camera:
        for flags in camera.world.capabilities.groups.values():
            flags.pop("enableFace", None)
            flags.pop("enableFocus", None)
        async with knobs(camera) as made:
            # The simulator takes a flag that is absent for a function that is.
            assert not made.has(Setting.FOCUS_MODE)
            asked = [each.path for each in camera.requests if each.path == LENS]
            await made.look()
            assert [each.path for each in camera.requests if each.path == LENS] == asked
        gone = replace(Facts(), flags={})
        assert all(row.granted(gone) for row in (*_CHANNEL_ROWS, *HOST_ROWS))


async def test_what_could_not_be_asked_for_stays_listed_and_is_marked() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        known = dict(made.part(CHANNEL).settings)
        camera.fault.status_next(500, path=IMAGE, times=1)
        camera.fault.status_next(500, path="/api/event/alarm-schedule", times=3)
        camera.fault.status_next(500, path="/api/video/video-encode-scope", times=1)
        await made.look()
        part = made.part(CHANNEL)
        assert SettingKey(Setting.HUE) in part.unprobed
        assert SettingKey(Setting.PERSON_FILTER) in part.unprobed
        assert SettingKey(Setting.RESOLUTION, "main") in part.unprobed
        assert SettingKey(Setting.OSD_TEXT) not in part.unprobed
        assert set(known) <= set(part.settings)
        assert SettingKey(Setting.INPUT_TYPE) in made.part(INPUT).settings
        # What was found before still goes by where it was.
        await made.put(Setting.RESOLUTION, "1280x720", "main")
        await made.put(Setting.PERSON_FILTER, False)
        await made.look()
        assert made.part(CHANNEL).unprobed == frozenset()
        assert made.part(CHANNEL).settings.keys() == known.keys()


async def test_nothing_is_written_by_guessed_numbers_of_alarms() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera, discover=False) as made:
        camera.fault.status_next(500, path="/api/event/alarm-schedule", times=6)
        await made.discover()
        with pytest.raises(NotSupported):
            await made.put(Setting.PERSON_FILTER, True)
        assert sets(camera) == []


async def test_a_camera_that_is_gone_or_refuses_the_login_ends_the_look() -> None:
    async with HerospeedSimulator("fixed") as camera, knobs(camera, timeout=0.5) as made:
        await camera.go_down()
        with pytest.raises(CannotConnect):
            await made.look()
        await camera.come_up()
        camera.kill_sessions()
        camera.change_password("another")
        with pytest.raises(AuthFailed):
            await made.look()
        with pytest.raises(AuthFailed):
            await made.everything()


async def test_other_channels_and_recorders_have_no_documents_of_their_own() -> None:
    async with HerospeedSimulator("fixed") as camera, knobs(camera) as made:
        asked = len(camera.requests)
        assert await survey_channel(made.client, made.facts, 2) == Knobs()
        assert await survey_channel(made.client, replace(made.facts, recorder=True), 1) == Knobs()
        assert len(camera.requests) == asked
        assert Knobs().on(Part(ref=CHANNEL)) == Part(ref=CHANNEL)


# --- alarm schedules


async def test_the_input_and_motion_have_the_types_that_other_lists_number() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        await made.put(Setting.INPUT_TYPE, "closed", ref=INPUT)
        await made.put(Setting.DETECTION, False, "input")
        await made.put(Setting.PERSON_FILTER, False)
        await made.put(Setting.ACTION_FTP, True, "motion")
        alarms = camera.world.alarms
        assert [alarms[number]["ioStatus"] for number in (1, 2, 4)] == [0, 0, 1]
        assert [alarms[number]["enable"] for number in (1, 2, 4)] == [True, True, False]
        assert [alarms[number]["personFilterStatus"] for number in (1, 2, 4)] == [1, 0, 1]
        assert [alarms[number]["trigger"]["enableAlarmFtp"] for number in (1, 2, 4)] == ["0", "1", "0"]
        assert alarms[4]["schedule"] == alarms[1]["schedule"]
        clean(camera)


async def test_a_sole_type_is_what_its_fields_say_and_of_several_unknown_none_is() -> None:
    async with HerospeedSimulator("fixed") as camera:
        async with knobs(camera) as made:
            assert made.has(Setting.PERSON_FILTER)
            assert not made.has(Setting.DETECTION, "input")
        camera.world.alarms = {1: deepcopy(camera.world.alarms[1]), 8: deepcopy(camera.world.alarms[1])}
        camera.world.documents["/api/event/alarm-scope"]["alarmTypeScope"] = 9
        del camera.world.alarms[1]["personFilterStatus"]
        async with knobs(camera) as made:
            assert not made.has(Setting.PERSON_FILTER)


# --- what goes wrong


async def test_a_value_that_did_not_stick_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(_: Any) -> Any:
        return {}

    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        monkeypatch.setitem(ENDPOINTS, IMAGE, replace(ENDPOINTS[IMAGE], set=nothing))
        with pytest.raises(Rejected) as refused:
            await made.put(Setting.WDR, True)
        assert refused.value.code == NOT_TAKEN
        assert made.client.not_taken == {IMAGE: 1}


async def test_the_dynamic_range_goes_by_the_older_path_on_newer_firmware_too() -> None:
    async with HerospeedSimulator("light", firmware="new") as camera, knobs(camera) as made:
        await made.put(Setting.WDR, True)
        assert camera.world.documents[IMAGE]["enableWideDynamic"] == 1
        assert not any("image-param" in each.path for each in camera.requests)


async def test_what_is_as_wanted_is_not_written() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        polled = await made.put(Setting.LENS_CORRECTION, True)
        assert polled.settings[CHANNEL, SettingKey(Setting.LENS_CORRECTION)] is True
        assert sets(camera) == []


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        (Setting.BRIGHTNESS, 256),
        (Setting.BRIGHTNESS, True),
        (Setting.BRIGHTNESS, "5"),
        (Setting.MIRROR, "sideways"),
        (Setting.HLC, 1),
        (Setting.OSD_TEXT, "x" * 65),
        (Setting.OSD_TEXT, 5),
    ],
)
async def test_what_does_not_fit_is_refused_here(setting: Setting, value: SettingValue) -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        camera.requests.clear()
        with pytest.raises(Rejected):
            await made.put(setting, value)
        assert camera.requests == []


async def test_an_unknown_setting_and_a_field_that_went_are_told() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        with pytest.raises(NotSupported):
            await made.put(Setting.WIPER, True)
        del camera.world.documents[IMAGE]["hue"]
        with pytest.raises(NotSupported):
            await made.put(Setting.HUE, 5)
        assert await made.values(SettingKey(Setting.HUE), SettingKey(Setting.CONTRAST)) == [None, 128]
        assert sets(camera) == []


async def test_the_device_refuses_by_rights_and_by_value() -> None:
    async with HerospeedSimulator("light") as camera:
        camera.username, camera.password = "viewer", "Viewer123"
        async with knobs(camera) as made:
            with pytest.raises(Forbidden):
                await made.put(Setting.HUE, 5)
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        ranges = {**ENDPOINTS[LIGHT].ranges, "closeDelay": (0, 9)}
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(ENDPOINTS, LIGHT, replace(ENDPOINTS[LIGHT], ranges=ranges))
            with pytest.raises(Rejected):
                await made.put(Setting.LIGHT_OFF_DELAY, 10)


async def test_a_document_that_fails_leaves_only_its_own_keys_unknown() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        camera.fault.status_next(500, path=IMAGE, times=1)
        found = await made.everything()
        assert found[CHANNEL, SettingKey(Setting.HUE)] is None
        assert found[CHANNEL, SettingKey(Setting.LIGHT_SENSITIVITY)] == 3
        found = await made.everything({SettingOf(CHANNEL, SettingKey(Setting.WIPER))})
        assert found == {}


def odd_values() -> Iterator[Any]:
    yield from (None, "", "x", [], {}, [[]], {"x": 1}, 1e300, -1, "9" * 400, True)


async def test_whatever_a_field_holds_reading_it_does_not_fail() -> None:
    for row in (*_CHANNEL_ROWS, *HOST_ROWS):
        for value in odd_values():
            document: Any = value
            for step in reversed(row.at):
                document = {step: document} if isinstance(step, str) else [document] * 4
            doc = Doc(document)
            assert row.read(doc) is None or isinstance(row.read(doc), bool | float | int | str)
            row.spec(doc, doc)
    assert _CHANNEL_ROWS[0].read(Doc([[[]]])) is None


async def test_a_session_that_ended_is_opened_again_within_a_change() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        camera.kill_sessions()
        await made.put(Setting.HUE, 33)
        assert camera.world.documents[IMAGE]["hue"] == 33


async def test_objects_with_secrets_are_neither_offered_nor_written() -> None:
    async with HerospeedSimulator("sd") as camera, knobs(camera) as made:
        await made.everything()
        asked = {each.path.rpartition("/")[2] for each in camera.requests if each.path.startswith("/api/network/")}
        assert asked.isdisjoint(SECRETS)
