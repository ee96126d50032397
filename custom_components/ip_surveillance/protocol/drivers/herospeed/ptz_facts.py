"""What a camera says about its head and lens: which there are, presets, routes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ...model.parts import Gate
from ...model.vocabulary import Feature
from .docs import Doc
from .looking import Looker
from .settings import Source

PTZ: Final = Source(path="/api/image/ptz-ctrl")
CRUISE: Final = "/api/image/ptz-cruise"

_LENS: Final = frozenset({Feature.PTZ_ZOOM, Feature.FOCUS, Feature.IRIS, Feature.AUTO_FOCUS, Feature.LENS_RESET})
_HEAD: Final = frozenset({Feature.PTZ_CONTINUOUS, Feature.PTZ_RELATIVE})
_TOURS: Final = frozenset({Feature.PRESETS, Feature.PATROLS})
_TURNS: Final = frozenset({1, 4})
"""Values of `enablePtz` with a head; 2 and 3 are lenses alone (002…txt l.1106)."""
_ROUTES: Final = frozenset({4})
_MOST: Final = 255
_MOST_ROUTES: Final = 16
_LONGEST_NAME: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Movable:
    """What of a camera moves."""

    features: frozenset[Feature] = frozenset()
    unprobed: frozenset[Gate] = frozenset()
    presets: Mapping[int, str] = field(default_factory=dict)
    patrols: Mapping[int, str] = field(default_factory=dict)


def cruise_source(number: int) -> Source:
    """The document of one route."""
    return Source(path=CRUISE, asked=(("cruiseIdx", number),))


def features_of(level: int | None) -> frozenset[Feature]:
    """What a value of `enablePtz` grants; without one all of it is possible."""
    if level == 0:
        return frozenset()
    head = _HEAD if level is None or level in _TURNS else frozenset()
    tours = _TOURS if level is None or level in _ROUTES else frozenset()
    return frozenset(_LENS | head | tours)


def presets_of(doc: Doc) -> dict[int, str]:
    """Presets that are stored; cameras list all that there could be."""
    found: dict[int, str] = {}
    for row in doc.docs("presetList")[:_MOST]:
        number = row.integer("presetIdx")
        if number is not None and number >= 0 and row.truth("enablePreset") is True:
            found.setdefault(number, (row.text("presetName") or f"preset{number}")[:_LONGEST_NAME])
    return found


async def look_at_head(look: Looker) -> Movable:
    """Find out what moves, and where to."""
    granted = features_of(look.facts.flag("enablePtz"))
    if not granted:
        return Movable()
    doc = await look.ask(PTZ)
    if doc is None:
        gates: frozenset[Gate] = frozenset(granted)
        return Movable(features=granted, unprobed=gates) if look.failed(PTZ) else Movable()
    if not granted & _TOURS:
        return Movable(features=granted)
    patrols, unprobed = await _routes(look)
    features = granted if patrols is not None or unprobed else granted - {Feature.PATROLS}
    return Movable(features=features, unprobed=unprobed, presets=presets_of(doc), patrols=patrols or {})


async def _routes(look: Looker) -> tuple[dict[int, str] | None, frozenset[Gate]]:
    """Routes that are switched on; None where there is no such thing."""
    first = cruise_source(0)
    doc = await look.ask(first)
    if doc is None:
        return None, frozenset({Feature.PATROLS} if look.failed(first) else ())
    low, high = doc.integer("cruiseMin") or 0, doc.integer("cruiseMax") or 0
    found: dict[int, str] = {}
    for number in range(max(0, low), min(high, low + _MOST_ROUTES) + 1):
        route = await look.ask(cruise_source(number))
        if route is not None and route.truth("enableCruise") is True:
            found[number] = f"Cruise {number}"
    return found, frozenset()
