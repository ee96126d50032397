"""Which detections a channel has, told from trigger lists, capability lists and flags. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from ...hikvision.event_types import Scope, detection_of, scope_of, targets_of
from ...model.detections import AIMED, Detection, Target
from ...model.parts import DetectionSpec, Range, SettingSpec, Toggle
from ...model.setting_words import SettingKey
from ...transport import xml
from .channels import ChannelMap
from .codec import Trigger, channel_events, flags, triggers
from .replies import CAPABILITIES, CHANNEL_EVENTS, FEW, PIR, TRIGGERS, Replies, trigger_path
from .settings import DETECTION_DOCUMENTS, DetectionDocument, detection_key, sensitivity_key, sensitivity_leaves

# Capability flag (without `isSupport`, lower case) -> event type, for cameras whose trigger list is incomplete.
_SMART_EVENTS: Final[Mapping[str, str]] = {
    "fielddetection": "fielddetection",
    "linedetection": "linedetection",
    "regionentrance": "regionEntrance",
    "regionexiting": "regionExiting",
    "scenechangedetection": "scenechangedetection",
    "facedetect": "facedetection",
    "audiodetection": "audioexception",
    "loitering": "loitering",
    "group": "group",
    "rapidmove": "rapidMove",
    "parking": "parking",
    "unattendedbaggage": "unattendedBaggage",
    "attendedbaggage": "attendedBaggage",
    "defocusdetection": "defocus",
}
_BASIC: Final = ("VMD", "tamperdetection")
_RECORDER_BASIC: Final = ("VMD", "fielddetection", "linedetection")
"""What a recorder without a trigger list is asked for, one request each."""
_BOTH: Final = frozenset({Target.HUMAN, Target.VEHICLE})


def _by_channel(root: xml.Element | None) -> Mapping[int | None, list[Trigger]]:
    """The triggers of channels by number; under None those that name no channel."""
    found: defaultdict[int | None, list[Trigger]] = defaultdict(list)
    for trigger in triggers(root):
        what = detection_of(trigger.event)
        if what is not None and scope_of(what) is Scope.CHANNEL:
            found[trigger.channel].append(trigger)
    return found


def _listed(channel: int, channels: ChannelMap, replies: Replies) -> list[Trigger]:
    """The listed triggers of a channel; one that names no channel holds for all of the device's own."""
    by_channel = replies.read(TRIGGERS, _by_channel)
    own = by_channel.get(channel, [])
    return own if channels.proxied(channel) else [*own, *by_channel.get(None, [])]


def known_triggers(channel: int, channels: ChannelMap, replies: Replies) -> dict[Detection, Trigger]:
    """The triggers of a channel by what they detect; one that is reported wins over its namesakes."""
    found: dict[Detection, Trigger] = {}
    singles = (replies.get(trigger_path(event, channel)) for event in _candidates(channel, channels, replies))
    single = (each for document in singles for each in triggers(document))
    for trigger in (*_listed(channel, channels, replies), *single):
        what = detection_of(trigger.event)
        if what is not None and (what not in found or trigger.reported):
            found[what] = trigger
    return found


def unlisted_events(channel: int, channels: ChannelMap, replies: Replies) -> list[str]:
    """Events that the channel may have although the list of triggers does not name them, one per detection."""
    listed = {detection_of(trigger.event) for trigger in _listed(channel, channels, replies)}
    found: dict[Detection, str] = {}
    for event in _candidates(channel, channels, replies):
        what = detection_of(event)
        if what is not None and scope_of(what) is Scope.CHANNEL and what not in listed:
            found.setdefault(what, event)
    return list(found.values())


def _candidates(channel: int, channels: ChannelMap, replies: Replies) -> tuple[str, ...]:
    """Events that capability lists and flags name; flags of a recorder speak of the recorder, not of a camera."""
    if channels.recorder:
        return () if replies.get(TRIGGERS) is not None else _RECORDER_BASIC
    if of_channel := replies.read(CHANNEL_EVENTS, channel_events).get(channel):
        return of_channel
    if len(channels) > 1 and replies.get(TRIGGERS) is not None:
        return ()
    smart = flags(replies.get(CAPABILITIES), "SmartCap")
    return (*_BASIC, *(event for flag, event in _SMART_EVENTS.items() if flag in smart))


def detections(
    channel: int, channels: ChannelMap, replies: Replies
) -> tuple[dict[Detection, DetectionSpec], frozenset[Detection]]:
    """What a channel detects, and which of it could not be asked now."""
    known = set(known_triggers(channel, channels, replies))
    stated = replies.read(CHANNEL_EVENTS, channel_events).get(channel, ())
    known |= {what for each in stated if (what := detection_of(each)) and scope_of(what) is Scope.CHANNEL}
    if replies.get(PIR) is not None and channel == min(channels.inputs):
        # The sensor is there although flags and triggers may deny it (DS-2CD2443G0-IW class).
        known.add(Detection.PIR)
    unsure = {
        what
        for event in unlisted_events(channel, channels, replies)
        if replies.failed(trigger_path(event, channel)) and (what := detection_of(event)) and what not in known
    }
    if not known and channels.proxied(channel):
        unsure |= replies.read(TRIGGERS, _usual)
    specs = {what: _spec(what, channel, channels, replies) for what in sorted(known | unsure)}
    return specs, frozenset(unsure)


def _usual(root: xml.Element | None) -> frozenset[Detection]:
    """What the channels of this recorder detect: an offline camera has no triggers, but had some before."""
    found = {Detection.MOTION, Detection.TAMPER, Detection.VIDEO_LOSS}
    words = {trigger.event for listed in _by_channel(root).values() for trigger in listed}
    return frozenset(found.union(what for word in words if (what := detection_of(word)) is not None))


def _spec(what: Detection, channel: int, channels: ChannelMap, replies: Replies) -> DetectionSpec:
    document = detection_document(what, channel, channels, replies)
    if document is None or what not in AIMED:
        return DetectionSpec()
    return DetectionSpec(targets=_targets(document), regions=_regions(document))


def detection_document(what: Detection, channel: int, channels: ChannelMap, replies: Replies) -> xml.Element | None:
    """The configuration of a detection where it was read."""
    row = DETECTION_DOCUMENTS.get(what)
    if row is None:
        return None
    paths = row.paths(channel, proxied=channels.proxied(channel))
    return next((found for path in paths if (found := replies.get(path)) is not None), None)


def _targets(document: xml.Element) -> frozenset[Target]:
    """Whoever can tell one kind of target can tell both: the setting only filters."""
    words = (each.text or "" for each in document.iter() if xml.local(each) in ("targetType", "detectionTarget"))
    named = {target for text in words for target in targets_of(text)}
    return _BOTH | named if named else frozenset()


def _regions(document: xml.Element) -> tuple[int, ...]:
    """Numbers of the regions or lines that are drawn."""
    found = set()
    for entry in document.iter():
        name = xml.local(entry)
        if name.endswith("Region") or name == "LineItem":
            number = xml.integer(entry, "id")
            if number is not None and _is_drawn(entry):
                found.add(number)
    return tuple(sorted(found))


def _is_drawn(entry: xml.Element) -> bool:
    """At least two corners in different places; unused entries have none or all in one."""
    holders = (*xml.find_all(entry, "RegionCoordinatesList"), *xml.find_all(entry, "CoordinatesList"))
    corners = {
        (xml.text(point, "positionX"), xml.text(point, "positionY"))
        for holder in holders
        for point in xml.children(holder)
    }
    return len(corners) > 1


def detection_settings(
    channel: int, channels: ChannelMap, replies: Replies, known: Mapping[Detection, DetectionSpec]
) -> Iterator[tuple[SettingKey, SettingSpec]]:
    """Switches and sensitivities: from the documents where they were read, else switches of common kinds only."""
    was_read = not channels.recorder and len(channels) <= FEW
    for what in known:
        row = DETECTION_DOCUMENTS.get(what)
        document = detection_document(what, channel, channels, replies)
        if row is None:
            continue
        if document is not None:
            yield from _from_document(what, row, document)
        elif row.assumed and not was_read:
            yield detection_key(what), Toggle()


def _from_document(
    what: Detection, row: DetectionDocument, document: xml.Element
) -> Iterator[tuple[SettingKey, SettingSpec]]:
    if xml.boolean(document, "enabled") is not None:
        yield detection_key(what), Toggle()
    leaves = sensitivity_leaves(document, row)
    if leaves and (now := xml.decimal(leaves[0])) is not None:
        yield sensitivity_key(what), Range(low=min(row.span.low, now), high=max(row.span.high, now))


def silent_detections(channel: int, channels: ChannelMap, replies: Replies) -> list[Detection]:
    """Detections that are on but whose trigger does not tell clients; empty where it cannot be known.

    A camera's documents say what is on. Of a recorder's channel only the triggers are known: it is silent when
    events of it cause something, but none is reported.
    """
    if replies.get(TRIGGERS) is None:
        return []
    known = known_triggers(channel, channels, replies)
    if not channels.recorder:
        return [
            what
            for what, trigger in known.items()
            if not trigger.reported and xml.boolean(detection_document(what, channel, channels, replies), "enabled")
        ]
    aimed = {what: trigger for what, trigger in known.items() if what in AIMED}
    if any(trigger.reported for trigger in aimed.values()):
        return []
    return [what for what, trigger in aimed.items() if trigger.methods]
