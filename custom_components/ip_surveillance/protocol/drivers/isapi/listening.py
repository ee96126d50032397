"""The push channel: a subscription where the device can, else the alert stream. No notification host is written."""

import asyncio
from collections.abc import Callable
import contextlib
from dataclasses import dataclass
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
    Forbidden,
    NotActivated,
    NotSupported,
    Rejected,
    TimedOut,
)
from ...hikvision.status import interpret
from ...model.state import Picture
from ...transport import xml
from ...transport.auth import NO_LOGIN
from ...transport.content import Kind
from ...transport.grouping import Message, PartGrouper
from ...transport.http import Stream
from ...transport.multipart import MultipartParser, Part
from .client import ROOT, XML_TYPE, IsapiClient
from .events import AlertReader
from .replies import DEVICE_INFO

_LOGGER = logging.getLogger(__name__)

STREAM: Final = "Event/notification/alertStream"
SUBSCRIBE: Final = "Event/notification/subscribeEvent"
UNSUBSCRIBE: Final = "Event/notification/unSubscribeEvent"
HEARTBEAT: Final = 30
"""Seconds between signs of life that a subscription asks for."""
_SHORT: Final = 512
_AT_ONCE: Final = 5.0
"""A stream that ends within so many bytes and seconds, before any event, is none (KB8113: 200, 40 bytes, closed)."""
_TRIES: Final = 3
"""Times a subscription may be broken off before the alert stream is tried instead."""
_PIECE: Final = 8192
"""Bytes worked off at once: some ten alerts, one or two milliseconds."""
_OPEN_TIMEOUT: Final = 20.0
_CLOSE_TIMEOUT: Final = 0.8

# Pictures come in the stream itself; addresses of the device would need a second login.
_SUBSCRIPTION: Final = xml.DECLARATION + (
    b'<SubscribeEvent version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema">'
    b"<heartbeat>%d</heartbeat><eventMode>all</eventMode>"
    b"<pictureURLType>binary</pictureURLType></SubscribeEvent>" % HEARTBEAT
)


class Listening:
    """`listen` of the driver."""

    client: IsapiClient
    reader: AlertReader
    subscribes: bool
    """The device says that it takes subscriptions; turned off once it refuses one."""
    subscriptions_broken: int = 0
    """Times in a row that the device closed the connection instead of answering a subscription."""

    async def listen(self, emit: Emit, alive: Callable[[], None]) -> None:
        """Push events until cancelled. Raises `NotSupported` where the device has no working stream."""
        # Settles the password: what is refused right after this is the stream, as door stations do.
        await self.client.xml(DEVICE_INFO)
        if self.subscribes:
            try:
                await self._subscribed(emit, alive)
                return
            except (NotSupported, Rejected, BadAnswer) as error:
                _LOGGER.debug("no subscription, taking the alert stream: %s", error.code)
                self.subscribes = False
            except Forbidden as error:
                _LOGGER.debug("no right to subscribe, trying the alert stream: %s", error.code)
            except CannotConnect as error:
                if not self._breaks_off(error):
                    raise
        try:
            async with self.client.transport.stream("GET", ROOT + STREAM, timeout=_OPEN_TIMEOUT) as stream:
                self.subscribes = self.subscribes and self.subscriptions_broken < _TRIES
                await _Follower(stream, self.reader).run(emit, alive)
        except (AuthFailed, BadAnswer) as error:
            raise _refused(error) from None

    def _breaks_off(self, error: CannotConnect) -> bool:
        """Whether the device again and again closes the connection on a subscription: some do on what they lack."""
        if isinstance(error, TimedOut) or error.code.startswith("ClientConnector"):
            return False
        self.subscriptions_broken += 1
        return self.subscriptions_broken >= _TRIES

    async def _subscribed(self, emit: Emit, alive: Callable[[], None]) -> None:
        opening = self.client.transport.stream(
            "POST", ROOT + SUBSCRIBE, body=_SUBSCRIPTION, content_type=XML_TYPE, timeout=_OPEN_TIMEOUT
        )
        try:
            async with opening as stream:
                self.subscriptions_broken = 0
                follower = _Follower(stream, self.reader)
                try:
                    await follower.run(emit, alive)
                except asyncio.CancelledError:
                    await self._unsubscribe(follower.subscription)
                    raise
        except AuthFailed as error:
            raise _refused(error) from None

    async def _unsubscribe(self, number: str) -> None:
        """Give the place back; the device frees it itself when the connection ends, only later."""
        if not number:
            return
        with contextlib.suppress(DeviceError):
            await self.client.send_xml("PUT", UNSUBSCRIBE, None, (("ID", number),), timeout=_CLOSE_TIMEOUT)


class _Follower:
    """One connection from its first byte to its last."""

    def __init__(self, stream: Stream, reader: AlertReader) -> None:
        self.subscription = ""
        """Number that the device gave to the subscription."""
        self._stream = stream
        self._reader = reader
        self._parser = MultipartParser(stream.headers.get("Content-Type"))
        self._grouper = PartGrouper()
        self._skipped = (0, 0, 0)
        self._received = 0
        self._documents = 0
        self._opened = time.monotonic()

    async def run(self, emit: Emit, alive: Callable[[], None]) -> None:
        """Read until the device ends it, which is an error."""
        self._reader.connected()
        # Anything else may be an error with the status of a success: a document must show that it is a stream.
        declared = "multipart" in self._stream.headers.get("Content-Type", "").lower()
        if declared:
            alive()
        async for chunk in self._stream.chunks:
            if declared or self._documents:
                alive()
            self._received += len(chunk)
            for start in range(0, len(chunk), _PIECE):
                if start:
                    # A device that pushes thousands of events must not keep the rest of the program waiting.
                    await asyncio.sleep(0)
                self._take(self._parser.feed(chunk[start : start + _PIECE]), emit)
        self._take(self._parser.close(), emit)
        if self._is_none():
            raise NotSupported("the event stream ends at once", code="shortStream")
        raise CannotConnect("the device ended the event stream")

    def _is_none(self) -> bool:
        """Whether this was no stream at all; one that worked before, or was quiet for a while, was only cut off."""
        heard = self._documents or self._reader.counts.parsed or self._reader.counts.heartbeats
        return not heard and self._received < _SHORT and time.monotonic() - self._opened < _AT_ONCE

    def _take(self, parts: list[Part], emit: Emit) -> None:
        for part in parts:
            for message in self._grouper.push(part):
                self._message(message, emit)
        self._count()

    def _count(self) -> None:
        """Add to the reader's counts, which outlive the connection, what was skipped since the last look."""
        counts, before = self._reader.counts, self._skipped
        self._skipped = (self._parser.bad_parts, self._parser.bytes_skipped, self._grouper.orphans)
        counts.broken_parts += self._skipped[0] - before[0]
        counts.skipped_bytes += self._skipped[1] - before[1]
        counts.stray_pictures += self._skipped[2] - before[2]

    def _message(self, message: Message, emit: Emit) -> None:
        body = message.document.body
        if b"SubscribeEventResponse" in body[:_SHORT] and message.document.content_type == Kind.XML:
            self._documents += 1
            with contextlib.suppress(BadAnswer):
                self.subscription = xml.text(xml.parse(body), "id") or ""
            return
        if not self._documents and (error := _refusal(body)):
            raise error
        self._documents += 1
        pictures = tuple(
            Picture(each.body, each.content_type) for each in message.pictures if each.content_type == Kind.JPEG
        )
        for event in self._reader.read(body, pictures, follow_up=message.followup):
            emit(event)


def _refused(error: AuthFailed | BadAnswer) -> DeviceError:
    """What a 401 to a stream means whose password is known to be right; other errors stay what they are."""
    if isinstance(error, AccountLocked | NotActivated) or (isinstance(error, BadAnswer) and error.code != NO_LOGIN):
        return error
    return NotSupported("the device refuses the event stream, though not the password", code="streamRefused")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """A document of the stream, looked at as if it were an answer."""

    status: int
    body: bytes


def _refusal(body: bytes) -> DeviceError | None:
    """A refusal that came as the first part of a stream opened with 200."""
    return interpret(_Body(status=200, body=body))
