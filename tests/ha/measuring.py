"""Entries whose devices understand what they see: with models of their own, or in what they tell over RTSP."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, override

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import DOMAIN
from tests.ha.simulated import Seen, come_alive, until
from tests.simulators.base import Recorded
from tests.simulators.isapi import IsapiSimulator
from tests.simulators.isapi.aiop.seed import ROUND, WATCH
from tests.simulators.isapi.aiop.state import Platform as Intelligence
from tests.simulators.rtsp.documents import Message

ROOT = "/ISAPI/Intelligent/AIOpenPlatform"
HOST = ""
"""The device itself, as a part."""
CHANNEL = "channel1"
WATCH_TASK, ROUND_TASK = f"task0{WATCH}", f"task0{ROUND}"
HELMET_RULE, VEHICLES_RULE, YARD_RULE = (f"rule{number}{WATCH}.1" for number in (1, 2, 3))


@dataclass(kw_only=True)
class Watching(Seen):
    """One entry and its simulated device."""

    @property
    def platform(self) -> Intelligence:
        """What the device has of the AI Open Platform, with all that is due by now."""
        assert self.device.world.aiop is not None
        self.device.world.aiop.settle()
        return self.device.world.aiop

    def entities(self, part: str = "") -> set[str]:
        """Platform, part and key of all entities whose part and key begin so."""
        entries = er.async_entries_for_config_entry(er.async_get(self.hass), self.entry.entry_id)
        named = ((each.domain, each.unique_id.removeprefix(f"{self.uid}_")) for each in entries)
        return {f"{domain} {name}" for domain, name in named if name.startswith(part)}

    def has(self, platform: str, part: str, key: str) -> bool:
        """Whether there is such an entity."""
        registry = er.async_get(self.hass)
        return registry.async_get_entity_id(platform, DOMAIN, self.unique_id(part, key)) is not None

    def attributes(self, platform: str, part: str, key: str) -> dict[str, Any]:
        """Attributes of an entity."""
        return dict(self.state(platform, part, key).attributes)

    def writes(self, path: str = "") -> list[Recorded]:
        """Requests that did more than read and listen, below a path."""
        return [
            each
            for each in self.device.requests
            if each.method != "GET" and path in each.path and "/Event/notification/" not in each.path
        ]

    def written(self, path: str = "") -> list[str]:
        """The same as method and path, without the query."""
        return [f"{each.method} {each.path.partition('?')[0].removeprefix(ROOT)}" for each in self.writes(path)]

    async def call(self, action: str, **data: Any) -> Any:
        """Call an action of the integration and return its answer."""
        return await self.hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=True)

    async def denied(self, action: str, **data: Any) -> HomeAssistantError:
        """The error of an action that fails, told in words."""
        with pytest.raises(HomeAssistantError) as caught:
            await self.call(action, **data)
        assert caught.value.translation_domain == DOMAIN
        assert caught.value.translation_key is not None
        return caught.value

    @override
    async def poll(self) -> None:
        """Read all state now, also what is read seldom."""
        await super().poll()
        await self.hass.async_block_till_done()

    async def tell(self, message: Message, channel: int = 1) -> None:
        """Let a channel tell something once somebody listens to it."""
        await until(lambda: self.device.metadata.tell(message, channel))

    async def shown(self, message: Message, platform: str, key: str, value: str, channel: int = 1) -> None:
        """Let a channel tell something, and wait until an entity of it shows that."""
        await self.tell(message, channel)
        part = f"channel{channel}"
        await until(lambda: self.has(platform, part, key))
        await self.shows(platform, part, key, value)

    async def reload(self) -> Watching:
        """Load the entry anew, with what was stored of it."""
        assert await self.hass.config_entries.async_reload(self.entry.entry_id)
        await self.hass.async_block_till_done()
        return await come_to_watch(self.hass, self.entry, self.device)

    @contextmanager
    def counting(self) -> Iterator[Counter[str]]:
        """Count the states that entities write meanwhile."""
        found: Counter[str] = Counter()

        @callback
        def count(event: Event[EventStateChangedData]) -> None:
            found[event.data["entity_id"]] += 1

        stop = self.hass.bus.async_listen(EVENT_STATE_CHANGED, count)
        try:
            yield found
        finally:
            stop()


async def come_to_watch(hass: HomeAssistant, entry: MockConfigEntry, device: IsapiSimulator) -> Watching:
    """Wait for the push channel and the first full look at everything."""
    found = await come_alive(hass, entry, device)
    return Watching(hass=hass, entry=found.entry, device=device)
