"""The camera's log and card, the cells of motion, the stations of a route."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from custom_components.ip_surveillance.protocol.care import Formats, Grids, Logs, Plans, Stop
from custom_components.ip_surveillance.protocol.drivers.herospeed import wire
from custom_components.ip_surveillance.protocol.drivers.herospeed.care import to_row
from custom_components.ip_surveillance.protocol.errors import Forbidden, NotSupported, Rejected
from custom_components.ip_surveillance.protocol.model.state import StorageState
from custom_components.ip_surveillance.protocol.model.vocabulary import Quantity, Reading
from tests.protocol.hero_driver import CARD, CHANNEL, LOG, connected, everything, until, writes
from tests.simulators.herospeed import HerospeedSimulator, Quirk

MOTION = "/api/event/motion"
CRUISE = "/api/image/ptz-cruise"
DAY = timedelta(days=1)
QUIRKS = (None, Quirk.STRING_NUMBERS, Quirk.SPACED_KEYS, Quirk.TRAILING_COMMA)


def simulated(model: str, quirk: Quirk | None = None) -> HerospeedSimulator:
    return HerospeedSimulator(model, quirks=[quirk] if quirk else [])


async def test_it_offers_what_the_protocols_say() -> None:
    async with HerospeedSimulator("ptz") as camera, connected(camera, discover=False) as driver:
        assert isinstance(driver, Logs)
        assert isinstance(driver, Formats)
        assert isinstance(driver, Grids)
        assert isinstance(driver, Plans)


# The log


@pytest.mark.parametrize("quirk", QUIRKS)
async def test_the_log_of_a_time(quirk: Quirk | None) -> None:
    async with simulated("fixed", quirk) as camera, connected(camera) as driver:
        camera.world.log.clear()
        camera.world.note(1, "Admin login")
        camera.world.note(2, "Motion detection alarm")
        camera.world.log[0].time -= 40 * 3600
        now = datetime.now(UTC)
        last = await driver.read_log(now - DAY, now + timedelta(minutes=1))
        assert [(row.kind, row.text) for row in last] == [("2", "Motion detection alarm")]
        assert last[0].time.tzinfo is UTC
        both = await driver.read_log(now - 3 * DAY, now + timedelta(minutes=1))
        assert [row.text for row in both] == ["Admin login", "Motion detection alarm"]
        # Nobody knows whether an old row counts in UTC.
        assert both[0].time.tzinfo is None
        assert not await driver.read_log(now - 30 * DAY, now - 20 * DAY)


async def test_a_log_in_local_time() -> None:
    """What fits by either way to count is in."""
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        driver.local_now = lambda: datetime.now(UTC).astimezone(timezone(timedelta(hours=8)))
        camera.world.log.clear()
        camera.world.log_offset = 8 * 3600
        camera.world.note(2, "Motion detection alarm")
        now = datetime.now(UTC)
        assert len(await driver.read_log(now - timedelta(hours=1), now + timedelta(minutes=1))) == 1
        assert not await driver.read_log(now - timedelta(hours=5), now - timedelta(hours=4))


async def test_the_log_is_cleared() -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        for _ in range(3):
            camera.world.note(2, "Motion detection alarm")
        await driver.clear_log()
        assert [row.message for row in camera.world.log] == ["Clear system log"]
        assert LOG in writes(camera)


async def test_a_log_that_stays_full(monkeypatch: pytest.MonkeyPatch) -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        camera.world.note(2, "Motion detection alarm")
        # Without a character set changes are answered well and ignored.
        monkeypatch.setattr(wire, "JSON_TYPE", "application/json")
        with pytest.raises(Rejected) as refused:
            await driver.clear_log()
        assert refused.value.code == "notTaken"
        assert camera.ignored == [LOG]


# The card


@pytest.mark.parametrize("quirk", QUIRKS)
async def test_the_card_is_formatted(quirk: Quirk | None) -> None:
    async with simulated("sd", quirk) as camera, connected(camera) as driver:
        card = camera.world.card
        assert card is not None
        polled = await driver.format_store(CARD)
        assert card.formats == 1
        assert polled.parts[CARD] == StorageState(problem=False)
        assert polled.readings[CARD, Reading(Quantity.STORAGE_STATUS)] == "formating"
        assert camera.risks == []
        with pytest.raises(Rejected) as again:
            await driver.format_store(CARD)
        assert again.value.code == "formatting"
        await until(lambda: card.status == 0)
        # Progress is asked for at every poll, not once a minute.
        assert driver.topology is not None
        done = await driver.poll(everything(driver.topology))
        assert done.readings[CARD, Reading(Quantity.STORAGE_STATUS)] == "ok"
        assert card.free == card.size


async def test_an_empty_slot_is_not_formatted() -> None:
    async with HerospeedSimulator("ptz") as camera, connected(camera) as driver:
        with pytest.raises(Rejected) as refused:
            await driver.format_store(CARD)
        assert refused.value.code == "noCard"
        assert writes(camera) == []


async def test_a_camera_without_a_slot() -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        with pytest.raises(NotSupported):
            await driver.format_store(CARD)
        assert writes(camera) == []


async def test_who_may_only_look_formats_nothing() -> None:
    async with HerospeedSimulator("sd") as camera:
        camera.sessions.users[camera.username].viewer = True
        async with connected(camera) as driver:
            with pytest.raises(Forbidden):
                await driver.format_store(CARD)
        assert camera.world.card is not None
        assert camera.world.card.formats == 0


# The cells of motion


@pytest.mark.parametrize("quirk", QUIRKS)
async def test_the_cells_of_motion(quirk: Quirk | None) -> None:
    async with simulated("fixed", quirk) as camera, connected(camera) as driver:
        grid = await driver.motion_grid(CHANNEL)
        assert (len(grid), {len(row) for row in grid}) == (32, {32})
        wanted = tuple(tuple(row < 2 and column in (0, 31) for column in range(32)) for row in range(32))
        before = dict(camera.world.documents[MOTION])
        assert await driver.set_motion_grid(CHANNEL, wanted) == wanted
        after = camera.world.documents[MOTION]
        # The lowest bit is the leftmost cell (002…txt l.6899).
        assert after["region"]["area"] == [1 + (1 << 31)] * 2 + [0] * 30
        assert {**after, "region": None} == {**before, "region": None}
        assert await driver.motion_grid(CHANNEL) == wanted


async def test_a_grid_of_another_size() -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        with pytest.raises(Rejected):
            await driver.set_motion_grid(CHANNEL, ((True,) * 22,) * 18)
        camera.world.documents[MOTION]["region"] = {"delimitType": 34, "area": "ffff"}
        with pytest.raises(Rejected):
            await driver.motion_grid(CHANNEL)
        assert writes(camera) == []


@pytest.mark.parametrize(("value", "row"), [(-1, 0xFFFFFFFF), ("5", 5), ("0x3", 3), (None, None), ("x", None)])
def test_a_row_of_cells(value: object, row: int | None) -> None:
    assert to_row(value) == row


# Routes


@pytest.mark.parametrize("quirk", QUIRKS)
async def test_the_stations_of_a_route(quirk: Quirk | None) -> None:
    async with simulated("ptz", quirk) as camera, connected(camera) as driver:
        stops = [Stop(preset=2, speed=1.0, dwell=30), Stop(preset=1, speed=0.0, dwell=5)]
        await driver.set_patrol(CHANNEL, 3, stops)
        route = camera.world.head.cruises[3]
        assert int(route["enableCruise"]) == 1
        assert route["cruisePresetList"][:3] == [
            {"presetIdx": 2, "speed": 10, "presetDweelTime": 30},
            {"presetIdx": 1, "speed": 1, "presetDweelTime": 5},
            {"presetIdx": 0, "speed": 0, "presetDweelTime": 0},
        ]
        topology = await driver.discover()
        assert 3 in topology.parts[CHANNEL].patrols
        await driver.set_patrol(CHANNEL, 3, [])
        assert int(camera.world.head.cruises[3]["enableCruise"]) == 0
        topology = await driver.discover()
        assert 3 not in topology.parts[CHANNEL].patrols


@pytest.mark.parametrize(
    "stops",
    [
        [Stop(preset=1, speed=0.5, dwell=2)],
        [Stop(preset=1, speed=0.5, dwell=4000)],
        [Stop(preset=1, speed=0.5, dwell=10)] * 33,
    ],
)
async def test_a_route_beyond_the_limits(stops: list[Stop]) -> None:
    async with HerospeedSimulator("ptz") as camera, connected(camera) as driver:
        with pytest.raises(Rejected):
            await driver.set_patrol(CHANNEL, 1, stops)
        assert writes(camera) == []


async def test_a_route_that_does_not_exist() -> None:
    async with HerospeedSimulator("ptz") as camera, connected(camera) as driver:
        with pytest.raises((Rejected, NotSupported)):
            await driver.set_patrol(CHANNEL, 77, [Stop(preset=1, speed=0.5, dwell=10)])
        assert camera.world.head.cruises.keys().isdisjoint({77})
