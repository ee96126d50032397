"""Pan, tilt and zoom: timed moves, positions, presets, tours, recorded tracks, scans, the guard position.

All of `ptz.cgi`, the camera first and then the verb. Lines: 003_f90f6ea635efbe94.txt.
"""

from collections.abc import Mapping
import time
from typing import Final

from ...errors import NotSupported, Rejected
from ...model.events import Polled
from ...model.parts import PartRef, Topology
from ...model.vocabulary import Feature
from ...moving import Mover
from .client import SunellClient
from .facts import Facts
from .grammar import Pair, Record
from .knob_memory import KnobMemory
from .ptz_facts import Position, Reach, numbered, position_of, position_readings, reach_of, speed, zoom_step
from .settings import check_text
from .values import to_int

_PROGRAM: Final = "ptz"
_MOST_PRESETS: Final = 400
"""l.1074."""
_GUARD_ON, _GUARD_OFF = "2", "0"
"""l.1544; `keeperID` of the table means the same, the examples send `StatusId` (l.1510)."""
_VIEW: Final = (60.0, 34.0)
"""Degrees that a picture is wide and high at zoom 1, where only degrees are taken: what most lenses see."""


def motor_of(channel: PartRef) -> tuple[PartRef, str]:
    """Name the head of a channel to the `Mover`; one stop ends all it does, so it is one motor with its lens."""
    return channel, "head"


async def ptz(client: SunellClient, channel: int, verb: str, *pairs: Pair) -> None:
    """Send a verb to a head."""
    await client.operate(_PROGRAM, ("cameraID", str(channel)), ("action", verb), *pairs)


async def ask_ptz(client: SunellClient, channel: int, verb: str) -> Record:
    """Ask a head for something."""
    return await client.read(_PROGRAM, ("cameraID", str(channel)), ("action", verb))


async def guard_state(client: SunellClient, channel: int) -> bool | None:
    """Read whether a head goes back to its guard position by itself."""
    return guard_of(await ask_ptz(client, channel, "getKeeper"))


def guard_of(record: Record) -> bool | None:
    """Whether the guard position is on."""
    return {int(_GUARD_ON): True, int(_GUARD_OFF): False}.get(to_int(record.get("StatusId")) or 0)


async def switch_guard(client: SunellClient, channel: int, on: bool) -> None:
    """Switch the guard position."""
    await ptz(client, channel, "keeperRun", ("StatusId", _GUARD_ON if on else _GUARD_OFF))


class Head:
    """The `Moves` commands. Speeds of zoom do not count: a lens has one."""

    client: SunellClient
    facts: Facts | None
    topology: Topology | None
    mover: Mover
    knob_memory: KnobMemory

    async def move(self, channel: PartRef, pan: float, tilt: float, zoom: float, seconds: float) -> None:
        """Move for a time, then stop; a later move of the channel takes over."""

        async def send() -> None:
            if pan or tilt:
                await self._ptz(channel, "rotate", ("pan", speed(pan)), ("tilt", speed(tilt)))
            if zoom:
                await self._ptz(channel, "zoom", ("pan", zoom_step(zoom)))  # the name is right (l.894)

        # It moves until the stop (l.958); sending it again would only take turns from other requests.
        await self.mover.move(motor_of(channel), send, lambda: self._ptz(channel, "stop"), seconds, resend=None)

    async def stop(self, channel: PartRef) -> None:
        """Stop head and lens."""
        await self.mover.stop(motor_of(channel), lambda: self._ptz(channel, "stop"))

    async def move_by(self, channel: PartRef, pan: float, tilt: float, zoom: float) -> None:
        """Move by a fraction of the picture: a point of it becomes the middle, and the picture grows or shrinks."""
        async with self.mover.instead(motor_of(channel)):
            try:
                await self._ptz(channel, "3DPosition", *_point(pan, tilt, zoom))
            except NotSupported, Rejected:
                await self._turn_by(channel, pan, tilt, zoom)

    async def _turn_by(self, channel: PartRef, pan: float, tilt: float, zoom: float) -> None:
        """The same in degrees. Negative ones are outside of the range of a relative move: they are added here."""
        where = await self._where(channel)
        now = max(1.0, where.zoom or 1.0)
        wide, high = (degrees / now for degrees in _VIEW)
        steps = (pan * wide, tilt * high, now * (2**zoom - 1))
        if min(steps) >= 0:
            try:
                await self._ptz(channel, "setRelativePosition", *_axes(*steps))
            except NotSupported, Rejected:
                pass
            else:
                return
        reach = await self._reach(channel)
        target = [
            span.cut(value + step)
            for span, value, step in (
                (reach.tilt, where.tilt or 0.0, steps[1]),
                (reach.zoom, where.zoom or 0.0, steps[2]),
            )
        ]
        await self._ptz(channel, "setPosition", *_axes(((where.pan or 0.0) + steps[0]) % 360, *target))

    async def move_to(self, channel: PartRef, pan: float, tilt: float, zoom: float | None) -> None:
        """Move to a position: degrees as the device counts them, and its own measure of zoom; None stays."""
        reach = await self._reach(channel)
        turned = pan if pan == 360 else pan % 360
        target = zoom if zoom is not None else (await self._where(channel)).zoom or 0.0
        fits = (reach.pan.fits(turned), reach.tilt.fits(tilt), zoom is None or reach.zoom.fits(target))
        if not all(fits):
            raise Rejected("position out of range", code="badParameters")
        async with self.mover.instead(motor_of(channel)):
            await self._ptz(channel, "setPosition", *_axes(turned, tilt, target))

    async def position(self, channel: PartRef) -> Polled:
        """Read where the camera looks."""
        asked_at = time.monotonic()
        where = await self._where(channel)
        return Polled(asked_at=asked_at, readings=position_readings(channel, where))

    async def _where(self, channel: PartRef) -> Position:
        return position_of(await ask_ptz(self.client, channel.number, "getPosition"))

    async def _reach(self, channel: PartRef) -> Reach:
        """How far the head moves, asked for once; where it does not tell, the document's figures."""
        if (known := self.knob_memory.reaches.get(channel.number)) is not None:
            return known
        try:
            found = reach_of(await ask_ptz(self.client, channel.number, "getPositionRange"))
        except NotSupported, Rejected:
            found = Reach()
        self.knob_memory.reaches[channel.number] = found
        return found

    async def _ptz(self, channel: PartRef, verb: str, *pairs: Pair) -> None:
        await ptz(self.client, channel.number, verb, *pairs)

    def _has(self, channel: PartRef, feature: Feature) -> bool:
        part = self.topology.parts.get(channel) if self.topology else None
        return part is not None and feature in part.features


def _point(pan: float, tilt: float, zoom: float) -> tuple[Pair, ...]:
    """Point in hundredths of half the picture, its top negative, and by how much the picture grows (l.1637-1643).

    That is in areas: the old one in new ones, negative to see more.
    """
    rate = 4 ** abs(zoom)
    return (
        ("PontX", str(round(min(1.0, max(-1.0, pan)) * 100))),
        ("PontY", str(-round(min(1.0, max(-1.0, tilt)) * 100))),
        ("ZoomRate", f"{-rate if zoom < 0 else rate:.4g}"),
    )


def _axes(pan: float, tilt: float, zoom: float) -> tuple[Pair, ...]:
    return tuple((name, f"{value:.6g}") for name, value in (("pan", pan), ("tilt", tilt), ("zoom", zoom)))


class Tours(Head):
    """The `Presets` and `Patterns` commands: patrols are the device's tours, patterns its tracks."""

    async def goto_preset(self, channel: PartRef, number: int) -> None:
        """Go to a preset."""
        _check(number)
        async with self.mover.instead(motor_of(channel)):
            await self._ptz(channel, "presetInvoke", ("presetID", str(number)))

    async def save_preset(self, channel: PartRef, number: int, name: str | None) -> None:
        """Store the present position; without a name the preset keeps the one it has."""
        _check(number)
        if name is not None:
            check_text(name)
        kept = name or (await self._presets(channel)).get(number) or f"{number:03}"
        await self._ptz(channel, "presetAdd", ("presetID", str(number)), ("presetName", kept))

    async def delete_preset(self, channel: PartRef, number: int) -> None:
        """Forget a preset."""
        _check(number)
        await self._ptz(channel, "presetDelete", ("presetID", str(number)))

    async def patrol(self, channel: PartRef, number: int, run: bool) -> None:
        """Start or stop a tour."""
        async with self.mover.instead(motor_of(channel)):
            await self._ptz(channel, "tourRun" if run else "tourStop", ("tourID", str(number)))

    async def goto_home(self, channel: PartRef) -> None:
        """Go to the home position."""
        async with self.mover.instead(motor_of(channel)):
            await self._ptz(channel, "goHome")

    async def pattern(self, channel: PartRef, number: int, run: bool) -> None:
        """Play a track, or stop it."""
        await self._play(channel, ("trackInvoke", "trackID"), number, run)

    async def scan(self, channel: PartRef, number: int, run: bool) -> None:
        """Begin a scan, or stop it."""
        await self._play(channel, ("scanInvoke", "scanID"), number, run)

    async def _play(self, channel: PartRef, verb: tuple[str, str], number: int, run: bool) -> None:
        """Tracks and scans have no stop of their own."""
        if not run:
            await self.stop(channel)
            return
        async with self.mover.instead(motor_of(channel)):
            await self._ptz(channel, verb[0], (verb[1], str(number)))

    async def _presets(self, channel: PartRef) -> Mapping[int, str]:
        try:
            return numbered(await ask_ptz(self.client, channel.number, "listPreset"), "preset")
        except NotSupported, Rejected:
            return {}


def _check(number: int) -> None:
    if not 1 <= number <= _MOST_PRESETS:
        raise Rejected(f"there is no preset {number}", code="badParameters")
