"""The driver: composition of discovery, polling, pushing and commands over one client."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
import time
from typing import Any, Final

from aiohttp import ClientSession

from ...commands import RawAnswer
from ...driver import USUAL_PACE, Access, Identity
from ...hikvision.raw_request import allowed_method
from ...model.parts import Finding, FindingKind
from ...moving import Mover
from ...sights import Sights
from ...transport.auth import Login
from ...transport.challenge import Credentials
from ...transport.http import HttpTransport, device_url
from .client import PROOF, ReceiverClient, interpret_answer
from .events import EventReader
from .fleet import NAME, Fleet
from .listening import Listening
from .looking import LookCounts
from .media import Fetches, MediaStore
from .outputs import Outputs
from .polling import BUDGET
from .touched import Touched
from .zones import Zones

LIMIT: Final = 3
"""Requests at once."""


class ReceiverDriver(Listening, Zones, Outputs, Fetches):
    """One receiver with all that is behind it; the mixins hold the commands, this class what they share."""

    def __init__(self, session: ClientSession, access: Access) -> None:
        """Make the driver; no I/O."""
        port = access.port or (443 if access.ssl else 80)
        credentials = Credentials(username=access.username, password=access.password) if access.username else None
        transport = HttpTransport(
            session,
            device_url(access.host, port, tls=access.ssl),
            Login(credentials),
            verify_ssl=access.verify_ssl,
            limit=LIMIT,
            interpret=interpret_answer,
            proof=PROOF,
        )
        self.client = ReceiverClient(transport)
        self.sights = Sights()
        self.fleet = Fleet(self.sights)
        self.reader = EventReader(self.fleet, self.sights)
        self.media = MediaStore(session, transport)
        self.mover = Mover()
        self.touched = Touched()
        self.looks = LookCounts()
        self.emit = None
        self.restructured = False
        self.fresh = {}
        self.forced = {}
        self.wanted = None
        self.needs = {}
        self.polled_at = None
        self.round_started = time.monotonic()
        self.round_seconds = None
        self.stream_parts = {}
        self.pictures_lost = 0

    @property
    def pushes(self) -> bool:
        """The family has a push channel."""
        return True

    @property
    def pace(self) -> float:
        """Seconds between polls while nothing is pushed."""
        return USUAL_PACE

    @property
    def findings(self) -> frozenset[Finding]:
        """A change that was taken and takes effect after a restart."""
        return frozenset({Finding(kind=FindingKind.REBOOT_REQUIRED)} if self.client.reboot_required else ())

    async def identify(self) -> Identity:
        """Log in and tell who answers: a receiver has neither serial number nor MAC, only the devices behind it."""
        listed = await self.client.devices()
        return Identity(uid="", source="generated", name=NAME, aliases=frozenset(row.uid for row in listed.rows))

    async def check(self) -> None:
        """Ask for the shortest list of devices."""
        await self.client.page(0, 1)

    async def send_request(
        self, method: str, path: str, query: Sequence[tuple[str, str]], body: bytes | None
    ) -> RawAnswer:
        """Send one request as given; `path` is whole.

        Raises `Rejected` before anything is sent for another address, another method or too large a body.
        """
        return await self.client.raw(allowed_method(method, path, body), path, tuple(query), body)

    def memory(self) -> Mapping[str, Any]:
        """What only events told, and what was left out of arming."""
        memory = {"sights": self.sights.memory(), "forced": self.forced_memory()}
        return {name: content for name, content in memory.items() if content}

    def recall(self, memory: Mapping[str, Any]) -> None:
        """Take what an earlier driver remembered."""
        self.sights.recall(memory.get("sights"))
        self.recall_forced(memory.get("forced"))

    async def close(self) -> None:
        """Stop what we set going; the session belongs to someone else."""
        self.emit = None
        await self.mover.close()

    def diagnostics(self) -> Mapping[str, Any]:
        """Counters and what was found out, without secrets."""
        units = self.fleet.units.values()
        return {
            "devices": dict(Counter(unit.row.kind.value for unit in units)),
            "online": dict(Counter(unit.row.status or "" for unit in units)),
            "otap": sum(unit.row.otap for unit in units),
            "unread": sum(unit.unread for unit in self.fleet.panels()),
            "failing": sum(unit.failures > 0 for unit in units),
            "lacking": dict(Counter(doc.value for unit in units for doc in unit.lacking)),
            "zones_by_get": len(self.client.zones_by_get),
            "forced": sum(len(entries) for entries in self.forced.values()),
            "budget": BUDGET,
            "round_seconds": self.round_seconds,
            "looks": asdict(self.looks),
            "touched": len(self.touched),
            "events": asdict(self.reader.counts),
            "sights_refused": self.sights.refused,
            "stream": dict(self.stream_parts),
            "pictures_lost": self.pictures_lost,
            "reboot_required": self.client.reboot_required,
            "http": asdict(self.client.transport.stats),
        }
