"""From a device's answers to the topology: what exists and what it can do. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from ...hikvision.event_types import Scope, detection_of, scope_of
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
    Placement,
    SettingSpec,
    Stream,
    Toggle,
    Topology,
)
from ...model.setting_words import Setting, SettingKey
from ...model.vocabulary import Feature, Quantity, Reading
from ...transport import xml
from .channels import ChannelMap, storage_ref
from .codec import DeviceInfo, StreamInfo, VideoInput, normalised, online_states, stores, streams, triggers
from .detections import detection_settings, detections, silent_detections
from .lights import light_parts, siren_parts
from .maintenance import time_drift
from .metadata import config as metadata
from .port_parts import input_parts, relay_parts
from .ptz_facts import PtzFacts, ptz_facts
from .replies import (
    ACCESSES,
    AUDIO_ALARM,
    DISTURB,
    FEW,
    HOLIDAYS,
    PROXY_STATUS,
    STATUS,
    STORAGE,
    STREAMS,
    TIME,
    TRIGGERS,
    WHITE_LIGHT,
    Replies,
    ptz_path,
)
from .settings import ENTRIES, LEAVES, detection_key, disturbance, first_holiday, sensitivity_key

CLOCK_LIMIT: Final = 60.0
"""Seconds that a device's clock may be off before it is worth a finding."""
_DENIED_SHOWN: Final = 5
_DEFAULT_STREAMS: Final = (Stream(number=1), Stream(number=2))
"""What every channel has; taken where the device does not tell, such as for a camera that is offline."""
_PTZ_UNKNOWN: Final = frozenset(
    {Feature.PTZ_CONTINUOUS, Feature.PTZ_ZOOM, Feature.PRESETS, Feature.PATROLS, Feature.HOME}
)
_HOST_READINGS: Final = {
    Reading(Quantity.CPU): "CPUList/CPU/cpuUtilization",
    Reading(Quantity.MEMORY): "MemoryList/Memory/memoryUsage",
    Reading(Quantity.STARTED): "deviceUpTime",
}
_DRIFT: Final = Reading(Quantity.CLOCK_DRIFT)
FIRMWARE: Final = Reading(Quantity.FIRMWARE)
_POSITION: Final = frozenset({Reading(Quantity.PAN), Reading(Quantity.TILT), Reading(Quantity.ZOOM)})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What one pass over the answers works with."""

    info: DeviceInfo
    channels: ChannelMap
    replies: Replies
    now: datetime
    streams: dict[int, list[StreamInfo]]

    @property
    def few(self) -> list[int]:
        """Lenses that were asked for everything."""
        return [each.number for each in self.channels.local()[:FEW]]


def identity(info: DeviceInfo) -> tuple[str, str]:
    """The uid and what it was made of; a recorder's serial number (model, date and serial) is taken whole."""
    if uid := normalised(info.hardware.serial):
        return uid, "serial"
    return normalised(info.hardware.mac), "mac"


def aliases(info: DeviceInfo) -> frozenset[str]:
    """Serial number and MAC, whichever the device tells: firmware may stop to tell one of them."""
    return frozenset(filter(None, (normalised(info.hardware.serial), normalised(info.hardware.mac))))


def topology(info: DeviceInfo, channels: ChannelMap, replies: Replies, now: datetime) -> Topology:
    """Put together what exists; `now` is our own time, to judge the device's clock by."""
    look = _Look(info=info, channels=channels, replies=replies, now=now, streams=channel_streams(channels, replies))
    device = Device(address=HOST, uid=identity(info)[0], name=info.name, aliases=aliases(info), hardware=info.hardware)
    parts = {part.ref: part for part in _parts(look)}
    return Topology(devices={HOST: device}, parts=parts, findings=frozenset(_findings(look)))


def head_facts(channel: int, replies: Replies) -> PtzFacts:
    """What the head of a channel can do."""
    root = f"PTZCtrl/channels/{channel}"
    return ptz_facts(
        replies.get(ptz_path(channel)),
        replies.get(f"{root}/presets"),
        replies.get(f"{root}/patrols"),
        replies.get(f"{root}/auxcontrols"),
    )


def channel_streams(channels: ChannelMap, replies: Replies) -> dict[int, list[StreamInfo]]:
    """Streams by channel, from the list or from single documents."""
    found: dict[int, list[StreamInfo]] = {each.number: [] for each in channels}
    singles = (
        replies.get(f"{STREAMS}/{channels.stream_id(each.number, stream)}") for each in channels for stream in (1, 2)
    )
    for document in (replies.get(STREAMS), *singles):
        for stream in streams(document):
            if stream.channel in found:
                found[stream.channel].append(stream)
    return found


def _parts(look: _Look) -> Iterator[Part]:
    yield _host(look)
    for channel in look.channels:
        yield _channel(look, channel)
        if not look.channels.recorder:
            options = look.replies.get(f"Image/channels/{channel.number}/supplementLight/capabilities")
            yield from light_parts(options, channel.number)
    yield from input_parts(look.channels, look.replies)
    yield from relay_parts(look.channels, look.replies)
    yield from siren_parts(look.replies.json.get(AUDIO_ALARM))
    yield from _stores(look.replies)


# --- the device


def _host(look: _Look) -> Part:
    replies = look.replies
    readings, unsure = _host_readings(look)
    features = {Feature.REBOOT, Feature.PUSH, Feature.EVENTS}
    if replies.get(TIME) is not None:
        features.add(Feature.TIME_SYNC)
    return Part(
        ref=HOST_PART,
        hardware=look.info.hardware,
        features=frozenset(features),
        settings=MappingProxyType(dict(_host_settings(replies))),
        detections=MappingProxyType(dict.fromkeys(_host_detections(replies), DetectionSpec())),
        readings=frozenset(readings),
        unprobed=frozenset(unsure),
    )


def _host_readings(look: _Look) -> tuple[set[Reading], set[Gate]]:
    replies, unsure = look.replies, set[Gate]()
    status = replies.get(STATUS)
    found = {reading for reading, path in _HOST_READINGS.items() if xml.text(status, path) is not None}
    if replies.failed(STATUS):
        unsure |= _HOST_READINGS.keys()
    if _drift(look) is not None:
        found.add(_DRIFT)
    if replies.failed(TIME):
        unsure.add(_DRIFT)
    if look.info.hardware.firmware:
        found.add(FIRMWARE)
    return found | {each for each in (*_HOST_READINGS, _DRIFT) if each in unsure}, unsure


def _drift(look: _Look) -> float | None:
    document = look.replies.get(TIME)
    return None if document is None else time_drift(document, look.now)


def _host_detections(replies: Replies) -> list[Detection]:
    found = {detection_of(trigger.event) for trigger in triggers(replies.get(TRIGGERS))}
    return sorted(what for what in found if what and scope_of(what) is Scope.DEVICE)


def _host_settings(replies: Replies) -> Iterator[tuple[SettingKey, SettingSpec]]:
    holidays = replies.get(HOLIDAYS)
    if holidays is not None and xml.boolean(first_holiday(holidays), "enabled") is not None:
        yield SettingKey(Setting.HOLIDAY_MODE), Toggle()
    for setting, entry in ENTRIES.items():
        for path in (AUDIO_ALARM, WHITE_LIGHT):
            capabilities = replies.json.get(path)
            if path.startswith(entry.path) and capabilities and (spec := entry.spec(capabilities)):
                yield SettingKey(setting), spec


# --- channels


def _channel(look: _Look, channel: VideoInput) -> Part:
    number, replies = channel.number, look.replies
    known, unsure = detections(number, look.channels, replies)
    facts = head_facts(number, replies)
    gates: set[Gate] = {*unsure, *(key for what in unsure for key in (detection_key(what), sensitivity_key(what)))}
    gates |= metadata.switches(number, replies)[1]
    features = {Feature.SNAPSHOT, Feature.STREAM, Feature.EVENTS, Feature.PICTURES, *facts.features}
    if channel.proxied:
        features.add(Feature.ONLINE)
    online, _ = replies.read(PROXY_STATUS, online_states).get(number, (None, None))
    if replies.failed(ptz_path(number)) or (online is False and not facts.features):
        features |= _PTZ_UNKNOWN
        gates |= _PTZ_UNKNOWN
    return Part(
        ref=ChannelMap.ref(number),
        name=channel.name,
        placement=_placement(look.channels),
        hardware=channel.hardware,
        features=frozenset(features),
        settings=MappingProxyType(dict(_channel_settings(look, number, known))),
        detections=MappingProxyType(known),
        readings=_channel_readings(replies, channel, facts),
        streams=_streams(look.streams[number]),
        presets=facts.presets,
        patrols=facts.patrols,
        unprobed=frozenset(gates),
    )


def _placement(channels: ChannelMap) -> Placement:
    if channels.recorder:
        return Placement.UNIT
    return Placement.CHILD if len(channels) > 1 else Placement.INLINE


def _streams(found: list[StreamInfo]) -> tuple[Stream, ...]:
    known = {
        each.number: Stream(
            number=each.number, codec=each.codec, width=each.width, height=each.height, enabled=each.enabled
        )
        for each in sorted(found, key=lambda each: each.number)
    }
    return tuple(known.values()) or _DEFAULT_STREAMS


def _channel_readings(replies: Replies, channel: VideoInput, facts: PtzFacts) -> frozenset[Reading]:
    found = set(_POSITION) if Feature.PTZ_ABSOLUTE in facts.features else set()
    if channel.hardware.firmware:
        found.add(FIRMWARE)
    if channel.proxied and any(result for _, result in replies.read(PROXY_STATUS, online_states).values()):
        found.add(Reading(Quantity.LINK_STATUS))
    return frozenset(found)


def _channel_settings(
    look: _Look, number: int, known: dict[Detection, DetectionSpec]
) -> Iterator[tuple[SettingKey, SettingSpec]]:
    replies = look.replies
    yield from detection_settings(number, look.channels, replies, known)
    if disturbance(replies.json.get(DISTURB, {}), number) is not None:
        yield SettingKey(Setting.NOTIFICATIONS), Toggle()
    if xml.find(replies.get(ptz_path(number)), "ParkAction") is not None and head_facts(number, replies).features:
        yield SettingKey(Setting.PARK_ACTION), Toggle()
    yield from metadata.switches(number, replies)[0].items()
    if look.channels.recorder or number not in look.few:
        return
    for setting, leaf in LEAVES.items():
        capabilities = replies.get(f"{leaf.path.format(n=number)}/capabilities")
        if leaf.spec and (spec := leaf.spec(xml.find(capabilities, leaf.leaf))):
            yield SettingKey(setting), spec


# --- stores


def _stores(replies: Replies) -> Iterator[Part]:
    for store in stores(replies.get(STORAGE)):
        readings = {Reading(Quantity.STORAGE_STATUS)}
        if store.capacity is not None:
            readings.add(Reading(Quantity.CAPACITY))
        if store.free is not None:
            readings.add(Reading(Quantity.FREE))
        yield Part(
            ref=storage_ref(store.number, network=store.network),
            name=store.name,
            features=frozenset({Feature.PROBLEM}),
            readings=frozenset(readings),
        )


# --- findings

_UNNEEDED: Final = frozenset({ACCESSES, TIME, HOLIDAYS})
"""Documents that a plain user may not read and that are not missed."""


def _findings(look: _Look) -> Iterator[Finding]:
    denied = [path for path in look.replies.denied() if path not in _UNNEEDED]
    if denied:
        yield Finding(kind=FindingKind.LOW_RIGHTS, detail=", ".join(denied[:_DENIED_SHOWN]))
    off = _drift(look)
    if off is not None and abs(off) > CLOCK_LIMIT:
        yield Finding(kind=FindingKind.CLOCK_OFF, detail=f"{round(off / 60)} min")
    for channel in look.channels:
        ref = ChannelMap.ref(channel.number)
        yield from _stream_findings(ref, look.streams[channel.number])
        if silent := silent_detections(channel.number, look.channels, look.replies):
            names = ", ".join(sorted(what.value for what in silent))
            yield Finding(kind=FindingKind.NO_NOTIFICATION, part=ref, detail=names)


def _stream_findings(ref: PartRef, found: list[StreamInfo]) -> Iterator[Finding]:
    for stream in found:
        if stream.enabled and stream.smart_codec:
            yield Finding(kind=FindingKind.SMART_CODEC, part=ref, detail=str(stream.number))
        if stream.enabled and stream.encrypted:
            yield Finding(kind=FindingKind.STREAM_ENCRYPTED, part=ref, detail=str(stream.number))
