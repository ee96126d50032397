"""ptz.cgi: all verbs of chapter 2.5. Moves go on until stop."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from .call import OK, Call, Reply
from .catalogue import words
from .refused import NOT_SUPPORTED, WRONG_PARAMETER, Refused
from .text import Pair, records
from .world import Head, Path

PRESETS, TOURS, TOUR_STOPS, SCANS = 16, 4, 12, 12
"""What ptzCap tells (l.854)."""
type Verb = Callable[[Call, Head], Reply]

MOST = 400
FULL_SPEED = 63


def head_of(call: Call) -> Head:
    """Return the head of the camera; one that cannot move refuses."""
    found = call.sim.world.ptz.get(call.reachable())
    if found is None:
        raise Refused(NOT_SUPPORTED)
    return found


def _rotate(call: Call, head: Head) -> Reply:
    pan, tilt = (call.number(key, -FULL_SPEED, FULL_SPEED) for key in ("pan", "tilt"))
    call.number("Speed", 0, 9, default=9)
    head.motor.drive(pan * 100 / FULL_SPEED, tilt * 100 / FULL_SPEED, 0)
    return OK


def _zoom(call: Call, head: Head) -> Reply:
    """The parameter really is called pan (l.894)."""
    way = call.number("pan", -1, 1)
    head.motor.drive(0, 0, way * 100)
    return OK


def _stop(call: Call, head: Head) -> Reply:
    head.motor.drive(0, 0, 0)
    head.motor.focus.stop()
    head.motor.iris.stop()
    if head.running and head.running[0] != "tour":
        head.running = None
    return OK


def _lens(kind: str, speed: float) -> Verb:
    def drive(call: Call, head: Head) -> Reply:
        head.motor.lens(kind, speed)
        return OK

    return drive


def _once(kind: str) -> Verb:
    def run(call: Call, head: Head) -> Reply:
        head.motor.note(kind)
        return OK

    return run


def _set_home(call: Call, head: Head) -> Reply:
    head.motor.home = head.position
    return OK


def _go_home(call: Call, head: Head) -> Reply:
    head.motor.go("home", *head.motor.home)
    return OK


def _restore_home(call: Call, head: Head) -> Reply:
    head.motor.home = (0.0, 0.0, 1.0)
    return OK


# --- presets


def _preset_add(call: Call, head: Head) -> Reply:
    number = call.number("presetID", 1, MOST)
    if number not in head.presets and len(head.presets) >= PRESETS:
        raise Refused(WRONG_PARAMETER)
    head.presets[number] = (call.text("presetName", f"{number:03}"), head.position)
    return OK


def _preset_go(call: Call, head: Head) -> Reply:
    number = call.number("presetID", 1, MOST)
    if number not in head.presets:
        raise Refused(WRONG_PARAMETER)
    head.motor.go("preset", *head.presets[number][1])
    return OK


def _preset_delete(call: Call, head: Head) -> Reply:
    if head.presets.pop(call.number("presetID", 1, MOST), None) is None:
        raise Refused(WRONG_PARAMETER)
    return OK


def _presets(call: Call, head: Head) -> Reply:
    rows = ([("presetID", str(number)), ("presetName", name)] for number, (name, _) in sorted(head.presets.items()))
    return _list("preset", rows)


def _list(stem: str, rows: Iterable[Iterable[Pair]]) -> Reply:
    """Write a list; how an empty one looks is not told, so it is a count of none."""
    written = [list(row) for row in rows]
    return records(stem, written) if written else [(f"{stem}Count", "0")]


# --- tracks, scans and tours


def _add_begin(kind: str) -> Verb:
    def begin(call: Call, head: Head) -> Reply:
        head.adding[kind] = (call.number(f"{kind}ID", 0, MOST), Path())
        return OK

    return begin


def _add_stop(call: Call, head: Head) -> Reply:
    """A preset joins the tour being added; it carries no tour number (l.1321)."""
    if "tour" not in head.adding:
        raise Refused(WRONG_PARAMETER)
    path = head.adding["tour"][1]
    if len(path.stops) >= TOUR_STOPS:
        raise Refused(WRONG_PARAMETER)
    speed = call.number("speed", 1, 8) if "speed" in call.query else None
    path.stops.append((call.number("presetID", 1, MOST), call.number("time", 1, 255), speed))
    return OK


def _add_end(kind: str) -> Verb:
    def end(call: Call, head: Head) -> Reply:
        number, path = head.adding.pop(kind, (-1, Path()))
        if number != call.number(f"{kind}ID", 0, MOST):
            raise Refused(WRONG_PARAMETER)
        head.paths[kind][number] = replace(path, name=call.text(f"{kind}Name"))
        return OK

    return end


def _path(kind: str, call: Call, head: Head) -> int:
    number = call.number(f"{kind}ID", 0, MOST)
    if number not in head.paths[kind]:
        raise Refused(WRONG_PARAMETER)
    return number


def _run(kind: str) -> Verb:
    def run(call: Call, head: Head) -> Reply:
        head.running = (kind, _path(kind, call, head))
        return OK

    return run


def _tour_stop(call: Call, head: Head) -> Reply:
    head.running = None
    return OK


def _delete(kind: str) -> Verb:
    def delete(call: Call, head: Head) -> Reply:
        del head.paths[kind][_path(kind, call, head)]
        return OK

    return delete


def _paths(kind: str) -> Verb:
    def show(call: Call, head: Head) -> Reply:
        rows = (
            [(f"{kind}ID", str(number)), (f"{kind}Name", path.name), *_stops(path)]
            for number, path in sorted(head.paths[kind].items())
        )
        return _list(kind, rows)

    return show


def _stops(path: Path) -> list[Pair]:
    """Return the presets of a tour; the speed is left out where none was given (l.1387)."""
    rows: list[list[Pair]] = [
        [("presetID", str(preset)), ("time", str(seconds)), *([("speed", str(speed))] if speed is not None else [])]
        for preset, seconds, speed in path.stops
    ]
    return records("preset", rows) if rows else []


# --- guard position


def _keeper_set(call: Call, head: Head) -> Reply:
    head.keeper |= {
        "keeperType": call.number("keeperType", 1, 6),
        "keeperID": call.number("keeperID", 0, MOST),
        "time": call.number("time", 1, 240),
    }
    return OK


def _keeper(call: Call, head: Head) -> Reply:
    return [(key, str(head.keeper[key])) for key in ("keeperType", "keeperID", "StatusId", "time")]


def _keeper_run(call: Call, head: Head) -> Reply:
    head.keeper["StatusId"] = call.number("StatusId", 0, 2)
    return OK


# --- positions


def _position(call: Call, head: Head) -> Reply:
    return [(key, f"{value:.6f}") for key, value in zip(("pan", "tilt", "zoom"), head.position, strict=True)]


def _set_position(call: Call, head: Head) -> Reply:
    goals = (
        call.decimal(key, axis.low, axis.high) if key in call.query else None
        for key, axis in (("pan", head.motor.pan), ("tilt", head.motor.tilt), ("zoom", head.motor.zoom))
    )
    head.motor.go("absolute", *goals)
    return OK


def _set_relative(call: Call, head: Head) -> Reply:
    """Negative values are outside the table's range (l.1700); `relative_signed` allows them."""
    low = -360.0 if call.sim.relative_signed else 0.0
    now = head.position
    steps = [call.decimal(key, low, 360, default=0) for key in ("pan", "tilt", "zoom")]
    head.motor.go("relative", (now[0] + steps[0]) % 360, now[1] + steps[1], now[2] + steps[2])
    return "Ok"


def _position_range(call: Call, head: Head) -> Reply:
    """Keys come twice: most and least, most and least, least and most (l.1728)."""
    motor = head.motor
    return [
        ("P anmax", f"{motor.pan.high:g}"),
        ("P anmin ", f" {motor.pan.low:g}"),
        ("T iltmax", f"{motor.tilt.high:g}"),
        ("T iltmax", f"{motor.tilt.low:g}"),
        ("Zoom ", f"{motor.zoom.low:g}"),
        ("Zoom ", f"{motor.zoom.high:g}"),
    ]


def _three_d(call: Call, head: Head) -> Reply:
    """A negative y is at the top, a negative rate zooms out (l.1637)."""
    x, y = call.decimal("PontX", -100, 100), call.decimal("PontY", -100, 100)
    rate = call.decimal("ZoomRate", -1000, 1000)
    pan, tilt, zoom = head.position
    view = 60 / max(zoom, 1)
    factor = abs(rate) or 1
    goal = zoom / factor if rate < 0 else zoom * factor
    head.motor.go("3d", (pan + x / 100 * view / 2) % 360, tilt - y / 100 * view / 2, goal)
    return OK


def _north(call: Call, head: Head) -> Reply:
    head.north = head.position[0]
    return OK


# --- wiper, washer, heater


def _wiper(on: bool) -> Verb:
    def wipe(call: Call, head: Head) -> Reply:
        if call.kind == "Wash" and on:
            head.washes += 1
        elif call.kind == "Wiper" and not call.sim.recorder:
            head.aux["wiper"] = on
        else:
            raise Refused(NOT_SUPPORTED)
        return OK

    return wipe


def _heating(call: Call, head: Head) -> Reply:
    head.aux["heater"] = call.number("HeatingSwitch", 0, 1) == 1
    return OK


VERBS: dict[str, Verb] = {
    "rotate": _rotate,
    "zoom": _zoom,
    "stop": _stop,
    "focusFar": _lens("focus", 50),
    "focusNear": _lens("focus", -50),
    "irisIncrease": _lens("iris", 50),
    "irisDecrease": _lens("iris", -50),
    "runAutoFocus": _once("autofocus"),
    "runAutoIris": _once("autoiris"),
    "setHome": _set_home,
    "goHome": _go_home,
    "restoreHome": _restore_home,
    "presetAdd": _preset_add,
    "presetInvoke": _preset_go,
    "presetDelete": _preset_delete,
    "listPreset": _presets,
    **{f"{kind}AddBegin": _add_begin(kind) for kind in ("track", "scan", "tour")},
    **{f"{kind}AddEnd": _add_end(kind) for kind in ("track", "scan", "tour")},
    **{f"{kind}Delete": _delete(kind) for kind in ("track", "scan", "tour")},
    **{f"list{kind.title()}": _paths(kind) for kind in ("track", "scan", "tour")},
    "tourAddPreset": _add_stop,
    "trackInvoke": _run("track"),
    "scanInvoke": _run("scan"),
    "tourRun": _run("tour"),
    "tourStop": _tour_stop,
    "keeperSet": _keeper_set,
    "getKeeper": _keeper,
    "keeperRun": _keeper_run,
    "getPosition": _position,
    "setPosition": _set_position,
    "setRelativePosition": _set_relative,
    "getPositionRange": _position_range,
    "3DPosition": _three_d,
    "setNorthPosition": _north,
    "open": _wiper(True),
    "close": _wiper(False),
    "heating": _heating,
}
CAMERA_ONLY = frozenset(
    words(
        "runAutoIris listTrack listScan getKeeper keeperRun getPosition setPosition setNorthPosition "
        "setRelativePosition getPositionRange 3DPosition"
    )
)
"""Verbs marked for cameras, which a recorder does not know (l.1467-1716)."""


def _capabilities(call: Call) -> Reply:
    head_of(call)
    return [
        ("presetMaxNum", str(PRESETS)),
        ("tourMaxNum", str(TOURS)),
        ("tourPresetMaxNum", str(TOUR_STOPS)),
        ("scanMaxNum", str(SCANS)),
    ]


def handle(call: Call) -> Reply:
    """Do what a request to ptz.cgi asks for."""
    if call.kind == "ptzCap":
        return _capabilities(call)
    head = head_of(call)
    verb = VERBS.get(call.action)
    if verb is None or (call.sim.recorder and call.action in CAMERA_ONLY):
        raise Refused(NOT_SUPPORTED)
    answer = verb(call, head)
    head.log.append((call.action, {key: value for key, value in call.pairs if key not in ("userName", "password")}))
    return answer
