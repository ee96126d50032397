"""How a setting stands in a record of the dialect: pages, places of fields, and what values are written as. Pure.

The rows themselves are in the tables of `settings_*`; lines: 003_f90f6ea635efbe94.txt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, Self

from ...errors import NotSupported, Rejected
from ...model.parts import Choice, Range, SettingSpec, SettingValue, Text, Toggle
from ...model.setting_words import SettingKey
from .facts import Analysis
from .grammar import Pair, Record, Step
from .values import Unit, from_bool, from_number, to_bool, to_float, to_int

PERCENT: Final = Range(low=0, high=100)
_LACKS: Final = "-1"
"""What fields of a sensor are where the device lacks them (l.29523)."""
_FORBIDDEN: Final = frozenset("<>%&\\\"/,';=|+")
"""Characters that no text of the device may hold (l.1974, l.3706)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A type of the dialect, read and written as one."""

    kinds: tuple[str, ...]
    """Names of the type, in the order to try."""
    cgis: tuple[str, ...] = ("param",)
    """Programs that may know it, in the order to try; the document's addresses and examples differ."""
    set_kinds: tuple[str, ...] | None = None
    set_cgis: tuple[str, ...] | None = None
    """Where writing differs from reading."""
    address: str = "cameraID"
    """Parameter that takes the number of the part; none for what belongs to the device as a whole."""
    lenses: bool = False
    """The document leaves the address out: sent only where there are several cameras."""
    extra: tuple[Pair, ...] = ()
    """What else says which one of several is meant."""
    scheme: str = ""
    """Parameter that takes the scheme of image settings, on devices that have several (l.29513)."""
    unit: bool = False
    """It holds temperatures, whose unit is told elsewhere."""
    whole: bool = False
    """Fields are required that do not change: all is written always."""
    ability: tuple[str, ...] = ()
    """Type that tells what values it takes."""
    analysis: Analysis | None = None
    """Asked for only where this analysis may be there."""
    thermal: bool = False
    """Asked for only where temperatures are measured."""
    own: bool = False
    """Differs between cameras of one make: which masks there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What helps to understand a record."""

    ability: Record | None = None
    unit: Unit | None = None


NO_HELP: Final = Look()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Where a value stands: in the record itself, else in every record of a list (one for each region)."""

    names: tuple[str, ...]
    within: str = ""
    """Stem of that list."""
    only: Pair | None = None
    """Field and value of the one record of the list that is meant, such as an area's number."""

    def first(self, record: Record) -> str | None:
        """Value, the first of several; None where there is none."""
        name, *others = self.names
        for path in self._paths(record):
            if (text := record.at(*path).get(name, *others)) is not None:
                return text.strip()
        return None

    def put(self, record: Record, text: str) -> Record:
        """Take another value wherever it stands. Raises `NotSupported` where it stands nowhere."""
        name, *others = self.names
        found = False
        for path in self._paths(record):
            if record.at(*path).get(name, *others) is not None:
                record, found = record.replaced(name, text, *others, at=path), True
        if not found:
            raise NotSupported(f"the answer has no {name}", code="noField")
        return record

    def _paths(self, record: Record) -> Sequence[tuple[Step, ...]]:
        listed = enumerate(record.lists(self.within)) if self.within else ()
        paths = [((self.within, number),) for number, each in listed if self._meant(each)]
        return paths if self.only else [(), *paths]

    def _meant(self, record: Record) -> bool:
        if self.only is None:
            return True
        name, value = self.only
        return to_int(record.get(name)) == to_int(value)


class Codec(Protocol):
    """What a setting is in a record."""

    @property
    def fallback(self) -> SettingSpec:
        """Values it takes as far as the document tells."""

    def spec(self, record: Record, look: Look) -> SettingSpec | None:
        """Values it takes on this device, None where the device lacks it."""

    def read(self, record: Record, look: Look) -> SettingValue | None:
        """Value, None where it is absent or cannot be read."""

    def write(self, record: Record, value: SettingValue, look: Look) -> Record:
        """Put a value in. Raises `NotSupported` without a place for it, `Rejected` when it cannot be."""

    def at(self, number: int) -> Self:
        """The same for one numbered record of its list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Single:
    """A setting in one place."""

    field: Field

    def at(self, number: int) -> Self:
        """The same for one numbered record of its list."""
        name = self.field.only[0] if self.field.only else ""
        return replace(self, field=replace(self.field, only=(name, str(number))))

    def text(self, record: Record) -> str | None:
        """What stands there, None for what the device lacks."""
        text = self.field.first(record)
        return None if text is None or _is_lacking(text) else text


def _is_lacking(text: str) -> bool:
    return to_int(text) == -1 and text.strip().startswith(_LACKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(_Single):
    """On or off."""

    on: str | None = None
    off: str | None = None
    """Words where they are not 1 and 0."""
    excludes: tuple[str, ...] = ()
    """Fields of what cannot be on at the same time."""

    @property
    def fallback(self) -> SettingSpec:
        """A toggle."""
        return Toggle()

    def spec(self, record: Record, look: Look) -> SettingSpec | None:
        """A toggle, where it can be read."""
        return None if self.read(record, look) is None else Toggle()

    def read(self, record: Record, look: Look) -> SettingValue | None:
        """Whether it is on."""
        return to_bool(self.text(record), on=self.on, off=self.off)

    def write(self, record: Record, value: SettingValue, look: Look) -> Record:
        """Switch it; on switches off what it excludes, in the same request."""
        if value:
            for name in self.excludes:
                if to_bool(record.get(name)):
                    record = record.replaced(name, "0")
        words = (self.on, self.off)
        word = words[0] if value else words[1]
        return self.field.put(record, word or from_bool(bool(value), self.field.first(record)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(_Single):
    """A number."""

    range: Range = PERCENT
    factor: float = 1.0
    """How many of the device's units one of ours is."""
    factor_above: tuple[float, float] | None = None
    """Bound, and the factor where the device has more than that: the document is at odds with itself about units."""
    bounds: tuple[str, str] | None = None
    """Fields of the ability with the least and the most."""
    listed: str = ""
    """List of the ability with all values."""

    @property
    def fallback(self) -> SettingSpec:
        """The range of the document."""
        return self.range

    def spec(self, record: Record, look: Look) -> SettingSpec | None:
        """The range of the ability, else that of the document, which the device may well be outside of."""
        now = self.read(record, look)
        if not isinstance(now, float):
            return None
        if (ends := self._ends(look.ability)) is not None:
            return replace(self.range, low=min(ends), high=max(ends))
        if self.range.low <= now <= self.range.high:
            return self.range
        return replace(self.range, low=min(self.range.low, now), high=max(self.range.high, PERCENT.high, now))

    def _ends(self, ability: Record | None) -> tuple[float, float] | None:
        if ability is None:
            return None
        texts = ability.items(self.listed) if self.listed else ()
        if not texts and self.bounds:
            texts = tuple(ability.get(name) or "" for name in self.bounds)
        numbers = [number for text in texts if (number := to_float(text)) is not None]
        return (min(numbers), max(numbers)) if len(numbers) > 1 and min(numbers) < max(numbers) else None

    def read(self, record: Record, look: Look) -> SettingValue | None:
        """The number in our unit."""
        number = to_float(self.text(record))
        return None if number is None else number / self._factor(number)

    def write(self, record: Record, value: SettingValue, look: Look) -> Record:
        """Write it as the device does, whole or with decimals."""
        like = self.field.first(record)
        return self.field.put(record, from_number(float(value) * self._factor(to_float(like)), like))

    def _factor(self, now: float | None) -> float:
        if self.factor_above and now is not None and now > self.factor_above[0]:
            return self.factor_above[1]
        return self.factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(_Single):
    """One of several."""

    words: Mapping[str, str]
    """Our word of each of the device's."""
    listed: str = ""
    """List of the ability with those that the device has."""
    also: str = ""
    """Name that recorders and lite cameras want in a write; they answer by the other (l.29681, l.29703)."""
    follows: tuple[tuple[str, Mapping[str, str]], ...] = ()
    """Fields that must change with it, and their values by its own."""

    @property
    def fallback(self) -> SettingSpec:
        """All words."""
        return Choice(options=tuple(dict.fromkeys(self.words.values())))

    def spec(self, record: Record, look: Look) -> SettingSpec | None:
        """The words of the ability and the present one, else all; less than two are no choice."""
        now = self.read(record, look)
        listed = look.ability.every(self.listed) if look.ability is not None and self.listed else ()
        if now is None or not listed:
            return None if now is None else self.fallback
        options = tuple(dict.fromkeys((*(self._word(text) for text in listed), str(now))))
        return Choice(options=options) if len(options) > 1 else None

    def read(self, record: Record, look: Look) -> SettingValue | None:
        """The word; the device's own where it is none of the document's."""
        text = self.text(record)
        return self._word(text)[:64] if text else None

    def write(self, record: Record, value: SettingValue, look: Look) -> Record:
        """Write the device's word."""
        text = self.wire(value)
        for name, values in self.follows:
            if record.get(name) is not None and text in values:
                record = record.replaced(name, values[text])
        return self.field.put(record, text)

    def wire(self, value: SettingValue) -> str:
        """The device's word."""
        return next((text for text, word in self.words.items() if word == value), str(value))

    def _word(self, text: str) -> str:
        number = to_int(text)
        return self.words.get(text.strip() if number is None else str(number), text.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Free(_Single):
    """Free text."""

    longest: int = 32

    @property
    def fallback(self) -> SettingSpec:
        """A text."""
        return Text(longest=self.longest)

    def spec(self, record: Record, look: Look) -> SettingSpec | None:
        """A text, where there is one."""
        return None if self.field.first(record) is None else self.fallback

    def read(self, record: Record, look: Look) -> SettingValue | None:
        """The text."""
        text = self.field.first(record)
        return None if text is None else text[: self.longest]

    def write(self, record: Record, value: SettingValue, look: Look) -> Record:
        """Write it. Raises `Rejected` for characters that the device cannot take."""
        check_text(str(value))
        return self.field.put(record, str(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelt(_Single):
    """A word of the device's own, from a list of its ability."""

    listed: str

    @property
    def fallback(self) -> SettingSpec:
        """No word is known beforehand."""
        return Choice(options=())

    def spec(self, record: Record, look: Look) -> SettingSpec | None:
        """The words of the ability and the present one; less than two are no choice."""
        now = self.read(record, look)
        listed = look.ability.items(self.listed) if look.ability is not None else ()
        options = tuple(dict.fromkeys(text.strip() for text in (*listed, str(now or "")) if text.strip()))
        return Choice(options=options) if now is not None and len(options) > 1 else None

    def read(self, record: Record, look: Look) -> SettingValue | None:
        """The word."""
        text = self.text(record)
        return text[:64] if text else None

    def write(self, record: Record, value: SettingValue, look: Look) -> Record:
        """Write it."""
        return self.field.put(record, str(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Knob:
    """One row of the tables: a setting, its page and how it stands there."""

    key: SettingKey
    """Of `REGION`: once for every numbered record of a list."""
    page: Page
    codec: Codec

    def at(self, key: SettingKey, number: int) -> Knob:
        """The row of one numbered record."""
        return replace(self, key=key, codec=self.codec.at(number))


def check_text(text: str) -> None:
    """Refuse characters that the device cannot take."""
    if bad := sorted(_FORBIDDEN & set(text)):
        raise Rejected("characters that the device cannot take", code="badParameters", details=tuple(bad))


def place(*names: str, within: str = "") -> Field:
    """Where a field of these names stands."""
    return Field(names=names, within=within)


def flag(*names: str, within: str = "", excludes: tuple[str, ...] = ()) -> Flag:
    """On or off in a field of these names."""
    return Flag(field=place(*names, within=within), excludes=excludes)


def number(*names: str, low: float = 0, high: float = 100, step: float = 1, within: str = "") -> Number:
    """A number in a field of these names."""
    return Number(field=place(*names, within=within), range=Range(low=low, high=high, step=step))


def words(*names: str, words: Mapping[str, str], listed: str = "", within: str = "") -> Words:
    """A choice in a field of these names."""
    return Words(field=place(*names, within=within), words=words, listed=listed)
