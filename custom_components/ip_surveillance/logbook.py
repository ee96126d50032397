"""Lines of the logbook for what alarm panels record."""

from collections.abc import Callable, Mapping
from typing import Any

from homeassistant.components.logbook import LOGBOOK_ENTRY_ENTITY_ID, LOGBOOK_ENTRY_MESSAGE, LOGBOOK_ENTRY_NAME
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .const import DOMAIN
from .panel_text import EVENT_PANEL, sentence


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[Event[Any]], dict[str, Any]]], None],
) -> None:
    """Say how the records read."""

    @callback
    def describe(event: Event[Mapping[str, Any]]) -> dict[str, Any]:
        return {
            LOGBOOK_ENTRY_NAME: _name(hass, event.data.get("device_id")),
            LOGBOOK_ENTRY_MESSAGE: sentence(event.data),
            LOGBOOK_ENTRY_ENTITY_ID: event.data.get("entity_id"),
        }

    async_describe_event(DOMAIN, EVENT_PANEL, describe)


def _name(hass: HomeAssistant, device_id: str | None) -> str:
    """The panel's name; its record outlives a panel that was removed."""
    device = dr.async_get(hass).async_get(device_id) if device_id else None
    return (device.name_by_user or device.name if device else None) or "Alarm panel"
