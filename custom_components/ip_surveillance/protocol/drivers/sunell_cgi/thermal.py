"""Temperatures of the areas that a thermal camera measures, in degrees Celsius whatever unit it tells them in. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ...model.parts import PartRef
from ...model.state import ReadingValue
from ...model.vocabulary import Quantity, Reading
from .channels import text_of
from .facts import channel_ref
from .grammar import Record
from .values import to_bool, to_celsius, to_int, to_unit

ABILITY: Final = "thermalAbility"
AREAS: Final = "temperAlarmParam"
TEMPERATURES: Final = "areaTemperature"
IMAGER: Final = "thermalImagerConfigureParam"
INSIDE: Final = Reading(Quantity.TEMPERATURE)
"""How warm it is inside the camera."""
MOST_AREAS: Final = 64
_FIELDS: Final = (("maxTemperature", "highest"), ("minTemperature", "lowest"), ("aveTemperature", "average"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One area that is measured."""

    number: int
    name: str | None = None


def inside_of(settings: Record | None) -> float | None:
    """How warm the camera is inside (003_f90f6ea635efbe94.txt l.23377, l.23464), None where it does not tell."""
    if settings is None:
        return None
    degrees = to_celsius(settings.get("CavityTemperature"), to_unit(settings.get("TemperatureUnit")))
    return degrees if degrees is None else round(degrees, 2)


def is_thermal(ability: Record | None) -> bool:
    """Whether a camera measures temperatures."""
    return ability is not None and to_bool(ability.get("IsThermal")) is True


def rules_of(ability: Record | None) -> frozenset[int]:
    """Numbers of the kinds of alarms it has."""
    found = map(to_int, ability.items("alarmRule")) if ability is not None else ()
    return frozenset(number for number in found if number is not None)


def areas_of(settings: Record | None, temperatures: Record | None) -> tuple[Area, ...]:
    """Areas that are set up, and what a question for all temperatures answers."""
    found: dict[int, Area] = {}
    rows = settings.lists(AREAS)[:MOST_AREAS] if settings is not None else ()
    for row in rows:
        number = to_int(row.get("areaId"))
        if number is not None and 0 <= number < MOST_AREAS and to_bool(row.get("areaFlag")) is not False:
            found[number] = Area(number=number, name=text_of(row.get("areaName")))
    for row in _rows(temperatures):
        number = to_int(row.get("areaID"))
        if number is not None and 0 <= number < MOST_AREAS:
            found.setdefault(number, Area(number=number))
    return tuple(found[number] for number in sorted(found))


def readings_of(areas: tuple[Area, ...]) -> frozenset[Reading]:
    """What these areas measure."""
    return frozenset(_reading(area.number, word) for area in areas for _, word in _FIELDS)


def temperatures(channel: int, answer: Record | None) -> Mapping[tuple[PartRef, Reading], ReadingValue | None]:
    """Readings of all areas in an answer."""
    return dict(_temperatures(channel_ref(channel), answer))


def _temperatures(ref: PartRef, answer: Record | None) -> Iterator[tuple[tuple[PartRef, Reading], ReadingValue | None]]:
    for row in _rows(answer):
        number, unit = to_int(row.get("areaID")), to_unit(row.get("temperatureUnit"))
        if number is None or not 0 <= number < MOST_AREAS:
            continue
        for name, word in _FIELDS:
            degrees = to_celsius(row.get(name), unit)
            yield (ref, _reading(number, word)), degrees if degrees is None else round(degrees, 2)


def _reading(area: int, word: str) -> Reading:
    return Reading(Quantity.TEMPERATURE, f"region{area}_{word}")


def _rows(answer: Record | None) -> tuple[Record, ...]:
    return (answer.lists(TEMPERATURES) or answer.rows("areaID"))[:MOST_AREAS] if answer is not None else ()
