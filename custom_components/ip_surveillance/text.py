"""Texts: what a camera writes on its picture, names and addresses it keeps."""

from collections.abc import Iterator, Mapping
from typing import Any, override

from homeassistant.components.text import TextEntity, TextEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import StateCoordinator
from .entity import PartEntity, async_setup_parts
from .protocol.model.parts import Part, Text
from .protocol.model.setting_words import Setting
from .runtime import Entry
from .settings import SettingEntity

PARALLEL_UPDATES = 1

_SETTINGS: Mapping[Setting, TextEntityDescription] = {
    setting: TextEntityDescription(
        key="",
        translation_key=setting.value,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=setting is Setting.OSD_TEXT,
    )
    for setting in (Setting.OSD_TEXT, Setting.NTP_SERVER, Setting.DEVICE_NAME)
}

_LONGEST = 255
"""What a state of Home Assistant can hold."""


class SettingText(SettingEntity, TextEntity):
    """A setting of free text."""

    @property
    @override
    def native_max(self) -> int:
        assert isinstance(self.spec, Text)
        return min(self.spec.longest, _LONGEST)

    @property
    @override
    def native_value(self) -> str | None:
        return None if self._value is None else str(self._value)[: self.native_max]

    @override
    async def async_set_value(self, value: str) -> None:
        await self.async_set(value)


def _entities(coordinator: StateCoordinator, part: Part) -> Iterator[PartEntity[Any]]:
    for setting, spec in part.settings.items():
        if isinstance(spec, Text) and setting.setting in _SETTINGS:
            yield SettingText(coordinator, part, _SETTINGS[setting.setting], setting)


async def async_setup_entry(
    hass: HomeAssistant, entry: Entry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the texts of an entry."""
    await async_setup_parts(entry, async_add_entities, _entities)
