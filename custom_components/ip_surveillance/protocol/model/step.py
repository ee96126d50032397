"""What one event does to the state."""

from dataclasses import dataclass

from .events import (
    Happened,
)
from .parts import PartRef
from .state import (
    State,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one event did."""

    state: State
    changed: frozenset[PartRef] = frozenset()
    """Parts of which something an entity shows may have changed."""
    everything: bool = False
    """All parts may have changed: the push channel came or went."""
    happened: tuple[Happened, ...] = ()
    """Moments to tell once: the start of each alarm, and momentary events."""
