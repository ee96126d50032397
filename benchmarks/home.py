"""A real Home Assistant in this process, with an entry that is set up against a simulated device."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Final
from unittest.mock import patch

from aiohttp import ThreadedResolver
from homeassistant import loader
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import (
    EVENT_STATE_CHANGED,
)
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, frame
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_test_home_assistant

from custom_components.ip_surveillance.const import DOMAIN

FAMILY: Final = "isapi"
QUIET: Final = 0.5
"""Seconds without a request after which what a set-up does in the background counts as done."""


class _Resolver(ThreadedResolver):
    """Devices are at 127.0.0.1: there is nothing to ask others for, least of all by multicast."""

    async def real_close(self) -> None:
        """Close, by the name that Home Assistant gives it."""
        await self.close()


@asynccontextmanager
async def home_assistant() -> AsyncIterator[HomeAssistant]:
    """Start Home Assistant in an empty folder that is thrown away; entries are unloaded at the end."""
    with TemporaryDirectory() as folder, _to_itself():
        async with async_test_home_assistant(config_dir=folder) as hass:
            hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
            frame.async_setup(hass)
            try:
                yield hass
            finally:
                await _stop(hass)


@contextmanager
def _to_itself() -> Iterator[None]:
    """Keep Home Assistant from resolving names, and from serving its frontend to the network."""
    server = "homeassistant.components.http.HomeAssistantHTTP"
    with (
        patch("homeassistant.helpers.aiohttp_client._async_make_resolver", lambda _: _Resolver()),
        patch(f"{server}.async_bind"),
        patch(f"{server}.start"),
    ):
        yield


async def _stop(hass: HomeAssistant) -> None:
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.state is ConfigEntryState.LOADED:
            await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_stop(force=True)


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set an entry up until its entities exist."""
    if not await hass.config_entries.async_setup(entry.entry_id):
        raise RuntimeError(f"the set-up failed: {entry.reason}")
    await hass.async_block_till_done()


async def settled(count: Callable[[], int], *, quiet: float = QUIET, within: float = 60.0) -> None:
    """Wait until `count` has stayed the same for `quiet` seconds."""
    async with asyncio.timeout(within):
        known = -1
        while known != (known := count()):  # noqa: ASYNC110 - what is waited for is that nothing happens
            await asyncio.sleep(quiet)


def entity_id(hass: HomeAssistant, entry: MockConfigEntry, domain: str, ending: str) -> str:
    """Return the entity of a platform whose unique id ends so."""
    listed = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return next(each.entity_id for each in listed if each.domain == domain and each.unique_id.endswith(ending))


@dataclass(slots=True)
class Watched:
    """Changes of states, counted by platform."""

    changes: dict[str, int]
    told: Callable[[str], None] | None = None
    """Called with the entity id of each change."""

    def of(self, domain: str) -> int:
        """Return how many there were of one platform."""
        return self.changes.get(domain, 0)


def watch(hass: HomeAssistant) -> Watched:
    """Count changes of states from now on."""
    watched = Watched({})

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        domain = event.data["entity_id"].partition(".")[0]
        watched.changes[domain] = watched.of(domain) + 1
        if watched.told:
            watched.told(event.data["entity_id"])

    hass.bus.async_listen(EVENT_STATE_CHANGED, changed)
    return watched
