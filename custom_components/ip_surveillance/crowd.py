"""Which entities of thousands of zones there are, and which of them are enabled from the start.

Home Assistant takes 10,000 enabled entities from one entry and leaves out all that come later. Behind a host that
fronts hundreds of panels those must not be the panels themselves: of their zones only what fits is enabled, and the
rest waits until the user enables it. Even waiting costs memory and time, so that beyond some number only the sensors
that matter most are made at all. What exists already stays as it is.
"""

from dataclasses import dataclass
from typing import Final, Self

from .protocol.model.parts import PartKind, PartRef, Topology
from .protocol.model.vocabulary import Feature, Flag

ENABLED: Final = 8000
"""Enabled entities that all zones together may have."""
MADE: Final = 30_000
"""Entities that all zones together may have."""
_USUAL: Final = 12
"""Enabled entities of a zone if none is held back; hardly any zone has more."""
_ALL: Final = 16
"""The same with those that are disabled by themselves."""
_FIRST: Final = (
    Flag.OPEN.value,
    Flag.ALARM.value,
    Flag.TAMPER.value,
    Flag.LOW_BATTERY.value,
    Feature.ONLINE.value,
    Flag.FAULT.value,
)
"""Keys of the entities of a zone that come before all others, in this order."""
_OUTPUT: Final = "output"
"""Key of the switch of a relay."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many entities a zone may have."""

    enabled: int
    made: int

    @classmethod
    def of(cls, topology: Topology) -> Self:
        """Count the zones."""
        zones = max(1, sum(ref.kind is PartKind.ZONE for ref in topology.parts))
        return cls(ENABLED // zones, MADE // zones)

    def makes(self, part: PartRef, key: str) -> bool:
        """Whether there is an entity with this key of a part."""
        return part.kind is not PartKind.ZONE or self.made >= _ALL or key in _FIRST[: self.made]

    def enables(self, part: PartRef, key: str) -> bool:
        """Whether it is enabled from the start, should it be by itself."""
        if self.enabled >= _USUAL:
            return True
        if part.kind is PartKind.OUTPUT:
            return key == _OUTPUT
        return part.kind is not PartKind.ZONE or key in _FIRST[: self.enabled]
