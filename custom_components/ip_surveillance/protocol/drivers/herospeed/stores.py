"""The memory card: what `storage-info` tells of it (002…txt l.6455). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ...model.parts import HOST, Part, PartKind, PartRef
from ...model.state import ReadingValue, StorageState
from ...model.vocabulary import Feature, Quantity, Reading
from .docs import Doc

PATH: Final = "/api/storage/storage-info"
CARD: Final = {"storageType": 1, "id": 255}
"""What to ask for: the card (002…txt l.138), all of them."""
REF: Final = PartRef(HOST, PartKind.STORAGE, 1)
_MISSING: Final = 1
_FORMATTING: Final = 2
_WORDS: Final[Mapping[int, str]] = {
    0: "ok",
    _MISSING: "notexist",
    _FORMATTING: "formating",
    3: "unformatted",
    4: "error",
}
"""Of `status` (002…txt l.6520), in the words that other devices have for the same."""
_READINGS: Final = (Quantity.CAPACITY, Quantity.FREE, Quantity.STORAGE_STATUS, Quantity.FORMATTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """One card; sizes in megabytes."""

    number: int = 0
    """By which it is named where it is formatted."""
    status: int | None = None
    capacity: float | None = None
    free: float | None = None
    formatted: float | None = None
    """Percent, while it is being formatted."""
    known: bool = True
    """There was a card before; an empty slot is nothing to worry about otherwise."""

    @property
    def there(self) -> bool:
        """Whether there is a card, not just a slot for one."""
        return self.status != _MISSING or bool(self.capacity)

    @property
    def formatting(self) -> bool:
        """Whether it is being formatted."""
        return self.status == _FORMATTING

    @property
    def state(self) -> StorageState:
        """Whether something is wrong with it."""
        if self.status not in _WORDS:
            return StorageState(problem=None)
        good = {0, _FORMATTING} if self.known else {0, _FORMATTING, _MISSING}
        return StorageState(problem=self.status not in good)

    @property
    def readings(self) -> Mapping[Quantity, ReadingValue | None]:
        """What is measured."""
        there = self.status != _MISSING
        return {
            Quantity.CAPACITY: self.capacity if there else None,
            Quantity.FREE: self.free if there else None,
            Quantity.STORAGE_STATUS: None if self.status is None else _WORDS.get(self.status, str(self.status)),
            Quantity.FORMATTED: self.formatted if self.formatting else None,
        }


def read_store(doc: Doc) -> Store | None:
    """Read the first card of an answer; None where there is none in it."""
    row = next((row for row in doc.rows if "status" in row), None)
    if row is None:
        return None
    return Store(
        number=row.integer("id") or 0,
        status=row.integer("status"),
        capacity=_size(row.number("capacity")),
        free=_size(row.number("free")),
        formatted=_percent(row.number("percent")),
    )


def store_part(*, card: bool = True) -> Part:
    """The card as a part, or the slot that never had one; it has no name of its own."""
    told = _READINGS if card else (Quantity.STORAGE_STATUS,)
    return Part(
        ref=REF,
        features=frozenset({Feature.PROBLEM}),
        readings=frozenset(Reading(each) for each in told),
    )


def _size(value: float | None) -> float | None:
    return value if value is not None and value >= 0 else None


def _percent(value: float | None) -> float | None:
    return value if value is not None and 0 <= value <= 100 else None
