"""A simulated camera with a WebSocket in a process of its own, so that it does not share the loop that is measured.

Run as `python -m benchmarks.websocket_device`. Prints how to reach it, then takes one JSON command per line on its
input and answers each with a line: "do" is streams (waits for the subscription) or flood (with count and picture).
"""

import asyncio
import json
from typing import Any, Final

from tests.simulators.herospeed import HerospeedSimulator, Packet, draft

from .device import lines

KINDS: Final = ("motion", "video_tempering", "intrusion", "line_crossing")
_PATIENCE: Final = 60.0
_YIELD: Final = 32
"""Packets after which everything else of this process gets its turn."""


def packets(camera: HerospeedSimulator, *, picture: bool) -> list[bytes]:
    """Write one round: every alarm begins, with a picture if wanted, and ends."""
    stamp = camera.world.now.isoformat(timespec="seconds")[:19]
    return [
        draft(
            Packet.EVENT,
            {"time": stamp, "channel": 1, "events": [{"event_type": kind, "active": active}]},
            camera.picture(alarm=True) if picture and active else b"",
        ).pack()
        for active in (True, False)
        for kind in KINDS
    ]


async def flood(camera: HerospeedSimulator, *, count: int, picture: bool) -> dict[str, int]:
    """Send so many packets in whole rounds, as fast as they are taken."""
    round_ = packets(camera, picture=picture)
    opened = camera.push.opened
    count -= count % len(round_)
    size = 0
    for number in range(count):
        packet = round_[number % len(round_)]
        size += len(packet)
        await camera.push.send_bytes(packet)
        if number % _YIELD == 0:
            await asyncio.sleep(0)
    return {"sent": count, "bytes": size, "connections": camera.push.opened - opened}


async def serve() -> None:
    """Run until the input ends."""
    async with HerospeedSimulator("light", firmware="new") as camera:
        access = {"host": camera.host, "port": camera.port, "username": camera.username, "password": camera.password}
        print(json.dumps(access), flush=True)
        async for command in lines():
            print(json.dumps(await _answer(camera, **command)), flush=True)


async def _answer(camera: HerospeedSimulator, do: str, **what: Any) -> dict[str, Any]:
    await camera.wait_streams(1, within=_PATIENCE)
    return {} if do == "streams" else await flood(camera, **what)


if __name__ == "__main__":
    asyncio.run(serve())
