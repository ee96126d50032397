"""Commanding a camera of the JSON dialect: settings, lamps, siren, output, head, memory card, clock and restart."""

from dataclasses import replace
from typing import Any
from unittest.mock import AsyncMock, Mock

from homeassistant.components.camera import async_get_image, async_get_stream_source
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest

from custom_components.ip_surveillance.const import DOMAIN
from tests.ha.hero import *  # noqa: F403 - fixtures
from tests.ha.hero import CHANNEL, HOST, Hero, logins
from tests.ha.receiver_faults import calm  # noqa: F401 - fixture
from tests.ha.simulated import until
from tests.simulators.base import Rule
from tests.simulators.herospeed import ENDPOINTS, Quirk

pytestmark = pytest.mark.usefixtures("calm")

MOTION = "/api/event/motion"
FILL_LIGHT = "/api/image/fill-light"
QUIRKS = tuple(Quirk)


@pytest.fixture
def short_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make steps of the head last a moment only."""
    monkeypatch.setattr("custom_components.ip_surveillance.button._STEP_SECONDS", 0.03)


def stored(hero: Hero, path: str) -> Any:
    """What the camera has."""
    return hero.device.world.documents[path]


async def camera_action(hero: Hero, name: str, /, **data: Any) -> None:
    """Call one of our own actions of a camera."""
    target = {"entity_id": hero.registered("camera", CHANNEL, "stream1").entity_id}
    await hero.hass.services.async_call(DOMAIN, name, {**target, **data}, blocking=True)


# Settings


@pytest.mark.parametrize(
    "simulation",
    [{"firmware": "old"}, {"firmware": "new"}, *({"quirks": [quirk]} for quirk in QUIRKS)],
    ids=["old", "new", *QUIRKS],
)
async def test_a_detection_is_switched(all_enabled: None, hero: Hero) -> None:
    """However the camera writes its answers, it gets back what it has, in the types it has."""
    before = stored(hero, MOTION)
    assert hero.value("switch", CHANNEL, "detection_motion") == "on"
    await hero.act("switch", "turn_off", CHANNEL, "detection_motion")
    assert hero.value("switch", CHANNEL, "detection_motion") == "off"
    after = stored(hero, MOTION)
    assert after == {**before, "enable": type(before["enable"])(0)}
    assert type(after["enable"]) is type(before["enable"])
    await hero.device.event("motion")
    assert hero.device.suppressed == ["motion"]
    await hero.act("switch", "turn_on", CHANNEL, "detection_motion")
    assert stored(hero, MOTION) == before
    assert (hero.device.ignored, hero.device.risks, hero.device.unknown_names) == ([], [], [])


async def test_numbers_selects_and_texts(all_enabled: None, hero: Hero) -> None:
    await hero.act("number", "set_value", CHANNEL, "sensitivity_motion", value=9)
    assert stored(hero, MOTION)["sensitivity"] == 9
    await hero.act("number", "set_value", CHANNEL, "brightness", value=77)
    assert stored(hero, "/api/image/image")["brightness"] == 77
    await hero.act("select", "select_option", CHANNEL, "mirror", option="both")
    assert stored(hero, "/api/image/osd")["mirrorMode"] == 3
    await hero.act("text", "set_value", CHANNEL, "osd_text", value="Gate")
    assert stored(hero, "/api/image/osd")["text"] == "Gate"
    await hero.read_settings()
    assert float(hero.value("number", CHANNEL, "sensitivity_motion")) == 9
    assert float(hero.value("number", CHANNEL, "brightness")) == 77
    assert hero.value("select", CHANNEL, "mirror") == "both"
    assert hero.value("text", CHANNEL, "osd_text") == "Gate"


@pytest.mark.parametrize("simulation", [{"quirks": [Quirk.RANGES]}])
async def test_bounds_are_the_cameras(all_enabled: None, hero: Hero) -> None:
    shown = hero.state("number", CHANNEL, "sensitivity_motion").attributes
    assert (shown["min"], shown["max"]) == (0, 10)


async def test_what_others_set_is_read(all_enabled: None, hero: Hero) -> None:
    stored(hero, MOTION)["enable"] = False
    await hero.read_settings()
    assert hero.value("switch", CHANNEL, "detection_motion") == "off"


async def test_a_refusal_is_told(all_enabled: None, hero: Hero) -> None:
    hero.device.fault.rules = [Rule(path=MOTION, status=200, code=1)]
    error = await hero.refused("switch", "turn_off", CHANNEL, "detection_motion")
    assert error.translation_key == "rejected"


async def test_a_change_that_is_not_taken_is_told(
    monkeypatch: pytest.MonkeyPatch, all_enabled: None, hero: Hero
) -> None:
    """The camera says yes and does nothing."""
    fixed = replace(ENDPOINTS[MOTION], read_only=frozenset({"enable"}))
    monkeypatch.setitem(ENDPOINTS, MOTION, fixed)
    error = await hero.refused("switch", "turn_off", CHANNEL, "detection_motion")
    assert error.translation_key == "not_taken_named"


@pytest.mark.parametrize("model", ["light"])
async def test_a_viewer_may_not_switch(hass: HomeAssistant, hero: Hero) -> None:
    hero.device.fault.rules = [Rule(path="/api/event/alarm-out", status=200, code=102)]
    with pytest.raises(HomeAssistantError) as caught:
        await hero.act("switch", "turn_on", "output1", "output")
    assert caught.value.translation_key == "insufficient_rights"
    assert not hero.device.world.relay.on


# Lamps, siren, output


@pytest.mark.parametrize("model", ["sd"])
async def test_white_light(all_enabled: None, hero: Hero) -> None:
    before = dict(stored(hero, FILL_LIGHT))
    assert hero.value("light", "light1white", "light") == "off"
    await hero.act("light", "turn_on", "light1white", "light")
    assert hero.value("light", "light1white", "light") == "on"
    await hero.act("light", "turn_on", "light1white", "light", brightness=128)
    assert (stored(hero, FILL_LIGHT)["lightMode"], stored(hero, FILL_LIGHT)["lightVal"]) == (0, 50)
    assert hero.state("light", "light1white", "light").attributes["brightness"] == 128
    await hero.act("light", "turn_off", "light1white", "light")
    assert hero.value("light", "light1white", "light") == "off"
    assert stored(hero, FILL_LIGHT)["dayNightMode"] == before["dayNightMode"]


@pytest.mark.parametrize("model", ["light"])
async def test_a_light_without_brightness_and_infrared(all_enabled: None, hero: Hero) -> None:
    assert hero.state("light", "light1white", "light").attributes["supported_color_modes"] == ["onoff"]
    await hero.act("light", "turn_on", "light1ir", "light")
    assert (hero.value("light", "light1ir", "light"), stored(hero, "/api/image/osd")["enableIrLed"]) == ("on", 1)
    stored(hero, "/api/image/osd")["enableIrLed"] = 0
    await hero.poll()
    assert hero.value("light", "light1ir", "light") == "off"


@pytest.mark.parametrize("model", ["light"])
async def test_siren(hero: Hero) -> None:
    await hero.act("siren", "turn_on", "siren1", "siren", duration=30)
    assert (hero.value("siren", "siren1", "siren"), len(hero.device.world.played)) == ("on", 1)
    await hero.poll()
    assert hero.value("siren", "siren1", "siren") == "on"
    await hero.act("siren", "turn_off", "siren1", "siren")
    assert hero.value("siren", "siren1", "siren") == "off"


@pytest.mark.parametrize("model", ["light"])
async def test_output(all_enabled: None, hero: Hero) -> None:
    relay = hero.device.world.relay
    await hero.act("switch", "turn_on", "output1", "output")
    assert (hero.value("switch", "output1", "output"), relay.on) == ("on", True)
    await hero.act("switch", "turn_off", "output1", "output")
    assert (hero.value("switch", "output1", "output"), relay.on) == ("off", False)
    # It goes off by itself after its delay, which a poll finds.
    hero.device.relay_seconds = 0.01
    await hero.act("switch", "turn_on", "output1", "output")
    await until(lambda: not relay.on)
    await hero.poll()
    assert hero.value("switch", "output1", "output") == "off"


@pytest.mark.parametrize("model", ["light"])
async def test_a_pulse_of_the_output(monkeypatch: pytest.MonkeyPatch, all_enabled: None, hero: Hero) -> None:
    monkeypatch.setattr("custom_components.ip_surveillance.button._PULSE_SECONDS", 0.05)
    await hero.act("button", "press", "output1", "pulse")
    assert hero.device.world.relay.log == [True, False]
    assert hero.value("switch", "output1", "output") == "off"


# The head


@pytest.mark.parametrize("model", ["ptz"])
@pytest.mark.usefixtures("short_steps")
async def test_each_step_ends_in_its_stop(hero: Hero) -> None:
    head = hero.device.world.head
    for key, kinds in (
        ("ptz_left", ["left", "stop"]),
        ("ptz_right", ["right", "stop"]),
        ("ptz_up", ["up", "stop"]),
        ("ptz_down", ["down", "stop"]),
        ("ptz_zoom_in", ["zoom_in", "zoom_stop"]),
        ("ptz_zoom_out", ["zoom_out", "zoom_stop"]),
    ):
        head.log.clear()
        await hero.act("button", "press", CHANNEL, key)
        await until(lambda: not head.moving)
        assert [move.kind for move in head.log] == kinds
        assert head.log[0].speed == 5


@pytest.mark.parametrize("model", ["ptz"])
async def test_the_lens(all_enabled: None, hero: Hero) -> None:
    head = hero.device.world.head
    for action, speed, kinds in (
        ("focus", 1, ["focus_far", "focus_stop"]),
        ("focus", -0.5, ["focus_near", "focus_stop"]),
        ("iris", 1, ["iris_open", "stop"]),
        ("iris", -1, ["iris_close", "stop"]),
    ):
        head.log.clear()
        await camera_action(hero, action, speed=speed, duration=0.1)
        await until(lambda: not head.moving)
        assert [move.kind for move in head.log] == kinds
    for key, kind in (("auto_focus", "auto_focus"), ("lens_reset", "lens_init")):
        await hero.act("button", "press", CHANNEL, key)
        assert head.log[-1].kind == kind


@pytest.mark.parametrize("model", ["ptz"])
async def test_both_motors_stop(hero: Hero) -> None:
    head = hero.device.world.head
    head.log.clear()
    await camera_action(hero, "ptz_move", mode="continuous", pan=-1, tilt=1, zoom=0.5, duration=0.1)
    await until(lambda: not head.moving)
    assert sorted(move.kind for move in head.log) == ["left_up", "stop", "zoom_in", "zoom_stop"]


@pytest.mark.parametrize("model", ["ptz"])
async def test_presets_and_routes(hero: Hero) -> None:
    head = hero.device.world.head
    options = hero.state("select", CHANNEL, "preset").attributes["options"]
    assert {"Gate", "Drive"} <= {*options}
    await hero.act("select", "select_option", CHANNEL, "preset", option="Drive")
    assert head.at_preset == 2
    await camera_action(hero, "ptz_save_preset", number=7, name="Pond")
    assert (head.presets[7].name, head.presets[7].enabled) == ("Pond", True)
    await until(lambda: "Pond" in hero.state("select", CHANNEL, "preset").attributes["options"])
    await camera_action(hero, "ptz_delete_preset", number=7)
    await until(lambda: "Pond" not in hero.state("select", CHANNEL, "preset").attributes["options"])
    await camera_action(hero, "ptz_patrol", patrol=1, action="start")
    assert head.cruising == 1
    await camera_action(hero, "ptz_patrol", patrol=1, action="stop")
    assert head.cruising is None


# Pictures


@pytest.mark.parametrize("simulation", [{"firmware": "new"}])
async def test_a_still_and_three_streams(hass: HomeAssistant, all_enabled: None, hero: Hero) -> None:
    entity = hero.registered("camera", CHANNEL, "stream1").entity_id
    assert (await async_get_image(hass, entity)).content.startswith(b"\xff\xd8")
    for number, name in ((1, "main"), (2, "sub"), (3, "third")):
        source = await async_get_stream_source(hass, hero.registered("camera", CHANNEL, f"stream{number}").entity_id)
        assert source is not None
        assert source.startswith(f"rtsp://{hero.device.username}:{hero.device.password}@{hero.device.host}:554/")
        assert f"/{name}/" in source


async def test_older_firmware_has_no_stills(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, hero: Hero) -> None:
    """They are taken from the stream; the camera is not asked for what it has not."""
    opened: list[str] = []

    def open_stream(_hass: HomeAssistant, source: str, **_: Any) -> Mock:
        opened.append(source)
        return Mock(async_get_image=AsyncMock(return_value=b"\xff\xd8frame"), stop=AsyncMock())

    monkeypatch.setattr("homeassistant.components.camera.create_stream", open_stream)
    hero.device.requests.clear()
    image = await async_get_image(hass, hero.registered("camera", CHANNEL, "stream1").entity_id)
    assert image.content == b"\xff\xd8frame"
    assert len(opened) == 1
    assert "/main/" in opened[0]
    assert hero.device.seen(path="snapshot") == []


# Memory card, clock, restart


@pytest.mark.parametrize("model", ["sd"])
async def test_memory_card(all_enabled: None, hero: Hero) -> None:
    card = hero.device.world.card
    assert card is not None
    assert float(hero.value("sensor", "storage1", "capacity")) == pytest.approx(61.44)
    assert float(hero.value("sensor", "storage1", "free")) == pytest.approx(15.36)
    assert hero.value("sensor", "storage1", "storage_status") == "ok"
    assert hero.value("binary_sensor", "storage1", "problem") == "off"
    for status, word, problem in ((4, "error", "on"), (1, "notexist", "on"), (2, "formating", "off"), (0, "ok", "off")):
        card.status = status
        await hero.poll()
        assert hero.value("sensor", "storage1", "storage_status") == word
        assert hero.value("binary_sensor", "storage1", "problem") == problem


async def test_the_clock(all_enabled: None, hero: Hero) -> None:
    """It is taken for one in our own time zone, whatever the camera says of its."""
    await hero.act("button", "press", HOST, "time_sync")
    assert abs(float(hero.value("sensor", HOST, "clock_drift"))) < 2
    hero.device.world.clock_offset += 5000
    await hero.poll()
    assert float(hero.value("sensor", HOST, "clock_drift")) == pytest.approx(5000, abs=2)
    await hero.act("button", "press", HOST, "time_sync")
    assert abs(float(hero.value("sensor", HOST, "clock_drift"))) < 2
    shown = hero.device.world.now.replace(tzinfo=None)
    assert abs((shown - dt_util.now().replace(tzinfo=None)).total_seconds()) < 2


@pytest.mark.parametrize("simulation", [{"firmware": "old"}, {"firmware": "new"}], ids=["old", "new"])
async def test_restart(hero: Hero) -> None:
    """The session is lost with it; one login makes all of it work again."""
    camera, before = hero.device, logins(hero.device)
    await hero.act("button", "press", HOST, "reboot")
    await until(lambda: camera.world.reboots == 1)
    await until(lambda: camera.sessions.open)
    await hero.poll()
    await hero.live()
    assert hero.unavailable() == set()
    assert logins(camera) == before + 1
    await camera.event("motion")
    await until(lambda: hero.value("binary_sensor", CHANNEL, "detection_motion") == "on")


async def test_a_request_of_the_users_own(hero: Hero) -> None:
    assert hero.source == "log"
    device = hero.coordinator.config_entry.entry_id
    answer = await hero.hass.services.async_call(
        DOMAIN,
        "send_request",
        {
            "config_entry_id": device,
            "method": "POST",
            "path": "/api/system/device-info",
            "body": '{"action":"get"}',
        },
        blocking=True,
        return_response=True,
    )
    assert "3516CV500" in str(answer)
