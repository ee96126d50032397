"""A recorder with 64 cameras: each is a device, and none makes polls dearer."""

from homeassistant.components.camera import async_get_image
from homeassistant.helpers import device_registry as dr
import pytest

from tests.ha.sunell_seen import *  # noqa: F403 - fixtures
from tests.ha.sunell_seen import Sunell

SENSOR = "binary_sensor"

pytestmark = pytest.mark.parametrize("model", ["nvr64"])


async def test_a_recorder_with_64_cameras(seen: Sunell) -> None:
    numbers = sorted(seen.device.world.channels)
    assert numbers == list(range(1, 65))
    devices = dr.async_entries_for_config_entry(dr.async_get(seen.hass), seen.entry.entry_id)
    host = seen.registry_device()
    assert len([each for each in devices if each.via_device_id == host.id]) == 64
    entities = seen.entities().values()
    # Home Assistant takes 10,000 enabled entities from one entry; with the disabled ones there are hardly more.
    assert len([each for each in entities if each.disabled_by is None]) < 3000
    assert len(entities) < 10_000
    assert all(seen.value(SENSOR, f"channel{number}", "online") == "on" for number in numbers)

    seen.device.requests.clear()
    for number in numbers:
        await seen.device.alarm(1, 2, number)
    await seen.coordinator.async_refresh()
    await seen.hass.async_block_till_done()
    # One request told of all of them.
    answered = [each.path for each in seen.device.requests if each.status == 200]
    assert answered == ["/cgi-bin/alarm.cgi?action=get&type=currentAlarmStatus"]
    assert {seen.value(SENSOR, f"channel{number}", "detection_motion") for number in numbers} == {"on"}

    # A picture of the last camera is asked for by its number.
    image = await async_get_image(seen.hass, seen.state("camera", "channel64", "stream1").entity_id)
    assert image.content.startswith(b"\xff\xd8")
    (query,) = seen.device.queries(cgi="image")
    assert ("cameraID", "64") in query
