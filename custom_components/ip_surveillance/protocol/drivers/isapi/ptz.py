"""Pan, tilt and zoom: timed moves, positions, presets, patrols, home.

All below `PTZCtrl/channels/{n}`; a recorder takes its own channel numbers.
"""

from collections.abc import Mapping
import time
from typing import Final

from ...errors import NotSupported, Rejected
from ...model.events import Polled
from ...model.parts import PartRef
from ...moving import Mover
from ...transport import xml
from .bodies import Leaves, body
from .client import IsapiClient
from .ptz_facts import SPECIAL, Position, PtzFacts, position_of, position_readings

_FULL: Final = 100
"""Speed on the wire that is full speed."""
_NOTHING: Final = PtzFacts()


def _root(channel: PartRef) -> str:
    return f"PTZCtrl/channels/{channel.number}"


def motor_of(channel: PartRef) -> tuple[PartRef, str]:
    """Name the head of a channel to the `Mover`."""
    return channel, "head"


def speed(value: float) -> int:
    """Turn -1..1 into the -100..100 of the wire."""
    return round(min(1.0, max(-1.0, value)) * _FULL)


class Head:
    """The `Moves` commands. A locked or self-checking head makes `Rejected` with its code (PTZLocked, ...)."""

    client: IsapiClient
    mover: Mover
    ptz_facts: Mapping[int, PtzFacts]
    """By channel, as discovered."""

    async def move(self, channel: PartRef, pan: float, tilt: float, zoom: float, seconds: float) -> None:
        """Move for a time, then stop; a later move of the channel takes over."""

        async def send() -> None:
            await self._continuous(channel, speed(pan), speed(tilt), speed(zoom))

        async def stop() -> None:
            await self._continuous(channel, 0, 0, 0)

        await self.mover.move(motor_of(channel), send, stop, seconds)

    async def stop(self, channel: PartRef) -> None:
        """Stop the head, and the lens where we drive it."""
        await self.mover.stop(motor_of(channel), lambda: self._continuous(channel, 0, 0, 0))
        for lens in ("focus", "iris"):
            await self.mover.halt((channel, lens))

    async def move_by(self, channel: PartRef, pan: float, tilt: float, zoom: float) -> None:
        """Move by a fraction of the picture; `NotSupported` on the many models without (404)."""
        across, up, near = self._facts(channel).relative
        relative = {
            "positionX": round(pan * across),
            "positionY": round(tilt * up),
            "relativeZoom": round(zoom * near),
        }
        async with self.mover.instead(motor_of(channel)):
            await self._put(channel, "relative", "PTZData", {"Relative": relative})

    async def move_to(self, channel: PartRef, pan: float, tilt: float, zoom: float | None) -> None:
        """Move to a position in degrees, elevation counted as the device does; zoom None stays."""
        target = Position(pan=pan if pan == 360 else pan % 360, tilt=tilt, zoom=zoom)
        if not -90 <= tilt <= 270 or (zoom is not None and zoom < 1):
            raise Rejected("position out of range", code="badParameters")
        if zoom is None:
            target = Position(pan=target.pan, tilt=tilt, zoom=(await self._where(channel)).zoom)
        async with self.mover.instead(motor_of(channel)):
            await self._go(channel, target)

    async def _go(self, channel: PartRef, target: Position) -> None:
        if self._facts(channel).absolute_ex:
            try:
                await self._put(channel, "absoluteEx", "PTZAbsoluteEx", target.as_ex())
            except NotSupported:
                pass  # the capability is wrong; the older way has a resolution of a tenth of a degree
            else:
                return
        await self._put(channel, "absolute", "PTZData", {"AbsoluteHigh": target.as_high()})

    async def position(self, channel: PartRef) -> Polled:
        """Read where the camera looks."""
        asked_at = time.monotonic()
        where = await self._where(channel)
        return Polled(asked_at=asked_at, readings=position_readings(channel, where))

    async def _where(self, channel: PartRef) -> Position:
        root = _root(channel)
        ways = (f"{root}/absoluteEx", f"{root}/status")
        _, document = await self.client.first(ways if self._facts(channel).absolute_ex else ways[1:])
        return position_of(document)

    async def _continuous(self, channel: PartRef, pan: int, tilt: int, zoom: int) -> None:
        await self._put(channel, "continuous", "PTZData", {"pan": pan, "tilt": tilt, "zoom": zoom})

    async def _put(self, channel: PartRef, path: str, root: str, leaves: Leaves) -> None:
        await self.client.send_xml("PUT", f"{_root(channel)}/{path}", body(root, leaves))

    def _facts(self, channel: PartRef) -> PtzFacts:
        return self.ptz_facts.get(channel.number, _NOTHING)


class Tours:
    """The `Presets` commands. Their bodies are empty, with Content-Length 0."""

    client: IsapiClient
    mover: Mover
    ptz_facts: Mapping[int, PtzFacts]
    """By channel, as discovered."""

    async def goto_preset(self, channel: PartRef, number: int) -> None:
        """Go to a preset; never to one that is a command in disguise (94 restarts some models)."""
        self._check_preset(channel, number)
        async with self.mover.instead(motor_of(channel)):
            await self.client.send_xml("PUT", f"{_root(channel)}/presets/{number}/goto")

    async def save_preset(self, channel: PartRef, number: int, name: str | None) -> None:
        """Store the present position; without a name the preset keeps the one it has."""
        self._check_preset(channel, number)
        path = f"{_root(channel)}/presets/{number}"
        kept = name or await self._preset_name(path) or f"Preset {number}"
        document = body("PTZPreset", {"enabled": "true", "id": number, "presetName": kept})
        await self.client.send_xml("PUT", path, document)

    async def delete_preset(self, channel: PartRef, number: int) -> None:
        """Forget a preset."""
        self._check_preset(channel, number)
        await self.client.send_xml("DELETE", f"{_root(channel)}/presets/{number}")

    async def patrol(self, channel: PartRef, number: int, run: bool) -> None:
        """Start or stop a patrol."""
        most = self._facts_of(channel).max_patrol
        if number < 1 or (most is not None and number > most):
            raise Rejected(f"there is no patrol {number}", code="invalidID")
        async with self.mover.instead(motor_of(channel)):
            await self.client.send_xml("PUT", f"{_root(channel)}/patrols/{number}/{'start' if run else 'stop'}")

    async def goto_home(self, channel: PartRef) -> None:
        """Go to the home position."""
        async with self.mover.instead(motor_of(channel)):
            await self.client.send_xml("PUT", f"{_root(channel)}/homeposition/goto")

    def _check_preset(self, channel: PartRef, number: int) -> None:
        """Refuse what is out of range or special, unless the device lists it as an ordinary preset."""
        facts = self._facts_of(channel)
        if number in facts.presets:
            return
        if number < 1 or (facts.max_preset is not None and number > facts.max_preset):
            raise Rejected(f"there is no preset {number}", code="invalidID")
        if number in SPECIAL:
            raise Rejected(f"preset {number} is a command of the device", code="specialPreset")

    async def _preset_name(self, path: str) -> str | None:
        try:
            return xml.text(await self.client.xml(path), "presetName")
        except NotSupported, Rejected:
            return None  # a preset that was never stored

    def _facts_of(self, channel: PartRef) -> PtzFacts:
        return self.ptz_facts.get(channel.number, _NOTHING)
