"""Image entities: the last alarm picture of a channel or a zone."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.image import async_get_image
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest

from custom_components.ip_surveillance.const import CONF_SHOW_SILENT
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.events import Detected, Disconnected, Event, Happened
from custom_components.ip_surveillance.protocol.model.panel_words import PanelEvent
from custom_components.ip_surveillance.protocol.model.parts import HOST, DetectionSpec, Part, PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.state import Picture
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_driver import FakeDriver, entity_id, topology, unique_id

CHANNEL = PartRef(HOST, PartKind.CHANNEL, 1)
SECOND = PartRef(HOST, PartKind.CHANNEL, 2)
DETECTIONS = {Detection.MOTION: DetectionSpec()}


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.IMAGE,)


@pytest.fixture
async def driver(hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch) -> FakeDriver:
    parts = [
        Part(ref=CHANNEL, features=frozenset({Feature.PICTURES}), detections=DETECTIONS),
        Part(ref=SECOND, detections=DETECTIONS),
    ]
    driver = FakeDriver(topology=topology(parts))
    await fake_driver.start(hass, set_up, monkeypatch, driver)
    return driver


@pytest.fixture
def image(hass: HomeAssistant, driver: FakeDriver) -> str:
    return entity_id(hass, "image", CHANNEL, "alarm_picture")


def state_of(hass: HomeAssistant, entity: str) -> str:
    state = hass.states.get(entity)
    assert state is not None
    return state.state


async def test_only_channels_that_send_pictures_have_one(hass: HomeAssistant, image: str) -> None:
    assert hass.states.async_entity_ids("image") == [image]


async def test_unknown_before_the_first_picture(hass: HomeAssistant, image: str) -> None:
    assert state_of(hass, image) == "unknown"
    with pytest.raises(HomeAssistantError):
        await async_get_image(hass, image)


async def test_each_picture_replaces_the_last(
    hass: HomeAssistant, driver: FakeDriver, image: str, freezer: FrozenDateTimeFactory
) -> None:
    for data, kind in ((b"one", "image/jpeg"), (b"two", "image/png"), (b"two", "text/html")):
        freezer.tick(timedelta(seconds=1))
        driver.push(Detected(part=CHANNEL, what=Detection.MOTION, picture=Picture(data, kind)))
        assert state_of(hass, image) == dt_util.utcnow().isoformat()
        got = await async_get_image(hass, image)
        assert got.content == data
        assert got.content_type == (kind if kind.startswith("image/") else "image/jpeg")


async def test_a_picture_that_follows_its_alarm_counts(hass: HomeAssistant, driver: FakeDriver, image: str) -> None:
    driver.push(Detected(part=CHANNEL, what=Detection.MOTION))
    assert state_of(hass, image) == "unknown"
    driver.push(Detected(part=CHANNEL, what=Detection.MOTION, follow_up=True, picture=Picture(b"late")))
    assert (await async_get_image(hass, image)).content == b"late"


async def test_alarms_without_picture_change_nothing(
    hass: HomeAssistant, driver: FakeDriver, image: str, freezer: FrozenDateTimeFactory
) -> None:
    driver.push(Detected(part=CHANNEL, what=Detection.MOTION, picture=Picture(b"one")))
    before = state_of(hass, image)
    freezer.tick(timedelta(seconds=1))
    driver.push(Detected(part=CHANNEL, what=Detection.MOTION, active=False))
    driver.push(Detected(part=SECOND, what=Detection.MOTION, picture=Picture(b"other")))
    assert state_of(hass, image) == before


async def test_the_picture_outlives_the_push_channel(hass: HomeAssistant, driver: FakeDriver, image: str) -> None:
    driver.push(Detected(part=CHANNEL, what=Detection.MOTION, picture=Picture(b"one")))
    before = state_of(hass, image)
    driver.push(Disconnected(reason="gone"))
    assert state_of(hass, image) == before


# Silent alarms

ZONE = PartRef(HOST, PartKind.ZONE, 1)
QUIET = PartRef(HOST, PartKind.ZONE, 2)
ZONES = (
    Part(ref=ZONE, name="Hall", features=frozenset({Feature.PICTURES})),
    Part(ref=QUIET, name="Safe", features=frozenset({Feature.PICTURES, Feature.SILENT})),
)


@pytest.mark.parametrize("shows", [False, True])
@pytest.mark.parametrize(
    "event",
    [
        Detected(part=ZONE, what=Detection.SILENT_PANIC, picture=Picture(b"secret")),
        Detected(part=ZONE, what=Detection.DURESS, follow_up=True, picture=Picture(b"secret")),
        Happened(part=ZONE, what=PanelEvent.SILENT_ALARM.value, picture=Picture(b"secret")),
    ],
)
async def test_the_picture_of_a_silent_alarm_is_shown_to_who_asks_for_it(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, event: Event, shows: bool
) -> None:
    driver = FakeDriver(topology=topology(ZONES))
    await fake_driver.start(hass, set_up, monkeypatch, driver, **{CONF_SHOW_SILENT: shows})
    zone = entity_id(hass, "image", ZONE, "alarm_picture")
    driver.push(Happened(part=ZONE, what=PanelEvent.BURGLARY_ALARM.value, picture=Picture(b"burglar")))
    driver.push(event)
    assert (await async_get_image(hass, zone)).content == (b"secret" if shows else b"burglar")


@pytest.mark.parametrize("shows", [False, True])
async def test_a_zone_with_silent_alarms_has_pictures_for_who_asks_for_them(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, shows: bool
) -> None:
    driver = FakeDriver(topology=topology(ZONES))
    await fake_driver.start(hass, set_up, monkeypatch, driver, **{CONF_SHOW_SILENT: shows})
    found = er.async_get(hass).async_get_entity_id("image", "ip_surveillance", unique_id(QUIET, "alarm_picture"))
    assert (found is not None) is shows
