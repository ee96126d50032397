"""JSON that is nearly right: repaired where the maker's guide shows how it goes wrong, else refused."""

import json
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ip_surveillance.protocol.errors import BadAnswer
from custom_components.ip_surveillance.protocol.transport.loose_json import (
    DEEPEST,
    LARGEST,
    LARGEST_DAMAGED,
    find_all,
    get,
    load,
    load_noting,
    lowered,
    to_bool,
    to_float,
    to_int,
    to_text,
    wrapped,
)

DEFECTS = {
    "trailing comma in an object": ('{"A":{"s":"on",}}', {"A": {"s": "on"}}),
    "trailing comma in a list": ('{"A":[1,2,]}', {"A": [1, 2]}),
    "missing comma on the next line": ('{"a":"x"\n"b":{"c":1}}', {"a": "x", "b": {"c": 1}}),
    "missing comma on the same line": ('{"a":{"c":"x"} "b":2}', {"a": {"c": "x"}, "b": 2}),
    "missing comma after a list": ('{"L":[{"a":1}]\n"M":[]}', {"L": [{"a": 1}], "M": []}),
    "missing comma after a number": ('{"a":1\n"b":true\n"c":null}', {"a": 1, "b": True, "c": None}),
    "full-width comma": ('{"f":22，"g":1}', {"f": 22, "g": 1}),
    "full-width colon": ('{"L"：[{"V"：{"x":"y"}}]}', {"L": [{"V": {"x": "y"}}]}),
    "dots that stand for more": ('{"f":22，\n ...\n}', {"f": 22}),
    "dots in a list": ('{"L":[{"a":1},\n{...}, …]}', {"L": [{"a": 1}, {}]}),
    "colon before the closing quote": (
        '{"P":{"s":0, "videoURL: "http://h/a.jpg"\n}}',
        {"P": {"s": 0, "videoURL": "http://h/a.jpg"}},
    ),
    "colon before the closing quote of a quoted value": (
        '{"u:" "x", "n:" 5, "o:" {"p":1}}',
        {"u": "x", "n": 5, "o": {"p": 1}},
    ),
    "member in a list": (
        '{"V":[{"p":"left"},{"p":"right"},\n"isTalk":0\n]}',
        {"V": [{"p": "left"}, {"p": "right"}, {"isTalk": 0}]},
    ),
    "curly quotes": ("{“a”: “x y”, „b“: 1}", {"a": "x y", "b": 1}),
    "braces missing at the end": ('{"A":{"b":[{"c":"x"}', {"A": {"b": [{"c": "x"}]}}),
    "list that is not closed": ('{"A":{"L":[{"b":1},{"b":2}},"z":3}', {"A": {"L": [{"b": 1}, {"b": 2}]}, "z": 3}),
    "object that is not closed": ('{"L":[{"b":{"c":1}],"z":3}', {"L": [{"b": {"c": 1}}], "z": 3}),
    "too many closers": ('{"a":1}}]}', {"a": 1}),
    "value left out": ('{"id": ,"seq":\n,"last": }', {"id": None, "seq": None, "last": None}),
    "comments": ('{"a":1, /* one, "two": 2\n*/ "b":2 /*x*/}', {"a": 1, "b": 2}),
    "comment without its asterisk": ('{"L":[{\n/*a list/\n"O":{"id":1}}]}', {"L": [{"O": {"id": 1}}]}),
    "bare words": ('{"a": on, b: TRUE, "c": -1.5e1}', {"a": "on", "b": True, "c": -15.0}),
    "a wrong escape": ('{"p":"C:\\dir\\x","q":1}', {"p": "C:\\dir\\x", "q": 1}),
    "a line break in a text": ('{"p":"one\ntwo"}', {"p": "one\ntwo"}),
    "blanks in a name": ('{"deviceName ":" x "}', {"deviceName": " x "}),
    "a name twice": ('{"R":{"x":0},"R":{"x":1},"R":{"x":2}}', {"R": [{"x": 0}, {"x": 1}, {"x": 2}]}),
    "a name twice and a missing comma": ('{"R":1 "R":[2] "b":3}', {"R": [1, [2]], "b": 3}),
    "byte order mark and padding": ("\ufeff\r\n{}\x00\x00", {}),
    "no number": ('{"t":NaN,"u":-Infinity}', {"t": None, "u": None}),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_defects_are_repaired(defect: str) -> None:
    text, meant = DEFECTS[defect]
    assert load(text.encode()) == meant


def test_what_is_inside_a_text_stays() -> None:
    told = {"a": "1，2：3 ,} ] “x” /* no comment */ ..."}
    assert load(json.dumps(told, ensure_ascii=False).encode()) == told
    assert load(json.dumps(told, ensure_ascii=False).encode()[:-1]) == told


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "7",
        '"text"',
        "null",
        "<html>{}</html>",
        "{",
        '{"a',
        '{"a"',
        '{"a":',
        '{"a":"x',
        '{"a":12',
        '{"a":1,',
        '{"a":"x",',
        '{"a":tru',
        '{"a":1}{"b":2}',
        '{"a":1} more',
        '{{"a":1}}',
        "{no members at all}",
        '{"a":/*',
    ],
)
def test_what_is_not_whole_is_refused(text: str) -> None:
    with pytest.raises(BadAnswer):
        load(text.encode())


def test_size_is_bounded() -> None:
    body = b'{"a":"' + b"x" * (LARGEST - 8) + b'"}'
    assert len(body) == LARGEST
    assert len(load(body)["a"]) == LARGEST - 8
    with pytest.raises(BadAnswer):
        load(body + b" ")


def test_what_is_damaged_has_less_room() -> None:
    body = b'{"b":1 "a":"' + b"x" * (LARGEST_DAMAGED - 14) + b'"}'
    assert len(body) == LARGEST_DAMAGED
    assert len(load(body)["a"]) == LARGEST_DAMAGED - 14
    with pytest.raises(BadAnswer):
        load(body + b" ")
    assert load(body.replace(b" ", b",") + b" ")["b"] == 1


@pytest.mark.parametrize("comma", [",", " "])
@pytest.mark.parametrize(("opens", "closes"), [('{"a":', "}"), ("[", "]")])
def test_depth_is_bounded(opens: str, closes: str, comma: str) -> None:
    """The same bound whether or not something needs repair."""

    def nested(levels: int) -> bytes:
        return ('{"x":1' + comma + '"y":' + opens * (levels - 1) + "0" + closes * (levels - 1) + "}").encode()

    assert load(nested(DEEPEST))["x"] == 1
    for levels in (DEEPEST + 1, 5_000, 100_000):
        with pytest.raises(BadAnswer):
            load(nested(levels))


@pytest.mark.parametrize(
    "piece",
    [
        '"a:" 1',
        '"a: "',
        '"a:" ',
        "/*",
        "/ ",
        '"',
        "“",
        "\\",
        "[",
        "{",
        "]",
        "...",
        '"a"',
        "1",
        '"a":1 ',
        "a:",
        "[,:",
        "-",
    ],
)
def test_hostile_repetitions_end(piece: str) -> None:
    """A repair that is not linear would not come back from these before the test times out."""
    for head in ('{"x":1 ', '{"x":[1 '):
        body = (head + piece * ((LARGEST_DAMAGED - 16) // len(piece.encode()))).encode()
        try:
            assert isinstance(load(body), dict)
        except BadAnswer:
            continue


JSONISH = st.text(alphabet='{}[]",:，：“”\\/* \n.0a1-truefalsn\x00', max_size=60)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=5), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=80) | JSONISH.map(str.encode) | JSONISH.map(lambda text: ("{" + text + "}").encode()))
def test_anything_is_read_or_refused(body: bytes) -> None:
    try:
        found = load(body)
    except BadAnswer:
        return
    assert isinstance(found, dict)
    assert all(isinstance(key, str) and key == key.strip() for key in found)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=5), VALUES, min_size=1, max_size=4), st.data())
def test_a_character_more_or_less_breaks_nothing(told: dict[str, Any], data: st.DataObject) -> None:
    text = json.dumps(told)
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 2))
    inserted = data.draw(st.sampled_from(["", ",", "}", "]", '"', "，", "/*", ":"]))
    try:
        found = load((text[:at] + inserted + text[at + cut :]).encode())
    except BadAnswer:
        return
    assert isinstance(found, dict)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,4}", fullmatch=True), VALUES, min_size=1, max_size=4))
def test_right_json_means_what_it_says(told: dict[str, Any]) -> None:
    def stripped(value: Any) -> Any:
        if isinstance(value, list):
            return [stripped(each) for each in value]
        if isinstance(value, dict) and len({key.strip() for key in value}) == len(value):
            return {key.strip(): stripped(each) for key, each in value.items()}
        return value

    if all(" " not in json.dumps(each) for each in told.values()):
        assert load(json.dumps(told).encode()) == stripped(told)


def test_get_ignores_case() -> None:
    assert get({"ZoneNo": 1}, "zoneNo") == 1
    assert get({"zoneno": 1, "zoneNo": 2}, "zoneNo") == 2
    assert get({}, "x", 3) == 3
    assert get([1], "x") is None
    assert get({1: 2}, "x") is None
    assert get(lowered({"ZoneNo": 1, "zoneno": 2}), "zoneNo") == 1
    assert get(lowered({}), "zoneNo", 3) == 3


@pytest.mark.parametrize(
    "shape",
    [
        {"List": [{"Entry": {"n": 1}}, {"Entry": {"n": 2}}]},
        {"List": {"Entry": [{"n": 1}, {"n": 2}]}},
        {"list": [[{"ENTRY": {"n": 1}}], {"Entry": [[{"n": 2}]]}]},
        {"List": [{"n": 1}, {"n": 2}]},
        {"Answer": {"List": [{"Entry": [{"n": 1}, {"n": 2}]}, "junk", None, 7]}},
    ],
)
def test_shapes_of_a_list(shape: dict[str, Any]) -> None:
    assert wrapped(shape, "List", "Entry") == [{"n": 1}, {"n": 2}]


def test_find_all_goes_everywhere_but_into_what_it_found() -> None:
    told = {"a": [{"b": {"R": [1, [2]]}}, {"r": {"R": 3}}]}
    assert find_all(told, "R") == [1, 2, {"R": 3}]
    assert find_all("text", "R") == []
    endless: list[Any] = []
    endless.append(endless)
    assert find_all(endless, "R") == []


@pytest.mark.parametrize(
    ("value", "whole", "number", "yes", "text"),
    [
        (1, 1, 1.0, True, "1"),
        ("0", 0, 0.0, False, "0"),
        (" 12 ", 12, 12.0, None, "12"),
        ("123456789012345678", 123456789012345678, 123456789012345678.0, None, "123456789012345678"),
        ("-1", -1, -1.0, None, "-1"),
        (0.5, None, 0.5, None, "0.5"),
        ("3.0", 3, 3.0, None, "3.0"),
        (True, 1, 1.0, True, "true"),
        (" False", None, None, False, "False"),
        ("yes", None, None, True, "yes"),
        (" abnormal", None, None, None, "abnormal"),
        ("1e3", 1000, 1000.0, None, "1e3"),
        ("9" * 400, None, None, None, "9" * 400),
        (10**400, None, None, None, None),
        (float("inf"), None, None, None, None),
        (float("nan"), None, None, None, None),
        ("a\u202e\x00\ud800b", None, None, None, "ab"),
        ("", None, None, None, None),
        (None, None, None, None, None),
        ([], None, None, None, None),
        ({}, None, None, None, None),
    ],
)
def test_values(value: object, whole: int | None, number: float | None, yes: bool | None, text: str | None) -> None:
    assert (to_int(value), to_float(value), to_bool(value), to_text(value)) == (whole, number, yes, text)
    assert type(to_int(value)) in (int, type(None))


def test_texts_are_cut() -> None:
    assert to_text("ab cd", 3) == "ab"
    assert len(to_text("x" * 10**6) or "") == 512


@pytest.mark.parametrize(
    ("body", "repaired"),
    [
        (b'\xef\xbb\xbf {"a": "\xc3\xa4"}\r\n\x00', False),
        (b'{"a": "\xc3\xa4",}', True),
        (b'{"a": "\xe4"}', True),
    ],
)
def test_repairs_are_told(body: bytes, repaired: bool) -> None:
    found, noted = load_noting(body)
    assert (found, noted) == (load(body), repaired)
    assert list(found) == ["a"]
