"""Alarm codes as data: six major and 71 minor ones (003_f90f6ea635efbe94.txt l.32597-32861).

A record holds five fields and nothing of whom or where (l.635-678). That one is over is told of some alarms only;
what the document leaves open is learned from the device (`AlarmBook.ends`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ...model.detections import Detection

type Code = tuple[int, int]
"""Major and minor type."""


class Where(StrEnum):
    """What `sourceID` counts (l.637)."""

    CAMERA = "camera"
    INPUT = "input"
    DEVICE = "device"
    """It is about the device as a whole, whatever the number."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One code: a detection begins, or something ends, or neither has a word in the common model."""

    major: int
    minor: int
    what: Detection | None = None
    where: Where = Where.CAMERA
    word: str = ""
    """What it is called where no detection names it."""
    clears: frozenset[Detection] = frozenset()
    """What is over when this comes."""
    recording: bool | None = None
    """It tells that recording began or ended."""

    @property
    def code(self) -> Code:
        """Major and minor type."""
        return self.major, self.minor


_DISKS: Final = frozenset({Detection.DISK_ERROR, Detection.DISK_FULL})

ALARMS: Final = (
    Alarm(1, 1, Detection.INPUT, Where.INPUT),
    Alarm(1, 2, Detection.MOTION),
    Alarm(1, 3, Detection.TAMPER),
    Alarm(1, 4, Detection.VIDEO_LOSS),
    Alarm(1, 5, Detection.NETWORK_BROKEN, Where.DEVICE),
    Alarm(1, 9, Detection.PIR),
    # An input of a camera behind a recorder.
    Alarm(1, 10, Detection.INPUT),
    Alarm(1, 11, Detection.DAY_NIGHT_SWITCH),
    Alarm(1, 12, Detection.AUDIO_EXCEPTION),
    Alarm(4, 1, None, Where.DEVICE, "disk_normal", clears=_DISKS),
    Alarm(4, 2, Detection.DISK_ERROR, Where.DEVICE, "disk_access"),
    Alarm(4, 3, Detection.DISK_ERROR, Where.DEVICE, "network_disk"),
    Alarm(4, 4, Detection.DISK_FULL, Where.DEVICE, "disk_full"),
    Alarm(4, 5, Detection.DISK_ERROR, Where.DEVICE, "disk_missing"),
    Alarm(4, 6, Detection.DISK_FULL, Where.DEVICE, "disk_threshold"),
    Alarm(4, 7, Detection.DISK_ERROR, Where.DEVICE, "disk_unformatted"),
    Alarm(4, 8, Detection.DISK_FULL, Where.DEVICE, "storage_insufficient"),
    Alarm(4, 9, Detection.DISK_ERROR, Where.DEVICE, "data_too_old"),
    Alarm(4, 10, Detection.DISK_ERROR, Where.DEVICE, "data_too_new"),
    Alarm(4, 11, Detection.DISK_ERROR, Where.DEVICE, "disk_too_slow"),
    Alarm(5, 1, None, word="source_connected", clears=frozenset({Detection.KEY_FAULT})),
    Alarm(5, 2, Detection.KEY_FAULT, word="source_login"),
    Alarm(5, 3, None, word="source_rights"),
    Alarm(5, 4, None, word="source_connections"),
    Alarm(5, 5, None, word="source_bandwidth"),
    # Their cells in the table are empty (l.32709-32737).
    *(Alarm(5, minor, None, word=f"alarm_5_{minor}") for minor in (6, 7, 8, 12, 13, 14, 15)),
    Alarm(5, 9, Detection.RECORDING_FAILURE),
    Alarm(5, 10, None, word="recording_started", recording=True),
    Alarm(5, 11, None, word="recording_stopped", recording=False),
    Alarm(6, 21, Detection.LINE_CROSSING),
    Alarm(6, 22, Detection.MOTION),
    Alarm(6, 23, Detection.TAMPER),
    Alarm(6, 24, Detection.INTRUSION),
    Alarm(6, 25, Detection.DOUBLE_LINE_CROSSING),
    Alarm(6, 26, Detection.LOITERING),
    Alarm(6, 27, Detection.GROUP_LOITERING),
    Alarm(6, 28, Detection.UNATTENDED_OBJECT),
    Alarm(6, 29, Detection.OBJECT_REMOVED),
    Alarm(6, 30, Detection.FAST_MOVING),
    Alarm(6, 31, Detection.WRONG_WAY),
    Alarm(6, 32, Detection.PARKING),
    Alarm(6, 33, Detection.SCENE_CHANGE),
    Alarm(6, 34, Detection.BAD_VIDEO),
    Alarm(6, 35, None, word="alarm_6_35"),
    Alarm(6, 37, Detection.PLATE),
    Alarm(7, 0, Detection.TEMPERATURE_WARNING),
    Alarm(7, 1, Detection.TEMPERATURE_ALARM),
    Alarm(7, 4, Detection.TEMPERATURE_DIFFERENCE, word="warning"),
    Alarm(7, 5, Detection.TEMPERATURE_DIFFERENCE, word="alarm"),
    Alarm(7, 6, Detection.FACE_TEMPERATURE_HIGH),
    Alarm(7, 7, Detection.TEMPERATURE_RANGE),
    Alarm(7, 8, Detection.FACE),
    Alarm(7, 9, Detection.PERSON),
    Alarm(7, 10, Detection.VEHICLE),
    Alarm(7, 11, Detection.FACE_TEMPERATURE_LOW),
    Alarm(7, 12, None, word="face_temperature_normal"),
    Alarm(7, 13, Detection.TEMPERATURE_RISE, word="warning"),
    Alarm(7, 14, Detection.TEMPERATURE_RISE, word="alarm"),
    Alarm(7, 15, Detection.BLACKBODY),
    # The document's "smoking" is somebody with a cigarette, its "smoking spot" a small fire (l.32855-32861).
    Alarm(7, 16, Detection.SMOKING),
    Alarm(7, 17, Detection.SMOKE),
    Alarm(7, 18, Detection.FIRE_POINT),
    Alarm(9, 52, Detection.SMART_MOTION),
    Alarm(9, 55, Detection.SAFETY_HELMET),
    Alarm(9, 58, Detection.SAFETY_VEST),
)

CODES: Final[Mapping[Code, Alarm]] = MappingProxyType({alarm.code: alarm for alarm in ALARMS})

KNOWN: Final = frozenset(alarm.what for alarm in ALARMS if alarm.what is not None)
"""Detections that a code tells of."""

ENDING: Final = frozenset(
    {
        Detection.INPUT,
        Detection.MOTION,
        Detection.TAMPER,
        Detection.VIDEO_LOSS,
        Detection.NETWORK_BROKEN,
        Detection.PIR,
        Detection.AUDIO_EXCEPTION,
        Detection.TEMPERATURE_WARNING,
        Detection.TEMPERATURE_ALARM,
        Detection.TEMPERATURE_DIFFERENCE,
        Detection.TEMPERATURE_RANGE,
        Detection.TEMPERATURE_RISE,
        Detection.BLACKBODY,
        Detection.BAD_VIDEO,
        # These have no end (l.550): they last as long as they are listed, or until a code says that all is well.
        Detection.DISK_ERROR,
        Detection.DISK_FULL,
        Detection.RECORDING_FAILURE,
        Detection.KEY_FAULT,
    }
)
"""What the list of active alarms shows for as long as it lasts. All else is taken for moments until an end is heard."""

_ANALYSES: Final[Mapping[int, Detection]] = {
    0: Detection.INTRUSION,
    1: Detection.SMART_MOTION,
    2: Detection.SAFETY_HELMET,
    3: Detection.SAFETY_VEST,
    4: Detection.INTRUSION,
    7: Detection.LINE_CROSSING,
    8: Detection.DOUBLE_LINE_CROSSING,
    9: Detection.LOITERING,
    10: Detection.GROUP_LOITERING,
    11: Detection.UNATTENDED_OBJECT,
    12: Detection.OBJECT_REMOVED,
    13: Detection.FAST_MOVING,
    14: Detection.WRONG_WAY,
    15: Detection.PARKING,
    16: Detection.BAD_VIDEO,
    17: Detection.INTRUSION,
    19: Detection.TAMPER,
    28: Detection.SMOKING,
    29: Detection.SMOKE,
    30: Detection.FIRE_POINT,
}
"""Number of a smart analysis -> what it raises (l.14217-14249). Of those absent no code is documented."""

_RULES: Final[Mapping[int, tuple[Detection, ...]]] = {
    0: (Detection.TEMPERATURE_DIFFERENCE,),
    1: (Detection.TEMPERATURE_WARNING, Detection.TEMPERATURE_ALARM),
    2: (Detection.TEMPERATURE_RANGE,),
    3: (Detection.TEMPERATURE_RISE,),
}
"""Kind of a temperature alarm -> what it raises (l.23835)."""


def of_analyses(numbers: frozenset[int]) -> frozenset[Detection]:
    """What smart analyses raise."""
    return frozenset(_ANALYSES[number] for number in numbers if number in _ANALYSES)


def of_rules(rules: frozenset[int]) -> frozenset[Detection]:
    """What a thermal camera with these kinds of alarms raises; without any the common ones."""
    return frozenset(what for rule in rules or {1} for what in _RULES.get(rule, ()))
