"""Silent alarms of panels behind a receiver, over real sockets: nothing gives them away unless the user asks for it."""

from typing import Any

from homeassistant.core import Event, HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events, async_mock_service

from custom_components.ip_surveillance import panel_state
from custom_components.ip_surveillance.panel_text import EVENT_PANEL
from tests.ha.receiver import BEDROOM_WINDOW, MAIN, PANIC_BUTTON, Behind
from tests.ha.simulated import until


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


def everything(hass: HomeAssistant) -> dict[str, tuple[str, dict[str, Any]]]:
    """All that anybody can see."""
    return {state.entity_id: (state.state, dict(state.attributes)) for state in hass.states.async_all()}


async def with_silent_shown(house: Behind) -> None:
    """Switch the option on that shows silent alarms."""
    config = house.hass.config_entries
    config.async_update_entry(house.entry, options={"show_silent": True})
    assert await config.async_reload(house.entry.entry_id)
    await house.hass.async_block_till_done()
    await house.live()
    await house.poll()


def press_in_secret(house: Behind) -> None:
    """What a silent panic button does to the panel's documents."""
    zone = house.device.zone(MAIN, PANIC_BUTTON)
    zone.open = zone.alarm = True
    house.device.world.panel(MAIN).partitions[1].alarm = True


@pytest.mark.parametrize("code", ["1122", "1121", "1127", "1989"])
async def test_a_silent_alarm_changes_nothing_that_anybody_sees(
    house: Behind, records: list[Event[Any]], monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    # What was seen before the alarm counts as seen long before.
    monkeypatch.setattr(panel_state, "_SHORTLY", 0.0)
    await house.device.arm_locally(MAIN, 1, user="Ben")
    await house.is_now(1, "armed_away")
    await house.settled()
    records.clear()
    before = everything(house.hass)
    # Without the option nobody finds out: not by the message, nor by the look after it, nor by the polls after that.
    await house.device.emit_code(MAIN, code, partition=1, zone=PANIC_BUTTON, user="Anna", lenses=1)
    press_in_secret(house)
    house.device.requests.clear()
    await until(lambda: house.device.seen(path="/status/zones"))
    await house.poll()
    await house.poll()
    assert everything(house.hass) == before
    assert records == []
    assert not house.device.seen("GET", "/picture")
    silent = house.registered("event", "", "silent_alarm")
    assert silent.disabled


@pytest.mark.parametrize("told_first", [True, False])
async def test_a_silent_alarm_through_a_forced_disarm(
    house: Behind, records: list[Event[Any]], told_first: bool
) -> None:
    """Somebody is made to disarm and types the duress code: it must look like any other."""
    await house.panel("alarm_arm_away")
    await house.settled()
    records.clear()
    if told_first:
        await house.device.emit_code(MAIN, "1121", partition=1, user="Anna duress")
    await house.device.disarm_locally(MAIN, 1, user="Anna duress")
    if not told_first:
        await house.device.emit_code(MAIN, "1121", partition=1, user="Anna duress")
    house.device.world.panel(MAIN).partitions[1].alarm = True
    await house.is_now(1, "disarmed")
    await house.settled()
    for number in (1, 0):
        assert house.partition(number).state == "disarmed"
        assert house.partition(number).attributes["alarm_reasons"] == []
        assert house.partition(number).attributes["changed_by"] is None
    assert "silent_alarm" not in {record.data["event_type"] for record in records}
    assert "1121" not in str([record.data for record in records])


async def test_a_silent_alarm_for_those_who_want_to_see_it(house: Behind, records: list[Event[Any]]) -> None:
    await with_silent_shown(house)
    await house.device.emit_code(MAIN, "1122", partition=1, zone=PANIC_BUTTON, user="Anna")
    press_in_secret(house)
    await house.is_now(1, "triggered")
    await until(lambda: records)
    assert records[0].data["event_type"] == "silent_alarm"
    assert records[0].data["zone_name"] == "Panic button"
    assert house.partition(1).attributes["alarm_reasons"] == ["silent_panic"]
    await house.shows("binary_sensor", f"zone{PANIC_BUTTON}", "open", "on")
    await house.shows("binary_sensor", f"zone{PANIC_BUTTON}", "alarm", "on")


async def test_a_silent_alarm_for_an_automation(hass: HomeAssistant, house: Behind, calls: list[ServiceCall]) -> None:
    """Whoever asks for it by name is told, without anything to be seen."""
    trigger = {
        "trigger": "ip_surveillance.panel_event",
        "target": {"device_id": house.registry_device().id},
        "options": {"event": ["silent_alarm"]},
    }
    action = {"action": "test.automation", "data": {"who": "{{ trigger.user }}"}}
    assert await async_setup_component(hass, "automation", {"automation": {"triggers": [trigger], "actions": [action]}})
    await hass.async_block_till_done()
    await house.device.emit_code(MAIN, "1121", partition=1, user="Anna")
    await until(lambda: calls)
    assert [call.data["who"] for call in calls] == ["Anna"]
    assert house.partition(1).state == "disarmed"


async def test_a_loud_alarm_beside_a_silent_one(house: Behind) -> None:
    await house.device.emit_code(MAIN, "1122", partition=1, zone=PANIC_BUTTON)
    press_in_secret(house)
    await house.device.trigger(MAIN, BEDROOM_WINDOW)
    await house.is_now(1, "triggered")
    await house.poll()
    assert house.partition(1).attributes["alarm_reasons"] == ["burglary"]
    assert house.partition(1).attributes["zones_in_alarm"] == ["Bedroom window"]
    assert house.value("binary_sensor", f"zone{PANIC_BUTTON}", "alarm") == "off"
