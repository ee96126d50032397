"""Unique ids and device identifiers: the only place that composes them.

They are made of the device's own identity and of protocol slots; never of a network address, a name, or
anything that is missing while a camera is offline. Changing one loses the user's history and automations.
"""

from .const import DOMAIN
from .protocol.model.parts import PartKind, PartRef, Topology


def entity_uid(topology: Topology, part: PartRef, key: str) -> str:
    """Unique id of the entity `key` of a part."""
    return f"{part_uid(topology, part)}_{key}"


def part_uid(topology: Topology, part: PartRef) -> str:
    """Identity of a part across all entries; of a DEVICE part that of its device."""
    device = topology.devices[part.device]
    return device.uid if part.kind is PartKind.DEVICE else f"{device.uid}_{part.key}"


def identifier(topology: Topology, part: PartRef) -> tuple[str, str]:
    """Identifier in the device registry of a part that has a registry device of its own."""
    return (DOMAIN, part_uid(topology, part))
