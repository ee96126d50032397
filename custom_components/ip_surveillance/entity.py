"""Base of all entities, their registry devices, and the one way in which platforms make them."""

from abc import abstractmethod
import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import replace
from itertools import batched
from typing import Any, Final, override

from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import CONNECTION_NETWORK_MAC, ChildDeviceInfo, DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback, async_get_current_platform
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from . import uid
from .const import DOMAIN
from .contexts import device_context
from .coordinator import StateCoordinator
from .crowd import Crowd
from .following import async_follow
from .protocol.driver import Want
from .protocol.model.events import Polled
from .protocol.model.parts import HOST_PART, Gate, Part, PartKind, PartRef, Placement, Topology
from .protocol.model.state import State
from .runtime import Entry


class PartEntity[V](CoordinatorEntity[StateCoordinator]):
    """An entity of one part. It holds no state: it shows one value read from the coordinator's."""

    _attr_has_entity_name = True

    def __init__(
        self,
        coordinator: StateCoordinator,
        part: Part,
        description: EntityDescription,
        gate: Gate | None = None,
        *,
        pushed: bool = False,
    ) -> None:
        """Show `description` of `part`.

        `gate` is what the entity exists for. `pushed` marks what only the push channel tells: it is unavailable
        while that is down.
        """
        super().__init__(coordinator, Want(part.ref, gate))
        self.entity_description = description
        self.gate = gate
        self._part = part
        self._pushed = pushed
        self._attr_unique_id = uid.entity_uid(coordinator.topology, part.ref, description.key)
        self._attr_device_info = device_info(coordinator, part)
        # Tells several parts of one registry device apart, in the names that ask for it.
        self._attr_translation_placeholders = {"name": part.name or str(part.ref.number)}
        self._value: V | None = None
        self._was_available = False

    def disable_at_first(self) -> None:
        """Leave it to the user to enable it."""
        self._attr_entity_registry_enabled_default = False

    @property
    def part(self) -> Part:
        """The part as it is now: its presets and streams may have changed since the entity was made."""
        return self.coordinator.topology.parts.get(self._part.ref, self._part)

    @abstractmethod
    def read(self, state: State) -> V | None:
        """The value shown, None when it is not known."""

    @property
    @override
    def available(self) -> bool:
        return (
            super().available
            and self._part.ref in self.coordinator.topology.parts
            and self.coordinator.data.reachable(self._part.ref, self._part.parent)
            and (self.coordinator.data.pushing or not self._pushed)
        )

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        # It was for the registry, which has it now; of a hundred thousand entities it is much.
        self._attr_device_info = None
        self._refresh()  # nothing is written here: Home Assistant writes the first state right after

    @callback
    def _refresh(self) -> bool:
        """Take the value from the state; whether something that is shown differs now."""
        value, available = self.read(self.coordinator.data), self.available
        same = value == self._value and available is self._was_available
        self._value, self._was_available = value, available
        return not same

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        # With hundreds of entities on one recorder, writing states that did not change is most of the cost.
        if self._refresh():
            self.async_write()

    @callback
    def async_write(self) -> None:
        """Write what is shown now to Home Assistant, put down to whoever asked for it or else to the device."""
        if self._context is not None:
            self.async_write_ha_state()
            return
        ours = self._context = device_context()
        try:
            self.async_write_ha_state()
        finally:
            # An automation that the change set off may have asked for the next one meanwhile.
            if self._context is ours:
                self._context = None

    async def async_command(self, command: Awaitable[Polled | None]) -> None:
        """Send a command down the one path that all take."""
        await self.coordinator.async_command(command, self._part.ref)

    async def async_move(self, command: Awaitable[Polled | None]) -> None:
        """Send a command that turns the camera, and follow where it looks, also when the command failed halfway."""
        try:
            await self.async_command(command)
        finally:
            async_follow(self.coordinator, self._part.ref)


def device_info(coordinator: StateCoordinator, part: Part) -> DeviceInfo | ChildDeviceInfo:
    """The registry device that shows a part: its own, or that of the part or device it belongs to."""
    topology = coordinator.topology
    while part.placement is Placement.INLINE and part.ref.kind is not PartKind.DEVICE:
        part = topology.parts[part.parent or part.ref.owner]
    if part.ref.kind is PartKind.DEVICE:
        return _unit(coordinator, part, via=None if part.ref == HOST_PART else HOST_PART)
    if part.placement is Placement.UNIT:
        return _unit(coordinator, part, via=part.ref.owner)
    info = ChildDeviceInfo(
        identifiers={uid.identifier(topology, part.ref)},
        parent_device_id=_registered(coordinator, part.ref.owner),
    )
    _name(info, part)
    return info


def _unit(coordinator: StateCoordinator, part: Part, via: PartRef | None) -> DeviceInfo:
    whole = part.ref.kind is PartKind.DEVICE
    device = coordinator.topology.devices[part.ref.device]
    hardware = device.hardware if whole else part.hardware
    info = DeviceInfo(
        identifiers={uid.identifier(coordinator.topology, part.ref)},
        manufacturer=hardware.manufacturer,
        model=hardware.model,
        serial_number=hardware.serial,
        sw_version=hardware.firmware,
        hw_version=hardware.revision,
    )
    if whole:
        info["name"] = device.name
    else:
        _name(info, part)
    if device.site:
        info["suggested_area"] = device.site
    if hardware.mac and via is None:
        # Only the host's: a camera may also be set up as an entry of its own, and a MAC belongs to one device.
        info["connections"] = {(CONNECTION_NETWORK_MAC, dr.format_mac(hardware.mac))}
    if via is not None:
        info["via_device_id"] = _registered(coordinator, via)
    return info


def _name(info: DeviceInfo | ChildDeviceInfo, part: Part) -> None:
    if part.name:
        info["name"] = part.name
    else:
        info["translation_key"] = part.ref.kind.value
        info["translation_placeholders"] = {"number": part.ref.label or str(part.ref.number)}


def told_apart[D: EntityDescription](part: Part, description: D) -> D:
    """The description for a relay: all relays of a panel share its registry device, so names must say of which."""
    if part.ref.kind is not PartKind.OUTPUT:
        return description
    return replace(description, translation_key=f"output_{description.key}")


def _registered(coordinator: StateCoordinator, part: PartRef) -> str:
    return dr.async_get_device_id_by_identifier(
        coordinator.hass,
        uid.identifier(coordinator.topology, part),
        config_entry_id=coordinator.config_entry.entry_id,
    )


@callback
def async_register_devices(coordinator: StateCoordinator) -> None:
    """Register all devices before their entities: a device must exist before others can refer to it.

    What is registered already is passed over: a host may front thousands.
    """
    registry = dr.async_get(coordinator.hass)
    entry_id = coordinator.config_entry.entry_id
    topology, known = coordinator.topology, coordinator.registered
    # The user may remove what vanished; should it come back, it is new.
    for ref in known.keys() - topology.parts.keys():
        del known[ref]
    for part in _devices_first(topology):
        if known.get(part.ref) == (now := (part, topology.devices[part.ref.device])):
            continue
        known[part.ref] = now
        info = device_info(coordinator, part)
        if "parent_device_id" in info:
            registry.async_get_or_create_child(config_entry_id=entry_id, **info)
        else:
            registry.async_get_or_create(config_entry_id=entry_id, **info)


def _devices_first(topology: Topology) -> Iterator[Part]:
    yield topology.parts[HOST_PART]
    yield from (part for part in topology.of(PartKind.DEVICE) if part.ref != HOST_PART)
    yield from (part for part in topology.parts.values() if part.placement is not Placement.INLINE)


_AT_ONCE: Final = 100
"""Entities added to Home Assistant in one go."""

type MakeEntities = Callable[[StateCoordinator, Part], Iterator[PartEntity[Any]]]


def _fitting(coordinator: StateCoordinator, parts: Iterable[Part], make: MakeEntities) -> Iterator[PartEntity[Any]]:
    """The entities of parts, of thousands of zones only those that there is room for."""
    crowd = Crowd.of(coordinator.topology)
    for entity in (entity for part in parts for entity in make(coordinator, part)):
        ref, key = entity.part.ref, entity.entity_description.key
        if not crowd.makes(ref, key):
            continue
        if not crowd.enables(ref, key):
            entity.disable_at_first()
        yield entity


class _Making:
    """What a platform made of the parts until now."""

    def __init__(self, coordinator: StateCoordinator, platform: str, make: MakeEntities) -> None:
        self._coordinator = coordinator
        self._platform = platform
        self._make = make
        self._registry = er.async_get(coordinator.hass)
        self._made: set[str | None] = set()
        self._looked_at: dict[PartRef, Part] = {}
        self._gone: set[PartRef] = set()

    def new(self) -> list[PartEntity[Any]]:
        """Make the entities that there were not when this was asked last."""
        parts = self._coordinator.topology.parts
        for ref in self._looked_at.keys() - parts.keys():
            self._gone.add(ref)
            del self._looked_at[ref]
        # Parts that are the same bring nothing new, and there may be thousands of them.
        fresh = [part for ref, part in parts.items() if self._looked_at.get(ref) != part]
        self._looked_at.update((part.ref, part) for part in fresh)
        candidates = list(_fitting(self._coordinator, fresh, self._make))
        self._made.difference_update(self._removed(candidates))
        self._gone.difference_update(self._looked_at)
        entities = [entity for entity in candidates if self._wanted(entity)]
        self._made.update(entity.unique_id for entity in entities)
        return entities

    def _removed(self, entities: Iterable[PartEntity[Any]]) -> set[str | None]:
        """Entities that the user removed while their part was away; the others exist still and must not come twice."""
        return {entity.unique_id for entity in entities if entity.part.ref in self._gone and not self._known(entity)}

    def _wanted(self, entity: PartEntity[Any]) -> bool:
        """Whether to add it: once, and when its probe failed only if it is known from an earlier, better day."""
        if entity.unique_id is None or entity.unique_id in self._made:
            return False
        if entity.gate is None or entity.gate not in entity.part.unprobed:
            return True
        return self._known(entity)

    def _known(self, entity: PartEntity[Any]) -> bool:
        if entity.unique_id is None:
            return False
        return self._registry.async_get_entity_id(self._platform, DOMAIN, entity.unique_id) is not None


async def async_setup_parts(entry: Entry, add: AddConfigEntryEntitiesCallback, make: MakeEntities) -> None:
    """Make the entities of a platform now and whenever parts appear later."""
    coordinator = entry.runtime_data.state
    making = _Making(coordinator, async_get_current_platform().domain, make)

    @callback
    def add_new() -> None:
        if entities := making.new():
            add(entities)

    # Nothing else runs while Home Assistant adds what it is given at once, which is seconds for thousands of entities.
    for some in batched(making.new(), _AT_ONCE, strict=False):
        add(some)
        await asyncio.sleep(0)
    add_new()
    entry.async_on_unload(coordinator.async_on_topology(add_new))
