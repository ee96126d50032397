"""Readings of polls: temperatures, plates, people, stores, cameras of a recorder."""

from datetime import timedelta

import pytest

from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.facts import channel_ref, storage_ref
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.grammar import parse
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.plates import plate_of
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.stores import DIRECTORY, directories, disks
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.thermal import temperatures
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.events import Detected, Happened
from custom_components.ip_surveillance.protocol.model.parts import HOST_PART, PartKind
from custom_components.ip_surveillance.protocol.model.state import StorageState
from custom_components.ip_surveillance.protocol.model.vocabulary import Flag, Quantity, Reading
from tests.simulators.sunell_cgi import SunellSimulator

from .sunell_core import CHANNEL, Clock, House, asked, clock, connected, everything, few_knobs, opened, reading, take

__all__ = ["clock", "few_knobs"]

pytestmark = pytest.mark.usefixtures("few_knobs")

THERMAL = channel_ref(2)
SECRETS = ("User&", "type=SMTP", "type=ftp", "DDNS", "PPPoE", "SNMP", "platformAccess", "8021X", "alarmCenter", "Nas")


@pytest.mark.parametrize(("unit", "highest"), [(0, 41.5), (1, 41.5)])
async def test_temperatures_are_degrees_celsius_whatever_the_camera_tells(unit: int, highest: float) -> None:
    async with opened("thermal") as (device, driver):
        await device.temperature(highest, area=0)
        device.use_unit(unit)
        polled = await driver.poll(everything(driver))
        assert reading(polled, Quantity.TEMPERATURE, THERMAL, "region0_highest") == pytest.approx(highest, abs=0.01)
        assert reading(polled, Quantity.TEMPERATURE, THERMAL, "region2_lowest") == pytest.approx(18.0, abs=0.01)


async def test_how_warm_the_camera_is_inside() -> None:
    async with opened("thermal") as (device, driver):
        device.store.put("thermalImagerConfigureParam", "CavityTemoperature", "38.5", 2)
        device.use_unit(0)
        assert reading(await driver.poll(everything(driver)), Quantity.TEMPERATURE, THERMAL) == 38.5


def test_all_areas_may_come_in_one_answer_and_garbage_is_unknown() -> None:
    row = "areaID={}\ntemperatureUnit={}\nmaxTemperature={}\nminTemperature=1\naveTemperature=2.5\n"
    text = "areaTemperatureBegin=1\n" + row.format(0, 0, "1026575698") + "next_areaTemperatureURL=2\n"
    found = temperatures(2, parse(text + row.format(3, 1, "212") + "areaTemperatureEnd\n"))
    assert found[THERMAL, Reading(Quantity.TEMPERATURE, "region0_highest")] is None
    assert found[THERMAL, Reading(Quantity.TEMPERATURE, "region3_highest")] == 100.0
    assert (
        temperatures(2, parse(row.format(0, 7, "20")))[THERMAL, Reading(Quantity.TEMPERATURE, "region0_highest")]
        is None
    )
    assert temperatures(2, None) == {}


async def test_a_temperature_alarm_ends_when_it_cools() -> None:
    async with opened("thermal") as (device, driver):
        house = House()
        await take(house, driver)
        await device.temperature(80.0)
        await take(house, driver)
        assert house.on(Detection.TEMPERATURE_ALARM, THERMAL)
        await device.temperature(20.0)
        await take(house, driver)
        assert not house.on(Detection.TEMPERATURE_ALARM, THERMAL)


async def test_plates_while_nothing_is_pushed() -> None:
    async with opened("lpr") as (device, driver):
        wanted = everything(driver)
        polled = await driver.poll(wanted)
        assert reading(polled, Quantity.PLATE) == "DD651"
        assert polled.told == ()
        house = House()
        await device.plate("XY99", list_type=1)
        polled = await driver.poll(wanted)
        assert reading(polled, Quantity.PLATE) == "XY99"
        house.take(polled)
        (happened,) = house.happened
        assert (happened.what, happened.data["plate"], happened.data["list"]) == ("plate", "XY99", "allow")
        house.take(await driver.poll(wanted))
        assert len(house.happened) == 1
        assert house.on(Detection.PLATE)


@pytest.mark.parametrize(
    ("told", "listed"), [("0", "block"), ("1", "allow"), ("2", "none"), ("3", None), ("", None), ("white", None)]
)
def test_a_list_that_is_none_blocks_nobody(told: str, listed: str | None) -> None:
    plate = plate_of(parse(f"UID=1\nPlateNUM=DD651\nListType={told}"))
    assert plate is not None
    assert plate.data.get("list") == listed


async def test_a_camera_that_read_no_plate_yet() -> None:
    async with SunellSimulator("lpr") as device:
        device.world.plates.clear()
        async with connected(device) as driver:
            assert reading(await driver.poll(everything(driver)), Quantity.PLATE) is None
            await device.plate("FIRST")
            event, happened = (await driver.poll(everything(driver))).told
            assert isinstance(event, Detected)
            assert isinstance(happened, Happened)
            assert event.data["plate"] == happened.data["plate"] == "FIRST"


async def test_a_car_right_behind_another_is_an_event_too(clock: Clock) -> None:
    async with opened("lpr") as (device, driver):
        wanted, house = everything(driver), House()
        await take(house, driver, wanted)
        for text in ("FIRST", "SECOND"):
            clock.ahead += 11
            await device.plate(text)
            await take(house, driver, wanted)
            await take(house, driver, wanted)
            assert house.on(Detection.PLATE)
        assert [happened.data["plate"] for happened in house.happened] == ["FIRST", "SECOND"]


async def test_people_of_today_by_the_devices_own_day() -> None:
    async with opened("multi") as (device, driver):
        polled = await driver.poll(everything(driver))
        assert (reading(polled, Quantity.ENTERED), reading(polled, Quantity.LEFT)) == (5, 3)
        device.skew(timedelta(days=1).total_seconds())
        driver.poll_memory.due.clear()
        polled = await driver.poll(everything(driver))
        assert (reading(polled, Quantity.ENTERED), reading(polled, Quantity.LEFT)) == (0, 0)


async def test_disks(clock: Clock) -> None:
    async with opened("nvr") as (device, driver):
        polled = await driver.poll(everything(driver))
        disk = storage_ref(1)
        assert polled.parts[disk] == StorageState(problem=False)
        assert reading(polled, Quantity.CAPACITY, disk) == 3815447
        assert reading(polled, Quantity.FREE, disk) == 1024
        assert reading(polled, Quantity.STORAGE_STATUS, disk) == "normal"
        await device.disk_fault(1, 24)
        clock.ahead += 61
        polled = await driver.poll(everything(driver))
        assert polled.parts[disk] == StorageState(problem=True)
        assert reading(polled, Quantity.STORAGE_STATUS, disk) == "physical_error"
        device.fail(-9, "deviceDiskInfo", times=9)
        clock.ahead += 61
        polled = await driver.poll(everything(driver))
        assert reading(polled, Quantity.STORAGE_STATUS, disk) is None


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (-1, True),
        (0, None),
        (1, False),
        (3, True),
        (6, False),
        (8, False),
        (14, False),
        (19, True),
        (24, True),
        (77, None),
    ],
)
def test_the_status_of_disks(status: int, problem: bool | None) -> None:
    (found,) = disks(
        parse(f"diskInfoBegin=1\ndiskID=0\ndiskTotalSize=5\ndiskFreeSize=1\ndiskStatus={status}\ndiskInfoEnd=1")
    )
    assert found.problem is problem
    assert found.ref == storage_ref(0)


def test_directories_have_a_status_of_their_own() -> None:
    row = "diskName=share\nenableFlag=1\ndiskType={}\nfreeSpace=7\ntotalspace=9\nstatus={}\n"
    text = "recordDirInfoBegin=1\n{}recordDirInfoNextURL=2\n{}recordDirInfoEnd=2"
    found = directories(parse(text.format(row.format(2, 0), row.format(4, 1))))
    assert [(each.ref, each.status, each.problem) for each in found] == [
        (storage_ref(2, DIRECTORY), "connection_failed", True)
    ]
    assert found[0].name == "share"


async def test_cameras_of_a_recorder_come_and_go(clock: Clock) -> None:
    async with opened("nvr") as (device, driver):
        wanted = everything(driver)
        polled = await driver.poll(wanted)
        assert polled.online == {channel_ref(1): True, channel_ref(2): True, channel_ref(3): False}
        assert reading(polled, Quantity.LINK_STATUS, channel_ref(3)) == "network_failure"
        device.world.channels[3].status = 5
        device.world.channels[1].status = 2
        clock.ahead += 61
        polled = await driver.poll(wanted)
        assert polled.online == {channel_ref(1): False, channel_ref(2): True, channel_ref(3): True}
        assert reading(polled, Quantity.LINK_STATUS, CHANNEL) == "login_failure"


@pytest.mark.parametrize(("kind", "address"), [("motionAlarm", "cameraID"), ("shelterConfig", "channelId")])
async def test_what_a_camera_lacked_while_it_was_away_is_asked_for_again(kind: str, address: str, clock: Clock) -> None:
    async with opened("nvr") as (device, driver):
        wanted, camera = everything(driver), (address, "3")
        await driver.poll(wanted)
        device.fail(-513, kind)
        assert await driver.client.probe(kind, camera) is None
        assert f"get {kind} param {address}=3" in driver.client.lacking
        device.world.channels[3].status = 5
        clock.ahead += 61
        await driver.poll(wanted)
        assert await driver.client.probe(kind, camera) is not None


async def test_a_lost_picture_tells_that_a_camera_went() -> None:
    async with opened("nvr") as (device, driver):
        wanted = everything(driver)
        await driver.poll(wanted)
        for status in (1, 5):
            await device.channel_status(2, status)
            assert (await driver.poll(wanted)).online[channel_ref(2)] is (status == 5)
        device.requests.clear()
        await driver.poll(wanted)
        assert asked(device, "channelInfo") == 0


async def test_the_device_itself() -> None:
    async with opened("lite") as (device, driver):
        device.skew(-75)
        polled = await driver.poll(everything(driver))
        assert reading(polled, Quantity.CLOCK_DRIFT, HOST_PART) == pytest.approx(-75, abs=2)
        assert reading(polled, Quantity.FIRMWARE, HOST_PART) == "v3.5.0804.1003.3.0.27.4.0"
        assert reading(polled, Quantity.USERS_ONLINE, HOST_PART) == 1
        assert reading(polled, Flag.P2P, HOST_PART) in (True, False)
        assert reading(polled, Quantity.EVENT_SOURCE, HOST_PART) == "polling"
        driver.attached = True
        polled = await driver.poll(everything(driver))
        assert reading(polled, Quantity.EVENT_SOURCE, HOST_PART) == "push"


async def test_what_fails_is_unknown_and_the_rest_is_told() -> None:
    async with opened("thermal") as (device, driver):
        device.fail(-9, "areaTemperature", times=9)
        device.fail(-9, "dateTime", times=9)
        polled = await driver.poll(everything(driver))
        assert reading(polled, Quantity.TEMPERATURE, THERMAL, "region0_highest") is None
        assert reading(polled, Quantity.CLOCK_DRIFT, HOST_PART) is None
        assert polled.parts[storage_ref(1)] == StorageState(problem=False)


async def test_what_is_listed_is_told_once() -> None:
    async with opened() as (device, driver):
        await driver.poll(frozenset())
        await device.alarm(6, 21, push=False)
        assert [type(each) for each in (await driver.poll(frozenset())).told] == [Detected]
        assert (await driver.poll(frozenset())).told == ()


class TestKnobs:
    """With what can be commanded."""

    @pytest.fixture
    def few_knobs(self) -> None:
        """Look for everything."""

    async def test_positions_are_read_soon_and_lamps_seldom(self, clock: Clock) -> None:
        async with opened("ptz") as (device, driver):
            wanted = everything(driver)
            polled = await driver.poll(wanted)
            assert reading(polled, Quantity.PAN) == pytest.approx(45, abs=1)
            assert any(ref.kind is PartKind.LIGHT for ref in polled.parts)
            device.requests.clear()
            for _ in range(5):
                clock.ahead += 11
                await driver.poll(wanted)
            assert asked(device, "getPosition") == 5
            assert asked(device, "infraredLight") == 0
            clock.ahead += 11
            await driver.poll(wanted)
            assert asked(device, "infraredLight") == 1

    async def test_a_recorder_of_64_channels_costs_a_request_a_poll(self, clock: Clock) -> None:
        async with opened("nvr64") as (device, driver):
            wanted = everything(driver)
            await driver.poll(wanted)
            device.requests.clear()
            for _ in range(19):
                clock.ahead += 3
                await driver.poll(wanted)
            assert asked(device, "currentAlarmStatus") == len(device.requests) == 19
