"""Paths of the documents that tell what a camera is and has; those of settings are with the settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ...model.detections import Detection

DEVICE_INFO: Final = "/api/system/device-info"
INTERFACES: Final = "/api/network/interfaces"
CAPABILITIES: Final = ("/api/system/capabilities", "/api/system/capability")
"""The document's, and that of newer firmware."""
ALL_FLAGS: Final[Mapping[str, Any]] = {"type": 0}
"""002…txt l.1009."""
ENCODING: Final = "/api/video/video-encode"
PORTS: Final = "/api/network/port"
ALL_PORTS: Final[Mapping[str, Any]] = {"type": 255}
P2P_STATUS: Final = "/api/network/p2p-status"
WIFI: Final = "/api/network/wifi"
ALARM_OUT: Final = "/api/event/alarm-out"
EXCEPTION: Final = "/api/event/exception"
AN_EXCEPTION: Final[Mapping[str, Any]] = {"abnormalType": 1}
"""The only number that the document mentions (002…txt l.7418)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionSource:
    """How a camera shows that it can detect something: a flag, or a document that answers."""

    what: Detection
    flag: str | None = None
    path: str | None = None


DETECTIONS: Final = (
    DetectionSource(what=Detection.MOTION, path="/api/event/motion"),
    DetectionSource(what=Detection.TAMPER, flag="enableVideoTamper", path="/api/event/video-cover"),
    DetectionSource(what=Detection.INTRUSION, flag="enableRegionalIntrusionDetection", path="/api/event/intrusion"),
    DetectionSource(what=Detection.LINE_CROSSING, flag="enableCrossBorderDetection", path="/api/event/line-crossing"),
    DetectionSource(what=Detection.LOITERING, flag="enablePeopleStayDetection", path="/api/event/loitering"),
    DetectionSource(
        what=Detection.GATHERING, flag="enablePeopleGatheringDetection", path="/api/event/people-gathering"
    ),
    DetectionSource(what=Detection.FACE, flag="enableFace", path="/api/event/face-detect"),
    DetectionSource(what=Detection.SCENE_CHANGE, flag="enableSceneChangeDetection"),
    DetectionSource(what=Detection.UNATTENDED_OBJECT, flag="enableItemLegacyDetection"),
    DetectionSource(what=Detection.OBJECT_REMOVED, flag="enableItemPickingDetection"),
    # Known from newer firmware only; no flag speaks of them.
    DetectionSource(what=Detection.PARKING, path="/api/event/illegal-parking"),
    DetectionSource(what=Detection.PLATE, path="/api/event/license-plate"),
)
"""Of the channel. Others exist once they were reported."""
COMPARES_FACES: Final = 2
"""Of `enableFace` (002…txt l.1365)."""
