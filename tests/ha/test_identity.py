"""Who answers at an address: only ever the device that was set up, under the identity of that day."""

from dataclasses import replace

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_PASSWORD, CONF_PORT, CONF_USERNAME, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.protocol.model.parts import HOST, Part, PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from custom_components.ip_surveillance.protocol.registry import FAMILIES
from tests.conftest import MakeEntry, SetUp
from tests.ha.fake_driver import FAMILY, FakeDriver, topology
from tests.ha.simulated import Seen, until
from tests.simulators.isapi import IsapiSimulator


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.SWITCH,)


async def test_another_device_at_the_address_is_not_shown(
    hass: HomeAssistant, make_entry: MakeEntry, set_up: SetUp, device: IsapiSimulator
) -> None:
    entry = await make_entry(device)
    async with IsapiSimulator("ptz", password=device.password) as other:
        hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_PORT: other.port})
        await set_up(entry)
        assert entry.state is ConfigEntryState.SETUP_ERROR
        assert entry.error_reason_translation_key == "wrong_device"
        assert not er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
        assert {request.method for request in other.requests} == {"GET"}


async def test_another_device_that_takes_the_address_over(hass: HomeAssistant, seen: Seen) -> None:
    me = seen.device.world.identity
    seen.device.world.identity = replace(me, serial="DS-OTHER20240101AAWR00000009", mac="02:00:00:00:00:09")
    await seen.coordinator.async_rediscover()
    await until(lambda: seen.entry.state is ConfigEntryState.SETUP_ERROR)
    assert {state.state for state in hass.states.async_all("switch")} == {"unavailable"}


@pytest.fixture
def by_mac(hass: HomeAssistant, entry: MockConfigEntry, device: IsapiSimulator) -> MockConfigEntry:
    """An entry of the day when the device told its MAC but no serial number."""
    mac = device.world.identity.mac.replace(":", "").lower()
    known = MockConfigEntry(domain=entry.domain, title="By MAC", unique_id=mac, data={**entry.data})
    known.add_to_hass(hass)
    return known


async def test_a_device_that_tells_another_identity_keeps_its_entities(
    hass: HomeAssistant, set_up: SetUp, by_mac: MockConfigEntry
) -> None:
    await set_up(by_mac)
    assert by_mac.state is ConfigEntryState.LOADED
    found = er.async_entries_for_config_entry(er.async_get(hass), by_mac.entry_id)
    assert found
    assert all(each.unique_id.startswith(f"{by_mac.unique_id}_") for each in found)


async def test_reauth_of_a_device_that_tells_another_identity(
    hass: HomeAssistant, entry: MockConfigEntry, by_mac: MockConfigEntry, device: IsapiSimulator
) -> None:
    await hass.config_entries.async_remove(entry.entry_id)
    flow = await by_mac.start_reauth_flow(hass)
    done = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {CONF_USERNAME: device.username, CONF_PASSWORD: device.password}
    )
    assert done["reason"] == "reauth_successful"
    await hass.async_block_till_done()
    assert by_mac.unique_id == device.world.identity.mac.replace(":", "").lower()
    await hass.config_entries.async_unload(by_mac.entry_id)


async def test_a_host_without_an_identity_goes_by_the_one_it_was_given(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [Part(ref=PartRef(HOST, PartKind.OUTPUT, 1), features=frozenset({Feature.SWITCH}))]
    known = topology(parts)
    nameless = replace(known, devices={HOST: replace(known.host, uid="")})
    driver = FakeDriver(topology=nameless)
    monkeypatch.setitem(FAMILIES, FAMILY, driver.family())
    entry = MockConfigEntry(
        domain=DOMAIN, title="Given", unique_id="given1", data={"host": "127.0.0.1", "family": FAMILY}
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert er.async_get(hass).async_get_entity_id("switch", DOMAIN, "given1_output1_output")
    await hass.config_entries.async_unload(entry.entry_id)
