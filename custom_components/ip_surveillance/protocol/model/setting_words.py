"""The knobs of devices that all families share. Member values are pieces of unique ids: never changed once released."""

from collections.abc import Mapping
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
    FLASH_MODE = "flash_mode"
    """Whether a lamp that warns flashes or shines."""
    FLASH_INTERVAL = "flash_interval"
    """Milliseconds."""
    LED_MODE = "led_mode"
    """When the indicator of a camera shines."""
    ONE_TIME_DEACTIVATION = "one_time_deactivation"
    """What of a zone is left out until the next disarming."""
    DEACTIVATION = "deactivation"
    """What of a zone is left out until it is switched on again."""
    TARGET = "target"
    """Whom a detection looks for."""
    DIRECTION = "direction"
    """Which way over a line counts."""
    ALARM_INTERVAL = "alarm_interval"
    """Seconds between two reports of a detection."""
    PEOPLE_LIMIT = "people_limit"
    PEOPLE_COUNTING = "people_counting"
    HEAT_MAP = "heat_map"
    RISE_THRESHOLD = "rise_threshold"
    DROP_THRESHOLD = "drop_threshold"
    RISE_ALARM = "rise_alarm"
    """Whether sound that grows loud all at once is an alarm."""
    DROP_ALARM = "drop_alarm"
    DROP_SENSITIVITY = "drop_sensitivity"
    FACE_ALARM = "face_alarm"
    PERSON_FILTER = "person_filter"
    """Whether motion counts only where a person is seen."""
    SMART_MODE = "smart_mode"
    HUE = "hue"
    GAIN = "gain"
    MIRROR = "mirror"
    CORRIDOR_MODE = "corridor_mode"
    WHITE_BALANCE = "white_balance"
    EXPOSURE = "exposure"
    SHUTTER = "shutter"
    SCENE = "scene"
    ANTI_FLICKER = "anti_flicker"
    WDR_LEVEL = "wdr_level"
    HLC = "hlc"
    HLC_LEVEL = "hlc_level"
    BACKLIGHT_LEVEL = "backlight_level"
    DEFOG = "defog"
    DEFOG_LEVEL = "defog_level"
    STABILIZER = "stabilizer"
    LENS_CORRECTION = "lens_correction"
    NOISE_REDUCTION = "noise_reduction"
    NOISE_LEVEL = "noise_level"
    FOCUS_MODE = "focus_mode"
    APERTURE_MODE = "aperture_mode"
    APERTURE = "aperture"
    DAY_NIGHT_DELAY = "day_night_delay"
    """Seconds."""
    DAY_NIGHT_SENSITIVITY = "day_night_sensitivity"
    LIGHT_SCHEDULE = "light_schedule"
    LIGHT_ON_DELAY = "light_on_delay"
    """Seconds."""
    LIGHT_OFF_DELAY = "light_off_delay"
    """Seconds."""
    LIGHT_DURATION = "light_duration"
    """Seconds that a lamp that was switched on stays so."""
    LIGHT_LEVEL = "light_level"
    """Brightness of a lamp that the camera itself switches on by night."""
    LIGHT_REGULATION = "light_regulation"
    """Whether the camera itself dims that lamp."""
    AUDIO = "audio"
    AUDIO_INPUT = "audio_input"
    AUDIO_OUTPUT = "audio_output"
    MICROPHONE = "microphone"
    MICROPHONE_VOLUME = "microphone_volume"
    SPEAKER = "speaker"
    SPEAKER_VOLUME = "speaker_volume"
    AUDIO_DENOISE = "audio_denoise"
    OSD_DATE = "osd_date"
    OSD_WEEKDAY = "osd_weekday"
    OSD_NAME = "osd_name"
    OSD_TEXT = "osd_text"
    OSD_DATE_FORMAT = "osd_date_format"
    WATERMARK = "watermark"
    PRIVACY_MASK = "privacy_mask"
    RECORDING_SCHEDULE = "recording_schedule"
    MANUAL_RECORDING = "manual_recording"
    RECORDING_STREAM = "recording_stream"
    RETENTION = "retention"
    """Days."""
    LOOP_RECORDING = "loop_recording"
    PRE_RECORD = "pre_record"
    POST_RECORD = "post_record"
    STORAGE_SHARE = "storage_share"
    EVENT_SNAPSHOTS = "event_snapshots"
    TIMED_SNAPSHOTS = "timed_snapshots"
    SNAPSHOT_QUALITY = "snapshot_quality"
    NTP = "ntp"
    NTP_SERVER = "ntp_server"
    TIME_MODE = "time_mode"
    DAYLIGHT_SAVING = "daylight_saving"
    P2P = "p2p"
    """The maker's cloud, by which its app reaches the device."""
    ONVIF = "onvif"
    MESSAGE_PUSH = "message_push"
    FTP_UPLOAD = "ftp_upload"
    EMAIL = "email"
    AUTO_REBOOT = "auto_reboot"
    REBOOT_PERIOD = "reboot_period"
    DEVICE_NAME = "device_name"
    AUTO_TRACKING = "auto_tracking"
    TRACKING_TARGET = "tracking_target"
    TRACKING_DURATION = "tracking_duration"
    """Seconds."""
    TRACKING_ZOOM = "tracking_zoom"
    """How far whoever is followed is magnified, in the device's own measure."""
    TRACKING_CALIBRATION = "tracking_calibration"
    WIPER = "wiper"
    HEATER = "heater"
    PALETTE = "palette"
    THERMOMETRY = "thermometry"
    AMBIENT_TEMPERATURE = "ambient_temperature"
    """Degrees Celsius, as the thermometry reckons with."""
    TEMPERATURE_ALARM = "temperature_alarm"
    WARNING_TEMPERATURE = "warning_temperature"
    """Degrees Celsius."""
    ALARM_TEMPERATURE = "alarm_temperature"
    """Degrees Celsius."""
    DEWARPING = "dewarping"
    BARRIER = "barrier"
    """Whether a barrier opens for number plates that are allowed, blocked, or on no list."""
    BARRIER_DURATION = "barrier_duration"
    """Seconds that a barrier stays open."""
    MOUNT = "mount"
    OUTPUT_MODE = "output_mode"
    OUTPUT_DURATION = "output_duration"
    """Seconds that an output stays switched on by an alarm."""
    INPUT_TYPE = "input_type"
    """Whether an input is normally open or closed."""
    RESOLUTION = "resolution"
    CODEC = "codec"
    RATE_MODE = "rate_mode"
    QUALITY = "quality"
    FRAME_RATE = "frame_rate"
    """Pictures a second."""
    BIT_RATE = "bit_rate"
    """Kilobits a second."""
    KEY_FRAMES = "key_frames"
    """Pictures between two key frames."""
    SMART_CODEC = "smart_codec"
    GAIN_MODE = "gain_mode"
    NOISE_REDUCTION_MODE = "noise_reduction_mode"
    HDR = "hdr"
    DARK_BOOST = "dark_boost"
    """How far dark parts of the picture are lifted."""
    LENS_CORRECTION_LEVEL = "lens_correction_level"
    ROTATION = "rotation"
    DAY_NIGHT_FOCUS = "day_night_focus"
    """Whether the camera focuses anew when it changes between its day and night pictures."""
    OSD = "osd"
    KEEP_FULL_COLOR = "keep_full_color"
    LIGHT_SENSITIVITY = "light_sensitivity"
    LIGHT_AUTO_BRIGHTNESS = "light_auto_brightness"
    DAWN = "dawn"
    """Minutes after midnight."""
    DUSK = "dusk"
    """Minutes after midnight."""
    FACE_THRESHOLD = "face_threshold"
    """How alike a face must be to one that is known."""
    FACE_SIZE = "face_size"
    """Pixels of the smallest face that counts."""
    ROI = "roi"
    """Whether regions of interest are encoded better than the rest."""
    AUDIO_ALARM = "audio_alarm"
    WARNING_LANGUAGE = "warning_language"
    WARNING_DELAY = "warning_delay"
    """Seconds."""
    IPEYE = "ipeye"
    ACTION_OUTPUT = "action_output"
    ACTION_SECOND_OUTPUT = "action_second_output"
    ACTION_SOUND = "action_sound"
    ACTION_FLASH = "action_flash"
    ACTION_RECORDING = "action_recording"
    ACTION_EMAIL = "action_email"
    ACTION_FTP = "action_ftp"
    """What a detection does on the device when it strikes."""

    METADATA = "metadata"
    """Whether a camera tells what it measures in its picture; of each kind of measurement."""
    MODEL = "model"
    """The detection model that an engine runs."""
    DURATION = "duration"
    """Seconds that something must last before it counts."""
    OVERLAY = "overlay"
    """Whether what was detected is drawn into the picture."""


class SettingKey(NamedTuple):
    """A knob of a part; `of` names the detection or slot where a part has the same knob several times."""

    setting: Setting
    of: str = ""

    @property
    def key(self) -> str:
        """Piece of a unique id: `day_night`, `sensitivity_motion`."""
        return f"{self.setting.value}_{self.of}" if self.of else self.setting.value


STREAMS = ("main", "sub", "third")

REGION = "region"
"""Slot of settings that come once for each numbered region, which follows the word: `region1`."""

_AIMED = (
    "motion",
    "smart_motion",
    "intrusion",
    "line_crossing",
    "region_entrance",
    "region_exiting",
    "loitering",
    "fast_moving",
    "wrong_way",
)

METADATA = (
    "thermometry",
    "fire",
    "ships",
    "behavior",
    "plates",
    "queue",
    "faces",
    "radar",
    "tracking",
)
"""Kinds of measurement in a picture that can be switched on by themselves."""

_ACTING = (
    "motion",
    "tamper",
    "intrusion",
    "line_crossing",
    "loitering",
    "gathering",
    "face",
    "input",
    "smart_motion",
    "double_line_crossing",
    "region_entrance",
    "region_exiting",
    "group_loitering",
    "unattended_object",
    "object_removed",
    "fast_moving",
    "wrong_way",
    "parking",
    "bad_video",
    "smoking",
    "smoke",
    "fire_point",
    "safety_helmet",
    "safety_vest",
    "people_limit",
    "day_night_switch",
)
"""Detections that are told what to do by a device."""

SLOTS: Mapping[Setting, tuple[str, ...]] = {
    Setting.TARGET: _AIMED,
    Setting.DIRECTION: ("line_crossing",),
    Setting.ALARM_INTERVAL: ("", "motion", "audio_exception"),
    Setting.NOISE_REDUCTION: ("", "2d", "3d"),
    Setting.NOISE_LEVEL: ("", "2d", "3d"),
    Setting.LIGHT_LEVEL: ("ir", "white"),
    Setting.LIGHT_REGULATION: ("ir", "white"),
    Setting.BARRIER: ("allowed", "blocked", "unlisted"),
    Setting.PRIVACY_MASK: ("", REGION),
    Setting.TEMPERATURE_ALARM: (REGION,),
    Setting.WARNING_TEMPERATURE: (REGION,),
    Setting.ALARM_TEMPERATURE: (REGION,),
    Setting.RESOLUTION: STREAMS,
    Setting.CODEC: STREAMS,
    Setting.RATE_MODE: STREAMS,
    Setting.QUALITY: STREAMS,
    Setting.FRAME_RATE: STREAMS,
    Setting.BIT_RATE: STREAMS,
    Setting.KEY_FRAMES: STREAMS,
    Setting.SMART_CODEC: STREAMS,
    Setting.METADATA: METADATA,
    Setting.GAIN: ("", "red", "green", "blue"),
    Setting.ACTION_OUTPUT: _ACTING,
    Setting.ACTION_SECOND_OUTPUT: _ACTING,
    Setting.ACTION_SOUND: ("", *_ACTING),
    Setting.ACTION_FLASH: _ACTING,
    Setting.ACTION_RECORDING: _ACTING,
    Setting.ACTION_EMAIL: _ACTING,
    Setting.ACTION_FTP: _ACTING,
}
"""What tells several knobs of one kind apart (`SettingKey.of`), where it is no detection; others come alone."""
