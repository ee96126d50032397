"""Actions of care: a device's log and stores, the cells of its motion detection, the stations of its patrols."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from homeassistant.components.camera import DOMAIN as CAMERA
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, service
from homeassistant.helpers.entity import Entity
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType
import voluptuous as vol

from .const import DOMAIN
from .coordinator import StateCoordinator
from .entity import PartEntity
from .protocol.care import Formats, Grid, Grids, LogRow, Logs, Plans, Stop
from .protocol.model.parts import PartKind, PartRef
from .protocol.model.vocabulary import Feature
from .services_target import HOST_TARGET, coordinator_of, feature_missing

_ROWS_TOLD: Final = 200
_MOST_ROWS: Final = 2000
_DAY: Final = timedelta(days=1)
_ON, _OFF = "#", "."
_GRID_ROW: Final = vol.All(cv.string, vol.Match(rf"^[{_ON}{_OFF}]{{1,64}}$"))

_CONFIRM: Final[Mapping[Any, Any]] = {vol.Required("confirm"): cv.boolean}


def _number(low: float, high: float) -> vol.All:
    return vol.All(vol.Coerce(float), vol.Range(min=low, max=high))


def _whole(low: int, high: int) -> vol.All:
    return vol.All(vol.Coerce(int), vol.Range(min=low, max=high))


GET_LOG: Final = "get_log"
CLEAR_LOG: Final = "clear_log"
FORMAT_STORAGE: Final = "format_storage"
GET_GRID: Final = "get_motion_grid"
SET_GRID: Final = "set_motion_grid"
SET_PATROL: Final = "ptz_set_patrol"

_STATION: Final[Mapping[Any, Any]] = {
    vol.Required("preset"): _whole(0, 65535),
    vol.Optional("speed", default=0.5): _number(0, 1),
    vol.Optional("dwell", default=10.0): _number(1, 3600),
}
DEVICE_FIELDS: Final[Mapping[str, Mapping[Any, Any]]] = {
    GET_LOG: {
        **HOST_TARGET,
        vol.Optional("start"): cv.datetime,
        vol.Optional("end"): cv.datetime,
        vol.Optional("limit", default=_ROWS_TOLD): _whole(1, _MOST_ROWS),
    },
    CLEAR_LOG: {**HOST_TARGET, **_CONFIRM},
    FORMAT_STORAGE: {**HOST_TARGET, vol.Optional("storage"): _whole(0, 65535), **_CONFIRM},
    GET_GRID: {},
    SET_GRID: {vol.Required("rows"): vol.All(cv.ensure_list, [_GRID_ROW], vol.Length(min=1, max=64))},
    SET_PATROL: {
        vol.Required("patrol"): _whole(0, 65535),
        vol.Required("stops"): vol.All([dict(_STATION)], vol.Length(max=64)),
    },
}


def _confirmed(call: ServiceCall) -> None:
    """Raise unless the user says that the loss is meant."""
    if not call.data["confirm"]:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="not_confirmed")


# The device


async def _async_get_log(call: ServiceCall) -> ServiceResponse:
    """Tell the latest rows of a time; by default of the last day."""
    coordinator = coordinator_of(call)
    driver = coordinator.driver
    if not isinstance(driver, Logs):
        raise feature_missing(coordinator.name, "log")
    end = _aware(call.data["end"]) if "end" in call.data else datetime.now(UTC)
    start = _aware(call.data["start"]) if "start" in call.data else end - _DAY
    if start >= end:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="time_range_invalid")
    rows = await coordinator.async_ask(driver.read_log(start, end))
    return {"rows": [_row(row) for row in rows[-call.data["limit"] :]], "total": len(rows)}


def _aware(moment: datetime) -> datetime:
    """Take a time without a zone to be one of Home Assistant's."""
    return moment if moment.tzinfo else moment.replace(tzinfo=dt_util.get_default_time_zone())


def _row(row: LogRow) -> dict[str, Any]:
    kind = {} if row.kind is None else {"type": row.kind}
    return {"time": row.time.isoformat(), **kind, "text": row.text}


async def _async_clear_log(call: ServiceCall) -> None:
    """Empty a device's log for good."""
    coordinator = coordinator_of(call)
    driver = coordinator.driver
    if not isinstance(driver, Logs):
        raise feature_missing(coordinator.name, "log")
    _confirmed(call)
    await coordinator.async_ask(driver.clear_log())


async def _async_format(call: ServiceCall) -> None:
    """Format a store, and lose all that is on it."""
    coordinator = coordinator_of(call)
    driver = coordinator.driver
    if not isinstance(driver, Formats):
        raise feature_missing(coordinator.name, "formatting")
    store = _store(call, coordinator)
    _confirmed(call)
    await coordinator.async_command(driver.format_store(store), store)


def _store(call: ServiceCall, coordinator: StateCoordinator) -> PartRef:
    """The store meant; the only one needs not be named."""
    stores = [ref for ref in coordinator.topology.parts if ref.kind is PartKind.STORAGE]
    found = [ref for ref in stores if call.data.get("storage", ref.number) == ref.number]
    if len(found) != 1:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="storage_unknown",
            translation_placeholders={
                "name": coordinator.name,
                "numbers": ", ".join(str(ref.number) for ref in stores) or "–",
            },
        )
    return found[0]


# Cameras


async def _async_get_grid(entity: Entity, call: ServiceCall) -> ServiceResponse:
    """Tell the cells in which motion counts."""
    coordinator, ref = _channel(entity)
    if not isinstance(driver := coordinator.driver, Grids):
        raise feature_missing(entity.entity_id, "motion_grid")
    return {"rows": _drawn(await coordinator.async_ask(driver.motion_grid(ref), ref))}


async def _async_set_grid(entity: Entity, call: ServiceCall) -> ServiceResponse:
    """Choose the cells in which motion counts, and tell which the device took."""
    coordinator, ref = _channel(entity)
    if not isinstance(driver := coordinator.driver, Grids):
        raise feature_missing(entity.entity_id, "motion_grid")
    cells: Grid = tuple(tuple(cell == _ON for cell in row) for row in call.data["rows"])
    return {"rows": _drawn(await coordinator.async_ask(driver.set_motion_grid(ref, cells), ref))}


def _drawn(grid: Grid) -> list[JsonValueType]:
    return ["".join(_ON if cell else _OFF for cell in row) for row in grid]


async def _async_set_patrol(entity: Entity, call: ServiceCall) -> None:
    """Write the stations of a patrol; its button comes or goes by looking again what exists."""
    coordinator, ref = _channel(entity)
    driver = coordinator.driver
    part = coordinator.topology.parts.get(ref)
    if not isinstance(driver, Plans) or part is None or Feature.PATROLS not in part.features:
        raise feature_missing(entity.entity_id, Feature.PATROLS.value)
    stops = [Stop(**each) for each in call.data["stops"]]
    await coordinator.async_ask(driver.set_patrol(ref, call.data["patrol"], stops), ref)
    coordinator.async_schedule_rediscovery()


def _channel(entity: Entity) -> tuple[StateCoordinator, PartRef]:
    """What a camera entity of ours stands for."""
    if not isinstance(entity, PartEntity) or not isinstance(entity.coordinator, StateCoordinator):
        raise feature_missing(entity.entity_id, "motion_grid")
    return entity.coordinator, entity.part.ref


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Register the actions; what tells names of users, or loses something, is for administrators."""
    for name, ask, response in (
        (GET_LOG, _async_get_log, SupportsResponse.ONLY),
        (CLEAR_LOG, _async_clear_log, SupportsResponse.NONE),
        (FORMAT_STORAGE, _async_format, SupportsResponse.NONE),
    ):
        # Home Assistant's annotations name probatio, of which voluptuous is an alias at run time.
        schema: Any = vol.Schema(dict(DEVICE_FIELDS[name]))
        service.async_register_admin_service(hass, DOMAIN, name, ask, schema, response)
    for name, act, response in (
        (GET_GRID, _async_get_grid, SupportsResponse.ONLY),
        (SET_GRID, _async_set_grid, SupportsResponse.OPTIONAL),
        (SET_PATROL, _async_set_patrol, SupportsResponse.NONE),
    ):
        service.async_register_platform_entity_service(
            hass,
            DOMAIN,
            name,
            entity_domain=CAMERA,
            schema=dict(DEVICE_FIELDS[name]),
            func=act,
            supports_response=response,
        )
