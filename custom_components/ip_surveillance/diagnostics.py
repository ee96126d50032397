"""Diagnostics: all that helps to understand a device from afar, and nothing that helps to get into it."""

from dataclasses import replace
from typing import Any, Final

from homeassistant.components.diagnostics import REDACTED, async_redact_data
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import AnyDeviceEntry

from . import receiving, uid
from .const import CONF_CODE, CONF_LICENCE_KEY, CONF_RECEIVER, CONF_RTSP_PATH, CONF_UID
from .plain import Scrubber, key_text, plain
from .protocol.model.parts import HOST, Part, PartKind, PartRef, Placement, Topology
from .protocol.model.state import DeviceState, State
from .protocol.model.vocabulary import Quantity
from .runtime import Entry

_ITSELF: Final = "itself"
"""The device at the host, in the state."""
_PRIVATE: Final = frozenset({Quantity.CHANGED_BY, Quantity.IP_ADDRESS, Quantity.NETWORK_NAME})
_REDACTED_KEYS: Final = frozenset(
    {
        CONF_CODE,
        CONF_HOST,
        CONF_LICENCE_KEY,
        CONF_PASSWORD,
        CONF_RECEIVER,
        # Some brands want the account in the path.
        CONF_RTSP_PATH,
        CONF_UID,
        CONF_USERNAME,
        "aliases",
        "ip",
        "ipAddress",
        "mac",
        "macAddress",
        "serial",
        "serialNumber",
        "subSerialNumber",
        "unique_id",
        "url",
        "user",
        "userName",
    }
)


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: Entry) -> dict[str, Any]:
    """Tell everything about an entry."""
    told: dict[str, Any] = {
        "entry": {
            "version": f"{entry.version}.{entry.minor_version}",
            "state": entry.state.value,
            "data": dict(entry.data),
            "options": dict(entry.options),
        }
    }
    if not hasattr(entry, "runtime_data"):
        return _clean(entry, told, None)
    runtime = entry.runtime_data
    told |= {
        "updated": runtime.state.last_update_success,
        "error": str(runtime.state.last_exception or ""),
        "push": _push(hass, entry),
        "received": receiving.async_counts(hass, entry),
        "wanted": len(runtime.state.wanted()),
        "topology": plain(runtime.state.topology),
        "state": _state(runtime.state.data, None),
        "driver": plain(runtime.driver.diagnostics()),
    }
    return _clean(entry, told, runtime.state.topology)


async def async_get_device_diagnostics(hass: HomeAssistant, entry: Entry, device: AnyDeviceEntry) -> dict[str, Any]:
    """Tell what belongs to one registry device."""
    if not hasattr(entry, "runtime_data"):
        return {"state": entry.state.value}
    coordinator = entry.runtime_data.state
    topology = coordinator.topology
    parts = {
        ref: part
        for ref, part in topology.parts.items()
        if uid.identifier(topology, shown_on(topology, part)) in device.identifiers
    }
    told = {
        "push": _push(hass, entry),
        "parts": plain(parts),
        "state": _state(coordinator.data, frozenset(parts)),
    }
    return _clean(entry, told, topology)


def shown_on(topology: Topology, part: Part) -> PartRef:
    """Find the part whose registry device shows a part."""
    while part.placement is Placement.INLINE and part.ref.kind is not PartKind.DEVICE:
        part = topology.parts[part.parent or part.ref.owner]
    return part.ref


def _push(hass: HomeAssistant, entry: Entry) -> dict[str, Any]:
    """Tell how the push channel stands; times as seconds ago."""
    runtime = entry.runtime_data
    supervisor = runtime.push.supervisor
    now = hass.loop.time()
    at = runtime.state.last_event_at
    return {
        **plain(supervisor.status),
        "pushes": runtime.driver.pushes,
        "since": round(now - supervisor.status.since, 1),
        "heard": round(now - supervisor.heard, 1),
        "last_event": None if at is None else round(now - at, 1),
    }


def _state(state: State, parts: frozenset[PartRef] | None) -> dict[str, Any]:
    """Tell the state, of all parts (None) or of some."""
    devices = {address or _ITSELF: plain(_nameless(device)) for address, device in state.devices.items()}
    if parts is not None:
        names = {key_text(part) for part in parts}
        devices = {address: _only(device, names) for address, device in devices.items()}
    return {"pushing": state.pushing, "push_problem": state.push_problem, "devices": devices}


def _nameless(device: DeviceState) -> DeviceState:
    """Leave out who armed or disarmed, which is the name of a person, and where in the network a device is."""
    readings = {
        part: {reading: REDACTED if reading.quantity in _PRIVATE else value for reading, value in values.items()}
        for part, values in device.readings.items()
    }
    return replace(device, readings=readings)


def _only(device: dict[str, dict[str, Any]], names: set[str]) -> dict[str, dict[str, Any]]:
    """Keep what is about the named parts: the part is the first word of every key."""
    return {
        kind: {key: value for key, value in values.items() if key.partition(" ")[0] in names}
        for kind, values in device.items()
    }


def _clean(entry: Entry, told: dict[str, Any], topology: Topology | None) -> dict[str, Any]:
    """Take out all secrets, by the names of their fields and wherever else their values stand."""
    secrets = [entry.data.get(key) for key in (CONF_HOST, CONF_PASSWORD, CONF_USERNAME, CONF_UID)]
    aliases: dict[str, str] = {}
    if topology is not None:
        for number, part in enumerate(topology.parts.values()):
            secrets += (part.hardware.serial, part.hardware.mac)
            if part.ref.label and part.ref.label == part.hardware.serial:
                # Told apart by nothing but their serial numbers, they would become one.
                aliases[part.ref.label] = f"unit{number}"
        for number, device in enumerate(topology.devices.values()):
            secrets += (device.uid, device.hardware.serial, device.hardware.mac)
            if device.address != HOST:
                aliases[device.address] = f"device{number}"
    cleaned = Scrubber(secrets, aliases).scrub(told)
    redacted: dict[str, Any] = async_redact_data(cleaned, _REDACTED_KEYS)
    return redacted
