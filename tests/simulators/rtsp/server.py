"""An RTSP server on the loopback address that sends metadata documents, and a small film beside them."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
import re
import secrets
from typing import Self
from urllib.parse import urlsplit

from ..base import LOOPBACK
from .auth import RtspAuth, Scheme
from .connection import Connection
from .messages import Frame, Request
from .options import ALL_TRACKS, VIDEO, Options, RtspFault, UriStyle
from .session import Session, Target
from .video import Film, film

_PATH = re.compile(r"/(?:ISAPI/)?Streaming/channels/(\d+)(?:/metadata/([0-9a-f]+))?/?", re.IGNORECASE)


@dataclass(kw_only=True, frozen=True)
class Rule:
    """A document that tells what is configured: sent at PLAY and when it changes (001…txt l.2888)."""

    body: bytes
    types: frozenset[str] | None = None


@dataclass(kw_only=True)
class Channel:
    """One video channel."""

    number: int
    tracks: tuple[str, ...] = ALL_TRACKS
    streams: int = 3
    rules: list[Rule] = field(default_factory=list)


class RtspServer:
    """Streams of one device.

        async with RtspServer(channels=[Channel(number=1)]) as server:
            server.url(1)                       # rtsp://127.0.0.1:<port>/ISAPI/Streaming/channels/101
            await server.wait_playing()
            server.feed(1, b"<Metadata>...")    # reaches every session that plays the metadata track of channel 1

    `options` is how it speaks, `fault` how it misbehaves, `auth` the login, `requests` the journal, `violations` what
    clients did that they must not, `sessions` the open ones.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        username: str = "admin",
        password: str = "Secret123",
        password_of: Callable[[str], str | None] | None = None,
        realm: str = "IP Camera(51289)",
        scheme: Scheme | str = Scheme.RFC2069,
        channels: Iterable[Channel] | None = None,
        options: Options | None = None,
    ) -> None:
        """Prepare; nothing listens before `start`. Without channels there is one, with all tracks."""
        self.host = LOOPBACK
        self.port = port
        self.username = username
        self.password = password
        self.options = options or Options()
        self.fault = RtspFault()
        self.auth = RtspAuth(password_of=password_of or self._password_of, realm=realm, scheme=Scheme(scheme))
        given = [Channel(number=1)] if channels is None else channels
        self.channels: dict[int, Channel] = {channel.number: channel for channel in given}
        self.requests: list[Request] = []
        self.reports: list[Frame] = []
        """Interleaved frames that clients sent."""
        self.violations: list[str] = []
        self.sessions: dict[str, Session] = {}
        self.torn_down = 0
        """Sessions that a client ended."""
        self.expired = 0
        """Sessions that ended for want of a request."""
        self.dropped = 0
        """Frames that a slow client did not get."""
        self.connections: dict[int, Connection] = {}
        self.accepted = 0
        """Connections so far."""
        self.reachable: Callable[[int], bool] = self.channels.__contains__
        """Whether there is a picture of a channel now."""
        self._subscriptions: dict[str, Target] = {}
        self._listener: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Condition()

    def _password_of(self, name: str) -> str | None:
        return self.password if name == self.username else None

    # --- running

    async def __aenter__(self) -> Self:
        """Start on entering the context."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop on leaving the context."""
        await self.stop()

    @property
    def running(self) -> bool:
        """Whether it listens."""
        return self._listener is not None

    async def start(self) -> None:
        """Begin to listen; `port` tells where, and stays the same afterwards."""
        self._listener = await asyncio.start_server(self._serve, self.host, self.port)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Break all connections and refuse new ones: sessions, subscriptions and nonces are gone."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()
            self.drop()
            for task in self._tasks:
                task.cancel()
            # One that is done leaves the set only when the loop turns, and a wait for what is done lets nothing turn.
            while going := [task for task in self._tasks if not task.done()]:
                await asyncio.wait(going)
            await listener.wait_closed()
        self.auth.rotate()
        self._subscriptions.clear()

    async def reboot(self, downtime: float = 0.0) -> None:
        """Stop, and start again after a while (seconds)."""
        await self.stop()
        await asyncio.sleep(downtime)
        await self.start()

    def drop(self) -> None:
        """Break all connections; new ones are welcome."""
        for connection in list(self.connections.values()):
            connection.abort()

    def expire(self) -> None:
        """Let every session run out of time now."""
        for session in list(self.sessions.values()):
            session.expire()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        number = self.accepted
        connection = self.connections[number] = Connection(self, number, reader, writer)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await connection.run()
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            self._tasks.discard(task)
            del self.connections[number]

    # --- addresses

    def url(self, channel: int = 1, stream: int = 1) -> str:
        """Return the address of a channel's stream."""
        return f"rtsp://{self.host}:{self.port}{self.path(channel, stream)}"

    def path(self, channel: int = 1, stream: int = 1) -> str:
        """Return the path of a channel's stream (001…txt l.485-497)."""
        return f"/ISAPI/Streaming/channels/{channel * 100 + stream}"

    def subscribe(self, channel: int, types: Iterable[str], stream: int = 1) -> str:
        """Return an address at which only these kinds of metadata come, without picture and sound."""
        token = secrets.token_hex(6)
        self._subscriptions[token] = Target(channel=channel, stream=stream, types=frozenset(types))
        path = f"{self.path(channel, stream)}/metadata/{token}"
        host = {
            UriStyle.OTHER_HOST: "192.168.1.64",
            UriStyle.CREDENTIALS: f"{self.username}:{self.password}@{self.host}",
        }.get(self.options.uri_style, self.host)
        return path if self.options.uri_style is UriStyle.RELATIVE else f"rtsp://{host}:{self.port}{path}"

    def target_of(self, url: str) -> Target | None:
        """Return what an address means; None when nothing is there."""
        found = _PATH.fullmatch(urlsplit(url).path)
        if found is None:
            return None
        channel, stream = divmod(int(found[1]), 100)
        known = self.channels.get(channel)
        if known is None or not 1 <= stream <= known.streams or not self.reachable(channel):
            return None
        return self._subscriptions.get(found[2]) if found[2] else Target(channel=channel, stream=stream)

    def film(self, channel: int) -> Film | None:
        """Return what a channel shows; None without a video track or without PyAV."""
        return film(channel) if VIDEO in self.channels[channel].tracks else None

    # --- sessions

    def new_session(self, connection: Connection, target: Target) -> Session:
        """Begin a session on a connection."""
        session = Session(connection, target, self.options, self.fault, self.film(target.channel), self._over)
        self.sessions[session.id] = session
        return session

    def _over(self, session: Session) -> None:
        if self.sessions.pop(session.id, None) is not None:
            self.expired += session.expired
            self._tell()

    def began(self, session: Session) -> None:
        """Send what is configured to a session that plays from now on."""
        for rule in self.channels[session.target.channel].rules:
            if session.wants(rule.types):
                session.document(rule.body)
        self._tell()

    def _tell(self) -> None:
        async def notify() -> None:
            async with self._changed:
                self._changed.notify_all()

        task = asyncio.get_running_loop().create_task(notify())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def playing(self, channel: int | None = None) -> list[Session]:
        """Return the sessions that play (on a channel)."""
        return [item for item in self.sessions.values() if item.playing and channel in (None, item.target.channel)]

    async def wait_playing(self, count: int = 1, channel: int | None = None, *, within: float = 5.0) -> None:
        """Wait until exactly this many sessions play."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(lambda: len(self.playing(channel)) == count)

    def seen(self, method: str | None = None) -> list[Request]:
        """Return the requests with this method."""
        return [request for request in self.requests if method in (None, request.method)]

    # --- what happens

    def feed(self, channel: int, document: bytes, *, types: Iterable[str] | None = None) -> int:
        """Send a document to every session that plays the channel's metadata; returns how many there are.

        `types`: kinds of metadata it belongs to, for those who subscribed to some only.
        """
        kinds = None if types is None else frozenset(types)
        return sum(session.wants(kinds) and session.document(document) for session in self.playing(channel))

    def feed_packets(self, channel: int, packets: Sequence[bytes]) -> int:
        """Send bytes as packets of the metadata track, whatever they are."""
        found = [session for session in self.playing(channel) if "metadata" in session.lanes]
        for session in found:
            session.packets(list(packets))
        return len(found)

    def set_rules(self, channel: int, rules: Iterable[Rule], *, announce: bool = True) -> None:
        """Change what is configured on a channel; it is sent now and to whoever plays later."""
        self.channels[channel].rules = list(rules)
        for rule in self.channels[channel].rules if announce else ():
            self.feed(channel, rule.body, types=rule.types)
