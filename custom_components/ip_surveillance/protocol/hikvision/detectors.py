"""What the detector of a zone senses, by the word the panel has for it (004…txt l.5103-5177)."""

from collections.abc import Mapping
from typing import Final

from ..model.panel_words import Role

ROLES: Final[Mapping[str, Role]] = {
    "panicButton": Role.PANIC,
    "magneticContact": Role.DOOR,
    "smokeDetector": Role.SMOKE,
    "activeInfraredDetector": Role.MOTION,
    "passiveInfraredDetector": Role.MOTION,
    "glassBreakDetector": Role.GLASS,
    "vibrationDetector": Role.VIBRATION,
    "dualTechnologyPirDetector": Role.MOTION,
    "tripleTechnologyPirDetector": Role.MOTION,
    "humidityDetector": Role.CLIMATE,
    "temperatureDetector": Role.HEAT,
    "combustibleGasDetector": Role.GAS,
    "dynamicSwitch": Role.OTHER,
    "controlSwitch": Role.OTHER,
    "smartLock": Role.LOCK,
    "waterDetector": Role.MOISTURE,
    "displacementDetector": Role.DISPLACEMENT,
    # Described as a door contact although the name says infrared (l.5140).
    "singleInfraredDetector": Role.DOOR,
    "singleZoneModule": Role.OTHER,
    "curtainInfraredDetector": Role.MOTION,
    "pircam": Role.MOTION,
    "slimMagneticContact": Role.DOOR,
    "indoorDualTechnologyDetector": Role.MOTION,
    "magnetShockDetector": Role.DOOR,
    "waterLeakDetector": Role.MOISTURE,
    "wirelessSmokeDetector": Role.SMOKE,
    "wirelessGlassBreakDetector": Role.GLASS,
    "wirelessTemperatureHumidityDetector": Role.CLIMATE,
    "wirelessHeatDetector": Role.HEAT,
    "wirelessCODetector": Role.CARBON_MONOXIDE,
    "wirelessPIRCeilingDetector": Role.MOTION,
    "wirelessExternalMagnetDetector": Role.DOOR,
    "wirelessPIRCurtainDetector": Role.MOTION,
    "wirelessDTAMCurtainDetector": Role.MOTION,
    "other": Role.OTHER,
}
"""All 35 words of the guide."""

CAMERAS: Final = frozenset({"pircam"})
"""Detectors that take pictures."""

_BY_WORD: Final = {word.lower(): role for word, role in ROLES.items()}


def role_of(word: str | None) -> Role:
    """Tell what a detector senses; `Role.OTHER` for a word that is not known, or none."""
    return _BY_WORD.get((word or "").strip().lower(), Role.OTHER)


def has_camera(word: str | None) -> bool:
    """Whether a detector of that word takes pictures."""
    return (word or "").strip().lower() in CAMERAS
