"""The knobs of devices that all families share. Member values are pieces of unique ids: never changed once released."""

from enum import StrEnum
from typing import NamedTuple


class Setting(StrEnum):
    """Knobs of a device. The unit of a number is percent where none is given."""

    DETECTION = "detection"
    SENSITIVITY = "sensitivity"
    NOTIFICATIONS = "notifications"
    """Whether alarms of a channel are reported at all (arming of a recorder's notifications)."""
    HOLIDAY_MODE = "holiday_mode"
    DAY_NIGHT = "day_night"
    LIGHT_MODE = "light_mode"
    MOUNTING_SCENARIO = "mounting_scenario"
    BRIGHTNESS = "brightness"
    CONTRAST = "contrast"
    SATURATION = "saturation"
    SHARPNESS = "sharpness"
    WDR = "wdr"
    BACKLIGHT = "backlight"
    PARK_ACTION = "park_action"
    WARNING_SOUND = "warning_sound"
    WARNING_VOLUME = "warning_volume"
    WARNING_REPEATS = "warning_repeats"
    FLASH_DURATION = "flash_duration"
    FLASH_FREQUENCY = "flash_frequency"
    ONE_TIME_DEACTIVATION = "one_time_deactivation"
    """What of a zone is left out until the next disarming."""
    DEACTIVATION = "deactivation"
    """What of a zone is left out until it is switched on again."""


class SettingKey(NamedTuple):
    """A knob of a part; `of` names the detection or slot where a part has the same knob several times."""

    setting: Setting
    of: str = ""

    @property
    def key(self) -> str:
        """Piece of a unique id: `day_night`, `sensitivity_motion`."""
        return f"{self.setting.value}_{self.of}" if self.of else self.setting.value
