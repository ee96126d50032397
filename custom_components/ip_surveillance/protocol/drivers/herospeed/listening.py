"""How alarms arrive: pushed over a WebSocket where the firmware has it, else read from the log again and again."""

import asyncio
from collections.abc import Callable, Iterable
import logging
import time
from typing import Final

from ...driver import Emit
from ...errors import AuthFailed, Busy, CannotConnect, DeviceError, Forbidden, NotSupported, Rejected, TimedOut
from ...model.events import Event, Measured, Restructured, Together
from ...model.parts import HOST_PART
from ...model.vocabulary import Quantity, Reading
from ...moving import Sleep
from ...transport.http import MAX_BODY
from .client import HerospeedClient
from .clocks import Clocks
from .codes import CONNECTED_AGAIN, Use
from .events import EventReader
from .logbook import PATH, LogBook, Row, read_rows
from .messages import Answer
from .packets import Packet, PacketType
from .wire import told_error

_LOGGER = logging.getLogger(__name__)

PUSH: Final = "push"
LOG: Final = "log"
WANTED: Final = (
    PacketType.EVENT,
    PacketType.FACE,
    PacketType.LINE_COUNT,
    PacketType.SMART_OBJECT,
    PacketType.PLATE,
    PacketType.HEAT_MAP,
)
"""Kinds of packets asked for: what somebody shows. The outlines of all that moves (10) come many times a second."""
LOG_PERIOD: Final = 5.0
"""Seconds between looks at the log."""
WIDE_PERIOD: Final = 300.0
"""Seconds between looks farther back, and at the clock."""
PUSH_AGAIN: Final = 3600.0
"""Seconds after which a camera without push is asked for it again: it may have been updated.

At once where it shows a sign of that: it forgot its sessions, as with every restart, or tells another firmware.
"""
_OPEN_TIMEOUT: Final = 15.0
_TRIES: Final = 3
"""Pushes that broke off without a packet, and looks at the log that failed, before another way is taken."""
_RECENT: Final = 60.0
"""Seconds after which what happened meanwhile is no news any more."""
_LEAP: Final = 1800.0
"""Seconds by which the clock may leap back and wide looks still find what is new."""


class Listening(Clocks):
    """`listen` of the driver."""

    client: HerospeedClient
    reader: EventReader
    source: str | None = None
    """How alarms arrive now, None while they do not."""
    log_period: float = LOG_PERIOD
    log_sleep: Sleep = staticmethod(asyncio.sleep)
    log_book: LogBook | None = None
    log_read: float = 0.0
    """When the log was read last, monotonic seconds."""
    push_wanted: bool = False
    """Whether there is a push is to be found out at once."""
    pushes_broken: int = 0
    """Pushes in a row that ended before a packet came."""

    async def listen(self, emit: Emit, alive: Callable[[], None]) -> None:
        """Tell events until cancelled; raises when neither push nor log can be followed."""
        try:
            while True:
                wait = await self._push(emit, alive)
                await self._follow_log(wait, emit, alive)
        finally:
            self.source = None

    def arrives(self, source: str, emit: Emit, alive: Callable[[], None]) -> None:
        """Note that a way works, and tell which one it is when it changed."""
        alive()
        if self.source != source:
            self.source = source
            emit(Measured(part=HOST_PART, readings={Reading(Quantity.EVENT_SOURCE): source}))

    def _emit_all(self, events: Iterable[Event], emit: Emit) -> None:
        told = tuple(events)
        if told:
            emit(told[0] if len(told) == 1 else Together(events=told))
        if self.reader.restructured:
            self.reader.restructured = False
            emit(Restructured())

    # --- the push

    async def _push(self, emit: Emit, alive: Callable[[], None]) -> float:
        """Follow the push; returns for how long to read the log instead, where there is none at present."""
        opened = False
        self.push_wanted = False
        try:
            async with self.client.packets(WANTED, timeout=_OPEN_TIMEOUT) as stream:
                opened = True
                self.arrives(PUSH, emit, alive)
                async for packets in stream:
                    alive()
                    for packet in packets:
                        self._take(packet, emit)
                    if packets:
                        self.pushes_broken = 0
                        # What the log has of this was told.
                        self.log_book = None
                        # Thousands of packets at once must not keep the rest of the program waiting.
                        await asyncio.sleep(0)
            raise CannotConnect("the push has ended")
        except NotSupported as error:
            _LOGGER.debug("no push, reading the log: %s", error.code)
            return PUSH_AGAIN
        except Busy as error:
            _LOGGER.debug("no room for a listener, reading the log: %s", error.code)
            return CONNECTED_AGAIN if error.retry_after is None else error.retry_after
        except AuthFailed:
            raise
        except DeviceError as error:
            broken = isinstance(error, CannotConnect) or opened
            if broken and not isinstance(error, Forbidden | Rejected):
                # A server that is there and never answers the question has no push either.
                self.pushes_broken += opened or isinstance(error, TimedOut)
                if self.pushes_broken < _TRIES:
                    raise
            # A server that takes every WebSocket and ends it has no push.
            self.pushes_broken = 0
            _LOGGER.debug("the push is refused, reading the log: %s", error.code)
            return CONNECTED_AGAIN

    def _take(self, packet: Packet, emit: Emit) -> None:
        doc = packet.doc
        code = doc.integer("code")
        if code and "events" not in doc and (error := told_error(Answer(code=code), Use.PUSH)):
            # Some firmware tells the end of the push in a packet.
            raise error
        self._emit_all(self.reader.packet(packet), emit)

    # --- the log

    async def _follow_log(self, seconds: float, emit: Emit, alive: Callable[[], None]) -> None:
        """Read the log for a time. Raises once it cannot be read any more."""
        now = time.monotonic()
        if self.log_book is None or now - self.log_read >= _RECENT:
            self.log_book = await self._opened()
        # Else it goes on where it was, after another try of the push or a passing failure.
        book = self.log_book
        self.arrives(LOG, emit, alive)
        end, next_wide = now + seconds, now + WIDE_PERIOD
        failures = 0
        logins = self.client.session.counts.logins
        while (now := time.monotonic()) < end and not self.push_wanted:
            await self.log_sleep(min(self.log_period, end - now))
            wide = time.monotonic() >= next_wide
            try:
                if wide and await self._leapt():
                    book = self.log_book = await self._opened()
                rows = await self._rows(book.question(wide=wide))
                wall = None if self.wall_lead is None else round(time.monotonic() + self.wall_lead)
                new = book.take(rows, wide=wide, wall=wall)
            except AuthFailed, Forbidden:
                raise
            except DeviceError:
                failures += 1
                if failures >= _TRIES:
                    raise
                continue
            failures = 0
            self.log_read = time.monotonic()
            next_wide = time.monotonic() + WIDE_PERIOD if wide else next_wide
            alive()
            for row in new:
                self._emit_all(self.reader.row(row), emit)
            if self.client.session.counts.logins != logins:
                return

    async def _opened(self) -> LogBook:
        """Take the log as it is; what it holds by now is no news."""
        book = LogBook()
        wall = await self.wall_seconds()
        try:
            rows = await self._rows(book.first_question(wall))
        except NotSupported:
            raise NotSupported("the device has neither push nor log", code="noEvents") from None
        book.begin(rows, wall, round(self.local_now().timestamp()))
        self.log_read = time.monotonic()
        return book

    async def _rows(self, question: dict[str, str]) -> tuple[Row, ...]:
        return read_rows(await self.client.get(PATH, question, max_size=MAX_BODY))

    async def _leapt(self) -> bool:
        """Whether the clock was set back so far that what is new would be taken for old."""
        before = self.wall_lead
        await self.wall_seconds()
        return before is not None and self.wall_lead is not None and self.wall_lead < before - _LEAP


async def has_push(client: HerospeedClient) -> bool:
    """Whether there is a push; raises what does not answer the question."""
    try:
        async with client.packets(WANTED, pictures=False, timeout=_OPEN_TIMEOUT):
            return True
    except NotSupported:
        return False
