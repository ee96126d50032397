"""From packets of the push and rows of the log to events of the model. Nothing gets out as an exception.

Of the packets only kinds and a few names are known (field knowledge, no document): names are looked for under several
spellings, and what is not understood is told in the camera's own words.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
import re
import time
from typing import Any, Final

from ...model.detections import Detection
from ...model.events import Detected, Event, Happened, Measured
from ...model.parts import HOST, HOST_PART, Gate, PartKind, PartRef, Topology
from ...model.state import Picture, ReadingValue
from ...model.vocabulary import Feature, Quantity, Reading
from .clock import device_time
from .docs import Doc
from .event_words import OBJECTS, Scope, detection_of, log_alarm, plain, scope_of, target_of
from .facts import Channel
from .learned import Learned, is_input
from .logbook import Row
from .packets import Packet, PacketType

LONG: Final = 600.0
"""Seconds for which an alarm holds whose end the camera has shown to report."""
SILENCE: Final = 10.0
"""Seconds for which an unknown event that goes on and on is told once."""
LOG_EVENT: Final = "log"
HEAT_MAP: Final = "heat_map"
_REMEMBERED: Final = 64
_COUNTED: Final = 50
_MOST_ROWS: Final = 64
_MOST_DATA: Final = 12
_LONGEST: Final = 100
_NAME: Final = re.compile(r"[A-Za-z_]\w{0,40}", re.ASCII)
_UNTOLD: Final = frozenset({"eventtype", "type", "active", "rect", "picture", "picturedata", "image"})

type Answer = Mapping[str, Any]


@dataclass(slots=True)
class EventCounts:
    """What came, for diagnostics."""

    alarms: int = 0
    ends: int = 0
    heartbeats: int = 0
    ignored: int = 0
    """Packets of kinds that nobody shows."""
    log_rows: int = 0
    unknown: dict[str, int] = field(default_factory=dict)
    """By the camera's word, bounded."""


class EventReader:
    """Reads for one camera, across connections."""

    def __init__(
        self,
        learned: Learned,
        *,
        clock: Callable[[], float] = time.monotonic,
        utc_now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take what events taught before, a monotonic clock and the wall clock."""
        self.counts = EventCounts()
        self.topology: Topology | None = None
        """What exists; what else is reported is news of its own."""
        self.restructured = False
        """Something was reported that did not exist so far; to be reset by whoever looks again."""
        self._learned = learned
        self._clock = clock
        self._utc_now = utc_now
        self._told: OrderedDict[tuple[PartRef, str, bool], float] = OrderedDict()

    def packet(self, packet: Packet) -> list[Event]:
        """Read one packet of the push."""
        if packet.type == PacketType.HEARTBEAT:
            self.counts.heartbeats += 1
            return []
        read = _READERS.get(packet.type)
        if read is None:
            self.counts.ignored += 1
            return []
        picture = None if packet.picture is None else self._picture(packet.picture, packet.type)
        events = list(read(self, packet.doc, _Context(doc=packet.doc)))
        return _with_picture(events, picture)

    def _picture(self, data: bytes, kind: int) -> Picture:
        """A heat map is no picture of an alarm, and shown beside it."""
        if kind != PacketType.HEAT_MAP:
            return Picture(data)
        if not self._learned.heat_map:
            self._learned.heat_map = self.restructured = True
        return Picture(data, of=Feature.HEAT_MAP)

    def row(self, row: Row) -> list[Event]:
        """Read one row of the log."""
        self.counts.log_rows += 1
        at = device_time(row.time, self._utc_now())
        data: dict[str, Any] = {"text": row.text}
        if row.type is not None:
            data["type"] = row.type
        found = log_alarm(row.text)
        if found is None:
            return [Happened(part=HOST_PART, what=LOG_EVENT, data=data, at=at)]
        part = self._part(found.what, None, None)
        return [self._detected(Detected(part=part, what=found.what, active=found.active, at=at, data=data))]

    # --- parts and what is known of them

    def _part(self, what: Detection, channel: int | None, number: int | None) -> PartRef:
        """The part that an alarm concerns."""
        scope = scope_of(what)
        if scope is Scope.DEVICE:
            return HOST_PART
        if scope is Scope.CHANNEL:
            return self._channel(channel)
        wanted = number if is_input(number) else 1
        ref = PartRef(HOST, PartKind.INPUT, wanted or 1)
        if self.topology is not None and ref not in self.topology.parts and ref.number not in self._learned.inputs:
            self._learned.inputs.add(ref.number)
            self.restructured = True
        return ref

    def _channel(self, number: int | None) -> PartRef:
        """A channel by its number; the first where that is none of ours, as with counts that begin at 0."""
        ref = PartRef(HOST, PartKind.CHANNEL, number or 0)
        return ref if self.topology is not None and ref in self.topology.parts else Channel().ref

    def _exists(self, part: PartRef, gate: Gate) -> bool:
        known = self.topology.parts.get(part) if self.topology is not None else None
        return known is not None and (gate in known.detections or gate in known.readings)

    def _detected(self, event: Detected) -> Detected:
        """Count an alarm, and note what did not exist so far."""
        if not event.active:
            self.counts.ends += 1
            self._learned.ends.add(event.what)
            return event
        self.counts.alarms += 1
        if not self._exists(event.part, event.what) and self._learned.detected(event.part, event.what):
            self.restructured = True
        return event

    def _measured(self, part: PartRef, values: Mapping[Quantity, ReadingValue]) -> Measured:
        for quantity in values:
            if not self._exists(part, Reading(quantity)) and self._learned.measured(quantity):
                self.restructured = True
        return Measured(part=part, readings={Reading(quantity): value for quantity, value in values.items()})

    # --- packets

    def _events(self, doc: Doc, context: _Context) -> Iterator[Event]:
        for row in _rows(doc, "events", "event"):
            yield from self._event(row, context)

    def _event(self, row: Doc, context: _Context) -> Iterator[Event]:
        word = row.text("event_type", "eventType", "type")
        if word is None:
            self.counts.ignored += 1
            return
        told = row.truth("active")
        active = told is not False
        what = detection_of(word)
        if what is None:
            yield from self._unknown(word[:_LONGEST], row, context, active=active)
            return
        part = self._part(what, context.channel(row), row.integer("input", "io", "port"))
        ends = told is True and what in self._learned.ends
        yield self._detected(
            Detected(
                part=part,
                what=what,
                active=active,
                target=target_of(row.text("target", "target_type", "object_type")) if active else None,
                region=_region(row),
                hold=LONG if ends else None,
                at=context.at(row),
                data=_data(row),
            )
        )

    def _unknown(self, word: str, row: Doc, context: _Context, *, active: bool) -> Iterator[Event]:
        """Pass on what no detection names, so that nothing is lost."""
        counted = self.counts.unknown
        if word in counted or len(counted) < _COUNTED:
            counted[word] = counted.get(word, 0) + 1
        part = self._channel(context.channel(row))
        if not self._was_told((part, plain(word), active)):
            data = {**_data(row), "state": "active" if active else "inactive"}
            yield Happened(part=part, what=word, data=data, at=context.at(row))

    def _was_told(self, key: tuple[PartRef, str, bool]) -> bool:
        """Whether the same was told within the last seconds; repeats keep it silent."""
        now = self._clock()
        told = now - self._told.pop(key, -SILENCE) < SILENCE
        self._told[key] = now
        if len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        return told

    def _faces(self, doc: Doc, context: _Context) -> Iterator[Event]:
        for row in _rows(doc, "faces", "face", "faceList"):
            part = self._channel(context.channel(row))
            what = Detection.FACE_MATCH if row.text("name") else Detection.FACE
            if what is Detection.FACE:
                # The rest of a crowd is one alarm; a name is told each time.
                yield self._detected(Detected(part=part, what=what, at=context.at(row), data=_data(row)))
            else:
                yield from self._moment(part, what, row, context)

    def _plates(self, doc: Doc, context: _Context) -> Iterator[Event]:
        for row in _rows(doc, "plates", "plate", "plateList"):
            part = self._channel(context.channel(row))
            plate = row.text("plate", "plate_number", "plateNumber", "license")
            if plate:
                yield self._measured(part, {Quantity.PLATE: plate[:_LONGEST]})
            yield from self._moment(part, Detection.PLATE, row, context)

    def _moment(self, part: PartRef, what: Detection, row: Doc, context: _Context) -> Iterator[Event]:
        """Tell each one, though the alarm of the one before may still be going on."""
        yield self._detected(Detected(part=part, what=what, restored=True, at=context.at(row)))
        yield Happened(part=part, what=what.value, data=_data(row), at=context.at(row))

    def _counts(self, doc: Doc, context: _Context) -> Iterator[Event]:
        """Sums so far, of all lines together."""
        rows = _rows(doc, "line_counts", "line_count", "lineCounts", "counts")
        sums = {
            Quantity.ENTERED: [row.integer("in", "enter", "entered", "in_count") for row in rows],
            Quantity.LEFT: [row.integer("out", "leave", "left", "exit", "out_count") for row in rows],
        }
        values: dict[Quantity, ReadingValue] = {
            quantity: sum(each for each in numbers if each is not None and each >= 0)
            for quantity, numbers in sums.items()
            if any(each is not None for each in numbers)
        }
        if values:
            yield self._measured(self._channel(context.channel(doc)), values)

    def _objects(self, doc: Doc, context: _Context) -> Iterator[Event]:
        seen = {
            what: row
            for row in _rows(doc, "objects", "object", "smart_objects")
            if (target := target_of(row.text("type", "target", "object_type"))) and (what := OBJECTS.get(target))
        }
        for what, row in seen.items():
            part = self._channel(context.channel(row))
            yield self._detected(Detected(part=part, what=what, at=context.at(row), data=_data(row)))

    def _heat_map(self, doc: Doc, context: _Context) -> Iterator[Event]:
        found = _rows(doc, "heat_map", "heatmap")
        data = _data(found[0]) if found else {}
        yield Happened(part=self._channel(context.channel(doc)), what=HEAT_MAP, data=data, at=context.at(doc))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    """What a packet says of all its rows."""

    doc: Doc

    def channel(self, row: Doc) -> int | None:
        """Number of the channel."""
        own = row.integer("channel")
        return self.doc.integer("channel") if own is None else own

    def at(self, row: Doc) -> datetime | None:
        """The camera's own time."""
        return _time(row.get("time")) or _time(self.doc.get("time"))


type _Read = Callable[[EventReader, Doc, _Context], Iterator[Event]]

# They are of the class above, whose table of kinds this is.
_READERS: Final[Mapping[int, _Read]] = {
    PacketType.EVENT: EventReader._events,  # noqa: SLF001
    PacketType.FACE: EventReader._faces,  # noqa: SLF001
    PacketType.LINE_COUNT: EventReader._counts,  # noqa: SLF001
    PacketType.SMART_OBJECT: EventReader._objects,  # noqa: SLF001
    PacketType.PLATE: EventReader._plates,  # noqa: SLF001
    PacketType.HEAT_MAP: EventReader._heat_map,  # noqa: SLF001
}


def _with_picture(events: list[Event], picture: Picture | None) -> list[Event]:
    """Give a packet's picture to the event that is told, of several to the first."""
    if picture is None:
        return events
    for index, event in enumerate(events):
        if isinstance(event, Detected) and not event.restored:
            events[index] = _pictured(event, picture)
            break
        if isinstance(event, Happened):
            events[index] = _pictured(event, picture)
            break
    return events


def _pictured[E: (Detected, Happened)](event: E, picture: Picture) -> E:
    return replace(event, picture=picture)


def _rows(doc: Doc, *names: str) -> tuple[Doc, ...]:
    """Rows of a list under one of its names; the document itself where it has none of them."""
    found = doc.docs(*names) if doc.key(*names) is not None else (doc,)
    return found[:_MOST_ROWS]


def _region(row: Doc) -> int | None:
    number = row.integer("area", "region", "line", "rule", "area_id", "region_id")
    return number if number is not None and 0 <= number <= 64 else None


def _time(value: Any) -> datetime | None:
    """Read a time as the camera writes it; numbers are seconds from 1970."""
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value.strip()[:40])
        except ValueError:
            pass
    seconds = Doc({"time": value}).integer("time")
    try:
        return None if not seconds else datetime.fromtimestamp(seconds, UTC)
    except ValueError, OverflowError, OSError:
        return None


def _data(row: Doc) -> Mapping[str, Any]:
    """What else a row says: plain values, few and short."""
    found: dict[str, Any] = {}
    for name in row.names:
        value = row.get(name)
        if len(found) == _MOST_DATA:
            break
        if plain(name) in _UNTOLD or _NAME.fullmatch(name) is None or not isinstance(value, str | int | float | bool):
            continue
        found[name] = (row.text(name) or "")[:_LONGEST] if isinstance(value, str) else value
    return found
