"""A tolerant view on the `data` of an answer; the object itself stays as received, to be written back.

Names are found whatever their case, with blanks around them, and under the spellings that devices use for them.
Numbers and booleans come in any of their forms. What is put in keeps the name and the form that the device used.
"""

from collections.abc import Iterator, Mapping
import copy
from dataclasses import dataclass
import re
from typing import Any, Final, override

from ...errors import NotSupported
from ...transport.loose_json import to_bool as _to_bool, to_float as _to_float, to_text

_GROUPS: Final[tuple[tuple[str, ...], ...]] = (
    ("enableRoi", "enabelRoi"),
    ("weekScope", "weekScop"),
    ("scopeMode", "scopeModel", "socpeMode"),
    ("visible", "visiable"),
    ("dateVisible", "dateVisiable"),
    ("weekVisible", "weekVisiable"),
    ("nameVisible", "nameVisiable"),
    ("position", "postion"),
    ("strongLightInhibitionStrength", "strongLightInhibitionStreangth"),
    ("enableRegionalIntrusionDetection", "enableRegionalIntrusionDetectionus"),
    ("civilCode", "civiilCode"),
    ("streamType", "steamType"),
    ("operateType", "opertateType"),
    ("isScan", "isScane"),
    ("presetDwellTime", "presetDweelTime"),
    ("enableSnapshot", "enableSnapshoot"),
    ("snapshotScope", "snapshootScope"),
    ("personNum", "persionNum"),
    ("enableDefog", "defogEnable"),
    ("encodeType", "encodingType"),
    ("type", "argType"),
    ("keepAlive", "alivePeriod"),
    ("encryptionType", "securityType"),
    ("serverId", "sipServerId"),
    ("serverIp", "sipServerIp"),
    ("serverPort", "sipServerPort"),
    ("registerStatus", "resignerState", "cStatus"),
    ("registerCycleTime", "resignerCycleTime"),
    ("trigger", "process"),
)
"""Names that mean the same: as they should be, as devices spell them, as other tables of the document have them."""
_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    name.lower(): tuple(each.lower() for each in group) for group in _GROUPS for name in group
}
_HEX: Final = re.compile(r"(0[xX])([0-9a-fA-F]{1,16})")
_DEEPEST: Final = 40
_MOST_ROWS: Final = 4096
_LIMITS: Final = ("min", "max", "list")

type Step = str | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """What the device takes for a number."""

    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A value that a document got, and where."""

    at: tuple[Step, ...]
    value: Any

    @property
    def name(self) -> str:
        """The field, for messages."""
        return ".".join(str(step).strip() for step in self.at)

    def holds(self, value: Any) -> bool:
        """Whether a document has the value there, in whatever form."""
        for step in self.at:
            value = _step(value, step)
        return same(self.value, value)


class Doc:
    """One object of an answer, or the list of its rows."""

    __slots__ = ("value",)

    def __init__(self, value: Any = None) -> None:
        """Take what was read; it is not copied."""
        self.value = value

    @override
    def __repr__(self) -> str:
        """Tell no value: some are secret."""
        return f"Doc({', '.join(self.names) or type(self.value).__name__})"

    def __contains__(self, name: str) -> bool:
        return self.key(name) is not None

    def __bool__(self) -> bool:
        return bool(self.value)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the fields, without blanks."""
        return tuple(key.strip() for key in self.value if isinstance(key, str)) if self._is_object else ()

    @property
    def rows(self) -> tuple[Doc, ...]:
        """The objects of a list, lists in it taken apart; this one itself where it is an object."""
        return tuple(_objects(self.value))

    def key(self, *names: str) -> str | None:
        """Find the name that the device uses for the first of the names that it has."""
        if not self._is_object:
            return None
        for name in names:
            if name in self.value:
                return name
        found = {key.strip().lower(): key for key in reversed(self.value) if isinstance(key, str)}
        for name in names:
            plain = name.strip().lower()
            for each in (plain, *_ALIASES.get(plain, ())):
                if each in found:
                    return found[each]
        return None

    def get(self, *names: str) -> Any:
        """Value of a field as received; None when there is none."""
        key = self.key(*names)
        return None if key is None else self.value[key]

    def integer(self, *names: str) -> int | None:
        """Whole number, also from a text, decimal or `0x..`."""
        return to_int(self.get(*names))

    def number(self, *names: str) -> float | None:
        """Number, also from a text."""
        return _to_float(self.get(*names))

    def truth(self, *names: str) -> bool | None:
        """Yes or no: true, false, 0, 1, or a text of these (002…txt l.457, l.6986)."""
        return _to_bool(self.get(*names))

    def text(self, *names: str) -> str | None:
        """One line of text; None when it is empty."""
        return to_text(self.get(*names))

    def doc(self, *names: str) -> Doc:
        """An object inside; one without fields where there is none."""
        return Doc(self.get(*names))

    def docs(self, *names: str) -> tuple[Doc, ...]:
        """Rows of a list inside."""
        return tuple(_objects(self.get(*names)))

    def range(self, name: str) -> Range | None:
        """Range of a number, where the device tells both of its ends (002…txt l.580-586)."""
        low, high = (_to_float(self._beside(name, each)) for each in ("Min", "Max"))
        return Range(minimum=low, maximum=high) if low is not None and high is not None and low < high else None

    def options(self, name: str) -> tuple[Any, ...]:
        """Values that a field may have, where the device lists them (002…txt l.587-590)."""
        listed = self._beside(name, "List")
        rows = listed[:_MOST_ROWS] if isinstance(listed, list) else []
        return tuple(each for each in rows if isinstance(each, str | int | float))

    def put(self, name: str, value: Any, *, add: bool = False) -> None:
        """Set a field under the name and in the form that the device uses.

        Raises `NotSupported` where it has no such field, unless told to `add` it.
        """
        key = self.key(name)
        if key is None:
            if not add or not self._is_object:
                raise NotSupported(f"no field {name}", code="noField")
            key = name
        self.value[key] = wire(value, self.value.get(key))

    def copy(self) -> Doc:
        """Copy all of it."""
        return Doc(copy.deepcopy(self.value))

    @property
    def _is_object(self) -> bool:
        return isinstance(self.value, dict)

    def _beside(self, name: str, what: str) -> Any:
        key = self.key(name)
        for base in (key.strip() if key else name, name):
            if (found := self.key(base + what)) is not None:
                return self.value[found]
        return None


def to_int(value: object) -> int | None:
    """Take a whole number from a number or a text, decimal or `0x..`; None when it is none."""
    if isinstance(value, str) and (found := _HEX.fullmatch(value.strip())):
        return int(found[2], 16)
    number = _to_float(value)
    return int(number) if number is not None and number == int(number) else None


def wire(value: Any, like: Any) -> Any:
    """Bring a value into the form of the one that it replaces: bool, number, text of a number, text of a bool."""
    if isinstance(like, bool):
        found = _to_bool(value)
        return value if found is None else found
    if isinstance(like, int | float):
        return _number(value, whole=isinstance(like, int))
    if isinstance(like, str):
        return _worded(value, like.strip())
    return copy.deepcopy(value)


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same but for their form: `true`, 1 and "1" are."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(same(value, _step(other, key)) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other, strict=True))
    return bool(_plain(one) == _plain(other))


def changes(before: Any, after: Any, at: tuple[Step, ...] = ()) -> Iterator[Change]:
    """List the values that became others; lists of another length count as one value."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in after.items():
            if key in before:
                yield from changes(before[key], value, (*at, key))
            else:
                yield Change(at=(*at, key), value=value)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from changes(old, new, (*at, index))
    elif before != after:
        yield Change(at=at, value=after)


def without_limits(value: Any) -> Any:
    """Leave out the ranges that came with values: they are the device's to tell, not to be told."""
    if isinstance(value, list):
        return [without_limits(each) for each in value]
    if not isinstance(value, dict):
        return value
    names = {key.strip().lower() for key in value}
    return {
        key: without_limits(each)
        for key, each in value.items()
        if not any(
            plain.endswith(limit) and plain.removesuffix(limit) in names
            for plain in (key.strip().lower(),)
            for limit in _LIMITS
        )
    }


def _objects(value: Any) -> list[Doc]:
    found: list[Doc] = []
    waiting = [(value, _DEEPEST)]
    while waiting and len(found) < _MOST_ROWS:
        each, depth = waiting.pop()
        if isinstance(each, dict):
            found.append(Doc(each))
        elif isinstance(each, list) and depth:
            waiting.extend((inner, depth - 1) for inner in reversed(each))
    return found


def _step(value: Any, step: Step) -> Any:
    if isinstance(step, int):
        return value[step] if isinstance(value, list) and step < len(value) else None
    return Doc(value).get(step)


def _number(value: Any, *, whole: bool) -> Any:
    truth = _to_bool(value) if isinstance(value, str) else None
    number = _to_float(to_int(value) if isinstance(value, str) and _HEX.fullmatch(value.strip()) else value)
    if number is None:
        return value if truth is None else int(truth)
    # A fraction stays one: a device whose number happened to be whole may take it.
    return int(number) if whole and number == int(number) else number


def _worded(value: Any, like: str) -> Any:
    if isinstance(value, bool):
        if like.lower() in ("true", "false"):
            word = str(value)
            return word.lower() if like.islower() else word.upper() if like.isupper() else word
        return str(int(value))
    if isinstance(value, int) and (found := _HEX.fullmatch(like)):
        digits = f"{value:0{len(found[2])}x}"
        return found[1] + (digits.upper() if found[2].isupper() else digits)
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return str(value) if isinstance(value, int | float) else copy.deepcopy(value)


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return float(value.strip().lower() == "true")
    number = to_int(value) if isinstance(value, str) and _HEX.fullmatch(value.strip()) else _to_float(value)
    if number is not None:
        return float(number)
    return value.strip() if isinstance(value, str) else value
