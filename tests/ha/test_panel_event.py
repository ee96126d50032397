"""Records of alarm panels and rings of door stations as event entities."""

from typing import Any

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    mock_restore_cache_with_extra_data,
)

from custom_components.ip_surveillance.const import CONF_SHOW_SILENT
from custom_components.ip_surveillance.panel_text import EVENT_PANEL
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.events import Detected, Happened
from custom_components.ip_surveillance.protocol.model.panel_words import PanelEvent
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST,
    DetectionSpec,
    Device,
    Part,
    PartKind,
    PartRef,
    Topology,
)
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_driver import FakeDriver, topology

PANEL = PartRef("A-1", PartKind.DEVICE)
DOOR = PartRef("B-2", PartKind.DEVICE)
RADAR = PartRef("C-3", PartKind.DEVICE)
NAMES = {PANEL: "Panel", DOOR: "Gate", RADAR: "Radar"}
PARTS = (
    Part(
        ref=PANEL,
        features=frozenset({Feature.PANEL_LOG, Feature.EVENTS}),
        detections={Detection.MAINS: DetectionSpec(kept=True)},
    ),
    Part(
        ref=DOOR,
        features=frozenset({Feature.DOORBELL, Feature.EVENTS}),
        detections={Detection.RING: DetectionSpec()},
    ),
    Part(ref=RADAR, features=frozenset({Feature.EVENTS}), detections={Detection.FALL: DetectionSpec()}),
)
RECORD = Happened(
    part=PANEL,
    what=PanelEvent.BURGLARY_ALARM.value,
    data={
        "code": "1130",
        "contact_id": "E130",
        "restored": False,
        "zone": 1,
        "zone_name": "Front door",
        "partition": 2,
        "user": "Anna",
        "event_type": "hostile",
    },
)
SILENT = Happened(part=PANEL, what=PanelEvent.SILENT_ALARM.value, data={"code": "1121", "user": "Anna"})


def houses() -> Topology:
    """A host with a panel, a door station and a radar behind it."""
    host = topology(PARTS)
    behind = {
        ref.device: Device(address=ref.device, uid=f"uid{ref.device[0]}", name=name) for ref, name in NAMES.items()
    }
    return Topology(devices={HOST: host.devices[HOST], **behind}, parts=host.parts)


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.EVENT,)


@pytest.fixture
def options() -> dict[str, Any]:
    """Options of the entry; tests override it."""
    return {}


@pytest.fixture
def driver() -> FakeDriver:
    return FakeDriver(topology=houses())


@pytest.fixture
async def entry(
    hass: HomeAssistant,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
    driver: FakeDriver,
    options: dict[str, Any],
) -> MockConfigEntry:
    return await fake_driver.start(hass, set_up, monkeypatch, driver, **options)


def told(hass: HomeAssistant, name: str) -> dict[str, Any]:
    state = hass.states.get(name)
    assert state is not None
    return {key: value for key, value in state.attributes.items() if key not in ("event_types", "friendly_name")}


def of_device(hass: HomeAssistant, entry: MockConfigEntry, ref: PartRef) -> dict[str, er.RegistryEntry]:
    """Event entities of a device by their keys."""
    prefix = f"uid{ref.device[0]}_"
    found = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {each.unique_id.removeprefix(prefix): each for each in found if each.unique_id.startswith(prefix)}


def test_who_has_which(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    panel, door, radar = (of_device(hass, entry, ref) for ref in (PANEL, DOOR, RADAR))
    assert set(panel) == {"panel_event", "silent_alarm", "other_event"}
    assert set(door) == {"doorbell", "other_event"}
    assert set(radar) == {"system_alarm", "other_event"}
    assert panel["silent_alarm"].disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert panel["panel_event"].disabled_by is None
    state = hass.states.get("event.panel_panel_event")
    assert state is not None
    assert state.attributes["event_types"] == [each.value for each in PanelEvent if each is not PanelEvent.SILENT_ALARM]


async def test_a_record_is_told_with_its_text(hass: HomeAssistant, entry: MockConfigEntry, driver: FakeDriver) -> None:
    bus = async_capture_events(hass, EVENT_PANEL)
    driver.push(RECORD)
    # To Home Assistant `restored` means that the integration of an entity is gone.
    data = {name: value for name, value in RECORD.data.items() if name != "restored"}
    expected = {**data, "event_type": "burglary_alarm", "text": "Burglary alarm", "ended": False}
    text = told(hass, "event.panel_panel_event").pop("text")
    assert "urglary" in text
    assert told(hass, "event.panel_panel_event") == {**expected, "text": text}
    assert told(hass, "event.panel_other_system_event") == {"event_type": None}
    await hass.async_block_till_done()
    (event,) = bus
    device = dr.async_get(hass).async_get_device_by_identifier(("ip_surveillance", "uidA"), entry.entry_id)
    assert device is not None
    assert event.data == {**expected, "text": text, "entity_id": "event.panel_panel_event", "device_id": device.id}


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"code": "9999", "device_text": "Something odd"}, "Something odd"),
        ({"code": "9999", "device_text": "x" * 999}, "x" * 255),
        ({"code": "9999"}, "9999"),
        ({}, ""),
    ],
)
def test_a_code_without_a_text(
    hass: HomeAssistant, entry: MockConfigEntry, driver: FakeDriver, data: dict[str, str], text: str
) -> None:
    driver.push(Happened(part=PANEL, what=PanelEvent.UNKNOWN_CODE.value, data=data))
    assert told(hass, "event.panel_panel_event")["text"] == text


async def test_a_silent_alarm_shows_nowhere(hass: HomeAssistant, entry: MockConfigEntry, driver: FakeDriver) -> None:
    bus, changes = async_capture_events(hass, EVENT_PANEL), async_capture_events(hass, "state_changed")
    driver.push(SILENT)
    driver.push(Detected(part=PANEL, what=Detection.DURESS))
    await hass.async_block_till_done()
    assert (bus, changes) == ([], [])


async def test_a_silent_alarm_shows_to_who_asks_for_it(
    hass: HomeAssistant, entry: MockConfigEntry, driver: FakeDriver
) -> None:
    silent = of_device(hass, entry, PANEL)["silent_alarm"]
    er.async_get(hass).async_update_entity(silent.entity_id, disabled_by=None)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    driver.push(RECORD)
    assert told(hass, silent.entity_id) == {"event_type": None}
    driver.push(SILENT)
    assert told(hass, silent.entity_id)["code"] == "1121"
    assert told(hass, "event.panel_panel_event")["code"] == "1130"


@pytest.mark.parametrize("options", [{CONF_SHOW_SILENT: True}])
async def test_a_silent_alarm_shows_where_the_option_says_so(
    hass: HomeAssistant, entry: MockConfigEntry, driver: FakeDriver
) -> None:
    bus = async_capture_events(hass, EVENT_PANEL)
    driver.push(SILENT)
    assert told(hass, "event.panel_panel_event")["event_type"] == "silent_alarm"
    await hass.async_block_till_done()
    assert [event.data["event_type"] for event in bus] == ["silent_alarm"]


@pytest.mark.parametrize(("kind", "expected"), [("silent_alarm", None), ("burglary_alarm", "burglary_alarm")])
async def test_what_was_shown_once_is_hidden_later(
    hass: HomeAssistant,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
    driver: FakeDriver,
    kind: str,
    expected: str | None,
) -> None:
    name, at = "event.panel_panel_event", "2026-11-01T10:00:00.000+00:00"
    extra = {"last_event_type": kind, "last_event_attributes": {"code": "1121"}}
    mock_restore_cache_with_extra_data(hass, ((State(name, at), extra),))
    await fake_driver.start(hass, set_up, monkeypatch, driver)
    assert told(hass, name)["event_type"] == expected


def test_trouble_is_not_told_twice(hass: HomeAssistant, entry: MockConfigEntry, driver: FakeDriver) -> None:
    driver.push(Detected(part=PANEL, what=Detection.MAINS))
    assert told(hass, "event.panel_other_system_event") == {"event_type": None}
    driver.push(Happened(part=PANEL, what="voiceprompt", data={"volume": 3}))
    assert told(hass, "event.panel_other_system_event") == {"event_type": "other", "event": "voiceprompt", "volume": 3}


def test_a_door_station_rings(hass: HomeAssistant, entry: MockConfigEntry, driver: FakeDriver) -> None:
    driver.push(Happened(part=DOOR, what="ring", data={"call": 1}))
    ring = {"device_class": "doorbell", "event_type": "ring", "call": 1}
    assert told(hass, "event.gate_doorbell") == ring
    driver.push(Happened(part=DOOR, what="ring_cancelled"))
    assert told(hass, "event.gate_doorbell")["event_type"] == "ring_cancelled"
    driver.push(Detected(part=DOOR, what=Detection.RING))
    assert told(hass, "event.gate_doorbell")["event_type"] == "ring"
    assert told(hass, "event.gate_other_system_event") == {"event_type": None}


def test_other_devices_behind_a_host_keep_their_alarms(
    hass: HomeAssistant, entry: MockConfigEntry, driver: FakeDriver
) -> None:
    driver.push(Detected(part=RADAR, what=Detection.FALL))
    assert told(hass, "event.radar_system_alarm") == {"event_type": "fall"}
