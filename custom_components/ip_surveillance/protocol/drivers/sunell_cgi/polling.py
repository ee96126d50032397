"""Reading the fast-changing state: one question for the alarms of all channels each time, all else more seldom.

Every time: alarms. At most every ten seconds: temperatures, plates, positions, lights. At most once a minute: disks,
counted people, cameras of a recorder, and these at once when a picture is lost or back. At most once in five minutes:
the clock. Only what is wanted is asked for.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
import time
from typing import Final

from ...driver import Want
from ...errors import AuthFailed, CannotConnect, DeviceError, Forbidden, NotSupported, Rejected
from ...model.detections import Detection
from ...model.events import Detected, Happened, Polled
from ...model.parts import HOST_PART, Gate, Part, PartKind, PartRef, Topology
from ...model.state import Alarm, PartState, ReadingValue
from ...model.vocabulary import Feature, Flag, Quantity, Reading
from . import clock, people, plates, thermal
from .channels import ONLINE, STATUS_WORDS, link_states
from .client import SunellClient
from .discovery import CHANNELS, P2P, USERS, Found
from .events import AlarmBook, Listed
from .facts import Facts, channel_ref
from .records import AlarmRecord, listed
from .stores import DIRECTORIES, DIRECTORY, DISKS, Store, directories, disks
from .topology import FIRMWARE, LINK, P2P_FLAG, SOURCE, USERS_ONLINE
from .values import to_bool

STATUS: Final = (("action", "get"), ("type", "currentAlarmStatus"))
SOON, SLOW, SELDOM = 10.0, 60.0, 300.0
"""Seconds between two looks at one thing."""
PUSH, POLLING = "push", "polling"
CAMERAS: Final = "cameras"


@dataclass(slots=True)
class PollMemory:
    """What one poll leaves for the next."""

    due: dict[str, float] = field(default_factory=dict)
    """When a group is asked for again, monotonic seconds."""
    status_at: float = 0.0
    """When the list of alarms was read last, monotonic seconds."""
    missed: dict[AlarmRecord, float] = field(default_factory=dict)
    """Records that the list told before a push did, and when."""
    plate: str | None = None
    """Number of the plate that was told last; None before the first look."""
    offline: set[int] = field(default_factory=set)
    lost: frozenset[PartRef] = frozenset()
    """Cameras whose picture is lost by the list of alarms."""
    wanted: AbstractSet[Want] = frozenset()
    """What the last poll was asked for."""


class _Look:
    """What one poll is asked for and what it found."""

    def __init__(self, topology: Topology | None, wanted: AbstractSet[Want]) -> None:
        self.known: Mapping[PartRef, Part] = topology.parts if topology else {}
        self._gates: defaultdict[PartRef, set[Gate | None]] = defaultdict(set)
        for part, gate in wanted:
            self._gates[part].add(gate)
        self.parts = [self.known[ref] for ref in sorted(self._gates) if ref in self.known]
        self.states: dict[PartRef, PartState] = {}
        self.online: dict[PartRef, bool | None] = {}
        self.readings: dict[tuple[PartRef, Reading], ReadingValue | None] = {}
        self.told: list[Detected | Happened] = []

    def reads(self, ref: PartRef, *quantities: Quantity | Flag) -> bool:
        """Whether a reading of one of these quantities is wanted of a part that has it."""
        part = self.known.get(ref)
        has = {reading for reading in part.readings if reading.quantity in quantities} if part else set()
        return self.wants(ref, *has)

    def wants(self, ref: PartRef, *readings: Reading) -> bool:
        """Whether one of these readings is wanted of a part that has it."""
        part, gates = self.known.get(ref), self._gates.get(ref, set())
        has = part.readings & frozenset(readings) if part else frozenset()
        return bool(has) and (None in gates or not has.isdisjoint(gates))

    def unknown(self, ref: PartRef, *quantities: Quantity | Flag) -> None:
        """Say that readings are not known, until they are."""
        part = self.known.get(ref)
        for reading in part.readings if part else ():
            if reading.quantity in quantities:
                self.readings[ref, reading] = None

    def put(self, readings: Mapping[tuple[PartRef, Reading], ReadingValue | None]) -> None:
        """Take readings, of parts that have them."""
        for (ref, reading), value in readings.items():
            if ref in self.known and reading in self.known[ref].readings:
                self.readings[ref, reading] = value

    def cameras(self) -> list[Part]:
        """Cameras behind a recorder that anything wanted hangs on."""
        refs = {each for part in self.parts for each in (part.ref, part.parent) if each is not None}
        found = (self.known.get(ref) for ref in sorted(refs))
        return [part for part in found if part is not None and Feature.ONLINE in part.features]


type _Group = Callable[[], Awaitable[None]]


class Polling:
    """`poll` and `check` of the driver."""

    client: SunellClient
    facts: Facts | None
    found: Found | None
    topology: Topology | None
    book: AlarmBook
    poll_memory: PollMemory
    attached: bool
    """The stream of alarms is open."""
    local_now: Callable[[], datetime] = staticmethod(clock.local_now)

    async def check(self) -> None:
        """The cheapest request that wants a password; where the device has no list of alarms, who it is."""
        try:
            await self.client.check()
        except NotSupported, Rejected, Forbidden:
            await self.client.get("deviceInfo")

    async def poll(self, wanted: AbstractSet[Want]) -> Polled:
        """Read what is wanted. Raises only when the device as a whole fails or refuses the login."""
        self.poll_memory.wanted = wanted
        look = _Look(self.topology, wanted)
        polled = await self.poll_alarms()
        look.put(polled.readings)
        # The first request decided whether the device answers at all.
        for group in self._groups(look):
            await _tolerant(group)
        self._tell_known(look)
        more = await self._knobs(wanted)
        return Polled(
            asked_at=polled.asked_at,
            parts={**look.states, **(more.parts if more else {})},
            online={**look.online, **(more.online if more else {})},
            readings={**look.readings, **(more.readings if more else {})},
            settings=more.settings if more else {},
            alarms=polled.alarms,
            unpolled=polled.unpolled,
            told=(*polled.told, *look.told),
        )

    async def poll_soon(self) -> Polled | None:
        """Read what is wanted more often than a device that pushes is polled; None when nothing is, or is due."""
        wanted = self.poll_memory.wanted
        if self.found is None or not wanted:
            return None
        asked_at = time.monotonic()
        look = _Look(self.topology, wanted)
        for group in self._of_soon(self.found, look):
            await _tolerant(group)
        more = await self._knobs(wanted)
        if not look.readings and more is None:
            return None
        return Polled(
            asked_at=asked_at,
            parts=more.parts if more else {},
            readings={**look.readings, **(more.readings if more else {})},
            told=tuple(look.told),
        )

    async def poll_knobs(self, wanted: AbstractSet[Want]) -> Polled | None:
        """States of lights, outputs and positions; whoever has them overrides this."""
        return None

    async def poll_alarms(self) -> Polled:
        """Read the list of alarms. What the device answers instead of a list leaves the alarms unknown."""
        asked_at = time.monotonic()
        try:
            answer = await self.client.read("alarm", *STATUS)
        except AuthFailed, CannotConnect:
            raise
        except DeviceError:
            return Polled(asked_at=asked_at)
        self.poll_memory.status_at = time.monotonic()
        found = self.book.listed(listed(answer), asked_at)
        self._note_missed(found)
        self._note_lost(found)
        known = self.topology.parts if self.topology else {}
        return Polled(
            asked_at=asked_at,
            alarms={ref: alarms for ref, alarms in found.alarms.items() if ref in known},
            unpolled=self.book.unpolled,
            told=tuple(moment for moment in found.moments if moment.part in known),
            readings={(ref, Reading(Flag.RECORDING)): on for ref, on in found.recording.items()},
        )

    async def read_plate(self) -> tuple[str | None, tuple[Detected | Happened, ...]]:
        """The last plate, and it as an event where it is a new one. Raises any `DeviceError`."""
        self.book.plate_seen = False
        answer = await self.client.get(plates.INFO)
        plate = plates.plate_of(answer)
        before, self.poll_memory.plate = self.poll_memory.plate, plate.uid if plate else ""
        new = plate is not None and before not in (None, plate.uid)
        told = plate.told(channel_ref(self._first)) if plate is not None and new else ()
        return (plate.text if plate else None), told

    @property
    def _first(self) -> int:
        return self.facts.numbers[0] if self.facts and self.facts.numbers else 1

    def _note_missed(self, found: Listed) -> None:
        """Remember what the stream should have told by now, or will at once."""
        if self.attached:
            now = time.monotonic()
            self.poll_memory.missed |= dict.fromkeys(found.news, now)

    def _note_lost(self, found: Listed) -> None:
        """A picture that is lost, or back, says that a camera went or came: look which at once."""
        lost = frozenset(ref for ref, alarms in found.alarms.items() if Alarm(Detection.VIDEO_LOSS) in alarms)
        if lost != self.poll_memory.lost:
            self.poll_memory.lost = lost
            self.poll_memory.due.pop(CAMERAS, None)

    async def _knobs(self, wanted: AbstractSet[Want]) -> Polled | None:
        """Positions soon, lamps more seldom: those are settings, which hardly change but by us."""
        due: set[Want] = set()
        for lamps, name, period in ((False, "positions", SOON), (True, "lamps", SLOW)):
            asked = {want for want in wanted if (want.part.kind is PartKind.LIGHT) is lamps}
            if asked and self._is_due(name, period):
                due |= asked
        try:
            return await self.poll_knobs(due) if due else None
        except AuthFailed:
            raise
        except DeviceError:
            return None

    def _groups(self, look: _Look) -> Iterator[_Group]:
        """What is wanted and due; whatever fails is asked for again when it is due again."""
        if self.found is not None:
            yield from self._of_soon(self.found, look)
            yield from self._of_channels(self.found, look)
            yield from self._of_device(look)

    def _of_soon(self, found: Found, look: _Look) -> Iterator[_Group]:
        for number in found.areas:
            areas = thermal.readings_of(found.areas[number])
            if look.wants(channel_ref(number), *areas) and self._is_due(f"areas{number}", SOON):
                yield partial(self._areas, number, look)
        if look.reads(channel_ref(self._first), Quantity.PLATE) and (
            self._is_due("plate", SOON) or self.book.plate_seen
        ):
            yield partial(self._plate, look)

    def _of_channels(self, found: Found, look: _Look) -> Iterator[_Group]:
        for number in sorted(found.inside):
            if look.wants(channel_ref(number), thermal.INSIDE) and self._is_due(f"inside{number}", SLOW):
                yield partial(self._inside, number, look)
        if look.cameras() and self._is_due(CAMERAS, SLOW):
            yield partial(self._cameras, look)
        for number in sorted(found.counting):
            if look.reads(channel_ref(number), Quantity.ENTERED, Quantity.LEFT) and self._is_due(
                f"people{number}", SLOW
            ):
                yield partial(self._people, number, look)

    def _of_device(self, look: _Look) -> Iterator[_Group]:
        if any(part.ref.kind is PartKind.STORAGE for part in look.parts) and self._is_due("stores", SLOW):
            yield partial(self._stores, look)
        rows: tuple[tuple[Quantity | Flag, str, float, Callable[[_Look], Awaitable[None]]], ...] = (
            (Flag.P2P, P2P, SLOW, self._p2p),
            (Quantity.USERS_ONLINE, USERS, SLOW, self._users),
            (Quantity.CLOCK_DRIFT, clock.KIND, SELDOM, self._clock),
        )
        for quantity, name, period, group in rows:
            if look.reads(HOST_PART, quantity) and self._is_due(name, period):
                yield partial(group, look)

    def _is_due(self, name: str, period: float) -> bool:
        """Whether something is to be asked now; it is not again for its time."""
        now = time.monotonic()
        if now < self.poll_memory.due.get(name, 0.0):
            return False
        self.poll_memory.due[name] = now + period
        return True

    # --- groups: each first says "unknown" for all it is about

    async def _areas(self, number: int, look: _Look) -> None:
        assert self.found is not None
        ref = channel_ref(number)
        look.readings |= {(ref, each): None for each in thermal.readings_of(self.found.areas[number])}
        here = ("cameraID", str(number))
        if number in self.found.at_once:
            look.put(thermal.temperatures(number, await self.client.get(thermal.TEMPERATURES, here)))
            return
        for area in self.found.areas[number]:
            await _tolerant(partial(self._area, number, area.number, look))

    async def _area(self, number: int, area: int, look: _Look) -> None:
        pairs = (("cameraID", str(number)), ("areaID", str(area)))
        look.put(thermal.temperatures(number, await self.client.get(thermal.TEMPERATURES, *pairs)))

    async def _inside(self, number: int, look: _Look) -> None:
        key = (channel_ref(number), thermal.INSIDE)
        look.put({key: None})
        look.put({key: thermal.inside_of(await self.client.get(thermal.IMAGER, ("cameraID", str(number))))})

    async def _plate(self, look: _Look) -> None:
        ref = channel_ref(self._first)
        look.unknown(ref, Quantity.PLATE)
        text, told = await self.read_plate()
        look.put({(ref, plates.PLATE): text})
        look.told += told

    async def _cameras(self, look: _Look) -> None:
        cameras = look.cameras()
        look.online |= dict.fromkeys(part.ref for part in cameras)
        for part in cameras:
            look.unknown(part.ref, Quantity.LINK_STATUS)
        states = link_states(await self.client.get(CHANNELS))
        for part in cameras:
            status = states.get(part.ref.number)
            look.online[part.ref] = None if status is None else status == ONLINE
            look.put({(part.ref, LINK): None if status is None else STATUS_WORDS.get(status, str(status))})
            self._note_online(part.ref.number, look.online[part.ref])

    def _note_online(self, number: int, online: bool | None) -> None:
        """A camera that came back may have what it seemed to lack while it was away."""
        offline = self.poll_memory.offline
        if online is False:
            offline.add(number)
        elif online and number in offline:
            offline.discard(number)
            # As pages name it (`Page.address`).
            for name in ("cameraID", "channelId"):
                self.client.forget(f"{name}={number}")

    async def _stores(self, look: _Look) -> None:
        wanted = {part.ref for part in look.parts if part.ref.kind is PartKind.STORAGE}
        for ref in wanted:
            look.unknown(ref, Quantity.CAPACITY, Quantity.FREE, Quantity.STORAGE_STATUS)
        found: list[Store] = []
        if any(ref.label != DIRECTORY for ref in wanted):
            found += disks(await self.client.probe(DISKS))
        if any(ref.label == DIRECTORY for ref in wanted):
            found += directories(await self.client.probe(DIRECTORIES))
        for store in found:
            if store.ref in wanted:
                look.states[store.ref] = store.state
                look.put({(store.ref, reading): value for reading, value in store.readings.items()})

    async def _people(self, number: int, look: _Look) -> None:
        ref = channel_ref(number)
        look.unknown(ref, Quantity.ENTERED, Quantity.LEFT)
        answer = await self.client.get(people.KINDS, *people.query(number, await self._today()))
        look.put({(ref, reading): value for reading, value in people.counted(answer).items()})

    async def _today(self) -> datetime:
        """The day by the device's clock, in which it counts; by ours where it does not tell."""
        answer = await self.client.probe(clock.KIND)
        return (clock.time_of(answer) if answer is not None else None) or self.local_now()

    async def _p2p(self, look: _Look) -> None:
        look.unknown(HOST_PART, Flag.P2P)
        answer = await self.client.get(P2P)
        look.put({(HOST_PART, P2P_FLAG): to_bool(answer.get("status"))})

    async def _users(self, look: _Look) -> None:
        look.unknown(HOST_PART, Quantity.USERS_ONLINE)
        answer = await self.client.get(USERS)
        look.put({(HOST_PART, USERS_ONLINE): float(len(answer.lists("userList") or answer.rows("username")))})

    async def _clock(self, look: _Look) -> None:
        look.unknown(HOST_PART, Quantity.CLOCK_DRIFT)
        look.put({(HOST_PART, clock.DRIFT): clock.drift_of(await self.client.get(clock.KIND), self.local_now())})

    def _tell_known(self, look: _Look) -> None:
        """What needs no request."""
        if look.reads(HOST_PART, Quantity.FIRMWARE):
            look.put({(HOST_PART, FIRMWARE): look.known[HOST_PART].hardware.firmware})
        if look.reads(HOST_PART, Quantity.EVENT_SOURCE):
            look.put({(HOST_PART, SOURCE): PUSH if self.attached else POLLING})


async def _tolerant(group: _Group) -> None:
    """Run a group; what it could not read is left unknown: the device answered just now."""
    try:
        await group()
    except AuthFailed:
        raise
    except DeviceError:
        return
