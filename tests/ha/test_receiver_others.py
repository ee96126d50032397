"""Cameras, recorders, thermal cameras, radars, door stations and others behind a receiver."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from tests.ha.receiver_faults import *  # noqa: F403 - fixtures
from tests.ha.receiver_faults import HOST, Receiver, part
from tests.ha.simulated import later, until
from tests.simulators.ip_receiver.profiles import index

pytestmark = pytest.mark.usefixtures("calm", "all_enabled")

CAMERA, RECORDER, THERMAL, DOOR, RADAR, SPEAKER, DIALLER, AWAY, UNAUTHORISED = map(index, range(5, 14))

# Message -> entity of the channel that goes on with it.
OF_CHANNEL = {
    "VMD": "motion",
    "fielddetection": "intrusion",
    "linedetection": "line_crossing",
    "regionEntrance": "region_entrance",
    "regionExiting": "region_exiting",
    "rapidMove": "fast_moving",
    "shelteralarm": "tamper",
    "videoloss": "video_loss",
    "fireDetection": "fire",
    "TMA": "temperature_alarm",
    "TMPA": "temperature_warning",
    "TDA": "temperature_difference",
}
OF_DEVICE = {
    "recordException": "recording_failure",
    "diskerror": "disk_error",
    "diskfull": "disk_full",
}
OF_RADAR = {
    "fallingDown": "fall",
    "longTimeLeave": "long_absence",
    "heartBeatAbnormal": "heart_rate",
    "respireAbnormal": "breathing",
}


@pytest.fixture  # type: ignore[no-redef] # instead of the imported one
def installation() -> str:
    """All kinds of devices."""
    return "mixed"


async def appears(house: Receiver, platform: str, where: str, key: str, wanted: str) -> None:
    """Wait until an entity, there already or not, shows something."""
    await until(
        lambda: (
            house.has(platform, where, key)
            and house.hass.states.get(house.registered(platform, where, key).entity_id)
            and house.value(platform, where, key) == wanted
        )
    )


def last_event(house: Receiver, where: str, key: str) -> dict[str, Any]:
    return dict(house.state("event", where, key).attributes)


# Channels


@pytest.mark.parametrize("channel", [1, 4])
@pytest.mark.parametrize("word", OF_CHANNEL)
async def test_alarms_of_a_channel(house: Receiver, word: str, channel: int) -> None:
    """What was never heard of before is there without a reload, and on at once."""
    setups = async_capture_events(house.hass, "entity_registry_updated")
    where, key = part(f"channel{channel}", RECORDER), f"detection_{OF_CHANNEL[word]}"
    known = house.has("binary_sensor", where, key)
    await house.device.happen(RECORDER, word, channel=channel)
    await appears(house, "binary_sensor", where, key, "on")
    assert known or [each for each in setups if each.data["action"] == "create"]
    assert house.entry.state is ConfigEntryState.LOADED
    await house.device.happen(RECORDER, word, channel=channel, state="inactive")
    await appears(house, "binary_sensor", where, key, "off")
    if known:
        assert last_event(house, where, "detection")["event_type"] == OF_CHANNEL[word]
    await house.device.happen(RECORDER, word, channel=channel)
    await until(lambda: last_event(house, where, "detection")["event_type"] == OF_CHANNEL[word])
    for other in (CAMERA, THERMAL):
        assert not house.has("binary_sensor", part(f"channel{channel}", other), key) or (
            house.value("binary_sensor", part(f"channel{channel}", other), key) == "off"
        )


async def test_an_alarm_that_never_ends_lapses(hass: HomeAssistant, house: Receiver) -> None:
    await house.device.happen(CAMERA, "VMD")
    await house.shows("binary_sensor", part("channel1", CAMERA), "detection_motion", "on")
    with later(hass, 120):
        house.coordinator._on_deadline(None)
        await hass.async_block_till_done()
    assert house.value("binary_sensor", part("channel1", CAMERA), "detection_motion") == "off"


async def test_channels_are_kept_over_a_restart(hass: HomeAssistant, house: Receiver) -> None:
    """They are remembered: nothing but their messages tells of them."""
    where = part("channel4", RECORDER)
    await house.device.happen(RECORDER, "linedetection", channel=4)
    await appears(house, "binary_sensor", where, "detection_line_crossing", "on")
    await house.device.happen(THERMAL, "TMA", region=2, temperature=41.5)
    await appears(house, "sensor", part("channel1", THERMAL), "temperature_region2", "41.5")
    await hass.async_block_till_done()
    before = house.registered("binary_sensor", where, "detection_line_crossing").entity_id
    await hass.config_entries.async_unload(house.entry.entry_id)
    await hass.config_entries.async_setup(house.entry.entry_id)
    await house.live()
    assert house.value("binary_sensor", where, "detection_line_crossing") == "off"
    assert house.registered("binary_sensor", where, "detection_line_crossing").entity_id == before
    assert house.value("sensor", part("channel1", THERMAL), "temperature_region2") == "unknown"
    await house.device.happen(RECORDER, "linedetection", channel=4)
    await house.shows("binary_sensor", where, "detection_line_crossing", "on")


async def test_inputs(house: Receiver) -> None:
    """Their messages alone tell of them, so they are alarms that lapse, not states that are polled."""
    key = "detection_input"
    for port in (1, 3):
        await house.device.happen(CAMERA, "IO", port=port)
        await appears(house, "binary_sensor", part(f"input{port}", CAMERA), key, "on")
    await house.device.happen(CAMERA, "IO", port=1, state="inactive")
    await appears(house, "binary_sensor", part("input1", CAMERA), key, "off")
    assert house.value("binary_sensor", part("input3", CAMERA), key) == "on"
    names = {house.state("binary_sensor", part(f"input{port}", CAMERA), key).name for port in (1, 3)}
    assert len(names) == 2
    assert all(str(port) in name for port, name in zip((1, 3), sorted(names), strict=True))


@pytest.mark.parametrize("word", OF_DEVICE)
async def test_disk_and_recording(house: Receiver, word: str) -> None:
    where, key = part("", RECORDER), f"detection_{OF_DEVICE[word]}"
    await house.device.happen(RECORDER, word)
    await house.shows("binary_sensor", where, key, "on")
    assert last_event(house, where, "system_alarm")["event_type"] == OF_DEVICE[word]
    await house.device.happen(RECORDER, "diskrecover" if word == "diskerror" else word, state="inactive")
    await house.shows("binary_sensor", where, key, "off")
    assert "10.11.12.13" not in str(last_event(house, where, "system_alarm"))


# Thermal


async def test_temperatures(hass: HomeAssistant, house: Receiver) -> None:
    where = part("channel1", THERMAL)
    await house.device.happen(THERMAL, "TMA", region=1, temperature=39.8, limit=35.0)
    await house.device.happen(THERMAL, "TMPA", region=2, temperature=30.5)
    await appears(house, "sensor", where, "temperature_region1", "39.8")
    await appears(house, "sensor", where, "temperature_region2", "30.5")
    assert house.state("sensor", where, "temperature_region1").attributes["unit_of_measurement"] == "°C"
    await house.device.happen(THERMAL, "TMA", region=1, temperature=44.0, limit=35.0, state="inactive")
    await house.shows("sensor", where, "temperature_region1", "44.0")
    await house.device.happen(THERMAL, "TMA", region=1, temperature=45.0, limit=35.0)
    await until(lambda: last_event(house, where, "detection").get("temperature") == 45.0)
    told = last_event(house, where, "detection")
    assert (told["event_type"], told["limit"]) == ("temperature_alarm", 35.0)
    with later(hass, 700):
        house.coordinator._on_deadline(None)
        await hass.async_block_till_done()
    assert house.value("sensor", where, "temperature_region1") == "unknown"
    assert house.value("sensor", where, "temperature_region2") == "unknown"


async def test_fire_with_a_picture(house: Receiver) -> None:
    where, url = part("channel1", THERMAL), house.device.add_media()
    await house.device.happen(THERMAL, "fireDetection", temperature=320, picture=url)
    await appears(house, "binary_sensor", where, "detection_fire", "on")
    assert house.state("binary_sensor", where, "detection_fire").attributes["device_class"] in ("smoke", "heat")
    await until(lambda: house.value("image", where, "alarm_picture") != "unknown")
    assert house.device.seen("GET", url)


# Radars and door stations


@pytest.mark.parametrize("word", OF_RADAR)
async def test_radars(house: Receiver, word: str) -> None:
    where, key = part("", RADAR), OF_RADAR[word]
    await house.device.happen(RADAR, word)
    await house.shows("binary_sensor", where, f"detection_{key}", "on")
    assert last_event(house, where, "system_alarm")["event_type"] == key
    others = [f"detection_{each}" for each in OF_RADAR.values() if each != key]
    assert {house.value("binary_sensor", where, each) for each in others} == {"off"}
    await house.device.happen(RADAR, word, state="inactive")
    await house.shows("binary_sensor", where, f"detection_{key}", "off")


async def test_the_sign_of_life_of_the_stream_is_no_heart(house: Receiver) -> None:
    before = house.entry.runtime_data.driver.reader.counts.heartbeats
    await until(lambda: house.entry.runtime_data.driver.reader.counts.heartbeats > before + 2)
    assert house.value("binary_sensor", part("", RADAR), "detection_heart_rate") == "off"
    assert house.value("event", part("", RADAR), "system_alarm") == "unknown"


async def test_somebody_rings(hass: HomeAssistant, house: Receiver) -> None:
    where = part("", DOOR)
    calls = async_capture_events(hass, "rang")
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": {
                "alias": "Ring",
                "triggers": {
                    "trigger": "state",
                    "entity_id": house.registered("event", where, "doorbell").entity_id,
                    "not_from": "unavailable",
                },
                "conditions": "{{ trigger.to_state.attributes.event_type == 'ring' }}",
                "actions": {"event": "rang"},
            }
        },
    )
    await hass.async_block_till_done()
    await house.device.happen(DOOR, "requestVoiceTalkEvent", room=203)
    await until(lambda: house.value("event", where, "doorbell") != "unknown")
    told = last_event(house, where, "doorbell")
    assert (told["event_type"], told["device_class"], told["room"], told["floor"]) == ("ring", "doorbell", 203, 2)
    assert house.value("binary_sensor", where, "detection_ring") == "on"
    await house.device.happen(DOOR, "requestVoiceTalkEvent", room=203)
    await house.device.happen(DOOR, "cancelVoiceTalkEvent", room=203)
    await until(lambda: last_event(house, where, "doorbell")["event_type"] == "ring_cancelled")
    assert house.value("binary_sensor", where, "detection_ring") == "off"
    await hass.async_block_till_done()
    assert len(calls) == 1
    assert house.value("event", where, "other_event") == "unknown"


# Links, keys and the connection


async def test_the_receiver_loses_the_cloud(house: Receiver) -> None:
    await house.device.hpp_connection(False)
    await house.shows("binary_sensor", HOST, "detection_cloud_link", "on")
    await house.device.restart(0.05)
    await house.device.wait_streams()
    await house.live()
    await house.shows("binary_sensor", HOST, "detection_cloud_link", "on")
    await house.device.hpp_connection(True)
    await house.shows("binary_sensor", HOST, "detection_cloud_link", "off")


@pytest.mark.parametrize(
    ("word", "key"), [("deviceHPPNetworkChanged", "cloud_link"), ("deviceKeyStateChanged", "key_fault")]
)
async def test_faults_of_a_devices_link(house: Receiver, word: str, key: str) -> None:
    where = part("", CAMERA)
    await house.device.emit(CAMERA, word, status="abnormal")
    await house.shows("binary_sensor", where, f"detection_{key}", "on")
    assert house.value("binary_sensor", part("", RECORDER), "detection_key_fault") == "off"
    await house.device.emit(CAMERA, word, status=" normal")
    await house.shows("binary_sensor", where, f"detection_{key}", "off")


async def test_how_devices_are_connected(house: Receiver) -> None:
    def shown(key: str, *devices: str) -> list[str]:
        return [house.value("sensor", part("", each), key) for each in devices]

    assert shown("connection", index(1), index(2), index(3), index(4), DIALLER) == [
        "hpp",
        "otap",
        "isup",
        "dual",
        "unknown",
    ]
    assert shown("offline_reason", AWAY, CAMERA) == ["network", "unknown"]
    assert shown("activation", CAMERA, UNAUTHORISED, AWAY) == ["active", "unauth", "unknown"]
    assert house.value("sensor", HOST, "devices") == "13.0"
    assert house.value("sensor", HOST, "devices_online") == "11.0"
    online = {each: house.value("binary_sensor", part("", each), "online") for each in (CAMERA, AWAY, DIALLER)}
    assert online == {CAMERA: "on", AWAY: "off", DIALLER: "unknown"}


@pytest.mark.parametrize("word", ["devStatusChanged", "deviceoffline"])
async def test_a_camera_goes_offline(house: Receiver, word: str) -> None:
    device = house.device.world.devices[CAMERA]
    device.status, device.offline_hint = "offline", 1
    await house.device.emit(CAMERA, word, status="offline")
    await house.shows("binary_sensor", part("", CAMERA), "online", "off")
    assert house.value("binary_sensor", part("channel1", CAMERA), "detection_motion") == "unavailable"
    await house.poll()
    assert house.value("sensor", part("", CAMERA), "offline_reason") == "wrong_key"
    await house.device.set_online(CAMERA, True)
    await house.shows("binary_sensor", part("", CAMERA), "online", "on")
    assert house.value("binary_sensor", part("channel1", CAMERA), "detection_motion") == "off"


# What nobody knows


@pytest.mark.parametrize("device", [CAMERA, SPEAKER, DIALLER, index(1)])
async def test_an_unknown_event(house: Receiver, device: str) -> None:
    await house.device.emit(
        device, "brandNew", channel=2, Level={"value": 7}, userPassword="hidden1", picUrl="http://192.0.2.1/a.jpg"
    )
    where = part("", device)
    await until(lambda: house.value("event", where, "other_event") != "unknown")
    told = last_event(house, where, "other_event")
    assert told["event_type"] == "other"
    assert told["event"] == "brandNew"
    assert told["state"] == "active"
    assert told["channel"] == 2
    assert "7" in str(told)
    assert "hidden1" not in str(told)
    assert "192.0.2.1" not in str(told)


async def test_unknown_events_of_the_receiver_and_of_strangers(house: Receiver) -> None:
    house.device.requests.clear()
    await house.device.emit(None, "brandNew", channel=None)
    await appears(house, "event", HOST, "other_event", "unknown")
    await house.device.emit(None, "anotherNew", channel=None)
    await until(lambda: last_event(house, HOST, "other_event").get("event") == "anotherNew")
    before = len(house.device.seen(path="deviceList"))
    tree = {"eventType": "VMD", "devIndex": "99999999-0000-0000-0000-000000000000", "eventState": "active"}
    for _ in range(5):
        await house.device.push({"EventNotificationAlert": tree})
    await until(lambda: len(house.device.seen(path="deviceList")) > before)
    counts = house.entry.runtime_data.driver.reader.counts
    await until(lambda: sum(counts.unknown_devices.values()) == 5)


async def test_the_speaker_and_the_dialler_have_nothing_that_is_not_theirs(house: Receiver) -> None:
    for device in (SPEAKER, DIALLER):
        assert not house.has("image", part("channel1", device), "alarm_picture")
        assert not house.has("alarm_control_panel", part("", device), "panel")
        assert house.has("binary_sensor", part("", device), "online")
