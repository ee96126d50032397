"""The driver: composition of discovery, polling, listening and commands over one session."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from functools import partial
import logging
from typing import Any, Final, override

from aiohttp import ClientSession

from ...driver import USUAL_PACE, Access, Emit, Identity
from ...errors import AuthFailed, BadAnswer, DeviceError
from ...model.events import Event, Restructured
from ...model.parts import Finding, Topology
from ...moving import Mover
from ...transport.auth import Login
from ...transport.challenge import Credentials
from ...transport.http import HttpTransport, device_url
from .care import Care
from .client import HerospeedClient
from .clocks import TIME, local_now
from .commands import Commands
from .discovery import topology
from .events import EventReader
from .facts import Facts
from .first_look import Found, look_who, read_rtsp_port, survey
from .learned import Learned
from .listening import PUSH, Listening, has_push
from .paths import PORTS
from .pictures import Pictures, has_pictures
from .polling import Polling
from .session import Session
from .sets import KnobMemory

_LOGGER = logging.getLogger(__name__)

LIMIT: Final = 3
"""Requests at once; the web servers of these cameras are small."""


class HerospeedDriver(Commands, Care, Polling, Listening, Pictures):
    """One camera; the mixins hold the commands, this class what they share."""

    def __init__(self, session: ClientSession, access: Access) -> None:
        """Make the driver; no I/O."""
        port = access.port or (443 if access.ssl else 80)
        transport = HttpTransport(
            session,
            device_url(access.host, port, tls=access.ssl),
            # The dialect logs in by requests of its own.
            Login(None),
            verify_ssl=access.verify_ssl,
            limit=LIMIT,
        )
        credentials = Credentials(username=access.username, password=access.password)
        self.access = access
        self.learned = Learned()
        self.local_now = partial(local_now, access.zone)
        logins = Session(transport, credentials, key=access.key, now=self.local_now)
        self.client = HerospeedClient(transport, logins)
        self.reader = EventReader(self.learned)
        self.mover = Mover()
        self.knob_memory = KnobMemory()
        self.facts = Facts()
        self.topology = None
        self.rtsp_port = None
        self.poll_due = {}
        self._emit: Emit | None = None
        self._looked = False
        self._has_push: bool | None = None
        self._has_pictures: bool | None = None
        self._beats: asyncio.Task[None] | None = None

    @property
    def pushes(self) -> bool:
        """Alarms arrive by themselves: over a WebSocket, or read from the log while we listen."""
        return True

    @property
    def pace(self) -> float:
        """Seconds between polls while nothing is pushed."""
        return USUAL_PACE

    @property
    def findings(self) -> frozenset[Finding]:
        """Commands find nothing besides."""
        return frozenset()

    async def identify(self) -> Identity:
        """Log in and tell who answers."""
        facts = await look_who(self.client)
        self._remember_login()
        if not facts.uid:
            raise BadAnswer("the device tells neither serial number nor MAC")
        return Identity(
            uid=facts.uid,
            source=facts.source,
            name=facts.name or facts.model or "",
            model=facts.model,
            mac=facts.mac,
            aliases=facts.aliases,
        )

    async def discover(self) -> Topology:
        """Tell what exists. What could not be asked now is kept as it was known before."""
        # Asking takes longer than a session lasts where a camera is slow.
        self._keep_alive()
        found = await survey(self.client, self.learned, self.facts if self._looked else None)
        if self._looked and found.facts.firmware != self.facts.firmware:
            self.client.forget()
            self._has_push = self._has_pictures = None
            self.push_wanted = True
            found = await survey(self.client, self.learned, None)
        if not found.facts.uid:
            raise BadAnswer("the device tells neither serial number nor MAC")
        self._remember_login()
        self._has_push = await self._answered(has_push, self._has_push)
        self._has_pictures = await self._answered(has_pictures, self._has_pictures)
        self._learn(found)
        document = found.doc(TIME)
        self.topology = self.reader.topology = topology(
            found,
            self.learned,
            self.topology,
            pushes=self._has_push is True,
            pictures=self._has_pictures,
            drift=None if document is None else self.note_clock(document),
        )
        return self.topology

    def _learn(self, found: Found) -> None:
        """Keep what commands and polls need."""
        self.facts = found.facts
        self._looked = True
        self.learn_knobs(found.channel, found.host, *found.inputs.values())
        self.rtsp_port = read_rtsp_port(found.doc(PORTS)) or self.rtsp_port

    async def _answered(
        self, question: Callable[[HerospeedClient], Awaitable[bool]], before: bool | None
    ) -> bool | None:
        """Ask something once; None as long as there is no answer."""
        if before is not None:
            return before
        try:
            return await question(self.client)
        except AuthFailed:
            raise
        except DeviceError as error:
            _LOGGER.debug("%s: no answer now: %s", question.__name__, type(error).__name__)
            return None

    def _remember_login(self) -> None:
        self.learned.mode = self.client.session.mode or self.learned.mode

    def _keep_alive(self) -> None:
        """Keep the session from ending, which takes a sign of life every half minute."""
        if self._beats is None or self._beats.done():
            self._beats = asyncio.create_task(self.client.session.keep_alive())

    @override
    async def listen(self, emit: Emit, alive: Callable[[], None]) -> None:
        """Tell events until cancelled; raises when neither push nor log can be followed."""
        self._emit = emit
        await super().listen(emit, alive)

    @override
    def arrives(self, source: str, emit: Emit, alive: Callable[[], None]) -> None:
        """Note that a way works; that there is a push at all may be news."""
        super().arrives(source, emit, alive)
        if source == PUSH and self._has_push is not True:
            self._has_push = True
            emit(Restructured())

    @override
    def tell(self, event: Event) -> None:
        """Tell an event of our own making, such as a siren that ended."""
        if self._emit is not None:
            self._emit(event)

    def memory(self) -> Mapping[str, Any]:
        """What only events told, and how to log in."""
        return self.learned.memory()

    def recall(self, memory: Mapping[str, Any]) -> None:
        """Take what an earlier driver remembered."""
        self.learned.recall(memory)
        self.client.session.mode = self.client.session.mode or self.learned.mode

    async def close(self) -> None:
        """Stop what we set going and log out; the HTTP session belongs to someone else."""
        self._emit = None
        beats, self._beats = self._beats, None
        if beats is not None:
            beats.cancel()
            await asyncio.gather(beats, return_exceptions=True)
        await self.close_knobs()
        await self.mover.close()
        await self.client.session.close()

    def diagnostics(self) -> Mapping[str, Any]:
        """Counters and what was found out, without secrets."""
        facts = self.facts
        return {
            **self.client.diagnostics(),
            "source": self.source,
            "push": self._has_push,
            "pictures": self._has_pictures,
            "rtsp_port": self.rtsp_port,
            "flags": dict(facts.flags),
            "learned": {name: value for name, value in self.learned.memory().items() if name != "login"},
            "events": asdict(self.reader.counts),
            "http": asdict(self.client.transport.stats),
        }
