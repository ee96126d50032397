"""What cameras can be made to do, and how that what they do not take is told."""

import asyncio
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
import pytest

from tests.ha.simulated import until
from tests.ha.sunell_seen import *  # noqa: F403 - fixtures
from tests.ha.sunell_seen import CHANNEL, HOST, Sunell
from tests.simulators.sunell_cgi import Partial

MOTION = "detection_motion"


def written(seen: Sunell, kind: str) -> list[dict[str, str]]:
    """Parameters of the writes of a type."""
    return [dict(pairs) for pairs in seen.device.queries(kind=kind, action="set")]


# Settings


@pytest.mark.parametrize("partial", Partial)
async def test_a_detection_is_switched(seen: Sunell, partial: Partial) -> None:
    """Whether the device keeps, forgets or misses what a write leaves out."""
    seen.device.store.partial = partial
    assert seen.value("switch", CHANNEL, MOTION) == "on"
    for action, shown in (("turn_off", "off"), ("turn_on", "on")):
        before = seen.device.store.lines("motionAlarm")
        await seen.act("switch", action, CHANNEL, MOTION)
        assert seen.value("switch", CHANNEL, MOTION) == shown
        assert seen.device.store.get("motionAlarm", "motionDetectionEnableFlag") == ("1" if shown == "on" else "0")
        after = seen.device.store.lines("motionAlarm")
        assert [pair for pair in before if pair not in after] == [
            pair for pair in before if pair[0].strip() == "motionDetectionEnableFlag"
        ]


@pytest.mark.usefixtures("all_enabled")
async def test_a_value_is_written_and_read_back(seen: Sunell) -> None:
    seen.device.requests.clear()
    await seen.act("number", "set_value", CHANNEL, "sensitivity_motion", value=9)
    assert float(seen.value("number", CHANNEL, "sensitivity_motion")) == 9
    assert len(written(seen, "motionAlarm")) == 1
    # Read, written, read again.
    assert len(seen.device.queries(kind="motionAlarm", action="get")) >= 2


@pytest.mark.usefixtures("all_enabled")
async def test_a_value_that_did_not_stick_is_told(seen: Sunell) -> None:
    """The device says OK and changes nothing."""
    seen.device.store.deaf = {"motionAlarm"}
    error = await seen.refused("switch", "turn_off", CHANNEL, MOTION)
    assert error.translation_key == "not_taken_named"
    await seen.poll()
    await seen.read_settings()
    assert seen.value("switch", CHANNEL, MOTION) == "on"


@pytest.mark.parametrize(
    ("code", "key"), [(-23, "rejected"), (-401, "not_supported"), (-505, "device_busy"), (-22, "not_supported")]
)
async def test_a_refused_write_is_told(seen: Sunell, code: int, key: str) -> None:
    seen.device.fail(code, "action=set", times=9)
    with pytest.raises(HomeAssistantError) as caught:
        await seen.act("switch", "turn_off", CHANNEL, MOTION)
    assert caught.value.translation_key == key
    assert seen.value("switch", CHANNEL, MOTION) == "on"


@pytest.mark.usefixtures("all_enabled")
@pytest.mark.parametrize(
    ("key", "option"), [("day_night", "night"), ("mirror", "both"), ("white_balance", "manual"), ("light_mode", None)]
)
async def test_a_mode_is_selected(seen: Sunell, key: str, option: str | None) -> None:
    shown = seen.state("select", CHANNEL, key)
    options = [each for each in shown.attributes["options"] if each != shown.state]
    chosen = option if option in options else options[0]
    await seen.act("select", "select_option", CHANNEL, key, option=chosen)
    assert seen.value("select", CHANNEL, key) == chosen
    await seen.read_settings()
    assert seen.value("select", CHANNEL, key) == chosen


@pytest.mark.usefixtures("all_enabled")
async def test_the_device_is_named(seen: Sunell) -> None:
    await seen.act("text", "set_value", HOST, "device_name", value="Yard")
    assert seen.value("text", HOST, "device_name") == "Yard"


@pytest.mark.usefixtures("all_enabled")
@pytest.mark.parametrize("model", ["nvr"])
async def test_a_text_is_written_on_the_picture(seen: Sunell) -> None:
    await seen.act("text", "set_value", "channel2", "osd_text", value="Gate 2")
    assert seen.value("text", "channel2", "osd_text") == "Gate 2"
    await seen.read_settings()
    assert seen.value("text", "channel2", "osd_text") == "Gate 2"
    assert seen.value("text", CHANNEL, "osd_text") != "Gate 2"


# Outputs and lamps


async def test_an_output_is_taken_for_what_it_was_told(seen: Sunell) -> None:
    """Nothing tells whether it is on."""
    shown = seen.state("switch", "output1", "output")
    assert (shown.state, shown.attributes["assumed_state"]) == ("unknown", True)
    for action, on in (("turn_on", True), ("turn_off", False)):
        await seen.act("switch", action, "output1", "output")
        assert seen.device.world.outputs == {1: on}
        assert seen.value("switch", "output1", "output") == ("on" if on else "off")
        await seen.poll()
        assert seen.value("switch", "output1", "output") == ("on" if on else "off")


async def test_an_output_that_the_device_refuses(seen: Sunell) -> None:
    seen.device.fail(-23, "manualControl")
    with pytest.raises(HomeAssistantError):
        await seen.act("switch", "turn_on", "output1", "output")
    assert seen.value("switch", "output1", "output") == "unknown"
    assert seen.device.world.outputs == {1: False}


async def test_a_pulse_ends(seen: Sunell) -> None:
    entity = seen.state("switch", "output1", "output").entity_id
    data = {"entity_id": entity, "seconds": 0.2}
    await seen.hass.services.async_call("ip_surveillance", "pulse_output", data, blocking=True)
    flags = [dict(pairs)["controlFlag"] for pairs in seen.device.queries(action="manualControl")]
    assert flags == ["1", "0"]
    assert seen.device.world.outputs == {1: False}


@pytest.mark.parametrize("model", ["lite"])
async def test_a_lite_camera_has_no_output(seen: Sunell) -> None:
    assert not seen.has("switch", "output1", "output")


@pytest.mark.parametrize("label", ["white", "red_blue"])
async def test_lamps(seen: Sunell, label: str) -> None:
    part, key = f"light1{label}", "light"
    assert seen.value("light", part, key) == "off"
    for action, shown in (("turn_on", "on"), ("turn_off", "off")):
        await seen.act("light", action, part, key)
        assert seen.value("light", part, key) == shown
        seen.entry.runtime_data.driver.poll_memory.due.clear()
        await seen.poll()
        assert seen.value("light", part, key) == shown


async def test_a_dimmed_lamp(seen: Sunell) -> None:
    await seen.act("light", "turn_on", "light1ir", "light", brightness=128)
    assert seen.state("light", "light1ir", "light").attributes["brightness"] == pytest.approx(128, abs=3)
    await seen.poll()
    assert seen.value("light", "light1ir", "light") == "on"


async def test_a_lamp_that_the_device_refuses(seen: Sunell) -> None:
    seen.device.fail(-23, "action=set", times=9)
    error = await seen.refused("light", "turn_on", "light1white", "light")
    assert error.translation_key == "rejected"


# Moving


@pytest.fixture
def short_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make steps last a moment only."""
    monkeypatch.setattr("custom_components.ip_surveillance.button._STEP_SECONDS", 0.05)


@pytest.mark.parametrize("model", ["ptz"])
@pytest.mark.usefixtures("short_steps", "all_enabled")
async def test_a_step_moves_and_stops(seen: Sunell) -> None:
    head = seen.device.world.ptz[1]
    for way in ("left", "right", "up", "down", "zoom_in", "zoom_out"):
        head.log.clear()
        await seen.act("button", "press", CHANNEL, f"ptz_{way}")
        verbs = [verb for verb in head.verbs if not verb.startswith("get")]
        assert len(verbs) >= 2
        assert verbs[-1] == "stop"
        assert (head.moving, head.stopped) == (False, True)


@pytest.mark.parametrize("model", ["ptz"])
@pytest.mark.parametrize(
    "values", [{"pan": 0.5}, {"tilt": -0.5}, {"zoom": 1}, {"pan": -1, "tilt": 1, "zoom": -1}], ids=str
)
async def test_a_move_ends_in_a_stop(seen: Sunell, values: dict[str, float]) -> None:
    head = seen.device.world.ptz[1]
    before = head.position
    await seen.do("ptz_move", **values, duration=0.2)
    assert (head.moving, head.stopped) == (False, True)
    assert head.position != before


@pytest.mark.parametrize("model", ["ptz"])
async def test_a_move_that_is_stopped(seen: Sunell) -> None:
    head = seen.device.world.ptz[1]
    move = asyncio.create_task(seen.do("ptz_move", pan=1, duration=10))
    await until(lambda: head.moving)
    await seen.do("ptz_stop")
    await move
    assert (head.moving, head.stopped) == (False, True)


@pytest.mark.parametrize("model", ["ptz"])
async def test_unloading_stops_what_moves(hass: HomeAssistant, seen: Sunell) -> None:
    head = seen.device.world.ptz[1]
    move = asyncio.create_task(seen.do("ptz_move", pan=1, duration=10))
    await until(lambda: head.moving)
    await hass.config_entries.async_unload(seen.entry.entry_id)
    await asyncio.gather(move, return_exceptions=True)
    assert (head.moving, head.stopped) == (False, True)


@pytest.mark.parametrize("model", ["ptz"])
async def test_presets(seen: Sunell) -> None:
    head = seen.device.world.ptz[1]
    assert seen.state("select", CHANNEL, "preset").attributes["options"] == ["A", "sd", "fd"]
    await seen.act("select", "select_option", CHANNEL, "preset", option="sd")
    assert seen.value("select", CHANNEL, "preset") == "unknown"
    goals = [fields for verb, fields in head.log if "preset" in verb.lower() or "preset" in str(fields).lower()]
    assert "2" in goals[-1].values()
    await seen.do("ptz_save_preset", number=7, name="Pond")
    assert head.presets[7][0] == "Pond"
    await until(lambda: "Pond" in seen.state("select", CHANNEL, "preset").attributes["options"])
    await seen.do("ptz_goto_preset", preset="Pond")
    await seen.do("ptz_delete_preset", number=7)
    assert 7 not in head.presets


@pytest.mark.parametrize("model", ["ptz"])
@pytest.mark.parametrize(
    ("action", "field", "kind"),
    [("ptz_patrol", "patrol", "tour"), ("ptz_pattern", "pattern", "track"), ("ptz_scan", "scan", "scan")],
)
async def test_paths_run_and_stop(seen: Sunell, action: str, field: str, kind: str) -> None:
    head = seen.device.world.ptz[1]
    await seen.do(action, **{field: 1})
    assert head.running == (kind, 1)
    await seen.do(action, **{field: 1}, action="stop")
    assert head.running is None


@pytest.mark.parametrize("model", ["ptz"])
@pytest.mark.usefixtures("all_enabled")
async def test_absolute_moves_and_where_it_looks(seen: Sunell) -> None:
    head = seen.device.world.ptz[1]
    await seen.do("ptz_move", mode="absolute", pan=90, tilt=30)
    await until(lambda: not head.moving)
    assert head.position[:2] == pytest.approx((90, 30), abs=1)
    await seen.poll()
    seen.entry.runtime_data.driver.poll_memory.due.clear()
    await seen.poll()
    assert float(seen.value("sensor", CHANNEL, "pan")) == pytest.approx(90, abs=1)
    assert float(seen.value("sensor", CHANNEL, "tilt")) == pytest.approx(30, abs=1)


@pytest.mark.parametrize("model", ["ptz"])
@pytest.mark.parametrize(("action", "data"), [("focus", {"speed": 1}), ("iris", {"speed": -1})])
async def test_the_lens_stops(seen: Sunell, action: str, data: dict[str, Any]) -> None:
    seen.device.requests.clear()
    await seen.do(action, **data, duration=0.1)
    assert len(seen.device.requests) >= 2
    assert not seen.device.world.ptz[1].moving


@pytest.mark.parametrize("model", ["ptz"])
@pytest.mark.usefixtures("all_enabled")
async def test_wiper_washer_and_home(seen: Sunell) -> None:
    head = seen.device.world.ptz[1]
    for action, on in (("turn_on", True), ("turn_off", False)):
        await seen.act("switch", action, CHANNEL, "wiper")
        assert head.aux["wiper"] is on
    await seen.act("button", "press", CHANNEL, "washer")
    assert head.washes == 1
    head.log.clear()
    await seen.act("button", "press", CHANNEL, "ptz_home")
    assert head.log


@pytest.mark.parametrize("model", ["ipc"])
async def test_a_fixed_camera_cannot_be_moved(seen: Sunell) -> None:
    assert not seen.has("button", CHANNEL, "ptz_left")
    with pytest.raises(ServiceValidationError):
        await seen.do("ptz_move", pan=1)


# Maintenance


async def test_a_restart_is_asked_for(seen: Sunell) -> None:
    await seen.act("button", "press", HOST, "reboot")
    await until(lambda: any("reboot" in name or "restart" in name for name, _ in seen.device.world.operations))


@pytest.mark.usefixtures("all_enabled")
async def test_the_clock_is_set(seen: Sunell) -> None:
    # It keeps the time of the place, as Home Assistant does.
    seen.device.world.clock = lambda: dt_util.now().replace(tzinfo=None)
    seen.device.skew(3600)
    seen.entry.runtime_data.driver.poll_memory.due.clear()
    await seen.poll()
    assert float(seen.value("sensor", HOST, "clock_drift")) == pytest.approx(3600, abs=30)
    with pytest.raises(ServiceValidationError, match="NTP"):
        await seen.act("button", "press", HOST, "time_sync")
    await seen.act("switch", "turn_off", HOST, "ntp")
    await seen.act("button", "press", HOST, "time_sync")
    seen.entry.runtime_data.driver.poll_memory.due.clear()
    await seen.poll()
    assert abs(float(seen.value("sensor", HOST, "clock_drift"))) < 30
