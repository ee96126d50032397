"""Reading the fast-changing state: groups of parts, each asked for with one request where the device has a list.

Every time: load and uptime, online states, ports, lights, position. At most once a minute: stores. At most once in five
minutes: the clock. What was not asked for is not spoken of; what failed is unknown.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
import time
from typing import Final

from ...driver import Want
from ...errors import AuthFailed, CannotConnect, DeviceError
from ...model.events import Polled
from ...model.parts import HOST_PART, Gate, Part, PartKind, PartRef, SettingValue, Topology
from ...model.setting_words import SettingKey
from ...model.state import LineState, PartState, ReadingValue, StorageState
from ...model.vocabulary import Feature, Flag, Quantity, Reading
from ...transport import xml
from .aiop.polling import Pace, PlatformPolling
from .channels import ChannelMap, storage_ref
from .client import IsapiClient
from .codec import online_states, port_active, stores
from .events import AlertReader
from .lights import Sounders, light_path, light_states
from .maintenance import time_drift
from .ptz import Head
from .replies import (
    DEVICE_INFO,
    INPUTS,
    OUTPUTS,
    PROXIED_IN_PORTS,
    PROXIED_OUT_PORTS,
    PROXY_STATUS,
    STATUS,
    STORAGE,
    TIME,
    status_path,
)

STORAGE_PERIOD: Final = 60.0
CLOCK_PERIOD: Final = 300.0
_JITTER: Final = timedelta(seconds=15)
"""Uptimes are whole seconds of a clock of its own: the start may seem to wander by this much."""
_PROXIED_FROM: Final = 101
_FINE: Final = frozenset({"ok", "normal", "idle", "sleeping", "formating", "formatting", "spare", "synching"})
_BROKEN: Final = frozenset(
    {
        "error",
        "unformatted",
        "unformated",
        "offline",
        "notexist",
        "mismatch",
        "smartfailed",
        "abnormal",
        "exception",
        "lost",
        "damaged",
        "warning",
        "bad",
        "uninitialized",
    }
)


class _Look:
    """What one poll is asked for and what it found."""

    def __init__(self, topology: Topology | None, wanted: AbstractSet[Want]) -> None:
        self._gates: defaultdict[PartRef, set[Gate | None]] = defaultdict(set)
        for part, gate in wanted:
            self._gates[part].add(gate)
        known = topology.parts if topology else {}
        self._known = known
        self.parts = [known[ref] for ref in sorted(self._gates) if ref in known]
        self.states: dict[PartRef, PartState] = {}
        self.online: dict[PartRef, bool | None] = {}
        self.readings: dict[tuple[PartRef, Reading], ReadingValue | None] = {}
        self.settings: dict[tuple[PartRef, SettingKey], SettingValue | None] = {}

    def of(self, kind: PartKind) -> list[Part]:
        """Wanted parts of a kind."""
        return [part for part in self.parts if part.ref.kind is kind]

    def reads(self, ref: PartRef, *quantities: Quantity | Flag) -> bool:
        """Whether one of these readings of a part is wanted and the part has it."""
        part, gates = self._known.get(ref), self._gates.get(ref, set())
        wanted = [Reading(each) for each in quantities if part and Reading(each) in part.readings]
        return any(each in gates or None in gates for each in wanted)

    def cameras(self) -> list[Part]:
        """Cameras behind a recorder that anything wanted hangs on: it is unavailable while they are offline."""
        refs = {each for part in self.parts for each in (part.ref, part.parent) if each is not None}
        found = (self._known.get(ref) for ref in sorted(refs))
        return [part for part in found if part is not None and Feature.ONLINE in part.features]


type _Group = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class PollMemory:
    """What one poll leaves for the next."""

    due: dict[str, float] = field(default_factory=dict)
    """When a slow group is asked for again, monotonic seconds."""
    started: datetime | None = None
    offline: set[PartRef] = field(default_factory=set)


class Polling(Head, Sounders, PlatformPolling):
    """`poll` and `check` of the driver."""

    client: IsapiClient
    channels: ChannelMap
    reader: AlertReader
    topology: Topology | None
    poll_memory: PollMemory

    async def check(self) -> None:
        """The cheapest authenticated request."""
        await self.client.xml(DEVICE_INFO)

    async def poll(self, wanted: AbstractSet[Want]) -> Polled:
        """Read what is wanted. Raises only when the device as a whole fails or refuses the login."""
        asked_at = time.monotonic()
        look = _Look(self.topology, wanted)
        # The first request decides whether the device answers at all; the others then go side by side.
        if look.reads(HOST_PART, Quantity.CPU, Quantity.MEMORY, Quantity.STARTED):
            await self._first(partial(self._host, look))
        else:
            await self.check()
        await self._together(self._groups(look))
        _tell_firmware(look)
        return Polled(
            asked_at=asked_at, parts=look.states, online=look.online, readings=look.readings, settings=look.settings
        )

    def _groups(self, look: _Look) -> Iterator[_Group]:
        if look.cameras():
            yield partial(self._online, look)
        if look.reads(HOST_PART, Quantity.CLOCK_DRIFT) and self._is_due(TIME):
            yield partial(self._clock, look)
        if look.of(PartKind.STORAGE) and self._is_due(STORAGE):
            yield partial(self._stores, look)
        for channel in sorted({part.ref.number for part in look.of(PartKind.LIGHT)}):
            yield partial(self._lights, channel, look)
        for part in look.parts:
            yield from self._single(part, look)
        yield from self.platform_groups(look, Pace(self._is_due, self._was_read))

    def _single(self, part: Part, look: _Look) -> Iterator[_Group]:
        if part.ref.kind in (PartKind.INPUT, PartKind.OUTPUT) and Feature.ACTIVE in part.features:
            yield partial(self._port, part.ref, look)
        if look.reads(part.ref, Quantity.PAN, Quantity.TILT, Quantity.ZOOM):
            yield partial(self._position, part.ref, look)
        if part.ref.kind is PartKind.SIREN:
            look.states |= self.poll_sirens(part.ref).parts

    async def _together(self, groups: Iterator[_Group]) -> None:
        try:
            async with asyncio.TaskGroup() as running:
                for group in groups:
                    running.create_task(self._tolerant(group))
        except* DeviceError as failures:
            raise next(each for each in failures.exceptions if isinstance(each, DeviceError)) from None

    async def _first(self, group: _Group) -> None:
        try:
            await group()
        except AuthFailed, CannotConnect:
            raise
        except DeviceError:
            return

    async def _tolerant(self, group: _Group) -> None:
        """Run a group; what it could not read is left as the group set it before asking: unknown.

        The device answered just now, so even a request without an answer concerns its group alone (a sleeping disk).
        """
        try:
            await group()
        except AuthFailed:
            raise
        except DeviceError:
            return

    def _is_due(self, name: str) -> bool:
        return time.monotonic() >= self.poll_memory.due.get(name, 0.0)

    def _was_read(self, name: str, period: float) -> None:
        """Leave a slow group alone for a while; one that failed is asked for again at the next poll."""
        self.poll_memory.due[name] = time.monotonic() + period

    # --- groups: each first says "unknown" for all it is about

    async def _host(self, look: _Look) -> None:
        cpu, memory, started = (Reading(each) for each in (Quantity.CPU, Quantity.MEMORY, Quantity.STARTED))
        look.readings |= dict.fromkeys(((HOST_PART, each)) for each in (cpu, memory, started))
        status = await self.client.xml(STATUS)
        look.readings[HOST_PART, cpu] = xml.decimal(status, "CPUList/CPU/cpuUtilization")
        look.readings[HOST_PART, memory] = _memory(status)
        look.readings[HOST_PART, started] = self._started(xml.decimal(status, "deviceUpTime"))

    def _started(self, uptime: float | None) -> datetime | None:
        """Tell the moment of the start, the same one as long as it only wanders."""
        try:
            moment = datetime.now(UTC) - timedelta(seconds=uptime or 0.0)
        except OverflowError:
            return None
        if uptime is None or uptime < 0:
            return None
        known = self.poll_memory.started
        if known is None or abs(moment - known) > _JITTER:
            known = self.poll_memory.started = moment.replace(microsecond=0)
        return known

    async def _clock(self, look: _Look) -> None:
        key = (HOST_PART, Reading(Quantity.CLOCK_DRIFT))
        look.readings[key] = None
        drift = self.reader.drift = time_drift(await self.client.xml(TIME), datetime.now(UTC))
        # The device tells whole seconds: a right clock shall not seem to be off by less than one.
        look.readings[key] = drift if drift is None else 0.0 if abs(drift) < 1 else float(round(drift))
        self._was_read(TIME, CLOCK_PERIOD)

    async def _online(self, look: _Look) -> None:
        cameras = look.cameras()
        listed = [part.ref for part in cameras if look.reads(part.ref, Quantity.LINK_STATUS)]
        link = Reading(Quantity.LINK_STATUS)
        look.online |= dict.fromkeys(part.ref for part in cameras)
        look.readings |= dict.fromkeys((ref, link) for ref in listed)
        states = await self._online_states([part.ref for part in cameras])
        for part in cameras:
            online, result = states.get(part.ref.number, (None, None))
            look.online[part.ref] = online
            if part.ref in listed:
                look.readings[part.ref, link] = result
            self._note_online(part.ref, online)

    async def _online_states(self, cameras: list[PartRef]) -> dict[int, tuple[bool | None, str | None]]:
        if (document := await self.client.probe(PROXY_STATUS)) is not None:
            return online_states(document)
        # The list form is missing on some recorders: each channel on its own.
        states: dict[int, tuple[bool | None, str | None]] = {}

        async def ask(number: int) -> None:
            single = await self.client.probe(f"ContentMgmt/InputProxy/channels/{number}/status")
            states.update(online_states(single))

        await self._together(partial(ask, ref.number) for ref in cameras)
        return states

    def _note_online(self, camera: PartRef, online: bool | None) -> None:
        """A camera that came back may have what it seemed to lack while it was away."""
        if online is False:
            self.poll_memory.offline.add(camera)
        elif online and camera in self.poll_memory.offline:
            self.poll_memory.offline.discard(camera)
            self.client.forget(f"/{camera.number}")

    async def _port(self, ref: PartRef, look: _Look) -> None:
        look.states[ref] = LineState()
        is_input, proxied = ref.kind is PartKind.INPUT, ref.number >= _PROXIED_FROM
        own, behind = (INPUTS, PROXIED_IN_PORTS) if is_input else (OUTPUTS, PROXIED_OUT_PORTS)
        # Newer recorders keep their own ports with those of their cameras.
        paths = [status_path(path, ref.number) for path in ((behind,) if proxied else (own, behind))]
        _, document = await self.client.first(paths)
        look.states[ref] = LineState(active=port_active(document))

    async def _stores(self, look: _Look) -> None:
        wanted = look.of(PartKind.STORAGE)
        for part in wanted:
            look.states[part.ref] = StorageState()
            look.readings |= dict.fromkeys((part.ref, each) for each in part.readings)
        found = {
            storage_ref(each.number, network=each.network): each for each in stores(await self.client.xml(STORAGE))
        }
        self._was_read(STORAGE, STORAGE_PERIOD)
        for part in wanted:
            if (store := found.get(part.ref)) is None:
                continue
            look.states[part.ref] = StorageState(problem=_problem(store.status))
            values: dict[Quantity | Flag, ReadingValue | None] = {
                Quantity.CAPACITY: store.capacity,
                Quantity.FREE: store.free,
                Quantity.STORAGE_STATUS: store.status or None,
            }
            look.readings |= {(part.ref, each): values.get(each.quantity) for each in part.readings}

    async def _position(self, ref: PartRef, look: _Look) -> None:
        axes = (Quantity.PAN, Quantity.TILT, Quantity.ZOOM)
        look.readings |= {(ref, Reading(each)): None for each in axes}
        look.readings |= (await self.position(ref)).readings

    async def _lights(self, channel: int, look: _Look) -> None:
        wanted = [part.ref for part in look.of(PartKind.LIGHT) if part.ref.number == channel]
        look.states |= dict.fromkeys(wanted, LineState())
        states = light_states(await self.client.xml(light_path(channel)), channel)
        look.states |= {ref: states[ref] for ref in wanted if ref in states}


def _memory(status: xml.Element) -> float | None:
    """Used memory in percent; the device tells megabytes used and free."""
    used = xml.decimal(status, "MemoryList/Memory/memoryUsage")
    free = xml.decimal(status, "MemoryList/Memory/memoryAvailable")
    if used is None:
        return None
    if free is None:
        return used if used <= 100 else None
    return round(used / (used + free) * 100, 1) if used + free > 0 else None


def _problem(status: str) -> bool | None:
    """Whether a store is in trouble; unknown for words not met before."""
    return False if status in _FINE else True if status in _BROKEN else None


def _tell_firmware(look: _Look) -> None:
    """Known since the discovery."""
    for part in look.parts:
        if look.reads(part.ref, Quantity.FIRMWARE):
            look.readings[part.ref, Reading(Quantity.FIRMWARE)] = part.hardware.firmware
