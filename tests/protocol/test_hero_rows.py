"""Settings of the JSON dialect row by row: which field of which document each is, and which flag grants it."""

from copy import deepcopy
from typing import Any

import pytest

from custom_components.ip_surveillance.protocol.drivers.herospeed.facts import Facts
from custom_components.ip_surveillance.protocol.drivers.herospeed.knobs import _CHANNEL_ROWS
from custom_components.ip_surveillance.protocol.drivers.herospeed.settings_host import HOST_ROWS
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.parts import HOST_PART, PartRef, SettingValue
from custom_components.ip_surveillance.protocol.model.setting_words import SLOTS, Setting, SettingKey
from tests.simulators.herospeed import HerospeedSimulator

from .hero_knobs import CHANNEL, clean, knobs

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
GATHERING = "/api/event/people-gathering"
FACE = "/api/event/face-detect"


def changed(path: str, *steps: str | int) -> tuple[str, tuple[str | int, ...]]:
    return path, steps


WIRE: list[tuple[str, PartRef, Setting, str, SettingValue, str, tuple[str | int, ...], Any]] = [
    ("light", CHANNEL, Setting.DETECTION, "motion", False, *changed("/api/event/motion", "enable"), False),
    ("light", CHANNEL, Setting.SENSITIVITY, "motion", 9.0, *changed("/api/event/motion", "sensitivity"), 9),
    ("light", CHANNEL, Setting.DETECTION, "tamper", False, *changed("/api/event/video-cover", "enable"), 0),
    ("light", CHANNEL, Setting.SENSITIVITY, "tamper", 70, *changed("/api/event/video-cover", "sensitivity"), 70),
    (
        "light",
        CHANNEL,
        Setting.ACTION_SOUND,
        "tamper",
        True,
        "/api/event/video-cover",
        ("trigger", "enableAlarmSound"),
        1,
    ),
    (
        "light",
        CHANNEL,
        Setting.SENSITIVITY,
        "intrusion",
        3,
        "/api/event/intrusion",
        ("sensitivity", 3, "subSensitivity"),
        3,
    ),
    ("light", CHANNEL, Setting.DETECTION, "intrusion", False, *changed("/api/event/intrusion", "enable"), False),
    (
        "light",
        CHANNEL,
        Setting.DETECTION,
        "line_crossing",
        False,
        *changed("/api/event/line-crossing", "enable"),
        False,
    ),
    (
        "light",
        CHANNEL,
        Setting.DIRECTION,
        "line_crossing",
        "backward",
        "/api/event/line-crossing",
        ("direction", 0, "subDirection"),
        2,
    ),
    ("light", CHANNEL, Setting.DETECTION, "loitering", False, *changed("/api/event/loitering", "enable"), False),
    ("light", CHANNEL, Setting.DETECTION, "gathering", False, *changed("/api/event/people-gathering", "enable"), False),
    ("light", CHANNEL, Setting.DETECTION, "face", False, *changed(FACE, "enable"), 0),
    ("light", CHANNEL, Setting.FACE_ALARM, "", True, *changed(FACE, "enableFaceAlarm"), 1),
    ("light", CHANNEL, Setting.FACE_THRESHOLD, "", 80, *changed(FACE, "faceScore"), 80),
    ("light", CHANNEL, Setting.FACE_SIZE, "", 60, *changed(FACE, "minFaceSizes"), 60),
    ("sd", CHANNEL, Setting.PEOPLE_LIMIT, "", 25, GATHERING, ("persionNum", 3, "subPersionNum"), 25),
    ("light", CHANNEL, Setting.ACTION_OUTPUT, "face", True, FACE, ("trigger", "enableAlarmIo"), "1"),
    ("light", CHANNEL, Setting.SMART_MODE, "", "all", *changed("/api/event/smart-mode", "smartMode"), 3),
    ("light", CHANNEL, Setting.ACTION_SOUND, "", False, *changed("/api/event/smart-mode", "audioAlarmEn"), 0),
    ("light", CHANNEL, Setting.ROI, "", True, *changed("/api/event/roi", "enable"), 1),
    ("light", CHANNEL, Setting.BRIGHTNESS, "", 7.0, *changed(IMAGE, "brightness"), 7),
    ("light", CHANNEL, Setting.CONTRAST, "", 8, *changed(IMAGE, "contrast"), 8),
    ("light", CHANNEL, Setting.SATURATION, "", 9, *changed(IMAGE, "saturation"), 9),
    ("light", CHANNEL, Setting.HUE, "", 10, *changed(IMAGE, "hue"), 10),
    # 0 is on (l.4983).
    ("light", CHANNEL, Setting.EXPOSURE, "", "off", *changed(IMAGE, "exposureCtrl"), 1),
    ("light", CHANNEL, Setting.GAIN_MODE, "", "manual", *changed(IMAGE, "enableGainCtrl"), 0),
    ("light", CHANNEL, Setting.GAIN, "red", 11, *changed(IMAGE, "gainRCtrl"), 11),
    ("light", CHANNEL, Setting.WHITE_BALANCE, "", "manual", *changed(IMAGE, "whiteBalance"), 1),
    ("light", CHANNEL, Setting.BACKLIGHT, "", True, *changed(IMAGE, "enableBackLight"), 1),
    ("light", CHANNEL, Setting.BACKLIGHT_LEVEL, "", 2, *changed(IMAGE, "backLightStrength"), 2),
    ("light", CHANNEL, Setting.WDR, "", True, *changed(IMAGE, "enableWideDynamic"), 1),
    ("light", CHANNEL, Setting.WDR_LEVEL, "", "highest", *changed(IMAGE, "wideDynamicLevel"), 4),
    ("light", CHANNEL, Setting.ANTI_FLICKER, "", "50hz", *changed(IMAGE, "flickerCtrlModel"), 1),
    ("light", CHANNEL, Setting.ANTI_FLICKER, "", "50hz", *changed(IMAGE, "enableFlickerCtrl"), 1),
    ("light", CHANNEL, Setting.NOISE_LEVEL, "3d", 12, *changed(IMAGE, "dnr3DStrength"), 12),
    ("light", CHANNEL, Setting.DEFOG, "", "auto", *changed(IMAGE, "enableDefog"), 2),
    ("light", CHANNEL, Setting.HLC, "", True, *changed(IMAGE, "enableStrongLightInh"), 1),
    ("light", CHANNEL, Setting.HLC_LEVEL, "", 13, *changed(IMAGE, "strongLightInhibitionStreangth"), 13),
    ("light", CHANNEL, Setting.SCENE, "", "outdoor", *changed(IMAGE, "sceneMode"), 1),
    ("light", CHANNEL, Setting.LENS_CORRECTION, "", False, *changed(IMAGE, "enableLdc"), 0),
    # 0 shows (l.5144-5152), except for the text as such.
    ("light", CHANNEL, Setting.OSD_DATE, "", True, *changed(OSD, "dateVisiable"), 0),
    ("light", CHANNEL, Setting.OSD_WEEKDAY, "", False, *changed(OSD, "weekVisiable"), 1),
    ("light", CHANNEL, Setting.OSD_NAME, "", False, *changed(OSD, "nameVisiable"), 1),
    ("light", CHANNEL, Setting.OSD, "", True, *changed(OSD, "visiable"), 1),
    ("light", CHANNEL, Setting.OSD_TEXT, "", "Grüße", *changed(OSD, "text"), "Grüße"),
    ("light", CHANNEL, Setting.OSD_DATE_FORMAT, "", "ymd", *changed(OSD, "dateFormat"), 0),
    ("light", CHANNEL, Setting.MIRROR, "", "both", *changed(OSD, "mirrorMode"), 3),
    ("light", CHANNEL, Setting.DAY_NIGHT, "", "night", *changed(OSD, "ircutMode"), 3),
    ("light", CHANNEL, Setting.DAY_NIGHT_DELAY, "", 120, *changed(OSD, "ircutSwitchTime"), 120),
    ("light", CHANNEL, Setting.DAY_NIGHT_SENSITIVITY, "", 7, *changed(OSD, "ircutSensitivity"), 7),
    ("light", CHANNEL, Setting.LIGHT_MODE, "", "whiteLight", *changed(LIGHT, "dayNightMode"), 2),
    ("light", CHANNEL, Setting.LIGHT_SCHEDULE, "", "timed", *changed(LIGHT, "fillMode"), 3),
    ("light", CHANNEL, Setting.LIGHT_ON_DELAY, "", 10, *changed(LIGHT, "openDelay"), 10),
    ("light", CHANNEL, Setting.LIGHT_OFF_DELAY, "", 60, *changed(LIGHT, "closeDelay"), 60),
    ("light", CHANNEL, Setting.LIGHT_SENSITIVITY, "", 5, *changed(LIGHT, "nightVal"), 5),
    ("light", CHANNEL, Setting.DAWN, "", 400, *changed(LIGHT, "dawnTime"), 400),
    ("light", CHANNEL, Setting.DUSK, "", 1000, *changed(LIGHT, "darkTime"), 1000),
    ("sd", CHANNEL, Setting.LIGHT_AUTO_BRIGHTNESS, "", True, *changed(LIGHT, "lightMode"), 1),
    ("sd", CHANNEL, Setting.FOCUS_MODE, "", "manual", *changed(LENS, "focusModel"), 1),
    ("sd", CHANNEL, Setting.APERTURE_MODE, "", "manual", *changed(LENS, "apertureMode"), 1),
    ("sd", CHANNEL, Setting.APERTURE, "", 44, *changed(LENS, "apertureVal"), 44),
    ("sd", CHANNEL, Setting.DAY_NIGHT_FOCUS, "", True, *changed(LENS, "enableDayNightFilter"), 1),
    ("light", CHANNEL, Setting.RESOLUTION, "main", "1920x1080", ENCODE, ("streamEncode", 0, "width"), 1920),
    ("light", CHANNEL, Setting.RESOLUTION, "third", "352x288", ENCODE, ("streamEncode", 2, "height"), 288),
    ("light", CHANNEL, Setting.RATE_MODE, "sub", "vbr", ENCODE, ("streamEncode", 1, "bitrateType"), 1),
    ("light", CHANNEL, Setting.QUALITY, "main", "best", ENCODE, ("streamEncode", 0, "quality"), 5),
    ("light", CHANNEL, Setting.FRAME_RATE, "sub", 12, ENCODE, ("streamEncode", 1, "frameRate"), 12),
    ("light", CHANNEL, Setting.BIT_RATE, "sub", 64, ENCODE, ("streamEncode", 1, "bitRate"), 64),
    ("light", CHANNEL, Setting.KEY_FRAMES, "third", 50, ENCODE, ("streamEncode", 2, "keyFrameInterval"), 50),
    ("light", CHANNEL, Setting.SMART_CODEC, "main", False, ENCODE, ("streamEncode", 0, "enableSmartEnc"), 0),
    ("light", CHANNEL, Setting.AUDIO, "", False, *changed(AUDIO, "enable"), False),
    ("light", CHANNEL, Setting.MICROPHONE_VOLUME, "", 1, *changed(AUDIO, "inputVolume"), 1),
    ("light", CHANNEL, Setting.SPEAKER_VOLUME, "", 2, *changed(AUDIO, "outputVolume"), 2),
    ("light", CHANNEL, Setting.AUDIO_INPUT, "", "line", *changed(AUDIO, "inputModel"), 1),
    ("light", CHANNEL, Setting.AUDIO_OUTPUT, "", "external", *changed(AUDIO, "outputModel"), 1),
    ("light", CHANNEL, Setting.WATERMARK, "", False, *changed("/api/video/watermark", 3, "enable"), False),
    ("light", HOST_PART, Setting.AUDIO_ALARM, "", False, *changed(VOICE, "enable"), False),
    ("light", HOST_PART, Setting.WARNING_SOUND, "", "welcome", *changed(VOICE, "selAudioType"), 3),
    ("light", HOST_PART, Setting.WARNING_LANGUAGE, "", "english", *changed(VOICE, "audioLanguage"), 1),
    ("light", HOST_PART, Setting.WARNING_DELAY, "", "20", *changed(VOICE, "playDelayTime"), 20),
    ("sd", CHANNEL, Setting.RECORDING_SCHEDULE, "", False, RECORD, ("videoRecord", "enable"), 0),
    ("sd", CHANNEL, Setting.RECORDING_STREAM, "", "third", RECORD, ("videoRecord", "videoStreamType"), 2),
    ("sd", CHANNEL, Setting.LOOP_RECORDING, "", False, *changed(STORAGE, "lackSpaceModel"), 0),
    ("sd", CHANNEL, Setting.PRE_RECORD, "", "auto", *changed(STORAGE, "preRecordTime"), 7),
    ("sd", CHANNEL, Setting.POST_RECORD, "", "600", *changed(STORAGE, "recordDelay"), 7),
    ("sd", CHANNEL, Setting.STORAGE_SHARE, "", 50, *changed(STORAGE, "videoStoragePercentage"), 50),
    ("sd", CHANNEL, Setting.TIMED_SNAPSHOTS, "", False, CAPTURE, ("timerCapture", "enable"), False),
    ("sd", CHANNEL, Setting.SNAPSHOT_QUALITY, "", "low", *changed(CAPTURE, "quality"), 2),
    ("sd", HOST_PART, Setting.NTP, "", True, *changed("/api/system/system-time", "model"), 2),
    ("sd", HOST_PART, Setting.TIME_MODE, "", "pc", *changed("/api/system/system-time", "model"), 1),
    (
        "sd",
        HOST_PART,
        Setting.NTP_SERVER,
        "",
        "ntp.example",
        *changed("/api/system/system-time", "ntpServerAddr"),
        "ntp.example",
    ),
    ("sd", HOST_PART, Setting.AUTO_REBOOT, "", False, *changed("/api/system/auto-maintain", "enable"), 0),
    ("sd", HOST_PART, Setting.REBOOT_PERIOD, "", "daily", *changed("/api/system/auto-maintain", "type"), 0),
    ("sd", HOST_PART, Setting.DAYLIGHT_SAVING, "", False, *changed("/api/system/summer-time", "enable"), 0),
    ("sd", HOST_PART, Setting.DEVICE_NAME, "", "Yard", *changed("/api/system/device-info", "devName"), "Yard"),
    ("sd", HOST_PART, Setting.P2P, "", False, *changed("/api/network/p2p", "enable"), False),
    (
        "sd",
        HOST_PART,
        Setting.ONVIF,
        "",
        False,
        "/api/network/port",
        (2, "property", "onvifProtocol ", "enable"),
        False,
    ),
    ("sd", HOST_PART, Setting.IPEYE, "", True, *changed("/api/storage/ipeye", "enable"), True),
]


@pytest.mark.parametrize("model", ["light", "sd"])
async def test_a_setting_is_the_field_that_the_document_says(model: str) -> None:
    async with HerospeedSimulator(model) as camera, knobs(camera) as made:
        original = deepcopy(camera.world.documents)
        for of_model, part, setting, of, value, path, steps, wire in WIRE:
            if of_model != model:
                continue
            camera.world.documents = deepcopy(original)
            polled = await made.put(setting, value, of, part)
            assert polled.settings[part, SettingKey(setting, of)] == value
            found: Any = camera.world.documents[path]
            before: Any = original[path]
            for step in steps:
                found, before = found[step], before[step]
            assert (found, type(found)) == (wire, type(wire)), setting
            assert before != wire, f"{setting} was so before"
        clean(camera)


def test_every_row_is_tried_on_the_wire() -> None:
    """P1, P2 and P3 alike; listed ones need a device that lists, flagged ones a camera with the flag."""
    tried = {(setting, of) for _, _, setting, of, *_ in WIRE}
    rows = {tuple(row.key) for row in (*_CHANNEL_ROWS, *HOST_ROWS)}
    untried = {setting for setting, _ in rows - tried} - {setting for setting, _ in tried}
    assert untried == {
        Setting.CODEC,
        Setting.SHUTTER,
        Setting.ROTATION,
        Setting.NOISE_REDUCTION_MODE,
        Setting.HDR,
        Setting.STABILIZER,
        Setting.KEEP_FULL_COLOR,
        Setting.EVENT_SNAPSHOTS,
        Setting.DEFOG_LEVEL,
        Setting.DARK_BOOST,
        Setting.LENS_CORRECTION_LEVEL,
        Setting.ACTION_FLASH,
        Setting.ACTION_RECORDING,
        Setting.ACTION_EMAIL,
        Setting.ACTION_FTP,
    }


def test_every_key_has_its_name_above() -> None:
    """A slot that is no detection is one of the listed."""
    for row in (*_CHANNEL_ROWS, *HOST_ROWS):
        if row.key.of and row.key.of not in Detection:
            assert row.key.of in SLOTS[row.key.setting], row.key


GATES: list[tuple[str, int, Setting, str, bool]] = [
    ("enableWdr", 0, Setting.WDR, "", True),
    ("enableWdr", 1, Setting.WDR, "", False),
    ("enableMirrorAndFlip", 0, Setting.MIRROR, "", True),
    ("enableMirrorAndFlip", 1, Setting.MIRROR, "", False),
    ("enableDefog", 0, Setting.DEFOG, "", False),
    ("enableBackLight", 0, Setting.BACKLIGHT, "", True),
    ("enableBackLight", 0, Setting.BACKLIGHT_LEVEL, "", False),
    ("enableBackLight", 2, Setting.BACKLIGHT, "", False),
    ("enableWhiteBalance", 1, Setting.GAIN, "green", True),
    ("enableWhiteBalance", 0, Setting.GAIN, "green", False),
    ("enableWhiteBalance", 2, Setting.WHITE_BALANCE, "", False),
    ("enableExposure", 0, Setting.EXPOSURE, "", False),
    ("enableExposure", 3, Setting.EXPOSURE, "", True),
    ("enableExposure", 3, Setting.GAIN_MODE, "", False),
    ("enableHdr", 1, Setting.HDR, "", True),
    ("enableHdr", 0, Setting.HDR, "", False),
    ("enableElectronicAntiShake", 1, Setting.STABILIZER, "", True),
    ("enableSLInhibition", 0, Setting.HLC, "", False),
    ("enableLdc", 0, Setting.LENS_CORRECTION, "", False),
    ("enableSmartir", 0, Setting.LIGHT_MODE, "", False),
    ("enableSmartir", 0, Setting.DAY_NIGHT, "", True),
    ("enableSmartir", 2, Setting.DAY_NIGHT, "", False),
    ("enableSmartir", 6, Setting.KEEP_FULL_COLOR, "", True),
    ("enableSmartir", 5, Setting.KEEP_FULL_COLOR, "", False),
    ("enableSmartir", 5, Setting.LIGHT_AUTO_BRIGHTNESS, "", False),
    ("enableH265", 0, Setting.KEY_FRAMES, "main", False),
    ("enableH265", 2, Setting.KEY_FRAMES, "main", True),
    ("enableH265", 2, Setting.SMART_CODEC, "main", False),
    ("enableAudioOut", 0, Setting.SPEAKER_VOLUME, "", False),
    ("enableAudioOut", 2, Setting.SPEAKER_VOLUME, "", True),
    ("enableAudioOut", 3, Setting.AUDIO_INPUT, "", True),
    ("enableAudioOut", 4, Setting.AUDIO_INPUT, "", False),
    ("enableAudio", 0, Setting.AUDIO, "", False),
    ("enableVideoTamper", 0, Setting.DETECTION, "tamper", False),
    ("enableRegionalIntrusionDetectionus", 0, Setting.DETECTION, "intrusion", False),
    ("enableCrossBorderDetection", 0, Setting.DIRECTION, "line_crossing", False),
    ("enableFace", 2, Setting.FACE_ALARM, "", True),
    ("enableFace", 0, Setting.FACE_ALARM, "", False),
    ("enabelRoi", 0, Setting.ROI, "", False),
    ("enableWaterMark", 0, Setting.WATERMARK, "", False),
    ("enableIo", 2, Setting.ACTION_OUTPUT, "tamper", False),
]


@pytest.mark.parametrize(("flag", "value", "setting", "of", "there"), GATES)
def test_a_flag_grants_by_its_own_polarity(flag: str, value: int, setting: Setting, of: str, there: bool) -> None:
    row = next(row for row in (*_CHANNEL_ROWS, *HOST_ROWS) if row.key == SettingKey(setting, of))
    assert row.granted(Facts(flags={flag: value})) is there
    assert row.granted(Facts())
