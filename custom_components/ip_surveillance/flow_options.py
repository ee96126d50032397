"""The user's preferences for one entry."""

from collections.abc import Iterable
import re
from typing import Any, Final

from homeassistant.components.camera import DOMAIN as CAMERA
from homeassistant.config_entries import ConfigEntry, ConfigFlowResult, OptionsFlowWithReload
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er

from .const import CONF_CODE, CONF_METADATA, CONF_RECEIVE, CONF_RTSP_PATH, CONF_STREAMS, DEFAULT_STREAMS
from .flow_forms import options_form
from .panel_code import has_panel, with_code, without_code
from .protocol.commands import Feeds, Paths
from .protocol.receiving import Receives

# From the first slash on; what a user could smuggle into an address stays a path.
_PATH: Final = re.compile(r"(/[!$&'()*+,\-./:;=?@A-Z_a-z0-9~%{}]{0,255})?", re.ASCII)


def _has_feeds(entry: ConfigEntry) -> bool:
    """Whether the device has more to listen to than its push channel; a choice outlives a device that is away."""
    if hasattr(entry, "runtime_data"):
        driver = entry.runtime_data.driver
        return isinstance(driver, Feeds) and driver.feeds
    return CONF_METADATA in entry.options


def _has_paths(entry: ConfigEntry) -> bool:
    """Whether the user may name the path of the live video; a choice outlives a device that is away."""
    if hasattr(entry, "runtime_data"):
        return isinstance(entry.runtime_data.driver, Paths)
    return CONF_RTSP_PATH in entry.options


def _receives(entry: ConfigEntry) -> bool:
    """Whether the device can send its alarms by itself; a choice outlives a device that is away."""
    if hasattr(entry, "runtime_data"):
        driver = entry.runtime_data.driver
        return isinstance(driver, Receives) and driver.receives
    return CONF_RECEIVE in entry.options


class IpSurveillanceOptionsFlow(OptionsFlowWithReload):
    """Asks; changes reload the entry."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for all of them; an empty field is the device's or the integration's own choice."""
        entry, stored = self.config_entry, self.config_entry.options
        wrong = user_input is not None and not _PATH.fullmatch(user_input.get(CONF_RTSP_PATH, ""))
        if user_input is not None and not wrong:
            self._switch_streams(user_input[CONF_STREAMS])
            return self.async_create_entry(data=with_code(user_input, stored))
        form = options_form(
            feeds=_has_feeds(entry),
            panel=has_panel(entry),
            has_code=CONF_CODE in stored,
            path=_has_paths(entry),
            receives=_receives(entry),
        )
        shown = stored if user_input is None else user_input
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(form, without_code(shown)),
            errors={CONF_RTSP_PATH: "invalid_path"} if wrong else {},
            description_placeholders={"stream": "{stream}", "number": "{number}"},
        )

    @callback
    def _switch_streams(self, chosen: Iterable[str]) -> None:
        """Enable the cameras of streams chosen just now, disable those no longer chosen.

        The defaults count only for entities that are new, and these have been there since set-up. What the user
        switched off by hand stays off.
        """
        changed = set(self.config_entry.options.get(CONF_STREAMS, DEFAULT_STREAMS)).symmetric_difference(chosen)
        registry = er.async_get(self.hass)
        for entity in er.async_entries_for_config_entry(registry, self.config_entry.entry_id):
            stream = entity.unique_id.rpartition("_stream")[2]
            if entity.domain != CAMERA or stream not in changed:
                continue
            if stream not in chosen and not entity.disabled:
                registry.async_update_entity(entity.entity_id, disabled_by=er.RegistryEntryDisabler.INTEGRATION)
            elif stream in chosen and entity.disabled_by is er.RegistryEntryDisabler.INTEGRATION:
                registry.async_update_entity(entity.entity_id, disabled_by=None)
