"""Values as Sunell-type devices write them."""

from datetime import UTC, datetime

from hypothesis import given, strategies as st
import pytest

from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.values import (
    DateOrder,
    Unit,
    date_order,
    from_bool,
    from_celsius,
    from_epoch,
    from_number,
    from_time,
    same,
    to_bool,
    to_celsius,
    to_float,
    to_int,
    to_level,
    to_points,
    to_size,
    to_time,
    to_unit,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("45.000000", 45),
        ("48", 48),
        (" -1 ", -1),
        ("62 // Confidence", 62),
        ("102 (NVR)", 102),
        ("0.0", 0),
        ("4.5", None),
        ("", None),
        (None, None),
        ("0x10", None),
        ("1e3", None),
        ("9" * 19, None),
        ("nan", None),
        ("1026575698", 1026575698),
    ],
)
def test_whole_numbers(text: str | None, number: int | None) -> None:
    assert to_int(text) == number


def test_numbers() -> None:
    assert to_float("43.162392") == 43.162392
    assert to_float(".5") == 0.5
    assert to_float("inf") is None
    assert to_level("-1") is None
    assert to_level("50") == 50


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", True),
        ("true", True),
        ("TRUE //Face switch", True),
        ("0", False),
        ("false", False),
        ("0.000000", False),
        ("2", None),
        ("", None),
        (None, None),
    ],
)
def test_switches(text: str | None, value: bool | None) -> None:
    assert to_bool(text) is value


def test_switches_with_numbers_of_their_own() -> None:
    assert [to_bool(text, on="1", off="2") for text in ("1", "2", "0")] == [True, False, None]
    assert [to_bool(text, on="0", off="1") for text in ("0", "1")] == [True, False]


def test_writing_as_the_field_had_it() -> None:
    assert [from_bool(True, like) for like in ("false", "0", None)] == ["true", "1", "1"]
    assert from_bool(False, "true") == "false"
    assert [from_number(48.0, like) for like in ("45.000000", "45", None)] == ["48.000000", "48", "48"]
    assert from_number(0.5, "1") == "0.5"


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2018-9-21 15:26:50", None, datetime(2018, 9, 21, 15, 26, 50)),  # noqa: DTZ001
        ("2019/1/1 00:02:25", None, datetime(2019, 1, 1, 0, 2, 25)),  # noqa: DTZ001
        ("20180912170410", None, datetime(2018, 9, 12, 17, 4, 10)),  # noqa: DTZ001
        ("21/12/2023 08:48:49", None, datetime(2023, 12, 21, 8, 48, 49)),  # noqa: DTZ001
        ("12/21/2023 08:48:49", None, datetime(2023, 12, 21, 8, 48, 49)),  # noqa: DTZ001
        ("05/06/2023 08:48", None, datetime(2023, 6, 5, 8, 48)),  # noqa: DTZ001
        ("05/06/2023 08:48", DateOrder.MONTH_FIRST, datetime(2023, 5, 6, 8, 48)),  # noqa: DTZ001
        ("08:48:49 23/12/05", DateOrder.YEAR_FIRST, datetime(2023, 12, 5, 8, 48, 49)),  # noqa: DTZ001
        ("2023-12-05", None, datetime(2023, 12, 5)),  # noqa: DTZ001
        ("1971010101000000", None, None),
        ("2018-13-41 15:26:50", None, None),
        ("15:26:50", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_times(text: str | None, order: DateOrder | None, expected: datetime | None) -> None:
    assert to_time(text, order) == expected


def test_times_for_queries() -> None:
    assert from_time(datetime(2018, 9, 1, 7, 4, 10)) == "20180901070410"  # noqa: DTZ001
    assert from_epoch("1540373771") == datetime(2018, 10, 24, 9, 36, 11, tzinfo=UTC)
    assert from_epoch("0") is None
    assert from_epoch("99999999999") is None
    orders = [date_order(str(number)) for number in range(7)]
    assert orders == [*(order for order in DateOrder for _ in range(2)), None]
    assert date_order(None) is None


def test_temperatures() -> None:
    assert to_unit("0") is Unit.CELSIUS
    assert to_unit("1") is Unit.FAHRENHEIT
    assert [to_unit(text, fahrenheit=2) for text in ("0", "1", "2")] == [None, Unit.CELSIUS, Unit.FAHRENHEIT]
    assert to_celsius("35.80", Unit.CELSIUS) == 35.8
    assert to_celsius("212", Unit.FAHRENHEIT) == 100.0
    assert to_celsius("35.80", None) is None
    assert to_celsius("1026575698", Unit.CELSIUS) is None
    assert to_celsius("", Unit.CELSIUS) is None
    assert from_celsius(100.0, Unit.FAHRENHEIT) == 212.0
    assert from_celsius(100.0, Unit.CELSIUS) == 100.0


def test_sizes_and_points() -> None:
    assert [to_size(text) for text in ("1920*1080", "4608x1728", "1920", None)] == [
        (1920, 1080),
        (4608, 1728),
        None,
        None,
    ]
    assert to_points("4,8||15.5, 21||,||x") == ((4.0, 8.0), (15.5, 21.0))
    assert to_points(None) == ()


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("48", "48.000000", True),
        ("43.1623921", "43.162392", True),
        ("1", "true", True),
        ("FALSE", "0", True),
        ("Gate 1", "Gate1", True),
        ("a", "b", False),
        ("1", "2", False),
        ("", "0", False),
        (None, "", False),
        (None, None, True),
    ],
)
def test_same(one: str | None, other: str | None, equal: bool) -> None:
    assert same(one, other) is equal
    assert same(other, one) is equal


@given(st.text(max_size=300) | st.from_regex(r"[0-9/ :.,|*x-]{0,40}", fullmatch=True))
def test_any_text(text: str) -> None:
    number = to_float(text)
    assert number is None or number == number
    for read in (to_int, to_bool, to_time, from_epoch, to_size, to_points, date_order, to_unit):
        read(text)
    assert same(text, text)
