"""What a driver learned at run time, kept over restarts."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.storage import Store

from .const import DOMAIN
from .coordinator import StateCoordinator
from .protocol.commands import Remembers
from .protocol.driver import Driver

_VERSION: Final = 1
_DELAY: Final = 10.0
"""Seconds for which changes are gathered before they are written."""


def _store(hass: HomeAssistant, entry: ConfigEntry) -> Store[dict[str, Any]]:
    return Store(hass, _VERSION, f"{DOMAIN}.{entry.entry_id}", private=True)


async def async_remove(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Forget what was remembered for an entry."""
    await _store(hass, entry).async_remove()


class Memory:
    """The memory of one entry's driver; of a driver that does not remember nothing is ever written."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, driver: Driver) -> None:
        """Take the driver; nothing is read before `async_load`."""
        self._hass = hass
        self._entry = entry
        self._driver = driver if isinstance(driver, Remembers) else None
        self._store = _store(hass, entry)
        self._stored: Mapping[str, Any] = {}

    async def async_load(self) -> None:
        """Give the driver what it knew before; to be called before the first discovery."""
        if self._driver is None:
            return
        stored = await self._store.async_load()
        if isinstance(stored, dict):
            self._stored = stored
            self._driver.recall(stored)

    @callback
    def async_watch(self, coordinator: StateCoordinator) -> None:
        """Write changes as long as the entry is loaded."""
        if self._driver is None:
            return
        unload = self._entry.async_on_unload
        unload(coordinator.async_on_topology(self._save_soon))
        # What a command did and has to be undone later must outlive a crash.
        unload(coordinator.async_on_command(self._save_at_once))
        unload(self._save_now)
        # An entry is not unloaded when Home Assistant stops.
        unload(self._hass.bus.async_listen(EVENT_HOMEASSISTANT_FINAL_WRITE, self._on_stop))
        self._save_soon()

    @callback
    def _save_soon(self) -> None:
        if self._changed():
            self._store.async_delay_save(self._taken, _DELAY)

    @callback
    def _save_at_once(self) -> None:
        if self._changed():
            self._store.async_delay_save(self._taken, 0)

    async def _save_now(self) -> None:
        if self._changed():
            await self._store.async_save(self._taken())

    async def _on_stop(self, _: Event) -> None:
        await self._save_now()

    def _changed(self) -> bool:
        return self._driver is not None and dict(self._driver.memory()) != self._stored

    def _taken(self) -> dict[str, Any]:
        """What is to be written now, noted as written."""
        assert self._driver is not None
        memory = dict(self._driver.memory())
        self._stored = memory
        return memory
