"""The state of a simulated device: plain mutable dataclasses that tests may read and change at will."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import time

from .aiop.state import Platform
from .form import Document, Node, Tree
from .ptz import Ptz

# Rights a user below administrator may have, as the device's own user page groups them.
ALL_RIGHTS = frozenset({"parameters", "status", "preview", "notify", "playback", "ptz"})


@dataclass(kw_only=True)
class User:
    """A login of the device."""

    name: str
    password: str
    level: str = "administrator"
    """administrator, operator or viewer."""
    rights: frozenset[str] = ALL_RIGHTS

    def may(self, right: str) -> bool:
        """Whether the user has a right; "admin" is the administrator's alone."""
        return self.level == "administrator" or right in self.rights


@dataclass(kw_only=True)
class Identity:
    """What the device says of itself."""

    name: str
    model: str
    serial: str
    mac: str
    firmware: str
    released: str
    device_type: str
    sub_serial: str | None = None
    device_id: str = "3f1c0000-7a20-11ee-8000-0000000000aa"


@dataclass(kw_only=True)
class Source:
    """The camera behind a recorder's channel."""

    protocol: str = "HIKVISION"
    address: str = "10.11.12.13"
    port: int = 8000
    input_port: int = 1
    model: str | None = None
    serial: str | None = None
    firmware: str | None = None


@dataclass(kw_only=True)
class Channel:
    """A video channel; `source` is set for the cameras behind a recorder."""

    number: int
    name: str
    source: Source | None = None
    online: bool | None = True
    """None: the recorder does not say."""
    result: str = "connect"
    """Why the camera is not reached (chanDetectResult)."""
    description: str | None = None

    @property
    def proxied(self) -> bool:
        """Whether the channel is a camera behind the recorder."""
        return self.source is not None


@dataclass(kw_only=True)
class Port:
    """An alarm input or output."""

    number: int
    name: str
    active: bool = False
    enabled: bool = True
    proxied: bool = False
    pulse: float | None = None
    """Seconds after which an output returns by itself; None stays."""
    changes: int = 0


@dataclass(kw_only=True)
class Disk:
    """A disk, card or network volume; sizes in MB."""

    number: int
    name: str
    capacity: int
    free: int
    status: str = "ok"
    kind: str = "SATA"


@dataclass(kw_only=True)
class Trigger:
    """A configured event and what it causes."""

    id: str
    event: str
    channel: int | None = None
    dyn: int | None = None
    input: int | None = None
    dyn_input: int | None = None
    methods: list[str] = field(default_factory=lambda: ["center"])
    listed: bool = True
    """Whether Event/triggers names it; if not, only its own path answers."""


@dataclass(kw_only=True)
class Recording:
    """A piece of recorded video; times are the device's local time, although marked as UTC (as on devices)."""

    track: int
    start: datetime
    end: datetime
    kind: str = "motion"
    size: int = 1_048_576


@dataclass(kw_only=True)
class World:
    """Everything true about the device now. `documents` are answered as they are and replaced whole by a PUT."""

    identity: Identity
    users: dict[str, User]
    documents: dict[str, Document] = field(default_factory=dict)
    """Path below /ISAPI/ -> XML document."""
    settings: dict[str, Node] = field(default_factory=dict)
    """Path below /ISAPI/ -> JSON document."""
    channels: dict[int, Channel] = field(default_factory=dict)
    inputs: dict[int, Port] = field(default_factory=dict)
    outputs: dict[int, Port] = field(default_factory=dict)
    disks: list[Disk] = field(default_factory=list)
    network_disks: list[Disk] = field(default_factory=list)
    triggers: list[Trigger] = field(default_factory=list)
    ptz: dict[int, Ptz] = field(default_factory=dict)
    recordings: list[Recording] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    """Path below /ISAPI/ -> HTTP status of a path this device refuses."""
    active: set[tuple[str, int]] = field(default_factory=set)
    """Alarms going on: event type and channel (or input)."""
    mutex: dict[str, list[str]] = field(default_factory=dict)
    """Function name -> functions that cannot be on at the same time."""
    vca_limit: int | None = None
    """How many smart detections may be on together on a channel."""
    clock_offset: float = 0.0
    """Seconds the device's clock is ahead."""
    utc_offset: timedelta = timedelta(0)
    time_mode: str = "manual"
    booted: float = field(default_factory=time.monotonic)
    uptime_before: float = 0.0
    cpu: int = 17
    memory_used: float = 312.5
    memory_free: float = 199.5
    activated: bool = True
    reboots: int = 0
    siren_until: float = 0.0
    """Monotonic time until which the audio alarm plays."""
    siren_played: int = 0
    aiop: Platform | None = None
    """Its AI Open Platform; most models have none."""

    def now(self) -> datetime:
        """Return the device's clock, with its zone."""
        moment = datetime.now(UTC) + timedelta(seconds=self.clock_offset)
        return (moment + self.utc_offset).replace(tzinfo=None, microsecond=0)

    def stamp(self) -> str:
        """Return the device's local time as it writes it."""
        minutes = int(self.utc_offset.total_seconds() // 60)
        sign = "-" if minutes < 0 else "+"
        return f"{self.now().isoformat()}{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"

    @property
    def uptime(self) -> int:
        """Seconds since the device started."""
        return int(self.uptime_before + time.monotonic() - self.booted)

    def tree(self, path: str) -> Tree:
        """Return the content of a stored document (to read or to change in place)."""
        return self.documents[path].tree

    def enabled(self, path: str) -> bool:
        """Whether a stored document says enabled."""
        value = self.documents[path].tree.get("enabled")
        value = value.get("#text") if isinstance(value, dict) else value
        return value is True or str(value).lower() == "true"

    def trigger(self, event: str, number: int) -> Trigger | None:
        """Return the trigger of an event on a channel or input (or of the whole device)."""
        numbers = (number, None)
        for item in self.triggers:
            if (
                item.event.lower() == event.lower()
                and (item.channel or item.dyn or item.input or item.dyn_input) in numbers
            ):
                return item
        return None
