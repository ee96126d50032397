"""What a driver offers: the one narrow interface between a family's protocol and everything above it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Set as AbstractSet
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, NamedTuple, Protocol

import aiohttp

from .model.events import Event, Polled
from .model.parts import Finding, Gate, PartRef, Topology
from .model.state import SettingOf

USUAL_PACE = 10.0
"""Seconds between polls of a device whose push channel is down for the moment."""

type Emit = Callable[[Event], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How to reach a device. Never logged: `repr` leaves the password out."""

    host: str
    """Name or address, without brackets."""
    port: int | None = None
    """None takes the usual port of the scheme."""
    ssl: bool = False
    verify_ssl: bool = False
    username: str = ""
    password: str = field(default="", repr=False)
    rtsp_port: int | None = None
    """The user's own choice; None asks the device."""
    rtsp_path: str = ""
    """The user's own path of the live video, `{stream}` standing for main, sub or third, `{number}` for 1 to 3."""
    metadata: bool = True
    """Whether to read what cameras measure in their pictures, where they tell."""
    key: str = field(default="", repr=False)
    """Licence key of a maker that wants one beside the password."""
    zone: tzinfo | None = None
    """The zone in which the user lives, and so the clocks of devices that know none; None takes the system's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who answers at the host, as far as a first authenticated look tells."""

    uid: str
    """Normalised, from the serial number or the MAC; never an address or a name. Empty where the host offers none:
    then it gets an id of its own at set-up, and the devices behind it (the aliases) tell whether it is the same."""
    source: str
    """What the uid was made of: "serial", "mac", or "generated" where the host offers none."""
    name: str
    model: str | None = None
    mac: str | None = None
    aliases: frozenset[str] = frozenset()
    """All identities that the same device may go by, the uid among them; without a uid those of the devices behind."""


class Want(NamedTuple):
    """Something an enabled entity shows; what nobody shows is not read."""

    part: PartRef
    gate: Gate | None = None


class Driver(Protocol):
    """One connection to a host, alive from `connect` in the registry until `close`."""

    @property
    def pushes(self) -> bool:
        """Whether the family has a push channel at all; without it polling is fast for good."""

    @property
    def pace(self) -> float:
        """Seconds between polls while nothing is pushed; short where polls are all that tells of alarms."""

    @property
    def findings(self) -> frozenset[Finding]:
        """What commands found besides what discovery did: a change that takes effect after a restart only."""

    async def identify(self) -> Identity:
        """Log in and tell who answers; the cheapest authenticated look. Raises any `DeviceError`."""

    async def discover(self) -> Topology:
        """Tell what exists; safe to call again. A part that cannot be probed now is marked, not dropped."""

    async def poll(self, wanted: AbstractSet[Want]) -> Polled:
        """Read the fast-changing state that is wanted; raises only when the host as a whole fails."""

    def read_settings(self, wanted: AbstractSet[SettingOf]) -> AsyncIterator[Polled]:
        """Read settings, each device document once however many settings it holds; yields document by document."""

    async def listen(self, emit: Emit, alive: Callable[[], None]) -> None:
        """Push events until cancelled; raises a `DeviceError` when the link is lost. `alive` is called on any byte."""

    async def check(self) -> None:
        """The cheapest authenticated request, to tell a quiet push channel from a dead host."""

    async def close(self) -> None:
        """Leave nothing behind: no task, no session on the device."""

    def diagnostics(self) -> Mapping[str, Any]:
        """Counters and what was found out of the device, without secrets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One entry of the registry."""

    name: str
    """Stable word, stored in config entries."""
    probe: Callable[[aiohttp.ClientSession, Access], Awaitable[bool]]
    """Whether the family answers at an address; sends no credentials."""
    connect: Callable[[aiohttp.ClientSession, Access], Driver]
    """Make a driver; no I/O. The session's cookies are not used."""
