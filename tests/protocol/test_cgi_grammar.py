"""The text of Sunell-type devices: every example of its guide, each trap by an example of our own, and noise."""

import json
import random

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.grammar import (
    DEEPEST,
    LARGEST,
    MOST_LINES,
    Pair,
    Record,
    covering,
    decode,
    parse,
    record_of,
    render,
)
from custom_components.ip_surveillance.protocol.errors import BadAnswer, NotSupported

from .cgi_examples import ANSWERS, CAPTURE, GUIDE, REQUESTS, answers, request_pairs, requests

LINES = GUIDE.read_text(encoding="utf-8").split("\n") if GUIDE.exists() else []
QUERIES = dict(requests(LINES))
guided = pytest.mark.skipif(not LINES, reason="the guide does not lie beside the repository")
bounded = pytest.mark.timeout(30)
"""A reading that is not linear would not come back in that time; each takes less than a second."""


def tally(record: Record) -> str:
    """Stems of the lists with the number of their records at any depth, in order."""
    found: dict[str, int] = {}

    def look(each: Record) -> None:
        for stem in each.stems:
            inner = each.lists(stem)
            found[stem] = found.get(stem, 0) + len(inner)
            for one in inner:
                look(one)

    look(record)
    return " ".join(f"{stem}:{number}" for stem, number in found.items())


def text(*lines: str) -> str:
    return "".join(f"{line}\r\n" for line in lines)


@guided
@pytest.mark.parametrize(("first", "last", "names", "pairs", "lists"), ANSWERS, ids=lambda value: str(value))
def test_every_answer_of_the_guide(first: int, last: int, names: int, pairs: int, lists: str) -> None:
    record = parse("\r\n".join(LINES[first - 1 : last]).encode())
    assert (len(record.names), len(record.pairs()), tally(record)) == (names, pairs, lists)
    again = parse(render(record.pairs()))
    assert again.pairs() == record.pairs()
    assert tally(again) == lists
    assert again.leaves() == record.leaves()


@guided
@pytest.mark.parametrize(("line", "names", "pairs", "lists"), REQUESTS, ids=lambda value: str(value))
def test_every_request_of_the_guide(line: int, names: int, pairs: int, lists: str) -> None:
    sent = request_pairs(QUERIES[line])
    record = record_of(sent)
    assert record.pairs() == sent
    assert (len(record.names), len(sent), tally(record)) == (names, pairs, lists)
    assert record_of(record.pairs()).leaves() == record.leaves()


@guided
def test_no_example_is_left_out() -> None:
    assert [(first, last) for first, last, *_ in ANSWERS] == list(answers(LINES))
    assert [line for line, *_ in REQUESTS] == list(QUERIES)
    told = {line for first, last in answers(LINES) for line in range(first, last + 1)}
    # Past the scan: every BEGIN with a value is in an example or a request, some of which go over several lines.
    begins = {number for number, line in enumerate(LINES, 1) if "Begin=" in line.replace(" ", "")}
    assert {number for number in begins - told if ".cgi" not in LINES[number - 1]} <= {24173, 24174, 24175, 31149}


@pytest.mark.skipif(not CAPTURE.exists(), reason="no captured answers beside the repository")
def test_captured_answers() -> None:
    captured = {
        " ".join(sorted(answer["query"])): parse(answer["body"].encode())
        for answer in json.loads(CAPTURE.read_text())["answers"]
    }
    assert len(captured) > 25
    for record in captured.values():
        assert parse(render(record.pairs())).pairs() == record.pairs()
        assert record or record.free
    streams = captured["action=get cameraID=1 type=streamAbility"]
    assert tally(streams) == "avstream:2 avstreamencoderability:10 videoresolution:20"
    first = streams.at(("AVStream", 0), ("AVStreamEncoderAbility", 0), ("videoResolution", 0))
    assert (first.get("maxFrameRate"), first.get("resolution")) == ("15", "4608*1728")
    groups = captured["action=getAllGroup type=User"].lists("group")
    assert [group.get("groupName") for group in groups] == ["Administrators", "Operator", "Media user"]
    assert [len(group.items("privilege")) for group in groups] == [15, 5, 1]
    assert captured["action=get type=deviceInfo"].get("kernelVersion") == "v6.4_20240821"
    assert captured["action=get type=currentAlarmStatus"].free == ("Not Find AlarmInfo",)


# Examples of our own, one for each trap.


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\r\n\r\n"])
def test_line_ends_and_stray_blanks(end: str) -> None:
    record = parse(
        end.join(["logType = 1", "resultBegin =1", " P an = 4", "resultNext = 2", "pan=5", "resultEnd= 2", ""])
    )
    assert record.get("LOGTYPE") == "1"
    assert record.items("result", "pan") == ("4", "5")
    assert record.pairs()[1:3] == (("resultBegin", "1"), ("P an", "4"))


def test_names_go_without_case_and_in_either_spelling() -> None:
    record = parse(text("frontHeigth=3", "voiceDenoiRefer tonable=1", "PLATEnum=X"))
    assert record.get("frontheight") == record.get("FrontHeigth") == "3"
    assert record.get("voiceDenoiseEnable") == "1"
    assert record.get("PlateText", "plateNUM") == "X"
    assert record.get("PlateText") is None


def test_bare_markers() -> None:
    record = parse(text("PlateBegin", "UID=4", "NextPlate", "UID=2", "PlateEnd", "areaTemperatureBegin=1", "areaID=0"))
    assert record.items("plate", "uid") == ("4", "2")
    assert record.pairs()[0] == ("PlateBegin", "")
    assert record.items("areaTemperature", "areaid") == ("0",)
    assert parse(text("PlateBegin", "PlateEnd", "a=1")).lists("plate") == ()


def test_numbers_on_markers_and_counts_mean_nothing() -> None:
    lines = ["areaCount=7", "areaBegin=9", "areaID=1", "next_areaURL=1", "areaID=2", "next_areaURL=1", "areaID=3"]
    record = parse(text(*lines, "areaEnd=1"))
    assert record.items("area", "areaID") == ("1", "2", "3")
    assert record.get("areaCount") == "7"


@pytest.mark.parametrize(
    ("begin", "after", "end"),
    [
        ("videoFormatBegin", "next_FormatURL", "videoFormatEnd"),
        ("fontAlphaBegin", "next_AlphaURL", "fontAlphaEnd"),
        ("detectAreaBegin", "nextDetectArea", "detectAreaEnd"),
        ("PlateParamBegin", "NextUrl", "PlateParamEnd"),
        ("SNPointCoordinateStart", "SNPointCoordinateNext", "SNPointCoordinateEnd"),
        ("localNetworkBegin", "localNetworkNextFlag", "localNetworkEnd"),
        ("recordDirInfoBegin", "recordDirInfoNextURL", "recordDirInfoEnd"),
        ("groupBegin", "next_userURL", "groupEnd"),
        ("alarmPTZActionBegin", "next_PTZAcitonURL", "alarmPTZActionEnd"),
        ("resultBegin", "resultNext", "resultEnd"),
        ("DDNSBegin", "next_anythingURL", "DDNSEND"),
        ("intelligenceAnalyseBegin", "next_intelligenceAnalyseURL", "intelligenceAnalyRefer tond"),
        ("unheardOfBegin", "next_unheardOfURL", "unheardOfEnd"),
    ],
)
def test_irregular_markers(begin: str, after: str, end: str) -> None:
    record = parse(text("before=0", f"{begin}=1", "id=1", f"{after}=2", "id=2", f"{end}=2", "behind=3"))
    (stem,) = record.stems
    assert record.items(stem, "id") == ("1", "2")
    assert record.names == ("before", "behind")


def test_the_next_of_an_outer_list_closes_the_inner_one() -> None:
    record = parse(
        text(
            "channelBegin=1",
            "channelId=1",
            "streamBegin=1",
            "streamId=1",
            "next_channelURL=2",
            "channelId=2",
            "streamBegin=1",
            "streamId=1",
            "next_StreamURL=2",
            "streamId=2",
            "channelEnd=2",
            "x=1",
        )
    )
    assert record.items("channel", "channelId") == ("1", "2")
    assert [channel.items("stream", "streamId") for channel in record.lists("channel")] == [("1",), ("1", "2")]
    assert record.get("x") == "1"


def test_a_list_is_not_within_itself() -> None:
    record = parse(text("regionBegin=1", "a=1", "pointBegin=1", "p=1", "regionBegin=1", "a=2"))
    assert record.items("region", "a") == ("1", "2")
    assert record.lists("region")[0].items("point", "p") == ("1",)


def test_a_name_that_comes_again_begins_a_record_in_a_list() -> None:
    record = parse(text("weekDayBegin=1", "weekDay=1", "startTime1=0", "weekDay=2", "startTime1=5", "weekDayEnd=1"))
    assert record.items("weekDay", "startTime1") == ("0", "5")
    twice = parse(text("ruleBegin=1", "aCount=2", "aCount=2", "a=1", "ruleEnd=1"))
    assert len(twice.lists("rule")) == 1


def test_records_without_any_marker() -> None:
    record = parse(text("n=2", "Time=a", "in=1", "weekDayBegin=1", "weekDay=3", "weekDayEnd=1", "Time=b", "in=2"))
    rows = record.rows("time")
    assert [row.get("in") for row in rows] == ["1", "2"]
    assert rows[0].items("weekDay") == ("3",)
    assert record.values("in") == ("1", "2")
    assert record.rows("nothing") == ()
    assert record.get("in") == "1"
    ranges = parse(text("P anmax=360", "T iltmax=100", "T iltmax=0", "Zoom =0", "Zoom =90"))
    assert (ranges.values("tiltMax"), ranges.values("zoom")) == (("100", "0"), ("0", "90"))


def test_values_that_look_like_markers() -> None:
    lines = ("timerBegin=1", "timeSegmentBegin=1111", "timeSegmentEnd=2222", "operatorType=16", "timerEnd=1")
    (timer,) = parse(text(*lines)).lists("timer")
    assert (timer.get("timeSegmentBegin"), timer.get("timeSegmentEnd")) == ("1111", "2222")
    plain = parse(
        text("urlStart=a", "CGIUrlEnd=b", "beginTime=1", "endHour=2", "quietBegin=0800", "quietEnd=0900", "next=4")
    )
    assert plain.stems == ()
    assert (plain.get("urlstart"), plain.get("CGIUrlEnd"), plain.get("quietEnd")) == ("a", "b", "0900")


def test_values_are_taken_as_they_are() -> None:
    record = parse(text("code=aGk=", "url=a&b=c", "points=4,8||15,21", "name=", "note=x // y"))
    assert record.pairs() == (
        ("code", "aGk="),
        ("url", "a&b=c"),
        ("points", "4,8||15,21"),
        ("name", ""),
        ("note", "x // y"),
    )


def test_lines_that_are_no_pairs() -> None:
    log = "Log Time:21/12/2023 09:12:29, loginfo: a=1"
    record = parse(text("logData=", log, "OK"))
    assert record.free == (log, "OK")
    assert record.names == ("logData",)
    inside = parse(text("scanBegin=1", "…", "scanEnd=1"))
    assert (inside.lists("scan"), inside.free) == ((), ("…",))


@pytest.mark.parametrize("code_page", ["utf-8", "utf-8-sig", "gbk"])
def test_code_pages(code_page: str) -> None:
    assert parse("channelName=前门\r\n".encode(code_page)).get("channelName") == "前门"


def test_other_bytes() -> None:
    assert decode(b"a=\xff\xff\x00b") == "a=\xff\xffb"
    assert parse(b"na\x00me=x\x00\r\n").get("name") == "x"
    assert parse(b"").pairs() == ()


def test_a_request_of_the_rules_has_an_ampersand_before_each_line() -> None:
    record = parse(
        text("&AlarmLinkageBegin", "&ActionID=1", "next_AlarmLinkageURL=2", "& ActionID=2", "&AlarmLinkageEnd=2")
    )
    assert record.items("AlarmLinkage", "ActionID") == ("1", "2")


def test_replacing_keeps_all_else() -> None:
    lines = ("regionCount=9", "regionBegin=1", "Sens =1", "next_regionURL =1", "Sens =2", "regionEnd=1", "x=1", "x=2")
    record = parse(text(*lines))
    changed = record.replaced("sensitivity", "5", "sens", at=(("region", 1),))
    assert changed.pairs() == tuple(
        pair if number != 4 else ("Sens", "5") for number, pair in enumerate(record.pairs())
    )
    assert record.replaced("x", "7", nth=1).values("x") == ("1", "7")
    assert record.lists("region")[1].replaced("sens", "9").pairs() == (("Sens", "9"),)
    for way in ((("region", 2),), (("region", -1),), (("points", 0),)):
        with pytest.raises(NotSupported):
            record.replaced("sens", "1", at=way)
    with pytest.raises(NotSupported):
        record.replaced("nothing", "1")
    assert record.without("X", "regionCount").names == ()


def test_written_lists_replace_the_present_ones() -> None:
    record = parse(text("enable=1", "weekDayBegin=1", "weekDay=0", "weekDayEnd=1", "areaBegin=1", "a=1", "areaEnd=1"))
    assert covering(record)[1:3] == (("scheduleTimeAction", "cover"), ("weekDayBegin", "1"))
    assert len(covering(record)) == len(record.pairs()) + 1
    told = record_of((("scheduleTimeAction", "remove"), *record.pairs()))
    assert covering(told) == told.pairs()


def test_values_do_not_show() -> None:
    record = parse(text("SMTPPassword=geheim", "userListBegin=1", "userPasswd=secret", "userListEnd=1"))
    assert "geheim" not in repr(record)
    assert "secret" not in repr(record)
    assert repr(record) == "<Record of 4 pairs: SMTPPassword, userlist>"
    assert record == parse(render(record.pairs()))
    assert record != parse("")
    assert hash(record) == hash(parse(render(record.pairs())))


# Noise.

WORDS = ("region", "stream", "odd", "point", "weekDay", "x")
NAMES = st.sampled_from(
    [
        name
        for word in WORDS
        for name in (word, f"{word}Begin", f"next_{word}URL", f"{word}End", f"{word}Next", f"{word}Count")
    ]
    + ["NextUrl", "next_other", "a b", "2DNR", "Begin", "End", "next"]
)
PAIRS = st.lists(st.tuples(NAMES, st.text("0189ab =&/,", max_size=4).map(str.strip)), max_size=60)


@given(PAIRS)
def test_pairs_in_are_pairs_out(pairs: list[Pair]) -> None:
    record = parse(render(pairs))
    assert record.pairs() == tuple(pairs) == record_of(pairs).pairs()
    assert record.leaves() == record_of(pairs).leaves()
    total = sum(1 for _ in record.leaves())
    assert total <= len(pairs)


@given(st.binary(max_size=600) | st.text(max_size=300).map(str.encode))
def test_noise_is_read(noise: bytes) -> None:
    record = parse(noise)
    assert parse(render(record.pairs())).pairs() == record.pairs()
    lines = [line for line in decode(noise).replace("\r", "\n").split("\n") if line.strip().lstrip("&").strip()]
    assert len(record.pairs()) + len(record.free) + sum(1 for _ in _inner_free(record)) >= len(lines)


def _inner_free(record: Record) -> list[str]:
    return [line for stem in record.stems for each in record.lists(stem) for line in (*each.free, *_inner_free(each))]


@settings(max_examples=50)
@given(st.sampled_from([row[:2] for row in ANSWERS]), st.randoms(use_true_random=False))
def test_damaged_examples(where: tuple[int, int], chance: random.Random) -> None:
    lines = LINES[where[0] - 1 : where[1]] or ["channelBegin=1", "a=1", "streamBegin=1", "b=1", "streamEnd=1"]
    data = bytearray("\r\n".join(lines).encode())
    for _ in range(chance.randrange(8)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    record = parse(bytes(data[: chance.randrange(len(data) + 1)]))
    assert parse(render(record.pairs())).pairs() == record.pairs()


@bounded
@pytest.mark.parametrize(
    "body",
    [
        b"x" * 10_000_000,
        b"a=1\n" * 2_500_000,
        b"a=1\n" * (MOST_LINES + 1),
        "".join(f"a{number}Begin=1\r\na{number}End=1\r\n" for number in range(60_000)).encode(),
        "".join(f"a{number}Begin=1\r\n" for number in range(200)).encode()
        + b"".join(b"a%dEnd=1\n" % n for n in range(200)),
    ],
    ids=["10 MB", "10 MB of lines", "too many lines", "too many lists", "nested"],
)
def test_too_much_is_refused(body: bytes) -> None:
    with pytest.raises(BadAnswer) as raised:
        parse(body)
    assert raised.value.code in ("tooLarge", "tooDeep")


@bounded
@pytest.mark.parametrize(
    "body",
    [
        b"\n" * LARGEST,
        b" " * LARGEST,
        b"=" * LARGEST,
        b"a " * (LARGEST // 2),
        b"a=" + b"b" * (LARGEST - 2),
        b"a=1\n" * MOST_LINES,
        "".join(f"key{number}=1\n" for number in range(MOST_LINES)).encode(),
        b"regionBegin=1\n" * MOST_LINES,
        b"regionBegin=1\n" + b"a=1\n" * (MOST_LINES - 1),
        b"oddBegin=1\n" * (MOST_LINES - 1) + b"oddEnd=1\n",
        b"\xa3" * LARGEST,
    ],
    ids=["ends", "blanks", "equals", "words", "long", "one name", "names", "begins", "repeats", "unknown", "bytes"],
)
def test_as_much_as_is_allowed_takes_bounded_time(body: bytes) -> None:
    record = parse(body)
    assert len(record.pairs()) <= MOST_LINES


def test_as_deep_as_is_allowed() -> None:
    stems = [f"deep{chr(97 + number)}" for number in range(DEEPEST)]
    lines = [f"{stem}Begin=1" for stem in stems] + ["x=1"] + [f"{stem}End=1" for stem in reversed(stems)]
    record = parse(text(*lines))
    assert record.at(*((stem, 0) for stem in stems)).get("x") == "1"
    assert record.every("X") == ("1",)
