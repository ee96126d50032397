"""What must not be seen on the spot: alarms that call for help behind the back of whoever threatens.

This is the one place that decides it. Whoever shows alarms of panels asks here, so that no second entity gives away
what the first one hides.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from homeassistant.config_entries import ConfigEntry

from .const import CONF_SHOW_SILENT
from .protocol.model.detections import DISCREET, Detection
from .protocol.model.events import Detected, Event, Happened, Together
from .protocol.model.panel_words import PanelEvent, Role
from .protocol.model.parts import Part, PartRef
from .protocol.model.state import Alarm, State
from .protocol.model.vocabulary import Feature, Flag, Reading

_ALARM: Final = Reading(Flag.ALARM)
_DISCREET_EVENTS: Final = frozenset({PanelEvent.SILENT_ALARM.value, *(what.value for what in DISCREET)})


def shows_silent(entry: ConfigEntry) -> bool:
    """Whether the user wants to see silent alarms like all others."""
    return bool(entry.options.get(CONF_SHOW_SILENT, False))


def is_discreet_event(what: str) -> bool:
    """Whether a happening of this kind must stay unnoticed."""
    return what in _DISCREET_EVENTS


def hushed(event: Event, show: bool) -> Event:
    """An event without the pictures that must not be seen."""
    if show:
        return event
    if isinstance(event, Together):
        return replace(event, events=tuple(hushed(each, show) for each in event.events))
    if isinstance(event, Detected | Happened) and event.picture is not None and is_discreet_event(event.what):
        return replace(event, picture=None)
    return event


def zone_alarm(state: State, part: Part, show: bool) -> bool | None:
    """Whether a zone is seen to be in alarm, None when unknown."""
    flag = state.flag(part.ref, Flag.ALARM)
    return False if flag and not show and _is_quiet(state, part) else flag


def zone_open(state: State, part: Part, show: bool) -> bool | None:
    """Whether a zone is seen to be open, None when unknown.

    A door that is silent is open for everybody to see, but that a silent panic button is pressed is the alarm.
    """
    flag = state.flag(part.ref, Flag.OPEN)
    return False if flag and not show and part.role == Role.PANIC and _is_quiet(state, part) else flag


def partition_alarm(state: State, part: Part, zones: Sequence[Part], show: bool) -> bool | None:
    """Whether a partition with these zones is seen to be in alarm, None when unknown."""
    flag = state.flag(part.ref, Flag.ALARM)
    if show:
        # A call for help is an alarm from its report on: no panel sets the flag by itself for whoever stands there.
        return True if any(cause.what in DISCREET for cause in _causes(state, part.ref)) else flag
    return False if flag and _is_hidden(state, part, zones) else flag


def alarm_reasons(state: State, part: Part, zones: Iterable[Part], show: bool) -> frozenset[Detection]:
    """Why a partition with these zones is in alarm, as far as it may be seen."""
    zones = tuple(zones)
    causes = [*_causes(state, part.ref), *_told_elsewhere(state, part, zones)]
    return frozenset(cause.what for cause in (causes if show else _loud(state, causes, zones)))


def _told_elsewhere(state: State, part: Part, zones: Iterable[Part]) -> Iterator[Alarm]:
    """Reasons of zones in alarm that belong to several partitions: a report names one of them only."""
    for zone in _alarmed(state, [zone for zone in zones if len(zone.partitions) > 1]):
        for ref in zone.partitions - {part.ref}:
            yield from (cause for cause in _causes(state, ref) if cause.region == zone.ref.number)


def hides_author(state: State, partition: PartRef, show: bool) -> bool:
    """Whether who disarmed, and how, must stay unseen: under threat another code is typed, and it has its own name."""
    return not show and any(cause.what is Detection.DURESS for cause in _causes(state, partition))


def _is_quiet(state: State, zone: Part) -> bool:
    """Whether the alarm of a zone is one to be hidden: by its configuration, or by what it reports."""
    if Feature.SILENT in zone.features:
        return True
    own = {alarm.what for alarm in state.alarms(zone.ref)}
    told = {cause.what for ref in zone.partitions for cause in _causes(state, ref) if _explains(cause, zone)}
    return bool(own | told) and own | told <= DISCREET


def _explains(cause: Alarm, zone: Part) -> bool:
    """Whether a reason of a partition is that of the alarm of a zone."""
    if cause.region is not None and cause.region >= 0:
        return cause.region == zone.ref.number
    # Called for help without saying where: that was a button for it, and no door.
    return cause.what in DISCREET and zone.role == Role.PANIC


def _is_hidden(state: State, part: Part, zones: Sequence[Part]) -> bool:
    """Whether nothing but what is to be hidden set off the alarm of a partition.

    In doubt it is shown: a zone in alarm that nothing says to be silent counts whatever else was reported, because a
    burglary that nobody sees is worse than a call for help that somebody does.
    """
    causes = _causes(state, part.ref)
    loud = _loud(state, causes, zones)
    if any(cause.region is not None for cause in loud):
        return False
    # A reason without a zone is that of the zones in alarm; where none is, it stands for itself.
    alarmed = _alarmed(state, zones)
    return all(_is_quiet(state, zone) for zone in alarmed) and bool(alarmed or (causes and not loud))


def _alarmed(state: State, zones: Sequence[Part]) -> list[Part]:
    """Those of the zones of one panel that are in alarm."""
    return [zone for zone in zones if state.reading(zone.ref, _ALARM)]


def _causes(state: State, partition: PartRef) -> list[Alarm]:
    """The active reasons of a partition, by zone where it is known; the sum of a reason is no reason of its own."""
    alarms = state.alarms(partition)
    located = {alarm.what for alarm in alarms if alarm.region is not None}
    return [alarm for alarm in alarms if alarm.region is not None or alarm.what not in located]


def _loud(state: State, causes: Sequence[Alarm], zones: Iterable[Part]) -> list[Alarm]:
    """The reasons that are neither discreet nor come from a zone that is."""
    if not causes:
        return []
    regions = {cause.region for cause in causes}
    quiet = {zone.ref.number for zone in zones if zone.ref.number in regions and _is_quiet(state, zone)}
    return [cause for cause in causes if cause.what not in DISCREET and cause.region not in quiet]
