"""What no list tells and only its first event shows: channels, inputs and what each can raise or measure.

Remembered across restarts, so that entities do not vanish until the next alarm. Bounded, because whoever can send
events could otherwise make parts without end.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from .model.detections import Detection, Target
from .model.parts import DetectionSpec, Gate, Part, PartKind, PartRef, Placement
from .model.vocabulary import Feature, Quantity, Reading

MOST_PARTS: Final = 64
"""Channels, and inputs, of one device."""
MOST_GATES: Final = 256
"""Gates of one part."""
MOST_IN_ALL: Final = 8192
"""Gates of all devices together."""
_HIGHEST: Final = 65535
_NAME: Final = 64
_LONGEST_ADDRESS: Final = 128
_LONGEST_SLOT: Final = 32

MADE: Final[Mapping[PartKind, Placement]] = {PartKind.CHANNEL: Placement.CHILD, PartKind.INPUT: Placement.INLINE}
"""Kinds of parts that come into being by being heard of, and where they are shown."""
_KINDS: Final = frozenset({*MADE, PartKind.DEVICE, PartKind.ZONE})
_FEATURES: Final = frozenset({Feature.PICTURES, Feature.HEAT_MAP, Feature.EVENTS, Feature.PANEL_LOG})


class Sights:
    """All that was heard of for the first time, by device."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self._gates: dict[str, dict[PartRef, set[Gate]]] = {}
        self._targets: dict[PartRef, dict[Detection, set[Target]]] = {}
        self._kept: dict[PartRef, set[Detection]] = {}
        self._names: dict[PartRef, str] = {}
        self._count = 0
        self.refused = 0
        """What was one too many."""

    def note(self, ref: PartRef, gate: Gate, *, kept: bool = False) -> bool:
        """Note that a part has something; true when that is news, so that it becomes a part of the topology.

        `kept` is for alarms that are told when they begin and when they end, and by nothing in between.
        """
        if gate in self._gates.get(ref.device, {}).get(ref, ()):
            return False
        if not self._has_room(ref) or not _is_ours(ref, gate):
            self.refused += 1
            return False
        self._gates.setdefault(ref.device, {}).setdefault(ref, set()).add(gate)
        self._count += 1
        if kept and isinstance(gate, Detection):
            self._kept.setdefault(ref, set()).add(gate)
        return True

    def note_target(self, ref: PartRef, what: Detection, target: Target) -> bool:
        """Note that a detection, already noted, tells a target apart; true when that is news."""
        known = self._targets.get(ref, {}).get(what, set())
        if target in known or what not in self._gates.get(ref.device, {}).get(ref, ()):
            return False
        self._targets.setdefault(ref, {})[what] = known | {target}
        return True

    def note_name(self, ref: PartRef, name: str) -> None:
        """Keep what a part, already noted, is called."""
        if name.strip() and ref in self._gates.get(ref.device, {}):
            self._names[ref] = name.strip()[:_NAME]

    def of(self, device: str) -> Mapping[PartRef, frozenset[Gate]]:
        """All that was seen of one device, by its address."""
        return {ref: frozenset(gates) for ref, gates in self._gates.get(device, {}).items()}

    def parts(self, device: str) -> dict[PartRef, Part]:
        """The parts of a device that are known by their events alone."""
        seen = self._gates.get(device, {})
        return {ref: self._made(ref, gates) for ref, gates in seen.items() if ref.kind in MADE}

    def merge(self, parts: Mapping[PartRef, Part]) -> dict[PartRef, Part]:
        """Parts of a topology with what was seen of them; parts that only events know are added.

        A part that is gone from the device's own lists does not come back.
        """
        merged = dict(parts)
        for device in {ref.device for ref in parts}:
            for ref, gates in self._gates.get(device, {}).items():
                if ref in merged:
                    merged[ref] = self._with(merged[ref], gates)
                elif ref.kind in MADE:
                    merged[ref] = self._made(ref, gates)
        return merged

    def forget(self, device: str) -> None:
        """Drop a device that was deleted."""
        seen = self._gates.pop(device, {})
        self._count -= sum(len(gates) for gates in seen.values())
        for ref in seen:
            self._names.pop(ref, None)
            self._targets.pop(ref, None)
            self._kept.pop(ref, None)

    def memory(self) -> Mapping[str, Any]:
        """All of it as plain JSON data."""
        return {
            device: [
                {
                    "kind": ref.kind.value,
                    "number": ref.number,
                    "label": ref.label,
                    "name": self._names.get(ref, ""),
                    "gates": sorted(_word(gate) for gate in gates),
                    "kept": sorted(what.value for what in self._kept.get(ref, ())),
                    "targets": {what.value: sorted(found) for what, found in self._targets.get(ref, {}).items()},
                }
                for ref, gates in sorted(seen.items())
            ]
            for device, seen in self._gates.items()
        }

    def recall(self, memory: object) -> None:
        """Add what was remembered; whatever does not fit is left out."""
        if not isinstance(memory, Mapping):
            return
        for device, seen in memory.items():
            if isinstance(device, str) and len(device) <= _LONGEST_ADDRESS and isinstance(seen, list):
                for each in seen[: MOST_PARTS * len(_KINDS)]:
                    self._recall(device, each)

    def _recall(self, device: str, entry: object) -> None:
        if not isinstance(entry, Mapping) or (ref := _ref(device, entry)) is None:
            return
        kept = _texts(entry.get("kept"))
        for word in _texts(entry.get("gates")):
            if (gate := _gate(word)) is not None:
                self.note(ref, gate, kept=str(gate) in kept)
        targets = entry.get("targets")
        for what, found in targets.items() if isinstance(targets, Mapping) else ():
            for target in _texts(found):
                if what in _DETECTIONS and target in _TARGETS:
                    self.note_target(ref, Detection(what), Target(target))
        name = entry.get("name")
        self.note_name(ref, name if isinstance(name, str) else "")

    def _has_room(self, ref: PartRef) -> bool:
        seen = self._gates.get(ref.device, {})
        if self._count >= MOST_IN_ALL or len(seen.get(ref, ())) >= MOST_GATES:
            return False
        return ref in seen or sum(other.kind is ref.kind for other in seen) < MOST_PARTS

    def _made(self, ref: PartRef, gates: Iterable[Gate]) -> Part:
        return self._with(Part(ref=ref, name=self._names.get(ref), placement=MADE[ref.kind]), gates)

    def _with(self, part: Part, gates: Iterable[Gate]) -> Part:
        ref, gates = part.ref, tuple(gates)
        detections = {what: self._spec(part, what) for what in gates if isinstance(what, Detection)}
        return replace(
            part,
            name=part.name or self._names.get(ref),
            features=part.features | {gate for gate in gates if isinstance(gate, Feature)},
            detections={**part.detections, **detections},
            readings=part.readings | {gate for gate in gates if isinstance(gate, Reading)},
        )

    def _spec(self, part: Part, what: Detection) -> DetectionSpec:
        known = part.detections.get(what, DetectionSpec(kept=what in self._kept.get(part.ref, ())))
        return replace(known, targets=known.targets | self._targets.get(part.ref, {}).get(what, set()))


_DETECTIONS: Final = frozenset(Detection)
_TARGETS: Final = frozenset(Target)
_QUANTITIES: Final = frozenset(Quantity)


def _is_ours(ref: PartRef, gate: Gate) -> bool:
    if ref.kind not in _KINDS or not 0 <= ref.number <= _HIGHEST:
        return False
    if isinstance(gate, Reading):
        return isinstance(gate.quantity, Quantity) and len(gate.slot) <= _LONGEST_SLOT
    return isinstance(gate, Detection) or gate in _FEATURES


def _word(gate: Gate) -> str:
    if isinstance(gate, Reading):
        return f"reading:{gate.quantity.value}:{gate.slot}"
    prefix = "detection" if isinstance(gate, Detection) else "feature"
    return f"{prefix}:{gate}"


def _gate(word: str) -> Gate | None:
    kind, _, rest = word.partition(":")
    if kind == "detection":
        return Detection(rest) if rest in _DETECTIONS else None
    if kind == "feature":
        return Feature(rest) if rest in _FEATURES else None
    quantity, _, slot = rest.partition(":")
    return Reading(Quantity(quantity), slot) if kind == "reading" and quantity in _QUANTITIES else None


def _ref(device: str, entry: Mapping[str, Any]) -> PartRef | None:
    kind, number, label = entry.get("kind"), entry.get("number"), entry.get("label", "")
    if not isinstance(number, int) or isinstance(number, bool) or not isinstance(label, str) or len(label) > _NAME:
        return None
    return PartRef(device, PartKind(kind), number, label) if isinstance(kind, str) and kind in _KINDS else None


def _texts(value: object) -> list[str]:
    found = value if isinstance(value, list) else []
    return [each for each in found[:MOST_GATES] if isinstance(each, str) and len(each) <= _NAME]
