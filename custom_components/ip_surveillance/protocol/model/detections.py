"""What devices detect: kinds of alarm, whom they concern, and how each behaves over time.

A new detection costs one member here, one description row in a platform, one translation and one icon.
Member values are pieces of unique ids: they are never changed once released.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Target(StrEnum):
    """What a detection saw."""

    HUMAN = "human"
    VEHICLE = "vehicle"
    ANIMAL = "animal"
    NON_MOTOR = "non_motor"
    OTHER = "other"


class Detection(StrEnum):
    """Kinds of alarm that a channel or a device can raise."""

    MOTION = "motion"
    PIR = "pir"
    LINE_CROSSING = "line_crossing"
    INTRUSION = "intrusion"
    REGION_ENTRANCE = "region_entrance"
    REGION_EXITING = "region_exiting"
    LOITERING = "loitering"
    GATHERING = "gathering"
    FAST_MOVING = "fast_moving"
    PARKING = "parking"
    UNATTENDED_OBJECT = "unattended_object"
    OBJECT_REMOVED = "object_removed"
    OBJECT_THROWN = "object_thrown"
    FACE = "face"
    FACE_MATCH = "face_match"
    PLATE = "plate"
    AUDIO_EXCEPTION = "audio_exception"
    SCENE_CHANGE = "scene_change"
    DEFOCUS = "defocus"
    TAMPER = "tamper"
    VIDEO_LOSS = "video_loss"
    BAD_VIDEO = "bad_video"
    VIDEO_MISMATCH = "video_mismatch"
    FIRE = "fire"
    SMOKE = "smoke"
    TEMPERATURE_ALARM = "temperature_alarm"
    TEMPERATURE_WARNING = "temperature_warning"
    TEMPERATURE_DIFFERENCE = "temperature_difference"
    SHIP = "ship"
    FALL = "fall"
    VIOLENT_MOTION = "violent_motion"
    QUEUE = "queue"
    CALL_HELP = "call_help"
    WIRELESS_SENSOR = "wireless_sensor"
    AI_RULE = "ai_rule"
    INPUT = "input"
    DISK_FULL = "disk_full"
    DISK_ERROR = "disk_error"
    DISK_HEALTH = "disk_health"
    RAID = "raid"
    RECORDING_FAILURE = "recording_failure"
    NETWORK_BROKEN = "network_broken"
    IP_CONFLICT = "ip_conflict"
    ILLEGAL_LOGIN = "illegal_login"
    POWER = "power"
    UNEXPECTED_REBOOT = "unexpected_reboot"
    SMART_MOTION = "smart_motion"
    PERSON = "person"
    """Somebody, told apart from whatever else moves."""
    VEHICLE = "vehicle"
    DOUBLE_LINE_CROSSING = "double_line_crossing"
    GROUP_LOITERING = "group_loitering"
    WRONG_WAY = "wrong_way"
    SMOKING = "smoking"
    """Somebody smokes a cigarette."""
    FIRE_POINT = "fire_point"
    """A small fire, seen from far away."""
    SAFETY_HELMET = "safety_helmet"
    SAFETY_VEST = "safety_vest"
    TEMPERATURE_RISE = "temperature_rise"
    TEMPERATURE_RANGE = "temperature_range"
    FACE_TEMPERATURE_HIGH = "face_temperature_high"
    FACE_TEMPERATURE_LOW = "face_temperature_low"
    BLACKBODY = "blackbody"
    """The reference radiator of a thermometer is out of order."""
    DAY_NIGHT_SWITCH = "day_night_switch"
    """The camera changed between its day and night pictures."""
    PEOPLE_LIMIT = "people_limit"
    """More people than the limit."""
    FACE_STRANGER = "face_stranger"
    RING = "ring"
    """Somebody calls at a door station."""
    LONG_ABSENCE = "long_absence"
    HEART_RATE = "heart_rate"
    BREATHING = "breathing"
    CAMERA_OFFLINE = "camera_offline"
    AUDIO_FAULT = "audio_fault"
    CLOUD_LINK = "cloud_link"
    """The maker's cloud, over which a host reaches its devices, is out of reach."""
    KEY_FAULT = "key_fault"
    """The key that a device was added with no longer fits."""
    QUEUE_LENGTH = "queue_length"
    """More people wait in a line than its limit."""
    WAITING_TIME = "waiting_time"
    """Somebody waits longer in a line than its limit."""
    ANOMALY = "anomaly"
    """A person behaves suspiciously."""
    # What ails an alarm panel.
    LID = "lid"
    MAINS = "mains"
    BATTERY_FAULT = "battery_fault"
    POWER_SUPPLY = "power_supply"
    BUS_FAULT = "bus_fault"
    COMMUNICATION = "communication"
    PERIPHERAL_FAULT = "peripheral_fault"
    PERIPHERAL_TAMPER = "peripheral_tamper"
    PERIPHERAL_BATTERY = "peripheral_battery"
    PERIPHERAL_LINK = "peripheral_link"
    LOCKOUT = "lockout"
    TEST_MODE = "test_mode"
    PROGRAMMING = "programming"
    # Why a partition is in alarm.
    BURGLARY = "burglary"
    PANIC = "panic"
    MEDICAL = "medical"
    COLD = "cold"
    GAS = "gas"
    WATER = "water"
    DRILLING = "drilling"
    SURVEILLANCE = "surveillance"
    """A camera or microphone of the panel."""
    DURESS = "duress"
    SILENT_PANIC = "silent_panic"
    SILENT_MEDICAL = "silent_medical"
    EARLY_WARNING = "early_warning"


DISCREET = frozenset({Detection.DURESS, Detection.SILENT_PANIC, Detection.SILENT_MEDICAL})
"""Alarms that call for help behind the back of whoever threatens: nothing that can be seen may give them away."""


AIMED = frozenset(
    {
        Detection.MOTION,
        Detection.LINE_CROSSING,
        Detection.INTRUSION,
        Detection.REGION_ENTRANCE,
        Detection.REGION_EXITING,
        Detection.LOITERING,
        Detection.GATHERING,
        Detection.FAST_MOVING,
        Detection.PARKING,
    }
)
"""Detections that can tell whom they saw and in which region or at which line."""


@dataclass(frozen=True, slots=True)
class DetectionTraits:
    """How a detection behaves over time, whichever device reports it."""

    hold: float
    """Seconds it stays on after the last report when no end is reported."""
    lasting: bool = False
    """A condition (disk broken) rather than a moment (somebody passed): the user's hold time does not apply."""
    unpolled: bool = False
    """No poll is sure to show it: one that does not leaves it for its hold time."""


_MOMENT = DetectionTraits(hold=5.0)
_SMART = DetectionTraits(hold=10.0)
# Conditions are repeated while they last by most firmware, once only by some; an hour without a word ends them.
_CONDITION = DetectionTraits(hold=3600.0, lasting=True)

DETECTION_TRAITS: Mapping[Detection, DetectionTraits] = {
    **dict.fromkeys(Detection, _SMART),
    Detection.MOTION: _MOMENT,
    Detection.PIR: _MOMENT,
    Detection.INPUT: _MOMENT,
    Detection.AUDIO_EXCEPTION: _MOMENT,
    Detection.DAY_NIGHT_SWITCH: _MOMENT,
    Detection.TAMPER: DetectionTraits(hold=60.0),
    **dict.fromkeys(
        (
            Detection.VIDEO_LOSS,
            Detection.BAD_VIDEO,
            Detection.VIDEO_MISMATCH,
            Detection.DISK_FULL,
            Detection.DISK_ERROR,
            Detection.DISK_HEALTH,
            Detection.RAID,
            Detection.RECORDING_FAILURE,
            Detection.NETWORK_BROKEN,
            Detection.IP_CONFLICT,
            Detection.POWER,
            Detection.CAMERA_OFFLINE,
            Detection.AUDIO_FAULT,
            Detection.CLOUD_LINK,
            Detection.KEY_FAULT,
            Detection.LID,
            Detection.MAINS,
            Detection.BATTERY_FAULT,
            Detection.POWER_SUPPLY,
            Detection.BUS_FAULT,
            Detection.COMMUNICATION,
            Detection.PERIPHERAL_FAULT,
            Detection.PERIPHERAL_TAMPER,
            Detection.PERIPHERAL_BATTERY,
            Detection.PERIPHERAL_LINK,
            Detection.LOCKOUT,
            Detection.TEST_MODE,
            Detection.PROGRAMMING,
            Detection.BLACKBODY,
        ),
        _CONDITION,
    ),
    **dict.fromkeys(
        (Detection.RING, Detection.FALL, Detection.LONG_ABSENCE, Detection.HEART_RATE, Detection.BREATHING),
        DetectionTraits(hold=30.0),
    ),
    # A panel shows as little of them as it can, so that its state is no proof that they are over.
    **dict.fromkeys(DISCREET, DetectionTraits(hold=600.0, lasting=True, unpolled=True)),
}
