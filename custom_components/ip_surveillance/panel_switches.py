"""Switches of alarm panels: a partition that is armed or not, a zone that is left out or not."""

from typing import Any, Final, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory

from .coordinator import StateCoordinator
from .entity import PartEntity
from .panel_code import require_no_code
from .panel_state import is_armed
from .protocol.commands import Arms, Bypasses
from .protocol.model.panel_words import Arm
from .protocol.model.parts import Part
from .protocol.model.state import State
from .protocol.model.vocabulary import Feature, Flag, Quantity, Reading

_ARM: Final = SwitchEntityDescription(key="arm", translation_key="arm")
_BYPASS: Final = SwitchEntityDescription(key="bypass", translation_key="bypass", entity_category=EntityCategory.CONFIG)


class ArmSwitch(PartEntity[bool], SwitchEntity):
    """A partition as something that is on or off, for what knows no alarm panels."""

    def __init__(self, coordinator: StateCoordinator, part: Part) -> None:
        """Switch one partition."""
        super().__init__(coordinator, part, _ARM, Reading(Quantity.ARM))

    @override
    def read(self, state: State) -> bool | None:
        return is_armed(state, self._part.ref)

    @property
    @override
    def is_on(self) -> bool | None:
        return self._value

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        require_no_code(self.coordinator.config_entry, self.entity_id, arming=True)
        mode = Arm.AWAY if Feature.ARM_AWAY in self.part.features else Arm.HOME
        await self.async_command(self.coordinator.driver_as(Arms).arm(self._part.ref, mode))

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        require_no_code(self.coordinator.config_entry, self.entity_id, arming=False)
        await self.async_command(self.coordinator.driver_as(Arms).disarm(self._part.ref))


class BypassSwitch(PartEntity[bool], SwitchEntity):
    """Whether a zone is left out of arming."""

    def __init__(self, coordinator: StateCoordinator, part: Part) -> None:
        """Switch one zone."""
        super().__init__(coordinator, part, _BYPASS, Reading(Flag.BYPASSED))

    @override
    def read(self, state: State) -> bool | None:
        return state.flag(self._part.ref, Flag.BYPASSED)

    @property
    @override
    def is_on(self) -> bool | None:
        return self._value

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._set(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._set(False)

    async def _set(self, on: bool) -> None:
        await self.async_command(self.coordinator.driver_as(Bypasses).set_bypass([self._part.ref], on))
