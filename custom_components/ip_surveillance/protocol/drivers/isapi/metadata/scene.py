"""What one channel shows, across documents: its rules, what is there now, and what was told already."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ....model.detections import Detection, Target as Who
from ....model.events import Event, Measured
from ....model.parts import Gate, PartRef
from ....model.state import ReadingValue
from ....model.vocabulary import Quantity, Reading
from .message import Point, Target

ABSENCE: Final = 3.0
"""Seconds after which what was not told of again is gone."""
FORGOTTEN: Final = 60.0
"""Seconds after which a number that a device gave to a target may stand for another one."""
_HOLD: Final = 10.0
_MOST: Final = 256
_MOST_RULES: Final = 64

type Values = Mapping[Reading, ReadingValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Something that a channel can show, though it does not now: a rule of it is set."""

    gate: Gate
    rule: int | None = None


type Effect = Event | Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule as it was told last."""

    what: Detection | None = None
    points: tuple[Point, ...] = ()
    side: str | None = None


class Presence[T]:
    """Who is there now: each until it was not told of for a while."""

    def __init__(self, tell: Callable[[Collection[T]], Values]) -> None:
        """Take what makes readings of all that are there; of nobody it tells a zero."""
        self._tell = tell
        self._there: OrderedDict[str, tuple[T, float]] = OrderedDict()

    def see(self, number: str, what: T, now: float) -> None:
        """Note that somebody is there."""
        self._there.pop(number, None)
        self._there[number] = (what, now)
        if len(self._there) > _MOST:
            self._there.popitem(last=False)

    def gone(self, number: str) -> None:
        """Note that somebody is said to have left."""
        self._there.pop(number, None)

    def clear(self) -> None:
        """Forget everybody."""
        self._there.clear()

    def now(self, now: float) -> Values:
        """Readings of all that are there."""
        self.expire(now)
        return self._tell(self.there)

    def expire(self, now: float) -> bool:
        """Drop whoever was not told of for too long; whether anybody was."""
        before = len(self._there)
        # Whoever was seen last stands last.
        while self._there and next(iter(self._there.values()))[1] + ABSENCE <= now:
            self._there.popitem(last=False)
        return len(self._there) < before

    @property
    def there(self) -> list[T]:
        """All that are there."""
        return [what for what, _ in self._there.values()]

    @property
    def deadline(self) -> float | None:
        """When the next one is gone unless told of again."""
        return next(iter(self._there.values()))[1] + ABSENCE if self._there else None


class Told:
    """What was told already of whom, so that twenty-five documents a second make one event."""

    def __init__(self) -> None:
        """Start with nothing told."""
        self._seen: OrderedDict[tuple[str, ...], float] = OrderedDict()

    def is_news(self, now: float, *key: str) -> bool:
        """Whether this was not told since the target was last gone for a minute."""
        seen = self._seen.pop(key, None)
        self._seen[key] = now
        if len(self._seen) > _MOST:
            self._seen.popitem(last=False)
        return seen is None or now - seen > FORGOTTEN


class Scene:
    """The memory of one channel; `now` is set before each document."""

    def __init__(self, part: PartRef) -> None:
        """Begin with an empty picture."""
        self.part = part
        self.now = 0.0
        self.told = Told()
        self.faces = 0
        self.classes: set[Who] = set()
        """Kinds of targets that were counted at least once."""
        self.targets = Presence[Who](self._count_targets)
        self.ships = Presence[Target](lambda there: {Reading(Quantity.SHIPS): len(there)})
        self.radar = Presence[Target](lambda there: {Reading(Quantity.RADAR_TARGETS): len(there)})
        self.tracked = Presence[None](lambda there: {Reading(Quantity.TRACKED): len(there)})
        self.waiting: dict[int, OrderedDict[str, tuple[float, float]]] = {}
        """Seconds that each has waited and when that was told, by rule and target."""
        self.over: set[tuple[Detection, int]] = set()
        """Lines that are longer, or slower, than their limits."""
        self._rules: OrderedDict[tuple[str, int], Rule] = OrderedDict()
        self._struck: OrderedDict[tuple[Detection, Who | None, int | None], float] = OrderedDict()

    @property
    def presences(self) -> tuple[Presence[Who], Presence[Target], Presence[Target], Presence[None]]:
        """All that expires by absence."""
        return self.targets, self.ships, self.radar, self.tracked

    def keep_rule(self, sub_type: str, number: int, rule: Rule) -> None:
        """Remember a rule: it is told once, at the beginning and when it changes (001…txt l.2888)."""
        self._rules.pop((sub_type, number), None)
        self._rules[sub_type, number] = rule
        if len(self._rules) > _MOST_RULES:
            self._rules.popitem(last=False)

    def rule(self, sub_type: str, number: int | None) -> Rule:
        """A rule as it was told last; an empty one where it was not."""
        return self._rules.get((sub_type, number), _UNTOLD) if number is not None else _UNTOLD

    @property
    def rules(self) -> Mapping[tuple[str, int], Rule]:
        """All rules that are known."""
        return self._rules

    def strikes(self, what: Detection, who: Who | None, region: int | None) -> bool:
        """Note that a rule strikes; whether that is news.

        The rule and the target that struck it are told in two documents, each of which may lack what the other says.
        """
        for key, seen in tuple(self._struck.items()):
            if self.now - seen >= _HOLD:
                del self._struck[key]
        same = [key for key in self._struck if key[0] is what and _agree(key[1], who) and _agree(key[2], region)]
        self._struck.pop((what, who, region), None)
        self._struck[what, who, region] = self.now
        if len(self._struck) > _MOST_RULES:
            self._struck.popitem(last=False)
        return not same

    def go_over(self, what: Detection, rule: int) -> None:
        """Note that a line is over its limit."""
        if len(self.over) < _MOST_RULES:
            self.over.add((what, rule))

    def wait(self, rule: int, number: str, seconds: float) -> float:
        """Note how long somebody has waited; returns the longest of all who still stand in that line."""
        if rule not in self.waiting and len(self.waiting) >= _MOST_RULES:
            return seconds
        line = self.waiting.setdefault(rule, OrderedDict())
        line.pop(number, None)
        line[number] = (seconds, self.now)
        while len(line) > _MOST or next(iter(line.values()))[1] + ABSENCE < self.now:
            line.popitem(last=False)
        return max(waited for waited, _ in line.values())

    def expire(self, now: float) -> Iterator[Measured]:
        """Tell of those who are gone by now."""
        for presence in self.presences:
            if presence.expire(now):
                yield Measured(part=self.part, readings=presence.now(now))

    @property
    def deadline(self) -> float | None:
        """When `expire` has something to tell."""
        return min((each.deadline for each in self.presences if each.deadline is not None), default=None)

    def lose(self) -> None:
        """Forget who is there: the connection is lost, and nobody tells any more."""
        for presence in self.presences:
            presence.clear()
        self.waiting.clear()
        self._struck.clear()

    def _count_targets(self, there: Collection[Who]) -> Values:
        self.classes.update(there)
        counts = dict.fromkeys(sorted(self.classes), 0)
        for who in there:
            counts[who] += 1
        return {Reading(Quantity.TARGETS, who.value): count for who, count in counts.items()}


_UNTOLD: Final = Rule()


def _agree(one: object, other: object) -> bool:
    return one is None or other is None or one == other
