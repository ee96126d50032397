"""A simulated recorder in a process of its own that tells what its channels see, many times a second.

Run as `python -m benchmarks.metadata_device [channels]`; commands and answers are lines of JSON.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
import json
import sys
from typing import Any, Final

from tests.simulators.isapi import METADATA_PROFILES, IsapiSimulator
from tests.simulators.rtsp import generator as make
from tests.simulators.rtsp.documents import Message

from .device import lines

CHANNELS: Final = 16
_TURNS: Final = 50


def recorder(channels: int = CHANNELS) -> IsapiSimulator:
    """Return a recorder all of whose cameras are there."""
    profile = replace(METADATA_PROFILES["nvr_metadata"], proxied=channels)
    device = IsapiSimulator(profile)
    for channel in device.world.channels.values():
        channel.online = True
    return device


def scene() -> Iterator[Message]:
    """What happens in front of a camera, over and over: every message tells something else than the last."""
    for turn in cycle(range(_TURNS)):
        yield make.behaviour_targets([make.Mover(number=each, left=turn * 8) for each in range(1 + turn % 4)])
        yield make.thermometry(make.line(1, 20 + turn, 25 + turn, 30 + turn))
        yield make.queue_counts(1, count=turn % 12, limit=20)
        yield make.people_in_region(turn)
        yield make.radar_targets([make.Echo(number=1, speed=turn % 30, angle=turn - 25, distance=20 + turn)], live=True)


def documents(device: IsapiSimulator, count: int, channel: int = 1) -> list[bytes]:
    """Return so many documents of a channel, as they go over the wire."""
    told = scene()
    return [device.metadata.write(next(told), channel) for _ in range(count)]


async def play(device: IsapiSimulator, *, rate: int, seconds: float) -> dict[str, float]:
    """Let all channels tell `rate` documents a second, in turn; tells how many were sent."""
    made = {number: documents(device, 5 * _TURNS, number) for number in device.metadata.uploads}
    loop = asyncio.get_running_loop()
    started = loop.time()
    sent = 0
    for turn in range(round(rate * seconds)):
        for position, (number, told) in enumerate(made.items()):
            due = started + (turn + position / len(made)) / rate
            if (wait := due - loop.time()) > 0.001:
                await asyncio.sleep(wait)
            sent += device.rtsp.feed(number, told[turn % len(told)])
    return {"sent": sent, "seconds": loop.time() - started}


async def answer(device: IsapiSimulator, command: dict[str, Any]) -> dict[str, Any]:
    """Do what is asked."""
    match command.pop("do"):
        case "playing":
            await device.rtsp.wait_playing(len(device.metadata.uploads), within=60)
            return {"playing": len(device.rtsp.playing())}
        case "play":
            return {**await play(device, **command), "connections": device.rtsp.accepted}
    raise ValueError("no such command")


async def serve(channels: int) -> None:
    """Run until the input ends."""
    async with recorder(channels) as device:
        access = {"host": device.host, "port": device.port, "username": device.username, "password": device.password}
        print(json.dumps(access), flush=True)
        async for command in lines():
            print(json.dumps(await answer(device, command)), flush=True)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]) if len(sys.argv) > 1 else CHANNELS))
