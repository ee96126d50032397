"""Settings of the dialect as rows of tables: which document holds each, where in it, and what its values mean. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol, override, runtime_checkable

from ...model.detections import Detection
from ...model.parts import Choice, PartRef, Range, SettingSpec, SettingValue, Text, Toggle
from ...model.setting_words import Setting, SettingKey
from .docs import Doc, same
from .facts import Facts

EACH: Final = -1
"""Step of a path that stands for every row of a list."""
_MOST_OPTIONS: Final = 64

type SettingRef = tuple[PartRef, SettingKey]
type Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document of the device: its path and what a read of it has to say."""

    path: str
    asked: tuple[tuple[str, int], ...] = ()

    @property
    def data(self) -> dict[str, int] | None:
        """Data of the request."""
        return dict(self.asked) or None


@runtime_checkable
class Resolves(Protocol):
    """A kind whose words another document tells."""

    def resolved(self, beside: Doc) -> Kind:
        """Become one that knows them."""


class Kind(Protocol):
    """How values of a field are worded. `holder` is the object that has the field."""

    def spec(self, holder: Doc, name: str, beside: Doc | None) -> SettingSpec | None:
        """What values it takes; None: it is no knob here. `beside` is another document that tells, where there is."""

    def read(self, holder: Doc, name: str) -> SettingValue | None:
        """The value; None when it cannot be understood."""

    def write(self, holder: Doc, name: str, value: SettingValue) -> None:
        """Put a value in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """On or off; the other way round where the device states the contrary."""

    inverted: bool = False

    def spec(self, holder: Doc, name: str, beside: Doc | None) -> SettingSpec | None:
        """Always a toggle."""
        return Toggle()

    def read(self, holder: Doc, name: str) -> SettingValue | None:
        """Take any form of yes and no."""
        value = holder.truth(name)
        return None if value is None else value is not self.inverted

    def write(self, holder: Doc, name: str, value: SettingValue) -> None:
        """Put it in as the device has it."""
        holder.put(name, bool(value) is not self.inverted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Being:
    """On while a mode is a certain one."""

    on: int
    off: int

    def spec(self, holder: Doc, name: str, beside: Doc | None) -> SettingSpec | None:
        """Always a toggle."""
        return Toggle()

    def read(self, holder: Doc, name: str) -> SettingValue | None:
        """Whether it is that mode."""
        value = holder.integer(name)
        return None if value is None else value == self.on

    def write(self, holder: Doc, name: str, value: SettingValue) -> None:
        """Take the mode, or leave it; another one than that stays."""
        if value or holder.integer(name) == self.on:
            holder.put(name, self.on if value else self.off)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number within the device's own bounds, else within those of the document."""

    low: float
    high: float

    def spec(self, holder: Doc, name: str, beside: Doc | None) -> SettingSpec | None:
        """Take the range that is told beside the value (002…txt l.580-586)."""
        told = holder.range(name)
        return Range(low=told.minimum, high=told.maximum) if told else Range(low=self.low, high=self.high)

    def read(self, holder: Doc, name: str) -> SettingValue | None:
        """The number."""
        return holder.number(name)

    def write(self, holder: Doc, name: str, value: SettingValue) -> None:
        """Write 50.0 as 50."""
        holder.put(name, int(value) if isinstance(value, float) and value.is_integer() else value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One of a few modes, in common words."""

    words: Mapping[int, str]

    def spec(self, holder: Doc, name: str, beside: Doc | None) -> SettingSpec | None:
        """Offer what the device lists of them (002…txt l.587-590), else all."""
        listed = [word for value, word in self.words.items() if any(same(value, each) for each in holder.options(name))]
        words = tuple(listed or self.words.values())
        return Choice(options=words) if len(words) > 1 else None

    def read(self, holder: Doc, name: str) -> SettingValue | None:
        """The word; None for a mode that nobody documented."""
        value = holder.integer(name)
        return None if value is None else self.words.get(value)

    def write(self, holder: Doc, name: str, value: SettingValue) -> None:
        """Put the mode in."""
        holder.put(name, _key(self.words, value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Switched(Words):
    """A mode that has a switch of its own; off is one word more."""

    switch: str

    @override
    def spec(self, holder: Doc, name: str, beside: Doc | None) -> SettingSpec | None:
        """Offer off besides."""
        found = Words.spec(self, holder, name, beside)
        return Choice(options=("off", *found.options)) if isinstance(found, Choice) else None

    @override
    def read(self, holder: Doc, name: str) -> SettingValue | None:
        """Off while the switch is, whatever the mode."""
        return "off" if holder.truth(self.switch) is False else Words.read(self, holder, name)

    @override
    def write(self, holder: Doc, name: str, value: SettingValue) -> None:
        """Switch it, and set the mode where it is on."""
        holder.put(self.switch, value != "off")
        if value != "off":
            Words.write(self, holder, name, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A mode whose values nobody documented: offered as the device lists them, or not at all."""

    def spec(self, holder: Doc, name: str, beside: Doc | None) -> SettingSpec | None:
        """Only the device's own list counts."""
        words = tuple(dict.fromkeys(str(each) for each in holder.options(name)[:_MOST_OPTIONS]))
        return Choice(options=words) if len(words) > 1 else None

    def read(self, holder: Doc, name: str) -> SettingValue | None:
        """The value as a word."""
        value = holder.get(name)
        return None if value is None or isinstance(value, dict | list) else str(value)

    def write(self, holder: Doc, name: str, value: SettingValue) -> None:
        """Put one of the list in."""
        holder.put(name, next((each for each in holder.options(name) if str(each) == value), value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text."""

    longest: int

    def spec(self, holder: Doc, name: str, beside: Doc | None) -> SettingSpec | None:
        """As long as the document says, or as is safe."""
        return Text(longest=self.longest)

    def read(self, holder: Doc, name: str) -> SettingValue | None:
        """The text; an empty one is a value too."""
        value = holder.get(name)
        # Halves of a pair, which JSON can hold and UTF-8 cannot, become question marks.
        return value[: self.longest].encode(errors="replace").decode() if isinstance(value, str) else None

    def write(self, holder: Doc, name: str, value: SettingValue) -> None:
        """Put it in."""
        holder.put(name, value)


def _key(words: Mapping[int, str], value: SettingValue) -> int:
    return next(key for key, word in words.items() if word == value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One knob."""

    key: SettingKey
    source: Source
    at: Steps
    """Where it is in the document; the last step is the name of the field."""
    kind: Kind
    flags: tuple[str, ...] = ()
    """Capability flags that have to grant it; one that is absent says nothing."""
    shown: frozenset[int] | None = None
    """Values of the first flag that grant it, where only some of those that grant the function do."""
    when: Callable[[Doc], bool | None] | None = None
    """Whether the object that has the field offers it."""
    beside: Source | None = None
    """Another document that tells what values it takes."""

    def resolved(self, beside: Doc | None) -> Row:
        """The same knob, knowing what another document says of its values."""
        if beside is None or not isinstance(self.kind, Resolves):
            return self
        return replace(self, kind=self.kind.resolved(beside))

    def granted(self, facts: Facts) -> bool:
        """Whether the flags leave it possible."""
        if any(facts.has(flag) is False for flag in self.flags[self.shown is not None :]):
            return False
        value = facts.flag(self.flags[0]) if self.shown is not None else None
        return value is None or self.shown is None or value in self.shown

    def spec(self, doc: Doc, beside: Doc | None = None) -> SettingSpec | None:
        """What values it takes; None where the document has no such field."""
        for holder in self._holders(doc):
            if self.when is None or self.when(holder):
                return self.kind.spec(holder, self._name, beside)
        return None

    def likely(self) -> SettingSpec:
        """What values it probably takes, while nothing can be read."""
        return self.kind.spec(Doc({}), self._name, None) or Choice(options=())

    def read(self, doc: Doc) -> SettingValue | None:
        """The value; of several regions the first one's."""
        return next((self.kind.read(holder, self._name) for holder in self._holders(doc)), None)

    def write(self, doc: Doc, value: SettingValue) -> bool:
        """Put a value in, into all regions alike; false when there is no place for it."""
        holders = self._holders(doc)
        for holder in holders:
            self.kind.write(holder, self._name, value)
        return bool(holders)

    @property
    def _name(self) -> str:
        return str(self.at[-1])

    def _holders(self, doc: Doc) -> list[Doc]:
        values = [doc.value]
        for step in self.at[:-1]:
            values = [found for value in values for found in _step(value, step)]
        return [holder for value in values if self._name in (holder := Doc(value))]


def _step(value: Any, step: str | int) -> list[Any]:
    if isinstance(step, str):
        found = Doc(value).get(step)
        return [] if found is None else [found]
    if not isinstance(value, list):
        return []
    return value if step == EACH else value[step : step + 1]


def fits(value: SettingValue, spec: SettingSpec) -> bool:
    """Whether a value is one that the setting takes."""
    match spec:
        case Toggle():
            return isinstance(value, bool)
        case Range(low=low, high=high):
            return not isinstance(value, bool | str) and low <= value <= high
        case Choice(options=words):
            return value in words
        case Text(longest=longest):
            return isinstance(value, str) and len(value) <= longest


def detection_key(what: Detection) -> SettingKey:
    """The switch of a detection."""
    return SettingKey(Setting.DETECTION, what.value)


def sensitivity_key(what: Detection) -> SettingKey:
    """The sensitivity of a detection."""
    return SettingKey(Setting.SENSITIVITY, what.value)
