"""Where and whom a detection saw, and what a thermal camera measured there, in whichever shape it comes.

The samples have five: a list of wrappers, a wrapper, a wrapper of a list, a list of lists, and the bare entry
(004…txt l.2059, 2255, 2669, 3301, 3559).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ...hikvision.event_types import plain, targets_of
from ...hikvision.extras import LARGEST
from ...model.detections import Target
from ...transport.loose_json import find_all, get, to_float, to_int, to_text

_MOST: Final = 16
_HIGHEST: Final = 255
_FRACTIONS: Final = 3
_LONGEST: Final = 64
_COLDEST: Final = -273.15
_HOTTEST: Final = 10_000.0

type Data = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One region or line of an event."""

    number: int | None = None
    targets: tuple[Target, ...] = ()
    temperature: float | None = None
    """Degrees Celsius; None where none was measured."""
    data: Data


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    """A member that is a number or a word, and what it is called in an event's data."""

    member: str
    name: str
    degrees: bool = False
    """A temperature in the unit of its block."""
    difference: bool = False
    """A difference of temperatures, which has no zero to shift."""
    word: bool = False


_BLOCKS: Final = ("TMA", "TMPA", "TDA", "FireDetection")
_UNITS: Final = ("thermometryUnit", "temperatureUnit")
_CURRENT: Final = ("currTemperature", "fireMaxTemperature")
_FIGURES: Final = (
    _Figure(member="currTemperature", name="temperature", degrees=True),
    _Figure(member="fireMaxTemperature", name="temperature", degrees=True),
    _Figure(member="ruleTemperature", name="limit", degrees=True),
    _Figure(member="alarmRuleTemperature", name="alarm_limit", degrees=True),
    _Figure(member="currTemperatureDiff", name="difference", difference=True),
    _Figure(member="ruleTemperatureDiff", name="limit", difference=True),
    _Figure(member="toleranceTemperature", name="tolerance", difference=True),
    _Figure(member="temperatureSuddenChangeValue", name="sudden_change", difference=True),
    _Figure(member="temperatureSuddenChangeCycle", name="sudden_change_cycle"),
    _Figure(member="ruleType", name="rule", word=True),
    _Figure(member="ruleCalibType", name="shape", word=True),
    _Figure(member="alarmType", name="measure", word=True),
    _Figure(member="alarmRule", name="rule", word=True),
    _Figure(member="targetDistance", name="distance"),
    _Figure(member="presetNo", name="preset"),
    _Figure(member="alarmFilteringTime", name="alarm_delay"),
    _Figure(member="alertFilteringTime", name="warning_delay"),
)
_NESTED: Final[Mapping[str, tuple[str, ...]]] = {
    "HighestPoint": ("x", "y"),
    "MaximumTemperaturePoint": ("positionX", "positionY"),
    "AbsoluteHigh": ("elevation", "azimuth", "absoluteZoom"),
    "PTZAbsoluteEx": ("elevation", "azimuth", "absoluteZoom"),
    "sensorInfo": ("id", "sensorName", "sensorType", "identificationCode"),
}
"""Objects whose members are told as they are: the document contradicts itself about what they mean (l.2230)."""
_ANGLES: Final = ("lookDownUpAngle",)
"""Members told as they are, also where they are -1."""
_RECTANGLES: Final = ("TargetRect", "FireRegion")
_SIDES: Final = ("x", "y", "width", "height")
# Not available, where a distance would be (004…txt l.2290).
_NONE: Final = -1


def read_regions(payload: Mapping[str, Any]) -> tuple[Region, ...]:
    """The regions of an event; empty where it names none."""
    listed = find_all(payload, "DetectionRegionList")
    entries = find_all(listed, "DetectionRegionEntry") or listed
    found = tuple(_region(each) for each in entries[:_MOST] if isinstance(each, Mapping))
    return tuple(each for each in found if each != _EMPTY)


def celsius(value: float, unit: str) -> float:
    """A temperature in degrees Celsius; a unit that is not known is taken for that."""
    scale = plain(unit)
    if scale == "fahrenheit":
        return (value - 32.0) * 5.0 / 9.0
    return value + _COLDEST if scale == "kelvin" else value


_EMPTY: Final = Region(data={})


def _region(entry: Mapping[str, Any]) -> Region:
    number = to_int(get(entry, "regionID"))
    if number is None:
        rules = find_all(entry, "alarmID")
        number = to_int(rules[0]) if len(rules) == 1 else None
    data: Data = {}
    temperature = None
    sensitivity = to_int(get(entry, "sensitivityLevel"))
    if sensitivity is not None and 0 <= sensitivity <= 100:
        data["sensitivity"] = sensitivity
    for block in (each for name in _BLOCKS for each in find_all(entry, name)[:1] if isinstance(each, Mapping)):
        data |= _figures(block)
        temperature = _current(block)
    for name in _RECTANGLES:
        for each in find_all(entry, name)[:1]:
            if sides := _numbers(each, _SIDES):
                data["rectangle"] = sides
    target = to_text(get(entry, "detectionTarget")) or ""
    return Region(
        number=number if number is not None and 0 <= number <= _HIGHEST else None,
        targets=targets_of(target[:_LONGEST]),
        temperature=temperature,
        data=data,
    )


def _unit(block: Mapping[str, Any]) -> str:
    return next((word for name in _UNITS if (word := to_text(get(block, name)))), "")


def _current(block: Mapping[str, Any]) -> float | None:
    unit = _unit(block)
    for name in _CURRENT:
        if (value := to_float(get(block, name))) is not None:
            degrees = round(celsius(value, unit), _FRACTIONS)
            return degrees if _COLDEST <= degrees <= _HOTTEST else None
    return None


def _figures(block: Mapping[str, Any]) -> Data:
    unit = _unit(block)
    found: Data = {}
    for figure in _FIGURES:
        value = get(block, figure.member)
        if figure.word:
            told: str | float | None = (to_text(value) or "")[:_LONGEST] or None
        else:
            told = _number(to_float(value), figure, unit)
        if told is not None:
            found.setdefault(figure.name, told)
    found |= _numbers(block, _ANGLES)
    for name, members in _NESTED.items():
        for each in find_all(block, name)[:1]:
            if inner := _numbers(each, members):
                found[_snake(name)] = inner
    return found


def _number(value: float | None, figure: _Figure, unit: str) -> float | None:
    if value is None or abs(value) > LARGEST or (not (figure.degrees or figure.difference) and value == _NONE):
        return None
    if figure.degrees:
        value = celsius(value, unit)
    elif figure.difference:
        value = value * 5.0 / 9.0 if plain(unit) == "fahrenheit" else value
    else:
        return _plainly(value)
    return round(value, _FRACTIONS)


def _plainly(value: float) -> float:
    """A count without its fraction of nothing."""
    return int(value) if value == int(value) else round(value, _FRACTIONS)


def _numbers(holder: object, members: tuple[str, ...]) -> Data:
    """Numbers and short words of an object, by the names given in lower case; some are one level deeper."""
    if not isinstance(holder, Mapping):
        return {}
    found: Data = {}
    for name in members:
        value = next(iter(find_all(holder, name)), None)
        number = to_float(value)
        told = (to_text(value) or "")[:_LONGEST] if number is None or abs(number) > LARGEST else _plainly(number)
        if told != "":
            found[_snake(name)] = told
    return found


def _snake(name: str) -> str:
    joined = "".join(f"_{each.lower()}" if each.isupper() else each for each in name.replace("PTZ", "Ptz"))
    return joined.strip("_")
