"""What records of alarms mean, told by pushes and by the list alike: each beginning once, each state as it is.

Records repeat (003_f90f6ea635efbe94.txt l.495-506) and ended alarms stay in the list (l.462-467). So a record that was
told already is no event, whichever way it came before, and what is listed with flag 0 is not active.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Any, Final

from ...model.detections import Detection
from ...model.events import Detected, Event, Happened, Measured
from ...model.parts import HOST_PART, Gate, PartRef, Topology
from ...model.state import Alarm as ActiveAlarm
from ...model.vocabulary import Flag, Reading
from .alarms import CODES, ENDING, KNOWN, Alarm, Where
from .facts import Facts, channel_ref, input_ref
from .records import AlarmRecord, Key
from .values import to_time

RECORDING: Final = Reading(Flag.RECORDING)
_REMEMBERED: Final = 2048
"""Records that are known to have been told."""
_MOST_OPEN: Final = 1024
_MOST_UNKNOWN: Final = 64

type Moment = Detected | Happened | Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What the list of alarms says."""

    alarms: Mapping[PartRef, frozenset[ActiveAlarm]]
    """All that lasts, for every part that can have alarms."""
    recording: Mapping[PartRef, bool]
    moments: tuple[Moment, ...]
    """What began, or began and ended, since the last look."""
    news: tuple[AlarmRecord, ...]
    """Beginnings that were not told before."""


@dataclass(slots=True)
class _Open:
    """An alarm that began."""

    record: AlarmRecord
    at: float


@dataclass(slots=True)
class Counts:
    """For diagnostics."""

    pushed: int = 0
    listed: int = 0
    repeated: int = 0
    unknown: Counter[str] = field(default_factory=Counter)
    """By code: what the document does not name."""


class AlarmBook:
    """All alarms that were heard of, by push or list."""

    def __init__(self) -> None:
        """Start with nothing heard."""
        self.facts: Facts | None = None
        self.topology: Topology | None = None
        self.reads_plates = False
        """The plate itself is asked for: the bare alarm of plates says less."""
        self.plate_seen = False
        """A plate was told that has not been asked for yet; whoever asks resets it."""
        self.ends: set[Detection] = {*ENDING}
        """What the device tells the end of."""
        self.heard: dict[PartRef, set[Gate]] = {}
        """What parts told of that they are not known to have."""
        self.news = False
        """There is something in `heard` that discovery has not taken yet."""
        self.counts = Counts()
        self._open: dict[Key, _Open] = {}
        self._seen: dict[AlarmRecord, bool] = {}
        """Records that were told, and whether they are without a time that can be read."""
        self._looked = False

    @property
    def unpolled(self) -> frozenset[Detection]:
        """What no list shows the end of."""
        return frozenset(KNOWN - self.ends)

    # --- pushes

    def pushed(self, records: Iterable[AlarmRecord], now: float) -> list[Event]:
        """Take records as they happen; `now` is monotonic seconds."""
        return [event for record in records for event in self._push(record, now)]

    def _push(self, record: AlarmRecord, now: float) -> Iterator[Event]:
        self.counts.pushed += 1
        again = self._note(record)
        if self._seen[record]:
            # No time tells the next one of its kind from it: what came between them does.
            self._seen.pop(record._replace(active=not record.active), None)
        row = CODES.get(record.code)
        ref = self._ref(record, row)
        if row is None:
            if not again and (record.active or record.key not in self._open):
                yield self._unknown(record, ref)
            self._keep(record, now)
            return
        if not record.active:
            yield from self._ended(record, row, ref)
            return
        if again:
            yield from self._repeated(record, row, ref)
            return
        self._keep(record, now)
        yield from self._began(record, row, ref)

    def _began(self, record: AlarmRecord, row: Alarm, ref: PartRef) -> Iterator[Event]:
        for what in sorted(row.clears):
            self._forget(ref, what)
            yield Detected(part=ref, what=what, active=False, at=_time(record))
        if row.recording is not None:
            self._hear(ref, RECORDING)
            yield Measured(part=ref, readings={RECORDING: row.recording})
        elif row.what is None:
            yield self._wordless(record, row, ref)
        elif not self._is_bare_plate(row):
            yield self._detected(record, row, ref)

    def _ended(self, record: AlarmRecord, row: Alarm, ref: PartRef) -> Iterator[Event]:
        self._open.pop(record.key, None)
        if row.what is None or row.what is Detection.PLATE:
            return
        self.ends.add(row.what)
        # Two codes may tell of one thing: it is over when both are.
        if not any(True for _ in self._also(ref, row.what)):
            yield Detected(part=ref, what=row.what, active=False, at=_time(record))

    def _repeated(self, record: AlarmRecord, row: Alarm, ref: PartRef) -> Iterator[Event]:
        """The very same record once more: it goes on and is no new happening, unless it is over by now."""
        self.counts.repeated += 1
        known = self._open.get(record.key)
        if row.what is not None and known is not None and known.record == record and not self._is_bare_plate(row):
            yield self._detected(record, row, ref, restored=True)

    # --- the list

    def listed(self, records: Sequence[AlarmRecord], asked_at: float) -> Listed:
        """Take the whole list; what began before `asked_at` (monotonic seconds) and is not in it is over."""
        self.counts.listed += 1
        first, self._looked = not self._looked, True
        active: dict[Key, AlarmRecord] = {}
        recording: dict[PartRef, bool] = {}
        moments: list[Moment] = []
        fresh: list[AlarmRecord] = []
        known = {key: each.record for key, each in self._open.items()}
        for record in _in_order(records):
            new = not self._note(record)
            row = CODES.get(record.code)
            ref = self._ref(record, row)
            if row is not None and not record.active and row.what not in (None, Detection.PLATE):
                self.ends.add(row.what)
            if row is not None and record.active:
                self._clear(active, row, ref)
                if row.recording is not None:
                    self._hear(ref, RECORDING)
                    recording[ref] = row.recording
            if record.active:
                active[record.key] = record
            begun = record.active or (record.key not in known and record.key not in active)
            # The end may be listed with the time of the beginning, which a push has told.
            if new and begun and (record.active or record._replace(active=True) not in self._seen):
                fresh.append(record)
            if not record.active:
                active.pop(record.key, None)
        if not first:
            moments = [moment for record in fresh for moment in self._moment(record, active)]
        self._reconcile(active, asked_at)
        self._forget_timeless(records)
        news = () if first else tuple(record for record in fresh if record.active)
        return Listed(alarms=self._sets(active), recording=recording, moments=tuple(moments), news=news)

    def _clear(self, active: dict[Key, AlarmRecord], row: Alarm, ref: PartRef) -> None:
        for key in [key for key, record in active.items() if self._is(record, ref, row.clears)]:
            del active[key]

    def _moment(self, record: AlarmRecord, active: Mapping[Key, AlarmRecord]) -> Iterator[Moment]:
        """What the list tells for the first time, apart from what it shows as lasting."""
        row = CODES.get(record.code)
        ref = self._ref(record, row)
        if row is None:
            yield self._unknown(record, ref)
        elif row.what is None:
            if row.recording is None:
                yield self._wordless(record, row, ref)
        elif self._is_bare_plate(row):
            return
        elif row.what not in self.ends:
            yield self._detected(record, row, ref)
        elif record.key not in active:
            # It began and ended between two looks: that is worth an event and no state.
            self._hear(ref, row.what)
            yield Happened(part=ref, what=row.what.value, data=_data(record, row), at=_time(record))

    def _reconcile(self, active: Mapping[Key, AlarmRecord], asked_at: float) -> None:
        """Take what is active over; what was pushed after the question is newer than the answer."""
        later = {key: each for key, each in self._open.items() if each.at >= asked_at}
        self._open = {key: _Open(record, asked_at) for key, record in active.items()} | later

    def _sets(self, active: Mapping[Key, AlarmRecord]) -> Mapping[PartRef, frozenset[ActiveAlarm]]:
        sets: dict[PartRef, set[ActiveAlarm]] = {ref: set() for ref in self._parts()}
        for record in active.values():
            row = CODES.get(record.code)
            if row is None or row.what is None or row.what not in self.ends:
                continue
            ref = self._ref(record, row)
            self._hear(ref, row.what)
            sets.setdefault(ref, set()).add(ActiveAlarm(row.what))
        return {ref: frozenset(alarms) for ref, alarms in sets.items()}

    def _parts(self) -> Iterator[PartRef]:
        """Parts that alarms can be of."""
        if self.facts is not None:
            yield HOST_PART
            yield from (channel_ref(number) for number in self.facts.numbers)
            yield from (input_ref(number) for number in range(1, self.facts.inputs + 1))

    # --- both

    def same(self, record: AlarmRecord, first: int) -> AlarmRecord:
        """The record told before that says the same and writes its time another way; else the record as it is.

        Source 0 stands for one that is not told: that of the record before, or `first`.
        """
        time = _time(record)
        for each in reversed(self._seen):
            alike = each[:2] == record[:2] and each.active == record.active
            if alike and record.source in (0, each.source) and _time(each) == time:
                return each
        return record if record.source else record._replace(source=first)

    def _note(self, record: AlarmRecord) -> bool:
        """Remember a record; true when it was told before."""
        again = self._seen.pop(record, None) is not None
        self._seen[record] = _time(record) is None
        while len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return again

    def _forget_timeless(self, records: Sequence[AlarmRecord]) -> None:
        """Of records without a time only those that are listed were told already: the next alike is another."""
        listed = frozenset(records)
        for record in [each for each, timeless in self._seen.items() if timeless and each not in listed]:
            del self._seen[record]

    def _keep(self, record: AlarmRecord, now: float) -> None:
        if not record.active:
            self._open.pop(record.key, None)
        elif record.key in self._open or len(self._open) < _MOST_OPEN:
            self._open[record.key] = _Open(record, now)

    def _forget(self, ref: PartRef, what: Detection) -> None:
        for key in list(self._also(ref, what)):
            del self._open[key]

    def _also(self, ref: PartRef, what: Detection) -> Iterator[Key]:
        """Open alarms of a part that are of one kind."""
        return (key for key, each in self._open.items() if self._is(each.record, ref, frozenset({what})))

    def _is(self, record: AlarmRecord, ref: PartRef, whats: frozenset[Detection]) -> bool:
        row = CODES.get(record.code)
        return row is not None and row.what in whats and self._ref(record, row) == ref

    def _ref(self, record: AlarmRecord, row: Alarm | None) -> PartRef:
        """Part that a record is about; the device where there is none of the number."""
        facts = self.facts
        if facts is None or (row is not None and row.where is Where.DEVICE):
            return HOST_PART
        if row is not None and row.where is Where.INPUT:
            return input_ref(record.source) if 1 <= record.source <= facts.inputs else HOST_PART
        if record.source in facts.numbers:
            return channel_ref(record.source)
        return channel_ref(facts.numbers[0]) if len(facts.numbers) == 1 and not facts.recorder else HOST_PART

    def _is_bare_plate(self, row: Alarm) -> bool:
        if row.what is not Detection.PLATE or not self.reads_plates:
            return False
        self.plate_seen = True
        return True

    def _detected(self, record: AlarmRecord, row: Alarm, ref: PartRef, *, restored: bool = False) -> Detected:
        what = row.what
        assert what is not None
        self._hear(ref, what)
        return Detected(
            part=ref,
            what=what,
            hold=inf if what in self.ends else None,
            at=_time(record),
            restored=restored,
            data=_data(record, row),
        )

    def _wordless(self, record: AlarmRecord, row: Alarm, ref: PartRef) -> Happened:
        return Happened(part=ref, what=row.word, data=_data(record, row), at=_time(record))

    def _unknown(self, record: AlarmRecord, ref: PartRef) -> Happened:
        word = f"alarm_{record.major}_{record.minor}"
        if word in self.counts.unknown or len(self.counts.unknown) < _MOST_UNKNOWN:
            self.counts.unknown[word] += 1
        return Happened(part=ref, what=word, data={**_data(record, None), "active": record.active}, at=_time(record))

    def _hear(self, ref: PartRef, gate: Gate) -> None:
        """Note what a part is not known to have, so that discovery adds it."""
        part = self.topology.parts.get(ref) if self.topology else None
        if part is None or gate in part.detections or gate in part.readings:
            return
        gates = self.heard.setdefault(ref, set())
        if gate not in gates:
            gates.add(gate)
            self.news = True


def _time(record: AlarmRecord) -> datetime | None:
    return to_time(record.time)


def _data(record: AlarmRecord, row: Alarm | None) -> dict[str, Any]:
    data: dict[str, Any] = {"code": f"{record.major}/{record.minor}", "source": record.source}
    if row is not None and row.what is not None and row.word:
        data["reason"] = row.word
    return data


def _in_order(records: Sequence[AlarmRecord]) -> Sequence[AlarmRecord]:
    """By the device's time where all have one; else as they came."""
    timed = [(time, place) for place, record in enumerate(records) if (time := _time(record)) is not None]
    return [records[place] for _, place in sorted(timed)] if len(timed) == len(records) else records
