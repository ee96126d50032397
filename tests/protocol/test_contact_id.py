"""The code tables: complete, unique where they must be, and with a text for each record."""

from collections import Counter
import json
from pathlib import Path
import re
from typing import Any

import pytest

from custom_components.ip_surveillance.protocol.hikvision import contact_id
from custom_components.ip_surveillance.protocol.hikvision.contact_id import CODES, OTHER_CODES
from custom_components.ip_surveillance.protocol.model.panel_words import PanelEvent

TEXTS: dict[str, Any] = json.loads(
    (Path(contact_id.__file__).parents[2] / "translations" / "en.json").read_text(encoding="utf-8")
)["entity"]["event"]

COUNTS = {
    "zone_burglary": 26,
    "zone_burglary_moment": 2,
    "zone_panic": 8,
    "zone_medical": 3,
    "zone_fire": 12,
    "zone_cold": 4,
    "zone_gas": 2,
    "zone_water": 2,
    "zone_drilling": 2,
    "zone_surveillance": 8,
    "zone_warning": 6,
    "absence": 1,
    "key_alarm": 4,
    "zone_tamper": 10,
    "panel_tamper": 2,
    "peripheral_tamper": 6,
    "zone_fault": 4,
    "zone_bypass": 10,
    "zone_lid": 4,
    "zone_link": 2,
    "zone_battery": 2,
    "disarm": 3,
    "arm": 8,
    "clear": 1,
    "arming_trouble": 4,
    "zone_arm": 3,
    "power": 23,
    "bus": 7,
    "bus_info": 2,
    "peripheral_fault": 12,
    "peripheral_battery": 8,
    "repeater_battery": 2,
    "peripheral_link": 16,
    "peripheral_inventory": 10,
    "communication": 22,
    "network_change": 1,
    "video": 18,
    "output": 4,
    "lockout": 4,
    "access": 5,
    "service": 4,
    "report": 3,
    "system": 5,
    "consult": 11,
}


def test_all_records_are_listed() -> None:
    assert Counter(code[0] for code in CODES) == {"1": 166, "3": 130}
    assert len(CODES) + len(OTHER_CODES) == 328
    assert all(re.fullmatch(r"[13]\d{3}", code) for code in CODES)


def test_no_line_of_a_table_is_lost_to_another() -> None:
    source = Path(contact_id.__file__).read_text(encoding="utf-8")
    lines = re.findall(r"^(\w+) [ER]\d{3} [A-Z]{2} \w+$", source, re.MULTILINE)
    assert lines == [*CODES, *OTHER_CODES]


def test_groups_have_their_sizes() -> None:
    assert Counter(code.group for code in CODES.values()) == COUNTS
    assert len(COUNTS) == 44
    assert Counter(code.group for code in OTHER_CODES.values()) == {
        "encoding": 17,
        "radar": 4,
        "access_control": 2,
        "platform": 9,
    }


def test_the_first_digit_says_beginning_or_end() -> None:
    for code in CODES.values():
        assert re.fullmatch(r"[ER]\d{3}", code.contact_id), code
        assert re.fullmatch(r"[A-Z]{2}", code.sia), code
        assert (code.contact_id[0] == "E") is (code.code[0] == "1"), code


def test_beginnings_and_ends_are_paired() -> None:
    begin = {code[1:] for code in CODES if code[0] == "1"}
    end = {code[1:] for code in CODES if code[0] == "3"}
    assert len(begin & end) == 124
    assert len(begin - end) == 42
    assert {"3" + each for each in end - begin} == {"3400", "3408", "3441", "3442", "3900", "3965"}
    # Arming is what follows disarming, and a group of its own.
    for each in begin & end - {"401", "403", "409"}:
        assert CODES["1" + each].group == CODES["3" + each].group


def test_what_others_call_the_codes_is_not_unique() -> None:
    """So nothing may be looked up by it."""
    names = Counter(code.contact_id for code in CODES.values())
    assert len(names) == 207
    assert (names["E130"], names["E144"], names["E306"]) == (5, 6, 6)
    assert len({code.sia for code in CODES.values()}) == 165
    assert OTHER_CODES["regionExiting"].contact_id == CODES["1910"].contact_id == "E910"


@pytest.mark.parametrize(
    ("code", "expected", "sia", "group"),
    [
        ("1103", "E130", "BA", "zone_burglary"),
        ("3103", "R130", "BH", "zone_burglary"),
        ("1137", "E137", "TA", "zone_tamper"),
        ("3401", "R401", "CL", "arm"),
        ("1406", "E406", "BC", "clear"),
        ("3313", "R311", "YR", "power"),
        ("3786", "R153", "KJ", "zone_fire"),
        ("1989", "E100", "MA", "zone_medical"),
        ("3988", "R570", "QU", "zone_bypass"),
    ],
)
def test_rows_are_read(code: str, expected: str, sia: str, group: str) -> None:
    row = CODES[code]
    assert (row.code, row.contact_id, row.sia, row.group) == (code, expected, sia, group)


@pytest.mark.parametrize(
    ("name", "expected", "sia"),
    [
        ("IO", "E900", "VA"),
        ("TDA", "E916", "VQ"),
        ("respireAbnormal", "E703", "RD"),
        ("cancelVoiceTalkEvent", "R800", "NA"),
        ("deviceHppNormal", "R400", "DN"),
    ],
)
def test_events_of_other_devices_are_read(name: str, expected: str, sia: str) -> None:
    assert (OTHER_CODES[name].contact_id, OTHER_CODES[name].sia) == (expected, sia)


def states(entity: str, attribute: str) -> dict[str, str]:
    return TEXTS[entity]["state_attributes"][attribute]["state"]  # type: ignore[no-any-return]


def test_every_record_has_a_text_and_every_text_a_record() -> None:
    texts = states("panel_event", "code")
    assert set(texts) == set(CODES)
    assert all(text.strip() == text and text for text in texts.values())
    assert states("silent_alarm", "code").items() <= texts.items()


def test_beginning_and_end_are_worded_differently() -> None:
    texts = states("panel_event", "code")
    assert [code for code in CODES if code[0] == "1" and texts[code] == texts.get("3" + code[1:])] == []


def test_every_group_of_records_has_a_name() -> None:
    assert set(states("panel_event", "event_type")) == {event.value for event in PanelEvent}
    assert set(states("silent_alarm", "event_type")) == {PanelEvent.SILENT_ALARM.value}
