"""What is known of the devices behind the receiver: rows of its list, documents of panels, the parts made of them."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import inf
from typing import Final

from ...hikvision.panel import Panel
from ...hikvision.panel_parts import PanelDocs, panel_of, panel_parts
from ...model.detections import Detection
from ...model.parts import HOST, HOST_PART, DetectionSpec, Device, Hardware, Part, PartRef, Topology
from ...model.vocabulary import Feature, Quantity, Reading
from ...sights import Sights
from .devices import DeviceRow, channel_part, device_of, device_part, device_ref

NAME: Final = "IP Receiver Pro"


class Doc(StrEnum):
    """A status document of a panel, by the name of its field in `PanelDocs`."""

    PARTITIONS = "partitions"
    ZONES = "zones"
    PERIPHERALS = "peripherals"


ALL_DOCS: Final = frozenset(Doc)
STATE_DOCS: Final = frozenset({Doc.PARTITIONS, Doc.ZONES})
"""Always read together: an entry delay shows in both only, and partitions may have to be told from zones."""
_OTAP_DOCS: Final = frozenset({Doc.ZONES})
"""The others are not for panels of this kind (004…txt l.795, 820, 845)."""
_LONG: Final = 3600.0
_LOST_AFTER: Final = 300.0
"""Seconds without anything read or heard of a panel after which what is known of it is too old to be shown."""


@dataclass(slots=True, eq=False)
class Unit:
    """One device behind the receiver."""

    row: DeviceRow
    docs: PanelDocs = field(default_factory=PanelDocs)
    """As read last; what failed since stays."""
    parts: Mapping[PartRef, Part] = field(default_factory=dict)
    """All its parts but what only events know; the same object as long as they are the same."""
    panel: Panel | None = None
    lacking: dict[Doc, str] = field(default_factory=dict)
    """Documents that it does not have, and how it said so."""
    doubted_at: float = inf
    """Monotonic time at which it refused one in words that may mean a passing trouble."""
    unread: bool = True
    """What it consists of has not been read, or not since it came back."""
    looked_at: float = -inf
    """Monotonic time at which its documents were asked for last."""
    read_at: dict[Doc, float] = field(default_factory=dict)
    """Monotonic time at which a look began that brought a document."""
    hot_until: float = -inf
    """Monotonic time until which it is looked at before others."""
    failures: int = 0
    """Looks in a row that failed."""
    failing_since: float = inf
    """Monotonic time of the first of them."""
    heard_at: float = -inf
    """Monotonic time at which it told something last."""
    rests_until: float = -inf
    """Monotonic time before which it is not looked at without cause."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One command at a time."""

    @property
    def address(self) -> str:
        """Its index as requests want it."""
        return self.row.index

    @property
    def ref(self) -> PartRef:
        """Its DEVICE part."""
        return device_ref(self.row)

    @property
    def docs_to_read(self) -> frozenset[Doc]:
        """The documents that it has, as far as known."""
        return (_OTAP_DOCS if self.row.otap else ALL_DOCS) - self.lacking.keys()

    def is_lost(self, now: float) -> bool:
        """Whether it can neither be read nor heard for long, though the receiver may call it online."""
        # Of one that was never read nothing is shown that could be too old.
        return bool(self.read_at) and now - max(self.failing_since, self.heard_at) > _LOST_AFTER

    def reconsider(self, now: float) -> None:
        """Forget what it denied, perhaps for a while only: a panel that was being programmed does."""
        if now - self.doubted_at > _LONG:
            self.doubted_at = inf
            self.lacking.clear()

    def overdue(self, now: float) -> frozenset[Doc]:
        """Documents not read for long, which nobody wants: a panel without a relay may have got one since."""
        return frozenset(doc for doc in self.docs_to_read if now - self.read_at.get(doc, -inf) > _LONG)

    def recount(self) -> None:
        """Have all that it consists of read soon: something came or went."""
        self.read_at = dict.fromkeys(self.read_at, -inf)

    @property
    def derives(self) -> bool:
        """Whether its zones alone tell of its partitions; not so where their own document merely failed.

        What they told stays until the document is there: a panel that was away may have it now, or not.
        """
        told = self.docs.derive and self.docs.partitions is None and self.docs.zones is not None
        return told or Doc.PARTITIONS not in self.docs_to_read

    def arrange(self) -> bool:
        """Make its parts of row and documents anew; whether they differ."""
        self.docs = replace(self.docs, derive=self.derives)
        made = panel_parts(self.address, self.docs) if self.row.panel else {}
        parts = made | {self.ref: device_part(self.row, made.get(self.ref))}
        if (channel := channel_part(self.row)) is not None:
            parts[channel.ref] = channel
        before, self.parts = self.parts, reused(self.parts, parts)
        if self.row.panel:
            panel = panel_of(self.address, self.docs, self.row.by_device_number)
            self.panel = self.panel if self.panel == panel else panel
        return self.parts is not before


def reused(old: Mapping[PartRef, Part], new: Mapping[PartRef, Part]) -> Mapping[PartRef, Part]:
    """The new parts, but the old objects wherever nothing changed: comparing topologies is cheap then."""
    kept = {ref: old[ref] if old.get(ref) == part else part for ref, part in new.items()}
    same = len(kept) == len(old) and all(old.get(ref) is part for ref, part in kept.items())
    return old if same else kept


class Fleet:
    """All devices behind one receiver; also what the reader of pushes asks about them."""

    def __init__(self, sights: Sights) -> None:
        """Start with no device."""
        self.sights = sights
        self.units: dict[str, Unit] = {}
        """By normalised index."""
        self._addresses: dict[str, Unit] = {}
        self._serials: dict[str, Unit] = {}
        self._devices: dict[str, Device] = {}
        self._merged: dict[str, Mapping[PartRef, Part]] = {}

    # What the reader of pushes asks.

    def device(self, index: str) -> DeviceRow | None:
        """The device of a normalised index, or of a serial number normalised the same way."""
        unit = self.units.get(index) or self._serials.get(index)
        return unit.row if unit else None

    def panel(self, index: str) -> Panel | None:
        """What the numbers of a panel stand for."""
        unit = self.units.get(index) or self._serials.get(index)
        return unit.panel if unit else None

    # What the driver asks.

    def at(self, address: str) -> Unit | None:
        """The device with an address as parts have it."""
        return self._addresses.get(address)

    def panels(self) -> Iterator[Unit]:
        """All panels."""
        return (unit for unit in self.units.values() if unit.row.panel)

    def update(self, rows: tuple[DeviceRow, ...], *, complete: bool) -> bool:
        """Take the list of devices; whether anything is other than it was. Only a complete list makes any vanish."""
        changed = False
        for row in rows:
            changed |= self._update(row)
        if complete:
            present = {row.uid for row in rows}
            for uid in self.units.keys() - present:
                gone = self.units.pop(uid)
                self.sights.forget(gone.address)
                self._merged.pop(gone.address, None)
                self._devices.pop(uid, None)
                changed = True
        if changed:
            self._addresses = {unit.address: unit for unit in self.units.values()}
            self._serials = {
                unit.row.serial.lower().replace("-", ""): unit for unit in self.units.values() if unit.row.serial
            }
        return changed

    def _update(self, row: DeviceRow) -> bool:
        unit = self.units.get(row.uid)
        if unit is None:
            unit = self.units[row.uid] = Unit(row=row)
            unit.arrange()
            self._devices[row.uid] = device_of(row)
            return True
        # One spelling for good: it is a piece of every identity.
        row = replace(row, index=unit.address)
        if row.dual and row.online_type is None:
            # Told of devices that are online only (l.4779): one that is not still is what it was.
            row = replace(row, online_type=unit.row.online_type)
        if row == unit.row:
            return False
        old, unit.row = unit.row, row
        if (row.online is not False and old.online is False) or (row.version, row.otap) != (old.version, old.otap):
            unit.unread = True
            unit.lacking.clear()
            unit.read_at.clear()
            unit.rests_until = -inf
        if row.otap and not old.otap:
            unit.docs = PanelDocs(zones=unit.docs.zones)
        device = device_of(row)
        changed = device != self._devices[row.uid]
        if changed:
            self._devices[row.uid] = device
        return unit.arrange() or changed

    def topology(self) -> Topology:
        """All devices and parts; the same objects wherever nothing changed."""
        devices = {HOST: _HOST_DEVICE}
        parts: dict[PartRef, Part] = dict(self._with_sights(HOST, _HOST_PARTS))
        for uid, unit in self.units.items():
            devices[unit.address] = self._devices[uid]
            parts |= self._with_sights(unit.address, unit.parts)
        return Topology(devices=devices, parts=parts)

    def _with_sights(self, address: str, parts: Mapping[PartRef, Part]) -> Mapping[PartRef, Part]:
        if not self.sights.of(address):
            return parts
        merged = reused(self._merged.get(address, {}), self.sights.merge(parts))
        self._merged[address] = merged
        return merged


_HOST_DEVICE: Final = Device(
    address=HOST, uid="", name=NAME, hardware=Hardware(manufacturer="Hikvision", model="Hik IP Receiver Pro")
)
_HOST_PARTS: Final = {
    HOST_PART: Part(
        ref=HOST_PART,
        features=frozenset({Feature.PUSH}),
        detections={Detection.CLOUD_LINK: DetectionSpec(kept=True)},
        readings=frozenset(
            {Reading(Quantity.DEVICES), Reading(Quantity.DEVICES_ONLINE), Reading(Quantity.LAST_REPORT)}
        ),
    )
}
