"""Pan, tilt, zoom and the lens by numbered commands, presets and routes over them (002…txt l.299-374, l.5523-5890).

Whatever is set going goes on until its stop is sent: 0 for the head and the iris, 26 for the zoom, 27 for the focus.
"""

import asyncio
from collections.abc import Coroutine, Iterable
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

from ...errors import DeviceError, NotSupported, Rejected
from ...model.events import Polled
from ...model.parts import PartRef
from ...model.vocabulary import Feature
from ...moving import Mover
from .client import HerospeedClient
from .codes import NOT_TAKEN
from .docs import Doc
from .ptz_facts import CRUISE, PTZ, cruise_source

_STOP: Final = 0
_TURNS: Final = {
    (0, 1): 10,
    (0, -1): 11,
    (-1, 0): 12,
    (1, 0): 13,
    (-1, 1): 14,
    (-1, -1): 15,
    (1, 1): 16,
    (1, -1): 17,
}
"""Commands by direction: right and up are positive."""
_ZOOM_IN: Final = 20
_ZOOM_OUT: Final = 21
_FOCUS_FAR: Final = 22
_FOCUS_NEAR: Final = 23
_IRIS_OPEN: Final = 24
_IRIS_CLOSE: Final = 25
_ZOOM_STOP: Final = 26
_FOCUS_STOP: Final = 27
_FOCUS_ONCE: Final = 31
_LENS_INIT: Final = 32
_POSITION_3D: Final = 37
_PRESET_GOTO: Final = 40
_CRUISE_START: Final = 41
_PRESET_SET: Final = 44
_PRESET_DELETE: Final = 45
_CRUISE_STOP: Final = 46
_ACTS: Final = {Feature.AUTO_FOCUS: _FOCUS_ONCE, Feature.LENS_RESET: _LENS_INIT}

_FASTEST: Final = 10
_SLANT: Final = 0.41
"""Share of the other axis below which a direction counts as straight: eight directions, an eighth of a circle each."""
_NAME_BYTES: Final = 20
"""Longest name of a preset (002…txt l.5667)."""
_AREA: Final = (1000, 1000)
"""Width and height that rectangles are told in; the camera scales them."""
_SMALLEST: Final = 0.05
"""Share of the picture that a rectangle has at least."""


def speed(value: float) -> int:
    """Turn -1..1 into the 1..10 of the wire; the direction is in the command."""
    return max(1, round(min(1.0, abs(value)) * _FASTEST))


def turn(pan: float, tilt: float) -> tuple[int, int] | None:
    """Command and speed of a turn, None for none."""
    across = 0 if abs(pan) < abs(tilt) * _SLANT else (pan > 0) - (pan < 0)
    up = 0 if abs(tilt) < abs(pan) * _SLANT else (tilt > 0) - (tilt < 0)
    command = _TURNS.get((across, up))
    return None if command is None else (command, speed(max(abs(pan), abs(tilt))))


def rectangle(pan: float, tilt: float, zoom: float) -> dict[str, int]:
    """The part of the picture to fill the picture with, around a point that `pan` and `tilt` name.

    1 is the edge of the picture. A point beside the middle can only be brought there by coming nearer as well.
    """
    size = max(_SMALLEST, min(1.0 - zoom, 1.0 - abs(pan), 1.0 - abs(tilt)))
    width, height = _AREA
    found: dict[str, int] = {"width": width, "height": height}
    for axis, length, place in (("x", width, pan), ("y", height, -tilt)):
        middle = min(1.0 - size / 2, max(size / 2, 0.5 + place / 2))
        found[f"{axis}1"] = max(0, round((middle - size / 2) * length))
        found[f"{axis}2"] = min(length, round((middle + size / 2) * length))
    return found


class Head:
    """The `Moves`, `Optics` and `Acts` commands."""

    client: HerospeedClient
    mover: Mover

    async def move(self, channel: PartRef, pan: float, tilt: float, zoom: float, seconds: float) -> None:
        """Move for a time, then stop. Head and zoom have motors of their own, each with its own stop."""
        moves: list[Coroutine[Any, Any, None]] = []
        if (turned := turn(pan, tilt)) is not None:
            moves.append(self._drive(channel, "head", turned, _STOP, seconds))
        if zoom:
            zoomed = (_ZOOM_IN if zoom > 0 else _ZOOM_OUT, speed(zoom))
            moves.append(self._drive(channel, "zoom", zoomed, _ZOOM_STOP, seconds))
        await (_together(moves) if moves else self.stop(channel))

    async def move_by(self, channel: PartRef, pan: float, tilt: float, zoom: float) -> None:
        """Look at a point of the picture and come nearer; there is no going farther this way."""
        if zoom < 0:
            raise NotSupported("the device cannot zoom out by a step", code="notSupport")
        if max(abs(pan), abs(tilt), zoom) > 1:
            raise Rejected("position out of range", code="badParameters")
        async with self._instead(channel):
            await self._operate(_POSITION_3D, position3D=rectangle(pan, tilt, zoom))

    async def move_to(self, channel: PartRef, pan: float, tilt: float, zoom: float | None) -> None:
        """Positions are neither told nor taken."""
        raise NotSupported("the device has no positions", code="notSupport")

    async def position(self, channel: PartRef) -> Polled:
        """Positions are neither told nor taken."""
        raise NotSupported("the device has no positions", code="notSupport")

    async def stop(self, channel: PartRef) -> None:
        """Stop the head and the zoom, whoever moves them, and the lens where we drive it."""
        await self.mover.stop((channel, "head"), lambda: self._operate(_STOP))
        await self.mover.stop((channel, "zoom"), lambda: self._operate(_ZOOM_STOP))
        for lens in ("focus", "iris"):
            await self.mover.halt((channel, lens))

    async def focus(self, channel: PartRef, speed: float, seconds: float) -> None:
        """Focus nearer (negative) or farther for a time."""
        await self._drive(channel, "focus", _rated(speed, _FOCUS_FAR, _FOCUS_NEAR), _FOCUS_STOP, seconds)

    async def iris(self, channel: PartRef, speed: float, seconds: float) -> None:
        """Close (negative) or open the iris for a time; it has no stop but the head's."""
        await self._drive(channel, "iris", _rated(speed, _IRIS_OPEN, _IRIS_CLOSE), _STOP, seconds)

    async def auxiliary(self, channel: PartRef, feature: Feature, on: bool) -> None:
        """There are no accessories."""
        raise NotSupported("no such accessory", code="notSupport")

    async def act(self, part: PartRef, feature: Feature) -> None:
        """Focus once, or bring the lens to its start."""
        if (command := _ACTS.get(feature)) is None:
            raise NotSupported("no such command", code="notSupport")
        async with self.mover.instead((part, "focus"), (part, "zoom")):
            await self._operate(command)

    async def _drive(self, channel: PartRef, motor: str, command: tuple[int, int], stop: int, seconds: float) -> None:
        number, rate = command

        async def send() -> None:
            await self._operate(number, rate)

        async def end() -> None:
            await self._operate(stop)

        # The camera goes on until it is stopped: nothing is gained by telling it again.
        await self.mover.move((channel, motor), send, end, seconds, resend=None)

    def _instead(self, channel: PartRef) -> AbstractAsyncContextManager[None]:
        """What comes now replaces moves of ours."""
        return self.mover.instead((channel, "head"), (channel, "zoom"))

    async def _operate(self, command: int, rate: int = 1, **more: dict[str, Any]) -> None:
        await self.client.set(PTZ.path, {"optType": command, "speed": rate, **more})


class Tours(Head):
    """The `Presets` commands."""

    async def goto_preset(self, channel: PartRef, number: int) -> None:
        """Go to a preset, the device's own ones too."""
        row = await self._preset(number)
        if row.truth("enablePreset") is not True:
            raise Rejected(f"there is no preset {number}", code="invalidID")
        async with self._instead(channel):
            await self._operate(_PRESET_GOTO, preset=_named(row, number, 1, None))

    async def save_preset(self, channel: PartRef, number: int, name: str | None) -> None:
        """Store the present position; without a name the preset keeps the one it has (20 bytes of UTF-8 at most)."""
        if name is not None and len(name.encode()) > _NAME_BYTES:
            raise Rejected(f"a name of a preset has {_NAME_BYTES} bytes at most", code="badParameters")
        row = await self._writable(number)
        await self._operate(_PRESET_SET, preset=_named(row, number, 1, name))
        await self._check(number, there=True)

    async def delete_preset(self, channel: PartRef, number: int) -> None:
        """Forget a preset."""
        row = await self._writable(number)
        await self._operate(_PRESET_DELETE, preset=_named(row, number, 0, None))
        await self._check(number, there=False)

    async def patrol(self, channel: PartRef, number: int, run: bool) -> None:
        """Start or stop a route; they are counted from 0."""
        if run:
            doc = await self.client.get(CRUISE, cruise_source(number).data)
            if doc.truth("enableCruise") is not True:
                raise Rejected(f"there is no patrol {number}", code="invalidID")
        async with self._instead(channel):
            await self._operate(_CRUISE_START if run else _CRUISE_STOP, cruise={"cruiseIdx": number})

    async def goto_home(self, channel: PartRef) -> None:
        """There is no home position."""
        raise NotSupported("the device has no home position", code="notSupport")

    async def _preset(self, number: int) -> Doc:
        doc = await self.client.get(PTZ.path)
        found = next((row for row in doc.docs("presetList") if row.integer("presetIdx") == number), None)
        if found is not None:
            return found
        low, high = doc.integer("presetMin"), doc.integer("presetMax")
        if number < (low or 0) or (high is not None and number > high):
            raise Rejected(f"there is no preset {number}", code="invalidID")
        return Doc({})

    async def _writable(self, number: int) -> Doc:
        row = await self._preset(number)
        if row.truth("readOnly") is True:
            raise Rejected(f"preset {number} is the device's own", code="specialPreset")
        return row

    async def _check(self, number: int, *, there: bool) -> None:
        """Read back: a change may be accepted and not made."""
        row = await self._preset(number)
        if (row.truth("enablePreset") is True) is not there:
            raise Rejected(f"the device did not change preset {number}", code=NOT_TAKEN)


def _named(row: Doc, number: int, enabled: int, name: str | None) -> dict[str, Any]:
    kept = name or row.text("presetName") or f"preset{number}"
    return {"presetIdx": number, "enablePreset": enabled, "presetName": kept}


def _rated(value: float, positive: int, negative: int) -> tuple[int, int]:
    return positive if value >= 0 else negative, speed(value)


async def _together(moves: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run moves side by side; when one fails the others end too, each with its stop."""
    try:
        async with asyncio.TaskGroup() as group:
            for each in moves:
                group.create_task(each)
    except* DeviceError as failures:
        raise next(each for each in failures.exceptions if isinstance(each, DeviceError)) from None
