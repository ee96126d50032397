"""The models: what each has, and which paths it lacks."""

from dataclasses import dataclass, field

from .shapes import four
from .status import Json


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One model."""

    capabilities: dict[str, int]
    """Flags that differ from the document's sample."""
    platform: str
    sensor: str
    firmware: str
    device_type: int
    mac: str
    card: int = 0
    """Size of the memory card in MB; 0: no slot, negative: slot without a card."""
    alarm_types: tuple[int, ...] = (1,)
    extra: dict[str, Json] = field(default_factory=dict)
    """Members of objects beyond those of the document's sample, by path."""
    missing: frozenset[str] = frozenset()
    """Paths that are not there at all."""
    failing: frozenset[str] = frozenset()
    """Paths that answer code 202."""


_SMART = {
    "enableFace": 1,
    "enableRegionalIntrusionDetectionus": 1,
    "enableCrossBorderDetection": 1,
    "enablePeopleStayDetection": 1,
    "enablePeopleGatheringDetection": 1,
    "enableSmartModeHide": 0,
}
# In the document's set example of the object (l.5095) but not in what is read.
_WEEK = {"/api/image/osd": {"weekVisiable": 0, "weekLanguageFormat": 0}}

PROFILES: dict[str, Profile] = {
    "fixed": Profile(
        capabilities={
            "enablePtz": 0,
            "enableFocus": 0,
            "enableSdCard": 0,
            "enableIoInput": 0,
            "enableIpeye": 0,
            "enableVideoTamper": 1,
            "enableRegionalIntrusionDetectionus": 1,
            "enableCrossBorderDetection": 1,
        },
        platform="16CV500",
        sensor="307",
        firmware="3516CV500_IMX307_X10T1A1M0C0P1_W_20.1.12.6",
        device_type=231,
        mac="B2:4E:B1:3D:42:C6",
    ),
    "ptz": Profile(
        capabilities={
            "enablePtz": 4,
            "enablePtzConfig": 1,
            "enableFocus": 1,
            "enableVideoTamper": 1,
            "enableSdCard": 1,
            "enableSmartModeHide": 0,
        },
        platform="16DV200",
        sensor="335",
        firmware="3516DV200_IMX335_B1T1A1M0C0P1_W_20.1.2.3",
        device_type=240,
        mac="B2:4E:B1:3D:42:D0",
        card=-1,
        extra=_WEEK,
    ),
    "light": Profile(
        capabilities={
            "enablePtz": 0,
            "enableFocus": 0,
            "enableSmartir": 5,
            "enableAudioAlarm": 1,
            "enableAudioOut": 1,
            "enableIo": 1,
            "enableIoInput": 1,
            "enableVideoTamper": 1,
            "enableSdCard": 0,
            "enableIpeye": 0,
            "enableFtp": 1,
            "enableSmtp": 1,
            **_SMART,
        },
        platform="FH8856",
        sensor="F37",
        firmware="FH8856_F37_X20T1A1M0C0P1_W_21.1.20.2",
        device_type=251,
        mac="B2:4E:B1:3D:42:E0",
        alarm_types=(1, 2, 4),
        extra=_WEEK,
    ),
    "sd": Profile(
        capabilities={
            "enablePtz": 3,
            "enableFocus": 1,
            "enableSdCard": 1,
            "enableRec": 1,
            "enableWifi": 1,
            "enableCloudStorage": 1,
            "enableGb28181": 1,
            "enableIo": 2,
            "enableVideoTamper": 1,
            **_SMART,
        },
        platform="RV1109",
        sensor="335",
        firmware="RV1109_IMX335_R1T1A1M0C0P1_W_22.1.8.1",
        device_type=260,
        mac="B2:4E:B1:3D:42:F0",
        card=61_440,
        alarm_types=(1, 4),
        # Named in the table of the object and in none of its examples (l.8887).
        extra=_WEEK | {"/api/event/people-gathering": {"persionNum": four("subPersionNum", 10)}},
    ),
    "minimal": Profile(
        capabilities={
            "enablePtz": 0,
            "enableFocus": 0,
            "enableSdCard": 0,
            "enableSmartir": 0,
            "enableAudio": 0,
            "enableIpeye": 0,
            "enablePppoe": 0,
            "enableSnmp": 0,
            "enableIoInput": 0,
            "enabelRoi": 0,
        },
        platform="16EV200",
        sensor="F22",
        firmware="3516EV200_F22_X10T0A0M0C0P0_W_19.3.2.1",
        device_type=200,
        mac="B2:4E:B1:3D:42:A0",
        missing=frozenset(
            {
                "/api/system/platform-capabilities",
                "/api/system/summer-time",
                "/api/system/export-params",
                "/api/network/p2p-status",
                "/api/network/wifi",
                "/api/network/wifiAPInfo",
                "/api/network/ddns",
                "/api/network/ftp",
                "/api/network/smtp",
                "/api/video/video-encode-scope",
                "/api/video/audio-alarm",
                "/api/event/exception",
                "/api/event/alarm-scope",
                "/api/event/smart-mode",
                "/api/event/face-detect",
                "/api/event/loitering",
                "/api/event/people-gathering",
            }
        ),
        failing=frozenset({"/api/network/port", "/api/system/auto-maintain", "/api/event/alarm-schedule"}),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Firmware:
    """What a generation of the firmware does otherwise than the document."""

    version: str
    """Header `Api-Version`."""
    pushes: bool
    """It has the WebSocket."""
    tells_message: bool = False
    """Good answers have the member `msg`, which the document describes and most of its examples lack."""
    renamed: dict[str, str] = field(default_factory=dict)
    """Path of the document -> the path it goes by now."""
    added: frozenset[str] = frozenset()
    unsupported: frozenset[str] = frozenset()
    """Paths it knows and refuses with code 203."""


ADDED = frozenset(
    {
        "/api/image/image-param",
        "/api/picture/snapshot",
        "/api/network/alarm-server",
        "/api/event/illegal-parking",
        "/api/event/license-plate",
    }
)

FIRMWARES: dict[str, Firmware] = {
    "old": Firmware(version="v1.2.0", pushes=False),
    "new": Firmware(
        version="v4.0.0",
        pushes=True,
        tells_message=True,
        renamed={"/api/system/capabilities": "/api/system/capability"},
        added=ADDED,
        unsupported=frozenset({"/api/network/gb28181", "/api/network/pppoe", "/api/storage/ipeye"}),
    ),
}
