"""Alarm inputs and outputs, the device's own and those of cameras behind a recorder."""

import asyncio

from ...base import Answer
from ..form import Node, Tree, text
from ..routing import Call, Handler, number, route
from ..status import Refused
from ..world import Port


def _ports(call: Call, kind: str, *, proxied: bool) -> dict[int, Port]:
    if proxied and not call.sim.profile.recorder:
        raise Refused("notSupport")
    every = call.world.inputs if kind == "input" else call.world.outputs
    return {key: port for key, port in every.items() if port.proxied == proxied or (proxied and call.sim.io_proxy)}


def _port(call: Call, kind: str, name: str, *, proxied: bool) -> Port:
    found = _ports(call, kind, proxied=proxied).get(number(name))
    if found is None:
        raise Refused("invalidID", http=403)
    return found


def _described(port: Port, kind: str, *, proxied: bool) -> Tree:
    tree: Tree = {"id": port.number}
    if proxied:
        tree["IODescriptor"] = {
            "proxyProtocol": "HIKVISION",
            "addressingFormatType": "ipaddress",
            "ipAddress": "10.11.12.20",
            "managePortNo": 8000,
            "innerIOPortID": port.number % 100,
        }
    if kind == "input":
        return tree | {"enabled": port.enabled, "triggering": "high", "name": port.name}
    state: Tree = {"defaultState": "low", "outputState": "pulse" if port.pulse is not None else "high"}
    if port.pulse is not None:
        state["pulseDuration"] = int(port.pulse * 1000)
    return tree | {"PowerOnState": state, "name": port.name}


def _roots(kind: str, *, proxied: bool) -> str:
    return ("IOProxy" if proxied else "IO") + ("InputPort" if kind == "input" else "OutputPort")


def _both(kind: str, base: str, *, proxied: bool) -> tuple[tuple[str, str, Handler], ...]:
    root = _roots(kind, proxied=proxied)

    def every(call: Call) -> Answer:
        listed: list[Node] = [
            _described(port, kind, proxied=proxied) for port in _ports(call, kind, proxied=proxied).values()
        ]
        return call.xml(f"{root}List", {root: listed})

    def one(call: Call, name: str) -> Answer:
        return call.xml(root, _described(_port(call, kind, name, proxied=proxied), kind, proxied=proxied))

    def status(call: Call, name: str) -> Answer:
        port = _port(call, kind, name, proxied=proxied)
        return call.xml(
            "IOPortStatus",
            {"ioPortID": port.number, "ioPortType": kind, "ioState": "active" if port.active else "inactive"},
        )

    return (("GET", base, every), ("GET", base + "/{}", one), ("GET", base + "/{}/status", status))


def _trigger(*, proxied: bool) -> Handler:
    def trigger(call: Call, name: str) -> Answer:
        """PUT .../outputs/{n}/trigger: switch, or pulse where the output is configured so."""
        port = _port(call, "output", name, proxied=proxied)
        wanted = text(call.sent("IOPortData").tree, "outputState")
        if wanted not in ("high", "low"):
            raise Refused("badParameters")
        switch(call, port, on=wanted == "high")
        return call.done()

    return trigger


def switch(call: Call, port: Port, *, on: bool) -> None:
    """Switch an output; a pulse output returns by itself."""
    port.active = on
    port.changes += 1
    if on and port.pulse is not None:
        call.sim.spawn(_release(port, port.pulse, port.changes))


async def _release(port: Port, seconds: float, change: int) -> None:
    await asyncio.sleep(seconds)
    if port.changes == change:
        port.active = False


_TABLE = (
    *_both("input", "System/IO/inputs", proxied=False),
    *_both("output", "System/IO/outputs", proxied=False),
    *_both("input", "ContentMgmt/IOProxy/inputs", proxied=True),
    *_both("output", "ContentMgmt/IOProxy/outputs", proxied=True),
    ("PUT", "System/IO/outputs/{}/trigger", _trigger(proxied=False)),
    ("PUT", "ContentMgmt/IOProxy/outputs/{}/trigger", _trigger(proxied=True)),
)
ROUTES = tuple(route(method, path, handler) for method, path, handler in _TABLE)
