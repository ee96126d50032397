"""Error codes of Sunell-type devices: all of the guide's table, and the many ways to write one."""

import re

from hypothesis import given, strategies as st
import pytest

from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.codes import (
    CODES,
    Kind,
    code_of,
    error_of,
    is_ok,
    nothing_found,
    reply_code,
    reply_error,
)
from custom_components.ip_surveillance.protocol.errors import (
    AccountLocked,
    AuthFailed,
    Busy,
    CannotConnect,
    DeviceError,
    Forbidden,
    NotActivated,
    NotSupported,
    Rejected,
    TlsError,
)

from .cgi_examples import GUIDE

WORDS = {"twenty one": "21", "twenty two": "22", "twenty three": "23"}
"""Numbers that the guide spells out by mistake (l.31893-31900)."""


@pytest.mark.skipif(not GUIDE.exists(), reason="the guide does not lie beside the repository")
def test_every_code_of_the_guide() -> None:
    table = GUIDE.read_text(encoding="utf-8").split("\n")[31830:32274]
    cells = [
        WORDS.get(line.strip().removeprefix("-"), line.strip().removeprefix("-"))
        for line in table
        if line.strip().startswith("-")
    ]
    numbers = [-int(cell) for cell in cells if cell.isdigit()]
    assert len(numbers) == len(set(numbers)) == 133
    assert set(CODES) == {*numbers, -5002}


def test_codes_are_told_apart() -> None:
    assert len(CODES) == 134
    assert all(number == row.number and row.meaning for number, row in CODES.items())
    assert code_of(-5003).kind is Kind.INTERNAL


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (-507, AuthFailed),
        (-508, AuthFailed),
        (-515, AccountLocked),
        (-527, AccountLocked),
        (-528, NotActivated),
        (-532, NotActivated),
        (-512, Forbidden),
        (-18, TlsError),
        (-209, CannotConnect),
        (-511, Busy),
        (-505, Busy),
        (-9, Busy),
        (-22, NotSupported),
        (-506, NotSupported),
        (-8, Rejected),
        (-5002, Rejected),
        (-108, Rejected),
        (-311, Rejected),
        (-309, DeviceError),
        (-9999, DeviceError),
    ],
)
def test_errors(number: int, error: type[DeviceError]) -> None:
    made = error_of(number, "the text")
    assert type(made) is error
    assert made.code == str(number)
    assert str(number) in made.detail
    assert ("the text" in made.detail) == (number not in CODES)


@pytest.mark.parametrize(
    ("body", "number"),
    [
        (b"Error,return=-508\r\n", -508),
        (b"error, Return=-8", -8),
        (b"Error,return = -8\n", -8),
        (b"ERROR : Return -506", -506),
        (b"error,Return=8", -8),
        (b"Returns -8", -8),
        (b"return=-21", -21),
        (b"error -12", -12),
        (b"error code: -8", -8),
        (b"\xef\xbb\xbfError,return=-508", -508),
        (b"-8", -8),
        (b" -8 \r\n", -8),
        (b"\x00error, Return=-22\x00", -22),
        ("错误 error".encode("gbk"), None),
        (b"error", None),
        (b"error, Return=", None),
        (b"errorCount=5\r\nlockTime=10\r\n", None),
        (b"returnPath=-3", None),
        (b"describe=error -5", None),
        (b"error=0", None),
        (b"8", None),
        (b"", None),
        (b"OK", None),
        (b"error, Return=-" + b"9" * 400, None),
        (b"error, Return=-8" + b" " * 2000, None),
        (b"<html>error -404</html>", None),
        (b"\xff\xd8\xff\xe0" + b"error -8" * 200, None),
    ],
)
def test_errors_are_recognised_before_pairs(body: bytes, number: int | None) -> None:
    assert reply_code(body) == number
    error = reply_error(body)
    assert (error.code if error else None) == (None if number is None else str(number))


@pytest.mark.parametrize(
    ("body", "nothing"),
    [
        (b"Not Find AlarmInfo\r\n", True),
        (b"not found", True),
        (b"No data", True),
        (b"error, Return=-311", True),
        (b"-16", True),
        (b"error, Return=-8", False),
        (b"alarmInfoCount=0", False),
        (b"notFoundFlag=1", False),
        (b"", False),
    ],
)
def test_nothing_found(body: bytes, nothing: bool) -> None:
    assert nothing_found(body) is nothing
    if b"F" in body:
        assert reply_error(body) is None


@pytest.mark.parametrize(
    ("body", "good"),
    [
        (b"OK", True),
        (b"Ok\r\n", True),
        (b"ok", True),
        (b"OK port:32768", True),
        (b"OK prot: 32768", True),
        (b"scanBegin=1\r\nscanEnd=1\r\nOK\r\n", True),
        (b"", False),
        (b"OKAY", False),
        (b"ok=1", False),
        (b"error, Return=-8", False),
        (b"The ntp test failed!!", False),
    ],
)
def test_ok(body: bytes, good: bool) -> None:
    assert is_ok(body) is good


@given(st.binary(max_size=700) | st.from_regex(r"(?i)error[ ,:]{0,3}return ?= ?-?[0-9]{1,12}").map(str.encode))
def test_any_body(body: bytes) -> None:
    number = reply_code(body)
    assert number is None or number < 0
    assert number is None or re.search(rb"\d", body) or b"\xef" in body
    is_ok(body)
    nothing_found(body)
