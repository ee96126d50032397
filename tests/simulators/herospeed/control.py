"""A small unauthenticated endpoint on the loopback address to make a simulated camera do things by hand.

POST /control/<action> with a JSON object; GET /control/state. Actions: see `ACTIONS`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, fields
import json
from typing import Any, Self

from aiohttp import web

from ..base import LOOPBACK
from .packets import Malformed
from .quirks import Quirk
from .simulator import HerospeedSimulator

type Body = dict[str, Any]


def _helper(name: str) -> Callable[[HerospeedSimulator, Body], Awaitable[Body]]:
    """Return the action that calls a coroutine of the simulator with the members as arguments."""

    async def act(sim: HerospeedSimulator, body: Body) -> Body:
        return {"reached": await getattr(sim, name)(**body)}

    return act


def _plain(name: str) -> Callable[[HerospeedSimulator, Body], Awaitable[Body]]:
    """Return the action that calls a plain method."""

    async def act(sim: HerospeedSimulator, body: Body) -> Body:
        getattr(sim, name)(**body)
        return {}

    return act


async def _reboot(sim: HerospeedSimulator, body: Body) -> Body:
    sim.spawn(sim.reboot(body.get("seconds")))
    return {}


async def _relay(sim: HerospeedSimulator, body: Body) -> Body:
    sim.switch_relay(bool(body["on"]))
    return {}


async def _set(sim: HerospeedSimulator, body: Body) -> Body:
    stored = sim.world.documents[body["path"]]
    stored |= body["data"]
    return {"data": stored}


async def _card(sim: HerospeedSimulator, body: Body) -> Body:
    card = sim.world.card
    if card is None:
        raise KeyError("no memory card")
    for name in body.keys() & {item.name for item in fields(card)}:
        setattr(card, name, body[name])
    return asdict(card)


async def _clock(sim: HerospeedSimulator, body: Body) -> Body:
    sim.world.clock_offset = float(body.get("offset", sim.world.clock_offset))
    sim.world.clock_drift = float(body.get("drift", sim.world.clock_drift))
    return {"now": sim.world.now.isoformat()}


async def _quirks(sim: HerospeedSimulator, body: Body) -> Body:
    sim.quirks = frozenset(Quirk(item) for item in body["quirks"])
    return {"known": list(Quirk)}


async def _fault(sim: HerospeedSimulator, body: Body) -> Body:
    known = {item.name for item in fields(sim.fault)} - {"rules", "close_streams"}
    for name in body.keys() & known:
        value = body[name]
        setattr(sim.fault, name, set(value) if isinstance(value, list) else value)
    return {}


async def _push(sim: HerospeedSimulator, body: Body) -> Body:
    wanted = body.get("malformed")
    sim.push.malformed = Malformed(wanted) if wanted else None
    return {}


ACTIONS: dict[str, Callable[[HerospeedSimulator, Body], Awaitable[Body]]] = {
    "event": _helper("event"),
    "face": _helper("face"),
    "plate": _helper("plate"),
    "line_count": _helper("line_count"),
    "heat_map": _helper("heat_map"),
    "smart_object": _helper("smart_object"),
    "config": _helper("config_changed"),
    "packet": _helper("packet"),
    "malformed": _helper("push_malformed"),
    "end_push": _helper("end_push"),
    "close_streams": _plain("close_streams"),
    "kill_sessions": _plain("kill_sessions"),
    "expire_sessions": _plain("expire_sessions"),
    "password": _plain("change_password"),
    "lock": _plain("lock_out"),
    "refuse": _plain("refuse_next"),
    "garble": _plain("garble_next"),
    "break_packets": _push,
    "reboot": _reboot,
    "relay": _relay,
    "set": _set,
    "card": _card,
    "clock": _clock,
    "quirks": _quirks,
    "fault": _fault,
}


def state(sim: HerospeedSimulator) -> Body:
    """Return what a person (or a check) wants to know of the camera."""
    world, head = sim.world, sim.world.head
    return {
        "model": sim.model,
        "mac": sim.profile.mac,
        "api_version": sim.firmware.version,
        "login": sim.sessions.mode,
        "sessions": len(sim.sessions.open),
        "logins": sim.sessions.logins,
        "logouts": sim.sessions.logouts,
        "refused_logins": sim.sessions.refused,
        "streams": sim.streams,
        "requests": len(sim.requests),
        "refusals": sim.refusals[-20:],
        "violations": sim.violations[-20:],
        "ignored": sim.ignored,
        "risks": sim.risks,
        "active": sorted(world.active),
        "suppressed": len(sim.suppressed),
        "relay": world.relay.on,
        "played": world.played,
        "log": [asdict(row) for row in world.log[-20:]],
        "card": asdict(world.card) if world.card else None,
        "reboots": world.reboots,
        "clock": world.now.isoformat(),
        "ptz": {
            "position": head.position,
            "moving": head.moving,
            "cruising": head.cruising,
            "preset": head.at_preset,
            "moves": [move.kind for move in head.log[-20:]],
        },
    }


class Control:
    """The control endpoint of one simulator; use as `async with`."""

    def __init__(self, sim: HerospeedSimulator, *, port: int = 0) -> None:
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
            return web.json_response({"error": repr(err)}, status=400)
