"""Whether who answers is who was set up: by its own identity, or by the devices behind a host that has none."""

from collections.abc import Iterable, Set as AbstractSet
from typing import Final
from uuid import uuid4

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr

from .const import DOMAIN
from .protocol.driver import Identity
from .protocol.model.parts import HOST, Topology

_PIECE: Final = "_"
"""Separates the identity of a device from that of a piece of it; see `uid.py`."""


def known_as(hass: HomeAssistant, entries: Iterable[ConfigEntry], identity: Identity) -> str | None:
    """The unique id of the entry that the host was set up as, even if it tells another of its identities now."""
    for entry in entries:
        if entry.unique_id is None:
            continue
        names = {entry.unique_id} if identity.uid else devices_behind(hass, entry)
        if not names.isdisjoint(identity.aliases):
            return entry.unique_id
    return None


def new_identity(identity: Identity) -> str:
    """The unique id of a host that is set up for the first time; one of its own where it offers none."""
    return identity.uid or uuid4().hex


def may_be(hass: HomeAssistant, entry: ConfigEntry, uid: str, behind: AbstractSet[str]) -> bool:
    """Whether a host with this identity, or without one (empty) and with these devices behind it, may be the entry's.

    A host without an identity is another one when all the devices behind it are others; where there are none to
    compare, nothing speaks against it.
    """
    if uid:
        return uid == entry.unique_id or entry.unique_id in behind
    known = devices_behind(hass, entry)
    return not known or not behind or not known.isdisjoint(behind)


def behind_of(topology: Topology) -> frozenset[str]:
    """Identities of the host, or of the devices behind one that has none."""
    if topology.host.uid:
        return topology.host.aliases
    return frozenset(device.uid for address, device in topology.devices.items() if address != HOST)


def devices_behind(hass: HomeAssistant, entry: ConfigEntry) -> frozenset[str]:
    """Identities of the devices behind the entry's host, as they were registered."""
    return frozenset(
        name
        for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        for domain, name in device.identifiers
        if domain == DOMAIN and name != entry.unique_id and _PIECE not in name
    )
