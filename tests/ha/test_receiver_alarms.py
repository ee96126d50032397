"""Alarms of panels behind a receiver from begin to end, over real sockets."""

import pytest

from tests.ha.receiver import AWAY, BEDROOM_WINDOW, MAIN, PANIC_BUTTON, Behind
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
