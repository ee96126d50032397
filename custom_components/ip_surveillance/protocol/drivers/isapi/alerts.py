"""One pushed document as plain data, whichever grammar and version it came in. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
import json
from typing import Any, Final

from ...errors import BadAnswer
from ...hikvision.event_types import plain, targets_of
from ...hikvision.extras import LARGEST, clean, extras
from ...model.detections import Target
from ...transport import loose_json, xml
from .codec import json_list, parse_time

_LONGEST: Final = 1024 * 1024
_ELEMENTS: Final = 2000
_MOST_REGIONS: Final = 64
_HIGHEST_REGION: Final = 255

# What every alert has, or what is told in fields of its own; lower case.
_HOUSEKEEPING: Final = frozenset(
    {
        "ipaddress", "ipv6address", "portno", "protocol", "protocoltype", "macaddress", "channelid", "dynchannelid",
        "datetime", "activepostcount", "eventtype", "eventstate", "eventdescription", "channelname", "extensions",
        "isdataretransmission", "detectionregionlist", "durationlist", "targettype", "detectiontarget", "contentid",
        "picname", "inputioportid", "dyninputioportid",
    }
)  # fmt: skip
_HOUSEKEEPING_BEGINNINGS: Final = ("detectionpicture", "deviceserial", "serialn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Where and whom an alert saw."""

    number: int | None = None
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What an EventNotificationAlert says."""

    event: str
    """The device's own word; of a `duration` message the event it speaks of."""
    active: bool = True
    channel: int | None = None
    dynamic: int | None = None
    input: int | None = None
    at: datetime | None = None
    old: bool = False
    """Version 1.0 of the message, whose channel numbers differ."""
    repeated: bool = False
    """Sent again from the device's memory."""
    regions: tuple[Region, ...] = ()
    data: Mapping[str, Any]
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """All of it, for kinds of events that are read by rules of their own."""


def read_alerts(body: bytes) -> list[Alert]:
    """Read a document: one alert as a rule, several when it speaks of several events. Raises `BadAnswer`."""
    if len(body) > _LONGEST:
        raise BadAnswer("alert too long")
    old = False
    if body[:64].lstrip(b"\xef\xbb\xbf \t\r\n\x00")[:1] == b"{":
        fields: Mapping[str, Any] = _json(body)
    else:
        root = xml.parse(body)
        if xml.local(root) != "EventNotificationAlert":
            raise BadAnswer(f"no alert but {xml.local(root)[:40]}")
        old = (root.get("version") or "").startswith("1.")
        fields = xml.flatten(root, limit=_ELEMENTS)
    return [_alert(event, fields, old=old) for event in _events(fields)]


def _json(body: bytes) -> Mapping[str, Any]:
    """Read JSON, flat or wrapped in an object named after the message."""
    try:
        found = json.loads(body.lstrip(b"\xef\xbb\xbf \t\r\n\x00"))
    except ValueError, RecursionError:
        found = loose_json.load(body)
    if not isinstance(found, dict):
        raise BadAnswer("no JSON object")
    inner = found.get("EventNotificationAlert")
    return inner if isinstance(inner, dict) else found


def _events(fields: Mapping[str, Any]) -> Iterator[str]:
    """Names of the events a message is about; `duration` only says that others go on."""
    event = clean(fields.get("eventType"))
    if not event:
        raise BadAnswer("alert without an event type")
    if plain(event) != "duration":
        yield event
        return
    entries = json_list(_dig(fields.get("DurationList"), "Duration"))
    named = dict.fromkeys(filter(None, (clean(each.get("relationEvent")) for each in entries)))
    yield from list(named)[:_MOST_REGIONS] or [event]


def _alert(event: str, fields: Mapping[str, Any], *, old: bool) -> Alert:
    return Alert(
        event=event,
        active=clean(fields.get("eventState")).lower() != "inactive",
        channel=_number(fields.get("channelID")),
        dynamic=_number(fields.get("dynChannelID")),
        input=_number(fields.get("inputIOPortID")) or _number(fields.get("dynInputIOPortID")),
        at=parse_time(clean(fields.get("dateTime"))),
        old=old,
        repeated=xml.to_boolean(clean(fields.get("isDataRetransmission"))) is True,
        regions=tuple(_regions(fields)) or (Region(targets=_targets(fields)),),
        data=extras(fields, _is_housekeeping),
        document=fields,
    )


def _regions(fields: Mapping[str, Any]) -> Iterator[Region]:
    listed = fields.get("DetectionRegionList")
    entries = json_list(_dig(listed, "DetectionRegionEntry")) or json_list(listed)
    overall = _targets(fields)
    for entry in entries[:_MOST_REGIONS]:
        inner = entry.get("DetectionRegionEntry", entry)
        if isinstance(inner, dict):
            number = _number(inner.get("regionID"))
            if number is not None and not 0 <= number <= _HIGHEST_REGION:
                number = None
            yield Region(number=number, targets=_targets(inner) or overall)


def _targets(fields: Mapping[str, Any]) -> tuple[Target, ...]:
    return targets_of(clean(fields.get("detectionTarget")) or clean(fields.get("targetType")))


def _is_housekeeping(name: str) -> bool:
    return name in _HOUSEKEEPING or name.startswith(_HOUSEKEEPING_BEGINNINGS)


def _dig(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None


def _number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    number = value if isinstance(value, int) else xml.to_integer(clean(value))
    return number if number is not None and abs(number) <= LARGEST else None
