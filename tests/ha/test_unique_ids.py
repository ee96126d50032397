"""Unique ids and device identifiers never change: whoever changes one loses people's history and automations.

After a deliberate addition, write the file anew and look at what differs:

    UPDATE_GOLDEN=1 scripts/test tests/ha/test_unique_ids.py
"""

from collections import defaultdict
import json
import os
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import DOMAIN
from tests.simulators.isapi import PROFILES

GOLDEN = Path(__file__).with_name("unique_ids.json")
UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"


def known() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else {}
    return found


def identities(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, Any]:
    """All unique ids by platform, and all device identifiers, of an entry."""
    entities: defaultdict[str, list[str]] = defaultdict(list)
    for each in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        entities[each.domain].append(each.unique_id)
    registry = dr.async_get(hass)
    shown = (
        *dr.async_entries_for_config_entry(registry, entry.entry_id),
        *dr.async_child_entries_for_config_entry(registry, entry.entry_id),
    )
    devices = [identifier for device in shown for domain, identifier in device.identifiers if domain == DOMAIN]
    return {
        "entry": entry.unique_id,
        "devices": sorted(devices),
        "entities": {platform: sorted(found) for platform, found in sorted(entities.items())},
    }


@pytest.mark.parametrize("model", PROFILES)
async def test_identities(hass: HomeAssistant, model: str, setup_entry: MockConfigEntry) -> None:
    found = identities(hass, setup_entry)
    assert all(
        unique_id.startswith(f"{setup_entry.unique_id}_") for ids in found["entities"].values() for unique_id in ids
    )
    if UPDATE:
        GOLDEN.write_text(json.dumps({**known(), model: found}, indent=2, sort_keys=True) + "\n")
    assert found == known()[model]


def test_nothing_else_is_written_down() -> None:
    assert set(known()) == set(PROFILES)
