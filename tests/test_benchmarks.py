"""The benchmarks in a tiny size: what they count is right. How fast anything is decides nothing here."""

from dataclasses import replace

from homeassistant.core import CoreState
import pytest

from benchmarks import latency, parse, setup, stall
from benchmarks.home import home_assistant
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


def test_tables_and_numbers() -> None:
    assert table(("a", "b"), [("long", 1)]) == ["a     b", "long  1"]
    assert [times(1.234), times(12.3)] == ["1.23 x", "12 x"]
    assert percentile([3.0, 1.0, 2.0], 0.99) == 3.0
