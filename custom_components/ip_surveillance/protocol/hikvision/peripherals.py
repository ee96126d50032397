"""The peripherals of a panel as its status document tells them: eight lists of one make (004…txt l.915-1138). Pure."""

from collections.abc import Mapping, Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final

from ..model.parts import PartKind
from ..model.state import READINGS, ReadingValue
from ..model.vocabulary import Flag, Quantity, Reading
from ..transport.loose_json import get, lowered, to_bool, to_float, to_int, to_text, wrapped
from .zones import Source, low_power, percent, strength

_MOST: Final = 1024
"""Units of one list."""
_LARGEST_ID: Final = 0xFFFF
_MOST_LISTED: Final = 64
_SERIAL: Final = 64

NOT_RELATED: Final = "not_related"
"""A place for a unit where none is."""
STATUSES: Final[Mapping[str, str]] = {
    "notrelated": NOT_RELATED,
    "online": "online",
    "offline": "offline",
    "heartbeatabnormal": "heartbeat_abnormal",
    "on": "on",
    "off": "off",
}
"""Words of the panel in lower case -> values of `Peripheral.status`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    outer: str
    inner: str
    kind: PartKind
    beats: bool = False
    """Its units may have an abnormal heartbeat."""
    mark: str = ""
    """Tells units of one kind from different lists apart where they have no serial number."""
    details: tuple[str, ...] = ()


_LISTS: Final = (
    _List(outer="OutputModList", inner="OutputMod", kind=PartKind.MODULE, beats=True, mark="output"),
    _List(outer="OutputList", inner="Output", kind=PartKind.OUTPUT, details=("linkage",)),
    _List(outer="SirenList", inner="Siren", kind=PartKind.SIREN, details=("sirenAttrib", "powerSupplyStatus")),
    _List(outer="RepeaterList", inner="Repeater", kind=PartKind.REPEATER),
    _List(outer="CardReaderList", inner="CardReader", kind=PartKind.CARD_READER, beats=True),
    _List(
        outer="ExtensionList",
        inner="ExtensionModule",
        kind=PartKind.MODULE,
        beats=True,
        details=("address", "linkageAddress", "type", "moduleAttrib"),
    ),
    _List(outer="KeypadList", inner="Keypad", kind=PartKind.KEYPAD, beats=True, details=("keypadAttrib", "address")),
    _List(outer="RemoteList", inner="Remote", kind=PartKind.REMOTE, beats=True),
)

_SOURCES: Final = (
    Source(name="tamperEvident", what=Flag.TAMPER, read=to_bool),
    Source(name="charge", what=Flag.LOW_BATTERY, read=low_power),
    Source(name="chargeValue", what=Quantity.BATTERY, read=percent),
    Source(name="signal", what=Quantity.SIGNAL, read=strength),
    Source(name="temperature", what=Quantity.TEMPERATURE, read=to_float),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peripheral:
    """What a panel says of one unit; None where it does not."""

    kind: PartKind
    id: int
    number: int
    """Piece of its identity: 0 where the serial number identifies it."""
    label: str = ""
    """Piece of its identity: the serial number where it has one of its own. A relay goes by its number, since several
    of one module may have the module's serial number, and commands want the number."""
    seq: str | None = None
    """Serial number."""
    name: str | None = None
    status: str | None = None
    """One of the values of `STATUSES`."""
    watched: bool = False
    """It tells a status, be it one that is not known."""
    online: bool | None = None
    on: bool | None = None
    """Whether a relay or a siren is on."""
    model: str | None = None
    partitions: frozenset[int] = frozenset()
    readings: Mapping[Reading, ReadingValue | None] = field(default_factory=dict)
    """All that is told of it, None where the word for it is not known."""
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def related(self) -> bool:
        """Whether there is a unit at all."""
        return self.status != NOT_RELATED


def read_peripherals(answer: Mapping[str, Any]) -> tuple[Peripheral, ...]:
    """Read all units list by list, also the places where there is none; each has an identity of its own."""
    found: dict[tuple[PartKind, int, str], Peripheral] = {}
    for listed in _LISTS:
        for row in map(lowered, wrapped(answer, listed.outer, listed.inner)[:_MOST]):
            number = to_int(get(row, "id"))
            if number is None or not 0 <= number <= _LARGEST_ID:
                continue
            unit = _unit(listed, row, number, found.keys())
            found.setdefault((unit.kind, unit.number, unit.label), unit)
    return tuple(found.values())


type _Key = tuple[PartKind, int, str]


def _identity(listed: _List, number: int, seq: str | None, taken: AbstractSet[_Key]) -> _Key:
    if listed.kind is PartKind.OUTPUT:
        return listed.kind, number, ""
    if seq is None:
        return listed.kind, number, listed.mark
    own = (listed.kind, 0, seq)
    # Two units with one serial number are told apart by their numbers as well.
    return own if own not in taken else (listed.kind, number, seq)


def _unit(listed: _List, row: Mapping[str, Any], number: int, taken: AbstractSet[_Key]) -> Peripheral:
    seq = to_text(get(row, "seq"), _SERIAL)
    kind, place, label = _identity(listed, number, seq, taken)
    status = STATUSES.get((to_text(get(row, "status")) or "").lower())
    return Peripheral(
        kind=kind,
        id=number,
        number=place,
        label=label,
        seq=seq,
        name=to_text(get(row, "name")),
        status=status,
        watched=get(row, "status") not in (None, ""),
        online=None if status is None else status != "offline",
        on={"on": True, "off": False}.get(status or ""),
        model=to_text(get(row, "model")),
        partitions=_partitions(get(row, "subSystemList")),
        readings=_readings(listed, row, status),
        details={name: text for name in listed.details if (text := to_text(get(row, name))) is not None},
    )


def _readings(listed: _List, row: Mapping[str, Any], status: str | None) -> dict[Reading, ReadingValue | None]:
    found: dict[Reading, ReadingValue | None] = {}
    for source in _SOURCES:
        if (value := source.find(row)) is not None:
            found[READINGS[source.what]] = source.read(value)
    if status is None:
        return found
    if listed.beats:
        found[READINGS[Flag.FAULT]] = status == "heartbeat_abnormal"
    if listed.kind is PartKind.SIREN:
        found[READINGS[Flag.SOUNDING]] = {"on": True, "off": False}.get(status)
    return found


def _partitions(linked: object) -> frozenset[int]:
    numbers = (to_int(each) for each in (linked if isinstance(linked, list) else [])[:_MOST_LISTED])
    return frozenset(number for number in numbers if number is not None and 0 <= number <= _LARGEST_ID)
