"""Pictures by whichever way the device answers, and the address of its video."""

import asyncio
from collections.abc import Iterator
from typing import Final

from ...driver import Access
from ...errors import BadAnswer, Busy, DeviceError, NotSupported, Rejected
from ...model.parts import PartRef
from ...model.state import Picture
from ...moving import Sleep
from .client import SunellClient
from .facts import Facts
from .grammar import Pair
from .streams import Addresses, url_of

QUALITY: Final = ("quality", "9")
"""A must; 9 is the best (003_f90f6ea635efbe94.txt l.425)."""
_SNAP: Final = ("type", "snap")
"""Recorders and the lite series want it, others do without (l.406)."""
_BUSY_PAUSE: Final = 0.5
"""Seconds after which a picture refused as busy is asked for once more."""
_TIMEOUT: Final = 15.0

type Way = tuple[bool, bool]
"""Whether the type, and whether the stream is named."""


class Pictures:
    """The `Streams` commands."""

    client: SunellClient
    access: Access
    facts: Facts | None
    addresses: Addresses
    picture_way: Way | None
    """The way that worked last; None before the first picture."""
    picture_sleep: Sleep = staticmethod(asyncio.sleep)

    async def snapshot(self, channel: PartRef, stream: int) -> Picture:
        """Take a picture; raises the first way's error when none works."""
        first: DeviceError | None = None
        for way in self._ways():
            try:
                picture = await self._patiently(_pairs(channel.number, stream, way))
            except (NotSupported, Rejected, BadAnswer) as error:
                first = first or error
            else:
                self.picture_way = way
                return picture
        self.picture_way = None
        raise first or NotSupported("no picture", code="notSupport")

    def stream_url(self, channel: PartRef, stream: int) -> str | None:
        """RTSP address with credentials, percent-encoded; never to be logged or shown."""
        return url_of(self.access, self.addresses, channel.number, stream)

    def _ways(self) -> Iterator[Way]:
        if self.picture_way is not None:
            yield self.picture_way
        snap = self.facts is not None and self.facts.recorder
        for way in ((snap, True), (not snap, True), (snap, False), (not snap, False)):
            if way != self.picture_way:
                yield way

    async def _patiently(self, pairs: tuple[Pair, ...]) -> Picture:
        try:
            return await self.client.picture("image", *pairs, timeout=_TIMEOUT)
        except Busy:
            await self.picture_sleep(_BUSY_PAUSE)
            return await self.client.picture("image", *pairs, timeout=_TIMEOUT)


def _pairs(channel: int, stream: int, way: Way) -> tuple[Pair, ...]:
    snap, named = way
    return (
        *((_SNAP,) if snap else ()),
        ("cameraID", str(channel)),
        *((("streamID", str(stream)),) if named else ()),
        QUALITY,
    )
