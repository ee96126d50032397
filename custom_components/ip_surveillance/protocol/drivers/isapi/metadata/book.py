"""What the channels of a device were seen to show, which no list of the device tells; kept over restarts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ....model.detections import Detection, Target as Who
from ....model.events import Detected, Event, Happened, Measured, Pictured
from ....model.parts import HOST, Gate, Part, PartKind, PartRef
from ....sights import Sights

_MOST_REGIONS: Final = 32
"""Rules of one sort on one channel."""
_HIGHEST: Final = 65535
_DETECTIONS: Final = frozenset(Detection)

type Regions = dict[PartRef, dict[Detection, set[int]]]


def gates_of(event: Event) -> tuple[Gate, ...]:
    """What a part must have for an event of it to be shown."""
    match event:
        case Measured(readings=readings):
            return tuple(readings)
        case Detected(what=what):
            return (what,)
        case Happened(what=what) if what in _DETECTIONS:
            return (Detection(what),)
        case Pictured(picture=picture):
            return (picture.of,)
        case _:
            return ()


class Book:
    """First sights and numbers of rules, of all channels together."""

    def __init__(self, sights: Sights) -> None:
        """Share the sights of the driver."""
        self.sights = sights
        self.fresh = False
        """Something was seen for the first time since `turn` was asked last."""
        self.refused = 0
        """What there was no room for."""
        self._admitted: set[tuple[PartRef, Gate]] = set()
        self._regions: Regions = {}

    def turn(self) -> bool:
        """Whether there is something new, once."""
        fresh, self.fresh = self.fresh, False
        return fresh

    def admit(self, ref: PartRef, gate: Gate) -> bool:
        """Note that a channel shows something; false where there is no room for more."""
        if (ref, gate) in self._admitted:
            return True
        news = self.sights.note(ref, gate)
        if not news and gate not in self.sights.of(ref.device).get(ref, ()):
            self.refused += 1
            return False
        self._admitted.add((ref, gate))
        self.fresh |= news
        return True

    def note_region(self, ref: PartRef, what: Detection, number: int) -> bool:
        """Note the number of a rule, which was admitted; false where there is no room for more."""
        known = self._regions.setdefault(ref, {}).setdefault(what, set())
        if number in known:
            return True
        if len(known) >= _MOST_REGIONS or not 0 <= number <= _HIGHEST:
            return False
        known.add(number)
        self.fresh = True
        return True

    def note_target(self, ref: PartRef, what: Detection, target: Who) -> None:
        """Note that a detection tells a target apart."""
        self.fresh |= self.sights.note_target(ref, what, target)

    def of(self, ref: PartRef) -> frozenset[Gate]:
        """All that a channel was seen to show."""
        return self.sights.of(ref.device).get(ref, frozenset())

    def merge(self, parts: Mapping[PartRef, Part]) -> dict[PartRef, Part]:
        """Parts of a topology with what was seen of them. No part comes into being by it: channels are listed."""
        merged = {ref: part for ref, part in self.sights.merge(parts).items() if ref in parts}
        for ref, found in self._regions.items():
            if ref in merged:
                merged[ref] = _with_regions(merged[ref], found)
        return merged

    def memory(self) -> Mapping[str, Any]:
        """Numbers of rules as plain JSON data, by channel; sights are remembered by whoever shares them."""
        return {
            str(ref.number): {what.value: sorted(numbers) for what, numbers in sorted(found.items())}
            for ref, found in self._regions.items()
        }

    def recall(self, memory: object) -> None:
        """Add what was remembered; whatever does not fit is left out."""
        for channel, found in memory.items() if isinstance(memory, Mapping) else ():
            if not isinstance(found, Mapping) or not str(channel).isdecimal() or len(str(channel)) > 5:
                continue
            ref = PartRef(HOST, PartKind.CHANNEL, int(channel))
            for what, numbers in found.items():
                if what not in _DETECTIONS or Detection(what) not in self.of(ref) or not isinstance(numbers, list):
                    continue
                for number in numbers[:_MOST_REGIONS]:
                    if isinstance(number, int) and not isinstance(number, bool):
                        self.note_region(ref, Detection(what), number)
        self.fresh = False


def _with_regions(part: Part, found: Mapping[Detection, set[int]]) -> Part:
    specs = {
        what: replace(spec, regions=tuple(sorted({*spec.regions, *found.get(what, ())})))
        for what, spec in part.detections.items()
    }
    return replace(part, detections=specs)
