"""A small unauthenticated endpoint on the loopback address to make a simulated receiver do things by hand.

POST /control/<action> with a JSON object; GET /control/state. `dev` may be left out for the first device.
Actions: see `ACTIONS`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import fields
import json
from typing import Any, Self

from aiohttp import web

from ..base import LOOPBACK
from .simulator import ReceiverSimulator
from .status import Refused

type Body = dict[str, Any]


def _dev(sim: ReceiverSimulator, body: Body) -> str:
    return str(body.pop("dev", None) or next(iter(sim.world.devices)))


def _on_device(name: str) -> Callable[[ReceiverSimulator, Body], Awaitable[Body]]:
    """Return the action that calls a helper of the simulator with the device and the other members."""

    async def act(sim: ReceiverSimulator, body: Body) -> Body:
        result = await getattr(sim, name)(_dev(sim, body), **body)
        return {"result": result}

    return act


async def _restart(sim: ReceiverSimulator, body: Body) -> Body:
    sim.spawn(sim.restart(body.get("seconds")))
    return {}


async def _hpp(sim: ReceiverSimulator, body: Body) -> Body:
    return {"reached": await sim.hpp_connection(bool(body["normal"]))}


async def _push(sim: ReceiverSimulator, body: Body) -> Body:
    return {"reached": await sim.push(body)}


async def _refuse(sim: ReceiverSimulator, body: Body) -> Body:
    sim.refuse(_dev(sim, body), body.get("command", "arm"), body.get("sub"))
    return {}


async def _relay(sim: ReceiverSimulator, body: Body) -> Body:
    sim.world.panel(_dev(sim, body)).relays[body["relay"]].on = bool(body["on"])
    return {}


async def _set_zone(sim: ReceiverSimulator, body: Body) -> Body:
    zone = sim.zone(_dev(sim, body), body.pop("zone"))
    known = {item.name for item in fields(zone)}
    for name in body.keys() & known:
        setattr(zone, name, body[name])
    return {"status": zone.status}


async def _fault(sim: ReceiverSimulator, body: Body) -> Body:
    known = {item.name for item in fields(sim.fault)} - {"rules", "close_streams"}
    for name in body.keys() & known:
        value = body[name]
        setattr(sim.fault, name, set(value) if isinstance(value, list) else value)
    return {}


async def _password(sim: ReceiverSimulator, body: Body) -> Body:
    sim.change_password(str(body["password"]))
    return {}


async def _lock(sim: ReceiverSimulator, body: Body) -> Body:
    sim.lock_out()
    return {}


async def _unlock(sim: ReceiverSimulator, body: Body) -> Body:
    sim.auth.unlock()
    return {}


async def _close_streams(sim: ReceiverSimulator, body: Body) -> Body:
    sim.close_streams()
    return {}


ACTIONS: dict[str, Callable[[ReceiverSimulator, Body], Awaitable[Body]]] = {
    "open": _on_device("open_zone"),
    "close": _on_device("close_zone"),
    "tamper": _on_device("tamper"),
    "break": _on_device("break_zone"),
    "link": _on_device("link_zone"),
    "trigger": _on_device("trigger"),
    "mains": _on_device("mains"),
    "arm": _on_device("arm_locally"),
    "disarm": _on_device("disarm_locally"),
    "code": _on_device("emit_code"),
    "event": _on_device("emit"),
    "happen": _on_device("happen"),
    "pir": _on_device("pir"),
    "online": _on_device("set_online"),
    "remove": _on_device("remove_device"),
    "refuse": _refuse,
    "relay": _relay,
    "set_zone": _set_zone,
    "push": _push,
    "hpp": _hpp,
    "restart": _restart,
    "fault": _fault,
    "password": _password,
    "lock": _lock,
    "unlock": _unlock,
    "close_streams": _close_streams,
}


def state(sim: ReceiverSimulator) -> Body:
    """Return what a person (or a check) wants to know of the receiver."""
    return {
        "model": sim.model,
        "streams": sim.streams,
        "subscriptions": sim.subscriptions,
        "requests": len(sim.requests),
        "refused_logins": len(sim.auth.refused),
        "violations": sim.auth.violations,
        "restarts": sim.restarts,
        "devices": {index: _device_state(sim, index) for index in sim.world.devices},
    }


def _device_state(sim: ReceiverSimulator, index: str) -> Body:
    device = sim.world.devices[index]
    found: Body = {"name": device.name, "source": device.source, "status": device.status}
    if panel := device.panel:
        found["partitions"] = {
            item.number: {"arming": item.arming, "alarm": item.alarm, "enabled": item.enabled}
            for item in panel.partitions.values()
        }
        found["zones"] = {
            zone.number: {"name": zone.name, "status": zone.status, "alarm": zone.alarm, "silenced": zone.silenced}
            for zone in panel.zones.values()
        }
        found["relays"] = {relay.number: relay.status for relay in panel.relays.values()}
    return found


class Control:
    """The control endpoint of one simulator; use as `async with`."""

    def __init__(self, sim: ReceiverSimulator, *, port: int = 0) -> None:
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
        except Refused as err:
            return web.json_response({"refused": err.sub}, status=409)
        except (ValueError, KeyError, TypeError, IndexError, StopIteration) as err:
            return web.json_response({"error": repr(err)}, status=400)
