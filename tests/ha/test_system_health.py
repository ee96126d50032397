"""System health tells numbers, never names."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, get_system_health_info

from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.protocol.model.events import Happened
from custom_components.ip_surveillance.protocol.model.parts import HOST_PART
from tests.ha.simulated import until


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BINARY_SENSOR,)


async def health(hass: HomeAssistant) -> dict[str, object]:
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    return await get_system_health_info(hass, DOMAIN)


async def test_loaded(hass: HomeAssistant, setup_entry: MockConfigEntry) -> None:
    coordinator = setup_entry.runtime_data.state
    await until(lambda: coordinator.data.pushing)
    coordinator.async_push(Happened(part=HOST_PART, what="x"))
    coordinator.last_event_at = hass.loop.time() - 90
    MockConfigEntry(domain=DOMAIN).add_to_hass(hass)
    info = await health(hass)
    assert info == {"devices": 2, "loaded": 1, "push": "live: 1", "last_events": "90 s"}


async def test_no_event_yet(hass: HomeAssistant, setup_entry: MockConfigEntry) -> None:
    coordinator = setup_entry.runtime_data.state
    await until(lambda: coordinator.data.pushing)
    coordinator.last_event_at = None
    assert (await health(hass))["last_events"] == "never"


async def test_nothing_loaded(hass: HomeAssistant) -> None:
    MockConfigEntry(domain=DOMAIN).add_to_hass(hass)
    await async_setup_component(hass, DOMAIN, {})
    assert await health(hass) == {"devices": 1, "loaded": 0, "push": "-", "last_events": "-"}
