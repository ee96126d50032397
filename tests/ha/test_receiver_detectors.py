"""What zones of panels behind a receiver are made of their detectors, over real sockets."""

from homeassistant.components.binary_sensor import BinarySensorDeviceClass as Class
import pytest

from tests.ha.receiver import Behind
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

SHOWN_AS = {
    "binary_sensor alarm": Class.SAFETY,
    "binary_sensor tamper": Class.TAMPER,
    "binary_sensor fault": Class.PROBLEM,
    "binary_sensor low_battery": Class.BATTERY,
    "binary_sensor bypassed": None,
    "binary_sensor armed": None,
    "binary_sensor masked": Class.TAMPER,
    "binary_sensor online": Class.CONNECTIVITY,
    "binary_sensor smoke": Class.SMOKE,
    "binary_sensor moisture": Class.MOISTURE,
    "binary_sensor heat": Class.HEAT,
    "binary_sensor vibration": Class.VIBRATION,
    "binary_sensor tilted": Class.MOVING,
    "binary_sensor camera_link": Class.CONNECTIVITY,
    "sensor battery": "battery",
    # The document names no unit, and the class for signals needs one.
    "sensor signal": None,
    "sensor temperature": "temperature",
    "sensor humidity": "humidity",
    # The panel's own words: a new one is shown as it is.
    "sensor zone_status": None,
    "sensor fault_reason": None,
}
"""Device classes of what is beside the detector's own sensor."""


@pytest.fixture
def family() -> str:
    return "ip_receiver"


@pytest.fixture
def model() -> str:
    return "single"


@pytest.mark.parametrize("model", ["mixed"])
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
async def test_what_detectors_have_in_common_is_shown_as_what_it_is(all_enabled: None, house: Behind) -> None:
    plant = house.other(3)
    zones = plant.device.world.panel(plant.index).zones
    for number, zone in zones.items():
        for name, entry in plant.keys(f"zone{number}").items():
            platform, key = name.split(" ", 1)
            state = plant.state(platform, f"zone{number}", key)
            assert state.entity_id == entry.entity_id
            if platform in ("binary_sensor", "sensor") and key != "open":
                assert state.attributes.get("device_class") == SHOWN_AS[name], f"{name} of {zone.detector}"


@pytest.mark.parametrize("model", ["mixed"])
async def test_a_panel_that_numbers_its_messages_otherwise(house: Behind) -> None:
    """The third panel names zones in its messages by their device numbers."""
    plant = house.other(3)
    await plant.device.tamper(plant.index, 2)
    await plant.shows("binary_sensor", "zone2", "tamper", "on")
    assert plant.device.zone(plant.index, 2).device_no == 102
