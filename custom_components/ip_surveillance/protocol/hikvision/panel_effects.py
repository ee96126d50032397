"""What the records of an alarm panel do to the state: one small effect for each way in which they do it.

A record tells of a beginning or an end; the poll that follows every record has the last word. Conditions that a
later record ends are held until then, others for the time that is usual for them.
"""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Any, Final, override

from ..model.detections import DISCREET, Detection
from ..model.events import Detected, Event, Measured, Patched
from ..model.panel_words import Arm
from ..model.parts import PartKind, PartRef
from ..model.state import READINGS, ReadingValue
from ..model.vocabulary import Flag, Quantity, Reading
from .panel import Panel

CHANNELS: Final = 1024
"""Highest channel number that is believed."""

UNKNOWN_ZONE: Final = -1
"""Region of an alarm whose zone the panel is not known to have: made-up numbers must not pile up in the state."""

_UNENDED: Final = 600.0
"""Seconds."""

NO_ZONE: Final = -2
"""Region of an alarm that a key raised and no zone: so it neither ends nor hides with the alarm of one."""

REASONS: Final = (
    Detection.BURGLARY,
    Detection.PANIC,
    Detection.MEDICAL,
    Detection.FIRE,
    Detection.COLD,
    Detection.GAS,
    Detection.WATER,
    Detection.DRILLING,
    Detection.SURVEILLANCE,
    Detection.DURESS,
    Detection.SILENT_PANIC,
    Detection.SILENT_MEDICAL,
)
"""All that a partition can be in alarm for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One record as its effect needs it."""

    panel: Panel
    code: str
    family: int
    """The code with a leading 1: the same for the beginning and the end of one thing."""
    active: bool
    ends: bool
    """Whether some record tells the end of this."""
    partition: int | None = None
    """0 and None are all."""
    zone: int | None = None
    channel: int | None = None
    user: str = ""
    at: datetime | None = None
    now: datetime
    """When the record came; with time zone."""

    @property
    def zone_ref(self) -> PartRef | None:
        """The zone, None where the panel is not known to have it or none is told."""
        return None if self.zone is None else self.panel.zones.get(self.zone)

    @property
    def region(self) -> int | None:
        """The zone as the region of a partition's alarm: its own number, which is not always that of the reports."""
        if self.zone is None:
            return None
        return UNKNOWN_ZONE if self.zone_ref is None else self.zone_ref.number

    @property
    def hold(self) -> float | None:
        """Until told otherwise, unless nothing ever tells."""
        return inf if self.ends else None

    @property
    def lasts(self) -> float | None:
        """How long a flag is believed that no record takes back, should no poll tell it either."""
        return None if self.ends or not self.active else _UNENDED

    def partitions(self) -> list[PartRef]:
        """The partitions named; all of them where none is."""
        if not self.partition:
            return sorted(self.panel.partitions.values())
        named = self.panel.partitions.get(self.partition)
        return [] if named is None else [named]

    def alarmed(self) -> list[PartRef]:
        """The partitions an alarm concerns: the one named, else the zone's, else all."""
        named = self.partitions() if self.partition else []
        if named:
            return named
        zone = self.zone_ref
        of_zone = frozenset[PartRef]() if zone is None else self.panel.zone_partitions.get(zone, frozenset())
        if of_zone:
            return sorted(of_zone)
        return [] if self.partition else self.partitions()

    def detected(self, part: PartRef, what: Detection, *, region: int | None, hold: float | None) -> Detected:
        """The beginning or the end of a condition of a part."""
        data: dict[str, Any] = {"code": self.code}
        if self.zone_ref is not None:
            # Its own number, by which the user knows it.
            data["zone"] = self.zone_ref.number
        return Detected(
            part=part,
            what=what,
            active=self.active,
            region=region,
            hold=hold if self.active else None,
            at=self.at,
            data=data,
        )


class Effect:
    """What a record does to the state beyond being told."""

    @abstractmethod
    def events(self, case: Case) -> Iterator[Event]:
        """The events that carry it out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing(Effect):
    """A moment: the poll finds out what it changed."""

    @override
    def events(self, case: Case) -> Iterator[Event]:
        yield from ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarmed(Effect):
    """A loud alarm of a zone, or of a key where there is no zone to name."""

    why: Mapping[int, Detection] = field(default_factory=dict)
    """By family, where the codes of a group differ."""
    otherwise: Detection = Detection.BURGLARY
    zonal: bool = True

    @override
    def events(self, case: Case) -> Iterator[Event]:
        why = self.why.get(case.family, self.otherwise)
        zone = case.zone_ref if self.zonal else None
        if zone is not None:
            yield _flags(zone, case.active, Flag.ALARM, lasts=case.lasts)
        for partition in case.alarmed():
            # Polls end it too, so it may be held although no record tells the end.
            yield case.detected(partition, why, region=case.region if self.zonal else NO_ZONE, hold=inf)
            # Another zone may still be in alarm: the poll tells when all of the partition is quiet.
            if case.active:
                yield _flags(partition, True, Flag.ALARM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discreet(Effect):
    """A call for help that must not show: no flag is set, only a detection that nothing visible uses by itself."""

    why: Detection

    @override
    def events(self, case: Case) -> Iterator[Event]:
        for partition in case.alarmed():
            # For as long as a poll may show the alarm: it is what tells that the alarm must not be seen.
            yield case.detected(partition, self.why, region=case.region, hold=inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged(Effect):
    """A flag of a zone."""

    flags: tuple[Flag, ...]
    inverted: bool = False
    """Whether it is the leading 3 that sets it."""

    @override
    def events(self, case: Case) -> Iterator[Event]:
        if (zone := case.zone_ref) is not None:
            yield _flags(zone, case.active is not self.inverted, *self.flags, lasts=case.lasts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked(Effect):
    """The radio link of a zone."""

    @override
    def events(self, case: Case) -> Iterator[Event]:
        if (zone := case.zone_ref) is not None:
            yield Patched(part=zone, online=not case.active)


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned(Effect):
    """A zone close to an alarm."""

    @override
    def events(self, case: Case) -> Iterator[Event]:
        if (zone := case.zone_ref) is not None:
            yield case.detected(zone, Detection.EARLY_WARNING, region=case.family, hold=case.hold)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quieted(Effect):
    """One zone's alarm was cleared."""

    @override
    def events(self, case: Case) -> Iterator[Event]:
        if (zone := case.zone_ref) is None:
            return
        yield _flags(zone, False, Flag.ALARM)
        for partition in case.alarmed():
            yield from _ended(case, partition, REASONS, region=zone.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubled(Effect):
    """Something ails the panel; two causes of one trouble end separately."""

    what: Mapping[int, Detection] = field(default_factory=dict)
    otherwise: Detection | None = None
    """For families that are not listed; None tells the moment only."""
    channels: bool = False
    """Whether it is about a channel where one is named."""
    of_panel: frozenset[Detection] = frozenset()
    """What is about the panel even then."""
    cause: Mapping[int, int] = field(default_factory=dict)
    """Family that began it, where a record of another family ends it."""

    @override
    def events(self, case: Case) -> Iterator[Event]:
        if (what := self.what.get(case.family, self.otherwise)) is None:
            return
        number = case.channel or 0
        if self.channels and what not in self.of_panel and 1 <= number <= CHANNELS:
            channel = PartRef(case.panel.ref.device, PartKind.CHANNEL, number)
            yield case.detected(channel, what, region=None, hold=case.hold)
        else:
            region = self.cause.get(case.family, case.family)
            yield case.detected(case.panel.ref, what, region=region, hold=case.hold)


@dataclass(frozen=True, slots=True, kw_only=True)
class Armed(Effect):
    """Partitions were armed."""

    how: Mapping[int, Arm] = field(default_factory=dict)
    """By family; where it is not listed the panel does not tell which way, and the last known one stays."""

    @override
    def events(self, case: Case) -> Iterator[Event]:
        how = self.how.get(case.family)
        readings = {**_signed(case), READINGS[Quantity.ARM]: (how or Arm.ARMED).value}
        if how is not None:
            readings[READINGS[Quantity.ARM_KIND]] = how.value
        for partition in case.partitions():
            yield Measured(part=partition, readings=readings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disarmed(Effect):
    """Partitions were disarmed, which ends their loud alarms.

    A call for help stays: disarming is what a threatened person does while calling, and an alarm that is polled
    after that must be known for what it is.
    """

    @override
    def events(self, case: Case) -> Iterator[Event]:
        readings: dict[Reading, ReadingValue] = {
            **_signed(case),
            READINGS[Quantity.ARM]: Arm.DISARMED.value,
            READINGS[Flag.ALARM]: False,
        }
        for partition in case.partitions():
            yield Measured(part=partition, readings=readings)
            yield from _ended(case, partition, tuple(why for why in REASONS if why not in DISCREET))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared(Effect):
    """The alarms of partitions were cleared."""

    @override
    def events(self, case: Case) -> Iterator[Event]:
        for partition in case.partitions():
            yield _flags(partition, False, Flag.ALARM)
            yield from _ended(case, partition, REASONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alive(Effect):
    """The panel reported as it regularly does."""

    @override
    def events(self, case: Case) -> Iterator[Event]:
        yield Measured(part=case.panel.ref, readings={READINGS[Quantity.LAST_REPORT]: case.now})


def _flags(part: PartRef, value: bool, *flags: Flag, lasts: float | None = None) -> Measured:
    return Measured(part=part, readings={READINGS[flag]: value for flag in flags}, lasts=lasts)


def _signed(case: Case) -> dict[Reading, ReadingValue]:
    # An empty name replaces the one before: otherwise the wrong person would be named.
    return {READINGS[Quantity.ARM_METHOD]: case.code, READINGS[Quantity.CHANGED_BY]: case.user}


def _ended(
    case: Case, partition: PartRef, reasons: tuple[Detection, ...], region: int | None = None
) -> Iterator[Detected]:
    for why in reasons:
        yield Detected(part=partition, what=why, active=False, region=region, at=case.at)
