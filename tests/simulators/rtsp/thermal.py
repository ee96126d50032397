"""Messages of thermal cameras: temperatures, fire, ships (001…txt B.15)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .documents import ACTIVITY, RULE, Json, Message, Point, detection, target

SQUARE: tuple[Point, ...] = ((0, 0), (600, 0), (600, 600), (0, 600))
"""The area of nearly all samples."""


@dataclass(kw_only=True, frozen=True)
class Spot:
    """One temperature of a rule."""

    value: float
    rule: int = 1
    measured: str | None = "highest"
    """highest, lowest or average; None for a rule that is a point (001…txt l.2497)."""
    unit: str = "centigrade"
    """centigrade, fahrenheit or kelvin."""
    region: Sequence[Point] = ((200, 200),)


def line(rule: int, lowest: float, average: float, highest: float, unit: str = "centigrade") -> list[Spot]:
    """Return the three temperatures of a line, in the order of the sample (001…txt l.2391-2480)."""
    return [
        Spot(rule=rule, value=average, measured="average", unit=unit, region=((100, 100), (200, 200))),
        Spot(rule=rule, value=lowest, measured="lowest", unit=unit, region=((100, 100),)),
        Spot(rule=rule, value=highest, measured="highest", unit=unit, region=((200, 200),)),
    ]


def thermometry(spots: Sequence[Spot]) -> Message:
    """Tell temperatures."""
    targets = [
        target(
            rule=spot.rule,
            region=spot.region,
            values={"tempValue": _short(spot.value), "tempUnit": spot.unit, "tempProperty": spot.measured},
        )
        for spot in spots
    ]
    return Message(type=ACTIVITY, sub_type="thermometry", config="thermometry", content=detection(targets))


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def fire(
    *,
    temperature: float | None = 100.0,
    distance: int | None = 1000,
    unit: str = "centigrade",
    frame: Sequence[Point] = SQUARE,
    point: Point = (300, 300),
) -> Message:
    """Tell a fire: a target for the frame with the distance (m), one for the hottest point (001…txt l.2503)."""
    targets = [target(region=frame, values={"distance": distance})]
    if temperature is not None:
        values = {"tempValue": _short(temperature), "tempUnit": unit, "tempProperty": "highest"}
        targets.append(target(region=(point,), values=values))
    return Message(type=ACTIVITY, sub_type="fireDetection", config="fireDetection", content=detection(targets))


def no_fire() -> Message:
    """Tell that nothing burns: a list without targets, as in the captured packet (001…txt l.263)."""
    return Message(type=ACTIVITY, sub_type="fireDetection", config="fireDetection", content=detection([]))


@dataclass(kw_only=True, frozen=True)
class Ship:
    """One ship."""

    number: int = 1
    rule: int = 1
    direction: str = "left"
    """up, down, left or right."""
    state: str = "crossing"
    """crossing, nose or tail."""
    length: int = 50
    height: int = 3
    width: int = 5
    speed: float = 4
    """m/s."""
    region: Sequence[Point] = SQUARE


def ship_rules(regions: Mapping[int, Sequence[Point]]) -> Message:
    """Tell the areas in which ships are looked for, by rule (001…txt l.2600)."""
    targets = [target(rule=rule, region=region) for rule, region in regions.items()]
    return Message(type=RULE, sub_type="shipsDetection", config="shipsDetection", content=detection(targets))


def ships(found: Sequence[Ship]) -> Message:
    """Tell ships (001…txt l.2646)."""
    targets: list[Json] = [
        target(
            number=ship.number,
            recognition="ship",
            rule=ship.rule,
            region=ship.region,
            values={
                "direction": ship.direction,
                "state": ship.state,
                "length": ship.length,
                "height": ship.height,
                "width": ship.width,
                "speed": ship.speed,
            },
        )
        for ship in found
    ]
    return Message(type=ACTIVITY, sub_type="shipsDetection", config="shipsDetection", content=detection(targets))
