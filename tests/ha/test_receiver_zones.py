"""Values, bypass and deactivation of the zones of panels behind a receiver, over real sockets."""

from typing import Any

from homeassistant.exceptions import ServiceValidationError
import pytest

from tests.ha.receiver import (
    BEDROOM_WINDOW,
    BOILER_ROOM,
    CELLAR_WATER,
    FRONT_DOOR,
    GARAGE_DOOR,
    HALL,
    KITCHEN_SMOKE,
    MAIN,
    SHED,
    WINE_CELLAR,
    Behind,
)
from tests.simulators.ip_receiver import Zone


@pytest.fixture
def family() -> str:
    return "ip_receiver"


@pytest.fixture
def model() -> str:
    return "single"


def zone_of(house: Behind, number: int) -> Zone:
    """The simulated zone."""
    return house.device.zone(house.index, number)


def sensor(house: Behind, number: int, key: str) -> str:
    """What a binary sensor of a zone shows."""
    return house.value("binary_sensor", f"zone{number}", key)


def number_of(house: Behind, number: int, key: str) -> float:
    """What a sensor of a zone shows."""
    return float(house.value("sensor", f"zone{number}", key))


# Values


async def test_a_door_opens_and_closes(house: Behind) -> None:
    assert sensor(house, FRONT_DOOR, "open") == "off"
    assert house.state("binary_sensor", f"zone{FRONT_DOOR}", "open").name == "Front door"
    await house.device.open_zone(MAIN, FRONT_DOOR)
    await house.poll()
    assert sensor(house, FRONT_DOOR, "open") == "on"
    assert sensor(house, FRONT_DOOR, "alarm") == "off"
    assert house.partition(1).attributes["open_zones"] == ["Front door"]
    assert house.partition(2).attributes["open_zones"] == ["Front door"]
    await house.device.close_zone(MAIN, FRONT_DOOR)
    await house.poll()
    assert sensor(house, FRONT_DOOR, "open") == "off"


async def test_measured_values(all_enabled: None, house: Behind) -> None:
    assert number_of(house, WINE_CELLAR, "temperature") == 13
    assert number_of(house, WINE_CELLAR, "humidity") == 68
    assert number_of(house, BOILER_ROOM, "battery") == 8
    assert number_of(house, HALL, "signal") == 180
    assert house.state("sensor", f"zone{WINE_CELLAR}", "temperature").attributes["unit_of_measurement"] == "°C"
    assert house.state("sensor", f"zone{WINE_CELLAR}", "humidity").attributes["unit_of_measurement"] == "%"
    assert "unit_of_measurement" not in house.state("sensor", f"zone{HALL}", "signal").attributes
    assert sensor(house, BOILER_ROOM, "low_battery") == "on"
    assert sensor(house, HALL, "low_battery") == "off"
    zone = zone_of(house, WINE_CELLAR)
    zone.temperature, zone.humidity, zone.battery, zone.signal = -4, 31, 40, 12
    await house.poll()
    shown = [number_of(house, WINE_CELLAR, key) for key in ("temperature", "humidity", "battery", "signal")]
    assert shown == [-4, 31, 40, 12]


async def test_a_wired_zone_has_no_radio(house: Behind) -> None:
    keys = set(house.keys(f"zone{GARAGE_DOOR}"))
    assert not keys & {"sensor battery", "binary_sensor low_battery", "sensor signal", "sensor temperature"}
    assert "binary_sensor open" in keys


async def test_shock_and_tilt(house: Behind) -> None:
    zone = zone_of(house, BEDROOM_WINDOW)
    assert sensor(house, BEDROOM_WINDOW, "vibration") == "off"
    zone.shock = zone.tilt = True
    await house.poll()
    assert sensor(house, BEDROOM_WINDOW, "vibration") == "on"
    assert sensor(house, BEDROOM_WINDOW, "tilted") == "on"
    assert sensor(house, BEDROOM_WINDOW, "open") == "off"
    zone.open, zone.tilt = True, False
    await house.poll()
    assert sensor(house, BEDROOM_WINDOW, "open") == "on"
    assert sensor(house, BEDROOM_WINDOW, "tilted") == "off"


async def test_what_a_detector_says_of_its_sensor_going_wrong(house: Behind) -> None:
    """`fault` instead of yes or no: nobody knows whether there is smoke."""
    await house.device.break_zone(MAIN, KITCHEN_SMOKE)
    await house.poll()
    assert sensor(house, KITCHEN_SMOKE, "smoke") == "unknown"
    assert sensor(house, KITCHEN_SMOKE, "fault") == "on"
    await house.device.break_zone(MAIN, KITCHEN_SMOKE, None)
    await house.poll()
    assert sensor(house, KITCHEN_SMOKE, "smoke") == "off"
    assert sensor(house, KITCHEN_SMOKE, "fault") == "off"


async def test_water_in_a_disarmed_house(house: Behind) -> None:
    await house.device.open_zone(MAIN, CELLAR_WATER)
    await house.shows("binary_sensor", f"zone{CELLAR_WATER}", "alarm", "on")
    await house.is_now(1, "triggered")
    assert house.partition(1).attributes["alarm_reasons"] == ["water"]
    await house.shows("binary_sensor", f"zone{CELLAR_WATER}", "moisture", "on")
    await house.shows("binary_sensor", f"zone{CELLAR_WATER}", "open", "on")


async def test_tamper_by_message_and_by_poll(house: Behind) -> None:
    await house.device.tamper(MAIN, HALL)
    await house.shows("binary_sensor", f"zone{HALL}", "tamper", "on")
    await house.device.tamper(MAIN, HALL, False)
    await house.shows("binary_sensor", f"zone{HALL}", "tamper", "off")
    zone_of(house, HALL).tamper = True
    await house.poll()
    assert sensor(house, HALL, "tamper") == "on"


async def test_a_battery_runs_low(house: Behind) -> None:
    part = f"zone{HALL}"
    zone_of(house, HALL).low_battery = True
    await house.device.emit_code(MAIN, "1915", partition=1, zone=HALL)
    await house.shows("binary_sensor", part, "low_battery", "on")
    zone_of(house, HALL).low_battery = False
    await house.device.emit_code(MAIN, "3915", partition=1, zone=HALL)
    await house.shows("binary_sensor", part, "low_battery", "off")
    assert sensor(house, FRONT_DOOR, "low_battery") == "off"


async def test_a_detector_is_covered(all_enabled: None, house: Behind) -> None:
    part = f"zone{HALL}"
    zone_of(house, HALL).shielded = zone_of(house, HALL).tamper = True
    await house.device.emit_code(MAIN, "1149", partition=1, zone=HALL)
    await house.shows("binary_sensor", part, "masked", "on")
    await house.shows("binary_sensor", part, "tamper", "on")
    zone_of(house, HALL).shielded = zone_of(house, HALL).tamper = False
    await house.poll()
    assert sensor(house, HALL, "masked") == sensor(house, HALL, "tamper") == "off"


async def test_a_fault_by_message(all_enabled: None, house: Behind) -> None:
    await house.device.break_zone(MAIN, HALL, "break")
    await house.shows("binary_sensor", f"zone{HALL}", "fault", "on")
    await house.shows("sensor", f"zone{HALL}", "zone_status", "break_down")
    await house.device.break_zone(MAIN, HALL, None)
    await house.shows("binary_sensor", f"zone{HALL}", "fault", "off")
    await house.shows("sensor", f"zone{HALL}", "zone_status", "online")


async def test_the_radio_link(house: Behind) -> None:
    assert sensor(house, SHED, "online") == "off"
    assert sensor(house, SHED, "open") == "unavailable"
    await house.device.link_zone(MAIN, SHED, True)
    await house.shows("binary_sensor", f"zone{SHED}", "online", "on")
    await house.shows("binary_sensor", f"zone{SHED}", "open", "off")
    await house.device.link_zone(MAIN, SHED, False)
    await house.shows("binary_sensor", f"zone{SHED}", "online", "off")
    await house.shows("binary_sensor", f"zone{SHED}", "open", "unavailable")


@pytest.mark.parametrize("model", ["old"])
async def test_a_panel_that_answers_the_old_way(house: Behind) -> None:
    """Zones by GET, true and false as text, zones counted from 0."""
    assert house.registry_device().name == "Farm"
    assert house.value("binary_sensor", "zone0", "open") == "off"
    house.device.world.panel(MAIN).zones[0].open = True
    await house.poll()
    assert house.value("binary_sensor", "zone0", "open") == "on"
    asked = [request.method for request in house.device.seen(path="/status/zones")]
    assert set(asked) == {"GET"}
    with pytest.raises(ServiceValidationError, match=r"^Farm could not be armed\. In the way: Front door$"):
        await house.panel("alarm_arm_home", 1)
    house.device.world.panel(MAIN).zones[0].open = False
    await house.panel("alarm_arm_home", 1)
    assert house.partition(1).state == "armed_home"


# Bypass and deactivation


async def test_a_zone_is_left_out(house: Behind) -> None:
    part = f"zone{HALL}"
    await house.act("switch", "turn_on", part, "bypass")
    assert house.value("switch", part, "bypass") == "on"
    assert house.partition(1).attributes["bypassed_zones"] == ["Hall"]
    await house.poll()
    assert house.value("switch", part, "bypass") == "on"
    await house.act("switch", "turn_off", part, "bypass")
    assert house.value("switch", part, "bypass") == "off"
    assert house.commands() == ['bypass {"List":[{"id":2}]}', 'bypassRecover {"List":[{"id":2}]}']


async def test_several_zones_in_one_request(house: Behind) -> None:
    targets = [house.state("switch", f"zone{n}", "bypass").entity_id for n in (BEDROOM_WINDOW, HALL)]
    call = house.hass.services.async_call
    data = {"entity_id": targets, "bypass": True}
    await call("ip_surveillance", "bypass_zones", data, blocking=True)
    assert house.commands() == ['bypass {"List":[{"id":2},{"id":6}]}']
    assert house.partition(1).attributes["bypassed_zones"] == ["Hall", "Bedroom window"]


async def test_a_bypass_that_is_refused(house: Behind) -> None:
    await house.panel("alarm_arm_away")
    error = await house.refused("switch", "turn_on", f"zone{HALL}", "bypass")
    assert error.translation_key == "partition_armed"
    assert house.value("switch", f"zone{HALL}", "bypass") == "off"


async def test_a_bypass_that_is_not_done(house: Behind, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: Any) -> None:
        """Take the command and do nothing."""

    monkeypatch.setattr(house.device.panel_of(MAIN), "bypass", nothing)
    error = await house.refused("switch", "turn_on", f"zone{HALL}", "bypass")
    assert "Hall" in str(error)


async def test_left_out_at_the_keypad(house: Behind) -> None:
    await house.device.panel_of(MAIN).bypass([HALL], True)
    await house.shows("switch", f"zone{HALL}", "bypass", "on")
    await house.device.panel_of(MAIN).bypass([HALL], False)
    await house.shows("switch", f"zone{HALL}", "bypass", "off")


@pytest.mark.parametrize("model", ["otap"])
async def test_deactivation(house: Behind) -> None:
    part, zone = f"zone{HALL}", zone_of(house, HALL)
    assert house.state("select", part, "deactivation").attributes["options"] == ["off", "lidonly", "entirely"]
    for key, option, word in (
        ("one_time_deactivation", "entirely", "entirely"),
        ("deactivation", "lidonly", "lidOnly"),
        ("one_time_deactivation", "off", "off"),
    ):
        await house.act("select", "select_option", part, key, option=option)
        assert house.value("select", part, key) == option
        assert word in (zone.one_time, zone.permanent)
    assert (zone.one_time, zone.permanent) == ("off", "lidOnly")
    assert house.commands() == [
        'deactivation {"List":[{"id":2,"oneTimeDeactivationMode":"entirely"}]}',
        'deactivation {"List":[{"id":2,"deactivationMode":"lidOnly"}]}',
        'deactivation {"List":[{"id":2,"oneTimeDeactivationMode":"off"}]}',
    ]
    await house.device.panel_of(MAIN).deactivate(zone, "entirely", "lidOnly")
    await house.shows("select", part, "one_time_deactivation", "entirely")


@pytest.mark.parametrize("model", ["otap"])
async def test_a_deactivation_that_is_refused(house: Behind) -> None:
    house.device.refuse(MAIN, "deactivation", "zoneNotSupport")
    error = await house.refused("select", "select_option", f"zone{HALL}", "deactivation", option="entirely")
    assert error.translation_key == "zones_unfit"


@pytest.mark.parametrize("model", ["otap"])
async def test_what_a_panel_lacks_is_absent_and_not_asked_for(all_enabled: None, house: Behind) -> None:
    found = house.entities()
    kinds = {each.split(" ", 1)[1].rstrip("_abcdefghijklmnopqrstuvwxyz").rstrip("0123456789") for each in found}
    assert "zone" in kinds
    assert not kinds & {"output", "keypad", "siren", "repeater", "card_reader", "module", "remote"}
    assert not {each for each in found if each.startswith("switch zone")}
    assert house.unavailable() == {
        unique.removeprefix(f"{house.uid}_")
        for unique in house.unavailable()
        if unique.startswith((f"{house.uid}_zone{SHED}_", f"zone{SHED}_"))
    }
    assert not house.device.seen(path="/status/subSystems")
    assert not house.device.seen(path="/status/exDevStatus")
    await house.poll()
    assert {request.path.partition("?")[0].rpartition("/")[2] for request in house.device.requests} == {
        "deviceList",
        "zones",
    }
