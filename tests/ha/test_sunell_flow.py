"""Setting up, logging in again and moving a camera or recorder, through the forms; and a recorded camera."""

from collections.abc import AsyncIterator
import json
import logging

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import start_reauth_flow

from custom_components.ip_surveillance.const import CONF_FAMILY, CONF_UID, DOMAIN
from custom_components.ip_surveillance.diagnostics import async_get_config_entry_diagnostics
from tests.ha.flows import logins, reconfigure, submit, submitted, suggested, typed
from tests.ha.simulated import until
from tests.ha.sunell_seen import *  # noqa: F403 - fixtures
from tests.ha.sunell_seen import CHANNEL, FAMILY, HOST, Sunell, come_up
from tests.simulators.ip_receiver import ReceiverSimulator
from tests.simulators.isapi import IsapiSimulator
from tests.simulators.sunell_cgi import Access, SunellSimulator, available


@pytest.fixture(autouse=True)
async def unloaded(hass: HomeAssistant) -> AsyncIterator[None]:
    """Unload what flows set up."""
    yield
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.state is ConfigEntryState.LOADED:
            await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()


def spoken(device: SunellSimulator) -> int:
    """Requests that carried the password, in whatever way."""
    return logins(device) + len([each for each in device.requests if "password=" in each.path])


# Set-up


@pytest.mark.parametrize("chosen", ["auto", FAMILY])
@pytest.mark.parametrize("model", ["ipc", "lite", "nvr", "thermal", "ptz"])
async def test_a_device_is_set_up(hass: HomeAssistant, device: SunellSimulator, chosen: str, model: str) -> None:
    result = await submitted(hass, typed(device, family=chosen))
    assert result["type"] is FlowResultType.CREATE_ENTRY, result.get("errors")
    assert result["data"][CONF_FAMILY] == FAMILY
    assert result["data"][CONF_UID] == device.store.get("deviceInfo", "deviceID")
    assert device.auth.refused == []
    seen = await come_up(hass, result["result"], device)
    assert seen.value("binary_sensor", CHANNEL, "detection_motion") == "off"


@pytest.mark.parametrize("access", Access)
@pytest.mark.parametrize("chosen", ["auto", FAMILY])
async def test_all_ways_to_log_in(hass: HomeAssistant, access: Access, chosen: str) -> None:
    async with SunellSimulator("ipc", auth=access) as device:
        result = await submitted(hass, typed(device, family=chosen))
        assert result["type"] is FlowResultType.CREATE_ENTRY, result.get("errors")
        seen = await come_up(hass, result["result"], device)
        assert device.auth.refused == []
        await device.alarm(1, 2)
        await seen.shows("binary_sensor", CHANNEL, "detection_motion", "on")
        await hass.config_entries.async_unload(seen.entry.entry_id)


@pytest.mark.parametrize("access", Access)
@pytest.mark.parametrize("status", [401, 200])
@pytest.mark.parametrize("chosen", ["auto", FAMILY])
async def test_a_wrong_password_is_sent_once(hass: HomeAssistant, access: Access, status: int, chosen: str) -> None:
    """By one of the ways only, whatever the status of the refusal; and each time the form is sent."""
    async with SunellSimulator("ipc", auth=access, refusal=status) as device:
        form = await submitted(hass, typed(device, password="wrong", family=chosen))
        assert form["type"] is FlowResultType.FORM
        assert form["errors"] == {"base": "invalid_auth"}
        assert (len(device.auth.refused), spoken(device)) == (1, 1)
        assert "password" not in suggested(form)
        result = await submit(hass, form, typed(device, family=chosen))
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert len(device.auth.refused) == 1
        await hass.config_entries.async_unload(result["result"].entry_id)


async def test_a_wrong_password_where_all_may_read_who_it_is(hass: HomeAssistant) -> None:
    """Its information answers to anybody: that proves no password."""
    async with SunellSimulator("ipc", open_info=True) as device:
        form = await submitted(hass, typed(device, password="wrong"))
        assert form["errors"] == {"base": "invalid_auth"}
        assert len(device.auth.refused) == 1


async def test_a_locked_account(hass: HomeAssistant, device: SunellSimulator) -> None:
    device.lock_out()
    form = await submitted(hass, typed(device))
    assert form["errors"] == {"base": "account_locked"}
    assert spoken(device) == 1


async def test_a_device_without_a_password_yet(hass: HomeAssistant) -> None:
    async with SunellSimulator("ipc", initialised=False) as device:
        form = await submitted(hass, typed(device, family=FAMILY))
        assert form["errors"] == {"base": "not_activated"}


async def test_a_device_that_is_down_or_busy(hass: HomeAssistant, device: SunellSimulator) -> None:
    await device.go_down()
    form = await submitted(hass, typed(device))
    assert form["errors"] == {"base": "cannot_connect"}
    await device.come_up()
    result = await submit(hass, form, typed(device))
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.usefixtures("refused_handshakes")
async def test_a_device_by_tls(hass: HomeAssistant) -> None:
    async with SunellSimulator("ipc", tls=True) as device:
        result = await submitted(hass, typed(device))
        assert result["type"] is FlowResultType.CREATE_ENTRY, result.get("errors")
        await hass.config_entries.async_unload(result["result"].entry_id)


@pytest.mark.parametrize("other", [IsapiSimulator, ReceiverSimulator])
async def test_devices_of_other_families(hass: HomeAssistant, other: type[IsapiSimulator | ReceiverSimulator]) -> None:
    """They are told apart before a password is used."""
    async with other() as device:
        result = await submitted(hass, typed(device))
        assert result["data"][CONF_FAMILY] != FAMILY
        assert device.auth.refused == []
        await hass.config_entries.async_unload(result["result"].entry_id)
        form = await submitted(hass, typed(device, family=FAMILY))
        assert form["type"] is FlowResultType.FORM


async def test_the_same_device_once(hass: HomeAssistant, seen: Sunell) -> None:
    result = await submitted(hass, typed(seen.device))
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")


# Later


async def test_logging_in_again(hass: HomeAssistant, seen: Sunell) -> None:
    seen.device.change_password("Another1")
    await seen.poll()
    flow = next(iter(hass.config_entries.flow.async_progress_by_handler(DOMAIN)))
    assert flow["context"]["source"] == SOURCE_REAUTH
    # A nonce from before is answered as if it were used up: the fresh one settles it.
    refused = seen.refusals()
    assert refused <= 2
    seen.device.requests.clear()
    for _ in range(3):
        await seen.poll()
    assert seen.device.requests == []
    result = await submit(hass, flow, {"username": "admin", "password": "Another1"})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reauth_successful")
    await until(lambda: seen.entry.state is ConfigEntryState.LOADED)
    assert seen.refusals() == refused
    await seen.live()


async def test_another_device_does_not_take_its_place(hass: HomeAssistant, seen: Sunell) -> None:
    async with SunellSimulator("ptz") as other:
        form = await submit(hass, await reconfigure(hass, seen.entry), typed(other, family=None))
        assert (form["type"], form["reason"]) == (FlowResultType.ABORT, "unique_id_mismatch")


async def test_a_device_that_moved(hass: HomeAssistant, seen: Sunell) -> None:
    await seen.device.move_to()
    result = await submit(hass, await reconfigure(hass, seen.entry), typed(seen.device, family=None))
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    await until(lambda: seen.entry.state is ConfigEntryState.LOADED)
    await seen.live()


async def test_a_wrong_password_in_the_form_to_log_in_again(hass: HomeAssistant, seen: Sunell) -> None:
    flow = await start_reauth_flow(hass, seen.entry)
    form = await submit(hass, flow, {"username": "admin", "password": "wrong"})
    assert form["errors"] == {"base": "invalid_auth"}
    assert seen.refusals() == 1


@pytest.mark.parametrize("model", ["ipc", "nvr", "thermal", "lpr", "ptz"])
async def test_diagnostics_tell_no_secrets(hass: HomeAssistant, seen: Sunell) -> None:
    text = json.dumps(await async_get_config_entry_diagnostics(hass, seen.entry), default=str)
    assert seen.device.password not in text
    assert seen.uid not in text
    assert '"mode": "challenge"' in text


async def test_no_secrets_in_the_log(hass: HomeAssistant, caplog: pytest.LogCaptureFixture) -> None:
    """Not even at the level that tells all, nor of requests that carry the password in their address."""
    logging.getLogger("custom_components.ip_surveillance").setLevel(logging.DEBUG)
    async with SunellSimulator("ipc", auth=Access.QUERY, password="Geheim99") as device:
        result = await submitted(hass, typed(device))
        seen = await come_up(hass, result["result"], device)
        device.fault.drop_next(2)
        await seen.poll()
        device.fail(-505, times=3)
        await seen.poll()
        await hass.config_entries.async_unload(seen.entry.entry_id)
    ours = [each.getMessage() for each in caplog.records if each.name.startswith("custom_components")]
    assert ours
    assert not [text for text in ours if "Geheim99" in text]


# A recorded camera


@pytest.mark.skipif(not available(), reason="the recording of a real camera is not here")
@pytest.mark.parametrize("model", ["capture"])
async def test_a_recorded_camera(
    hass: HomeAssistant, device: SunellSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    result = await submitted(hass, typed(device))
    assert result["type"] is FlowResultType.CREATE_ENTRY, result.get("errors")
    assert result["data"][CONF_FAMILY] == FAMILY
    seen = Sunell(hass=hass, entry=result["result"], device=device)
    await seen.poll()
    await seen.read_settings()
    shown = {name: each for name, each in seen.entities().items() if each.disabled_by is None}
    assert {"camera channel1_stream1", "binary_sensor channel1_detection_motion", "button reboot"} <= shown.keys()
    gone = [name for name, each in shown.items() if hass.states.get(each.entity_id) is None]
    assert gone == []
    assert seen.value("binary_sensor", CHANNEL, "detection_motion") == "off"
    assert seen.registry_device(HOST).model
    assert device.auth.refused == []
    await hass.config_entries.async_unload(seen.entry.entry_id)
    loud = [
        each.getMessage()
        for each in caplog.records
        if each.name.startswith("custom_components") and each.levelno > logging.DEBUG
    ]
    # Home Assistant itself warns of every integration that it did not come with.
    assert loud == []
