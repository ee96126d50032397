"""Messages of radars and of moving heads (001…txt B.14, B.17, B.20)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .documents import PTZ, RADAR_ACTIVITY, RADAR_RULE, Json, Message, detection, properties

FIELD = "fielddetection"
"""An intrusion, as the document spells it for radars (001…txt l.2350)."""
type Polar = tuple[float, int]
"""Angle (-75..75 degrees) and distance (m, up to 150)."""


def _message(content: dict[str, Json], *, live: bool = False, radar: int = 1) -> Message:
    """The samples call everything a rule; the general form has a type of its own for targets (001…txt l.2767)."""
    return Message(
        type=RADAR_ACTIVITY if live else RADAR_RULE,
        sub_type="behaviorAnalysis",
        config="radarDetection",
        content=content,
        radar_channel=radar,
    )


def radar_rules(
    rules: Mapping[int, Sequence[Polar]],
    *,
    event: str | None = None,
    triggered: bool | None = None,
    crossing: str | None = None,
) -> Message:
    """Tell rules by number; what happens stands beside TargetDetection (001…txt l.2194-2228)."""
    targets: list[Json] = [
        {
            "ruleID": rule,
            "PolarCoordinatesList": {"Coordinate": [{"angle": angle, "distance": far} for angle, far in corners]},
        }
        for rule, corners in rules.items()
    ]
    content = detection(targets)
    if event is not None:
        content["PropertyList"] = properties(eventType=event, triggerEvent=triggered, crossdirection=crossing)
    return _message(content)


def radar_region(
    angle: float, distance: float, towards: float, vertices: Sequence[tuple[float, float]] = ((0.046, 0.057),)
) -> Message:
    """Tell what the radar covers: angle and direction in degrees, distance in metres."""
    corners: list[Json] = [{"x": f"{x:.3f}", "y": f"{y:.3f}"} for x, y in vertices]
    region: dict[str, Json] = {"angle": f"{angle:.2f}", "distance": f"{distance:.2f}", "towards": f"{towards:.2f}"}
    return _message({"RadarDetectionRegion": region | {"VertexPoint": corners}})


def video_region(angle: float, field: float) -> Message:
    """Tell which part of that the camera sees (degrees)."""
    return _message({"VideoDetectionRegion": {"angle": f"{angle:.2f}", "fieldView": f"{field:.2f}"}})


@dataclass(kw_only=True, frozen=True)
class Echo:
    """One target of a radar."""

    number: int = 1
    speed: int = 30
    """km/h."""
    angle: float = 50
    distance: float = 30
    triggered: bool = False
    event: str = "linedetection"


def radar_targets(echoes: Sequence[Echo], *, live: bool = False) -> Message:
    """Tell moving targets; `live` takes the type of the general form instead of the samples' one."""
    return _message({"ActivityTargetList": {"Target": [_echo(echo) for echo in echoes]}}, live=live)


def _echo(echo: Echo) -> Json:
    made: dict[str, Json] = {
        "targetID": echo.number,
        "speed": echo.speed,
        "angle": echo.angle,
        "distance": echo.distance,
    }
    if echo.triggered:
        made["PropertyList"] = properties(triggerEvent=True, eventType=echo.event)
    return made


def position(
    *,
    elevation: float,
    azimuth: float,
    zoom: float | None = None,
    focus: int | None = None,
    preset: int | None = None,
) -> Message:
    """Tell where a head looks (degrees)."""
    found: dict[str, Json] = {"elevation": f"{elevation:.3f}", "azimuth": f"{azimuth:.3f}"}
    more: dict[str, Json] = {
        "zoom": None if zoom is None else f"{zoom:.2f}",
        "focus": focus,
        "presetNo": preset,
    }
    found |= {name: value for name, value in more.items() if value is not None}
    return Message(type=PTZ, sub_type=None, content={"PTZInfo": found})
