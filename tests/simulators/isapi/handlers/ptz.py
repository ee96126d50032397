"""Pan, tilt, zoom, presets, tours, lens and auxiliaries."""

from collections.abc import Callable

from ...base import Answer
from ..form import Node, Tree, dig, text
from ..ptz import Preset, Ptz
from ..routing import Call, Handler, Route, number, route, whole
from ..status import Refused

BASE = "PTZCtrl/channels/{}"


def _head(call: Call, name: str) -> Ptz:
    head = call.world.ptz.get(number(name))
    if head is None:
        raise Refused("notSupport")
    return head


def _speeds(call: Call) -> tuple[float, float, float, Tree]:
    """Read PTZData; pan, tilt and zoom come in this order."""
    tree = call.sent("PTZData").tree
    order = [name for name in tree if name in ("pan", "tilt", "zoom")]
    if order != sorted(order):
        raise Refused("badParameters")
    pan, tilt, zoom = (whole(text(tree, name) or "0", -100, 100) for name in ("pan", "tilt", "zoom"))
    return pan, tilt, zoom, tree


def continuous(call: Call, name: str) -> Answer:
    """PUT continuous: zeros stop."""
    pan, tilt, zoom, _ = _speeds(call)
    _head(call, name).drive(pan, tilt, zoom)
    return call.done()


def momentary(call: Call, name: str) -> Answer:
    """PUT momentary: a continuous move that ends after a duration in ms."""
    head = _head(call, name)
    if not head.momentary:
        raise Refused("notSupport", http=404)
    pan, tilt, zoom, tree = _speeds(call)
    head.drive(pan, tilt, zoom, seconds=whole(text(tree, "Momentary", "duration"), 1, 60_000) / 1000)
    return call.done()


def relative(call: Call, name: str) -> Answer:
    """PUT relative: a share of the picture, -100..100 of a field of view of 60 degrees."""
    head = _head(call, name)
    if not head.relative:
        raise Refused("notSupport", http=404)
    tree = call.sent("PTZData").tree
    pan, tilt, zoom = head.position
    shares = [
        whole(text(tree, "Relative", item) or "0", -100, 100) for item in ("positionX", "positionY", "relativeZoom")
    ]
    head.go("relative", pan + shares[0] * 0.6, tilt + shares[1] * 0.6, zoom + shares[2] / 10)
    return call.done()


def absolute(call: Call, name: str) -> Answer:
    """PUT absolute: tenths of degrees, zoom times ten."""
    head, tree = _head(call, name), call.sent("PTZData").tree
    if dig(tree, "AbsoluteHigh") is None:
        raise Refused("badXmlContent")
    tilt = whole(text(tree, "AbsoluteHigh", "elevation"), -900, 2700) / 10
    pan = whole(text(tree, "AbsoluteHigh", "azimuth"), 0, 3600) / 10
    zoom = whole(text(tree, "AbsoluteHigh", "absoluteZoom"), 0, 10_000) / 10
    head.go("absolute", pan, tilt, zoom)
    return call.done()


def set_absolute_ex(call: Call, name: str) -> Answer:
    """PUT absoluteEx: degrees with decimals."""
    head, tree = _head(call, name), call.sent("PTZAbsoluteEx").tree
    head.go(
        "absolute",
        whole(text(tree, "azimuth"), 0, 360),
        whole(text(tree, "elevation"), -90, 270),
        whole(text(tree, "absoluteZoom") or "1", 0, 1000),
    )
    return call.done()


def absolute_ex(call: Call, name: str) -> Answer:
    """GET absoluteEx."""
    head = _head(call, name)
    pan, tilt, zoom = head.position
    return call.xml(
        "PTZAbsoluteEx",
        {
            "elevation": f"{tilt:.3f}",
            "azimuth": f"{pan:.3f}",
            "absoluteZoom": f"{zoom:.3f}",
            "focus": round(head.focus.value * 100),
            "focalLen": round(zoom * 480),
        },
    )


def status(call: Call, name: str) -> Answer:
    """GET status: tenths."""
    pan, tilt, zoom = _head(call, name).position
    return call.xml(
        "PTZStatus",
        {
            "AbsoluteHigh": {
                "elevation": round(tilt * 10),
                "azimuth": round(pan * 10),
                "absoluteZoom": round(zoom * 10),
            }
        },
    )


def position3d(call: Call, name: str) -> Answer:
    """PUT position3D: a box of 0-255; noted, not moved."""
    head, tree = _head(call, name), call.sent("Position3D").tree
    points = [
        whole(text(tree, point, axis), 0, 255)
        for point in ("StartPoint", "EndPoint")
        for axis in ("positionX", "positionY")
    ]
    head.note("position3D", *points)
    return call.done()


def _preset(key: int, preset: Preset) -> Node:
    return {"enabled": preset.enabled, "id": key, "presetName": preset.name, "specialNo": preset.special}


def presets(call: Call, name: str) -> Answer:
    """GET presets, the special ones included."""
    found = _head(call, name).presets
    return call.xml("PTZPresetList", {"PTZPreset": [_preset(key, preset) for key, preset in found.items()]})


def _known(head: Ptz, name: str) -> tuple[int, Preset]:
    key = number(name)
    if key not in head.presets:
        raise Refused("invalidID")
    return key, head.presets[key]


def preset(call: Call, name: str, which: str) -> Answer:
    """GET presets/{id}."""
    return call.xml("PTZPreset", {**_as_tree(_preset(*_known(_head(call, name), which)))})


def _as_tree(node: Node) -> Tree:
    return node if isinstance(node, dict) else {}


def save_preset(call: Call, name: str, which: str) -> Answer:
    """PUT presets/{id}: store the position now."""
    head, key = _head(call, name), number(which)
    tree = call.sent("PTZPreset").tree
    if not 1 <= key <= head.max_presets or (key in head.presets and head.presets[key].special):
        raise Refused("invalidID")
    head.presets[key] = Preset(name=text(tree, "presetName") or f"Preset {key}", position=head.position)
    return call.done()


def delete_preset(call: Call, name: str, which: str) -> Answer:
    """DELETE presets/{id}."""
    key, found = _known(_head(call, name), which)
    if found.special:
        raise Refused("invalidOperation")
    _head(call, name).presets[key].enabled = False
    return call.done()


def _bare(call: Call) -> None:
    """A command without a body says so: Content-Length 0."""
    if call.record.body:
        raise Refused("badXmlContent")
    if "Content-Length" not in call.record.headers:
        raise Refused("badXmlContent", http=411)


def goto_preset(call: Call, name: str, which: str) -> Answer:
    """PUT presets/{id}/goto with an empty body. A special one is a command; 94 restarts the device."""
    _bare(call)
    head = _head(call, name)
    key, found = _known(head, which)
    if not found.enabled:
        raise Refused("invalidOperation")
    if found.special:
        head.note("preset", key)
        if key == 94:
            call.sim.spawn(call.sim.reboot())
        return call.done()
    head.go("preset", *found.position)
    return call.done()


def patrols(call: Call, name: str) -> Answer:
    """GET patrols."""
    found = _head(call, name).patrols
    return call.xml(
        "PTZPatrolList",
        {
            "PTZPatrol": [
                {"enabled": patrol.enabled, "id": key, "patrolName": patrol.name} for key, patrol in found.items()
            ]
        },
    )


def _patrol(action: str) -> Handler:
    def run(call: Call, name: str, which: str) -> Answer:
        """PUT patrols/{id}/start, stop or pause."""
        _bare(call)
        head, key = _head(call, name), number(which)
        if key not in head.patrols:
            raise Refused("invalidID")
        head.patrols[key].state = action
        head.note(f"patrol {action}", key)
        return call.done()

    return run


def _pattern(action: str) -> Handler:
    def run(call: Call, name: str, which: str) -> Answer:
        """PUT patterns/{id}/run or stop."""
        _bare(call)
        _head(call, name).note(f"pattern {action}", number(which))
        return call.done()

    return run


def go_home(call: Call, name: str) -> Answer:
    """PUT homeposition/goto."""
    _bare(call)
    head = _head(call, name)
    head.go("home", *head.home)
    return call.done()


def set_home(call: Call, name: str) -> Answer:
    """PUT homeposition: home is where the head looks now."""
    head = _head(call, name)
    head.home = head.position
    head.note("set home")
    return call.done()


def park(call: Call, name: str) -> Answer:
    """GET parkaction."""
    head = _head(call, name)
    kind, which = head.park_action
    return call.xml(
        "ParkAction",
        {
            "enabled": head.park_enabled,
            "Parktime": head.park_seconds,
            "Action": {"ActionType": kind, "ActionNum": which},
        },
    )


def set_park(call: Call, name: str) -> Answer:
    """PUT parkaction."""
    head, tree = _head(call, name), call.sent("ParkAction").tree
    enabled = text(tree, "enabled")
    if enabled not in ("true", "false"):
        raise Refused("badParameters")
    head.park_seconds = int(whole(text(tree, "Parktime") or str(head.park_seconds), 5, 720))
    if kind := text(tree, "Action", "ActionType"):
        head.park_action = kind, int(whole(text(tree, "Action", "ActionNum") or "1", 0, 300))
    head.park_enabled = enabled == "true"
    return call.done()


def auxiliaries(call: Call, name: str) -> Answer:
    """GET auxcontrols."""
    found = _head(call, name).aux
    return call.xml(
        "PTZAuxList",
        {"PTZAux": [{"id": key, "type": kind, "status": "on" if on else "off"} for key, (kind, on) in found.items()]},
    )


def auxiliary(call: Call, name: str, which: str) -> Answer:
    """PUT auxcontrols/{id}."""
    head, key, tree = _head(call, name), number(which), call.sent("PTZAux").tree
    if key not in head.aux or text(tree, "type") != head.aux[key][0]:
        raise Refused("invalidID")
    if text(tree, "status") not in ("on", "off"):
        raise Refused("badParameters")
    head.aux[key] = head.aux[key][0], text(tree, "status") == "on"
    head.note("aux", key, float(head.aux[key][1]))
    return call.done()


def _lens(kind: str) -> Callable[[Call, str], Answer]:
    def drive(call: Call, name: str) -> Answer:
        """PUT System/Video/inputs/channels/{n}/focus or iris: 0 stops."""
        head, tree = _head(call, name), call.sent(f"{kind.capitalize()}Data").tree
        head.lens(kind, whole(text(tree, kind), -100, 100))
        return call.done()

    return drive


def channels(call: Call) -> Answer:
    """GET PTZCtrl/channels."""
    listed: list[Node] = [{"id": key, "enabled": True, "videoInputID": key} for key in call.world.ptz]
    return call.xml("PTZChannelList", {"PTZChannel": listed})


def _at(method: str, path: str, handler: Handler) -> Route:
    return route(method, f"{BASE}/{path}", handler)


ROUTES = (
    route("GET", "PTZCtrl/channels", channels),
    _at("PUT", "continuous", continuous),
    _at("PUT", "momentary", momentary),
    _at("PUT", "relative", relative),
    _at("PUT", "absolute", absolute),
    _at("GET", "absoluteEx", absolute_ex),
    _at("PUT", "absoluteEx", set_absolute_ex),
    _at("GET", "status", status),
    _at("PUT", "position3D", position3d),
    _at("GET", "presets", presets),
    _at("GET", "presets/{}", preset),
    _at("PUT", "presets/{}", save_preset),
    _at("DELETE", "presets/{}", delete_preset),
    _at("PUT", "presets/{}/goto", goto_preset),
    _at("GET", "patrols", patrols),
    *(_at("PUT", f"patrols/{{}}/{action}", _patrol(action)) for action in ("start", "stop", "pause")),
    *(_at("PUT", f"patterns/{{}}/{action}", _pattern(action)) for action in ("run", "stop")),
    _at("PUT", "homeposition", set_home),
    _at("PUT", "homeposition/goto", go_home),
    _at("GET", "parkaction", park),
    _at("PUT", "parkaction", set_park),
    _at("GET", "auxcontrols", auxiliaries),
    _at("PUT", "auxcontrols/{}", auxiliary),
    route("PUT", "System/Video/inputs/channels/{}/focus", _lens("focus")),
    route("PUT", "System/Video/inputs/channels/{}/iris", _lens("iris")),
)
