"""Commands of care, which not every family has: a device's log and stores, and plans that it keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from .model.events import Polled
from .model.parts import PartRef


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """One row of a device's own log."""

    time: datetime
    """As the device tells it: naive where nobody knows the zone in which it counts."""
    text: str
    kind: str | None = None
    """The device's own word or number for what sort of row it is."""


@runtime_checkable
class Logs(Protocol):
    """The log that a device keeps of what happened to it."""

    async def read_log(self, start: datetime, end: datetime) -> Sequence[LogRow]:
        """Read the rows of a time (both ends aware), the oldest first."""

    async def clear_log(self) -> None:
        """Empty it for good. Raises `Rejected` (`notTaken`) when it is as full as before."""


@runtime_checkable
class Formats(Protocol):
    """Stores that can be emptied."""

    async def format_store(self, store: PartRef) -> Polled:
        """Begin to format a store, which loses all that is on it; returns its state then.

        Raises `Rejected` where nothing is in the slot, or the store is being formatted already.
        """


type Grid = tuple[tuple[bool, ...], ...]
"""Cells of a picture row by row from the top, each row from the left: whether they count."""


@runtime_checkable
class Grids(Protocol):
    """The cells of the picture in which motion counts."""

    async def motion_grid(self, channel: PartRef) -> Grid:
        """Read the cells."""

    async def set_motion_grid(self, channel: PartRef, cells: Grid) -> Grid:
        """Choose the cells and return what the device has then. Raises `Rejected` for a grid of another size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One station of a patrol."""

    preset: int
    speed: float
    """From 0 to 1."""
    dwell: float
    """Seconds."""


@runtime_checkable
class Plans(Protocol):
    """Patrols whose stations can be written."""

    async def set_patrol(self, channel: PartRef, number: int, stops: Sequence[Stop]) -> None:
        """Write the stations of a patrol and read them back; none switches the patrol off.

        Raises `Rejected` for more stations, other numbers or longer stays than the device takes.
        """
