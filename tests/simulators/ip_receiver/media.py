"""Files of alarms: small pictures and clips with the right signatures."""

from itertools import count
from typing import TYPE_CHECKING

from ..base import Answer
from ..isapi.scenery import snapshot
from .status import Refused
from .world import Media, World

if TYPE_CHECKING:
    from .simulator import ReceiverSimulator

_NUMBERS = count(1)


def _box(kind: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4, "big") + kind + body


def mp4(size: int = 4000) -> bytes:
    """Return the skeleton of an MP4 file."""
    return _box(b"ftyp", b"isom\x00\x00\x02\x00isomiso2mp41") + _box(b"moov", b"") + _box(b"mdat", bytes(size))


def avi(size: int = 4000) -> bytes:
    """Return the skeleton of an AVI file."""
    body = b"AVI LIST" + (4).to_bytes(4, "little") + b"movi" + bytes(size)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def jpeg(world: World, name: str = "Zone") -> bytes:
    """Return a picture."""
    return snapshot(name, world.now(), channel=1, position=None, moment=0.0, alarm=True, frame=1)


def _made(world: World, kind: str) -> bytes:
    return jpeg(world) if kind == "jpg" else mp4() if kind == "mp4" else avi()


TYPES = {"jpg": "image/jpeg", "mp4": "video/mp4", "avi": "video/avi"}


def store(sim: ReceiverSimulator, kind: str, *, protected: bool = True, body: bytes | None = None) -> str:
    """Keep a new file (jpg, mp4 or avi) and return its URL as messages write it."""
    path = f"alarmFile/{next(_NUMBERS):06d}.{kind}"
    sim.world.media[path] = Media(
        body=_made(sim.world, kind) if body is None else body, content_type=TYPES[kind], protected=protected
    )
    return {"relative": path, "rooted": f"/{path}", "absolute": f"{sim.url}/{path}"}[sim.media_urls]


def fetch(world: World, path: str) -> Answer:
    """Return a file; one that is gone is HTTP 404 with the sub status the document has for it."""
    found = world.media.get(path.lstrip("/"))
    if found is None:
        raise Refused("taskNoRecFile", http=404)
    return Answer(body=found.body, content_type=found.content_type)
