"""The device's clock, which knows no zone: it is compared with ours as both stand on the wall. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final

from ...model.events import Polled
from ...model.parts import HOST_PART
from ...model.vocabulary import Quantity, Reading
from .grammar import Pair, Record
from .values import to_int

KIND: Final = "dateTime"
DRIFT: Final = Reading(Quantity.CLOCK_DRIFT)
_FIELDS: Final = ("year", "month", "day", "hour", "minute", "second")


def local_now(zone: tzinfo | None = None) -> datetime:
    """Our own wall clock in a zone, or in the system's."""
    return datetime.now(UTC).astimezone(zone).replace(tzinfo=None)


def time_of(answer: Record) -> datetime | None:
    """The device's time (003_f90f6ea635efbe94.txt l.2540)."""
    numbers = [to_int(answer.get(name)) for name in _FIELDS]
    try:
        return datetime(*(-1 if number is None else number for number in numbers))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError, OverflowError:
        return None


def drift_of(answer: Record, now: datetime) -> float | None:
    """Seconds by which the device is ahead; whole ones, since it tells no others."""
    time = time_of(answer)
    if time is None:
        return None
    ahead = (time - now).total_seconds()
    return 0.0 if abs(ahead) < 1 else float(round(ahead))


def pairs_of(now: datetime) -> tuple[Pair, ...]:
    """Fields that set the clock."""
    values: Mapping[str, int] = {name: getattr(now, name) for name in _FIELDS}
    return tuple((name, str(value)) for name, value in values.items())


def drift_read(asked_at: float, drift: float | None) -> Polled:
    """What was read back."""
    return Polled(asked_at=asked_at, readback=True, readings={(HOST_PART, DRIFT): drift})
