"""Recorded devices, set up through the config flow.

What each has was read from the recordings by a person, not taken from what the driver makes of them. The recordings
are no part of the repository: without them these tests are skipped.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
import logging
import os
from pathlib import Path

from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_SSL, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.ip_surveillance.const import CONF_FAMILY, DOMAIN
from tests.ha.simulated import until
from tests.simulators.isapi import IsapiSimulator

ROOT = Path(__file__).parents[2]
DEVICES = Path(os.environ.get("IP_SURVEILLANCE_CAPTURES", ROOT.parent / "shared" / "captures")) / "isapi" / "devices"

pytestmark = pytest.mark.skipif(
    not DEVICES.is_dir(), reason="no recordings of real devices here; set IP_SURVEILLANCE_CAPTURES"
)

BASIC = frozenset({"motion", "tamper"})
SMART = frozenset({"intrusion", "line_crossing"})
REGIONS = frozenset({"region_entrance", "region_exiting"})
FACES = frozenset({"face", "face_match", "object_thrown"})
PROXIED = BASIC | SMART | REGIONS | {"video_loss", "scene_change"}
CONDITIONS = frozenset({"disk_full", "disk_error", "network_broken", "ip_conflict", "illegal_login"})
CAMERA_CONDITIONS = CONDITIONS | {"disk_health"}
RECORDER_CONDITIONS = CONDITIONS | {"recording_failure"}


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a recorded device has."""

    streams: dict[int, tuple[int, ...]]
    """By channel."""
    detections: dict[int, frozenset[str]]
    conditions: frozenset[str]
    stores: frozenset[str]
    inputs: frozenset[int] = field(default=frozenset())
    """Inputs whose state can be read."""
    alarm_inputs: frozenset[int] = field(default=frozenset())
    """Ports of cameras behind a recorder that only triggers name."""
    outputs: frozenset[int] = field(default=frozenset())
    recorder: bool = False


EXPECTED = {
    "DS-2CD2386G2-IU": Expected(
        streams={1: (1, 2)},
        detections={1: BASIC | SMART | REGIONS | {"bad_video", "scene_change"}},
        conditions=CAMERA_CONDITIONS,
        stores=frozenset({"1", "9nas"}),
    ),
    "DS-2CD2443G0-IW": Expected(
        streams={1: (1, 2)},
        detections={1: BASIC | SMART | {"bad_video", "video_mismatch", "pir", "face"}},
        conditions=CAMERA_CONDITIONS,
        stores=frozenset({"9nas"}),
    ),
    "DS-2SE4C425MWG-E-26": Expected(
        streams={1: (1, 2, 3), 2: (1, 2)},
        detections={1: BASIC | {"audio_exception", "face"}, 2: SMART | REGIONS},
        conditions=CAMERA_CONDITIONS,
        stores=frozenset({"1", "9nas"}),
        inputs=frozenset({1}),
        outputs=frozenset({1}),
    ),
    "DS-7608NXI-I2": Expected(
        # Channel 4 was offline: it has neither streams nor triggers in the recording.
        streams=dict.fromkeys((1, 2, 3, 4), (1, 2)),
        detections={1: PROXIED | FACES, 2: PROXIED | FACES, 3: (PROXIED | FACES) - {"scene_change"}, 4: frozenset()},
        conditions=RECORDER_CONDITIONS,
        stores=frozenset({"1"}),
        inputs=frozenset({1, 2, 3, 4}),
        alarm_inputs=frozenset({301}),
        outputs=frozenset({1}),
        recorder=True,
    ),
    "DS-7616NI-K2": Expected(
        streams=dict.fromkeys((1, 2, 3, 4, 5, 6), (1, 2)),
        detections={
            **dict.fromkeys((1, 3, 4, 5), PROXIED),
            2: BASIC | {"video_loss"},
            6: frozenset({"motion", "video_loss"}),
        },
        conditions=RECORDER_CONDITIONS,
        stores=frozenset({"1"}),
        inputs=frozenset({1, 2, 3, 4}),
        alarm_inputs=frozenset({101, 301, 401, 501}),
        outputs=frozenset({1}),
        recorder=True,
    ),
    "iDS-7204HUHI-M1": Expected(
        streams=dict.fromkeys((1, 2, 3, 4), (1, 2)),
        # "Bad video" has one trigger that names no channel: any of the connectors may raise it.
        detections=dict.fromkeys((1, 2, 3, 4), BASIC | SMART | {"video_loss", "face", "bad_video"}),
        conditions=RECORDER_CONDITIONS,
        stores=frozenset({"1"}),
        recorder=True,
    ),
}


@pytest.fixture
def captures(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return (request.param,) if isinstance(request.param, str) else request.param


@pytest.fixture
async def devices(captures: tuple[str, ...], socket_enabled: None) -> AsyncIterator[list[IsapiSimulator]]:
    running = [IsapiSimulator.from_capture(DEVICES / f"{name}.json") for name in captures]
    for device in running:
        await device.start()
    yield running
    for device in running:
        await device.stop()


@pytest.fixture
async def entries(
    hass: HomeAssistant, devices: list[IsapiSimulator], caplog: pytest.LogCaptureFixture
) -> AsyncIterator[list[ConfigEntry]]:
    """Set the devices up as a person does, and look at the log at the end."""
    found = [await through_the_flow(hass, device) for device in devices]
    yield found
    for entry in found:
        if entry.state is ConfigEntryState.LOADED:
            await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    loud = [
        record.getMessage()
        for when in ("setup", "call", "teardown")
        for record in caplog.get_records(when)
        if record.name.startswith(f"custom_components.{DOMAIN}") and record.levelno > logging.DEBUG
    ]
    assert loud == []


async def through_the_flow(hass: HomeAssistant, device: IsapiSimulator) -> ConfigEntry:
    """Fill in the form, and wait until all was read."""
    flow = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert (flow["type"], flow["step_id"]) == (FlowResultType.FORM, "user")
    typed = {
        CONF_HOST: device.host,
        CONF_PORT: device.port,
        CONF_SSL: False,
        CONF_VERIFY_SSL: False,
        CONF_USERNAME: device.username,
        CONF_PASSWORD: device.password,
        CONF_FAMILY: "auto",
    }
    done = await hass.config_entries.flow.async_configure(flow["flow_id"], typed)
    assert done["type"] is FlowResultType.CREATE_ENTRY, done
    await hass.async_block_till_done()
    entry: ConfigEntry = done["result"]
    assert entry.state is ConfigEntryState.LOADED
    await until(lambda: entry.runtime_data.state.data.pushing)
    await entry.runtime_data.state.async_refresh()
    await entry.runtime_data.settings.async_refresh()
    return entry


def keys(hass: HomeAssistant, entry: ConfigEntry, platform: str) -> dict[str, er.RegistryEntry]:
    """Entities of a platform by their unique ids without the device's."""
    found = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {each.unique_id.removeprefix(f"{entry.unique_id}_"): each for each in found if each.domain == platform}


@pytest.mark.parametrize("captures", EXPECTED, indirect=True)
async def test_each_recording_becomes_what_the_device_has(
    hass: HomeAssistant, captures: tuple[str, ...], entries: list[ConfigEntry]
) -> None:
    expected, entry = EXPECTED[captures[0]], entries[0]

    cameras = keys(hass, entry, "camera")
    assert cameras.keys() == {
        f"channel{channel}_stream{stream}" for channel, found in expected.streams.items() for stream in found
    }
    enabled = {key for key, camera in cameras.items() if camera.disabled_by is None}
    assert enabled == {f"channel{channel}_stream1" for channel in expected.streams}

    sensors = keys(hass, entry, "binary_sensor")
    for channel, detections in expected.detections.items():
        start = f"channel{channel}_detection_"
        plain = {key.removeprefix(start) for key in sensors if key.startswith(start)}
        plain = {key for key in plain if not key.endswith(("_human", "_vehicle", "_region1"))}
        assert plain == detections, f"channel {channel}"
    conditions = {key.removeprefix("detection_") for key in sensors if key.startswith("detection_")}
    assert conditions == expected.conditions
    assert {key for key in sensors if key.startswith("input")} == {
        *(f"input{number}_active" for number in expected.inputs),
        *(f"input{number}_detection_input" for number in expected.alarm_inputs),
    }
    assert {key for key in sensors if key.endswith("_problem")} == {
        f"storage{store}_problem" for store in expected.stores
    }
    assert {key for key in sensors if key.endswith("_online")} == (
        {f"channel{channel}_online" for channel in expected.streams}
        if expected.recorder and "HUHI" not in captures[0]
        else set()
    )
    outputs = {key for key in keys(hass, entry, "switch") if key.startswith("output")}
    assert outputs == {f"output{number}_output" for number in expected.outputs}

    events = keys(hass, entry, "event")
    # Also of a camera that was offline: what it can detect will be known when it is back.
    assert {key for key in events if key.startswith("channel") and key.endswith("_detection")} == {
        f"channel{channel}_detection" for channel in expected.streams
    }


@pytest.mark.parametrize("captures", EXPECTED, indirect=True)
async def test_registry_devices(hass: HomeAssistant, captures: tuple[str, ...], entries: list[ConfigEntry]) -> None:
    """A recorder's cameras are devices of their own, several lenses are parts of one, a single one is the device."""
    expected, entry = EXPECTED[captures[0]], entries[0]
    registry = dr.async_get(hass)
    found = dr.async_entries_for_config_entry(registry, entry.entry_id)
    host = next(device for device in found if (DOMAIN, entry.unique_id) in device.identifiers)
    channels = {(DOMAIN, f"{entry.unique_id}_channel{channel}") for channel in expected.streams}
    separate = {identifier for device in found for identifier in device.identifiers} - {(DOMAIN, entry.unique_id)}
    if expected.recorder:
        assert separate == channels
        assert {device.via_device_id for device in found} == {None, host.id}
    assert host.model
    assert host.serial_number
    assert host.sw_version


@pytest.mark.parametrize("captures", EXPECTED, indirect=True)
async def test_everything_enabled_has_a_state(hass: HomeAssistant, entries: list[ConfigEntry]) -> None:
    """Nothing is unavailable: what the recording lacks is unknown."""
    found = er.async_entries_for_config_entry(er.async_get(hass), entries[0].entry_id)
    states = {each.entity_id: hass.states.get(each.entity_id) for each in found if each.disabled_by is None}
    assert states
    assert [name for name, state in states.items() if state is None or state.state == "unavailable"] == []


@pytest.mark.parametrize("captures", EXPECTED, indirect=True)
async def test_unload_leaves_nothing(
    hass: HomeAssistant, devices: list[IsapiSimulator], entries: list[ConfigEntry]
) -> None:
    await devices[0].wait_streams(1)
    async with asyncio.timeout(1):
        assert await hass.config_entries.async_unload(entries[0].entry_id)
    await devices[0].wait_streams(0)
    devices[0].requests.clear()
    assert {state.state for state in hass.states.async_all()} == {"unavailable"}
    assert not entries[0]._background_tasks
    assert not entries[0]._tasks
    await hass.async_block_till_done(wait_background_tasks=True)
    assert devices[0].requests == []
    assert [request.method for request in devices[0].host_writes] == []


@pytest.mark.parametrize(
    "captures",
    [("DS-7608NXI-I2", "DS-7616NI-K2"), ("DS-2CD2386G2-IU", "DS-2CD2443G0-IW", "DS-2SE4C425MWG-E-26")],
    indirect=True,
)
async def test_devices_with_the_same_channel_numbers_do_not_collide(
    hass: HomeAssistant, devices: list[IsapiSimulator], entries: list[ConfigEntry]
) -> None:
    registry = er.async_get(hass)
    for entry, name in zip(entries, [device.profile.identity.model for device in devices], strict=True):
        assert keys(hass, entry, "camera"), name
    mine, *others = (keys(hass, entry, "binary_sensor") for entry in entries)
    shared = {key for key in mine if all(key in other for other in others)}
    assert "channel1_detection_motion" in shared
    for entry in entries:
        assert entry.unique_id
        found = er.async_entries_for_config_entry(registry, entry.entry_id)
        assert all(each.unique_id.startswith(f"{entry.unique_id}_") for each in found)

    key = "channel1_detection_motion"
    await devices[0].alert("VMD", 1)
    await until(lambda: hass.states.get(mine[key].entity_id).state == "on")  # type: ignore[union-attr]
    for other in others:
        state = hass.states.get(other[key].entity_id)
        assert state is not None
        assert state.state == "off"


def test_all_recordings_are_expected() -> None:
    assert {path.stem for path in DEVICES.glob("*.json")} == set(EXPECTED)
