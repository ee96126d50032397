"""Actions for devices that run detection models: models, tasks, rules. Nearly all answer with what the device tells."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, service
import voluptuous as vol

from .const import DOMAIN
from .protocol.analytics import Answer, Linkages, Models, NewModel, TaskKind, Tasks
from .protocol.model.parts import HOST_PART, PartKind
from .protocol.model.vocabulary import Feature
from .services_target import (
    HOST_TARGET,
    PIECE_TARGET,
    async_read,
    coordinator_of,
    device_of,
    feature_missing,
    part_shown,
)

_LARGEST_MODEL: Final = 512 * 1024 * 1024
"""Bytes of a file with a model."""
_LONGEST_ID: Final = 64
"""Characters of ids (000…txt l.4476)."""
_LONGEST_NAME: Final = 128
"""Characters of the name of a model (000…txt l.4481)."""
_LONGEST_URL: Final = 256
"""Characters of what a model is fetched from (000…txt l.4478)."""
_MOST_URLS: Final = 100
"""Pictures of one request (000…txt l.5752)."""

_TEXT: Final = vol.All(cv.string, vol.Length(min=1, max=_LONGEST_NAME))
_ID: Final = vol.All(cv.string, vol.Length(min=1, max=_LONGEST_ID))
_URL: Final = vol.All(cv.url, vol.Length(max=_LONGEST_URL))
_ENGINE: Final = vol.All(vol.Coerce(int), vol.Range(min=1, max=64))
_MODEL: Final[Mapping[Any, Any]] = {vol.Required("model_id"): _ID}
_TASK: Final[Mapping[Any, Any]] = {vol.Required("kind"): vol.Coerce(TaskKind), vol.Required("task_id"): _ID}

type _Run = Callable[[HomeAssistant, Any, Mapping[str, Any]], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostAction:
    """An action on a device as a whole."""

    name: str
    feature: Feature
    offers: type
    """The commands a driver must have for it."""
    run: _Run
    fields: Mapping[Any, Any] = field(default_factory=dict)
    changes: bool = True
    """It changes the device: for administrators only."""

    @property
    def schema(self) -> Mapping[Any, Any]:
        """All its fields."""
        return {**HOST_TARGET, **self.fields}


async def _install(hass: HomeAssistant, driver: Models, data: Mapping[str, Any]) -> Answer:
    if ("url" in data) is ("file" in data):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="url_or_file")
    content = await async_read(hass, data["file"], _LARGEST_MODEL) if "file" in data else None
    return await driver.install_model(
        NewModel(
            name=data["name"],
            url=data.get("url"),
            data=content,
            model_id=data.get("model_id"),
            engines=tuple(data["engines"]),
            description=data.get("description"),
        )
    )


HOST_ACTIONS: Final = (
    HostAction(
        name="get_models",
        feature=Feature.MODELS,
        offers=Models,
        run=lambda _, driver, data: driver.models(),
        changes=False,
    ),
    HostAction(
        name="install_model",
        feature=Feature.MODELS,
        offers=Models,
        run=_install,
        fields={
            vol.Required("name"): _TEXT,
            vol.Optional("url"): _URL,
            vol.Optional("file"): cv.string,
            vol.Optional("model_id"): _ID,
            vol.Optional("engines", default=list): vol.All(cv.ensure_list, [_ENGINE]),
            vol.Optional("description"): [dict],
        },
    ),
    HostAction(
        name="update_model",
        feature=Feature.MODELS,
        offers=Models,
        run=lambda _, driver, data: driver.update_model(
            data["model_id"], name=data.get("name"), url=data.get("url"), description=data.get("description")
        ),
        fields={
            **_MODEL,
            vol.Optional("name"): _TEXT,
            vol.Optional("url"): _URL,
            vol.Optional("description"): [dict],
        },
    ),
    HostAction(
        name="delete_model",
        feature=Feature.MODELS,
        offers=Models,
        run=lambda _, driver, data: driver.delete_model(data["model_id"]),
        fields=_MODEL,
    ),
    HostAction(
        name="get_model_progress",
        feature=Feature.MODELS,
        offers=Models,
        run=lambda _, driver, data: driver.model_progress(data["model_id"]),
        fields=_MODEL,
        changes=False,
    ),
    HostAction(
        name="get_tasks",
        feature=Feature.TASKS,
        offers=Tasks,
        run=lambda _, driver, data: driver.tasks(data.get("kind")),
        fields={vol.Optional("kind"): vol.Coerce(TaskKind)},
        changes=False,
    ),
    HostAction(
        name="create_task",
        feature=Feature.TASKS,
        offers=Tasks,
        run=lambda _, driver, data: driver.create_task(data["kind"], data["options"]),
        fields={vol.Required("kind"): vol.Coerce(TaskKind), vol.Required("options"): dict},
    ),
    HostAction(
        name="edit_task",
        feature=Feature.TASKS,
        offers=Tasks,
        run=lambda _, driver, data: driver.edit_task(data["kind"], data["task_id"], data["options"]),
        fields={**_TASK, vol.Required("options"): dict},
    ),
    HostAction(
        name="delete_task",
        feature=Feature.TASKS,
        offers=Tasks,
        run=lambda _, driver, data: driver.delete_task(data["kind"], data["task_id"]),
        fields=_TASK,
    ),
    HostAction(
        name="analyze_pictures",
        feature=Feature.TASKS,
        offers=Tasks,
        run=lambda _, driver, data: driver.analyse_pictures(data["engine"], data["model_id"], data["urls"]),
        fields={
            vol.Required("engine"): _ENGINE,
            **_MODEL,
            vol.Required("urls"): vol.All(cv.ensure_list, [cv.url], vol.Length(min=1, max=_MOST_URLS)),
        },
    ),
)

GET_LINKAGE: Final = "get_rule_linkage"
SET_LINKAGE: Final = "set_rule_linkage"
LINKAGE_FIELDS: Final[Mapping[str, Mapping[Any, Any]]] = {
    GET_LINKAGE: PIECE_TARGET,
    SET_LINKAGE: {**PIECE_TARGET, vol.Required("methods"): vol.All(cv.ensure_list, [_TEXT])},
}


async def _async_run(action: HostAction, call: ServiceCall) -> ServiceResponse:
    """Run an action on the host of an entry."""
    coordinator = coordinator_of(call)
    host = coordinator.topology.parts[HOST_PART]
    if action.feature not in host.features or not isinstance(coordinator.driver, action.offers):
        raise feature_missing(coordinator.name, action.feature.value)
    answer = await coordinator.async_ask(action.run(call.hass, coordinator.driver, call.data))
    if action.changes:
        # Tasks, models and what they bring are parts of the device: show soon what there is now.
        coordinator.async_schedule_rediscovery()
    return dict(answer)


async def _async_linkage(call: ServiceCall) -> ServiceResponse:
    """Tell or change what a device does when a rule strikes."""
    if (found := device_of(call)) is None or (rule := part_shown(*found, PartKind.RULE)) is None:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_rule")
    coordinator, device = found
    driver = coordinator.driver
    if Feature.LINKAGE not in rule.features or not isinstance(driver, Linkages):
        raise feature_missing(device.name or call.data.get(ATTR_ENTITY_ID, ""), Feature.LINKAGE.value)
    if call.service == SET_LINKAGE:
        return dict(await coordinator.async_ask(driver.set_linkage(rule.ref, call.data["methods"])))
    return dict(await coordinator.async_ask(driver.linkage(rule.ref)))


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Register them."""
    for action in HOST_ACTIONS:
        # Home Assistant's annotations name probatio, of which voluptuous is an alias at run time.
        schema: Any = vol.Schema(dict(action.schema))
        run = partial(_async_run, action)
        if action.changes:
            service.async_register_admin_service(hass, DOMAIN, action.name, run, schema, SupportsResponse.OPTIONAL)
        else:
            hass.services.async_register(DOMAIN, action.name, run, schema, supports_response=SupportsResponse.ONLY)
    for name, fields in LINKAGE_FIELDS.items():
        linkage: Any = vol.Schema(dict(fields))
        if name == SET_LINKAGE:
            service.async_register_admin_service(hass, DOMAIN, name, _async_linkage, linkage, SupportsResponse.OPTIONAL)
        else:
            hass.services.async_register(DOMAIN, name, _async_linkage, linkage, supports_response=SupportsResponse.ONLY)
