"""Events per second through parser, reader and reducer, against aiohttp's reader and xmltodict on the same bytes."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import time
from typing import Final

from aiohttp import BodyPartReader, MultipartReader, StreamReader
from aiohttp.base_protocol import BaseProtocol
import xmltodict

from custom_components.ip_surveillance.protocol.drivers.isapi.channels import ChannelMap
from custom_components.ip_surveillance.protocol.drivers.isapi.codec import VideoInput
from custom_components.ip_surveillance.protocol.drivers.isapi.events import AlertReader
from custom_components.ip_surveillance.protocol.model.reduce import reduce
from custom_components.ip_surveillance.protocol.model.state import Picture, State
from custom_components.ip_surveillance.protocol.transport.grouping import PartGrouper
from custom_components.ip_surveillance.protocol.transport.multipart import MultipartParser
from tests.simulators.isapi import IsapiSimulator, frame_all
from tests.simulators.isapi.alerts import Alert
from tests.simulators.isapi.framing import BOUNDARY

from .report import Report, table, times

_TYPE: Final = f"multipart/mixed; boundary={BOUNDARY}"
_PIECE: Final = 16 * 1024
"""Bytes that a socket hands over at once."""
_CHANNELS: Final = 8
_EVENTS: Final = ("VMD", "linedetection", "fielddetection", "tamperdetection")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Bytes of a push connection, well-formed so that any reader takes them."""

    name: str
    data: bytes
    events: int
    pictures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one way made of a stream, and the best of its times."""

    events: int
    pictures: int
    seconds: float


def make_stream(name: str, events: int, *, pictures: bool) -> Stream:
    """Let a simulated recorder write alarms of several kinds and channels, each begun and ended in turn."""
    device = IsapiSimulator("nvr", channels=_CHANNELS)
    picture = device.picture(1) if pictures else None
    pieces: list[bytes] = []
    for number in range(events):
        turn, active = divmod(number, 2)
        alert = Alert(
            event=_EVENTS[turn // _CHANNELS % len(_EVENTS)],
            channel=1 + turn % _CHANNELS,
            active=not active,
            target="human" if turn % 3 else None,
            region=1 if turn % 3 else None,
            picture=picture,
        )
        pieces.append(frame_all(device.parts(alert)))
    data = b"".join(pieces) + f"--{BOUNDARY}--\r\n".encode()
    return Stream(name=name, data=data, events=events, pictures=events if pictures else 0)


async def product(stream: Stream) -> tuple[int, int]:
    """Take the way of the product up to the new state; returns events applied and pictures tied to them."""
    parser, grouper = MultipartParser(_TYPE), PartGrouper()
    inputs = (VideoInput(number=number, proxied=True) for number in range(1, _CHANNELS + 1))
    reader = AlertReader(ChannelMap(inputs, recorder=True))
    state = State()
    events = pictures = 0
    for start in range(0, len(stream.data), _PIECE):
        for part in parser.feed(stream.data[start : start + _PIECE]):
            for message in grouper.push(part):
                found = tuple(Picture(each.body) for each in message.pictures)
                for event in reader.read(message.document.body, found, follow_up=message.followup):
                    state = reduce(state, event, time.monotonic()).state
                    events += not message.followup
                    pictures += message.followup
    return events, pictures


async def yardstick(stream: Stream) -> tuple[int, int]:
    """Take the same bytes through aiohttp's multipart reader and xmltodict, and no further."""
    # The limit keeps it from pausing a connection that is not there.
    content = StreamReader(BaseProtocol(asyncio.get_running_loop()), limit=len(stream.data))
    for start in range(0, len(stream.data), _PIECE):
        content.feed_data(stream.data[start : start + _PIECE])
    content.feed_eof()
    events = pictures = 0
    reader = MultipartReader({"Content-Type": _TYPE}, content)
    async for part in reader:
        assert isinstance(part, BodyPartReader)
        body = await part.read()
        if part.headers["Content-Type"].startswith("image/"):
            pictures += 1
        else:
            events += "EventNotificationAlert" in xmltodict.parse(body)
    return events, pictures


async def measure(way: Callable[[Stream], Awaitable[tuple[int, int]]], stream: Stream, *, repeats: int = 3) -> Outcome:
    """Run one way a few times and take the best time: what is slower was disturbed."""
    seconds = float("inf")
    counted = (0, 0)
    for _ in range(repeats):
        started = time.perf_counter()
        counted = await way(stream)
        seconds = min(seconds, time.perf_counter() - started)
    return Outcome(events=counted[0], pictures=counted[1], seconds=seconds)


async def run(events: int = 6000, with_pictures: int = 1500) -> Report:
    """Compare both ways on XML alone and on XML with a picture each."""
    streams = (
        make_stream("XML", events, pictures=False),
        make_stream("XML + JPEG", with_pictures, pictures=True),
    )
    rows, problems = [], []
    for stream in streams:
        ours, theirs = await measure(product, stream), await measure(yardstick, stream)
        for name, outcome in (("product", ours), ("yardstick", theirs)):
            if (outcome.events, outcome.pictures) != (stream.events, stream.pictures):
                problems.append(f"{stream.name}: {name} made {outcome.events} events of {stream.events}")
        rate, other = stream.events / ours.seconds, stream.events / theirs.seconds
        size = len(stream.data) / stream.events
        rows.append((stream.name, stream.events, f"{size:.0f}", f"{rate:.0f}", f"{other:.0f}", times(rate / other)))
    heads = ("stream", "events", "bytes each", "product/s", "aiohttp + xmltodict/s", "ratio")
    note = "product: parser, picture grouping, alert reader and reducer; the other: reading and parsing only"
    return Report(lines=(*table(heads, rows), note), problems=tuple(problems))
