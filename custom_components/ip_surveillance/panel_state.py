"""What an alarm panel shows: sums over partitions and zones, as pure functions of the state."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from homeassistant.components.alarm_control_panel import AlarmControlPanelState as Shows

from .discretion import alarm_reasons, partition_alarm, zone_alarm, zone_open
from .protocol.model.panel_words import Arm
from .protocol.model.parts import Part, PartKind, PartRef, Topology
from .protocol.model.state import State
from .protocol.model.vocabulary import (
    Feature,
    Flag,
    Quantity,
    Reading,
)

_ARM: Final = Reading(Quantity.ARM)
_KIND: Final = Reading(Quantity.ARM_KIND)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """All that an alarm panel shows."""

    features: frozenset[Feature]
    alarm_state: Shows | None
    changed_by: str | None
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Which partitions a panel has, and which zones they have; all in order of their numbers."""

    partitions: Mapping[str, Sequence[Part]]
    """Partitions by the address of their panel."""
    zones: Mapping[PartRef, Sequence[Part]]
    """Zones by partition, and by panel (its DEVICE part)."""

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
    _layout: Layout = field(default_factory=lambda: Layout(partitions={}, zones={}))

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
    for zone in topology.of(PartKind.ZONE):
        for ref in (zone.ref.owner, *zone.partitions):
            zones[ref].append(zone)
    return Layout(partitions=partitions, zones=zones)


def is_armed(state: State, partition: PartRef) -> bool | None:
    """Whether a partition is armed, also during its delays and in alarm; None when unknown."""
    arm = state.reading(partition, _ARM)
    return arm != Arm.DISARMED if arm in set(Arm) else None


def shown_partition(state: State, part: Part, layout: Layout, show: bool) -> Shown:
    """What the panel of one partition shows; `show` shows silent alarms too."""
    zones = layout.zones_of(part.ref)
    return Shown(
        features=part.features,
        alarm_state=_partition_state(state, part, zones, show),
        changed_by=_text(state, part.ref, _CHANGED_BY),
        attributes={
            "arm_method": _text(state, part.ref, _METHOD),
            "alarm_reasons": _words(alarm_reasons(state, part, zones, show)),
            **_zone_attributes(state, zones, show),
        },
    )


def shown_panel(state: State, part: Part, layout: Layout, show: bool) -> Shown:
    """What a whole panel shows as the sum of its partitions."""
    partitions = layout.partitions_of(part.ref)
    rows = [(each, layout.zones_of(each.ref)) for each in partitions]
    by = {_text(state, each.ref, _CHANGED_BY) for each in partitions}
    return Shown(
        features=part.features,
        alarm_state=_sum([_partition_state(state, each, zones, show) for each, zones in rows]),
        changed_by=by.pop() if len(by) == 1 else None,
        attributes={
            "armed_partitions": [name_of(each) for each in partitions if is_armed(state, each.ref)],
            "alarm_reasons": _words(why for each, zones in rows for why in alarm_reasons(state, each, zones, show)),
            **_zone_attributes(state, layout.zones_of(part.ref), show),
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


def _zone_attributes(state: State, zones: Sequence[Part], show: bool) -> dict[str, Any]:
    def names(flag: Flag) -> list[str]:
        return [name_of(zone) for zone in zones if state.flag(zone.ref, flag)]

    return {
        "zones_in_alarm": [name_of(zone) for zone in zones if zone_alarm(state, zone, show)],
        "open_zones": [name_of(zone) for zone in zones if zone_open(state, zone, show)],
        "faulted_zones": names(Flag.FAULT),
        "bypassed_zones": names(Flag.BYPASSED),
        "ready_to_arm": _is_ready(state, zones, show),
    }


def _is_ready(state: State, zones: Sequence[Part], show: bool) -> bool | None:
    """Whether no zone is in the way of arming, None when not all are known."""
    in_the_way = [_is_in_the_way(state, zone, show) for zone in zones]
    if True in in_the_way:
        return False
    return True if in_the_way and None not in in_the_way else None


def _is_in_the_way(state: State, zone: Part, show: bool) -> bool | None:
    if state.flag(zone.ref, Flag.BYPASSED):
        return False
    if not state.reachable(zone.ref) or state.flag(zone.ref, Flag.FAULT):
        return True
    # A detector that never tells whether it is open cannot be in the way by that.
    return zone_open(state, zone, show) if Reading(Flag.OPEN) in zone.readings else False


def _words(reasons: Iterable[str]) -> list[str]:
    return sorted({str(reason) for reason in reasons})


def _text(state: State, part: PartRef, reading: Reading) -> str | None:
    value = state.reading(part, reading)
    return value if isinstance(value, str) and value else None
