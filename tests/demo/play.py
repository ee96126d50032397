"""What happens behind the receiver while a person looks: visitors, a burglary, water in the cellar, a mains failure.

A panel that the person has armed is left alone: each scene begins and ends with a panel that is disarmed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import cycle

from ..simulators.ip_receiver import ReceiverSimulator, Refused, messages
from ..simulators.ip_receiver.media import jpeg, store
from .premises import CAMERA, DOOR, HOUSE, RADAR, SHOP

_PAUSE_SECONDS = 12.0
_LOOK_SECONDS = 8.0
_HALL, _WINDOW, _CELLAR = 2, 3, 6
_SHOP_WINDOW = 3

type Scene = Callable[[ReceiverSimulator], Awaitable[None]]


async def play(receiver: ReceiverSimulator) -> None:
    """Let one thing after the other happen until cancelled."""
    for scene in cycle(SCENES):
        await asyncio.sleep(_PAUSE_SECONDS)
        with suppress(Refused):
            await scene(receiver)


async def _visitor(receiver: ReceiverSimulator) -> None:
    """Somebody comes up the drive and rings."""
    await receiver.happen(CAMERA, "linedetection", review=True)
    await receiver.happen(DOOR, "requestVoiceTalkEvent")
    await asyncio.sleep(_LOOK_SECONDS)
    await receiver.happen(CAMERA, "linedetection", state="inactive")
    await receiver.happen(DOOR, "cancelVoiceTalkEvent")


async def _burglary(receiver: ReceiverSimulator) -> None:
    """Anna leaves the house; a window opens, the hall's detector sends pictures; Anna comes back."""
    partition = receiver.world.panel(HOUSE).partitions[1]
    if partition.arming != "disarm":
        return
    await receiver.arm_locally(HOUSE, 1)
    await asyncio.sleep(receiver.exit_delay + _LOOK_SECONDS)
    await receiver.open_zone(HOUSE, _WINDOW)
    await receiver.open_zone(HOUSE, _HALL)
    await pictures(receiver, HOUSE, _HALL)
    await asyncio.sleep(_LOOK_SECONDS)
    await receiver.close_zone(HOUSE, _HALL)
    await receiver.close_zone(HOUSE, _WINDOW)
    await asyncio.sleep(_LOOK_SECONDS)
    if partition.arming != "disarm":
        await receiver.disarm_locally(HOUSE, 1)


async def _water(receiver: ReceiverSimulator) -> None:
    """The cellar is flooded, armed or not."""
    await receiver.open_zone(HOUSE, _CELLAR)
    await asyncio.sleep(_LOOK_SECONDS)
    await receiver.close_zone(HOUSE, _CELLAR)
    await receiver.panel_of(HOUSE).clear_alarm(1)


async def _shop(receiver: ReceiverSimulator) -> None:
    """Ben closes the shop, and somebody breaks the window."""
    partition = receiver.world.panel(SHOP).partitions[1]
    if partition.arming != "disarm":
        return
    await receiver.arm_locally(SHOP, 1, user="Ben")
    await asyncio.sleep(receiver.exit_delay + _LOOK_SECONDS)
    await receiver.open_zone(SHOP, _SHOP_WINDOW)
    await asyncio.sleep(_LOOK_SECONDS)
    await receiver.close_zone(SHOP, _SHOP_WINDOW)
    if partition.arming != "disarm":
        await receiver.disarm_locally(SHOP, 1, user="Ben", number=4)


async def _fall(receiver: ReceiverSimulator) -> None:
    """Somebody falls in the bedroom."""
    await receiver.happen(RADAR, "fallingDown")
    await asyncio.sleep(_LOOK_SECONDS)
    await receiver.happen(RADAR, "fallingDown", state="inactive")


async def _blackout(receiver: ReceiverSimulator) -> None:
    """The house has no mains for a moment."""
    await receiver.mains(HOUSE, False)
    await asyncio.sleep(_LOOK_SECONDS)
    await receiver.mains(HOUSE, True)


SCENES: tuple[Scene, ...] = (_visitor, _burglary, _fall, _shop, _blackout, _water)


async def pictures(receiver: ReceiverSimulator, device: str, zone: int, count: int = 1) -> None:
    """Let the camera in a detector send pictures that show where it is."""
    name = receiver.zone(device, zone).name
    urls = [store(receiver, "jpg", body=jpeg(receiver.world, name)) for _ in range(count)]
    await receiver.push(messages.pir(receiver.world, receiver.world.devices[device], zone, name, urls))
