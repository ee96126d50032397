"""The zones of a panel as its status documents tell them, in the newer shape and the older one. Pure.

Newer: 004…txt l.4864-5027, read page by page; older: l.5028-5101, all at once. Fields that are absent or empty stay
unknown; a word that is not known is unknown too.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ..model.panel_words import Role
from ..model.state import READINGS, ReadingValue
from ..model.vocabulary import Flag, Quantity, Reading
from ..transport.loose_json import find_all, get, lowered, to_bool, to_float, to_int, to_text, wrapped
from .detectors import role_of
from .sharing import Shared

_MOST: Final = 4096
"""Zones of one answer."""
_LARGEST_ID: Final = 0xFFFF
_MOST_LISTED: Final = 32

NOT_RELATED: Final = "not_related"
"""A place for a zone to which no detector belongs."""
STATUSES: Final[Mapping[str, str]] = {
    "notrelated": NOT_RELATED,
    "online": "online",
    "offline": "offline",
    "trigger": "trigger",
    "breakdown": "break_down",
    "heartbeatabnormal": "heartbeat_abnormal",
}
"""Words of the panel in lower case -> values of `Quantity.ZONE_STATUS`."""
REASONS: Final = ("short", "break")
"""Values of `Quantity.FAULT_REASON`."""
DEACTIVATIONS: Final = ("off", "lidOnly", "entirely")
"""What of a zone is left out: nothing, its tampering, everything (l.4900-4908)."""

ALWAYS_ON: Final = frozenset({"24hnosound", "24hsound", "emergency", "fire", "gas", "medical", "timeout"})
"""Zone types, in lower case, that alarm whether or not their partition is armed."""
_NEVER_ON: Final = frozenset({"non-alarm", "key"})

_DETAILS: Final = (
    "zoneType",
    "detectorType",
    "zoneAttrib",
    "stayAway",
    "alwaysActiveEnabled",
    "pollingOptionEnable",
    "antiMaskingEnabled",
    "mountingType",
    "waterDetectorEnabled",
    "smokeDetectedEnabled",
    "accessModuleType",
    "relatedAccessModuleID",
    "address",
    "deviceNo",
    "devName",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """What a panel says of one zone; None where it does not."""

    id: int
    name: str | None = None
    status: str | None = None
    """One of the values of `STATUSES`."""
    online: bool | None = None
    open: bool | None = None
    bypassed: bool | None = None
    """Left out of arming by a bypass; deactivations are told apart."""
    bypassable: bool = False
    """It tells whether it is bypassed and does not say that it cannot be."""
    one_time_deactivation: str | None = None
    deactivation: str | None = None
    armed: bool | None = None
    arming: bool = False
    alarm: bool | None = None
    partitions: frozenset[int] = frozenset()
    role: Role = Role.OTHER
    detector: str | None = None
    zone_type: str | None = None
    stay_away: bool | None = None
    """Left out when its partition is armed at home."""
    device_no: int | None = None
    model: str | None = None
    version: str | None = None
    cameras: tuple[str, ...] = ()
    """Serial numbers, or names, of the cameras that belong to it."""
    always_on: bool = False
    """It alarms also while its partition is disarmed."""
    readings: Mapping[Reading, ReadingValue | None] = field(default_factory=dict)
    """All that is told of it, None where the word for it is not known or the detector cannot say."""
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def related(self) -> bool:
        """Whether a detector belongs to it."""
        return self.status != NOT_RELATED

    @property
    def silent(self) -> bool:
        """Whether its alarm must not be seen or heard on the spot."""
        return _lower(self.zone_type) == "24hnosound"

    @property
    def delayed(self) -> bool:
        """Whether it grants an entry delay."""
        return _lower(self.zone_type) == "delay"

    @property
    def alarms(self) -> bool:
        """Whether it can raise an alarm at all."""
        return _lower(self.zone_type) != "non-alarm"

    @property
    def guards(self) -> bool:
        """Whether it watches anything: what does not, such as a key switch, is in nobody's way."""
        return _lower(self.zone_type) not in _NEVER_ON

    @property
    def left_out(self) -> bool | None:
        """Whether it is bypassed or deactivated entirely."""
        modes = {self.one_time_deactivation, self.deactivation}
        if self.bypassed or "entirely" in modes:
            return True
        return None if self.bypassed is None and modes == {None} else False

    @property
    def follows_arming(self) -> bool:
        """Whether it is armed and disarmed together with its partition, so that it shows the partition's state."""
        return not self.always_on and self.guards and not self.left_out


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonePage:
    """One answer about zones."""

    zones: tuple[Zone, ...] = ()
    """In order of their numbers, also those to which no detector belongs."""
    more: bool = False
    """Further zones are to be asked for, from position + `received` on."""
    total: int | None = None
    received: int = 0
    """Zones in this answer, also the unreadable; 0 ends the search whatever `more` says."""
    complete: bool = False
    """The panel says that there are no more, whatever its numbers say."""


def read_zones(answer: Mapping[str, Any]) -> ZonePage:
    """Read an answer about zones in either shape."""
    rows = wrapped(answer, "ZoneList", "Zone")
    search = next((each for each in find_all(answer, "ZoneSearch") if isinstance(each, Mapping)), {})
    word = (to_text(get(search, "responseStatusStrg")) or "").upper()
    found: dict[int, Zone] = {}
    shared = Shared()
    for row in rows[:_MOST]:
        zone = _zone(lowered(row), shared)
        if zone is not None:
            found.setdefault(zone.id, zone)
    return ZonePage(
        zones=tuple(found[number] for number in sorted(found)),
        more=word == "MORE" and bool(rows),
        total=to_int(get(search, "totalMatches")),
        received=len(rows),
        complete=word in ("OK", "NO MATCH"),
    )


def _zone(row: Mapping[str, Any], shared: Shared) -> Zone | None:
    number = to_int(get(row, "id"))
    if number is None or not 0 <= number <= _LARGEST_ID:
        return None
    status = STATUSES.get(_word(row, "status"))
    detector = to_text(get(row, "detectorType"))
    zone_type = to_text(get(row, "zoneType"))
    role = role_of(detector)
    zone = Zone(
        id=number,
        name=to_text(get(row, "name")),
        status=status,
        online=_online(row, status),
        open=_open(row, status, role),
        bypassed=to_bool(get(row, "bypassed")),
        bypassable=_told(row, "bypassed") and to_bool(get(row, "isBypassedAvailable")) is not False,
        one_time_deactivation=_mode(row, "oneTimeDeactivationMode"),
        deactivation=_mode(row, "deactivationMode"),
        armed=to_bool(get(row, "armed")),
        # The field says true or nothing (l.4912).
        arming=to_bool(get(row, "isArming")) is True,
        alarm=to_bool(get(row, "alarm")),
        partitions=shared(_partitions(row)),
        role=role,
        detector=detector,
        zone_type=zone_type,
        stay_away=to_bool(get(row, "stayAway")),
        device_no=to_int(get(row, "deviceNo")),
        model=to_text(get(row, "model")),
        version=to_text(get(row, "version")),
        cameras=tuple(_cameras(row)),
        always_on=_lower(zone_type) in ALWAYS_ON or to_bool(get(row, "alwaysActiveEnabled")) is True,
        readings={},
        details=_details(row),
    )
    return _with_readings(zone, row)


def _with_readings(zone: Zone, row: Mapping[str, Any]) -> Zone:
    readings: dict[Reading, ReadingValue | None] = {}
    for source in _SOURCES:
        if (value := source.find(row)) is not None:
            readings[READINGS[source.what]] = source.read(value)
    if _told(row, "status"):
        readings[READINGS[Quantity.ZONE_STATUS]] = zone.status
    if _told(row, "status") or _magnet(row, "magnetOpenStatus") is not None:
        readings[READINGS[Flag.OPEN]] = zone.open
    if zone.alarms and _told(row, "alarm"):
        readings[READINGS[Flag.ALARM]] = zone.alarm
    if any(_told(row, name) for name in ("bypassed", "oneTimeDeactivationMode", "deactivationMode")):
        readings[READINGS[Flag.BYPASSED]] = zone.left_out
    if any(_told(row, name) for name in ("status", "healthStatus", *_TRISTATES)):
        readings[READINGS[Flag.FAULT]] = _fault(row, zone.status)
    if _told(row, "reason") or _word(row, "accessModuleType") == "multitransmitter":
        reason = _word(row, "reason")
        known = zone.status == "break_down" and reason in REASONS
        readings[READINGS[Quantity.FAULT_REASON]] = reason if known else None
    return replace(zone, readings=readings)


def _lower(word: str | None) -> str:
    return (word or "").lower()


def _told(row: Mapping[str, Any], name: str) -> bool:
    return get(row, name) not in (None, "")


def _word(row: Mapping[str, Any], name: str) -> str:
    return _lower(to_text(get(row, name)))


def _mode(row: Mapping[str, Any], name: str) -> str | None:
    word = _word(row, name)
    return next((mode for mode in DEACTIVATIONS if mode.lower() == word), None)


def _magnet(row: Mapping[str, Any], name: str) -> bool | None:
    """A door contact's field, at the top or in the object that only some detectors have (l.4987-4997)."""
    value = to_bool(get(row, name))
    return value if value is not None else to_bool(get(get(row, "MagnetShockCurrentStatus"), name))


def _online(row: Mapping[str, Any], status: str | None) -> bool | None:
    if status == "offline" or to_bool(get(row, "isAvailable")) is False:
        return False
    return None if status is None else True


def _open(row: Mapping[str, Any], status: str | None, role: Role) -> bool | None:
    """A contact's own word counts before the status, which a shock triggers as well.

    Other detectors are believed when they say open only: the field means nothing to them (l.4999).
    """
    magnet = _magnet(row, "magnetOpenStatus")
    if status == "offline":
        return None
    if magnet is not None and (magnet or role is Role.DOOR):
        return magnet
    return {"trigger": True, "online": False}.get(status or "", magnet if status is None else None)


_TRISTATES: Final = ("waterDetectorAlarm", "smokeDetectedExceed", "temperatureExceed")


def _fault(row: Mapping[str, Any], status: str | None) -> bool | None:
    """Whether anything of a zone is broken, by whichever field tells."""
    words = [_word(row, name) for name in ("healthStatus", *_TRISTATES)]
    if status in ("break_down", "heartbeat_abnormal") or "fault" in words:
        return True
    known = status is not None or any(word in ("normal", "yes", "no") for word in words)
    return False if known else None


def _partitions(row: Mapping[str, Any]) -> frozenset[int]:
    linked = get(row, "linkageSubSystem")
    several = linked if isinstance(linked, list) else [linked]
    numbers = (to_int(each) for each in [get(row, "subSystemNo"), *several[:_MOST_LISTED]])
    return frozenset(number for number in numbers if number is not None and 0 <= number <= _LARGEST_ID)


def _cameras(row: Mapping[str, Any]) -> Iterator[str]:
    listed = wrapped(row, "RelatedChanList", "RelatedChan") if _told(row, "RelatedChanList") else []
    for each in listed[:_MOST_LISTED]:
        name = to_text(get(each, "cameraSeq")) or to_text(get(each, "relator"))
        if name:
            yield name


def _details(row: Mapping[str, Any]) -> dict[str, str]:
    found = {name: text for name in _DETAILS if (text := to_text(get(row, name))) is not None}
    if not (_told(row, "RelatedChanList") or _told(row, "InputList")):
        return found
    channels = wrapped(row, "RelatedChanList", "RelatedChan")[:_MOST_LISTED]
    inputs = wrapped(row, "InputList", "Input")[:_MOST_LISTED]
    lists = {
        "RelatedChanList": [_joined(each, ("relator", "cameraSeq", "relatedChan")) for each in channels],
        "InputList": [_joined(each, ("id", "enabled", "mode")) for each in inputs],
    }
    return found | {name: "; ".join(items) for name, items in lists.items() if items}


def _joined(row: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return " ".join(f"{name}={text}" for name in names if (text := to_text(get(row, name))) is not None)


def tristate(value: object) -> bool | None:
    """Read yes, no or fault; a fault is neither."""
    return {"yes": True, "no": False}.get(_lower(to_text(value)))


def percent(value: object) -> float | None:
    """Read 0 to 100."""
    number = to_float(value)
    return number if number is not None and 0 <= number <= 100 else None


def low_power(value: object) -> bool | None:
    """Read the state of charge, normal or lowPower."""
    return {"lowpower": True, "normal": False}.get(_lower(to_text(value)))


def strength(value: object) -> float | None:
    """Read a signal's strength, 0 to 255 in the maker's own measure."""
    number = to_float(value)
    return number if number is not None and 0 <= number <= 255 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A field that gives a reading as it stands."""

    name: str
    what: Flag | Quantity
    read: Callable[[object], ReadingValue | None]
    inside: str = ""
    """The object it may be in instead of at the top."""

    def find(self, row: Mapping[str, Any]) -> Any:
        """Its value, None when it is absent or empty."""
        for holder in (row, get(row, self.inside) if self.inside else None):
            if (value := get(holder, self.name)) not in (None, ""):
                return value
        return None


_SHOCK: Final = "MagnetShockCurrentStatus"
_SOURCES: Final = (
    # True is read as tampered: two of the guide's three explanations of the field say so (l.931, 5042; 4897 differs).
    Source(name="tamperEvident", what=Flag.TAMPER, read=to_bool),
    Source(name="shielded", what=Flag.MASKED, read=to_bool),
    Source(name="armed", what=Flag.ARMED, read=to_bool),
    Source(name="charge", what=Flag.LOW_BATTERY, read=low_power),
    Source(name="chargeValue", what=Quantity.BATTERY, read=percent),
    Source(name="signal", what=Quantity.SIGNAL, read=strength),
    Source(name="temperature", what=Quantity.TEMPERATURE, read=to_float),
    Source(name="humidity", what=Quantity.HUMIDITY, read=percent),
    Source(name="waterDetectorAlarm", what=Flag.MOISTURE, read=tristate),
    Source(name="smokeDetectedExceed", what=Flag.SMOKE, read=tristate),
    Source(name="temperatureExceed", what=Flag.HEAT, read=tristate),
    Source(name="magnetShockStatus", what=Flag.VIBRATION, read=to_bool, inside=_SHOCK),
    Source(name="magnetTiltStatus", what=Flag.TILT, read=to_bool, inside=_SHOCK),
    Source(name="pirCamConnected", what=Flag.CAMERA_LINK, read=to_bool),
)
