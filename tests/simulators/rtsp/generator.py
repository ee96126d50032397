"""All kinds of messages in one place: what makes them, a sample of each, and the rules of a fresh device."""

from collections.abc import Callable, Iterable
from io import BytesIO
from math import cos, sin

from PIL import Image, ImageDraw, ImageFilter

from .analysis import (
    EVENTS,
    FIELD,
    LINE,
    BehaviourRule,
    Face,
    Mover,
    Vehicle,
    behaviour_rules,
    behaviour_targets,
    face_rules,
    faces,
    plates,
)
from .crowd import (
    COUNTING,
    TIME,
    Tracked,
    Waiting,
    heat_map,
    people_counted,
    people_in_region,
    queue_counts,
    queue_rules,
    queue_times,
    tracking,
)
from .documents import Message, Quirk, Style
from .radar import Echo, position, radar_region, radar_rules, radar_targets, video_region
from .thermal import SQUARE, Ship, Spot, fire, line, no_fire, ship_rules, ships, thermometry

__all__ = [
    "COUNTING",
    "EVENTS",
    "FIELD",
    "KINDS",
    "LINE",
    "RULES",
    "SQUARE",
    "TIME",
    "BehaviourRule",
    "Echo",
    "Face",
    "Message",
    "Mover",
    "Quirk",
    "Ship",
    "Spot",
    "Style",
    "Tracked",
    "Vehicle",
    "Waiting",
    "behaviour_rules",
    "behaviour_targets",
    "face_rules",
    "faces",
    "fire",
    "heat_map",
    "heat_picture",
    "line",
    "no_fire",
    "people_counted",
    "people_in_region",
    "plates",
    "position",
    "queue_counts",
    "queue_rules",
    "queue_times",
    "radar_region",
    "radar_rules",
    "radar_targets",
    "rules_of",
    "ship_rules",
    "ships",
    "thermometry",
    "tracking",
    "video_region",
]


def heat_picture(turn: int = 0, *, size: tuple[int, int] = (320, 180)) -> bytes:
    """Return a JPEG of a heat map; the warm place wanders with `turn`."""
    picture = Image.new("RGB", size, (18, 22, 70))
    draw = ImageDraw.Draw(picture)
    middle = size[0] * (0.5 + 0.3 * cos(turn / 4)), size[1] * (0.5 + 0.25 * sin(turn / 3))
    for radius, color in ((60, (30, 120, 200)), (42, (80, 200, 90)), (26, (245, 220, 60)), (12, (230, 50, 30))):
        draw.ellipse(
            (middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius),
            fill=color,
        )
    target = BytesIO()
    picture.filter(ImageFilter.GaussianBlur(6)).save(target, "JPEG", quality=80)
    return target.getvalue()


KINDS: dict[str, Callable[[], Message]] = {
    "thermometry": lambda: thermometry(line(1, 20, 30, 40)),
    "fire": fire,
    "ship_rules": lambda: ship_rules({1: SQUARE}),
    "ships": lambda: ships([Ship()]),
    "behaviour_rules": lambda: behaviour_rules([BehaviourRule()]),
    "behaviour_rule_triggered": lambda: behaviour_rules([BehaviourRule(triggered=True)]),
    "behaviour_targets": lambda: behaviour_targets([Mover()]),
    "behaviour_target_triggers": lambda: behaviour_targets([Mover(left=100, top=100, triggered=True, event=LINE)]),
    "plates": lambda: plates([Vehicle(plate="XA12345")]),
    "queue_time_rules": lambda: queue_rules(TIME),
    "queue_times": lambda: queue_times([Waiting()]),
    "queue_counting_rules": lambda: queue_rules(COUNTING),
    "queue_counts": queue_counts,
    "face_rules": lambda: face_rules({1: SQUARE}),
    "faces": lambda: faces([Face()]),
    "radar_rules": lambda: radar_rules({1: ((30, 10),)}),
    "radar_rule_triggered": lambda: radar_rules({1: ((30, 10),)}, event=LINE, triggered=True, crossing="lefttoright"),
    "radar_region": lambda: radar_region(30.15, 10.5, 10.3),
    "radar_video_region": lambda: video_region(36.66, 70.88),
    "radar_targets": lambda: radar_targets([Echo()]),
    "radar_target_triggers": lambda: radar_targets([Echo(triggered=True)]),
    "radar_targets_live": lambda: radar_targets([Echo()], live=True),
    "position": lambda: position(elevation=12.5, azimuth=181.25, zoom=4, focus=1200, preset=3),
    "heat_map": lambda: heat_map(heat_picture(), people=3),
    "heat_map_url": lambda: heat_map("http://192.168.0.64/heat.jpg", people=3),
    "people_in_region": lambda: people_in_region(4),
    "crowd_situation": lambda: people_in_region(4, sub_type="crowdSituationAnalysis"),
    "people_counted": lambda: people_counted(12, 9),
    "tracking": lambda: tracking([Tracked(suspicious=((5, 1576657411095, 0.567),))]),
}
"""A sample of every kind of message, by name."""

RULES: dict[str, Callable[[], list[Message]]] = {
    "shipsDetection": lambda: [ship_rules({1: SQUARE})],
    "behaviorAnalysis": lambda: [
        behaviour_rules(
            [
                BehaviourRule(number=1),
                BehaviourRule(number=2, event=FIELD, region=((100, 300), (500, 300), (500, 600), (100, 600))),
            ]
        )
    ],
    "personQueue": lambda: [queue_rules(TIME), queue_rules(COUNTING)],
    "faceSnap": lambda: [face_rules({1: SQUARE})],
    "radarDetection": lambda: [
        radar_rules({1: ((-60, 40), (60, 40))}),
        radar_region(120.0, 100.0, 0.0),
        video_region(0.0, 60.0),
    ],
}
"""What is configured on a fresh device, by kind of metadata."""


def rules_of(types: Iterable[str]) -> list[Message]:
    """Return the rules of a fresh device that has these kinds."""
    return [message for kind in types if kind in RULES for message in RULES[kind]()]
