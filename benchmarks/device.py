"""A simulated recorder in a process of its own, so that it does not share the event loop that is measured.

Run as `python -m benchmarks.device`. Prints its address, then takes one JSON command per line on its input and answers
each with a line.
"""

import asyncio
from collections.abc import AsyncIterator
import json
import sys
from typing import Any, Final

from tests.simulators.isapi import IsapiSimulator, frame_all
from tests.simulators.isapi.alerts import Alert

CHANNELS: Final = 16
_EVENTS: Final = ("VMD", "tamperdetection", "fielddetection", "linedetection")
_TICK: Final = 0.01
"""Seconds between two writes."""


def alarms(device: IsapiSimulator, repeats: int) -> list[bytes]:
    """Write one round: each alarm of each channel begins, is told `repeats` times more, and ends."""
    return [
        frame_all(device.parts(Alert(event=event, channel=channel, active=turn <= repeats, count=turn + 1)))
        for event in _EVENTS
        for turn in range(repeats + 2)
        for channel in range(6, CHANNELS + 1)
    ]


async def push(device: IsapiSimulator, *, count: int, rate: int, repeats: int) -> dict[str, int]:
    """Push so many events at a steady rate per second; tells how many, and how many begins there were."""
    round_ = alarms(device, repeats)
    count -= count % len(round_)
    loop = asyncio.get_running_loop()
    started = loop.time()
    sent = 0
    while sent < count:
        due = min(count, int((loop.time() - started) * rate))
        if due > sent:
            await device.push_bytes(b"".join(round_[index % len(round_)] for index in range(sent, due)))
            sent = due
        await asyncio.sleep(_TICK)
    took = loop.time() - started
    return {"sent": sent, "changes": 2 * sent // (repeats + 2), "rate": round(sent / took)}


async def lines() -> AsyncIterator[dict[str, Any]]:
    """Read one JSON command per line from the input until it ends."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield json.loads(line)


async def serve() -> None:
    """Run until the input ends."""
    async with IsapiSimulator("nvr", channels=CHANNELS) as device:
        access = {"host": device.host, "port": device.port, "username": device.username, "password": device.password}
        print(json.dumps(access), flush=True)
        async for command in lines():
            await device.wait_streams(1)
            print(json.dumps(await push(device, **command)), flush=True)


if __name__ == "__main__":
    asyncio.run(serve())
