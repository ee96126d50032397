"""The device's clock: its zone, how far it is off, and the time to set. Pure.

Zones are written as POSIX does, with the sign the wrong way round for people: `CST-8:00:00` is eight hours ahead of
UTC. Daylight saving differs from POSIX: `DST01:00:00,M4.1.0/02:00:00,M10.5.0/02:00:00` tells what it adds.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import re
from typing import Final

_ZONE: Final = re.compile(
    r"(?:[A-Za-z]+|<[^>]{1,16}>)(?P<sign>[+-]?)(?P<base>\d{1,2}(?::\d{2}){0,2})"
    r"(?:(?:[A-Za-z]+|<[^>]{1,16}>)(?P<adds>\d{1,2}(?::\d{2}){0,2})?,(?P<start>[^,]{1,32}),(?P<end>[^,]{1,32}))?"
)
_RULE: Final = re.compile(r"M(\d{1,2})\.(\d)\.(\d)(?:/(\d{1,2}(?::\d{2}){0,2}))?")
_STAMP: Final = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d{1,9})?\s*(Z|[+-]\d{1,2}:?\d{2})?"
)
_USUAL_SAVING: Final = timedelta(hours=1)
_MOST_SAVING: Final = timedelta(hours=3)
_CHANGES_AT: Final = timedelta(hours=2)
_MOST_OFFSET: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """When daylight saving begins or ends: the nth weekday of a month (5: the last), at a time of the wall clock."""

    month: int
    week: int
    day: int
    """0 is Sunday."""
    at: timedelta

    def moment(self, year: int) -> datetime:
        """Tell the moment in a year."""
        first = datetime(year, self.month, 1)  # noqa: DTZ001 - wall clock
        ahead = (self.day - first.isoweekday()) % 7
        date = first + timedelta(days=ahead, weeks=self.week - 1)
        while date.month != self.month:
            date -= timedelta(weeks=1)
        return date + self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A device's time zone."""

    base: timedelta
    """What is added to UTC outside of daylight saving."""
    adds: timedelta = timedelta(0)
    start: _Rule | None = None
    end: _Rule | None = None

    def local(self, now: datetime) -> datetime:
        """Turn an aware time into the wall clock's (naive)."""
        standard = now.astimezone(UTC).replace(tzinfo=None) + self.base
        return standard + self.adds if self._summer(standard) else standard

    def _summer(self, standard: datetime) -> bool:
        if self.start is None or self.end is None:
            return False
        start = self.start.moment(standard.year)
        end = self.end.moment(standard.year) - self.adds  # written in summer time
        if start <= end:
            return start <= standard < end
        return standard >= start or standard < end


def parse_zone(text: str | None) -> Zone | None:
    """Read a time zone; None when it is none. Rules that cannot be read leave daylight saving out."""
    found = _ZONE.fullmatch((text or "").strip())
    if found is None or (base := _span(found["base"])) > _MOST_OFFSET:
        return None
    base = base if found["sign"] == "-" else -base
    start, end = _rule(found["start"]), _rule(found["end"])
    if start is None or end is None:
        return Zone(base=base)
    adds = _span(found["adds"]) if found["adds"] else _USUAL_SAVING
    return Zone(base=base, adds=adds if adds <= _MOST_SAVING else _USUAL_SAVING, start=start, end=end)


def _rule(text: str | None) -> _Rule | None:
    found = _RULE.fullmatch(text or "")
    if found is None:
        return None
    month, week, day = int(found[1]), int(found[2]), int(found[3])
    if not (1 <= month <= 12 and 1 <= week <= 5 and day <= 6):
        return None
    return _Rule(month=month, week=week, day=day, at=_span(found[4]) if found[4] else _CHANGES_AT)


def _span(text: str) -> timedelta:
    hours, minutes, seconds = (*(int(each) for each in text.split(":")), 0, 0)[:3]
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def parse_stamp(text: str | None) -> tuple[datetime, timedelta | None] | None:
    """Read a `localTime`: the wall clock (naive) and its offset from UTC, where it carries one; None: unreadable."""
    found = _STAMP.fullmatch((text or "").strip())
    if found is None:
        return None
    try:
        wall = datetime(*(int(found[each]) for each in range(1, 7)))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return None
    return wall, _offset(found[7])


def _offset(text: str | None) -> timedelta | None:
    if not text:
        return None
    if text == "Z":
        return timedelta(0)
    hours, minutes = text[1:-2].rstrip(":"), text[-2:]
    size = timedelta(hours=int(hours), minutes=int(minutes))
    return -size if text[0] == "-" else size


def wall_clock(local_time: str | None, zone: str | None, now: datetime) -> datetime | None:
    """Tell what the device's clock should show now (naive); None when its zone is not known.

    The zone counts before the offset of `local_time`, which some firmware leaves without daylight saving.
    """
    if known := parse_zone(zone):
        return known.local(now)
    stamp = parse_stamp(local_time)
    if stamp is None or stamp[1] is None:
        return None
    return now.astimezone(UTC).replace(tzinfo=None) + stamp[1]


def drift(local_time: str | None, zone: str | None, now: datetime) -> float | None:
    """Tell by how many seconds the device's clock is ahead; None when that cannot be told."""
    stamp, right = parse_stamp(local_time), wall_clock(local_time, zone, now)
    if stamp is None or right is None:
        return None
    return (stamp[0] - right).total_seconds()


def stamp_now(local_time: str | None, zone: str | None, now: datetime) -> str | None:
    """Write the right time in the form of the device's own `local_time`; None when its zone is not known."""
    right = wall_clock(local_time, zone, now)
    if right is None:
        return None
    text = right.isoformat(timespec="seconds")
    stamp = parse_stamp(local_time)
    if stamp is None or stamp[1] is None:
        return text
    ahead = round((right - now.astimezone(UTC).replace(tzinfo=None)).total_seconds() / 60)
    return f"{text}{'-' if ahead < 0 else '+'}{abs(ahead) // 60:02}:{abs(ahead) % 60:02}"
