"""Lights against simulated devices."""

from homeassistant.const import Platform
import pytest

from tests.ha.simulated import Seen
from tests.simulators.base import Rule

PLATFORM = "light"
PATH = "Image/channels/{}/supplementLight"


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.LIGHT,)


@pytest.mark.parametrize(("model", "channel"), [("camera", 1), ("ptz", 1), ("ptz", 2)])
async def test_white_light_on_brighter_and_off(seen: Seen, channel: int) -> None:
    part, path = f"light{channel}white", PATH.format(channel)
    assert seen.value(PLATFORM, part, "light") == "off"
    assert seen.state(PLATFORM, part, "light").attributes["supported_color_modes"] == ["brightness"]

    await seen.act(PLATFORM, "turn_on", part, "light")
    assert seen.value(PLATFORM, part, "light") == "on"
    assert seen.device.world.tree(path)["supplementLightMode"] == "colorVuWhiteLight"

    await seen.act(PLATFORM, "turn_on", part, "light", brightness=128)
    assert seen.device.world.tree(path)["whiteLightBrightness"] == "50"
    assert seen.state(PLATFORM, part, "light").attributes["brightness"] == 128

    await seen.act(PLATFORM, "turn_off", part, "light")
    assert seen.value(PLATFORM, part, "light") == "off"
    assert seen.device.world.tree(path)["supplementLightMode"] == "eventIntelligence"
    assert seen.device.world.tree(path)["mixedLightBrightnessRegulatMode"] == "auto"


async def test_the_dimmest_is_not_dark(seen: Seen) -> None:
    await seen.act(PLATFORM, "turn_on", "light1white", "light", brightness=1)
    assert seen.device.world.tree(PATH.format(1))["whiteLightBrightness"] == "1"
    assert seen.state(PLATFORM, "light1white", "light").attributes["brightness"] == 3


async def test_one_lamp_at_a_time(seen: Seen) -> None:
    await seen.act(PLATFORM, "turn_on", "light1white", "light")
    await seen.act(PLATFORM, "turn_on", "light1ir", "light")
    assert seen.value(PLATFORM, "light1ir", "light") == "on"
    assert seen.value(PLATFORM, "light1white", "light") == "off"


async def test_a_lamp_switched_by_others_is_polled(seen: Seen) -> None:
    seen.device.world.tree(PATH.format(1))["supplementLightMode"] = "irLight"
    await seen.poll()
    assert seen.value(PLATFORM, "light1ir", "light") == "on"


async def test_a_refusal_is_told(seen: Seen) -> None:
    seen.device.fault.rules = [Rule(path="Image", status=403, sub="invalidOperation", method="PUT")]
    error = await seen.refused(PLATFORM, "turn_on", "light1white", "light")
    assert error.translation_key == "rejected"
