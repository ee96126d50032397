"""The push connections of a simulated device: alertStream and subscribeEvent."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from ..base import Fault
from .framing import Framing, Part, content_type, frame

# More than this many bytes waiting for a slow reader make a push wait.
HIGH_WATER = 1 << 20


@dataclass(kw_only=True, eq=False)
class Client:
    """One open push connection."""

    transport: asyncio.Transport
    events: frozenset[str] | None = None
    """Lower-case event types subscribed to; None takes all."""
    pictures: bool = True
    subscription: int | None = None
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    def wants(self, event: str) -> bool:
        """Whether the client subscribed to this event type (an unnamed one goes to all)."""
        return self.events is None or not event or event.lower() in self.events

    def close(self) -> None:
        """Break the connection."""
        self.transport.close()
        self.closed.set()


@dataclass(kw_only=True)
class Streams:
    """All push connections; framing and limit may be changed while it runs."""

    fault: Fault
    framing: Framing = Framing.STANDARD
    limit: int = 8
    """Connections allowed at once."""
    clients: list[Client] = field(default_factory=list)
    opened: int = 0
    """Connections ever accepted."""
    backlog: int = 0
    """How many past events a new connection gets first (some devices replay them)."""
    history: deque[list[Part]] = field(default_factory=lambda: deque(maxlen=50))
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, count: int) -> None:
        """Wait until this many connections are open."""
        while len(self.clients) != count:
            await self._changed.wait()

    def _change(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def hold(self, client: Client, first: list[Part], beat: Callable[[], Part], every: float) -> None:
        """Keep a connection until either side ends it, with a sign of life now and then."""
        self.clients.append(client)
        self.opened += 1
        self._change()
        past = list(self.history)[-self.backlog :] if self.backlog else []
        first = [*first, *(part for parts in past for part in parts)]
        kind = f"Content-Type: {content_type(self.framing)}"
        lines = ("HTTP/1.1 200 OK", "MIME-Version: 1.0", "Connection: close", kind)
        head = "\r\n".join(lines) + "\r\n\r\n"
        client.transport.write(head.encode() + b"".join(frame(part, self.framing) for part in first))
        try:
            while not client.closed.is_set():
                await self._wait(client, every)
                if not (client.closed.is_set() or self.fault.silent or self.fault.no_heartbeat):
                    client.transport.write(frame(beat(), self.framing))
        finally:
            self.clients.remove(client)
            self._change()

    @staticmethod
    async def _wait(client: Client, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await client.closed.wait()
        except TimeoutError:
            return

    def close(self) -> None:
        """Break every connection."""
        for client in tuple(self.clients):
            client.close()

    async def send(self, event: str, parts: list[Part]) -> int:
        """Push parts to the clients that want the event; return how many got it."""
        self.history.append(parts)
        if self.fault.silent:
            return 0
        reached = [client for client in self.clients if client.wants(event)]
        for client in reached:
            wanted = parts if client.pictures else parts[:1]
            client.transport.write(b"".join(self._framed(part) for part in wanted))
        await self._drained(reached)
        return len(reached)

    def _framed(self, part: Part) -> bytes:
        if self.fault.malformed_part and "image" not in part.content_type:
            part = Part(
                body=part.body.replace(b"<eventType>", b"<eventType", 1).replace(b'"eventType"', b'eventType"'),
                content_type=part.content_type,
            )
        return frame(part, self.framing)

    async def send_bytes(self, data: bytes) -> int:
        """Push bytes as they are to every client; return how many got them."""
        for client in self.clients:
            client.transport.write(data)
        await self._drained(self.clients)
        return len(self.clients)

    async def _drained(self, clients: list[Client]) -> None:
        """Let the connections send; wait for slow readers."""
        await asyncio.sleep(0)
        for client in tuple(clients):
            # A transport of our own making has no event for "written out".
            while client.transport.get_write_buffer_size() > HIGH_WATER:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
