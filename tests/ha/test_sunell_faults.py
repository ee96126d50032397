"""What cameras and recorders do wrong: the state is right again soon, and no password is sent twice."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.driver import SunellDriver
from custom_components.ip_surveillance.protocol.supervisor import LinkState
from tests.conftest import MakeEntry, SetUp
from tests.ha.simulated import later, until
from tests.ha.sunell_seen import *  # noqa: F403 - fixtures
from tests.ha.sunell_seen import CHANNEL, FAMILY, HOST, Sunell, come_up
from tests.simulators.base import Rule
from tests.simulators.sunell_cgi import SunellSimulator

SENSOR = "binary_sensor"
MOTION = "detection_motion"

pytestmark = pytest.mark.usefixtures("quick")


def looks(seen: Sunell) -> int:
    """How often the list of alarms was read."""
    return len([each for each in seen.device.requests if "currentAlarmStatus" in each.path and each.status == 200])


async def lost(seen: Sunell) -> None:
    """Wait until the loss of the push channel was noticed."""
    await until(lambda: not seen.coordinator.data.pushing)


# Passwords and locks


async def test_a_changed_password_stops_all_requests(hass: HomeAssistant, seen: Sunell) -> None:
    seen.device.change_password("Another1")
    await asyncio.gather(*(seen.coordinator.async_refresh() for _ in range(3)), seen.read_settings())
    [flow] = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    # One with the nonce from before, which the answer does not call stale, and one that settles it.
    assert seen.refusals() <= 2
    assert not seen.device.auth.locked
    seen.device.requests.clear()
    seen.device.close_streams()
    await until(lambda: seen.entry.runtime_data.push.supervisor.status.state is LinkState.STOPPED)
    for _ in range(3):
        await seen.poll()
        await seen.read_settings()
    assert seen.device.requests == []


async def test_a_password_changed_while_the_device_restarts(hass: HomeAssistant, seen: Sunell) -> None:
    seen.device.change_password("Another1")
    await seen.device.reboot(0.05)
    await until(lambda: seen.entry.runtime_data.push.supervisor.status.state is LinkState.STOPPED)
    await seen.poll()
    # That of the stream alone proves nothing, so that another request is to settle it.
    refused = seen.refusals()
    assert refused <= 2
    [flow] = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    await seen.poll()
    assert seen.refusals() == refused


async def test_a_lock_is_not_tried_again(hass: HomeAssistant, seen: Sunell) -> None:
    seen.device.lock_out()
    await seen.poll()
    assert not seen.coordinator.last_update_success
    refused = seen.refusals()
    assert refused <= 2
    seen.device.requests.clear()
    for _ in range(3):
        await seen.poll()
        await seen.read_settings()
    assert seen.device.requests == []
    assert seen.refusals() == refused


@pytest.mark.parametrize("model", ["ipc", "nvr"])
async def test_a_wrong_password_at_set_up(
    hass: HomeAssistant, device: SunellSimulator, entry: MockConfigEntry, set_up: SetUp
) -> None:
    device.change_password("Another1")
    await set_up(entry)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert len(device.auth.refused) == 1
    device.requests.clear()
    with later(hass, 3600):
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(hours=1))
        await hass.async_block_till_done()
    assert device.requests == []


# The push channel


@pytest.mark.parametrize("simulation", [{"idle": "nothing"}, {"idle": "part"}, {"idle": "raw"}])
async def test_an_idle_stream_is_kept(seen: Sunell, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may say nothing for hours: that the device lives is told by its list of alarms."""
    monkeypatch.setattr(SunellDriver, "watch_period", 0.05)
    monkeypatch.setattr(seen.entry.runtime_data.push.supervisor, "_silence", 1.0)
    seen.device.close_streams()
    await until(lambda: seen.device.push_streams.opened == 2)
    await seen.live()
    before = looks(seen)
    await asyncio.sleep(2)
    assert looks(seen) > before + 3
    assert (seen.device.push_streams.opened, seen.device.streams) == (2, 1)
    assert seen.value(SENSOR, HOST, "push") == "on"
    await seen.device.alarm(1, 2)
    await seen.shows(SENSOR, CHANNEL, MOTION, "on")


async def test_a_stream_that_is_cut_within_a_part(seen: Sunell) -> None:
    head = b"--myboundary\r\nContent-Type: text/plain\r\nContent-Length: 900\r\n\r\n"
    await seen.device.push_bytes(head + b"MajorType=1\r\nMin")
    seen.device.close_streams()
    await seen.device.alarm(1, 2, push=False)
    await until(lambda: seen.device.push_streams.opened == 2)
    await seen.live()
    # What began meanwhile stands in the list.
    await seen.shows(SENSOR, CHANNEL, MOTION, "on")
    await seen.device.wait_streams()
    await seen.device.alarm(1, 2, flag=0)
    await seen.shows(SENSOR, CHANNEL, MOTION, "off")


async def test_alarms_that_ended_while_nothing_was_heard(seen: Sunell) -> None:
    await seen.device.alarm(1, 2)
    await seen.shows(SENSOR, CHANNEL, MOTION, "on")
    await seen.device.alarm(1, 2, flag=0, push=False)
    seen.device.close_streams()
    await seen.shows(SENSOR, CHANNEL, MOTION, "off")


async def test_a_deaf_stream_is_found_out(seen: Sunell, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is open and tells nothing; the list does."""
    monkeypatch.setattr(SunellDriver, "watch_period", 0.05)
    seen.device.close_streams()
    await until(lambda: seen.device.push_streams.opened == 2)
    seen.device.fault.silent = True
    await seen.device.alarm(1, 2)
    await seen.shows(SENSOR, CHANNEL, MOTION, "on")


@pytest.mark.parametrize("code", [-511, -505, -21, -22])
async def test_a_camera_that_refuses_to_push_is_polled(
    hass: HomeAssistant, device: SunellSimulator, entry: MockConfigEntry, set_up: SetUp, code: int
) -> None:
    device.attachable = False
    device.fail(code, "action=attach", times=99)
    seen = await come_up(hass, await set_up(entry), device)
    await until(lambda: seen.entry.runtime_data.push.supervisor.status.state is LinkState.UNSUPPORTED)
    interval = seen.coordinator.update_interval
    assert interval is not None
    assert interval <= timedelta(seconds=5)
    assert seen.value(SENSOR, CHANNEL, MOTION) == "off"
    await device.alarm(1, 2)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=6))
    await seen.shows(SENSOR, CHANNEL, MOTION, "on")
    await seen.told("motion")


# The device


async def test_a_restart(seen: Sunell) -> None:
    await seen.device.alarm(1, 2)
    await seen.shows(SENSOR, CHANNEL, MOTION, "on")
    restart = asyncio.create_task(seen.device.reboot(0.3))
    await lost(seen)
    await restart
    await seen.live()
    # It has forgotten its alarms, and all nonces.
    await seen.shows(SENSOR, CHANNEL, MOTION, "off")
    await seen.poll()
    assert (seen.refusals(), seen.device.world.reboots) == (0, 1)
    assert seen.coordinator.last_update_success
    await seen.device.wait_streams()
    await seen.device.alarm(6, 24)
    await seen.told("intrusion")


@pytest.mark.parametrize("model", ["nvr"])
async def test_a_recorder_restarts(seen: Sunell) -> None:
    restart = asyncio.create_task(seen.device.reboot(0.3))
    await until(lambda: seen.device._listener is None)
    await seen.poll()
    assert seen.value(SENSOR, CHANNEL, MOTION) == "unavailable"
    await restart
    await seen.poll()
    assert seen.value(SENSOR, CHANNEL, MOTION) == "off"
    assert seen.refusals() == 0


async def test_a_device_that_asks_to_restart_by_button(seen: Sunell) -> None:
    """The answer may get lost: what matters is that it comes back."""
    await seen.act("button", "press", HOST, "reboot")
    await until(lambda: seen.device.world.reboots == 1)
    await until(lambda: seen.device.push_streams.opened == 2)
    await seen.live()
    assert seen.refusals() == 0


@pytest.mark.parametrize("charset", ["gbk", "utf-8"])
async def test_names_in_any_code_page(hass: HomeAssistant, make_entry: MakeEntry, set_up: SetUp, charset: str) -> None:
    async with SunellSimulator("nvr", charset=charset) as device:
        device.world.channels[2].name = "大门"
        seen = await come_up(hass, await set_up(await make_entry(device, FAMILY)), device)
        assert seen.registry_device("channel2").name == "大门"
        await hass.config_entries.async_unload(seen.entry.entry_id)


@pytest.mark.parametrize("code", [-21, -22, -8])
async def test_features_that_the_device_lacks(
    hass: HomeAssistant, device: SunellSimulator, entry: MockConfigEntry, set_up: SetUp, code: int
) -> None:
    """They are asked for once; all else is there."""
    device.unknown_code = code
    device.lacking = {"motionAlarm", "WhiteLedManualControl", "dayNight", "p2pStatus"}
    seen = await come_up(hass, await set_up(entry), device)
    assert not seen.has("switch", CHANNEL, MOTION)
    assert not seen.has("light", "light1white", "light")
    assert not seen.has("select", CHANNEL, "day_night")
    assert seen.value(SENSOR, CHANNEL, MOTION) == "off"
    device.requests.clear()
    await seen.poll()
    await seen.read_settings()
    assert not device.seen(path="motionAlarm")


async def test_answers_that_break_off(seen: Sunell) -> None:
    seen.device.fault.truncate_next(1)
    await seen.poll()
    seen.device.fault.drop_next(2)
    await seen.poll()
    await seen.poll()
    assert seen.coordinator.last_update_success
    assert seen.value(SENSOR, CHANNEL, MOTION) == "off"


@pytest.mark.parametrize("model", ["ipc", "nvr"])
async def test_a_busy_device_shows_what_was_known(seen: Sunell) -> None:
    await seen.device.alarm(1, 2)
    await seen.poll()
    seen.device.fault.busy = True
    await seen.poll()
    await seen.read_settings()
    assert seen.value(SENSOR, CHANNEL, MOTION) == "on"
    seen.device.fault.busy = False
    await seen.device.alarm(1, 2, flag=0)
    await seen.poll()
    assert seen.value(SENSOR, CHANNEL, MOTION) == "off"


@pytest.mark.parametrize("model", ["ipc", "nvr"])
async def test_one_request_at_a_time(seen: Sunell) -> None:
    """Devices refuse more soon (-511)."""
    seen.device.peak = 0
    await asyncio.gather(seen.poll(), seen.read_settings(), seen.coordinator.async_rediscover())
    assert seen.device.peak == 1


async def test_a_clock_that_is_wrong_is_reported(
    hass: HomeAssistant, device: SunellSimulator, entry: MockConfigEntry, set_up: SetUp
) -> None:
    device.skew(5 * 60)
    await come_up(hass, await set_up(entry), device)
    issues = [each.translation_key for (domain, _), each in ir.async_get(hass).issues.items() if domain == DOMAIN]
    assert "clock_off" in issues


def _silent(device: SunellSimulator) -> None:
    device.fault.silent = True


def _slow(device: SunellSimulator) -> None:
    device.fault.delay = 30


def _down(device: SunellSimulator) -> None:
    device.spawn(device.go_down())


def _refusing(device: SunellSimulator) -> None:
    device.fault.rules = [Rule(path="/cgi-bin/", status=500)]


@pytest.mark.parametrize("fault", [_silent, _slow, _down, _refusing])
async def test_unloading_waits_for_no_answer(
    hass: HomeAssistant, seen: Sunell, fault: Callable[[SunellSimulator], None]
) -> None:
    fault(seen.device)
    look = asyncio.create_task(seen.coordinator.async_refresh())
    await asyncio.sleep(0.05)
    # The time is that of a busy machine.
    async with asyncio.timeout(3):
        await hass.config_entries.async_unload(seen.entry.entry_id)
    assert seen.entry.state is ConfigEntryState.NOT_LOADED
    look.cancel()
    seen.device.fault.delay = 0
    await asyncio.gather(look, return_exceptions=True)


@pytest.mark.parametrize("model", ["ipc", "ptz"])
async def test_unloading_leaves_nothing(hass: HomeAssistant, seen: Sunell) -> None:
    await hass.config_entries.async_unload(seen.entry.entry_id)
    await seen.device.wait_streams(0)
    assert not seen.entry._background_tasks
