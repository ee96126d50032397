"""Values as the devices write them: numbers, switches, times, temperatures, points.

Lines: 003_f90f6ea635efbe94.txt. Nothing here raises; None stands for what cannot be read.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from math import isfinite
import re
from typing import Final

_MOST_DIGITS: Final = 18
# A remark behind a value, "//" (l.28286) or "(NVR)" (l.5104), is not part of it.
_REMARK: Final = re.compile(r"\s*(?://|\s\().*", re.DOTALL)
_NUMBER: Final = re.compile(r"[+-]?\d{1,18}(?:\.\d{1,18})?|[+-]?\.\d{1,18}")
_WORDS: Final[Mapping[str, bool]] = {
    "1": True,
    "true": True,
    "on": True,
    "yes": True,
    "enable": True,
    "open": True,
    "0": False,
    "false": False,
    "off": False,
    "no": False,
    "disable": False,
    "close": False,
}
_SIZE: Final = re.compile(r"(\d{1,5})\s*[*x×]\s*(\d{1,5})", re.IGNORECASE)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})")
_DATE: Final = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})")
_TIME: Final = re.compile(r"(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?")
_POINT: Final = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*,\s*([+-]?\d+(?:\.\d+)?)")
_CELSIUS_RANGE: Final = (-273.15, 5000.0)
"""Garbage of an uninitialised reading lies outside of it (l.23006)."""


class Unit(StrEnum):
    """Unit of a temperature."""

    CELSIUS = "C"
    FAHRENHEIT = "F"


class DateOrder(StrEnum):
    """Order of a written date."""

    YEAR_FIRST = "ymd"
    MONTH_FIRST = "mdy"
    DAY_FIRST = "dmy"


def to_float(text: str | None) -> float | None:
    """Read a number; remarks behind it do not count."""
    value = _value(text)
    if value is None or _NUMBER.fullmatch(value) is None:
        return None
    number = float(value)
    return number if isfinite(number) else None


def to_int(text: str | None) -> int | None:
    """Read a whole number, also one written `48.000000` (l.23739)."""
    value = _value(text)
    if value is None or _NUMBER.fullmatch(value) is None:
        return None
    whole, _, rest = value.partition(".")
    return int(whole or "0") if not rest.strip("0") and whole not in ("+", "-") else None


def to_level(text: str | None) -> int | None:
    """Read a whole number of a sensor; there -1 says that the device lacks it (l.29523)."""
    number = to_int(text)
    return None if number == -1 else number


def to_bool(text: str | None, *, on: str | None = None, off: str | None = None) -> bool | None:
    """Read a switch: 0/1, true/false and such, or the two words given where a field has numbers of its own.

    On is 1 and off 2 in `temperatureBarEnable` (l.30965), on is 0 and off 1 in `RedBlueLampMode` (l.31165).
    """
    value = _value(text)
    if value is None:
        return None
    if on is not None and off is not None:
        return {on.lower(): True, off.lower(): False}.get(_whole(value).lower())
    return _WORDS.get(_whole(value).lower())


def from_bool(value: bool, like: str | None) -> str:
    """Write a switch in the words that its field had: `true` where it was `false`, else `1`."""
    words = ("true", "false") if (like or "").strip().lower() in ("true", "false") else ("1", "0")
    return words[0] if value else words[1]


def from_number(value: float, like: str | None) -> str:
    """Write a number as its field had it: whole, or with as many places."""
    places = len((like or "").strip().partition(".")[2])
    if places and value == value:
        return f"{value:.{min(places, 9)}f}"
    return str(int(value)) if value == int(value) else f"{value:g}"


def to_time(text: str | None, order: DateOrder | None = None) -> datetime | None:
    """Read a time of the device's own clock, without zone: `2018-9-21 15:26:50`, `20180912170410`, `21/12/2023 8:48`.

    The time may come first. `order` is how the device is set to write dates (`date_order`); without, a date that does
    not begin with the year is read as day, month, year unless that is impossible.
    """
    value = (text or "").strip()[:64]
    if (compact := _COMPACT.fullmatch(value)) is not None:
        return _datetime(*(int(part) for part in compact.groups()))
    date, time = _DATE.search(value), _TIME.search(value)
    if date is None:
        return None
    day = _ordered([int(part) for part in date.groups()], len(date[1]), order)
    clock = [int(part or "0") for part in time.groups()] if time else [0, 0, 0]
    return _datetime(*day, *clock)


def from_time(when: datetime) -> str:
    """Write a time for a query: 14 digits, the device's own clock (l.364-372, l.27711)."""
    return when.strftime("%Y%m%d%H%M%S")


def from_epoch(text: str | None) -> datetime | None:
    """Read seconds since 1970 (number plate lists, l.12331)."""
    number = to_int(text)
    return datetime.fromtimestamp(number, UTC) if number is not None and 0 < number < 1 << 33 else None


def date_order(datefmt: str | None) -> DateOrder | None:
    """Order of dates by `Datefmt` (l.2572-2578); with the odd ones the time comes first."""
    orders = (DateOrder.YEAR_FIRST, DateOrder.MONTH_FIRST, DateOrder.DAY_FIRST)
    number = to_int(datefmt)
    return orders[number // 2] if number is not None and 0 <= number < 6 else None


def to_unit(text: str | None, *, fahrenheit: int = 1) -> Unit | None:
    """Read a unit: 0 Celsius, 1 Fahrenheit of a thermal camera (l.23476); a recorder's are 1 and 2 (l.4924)."""
    number = to_int(text)
    if number == fahrenheit:
        return Unit.FAHRENHEIT
    return Unit.CELSIUS if number == fahrenheit - 1 else None


def to_celsius(text: str | None, unit: Unit | None) -> float | None:
    """Read a temperature in degrees Celsius; without a unit it is none, nor is what no camera can measure."""
    number = to_float(text)
    if number is None or unit is None:
        return None
    degrees = number if unit is Unit.CELSIUS else (number - 32.0) / 1.8
    low, high = _CELSIUS_RANGE
    return round(degrees, 3) if low <= degrees <= high else None


def from_celsius(degrees: float, unit: Unit) -> float:
    """Turn degrees Celsius into a device's unit."""
    return degrees if unit is Unit.CELSIUS else degrees * 1.8 + 32.0


def to_size(text: str | None) -> tuple[int, int] | None:
    """Read a width and height: `1920*1080` (l.5110), `4608x1728`."""
    found = _SIZE.fullmatch(_value(text) or "")
    return (int(found[1]), int(found[2])) if found else None


def to_points(text: str | None) -> tuple[tuple[float, float], ...]:
    """Read a list of points: `4,8||15,21` (l.25880). Parts that are no points are left out."""
    parts = (_POINT.fullmatch(part.strip()) for part in (text or "")[:4096].split("||"))
    return tuple((float(part[1]), float(part[2])) for part in parts if part)


def same(one: str | None, other: str | None) -> bool:
    """Whether two values are the same to the device: `48` and `48.000000`, `1` and `true`; blanks get lost (l.3707)."""
    if one is None or other is None:
        return one is other
    first, second = ("".join(text.split()).lower() for text in (one, other))
    if first == second:
        return True
    if {first, second} in ({"1", "true"}, {"0", "false"}):
        return True
    a, b = to_float(first), to_float(second)
    # Floats come back rounded to the device's own steps (l.14623: 43.162392).
    return a is not None and b is not None and abs(a - b) <= 1e-4 * max(1.0, abs(a))


def _value(text: str | None) -> str | None:
    return None if text is None else _REMARK.sub("", text[:256]).strip()


def _whole(value: str) -> str:
    """`1.000000` as `1`."""
    number = to_int(value)
    return value if number is None else str(number)


def _ordered(parts: list[int], digits: int, order: DateOrder | None) -> tuple[int, int, int]:
    """Sort the three numbers of a date into year, month and day."""
    one, two, three = parts
    if digits > 2 or order is DateOrder.YEAR_FIRST:
        year, month, day = one, two, three
    elif order is DateOrder.MONTH_FIRST or (order is None and two > 12):
        month, day, year = one, two, three
    else:
        day, month, year = one, two, three
    return (year + 2000 if year < 100 else year), month, day


def _datetime(year: int, month: int, day: int, hour: int, minute: int, second: int) -> datetime | None:
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
    except ValueError:
        return None
