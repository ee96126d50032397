"""The camera's log, read again and again: which rows are new. Pure.

Rows have no identity of their own: their index counts from the newest (002…txt l.2003-2013), so a row is what it says
and how often it says it. The log may be cleared, may wrap, and may go back in time with the camera's clock; whether
its times count in UTC or in local time is not told.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from .docs import Doc

PATH: Final = "/api/system/log-manager"
WIDE: Final = 4200
"""Seconds that a wide look goes back: the clock's step back from daylight saving, and some."""
_MARGIN: Final = 5
"""Seconds by which rows may be written late."""
_SLACK: Final = 60
"""Seconds by which a row may be later than the clocks that were read with it."""
EITHER_ZONE: Final = 15 * 3600
"""Seconds that local time and UTC may be apart, and some."""
_FOREVER: Final = 2**31 - 1
_MOST_ROWS: Final = 4096
_LONGEST: Final = 200
_EARLIEST: Final = 0


class Row(NamedTuple):
    """One row."""

    time: int
    """Seconds from 1970, in UTC or local time."""
    type: int | None
    text: str


def read_rows(doc: Doc) -> tuple[Row, ...]:
    """Read an answer, oldest row first; rows without a time are none."""
    found = [
        Row(time=moment, type=row.integer("type"), text=(row.text("message") or "")[:_LONGEST])
        for row in doc.docs("logList")[:_MOST_ROWS]
        if (moment := row.integer("time")) is not None and moment >= _EARLIEST
    ]
    # Answers begin with the newest; rows of one second keep their order.
    found.reverse()
    return tuple(sorted(found, key=lambda row: row.time))


class LogBook:
    """What was seen of the log."""

    def __init__(self) -> None:
        """Start with nothing seen; `begin` comes first."""
        self._seen: Counter[Row] = Counter()
        self._newest = 0

    def first_question(self, wall: int | None) -> dict[str, str]:
        """What to ask at first: the last hours by the camera's own clock, or all of it where that is not known."""
        return between(_EARLIEST if wall is None else wall - EITHER_ZONE)

    def begin(self, rows: Iterable[Row], wall: int | None, utc: int) -> None:
        """Take all there is as seen: nothing is told again at the start.

        `wall` is the device's time and `utc` ours, seconds from 1970.
        """
        known = tuple(rows)
        latest = None if wall is None else _present(wall, utc) + _SLACK
        # What seems to be of the future was written by a clock that was wrong then.
        past = [row.time for row in known if latest is None or row.time <= latest]
        self._seen = Counter(known)
        self._newest = max(past, default=_EARLIEST if wall is None else wall - EITHER_ZONE)

    def question(self, *, wide: bool = False) -> dict[str, str]:
        """What to ask next; a wide look finds what was written after the clock went back."""
        return between(self._since(wide=wide))

    def take(self, rows: Iterable[Row], *, wide: bool = False, wall: int | None = None) -> list[Row]:
        """Take an answer and return the rows that are new, oldest first; `wall` is the device's time, if known."""
        since = self._since(wide=wide)
        # A camera that does not mind the times asked for answers with all it has.
        answer = [row for row in rows if row.time >= since]
        left = Counter(answer) - self._seen
        new: list[Row] = []
        for row in reversed(answer):
            if left[row] > 0:
                left[row] -= 1
                new.append(row)
        new.reverse()
        self._seen |= Counter(answer)
        latest = None if wall is None else wall + EITHER_ZONE
        # After a row that seems to be of the future nothing would be heard until then. Wider than at the beginning: the
        # clock is read now and then only, and may have been set forward since.
        if past := [row.time for row in new if latest is None or row.time <= latest]:
            self._newest = past[-1]
        self._forget()
        return new

    def _since(self, *, wide: bool) -> int:
        return max(_EARLIEST, self._newest - (WIDE if wide else _MARGIN))

    def _forget(self) -> None:
        oldest = self._newest - 2 * WIDE
        kept = sorted((row for row in self._seen if row.time >= oldest), key=lambda row: row.time)[-_MOST_ROWS:]
        self._seen = Counter({row: self._seen[row] for row in kept})


def _present(wall: int, utc: int) -> int:
    """The later of the two times that a row written now may bear; UTC is told by us, where the clock is about right."""
    return utc if wall < utc <= wall + EITHER_ZONE else wall


def between(start: int, end: int = _FOREVER) -> dict[str, str]:
    """The data of a question for the rows between two times, seconds from 1970 as texts (002…txt l.1998)."""
    return {"startTime": str(max(_EARLIEST, start)), "endTime": str(min(max(_EARLIEST, end), _FOREVER))}
