"""Who goes first where many wait: one request at a time, and some that must not wait behind pictures."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.driver import SunellDriver
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.turns import Turns

from .sunell_core import CHANNEL, few_knobs, opened, until

__all__ = ["few_knobs"]


async def test_the_urgent_go_first_and_all_others_in_order() -> None:
    turns, told = Turns(), list[str]()

    async def go(name: str, *, urgent: bool) -> None:
        async with turns.take(urgent=urgent):
            told.append(name)
            await asyncio.sleep(0)

    async with turns.take():
        tasks = [asyncio.create_task(go(name, urgent=name.isupper())) for name in "abAcB"]
        await asyncio.sleep(0)
        assert told == []
    await asyncio.gather(*tasks)
    assert told == ["A", "B", "a", "b", "c"]
    async with turns.take():
        pass


@pytest.mark.parametrize("when", ["waiting", "passed over", "too late"])
async def test_who_is_cancelled_keeps_nobody_from_their_turn(when: str) -> None:
    turns, told = Turns(), list[str]()

    async def go(name: str) -> None:
        async with turns.take():
            told.append(name)

    async with turns.take():
        first, second = (asyncio.create_task(go(name)) for name in "ab")
        await asyncio.sleep(0)
        if when != "too late":
            first.cancel()
        if when == "waiting":
            await asyncio.sleep(0)
    # Its turn has come, and it has not run yet.
    if when == "too late":
        first.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    assert first.cancelled()
    assert told == ["b"]
    async with asyncio.timeout(1), turns.take():
        pass


def _stop(driver: SunellDriver) -> Awaitable[object]:
    return driver.stop(CHANNEL)


def _alarms(driver: SunellDriver) -> Awaitable[object]:
    return driver.poll_alarms()


@pytest.mark.usefixtures("few_knobs")
@pytest.mark.parametrize(("urgent", "path"), [(_stop, "action=stop"), (_alarms, "currentAlarmStatus")])
async def test_pictures_that_wait_hold_up_neither_a_stop_nor_the_alarms(
    urgent: Callable[[SunellDriver], Awaitable[object]], path: str
) -> None:
    async with opened("ptz") as (device, driver):
        device.fault.delays["/cgi-bin/image.cgi"] = 0.05
        pictures = [asyncio.create_task(driver.snapshot(CHANNEL, 1)) for _ in range(6)]
        await until(lambda: device.requests)
        await urgent(driver)
        before = [each.path for each in device.requests]
        await asyncio.gather(*pictures)
        assert path in before[-1]
        assert len(before) <= 3
