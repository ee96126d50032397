"""Actions of alarm panels."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from homeassistant.components.alarm_control_panel import DOMAIN as ALARM_CONTROL_PANEL
from homeassistant.components.switch import DOMAIN as SWITCH
from homeassistant.const import ATTR_CODE
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.helpers import config_validation as cv, service
from homeassistant.helpers.entity import Entity
import voluptuous as vol

from .const import DOMAIN
from .coordinator import StateCoordinator
from .panel_switches import BypassSwitch
from .protocol.commands import Bypasses
from .protocol.model.panel_words import Arm
from .protocol.model.parts import PartRef
from .services_target import feature_missing

ARM: Final = "arm"
ARM_FIELDS: Final[Mapping[Any, Any]] = {
    vol.Optional("mode", default=Arm.AWAY.value): vol.All(vol.In((Arm.AWAY.value, Arm.HOME.value)), vol.Coerce(Arm)),
    vol.Optional("force", default=False): cv.boolean,
    vol.Optional(ATTR_CODE): cv.string,
}
BYPASS_ZONES: Final = "bypass_zones"
BYPASS_FIELDS: Final[Mapping[Any, Any]] = {vol.Required("bypass"): cv.boolean}


async def _async_bypass(entities: list[Entity], call: ServiceCall) -> None:
    """Leave zones out or take them in again, those of one panel in one request.

    A panel that refuses does not keep the others from being asked; the first refusal is told.
    """
    zones: defaultdict[tuple[StateCoordinator, str], list[PartRef]] = defaultdict(list)
    # They come in no order; which refusal is told shall not be a matter of chance.
    for entity in sorted(entities, key=lambda each: each.entity_id):
        if not isinstance(entity, BypassSwitch):
            raise feature_missing(entity.entity_id, "bypass")
        zones[entity.coordinator, entity.part.ref.device].append(entity.part.ref)
    on = call.data["bypass"]
    commands = (
        coordinator.async_command(coordinator.driver_as(Bypasses).set_bypass(sorted(refs), on), refs[0])
        for (coordinator, _), refs in zones.items()
    )
    for result in await asyncio.gather(*commands, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Register the actions of alarm panels."""
    service.async_register_platform_entity_service(
        hass, DOMAIN, ARM, entity_domain=ALARM_CONTROL_PANEL, schema=dict(ARM_FIELDS), func="async_arm"
    )
    service.async_register_batched_platform_entity_service(
        hass, DOMAIN, BYPASS_ZONES, entity_domain=SWITCH, schema=dict(BYPASS_FIELDS), func=_async_bypass
    )
