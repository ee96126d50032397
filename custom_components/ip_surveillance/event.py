"""Events: the start of each alarm, and whatever else a device tells, so that nothing it says is lost."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import StateCoordinator
from .entity import PartEntity, async_setup_parts
from .protocol.model.events import Happened
from .protocol.model.parts import Gate, Part, PartKind
from .protocol.model.state import State
from .protocol.model.vocabulary import Feature
from .runtime import Entry

PARALLEL_UPDATES = 0

_DETECTION = EventEntityDescription(key="detection", translation_key="detection")
_SYSTEM_ALARM = EventEntityDescription(key="system_alarm", translation_key="system_alarm")
_OTHER = EventEntityDescription(key="other_event", translation_key="other_event")
# A camera's only channel shares its registry device: its events and the device's need different names.
_OTHER_SYSTEM = EventEntityDescription(key="other_event", translation_key="other_system_event")

_OTHER_TYPE = "other"

# Attributes that Home Assistant itself gives an event entity; a device's words must not stand in for them.
_RESERVED = frozenset({"event_type", "event_types", "device_class", "friendly_name", "icon"})

_TELLING: dict[PartKind, EventEntityDescription] = {
    PartKind.CHANNEL: _DETECTION,
    PartKind.DEVICE: _SYSTEM_ALARM,
}
"""Kinds of parts whose alarms have an event entity; an input's is told by its binary sensor alone."""


class HappenedEvent(PartEntity[None], EventEntity):
    """Tells momentary happenings of a part; what happened before it was there is not told again."""

    def __init__(
        self,
        coordinator: StateCoordinator,
        part: Part,
        description: EventEntityDescription,
        gate: Gate | None = None,
    ) -> None:
        """Tell happenings of one part; only the push channel knows of them."""
        super().__init__(coordinator, part, description, gate, pushed=True)

    @override
    def read(self, state: State) -> None:
        return None

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.async_on_happened(self._part.ref, self._on_happened))

    @callback
    def _on_happened(self, happened: Happened) -> None:
        if (event_type := self.type_of(happened)) is None:
            return
        self._trigger_event(event_type, self.attributes_of(happened))
        self.async_write_ha_state()

    @abstractmethod
    def type_of(self, happened: Happened) -> str | None:
        """The event type of a happening, None when another entity tells it."""

    def attributes_of(self, happened: Happened) -> dict[str, Any]:
        """What goes with the event: the device's own data, its time, and whether it sent a picture."""
        attributes = {name: value for name, value in happened.data.items() if name not in _RESERVED}
        if happened.at is not None:
            attributes["device_time"] = happened.at.isoformat()
        if happened.picture is not None:
            attributes["picture"] = True
        return attributes


class DetectionEvent(HappenedEvent):
    """The start of every alarm that a part is known to raise."""

    @property
    @override
    def event_types(self) -> list[str]:
        return sorted(what.value for what in self.part.detections)

    @override
    def type_of(self, happened: Happened) -> str | None:
        return happened.what if happened.what in self.event_types else None


class OtherEvent(HappenedEvent):
    """What no detection of the part names, in the device's own word."""

    _attr_event_types = [_OTHER_TYPE]

    @override
    def type_of(self, happened: Happened) -> str | None:
        known = happened.what in self.part.detections and self._part.ref.kind in _TELLING
        return None if known else _OTHER_TYPE

    @override
    def attributes_of(self, happened: Happened) -> dict[str, Any]:
        return {**super().attributes_of(happened), "event": happened.what}


def _entities(coordinator: StateCoordinator, part: Part) -> Iterator[PartEntity[Any]]:
    if part.detections and part.ref.kind in _TELLING:
        yield DetectionEvent(coordinator, part, _TELLING[part.ref.kind])
    if Feature.EVENTS in part.features:
        description = _OTHER_SYSTEM if part.ref.kind is PartKind.DEVICE else _OTHER
        yield OtherEvent(coordinator, part, description, Feature.EVENTS)


async def async_setup_entry(
    hass: HomeAssistant, entry: Entry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the event entities of an entry."""
    async_setup_parts(entry, async_add_entities, _entities)
