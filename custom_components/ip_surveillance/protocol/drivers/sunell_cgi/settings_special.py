"""Settings that are more than one field of a page: targets, directions, strengths by mode, temperatures. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

from ...errors import NotSupported
from ...model.parts import Choice, Range, SettingSpec, SettingValue
from .grammar import Record
from .settings import Field, Look, place
from .values import from_bool, from_celsius, from_number, to_bool, to_celsius, to_float, to_int

_TARGETS: Final[Mapping[str, str]] = {"0": "human_vehicle", "1": "human", "2": "vehicle"}
"""l.14787: person or car, person, car."""
_ANY: Final = "any"


_FILTER: Final = place("targetTypeEnable", within="region")
_KIND: Final = place("targetType", within="region")
_BOTH: Final = place("isBidirection", within="region")
_WAY: Final = place("triggerDirection", "triggerDirection1", within="region")
_DEGREES: Final = Range(low=-50, high=1000, step=0.1)


class _Alone:
    """A setting that no numbered record has for itself."""

    __slots__ = ()

    def at(self, number: int) -> Self:
        """The same: it has no numbers."""
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Target(_Alone):
    """Whom a detection looks for: a switch for the filter, and whom it lets through."""

    enable: Field = _FILTER
    kind: Field = _KIND

    @property
    def fallback(self) -> SettingSpec:
        """All words."""
        return Choice(options=(_ANY, *_TARGETS.values()))

    def spec(self, record: Record, look: Look) -> SettingSpec | None:
        """Anybody only where the filter can be switched off, and the kinds that the ability lists."""
        if self.read(record, look) is None:
            return None
        listed = look.ability.items("targetType") if look.ability is not None else ()
        numbers = [str(to_int(text)) for text in listed] or list(_TARGETS)
        kinds = [_TARGETS[number] for number in numbers if number in _TARGETS]
        options = (*((_ANY,) if self.enable.first(record) is not None else ()), *dict.fromkeys(kinds))
        return Choice(options=options) if len(options) > 1 else None

    def read(self, record: Record, look: Look) -> SettingValue | None:
        """Whom it looks for."""
        kind = self.kind.first(record)
        if kind is None:
            return None
        return _ANY if to_bool(self.enable.first(record)) is False else _TARGETS.get(str(to_int(kind)))

    def write(self, record: Record, value: SettingValue, look: Look) -> Record:
        """Switch the filter and say whom."""
        kind = next((number for number, word in _TARGETS.items() if word == value), None)
        if self.enable.first(record) is not None:
            record = self.enable.put(record, "0" if kind is None else "1")
        elif kind is None:
            raise NotSupported("the filter cannot be switched off", code="noField")
        return record if kind is None else self.kind.put(record, kind)


_REVERSE, _FORWARD = "1", "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction(_Alone):
    """Which way over a line counts (l.15475-15486)."""

    both: Field = _BOTH
    way: Field = _WAY

    @property
    def fallback(self) -> SettingSpec:
        """All words."""
        return Choice(options=("forward", "backward", "both"))

    def spec(self, record: Record, look: Look) -> SettingSpec | None:
        """Both ways only where they are one switch."""
        if self.read(record, look) is None:
            return None
        return self.fallback if self.both.first(record) is not None else Choice(options=("forward", "backward"))

    def read(self, record: Record, look: Look) -> SettingValue | None:
        """The way."""
        if to_bool(self.both.first(record)):
            return "both"
        return {_REVERSE: "backward", _FORWARD: "forward"}.get(str(to_int(self.way.first(record))))

    def write(self, record: Record, value: SettingValue, look: Look) -> Record:
        """Say which way."""
        if self.both.first(record) is not None:
            record = self.both.put(record, from_bool(value == "both", self.both.first(record)))
        elif value == "both":
            raise NotSupported("both ways cannot count", code="noField")
        return record if value == "both" else self.way.put(record, _REVERSE if value == "backward" else _FORWARD)


_MANUAL: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength(_Alone):
    """A strength with one field for the automatic mode and one for the manual (l.30770-30790)."""

    mode: Field
    automatic: Field
    manual: Field

    @property
    def fallback(self) -> SettingSpec:
        """Percent."""
        return Range(low=0, high=100)

    def spec(self, record: Record, look: Look) -> SettingSpec | None:
        """Percent, where it can be read."""
        return None if self.read(record, look) is None else self.fallback

    def _field(self, record: Record) -> Field:
        return self.manual if to_int(self.mode.first(record)) == _MANUAL else self.automatic

    def read(self, record: Record, look: Look) -> SettingValue | None:
        """The strength that counts now."""
        strength = to_float(self._field(record).first(record))
        return None if strength is None or strength < 0 else strength

    def write(self, record: Record, value: SettingValue, look: Look) -> Record:
        """Change the strength that counts now."""
        field = self._field(record)
        return field.put(record, from_number(float(value), field.first(record)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Degrees:
    """A temperature in degrees Celsius, whatever the device counts in."""

    field: Field
    range: Range = _DEGREES

    def at(self, number: int) -> Self:
        """The same for one numbered record of its list."""
        name = self.field.only[0] if self.field.only else ""
        return replace(self, field=replace(self.field, only=(name, str(number))))

    @property
    def fallback(self) -> SettingSpec:
        """What a thermal camera may be set to."""
        return self.range

    def spec(self, record: Record, look: Look) -> SettingSpec | None:
        """The same, where it can be read."""
        return None if self.read(record, look) is None else self.range

    def read(self, record: Record, look: Look) -> SettingValue | None:
        """The temperature."""
        return to_celsius(self.field.first(record), look.unit)

    def write(self, record: Record, value: SettingValue, look: Look) -> Record:
        """Write it in the device's unit. Raises `NotSupported` while that is not known."""
        if look.unit is None:
            raise NotSupported("the unit of temperatures is not known", code="noUnit")
        degrees = from_celsius(float(value), look.unit)
        like = self.field.first(record)
        return self.field.put(record, from_number(round(degrees, 2), like))
