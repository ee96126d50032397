"""Clocks of devices that tell no zone: how wrong such a one is at least. Pure."""

from typing import Final

_ZONES: Final = 27 * 3600.0
"""Seconds that no two zones are apart."""
_QUARTER: Final = 900.0
_LIMIT: Final = 60.0
"""Seconds that a clock may be off before the user is told."""


def fault_of(off: float | None) -> float | None:
    """Seconds by which the clock is wrong whatever zone it goes by: zones differ by quarters of an hour.

    None where it is right, or near enough, or not known.
    """
    if off is None:
        return None
    if abs(off) > _ZONES:
        return off
    wrong = (off + _QUARTER / 2) % _QUARTER - _QUARTER / 2
    return wrong if abs(wrong) > _LIMIT else None
