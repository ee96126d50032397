"""The devices that measure and recognise: what happens in front of them, and what they tell at first."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Final

from ..simulators.isapi import IsapiSimulator
from ..simulators.isapi.aiop.seed import NO_HELMET, PERSON, VEHICLE
from ..simulators.rtsp import generator as make
from ..simulators.rtsp.documents import Message
from .client import Client
from .entities import registry
from .progress import DemoError

THERMAL, COUNTING, PLATES, RADAR, RECORDER = "thermal_metadata", "counting", "anpr", "radar", "ai_recorder"
"""Models of the simulator, and keys of the fleet."""
KEYS: Final = frozenset({THERMAL, COUNTING, PLATES, RADAR, RECORDER})
MEASURING: Final = 2
"""Channel of the thermal camera that measures; the other one is optical."""
QUEUE_LIMIT: Final = 8
NO_HELMET_RULE, VEHICLES_RULE, YARD_RULE = 1, 2, 3
_CAMERAS: Final = ("Works gate", "Dock", "Canteen", "Store")
_HELMET_ATTRIBUTE: Final = 1
_PATIENCE: Final = 30.0
_LOOK_SECONDS: Final = 14.0

PASSING: Final = (
    r"temperature_.*|fire_.*|queue_.*|waiting_.*|targets_.*|entered|left|people|faces|ship.*|tracked"
    r"|radar_.*|plate|count|count_.*|preset|model_progress|rule_status"
)
"""Sensors that know nothing before they were told, or a while after that."""

type _Act = Callable[[Mapping[str, IsapiSimulator]], Awaitable[object]]


def prepare(device: IsapiSimulator) -> IsapiSimulator:
    """Name the cameras of the recorder with models, and let models take their time, so that a person sees it."""
    if (platform := device.world.aiop) is not None:
        platform.timing.loading, platform.timing.download = 3.0, 10.0
        for channel, name in zip(device.world.channels.values(), _CAMERAS, strict=True):
            channel.name = name
    return device


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """One message of each kind that a device will tell, and the keys of entities that there are then."""

    messages: Callable[[], tuple[Message, ...]]
    known: frozenset[str]
    channel: int = 1


_INTRODUCTIONS: Final[Mapping[str, Introduction]] = {
    THERMAL: Introduction(
        channel=MEASURING,
        messages=lambda: (make.thermometry(temperatures(24)), make.fire(temperature=180, distance=120)),
        known=frozenset({"temperature_rule1_highest", "temperature_rule2", "fire_temperature", "detection_fire"}),
    ),
    COUNTING: Introduction(
        messages=lambda: (
            make.queue_counts(1, count=2, limit=QUEUE_LIMIT),
            make.queue_times([make.Waiting(waited=30, limit=480)]),
            make.people_counted(0, 0),
            make.people_in_region(2),
            make.heat_map(make.heat_picture(), people=2),
        ),
        known=frozenset({"queue_length_rule1", "waiting_time_rule1", "entered", "people", "heat_map"})
        | {"detection_queue_length", "detection_waiting_time"},
    ),
    PLATES: Introduction(
        messages=lambda: (make.plates([make.Vehicle(plate="XA12345")]),),
        known=frozenset({"plate", "detection_plate"}),
    ),
    RADAR: Introduction(
        messages=lambda: (make.radar_targets([make.Echo()]),),
        known=frozenset({"radar_targets", "radar_distance", "detection_line_crossing"}),
    ),
}


async def introduce(client: Client, devices: Mapping[str, IsapiSimulator], entries: Mapping[str, str]) -> None:
    """Tell one value of each kind, and wait until Home Assistant has entities for them: the dashboard shows those.

    `entries` are the entries by the keys of the devices.
    """
    for key in _INTRODUCTIONS:
        if not await _is_known(client, key, entries[key]):
            await tell(devices[key], key)
            await _until_known(client, key, entries[key])


async def tell(device: IsapiSimulator, key: str) -> None:
    """Tell it once somebody listens."""
    first = _INTRODUCTIONS[key]
    try:
        async with asyncio.timeout(_PATIENCE):
            while not device.rtsp.playing(first.channel):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise DemoError(f"nobody listens to what {key} measures") from None
    for message in first.messages():
        device.metadata.tell(message, first.channel)


async def unwatched(device: IsapiSimulator) -> None:
    """Wait until nobody is connected to the streams of a device."""
    await device.rtsp.wait_playing(0, within=_PATIENCE)


async def _until_known(client: Client, key: str, entry: str) -> None:
    try:
        async with asyncio.timeout(_PATIENCE):
            while not await _is_known(client, key, entry):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise DemoError(f"what {key} measures did not become entities") from None


async def _is_known(client: Client, key: str, entry: str) -> bool:
    found = (await registry(client)).of(entry=entry)
    return {each.key for each in found} >= _INTRODUCTIONS[key].known


def temperatures(value: float) -> list[make.Spot]:
    """Return a line (rule 1) and a cooler point (rule 2)."""
    return [*make.line(1, value - 8, value - 3, value), make.Spot(rule=2, value=value - 5, measured=None)]


async def play(devices: Mapping[str, IsapiSimulator]) -> None:
    """Let things happen in front of them until cancelled."""
    async with asyncio.TaskGroup() as acts:
        for scenes in (_THERMAL, _COUNTING, _PLATES, _RADAR, _RECORDER):
            acts.create_task(_play(scenes, devices))


async def _play(scenes: tuple[_Act, ...], devices: Mapping[str, IsapiSimulator]) -> None:
    for scene in cycle(scenes):
        await scene(devices)


# --- what happens


async def _idle(devices: Mapping[str, IsapiSimulator]) -> None:
    """A motor runs and gets neither hot nor cold."""
    await devices[THERMAL].play("temperature_ramp", MEASURING, low=34, high=37, step=0.5, wait=2)


async def _overheats(devices: Mapping[str, IsapiSimulator]) -> None:
    """The motor overheats, and is stopped."""
    await devices[THERMAL].play("temperature_ramp", MEASURING, low=36, high=92, step=4, wait=1)


async def _fire(devices: Mapping[str, IsapiSimulator]) -> None:
    """Something burns for a moment."""
    await devices[THERMAL].play("fire", MEASURING, seconds=8)


async def _queue(devices: Mapping[str, IsapiSimulator]) -> None:
    """A queue builds up past its limit and dissolves."""
    await devices[COUNTING].play("queue", limit=QUEUE_LIMIT, longest=12, wait=1.5)


async def _people(devices: Mapping[str, IsapiSimulator]) -> None:
    """People come and go, and are counted."""
    await devices[COUNTING].play("people", wait=1)


async def _heat(devices: Mapping[str, IsapiSimulator]) -> None:
    """The crowd wanders through the hall."""
    await devices[COUNTING].play("heat", turns=6, wait=2)


async def _intruder(devices: Mapping[str, IsapiSimulator]) -> None:
    """Somebody walks to where nobody should be."""
    await devices[COUNTING].play("intrusion", wait=0.4)


async def _cars(devices: Mapping[str, IsapiSimulator]) -> None:
    """Two cars pass the gate."""
    await devices[PLATES].play("plate_pass")
    await asyncio.sleep(_LOOK_SECONDS)


async def _fence(devices: Mapping[str, IsapiSimulator]) -> None:
    """Something crosses the field of the radar."""
    await devices[RADAR].play("radar_crossing", wait=1.5)
    await asyncio.sleep(_LOOK_SECONDS)


async def _no_helmet(devices: Mapping[str, IsapiSimulator]) -> None:
    """Somebody enters the yard without a helmet."""
    await bare_head(devices[RECORDER])
    await asyncio.sleep(_LOOK_SECONDS)


async def bare_head(recorder: IsapiSimulator) -> int:
    """Let the helmet rule strike; returns clients reached."""
    seen = [[_HELMET_ATTRIBUTE, NO_HELMET, 870]]
    return await recorder.see(channel=1, rule=NO_HELMET_RULE, kind=PERSON, attributes=seen)


async def _vehicle(devices: Mapping[str, IsapiSimulator]) -> None:
    """A vehicle drives in, and is counted."""
    await devices[RECORDER].see(channel=1, rule=VEHICLES_RULE, kind=VEHICLE, confidence=930)
    await asyncio.sleep(_LOOK_SECONDS)


async def _yard(devices: Mapping[str, IsapiSimulator]) -> None:
    """People stand in the yard."""
    await devices[RECORDER].see(channel=1, rule=YARD_RULE, kind=PERSON, step=2)
    await asyncio.sleep(_LOOK_SECONDS)


_THERMAL: Final[tuple[_Act, ...]] = (_idle, _overheats, _idle, _fire)
_COUNTING: Final[tuple[_Act, ...]] = (_heat, _queue, _people, _intruder)
_PLATES: Final[tuple[_Act, ...]] = (_cars,)
_RADAR: Final[tuple[_Act, ...]] = (_fence,)
_RECORDER: Final[tuple[_Act, ...]] = (_no_helmet, _vehicle, _yard, _vehicle)
