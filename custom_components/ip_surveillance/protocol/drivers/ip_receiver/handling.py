"""What each kind of message means: one row for each word, one small function for each way of meaning something."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import inf
import re
from typing import Any, Final

from ...hikvision.event_types import Scope, detection_of, plain, scope_of
from ...hikvision.extras import SECRET, clean, extras
from ...hikvision.panel import Panel
from ...model.detections import AIMED, Detection, Target
from ...model.events import Detected, Event, Happened, Measured, Patched
from ...model.parts import Gate, PartKind, PartRef
from ...model.vocabulary import Feature, Quantity, Reading
from ...sights import Sights
from ...transport.loose_json import find_all, get, to_int, to_text
from .media_links import LinkKind, MediaLink, media_links
from .messages import Message
from .thermal import Region, read_regions

TEMPERATURE_LASTS: Final = 600.0
"""Seconds for which a temperature that came with an alarm is taken for true: nobody tells it while all is well."""
RING_CANCELLED: Final = "ring_cancelled"
_PORTS: Final = 1024
_ANYWHERE: Final = Region(data={})

# What every message has, or what is told in fields of its own; lower case.
_HOUSEKEEPING: Final = frozenset(
    {
        "activepostcount", "capturelist", "channelid", "channelname", "cidalarm", "datatime", "datetime", "deviceid",
        "deviceserial", "devindex", "detectionpicturesnumber", "detectionregionlist", "eventdescription", "eventstate",
        "eventtype", "inputioportid", "ipaddress", "ipv6address", "macaddress", "portno", "protocoltype",
        "urlcertificationtype", "videoreview", "visualstate", "voicetalkevent", "zonename",
    }
)  # fmt: skip
_HIDDEN: Final = re.compile(f"{SECRET.pattern}|url|uri|resourcescontent|account", re.IGNORECASE)
_LINK: Final = "://"
_NAMED: Final[Mapping[str, str]] = {"zoneName": "zone_name", "visualState": "visual_state"}
_CALLERS: Final[Mapping[str, str]] = {
    "deviceName": "device_name",
    "periodNumber": "period",
    "communityNumber": "community",
    "buildingNumber": "building",
    "unitNumber": "unit",
    "floorNumber": "floor",
    "roomNumber": "room",
}
"""Where somebody calls from (004…txt l.1213-1237)."""
_TROUBLE: Final[Mapping[str, bool]] = {"normal": False, "abnormal": True}
_ONLINE: Final[Mapping[str, bool]] = {"online": True, "offline": False}


@dataclass(slots=True, kw_only=True)
class Heard:
    """A message with what is known of its device, and what came of it."""

    message: Message
    address: str
    """Of the device, verbatim; empty for the receiver."""
    panel: Panel | None
    sights: Sights
    now: datetime
    news: bool = False
    """Something was heard of for the first time."""
    touches: bool = True
    """What polling reads of the device may have changed."""
    deleted: bool = False
    discreet: bool = False
    """It belongs to a silent alarm."""
    links: tuple[MediaLink, ...] = ()

    @property
    def device(self) -> PartRef:
        """The DEVICE part it comes from."""
        return PartRef(self.address, PartKind.DEVICE)

    @property
    def channel(self) -> PartRef:
        """The channel it concerns; the device where none is named."""
        number = self.message.channel
        return self.device if number is None else PartRef(self.address, PartKind.CHANNEL, number)

    @property
    def zone(self) -> PartRef | None:
        """The panel's zone it concerns; None for devices that have none, or not that one."""
        found = (to_int(each) for each in self.message.all("ZoneNo"))
        number = next((each for each in found if each is not None), None)
        return None if self.panel is None or number is None else self.panel.zones.get(number)

    def saw(self, ref: PartRef, gate: Gate, *, kept: bool = False) -> None:
        """Note that a part has something."""
        self.news |= self.sights.note(ref, gate, kept=kept)

    def link(self, *parts: PartRef) -> None:
        """Take the links of the message; pictures among them are these parts'."""
        message = self.message
        self.links = media_links(message, device=self.address, parts=parts)
        # The picture of a silent alarm is not shown, and that it could be would be the first to give it away.
        if not self.discreet and any(each.kind is LinkKind.PICTURE for each in self.links):
            for part in parts:
                self.saw(part, Feature.PICTURES)

    def data(self) -> dict[str, Any]:
        """What else the message says, bounded, without links and secrets."""
        payload = self.message.payload
        named = {name: clean(get(payload, member)) for member, name in _NAMED.items()}
        others = extras(payload, lambda name: name in _HOUSEKEEPING, hidden=_HIDDEN)
        return {**{name: told for name, told in named.items() if told}, **_without_links(others)}


type Read = Callable[[Heard, Handling], Iterator[Event]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """How one kind of message is read."""

    read: Read
    what: Detection | None = None
    scope: Scope = Scope.CHANNEL
    status: bool | None = None
    """What the word itself tells, where the status is not a member of the message."""


def handling_of(kind: str) -> Handling | None:
    """The row of a message's kind; None for words that nobody knows."""
    if (row := _ROWS.get(kind)) is not None:
        return row
    what = detection_of(kind)
    return None if what is None else Handling(read=_detection, what=what, scope=scope_of(what))


def unknown(heard: Heard) -> Happened:
    """What nothing here names, in the receiver's own word, so that nothing is lost."""
    message = heard.message
    heard.saw(heard.device, Feature.EVENTS)
    heard.link(heard.zone or heard.channel)
    data = {
        **heard.data(),
        "state": "active" if message.active else "inactive",
        "channel": message.channel,
        "description": clean(get(message.payload, "eventDescription")),
    }
    told = {name: value for name, value in data.items() if value not in (None, "")}
    return Happened(part=heard.device, what=message.event, data=told, at=message.at)


def _detection(heard: Heard, row: Handling) -> Iterator[Event]:
    """An alarm of a channel, an input or a device, with whom it saw, where, and how warm it was there."""
    assert row.what is not None
    message, part = heard.message, _part(heard, row.scope)
    active = message.active if row.status is None else row.status
    heard.saw(part, row.what)
    if part.kind is PartKind.CHANNEL:
        heard.sights.note_name(part, message.channel_name)
    heard.link(part)
    general = heard.data()
    if part.kind is PartKind.DEVICE and message.channel is not None:
        general["channel"] = message.channel
    regions = read_regions(message.payload) or (_ANYWHERE,)
    for region in regions:
        for target in _targets(heard, part, row.what, region, active=active):
            yield Detected(
                part=part,
                what=row.what,
                active=active,
                target=target,
                region=region.number,
                at=message.at,
                data={**general, **region.data},
            )
    yield from _measured(heard, part, regions)


def _part(heard: Heard, scope: Scope) -> PartRef:
    if scope is Scope.DEVICE:
        return heard.device
    if scope is Scope.CHANNEL:
        return heard.channel
    port = to_int(get(heard.message.payload, "inputIOPortID"))
    number = port if port is not None and 0 <= port <= _PORTS else heard.message.channel
    return PartRef(heard.address, PartKind.INPUT, 1 if number is None else number)


def _targets(
    heard: Heard, part: PartRef, what: Detection, region: Region, *, active: bool
) -> tuple[Target | None, ...]:
    """Whom a region saw; an end is one per region, whoever was seen there."""
    if what in AIMED:
        for target in region.targets:
            heard.news |= heard.sights.note_target(part, what, target)
    return region.targets if active and region.targets else (None,)


def _measured(heard: Heard, part: PartRef, regions: tuple[Region, ...]) -> Iterator[Measured]:
    values: dict[Reading, float | bool | str | datetime] = {}
    for region in regions:
        if region.temperature is not None:
            slot = "" if region.number is None else f"region{region.number}"
            values[Reading(Quantity.TEMPERATURE, slot)] = region.temperature
    for reading in values:
        heard.saw(part, reading)
    if values:
        yield Measured(part=part, readings=values, lasts=TEMPERATURE_LASTS)


def _pir(heard: Heard, row: Handling) -> Iterator[Event]:
    """A detector with a camera: of a zone where the panel's is known."""
    assert row.what is not None
    message = heard.message
    part = heard.zone or (heard.device if heard.panel is not None else heard.channel)
    heard.saw(part, row.what)
    heard.link(part)
    yield Detected(part=part, what=row.what, active=message.active, at=message.at, data=heard.data())


def _trouble(heard: Heard, row: Handling) -> Iterator[Event]:
    """A condition that lasts until its end is told."""
    assert row.what is not None
    active = row.status if row.status is not None else _TROUBLE.get(_status(heard))
    if active is None:
        yield unknown(heard)
        return
    heard.saw(heard.device, row.what, kept=True)
    hold = inf if active else None
    yield Detected(part=heard.device, what=row.what, active=active, hold=hold, at=heard.message.at)


def _reachability(heard: Heard, row: Handling) -> Iterator[Event]:
    online = row.status if row.status is not None else _ONLINE.get(_status(heard))
    if online is None:
        yield unknown(heard)
        return
    yield Patched(part=heard.device, online=online)


def _deletion(heard: Heard, _row: Handling) -> Iterator[Event]:
    heard.deleted = True
    heard.touches = False
    yield from ()


def _call(heard: Heard, row: Handling) -> Iterator[Event]:
    """Somebody rings, or gives up. That a ring begins is told by the alarm itself, once however often it is sent."""
    message, data = heard.message, _caller(heard)
    active = message.active if row.status is None else row.status
    heard.saw(heard.device, Detection.RING)
    heard.link(heard.device)
    yield Detected(part=heard.device, what=Detection.RING, active=active, at=message.at, data=data)
    if row.status is False:
        yield Happened(part=heard.device, what=RING_CANCELLED, at=message.at, data=data)


def _caller(heard: Heard) -> dict[str, Any]:
    """Which door: numbers as numbers, whatever they were sent as."""
    found: dict[str, Any] = {}
    for member, name in _CALLERS.items():
        values = find_all(get(heard.message.payload, "VoiceTalkEvent"), member)
        text = clean(to_text(values[0])) if values else ""
        if text:
            number = to_int(text)
            found[name] = text if number is None else number
    return found


def _status(heard: Heard) -> str:
    return plain(clean(get(heard.message.payload, "status")))


def _without_links(value: Any) -> Any:
    """Plain data without the texts that lead somewhere."""
    if isinstance(value, dict):
        return {name: _without_links(each) for name, each in value.items() if not _leads(each)}
    return [_without_links(each) for each in value if not _leads(each)] if isinstance(value, list) else value


def _leads(value: object) -> bool:
    return isinstance(value, str) and _LINK in value


def _of_channel(what: Detection) -> Handling:
    return Handling(read=_detection, what=what)


def _of_device(what: Detection, *, status: bool | None = None) -> Handling:
    return Handling(read=_detection, what=what, scope=Scope.DEVICE, status=status)


def _lasting(what: Detection, *, status: bool | None = None) -> Handling:
    return Handling(read=_trouble, what=what, status=status)


_CAMERA: Final[Mapping[str, Handling]] = {
    "VMD": _of_channel(Detection.MOTION),
    "fielddetection": _of_channel(Detection.INTRUSION),
    "linedetection": _of_channel(Detection.LINE_CROSSING),
    "regionEntrance": _of_channel(Detection.REGION_ENTRANCE),
    "regionExiting": _of_channel(Detection.REGION_EXITING),
    "rapidMove": _of_channel(Detection.FAST_MOVING),
    "shelteralarm": _of_channel(Detection.TAMPER),
    "videoloss": _of_channel(Detection.VIDEO_LOSS),
    "fireDetection": _of_channel(Detection.FIRE),
    "TMA": _of_channel(Detection.TEMPERATURE_ALARM),
    "TMPA": _of_channel(Detection.TEMPERATURE_WARNING),
    "TDA": _of_channel(Detection.TEMPERATURE_DIFFERENCE),
    "IO": Handling(read=_detection, what=Detection.INPUT, scope=Scope.INPUT),
    "recordException": _of_device(Detection.RECORDING_FAILURE),
    "diskerror": _of_device(Detection.DISK_ERROR),
    "diskfull": _of_device(Detection.DISK_FULL),
    "diskrecover": _of_device(Detection.DISK_ERROR, status=False),
}
"""Cameras and recorders (004…txt l.6229-6263)."""
_CARE: Final[Mapping[str, Handling]] = {
    "fallingDown": _of_device(Detection.FALL),
    "longTimeLeave": _of_device(Detection.LONG_ABSENCE),
    "heartBeatAbnormal": _of_device(Detection.HEART_RATE),
    "respireAbnormal": _of_device(Detection.BREATHING),
}
"""Radars (l.6267)."""
_DOOR: Final[Mapping[str, Handling]] = {
    "requestVoiceTalkEvent": Handling(read=_call),
    "cancelVoiceTalkEvent": Handling(read=_call, status=False),
}
"""Door stations (l.6282)."""
_LINKS: Final[Mapping[str, Handling]] = {
    "devStatusChanged": Handling(read=_reachability),
    "deviceonline": Handling(read=_reachability, status=True),
    "deviceoffline": Handling(read=_reachability, status=False),
    "devicedeleted": Handling(read=_deletion),
    # The table and the sample of one message call it differently (l.4321, l.4343).
    "hppConnectionStatusChanged": _lasting(Detection.CLOUD_LINK),
    "hppConnectStateChanged": _lasting(Detection.CLOUD_LINK),
    "hppConnectAbnormal": _lasting(Detection.CLOUD_LINK, status=True),
    "hppConnectNormal": _lasting(Detection.CLOUD_LINK, status=False),
    "deviceHPPNetworkChanged": _lasting(Detection.CLOUD_LINK),
    "deviceHppAbnormal": _lasting(Detection.CLOUD_LINK, status=True),
    "deviceHppNormal": _lasting(Detection.CLOUD_LINK, status=False),
    "deviceKeyStateChanged": _lasting(Detection.KEY_FAULT),
    "deviceKeyAbnormal": _lasting(Detection.KEY_FAULT, status=True),
    "deviceKeyNormal": _lasting(Detection.KEY_FAULT, status=False),
}
"""How devices and the receiver are connected; the words without a message of their own are those of l.6291."""
_PANEL: Final[Mapping[str, Handling]] = {"PIR": Handling(read=_pir, what=Detection.PIR)}
"""What panels tell besides their records, which are read elsewhere."""

_ROWS: Final = {plain(word): row for table in (_CAMERA, _CARE, _DOOR, _LINKS, _PANEL) for word, row in table.items()}
