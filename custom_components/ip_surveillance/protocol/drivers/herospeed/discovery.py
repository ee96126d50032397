"""What exists on a camera, made of what a look told. Pure.

The channel of a camera is shown on the camera itself. A part that could not be asked for now is marked, or kept as it
was known before.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

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
    PartKind,
    PartRef,
    Stream,
    Topology,
)
from ...model.setting_words import STREAMS, Setting, SettingKey
from ...model.vocabulary import Feature, Flag, Quantity, Reading
from ...wall_clock import fault_of
from . import stores
from .clocks import TIME
from .facts import MAKER
from .first_look import Found, read_streams
from .knobs import Knobs
from .learned import Learned
from .paths import (
    COMPARES_FACES,
    DETECTIONS,
    ENCODING,
    EXCEPTION,
    P2P_STATUS,
    WIFI,
)

_HOST_FEATURES = frozenset({Feature.EVENTS, Feature.REBOOT, Feature.TIME_SYNC})
_ALWAYS = frozenset({Reading(Quantity.FIRMWARE), Reading(Quantity.EVENT_SOURCE)})
_TOLD_BY: Mapping[str, tuple[Reading, ...]] = {
    TIME: (Reading(Quantity.CLOCK_DRIFT),),
    P2P_STATUS: (Reading(Flag.P2P),),
    WIFI: (Reading(Quantity.NETWORK_NAME), Reading(Quantity.SIGNAL)),
}
"""Readings of the host by the document that has them."""
_TROUBLES = (Detection.NETWORK_BROKEN, Detection.IP_CONFLICT)
_TROUBLES_OF_STORE = (Detection.DISK_FULL, Detection.DISK_ERROR)
_SPEC = DetectionSpec()
_DENIED_SHOWN = 5


def topology(
    found: Found,
    learned: Learned,
    before: Topology | None,
    *,
    pushes: bool,
    pictures: bool | None,
    drift: float | None = None,
) -> Topology:
    """Put together all parts.

    `pushes`: there is an event push; `pictures`: stills can be taken, None: not known; `drift`: seconds by which the
    clock is ahead.
    """
    facts = found.facts
    device = Device(
        address=HOST,
        uid=facts.uid,
        name=facts.name or facts.model or MAKER,
        aliases=facts.aliases,
        hardware=facts.hardware,
    )
    store = tuple(_store_parts(found, learned, before))
    parts = [
        _host(found, learned, before, pushes=pushes, store=any(len(part.readings) > 1 for part in store)),
        *found.host.parts,
        _channel(found, learned, before, pushes=pushes, pictures=pictures),
        *found.channel.parts,
        *_input_parts(found, learned),
        *store,
    ]
    return Topology(
        devices={HOST: device},
        parts={part.ref: part for part in parts},
        findings=frozenset(_findings(found, drift)),
    )


def _findings(found: Found, drift: float | None) -> Iterator[Finding]:
    """What the user can put right."""
    if found.denied:
        names = ", ".join(path.rpartition("/")[2] for path in found.denied[:_DENIED_SHOWN])
        yield Finding(kind=FindingKind.LOW_RIGHTS, detail=names)
    if (wrong := fault_of(drift)) is not None:
        yield Finding(kind=FindingKind.CLOCK_OFF, detail=f"{round(wrong / 60)} min")


def _known(before: Topology | None, ref: PartRef) -> Part | None:
    return before.parts.get(ref) if before is not None else None


def _host(found: Found, learned: Learned, before: Topology | None, *, pushes: bool, store: bool) -> Part:
    old = _known(before, HOST_PART)
    readings = set(_ALWAYS)
    for path, told in _TOLD_BY.items():
        if found.doc(path) is not None or (path in found.failed and old is not None and old.readings >= {*told}):
            readings.update(told)
    if found.facts.address is not None:
        readings.add(Reading(Quantity.IP_ADDRESS))
    kinds = set(learned.detections[PartKind.DEVICE])
    if found.doc(EXCEPTION) is not None or (EXCEPTION in found.failed and old and _TROUBLES[0] in old.detections):
        kinds.update(_TROUBLES)
    if store:
        kinds.update(_TROUBLES_OF_STORE)
    part = Part(
        ref=HOST_PART,
        hardware=found.facts.hardware,
        features=_HOST_FEATURES | ({Feature.PUSH} if pushes else set()),
        detections=dict.fromkeys(sorted(kinds), _SPEC),
        readings=frozenset(readings),
    )
    return found.host.on(part)


def _channel(found: Found, learned: Learned, before: Topology | None, *, pushes: bool, pictures: bool | None) -> Part:
    channel = found.facts.channels[0]
    old = _known(before, channel.ref)
    features = {Feature.STREAM, Feature.EVENTS}
    unprobed: set[Gate] = set()
    if pictures is None:
        unprobed.add(Feature.SNAPSHOT)
    if pictures is not False:
        features.add(Feature.SNAPSHOT)
    if pushes:
        features.add(Feature.PICTURES)
    if learned.heat_map:
        features.add(Feature.HEAT_MAP)
    detections, unsure = _detections(found, learned)
    part = Part(
        ref=channel.ref,
        name=channel.name,
        features=frozenset(features),
        detections=dict.fromkeys(sorted(detections), _SPEC),
        readings=learned.readings,
        streams=_streams(found, channel.ref),
        unprobed=frozenset(unprobed | unsure),
    )
    if not part.streams and old is not None:
        part = replace(part, streams=old.streams)
    return found.channel.on(part)


def _streams(found: Found, ref: PartRef) -> tuple[Stream, ...]:
    """The streams, with the names of their codecs where the camera tells which number is which."""
    doc = found.doc(ENCODING)
    named: list[Stream] = []
    for stream in read_streams(doc):
        row = found.channel.rows.get((ref, SettingKey(Setting.CODEC, STREAMS[stream.number - 1])))
        name = None if row is None or doc is None or stream.codec else row.read(doc)
        known = isinstance(name, str) and not name.isdecimal()
        named.append(replace(stream, codec=name) if known and isinstance(name, str) else stream)
    return tuple(named)


def _detections(found: Found, learned: Learned) -> tuple[set[Detection], set[Detection]]:
    """What the channel detects, and which of it could not be asked now."""
    answers = {source.what: found.detects(source) for source in DETECTIONS}
    seen = learned.detections[PartKind.CHANNEL]
    kinds = {what for what, answer in answers.items() if answer is not False} | seen
    if found.facts.flag("enableFace") == COMPARES_FACES:
        kinds |= {Detection.FACE_MATCH, Detection.FACE_STRANGER}
    return kinds, {what for what, answer in answers.items() if answer is None} - seen


def _input_parts(found: Found, learned: Learned) -> Iterator[Part]:
    """Alarm inputs: their state cannot be read, only their alarms tell of them."""
    for number in sorted({*range(1, found.facts.inputs + 1), *learned.inputs}):
        part = Part(ref=PartRef(HOST, PartKind.INPUT, number), detections={Detection.INPUT: _SPEC})
        knobs = found.inputs.get(number, Knobs())
        yield knobs.on(part)
        yield from knobs.parts


def _store_parts(found: Found, learned: Learned, before: Topology | None) -> Iterator[Part]:
    """The card, or the empty slot for one."""
    doc = found.doc(stores.PATH)
    store = None if doc is None else stores.read_store(doc)
    if store is not None and store.there:
        learned.card = True
    if store is not None:
        yield stores.store_part(card=learned.card)
    elif stores.PATH in found.failed and (old := _known(before, stores.REF)) is not None:
        yield old
