"""Where polls, pushes, timers and commands meet, over sockets."""

import asyncio
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.ip_surveillance.const import CONF_POLL_INTERVAL, DOMAIN
from custom_components.ip_surveillance.protocol.commands import Sirens
from custom_components.ip_surveillance.protocol.model.parts import HOST, PartKind, PartRef
from custom_components.ip_surveillance.protocol.supervisor import LinkState
from tests.conftest import MakeEntry, SetUp
from tests.ha.simulated import Seen, come_alive, later, until
from tests.simulators.isapi import IsapiSimulator

INPUTS = "/ISAPI/System/IO/inputs"


async def test_a_poll_never_overwrites_a_newer_push(seen: Seen) -> None:
    """The device answers a poll slowly, with what was true before it pushed."""
    seen.device.fault.delays[INPUTS] = 0.1
    seen.device.requests.clear()
    poll = asyncio.create_task(seen.coordinator.async_refresh())
    await until(lambda: seen.device.seen("GET", INPUTS))
    # Pushed, but not what the device will answer.
    await seen.device.alert("IO", 1, input=1)
    await seen.shows("binary_sensor", "input1", "active", "on")
    await poll
    assert seen.value("binary_sensor", "input1", "active") == "on"
    # Asked later, the answer counts.
    await seen.poll()
    assert seen.value("binary_sensor", "input1", "active") == "off"


async def test_a_poll_never_undoes_a_command(seen: Seen) -> None:
    outputs = "/ISAPI/System/IO/outputs/1/status"
    answered: list[bool] = []
    driver = seen.entry.runtime_data.driver
    real = driver.poll

    async def slow(wanted: frozenset[object]) -> object:
        """What the poll read is told only after the command is through."""
        polled = await real(wanted)
        answered.append(True)
        await until(lambda: seen.device.world.outputs[1].active)
        await until(lambda: seen.value("switch", "output1", "output") == "on")
        return polled

    with patch.object(driver, "poll", slow):
        poll = asyncio.create_task(seen.coordinator.async_refresh())
        await until(lambda: answered)
        await seen.act("switch", "turn_on", "output1", "output")
        await poll
    assert seen.value("switch", "output1", "output") == "on"
    assert seen.device.seen("GET", outputs)


async def test_pushes_do_not_keep_polls_from_coming(hass: HomeAssistant, seen: Seen) -> None:
    seen.device.world.inputs[1].active = True
    for _ in range(5):
        await seen.device.alert("VMD", 1)
    await seen.shows("binary_sensor", "channel1", "detection_motion", "on")
    with later(hass, 32):
        await seen.shows("binary_sensor", "input1", "active", "on")


async def test_the_users_interval_counts(
    hass: HomeAssistant, device: IsapiSimulator, make_entry: MakeEntry, set_up: SetUp
) -> None:
    entry = await make_entry(device)
    hass.config_entries.async_update_entry(entry, options={CONF_POLL_INTERVAL: 300})
    seen = await come_alive(hass, await set_up(entry), device)
    assert seen.coordinator.update_interval is not None
    assert seen.coordinator.update_interval.total_seconds() == 300


async def test_an_event_wakes_only_the_entities_of_its_part(seen: Seen, hass: HomeAssistant) -> None:
    changes = async_capture_events(hass, "state_changed")
    await seen.device.alert("VMD", 1)
    await seen.shows("binary_sensor", "channel1", "detection_motion", "on")
    await hass.async_block_till_done()
    assert {event.data["entity_id"] for event in changes} == {
        seen.state("binary_sensor", "channel1", "detection_motion").entity_id,
        seen.state("event", "channel1", "detection").entity_id,
    }


async def test_a_poll_that_changes_nothing_writes_nothing(seen: Seen, hass: HomeAssistant) -> None:
    await seen.poll()
    changes = async_capture_events(hass, "state_changed")
    await seen.poll()
    assert changes == []


async def test_a_device_that_is_gone_is_logged_once(
    hass: HomeAssistant, seen: Seen, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    await seen.device.go_down()
    for _ in range(3):
        await seen.coordinator.async_refresh()
    shown = {state.entity_id: state.state for state in hass.states.async_all() if state.state != "unavailable"}
    # What tells about the connection itself.
    assert shown == {seen.registered("binary_sensor", "", "push").entity_id: "off"}
    loud = [
        each for each in caplog.records if each.levelno > 10 and each.name.startswith(f"custom_components.{DOMAIN}")
    ]
    assert len(loud) == 1
    await seen.device.come_up()
    await seen.coordinator.async_refresh()
    assert seen.value("switch", "output1", "output") == "off"


@pytest.mark.parametrize("model", ["nvr"])
async def test_a_new_camera_appears_without_reload(hass: HomeAssistant, seen: Seen) -> None:
    known = {number: channel for number, channel in seen.device.world.channels.items() if number == 8}
    before = len(er.async_get(hass).entities)
    await seen.coordinator.async_rediscover()
    await hass.async_block_till_done()
    assert len(er.async_get(hass).entities) == before

    del seen.device.world.channels[8]
    await seen.coordinator.async_rediscover()
    assert seen.value("camera", "channel8", "stream1") == "unavailable"
    assert seen.value("camera", "channel7", "stream1") == "idle"

    seen.device.world.channels |= known
    await seen.coordinator.async_rediscover()
    await hass.async_block_till_done()
    assert seen.value("camera", "channel8", "stream1") == "idle"
    assert len(er.async_get(hass).entities) == before


async def test_a_recorder_that_gets_its_ninth_camera(
    hass: HomeAssistant, make_entry: MakeEntry, set_up: SetUp, socket_enabled: None
) -> None:
    async with IsapiSimulator("nvr", channels=2) as device:
        ninth = IsapiSimulator("nvr", channels=4).world
        seen = await come_alive(hass, await set_up(await make_entry(device)), device)
        device.world.channels[4] = ninth.channels[4]
        device.world.documents |= {
            path: each for path, each in ninth.documents.items() if path.endswith(("401", "402"))
        }
        device.world.triggers += [each for each in ninth.triggers if 4 in (each.channel, each.dyn)]
        await seen.coordinator.async_rediscover()
        await hass.async_block_till_done()
        assert seen.value("camera", "channel4", "stream1") == "idle"
        await device.alert("VMD", 4)
        await seen.shows("binary_sensor", "channel4", "detection_motion", "on")
        registry = dr.async_get(hass)
        assert registry.async_get_device_by_identifier(
            (DOMAIN, f"{seen.entry.unique_id}_channel4"), seen.entry.entry_id
        )
        await hass.config_entries.async_unload(seen.entry.entry_id)


async def test_looking_again_happens_by_itself(hass: HomeAssistant, seen: Seen) -> None:
    seen.device.requests.clear()
    with (
        later(hass, 3601),
        patch.object(seen.coordinator.driver, "discover", wraps=seen.coordinator.driver.discover) as look,
    ):
        await until(lambda: look.called)


async def test_looking_again_in_vain_changes_nothing(hass: HomeAssistant, seen: Seen) -> None:
    topology = seen.coordinator.topology
    seen.device.fault.busy = True
    await seen.coordinator.async_rediscover()
    assert seen.coordinator.topology is topology
    seen.device.fault.busy = False
    await seen.coordinator.async_rediscover()
    assert seen.coordinator.topology == topology


async def test_what_nobody_shows_is_not_asked_for(hass: HomeAssistant, seen: Seen) -> None:
    registry = er.async_get(hass)
    for entry in er.async_entries_for_config_entry(registry, seen.entry.entry_id):
        registry.async_update_entity(entry.entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    await hass.async_block_till_done()
    assert seen.coordinator.wanted() == frozenset()
    seen.device.requests.clear()
    await seen.poll()
    await seen.read_settings()
    assert [request.path for request in seen.device.requests] == ["/ISAPI/System/deviceInfo"]


async def test_settings_of_one_document_are_read_together(seen: Seen) -> None:
    seen.device.requests.clear()
    await seen.read_settings()
    paths = [request.path for request in seen.device.requests]
    # All of them twice would be as many again; only a document at the edge of a slice may be read for both.
    assert len(paths) - len(set(paths)) <= 1
    assert "/ISAPI/Smart/LineDetection/1" in paths


async def test_settings_that_cannot_be_read_stay_as_they_were(seen: Seen) -> None:
    before = seen.value("switch", "channel1", "detection_motion")
    assert before in ("on", "off")
    await seen.device.go_down()
    await seen.read_settings()
    await seen.device.come_up()
    await seen.coordinator.async_refresh()
    assert seen.value("switch", "channel1", "detection_motion") in (before, "unknown")
    await seen.read_settings()
    assert seen.value("switch", "channel1", "detection_motion") == before


@pytest.mark.parametrize("model", ["nvr"])
async def test_polls_do_not_grow_with_entities(seen: Seen) -> None:
    """A recorder's cameras share their requests: ports apart, there is none for each."""
    seen.device.requests.clear()
    await seen.poll()
    assert len([request for request in seen.device.requests if "/IO" not in request.path]) < 6


async def test_a_refused_login_of_a_command_starts_reauthentication(hass: HomeAssistant, seen: Seen) -> None:
    seen.device.fault.unauthorized = True
    with pytest.raises(Exception, match="refused") as caught:
        await seen.act("switch", "turn_on", "output1", "output")
    assert getattr(caught.value, "translation_key", "") == "invalid_auth"
    await hass.async_block_till_done()
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]


async def test_a_siren_that_ends_is_told_while_push_is_down(seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the driver itself knows does not pass for a sign of life of the device."""
    monkeypatch.setattr("custom_components.ip_surveillance.protocol.supervisor.Supervisor._pause", lambda *_: 0.02)
    siren = PartRef(HOST, PartKind.SIREN, 1)
    command = seen.coordinator.driver_as(Sirens).set_siren(siren, True, 0.3)
    await seen.coordinator.async_command(command)
    assert seen.value("siren", "siren1", "siren") == "on"
    seen.device.fault.delays["/ISAPI/Event"] = 2.0
    seen.device.close_streams()
    await until(lambda: not seen.coordinator.data.pushing)
    supervisor = seen.entry.runtime_data.push.supervisor
    await until(lambda: supervisor.status.state is LinkState.CONNECTING)
    await seen.shows("siren", "siren1", "siren", "off")
    assert not seen.coordinator.data.pushing
