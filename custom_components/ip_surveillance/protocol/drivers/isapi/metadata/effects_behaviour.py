"""What documents of behaviour analysis mean, of cameras and of radars. Pure."""

from collections.abc import Iterator
from typing import Any, Final

from ....model.detections import Detection, Target as Who
from ....model.events import Detected, Measured
from ....model.state import ReadingValue
from ....model.vocabulary import Quantity, Reading
from .effects import points
from .message import Message, Target
from .scene import ABSENCE, Effect, Rule, Scene, Sight
from .words import behaviour, side, target_of

_KIND: Final = "behavioranalysis"
_RADAR: Final = "radar"
_COUNTED: Final = frozenset({Who.HUMAN, Who.VEHICLE, Who.ANIMAL})


def rules(message: Message, scene: Scene) -> Iterator[Effect]:
    """Rules of behaviour, as they are set and when they strike."""
    yield from _rules(message, scene, _KIND)


def targets(message: Message, scene: Scene) -> Iterator[Effect]:
    """Who is in the picture, and who strikes a rule."""
    for index, target in enumerate(message.targets):
        who = target_of(target.recognition)
        if who in _COUNTED:
            scene.targets.see(target.number or f"#{index}", who, scene.now)
        if target.triggered:
            yield from _strike(message, scene, target, _KIND, who)
    if counts := scene.targets.now(scene.now):
        yield Measured(part=scene.part, readings=counts)


def radar(message: Message, scene: Scene) -> Iterator[Effect]:
    """Rules, regions and moving targets come under one type; what the document holds says which (l.2281-2312)."""
    yield from _rules(message, scene, _RADAR)
    if message.moving is None:
        return
    for index, target in enumerate(message.moving):
        scene.radar.see(target.number or f"#{index}", target, scene.now)
        if target.triggered:
            yield from _strike(message, scene, target, _RADAR, None)
    counts = scene.radar.now(scene.now)
    nearest = min(scene.radar.there, key=lambda each: each.values.get("distance", float("inf")), default=None)
    if nearest is not None and (readings := _nearest(nearest)):
        yield Measured(part=scene.part, readings=readings, lasts=ABSENCE)
    yield Measured(part=scene.part, readings=counts)


def _nearest(target: Target) -> dict[Reading, ReadingValue]:
    names = {
        Quantity.RADAR_DISTANCE: "distance",
        Quantity.RADAR_SPEED: "speed",
        Quantity.RADAR_ANGLE: "angle",
    }
    return {Reading(quantity): target.values[name] for quantity, name in names.items() if name in target.values}


def _rules(message: Message, scene: Scene, kind: str) -> Iterator[Effect]:
    for target in message.targets:
        number = target.rule or 0
        known = scene.rule(kind, number)
        what = behaviour(target.text("eventtype")) or known.what
        rule = Rule(what=what, points=target.points, side=side(target.text("crossdirection")))
        scene.keep_rule(kind, number, rule)
        if what is None:
            continue
        yield Sight(gate=what, rule=target.rule)
        if target.triggered:
            yield from _strike(message, scene, target, kind, None)


def _strike(message: Message, scene: Scene, target: Target, kind: str, who: Who | None) -> Iterator[Effect]:
    rule = scene.rule(kind, target.rule)
    what = behaviour(target.text("eventtype")) or rule.what
    if what is None:
        return
    region = target.rule if target.rule is not None else _only_rule(scene, kind, what)
    data: dict[str, Any] = {**target.values, **points(target)}
    crossed = side(target.text("crossdirection")) or rule.side
    if crossed is not None and what is Detection.LINE_CROSSING:
        data["direction"] = crossed
    news = scene.strikes(what, who, region)
    yield Detected(part=scene.part, what=what, target=who, region=region, at=message.at, data=data, restored=not news)


def _only_rule(scene: Scene, kind: str, what: Detection) -> int | None:
    """The rule that a target without its number must have struck, where there is but one of that sort."""
    found = [number for (of, number), rule in scene.rules.items() if of == kind and rule.what is what]
    return found[0] if len(found) == 1 else None
