"""Lamps: white light by the mode of the fill light, infrared by the switch of its own (002…txt l.5045-5280).

White is on while the camera uses it by night; by day it stays dark unless the schedule of the light says night.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ...errors import NotSupported
from ...model.events import Polled
from ...model.parts import HOST, Gate, Part, PartKind, PartRef
from ...model.state import LineState
from ...model.vocabulary import Feature, Quantity, Reading
from .docs import Doc, same
from .looking import Looker
from .sets import Settings
from .settings_image import DAY_NIGHT_MODES, FILL_LIGHT, OSD, WHITE

WHITE_LABEL: Final = "white"
INFRARED_LABEL: Final = "ir"
LIGHT_LEVEL: Final = Reading(Quantity.LIGHT_LEVEL)

_MODE: Final = "dayNightMode"
_REGULATION: Final = "lightMode"
_MANUAL: Final = 0
_LEVEL: Final = "lightVal"
_FULL: Final = 100
_INFRARED: Final = "enableIrLed"
_NO_BRIGHTNESS: Final = 5
"""Of `enableSmartir`: the brightness is hidden (002…txt l.1117)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """How a light was before it was switched on."""

    mode: int | None
    regulation: int | None = None
    level: int | None = None


def light_ref(channel: int, label: str) -> PartRef:
    """A lamp of a channel."""
    return PartRef(HOST, PartKind.LIGHT, channel, label)


async def look_at_lamps(look: Looker, channel: int) -> tuple[Part, ...]:
    """Make the parts of a channel's lamps."""
    found: list[Part] = []
    if look.facts.has("enableSmartir") is not False:
        doc = await look.ask(FILL_LIGHT)
        dims = look.facts.flag("enableSmartir") != _NO_BRIGHTNESS
        if doc is not None and _has_white(doc):
            dims = dims and _REGULATION in doc and _LEVEL in doc
            found.append(_part(channel, WHITE_LABEL, dims=dims))
        elif look.failed(FILL_LIGHT):
            found.append(_part(channel, WHITE_LABEL, dims=dims, unprobed=True))
    doc = await look.ask(OSD)
    if (doc is not None and _INFRARED in doc) or look.failed(OSD):
        found.append(_part(channel, INFRARED_LABEL, dims=False, unprobed=doc is None))
    return tuple(found)


def _part(channel: int, label: str, *, dims: bool, unprobed: bool = False) -> Part:
    features = frozenset({Feature.LIGHT, Feature.BRIGHTNESS} if dims else {Feature.LIGHT})
    gates: frozenset[Gate] = frozenset(features) if unprobed else frozenset()
    return Part(
        ref=light_ref(channel, label),
        parent=PartRef(HOST, PartKind.CHANNEL, channel),
        role=label,
        features=features,
        unprobed=gates,
    )


def _has_white(doc: Doc) -> bool:
    listed = doc.options(_MODE)
    return _MODE in doc and (not listed or any(same(each, WHITE) for each in listed))


def lamp_states(path: str, doc: Doc, channel: int) -> Mapping[PartRef, LineState]:
    """Read the lamps that a document tells of."""
    if path == OSD.path:
        return {light_ref(channel, INFRARED_LABEL): LineState(active=doc.truth(_INFRARED))}
    if path != FILL_LIGHT.path:
        return {}
    mode, level = doc.integer(_MODE), doc.integer(_LEVEL)
    dark = doc.integer(_REGULATION) == _MANUAL and level == 0
    state = LineState(
        active=None if mode is None else mode == WHITE and not dark,
        level=None if level is None else min(1.0, max(0.0, level / _FULL)),
    )
    return {light_ref(channel, WHITE_LABEL): state}


class Lamps(Settings):
    """The `Lights` commands."""

    async def set_light(self, light: PartRef, on: bool, level: float | None = None) -> Polled:
        """Switch a lamp; `level` is 0 to 1 and makes the brightness manual until it is switched off.

        Off brings back the mode from before, or else infrared: the camera shall still see by night.
        """
        if light.label == INFRARED_LABEL:
            return await self.change(OSD, lambda doc: doc.put(_INFRARED, on))
        if light.label != WHITE_LABEL:
            raise NotSupported("no such lamp", code="notSupport")
        channel = light.number

        def change(doc: Doc) -> None:
            if on:
                self._light(doc, channel, level)
            elif doc.integer(_MODE) == WHITE:
                self._darken(doc, channel)

        rest = self.knob_memory.rests.get(channel)
        polled = await self.change(FILL_LIGHT, change)
        if not on and rest is not None and self.knob_memory.rests.get(channel) == rest:
            del self.knob_memory.rests[channel]
        return polled

    def _light(self, doc: Doc, channel: int, level: float | None) -> None:
        mode, manual = doc.integer(_MODE), doc.integer(_REGULATION) == _MANUAL
        before = Rest(mode=mode, regulation=doc.integer(_REGULATION), level=doc.integer(_LEVEL))
        if mode != WHITE:
            self.knob_memory.rests[channel] = before
        doc.put(_MODE, WHITE)
        if level is not None:
            self.knob_memory.rests.setdefault(channel, Rest(mode=None, regulation=before.regulation))
            doc.put(_REGULATION, _MANUAL)
            doc.put(_LEVEL, max(1, round(min(1.0, max(0.0, level)) * _FULL)))
        elif manual and before.level == 0:
            # On and dark would be off again.
            doc.put(_LEVEL, _FULL)

    def _darken(self, doc: Doc, channel: int) -> None:
        before = self.knob_memory.rests.get(channel, Rest(mode=None))
        listed = doc.options(_MODE)
        others = [each for each in DAY_NIGHT_MODES if each != WHITE]
        others = [each for each in others if not listed or any(same(each, option) for option in listed)]
        if not others:
            # White is all it has.
            doc.put(_REGULATION, _MANUAL)
            doc.put(_LEVEL, 0)
            return
        doc.put(_MODE, before.mode if before.mode in others else others[0])
        if before.regulation is not None and _REGULATION in doc:
            doc.put(_REGULATION, before.regulation)
        if before.level is not None and _LEVEL in doc:
            doc.put(_LEVEL, before.level)
