"""Disks and cards, and directories on other machines; two sets of status numbers (TR33). Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ...model.parts import Part, PartRef
from ...model.state import ReadingValue, StorageState
from ...model.vocabulary import Feature, Quantity, Reading
from .channels import text_of
from .facts import storage_ref
from .grammar import Record
from .values import to_float, to_int

DISKS: Final = "deviceDiskInfo"
DIRECTORIES: Final = "recordDirInfo"
DIRECTORY: Final = "directory"
"""Label of a directory, whose numbers are others than those of disks."""
_MOST: Final = 64
_CAPACITY, _FREE, _STATUS = (Reading(each) for each in (Quantity.CAPACITY, Quantity.FREE, Quantity.STORAGE_STATUS))
_READINGS: Final = frozenset({_CAPACITY, _FREE, _STATUS})

_DISK: Final[Mapping[int, tuple[str, bool | None]]] = {
    -1: ("write_timeout", True),
    0: ("not_reported", None),
    1: ("normal", False),
    2: ("error", True),
    3: ("no_card", True),
    4: ("write_protected", True),
    5: ("unformatted", True),
    6: ("formatting", False),
    7: ("no_disk", True),
    8: ("sleeping", False),
    9: ("connection_failed", True),
    10: ("no_network_disk", True),
    11: ("no_network_disk", True),
    12: ("no_partition", True),
    13: ("disconnected", True),
    14: ("repairing", False),
    15: ("removed", True),
    16: ("formatting_soon", False),
    17: ("removing", False),
    18: ("formatted", False),
    19: ("formatting_failed", True),
    20: ("repair_pending", False),
    21: ("repaired", False),
    22: ("repair_failed", True),
    23: ("present", False),
    24: ("physical_error", True),
}
"""Status of a disk, and whether it is a problem (003_f90f6ea635efbe94.txt l.32277-32385)."""
_DIRECTORY: Final[Mapping[int, tuple[str, bool | None]]] = {
    0: ("normal", False),
    1: ("connection_failed", True),
    2: ("unformatted", True),
    3: ("write_protected", True),
    4: ("error", True),
    5: ("no_card", True),
    6: ("sleeping", False),
}
"""Status of a directory (l.6199)."""
_ELSEWHERE: Final = frozenset({3, 4})
"""Kinds of directories that no list of disks has: FTP and shared folders (l.6180)."""
_ABSENT: Final = frozenset({0, 7, 10, 11})


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """One disk, card or directory; sizes in megabytes."""

    ref: PartRef
    name: str | None = None
    capacity: float | None = None
    free: float | None = None
    status: str | None = None
    problem: bool | None = None
    empty: bool = False
    """A slot without anything in it."""

    @property
    def part(self) -> Part:
        """As a part."""
        return Part(ref=self.ref, name=self.name, features=frozenset({Feature.PROBLEM}), readings=_READINGS)

    @property
    def state(self) -> StorageState:
        """Whether it is in trouble."""
        return StorageState(problem=self.problem)

    @property
    def readings(self) -> Mapping[Reading, ReadingValue | None]:
        """What it measures."""
        return {_CAPACITY: self.capacity, _FREE: self.free, _STATUS: self.status}


def disks(answer: Record | None) -> tuple[Store, ...]:
    """Disks and cards, from `deviceDiskInfo`."""
    rows = (answer.lists("diskInfo") or answer.rows("diskID"))[:_MOST] if answer is not None else ()
    return tuple(_unique(filter(None, map(_disk, rows))))


def directories(answer: Record | None) -> tuple[Store, ...]:
    """Directories on other machines, from `recordDirInfo`; those on disks are told as disks."""
    rows = answer.lists("recordDirInfo")[:_MOST] if answer is not None else ()
    found = (_directory(number, row) for number, row in enumerate(rows, 1))
    return tuple(_unique(filter(None, found)))


def _disk(row: Record) -> Store | None:
    number, status = to_int(row.get("diskID")), to_int(row.get("diskStatus"))
    if number is None or not 0 <= number < 1000:
        return None
    capacity = to_float(row.get("diskTotalSize"))
    word, problem = _DISK.get(0 if status is None else status, (str(status), None))
    return Store(
        ref=storage_ref(number),
        capacity=capacity,
        free=to_float(row.get("diskFreeSize")),
        status=word,
        problem=problem,
        empty=not capacity and status in _ABSENT,
    )


def _directory(number: int, row: Record) -> Store | None:
    if to_int(row.get("diskType")) not in _ELSEWHERE or row.get("enableFlag") == "0":
        return None
    status = to_int(row.get("status"))
    word, problem = _DIRECTORY.get(-1 if status is None else status, (str(status), None))
    return Store(
        ref=storage_ref(number, DIRECTORY),
        name=text_of(row.get("diskName")),
        capacity=to_float(row.get("totalspace")),
        free=to_float(row.get("freeSpace")),
        status=word,
        problem=problem,
    )


def _unique(stores: Iterable[Store]) -> Iterator[Store]:
    taken: set[PartRef] = set()
    for store in stores:
        if store.ref not in taken:
            taken.add(store.ref)
            yield store
