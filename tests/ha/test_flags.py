"""Flags and measured values of zones, peripherals and panels."""

from math import inf
import time

from homeassistant.components.binary_sensor import BinarySensorDeviceClass as Class
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.ip_surveillance.const import CONF_SHOW_SILENT
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.events import Detected, Measured, Polled
from custom_components.ip_surveillance.protocol.model.panel_words import Role
from custom_components.ip_surveillance.protocol.model.parts import HOST, Part, PartKind, PartRef, Placement
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Flag, Quantity, Reading
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_driver import FakeDriver, entity_id, topology, unique_id

PARTITION = PartRef(HOST, PartKind.PARTITION, 1)
DOOR = PartRef(HOST, PartKind.ZONE, 1)
QUIET = PartRef(HOST, PartKind.ZONE, 2)
BUTTON = PartRef(HOST, PartKind.ZONE, 3)
SIREN = PartRef(HOST, PartKind.SIREN, 1)


def zone(ref: PartRef, role: Role, *features: Feature, flags: frozenset[Flag] = frozenset(Flag)) -> Part:
    return Part(
        ref=ref,
        name=f"Zone of {role}",
        placement=Placement.CHILD,
        role=role,
        features=frozenset(features),
        readings=frozenset(Reading(flag) for flag in flags),
        partitions=frozenset({PARTITION}),
    )


PARTS = (
    Part(ref=PARTITION, name="House", placement=Placement.CHILD, readings=frozenset({Reading(Flag.ALARM)})),
    zone(DOOR, Role.DOOR, Feature.BYPASS),
    zone(QUIET, Role.MOTION, Feature.SILENT),
    Part(
        ref=BUTTON,
        placement=Placement.CHILD,
        role=Role.PANIC,
        features=frozenset({Feature.SILENT}),
        readings=frozenset({Reading(Flag.OPEN), Reading(Quantity.ZONE_STATUS)}),
    ),
    Part(
        ref=SIREN,
        name="Hall",
        placement=Placement.UNIT,
        readings=frozenset(
            {
                Reading(Flag.SOUNDING),
                *(Reading(each) for each in Quantity),
                Reading(Quantity.TEMPERATURE, "region2"),
            }
        ),
    ),
)


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BINARY_SENSOR, Platform.SENSOR)


@pytest.fixture
async def driver(hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch) -> FakeDriver:
    driver = FakeDriver(topology=topology(PARTS))
    await fake_driver.start(hass, set_up, monkeypatch, driver)
    return driver


def value(hass: HomeAssistant, part: PartRef, key: str, platform: str = "binary_sensor") -> str:
    state = hass.states.get(entity_id(hass, platform, part, key))
    assert state is not None
    return state.state


def say(driver: FakeDriver, part: PartRef, **flags: bool) -> None:
    driver.push(Measured(part=part, readings={Reading(Flag(name)): told for name, told in flags.items()}))


@pytest.mark.usefixtures("driver")
@pytest.mark.parametrize(
    ("flag", "device_class", "category", "enabled"),
    [
        (Flag.OPEN, Class.DOOR, None, True),
        (Flag.ALARM, Class.SAFETY, None, True),
        (Flag.TAMPER, Class.TAMPER, None, True),
        (Flag.FAULT, Class.PROBLEM, EntityCategory.DIAGNOSTIC, True),
        (Flag.LOW_BATTERY, Class.BATTERY, EntityCategory.DIAGNOSTIC, True),
        (Flag.BYPASSED, None, EntityCategory.DIAGNOSTIC, False),
        (Flag.ARMED, None, EntityCategory.DIAGNOSTIC, False),
        (Flag.MASKED, Class.TAMPER, EntityCategory.DIAGNOSTIC, False),
        (Flag.VIBRATION, Class.VIBRATION, None, True),
        (Flag.TILT, Class.MOVING, None, True),
        (Flag.SMOKE, Class.SMOKE, None, True),
        (Flag.HEAT, Class.HEAT, None, True),
        (Flag.MOISTURE, Class.MOISTURE, None, True),
        (Flag.CAMERA_LINK, Class.CONNECTIVITY, EntityCategory.DIAGNOSTIC, False),
        (Flag.SOUNDING, Class.SOUND, None, True),
        (Flag.UPGRADE, Class.UPDATE, EntityCategory.DIAGNOSTIC, False),
    ],
)
def test_every_flag_has_its_class(
    hass: HomeAssistant, flag: Flag, device_class: Class | None, category: EntityCategory | None, enabled: bool
) -> None:
    entry = er.async_get(hass).async_get(entity_id(hass, "binary_sensor", DOOR, flag.value))
    assert entry is not None
    assert entry.original_device_class == device_class
    assert entry.entity_category is category
    assert (entry.disabled_by is None) is enabled


@pytest.mark.parametrize(
    ("role", "device_class"),
    [
        (Role.DOOR, Class.DOOR),
        (Role.MOTION, Class.MOTION),
        (Role.VIBRATION, Class.VIBRATION),
        (Role.GLASS, Class.VIBRATION),
        (Role.DISPLACEMENT, Class.MOVING),
        (Role.SMOKE, Class.SMOKE),
        (Role.HEAT, Class.HEAT),
        (Role.GAS, Class.GAS),
        (Role.CARBON_MONOXIDE, Class.CO),
        (Role.MOISTURE, Class.MOISTURE),
        (Role.PANIC, Class.SAFETY),
        (Role.LOCK, Class.LOCK),
        (Role.CLIMATE, None),
        (Role.OTHER, None),
    ],
)
async def test_a_zone_is_what_its_detector_senses(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, role: Role, device_class: Class | None
) -> None:
    driver = FakeDriver(topology=topology([zone(DOOR, role, flags=frozenset({Flag.OPEN}))]))
    await fake_driver.start(hass, set_up, monkeypatch, driver)
    say(driver, DOOR, open=True)
    state = hass.states.get(entity_id(hass, "binary_sensor", DOOR, "open"))
    assert state is not None
    assert state.state == "on"
    assert state.attributes.get("device_class") == device_class
    # It is the main entity of the zone and bears its name alone; a device inside another is named after both.
    assert state.name == f"Yard Zone of {role}" or state.name == f"Zone of {role}"


def test_what_no_switch_shows_is_enabled(hass: HomeAssistant, driver: FakeDriver) -> None:
    entry = er.async_get(hass).async_get(entity_id(hass, "binary_sensor", QUIET, "bypassed"))
    assert entry is not None
    assert entry.disabled_by is None


def test_each_flag_is_told_alone(hass: HomeAssistant, driver: FakeDriver) -> None:
    assert value(hass, DOOR, "open") == "unknown"
    say(driver, DOOR, open=True, tamper=False)
    assert (value(hass, DOOR, "open"), value(hass, DOOR, "tamper")) == ("on", "off")
    say(driver, DOOR, tamper=True)
    assert (value(hass, DOOR, "open"), value(hass, DOOR, "tamper")) == ("on", "on")
    assert value(hass, DOOR, "alarm") == "unknown"
    assert value(hass, QUIET, "open") == "unknown"


def test_unavailable_while_the_zone_is_out_of_reach(hass: HomeAssistant, driver: FakeDriver) -> None:
    say(driver, DOOR, open=True)
    driver.push(Polled(asked_at=time.monotonic(), online={DOOR: False}))
    assert value(hass, DOOR, "open") == "unavailable"
    driver.push(Polled(asked_at=time.monotonic(), online={DOOR: True}))
    assert value(hass, DOOR, "open") == "on"


def test_a_silent_alarm_is_not_seen(hass: HomeAssistant, driver: FakeDriver) -> None:
    for ref in (DOOR, QUIET, BUTTON):
        say(driver, ref, open=True, alarm=True)
    assert value(hass, DOOR, "alarm") == "on"
    assert value(hass, QUIET, "alarm") == "off"
    assert value(hass, QUIET, "open") == "on"
    assert value(hass, BUTTON, "open") == "off"
    assert er.async_get(hass).async_get_entity_id("sensor", "ip_surveillance", unique_id(BUTTON, "zone_status")) is None


def test_what_the_alarm_was_for_may_be_told_after_the_alarm(hass: HomeAssistant, driver: FakeDriver) -> None:
    say(driver, DOOR, alarm=True)
    assert value(hass, DOOR, "alarm") == "on"
    driver.push(Detected(part=PARTITION, what=Detection.SILENT_PANIC, region=DOOR.number, hold=inf))
    assert value(hass, DOOR, "alarm") == "off"


async def test_a_silent_alarm_is_seen_by_who_asks_for_it(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = FakeDriver(topology=topology(PARTS))
    await fake_driver.start(hass, set_up, monkeypatch, driver, **{CONF_SHOW_SILENT: True})
    say(driver, QUIET, alarm=True)
    say(driver, BUTTON, open=True)
    assert value(hass, QUIET, "alarm") == "on"
    assert value(hass, BUTTON, "open") == "on"
    assert entity_id(hass, "sensor", BUTTON, "zone_status")


def test_measured_values(all_enabled: None, hass: HomeAssistant, driver: FakeDriver) -> None:
    driver.push(
        Measured(
            part=SIREN,
            readings={
                Reading(Quantity.TEMPERATURE): 21.5,
                Reading(Quantity.TEMPERATURE, "region2"): 36.0,
                Reading(Quantity.HUMIDITY): 40,
                Reading(Quantity.BATTERY): 80,
                Reading(Quantity.SIGNAL): 130,
                Reading(Quantity.DEVICES): 12,
                Reading(Quantity.OFFLINE_REASON): "wrong_key",
            },
        )
    )
    shown = {
        key: (value(hass, SIREN, key, "sensor"), state.attributes.get("unit_of_measurement"))
        for key in ("temperature", "temperature_region2", "humidity", "battery", "signal", "devices", "offline_reason")
        if (state := hass.states.get(entity_id(hass, "sensor", SIREN, key)))
    }
    assert shown == {
        "temperature": ("21.5", "°C"),
        "temperature_region2": ("36.0", "°C"),
        "humidity": ("40", "%"),
        "battery": ("80", "%"),
        "signal": ("130", None),
        "devices": ("12", None),
        "offline_reason": ("wrong_key", None),
    }
    state = hass.states.get(entity_id(hass, "sensor", SIREN, "temperature_region2"))
    assert state is not None
    assert state.name.endswith("Temperature region 2")


def test_what_is_known_of_a_device_that_is_away(all_enabled: None, hass: HomeAssistant, driver: FakeDriver) -> None:
    driver.push(
        Measured(part=SIREN, readings={Reading(Quantity.OFFLINE_REASON): "network", Reading(Quantity.BATTERY): 3})
    )
    driver.push(Polled(asked_at=time.monotonic(), online={SIREN: False}))
    assert value(hass, SIREN, "offline_reason", "sensor") == "network"
    assert value(hass, SIREN, "battery", "sensor") == "unavailable"


@pytest.mark.usefixtures("driver")
@pytest.mark.parametrize(
    ("quantity", "enabled"),
    [
        (Quantity.TEMPERATURE, True),
        (Quantity.BATTERY, True),
        (Quantity.DEVICES_ONLINE, True),
        (Quantity.OFFLINE_REASON, True),
        (Quantity.SIGNAL, False),
        (Quantity.CONNECTION, False),
        (Quantity.ZONE_STATUS, False),
        (Quantity.FAULT_REASON, False),
        (Quantity.ACTIVATION, False),
        (Quantity.LAST_REPORT, False),
    ],
)
def test_which_sensors_are_enabled(hass: HomeAssistant, quantity: Quantity, enabled: bool) -> None:
    entry = er.async_get(hass).async_get(entity_id(hass, "sensor", SIREN, quantity.value))
    assert entry is not None
    assert (entry.disabled_by is None) is enabled


@pytest.mark.usefixtures("driver")
def test_what_an_alarm_panel_shows_is_no_sensor(hass: HomeAssistant) -> None:
    registry = er.async_get(hass)
    assert registry.async_get_entity_id("binary_sensor", "ip_surveillance", unique_id(PARTITION, "alarm")) is None
    for quantity in (Quantity.ARM, Quantity.ARM_KIND, Quantity.ARM_METHOD, Quantity.CHANGED_BY):
        found = er.async_get(hass).async_get_entity_id("sensor", "ip_surveillance", unique_id(SIREN, quantity.value))
        assert found is None


async def test_a_zone_that_was_removed_comes_back_whole(hass: HomeAssistant, driver: FakeDriver) -> None:
    coordinator = hass.config_entries.async_entries("ip_surveillance")[0].runtime_data.state
    whole, devices, entities = driver.topology, dr.async_get(hass), er.async_get(hass)
    name = entity_id(hass, "binary_sensor", DOOR, "open")
    entry = entities.async_get(name)
    assert entry is not None
    assert entry.device_id is not None

    driver.topology = topology([part for part in PARTS if part.ref != DOOR])
    await coordinator.async_rediscover()
    await hass.async_block_till_done()
    devices.async_remove_device(entry.device_id)
    await hass.async_block_till_done()
    assert entities.async_get(name) is None

    driver.topology = whole
    await coordinator.async_rediscover()
    await hass.async_block_till_done()
    say(driver, DOOR, open=True)
    assert value(hass, DOOR, "open") == "on"
    back = entities.async_get(entity_id(hass, "binary_sensor", DOOR, "open"))
    assert back is not None
    assert back.device_id is not None
    assert devices.async_get(back.device_id) is not None


async def test_a_zone_that_was_away_for_a_while_keeps_its_entities(
    hass: HomeAssistant, driver: FakeDriver, caplog: pytest.LogCaptureFixture
) -> None:
    coordinator = hass.config_entries.async_entries("ip_surveillance")[0].runtime_data.state
    whole = driver.topology
    before = set(er.async_get(hass).entities)
    for parts in ([part for part in PARTS if part.ref != DOOR], whole.parts.values()):
        driver.topology = topology(parts)
        await coordinator.async_rediscover()
        await hass.async_block_till_done()
    assert set(er.async_get(hass).entities) == before
    assert "does not generate unique IDs" not in caplog.text
    say(driver, DOOR, open=True)
    assert value(hass, DOOR, "open") == "on"
