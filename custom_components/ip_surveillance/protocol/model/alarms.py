"""How the reports of an alarm and its sums over targets and regions belong together."""

from .detections import Detection
from .events import (
    Detected,
    Happened,
)
from .parts import PartRef
from .state import (
    Alarm,
    AlarmKey,
)


def told_key(part: PartRef, what: Detection) -> AlarmKey:
    """The key under which it is noted when a push last told of an alarm, whomever and wherever it saw."""
    return AlarmKey(part, Alarm(what))


def alarms_of(event: Detected) -> tuple[Alarm, ...]:
    """The alarms that one report sets, from the sum of all to the most specific."""
    return sums(Alarm(event.what, event.target, event.region))


def sums(alarm: Alarm) -> tuple[Alarm, ...]:
    """An alarm with those that sum it up: without its region, without its target, without both."""
    what, target, region = alarm
    all_of_it = (Alarm(what), Alarm(what, target), Alarm(what, None, region), alarm)
    return tuple(dict.fromkeys(all_of_it))


def covers(event: Detected, alarm: Alarm) -> bool:
    """Whether the end of an alarm ends another one too."""
    return (
        alarm.what is event.what
        and (event.target is None or alarm.target in (None, event.target))
        and (event.region is None or alarm.region in (None, event.region))
    )


def moment(event: Detected) -> Happened:
    """The beginning of an alarm as something that happened."""
    data = dict(event.data)
    if event.target is not None:
        data["target"] = event.target.value
    if event.region is not None:
        data["region"] = event.region
    return Happened(part=event.part, what=event.what.value, data=data, at=event.at)
