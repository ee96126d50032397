"""Lines of the logbook for records of alarm panels."""

from typing import Any

from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.logbook import async_describe_events
from custom_components.ip_surveillance.panel_text import EVENT_PANEL

ALL = {
    "text": "Burglary alarm",
    "zone": 1,
    "zone_name": "Front door",
    "partition": 2,
    "partition_name": "House",
    "user": "Anna",
    "user_number": 4,
}


def describe(hass: HomeAssistant, data: dict[str, Any]) -> dict[str, Any]:
    """The line that the integration makes of an event."""
    described = {}
    async_describe_events(hass, lambda domain, kind, how: described.update({(domain, kind): how}))
    assert set(described) == {(DOMAIN, EVENT_PANEL)}
    return described[DOMAIN, EVENT_PANEL](Event(EVENT_PANEL, data))


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (ALL, "Burglary alarm, zone Front door, partition House, by Anna"),
        ({"text": "Burglary alarm", "zone": 1, "partition": 2}, "Burglary alarm, zone 1, partition 2"),
        ({"text": "Disarmed", "user_number": 4}, "Disarmed, by 4"),
        ({"text": "Mains lost"}, "Mains lost"),
    ],
)
def test_a_line_for_people(hass: HomeAssistant, data: dict[str, Any], line: str) -> None:
    told = describe(hass, {**data, "entity_id": "event.panel", "device_id": "gone"})
    assert told == {"name": "Alarm panel", "message": line, "entity_id": "event.panel"}


def test_a_line_bears_the_name_of_the_panel(hass: HomeAssistant) -> None:
    entry = MockConfigEntry(domain=DOMAIN)
    entry.add_to_hass(hass)
    registry = dr.async_get(hass)
    device = registry.async_get_or_create(config_entry_id=entry.entry_id, identifiers={(DOMAIN, "x")}, name="Panel")
    data = {"text": "Disarmed", "device_id": device.id, "entity_id": "event.panel"}
    assert describe(hass, data)["name"] == "Panel"
    registry.async_update_device(device.id, name_by_user="Cellar")
    assert describe(hass, data)["name"] == "Cellar"
