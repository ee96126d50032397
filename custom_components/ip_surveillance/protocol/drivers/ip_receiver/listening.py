"""`listen` of the driver: one subscription for all devices, and what follows from what it tells."""

import asyncio
from collections.abc import Callable
import contextlib
from datetime import UTC, datetime
import logging
from math import inf
import time
from typing import Final

from ...driver import Emit
from ...errors import (
    AccountLocked,
    AuthFailed,
    BadAnswer,
    CannotConnect,
    DeviceError,
    NotActivated,
    NotSupported,
    TimedOut,
)
from ...model.detections import Detection
from ...model.events import Detected, Patched, Together
from ...model.vocabulary import Feature
from ...transport.auth import NO_LOGIN
from ...transport.content import Kind
from ...transport.http import Stream
from ...transport.multipart import MultipartParser, Part
from .events import EventReader, Told
from .fleet import Unit
from .media import MediaStore
from .media_links import LinkKind, MediaLink
from .polling import Polling
from .touched import Touched

_LOGGER: Final = logging.getLogger(__name__)

_PIECE: Final = 8192
"""Bytes worked off at once, so that a storm of events does not keep the rest of the program waiting."""
_STRETCH: Final = 0.005
"""Seconds for which records are worked off without a break; one of them takes about a millisecond."""
_CLOSE_TIMEOUT: Final = 0.8
_WORKERS: Final = 2
_WAITING_PICTURES: Final = 32


class Listening(Polling):
    """The push channel."""

    reader: EventReader
    touched: Touched
    media: MediaStore
    stream_parts: dict[str, int]
    """Parts of the stream that were no event, by what they were."""
    pictures_lost: int
    """Pictures of alarms that could not be fetched, or that came faster than they could be."""

    async def listen(self, emit: Emit, alive: Callable[[], None]) -> None:
        """Push events until cancelled; raises when the subscription ends, or is silent for longer than 30 s."""
        self.emit = emit
        if self.restructured:
            self.tell_restructured()
        # Settles the password: a stream that is refused right after this is refused for another reason.
        await self.client.page(0, 1)
        follower = _Follower(self, emit, alive)
        pictures: asyncio.Queue[MediaLink] = asyncio.Queue(_WAITING_PICTURES)
        follower.pictures = pictures
        try:
            async with self.client.subscription() as stream:
                try:
                    await self._with_workers(follower, stream, pictures)
                except asyncio.CancelledError, TimedOut:
                    # After a silence too: the receiver may not have noticed that the connection is gone.
                    await self._unsubscribe(follower.subscription)
                    raise
        except (AuthFailed, BadAnswer) as error:
            raise _refused(error) from None

    async def _with_workers(self, follower: _Follower, stream: Stream, pictures: asyncio.Queue[MediaLink]) -> None:
        workers = [asyncio.create_task(self._look_at_touched()) for _ in range(_WORKERS)]
        workers.append(asyncio.create_task(self._fetch_pictures(pictures)))
        try:
            await follower.run(stream)
        finally:
            self.touched.clear()
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    def resynchronise(self) -> None:
        """Have every panel looked at: nobody tells what happened while nobody listened."""
        self.touched.touch(unit.row.uid for unit in self.fleet.panels())

    async def _look_at_touched(self) -> None:
        while True:
            uid, settled = await self.touched.next()
            unit = self.fleet.units.get(uid)
            if unit is None or not unit.row.panel:
                continue
            # A look since then may have been at another document: that of a relay which the alarm switched. Or it came
            # too early: a panel may tell of a change before it shows it.
            needed = self.docs_needed(unit) & unit.docs_to_read
            docs = frozenset(doc for doc in needed if unit.read_at.get(doc, -inf) < settled)
            if not docs:
                continue
            try:
                polled = await self.look_quietly(unit, docs)
            except AuthFailed:
                # The next poll meets it and says so. Nothing is sent until that is settled, or a lock is over.
                continue
            if polled is not None:
                self.tell(polled)
            if self.restructured:
                self.tell_restructured()
            await asyncio.sleep(0)

    async def _fetch_pictures(self, pictures: asyncio.Queue[MediaLink]) -> None:
        while True:
            link = await pictures.get()
            try:
                picture = await self.media.picture(link)
            except DeviceError as error:
                self.pictures_lost += 1
                _LOGGER.debug("a picture of an alarm could not be fetched: %s", error.code or type(error).__name__)
                continue
            for part in link.parts:
                # What was detected was told when it came: a follow-up brings the picture and nothing else.
                self.tell(Detected(part=part, what=Detection.MOTION, follow_up=True, picture=picture, at=link.at))

    def heard(self, told: Told, emit: Emit, pictures: asyncio.Queue[MediaLink]) -> None:
        """Pass on what one document told."""
        for address in told.touched:
            if unit := self.fleet.at(address):
                self._hear(unit, emit, recount=told.restructured)
        if told.events:
            emit(told.events[0] if len(told.events) == 1 else Together(events=tuple(told.events)))
        if told.alarm is not None:
            self.media.hush(*told.alarm)
        if told.links:
            self._note_links(told, pictures)
        if told.deleted:
            # The list may well be empty now.
            self.doubted = True
        if told.restructured or told.deleted:
            self.tell_restructured()

    def _hear(self, unit: Unit, emit: Emit, *, recount: bool) -> None:
        """Note that a device tells something, and have it looked at."""
        now = time.monotonic()
        if unit.is_lost(now) and unit.row.online is not False:
            # What it tells must be seen, although it cannot be read.
            emit(Patched(part=unit.ref, online=True))
        unit.heard_at = now
        self.heat(unit)
        self.touched.touch((unit.row.uid,))
        if recount:
            unit.recount()

    def _note_links(self, told: Told, pictures: asyncio.Queue[MediaLink]) -> None:
        for link in told.links:
            new = self.media.note(link, discreet=told.discreet or self._silent(link))
            if not new or link.kind is not LinkKind.PICTURE or self.media.is_discreet(link):
                continue
            try:
                pictures.put_nowait(link)
            except asyncio.QueueFull:
                self.pictures_lost += 1

    def _silent(self, link: MediaLink) -> bool:
        unit = self.fleet.at(link.device)
        parts = (unit.parts.get(ref) for ref in link.parts) if unit else ()
        return any(part is not None and Feature.SILENT in part.features for part in parts)

    async def _unsubscribe(self, number: int | str | None) -> None:
        """Give the subscription back; the receiver would notice the broken connection only later."""
        if number in (None, ""):
            return
        with contextlib.suppress(DeviceError):
            async with asyncio.timeout(_CLOSE_TIMEOUT):
                await self.client.unsubscribe(number or 0, _CLOSE_TIMEOUT)


class _Follower:
    """One connection from its first byte to its last."""

    def __init__(self, driver: Listening, emit: Emit, alive: Callable[[], None]) -> None:
        self.subscription: int | str | None = None
        self.pictures: asyncio.Queue[MediaLink] = asyncio.Queue(_WAITING_PICTURES)
        self._driver = driver
        self._emit = emit
        self._alive = alive
        self._open = False
        self._since = time.monotonic()

    async def run(self, stream: Stream) -> None:
        """Read until the receiver ends it, which is an error."""
        # A misplaced quote in a record must not cost the record, nor its neighbour.
        parser = MultipartParser(stream.headers.get("Content-Type"), lax=True)
        async for chunk in stream.chunks:
            if self._open:
                self._alive()
            for start in range(0, len(chunk), _PIECE):
                if start:
                    await asyncio.sleep(0)
                for part in parser.feed(chunk[start : start + _PIECE]):
                    self._take(part)
                    await self._give_way()
            self._count(parser)
        for part in parser.close():
            self._take(part)
        self._count(parser)
        # Also where nothing came at all: that is a receiver that is being restarted, since each of them has the stream.
        raise CannotConnect("the receiver ended the event stream")

    async def _give_way(self) -> None:
        """Let others run now and then: what a record does to the entities may take longer than reading it."""
        if time.monotonic() - self._since > _STRETCH:
            await asyncio.sleep(0)
            self._since = time.monotonic()

    def _take(self, part: Part) -> None:
        if part.content_type != Kind.JSON:
            self._note(str(part.content_type))
            return
        told = self._driver.reader.read(part.body, datetime.now(UTC))
        if told.refused is not None:
            if not self._open:
                raise told.refused
            self._note("refusal")
            return
        if told.subscription is not None:
            self.subscription = told.subscription
        if not self._open and (told.subscription is not None or told.heartbeat or told.events):
            # Only a document shows that this is a stream and no error with the status of a success.
            self._open = True
            self._driver.resynchronise()
            self._alive()
        self._driver.heard(told, self._emit, self.pictures)

    def _note(self, what: str) -> None:
        counts = self._driver.stream_parts
        if what in counts or len(counts) < 20:
            counts[what] = counts.get(what, 0) + 1

    def _count(self, parser: MultipartParser) -> None:
        """Add to the counts, which outlive the connection, what was skipped since the last look."""
        counts = self._driver.stream_parts
        for name in ("bad_parts", "bytes_skipped"):
            if skipped := getattr(parser, name):
                counts[name] = counts.get(name, 0) + skipped
                setattr(parser, name, 0)


def _refused(error: AuthFailed | BadAnswer) -> DeviceError:
    """What a 401 to the stream means when the password is known to be right; other errors stay what they are."""
    if isinstance(error, AccountLocked | NotActivated) or (isinstance(error, BadAnswer) and error.code != NO_LOGIN):
        return error
    return NotSupported("the receiver refuses the event stream, though not the password", code="streamRefused")
