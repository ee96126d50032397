"""Events: the start of each alarm, and whatever else a device tells, so that nothing it says is lost."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, override

from homeassistant.components.event import (
    DoorbellEventType,
    EventDeviceClass,
    EventEntity,
    EventEntityDescription,
    EventExtraStoredData,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .contexts import device_context
from .coordinator import StateCoordinator
from .discretion import is_discreet_event, shows_silent
from .entity import PartEntity, async_setup_parts
from .panel_text import EVENT_PANEL, code_text
from .protocol.model.detections import Detection
from .protocol.model.events import Happened
from .protocol.model.panel_words import PanelEvent
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
_PANEL = EventEntityDescription(key="panel_event", translation_key="panel_event")
# Nobody has it who did not ask for it: its state is what must not be seen on the wall.
_SILENT = EventEntityDescription(
    key="silent_alarm", translation_key="silent_alarm", entity_registry_enabled_default=False
)
_DOORBELL = EventEntityDescription(key="doorbell", translation_key="doorbell", device_class=EventDeviceClass.DOORBELL)

_OTHER_TYPE = "other"
_RING_CANCELLED = "ring_cancelled"

_DOORBELL_TYPES = {Detection.RING.value: DoorbellEventType.RING.value, _RING_CANCELLED: _RING_CANCELLED}
"""Event types of a door station by what happened."""

# Attributes that Home Assistant itself gives an event entity; a device's words must not stand in for them. `restored`
# marks the entity of an integration that is gone: such a state is neither kept nor shown without a warning.
_RESERVED = frozenset({"event_type", "event_types", "device_class", "friendly_name", "icon", "restored"})

_TELLING: dict[PartKind, EventEntityDescription] = {
    PartKind.CHANNEL: _DETECTION,
    PartKind.DEVICE: _SYSTEM_ALARM,
}
"""Kinds of parts whose alarms have an event entity; an input's is told by its binary sensor alone."""


class HappenedEvent(PartEntity[tuple[str, ...]], EventEntity):
    """Tells momentary happenings of a part; what happened before it was there is not told again."""

    def __init__(
        self,
        coordinator: StateCoordinator,
        part: Part,
        description: EventEntityDescription,
        gate: Gate | None = None,
    ) -> None:
        """Tell happenings of one part."""
        # Where polls see alarms too, their events need no push channel.
        pushed = all(spec.pushed for spec in part.detections.values())
        super().__init__(coordinator, part, description, gate, pushed=pushed)

    @override
    def read(self, state: State) -> tuple[str, ...]:
        # Not shown as the state; but what a part can tell may grow, and that is shown at once.
        return tuple(self.event_types)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.async_on_happened(self._part.ref, self._on_happened))

    @callback
    def _on_happened(self, happened: Happened) -> None:
        if (event_type := self.type_of(happened)) is not None:
            self._tell(event_type, self.attributes_of(happened))

    @callback
    def _tell(self, event_type: str, attributes: dict[str, Any]) -> None:
        self._trigger_event(event_type, attributes)
        self.async_write()

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
        return _detections(self.part)

    @override
    def type_of(self, happened: Happened) -> str | None:
        return happened.what if happened.what in self.event_types else None


class PanelRecord(HappenedEvent):
    """What an alarm panel records, in groups; each also goes over the bus, for the logbook."""

    def __init__(self, coordinator: StateCoordinator, part: Part) -> None:
        """Tell the records of one panel; those of silent alarms only when the user wants to see them."""
        super().__init__(coordinator, part, _PANEL, Feature.PANEL_LOG)
        shows = shows_silent(coordinator.config_entry)
        self._attr_event_types = [each.value for each in PanelEvent if shows or not is_discreet_event(each.value)]

    @override
    def type_of(self, happened: Happened) -> str | None:
        return happened.what if happened.what in self._attr_event_types else None

    @override
    def attributes_of(self, happened: Happened) -> dict[str, Any]:
        return {**super().attributes_of(happened), **_worded(self.hass, happened)}

    @override
    async def async_get_last_event_data(self) -> EventExtraStoredData | None:
        last = await super().async_get_last_event_data()
        # What was shown while the user wanted to see silent alarms must not be shown after that.
        return last if last and last.last_event_type in self._attr_event_types else None

    @callback
    @override
    def _tell(self, event_type: str, attributes: dict[str, Any]) -> None:
        super()._tell(event_type, attributes)
        told = {
            "entity_id": self.entity_id,
            "device_id": self.device_entry.id if self.device_entry else None,
            "event_type": event_type,
        }
        self.hass.bus.async_fire(EVENT_PANEL, {**attributes, **told}, context=device_context())


class SilentAlarm(HappenedEvent):
    """The silent alarms of a panel alone, for whoever switches it on knowingly."""

    _attr_event_types = [PanelEvent.SILENT_ALARM.value]

    @override
    def type_of(self, happened: Happened) -> str | None:
        return happened.what if happened.what in self._attr_event_types else None

    @override
    def attributes_of(self, happened: Happened) -> dict[str, Any]:
        return {**super().attributes_of(happened), **_worded(self.hass, happened)}


class Doorbell(HappenedEvent):
    """Somebody rings, or gave up ringing."""

    _attr_event_types = list(_DOORBELL_TYPES.values())

    @override
    def type_of(self, happened: Happened) -> str | None:
        return _DOORBELL_TYPES.get(happened.what)


class OtherEvent(HappenedEvent):
    """What no detection of the part names, in the device's own word."""

    _attr_event_types = [_OTHER_TYPE]

    @override
    def type_of(self, happened: Happened) -> str | None:
        return None if _is_told(self.part, happened.what) else _OTHER_TYPE

    @override
    def attributes_of(self, happened: Happened) -> dict[str, Any]:
        return {**super().attributes_of(happened), "event": happened.what}


def _worded(hass: HomeAssistant, happened: Happened) -> dict[str, Any]:
    """What a record means for people, and whether it is the end of something."""
    return {"text": code_text(hass, happened.data), "ended": bool(happened.data.get("restored"))}


def _detections(part: Part) -> list[str]:
    """The alarms that the part's detection event tells; a panel tells them as records, a door station rings."""
    if part.ref.kind not in _TELLING or Feature.PANEL_LOG in part.features:
        return []
    rings = {Detection.RING} if Feature.DOORBELL in part.features else set()
    return sorted(what.value for what in part.detections.keys() - rings)


def _is_told(part: Part, what: str) -> bool:
    """Whether an entity other than the generic one tells of something, or it must not be told."""
    if is_discreet_event(what) or what in _detections(part):
        return True
    if Feature.DOORBELL in part.features and what in _DOORBELL_TYPES:
        return True
    # The trouble of a panel that a record tells of is not told again under the trouble's own name.
    return Feature.PANEL_LOG in part.features and (what in set(PanelEvent) or what in part.detections)


def _entities(coordinator: StateCoordinator, part: Part) -> Iterator[PartEntity[Any]]:
    if _detections(part):
        yield DetectionEvent(coordinator, part, _TELLING[part.ref.kind])
    if Feature.PANEL_LOG in part.features:
        yield PanelRecord(coordinator, part)
        yield SilentAlarm(coordinator, part, _SILENT, Feature.PANEL_LOG)
    if Feature.DOORBELL in part.features:
        yield Doorbell(coordinator, part, _DOORBELL, Feature.DOORBELL)
    if Feature.EVENTS in part.features:
        description = _OTHER_SYSTEM if part.ref.kind is PartKind.DEVICE else _OTHER
        yield OtherEvent(coordinator, part, description, Feature.EVENTS)


async def async_setup_entry(
    hass: HomeAssistant, entry: Entry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the event entities of an entry."""
    await async_setup_parts(entry, async_add_entities, _entities)
