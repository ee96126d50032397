"""The log of a camera without push: which rows are new, and what is told of them."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.ip_surveillance.protocol.drivers.herospeed import listening as module
from custom_components.ip_surveillance.protocol.drivers.herospeed.docs import Doc
from custom_components.ip_surveillance.protocol.drivers.herospeed.logbook import WIDE, LogBook, Row, read_rows
from custom_components.ip_surveillance.protocol.errors import CannotConnect, Forbidden, NotSupported
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.events import Detected, Event, Happened, Measured
from custom_components.ip_surveillance.protocol.model.parts import HOST_PART
from custom_components.ip_surveillance.protocol.model.vocabulary import Quantity, Reading
from tests.simulators.herospeed import HerospeedSimulator
from tests.simulators.herospeed.world import LogRow

from .hero_driver import CHANNEL, LOG, LOGINS, MODELS, connected, everything, listening, until, writes

pytestmark = pytest.mark.usefixtures("socket_enabled")

T = 1_790_000_000


def row(time: int, text: str = "Motion detection alarm") -> Row:
    return Row(time=time, type=2, text=text)


def begun(*rows: Row, wall: int | None = T, utc: int = T) -> LogBook:
    book = LogBook()
    book.begin(rows, wall, utc)
    return book


def alarms(events: list[Event]) -> list[tuple[Detection, bool]]:
    return [(event.what, event.active) for event in events if isinstance(event, Detected)]


# --- the book


def test_rows_are_read_whatever_they_look_like() -> None:
    doc = Doc(
        {
            "logList ": [
                {"idx": 1, "time": "1587010286", "type": 1, "message": "b"},
                {"idx": 2, "time ": 1587010286, "type": "1", "message": "a"},
                {"idx": 3, "time": "1587010173", "type": None, "message": None},
                {"idx": 4, "time": "soon", "message": "x"},
                {"idx": 5, "time": -1, "message": "x"},
                "junk",
                None,
            ]
        }
    )
    assert read_rows(doc) == (
        Row(time=1587010173, type=None, text=""),
        Row(time=1587010286, type=1, text="a"),
        Row(time=1587010286, type=1, text="b"),
    )
    assert read_rows(Doc(None)) == read_rows(Doc({"logList": 3})) == ()


def test_what_is_there_at_the_start_is_no_news() -> None:
    book = begun(row(T - 5), row(T - 2))
    assert book.take([row(T - 5), row(T - 2)]) == []
    assert book.question() == {"startTime": str(T - 7), "endTime": "2147483647"}


def test_each_row_is_told_once() -> None:
    book = begun(row(T - 5))
    assert book.take([row(T - 5), row(T + 1)]) == [row(T + 1)]
    assert book.take([row(T + 1)]) == []
    # The same again within the same second.
    assert book.take([row(T + 1), row(T + 1)]) == [row(T + 1)]
    assert book.take([row(T + 1), row(T + 1), row(T + 1, "x")]) == [row(T + 1, "x")]


def test_a_row_that_is_written_late() -> None:
    book = begun(row(T))
    assert book.take([row(T), row(T - 3, "x")]) == [row(T - 3, "x")]
    assert book.take([row(T), row(T - 3, "x")]) == []


def test_a_camera_that_answers_with_all_it_has() -> None:
    old = [row(T - 100_000 + number) for number in range(50)]
    book = begun(row(T))
    assert book.take([*old, row(T), row(T + 1)]) == [row(T + 1)]


def test_the_log_is_cleared() -> None:
    book = begun(row(T - 5), row(T - 2))
    assert book.take([row(T + 1, "Clear system log")]) == [row(T + 1, "Clear system log")]
    assert book.take([]) == []
    assert book.take([row(T + 9)]) == [row(T + 9)]


def test_an_answer_that_is_cut_short_brings_nothing_back() -> None:
    book = begun(row(T), row(T - 1))
    assert book.take([row(T)]) == []
    assert book.take([row(T - 1), row(T)]) == []


def test_the_clock_goes_back() -> None:
    book = begun(row(T))
    assert book.question(wide=True)["startTime"] == str(T - WIDE)
    back = row(T - 3600)
    assert book.take([back, row(T)]) == []
    assert book.take([back, row(T)], wide=True) == [back]
    # From then on the looks follow the new time.
    assert book.take([back, row(T - 3590), row(T)]) == [row(T - 3590)]
    assert book.take([back, row(T - 3590), row(T)]) == []


def test_rows_of_the_future_blind_nobody() -> None:
    future = row(T + 10_000_000)
    book = begun(future, row(T - 9))
    assert book.take([row(T + 1), future]) == [row(T + 1)]
    assert book.take([row(T + 1), future]) == []


@pytest.mark.parametrize(("wall", "utc"), [(T, T - 8 * 3600), (T, T), (T - 5 * 3600, T)])
def test_a_row_of_a_clock_that_was_hours_ahead_blinds_nobody(wall: int, utc: int) -> None:
    """Somebody set the clock right, or moved the time zone; the log counts in UTC or in local time."""
    ahead = row(T + 3 * 3600)
    book = begun(row(wall - 9), ahead, wall=wall, utc=utc)
    for now in (wall, utc):
        assert begun(row(now - 9), ahead, wall=wall, utc=utc).take([row(now + 20), ahead]) == [row(now + 20)]
    assert book.take([row(wall + 9), ahead]) == [row(wall + 9)]
    assert book.take([row(wall + 9), ahead]) == []


def test_a_row_of_the_future_that_comes_later_blinds_nobody() -> None:
    book = begun(row(T - 9))
    future = row(2**31 - 1)
    assert book.take([row(T + 1), future], wall=T + 2) == [row(T + 1), future]
    assert book.take([row(T + 3), future], wall=T + 4) == [row(T + 3)]
    assert book.question()["startTime"] == str(T - 2)


def test_local_time_may_be_meant() -> None:
    book = LogBook()
    start = int(book.first_question(T)["startTime"])
    assert T - 16 * 3600 < start <= T - 14 * 3600
    assert book.first_question(None)["startTime"] == "0"
    book.begin([], T, T)
    assert book.take([row(T + 8 * 3600)]) == [row(T + 8 * 3600)]


def test_an_empty_log_of_a_camera_without_a_clock() -> None:
    book = begun(wall=None)
    assert book.question()["startTime"] == "0"
    assert book.take([row(3)]) == [row(3)]


def test_what_is_remembered_is_bounded() -> None:
    book = begun(row(T))
    for step in range(40):
        book.take([row(T + step * 600 + number, f"{number}") for number in range(500)])
    assert book._seen.total() <= 4096


# --- following it


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize("model", MODELS)
async def test_alarms_are_read_from_the_log(model: str, login: str) -> None:
    async with (
        HerospeedSimulator(model, login=login) as camera,
        connected(camera, key=camera.sessions.licence_key) as driver,
    ):
        camera.world.note(2, "Motion detection alarm")
        async with listening(driver) as events:
            (told,) = (event for event in events if isinstance(event, Measured))
            assert told.part == HOST_PART
            assert told.readings == {Reading(Quantity.EVENT_SOURCE): "log"}
            await camera.event("motion")
            await until(lambda: alarms(events))
            assert alarms(events) == [(Detection.MOTION, True)]
            polled = await driver.poll(everything(driver.topology)) if driver.topology else None
            assert polled
            assert polled.readings[HOST_PART, Reading(Quantity.EVENT_SOURCE)] == "log"
        assert writes(camera) == []


async def test_a_log_of_more_than_a_megabyte(monkeypatch: pytest.MonkeyPatch) -> None:
    """A camera in a busy street: what is there at the start must not keep it from being heard."""
    monkeypatch.setattr("tests.simulators.herospeed.world.LOG_ROWS", 20000)
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        text, now = "Motion detection alarm " + "x" * 100, int(camera.world.now.timestamp())
        camera.world.log = [LogRow(time=now - 8000 + number, type=2, message=text) for number in range(8000)]
        async with listening(driver) as events:
            camera.world.note(2, "Line crossing alarm")
            await until(lambda: any(isinstance(each, Detected) for each in events))
        end = datetime.now(UTC)
        assert await driver.read_log(end - timedelta(hours=1), end)


async def test_ends_and_other_rows() -> None:
    async with HerospeedSimulator("light") as camera, connected(camera) as driver, listening(driver) as events:
        camera.log_ends = True
        await camera.event("video_tempering")
        await camera.event("video_tempering", active=False)
        await camera.event("disk_full")
        camera.world.note(1, "Reboot device")
        await until(lambda: any(isinstance(event, Happened) for event in events))
        assert alarms(events) == [
            (Detection.TAMPER, True),
            (Detection.TAMPER, False),
            (Detection.DISK_FULL, True),
        ]
        assert [event.part for event in events if isinstance(event, Detected)] == [CHANNEL, CHANNEL, HOST_PART]
        (other,) = (event for event in events if isinstance(event, Happened))
        assert (other.part, other.what, other.data) == (HOST_PART, "log", {"text": "Reboot device", "type": 1})


@pytest.mark.parametrize("offset", [8 * 3600, -8 * 3600])
async def test_a_log_in_local_time(offset: int) -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        camera.world.log_offset = offset
        await camera.event("motion")
        async with listening(driver) as events:
            await camera.event("intrusion")
            await until(lambda: alarms(events))
            assert alarms(events) == [(Detection.INTRUSION, True)]


async def test_a_log_that_is_cleared_meanwhile() -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        for _ in range(20):
            await camera.event("motion")
        async with listening(driver) as events:
            await driver.client.delete(LOG)
            await camera.event("intrusion")
            await until(lambda: alarms(events))
            assert alarms(events) == [(Detection.INTRUSION, True)]


@pytest.mark.parametrize("back", [3600.0, 90 * 86400.0])
async def test_a_clock_that_is_set_back(monkeypatch: pytest.MonkeyPatch, back: float) -> None:
    monkeypatch.setattr(module, "WIDE_PERIOD", 0.05)
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        camera.world.clock_offset = 100.0
        async with listening(driver) as events:
            await camera.event("motion")
            await until(lambda: alarms(events))
            camera.world.clock_offset -= back
            looks = len(camera.seen(path="system-time"))
            await until(lambda: len(camera.seen(path="system-time")) > looks + 2)
            await camera.event("intrusion")
            await until(lambda: len(alarms(events)) == 2)
            assert alarms(events)[1] == (Detection.INTRUSION, True)


async def test_a_camera_without_a_clock() -> None:
    async with HerospeedSimulator("fixed") as camera:
        camera.fault.not_support.add("/api/system/system-time")
        await camera.event("motion")
        async with connected(camera) as driver, listening(driver) as events:
            await camera.event("intrusion")
            await until(lambda: alarms(events))
            assert alarms(events) == [(Detection.INTRUSION, True)]


async def test_neither_push_nor_log() -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        camera.fault.not_support.add(LOG)
        with pytest.raises(NotSupported) as refused:
            await driver.listen(lambda _: None, lambda: None)
        assert refused.value.code == "noEvents"


async def test_an_account_that_must_not_read_the_log() -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        camera.refuse_next(102, path=LOG, times=None)
        with pytest.raises(Forbidden):
            await driver.listen(lambda _: None, lambda: None)


async def test_a_look_that_fails_once_loses_nothing() -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver, listening(driver) as events:
        camera.garble_next()
        await camera.event("motion")
        await until(lambda: len(alarms(events)) == 1)
        camera.fault.status_next(500, path=LOG)
        await camera.event("motion")
        await until(lambda: len(alarms(events)) == 2)


async def test_a_camera_that_is_gone_ends_it() -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        task = asyncio.create_task(driver.listen(lambda _: None, lambda: None))
        await until(lambda: driver.source == "log")
        await camera.go_down()
        async with asyncio.timeout(8):
            with pytest.raises(CannotConnect):
                await task
        assert driver.source is None


async def test_a_session_that_is_over_meanwhile_is_opened_again() -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver, listening(driver) as events:
        camera.kill_sessions()
        await camera.event("motion")
        await until(lambda: len(alarms(events)) == 1)
        camera.expire_sessions()
        await camera.event("motion")
        await until(lambda: len(alarms(events)) == 2)
        assert camera.sessions.logins == 3
        assert camera.sessions.refused == []


async def test_the_push_is_asked_for_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PUSH_AGAIN", 0.1)
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver, listening(driver) as events:
        await camera.event("motion")
        await until(lambda: alarms(events))
        camera.websocket = True
        await camera.wait_streams()
        assert driver.source == "push"


async def test_alarms_between_two_looks_are_not_lost_when_the_way_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PUSH_AGAIN", 0.05)
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver, listening(driver) as events:
        for _ in range(10):
            before = len(alarms(events))
            await camera.event("motion")
            while len(alarms(events)) == before:  # noqa: ASYNC110 - the simulator has no event for everything
                await asyncio.sleep(0.005)
        assert len(alarms(events)) == 10
