"""Restart, clock, and requests that the user makes up."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.ip_surveillance.protocol.commands import Maintains, Raw
from custom_components.ip_surveillance.protocol.drivers.isapi.clock import (
    drift,
    parse_stamp,
    parse_zone,
    stamp_now,
    wall_clock,
)
from custom_components.ip_surveillance.protocol.drivers.isapi.maintenance import MAX_REQUEST
from custom_components.ip_surveillance.protocol.errors import (
    AuthFailed,
    BadAnswer,
    CannotConnect,
    Forbidden,
    Rejected,
)
from custom_components.ip_surveillance.protocol.model.parts import HOST_PART
from custom_components.ip_surveillance.protocol.model.vocabulary import Quantity, Reading
from tests.simulators.base import Answer
from tests.simulators.isapi import IsapiSimulator
from tests.simulators.isapi.routing import Call, route

from .isapi_commands import commands

pytestmark = pytest.mark.usefixtures("socket_enabled")

NOW = datetime(2026, 7, 1, 12, 0, 0, tzinfo=UTC)
WINTER = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)
BERLIN = "CET-1:00:00DST01:00:00,M3.5.0/02:00:00,M10.5.0/03:00:00"
SYDNEY = "AEST-10:00:00DST01:00:00,M10.1.0/02:00:00,M4.1.0/03:00:00"
DRIFT = (HOST_PART, Reading(Quantity.CLOCK_DRIFT))


# --- clock, pure


@pytest.mark.parametrize(
    ("zone", "now", "hours"),
    [
        ("CST-8:00:00", NOW, 8),
        ("EST5", NOW, -5),
        ("EST+5:00", NOW, -5),
        ("IST-5:30:00", NOW, 5.5),
        ("<+08>-8", NOW, 8),
        ("GMT+00:00:00", NOW, 0),
        (BERLIN, NOW, 2),
        (BERLIN, WINTER, 1),
        # Summer time began and ended at 01:00 UTC on the last Sundays of March and October.
        (BERLIN, datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), 1),
        (BERLIN, datetime(2026, 3, 29, 1, 0, 0, tzinfo=UTC), 2),
        (BERLIN, datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC), 2),
        (BERLIN, datetime(2026, 10, 25, 1, 0, 0, tzinfo=UTC), 1),
        (SYDNEY, NOW, 10),
        (SYDNEY, WINTER, 11),
        # As POSIX writes it: the offset of summer time instead of what it adds.
        ("EST5EDT4:00:00,M3.2.0,M11.1.0", NOW, -4),
        ("EST5EDT,M3.2.0,M11.1.0", NOW, -4),
        ("EST5EDT,J60,J300", NOW, -5),
        ("EST5EDT,M13.2.0,M11.1.0", NOW, -5),
    ],
)
def test_zones(zone: str, now: datetime, hours: float) -> None:
    right = wall_clock(None, zone, now)
    assert right == now.replace(tzinfo=None) + timedelta(hours=hours)


@pytest.mark.parametrize("text", [None, "", "UTC", "CST-25:00:00", "CST-8:00:00;reboot", "8", "x" * 9999])
def test_what_is_no_zone(text: str | None) -> None:
    assert parse_zone(text) is None


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("2026-07-01T14:00:00+02:00", 2),
        ("2026-07-01T14:00:00-0330", -3.5),
        ("2026-7-1 14:00:00Z", 0),
        ("2026-07-01T14:00:00.123", None),
    ],
)
def test_stamps(text: str, offset: float | None) -> None:
    expected = None if offset is None else timedelta(hours=offset)
    assert parse_stamp(text) == (NOW.replace(tzinfo=None, hour=14), expected)


@pytest.mark.parametrize("text", [None, "", "now", "2026-13-01T00:00:00", "2026-01-01", "2026-01-01T25:00:00"])
def test_what_is_no_stamp(text: str | None) -> None:
    assert parse_stamp(text) is None
    assert drift(text, "CST-8:00:00", NOW) is None


@pytest.mark.parametrize(
    ("local", "zone", "seconds"),
    [
        ("2026-07-01T20:00:30+08:00", "CST-8:00:00", 30),
        ("2026-07-01T19:59:00", "CST-8:00:00", -60),
        ("2026-07-01T14:00:05+02:00", None, 5),
        # The offset of the stamp leaves summer time out, the wall clock does not.
        ("2026-07-01T14:00:00+01:00", BERLIN, 0),
        ("2004-01-01T00:00:00", "GMT+0:00:00", -709_992_000),
        ("2026-07-01T14:00:05", None, None),
    ],
)
def test_drift(local: str, zone: str | None, seconds: float | None) -> None:
    assert drift(local, zone, NOW) == seconds


@pytest.mark.parametrize(
    ("local", "zone", "expected"),
    [
        ("2004-01-01T00:00:00+08:00", "CST-8:00:00", "2026-07-01T20:00:00+08:00"),
        ("2004-01-01T00:00:00", "CST-8:00:00", "2026-07-01T20:00:00"),
        ("2004-01-01T00:00:00-03:30", "NST3:30:00", "2026-07-01T08:30:00-03:30"),
        ("", "EST5", "2026-07-01T07:00:00"),
        ("2004-01-01T00:00:00+02:00", "?", "2026-07-01T14:00:00+02:00"),
        ("2004-01-01T00:00:00", "?", None),
    ],
)
def test_the_time_to_set(local: str, zone: str, expected: str | None) -> None:
    assert stamp_now(local, zone, NOW) == expected


# --- clock, on a device


async def test_the_clock_is_set_and_read_back() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        assert isinstance(made, Maintains)
        device.world.utc_offset = timedelta(hours=8)
        device.world.clock_offset = -3600.0
        polled = await made.sync_time()
        assert polled.readback
        value = polled.readings[DRIFT]
        assert isinstance(value, float)
        assert abs(value) <= 2
        assert abs(device.world.clock_offset) <= 2
        assert device.world.utc_offset == timedelta(hours=8)
        assert device.world.time_mode == "manual"


async def test_a_time_server_is_left_in_charge() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        device.world.time_mode = "NTP"
        with pytest.raises(Rejected, match="NTP"):
            await made.sync_time()
        assert device.seen("PUT") == []


async def test_a_zone_that_cannot_be_read_is_left_alone() -> None:
    def odd(call: Call) -> Answer:
        return call.xml("Time", {"timeMode": "manual", "localTime": "noon", "timeZone": "here"})

    async with IsapiSimulator("camera") as device, commands(device) as made:
        device.routes = (route("GET", "System/time", odd), *device.routes)
        with pytest.raises(BadAnswer):
            await made.sync_time()
        assert device.seen("PUT") == []


async def test_only_administrators_set_the_clock() -> None:
    async with IsapiSimulator("camera", level="operator") as device, commands(device) as made:
        with pytest.raises(Forbidden):
            await made.sync_time()


# --- restart


async def test_a_restart() -> None:
    async with IsapiSimulator("camera", downtime=0.01) as device, commands(device) as made:
        await made.reboot()
        assert len(device.seen("PUT", "System/reboot")) >= 1


async def test_a_restart_that_breaks_the_connection_is_success() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:

        async def gone(call: Call) -> Answer | None:
            await device.go_down()
            return None

        device.routes = (route("PUT", "System/reboot", gone), *device.routes)
        await made.reboot()
        asked = [each for each in device.seen("PUT", "System/reboot") if each.status != 401]
        assert len(asked) == 1


async def test_a_device_that_was_gone_before_did_not_restart() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        await device.go_down()
        with pytest.raises(CannotConnect):
            await made.reboot()


async def test_only_administrators_restart() -> None:
    async with IsapiSimulator("camera", level="operator") as device, commands(device) as made:
        with pytest.raises(Forbidden):
            await made.reboot()


# --- any request


async def test_any_request_returns_the_answer() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        assert isinstance(made, Raw)
        answer = await made.send_request("get", "/ISAPI/System/deviceInfo", (), None)
        assert (answer.status, answer.content_type) == (200, "application/xml")
        assert b"<DeviceInfo" in answer.body
        answer = await made.send_request(
            "PUT",
            "/ISAPI/System/IO/outputs/1/trigger",
            [("a", "b c")],
            b"<IOPortData><outputState>high</outputState></IOPortData>",
        )
        assert answer.status == 200
        assert device.world.outputs[1].active
        assert device.requests[-1].path.endswith("trigger?a=b%20c")


@pytest.mark.parametrize(("path", "status"), [("/ISAPI/No/such", 404), ("/ISAPI/ContentMgmt/InputProxy/channels", 403)])
async def test_a_refusal_is_an_answer(path: str, status: int) -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        answer = await made.send_request("GET", path, (), None)
        assert answer.status == status
        assert b"ResponseStatus" in answer.body


async def test_a_refused_login_raises() -> None:
    async with IsapiSimulator("camera") as device, commands(device, password="wrong") as made:
        with pytest.raises(AuthFailed):
            await made.send_request("GET", "/ISAPI/System/deviceInfo", (), None)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "http://10.0.0.1/ISAPI/System/deviceInfo"),
        ("GET", "//10.0.0.1/ISAPI/x"),
        ("GET", "/isapi/System/deviceInfo"),
        ("GET", "/ISAPI"),
        ("GET", "/ISAPIx/System"),
        ("GET", "/ISAPI/../doc/page"),
        ("GET", "/ISAPI/%2e%2e/doc"),
        ("GET", "/ISAPI/%252e%252e/doc"),
        ("GET", "/ISAPI/x/.."),
        ("GET", "/ISAPI/..%5Cdoc"),
        ("GET", "/ISAPI//10.0.0.1/x"),
        ("GET", "/ISAPI/x\r\nHost: y"),
        ("GET", "/ISAPI/x%0d%0aHost: y"),
        ("GET", "/ISAPI/x%0d%0aHost"),
        ("GET", "/ISAPI/x y"),
        ("GET", "/ISAPI/x?y=1"),
        ("GET", "/ISAPI/x#y"),
        ("GET", "/ISAPI/" + "x" * 600),
        ("PATCH", "/ISAPI/x"),
        ("GET /ISAPI/y HTTP/1.1\r\n", "/ISAPI/x"),
    ],
)
async def test_what_is_no_request_to_the_device_is_not_sent(method: str, path: str) -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        with pytest.raises(Rejected):
            await made.send_request(method, path, (), None)
        assert device.requests == []


async def test_a_body_has_a_limit() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        with pytest.raises(Rejected):
            await made.send_request("PUT", "/ISAPI/x", (), b"x" * (MAX_REQUEST + 1))
        assert device.requests == []
