"""Where a camera posts its alarms: the setting, written and put back, and what is made of what it posts."""

from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC
import random

import pytest

from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.posts import WORDS, read_post
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.records import AlarmRecord
from custom_components.ip_surveillance.protocol.errors import DeviceError, NotSupported, Rejected
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.events import Detected, Event, Polled
from custom_components.ip_surveillance.protocol.receiving import Receives
from tests.simulators.sunell_cgi import SunellSimulator
from tests.simulators.sunell_cgi.text import find

from .sunell_core import House, asked, few_knobs, opened, take

__all__ = ["few_knobs"]

pytestmark = pytest.mark.usefixtures("few_knobs")

MARK = "0123456789abcdef"
ADDRESS = f"http://192.168.0.5:8123/in/{MARK}"
TIME = "2026-11-21 20:30:40"
FIELDS = {"ipc": ("CGIAlarmFlag", "CGIUrlStart", "CGIUrlEnd"), "lite": ("cgiAlarmEnable", "urlStart", "urlEnd")}
OTHERS = {
    "ipc": ("CGIName", "CGIType", "CGIUserName1", "CGIPassword1", "CGIProxyFlag", "CGIAddress", "CGIPort"),
    "lite": ("alarmType", "alarmCenterName", "proxyEnable", "alarmCenterServerIP", "platformPassword"),
}


def stored(device: SunellSimulator, *names: str) -> list[str]:
    page = device.store.page("alarmCenterService")
    fields = [find(page, name) for name in names]
    return [(field.value or "").strip() if field else "" for field in fields]


def written(device: SunellSimulator) -> int:
    return len([each for each in device.requests if "action=set" in each.path and each.status not in (0, 401)])


# --- the setting


@pytest.mark.parametrize("model", FIELDS)
async def test_it_is_written_once_and_put_back(model: str) -> None:
    async with opened(model) as (device, driver):
        assert isinstance(driver, Receives)
        assert driver.receives
        before, others = stored(device, *FIELDS[model]), stored(device, *OTHERS[model])
        found = await driver.destination()
        assert not driver.sends_to(found, MARK)
        assert written(device) == 0
        await driver.send_to(ADDRESS)
        words = "&".join(WORDS)
        assert stored(device, *FIELDS[model])[1:] == [f"{ADDRESS}/start/{words}", f"{ADDRESS}/end/{words}"]
        assert driver.sends_to(await driver.destination(), MARK)
        assert stored(device, FIELDS[model][0])[0] in ("true", "1")
        writes = written(device)
        await driver.send_to(ADDRESS)
        assert written(device) == writes
        await driver.send_back(found, MARK)
        assert stored(device, *FIELDS[model]) == before
        assert stored(device, *OTHERS[model]) == others


async def test_addresses_are_written_in_base64_and_no_password_with_them(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="custom_components.ip_surveillance")
    async with opened() as (device, driver):
        await driver.send_to(ADDRESS)
        assert "CGIUrlStart=**&CGIUrlEnd=**" in caplog.text
        assert MARK not in caplog.text
        (pairs,) = [dict(query) for query in device.queries(action="set", kind="alarmCenterService")]
        assert b64decode(pairs["CGIUrlStart"]).decode() == f"{ADDRESS}/start/{'&'.join(WORDS)}"
        assert pairs["CGIAlarmFlag"] == "true"
        assert not {name for name in pairs if "pass" in name.lower()}


async def test_what_somebody_else_set_since_stays() -> None:
    async with opened() as (device, driver):
        found = await driver.destination()
        await driver.send_to(ADDRESS)
        for name in FIELDS["ipc"][1:]:
            device.store.put("alarmCenterService", name, "http://10.0.0.9/theirs")
        writes = written(device)
        await driver.send_back(found, MARK)
        assert written(device) == writes
        assert stored(device, *FIELDS["ipc"][1:]) == ["http://10.0.0.9/theirs"] * 2


async def test_a_device_without_the_setting_says_so() -> None:
    async with opened() as (device, driver):
        device.lacking.add("alarmCenterService")
        with pytest.raises((NotSupported, Rejected)):
            await driver.send_to(ADDRESS)
        assert written(device) == 0


async def test_nobody_asks_for_it_unless_it_is_wanted() -> None:
    async with opened() as (device, driver):
        await driver.discover()
        await take(House(), driver)
        assert asked(device, "alarmCenter") == 0


async def test_recorders_receive_nothing() -> None:
    async with opened("nvr") as (_, driver):
        assert not driver.receives


# --- what is posted

NAMED = "MajorAlarmType=1&MinorAlarmType=2&SourceName=IPC&DeviceID=A1&DeviceIP=10.0.0.2&AlarmTime=" + TIME
BARE = f"1&2&IPC&A1&10.0.0.2&{TIME}&Motion"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("start", NAMED),
        ("start/", NAMED.replace("&", "\r\n")),
        (f"start/{NAMED}", ""),
        (f"start/{BARE}", ""),
        ("start", BARE),
        (f"start?{NAMED}", ""),
        (f"start/?{BARE}", ""),
        ("start/" + "&".join(WORDS), NAMED.lower()),
    ],
)
def test_an_alarm_in_any_of_the_ways(path: str, body: str) -> None:
    assert read_post(path, body.encode(), UTC) == AlarmRecord(1, 2, 0, True, TIME)
    ended = read_post(path.replace("start", "end", 1), body.encode(), UTC)
    assert ended == AlarmRecord(1, 2, 0, False, TIME)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("DeviceID=1422DF\nAlarmType=0\nAlarmTime=1567692473\nAge=29\nAIPictureDataLen=4\nAIPictureData=AAAA", (7, 8)),
        ("DeviceID=1422DF\nAlarmType=2\nAlarmTime=1567692473\nRideBike=0\nBodyAttr_Gender=1", (7, 9)),
        ("DeviceID=1422DF\nAlarmType=3\nAlarmTime=1567692473\nCarPlateNum= 12345678", (6, 37)),
        ("DeviceID=1422DF\nAlarmType=4\nAlarmTime=1567692473\nCarColor=1\nCarMode=0", (7, 10)),
    ],
)
def test_targets(body: str, code: tuple[int, int]) -> None:
    """Lines 28710 to 28832 of the document."""
    record = read_post("start", body.encode(), UTC)
    assert record is not None
    assert (record.code, record.time) == (code, "2019-9-5 14:07:53")


def test_a_face_of_older_firmware() -> None:
    """Lines 28681 to 28694 of the document."""
    record = read_post(
        "start", b"strAlarmTime=\nFaceInfoBegin=1\nFacePictureDataLen=3\nFacePictureData=\xff\xd8\xff", UTC
    )
    assert record == AlarmRecord(7, 8, 0, True, "")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", NAMED),
        ("elsewhere", NAMED),
        ("start", ""),
        ("start", "hello"),
        ("start", "MajorAlarmType=x&MinorAlarmType=2"),
        ("start", "MajorAlarmType=99999&MinorAlarmType=2"),
        ("start", "AlarmType=1\nAlarmTime=1567692473"),
        ("start/" + "&".join(WORDS), ""),
    ],
)
def test_what_says_nothing(path: str, body: str) -> None:
    assert read_post(path, body.encode(), UTC) is None


def noise() -> Iterator[bytes]:
    chance = random.Random(28581)
    pieces = [
        NAMED.encode(),
        b"&",
        b"=",
        b"\r\n",
        b"\xff\xd8\x00",
        b"9" * 40,
        b"AlarmTime=" + b"8" * 30,
        b"\xe4\xb8",
        b"?",
    ]
    for _ in range(500):
        yield b"".join(chance.choice(pieces) for _ in range(chance.randrange(12)))


def test_nothing_that_comes_raises() -> None:
    for body in noise():
        record = read_post("start", body, UTC)
        assert record is None or (0 <= record.major <= 65535 and len(record.time) <= 32)
    assert read_post("start", b"A" * 2**20 + NAMED.encode(), UTC) is None


# --- one alarm, whichever way it comes


def detections(told: list[Event]) -> list[tuple[Detection, bool, bool]]:
    return [(each.what, each.active, each.restored) for each in told if isinstance(each, Detected)]


async def test_what_was_posted_is_told_once() -> None:
    async with opened() as (device, driver):
        await take(House(), driver)
        told: list[Event] = []
        await device.alarm(1, 2)
        at = device.history[-1].at
        pushed = f"MajorAlarmType=1&MinorAlarmType=2&SourceName=IPC&AlarmTime={at:%Y-%m-%d %H:%M:%S}".encode()
        await take(House(), driver)
        assert await driver.received("start", pushed, told.append)
        assert detections(told) == [(Detection.MOTION, True, True)]
        told.clear()
        assert await driver.received("end", pushed, told.append)
        assert detections(told) == [(Detection.MOTION, False, False)]


async def test_what_is_posted_first_begins_there() -> None:
    async with opened() as (_, driver):
        await take(House(), driver)
        told: list[Event] = []
        assert await driver.received("start", NAMED.encode(), told.append)
        assert await driver.received("start", NAMED.encode(), told.append)
        assert detections(told) == [(Detection.MOTION, True, False), (Detection.MOTION, True, True)]


async def test_without_a_time_the_list_says_what_it_is() -> None:
    async with opened() as (device, driver):
        await take(House(), driver)
        device.requests.clear()
        told: list[Event] = []
        await device.alarm(1, 2)
        assert await driver.received("start", b"MajorAlarmType=1&MinorAlarmType=2", told.append)
        assert [type(each) for each in told] == [Polled]
        assert asked(device, "currentAlarmStatus") == 1
        assert driver.diagnostics()["attach"] == {"posted": 1, "posted without time": 1}


async def test_what_cannot_be_read_tells_nothing() -> None:
    async with opened() as (_, driver):
        told: list[Event] = []
        assert not await driver.received("start", b"nonsense", told.append)
        assert told == []


async def test_a_device_that_keeps_something_else_is_an_error() -> None:
    async with opened() as (device, driver):
        device.store.put("alarmCenterService", "CGIAlarmFlag", "false")
        with pytest.MonkeyPatch.context() as patch:

            async def nothing(*_: object, **__: object) -> None:
                return None

            patch.setattr(driver.client, "operate", nothing)
            with pytest.raises(DeviceError, match="did not take"):
                await driver.send_to(ADDRESS)
