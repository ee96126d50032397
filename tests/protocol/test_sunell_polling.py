"""What polls ask, how often, and what they make of the list of alarms."""

import pytest

from custom_components.ip_surveillance.protocol.driver import Want
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.facts import channel_ref, input_ref
from custom_components.ip_surveillance.protocol.errors import AuthFailed, CannotConnect
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Flag, Quantity, Reading
from tests.simulators.sunell_cgi import SunellSimulator

from .sunell_core import CHANNEL, Clock, House, asked, clock, everything, few_knobs, opened, reading, take

__all__ = ["clock", "few_knobs"]

pytestmark = pytest.mark.usefixtures("few_knobs")

THERMAL = channel_ref(2)
SECRETS = ("User&", "type=SMTP", "type=ftp", "DDNS", "PPPoE", "SNMP", "platformAccess", "8021X", "alarmCenter", "Nas")


# --- alarms


@pytest.mark.parametrize("model", ["nvr", "nvr64"])
async def test_one_question_for_the_alarms_of_all_channels(model: str) -> None:
    async with opened(model) as (device, driver):
        wanted = everything(driver)
        await driver.poll(wanted)
        device.requests.clear()
        house = House()
        for channel in device.world.channels:
            await device.alarm(1, 2, channel)
        for _ in range(5):
            await take(house, driver, wanted)
        assert asked(device, "currentAlarmStatus") == len(device.requests) == 5
        assert all(house.on(Detection.MOTION, channel_ref(number)) for number in device.world.channels)


async def test_alarms_begin_and_end_by_the_list() -> None:
    async with opened("nvr") as (device, driver):
        house = House()
        await take(house, driver)
        await device.alarm(1, 1, 3)
        await device.alarm(1, 4, 2)
        await take(house, driver)
        assert house.on(Detection.INPUT, input_ref(3))
        assert house.on(Detection.VIDEO_LOSS, channel_ref(2))
        await device.alarm(1, 1, 3, 0)
        device.keep_ended = False
        await device.alarm(1, 4, 2, 0)
        await take(house, driver)
        assert not house.on(Detection.INPUT, input_ref(3))
        assert not house.on(Detection.VIDEO_LOSS, channel_ref(2))
        assert sorted(house.words) == ["input", "video_loss"]


async def test_what_was_over_before_a_poll_saw_it_is_an_event_all_the_same() -> None:
    async with opened("nvr") as (device, driver):
        house = House()
        await take(house, driver)
        await device.alarm(1, 2, 1)
        await device.alarm(1, 2, 1, 0)
        await device.alarm(9, 52, 1)
        await device.alarm(6, 71, 2)
        for _ in range(3):
            await take(house, driver)
        assert sorted(house.words) == ["alarm_6_71", "motion", "smart_motion"]
        assert not house.on(Detection.MOTION)
        assert house.on(Detection.SMART_MOTION)
        house.later(20)
        assert not house.on(Detection.SMART_MOTION)


async def test_a_moment_outlives_the_polls_after_it_for_its_hold_time() -> None:
    async with opened("nvr") as (device, driver):
        house = House()
        await take(house, driver)
        await device.alarm(6, 24, 1)
        await take(house, driver)
        device.clear_alarms()
        await take(house, driver)
        assert house.on(Detection.INTRUSION)


async def test_what_happened_before_the_first_poll_is_history() -> None:
    async with opened("nvr") as (device, driver):
        await device.alarm(6, 24, 1)
        await device.alarm(6, 70, 1)
        await device.alarm(1, 2, 1, 0)
        house = House()
        await take(house, driver)
        assert house.happened == []


@pytest.mark.parametrize("empty", ["Not Find AlarmInfo", "OK", "", "alarmInfoCount=0", "error, Return=-311", "-16"])
async def test_no_alarm_may_be_said_in_many_ways(empty: str) -> None:
    async with opened() as (device, driver):
        house = House()
        await device.alarm(1, 2)
        await take(house, driver)
        assert house.on(Detection.MOTION)
        device.clear_alarms()
        device.no_alarm = empty
        await take(house, driver)
        assert not house.on(Detection.MOTION)


async def test_a_busy_device_leaves_alarms_as_they_are() -> None:
    async with opened() as (device, driver):
        house = House()
        await device.alarm(1, 2)
        await take(house, driver)
        device.fail(-505, "currentAlarmStatus")
        await take(house, driver)
        assert house.on(Detection.MOTION)


async def test_recording_is_told_by_the_last_word() -> None:
    async with opened("nvr") as (device, driver):
        await device.alarm(5, 10, 1)
        await driver.poll(frozenset())
        await driver.discover()
        polled = await driver.poll(everything(driver))
        assert reading(polled, Flag.RECORDING) is True
        device.world.alarms.clear()
        await device.alarm(5, 11, 1)
        assert reading(await driver.poll(everything(driver)), Flag.RECORDING) is False


async def test_a_wrong_password_and_a_dead_device_raise() -> None:
    async with opened() as (device, driver):
        await device.go_down()
        with pytest.raises(CannotConnect):
            await driver.poll(frozenset())
        await device.come_up()
        device.change_password("other")
        device.auth.forget_nonces()
        with pytest.raises(AuthFailed):
            await driver.poll(frozenset())


# --- how often


async def test_what_changes_slowly_is_asked_for_seldom(clock: Clock) -> None:
    async with opened("thermal") as (device, driver):
        wanted = everything(driver)
        await driver.poll(wanted)
        device.requests.clear()
        for _ in range(10):
            clock.ahead += 3
            await driver.poll(wanted)
        assert asked(device, "currentAlarmStatus") == 10
        # At 12 and at 24 seconds, of two areas.
        assert asked(device, "areaTemperature") == 4
        assert asked(device, "deviceDiskInfo") == 0
        clock.ahead += 60
        await driver.poll(wanted)
        assert asked(device, "deviceDiskInfo") == 1
        assert asked(device, "dateTime") == 0
        clock.ahead += 300
        await driver.poll(wanted)
        assert asked(device, "dateTime") == 1


async def test_what_nobody_wants_is_not_asked_for() -> None:
    async with opened("thermal") as (device, driver):
        await driver.poll(frozenset({Want(CHANNEL, Detection.MOTION), Want(THERMAL, Feature.STREAM)}))
        assert len(device.requests) == asked(device, "currentAlarmStatus") == 1
        await driver.poll(frozenset({Want(THERMAL, Reading(Quantity.TEMPERATURE, "region0_highest"))}))
        assert asked(device, "areaTemperature") == 2


@pytest.mark.parametrize("model", ["ipc", "lite", "nvr", "thermal", "lpr"])
async def test_no_secret_is_ever_asked_for(model: str) -> None:
    async with SunellSimulator(model) as device, opened(model) as (device, driver):
        await driver.discover()
        await driver.poll(everything(driver))
        assert [text for text in SECRETS for each in device.requests if text in each.path] == []
        assert device.password not in repr(driver.diagnostics())
