"""The condition that asks whether an alarm panel can be armed, in real automations."""

from typing import Any

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.condition import async_get_all_descriptions
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.ip_surveillance.const import DOMAIN
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_driver import FakeDriver, topology

OURS, SECOND, OTHERS = "alarm_control_panel.house", "alarm_control_panel.shed", "alarm_control_panel.other"


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return ()


@pytest.fixture
async def entry(hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch) -> MockConfigEntry:
    """An entry with two partitions in the registry, beside a panel of somebody else."""
    entry = await fake_driver.start(hass, set_up, monkeypatch, FakeDriver(topology=topology(())))
    registry = er.async_get(hass)
    for name, platform in ((OURS, DOMAIN), (SECOND, DOMAIN), (OTHERS, "manual")):
        made = registry.async_get_or_create(
            "alarm_control_panel",
            platform,
            name,
            suggested_object_id=name.partition(".")[2],
            config_entry=entry if platform == DOMAIN else None,
        )
        assert made.entity_id == name
    return entry


@pytest.fixture
def calls(hass: HomeAssistant) -> list[ServiceCall]:
    calls: list[ServiceCall] = async_mock_service(hass, "test", "automation")
    return calls


async def passes(hass: HomeAssistant, calls: list[ServiceCall], *entities: str, **options: Any) -> bool:
    """Whether an automation with the condition runs."""
    condition = {
        "condition": "ip_surveillance.ready_to_arm",
        "target": {"entity_id": list(entities)},
        "options": {"behavior": "all", **options},
    }
    automation = {
        "alias": "panel",
        "triggers": [{"trigger": "event", "event_type": "bedtime"}],
        "conditions": [condition],
        "actions": [{"action": "test.automation"}],
    }
    assert await async_setup_component(hass, "automation", {"automation": automation})
    hass.bus.async_fire("bedtime")
    await hass.async_block_till_done()
    return bool(calls)


@pytest.mark.usefixtures("entry")
@pytest.mark.parametrize(
    ("attributes", "ready"),
    [({"ready_to_arm": True}, True), ({"ready_to_arm": False}, False), ({"ready_to_arm": None}, False), ({}, False)],
)
async def test_what_the_panel_says(
    hass: HomeAssistant, calls: list[ServiceCall], attributes: dict[str, Any], ready: bool
) -> None:
    hass.states.async_set(OURS, "disarmed", attributes)
    assert await passes(hass, calls, OURS) is ready


@pytest.mark.usefixtures("entry")
async def test_a_panel_that_is_not_reached_is_not_ready(hass: HomeAssistant, calls: list[ServiceCall]) -> None:
    hass.states.async_set(OURS, "unavailable", {"ready_to_arm": True})
    assert not await passes(hass, calls, OURS, behavior="any")


@pytest.mark.usefixtures("entry")
@pytest.mark.parametrize(("behavior", "ready"), [("any", True), ("all", False)])
async def test_any_or_all(hass: HomeAssistant, calls: list[ServiceCall], behavior: str, ready: bool) -> None:
    hass.states.async_set(OURS, "disarmed", {"ready_to_arm": True})
    hass.states.async_set(SECOND, "disarmed", {"ready_to_arm": False})
    assert await passes(hass, calls, OURS, SECOND, behavior=behavior) is ready


@pytest.mark.usefixtures("entry")
async def test_panels_of_others_are_left_out(hass: HomeAssistant, calls: list[ServiceCall]) -> None:
    hass.states.async_set(OURS, "disarmed", {"ready_to_arm": True})
    hass.states.async_set(OTHERS, "disarmed", {})
    assert await passes(hass, calls, OURS, OTHERS)


@pytest.mark.usefixtures("entry")
async def test_it_is_described(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "automation", {})
    described = (await async_get_all_descriptions(hass))["ip_surveillance.ready_to_arm"]
    assert described is not None
    assert set(described["fields"]) == {"behavior", "for"}
