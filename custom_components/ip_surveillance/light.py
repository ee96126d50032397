"""Lights: supplement lamps and strobes of cameras."""

from collections.abc import Iterator
from typing import Any, override

from homeassistant.components.light import ATTR_BRIGHTNESS, ColorMode, LightEntity, LightEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import StateCoordinator
from .entity import PartEntity, async_setup_parts
from .protocol.commands import Lights
from .protocol.model.parts import Part
from .protocol.model.state import LineState, State
from .protocol.model.vocabulary import Feature
from .runtime import Entry

PARALLEL_UPDATES = 1

_DIMMEST = 0.01
"""Devices count in percent: less than one would be a lamp that is on and dark."""


class Light(PartEntity[LineState], LightEntity):
    """A lamp; what it shows was read back from the device."""

    def __init__(self, coordinator: StateCoordinator, part: Part) -> None:
        """Switch one lamp; a label ("white", "ir") names it."""
        description = LightEntityDescription(
            key="light", translation_key=f"light_{part.ref.label}" if part.ref.label else "light"
        )
        super().__init__(coordinator, part, description, Feature.LIGHT)
        dims = Feature.BRIGHTNESS in part.features
        self._attr_color_mode = ColorMode.BRIGHTNESS if dims else ColorMode.ONOFF
        self._attr_supported_color_modes = {self._attr_color_mode}

    @override
    def read(self, state: State) -> LineState | None:
        line = state.part(self._part.ref)
        return line if isinstance(line, LineState) else None

    @property
    @override
    def is_on(self) -> bool | None:
        return self._value.active if self._value else None

    @property
    @override
    def brightness(self) -> int | None:
        if self._value is None or self._value.level is None:
            return None
        return round(self._value.level * 255)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        brightness = kwargs.get(ATTR_BRIGHTNESS)
        level = None if brightness is None else max(_DIMMEST, brightness / 255)
        await self.async_command(self.coordinator.driver_as(Lights).set_light(self._part.ref, True, level))

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self.async_command(self.coordinator.driver_as(Lights).set_light(self._part.ref, False))


def _entities(coordinator: StateCoordinator, part: Part) -> Iterator[PartEntity[Any]]:
    if Feature.LIGHT in part.features:
        yield Light(coordinator, part)


async def async_setup_entry(
    hass: HomeAssistant, entry: Entry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the lights of an entry."""
    await async_setup_parts(entry, async_add_entities, _entities)
