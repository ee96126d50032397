"""Records of alarm panels: what `EventNotificationAlert` says of a CIDAlarm, and which events it becomes.

The fields are those of 004…txt l.1358-1482. Tables and samples disagree on where they are and how they are
written, so each is looked for inside CIDAlarm and beside it, in any case, as a number or as text.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from ..errors import BadAnswer
from ..model.events import Detected, Event, Happened
from ..model.panel_words import PanelEvent
from ..model.parts import Gate, PartKind, PartRef
from ..transport import loose_json
from .contact_id import CODES, Code
from .extras import extras
from .panel import Panel
from .panel_effects import Alarmed, Case, Quieted
from .panel_groups import GROUP_OF, Group, ends, family_of, restores

_TEXT: Final = 127
"""Longest text that is kept; what the documents allow a description."""
_CODE: Final = 16
_NUMBER: Final = 2**31 - 1
_LATE: Final = timedelta(seconds=60)
"""A panel that takes longer to report kept the record while it had no connection."""

_DURESS: Final = "duress"
_TYPES: Final[Mapping[int, str]] = {
    1: "zone",
    2: "video",
    3: "virtual_zone",
    4: _DURESS,
    5: "exception",
    6: "operation",
}
_VIDEO_FILES: Final = (1, 2)
"""Values of isVideo that name a file (l.1452)."""
_NOBODY: Final = "NONE"

_USER_TYPE, _USER_NUMBER, _ZONE, _KEYPAD, _CHANNEL, _DISK, _MODULE, _USER = range(8)
"""Places in CIDParam (l.1458-1482)."""
_PARAMETERS: Final = 8

_USER_TYPES: Final = {1: "keypad", 2: "network"}

_UNKNOWN: Final = Group(event=PanelEvent.UNKNOWN_CODE)


_COMMON: Final = frozenset(
    (
        "cidalarm",
        "cidcode",
        "cidparam",
        "cidtype",
        "ciddescribe",
        "subsys",
        "zoneno",
        "uuid",
        "deviceserial",
        "isvideo",
        "triggertime",
        "uploadtime",
        "datetime",
        "datatime",
        "devindex",
        "devstatus",
        "eventtype",
        "eventstate",
        "eventdescription",
        "activepostcount",
        "ipaddress",
        "ipv6address",
        "portno",
        "protocol",
        "macaddress",
        "channelid",
        "deviceid",
        "istalk",
        "timezoneidx",
    )
)
"""Members that are told under words of their own, or that are about the message alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of a panel; None and empty where it does not tell."""

    code: str
    """Four digits; whatever the panel sent where it is none of the list."""
    partition: int | None = None
    """From 1, be it one that no panel has; None is all."""
    zone: int | None = None
    channel: int | None = None
    """Video channel, from 1."""
    user: str = ""
    user_number: int | None = None
    kind: str = ""
    """One of zone, video, virtual_zone, duress, exception, operation."""
    text: str = ""
    """The panel's own description."""
    uuid: str = ""
    """Joins the record to the clip that follows it."""
    serial: str = ""
    """Serial number of the panel."""
    media: bool = False
    """Whether a clip can be fetched."""
    reported_late: bool = False
    """Whether the panel kept it for a minute or longer."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """What few records tell, and all else of one whose code is not in the list."""
    at: datetime | None = None
    """When it was sent."""

    @property
    def known(self) -> Code | None:
        """Its row of the list, None when the list has none."""
        return CODES.get(self.code)


def read_record(alert: Mapping[str, Any]) -> Record:
    """Read the inside of an EventNotificationAlert; raises BadAnswer only where there is no code at all."""
    inside = loose_json.get(alert, "CIDAlarm")
    places: list[Mapping[str, Any]] = [each for each in (*_items(inside), alert) if isinstance(each, Mapping)]

    def text(name: str, longest: int = _TEXT) -> str:
        return _found(places, name, lambda value: loose_json.to_text(value, longest)) or ""

    def number(name: str) -> int | None:
        return _found(places, name, _number)

    if not (code := text("CIDCode", _CODE)):
        raise BadAnswer("record of a panel without a code")
    parameters = _parameters(text("CIDParam", 4 * _TEXT))
    user = parameters[_USER].strip()[:_TEXT]
    partition = number("subSys")
    channel = _number(parameters[_CHANNEL])
    zone = number("zoneNo")
    return Record(
        code=code,
        partition=partition or None,
        zone=_number(parameters[_ZONE]) if zone is None else zone,
        channel=channel or None,
        user="" if user.upper() == _NOBODY else user,
        user_number=_number(parameters[_USER_NUMBER]),
        kind=_TYPES.get(number("CIDType") or 0, ""),
        text=text("CIDDescribe"),
        uuid=text("UUID"),
        serial=text("deviceSerial"),
        media=number("isVideo") in _VIDEO_FILES,
        reported_late=_is_late(text("triggerTime"), text("uploadTime")),
        more=_more(places, parameters, listed=code in CODES),
        # The panel's own times bear no zone (l.1434), and the index that should tell it is wrong in places.
        at=_zoned(text("dateTime") or text("dataTime")),
    )


def events_of(record: Record, panel: Panel, now: datetime) -> list[Event]:
    """What a record becomes: one happening of the panel, and what it does to the state.

    `now` (with time zone) is when it came. Numbers that the panel is not known to have change no state.
    """
    group = _group(record)
    silent = _is_silent(record, panel, group)
    events: list[Event] = [_happened(record, panel, group, silent=silent)]
    if record.known is not None:
        case = Case(
            panel=panel,
            code=record.code,
            family=family_of(record.code),
            active=not restores(record.code) if group.opposite else record.code.startswith("1"),
            ends=ends(record.code),
            partition=record.partition,
            # Elsewhere the number may be that of a keypad or a module, and must not be taken for a zone's.
            zone=record.zone if group.zonal else None,
            channel=record.channel,
            user=record.user,
            at=record.at,
            now=now,
        )
        events += group.effect.events(case)
    return events


def touches(record: Record) -> bool:
    """Whether what polling reads may have changed; only the regular reports of a panel change nothing."""
    return _group(record).repolls


def restructures(record: Record) -> bool:
    """Whether a detector or a peripheral may have come or gone."""
    return _group(record).restructures


def sighted(events: Iterable[Event]) -> frozenset[tuple[PartRef, Gate]]:
    """The alarms that events begin and that may be heard of for the first time, each with its part.

    Why a partition is in alarm is told by its alarm panel and is left out.
    """
    return frozenset(
        (event.part, event.what)
        for event in events
        if isinstance(event, Detected) and event.active and event.part.kind is not PartKind.PARTITION
    )


def _group(record: Record) -> Group:
    return GROUP_OF.get(record.code, _UNKNOWN)


def _is_silent(record: Record, panel: Panel, group: Group) -> bool:
    """Whether a record is told as a silent alarm: by its code, as one of an unknown code, or by its zone."""
    if group.event is PanelEvent.SILENT_ALARM or (record.known is None and record.kind == _DURESS):
        return True
    zone = panel.zones.get(record.zone) if record.zone is not None else None
    return group.zonal and zone in panel.silent and isinstance(group.effect, Alarmed | Quieted)


def _happened(record: Record, panel: Panel, group: Group, *, silent: bool) -> Happened:
    known = record.known
    hidden = record.kind == _DURESS and not silent
    data: dict[str, Any] = {
        "code": record.code,
        "contact_id": known and known.contact_id,
        "sia": known and known.sia,
        "restored": restores(record.code) if known else record.code.startswith("3"),
        "user": record.user,
        "user_number": record.user_number,
        "channel": record.channel,
        # Under another heading, such as disarming, both would tell everybody that somebody was forced to.
        "type": "" if hidden else record.kind,
        "device_text": "" if hidden else record.text,
        "uuid": record.uuid,
        # Absent rather than false: a record without a clip may still be followed by pictures.
        "media": record.media or None,
        "reported_late": record.reported_late or None,
        **_places(record, panel, named=group.zonal or known is None),
        **({} if hidden else record.more),
    }
    told = {name: value for name, value in data.items() if value is not None and value != ""}
    what = PanelEvent.SILENT_ALARM if silent else group.event
    return Happened(part=panel.ref, what=what.value, data=told, at=record.at)


def _places(record: Record, panel: Panel, *, named: bool) -> dict[str, Any]:
    """Partition and zone; a zone's name only where the number is sure to be a zone's."""
    partition = panel.partitions.get(record.partition or 0)
    zone = None if record.zone is None else panel.zones.get(record.zone)
    # Zones may count from 0, but 0 is also what panels send where there is no zone.
    number = record.zone if zone is not None or record.zone else None
    if zone is not None and named:
        # The user knows it by its own number, which is not always that of the reports.
        number = zone.number
    return {
        "partition": record.partition,
        "partition_name": partition and panel.names.get(partition),
        "zone": number,
        "zone_name": panel.names.get(zone) if zone is not None and named else None,
    }


def _more(places: Iterable[Mapping[str, Any]], parameters: Sequence[str], *, listed: bool) -> dict[str, Any]:
    """What few records tell; of one whose code nobody knows whatever the panel said besides."""
    told: dict[str, Any] = {
        "user_type": _USER_TYPES.get(_number(parameters[_USER_TYPE]) or 0),
        "keypad": _number(parameters[_KEYPAD]) or None,
        "disk": _number(parameters[_DISK]) or None,
        "module": _number(parameters[_MODULE]) or None,
        "talk": _found(places, "isTalk", loose_json.to_bool) or None,
    }
    if not listed:
        members = {name: value for place in places for name, value in place.items()}
        told["other"] = extras(members, _COMMON.__contains__) or None
    return {name: value for name, value in told.items() if value is not None}


def _items(value: object) -> list[object]:
    """What is in a field that may have been sent twice."""
    return value[:8] if isinstance(value, list) else [value]


def _found[T](places: Iterable[Mapping[str, Any]], name: str, read: Callable[[object], T | None]) -> T | None:
    """The first readable value of a field, inside before outside."""
    for place in places:
        for value in _items(loose_json.get(place, name)):
            if (result := read(value)) is not None:
                return result
    return None


def _number(value: object) -> int | None:
    """A number from 0; -1 says that there is none."""
    number = loose_json.to_int(value)
    return number if number is not None and 0 <= number <= _NUMBER else None


def _parameters(text: str) -> list[str]:
    # A user's name may contain commas: it is the last, so it keeps them.
    parts = text.split(",", _PARAMETERS - 1)
    return parts + [""] * (_PARAMETERS - len(parts))


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.replace("/", "-"))
    except ValueError, OverflowError:
        return None


def _zoned(text: str) -> datetime | None:
    time = _time(text)
    return time if time is not None and time.tzinfo is not None else None


def _is_late(triggered: str, uploaded: str) -> bool:
    begin, end = _time(triggered), _time(uploaded)
    if begin is None or end is None or (begin.tzinfo is None) is not (end.tzinfo is None):
        return False
    return end - begin > _LATE
