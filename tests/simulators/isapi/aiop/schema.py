"""Checks of what is sent to the platform: unknown or missing nodes and wrong kinds, then lengths, ranges and options.

Structure that is wrong is `badJsonContent`, a value that is wrong `badParameters`; the answer's errorMsg says which.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass
import re
from typing import Any, NoReturn

from .refusals import Denied

type Check = Callable[[Any, str], None]

_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?")
DAY_SECONDS = 86400


def wrong_form(where: str, why: str) -> NoReturn:
    """Refuse the structure."""
    raise Denied("badJsonContent", detail=f"{where}: {why}")


def wrong_value(where: str, why: str) -> NoReturn:
    """Refuse a value."""
    raise Denied("badParameters", detail=f"{where}: {why}")


@dataclass(kw_only=True, frozen=True)
class Field:
    """One node of an object."""

    name: str
    check: Check
    needed: bool = False


def must(name: str, check: Check) -> Field:
    """Return a required node."""
    return Field(name=name, check=check, needed=True)


def may(name: str, check: Check) -> Field:
    """Return an optional node."""
    return Field(name=name, check=check)


def text(most: int = 1024, *, least: int = 0, options: Container[str] | None = None) -> Check:
    """Check a string; lengths in bytes."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, str):
            wrong_form(where, "no string")
        if not least <= len(value.encode()) <= most:
            wrong_value(where, f"length {len(value.encode())}, not {least} to {most}")
        if options is not None and value not in options:
            wrong_value(where, f"no option: {value[:40]}")

    return check


def whole(low: float, high: float, *, options: Container[int] | None = None) -> Check:
    """Check an integer from `low` to `high`, both allowed."""

    def check(value: Any, where: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            wrong_form(where, "no integer")
        if not low <= value <= high or (options is not None and value not in options):
            wrong_value(where, f"out of range: {value}")

    return check


def number(low: float, high: float, *, options: Container[float] | None = None) -> Check:
    """Check a number from `low` to `high`, both allowed."""

    def check(value: Any, where: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            wrong_form(where, "no number")
        if not low <= value <= high or (options is not None and value not in options):
            wrong_value(where, f"out of range: {value}")

    return check


def flag(value: Any, where: str) -> None:
    """Check a boolean."""
    if not isinstance(value, bool):
        wrong_form(where, "no boolean")


def anything(value: Any, where: str) -> None:
    """Take whatever comes."""


def listed(item: Check, *, most: int = 1000, least: int = 0) -> Check:
    """Check an array and each of its items."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, list):
            wrong_form(where, "no array")
        if not least <= len(value) <= most:
            wrong_value(where, f"{len(value)} items, not {least} to {most}")
        for index, one in enumerate(value):
            item(one, f"{where}[{index}]")

    return check


def nullable(item: Check) -> Check:
    """Allow null beside what another check allows."""

    def check(value: Any, where: str) -> None:
        if value is not None:
            item(value, where)

    return check


def record(*fields: Field, extra: bool | Container[str] = False) -> Check:
    """Check an object; `extra` True takes unknown nodes, a container names those that are taken unseen."""
    known = {item.name: item for item in fields}

    def check(value: Any, where: str) -> None:
        if not isinstance(value, dict):
            wrong_form(where, "no object")
        for name in value:
            if name not in known and not (extra if isinstance(extra, bool) else name in extra):
                wrong_form(f"{where}.{name}", "unknown node")
        for name, item in known.items():
            if name in value:
                item.check(value[name], f"{where}.{name}")
            elif item.needed:
                wrong_form(f"{where}.{name}", "required node is missing")

    return check


def seconds_of(value: Any, where: str) -> int:
    """Read a time of day, 0:00 to 24:00, seconds optional."""
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        wrong_value(where, "no time of day")
    seconds = int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3] or 0)
    if seconds > DAY_SECONDS:
        wrong_value(where, "after the end of the day")
    return seconds


def clock(value: Any, where: str) -> None:
    """Check a time of day."""
    if not isinstance(value, str):
        wrong_form(where, "no string")
    seconds_of(value, where)


_PERIOD = record(must("week", whole(1, 7)), must("beginTime", clock), must("endTime", clock))
PERIODS_A_DAY = 8
"""000…txt l.4587."""


def schedule(value: Any, where: str) -> None:
    """Check a TimeRange: an array of periods, eight a day at most, each ending after it begins."""
    listed(_PERIOD)(value, where)
    days = [period["week"] for period in value]
    if any(days.count(day) > PERIODS_A_DAY for day in days):
        wrong_value(where, "too many periods on one day")
    for index, period in enumerate(value):
        begin = seconds_of(period["beginTime"], where)
        if begin >= seconds_of(period["endTime"], where):
            wrong_value(f"{where}[{index}]", "ends before it begins")
