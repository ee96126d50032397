"""The maker's words for events, and which of our detections each one is.

Letter case and spelling differ between configuration, alerts and firmware ("VMD", "vmd", "motion"), so words are
compared in lower case without blanks, underscores and hyphens. Sources: 000_29ae79f8e0fdbaf4.txt L1661-1856 (kinds
of alarm), and the trigger lists and alerts of cameras and recorders of firmware 5.2 to 5.8 and 4.x.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from ..model.detections import Detection, Target


class Scope(StrEnum):
    """Which kind of part a detection belongs to."""

    CHANNEL = "channel"
    DEVICE = "device"
    INPUT = "input"


_WORDS: Final[Mapping[Detection, tuple[str, ...]]] = {
    Detection.MOTION: ("VMD", "motion", "motionDetection"),
    Detection.PIR: ("PIR", "PIRAlarm"),
    Detection.LINE_CROSSING: ("lineDetection", "crossLine", "traversingVirtualPlane"),
    Detection.INTRUSION: ("fieldDetection", "intrusion"),
    Detection.REGION_ENTRANCE: ("regionEntrance", "enterArea"),
    Detection.REGION_EXITING: ("regionExiting", "leaveArea"),
    Detection.LOITERING: ("loitering",),
    Detection.GATHERING: ("group", "gathering", "groupDetection"),
    Detection.FAST_MOVING: ("rapidMove", "fastMoving"),
    Detection.PARKING: ("parking", "parkingDetection"),
    Detection.UNATTENDED_OBJECT: ("unattendedBaggage",),
    Detection.OBJECT_REMOVED: ("attendedBaggage",),
    Detection.OBJECT_THROWN: ("objectsThrownDetection",),
    Detection.FACE: (
        "faceDetection",
        "faceSnap",
        "faceCapture",
        "faceContrastFailure",  # a face that is in no list
    ),
    Detection.FACE_MATCH: ("faceContrast", "faceContrastSuccess", "whiteListFaceContrast", "alarmResult"),
    Detection.PLATE: ("ANPR", "vehicleDetection", "vehicleDetect"),
    Detection.AUDIO_EXCEPTION: ("audioException", "audioDetection"),
    Detection.SCENE_CHANGE: ("sceneChangeDetection",),
    Detection.DEFOCUS: ("defocus", "defocusDetection"),
    Detection.TAMPER: ("tamperDetection", "shelterAlarm", "tamper"),
    Detection.VIDEO_LOSS: ("videoLoss",),
    Detection.BAD_VIDEO: ("badVideo", "videoException"),
    Detection.VIDEO_MISMATCH: ("videoMismatch", "videoResMismatch"),
    Detection.FIRE: ("fireDetection", "dynFireDetection"),
    Detection.SMOKE: ("smokeDetection", "smokeAndFireDetection"),
    Detection.TEMPERATURE_ALARM: ("TMA", "thermometry"),
    Detection.TEMPERATURE_WARNING: ("TMPA",),
    Detection.TEMPERATURE_DIFFERENCE: ("TDA", "temperatureDifference"),
    Detection.SHIP: ("shipsDetection",),
    Detection.FALL: ("fallDown", "personFall"),
    Detection.VIOLENT_MOTION: ("violentMotion",),
    Detection.QUEUE: ("personQueueDetection", "personQueueCounting", "personQueueTime", "personDensityDetection"),
    Detection.CALL_HELP: ("callHelp",),
    Detection.WIRELESS_SENSOR: ("WLSensor",),
    Detection.AI_RULE: ("AIOP_Video", "AIOP_Picture", "AIOP_Polling_Snap", "AIOP_Polling_Video"),
    Detection.INPUT: ("IO", "alarmInput"),
    Detection.DISK_FULL: ("diskFull", "hdFull"),
    Detection.DISK_ERROR: ("diskError", "hdError", "diskUnformat"),
    Detection.DISK_HEALTH: ("storageDetection", "diskHealth"),
    Detection.RAID: ("raidException",),
    Detection.RECORDING_FAILURE: ("recordingFailure", "recordException"),
    Detection.NETWORK_BROKEN: ("nicBroken", "netBroken"),
    Detection.IP_CONFLICT: ("ipConflict",),
    Detection.ILLEGAL_LOGIN: ("illAccess", "illegalLogin"),
    Detection.POWER: ("POCException", "poePowerException", "powerException", "voltageInstable"),
    Detection.UNEXPECTED_REBOOT: ("abnormalReboot",),
}

_SCOPES: Final[Mapping[Detection, Scope]] = {
    Detection.INPUT: Scope.INPUT,
    **dict.fromkeys(
        (
            Detection.CALL_HELP,
            Detection.WIRELESS_SENSOR,
            Detection.DISK_FULL,
            Detection.DISK_ERROR,
            Detection.DISK_HEALTH,
            Detection.RAID,
            Detection.RECORDING_FAILURE,
            Detection.NETWORK_BROKEN,
            Detection.IP_CONFLICT,
            Detection.ILLEGAL_LOGIN,
            Detection.POWER,
            Detection.UNEXPECTED_REBOOT,
        ),
        Scope.DEVICE,
    ),
}

_TARGETS: Final[Mapping[str, Target]] = {
    "human": Target.HUMAN,
    "person": Target.HUMAN,
    "pedestrian": Target.HUMAN,
    "vehicle": Target.VEHICLE,
    "car": Target.VEHICLE,
    "animal": Target.ANIMAL,
    "nonmotor": Target.NON_MOTOR,
    "nonmotorvehicle": Target.NON_MOTOR,
    "others": Target.OTHER,
    "other": Target.OTHER,
}


_SPELLING: Final = str.maketrans("", "", " \t\r\n_-")


def plain(word: str) -> str:
    """Reduce a word to what all spellings share."""
    return word.lower().translate(_SPELLING)


_BY_WORD: Final = {plain(word): what for what, words in _WORDS.items() for word in words}
IGNORED: Final = frozenset({"softio"})
"""Virtual inputs for linkages inside the device: nothing a person wired."""


def detection_of(word: str) -> Detection | None:
    """The detection that a word stands for; None for words that no detection names."""
    return _BY_WORD.get(plain(word)) or (Detection.AI_RULE if plain(word).startswith("aiop") else None)


def scope_of(what: Detection) -> Scope:
    """The kind of part that raises a detection."""
    return _SCOPES.get(what, Scope.CHANNEL)


def targets_of(words: str) -> tuple[Target, ...]:
    """The targets in a list such as "human,vehicle"; unknown and empty words name none."""
    found = (_TARGETS.get(plain(word)) for word in words.split(","))
    return tuple(dict.fromkeys(each for each in found if each is not None))
