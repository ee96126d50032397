"""System health: how many devices there are and whether they push, without naming them."""

from collections import Counter
from typing import Any

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .runtime import Entry


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register the information shown."""
    register.async_register_info(_info)


async def _info(hass: HomeAssistant) -> dict[str, Any]:
    """Tell numbers of devices, states of their push channels, and seconds since the last event of each."""
    entries = hass.config_entries.async_entries(DOMAIN, include_ignore=False)
    loaded: list[Entry] = [entry for entry in entries if entry.state is ConfigEntryState.LOADED]
    states = Counter(_push_state(entry) for entry in loaded)
    now = hass.loop.time()
    return {
        "devices": len(entries),
        "loaded": len(loaded),
        "push": ", ".join(f"{state}: {count}" for state, count in sorted(states.items())) or "-",
        "last_events": ", ".join(_age(entry, now) for entry in loaded) or "-",
    }


def _push_state(entry: Entry) -> str:
    runtime = entry.runtime_data
    return runtime.push.supervisor.status.state.value if runtime.driver.pushes else "none"


def _age(entry: Entry, now: float) -> str:
    at = entry.runtime_data.state.last_event_at
    return "never" if at is None else f"{now - at:.0f} s"
