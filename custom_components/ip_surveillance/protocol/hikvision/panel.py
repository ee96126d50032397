"""What is known of one alarm panel when it reports something: which parts its numbers stand for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..model.parts import PartRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The numbers of one panel."""

    ref: PartRef
    """Its DEVICE part."""
    partitions: Mapping[int, PartRef] = field(default_factory=dict)
    zones: Mapping[int, PartRef] = field(default_factory=dict)
    """By the number that its reports use: the zone's own, or its device number where the panel goes by that
    (`deviceIDPriority`, 004…txt l.4796)."""
    zone_partitions: Mapping[PartRef, frozenset[PartRef]] = field(default_factory=dict)
    silent: frozenset[PartRef] = frozenset()
    """Zones whose alarms must not be noticed on the spot."""
    names: Mapping[PartRef, str] = field(default_factory=dict)
    """What the user calls its partitions and zones."""
