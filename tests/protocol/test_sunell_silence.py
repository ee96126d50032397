"""An hour in which a camera has nothing to tell, with all periods and limits as they are."""

import asyncio
from itertools import pairwise
import time

import pytest

from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.events import Detected
from custom_components.ip_surveillance.protocol.supervisor import LinkState, Supervisor
from tests.flying_time import flying_time

from .sunell_core import House, asked, few_knobs, listening, opened, until

__all__ = ["few_knobs"]

pytestmark = pytest.mark.usefixtures("few_knobs")


@pytest.mark.parametrize("idle", ["nothing", "repeated"])
async def test_an_hour_of_silence(idle: str) -> None:
    """With all periods and limits as they are: one stream, and a sign of life every 45 seconds."""
    async with opened(idle=idle) as (device, driver), listening(driver) as ear:
        await device.wait_streams()
        device.requests.clear()
        ear.beats.clear()
        with flying_time():
            begun = time.monotonic()
            await asyncio.sleep(3600)
            assert time.monotonic() - begun >= 3600
            assert not ear.done
            # Without a new stream, by one question each time and no other.
            assert device.streams == 1
            assert not asked(device, "attach")
            assert 75 <= asked(device, "currentAlarmStatus") <= 81
            assert len(device.requests) - asked(device, "currentAlarmStatus") <= 3
            gaps = [after - before for before, after in pairwise([begun, *ear.beats])]
            assert max(gaps) <= 50
            await device.alarm(1, 2)
            await until(lambda: ear.house.on(Detection.MOTION))
        (event,) = (each for each in ear.house.events if isinstance(each, Detected))
        assert event.what is Detection.MOTION


async def test_an_hour_of_silence_is_no_reason_to_connect_anew() -> None:
    """Whoever keeps the channel up takes the signs of life for what they are."""
    async with opened(idle="nothing") as (device, driver):
        house = House()
        supervisor = Supervisor(
            lambda emit: driver.listen(emit, supervisor.alive),
            house.take,
            probe=driver.check,
            on_auth_failed=lambda _: None,
            clock=asyncio.get_running_loop().time,
        )

        def live() -> bool:
            return supervisor.status.state is LinkState.LIVE

        task = asyncio.create_task(supervisor.run())
        await device.wait_streams()
        with flying_time():
            await asyncio.sleep(3600)
            status = supervisor.status
            assert (status.state, status.connections, status.renewals) == (LinkState.LIVE, 1, 0)
            assert device.push_streams.opened == 1
            # It hears when the device goes without a word, and comes back with it.
            await device.go_down()
            await asyncio.sleep(300)
            assert not live()
            await device.come_up()
            await asyncio.sleep(300)
            assert live()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
