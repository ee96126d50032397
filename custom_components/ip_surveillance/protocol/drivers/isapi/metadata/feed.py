"""The connections over which channels tell what they measure: one for each, looked after for the life of an entry."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
import random as _random
import time
from typing import Any, Final

from ....driver import Access, Emit
from ....errors import AccountLocked, AuthFailed, Busy, NotSupported
from ....model.events import Connected, Disconnected, Event, Polled, Restructured
from ....model.parts import Part, PartRef
from ....model.vocabulary import Quantity, Reading
from ....sights import Sights
from ....supervisor import Supervisor
from ....transport.challenge import Credentials
from ....transport.rtsp.session import RtspMetadata
from ....transport.rtsp.urls import PORT
from ..channels import ChannelMap
from ..client import IsapiClient
from ..replies import CAPABILITIES, DEVICE_INFO, Replies
from .book import Book
from .config import Source, Subscription, doubtful, sources
from .pace import Pace
from .reader import ChannelReader

_A_DAY: Final = 86400.0
"""Silence means nothing: a channel tells what it sees. Whether the session lives is found out below."""
_STARTING: Final = 60.0
"""Seconds after which a channel that told something is asked again though it denies it now."""
_LOOK_AGAIN: Final = 120.0
"""Seconds after which what could not be asked for a passing reason is looked for again."""
_LOOKS: Final = 4
"""Looks in a row that fail before it is left to those that come anyway."""
_LATE: Final = 0.01
"""Seconds by which a timer may fire early."""
_ZOOM: Final = Reading(Quantity.ZOOM)

type Sleep = Callable[[float], Awaitable[None]]


class Metadata:
    """What all channels of a device measure."""

    def __init__(
        self,
        client: IsapiClient,
        access: Access,
        sights: Sights,
        *,
        sleep: Sleep = asyncio.sleep,
        random: Callable[[], float] = _random.random,
    ) -> None:
        """Take what the driver shares; no I/O."""
        self.sources: dict[int, Source] = {}
        self.book = Book(sights)
        self.pending = False
        """It was told that something was seen for the first time, and `discover` has not been asked since."""
        self.refused = False
        """The device refused the password: nothing is tried any more."""
        self.turn = asyncio.Lock()
        """One login at a time: a password that is refused is then refused once."""
        self.sleep = sleep
        self.random = random
        self.client = client
        self.access = access
        self._port = PORT
        self._readers: dict[int, ChannelReader] = {}
        self._connections: dict[int, Connection] = {}
        self._changed = asyncio.Event()
        self._looks = _LOOKS
        self._unsure = False
        """What could not be asked is worth another look soon."""
        self._pace: Pace | None = None
        self._emit: Emit | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def port(self) -> int:
        """Where RTSP is spoken: the user's own choice, else what the device says."""
        return self.access.rtsp_port or self._port

    def learn(
        self, channels: ChannelMap, replies: Replies, rtsp_port: int | None, parts: Mapping[PartRef, Part]
    ) -> None:
        """Take what a discovery found; `parts` are those that the device itself tells of."""
        self.sources = sources(channels, replies, self.sources)
        for path in doubtful(replies, self.sources):
            self.client.forget(path)
        unsure = any(path == CAPABILITIES or "/metadata" in path for path in filter(replies.failed, replies.errors))
        self._looks = max(0, self._looks - 1) if unsure else _LOOKS
        self._unsure = unsure and self._looks > 0
        self._port = rtsp_port or self._port
        for number in self.sources:
            part = parts.get(ChannelMap.ref(number))
            # Both would measure the zoom, each in a measure of its own.
            self.reader(number).polled = frozenset({_ZOOM} & (part.readings if part else frozenset()))
        self._changed.set()

    def merge(self, parts: Mapping[PartRef, Part]) -> dict[PartRef, Part]:
        """Parts with all that was seen of them until now."""
        self.pending = False
        self.book.turn()
        return self.book.merge(parts)

    def reader(self, number: int) -> ChannelReader:
        """Who reads the documents of a channel, across connections."""
        if number not in self._readers:
            self._readers[number] = ChannelReader(ChannelMap.ref(number), self.book)
        return self._readers[number]

    def renew(self, number: int) -> None:
        """Connect anew, since the channel was told to measure something else."""
        if (connection := self._connections.get(number)) is not None:
            connection.outdated = True
            self._changed.set()

    async def feed(self, emit: Emit) -> None:
        """Look after a connection for each channel until cancelled. None is made where the user wants none."""
        if not self.access.metadata:
            return
        self._emit, self._pace = emit, Pace(emit)
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    self._changed.clear()
                    await self._match(group)
                    try:
                        async with asyncio.timeout(_LOOK_AGAIN if self._unsure else None):
                            await self._changed.wait()
                    except TimeoutError:
                        self._unsure = False
                        emit(Restructured())
        finally:
            self._connections.clear()
            self._pace.close()
            self._stop_timer()
            self._emit = None

    async def _match(self, group: asyncio.TaskGroup) -> None:
        """End connections that are no longer right, and begin those that lack."""
        wanted = {} if self.refused else self.sources
        for number, connection in tuple(self._connections.items()):
            if not connection.fits(wanted.get(number), self.port):
                await connection.stop()
                del self._connections[number]
        for number, source in wanted.items():
            if number not in self._connections:
                self._connections[number] = Connection(self, source)
                self._connections[number].start(group)

    def refuse(self, error: AuthFailed) -> None:
        """Stop all of them. A locked account unlocks by itself: those wait, each for itself."""
        if isinstance(error, AccountLocked) or self.refused:
            return
        self.refused = True
        self._changed.set()
        if self._emit is not None:
            # Where the device takes the password for everything else, nobody else would tell.
            self._emit(Restructured())

    def take(self, events: list[Event]) -> None:
        """Pass events of a channel on, at their pace."""
        if self._pace is None or self._emit is None:
            return
        if self.book.turn() and not self.pending:
            # Before the events themselves: whoever shows them must know by then that there are such.
            self.pending = True
            self._emit(Restructured())
        for event in events:
            if isinstance(event, Polled):
                for part, reading in event.readings:
                    self._pace.drop(part, reading)
            self._pace.put(event)
        self._schedule()

    def _schedule(self) -> None:
        """Come again when the next one is gone. That only moves away while it is told of: the timer stays."""
        if self._timer is not None:
            return
        deadlines = [deadline for each in self._readers.values() if (deadline := each.deadline) is not None]
        if deadlines:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(0.0, min(deadlines) - time.monotonic()) + _LATE, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        now = time.monotonic()
        self.take([event for reader in self._readers.values() for event in reader.expire(now)])

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None

    def diagnostics(self) -> Mapping[str, Any]:
        """State and counters of each channel, without addresses."""
        return {
            "wanted": self.access.metadata,
            "refused": self.refused,
            "sights_refused": self.book.refused,
            "held": self._pace.held if self._pace else 0,
            "channels": {
                number: {
                    "types": source.types,
                    "by_type": source.by_type,
                    "formats": source.formats,
                    "counts": asdict(self.reader(number).counts),
                    **(self._connections[number].diagnostics() if number in self._connections else {}),
                }
                for number, source in self.sources.items()
            },
        }


class Connection:
    """The connection of one channel."""

    def __init__(self, owner: Metadata, source: Source) -> None:
        """Take the channel; no I/O."""
        access = owner.access
        self.outdated = False
        """The device was told something since, and may tell other things on a new connection only."""
        self._owner = owner
        self._source = source
        self._port = owner.port
        self._subscription = Subscription(owner.client, source)
        self._reader = owner.reader(source.channel)
        credentials = Credentials(username=access.username, password=access.password) if access.username else None
        self._rtsp = RtspMetadata(access.host, owner.port, credentials)
        self._supervisor = Supervisor(
            self._listen,
            self._event,
            probe=self._prove,
            on_auth_failed=owner.refuse,
            silence=_A_DAY,
            sleep=owner.sleep,
            random=owner.random,
        )
        self._forward: Emit = self._event
        self._task: asyncio.Task[None] | None = None

    def start(self, group: asyncio.TaskGroup) -> None:
        """Connect, again and again."""
        self._task = group.create_task(self._supervisor.run())

    async def stop(self) -> None:
        """Take leave of the device."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def fits(self, source: Source | None, port: int) -> bool:
        """Whether it is still the right one: one that a lock has ended is not, since the device answers again."""
        over = self._task is not None and self._task.done()
        return source == self._source and port == self._port and not self.outdated and not over

    def diagnostics(self) -> Mapping[str, Any]:
        """Where it stands."""
        status = self._supervisor.status
        return {
            "state": status.state.value,
            "reason": status.reason,
            "attempts": status.attempts,
            "connections": status.connections,
            "subscribed": self._subscription.types,
            "rtsp": asdict(self._rtsp.counts),
        }

    async def _listen(self, forward: Emit) -> None:
        """Connect once and read until the connection ends."""
        turn = self._owner.turn
        self._forward = forward
        await turn.acquire()
        held = True

        def release() -> None:
            nonlocal held
            if held:
                held = False
                turn.release()

        def alive() -> None:
            release()
            self._supervisor.alive()

        try:
            if self._owner.refused:
                raise AuthFailed("the device refused the password of another channel")
            address = await self._address()
            await self._rtsp.run(address, self._take, alive)
        except AuthFailed as error:
            # Before the next one has its turn.
            self._owner.refuse(error)
            raise
        except NotSupported as error:
            if not self._supervisor.status.connections and not self._owner.book.of(self._reader.part):
                raise
            # It was there: a device that is just starting has its streams before what it measures in them.
            raise Busy(error.detail, code=error.code, retry_after=_STARTING) from None
        finally:
            release()

    async def _address(self) -> str:
        """Where to connect. What is asked settles the password, so that RTSP is not told a wrong one."""
        if self._subscription.types and (address := await self._subscription.address()):
            return address
        await self._prove()
        return self._source.path

    async def _prove(self) -> None:
        await self._owner.client.xml(DEVICE_INFO)

    def _take(self, document: bytes) -> None:
        events = self._reader.read(document, time.monotonic())
        for event in events:
            self._forward(event)
        if not events:
            # A rule that is set may be news, though nothing happened.
            self._owner.take([])

    def _event(self, event: Event) -> None:
        """What the supervisor passes on: events of the channel, and that the connection came up or was lost."""
        match event:
            case Connected():
                self._owner.take(self._reader.connected())
            case Disconnected():
                self._owner.take(self._reader.lost(time.monotonic()))
            case _:
                self._owner.take([event])
