"""JSON settings, the siren, and the mutual exclusion of detections."""

import time

from ...base import Answer
from ..documents import DETECTIONS
from ..form import Node, Tree
from ..routing import Call, number, route
from ..status import Refused

AUDIO = "Event/triggers/notifications/AudioAlarm"


def function_of(name: str) -> str:
    """Return the name of a function in the exclusion list for that name or an event type, whatever the letter case."""
    for detection in DETECTIONS.values():
        if name.lower() in (detection.function.lower(), detection.event.lower()):
            return detection.function
    raise Refused("badParameters")


def conflicts(call: Call, function: str, channel: int) -> list[str]:
    """Return the functions that are on and cannot go with this one."""
    found = []
    for other in call.world.mutex.get(function, []):
        detection = next(item for item in DETECTIONS.values() if item.function == other)
        path = detection.path(channel, proxied=call.world.channels[channel].proxied)
        if path in call.world.documents and call.world.enabled(path):
            found.append(other)
    return found


def mutex(call: Call) -> Answer:
    """POST System/mutexFunction?format=json."""
    body = call.sent_json()
    if not call.sim.world.mutex:
        raise Refused("notSupport")
    channel = body.get("channelID", 1)
    if not isinstance(channel, int) or channel not in call.world.channels:
        raise Refused("badParameters")
    names = conflicts(call, function_of(str(body.get("function", ""))), channel)
    listed: list[Node] = [{"mutexFunction": name, "channelID": [channel]} for name in names]
    return call.json({"MutexFunctionList": listed})


def test_siren(call: Call, name: str) -> Answer:
    """PUT AudioAlarm/{id}/test: plays once, for some seconds; refused while it plays."""
    if AUDIO not in call.world.settings:
        raise Refused("notSupport")
    number(name)
    if time.monotonic() < call.world.siren_until:
        raise Refused("deviceBusy", http=403)
    call.world.siren_until = time.monotonic() + call.sim.siren_seconds
    call.world.siren_played += 1
    return call.done()


def get_settings(call: Call) -> Answer:
    """GET a JSON document."""
    return call.json(call.world.settings[call.path])


def put_settings(call: Call) -> Answer:
    """PUT a JSON document: it replaces the old one after a look at its ranges."""
    body = call.sent_json()
    known = call.world.settings[call.path]
    if isinstance(known, dict) and known.keys() != body.keys():
        raise Refused("badParameters")
    options = call.world.settings.get(f"{call.path}/capabilities")
    _check(body, options if isinstance(options, dict) else {})
    call.world.settings[call.path] = body
    return call.done()


def _check(body: Tree, options: Tree) -> None:
    for key, value in body.items():
        limit = options.get(key)
        if isinstance(value, dict) and isinstance(limit, dict):
            _check(value, limit)
        elif isinstance(limit, dict):
            _check_leaf(value, limit)


def _check_leaf(value: Node, limit: Tree) -> None:
    low, high, allowed = limit.get("@min"), limit.get("@max"), limit.get("@opt")
    if isinstance(low, int) and isinstance(high, int) and not (isinstance(value, int) and low <= value <= high):
        raise Refused("badParameters")
    names = allowed.split(",") if isinstance(allowed, str) else allowed
    if isinstance(names, list) and str(value) not in [str(name) for name in names]:
        raise Refused("badParameters")


ROUTES = (
    route("POST", "System/mutexFunction", mutex),
    route("PUT", AUDIO + "/{}/test", test_siren),
)
