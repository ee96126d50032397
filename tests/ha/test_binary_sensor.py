"""Binary sensors against simulated devices: what they show, and when they are unavailable."""

from homeassistant.components.binary_sensor import BinarySensorDeviceClass as Class
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import CONF_HOLD_TIME, DOMAIN
from custom_components.ip_surveillance.protocol.model.parts import HOST, Part, PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from tests.conftest import MakeEntry, SetUp
from tests.ha import fake_driver
from tests.ha.fake_driver import FakeDriver, topology
from tests.ha.simulated import Seen, come_alive, later, until
from tests.simulators.base import Rule
from tests.simulators.isapi import IsapiSimulator

PLATFORM = "binary_sensor"
CONDITIONS = ("disk_error", "disk_full", "illegal_login", "ip_conflict", "network_broken")


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BINARY_SENSOR,)


def narrowed(what: str, *targets: str, region: int | None = 1) -> set[str]:
    """Keys of a detection that tells targets and a region."""
    keys = {f"detection_{what}", *(f"detection_{what}_{target}" for target in targets)}
    return keys | {f"{key}_region{region}" for key in keys if region}


SMART = ("human", "vehicle")
CAMERA_DETECTIONS = {
    "camera": {
        "channel1": narrowed("motion", *SMART)
        | narrowed("intrusion", *SMART)
        | narrowed("line_crossing", *SMART)
        | narrowed("region_entrance", *SMART)
        | narrowed("region_exiting", *SMART)
        | {"detection_tamper", "detection_scene_change"},
    },
    "cube": {
        "channel1": narrowed("motion", *SMART)
        | narrowed("intrusion", *SMART)
        | narrowed("line_crossing", *SMART)
        | {"detection_tamper", "detection_pir"},
    },
    "ptz": {
        "channel1": narrowed("motion", *SMART) | {"detection_tamper", "detection_audio_exception"},
        "channel2": narrowed("line_crossing", *SMART)
        | narrowed("intrusion", *SMART)
        | narrowed("region_entrance", *SMART)
        | narrowed("region_exiting", *SMART),
    },
    "thermal": {
        "channel1": narrowed("motion", *SMART) | narrowed("intrusion", *SMART) | {"detection_tamper"},
        "channel2": narrowed("motion", *SMART)
        | narrowed("intrusion", *SMART)
        | narrowed("line_crossing", *SMART)
        | {"detection_temperature_alarm"},
    },
}


@pytest.mark.parametrize("model", CAMERA_DETECTIONS)
async def test_there_is_one_for_each_detection_target_and_region(
    hass: HomeAssistant, model: str, setup_entry: MockConfigEntry
) -> None:
    entries = er.async_entries_for_config_entry(er.async_get(hass), setup_entry.entry_id)
    keys = {entry.unique_id.removeprefix(f"{setup_entry.unique_id}_") for entry in entries}
    wanted = {f"{channel}_{key}" for channel, found in CAMERA_DETECTIONS[model].items() for key in found}
    assert {key for key in keys if key.startswith("channel")} == wanted
    assert {key for key in keys if key.startswith("detection")} == {f"detection_{what}" for what in CONDITIONS}
    assert {entry.unique_id for entry in entries if entry.disabled_by} == {
        entry.unique_id for entry in entries if entry.unique_id.endswith("_region1")
    }


async def test_motion_comes_by_push_with_target_and_region(all_enabled: None, seen: Seen) -> None:
    assert seen.value(PLATFORM, "channel1", "detection_motion") == "off"
    assert await seen.device.raise_alarm("VMD", 1, target="human", region=1) == 1
    for key in ("", "_human", "_region1", "_human_region1"):
        await seen.shows(PLATFORM, "channel1", f"detection_motion{key}", "on")
    for key in ("_vehicle", "_vehicle_region1"):
        assert seen.value(PLATFORM, "channel1", f"detection_motion{key}") == "off"
    assert seen.value(PLATFORM, "channel1", "detection_intrusion") == "off"

    await seen.device.clear("VMD", 1)
    await seen.shows(PLATFORM, "channel1", "detection_motion", "off")
    assert seen.value(PLATFORM, "channel1", "detection_motion_human_region1") == "off"


@pytest.mark.parametrize(
    ("model", "event", "channel", "part", "key"),
    [
        ("camera", "scenechangedetection", 1, "channel1", "detection_scene_change"),
        ("cube", "PIR", 1, "channel1", "detection_pir"),
        ("ptz", "linedetection", 2, "channel2", "detection_line_crossing"),
        ("thermal", "TMA", 2, "channel2", "detection_temperature_alarm"),
        ("nvr", "fielddetection", 5, "channel5", "detection_intrusion"),
        ("nvr", "recordingfailure", 1, "", "detection_recording_failure"),
        ("dvr", "VMD", 4, "channel4", "detection_motion"),
        ("dvr", "VMD", 6, "channel6", "detection_motion"),
    ],
)
async def test_an_alarm_reaches_its_own_part_only(seen: Seen, event: str, channel: int, part: str, key: str) -> None:
    assert await seen.device.alert(event, channel) == 1
    await seen.shows(PLATFORM, part, key, "on")
    on = [state.entity_id for state in seen.hass.states.async_all(PLATFORM) if state.state == "on"]
    assert [
        entity
        for entity in on
        if not {"push", "online"} & set(er.async_get(seen.hass).entities[entity].unique_id.split("_"))
    ] == [seen.state(PLATFORM, part, key).entity_id]


async def test_it_ends_by_itself_after_its_hold_time(hass: HomeAssistant, seen: Seen) -> None:
    await seen.device.alert("VMD", 1)
    await seen.device.alert("fielddetection", 1)
    await seen.shows(PLATFORM, "channel1", "detection_motion", "on")
    await seen.shows(PLATFORM, "channel1", "detection_intrusion", "on")
    with later(hass, 6):
        await seen.shows(PLATFORM, "channel1", "detection_motion", "off")
        assert seen.value(PLATFORM, "channel1", "detection_intrusion") == "on"
    with later(hass, 11):
        await seen.shows(PLATFORM, "channel1", "detection_intrusion", "off")


async def test_repeats_extend_the_hold_time(hass: HomeAssistant, seen: Seen) -> None:
    await seen.device.alert("VMD", 1)
    await seen.shows(PLATFORM, "channel1", "detection_motion", "on")
    with later(hass, 4):
        before = seen.device.push_streams.opened, seen.coordinator.last_event_at
        await seen.device.alert("VMD", 1)
        while seen.coordinator.last_event_at == before[1]:
            await seen.poll()
    with later(hass, 6):
        await seen.poll()
        assert seen.value(PLATFORM, "channel1", "detection_motion") == "on"
    with later(hass, 10):
        await seen.shows(PLATFORM, "channel1", "detection_motion", "off")


async def test_the_users_hold_time_counts(
    hass: HomeAssistant, device: IsapiSimulator, make_entry: MakeEntry, set_up: SetUp
) -> None:
    entry = await make_entry(device)
    hass.config_entries.async_update_entry(entry, options={CONF_HOLD_TIME: 1})
    seen = await come_alive(hass, await set_up(entry), device)
    await device.alert("VMD", 1)
    await device.alert("diskerror", 1)
    await seen.shows(PLATFORM, "channel1", "detection_motion", "on")
    with later(hass, 2):
        await seen.shows(PLATFORM, "channel1", "detection_motion", "off")
        # A broken disk is no moment that passes.
        assert seen.value(PLATFORM, "", "detection_disk_error") == "on"


@pytest.mark.parametrize("model", ["camera", "thermal", "nvr"])
async def test_an_input_is_polled_and_pushed(seen: Seen) -> None:
    number = max(seen.device.world.inputs)
    part = f"input{number}"
    assert seen.value(PLATFORM, part, "active") == "off"
    seen.device.world.inputs[number].active = True
    await seen.poll()
    assert seen.value(PLATFORM, part, "active") == "on"
    await seen.device.alert("IO", 1, active=False, input=number)
    await seen.shows(PLATFORM, part, "active", "off")


async def test_a_store(seen: Seen) -> None:
    assert seen.value(PLATFORM, "storage1", "problem") == "off"
    assert seen.value(PLATFORM, "storage9nas", "problem") == "off"
    seen.device.world.disks[0].status = "error"
    await seen.poll()
    assert seen.value(PLATFORM, "storage1", "problem") == "on"
    assert seen.value(PLATFORM, "storage9nas", "problem") == "off"


@pytest.mark.parametrize(
    ("model", "part", "key", "device_class", "category"),
    [
        ("camera", "channel1", "detection_motion", Class.MOTION, None),
        ("camera", "channel1", "detection_motion_human", Class.MOTION, None),
        ("camera", "channel1", "detection_tamper", Class.TAMPER, None),
        ("camera", "", "detection_disk_full", Class.PROBLEM, EntityCategory.DIAGNOSTIC),
        ("camera", "", "detection_illegal_login", Class.SAFETY, EntityCategory.DIAGNOSTIC),
        ("camera", "", "push", Class.CONNECTIVITY, EntityCategory.DIAGNOSTIC),
        ("camera", "input1", "active", None, None),
        ("camera", "storage1", "problem", Class.PROBLEM, EntityCategory.DIAGNOSTIC),
        ("thermal", "channel2", "detection_temperature_alarm", Class.HEAT, None),
        ("nvr", "channel1", "online", Class.CONNECTIVITY, EntityCategory.DIAGNOSTIC),
        ("nvr", "channel1", "detection_video_loss", Class.PROBLEM, EntityCategory.DIAGNOSTIC),
    ],
)
async def test_class_and_category(
    seen: Seen, part: str, key: str, device_class: Class | None, category: EntityCategory | None
) -> None:
    assert seen.state(PLATFORM, part, key).attributes.get("device_class") == device_class
    assert seen.registered(PLATFORM, part, key).entity_category == category


@pytest.mark.parametrize("model", ["nvr"])
async def test_a_camera_that_is_down_takes_only_its_own_along(seen: Seen) -> None:
    """Camera 3 of the recorder was offline from the start, camera 1 goes and comes."""
    assert seen.value(PLATFORM, "channel3", "online") == "off"
    assert seen.unavailable() == set()

    seen.device.world.channels[1].online = False
    await seen.poll()
    assert seen.value(PLATFORM, "channel1", "online") == "off"
    gone = {"motion", "intrusion", "line_crossing", "region_entrance", "region_exiting"} | {
        "scene_change",
        "tamper",
        "video_loss",
    }
    assert seen.unavailable() == {*(f"channel1_detection_{what}" for what in gone), "input101_active"}

    seen.device.world.channels[1].online = True
    await seen.poll()
    assert seen.unavailable() == set()
    assert seen.value(PLATFORM, "channel1", "online") == "on"


@pytest.mark.parametrize("model", ["nvr"])
async def test_entities_of_a_camera_that_is_away_stay(
    hass: HomeAssistant, device: IsapiSimulator, entry: MockConfigEntry, set_up: SetUp
) -> None:
    """What an offline camera can detect is not known: known entities stay, no new ones are made."""
    registry = er.async_get(hass)
    known = registry.async_get_or_create(
        PLATFORM, DOMAIN, f"{entry.unique_id}_channel3_detection_motion", config_entry=entry
    )
    seen = await come_alive(hass, await set_up(entry), device)
    assert seen.unavailable() == {"channel3_detection_motion"}
    assert seen.state(PLATFORM, "channel3", "detection_motion").entity_id == known.entity_id
    other = f"{entry.unique_id}_channel3_detection_intrusion"
    assert registry.async_get_entity_id(PLATFORM, DOMAIN, other) is None


@pytest.mark.parametrize("model", ["nvr"])
async def test_a_camera_that_comes_back_brings_its_detections(hass: HomeAssistant, seen: Seen) -> None:
    """Of camera 3 nothing was known, since it was away when the recorder was looked at."""
    seen.device.world.channels[3].online = True
    await seen.poll()
    assert seen.value(PLATFORM, "channel3", "online") == "on"
    key = seen.unique_id("channel3", "detection_motion")
    await until(lambda: er.async_get(hass).async_get_entity_id(PLATFORM, DOMAIN, key))
    await seen.device.alert("VMD", 3)
    await seen.shows(PLATFORM, "channel3", "detection_motion", "on")


async def test_push_down_makes_unavailable_what_only_pushes_tell(seen: Seen) -> None:
    """Inputs and stores are polled: they stay. After the reconnection everything is read again."""
    await seen.device.alert("VMD", 1)
    await seen.shows(PLATFORM, "channel1", "detection_motion", "on")
    seen.device.fault.rules = [Rule(path="Event/notification", status=503, sub="deviceBusy")]
    seen.device.close_streams()
    await seen.shows(PLATFORM, "", "push", "off")
    gone = seen.unavailable()
    assert gone == {
        state_key
        for state_key in (
            entry.unique_id.removeprefix(f"{seen.entry.unique_id}_")
            for entry in er.async_entries_for_config_entry(er.async_get(seen.hass), seen.entry.entry_id)
            if not entry.disabled_by
        )
        if "detection" in state_key
    }
    assert len(gone) > 10

    seen.device.world.inputs[1].active = True
    seen.device.fault.rules.clear()
    with later(seen.hass, 61):
        await seen.shows(PLATFORM, "", "push", "on")
    await seen.shows(PLATFORM, "input1", "active", "on")
    assert seen.unavailable() == set()
    # Nobody said meanwhile that the motion is over, and nobody says so now.
    assert seen.value(PLATFORM, "channel1", "detection_motion") == "off"
    await seen.device.alert("VMD", 1)
    await seen.shows(PLATFORM, "channel1", "detection_motion", "on")


async def test_what_an_input_senses_chooses_its_class(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No simulated device tells it; and what has a switch needs no sensor besides."""
    door, unknown = (PartRef(HOST, PartKind.INPUT, number) for number in (1, 2))
    output = PartRef(HOST, PartKind.OUTPUT, 1)
    driver = FakeDriver(
        topology=topology(
            (
                Part(ref=door, role="door", features=frozenset({Feature.ACTIVE})),
                Part(ref=unknown, role="weather", features=frozenset({Feature.ACTIVE})),
                Part(ref=output, features=frozenset({Feature.ACTIVE, Feature.SWITCH})),
            )
        )
    )
    await fake_driver.start(hass, set_up, monkeypatch, driver)
    shown = {state.attributes.get("device_class") for state in hass.states.async_all(PLATFORM)}
    assert shown == {Class.DOOR, None}
    assert len(hass.states.async_all(PLATFORM)) == 2


async def test_the_stream_of_a_device_that_is_gone_is_disconnected(seen: Seen) -> None:
    """Automations tell by it that a device is away; unavailable would tell them nothing."""
    await seen.device.stop()
    await seen.poll()
    await seen.shows(PLATFORM, "", "push", "off")
    assert seen.value(PLATFORM, "channel1", "detection_motion") == "unavailable"


async def test_a_stream_that_seems_up_while_nothing_answers_is_not_claimed(seen: Seen) -> None:
    seen.device.fault.busy = True
    await seen.poll()
    assert seen.coordinator.data.pushing
    assert seen.value(PLATFORM, "", "push") == "unavailable"
    seen.device.fault.busy = False
    await seen.poll()
    assert seen.value(PLATFORM, "", "push") == "on"
