"""Relays and peripherals of panels behind a receiver, over real sockets."""

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
import pytest

from tests.ha.receiver import MAIN, Behind
from tests.ha.simulated import until
from tests.simulators.ip_receiver import Zone


@pytest.fixture
def family() -> str:
    return "ip_receiver"


@pytest.fixture
def model() -> str:
    return "single"


# Relays


def _asked_since(house: Behind, command: str) -> list[str]:
    """Return what was asked after the last such command; a poll that follows the panel's own event may be among it."""
    asked = [request.path.partition("?")[0].rpartition("/")[2] for request in house.device.requests]
    return asked[len(asked) - asked[::-1].index(command) :]


async def test_a_relay_is_switched_and_read_back(house: Behind) -> None:
    await house.act("switch", "turn_on", "output0", "output")
    assert "exDevStatus" in _asked_since(house, "outputs")
    assert house.value("switch", "output0", "output") == "on"
    assert house.state("switch", "output0", "output").name == "House Relay 1"
    assert house.value("switch", "output1", "output") == "off"
    await house.act("switch", "turn_off", "output0", "output")
    assert house.value("switch", "output0", "output") == "off"
    assert house.commands() == [
        'outputs {"OutputsCtrl":{"switch":"open","List":[{"id":0}]}}',
        'outputs {"OutputsCtrl":{"switch":"close","List":[{"id":0}]}}',
    ]
    assert "exDevStatus" in _asked_since(house, "outputs")


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
    siren = house.registry_device("siren0Q90000001")
    assert isinstance(siren, dr.DeviceEntry)
    assert (siren.serial_number, siren.model) == ("Q90000001", "DS-PS1-I-WE")
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
