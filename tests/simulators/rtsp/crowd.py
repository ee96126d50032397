"""Messages about people: queues (XML), counts, heat maps and tracks (JSON) (001…txt B.2-B.4, B.13)."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .documents import ACTIVITY, RULE, Json, Message, Pairs, Point, detection, points, properties, target
from .thermal import SQUARE

TIME, COUNTING = "personQueueTime", "personQueueCounting"


def queue_rules(
    kind: str, rules: Sequence[int] = (1,), *, color: str = "blue", region: Sequence[Point] = SQUARE
) -> Message:
    """Tell where people queue; area and colour stand beside the list of targets (001…txt l.1931, l.2063)."""
    content = detection(
        [target(rule=rule) for rule in rules],
        RegionList=points(region),
        PropertyList=properties(regionColor=color),
    )
    return Message(type=RULE, sub_type=kind, config="personQueue", content=content)


@dataclass(kw_only=True, frozen=True)
class Waiting:
    """One person in a queue; times have no unit in the document, seconds are likely."""

    number: int = 1
    rule: int = 1
    waited: int = 600
    limit: int = 600
    region: Sequence[Point] = SQUARE


def queue_times(people: Sequence[Waiting]) -> Message:
    """Tell how long people wait; the sample puts both values into one Property (001…txt l.2015)."""
    targets: list[Json] = []
    for person in people:
        pair: dict[str, Json] = {"Property": Pairs(waitTime=person.waited, alarmTime=person.limit)}
        made = target(number=person.number, rule=person.rule, recognition="human", region=person.region)
        assert isinstance(made, dict)
        targets.append(made | {"PropertyList": pair})
    return Message(type=ACTIVITY, sub_type=TIME, config="personQueue", content=detection(targets))


def queue_counts(rule: int = 1, *, count: int = 5, limit: int = 10) -> Message:
    """Tell how many people queue; the values stand beside the list of targets (001…txt l.2127)."""
    content = detection([target(rule=rule)], PropertyList=properties(count=count, alarmCount=limit))
    return Message(type=ACTIVITY, sub_type=COUNTING, config="personQueue", content=content)


# --- JSON


def _json(sub_type: str, content: dict[str, Json], config: str | None = None) -> Message:
    return Message(type=RULE, sub_type=sub_type, config=config, json_only=True, text=False, content=content)


def heat_map(
    picture: bytes | str,
    *,
    people: int | None = 0,
    regions: Mapping[int, Sequence[Point]] | None = None,
) -> Message:
    """Tell where people are: a picture as bytes (base64) or as an address (001…txt l.561-613)."""
    listed: list[Json] = [
        {"ruleID": str(rule), "RegionList": {"Point": [{"x": str(x), "y": str(y)} for x, y in region]}}
        for rule, region in (regions or {1: SQUARE}).items()
    ]
    shown: dict[str, Json] = (
        {"dataType": "url", "data": picture}
        if isinstance(picture, str)
        else {"dataType": "base64", "data": base64.b64encode(picture).decode()}
    )
    content: dict[str, Json] = {"TargetDetection": {"TargetList": listed}, "PcitureList": shown}
    return _json("heatmap", content | ({} if people is None else {"Situation": {"personCount": people}}))


def people_in_region(count: int, *, sub_type: str = "framesPeopleCounting") -> Message:
    """Tell how many people are in the region; `crowdSituationAnalysis` is named once for the same (001…txt l.546)."""
    return _json(sub_type, {"Situation": {"personCount": count}})


def people_counted(entered: int, left: int) -> Message:
    """Tell how many people came and went (001…txt l.655)."""
    return _json("PeopleCounting", {"Situation": {"enterRegionPeopleNum": entered, "leaveRegionPeopleNum": left}})


@dataclass(kw_only=True, frozen=True)
class Tracked:
    """One tracked person."""

    number: str = "12498"
    complete: bool = False
    """Whether it has gone."""
    valid: bool = True
    suspicious: Sequence[tuple[int, int, float]] = ()
    """Pattern, time (epoch, ms), confidence."""
    joints: int = 7
    """Joints told, of wrist, elbow, shoulder (left), head, shoulder, elbow, wrist (right)."""
    x: float = 0.671052
    y: float = 0.53125
    features: bytes = bytes(100)


def tracking(people: Sequence[Tracked]) -> Message:
    """Tell tracked persons (001…txt l.687-781)."""
    return _json("personalTrack", {"CameraPoint": [_camera_point(person) for person in people]}, "personalTrack")


def _camera_point(person: Tracked) -> Json:
    listed: list[Json] = [
        {"suspID": pattern, "timeStamp": moment, "confidence": confidence}
        for pattern, moment, confidence in person.suspicious
    ]
    feature = base64.b64encode(person.features).decode()
    return {
        "objId": person.number,
        "traComplete": person.complete,
        "isvalid": int(person.valid),
        "GesturePolygon": {"id": person.number, "JoinMsg": [_joint(person, kind) for kind in range(person.joints)]},
        "HeadPolygon": {
            "Rect": {"x": person.x, "y": person.y, "width": 0.089843, "height": 0.125},
            "cct": {"x": 3057.293212, "y": 7205.725585, "z": 0.0},
            "HeadModel": {"modelNum": 1, "Data": [{"poseType": 7, "feaLen": len(feature), "feaData": feature}]},
        },
        "SuspList": {"suspNum": len(listed), "Data": listed},
    }


def _joint(person: Tracked, kind: int) -> Json:
    return {
        "gestureType": kind,
        "gestureScore": 0.572535,
        "gestureValid": 1,
        "x": 3050.360351,
        "y": 6995.723632,
        "z": 1082.0,
        "x2d": round(min(1.0, person.x + kind / 100), 6),
        "y2d": person.y,
    }
