"""The parts of an alarm panel and their state, made of its status documents. Pure.

Panels of one way of connecting have no document about partitions nor about peripherals (004…txt l.820, 845): what
can be told of their partitions is told by the zones.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ..model.detections import Detection
from ..model.events import Polled
from ..model.panel_words import Arm
from ..model.parts import (
    Choice,
    DetectionSpec,
    Hardware,
    Part,
    PartKind,
    PartRef,
    Placement,
    SettingValue,
)
from ..model.setting_words import Setting, SettingKey
from ..model.state import READINGS, Alarm, LineState, PartState, ReadingValue
from ..model.vocabulary import Feature, Flag, Quantity, Reading
from .detectors import has_camera
from .panel import Panel
from .partitions import Partition
from .peripherals import Peripheral
from .sharing import Shared
from .zones import DEACTIVATIONS, Zone

ONE_TIME: Final = SettingKey(Setting.ONE_TIME_DEACTIVATION)
PERMANENT: Final = SettingKey(Setting.DEACTIVATION)
TROUBLES: Final = (
    Detection.LID,
    Detection.MAINS,
    Detection.BATTERY_FAULT,
    Detection.POWER_SUPPLY,
    Detection.BUS_FAULT,
    Detection.COMMUNICATION,
    Detection.PERIPHERAL_FAULT,
    Detection.PERIPHERAL_TAMPER,
    Detection.PERIPHERAL_BATTERY,
    Detection.PERIPHERAL_LINK,
    Detection.LOCKOUT,
    Detection.TEST_MODE,
    Detection.PROGRAMMING,
)
"""What may ail a panel; only its reports tell, no document does."""
PUSHED: Final = frozenset(READINGS[what] for what in (Quantity.ARM_KIND, Quantity.ARM_METHOD, Quantity.CHANGED_BY))
"""Readings of a partition that only reports tell."""

_UNTOLD: Final = PUSHED | {READINGS[Flag.ALARM]}
"""What reports have told of a partition stays although its document does not tell it; the alarm is optional there."""

_OF_PARTITION: Final = PUSHED | {READINGS[Quantity.ARM], READINGS[Flag.ALARM]}
_COMMANDS: Final = frozenset({Feature.ARM_AWAY, Feature.ARM_HOME, Feature.DISARM, Feature.CLEAR_ALARM})
_KEPT: Final = DetectionSpec(kept=True)
_MODES: Final = Choice(options=DEACTIVATIONS)
_NO_SETTINGS: Final[Mapping[SettingKey, Choice]] = {}
_ARMED: Final = frozenset({Arm.HOME, Arm.AWAY, Arm.ARMED})
_NONE: Final[frozenset[Alarm]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelDocs:
    """What was read of one panel; None for a document that it does not have, or that could not be read."""

    partitions: tuple[Partition, ...] | None = None
    zones: tuple[Zone, ...] | None = None
    peripherals: tuple[Peripheral, ...] | None = None
    derive: bool = True
    """Whether the document about partitions does not exist where it is None: False where it was not read this time."""

    @property
    def by_zones(self) -> bool:
        """Whether the zones tell the partitions, since no document does.

        Such panels have deactivations instead of bypasses (004…txt l.741), others the other way round.
        """
        return self.partitions is None and self.derive


def partition_ref(device: str, number: int) -> PartRef:
    """A partition by its number."""
    return PartRef(device, PartKind.PARTITION, number)


def zone_ref(device: str, number: int) -> PartRef:
    """A zone by the number that its status document has for it."""
    return PartRef(device, PartKind.ZONE, number)


def peripheral_ref(device: str, unit: Peripheral) -> PartRef:
    """A relay, siren, keypad, ... by its serial number, or its number where it has none."""
    return PartRef(device, unit.kind, unit.number, unit.label)


def panel_parts(device: str, docs: PanelDocs) -> dict[PartRef, Part]:
    """All parts of a panel, its DEVICE part first; equal documents give equal parts."""
    partitions = _partitions(docs)
    numbers = frozenset(each.id for each in partitions)
    parts = [_panel_part(device, bool(partitions))]
    parts += (_partition_part(device, each) for each in partitions)
    shared = Shared()
    parts += (_zone_part(device, each, numbers, docs.by_zones, shared) for each in _zones(docs))
    parts += (_peripheral_part(device, each, numbers) for each in _peripherals(docs))
    return {part.ref: part for part in parts}


def panel_values(device: str, docs: PanelDocs, asked_at: float, known: Mapping[PartRef, Part] | None = None) -> Polled:
    """State that the documents tell, asked for at monotonic time `asked_at`.

    `known` are the parts as `panel_parts` gave them before: what they list and the documents no longer tell becomes
    unknown, and what is gone is out of reach.
    """
    values = _Values(device)
    for partition in _partitions(docs):
        values.partition(partition, docs)
    for zone in _zones(docs):
        values.zone(zone, docs.by_zones)
    for unit in _peripherals(docs):
        values.peripheral(unit)
    if known is not None:
        values.forget(known, docs)
    return Polled(
        asked_at=asked_at,
        parts=values.parts,
        online=values.online,
        readings=values.readings,
        settings=values.settings,
        alarms=values.alarms,
    )


def panel_of(device: str, docs: PanelDocs, by_device_number: bool) -> Panel:
    """What the numbers in the panel's reports stand for."""
    partitions = {each.id: partition_ref(device, each.id) for each in _partitions(docs)}
    zones = _zones(docs)
    refs = {each.id: zone_ref(device, each.id) for each in zones}
    numbered = refs
    if by_device_number:
        # A device number outranks the zone number of another zone; zones without one keep theirs.
        own = {each.device_no: refs[each.id] for each in zones if each.device_no is not None}
        rest = {each.id: refs[each.id] for each in zones if each.device_no is None}
        numbered = rest | own
    named: list[tuple[PartRef, str | None]] = [(partitions[each.id], each.name) for each in _partitions(docs)]
    named += ((refs[each.id], each.name) for each in zones)
    shared = Shared()
    return Panel(
        ref=PartRef(device, PartKind.DEVICE),
        partitions=partitions,
        zones=numbered,
        zone_partitions={refs[each.id]: shared(_refs(device, _belongs(each, partitions.keys()))) for each in zones},
        silent=frozenset(refs[each.id] for each in zones if each.silent),
        names={ref: name for ref, name in named if name},
    )


def _zones(docs: PanelDocs) -> list[Zone]:
    return [zone for zone in docs.zones or () if zone.related]


def _peripherals(docs: PanelDocs) -> list[Peripheral]:
    return [unit for unit in docs.peripherals or () if unit.related]


def _partitions(docs: PanelDocs) -> list[Partition]:
    """The partitions in use; where no document is about them, those that zones belong to."""
    if docs.partitions is not None:
        return [each for each in docs.partitions if each.enabled]
    if not docs.by_zones:
        return []
    zones = _zones(docs)
    # Partitions count from 1 (004…txt l.678): 0 is what a zone has that belongs to none.
    numbers = sorted({number for zone in zones for number in zone.partitions} - {0})
    return [_derived(number, [zone for zone in zones if number in zone.partitions]) for number in numbers]


def _derived(number: int, zones: list[Zone]) -> Partition:
    return Partition(id=number, arming=_arming_by(zones), alarm=_alarm_by(zones))


def _alarm_by(zones: Iterable[Zone]) -> bool | None:
    """Whether a partition is in alarm, by its zones; None where they do not tell."""
    told = [zone.alarm for zone in zones if zone.alarms and zone.alarm is not None]
    return any(told) if told else None


def _zones_of(number: int, docs: PanelDocs) -> Iterator[Zone]:
    numbers = [each.id for each in _partitions(docs)]
    return (zone for zone in _zones(docs) if number in _belongs(zone, numbers))


def _arming_by(zones: list[Zone]) -> Arm | None:
    """How a partition is armed, by the zones that follow it; None where they do not agree or do not tell."""
    following = [zone for zone in zones if zone.follows_arming and zone.armed is not None]
    # A zone of several partitions is armed only while all of them are.
    following = [zone for zone in following if len(zone.partitions) == 1] or following
    if any(zone.arming for zone in zones):
        return Arm.ARMING
    if not following:
        return None
    disarmed = [zone for zone in following if not zone.armed]
    if not disarmed:
        return Arm.ARMED
    if len(disarmed) == len(following):
        return Arm.DISARMED
    # Armed at home leaves out the zones that say so of themselves (l.4952).
    return Arm.HOME if all(zone.stay_away for zone in disarmed) else None


def _belongs(zone: Zone, numbers: Iterable[int]) -> frozenset[int]:
    """The partitions of a zone among those in use; the only one where the zone does not tell."""
    existing = frozenset(numbers)
    if not zone.partitions and len(existing) == 1:
        return existing
    return zone.partitions & existing


def _refs(device: str, numbers: Iterable[int]) -> frozenset[PartRef]:
    return frozenset(partition_ref(device, number) for number in numbers)


def _panel_part(device: str, has_partitions: bool) -> Part:
    features = {Feature.PANEL_LOG, Feature.MEDIA, Feature.EVENTS}
    return Part(
        ref=PartRef(device, PartKind.DEVICE),
        features=frozenset(features | (_COMMANDS if has_partitions else frozenset())),
        detections=dict.fromkeys(TROUBLES, _KEPT),
        readings=frozenset({READINGS[Quantity.LAST_REPORT]}),
    )


def _partition_part(device: str, partition: Partition) -> Part:
    return Part(
        ref=partition_ref(device, partition.id),
        name=partition.name,
        placement=Placement.CHILD,
        features=_COMMANDS,
        readings=_OF_PARTITION,
    )


def _zone_part(device: str, zone: Zone, numbers: frozenset[int], deactivates: bool, shared: Shared) -> Part:
    features = {
        Feature.ONLINE: READINGS[Quantity.ZONE_STATUS] in zone.readings,
        Feature.BYPASS: zone.bypassable and not deactivates,
        Feature.SILENT: zone.silent,
        Feature.UNGUARDED: not zone.guards,
        Feature.PICTURES: has_camera(zone.detector) or READINGS[Flag.CAMERA_LINK] in zone.readings,
    }
    return Part(
        ref=zone_ref(device, zone.id),
        name=zone.name,
        placement=Placement.CHILD,
        hardware=shared(Hardware(model=zone.model, firmware=zone.version)),
        role=zone.role.value,
        features=shared(frozenset(feature for feature, has in features.items() if has)),
        settings={key: _MODES for key, _ in _modes(zone)} if deactivates else _NO_SETTINGS,
        readings=shared(frozenset(zone.readings)),
        partitions=shared(_refs(device, _belongs(zone, numbers))),
        details=zone.details,
    )


def _modes(zone: Zone) -> Iterator[tuple[SettingKey, str]]:
    for key, mode in ((ONE_TIME, zone.one_time_deactivation), (PERMANENT, zone.deactivation)):
        if mode is not None:
            yield key, mode


def _peripheral_part(device: str, unit: Peripheral, numbers: frozenset[int]) -> Part:
    relay = unit.kind is PartKind.OUTPUT
    features = {Feature.ONLINE: unit.watched, Feature.SWITCH: relay, Feature.PULSE: relay}
    return Part(
        ref=peripheral_ref(device, unit),
        name=unit.name,
        placement=Placement.INLINE if relay else Placement.UNIT,
        hardware=Hardware(manufacturer="Hikvision", model=unit.model, serial=unit.seq),
        features=frozenset(feature for feature, has in features.items() if has),
        readings=frozenset(unit.readings),
        partitions=_refs(device, unit.partitions & numbers),
        details=unit.details,
    )


class _Values:
    """Gathers the state of one panel."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._seen: set[PartRef] = set()
        self.parts: dict[PartRef, PartState] = {}
        self.online: dict[PartRef, bool | None] = {}
        self.readings: dict[tuple[PartRef, Reading], ReadingValue | None] = {}
        self.settings: dict[tuple[PartRef, SettingKey], SettingValue | None] = {}
        self.alarms: dict[PartRef, frozenset[Alarm]] = {}

    def partition(self, partition: Partition, docs: PanelDocs) -> None:
        """Add what is so of a partition."""
        ref = partition_ref(self._device, partition.id)
        self._seen.add(ref)
        arm = partition.arming
        if arm in _ARMED and partition.alarm is not True and _entering(partition.id, docs):
            arm = Arm.PENDING
        self.readings[ref, READINGS[Quantity.ARM]] = arm.value if arm is not None else None
        if partition.arming in (Arm.HOME, Arm.AWAY):
            # The last known way is also that of a poll: a report may tell no way.
            self.readings[ref, READINGS[Quantity.ARM_KIND]] = partition.arming.value
        alarm = partition.alarm if partition.alarm is not None else _alarm_by(_zones_of(partition.id, docs))
        if alarm is not None:
            self.readings[ref, READINGS[Flag.ALARM]] = alarm
        if alarm is False:
            self.alarms[ref] = _NONE

    def zone(self, zone: Zone, deactivates: bool) -> None:
        """Add what is so of a zone."""
        ref = zone_ref(self._device, zone.id)
        self._seen.add(ref)
        self.readings |= {(ref, reading): value for reading, value in zone.readings.items()}
        if deactivates:
            self.settings |= {(ref, key): mode for key, mode in _modes(zone)}
        if zone.online is not None:
            self.online[ref] = zone.online
        if zone.alarm is False:
            self.alarms[ref] = _NONE

    def peripheral(self, unit: Peripheral) -> None:
        """Add what is so of a unit."""
        ref = peripheral_ref(self._device, unit)
        self._seen.add(ref)
        self.readings |= {(ref, reading): value for reading, value in unit.readings.items()}
        if unit.online is not None:
            self.online[ref] = unit.online
        if unit.kind is PartKind.OUTPUT:
            self.parts[ref] = LineState(active=unit.on)

    def forget(self, known: Mapping[PartRef, Part], docs: PanelDocs) -> None:
        """Make unknown what was told before and is not told now, of documents that were read."""
        for ref, part in known.items():
            if not _covered(ref, docs):
                continue
            for reading in part.readings - (
                _UNTOLD if ref in self._seen and ref.kind is PartKind.PARTITION else PUSHED
            ):
                self.readings.setdefault((ref, reading), None)
            for key in part.settings:
                self.settings.setdefault((ref, key), None)
            if Feature.ONLINE in part.features or ref not in self._seen:
                self.online.setdefault(ref, None if ref in self._seen else False)


def _covered(ref: PartRef, docs: PanelDocs) -> bool:
    """Whether the document that tells of a part was read."""
    if ref.kind is PartKind.DEVICE:
        return False
    if ref.kind is PartKind.PARTITION:
        return docs.partitions is not None or (docs.by_zones and docs.zones is not None)
    return (docs.zones if ref.kind is PartKind.ZONE else docs.peripherals) is not None


def _entering(number: int, docs: PanelDocs) -> bool:
    """Whether an entry delay runs. No document tells; an armed zone that grants one and sees something starts it."""
    return any(zone.delayed and zone.open and zone.armed and not zone.left_out for zone in _zones_of(number, docs))
