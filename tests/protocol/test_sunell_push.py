"""The push channel of cameras over sockets: how it is framed, how it ends, and how its silence is judged."""

import asyncio
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.ip_surveillance.protocol.driver import Access
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi import listening as module, polling
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.driver import SunellDriver
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.facts import channel_ref, input_ref
from custom_components.ip_surveillance.protocol.errors import AuthFailed, CannotConnect, NotSupported
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.events import Detected, Measured, Polled, Restructured
from custom_components.ip_surveillance.protocol.model.parts import HOST_PART
from custom_components.ip_surveillance.protocol.model.vocabulary import Quantity, Reading
from tests.simulators.sunell_cgi import Alarm, Framing, Idle, Noise

from .cgi_devices import Camera, usual
from .servers import PASSWORD, USER, Reply
from .sunell_core import CAMERAS, CHANNEL, asked, connected, everything, few_knobs, listening, opened, until

__all__ = ["few_knobs"]

pytestmark = pytest.mark.usefixtures("few_knobs")
ANSWERS = (-511, -505, -22, -21, -506)


@pytest.mark.parametrize("model", CAMERAS)
async def test_alarms_are_pushed_and_end(model: str) -> None:
    async with opened(model) as (device, driver), listening(driver) as ear:
        await device.wait_streams()
        await device.alarm(1, 2)
        await until(lambda: ear.house.on(Detection.MOTION))
        await device.alarm(1, 2, 1, 0)
        await until(lambda: not ear.house.on(Detection.MOTION))
        assert ear.house.words == ["motion"]
        assert asked(device, "attach") == 1


@pytest.mark.parametrize("framing", Framing)
@pytest.mark.parametrize("idle", Idle)
async def test_it_is_read_however_it_is_framed(framing: Framing, idle: Idle) -> None:
    async with opened(framing=framing, idle=idle) as (device, driver), listening(driver) as ear:
        await device.wait_streams()
        device.push_streams.segment = 7
        await device.alarm(6, 24)
        await device.alarm(1, 1, 1)
        await until(lambda: ear.house.on(Detection.INPUT, input_ref(1)))
        assert ear.house.words == ["intrusion", "input"]


@pytest.mark.parametrize("noise", Noise)
async def test_it_is_read_whatever_ails_its_lines(noise: Noise) -> None:
    async with opened(noise={noise}) as (device, driver), listening(driver) as ear:
        await device.wait_streams()
        await device.push_alarms(Alarm(major=6, minor=21, source=1), Alarm(major=1, minor=2, source=1))
        await until(lambda: ear.house.on(Detection.MOTION))
        assert ear.house.words == ["line_crossing", "motion"]


async def test_repeats_are_one_happening() -> None:
    async with opened() as (device, driver), listening(driver) as ear:
        await device.wait_streams()
        same = Alarm(major=6, minor=24, source=1)
        await device.push_alarms(same, same)
        await device.push_alarms(same)
        await device.alarm(1, 2)
        await until(lambda: ear.house.on(Detection.MOTION))
        assert ear.house.words == ["intrusion", "motion"]


async def test_moments_fade_and_what_lasts_does_not() -> None:
    async with opened() as (device, driver), listening(driver) as ear:
        await device.wait_streams()
        await device.alarm(6, 24)
        await device.alarm(1, 2)
        await until(lambda: ear.house.on(Detection.MOTION))
        ear.house.later(3000)
        assert not ear.house.on(Detection.INTRUSION)
        assert ear.house.on(Detection.MOTION)


async def test_unknown_codes_are_told_raw() -> None:
    async with opened() as (device, driver), listening(driver) as ear:
        await device.wait_streams()
        await device.alarm(8, 77, 0)
        await until(lambda: ear.house.happened)
        (happened,) = ear.house.happened
        assert happened.part == CHANNEL
        assert happened.what == "alarm_8_77"
        assert happened.data == {"code": "8/77", "source": 0, "active": True}
        assert happened.at is not None


async def test_what_is_heard_for_the_first_time_becomes_part_of_the_device() -> None:
    async with opened() as (device, driver), listening(driver) as ear:
        await device.wait_streams()
        assert driver.topology
        assert Detection.PIR not in driver.topology.parts[CHANNEL].detections
        await device.alarm(1, 9)
        await until(lambda: any(isinstance(event, Restructured) for event in ear.house.events))
        assert Detection.PIR in (await driver.discover()).parts[CHANNEL].detections


async def test_a_plate_is_told_with_its_text_and_once() -> None:
    async with opened("lpr") as (device, driver), listening(driver) as ear:
        await device.wait_streams()
        await driver.poll(everything(driver))
        await device.plate("AB123", list_type=0, direction=2)
        await until(lambda: ear.house.happened)
        ear.house.take(await driver.poll(everything(driver)))
        (happened,) = ear.house.happened
        assert happened.what == "plate"
        assert happened.data["plate"] == "AB123"
        assert happened.data["list"] == "block"
        measured = [event for event in ear.house.events if isinstance(event, Measured)]
        assert measured[0].readings == {Reading(Quantity.PLATE): "AB123"}
        assert ear.house.on(Detection.PLATE)


# --- silence


async def test_an_idle_stream_is_kept_and_the_device_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(idle="nothing") as (device, driver):
        driver.watch_period = 0.02
        async with listening(driver) as ear:
            await device.wait_streams()
            await until(lambda: len(ear.beats) > 5)
            assert not ear.done
            assert asked(device, "attach") == 1
            assert asked(device, "currentAlarmStatus") >= 4
            await device.alarm(1, 2)
            await until(lambda: ear.house.on(Detection.MOTION))


async def test_a_recent_poll_is_sign_enough() -> None:
    async with opened() as (device, driver):
        driver.watch_period = 0.3
        async with listening(driver) as ear:
            await device.wait_streams()
            async with asyncio.timeout(5):
                while len(ear.beats) < 4:
                    await driver.poll(frozenset())
                    await asyncio.sleep(0.03)
            assert not any(isinstance(event, Polled) for event in ear.house.events)


async def test_a_dead_device_ends_it() -> None:
    async with opened(idle="nothing") as (device, driver):
        driver.watch_period = 0.02
        async with listening(driver) as ear:
            await device.wait_streams()
            await device.go_down()
            assert isinstance(await ear.ended(), CannotConnect)
            assert not driver.attached


async def test_a_deaf_stream_is_opened_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_GRACE", 0.0)
    async with opened() as (device, driver):
        driver.watch_period = 0.02
        driver.renewed_at = -1e9
        async with listening(driver) as ear:
            await device.wait_streams()
            await until(lambda: len(ear.beats) > 4)
            device.fault.silent = True
            await device.alarm(1, 2)
            error = await ear.ended()
        assert error.code == "deaf"
        # The look that showed it has told the alarm.
        assert ear.house.words == ["motion"]
        async with listening(driver) as again:
            await device.alarm(6, 24, push=False)
            await until(lambda: len(again.beats) > 6)
            assert not again.done


async def test_a_push_after_the_list_is_no_sign_of_deafness(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened() as (device, driver):
        driver.renewed_at = -1e9
        async with listening(driver) as ear:
            await device.wait_streams()
            await driver.poll(frozenset())
            await device.alarm(1, 2, push=False)
            ear.house.take(await driver.poll(frozenset()))
            assert driver.poll_memory.missed
            await device.push_alarms(*device.world.alarms.values())
            await until(lambda: not driver.poll_memory.missed)
            assert ear.house.words == ["motion"]


async def test_what_changes_fast_is_read_often_though_polls_are_rare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "SOON", 0.01)
    async with opened("thermal") as (device, driver):
        driver.look_period = 0.02
        await driver.poll(everything(driver))
        async with listening(driver) as ear:
            await device.wait_streams()
            slow = asked(device, "deviceDiskInfo")
            await device.temperature(77.0)
            key = Reading(Quantity.TEMPERATURE, "region0_highest")
            await until(lambda: ear.house.state.reading(channel_ref(2), key) == 77.0)
            assert asked(device, "deviceDiskInfo") == slow
            assert ear.house.on(Detection.TEMPERATURE_ALARM, channel_ref(2))


async def test_what_nobody_wants_is_not_read_often() -> None:
    async with opened("thermal") as (device, driver):
        driver.look_period = 0.01
        await driver.poll(frozenset())
        async with listening(driver) as ear:
            await device.wait_streams()
            device.requests.clear()
            await asyncio.sleep(0.1)
            assert device.requests == []
            assert not any(isinstance(event, Polled) for event in ear.house.events)


# --- ends


async def test_a_cut_in_the_middle_of_a_part_loses_only_that() -> None:
    async with opened() as (device, driver):
        async with listening(driver) as ear:
            await device.wait_streams()
            await device.alarm(1, 2)
            body = device.push_streams.frame(device.alarm_body([Alarm(major=6, minor=21, source=1)]))
            await device.push_bytes(body[:-90])
            await until(lambda: ear.house.on(Detection.MOTION))
            device.close_streams()
            assert isinstance(await ear.ended(), CannotConnect)
        assert ear.house.words == ["motion"]
        async with listening(driver) as ear:
            await device.wait_streams()
            await device.alarm(6, 21)
            await until(lambda: ear.house.on(Detection.LINE_CROSSING))


async def test_a_restart_of_the_device_ends_it_and_it_comes_back() -> None:
    async with opened() as (device, driver):
        async with listening(driver) as ear:
            await device.wait_streams()
            await device.reboot(0.05)
            assert isinstance(await ear.ended(), CannotConnect)
        async with listening(driver) as ear:
            await device.wait_streams()
            await device.alarm(1, 2)
            await until(lambda: ear.house.on(Detection.MOTION))


@pytest.mark.parametrize("code", ANSWERS)
async def test_a_refusal_means_polling_for_good(code: int) -> None:
    async with opened() as (device, driver):
        device.fail(code, "attach", times=100)
        async with listening(driver) as ear:
            error = await ear.ended()
            assert isinstance(error, NotSupported)
            assert error.code == str(code)
            assert not ear.beats
        assert driver.pace == 3.0
        assert not driver.attached


async def test_no_such_page_means_polling_for_good() -> None:
    def answer(program: str, pairs: tuple[tuple[str, str], ...]) -> bytes | Reply:
        return Reply(404, b"<html>404</html>") if ("action", "attach") in pairs else usual(program, pairs)

    async with Camera(answer) as device, ClientSession() as session:
        access = Access(host=device.host, port=device.port, username=USER, password=PASSWORD)
        driver = SunellDriver(session, access)
        async with listening(driver) as ear:
            error = await ear.ended()
        assert isinstance(error, NotSupported)
        assert error.code == "HTTP 404"


async def test_a_second_listener_is_told_so() -> None:
    async with opened() as (device, driver), connected(device) as other, listening(driver):
        await device.wait_streams()
        async with listening(other) as ear:
            assert isinstance(await ear.ended(), NotSupported)


@pytest.mark.parametrize("model", ["nvr", "nvr64"])
async def test_a_recorder_pushes_nothing_and_is_not_asked(model: str) -> None:
    async with opened(model) as (device, driver):
        assert not driver.pushes
        async with listening(driver) as ear:
            assert isinstance(await ear.ended(), NotSupported)
        assert device.requests == []


async def test_a_changed_password_is_not_sent_twice() -> None:
    async with opened() as (device, driver):
        device.change_password("another one")
        device.auth.forget_nonces()
        async with listening(driver) as ear:
            error = await ear.ended()
            assert isinstance(error, AuthFailed | NotSupported)
        with pytest.raises(AuthFailed):
            await driver.check()
        refused = len(device.auth.refused)
        with pytest.raises(AuthFailed):
            await driver.poll(frozenset())
        assert len(device.auth.refused) == refused <= 2


async def test_a_password_in_the_address_opens_the_stream_too() -> None:
    async with opened(auth="query") as (device, driver), listening(driver) as ear:
        await device.wait_streams()
        await device.alarm(1, 2)
        await until(lambda: ear.house.on(Detection.MOTION))
        assert driver.client.mode == "query"


async def test_events_of_the_device_belong_to_the_host() -> None:
    async with opened() as (device, driver), listening(driver) as ear:
        await device.wait_streams()
        await device.disk_fault()
        await until(lambda: ear.house.on(Detection.DISK_ERROR, HOST_PART))
        (begun,) = [event for event in ear.house.events if isinstance(event, Detected)]
        assert begun.data == {"code": "4/2", "source": 1, "reason": "disk_access"}
        await device.disk_fault(status=1)
        await until(lambda: not ear.house.on(Detection.DISK_ERROR, HOST_PART))


async def test_nothing_is_left_when_it_is_cancelled(request: Any) -> None:
    before = asyncio.all_tasks()
    async with opened() as (device, driver), listening(driver):
        await device.wait_streams()
    left = {task for task in asyncio.all_tasks() - before if "ip_surveillance" in repr(task.get_coro())}
    assert left == set()


def test_an_access_shows_no_password() -> None:
    assert "geheim" not in repr(Access(host="h", username="u", password="geheim"))
