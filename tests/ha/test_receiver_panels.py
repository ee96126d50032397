"""Alarm panels behind a receiver, over real sockets: what they show, and what they are told to do."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest

from tests.ha.receiver import AWAY, DISARM, FRONT_DOOR, HOME, MAIN, Behind
from tests.ha.simulated import until


@pytest.fixture
def family() -> str:
    return "ip_receiver"


@pytest.fixture
def model() -> str:
    return "single"


# Arming and disarming


@pytest.mark.parametrize(
    ("action", "way", "state", "code"), [(AWAY, "away", "armed_away", "3401"), (HOME, "stay", "armed_home", "3441")]
)
async def test_arm_and_disarm(house: Behind, action: str, way: str, state: str, code: str) -> None:
    await house.panel(action)
    assert house.partition(1).state == state
    assert house.partition(2).state == "disarmed"
    assert house.partition(0).state == "disarmed"
    assert house.partition(0).attributes["armed_partitions"] == ["1"]
    assert house.value("switch", "partition1", "arm") == "on"
    assert house.value("switch", "partition2", "arm") == "off"
    await until(lambda: house.partition().attributes["changed_by"] == "admin")
    assert house.partition().attributes["arm_method"] == code
    await house.stays(1, state)
    await house.panel(DISARM)
    assert house.partition().state == "disarmed"
    assert house.commands() == [f"arm/1 {way}", "disarm/1"]
    await until(lambda: house.partition().attributes["arm_method"] == "1401")
    await house.stays(1, "disarmed")


async def test_a_partition_that_is_not_in_use_is_not_there(house: Behind) -> None:
    assert {each.rpartition("_")[0].removesuffix("_clear") for each in house.entities() if " partition" in each} == {
        "alarm_control_panel partition1",
        "alarm_control_panel partition2",
        "switch partition1",
        "switch partition2",
        "button partition1",
        "button partition2",
    }


async def test_the_whole_panel(house: Behind) -> None:
    await house.panel(AWAY, 0)
    assert [house.partition(number).state for number in range(3)] == ["armed_away"] * 3
    assert house.partition(0).attributes["armed_partitions"] == ["1", "2"]
    await house.panel(DISARM, 2)
    assert house.partition(0).state == "disarmed"
    await house.panel(HOME, 2)
    assert house.partition(0).state == "armed_home"
    assert house.partition(1).state == "armed_away"
    await house.panel(DISARM, 0)
    assert [house.partition(number).state for number in range(3)] == ["disarmed"] * 3
    assert house.commands() == [
        "arm/1 away",
        "arm/2 away",
        "disarm/2",
        "arm/2 stay",
        "disarm/1",
        "disarm/2",
    ]


async def test_nothing_is_shown_that_the_panel_does_not_say(house: Behind, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: Any) -> None:
        """Take the command and do nothing."""

    monkeypatch.setattr(house.device.panel_of(MAIN), "arm", nothing)
    await house.panel(AWAY)
    await house.stays(1, "disarmed")
    assert house.commands() == ["arm/1 away"]


async def test_somebody_at_the_keypad(house: Behind) -> None:
    await house.device.arm_locally(MAIN, 2, "stay", user="Anna")
    await house.is_now(2, "armed_home")
    assert house.partition(2).attributes["changed_by"] == "Anna"
    assert house.partition(1).attributes["changed_by"] is None
    await house.device.disarm_locally(MAIN, 2, user="Ben")
    await house.is_now(2, "disarmed")
    assert house.partition(2).attributes["changed_by"] == "Ben"
    await house.stays(2, "disarmed")
    assert house.commands() == []


async def test_a_change_that_no_message_told(house: Behind) -> None:
    """Polls are the truth."""
    house.device.world.panel(MAIN).partitions[1].arming = "away"
    await house.poll()
    assert house.partition(1).state == "armed_away"


# Delays


@pytest.mark.parametrize("simulation", [{"exit_delay": 0.4}])
async def test_leaving_the_house(house: Behind) -> None:
    await house.panel(AWAY)
    assert house.partition(1).state == "arming"
    assert house.partition(0).state == "arming"
    await house.is_now(1, "armed_away")
    await house.stays(1, "armed_away")


@pytest.mark.parametrize("simulation", [{"exit_delay": 30.0}])
async def test_coming_back_before_the_house_is_armed(house: Behind) -> None:
    await house.panel(AWAY)
    await house.stays(1, "arming")
    await house.panel(DISARM)
    await house.stays(1, "disarmed")


@pytest.mark.parametrize("simulation", [{"entry_delay": 0.6}])
async def test_coming_home(house: Behind) -> None:
    """The door of a delayed zone opens: first the panel waits for the code, then it is an alarm."""
    await house.panel(AWAY)
    await house.device.open_zone(MAIN, FRONT_DOOR)
    await house.poll()
    assert house.partition(1).state == "pending"
    assert house.partition(0).state == "pending"
    await house.is_now(1, "triggered")
    assert house.partition(1).attributes["zones_in_alarm"] == ["Front door"]


@pytest.mark.parametrize("simulation", [{"entry_delay": 30.0}])
async def test_coming_home_in_time(house: Behind) -> None:
    await house.panel(AWAY)
    await house.device.open_zone(MAIN, FRONT_DOOR)
    await house.poll()
    await house.stays(1, "pending")
    await house.panel(DISARM)
    await house.stays(1, "disarmed")
    assert house.partition(1).attributes["open_zones"] == ["Front door"]


# The switch, and the code


async def test_a_switch_for_what_knows_no_alarm_panels(house: Behind) -> None:
    await house.act("switch", "turn_on", "partition1", "arm")
    assert house.value("switch", "partition1", "arm") == "on"
    assert house.partition(1).state == "armed_away"
    await house.act("switch", "turn_off", "partition1", "arm")
    assert house.value("switch", "partition1", "arm") == "off"
    assert house.commands() == ["arm/1 away", "disarm/1"]


async def test_a_code_that_only_home_assistant_knows(hass: HomeAssistant, house: Behind) -> None:
    hass.config_entries.async_update_entry(house.entry, options={"alarm_code": "2468"})
    assert await hass.config_entries.async_reload(house.entry.entry_id)
    await hass.async_block_till_done()
    await house.live()
    assert house.partition(1).attributes["code_format"] == "number"
    assert house.partition(1).attributes["code_arm_required"] is True
    house.device.requests.clear()
    error = await house.refused_by_panel(AWAY, code="1357")
    assert str(error) == "The code is wrong or missing"
    with pytest.raises(ServiceValidationError):
        await house.panel(AWAY)
    error = await house.refused("switch", "turn_on", "partition1", "arm")
    assert error.translation_key == "code_needed"
    with pytest.raises(ServiceValidationError, match="cannot ask for it"):
        await house.act("button", "press", "partition1", "clear_alarm")
    assert house.commands() == []
    await house.panel(AWAY, code="2468")
    assert house.partition(1).state == "armed_away"
    await house.refused_by_panel(DISARM, code="0000")
    await house.panel(DISARM, code="2468")
    assert house.partition(1).state == "disarmed"
    assert house.commands() == ["arm/1 away", "disarm/1"]
    assert not any(b"2468" in request.body or "2468" in request.path for request in house.device.requests)
