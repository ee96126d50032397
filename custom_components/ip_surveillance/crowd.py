"""Which entities of thousands of zones are enabled from the start.

Home Assistant takes 10,000 enabled entities from one entry and leaves out all that come later. Behind a host that
fronts hundreds of panels those must not be the panels themselves: of their zones only what fits is enabled, and the
rest waits until the user enables it. What exists already stays as it is.
"""

from collections.abc import Callable
from typing import Final

from .protocol.model.parts import PartKind, PartRef, Topology
from .protocol.model.vocabulary import Feature, Flag

ROOM: Final = 8000
"""Enabled entities that all zones together may have."""
_PLENTY: Final = 12
"""Enabled entities of a zone if none is held back; no zone has more."""
_FIRST: Final = (
    Flag.OPEN.value,
    Flag.ALARM.value,
    Flag.TAMPER.value,
    Flag.LOW_BATTERY.value,
    Feature.ONLINE.value,
    Flag.FAULT.value,
)
"""Keys of the entities of a zone that are enabled before all others, in this order."""


def held_back(topology: Topology) -> Callable[[PartRef, str], bool]:
    """Tell which entities are not enabled from the start, by their parts and the keys of their descriptions."""
    zones = sum(ref.kind is PartKind.ZONE for ref in topology.parts)
    room = ROOM // zones if zones else _PLENTY
    enabled = frozenset(_FIRST[:room])
    return lambda part, key: room < _PLENTY and part.kind is PartKind.ZONE and key not in enabled
