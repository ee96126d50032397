"""Numbers: sensitivities, picture adjustment, volumes, durations."""

from collections.abc import Iterator, Mapping
from typing import Any, override

from homeassistant.components.number import NumberEntity, NumberEntityDescription, NumberMode
from homeassistant.const import EntityCategory, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import StateCoordinator
from .entity import PartEntity, async_setup_parts
from .protocol.model.parts import Part, Range
from .protocol.model.setting_words import Setting
from .runtime import Entry
from .settings import SettingEntity

PARALLEL_UPDATES = 1


def _row(setting: Setting, *, enabled: bool = True, unit: str | None = None) -> NumberEntityDescription:
    return NumberEntityDescription(
        key="",
        translation_key=setting.value,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=enabled,
        native_unit_of_measurement=unit,
        mode=NumberMode.SLIDER,
    )


_SETTINGS: Mapping[Setting, NumberEntityDescription] = {
    Setting.SENSITIVITY: _row(Setting.SENSITIVITY, enabled=False),
    Setting.BRIGHTNESS: _row(Setting.BRIGHTNESS, enabled=False),
    Setting.CONTRAST: _row(Setting.CONTRAST, enabled=False),
    Setting.SATURATION: _row(Setting.SATURATION, enabled=False),
    Setting.SHARPNESS: _row(Setting.SHARPNESS, enabled=False),
    Setting.WARNING_VOLUME: _row(Setting.WARNING_VOLUME),
    Setting.WARNING_REPEATS: _row(Setting.WARNING_REPEATS),
    Setting.FLASH_DURATION: _row(Setting.FLASH_DURATION, unit=UnitOfTime.SECONDS),
}


class SettingNumber(SettingEntity, NumberEntity):
    """A numeric setting."""

    @property
    def _range(self) -> Range:
        spec = self.spec
        assert isinstance(spec, Range)
        return spec

    @property
    @override
    def native_min_value(self) -> float:
        return self._range.low

    @property
    @override
    def native_max_value(self) -> float:
        return self._range.high

    @property
    @override
    def native_step(self) -> float:
        return self._range.step

    @property
    @override
    def native_value(self) -> float | None:
        return None if self._value is None else float(self._value)

    @override
    async def async_set_native_value(self, value: float) -> None:
        await self.async_set(value)


def _entities(coordinator: StateCoordinator, part: Part) -> Iterator[PartEntity[Any]]:
    for setting, spec in part.settings.items():
        if isinstance(spec, Range) and setting.setting in _SETTINGS:
            yield SettingNumber(coordinator, part, _SETTINGS[setting.setting], setting)


async def async_setup_entry(
    hass: HomeAssistant, entry: Entry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the numbers of an entry."""
    async_setup_parts(entry, async_add_entities, _entities)
