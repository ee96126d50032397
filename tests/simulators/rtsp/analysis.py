"""Messages about what cameras recognise: behaviour, plates, faces (001…txt B.10-B.12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .documents import ACTIVITY, RULE, Json, Message, Point, detection, points, target
from .thermal import SQUARE

LINE, FIELD = "linedetection", "fieldddetection"
"""Event types of a crossed line and an intrusion; the second as the document spells it here (001…txt l.1645)."""
EVENTS = (
    LINE,
    FIELD,
    "regionEntrance",
    "regionExiting",
    "parking",
    "loitering",
    "group",
    "rapidMove",
    "unattendedBaggage",
    "attendedBaggage",
)


@dataclass(kw_only=True, frozen=True)
class BehaviourRule:
    """One configured rule."""

    number: int = 1
    event: str = LINE
    triggered: bool | None = None
    """None: not said, as when nothing happens (001…txt l.1541)."""
    crossing: str | None = "lefttoright"
    """lefttoright, righttopleft or bothdirection: lines only."""
    region: Sequence[Point] = ((100, 100), (600, 600))


def behaviour_rules(rules: Sequence[BehaviourRule]) -> Message:
    """Tell rules, and whether they are triggered."""
    targets = [
        target(
            rule=rule.number,
            region=rule.region,
            values={
                "eventType": rule.event,
                "triggerEvent": rule.triggered,
                "crossdirection": rule.crossing if rule.event == LINE else None,
            },
        )
        for rule in rules
    ]
    return Message(type=RULE, sub_type="behaviorAnalysis", config="behaviorAnalysis", content=detection(targets))


@dataclass(kw_only=True, frozen=True)
class Mover:
    """One moving target."""

    number: int = 1
    recognition: str = "human"
    """human, vehicle or zoology."""
    triggered: bool | None = False
    """The sample of a target that triggers nothing says false (001…txt l.1699)."""
    event: str | None = None
    """Said when it triggers."""
    rule: int | None = None
    left: int = 0
    top: int = 0
    size: int = 50

    @property
    def region(self) -> tuple[Point, ...]:
        """Its frame."""
        right, bottom = self.left + self.size, self.top + self.size
        return (self.left, self.top), (right, self.top), (right, bottom), (self.left, bottom)


def behaviour_targets(movers: Sequence[Mover]) -> Message:
    """Tell moving targets."""
    targets = [
        target(
            number=mover.number,
            recognition=mover.recognition,
            rule=mover.rule,
            region=mover.region,
            values={"triggerEvent": mover.triggered, "eventType": mover.event if mover.triggered else None},
        )
        for mover in movers
    ]
    return Message(type=ACTIVITY, sub_type="behaviorAnalysis", config="behaviorAnalysis", content=detection(targets))


@dataclass(kw_only=True, frozen=True)
class Vehicle:
    """A vehicle with its plate. What is None is left out; only the plate must be told."""

    plate: str
    number: int = 1
    rule: int | None = 1
    direction: str | None = "forward"
    """reverse, forward or unknown."""
    plate_type: str | None = "civil"
    plate_color: str | None = "white"
    color: str | None = "gray"
    kind: str | None = "vehicle"
    logo: int | None = 1026
    sublogo: int | None = 5
    confidence: int | None = 98
    country: int | None = 16
    index: str | None = "forward"
    """One of the eleven driving directions."""
    vehicle_confidence: int | None = 95
    region: Sequence[Point] = SQUARE


def plates(vehicles: Sequence[Vehicle]) -> Message:
    """Tell vehicles with their plates (001…txt l.1380)."""
    targets: list[Json] = [
        target(
            number=vehicle.number,
            recognition="vehicle",
            rule=vehicle.rule,
            region=vehicle.region,
            values={
                "direction": vehicle.direction,
                "licensePlate": vehicle.plate,
                "plateType": vehicle.plate_type,
                "plateColor": vehicle.plate_color,
                "vehicleColor": vehicle.color,
                "vehicleType": vehicle.kind,
                "vehicleLogo": vehicle.logo,
                "vehicleSublogo": vehicle.sublogo,
                "confidence": vehicle.confidence,
                "country": vehicle.country,
                "directionIndex": vehicle.index,
                "vehicleConfidence": vehicle.vehicle_confidence,
            },
        )
        for vehicle in vehicles
    ]
    return Message(type=ACTIVITY, sub_type="ANPR", config="ANPR", content=detection(targets))


def face_rules(regions: Mapping[int, Sequence[Point]]) -> Message:
    """Tell where faces are looked for; the area stands beside the list of targets (001…txt l.1798)."""
    targets = [target(rule=rule) for rule in regions]
    area: dict[str, Json] = {"Region": [region for each in regions.values() for region in _regions(each)]}
    content = detection(targets, RegionList=area)
    return Message(type=RULE, sub_type="faceSnap", config="faceSnap", content=content)


def _regions(found: Sequence[Point]) -> list[Json]:
    listed = points(found)["Region"]
    assert isinstance(listed, list)
    return listed


@dataclass(kw_only=True, frozen=True)
class Face:
    """One face; never whose it is."""

    number: int = 1
    rule: int = 1
    score: int | None = 100
    age_group: str | int | None = 100
    """The sample says 100 (001…txt l.1878); other documents have words."""
    gender: str | None = "male"
    region: Sequence[Point] = SQUARE


def faces(found: Sequence[Face]) -> Message:
    """Tell faces."""
    targets = [
        target(
            number=face.number,
            recognition="face",
            rule=face.rule,
            region=face.region,
            values={"faceScore": face.score, "ageGroup": face.age_group, "gender": face.gender},
        )
        for face in found
    ]
    return Message(type=ACTIVITY, sub_type="faceSnap", config="faceSnap", content=detection(targets))
