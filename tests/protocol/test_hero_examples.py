"""Every JSON example of the document, as printed. The document itself is no part of the repository."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any, NamedTuple

import pytest

from custom_components.ip_surveillance.protocol.drivers.herospeed.docs import Doc, Range, changes
from custom_components.ip_surveillance.protocol.drivers.herospeed.login import (
    login_data,
    no_offer,
    read_cookie,
)
from custom_components.ip_surveillance.protocol.drivers.herospeed.messages import read_answer, read_object
from custom_components.ip_surveillance.protocol.errors import BadAnswer

DOCUMENT = Path(__file__).parents[3] / "shared" / "documents" / "002_bc686381a93c0ce3.txt"
_START = re.compile(r"^(?:[^\"{}\[\]]*[:：] ?)?(\{.*)$")
_PROSE = re.compile(r"^[A-Z][^\"{}]*$")

BROKEN = frozenset({4020, 5591})
"""Lines where examples begin that nobody could read: a name without its first quote, broken by the end of the line;
names without colons."""
FRAGMENTS = frozenset({410, 2370, 7754})
"""Lines of what is neither a request nor an answer."""


class Example(NamedTuple):
    line: int
    text: str


def _examples() -> Iterator[Example]:
    """Find all objects: from a line that opens one to where its braces are closed, or where prose goes on."""
    lines = DOCUMENT.read_text().split("\n") if DOCUMENT.is_file() else []
    at = 0
    while at < len(lines):
        start = at
        at += 1
        if (found := _START.match(lines[start])) is None:
            continue
        taken = [found[1]]
        while at < len(lines) and _depth(taken) > 0 and not _PROSE.match(lines[at]):
            taken.append(lines[at])
            at += 1
        yield Example(start + 1, "\n".join(taken))


def _depth(lines: list[str]) -> int:
    return sum(line.count("{") - line.count("}") for line in lines)


EXAMPLES = list(_examples())
BY_LINE = {example.line: example.text for example in EXAMPLES}

pytestmark = pytest.mark.skipif(not EXAMPLES, reason="the document is not here")


def as_printed(text: str) -> object:
    """Read strictly; None where it is no JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def read(line: int) -> dict[str, Any]:
    return read_object(BY_LINE[line].encode())


def data(line: int) -> Doc:
    return Doc(read_answer(BY_LINE[line].encode()).data)


def test_how_many_there_are() -> None:
    assert len(EXAMPLES) == 216
    assert sum(as_printed(example.text) is None for example in EXAMPLES) == 56
    assert {example.line for example in EXAMPLES} >= BROKEN


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"line {example.line}")
def test_example(example: Example) -> None:
    body = example.text.encode()
    if example.line in BROKEN:
        with pytest.raises(BadAnswer):
            read_object(body)
        return
    found = read_object(body)
    strict = as_printed(example.text)
    if strict is not None:
        assert found == strict
    doc = Doc(found)
    assert doc.rows == (doc,) or doc.rows[0].value is found
    assert not list(changes(found, doc.copy().value))
    if "code" in doc:
        answer = read_answer(body)
        assert answer.code == 0
        # An answer is read into what its text shows.
        for name in Doc(answer.data).names:
            assert name in example.text
    elif doc.key("action", "ation"):
        assert doc.text("action", "ation") in ("get", "set", "delete", "...")
    else:
        # The template of the grammar, and objects in tables of fields.
        assert example.line in FRAGMENTS


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"line {example.line}")
def test_example_cut_short(example: Example) -> None:
    """Wherever an answer breaks off, it is read or refused cleanly."""
    body = example.text.encode()
    for size in range(0, len(body), max(1, len(body) // 40)):
        try:
            answer = read_answer(body[:size])
        except BadAnswer:
            continue
        assert answer.code == 0


def with_piece(*pieces: str) -> int:
    """The line of the first example with all of these pieces."""
    return next(line for line, text in BY_LINE.items() if all(piece in text for piece in pieces))


def test_login() -> None:
    sent = read(with_piece("loginEncryptionType"))["data"]
    ours = login_data(no_offer(), "admin", "secret", "", sent["datetime"])
    assert sent.keys() == ours.keys()
    assert sent["loginEncryptionType"] == ours["loginEncryptionType"]
    assert len(sent["sessionID"]) == len(ours["sessionID"]) == 32
    given = read_answer(BY_LINE[with_piece('"cookie":"sessionID', '"code"')].encode()).data
    assert read_cookie(given) == "sessionID=a854e2311ab87eb06c16ffd06fd3ebf7"


def test_ports_are_found_under_names_with_blanks() -> None:
    line = with_piece('"code"', "rtspProtocol")
    rows = data(line).rows
    kinds = [row.integer("type") for row in rows]
    assert kinds == [1, 2, 8, 16, 64, 32, 72]
    ports = [Doc(next(iter(row.doc("property").value.values()))).integer("port") for row in rows]
    # One number is broken by the end of its line, and nobody may guess it.
    assert ports[:2] == [554, 0]
    assert ports[3:] == [80, 443, 0, 6000]
    # Though the text had to be repaired, names are written back as they came.
    assert as_printed(BY_LINE[line]) is None
    assert rows[0].doc("property").value == {"rtspProtocol ": {"port": 554, "encrypt": 0}}
    assert rows[0].doc("property").doc("rtspProtocol").integer("port") == 554
    assert list(rows[5].doc("property").value) == ["xmProtocol"]


def test_fields_of_some_documents() -> None:
    storage = data(with_piece('"capacity "'))
    assert storage.integer("capacity") == 0
    assert storage.key("capacity") == "capacity "
    light = data(with_piece('"code"', "realTimeVal"))
    assert light.integer("realTimeVal") == 11
    serial = data(with_piece('"code"', "addrMin"))
    assert serial.doc("serial").range("addr") == Range(minimum=0, maximum=255)
    # Wrapped at the end of its line, one of the rates is two numbers here: what cannot be known is not mended.
    assert serial.doc("serial").options("baudrate")[:3] == (110, 300, 600)
    assert read_answer(BY_LINE[with_piece('"code": "0"')].encode()).code == 0
    info = data(with_piece('"code"', '"devSensor"'))
    assert info.text("devId") == "8888888888888"
    capabilities = data(with_piece('"code"', "enabelRoi"))
    assert capabilities.integer("enableRoi") is not None
    assert len(capabilities.names) > 30


def test_the_alarm_schedule_has_text_for_numbers() -> None:
    trigger = data(with_piece('"code"', '"trigger"', "personFilterStatus")).doc("trigger")
    assert trigger.get("enableAlarmIo") == "0"
    assert trigger.truth("enableAlarmIo") is False
    trigger.put("enableAlarmIo", True)
    assert trigger.get("enableAlarmIo") == "1"
    assert Doc(read(with_piece('"set"', '"process"'))["data"]).doc("trigger").integer("enableAlarmIo") == 0
