"""Lists of number plates that a device lets in or keeps out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from .model.parts import PartRef


class PlateList(StrEnum):
    """Which list a plate is on."""

    ALLOW = "allow"
    BLOCK = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPlate:
    """A plate on a list; times have a zone."""

    text: str
    listed: PlateList
    start: datetime | None = None
    """None: it has been valid for ever."""
    end: datetime | None = None
    """None: it stays so."""


@runtime_checkable
class PlateLists(Protocol):
    """Lists of plates; each plate is on one list at most."""

    async def listed_plates(self, channel: PartRef) -> Sequence[ListedPlate]:
        """All plates, in the order of the device."""

    async def list_plate(self, channel: PartRef, plate: ListedPlate) -> None:
        """Put a plate on a list, off the other one, and make sure that it is there. Raises `Rejected`."""

    async def unlist_plate(self, channel: PartRef, text: str) -> None:
        """Take a plate off its list. Raises `Rejected` (code "notListed") where it is on none."""
