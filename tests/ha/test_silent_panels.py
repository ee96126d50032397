"""What alarm panels hide: calls for help that whoever stands there must not see."""

from collections.abc import Awaitable, Callable
from typing import Any

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, State
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.ip_surveillance import panel_state
from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.discretion import is_discreet_event, shows_silent, zone_alarm, zone_open
from custom_components.ip_surveillance.protocol.hikvision.panel_effects import NO_ZONE
from custom_components.ip_surveillance.protocol.model.detections import DISCREET, Detection
from custom_components.ip_surveillance.protocol.model.panel_words import PanelEvent, Role
from custom_components.ip_surveillance.protocol.model.vocabulary import Flag, Quantity
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_panel import (
    BUTTON,
    DOOR,
    HOUSE,
    PARTS,
    VILLA,
    WINDOW,
    FakePanel,
    found,
    panels,
    shown,
    zone,
)

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


async def threatened(hass: HomeAssistant, driver: FakePanel) -> None:
    """Somebody disarms under duress and presses the hidden button."""
    driver.alarm(HOUSE, Detection.DURESS)
    driver.alarm(HOUSE, Detection.SILENT_PANIC, BUTTON.number)
    driver.say(BUTTON, {Flag.ALARM: True, Flag.OPEN: True})
    driver.say(HOUSE, {Flag.ALARM: True})
    await hass.async_block_till_done()


def without_time(state: State) -> tuple[str, dict[str, Any]]:
    return state.state, dict(state.attributes)


async def test_a_silent_alarm_changes_nothing_that_is_seen(
    hass: HomeAssistant, begin: Begin, driver: FakePanel
) -> None:
    entry = await begin()
    assert not shows_silent(entry)
    before = [without_time(panel(hass, part)) for part in (HOUSE, VILLA)]
    written = async_capture_events(hass, "state_changed")
    await threatened(hass, driver)
    assert [without_time(panel(hass, part)) for part in (HOUSE, VILLA)] == before
    assert written == []


async def test_a_silent_alarm_is_shown_to_those_who_want_it(
    hass: HomeAssistant, begin: Begin, driver: FakePanel
) -> None:
    entry = await begin(show_silent=True)
    assert shows_silent(entry)
    await threatened(hass, driver)
    for part in (HOUSE, VILLA):
        assert panel(hass, part).state == "triggered"
        assert panel(hass, part).attributes["alarm_reasons"] == ["duress", "silent_panic"]
        assert panel(hass, part).attributes["zones_in_alarm"] == ["3"]
        assert panel(hass, part).attributes["open_zones"] == ["3"]


async def test_a_loud_alarm_hides_the_silent_one(hass: HomeAssistant, begin: Begin, driver: FakePanel) -> None:
    await begin()
    await threatened(hass, driver)
    driver.alarm(HOUSE, Detection.BURGLARY, WINDOW.number)
    driver.say(WINDOW, {Flag.ALARM: True})
    assert panel(hass).state == "triggered"
    assert panel(hass).attributes["alarm_reasons"] == ["burglary"]
    assert panel(hass).attributes["zones_in_alarm"] == ["Kitchen window"]
    driver.alarm(HOUSE, Detection.BURGLARY, WINDOW.number, active=False)
    driver.say(WINDOW, {Flag.ALARM: False})
    assert panel(hass).state == "disarmed"


async def test_a_silent_zone_is_silent_whatever_it_reports(
    hass: HomeAssistant, begin: Begin, driver: FakePanel
) -> None:
    """Pushes come one by one: at no moment may the alarm be seen."""
    await begin()
    before = without_time(panel(hass))
    driver.alarm(HOUSE, Detection.BURGLARY, BUTTON.number)
    assert without_time(panel(hass)) == before
    driver.say(HOUSE, {Flag.ALARM: True})
    assert without_time(panel(hass)) == before
    driver.say(BUTTON, {Flag.ALARM: True})
    assert without_time(panel(hass)) == before
    # Loud again as soon as another zone is in alarm, even if the panel gives no reason.
    driver.say(DOOR, {Flag.ALARM: True})
    assert panel(hass).state == "triggered"
    assert panel(hass).attributes["zones_in_alarm"] == ["Front door"]


async def test_a_poll_that_gives_no_reason(hass: HomeAssistant, begin: Begin, driver: FakePanel) -> None:
    await begin()
    driver.say(BUTTON, {Flag.ALARM: True})
    driver.say(HOUSE, {Flag.ALARM: True})
    assert panel(hass).state == "disarmed"
    driver.say(BUTTON, {Flag.ALARM: False})
    assert panel(hass).state == "triggered"
    # A reason without a zone is that of the zones in alarm.
    driver.alarm(HOUSE, Detection.PANIC)
    assert panel(hass).state == "triggered"
    driver.say(BUTTON, {Flag.ALARM: True})
    assert panel(hass).state == "disarmed"


@pytest.mark.parametrize("on_zone", [False, True])
async def test_a_zone_that_reports_a_silent_alarm(
    hass: HomeAssistant, begin: Begin, driver: FakePanel, on_zone: bool
) -> None:
    """The panel may not say of a zone that it is silent, and the alarm may stand on the zone or on its partition."""
    button = zone(BUTTON, "Button", HOUSE, role=Role.PANIC)
    driver.topology = panels(button if part.ref == BUTTON else part for part in PARTS)
    entry = await begin()
    coordinator = entry.runtime_data.state

    def seen(show: bool) -> tuple[bool | None, bool | None]:
        return zone_alarm(coordinator.data, button, show), zone_open(coordinator.data, button, show)

    assert seen(False) == (False, False)
    driver.say(BUTTON, {Flag.ALARM: True, Flag.OPEN: True})
    assert seen(False) == seen(True) == (True, True)
    if on_zone:
        driver.alarm(BUTTON, Detection.SILENT_MEDICAL)
    else:
        driver.alarm(HOUSE, Detection.SILENT_MEDICAL, BUTTON.number)
    assert seen(False) == (False, False)
    assert seen(True) == (True, True)
    driver.alarm(HOUSE, Detection.BURGLARY, BUTTON.number)
    assert seen(False) == (True, True)


async def test_a_silent_alarm_hides_no_zone_that_is_loud(hass: HomeAssistant, begin: Begin, driver: FakePanel) -> None:
    """A poll may find a burglary whose record never came, while a call for help is known."""
    await begin()
    driver.alarm(HOUSE, Detection.DURESS)
    driver.say(HOUSE, {Flag.ALARM: True})
    assert panel(hass).state == "disarmed"
    driver.say(WINDOW, {Flag.ALARM: True})
    assert panel(hass).state == panel(hass, VILLA).state == "triggered"
    assert panel(hass).attributes["zones_in_alarm"] == ["Kitchen window"]
    driver.say(WINDOW, {Flag.ALARM: False})
    assert panel(hass).state == "disarmed"


async def test_a_call_for_help_without_a_place_is_that_of_a_button(
    hass: HomeAssistant, begin: Begin, driver: FakePanel
) -> None:
    button = zone(BUTTON, "Button", HOUSE, role=Role.PANIC)
    driver.topology = panels(button if part.ref == BUTTON else part for part in PARTS)
    await begin()
    before = without_time(panel(hass))
    driver.alarm(HOUSE, Detection.SILENT_PANIC)
    driver.say(HOUSE, {Flag.ALARM: True})
    driver.say(BUTTON, {Flag.ALARM: True, Flag.OPEN: True})
    assert without_time(panel(hass)) == before
    driver.alarm(HOUSE, Detection.SILENT_PANIC, active=False)
    assert panel(hass).state == "triggered"


async def test_a_silent_zone_hides_no_alarm_of_a_key(hass: HomeAssistant, begin: Begin, driver: FakePanel) -> None:
    await begin()
    driver.say(BUTTON, {Flag.ALARM: True})
    driver.say(HOUSE, {Flag.ALARM: True})
    assert panel(hass).state == "disarmed"
    driver.alarm(HOUSE, Detection.FIRE, NO_ZONE)
    assert panel(hass).state == "triggered"
    assert panel(hass).attributes["alarm_reasons"] == ["fire"]


async def test_whoever_wants_to_see_silent_alarms_need_not_wait_for_a_poll(
    hass: HomeAssistant, begin: Begin, driver: FakePanel
) -> None:
    await begin(show_silent=True)
    driver.alarm(HOUSE, Detection.DURESS)
    assert panel(hass).state == "triggered"
    driver.alarm(HOUSE, Detection.DURESS, active=False)
    assert panel(hass).state == "disarmed"


def test_discreet_events() -> None:
    discreet = {what for what in (*Detection, *PanelEvent) if is_discreet_event(what.value)}
    assert discreet == {*DISCREET, PanelEvent.SILENT_ALARM}


async def test_who_disarmed_under_threat_is_never_shown(
    hass: HomeAssistant, begin: Begin, driver: FakePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is forced types another code, which may go by a name of its own."""
    await begin()
    driver.say(HOUSE, {Quantity.CHANGED_BY: "Ann's other code", Quantity.ARM_METHOD: "1401"})
    assert panel(hass).attributes["changed_by"] == "Ann's other code"
    driver.alarm(HOUSE, Detection.DURESS)
    for each in (HOUSE, VILLA):
        assert panel(hass, each).attributes["changed_by"] is None
    assert panel(hass).attributes["arm_method"] is None
    # Nor later, when nobody thinks of it any more.
    driver.alarm(HOUSE, Detection.DURESS, active=False)
    assert panel(hass).attributes["changed_by"] is None
    driver.say(HOUSE, {Quantity.CHANGED_BY: "Ben", Quantity.ARM_METHOD: "3401"})
    assert panel(hass).attributes["changed_by"] == "Ben"
    # What was seen for long stays: that it disappears would give the report away.
    monkeypatch.setattr(panel_state, "_SHORTLY", 0.0)
    driver.alarm(HOUSE, Detection.DURESS)
    assert panel(hass).attributes["changed_by"] == "Ben"
    assert panel(hass).attributes["arm_method"] == "3401"
    driver.say(HOUSE, {Quantity.CHANGED_BY: "Ann's other code", Quantity.ARM_METHOD: "1401"})
    assert panel(hass).attributes["changed_by"] is None


async def test_whoever_wants_to_see_silent_alarms_sees_who_disarmed(
    hass: HomeAssistant, begin: Begin, driver: FakePanel
) -> None:
    await begin(show_silent=True)
    driver.alarm(HOUSE, Detection.DURESS)
    driver.say(HOUSE, {Quantity.CHANGED_BY: "Ann's other code", Quantity.ARM_METHOD: "1401"})
    assert panel(hass).attributes["changed_by"] == "Ann's other code"
