"""The benchmarks in a tiny size: what they count is right. How fast anything is decides nothing here."""

import asyncio
from dataclasses import replace
import gc

from homeassistant.core import CoreState
import pytest

from benchmarks import cgi, latency, parse, reading, receiver, receiver_home, receiver_storm, setup, stall
from benchmarks.home import home_assistant
from benchmarks.loop import Gap, Gaps, longest, worked
from benchmarks.report import percentile, table, times
from benchmarks.setup import Cost
from tests.simulators.isapi import IsapiSimulator


@pytest.mark.parametrize("pictures", [False, True])
async def test_both_readers_find_every_event_and_picture(pictures: bool) -> None:
    stream = parse.make_stream("tiny", 40, pictures=pictures)
    assert stream.pictures == (40 if pictures else 0)
    for way in (parse.product, parse.yardstick):
        found = await parse.measure(way, stream, repeats=1)
        assert (found.events, found.pictures) == (stream.events, stream.pictures)


async def test_the_comparison_of_readers_is_printed() -> None:
    report = await parse.run(20, 4)
    assert not report.problems
    assert [line.split()[0] for line in report.lines] == ["stream", "XML", "XML", "product:"]


async def test_every_push_changes_the_state() -> None:
    async with IsapiSimulator("camera") as device:
        assert len(await latency.push_times(device, 6)) == 6
        assert len(await latency.request_times(device, 6)) == 6


async def test_requests_grow_linearly_with_the_channels() -> None:
    costs = [await setup.measure(channels, quiet=0.2) for channels in (6, 8, 10)]
    before, after = setup.slopes(costs)
    assert before == after
    assert all(0 < each.requests < each.entities for each in costs)
    assert not setup.problems(costs)


COST = Cost(channels=1, entities=30, requests=20, seconds=0.1, settled=0.1, per_minute=10)
COSTS = [replace(COST, channels=each, entities=30 * each, requests=20 + each) for each in (1, 8, 32, 128)]


def test_growth_is_judged() -> None:
    assert not setup.problems(COSTS)
    squared = [replace(each, requests=each.channels**2) for each in COSTS]
    assert any("grow" in each for each in setup.problems(squared))
    each_entity = [replace(each, requests=each.entities) for each in COSTS]
    assert "240 requests for 240 entities" in setup.problems(each_entity)[0]


def test_time_is_judged_per_channel() -> None:
    assert not setup.slowness([replace(each, settled=0.1 * each.channels) for each in COSTS])
    assert setup.slowness([replace(each, settled=0.1 * each.channels**2) for each in COSTS])


async def test_no_event_is_lost_under_load() -> None:
    outcomes = await stall.loads(2000, 0.5)
    assert [outcome.lost for outcome in outcomes] == [0, 0]
    repeated, changing = outcomes
    assert repeated.changes * 5 == repeated.sent > 0
    assert changing.changes == changing.sent > 0
    assert changing.told * 2 == changing.changes


async def test_the_idle_loop_is_measured() -> None:
    assert await stall.idle(0.02)


async def test_home_assistant_leaves_nothing_behind() -> None:
    async with home_assistant() as hass:
        assert hass.is_running
    assert hass.state is CoreState.stopped


async def test_a_receiver_is_measured() -> None:
    report = await receiver.run((2, 3), 4, seconds=0.5, rate=120, polls=2, records=20)
    # How long the loop stands still is up to the machine; everything else is counted.
    assert not [each for each in report.problems if "kept the loop" not in each and "behind" not in each]
    assert [line.split()[:2] for line in report.lines[:3]] == [["set-up", "zones"], ["2", "devices"], ["3", "devices"]]


async def test_every_record_of_a_storm_arrives() -> None:
    async with receiver_home.running(2, 4, quiet=1.2) as found:
        cost = found.cost
        assert (cost.panels, cost.zones, cost.alarm_panels, cost.records) == (2, 4, 10, 2)
        assert 0 < cost.requests < cost.entities
        quiet = await receiver_home.steady(found, 2)
        assert 0 < quiet.pushed <= receiver.BUDGET
        assert 0 < quiet.polled <= receiver.BUDGET
        speed = reading.compare(found.entry.runtime_data.driver.fleet, 20, 1)
        assert speed.events >= speed.records == 20
        outcome = await receiver_storm.storm(found, seconds=0.5, rate=160)
    assert (outcome.lost, outcome.connections) == (0, 0)
    seen = {outcome.read, outcome.heard, outcome.told, outcome.tellable, outcome.changes, outcome.expected}
    assert seen == {outcome.sent}
    assert outcome.sent > 0


GAP = Gap(late=0.3, busy=0.02, garbage=0.01)
SET_UP = receiver_home.SetUp(
    panels=2,
    zones=8,
    entities=90,
    alarm_panels=10,
    records=2,
    requests=10,
    ready=1,
    plain=1,
    memory=1,
    objects=1,
    gap=GAP,
)
STORM = receiver_storm.Storm(
    panels=2,
    sent=10,
    rate=10,
    read=10,
    heard=10,
    told=5,
    tellable=5,
    changes=9,
    expected=9,
    connections=0,
    requests=1,
    seconds=1,
    behind=0,
    gaps=(GAP,),
    full_collections=0,
)
QUIET = receiver_home.Steady(pushed=100, polled=119)


@pytest.mark.parametrize(
    ("cost", "quiet", "storm", "word"),
    [
        (SET_UP, QUIET, replace(STORM, read=9), "1 events lost"),
        (SET_UP, QUIET, replace(STORM, heard=8), "2 events lost"),
        (SET_UP, QUIET, replace(STORM, told=4), "1 events lost"),
        (SET_UP, QUIET, replace(STORM, changes=8), "1 events lost"),
        (SET_UP, QUIET, replace(STORM, connections=1), "stream broke"),
        (SET_UP, replace(QUIET, polled=121), STORM, "121 requests a minute"),
        (replace(SET_UP, requests=12), QUIET, STORM, "grow: 5.0, 6.0"),
        (replace(SET_UP, alarm_panels=0), QUIET, STORM, "0 of 10 alarm panels"),
        (replace(SET_UP, records=1), QUIET, STORM, "1 of 2 event entities"),
    ],
)
def test_a_receiver_is_judged(
    cost: receiver_home.SetUp, quiet: receiver_home.Steady, storm: receiver_storm.Storm, word: str
) -> None:
    assert not receiver.problems([SET_UP, SET_UP], QUIET, [STORM])
    (found,) = receiver.problems([SET_UP, cost], quiet, [storm])
    assert word in found


def test_only_work_of_this_process_counts_as_a_stall() -> None:
    assert not receiver.stalls([STORM])
    assert receiver.stalls([replace(STORM, gaps=(GAP, replace(GAP, busy=0.07)))])
    assert receiver.stalls([replace(STORM, gaps=(GAP, replace(GAP, busy=0.07, garbage=0.06)))])
    assert receiver.stalls([replace(STORM, behind=6.0)])
    assert longest([GAP, replace(GAP, busy=0.01, garbage=0.02)]) == replace(GAP, garbage=0.02)
    assert worked([GAP, replace(GAP, late=0.5)]) == 0.02


async def test_the_text_protocol_is_measured() -> None:
    report = await cgi.run((3, 5), repeats=1, minutes=1)
    # How fast the codec is, is up to the machine; everything else is counted.
    assert not [each for each in report.problems if "naive split" not in each]
    assert [line.split()[:2] for line in report.lines[-2:]] == [["3", "channels"], ["5", "channels"]]
    body = await cgi.listed_cameras(5)
    assert cgi.codec(body) == cgi.naive(body) > 5 * 15


SPEED = cgi.Speed(text=cgi.Text(name="text", body=b"a=1"), pairs=1, split=1, ours=5.0, theirs=1.0)
MINUTE = cgi.Minute(channels=16, entities=9, polls=20, statuses=20, polled=23.0, settings=4.0, looks=2.0)


@pytest.mark.parametrize(
    ("speed", "minute", "word"),
    [
        (replace(SPEED, pairs=0), MINUTE, "0 pairs read of 1"),
        (replace(SPEED, ours=100.0), MINUTE, "the codec takes 100 x"),
        (SPEED, replace(MINUTE, statuses=320), "320 requests for alarms in 20 polls"),
        (SPEED, replace(MINUTE, statuses=19), "19 requests for alarms in 20 polls"),
        (SPEED, replace(MINUTE, settings=50.0), "75.0 requests a minute"),
        (SPEED, replace(MINUTE, polled=30.0), "grow with the channels: 23.0, 30.0"),
    ],
)
def test_the_text_protocol_is_judged(speed: cgi.Speed, minute: cgi.Minute, word: str) -> None:
    assert not cgi.problems([SPEED], [MINUTE, MINUTE])
    (found,) = cgi.problems([speed], [MINUTE, minute])
    assert word in found


async def test_full_collections_are_noticed() -> None:
    async with Gaps() as gaps:
        gc.collect()
        await asyncio.sleep(0.02)
    assert gaps.full_collections >= 1
    assert gaps.found


def test_tables_and_numbers() -> None:
    assert table(("a", "b"), [("long", 1)]) == ["a     b", "long  1"]
    assert [times(1.234), times(12.3)] == ["1.23 x", "12 x"]
    assert percentile([3.0, 1.0, 2.0], 0.99) == 3.0
