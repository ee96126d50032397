"""Alarms of a camera of the JSON dialect: pushed over a WebSocket, or read from its log."""

from homeassistant.components.image import async_get_image
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.protocol.drivers.herospeed import listening
from custom_components.ip_surveillance.protocol.supervisor import LinkState
from tests.conftest import SetUp
from tests.ha.hero import *  # noqa: F403 - fixtures
from tests.ha.hero import CHANNEL, HOST, Hero, come_up
from tests.ha.receiver_faults import calm  # noqa: F401 - fixture
from tests.ha.simulated import until
from tests.simulators.herospeed import HerospeedSimulator, Malformed, Packet

pytestmark = pytest.mark.usefixtures("calm")

PUSHING = pytest.mark.parametrize("simulation", [{"firmware": "new"}], ids=["push"])
READING = pytest.mark.parametrize("simulation", [{"firmware": "old"}], ids=["log"])
BOTH = pytest.mark.parametrize("simulation", [{"firmware": "new"}, {"firmware": "old"}], ids=["push", "log"])

KINDS = [
    ("motion", CHANNEL, "motion"),
    ("video_tempering", CHANNEL, "tamper"),
    ("intrusion", CHANNEL, "intrusion"),
    ("line_crossing", CHANNEL, "line_crossing"),
    ("loitering", CHANNEL, "loitering"),
    ("people_gathering", CHANNEL, "gathering"),
    ("face_detection", CHANNEL, "face"),
    ("alarm_input", "input1", "input"),
    ("net_disconnect", HOST, "network_broken"),
    ("ip_conflict", HOST, "ip_conflict"),
]
"""Word of the simulator, and the part and detection it stands for; all of them are there from the start."""


def shows(hero: Hero, part: str, what: str, on: bool = True) -> bool:
    """Whether a binary sensor shows an alarm, or none."""
    return hero.value("binary_sensor", part, f"detection_{what}") == ("on" if on else "off")


async def strikes(hero: Hero, kind: str, part: str, what: str) -> None:
    """Let something happen and wait until all entities concerned have told it."""
    assert shows(hero, part, what, False)
    await hero.device.event(kind, always=True)
    await until(lambda: shows(hero, part, what))
    entity = {CHANNEL: "detection", HOST: "system_alarm"}.get(part)
    if entity is not None:
        assert hero.state("event", part, entity).attributes["event_type"] == what


@BOTH
@pytest.mark.parametrize("model", ["light"])
@pytest.mark.parametrize(("kind", "part", "what"), KINDS, ids=[kind for kind, _, _ in KINDS])
async def test_alarms(hero: Hero, kind: str, part: str, what: str, all_enabled: None) -> None:
    hero.device.log_ends = True
    await strikes(hero, kind, part, what)
    await hero.device.event(kind, False, always=True)
    await until(lambda: shows(hero, part, what, False))


@pytest.mark.parametrize("model", ["sd"])
@BOTH
@pytest.mark.parametrize(("kind", "what"), [("disk_full", "disk_full"), ("disk_abnormality", "disk_error")])
async def test_troubles_of_the_card(hero: Hero, kind: str, what: str) -> None:
    await strikes(hero, kind, HOST, what)


@pytest.mark.parametrize(("simulation", "source"), [({"firmware": "new"}, "push"), ({"firmware": "old"}, "log")])
async def test_the_source_is_told(hero: Hero, source: str) -> None:
    assert hero.source == source
    assert hero.has("binary_sensor", HOST, "push") is (source == "push")
    assert hero.device.streams == (source == "push")
    assert hero.entry.runtime_data.driver.diagnostics()["source"] == source


@BOTH
async def test_what_nobody_knew_of_appears_once_it_is_reported(hero: Hero) -> None:
    assert not hero.has("binary_sensor", CHANNEL, "detection_fire")
    await hero.device.event("fire_detection")
    await until(lambda: hero.has("binary_sensor", CHANNEL, "detection_fire"))
    await until(lambda: shows(hero, CHANNEL, "fire"))
    assert "fire" in hero.told["event_types"]


# The push


@PUSHING
async def test_a_picture_stays_with_its_event(hass: HomeAssistant, hero: Hero) -> None:
    assert hero.value("image", CHANNEL, "alarm_picture") == "unknown"
    assert await hero.device.event("motion", picture=True, target="human", area=2) == 1
    await until(lambda: hero.value("image", CHANNEL, "alarm_picture") != "unknown")
    image = await async_get_image(hass, hero.registered("image", CHANNEL, "alarm_picture").entity_id)
    assert image.content.startswith(b"\xff\xd8")
    told = hero.told
    assert (told["event_type"], told["picture"], told["target"]) == ("motion", True, "human")
    assert "device_time" in told


@PUSHING
@pytest.mark.parametrize("model", ["light"])
async def test_faces_plates_and_counts(hero: Hero) -> None:
    await hero.device.face(name="Somebody", similarity=91)
    await until(lambda: hero.has("binary_sensor", CHANNEL, "detection_face_match"))
    await hero.device.face()
    await until(lambda: shows(hero, CHANNEL, "face"))
    assert hero.told["event_type"] == "face"

    for plate in ("AB 123", "CD 456"):
        await hero.device.plate(plate)
        await until(lambda plate=plate: hero.told.get("plate") == plate)  # type: ignore[misc]
        assert (hero.told["event_type"], hero.told["picture"]) == ("plate", True)
    await until(lambda: hero.has("sensor", CHANNEL, "plate"))
    await until(lambda: hero.value("sensor", CHANNEL, "plate") == "CD 456")

    await hero.device.line_count(1, entered=2)
    await hero.device.line_count(2, entered=1, left=4)
    await until(lambda: hero.has("sensor", CHANNEL, "left"))
    await until(lambda: float(hero.value("sensor", CHANNEL, "left")) == 4)
    assert float(hero.value("sensor", CHANNEL, "entered")) == 3


@PUSHING
async def test_a_heat_map_and_what_nobody_knows(hero: Hero) -> None:
    await hero.device.heat_map()
    await until(lambda: hero.state("event", CHANNEL, "other_event").attributes.get("event") == "heat_map")
    # No alarm brought it.
    assert hero.value("image", CHANNEL, "alarm_picture") == "unknown"
    await until(lambda: hero.has("image", CHANNEL, "heat_map"))
    await until(lambda: hero.value("image", CHANNEL, "heat_map") != "unknown")
    await hero.device.packet(Packet.EVENT, {"events": [{"event_type": "brand_new", "active": True, "degree": 7}]})
    await until(lambda: hero.state("event", CHANNEL, "other_event").attributes.get("event") == "brand_new")
    assert hero.state("event", CHANNEL, "other_event").attributes["degree"] == 7


@PUSHING
@pytest.mark.parametrize("model", ["light"])
async def test_what_was_recognised(hero: Hero) -> None:
    await hero.device.smart_object("human")
    await until(lambda: hero.has("binary_sensor", CHANNEL, "detection_person"))
    await until(lambda: shows(hero, CHANNEL, "person"))


@PUSHING
@pytest.mark.parametrize("broken", list(Malformed))
async def test_a_broken_packet_is_skipped(hero: Hero, broken: Malformed) -> None:
    opened = hero.device.push.opened
    await hero.device.push_malformed(broken)
    if shows(hero, CHANNEL, "motion"):
        await hero.device.event("motion", False)
    await hero.device.event("video_tempering", always=True)
    await until(lambda: shows(hero, CHANNEL, "tamper"))
    assert hero.source == "push"
    assert hero.device.push.opened == opened


@PUSHING
@pytest.mark.parametrize("way", ["ended", "broken", "silent session"])
async def test_a_push_that_ends_comes_back(hero: Hero, way: str) -> None:
    camera, logins, opened = hero.device, hero.device.sessions.logins, hero.device.push.opened
    if way == "ended":
        await camera.end_push()
    elif way == "broken":
        camera.close_streams()
    else:
        # The next request finds that the session is over, and the push goes with it.
        camera.kill_sessions()
        await hero.poll()
    await until(lambda: camera.push.opened > opened)
    await camera.wait_streams()
    await hero.live()
    assert camera.sessions.logins == logins + (way == "silent session")
    await camera.event("motion")
    await until(lambda: shows(hero, CHANNEL, "motion"))
    assert hero.source == "push"


@pytest.mark.parametrize("simulation", [{"firmware": "new", "max_streams": 0}])
async def test_no_room_for_another_listener(hero: Hero) -> None:
    """The log tells meanwhile."""
    await until(lambda: hero.source == "log")
    await strikes(hero, "motion", CHANNEL, "motion")


@pytest.mark.parametrize("simulation", [{"firmware": "new", "websocket": False}])
@pytest.mark.parametrize("unknown", ["404", "202", "drop"])
async def test_firmware_without_a_websocket(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    device: HerospeedSimulator,
    quick: None,
    entry: MockConfigEntry,
    set_up: SetUp,
    unknown: str,
) -> None:
    """The log is read, and now and then the camera is asked whether it has a push by now."""
    monkeypatch.setattr(listening, "PUSH_AGAIN", 1.0)
    device.unknown = unknown
    hero = await come_up(hass, await set_up(entry), device)
    assert hero.source == "log"
    assert not hero.has("binary_sensor", HOST, "push")
    await strikes(hero, "motion", CHANNEL, "motion")
    device.websocket = True
    await until(lambda: hero.source == "push")
    await until(lambda: hero.has("binary_sensor", HOST, "push"))
    await until(lambda: hero.value("binary_sensor", HOST, "push") == "on")


# The log


@READING
async def test_the_past_is_no_news(hass: HomeAssistant, hero: Hero) -> None:
    await strikes(hero, "motion", CHANNEL, "motion")
    await hass.config_entries.async_reload(hero.entry.entry_id)
    await hero.live()
    reads = len(hero.device.seen("POST", "/api/system/log-manager"))
    await until(lambda: len(hero.device.seen("POST", "/api/system/log-manager")) > reads + 2)
    assert shows(hero, CHANNEL, "motion", False)


@READING
async def test_two_in_the_same_second(hero: Hero) -> None:
    """Each row of the log is told once, and each is told."""
    await strikes(hero, "motion", CHANNEL, "motion")
    first = hero.state("event", CHANNEL, "detection").state
    reads = len(hero.device.seen("POST", "/api/system/log-manager"))
    await until(lambda: len(hero.device.seen("POST", "/api/system/log-manager")) > reads + 2)
    assert hero.state("event", CHANNEL, "detection").state == first
    await hero.device.event("video_tempering", always=True)
    await until(lambda: shows(hero, CHANNEL, "tamper"))
    assert hero.told["event_type"] == "tamper"


@READING
async def test_what_people_did_is_no_alarm(hero: Hero) -> None:
    hero.device.world.note(1, "Set motion detection parameters")
    await until(lambda: hero.state("event", HOST, "other_event").attributes.get("event") == "log")
    assert "motion" in hero.state("event", HOST, "other_event").attributes["text"]
    assert shows(hero, CHANNEL, "motion", False)


@READING
@pytest.mark.parametrize("hours", [-9, 9])
async def test_a_camera_that_counts_in_local_time(hero: Hero, hours: int) -> None:
    camera = hero.device
    camera.world.log.clear()
    camera.world.log_offset = hours * 3600
    await hero.hass.config_entries.async_reload(hero.entry.entry_id)
    await hero.live()
    await strikes(hero, "motion", CHANNEL, "motion")


@READING
async def test_an_emptied_log(hero: Hero) -> None:
    await strikes(hero, "motion", CHANNEL, "motion")
    hero.device.world.log.clear()
    await strikes(hero, "video_tempering", CHANNEL, "tamper")


@READING
async def test_a_log_that_fails_for_a_while(hero: Hero) -> None:
    hero.device.refuse_next(1, path="/api/system/log-manager", times=2)
    await until(lambda: all(not rule.times for rule in hero.device.fault.rules))
    await strikes(hero, "motion", CHANNEL, "motion")
    assert hero.coordinator.data.pushing


@READING
async def test_neither_push_nor_log(
    hass: HomeAssistant, device: HerospeedSimulator, quick: None, entry: MockConfigEntry, set_up: SetUp
) -> None:
    """Everything else works; alarms are unavailable rather than off for ever."""
    device.fault.not_support.add("/api/system/log-manager")
    hero = Hero(hass=hass, entry=await set_up(entry), device=device)
    await until(lambda: entry.runtime_data.push.supervisor.status.state is LinkState.UNSUPPORTED)
    await hero.poll()
    await hero.read_settings()
    assert hero.value("binary_sensor", CHANNEL, "detection_motion") == "unavailable"
    assert hero.source == "unknown"
    assert hero.value("switch", CHANNEL, "detection_motion") == "on"
