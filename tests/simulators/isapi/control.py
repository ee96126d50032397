"""A small unauthenticated endpoint on the loopback address to make a simulated device do things by hand.

POST /control/<action> with a JSON object; GET /control/state. Actions: see `ACTIONS`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import fields
from itertools import count
import json
from typing import Any, Self

from aiohttp import web

from ..base import LOOPBACK
from ..rtsp.generator import KINDS
from ..rtsp.samples import printed
from ..rtsp.scripts import SCRIPTS
from .aiop import control as aiop
from .alerts import Alert
from .simulator import IsapiSimulator

type Body = dict[str, Any]


async def _alert(sim: IsapiSimulator, body: Body) -> Body:
    return {"reached": await sim.raise_alarm(**body)}


async def _push(sim: IsapiSimulator, body: Body) -> Body:
    return {"reached": await sim.alert(**body)}


async def _clear(sim: IsapiSimulator, body: Body) -> Body:
    return {"reached": await sim.clear(body["event"], body.get("channel", 1))}


async def _reboot(sim: IsapiSimulator, body: Body) -> Body:
    sim.spawn(sim.reboot(body.get("downtime")))
    return {}


async def _relay(sim: IsapiSimulator, body: Body) -> Body:
    port = sim.world.outputs[body.get("output", 1)]
    port.active = bool(body["on"])
    return {}


async def _online(sim: IsapiSimulator, body: Body) -> Body:
    sim.world.channels[body["channel"]].online = body["online"]
    return {}


async def _fault(sim: IsapiSimulator, body: Body) -> Body:
    known = {item.name for item in fields(sim.fault)} - {"rules", "close_streams"}
    for name, value in body.items():
        if name in known:
            setattr(sim.fault, name, set(value) if isinstance(value, list) else value)
    return {}


async def _lock(sim: IsapiSimulator, body: Body) -> Body:
    sim.lock_out()
    return {}


async def _close_streams(sim: IsapiSimulator, body: Body) -> Body:
    sim.close_streams()
    return {}


async def _play(sim: IsapiSimulator, body: Body) -> Body:
    """Play a script beside everything else; `repeat`: how often, 0 for ever."""
    given = dict(body)
    repeat = given.pop("repeat", 1)
    SCRIPTS[given["script"]](**{k: v for k, v in given.items() if k not in ("script", "channel", "speed")})

    async def run() -> None:
        for _ in count() if not repeat else range(repeat):
            await sim.play(**given)

    sim.spawn(run())
    return {}


async def _tell(sim: IsapiSimulator, body: Body) -> Body:
    return {"reached": sim.metadata.tell(KINDS[body["kind"]](), body.get("channel", 1))}


async def _feed(sim: IsapiSimulator, body: Body) -> Body:
    """Send a document as it is, or one of the printed examples by name."""
    document = printed()[body["sample"]] if "sample" in body else body["document"].encode()
    return {"reached": sim.rtsp.feed(body.get("channel", 1), document)}


async def _stream_fault(sim: IsapiSimulator, body: Body) -> Body:
    """Set a fault or an option of the streams, `status` refuses the next request with it."""
    for name, value in body.items():
        if name == "status":
            sim.rtsp.fault.status_next(value, body.get("method"))
        for place in (sim.rtsp.fault, sim.rtsp.options):
            if isinstance(getattr(place, name, None), bool | int | float):
                setattr(place, name, value)
    return {}


async def _drop_streams(sim: IsapiSimulator, body: Body) -> Body:
    sim.rtsp.drop()
    return {}


ACTIONS: dict[str, Callable[[IsapiSimulator, Body], Awaitable[Body]]] = {
    "alert": _alert,
    "push": _push,
    "clear": _clear,
    "reboot": _reboot,
    "relay": _relay,
    "online": _online,
    "fault": _fault,
    "lock": _lock,
    "close_streams": _close_streams,
    **aiop.ACTIONS,
    "play": _play,
    "tell": _tell,
    "feed": _feed,
    "stream_fault": _stream_fault,
    "drop_streams": _drop_streams,
}


def state(sim: IsapiSimulator) -> Body:
    """Return what a person (or a check) wants to know of the device."""
    world = sim.world
    return {
        "model": world.identity.model,
        "serial": world.identity.serial,
        "streams": sim.streams,
        "active": sorted(world.active),
        "suppressed": len(sim.suppressed),
        "requests": len(sim.requests),
        "refused_logins": len(sim.auth.refused),
        "host_writes": len(sim.host_writes),
        "reboots": world.reboots,
        "uptime": world.uptime,
        "siren_played": world.siren_played,
        "metadata": _metadata(sim),
        "inputs": {number: port.active for number, port in world.inputs.items()},
        "outputs": {number: port.active for number, port in world.outputs.items()},
        "aiop": aiop.state_of(sim),
        "online": {number: channel.online for number, channel in world.channels.items()},
        "ptz": {
            number: {
                "position": head.position,
                "moving": head.moving,
                "stopped_by_command": head.stopped_by_command,
                "moves": [move.kind for move in head.log[-20:]],
            }
            for number, head in world.ptz.items()
        },
    }


def _metadata(sim: IsapiSimulator) -> Body:
    server, service = sim.rtsp, sim.metadata
    return {
        "port": server.port if server.running else None,
        "playing": len(server.playing()),
        "documents": sum(session.documents for session in server.sessions.values()),
        "suppressed": len(service.suppressed),
        "refused_logins": len(server.auth.refused),
        "enabled": {
            number: [kind for kind, on in item.enabled.items() if on] for number, item in service.uploads.items()
        },
        "scripts": list(SCRIPTS),
        "kinds": list(KINDS),
    }


class Control:
    """The control endpoint of one simulator; use as `async with`."""

    def __init__(self, sim: IsapiSimulator, *, port: int = 0) -> None:
        """Prepare; nothing listens before entering."""
        self.sim = sim
        self.port = port
        self._server: web.Server | None = None
        self._listener: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Base URL of the endpoint."""
        return f"http://{LOOPBACK}:{self.port}/control/"

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        self._server = web.Server(self._serve, access_log=None)
        self._listener = await asyncio.get_running_loop().create_server(self._server, LOOPBACK, self.port)
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        if self._listener and self._server:
            self._listener.close()
            self._listener.abort_clients()
            await self._server.shutdown(0)

    async def _serve(self, request: web.BaseRequest) -> web.Response:
        name = request.path.removeprefix("/control/")
        if request.method == "GET" and name == "state":
            return web.json_response(state(self.sim))
        if request.method != "POST" or name not in ACTIONS:
            return web.json_response({"error": f"unknown; actions: {', '.join(ACTIONS)}"}, status=404)
        try:
            body = json.loads(await request.read() or b"{}")
            return web.json_response(await ACTIONS[name](self.sim, body))
        except (ValueError, KeyError, TypeError) as err:
            known = ", ".join(item.name for item in fields(Alert))
            return web.json_response({"error": repr(err), "alert_fields": known}, status=400)
