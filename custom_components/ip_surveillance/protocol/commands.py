"""Commands: what only drivers whose family can do it offer. They return what they read back, as a poll."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from .analytics import Linkages, Models, References, Tasks
from .driver import Emit
from .media import Plays, Speaks
from .model.events import Polled
from .model.panel_words import Arm
from .model.parts import PartRef, SettingValue
from .model.setting_words import SettingKey
from .model.state import Picture
from .model.vocabulary import Feature
from .plate_lists import PlateLists


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAnswer:
    """Answer to a request the user made up."""

    status: int
    content_type: str
    body: bytes


@runtime_checkable
class Switches(Protocol):
    """Outputs."""

    async def set_output(self, output: PartRef, on: bool) -> Polled:
        """Switch an output and read it back."""

    async def pulse_output(self, output: PartRef, seconds: float) -> Polled:
        """Switch an output on for a time and off again, also when cancelled."""


@runtime_checkable
class Sets(Protocol):
    """Settings."""

    async def set_setting(self, part: PartRef, setting: SettingKey, value: SettingValue) -> Polled:
        """Change one setting, leaving the rest of its document as read; returns what the device has then.

        Raises `Rejected` with the device's reason.
        """


@runtime_checkable
class Lights(Protocol):
    """Lamps for seeing or for deterring."""

    async def set_light(self, light: PartRef, on: bool, level: float | None = None) -> Polled:
        """Switch a lamp; `level` is 0 to 1, None keeps the brightness."""


@runtime_checkable
class Sirens(Protocol):
    """Sounders."""

    async def set_siren(self, siren: PartRef, on: bool, seconds: float | None = None) -> Polled:
        """Start or stop a sounder; it stops by itself after `seconds`."""


@runtime_checkable
class Moves(Protocol):
    """Pan, tilt and zoom. Speeds are -1 to 1; right, up and in are positive."""

    async def move(self, channel: PartRef, pan: float, tilt: float, zoom: float, seconds: float) -> None:
        """Move for a time, then stop; the stop is sent also on errors and when cancelled."""

    async def move_by(self, channel: PartRef, pan: float, tilt: float, zoom: float) -> None:
        """Move by a fraction of the picture, -1 to 1 each."""

    async def move_to(self, channel: PartRef, pan: float, tilt: float, zoom: float | None) -> None:
        """Move to a position: degrees of azimuth 0 to 360 and elevation -90 to 90, zoom as a factor from 1."""

    async def stop(self, channel: PartRef) -> None:
        """Stop all movement."""

    async def position(self, channel: PartRef) -> Polled:
        """Read where the camera looks."""


@runtime_checkable
class Presets(Protocol):
    """Stored positions and what runs over them."""

    async def goto_preset(self, channel: PartRef, number: int) -> None:
        """Go to a preset. Raises `Rejected` beyond the device's number range."""

    async def save_preset(self, channel: PartRef, number: int, name: str | None) -> None:
        """Store the present position."""

    async def delete_preset(self, channel: PartRef, number: int) -> None:
        """Forget a preset."""

    async def patrol(self, channel: PartRef, number: int, run: bool) -> None:
        """Start or stop a patrol."""

    async def goto_home(self, channel: PartRef) -> None:
        """Go to the home position."""


@runtime_checkable
class Optics(Protocol):
    """Lens and accessories. Speeds are -1 to 1; a move always ends in a stop."""

    async def focus(self, channel: PartRef, speed: float, seconds: float) -> None:
        """Focus nearer (negative) or farther for a time."""

    async def iris(self, channel: PartRef, speed: float, seconds: float) -> None:
        """Close (negative) or open the iris for a time."""

    async def auxiliary(self, channel: PartRef, feature: Feature, on: bool) -> None:
        """Switch an accessory: the wiper or the auxiliary light."""


@runtime_checkable
class Patterns(Protocol):
    """Movements that a camera repeats by itself, apart from patrols over presets."""

    async def pattern(self, channel: PartRef, number: int, run: bool) -> None:
        """Play a recorded movement, or stop it."""

    async def scan(self, channel: PartRef, number: int, run: bool) -> None:
        """Move to and fro between the limits of a scan, or stop it."""


@runtime_checkable
class Acts(Protocol):
    """Things done once, without a state."""

    async def act(self, part: PartRef, feature: Feature) -> None:
        """Do what a feature names: focus, set the iris or wash by itself, or bring the lens to its start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A piece of video on the device's own store; times are the device's, without a zone."""

    start: datetime
    end: datetime
    size: int | None = None
    """Bytes."""


@runtime_checkable
class Recordings(Protocol):
    """What a device recorded on its own store."""

    async def recordings(self, channel: PartRef, start: datetime, end: datetime) -> Sequence[Recording]:
        """Look up what was recorded of a channel in a time, both in the device's own clock; the oldest first."""


@runtime_checkable
class Streams(Protocol):
    """Pictures and video."""

    async def snapshot(self, channel: PartRef, stream: int) -> Picture:
        """Take a picture now, by whichever of the device's ways works."""

    def stream_url(self, channel: PartRef, stream: int) -> str | None:
        """RTSP address with credentials, percent-encoded; never to be logged or shown."""


@runtime_checkable
class Paths(Protocol):
    """Video whose path no device tells and brands change: the user may have to name it (`Access.rtsp_path`)."""

    @property
    def usual_path(self) -> str:
        """The path that is taken as long as nobody names another."""


@runtime_checkable
class Maintains(Protocol):
    """Care of the device itself."""

    async def reboot(self) -> None:
        """Restart; the connection breaking off is success."""

    async def sync_time(self) -> Polled:
        """Set the device's clock to ours and read it back."""


@runtime_checkable
class Arms(Protocol):
    """Partitions of an alarm panel; a DEVICE part stands for all partitions of its panel.

    Nothing waits for the exit delay. A refused arming raises `Rejected` with the open and faulted zones in `details`.
    """

    async def arm(self, part: PartRef, mode: Arm, *, force: bool = False) -> Polled:
        """Arm (`Arm.HOME` or `Arm.AWAY`). `force` first leaves out the zones in the way, until it is disarmed."""

    async def disarm(self, part: PartRef) -> Polled:
        """Disarm, which also ends an alarm."""

    async def clear_alarm(self, part: PartRef) -> Polled:
        """End an alarm and stay armed."""


@runtime_checkable
class Bypasses(Protocol):
    """Zones that can be left out of arming."""

    async def set_bypass(self, zones: Sequence[PartRef], on: bool) -> Polled:
        """Leave zones of one panel out, or take them in again; all in one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A video or picture that an alarm left."""

    name: str
    """Fit for a file name, with its extension."""
    content_type: str
    data: bytes = field(repr=False)


@runtime_checkable
class Media(Protocol):
    """Clips and pictures that alarms left on the host."""

    def media_ids(self, device: PartRef) -> Sequence[str]:
        """Ids of the alarms of a device that left something, the latest last."""

    async def fetch_media(self, device: PartRef, media_id: str) -> Sequence[Clip]:
        """Fetch all that one alarm left. Raises `NotSupported` for an id that is not known (any more)."""


@runtime_checkable
class Remembers(Protocol):
    """What a driver learned at run time and could not ask for again after a restart."""

    def memory(self) -> Mapping[str, Any]:
        """All of it as plain JSON data, without secrets; empty when there is nothing."""

    def recall(self, memory: Mapping[str, Any]) -> None:
        """Take what an earlier driver of the same host remembered, before `discover`; whatever does not fit is left."""


@runtime_checkable
class Feeds(Protocol):
    """Connections besides the push channel that events come from, such as what a camera measures in its picture."""

    @property
    def feeds(self) -> bool:
        """Whether this device has any, as discovery found."""

    async def feed(self, emit: Emit) -> None:
        """Look after all of them until cancelled; of a refused password the next poll tells."""


@runtime_checkable
class Raw(Protocol):
    """Any request, so that nothing the device can do is out of reach."""

    async def send_request(
        self, method: str, path: str, query: Sequence[tuple[str, str]], body: bytes | None
    ) -> RawAnswer:
        """Send one request as given and return the answer whatever its status."""


FEATURE_NEEDS: Mapping[Feature, type] = {
    Feature.SNAPSHOT: Streams,
    Feature.STREAM: Streams,
    Feature.SWITCH: Switches,
    Feature.PULSE: Switches,
    Feature.LIGHT: Lights,
    Feature.BRIGHTNESS: Lights,
    Feature.SIREN: Sirens,
    Feature.PTZ_CONTINUOUS: Moves,
    Feature.PTZ_RELATIVE: Moves,
    Feature.PTZ_ABSOLUTE: Moves,
    Feature.PTZ_ZOOM: Moves,
    Feature.PRESETS: Presets,
    Feature.PATROLS: Presets,
    Feature.HOME: Presets,
    Feature.FOCUS: Optics,
    Feature.IRIS: Optics,
    Feature.WIPER: Optics,
    Feature.AUXILIARY_LIGHT: Optics,
    Feature.AUTO_FOCUS: Acts,
    Feature.AUTO_IRIS: Acts,
    Feature.LENS_RESET: Acts,
    Feature.WASHER: Acts,
    Feature.ENGINE_RESET: Acts,
    Feature.MODELS: Models,
    Feature.TASKS: Tasks,
    Feature.REFERENCES: References,
    Feature.LINKAGE: Linkages,
    Feature.PATTERNS: Patterns,
    Feature.SCANS: Patterns,
    Feature.RECORDINGS: Recordings,
    Feature.PLATE_LISTS: PlateLists,
    Feature.LOUDSPEAKER: Speaks,
    Feature.PLAYBACK: Plays,
    Feature.REBOOT: Maintains,
    Feature.TIME_SYNC: Maintains,
    Feature.ARM_AWAY: Arms,
    Feature.ARM_HOME: Arms,
    Feature.DISARM: Arms,
    Feature.CLEAR_ALARM: Arms,
    Feature.BYPASS: Bypasses,
    Feature.MEDIA: Media,
}
"""Command protocol that a feature promises; a setting promises `Sets`."""
