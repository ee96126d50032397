"""A small unauthenticated endpoint on the loopback address to make a simulated device do things by hand.

POST /control/<action> with a JSON object; GET /control/state. `/sim/<action>?key=value` does the same. Actions: see
`ACTIONS`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import fields
import json
from typing import Any, Self

from aiohttp import web

from ..base import LOOPBACK
from .simulator import SunellSimulator

type Body = dict[str, Any]


async def _alarm(sim: SunellSimulator, body: Body) -> Body:
    reached = await sim.alarm(
        int(body["major"]), int(body["minor"]), int(body.get("source", 1)), int(body.get("flag", 1))
    )
    return {"reached": reached}


async def _clear(sim: SunellSimulator, body: Body) -> Body:
    sim.clear_alarms()
    return {}


async def _plate(sim: SunellSimulator, body: Body) -> Body:
    return {"uid": (await sim.plate(**body)).uid}


async def _people(sim: SunellSimulator, body: Body) -> Body:
    sim.count_people(int(body.get("enter", 0)), int(body.get("out", 0)))
    return {}


async def _temperature(sim: SunellSimulator, body: Body) -> Body:
    goal, seconds = float(body["highest"]), float(body.get("seconds", 0))
    area, camera = int(body.get("area", 0)), int(body.get("camera", 2))
    if seconds:
        sim.spawn(sim.ramp(goal, area=area, camera=camera, seconds=seconds))
    else:
        await sim.temperature(goal, area=area, camera=camera)
    return {}


async def _disk(sim: SunellSimulator, body: Body) -> Body:
    await sim.disk_fault(int(body.get("disk", 1)), int(body.get("status", 2)))
    return {}


async def _channel(sim: SunellSimulator, body: Body) -> Body:
    await sim.channel_status(int(body["channel"]), int(body["status"]))
    return {}


async def _reboot(sim: SunellSimulator, body: Body) -> Body:
    sim.spawn(sim.reboot(float(body["downtime"]) if "downtime" in body else None))
    return {}


async def _skew(sim: SunellSimulator, body: Body) -> Body:
    sim.skew(float(body["seconds"]))
    return {}


async def _put(sim: SunellSimulator, body: Body) -> Body:
    sim.store.put(
        str(body["type"]), str(body["key"]), body["value"], int(body.get("camera", 1)), str(body.get("selector", ""))
    )
    return {}


async def _fail(sim: SunellSimulator, body: Body) -> Body:
    sim.fail(int(body["code"]), str(body.get("match", "")), int(body.get("times", 1)))
    return {}


async def _fault(sim: SunellSimulator, body: Body) -> Body:
    known = {item.name for item in fields(sim.fault)} - {"rules", "close_streams"}
    for name in body.keys() & known:
        value = body[name]
        setattr(sim.fault, name, set(value) if isinstance(value, list) else value)
    return {}


async def _password(sim: SunellSimulator, body: Body) -> Body:
    sim.change_password(str(body["password"]))
    return {}


async def _lock(sim: SunellSimulator, body: Body) -> Body:
    sim.lock_out()
    return {}


async def _unlock(sim: SunellSimulator, body: Body) -> Body:
    sim.unlock()
    return {}


async def _close_streams(sim: SunellSimulator, body: Body) -> Body:
    sim.close_streams()
    return {}


ACTIONS: dict[str, Callable[[SunellSimulator, Body], Awaitable[Body]]] = {
    "alarm": _alarm,
    "clear": _clear,
    "plate": _plate,
    "people": _people,
    "temperature": _temperature,
    "disk": _disk,
    "channel": _channel,
    "reboot": _reboot,
    "skew": _skew,
    "put": _put,
    "fail": _fail,
    "fault": _fault,
    "password": _password,
    "lock": _lock,
    "unlock": _unlock,
    "close_streams": _close_streams,
}


def state(sim: SunellSimulator) -> Body:
    """Return what a person (or a check) wants to know of the device."""
    world = sim.world
    return {
        "model": sim.model,
        "serial": sim.store.get("deviceInfo", "deviceID"),
        "streams": sim.streams,
        "alarms": [f"{alarm.major}/{alarm.minor}/{alarm.source}={alarm.flag}" for alarm in world.alarms.values()],
        "requests": len(sim.requests),
        "peak": sim.peak,
        "writes": len(sim.writes),
        "refused_logins": len(sim.auth.refused),
        "reboots": world.reboots,
        "outputs": world.outputs,
        "manual": sorted(world.manual),
        "channels": {number: channel.status for number, channel in world.channels.items()},
        "disks": {number: disk.status for number, disk in world.disks.items()},
        "temperatures": {
            camera: {number: area.highest for number, area in areas.items()} for camera, areas in world.areas.items()
        },
        "plates": [plate.text for plate in world.plates],
        "ignored": sim.store.ignored,
        "operations": [name for name, _ in world.operations],
        "ptz": {
            number: {
                "position": head.position,
                "moving": head.moving,
                "stopped": head.stopped,
                "running": head.running,
                "verbs": head.verbs[-20:],
            }
            for number, head in world.ptz.items()
        },
    }


class Control:
    """The control endpoint of one simulator; use as `async with`."""

    def __init__(self, sim: SunellSimulator, *, port: int = 0) -> None:
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
        name = request.path.rpartition("/")[2]
        if request.method == "GET" and name == "state":
            return web.json_response(state(self.sim))
        if name not in ACTIONS or not request.path.startswith(("/control/", "/sim/")):
            return web.json_response({"error": f"unknown; actions: {', '.join(ACTIONS)}"}, status=404)
        try:
            body = dict(request.rel_url.query) | json.loads(await request.read() or b"{}")
            return web.json_response(await ACTIONS[name](self.sim, body))
        except (ValueError, KeyError, TypeError) as err:
            return web.json_response({"error": repr(err)}, status=400)
