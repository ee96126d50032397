"""A driver of a host that fronts two made-up alarm panels: it records commands, and says what a test says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
import time
from typing import Any, override

from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er

from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.events import Detected, Measured, Patched, Polled
from custom_components.ip_surveillance.protocol.model.panel_words import Arm, Role
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST,
    HOST_PART,
    Choice,
    Device,
    Part,
    PartKind,
    PartRef,
    Placement,
    Topology,
)
from custom_components.ip_surveillance.protocol.model.setting_words import Setting, SettingKey
from custom_components.ip_surveillance.protocol.model.state import ReadingValue
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Flag, Quantity, Reading
from tests.ha.fake_driver import UID, FakeDriver

VILLA = PartRef("A-1", PartKind.DEVICE)
SHED = PartRef("B-2", PartKind.DEVICE)
HOUSE = PartRef("A-1", PartKind.PARTITION, 1)
GARAGE = PartRef("A-1", PartKind.PARTITION, 2)
TOOLS = PartRef("B-2", PartKind.PARTITION, 1)
DOOR = PartRef("A-1", PartKind.ZONE, 1)
WINDOW = PartRef("A-1", PartKind.ZONE, 2)
BUTTON = PartRef("A-1", PartKind.ZONE, 3)
GATE = PartRef("A-1", PartKind.ZONE, 4)
HATCH = PartRef("B-2", PartKind.ZONE, 1)
UIDS = {HOST: UID, "A-1": "a1", "B-2": "b2"}

ARMING = frozenset({Feature.ARM_AWAY, Feature.ARM_HOME, Feature.DISARM, Feature.CLEAR_ALARM})
_OF_PARTITION = frozenset(
    {
        Reading(Flag.ALARM),
        *(Reading(each) for each in (Quantity.ARM, Quantity.ARM_KIND, Quantity.ARM_METHOD, Quantity.CHANGED_BY)),
    }
)
_OF_ZONE = frozenset(Reading(each) for each in (Flag.OPEN, Flag.ALARM, Flag.FAULT, Flag.BYPASSED))
DEACTIVATIONS = {
    SettingKey(each): Choice(options=("off", "lidOnly", "entirely"))
    for each in (Setting.ONE_TIME_DEACTIVATION, Setting.DEACTIVATION)
}


def partition(ref: PartRef, name: str, features: frozenset[Feature] = ARMING) -> Part:
    """A partition with everything there is."""
    return Part(ref=ref, name=name, placement=Placement.CHILD, features=features, readings=_OF_PARTITION)


def zone(ref: PartRef, name: str | None, *partitions: PartRef, role: Role = Role.DOOR, silent: bool = False) -> Part:
    """A zone with everything there is."""
    return Part(
        ref=ref,
        name=name,
        role=role,
        placement=Placement.CHILD,
        features=frozenset({Feature.BYPASS, Feature.ONLINE} | ({Feature.SILENT} if silent else set())),
        readings=_OF_ZONE,
        settings=DEACTIVATIONS,
        partitions=frozenset(partitions),
    )


PARTS = (
    Part(ref=HOST_PART, name="Receiver"),
    Part(ref=VILLA, name="Villa", features=ARMING),
    Part(ref=SHED, name="Shed", features=ARMING),
    partition(HOUSE, "House"),
    partition(GARAGE, "Garage"),
    partition(TOOLS, "Tools"),
    zone(DOOR, "Front door", HOUSE),
    zone(WINDOW, "Kitchen window", HOUSE),
    zone(BUTTON, None, HOUSE, role=Role.PANIC, silent=True),
    zone(GATE, "Gate", GARAGE),
    zone(HATCH, "Hatch", TOOLS),
)


def panels(parts: Iterable[Part] = PARTS) -> Topology:
    """Two panels behind a host, with these parts."""
    names = {HOST: "Receiver", "A-1": "Villa", "B-2": "Shed"}
    return Topology(
        devices={address: Device(address=address, uid=UIDS[address], name=name) for address, name in names.items()},
        parts={part.ref: part for part in parts},
    )


def quiet() -> dict[tuple[PartRef, Reading], ReadingValue | None]:
    """What panels tell that are disarmed and ready."""
    told: dict[tuple[PartRef, Reading], ReadingValue | None] = {}
    for part in PARTS:
        flags = {reading: False for reading in part.readings if isinstance(reading.quantity, Flag)}
        told |= {(part.ref, reading): value for reading, value in flags.items()}
        if part.ref.kind is PartKind.PARTITION:
            told[part.ref, Reading(Quantity.ARM)] = Arm.DISARMED
    return told


@dataclass(kw_only=True)
class FakePanel(FakeDriver):
    """Takes commands of panels. It arms nothing by itself: what a command reads back is what a test put there."""

    topology: Topology = field(default_factory=panels)
    polled: Polled | None = field(default_factory=lambda: Polled(asked_at=time.monotonic(), readings=quiet()))
    reads_back: dict[tuple[PartRef, Reading], ReadingValue | None] = field(default_factory=dict)
    asked: list[frozenset[Any]] = field(default_factory=list)

    @override
    async def poll(self, wanted: Any) -> Polled:
        self.asked.append(wanted)
        return await super().poll(wanted)

    async def arm(self, part: PartRef, mode: Arm, *, force: bool = False) -> Polled:
        return self._done("arm", part, mode, force)

    async def disarm(self, part: PartRef) -> Polled:
        return self._done("disarm", part)

    async def clear_alarm(self, part: PartRef) -> Polled:
        return self._done("clear_alarm", part)

    async def set_bypass(self, zones: Sequence[PartRef], on: bool) -> Polled:
        return self._done("set_bypass", tuple(zones), on)

    def _done(self, *call: Any) -> Polled:
        self.record(*call)
        return Polled(asked_at=time.monotonic(), readings=self.reads_back, readback=True)

    # What a test lets the panels say

    def say(self, part: PartRef, told: Mapping[Quantity | Flag, ReadingValue]) -> None:
        """Push readings of a part."""
        self.push(Measured(part=part, readings={Reading(what): value for what, value in told.items()}))

    def reach(self, part: PartRef, online: bool) -> None:
        """Push whether a part can be reached."""
        self.push(Patched(part=part, online=online))

    def alarm(self, part: PartRef, what: Detection, region: int | None = None, *, active: bool = True) -> None:
        """Push the begin or the end of an alarm that holds until told otherwise."""
        self.push(Detected(part=part, what=what, region=region, active=active, hold=inf))


def found(hass: HomeAssistant, platform: str, part: PartRef, key: str) -> str:
    """Entity of a part, by the unique id written out here once more."""
    uid = UIDS[part.device] if part.kind is PartKind.DEVICE else f"{UIDS[part.device]}_{part.key}"
    entity_id = er.async_get(hass).async_get_entity_id(platform, DOMAIN, f"{uid}_{key}")
    assert entity_id is not None, f"no {platform} {uid}_{key}"
    return entity_id


def shown(hass: HomeAssistant, platform: str, part: PartRef, key: str) -> State:
    """State of an entity, which must be enabled."""
    state = hass.states.get(found(hass, platform, part, key))
    assert state is not None
    return state
