"""The push channel: a subscription where the device can, else the alert stream. No notification host is written."""

import asyncio
from collections.abc import Callable
import contextlib
from dataclasses import dataclass
import logging
from typing import Final

from ...driver import Emit
from ...errors import BadAnswer, CannotConnect, DeviceError, Forbidden, NotSupported, Rejected
from ...hikvision.status import interpret
from ...model.state import Picture
from ...transport import xml
from ...transport.content import Kind
from ...transport.grouping import Message, PartGrouper
from ...transport.http import Stream
from ...transport.multipart import MultipartParser
from .client import ROOT, XML_TYPE, IsapiClient
from .events import AlertReader

_LOGGER = logging.getLogger(__name__)

STREAM: Final = "Event/notification/alertStream"
SUBSCRIBE: Final = "Event/notification/subscribeEvent"
UNSUBSCRIBE: Final = "Event/notification/unSubscribeEvent"
HEARTBEAT: Final = 30
"""Seconds between signs of life that a subscription asks for."""
_SHORT: Final = 512
"""A stream that ends within so many bytes, before any event, is none (KB8113: 200, 40 bytes, closed)."""
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

    async def listen(self, emit: Emit, alive: Callable[[], None]) -> None:
        """Push events until cancelled. Raises `NotSupported` where the device has no working stream."""
        if self.subscribes:
            try:
                await self._subscribed(emit, alive)
                return
            except (NotSupported, Rejected, BadAnswer) as error:
                _LOGGER.debug("no subscription, taking the alert stream: %s", error.code)
                self.subscribes = False
            except Forbidden as error:
                _LOGGER.debug("no right to subscribe, trying the alert stream: %s", error.code)
        async with self.client.transport.stream("GET", ROOT + STREAM, timeout=_OPEN_TIMEOUT) as stream:
            await _Follower(stream, self.reader).run(emit, alive)

    async def _subscribed(self, emit: Emit, alive: Callable[[], None]) -> None:
        opening = self.client.transport.stream(
            "POST", ROOT + SUBSCRIBE, body=_SUBSCRIPTION, content_type=XML_TYPE, timeout=_OPEN_TIMEOUT
        )
        async with opening as stream:
            follower = _Follower(stream, self.reader)
            try:
                await follower.run(emit, alive)
            except asyncio.CancelledError:
                await self._unsubscribe(follower.subscription)
                raise

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
        self._received = 0
        self._documents = 0

    async def run(self, emit: Emit, alive: Callable[[], None]) -> None:
        """Read until the device ends it, which is an error."""
        self._reader.connected()
        if "multipart" in self._stream.headers.get("Content-Type", ""):
            alive()
        async for chunk in self._stream.chunks:
            alive()
            self._received += len(chunk)
            for start in range(0, len(chunk), _PIECE):
                if start:
                    # A device that pushes thousands of events must not keep the rest of the program waiting.
                    await asyncio.sleep(0)
                for part in self._parser.feed(chunk[start : start + _PIECE]):
                    for message in self._grouper.push(part):
                        self._message(message, emit)
        for part in self._parser.close():
            for message in self._grouper.push(part):
                self._message(message, emit)
        if not self._documents and self._received < _SHORT:
            raise NotSupported("the event stream ends at once", code="shortStream")
        raise CannotConnect("the device ended the event stream")

    def _message(self, message: Message, emit: Emit) -> None:
        body = message.document.body
        if b"SubscribeEventResponse" in body[:_SHORT]:
            self._documents += 1
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """A document of the stream, looked at as if it were an answer."""

    status: int
    body: bytes


def _refusal(body: bytes) -> DeviceError | None:
    """A refusal that came as the first part of a stream opened with 200."""
    return interpret(_Body(status=200, body=body))
