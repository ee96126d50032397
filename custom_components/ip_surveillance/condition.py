"""Conditions: whether an alarm panel or a partition can be armed now."""

from typing import Final, override

from homeassistant.components.alarm_control_panel import DOMAIN as ALARM_CONTROL_PANEL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import Condition, EntityStateConditionBase

from .const import DOMAIN

READY_TO_ARM: Final = "ready_to_arm"
ATTR_READY_TO_ARM: Final = "ready_to_arm"


class ReadyToArm(EntityStateConditionBase):
    """No zone stands in the way of arming."""

    _domain_specs = {ALARM_CONTROL_PANEL: DomainSpec(value_source=ATTR_READY_TO_ARM)}
    _states = {True}

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        # An area may hold panels of other makers, which do not tell whether they are ready.
        registry = er.async_get(self._hass)
        return {
            entity_id
            for entity_id in super().entity_filter(entities)
            if (entry := registry.async_get(entity_id)) and entry.platform == DOMAIN
        }


CONDITIONS: Final[dict[str, type[Condition]]] = {READY_TO_ARM: ReadyToArm}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Name the conditions."""
    return CONDITIONS
