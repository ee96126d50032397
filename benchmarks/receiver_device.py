"""A simulated receiver in a process of its own, so that it does not share the event loop that is measured.

Run as `python -m benchmarks.receiver_device DEVICES ZONES`. Prints how to reach it, then takes one JSON command per
line on its input and answers each with a line: "do" is requests (tells how many came since this was asked last),
streams (waits for the subscription) or storm (with count and rate).
"""

import asyncio
from collections.abc import Iterator
from itertools import count, islice
import json
import sys
from typing import Any, Final
from uuid import UUID

from tests.simulators.ip_receiver import CidRecord, Device, ReceiverSimulator
from tests.simulators.ip_receiver.messages import cid_alarm

from .device import lines

_TICK: Final = 0.01
"""Seconds between two writes."""
_BURGLARY: Final = "130"
"""Begins as code 1130 and ends as 3130 (004…txt, table D.1)."""
_uuids = count(1)


def steps(panels: int, zones: int) -> Iterator[tuple[int, int, bool]]:
    """Panel (from 0), zone (from 1), begin or end: without end, and each panel's turn comes before any comes twice."""
    while True:
        yield from (
            (panel, zone, active) for zone in range(1, zones + 1) for active in (True, False) for panel in range(panels)
        )


def _record(receiver: ReceiverSimulator, device: Device, zone: int, active: bool) -> dict[str, Any]:
    """Let a zone's alarm begin or end, and return what the panel tells of it."""
    assert device.panel is not None
    found = device.panel.zones[zone]
    partition = found.partitions[0]
    # The documents agree: whoever polls meanwhile reads the same.
    found.alarm = device.panel.partitions[partition].alarm = active
    code = f"{1 if active else 3}{_BURGLARY}"
    record = CidRecord(code=code, partition=partition, zone=zone, uuid=str(UUID(int=next(_uuids))))
    return cid_alarm(receiver.world, device, record)


async def storm(receiver: ReceiverSimulator, *, count: int, rate: int) -> dict[str, Any]:
    """Push so many records of all panels at a steady rate per second; all that begins ends."""
    panels = [device for device in receiver.world.devices.values() if device.panel]
    opened = receiver.push_streams.opened
    assert panels[0].panel is not None
    walk = steps(len(panels), len(panels[0].panel.zones))
    count -= count % (2 * len(panels))
    loop = asyncio.get_running_loop()
    started = loop.time()
    sent = 0
    while sent < count:
        due = min(count, int((loop.time() - started) * rate))
        if due > sent:
            told = [_record(receiver, panels[panel], zone, active) for panel, zone, active in islice(walk, due - sent)]
            await receiver.push(*told)
            sent = due
        await asyncio.sleep(_TICK)
    return {
        "sent": sent,
        "rate": round(sent / max(loop.time() - started, _TICK)),
        "connections": receiver.push_streams.opened - opened,
    }


async def serve(devices: int, zones: int) -> None:
    """Run until the input ends."""
    async with ReceiverSimulator("large", devices=devices, zones=zones) as receiver:
        access = {
            "host": receiver.host,
            "port": receiver.port,
            "username": receiver.username,
            "password": receiver.password,
        }
        print(json.dumps(access), flush=True)
        async for command in lines():
            print(json.dumps(await _answer(receiver, **command)), flush=True)


async def _answer(receiver: ReceiverSimulator, do: str, **what: Any) -> dict[str, Any]:
    if do == "requests":
        # The journal keeps every body: what was counted is not needed any more.
        number = len(receiver.requests)
        receiver.requests.clear()
        return {"requests": number}
    await receiver.wait_streams(1, within=60.0)
    if do == "streams":
        return {}
    return await storm(receiver, **what)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
