"""Switches, selects and buttons of alarm panels."""

from collections.abc import Awaitable, Callable
from typing import Any

from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.protocol.driver import Want
from custom_components.ip_surveillance.protocol.errors import Rejected
from custom_components.ip_surveillance.protocol.model.panel_words import Arm
from custom_components.ip_surveillance.protocol.model.setting_words import Setting, SettingKey
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Flag, Quantity, Reading
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_panel import DOOR, HOUSE, PARTS, VILLA, FakePanel, found, panels, partition, shown

type Begin = Callable[..., Awaitable[MockConfigEntry]]


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BUTTON, Platform.SELECT, Platform.SWITCH)


@pytest.fixture
def driver() -> FakePanel:
    return FakePanel()


@pytest.fixture
def begin(hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, driver: FakePanel) -> Begin:
    async def begin(**options: Any) -> MockConfigEntry:
        return await fake_driver.start(hass, set_up, monkeypatch, driver, **options)

    return begin


async def act(hass: HomeAssistant, platform: str, action: str, part: Any, key: str, **data: Any) -> None:
    target = {"entity_id": found(hass, platform, part, key)}
    await hass.services.async_call(platform, action, {**target, **data}, blocking=True)


@pytest.mark.parametrize(
    ("arm", "state"),
    [
        (Arm.DISARMED, "off"),
        (Arm.ARMING, "on"),
        (Arm.PENDING, "on"),
        (Arm.HOME, "on"),
        (Arm.AWAY, "on"),
        (Arm.ARMED, "on"),
        ("?", "unknown"),
    ],
)
async def test_armed_or_not(hass: HomeAssistant, begin: Begin, driver: FakePanel, arm: str, state: str) -> None:
    await begin()
    driver.say(HOUSE, {Quantity.ARM: arm})
    assert shown(hass, "switch", HOUSE, "arm").state == state
    driver.say(HOUSE, {Flag.ALARM: True})
    assert shown(hass, "switch", HOUSE, "arm").state == state


async def test_a_partition_is_switched(hass: HomeAssistant, begin: Begin, driver: FakePanel) -> None:
    entry = await begin()
    assert shown(hass, "switch", HOUSE, "arm").name == "House Armed"
    assert Want(HOUSE, Reading(Quantity.ARM)) in entry.runtime_data.state.wanted()
    await act(hass, "switch", "turn_on", HOUSE, "arm")
    assert shown(hass, "switch", HOUSE, "arm").state == "off", "not what was read back"
    driver.reads_back = {(HOUSE, Reading(Quantity.ARM)): Arm.AWAY}
    await act(hass, "switch", "turn_on", HOUSE, "arm")
    assert shown(hass, "switch", HOUSE, "arm").state == "on"
    await act(hass, "switch", "turn_off", HOUSE, "arm")
    arm = ("arm", HOUSE, Arm.AWAY, False)
    assert driver.calls == [arm, arm, ("disarm", HOUSE)]
    assert er.async_get(hass).async_get_entity_id("switch", DOMAIN, "a1_arm") is None, "none for a whole panel"


async def test_a_partition_that_can_only_be_armed_at_home(hass: HomeAssistant, begin: Begin, driver: FakePanel) -> None:
    home = partition(HOUSE, "House", frozenset({Feature.ARM_HOME, Feature.DISARM}))
    driver.topology = panels(home if part.ref == HOUSE else part for part in PARTS)
    await begin()
    await act(hass, "switch", "turn_on", HOUSE, "arm")
    assert driver.calls == [("arm", HOUSE, Arm.HOME, False)]


@pytest.mark.parametrize("arming", [False, True])
async def test_a_switch_cannot_ask_for_a_code(
    hass: HomeAssistant, begin: Begin, driver: FakePanel, arming: bool
) -> None:
    await begin(alarm_code="1234", code_arm_required=arming)
    for action, refused in (("turn_off", True), ("turn_on", arming)):
        driver.calls.clear()
        if refused:
            with pytest.raises(ServiceValidationError) as caught:
                await act(hass, "switch", action, HOUSE, "arm")
            assert caught.value.translation_key == "code_needed"
        else:
            await act(hass, "switch", action, HOUSE, "arm")
        assert bool(driver.calls) is not refused


async def test_bypass(hass: HomeAssistant, begin: Begin, driver: FakePanel) -> None:
    await begin()
    registered = er.async_get(hass).async_get(found(hass, "switch", DOOR, "bypass"))
    assert registered is not None
    assert registered.entity_category is EntityCategory.CONFIG
    assert shown(hass, "switch", DOOR, "bypass").state == "off"
    driver.reads_back = {(DOOR, Reading(Flag.BYPASSED)): True}
    await act(hass, "switch", "turn_on", DOOR, "bypass")
    assert shown(hass, "switch", DOOR, "bypass").state == "on"
    driver.reads_back = {}
    await act(hass, "switch", "turn_off", DOOR, "bypass")
    assert shown(hass, "switch", DOOR, "bypass").state == "on", "not what was read back"
    assert driver.calls == [("set_bypass", (DOOR,), True), ("set_bypass", (DOOR,), False)]
    driver.trouble = Rejected(code="bypassFailed", details=("Front door",))
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "switch", "turn_on", DOOR, "bypass")
    assert str(caught.value) == "Villa could not leave the zones out: Front door"


@pytest.mark.parametrize("setting", [Setting.ONE_TIME_DEACTIVATION, Setting.DEACTIVATION])
async def test_deactivation(hass: HomeAssistant, begin: Begin, driver: FakePanel, setting: Setting) -> None:
    await begin()
    state = shown(hass, "select", DOOR, setting.value)
    assert state.attributes["options"] == ["off", "lidonly", "entirely"]
    await act(hass, "select", "select_option", DOOR, setting.value, option="lidonly")
    assert driver.calls == [("set_setting", DOOR, SettingKey(setting), "lidOnly")]
    assert shown(hass, "select", DOOR, setting.value).state == "lidonly"


async def test_clearing_an_alarm(hass: HomeAssistant, begin: Begin, driver: FakePanel) -> None:
    await begin()
    for part in (HOUSE, VILLA):
        await act(hass, "button", "press", part, "clear_alarm")
    assert driver.calls == [("clear_alarm", HOUSE), ("clear_alarm", VILLA)]
    driver.trouble = Rejected(code="clearAlarmFailed")
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "button", "press", HOUSE, "clear_alarm")
    assert caught.value.translation_key == "clearing_refused"


async def test_a_button_cannot_ask_for_a_code(hass: HomeAssistant, begin: Begin, driver: FakePanel) -> None:
    await begin(alarm_code="1234")
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "button", "press", HOUSE, "clear_alarm")
    assert caught.value.translation_key == "code_needed"
    assert driver.calls == []
