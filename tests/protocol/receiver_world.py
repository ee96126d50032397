"""A receiver's devices as the reader of pushes sees them, and the samples of its document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from custom_components.ip_surveillance.protocol.drivers.ip_receiver.devices import DeviceRow, normal
from custom_components.ip_surveillance.protocol.drivers.ip_receiver.events import EventReader
from custom_components.ip_surveillance.protocol.hikvision.panel import Panel
from custom_components.ip_surveillance.protocol.model.parts import PartKind, PartRef

SAMPLES = Path(__file__).parent / "receiver_samples"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

FIRST = "2cd6716d-767f-4756-ac55-50276a5e3b4a"
SECOND = "c5f2860e-8946-45FA-AC51-bd2429a82804"
"""Listed in another spelling than the samples have."""
KEYED = "A52FB43E-7B75-4671-B8BF-B5AB9B2A4D61"
SERIAL = "E60250720"

DEVICE = PartRef(FIRST, PartKind.DEVICE)
CHANNEL = PartRef(FIRST, PartKind.CHANNEL, 1)
ZONE = PartRef(FIRST, PartKind.ZONE, 1)
PARTITION = PartRef(FIRST, PartKind.PARTITION, 1)

PANEL = Panel(
    ref=DEVICE,
    partitions={1: PARTITION},
    zones={1: ZONE},
    zone_partitions={ZONE: frozenset({PARTITION})},
    names={ZONE: "Kitchen", PARTITION: "House"},
)


def rows(*found: DeviceRow) -> dict[str, DeviceRow]:
    """Rows by normalised index."""
    return {normal(row.index): row for row in found}


@dataclass
class World:
    """Devices and panels by normalised index."""

    rows: dict[str, DeviceRow] = field(
        default_factory=lambda: rows(
            DeviceRow(index=FIRST, type=0), DeviceRow(index=SECOND, type=1), DeviceRow(index=KEYED, type=0)
        )
    )
    panels: Mapping[str, Panel] = field(default_factory=lambda: {normal(FIRST): PANEL})

    def device(self, index: str) -> DeviceRow | None:
        return self.rows.get(index)

    def panel(self, index: str) -> Panel | None:
        return self.panels.get(index)


def reader() -> EventReader:
    """A reader that has heard of nothing yet."""
    return EventReader(World())


def sample(name: str) -> bytes:
    """A sample as it comes over the line."""
    return (SAMPLES / f"{name}.json.txt").read_bytes().rstrip(b"\n").replace(b"\n", b"\r\n")
