"""How long it takes to read pushed records of alarm panels, against nothing but `json.loads` of the same documents."""

from dataclasses import dataclass
from datetime import UTC, datetime
import json
import time
from typing import Final
from uuid import UUID

from custom_components.ip_surveillance.protocol.drivers.ip_receiver.events import EventReader
from custom_components.ip_surveillance.protocol.drivers.ip_receiver.world import World
from custom_components.ip_surveillance.protocol.transport.multipart import MultipartParser
from tests.simulators.ip_receiver import CidRecord, ReceiverSimulator
from tests.simulators.ip_receiver.messages import cid_alarm
from tests.simulators.ip_receiver.stream import BOUNDARY

_TYPE: Final = f"multipart/mixed; boundary={BOUNDARY}"
_PIECE: Final = 8192
"""Bytes that the driver works off at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """CPU seconds, the best of several."""

    records: int
    events: int
    """What the product made of them."""
    product: float
    yardstick: float


def compare(world: World, records: int = 2000, repeats: int = 3) -> Speed:
    """Read records of the first panel of the large installation, which `world` must know."""
    device = ReceiverSimulator("large", devices=1, zones=1)
    panel = next(iter(device.world.devices.values()))
    bodies = [
        device.push_streams.body(
            cid_alarm(
                device.world,
                panel,
                CidRecord(code=f"{3 if number % 2 else 1}130", partition=1, zone=1, uuid=str(UUID(int=number + 1))),
            )
        )
        for number in range(records)
    ]
    data = b"".join(map(device.push_streams.frame, bodies))
    products, yardsticks, events = [], [], 0
    for _ in range(repeats):
        started = time.process_time()
        events = _read(world, data)
        products.append(time.process_time() - started)
        started = time.process_time()
        for body in bodies:
            json.loads(body)
        yardsticks.append(time.process_time() - started)
    return Speed(records=records, events=events, product=min(products), yardstick=min(yardsticks))


def _read(world: World, data: bytes) -> int:
    """Take the framing off and read what is inside; tells how many events there were."""
    parser, reader = MultipartParser(_TYPE), EventReader(world)
    now, events = datetime.now(UTC), 0
    for start in range(0, len(data), _PIECE):
        for part in parser.feed(data[start : start + _PIECE]):
            events += len(reader.read(part.body, now).events)
    for part in parser.close():
        events += len(reader.read(part.body, now).events)
    return events
