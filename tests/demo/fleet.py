"""The simulated devices of the demo, and the alarms they raise from time to time so that there is something to see."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
import json
from pathlib import Path
from typing import Any, Self

from ..simulators.base import BaseSimulator
from ..simulators.herospeed import HerospeedSimulator
from ..simulators.ip_receiver import Control, ReceiverSimulator
from ..simulators.isapi import IsapiSimulator
from ..simulators.sunell_cgi import SunellSimulator
from . import analysts, harbour, play, premises, yard

PASSWORD = "Secret123"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One device of the fleet."""

    key: str
    says: str
    options: Mapping[str, Any] = field(default_factory=dict)


MODELS = (
    Model(key="camera", says="camera with siren, strobe and relay"),
    Model(key="ptz", says="PTZ dome with two lenses"),
    Model(key="thermal", says="thermal camera with two channels"),
    Model(key="nvr", says="recorder with 8 cameras", options={"channels": 8}),
    Model(key="dvr", says="analog recorder with 4 + 2 cameras"),
    Model(key=analysts.THERMAL, says="thermal camera that measures temperatures, by metadata"),
    Model(key=analysts.COUNTING, says="camera that measures queues and counts people, by metadata"),
    Model(key=analysts.PLATES, says="camera that reads number plates, by metadata"),
    Model(key=analysts.RADAR, says="security radar with a dome, by metadata"),
    Model(key=analysts.RECORDER, says="recorder with detection models, 4 cameras"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """An alarm of the play that runs while a person looks."""

    device: str
    event: str
    channel: int = 1
    details: Mapping[str, Any] = field(default_factory=dict)


_SEEN_HUMAN: Mapping[str, Any] = {"target": "human", "region": 1, "picture": True}
_SEEN_CAR: Mapping[str, Any] = {"target": "vehicle", "region": 1, "picture": True}

PLAY = (
    Scene(device="camera", event="linedetection", details=_SEEN_HUMAN),
    Scene(device="nvr", event="VMD", channel=6),
    Scene(device="ptz", event="fielddetection", channel=2, details=_SEEN_CAR),
    Scene(device="dvr", event="fielddetection", channel=2, details=_SEEN_HUMAN),
    Scene(device="camera", event="IO"),
    Scene(device="thermal", event="fielddetection", channel=2, details=_SEEN_HUMAN),
    Scene(device="nvr", event="linedetection", channel=5, details=_SEEN_CAR),
    Scene(device="ptz", event="VMD"),
    Scene(device="nvr", event="regionEntrance", channel=1, details=_SEEN_HUMAN),
    Scene(device="camera", event="fielddetection", details=_SEEN_HUMAN),
)
_RECEIVER, _CONTROL = "receiver", "control"
_SCENE_SECONDS = 8.0
_PAUSE_SECONDS = 4.0


class Fleet:
    """All simulated devices, on ports that stay the same from start to start."""

    def __init__(self, ports: Path) -> None:
        """Prepare; `ports` is the file that remembers the ports."""
        self._file = ports
        self.devices: dict[str, IsapiSimulator] = {}
        """Cameras and recorders by the key of their model."""
        self.stations: dict[str, SunellSimulator] = {}
        """Those of the text protocol by their key."""
        self.posts: dict[str, HerospeedSimulator] = {}
        """Those of the JSON dialect by their key."""
        self.receiver: ReceiverSimulator
        self.control: Control
        """Where a person opens doors and the like behind the receiver."""

    async def __aenter__(self) -> Self:
        """Start all devices."""
        known: dict[str, int] = json.loads(self._file.read_text()) if self._file.exists() else {}
        for model in MODELS:
            self.devices[model.key] = await _start(_camera(model), known.get(model.key, 0))
        for station in harbour.STATIONS:
            made = harbour.device(station, PASSWORD)
            self.stations[station.key] = await _start(made, known.get(station.key, 0))
        for post in yard.POSTS:
            self.posts[post.key] = await _start(yard.device(post, PASSWORD), known.get(post.key, 0))
        self.receiver = await _start(lambda port: premises.receiver(port, PASSWORD), known.get(_RECEIVER, 0))
        self.control = await _controlled(self.receiver, known.get(_CONTROL, 0))
        ports = {key: device.port for key, device in self.cameras.items()}
        ports |= {_RECEIVER: self.receiver.port, _CONTROL: self.control.port}
        self._file.write_text(json.dumps(ports))
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop all devices."""
        await self.control.__aexit__()
        await asyncio.gather(self.receiver.stop(), *(device.stop() for device in self.cameras.values()))

    @property
    def cameras(self) -> dict[str, BaseSimulator]:
        """All cameras and recorders, whatever they speak."""
        return {**self.devices, **self.stations, **self.posts}

    @property
    def titles(self) -> dict[str, str]:
        """Names that cameras and recorders have in Home Assistant, in the order in which they are shown."""
        names = {key: device.world.identity.name for key, device in self.devices.items()}
        return names | {each.key: each.title for each in (*harbour.STATIONS, *yard.POSTS)}

    @property
    def serials(self) -> dict[str, str]:
        """Serial numbers of cameras and recorders."""
        numbers = {key: device.world.identity.serial for key, device in self.devices.items()}
        numbers |= {key: harbour.serial(station) for key, station in self.stations.items()}
        return numbers | {key: yard.serial(post) for key, post in self.posts.items()}

    async def play(self) -> None:
        """Let things happen until cancelled."""
        async with asyncio.TaskGroup() as acts:
            acts.create_task(self._alarms(PLAY))
            acts.create_task(play.play(self.receiver))
            acts.create_task(harbour.play(self.stations))
            acts.create_task(yard.play(self.posts))
            acts.create_task(analysts.play(self.devices))

    async def _alarms(self, scenes: Sequence[Scene]) -> None:
        """Raise and clear one alarm of a camera after the other."""
        for scene in cycle(scenes):
            device = self.devices[scene.device]
            await device.raise_alarm(scene.event, scene.channel, **scene.details)
            await asyncio.sleep(_SCENE_SECONDS)
            await device.clear(scene.event, scene.channel)
            await asyncio.sleep(_PAUSE_SECONDS)


def _camera(model: Model) -> Callable[[int], IsapiSimulator]:
    return lambda port: analysts.prepare(IsapiSimulator(model.key, port=port, password=PASSWORD, **model.options))


async def _start[S: BaseSimulator](make: Callable[[int], S], port: int) -> S:
    """Start a device at its old port, or at another when somebody else has that now."""
    for attempt in dict.fromkeys((port, 0)):
        device = make(attempt)
        try:
            await device.start()
        except OSError:
            await device.stop()
            continue
        return device
    raise OSError("no port to be had on the loopback address")


async def _controlled(receiver: ReceiverSimulator, port: int) -> Control:
    """Let a person make things happen behind the receiver, at the old port if it is free."""
    try:
        return await Control(receiver, port=port).__aenter__()
    except OSError:
        return await Control(receiver).__aenter__()
