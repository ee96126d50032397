"""The state behind a simulated receiver: plain mutable dataclasses that tests may read and change at will."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from .words import DETECTORS

type Json = dict[str, Any]


@dataclass(kw_only=True)
class Zone:
    """One zone; its status word is worked out of link, fault and open."""

    number: int
    name: str
    detector: str = "magneticContact"
    zone_type: str = "Instant"
    partitions: list[int] = field(default_factory=lambda: [1])
    link: str = "online"
    """online, offline, notRelated or heartbeatAbnormal."""
    open: bool = False
    """The detector is active: door open, motion, smoke."""
    fault: str | None = None
    """Cause of a breakdown, `short` or `break`; any other text is a breakdown without cause."""
    tamper: bool = False
    shielded: bool = False
    bypassed: bool = False
    one_time: str = "off"
    """One-time deactivation: off, lidOnly or entirely. OTAP panels only."""
    permanent: str = "off"
    """Permanent deactivation: off, lidOnly or entirely. OTAP panels only."""
    armed: bool = False
    alarm: bool = False
    low_battery: bool = False
    battery: int | None = 95
    """Per cent; None for a wired zone."""
    signal: int | None = 180
    temperature: int | None = 21
    humidity: int = 45
    stay_bypass: bool = False
    """Not watched while armed in stay mode."""
    shock: bool = False
    tilt: bool = False
    camera_connected: bool = True
    model: str | None = None
    version: str | None = "V1.0.2"
    device_no: int | None = None
    available: bool = True
    bypass_available: bool = True
    channels: list[int] = field(default_factory=list)
    """Numbers of the linked video channels."""
    extra: Json = field(default_factory=dict)
    """Members to add to (or replace in) the status document."""
    missing: set[str] = field(default_factory=set)
    """Members to leave out of the status document."""

    @property
    def kind(self) -> str:
        """What the detector reports beside the common fields."""
        return DETECTORS.get(self.detector, "")

    @property
    def status(self) -> str:
        """The document's status word."""
        if self.link != "online":
            return self.link
        return "breakDown" if self.fault else "trigger" if self.open else "online"

    @property
    def silenced(self) -> bool:
        """Whether no alarm of this zone counts."""
        return self.bypassed or "entirely" in (self.one_time, self.permanent)

    @property
    def lid_silenced(self) -> bool:
        """Whether its tamper contact does not count."""
        return self.bypassed or self.one_time != "off" or self.permanent != "off"


@dataclass(kw_only=True)
class Partition:
    """One partition; it has no name in this interface."""

    number: int
    enabled: bool | None = True
    """None leaves the member out."""
    arming: str = "disarm"
    """stay, away, disarm or arming."""
    alarm: bool = False


@dataclass(kw_only=True)
class Relay:
    """One relay output."""

    number: int
    name: str = ""
    seq: str = ""
    on: bool = False
    link: str = "online"
    """online, offline or notRelated."""
    linkage: str = "manualCtrl"
    stuck: bool = False
    """It does not follow commands although they are accepted."""

    @property
    def status(self) -> str:
        """The document's status word."""
        return ("on" if self.on else "off") if self.link == "online" else self.link


@dataclass(kw_only=True)
class Peripheral:
    """One unit of the seven other lists of exDevStatus; `values` is its object as sent, without the number."""

    group: str
    """Member of ExDevStatus: SirenList, KeypadList..."""
    number: int
    values: Json = field(default_factory=dict)


@dataclass(kw_only=True)
class Panel:
    """The alarm panel inside a device."""

    partitions: dict[int, Partition] = field(default_factory=dict)
    zones: dict[int, Zone] = field(default_factory=dict)
    relays: dict[int, Relay] = field(default_factory=dict)
    peripherals: list[Peripheral] = field(default_factory=list)
    otap: bool = False
    bypass_survives: bool = False
    """Bypassed zones stay so when the partition is disarmed; otherwise they are recovered."""
    zones_by: frozenset[str] = frozenset({"POST", "GET"})
    """Methods the zone status answers to."""
    quoted: bool = False
    """Booleans the document shows in quotes are sent as text."""
    zone_page: int = 30
    """Most zones in one answer."""
    refusals: dict[str, str] = field(default_factory=dict)
    """Command (arm, disarm, clearAlarm, bypass, ...) -> sub status it is refused with."""
    mains: bool = True


@dataclass(kw_only=True)
class Device:
    """One device the receiver fronts."""

    index: str
    name: str
    source: int = 0
    account: str = "1001"
    serial: str | None = None
    model: str | None = None
    version: str | None = "V1.2.9 build 240422"
    active_status: str = "active"
    site: tuple[str, str] | None = None
    """Site ID and name."""
    connection: int = 1
    status: str = "online"
    online_type: int | None = None
    offline_hint: int | None = None
    needs_upgrade: int | None = 0
    remark: str = ""
    plugin: tuple[str, str] | None = None
    """Plugin enabled and plugin type, text as in the document's sample."""
    id_priority: str | None = None
    """zoneID or deviceNo: what events number zones by."""
    device_id: str | None = None
    """ID of an ISUP or OTAP device."""
    with_type: bool = True
    """Whether the row carries the optional device type."""
    panel: Panel | None = None
    extra: Json = field(default_factory=dict)

    @property
    def online(self) -> bool:
        """Whether the receiver reaches the device."""
        return self.status == "online"


@dataclass(kw_only=True)
class Media:
    """One file of an alarm."""

    body: bytes
    content_type: str
    protected: bool = True
    """Needs the account; otherwise anyone may fetch it."""


@dataclass(kw_only=True)
class World:
    """Everything the receiver knows."""

    devices: dict[str, Device] = field(default_factory=dict)
    """By device index, as the receiver writes it."""
    media: dict[str, Media] = field(default_factory=dict)
    """By path without the leading slash."""
    offset: timedelta = timedelta(hours=1)
    """Offset of local time from UTC."""
    drift: timedelta = timedelta(0)
    """How far the receiver's clock is wrong."""

    def now(self) -> datetime:
        """Return the receiver's local time with its zone."""
        return (datetime.now(UTC) + self.drift).astimezone(timezone(self.offset)).replace(microsecond=0)

    def panel(self, index: str) -> Panel:
        """Return the panel of a device."""
        found = self.devices[index].panel
        if found is None:
            raise KeyError(f"{index} is no panel")
        return found
