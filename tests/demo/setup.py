"""From a fresh Home Assistant to one with all devices and the dashboard; later only what changed is put right."""

from collections.abc import Mapping
from dataclasses import replace
import re
from time import monotonic

from ..simulators.isapi import IsapiSimulator
from . import dashboard, devices
from .client import Client
from .dashboard import Home
from .entities import Registry, enable, registry
from .fleet import MODELS, Fleet
from .progress import duration, say

# Disabled from the start in the integration, because most people do not want them; here they show what there is.
POSITION = r"pan|tilt|zoom"
EXTRA = rf"{POSITION}|cpu|memory|started|clock_drift|sensitivity_.*"


async def set_up(client: Client, fleet: Fleet, *, extra: str = EXTRA) -> Home:
    """Add the devices that are missing, enable a few more entities, make the dashboard.

    Half a minute after entities were enabled Home Assistant reloads their entries by itself, once more.
    """
    entries = await _entries(client, fleet)
    found = await registry(client)
    wanted = [entity for entity in found.all if re.fullmatch(extra, entity.key)]
    if changed := {entity.entry for entity in wanted if entity.disabled}:
        await enable(client, wanted)
        for entry in changed:
            await client.post(f"/api/config/config_entries/entry/{entry}/reload")
        say(f"enabled {sum(entity.disabled for entity in wanted)} entities that are off by default")
    home = await home_of(client, entries)
    await dashboard.save(client, home)
    say(f"dashboard made from {len(home.entities.of())} entities")
    return home


async def home_of(client: Client, entries: Mapping[str, str]) -> Home:
    """Read the registries."""
    listed = await client.command("config/device_registry/list")
    names = {item["id"]: item["name_by_user"] or item["name"] or "" for item in listed}
    return Home(entities=await _titled(client, names), entries=entries, devices=names)


async def _titled(client: Client, names: Mapping[str, str]) -> Registry:
    """Give the main entity of a device, which has no name of its own, the device's."""
    found = await registry(client)
    return Registry(replace(entity, name=entity.name or names.get(entity.device, "")) for entity in found.all)


async def _entries(client: Client, fleet: Fleet) -> dict[str, str]:
    """Return the titles of the entries in the fleet's order, adding those that are missing."""
    known = await devices.known(client)
    ordered: dict[str, str] = {}
    for model in MODELS:
        device = fleet.devices[model.key]
        entry = known.get(device.world.identity.serial)
        if entry is None:
            entry = await _add(client, device, model.says)
        elif await devices.entry_state(client, entry) != "loaded":
            await devices.move(client, entry, device)
            say(f"{device.world.identity.name} is now at port {device.port}")
        ordered[entry] = device.world.identity.name
    return ordered


async def _add(client: Client, device: IsapiSimulator, says: str) -> str:
    began = monotonic()
    entry = await devices.add(client, device)
    say(f"added {device.world.identity.name}: {says}, at {device.host}:{device.port} ({duration(monotonic() - began)})")
    return entry
