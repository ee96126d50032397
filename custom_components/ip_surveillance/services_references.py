"""Actions on the pictures of a camera's usual view, with which detections compare."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from homeassistant.components.camera import DOMAIN as CAMERA
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv, service
from homeassistant.helpers.entity import Entity
import voluptuous as vol

from .const import DOMAIN
from .entity import PartEntity
from .protocol.analytics import References
from .protocol.model.parts import PartRef
from .protocol.model.vocabulary import Feature
from .services_target import async_read, async_require_path, feature_missing

_LARGEST: Final = 6 * 1024 * 1024
"""Bytes of a picture (000…txt l.5128)."""
_ID: Final = vol.All(cv.string, vol.Length(min=1, max=64))
_NAME: Final = vol.All(cv.string, vol.Length(min=1, max=64))
_PICTURE: Final[Mapping[Any, Any]] = {vol.Required("picture_id"): _ID}

GET: Final = "get_reference_pictures"
CAPTURE: Final = "capture_reference_picture"
ADD: Final = "add_reference_picture"
SAVE: Final = "save_reference_picture"
RENAME: Final = "rename_reference_picture"
DELETE: Final = "delete_reference_pictures"

REFERENCE_FIELDS: Final[Mapping[str, Mapping[Any, Any]]] = {
    GET: {},
    CAPTURE: {},
    ADD: {vol.Required("name"): _NAME, vol.Required("file"): cv.string},
    SAVE: {**_PICTURE, vol.Required("file"): cv.string},
    RENAME: {**_PICTURE, vol.Required("name"): _NAME},
    DELETE: {vol.Required("picture_ids"): vol.All(cv.ensure_list, [_ID], vol.Length(min=1))},
}


def _driver_of(entity: Entity) -> tuple[PartEntity[Any], References, PartRef]:
    """The camera, its driver, and the channel it shows."""
    if not isinstance(entity, PartEntity) or Feature.REFERENCES not in entity.part.features:
        raise feature_missing(entity.entity_id, Feature.REFERENCES.value)
    driver = entity.coordinator.driver
    if not isinstance(driver, References):
        raise feature_missing(entity.entity_id, Feature.REFERENCES.value)
    return entity, driver, entity.part.ref


async def _async_get(entity: Entity, call: ServiceCall) -> ServiceResponse:
    camera, driver, channel = _driver_of(entity)
    return dict(await camera.coordinator.async_ask(driver.references(channel)))


async def _async_capture(entity: Entity, call: ServiceCall) -> ServiceResponse:
    camera, driver, channel = _driver_of(entity)
    return dict(await camera.coordinator.async_ask(driver.capture_reference(channel)))


async def _async_add(entity: Entity, call: ServiceCall) -> ServiceResponse:
    camera, driver, channel = _driver_of(entity)
    data = await async_read(call.hass, call.data["file"], _LARGEST)
    return dict(await camera.coordinator.async_ask(driver.add_reference(channel, call.data["name"], data)))


async def _async_save(entity: Entity, call: ServiceCall) -> ServiceResponse:
    camera, driver, channel = _driver_of(entity)
    hass, file = call.hass, call.data["file"]
    await async_require_path(hass, file)
    picture = await camera.coordinator.async_ask(driver.fetch_reference(channel, call.data["picture_id"]))
    try:
        await hass.async_add_executor_job(Path(file).write_bytes, picture.data)
    except OSError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="write_failed",
            translation_placeholders={"directory": file, "reason": err.strerror or type(err).__name__},
        ) from err
    return {"file": file}


async def _async_rename(entity: Entity, call: ServiceCall) -> ServiceResponse:
    camera, driver, channel = _driver_of(entity)
    renamed = driver.rename_reference(channel, call.data["picture_id"], call.data["name"])
    return dict(await camera.coordinator.async_ask(renamed))


async def _async_delete(entity: Entity, call: ServiceCall) -> ServiceResponse:
    camera, driver, channel = _driver_of(entity)
    await camera.async_command(driver.delete_references(channel, call.data["picture_ids"]))
    return dict(await camera.coordinator.async_ask(driver.references(channel)))


_ACTIONS: Final = {
    GET: (_async_get, SupportsResponse.ONLY),
    CAPTURE: (_async_capture, SupportsResponse.OPTIONAL),
    ADD: (_async_add, SupportsResponse.OPTIONAL),
    SAVE: (_async_save, SupportsResponse.OPTIONAL),
    RENAME: (_async_rename, SupportsResponse.OPTIONAL),
    DELETE: (_async_delete, SupportsResponse.OPTIONAL),
}


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Register them."""
    for name, (run, response) in _ACTIONS.items():
        service.async_register_platform_entity_service(
            hass,
            DOMAIN,
            name,
            entity_domain=CAMERA,
            schema=dict(REFERENCE_FIELDS[name]),
            func=run,
            supports_response=response,
        )
