"""The slow coordinator: settings are read seldom, and after each write."""

from typing import TYPE_CHECKING, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .const import LOGGER, SETTINGS_INTERVAL
from .coordinator import StateCoordinator
from .protocol.errors import AuthFailed, DeviceError
from .protocol.model.setting_words import SettingKey
from .protocol.model.state import SettingOf

if TYPE_CHECKING:
    from .runtime import RuntimeData


class SettingsCoordinator(DataUpdateCoordinator[None]):
    """Reads the settings that enabled entities show: seldom, document by document, in the background."""

    config_entry: ConfigEntry[RuntimeData]

    def __init__(self, hass: HomeAssistant, state: StateCoordinator) -> None:
        """Take the coordinator that holds the state."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=state.config_entry,
            name=f"{state.name} settings",
            update_interval=SETTINGS_INTERVAL,
        )
        self._state = state

    @override
    async def _async_update_data(self) -> None:
        wanted = frozenset(
            SettingOf(want.part, want.gate) for want in self._state.wanted() if isinstance(want.gate, SettingKey)
        )
        try:
            async for polled in self._state.driver.read_settings(wanted):
                self._state.async_apply(polled)
        except DeviceError as err:
            # The state's poll meets the same trouble and reports it once for both. A refusal need not wait for it:
            # the poll fails without asking the device, stops, and starts reauthentication.
            LOGGER.debug("%s: not read: %s", self.name, type(err).__name__)
            if isinstance(err, AuthFailed):
                await self._state.async_request_refresh()
