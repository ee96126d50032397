"""Events: all that drivers tell the core. Polls, pushes and answers to commands come as events alike."""

from collections.abc import Mapping, Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from .detections import Detection, Target
from .parts import PartRef, SettingValue
from .setting_words import SettingKey
from .state import Alarm, PartState, Picture, ReadingValue
from .vocabulary import Reading

_EMPTY: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """The push channel is up: what it reported before the gap is void, a full poll follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnected:
    """The push channel is down; `reason` is for people and carries no secrets."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """Answers to requests, complete for every key they name and silent about all others.

    Keys touched by a push after `asked_at` (monotonic seconds) keep the push's value.
    """

    asked_at: float
    parts: Mapping[PartRef, PartState] = field(default_factory=lambda: _EMPTY)
    online: Mapping[PartRef, bool | None] = field(default_factory=lambda: _EMPTY)
    readings: Mapping[tuple[PartRef, Reading], ReadingValue | None] = field(default_factory=lambda: _EMPTY)
    settings: Mapping[tuple[PartRef, SettingKey], SettingValue | None] = field(default_factory=lambda: _EMPTY)
    alarms: Mapping[PartRef, AbstractSet[Alarm]] = field(default_factory=lambda: _EMPTY)
    """All alarms of a part that are active, where polling tells; an empty set says that there is none."""
    unpolled: AbstractSet[Detection] = frozenset()
    """Detections that `alarms` does not tell on this device: those are left to their hold times."""
    told: tuple[Detected | Happened | Measured, ...] = ()
    """Moments that the answers tell of, in order; taken after all else."""
    readback: bool = False
    """Read after a command: polls asked earlier and still under way are older and must not undo it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patched:
    """A push that changes the whole state of one part or whether it is online; newer than any running poll."""

    part: PartRef
    state: PartState | None = None
    online: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """An alarm began, goes on or ended.

    Repeats while it goes on extend its hold time and are no new happening. `follow_up` marks a later piece of an
    alarm that was told already: it only adds the picture.
    """

    part: PartRef
    what: Detection
    active: bool = True
    target: Target | None = None
    region: int | None = None
    hold: float | None = None
    """Seconds until it ends by itself when nothing more is heard; infinite until told otherwise, also across a
    gap of the push channel; None takes the trait of the detection or the user's own choice."""
    at: datetime | None = None
    """The device's own time."""
    picture: Picture | None = None
    follow_up: bool = False
    restored: bool = False
    """It was told before a restart: it is so, but no new happening."""
    data: Mapping[str, Any] = field(default_factory=lambda: _EMPTY)
    """What else the device said, bounded, without secrets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Measured values that were pushed; the keys given are replaced, others stay."""

    part: PartRef
    readings: Mapping[Reading, ReadingValue]
    lasts: float | None = None
    """Seconds after which the values are no longer true; None when they stay until replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """Something momentary that is not state: a ring, an unknown event, a log record. Never replayed."""

    part: PartRef
    what: str
    """A detection's value, a `PanelEvent`, or another stable word of the event platform's tables."""
    data: Mapping[str, Any] = field(default_factory=lambda: _EMPTY)
    at: datetime | None = None
    picture: Picture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictured:
    """A picture that came without an alarm."""

    part: PartRef
    picture: Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Restructured:
    """What exists may have changed: a device or a zone came or went, or something was heard of for the first time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """What one report of a device tells: entities are told when all of it is taken, and moments come last."""

    events: tuple[Event, ...]


type Event = (
    Connected | Disconnected | Polled | Patched | Detected | Measured | Happened | Pictured | Restructured | Together
)
