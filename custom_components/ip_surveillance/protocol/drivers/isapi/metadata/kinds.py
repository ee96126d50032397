"""The kinds of documents and who reads each: a table."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from . import effects, effects_behaviour
from .message import Message
from .scene import Effect, Scene

type Read = Callable[[Message, Scene], Iterator[Effect]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of document, in the device's own words."""

    type: str
    sub_type: str
    read: Read


_RULE: Final = "ruleTarget"
_TARGET: Final = "activityTarget"


def _both(sub_type: str, rule: Read, target: Read) -> tuple[Kind, Kind]:
    return Kind(type=_RULE, sub_type=sub_type, read=rule), Kind(type=_TARGET, sub_type=sub_type, read=target)


def _nothing(message: Message, scene: Scene) -> Iterator[Effect]:
    """A rule that shows nothing by itself."""
    return iter(())


KINDS: Final = (
    *_both("thermometry", _nothing, effects.temperatures),  # 001…txt l.2376
    *_both("fireDetection", _nothing, effects.fire),  # l.2503
    *_both("shipsDetection", effects.ship_rules, effects.ships),  # l.2600, 2646
    *_both("behaviorAnalysis", effects_behaviour.rules, effects_behaviour.targets),  # l.1541, 1655
    *_both("ANPR", _nothing, effects.plates),  # l.1380
    *_both("personQueueTime", effects.queue_rules, effects.queues),  # l.1910
    *_both("personQueueCounting", effects.queue_rules, effects.queues),  # l.2044
    *_both("personQueue", effects.queue_rules, effects.queues),  # l.2894: the general word
    *_both("faceSnap", effects.face_rules, effects.faces),  # l.1775
    *_both("heatmap", effects.people, effects.people),  # l.561
    *_both("framesPeopleCounting", effects.people, effects.people),  # l.626
    *_both("crowdSituationAnalysis", effects.people, effects.people),  # l.546
    *_both("PeopleCounting", effects.passing, effects.passing),  # l.655
    *_both("personalTrack", effects.tracking, effects.tracking),  # l.687
    Kind(type="ruleTargetRadar", sub_type="behaviorAnalysis", read=effects_behaviour.radar),  # l.2146
    Kind(type="activityTargetRadar", sub_type="behaviorAnalysis", read=effects_behaviour.radar),  # l.2767
    Kind(type="ruleTargetRadar", sub_type="", read=effects_behaviour.radar),
    Kind(type="activityTargetRadar", sub_type="", read=effects_behaviour.radar),
    Kind(type="PTZ", sub_type="", read=effects.position),  # l.2888
)

_EXACT: Final[Mapping[tuple[str, str], Kind]] = {(kind.type, kind.sub_type): kind for kind in KINDS}
_FOLDED: Final = {(kind.type.lower(), kind.sub_type.lower()): kind for kind in KINDS}
_POSITION: Final = _EXACT["PTZ", ""]


def kind_of(message: Message) -> Kind | None:
    """The kind of a document: by its words as they are, else in any case. None where nobody reads it."""
    if (exact := _EXACT.get((message.type, message.sub_type))) is not None:
        return exact
    kind, sub = message.type.lower(), message.sub_type.lower()
    return _POSITION if kind == "ptz" else _FOLDED.get((kind, sub))
