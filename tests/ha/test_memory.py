"""What a driver learned is there again after a restart."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE, Platform
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.ip_surveillance.protocol.model.parts import HOST, Part, PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from custom_components.ip_surveillance.protocol.registry import FAMILIES
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_driver import FakeDriver, entity_id, topology

OUTPUT = PartRef(HOST, PartKind.OUTPUT, 1)
PARTS = (Part(ref=OUTPUT, features=frozenset({Feature.SWITCH})),)


@dataclass(kw_only=True)
class Rememberer(FakeDriver):
    """A driver that learns."""

    learned: dict[str, Any] = field(default_factory=dict)
    recalled: Mapping[str, Any] | None = None
    discovered_before: bool = False

    def memory(self) -> Mapping[str, Any]:
        return self.learned

    def recall(self, memory: Mapping[str, Any]) -> None:
        self.discovered_before = self.discoveries > 0
        self.recalled = memory
        self.learned = dict(memory)


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.SWITCH,)


def stored(storage: dict[str, Any]) -> dict[str, Any] | None:
    """What was written, of the only entry."""
    found = [value["data"] for key, value in storage.items() if key.startswith("ip_surveillance.")]
    assert len(found) < 2
    return found[0] if found else None


async def test_it_is_written_at_unload_and_recalled_before_the_first_look(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, hass_storage: dict[str, Any]
) -> None:
    driver = Rememberer(topology=topology(PARTS))
    entry = await fake_driver.start(hass, set_up, monkeypatch, driver)
    assert driver.recalled != {"seen": [1, 2]}
    driver.learned["seen"] = [1, 2]
    assert stored(hass_storage) is None
    driver.discoveries = 0
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert stored(hass_storage) == {"seen": [1, 2]}
    assert driver.recalled == {"seen": [1, 2]}
    assert not driver.discovered_before


async def test_it_is_written_soon_after_something_appeared(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, hass_storage: dict[str, Any]
) -> None:
    driver = Rememberer(topology=topology(PARTS))
    entry = await fake_driver.start(hass, set_up, monkeypatch, driver)
    driver.learned["seen"] = 1
    driver.topology = replace(driver.topology, parts={**driver.topology.parts, OUTPUT: replace(PARTS[0], name="Gate")})
    await entry.runtime_data.state.async_rediscover()
    assert stored(hass_storage) is None
    await pass_time(hass)
    assert stored(hass_storage) == {"seen": 1}


async def test_it_is_written_at_once_after_a_command(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, hass_storage: dict[str, Any]
) -> None:
    driver = Rememberer(topology=topology(PARTS))
    await fake_driver.start(hass, set_up, monkeypatch, driver)
    driver.learned["left_out"] = 7
    switch = entity_id(hass, "switch", OUTPUT, "output")
    await hass.services.async_call("switch", "turn_on", {"entity_id": switch}, blocking=True)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(milliseconds=1))
    await hass.async_block_till_done()
    assert stored(hass_storage) == {"left_out": 7}


async def test_it_is_written_when_home_assistant_stops(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, hass_storage: dict[str, Any]
) -> None:
    driver = Rememberer(topology=topology(PARTS))
    await fake_driver.start(hass, set_up, monkeypatch, driver)
    driver.learned["seen"] = 2
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    assert stored(hass_storage) == {"seen": 2}


async def test_what_did_not_change_is_not_written(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, hass_storage: dict[str, Any]
) -> None:
    driver = Rememberer(topology=topology(PARTS))
    entry = await fake_driver.start(hass, set_up, monkeypatch, driver)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert stored(hass_storage) is None


async def test_a_driver_that_does_not_remember_leaves_no_file(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, hass_storage: dict[str, Any]
) -> None:
    entry = await fake_driver.start(hass, set_up, monkeypatch, FakeDriver(topology=topology(PARTS)))
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert stored(hass_storage) is None


async def test_it_goes_with_the_entry(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, hass_storage: dict[str, Any]
) -> None:
    driver = Rememberer(topology=topology(PARTS), learned={"seen": 1})
    monkeypatch.setitem(FAMILIES, fake_driver.FAMILY, driver.family())
    entry = fake_driver.fake_entry()
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await pass_time(hass)
    assert stored(hass_storage) == {"seen": 1}
    await hass.config_entries.async_remove(entry.entry_id)
    assert stored(hass_storage) is None


async def pass_time(hass: HomeAssistant) -> None:
    """Let ten seconds pass."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=11))
    await hass.async_block_till_done()
