"""Pictures by whichever way the device answers, and the address of its video."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from ...driver import Access
from ...errors import AuthFailed, BadAnswer, Busy, CannotConnect, DeviceError, Forbidden, NotSupported
from ...hikvision.status import missing_on_read
from ...model.parts import PartRef
from ...model.state import Picture
from ...moving import Sleep
from ...transport.http import Query
from .client import IsapiClient

_RTSP_PORT: Final = 554
_BUSY_PAUSE: Final = 0.5
"""Seconds after which a snapshot refused as busy is asked for once more: another client took one."""

type Way = tuple[str, Query]
"""Path and query of one way to a picture."""


class Sharing[K, V]:
    """Callers who want the same at the same time share one run of it; it ends with the last of them."""

    def __init__(self) -> None:
        """Start with nothing under way."""
        self._running: dict[K, _Shared[V]] = {}

    async def get(self, key: K, make: Callable[[], Awaitable[V]]) -> V:
        """Return what `make` returns, or what a run of it that is under way does."""
        shared = self._running.get(key)
        if shared is None:
            shared = self._running[key] = _Shared(asyncio.ensure_future(make()))
        shared.waiting += 1
        try:
            return await asyncio.shield(shared.task)
        finally:
            shared.waiting -= 1
            if not shared.waiting:
                shared.task.cancel()
            if (shared.task.done() or not shared.waiting) and self._running.get(key) is shared:
                del self._running[key]


@dataclass(slots=True)
class _Shared[V]:
    """One run and how many wait for it."""

    task: asyncio.Future[V]
    waiting: int = 0


@dataclass(slots=True)
class PictureMemory:
    """What was learned about a device's pictures."""

    ways: dict[tuple[int, int], Way] = field(default_factory=dict)
    """The way that worked last, by channel and stream."""
    sharing: Sharing[tuple[int, int], Picture] = field(default_factory=Sharing)


class Pictures:
    """The `Streams` commands."""

    client: IsapiClient
    access: Access
    rtsp_port: int | None
    """As the device told; None takes the usual one."""
    picture_sizes: dict[tuple[int, int], tuple[int, int]]
    """Width and height by channel and stream, where known: some models send small pictures unless asked."""
    picture_memory: PictureMemory
    """Starts empty."""
    picture_sleep: Sleep = staticmethod(asyncio.sleep)

    async def snapshot(self, channel: PartRef, stream: int) -> Picture:
        """Take a picture; raises the first way's error when none works."""
        key = (channel.number, stream)
        return await self.picture_memory.sharing.get(key, lambda: self._snapshot(key))

    def stream_url(self, channel: PartRef, stream: int) -> str | None:
        """RTSP address with credentials, percent-encoded; never to be logged or shown."""
        access = self.access
        port = access.rtsp_port or self.rtsp_port or _RTSP_PORT
        # A zone index needs its own escaping: fe80::1%eth0.
        host = f"[{access.host.replace('%', '%25')}]" if ":" in access.host else access.host
        login = f"{quote(access.username, safe='')}:{quote(access.password, safe='')}@" if access.username else ""
        return f"rtsp://{login}{host}:{port}/Streaming/channels/{_stream_id(channel.number, stream)}"

    async def _snapshot(self, key: tuple[int, int]) -> Picture:
        """Try the way that worked last, then all."""
        first: DeviceError | None = None
        for way in self._ways(key):
            try:
                picture = await self._patiently(way)
            except DeviceError as error:
                if not _passable(error):
                    raise
                first = first or error
            else:
                self.picture_memory.ways[key] = way
                return picture
        self.picture_memory.ways.pop(key, None)
        raise first or NotSupported("no picture", code="notSupport")

    def _ways(self, key: tuple[int, int]) -> Iterator[Way]:
        best = self.picture_memory.ways.get(key)
        if best is not None:
            yield best
        for way in picture_ways(*key, self.picture_sizes.get(key)):
            if way != best:
                yield way

    async def _patiently(self, way: Way) -> Picture:
        path, query = way
        try:
            return await self.client.picture(path, query)
        except Busy:
            await self.picture_sleep(_BUSY_PAUSE)
            return await self.client.picture(path, query)


def picture_ways(channel: int, stream: int, size: tuple[int, int] | None) -> list[Way]:
    """List the ways to a picture, best first: in full size, as it comes, passed on by a recorder."""
    number = _stream_id(channel, stream)
    direct = f"Streaming/channels/{number}/picture"
    sized: list[Way] = []
    if size is not None:
        width, height = size
        sized = [(direct, (("videoResolutionWidth", str(width)), ("videoResolutionHeight", str(height))))]
    return [*sized, (direct, ()), (f"ContentMgmt/StreamingProxy/channels/{number}/picture", ())]


def _stream_id(channel: int, stream: int) -> int:
    return channel * 100 + stream


def _passable(error: DeviceError) -> bool:
    """Whether another way may work where this one failed so."""
    if isinstance(error, BadAnswer | Busy):
        return True
    if isinstance(error, Forbidden):
        return missing_on_read(error)
    return not isinstance(error, AuthFailed | CannotConnect)
