"""Lens and accessories: focus, iris, zoom of a lens without a head, wiper, washer.

Lines: 003_f90f6ea635efbe94.txt.
"""

from collections.abc import Mapping
from itertools import repeat
from typing import Final, override

from ...errors import NotSupported
from ...model.parts import PartRef
from ...model.vocabulary import Feature
from .grammar import Pair, Record
from .knob_memory import LensKind
from .ptz import Tours, motor_of
from .settings_pictures import FOCUS
from .values import to_int, to_level

_SENSOR: Final = "sensor"
_LONGEST: Final = 3.0
"""Seconds of one timed move (l.30375)."""
_HEAD_ACTS: Final[Mapping[Feature, str]] = {Feature.AUTO_FOCUS: "runAutoFocus", Feature.AUTO_IRIS: "runAutoIris"}
_TIMED: Final[Mapping[tuple[str, bool], str]] = {  # l.30266, l.30281, l.30296, l.30310
    ("zoom", True): "zoomIN",
    ("zoom", False): "zoomOut",
    ("focus", False): "nearFocus",
    ("focus", True): "farFocus",
}
_SWITCHED: Final[Mapping[tuple[str, bool], str]] = {**_TIMED, ("zoom", True): "zoomIn"}  # l.30178


def lens_kind(record: Record | None) -> LensKind | None:
    """How a lens is driven, from its page; None where it has no motor."""
    if record is None:
        return None
    if record.get("zoomIn") is not None or record.get("nearFocus") is not None:
        moves = (to_level(record.get(name)) for name in ("zoomIn", "nearFocus"))
        return LensKind.SWITCHED if any(value is not None for value in moves) else None
    # A lens that can focus anew when day turns to night has a motor.
    return LensKind.TIMED if to_level(record.get("DNFocusSwitch")) is not None else None


def lens_features(record: Record | None) -> frozenset[Feature]:
    """What a lens without a head can do."""
    kind = lens_kind(record)
    if record is None or kind is None:
        return frozenset()
    if kind is LensKind.TIMED:
        return frozenset({Feature.PTZ_ZOOM, Feature.FOCUS, Feature.AUTO_FOCUS, Feature.LENS_RESET})
    wanted = {
        Feature.PTZ_ZOOM: "zoomIn",
        Feature.FOCUS: "nearFocus",
        Feature.AUTO_FOCUS: "autoFocus",
        Feature.LENS_RESET: "init",
    }
    return frozenset(feature for feature, name in wanted.items() if to_level(record.get(name)) is not None)


class Lens(Tours):
    """The `Optics` and `Acts` commands, and the zoom of a lens that is on no head."""

    @override
    async def move(self, channel: PartRef, pan: float, tilt: float, zoom: float, seconds: float) -> None:
        """Move for a time, then stop; a later move of the channel takes over."""
        if self._has(channel, Feature.PTZ_CONTINUOUS) or not self._has(channel, Feature.PTZ_ZOOM):
            await super().move(channel, pan, tilt, zoom, seconds)
        elif zoom:
            await self._drive(channel, "zoom", zoom > 0, seconds)

    @override
    async def stop(self, channel: PartRef) -> None:
        """Stop head and lens."""
        if self._has(channel, Feature.PTZ_CONTINUOUS) or not self._has(channel, Feature.PTZ_ZOOM):
            await super().stop(channel)
        else:
            await self.mover.halt(motor_of(channel))

    async def focus(self, channel: PartRef, speed: float, seconds: float) -> None:
        """Focus nearer (negative) or farther for a time."""
        if self._has(channel, Feature.PTZ_CONTINUOUS):
            await self._turn(channel, "focusFar" if speed > 0 else "focusNear", seconds)
        else:
            await self._drive(channel, "focus", speed > 0, seconds)

    async def iris(self, channel: PartRef, speed: float, seconds: float) -> None:
        """Close (negative) or open the iris for a time."""
        await self._turn(channel, "irisIncrease" if speed > 0 else "irisDecrease", seconds)

    async def auxiliary(self, channel: PartRef, feature: Feature, on: bool) -> None:
        """Switch the wiper."""
        if feature is not Feature.WIPER:
            raise NotSupported("no such accessory", code="notSupport")
        verb = ("action", "open" if on else "close")
        await self.client.operate("ptz", ("cameraID", str(channel.number)), ("type", "Wiper"), verb)

    async def act(self, part: PartRef, feature: Feature) -> None:
        """Focus, set the iris or wash by itself, or bring the lens to its start."""
        if feature is Feature.WASHER:
            # It runs for five seconds (l.1868).
            await self.client.operate("ptz", ("cameraID", str(part.number)), ("type", "Wash"), ("action", "open"))
        elif (verb := _HEAD_ACTS.get(feature)) and self._has(part, Feature.PTZ_CONTINUOUS):
            await self._ptz(part, verb)
        elif feature is Feature.AUTO_FOCUS:
            await self._focus_once(part)
        elif feature is Feature.LENS_RESET:
            await self._reset(part)
        else:
            raise NotSupported("the device cannot do this", code="notSupport")

    async def _turn(self, channel: PartRef, verb: str, seconds: float) -> None:
        """Drive the lens of a head until its stop."""
        await self.mover.move(
            motor_of(channel),
            lambda: self._ptz(channel, verb),
            lambda: self._ptz(channel, "stop"),
            seconds,
            resend=None,
        )

    async def _drive(self, channel: PartRef, what: str, up: bool, seconds: float) -> None:
        """Drive a lens without a head."""
        if await self._kind(channel) is LensKind.SWITCHED:
            name = _SWITCHED[what, up]
            await self.mover.move(
                motor_of(channel),
                lambda: self._lens(channel, (name, "1")),
                lambda: self._lens(channel, (name, "0")),
                seconds,
                resend=None,
            )
            return
        name = _TIMED[what, up]
        whole, rest = divmod(seconds, _LONGEST)
        pieces = iter((*repeat(_LONGEST, int(whole)), *((rest,) if rest else ())))

        async def send() -> None:
            if (piece := next(pieces, None)) is not None:
                await self._lens(channel, (name, "1"), ("duration", str(max(1, round(piece * 1000)))))

        async def nothing() -> None:
            """It stops by itself."""

        await self.mover.move(motor_of(channel), send, nothing, seconds, resend=_LONGEST)

    async def _focus_once(self, channel: PartRef) -> None:
        if await self._kind(channel) is LensKind.TIMED:
            await self._lens(channel, ("focusOnce", "1"))
            return
        # The change from 0 to 1 is what does it (l.30400); the field may stand at 1.
        for value in ("0", "1"):
            await self._lens(channel, ("autoFocus", value))

    async def _reset(self, channel: PartRef) -> None:
        if await self._kind(channel) is LensKind.TIMED:
            await self.client.operate(_SENSOR, ("action", "init"), ("type", FOCUS.kinds[0]), *self._camera(channel))
            return
        # Any change does it (l.30405).
        now = (await self._page(channel)).get("init")
        await self._lens(channel, ("init", "0" if to_int(now) else "1"))

    async def _lens(self, channel: PartRef, *pairs: Pair) -> None:
        """Command a lens."""
        camera = self._camera(channel)
        await self.client.operate(_SENSOR, ("action", "set"), ("type", FOCUS.kinds[0]), *camera, *pairs)

    def _camera(self, channel: PartRef) -> tuple[Pair, ...]:
        """The camera, which the examples of single cameras leave out (l.30251)."""
        single = self.facts is not None and not self.facts.recorder and len(self.facts.channels) == 1
        timed = self.knob_memory.lenses.get(channel.number) is LensKind.TIMED
        return () if single and timed else (("cameraID", str(channel.number)),)

    async def _kind(self, channel: PartRef) -> LensKind:
        """How a lens is driven, asked for once."""
        known = self.knob_memory.lenses.get(channel.number) or lens_kind(await self._page(channel))
        if known is None:
            raise NotSupported("the lens has no motor", code="notSupport")
        self.knob_memory.lenses[channel.number] = known
        return known

    async def _page(self, channel: PartRef) -> Record:
        return await self.client.get(FOCUS.kinds, ("cameraID", str(channel.number)), cgi=FOCUS.cgis)
