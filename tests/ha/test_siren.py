"""The siren against a simulated camera, which only plays clips."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from tests.ha.simulated import Seen, until
from tests.simulators.base import Rule

PLATFORM = "siren"


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.SIREN,)


async def test_on_and_off(seen: Seen) -> None:
    assert seen.value(PLATFORM, "siren1", "siren") == "off"
    await seen.act(PLATFORM, "turn_on", "siren1", "siren")
    assert seen.value(PLATFORM, "siren1", "siren") == "on"
    assert seen.device.world.siren_played == 1
    await seen.poll()
    assert seen.value(PLATFORM, "siren1", "siren") == "on"
    await seen.act(PLATFORM, "turn_off", "siren1", "siren")
    assert seen.value(PLATFORM, "siren1", "siren") == "off"


async def test_it_ends_by_itself(seen: Seen) -> None:
    await seen.act(PLATFORM, "turn_on", "siren1", "siren", duration=1)
    assert seen.value(PLATFORM, "siren1", "siren") == "on"
    await seen.shows(PLATFORM, "siren1", "siren", "off")
    assert seen.device.world.siren_played == 1


async def test_a_refusal_is_told(seen: Seen) -> None:
    seen.device.fault.rules = [Rule(path="Event/triggers/notifications/AudioAlarm", status=403, sub="lowPrivilege")]
    with pytest.raises(HomeAssistantError) as caught:
        await seen.act(PLATFORM, "turn_on", "siren1", "siren")
    assert caught.value.translation_key == "insufficient_rights"
    assert seen.value(PLATFORM, "siren1", "siren") == "off"


async def test_it_falls_silent_when_the_entry_is_unloaded(hass: HomeAssistant, seen: Seen) -> None:
    await seen.act(PLATFORM, "turn_on", "siren1", "siren")
    driver = seen.entry.runtime_data.driver
    assert await hass.config_entries.async_unload(seen.entry.entry_id)
    await until(lambda: not driver.siren_tasks)
    assert seen.device.world.siren_played == 1
