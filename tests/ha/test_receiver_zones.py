"""Zones, relays and peripherals of panels behind a receiver, over real sockets."""

from typing import Any

from homeassistant.components.binary_sensor import BinarySensorDeviceClass as Class
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
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
from tests.ha.simulated import until
from tests.simulators.ip_receiver import Zone
from tests.simulators.ip_receiver.words import DETECTORS

CLASSES: dict[str, Class | None] = {
    "panicButton": Class.SAFETY,
    "magneticContact": Class.DOOR,
    "smokeDetector": Class.SMOKE,
    "activeInfraredDetector": Class.MOTION,
    "passiveInfraredDetector": Class.MOTION,
    "glassBreakDetector": Class.VIBRATION,
    "vibrationDetector": Class.VIBRATION,
    "dualTechnologyPirDetector": Class.MOTION,
    "tripleTechnologyPirDetector": Class.MOTION,
    "humidityDetector": None,
    "temperatureDetector": Class.HEAT,
    "combustibleGasDetector": Class.GAS,
    "dynamicSwitch": None,
    "controlSwitch": None,
    "smartLock": Class.LOCK,
    "waterDetector": Class.MOISTURE,
    "displacementDetector": Class.MOVING,
    "singleInfraredDetector": Class.DOOR,
    "singleZoneModule": None,
    "curtainInfraredDetector": Class.MOTION,
    "pircam": Class.MOTION,
    "slimMagneticContact": Class.DOOR,
    "indoorDualTechnologyDetector": Class.MOTION,
    "magnetShockDetector": Class.DOOR,
    "waterLeakDetector": Class.MOISTURE,
    "wirelessSmokeDetector": Class.SMOKE,
    "wirelessGlassBreakDetector": Class.VIBRATION,
    "wirelessTemperatureHumidityDetector": None,
    "wirelessHeatDetector": Class.HEAT,
    "wirelessCODetector": Class.CO,
    "wirelessPIRCeilingDetector": Class.MOTION,
    "wirelessExternalMagnetDetector": Class.DOOR,
    "wirelessPIRCurtainDetector": Class.MOTION,
    "wirelessDTAMCurtainDetector": Class.MOTION,
    "other": None,
}
"""All detector types of the document (004…txt l.5103-5177), with what a person sees of them."""

COMMON = {
    "binary_sensor open",
    "binary_sensor alarm",
    "binary_sensor tamper",
    "binary_sensor fault",
    "binary_sensor low_battery",
    "binary_sensor bypassed",
    "binary_sensor armed",
    "binary_sensor masked",
    "binary_sensor online",
    "sensor battery",
    "sensor signal",
    "sensor temperature",
    "sensor zone_status",
    "switch bypass",
}
"""What every wireless zone has."""
EXTRA = {"pircam": {"image alarm_picture"}, "singleZoneModule": {"sensor fault_reason"}}
MORE: dict[str, set[str]] = {
    "smoke": {"binary_sensor smoke"},
    "water": {"binary_sensor moisture"},
    "heat": {"binary_sensor heat"},
    "humidity": {"sensor humidity"},
    "shock": {"binary_sensor vibration", "binary_sensor tilted"},
    "camera": {"binary_sensor camera_link", "image alarm_picture"},
}


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


# Detector types


@pytest.mark.parametrize("model", ["mixed"])
@pytest.mark.usefixtures("all_enabled")
async def test_every_detector_type(all_enabled: None, house: Behind) -> None:
    """The third panel has one zone of each; opened, each shows what it senses."""
    plant = house.other(3)
    assert set(CLASSES) == set(DETECTORS)
    assert len(CLASSES) == 35
    zones = plant.device.world.panel(plant.index).zones
    by_detector = {zone.detector: number for number, zone in zones.items()}
    for detector, number in by_detector.items():
        state = plant.state("binary_sensor", f"zone{number}", "open")
        assert state.attributes.get("device_class") == CLASSES[detector], detector
        assert state.name == f"Zone {number}"
        assert state.state == "off", detector
        extra = EXTRA.get(detector, set())
        assert set(plant.keys(f"zone{number}")) == COMMON | MORE.get(DETECTORS[detector], set()) | extra, detector
    for zone in zones.values():
        zone.open = True
    await plant.poll()
    assert {plant.value("binary_sensor", f"zone{number}", "open") for number in zones} == {"on"}
    for key in ("smoke", "moisture", "heat"):
        shown = {n for n in zones if f"binary_sensor {key}" in plant.keys(f"zone{n}")}
        assert shown
        assert {plant.value("binary_sensor", f"zone{number}", key) for number in shown} == {"on"}
        assert {plant.state("binary_sensor", f"zone{n}", key).attributes["device_class"] for n in shown} == {key}


@pytest.mark.parametrize("model", ["mixed"])
async def test_a_panel_that_numbers_its_messages_otherwise(house: Behind) -> None:
    """The third panel names zones in its messages by their device numbers."""
    plant = house.other(3)
    await plant.device.tamper(plant.index, 2)
    await plant.shows("binary_sensor", "zone2", "tamper", "on")
    assert plant.device.zone(plant.index, 2).device_no == 102


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
    with pytest.raises(ServiceValidationError, match="^Farm could not be armed. In the way: Front door$"):
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
        if unique.startswith(f"{house.uid}_zone{SHED}_") or unique.startswith(f"zone{SHED}_")
    }
    assert not house.device.seen(path="/status/subSystems")
    assert not house.device.seen(path="/status/exDevStatus")
    await house.poll()
    assert {request.path.partition("?")[0].rpartition("/")[2] for request in house.device.requests} == {
        "deviceList",
        "zones",
    }


# Relays


async def test_a_relay_is_switched_and_read_back(house: Behind) -> None:
    await house.act("switch", "turn_on", "output0", "output")
    assert house.value("switch", "output0", "output") == "on"
    assert house.state("switch", "output0", "output").name == "House Relay 1"
    assert house.value("switch", "output1", "output") == "off"
    await house.act("switch", "turn_off", "output0", "output")
    assert house.value("switch", "output0", "output") == "off"
    assert house.commands() == [
        'outputs {"OutputsCtrl":{"switch":"open","List":[{"id":0}]}}',
        'outputs {"OutputsCtrl":{"switch":"close","List":[{"id":0}]}}',
    ]
    asked = [request.path.partition("?")[0].rpartition("/")[2] for request in house.device.requests]
    assert asked == ["outputs", "exDevStatus"] * 2


async def test_a_relay_that_does_not_follow(house: Behind) -> None:
    """Nothing optimistic: the relay is what the panel says it is."""
    house.device.world.panel(MAIN).relays[1].stuck = True
    await house.act("switch", "turn_on", "output1", "output")
    assert house.value("switch", "output1", "output") == "off"


async def test_a_relay_switched_by_somebody_else(house: Behind) -> None:
    house.device.world.panel(MAIN).relays[2].on = True
    await house.poll()
    assert house.value("switch", "output2", "output") == "on"


async def test_the_error_of_a_relay(house: Behind) -> None:
    """One relay lost its link since it was read last: the others work, and its own reason is told."""
    house.device.world.panel(MAIN).relays[1].link = "offline"
    before = house.value("switch", "output1", "output")
    with pytest.raises(HomeAssistantError) as caught:
        await house.act("switch", "turn_on", "output1", "output")
    assert "outputsOpenFailed" in str(caught.value) or "relay" in str(caught.value).lower()
    assert str(caught.value).startswith("House ")
    assert before == "off"
    await house.poll()
    assert house.value("switch", "output1", "output") == "unavailable"
    assert house.value("binary_sensor", "output1", "online") == "off"
    await house.act("switch", "turn_on", "output0", "output")
    assert house.value("switch", "output0", "output") == "on"


async def test_a_relay_that_is_refused(house: Behind) -> None:
    house.device.refuse(MAIN, "outputs", "badParameters")
    error = await house.refused("switch", "turn_on", "output0", "output")
    assert "badParameters" in str(error)
    assert isinstance(error, ServiceValidationError)


async def test_a_relay_that_is_not_linked_is_not_there(house: Behind) -> None:
    assert not house.keys("output3")


async def test_a_pulse(all_enabled: None, house: Behind) -> None:
    target = {"entity_id": house.state("switch", "output0", "output").entity_id}
    await house.hass.services.async_call("ip_surveillance", "pulse_output", {**target, "seconds": 0.1}, blocking=True)
    assert house.commands() == [
        'outputs {"OutputsCtrl":{"switch":"open","List":[{"id":0}]}}',
        'outputs {"OutputsCtrl":{"switch":"close","List":[{"id":0}]}}',
    ]
    assert house.value("switch", "output0", "output") == "off"


async def test_each_relay_has_names_of_its_own(all_enabled: None, house: Behind) -> None:
    """All relays share the registry device of the panel."""
    for platform in ("sensor", "binary_sensor", "switch", "button"):
        names = [state.name for state in house.hass.states.async_all(platform)]
        assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)
    assert house.state("binary_sensor", "output1", "tamper").name == "House Relay 2 tampering"


# Peripherals


async def test_units_of_all_lists(all_enabled: None, house: Behind) -> None:
    """One unit of each of the eight lists; a place without a unit is not shown."""
    shown: dict[str, dict[str, str]] = {}
    for part in ("module0Q90000001", "siren0Q90000001", "repeater0Q90000001", "card_reader0Q90000001", "module1",
                 "keypad0Q90000001", "remote0Q90000001"):  # fmt: skip
        shown[part] = {
            key: state.state
            for key, entry in house.keys(part).items()
            if (state := house.hass.states.get(entry.entity_id))
        }
    radio = {
        "binary_sensor online": "on",
        "binary_sensor tamper": "off",
        "binary_sensor low_battery": "off",
        "sensor battery": "90.0",
        "sensor signal": "150.0",
    }
    assert shown["siren0Q90000001"] == {**radio, "binary_sensor sounding": "off", "sensor temperature": "20.0"}
    assert shown["repeater0Q90000001"] == {**radio, "sensor temperature": "17.0"}
    assert shown["card_reader0Q90000001"] == {**radio, "binary_sensor fault": "off", "sensor temperature": "20.0"}
    assert shown["module0Q90000001"] == {**radio, "binary_sensor fault": "off", "sensor temperature": "19.0"}
    assert shown["remote0Q90000001"]["binary_sensor low_battery"] == "on"
    assert shown["remote0Q90000001"]["sensor battery"] == "5.0"
    assert shown["keypad0Q90000001"]["sensor signal"] == "140.0"
    assert "sensor battery" not in shown["keypad0Q90000001"]
    assert shown["module1"]["sensor temperature"] == "25.0"
    names = [house.registry_device(part).name for part in shown]
    assert names == [
        "Module Q90000001",
        "Hall siren",
        "Loft repeater",
        "Tag reader",
        "Wired zones",
        "Hall keypad",
        "Keyfob",
    ]
    assert house.registry_device("siren0Q90000001").serial_number == "Q90000001"
    assert not house.keys("siren0Q90000002")


async def test_units_change(house: Behind) -> None:
    panel = house.device.world.panel(MAIN)
    by_group = {unit.group: unit for unit in panel.peripherals if unit.number == 1}
    by_group["SirenList"].values["status"] = "on"
    by_group["KeypadList"].values["tamperEvident"] = True
    by_group["RepeaterList"].values["status"] = "offline"
    by_group["CardReaderList"].values |= {"charge": "lowPower", "chargeValue": 3}
    await house.poll()
    assert house.value("binary_sensor", "siren0Q90000001", "sounding") == "on"
    assert house.value("binary_sensor", "keypad0Q90000001", "tamper") == "on"
    assert house.value("binary_sensor", "repeater0Q90000001", "online") == "off"
    assert house.value("binary_sensor", "repeater0Q90000001", "tamper") == "unavailable"
    assert house.value("binary_sensor", "card_reader0Q90000001", "low_battery") == "on"
    assert float(house.value("sensor", "card_reader0Q90000001", "battery")) == 3


async def test_a_unit_is_added_while_the_panel_is_watched(house: Behind) -> None:
    panel = house.device.world.panel(MAIN)
    second = next(unit for unit in panel.peripherals if unit.group == "SirenList" and unit.number == 2)
    second.values |= {"status": "off", "name": "Yard siren", "tamperEvident": False}
    await house.device.emit_code(MAIN, "3979")
    await until(lambda: house.keys("siren0Q90000002"))
    await house.shows("binary_sensor", "siren0Q90000002", "sounding", "off")
    assert house.registry_device("siren0Q90000002").name == "Yard siren"


async def test_a_zone_is_added_and_removed_while_the_panel_is_watched(house: Behind) -> None:
    zones = house.device.world.panel(MAIN).zones
    zones[20] = Zone(number=20, name="Attic", detector="magneticContact", device_no=120)
    await house.device.emit_code(MAIN, "3975", zone=20)
    await until(lambda: house.keys("zone20"))
    await house.shows("binary_sensor", "zone20", "open", "off")
    await until(lambda: house.partition(1).attributes["ready_to_arm"] is True)
    del zones[20]
    await house.device.emit_code(MAIN, "1975", zone=20)
    await house.shows("binary_sensor", "zone20", "open", "unavailable")
    await until(lambda: house.partition(1).attributes["ready_to_arm"] is True)
