"""What alarm panels behind a receiver record, and what of it outlives a restart, over real sockets."""

from typing import Any

from homeassistant.core import Event, HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events, async_mock_service

from custom_components.ip_surveillance.panel_text import EVENT_PANEL
from custom_components.ip_surveillance.protocol.hikvision.contact_id import CODES
from tests.ha.receiver import BEDROOM_WINDOW, FRONT_DOOR, GARDEN_CAMERA, HALL, MAIN, Behind
from tests.ha.simulated import until
from tests.ha.test_logbook import describe

SILENT = ("1121", "1122", "3122", "1127", "1989", "1963", "3963")
"""Duress, silent alarms, and the talk with whoever called for help by one (004…txt l.5458 ff.)."""


@pytest.fixture
def family() -> str:
    return "ip_receiver"


@pytest.fixture
def model() -> str:
    return "single"


@pytest.fixture
def records(hass: HomeAssistant) -> list[Event[Any]]:
    """What the panels tell on Home Assistant's bus."""
    captured: list[Event[Any]] = async_capture_events(hass, EVENT_PANEL)
    return captured


@pytest.fixture
def calls(hass: HomeAssistant) -> list[ServiceCall]:
    calls: list[ServiceCall] = async_mock_service(hass, "test", "automation")
    return calls


# Records


async def test_a_record_with_all_that_the_panel_told(house: Behind, records: list[Event[Any]]) -> None:
    uuid = await house.device.emit_code(
        MAIN, "1103", partition=1, zone=BEDROOM_WINDOW, user="Anna", text="Einbruchalarm", uuid="a-1"
    )
    await until(lambda: records)
    shown = house.state("event", "", "panel_event").attributes
    for data in (records[0].data, shown):
        told = {key: data[key] for key in ("event_type", "code", "contact_id", "sia", "zone", "zone_name", "partition")}
        assert told == {
            "event_type": "burglary_alarm",
            "code": "1103",
            "contact_id": "E130",
            "sia": "BA",
            "zone": BEDROOM_WINDOW,
            "zone_name": "Bedroom window",
            "partition": 1,
        }
        assert data["user"] == "Anna"
        assert data["text"] == "Burglary in a zone"
        assert data["device_text"] == "Einbruchalarm"
        assert data["uuid"] == uuid
    assert records[0].data["entity_id"] == house.state("event", "", "panel_event").entity_id
    line = describe(house.hass, dict(records[0].data))
    assert line["name"] == "House"
    assert line["message"] == "Burglary in a zone, zone Bedroom window, partition 1, by Anna"


async def test_a_record_counts_once(house: Behind, records: list[Event[Any]]) -> None:
    """The panel repeats a record, and its video comes later under the same number."""
    for _ in range(3):
        await house.device.emit_code(MAIN, "1103", partition=1, zone=GARDEN_CAMERA, uuid="b-2", lenses=2)
    await house.settled()
    assert [record.data["code"] for record in records].count("1103") == 1


async def test_an_unknown_code_is_told_as_it_came(house: Behind, records: list[Event[Any]]) -> None:
    await house.device.emit_code(MAIN, "1999", partition=2, zone=3, text="Something new")
    await until(lambda: records)
    data = records[0].data
    assert (data["code"], data["text"], data["device_text"]) == ("1999", "Something new", "Something new")
    assert (data["partition"], data["zone_name"]) == (2, "Garden camera")


async def test_every_code_is_told_but_silent_ones(house: Behind, records: list[Event[Any]]) -> None:
    assert len(CODES) == 296
    for number, code in enumerate(CODES):
        await house.device.emit_code(MAIN, code, partition=1, zone=HALL, uuid=f"c-{number}")
    await until(lambda: len({record.data["code"] for record in records}) >= len(CODES) - len(SILENT))
    await house.settled()
    told = [record.data["code"] for record in records if record.data["uuid"].startswith("c-")]
    assert told == [code for code in CODES if code not in SILENT]
    kinds = house.state("event", "", "panel_event").attributes["event_types"]
    assert {record.data["event_type"] for record in records} <= set(kinds)
    assert all(record.data["text"] != record.data["code"] for record in records)


@pytest.mark.parametrize("model", ["mixed"])
async def test_each_panel_tells_its_own_records(house: Behind, records: list[Event[Any]]) -> None:
    panels = {1: "House", 2: "Shop", 3: "Depot", 4: "Office", 13: "New panel"}
    for number in range(1, 14):
        other = house.other(number)
        assert ("event panel_event" in other.entities()) is (number in panels)
    await house.device.emit_code(house.other(4).index, "1401", partition=2, user="Anna")
    await until(lambda: records)
    assert [record.data["entity_id"] for record in records] == [
        house.other(4).state("event", "", "panel_event").entity_id
    ]
    assert house.other(4).state("event", "", "panel_event").attributes["event_type"] == "disarmed"
    assert house.value("event", "", "panel_event") == "unknown"
    assert describe(house.hass, dict(records[0].data))["name"] == "Office"


async def test_what_was_held_back_is_known_as_late(house: Behind, records: list[Event[Any]]) -> None:
    await house.device.emit_code(MAIN, "1401", partition=1, user="Anna", delayed=7200)
    await until(lambda: records)
    assert records[0].data["reported_late"] is True


async def test_troubles_of_a_panel(house: Behind, records: list[Event[Any]]) -> None:
    """Two causes of one trouble end separately."""
    assert house.value("binary_sensor", "", "detection_mains") == "off"
    await house.device.mains(MAIN, False)
    await house.shows("binary_sensor", "", "detection_mains", "on")
    await house.device.emit_code(MAIN, "1339")
    await house.device.mains(MAIN, True)
    await until(lambda: len(records) == 3)
    await house.settled()
    assert house.value("binary_sensor", "", "detection_mains") == "on"
    await house.device.emit_code(MAIN, "3339")
    await house.shows("binary_sensor", "", "detection_mains", "off")
    assert house.partition(1).state == "disarmed"


@pytest.mark.parametrize(
    ("begin", "end", "key"),
    [
        ("1341", "3341", "lid"),
        ("1302", "3302", "battery_fault"),
        ("1141", "3141", "bus_fault"),
        ("1930", "3930", "communication"),
        ("1345", "3345", "peripheral_link"),
        ("1919", "3919", "peripheral_battery"),
        ("1343", "3343", "peripheral_tamper"),
        ("1330", "3330", "peripheral_fault"),
        ("1862", "3862", "lockout"),
        ("1607", "3607", "test_mode"),
        ("1627", "1628", "programming"),
    ],
)
async def test_each_trouble_has_a_sensor(house: Behind, begin: str, end: str, key: str) -> None:
    await house.device.emit_code(MAIN, begin)
    await house.shows("binary_sensor", "", f"detection_{key}", "on")
    await house.device.emit_code(MAIN, end)
    await house.shows("binary_sensor", "", f"detection_{key}", "off")
    assert house.partition(0).state == "disarmed"


# Trigger and condition


async def test_an_automation_on_a_record(hass: HomeAssistant, house: Behind, calls: list[ServiceCall]) -> None:
    trigger = {
        "trigger": "ip_surveillance.panel_event",
        "target": {"device_id": house.registry_device().id},
        "options": {"event": ["disarmed"], "user": "Anna"},
    }
    action = {"action": "test.automation", "data": {"who": "{{ trigger.user }}", "code": "{{ trigger.code }}"}}
    assert await async_setup_component(hass, "automation", {"automation": {"triggers": [trigger], "actions": [action]}})
    await hass.async_block_till_done()
    await house.device.arm_locally(MAIN, 1, user="Anna")
    await house.device.disarm_locally(MAIN, 1, user="Ben")
    await house.device.arm_locally(MAIN, 1, user="Anna")
    await house.device.disarm_locally(MAIN, 1, user="Anna")
    await until(lambda: calls)
    await house.settled()
    assert [dict(call.data) for call in calls] == [{"who": "Anna", "code": 1401}]


@pytest.mark.parametrize(
    "options",
    [
        {"event": ["burglary_alarm"]},
        {"zone": BEDROOM_WINDOW},
        {"zone": "Bedroom window"},
        {"code": "1131"},
        {"user": "Anna", "zone": str(BEDROOM_WINDOW), "code": 1131, "event": "burglary_alarm"},
    ],
)
async def test_an_automation_on_what_it_is_about(
    hass: HomeAssistant, house: Behind, calls: list[ServiceCall], options: dict[str, Any]
) -> None:
    trigger = {
        "trigger": "ip_surveillance.panel_event",
        "target": {"entity_id": house.state("event", "", "panel_event").entity_id},
        "options": options,
    }
    action = {"action": "test.automation", "data": {"where": "{{ trigger.zone_name }}"}}
    assert await async_setup_component(hass, "automation", {"automation": {"triggers": [trigger], "actions": [action]}})
    await hass.async_block_till_done()
    await house.device.emit_code(MAIN, "1301")
    await house.device.emit_code(MAIN, "1137", partition=1, zone=HALL, user="Ben")
    await house.device.emit_code(MAIN, "1131", partition=1, zone=BEDROOM_WINDOW, user="Anna")
    await until(lambda: calls)
    await house.settled()
    assert [dict(call.data) for call in calls] == [{"where": "Bedroom window"}]


async def test_an_automation_only_when_ready_to_arm(
    hass: HomeAssistant, house: Behind, calls: list[ServiceCall]
) -> None:
    condition = {
        "condition": "ip_surveillance.ready_to_arm",
        "target": {"entity_id": house.partition(1).entity_id},
        "options": {"behavior": "all"},
    }
    automation = {
        "triggers": [{"trigger": "event", "event_type": "bedtime"}],
        "conditions": [condition],
        "actions": [{"action": "test.automation"}],
    }
    assert await async_setup_component(hass, "automation", {"automation": automation})
    house.device.zone(MAIN, BEDROOM_WINDOW).open = True
    await house.poll()
    hass.bus.async_fire("bedtime")
    await hass.async_block_till_done()
    assert calls == []
    house.device.zone(MAIN, BEDROOM_WINDOW).open = False
    await house.poll()
    hass.bus.async_fire("bedtime")
    await hass.async_block_till_done()
    assert len(calls) == 1


# After a restart


async def test_troubles_and_what_was_learned_outlive_a_restart(
    hass: HomeAssistant, house: Behind, hass_storage: dict[str, Any]
) -> None:
    await house.device.mains(MAIN, False)
    await house.shows("binary_sensor", "", "detection_mains", "on")
    # No document tells of a detector that takes pictures of its own accord; its first message does.
    await house.device.pir(MAIN, FRONT_DOOR)
    await until(lambda: "binary_sensor detection_pir" in house.keys(f"zone{FRONT_DOOR}"))
    before = house.entities()
    assert await hass.config_entries.async_reload(house.entry.entry_id)
    await hass.async_block_till_done()
    await house.live()
    assert house.value("binary_sensor", "", "detection_mains") == "on"
    assert house.entities() == before
    await house.shows("binary_sensor", f"zone{FRONT_DOOR}", "detection_pir", "off")
    stored = [value["data"] for key, value in hass_storage.items() if key.startswith("ip_surveillance.")]
    assert len(stored) == 1
    await house.device.mains(MAIN, True)
    await house.shows("binary_sensor", "", "detection_mains", "off")


async def test_zones_left_out_by_force_are_taken_in_after_a_restart(hass: HomeAssistant, house: Behind) -> None:
    house.device.world.panel(MAIN).bypass_survives = True
    await house.device.open_zone(MAIN, BEDROOM_WINDOW)
    await house.panel("arm", force=True)
    assert await hass.config_entries.async_reload(house.entry.entry_id)
    await hass.async_block_till_done()
    await house.live()
    assert house.partition(1).state == "armed_away"
    assert house.partition(1).attributes["bypassed_zones"] == ["Bedroom window"]
    house.device.requests.clear()
    await house.device.disarm_locally(MAIN, 1)
    await house.is_now(1, "disarmed")
    await until(lambda: house.partition(1).attributes["bypassed_zones"] == [])
    assert house.commands() == ['bypassRecover {"List":[{"id":6}]}']


async def test_an_alarm_that_goes_on_over_a_restart(hass: HomeAssistant, house: Behind) -> None:
    await house.panel("alarm_arm_away")
    await house.device.open_zone(MAIN, BEDROOM_WINDOW)
    await house.is_now(1, "triggered")
    assert await hass.config_entries.async_reload(house.entry.entry_id)
    await hass.async_block_till_done()
    await house.is_now(1, "triggered")
    assert house.partition(1).attributes["zones_in_alarm"] == ["Bedroom window"]
