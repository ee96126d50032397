"""The devices of the text protocol in the demo: a dome that pushes alarms and a recorder that is asked for them."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Final

from ..simulators.sunell_cgi import SunellSimulator

DOME, RECORDER = "harbour_dome", "harbour_recorder"
_RECORDER_CAMERAS: Final = ("Pier", "Warehouse", "Slipway")
_ONLINE: Final = 5
_PAUSE_SECONDS: Final = 16.0
_LOOK_SECONDS: Final = 8.0
MOTION, LINE, INTRUSION, PERSON = (1, 2), (6, 21), (6, 24), (6, 5)
"""Major and minor codes of alarms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One device."""

    key: str
    model: str
    title: str
    says: str


STATIONS: Final = (
    Station(key=DOME, model="ptz", title="Harbour dome", says="PTZ dome with lights and wiper, text protocol"),
    Station(key=RECORDER, model="nvr", title="Harbour recorder", says="recorder with 3 cameras, text protocol"),
)

PLAY: Final = ((DOME, MOTION, 1), (RECORDER, MOTION, 2), (DOME, INTRUSION, 1), (RECORDER, MOTION, 3))
"""Alarms that happen while a person looks: device, code, camera."""


def device(station: Station, password: str) -> Callable[[int], SunellSimulator]:
    """Return what makes a device at a port; nothing listens before it is started."""

    def make(port: int) -> SunellSimulator:
        made = SunellSimulator(station.model, port=port, password=password)
        made.store.put("deviceInfo", "deviceName", station.title)
        if made.recorder:
            for camera, name in zip(made.world.channels.values(), _RECORDER_CAMERAS, strict=True):
                camera.name, camera.status = name, _ONLINE
        return made

    return make


def serial(station: SunellSimulator) -> str:
    """Return the serial number of a device."""
    return str(station.store.get("deviceInfo", "deviceID"))


def secrets(station: SunellSimulator) -> tuple[str, ...]:
    """Return what no download may hold."""
    mac = str(station.store.get("deviceInfo", "MACAddress"))
    return station.password, serial(station), mac, mac.replace(":", "").lower()


async def play(devices: Mapping[str, SunellSimulator]) -> None:
    """Let one thing after the other happen until cancelled."""
    for key, (major, minor), camera in cycle(PLAY):
        await asyncio.sleep(_PAUSE_SECONDS)
        await devices[key].alarm(major, minor, camera)
        await asyncio.sleep(_LOOK_SECONDS)
        await devices[key].alarm(major, minor, camera, 0)
