"""Buttons against simulated devices."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.ha.simulated import Seen, until
from tests.simulators.base import Rule

PLATFORM = "button"
SPEED = 50
"""Percent; what a button moves with."""


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BUTTON,)


@pytest.fixture
def short_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make steps last a moment only."""
    monkeypatch.setattr("custom_components.ip_surveillance.button._STEP_SECONDS", 0.05)


@pytest.mark.parametrize(
    ("model", "part", "key", "values"),
    [
        ("ptz", "channel1", "ptz_left", (-SPEED, 0, 0)),
        ("ptz", "channel1", "ptz_right", (SPEED, 0, 0)),
        ("ptz", "channel1", "ptz_up", (0, SPEED, 0)),
        ("ptz", "channel1", "ptz_down", (0, -SPEED, 0)),
        ("ptz", "channel1", "ptz_zoom_in", (0, 0, SPEED)),
        ("ptz", "channel1", "ptz_zoom_out", (0, 0, -SPEED)),
        ("nvr", "channel2", "ptz_right", (SPEED, 0, 0)),
    ],
)
@pytest.mark.usefixtures("short_steps")
async def test_a_step_moves_and_stops(seen: Seen, part: str, key: str, values: tuple[float, ...]) -> None:
    head = seen.device.world.ptz[int(part.removeprefix("channel"))]
    head.log.clear()
    await seen.act(PLATFORM, "press", part, key)
    moves = [move for move in head.log if move.kind != "stop"]
    assert [move.values for move in moves] == [values]
    assert not head.moving
    assert head.stopped_by_command
    assert seen.value(PLATFORM, part, key) != "unknown"


@pytest.mark.parametrize("model", ["ptz"])
async def test_home(seen: Seen) -> None:
    await seen.act(PLATFORM, "press", "channel1", "ptz_home")
    assert seen.device.world.ptz[1].log[-1].kind == "home"


@pytest.mark.parametrize("model", ["ptz"])
async def test_a_step_the_device_refuses(seen: Seen) -> None:
    seen.device.fault.rules = [Rule(path="PTZCtrl", status=403, sub="invalidOperation", method="PUT")]
    with pytest.raises(HomeAssistantError) as caught:
        await seen.act(PLATFORM, "press", "channel1", "ptz_left")
    assert caught.value.translation_key == "rejected"
    assert not seen.device.world.ptz[1].moving


@pytest.mark.parametrize("model", ["camera", "nvr"])
async def test_reboot(seen: Seen) -> None:
    await seen.act(PLATFORM, "press", "", "reboot")
    await until(lambda: seen.device.world.reboots == 1)


@pytest.mark.parametrize("model", ["camera", "nvr"])
async def test_setting_the_clock(seen: Seen) -> None:
    seen.device.world.clock_offset = 7200
    await seen.act(PLATFORM, "press", "", "time_sync")
    assert abs(seen.device.world.clock_offset) < 3


async def test_a_pulse(all_enabled: None, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custom_components.ip_surveillance.button._PULSE_SECONDS", 0.05)
    await seen.act(PLATFORM, "press", "output1", "pulse")
    assert seen.device.world.outputs[1].changes == 2
    assert not seen.device.world.outputs[1].active


MOVES = {f"ptz_{way}" for way in ("left", "right", "up", "down", "zoom_in", "zoom_out", "home")}


@pytest.mark.parametrize(
    ("model", "enabled", "disabled"),
    [
        ("camera", {"reboot", "time_sync"}, {"output1_pulse"}),
        ("cube", {"reboot", "time_sync"}, set()),
        ("ptz", {"reboot", "time_sync", *(f"channel1_{move}" for move in MOVES)}, {"output1_pulse"}),
        ("thermal", {"reboot", "time_sync"}, {"output1_pulse", "output2_pulse"}),
        ("dvr", {"reboot", "time_sync"}, set()),
        (
            "nvr",
            {"reboot", "time_sync", *(f"channel2_{move}" for move in MOVES)},
            {"output1_pulse", "output101_pulse"},
        ),
    ],
)
async def test_what_there_is(
    hass: HomeAssistant, setup_entry: MockConfigEntry, enabled: set[str], disabled: set[str]
) -> None:
    entries = er.async_entries_for_config_entry(er.async_get(hass), setup_entry.entry_id)
    keys = {entry.unique_id.removeprefix(f"{setup_entry.unique_id}_"): entry.disabled_by for entry in entries}
    assert {key for key, by in keys.items() if by is None} == enabled
    assert {key for key, by in keys.items() if by is not None} == disabled
