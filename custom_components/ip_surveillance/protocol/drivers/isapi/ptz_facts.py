"""What answers about pan, tilt and zoom mean: abilities, presets, patrols, accessories, position. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from ...model.parts import PartRef
from ...model.vocabulary import Feature, Quantity, Reading
from ...transport import xml

SPECIAL: Final = frozenset({*range(33, 46), *range(92, 106)})
"""Presets that are commands on most heads: flip, patrol, day and night, limits, restart (field: 94)."""
_EMPTY: Final[Mapping[int, str]] = MappingProxyType({})
_LONGEST_NAME: Final = 64
_MOST: Final = 1024
"""Presets or patrols read at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PtzFacts:
    """What one channel's head can do; the defaults are those of a head that said nothing."""

    features: frozenset[Feature] = frozenset()
    max_preset: int | None = None
    max_patrol: int | None = None
    absolute_ex: bool = False
    """Takes and tells positions in degrees with decimals."""
    relative: tuple[float, float, float] = (100.0, 100.0, 100.0)
    """What one whole picture is in relative moves: pan, tilt, zoom."""
    presets: Mapping[int, str] = field(default_factory=lambda: _EMPTY)
    """Ordinary presets that are stored, by number."""
    patrols: Mapping[int, str] = field(default_factory=lambda: _EMPTY)
    auxiliaries: Mapping[Feature, int] = field(default_factory=lambda: MappingProxyType({}))
    """Numbers of wiper and light."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a head looks; degrees, and zoom as a factor. None where it does not say."""

    pan: float | None = None
    tilt: float | None = None
    zoom: float | None = None

    def as_ex(self) -> dict[str, float]:
        """Leaves of PTZAbsoluteEx, in its order."""
        values = {"elevation": self.tilt, "azimuth": self.pan, "absoluteZoom": self.zoom}
        return {name: round(value, 3) for name, value in values.items() if value is not None}

    def as_high(self) -> dict[str, int]:
        """Leaves of AbsoluteHigh, in its order, in tenths."""
        return {name: round(value * 10) for name, value in self.as_ex().items()}


def ptz_facts(
    capabilities: xml.Element | None,
    presets: xml.Element | None = None,
    patrols: xml.Element | None = None,
    auxiliaries: xml.Element | None = None,
) -> PtzFacts:
    """Put together what the documents say; each may be absent. Without a motor nothing remains."""
    features = ptz_features(capabilities)
    if not features:
        return PtzFacts()
    accessories = auxiliaries_of(auxiliaries)
    most = xml.integer(capabilities, "maxPresetNum")
    return PtzFacts(
        features=features | accessories.keys(),
        max_preset=most,
        max_patrol=xml.integer(capabilities, "maxPatrolNum"),
        absolute_ex=bool(xml.boolean(capabilities, "isSupportAbsoluteEx")),
        relative=(
            _end(capabilities, "RelativePanTiltSpace/XRange"),
            _end(capabilities, "RelativePanTiltSpace/YRange"),
            _end(capabilities, "RelativeZoomSpace/ZRange"),
        ),
        presets={number: name for number, name in presets_of(presets).items() if most is None or number <= most},
        patrols=patrols_of(patrols),
        auxiliaries=accessories,
    )


def ptz_features(capabilities: xml.Element | None) -> frozenset[Feature]:
    """Read a PTZChanelCap (the device's spelling).

    A fixed camera answers too, for its serial port or a digital head: only a range with a width is a motor.
    """
    found = {feature for feature, spaces in _SPACES.items() if any(_width(capabilities, each) for each in spaces)}
    if not found:
        return frozenset()
    if Feature.PTZ_ZOOM in found:
        found |= {Feature.FOCUS, Feature.IRIS}
    for feature, leaf in _COUNTS.items():
        if xml.integer(capabilities, leaf):
            found.add(feature)
    if any(xml.boolean(capabilities, leaf) for leaf in _HOME):
        found.add(Feature.HOME)
    return frozenset(found)


_SPACES: Final[Mapping[Feature, tuple[str, ...]]] = {
    Feature.PTZ_CONTINUOUS: ("ContinuousPanTiltSpace/XRange", "ContinuousPanTiltSpace/YRange"),
    Feature.PTZ_RELATIVE: ("RelativePanTiltSpace/XRange",),
    Feature.PTZ_ABSOLUTE: ("AbsolutePanTiltPositionSpace/XRange", "AbsolutePanTiltSpace/XRange"),
    Feature.PTZ_ZOOM: ("ContinuousZoomSpace/ZRange", "AbsoluteZoomPositionSpace/ZRange"),
}
_COUNTS: Final = {Feature.PRESETS: "maxPresetNum", Feature.PATROLS: "maxPatrolNum"}
_HOME: Final = ("homePostionSupport", "homePositionSupport")


def _bounds(capabilities: xml.Element | None, path: str) -> tuple[float, float]:
    """Read a range whose children are Min/Max or min/max."""
    space = xml.find(capabilities, path)
    low, high = (
        next((xml.decimal(each) for each in xml.children(space, name, ignore_case=True)), None)
        for name in ("min", "max")
    )
    return low or 0.0, high or 0.0


def _width(capabilities: xml.Element | None, path: str) -> float:
    low, high = _bounds(capabilities, path)
    return max(0.0, high - low)


def _end(capabilities: xml.Element | None, path: str) -> float:
    return _bounds(capabilities, path)[1] or 100.0


def presets_of(listed: xml.Element | None) -> dict[int, str]:
    """Read a PTZPresetList: stored ordinary presets by number; numbers that are commands are hidden."""
    found = {}
    for entry in xml.children(listed, "PTZPreset")[:_MOST]:
        number = xml.integer(entry, "id")
        if number is not None and number > 0 and _is_stored(entry) and not _is_special(entry, number):
            found[number] = (xml.text(entry, "presetName") or f"Preset {number}")[:_LONGEST_NAME]
    return found


def _is_stored(entry: xml.Element) -> bool:
    return xml.boolean(entry, "enabled") is not False


def _is_special(entry: xml.Element, number: int) -> bool:
    """What the device says decides; the number where it does not say."""
    said = xml.boolean(entry, "specialNo")
    return number in SPECIAL if said is None else said


def patrols_of(listed: xml.Element | None) -> dict[int, str]:
    """Read a PTZPatrolList: patrols that are set up, by number."""
    found = {}
    for entry in xml.children(listed, "PTZPatrol")[:_MOST]:
        number = xml.integer(entry, "id")
        if number is not None and number > 0 and _is_stored(entry):
            found[number] = (xml.text(entry, "patrolName") or f"Patrol {number}")[:_LONGEST_NAME]
    return found


_ACCESSORIES: Final = {"wiper": Feature.WIPER, "light": Feature.AUXILIARY_LIGHT}


def auxiliaries_of(listed: xml.Element | None) -> dict[Feature, int]:
    """Read the list of `auxcontrols`: number of the wiper and of the light, where there are any."""
    found: dict[Feature, int] = {}
    for entry in xml.children(listed, "PTZAux"):
        feature = _ACCESSORIES.get((xml.text(entry, "type") or "").lower())
        number = xml.integer(entry, "id")
        if feature is not None and number is not None:
            found.setdefault(feature, number)
    return found


def position_of(document: xml.Element) -> Position:
    """Read a PTZAbsoluteEx (degrees) or a PTZStatus (tenths)."""
    high = xml.find(document, "AbsoluteHigh")
    if high is None:
        return _position(document, 1)
    return _position(high, 10)


def _position(leaves: xml.Element, parts: int) -> Position:
    pan, tilt, zoom = (
        None if (value := xml.decimal(leaves, name)) is None else value / parts
        for name in ("azimuth", "elevation", "absoluteZoom")
    )
    return Position(pan=pan, tilt=tilt, zoom=zoom)


def position_readings(channel: PartRef, where: Position) -> dict[tuple[PartRef, Reading], float | None]:
    """Make the readings of a position."""
    values = {Quantity.PAN: where.pan, Quantity.TILT: where.tilt, Quantity.ZOOM: where.zoom}
    return {(channel, Reading(quantity)): value for quantity, value in values.items()}
