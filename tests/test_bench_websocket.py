"""The benchmark of the WebSocket in a tiny size: what it counts is right. How fast anything is decides nothing here."""

from dataclasses import replace
import sys
from unittest.mock import patch

import pytest

from benchmarks import __main__ as program, websocket
from benchmarks.report import Report
from benchmarks.websocket_device import KINDS, packets
from tests.simulators.herospeed import HerospeedSimulator

ROUND = 2 * len(KINDS)
PLAIN = websocket.Load(name="plain", count=3 * ROUND + 1)
PICTURED = websocket.Load(name="pictured", count=ROUND, picture=True)
LOADS = (PLAIN, PICTURED)


async def test_pictures_come_with_what_begins() -> None:
    async with HerospeedSimulator("light", firmware="new") as camera:
        plain, pictured = (packets(camera, picture=picture) for picture in (False, True))
    assert len(plain) == len(pictured) == ROUND
    assert [b"\xff\xd8" in each for each in pictured] == [True] * len(KINDS) + [False] * len(KINDS)
    assert not any(b"\xff\xd8" in each for each in plain)


@pytest.mark.parametrize("way", websocket.WAYS)
async def test_every_packet_arrives(way: str) -> None:
    plain, pictured = await websocket.flood(way, LOADS, patience=30)
    assert (plain.sent, plain.arrived, plain.lost, plain.connections) == (3 * ROUND, 3 * ROUND, 0, 0)
    assert (pictured.sent, pictured.arrived, pictured.lost, pictured.connections) == (ROUND, ROUND, 0, 0)
    assert pictured.size > plain.size


async def test_what_does_not_arrive_is_lost() -> None:
    with patch("benchmarks.websocket.Detected", str):
        (outcome,) = await websocket.flood("driver, to its events", (PLAIN,), patience=0.05)
    assert outcome.lost == outcome.sent == 3 * ROUND


async def test_the_log_costs_more_requests_than_the_push() -> None:
    pushed, logged = [await websocket.minute("light", push=push, minutes=10, quiet=0.2) for push in (True, False)]
    assert not websocket.problems([], [pushed, logged])
    assert pushed.beats == logged.beats == 2
    assert pushed.polls == logged.polls
    # Each look at the log is one request, and each wide one another for the clock.
    assert logged.alarms == 12.2
    assert 0 < pushed.alarms < 1
    assert min(pushed.settings, logged.settings, pushed.looks, logged.looks) > 0
    assert pushed.logins == logged.logins == 0
    assert min(pushed.entities, logged.entities) > 20


async def test_the_comparison_is_printed() -> None:
    yardstick = {"aiohttp and json.loads": websocket.bare}
    with patch.dict(websocket.WAYS, yardstick, clear=True):
        report = await websocket.run(LOADS, ("minimal",), minutes=5, quiet=0.2)
    assert not report.problems
    firsts = [line.split()[0] for line in report.lines]
    assert firsts == ["packets", "aiohttp", "aiohttp", "camera", "minimal,", "minimal,"]


OUTCOME = websocket.Outcome(
    way="driver", load="plain", sent=10, arrived=10, size=100, connections=0, seconds=1, busy=0.5
)
MINUTE = websocket.Minute(
    model="light", push=True, entities=9, polls=9.0, beats=2.0, alarms=0.7, settings=0.7, looks=0.6
)


@pytest.mark.parametrize(
    ("outcome", "minute", "word"),
    [
        (replace(OUTCOME, arrived=9), MINUTE, "driver: 1 packets lost of 10"),
        (replace(OUTCOME, connections=1), MINUTE, "driver: the connection broke"),
        (OUTCOME, replace(MINUTE, polls=27.0), "light, push: 31.0 requests a minute"),
        (OUTCOME, replace(MINUTE, push=False, alarms=40.0), "light, log: 52.3 requests a minute"),
        (OUTCOME, replace(MINUTE, logins=1), "light, push: logged in 1 times more"),
    ],
)
def test_broken_promises_are_told(outcome: websocket.Outcome, minute: websocket.Minute, word: str) -> None:
    assert not websocket.problems([OUTCOME], [MINUTE])
    (found,) = websocket.problems([outcome], [minute])
    assert word in found


@pytest.mark.parametrize(("problems", "code"), [((), 0), (("driver: 1 packets lost of 10",), 1)])
def test_a_broken_promise_is_the_exit_code(
    problems: tuple[str, ...], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def run() -> Report:
        return Report(lines=("done",), problems=problems)

    assert program.BENCHMARKS["websocket"] is websocket.run
    monkeypatch.setitem(program.BENCHMARKS, "websocket", run)
    monkeypatch.setattr(sys, "argv", ["scripts/bench", "websocket"])
    assert program.main() == code
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith("PROBLEM")] == [
        f"PROBLEM: {each}" for each in problems
    ]
