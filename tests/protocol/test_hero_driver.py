"""The driver of the JSON dialect: polls, care of the camera, pictures, raw requests, and what it leaves behind."""

import asyncio
from datetime import UTC, datetime, timedelta
import json

import pytest

from custom_components.ip_surveillance.protocol.commands import FEATURE_NEEDS, Maintains, Raw, Remembers, Streams
from custom_components.ip_surveillance.protocol.driver import Want
from custom_components.ip_surveillance.protocol.drivers.herospeed.clock import (
    ahead_of_utc,
    device_time,
    drift,
    put_wall,
    read_wall,
    stamp,
)
from custom_components.ip_surveillance.protocol.drivers.herospeed.docs import Doc
from custom_components.ip_surveillance.protocol.drivers.herospeed.driver import HerospeedDriver
from custom_components.ip_surveillance.protocol.drivers.herospeed.stores import read_store
from custom_components.ip_surveillance.protocol.errors import (
    BadAnswer,
    CannotConnect,
    Forbidden,
    NotSupported,
    Rejected,
)
from custom_components.ip_surveillance.protocol.model.events import Polled, Restructured
from custom_components.ip_surveillance.protocol.model.parts import HOST_PART, PartRef
from custom_components.ip_surveillance.protocol.model.state import ReadingValue, StorageState
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Flag, Quantity, Reading
from tests.simulators.herospeed import FIRMWARES, HerospeedSimulator

from .hero_driver import CARD, CHANNEL, MODELS, connected, everything, listening, until, writes

pytestmark = pytest.mark.usefixtures("socket_enabled")

TIME = "/api/system/system-time"


def reading(polled: Polled, ref: PartRef, quantity: Quantity | Flag) -> ReadingValue | None:
    return polled.readings[ref, Reading(quantity)]


def wall(camera: HerospeedSimulator) -> timedelta:
    """How far the camera's clock is ahead."""
    return camera.world.now - datetime.now(UTC).astimezone()


# --- polls


async def test_the_card() -> None:
    async with HerospeedSimulator("sd") as camera, connected(camera) as driver:
        want = frozenset({Want(CARD)})
        polled = await driver.poll(want)
        assert polled.parts[CARD] == StorageState(problem=False)
        assert reading(polled, CARD, Quantity.CAPACITY) == 61_440
        assert reading(polled, CARD, Quantity.FREE) == 15_360
        assert reading(polled, CARD, Quantity.STORAGE_STATUS) == "ok"
        assert reading(polled, CARD, Quantity.FORMATTED) is None
        # Once a minute is enough.
        assert (await driver.poll(want)).parts == {}
        driver.poll_due.clear()
        camera.format_seconds = 0.6
        camera.format_card()
        polled = await driver.poll(want)
        assert polled.parts[CARD] == StorageState(problem=False)
        assert reading(polled, CARD, Quantity.STORAGE_STATUS) == "formating"
        formatted = reading(polled, CARD, Quantity.FORMATTED)
        assert isinstance(formatted, float)
        assert camera.world.card
        await until(lambda: camera.world.card and camera.world.card.percent > formatted)
        # What is under way is looked at every time.
        assert reading(await driver.poll(want), CARD, Quantity.FORMATTED) != formatted


async def test_an_empty_slot_and_a_card_put_in() -> None:
    """It is no trouble as long as there never was one; from then on it is."""
    async with HerospeedSimulator("ptz") as camera, connected(camera) as driver, listening(driver) as events:
        want = frozenset({Want(CARD)})
        card = camera.world.card
        assert card is not None
        polled = await driver.poll(want)
        assert polled.parts[CARD] == StorageState(problem=False)
        assert reading(polled, CARD, Quantity.STORAGE_STATUS) == "notexist"
        assert not any(isinstance(each, Restructured) for each in events)
        card.status, card.size, card.free = 0, 1024, 512
        driver.poll_due.clear()
        await driver.poll(want)
        assert any(isinstance(each, Restructured) for each in events)
        topology = await driver.discover()
        assert Reading(Quantity.CAPACITY) in topology.parts[CARD].readings
        driver.poll_due.clear()
        assert reading(await driver.poll(want), CARD, Quantity.CAPACITY) == 1024
        card.status = 1
        driver.poll_due.clear()
        assert (await driver.poll(want)).parts[CARD] == StorageState(problem=True)


@pytest.mark.parametrize(
    ("status", "problem", "word"),
    [(0, False, "ok"), (1, True, "notexist"), (2, False, "formating"), (3, True, "unformatted"), (4, True, "error")],
)
async def test_what_a_card_may_be(status: int, problem: bool, word: str) -> None:
    async with HerospeedSimulator("sd") as camera, connected(camera) as driver:
        assert camera.world.card
        camera.world.card.status = status
        polled = await driver.poll(frozenset({Want(CARD)}))
        assert polled.parts[CARD] == StorageState(problem=problem)
        assert reading(polled, CARD, Quantity.STORAGE_STATUS) == word
        assert (reading(polled, CARD, Quantity.CAPACITY) is None) is (status == 1)


@pytest.mark.parametrize("data", [None, {}, [], {"status": None}, {"status": 9, "capacity": -1, "free": "x"}])
def test_an_answer_that_tells_little_of_a_card(data: object) -> None:
    store = read_store(Doc(data))
    assert store is None or (store.state.problem is None and store.readings[Quantity.CAPACITY] is None)


async def test_cloud_and_wireless_network() -> None:
    async with HerospeedSimulator("sd") as camera, connected(camera) as driver:
        assert driver.topology
        polled = await driver.poll(everything(driver.topology))
        assert reading(polled, HOST_PART, Flag.P2P) is False
        assert reading(polled, HOST_PART, Quantity.NETWORK_NAME) == "TP-LINK_48E708"
        assert reading(polled, HOST_PART, Quantity.SIGNAL) == 62
        assert reading(polled, HOST_PART, Quantity.FIRMWARE) == camera.profile.firmware
        assert reading(polled, HOST_PART, Quantity.EVENT_SOURCE) is None
        camera.world.documents["/api/network/p2p-status"]["status"] = "1"
        for row in camera.world.documents["/api/network/wifi"]["wifiInfo"]:
            row["connectStatus"] = 0
        driver.poll_due.clear()
        polled = await driver.poll(everything(driver.topology))
        assert reading(polled, HOST_PART, Flag.P2P) is True
        assert reading(polled, HOST_PART, Quantity.NETWORK_NAME) is None


async def test_only_what_is_wanted_is_asked_for() -> None:
    async with HerospeedSimulator("sd") as camera, connected(camera) as driver:
        for wanted, path in (
            (Want(HOST_PART, Reading(Flag.P2P)), "/api/network/p2p-status"),
            (Want(HOST_PART, Reading(Quantity.SIGNAL)), "/api/network/wifi"),
            (Want(HOST_PART, Reading(Quantity.CLOCK_DRIFT)), TIME),
            (Want(CARD, Reading(Quantity.FREE)), "/api/storage/storage-info"),
        ):
            camera.requests.clear()
            await driver.poll(frozenset({wanted}))
            assert [each.path for each in camera.requests] == ["/api/session/heart-beat", path]


async def test_what_fails_alone_is_unknown_alone() -> None:
    async with HerospeedSimulator("sd") as camera, connected(camera) as driver:
        assert driver.topology
        camera.fault.status_next(500, path="/api/storage/storage-info")
        polled = await driver.poll(everything(driver.topology))
        assert polled.parts[CARD] == StorageState()
        assert reading(polled, CARD, Quantity.FREE) is None
        assert reading(polled, HOST_PART, Quantity.SIGNAL) == 62
        # It is asked for again the next time.
        assert (await driver.poll(everything(driver.topology))).parts[CARD] == StorageState(problem=False)


async def test_a_camera_that_is_gone_fails_the_poll() -> None:
    async with HerospeedSimulator("sd") as camera, connected(camera) as driver:
        await camera.go_down()
        with pytest.raises(CannotConnect):
            await driver.poll(frozenset())


async def test_a_camera_without_heartbeats_is_checked_otherwise() -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        camera.fault.not_support.add("/api/session/heart-beat")
        camera.requests.clear()
        await driver.check()
        assert [each.path for each in camera.requests] == ["/api/session/heart-beat", "/api/system/device-info"]


@pytest.mark.parametrize("number", [1, 102, 5])
async def test_a_camera_that_takes_no_heartbeat_of_ours_is_no_camera_that_is_gone(number: int) -> None:
    """What the request has to hold the document does not show."""
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        camera.refuse_next(number, path="/api/session/heart-beat", times=None)
        assert driver.topology
        await driver.poll(everything(driver.topology))
        await driver.check()
        assert camera.sessions.logins == 1


# --- the clock


async def test_how_far_the_clock_is_off() -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        want = frozenset({Want(HOST_PART, Reading(Quantity.CLOCK_DRIFT))})
        assert reading(await driver.poll(want), HOST_PART, Quantity.CLOCK_DRIFT) == 0
        camera.world.clock_offset = 300.0
        driver.poll_due.clear()
        off = reading(await driver.poll(want), HOST_PART, Quantity.CLOCK_DRIFT)
        assert isinstance(off, float)
        assert 298 <= off <= 300


@pytest.mark.parametrize("mode", [0, 1])
async def test_setting_the_clock(mode: int) -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        document = camera.world.documents[TIME]
        document["model"] = mode
        zone = document["timeZone"]
        camera.world.clock_offset = -3600.0
        polled = await driver.sync_time()
        assert polled.readback
        off = reading(polled, HOST_PART, Quantity.CLOCK_DRIFT)
        assert isinstance(off, float)
        assert abs(off) <= 2
        assert abs(wall(camera).total_seconds()) < 3
        document = camera.world.documents[TIME]
        assert (document["model"], document["timeZone"]) == (1, zone)
        assert writes(camera) == [TIME]


async def test_a_camera_that_asks_a_time_server_is_left_alone() -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        camera.world.documents[TIME]["model"] = 2
        with pytest.raises(Rejected) as refused:
            await driver.sync_time()
        assert refused.value.code == "ntp"
        assert writes(camera) == []


async def test_a_clock_that_was_not_set() -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        camera.world.clock_offset = -3600.0
        camera.world.clock_drift = -100.0
        # It goes so wrong that it is off again at once.
        camera.fault.delays[TIME] = 0.6
        with pytest.raises(Rejected) as refused:
            await driver.sync_time()
        assert refused.value.code == "notTaken"


async def test_the_login_after_the_clock_was_read_carries_its_time() -> None:
    async with HerospeedSimulator("fixed") as camera:
        camera.sessions.tolerance = timedelta(seconds=30)
        async with connected(camera) as driver:
            camera.world.clock_offset = 7200.0
            await driver.poll(frozenset({Want(HOST_PART, Reading(Quantity.CLOCK_DRIFT))}))
            camera.kill_sessions()
            await driver.check()
            assert camera.sessions.refused == []
            assert camera.sessions.logins == 2


@pytest.mark.parametrize(
    "changes", [{"month": 13}, {"day": "x"}, {"year": None}, {"year": 1970}, {"hour": 99}, {"year": 10**9}]
)
def test_what_is_no_time(changes: dict[str, object]) -> None:
    fields = {"year": 2026, "month": 11, "day": 21, "hour": 13, "minute": 0, "second": 5}
    assert read_wall(Doc(fields | changes)) is None


def test_reading_and_writing_a_time() -> None:
    doc = Doc({"year ": "2026", "month": 2, "day": 3, "hour": 4, "minute": 5, "second": 6, "timeZone": 24})
    found = read_wall(doc)
    assert found == datetime(2026, 2, 3, 4, 5, 6)  # noqa: DTZ001
    put_wall(doc, datetime(2027, 1, 2, 3, 4, 5))  # noqa: DTZ001
    assert doc.value == {"year ": "2027", "month": 1, "day": 2, "hour": 3, "minute": 4, "second": 5, "timeZone": 24}
    now = datetime(2026, 2, 3, 3, 5, 0, tzinfo=UTC)
    assert drift(found, now) == 3606
    assert ahead_of_utc(found, now) == timedelta(seconds=3606)
    assert datetime.fromtimestamp(stamp(found), UTC).replace(tzinfo=None) == found


def test_the_time_of_a_row() -> None:
    now = datetime(2026, 2, 3, 3, 5, 0, tzinfo=UTC)
    fresh = int(now.timestamp()) - 60
    assert device_time(fresh, now) == now - timedelta(seconds=60)
    local = device_time(fresh + 3600, now)
    assert local
    assert local.tzinfo is None
    assert device_time(10**20, now) is None


# --- restart


async def test_a_restart() -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        await driver.reboot()
        await until(lambda: camera.world.reboots == 1 and camera._listener)
        await driver.check()
        assert camera.sessions.logins == 2


async def test_a_restart_whose_answer_breaks_off() -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        await driver.check()
        original = camera.fault.take_drop
        camera.fault.take_drop = lambda: camera.requests[-1].path.endswith("reboot") or original()  # type: ignore[method-assign]
        await driver.reboot()
        assert writes(camera) == ["/api/system/reboot"]


async def test_a_restart_that_is_forbidden() -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        camera.refuse_next(102, path="/api/system/reboot")
        with pytest.raises(Forbidden):
            await driver.reboot()
        assert camera.world.reboots == 0


# --- pictures


async def test_stills() -> None:
    async with HerospeedSimulator("fixed", firmware="new") as camera, connected(camera) as driver:
        picture = await driver.snapshot(CHANNEL, 1)
        assert picture.data.startswith(b"\xff\xd8")
        assert picture.content_type == "image/jpeg"
    async with HerospeedSimulator("fixed", firmware="old") as camera, connected(camera) as driver:
        with pytest.raises(NotSupported):
            await driver.snapshot(CHANNEL, 1)


async def test_a_picture_that_is_none() -> None:
    async with HerospeedSimulator("fixed", firmware="new") as camera, connected(camera) as driver:
        camera.picture_text = lambda: "bm8gcGljdHVyZQ=="  # type: ignore[method-assign]
        with pytest.raises(BadAnswer):
            await driver.snapshot(CHANNEL, 1)


# --- raw requests


async def test_any_request_can_be_sent() -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        question = json.dumps({"action": "get", "data": {"startTime": "0", "endTime": "9999999999"}}).encode()
        answer = await driver.send_request("post", "/api/system/log-manager", (), question)
        assert answer.status == 200
        assert json.loads(answer.body)["data"]["logList"]
        await driver.send_request("POST", "/api/system/log-manager", (), b'{"action":"delete","data":{}}')
        assert [each.message for each in camera.world.log] == ["Clear system log"]
        export = await driver.send_request("POST", "/api/system/export-params", (), b'{"action":"get","data":null}')
        backup = await driver.send_request("GET", json.loads(export.body)["data"]["url"], (), None)
        assert backup.body.startswith(b"PK")
        assert (await driver.send_request("GET", "/api/no/such/path", (), None)).status == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/api/image/osd", None),
        ("GET", "//elsewhere.example/api/", None),
        ("GET", "http://elsewhere.example/api/x", None),
        ("GET", "/other", None),
        ("GET", "/api/../other", None),
        ("GET", "/api/%2e%2e/other", None),
        ("GET", "/api//x", None),
        ("GET", "/api/x\r\nHost: y", None),
        ("GET", f"/api/{'x' * 600}", None),
        ("POST", "/api/image/osd", b"x" * 1_100_000),
        ("POST", "/api/session/logout", b'{"action":"set"}'),
        ("POST", "/api/network/ftp", b'{"action":"set","data":{}}'),
    ],
)
async def test_requests_that_are_not_sent(method: str, path: str, body: bytes | None) -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        camera.requests.clear()
        with pytest.raises(Rejected):
            await driver.send_request(method, path, (), body)
        assert camera.requests == []


# --- what it leaves behind


async def test_the_session_is_kept_alive_and_closed() -> None:
    async with HerospeedSimulator("fixed", session_seconds=1.0) as camera:
        async with connected(camera, discover=False) as driver:
            driver.client.session._heart_beat = 0.05
            await driver.discover()
            (session,) = camera.sessions.open.values()
            await until(lambda: session.beats > 25)
            assert camera.sessions.logins == 1
        assert camera.sessions.logouts == 1
        assert camera.sessions.open == {}


async def test_closing_leaves_no_task() -> None:
    async with HerospeedSimulator("light") as camera:
        before = asyncio.all_tasks()
        async with connected(camera) as driver:
            assert driver.topology
            await driver.poll(everything(driver.topology))
        left = [task for task in asyncio.all_tasks() - before if "ip_surveillance" in repr(task)]
        assert left == []


async def test_closing_before_anything_and_twice() -> None:
    async with HerospeedSimulator("light") as camera, connected(camera, discover=False) as driver:
        await driver.close()
        await driver.close()
        assert camera.requests == []


async def test_closing_a_camera_that_is_gone_takes_no_time() -> None:
    async with HerospeedSimulator("light") as camera, connected(camera) as driver:
        await camera.go_down()
        async with asyncio.timeout(3):
            await driver.close()


@pytest.mark.parametrize("firmware", FIRMWARES)
@pytest.mark.parametrize("model", MODELS)
async def test_what_is_promised_is_kept(model: str, firmware: str) -> None:
    async with HerospeedSimulator(model, firmware=firmware) as camera, connected(camera) as driver:
        assert driver.topology
        for part in driver.topology.parts.values():
            for feature in part.features & FEATURE_NEEDS.keys():
                assert isinstance(driver, FEATURE_NEEDS[feature]), feature
        for protocol in (Streams, Maintains, Raw, Remembers):
            assert isinstance(driver, protocol)
        assert driver.topology.parts[HOST_PART].features >= {Feature.REBOOT, Feature.TIME_SYNC, Feature.EVENTS}


async def test_diagnostics_hold_no_secret() -> None:
    async with HerospeedSimulator("fixed", firmware="new", login="licence") as camera:
        key = camera.sessions.licence_key
        async with connected(camera, key=key) as driver:
            told = repr(driver.diagnostics()) + repr(driver.topology) + repr(driver.client.session)
            assert driver.diagnostics()["login_mode"] == "session_id"
            (cookie,) = camera.sessions.open
            for secret in (camera.password, key, cookie):
                assert secret not in told
        assert json.dumps(HerospeedDriver.diagnostics(driver), default=str)
