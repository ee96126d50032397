"""What a device answered when it was asked what it has, and the paths it was asked for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from ...errors import DeviceError, Forbidden
from ...hikvision.status import missing_on_read
from ...transport.xml import Element
from .client import Json

DEVICE_INFO: Final = "System/deviceInfo"
CAPABILITIES: Final = "System/capabilities"
STREAMS: Final = "Streaming/channels"
LOCAL_INPUTS: Final = "System/Video/inputs/channels"
PROXIED_INPUTS: Final = "ContentMgmt/InputProxy/channels"
PROXY_STATUS: Final = "ContentMgmt/InputProxy/channels/status"
TRIGGERS: Final = "Event/triggers"
CHANNEL_EVENTS: Final = "Event/channels/capabilities"
ACCESSES: Final = "Security/adminAccesses"
INPUTS: Final = "System/IO/inputs"
OUTPUTS: Final = "System/IO/outputs"
PROXIED_IN_PORTS: Final = "ContentMgmt/IOProxy/inputs"
PROXIED_OUT_PORTS: Final = "ContentMgmt/IOProxy/outputs"
STORAGE: Final = "ContentMgmt/Storage"
TIME: Final = "System/time"
STATUS: Final = "System/status"
HOLIDAYS: Final = "System/Holidays"
PIR: Final = "WLAlarm/PIR"
DISTURB: Final = "System/status/disturbParams"
AUDIO_ALARM: Final = "Event/triggers/notifications/AudioAlarm/capabilities"
WHITE_LIGHT: Final = "Event/triggers/notifications/whiteLightAlarm/capabilities"
IMAGE: Final = ("supplementLight", "ircutFilter", "color", "sharpness", "WDR", "BLC", "mountingScenario")
PTZ_LISTS: Final = ("presets", "patrols", "auxcontrols")
FEW: Final = 4
"""Up to this many lenses a camera is asked for everything; beyond, a request per lens and document costs too much."""


def ptz_path(channel: int) -> str:
    """The capability document of a channel's head; fixed cameras often answer it too."""
    return f"PTZCtrl/channels/{channel}/capabilities"


def status_path(ports: str, number: int) -> str:
    """The state of a port of one of the lists."""
    return f"{ports}/{number}/status"


def trigger_path(event: str, channel: int) -> str:
    """The document of a single trigger; devices take its id in lower case (seen on DS-2SE4C425MWG-E)."""
    return f"Event/triggers/{event.lower()}-{channel}"


@dataclass(slots=True)
class Replies:
    """What the device answered, by path; an absent path was not asked for."""

    xml: dict[str, Element] = field(default_factory=dict)
    json: dict[str, Json] = field(default_factory=dict)
    errors: dict[str, DeviceError] = field(default_factory=dict)
    _read: dict[tuple[str, Callable[[Element | None], Any]], Any] = field(default_factory=dict)

    def get(self, path: str) -> Element | None:
        """The document, None when the device has none or could not tell."""
        return self.xml.get(path)

    def read[T](self, path: str, decode: Callable[[Element | None], T]) -> T:
        """What a decoder makes of a document. Done once: every channel of a large recorder asks for the same lists."""
        key = (path, decode)
        if key not in self._read:
            self._read[key] = decode(self.get(path))
        found: T = self._read[key]
        return found

    def failed(self, path: str) -> bool:
        """Whether asking failed for a passing reason, so that nothing is known."""
        error = self.errors.get(path)
        return error is not None and not missing_on_read(error) and not isinstance(error, Forbidden)

    def denied(self) -> list[str]:
        """Paths that the account's rights do not suffice for."""
        return sorted(
            path for path, error in self.errors.items() if isinstance(error, Forbidden) and not missing_on_read(error)
        )

    def merge(self, other: Replies) -> None:
        """Take over another's replies."""
        self.xml |= other.xml
        self.json |= other.json
        self.errors |= other.errors
        self._read.clear()
