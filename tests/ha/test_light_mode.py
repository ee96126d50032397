"""The mode of a light and its lamps are two views of one document."""

from homeassistant.const import Platform
import pytest

from tests.ha.simulated import Seen


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.LIGHT, Platform.SELECT)


async def test_the_mode_switches_the_lamps(seen: Seen) -> None:
    assert seen.value("light", "light1white", "light") == "off"
    await seen.act("select", "select_option", "channel1", "light_mode", option="colorvuwhitelight")
    assert seen.value("light", "light1white", "light") == "on"


async def test_a_lamp_switches_the_mode(seen: Seen) -> None:
    await seen.act("light", "turn_on", "light1white", "light")
    assert seen.value("select", "channel1", "light_mode") == "colorvuwhitelight"
