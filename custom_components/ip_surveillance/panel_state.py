"""What an alarm panel shows: sums over partitions and zones, as pure functions of the state."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
import time
from typing import Any, Final

from homeassistant.components.alarm_control_panel import AlarmControlPanelState as Shows

from .discretion import alarm_reasons, hides_author, partition_alarm, zone_alarm, zone_open
from .protocol.model.panel_words import Arm
from .protocol.model.parts import Part, PartKind, PartRef, Topology
from .protocol.model.state import READINGS, State
from .protocol.model.vocabulary import Feature, Flag, Quantity, Reading

_ARM: Final = Reading(Quantity.ARM)
_KIND: Final = Reading(Quantity.ARM_KIND)
_OPEN: Final = READINGS[Flag.OPEN]
_ALARM: Final = READINGS[Flag.ALARM]
_FAULT: Final = READINGS[Flag.FAULT]
_BYPASSED: Final = READINGS[Flag.BYPASSED]
_METHOD: Final = Reading(Quantity.ARM_METHOD)
_CHANGED_BY: Final = Reading(Quantity.CHANGED_BY)

_STATES: Final[Mapping[str, Shows]] = {
    Arm.DISARMED: Shows.DISARMED,
    Arm.ARMING: Shows.ARMING,
    Arm.PENDING: Shows.PENDING,
    Arm.HOME: Shows.ARMED_HOME,
    Arm.AWAY: Shows.ARMED_AWAY,
}
_URGENT: Final = (Shows.TRIGGERED, Shows.PENDING, Shows.ARMING)
"""What one partition alone makes the state of the whole panel; the first counts."""

_SHORTLY: Final = 60.0
"""Seconds: whoever armed or disarmed that long before a report of duress, or later, may have been under threat."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who armed or disarmed a partition last, and how."""

    name: str | None = None
    method: str | None = None


_NOBODY: Final = Author()


@dataclass(slots=True)
class Authors:
    """Who armed or disarmed partitions last, as far as it may be seen.

    Who disarms under threat types another code, which has a name of its own: that is not shown, nor later on. A name
    from long before stays, since its disappearance would give the report of duress away.
    """

    _told: dict[PartRef, Author] = field(default_factory=dict)
    _since: dict[PartRef, float] = field(default_factory=dict)
    _threats: dict[PartRef, float] = field(default_factory=dict)
    _hidden: set[PartRef] = field(default_factory=set)

    def of(self, state: State, partition: PartRef, show: bool) -> Author:
        """The author of the present state of a partition; `show` shows silent alarms too."""
        now = time.monotonic()
        told = Author(_text(state, partition, _CHANGED_BY), _text(state, partition, _METHOD))
        if self._told.get(partition) != told:
            self._told[partition], self._since[partition] = told, now
            self._hidden.discard(partition)
        if not hides_author(state, partition, show):
            self._threats.pop(partition, None)
        elif self._since[partition] > self._threats.setdefault(partition, now) - _SHORTLY:
            self._hidden.add(partition)
        return _NOBODY if partition in self._hidden else told


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """All that an alarm panel shows."""

    features: frozenset[Feature]
    alarm_state: Shows | None
    changed_by: str | None
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A zone with what of it does not change and is needed each time that anything happens on its panel."""

    part: Part
    name: str
    owner: PartRef
    opens: bool
    """Whether it tells at all that it is open."""
    guards: bool
    """Whether it can be in the way of arming."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Which partitions a panel has, and which zones they have; all in order of their numbers."""

    partitions: Mapping[str, Sequence[Part]]
    """Partitions by the address of their panel."""
    zones: Mapping[PartRef, Sequence[Part]]
    """Zones by partition, and by panel (its DEVICE part)."""
    looked: Mapping[PartRef, Sequence[Looked]]
    """The same."""

    def partitions_of(self, part: PartRef) -> Sequence[Part]:
        """The partitions of the panel that a part belongs to."""
        return self.partitions.get(part.device, ())

    def zones_of(self, part: PartRef) -> Sequence[Part]:
        """The zones of a partition or of a whole panel."""
        return self.zones.get(part, ())


@dataclass(slots=True)
class Layouts:
    """The layout of the topology as it is now; found once for all panels, since a host may front hundreds."""

    _topology: Topology | None = None
    _layout: Layout = field(default_factory=lambda: Layout(partitions={}, zones={}, looked={}))

    def of(self, topology: Topology) -> Layout:
        """The layout of a topology."""
        if topology is not self._topology:
            self._topology, self._layout = topology, _layout(topology)
        return self._layout


def _layout(topology: Topology) -> Layout:
    partitions: defaultdict[str, list[Part]] = defaultdict(list)
    zones: defaultdict[PartRef, list[Part]] = defaultdict(list)
    for part in topology.of(PartKind.PARTITION):
        partitions[part.ref.device].append(part)
    looked: defaultdict[PartRef, list[Looked]] = defaultdict(list)
    for zone in topology.of(PartKind.ZONE):
        look = _looked(zone)
        for ref in (zone.ref.owner, *zone.partitions):
            zones[ref].append(zone)
            looked[ref].append(look)
    return Layout(partitions=partitions, zones=zones, looked=looked)


def _looked(zone: Part) -> Looked:
    return Looked(
        part=zone,
        name=name_of(zone),
        owner=zone.ref.owner,
        opens=_OPEN in zone.readings,
        guards=Feature.UNGUARDED not in zone.features,
    )


def following(before: Shown | None, now: Shown) -> Shown:
    """What is shown now, with the lists from before wherever they are the same.

    Home Assistant keeps them with each of its states, and what it keeps only its garbage collector gets rid of.
    """
    if before is None:
        return now
    old = before.attributes
    return replace(
        now, attributes={name: old[name] if old.get(name) == value else value for name, value in now.attributes.items()}
    )


def is_armed(state: State, partition: PartRef) -> bool | None:
    """Whether a partition is armed, also during its delays and in alarm; None when unknown."""
    arm = state.reading(partition, _ARM)
    return arm != Arm.DISARMED if arm in set(Arm) else None


def shown_partition(state: State, part: Part, layout: Layout, authors: Authors, show: bool) -> Shown:
    """What the panel of one partition shows; `show` shows silent alarms too."""
    zones = layout.zones_of(part.ref)
    author = authors.of(state, part.ref, show)
    return Shown(
        features=part.features,
        alarm_state=_partition_state(state, part, zones, show),
        changed_by=author.name,
        attributes={
            "arm_method": author.method,
            "alarm_reasons": _words(alarm_reasons(state, part, zones, show)),
            **_zone_attributes(state, layout.looked.get(part.ref, ()), show),
        },
    )


def shown_panel(state: State, part: Part, layout: Layout, authors: Authors, show: bool) -> Shown:
    """What a whole panel shows as the sum of its partitions."""
    partitions = layout.partitions_of(part.ref)
    rows = [(each, layout.zones_of(each.ref)) for each in partitions]
    by = {authors.of(state, each.ref, show).name for each in partitions}
    return Shown(
        features=part.features,
        alarm_state=_sum([_partition_state(state, each, zones, show) for each, zones in rows]),
        changed_by=by.pop() if len(by) == 1 else None,
        attributes={
            "armed_partitions": [name_of(each) for each in partitions if is_armed(state, each.ref)],
            "alarm_reasons": _words(why for each, zones in rows for why in alarm_reasons(state, each, zones, show)),
            **_zone_attributes(state, layout.looked.get(part.ref, ()), show),
        },
    )


def name_of(part: Part) -> str:
    """Name of a partition or zone in a list."""
    return part.name or str(part.ref.number)


def _partition_state(state: State, part: Part, zones: Sequence[Part], show: bool) -> Shows | None:
    if partition_alarm(state, part, zones, show):
        return Shows.TRIGGERED
    arm = state.reading(part.ref, _ARM)
    if arm == Arm.ARMED:
        return Shows.ARMED_HOME if state.reading(part.ref, _KIND) == Arm.HOME else Shows.ARMED_AWAY
    return _STATES.get(arm) if isinstance(arm, str) else None


def _sum(states: Sequence[Shows | None]) -> Shows | None:
    """The state of a panel; one partition that is disarmed leaves the whole disarmed, whatever is known of others."""
    for urgent in _URGENT:
        if urgent in states:
            return urgent
    if Shows.DISARMED in states:
        return Shows.DISARMED
    if not states or None in states:
        return None
    return Shows.ARMED_HOME if Shows.ARMED_HOME in states else Shows.ARMED_AWAY


def _zone_attributes(state: State, zones: Sequence[Looked], show: bool) -> dict[str, Any]:
    """Sums over the zones of one panel, in one pass: a storm of events asks for them thousands of times a second."""
    alarmed, opened, faulted, bypassed = list[str](), list[str](), list[str](), list[str]()
    in_the_way = unknown = False
    online = state.device(zones[0].owner).online if zones else {}
    reached = not zones or online.get(zones[0].owner, True)
    for zone in zones:
        read = state.readings(zone.part.ref).get
        is_open = read(_OPEN) if zone.opens else None
        if is_open is True:
            is_open = zone_open(state, zone.part, show)
        if read(_ALARM) is True and zone_alarm(state, zone.part, show):
            alarmed.append(zone.name)
        if is_open is True:
            opened.append(zone.name)
        if fault := read(_FAULT) is True:
            faulted.append(zone.name)
        if read(_BYPASSED) is True:
            bypassed.append(zone.name)
        elif not zone.guards:
            continue
        elif fault or not (reached and online.get(zone.part.ref, True)):
            in_the_way = True
        # A detector that never tells whether it is open cannot be in the way by that.
        elif zone.opens:
            in_the_way |= is_open is True
            unknown |= not isinstance(is_open, bool)
    return {
        "zones_in_alarm": alarmed,
        "open_zones": opened,
        "faulted_zones": faulted,
        "bypassed_zones": bypassed,
        # Whether no zone is in the way of arming, None when not all are known.
        "ready_to_arm": False if in_the_way else True if zones and not unknown else None,
    }


def _words(reasons: Iterable[str]) -> list[str]:
    return sorted({str(reason) for reason in reasons})


def _text(state: State, part: PartRef, reading: Reading) -> str | None:
    value = state.reading(part, reading)
    return value if isinstance(value, str) and value else None
