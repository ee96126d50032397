"""When devices are due to be looked at, by a clock of the test's own."""

import asyncio

import pytest

from custom_components.ip_surveillance.protocol.drivers.ip_receiver.touched import PACE, PATIENCE, QUIET, Touched


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        """Start somewhere."""
        self.now = 1000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


async def due(touched: Touched) -> list[str]:
    """Take all that are due now."""
    found: list[str] = []
    while True:
        waiting = asyncio.ensure_future(touched.next())
        for _ in range(3):
            await asyncio.sleep(0)
        if not waiting.done():
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            return found
        found.append(waiting.result()[0])


@pytest.mark.parametrize("crowd", [1, 100])
async def test_a_device_is_due_when_it_has_fallen_silent(crowd: int) -> None:
    clock = Clock()
    touched = Touched(clock=clock)
    devices = [str(number) for number in range(crowd)]
    touched.touch(devices)
    assert await due(touched) == []
    clock.now += QUIET
    assert sorted(await due(touched)) == sorted(devices)


async def test_a_few_that_never_fall_silent_are_due_now_and_then() -> None:
    clock = Clock()
    touched = Touched(clock=clock)
    for _ in range(20):
        touched.touch(["a"])
        clock.now += PATIENCE / 20
    assert await due(touched) == ["a"]


async def test_of_a_crowd_each_is_due_seldom_however_silent_between_two_events() -> None:
    clock = Clock()
    touched = Touched(clock=clock)
    devices = [str(number) for number in range(100)]
    looks = 0
    for _ in range(10):
        touched.touch(devices)
        clock.now += 2 * QUIET
        looks += len(await due(touched))
    assert looks == len(devices)
    clock.now += PACE * len(devices)
    assert len(await due(touched)) == len(devices)


async def test_a_new_connection_finds_all_due_at_once() -> None:
    clock = Clock()
    touched = Touched(clock=clock)
    devices = [str(number) for number in range(100)]
    for _ in range(2):
        touched.touch(devices)
        clock.now += QUIET
        assert len(await due(touched)) == len(devices)
        touched.clear()
