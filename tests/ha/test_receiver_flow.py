"""Setting up, logging in again and moving a receiver, through the forms; and what diagnostics tell of one."""

from collections.abc import AsyncIterator
import json
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import start_reauth_flow

from custom_components.ip_surveillance.const import CONF_CODE, CONF_FAMILY, CONF_UID, DOMAIN
from custom_components.ip_surveillance.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
)
from tests.ha.flows import logins, reconfigure, submit, submitted, suggested, typed
from tests.ha.receiver_faults import *  # noqa: F403 - fixtures
from tests.ha.receiver_faults import FAMILY, HOST, HOUSE, Receiver, come_up, part
from tests.ha.simulated import until
from tests.simulators.ip_receiver import ReceiverSimulator, Scheme
from tests.simulators.ip_receiver.profiles import index
from tests.simulators.isapi import IsapiSimulator

pytestmark = pytest.mark.usefixtures("calm", "quick")


@pytest.fixture(autouse=True)
async def unloaded(hass: HomeAssistant) -> AsyncIterator[None]:
    """Unload what flows set up."""
    yield
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.state is ConfigEntryState.LOADED:
            await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()


async def added(hass: HomeAssistant, receiver: ReceiverSimulator, **changes: Any) -> Receiver:
    result = await submitted(hass, typed(receiver, **changes))
    assert result["type"] is FlowResultType.CREATE_ENTRY, result.get("errors")
    entry = hass.config_entries.async_entries(DOMAIN)[-1]
    return await come_up(hass, entry, receiver)


# Set-up


@pytest.mark.parametrize("installation", ["single", "otap", "mixed", "old"])
async def test_a_receiver_is_found_out_by_itself(
    hass: HomeAssistant, receiver: ReceiverSimulator, installation: str
) -> None:
    result = await submitted(hass, typed(receiver))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_FAMILY] == FAMILY
    # One login asks who answers, all others are of the entry that was set up then.
    first = next(each for each in receiver.requests if "Authorization" in each.headers)
    before = receiver.requests[: receiver.requests.index(first)]
    assert {each.status for each in before} <= {401, 403, 404}
    assert receiver.auth.refused == []
    assert len(result["data"][CONF_UID]) == 32
    house = await come_up(hass, result["result"], receiver)
    assert house.value("binary_sensor", HOST, "push") == "on"


@pytest.mark.parametrize(
    ("scheme", "qop"), [("md5", "auth-int"), ("md5", None), ("digest+basic", "auth"), ("basic", "auth")]
)
async def test_all_ways_to_log_in(hass: HomeAssistant, scheme: str, qop: str | None) -> None:
    async with ReceiverSimulator("single", scheme=Scheme(scheme), qop=qop, heartbeat=0.1) as receiver:
        house = await added(hass, receiver)
        assert house.shown() == house.real()
        assert (receiver.auth.refused, receiver.auth.violations) == ([], [])
        await hass.config_entries.async_unload(house.entry.entry_id)


async def test_a_camera_is_no_receiver(hass: HomeAssistant, receiver: ReceiverSimulator) -> None:
    """They are told apart before the password is used."""
    async with IsapiSimulator("camera") as camera:
        result = await submitted(hass, typed(camera))
        assert result["data"][CONF_FAMILY] == "isapi"
        assert camera.auth.refused == []
        await hass.config_entries.async_unload(result["result"].entry_id)
    assert receiver.requests == []


@pytest.mark.parametrize("chosen", ["auto", FAMILY])
@pytest.mark.usefixtures("refused_handshakes")
async def test_a_receiver_by_tls(hass: HomeAssistant, chosen: str) -> None:
    async with ReceiverSimulator("single", tls=True, heartbeat=0.1) as receiver:
        form = await submitted(hass, typed(receiver, ssl=False, family=chosen))
        assert form["errors"] == {"base": "tls_error", "ssl": "use_tls"}
        assert logins(receiver) == 0
        result = await submit(hass, form, typed(receiver, family=chosen))
        assert result["type"] is FlowResultType.CREATE_ENTRY
        await hass.config_entries.async_unload(result["result"].entry_id)


@pytest.mark.usefixtures("refused_handshakes")
async def test_a_certificate_of_its_own(hass: HomeAssistant) -> None:
    async with ReceiverSimulator("single", tls=True, heartbeat=0.1) as receiver:
        form = await submitted(hass, typed(receiver, verify_ssl=True))
        assert form["errors"] == {"base": "tls_error"}
        assert receiver.requests == []
        result = await submit(hass, form, typed(receiver))
        assert result["type"] is FlowResultType.CREATE_ENTRY
        await hass.config_entries.async_unload(result["result"].entry_id)


async def test_a_receiver_that_is_down(hass: HomeAssistant, receiver: ReceiverSimulator) -> None:
    await receiver.go_down()
    form = await submitted(hass, typed(receiver))
    assert form["errors"] == {"base": "cannot_connect"}
    await receiver.come_up()
    result = await submit(hass, form, typed(receiver))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_busy_receiver(hass: HomeAssistant, receiver: ReceiverSimulator) -> None:
    receiver.fault.busy = True
    form = await submitted(hass, typed(receiver))
    assert form["errors"] == {"base": "device_busy"}
    receiver.fault.busy = False
    result = await submit(hass, form, typed(receiver))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_receiver_that_calls_itself_otherwise(hass: HomeAssistant, receiver: ReceiverSimulator) -> None:
    """Its realm alone tells it from a camera; the user can name the family."""
    receiver.auth.realm = "Gateway"
    form = await submitted(hass, typed(receiver))
    assert form["errors"] == {"base": "unsupported_device"}
    assert receiver.auth.refused == []
    result = await submit(hass, form, typed(receiver, family=FAMILY))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_FAMILY] == FAMILY


async def test_a_wrong_password(hass: HomeAssistant, receiver: ReceiverSimulator) -> None:
    """One try for each time the form is sent."""
    form = await submitted(hass, typed(receiver, password="wrong"))
    assert form["errors"] == {"base": "invalid_auth"}
    assert receiver.auth.refused == [receiver.username]
    assert "password" not in suggested(form)
    result = await submit(hass, form, typed(receiver))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert receiver.auth.refused == [receiver.username]


async def test_a_locked_account(hass: HomeAssistant, receiver: ReceiverSimulator) -> None:
    receiver.lock_out()
    form = await submitted(hass, typed(receiver))
    assert form["errors"] == {"base": "account_locked"}
    placeholders = form["description_placeholders"]
    assert placeholders is not None
    assert int(placeholders["minutes"]) > 0
    before = len(receiver.requests)
    form = await submit(hass, form, typed(receiver))
    assert form["errors"] == {"base": "account_locked"}
    assert len(receiver.requests) == before


async def test_a_receiver_with_nothing_behind_it(hass: HomeAssistant, receiver: ReceiverSimulator) -> None:
    receiver.world.devices.clear()
    house = await added(hass, receiver)
    assert house.value("sensor", HOST, "devices") == "0.0"
    again = await submitted(hass, typed(receiver))
    assert again["reason"] == "already_configured"


async def test_the_same_receiver_twice(hass: HomeAssistant, receiver: ReceiverSimulator) -> None:
    """It goes by the devices behind it; another port is taken over."""
    house = await added(hass, receiver)
    again = await submitted(hass, typed(receiver))
    assert (again["type"], again["reason"]) == (FlowResultType.ABORT, "already_configured")
    await receiver.go_down()
    receiver.port = 0
    await receiver.come_up()
    moved = await submitted(hass, typed(receiver))
    assert moved["reason"] == "already_configured"
    assert house.entry.data["port"] == receiver.port
    assert len(hass.config_entries.async_entries(DOMAIN)) == 1


async def test_two_receivers(hass: HomeAssistant, receiver: ReceiverSimulator) -> None:
    house = await added(hass, receiver)
    async with ReceiverSimulator("otap", heartbeat=0.1) as other:
        device = other.world.devices.pop(index(1))
        device.index, device.serial = index(77), "Q70100077"
        other.world.devices[device.index] = device
        second = await added(hass, other)
        assert second.uid != house.uid
        assert len(hass.config_entries.async_entries(DOMAIN)) == 2
        await hass.config_entries.async_unload(second.entry.entry_id)


# Reauthentication and reconfiguration


async def test_reauthentication(hass: HomeAssistant, receiver: ReceiverSimulator) -> None:
    house = await added(hass, receiver)
    receiver.change_password("Another1")
    await house.poll()
    [flow] = hass.config_entries.flow.async_progress()
    refused = house.logins_refused()
    form = await hass.config_entries.flow.async_configure(flow["flow_id"])
    form = await submit(hass, form, {"username": receiver.username, "password": "wrong"})
    assert form["errors"] == {"base": "invalid_auth"}
    assert house.logins_refused() == refused + 1
    result = await submit(hass, form, {"username": receiver.username, "password": "Another1"})
    assert result["reason"] == "reauth_successful"
    await house.live()
    await house.poll()
    assert house.shown() == house.real()


def ids(hass: HomeAssistant, entry: ConfigEntry) -> dict[str, str]:
    found = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {each.entity_id: each.unique_id for each in found}


async def test_another_port_keeps_everything(hass: HomeAssistant, receiver: ReceiverSimulator) -> None:
    house = await added(hass, receiver)
    before = ids(hass, house.entry)
    await receiver.go_down()
    receiver.port = 0
    await receiver.come_up()
    form = await reconfigure(hass, house.entry)
    result = await submit(hass, form, typed(receiver, family=None))
    assert result["reason"] == "reconfigure_successful"
    await house.live()
    await house.poll()
    assert ids(hass, house.entry) == before
    assert house.shown() == house.real()


@pytest.mark.parametrize("installation", ["mixed"])
async def test_half_of_the_devices_are_others(hass: HomeAssistant, receiver: ReceiverSimulator) -> None:
    """It is the same receiver as long as any of the devices is behind it."""
    house = await added(hass, receiver)
    for number in range(3, 14):
        del receiver.world.devices[index(number)]
    form = await reconfigure(hass, house.entry)
    result = await submit(hass, form, typed(receiver, family=None))
    assert result["reason"] == "reconfigure_successful"


async def test_another_receiver_is_refused(hass: HomeAssistant, receiver: ReceiverSimulator) -> None:
    house = await added(hass, receiver)
    before = dict(house.entry.data)
    async with ReceiverSimulator("otap") as other:
        device = other.world.devices.pop(index(1))
        device.index = index(77)
        other.world.devices[device.index] = device
        form = await reconfigure(hass, house.entry)
        result = await submit(hass, form, typed(other, family=None))
        assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "unique_id_mismatch")
        flow = await start_reauth_flow(hass, house.entry)
        hass.config_entries.async_update_entry(house.entry, data={**before, "port": other.port})
        result = await submit(hass, flow, {"username": other.username, "password": other.password})
        assert result["reason"] == "unique_id_mismatch"


async def test_a_camera_in_its_place_is_refused(hass: HomeAssistant, receiver: ReceiverSimulator) -> None:
    house = await added(hass, receiver)
    before = dict(house.entry.data)
    async with IsapiSimulator("camera") as camera:
        form = await reconfigure(hass, house.entry)
        form = await submit(hass, form, typed(camera, family=None))
        assert form["type"] is FlowResultType.FORM
        assert form["errors"]
    assert house.entry.data == before


# Diagnostics


@pytest.mark.parametrize("installation", ["mixed", "old"])
async def test_diagnostics_give_nothing_away(
    hass: HomeAssistant, receiver: ReceiverSimulator, installation: str
) -> None:
    for number, device in enumerate(receiver.world.devices.values()):
        device.extra = {"ISUP": {"deviceID": "isup-secret", "deviceKey": "key-secret"}, "streamKey": "stream-secret"}
        device.account = f"account-{number}"
    house = await added(hass, receiver)
    hass.config_entries.async_update_entry(house.entry, options={CONF_CODE: "code-7391"})
    await receiver.arm_locally(HOUSE, 1, user="Annabelle")
    await receiver.pir(HOUSE, 3)
    await receiver.emit_code(HOUSE, "1103", partition=1, zone=5, user="Bartholomew", lenses=1)
    await receiver.emit(HOUSE, "brandNew", userName="Casimir", ipAddress="10.11.12.13", token="token-secret")
    await until(lambda: house.value("alarm_control_panel", part("partition1"), "panel") != "disarmed")
    await house.poll()

    registry = dr.async_get(hass)
    told = [json.dumps(await async_get_config_entry_diagnostics(hass, house.entry))]
    told += [
        json.dumps(await async_get_device_diagnostics(hass, house.entry, device))
        for device in dr.async_entries_for_config_entry(registry, house.entry.entry_id)
    ]
    text = "\n".join(told).lower()
    secrets = {"secret", "code-7391", "annabelle", "bartholomew", "casimir", "10.11.12.13", "alarmfile", "account-"}
    secrets |= {receiver.host, receiver.password, house.uid}
    for device in receiver.world.devices.values():
        secrets |= {device.index, device.index.replace("-", ""), *([device.serial] if device.serial else [])}
        if device.panel is not None:
            secrets |= {each.values["seq"] for each in device.panel.peripherals if each.values["seq"]}
            secrets |= {each.seq for each in device.panel.relays.values()}
    assert not {each for each in secrets if each.lower() in text}
    assert '"zones"' in text or "zone" in text
    assert json.loads(told[0])["driver"]["devices"]["panel"] >= 1
