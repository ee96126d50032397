"""Discoveries: offered once, followed when a known device moves, and never an occasion to send credentials."""

from collections.abc import Iterator
from ipaddress import ip_address
from unittest.mock import AsyncMock, patch

from homeassistant.config_entries import (
    SOURCE_DHCP,
    SOURCE_IGNORE,
    SOURCE_SSDP,
    SOURCE_USER,
    SOURCE_ZEROCONF,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import BaseServiceInfo, FlowResultType
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.helpers.service_info.ssdp import SsdpServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import DOMAIN

from .fake import IDENTITY, FakeFamily, install
from .flows import start, submit, suggested

PACKAGE = f"custom_components.{DOMAIN}"
MAC = "aa:bb:cc:00:00:01"
HOST = "192.0.2.7"


@pytest.fixture(autouse=True)
def setup_of_entries() -> Iterator[AsyncMock]:
    with (
        patch(f"{PACKAGE}.async_setup_entry", return_value=True) as mock,
        patch(f"{PACKAGE}.async_unload_entry", return_value=True),
    ):
        yield mock


@pytest.fixture(autouse=True)
def family(monkeypatch: pytest.MonkeyPatch) -> FakeFamily:
    fake = FakeFamily()
    install(monkeypatch, fake)
    return fake


def dhcp(host: str = HOST, mac: str = MAC) -> DhcpServiceInfo:
    return DhcpServiceInfo(ip=host, hostname="yard", macaddress=mac.replace(":", ""))


def zeroconf(host: str = HOST, kind: str = "_http._tcp.local.", port: int = 80) -> ZeroconfServiceInfo:
    address = ip_address(host)
    return ZeroconfServiceInfo(
        ip_address=address,
        ip_addresses=[address],
        port=port,
        hostname="yard.local.",
        type=kind,
        name=f"HIKVISION X1 - 123.{kind}",
        properties={},
    )


def ssdp(host: str = HOST, serial: str = "SERIAL-1") -> SsdpServiceInfo:
    return SsdpServiceInfo(
        ssdp_usn="uuid:1::upnp:rootdevice",
        ssdp_st="upnp:rootdevice",
        ssdp_location=f"http://{host}:49152/upnpdevicedesc.xml",
        upnp={"serialNumber": serial, "friendlyName": "Yard", "presentationURL": f"http://{host}:8080"},
    )


FOUND: dict[str, BaseServiceInfo] = {SOURCE_DHCP: dhcp(), SOURCE_ZEROCONF: zeroconf(), SOURCE_SSDP: ssdp()}


async def discover(hass: HomeAssistant, source: str, info: BaseServiceInfo | None = None) -> ConfigFlowResult:
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": source}, data=FOUND[source] if info is None else info
    )
    await hass.async_block_till_done()
    return result


def known(hass: HomeAssistant, host: str, *, mac: str | None = MAC, uid: str = "serial1") -> MockConfigEntry:
    """Add an entry whose device has a MAC in the registry, as after a set-up."""
    entry = MockConfigEntry(domain=DOMAIN, unique_id=uid, data={"host": host, "uid": uid})
    entry.add_to_hass(hass)
    if mac:
        dr.async_get(hass).async_get_or_create(
            config_entry_id=entry.entry_id, connections={(dr.CONNECTION_NETWORK_MAC, mac)}, identifiers={(DOMAIN, uid)}
        )
    return entry


@pytest.mark.parametrize("source", FOUND)
async def test_found_and_set_up(hass: HomeAssistant, family: FakeFamily, source: str) -> None:
    form = await discover(hass, source)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "user"
    assert not form["errors"]
    assert suggested(form)["host"] == HOST
    assert not family.probed
    assert not family.used

    result = await submit(hass, form, {"host": HOST, "username": "admin", "password": "pw"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].unique_id == IDENTITY.uid
    assert result["data"]["host"] == HOST


async def test_notification_names_the_device(hass: HomeAssistant) -> None:
    await discover(hass, SOURCE_SSDP)
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["title_placeholders"]["name"] == f"Yard ({HOST})"


async def test_port_of_the_announcement(hass: HomeAssistant) -> None:
    assert suggested(await discover(hass, SOURCE_SSDP))["port"] == 8080


async def test_description_without_an_address(hass: HomeAssistant) -> None:
    info = SsdpServiceInfo(ssdp_usn="x", ssdp_st="x", upnp={})
    assert (await discover(hass, SOURCE_SSDP, info))["reason"] == "no_address"


@pytest.mark.parametrize("first", FOUND)
@pytest.mark.parametrize("second", FOUND)
async def test_one_offer_whoever_finds_it(hass: HomeAssistant, first: str, second: str) -> None:
    assert (await discover(hass, first))["type"] is FlowResultType.FORM
    result = await discover(hass, second)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_in_progress"


async def test_both_services_of_one_device(hass: HomeAssistant) -> None:
    await discover(hass, SOURCE_ZEROCONF)
    result = await discover(hass, SOURCE_ZEROCONF, zeroconf("192.0.2.8", "_psia._tcp.local."))
    assert result["reason"] == "already_in_progress"


@pytest.mark.parametrize("source", FOUND)
async def test_same_host_is_set_up(hass: HomeAssistant, source: str) -> None:
    known(hass, HOST, mac=None, uid="other")
    assert (await discover(hass, source))["reason"] == "already_configured"


@pytest.mark.parametrize("source", FOUND)
async def test_ignored(hass: HomeAssistant, source: str) -> None:
    await discover(hass, source)
    (flow,) = hass.config_entries.flow.async_progress()
    await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_IGNORE},
        data={"unique_id": flow["context"]["unique_id"], "title": "Yard"},
    )
    assert not hass.config_entries.flow.async_progress()
    assert (await discover(hass, source))["reason"] == "already_configured"


@pytest.mark.parametrize(("source", "mac"), [(SOURCE_DHCP, MAC), (SOURCE_SSDP, None)])
async def test_known_device_moves(
    hass: HomeAssistant, setup_of_entries: AsyncMock, source: str, mac: str | None
) -> None:
    entry = known(hass, "192.0.2.1", mac=mac)
    assert (await discover(hass, source))["reason"] == "already_configured"
    assert entry.data["host"] == HOST
    assert len(setup_of_entries.mock_calls) == 1


async def test_uid_made_of_the_mac(hass: HomeAssistant) -> None:
    entry = known(hass, "192.0.2.1", mac=None, uid=MAC.replace(":", ""))
    assert (await discover(hass, SOURCE_DHCP))["reason"] == "already_configured"
    assert entry.data["host"] == HOST


@pytest.mark.parametrize("host", [HOST, "yard.example", "2001:db8::1"])
async def test_known_device_did_not_move(hass: HomeAssistant, setup_of_entries: AsyncMock, host: str) -> None:
    entry = known(hass, host)
    assert (await discover(hass, SOURCE_DHCP))["reason"] == "already_configured"
    assert entry.data["host"] == host
    assert not setup_of_entries.mock_calls


async def test_mac_of_two_entries(hass: HomeAssistant) -> None:
    """It is not clear which of them moved."""
    entries = [known(hass, "192.0.2.1"), known(hass, "192.0.2.2", uid="serial2")]
    assert (await discover(hass, SOURCE_DHCP))["reason"] == "already_configured"
    assert [entry.data["host"] for entry in entries] == ["192.0.2.1", "192.0.2.2"]


@pytest.mark.parametrize("source", FOUND)
async def test_offer_ends_when_the_user_was_faster(hass: HomeAssistant, source: str) -> None:
    await discover(hass, source)
    await discover(hass, SOURCE_DHCP, dhcp("192.0.2.99", "aa:bb:cc:00:00:99"))
    form = await start(hass)
    result = await submit(hass, form, {"host": HOST, "username": "admin", "password": "pw"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    left = hass.config_entries.flow.async_progress()
    assert [flow["context"]["unique_id"] for flow in left] == ["aa:bb:cc:00:00:99"]


async def test_offer_ends_by_the_mac(hass: HomeAssistant) -> None:
    """The user's name of the device says nothing, its MAC does."""
    await discover(hass, SOURCE_DHCP)
    result = await submit(hass, await start(hass), {"host": "yard", "username": "admin", "password": "pw"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert not hass.config_entries.flow.async_progress()


async def test_user_flow_is_not_a_duplicate(hass: HomeAssistant) -> None:
    await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert (await discover(hass, SOURCE_DHCP))["type"] is FlowResultType.FORM
