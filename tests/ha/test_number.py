"""Numbers against simulated devices."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.ha.simulated import Seen
from tests.simulators.base import Rule

PLATFORM = "number"
MOTION = "System/Video/inputs/channels/1/motionDetection"


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.NUMBER,)


async def test_sensitivity(all_enabled: None, seen: Seen) -> None:
    assert seen.value(PLATFORM, "channel1", "sensitivity_motion") == "60.0"
    await seen.act(PLATFORM, "set_value", "channel1", "sensitivity_motion", value=40)
    assert seen.value(PLATFORM, "channel1", "sensitivity_motion") == "40.0"
    layout = seen.device.world.tree(MOTION)["MotionDetectionLayout"]
    assert isinstance(layout, dict)
    assert layout["sensitivityLevel"] == "40"


async def test_bounds_are_the_devices(all_enabled: None, seen: Seen) -> None:
    shown = seen.state(PLATFORM, "", "warning_repeats").attributes
    assert (shown["min"], shown["max"], shown["step"]) == (1, 50, 1)
    with pytest.raises(ServiceValidationError):
        await seen.act(PLATFORM, "set_value", "", "warning_repeats", value=51)
    assert seen.device.seen("PUT") == []


@pytest.mark.parametrize(
    ("key", "value", "path", "name"),
    [
        ("warning_volume", 33, "AudioAlarm", "audioVolume"),
        ("warning_repeats", 7, "AudioAlarm", "alarmTimes"),
        ("flash_duration", 20, "whiteLightAlarm", "durationTime"),
    ],
)
async def test_a_setting_in_json(seen: Seen, key: str, value: int, path: str, name: str) -> None:
    await seen.act(PLATFORM, "set_value", "", key, value=value)
    assert seen.value(PLATFORM, "", key) == f"{value}.0"
    root = seen.device.world.settings[f"Event/triggers/notifications/{path}"]
    assert isinstance(root, dict)
    (inner,) = root.values()
    assert isinstance(inner, dict)
    assert inner[name] == value


async def test_a_refused_value_is_told(all_enabled: None, seen: Seen) -> None:
    seen.device.fault.rules = [Rule(path=MOTION, status=403, sub="invalidOperation", method="PUT")]
    error = await seen.refused(PLATFORM, "set_value", "channel1", "sensitivity_motion", value=40)
    assert error.translation_key == "rejected"


@pytest.mark.parametrize("model", ["camera", "ptz", "thermal", "cube"])
async def test_what_few_need_is_disabled_by_default(hass: HomeAssistant, setup_entry: MockConfigEntry) -> None:
    entries = er.async_entries_for_config_entry(er.async_get(hass), setup_entry.entry_id)
    enabled = {entry.unique_id.rsplit(f"{setup_entry.unique_id}_")[-1] for entry in entries if not entry.disabled_by}
    assert enabled <= {"warning_volume", "warning_repeats", "flash_duration"}
    assert len(entries) > 5


@pytest.mark.parametrize("model", ["nvr", "dvr"])
async def test_a_recorder_has_none(hass: HomeAssistant, setup_entry: MockConfigEntry) -> None:
    """Sensitivities of its cameras would cost a request each at set-up."""
    assert er.async_entries_for_config_entry(er.async_get(hass), setup_entry.entry_id) == []
