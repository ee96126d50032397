"""Sensors: whatever a device measures. One class for all; units and device classes come from one table."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass as Class,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import DEGREE, PERCENTAGE, EntityCategory, UnitOfInformation, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import StateCoordinator
from .entity import PartEntity, async_setup_parts
from .protocol.model.parts import Part
from .protocol.model.state import ReadingValue, State
from .protocol.model.vocabulary import Quantity, Reading
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

_QUANTITIES: Mapping[Quantity, SensorEntityDescription] = {
    Quantity.CPU: _LOAD,
    Quantity.MEMORY: _LOAD,
    Quantity.STARTED: SensorEntityDescription(
        key="",
        device_class=Class.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    ),
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
    Quantity.LINK_STATUS: replace(_WORD, entity_registry_enabled_default=False),
    Quantity.FIRMWARE: replace(_WORD, entity_registry_enabled_default=False),
    Quantity.PAN: _POSITION,
    Quantity.TILT: _POSITION,
    Quantity.ZOOM: replace(_POSITION, native_unit_of_measurement=None),
}


class ReadingSensor(PartEntity[ReadingValue], SensorEntity):
    """One measured quantity of a part."""

    def __init__(
        self, coordinator: StateCoordinator, part: Part, row: SensorEntityDescription, reading: Reading
    ) -> None:
        """Show one reading by its quantity's row."""
        super().__init__(
            coordinator, part, replace(row, key=reading.key, translation_key=reading.quantity.value), reading
        )
        self._reading = reading

    @override
    def read(self, state: State) -> ReadingValue | None:
        return state.reading(self._part.ref, self._reading)

    @property
    @override
    def native_value(self) -> float | str | datetime | None:
        return self._value


def _entities(coordinator: StateCoordinator, part: Part) -> Iterator[PartEntity[Any]]:
    for reading in sorted(part.readings):
        # Flags are binary sensors, and some quantities are shown by another entity of their part.
        if isinstance(reading.quantity, Quantity) and (row := _QUANTITIES.get(reading.quantity)):
            yield ReadingSensor(coordinator, part, row, reading)


async def async_setup_entry(
    hass: HomeAssistant, entry: Entry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the sensors of an entry."""
    async_setup_parts(entry, async_add_entities, _entities)
