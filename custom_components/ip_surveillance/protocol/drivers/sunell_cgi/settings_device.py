"""Rows of the settings of sound, recording, texts, masks, services, temperatures, plates, fisheye. Pure.

Lines: 003_f90f6ea635efbe94.txt.
"""

from typing import Final

from ...model.parts import Range
from ...model.setting_words import REGION, Setting, SettingKey
from .settings import Codec, Field, Flag, Free, Knob, Number, Page, Words, flag, number, place, words
from .settings_special import Degrees

_MICROPHONE: Final = Page(kinds=("microphone",), ability=("audioAbility",))  # l.3982
_OUTPUT_SOUND: Final = Page(kinds=("AudioOutputParam",), lenses=True, ability=("audioAbility",))  # l.4018
_DENOISE: Final = Page(kinds=("voiceDenoise",), lenses=True)  # l.4076
# Stream and group of disks are required in a write (l.5939).
RECORDING: Final = Page(kinds=("recordPolicy",), whole=True)  # l.5907
_MASKS: Final = Page(kinds=("blindArea",), own=True)  # l.8956
_OSD: Final = Page(kinds=("OSD",), set_cgis=("param", "sensor"))  # l.3367, l.3397-3399
_OSD_TIME, _OSD_NAME = (  # l.3740-3766, l.3775
    Page(kinds=("OSDInfo",), cgis=("param", "sensor"), extra=(("OSDInfoID", number),)) for number in ("1", "2")
)
_SNAPSHOT: Final = Page(kinds=("snapshot",), extra=(("streamID", "1"),))  # l.5434
_FISHEYE: Final = Page(kinds=("dewarpParam",), ability=("FisheyeAbility",))  # l.22686
_MOUNT: Final = Page(kinds=("mountParam",), lenses=True, ability=("FisheyeAbility",))  # l.22724
_PLATES: Final = Page(kinds=("LprLinkParam",), lenses=True)  # l.12445
IMAGER: Final = Page(kinds=("thermalImagerConfigureParam",), thermal=True)  # l.23370
_AMBIENT: Final = Page(kinds=("environmentTemperature",), thermal=True, unit=True)  # l.23678
_AREAS: Final = Page(
    kinds=("temperAlarmParam",), extra=(("measureID", "0"),), thermal=True, unit=True, own=True
)  # l.23729

_MASK_FIELD: Final = Field(names=("enableFlag",), within="BlindAreaParam", only=("areaID", ""))
_DEWARPINGS: Final = {  # l.22838-22850
    "0": "fisheye",
    "2": "panorama",
    "4": "fisheye_3ptz",
    "5": "fisheye_5ptz",
    "6": "fisheye_7ptz",
    "8": "4ptz",
    "9": "original_4ptz",
    "10": "panorama_180",
    "11": "fisheye_panorama_3ptz",
    "12": "2fisheye_3ptz",
    "13": "fisheye_4ptz",
}
_VOLUME: Final = ("audioVolumeMin", "audioVolumeMax")


def _row(setting: Setting, page: Page, codec: Codec, of: str = "") -> Knob:
    return Knob(key=SettingKey(setting, of), page=page, codec=codec)


def _area(name: str) -> Field:
    return Field(names=(name,), within="temperAlarmParam", only=("areaId", ""))


CHANNEL_KNOBS: Final = (
    _row(Setting.MICROPHONE, _MICROPHONE, flag("toneArmEnableFlag")),
    _row(Setting.MICROPHONE_VOLUME, _MICROPHONE, Number(field=place("volume"), bounds=_VOLUME)),
    _row(
        Setting.AUDIO_INPUT,
        _MICROPHONE,
        words(
            "toneArmType",
            words={"1": "microphone", "2": "external", "3": "line", "4": "differential_line", "5": "dual"},  # l.3957
            listed="audioInType",
        ),
    ),
    _row(Setting.SPEAKER, _OUTPUT_SOUND, flag("audioOutputEnable")),
    # The table's 1 to 5 is another field's (l.4063).
    _row(Setting.SPEAKER_VOLUME, _OUTPUT_SOUND, Number(field=place("audioOutputVolume"), bounds=_VOLUME)),
    _row(
        Setting.AUDIO_OUTPUT,
        _OUTPUT_SOUND,
        words("audioOutputType", words={"0": "auto", "1": "external", "2": "builtin"}, listed="audioOutType"),
    ),
    _row(Setting.AUDIO_DENOISE, _DENOISE, flag("voiceDenoiseEnable")),
    _row(Setting.RECORDING_SCHEDULE, RECORDING, flag("RecordOpenFlag")),
    _row(Setting.RECORDING_SCHEDULE, RECORDING, flag("RecordGeneralOpen")),
    _row(Setting.RETENTION, RECORDING, number("SaveDays", low=0, high=365)),
    _row(Setting.PRIVACY_MASK, _MASKS, Flag(field=_MASK_FIELD), REGION),
    _row(Setting.OSD_DATE, _OSD_TIME, flag("Open")),
    _row(Setting.OSD_NAME, _OSD_NAME, flag("Open")),
    _row(Setting.OSD_TEXT, _OSD_NAME, Free(field=place("Customstr"))),
    _row(Setting.OSD_WEEKDAY, _OSD, flag("WeekFlag")),
    _row(
        Setting.SNAPSHOT_QUALITY,
        _SNAPSHOT,
        words("SnapshotQuality", words={"1": "low", "5": "medium", "9": "high"}),  # l.5478
    ),
    _row(Setting.DEWARPING, _FISHEYE, words("dewarpMode", words=_DEWARPINGS, listed="dewarpMode")),
    _row(
        Setting.MOUNT,
        _MOUNT,
        words("mountType", words={"0": "wall", "1": "ceiling", "2": "desktop"}, listed="mountType"),
    ),
    *(
        _row(Setting.BARRIER, _PLATES, flag(field), of)
        for of, field in (("allowed", "WhiteListOpen"), ("blocked", "BlackListOpen"), ("unlisted", "NoListOpen"))
    ),
    _row(Setting.BARRIER_DURATION, _PLATES, number("OpenBarrierDuration", low=0, high=3600)),
    _row(Setting.THERMOMETRY, IMAGER, flag("IsOpenTemperatureMeasure")),
    _row(
        Setting.AMBIENT_TEMPERATURE,
        _AMBIENT,
        Degrees(field=place("environmentTemperature"), range=Range(low=-50, high=100, step=0.1)),
    ),
    _row(Setting.TEMPERATURE_ALARM, _AREAS, Flag(field=_area("alarmFlag")), REGION),
    _row(Setting.WARNING_TEMPERATURE, _AREAS, Degrees(field=_area("warningValue")), REGION),
    _row(Setting.ALARM_TEMPERATURE, _AREAS, Degrees(field=_area("alarmValue")), REGION),
)
"""Of channels; of several rows for one setting the first that the device has counts."""

NUMBERED: Final = {"blindArea": ("BlindAreaParam", "areaID"), "temperAlarmParam": ("temperAlarmParam", "areaId")}
"""List of a page whose records have knobs of their own, and the field with their number."""

_NTP: Final = Page(kinds=("NTP",), address="")  # l.10307
_P2P: Final = Page(kinds=("p2pParam",), address="")  # l.11661
_NAME: Final = Page(kinds=("deviceInfo",), set_kinds=("deviceName",), address="")  # l.1922, l.1953
_PUSH: Final = Page(kinds=("messagePush",), address="")  # l.9641
_RESTART: Final = Page(kinds=("timingRestart",), cgis=("param", "operate"), address="")  # l.29149-29155
_TIMED_RESTART: Final = Page(kinds=("timedRestart",), cgis=("system", "param"), address="")  # l.29252
_ZONE: Final = Page(kinds=("timeZone",), address="")  # l.2839
_CMS: Final = Page(kinds=("cmsConfigure",), set_cgis=("param", "network"), address="")  # l.12037-12039

HOST_KNOBS: Final = (
    _row(Setting.NTP, _NTP, flag("enableFlag")),
    _row(Setting.NTP_SERVER, _NTP, Free(field=place("NTPIP"), longest=64)),
    _row(Setting.P2P, _P2P, flag("enable")),
    _row(Setting.DEVICE_NAME, _NAME, Free(field=place("deviceName"))),
    _row(Setting.MESSAGE_PUSH, _PUSH, flag("messagePushEnable")),
    _row(Setting.AUTO_REBOOT, _RESTART, flag("autoRestartEnable")),
    _row(
        Setting.REBOOT_PERIOD,
        _RESTART,
        words("restartType", words={"0": "daily", "1": "weekly", "2": "monthly"}),  # l.29190
    ),
    _row(Setting.AUTO_REBOOT, _TIMED_RESTART, flag("enable")),
    _row(
        Setting.REBOOT_PERIOD,
        _TIMED_RESTART,
        words("interval", words={"1": "daily", "2": "weekly", "3": "monthly"}),  # l.29289
    ),
    _row(Setting.DAYLIGHT_SAVING, _ZONE, flag("DSTOpenFlag")),
    _row(Setting.ONVIF, _CMS, flag("OnvifEnable")),
)
"""Of the device as a whole."""

OUTPUT_PAGE: Final = Page(kinds=("alarmOut",), address="alarmOutID")  # l.6549
"""Also tells the name, as `alarmOutName`."""

OUTPUT_KNOBS: Final = (
    _row(
        Setting.OUTPUT_DURATION,
        OUTPUT_PAGE,
        Number(field=place("alarmTime"), range=Range(low=0, high=3600), factor=1000),  # milliseconds, l.6618
    ),
    _row(
        Setting.OUTPUT_MODE,
        OUTPUT_PAGE,
        Words(field=place("alarmMode"), words={"1": "switch", "2": "pulse"}),  # l.6611
    ),
)
"""Of alarm outputs."""
