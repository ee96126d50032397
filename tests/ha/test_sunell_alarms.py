"""Alarms of cameras that push: how each shows, by whichever way it comes."""

from typing import Any

from homeassistant.const import Platform
from homeassistant.core import Event, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from tests.ha.simulated import later, until
from tests.ha.sunell_seen import *  # noqa: F403 - fixtures
from tests.ha.sunell_seen import CHANNEL, HOST, Sunell
from tests.simulators.sunell_cgi import Alarm

SENSOR = "binary_sensor"


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BINARY_SENSOR, Platform.EVENT, Platform.SENSOR)


def times(changes: list[Event[Any]], entity_id: str, kind: str) -> int:
    """How often an event entity told a kind."""
    new = (each.data["new_state"] for each in changes if each.data["entity_id"] == entity_id)
    return len({state.state for state in new if state is not None and state.attributes.get("event_type") == kind})


@pytest.mark.usefixtures("all_enabled")
@pytest.mark.parametrize(
    ("model", "code", "part", "what"),
    [
        ("ipc", (1, 2), CHANNEL, "motion"),
        ("ipc", (1, 3), CHANNEL, "tamper"),
        ("ipc", (1, 1), "input1", "input"),
        ("ipc", (1, 5), HOST, "network_broken"),
        ("lite", (1, 2), CHANNEL, "motion"),
        ("fisheye", (1, 2), CHANNEL, "motion"),
        ("multi", (1, 2), CHANNEL, "motion"),
        ("lpr", (1, 1), "input1", "input"),
    ],
)
async def test_what_lasts_is_pushed_and_ends(seen: Sunell, code: tuple[int, int], part: str, what: str) -> None:
    key = f"detection_{what}"
    assert seen.value(SENSOR, part, key) == "off"
    seen.device.requests.clear()
    await seen.device.alarm(*code)
    await seen.shows(SENSOR, part, key, "on")
    if part == CHANNEL:
        assert (await seen.told(what))["code"] == f"{code[0]}/{code[1]}"
    # It lasts as long as the device says, however long that is.
    with later(seen.hass, 3600):
        await seen.poll()
    assert seen.value(SENSOR, part, key) == "on"
    await seen.device.alarm(*code, flag=0)
    await seen.shows(SENSOR, part, key, "off")
    await seen.poll()
    assert seen.value(SENSOR, part, key) == "off"


@pytest.mark.usefixtures("all_enabled")
@pytest.mark.parametrize(
    ("minor", "what"),
    [
        (24, "intrusion"),
        (25, "double_line_crossing"),
        (27, "group_loitering"),
        (31, "wrong_way"),
        (21, "line_crossing"),
    ],
)
async def test_what_passes_fades_by_itself(seen: Sunell, minor: int, what: str) -> None:
    """No end is told of what the analyses see (l.550)."""
    await seen.device.alarm(6, minor)
    await seen.shows(SENSOR, CHANNEL, f"detection_{what}", "on")
    await seen.told(what)
    with later(seen.hass, 60):
        await seen.shows(SENSOR, CHANNEL, f"detection_{what}", "off")


async def test_a_crossed_line_is_told_once(hass: HomeAssistant, seen: Sunell) -> None:
    """Records repeat, and stand in the list as well."""
    changes = async_capture_events(hass, "state_changed")
    entity = seen.registered("event", CHANNEL, "detection").entity_id
    await seen.device.alarm(6, 21)
    await seen.told("line_crossing")
    again = seen.device.history[-1]
    for _ in range(3):
        await seen.device.push_alarms(again)
    await seen.poll()
    # What comes after it was read after it.
    await seen.device.alarm(1, 2)
    await seen.told("motion")
    await hass.async_block_till_done()
    assert times(changes, entity, "line_crossing") == 1
    assert times(changes, entity, "motion") == 1


async def test_one_part_may_tell_several(seen: Sunell) -> None:
    await seen.device.push_alarms(Alarm(major=1, minor=2, source=1), Alarm(major=6, minor=24, source=1))
    await seen.shows(SENSOR, CHANNEL, "detection_motion", "on")
    await seen.shows(SENSOR, CHANNEL, "detection_intrusion", "on")


@pytest.mark.parametrize(("major", "minor"), [(6, 99), (77, 3)])
async def test_an_unknown_code_is_told_raw(seen: Sunell, major: int, minor: int) -> None:
    seen.device.requests.clear()
    await seen.device.alarm(major, minor)
    event = await seen.told("other", key="other_event")
    assert event["code"] == f"{major}/{minor}"
    assert event["event"] == f"alarm_{major}_{minor}"
    # It is looked up nowhere, and no entity comes of it.
    assert not seen.device.seen(path="deviceInfo")


async def test_a_code_without_a_detection(seen: Sunell) -> None:
    await seen.device.alarm(5, 4)
    assert (await seen.told("other", key="other_event"))["event"] == "source_connections"


@pytest.mark.usefixtures("all_enabled")
async def test_disks_are_well_again(seen: Sunell) -> None:
    """Their alarms have no end: another code tells that all is well (l.32660)."""
    assert seen.value(SENSOR, HOST, "detection_disk_error") == "off"
    await seen.device.disk_fault(1, 2)
    await seen.shows(SENSOR, HOST, "detection_disk_error", "on")
    event = await seen.told("disk_error", HOST, "system_alarm")
    assert event["reason"] == "disk_access"
    await seen.device.disk_fault(1, 1)
    await seen.shows(SENSOR, HOST, "detection_disk_error", "off")


async def test_what_a_camera_was_not_known_to_have(seen: Sunell) -> None:
    """An alarm that nothing lists brings its entities into being."""
    assert not seen.has(SENSOR, CHANNEL, "detection_pir")
    await seen.device.alarm(1, 9)
    await until(lambda: seen.has(SENSOR, CHANNEL, "detection_pir"))
    await seen.shows(SENSOR, CHANNEL, "detection_pir", "on")
    await seen.device.alarm(1, 9, flag=0)
    await seen.shows(SENSOR, CHANNEL, "detection_pir", "off")


@pytest.mark.usefixtures("all_enabled")
async def test_recording(seen: Sunell) -> None:
    await seen.device.alarm(5, 10)
    await until(lambda: seen.has(SENSOR, CHANNEL, "recording"))
    await seen.shows(SENSOR, CHANNEL, "recording", "on")
    await seen.device.alarm(5, 11)
    await seen.shows(SENSOR, CHANNEL, "recording", "off")


async def test_what_began_before_is_shown_and_not_told(hass: HomeAssistant, seen: Sunell) -> None:
    """After a restart of Home Assistant a lasting alarm is on; nothing happened."""
    await seen.device.alarm(1, 2)
    await seen.told("motion")
    told = seen.value("event", CHANNEL, "detection")
    await hass.config_entries.async_reload(seen.entry.entry_id)
    await seen.live()
    await seen.shows(SENSOR, CHANNEL, "detection_motion", "on")
    assert seen.value("event", CHANNEL, "detection") == told


@pytest.mark.parametrize("model", ["ipc", "lite"])
async def test_the_source_is_shown(seen: Sunell) -> None:
    assert seen.value(SENSOR, HOST, "push") == "on"
    registered = seen.registered("sensor", HOST, "event_source")
    if registered.disabled_by is None:
        assert seen.value("sensor", HOST, "event_source") == "push"


@pytest.mark.parametrize("model", ["multi"])
@pytest.mark.usefixtures("all_enabled")
async def test_people_are_counted(seen: Sunell) -> None:
    def counted() -> list[float]:
        return [float(seen.value("sensor", CHANNEL, key)) for key in ("entered", "left")]

    assert counted() == [5, 3]
    seen.device.count_people(4, 2)
    await seen.poll()
    assert counted() == [9, 5]


@pytest.mark.parametrize("model", ["lpr"])
async def test_a_plate_is_told_with_its_number(hass: HomeAssistant, seen: Sunell) -> None:
    """The alarm does not name it: it is asked for at once."""
    assert seen.value("sensor", CHANNEL, "plate") == "DD651"
    changes = async_capture_events(hass, "state_changed")
    await seen.device.plate("5MVL305", list_type=1, direction=1)
    event = await seen.told("plate")
    assert (event["plate"], event["list"], event["country"], event["direction"]) == ("5MVL305", "allow", "ISL", 1)
    await seen.shows("sensor", CHANNEL, "plate", "5MVL305")
    await seen.poll()
    await hass.async_block_till_done()
    assert times(changes, seen.registered("event", CHANNEL, "detection").entity_id, "plate") == 1


@pytest.mark.parametrize("model", ["lpr"])
async def test_a_plate_that_no_push_told(seen: Sunell) -> None:
    seen.device.push_streams.close()
    seen.device.attachable = False
    await until(lambda: not seen.coordinator.data.pushing)
    await seen.device.plate("NEW1")
    await seen.poll()
    assert (await seen.told("plate"))["plate"] == "NEW1"
    assert seen.value("sensor", CHANNEL, "plate") == "NEW1"
