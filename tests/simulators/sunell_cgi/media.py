"""Pictures, streams, recordings and sound."""

import asyncio
from collections.abc import AsyncIterator
from itertools import cycle
from pathlib import Path
import re
import time

from ..base import Answer
from ..isapi.scenery import snapshot
from .attach import BOUNDARY
from .call import OK, Call, Reply
from .documents import STAMP, period
from .refused import NOT_SUPPORTED, UNKNOWN_TYPE, WRONG_PARAMETER, Refused
from .text import Pair

# Two seconds of 96 by 64 pixels; each picture begins with its parameter sets (0x67) or as one that refers to others.
CLIP = tuple(re.split(rb"(?=\x00\x00\x00\x01[\x67\x41\x01])", Path(__file__).with_name("clip.h264").read_bytes())[1:])
"""A picture each."""


def picture(call: Call, channel: int) -> bytes:
    """Return what a camera sees now."""
    world = call.sim.world
    world.frames += 1
    head = world.ptz.get(channel)
    return snapshot(
        world.channels[channel].name,
        world.now(),
        channel=channel,
        position=head.position if head else None,
        moment=time.time() % 3600,
        alarm=any(alarm.flag and alarm.source == channel for alarm in world.alarms.values()),
        frame=world.frames,
    )


def image(call: Call) -> Reply:
    """Return a picture; the quality is required (l.401-430)."""
    if call.sim.profile.snap and call.kind != "snap":
        raise Refused(UNKNOWN_TYPE)
    if call.sim.fault.busy_pictures:
        raise Refused(call.sim.busy_code)
    call.number("quality", 1, 9)
    call.number("streamID", 1, 9, default=1)
    headers = [("Cache-Control", "no-cache"), ("Connection", "close")]
    return Answer(body=picture(call, call.reachable()), content_type="image/jpeg", headers=headers)


async def video(call: Call) -> Reply:
    """Return the address of a stream, or the stream itself (l.200-280)."""
    kind, channel = call.kind.upper(), call.reachable()
    stream = call.number("streamID", 0, 9, default=1)
    if kind == "RTSP":
        world = call.sim.world
        if stream > call.sim.streams_of(channel):
            raise Refused(WRONG_PARAMETER)
        return f"rtsp://{world.inner_host}:{world.rtsp_port}/snl/live/{channel}/{stream}{call.sim.rtsp_tail}"
    if kind != "HTTP" or call.sim.recorder or not call.sim.profile.scheme:
        raise Refused(NOT_SUPPORTED)
    if call.number("mjpegplay", 0, 1, default=0) and call.sim.motion_jpeg:
        await _multipart(call, "image/jpeg", _pictures(call, channel))
    else:
        await _multipart(call, "video/h264", _live())
    return None


async def _pictures(call: Call, channel: int) -> AsyncIterator[bytes]:
    while True:
        yield picture(call, channel)
        await asyncio.sleep(call.sim.frame_seconds)


async def _live() -> AsyncIterator[bytes]:
    for frame in cycle(CLIP):
        yield frame
        await asyncio.sleep(0.04)


async def _clip() -> AsyncIterator[bytes]:
    for frame in CLIP:
        yield frame
        await asyncio.sleep(0)


async def _multipart(call: Call, content_type: str, parts: AsyncIterator[bytes]) -> None:
    """Write parts until either side ends it."""
    transport = call.http.transport
    if transport is None:
        return
    assert isinstance(transport, asyncio.Transport)
    call.record.status = 200
    kind = f"multipart/x-mixed-replace; boundary={BOUNDARY}"
    transport.write(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n".encode())
    async for part in parts:
        if transport.is_closing():
            return
        head = f"--{BOUNDARY}\r\nContent-Type: {content_type}\r\nContent-Length: {len(part)}\r\n\r\n"
        transport.write(head.encode() + part + b"\r\n")


def _query(call: Call) -> Reply:
    """Return recordings that touch a span; the two spellings of the length are the document's own (l.300)."""
    channel = call.reachable()
    start, end = period(call)
    found = [
        item for item in call.sim.world.recordings if item.channel == channel and item.end > start and item.start < end
    ]
    answer: list[Pair] = [("resultCount", str(len(found)))]
    for number, item in enumerate(found):
        answer += [
            ("resultNext ", f" {number + 1}") if number else ("resultBegin", "1"),
            ("startTime", item.start.strftime(STAMP)),
            ("endTime", item.end.strftime(STAMP)),
            ("dataLenth" if number else "dataLength", str(item.size)),
        ]
    return [*answer, ("resultEnd", "1")] if found else answer


async def _play(call: Call) -> Reply:
    """Send a recording as a short clip (l.313); lite and recorders have no playback (l.223)."""
    if not call.sim.profile.scheme:
        raise Refused(NOT_SUPPORTED)
    channel = call.reachable()
    start, end = period(call)
    call.number("multiplesTime", 1, 5, default=1)
    if not any(item.channel == channel and item.end > start and item.start < end for item in call.sim.world.recordings):
        raise Refused(-101)
    await _multipart(call, "video/h264", _clip())
    return None


async def record(call: Call) -> Reply:
    """Do what record.cgi is asked for."""
    if call.action == "query":
        return _query(call)
    if call.action == "playBack":
        return await _play(call)
    raise Refused(UNKNOWN_TYPE)


async def audio(call: Call) -> Reply:
    """Take sound for the loudspeaker, or send what the microphone hears (l.31434, l.31498)."""
    call.reachable()
    if call.action == "recv":
        await _multipart(call, f"audio/{call.text('EncoderType', 'g711_alaw').lower()}", _live())
        return None
    if call.action != "play" or call.record.method != "POST":
        raise Refused(UNKNOWN_TYPE)
    call.sim.world.sound.append(bytearray(call.record.body) if call.record.body else call.sim.spoken)
    return OK
