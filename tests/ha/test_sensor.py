"""Sensors against simulated devices."""

from datetime import timedelta

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.ha.simulated import Seen
from tests.simulators.isapi import IsapiSimulator

PLATFORM = "sensor"
STORE = ("capacity", "free", "storage_status")


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.SENSOR,)


@pytest.mark.parametrize("model", ["camera", "nvr"])
async def test_load(all_enabled: None, seen: Seen) -> None:
    assert float(seen.value(PLATFORM, "", "cpu")) == 17
    assert float(seen.value(PLATFORM, "", "memory")) == pytest.approx(61, abs=1)
    seen.device.world.cpu = 93
    await seen.poll()
    assert float(seen.value(PLATFORM, "", "cpu")) == 93


async def test_the_start_of_the_device_does_not_wander(all_enabled: None, seen: Seen) -> None:
    first = seen.value(PLATFORM, "", "started")
    moment = dt_util.parse_datetime(first)
    assert moment is not None
    assert abs(dt_util.utcnow() - moment) < timedelta(minutes=1)
    seen.device.world.uptime_before = 3.0
    await seen.poll()
    assert seen.value(PLATFORM, "", "started") == first
    seen.device.world.uptime_before = 86400.0
    await seen.poll()
    assert seen.value(PLATFORM, "", "started") != first


async def test_the_clock(all_enabled: None, seen: Seen) -> None:
    assert abs(float(seen.value(PLATFORM, "", "clock_drift"))) < 5
    seen.device.world.clock_offset = -3600
    await seen.poll()
    assert float(seen.value(PLATFORM, "", "clock_drift")) == pytest.approx(-3600, abs=5)


async def test_stores(seen: Seen) -> None:
    """The device tells megabytes; gigabytes are shown."""
    assert float(seen.value(PLATFORM, "storage1", "capacity")) == pytest.approx(60.89)
    assert float(seen.value(PLATFORM, "storage1", "free")) == pytest.approx(21.76)
    assert seen.value(PLATFORM, "storage1", "storage_status") == "ok"
    assert float(seen.value(PLATFORM, "storage9nas", "capacity")) == pytest.approx(204.8)
    seen.device.world.disks[0].status = "unformatted"
    seen.device.world.disks[0].free = 1000
    await seen.poll()
    assert seen.value(PLATFORM, "storage1", "storage_status") == "unformatted"
    assert float(seen.value(PLATFORM, "storage1", "free")) == 1


async def test_a_store_that_vanishes_is_unknown(seen: Seen) -> None:
    seen.device.world.disks.clear()
    await seen.poll()
    assert seen.value(PLATFORM, "storage1", "capacity") == "unknown"
    assert float(seen.value(PLATFORM, "storage9nas", "capacity")) == pytest.approx(204.8)


@pytest.mark.parametrize("model", ["ptz"])
async def test_position(all_enabled: None, seen: Seen) -> None:
    head = seen.device.world.ptz[1]
    head.pan.value, head.tilt.value, head.zoom.value = 123.4, 20.5, 4
    await seen.poll()
    assert float(seen.value(PLATFORM, "channel1", "pan")) == pytest.approx(123.4)
    assert float(seen.value(PLATFORM, "channel1", "tilt")) == pytest.approx(20.5)
    assert float(seen.value(PLATFORM, "channel1", "zoom")) == 4
    assert "unit_of_measurement" not in seen.state(PLATFORM, "channel1", "zoom").attributes


@pytest.mark.parametrize("model", ["nvr"])
async def test_why_a_camera_is_not_reached(all_enabled: None, seen: Seen) -> None:
    assert seen.value(PLATFORM, "channel1", "link_status") == "connect"
    channel = seen.device.world.channels[1]
    channel.online, channel.result = False, "userOrPasswordError"
    await seen.poll()
    assert seen.value(PLATFORM, "channel1", "link_status") == "unavailable"
    assert seen.value(PLATFORM, "channel2", "link_status") == "connect"


@pytest.mark.parametrize(
    ("model", "enabled"),
    [
        (
            "camera",
            {f"storage{slot}_{what}" for slot in ("1", "9nas") for what in ("capacity", "free", "storage_status")},
        ),
        ("nvr", {f"storage{slot}_{what}" for slot in ("1", "2") for what in ("capacity", "free", "storage_status")}),
        ("dvr", {f"storage1_{what}" for what in ("capacity", "free", "storage_status")}),
    ],
)
async def test_enabled_by_default(hass: HomeAssistant, setup_entry: MockConfigEntry, enabled: set[str]) -> None:
    entries = er.async_entries_for_config_entry(er.async_get(hass), setup_entry.entry_id)
    keys = {entry.unique_id.removeprefix(f"{setup_entry.unique_id}_") for entry in entries if not entry.disabled_by}
    assert keys == enabled
    assert len(entries) > len(enabled)


async def test_what_nobody_shows_is_not_read(device: IsapiSimulator, seen: Seen) -> None:
    device.requests.clear()
    await seen.poll()
    assert {request.path for request in device.requests} == {"/ISAPI/System/deviceInfo", "/ISAPI/ContentMgmt/Storage"}


@pytest.mark.parametrize("model", ["camera", "nvr"])
async def test_a_sensor_whose_request_fails_alone_is_unknown(all_enabled: None, seen: Seen) -> None:
    seen.device.fault.ok_with_error = {"System/status"}
    await seen.poll()
    assert seen.value(PLATFORM, "", "cpu") == "unknown"
    assert seen.value(PLATFORM, "storage1", "storage_status") == "ok"
