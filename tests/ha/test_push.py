"""The push channel of an entry: lost, found again, dead, refused."""

from datetime import timedelta

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.protocol.driver import USUAL_PACE
from custom_components.ip_surveillance.protocol.errors import DeviceError, NotSupported
from custom_components.ip_surveillance.protocol.supervisor import LinkState, Supervisor
from tests.conftest import SetUp
from tests.ha.simulated import Seen, later, until
from tests.simulators.base import Rule
from tests.simulators.isapi import IsapiSimulator

PUSH = "Event/notification"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once, but where there is nothing to try; how long pauses are is the supervisor's own test."""

    def pause(_: Supervisor, error: DeviceError) -> float:
        return 3600 if isinstance(error, NotSupported) else 0.02

    monkeypatch.setattr(Supervisor, "_pause", pause)


def issues(hass: HomeAssistant) -> set[str]:
    """Kinds of repairs that are open."""
    return {
        issue.translation_key or ""
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == DOMAIN and issue.active
    }


async def test_a_lost_stream_is_opened_again_and_everything_read(seen: Seen) -> None:
    seen.device.requests.clear()
    seen.device.world.inputs[1].active = True
    opened = seen.device.push_streams.opened
    seen.device.close_streams()
    await until(lambda: seen.device.push_streams.opened > opened)
    await seen.shows("binary_sensor", "input1", "active", "on")
    await seen.shows("binary_sensor", "", "push", "on")
    assert seen.unavailable() == set()


async def test_while_it_is_down_polls_are_frequent(seen: Seen) -> None:
    usual = seen.coordinator.update_interval
    seen.device.fault.rules = [Rule(path=PUSH, status=503, sub="deviceBusy")]
    seen.device.close_streams()
    await seen.shows("binary_sensor", "", "push", "off")
    assert seen.coordinator.update_interval == timedelta(seconds=USUAL_PACE)
    assert usual is not None
    assert usual > timedelta(seconds=USUAL_PACE)
    seen.device.fault.rules.clear()
    await seen.shows("binary_sensor", "", "push", "on")
    assert seen.coordinator.update_interval == usual


@pytest.mark.parametrize("model", ["camera", "nvr"])
async def test_a_device_that_restarts(hass: HomeAssistant, seen: Seen) -> None:
    await seen.device.go_down()
    await until(lambda: not seen.coordinator.data.pushing)
    await seen.coordinator.async_refresh()
    assert not seen.coordinator.last_update_success
    # All but what says so: that the event stream is down.
    assert seen.value("binary_sensor", "", "push") == "off"
    others = [state.state for state in hass.states.async_all() if state != seen.state("binary_sensor", "", "push")]
    assert set(others) == {"unavailable"}

    seen.device.world.outputs[1].active = True
    await seen.device.come_up()
    await until(lambda: seen.coordinator.data.pushing and seen.coordinator.last_update_success)
    await seen.shows("switch", "output1", "output", "on")
    assert {key for key in seen.unavailable() if not key.startswith("channel3")} == set()
    assert await seen.device.alert("VMD", 1) == 1
    await seen.shows("binary_sensor", "channel1", "detection_motion", "on")
    assert seen.device.auth.refused == []


async def test_a_short_restart_keeps_what_is_polled(hass: HomeAssistant, seen: Seen) -> None:
    await seen.device.reboot(downtime=0.05)
    await until(lambda: seen.coordinator.data.pushing and seen.device.streams)
    await until(lambda: seen.coordinator.last_update_success)
    assert seen.unavailable() == set()


async def test_a_replay_of_old_events_is_no_news(hass: HomeAssistant, seen: Seen) -> None:
    """Some devices repeat what they told before to whoever connects."""
    await seen.device.alert("VMD", 1, when="2026-01-01T10:00:00+00:00")
    await seen.shows("binary_sensor", "channel1", "detection_motion", "on")
    told = async_capture_events(hass, "state_changed")
    seen.device.push_streams.backlog = 5
    opened = seen.device.push_streams.opened
    seen.device.close_streams()
    await until(lambda: seen.device.push_streams.opened > opened and seen.coordinator.data.pushing)
    await until(lambda: seen.entry.runtime_data.driver.reader.counts.replayed)
    await hass.async_block_till_done()
    assert seen.value("binary_sensor", "channel1", "detection_motion") == "off"
    assert not [
        event
        for event in told
        if event.data["entity_id"].startswith("event.")
        and event.data["new_state"].state not in ("unavailable", event.data["old_state"].state)
        and event.data["old_state"].state != "unavailable"
    ]


async def test_a_dead_stream_is_told_and_taken_back(hass: HomeAssistant, seen: Seen) -> None:
    assert "push_dead" not in issues(hass)
    seen.device.fault.rules = [Rule(path=PUSH, status=503, sub="deviceBusy")]
    seen.device.close_streams()
    await until(lambda: "push_dead" in issues(hass))
    seen.device.fault.rules.clear()
    await until(lambda: "push_dead" not in issues(hass))
    assert seen.coordinator.data.pushing


async def test_lacking_rights_are_told_at_once(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, device: IsapiSimulator, entry: MockConfigEntry, set_up: SetUp
) -> None:
    """The next try is minutes away, and without one no detection works: nobody should have to guess why."""
    monkeypatch.setattr(Supervisor, "_pause", lambda *_: 3600)
    refused = Rule(path=PUSH, status=403, sub="lowPrivilege")
    device.fault.rules = [refused]
    seen = Seen(hass=hass, entry=await set_up(entry), device=device)
    await until(lambda: "low_rights" in issues(hass))
    assert seen.value("binary_sensor", "", "push") == "off"
    assert "push_dead" not in issues(hass)
    device.fault.rules.clear()
    await hass.config_entries.async_reload(entry.entry_id)
    await until(lambda: "low_rights" not in issues(hass))


@pytest.mark.parametrize("model", ["thermal"])
@pytest.mark.parametrize("mode", ["not_support", "short"])
async def test_a_device_without_push_is_polled(
    hass: HomeAssistant, mode: str, device: IsapiSimulator, entry: MockConfigEntry, set_up: SetUp
) -> None:
    device.stream_mode = mode
    seen = Seen(hass=hass, entry=await set_up(entry), device=device)
    await until(lambda: seen.coordinator.data.push_problem)
    await seen.poll()
    assert seen.value("binary_sensor", "", "push") == "off"
    assert seen.value("binary_sensor", "input1", "active") == "off"
    assert seen.value("binary_sensor", "channel1", "detection_motion") == "unavailable"
    assert seen.coordinator.update_interval == timedelta(seconds=USUAL_PACE)
    await until(lambda: "push_dead" in issues(hass))


async def test_a_refused_stream_starts_reauthentication(hass: HomeAssistant, seen: Seen) -> None:
    seen.device.fault.unauthorized = True
    seen.device.close_streams()
    await until(lambda: hass.config_entries.flow.async_progress())
    await until(lambda: not seen.coordinator.last_update_success)
    supervisor = seen.entry.runtime_data.push.supervisor
    await until(lambda: supervisor.status.state is LinkState.STOPPED)
    seen.device.requests.clear()
    with later(hass, 3700):
        await seen.poll()
    assert seen.device.requests == []


async def test_the_subscription_is_given_back(hass: HomeAssistant, seen: Seen) -> None:
    assert seen.device.subscriptions == 1
    assert await hass.config_entries.async_unload(seen.entry.entry_id)
    await seen.device.wait_streams(0)
    assert len(seen.device.seen("PUT", "unSubscribeEvent")) == 1


@pytest.mark.parametrize("model", ["thermal"])
async def test_a_device_that_does_not_subscribe_has_its_stream_read(seen: Seen) -> None:
    assert seen.device.subscriptions == 0
    assert len(seen.device.seen("GET", "alertStream")) == 1


async def test_a_half_open_connection_is_noticed(hass: HomeAssistant, seen: Seen) -> None:
    """Not a byte for the time of the watchdog, and no answer to the question whether anybody is there."""
    seen.entry.runtime_data.push.supervisor._clock = lambda: hass.loop.time()
    seen.device.fault.silent = True
    seen.device.fault.rules = [Rule(status=503, sub="deviceBusy")]
    with later(hass, 95):
        await seen.shows("binary_sensor", "", "push", "off")
    seen.device.fault.silent = False
    seen.device.fault.rules.clear()
    with later(hass, 95):
        await seen.shows("binary_sensor", "", "push", "on")
