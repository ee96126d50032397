"""Passes the records of all alarm panels on, whichever entities show them and whatever those may not show."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect, async_dispatcher_send

from . import uid
from .const import DOMAIN
from .coordinator import StateCoordinator
from .protocol.model.events import Happened
from .protocol.model.panel_words import PanelEvent
from .protocol.model.parts import PartRef
from .protocol.model.vocabulary import Feature

_SIGNAL: Final = f"{DOMAIN}_panel_record"
_ENTITIES: Final = ("panel_event", "silent_alarm")
"""Keys of the event entities by which a panel can be meant."""
_GROUPS: Final = frozenset(each.value for each in PanelEvent)


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelRecord:
    """A record with what stands for its panel in Home Assistant."""

    happened: Happened
    device_id: str | None
    entity_ids: frozenset[str]
    """Its event entities, disabled ones too."""


@callback
def async_listen(hass: HomeAssistant, told: Callable[[PanelRecord], None]) -> CALLBACK_TYPE:
    """Be told every record of every panel, also of entries that are loaded later."""
    return async_dispatcher_connect(hass, _SIGNAL, told)


@callback
def async_publish(coordinator: StateCoordinator) -> None:
    """Pass on the records of an entry's panels until it is unloaded."""
    heard: dict[PartRef, CALLBACK_TYPE] = {}

    @callback
    def tell(happened: Happened) -> None:
        if happened.what in _GROUPS:
            async_dispatcher_send(coordinator.hass, _SIGNAL, _record(coordinator, happened))

    @callback
    def listen() -> None:
        panels = {ref for ref, part in coordinator.topology.parts.items() if Feature.PANEL_LOG in part.features}
        for ref in heard.keys() - panels:
            heard.pop(ref)()
        for ref in panels - heard.keys():
            heard[ref] = coordinator.async_on_happened(ref, tell)

    @callback
    def stop() -> None:
        for each in heard.values():
            each()

    listen()
    coordinator.config_entry.async_on_unload(coordinator.async_on_topology(listen))
    coordinator.config_entry.async_on_unload(stop)


def _record(coordinator: StateCoordinator, happened: Happened) -> PanelRecord:
    entities, topology = er.async_get(coordinator.hass), coordinator.topology
    found = (
        entities.async_get_entity_id("event", DOMAIN, uid.entity_uid(topology, happened.part, key)) for key in _ENTITIES
    )
    device = dr.async_get(coordinator.hass).async_get_device_by_identifier(
        uid.identifier(topology, happened.part), coordinator.config_entry.entry_id
    )
    return PanelRecord(
        happened=happened,
        device_id=device.id if device else None,
        entity_ids=frozenset(entity_id for entity_id in found if entity_id),
    )
