"""What the switches, numbers and selects of settings have in common."""

from dataclasses import replace
import re
from typing import override

from homeassistant.core import callback
from homeassistant.helpers.entity import EntityDescription

from .coordinator import StateCoordinator
from .entity import PartEntity
from .protocol.commands import Sets
from .protocol.model.parts import Part, SettingSpec, SettingValue
from .protocol.model.setting_words import SettingKey
from .protocol.model.state import State

_REGION = re.compile(r"region(\d+)")


class SettingEntity(PartEntity[SettingValue]):
    """A setting of a part: shows what the device has, and asks it to take another value."""

    def __init__(
        self, coordinator: StateCoordinator, part: Part, description: EntityDescription, setting: SettingKey
    ) -> None:
        """Take the platform's row for the kind of setting; key and name follow from the setting."""
        region = _REGION.fullmatch(setting.of)
        of = "region" if region else setting.of
        name = f"{description.translation_key}_{of}" if of else description.translation_key
        super().__init__(coordinator, part, replace(description, key=setting.key, translation_key=name), setting)
        self.setting = setting
        self._was_spec: SettingSpec | None = None
        if region:
            self._attr_translation_placeholders = {"region": region[1]}

    @property
    def spec(self) -> SettingSpec:
        """What values the device takes now."""
        settings = self.part.settings
        return settings.get(self.setting, self._part.settings[self.setting])

    @override
    def read(self, state: State) -> SettingValue | None:
        return state.setting(self._part.ref, self.setting)

    @callback
    @override
    def _refresh(self) -> bool:
        # What can be chosen may change while what is chosen stays: models come and go.
        changed, self._was_spec = self._was_spec != self.spec, self.spec
        return super()._refresh() or changed

    async def async_set(self, value: SettingValue) -> None:
        """Ask the device to take a value; what it shows next is what the device has then."""
        driver = self.coordinator.driver_as(Sets)
        await self.async_command(driver.set_setting(self._part.ref, self.setting, value))
