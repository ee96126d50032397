"""What only events tell of a camera, and is worth knowing after a restart.

Detections without a flag and without a document of their own exist once one of them was reported. Which of them also
report their end is not told anywhere either.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from ...model.detections import Detection
from ...model.parts import PartKind, PartRef
from ...model.vocabulary import Quantity, Reading
from .login import LoginMode

MOST_INPUTS: Final = 16
_KINDS: Final = (PartKind.CHANNEL, PartKind.DEVICE, PartKind.INPUT)
_QUANTITIES: Final = (Quantity.PLATE, Quantity.ENTERED, Quantity.LEFT)


class Learned:
    """Grows by events only; bounded by the words there are."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.detections: dict[PartKind, set[Detection]] = {kind: set() for kind in _KINDS}
        self.quantities: set[Quantity] = set()
        """Of the channel."""
        self.inputs: set[int] = set()
        self.ends: set[Detection] = set()
        """Whose end is reported."""
        self.card = False
        """There was a memory card in the slot."""
        self.heat_map = False
        """A heat map came as a picture."""
        self.mode: LoginMode | None = None
        """The way to log in that worked."""

    def detected(self, ref: PartRef, what: Detection) -> bool:
        """Note that a part reported something; whether that is new."""
        known = self.detections.get(ref.kind)
        if known is None or what in known:
            return False
        known.add(what)
        return True

    def measured(self, quantity: Quantity) -> bool:
        """Note that the channel tells a quantity; whether that is new."""
        if quantity in self.quantities or quantity not in _QUANTITIES:
            return False
        self.quantities.add(quantity)
        return True

    @property
    def readings(self) -> frozenset[Reading]:
        """Readings that the channel tells by events."""
        return frozenset(Reading(each) for each in self.quantities)

    def memory(self) -> Mapping[str, Any]:
        """All of it as plain data."""
        found: dict[str, Any] = {
            "detections": {kind.value: sorted(each) for kind, each in self.detections.items() if each},
            "quantities": sorted(self.quantities),
            "inputs": sorted(self.inputs),
            "ends": sorted(self.ends),
            "card": self.card,
            "heat_map": self.heat_map,
            "login": self.mode.value if self.mode else None,
        }
        return {name: content for name, content in found.items() if content}

    def recall(self, memory: Mapping[str, Any]) -> None:
        """Take what was remembered; whatever does not fit is left."""
        detections = memory.get("detections")
        for kind in _KINDS:
            words = detections.get(kind.value) if isinstance(detections, Mapping) else None
            self.detections[kind] |= _words(words, Detection)
        self.quantities |= _words(memory.get("quantities"), Quantity) & set(_QUANTITIES)
        self.ends |= _words(memory.get("ends"), Detection)
        inputs = memory.get("inputs")
        self.inputs |= {each for each in inputs if is_input(each)} if isinstance(inputs, list) else set()
        self.card = self.card or memory.get("card") is True
        self.heat_map = self.heat_map or memory.get("heat_map") is True
        modes = _words([memory.get("login")], LoginMode)
        self.mode = next(iter(modes), self.mode)


def is_input(number: object) -> bool:
    """Whether something is the number of an input."""
    return isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= MOST_INPUTS


def _words[W: StrEnum](found: object, kind: type[W]) -> set[W]:
    known = {each.value: each for each in kind}
    words = found if isinstance(found, list) else []
    return {known[each] for each in words if isinstance(each, str) and each in known}
