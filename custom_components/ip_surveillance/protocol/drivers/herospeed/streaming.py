"""The event push: one WebSocket, subscribed to once, whose messages become packets (field knowledge, no document)."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final, Self

from ...errors import BadAnswer, CannotConnect, DeviceError, NotSupported
from ...transport.websocket import WebSocket
from .codes import NotLoggedIn, Use
from .endpoints import EVENTS
from .messages import read_answer
from .packets import LARGEST, Packet, PacketCounts, PacketReader, PacketType
from .session import Session, Ticket
from .wire import dropped, told_error

WANTED: Final = (
    PacketType.EVENT,
    PacketType.FACE,
    PacketType.LINE_COUNT,
    PacketType.SMART_OBJECT,
    PacketType.PLATE,
    PacketType.HEAT_MAP,
    PacketType.OBJECT_INFO,
)
_NO_SESSION: Final = frozenset({"HTTP 401", "HTTP 403"})
_NO_PUSH: Final = frozenset({"HTTP 200", "HTTP 400", "HTTP 426"})
"""How web servers without a WebSocket answer the handshake, besides 404, 405 and 501."""


class PacketStream:
    """Packets, message by message."""

    def __init__(self, link: WebSocket, counts: PacketCounts, silence: float | None) -> None:
        """Take the connection and the seconds of silence after which it counts as lost."""
        self._link = link
        self._silence = silence
        self._reader = PacketReader(counts)

    def __aiter__(self) -> Self:
        """Go on for ever: the end is an error."""
        return self

    async def __anext__(self) -> list[Packet]:
        """Wait for a message and return its packets, which may be none.

        Raises `CannotConnect` at the end, `Busy` where there are too many listeners, `NotLoggedIn` without a session.
        """
        message = await self._link.receive(self._silence)
        if isinstance(message, bytes):
            return self._reader.feed(message)
        self._told(message)
        return []

    def _told(self, text: str) -> None:
        """Take a text: the answer to the subscription, or the news that the push ends."""
        try:
            answer = read_answer(text.encode())
        except BadAnswer:
            self._reader.counts.bad_packets += 1
            return
        if error := told_error(answer, Use.PUSH):
            raise error


@asynccontextmanager
async def packets(
    session: Session,
    counts: PacketCounts,
    types: Iterable[int] = WANTED,
    *,
    pictures: bool = True,
    silence: float | None = None,
    timeout: float | None = None,
) -> AsyncGenerator[PacketStream]:
    """Subscribe to packets. Raises `NotSupported` where the device has no push."""
    async with AsyncExitStack() as stack:

        async def connect(ticket: Ticket) -> tuple[WebSocket, Ticket]:
            wire = session.wire
            opening = wire.transport.websocket(
                EVENTS, headers=wire.headers(ticket.cookie), max_size=LARGEST, timeout=timeout
            )
            try:
                return await stack.enter_async_context(opening), ticket
            except DeviceError as error:
                raise await _refused(error, session) from None

        link, ticket = await session.within(EVENTS, connect)
        await link.send(_subscription(ticket, types, pictures=pictures))
        watch = asyncio.create_task(_close_with(ticket, link))
        try:
            yield PacketStream(link, counts, silence)
        except NotLoggedIn as error:
            # The next connection logs in.
            session.drop(ticket)
            raise CannotConnect(error.detail, code=error.code) from None
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)


async def _close_with(ticket: Ticket, link: WebSocket) -> None:
    """Close the connection when the session is over: after a restart of the device it would stay silent for ever."""
    await ticket.ended.wait()
    await link.close()


async def _refused(error: DeviceError, session: Session) -> DeviceError:
    """Tell what a refused handshake means: no push, or a session that is over."""
    if error.code in _NO_SESSION:
        return NotLoggedIn(error.detail, code=error.code)
    if dropped(error):
        # So end paths that some firmware does not know, and so do devices that restart.
        await session.beat()
    elif error.code not in _NO_PUSH and not isinstance(error, NotSupported):
        return error
    return NotSupported("the device has no event push", code="noPush")


def _subscription(ticket: Ticket, types: Iterable[int], *, pictures: bool) -> dict[str, Any]:
    wanted = {"packet_types": [int(each) for each in types], "event_image": pictures}
    return {"action": "start", "data": {"sessionID": ticket.session_id, "subscription": wanted}}
