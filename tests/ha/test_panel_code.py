"""The code that Home Assistant asks for before it arms or disarms."""

from collections.abc import Awaitable, Callable
from typing import Any

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance import panel_code
from custom_components.ip_surveillance.const import DOMAIN
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_panel import (
    HOUSE,
    FakePanel,
    found,
    shown,
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


@pytest.mark.parametrize(("code", "format"), [("1234", "number"), ("open sesame", "text"), ("١٢٣", "text")])
async def test_a_code_is_asked_for(
    hass: HomeAssistant, begin: Begin, driver: FakePanel, code: str, format: str
) -> None:
    await begin(alarm_code=code)
    assert panel(hass).attributes["code_format"] == format
    assert panel(hass).attributes["code_arm_required"]
    assert code not in str([state.as_dict() for state in hass.states.async_all()])
    for action in ("alarm_disarm", "alarm_arm_away", "alarm_arm_home", "arm"):
        with pytest.raises(ServiceValidationError) as caught:
            await act(hass, action, code="4321")
        assert (caught.value.translation_domain, caught.value.translation_key) == (DOMAIN, "wrong_code")
        with pytest.raises(ServiceValidationError):
            await act(hass, action)
        assert driver.calls == []
    for action in ("alarm_disarm", "alarm_arm_away", "alarm_arm_home", "arm"):
        await act(hass, action, code=code)
    assert len(driver.calls) == 4


async def test_a_code_for_disarming_only(hass: HomeAssistant, begin: Begin, driver: FakePanel) -> None:
    await begin(alarm_code="1234", code_arm_required=False)
    assert not panel(hass).attributes["code_arm_required"]
    await act(hass, "alarm_arm_away")
    await act(hass, "arm", mode="home")
    assert len(driver.calls) == 2
    with pytest.raises(ServiceValidationError):
        await act(hass, "alarm_disarm")
    assert len(driver.calls) == 2
    await act(hass, "alarm_disarm", code="1234")
    assert driver.calls[2] == ("disarm", HOUSE)


async def test_a_code_that_home_assistant_remembers(hass: HomeAssistant, begin: Begin, driver: FakePanel) -> None:
    """Its own option for a code that is given when none is typed."""
    await begin(alarm_code="1234")
    entity_id = found(hass, PLATFORM, HOUSE, "panel")
    er.async_get(hass).async_update_entity_options(entity_id, PLATFORM, {"default_code": "1234"})
    for action in ("alarm_disarm", "alarm_arm_away", "arm"):
        await act(hass, action)
    assert len(driver.calls) == 3


async def test_without_a_code_nothing_is_asked_for(hass: HomeAssistant, begin: Begin) -> None:
    entry = await begin(code_arm_required=True)
    assert panel(hass).attributes["code_format"] is None
    assert not panel(hass).attributes["code_arm_required"]
    assert not panel_code.needs_code(entry, arming=False)
