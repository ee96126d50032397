"""The state of one simulated camera."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import sin
import time

from .capabilities import Capabilities
from .documents_events import EVENT, NEWER, SMART, alarm_schedule, exception
from .documents_media import IMAGE, STORAGE, VIDEO
from .documents_system import NETWORK, SYSTEM
from .profiles import Profile
from .ptz import Head
from .shapes import LINKS
from .status import Json

IO_ALARM = 4
"""Alarm type of the input in this simulator; the document does not number them."""
ABNORMAL_TYPES = range(1, 7)
LOG_ROWS = 1000
SWITCH_LOG = 1
ALARM_LOG = 2
DELAYS = (5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""Seconds the output stays on, for delayTime 1 to 7 (l.7352)."""


@dataclass(kw_only=True)
class LogRow:
    """One row of the device's log."""

    time: int
    """Seconds since 1970."""
    type: int
    message: str


@dataclass(kw_only=True)
class Card:
    """The memory card; sizes in MB."""

    size: int
    status: int = 0
    """0 good, 1 none, 2 is being formatted, 3 not formatted, 4 cannot be read or written (l.6520)."""
    percent: int = 0
    free: int = 0
    formats: int = 0

    def state(self) -> Json:
        """Return what a get answers (l.6473); one of the names ends with a blank."""
        there = self.status != 1
        video = self.size * 8 // 9 if there else 0
        return {
            "storageType": 1,
            "status": self.status,
            "percent": self.percent,
            "capacity ": self.size if there else 0,
            "free": self.free if there else 0,
            "id": 0,
            "videoTotalSpace": video,
            "videoFreeSpace": min(video, self.free),
            "snapshotTotalSpace": self.size - video if there else 0,
            "snapshotFreeSpace": (self.size - video) // 4 if there else 0,
        }


@dataclass(kw_only=True)
class Relay:
    """The alarm output."""

    on: bool = False
    log: list[bool] = field(default_factory=list)

    def switch(self, on: bool) -> None:
        """Switch it and remember that."""
        self.on = on
        self.log.append(on)


@dataclass(kw_only=True)
class World:
    """Everything the camera keeps; tests may read and change all of it."""

    profile: Profile
    capabilities: Capabilities
    documents: dict[str, Json]
    """Path of the document -> stored object."""
    alarms: dict[int, Json]
    """Alarm type -> arming times and links."""
    exceptions: dict[int, Json]
    head: Head
    card: Card | None
    relay: Relay = field(default_factory=Relay)
    log: list[LogRow] = field(default_factory=list)
    """Newest last."""
    log_offset: int = 0
    """Seconds added to times in the log when they are answered: devices that count in local time."""
    clock_offset: float = 0.0
    """Seconds the camera's clock is ahead."""
    clock_drift: float = 0.0
    """Seconds it gains per second."""
    active: set[str] = field(default_factory=set)
    """Detections that have begun and not ended."""
    played: list[int] = field(default_factory=list)
    """Sounds played: on request, or by an alarm."""
    counts: dict[int, list[int]] = field(default_factory=dict)
    """Line -> passed in, passed out."""
    ftp_works: bool = True
    smtp_works: bool = True
    reboots: int = 0
    _born: float = field(default_factory=time.monotonic)

    @property
    def now(self) -> datetime:
        """Time on the camera's clock."""
        passed = time.monotonic() - self._born
        ahead = timedelta(seconds=self.clock_offset + self.clock_drift * passed)
        return datetime.now(UTC).astimezone() + ahead

    def set_clock(self, wanted: datetime) -> None:
        """Set the camera's clock."""
        self.clock_offset += (wanted - self.now).total_seconds()

    @property
    def brightness(self) -> int:
        """What the light sensor measures now, 0 to 100."""
        return round(50 + 40 * sin((time.monotonic() - self._born) * 2))

    def note(self, kind: int, message: str) -> None:
        """Write a row into the log."""
        self.log.append(LogRow(time=int(self.now.timestamp()), type=kind, message=message))
        del self.log[:-LOG_ROWS]

    def linked(self, path: str, link: str) -> bool:
        """Whether a detection has an action switched on (`Io`, `Sound`, ...)."""
        assert link in LINKS
        found = self.alarms.get(IO_ALARM) if path == "/api/event/alarm-schedule" else self.documents.get(path)
        switches = found.get("trigger", {}) if isinstance(found, dict) else {}
        return int(switches.get(f"enableAlarm{link}", 0)) == 1


def _documents(profile: Profile) -> dict[str, Json]:
    found: dict[str, Json] = deepcopy({**SYSTEM, **NETWORK, **VIDEO, **IMAGE, **STORAGE, **EVENT, **SMART, **NEWER})
    found["/api/system/device-info"] |= {
        "firmwareVersion": profile.firmware,
        "softwareVersion": profile.firmware.rpartition("_")[2],
        "platform": profile.platform,
        "devSensor": profile.sensor,
    }
    found["/api/network/interfaces"]["mac"] = profile.mac
    found["/api/event/alarm-scope"]["alarmTypeScope"] = sum(profile.alarm_types)
    for path, members in profile.extra.items():
        found[path] |= deepcopy(members)
    return found


def build(profile: Profile) -> World:
    """Return a fresh camera of a model."""
    capabilities = Capabilities({"deviceType": profile.device_type} | profile.capabilities)
    head = Head(level=capabilities["enablePtz"])
    for number, name in ((1, "Gate"), (2, "Drive")):
        head.presets[number].name, head.presets[number].enabled = name, True
        head.presets[number].position = {"pan": 40.0 * number, "tilt": 10.0, "zoom": 2.0}
    for number, name in ((92, "Left limit"), (93, "Right limit")):
        preset = head.presets[number]
        preset.name, preset.enabled, preset.read_only = name, True, True
    head.cruises[1]["enableCruise"] = 1
    for row, number in enumerate((1, 2)):
        head.cruises[1]["cruisePresetList"][row] = {"presetIdx": number, "speed": 5, "presetDweelTime": 10}
    card = None
    if profile.card:
        card = Card(size=max(profile.card, 0), status=0 if profile.card > 0 else 1, free=max(profile.card, 0) // 4)
    return World(
        profile=profile,
        capabilities=capabilities,
        documents=_documents(profile),
        alarms={number: alarm_schedule(number) for number in profile.alarm_types},
        exceptions={number: exception(number) for number in ABNORMAL_TYPES},
        head=head,
        card=card,
    )
