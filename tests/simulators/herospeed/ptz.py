"""The moving head: one command table (002…txt l.299-374), positions worked out from speed and time, and a log."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
import time

from .documents_events import cruise
from .status import Code, Json, Refused

PRESETS = 255
NAME_BYTES = 20
"""Longest name of a preset (l.5667)."""
RATES = {"pan": 4.0, "tilt": 2.0, "zoom": 0.5, "focus": 5.0, "iris": 5.0}
"""Units per second and step of speed."""
LIMITS = {
    "pan": (-180.0, 180.0),
    "tilt": (-15.0, 90.0),
    "zoom": (1.0, 30.0),
    "focus": (0.0, 100.0),
    "iris": (0.0, 100.0),
}
TURNS = frozenset({"pan", "tilt"})


@dataclass(frozen=True, kw_only=True)
class Command:
    """What one operation does."""

    name: str
    moves: Mapping[str, int] = field(default_factory=dict)
    """Axis -> direction."""
    stops: frozenset[str] = frozenset()
    needs: str = ""
    """Member of the request it cannot do without."""
    level: frozenset[int] = frozenset({1, 2, 3, 4})
    """Values of `enablePtz` that have it."""


_HEAD = frozenset({1, 4})
_ROUTES = frozenset({4})

COMMANDS: dict[int, Command] = {
    0: Command(name="stop", stops=frozenset({"pan", "tilt", "iris"})),
    10: Command(name="up", moves={"tilt": 1}, level=_HEAD),
    11: Command(name="down", moves={"tilt": -1}, level=_HEAD),
    12: Command(name="left", moves={"pan": -1}, level=_HEAD),
    13: Command(name="right", moves={"pan": 1}, level=_HEAD),
    14: Command(name="left_up", moves={"pan": -1, "tilt": 1}, level=_HEAD),
    15: Command(name="left_down", moves={"pan": -1, "tilt": -1}, level=_HEAD),
    16: Command(name="right_up", moves={"pan": 1, "tilt": 1}, level=_HEAD),
    17: Command(name="right_down", moves={"pan": 1, "tilt": -1}, level=_HEAD),
    20: Command(name="zoom_in", moves={"zoom": 1}),
    21: Command(name="zoom_out", moves={"zoom": -1}),
    22: Command(name="focus_far", moves={"focus": 1}),
    23: Command(name="focus_near", moves={"focus": -1}),
    24: Command(name="iris_open", moves={"iris": 1}),
    25: Command(name="iris_close", moves={"iris": -1}),
    26: Command(name="zoom_stop", stops=frozenset({"zoom"})),
    27: Command(name="focus_stop", stops=frozenset({"focus"})),
    31: Command(name="auto_focus"),
    32: Command(name="lens_init"),
    33: Command(name="lens_correction"),
    34: Command(name="auto_pan", moves={"pan": 1}, level=_HEAD),
    35: Command(name="auto_3d_on", level=_HEAD),
    36: Command(name="auto_3d_off", level=_HEAD),
    37: Command(name="position_3d", needs="position3D", level=_HEAD),
    40: Command(name="preset_goto", needs="preset", level=_ROUTES),
    41: Command(name="cruise_start", needs="cruise", level=_ROUTES),
    44: Command(name="preset_set", needs="preset", level=_ROUTES),
    45: Command(name="preset_delete", needs="preset", level=_ROUTES),
    46: Command(name="cruise_stop", needs="cruise", level=_ROUTES),
}


@dataclass(frozen=True, kw_only=True)
class Move:
    """One entry of the log."""

    kind: str
    opt: int
    speed: int
    position: dict[str, float]
    """Where the head was when the command came."""
    at: float = field(default_factory=time.monotonic)


@dataclass(kw_only=True)
class Preset:
    """One stored place."""

    number: int
    name: str
    enabled: bool = False
    read_only: bool = False
    position: dict[str, float] = field(default_factory=dict)

    def row(self) -> Json:
        """Return it as the list shows it (l.5557-5562)."""
        return {
            "presetIdx": self.number,
            "presetName": self.name,
            "enablePreset": int(self.enabled),
            "readOnly": int(self.read_only),
        }


def _start() -> dict[str, float]:
    return {"pan": 0.0, "tilt": 0.0, "zoom": 1.0, "focus": 50.0, "iris": 50.0}


@dataclass(kw_only=True)
class Head:
    """The state of the head and its lens."""

    level: int
    """`enablePtz` of the model."""
    log: list[Move] = field(default_factory=list)
    moving: dict[str, float] = field(default_factory=dict)
    """Axis -> units per second; empty: stands still."""
    auto_3d: bool = False
    cruising: int | None = None
    at_preset: int | None = None
    presets: dict[int, Preset] = field(
        default_factory=lambda: {
            number: Preset(number=number, name=f"preset{number}") for number in range(1, PRESETS + 1)
        }
    )
    cruises: dict[int, Json] = field(default_factory=lambda: {number: cruise(number) for number in range(9)})
    _position: dict[str, float] = field(default_factory=_start)
    _since: float = field(default_factory=time.monotonic)

    @property
    def position(self) -> dict[str, float]:
        """Where it points now."""
        self._settle()
        return dict(self._position)

    def _settle(self) -> None:
        now = time.monotonic()
        passed, self._since = now - self._since, now
        for axis, rate in self.moving.items():
            low, high = LIMITS[axis]
            self._position[axis] = min(high, max(low, self._position[axis] + rate * passed))

    def state(self) -> Json:
        """Return what a get answers (l.5547)."""
        return {
            "auto3DStatus": int(self.auto_3d),
            "presetNum": PRESETS,
            "presetMin": 1,
            "presetMax": PRESETS,
            "presetList": [preset.row() for preset in self.presets.values()],
        }

    def operate(self, data: Json) -> None:
        """Do what a set asks for; the document's own sample uses an operation that does not exist (l.5595)."""
        opt, speed = data.get("optType"), data.get("speed", 1)
        command = COMMANDS.get(opt) if isinstance(opt, int) and not isinstance(opt, bool) else None
        if command is None or not isinstance(speed, int) or isinstance(speed, bool) or not 1 <= speed <= 10:
            raise Refused(Code.PARAMETER, f"operation {opt!r}, speed {speed!r}")
        if self.level not in command.level:
            raise Refused(Code.CALL_FAILED, f"{command.name} without the parts for it")
        wanted = data.get(command.needs) if command.needs else {}
        if not isinstance(wanted, dict):
            raise Refused(Code.PARAMETER, f"{command.name} without {command.needs}")
        where = self.position
        act = _ACTS.get(command.name)
        if act is not None:
            act(self, wanted)
        for axis in command.stops:
            self.moving.pop(axis, None)
        for axis, direction in command.moves.items():
            self.moving[axis] = direction * RATES[axis] * speed
        if command.moves or command.stops & TURNS:
            self.cruising = self.at_preset = None
        self.log.append(Move(kind=command.name, opt=opt, speed=speed, position=where))

    def _preset(self, wanted: Json, *, change: bool) -> Preset:
        number = wanted.get("presetIdx")
        found = self.presets.get(number) if isinstance(number, int) else None
        if found is None or (change and found.read_only):
            raise Refused(Code.PARAMETER, f"preset {number!r}")
        return found

    def goto(self, wanted: Json) -> None:
        """Move to a preset at once."""
        preset = self._preset(wanted, change=False)
        if not preset.enabled:
            raise Refused(Code.NOT_FOUND, f"preset {preset.number} is not set")
        self.moving.clear()
        self._position |= preset.position
        self.cruising, self.at_preset = None, preset.number

    def keep(self, wanted: Json) -> None:
        """Store the present place."""
        preset = self._preset(wanted, change=True)
        name = wanted.get("presetName", preset.name)
        if not isinstance(name, str) or len(name.encode()) > NAME_BYTES:
            raise Refused(Code.PARAMETER, "name of a preset")
        preset.name, preset.enabled, preset.position = name, True, self.position

    def forget(self, wanted: Json) -> None:
        """Delete a preset."""
        preset = self._preset(wanted, change=True)
        preset.name, preset.enabled = f"preset{preset.number}", False

    def _route(self, wanted: Json) -> int:
        number = wanted.get("cruiseIdx")
        if not isinstance(number, int) or number not in self.cruises:
            raise Refused(Code.PARAMETER, f"cruise {number!r}")
        return number

    def start_cruise(self, wanted: Json) -> None:
        """Follow a route."""
        number = self._route(wanted)
        if not self.cruises[number]["enableCruise"]:
            raise Refused(Code.NOT_FOUND, f"cruise {number} is not set")
        self.cruising = number

    def stop_cruise(self, wanted: Json) -> None:
        """End a route."""
        self._route(wanted)
        self.cruising = None

    def turn_3d(self, wanted: Json) -> None:
        """Look at the middle of a rectangle and fill the picture with it."""
        names = ("x1", "y1", "x2", "y2", "width", "height")
        if not all(isinstance(wanted.get(name), int) for name in names):
            raise Refused(Code.PARAMETER, "position3D")
        left, top, right, bottom, width, height = (wanted[name] for name in names)
        if not (0 <= left < right <= width and 0 <= top < bottom <= height):
            raise Refused(Code.PARAMETER, "position3D")
        place = self._position
        self.moving.clear()
        place["pan"] += ((left + right) / width - 1) * 30 / place["zoom"]
        place["tilt"] -= ((top + bottom) / height - 1) * 17 / place["zoom"]
        place["zoom"] = min(LIMITS["zoom"][1], place["zoom"] * width / (right - left))

    def set_auto_3d(self, on: bool) -> None:
        """Switch the automatic positioning."""
        self.auto_3d = on

    def focus(self) -> None:
        """Find the focus once."""
        self.moving.pop("focus", None)
        self._position["focus"] = 50.0

    def init_lens(self) -> None:
        """Drive zoom and focus to their starting points."""
        self.moving.pop("zoom", None)
        self.focus()
        self._position["zoom"] = 1.0


_ACTS: dict[str, Callable[[Head, Json], None]] = {
    "preset_goto": Head.goto,
    "preset_set": Head.keep,
    "preset_delete": Head.forget,
    "cruise_start": Head.start_cruise,
    "cruise_stop": Head.stop_cruise,
    "position_3d": Head.turn_3d,
    "auto_3d_on": lambda head, _: head.set_auto_3d(True),
    "auto_3d_off": lambda head, _: head.set_auto_3d(False),
    "auto_focus": lambda head, _: head.focus(),
    "lens_init": lambda head, _: head.init_lens(),
}
