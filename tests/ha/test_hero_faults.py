"""A camera of the JSON dialect that loses sessions, restarts, is full or fails: all of it heals without the user."""

import asyncio

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.conftest import SetUp
from tests.ha.hero import *  # noqa: F403 - fixtures
from tests.ha.hero import CHANNEL, HOST, Hero, come_up, digests, logins
from tests.ha.receiver_faults import calm  # noqa: F401 - fixture
from tests.ha.simulated import until
from tests.simulators.herospeed import HerospeedSimulator, Quirk

pytestmark = pytest.mark.usefixtures("calm")

BOTH = pytest.mark.parametrize("simulation", [{"firmware": "new"}, {"firmware": "old"}], ids=["push", "log"])
LOGINS = ("challenge", "challenge_plain", "licence", "bare")
EVERY_LOGIN = pytest.mark.parametrize(
    "simulation", [{"login": login, "licence_key": "", "firmware": "new"} for login in LOGINS], ids=LOGINS
)


async def polls_again(hero: Hero) -> None:
    """Poll as time would, until a poll succeeds."""
    async with asyncio.timeout(8):
        await hero.poll()
        while not hero.coordinator.last_update_success:
            await asyncio.sleep(0.02)
            await hero.poll()


async def works(hero: Hero) -> None:
    """Check that values are read, alarms arrive and commands are taken."""
    await polls_again(hero)
    await hero.live()
    await hero.read_settings()
    assert hero.unavailable() == set()
    await hero.device.event("motion")
    await until(lambda: hero.value("binary_sensor", CHANNEL, "detection_motion") == "on")
    await hero.act("switch", "turn_off", CHANNEL, "detection_motion")
    assert not hero.device.world.documents["/api/event/motion"]["enable"]


# Sessions


@EVERY_LOGIN
@pytest.mark.parametrize("way", ["expired", "killed"])
async def test_a_session_that_is_over(hero: Hero, way: str) -> None:
    """One login, whichever request finds it out, and whatever else is asked for at that time."""
    camera, before = hero.device, logins(hero.device)
    if way == "expired":
        camera.expire_sessions()
    else:
        camera.kill_sessions()
    await hero.poll()
    await hero.read_settings()
    assert logins(camera) == before + 1
    assert len(camera.sessions.open) == 1
    await works(hero)
    assert logins(camera) == before + 1
    assert camera.sessions.refused == []
    # No digest is ever sent twice.
    assert len(digests(camera)) == logins(camera)


@BOTH
async def test_a_refused_password_is_sent_once(hass: HomeAssistant, hero: Hero) -> None:
    camera, before = hero.device, logins(hero.device)
    camera.change_password("Another1")
    camera.kill_sessions()
    await hero.poll()
    await until(hass.config_entries.flow.async_progress)
    await until(lambda: not hero.coordinator.data.pushing)
    sent = len(camera.requests)
    await hero.poll()
    await hero.read_settings()
    assert logins(camera) == before + 1
    assert len(camera.requests) == sent
    assert len(hass.config_entries.flow.async_progress()) == 1


@BOTH
async def test_others_take_the_last_place(hero: Hero) -> None:
    """While the table of sessions is full it is unavailable; nobody is asked for a password."""
    camera = hero.device
    camera.sessions.limit = 0
    camera.kill_sessions()
    await hero.poll()
    await until(lambda: hero.value("sensor", HOST, "event_source") == "unavailable")
    assert hero.hass.config_entries.flow.async_progress() == []
    camera.sessions.limit = 5
    await until(lambda: hero.coordinator.data.pushing)
    await works(hero)


async def test_full_at_the_start(
    hass: HomeAssistant, device: HerospeedSimulator, quick: None, entry: MockConfigEntry, set_up: SetUp
) -> None:
    device.sessions.limit = 0
    await set_up(entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert device.sessions.open == {}
    device.sessions.limit = 5
    await hass.config_entries.async_reload(entry.entry_id)
    await works(await come_up(hass, entry, device))


@BOTH
async def test_unloading_logs_out(hass: HomeAssistant, hero: Hero) -> None:
    camera = hero.device
    assert len(camera.sessions.open) == 1
    logouts = camera.sessions.logouts
    assert await hass.config_entries.async_unload(hero.entry.entry_id)
    assert (camera.sessions.open, camera.sessions.logouts) == ({}, logouts + 1)
    await camera.wait_streams(0)
    last = len(camera.requests)
    await hass.async_block_till_done()
    assert len(camera.requests) == last


async def test_reloading_takes_no_more_room(hass: HomeAssistant, hero: Hero) -> None:
    for _ in range(3):
        assert await hass.config_entries.async_reload(hero.entry.entry_id)
        await hero.live()
        assert len(hero.device.sessions.open) == 1
    assert hero.device.sessions.refused == []


async def test_polls_keep_the_session(hero: Hero) -> None:
    """A session that is used does not end, so no poll logs in again."""
    before = logins(hero.device)
    for _ in range(4):
        hero.device.sessions.age(40)
        await hero.poll()
    assert logins(hero.device) == before


# Restarts and lines


@EVERY_LOGIN
async def test_a_restart(hero: Hero) -> None:
    before = logins(hero.device)
    await hero.device.reboot()
    await hero.poll()
    await works(hero)
    assert hero.source == "push"
    assert logins(hero.device) == before + 1
    assert hero.device.sessions.refused == []


@BOTH
async def test_a_camera_that_is_away(hero: Hero) -> None:
    camera = hero.device
    await camera.go_down()
    await hero.poll()
    await until(lambda: hero.value("binary_sensor", CHANNEL, "detection_motion") == "unavailable")
    assert hero.value("camera", CHANNEL, "stream1") == "unavailable"
    await camera.come_up()
    await hero.poll()
    await works(hero)


@BOTH
@pytest.mark.parametrize("trouble", ["garbled", "cut", "dropped", "busy", "length"])
async def test_answers_that_fail(hero: Hero, trouble: str) -> None:
    """Some fail now and then; none makes an entity show what is not so for good."""
    camera, before = hero.device, logins(hero.device)
    match trouble:
        case "garbled":
            camera.garble_next(4)
        case "cut":
            camera.fault.truncate_next(4)
        case "dropped":
            camera.fault.drop_next(4)
        case "busy":
            camera.fault.status_next(503, times=4)
        case "length":
            camera.fault.wrong_length = True
    await hero.poll()
    camera.fault.wrong_length = False
    await hero.poll()
    await works(hero)
    assert logins(camera) - before <= 1
    assert camera.sessions.refused == []


# Other firmware


async def test_an_update_brings_the_push(hero: Hero) -> None:
    """It is found at the next look after the restart, and lost functions are no trouble."""
    camera = hero.device
    assert hero.source == "log"
    other = HerospeedSimulator("fixed", firmware="new")
    camera.firmware, camera.websocket = other.firmware, True
    camera.world.documents["/api/system/device-info"]["firmwareVersion"] = "NEWER_1"
    await camera.reboot()
    await hero.hass.config_entries.async_reload(hero.entry.entry_id)
    await until(lambda: hero.entry.state is ConfigEntryState.LOADED)
    await hero.live()
    await until(lambda: camera.streams == 1)
    await hero.poll()
    assert hero.source == "push"
    assert hero.has("switch", CHANNEL, "detection_plate")
    await works(hero)


@pytest.mark.parametrize("simulation", [{"quirks": [Quirk.STRING_CODE, Quirk.SPACED_KEYS]}])
async def test_codes_in_quotes(hero: Hero) -> None:
    before = logins(hero.device)
    hero.device.kill_sessions()
    await hero.poll()
    assert logins(hero.device) == before + 1
    await works(hero)


@pytest.mark.parametrize("way", [{"prefixed": False}, {"cookie_in_body": False}, {"set_cookie": False}])
async def test_cookies_in_every_form(hass: HomeAssistant, hero: Hero, way: dict[str, bool]) -> None:
    for name, value in way.items():
        setattr(hero.device.sessions, name, value)
    hero.device.kill_sessions()
    await hero.poll()
    await works(hero)
    await hass.config_entries.async_unload(hero.entry.entry_id)
    assert hero.device.sessions.open == {}


@pytest.mark.parametrize("simulation", [{"firmware": "new"}])
async def test_nothing_is_changed_unasked(hero: Hero) -> None:
    """Looking, listening and polling sets nothing, and no rule of the dialect is broken."""
    camera = hero.device
    await hero.coordinator.async_rediscover()
    await hero.poll()
    changed = [each.path for each in camera.requests if b'"action":"set"' in each.body.replace(b" ", b"")]
    assert {each for each in changed if not each.startswith("/api/session/")} == set()
    assert (camera.violations, camera.ignored, camera.risks) == ([], [], [])
