"""Settings of Sunell-type devices over sockets: every row read and written, as the document's examples are."""

from collections.abc import Iterator
from typing import override
from urllib.parse import parse_qsl, urlsplit

import pytest

from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.facts import input_ref, output_ref
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.sets import ASSUMED
from custom_components.ip_surveillance.protocol.errors import AuthFailed, NotSupported, Rejected
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST_PART,
    Choice,
    PartKind,
    PartRef,
    Range,
    SettingSpec,
    SettingValue,
    Text,
    Toggle,
)
from custom_components.ip_surveillance.protocol.model.setting_words import Setting
from tests.simulators.sunell_cgi import Partial, SunellSimulator

from .sunell_commands import CHANNEL, THERMAL, key, rig, sent

pytestmark = pytest.mark.usefixtures("socket_enabled")

_AMBIENT = "type=environmentTemperature"
UNREADABLE = frozenset(ASSUMED)


def others(spec: SettingSpec, now: SettingValue | None) -> Iterator[SettingValue]:
    """Values that a setting may take instead of the present one; that, where there is no other."""
    match spec:
        case Toggle():
            yield not now
        case Range(low=low, high=high):
            yield from (value for value in (low, high) if value != now)
        case Choice(options=words):
            yield from (word for word in words if word != now)
        case Text():
            yield "gate1"
    if now is not None:
        yield now


# --- every row is written

_THERMAL = {Setting.THERMOMETRY, Setting.AMBIENT_TEMPERATURE, Setting.TEMPERATURE_ALARM, Setting.PALETTE}
WRITTEN = (
    # Model, how it takes a write that leaves something out, and which settings (all without any).
    ("ptz", Partial.KEEPS, frozenset[Setting]()),
    ("ptz", Partial.RESETS, frozenset[Setting]()),
    ("ptz", Partial.LOOPS, frozenset[Setting]()),
    ("lite", Partial.KEEPS, frozenset[Setting]()),
    ("nvr", Partial.KEEPS, frozenset[Setting]()),
    ("thermal", Partial.KEEPS, frozenset({*_THERMAL, Setting.WARNING_TEMPERATURE, Setting.ALARM_TEMPERATURE})),
    ("lpr", Partial.KEEPS, frozenset({Setting.BARRIER, Setting.BARRIER_DURATION})),
    ("fisheye", Partial.RESETS, frozenset({Setting.DEWARPING, Setting.MOUNT, Setting.HEAT_MAP})),
    ("multi", Partial.KEEPS, frozenset({Setting.DETECTION, Setting.TARGET, Setting.ALARM_INTERVAL, Setting.SCENE})),
)


@pytest.mark.parametrize(("model", "partial", "chosen"), WRITTEN)
async def test_settings_can_be_written(model: str, partial: Partial, chosen: frozenset[Setting]) -> None:
    """Also where a device forgets what a write leaves out, or wants all lists in it."""
    async with SunellSimulator(model) as device, rig(device) as made:
        device.store.partial = partial
        if partial is not Partial.KEEPS:
            # No word makes a write replace the areas of faces (l.4389); alone its switches can be written.
            device.lacking.add("faceDetectParam")
            made.client.forget()
            await made.discover()
        values = await made.read()
        refs = {ref for ref, value in values.items() if value is not None and (not chosen or ref[1].setting in chosen)}
        written = dict(values)
        for part, each in sorted(refs):
            if part.kind is PartKind.CHANNEL and part.number == 2 and model == "nvr":
                continue
            value = next(others(made.part(part).settings[each], values[part, each]))
            polled = await made.set_setting(part, each, value)
            assert polled.settings[part, each] == value, (each.key, value)
            written |= polled.settings
        # What was written is there, and so is all that was not.
        assert await made.read() == written


async def test_a_list_is_replaced_and_does_not_grow() -> None:
    """Left to itself, a device adds what it is sent (l.6028, l.14787)."""
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        days = len(device.store.lines("perimeterParam"))
        assert await made.set(Setting.TARGET, "vehicle", "intrusion") == "vehicle"
        written = sent(device)[-1]
        assert ("scheduleTimeAction", "cover") in written
        assert ("areaParamAction", "cover") in written
        assert len(device.store.lines("perimeterParam")) == days


# --- as the examples are


@pytest.mark.parametrize(
    ("model", "part", "setting", "of", "value", "expected"),
    [
        # l.6862
        ("ipc", CHANNEL, "detection", "motion", False, "type=motionAlarm&cameraID=1&motionDetectionEnableFlag=0"),
        # l.6862
        ("ipc", CHANNEL, "alarm_interval", "motion", 60, "type=motionAlarm&cameraID=1&alarmInterval=60"),
        # l.6862, l.30665
        ("ipc", CHANNEL, "action_email", "motion", True, "type=motionAlarm&cameraID=1&alarmSMTP=1"),
        ("ptz", CHANNEL, "tracking_zoom", "", 5, "type=IntelligentTracking&cameraID=1&magnify=5"),
        # l.14623
        ("ipc", CHANNEL, "detection", "intrusion", False, "type=perimeterParam&cameraID=1&enableFlag=0"),
        # l.18569: written under another name
        ("ipc", CHANNEL, "people_limit", "", 12, "type=setStatisticsCfg&cameraID=1&AlarmThreshold=12"),
        # l.8524
        ("nvr", CHANNEL, "detection", "video_loss", False, "type=videoLoss&cameraID=1&videoLossEnableFlag=0"),
        # l.8269: this one goes by channelId
        ("nvr", CHANNEL, "detection", "tamper", False, "type=shelterConfig&channelId=1&enableFlag=0"),
        # l.29536
        ("ipc", CHANNEL, "brightness", "", 50, "type=imaging&cameraID=1&schemeID=1&brightness=50"),
        # l.29513: no scheme where there is but one
        ("nvr", CHANNEL, "brightness", "", 50, "type=imaging&cameraID=1&brightness=50"),
        # l.29616: the parameter has another name
        ("ipc", CHANNEL, "defog", "", True, "type=Defogging&cameraID=1&SchemaId=1&defoggingSwitch=1"),
        # l.29691
        ("ipc", CHANNEL, "day_night", "", "night", "type=dayNight&cameraID=1&schemeID=1&dayNightMode=2"),
        # l.29692: recorders and lite cameras want another name
        ("nvr", CHANNEL, "day_night", "", "night", "type=dayNight&cameraID=1&dnMode=2&dayNightMode=2"),
        ("lite", CHANNEL, "day_night", "", "day", "type=dayNight&cameraID=1&dnMode=1&dayNightMode=1"),
        # l.30836: on excludes the others (l.30833)
        ("ipc", CHANNEL, "hlc", "", True, "type=EnhanceImage&cameraID=1&WDR=0&HLC=1"),
        # l.30526
        ("ipc", CHANNEL, "mirror", "", "off", "type=SceneMode&cameraID=1&schemeID=1&MirrorMode=0"),
        # l.30585
        ("ipc", CHANNEL, "white_balance", "", "manual", "type=WBMode&cameraID=1&wbMode=9"),
        # l.30671
        ("ptz", CHANNEL, "auto_tracking", "", False, "type=IntelligentTracking&cameraID=1&enable=0"),
        # l.30927
        ("thermal", THERMAL, "palette", "", "rose", "type=falseColor&cameraID=2&schemeID=1&falseColorModel=16"),
        # l.4002
        ("ipc", CHANNEL, "microphone_volume", "", 10, "type=microphone&cameraID=1&volume=10"),
        # l.4036
        ("ipc", CHANNEL, "speaker_volume", "", 50, "type=AudioOutputParam&audioOutputVolume=50"),
        # l.5075
        ("ipc", CHANNEL, "frame_rate", "main", 5, "type=AVStream&cameraID=1&streamID=1&frameRate=5"),
        # l.3061: the format belongs to it
        ("ipc", CHANNEL, "anti_flicker", "", "50hz", "type=videoSystem&cameraID=1&videoFormat=1&frequency=50"),
        # l.3766
        ("lite", CHANNEL, "osd_text", "", "cxy3", "type=OSDInfo&cameraID=1&OSDInfoID=2&Customstr=cxy3"),
        # l.21141
        ("multi", CHANNEL, "alarm_interval", "", 60, "type=advanceParam&cameraID=1&alarmInterval=60"),
        # l.22707
        ("fisheye", CHANNEL, "dewarping", "", "4ptz", "type=dewarpParam&cameraID=1&dewarpMode=8"),
        # l.12463
        ("lpr", CHANNEL, "barrier", "allowed", False, "type=LprLinkParam&WhiteListOpen=0"),
        # l.23694
        (
            "thermal",
            THERMAL,
            "ambient_temperature",
            "",
            20,
            "type=environmentTemperature&cameraID=2&environmentTemperature=20.00",
        ),
        # l.10319
        ("ipc", HOST_PART, "ntp", "", False, "type=NTP&enableFlag=0"),
        # l.11682
        ("ipc", HOST_PART, "p2p", "", False, "type=p2pParam&enable=0"),
        # l.1953
        ("ipc", HOST_PART, "device_name", "", "test", "type=deviceName&deviceName=test"),
        # l.29274
        ("nvr", HOST_PART, "auto_reboot", "", True, "type=timedRestart&enable=1"),
        # l.6578: milliseconds (l.6618)
        ("ipc", output_ref(1), "output_duration", "", 5, "type=alarmOut&alarmOutID=1&alarmTime=5000"),
        # l.7381
        ("ipc", input_ref(1), "detection", "input", True, "type=IOalarmLinkage&alarmInID=1&EnableFlag=1"),
    ],
)
async def test_a_change_sends_what_changes_and_no_more(
    model: str, part: PartRef, setting: str, of: str, value: SettingValue, expected: str
) -> None:
    async with SunellSimulator(model) as device, rig(device, discover=False) as made:
        assert await made.set(Setting(setting), value, of, part) == value
        assert sent(device) == [[("action", "set"), *parse_qsl(expected)]]


async def test_recording_sends_all_that_is_required() -> None:
    """Stream and group of disks must be in a write (l.5938-5939)."""
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        assert await made.set(Setting.RECORDING_SCHEDULE, True) is True
        (written,) = sent(device)
        assert written[:3] == [("action", "set"), ("type", "recordPolicy"), ("cameraID", "1")]
        assert {("RecordOpenFlag", "1"), ("StreamId", "1"), ("DiskGroupId", "1")} <= set(written)


async def test_the_scheme_that_counts_now_is_changed() -> None:
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        device.store.put("sensorScheme", "schemeID", 3)
        await made.set(Setting.CONTRAST, 7)
        assert ("schemeID", "3") in sent(device)[-1]
        assert device.store.get("imaging", "contrast", 1, "3") == "7"


async def test_masks_are_switched_one_by_one() -> None:
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        areas = [(CHANNEL, key(MASK, f"region{number}")) for number in (2, 3, 4)]
        masks = {each.of: value for (_, each), value in (await made.read(*areas)).items()}
        assert masks == {"region4": True, "region2": False, "region3": True}
        assert await made.set(MASK, True, "region2") is True
        assert ("areaParamAction", "cover") in sent(device)[-1]
        again = {each.of: value for (_, each), value in (await made.read(*areas)).items()}
        assert again == masks | {"region2": True}


MASK = Setting.PRIVACY_MASK


async def test_temperatures_are_in_degrees_celsius_whatever_the_device_counts_in() -> None:
    async with SunellSimulator("thermal") as device:
        device.store.put("thermalImagerConfigureParam", "TemperatureUnit", 1, 2)
        async with rig(device, discover=False) as made:
            warning = key(Setting.WARNING_TEMPERATURE, "region2")
            values = await made.read((THERMAL, warning), (THERMAL, key(Setting.AMBIENT_TEMPERATURE)))
            assert values[THERMAL, warning] == pytest.approx((48 - 32) / 1.8, abs=1e-3)
            assert await made.set(Setting.WARNING_TEMPERATURE, 60, "region2", THERMAL) == 60
            assert ("warningValue", "140.000000") in sent(device)[-1]


async def test_seconds_that_can_only_be_milliseconds() -> None:
    """The table has 1 to 60 seconds, the example 30000 (l.4809, l.4835)."""
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        flash = key(Setting.FLASH_DURATION)
        assert await made.read((CHANNEL, flash)) == {(CHANNEL, flash): 30}
        device.store.put("WhiteLedAlarmParam", "WhiteFlickerDuration", 30000)
        assert await made.read((CHANNEL, flash)) == {(CHANNEL, flash): 30}
        await made.set(Setting.FLASH_DURATION, 12)
        assert device.store.get("WhiteLedAlarmParam", "WhiteFlickerDuration") == "12000"


async def test_a_strength_is_that_of_the_mode() -> None:
    """l.30770-30790."""
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        two, three = (CHANNEL, key(Setting.NOISE_LEVEL, "2d")), (CHANNEL, key(Setting.NOISE_LEVEL, "3d"))
        assert await made.read(two, three) == {two: 20, three: 88}
        await made.set(Setting.NOISE_LEVEL, 11, "3d")
        assert device.store.get("NoiseReduction", "3DNRFixedStrength", 1, "1") == "11"
        assert device.store.get("NoiseReduction", "3DNRMaxStrength", 1, "1") == "66"


async def test_one_switch_tells_what_it_switched_off() -> None:
    async with SunellSimulator("ipc") as device, rig(device) as made:
        polled = await made.set_setting(CHANNEL, key(Setting.BACKLIGHT), True)
        told = {each.setting: value for (_, each), value in polled.settings.items()}
        assert (told[Setting.BACKLIGHT], told[Setting.WDR], told[Setting.HLC]) == (True, False, False)
        assert told[Setting.WDR_LEVEL] == 23


async def test_a_direction_of_a_line() -> None:
    async with SunellSimulator("ipc") as device:
        device.store.factory["tripWireParam"] = [
            ("enableFlag", "1"),
            ("regionBegin", "1"),
            ("isBidirection", "0"),
            ("triggerDirection", "2"),
            ("regionEnd", "1"),
        ]
        async with rig(device, discover=False) as made:
            direction = (CHANNEL, key(Setting.DIRECTION, "line_crossing"))
            assert await made.read(direction) == {direction: "forward"}
            for word in ("both", "backward", "forward"):
                assert await made.set(Setting.DIRECTION, word, "line_crossing") == word


# --- what cannot be read back


@pytest.mark.parametrize(
    ("setting", "on", "off"),
    [
        # l.1741, l.1755
        (Setting.WIPER, "cameraID=1&type=Wiper&action=open", "cameraID=1&type=Wiper&action=close"),
        # l.1889
        (Setting.HEATER, "cameraID=1&action=heating&HeatingSwitch=1", "cameraID=1&action=heating&HeatingSwitch=0"),
        # l.6268, l.6284
        (
            Setting.MANUAL_RECORDING,
            "action=start&type=manualRecord&cameraID=1",
            "action=stop&type=manualRecord&cameraID=1",
        ),
    ],
)
async def test_assumed_states(setting: Setting, on: str, off: str) -> None:
    async with SunellSimulator("ptz") as device, rig(device) as made:
        assert made.part().settings[key(setting)] == Toggle(assumed=True)
        assert await made.read((CHANNEL, key(setting))) == {}
        for value, expected in ((True, on), (False, off)):
            before = len(device.requests)
            assert await made.set(setting, value) is value
            asked_for = [urlsplit(item.path).query for item in device.requests[before:] if item.status == 200]
            assert asked_for == [expected]


async def test_the_guard_position() -> None:
    async with SunellSimulator("ptz") as device, rig(device, discover=False) as made:
        guard = (CHANNEL, key(Setting.PARK_ACTION))
        assert await made.read(guard) == {guard: True}
        assert await made.set(Setting.PARK_ACTION, False) is False
        assert device.world.ptz[1].keeper["StatusId"] == 0
        assert await made.set(Setting.PARK_ACTION, True) is True
        # l.1504
        assert device.queries(action="keeperRun")[-1] == parse_qsl("cameraID=1&action=keeperRun&StatusId=2")


# --- errors


@pytest.mark.parametrize(
    ("deaf", "setting", "of", "value", "name"),
    [
        ("perimeterParam", Setting.DETECTION, "intrusion", False, "enableFlag"),
        ("perimeterParam", Setting.SENSITIVITY, "intrusion", 1, "sensitivity"),
        ("EnhanceImage.WDR", Setting.WDR, "", False, "wdr"),
        ("recordPolicy", Setting.RETENTION, "", 3, "saveDays"),
    ],
)
async def test_a_value_that_did_not_stick_is_an_error(
    deaf: str, setting: Setting, of: str, value: SettingValue, name: str
) -> None:
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        device.store.deaf.add(deaf)
        with pytest.raises(Rejected) as raised:
            await made.set(setting, value, of)
        assert raised.value.code == "notTaken"
        assert [each.lower() for each in raised.value.details] == [name.lower()]


async def test_a_guard_that_did_not_stick_is_an_error() -> None:
    async with SunellSimulator("ptz") as device, rig(device, discover=False) as made:
        device.fault.rules.clear()
        head = device.world.ptz[1]

        class Stuck(dict[str, int]):
            @override
            def __setitem__(self, name: str, value: int) -> None:
                """Keep what there is."""

        head.keeper = Stuck(head.keeper)
        with pytest.raises(Rejected) as raised:
            await made.set(Setting.PARK_ACTION, False)
        assert raised.value.code == "notTaken"


@pytest.mark.parametrize(
    ("setting", "of", "value"),
    [
        (Setting.BRIGHTNESS, "", 101),
        (Setting.DAY_NIGHT, "", "dusk"),
        (Setting.DETECTION, "motion", 3.0),
        (Setting.OSD_TEXT, "", "x" * 33),
        (Setting.OSD_TEXT, "", "50 % off"),
    ],
)
async def test_values_that_do_not_fit_are_refused_here(setting: Setting, of: str, value: SettingValue) -> None:
    async with SunellSimulator("lite") as device, rig(device) as made:
        with pytest.raises(Rejected) as raised:
            await made.set(setting, value, of)
        assert raised.value.code == "badParameters"
        assert not sent(device)


async def test_what_the_device_has_not_cannot_be_set() -> None:
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        for setting, of in (
            (Setting.BARRIER, "allowed"),
            (Setting.HOLIDAY_MODE, ""),
            (Setting.PRIVACY_MASK, "region9"),
        ):
            with pytest.raises(NotSupported):
                await made.set(setting, True, of)
        with pytest.raises(NotSupported):
            await made.set(Setting.DETECTION, True, "nonsense")
        assert not sent(device)


async def test_a_refused_login_stops_everything() -> None:
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        device.change_password("Other")
        with pytest.raises(AuthFailed):
            await made.read((CHANNEL, key(Setting.BRIGHTNESS)))
        count = len(device.auth.refused)
        with pytest.raises(AuthFailed):
            await made.set(Setting.BRIGHTNESS, 3)
        assert len(device.auth.refused) == count
