"""From pushed documents to events of the model. Pure but for the clock handed in; nothing gets out as an exception."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
import time
from typing import Any, Final

from ...errors import BadAnswer, DeviceError
from ...hikvision.panel import Panel
from ...hikvision.panel_records import Record, events_of, read_record, restructures, sighted, touches
from ...model.detections import DISCREET, Detection
from ...model.events import Detected, Event, Happened, Measured, Patched
from ...model.panel_words import PanelEvent
from ...model.parts import HOST, HOST_PART, PartRef
from ...model.vocabulary import Feature, Quantity, Reading
from ...sights import Sights
from ...transport.loose_json import find_all, get, to_text
from .devices import DeviceRow, normal
from .handling import Heard, handling_of, unknown
from .media_links import LinkKind, MediaLink, alarm_id
from .messages import Message, Refused, Subscribed, read_message
from .world import World

SILENCE: Final = 10.0
"""Seconds for which an unknown event that goes on and on is told once."""
ASK_AGAIN: Final = 60.0
"""Seconds for which a device that is not listed asks for a new list once."""
MEDIA: Final = "media"
"""Happening of a panel: an alarm told before has left a clip or a picture."""
_REMEMBERED: Final = 8192
_COUNTED: Final = 50
_WORD: Final = 64
_HEARTBEAT: Final = "heartbeat"
_RECORD: Final = "cidalarm"
_REVIEW: Final = "videoreview"
_ENCODER_ALIVE: Final = "1602"
"""The one code of cameras and recorders: they are there (004…txt l.1306)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one document said."""

    events: list[Event] = field(default_factory=list)
    touched: frozenset[str] = frozenset()
    """Addresses, verbatim, of devices whose polled state may have changed."""
    restructured: bool = False
    """What exists may have changed: list the devices again and rebuild the topology."""
    deleted: frozenset[str] = frozenset()
    """Addresses of devices that the receiver said to be gone."""
    subscription: int | str | None = None
    """The id, when this is the answer to the subscription."""
    refused: DeviceError | None = None
    """The error, when a status came instead of events."""
    heartbeat: bool = False
    links: tuple[MediaLink, ...] = ()
    """Pictures and clips that may be fetched now."""
    discreet: bool = False
    """A silent alarm, or what follows one: nothing of the links may be shown by default."""
    alarm: tuple[str, str] | None = None
    """Device and id of an alarm that must stay unnoticed: its pictures come with later messages."""


@dataclass(slots=True)
class Counts:
    """What came, for diagnostics."""

    documents: int = 0
    heartbeats: int = 0
    events: int = 0
    repaired: int = 0
    """Documents that were no JSON as they stood."""
    unreadable: int = 0
    duplicates: int = 0
    """Records that came a second time."""
    unknown_types: dict[str, int] = field(default_factory=dict)
    unknown_devices: dict[str, int] = field(default_factory=dict)
    unknown_codes: dict[str, int] = field(default_factory=dict)
    last_unreadable: str = ""


class EventReader:
    """Reads the pushes of one receiver, across connections."""

    def __init__(
        self, world: World, sights: Sights | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Take what is known of the devices, what was heard of already, and a monotonic clock."""
        self.world = world
        self.sights = Sights() if sights is None else sights
        self.counts = Counts()
        self._clock = clock
        self._said: OrderedDict[tuple[object, ...], float] = OrderedDict()
        self._records: OrderedDict[tuple[str, ...], int | None] = OrderedDict()
        """What came, and the zone that it named."""

    def read(self, body: bytes, now_wall: datetime) -> Told:
        """Read one document that came at `now_wall` (with time zone); whatever it is, nothing is raised."""
        self.counts.documents += 1
        try:
            document, repaired = read_message(body)
        except BadAnswer as error:
            self.counts.unreadable += 1
            self.counts.last_unreadable = error.detail[:100]
            return Told()
        self.counts.repaired += repaired
        match document:
            case Subscribed(id=number):
                return Told(subscription=number)
            case Refused(error=refusal):
                return Told(refused=refusal)
            case Message(kind=kind) if kind == _HEARTBEAT:
                self.counts.heartbeats += 1
                heard_of = {Reading(Quantity.LAST_REPORT): now_wall}
                return Told(heartbeat=True, events=[Measured(part=HOST_PART, readings=heard_of)])
            case Message():
                return self._message(document, now_wall)

    def _message(self, message: Message, now: datetime) -> Told:
        self.counts.events += 1
        index = message.device or message.serial
        row = self.world.device(index) if index else None
        if message.device and row is None:
            return self._stranger(message)
        heard = Heard(
            message=message,
            address=HOST if row is None else row.index,
            panel=None if row is None else self.world.panel(normal(row.index)),
            sights=self.sights,
            now=now,
        )
        if message.kind in (_RECORD, _REVIEW) and row is not None:
            events, restructured = self._record(heard, row)
        else:
            events, restructured = self._event(heard), heard.deleted
        return Told(
            events=events,
            touched=frozenset({heard.address}) if row is not None and heard.touches else frozenset(),
            restructured=restructured or heard.news,
            deleted=frozenset({heard.address}) if row is not None and heard.deleted else frozenset(),
            links=heard.links,
            discreet=heard.discreet,
            alarm=(heard.address, alarm_id(message)) if heard.discreet else None,
        )

    def _stranger(self, message: Message) -> Told:
        """A device that was not listed: new ones are announced by nothing else (004…txt l.628)."""
        _count(self.counts.unknown_devices, message.device)
        return Told(restructured=not self._was_said(("device", message.device), ASK_AGAIN))

    def _event(self, heard: Heard) -> list[Event]:
        message = heard.message
        row = handling_of(message.kind)
        if row is not None:
            return list(row.read(heard, row))
        _count(self.counts.unknown_types, message.event)
        event = unknown(heard)
        key = ("event", heard.address, message.channel, message.kind, message.active)
        return [] if self._was_said(key, SILENCE) else [event]

    # --- records of panels ---------------------------------------------------------------

    def _record(self, heard: Heard, row: DeviceRow) -> tuple[list[Event], bool]:
        """A record, or what comes after one: the same again with a clip."""
        message = heard.message
        try:
            record = read_record(_as_record(message))
        except BadAnswer:
            return self._event(heard), False
        if record.code == _ENCODER_ALIVE and not _has_partition(message):
            return self._alive(heard), False
        record = self._located(heard, record)
        events = events_of(record, heard.panel or Panel(ref=heard.device), heard.now)
        heard.discreet = any(_is_discreet(each) for each in events)
        heard.link(_zone_of(heard, record) or heard.device)
        if not self._is_known(heard, record):
            return self._told(heard, record, row, events)
        heard.touches = False
        if message.kind == _REVIEW:
            return self._media(heard, record, events), False
        self.counts.duplicates += 1
        heard.links = ()
        return [], False

    def _located(self, heard: Heard, record: Record) -> Record:
        """A record with the zone of the alarm that it follows, if it names none itself: the field is optional."""
        uuid = alarm_id(heard.message)
        joined = (heard.address, record.code, uuid)
        return replace(record, zone=self._records.get(joined)) if uuid and record.zone is None else record

    def _told(self, heard: Heard, record: Record, row: DeviceRow, events: list[Event]) -> tuple[list[Event], bool]:
        if record.known is None:
            _count(self.counts.unknown_codes, record.code)
        if not row.panel:
            heard.saw(heard.device, Feature.PANEL_LOG)
        for ref, gate in sorted(sighted(events)):
            heard.saw(ref, gate, kept=_holds(events, ref, gate))
        heard.touches = touches(record)
        return events, restructures(record)

    def _alive(self, heard: Heard) -> list[Event]:
        reading = Reading(Quantity.LAST_REPORT)
        heard.saw(heard.device, reading)
        heard.touches = False
        return [
            Patched(part=heard.device, online=True),
            Measured(part=heard.device, readings={reading: heard.now}),
        ]

    def _media(self, heard: Heard, record: Record, events: list[Event]) -> list[Event]:
        """Tell that a clip of an alarm is there; the alarm itself was told when it came, and a silent one stays so."""
        again: list[Event] = [
            replace(each, follow_up=True) for each in events if isinstance(each, Detected) and each.active
        ]
        if not heard.links or heard.discreet:
            return again
        kinds = sorted({each.kind.value for each in heard.links if each.kind is not LinkKind.INFO})
        data: dict[str, Any] = {"media_id": heard.links[0].id, "code": record.code, "kinds": kinds}
        if (zone := _zone_of(heard, record)) is not None and heard.panel is not None:
            data |= {"zone": zone.number, "zone_name": heard.panel.names.get(zone)}
        told = {name: value for name, value in data.items() if value is not None}
        return [*again, Happened(part=heard.device, what=MEDIA, data=told, at=record.at)]

    def _is_known(self, heard: Heard, record: Record) -> bool:
        """Whether a record came before: by what it says happened, where and when, or what follows one by its UUID.

        A UUID that a panel uses for all its records must not hide them, nor a time that two zones share, nor a clock
        that stands still.
        """
        fields = _as_record(heard.message)
        times = (find_all(fields, name)[:1] for name in ("triggerTime", "dateTime"))
        triggered = next((text for found in times for each in found if (text := to_text(each))), "")
        uuid = alarm_id(heard.message)
        if not uuid and not find_all(fields, "triggerTime"):
            return False
        review = heard.message.kind == _REVIEW
        place = f"{record.partition}/{record.zone}"
        key = (heard.address, record.code, uuid, place, triggered)
        # Clips have another time, and not always a zone.
        joined = (heard.address, record.code, uuid)
        sent = (*key, next((to_text(each) or "" for each in find_all(fields, "dateTime")), ""))
        before: list[tuple[str, ...]] = [key if uuid or review else sent, (*key, _REVIEW)]
        now: list[tuple[str, ...]] = [key, (*key, _REVIEW) if review else sent]
        if uuid:
            before.append(joined if review else (*joined, triggered))
            now += [joined, (*joined, triggered)] if review else [joined]
        known = any(each in self._records for each in before)
        for each in now:
            self._remember(each, record.zone)
        return known

    def _remember(self, key: tuple[str, ...], zone: int | None) -> None:
        self._records[key] = zone
        self._records.move_to_end(key)
        if len(self._records) > _REMEMBERED:
            self._records.popitem(last=False)

    def _was_said(self, key: tuple[object, ...], seconds: float) -> bool:
        """Whether the same was said within these seconds."""
        now = self._clock()
        said = now - self._said.get(key, -seconds) < seconds
        if not said:
            self._said[key] = now
            self._said.move_to_end(key)
        if len(self._said) > _REMEMBERED:
            self._said.popitem(last=False)
        return said


def _as_record(message: Message) -> dict[str, Any]:
    """The fields of a record; the clip of one has them in a place of its own."""
    reviewed = find_all(get(message.payload, "VideoReview"), "HikCIDParams") if message.kind == _REVIEW else ()
    if not reviewed:
        return dict(message.payload)
    return {**message.payload, "CIDAlarm": reviewed[0]}


def _zone_of(heard: Heard, record: Record) -> PartRef | None:
    """The panel's zone that a record concerns, wherever it names it; None where the panel does not have it."""
    return None if heard.panel is None or record.zone is None else heard.panel.zones.get(record.zone)


def _is_discreet(event: Event) -> bool:
    """Whether an event is part of a call for help that is meant to stay unnoticed."""
    if isinstance(event, Happened):
        return event.what == PanelEvent.SILENT_ALARM.value
    return isinstance(event, Detected) and event.what in DISCREET


def _has_partition(message: Message) -> bool:
    return bool(message.all("subSys"))


def _holds(events: Iterable[Event], ref: PartRef, gate: object) -> bool:
    """Whether an alarm lasts until its end is told."""
    return isinstance(gate, Detection) and any(
        getattr(each, "part", None) == ref
        and getattr(each, "what", None) is gate
        and getattr(each, "hold", None) == float("inf")
        for each in events
    )


def _count(counts: dict[str, int], word: str) -> None:
    word = word[:_WORD]
    if word in counts or len(counts) < _COUNTED:
        counts[word] = counts.get(word, 0) + 1
