"""Asking a device what it has: which documents, in which order, and what became of each request.

A request that fails is an answer too: "has not" and "could not tell now" are kept apart, and nothing but the device's
identity can make a set-up fail.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from ...errors import AuthFailed, CannotConnect, DeviceError
from ...transport.http import Query
from .channels import ChannelMap, channel_map
from .client import IsapiClient
from .codec import DeviceInfo, device_info, ports
from .detections import detections, unlisted_events
from .metadata import config as metadata
from .ptz_facts import ptz_features
from .replies import (
    ACCESSES,
    AUDIO_ALARM,
    CAPABILITIES,
    CHANNEL_EVENTS,
    DEVICE_INFO,
    DISTURB,
    FEW,
    HOLIDAYS,
    IMAGE,
    INPUTS,
    LOCAL_INPUTS,
    OUTPUTS,
    PIR,
    PROXIED_IN_PORTS,
    PROXIED_INPUTS,
    PROXIED_OUT_PORTS,
    PROXY_STATUS,
    PTZ_LISTS,
    STATUS,
    STORAGE,
    STREAMS,
    TIME,
    TRIGGERS,
    WHITE_LIGHT,
    Replies,
    ptz_path,
    status_path,
    trigger_path,
)
from .settings import DETECTION_DOCUMENTS

_HOST: Final = (
    CAPABILITIES,
    STREAMS,
    LOCAL_INPUTS,
    PROXIED_INPUTS,
    TRIGGERS,
    ACCESSES,
    INPUTS,
    OUTPUTS,
    STORAGE,
    TIME,
    STATUS,
    HOLIDAYS,
)
_RECORDER: Final = (PROXY_STATUS, PROXIED_IN_PORTS, PROXIED_OUT_PORTS)
_GIVE_UP: Final = 6
"""Broken or unanswered requests in a row after which a device counts as dead."""


async def ask(client: IsapiClient, paths: Iterable[str], json_paths: Iterable[str] = ()) -> Replies:
    """Ask for documents, as many at once as the transport allows; a refused login and a dead host raise."""
    replies = Replies()
    unreached = 0

    async def one[T](path: str, get: Callable[[str, Query], Awaitable[T]], into: dict[str, T]) -> None:
        nonlocal unreached
        try:
            into[path] = await client.once(path, get)
            unreached = 0
        except DeviceError as error:
            # Some firmware breaks the connection on paths it does not know: only a row of breaks is a dead host.
            unreached = unreached + 1 if isinstance(error, CannotConnect) else 0
            if isinstance(error, AuthFailed) or unreached >= _GIVE_UP:
                raise
            replies.errors[path] = error

    try:
        async with asyncio.TaskGroup() as group:
            for path in dict.fromkeys(paths):
                group.create_task(one(path, client.xml, replies.xml))
            for path in dict.fromkeys(json_paths):
                group.create_task(one(path, client.json, replies.json))
    except* DeviceError as failures:
        raise _first(failures) from None
    return replies


def _first(failures: BaseExceptionGroup[DeviceError]) -> BaseException:
    """The refused login if there is one: it must not hide behind a broken connection."""
    leaves = [each for each in failures.exceptions if isinstance(each, DeviceError)]
    return next((each for each in leaves if isinstance(each, AuthFailed)), leaves[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything a discovery asked for."""

    info: DeviceInfo
    channels: ChannelMap
    replies: Replies


async def survey(client: IsapiClient) -> Found:
    """Ask the device what it is and has. Only its identity is a must: whatever else fails is noted in the replies.

    Requests: about twenty for a device, some twenty more for a camera of up to four lenses, and up to three (five when
    it moves) for each channel of a recorder.
    """
    info = device_info(await client.xml(DEVICE_INFO))
    replies = await ask(client, _HOST, (DISTURB,))
    channels = channel_map(info, replies)
    extra = _RECORDER if channels.recorder else (PIR, *_camera_events(channels, replies))
    replies.merge(await ask(client, extra, () if channels.recorder else (AUDIO_ALARM, WHITE_LIGHT)))
    replies.merge(await ask(client, _per_channel(channels, replies)))
    replies.merge(await ask(client, _second_look(channels, replies)))
    replies.merge(await ask(client, _other_spellings(channels, replies)))
    replies.merge(await metadata.look(partial(ask, client), channels, replies))
    return Found(info=info, channels=channels, replies=replies)


def _camera_events(channels: ChannelMap, replies: Replies) -> tuple[str, ...]:
    """Lists of a multi-lens camera name the events of its first lens only (DS-2SE4C425MWG-E)."""
    return (CHANNEL_EVENTS,) if len(channels) > 1 or replies.get(TRIGGERS) is None else ()


def _per_channel(channels: ChannelMap, replies: Replies) -> Iterator[str]:
    listed = replies.get(STREAMS) is not None
    for channel in channels:
        number = channel.number
        if not listed:
            yield from (f"{STREAMS}/{channels.stream_id(number, stream)}" for stream in (1, 2))
        yield ptz_path(number)
        if channels.recorder and replies.get(TRIGGERS) is None:
            yield from (trigger_path(event, number) for event in unlisted_events(number, channels, replies))
    if not channels.recorder:
        yield from _per_lens(channels, replies)


def _per_lens(channels: ChannelMap, replies: Replies) -> Iterator[str]:
    for channel in channels.local()[:FEW]:
        yield from (f"Image/channels/{channel.number}/{name}/capabilities" for name in IMAGE)
        for event in unlisted_events(channel.number, channels, replies):
            yield trigger_path(event, channel.number)


def _second_look(channels: ChannelMap, replies: Replies) -> Iterator[str]:
    """What is worth asking only after the first answers: presets of what moves, documents of what is detected."""
    yield from _port_states(replies)
    for channel in channels:
        if ptz_features(replies.get(ptz_path(channel.number))):
            yield from (f"PTZCtrl/channels/{channel.number}/{name}" for name in PTZ_LISTS)
    yield from (paths[0] for paths in _documents(channels, replies))


def _other_spellings(channels: ChannelMap, replies: Replies) -> Iterator[str]:
    """Letter case of paths differs by firmware: what is lacking under one spelling may be there under the other."""
    for first, *others in _documents(channels, replies):
        if replies.get(first) is None and not replies.failed(first):
            yield from others


def _documents(channels: ChannelMap, replies: Replies) -> Iterator[tuple[str, ...]]:
    """Paths of the documents of what a camera detects; of a recorder's channels that would cost too much."""
    if channels.recorder or len(channels) > FEW:
        return
    for channel in channels:
        for what in detections(channel.number, channels, replies)[0]:
            if row := DETECTION_DOCUMENTS.get(what):
                yield row.paths(channel.number, proxied=False)


def _port_states(replies: Replies) -> Iterator[str]:
    """Whether ports tell their state: the first of each list stands for all."""
    for path in (INPUTS, OUTPUTS, PROXIED_IN_PORTS, PROXIED_OUT_PORTS):
        listed = ports(replies.get(path))
        if listed or path in (INPUTS, OUTPUTS):
            yield status_path(path, listed[0].number if listed else 1)
