"""The camera's clock: it tells the time of its wall, and no zone that can be made use of. Pure.

`timeZone` is an index of unknown meaning (002…txt l.1542, l.1611: 24, while its range ends at 12): the camera is taken
to stand in our own zone.
"""

from calendar import timegm
from datetime import UTC, datetime, timedelta
from typing import Final

from .docs import Doc

FIELDS: Final = ("year", "month", "day", "hour", "minute", "second")
NTP: Final = 2
"""Of `model`: the camera asks a time server (002…txt l.1604)."""
FROM_CLIENT: Final = 1
"""Of `model`: set by whoever is logged in."""
_EARLIEST: Final = datetime(1990, 1, 1)  # noqa: DTZ001 - wall clock
_NONE: Final = timedelta(0)


def read_wall(doc: Doc) -> datetime | None:
    """Read the time of its wall (naive); None where it is none."""
    numbers = [doc.integer(name) for name in FIELDS]
    if any(each is None for each in numbers):
        return None
    try:
        found = datetime(*(each for each in numbers if each is not None))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError, OverflowError:
        return None
    return found if found >= _EARLIEST else None


def drift(wall: datetime, now: datetime) -> float:
    """Seconds by which the camera's clock is ahead of ours; `now` is aware, in our own zone."""
    return (wall - now.replace(tzinfo=None)).total_seconds()


def ahead_of_utc(wall: datetime, now: datetime) -> timedelta:
    """What the camera's wall clock adds to UTC."""
    return wall - (now - (now.utcoffset() or _NONE)).replace(tzinfo=None)


def put_wall(doc: Doc, now: datetime) -> None:
    """Write a time into a `system-time` document, as set by us (002…txt l.1604)."""
    for name in FIELDS:
        doc.put(name, getattr(now, name))
    if "model" in doc:
        doc.put("model", FROM_CLIENT)


def stamp(wall: datetime) -> int:
    """Seconds from 1970 to a time of the wall, as if that were UTC."""
    return timegm(wall.timetuple())


def device_time(seconds: int, now: datetime) -> datetime | None:
    """Turn the time of a row of the log into a time: aware where it counts in UTC, naive where in local time or else.

    Which of both the document does not tell (l.2024): what is fresh by one of them is.
    """
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except ValueError, OverflowError, OSError:
        return None
    return moment if abs(moment - now) < _FRESH else moment.replace(tzinfo=None)


_FRESH: Final = timedelta(minutes=10)
