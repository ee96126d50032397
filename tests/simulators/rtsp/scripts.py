"""Scripts: what happens in front of a camera, message by message, and how to play them."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
import time

from . import generator as make
from .documents import Message
from .service import MetadataService


@dataclass(kw_only=True, frozen=True)
class Step:
    """Messages at one moment, and the time (seconds) until the next."""

    messages: tuple[Message, ...] = ()
    wait: float = 1.0
    rules: tuple[Message, ...] | None = None
    """What is configured from now on."""
    channel: int | None = None
    """Another channel than the one played on."""


type Script = Iterator[Step]


def _say(*messages: Message, wait: float = 1.0) -> Step:
    return Step(messages=messages, wait=wait)


def temperature_ramp(low: float = 25, high: float = 85, step: float = 5, wait: float = 0.5) -> Script:
    """A line (rule 1) and a point (rule 2) get hot and cool down again."""
    count = max(1, round((high - low) / step))
    for turn in (*range(count + 1), *range(count - 1, -1, -1)):
        value = low + (high - low) * turn / count
        spots = make.line(1, value - 8, value - 3, value)
        spots.append(make.Spot(rule=2, value=value - 12, measured=None))
        yield _say(make.thermometry(spots), wait=wait)


def fire(seconds: float = 8, wait: float = 0.5) -> Script:
    """A fire grows, and is told no more when it is out: targets are sent only while there are any (l.2890)."""
    for turn in range(max(1, round(seconds / wait))):
        yield _say(make.fire(temperature=100 + 15 * turn, distance=120), wait=wait)


def ship_pass(wait: float = 0.5) -> Script:
    """A ship crosses from bow to stern, then a smaller one comes back."""
    for number, direction, length in ((1, "left", 84), (2, "right", 12)):
        for state in ("nose", "crossing", "tail"):
            ship = make.Ship(number=number, direction=direction, state=state, length=length, speed=4.5)
            yield _say(make.ships([ship]), wait=wait)


def plate_pass(
    plates: Iterable[str] = ("AB123CD", "XA12345"), frames: int = 6, wait: float = 0.2, first: int | None = None
) -> Script:
    """Vehicles pass; each is told several times under one number, ever more surely."""
    # A device goes on counting, so that a later pass of the same plate is another target.
    number = first if first is not None else int(time.monotonic() * 10) % 1_000_000
    for offset, plate in enumerate(plates):
        for frame in range(frames):
            left = 60 * frame
            vehicle = make.Vehicle(
                plate=plate,
                number=number + offset,
                confidence=70 + 5 * min(frame, 5),
                direction="forward" if offset % 2 == 0 else "reverse",
                region=((left, 300), (left + 200, 300), (left + 200, 450), (left, 450)),
            )
            yield _say(make.plates([vehicle]), wait=wait)
        yield _say(wait=wait * 5)


def queue(limit: int = 8, longest: int = 12, wait: float = 0.5) -> Script:
    """A queue builds up past its limit and dissolves; the first person waits longest."""
    for turn in (*range(longest + 1), *range(longest - 1, -1, -1)):
        people = [make.Waiting(number=number, waited=60 * (turn - number) + 60, limit=480) for number in range(turn)]
        told = (make.queue_times(people),) if people else ()
        yield _say(make.queue_counts(1, count=turn, limit=limit), *told, wait=wait)


def intrusion(wait: float = 0.2, recognition: str = "human", event: str = make.FIELD, rule: int = 2) -> Script:
    """Somebody walks in, the rule is triggered, and it is over."""
    area = ((100, 300), (500, 300), (500, 600), (100, 600))
    rules = [make.BehaviourRule(number=1), make.BehaviourRule(number=rule, event=event, region=area)]
    quiet = make.behaviour_rules(rules)
    loud = make.behaviour_rules([rules[0], make.BehaviourRule(number=rule, event=event, triggered=True, region=area)])
    yield _say(quiet, wait=wait)
    for turn in range(15):
        inside = 5 <= turn < 11
        mover = make.Mover(
            number=7,
            recognition=recognition,
            left=40 * turn,
            top=400,
            triggered=inside,
            event=event if inside else None,
            rule=rule if inside else None,
        )
        told = [make.behaviour_targets([mover])]
        if turn in (5, 11):
            told.append(loud if inside else quiet)
        yield _say(*told, wait=wait)


def walk(seconds: float = 4, rate: float = 25, targets: int = 3) -> Script:
    """People walk about without consequence, as fast as a camera tells it."""
    for turn in range(round(seconds * rate)):
        movers = [
            make.Mover(
                number=number,
                recognition=("human", "vehicle", "zoology")[number % 3],
                left=(turn * 4 + number * 90) % 550,
                top=100 * number % 500,
            )
            for number in range(1, targets + 1)
        ]
        yield _say(make.behaviour_targets(movers), wait=1 / rate)


def radar_crossing(wait: float = 0.2, live: bool = False) -> Script:
    """A target crosses the radar's field from left to right, over the line in its middle."""
    rule = {1: ((-60, 40), (60, 40))}
    for turn in range(13):
        angle = -60 + 10 * turn
        echo = make.Echo(number=3, speed=18, angle=angle, distance=20 + abs(angle) // 2, triggered=turn in (6, 7))
        told = [make.radar_targets([echo], live=live)]
        if turn == 6:
            told.append(make.radar_rules(rule, event=make.LINE, triggered=True, crossing="lefttoright"))
        yield _say(*told, wait=wait)
    yield _say(make.radar_rules(rule), wait=wait)


def people(wait: float = 0.5) -> Script:
    """People come and go; the counters begin anew in between, as at midnight."""
    entered = left = inside = 0
    for turn in range(24):
        if turn == 14:
            entered = left = 0
        entered += turn % 3
        left += turn % 2
        inside = max(0, inside + turn % 3 - turn % 2)
        yield _say(make.people_counted(entered, left), make.people_in_region(inside), wait=wait)


def heat(turns: int = 6, wait: float = 2) -> Script:
    """The crowd wanders."""
    for turn in range(turns):
        yield _say(make.heat_map(make.heat_picture(turn), people=3 + turn), wait=wait)


def tracks(wait: float = 0.2) -> Script:
    """Two people are tracked; one does something odd, both leave."""
    now = int(time.time() * 1000)
    for turn in range(12):
        odd = ((5, now, 0.81),) if turn == 6 else ()
        found = [
            make.Tracked(number="12498", x=round(0.1 + 0.05 * turn, 6), suspicious=odd, complete=turn == 11),
            make.Tracked(number="12499", y=round(0.1 + 0.04 * turn, 6), complete=turn >= 9, valid=turn < 9),
        ]
        yield _say(make.tracking(found[: 1 if turn > 9 else 2]), wait=wait)


def faces(wait: float = 0.5) -> Script:
    """Three people pass, each told twice."""
    for number, gender in ((11, "male"), (12, "female"), (13, "unknown")):
        for score in (62, 88):
            face = make.Face(number=number, gender=gender, score=score, age_group="young")
            yield _say(make.faces([face]), wait=wait)


def tour(wait: float = 0.5) -> Script:
    """A moving head goes round and ends at a preset."""
    for turn in range(13):
        yield _say(
            make.position(elevation=5 + turn, azimuth=30.0 * turn, zoom=1 + turn / 4, preset=1 if turn == 12 else None),
            wait=wait,
        )


def new_rules(wait: float = 1) -> Script:
    """Somebody redraws the areas."""
    for side in (200, 400):
        area = ((0, 0), (side, 0), (side, side), (0, side))
        rule = make.BehaviourRule(number=2, event=make.FIELD, region=area)
        yield Step(rules=(make.behaviour_rules([make.BehaviourRule(), rule]),), wait=wait)


def storm(channels: int = 16, rate: float = 25, seconds: float = 10) -> Script:
    """All channels tell targets and temperatures in turn, `rate` messages a second each."""
    for turn in range(round(seconds * rate)):
        for channel in range(1, channels + 1):
            message = (
                make.behaviour_targets([make.Mover(number=channel, left=turn * 3 % 550)])
                if turn % 2
                else make.thermometry(make.line(1, 20, 25, 30 + turn % 50))
            )
            yield Step(messages=(message,), wait=1 / rate if channel == channels else 0, channel=channel)


SCRIPTS: dict[str, Callable[..., Script]] = {
    "temperature_ramp": temperature_ramp,
    "fire": fire,
    "ship_pass": ship_pass,
    "plate_pass": plate_pass,
    "queue": queue,
    "intrusion": intrusion,
    "walk": walk,
    "radar_crossing": radar_crossing,
    "people": people,
    "heat": heat,
    "tracks": tracks,
    "faces": faces,
    "tour": tour,
    "new_rules": new_rules,
    "storm": storm,
}


async def play(service: MetadataService, script: Iterable[Step], *, channel: int = 1, speed: float = 1.0) -> int:
    """Play a script on a channel; returns the documents told. `speed`: times as fast; infinite waits for nothing."""
    loop = asyncio.get_running_loop()
    due, told = loop.time(), 0
    for step in script:
        number = channel if step.channel is None else step.channel
        if step.rules is not None:
            service.set_rules(step.rules, number)
        for message in step.messages:
            service.tell(message, number)
            told += 1
        due += step.wait / speed
        if step.wait:
            await asyncio.sleep(max(0.0, due - loop.time()))
    return told
