"""A pan-tilt-zoom head that really moves: position follows speed and time, within limits."""

from collections.abc import Callable
from dataclasses import dataclass, field
import time


@dataclass(kw_only=True)
class Axis:
    """One axis in degrees (or zoom factor); `wraps` turns without end."""

    low: float
    high: float
    speed: float
    """Units per second at full speed."""
    value: float = 0.0
    wraps: bool = False
    rate: float = 0.0
    target: float | None = None

    def advance(self, seconds: float) -> None:
        """Move for some seconds, then stop at the limit or the target if it is reached."""
        if self.target is not None:
            step = min(abs(self.target - self.value), self.speed * seconds)
            self.value += step if self.target > self.value else -step
            self.target = None if self.value == self.target else self.target
            return
        self.value = self.clamp(self.value + self.rate * self.speed * seconds)

    def clamp(self, value: float) -> float:
        """Bring a value into the range."""
        if self.wraps:
            return self.low + (value - self.low) % (self.high - self.low)
        return min(self.high, max(self.low, value))

    def stop(self) -> None:
        """Stand still."""
        self.rate, self.target = 0.0, None

    @property
    def moving(self) -> bool:
        """Whether the axis is on its way."""
        return self.rate != 0 or self.target is not None


@dataclass(kw_only=True)
class Move:
    """One line of the move log."""

    kind: str
    """continuous, momentary, relative, absolute, preset, patrol, home, focus, iris, aux, stop, dead-man."""
    values: tuple[float, ...] = ()
    at: float = 0.0


@dataclass(kw_only=True)
class Preset:
    """A stored position; `special` presets are commands."""

    name: str
    enabled: bool = True
    special: bool = False
    position: tuple[float, float, float] = (0.0, 0.0, 1.0)


@dataclass(kw_only=True)
class Patrol:
    """A tour over presets."""

    name: str
    enabled: bool = True
    state: str = "stop"


@dataclass(kw_only=True)
class Ptz:
    """One moving channel. Positions are brought up to date whenever they are read."""

    pan: Axis = field(default_factory=lambda: Axis(low=0, high=360, speed=120, wraps=True))
    tilt: Axis = field(default_factory=lambda: Axis(low=-10, high=90, speed=80))
    zoom: Axis = field(default_factory=lambda: Axis(low=1, high=25, speed=10, value=1))
    focus: Axis = field(default_factory=lambda: Axis(low=0, high=100, speed=50, value=50))
    iris: Axis = field(default_factory=lambda: Axis(low=0, high=100, speed=50, value=50))
    presets: dict[int, Preset] = field(default_factory=dict)
    patrols: dict[int, Patrol] = field(default_factory=dict)
    home: tuple[float, float, float] = (0.0, 0.0, 1.0)
    park_enabled: bool = False
    park_seconds: int = 30
    park_action: tuple[str, int] = ("preset", 1)
    aux: dict[int, tuple[str, bool]] = field(default_factory=dict)
    dead_man: float = 5.0
    """Seconds after which a continuous move ends by itself when it is not sent again."""
    momentary: bool = True
    relative: bool = True
    max_presets: int = 300
    log: list[Move] = field(default_factory=list)
    clock: Callable[[], float] = time.monotonic
    _at: float = -1.0
    _until: float | None = None

    @property
    def axes(self) -> tuple[Axis, ...]:
        """All axes, the lens included."""
        return self.pan, self.tilt, self.zoom, self.focus, self.iris

    def update(self) -> None:
        """Bring every axis up to now."""
        now = self.clock()
        if self._at < 0:
            self._at = now
        if self._until is not None and now >= self._until:
            self._advance(self._until)
            for axis in self.axes:
                axis.stop()
            self._until = None
            self.log.append(Move(kind="dead-man", at=now))
        self._advance(now)

    def _advance(self, moment: float) -> None:
        for axis in self.axes:
            axis.advance(max(0.0, moment - self._at))
        self._at = moment

    @property
    def position(self) -> tuple[float, float, float]:
        """Pan and tilt in degrees and the zoom factor, now."""
        self.update()
        return round(self.pan.value, 2), round(self.tilt.value, 2), round(self.zoom.value, 2)

    @property
    def moving(self) -> bool:
        """Whether the head (or lens) is moving now."""
        self.update()
        return any(axis.moving for axis in self.axes)

    @property
    def stopped_by_command(self) -> bool:
        """Whether the last continuous or lens move was ended by a stop, not left to the dead-man time."""
        ends = [move.kind for move in self.log if move.kind in ("continuous", "focus", "iris", "stop", "dead-man")]
        return not ends or ends[-1] == "stop"

    def drive(self, pan: float, tilt: float, zoom: float, *, seconds: float | None = None) -> None:
        """Move with speeds of -100..100; zeros stop. `seconds` limits the move (momentary)."""
        kind = "momentary" if seconds is not None else "continuous"
        self._drive(kind, ((self.pan, pan), (self.tilt, tilt), (self.zoom, zoom)), seconds)

    def lens(self, kind: str, speed: float) -> None:
        """Drive focus or iris; 0 stops."""
        self._drive(kind, ((self.focus if kind == "focus" else self.iris, speed),), None)

    def _drive(self, kind: str, speeds: tuple[tuple[Axis, float], ...], seconds: float | None) -> None:
        self.update()
        for axis, speed in speeds:
            axis.stop()
            axis.rate = speed / 100
        values = tuple(speed for _, speed in speeds)
        moving = any(values)
        self.log.append(Move(kind=kind if moving else "stop", values=values, at=self.clock()))
        self._until = self.clock() + (self.dead_man if seconds is None else seconds) if moving else None

    def go(self, kind: str, pan: float | None, tilt: float | None, zoom: float | None) -> None:
        """Travel to a position; None leaves an axis where it is."""
        self.update()
        self._until = None
        for axis, goal in ((self.pan, pan), (self.tilt, tilt), (self.zoom, zoom)):
            axis.stop()
            if goal is not None and axis.clamp(goal) != axis.value:
                axis.target = axis.clamp(goal)
        self.log.append(Move(kind=kind, values=(pan or 0.0, tilt or 0.0, zoom or 0.0), at=self.clock()))

    def note(self, kind: str, *values: float) -> None:
        """Write a line into the log."""
        self.log.append(Move(kind=kind, values=values, at=self.clock()))
