"""Selects against simulated devices: modes in the device's words, and presets."""

from homeassistant.const import Platform
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

from tests.ha.simulated import Seen
from tests.simulators.base import Rule

PLATFORM = "select"


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.SELECT,)


@pytest.mark.parametrize("model", ["camera", "ptz", "thermal", "cube"])
async def test_day_and_night(seen: Seen) -> None:
    assert seen.value(PLATFORM, "channel1", "day_night") == "auto"
    assert seen.state(PLATFORM, "channel1", "day_night").attributes["options"] == ["auto", "day", "night", "schedule"]
    await seen.act(PLATFORM, "select_option", "channel1", "day_night", option="night")
    assert seen.value(PLATFORM, "channel1", "day_night") == "night"
    assert seen.device.world.tree("Image/channels/1/ircutFilter")["IrcutFilterType"] == "night"


async def test_words_are_shown_as_slugs_and_sent_as_the_device_writes_them(seen: Seen) -> None:
    assert seen.value(PLATFORM, "channel1", "light_mode") == "eventintelligence"
    await seen.act(PLATFORM, "select_option", "channel1", "light_mode", option="colorvuwhitelight")
    path = "Image/channels/1/supplementLight"
    assert seen.device.world.tree(path)["supplementLightMode"] == "colorVuWhiteLight"
    assert seen.value(PLATFORM, "channel1", "light_mode") == "colorvuwhitelight"


async def test_a_word_of_other_firmware_is_not_lost(seen: Seen) -> None:
    seen.device.world.tree("Image/channels/1/supplementLight")["supplementLightMode"] = "brandNewMode"
    await seen.read_settings()
    assert seen.value(PLATFORM, "channel1", "light_mode") == "brandnewmode"
    assert "brandnewmode" in seen.state(PLATFORM, "channel1", "light_mode").attributes["options"]


@pytest.mark.parametrize(("key", "option"), [("warning_sound", "11"), ("flash_frequency", "normallyon")])
async def test_a_setting_in_json(seen: Seen, key: str, option: str) -> None:
    await seen.act(PLATFORM, "select_option", "", key, option=option)
    assert seen.value(PLATFORM, "", key) == option
    await seen.read_settings()
    assert seen.value(PLATFORM, "", key) == option


async def test_an_option_that_is_none_is_refused_here(seen: Seen) -> None:
    with pytest.raises(ServiceValidationError):
        await seen.act(PLATFORM, "select_option", "channel1", "day_night", option="dusk")
    assert seen.device.seen("PUT") == []


async def test_what_the_device_refuses_is_told(seen: Seen) -> None:
    seen.device.fault.rules = [Rule(path="Image", status=403, sub="invalidOperation", method="PUT")]
    error = await seen.refused(PLATFORM, "select_option", "channel1", "day_night", option="night")
    assert error.translation_key == "rejected"
    assert error.translation_placeholders is not None
    assert error.translation_placeholders["reason"]


@pytest.mark.parametrize(
    ("model", "part", "names"),
    [("ptz", "channel1", ["Gate", "Parking", "Door"]), ("nvr", "channel2", ["Gate", "Parking", "Door"])],
)
async def test_presets(seen: Seen, part: str, names: list[str]) -> None:
    shown = seen.state(PLATFORM, part, "preset")
    assert shown.attributes["options"] == names
    assert shown.state == "unknown"
    await seen.act(PLATFORM, "select_option", part, "preset", option=names[1])
    head = seen.device.world.ptz[int(part.removeprefix("channel"))]
    assert head.log[-1].kind == "preset"
    head.update()
    goal = [axis.target if axis.target is not None else axis.value for axis in (head.pan, head.tilt)]
    assert goal == pytest.approx(head.presets[2].position[:2])
    assert seen.value(PLATFORM, part, "preset") == "unknown"


@pytest.mark.parametrize("model", ["ptz"])
async def test_a_preset_the_device_does_not_go_to(seen: Seen) -> None:
    seen.device.fault.rules = [Rule(path="PTZCtrl", status=403, sub="invalidOperation", method="PUT")]
    error = await seen.refused(PLATFORM, "select_option", "channel1", "preset", option="Gate")
    assert error.translation_key == "rejected"
    assert isinstance(error, HomeAssistantError)
