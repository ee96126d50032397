"""The driver: composition of discovery, polling, pushing and commands over one client."""

from collections.abc import Mapping
import contextlib
from functools import partial
import time
from typing import Any, Final

from aiohttp import ClientSession

from ...driver import Access, Identity
from ...errors import BadAnswer, Busy
from ...model.events import Event
from ...model.parts import Finding, Topology
from ...moving import Mover
from ...transport.auth import Login
from ...transport.challenge import Credentials
from ...transport.http import HttpTransport, device_url
from . import clock
from .alarm_centre import AlarmCentre
from .channels import facts_of, is_open
from .client import LIMIT, SunellClient, interpret_answer
from .commands import Commands, KnobMemory
from .discovery import Found, look
from .events import AlarmBook
from .facts import Facts
from .knobs import survey_channels, survey_host, survey_input
from .live import Live
from .maintenance import Maintenance
from .memory import memory_of, recall
from .pictures import Pictures
from .plate_lists import ListedPlates
from .polling import PollMemory
from .recordings import Archive
from .speaking import Speaking
from .streams import Addresses
from .topology import topology_of

PACE: Final = 3.0
"""Seconds between polls while nothing is pushed: then they are all that tells of alarms."""


class SunellDriver(Commands, AlarmCentre, Pictures, Live, Archive, ListedPlates, Speaking, Maintenance):
    """One camera or recorder; the mixins hold the commands, this class what they share."""

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
        )
        self.access = access
        self.local_now = partial(clock.local_now, access.zone)
        self.client = SunellClient(transport, credentials)
        self.mover = Mover()
        self.knob_memory = KnobMemory()
        self.book = AlarmBook()
        self.poll_memory = PollMemory()
        self.found: Found | None = None
        self.facts: Facts | None = None
        self.topology: Topology | None = None
        self.addresses = Addresses()
        self.attached = False
        self.attach_counts = {}
        self.renewed_at = 0.0
        self.picture_way = None
        self.emit = None

    @property
    def pushes(self) -> bool:
        """Whether there is a push channel: cameras have one, recorders have none."""
        return self.facts is None or not self.facts.recorder

    @property
    def pace(self) -> float:
        """Seconds between polls while nothing is pushed."""
        return PACE

    @property
    def findings(self) -> frozenset[Finding]:
        """Commands find nothing that is to be put right."""
        return frozenset()

    async def identify(self) -> Identity:
        """Log in and tell who answers. Its information alone would prove nothing: many tell it to everybody."""
        # With one of these it answered: the password is right, or none is asked for.
        with contextlib.suppress(Busy, BadAnswer):
            await self.check()
        info = await self.client.get("deviceInfo")
        if not is_open(info):
            raise BadAnswer("the device tells neither a serial number nor a MAC address", code="noIdentity")
        facts = facts_of(info, None)
        return Identity(
            uid=facts.uid,
            source=facts.source,
            name=facts.name,
            model=facts.hardware.model,
            mac=facts.hardware.mac,
            aliases=facts.aliases,
        )

    async def discover(self) -> Topology:
        """Tell what exists. What could not be asked now is kept as it was known before."""
        found = await look(self.client, self.found, self.local_now)
        if self.facts is not None and self.facts.firmware != found.facts.firmware:
            self.client.forget()
            found = await look(self.client, None, self.local_now)
        self.found, self.addresses = found, found.addresses
        self.facts = self.book.facts = facts = found.facts
        self.book.reads_plates = found.plates
        channels = await survey_channels(self.client, facts, self.topology)
        inputs = {number: await survey_input(self.client, facts, number) for number in range(1, facts.inputs + 1)}
        host = await survey_host(self.client, facts)
        self.topology = self.book.topology = topology_of(found, channels, inputs, host, self.book.heard)
        self.poll_memory.due.clear()
        return self.topology

    def tell(self, event: Event) -> None:
        """Tell an event of our own making."""
        if self.emit is not None:
            self.emit(event)

    def memory(self) -> Mapping[str, Any]:
        """What only alarms told."""
        return memory_of(self.book)

    def recall(self, memory: Mapping[str, Any]) -> None:
        """Take what an earlier driver remembered."""
        recall(self.book, memory)

    async def close(self) -> None:
        """Stop what we set going; the session belongs to someone else."""
        self.emit = None
        await self.mover.close()

    def diagnostics(self) -> Mapping[str, Any]:
        """Counters and what was found out, without secrets."""
        found, counts = self.found, self.book.counts
        return {
            **self.client.diagnostics(),
            "recorder": self.facts.recorder if self.facts else None,
            "analyses": {
                channel.number: sorted(channel.analyses) if channel.analyses is not None else None
                for channel in (self.facts.channels if self.facts else ())
            },
            "failed": sorted(found.failed) if found else [],
            "attached": self.attached,
            "attach": dict(self.attach_counts),
            "alarms": {
                "pushed": counts.pushed,
                "listed": counts.listed,
                "repeated": counts.repeated,
                "unknown": dict(counts.unknown),
                "ends": sorted(self.book.ends),
            },
            "status_age": round(time.monotonic() - self.poll_memory.status_at, 1) if counts.listed else None,
        }
