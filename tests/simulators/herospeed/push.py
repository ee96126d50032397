"""The WebSocket `/events` of newer firmware: a start message, then packets until either side ends it."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
import json
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from ..base import Fault
from .packets import Draft, Malformed, Packet, broken, draft
from .sessions import Session, cookie_of
from .status import Code, Json, Refused, text

if TYPE_CHECKING:
    from .simulator import HerospeedSimulator

PATH = "/events"
START_SECONDS = 10.0


@dataclass(kw_only=True, eq=False)
class Subscriber:
    """One open WebSocket after its start message."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    session: Session
    kinds: frozenset[int]
    pictures: bool
    sent: int = 0

    def abort(self) -> None:
        """Break the connection."""
        if self.transport is not None:
            self.transport.abort()


@dataclass(kw_only=True)
class Push:
    """All subscribers; everything may be changed while it runs."""

    fault: Fault
    heartbeat: float = 10.0
    limit: int = 4
    acknowledge: bool = False
    """Answer a good start message with code 0 as text."""
    errors: str = "text"
    """How codes are told: "text" (JSON in a text message) or "packet" (JSON in a packet of type 2)."""
    counts_nul: bool = True
    """The JSON length of the header has the NUL in it."""
    malformed: Malformed | None = None
    """Break every packet in this way."""
    joined: bool = False
    """Packets of one burst go in one message."""
    split: int = 0
    """Cut messages after so many bytes; 0: never."""
    subscribers: list[Subscriber] = field(default_factory=list)
    opened: int = 0
    """Subscriptions ever accepted."""
    starts: list[Json] = field(default_factory=list)
    """Start messages, without what identifies the session."""
    refusals: list[int] = field(default_factory=list)
    """Codes of subscriptions that were not accepted."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, count: int) -> None:
        """Wait until this many subscriptions are open."""
        while len(self.subscribers) != count:
            await self._changed.wait()

    def _change(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def serve(self, sim: HerospeedSimulator, request: web.BaseRequest) -> None:
        """Keep one WebSocket until either side ends it."""
        socket = web.WebSocketResponse(max_msg_size=65536, timeout=1.0)
        await socket.prepare(request)
        try:
            mine = await self._started(sim, socket, request.transport)
        except Refused as err:
            self.refusals.append(err.code)
            await self._tell(socket, err.code)
            await socket.close()
            return
        if mine is None:
            await socket.close()
            return
        self.subscribers.append(mine)
        self.opened += 1
        self._change()
        beats = asyncio.create_task(self._beat(mine))
        try:
            await self._listen(mine)
        finally:
            beats.cancel()
            if mine in self.subscribers:
                self.subscribers.remove(mine)
            self._change()

    async def _started(
        self, sim: HerospeedSimulator, socket: web.WebSocketResponse, transport: asyncio.Transport | None
    ) -> Subscriber | None:
        """Return the subscriber of a good start message, None if the peer went away."""
        try:
            message = await socket.receive(START_SECONDS)
        except TimeoutError:
            return None
        if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
            return None
        try:
            tree = json.loads(message.data)
            data, wanted = tree["data"], tree["data"]["subscription"]
            kinds, number = frozenset(wanted["packet_types"]), str(data["sessionID"])
        except (ValueError, KeyError, TypeError) as err:
            raise Refused(Code.PARAMETER, "start message") from err
        self.starts.append({"action": tree.get("action"), "subscription": wanted})
        session = sim.sessions.find(cookie_of(number))
        if tree.get("action") != "start":
            raise Refused(Code.PARAMETER, "start message")
        if len(self.subscribers) >= self.limit:
            raise Refused(Code.TOO_MANY, "too many subscriptions")
        if self.acknowledge:
            await self._tell(socket, Code.OK)
        pictures = bool(wanted.get("event_image"))
        return Subscriber(socket=socket, transport=transport, session=session, kinds=kinds, pictures=pictures)

    @staticmethod
    async def _listen(mine: Subscriber) -> None:
        async for message in mine.socket:
            if message.type is WSMsgType.TEXT and '"stop"' in message.data:
                await mine.socket.close()
                return

    async def _beat(self, mine: Subscriber) -> None:
        number = 0
        while True:
            await asyncio.sleep(self.heartbeat)
            if self.fault.no_heartbeat or self.fault.silent or Packet.HEARTBEAT not in mine.kinds:
                continue
            number += 1
            await self._write(mine, draft(Packet.HEARTBEAT, {"heartbeat": number}, counts_nul=self.counts_nul).pack())

    async def _tell(self, socket: web.WebSocketResponse, code: int) -> None:
        tree = {"code": int(code), "msg": None, "data": None}
        if self.errors == "packet":
            await socket.send_bytes(draft(Packet.EVENT, tree, counts_nul=self.counts_nul).pack())
        else:
            await socket.send_str(text(tree))

    async def _write(self, mine: Subscriber, data: bytes) -> None:
        step = self.split or max(len(data), 1)
        with suppress(ConnectionError):
            for start in range(0, max(len(data), 1), step):
                await mine.socket.send_bytes(data[start : start + step])
            mine.sent += 1

    def _packed(self, item: Draft, mine: Subscriber) -> bytes:
        kind = Malformed.BAD_JSON if self.fault.malformed_part else self.malformed
        given = Draft(
            kind=item.kind,
            json=item.json,
            binary=item.binary if mine.pictures else b"",
            counts_nul=self.counts_nul,
        )
        return broken(given, kind) if kind else given.pack()

    async def send(self, *items: Draft) -> int:
        """Send packets to everybody who asked for their types; return how many got any."""
        if self.fault.silent:
            return 0
        reached = 0
        for mine in tuple(self.subscribers):
            packed = [self._packed(item, mine) for item in items if item.kind in mine.kinds]
            if self.joined and packed:
                packed = [b"".join(packed)]
            for data in packed:
                await self._write(mine, data)
            reached += bool(packed)
        return reached

    async def send_bytes(self, data: bytes) -> int:
        """Send a message of these bytes to everybody, whatever they asked for."""
        for mine in tuple(self.subscribers):
            await self._write(mine, data)
        return len(self.subscribers)

    async def end(self, code: int = Code.END_OF_PUSH) -> int:
        """Tell everybody that the push ends, and close."""
        ended = tuple(self.subscribers)
        for mine in ended:
            with suppress(ConnectionError):
                await self._tell(mine.socket, code)
                await mine.socket.close()
        return len(ended)

    def close(self) -> None:
        """Break every connection abruptly."""
        for mine in tuple(self.subscribers):
            mine.abort()
