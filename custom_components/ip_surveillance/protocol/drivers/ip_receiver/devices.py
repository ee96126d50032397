"""The devices behind a receiver as its list tells them (004…txt l.4704-4800). Pure.

Keys and passwords of devices that the list may carry are never kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from ...model.detections import Detection
from ...model.parts import DetectionSpec, Device, Hardware, Part, PartKind, PartRef, Placement
from ...model.state import ReadingValue
from ...model.vocabulary import Feature, Flag, Quantity, Reading
from ...transport.loose_json import find_all, get, lowered, to_bool, to_int, to_text, wrapped

_MOST: Final = 10_000
"""Devices of one answer."""
_LONGEST_INDEX: Final = 128


class DeviceKind(StrEnum):
    """Families of devices behind a receiver."""

    PANEL = "panel"
    VIDEO = "video"
    ACCESS = "access"
    RADAR = "radar"
    SPEAKER = "speaker"
    OTHER = "other"


_BY_TYPE: Final[Mapping[int, DeviceKind]] = {
    0: DeviceKind.PANEL,
    1: DeviceKind.VIDEO,
    2: DeviceKind.ACCESS,
    3: DeviceKind.RADAR,
    4: DeviceKind.SPEAKER,
    100: DeviceKind.OTHER,
}
_THIRD_PARTY: Final = 2
_OTAP_SOURCE: Final = 7
_DUAL: Final = 2
_OTAP: Final = 4
_BY_SOURCE: Final[Mapping[int, DeviceKind]] = {
    0: DeviceKind.PANEL,
    1: DeviceKind.VIDEO,
    _THIRD_PARTY: DeviceKind.OTHER,
    3: DeviceKind.PANEL,
    4: DeviceKind.VIDEO,
    5: DeviceKind.ACCESS,
    6: DeviceKind.RADAR,
    _OTAP_SOURCE: DeviceKind.PANEL,
    8: DeviceKind.SPEAKER,
}
CONNECTIONS: Final[Mapping[int, str]] = {0: "unknown", 1: "hpp", 2: "dual", 3: "isup", 4: "otap"}
"""Values of `Quantity.CONNECTION` (l.4774)."""
ONLINE_TYPES: Final[Mapping[int, str]] = {0: "hpp", 1: "isup", 2: "otap"}
"""The way that a device with two of them goes just now (l.4779)."""
OFFLINE_REASONS: Final[Mapping[int, str]] = {
    0: "waiting",
    1: "wrong_key",
    2: "network",
    3: "protocol",
    4: "hpp_link",
}
"""Values of `Quantity.OFFLINE_REASON` (l.4782)."""
ACTIVATIONS: Final = ("inactive", "active", "unauth")
"""Values of `Quantity.ACTIVATION`."""
STATUSES: Final = ("online", "offline", "unknown")


def normal(index: object) -> str:
    """Normalise a device index: the guide writes one and the same with and without hyphens, in either case (l.301)."""
    return (to_text(index, _LONGEST_INDEX) or "").replace("-", "").lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRow:
    """What the list says of one device; None where it does not."""

    index: str
    """As it is to be sent in requests."""
    account: str | None = None
    name: str | None = None
    serial: str | None = None
    model: str | None = None
    version: str | None = None
    activation: str | None = None
    """One of `ACTIVATIONS`."""
    site_id: str | None = None
    site: str | None = None
    isup_id: str | None = None
    otap_id: str | None = None
    source: int | None = None
    type: int | None = None
    connection: int | None = None
    status: str | None = None
    """One of `STATUSES`."""
    online_type: int | None = None
    offline_hint: int | None = None
    upgrade: bool | None = None
    remark: str | None = None
    plugin: bool | None = None
    plugin_type: int | None = None
    by_device_number: bool = False
    """A panel's reports number its zones by device numbers rather than by zone numbers (l.4796)."""

    @property
    def uid(self) -> str:
        """Normalised index."""
        return normal(self.index)

    @property
    def kind(self) -> DeviceKind:
        """The family it belongs to, by its type where that is one of those known, else by where it came from."""
        by_type = _BY_TYPE.get(self.type, DeviceKind.OTHER) if self.type is not None else DeviceKind.OTHER
        by_source = _BY_SOURCE.get(self.source, DeviceKind.OTHER) if self.source is not None else DeviceKind.OTHER
        return by_source if by_type is DeviceKind.OTHER else by_type

    @property
    def panel(self) -> bool:
        """Whether it is an alarm panel."""
        return self.kind is DeviceKind.PANEL

    @property
    def otap(self) -> bool:
        """Whether it goes the way that has neither partitions nor peripherals nor a bypass (l.722, 820)."""
        return self.source == _OTAP_SOURCE or self.connection == _OTAP or self.online_type == 2

    @property
    def dual(self) -> bool:
        """Whether there are two ways to it."""
        return self.connection == _DUAL

    @property
    def hpp(self) -> bool:
        """Whether it is reached over the maker's cloud, at least on one of its ways."""
        return self.connection in (1, _DUAL)

    @property
    def online(self) -> bool | None:
        """Whether it can be reached."""
        return {"online": True, "offline": False}.get(self.status or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicePage:
    """One answer about devices."""

    rows: tuple[DeviceRow, ...] = ()
    total: int | None = None
    received: int = 0
    """Devices in this answer, also the unreadable; 0 ends the search."""


def read_devices(answer: Mapping[str, Any]) -> DevicePage:
    """Read one page of the list; rows without an index are left out."""
    found = wrapped(answer, "MatchList", "Device")[:_MOST]
    search = next((each for each in find_all(answer, "SearchResult") if isinstance(each, Mapping)), answer)
    rows: dict[str, DeviceRow] = {}
    for each in found:
        row = _row(lowered(each))
        if row is not None:
            rows.setdefault(row.uid, row)
    return DevicePage(rows=tuple(rows.values()), total=to_int(get(search, "totalMatches")), received=len(found))


def _row(row: Mapping[str, Any]) -> DeviceRow | None:
    index = to_text(get(row, "devIndex"), _LONGEST_INDEX)
    if not index or not normal(index):
        return None
    site = get(row, "siteInfo")
    return DeviceRow(
        index=index,
        account=to_text(get(row, "accountID")),
        name=to_text(get(row, "devName")),
        serial=to_text(get(row, "devSerial")),
        model=to_text(get(row, "devMode")) or to_text(get(row, "devModel")),
        version=to_text(get(row, "devVersion")),
        activation=_one_of(get(row, "activeStatus"), ACTIVATIONS),
        site_id=to_text(get(site, "siteID")),
        # The guide calls it a text and prints an object (l.4737).
        site=to_text(get(site, "siteName")) or to_text(site),
        isup_id=to_text(get(get(row, "ISUP"), "deviceID")),
        otap_id=to_text(get(get(row, "OTAP"), "deviceID")),
        source=to_int(get(row, "devSource")),
        type=to_int(get(row, "devType")),
        connection=to_int(get(row, "connectionMode")),
        status=_one_of(get(row, "devStatus"), STATUSES),
        online_type=to_int(get(row, "onlineType")),
        offline_hint=to_int(get(row, "offlineHint")),
        upgrade=to_bool(get(row, "isNeedUpgrade")),
        remark=to_text(get(row, "remark")),
        plugin=to_bool(get(row, "pluginEnable")),
        plugin_type=to_int(get(row, "pluginType")),
        by_device_number=(to_text(get(row, "deviceIDPriority")) or "").lower() == "deviceno",
    )


def _one_of(value: object, words: Iterable[str]) -> str | None:
    word = (to_text(value) or "").lower()
    return word if word in words else None


def device_of(row: DeviceRow) -> Device:
    """The device of a row."""
    return Device(
        address=row.index,
        uid=row.uid,
        name=row.name or row.serial or row.index,
        site=row.site,
        # As the same device added directly would be known.
        aliases=frozenset({row.uid, "".join(each for each in (row.serial or "").lower() if each.isalnum())} - {""}),
        hardware=_hardware(row),
    )


def _hardware(row: DeviceRow) -> Hardware:
    maker = None if row.source == _THIRD_PARTY else "Hikvision"
    return Hardware(manufacturer=maker, model=row.model, serial=row.serial, firmware=row.version)


_PUSHED: Final = DetectionSpec(pushed=True)
_KEPT: Final = DetectionSpec(kept=True)
_DETECTIONS: Final[Mapping[DeviceKind, tuple[Detection, ...]]] = {
    DeviceKind.ACCESS: (Detection.RING,),
    DeviceKind.RADAR: (Detection.FALL, Detection.LONG_ABSENCE, Detection.HEART_RATE, Detection.BREATHING),
    DeviceKind.VIDEO: (Detection.RECORDING_FAILURE, Detection.DISK_FULL, Detection.DISK_ERROR),
}
_LINK_DETECTIONS: Final = (Detection.CLOUD_LINK, Detection.KEY_FAULT)
"""What ails the way to a device over the maker's cloud; of other devices only the key may be wrong."""
_CHANNEL_DETECTIONS: Final = (
    Detection.MOTION,
    Detection.LINE_CROSSING,
    Detection.INTRUSION,
    Detection.REGION_ENTRANCE,
    Detection.REGION_EXITING,
    Detection.TAMPER,
    Detection.VIDEO_LOSS,
)


def device_ref(row: DeviceRow) -> PartRef:
    """The DEVICE part of a row."""
    return PartRef(row.index, PartKind.DEVICE)


def device_part(row: DeviceRow, base: Part | None = None) -> Part:
    """The DEVICE part of a row, added to what a panel's own documents made of it (`base`)."""
    base = base or Part(ref=device_ref(row))
    features = {Feature.ONLINE, Feature.EVENTS}
    if row.kind is DeviceKind.ACCESS:
        features.add(Feature.DOORBELL)
    detections = dict.fromkeys(_DETECTIONS.get(row.kind, ()), _PUSHED)
    detections |= dict.fromkeys(_LINK_DETECTIONS if row.hpp else (Detection.KEY_FAULT,), _KEPT)
    return replace(
        base,
        features=base.features | features,
        detections={**base.detections, **detections},
        readings=base.readings | _readings(row).keys(),
        details={**base.details, **_details(row)},
    )


def channel_part(row: DeviceRow, number: int = 1) -> Part | None:
    """A channel of a video device; None for other devices. The list does not tell how many there are."""
    if row.kind is not DeviceKind.VIDEO:
        return None
    return Part(
        ref=PartRef(row.index, PartKind.CHANNEL, number),
        placement=Placement.CHILD,
        features=frozenset({Feature.EVENTS, Feature.PICTURES}),
        detections=dict.fromkeys(_CHANNEL_DETECTIONS, _PUSHED),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RowValues:
    """What a row tells of the state of its device: pieces of a poll."""

    online: Mapping[PartRef, bool | None] = field(default_factory=dict)
    readings: Mapping[tuple[PartRef, Reading], ReadingValue | None] = field(default_factory=dict)


def device_values(row: DeviceRow) -> RowValues:
    """State that a row tells, every reading among it that `device_part` lists for a row with the same fields."""
    ref = device_ref(row)
    return RowValues(
        online={ref: row.online},
        readings={(ref, reading): value for reading, value in _readings(row).items()},
    )


def _readings(row: DeviceRow) -> dict[Reading, ReadingValue | None]:
    """Readings of a row. Those that come and go are there for all devices that may have them."""
    found: dict[Reading, ReadingValue | None] = {Reading(Quantity.CONNECTION): _connection(row)}
    # Told only of devices that are offline, or online (l.4734, 4782): absent now is not absent for good.
    found[Reading(Quantity.OFFLINE_REASON)] = _offline_reason(row)
    found[Reading(Quantity.ACTIVATION)] = row.activation
    if row.upgrade is not None:
        found[Reading(Flag.UPGRADE)] = row.upgrade
    return found


def _offline_reason(row: DeviceRow) -> str | None:
    """Why it is offline; of one with two ways, why one of them is while the other works."""
    if row.offline_hint is None or (row.online is True and row.connection != _DUAL):
        return None
    return OFFLINE_REASONS.get(row.offline_hint)


def _connection(row: DeviceRow) -> str | None:
    return CONNECTIONS.get(row.connection) if row.connection is not None else None


def _details(row: DeviceRow) -> dict[str, str]:
    """What else is worth knowing; numbers by which alarm stations and servers know a device are not among it."""
    found = {
        "kind": row.kind.value,
        "siteName": row.site,
        "remark": row.remark,
        "onlineType": ONLINE_TYPES.get(row.online_type) if row.online_type is not None else None,
        "pluginEnable": to_text(row.plugin),
        "pluginType": to_text(row.plugin_type),
    }
    return {name: text for name, text in found.items() if text is not None}
