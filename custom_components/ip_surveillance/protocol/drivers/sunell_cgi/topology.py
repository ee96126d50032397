"""What was found as devices and parts. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from ...model.detections import Detection
from ...model.parts import (
    HOST,
    HOST_PART,
    DetectionSpec,
    Device,
    Finding,
    FindingKind,
    Gate,
    Part,
    PartRef,
    Topology,
)
from ...model.setting_words import Setting, SettingKey
from ...model.vocabulary import Feature, Flag, Quantity, Reading
from ...wall_clock import fault_of
from . import clock, people, plates, thermal
from .alarms import KNOWN, of_analyses, of_rules
from .discovery import P2P, USERS, Found
from .facts import ChannelFacts, channel_ref, input_ref
from .knobs import Knobs

FIRMWARE: Final = Reading(Quantity.FIRMWARE)
SOURCE: Final = Reading(Quantity.EVENT_SOURCE)
LINK: Final = Reading(Quantity.LINK_STATUS)
P2P_FLAG: Final = Reading(Flag.P2P)
USERS_ONLINE: Final = Reading(Quantity.USERS_ONLINE)
_SPEC: Final = DetectionSpec(pushed=False)
_DENIED_SHOWN: Final = 5
_COMMON: Final = frozenset({Detection.MOTION, Detection.TAMPER})
_DISKS: Final = frozenset({Detection.DISK_ERROR, Detection.DISK_FULL})
_DETECTIONS: Final[Mapping[str, Detection]] = {what.value: what for what in KNOWN}

type Heard = Mapping[PartRef, set[Gate]]
"""What parts told of that nothing lists."""


def topology_of(
    found: Found, channels: Mapping[int, Knobs], inputs: Mapping[int, Knobs], host: Knobs, heard: Heard
) -> Topology:
    """Put together what exists."""
    facts = found.facts
    device = Device(address=HOST, uid=facts.uid, name=facts.name, aliases=facts.aliases, hardware=facts.hardware)
    parts: dict[PartRef, Part] = {}
    for part in _parts(found, channels, inputs, host, heard):
        parts.setdefault(part.ref, part)
    return Topology(devices={HOST: device}, parts=parts, findings=frozenset(_findings(found)))


def _findings(found: Found) -> Iterator[Finding]:
    if found.denied:
        yield Finding(kind=FindingKind.LOW_RIGHTS, detail=", ".join(sorted(found.denied)[:_DENIED_SHOWN]))
    if (off := fault_of(found.drift)) is not None:
        yield Finding(kind=FindingKind.CLOCK_OFF, detail=f"{round(off / 60)} min")


def _parts(
    found: Found, channels: Mapping[int, Knobs], inputs: Mapping[int, Knobs], host: Knobs, heard: Heard
) -> Iterator[Part]:
    yield host.on(_host(found, heard))
    yield from host.parts
    for channel in found.facts.channels:
        knobs = channels.get(channel.number) or Knobs()
        yield knobs.on(_channel(found, channel, knobs, heard))
        yield from knobs.parts
    for number in range(1, found.facts.inputs + 1):
        knobs = inputs.get(number) or Knobs()
        yield knobs.on(Part(ref=input_ref(number), detections=MappingProxyType({Detection.INPUT: _SPEC})))
        yield from knobs.parts
    for store in found.stores:
        yield store.part


def _host(found: Found, heard: Heard) -> Part:
    facts = found.facts
    features = {Feature.REBOOT, Feature.EVENTS}
    readings = {FIRMWARE, SOURCE}
    if not facts.recorder:
        features.add(Feature.PUSH)
    if found.clock:
        features.add(Feature.TIME_SYNC)
        readings.add(clock.DRIFT)
    readings |= {reading for reading, there in ((P2P_FLAG, found.p2p), (USERS_ONLINE, found.users)) if there}
    rows = ((clock.KIND, clock.DRIFT), (P2P, P2P_FLAG), (USERS, USERS_ONLINE))
    unsure = {reading for kind, reading in rows if kind in found.failed} - readings
    detections = {Detection.NETWORK_BROKEN, *(_DISKS if found.stores else ())}
    return _with_heard(
        Part(
            ref=HOST_PART,
            hardware=facts.hardware,
            features=frozenset(features),
            readings=frozenset(readings | unsure),
            unprobed=frozenset[Gate](unsure),
        ),
        detections,
        heard,
    )


def _channel(found: Found, channel: ChannelFacts, knobs: Knobs, heard: Heard) -> Part:
    facts = found.facts
    features = {Feature.SNAPSHOT, Feature.STREAM, Feature.EVENTS}
    readings: set[Reading] = set()
    if facts.recorder:
        features.add(Feature.ONLINE)
        readings.add(LINK)
    if found.recordings:
        features.add(Feature.RECORDINGS)
    if found.playback:
        features.add(Feature.PLAYBACK)
    if channel.number in found.counting:
        readings |= people.READINGS
    if _reads_plates(found, channel.number):
        readings.add(plates.PLATE)
        if found.plate_lists:
            features.add(Feature.PLATE_LISTS)
    if not facts.recorder and SettingKey(Setting.SPEAKER) in knobs.settings:
        features.add(Feature.LOUDSPEAKER)
    readings |= thermal.readings_of(found.areas.get(channel.number, ()))
    if channel.number in found.inside:
        readings.add(thermal.INSIDE)
    unsure = _unsure(found, channel.number) - readings
    return _with_heard(
        Part(
            ref=channel_ref(channel.number),
            name=channel.name,
            placement=facts.placement,
            hardware=channel.hardware,
            features=frozenset(features),
            readings=frozenset(readings | unsure),
            unprobed=frozenset[Gate](unsure),
            streams=channel.streams,
            details=MappingProxyType(
                {f"region{area.number}": area.name for area in found.areas.get(channel.number, ()) if area.name}
            ),
        ),
        set(_raised(found, channel, knobs)),
        heard,
    )


def _unsure(found: Found, number: int) -> set[Reading]:
    """What a camera may measure and could not be asked for: what there was of it stays."""
    if found.facts.recorder:
        return set()
    plate = {plates.PLATE} if plates.INFO in found.failed and number == found.facts.numbers[0] else set()
    return plate | (set(people.READINGS) if people.KINDS[0] in found.failed else set())


def _raised(found: Found, channel: ChannelFacts, knobs: Knobs) -> Iterator[Detection]:
    """What a camera raises: what nearly all do, what it lists, and what can be switched on."""
    yield from _COMMON
    if found.facts.recorder:
        yield Detection.VIDEO_LOSS
    yield from of_analyses(channel.analyses or frozenset())
    if channel.thermal:
        yield from of_rules(found.rules.get(channel.number, frozenset()))
    if _reads_plates(found, channel.number):
        yield Detection.PLATE
    for key in knobs.settings:
        if key.setting is Setting.DETECTION and key.of in _DETECTIONS:
            yield _DETECTIONS[key.of]


def _reads_plates(found: Found, number: int) -> bool:
    """Plates are told without the number of a camera: they are the first one's."""
    return found.plates and number == found.facts.numbers[0]


def _with_heard(part: Part, detections: set[Detection], heard: Heard) -> Part:
    gates = heard.get(part.ref, set())
    detections = detections | {gate for gate in gates if isinstance(gate, Detection)}
    readings = part.readings | {gate for gate in gates if isinstance(gate, Reading)}
    specs = MappingProxyType(dict.fromkeys(sorted(detections), _SPEC))
    return replace(part, readings=readings, detections=specs)
