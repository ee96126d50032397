"""Alarms as the device's own logic makes them: a disabled or unarmed detection stays silent."""

import asyncio
import itertools
from typing import TYPE_CHECKING, Any

from .alerts import Alert
from .documents import DETECTIONS
from .form import items, text

if TYPE_CHECKING:
    from .simulator import IsapiSimulator

INPUTS = ("IO", "softIO")
DISTURB = "System/status/disturbParams"


def armed(sim: IsapiSimulator, event: str, channel: int) -> bool:
    """Whether the device would push this event: detection on, "notify the centre" set, not muted."""
    world = sim.world
    trigger = world.trigger(event, channel)
    if trigger is None or "center" not in trigger.methods:
        return False
    detection = DETECTIONS.get(event)
    found = world.channels.get(channel)
    if detection and found:
        path = detection.path(channel, proxied=found.proxied)
        if path in world.documents and not world.enabled(path):
            return False
    return event in INPUTS or not _muted(sim, channel)


def _muted(sim: IsapiSimulator, channel: int) -> bool:
    listed = items(sim.world.settings.get(DISTURB), "disturbChannelList")
    return any(text(item, "channelID") == str(channel) and item.get("disturbEnabled") is True for item in listed)


def _alert(event: str, channel: int, *, active: bool, **details: Any) -> Alert:
    if event in INPUTS:
        details, channel = details | {"input": channel}, 1
    return Alert(event=event, channel=channel, active=active, **details)


async def raise_alarm(
    sim: IsapiSimulator, event: str, channel: int, *, repeat: float | None = None, **details: Any
) -> int:
    """Start an alarm. `picture=True` attaches what the channel sees; `repeat` sends it again every so many seconds."""
    sim.world.active.add((event, channel))
    if event in INPUTS and channel in sim.world.inputs:
        sim.world.inputs[channel].active = True
    if details.get("picture") is True:
        details["picture"] = sim.picture(channel)
    if repeat is not None:
        sim.spawn(_repeat(sim, event, channel, repeat, details))
    return await _push(sim, _alert(event, channel, active=True, **details), channel)


async def _repeat(sim: IsapiSimulator, event: str, channel: int, every: float, details: dict[str, Any]) -> None:
    for count in itertools.count(2):
        await asyncio.sleep(every)
        if (event, channel) not in sim.world.active:
            return
        await _push(sim, _alert(event, channel, active=True, **details | {"count": count}), channel)


async def clear(sim: IsapiSimulator, event: str, channel: int) -> int:
    """End an alarm."""
    sim.world.active.discard((event, channel))
    if event in INPUTS and channel in sim.world.inputs:
        sim.world.inputs[channel].active = False
    return await _push(sim, _alert(event, channel, active=False), channel)


async def _push(sim: IsapiSimulator, alert: Alert, channel: int) -> int:
    if armed(sim, alert.event, channel):
        return await sim.push(alert)
    sim.suppressed.append(alert)
    return 0
