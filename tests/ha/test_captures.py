"""Recorded answers of real devices set up through the config flow, without a word above debug in the log.

The recordings are not part of the repository: IP_SURVEILLANCE_CAPTURES names their folder.
"""

import logging
import os
from pathlib import Path

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
import pytest

from tests.simulators.isapi import Capture, IsapiSimulator

from .flows import logins, submitted, typed

FOLDER = Path(os.environ.get("IP_SURVEILLANCE_CAPTURES", Path(__file__).parents[3] / "shared" / "captures"))
RECORDINGS = sorted((FOLDER / "isapi" / "devices").glob("*.json"))
LOGGER = "custom_components.ip_surveillance"

pytestmark = pytest.mark.skipif(
    not RECORDINGS, reason="no recordings: IP_SURVEILLANCE_CAPTURES names no folder of them"
)


def loud(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What this integration logged above debug, and what was logged about it as an error."""
    return [
        record.getMessage()
        for record in caplog.get_records("call")
        if (record.name.startswith(LOGGER) and record.levelno > logging.DEBUG)
        or (record.levelno >= logging.ERROR and "ip_surveillance" in record.getMessage())
    ]


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
async def test_recording_sets_up(hass: HomeAssistant, caplog: pytest.LogCaptureFixture, path: Path) -> None:
    info = Capture.load(path).tree("System/deviceInfo")
    async with IsapiSimulator.from_capture(path) as device:
        result = await submitted(hass, typed(device))
        assert result["type"] is FlowResultType.CREATE_ENTRY, result.get("errors")
        entry = result["result"]
        await hass.async_block_till_done()
        assert entry.state is ConfigEntryState.LOADED
        assert entry.title == info["deviceName"]
        assert "".join(filter(str.isalnum, str(info["serialNumber"]))).lower() == entry.unique_id
        entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
        assert len({(entity.domain, entity.unique_id) for entity in entities}) == len(entities) > 5
        assert all(entity.unique_id.startswith(str(entry.unique_id)) for entity in entities)
        assert not device.auth.refused
        assert logins(device)
        assert await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done()
        assert device.streams == 0
    assert not loud(caplog)


async def test_all_recordings_side_by_side(hass: HomeAssistant, caplog: pytest.LogCaptureFixture) -> None:
    """Equal channel numbers of several devices do not meet."""
    devices = [IsapiSimulator.from_capture(path) for path in RECORDINGS]
    for device in devices:
        await device.start()
    entries = [(await submitted(hass, typed(device)))["result"] for device in devices]
    await hass.async_block_till_done()
    registry = er.async_get(hass)
    unique = [
        (entity.domain, entity.unique_id)
        for entry in entries
        for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
    ]
    assert len(set(unique)) == len(unique)
    for entry in entries:
        assert entry.state is ConfigEntryState.LOADED
        assert await hass.config_entries.async_unload(entry.entry_id)
    for device in devices:
        await device.stop()
    assert not loud(caplog)
