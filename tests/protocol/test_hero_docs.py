"""The tolerant view on documents: names, forms of values, ranges, what is put in, and what changed."""

import random
from typing import Any

import pytest

from custom_components.ip_surveillance.protocol.drivers.herospeed.codes import (
    CODES,
    NotLoggedIn,
    Use,
    code_error,
    shown,
    to_code,
)
from custom_components.ip_surveillance.protocol.drivers.herospeed.docs import (
    Change,
    Doc,
    Range,
    changes,
    same,
    wire,
    without_limits,
)
from custom_components.ip_surveillance.protocol.drivers.herospeed.endpoints import bodies, plain_path
from custom_components.ip_surveillance.protocol.drivers.herospeed.messages import read_answer, read_object, request
from custom_components.ip_surveillance.protocol.drivers.herospeed.settings import Line
from custom_components.ip_surveillance.protocol.errors import BadAnswer, Busy, DeviceError, NotSupported


def test_names() -> None:
    doc = Doc({"rtspProtocol ": 1, "dateTime": 2, "steamType": 3, "x": None, "X": 5, 7: 8})
    assert doc.get("rtspProtocol") == 1
    assert doc.key("RTSPPROTOCOL") == "rtspProtocol "
    assert doc.get("datetime") == 2
    assert doc.get("streamType") == 3
    assert doc.get("missing", "datetime") == 2
    assert (doc.get("x"), doc.get("X")) == (None, 5)
    assert "x" in doc
    assert "y" not in doc
    assert doc.names == ("rtspProtocol", "dateTime", "steamType", "x", "X")


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ("enableRoi", "enabelRoi"),
        ("position", "postion"),
        ("presetDwellTime", "presetDweelTime"),
        ("personNum", "persionNum"),
        ("persionNum", "personNum"),
        ("keepAlive", "alivePeriod"),
        ("type", "argType"),
        ("registerStatus", "cStatus"),
        ("serverIp", "sipServerIp"),
        ("process", "trigger"),
    ],
)
def test_spellings(asked: str, sent: str) -> None:
    doc = Doc({sent: 1, "other": 2})
    assert doc.integer(asked) == 1
    doc.put(asked, 3)
    assert doc.value == {sent: 3, "other": 2}
    # The name itself goes before other spellings of it.
    assert Doc({sent: 1, asked: 2}).integer(asked) == 2


@pytest.mark.parametrize(
    ("value", "integer", "number", "truth", "text"),
    [
        (1, 1, 1.0, True, "1"),
        ("1", 1, 1.0, True, "1"),
        (" 0 ", 0, 0.0, False, "0"),
        (True, 1, 1.0, True, "true"),
        ("true", None, None, True, "true"),
        ("0x1F", 31, None, None, "0x1F"),
        (2.5, None, 2.5, None, "2.5"),
        ("", None, None, None, None),
        (None, None, None, None, None),
        ([1], None, None, None, None),
        (10**30, None, None, None, None),
        (float("inf"), None, None, None, None),
        ("Front\x00 Door\n", None, None, None, "Front Door"),
    ],
)
def test_values(value: object, integer: int | None, number: float | None, truth: bool | None, text: str | None) -> None:
    doc = Doc({"a": value})
    assert (doc.integer("a"), doc.number("a"), doc.truth("a"), doc.text("a")) == (integer, number, truth, text)


def test_inner_documents() -> None:
    doc = Doc({"deep": {"list ": [[{"a": 1}, 5], {"a": 2}]}})
    assert [each.integer("a") for each in doc.doc("deep").docs("list")] == [1, 2]
    assert doc.doc("missing").doc("missing").docs("x") == ()
    assert not doc.doc("missing")
    assert [each.integer("a") for each in Doc([[{"a": 1}]]).rows] == [1]
    assert [each.value for each in Doc({"a": 1}).rows] == [{"a": 1}]
    assert Doc(None).rows == Doc(7).rows == ()
    assert Doc([1]).get("a") is None
    nested: list[Any] = [{"a": 1}]
    for _ in range(500):
        nested = [nested]
    assert Doc(nested).rows == ()


def test_a_document_shows_no_values() -> None:
    assert "s3cret" not in repr(Doc({"password": "s3cret"}))
    assert "password" in repr(Doc({"password": "s3cret"}))
    assert "s3cret" not in repr([Doc(["s3cret"]), Doc("s3cret")])


def test_ranges() -> None:
    doc = Doc(
        {
            "addr": 1,
            "addrMin": "0",
            "ADDRMAX ": 255,
            "baudrate": 3,
            "baudrateList": [1200, "2400", {"x": 1}, None],
            "low": 1,
            "lowMin": 5,
            "lowMax": 5,
            "half": 1,
            "halfMin": 1,
        }
    )
    assert doc.range("addr") == Range(minimum=0, maximum=255)
    assert doc.range("low") is None
    assert doc.range("half") is None
    assert doc.range("baudrate") is None
    assert doc.options("baudrate") == (1200, "2400")
    assert doc.options("addr") == ()


@pytest.mark.parametrize(
    ("value", "like", "written"),
    [
        (True, 0, 1),
        (True, False, True),
        (1, False, True),
        ("0", True, False),
        (True, "0", "1"),
        (False, "true", "false"),
        (False, "TRUE", "FALSE"),
        (False, "True", "False"),
        (7, "3", "7"),
        (7.0, "3", "7"),
        (7.0, 3, 7),
        ("7", 3, 7),
        ("true", 0, 1),
        (2.5, 3, 2.5),
        (3, 2.5, 3.0),
        (31, "0x0F", "0x1F"),
        (31, "0x00ff", "0x001f"),
        ("text", "other", "text"),
        ("text", None, "text"),
        ([1], [2], [1]),
        ("word", 3, "word"),
    ],
)
def test_written_in_the_form_of_the_old_value(value: object, like: object, written: object) -> None:
    found = wire(value, like)
    assert found == written
    assert type(found) is type(written)


def test_put() -> None:
    doc = Doc({"enable ": "0"})
    doc.put("Enable", True)
    assert doc.value == {"enable ": "1"}
    with pytest.raises(NotSupported):
        doc.put("other", 1)
    doc.put("other", 1, add=True)
    assert doc.value == {"enable ": "1", "other": 1}
    with pytest.raises(NotSupported):
        Doc([1]).put("a", 1, add=True)


def test_a_copy_is_one() -> None:
    doc = Doc({"a": [{"b": 1}]})
    copied = doc.copy()
    copied.docs("a")[0].put("b", 2)
    assert doc.value == {"a": [{"b": 1}]}
    assert copied.value == {"a": [{"b": 2}]}


def test_changes() -> None:
    before = {"a": 1, "b ": {"c": [1, 2]}, "d": [1], "same": 0}
    after = {"a": 2, "b ": {"c": [1, 3], "new": 5}, "d": [1, 2], "same": 0}
    found = list(changes(before, after))
    assert [(each.at, each.value) for each in found] == [
        (("a",), 2),
        (("b ", "c", 1), 3),
        (("b ", "new"), 5),
        (("d",), [1, 2]),
    ]
    assert [each.name for each in found] == ["a", "b.c.1", "b.new", "d"]
    assert all(each.holds(after) for each in found)
    assert not any(each.holds(before) for each in found)
    assert not any(each.holds({}) or each.holds(None) or each.holds([]) for each in found)
    assert Change(at=("b ", "c", 1), value=3).holds({"B": {"c": ["9", "3"]}})


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (True, 1, True),
        (True, "1", True),
        ("true", 1, True),
        (5, "5.0", True),
        ("0xff", 255, True),
        ("a ", "a", True),
        ("a", "b", False),
        (1, 2, False),
        (0, None, False),
        ([1, "2"], ["1", 2], True),
        ([1], [1, 2], False),
        ({"a": 1}, {"A": "1", "b": 2}, True),
        ({"a": 1}, {"b": 1}, False),
        ({"a": 1}, [1], False),
    ],
)
def test_same(one: object, other: object, alike: bool) -> None:
    assert same(one, other) is alike


def test_limits_are_left_out() -> None:
    value = {
        "a": 1,
        "aMin": 0,
        "A Max": 3,
        "amax ": 3,
        "cruiseMin": 0,
        "presetList": [{"b": 1, "bList": [1]}],
    }
    assert without_limits(value) == {"a": 1, "A Max": 3, "cruiseMin": 0, "presetList": [{"b": 1}]}
    assert without_limits([[value["presetList"]]]) == [[[{"b": 1}]]]


def test_bodies() -> None:
    assert list(bodies("/api/event/roi", {"a": 1})) == [{"a": 1}]
    assert list(bodies("/api/video/watermark", [{"a": 1}])) == [[{"a": 1}]]
    assert list(bodies("/api/image/image", {"a": 1})) == [{"channel": 0, "a": 1}]
    assert list(bodies("/api/image/image", {"a": 1, "channel": 2})) == [{"channel": 2, "a": 1}]
    assert list(bodies("/api/image/fill-light", {"realTimeVal ": 1, "dayVal": 2})) == [{"dayVal": 2}]
    record = {"videoRecord": {"enable": 1, "storageType": 0}, "weekScop ": {"scopeModel": 0}}
    assert list(bodies("/api/storage/regular-record-property", record)) == [
        {"videoRecord": {"enable": 1}, "weekScop ": {"scopeModel": 0}},
        {"videoRecord": {"enable": 1}},
    ]
    info = {"devName": "Door", "devId ": "8888888888888", "devType": 0, "firmwareVersion": "1", "platform": "16CV500"}
    assert list(bodies("/api/system/device-info", info)) == [{"devName": "Door"}]
    cloud = {"enable": True, "serialNumber": "88", "iosAppAddr": "https://a", "androidAppAddr": "https://b"}
    assert list(bodies("/api/network/p2p", cloud)) == [{"enable": True}]
    assert list(bodies("/api/event/alarm-schedule", {"trigger ": 1})) == [{"process": 1}, {"trigger ": 1}]
    assert list(bodies("/api/event/alarm-schedule", {"process": 1})) == [{"process": 1}]


def test_plain_paths() -> None:
    for spelling in ("API//network/./FTP/", "/api/x/../network/ftp?x=1", "/api/network%2Fftp#a", "\\api\\network/ftp"):
        assert plain_path(spelling) == "/api/network/ftp"


def test_codes() -> None:
    assert len(CODES) == 32 + 1
    assert to_code("0") == 0
    assert to_code(0x40010001) == to_code("0x40010001") == to_code("1073807361") == 0x40010001
    assert to_code(True) is to_code(None) is to_code("x") is to_code(1.5) is None
    assert shown(0x4001001E) == "0x4001001e"
    for use in Use:
        assert code_error(0, use=use) is None
        for number in (*CODES, 9999, -1):
            error = code_error(number, "told", use=use)
            assert isinstance(error, DeviceError)
            assert error.code
            assert error.detail
    assert isinstance(code_error(101, use=Use.READ), NotLoggedIn)
    assert isinstance(code_error(203, use=Use.PUSH), Busy)
    assert "told" in str(code_error(1, "told", use=Use.WRITE))


def test_request() -> None:
    assert request("set", {"n": "ü"}) == '{"action":"set","data":{"n":"ü"}}'.encode()
    body = b'{"action":"set","data":{"n":"a\\ud800b"}}'
    assert request("set", read_object(body)["data"]) == body
    assert Line(longest=9).read(Doc(read_object(body)["data"]), "n") == "a?b"


def test_names_are_kept_as_received() -> None:
    strict = read_answer(b'{"code":0,"data":{"rtspProtocol ":{"port":554}}}')
    assert strict.data == {"rtspProtocol ": {"port": 554}}
    repaired = read_answer(b'{"code":0,"data":[{"rtspProtocol ":{"port":554},},{"a":1, "b ": 2},{"b":3}]}')
    # A name that occurs with and without blanks cannot be told after a repair.
    assert repaired.data == [{"rtspProtocol ": {"port": 554}}, {"a": 1, "b": 2}, {"b": 3}]
    assert "554" not in repr(strict)


def test_bounds() -> None:
    with pytest.raises(BadAnswer):
        read_object(b'{"a":"' + b"x" * 2**20 + b'"}')
    for depth in (60, 5000, 200_000):
        for body in (b'{"a":' + b"[" * depth + b"]" * depth + b"}", b'{"a":' * depth + b"1" + b"}" * depth):
            with pytest.raises(BadAnswer):
                read_object(body)
    assert read_object(b'{"a": NaN}') == {"a": None}


def test_nothing_but_bad_answer_comes_out() -> None:
    random.seed(7)
    pieces = [
        '{"code":0,"data":',
        "{",
        "}",
        "[",
        "]",
        '"',
        ":",
        ",",
        "NULL",
        "1e999",
        "-",
        '"a "',
        "\\",
        "\x00",
        "“",
        "0x1",
    ]
    for _ in range(4000):
        body = "".join(random.choices(pieces, k=random.randrange(14))).encode()
        try:
            doc = Doc(read_answer(body).data)
        except BadAnswer:
            continue
        for each in (doc, *doc.rows):
            assert each.integer("a") is None or isinstance(each.integer("a"), int)
            assert isinstance(each.range("a"), Range | None)
            assert same(each.value, each.copy().value)
            assert not list(changes(each.value, each.copy().value))
