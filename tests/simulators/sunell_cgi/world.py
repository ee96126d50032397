"""What a simulated device is and sees, apart from its settings."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import time

from ..isapi.ptz import Ptz


def local_time() -> datetime:
    """Return the wall clock without a zone, as the device keeps it."""
    return datetime.now().replace(tzinfo=None)  # noqa: DTZ005


@dataclass(kw_only=True)
class Channel:
    """One camera of the device, or one behind the recorder."""

    number: int
    name: str = "OEM"
    model: str = "IPR57/20UKDN/Z/13"
    firmware: str = "v3.5.0804.1004.3.0.33.7.0"
    hardware: str = "V060391_1"
    status: int = 5
    """0 unbound, 1 network failure, 2 bad login, 3 and 4 denied, 5 online, 6 full, 7 encoding (l.2383)."""
    protocol: int = 2
    kind: int = 1
    streams: tuple[tuple[int, int, int], ...] = ((1, 1920, 1080), (1, 704, 576))
    """Encoder (1 H264, 2 H265), width and height."""
    thermal: bool = False
    ptz: bool = False


@dataclass(kw_only=True)
class Disk:
    """One disk or card; sizes in MB."""

    number: int
    total: int = 14912
    free: int = 64
    status: int = 1
    """26 constants of l.32277: 1 good, 2 error, 3 no card ..."""


@dataclass(kw_only=True)
class Recording:
    """One piece in the archive."""

    channel: int
    start: datetime
    end: datetime
    size: int = 2554168


@dataclass(kw_only=True)
class Plate:
    """One plate that was read."""

    uid: int
    at: datetime
    text: str
    country: str = "ISL"
    action: int = 7
    list_type: int = 2
    """0 black, 1 white, 2 neither."""
    direction: int = 0


@dataclass(kw_only=True)
class Listed:
    """One plate on the black (0) or white (1) list."""

    text: str
    kind: int
    start: int = 1540373771
    end: int = 1540460171


@dataclass(kw_only=True)
class Area:
    """Temperatures of one measured area, in the unit of the device; 0 is the whole picture."""

    number: int
    highest: float = 36.5
    lowest: float = 18.0
    average: float = 22.25
    spot: tuple[int, int] = (352, 288)
    cold_spot: tuple[int, int] = (703, 575)


@dataclass(kw_only=True, order=True)
class Alarm:
    """One alarm as the list tells it."""

    major: int
    minor: int
    source: int
    flag: int = 1
    at: datetime = field(default_factory=local_time)


@dataclass(kw_only=True)
class World:
    """State of a device; helpers of the simulator change it, tests look at it."""

    channels: dict[int, Channel] = field(default_factory=dict)
    capacity: int = 1
    disks: dict[int, Disk] = field(default_factory=dict)
    recordings: list[Recording] = field(default_factory=list)
    plates: list[Plate] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)
    areas: dict[int, dict[int, Area]] = field(default_factory=dict)
    """Camera -> area number -> temperatures."""
    unit: int = 0
    """Unit of temperatures: 0 Celsius, 1 Fahrenheit."""
    people: list[tuple[datetime, int, int]] = field(default_factory=list)
    """Moments at which people went in and out, and how many."""
    alarms: dict[tuple[int, int, int], Alarm] = field(default_factory=dict)
    outputs: dict[int, bool] = field(default_factory=dict)
    manual: set[int] = field(default_factory=set)
    """Cameras with manual recording on."""
    ptz: dict[int, Head] = field(default_factory=dict)
    smart: tuple[int, ...] = ()
    """Numbers of the analyses the device has (l.14217)."""
    operations: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Everything done that leaves no setting: restart, reset, format, tests, lens commands, test alarms."""
    inner_host: str = "192.168.1.121"
    """Address the device believes to have."""
    rtsp_port: int = 554
    clock_skew: float = 0.0
    """Seconds the device's clock is ahead of this machine's."""
    clock: Callable[[], datetime] = local_time
    reboots: int = 0
    frames: int = 0
    sound: list[bytearray] = field(default_factory=list)
    """What was sent to the loudspeaker, one entry for each announcement; an entry grows while it is spoken."""
    posts: list[tuple[str, int]] = field(default_factory=list)
    """Addresses the device posted alarms to, and what answered (0: nothing)."""

    def now(self) -> datetime:
        """Return the device's own time."""
        return self.clock() + timedelta(seconds=self.clock_skew)

    @property
    def bound(self) -> list[Channel]:
        """Channels something is connected to."""
        return [channel for channel in self.channels.values() if channel.status != 0]


@dataclass(kw_only=True)
class Path:
    """A stored scan, track or tour."""

    name: str = ""
    stops: list[tuple[int, int, int | None]] = field(default_factory=list)
    """Tours: preset, seconds and speed."""


@dataclass(kw_only=True)
class Head:
    """A moving camera: what moves, what is stored, what runs."""

    motor: Ptz
    presets: dict[int, tuple[str, tuple[float, float, float]]] = field(default_factory=dict)
    """Number -> name and position."""
    paths: dict[str, dict[int, Path]] = field(default_factory=lambda: {"track": {}, "scan": {}, "tour": {}})
    adding: dict[str, tuple[int, Path]] = field(default_factory=dict)
    """Kind -> what is being recorded."""
    running: tuple[str, int] | None = None
    keeper: dict[str, int] = field(default_factory=dict)
    aux: dict[str, bool] = field(default_factory=lambda: {"wiper": False, "heater": False})
    washes: int = 0
    north: float = 0.0
    log: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Every verb with its parameters, in order."""

    @property
    def verbs(self) -> list[str]:
        """Verbs in the order they came."""
        return [verb for verb, _ in self.log]

    @property
    def moving(self) -> bool:
        """Whether head or lens moves now."""
        return self.motor.moving

    @property
    def position(self) -> tuple[float, float, float]:
        """Pan and tilt in degrees, zoom."""
        return self.motor.position

    @property
    def stopped(self) -> bool:
        """Whether every continuous move was ended by a stop."""
        return self.motor.stopped_by_command


def moment() -> float:
    """Return seconds that only grow."""
    return time.monotonic()
