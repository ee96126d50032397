"""Looking at an entry that is set up against a simulated device: by unique id, with bounded waits."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_ENTITY_ID, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.coordinator import StateCoordinator
from tests.simulators.base import BaseSimulator
from tests.simulators.isapi import IsapiSimulator

_PATIENCE = 10.0
"""Seconds for what happens over sockets in the background; it takes milliseconds unless the machine is busy."""


async def until(condition: Callable[[], object]) -> None:
    """Wait until something is true; it fails after a while."""
    async with asyncio.timeout(_PATIENCE):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event to wait on
            await asyncio.sleep(0.005)


@contextmanager
def later(hass: HomeAssistant, seconds: float) -> Iterator[None]:
    """Put the loop's clock forward: timers fire as if the time had passed."""
    real = hass.loop.time
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hass.loop, "time", lambda: real() + seconds)
        yield


@dataclass(kw_only=True)
class Seen[D: BaseSimulator = IsapiSimulator]:
    """One entry and its simulated device."""

    hass: HomeAssistant
    entry: MockConfigEntry
    device: D

    @property
    def uid(self) -> str:
        """What all unique ids begin with."""
        return self.entry.unique_id or ""

    @property
    def coordinator(self) -> StateCoordinator:
        """The coordinator of the entry."""
        coordinator: StateCoordinator = self.entry.runtime_data.state
        return coordinator

    def unique_id(self, part: str, key: str) -> str:
        """Unique id of an entity; the device itself has no part."""
        return "_".join(filter(None, (self.uid, part, key)))

    def registered(self, platform: str, part: str, key: str) -> er.RegistryEntry:
        """Registry entry of an entity, which must exist."""
        registry = er.async_get(self.hass)
        found = registry.async_get_entity_id(platform, DOMAIN, self.unique_id(part, key))
        assert found is not None, f"no {platform} {self.unique_id(part, key)}"
        return registry.entities[found]

    def state(self, platform: str, part: str, key: str) -> State:
        """State of an entity, which must be enabled."""
        found = self.registered(platform, part, key)
        state = self.hass.states.get(found.entity_id)
        assert state is not None, f"{found.entity_id} has no state: {found.disabled_by}"
        return state

    def value(self, platform: str, part: str, key: str) -> str:
        """What an entity shows."""
        return self.state(platform, part, key).state

    def unavailable(self) -> set[str]:
        """Unique ids, without the device's, of all entities that are unavailable."""
        registry = er.async_get(self.hass)
        return {
            registry.entities[state.entity_id].unique_id.removeprefix(f"{self.uid}_")
            for state in self.hass.states.async_all()
            if state.state == STATE_UNAVAILABLE
        }

    async def shows(self, platform: str, part: str, key: str, wanted: str) -> None:
        """Wait until an entity shows something."""
        await until(lambda: self.value(platform, part, key) == wanted)

    async def poll(self) -> None:
        """Read all state now, also what is read seldom."""
        if memory := getattr(self.entry.runtime_data.driver, "poll_memory", None):
            memory.due.clear()
        await self.coordinator.async_refresh()
        await self.hass.async_block_till_done()

    async def read_settings(self) -> None:
        """Read all settings now."""
        await self.entry.runtime_data.settings.async_refresh()
        await self.hass.async_block_till_done()

    async def act(self, platform: str, action: str, part: str, key: str, **data: Any) -> None:
        """Call an action of an entity."""
        target = {ATTR_ENTITY_ID: self.state(platform, part, key).entity_id}
        await self.hass.services.async_call(platform, action, {**target, **data}, blocking=True)

    async def refused(self, platform: str, action: str, part: str, key: str, **data: Any) -> HomeAssistantError:
        """Call an action that the device refuses; what the entity shows stays as it was."""
        before = self.value(platform, part, key)
        with pytest.raises(ServiceValidationError) as caught:
            await self.act(platform, action, part, key, **data)
        assert caught.value.translation_domain == DOMAIN
        assert self.value(platform, part, key) == before
        return caught.value

    async def live(self) -> None:
        """Wait until the push channel is up."""
        await until(lambda: self.coordinator.data.pushing)


async def come_alive[D: BaseSimulator](hass: HomeAssistant, entry: MockConfigEntry, device: D) -> Seen[D]:
    """Wait for the push channel and the first full look at the device."""
    assert entry.state is ConfigEntryState.LOADED
    found = Seen(hass=hass, entry=entry, device=device)
    await found.live()
    await found.poll()
    await found.read_settings()
    return found
