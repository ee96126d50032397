"""Records of alarm panels: reading them, and what each does to the state."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from math import inf
import random
from typing import Any

import pytest

from custom_components.ip_surveillance.protocol.errors import BadAnswer
from custom_components.ip_surveillance.protocol.hikvision.contact_id import CODES
from custom_components.ip_surveillance.protocol.hikvision.panel import Panel
from custom_components.ip_surveillance.protocol.hikvision.panel_effects import NO_ZONE, REASONS, UNKNOWN_ZONE
from custom_components.ip_surveillance.protocol.hikvision.panel_groups import GROUP_OF, GROUPS, SILENT, restores
from custom_components.ip_surveillance.protocol.hikvision.panel_records import (
    Record,
    events_of,
    read_record,
    restructures,
    sighted,
    touches,
)
from custom_components.ip_surveillance.protocol.model.detections import DISCREET, Detection
from custom_components.ip_surveillance.protocol.model.events import Detected, Event, Happened, Measured, Patched
from custom_components.ip_surveillance.protocol.model.panel_words import Arm, PanelEvent
from custom_components.ip_surveillance.protocol.model.parts import PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.reduce import reduce
from custom_components.ip_surveillance.protocol.model.state import Alarm, AlarmKey, ReadingValue, State
from custom_components.ip_surveillance.protocol.model.vocabulary import Flag, Quantity, Reading

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
DEVICE = PartRef("2cd6716d-767f-4756-ac55-50276a5e3b4a", PartKind.DEVICE)
P1, P2, P3 = (PartRef(DEVICE.device, PartKind.PARTITION, number) for number in (1, 2, 3))
Z0, Z1, Z5 = (PartRef(DEVICE.device, PartKind.ZONE, number) for number in (0, 1, 5))
PANEL = Panel(
    ref=DEVICE,
    partitions={1: P1, 2: P2, 3: P3},
    zones={0: Z0, 1: Z1, 5: Z5},
    zone_partitions={Z1: frozenset({P1}), Z5: frozenset({P1, P2})},
    names={P1: "House", Z1: "Front door", Z5: "Hall"},
)


def alert(code: object = "1103", **inside: object) -> dict[str, Any]:
    """An alert as the documents show it, with other values inside."""
    return {
        "channelID": "1",
        "dateTime": "2018-01-21T12:50:39+08:00",
        "activePostCount": 1,
        "eventType": "CIDAlarm",
        "eventState": "active",
        "eventDescription": "CID Alarm",
        "devIndex": DEVICE.device,
        "deviceID": "123456",
        "deviceSerial": "Q1234",
        "CIDAlarm": {"CIDCode": code, **inside},
    }


def events(code: str, **fields: Any) -> list[Event]:
    return events_of(Record(code=code, **fields), PANEL, NOW)


def happened(found: list[Event]) -> Happened:
    (one,) = (event for event in found if isinstance(event, Happened))
    return one


def readings(found: list[Event], part: PartRef) -> dict[Reading, ReadingValue]:
    return {
        reading: value
        for event in found
        if isinstance(event, Measured) and event.part == part
        for reading, value in event.readings.items()
    }


def detected(found: list[Event], part: PartRef) -> list[tuple[Detection, bool, int | None, float | None]]:
    return [
        (event.what, event.active, event.region, event.hold)
        for event in found
        if isinstance(event, Detected) and event.part == part
    ]


def after(*groups: list[Event]) -> State:
    """The state after some records, one after the other."""
    state = State()
    for now, group in enumerate(groups, 1):
        for event in group:
            state = reduce(state, event, float(now)).state
    return state


def alarms(state: State, part: PartRef) -> set[Alarm]:
    return {key.alarm for key in state.device(part).alarms if key.part == part}


def value(state: State, part: PartRef, reading: Reading) -> ReadingValue | None:
    return state.reading(part, reading)


# Reading


def test_a_whole_record_is_read() -> None:
    record = read_record(
        alert(
            subSys=2,
            zoneNo=5,
            CIDType=1,
            CIDDescribe="alarm",
            triggerTime="2009-02-24 16:59:00",
            uploadTime="2009-02-24 16:59:30",
            CIDParam="1,2,5,1,3,1,7,Doe, John",
            isVideo=1,
            UUID="be1ad122-2a53-11eb-aabf-4576d7843e50",
        )
    )
    assert record == Record(
        code="1103",
        partition=2,
        zone=5,
        channel=3,
        user="Doe, John",
        user_number=2,
        kind="zone",
        text="alarm",
        uuid="be1ad122-2a53-11eb-aabf-4576d7843e50",
        serial="Q1234",
        media=True,
        more={"user_type": "keypad", "keypad": 1, "disk": 1, "module": 7},
        at=datetime(2018, 1, 21, 12, 50, 39, tzinfo=timezone(timedelta(hours=8))),
    )


def test_fields_are_found_beside_the_record_and_in_other_spellings() -> None:
    record = read_record({"cidcode": 3401, "SubSys": "2", "ZoneNo": "5", "CIDType": "6", "isVideo": "2"})
    assert (record.code, record.partition, record.zone, record.kind, record.media) == ("3401", 2, 5, "operation", True)


def test_what_is_inside_comes_before_what_is_beside() -> None:
    assert read_record({"CIDAlarm": {"CIDCode": "1103", "zoneNo": 1}, "ZoneNo": 5}).zone == 1


def test_a_field_that_comes_twice_is_read_once() -> None:
    assert read_record({"CIDAlarm": [{"CIDCode": ["1103", "1110"]}, {"zoneNo": 5}]}) == Record(code="1103", zone=5)


def test_parameters_say_that_there_is_nothing() -> None:
    record = read_record(alert("1602", CIDDescribe="HeartBeat", CIDParam="-1,-1,-1,-1,-1,-1,-1,NONE"))
    expected = Record(code="1602", text="HeartBeat", serial="Q1234", at=record.at)
    assert record == expected


@pytest.mark.parametrize("parameters", ["", ",,,", "x,y", "1,2", ",".join(["9"] * 500), 7, None, {}, []])
def test_parameters_may_be_anything(parameters: object) -> None:
    assert read_record(alert(CIDParam=parameters)).code == "1103"


def test_the_zone_is_also_found_among_the_parameters() -> None:
    assert read_record(alert(zoneNo=-1, CIDParam="1,2,5,-1,-1,-1,-1,NONE")).zone == 5
    assert read_record(alert(zoneNo=0, CIDParam="1,2,5,-1,-1,-1,-1,NONE")).zone == 0


@pytest.mark.parametrize(("number", "expected"), [(0, None), (1, 1), ("32", 32), (33, 33), (-1, None), (1e10, None)])
def test_a_partition_is_none_only_where_none_is_told(number: object, expected: int | None) -> None:
    """One that does not exist is not all of them: a panel must not be shown disarmed for a wrong number."""
    assert read_record(alert(subSys=number)).partition == expected


def test_texts_are_cut() -> None:
    record = read_record(alert(CIDDescribe="a" * 1000, UUID="b" * 1000, CIDParam="1,1,1,1,1,1,1," + "c" * 1000))
    assert (len(record.text), len(record.uuid), len(record.user)) == (127, 127, 127)


@pytest.mark.parametrize(
    ("triggered", "uploaded", "late"),
    [
        ("2009-02-24 16:59:00", "2009-02-24 17:00:00", False),
        ("2009-02-24 16:59:00", "2009-02-24 17:00:01", True),
        ("2009-02-24 16:59:00", "2009-02-24 16:50:00", False),
        ("2009-02-24T16:59:00+08:00", "2009-02-24 17:30:00", False),
        ("2009-02-24 16:59:00", "soon", False),
        ("", "2009-02-24 16:59:00", False),
    ],
)
def test_late_records_are_told_apart(triggered: str, uploaded: str, late: bool) -> None:
    record = read_record(alert(triggerTime=triggered, uploadTime=uploaded))
    assert record.reported_late is late
    assert happened(events_of(record, PANEL, NOW)).data.get("reported_late", False) is late


@pytest.mark.parametrize("time", ["2018-01-21T12:50:39", "2018-13-01T00:00:00Z", "", 5, None])
def test_a_time_without_zone_is_none(time: object) -> None:
    assert read_record({"CIDCode": "1103", "dateTime": time, "triggerTime": "2009-02-24 16:59:00"}).at is None


@pytest.mark.parametrize("body", [{}, {"CIDAlarm": {}}, {"CIDAlarm": {"CIDCode": ""}}, {"CIDAlarm": [1, None]}])
def test_without_a_code_it_is_no_record(body: dict[str, Any]) -> None:
    with pytest.raises(BadAnswer):
        read_record(body)


# Telling


def test_a_record_is_told_with_all_it_says() -> None:
    record = read_record(alert(subSys=1, zoneNo=1, CIDType=1, CIDParam="2,3,1,1,4,1,0,admin", UUID="u1", isVideo=2))
    told = happened(events_of(record, PANEL, NOW))
    assert (told.part, told.what, told.at) == (DEVICE, PanelEvent.BURGLARY_ALARM.value, record.at)
    assert told.data == {
        "code": "1103",
        "contact_id": "E130",
        "sia": "BA",
        "restored": False,
        "partition": 1,
        "partition_name": "House",
        "zone": 1,
        "zone_name": "Front door",
        "user": "admin",
        "user_number": 3,
        "channel": 4,
        "type": "zone",
        "uuid": "u1",
        "media": True,
        "user_type": "network",
        "keypad": 1,
        "disk": 1,
    }


def test_an_unknown_code_is_told_too() -> None:
    found = events("3999", zone=1, partition=1, text="News")
    assert [type(event) for event in found] == [Happened]
    assert happened(found).what == PanelEvent.UNKNOWN_CODE.value
    assert happened(found).data == {
        "code": "3999",
        "restored": True,
        "zone": 1,
        "zone_name": "Front door",
        "partition": 1,
        "partition_name": "House",
        "device_text": "News",
    }
    sent = alert(CIDCode="3999", CIDParam="1,-1,-1,4,-1,-1,6,NONE", isTalk=1, newField={"depth": 2, "password": "x"})
    told = happened(events_of(read_record(sent), PANEL, NOW)).data
    expected = {"user_type": "keypad", "keypad": 4, "module": 6, "talk": True, "other": {"newField": {"depth": 2}}}
    assert {name: told.get(name) for name in expected} == expected
    assert touches(Record(code="3999"))
    assert not restructures(Record(code="3999"))


def test_a_zone_is_named_only_where_the_number_is_a_zones() -> None:
    data = happened(events("1341", zone=1)).data
    assert data["zone"] == 1
    assert "zone_name" not in data


def test_zone_0_is_told_only_where_there_is_one() -> None:
    assert happened(events("1103", zone=0)).data["zone"] == 0
    empty = Panel(ref=DEVICE)
    assert "zone" not in happened(events_of(Record(code="1103", zone=0), empty, NOW)).data


@pytest.mark.parametrize(
    ("code", "restored"),
    [
        *((code, True) for code in ("3103", "1628", "3607", "3964", "3570", "3988")),
        *((code, False) for code in ("1103", "3401", "3973", "3975", "3443", "3965", "3984", "3985")),
    ],
)
def test_a_leading_3_is_not_always_an_end(code: str, restored: bool) -> None:
    assert restores(code) is restored
    assert happened(events(code)).data["restored"] is restored


# Alarms


REASON = {
    "1103": Detection.BURGLARY,
    "1779": Detection.BURGLARY,
    "1123": Detection.PANIC,
    "1100": Detection.MEDICAL,
    "1110": Detection.FIRE,
    "1754": Detection.COLD,
    "1151": Detection.GAS,
    "1154": Detection.WATER,
    "1750": Detection.DRILLING,
    "1778": Detection.SURVEILLANCE,
}


@pytest.mark.parametrize(("code", "why"), REASON.items())
def test_a_loud_alarm_shows_in_the_zone_and_in_its_partition(code: str, why: Detection) -> None:
    found = events(code, partition=1, zone=1)
    assert readings(found, Z1) == {Reading(Flag.ALARM): True}
    assert readings(found, P1) == {Reading(Flag.ALARM): True}
    assert detected(found, P1) == [(why, True, 1, inf)]
    assert not readings(found, P2)


@pytest.mark.parametrize("partition", [None, 9])
def test_without_a_partition_that_is_known_the_zone_tells(partition: int | None) -> None:
    found = events("1103", partition=partition, zone=5)
    assert {event.part for event in found if isinstance(event, Detected)} == {P1, P2}


def test_without_partition_and_zone_all_partitions_are_in_alarm() -> None:
    for zone, region in ((None, None), (99, UNKNOWN_ZONE)):
        found = events("1103", zone=zone)
        assert [detected(found, part) for part in (P1, P2, P3)] == [[(Detection.BURGLARY, True, region, inf)]] * 3
        assert {event.part for event in found if isinstance(event, Measured)} == {P1, P2, P3}
    assert happened(found).data["zone"] == 99


def test_numbers_that_do_not_exist_do_not_pile_up() -> None:
    state = after(*(events("1103", partition=1, zone=zone) for zone in range(100, 200)))
    assert alarms(state, P1) == {Alarm(Detection.BURGLARY), Alarm(Detection.BURGLARY, None, UNKNOWN_ZONE)}


def test_a_reason_names_the_zone_and_not_the_number_of_the_reports() -> None:
    panel = Panel(ref=DEVICE, partitions={1: P1}, zones={40: Z5})
    found = events_of(Record(code="1103", partition=1, zone=40), panel, NOW)
    assert detected(found, P1) == [(Detection.BURGLARY, True, 5, inf)]
    assert readings(found, Z5) == {Reading(Flag.ALARM): True}
    cleared = events_of(Record(code="1974", partition=1, zone=40), panel, NOW)
    assert {event.region for event in cleared if isinstance(event, Detected)} == {5}
    # Whoever waits for zone 5 must not be told of device number 5, which is that of another zone.
    assert happened(found).data["zone"] == 5
    assert {event.data["zone"] for event in found if isinstance(event, Detected)} == {5}
    assert happened(events_of(Record(code="1341", partition=1, zone=40), panel, NOW)).data["zone"] == 40


def test_an_end_leaves_the_partition_to_the_poll() -> None:
    begun = after(events("1103", partition=1, zone=1), events("1103", partition=1, zone=5))
    state = after(
        events("1103", partition=1, zone=1), events("1103", partition=1, zone=5), events("3103", partition=1, zone=1)
    )
    assert value(begun, Z1, Reading(Flag.ALARM)) is True
    assert value(state, Z1, Reading(Flag.ALARM)) is False
    assert value(state, Z5, Reading(Flag.ALARM)) is True
    assert value(state, P1, Reading(Flag.ALARM)) is True
    assert alarms(state, P1) == {Alarm(Detection.BURGLARY), Alarm(Detection.BURGLARY, None, 5)}


def test_silent_alarms_set_no_flag() -> None:
    assert sorted(SILENT) == ["1121", "1122", "1127", "1963", "1989", "3122", "3963"]
    expected = {
        "1121": Detection.DURESS,
        "1122": Detection.SILENT_PANIC,
        "1127": Detection.SILENT_PANIC,
        "1989": Detection.SILENT_MEDICAL,
    }
    for code in SILENT:
        found = events(code, partition=1, zone=1)
        assert happened(found).what == PanelEvent.SILENT_ALARM.value
        assert not [event for event in found if isinstance(event, Measured | Patched)]
        assert {event.what for event in found if isinstance(event, Detected)} <= DISCREET
    for code, why in expected.items():
        assert detected(events(code, partition=1, zone=1), P1) == [(why, True, 1, inf)]
    assert detected(events("3122", partition=1, zone=1), P1) == [(Detection.SILENT_PANIC, False, 1, None)]


@pytest.mark.parametrize("code", ["1103", "3103", "1129", "1974"])
def test_what_a_silent_zone_reports_is_told_as_a_silent_alarm(code: str) -> None:
    panel = replace(PANEL, silent=frozenset({Z1}))
    found = events_of(Record(code=code, partition=1, zone=1), panel, NOW)
    assert happened(found).what == PanelEvent.SILENT_ALARM.value
    assert found[1:] == events(code, partition=1, zone=1)[1:]
    for other in (Record(code=code, zone=5), Record(code="1810", zone=1), Record(code="1137", zone=1)):
        assert happened(events_of(other, panel, NOW)).what != PanelEvent.SILENT_ALARM.value


def test_that_somebody_was_forced_shows_under_no_other_heading() -> None:
    told = happened(events("1401", partition=1, kind="duress", text="Disarmed under duress", user="Ann"))
    assert told.what == PanelEvent.DISARMED.value
    assert not {"type", "device_text"} & told.data.keys()
    unknown = happened(events("1128", partition=1, kind="duress", text="Duress"))
    assert unknown.what == PanelEvent.SILENT_ALARM.value
    assert unknown.data["device_text"] == "Duress"
    assert happened(events("1121", partition=1, kind="duress")).data["type"] == "duress"


@pytest.mark.parametrize("code", ["1779", "1785", "1386", "1387"])
def test_a_flag_that_no_record_takes_back_lapses(code: str) -> None:
    """A zone whose document does not tell it would show it for ever."""
    (flagged,) = (each for each in events(code, zone=1) if isinstance(each, Measured) and each.part == Z1)
    assert flagged.lasts is not None
    ends = [each for each in events("3103", zone=1) + events("1103", zone=1) if isinstance(each, Measured)]
    assert {each.lasts for each in ends} == {None}


@pytest.mark.parametrize("code", sorted(set(CODES) - SILENT))
def test_nothing_else_is_discreet(code: str) -> None:
    found = [event for event in events(code, partition=1, zone=1, channel=1) if isinstance(event, Detected)]
    assert not [event for event in found if event.active and event.what in DISCREET]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("1810", Detection.PANIC),
        ("1811", Detection.FIRE),
        ("1812", Detection.BURGLARY),
        ("1847", Detection.MEDICAL),
    ],
)
def test_keys_raise_a_loud_alarm_of_no_zone(code: str, why: Detection) -> None:
    found = events(code, partition=2, zone=1)
    assert detected(found, P2) == [(why, True, NO_ZONE, inf)]
    assert readings(found, P2) == {Reading(Flag.ALARM): True}
    assert not readings(found, Z1)


def test_the_number_of_a_keypad_is_not_that_of_a_zone() -> None:
    """A call for help from keypad 1 concerns the whole house, not where zone 1 is."""
    found = events("1810", zone=1)
    assert {event.part for event in found if isinstance(event, Detected)} == {P1, P2, P3}
    locked = events("1862", zone=1)
    assert not [event for event in (*found, *locked) if isinstance(event, Detected) and "zone" in event.data]


def test_the_alarm_of_a_key_outlasts_that_of_a_zone() -> None:
    both = (events("1811", partition=1), events("1110", partition=1, zone=1))
    state = after(*both, events("3110", partition=1, zone=1))
    assert alarms(state, P1) == {Alarm(Detection.FIRE), Alarm(Detection.FIRE, None, NO_ZONE)}
    assert alarms(after(*both, events("1401", partition=1)), P1) == set()


def test_clearing_ends_everything() -> None:
    state = after(
        events("1103", partition=1, zone=1),
        events("1121", partition=1, zone=1),
        events("1110", partition=2, zone=5),
        events("1406", partition=1),
    )
    assert alarms(state, P1) == set()
    assert value(state, P1, Reading(Flag.ALARM)) is False
    assert value(state, P2, Reading(Flag.ALARM)) is True
    assert alarms(after(events("1110", partition=2, zone=5), events("1406")), P2) == set()


def test_clearing_one_zone_ends_its_part_of_the_alarm() -> None:
    state = after(
        events("1103", partition=1, zone=1), events("1103", partition=1, zone=5), events("1974", partition=1, zone=1)
    )
    assert value(state, Z1, Reading(Flag.ALARM)) is False
    assert alarms(state, P1) == {Alarm(Detection.BURGLARY), Alarm(Detection.BURGLARY, None, 5)}
    assert len(events("1974", partition=1, zone=99)) == 1


def test_disarming_ends_loud_alarms_and_leaves_calls_for_help() -> None:
    state = after(
        events("1103", partition=1, zone=1),
        events("1121", partition=1),
        events("1401", partition=1, user="Ann"),
    )
    assert {alarm.what for alarm in alarms(state, P1)} == {Detection.DURESS}
    assert value(state, P1, Reading(Flag.ALARM)) is False
    assert value(state, P1, Reading(Quantity.ARM)) == Arm.DISARMED.value
    assert value(state, P1, Reading(Quantity.ARM_METHOD)) == "1401"
    assert value(state, P1, Reading(Quantity.CHANGED_BY)) == "Ann"


# Arming


@pytest.mark.parametrize(
    ("code", "arm", "kind"),
    [("3401", Arm.AWAY, Arm.AWAY), ("3441", Arm.HOME, Arm.HOME)]
    + [(code, Arm.ARMED, None) for code in ("3400", "3403", "3408", "3409", "3442", "3900")],
)
def test_arming_tells_the_way_where_it_is_known(code: str, arm: Arm, kind: Arm | None) -> None:
    found = readings(events(code, partition=2, user="Ann"), P2)
    assert found[Reading(Quantity.ARM)] == arm.value
    assert found.get(Reading(Quantity.ARM_KIND)) == (kind and kind.value)
    assert found[Reading(Quantity.ARM_METHOD)] == code
    assert found[Reading(Quantity.CHANGED_BY)] == "Ann"
    assert happened(events(code)).what == PanelEvent.ARMED.value


def test_the_last_known_way_stays() -> None:
    state = after(events("3441", partition=1), events("1401", partition=1), events("3400", partition=1))
    assert value(state, P1, Reading(Quantity.ARM)) == Arm.ARMED.value
    assert value(state, P1, Reading(Quantity.ARM_KIND)) == Arm.HOME.value


@pytest.mark.parametrize("code", ["3401", "1401"])
def test_no_partition_means_all_of_them_whatever_the_zone(code: str) -> None:
    found = events(code, zone=1)
    assert {event.part for event in found if isinstance(event, Measured)} == {P1, P2, P3}
    assert not [event for event in events(code, partition=9) if isinstance(event, Measured)]


def test_nobody_replaces_somebody() -> None:
    state = after(events("3401", partition=1, user="Ann"), events("1403", partition=1))
    assert value(state, P1, Reading(Quantity.CHANGED_BY)) == ""


# Zones


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("1137", {Flag.TAMPER: True}),
        ("3137", {Flag.TAMPER: False}),
        ("1149", {Flag.TAMPER: True, Flag.MASKED: True}),
        ("1380", {Flag.FAULT: True}),
        ("3380", {Flag.FAULT: False}),
        ("1386", {Flag.FAULT: True}),
        ("1387", {Flag.FAULT: True}),
        ("1570", {Flag.BYPASSED: True}),
        ("3573", {Flag.BYPASSED: False}),
        ("1915", {Flag.LOW_BATTERY: True}),
        ("3915", {Flag.LOW_BATTERY: False}),
        ("3973", {Flag.ARMED: True}),
        ("1973", {Flag.ARMED: False}),
        ("1572", {}),
        ("1574", {}),
    ],
)
def test_flags_of_a_zone(code: str, expected: Mapping[Flag, bool]) -> None:
    assert readings(events(code, zone=1), Z1) == {Reading(flag): value for flag, value in expected.items()}
    assert not [event for event in events(code, zone=99) if not isinstance(event, Happened)]


def test_the_link_of_a_zone() -> None:
    assert [(each.part, each.online) for each in events("1914", zone=1) if isinstance(each, Patched)] == [(Z1, False)]
    assert [(each.part, each.online) for each in events("3914", zone=1) if isinstance(each, Patched)] == [(Z1, True)]


def test_early_warnings_end_separately() -> None:
    both = after(events("1781", zone=1), events("1207", zone=1))
    assert AlarmKey(Z1, Alarm(Detection.EARLY_WARNING)) in both.device(Z1).alarms
    one = after(events("1781", zone=1), events("1207", zone=1), events("3781", zone=1))
    assert alarms(one, Z1) == {Alarm(Detection.EARLY_WARNING), Alarm(Detection.EARLY_WARNING, None, 1207)}
    assert not readings(events("1781", zone=1), Z1)


# Troubles


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("1301", Detection.MAINS),
        ("1349", Detection.MAINS),
        ("1302", Detection.BATTERY_FAULT),
        ("1314", Detection.BATTERY_FAULT),
        ("1312", Detection.POWER_SUPPLY),
        ("1328", Detection.POWER_SUPPLY),
        ("1341", Detection.LID),
        ("1344", Detection.PERIPHERAL_TAMPER),
        ("1342", Detection.PERIPHERAL_FAULT),
        ("1347", Detection.PERIPHERAL_BATTERY),
        ("1340", Detection.PERIPHERAL_BATTERY),
        ("1910", Detection.PERIPHERAL_LINK),
        ("1141", Detection.BUS_FAULT),
        ("1931", Detection.COMMUNICATION),
        ("1862", Detection.LOCKOUT),
        ("1607", Detection.TEST_MODE),
    ],
)
def test_troubles_of_a_panel_begin_and_end(code: str, what: Detection) -> None:
    assert detected(events(code), DEVICE) == [(what, True, int(code), inf)]
    assert detected(events("3" + code[1:]), DEVICE) == [(what, False, int(code), None)]


def test_two_causes_of_one_trouble_end_separately() -> None:
    state = after(events("1301"), events("1349"), events("3301"))
    assert alarms(state, DEVICE) == {Alarm(Detection.MAINS), Alarm(Detection.MAINS, None, 1349)}


@pytest.mark.parametrize("code", ["1318", "1924", "1926", "1991"])
def test_what_nothing_ends_passes_by_itself(code: str) -> None:
    ((_, active, region, hold),) = detected(events(code), DEVICE)
    assert (active, region, hold) == (True, int(code), None)


def test_programming_ends_by_a_code_of_its_own() -> None:
    assert detected(events("1627"), DEVICE) == [(Detection.PROGRAMMING, True, 1627, inf)]
    assert alarms(after(events("1627"), events("1628")), DEVICE) == set()


VIDEO = {
    "1941": Detection.TAMPER,
    "1942": Detection.VIDEO_LOSS,
    "1943": Detection.VIDEO_MISMATCH,
    "1944": Detection.BAD_VIDEO,
    "1949": Detection.CAMERA_OFFLINE,
    "1777": Detection.AUDIO_FAULT,
}


@pytest.mark.parametrize(("code", "what"), VIDEO.items())
def test_troubles_of_a_camera(code: str, what: Detection) -> None:
    channel = PartRef(DEVICE.device, PartKind.CHANNEL, 2)
    assert detected(events(code, channel=2), channel) == [(what, True, None, inf)]
    assert alarms(after(events(code, channel=2), events("3" + code[1:], channel=2)), channel) == set()
    for nothing in (None, 0, 10**6):
        assert detected(events(code, channel=nothing), DEVICE) == [(what, True, int(code), inf)]


@pytest.mark.parametrize(("code", "what"), [("1945", Detection.DISK_FULL), ("1946", Detection.DISK_ERROR)])
def test_disks_are_the_panels_whatever_the_channel(code: str, what: Detection) -> None:
    assert detected(events(code, channel=2), DEVICE) == [(what, True, int(code), inf)]


@pytest.mark.parametrize("code", ["1601", "1602", "1617"])
def test_a_report_is_the_latest_sign_of_life(code: str) -> None:
    assert readings(events(code), DEVICE) == {Reading(Quantity.LAST_REPORT): NOW}
    assert not touches(Record(code=code))


def test_everything_but_reports_is_polled_after() -> None:
    assert {code for code in CODES if not touches(Record(code=code))} == {"1601", "1602", "1617"}


def test_devices_that_come_and_go_change_what_exists() -> None:
    expected = {f"{digit}{each}" for digit in "13" for each in ("975", "977", "978", "979", "980")}
    assert {code for code in CODES if restructures(Record(code=code))} == expected


@pytest.mark.parametrize("code", ["1947", "1948", "1452", "1467", "1970", "1960", "1863", "1443", "1556", "1983"])
def test_moments_are_told_and_nothing_else(code: str) -> None:
    assert len(events(code, partition=1, zone=1, channel=1)) == 1


def test_what_may_be_heard_of_for_the_first_time() -> None:
    channel = PartRef(DEVICE.device, PartKind.CHANNEL, 2)
    assert sighted(events("1207", zone=1)) == {(Z1, Detection.EARLY_WARNING)}
    assert sighted(events("1942", channel=2)) == {(channel, Detection.VIDEO_LOSS)}
    assert sighted(events("1301")) == {(DEVICE, Detection.MAINS)}
    assert sighted(events("3942", channel=2)) == sighted(events("1103", partition=1, zone=1)) == frozenset()


# Everything


def test_every_group_is_used_and_every_record_has_one() -> None:
    assert set(GROUPS) == {code.group for code in CODES.values()}
    assert set(GROUP_OF) == set(CODES)
    assert {group.event for group in GROUP_OF.values()} == set(PanelEvent) - {PanelEvent.UNKNOWN_CODE}


PAIRS = [code for code in CODES if code[0] == "1" and "3" + code[1:] in CODES]


def test_both_halves_of_a_pair_are_of_one_kind() -> None:
    differing = {code for code in PAIRS if GROUP_OF[code].event is not GROUP_OF["3" + code[1:]].event}
    assert differing == {"1401", "1403", "1409"}


@pytest.mark.parametrize("code", [code for code in PAIRS if GROUP_OF["3" + code[1:]].opposite])
def test_an_end_undoes_what_the_beginning_did(code: str) -> None:
    fields = {"partition": 1, "zone": 1, "channel": 1}
    state = after(events(code, **fields), events("3" + code[1:], **fields))
    assert not state.device(DEVICE).alarms
    readings = state.device(DEVICE).readings
    assert not any(any(readings[part].values()) for part in readings if part.kind is not PartKind.PARTITION)
    assert all(state.device(DEVICE).online.values())


def values(rng: random.Random, depth: int = 0) -> Any:
    """Anything that JSON can hold."""
    plain: list[Any] = [None, True, -1, 0, 3, 10**30, 1.5, inf, "", "5", "-1", "NONE", "2009-02-24 16:59:00", "x" * 300]
    plain += ["1,2,3,4,5,6,7,8,9", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "\0\ud800"]
    if depth < 3 and rng.random() < 0.2:
        return rng.choice(
            ([values(rng, depth + 1), values(rng, depth + 1)], {"CIDCode": values(rng, depth + 1)}, {}, [])
        )
    return rng.choice(plain)


NAMES = ("subSys", "zoneNo", "ZoneNo", "CIDType", "CIDDescribe", "triggerTime", "uploadTime", "CIDParam", "isVideo")
BESIDE = ("dateTime", "deviceSerial", "UUID", "zoneNo", "subSys", "CIDAlarm")


def hostile(rng: random.Random) -> Iterator[tuple[str, dict[str, Any]]]:
    codes = [*CODES, "1000", "9999", "E130", "0"]
    for code in codes * 4:
        inside = {name: values(rng) for name in NAMES if rng.random() < 0.7}
        beside = {name: values(rng) for name in BESIDE if rng.random() < 0.5}
        yield code, {**beside, "CIDAlarm": {**inside, "CIDCode": code}}


@pytest.mark.parametrize("seed", range(5))
def test_any_record_is_told_exactly_once(seed: int) -> None:
    rng = random.Random(seed)
    for code, body in hostile(rng):
        record = read_record(body)
        for panel in (PANEL, Panel(ref=DEVICE)):
            found = events_of(record, panel, NOW)
            told = happened(found)
            assert told.part == DEVICE
            assert told.data["code"] == code
            assert None not in told.data.values()
            assert len(found) <= 1 + (len(REASONS) + 1) * 3
            after(found)


@pytest.mark.parametrize("seed", range(200))
def test_whatever_comes_is_a_record_or_a_bad_answer(seed: int) -> None:
    rng = random.Random(seed)
    body = {name: values(rng) for name in (*NAMES, *BESIDE, "CIDCode") if rng.random() < 0.7}
    try:
        record = read_record(body)
    except BadAnswer:
        return
    assert happened(events_of(record, PANEL, NOW)).data["code"] == record.code
