"""What commands learned of a device and need again."""

from dataclasses import dataclass, field
from enum import StrEnum

from .ptz_facts import Reach


class LensKind(StrEnum):
    """How a lens without a head is driven (003_f90f6ea635efbe94.txt l.30122-30400)."""

    TIMED = "timed"
    """Told for how long; it stops by itself."""
    SWITCHED = "switched"
    """Started and ended."""


@dataclass(slots=True)
class Watch:
    """How a lamp whose values the document may have the wrong way round was seen."""

    since: float | None = None
    """When it was first seen in what the document calls on, without a command of ours."""
    commanded: bool = False
    inverted: bool = False


@dataclass(slots=True)
class KnobMemory:
    """One driver's memory; all of it by the number of a channel or an output."""

    lenses: dict[int, LensKind] = field(default_factory=dict)
    reaches: dict[int, Reach] = field(default_factory=dict)
    regulations: dict[int, str] = field(default_factory=dict)
    """How the infrared light was dimmed before a brightness was asked for."""
    canvases: dict[int, int] = field(default_factory=dict)
    """Number of the canvas that shows a text."""
    outputs: dict[int, bool] = field(default_factory=dict)
    """What each was told last."""
    watches: dict[int, Watch] = field(default_factory=dict)
