"""The configuration documents a fresh device starts with (shapes as devices answer, values of our own)."""

from collections.abc import Callable
from dataclasses import dataclass

from .form import Document, Node, Tree

_SCREEN: Tree = {"normalizedScreenWidth": 1000, "normalizedScreenHeight": 1000}
_AREA: tuple[tuple[int, int], ...] = ((120, 140), (880, 140), (880, 860), (120, 860))


def _points(name: str, points: tuple[tuple[int, int], ...]) -> Tree:
    return {name: [{"positionX": x, "positionY": y} for x, y in points]}


def motion(channel: int) -> Document:
    """Motion detection with a grid and, as AcuSense models, target types."""
    layout: Tree = {
        "gridMap": "3ffff0" * 18,
        "RegionList": {
            "@size": 4,
            "Region": {"id": 1, "RegionCoordinatesList": _points("RegionCoordinates", _AREA)},
        },
    }
    return Document(
        root="MotionDetection",
        tree={
            "enabled": True,
            "enableHighlight": False,
            "samplingInterval": 2,
            "startTriggerTime": 500,
            "endTriggerTime": 500,
            "regionType": "grid",
            "Grid": {"rowGranularity": 18, "columnGranularity": 22},
            "MotionDetectionLayout": {
                "sensitivityLevel": 60,
                "layout": layout,
                "targetType": "human,vehicle",
            },
        },
    )


def tamper(channel: int) -> Document:
    """Tamper (covered lens) detection."""
    region: Tree = {
        "id": 1,
        "enabled": False,
        "sensitivityLevel": 40,
        "RegionCoordinatesList": _points("RegionCoordinates", _AREA),
    }
    return Document(
        root="TamperDetection",
        tree={
            "enabled": True,
            "normalizedScreenSize": {"normalizedScreenWidth": 704, "normalizedScreenHeight": 576},
            "tampersensitivityLevel": 40,
            "TamperDetectionRegionList": {"TamperDetectionRegion": region},
        },
    )


def video_loss(channel: int) -> Document:
    """Loss of the video signal."""
    return Document(root="VideoLoss", tree={"enabled": True})


def line(channel: int) -> Document:
    """Line crossing with four lines of which one is drawn."""

    def item(number: int) -> Node:
        ends = ((100, 500), (900, 520)) if number == 1 else ((0, 0), (0, 0))
        return {
            "id": number,
            "enabled": number == 1,
            "sensitivityLevel": 50,
            "directionSensitivity": "any",
            "CoordinatesList": _points("Coordinates", ends),
            "detectionTarget": "human,vehicle",
            "alarmConfidence": {"@opt": "low,mediumLow,mediumHigh,high", "#text": "mediumLow"},
        }

    items: list[Node] = [item(number) for number in range(1, 5)]
    return Document(
        root="LineDetection",
        tree={
            "id": channel,
            "enabled": True,
            "enableDualVca": False,
            "normalizedScreenSize": _SCREEN,
            "LineItemList": {"@size": 4, "LineItem": items},
            "isSupportMultiScene": False,
        },
    )


def _regions(root: str, extra: Tree) -> Callable[[int], Document]:
    """Return the maker of a region detection's document."""

    def make(channel: int) -> Document:
        items: list[Node] = []
        for number in range(1, 5):
            region: Tree = {"id": number, "sensitivityLevel": 50, **extra}
            region["RegionCoordinatesList"] = _points("RegionCoordinates", _AREA) if number == 1 else None
            items.append(region | {"detectionTarget": "human" if number > 1 else "human,vehicle"})
        regions: Tree = {"@size": 4, f"{root}Region": items}
        return Document(
            root=root,
            tree={
                "id": channel,
                "enabled": root == "FieldDetection",
                "normalizedScreenSize": _SCREEN,
                f"{root}RegionList": regions,
                "isSupportMultiScene": False,
            },
        )

    return make


def _simple(root: str, **extra: int | str) -> Callable[[int], Document]:
    """Return the maker of a document of a few leaves."""
    return lambda channel: Document(root=root, tree={"id": channel, "enabled": False, **extra})


@dataclass(kw_only=True, frozen=True)
class Detection:
    """Where a detection of one event type is configured; {n} is the channel."""

    event: str
    prefix: str
    """Start of the trigger's id."""
    local: str
    make: Callable[[int], Document]
    proxied: str | None = None
    """Path on a recorder's proxied channel when it differs."""
    function: str = ""
    """Name in the mutual-exclusion list."""
    smart: bool = False

    def path(self, channel: int, *, proxied: bool) -> str:
        """Return the configuration path of a channel."""
        return (self.proxied if proxied and self.proxied else self.local).format(n=channel)


def _basic(event: str, prefix: str, name: str, make: Callable[[int], Document]) -> Detection:
    local, proxied = (
        f"System/Video/inputs/channels/{{n}}/{name}",
        f"ContentMgmt/InputProxy/channels/{{n}}/video/{name}",
    )
    return Detection(event=event, prefix=prefix, local=local, proxied=proxied, make=make, function=name)


def _smart(event: str, path: str, make: Callable[[int], Document], function: str) -> Detection:
    return Detection(event=event, prefix=event, local=f"Smart/{path}", make=make, function=function, smart=True)


# Paths and their letter case: as seen on devices.
DETECTIONS: dict[str, Detection] = {
    item.event: item
    for item in (
        _basic("VMD", "VMD", "motionDetection", motion),
        _basic("tamperdetection", "tamper", "tamperDetection", tamper),
        _basic("videoloss", "videoloss", "videoLoss", video_loss),
        _smart("linedetection", "LineDetection/{n}", line, "lineDetection"),
        _smart(
            "fielddetection",
            "FieldDetection/{n}",
            _regions("FieldDetection", {"timeThreshold": 1}),
            "fieldDetection",
        ),
        _smart("regionEntrance", "regionEntrance/{n}", _regions("RegionEntrance", {}), "regionEntrance"),
        _smart("regionExiting", "regionExiting/{n}", _regions("RegionExiting", {}), "regionExiting"),
        _smart(
            "scenechangedetection",
            "SceneChangeDetection/{n}",
            _simple("SceneChangeDetection", sensitivityLevel=50),
            "sceneChangeDetection",
        ),
        _smart("facedetection", "FaceDetect/{n}", _simple("FaceDetect", sensitivityLevel=3), "faceDetect"),
        _smart(
            "audioexception",
            "AudioDetection/channels/{n}",
            _simple("AudioDetection", audioMode="audioInput"),
            "audioDetection",
        ),
        _smart(
            "unattendedBaggage",
            "unattendedBaggage/{n}",
            _regions("UnattendedBaggage", {"timeThreshold": 10}),
            "unattendedBaggage",
        ),
        Detection(
            event="PIR",
            prefix="PIR",
            local="WLAlarm/PIR",
            make=lambda channel: Document(
                root="PIRAlarm",
                tree={
                    "@version": "1.0",
                    "@xmlns": "http://www.hikvision.com/ver10/XMLSchema",
                    "enabled": True,
                    "name": "PIR Alarm",
                },
            ),
        ),
        Detection(
            event="TMA",
            prefix="TMA",
            local="Thermal/channels/{n}/thermometry/1",
            make=lambda channel: Document(
                root="ThermometryScene", tree={"id": 1, "enabled": True, "emissivity": "0.96", "distance": 30}
            ),
        ),
    )
}


def stream(
    number: int, name: str, width: int, height: int, *, codec: str = "H.264", recorder: bool = False
) -> Document:
    """Return one stream; `number` is channel * 100 + stream."""
    transport: Tree = {"ControlProtocolList": {"ControlProtocol": [{"streamingTransport": "RTSP"}]}}
    if not recorder:
        transport = {
            "maxPacketSize": 1000,
            "ControlProtocolList": {
                "ControlProtocol": [{"streamingTransport": kind} for kind in ("RTSP", "HTTP", "SHTTP")]
            },
            "Unicast": {"enabled": True, "rtpTransportType": "RTP/TCP"},
            "Security": {"enabled": True, "certificateType": "digest"},
        }
    video: Tree = {
        "enabled": True,
        "videoInputChannelID": number // 100,
        "videoCodecType": codec,
        "videoScanType": "progressive",
        "videoResolutionWidth": width,
        "videoResolutionHeight": height,
        "videoQualityControlType": "VBR",
        "fixedQuality": 60,
        "vbrUpperCap": 4096 if number % 100 == 1 else 384,
        "maxFrameRate": 2500,
        "snapShotImageType": "JPEG",
        "GovLength": 50,
    }
    if codec == "H.265":
        video["H265Profile"] = "Main"
    if number % 100 == 1:
        video["SmartCodec"] = {"enabled": False}
    audio: Tree = {"enabled": False, "audioInputChannelID": 1, "audioCompressionType": "G.711ulaw"}
    return Document(
        root="StreamingChannel",
        tree={
            "id": number,
            "channelName": name,
            "enabled": True,
            "Transport": transport,
            "Video": video,
            "Audio": audio,
        },
    )


def holidays() -> Document:
    """Return 32 holidays; the element is in lower case and `enabled` carries its options, as on recorders."""

    def item(number: int) -> Node:
        day: Tree = {"monthOfYear": 1, "dayOfMonth": 1}
        when: Tree = {"holidayMonth": {"startMonth": day, "endMonth": day}}
        if number == 1:
            when = {"holidayDate": {"startDate": "2025-01-01", "endDate": "2025-12-31"}}
        return {
            "id": number,
            "enabled": {"@opt": "true,false", "#text": "false"},
            "holidayName": f"Holiday{number}",
            "holidayMode": {"@opt": "date,week,month", "#text": "date" if number == 1 else "month"},
            **when,
        }

    return Document(root="HolidayList", tree={"holiday": [item(number) for number in range(1, 33)]})


def http_hosts(slots: int) -> Document:
    """Return the notification hosts, the first one taken by somebody else's server."""

    def item(number: int) -> Node:
        used = number == 1
        return {
            "id": number,
            "url": "/alarms" if used else "/",
            "protocolType": "HTTP",
            "parameterFormatType": "XML",
            "addressingFormatType": "ipaddress",
            "ipAddress": "10.11.12.200" if used else "0.0.0.0",
            "portNo": 8090 if used else 80,
            "httpAuthenticationMethod": "none",
        }

    return Document(
        root="HttpHostNotificationList",
        tree={"HttpHostNotification": [item(number) for number in range(1, slots + 1)]},
    )


def accesses(http: int, rtsp: int) -> Document:
    """Return the device's ports per protocol."""
    ports: tuple[tuple[str, int, bool], ...] = (
        ("HTTP", http, True),
        ("HTTPS", 443, True),
        ("DEV_MANAGE", 8000, True),
        ("RTSP", rtsp, True),
        ("WebSocket", 7681, False),
    )
    found: list[Node] = [
        {"id": number, "enabled": on, "protocol": name, "portNo": port}
        for number, (name, port, on) in enumerate(ports, 1)
    ]
    return Document(root="AdminAccessProtocolList", tree={"AdminAccessProtocol": found})
