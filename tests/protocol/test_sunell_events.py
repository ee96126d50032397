"""What records of alarms mean: the table of codes, the lines of the stream, and the book of all that was heard."""

from math import inf

import pytest

from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.alarms import ALARMS, CODES, ENDING, KNOWN
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.events import RECORDING, AlarmBook
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.facts import (
    ChannelFacts,
    Facts,
    channel_ref,
    input_ref,
)
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.grammar import parse
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.memory import memory_of, recall
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.records import AlarmLines, AlarmRecord, listed
from custom_components.ip_surveillance.protocol.errors import Busy, DeviceError
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.events import Detected, Happened, Measured
from custom_components.ip_surveillance.protocol.model.parts import HOST_PART, Part, PartRef, Topology
from custom_components.ip_surveillance.protocol.model.state import Alarm

from .sunell_core import CHANNEL

ONE = b"alarmMajorType=1\r\nalarmMinorType=2\r\nsourceID=1\r\nalarmFlag=1\r\nalarmTime=2018-9-21 15:34:22\r\n"
PART = b"--myboundary\r\nContent-Type: text/plain\r\nContent-Length: 238\r\n\r\nalarmInfoBegin=1\r\n" + ONE
MOTION = AlarmRecord(1, 2, 1, active=True, time="2018-9-21 15:34:22")
SECOND = "next_alarmInfoURL =2\r\n"


def record(code: str, source: int = 1, *, active: bool = True, at: str = "2026-1-2 3:04:05") -> AlarmRecord:
    major, minor = map(int, code.split("/"))
    return AlarmRecord(major, minor, source, active=active, time=at)


def book(channels: int = 1, *, recorder: bool = False, inputs: int = 2) -> AlarmBook:
    made = AlarmBook()
    cameras = tuple(ChannelFacts(number=number) for number in range(1, channels + 1))
    made.facts = Facts(uid="a1", recorder=recorder, channels=cameras, inputs=inputs)
    made.topology = Topology(devices={}, parts={ref: Part(ref=ref) for ref in (HOST_PART, CHANNEL, input_ref(1))})
    return made


def test_the_table_holds_all_codes_of_the_document() -> None:
    assert len(ALARMS) == len(CODES) == 71
    assert {alarm.major for alarm in ALARMS} == {1, 4, 5, 6, 7, 9}
    assert all(alarm.what or alarm.word for alarm in ALARMS)
    assert ENDING <= KNOWN


# --- lines


@pytest.mark.parametrize("size", [1, 2, 7, 64, 4096])
def test_records_come_however_the_bytes_are_cut(size: int) -> None:
    stream = PART + SECOND.encode() + ONE.replace(b"=2\r", b"=3\r") + b"alarmInfoEnd=2\r\n\r\n" + PART
    lines = AlarmLines()
    found = [each for at in range(0, len(stream), size) for each in lines.feed(stream[at : at + size])]
    assert found == [MOTION, MOTION._replace(minor=3), MOTION]
    assert lines.records == 3
    assert not lines.cut


def test_a_record_does_not_wait_for_what_follows_it() -> None:
    assert AlarmLines().feed(PART) == [MOTION]


@pytest.mark.parametrize(
    "stream",
    [
        PART.replace(b"238", b"9"),
        PART.replace(b"238", b"99999"),
        PART.replace(b"Content-Length: 238\r\n", b""),
        PART.replace(b"\r\n", b"\n"),
        PART.replace(b"--myboundary", b"HTTP Code: 200 OK"),
        PART.replace(b"=", b" = "),
        PART.replace(b"alarm", b"Alarm"),
        ONE,
        b"Connecting, waiting for alarm message\r\n" + PART,
        b"\xff\xfe\x80 name=\xb2\xe2\r\n" + PART,
    ],
)
def test_lines_alone_decide(stream: bytes) -> None:
    lines = AlarmLines()
    assert [*lines.feed(stream), *lines.close()] == [MOTION]


def test_a_record_that_is_cut_off_is_counted() -> None:
    lines = AlarmLines()
    assert lines.feed(b"alarmInfoBegin=1\r\nalarmMajorType=1\r\nalarmMi") == []
    assert lines.close() == []
    assert lines.cut == 1


def test_a_record_without_its_last_fields_is_told_at_the_end() -> None:
    lines = AlarmLines()
    assert lines.feed(b"alarmMajorType=9\r\nalarmMinorType=52\r\n") == []
    assert lines.close() == [AlarmRecord(9, 52, 0, active=True, time="")]


def test_a_line_without_end_is_bounded() -> None:
    lines = AlarmLines()
    for _ in range(100):
        assert lines.feed(b"x" * 4096) == []
    assert lines.skipped >= 90 * 4096
    assert lines.feed(b"\r\n" + PART) == [MOTION]


def test_a_refusal_as_text_is_an_error_and_later_text_is_none() -> None:
    with pytest.raises(Busy) as caught:
        AlarmLines().feed(b"error, Return=-511\r\n")
    assert caught.value.code == "-511"
    lines = AlarmLines()
    assert lines.feed(PART + b"error, Return=-9\r\n") == [MOTION]


@pytest.mark.parametrize(
    "noise",
    [b"", b"\x00" * 50, b"=" * 9, b"alarmFlag=\r\n" * 20, b"alarmMajorType=99999999999\r\nalarmMinorType=-1\r\n"],
)
def test_rubbish_is_no_record(noise: bytes) -> None:
    lines = AlarmLines()
    assert [*lines.feed(noise), *lines.close()] == []


def test_a_list_is_read_by_its_markers_or_without() -> None:
    whole = "alarmInfoBegin=1\r\n" + ONE.decode() + SECOND + ONE.decode().replace("sourceID=1", "sourceID=2")
    assert [each.source for each in listed(parse(whole))] == [1, 2]
    assert [each.source for each in listed(parse(ONE.decode() + ONE.decode().replace("sourceID=1", "sourceID=2")))] == [
        1,
        2,
    ]
    assert listed(parse("Not Find AlarmInfo")) == ()


def test_of_a_very_long_list_the_newest_records_count() -> None:
    lines = [ONE.decode().replace("Flag=1", "Flag=0").replace("34:22", f"{n // 60}:{n % 60}") for n in range(1500)]
    found = listed(parse("".join((*lines, ONE.decode().replace("15:34:22", "23:59:59")))))
    assert len(found) == 1024
    assert found[-1] == MOTION._replace(time="2018-9-21 23:59:59")


# --- pushes


def test_an_alarm_with_an_end_lasts_until_it() -> None:
    told = book()
    (begun,) = told.pushed([record("1/2")], 1.0)
    (ended,) = told.pushed([record("1/2", active=False, at="2026-1-2 3:04:09")], 2.0)
    assert isinstance(begun, Detected)
    assert (begun.part, begun.what, begun.active, begun.hold) == (CHANNEL, Detection.MOTION, True, inf)
    assert isinstance(ended, Detected)
    assert (ended.what, ended.active) == (Detection.MOTION, False)


def test_a_moment_has_its_hold_time_until_an_end_is_heard_of() -> None:
    told = book()
    (first,) = told.pushed([record("6/21")], 1.0)
    assert isinstance(first, Detected)
    assert first.hold is None
    told.pushed([record("6/21", active=False, at="2026-1-2 3:04:06")], 2.0)
    (second,) = told.pushed([record("6/21", at="2026-1-2 3:05:00")], 3.0)
    assert isinstance(second, Detected)
    assert second.hold == inf
    assert Detection.LINE_CROSSING not in told.unpolled


def test_the_same_record_again_is_no_new_happening() -> None:
    told = book()
    first, second = (event for event in told.pushed([record("6/24"), record("6/24")], 1.0))
    assert isinstance(first, Detected)
    assert isinstance(second, Detected)
    assert not first.restored
    assert second.restored
    assert told.counts.repeated == 1


def test_a_stale_repeat_after_the_end_is_ignored() -> None:
    told = book()
    told.pushed([record("1/2"), record("1/2", active=False, at="2026-1-2 3:04:09")], 1.0)
    assert told.pushed([record("1/2")], 2.0) == []


def test_alarms_without_a_time_are_told_each_time() -> None:
    told = book()
    for now in range(3):
        begun, again = (event for event in told.pushed([record("1/2", at="")] * 2, float(now)))
        (ended,) = told.pushed([record("1/2", active=False, at="")], now + 0.5)
        assert isinstance(begun, Detected)
        assert isinstance(again, Detected)
        assert isinstance(ended, Detected)
        assert (begun.active, begun.restored, again.restored, ended.active) == (True, False, True, False)


def test_two_codes_of_one_detection_end_together() -> None:
    told = book()
    told.pushed([record("7/4"), record("7/5")], 1.0)
    assert told.pushed([record("7/4", active=False)], 2.0) == []
    (ended,) = told.pushed([record("7/5", active=False)], 3.0)
    assert isinstance(ended, Detected)
    assert not ended.active


@pytest.mark.parametrize(
    ("code", "source", "part"),
    [
        ("1/1", 2, input_ref(2)),
        ("1/1", 9, HOST_PART),
        ("1/2", 0, CHANNEL),
        ("1/2", 7, CHANNEL),
        ("1/5", 1, HOST_PART),
        ("4/2", 1, HOST_PART),
    ],
)
def test_records_find_their_part(code: str, source: int, part: PartRef) -> None:
    (event,) = book().pushed([record(code, source)], 1.0)
    assert isinstance(event, Detected)
    assert event.part == part


def test_a_recorder_tells_of_its_own_what_no_channel_has() -> None:
    told = book(3, recorder=True)
    events = told.pushed([record("1/2", 3), record("1/2", 9)], 1.0)
    assert [event.part for event in events if isinstance(event, Detected)] == [channel_ref(3), HOST_PART]


def test_codes_that_nobody_knows_are_events_with_all_they_say() -> None:
    told = book()
    (event,) = told.pushed([record("6/99"), record("6/99")], 1.0)
    assert isinstance(event, Happened)
    assert event.what == "alarm_6_99"
    assert event.data == {"code": "6/99", "source": 1, "active": True}
    assert told.counts.unknown == {"alarm_6_99": 1}
    assert told.pushed([record("6/99", active=False)], 2.0) == []


def test_a_good_disk_clears_the_bad_one() -> None:
    told = book()
    told.pushed([record("4/2"), record("4/4")], 1.0)
    events = told.pushed([record("4/1")], 2.0)
    over = {event.what for event in events if isinstance(event, Detected) and not event.active}
    assert over == {Detection.DISK_ERROR, Detection.DISK_FULL}
    assert [event.what for event in events if isinstance(event, Happened)] == ["disk_normal"]


def test_recording_is_a_reading() -> None:
    told = book()
    events = told.pushed([record("5/10"), record("5/11", at="2026-1-2 3:09:00")], 1.0)
    assert [event.readings for event in events if isinstance(event, Measured)] == [
        {RECORDING: True},
        {RECORDING: False},
    ]
    assert RECORDING in told.heard[CHANNEL]


# --- the list


def test_the_first_look_is_history_but_for_what_lasts() -> None:
    told = book()
    found = told.listed([record("1/2"), record("6/21"), record("6/99"), record("1/4", active=False)], 1.0)
    assert found.alarms[CHANNEL] == {Alarm(Detection.MOTION)}
    assert found.alarms[HOST_PART] == frozenset()
    assert found.moments == ()
    assert found.news == ()


def test_a_flag_of_zero_is_no_alarm() -> None:
    told = book()
    told.listed([], 1.0)
    told.listed([record("1/2")], 2.0)
    found = told.listed([record("1/2", active=False, at="2026-1-2 3:04:09")], 3.0)
    assert found.alarms[CHANNEL] == frozenset()
    assert found.moments == ()


def test_the_last_record_of_an_alarm_counts_in_whatever_order() -> None:
    told = book()
    rows = [record("1/2", at="2018-9-21 15:26:56"), record("1/2", active=False, at="2018-9-21 15:26:50")]
    assert told.listed(rows, 1.0).alarms[CHANNEL] == {Alarm(Detection.MOTION)}
    assert told.listed(rows[::-1], 2.0).alarms[CHANNEL] == {Alarm(Detection.MOTION)}


def test_what_began_and_ended_between_two_looks_is_an_event_once() -> None:
    told = book()
    told.listed([], 1.0)
    rows = [record("1/2", active=False)]
    (moment,) = told.listed(rows, 2.0).moments
    assert isinstance(moment, Happened)
    assert (moment.part, moment.what) == (CHANNEL, "motion")
    assert told.listed(rows, 3.0).moments == ()


def test_an_end_that_is_listed_with_the_time_of_its_beginning_is_no_event() -> None:
    told = book()
    told.listed([], 1.0)
    told.pushed([record("1/2"), record("1/2", active=False, at="2026-1-2 3:04:09")], 2.0)
    assert told.listed([record("1/2", active=False)], 3.0).moments == ()


@pytest.mark.parametrize("at", ["", "0000-00-00 00:00:00"])
def test_listed_moments_without_a_time_are_told_each_time(at: str) -> None:
    told = book()
    told.listed([], 1.0)
    for now in (2.0, 4.0, 6.0):
        assert len(told.listed([record("6/26", at=at)], now).moments) == 1
        assert told.listed([record("6/26", at=at)], now + 1).moments == ()
        assert told.listed([], now + 1.5).moments == ()


def test_a_moment_in_the_list_is_told_once() -> None:
    told = book()
    told.listed([], 1.0)
    rows = [record("6/26"), record("7/12"), record("6/77")]
    first = told.listed(rows, 2.0)
    assert {(type(each), each.what) for each in first.moments if not isinstance(each, Measured)} == {
        (Detected, Detection.LOITERING),
        (Happened, "face_temperature_normal"),
        (Happened, "alarm_6_77"),
    }
    assert first.alarms[CHANNEL] == frozenset()
    assert told.listed(rows, 3.0).moments == ()


def test_the_list_does_not_repeat_what_was_pushed() -> None:
    told = book()
    told.listed([], 1.0)
    told.pushed([record("6/26"), record("1/2")], 2.0)
    found = told.listed([record("6/26"), record("1/2")], 3.0)
    assert found.moments == ()
    assert found.news == ()
    assert found.alarms[CHANNEL] == {Alarm(Detection.MOTION)}


def test_what_the_list_told_first_is_known_as_missed() -> None:
    told = book()
    told.listed([], 1.0)
    row = record("1/2")
    assert told.listed([row], 2.0).news == (row,)


def test_what_is_heard_of_and_not_listed_is_remembered() -> None:
    told = book()
    told.pushed([record("6/34"), record("5/10")], 1.0)
    assert told.news
    told.pushed([record("6/26", active=False)], 2.0)
    again = book()
    recall(again, memory_of(told))
    assert again.heard == told.heard
    assert again.ends == told.ends
    recall(
        again,
        {"ends": ["nonsense", 7, None], "heard": [["channel"], ["light", 1, "motion"], 5, ["channel", -1, "pir"]]},
    )
    assert again.heard == told.heard
    recall(again, {"ends": 5, "heard": None})
    assert again.heard == told.heard


def test_memories_are_bounded() -> None:
    told = book()
    for number in range(5000):
        told.pushed([record("1/2", at=f"2026-1-2 {number}"), record(f"6/{200 + number}", number)], float(number))
    assert len(told._seen) <= 2048
    assert len(told._open) <= 1024
    assert len(told.counts.unknown) <= 64


def test_errors_are_device_errors() -> None:
    with pytest.raises(DeviceError):
        AlarmLines().feed(b"-22\r\n")
