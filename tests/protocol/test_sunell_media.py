"""Pictures, addresses of video, recordings, and care of the device."""

from datetime import datetime, timedelta
import re
from typing import Any

import pytest

from custom_components.ip_surveillance.protocol.driver import Access
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi import clock
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.facts import channel_ref
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.grammar import parse
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.maintenance import MAX_REQUEST, is_own
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.streams import (
    Address,
    Addresses,
    read_address,
    url_of,
)
from custom_components.ip_surveillance.protocol.errors import Busy, CannotConnect, DeviceError, Rejected
from custom_components.ip_surveillance.protocol.model.parts import HOST_PART
from custom_components.ip_surveillance.protocol.model.vocabulary import Quantity, Reading
from tests.simulators.sunell_cgi import PROFILES, Recording

from .sunell_core import CHANNEL, asked, few_knobs, opened, until

__all__ = ["few_knobs"]

pytestmark = pytest.mark.usefixtures("few_knobs")
HOME = Access(host="cam.example", username="ad/min", password="p@ss:wörd")


# --- addresses


async def test_the_host_of_an_address_is_ours_and_its_port_the_devices() -> None:
    async with opened(port=0) as (device, driver):
        device.world.rtsp_port = 8554
        device.rtsp_tail = "/-"
        await driver.discover()
        assert driver.stream_url(CHANNEL, 2) == "rtsp://admin:Secret123@127.0.0.1:8554/snl/live/1/2/-"
        assert device.world.inner_host not in str(driver.stream_url(CHANNEL, 1))


async def test_a_recorder_is_asked_for_one_address_and_all_follow() -> None:
    async with opened("nvr64") as (device, driver):
        await driver.discover()
        assert asked(device, "type=RTSP") == 1
        url = driver.stream_url(channel_ref(64), 2)
        assert url == "rtsp://admin:Secret123@127.0.0.1:554/snl/live/64/2"


async def test_without_an_answer_the_documents_rule_and_the_ports_serve() -> None:
    async with opened() as (device, driver):
        driver.addresses = Addresses()
        driver.found = None
        device.fail(-506, "type=RTSP", times=9)
        device.store.put("devicePort", "rtspPort", "1554")
        await driver.discover()
        assert driver.stream_url(CHANNEL, 1) == "rtsp://admin:Secret123@127.0.0.1:1554/snl/live/1/1"


@pytest.mark.parametrize(
    ("access", "wanted"),
    [
        ({}, "rtsp://ad%2Fmin:p%40ss%3Aw%C3%B6rd@cam.example:554/x"),
        ({"rtsp_port": 99}, "rtsp://ad%2Fmin:p%40ss%3Aw%C3%B6rd@cam.example:99/x"),
        ({"username": ""}, "rtsp://cam.example:554/x"),
        ({"host": "fe80::1%eth0"}, "rtsp://ad%2Fmin:p%40ss%3Aw%C3%B6rd@[fe80::1%25eth0]:554/x"),
        ({"host": "[2001:db8::1]"}, "rtsp://ad%2Fmin:p%40ss%3Aw%C3%B6rd@[2001:db8::1]:554/x"),
    ],
)
def test_addresses_are_escaped(access: dict[str, Any], wanted: str) -> None:
    fields = {"host": HOME.host, "username": HOME.username, "password": HOME.password}
    addresses = Addresses(told={(1, 1): Address(port=None, path="/x")})
    assert url_of(Access(**(fields | access)), addresses, 1, 1) == wanted


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rtsp://192.168.1.109:554/snl/live/1/1/-", Address(port=554, path="/snl/live/1/1/-")),
        ("rtsp://10.0.0.1/snl/live/1/1", Address(port=None, path="/snl/live/1/1")),
        ("rtsp://u:p@[fe80::1]:10554/a?b=c", Address(port=10554, path="/a?b=c")),
        ("rtsp://h:99999/a", Address(port=None, path="/a")),
        ("http://h/a", None),
        ("rtsp://h", None),
        ("rtsp://h:1/a b", None),
        ("rtsp://h:1/a\nrtsp://evil/", None),
        ("", None),
        ("rtsp://h/" + "a" * 600, None),
    ],
)
def test_an_address_is_taken_apart(text: str, found: Address | None) -> None:
    assert read_address(text) == found


# --- pictures


@pytest.mark.parametrize("model", PROFILES)
async def test_every_model_gives_a_picture_and_the_way_is_remembered(model: str) -> None:
    async with opened(model) as (device, driver):
        assert (await driver.snapshot(CHANNEL, 1)).data.startswith(b"\xff\xd8")
        device.requests.clear()
        assert (await driver.snapshot(CHANNEL, 2)).content_type == "image/jpeg"
        assert len(device.requests) == 1
        assert "quality=9" in device.requests[0].path
        assert "streamID=2" in device.requests[0].path


async def test_a_busy_camera_is_asked_once_more() -> None:
    async with opened() as (device, driver):
        driver.picture_sleep = no_pause
        device.fail(-505, "image.cgi")
        assert (await driver.snapshot(CHANNEL, 1)).data
        device.fault.busy_pictures = True
        with pytest.raises(Busy):
            await driver.snapshot(CHANNEL, 1)


async def no_pause(_: float) -> None:
    return None


async def test_no_picture_is_the_first_ways_error() -> None:
    async with opened() as (device, driver):
        device.fail(-8, "image.cgi", times=4)
        with pytest.raises(Rejected) as caught:
            await driver.snapshot(CHANNEL, 1)
        assert caught.value.code == "-8"
        assert asked(device, "image.cgi") == 4


async def test_the_picture_of_an_offline_camera_is_an_error() -> None:
    async with opened("nvr") as (_, driver):
        with pytest.raises(DeviceError):
            await driver.snapshot(channel_ref(3), 1)


# --- recordings


@pytest.mark.parametrize("model", ["ipc", "nvr"])
async def test_recordings_of_a_time(model: str) -> None:
    async with opened(model) as (device, driver):
        now = device.world.now()
        found = await driver.recordings(CHANNEL, now - timedelta(hours=1), now)
        assert len(found) == 2
        assert found[0].start < found[0].end <= found[1].start
        assert found[0].size == 2554168
        assert await driver.recordings(CHANNEL, now - timedelta(days=9), now - timedelta(days=8)) == []
        (query, *_) = device.queries(cgi="record", action="query")
        assert [name for name, _ in query] == ["action", "cameraID", "startTime", "endTime"]
        assert all(re.fullmatch(r"\d{14}", value) for name, value in query if name.endswith("Time"))


async def test_recordings_are_told_once_and_in_order() -> None:
    async with opened() as (device, driver):
        start = datetime(2026, 1, 1)  # noqa: DTZ001
        device.world.recordings = [
            Recording(channel=1, start=start + timedelta(hours=hour), end=start + timedelta(hours=hour + 1))
            for hour in (5, 1, 3, 1)
        ]
        found = await driver.recordings(CHANNEL, start, start + timedelta(days=1))
        assert [each.start.hour for each in found] == [1, 3, 5]


# --- care


async def test_a_restart() -> None:
    async with opened() as (device, driver):
        await driver.reboot()
        await until(lambda: device.world.reboots == 1 and device._listener)
        await driver.check()
        assert [name for name, _ in device.world.operations] == ["restart"]


async def test_a_recorder_restarts_itself_and_none_of_its_cameras() -> None:
    async with opened("nvr") as (device, driver):
        await driver.reboot()
        await until(lambda: device.world.operations)
        (query,) = device.queries(cgi="operate")
        assert query == [("action", "restart"), ("cameraID", "0")]


async def test_a_restart_that_breaks_off_is_one_and_a_dead_device_is_none() -> None:
    async with opened() as (device, driver):
        await driver.check()
        device.requests.clear()

        device.fault.delays["/cgi-bin/operate.cgi"] = 0.05
        device.spawn(device.reboot(0.05, wait=0.02))
        await driver.reboot()
        await until(lambda: device.world.reboots >= 1)
        await device.go_down()
        with pytest.raises(CannotConnect):
            await driver.reboot()


async def test_the_clock_is_set_and_read_back() -> None:
    async with opened() as (device, driver):
        device.store.put("NTP", "enableFlag", "0")
        device.skew(-4000)
        polled = await driver.sync_time()
        assert polled.readback
        assert polled.readings == {(HOST_PART, Reading(Quantity.CLOCK_DRIFT)): 0.0}
        assert abs(device.world.clock_skew) < 2
        (pairs,) = device.queries(kind="dateTime", action="set")
        assert [name for name, _ in pairs[2:]] == ["year", "month", "day", "hour", "minute", "second"]


async def test_a_clock_that_follows_a_server_is_left_alone() -> None:
    async with opened() as (device, driver):
        device.store.put("NTP", "enableFlag", "1")
        with pytest.raises(Rejected) as caught:
            await driver.sync_time()
        assert caught.value.code == "ntp"
        assert device.writes == []


async def test_a_clock_that_was_not_taken_is_an_error() -> None:
    async with opened() as (device, driver):
        device.store.put("NTP", "enableFlag", "0")
        # What is read back is an hour off from what it should be then.
        times = iter((datetime(2026, 1, 1, 12), datetime(2026, 1, 1, 13)))  # noqa: DTZ001
        driver.local_now = lambda: next(times)
        with pytest.raises(Rejected) as caught:
            await driver.sync_time()
        assert caught.value.code == "notTaken"


@pytest.mark.parametrize(
    "text", ["", "year=2026", "year=0\nmonth=1\nday=1\nhour=0\nminute=0\nsecond=0", "year=x", f"year={9**18}"]
)
def test_a_clock_that_cannot_be_read_is_unknown(text: str) -> None:
    assert clock.drift_of(parse(text), datetime(2026, 1, 1)) is None  # noqa: DTZ001


# --- any request


async def test_any_request_goes_as_it_was_made_up() -> None:
    async with opened() as (device, driver):
        query = (("action", "get"), ("type", "deviceInfo"), ("x", "1"), ("x", "2"))
        answer = await driver.send_request("get", "/cgi-bin/param.cgi", query, None)
        assert answer.status == 200
        assert b"deviceID=159356" in answer.body
        assert device.requests[-1].path == "/cgi-bin/param.cgi?action=get&type=deviceInfo&x=1&x=2"
        refused = await driver.send_request("GET", "/cgi-bin/param.cgi", (("action", "get"), ("type", "none")), None)
        assert b"-22" in refused.body


@pytest.mark.parametrize(
    "path",
    [
        "//elsewhere.example/cgi-bin/param.cgi",
        "http://elsewhere.example/cgi-bin/",
        "/cgi-bin/../etc/passwd",
        "/cgi-bin/%2e%2e/x",
        "/cgi-bin//x",
        "/ISAPI/System",
        "/cgi-bin/a b.cgi",
        "/cgi-bin/x?y=1",
        "/cgi-bin/" + "a" * 600,
    ],
)
def test_paths_that_lead_elsewhere_are_refused(path: str) -> None:
    assert not is_own(path)


async def test_requests_that_are_none_are_refused_unsent() -> None:
    async with opened() as (device, driver):
        for method, path, body in (
            ("PATCH", "/cgi-bin/param.cgi", None),
            ("GET", "/other/param.cgi", None),
            ("POST", "/cgi-bin/param.cgi", b"x" * (MAX_REQUEST + 1)),
        ):
            with pytest.raises(Rejected):
                await driver.send_request(method, path, (), body)
        assert device.requests == []
