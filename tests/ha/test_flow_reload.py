"""Reauthentication and reconfiguration of an entry that runs: nothing is lost, nothing is tried twice."""

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import DOMAIN
from tests.simulators.isapi import IsapiSimulator

from .flows import submit, typed


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BINARY_SENSOR,)


def entities(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, str]:
    found = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {entity.unique_id: entity.entity_id for entity in found}


async def test_new_address_keeps_entities(
    hass: HomeAssistant, device: IsapiSimulator, setup_entry: MockConfigEntry
) -> None:
    before = entities(hass, setup_entry)
    assert before
    await device.wait_streams(1)
    async with IsapiSimulator("camera", password="Changed1") as moved:
        form = await setup_entry.start_reconfigure_flow(hass)
        result = await submit(hass, form, typed(moved, family=None))
        assert result["reason"] == "reconfigure_successful"
        await moved.wait_streams(1)
        await device.wait_streams(0)
        assert setup_entry.state is ConfigEntryState.LOADED
        assert entities(hass, setup_entry) == before
        assert await hass.config_entries.async_unload(setup_entry.entry_id)


async def test_password_changed_on_the_device(
    hass: HomeAssistant, device: IsapiSimulator, setup_entry: MockConfigEntry
) -> None:
    await device.wait_streams(1)
    device.auth.users[device.username].password = "Changed1"
    device.auth.forget_nonces()
    await setup_entry.runtime_data.state.async_refresh()
    await hass.async_block_till_done()
    # With the nonce in use, which may just have expired, and once with a new one, to be certain.
    tried = list(device.auth.refused)
    assert 1 <= len(tried) <= 2
    for _ in range(3):
        await setup_entry.runtime_data.state.async_refresh()
        await hass.async_block_till_done()
    assert device.auth.refused == tried

    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == SOURCE_REAUTH
    result = await submit(hass, flow, {"username": device.username, "password": "Changed1"})
    assert result["reason"] == "reauth_successful"
    await device.wait_streams(1)
    assert setup_entry.state is ConfigEntryState.LOADED
    assert setup_entry.runtime_data.state.last_update_success
    assert device.auth.refused == tried
