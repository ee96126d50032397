"""Reading the state that changes: what is wanted, and of that what is due.

Every time: a sign of life, and what the commands have states of. At most once a minute: the
card, the maker's cloud, the wireless network. At most once in five minutes: the clock.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import partial
import time
from typing import Any, Final

from ...driver import Want
from ...errors import AuthFailed, DeviceError
from ...model.events import Event, Polled, Restructured
from ...model.parts import HOST_PART, PartRef, Topology
from ...model.state import PartState, ReadingValue, StorageState
from ...model.vocabulary import Flag, Quantity, Reading
from . import stores
from .client import HerospeedClient
from .clocks import TIME, Clocks
from .facts import Facts
from .first_look import connected_network, first_of
from .learned import Learned
from .maintenance import Maintenance
from .paths import P2P_STATUS, WIFI

MINUTE: Final = 60.0
CLOCK_PERIOD: Final = 300.0
_STRONGEST: Final = 255

type _Group = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Look:
    """What one poll is asked for and what it found."""

    topology: Topology | None
    wanted: AbstractSet[Want]
    states: dict[PartRef, PartState] = field(default_factory=dict)
    readings: dict[tuple[PartRef, Reading], ReadingValue | None] = field(default_factory=dict)

    def has(self, ref: PartRef) -> bool:
        """Whether anything of a part is wanted that exists."""
        return (
            self.topology is not None and ref in self.topology.parts and any(each.part == ref for each in self.wanted)
        )

    def reads(self, ref: PartRef, *quantities: Quantity | Flag) -> bool:
        """Whether one of these readings of a part is wanted and the part has it."""
        part = self.topology.parts.get(ref) if self.topology is not None else None
        if part is None:
            return False
        found = {Reading(each) for each in quantities} & part.readings
        return any(each.part == ref and (each.gate is None or each.gate in found) for each in self.wanted) and bool(
            found
        )

    def put(self, ref: PartRef, quantity: Quantity | Flag, value: ReadingValue | None) -> None:
        """Note what was read; nothing that the part does not have."""
        part = self.topology.parts.get(ref) if self.topology is not None else None
        if part is not None and Reading(quantity) in part.readings:
            self.readings[ref, Reading(quantity)] = value


class Polling(Clocks, Maintenance):
    """`poll` of the driver."""

    client: HerospeedClient
    facts: Facts
    learned: Learned
    topology: Topology | None
    source: str | None
    poll_due: dict[str, float]
    """When a slow group is asked for again, monotonic seconds."""

    def tell(self, event: Event) -> None:
        """Tell an event of our own making."""

    async def poll_knobs(self, wanted: AbstractSet[Want]) -> Polled | None:
        """Read what the commands have: outputs, lights, positions."""
        return None

    async def poll(self, wanted: AbstractSet[Want]) -> Polled:
        """Read what is wanted. Raises only when the camera as a whole fails or refuses the login."""
        asked_at = time.monotonic()
        # Whether it answers at all; the rest then goes side by side.
        await self.check()
        if not wanted:
            return Polled(asked_at=asked_at)
        look = Look(topology=self.topology, wanted=wanted)
        knobs = await self.poll_knobs(wanted)
        await self._together(self._groups(look))
        if look.reads(HOST_PART, Quantity.FIRMWARE) and self.topology is not None:
            look.put(HOST_PART, Quantity.FIRMWARE, self.topology.parts[HOST_PART].hardware.firmware)
        if look.reads(HOST_PART, Quantity.IP_ADDRESS):
            look.put(HOST_PART, Quantity.IP_ADDRESS, self.facts.address)
        if look.reads(HOST_PART, Quantity.EVENT_SOURCE):
            look.put(HOST_PART, Quantity.EVENT_SOURCE, self.source)
        polled = Polled(asked_at=asked_at, parts=look.states, readings=look.readings)
        return polled if knobs is None else _merged(knobs, polled)

    def _groups(self, look: Look) -> Iterator[_Group]:
        if look.reads(HOST_PART, Quantity.CLOCK_DRIFT) and self._is_due(TIME):
            yield partial(self._clock, look)
        if look.reads(HOST_PART, Flag.P2P) and self._is_due(P2P_STATUS):
            yield partial(self._cloud, look)
        if look.reads(HOST_PART, Quantity.NETWORK_NAME, Quantity.SIGNAL) and self._is_due(WIFI):
            yield partial(self._network, look)
        if look.has(stores.REF) and self._is_due(stores.PATH):
            yield partial(self._store, look)

    def _is_due(self, name: str) -> bool:
        return time.monotonic() >= self.poll_due.get(name, 0.0)

    def _was_read(self, name: str, period: float) -> None:
        """Leave a slow group alone for a while; one that failed is asked for again at the next poll."""
        self.poll_due[name] = time.monotonic() + period

    async def _together(self, groups: Iterator[_Group]) -> None:
        try:
            async with asyncio.TaskGroup() as running:
                for group in groups:
                    running.create_task(_tolerant(group))
        except* DeviceError as failures:
            raise first_of(failures) from None

    # --- groups: each first says "unknown" for all it is about

    async def _clock(self, look: Look) -> None:
        look.put(HOST_PART, Quantity.CLOCK_DRIFT, None)
        look.put(HOST_PART, Quantity.CLOCK_DRIFT, self.note_clock(await self.client.get(TIME)))
        self._was_read(TIME, CLOCK_PERIOD)

    async def _cloud(self, look: Look) -> None:
        look.put(HOST_PART, Flag.P2P, None)
        look.put(HOST_PART, Flag.P2P, (await self.client.get(P2P_STATUS)).truth("status"))
        self._was_read(P2P_STATUS, MINUTE)

    async def _network(self, look: Look) -> None:
        look.put(HOST_PART, Quantity.NETWORK_NAME, None)
        look.put(HOST_PART, Quantity.SIGNAL, None)
        network = connected_network(await self.client.get(WIFI))
        self._was_read(WIFI, MINUTE)
        if network is not None:
            strength = network.number("strength")
            look.put(HOST_PART, Quantity.NETWORK_NAME, network.text("ssid"))
            good = strength is not None and 0 <= strength <= _STRONGEST
            look.put(HOST_PART, Quantity.SIGNAL, strength if good else None)

    async def _store(self, look: Look) -> None:
        look.states[stores.REF] = StorageState()
        for reading in stores.store_part().readings:
            look.put(stores.REF, reading.quantity, None)
        data: dict[str, Any] = dict(stores.CARD)
        store = stores.read_store(await self.client.get(stores.PATH, data))
        if store is None:
            return
        if store.there and not self.learned.card:
            # Somebody put one in: now there is more to tell of it.
            self.learned.card = True
            self.tell(Restructured())
        look.states[stores.REF] = replace(store, known=self.learned.card).state
        for quantity, value in store.readings.items():
            look.put(stores.REF, quantity, value)
        if not store.formatting:
            self._was_read(stores.PATH, MINUTE)


async def _tolerant(group: _Group) -> None:
    """Run a group; what it could not read is left as the group set it before asking: unknown."""
    try:
        await group()
    except AuthFailed:
        raise
    except DeviceError:
        return


def _merged(one: Polled, other: Polled) -> Polled:
    return replace(
        other,
        asked_at=min(one.asked_at, other.asked_at),
        parts={**one.parts, **other.parts},
        online={**one.online, **other.online},
        readings={**one.readings, **other.readings},
        settings={**one.settings, **other.settings},
        alarms={**one.alarms, **other.alarms},
    )
