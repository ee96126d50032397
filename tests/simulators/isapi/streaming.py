"""Streams of a simulated device: what it shows and tells over RTSP, with its own users, channels and clock."""

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from ..rtsp.documents import Style
from ..rtsp.server import Channel, RtspServer
from ..rtsp.service import MetadataService
from .form import items
from .profiles import Profile
from .world import World

if TYPE_CHECKING:
    from .simulator import IsapiSimulator


def streaming(sim: IsapiSimulator) -> tuple[RtspServer, MetadataService]:
    """Return the streams of a device and what they tell; wrong passwords count for the lock of the whole device."""
    world, auth = sim.world, sim.auth

    def refused(_: str) -> None:
        auth.failures += 1
        if auth.failures >= auth.max_tries:
            auth.lock()

    def clock() -> datetime:
        return datetime.now(timezone(world.utc_offset)) + timedelta(seconds=world.clock_offset)

    server = RtspServer(
        username=sim.username,
        password_of=lambda name: user.password if (user := world.users.get(name)) else None,
        realm=sim.profile.realm,
        channels=_channels(world, sim.profile),
    )
    server.auth.locked = lambda: auth.locked
    server.auth.on_refused = refused
    server.reachable = lambda channel: world.channels[channel].online is not False
    service = MetadataService(server=server, offer=sim.profile.metadata, style=Style(now=clock))
    service.begin(world.channels)
    return server, service


def _channels(world: World, profile: Profile) -> list[Channel]:
    if not profile.tracks:
        return []
    streams = {number: lens.streams for number, lens in enumerate(profile.lenses, 1)}
    return [Channel(number=number, tracks=profile.tracks, streams=streams.get(number, 2)) for number in world.channels]


def announce(world: World, port: int) -> None:
    """Name the port the streams are at, as the page of ports does."""
    for entry in items(world.tree("Security/adminAccesses"), "AdminAccessProtocol"):
        if entry.get("protocol") == "RTSP":
            entry["portNo"] = port
