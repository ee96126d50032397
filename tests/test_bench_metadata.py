"""The benchmark of metadata in a tiny size: what it counts is right. How fast anything is decides nothing here."""

from dataclasses import replace
from unittest.mock import patch

import pytest

from benchmarks import __main__ as program, metadata
from benchmarks.loop import Gap
from benchmarks.metadata_device import documents, recorder

SPEED = metadata.Speed(form="XML", documents=9, size=900, read=9, product=1, yardstick=0.1)
CROWD = metadata.Crowd(
    channels=2,
    rate=25,
    sent=100,
    read=100,
    entities=8,
    writes=40,
    busiest=5,
    seconds=4,
    busy=0.5,
    idle=0.1,
    connections=0,
    behind=0.01,
    gaps=(Gap(late=0.2, busy=0.04, garbage=0.03),),
    full_collections=1,
)


async def test_documents_are_those_of_a_camera() -> None:
    told = documents(recorder(1), 50)
    assert len(set(told)) == 50
    assert sum(each.startswith(b"{") for each in told) == 10
    assert metadata.product(told) == 50


async def test_both_ways_read_the_same_bytes() -> None:
    speeds = metadata.compare(25, repeats=1)
    assert [(each.form, each.documents, each.read) for each in speeds] == [("XML", 20, 20), ("JSON", 5, 5)]
    assert min(min(each.product, each.yardstick, each.size) for each in speeds) > 0


async def test_what_is_not_understood_is_noticed() -> None:
    assert metadata.product([b"<Metadata><type>x</type></Metadata>", b"nothing"]) == 0


async def test_all_that_channels_tell_is_read_and_shown_once_a_second() -> None:
    with patch.object(metadata, "_WARM", 0.4):
        found = await metadata.crowd(2, 25, 1.2)
    assert (found.sent, found.lost, found.connections) == (60, 0, 0)
    assert found.entities > 10
    assert 0 < found.writes <= found.entities * found.allowed
    assert found.busiest <= found.allowed
    assert metadata.problems([], found) == []


async def test_the_comparison_is_printed() -> None:
    async def crowd(*_: object) -> metadata.Crowd:
        return CROWD

    with patch.object(metadata, "crowd", crowd):
        report = await metadata.run(10)
    assert report.problems == ()
    firsts = [line.split()[0] for line in report.lines]
    assert firsts == ["documents", "XML", "JSON", "2", "processor:", "states:", "loop"]


@pytest.mark.parametrize(
    ("speed", "crowd", "word"),
    [
        (replace(SPEED, read=8), CROWD, "XML: 8 of 9 documents understood"),
        (SPEED, replace(CROWD, read=98), "2 documents lost of 100"),
        (SPEED, replace(CROWD, connections=1), "1 connections broke"),
        (SPEED, replace(CROWD, busiest=7), "7 states of one entity in 4 s"),
    ],
)
def test_what_was_counted_and_is_worse_is_a_problem(speed: metadata.Speed, crowd: metadata.Crowd, word: str) -> None:
    (problem,) = metadata.problems([speed], crowd)
    assert problem.startswith(word)


def test_keeping_the_loop_is_a_problem_unless_others_do() -> None:
    assert metadata.stalls(CROWD) == []
    assert "kept the loop" in metadata.stalls(replace(CROWD, gaps=(Gap(late=0.2, busy=0.1, garbage=0.09),)))[0]


def test_it_is_among_those_that_are_run() -> None:
    assert program.BENCHMARKS["metadata"] is metadata.run
