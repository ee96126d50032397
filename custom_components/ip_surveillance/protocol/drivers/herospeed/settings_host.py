"""Settings of the device as a whole: clock, restarts, network services, spoken warnings, the alarm output."""

from collections.abc import Mapping
from typing import Final

from ...model.setting_words import Setting, SettingKey
from .settings import EACH, Being, Kind, Line, Row, Source, Steps, Truth, Words

TIME: Final = Source(path="/api/system/system-time")
MAINTENANCE: Final = Source(path="/api/system/auto-maintain")
SUMMER_TIME: Final = Source(path="/api/system/summer-time")
DEVICE_INFO: Final = Source(path="/api/system/device-info")
PORTS: Final = Source(path="/api/network/port", asked=(("type", 255),))
P2P: Final = Source(path="/api/network/p2p")
IPEYE: Final = Source(path="/api/storage/ipeye")
AUDIO_ALARM: Final = Source(path="/api/video/audio-alarm")
ALARM_OUT: Final = Source(path="/api/event/alarm-out")

_ON_OFF: Final = Truth()
_NTP: Final = 2
_MANUAL: Final = 0
_SOUND: Final = "enableAudioAlarm"

DELAYS: Final[Mapping[int, str]] = {1: "5", 2: "10", 3: "30", 4: "60", 5: "120", 6: "300", 7: "600"}
"""Seconds that the output stays on, for the values of `delayTime` (002…txt l.7352)."""
SOUNDS: Final[Mapping[int, str]] = {
    0: "privateArea",
    1: "alertArea",
    2: "monitoringArea",
    3: "welcome",
    4: "deepWater",
    5: "dangerousArea",
    6: "valuables",
    7: "highland",
    8: "custom",
}


def _row(setting: Setting, source: Source, at: Steps, kind: Kind, *flags: str) -> Row:
    return Row(key=SettingKey(setting), source=source, at=at, kind=kind, flags=flags)


HOST_ROWS: Final = (
    _row(Setting.TIME_MODE, TIME, ("model",), Words(words={_MANUAL: "manual", 1: "pc", _NTP: "ntp"})),
    _row(Setting.NTP, TIME, ("model",), Being(on=_NTP, off=_MANUAL)),
    _row(Setting.NTP_SERVER, TIME, ("ntpServerAddr",), Line(longest=63)),
    _row(Setting.AUTO_REBOOT, MAINTENANCE, ("enable",), _ON_OFF),
    _row(
        Setting.REBOOT_PERIOD,
        MAINTENANCE,
        ("type",),
        Words(words={0: "daily", 1: "weekly", 2: "monthly"}),
    ),
    _row(Setting.DAYLIGHT_SAVING, SUMMER_TIME, ("enable",), _ON_OFF),
    _row(Setting.DEVICE_NAME, DEVICE_INFO, ("devName",), Line(longest=31)),
    _row(Setting.P2P, P2P, ("enable",), _ON_OFF),
    _row(Setting.ONVIF, PORTS, (EACH, "property", "onvifProtocol", "enable"), _ON_OFF),
    _row(Setting.IPEYE, IPEYE, ("enable",), _ON_OFF, "enableIpeye"),
    _row(Setting.AUDIO_ALARM, AUDIO_ALARM, ("enable",), _ON_OFF, _SOUND),
    _row(Setting.WARNING_SOUND, AUDIO_ALARM, ("selAudioType",), Words(words=SOUNDS), _SOUND),
    _row(
        Setting.WARNING_LANGUAGE,
        AUDIO_ALARM,
        ("audioLanguage",),
        Words(words={0: "chinese", 1: "english"}),
        _SOUND,
    ),
    _row(
        Setting.WARNING_DELAY,
        AUDIO_ALARM,
        ("playDelayTime",),
        Words(words={seconds: str(seconds) for seconds in (5, 10, 20, 30)}),
        _SOUND,
    ),
)

OUTPUT_ROWS: Final = (_row(Setting.OUTPUT_DURATION, ALARM_OUT, ("delayTime",), Words(words=DELAYS)),)
