"""The push channel of cameras: one endless answer to `action=attach`, which nobody keeps alive.

It has no heartbeat and may be silent for hours (003_f90f6ea635efbe94.txt l.485): so that it lives is told by the list
of alarms, which is read now and then, and that it is deaf by a beginning in that list that it did not tell.
"""

import asyncio
from collections.abc import Callable
import logging
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
)
from ...model.events import Measured, Restructured
from ...transport.auth import NO_LOGIN
from ...transport.http import Stream
from .facts import channel_ref
from .plates import PLATE
from .polling import SOON, Polling
from .records import AlarmLines, AlarmRecord

_LOGGER = logging.getLogger(__name__)

ATTACH: Final = (("action", "attach"),)
WATCH: Final = 45.0
"""Seconds between two signs that an attached device lives."""
_GRACE: Final = 10.0
"""Seconds that a push may come after the list told the same."""
_RENEWED: Final = 600.0
"""Seconds between two renewals of a stream that did not tell: some alarms may never be pushed."""
_OPEN_TIMEOUT: Final = 20.0
_NO_PUSH: Final = frozenset({"-511", "-505", "-506", "-513", "-401", "-21", "-22", "-23", "-8", "HTTP 404"})
"""Refusals of `attach` that mean: poll instead. Others are as at home in any other answer."""


class Listening(Polling):
    """`listen` of the driver."""

    emit: Emit | None
    renewed_at: float
    """When the stream was last opened anew because it was deaf, monotonic seconds."""
    attach_counts: dict[str, int]
    watch_period: float = WATCH
    look_period: float = SOON

    async def listen(self, emit: Emit, alive: Callable[[], None]) -> None:
        """Push events until cancelled. Raises `NotSupported` where the device pushes nothing."""
        if self.facts is not None and self.facts.recorder:
            raise NotSupported("recorders push no alarms", code="recorder")
        self.emit = emit
        try:
            async with self.client.stream("alarm", *ATTACH, timeout=_OPEN_TIMEOUT) as stream:
                self._count("opened")
                await self._follow(stream, emit, alive)
        except DeviceError as error:
            self._count(f"ended {error.code or type(error).__name__}")
            raise _refused(error) from None
        finally:
            self.attached = False
            self.poll_memory.missed.clear()

    async def _follow(self, stream: Stream, emit: Emit, alive: Callable[[], None]) -> None:
        """Read until the device ends it or it turns out to be deaf, both of which are errors."""
        tasks = [
            asyncio.create_task(self._read(stream, emit, alive)),
            asyncio.create_task(self._watch_link(emit, alive)),
            asyncio.create_task(self._look_often(emit)),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _read(self, stream: Stream, emit: Emit, alive: Callable[[], None]) -> None:
        lines = AlarmLines()
        # Anything else may be an error with the status of a success: it must show first that it is a stream.
        if "multipart" in stream.headers.get("Content-Type", "").lower():
            self._open(alive)
        try:
            async for chunk in stream.chunks:
                records = self._records(lines.feed, chunk)
                self._open(alive)
                await self._take(records, emit)
            await self._take(self._records(lambda _: lines.close(), b""), emit)
        finally:
            self._count("records", lines.records)
            self._count("cut", lines.cut)
            self._count("skipped_bytes", lines.skipped)
        if not self.attached:
            raise NotSupported("the stream of alarms ends at once", code="shortStream")
        raise CannotConnect("the device ended the stream of alarms")

    def _records(self, feed: Callable[[bytes], list[AlarmRecord]], data: bytes) -> list[AlarmRecord]:
        """Records in the next bytes. A refused login that comes as text stops all requests, as any other does."""
        try:
            return feed(data)
        except AuthFailed as error:
            self.client.refused(error)
            raise

    def _open(self, alive: Callable[[], None]) -> None:
        self.attached = True
        alive()

    async def _take(self, records: list[AlarmRecord], emit: Emit) -> None:
        if not records:
            return
        for record in records:
            self.poll_memory.missed.pop(record, None)
        for event in self.book.pushed(records, time.monotonic()):
            emit(event)
        if self.book.plate_seen:
            await self._plate_now(emit)
        self._tell_news(emit)

    async def _plate_now(self, emit: Emit) -> None:
        """The alarm does not name the plate: ask for it at once."""
        try:
            text, told = await self.read_plate()
        except AuthFailed:
            raise
        except DeviceError as error:
            _LOGGER.debug("a plate could not be read: %s", error)
            return
        if text is not None:
            emit(Measured(part=channel_ref(self._first), readings={PLATE: text}))
        for event in told:
            emit(event)

    def _tell_news(self, emit: Emit) -> None:
        """A part told of what it was not known to have: it becomes a part of the topology."""
        if self.book.news:
            self.book.news = False
            emit(Restructured())

    async def _watch_link(self, emit: Emit, alive: Callable[[], None]) -> None:
        """See that the device lives and the stream is not deaf."""
        while True:
            await asyncio.sleep(self.watch_period)
            if time.monotonic() - self.poll_memory.status_at >= self.watch_period / 2:
                emit(await self.poll_alarms())
            if self.attached:
                alive()
            self._tell_news(emit)
            self._judge()

    async def _look_often(self, emit: Emit) -> None:
        """Read what changes fast: a device that pushes is polled at the user's pace, which may be slow."""
        while True:
            await asyncio.sleep(self.look_period)
            if self.attached and (polled := await self.poll_soon()) is not None:
                emit(polled)

    def _judge(self) -> None:
        """Give a stream up that did not tell what the list told."""
        now = time.monotonic()
        missed = [record for record, at in self.poll_memory.missed.items() if now - at >= _GRACE]
        for record in missed:
            del self.poll_memory.missed[record]
        if missed and now - self.renewed_at >= _RENEWED:
            self.renewed_at = now
            self._count("renewed")
            raise CannotConnect("the stream of alarms did not tell what the list told", code="deaf")

    def _count(self, name: str, more: int = 1) -> None:
        if more and (name in self.attach_counts or len(self.attach_counts) < 32):
            self.attach_counts[name] = self.attach_counts.get(name, 0) + more


def _refused(error: DeviceError) -> DeviceError:
    """What the refusal of a stream means; the password was right a moment before it was opened."""
    if error.code in _NO_PUSH:
        return NotSupported(f"the device pushes no alarms: {error.detail}", code=error.code)
    if isinstance(error, AccountLocked | NotActivated) or not isinstance(error, AuthFailed | BadAnswer):
        return error
    if isinstance(error, BadAnswer) and error.code != NO_LOGIN:
        return error
    return error if error.code.startswith("-") else NotSupported("the device refuses the stream", code="streamRefused")
