"""Alarm panels behind a receiver, over real sockets: what they show, and what they are told to do."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

from tests.ha.receiver import BEDROOM_WINDOW, FRONT_DOOR, GARAGE_DOOR, HALL, MAIN, PANIC_BUTTON, Behind
from tests.ha.simulated import until

AWAY, HOME = "alarm_arm_away", "alarm_arm_home"
DISARM = "alarm_disarm"


@pytest.fixture
def family() -> str:
    return "ip_receiver"


@pytest.fixture
def model() -> str:
    return "single"


async def refused(house: Behind, action: str, number: int = 1, **data: Any) -> HomeAssistantError:
    """The error of an action that is refused; what the partition shows stays as it was."""
    before = house.partition(number).state
    with pytest.raises(HomeAssistantError) as caught:
        await house.panel(action, number, **data)
    assert house.partition(number).state == before
    return caught.value


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


# Refusals


async def test_an_open_window_is_named(house: Behind) -> None:
    await house.device.open_zone(MAIN, BEDROOM_WINDOW)
    await house.poll()
    assert house.partition(1).attributes["ready_to_arm"] is False
    assert house.partition(1).attributes["open_zones"] == ["Bedroom window"]
    error = await refused(house, AWAY)
    assert isinstance(error, ServiceValidationError)
    assert error.translation_key == "arming_refused_named"
    assert str(error) == "House could not be armed. In the way: Bedroom window"
    assert house.partition(1).state == "disarmed"
    await house.device.close_zone(MAIN, BEDROOM_WINDOW)
    await house.panel(AWAY)
    assert house.partition(1).state == "armed_away"


async def test_all_that_is_in_the_way_is_named_and_nothing_else(house: Behind) -> None:
    await house.device.open_zone(MAIN, HALL)
    await house.device.open_zone(MAIN, GARAGE_DOOR)
    await house.device.break_zone(MAIN, BEDROOM_WINDOW)
    error = await refused(house, AWAY)
    assert str(error).endswith(": Hall, Bedroom window")
    # At home the hall is not watched.
    error = await refused(house, HOME)
    assert error.translation_key == "zones_faulted_named"
    assert str(error).endswith(": Bedroom window")
    error = await refused(house, AWAY, 2)
    # The shed's detector is out of reach all the time.
    assert str(error).endswith(": Garage door, Shed")
    await until(lambda: house.partition(1).attributes["faulted_zones"] == ["Bedroom window"])


async def test_one_partition_that_refuses_does_not_keep_the_other(house: Behind) -> None:
    await house.device.open_zone(MAIN, GARAGE_DOOR)
    with pytest.raises(ServiceValidationError, match="Garage door"):
        await house.panel(AWAY, 0)
    await house.is_now(1, "armed_away")
    assert house.partition(2).state == "disarmed"
    assert house.partition(0).state == "disarmed"


@pytest.mark.parametrize(
    ("command", "action", "sub", "text"),
    [
        ("arm", AWAY, "arming", "being armed"),
        ("disarm", DISARM, "disarmingFailed", "could not be disarmed"),
        ("arm", AWAY, "lowPrivilege", "rights"),
        ("arm", AWAY, "networkError", "networkError"),
        ("arm", AWAY, "setArmingError", "setArmingError"),
    ],
)
async def test_other_reasons_are_told(house: Behind, command: str, action: str, sub: str, text: str) -> None:
    house.device.refuse(MAIN, command, sub)
    error = await refused(house, action)
    assert text in str(error)
    # No command is sent twice.
    assert len(house.commands()) == 1


async def test_a_switch_is_refused_as_well(house: Behind) -> None:
    await house.device.open_zone(MAIN, BEDROOM_WINDOW)
    error = await house.refused("switch", "turn_on", "partition1", "arm")
    assert "Bedroom window" in str(error)


# Force


async def test_force_leaves_the_open_zones_out_until_it_is_disarmed(house: Behind) -> None:
    house.device.world.panel(MAIN).bypass_survives = True
    await house.device.open_zone(MAIN, BEDROOM_WINDOW)
    await house.device.open_zone(MAIN, HALL)
    await house.panel("arm", mode="away", force=True)
    assert house.partition(1).state == "armed_away"
    assert house.partition(1).attributes["bypassed_zones"] == ["Hall", "Bedroom window"]
    assert house.value("switch", f"zone{HALL}", "bypass") == "on"
    await house.panel(DISARM)
    assert house.commands() == [
        'bypass {"List":[{"id":2},{"id":6}]}',
        "arm/1 away",
        "disarm/1",
        'bypassRecover {"List":[{"id":2},{"id":6}]}',
    ]
    assert house.partition(1).attributes["bypassed_zones"] == []
    assert house.value("switch", f"zone{HALL}", "bypass") == "off"


async def test_what_the_user_left_out_stays_out(house: Behind) -> None:
    house.device.world.panel(MAIN).bypass_survives = True
    await house.act("switch", "turn_on", f"zone{HALL}", "bypass")
    await house.device.open_zone(MAIN, HALL)
    await house.device.open_zone(MAIN, BEDROOM_WINDOW)
    await house.panel("arm", force=True)
    await house.device.disarm_locally(MAIN, 1)
    await until(lambda: house.partition(1).attributes["bypassed_zones"] == ["Hall"])
    assert house.partition(1).state == "disarmed"
    assert house.commands() == [
        'bypass {"List":[{"id":2}]}',
        'bypass {"List":[{"id":6}]}',
        "arm/1 away",
        'bypassRecover {"List":[{"id":6}]}',
    ]


async def test_force_that_is_refused_leaves_nothing_out(house: Behind) -> None:
    house.device.refuse_arming(MAIN, "armingFailed")
    await house.device.open_zone(MAIN, BEDROOM_WINDOW)
    await refused(house, "arm", force=True)
    await house.poll()
    assert house.partition(1).attributes["bypassed_zones"] == []
    assert not house.device.zone(MAIN, BEDROOM_WINDOW).bypassed


async def test_force_with_nothing_in_the_way_only_arms(house: Behind) -> None:
    await house.panel("arm", mode="home", force=True)
    assert house.partition(1).state == "armed_home"
    assert house.commands() == ["arm/1 stay"]


@pytest.mark.parametrize("model", ["otap"])
async def test_force_where_zones_are_deactivated_instead(house: Behind) -> None:
    await house.device.open_zone(MAIN, BEDROOM_WINDOW)
    await house.poll()
    await house.panel("arm", force=True)
    assert house.partition(1).state == "armed_away"
    zone = house.device.zone(MAIN, BEDROOM_WINDOW)
    assert zone.one_time == "entirely"
    assert house.value("select", f"zone{BEDROOM_WINDOW}", "one_time_deactivation") == "entirely"
    await house.panel(DISARM)
    assert house.partition(1).state == "disarmed"
    assert zone.one_time == "off"
    assert house.commands()[:3] == [
        'deactivation {"List":[{"id":6,"oneTimeDeactivationMode":"entirely"}]}',
        "arm/1 away",
        "disarm/1",
    ]


@pytest.mark.parametrize("model", ["otap"])
@pytest.mark.parametrize(("action", "state"), [(AWAY, "armed_away"), (HOME, "armed_home")])
async def test_a_panel_that_tells_of_zones_only(house: Behind, action: str, state: str) -> None:
    await house.panel(action)
    await house.is_now(1, state)
    await house.stays(1, state)
    assert house.partition(2).state == "disarmed"
    await house.panel(DISARM)
    await house.stays(1, "disarmed")


# Alarms


async def test_an_alarm_from_begin_to_end(house: Behind) -> None:
    await house.panel(AWAY)
    await house.device.open_zone(MAIN, BEDROOM_WINDOW)
    await house.is_now(1, "triggered")
    await house.stays(1, "triggered")
    assert house.partition(0).state == "triggered"
    assert house.partition(2).state == "disarmed"
    for number in (0, 1):
        assert house.partition(number).attributes["zones_in_alarm"] == ["Bedroom window"]
        assert house.partition(number).attributes["alarm_reasons"] == ["burglary"]
    assert house.value("binary_sensor", f"zone{BEDROOM_WINDOW}", "alarm") == "on"

    # The window is closed again; what happened is still to be seen to.
    await house.device.close_zone(MAIN, BEDROOM_WINDOW)
    await house.shows("binary_sensor", f"zone{BEDROOM_WINDOW}", "alarm", "off")
    await house.stays(1, "triggered")

    await house.act("button", "press", "partition1", "clear_alarm")
    await house.stays(1, "armed_away")
    assert house.partition(1).attributes["alarm_reasons"] == []
    assert house.commands() == ["arm/1 away", "clearAlarm/1"]


async def test_disarming_ends_an_alarm(house: Behind) -> None:
    await house.panel(AWAY)
    await house.device.open_zone(MAIN, BEDROOM_WINDOW)
    await house.is_now(1, "triggered")
    await house.device.disarm_locally(MAIN, 1)
    await house.is_now(1, "disarmed")
    await house.stays(1, "disarmed")
    assert house.partition(1).attributes["zones_in_alarm"] == []
    assert house.partition(1).attributes["alarm_reasons"] == []


async def test_an_alarm_of_a_panel_that_is_disarmed(house: Behind) -> None:
    await house.device.trigger(MAIN, PANIC_BUTTON)
    await house.is_now(1, "triggered")
    assert house.partition(1).attributes["alarm_reasons"] == ["panic"]
    await house.act("button", "press", "", "clear_alarm")
    await house.stays(1, "disarmed")
    assert house.commands() == ["clearAlarm/1", "clearAlarm/2"]


async def test_two_alarms_and_only_one_of_them_ends(house: Behind) -> None:
    await house.device.trigger(MAIN, BEDROOM_WINDOW)
    await house.device.trigger(MAIN, PANIC_BUTTON)
    await until(lambda: house.partition(1).attributes["alarm_reasons"] == ["burglary", "panic"])
    assert house.partition(1).attributes["zones_in_alarm"] == ["Bedroom window", "Panic button"]
    await house.device.close_zone(MAIN, PANIC_BUTTON)
    await until(lambda: house.partition(1).attributes["alarm_reasons"] == ["burglary"])
    assert house.partition(1).attributes["zones_in_alarm"] == ["Bedroom window"]
    assert house.partition(1).state == "triggered"


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
    error = await refused(house, AWAY, code="1357")
    assert str(error) == "The code is wrong or missing"
    with pytest.raises(ServiceValidationError):
        await house.panel(AWAY)
    error = await house.refused("switch", "turn_on", "partition1", "arm")
    assert "cannot ask for the code" in str(error)
    assert house.commands() == []
    await house.panel(AWAY, code="2468")
    assert house.partition(1).state == "armed_away"
    await refused(house, DISARM, code="0000")
    await house.panel(DISARM, code="2468")
    assert house.partition(1).state == "disarmed"
    assert house.commands() == ["arm/1 away", "disarm/1"]
    assert not any(b"2468" in request.body or "2468" in request.path for request in house.device.requests)
