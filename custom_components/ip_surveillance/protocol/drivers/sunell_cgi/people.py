"""People that were counted today. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from ...model.vocabulary import Quantity, Reading
from .grammar import Pair, Record
from .values import to_int

KINDS: Final = ("statisticsInfo", "getStatisticsInfo")
"""The example's name and the address's (003_f90f6ea635efbe94.txt l.18994-19000)."""
SETTINGS: Final = "getStatisticsCfg"
ENTERED, LEFT = Reading(Quantity.ENTERED), Reading(Quantity.LEFT)
READINGS: Final = frozenset({ENTERED, LEFT})
_BY_DAY: Final = "1"
"""Kind of the question: the hours of one day."""


def query(channel: int, today: datetime) -> tuple[Pair, ...]:
    """Ask for the hours of a day of the device's clock."""
    return (
        ("cameraID", str(channel)),
        ("QueryType", _BY_DAY),
        ("QueryTimeYear", str(today.year)),
        ("QueryTimeMon", str(today.month)),
        ("QueryTimeDay", str(today.day)),
    )


def counted(answer: Record) -> Mapping[Reading, float]:
    """Sums of all hours in an answer."""
    return {
        ENTERED: float(_sum(answer, "EnterNumber")),
        LEFT: float(_sum(answer, "OutNumber")),
    }


def _sum(answer: Record, name: str) -> int:
    return sum(max(0, number) for value in answer.every(name) if (number := to_int(value)) is not None)
