"""What the push and the log say, in words of the model. Pure.

Neither is in the document. The push names its events by short words; rows of the log are free text, of which only
what plainly reports an alarm is taken for one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
import re
from typing import Final

from ...model.detections import Detection, Target


class Scope(StrEnum):
    """What an alarm concerns."""

    CHANNEL = "channel"
    DEVICE = "device"
    INPUT = "input"


_WORDS: Final[Mapping[Detection, tuple[str, ...]]] = {
    Detection.MOTION: ("motion", "motion_detection"),
    Detection.TAMPER: ("video_tempering", "video_tampering", "video_cover", "tamper"),
    Detection.AUDIO_EXCEPTION: ("audio_detection", "audio_exception"),
    Detection.INTRUSION: ("intrusion", "intrusion_detection"),
    Detection.REGION_ENTRANCE: ("region_entrance",),
    Detection.REGION_EXITING: ("region_exiting",),
    Detection.LINE_CROSSING: ("line_crossing", "line_cross_detection", "cross_border"),
    Detection.LOITERING: ("loitering", "loitering_detection"),
    Detection.GATHERING: ("people_gathering", "gathering"),
    Detection.FACE: ("face_detection", "face"),
    Detection.FACE_MATCH: ("face_matched", "face_match"),
    Detection.FACE_STRANGER: ("face_stranger",),
    Detection.PLATE: ("plate_detection", "license_plate"),
    Detection.PARKING: ("illegal_parking",),
    Detection.SCENE_CHANGE: ("scene_change",),
    Detection.UNATTENDED_OBJECT: ("item_abandoned",),
    Detection.OBJECT_REMOVED: ("item_moved", "item_taken"),
    Detection.FIRE: ("fire_detection",),
    Detection.VIDEO_LOSS: ("video_loss",),
    Detection.INPUT: ("alarm_input", "io_alarm"),
    Detection.DISK_FULL: ("disk_full",),
    Detection.DISK_ERROR: ("disk_loss", "disk_abnormality", "disk_error"),
    Detection.NETWORK_BROKEN: ("net_disconnect",),
    Detection.IP_CONFLICT: ("ip_conflict",),
}
_PLAIN: Final = re.compile(r"[^a-z0-9]")
_BY_WORD: Final[Mapping[str, Detection]] = {
    _PLAIN.sub("", word): what for what, words in _WORDS.items() for word in words
}
_OF_DEVICE: Final = frozenset(
    {Detection.DISK_FULL, Detection.DISK_ERROR, Detection.NETWORK_BROKEN, Detection.IP_CONFLICT}
)

_TARGETS: Final[Mapping[str, Target]] = {
    "human": Target.HUMAN,
    "person": Target.HUMAN,
    "people": Target.HUMAN,
    "pedestrian": Target.HUMAN,
    "vehicle": Target.VEHICLE,
    "car": Target.VEHICLE,
    "motorvehicle": Target.VEHICLE,
    "nonmotor": Target.NON_MOTOR,
    "nonmotorvehicle": Target.NON_MOTOR,
    "bicycle": Target.NON_MOTOR,
    "animal": Target.ANIMAL,
    "pet": Target.ANIMAL,
}
OBJECTS: Final[Mapping[Target, Detection]] = {Target.HUMAN: Detection.PERSON, Target.VEHICLE: Detection.VEHICLE}
"""What an object that was recognised is told as."""


def plain(word: str) -> str:
    """Reduce a word to what spellings have in common: `faceDetection` and `face_detection` are one."""
    return _PLAIN.sub("", word.lower())


def detection_of(word: str) -> Detection | None:
    """What a word of the push means; None for one not known."""
    return _BY_WORD.get(plain(word))


def target_of(word: object) -> Target | None:
    """Whom a word means."""
    return _TARGETS.get(plain(word)) if isinstance(word, str) else None


def scope_of(what: Detection) -> Scope:
    """What an alarm of this kind concerns."""
    if what is Detection.INPUT:
        return Scope.INPUT
    return Scope.DEVICE if what in _OF_DEVICE else Scope.CHANNEL


@dataclass(frozen=True, slots=True, kw_only=True)
class LogAlarm:
    """What a row of the log reports."""

    what: Detection
    active: bool = True


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


# The first that fits counts.
_TEXTS: Final[tuple[tuple[re.Pattern[str], Detection], ...]] = (
    (_pattern(r"stranger|陌生人"), Detection.FACE_STRANGER),
    (_pattern(r"face\W*(compar|match|recogni)|人脸比对"), Detection.FACE_MATCH),
    (_pattern(r"\bface\b|人脸"), Detection.FACE),
    (_pattern(r"licen[sc]e\W*plate|\bplate\b|车牌"), Detection.PLATE),
    (_pattern(r"(illegal|no)\W*parking|违停"), Detection.PARKING),
    (_pattern(r"region\w*\W*entr|enter\w*\W*(the\W*)?(region|area)"), Detection.REGION_ENTRANCE),
    (_pattern(r"region\w*\W*exit|(leav|exit)\w*\W*(the\W*)?(region|area)"), Detection.REGION_EXITING),
    (_pattern(r"intrusion|区域入侵"), Detection.INTRUSION),
    (_pattern(r"(cross\w*\W*border|line\W*cross|cross\w*\W*line|trip\W*wire)|越界"), Detection.LINE_CROSSING),
    (_pattern(r"loiter|wander|people\W*stay|徘徊"), Detection.LOITERING),
    (_pattern(r"gather|聚集"), Detection.GATHERING),
    (_pattern(r"scene\W*change|场景变更"), Detection.SCENE_CHANGE),
    (_pattern(r"(item|goods|object)\w*\W*(legacy|left|abandon)|物品遗留"), Detection.UNATTENDED_OBJECT),
    (_pattern(r"(item|goods|object)\w*\W*(tak|pick|mov|remov)|物品拿取"), Detection.OBJECT_REMOVED),
    (_pattern(r"audio\W*(detect|alarm|except)|声音"), Detection.AUDIO_EXCEPTION),
    (_pattern(r"\bfire\b|烟火"), Detection.FIRE),
    (_pattern(r"tamper|temper|(video|lens)\W*(cover|mask|occlu)|视频遮挡|遮挡报警"), Detection.TAMPER),
    (_pattern(r"video\W*los|视频丢失"), Detection.VIDEO_LOSS),
    (_pattern(r"\bmotion|移动侦测"), Detection.MOTION),
    (_pattern(r"\bi/?o\b\W*alarm|alarm\W*in(put)?\b|sensor\W*alarm|报警输入"), Detection.INPUT),
    (_pattern(r"(disk|hdd|(sd|memory|tf)\W*card|storage)\W*(is\W*)?full"), Detection.DISK_FULL),
    (
        _pattern(
            r"no\W*(disk|hdd|(sd|tf)\W*card)|(disk|hdd|(sd|memory|tf)\W*card|storage)\W*"
            r"(is\W*)?(error|abnormal|los|except|fail)"
        ),
        Detection.DISK_ERROR,
    ),
    (_pattern(r"ip\W*(address\W*)?conflict"), Detection.IP_CONFLICT),
    (_pattern(r"net(work)?\w*\W*(is\W*)?(disconnect|broken|down|abnormal)"), Detection.NETWORK_BROKEN),
)
_ENDS: Final = _pattern(
    r"\b(end(s|ed)?|stop(s|ped)?|over|clear(s|ed)?|recover(s|ed|y)?|restored?|disappear(s|ed)?)\b|结束"
)
_NO_ALARM: Final = _pattern(
    r"\b(set(ting|tings|s)?|param\w*|config\w*|modif\w+|chang(ed|ing|es)|enabl\w+|disabl\w+|sav(e|ed|ing)|edit\w*|"
    r"export\w*|import\w*|delete\w*|upgrad\w+|log(ged)?\W?(in|out|on|off)|user|schedule|clear (the )?(system )?logs?)\b"
)
"""What somebody did to settings has the same words in it as what the camera saw."""
_LONGEST: Final = 200


def log_alarm(text: str) -> LogAlarm | None:
    """What a row of the log reports; None where it is no alarm, or none that is known."""
    text = text[:_LONGEST]
    if _NO_ALARM.search(text):
        return None
    what = next((what for pattern, what in _TEXTS if pattern.search(text)), None)
    return None if what is None else LogAlarm(what=what, active=_ENDS.search(text) is None)
