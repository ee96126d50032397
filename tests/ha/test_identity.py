"""Who answers at an address: only ever the device that was set up, under the identity of that day."""

from dataclasses import replace
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.const import CONF_PASSWORD, CONF_PORT, CONF_USERNAME, Platform
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.protocol.driver import Identity
from custom_components.ip_surveillance.protocol.model.parts import HOST, Device, Part, PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from custom_components.ip_surveillance.protocol.registry import FAMILIES
from tests.conftest import MakeEntry, SetUp
from tests.ha.fake import FakeFamily, install
from tests.ha.fake_driver import FAMILY, FakeDriver, topology
from tests.ha.flows import submitted
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


# Hosts that offer no identity: the devices behind them tell who they are.

NAMELESS = Identity(uid="", source="generated", name="Host", aliases=frozenset({"aa01", "aa02"}))


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> FakeFamily:
    """A family whose host offers no identity."""
    family = FakeFamily(who=NAMELESS)
    install(monkeypatch, family)
    return family


def register(hass: HomeAssistant, entry: MockConfigEntry, *names: str) -> None:
    """Register devices behind an entry's host, and a piece of one of them."""
    registry = dr.async_get(hass)
    for name in (str(entry.unique_id), *names, "aa99_zone1"):
        registry.async_get_or_create(config_entry_id=entry.entry_id, identifiers={(DOMAIN, name)}, name=name)


FORM = {"host": "192.0.2.7", "port": 80, "ssl": False, "verify_ssl": False, "username": "u", "password": "p"}


def known(hass: HomeAssistant, *behind: str, **data: object) -> MockConfigEntry:
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Host",
        unique_id="given1",
        data={**FORM, "port": None, "family": "fake", "uid": "given1", **data},
    )
    entry.add_to_hass(hass)
    register(hass, entry, *behind)
    return entry


async def submitted_host(hass: HomeAssistant) -> ConfigFlowResult:
    with patch("custom_components.ip_surveillance.async_setup_entry", return_value=True):
        return await submitted(hass, {**FORM, "family": "auto"})


async def test_a_host_without_an_identity_gets_one_that_is_stored(hass: HomeAssistant, host: FakeFamily) -> None:
    done = await submitted_host(hass)
    entry = done["result"]
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert entry.unique_id
    assert len(entry.unique_id) == 32
    assert entry.data["uid"] == entry.unique_id
    assert entry.data["uid_source"] == "generated"


async def test_a_host_that_moved_is_known_by_the_devices_behind_it(hass: HomeAssistant, host: FakeFamily) -> None:
    entry = known(hass, "aa02", "aa03", host="192.0.2.1")
    done = await submitted_host(hass)
    assert done["reason"] == "already_configured"
    assert entry.data["host"] == "192.0.2.7"
    assert entry.unique_id == "given1"


async def test_an_empty_host_is_known_by_its_address(hass: HomeAssistant, host: FakeFamily) -> None:
    host.who = replace(NAMELESS, aliases=frozenset())
    known(hass)
    assert (await submitted_host(hass))["reason"] == "already_configured"


@pytest.mark.parametrize(
    ("registered", "answers", "reason"),
    [
        (("aa02",), {"aa01", "aa02"}, "reauth_successful"),
        ((), {"aa01"}, "reauth_successful"),
        (("aa02",), set(), "reauth_successful"),
        (("aa03",), {"aa01", "aa02"}, "unique_id_mismatch"),
    ],
)
async def test_reauth_of_a_host_without_an_identity(
    hass: HomeAssistant, host: FakeFamily, registered: tuple[str, ...], answers: set[str], reason: str
) -> None:
    host.who = replace(NAMELESS, aliases=frozenset(answers))
    entry = known(hass, *registered)
    flow = await entry.start_reauth_flow(hass)
    with patch("custom_components.ip_surveillance.async_setup_entry", return_value=True):
        done = await hass.config_entries.flow.async_configure(
            flow["flow_id"], {CONF_USERNAME: "u", CONF_PASSWORD: "new"}
        )
        await hass.async_block_till_done()
    assert done["reason"] == reason


@pytest.mark.parametrize(
    ("behind", "state"), [("aa01", ConfigEntryState.LOADED), ("bb01", ConfigEntryState.SETUP_ERROR)]
)
async def test_another_host_without_an_identity_is_not_shown(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, behind: str, state: ConfigEntryState
) -> None:
    device = PartRef(behind, PartKind.DEVICE)
    found = topology([Part(ref=device)])
    devices = {HOST: replace(found.host, uid=""), behind: Device(address=behind, uid=behind, name="Panel")}
    driver = FakeDriver(topology=replace(found, devices=devices))
    monkeypatch.setitem(FAMILIES, FAMILY, driver.family())
    entry = known(hass, "aa01", family=FAMILY)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is state
    await hass.config_entries.async_unload(entry.entry_id)
