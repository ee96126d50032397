"""What actions have in common: which entry, device or part is meant, and what to say when it lacks something."""

from collections.abc import Mapping
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from homeassistant.const import ATTR_CONFIG_ENTRY_ID, ATTR_DEVICE_ID, ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv, entity_registry as er, service
from homeassistant.helpers.device_registry import AnyDeviceEntry
import voluptuous as vol

from . import uid
from .const import DOMAIN
from .coordinator import StateCoordinator
from .protocol.model.parts import Part, PartKind

# A target in YAML arrives as a list, here of one.
ONE: Final = vol.All(cv.ensure_list, vol.Length(min=1, max=1), itemgetter(0))

HOST_TARGET: Final[Mapping[Any, Any]] = {
    vol.Exclusive(ATTR_CONFIG_ENTRY_ID, "device"): cv.string,
    vol.Exclusive(ATTR_DEVICE_ID, "device"): cv.string,
}
"""Fields that name an entry; with a single one there is nothing to name."""

PIECE_TARGET: Final[Mapping[Any, Any]] = {
    vol.Exclusive(ATTR_DEVICE_ID, "piece"): vol.All(ONE, cv.string),
    vol.Exclusive(ATTR_ENTITY_ID, "piece"): vol.All(ONE, cv.entity_id),
}
"""Fields that name a registry device, or one of its entities."""


def feature_missing(name: str, feature: str) -> ServiceValidationError:
    """The error for an action that something cannot do."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="feature_missing",
        translation_placeholders={"name": name, "feature": feature.replace("_", " ")},
    )


def coordinator_of(call: ServiceCall) -> StateCoordinator:
    """The coordinator of the entry meant; with a single entry none needs to be named."""
    if device_id := call.data.get(ATTR_DEVICE_ID):
        entry = service.async_get_device_and_config_entry(call.hass, DOMAIN, device_id)[1]
    else:
        entry = service.async_get_config_entry(call.hass, DOMAIN, call.data.get(ATTR_CONFIG_ENTRY_ID))
    coordinator: StateCoordinator = entry.runtime_data.state
    return coordinator


def device_of(call: ServiceCall) -> tuple[StateCoordinator, AnyDeviceEntry] | None:
    """The registry device that is meant, by itself or by one of its entities; None when none is named."""
    device_id = call.data.get(ATTR_DEVICE_ID)
    if entity_id := call.data.get(ATTR_ENTITY_ID):
        entity = er.async_get(call.hass).async_get(entity_id)
        device_id = entity.device_id if entity else None
    if device_id is None:
        return None
    device, entry = service.async_get_device_and_config_entry(call.hass, DOMAIN, device_id)
    coordinator: StateCoordinator = entry.runtime_data.state
    return coordinator, device


def part_shown(coordinator: StateCoordinator, device: AnyDeviceEntry, kind: PartKind | None = None) -> Part | None:
    """The part that a registry device stands for, when it is of that kind."""
    topology = coordinator.topology
    for ref, part in topology.parts.items():
        if kind in (None, ref.kind) and uid.identifier(topology, ref) in device.identifiers:
            return part
    return None


async def async_require_path(hass: HomeAssistant, path: str) -> None:
    """Raise an error for people unless the user allowed Home Assistant to use a path."""
    if not await hass.async_add_executor_job(hass.config.is_allowed_path, path):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="directory_not_allowed",
            translation_placeholders={"directory": path},
        )


async def async_read(hass: HomeAssistant, path: str, largest: int) -> bytes:
    """Read a file that the user allowed, of at most so many bytes."""
    await async_require_path(hass, path)

    def read() -> bytes:
        with Path(path).open("rb") as file:
            return file.read(largest + 1)

    try:
        data = await hass.async_add_executor_job(read)
    except OSError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="read_failed",
            translation_placeholders={"path": path, "reason": err.strerror or type(err).__name__},
        ) from err
    if len(data) > largest:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="file_too_large", translation_placeholders={"path": path}
        )
    return data
