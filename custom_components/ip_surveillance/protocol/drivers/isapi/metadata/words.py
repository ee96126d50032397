"""The document's words, and what they are in ours."""

from collections.abc import Mapping
import re
from typing import Final

from ....hikvision.event_types import detection_of, plain, targets_of
from ....model.detections import Detection, Target

TYPES: Final[Mapping[str, str]] = {
    "thermometry": "thermometry",
    "fire": "fireDetection",
    "ships": "shipsDetection",
    "behavior": "behaviorAnalysis",
    "plates": "ANPR",
    "queue": "personQueue",
    "faces": "faceSnap",
    "radar": "radarDetection",
    "tracking": "personalTrack",
}
"""What a camera can be told to measure: our word (a slot of the setting) and the device's (001…txt l.841-844)."""

_BEHAVIOURS: Final = frozenset(
    {
        Detection.LINE_CROSSING,
        Detection.INTRUSION,
        Detection.REGION_ENTRANCE,
        Detection.REGION_EXITING,
        Detection.PARKING,
        Detection.LOITERING,
        Detection.GATHERING,
        Detection.FAST_MOVING,
        Detection.UNATTENDED_OBJECT,
        Detection.OBJECT_REMOVED,
    }
)
_MISSPELT: Final[Mapping[str, str]] = {"fieldddetection": "fielddetection"}
"""001…txt l.1645; l.2350 has it right."""
_SIDES: Final[Mapping[str, str]] = {
    "lefttoright": "left_to_right",
    "righttopleft": "right_to_left",  # l.1653; l.2358 has it right
    "righttoleft": "right_to_left",
    "bothdirection": "both",
}
_OTHER_WORDS: Final[Mapping[str, str]] = {"0xff": "other", "noerthSouth": "north_south"}
"""A colour that has no name (l.1501), and a slip (l.1529)."""
_TARGETS: Final[Mapping[str, Target]] = {"zoology": Target.ANIMAL}
"""l.1773."""
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LONGEST: Final = 64


def behaviour(word: str) -> Detection | None:
    """The rule that a word names; None where it is none of the ten."""
    name = plain(word.lstrip("> "))
    what = detection_of(_MISSPELT.get(name, name)) if name else None
    return what if what in _BEHAVIOURS else None


def side(word: str) -> str | None:
    """Which way over a line."""
    return _SIDES.get(word.lower())


def snake(word: str) -> str | None:
    """A word of the device in the style of ours: `deepBlue` becomes `deep_blue`."""
    text = _OTHER_WORDS.get(word, word)[:_LONGEST]
    return _HUMP.sub("_", text).lower() or None


def target_of(word: str) -> Target | None:
    """Whom a recognition names, where it is one of those that are told apart."""
    return _TARGETS.get(word) or next(iter(targets_of(word)), None)
