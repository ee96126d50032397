"""Topology: what exists on a device and what it can do. It changes rarely; the state does all the time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from .detections import Detection, Target
from .setting_words import SettingKey
from .vocabulary import Feature, Reading

HOST = ""
"""Address of the device that answers at the host itself; devices behind it have addresses of their own."""


class PartKind(StrEnum):
    """What sort of thing a part is; decides which entities it can have."""

    DEVICE = "device"
    CHANNEL = "channel"
    INPUT = "input"
    OUTPUT = "output"
    LIGHT = "light"
    SIREN = "siren"
    STORAGE = "storage"
    PARTITION = "partition"
    ZONE = "zone"
    KEYPAD = "keypad"
    REPEATER = "repeater"
    CARD_READER = "card_reader"
    MODULE = "module"
    REMOTE = "remote"
    ENGINE = "engine"
    """What computes detection models."""
    TASK = "task"
    """Work given to an engine."""
    RULE = "rule"
    """What one channel of a task looks for."""


class Placement(StrEnum):
    """Where the entities of a part are shown; decided by the kind of part, never by optional data."""

    INLINE = "inline"
    """On the registry device of the part's parent."""
    UNIT = "unit"
    """A physical unit of its own, connected via its device: a recorder's camera, a panel's keypad."""
    CHILD = "child"
    """A logical piece of its device: a lens, a partition, a zone."""


class PartRef(NamedTuple):
    """Identity of a part inside its entry, made of protocol slots only, so it outlives restarts and renames.

    A named tuple rather than a dataclass: it is a key everywhere, and hashing it is on the way of every event.
    """

    device: str
    """Address of the device as the protocol wants it; `HOST` for the host itself."""
    kind: PartKind
    number: int = 0
    """The number the protocol uses; 0 for the device itself."""
    label: str = ""
    """Identity in text where a number does not tell parts apart (a peripheral's serial, a light's colour)."""

    @property
    def key(self) -> str:
        """Piece of a unique id: `channel1`, `zone12`, `light1white`, `device`."""
        if self.kind is PartKind.DEVICE:
            return self.kind.value
        return f"{self.kind.value}{self.number}{self.label}"

    @property
    def owner(self) -> PartRef:
        """The DEVICE part of the same device."""
        return PartRef(self.device, PartKind.DEVICE)


HOST_PART = PartRef(HOST, PartKind.DEVICE)
"""The DEVICE part of the host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toggle:
    """A setting that is on or off."""

    assumed: bool = False
    """The device cannot be asked: what is shown is what it was told last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A numeric setting; bounds are inclusive."""

    low: float
    high: float
    step: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A setting that is one of the device's own words."""

    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A setting of free text."""

    longest: int = 255


type SettingSpec = Toggle | Range | Choice | Text
type SettingValue = bool | float | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """What is known of the physical unit; every field may be missing."""

    manufacturer: str | None = None
    model: str | None = None
    serial: str | None = None
    mac: str | None = None
    firmware: str | None = None
    revision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One encoded video stream of a channel."""

    number: int
    """1 is the main stream, 2 the sub stream, 3 and up what else the device encodes."""
    codec: str | None = None
    width: int | None = None
    height: int | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionSpec:
    """What a part can say about one detection."""

    targets: frozenset[Target] = frozenset()
    """Targets the device tells apart, when it does."""
    regions: tuple[int, ...] = ()
    """Numbers of the regions or lines configured now."""
    pushed: bool = True
    """True when only the push channel reports it: unknown while that is down. False when polling shows it too."""
    kept: bool = False
    """Told once when it begins and once when it ends, and by no poll: what was so before a restart still is."""


type Gate = Feature | SettingKey | Detection | Reading
"""What an entity exists for: it is created when its part lists the gate."""

_EMPTY: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing of a device that has state, takes commands or raises alarms."""

    ref: PartRef
    name: str | None = None
    """Name the user gave it on the device; None where the device knows none."""
    parent: PartRef | None = None
    """The part it belongs to (a light's channel, a zone's partition); None for its device."""
    placement: Placement = Placement.INLINE
    hardware: Hardware = field(default_factory=Hardware)
    role: str | None = None
    """What an input or a zone senses ("door", "motion"; a zone's is a `Role`); chooses a device class."""
    features: frozenset[Feature] = frozenset()
    settings: Mapping[SettingKey, SettingSpec] = _EMPTY
    detections: Mapping[Detection, DetectionSpec] = _EMPTY
    readings: frozenset[Reading] = frozenset()
    partitions: frozenset[PartRef] = frozenset()
    """The partitions that a zone or a peripheral belongs to."""
    details: Mapping[str, str] = _EMPTY
    """What else the device says about the part's make and configuration, in its own words."""
    streams: tuple[Stream, ...] = ()
    presets: Mapping[int, str] = _EMPTY
    patrols: Mapping[int, str] = _EMPTY
    unprobed: frozenset[Gate] = frozenset()
    """Gates listed above although the probe failed: entities that existed before stay, no new ones are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device reached through the entry: the host, or one behind a host that fronts many."""

    address: str
    """Key in requests, verbatim."""
    uid: str
    """Normalised identity for unique ids: decided once, never an address of the network, never a name. Empty for a
    host that offers none: it goes by the one it was given at set-up."""
    name: str
    site: str | None = None
    """Where it stands, in the words of the host that many sites report to."""
    aliases: frozenset[str] = frozenset()
    """All normalised identities that the same device may go by, the uid among them (serial number, MAC)."""
    hardware: Hardware = field(default_factory=Hardware)


class FindingKind(StrEnum):
    """Something about the device that the user can put right; shown as a repair."""

    LOW_RIGHTS = "low_rights"
    NO_NOTIFICATION = "no_notification"
    CLOCK_OFF = "clock_off"
    PUSH_DEAD = "push_dead"
    SMART_CODEC = "smart_codec"
    STREAM_ENCRYPTED = "stream_encrypted"
    REBOOT_REQUIRED = "reboot_required"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """One thing to put right, with the part it concerns and what to name in the text."""

    kind: FindingKind
    part: PartRef = HOST_PART
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """All devices and parts of one entry."""

    devices: Mapping[str, Device]
    parts: Mapping[PartRef, Part]
    findings: frozenset[Finding] = frozenset()

    @property
    def host(self) -> Device:
        """The device at the host itself."""
        return self.devices[HOST]

    def of(self, kind: PartKind) -> Iterator[Part]:
        """All parts of one kind, in order of their numbers."""
        return (part for ref, part in sorted(self.parts.items()) if ref.kind is kind)
