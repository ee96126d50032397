"""What was recorded on the device's own store: looking it up, and playing it."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import datetime
from typing import Final

from ...commands import Recording
from ...errors import BadAnswer, NotSupported, Rejected, TimedOut
from ...media import Footage
from ...model.parts import PartRef
from .client import SunellClient
from .facts import Facts
from .grammar import Pair, Record
from .live import MULTIPART, bodies
from .values import from_time, to_float, to_int, to_time

LONG_AGO: Final = (datetime(2001, 1, 1), datetime(2001, 1, 1, 0, 0, 1))  # noqa: DTZ001 - the device's clock
"""A span that holds nothing: enough to see whether a question is known."""
_STREAM: Final = ("streamID", "1")
_OPEN_TIMEOUT: Final = 15.0
_SILENCE: Final = 15.0
"""Seconds without a byte after which a recording is over: not every device closes the connection then."""
_USUAL_RATE: Final = 25.0
_RATES: Final = (1.0, 120.0)
# First bytes behind a start code: parameter sets, delimiters and notes of H.265. Those of H.264 have other ones.
_HEVC: Final = frozenset({0x40, 0x42, 0x44, 0x46, 0x4E})
_START: Final = b"\x00\x00\x01"


def recording_query(channel: int, start: datetime, end: datetime, action: str = "query") -> tuple[Pair, ...]:
    """Ask for recordings of a channel, in the device's own time (003_f90f6ea635efbe94.txt l.288-321)."""
    return (
        ("action", action),
        ("cameraID", str(channel)),
        *((_STREAM,) if action == "playBack" else ()),
        ("startTime", from_time(start)),
        ("endTime", from_time(end)),
    )


async def has_playback(client: SunellClient, channel: int) -> bool:
    """Whether recordings can be played: what was never recorded is refused in another way than what is not known."""
    query = recording_query(channel, *LONG_AGO, action="playBack")
    try:
        async with client.stream("record", *query, timeout=_OPEN_TIMEOUT, read_timeout=_SILENCE) as stream:
            if MULTIPART not in stream.headers.get("Content-Type", "").lower():
                async with aclosing(bodies(client, stream)) as refusal:
                    await anext(refusal, None)
    except NotSupported, Rejected, BadAnswer:
        return False
    return True


class Archive:
    """The `Recordings` and `Plays` commands."""

    client: SunellClient
    facts: Facts | None

    async def recordings(self, channel: PartRef, start: datetime, end: datetime) -> Sequence[Recording]:
        """Look up what was recorded of a channel in a time, both in the device's own clock; the oldest first."""
        query = recording_query(channel.number, start.replace(tzinfo=None), end.replace(tzinfo=None))
        found = set(_recordings(await self.client.read("record", *query)))
        return sorted(found, key=lambda each: (each.start, each.end))

    @asynccontextmanager
    async def playback(self, channel: PartRef, start: datetime, end: datetime) -> AsyncGenerator[Footage]:
        """Play what was recorded of a channel in a time, both in the device's own clock."""
        if self.facts is not None and self.facts.recorder:
            raise NotSupported("recorders play nothing over HTTP", code="recorder")
        rate = await self._frame_rate(channel.number)
        query = recording_query(channel.number, start, end, action="playBack")
        opening = self.client.stream("record", *query, timeout=_OPEN_TIMEOUT, read_timeout=_SILENCE)
        async with opening as stream, aclosing(bodies(self.client, stream)) as rest:
            first = b"".join(await anext(rest, ()))
            if not first:
                raise Rejected("nothing was recorded then", code="noRecording")
            async with aclosing(_all(first, rest)) as pieces:
                yield Footage(codec=codec_of(first), frame_rate=rate, pieces=pieces)

    async def _frame_rate(self, channel: int) -> float:
        """Pictures a second, as the stream is set now."""
        settings: Record | None = None
        with suppress(NotSupported, Rejected, BadAnswer):
            settings = await self.client.probe("AVStream", ("cameraID", str(channel)), _STREAM)
        rate = to_float(settings.get("frameRate")) if settings is not None else None
        return rate if rate is not None and _RATES[0] <= rate <= _RATES[1] else _USUAL_RATE


async def _all(first: bytes, rest: AsyncIterator[list[bytes]]) -> AsyncGenerator[bytes]:
    yield first
    try:
        async for bodies_at_once in rest:
            yield b"".join(bodies_at_once)
    except TimedOut:
        # It has begun and come to a rest: that is its end.
        return


def codec_of(video: bytes) -> str:
    """What video is encoded as; devices call it H.264 whatever it is."""
    place = video.find(_START)
    return "hevc" if place >= 0 and video[place + 3 : place + 4] and video[place + 3] in _HEVC else "h264"


def _recordings(answer: Record) -> Iterator[Recording]:
    rows = answer.lists("result") or answer.rows("startTime")
    for row in rows:
        start, end = to_time(row.get("startTime")), to_time(row.get("endTime"))
        if start is not None and end is not None and start <= end:
            yield Recording(start=start, end=end, size=to_int(row.get("dataLength", "dataLenth")))
