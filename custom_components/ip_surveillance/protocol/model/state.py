"""State: what is true now. Frozen and replaced, never mutated; only the reducer makes new ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from .detections import Detection, Target
from .parts import PartRef, SettingValue
from .setting_words import SettingKey
from .vocabulary import Feature, Flag, Quantity, Reading

_EMPTY: Mapping[Any, Any] = MappingProxyType({})

READINGS: Final[Mapping[Quantity | Flag, Reading]] = {what: Reading(what) for what in (*Quantity, *Flag)}
"""Readings without a slot, one object for each: thousands of zones have a dozen each, and all have the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture that a device sent; compared by identity, since comparing megabytes helps nobody."""

    data: bytes
    content_type: str = "image/jpeg"
    of: Feature = Feature.PICTURES
    """What it shows: an alarm, or the heat map."""


class PictureKey(NamedTuple):
    """A kind of picture of a part."""

    part: PartRef
    of: Feature = Feature.PICTURES


@dataclass(frozen=True, slots=True, kw_only=True)
class LineState:
    """An input, output, siren or light. None means not known."""

    active: bool | None = None
    level: float | None = None
    """Brightness of a light, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageState:
    """A disk, card or network store."""

    problem: bool | None = None


type PartState = LineState | StorageState
type ReadingValue = bool | float | str | datetime


class Alarm(NamedTuple):
    """What is detected and, where the device tells, of whom and where; no target and region is the sum of all."""

    what: Detection
    target: Target | None = None
    region: int | None = None


class AlarmKey(NamedTuple):
    """An alarm of a part."""

    part: PartRef
    alarm: Alarm


class ReadingKey(NamedTuple):
    """A reading of a part."""

    part: PartRef
    reading: Reading


class SettingOf(NamedTuple):
    """A setting of a part."""

    part: PartRef
    setting: SettingKey


type StateKey = PartRef | AlarmKey | ReadingKey | SettingOf
"""What a push can touch so that an older poll must leave it alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceState:
    """State of one device and its parts. One small map per kind of thing, so an event copies only what it changes."""

    parts: Mapping[PartRef, PartState] = field(default_factory=lambda: _EMPTY)
    online: Mapping[PartRef, bool] = field(default_factory=lambda: _EMPTY)
    """Parts whose reachability the device reports; absent is not known and taken as reachable."""
    alarms: Mapping[AlarmKey, float] = field(default_factory=lambda: _EMPTY)
    """Active alarms and the monotonic time at which each ends by itself."""
    pictures: Mapping[PictureKey, Picture] = field(default_factory=lambda: _EMPTY)
    """The last picture of each kind."""
    readings: Mapping[PartRef, Mapping[Reading, ReadingValue]] = field(default_factory=lambda: _EMPTY)
    """By part, so that an event copies those of one: all parts of a panel have a thousand."""
    lapses: Mapping[ReadingKey, float] = field(default_factory=lambda: _EMPTY)
    """Monotonic time at which a reading stops being true, of those that do by themselves."""
    settings: Mapping[SettingOf, SettingValue] = field(default_factory=lambda: _EMPTY)
    touched: Mapping[StateKey, float] = field(default_factory=lambda: _EMPTY)
    """When a push last changed a key, monotonic seconds; kept until a poll that was asked later."""


_NOTHING = DeviceState()


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """State of all devices of one entry."""

    pushing: bool = False
    """The push channel is up: what only pushes report is known."""
    push_problem: str | None = None
    """Why it is not, in words; None before the first attempt ended."""
    devices: Mapping[str, DeviceState] = field(default_factory=lambda: _EMPTY)

    def device(self, ref: PartRef) -> DeviceState:
        """State of the device that a part belongs to; an empty one before anything was heard."""
        return self.devices.get(ref.device, _NOTHING)

    def part(self, ref: PartRef) -> PartState | None:
        """State of a part, None when not reported."""
        return self.device(ref).parts.get(ref)

    def reading(self, ref: PartRef, reading: Reading) -> ReadingValue | None:
        """Measured value, None when unknown."""
        return self.readings(ref).get(reading)

    def readings(self, ref: PartRef) -> Mapping[Reading, ReadingValue]:
        """All that is known to be measured of a part."""
        return self.device(ref).readings.get(ref, _EMPTY)

    def flag(self, ref: PartRef, flag: Flag) -> bool | None:
        """Whether something is so about a part, None when unknown."""
        value = self.reading(ref, READINGS[flag])
        return value if isinstance(value, bool) else None

    def setting(self, ref: PartRef, setting: SettingKey) -> SettingValue | None:
        """Value of a setting, None when unknown."""
        return self.device(ref).settings.get(SettingOf(ref, setting))

    def alarm(self, ref: PartRef, alarm: Alarm) -> bool:
        """Whether an alarm is active."""
        return AlarmKey(ref, alarm) in self.device(ref).alarms

    def alarms(self, ref: PartRef) -> frozenset[Alarm]:
        """All active alarms of a part."""
        return frozenset(key.alarm for key in self.device(ref).alarms if key.part == ref)

    def picture(self, ref: PartRef, of: Feature = Feature.PICTURES) -> Picture | None:
        """The last picture of a part, of its alarms unless said otherwise."""
        return self.device(ref).pictures.get(PictureKey(ref, of))

    def online(self, ref: PartRef) -> bool | None:
        """Whether a part answers, as its device reports it; None when it does not say."""
        return self.device(ref).online.get(ref)

    def reachable(self, ref: PartRef, parent: PartRef | None = None) -> bool:
        """Whether neither the part nor what it hangs on is reported as out of reach."""
        online = self.device(ref).online
        return all(online.get(each, True) for each in (ref, parent, ref.owner) if each is not None)
