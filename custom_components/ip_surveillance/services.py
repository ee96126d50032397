"""Actions: what no entity of Home Assistant offers by itself. Their fields are described in services.yaml."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
import re
from typing import Any, Final

from homeassistant.components.camera import DOMAIN as CAMERA
from homeassistant.components.switch import DOMAIN as SWITCH
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, service
from homeassistant.helpers.entity import Entity
import voluptuous as vol

from . import services_analytics, services_device, services_media, services_panel, services_references
from .const import DOMAIN
from .entity import PartEntity
from .protocol.commands import Raw, RawAnswer
from .protocol.model.vocabulary import Feature
from .protocol.plate_lists import PlateList
from .services_target import HOST_TARGET, coordinator_of, feature_missing
from .switch import OutputSwitch

_LONGEST_MOVE: Final = 30.0
"""Seconds; nobody watches a longer blind move."""
_LONGEST_PULSE: Final = 3600.0
"""Seconds."""
_LARGEST_BODY: Final = 1_048_576
# What a path may hold: the query has a field of its own, and no host and no second header line can be smuggled in.
_PATH: Final = re.compile(r"/(?!/)[!$%&'()*+,\-./:;=@A-Z_a-z0-9~]{0,1023}")
_METHODS: Final = ("GET", "PUT", "POST", "DELETE")

SEND_REQUEST: Final = "send_request"


class MoveMode(StrEnum):
    """Ways to move a camera."""

    CONTINUOUS = "continuous"
    RELATIVE = "relative"
    ABSOLUTE = "absolute"


class PatrolAction(StrEnum):
    """What to do with a patrol."""

    START = "start"
    STOP = "stop"


class Accessory(StrEnum):
    """Accessories of a camera's housing."""

    WIPER = "wiper"
    LIGHT = "light"


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraAction:
    """An action on cameras: `async_<name>` of the entity."""

    name: str
    fields: Mapping[Any, Any] = field(default_factory=dict)
    response: SupportsResponse = SupportsResponse.NONE


def _number(low: float, high: float) -> vol.All:
    return vol.All(vol.Coerce(float), vol.Range(min=low, max=high))


def _whole(low: int, high: int) -> vol.All:
    return vol.All(vol.Coerce(int), vol.Range(min=low, max=high))


def _numbered(name: str) -> Mapping[Any, Any]:
    """Fields of what is started and stopped by its number; some devices count from 0."""
    return {
        vol.Required(name): _whole(0, 65535),
        vol.Optional("action", default=PatrolAction.START): vol.Coerce(PatrolAction),
    }


_DURATION: Final[Mapping[Any, Any]] = {vol.Optional("duration", default=0.5): _number(0.1, _LONGEST_MOVE)}
_LENS: Final[Mapping[Any, Any]] = {vol.Required("speed"): _number(-1, 1), **_DURATION}
_PLATE: Final = vol.All(cv.string, vol.Length(min=1, max=32))

CAMERA_ACTIONS: Final = (
    CameraAction(
        name="ptz_move",
        fields={
            vol.Optional("mode", default=MoveMode.CONTINUOUS): vol.Coerce(MoveMode),
            # Wide enough for every mode; the entity knows the limits of each.
            vol.Optional("pan"): _number(-1, 360),
            vol.Optional("tilt"): _number(-90, 90),
            vol.Optional("zoom"): _number(-1, 1000),
            **_DURATION,
        },
    ),
    CameraAction(name="ptz_stop"),
    # A text stays one even if it looks like a number: people also name presets by numbers.
    CameraAction(name="ptz_goto_preset", fields={vol.Required("preset"): vol.Any(int, cv.string)}),
    CameraAction(
        name="ptz_save_preset",
        fields={
            vol.Required("number"): _whole(1, 65535),
            vol.Optional("name"): vol.All(cv.string, vol.Length(min=1, max=64)),
        },
    ),
    CameraAction(
        name="ptz_patrol",
        fields=_numbered("patrol"),
    ),
    CameraAction(name="ptz_delete_preset", fields={vol.Required("number"): _whole(1, 65535)}),
    CameraAction(name="ptz_pattern", fields=_numbered("pattern")),
    CameraAction(name="ptz_scan", fields=_numbered("scan")),
    CameraAction(name="ptz_home"),
    CameraAction(name="focus", fields=_LENS),
    CameraAction(name="iris", fields=_LENS),
    CameraAction(
        name="get_recordings",
        fields={vol.Required("start"): cv.datetime, vol.Required("end"): cv.datetime},
        response=SupportsResponse.ONLY,
    ),
    CameraAction(name="get_plates", response=SupportsResponse.ONLY),
    CameraAction(
        name="add_plate",
        fields={
            vol.Required("plate"): _PLATE,
            vol.Optional("plate_list", default=PlateList.ALLOW): vol.Coerce(PlateList),
            vol.Optional("start"): cv.datetime,
            vol.Optional("end"): cv.datetime,
        },
    ),
    CameraAction(name="remove_plate", fields={vol.Required("plate"): _PLATE}),
    CameraAction(
        name="auxiliary",
        fields={vol.Required("accessory"): vol.Coerce(Accessory), vol.Required("on"): cv.boolean},
    ),
)

PULSE_OUTPUT: Final = "pulse_output"
PULSE_FIELDS: Final[Mapping[Any, Any]] = {vol.Optional("seconds", default=1.0): _number(0.1, _LONGEST_PULSE)}

SEND_REQUEST_FIELDS: Final[Mapping[Any, Any]] = {
    **HOST_TARGET,
    vol.Optional("method", default="GET"): vol.All(cv.string, vol.Upper, vol.In(_METHODS)),
    vol.Required("path"): cv.string,
    vol.Optional("query", default=dict): {cv.string: vol.Any([cv.string], cv.string)},
    vol.Optional("body"): vol.All(cv.string, vol.Length(max=_LARGEST_BODY)),
}

# Home Assistant's annotations name probatio, of which voluptuous is an alias at run time.
_SEND_REQUEST_SCHEMA: Final[Any] = vol.Schema(dict(SEND_REQUEST_FIELDS))


def require(entity: PartEntity[Any], *any_of: Feature) -> None:
    """Raise an error for people when the entity's part has none of the features that an action needs."""
    if entity.part.features.isdisjoint(any_of):
        raise feature_missing(entity.entity_id, any_of[0].value)


async def _async_pulse(entity: Entity, call: ServiceCall) -> None:
    """Pulse an output; the other switches of an entry are settings, which have nothing to pulse."""
    if not isinstance(entity, OutputSwitch):
        raise feature_missing(entity.entity_id, Feature.PULSE.value)
    require(entity, Feature.PULSE)
    await entity.async_pulse(call.data["seconds"])


async def _async_send_request(call: ServiceCall) -> ServiceResponse:
    """Send a request that the user made up. Neither it nor its answer is logged: both may hold secrets."""
    coordinator = coordinator_of(call)
    driver = coordinator.driver
    if not isinstance(driver, Raw):
        raise feature_missing(coordinator.name, SEND_REQUEST)
    if not _PATH.fullmatch(path := call.data["path"]):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="path_invalid")
    body = call.data["body"].encode() if "body" in call.data else None
    request = driver.send_request(call.data["method"], path, _pairs(call.data["query"]), body)
    return _shown(await coordinator.async_ask(request))


def _pairs(query: Mapping[str, str | Sequence[str]]) -> list[tuple[str, str]]:
    """A name with several values is sent once for each."""
    return [
        (name, value) for name, values in query.items() for value in ((values,) if isinstance(values, str) else values)
    ]


def _shown(answer: RawAnswer) -> ServiceResponse:
    """An answer as text where it is text, else in base64."""
    try:
        body, encoding = answer.body.decode(), "text"
    except UnicodeDecodeError:
        body, encoding = b64encode(answer.body).decode(), "base64"
    return {
        "status": answer.status,
        "content_type": answer.content_type,
        "encoding": encoding,
        "body": body,
    }


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Register all actions."""
    for action in CAMERA_ACTIONS:
        service.async_register_platform_entity_service(
            hass,
            DOMAIN,
            action.name,
            entity_domain=CAMERA,
            schema=dict(action.fields),
            func=f"async_{action.name}",
            supports_response=action.response,
        )
    service.async_register_platform_entity_service(
        hass, DOMAIN, PULSE_OUTPUT, entity_domain=SWITCH, schema=dict(PULSE_FIELDS), func=_async_pulse
    )
    services_panel.async_setup(hass)
    services_media.async_setup(hass)
    services_device.async_setup(hass)
    services_analytics.async_setup(hass)
    services_references.async_setup(hass)
    service.async_register_admin_service(
        hass,
        DOMAIN,
        SEND_REQUEST,
        _async_send_request,
        _SEND_REQUEST_SCHEMA,
        SupportsResponse.ONLY,
    )
