"""An entry from set-up to removal, against simulated devices."""

import asyncio
from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import CONF_PASSWORD
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import DOMAIN
from tests.conftest import SetUp
from tests.ha.simulated import Seen, come_alive, until
from tests.simulators.base import Rule
from tests.simulators.isapi import PROFILES, IsapiSimulator

LOGGER = f"custom_components.{DOMAIN}"


def loud(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the integration's own log says above debug."""
    return [record.getMessage() for record in caplog.records if record.name.startswith(LOGGER) and record.levelno > 10]


@pytest.mark.parametrize("model", PROFILES)
async def test_set_up_and_unload(hass: HomeAssistant, seen: Seen, caplog: pytest.LogCaptureFixture) -> None:
    """Every model, with all platforms: quietly up, and down within a second with nothing left."""
    device, entry = seen.device, seen.entry
    assert device.streams == 1
    # Camera 3 of the recorders with cameras of the network is offline.
    assert all(key.startswith("channel3_") for key in seen.unavailable())
    async with asyncio.timeout(1):
        assert await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    await device.wait_streams(0)
    assert not entry._background_tasks
    assert not entry._tasks
    assert {state.state for state in hass.states.async_all()} == {"unavailable"}
    await hass.async_block_till_done(wait_background_tasks=True)
    device.requests.clear()
    await asyncio.sleep(0.05)
    assert device.requests == []
    assert device.host_writes == []
    assert loud(caplog) == []


@pytest.mark.parametrize("model", PROFILES)
async def test_set_up_writes_nothing_and_logs_in_once(device: IsapiSimulator, seen: Seen) -> None:
    assert {request.method for request in device.requests} <= {"GET", "POST"}
    posted = {request.path for request in device.seen("POST")}
    assert posted <= {"/ISAPI/Event/notification/subscribeEvent"}
    assert device.auth.refused == []
    assert device.auth.violations == []


async def test_set_up_again(hass: HomeAssistant, seen: Seen) -> None:
    before = set(er.async_get(hass).entities)
    assert await hass.config_entries.async_reload(seen.entry.entry_id)
    await hass.async_block_till_done()
    await come_alive(hass, seen.entry, seen.device)
    assert set(er.async_get(hass).entities) == before
    assert seen.unavailable() == set()
    assert seen.device.streams == 1


@pytest.mark.parametrize("model", ["ptz"])
async def test_unload_stops_a_move(hass: HomeAssistant, seen: Seen) -> None:
    head = seen.device.world.ptz[1]
    camera = seen.registered("camera", "channel1", "stream1").entity_id
    move = hass.async_create_task(
        hass.services.async_call(
            DOMAIN, "ptz_move", {"entity_id": camera, "mode": "continuous", "pan": 1, "duration": 20}, blocking=True
        )
    )
    await until(lambda: head.moving or move.done())
    assert not move.done()
    async with asyncio.timeout(1):
        assert await hass.config_entries.async_unload(seen.entry.entry_id)
    await until(lambda: not head.moving)
    assert head.stopped_by_command
    await asyncio.wait([move])
    await seen.device.wait_streams(0)


async def test_unload_releases_a_pulse(hass: HomeAssistant, seen: Seen) -> None:
    """An output that was to be on for a time must not stay on for good."""
    output = seen.device.world.outputs[1]
    target = {"entity_id": seen.registered("switch", "output1", "output").entity_id}
    pulse = hass.async_create_task(
        hass.services.async_call(DOMAIN, "pulse_output", {**target, "seconds": 60}, blocking=True)
    )
    await until(lambda: output.active or pulse.done())
    assert not pulse.done()
    await hass.config_entries.async_unload(seen.entry.entry_id)
    pulse.cancel()
    await asyncio.wait([pulse])
    await until(lambda: not output.active)


async def test_a_device_that_is_off_is_tried_again(
    hass: HomeAssistant, device: IsapiSimulator, entry: MockConfigEntry, set_up: SetUp
) -> None:
    await device.go_down()
    await set_up(entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "cannot_connect"
    assert not entry._background_tasks
    await device.come_up()
    assert await hass.config_entries.async_reload(entry.entry_id)
    await come_alive(hass, entry, device)


@pytest.mark.parametrize(
    ("rule", "state", "reason"),
    [
        (Rule(status=503, sub="deviceBusy"), ConfigEntryState.SETUP_RETRY, "device_busy"),
        (
            Rule(path="System/deviceInfo", status=403, sub="lowPrivilege"),
            ConfigEntryState.SETUP_ERROR,
            "insufficient_rights",
        ),
        (Rule(path="System/deviceInfo", status=404), ConfigEntryState.SETUP_RETRY, "not_supported"),
    ],
)
async def test_why_set_up_failed(
    device: IsapiSimulator, entry: MockConfigEntry, set_up: SetUp, rule: Rule, state: ConfigEntryState, reason: str
) -> None:
    device.fault.rules = [rule]
    await set_up(entry)
    assert entry.state is state
    assert entry.error_reason_translation_key == reason
    assert device.streams == 0


async def test_a_wrong_password_is_tried_once(
    hass: HomeAssistant, device: IsapiSimulator, entry: MockConfigEntry, set_up: SetUp
) -> None:
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_PASSWORD: "wrong"})
    await set_up(entry)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert len(device.auth.refused) == 1
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == [SOURCE_REAUTH]


async def test_a_password_that_is_changed_later_is_tried_once(hass: HomeAssistant, seen: Seen) -> None:
    """Whatever comes first meets the refusal, everything after it fails without asking.

    The device sees two: the first with a nonce that might have been used up, which proves nothing, and one with a
    fresh nonce, which does.
    """
    device = seen.device
    device.world.users[device.username].password = "Changed1"
    device.auth.forget_nonces()
    device.close_streams()
    await until(lambda: not seen.coordinator.last_update_success)
    await hass.async_block_till_done()
    device.requests.clear()

    flows = hass.config_entries.flow.async_progress()
    assert [(flow["context"]["source"], flow["context"]["entry_id"]) for flow in flows] == [
        (SOURCE_REAUTH, seen.entry.entry_id)
    ]
    for _ in range(3):
        await seen.poll()
        await seen.read_settings()
    await seen.coordinator.async_rediscover()
    assert device.requests == []
    assert device.auth.refused == [device.username] * 2
    assert device.auth.tries_left > 1
    assert seen.coordinator._unsub_refresh is None
    shown = {state.entity_id: state.state for state in hass.states.async_all() if state.state != "unavailable"}
    # What tells about the connection itself.
    assert shown == {seen.registered("binary_sensor", "", "push").entity_id: "off"}


async def test_it_works_again_once_the_password_is_given(hass: HomeAssistant, seen: Seen) -> None:
    device = seen.device
    device.world.users[device.username].password = "Changed1"
    device.auth.forget_nonces()
    await seen.poll()
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    done = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {"username": device.username, "password": "Changed1"}
    )
    assert (done["type"], done["reason"]) == ("abort", "reauth_successful")
    await hass.async_block_till_done()
    await come_alive(hass, seen.entry, device)
    assert seen.unavailable() == set()
    assert len(device.auth.refused) == 2


@pytest.mark.parametrize("model", ["nvr"])
async def test_one_camera_offline_does_not_hinder_set_up(hass: HomeAssistant, seen: Seen) -> None:
    assert seen.value("binary_sensor", "channel3", "online") == "off"
    assert seen.value("camera", "channel3", "stream1") == "unavailable"
    assert seen.value("camera", "channel1", "stream1") == "idle"


@pytest.mark.parametrize("model", ["nvr"])
async def test_only_what_is_gone_can_be_removed(
    hass: HomeAssistant, hass_ws_client: Any, seen: Seen, entry: MockConfigEntry
) -> None:
    assert await async_setup_component(hass, "config", {})
    registry = dr.async_get(hass)

    def of(channel: int) -> dr.DeviceEntry:
        identifier = (DOMAIN, f"{entry.unique_id}_channel{channel}")
        found = registry.async_get_device_by_identifier(identifier, entry.entry_id)
        assert isinstance(found, dr.DeviceEntry)
        return found

    client = await hass_ws_client(hass)
    gone = of(8)
    assert not (await client.remove_device(gone.id))["success"]

    del seen.device.world.channels[8]
    await seen.coordinator.async_rediscover()
    assert seen.value("binary_sensor", "channel8", "online") == "unavailable"
    assert seen.value("binary_sensor", "channel7", "online") == "on"
    assert (await client.remove_device(gone.id))["success"]
    assert registry.async_get(gone.id) is None
    assert not (await client.remove_device(of(7).id))["success"]

    # What the device has is not known while the entry is not loaded: then it is up to the user.
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert (await client.remove_device(of(7).id))["success"]


@pytest.mark.parametrize("model", ["nvr"])
async def test_registry_devices_of_a_recorder(hass: HomeAssistant, seen: Seen, entry: MockConfigEntry) -> None:
    registry = dr.async_get(hass)
    found = dr.async_entries_for_config_entry(registry, entry.entry_id)
    host = next(device for device in found if (DOMAIN, entry.unique_id) in device.identifiers)
    assert (host.model, host.via_device_id) == ("DS-7616NXP-SIM/16P", None)
    assert host.connections == {("mac", "4c:11:ae:5a:00:05")}
    cameras = [device for device in found if device.id != host.id]
    assert len(cameras) == 8
    assert {device.via_device_id for device in cameras} == {host.id}
    assert {device.connections == set() for device in cameras} == {True}
    assert {device.name for device in cameras} == {f"Camera 0{number}" for number in range(1, 9)}


async def test_removal_takes_repairs_back(hass: HomeAssistant, device: IsapiSimulator, entry: MockConfigEntry) -> None:
    device.world.clock_offset = 7200
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    registry = ir.async_get(hass)
    assert [issue.translation_key for issue in registry.issues.values() if issue.domain == DOMAIN] == ["clock_off"]
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert [issue for issue in registry.issues.values() if issue.domain == DOMAIN] == []
    assert er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id) == []
    await device.wait_streams(0)


@pytest.mark.parametrize("model", ["ptz"])
async def test_lenses_are_children_of_their_device(hass: HomeAssistant, seen: Seen) -> None:
    registry = dr.async_get(hass)
    (host,) = dr.async_entries_for_config_entry(registry, seen.entry.entry_id)
    children = dr.async_child_entries_for_config_entry(registry, seen.entry.entry_id)
    assert {child.parent_device_id for child in children} == {host.id}
    assert {child.name for child in children} == {"Car park dome", "Car park wide"}
    # Their lights and pictures are theirs, the ports are the device's.
    lenses = {child.id for child in children}
    assert seen.registered("light", "light2white", "light").device_id in lenses
    assert seen.registered("switch", "output1", "output").device_id == host.id


@pytest.mark.parametrize("model", ["camera", "thermal"])
async def test_unload_does_not_wait_for_a_device_that_hangs(hass: HomeAssistant, seen: Seen) -> None:
    seen.device.fault.delay = 30
    poll = hass.async_create_background_task(seen.coordinator.async_refresh(), "a poll under way")
    async with asyncio.timeout(1):
        assert await hass.config_entries.async_unload(seen.entry.entry_id)
    poll.cancel()
    seen.device.fault.delay = 0
    await seen.device.wait_streams(0)


async def test_a_locked_account_is_left_alone(
    hass: HomeAssistant, device: IsapiSimulator, entry: MockConfigEntry, set_up: SetUp
) -> None:
    """Any try during the lock would start it afresh."""
    device.lock_out()
    await set_up(entry)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "account_locked"
    assert len(device.auth.refused) <= 1
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH


async def test_an_account_that_is_locked_later_is_left_alone(hass: HomeAssistant, seen: Seen) -> None:
    seen.device.lock_out()
    await seen.poll()
    tries = len(seen.device.auth.refused)
    assert tries <= 2
    for _ in range(3):
        await seen.poll()
        await seen.read_settings()
        await seen.coordinator.async_rediscover()
    assert len(seen.device.auth.refused) == tries
