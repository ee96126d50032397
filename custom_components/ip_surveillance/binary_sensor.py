"""Binary sensors: alarms by detection, target and region, inputs, stores, and whether things answer."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass as Class,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import StateCoordinator
from .entity import PartEntity, async_setup_parts
from .protocol.model.parts import DetectionSpec, Part
from .protocol.model.state import Alarm, LineState, State, StorageState
from .protocol.model.vocabulary import AIMED, Detection, Feature
from .runtime import Entry

PARALLEL_UPDATES = 0

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
}

# What concerns the equipment rather than what it watches. Triggers that target an area skip diagnostic entities.
_ABOUT_EQUIPMENT = frozenset(
    what
    for what, device_class in _DETECTION_CLASSES.items()
    if device_class is Class.PROBLEM or what is Detection.ILLEGAL_LOGIN
)

# Roles of inputs, as far as a device tells what is wired to them.
_ROLE_CLASSES: Mapping[str, Class] = {
    "door": Class.DOOR,
    "motion": Class.MOTION,
    "smoke": Class.SMOKE,
    "panic": Class.SAFETY,
}

_DETECTIONS: Mapping[Detection, BinarySensorEntityDescription] = {
    what: BinarySensorEntityDescription(
        key=f"detection_{what.value}",
        translation_key=what.value,
        device_class=_DETECTION_CLASSES.get(what),
        entity_category=EntityCategory.DIAGNOSTIC if what in _ABOUT_EQUIPMENT else None,
    )
    for what in Detection
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


_FEATURES: tuple[FeatureBinary, ...] = (
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


class AlarmSensor(PartEntity[bool], BinarySensorEntity):
    """Whether an alarm of a part is active."""

    def __init__(self, coordinator: StateCoordinator, part: Part, alarm: Alarm, spec: DetectionSpec) -> None:
        """Show one alarm: of all targets and regions together, or of one of them."""
        description = _DETECTIONS[alarm.what]
        if alarm.target is not None or alarm.region is not None:
            description = _narrowed(description, alarm)
        super().__init__(coordinator, part, description, alarm.what, pushed=spec.pushed)
        self._alarm = alarm
        if alarm.region is not None:
            self._attr_translation_placeholders = {"region": str(alarm.region)}

    @override
    def read(self, state: State) -> bool:
        return state.alarm(self._part.ref, self._alarm)

    @property
    @override
    def is_on(self) -> bool | None:
        return self._value


class FeatureSensor(PartEntity[bool], BinarySensorEntity):
    """A binary sensor from the table of features."""

    entity_description: FeatureBinary

    def __init__(self, coordinator: StateCoordinator, part: Part, description: FeatureBinary) -> None:
        """Show one row of the table for a part."""
        if part.role and description.device_class is None:
            description = replace(description, device_class=_ROLE_CLASSES.get(part.role))
        super().__init__(coordinator, part, description, description.feature)
        if description.feature is Feature.ACTIVE and part.name:
            self._attr_name = part.name

    @override
    def read(self, state: State) -> bool | None:
        return self.entity_description.value(state, self._part)

    @property
    @override
    def available(self) -> bool:
        if self.entity_description.always:
            # A host that answers nothing may take its stream along before anybody notices: then neither is known.
            return self.coordinator.last_update_success or not self.coordinator.data.pushing
        if not self.entity_description.while_offline:
            return super().available
        return self.coordinator.last_update_success and self._part.ref in self.coordinator.topology.parts

    @property
    @override
    def is_on(self) -> bool | None:
        return self._value


def _narrowed(whole: BinarySensorEntityDescription, alarm: Alarm) -> BinarySensorEntityDescription:
    """Description of an alarm for one target, one region, or one target in one region."""
    target = f"_{alarm.target.value}" if alarm.target else ""
    region = "" if alarm.region is None else f"_region{alarm.region}"
    return replace(
        whole,
        key=f"{whole.key}{target}{region}",
        translation_key=f"{whole.translation_key}{target}{'_region' if region else ''}",
        entity_registry_enabled_default=not region,
    )


def _alarms(what: Detection, spec: DetectionSpec) -> Iterator[Alarm]:
    yield Alarm(what)
    if what not in AIMED:
        return
    yield from (Alarm(what, target) for target in sorted(spec.targets))
    for region in spec.regions:
        yield Alarm(what, None, region)
        yield from (Alarm(what, target, region) for target in sorted(spec.targets))


def _entities(coordinator: StateCoordinator, part: Part) -> Iterator[PartEntity[Any]]:
    for what, spec in part.detections.items():
        yield from (AlarmSensor(coordinator, part, alarm, spec) for alarm in _alarms(what, spec))
    # What can be switched has a switch, which shows the state as well.
    shown = part.features - {Feature.ACTIVE} if Feature.SWITCH in part.features else part.features
    yield from (FeatureSensor(coordinator, part, row) for row in _FEATURES if row.feature in shown)


async def async_setup_entry(
    hass: HomeAssistant, entry: Entry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the binary sensors of an entry."""
    async_setup_parts(entry, async_add_entities, _entities)
