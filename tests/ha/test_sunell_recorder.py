"""A recorder, which pushes nothing: its list of alarms is read every few seconds, and tells of all cameras."""

from datetime import timedelta

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events, async_fire_time_changed

from tests.ha.simulated import later, until
from tests.ha.sunell_seen import *  # noqa: F403 - fixtures
from tests.ha.sunell_seen import CHANNEL, HOST, Sunell

SENSOR = "binary_sensor"

pytestmark = pytest.mark.parametrize("model", ["nvr"])


def statuses(seen: Sunell) -> int:
    """How often the list of alarms was read."""
    return len([each for each in seen.device.requests if "currentAlarmStatus" in each.path and each.status != 401])


async def look_again(seen: Sunell) -> None:
    """Read all that is wanted, as if it had not been read for long."""
    seen.entry.runtime_data.driver.poll_memory.due.clear()
    await seen.poll()


async def test_cameras_are_devices(seen: Sunell) -> None:
    host = seen.registry_device()
    assert (host.model, host.serial_number) == ("SN-NVR3616E2", seen.uid)
    names = {}
    for number in (1, 2, 3):
        camera = seen.registry_device(f"channel{number}")
        assert camera.via_device_id == host.id
        names[number] = camera.name
    assert "Device" in str(names[1])
    first = seen.registry_device(CHANNEL)
    assert (first.model, first.sw_version) == ("SN-Q204M-B", "t4.4.1207.1004.0.0.2.12.0")


async def test_online_state(seen: Sunell) -> None:
    assert [seen.value(SENSOR, f"channel{number}", "online") for number in (1, 2, 3)] == ["on", "on", "off"]
    assert seen.value(SENSOR, "channel3", "detection_motion") == "unavailable"
    assert seen.value(SENSOR, "channel2", "detection_motion") == "off"
    await seen.device.channel_status(3, 5)
    await seen.device.go_offline(2)
    await look_again(seen)
    assert [seen.value(SENSOR, f"channel{number}", "online") for number in (1, 2, 3)] == ["on", "off", "on"]
    assert seen.value(SENSOR, "channel3", "detection_motion") == "off"
    assert seen.value(SENSOR, "channel2", "detection_motion") == "unavailable"


@pytest.mark.usefixtures("all_enabled")
async def test_the_link_is_told(seen: Sunell) -> None:
    assert seen.value("sensor", "channel2", "link_status") == "online"
    # Like everything of a camera that is away.
    assert seen.value("sensor", "channel3", "link_status") == "unavailable"


@pytest.mark.usefixtures("all_enabled")
@pytest.mark.parametrize(
    ("code", "part", "what"),
    [
        ((1, 2, 1), "channel1", "motion"),
        ((1, 2, 2), "channel2", "motion"),
        ((1, 4, 2), "channel2", "video_loss"),
        ((1, 1, 3), "input3", "input"),
        ((1, 5, 1), HOST, "network_broken"),
    ],
)
async def test_what_lasts_is_polled_and_ends(seen: Sunell, code: tuple[int, int, int], part: str, what: str) -> None:
    key = f"detection_{what}"
    assert seen.value(SENSOR, part, key) == "off"
    await seen.device.alarm(*code)
    await seen.poll()
    assert seen.value(SENSOR, part, key) == "on"
    if part.startswith("channel"):
        assert seen.state("event", part, "detection").attributes["event_type"] == what
    await seen.device.alarm(*code, flag=0)
    await seen.poll()
    assert seen.value(SENSOR, part, key) == "off"


async def test_an_alarm_of_one_camera_is_not_another_s(seen: Sunell) -> None:
    await seen.device.alarm(1, 2, 2)
    await seen.poll()
    assert [seen.value(SENSOR, f"channel{number}", "detection_motion") for number in (1, 2)] == ["off", "on"]
    assert seen.value("event", CHANNEL, "detection") == "unknown"


async def test_what_passes_is_told_once_and_fades(hass: HomeAssistant, seen: Sunell) -> None:
    entity = seen.registered("event", CHANNEL, "detection").entity_id
    changes = async_capture_events(hass, "state_changed")
    await seen.device.alarm(6, 24, 1)
    for _ in range(3):
        await seen.poll()
    assert seen.value(SENSOR, CHANNEL, "detection_intrusion") == "on"
    told = [each for each in changes if each.data["entity_id"] == entity]
    assert len(told) == 1
    with later(hass, 60):
        await seen.shows(SENSOR, CHANNEL, "detection_intrusion", "off")
        await seen.poll()
    assert seen.value(SENSOR, CHANNEL, "detection_intrusion") == "off"


async def test_what_came_and_went_between_two_looks_is_told(seen: Sunell) -> None:
    """It ended, and stands in the list with flag 0."""
    await seen.device.alarm(1, 2, 1)
    await seen.device.alarm(1, 2, 1, flag=0)
    await seen.poll()
    assert seen.state("event", CHANNEL, "detection").attributes["event_type"] == "motion"
    assert seen.value(SENSOR, CHANNEL, "detection_motion") == "off"


async def test_an_unknown_code_is_told_raw(seen: Sunell) -> None:
    await seen.device.alarm(6, 99, 2)
    await seen.poll()
    assert seen.state("event", "channel2", "other_event").attributes["event"] == "alarm_6_99"


async def test_no_push_is_asked_for(hass: HomeAssistant, seen: Sunell) -> None:
    """The entry polls in seconds instead, and no entity speaks of a push channel."""
    assert not seen.has(SENSOR, HOST, "push")
    assert not seen.device.seen(path="attach")
    interval = seen.coordinator.update_interval
    assert interval is not None
    assert interval <= timedelta(seconds=5)
    await seen.device.alarm(1, 2, 1)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=6))
    await seen.shows(SENSOR, CHANNEL, "detection_motion", "on")


async def test_one_request_tells_of_all_cameras(seen: Sunell) -> None:
    await seen.poll()
    seen.device.requests.clear()
    for _ in range(4):
        await seen.coordinator.async_refresh()
    assert statuses(seen) == 4
    # What changes seldom is asked for seldom.
    assert len(seen.device.queries(action="get")) <= 6


async def test_disks(seen: Sunell) -> None:
    assert seen.value(SENSOR, "storage1", "problem") == "off"
    seen.device.world.disks[1].status = 2
    await look_again(seen)
    assert seen.value(SENSOR, "storage1", "problem") == "on"


async def test_outputs_of_a_recorder(seen: Sunell) -> None:
    await seen.act("switch", "turn_on", "output3", "output")
    assert seen.device.world.outputs == {1: False, 2: False, 3: True, 4: False}
    assert seen.value("switch", "output3", "output") == "on"
    assert seen.value("switch", "output2", "output") == "unknown"


async def test_a_camera_is_moved(seen: Sunell) -> None:
    head = seen.device.world.ptz[1]
    await seen.do("ptz_move", pan=0.5, duration=0.1)
    assert (head.moving, head.stopped) == (False, True)


@pytest.mark.usefixtures("all_enabled")
async def test_a_detection_of_one_camera_is_switched(seen: Sunell) -> None:
    await seen.act("switch", "turn_off", "channel2", "detection_motion")
    assert seen.value("switch", "channel2", "detection_motion") == "off"
    assert seen.value("switch", CHANNEL, "detection_motion") == "on"
    assert all(("cameraID", "2") in pairs for pairs in seen.device.writes)


async def test_a_camera_that_is_bound_later(seen: Sunell) -> None:
    """Its device appears when the recorder is looked at again."""
    assert not seen.has("camera", "channel4", "stream1")
    kind = type(seen.device.world.channels[1])
    seen.device.world.channels[4] = kind(number=4, name="Gate")
    await seen.coordinator.async_rediscover()
    await until(lambda: seen.has("camera", "channel4", "stream1"))
    await look_again(seen)
    assert seen.value(SENSOR, "channel4", "online") == "on"
