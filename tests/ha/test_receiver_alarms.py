"""Alarms of panels behind a receiver from begin to end, over real sockets."""

import pytest

from tests.ha.receiver import AWAY, BEDROOM_WINDOW, DISARM, FRONT_DOOR, HALL, MAIN, PANIC_BUTTON, Behind
from tests.ha.simulated import until


@pytest.fixture
def family() -> str:
    return "ip_receiver"


@pytest.fixture
def model() -> str:
    return "single"


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


async def test_an_alarm_in_two_partitions(house: Behind) -> None:
    """The front door belongs to both; its record names one of them, and the look that follows finds the other."""
    await house.panel(AWAY, 0)
    await house.device.open_zone(MAIN, FRONT_DOOR)
    for number in (1, 2, 0):
        await house.is_now(number, "triggered")
    await house.poll()
    for number in (1, 2, 0):
        assert house.partition(number).attributes["zones_in_alarm"] == ["Front door"]
        assert house.partition(number).attributes["alarm_reasons"] == ["burglary"]
    await house.panel(DISARM, 0)
    for number in (1, 2, 0):
        await house.stays(number, "disarmed")
        assert house.partition(number).attributes["zones_in_alarm"] == []
        assert house.partition(number).attributes["alarm_reasons"] == []


@pytest.mark.parametrize(("code", "reason"), [("1810", "panic"), ("1811", "fire"), ("1812", "burglary")])
async def test_an_alarm_that_no_zone_raised(house: Behind, code: str, reason: str) -> None:
    """Somebody presses a key of a keypad or keyfob; no record tells the end of that."""
    partition = house.device.world.panel(MAIN).partitions[1]
    partition.alarm = True
    await house.device.emit_code(MAIN, code, partition=1)
    await house.is_now(1, "triggered")
    await house.stays(1, "triggered")
    assert house.partition(1).attributes["alarm_reasons"] == [reason]
    assert house.partition(1).attributes["zones_in_alarm"] == []
    await house.act("button", "press", "partition1", "clear_alarm")
    await house.stays(1, "disarmed")
    assert house.partition(1).attributes["alarm_reasons"] == []


@pytest.mark.parametrize("model", ["otap"])
async def test_an_alarm_of_a_panel_that_tells_of_zones_only(house: Behind) -> None:
    await house.panel(AWAY)
    await house.device.open_zone(MAIN, BEDROOM_WINDOW)
    await house.is_now(1, "triggered")
    await house.stays(1, "triggered")
    assert house.partition(1).attributes["zones_in_alarm"] == ["Bedroom window"]
    assert house.partition(1).attributes["alarm_reasons"] == ["burglary"]
    await house.panel(DISARM)
    await house.stays(1, "disarmed")
    assert house.partition(1).attributes["alarm_reasons"] == []


@pytest.mark.parametrize("code", ["1137", "1207", "1301", "1380", "1914", "1945", "1931"])
async def test_what_is_no_alarm_sets_off_none(house: Behind, code: str) -> None:
    """Tampering, early warnings, faults and lost links are told, but the house is not in alarm."""
    await house.device.emit_code(MAIN, code, partition=1, zone=HALL)
    await until(lambda: house.value("event", "", "panel_event") != "unknown")
    assert str(house.state("event", "", "panel_event").attributes["code"]) == code
    assert house.partition(1).state == "disarmed"
    await house.stays(0, "disarmed")
