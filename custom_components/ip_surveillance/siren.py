"""Sirens: sounders of cameras and what else makes noise."""

from collections.abc import Iterator
from typing import Any, override

from homeassistant.components.siren import (
    ATTR_DURATION,
    SirenEntity,
    SirenEntityDescription,
    SirenEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import StateCoordinator
from .entity import PartEntity, async_setup_parts
from .lines import LineEntity
from .protocol.commands import Sirens
from .protocol.model.parts import Part
from .protocol.model.vocabulary import Feature
from .runtime import Entry

PARALLEL_UPDATES = 1

_SIREN = SirenEntityDescription(key="siren", translation_key="siren")


class Siren(LineEntity, SirenEntity):
    """A sounder."""

    _attr_supported_features = SirenEntityFeature.TURN_ON | SirenEntityFeature.TURN_OFF | SirenEntityFeature.DURATION

    def __init__(self, coordinator: StateCoordinator, part: Part) -> None:
        """Switch one sounder."""
        super().__init__(coordinator, part, _SIREN, Feature.SIREN)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        driver = self.coordinator.driver_as(Sirens)
        await self.async_command(driver.set_siren(self._part.ref, True, kwargs.get(ATTR_DURATION)))

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self.async_command(self.coordinator.driver_as(Sirens).set_siren(self._part.ref, False))


def _entities(coordinator: StateCoordinator, part: Part) -> Iterator[PartEntity[Any]]:
    if Feature.SIREN in part.features:
        yield Siren(coordinator, part)


async def async_setup_entry(
    hass: HomeAssistant, entry: Entry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the sirens of an entry."""
    await async_setup_parts(entry, async_add_entities, _entities)
