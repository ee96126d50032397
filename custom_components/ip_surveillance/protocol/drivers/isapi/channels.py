"""The one table of numbers: a channel's own number, its stream ids, its number in alerts, and its part."""

from collections.abc import Iterable, Iterator

from ...model.parts import HOST, PartKind, PartRef
from ...transport import xml
from .codec import DeviceInfo, VideoInput, local_inputs, proxied_inputs, streams, triggers
from .replies import CAPABILITIES, LOCAL_INPUTS, PROXIED_INPUTS, STREAMS, TRIGGERS, Replies

_MOST = 512
"""Channels believed at most."""
_DYNAMIC = 32
"""Older recorders count proxied channels from 33 in alerts (the maker's SDK does so up to 64 channels)."""


class ChannelMap:
    """All channels of a device; the part's number is the device's own, as used in stream ids.

    A camera has channel 1, a multi-lens one 1 to n, a network recorder the numbers of its input list, an analog
    recorder its connectors first and cameras of the network after them.
    """

    def __init__(self, inputs: Iterable[VideoInput] = (), *, recorder: bool = False, analog: int | None = None) -> None:
        """Take the channels; `analog` is the number of connectors where the local list does not tell."""
        self.inputs = {each.number: each for each in sorted(inputs, key=lambda each: each.number)[:_MOST]}
        self.recorder = recorder
        local = sum(not each.proxied for each in self.inputs.values())
        self._analog = local if analog is None else analog

    def __len__(self) -> int:
        return len(self.inputs)

    def __iter__(self) -> Iterator[VideoInput]:
        return iter(self.inputs.values())

    @staticmethod
    def ref(number: int) -> PartRef:
        """The part of a channel."""
        return PartRef(HOST, PartKind.CHANNEL, number)

    @staticmethod
    def stream_id(number: int, stream: int) -> int:
        """The id of a stream, such as 102."""
        return number * 100 + stream

    def proxied(self, number: int) -> bool:
        """Whether a channel is a camera behind the recorder."""
        return number in self.inputs and self.inputs[number].proxied

    def local(self) -> list[VideoInput]:
        """The device's own lenses or connectors."""
        return [each for each in self if not each.proxied]

    def of_event(self, channel: int | None, dynamic: int | None = None, *, old: bool = False) -> PartRef | None:
        """The part an alert means; None when no channel of ours is meant.

        `dynamic` is `dynChannelID`; `old` says that the alert is of version 1.0, whose numbers from 33 on are dynamic
        even where a channel of that very number exists.
        """
        for number in (channel, dynamic):
            if number and (found := self._own(number, old=old)) is not None:
                return self.ref(found)
        if not (channel or dynamic) and len(self.inputs) == 1:
            return self.ref(next(iter(self.inputs)))
        return None

    def _own(self, number: int, *, old: bool) -> int | None:
        own = number if number in self.inputs else None
        return self._dynamic(number) or own if old else own or self._dynamic(number)

    def _dynamic(self, number: int) -> int | None:
        shifted = number - _DYNAMIC + self._analog
        return shifted if number > _DYNAMIC and self.proxied(shifted) else None


def input_ref(number: int) -> PartRef:
    """The part of an alarm input; a port of a camera behind a recorder has number channel * 100 + port."""
    return PartRef(HOST, PartKind.INPUT, number)


def storage_ref(number: int, *, network: bool) -> PartRef:
    """The part of a store; disks and network stores count separately on some devices."""
    return PartRef(HOST, PartKind.STORAGE, number, "nas" if network else "")


def channel_map(info: DeviceInfo, replies: Replies) -> ChannelMap:
    """Tell the channels. Lists are refused by some models, so streams and triggers stand in for them."""
    proxied = {each.number: each for each in proxied_inputs(replies.get(PROXIED_INPUTS))}
    local = {each.number: each for each in local_inputs(replies.get(LOCAL_INPUTS)) if each.number not in proxied}
    recorder = bool(proxied) or info.kind.upper() in ("NVR", "DVR", "HVR")
    capabilities = replies.get(CAPABILITIES)
    analog = (xml.integer(capabilities, "SysCap/VideoCap/videoInputPortNums") or 0) if recorder else 0
    if not local:
        local = {number: VideoInput(number=number) for number in range(1, min(analog, _MOST) + 1)}
    if not recorder and not local:
        local = {number: VideoInput(number=number) for number in _mentioned(replies) or {1}}
    if recorder and not proxied and replies.failed(PROXIED_INPUTS):
        behind = _mentioned(replies) - local.keys()
        proxied = {number: VideoInput(number=number, proxied=True) for number in behind}
    return ChannelMap((*local.values(), *proxied.values()), recorder=recorder, analog=max(analog, len(local)))


def _mentioned(replies: Replies) -> set[int]:
    """Channels that streams or triggers speak of."""
    found = {each.channel for each in streams(replies.get(STREAMS))}
    found |= {each.channel for each in triggers(replies.get(TRIGGERS)) if each.channel}
    return {number for number in found if 0 < number <= _MOST}
