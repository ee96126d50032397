"""Alarms that are told once: after a restart they are what they were."""

from dataclasses import replace
from math import inf
from typing import Any

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, State
import pytest
from pytest_homeassistant_custom_component.common import mock_restore_cache_with_extra_data

from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.events import Detected, Disconnected
from custom_components.ip_surveillance.protocol.model.parts import HOST_PART, DetectionSpec, Part
from custom_components.ip_surveillance.protocol.model.state import Alarm
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_driver import FakeDriver, entity_id, topology

MAINS = Detected(part=HOST_PART, what=Detection.MAINS, region=1301, hold=inf)
PARTS = (
    Part(
        ref=HOST_PART,
        name="Panel",
        features=frozenset({Feature.PANEL_LOG}),
        detections={
            Detection.MAINS: DetectionSpec(kept=True),
            Detection.LID: DetectionSpec(kept=True),
            Detection.DISK_FULL: DetectionSpec(),
        },
    ),
)


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BINARY_SENSOR,)


@pytest.fixture
def driver() -> FakeDriver:
    return FakeDriver(topology=topology(PARTS))


def shown(hass: HomeAssistant, what: Detection) -> str:
    state = hass.states.get(entity_id(hass, "binary_sensor", HOST_PART, f"detection_{what.value}"))
    assert state is not None
    return state.state


async def test_it_is_what_it_was(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, driver: FakeDriver
) -> None:
    entry = await fake_driver.start(hass, set_up, monkeypatch, driver)
    driver.push(MAINS)
    driver.push(replace(MAINS, region=1337))
    assert shown(hass, Detection.MAINS) == "on"
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert shown(hass, Detection.MAINS) == "on"
    assert shown(hass, Detection.LID) == "off"
    assert entry.runtime_data.state.data.alarms(HOST_PART) == {
        Alarm(Detection.MAINS),
        Alarm(Detection.MAINS, None, 1301),
        Alarm(Detection.MAINS, None, 1337),
    }
    # Each cause ends on its own, and the sum with the last.
    driver.push(replace(MAINS, active=False))
    assert shown(hass, Detection.MAINS) == "on"
    driver.push(replace(MAINS, region=1337, active=False))
    assert shown(hass, Detection.MAINS) == "off"


async def test_what_ended_stays_ended(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, driver: FakeDriver
) -> None:
    entry = await fake_driver.start(hass, set_up, monkeypatch, driver)
    driver.push(MAINS)
    driver.push(replace(MAINS, active=False))
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert shown(hass, Detection.MAINS) == "off"


async def test_what_ends_by_itself_is_not_kept_for_ever(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, driver: FakeDriver
) -> None:
    entry = await fake_driver.start(hass, set_up, monkeypatch, driver)
    driver.push(replace(MAINS, hold=None))
    assert shown(hass, Detection.MAINS) == "on"
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert shown(hass, Detection.MAINS) == "off"


async def test_it_stays_while_nothing_is_pushed(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, driver: FakeDriver
) -> None:
    await fake_driver.start(hass, set_up, monkeypatch, driver)
    driver.push(MAINS)
    driver.push(Disconnected(reason="gone"))
    assert shown(hass, Detection.MAINS) == "on"
    assert shown(hass, Detection.LID) == "off"
    assert shown(hass, Detection.DISK_FULL) == "unavailable"


@pytest.mark.parametrize(
    ("extra", "state"),
    [
        ({"alarms": [{"target": None, "region": 1301}]}, "on"),
        ({"alarms": [{"target": None, "region": None}]}, "on"),
        ({"alarms": [{"target": "human", "region": None}]}, "on"),
        ({"alarms": []}, "off"),
        ({}, "off"),
        ({"alarms": [{"target": None, "region": "everywhere"}]}, "off"),
        ({"alarms": [{"target": "martian", "region": None}]}, "on"),
    ],
)
async def test_what_was_stored_counts_and_not_the_last_state(
    hass: HomeAssistant,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
    driver: FakeDriver,
    extra: dict[str, Any],
    state: str,
) -> None:
    name = "binary_sensor.yard_mains"
    mock_restore_cache_with_extra_data(hass, ((State(name, "unavailable"), extra),))
    await fake_driver.start(hass, set_up, monkeypatch, driver)
    assert entity_id(hass, "binary_sensor", HOST_PART, "detection_mains") == name
    assert shown(hass, Detection.MAINS) == state


async def test_what_came_meanwhile_outranks_what_was_stored(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, driver: FakeDriver
) -> None:
    entry = await fake_driver.start(hass, set_up, monkeypatch, driver)
    driver.push(MAINS)
    platform = Platform.BINARY_SENSOR
    assert await hass.config_entries.async_forward_entry_unload(entry, platform)
    driver.push(replace(MAINS, active=False))
    await hass.config_entries.async_forward_entry_setups(entry, [platform])
    assert shown(hass, Detection.MAINS) == "off"
