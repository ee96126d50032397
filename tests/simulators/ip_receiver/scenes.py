"""What video devices, door stations and radars tell: the members of each message, in the shapes of the samples."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .world import Json

_SQUARE = ((0, 0), (0, 100), (100, 100), (100, 0))


@dataclass(kw_only=True)
class Scene:
    """What is to be told; not every event uses every field."""

    region: int = 1
    target: str | None = "human"
    temperature: float = 39.8
    """Degrees Celsius."""
    limit: float = 35.0
    """Degrees Celsius."""
    rule: str = "highest temp is higher than"
    port: int = 1
    """Alarm input of an IO event."""
    room: int = 101
    url: str | None = None
    """Clip of the event."""
    picture: str | None = None
    """Picture of a thermal event."""


def _points(points: Sequence[tuple[int, int]]) -> list[Json]:
    return [{"positionX": x, "positionY": y} for x, y in points]


def _area(scene: Scene) -> Json:
    """A list of wrappers, each with a list of points (A.14; the sample repeats the member instead)."""
    entry: Json = {
        "regionID": str(scene.region),
        "sensitivityLevel": 50,
        "RegionCoordinatesList": [{"RegionCoordinates": point} for point in _points(_SQUARE)],
    }
    if scene.target:
        entry["detectionTarget"] = scene.target
        entry["TargetRect"] = {"X": 0, "Y": 1, "width": 0.5, "height": 0.5}
    return {"DetectionRegionList": [{"DetectionRegionEntry": entry}]}


def _motion(scene: Scene) -> Json:
    """One object instead of each list (A.18, expert mode)."""
    entry = {
        "regionID": str(scene.region),
        "sensitivityLevel": 50,
        "RegionCoordinatesList": {"RegionCoordinates": _points(((216, 216), (756, 756)))},
    }
    return {"DetectionRegionList": {"DetectionRegionEntry": entry}}


def _texts(points: Sequence[tuple[int, int]]) -> list[Json]:
    return [{"positionX": str(x), "positionY": str(y)} for x, y in points]


def _fire(scene: Scene) -> Json:
    """Numbers are text, coordinates of the region in small letters (A.15)."""
    entry = {
        "regionID": str(scene.region),
        "RegionCoordinatesList": {"RegionCoordinates": _texts(((388, 694), (523, 694), (523, 999)))},
        "FireDetection": {
            "FireRegion": {"x": "388", "y": "694", "width": "135", "height": "305"},
            "HighestPoint": {"x": "486", "y": "937"},
            "temperatureUnit": "celsius",
            "fireMaxTemperature": str(round(scene.temperature)),
            "targetDistance": "-1",
            "AbsoluteHigh": {"elevation": "0", "azimuth": "0", "absoluteZoom": "0"},
        },
    }
    tree: Json = {"DetectionRegionList": {"DetectionRegionEntry": entry}, "detectionPicturesNumber": "1"}
    return tree | _thermal_picture(scene, "thermalURL")


def _thermal_picture(scene: Scene, name: str) -> Json:
    if scene.picture is None:
        return {}
    return {name: scene.picture, "URLCertificationType": "digest"}


def _thermometry(member: str) -> Callable[[Scene], Json]:
    def members(scene: Scene) -> Json:
        """Return a list of entries under one wrapper, all figures as text (A.24, A.25)."""
        measured: Json = {
            "thermometryUnit": "celsius",
            "ruleTemperature": str(scene.limit),
            "currTemperature": str(scene.temperature),
            "ruleCalibType": "region",
            "ruleType": scene.rule,
            "MaximumTemperaturePoint": {"RegionCoordinates": {"positionX": "762", "positionY": "321"}},
            "AbsoluteHigh": {"elevation": "0.000", "azimuth": "0.000", "absoluteZoom": "0.10"},
            "presetNo": "1",
        }
        entry = {
            "regionID": str(scene.region),
            "RegionCoordinatesList": {"RegionCoordinates": _texts(((128, 261), (120, 564), (898, 589)))},
            member: measured,
        }
        found: Json = {"DetectionRegionList": {"DetectionRegionEntry": [entry]}, "detectionPicturesNumber": "1"}
        name = "thermalInfoURL" if member == "TMA" else "thermalURL"
        return found | {"activePostCount": "101"} | _thermal_picture(scene, name)

    return members


def _difference(scene: Scene) -> Json:
    """Two rules in one entry (A.23)."""
    rules = [
        {"RegionCoordinatesList": [{"RegionCoordinates": point} for point in _points(_SQUARE)], "alarmID": number}
        for number in (1, 2)
    ]
    measured = {
        "AbsoluteHigh": {"absoluteZoom": 0.1, "azimuth": 0.0, "elevation": 0.0},
        "alarmRule": "greater",
        "alarmType": "MaxTemperature",
        "currTemperatureDiff": scene.temperature,
        "presetNo": 1,
        "ruleTemperatureDiff": scene.limit,
        "thermometryUnit": "celsius",
        "toleranceTemperature": 0.0,
    }
    entry = {"AlarmRuleList": rules, "TDA": measured}
    return {"DetectionRegionList": [{"DetectionRegionEntry": entry}], "detectionPicturesNumber": 1}


def _call(scene: Scene) -> Json:
    target = {
        "buildingNumber": 1,
        "communityNumber": "0",
        "floorNumber": scene.room // 100,
        "periodNumber": 1,
        "roomNumber": scene.room,
        "unitNumber": 1,
    }
    return {"VoiceTalkEvent": {"target": target, "deviceName": "Door 1"}}


def _nothing(_: Scene) -> Json:
    return {}


def _full(_: Scene) -> Json:
    return {
        "ipAddress": "10.11.12.13",
        "ipv6Address": "::",
        "portNo": "80",
        "protocolType": "HTTP",
        "macAddress": "44:19:b6:00:00:01",
    }


SCENES: dict[str, Callable[[Scene], Json]] = {
    "VMD": _motion,
    "IO": lambda scene: {"inputIOPortID": scene.port},
    "fielddetection": _area,
    "linedetection": _area,
    "regionEntrance": _area,
    "regionExiting": _area,
    "rapidMove": _area,
    "shelteralarm": _nothing,
    "videoloss": _nothing,
    "recordException": _nothing,
    "diskerror": _nothing,
    "diskfull": _full,
    "diskrecover": _nothing,
    "fireDetection": _fire,
    "TMA": _thermometry("TMA"),
    "TMPA": _thermometry("TMPA"),
    "TDA": _difference,
    "requestVoiceTalkEvent": _call,
    "cancelVoiceTalkEvent": _call,
    "fallingDown": _nothing,
    "longTimeLeave": _nothing,
    "heartBeatAbnormal": _nothing,
    "respireAbnormal": _nothing,
}
