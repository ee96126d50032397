"""Reauthentication and reconfiguration: same device or nothing changes."""

from collections.abc import Iterator
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import DOMAIN
from tests.conftest import MakeEntry
from tests.simulators.isapi import IsapiSimulator

from .flows import logins, submit, suggested, typed

PACKAGE = f"custom_components.{DOMAIN}"


@pytest.fixture(autouse=True)
def setup_of_entries() -> Iterator[None]:
    """Keep entries from being set up: this is about the flow."""
    with (
        patch(f"{PACKAGE}.async_setup_entry", return_value=True),
        patch(f"{PACKAGE}.async_unload_entry", return_value=True),
    ):
        yield


# Reauthentication


async def test_reauth(hass: HomeAssistant, device: IsapiSimulator, entry: MockConfigEntry) -> None:
    hass.config_entries.async_update_entry(entry, data={**entry.data, "password": "old"})
    form = await entry.start_reauth_flow(hass)
    assert form["step_id"] == "reauth_confirm"
    assert form["description_placeholders"] == {"name": entry.title, "host": device.host, "minutes": "0"}
    assert suggested(form) == {"username": device.username}

    form = await submit(hass, form, {"username": device.username, "password": ""})
    assert form["errors"] == {"password": "required"}
    form = await submit(hass, form, {"username": device.username, "password": "wrong"})
    assert form["errors"] == {"base": "invalid_auth"}
    assert device.auth.refused == [device.username]

    result = await submit(hass, form, {"username": device.username, "password": device.password})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    assert entry.data["password"] == device.password
    assert (entry.data["host"], entry.data["port"]) == (device.host, device.port)


async def test_reauth_opened_again_after_a_lock_was_lifted(
    hass: HomeAssistant, device: IsapiSimulator, entry: MockConfigEntry
) -> None:
    """The flow outlives its dialog: what it knew of the lock must not outlive the dialog too."""
    device.auth.lock()
    account = {"username": device.username, "password": device.password}
    form = await submit(hass, await entry.start_reauth_flow(hass), account)
    assert form["errors"] == {"base": "account_locked"}
    device.auth.unlock()
    assert (await submit(hass, form, account))["errors"] == {"base": "account_locked"}

    opened = await hass.config_entries.flow.async_configure(form["flow_id"])
    assert opened["errors"] == {}
    assert (await submit(hass, opened, account))["reason"] == "reauth_successful"


async def test_reauth_of_another_device(hass: HomeAssistant, device: IsapiSimulator, entry: MockConfigEntry) -> None:
    hass.config_entries.async_update_entry(entry, unique_id="another", data={**entry.data, "password": "old"})
    form = await entry.start_reauth_flow(hass)
    result = await submit(hass, form, {"username": device.username, "password": device.password})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "unique_id_mismatch"
    assert entry.data["password"] == "old"


# Reconfiguration


async def test_reconfigure_keeps_the_password(
    hass: HomeAssistant, device: IsapiSimulator, entry: MockConfigEntry
) -> None:
    before = dict(entry.data)
    hass.config_entries.async_update_entry(entry, data={**before, "host": "192.0.2.9", "port": None})
    form = await entry.start_reconfigure_flow(hass)
    assert form["step_id"] == "reconfigure"
    assert form["description_placeholders"] == {"name": entry.title, "minutes": "0"}
    shown = suggested(form)
    assert shown == {"host": "192.0.2.9", "ssl": False, "verify_ssl": False, "username": device.username}

    new = {"host": device.host, "port": device.port, "ssl": False, "verify_ssl": False, "username": device.username}
    result = await submit(hass, form, new)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    assert entry.data == before
    assert logins(device) == 1


async def test_reconfigure_with_a_new_account(
    hass: HomeAssistant, device: IsapiSimulator, make_entry: MakeEntry
) -> None:
    entry = await make_entry(device)
    form = await entry.start_reconfigure_flow(hass)
    new = typed(device, family=None, password="wrong")
    form = await submit(hass, form, new)
    assert form["errors"] == {"base": "invalid_auth"}
    assert suggested(form)["username"] == device.username
    result = await submit(hass, form, {**new, "password": device.password, "verify_ssl": True})
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["verify_ssl"] is True


async def test_reconfigure_to_another_device(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    before = dict(entry.data)
    async with IsapiSimulator("cube") as other:
        form = await entry.start_reconfigure_flow(hass)
        result = await submit(hass, form, typed(other, family=None))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "unique_id_mismatch"
    assert entry.data == before


async def test_reconfigure_back_to_the_usual_port(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """A port that is taken out of the form is not kept from before."""
    assert entry.data["port"] is not None
    form = await entry.start_reconfigure_flow(hass)
    result = await submit(hass, form, {"host": "two words"})
    assert result["errors"] == {"host": "invalid_host"}
    with patch(f"{PACKAGE}.config_flow.IpSurveillanceFlow._log_in", return_value=None) as log_in:
        await submit(hass, result, {"host": "127.0.0.1"})
    assert log_in.call_args.args[0]["port"] is None
    assert log_in.call_args.args[0]["password"] == entry.data["password"]
