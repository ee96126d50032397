"""The cameras of the JSON dialect in the demo: one that pushes alarms, and one so old that its log has to be read."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Final

from ..simulators.herospeed import HerospeedSimulator

LAMP, GATE = "yard_lamp", "yard_gate"
BLIND: Final = frozenset({GATE})
"""Make no stills: that path came with newer firmware."""
_INFO: Final = "/api/system/device-info"
_PAUSE_SECONDS: Final = 20.0
_LOOK_SECONDS: Final = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One camera."""

    key: str
    model: str
    firmware: str
    title: str
    says: str
    serial: str


POSTS: Final = (
    Post(
        key=LAMP,
        model="light",
        firmware="new",
        title="Yard",
        says="camera with white light and spoken warning, JSON dialect, WebSocket",
        serial="YD20260117001",
    ),
    Post(
        key=GATE,
        model="ptz",
        firmware="old",
        title="Gate dome",
        says="PTZ dome with old firmware, JSON dialect, alarms from its log",
        serial="YD20190308002",
    ),
)

PLAY: Final = ((LAMP, "intrusion"), (GATE, "motion"), (LAMP, "line_crossing"), (GATE, "video_tempering"))
"""Alarms that happen while a person looks."""


def device(post: Post, password: str) -> Callable[[int], HerospeedSimulator]:
    """Return what makes a camera at a port; nothing listens before it is started."""

    def make(port: int) -> HerospeedSimulator:
        made = HerospeedSimulator(post.model, firmware=post.firmware, port=port, password=password)
        made.world.documents[_INFO] |= {"devName": post.title, "devId": post.serial}
        return made

    return make


def serial(post: HerospeedSimulator) -> str:
    """Return the serial number of a camera, as the integration shows it."""
    return str(post.world.documents[_INFO]["devId"]).lower()


def secrets(post: HerospeedSimulator) -> tuple[str, ...]:
    """Return what no download may hold."""
    mac = post.profile.mac
    return post.password, serial(post), mac, mac.replace(":", "").lower(), *post.sessions.open


async def play(posts: Mapping[str, HerospeedSimulator]) -> None:
    """Let one thing after the other happen until cancelled."""
    for key, kind in cycle(PLAY):
        await asyncio.sleep(_PAUSE_SECONDS)
        await posts[key].event(kind, picture=True)
        await asyncio.sleep(_LOOK_SECONDS)
        await posts[key].event(kind, active=False)
