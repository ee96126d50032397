"""What Sunell-type devices are found to have, over sockets: settings by model, what fails, what is shared."""

from collections import Counter
from urllib.parse import urlsplit

import pytest

from custom_components.ip_surveillance.protocol.commands import Sets
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.facts import channel_ref, output_ref
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.grammar import parse
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.sets import ASSUMED, fits
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.settings import Look
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.settings_streams import stream_page
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.settings_table import KNOBS
from custom_components.ip_surveillance.protocol.model.parts import (
    Choice,
    PartKind,
    Range,
)
from custom_components.ip_surveillance.protocol.model.setting_words import Setting
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from tests.simulators.sunell_cgi import SunellSimulator

from .sunell_commands import CHANNEL, MODELS, THERMAL, asked, key, rig, sent

pytestmark = pytest.mark.usefixtures("socket_enabled")

UNREADABLE = frozenset(ASSUMED)


# --- what is there


@pytest.mark.parametrize("model", MODELS)
async def test_all_settings_that_are_listed_can_be_read(model: str) -> None:
    async with SunellSimulator(model) as device, rig(device) as made:
        settings = {(ref, key): spec for ref, part in made.parts.items() for key, spec in part.settings.items()}
        unprobed = {(ref, gate) for ref, part in made.parts.items() for gate in part.unprobed}
        before = len(device.requests)
        values = await made.read()
        expected = {ref for ref in settings if ref[1].setting not in UNREADABLE}
        assert values.keys() == expected
        offline = {channel_ref(each.number) for each in made.known.channels if each.online is False}
        for ref in expected - unprobed:
            if ref[0] in offline:
                assert values[ref] is None
                continue
            assert fits(values[ref], settings[ref]), ref  # type: ignore[arg-type]
        pages = Counter(urlsplit(item.path).query for item in device.requests[before:] if item.status == 200)
        assert max(pages.values()) == 1
        assert isinstance(made, Sets)


@pytest.mark.parametrize(
    ("model", "there", "missing"),
    [
        ("ipc", {"detection_intrusion", "light_mode", "wdr", "privacy_mask_region4"}, {"detection_video_loss"}),
        ("ptz", {"auto_tracking", "park_action", "wiper", "heater", "focus_mode"}, {"dewarping", "barrier_allowed"}),
        ("lite", {"detection_tamper", "osd_text", "day_night"}, {"manual_recording", "light_mode", "exposure"}),
        ("nvr", {"detection_video_loss", "detection_input", "exposure"}, {"manual_recording", "speaker"}),
        ("lpr", {"barrier_allowed", "barrier_blocked", "barrier_unlisted", "barrier_duration"}, {"palette"}),
        ("fisheye", {"dewarping", "mount", "heat_map"}, {"detection_intrusion"}),
        ("multi", {"detection_vehicle", "detection_safety_helmet", "alarm_interval"}, {"heat_map"}),
    ],
)
async def test_what_each_model_has(model: str, there: set[str], missing: set[str]) -> None:
    async with SunellSimulator(model) as device, rig(device) as made:
        names = {key.key for key in made.part().settings}
        assert there <= names
        assert not missing & names


async def test_only_the_thermal_camera_of_two_has_temperatures() -> None:
    async with SunellSimulator("thermal") as device, rig(device) as made:
        thermal = {
            key(Setting.THERMOMETRY),
            key(Setting.AMBIENT_TEMPERATURE),
            key(Setting.TEMPERATURE_ALARM, "region2"),
            key(Setting.WARNING_TEMPERATURE, "region2"),
            key(Setting.ALARM_TEMPERATURE, "region2"),
        }
        assert thermal <= made.part(THERMAL).settings.keys()
        assert not thermal & made.part(CHANNEL).settings.keys()
        assert not [pairs for pairs in asked(device, "temperAlarmParam") if ("cameraID", "1") in pairs]


async def test_ranges_come_from_the_device() -> None:
    async with SunellSimulator("ipc") as device, rig(device) as made:
        settings = made.part().settings
        assert settings[key(Setting.SENSITIVITY, "motion")] == Range(low=1, high=10)  # l.6724
        assert settings[key(Setting.TARGET, "intrusion")] == Choice(
            options=("any", "human_vehicle", "human", "vehicle")
        )
        assert settings[key(Setting.FRAME_RATE, "sub")] == Range(low=1, high=25)
        assert settings[key(Setting.RESOLUTION, "sub")] == Choice(options=("1280*720", "704*576"))
        # There is but one: nothing to choose.
        assert key(Setting.AUDIO_OUTPUT) not in settings


# --- looking


async def test_a_page_that_fails_leaves_only_its_own_settings_unknown() -> None:
    async with SunellSimulator("ipc") as device, rig(device) as made:
        device.fail(-505, "type=dayNight&", 1)
        values = await made.read()
        unknown = {each.setting for (_, each), value in values.items() if value is None}
        assert Setting.DAY_NIGHT in unknown
        assert Setting.BRIGHTNESS not in unknown
        assert None not in (await made.read()).values()


async def test_what_could_not_be_asked_is_unprobed_and_found_the_next_time() -> None:
    async with SunellSimulator("ptz") as device, rig(device, discover=False) as made:
        device.fail(-505, "type=EnhanceImage", 1)
        device.fail(-505, "type=infraredLight", 1)
        device.fail(-505, "type=blindArea", 1)
        device.fail(-505, "action=listPreset", 1)
        device.fail(-505, "type=alarmOut", 1)
        await made.discover()
        part = made.part()
        assert {key(Setting.WDR), key(Setting.STABILIZER), Feature.PRESETS} <= part.unprobed
        assert {key(Setting.WDR), key(Setting.STABILIZER)} <= part.settings.keys()
        # What another page tells is sure.
        assert key(Setting.DEFOG) not in part.unprobed
        assert [each.unprobed for ref, each in made.parts.items() if ref.label == "ir"] == [{Feature.LIGHT}]
        assert Feature.SWITCH in made.part(output_ref(1)).unprobed
        await made.discover()
        assert not [gate for each in made.parts.values() for gate in each.unprobed]
        assert key(Setting.PRIVACY_MASK, "region4") in made.part().settings
        # And is kept when it fails again.
        device.fail(-505, "type=blindArea", 1)
        await made.discover()
        assert key(Setting.PRIVACY_MASK, "region4") in made.part().settings
        assert key(Setting.PRIVACY_MASK, "region4") in made.part().unprobed


async def test_what_is_lacking_is_asked_for_once() -> None:
    async with SunellSimulator("ipc") as device, rig(device) as made:
        await made.discover()
        again = Counter(urlsplit(item.path).query for item in device.requests if item.status == 200)
        assert again["action=get&type=dewarpParam&cameraID=1"] == 1
        assert again["action=get&type=imaging&cameraID=1&schemeID=1"] == 2


async def test_cameras_of_one_make_behind_a_recorder_are_looked_at_once() -> None:
    async with SunellSimulator("nvr64") as device, rig(device) as made:
        for number in (3, 40, 64):
            assert made.part(channel_ref(number)).settings.keys() == made.part(channel_ref(2)).settings.keys()
        assert len(asked(device, "EnhanceImage")) == 2
        assert len(asked(device, "blindArea")) == 64
        assert len(device.requests) < 400
        assert await made.set(Setting.DETECTION, False, "motion", channel_ref(64)) is False
        assert ("cameraID", "64") in sent(device)[-1]


async def test_a_camera_that_is_offline_is_not_asked() -> None:
    async with SunellSimulator("nvr") as device, rig(device) as made:
        assert not [item for item in device.requests if "cameraID=3" in item.path or "channelId=3" in item.path]
        # Its make is known from another camera; which masks it has is not.
        third = made.part(channel_ref(3))
        assert key(Setting.DETECTION, "video_loss") in third.settings
        assert key(Setting.DETECTION, "video_loss") not in third.unprobed
        assert key(Setting.PRIVACY_MASK, "region4") not in third.settings


@pytest.mark.parametrize("code", [-503, -504, -209])
async def test_a_camera_that_cannot_be_reached_does_not_take_its_recorder_along(code: int) -> None:
    """It is listed as online, but to all questions about it the recorder answers that it is off."""
    async with SunellSimulator("nvr") as device:
        for address in ("cameraID=2", "channelId=2"):
            device.fail(code, address, times=10000)
        async with rig(device) as made:
            assert key(Setting.DETECTION, "motion") in made.part(channel_ref(1)).settings
            assert key(Setting.DETECTION, "motion") in made.part(channel_ref(2)).unprobed


async def test_a_camera_of_a_make_of_its_own_that_is_offline_may_have_anything() -> None:
    async with SunellSimulator("nvr") as device:
        device.world.channels[3].model = "Other"
        async with rig(device) as made:
            third = made.part(channel_ref(3))
            assert {key(Setting.DETECTION, "video_loss"), key(Setting.WDR), Feature.PTZ_CONTINUOUS} <= third.unprobed


def test_no_row_is_there_twice_and_none_is_dangerous() -> None:
    """Networks, ports, accounts, resets and address filters are for whoever sends requests of their own."""
    dangerous = {"localNetwork", "devicePort", "ipFilter", "User", "HTTPS", "securityParam", "SystemParam", "reset"}
    secret = {"SMTP", "ftp", "DDNS", "PPPoE", "SNMP", "platformAccess", "ieee8021X", "alarmCenterService", "Nas"}
    for rows in KNOBS.values():
        assert len({(row.key, row.page, str(row.codec)) for row in rows}) == len(rows)
        assert not {kind for row in rows for kind in row.page.kinds} & (dangerous | secret)


async def test_a_camera_that_does_not_tell_its_scheme_may_want_one() -> None:
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        device.lacking.add("sensorScheme")
        assert await made.set(Setting.BRIGHTNESS, 33) == 33
        assert await made.set(Setting.BRIGHTNESS, 44) == 44
        assert all(("schemeID", "0") in each for each in sent(device))
        # That it wants one is asked once.
        assert len([each for each in asked(device, "imaging") if "schemeID" not in dict(each)]) == 1


def test_rates_as_a_real_camera_names_them() -> None:
    page = stream_page(1)
    (rate,) = (row.codec for row in KNOBS[PartKind.CHANNEL] if row.page == page and row.key.setting is Setting.BIT_RATE)
    ability = parse(
        "AVStreamBegin=1\r\nstreamID=1\r\nAVStreamEncoderAbilityBegin=1\r\nstreamEncoderType=8\r\n"
        "videoResolutionCount =1\r\nvideoResolutionBegin=1\r\nresolution=4608*1728\r\nMaxBitRate=16000\r\n"
        "MinBitRate=500\r\nvideoResolutionEnd=1\r\nAVStreamEncoderAbilityEnd=1\r\nAVStreamEnd=1"
    )
    record = parse("videoEncoderType=8\r\nresolution=4608*1728\r\nbitRate=8192")
    assert rate.spec(record, Look(ability=ability)) == Range(low=500, high=16000)
    assert rate.spec(record, Look()) == rate.fallback == Range(low=100, high=12000)


@pytest.mark.parametrize(("now", "span"), [(3, (0, 3)), (50, (0, 100)), (120, (0, 120)), (-2, (-2, 100))])
def test_a_device_outside_of_the_document_s_range(now: int, span: tuple[int, int]) -> None:
    rows = [row for row in KNOBS[PartKind.CHANNEL] if row.key == key(Setting.SENSITIVITY, "motion")]
    assert rows[0].codec.spec(parse(f"sensitivity={now}"), Look()) == Range(low=span[0], high=span[1])
    assert rows[0].codec.spec(parse("sensitivity=-1"), Look()) is None
