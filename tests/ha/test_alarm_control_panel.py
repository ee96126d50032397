"""Alarm panels: what they show of partitions and zones, and what they are told to do."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from unittest.mock import Mock

from homeassistant.components.alarm_control_panel import AlarmControlPanelEntityFeature
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.ip_surveillance import panel_state
from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.protocol.driver import Want
from custom_components.ip_surveillance.protocol.errors import Rejected, TimedOut
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.events import Restructured
from custom_components.ip_surveillance.protocol.model.panel_words import Arm
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Flag, Quantity
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_panel import (
    ARMING,
    BUTTON,
    DOOR,
    GARAGE,
    GATE,
    HOUSE,
    PARTS,
    SHED,
    TOOLS,
    VILLA,
    WINDOW,
    FakePanel,
    found,
    panels,
    shown,
    zone,
)
from tests.ha.simulated import until

PLATFORM = "alarm_control_panel"

type Begin = Callable[..., Awaitable[MockConfigEntry]]


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.ALARM_CONTROL_PANEL,)


@pytest.fixture
def driver() -> FakePanel:
    return FakePanel()


@pytest.fixture
def begin(hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, driver: FakePanel) -> Begin:
    async def begin(**options: Any) -> MockConfigEntry:
        return await fake_driver.start(hass, set_up, monkeypatch, driver, **options)

    return begin


def panel(hass: HomeAssistant, part: Any = HOUSE) -> State:
    return shown(hass, PLATFORM, part, "panel")


async def act(hass: HomeAssistant, action: str, part: Any = HOUSE, **data: Any) -> None:
    domain = DOMAIN if action == "arm" else PLATFORM
    target = {"entity_id": found(hass, PLATFORM, part, "panel")}
    await hass.services.async_call(domain, action, {**target, **data}, blocking=True)


# States


async def test_names_and_devices(hass: HomeAssistant, begin: Begin) -> None:
    await begin()
    assert panel(hass).name == "House"
    assert panel(hass, VILLA).name == "Villa All partitions"
    registered = er.async_get(hass).async_get(found(hass, PLATFORM, HOUSE, "panel"))
    assert registered is not None
    assert registered.device_id is not None
    device = dr.async_get(hass).async_get(registered.device_id)
    assert device is not None
    assert device.name == "House"
    assert panel(hass).attributes["supported_features"] == (
        AlarmControlPanelEntityFeature.ARM_AWAY | AlarmControlPanelEntityFeature.ARM_HOME
    )


async def test_only_what_a_partition_can_do_is_offered(hass: HomeAssistant, begin: Begin, driver: FakePanel) -> None:
    features = ARMING - {Feature.ARM_HOME}
    driver.topology = panels(replace(part, features=features) if part.ref == HOUSE else part for part in PARTS)
    await begin()
    assert panel(hass).attributes["supported_features"] == AlarmControlPanelEntityFeature.ARM_AWAY
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "arm", mode="home")
    assert caught.value.translation_key == "feature_missing"
    assert driver.calls == []

    driver.topology = panels()
    driver.push(Restructured())
    await until(lambda: panel(hass).attributes["supported_features"] & AlarmControlPanelEntityFeature.ARM_HOME)
    await act(hass, "arm", mode="home")
    assert len(driver.calls) == 1


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({Quantity.ARM: Arm.DISARMED}, "disarmed"),
        ({Quantity.ARM: Arm.ARMING}, "arming"),
        ({Quantity.ARM: Arm.PENDING}, "pending"),
        ({Quantity.ARM: Arm.HOME}, "armed_home"),
        ({Quantity.ARM: Arm.AWAY}, "armed_away"),
        ({Quantity.ARM: Arm.ARMED}, "armed_away"),
        ({Quantity.ARM: Arm.ARMED, Quantity.ARM_KIND: Arm.AWAY}, "armed_away"),
        ({Quantity.ARM: Arm.ARMED, Quantity.ARM_KIND: Arm.HOME}, "armed_home"),
        ({Quantity.ARM: Arm.AWAY, Flag.ALARM: True}, "triggered"),
        ({Quantity.ARM: Arm.DISARMED, Flag.ALARM: True}, "triggered"),
        ({Quantity.ARM: "hibernating"}, "unknown"),
        ({Quantity.ARM: 3.0}, "unknown"),
    ],
)
async def test_every_state(
    hass: HomeAssistant, begin: Begin, driver: FakePanel, told: dict[Quantity | Flag, Any], state: str
) -> None:
    await begin()
    driver.say(HOUSE, told)
    assert panel(hass).state == state
    assert panel(hass, SHED).state == "disarmed"


@pytest.mark.parametrize(
    ("house", "garage", "state", "armed"),
    [
        (Arm.DISARMED, Arm.DISARMED, "disarmed", []),
        (Arm.AWAY, Arm.DISARMED, "disarmed", ["House"]),
        (Arm.AWAY, Arm.AWAY, "armed_away", ["House", "Garage"]),
        (Arm.AWAY, Arm.HOME, "armed_home", ["House", "Garage"]),
        (Arm.HOME, Arm.HOME, "armed_home", ["House", "Garage"]),
        (Arm.ARMING, Arm.AWAY, "arming", ["House", "Garage"]),
        (Arm.ARMING, Arm.PENDING, "pending", ["House", "Garage"]),
        (Arm.DISARMED, "?", "disarmed", []),
        (Arm.AWAY, "?", "unknown", ["House"]),
        (Arm.ARMING, "?", "arming", ["House"]),
    ],
)
async def test_the_sum(
    hass: HomeAssistant, begin: Begin, driver: FakePanel, house: str, garage: str, state: str, armed: list[str]
) -> None:
    await begin()
    driver.say(HOUSE, {Quantity.ARM: house})
    driver.say(GARAGE, {Quantity.ARM: garage})
    assert panel(hass, VILLA).state == state
    assert panel(hass, VILLA).attributes["armed_partitions"] == armed
    driver.say(GARAGE, {Flag.ALARM: True})
    assert panel(hass, VILLA).state == "triggered"
    assert panel(hass, SHED).state == "disarmed"


async def test_nothing_is_known_of_a_panel_without_partitions(
    hass: HomeAssistant, begin: Begin, driver: FakePanel
) -> None:
    driver.topology = panels(part for part in PARTS if part.ref != TOOLS)
    await begin()
    assert panel(hass, SHED).state == "unknown"
    assert panel(hass, SHED).attributes["changed_by"] is None


async def test_attributes(hass: HomeAssistant, begin: Begin, driver: FakePanel) -> None:
    await begin()
    driver.say(HOUSE, {Quantity.CHANGED_BY: "Ann", Quantity.ARM_METHOD: "1401"})
    assert panel(hass).attributes["changed_by"] == "Ann"
    assert panel(hass).attributes["arm_method"] == "1401"
    assert panel(hass, VILLA).attributes["changed_by"] is None
    driver.say(GARAGE, {Quantity.CHANGED_BY: "Ann"})
    assert panel(hass, VILLA).attributes["changed_by"] == "Ann"

    driver.say(DOOR, {Flag.OPEN: True})
    driver.say(WINDOW, {Flag.FAULT: True})
    driver.say(GATE, {Flag.BYPASSED: True})
    assert panel(hass).attributes["open_zones"] == ["Front door"]
    assert panel(hass).attributes["faulted_zones"] == ["Kitchen window"]
    assert panel(hass).attributes["bypassed_zones"] == []
    assert panel(hass, VILLA).attributes["open_zones"] == ["Front door"]
    assert panel(hass, VILLA).attributes["bypassed_zones"] == ["Gate"]

    driver.alarm(HOUSE, Detection.BURGLARY, 2)
    driver.alarm(HOUSE, Detection.FIRE, 1)
    driver.say(WINDOW, {Flag.ALARM: True})
    driver.say(HOUSE, {Flag.ALARM: True})
    for each in (HOUSE, VILLA):
        assert panel(hass, each).attributes["alarm_reasons"] == ["burglary", "fire"]
        assert panel(hass, each).attributes["zones_in_alarm"] == ["Kitchen window"]
    assert panel(hass, GARAGE).attributes["alarm_reasons"] == []


async def test_ready_to_arm(hass: HomeAssistant, begin: Begin, driver: FakePanel) -> None:
    await begin()

    def ready() -> tuple[Any, ...]:
        return tuple(panel(hass, part).attributes["ready_to_arm"] for part in (HOUSE, GARAGE, VILLA))

    assert ready() == (True, True, True)
    for flag in (Flag.OPEN, Flag.FAULT):
        driver.say(DOOR, {flag: True})
        assert ready() == (False, True, False)
        driver.say(DOOR, {Flag.BYPASSED: True})
        assert ready() == (True, True, True)
        driver.say(DOOR, {flag: False, Flag.BYPASSED: False})
    driver.reach(WINDOW, False)
    assert ready() == (False, True, False)


async def test_not_known_whether_ready(hass: HomeAssistant, begin: Begin, driver: FakePanel) -> None:
    assert driver.polled is not None
    known = {key: value for key, value in driver.polled.readings.items() if key[0] != WINDOW}
    driver.polled = replace(driver.polled, readings=known)
    silent = replace(zone(DOOR, "Front door", HOUSE), readings=frozenset())
    driver.topology = panels(silent if part.ref == DOOR else part for part in PARTS if part.ref != GATE)
    await begin()
    assert panel(hass).attributes["ready_to_arm"] is None
    assert panel(hass, GARAGE).attributes["ready_to_arm"] is None
    driver.say(WINDOW, {Flag.OPEN: False})
    assert panel(hass).attributes["ready_to_arm"] is True


async def test_a_panel_out_of_reach(hass: HomeAssistant, begin: Begin, driver: FakePanel) -> None:
    await begin()
    driver.reach(VILLA, False)
    assert panel(hass).state == panel(hass, VILLA).state == "unavailable"
    assert panel(hass, SHED).state == "disarmed"
    driver.reach(VILLA, True)
    assert panel(hass).state == "disarmed"


# What is polled, and when states are written


async def test_what_is_summed_up_is_polled(hass: HomeAssistant, begin: Begin, driver: FakePanel) -> None:
    entry = await begin()
    wanted = entry.runtime_data.state.wanted()
    assert {Want(part) for part in (HOUSE, GARAGE, TOOLS, DOOR, WINDOW, BUTTON, GATE)} <= wanted
    assert Want(HOUSE, Feature.DISARM) in wanted


async def test_nothing_is_written_for_nothing(
    hass: HomeAssistant, begin: Begin, driver: FakePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await begin()
    written = async_capture_events(hass, "state_changed")
    found_out = Mock(wraps=panel_state.shown_panel)
    monkeypatch.setattr("custom_components.ip_surveillance.alarm_control_panel.shown_panel", found_out)
    entry.runtime_data.state.async_apply(driver.polled)
    await entry.runtime_data.state.async_refresh()
    driver.say(DOOR, {Flag.TAMPER: True})
    await hass.async_block_till_done()
    assert written == []
    assert found_out.call_count <= 1

    found_out.reset_mock()
    driver.say(GATE, {Flag.OPEN: True})
    await hass.async_block_till_done()
    assert {event.data["entity_id"] for event in written} == {
        found(hass, PLATFORM, part, "panel") for part in (GARAGE, VILLA)
    }
    assert len(written) == 2
    assert found_out.call_count == 1


async def test_zones_come_and_go(hass: HomeAssistant, begin: Begin, driver: FakePanel) -> None:
    entry = await begin()
    coordinator = entry.runtime_data.state
    new = zone(DOOR._replace(number=9), None, GARAGE)
    driver.topology = panels([*(part for part in PARTS if part.ref != DOOR), new])
    driver.push(Restructured())
    await until(lambda: Want(new.ref) in coordinator.wanted())
    assert Want(DOOR) not in coordinator.wanted()
    driver.say(new.ref, {Flag.OPEN: True})
    assert panel(hass, GARAGE).attributes["open_zones"] == ["9"]
    assert panel(hass, VILLA).attributes["open_zones"] == ["9"]

    await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    assert coordinator.wanted() == frozenset()


# Commands


@pytest.mark.parametrize(
    ("action", "data", "call"),
    [
        ("alarm_arm_away", {}, ("arm", HOUSE, Arm.AWAY, False)),
        ("alarm_arm_home", {}, ("arm", HOUSE, Arm.HOME, False)),
        ("alarm_disarm", {}, ("disarm", HOUSE)),
        ("arm", {}, ("arm", HOUSE, Arm.AWAY, False)),
        ("arm", {"mode": "home", "force": True}, ("arm", HOUSE, Arm.HOME, True)),
    ],
)
async def test_commands(
    hass: HomeAssistant, begin: Begin, driver: FakePanel, action: str, data: dict[str, Any], call: tuple[Any, ...]
) -> None:
    """What is shown afterwards was read back."""
    await begin()
    await act(hass, action, **data)
    assert driver.calls == [call]
    assert panel(hass).state == "disarmed"
    driver.reads_back = {(HOUSE, panel_state._ARM): Arm.ARMING}
    await act(hass, action, VILLA, **data)
    assert driver.calls[1] == (call[0], VILLA, *call[2:])
    assert panel(hass).state == "arming"


@pytest.mark.parametrize(
    ("code", "details", "key", "zones"),
    [
        ("armingFailed", ("Front door", "Kitchen window"), "arming_refused_named", "Front door, Kitchen window"),
        ("armingFailed", (), "arming_refused", ""),
        ("zoneFault", ("zone fault",), "zones_faulted", ""),
        ("ARMING", (), "arming_under_way", ""),
    ],
)
async def test_a_refused_arming_is_told_in_words(
    hass: HomeAssistant,
    begin: Begin,
    driver: FakePanel,
    code: str,
    details: tuple[str, ...],
    key: str,
    zones: str,
) -> None:
    await begin()
    driver.trouble = Rejected("zone fault" if "zone fault" in details else "", code=code, details=details)
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "alarm_arm_away")
    assert caught.value.translation_key == key
    assert caught.value.translation_placeholders == {"name": "Villa", "zones": zones}
    assert "{" not in str(caught.value)
    assert zones in str(caught.value)
    assert panel(hass).state == "disarmed"


async def test_other_refusals_are_told_as_they_are(hass: HomeAssistant, begin: Begin, driver: FakePanel) -> None:
    await begin()
    driver.trouble = Rejected(code="newCode", details=("Front door",))
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "alarm_arm_away")
    assert str(caught.value) == "Villa refused this: newCode (Front door)"
    driver.trouble = TimedOut()
    with pytest.raises(HomeAssistantError) as failed:
        await act(hass, "alarm_disarm")
    assert failed.value.translation_key == "timed_out"
