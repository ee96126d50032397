"""Sensors: whatever a device measures. One class for all; units and device classes come from one table."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
import re
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass as Class,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    DEGREE,
    PERCENTAGE,
    EntityCategory,
    UnitOfInformation,
    UnitOfLength,
    UnitOfSpeed,
    UnitOfTemperature,
    UnitOfTime,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .binary_tables import is_silent_button
from .coordinator import StateCoordinator
from .discretion import shows_silent
from .entity import PartEntity, async_setup_parts, told_apart
from .protocol.model.detections import Target
from .protocol.model.parts import Part
from .protocol.model.state import ReadingValue, State
from .protocol.model.vocabulary import EngineStatus, Quantity, Reading, TaskStatus
from .runtime import Entry

PARALLEL_UPDATES = 0

_POSITION = SensorEntityDescription(
    key="",
    entity_registry_enabled_default=False,
    state_class=SensorStateClass.MEASUREMENT,
    native_unit_of_measurement=DEGREE,
    suggested_display_precision=1,
)
_LOAD = SensorEntityDescription(
    key="",
    entity_category=EntityCategory.DIAGNOSTIC,
    entity_registry_enabled_default=False,
    state_class=SensorStateClass.MEASUREMENT,
    native_unit_of_measurement=PERCENTAGE,
    suggested_display_precision=0,
)
_SIZE = SensorEntityDescription(
    key="",
    device_class=Class.DATA_SIZE,
    entity_category=EntityCategory.DIAGNOSTIC,
    native_unit_of_measurement=UnitOfInformation.MEGABYTES,
    suggested_unit_of_measurement=UnitOfInformation.GIGABYTES,
    suggested_display_precision=0,
)
_WORD = SensorEntityDescription(key="", entity_category=EntityCategory.DIAGNOSTIC)
_RARE_WORD = replace(_WORD, entity_registry_enabled_default=False)
_MOMENT = SensorEntityDescription(
    key="",
    device_class=Class.TIMESTAMP,
    entity_category=EntityCategory.DIAGNOSTIC,
    entity_registry_enabled_default=False,
)
_COUNT = SensorEntityDescription(
    key="",
    entity_category=EntityCategory.DIAGNOSTIC,
    state_class=SensorStateClass.MEASUREMENT,
    suggested_display_precision=0,
)

_TODAY = SensorEntityDescription(key="", state_class=SensorStateClass.TOTAL_INCREASING, suggested_display_precision=0)

# What is seen right now, and what it measures: for people, so neither diagnostic nor hidden.
_SEEN = SensorEntityDescription(key="", state_class=SensorStateClass.MEASUREMENT, suggested_display_precision=0)
_DISTANCE = replace(_SEEN, device_class=Class.DISTANCE, native_unit_of_measurement=UnitOfLength.METERS)
_SPEED = replace(_SEEN, device_class=Class.SPEED, suggested_display_precision=1)
_WAIT = replace(_SEEN, device_class=Class.DURATION, native_unit_of_measurement=UnitOfTime.SECONDS)
_LIMIT = SensorEntityDescription(
    key="",
    entity_category=EntityCategory.DIAGNOSTIC,
    entity_registry_enabled_default=False,
    suggested_display_precision=0,
)


def _state_word(words: type[StrEnum]) -> SensorEntityDescription:
    return replace(_WORD, device_class=Class.ENUM, options=[each.value for each in words])


_QUANTITIES: Mapping[Quantity, SensorEntityDescription] = {
    Quantity.CPU: _LOAD,
    Quantity.MEMORY: _LOAD,
    Quantity.STARTED: _MOMENT,
    Quantity.CLOCK_DRIFT: SensorEntityDescription(
        key="",
        device_class=Class.DURATION,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        suggested_display_precision=0,
    ),
    Quantity.CAPACITY: _SIZE,
    Quantity.FREE: _SIZE,
    Quantity.STORAGE_STATUS: _WORD,
    Quantity.LINK_STATUS: _RARE_WORD,
    Quantity.FIRMWARE: _RARE_WORD,
    Quantity.PAN: _POSITION,
    Quantity.TILT: _POSITION,
    Quantity.ZOOM: replace(_POSITION, native_unit_of_measurement=None),
    Quantity.TEMPERATURE: SensorEntityDescription(
        key="",
        device_class=Class.TEMPERATURE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
    ),
    Quantity.HUMIDITY: SensorEntityDescription(
        key="",
        device_class=Class.HUMIDITY,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=0,
    ),
    Quantity.BATTERY: SensorEntityDescription(
        key="",
        device_class=Class.BATTERY,
        entity_category=EntityCategory.DIAGNOSTIC,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=0,
    ),
    # In the maker's own measure: no unit, and no device class, which would ask for decibels.
    Quantity.SIGNAL: replace(_COUNT, entity_registry_enabled_default=False),
    Quantity.DEVICES: _COUNT,
    Quantity.DEVICES_ONLINE: _COUNT,
    Quantity.CONNECTION: _RARE_WORD,
    Quantity.OFFLINE_REASON: _WORD,
    Quantity.ZONE_STATUS: _RARE_WORD,
    Quantity.FAULT_REASON: _RARE_WORD,
    Quantity.ACTIVATION: _RARE_WORD,
    Quantity.LAST_REPORT: _MOMENT,
    Quantity.EVENT_SOURCE: _WORD,
    Quantity.ENTERED: _TODAY,
    Quantity.LEFT: _TODAY,
    Quantity.PLATE: SensorEntityDescription(key=""),
    Quantity.LIGHT_LEVEL: replace(_COUNT, entity_registry_enabled_default=False),
    Quantity.IP_ADDRESS: _RARE_WORD,
    Quantity.NETWORK_NAME: _RARE_WORD,
    Quantity.FORMATTED: replace(_COUNT, native_unit_of_measurement=PERCENTAGE, entity_registry_enabled_default=False),
    Quantity.USERS_ONLINE: replace(_COUNT, entity_registry_enabled_default=False),
    Quantity.FIRE_TEMPERATURE: SensorEntityDescription(
        key="",
        device_class=Class.TEMPERATURE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
    ),
    Quantity.FIRE_DISTANCE: _DISTANCE,
    Quantity.SHIPS: _SEEN,
    Quantity.SHIP_SPEED: replace(_SPEED, native_unit_of_measurement=UnitOfSpeed.METERS_PER_SECOND),
    Quantity.SHIP_LENGTH: _DISTANCE,
    Quantity.TARGETS: _SEEN,
    Quantity.PEOPLE: _SEEN,
    Quantity.QUEUE_LENGTH: _SEEN,
    Quantity.QUEUE_LIMIT: _LIMIT,
    Quantity.WAITING_TIME: _WAIT,
    Quantity.WAITING_LIMIT: replace(_LIMIT, device_class=Class.DURATION, native_unit_of_measurement=UnitOfTime.SECONDS),
    Quantity.FACES: _TODAY,
    Quantity.RADAR_TARGETS: _SEEN,
    Quantity.RADAR_DISTANCE: _DISTANCE,
    Quantity.RADAR_SPEED: replace(_SPEED, native_unit_of_measurement=UnitOfSpeed.KILOMETERS_PER_HOUR),
    Quantity.RADAR_ANGLE: replace(_SEEN, native_unit_of_measurement=DEGREE),
    Quantity.FOCUS_POSITION: replace(_POSITION, native_unit_of_measurement=None),
    Quantity.PRESET: replace(_LIMIT, entity_category=None),
    Quantity.TRACKED: _SEEN,
    Quantity.ALGORITHM: _WORD,
    Quantity.PLATFORM: _RARE_WORD,
    Quantity.ENGINE_STATUS: _state_word(EngineStatus),
    Quantity.TASK_STATUS: _state_word(TaskStatus),
    Quantity.RULE_STATUS: _RARE_WORD,
    Quantity.MODELS: _COUNT,
    # Some hundred megabytes: in gigabytes without decimals, most of it would not be seen.
    Quantity.MODEL_CAPACITY: replace(_SIZE, suggested_unit_of_measurement=None),
    Quantity.MODEL_FREE: replace(_SIZE, suggested_unit_of_measurement=None),
    Quantity.MODEL_PROGRESS: replace(_COUNT, native_unit_of_measurement=PERCENTAGE),
    Quantity.COUNT: _SEEN,
    Quantity.REFERENCES: _COUNT,
}

_WHILE_OFFLINE = frozenset({Quantity.CONNECTION, Quantity.OFFLINE_REASON, Quantity.ACTIVATION, Quantity.LAST_REPORT})
"""What the host knows of a device that is out of reach."""

_NUMBERED = re.compile(r"(region|rule)(\d+)((?:_highest|_lowest|_average)?)")
_TARGETS = frozenset(Target)


def _named(reading: Reading) -> tuple[str, Mapping[str, str]]:
    """Translation key of a reading, and what to put into the text: of a slot the number or the device's own word."""
    text, slot = reading.quantity.value, reading.slot
    # A model may call what it counts by any word, "vehicle" and "rule1" as well.
    told = reading.quantity is not Quantity.COUNT
    if told and (numbered := _NUMBERED.fullmatch(slot)):
        return f"{text}{numbered[3]}_{numbered[1]}", {numbered[1]: numbered[2]}
    if told and slot in _TARGETS:
        return f"{text}_{slot}", {}
    return (f"{text}_of", {"of": slot}) if slot else (text, {})


class ReadingSensor(PartEntity[ReadingValue], SensorEntity):
    """One measured quantity of a part."""

    def __init__(
        self, coordinator: StateCoordinator, part: Part, row: SensorEntityDescription, reading: Reading
    ) -> None:
        """Show one reading by its quantity's row."""
        text, words = _named(reading)
        super().__init__(
            coordinator, part, told_apart(part, replace(row, key=reading.key, translation_key=text)), reading
        )
        self._reading = reading
        if words:
            self._attr_translation_placeholders = words

    @override
    def read(self, state: State) -> ReadingValue | None:
        return state.reading(self._part.ref, self._reading)

    @property
    @override
    def available(self) -> bool:
        if self._reading.quantity is Quantity.COUNT and self._reading not in self.part.readings:
            # The model that had this word for something is gone.
            return False
        if self._reading.quantity not in _WHILE_OFFLINE:
            return super().available
        return self.coordinator.last_update_success and self._part.ref in self.coordinator.topology.parts

    @property
    @override
    def native_value(self) -> float | str | datetime | None:
        return self._value


def _entities(coordinator: StateCoordinator, part: Part) -> Iterator[PartEntity[Any]]:
    # What the zone's own status says of a silent call for help is nobody's business either.
    hidden = is_silent_button(part) and not shows_silent(coordinator.config_entry)
    for reading in sorted(part.readings):
        if hidden and reading.quantity is Quantity.ZONE_STATUS:
            continue
        # Flags are binary sensors, and some quantities are shown by another entity of their part.
        if isinstance(reading.quantity, Quantity) and (row := _QUANTITIES.get(reading.quantity)):
            yield ReadingSensor(coordinator, part, row, reading)


async def async_setup_entry(
    hass: HomeAssistant, entry: Entry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the sensors of an entry."""
    await async_setup_parts(entry, async_add_entities, _entities)
