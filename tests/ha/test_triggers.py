"""The trigger for records of alarm panels, in real automations."""

from dataclasses import replace
from typing import Any

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.helpers.trigger import async_get_all_descriptions
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.ip_surveillance.protocol.model.events import Happened
from custom_components.ip_surveillance.protocol.model.panel_words import PanelEvent
from custom_components.ip_surveillance.trigger import PANEL_EVENT_FIELDS
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_driver import FakeDriver
from tests.ha.test_panel_event import PANEL, RECORD, SILENT, houses

ENTITY = "event.panel_panel_event"


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.EVENT,)


@pytest.fixture
def driver() -> FakeDriver:
    return FakeDriver(topology=houses())


@pytest.fixture
async def entry(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, driver: FakeDriver
) -> MockConfigEntry:
    return await fake_driver.start(hass, set_up, monkeypatch, driver)


@pytest.fixture
def calls(hass: HomeAssistant) -> list[ServiceCall]:
    calls: list[ServiceCall] = async_mock_service(hass, "test", "automation")
    return calls


async def automate(hass: HomeAssistant, target: dict[str, Any], **options: Any) -> None:
    """Set up an automation that passes on what triggered it."""
    trigger = {"trigger": "ip_surveillance.panel_event", "target": target, "options": options}
    action = {"action": "test.automation", "data": {"told": "{{ trigger }}"}}
    assert await async_setup_component(
        hass, "automation", {"automation": {"alias": "panel", "triggers": [trigger], "actions": [action]}}
    )
    await hass.async_block_till_done()


async def fired(hass: HomeAssistant, driver: FakeDriver, calls: list[ServiceCall], *happened: Happened) -> list[str]:
    for each in happened:
        driver.push(each)
    await hass.async_block_till_done()
    return [call.data["told"]["event"] for call in calls]


@pytest.mark.usefixtures("entry")
async def test_it_fires_with_all_that_is_known(
    hass: HomeAssistant, driver: FakeDriver, calls: list[ServiceCall]
) -> None:
    await automate(hass, {"entity_id": ENTITY})
    assert await fired(hass, driver, calls, RECORD) == ["burglary_alarm"]
    told = calls[0].data["told"]
    assert told["platform"] == "ip_surveillance.panel_event"
    assert (told["zone"], told["zone_name"], told["partition"], told["user"]) == (1, "Front door", 2, "Anna")
    assert "urglary" in told["text"]
    device = er.async_get(hass).entities[ENTITY].device_id
    assert told["device_id"] == device


@pytest.mark.usefixtures("entry")
@pytest.mark.parametrize("by", ["device_id", "area_id", "entity_area", "silent_alarm", "unknown_area", "other_device"])
async def test_who_is_meant(hass: HomeAssistant, driver: FakeDriver, calls: list[ServiceCall], by: str) -> None:
    entities, devices = er.async_get(hass), dr.async_get(hass)
    area, empty = ar.async_get(hass).async_create("Cellar"), ar.async_get(hass).async_create("Attic")
    device_id = entities.entities[ENTITY].device_id
    assert device_id is not None
    gate = entities.entities["event.gate_doorbell"].device_id
    if by == "area_id":
        devices.async_update_device(device_id, area_id=area.id)
    elif by == "entity_area":
        entities.async_update_entity(ENTITY, area_id=area.id)
    targets: dict[str, dict[str, Any]] = {
        "device_id": {"device_id": device_id},
        "area_id": {"area_id": area.id},
        "entity_area": {"area_id": area.id},
        "silent_alarm": {"entity_id": "event.panel_silent_alarm"},
        "unknown_area": {"area_id": empty.id},
        "other_device": {"device_id": gate},
    }
    await automate(hass, targets[by])
    expected = [] if by in ("unknown_area", "other_device") else ["burglary_alarm"]
    assert await fired(hass, driver, calls, RECORD) == expected


@pytest.mark.usefixtures("entry")
async def test_it_fires_for_silent_alarms_that_nobody_sees(
    hass: HomeAssistant, driver: FakeDriver, calls: list[ServiceCall]
) -> None:
    er.async_get(hass).async_update_entity(ENTITY, disabled_by=er.RegistryEntryDisabler.USER)
    await hass.async_block_till_done()
    await automate(hass, {"device_id": er.async_get(hass).entities[ENTITY].device_id}, event="silent_alarm")
    assert await fired(hass, driver, calls, RECORD, SILENT) == ["silent_alarm"]
    assert calls[0].data["told"]["description"] == "panel event"


@pytest.mark.usefixtures("entry")
@pytest.mark.parametrize(
    ("options", "fits"),
    [
        ({}, True),
        ({"event": ["burglary_alarm", "fire_alarm"]}, True),
        ({"event": "fire_alarm"}, False),
        ({"zone": 1}, True),
        ({"zone": "1"}, True),
        ({"zone": "front DOOR"}, True),
        ({"zone": "2"}, False),
        ({"user": "anna"}, True),
        ({"user": "Bert"}, False),
        ({"code": 1130}, True),
        ({"code": "1131"}, False),
        ({"event": "burglary_alarm", "zone": 1, "user": "Bert"}, False),
    ],
)
async def test_options_narrow_it(
    hass: HomeAssistant, driver: FakeDriver, calls: list[ServiceCall], options: dict[str, Any], fits: bool
) -> None:
    await automate(hass, {"entity_id": ENTITY}, **options)
    assert await fired(hass, driver, calls, RECORD) == (["burglary_alarm"] if fits else [])


@pytest.mark.usefixtures("entry")
async def test_a_record_without_a_zone_fits_no_zone(
    hass: HomeAssistant, driver: FakeDriver, calls: list[ServiceCall]
) -> None:
    await automate(hass, {"entity_id": ENTITY}, zone="None")
    assert await fired(hass, driver, calls, SILENT) == []


async def test_it_outlives_a_reload_and_ends_with_the_automation(
    hass: HomeAssistant, driver: FakeDriver, calls: list[ServiceCall], entry: MockConfigEntry
) -> None:
    await automate(hass, {"entity_id": ENTITY})
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert await fired(hass, driver, calls, RECORD) == ["burglary_alarm"]
    await hass.services.async_call("automation", "turn_off", {"entity_id": "automation.panel"}, blocking=True)
    assert await fired(hass, driver, calls, RECORD) == ["burglary_alarm"]


@pytest.mark.usefixtures("entry")
async def test_what_is_no_record_is_no_event_of_the_panel(
    hass: HomeAssistant, driver: FakeDriver, calls: list[ServiceCall]
) -> None:
    await automate(hass, {"entity_id": ENTITY})
    assert await fired(hass, driver, calls, Happened(part=PANEL, what="mains")) == []


async def test_a_panel_that_appears_later_is_heard(
    hass: HomeAssistant, driver: FakeDriver, calls: list[ServiceCall], entry: MockConfigEntry
) -> None:
    await automate(hass, {"entity_id": ENTITY})
    whole = driver.topology
    driver.topology = replace(whole, parts={ref: part for ref, part in whole.parts.items() if ref != PANEL})
    await entry.runtime_data.state.async_rediscover()
    assert await fired(hass, driver, calls, RECORD) == []
    driver.topology = whole
    await entry.runtime_data.state.async_rediscover()
    assert await fired(hass, driver, calls, RECORD) == ["burglary_alarm"]


@pytest.mark.parametrize("options", [{"event": "flood"}, {"colour": "red"}, {"zone": ["a"]}])
async def test_wrong_options_are_refused(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    options: dict[str, Any],
    driver: FakeDriver,
    calls: list[ServiceCall],
) -> None:
    await automate(hass, {"entity_id": ENTITY}, **options)
    state = hass.states.get("automation.panel")
    assert state is not None
    assert state.state == "unavailable"
    assert await fired(hass, driver, calls, RECORD) == []


@pytest.mark.usefixtures("entry")
@pytest.mark.parametrize(
    ("options", "phases"),
    [
        ({}, ["begins"]),
        ({"phase": "begins"}, ["begins"]),
        ({"phase": "ends"}, ["ends"]),
        ({"phase": "both"}, ["begins", "ends"]),
        ({"code": "3103"}, ["ends"]),
        ({"code": "1103"}, ["begins"]),
        ({"code": "3103", "phase": "begins"}, []),
    ],
)
async def test_beginnings_and_ends(
    hass: HomeAssistant, driver: FakeDriver, calls: list[ServiceCall], options: dict[str, Any], phases: list[str]
) -> None:
    end = replace(RECORD, data={**RECORD.data, "code": "3103", "restored": True})
    begin = replace(RECORD, data={**RECORD.data, "code": "1103"})
    await automate(hass, {"entity_id": ENTITY}, **options)
    await fired(hass, driver, calls, begin, end)
    assert [("begins", "ends")[call.data["told"]["restored"]] for call in calls] == phases


@pytest.mark.usefixtures("entry")
async def test_it_is_described(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "automation", {})
    described = (await async_get_all_descriptions(hass))["ip_surveillance.panel_event"]
    assert described is not None
    assert set(described["fields"]) == {str(marker.schema) for marker in PANEL_EVENT_FIELDS}
    options = described["fields"]["event"]["selector"]["select"]["options"]
    assert options == [each.value for each in PanelEvent]
