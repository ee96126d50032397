"""At most one value a second, the last one in the end; and what was seen is remembered."""

import asyncio
from collections.abc import Callable
import json
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ip_surveillance.protocol.drivers.isapi.channels import ChannelMap
from custom_components.ip_surveillance.protocol.drivers.isapi.metadata.book import Book
from custom_components.ip_surveillance.protocol.drivers.isapi.metadata.pace import Pace
from custom_components.ip_surveillance.protocol.model.detections import Detection, Target
from custom_components.ip_surveillance.protocol.model.events import Detected, Event, Happened, Measured, Pictured
from custom_components.ip_surveillance.protocol.model.parts import DetectionSpec, Part
from custom_components.ip_surveillance.protocol.model.state import Picture
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Quantity, Reading
from custom_components.ip_surveillance.protocol.sights import Sights

from .metadata_world import CHANNEL, document, reader, reading, target

WARM = reading(Quantity.TEMPERATURE, "rule1")
COLD = reading(Quantity.TEMPERATURE, "rule2")
PEOPLE = reading(Quantity.PEOPLE)
OTHER = ChannelMap.ref(2)


class Handle:
    """A timer of the clock below."""

    def __init__(self, clock: Clock, due: float, call: Callable[[], None]) -> None:
        self.clock, self.due, self.call = clock, due, call

    def cancel(self) -> None:
        self.clock.timers.remove(self)


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0
        self.timers: list[Handle] = []

    def time(self) -> float:
        return self.now

    def later(self, delay: float, call: Callable[[], None]) -> Any:
        assert delay >= 0
        self.timers.append(Handle(self, self.now + delay, call))
        return self.timers[-1]

    def go_on(self, seconds: float) -> None:
        until = self.now + seconds
        while due := sorted((each for each in self.timers if each.due <= until), key=lambda each: each.due):
            self.timers.remove(due[0])
            self.now = max(self.now, due[0].due)
            due[0].call()
        self.now = until


def pace() -> tuple[Pace, Clock, list[Event]]:
    clock, told = Clock(), list[Event]()
    return Pace(told.append, clock=clock.time, later=clock.later), clock, told


def warm(degrees: float, what: Reading = WARM, lasts: float | None = 60.0) -> Measured:
    return Measured(part=CHANNEL, readings={what: degrees}, lasts=lasts)


def test_the_first_at_once_and_the_latest_a_second_later() -> None:
    paced, clock, told = pace()
    for frame in range(25):
        paced.put(warm(frame))
        clock.go_on(0.03)
    assert told == [warm(0)]
    assert paced.held == 23
    clock.go_on(10)
    assert told == [warm(0), warm(24)]
    assert not clock.timers
    paced.put(warm(50))
    assert told[-1] == warm(50)


def test_readings_have_a_pace_of_their_own() -> None:
    paced, clock, told = pace()
    paced.put(warm(1))
    clock.go_on(0.5)
    paced.put(Measured(part=CHANNEL, readings={WARM: 2, COLD: 3}, lasts=60.0))
    paced.put(Measured(part=OTHER, readings={WARM: 4}, lasts=60.0))
    assert told == [warm(1), warm(3, COLD), Measured(part=OTHER, readings={WARM: 4}, lasts=60.0)]
    clock.go_on(0.5)
    assert told[3:] == [warm(2)]


def test_values_go_together_with_those_that_last_as_long() -> None:
    paced, clock, told = pace()
    paced.put(Measured(part=CHANNEL, readings={WARM: 1, COLD: 1}, lasts=60.0))
    paced.put(warm(0, PEOPLE, 300.0))
    paced.put(Measured(part=CHANNEL, readings={WARM: 2, COLD: 2}, lasts=60.0))
    paced.put(warm(9, PEOPLE, 300.0))
    clock.go_on(1)
    assert told[2:] == [Measured(part=CHANNEL, readings={WARM: 2, COLD: 2}, lasts=60.0), warm(9, PEOPLE, 300.0)]


def test_repeats_of_an_alarm_once_a_second() -> None:
    paced, clock, told = pace()
    human = Detected(part=CHANNEL, what=Detection.INTRUSION, target=Target.HUMAN, region=1)
    other = Detected(part=CHANNEL, what=Detection.INTRUSION, target=Target.HUMAN, region=2)
    end = Detected(part=CHANNEL, what=Detection.INTRUSION, region=1, active=False)
    for _ in range(30):
        paced.put(human)
        clock.go_on(0.04)
    paced.put(other)
    paced.put(end)
    paced.put(end)
    assert told == [human, human, other, end, end]


def test_what_begins_again_is_news() -> None:
    paced, clock, told = pace()
    begin = Detected(part=CHANNEL, what=Detection.QUEUE_LENGTH, region=1)
    end = Detected(part=CHANNEL, what=Detection.QUEUE_LENGTH, region=1, active=False)
    for event in (begin, end, begin):
        paced.put(event)
        clock.go_on(0.4)
    assert told == [begin, end, begin]


def test_what_happens_is_never_held() -> None:
    paced, _, told = pace()
    plate = Happened(part=CHANNEL, what="plate")
    for _ in range(3):
        paced.put(plate)
    assert told == [plate] * 3


def test_pictures() -> None:
    paced, clock, told = pace()
    first, second, third = (Pictured(part=CHANNEL, picture=Picture(b"x", of=Feature.HEAT_MAP)) for _ in range(3))
    for each in (first, second, third):
        paced.put(each)
    clock.go_on(1)
    assert [each.picture for each in told if isinstance(each, Pictured)] == [first.picture, third.picture]


def test_nothing_is_left_behind() -> None:
    paced, clock, told = pace()
    paced.put(warm(1))
    paced.put(warm(2))
    assert len(clock.timers) == 1
    paced.close()
    assert not clock.timers
    clock.go_on(5)
    assert told == [warm(1)]


def test_a_value_that_waits_can_be_taken_back() -> None:
    paced, clock, told = pace()
    paced.put(warm(1))
    paced.put(warm(2))
    paced.drop(CHANNEL, WARM)
    clock.go_on(5)
    assert told == [warm(1)]


async def test_by_the_loop() -> None:
    told: list[Event] = []
    paced = Pace(told.append)
    paced.put(warm(1))
    paced.put(warm(2))
    async with asyncio.timeout(10):
        while len(told) < 2:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.01)
    assert told == [warm(1), warm(2)]
    paced.close()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 2), st.sampled_from([WARM, COLD, PEOPLE]), st.integers(0, 9)), max_size=60))
def test_pace_of_any_row(row: list[tuple[float, Reading, int]]) -> None:
    """Never two values of a reading within a second, and each ends with its last."""
    clock, told = Clock(), list[tuple[float, Event]]()
    paced = Pace(lambda event: told.append((clock.now, event)), clock=clock.time, later=clock.later)
    last: dict[Reading, int] = {}
    for pause, what, value in row:
        clock.go_on(pause)
        paced.put(warm(value, what))
        last[what] = value
    clock.go_on(3)
    assert not clock.timers
    seen: dict[Reading, tuple[float, object]] = {}
    for now, event in told:
        assert isinstance(event, Measured)
        for what, shown in event.readings.items():
            assert what not in seen or now - seen[what][0] >= 0.998
            seen[what] = (now, shown)
    assert {what: value for what, (_, value) in seen.items()} == last


# --- what was seen


def test_news_turn_once() -> None:
    book = Book(Sights())
    assert not book.turn()
    assert book.admit(CHANNEL, WARM)
    assert book.turn()
    assert book.admit(CHANNEL, WARM)
    assert not book.turn()
    book.admit(CHANNEL, Detection.INTRUSION)
    book.turn()
    book.note_region(CHANNEL, Detection.INTRUSION, 3)
    assert book.turn()
    book.note_region(CHANNEL, Detection.INTRUSION, 3)
    book.note_region(CHANNEL, Detection.INTRUSION, 70000)
    assert not book.turn()
    book.note_target(CHANNEL, Detection.INTRUSION, Target.HUMAN)
    assert book.turn()


def test_seen_rules_become_regions() -> None:
    book = Book(Sights())
    channel = reader(book)
    for rule in range(50):
        body = document("ruleTarget", "behaviorAnalysis", target(rule=rule, eventType="linedetection"))
        assert channel.read(body, 1.0) == []
    known = Part(ref=CHANNEL, detections={Detection.LINE_CROSSING: DetectionSpec(regions=(1, 99))})
    merged = book.merge({CHANNEL: known})
    assert set(merged) == {CHANNEL}
    assert merged[CHANNEL].detections[Detection.LINE_CROSSING].regions == (*range(32), 99)


def test_no_channel_comes_into_being() -> None:
    book = Book(Sights())
    book.admit(OTHER, WARM)
    assert book.merge({CHANNEL: Part(ref=CHANNEL)}) == {CHANNEL: Part(ref=CHANNEL)}


def test_memory() -> None:
    book = Book(Sights())
    book.admit(CHANNEL, Detection.INTRUSION)
    book.note_region(CHANNEL, Detection.INTRUSION, 2)
    memory = json.loads(json.dumps(book.memory()))
    again = Book(book.sights)
    again.recall(memory)
    assert again.memory() == memory == {"1": {"intrusion": [2]}}
    assert not again.turn()


@pytest.mark.parametrize(
    "memory",
    [
        None,
        [],
        {"x": {}},
        {"1": []},
        {"1": {"nothing": [1]}},
        {"1": {"intrusion": 1}},
        {"1": {"intrusion": [True, "2", -1, 70000]}},
        {"999999": {"intrusion": [1]}},
        {"2": {"intrusion": [1]}},
    ],
)
def test_memory_that_does_not_fit(memory: object) -> None:
    book = Book(Sights())
    book.admit(CHANNEL, Detection.INTRUSION)
    book.recall(memory)
    assert not any(numbers for found in book.memory().values() for numbers in found.values())
