"""Reads the documents of one channel, across connections; nothing gets out as an exception."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from ....errors import BadAnswer
from ....model.detections import Detection, Target as Who
from ....model.events import Detected, Event, Measured, Polled
from ....model.parts import PartRef
from ....model.state import ReadingValue
from ....model.vocabulary import Quantity, Reading
from .book import Book, gates_of
from .documents import read_document
from .kinds import kind_of
from .scene import Effect, Scene, Sight

_COUNTED_KINDS: Final = 50
_LONGEST_WORD: Final = 40
_PRESENT: Final = frozenset({Quantity.TARGETS, Quantity.SHIPS, Quantity.RADAR_TARGETS, Quantity.TRACKED})
"""How many are there now: none, as long as nobody is told of."""
_CLASSES: Final = frozenset(Who)


@dataclass(slots=True)
class Counts:
    """What came, for diagnostics."""

    documents: int = 0
    repaired: int = 0
    """Damaged, and read all the same."""
    bad: int = 0
    """Could not be read and were skipped."""
    last_bad: str = ""
    kinds: dict[str, int] = field(default_factory=dict)
    """Documents by the device's own words, bounded."""
    unknown: dict[str, int] = field(default_factory=dict)
    """Kinds that nobody reads, bounded."""
    links: int = 0
    """Pictures that are only linked to; they are not fetched."""
    refused: int = 0
    """Events of things for which there was no room."""


class ChannelReader:
    """Makes events of the documents of one channel."""

    def __init__(self, part: PartRef, book: Book) -> None:
        """Take the channel and what all channels note their first sights in."""
        self.part = part
        self.counts = Counts()
        self.polled: frozenset[Reading] = frozenset()
        """Readings that polls tell in a measure of their own."""
        self._book = book
        self._scene = Scene(part)

    def read(self, body: bytes, now: float) -> list[Event]:
        """Read one document at monotonic time `now`."""
        try:
            message = read_document(body)
        except BadAnswer as error:
            self.counts.bad += 1
            self.counts.last_bad = error.detail[:100]
            return []
        self.counts.documents += 1
        self.counts.repaired += message.repaired
        self.counts.links += message.linked
        word = f"{message.type[:_LONGEST_WORD]}/{message.sub_type[:_LONGEST_WORD]}"
        kind = kind_of(message)
        _count(self.counts.unknown if kind is None else self.counts.kinds, word)
        if kind is None:
            return []
        self._scene.now = now
        return list(self._admitted(kind.read(message, self._scene)))

    def expire(self, now: float) -> list[Event]:
        """Tell of those who are gone by now."""
        return list(self._admitted(self._scene.expire(now)))

    @property
    def deadline(self) -> float | None:
        """When `expire` has something to tell."""
        return self._scene.deadline

    def connected(self) -> list[Event]:
        """From now on whoever is not told of is not there: of what was seen before there is none."""
        known = self._known_present()
        self._scene.classes.update(Who(each.slot) for each in known if each.slot in _CLASSES)
        values: dict[Reading, ReadingValue] = dict.fromkeys(known, 0)
        faces = Reading(Quantity.FACES)
        if faces in self._book.of(self.part):
            values[faces] = self._scene.faces
        return [Measured(part=self.part, readings=values)] if values else []

    def lost(self, now: float) -> list[Event]:
        """Nobody tells who is there any more."""
        self._scene.lose()
        unknown = {(self.part, reading): None for reading in self._known_present()}
        return [Polled(asked_at=now, readings=unknown)] if unknown else []

    def _known_present(self) -> list[Reading]:
        gates = self._book.of(self.part)
        return sorted(gate for gate in gates if isinstance(gate, Reading) and gate.quantity in _PRESENT)

    def _admitted(self, effects: Iterator[Effect]) -> Iterator[Event]:
        for effect in effects:
            if isinstance(effect, Sight):
                if self._book.admit(self.part, effect.gate):
                    self._note_rule(effect.gate, effect.rule)
            elif isinstance(effect, Measured):
                if readings := self._admitted_readings(effect.readings):
                    yield (
                        effect
                        if len(readings) == len(effect.readings)
                        else Measured(part=effect.part, readings=readings, lasts=effect.lasts)
                    )
            elif not all(self._book.admit(self.part, gate) for gate in gates_of(effect)):
                self.counts.refused += 1
            elif isinstance(effect, Detected):
                yield from self._admitted_alarm(effect)
            else:
                yield effect

    def _admitted_alarm(self, event: Detected) -> Iterator[Detected]:
        """An alarm, without the number of its rule where that is one too many; the end of such a one is nothing."""
        if event.target is not None:
            self._book.note_target(self.part, event.what, event.target)
        if event.region is None or self._book.note_region(self.part, event.what, event.region):
            yield event
            return
        self.counts.refused += 1
        if event.active:
            yield replace(event, region=None)

    def _admitted_readings(self, readings: Mapping[Reading, ReadingValue]) -> dict[Reading, ReadingValue]:
        found = {
            reading: value
            for reading, value in readings.items()
            if reading not in self.polled and self._book.admit(self.part, reading)
        }
        self.counts.refused += sum(each not in found and each not in self.polled for each in readings)
        return found

    def _note_rule(self, gate: object, number: int | None) -> None:
        if isinstance(gate, Detection) and number is not None:
            self._book.note_region(self.part, gate, number)


def _count(counts: dict[str, int], word: str) -> None:
    if word in counts or len(counts) < _COUNTED_KINDS:
        counts[word] = counts.get(word, 0) + 1
