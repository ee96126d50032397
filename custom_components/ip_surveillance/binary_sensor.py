"""Binary sensors: alarms by detection, target and region, flags, inputs, stores, and whether things answer."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf
from typing import Any, override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import ExtraStoredData, RestoreEntity

from .binary_tables import (
    DETECTIONS,
    FEATURES,
    FLAGS,
    INPUT_CLASSES,
    ZONE_CLASSES,
    FeatureBinary,
    FlagBinary,
)
from .coordinator import StateCoordinator
from .discretion import is_discreet_event, shows_silent, zone_alarm, zone_open
from .entity import PartEntity, async_setup_parts, told_apart
from .protocol.model.detections import AIMED, Detection, Target
from .protocol.model.events import Detected
from .protocol.model.parts import DetectionSpec, Part, PartKind, Placement
from .protocol.model.state import READINGS, Alarm, AlarmKey, State
from .protocol.model.vocabulary import Feature, Flag
from .runtime import Entry

PARALLEL_UPDATES = 0


class AlarmSensor(PartEntity[bool], BinarySensorEntity):
    """Whether an alarm of a part is active."""

    def __init__(self, coordinator: StateCoordinator, part: Part, alarm: Alarm, spec: DetectionSpec) -> None:
        """Show one alarm: of all targets and regions together, or of one of them."""
        description = DETECTIONS[alarm.what]
        if alarm.target is not None or alarm.region is not None:
            description = _narrowed(description, alarm)
        # What is kept was told for good: a gap of the push channel can change it no more than a restart does, and the
        # last word holds through both.
        super().__init__(coordinator, part, description, alarm.what, pushed=spec.pushed and not spec.kept)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAlarms(ExtraStoredData):
    """The active alarms of one detection, for after a restart."""

    alarms: tuple[Alarm, ...]

    @override
    def as_dict(self) -> dict[str, Any]:
        return {"alarms": [{"target": alarm.target, "region": alarm.region} for alarm in self.alarms]}

    @classmethod
    def from_dict(cls, what: Detection, stored: dict[str, Any]) -> KeptAlarms:
        """Read what was stored; whatever does not fit is left out."""
        return cls(
            alarms=tuple(
                Alarm(what, Target(target) if target in set(Target) else None, region)
                for each in stored.get("alarms", ())
                for target, region in ((each.get("target"), each.get("region")),)
                if region is None or isinstance(region, int)
            )
        )


class KeptAlarmSensor(AlarmSensor, RestoreEntity):
    """An alarm of which no poll tells: after a restart it is what it was, until the device says otherwise."""

    @property
    @override
    def extra_restore_state_data(self) -> KeptAlarms:
        device = self.coordinator.data.device(self._part.ref)
        # What ends by itself has no end that a later report could tell, so after a restart it would stay for ever.
        active = [
            each
            for each in self._alarms()
            if each.what is self._alarm.what and device.alarms[AlarmKey(self._part.ref, each)] == inf
        ]
        # Sums come back with what they sum, so that they end with it.
        single = [each for each in active if not any(_sums(each, other) for other in active)]
        return KeptAlarms(alarms=tuple(single))

    def _alarms(self) -> frozenset[Alarm]:
        return self.coordinator.data.alarms(self._part.ref)

    @override
    async def async_added_to_hass(self) -> None:
        # Before anything listens: the first state that is written must be the restored one.
        if stored := await self.async_get_last_extra_data():
            self._restore(stored.as_dict())
        await super().async_added_to_hass()

    def _restore(self, stored: dict[str, Any]) -> None:
        """Take up what was so before the restart, unless the device has told since."""
        touched = self.coordinator.data.device(self._part.ref).touched
        if AlarmKey(self._part.ref, Alarm(self._alarm.what)) in touched:
            return
        for _, target, region in KeptAlarms.from_dict(self._alarm.what, stored).alarms:
            self.coordinator.async_apply(
                Detected(
                    part=self._part.ref,
                    what=self._alarm.what,
                    target=target,
                    region=region,
                    hold=inf,
                    restored=True,
                )
            )


def _sums(total: Alarm, alarm: Alarm) -> bool:
    """Whether an alarm is the sum of others, one of which is given."""
    return (
        total != alarm
        and (total.target is None or total.target is alarm.target)
        and (total.region is None or total.region == alarm.region)
    )


class FlagSensor(PartEntity[bool], BinarySensorEntity):
    """Whether something is so about a part."""

    entity_description: FlagBinary

    def __init__(self, coordinator: StateCoordinator, part: Part, description: FlagBinary) -> None:
        """Show one flag of a part."""
        if description.flag is Flag.OPEN:
            device_class = ZONE_CLASSES.get(part.role or "")
            # An icon of its own would hide those of the class, which tell an open door from a closed one.
            text = None if device_class else description.translation_key
            description = replace(description, device_class=device_class, translation_key=text)
        elif description.flag is Flag.BYPASSED and Feature.BYPASS in part.features:
            # A switch shows it too.
            description = replace(description, entity_registry_enabled_default=False)
        elif description.flag is Flag.ALARM and Feature.UNGUARDED in part.features:
            description = replace(description, entity_registry_enabled_default=False)
        super().__init__(coordinator, part, told_apart(part, description), READINGS[description.flag])
        if description.flag is Flag.OPEN and part.details:
            # In the maker's own words: what kind of zone it is, and which cameras belong to it.
            self._attr_extra_state_attributes = dict(part.details)
        self._shows_silent = shows_silent(coordinator.config_entry)
        if description.flag is Flag.OPEN and part.placement is not Placement.INLINE:
            # A zone is a device of its own, and this is what it is for.
            self._attr_name = None

        self._followed: tuple[CALLBACK_TYPE, ...] = ()

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self._unfollow)
        self._follow()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self._follow()
        super()._handle_coordinator_update()

    @callback
    def _follow(self) -> None:
        """Look at the partitions too: whether an alarm may be seen depends on what they are in alarm for.

        Only what is on can be hidden, and of the zones of a partition nearly all are quiet nearly always.
        """
        if self.entity_description.flag not in (Flag.OPEN, Flag.ALARM) or self._shows_silent:
            return
        if not self.coordinator.data.flag(self._part.ref, self.entity_description.flag):
            self._unfollow()
        elif not self._followed:
            update, listen = super()._handle_coordinator_update, self.coordinator.telling.listen
            self._followed = tuple(listen(partition, update) for partition in self.part.partitions)

    @callback
    def _unfollow(self) -> None:
        for stop in self._followed:
            stop()
        self._followed = ()

    @override
    def read(self, state: State) -> bool | None:
        flag = self.entity_description.flag
        if flag is Flag.ALARM:
            return zone_alarm(state, self.part, self._shows_silent)
        if flag is Flag.OPEN:
            return zone_open(state, self.part, self._shows_silent)
        return state.flag(self._part.ref, flag)

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
            description = replace(description, device_class=INPUT_CLASSES.get(part.role))
        super().__init__(coordinator, part, told_apart(part, description), description.feature)
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
    shows = shows_silent(coordinator.config_entry)
    for what, spec in part.detections.items():
        if is_discreet_event(what.value) and not shows:
            continue
        make = KeptAlarmSensor if spec.kept else AlarmSensor
        yield from (make(coordinator, part, alarm, spec) for alarm in _alarms(what, spec))
    # What can be switched has a switch, which shows the state as well.
    shown = part.features - {Feature.ACTIVE} if Feature.SWITCH in part.features else part.features
    yield from (FeatureSensor(coordinator, part, row) for row in FEATURES if row.feature in shown)
    for reading in sorted(part.readings):
        # A partition is an alarm panel, which shows its own.
        if isinstance(reading.quantity, Flag) and part.ref.kind is not PartKind.PARTITION:
            yield FlagSensor(coordinator, part, FLAGS[reading.quantity])


async def async_setup_entry(
    hass: HomeAssistant, entry: Entry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the binary sensors of an entry."""
    await async_setup_parts(entry, async_add_entities, _entities)
