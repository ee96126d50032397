"""Actions of alarm panels."""

from collections.abc import Awaitable, Callable
from typing import Any

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.protocol.errors import Rejected
from custom_components.ip_surveillance.protocol.model.parts import PartRef
from custom_components.ip_surveillance.protocol.model.vocabulary import Flag, Reading
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_panel import DOOR, GATE, HATCH, HOUSE, WINDOW, FakePanel, found, shown

type Begin = Callable[..., Awaitable[MockConfigEntry]]


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.ALARM_CONTROL_PANEL, Platform.SWITCH)


@pytest.fixture
def driver() -> FakePanel:
    return FakePanel()


@pytest.fixture
def begin(hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, driver: FakePanel) -> Begin:
    async def begin(**options: Any) -> MockConfigEntry:
        return await fake_driver.start(hass, set_up, monkeypatch, driver, **options)

    return begin


async def bypass(hass: HomeAssistant, *zones: PartRef, **data: Any) -> None:
    target = {"entity_id": [found(hass, "switch", zone, "bypass") for zone in zones]}
    await hass.services.async_call(DOMAIN, "bypass_zones", {**target, **data}, blocking=True)


@pytest.mark.parametrize("on", [True, False])
async def test_zones_of_a_panel_go_in_one_request(
    hass: HomeAssistant, begin: Begin, driver: FakePanel, on: bool
) -> None:
    await begin()
    driver.reads_back = {(zone, Reading(Flag.BYPASSED)): True for zone in (DOOR, GATE)}
    await bypass(hass, GATE, HATCH, DOOR, bypass=on)
    assert sorted(driver.calls) == [("set_bypass", (DOOR, GATE), on), ("set_bypass", (HATCH,), on)]
    states = [shown(hass, "switch", zone, "bypass").state for zone in (DOOR, WINDOW, GATE, HATCH)]
    assert states == ["on", "off", "on", "off"], "not what was read back"


async def test_a_refusal_does_not_keep_others_from_being_asked(
    hass: HomeAssistant, begin: Begin, driver: FakePanel
) -> None:
    await begin()
    driver.trouble = Rejected(code="bypassFailed")
    with pytest.raises(ServiceValidationError) as caught:
        await bypass(hass, DOOR, HATCH, bypass=True)
    assert caught.value.translation_key == "bypass_refused"
    assert sorted(call[1] for call in driver.calls) == [(DOOR,), (HATCH,)]


async def test_only_zones_can_be_bypassed(hass: HomeAssistant, begin: Begin, driver: FakePanel) -> None:
    await begin()
    target = {"entity_id": [found(hass, "switch", DOOR, "bypass"), found(hass, "switch", HOUSE, "arm")]}
    with pytest.raises(ServiceValidationError) as caught:
        await hass.services.async_call(DOMAIN, "bypass_zones", {**target, "bypass": True}, blocking=True)
    assert caught.value.translation_key == "feature_missing"
    assert driver.calls == []


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("bypass_zones", {}),
        ("bypass_zones", {"bypass": "maybe"}),
        ("arm", {"mode": "night"}),
        ("arm", {"force": "maybe"}),
    ],
)
async def test_fields_are_checked(
    hass: HomeAssistant, begin: Begin, driver: FakePanel, action: str, data: dict[str, Any]
) -> None:
    await begin()
    target = {"entity_id": found(hass, "alarm_control_panel", HOUSE, "panel")}
    with pytest.raises(vol.Invalid):
        await hass.services.async_call(DOMAIN, action, {**target, **data}, blocking=True)
    assert driver.calls == []
