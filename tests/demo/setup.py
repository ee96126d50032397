"""From a fresh Home Assistant to one with all devices and the dashboard; later only what changed is put right."""

from collections.abc import Mapping, Set
from dataclasses import replace
import re
from time import monotonic

from ..simulators.base import BaseSimulator
from . import analysts, dashboard, devices, premises
from .client import Client
from .entities import Registry, enable, registry
from .fleet import MODELS, Fleet
from .harbour import STATIONS
from .home import Home
from .progress import duration, say
from .yard import BLIND, POSTS

# Disabled from the start in the integration, because most people do not want them; here they show what there is.
POSITION = r"pan|tilt|zoom"
EXTRA = rf"{POSITION}|cpu|memory|started|clock_drift|sensitivity_.*"


async def set_up(client: Client, fleet: Fleet, *, extra: str = EXTRA, untouched: Set[str] = frozenset()) -> Home:
    """Add the devices that are missing, enable a few more entities, make the dashboard.

    Half a minute after entities were enabled Home Assistant reloads their entries by itself, once more. The entries of
    the devices with the keys `untouched` are spared that.
    """
    entries = await _entries(client, fleet)
    receiver = await _receiver(client, fleet)
    by_key = _by_key(fleet, entries)
    await analysts.introduce(client, fleet.devices, by_key)
    found = await registry(client)
    spared = {by_key[key] for key in untouched}
    wanted = [entity for entity in found.all if re.fullmatch(extra, entity.key) and entity.entry not in spared]
    if changed := {entity.entry for entity in wanted if entity.disabled}:
        await enable(client, wanted)
        for entry in changed:
            await client.post(f"/api/config/config_entries/entry/{entry}/reload")
        say(f"enabled {sum(entity.disabled for entity in wanted)} entities that are off by default")
    home = await home_of(client, entries, receiver, {fleet.titles[key] for key in BLIND})
    await dashboard.save(client, home)
    say(f"dashboard made from {len(home.entities.of())} entities")
    return home


def _by_key(fleet: Fleet, entries: Mapping[str, str]) -> dict[str, str]:
    """Return the entries by the keys of their devices."""
    keys = {title: key for key, title in fleet.titles.items()}
    return {keys[title]: entry for entry, title in entries.items()}


async def home_of(client: Client, entries: Mapping[str, str], receiver: str, blind: Set[str]) -> Home:
    """Read the registries; `blind` are the titles of entries without pictures."""
    listed = await client.command("config/device_registry/list")
    names = {item["id"]: item["name_by_user"] or item["name"] or "" for item in listed}
    without = frozenset(entry for entry, title in entries.items() if title in blind)
    return Home(entities=await _titled(client, names), entries=entries, receiver=receiver, devices=names, blind=without)


async def _titled(client: Client, names: Mapping[str, str]) -> Registry:
    """Give the main entity of a device, which has no name of its own, the device's."""
    found = await registry(client)
    return Registry(replace(entity, name=entity.name or names.get(entity.device, "")) for entity in found.all)


async def _entries(client: Client, fleet: Fleet) -> dict[str, str]:
    """Return the titles of the entries in the fleet's order, adding those that are missing."""
    known = await devices.known(client)
    ordered: dict[str, str] = {}
    titles, serials = fleet.titles, fleet.serials
    for model in (*MODELS, *STATIONS, *POSTS):
        title = titles[model.key]
        device, serial = fleet.cameras[model.key], serials[model.key]
        ordered[await _entry(client, device, known.get(serial), title, model.says)] = title
    return ordered


async def _receiver(client: Client, fleet: Fleet) -> str:
    """Return the entry of the receiver, which is known by a device behind it."""
    known = await devices.known(client)
    serial = fleet.receiver.world.devices[premises.HOUSE].serial or ""
    return await _entry(client, fleet.receiver, known.get(serial), premises.TITLE, premises.SAYS)


async def _entry(client: Client, device: BaseSimulator, entry: str | None, title: str, says: str) -> str:
    """Return the entry of a device, added if it is missing, corrected if the device has moved."""
    began = monotonic()
    if entry is None:
        entry = await devices.add(client, device)
        say(f"added {title}: {says}, at {device.host}:{device.port} ({duration(monotonic() - began)})")
    elif await devices.entry_state(client, entry) != "loaded":
        await devices.move(client, entry, device)
        say(f"{title} is now at port {device.port}")
    return entry
