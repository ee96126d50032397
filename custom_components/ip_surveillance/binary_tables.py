"""Tables of the binary sensors: what each detection, flag and feature looks like."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass as Class,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory

from .protocol.model.detections import Detection
from .protocol.model.panel_words import Role
from .protocol.model.parts import Part
from .protocol.model.state import LineState, State, StorageState
from .protocol.model.vocabulary import Feature, Flag

# Device classes make the standard triggers (motion.detected, ...) fire; no class where none says the same thing.
_DETECTION_CLASSES: Mapping[Detection, Class] = {
    Detection.MOTION: Class.MOTION,
    Detection.PIR: Class.MOTION,
    Detection.LINE_CROSSING: Class.MOTION,
    Detection.INTRUSION: Class.MOTION,
    Detection.REGION_ENTRANCE: Class.MOTION,
    Detection.REGION_EXITING: Class.MOTION,
    Detection.LOITERING: Class.MOTION,
    Detection.GATHERING: Class.OCCUPANCY,
    Detection.FAST_MOVING: Class.MOTION,
    Detection.PARKING: Class.OCCUPANCY,
    Detection.SMART_MOTION: Class.MOTION,
    Detection.PERSON: Class.OCCUPANCY,
    Detection.VEHICLE: Class.OCCUPANCY,
    Detection.DOUBLE_LINE_CROSSING: Class.MOTION,
    Detection.GROUP_LOITERING: Class.MOTION,
    Detection.WRONG_WAY: Class.MOTION,
    Detection.FIRE_POINT: Class.HEAT,
    Detection.TEMPERATURE_RISE: Class.HEAT,
    Detection.TEMPERATURE_RANGE: Class.HEAT,
    Detection.FACE_TEMPERATURE_HIGH: Class.HEAT,
    Detection.FACE_TEMPERATURE_LOW: Class.COLD,
    Detection.BLACKBODY: Class.PROBLEM,
    Detection.PEOPLE_LIMIT: Class.OCCUPANCY,
    Detection.FACE: Class.OCCUPANCY,
    Detection.AUDIO_EXCEPTION: Class.SOUND,
    Detection.TAMPER: Class.TAMPER,
    Detection.SCENE_CHANGE: Class.TAMPER,
    Detection.DEFOCUS: Class.PROBLEM,
    Detection.VIDEO_LOSS: Class.PROBLEM,
    Detection.BAD_VIDEO: Class.PROBLEM,
    Detection.VIDEO_MISMATCH: Class.PROBLEM,
    Detection.FIRE: Class.HEAT,
    Detection.SMOKE: Class.SMOKE,
    Detection.TEMPERATURE_ALARM: Class.HEAT,
    Detection.TEMPERATURE_WARNING: Class.HEAT,
    Detection.TEMPERATURE_DIFFERENCE: Class.HEAT,
    Detection.CALL_HELP: Class.SAFETY,
    Detection.FALL: Class.SAFETY,
    Detection.VIOLENT_MOTION: Class.SAFETY,
    Detection.DISK_FULL: Class.PROBLEM,
    Detection.DISK_ERROR: Class.PROBLEM,
    Detection.DISK_HEALTH: Class.PROBLEM,
    Detection.RAID: Class.PROBLEM,
    Detection.RECORDING_FAILURE: Class.PROBLEM,
    Detection.NETWORK_BROKEN: Class.PROBLEM,
    Detection.IP_CONFLICT: Class.PROBLEM,
    Detection.ILLEGAL_LOGIN: Class.SAFETY,
    Detection.POWER: Class.PROBLEM,
    Detection.UNEXPECTED_REBOOT: Class.PROBLEM,
    Detection.LONG_ABSENCE: Class.SAFETY,
    Detection.HEART_RATE: Class.SAFETY,
    Detection.BREATHING: Class.SAFETY,
    Detection.CAMERA_OFFLINE: Class.PROBLEM,
    Detection.AUDIO_FAULT: Class.PROBLEM,
    Detection.CLOUD_LINK: Class.PROBLEM,
    Detection.KEY_FAULT: Class.PROBLEM,
    Detection.LID: Class.TAMPER,
    Detection.MAINS: Class.PROBLEM,
    Detection.BATTERY_FAULT: Class.PROBLEM,
    Detection.POWER_SUPPLY: Class.PROBLEM,
    Detection.BUS_FAULT: Class.PROBLEM,
    Detection.COMMUNICATION: Class.PROBLEM,
    Detection.PERIPHERAL_FAULT: Class.PROBLEM,
    Detection.PERIPHERAL_TAMPER: Class.TAMPER,
    Detection.PERIPHERAL_BATTERY: Class.BATTERY,
    Detection.PERIPHERAL_LINK: Class.PROBLEM,
    # Somebody tries codes: that concerns the premises as much as the panel.
    Detection.LOCKOUT: Class.SAFETY,
    Detection.BURGLARY: Class.SAFETY,
    Detection.PANIC: Class.SAFETY,
    Detection.MEDICAL: Class.SAFETY,
    Detection.COLD: Class.COLD,
    Detection.GAS: Class.GAS,
    Detection.WATER: Class.MOISTURE,
    Detection.DRILLING: Class.VIBRATION,
    Detection.SURVEILLANCE: Class.SAFETY,
    Detection.DURESS: Class.SAFETY,
    Detection.SILENT_PANIC: Class.SAFETY,
    Detection.SILENT_MEDICAL: Class.SAFETY,
    Detection.EARLY_WARNING: Class.PROBLEM,
}

# What concerns the equipment rather than what it watches. Triggers that target an area skip diagnostic entities.
_ABOUT_EQUIPMENT = frozenset(
    what for what, device_class in _DETECTION_CLASSES.items() if device_class in (Class.PROBLEM, Class.BATTERY)
) - {Detection.EARLY_WARNING} | {Detection.ILLEGAL_LOGIN, Detection.TEST_MODE, Detection.PROGRAMMING}

DETECTIONS: Final[Mapping[Detection, BinarySensorEntityDescription]] = {
    what: BinarySensorEntityDescription(
        key=f"detection_{what.value}",
        translation_key=what.value,
        device_class=_DETECTION_CLASSES.get(what),
        entity_category=EntityCategory.DIAGNOSTIC if what in _ABOUT_EQUIPMENT else None,
    )
    for what in Detection
}

INPUT_CLASSES: Final[Mapping[str, Class]] = {
    "door": Class.DOOR,
    "motion": Class.MOTION,
    "smoke": Class.SMOKE,
    "panic": Class.SAFETY,
}
"""By what is wired to an input, as far as a device tells."""

ZONE_CLASSES: Final[Mapping[str, Class]] = {
    Role.DOOR: Class.DOOR,
    Role.MOTION: Class.MOTION,
    Role.VIBRATION: Class.VIBRATION,
    Role.GLASS: Class.VIBRATION,
    Role.DISPLACEMENT: Class.MOVING,
    Role.SMOKE: Class.SMOKE,
    Role.HEAT: Class.HEAT,
    Role.GAS: Class.GAS,
    Role.CARBON_MONOXIDE: Class.CO,
    Role.MOISTURE: Class.MOISTURE,
    Role.PANIC: Class.SAFETY,
    Role.LOCK: Class.LOCK,
}
"""By what the detector of a zone senses."""


def is_silent_button(part: Part) -> bool:
    """Whether a zone does nothing but call for help unnoticed: then its very detector gives that away."""
    return Feature.SILENT in part.features and part.role == Role.PANIC


@dataclass(frozen=True, kw_only=True)
class FlagBinary(BinarySensorEntityDescription):
    """A binary sensor that a flag among the readings of a part brings."""

    flag: Flag


def _flag(
    flag: Flag, device_class: Class | None = None, *, diagnostic: bool = False, enabled: bool = True
) -> FlagBinary:
    return FlagBinary(
        key=flag.value,
        translation_key=flag.value,
        flag=flag,
        device_class=device_class,
        entity_category=EntityCategory.DIAGNOSTIC if diagnostic else None,
        entity_registry_enabled_default=enabled,
    )


FLAGS: Final[Mapping[Flag, FlagBinary]] = {
    row.flag: row
    for row in (
        # The class of this one is that of the zone's role.
        _flag(Flag.OPEN),
        _flag(Flag.ALARM, Class.SAFETY),
        # Not diagnostic: a detector that is tampered with is a matter of security, and triggers should see it.
        _flag(Flag.TAMPER, Class.TAMPER),
        _flag(Flag.FAULT, Class.PROBLEM, diagnostic=True),
        _flag(Flag.LOW_BATTERY, Class.BATTERY, diagnostic=True),
        _flag(Flag.BYPASSED, diagnostic=True),
        _flag(Flag.ARMED, diagnostic=True, enabled=False),
        _flag(Flag.MASKED, Class.TAMPER, diagnostic=True, enabled=False),
        _flag(Flag.VIBRATION, Class.VIBRATION),
        _flag(Flag.TILT, Class.MOVING),
        _flag(Flag.SMOKE, Class.SMOKE),
        _flag(Flag.HEAT, Class.HEAT),
        _flag(Flag.MOISTURE, Class.MOISTURE),
        _flag(Flag.CAMERA_LINK, Class.CONNECTIVITY, diagnostic=True, enabled=False),
        _flag(Flag.SOUNDING, Class.SOUND),
        _flag(Flag.UPGRADE, Class.UPDATE, diagnostic=True, enabled=False),
        _flag(Flag.P2P, Class.CONNECTIVITY, diagnostic=True, enabled=False),
        _flag(Flag.RECORDING, Class.RUNNING),
        _flag(Flag.RUNNING, Class.RUNNING),
    )
}


@dataclass(frozen=True, kw_only=True)
class FeatureBinary(BinarySensorEntityDescription):
    """A binary sensor that a feature of a part brings."""

    feature: Feature
    value: Callable[[State, Part], bool | None]
    while_offline: bool = False
    """It tells about being offline, so it stays available then."""
    always: bool = False
    """It tells about the connection to the host itself, so it stays available to say that this is lost."""


def _active(state: State, part: Part) -> bool | None:
    line = state.part(part.ref)
    return line.active if isinstance(line, LineState) else None


def _problem(state: State, part: Part) -> bool | None:
    store = state.part(part.ref)
    return store.problem if isinstance(store, StorageState) else None


FEATURES: Final[tuple[FeatureBinary, ...]] = (
    FeatureBinary(key="active", translation_key="input", feature=Feature.ACTIVE, value=_active),
    FeatureBinary(
        key="online",
        feature=Feature.ONLINE,
        device_class=Class.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda state, part: state.online(part.ref),
        while_offline=True,
    ),
    FeatureBinary(
        key="problem",
        translation_key="storage",
        feature=Feature.PROBLEM,
        device_class=Class.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        value=_problem,
    ),
    FeatureBinary(
        key="push",
        translation_key="push",
        feature=Feature.PUSH,
        device_class=Class.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda state, _: state.pushing,
        always=True,
    ),
)
