"""How wrong a clock without a zone is at least."""

import pytest

from custom_components.ip_surveillance.protocol.wall_clock import fault_of

HOUR, DAY = 3600.0, 86400.0


@pytest.mark.parametrize(
    ("off", "wrong"),
    [
        (None, None),
        (0.0, None),
        (60.0, None),
        (61.0, 61.0),
        (-61.0, -61.0),
        (8 * HOUR, None),
        (5.75 * HOUR + 30, None),
        (-3.5 * HOUR - 120, -120.0),
        (26 * HOUR, None),
        (-7 * DAY, -7 * DAY),
        (400 * DAY, 400 * DAY),
    ],
)
def test_zones_are_no_fault(off: float | None, wrong: float | None) -> None:
    assert fault_of(off) == wrong
