"""Armings that a panel behind a receiver refuses, and what can be left out so that it does not, over real sockets."""

from homeassistant.exceptions import ServiceValidationError
import pytest

from tests.ha.receiver import (
    AWAY,
    BEDROOM_WINDOW,
    DISARM,
    GARAGE_DOOR,
    HALL,
    HOME,
    KITCHEN_SMOKE,
    MAIN,
    WINE_CELLAR,
    Behind,
)
from tests.ha.simulated import until


@pytest.fixture
def family() -> str:
    return "ip_receiver"


@pytest.fixture
def model() -> str:
    return "single"


# Refusals


async def test_an_open_window_is_named(house: Behind) -> None:
    await house.device.open_zone(MAIN, BEDROOM_WINDOW)
    await house.poll()
    assert house.partition(1).attributes["ready_to_arm"] is False
    assert house.partition(1).attributes["open_zones"] == ["Bedroom window"]
    error = await house.refused_by_panel(AWAY)
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
    error = await house.refused_by_panel(AWAY)
    assert str(error).endswith(": Hall, Bedroom window")
    # At home the hall is not watched.
    error = await house.refused_by_panel(HOME)
    assert error.translation_key == "zones_faulted_named"
    assert str(error).endswith(": Bedroom window")
    error = await house.refused_by_panel(AWAY, 2)
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
    error = await house.refused_by_panel(action)
    assert text in str(error)
    # No command is sent twice.
    assert len(house.commands()) == 1


async def test_a_switch_is_refused_as_well(house: Behind) -> None:
    await house.device.open_zone(MAIN, BEDROOM_WINDOW)
    error = await house.refused("switch", "turn_on", "partition1", "arm")
    assert "Bedroom window" in str(error)


async def test_what_guards_nothing_is_in_nobodys_way(house: Behind) -> None:
    """A detector that only measures, or the key switch that arms, may be open all day."""
    zones = house.device.world.panel(MAIN).zones
    zones[HALL].zone_type = "Key"
    for number in (HALL, WINE_CELLAR):
        zones[number].open = True
    await house.poll()
    await until(lambda: house.partition(1).attributes["ready_to_arm"] is True)
    assert house.partition(1).attributes["open_zones"] == ["Hall", "Wine cellar"]
    await house.device.open_zone(MAIN, BEDROOM_WINDOW)
    house.device.refuse_arming(MAIN, "armingFailed")
    error = await house.refused_by_panel(AWAY)
    assert str(error).endswith(": Bedroom window")
    house.device.refuse_arming(MAIN, None)
    await house.panel("arm", force=True)
    # Left out, a key switch could no longer disarm.
    assert house.partition(1).attributes["bypassed_zones"] == ["Bedroom window"]


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
    await house.refused_by_panel("arm", force=True)
    await house.poll()
    assert house.partition(1).attributes["bypassed_zones"] == []
    assert not house.device.zone(MAIN, BEDROOM_WINDOW).bypassed


async def test_force_with_nothing_in_the_way_only_arms(house: Behind) -> None:
    await house.panel("arm", mode="home", force=True)
    assert house.partition(1).state == "armed_home"
    assert house.commands() == ["arm/1 stay"]


async def test_force_leaves_nothing_out_that_guards_all_day(house: Behind) -> None:
    house.device.refuse_arming(MAIN, "zoneFault")
    await house.device.break_zone(MAIN, KITCHEN_SMOKE)
    error = await house.refused_by_panel("arm", force=True)
    assert error.translation_key == "zones_faulted_named"
    assert str(error).endswith(": Kitchen smoke")
    assert house.commands() == ["arm/1 away"]
    assert house.partition(1).attributes["bypassed_zones"] == []


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
