"""Actions: what reaches the driver, and what is refused in words a person understands."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
import voluptuous as vol

from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.protocol.commands import RawAnswer
from custom_components.ip_surveillance.protocol.errors import DeviceError, Rejected, TimedOut
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST,
    HOST_PART,
    Part,
    PartKind,
    PartRef,
    Placement,
    Toggle,
)
from custom_components.ip_surveillance.protocol.model.setting_words import Setting, SettingKey
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_driver import UID, FakeDriver, ReadOnlyDriver, entity_id, topology
from tests.simulators.isapi import IsapiSimulator

type Start = Callable[..., Awaitable[MockConfigEntry]]
type Fields = Mapping[str, Any]

DOME = PartRef(HOST, PartKind.CHANNEL, 1)
FIXED = PartRef(HOST, PartKind.CHANNEL, 2)
RELAY = PartRef(HOST, PartKind.OUTPUT, 1)
LATCH = PartRef(HOST, PartKind.OUTPUT, 2)
SEEING = frozenset({Feature.STREAM, Feature.SNAPSHOT})
MOVING = frozenset(
    {
        Feature.PTZ_CONTINUOUS,
        Feature.PTZ_RELATIVE,
        Feature.PTZ_ABSOLUTE,
        Feature.PTZ_ZOOM,
        Feature.PRESETS,
        Feature.PATROLS,
        Feature.PATTERNS,
        Feature.SCANS,
        Feature.RECORDINGS,
        Feature.HOME,
        Feature.FOCUS,
        Feature.IRIS,
        Feature.WIPER,
        Feature.AUXILIARY_LIGHT,
    }
)
PARTS = (
    Part(
        ref=DOME,
        placement=Placement.CHILD,
        features=SEEING | MOVING,
        settings={SettingKey(Setting.PARK_ACTION): Toggle()},
        presets={1: "Gate", 2: "3", 3: "Door"},
    ),
    Part(ref=FIXED, placement=Placement.CHILD, features=SEEING),
    Part(ref=RELAY, features=frozenset({Feature.SWITCH, Feature.PULSE})),
    Part(ref=LATCH, features=frozenset({Feature.SWITCH})),
)


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.CAMERA, Platform.SWITCH)


@pytest.fixture
def start(hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch) -> Start:
    return partial(fake_driver.start, hass, set_up, monkeypatch)


@pytest.fixture
async def driver(start: Start) -> FakeDriver:
    driver = FakeDriver(topology=topology(PARTS))
    await start(driver)
    return driver


@pytest.fixture
def dome(hass: HomeAssistant, driver: FakeDriver) -> str:
    return entity_id(hass, "camera", DOME, "stream1")


async def act(hass: HomeAssistant, action: str, entity: str, /, **fields: Any) -> None:
    await hass.services.async_call(DOMAIN, action, {ATTR_ENTITY_ID: entity, **fields}, blocking=True)


ACTIONS: tuple[tuple[str, Fields, tuple[Any, ...]], ...] = (
    ("ptz_move", {"pan": -1}, ("move", DOME, -1, 0, 0, 0.5)),
    (
        "ptz_move",
        {"mode": "continuous", "tilt": 0.5, "zoom": 1, "duration": 2},
        ("move", DOME, 0, 0.5, 1, 2),
    ),
    ("ptz_move", {"mode": "relative", "pan": 0.2, "tilt": -0.2}, ("move_by", DOME, 0.2, -0.2, 0)),
    ("ptz_move", {"mode": "absolute", "pan": 0, "tilt": 0}, ("move_to", DOME, 0, 0, None)),
    ("ptz_move", {"mode": "absolute", "pan": 359.5, "tilt": -90, "zoom": 4}, ("move_to", DOME, 359.5, -90, 4)),
    ("ptz_stop", {}, ("stop", DOME)),
    ("ptz_goto_preset", {"preset": "gate"}, ("goto_preset", DOME, 1)),
    ("ptz_goto_preset", {"preset": 3}, ("goto_preset", DOME, 3)),
    ("ptz_goto_preset", {"preset": "3"}, ("goto_preset", DOME, 2)),
    ("ptz_goto_preset", {"preset": " 17 "}, ("goto_preset", DOME, 17)),
    ("ptz_save_preset", {"number": 4}, ("save_preset", DOME, 4, None)),
    ("ptz_save_preset", {"number": 4, "name": "Pond"}, ("save_preset", DOME, 4, "Pond")),
    ("ptz_patrol", {"patrol": 2}, ("patrol", DOME, 2, True)),
    ("ptz_patrol", {"patrol": 2, "action": "stop"}, ("patrol", DOME, 2, False)),
    ("ptz_delete_preset", {"number": 4}, ("delete_preset", DOME, 4)),
    ("ptz_pattern", {"pattern": 0}, ("pattern", DOME, 0, True)),
    ("ptz_scan", {"scan": 3, "action": "stop"}, ("scan", DOME, 3, False)),
    ("ptz_home", {}, ("goto_home", DOME)),
    ("focus", {"speed": -0.5}, ("focus", DOME, -0.5, 0.5)),
    ("iris", {"speed": 1, "duration": 0.1}, ("iris", DOME, 1, 0.1)),
    ("auxiliary", {"accessory": "wiper", "on": True}, ("auxiliary", DOME, Feature.WIPER, True)),
    ("auxiliary", {"accessory": "light", "on": False}, ("auxiliary", DOME, Feature.AUXILIARY_LIGHT, False)),
)


@pytest.mark.parametrize(("action", "fields", "call"), ACTIONS)
async def test_what_reaches_the_camera(
    hass: HomeAssistant, driver: FakeDriver, dome: str, action: str, fields: Fields, call: tuple[Any, ...]
) -> None:
    await act(hass, action, dome, **fields)
    assert driver.calls == [call]


@pytest.mark.parametrize(("action", "fields", "call"), ACTIONS)
async def test_a_camera_that_cannot_says_so(
    hass: HomeAssistant, driver: FakeDriver, action: str, fields: Fields, call: tuple[Any, ...]
) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await act(hass, action, entity_id(hass, "camera", FIXED, "stream1"), **fields)
    assert refused.value.translation_key == "feature_missing"
    assert driver.calls == []


@pytest.mark.parametrize(
    ("features", "fields", "possible"),
    [
        ({Feature.PTZ_ZOOM}, {"zoom": 1}, True),
        ({Feature.PTZ_ZOOM}, {"zoom": 1, "pan": 1}, False),
        ({Feature.PTZ_CONTINUOUS}, {"pan": 1}, True),
        ({Feature.PTZ_CONTINUOUS}, {"pan": 1, "zoom": 1}, False),
    ],
)
async def test_motor_zoom_and_pan_are_different_abilities(
    hass: HomeAssistant, start: Start, features: set[Feature], fields: Fields, possible: bool
) -> None:
    driver = FakeDriver(topology=topology([Part(ref=DOME, features=SEEING | features)]))
    await start(driver)
    camera = entity_id(hass, "camera", DOME, "stream1")
    if possible:
        await act(hass, "ptz_move", camera, **fields)
        await act(hass, "ptz_stop", camera)
    else:
        with pytest.raises(ServiceValidationError):
            await act(hass, "ptz_move", camera, **fields)
    assert [call[0] for call in driver.calls] == (["move", "stop"] if possible else [])


@pytest.mark.parametrize(
    ("action", "fields", "key"),
    [
        ("ptz_move", {}, "ptz_no_direction"),
        ("ptz_move", {"pan": 0, "mode": "relative"}, "ptz_no_direction"),
        ("ptz_move", {"pan": 1.5}, "ptz_out_of_range"),
        ("ptz_move", {"tilt": -45, "mode": "relative"}, "ptz_out_of_range"),
        ("ptz_move", {"pan": -1, "tilt": 0, "mode": "absolute"}, "ptz_out_of_range"),
        ("ptz_move", {"pan": 10, "tilt": 0, "zoom": 0, "mode": "absolute"}, "ptz_out_of_range"),
        ("ptz_move", {"pan": 10, "mode": "absolute"}, "ptz_position_incomplete"),
        ("ptz_goto_preset", {"preset": "Pond"}, "preset_unknown"),
        ("ptz_goto_preset", {"preset": "9" * 20}, "preset_unknown"),
    ],
)
async def test_what_cannot_be_meant_is_refused(
    hass: HomeAssistant, driver: FakeDriver, dome: str, action: str, fields: Fields, key: str
) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await act(hass, action, dome, **fields)
    assert refused.value.translation_key == key
    assert "{" not in str(refused.value)
    assert driver.calls == []


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("ptz_move", {"pan": 1, "duration": 31}),
        ("ptz_move", {"pan": 1, "duration": 0}),
        ("ptz_move", {"pan": 1, "mode": "sideways"}),
        ("ptz_move", {"pan": "nan"}),
        ("ptz_save_preset", {"number": 0}),
        ("ptz_save_preset", {"number": 1, "name": "x" * 65}),
        ("ptz_patrol", {"patrol": 1, "action": "pause"}),
        ("focus", {"speed": 1.1}),
        ("auxiliary", {"accessory": "fan", "on": True}),
    ],
)
async def test_fields_have_limits(
    hass: HomeAssistant, driver: FakeDriver, dome: str, action: str, fields: Fields
) -> None:
    with pytest.raises(vol.Invalid):
        await act(hass, action, dome, **fields)
    assert driver.calls == []


@pytest.mark.parametrize(
    ("trouble", "error", "key"),
    [
        (Rejected("no such preset"), ServiceValidationError, "rejected"),
        (TimedOut("late"), HomeAssistantError, "timed_out"),
    ],
)
async def test_the_devices_own_refusal_is_shown(
    hass: HomeAssistant,
    driver: FakeDriver,
    dome: str,
    trouble: DeviceError,
    error: type[HomeAssistantError],
    key: str,
) -> None:
    driver.trouble = trouble
    with pytest.raises(error) as refused:
        await act(hass, "ptz_goto_preset", dome, preset=99)
    assert refused.value.translation_key == key


async def test_a_saved_preset_is_looked_for(hass: HomeAssistant, driver: FakeDriver, dome: str) -> None:
    before = driver.discoveries
    await act(hass, "ptz_save_preset", dome, number=9)
    await hass.async_block_till_done()
    assert driver.discoveries == before + 1


async def test_a_forgotten_preset_is_looked_for(hass: HomeAssistant, driver: FakeDriver, dome: str) -> None:
    before = driver.discoveries
    await act(hass, "ptz_delete_preset", dome, number=1)
    await hass.async_block_till_done()
    assert driver.discoveries == before + 1


async def test_recordings_are_listed_in_the_devices_clock(hass: HomeAssistant, driver: FakeDriver, dome: str) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    given = {ATTR_ENTITY_ID: dome, "start": "2026-11-20T08:00:00+00:00", "end": "2026-11-20 10:00:00"}
    answer = await hass.services.async_call(DOMAIN, "get_recordings", given, blocking=True, return_response=True)
    start, end = (datetime.fromisoformat(f"2026-11-20T{hour}:00:00") for hour in ("09", "10"))
    assert driver.calls == [("recordings", DOME, start, end)]
    assert answer == {
        dome: {"recordings": [{"start": "2026-11-20T09:00:00", "end": "2026-11-20T10:00:00", "size": 4096}]}
    }
    given[ATTR_ENTITY_ID] = entity_id(hass, "camera", FIXED, "stream1")
    with pytest.raises(ServiceValidationError) as refused:
        await hass.services.async_call(DOMAIN, "get_recordings", given, blocking=True, return_response=True)
    assert refused.value.translation_key == "feature_missing"


async def test_a_stop_overtakes_a_move(
    hass: HomeAssistant, driver: FakeDriver, dome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, stopped = asyncio.Event(), asyncio.Event()

    async def move(*_: Any) -> None:
        begun.set()
        await stopped.wait()

    async def stop(*_: Any) -> None:
        stopped.set()

    monkeypatch.setattr(driver, "move", move)
    monkeypatch.setattr(driver, "stop", stop)
    moving = hass.async_create_task(act(hass, "ptz_move", dome, pan=1, duration=30))
    await begun.wait()
    await asyncio.wait_for(act(hass, "ptz_stop", dome), 5)
    await moving


# Outputs


async def test_a_pulse_reaches_the_output(hass: HomeAssistant, driver: FakeDriver) -> None:
    output = entity_id(hass, "switch", RELAY, "output")
    await act(hass, "pulse_output", output)
    await act(hass, "pulse_output", output, seconds=3600)
    assert driver.calls == [("pulse_output", RELAY, 1), ("pulse_output", RELAY, 3600)]
    state = hass.states.get(output)
    assert state is not None
    assert state.state == "off"


@pytest.mark.parametrize(("part", "key"), [(LATCH, "output"), (DOME, "park_action")])
async def test_not_every_switch_can_pulse(hass: HomeAssistant, driver: FakeDriver, part: PartRef, key: str) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await act(hass, "pulse_output", entity_id(hass, "switch", part, key))
    assert refused.value.translation_key == "feature_missing"
    assert driver.calls == []


# Any request


async def ask(hass: HomeAssistant, context: Context | None = None, **fields: Any) -> Any:
    return await hass.services.async_call(
        DOMAIN, "send_request", {"path": "/any", **fields}, True, context, return_response=True
    )


@pytest.mark.parametrize(
    ("fields", "call"),
    [
        ({}, ("send_request", "GET", "/any", (), None)),
        (
            {"method": "put", "path": "/a/1;b=%20", "body": "höhe"},
            ("send_request", "PUT", "/a/1;b=%20", (), "höhe".encode()),
        ),
        (
            {"query": {"format": "json", "id": ["1", "2"], "n": 3}},
            ("send_request", "GET", "/any", (("format", "json"), ("id", "1"), ("id", "2"), ("n", "3")), None),
        ),
        ({"method": "DELETE", "body": ""}, ("send_request", "DELETE", "/any", (), b"")),
    ],
)
async def test_any_request_is_sent_as_given(
    hass: HomeAssistant, driver: FakeDriver, fields: Fields, call: tuple[Any, ...]
) -> None:
    answer = await ask(hass, **fields)
    assert answer == {"status": 200, "content_type": "text/plain", "encoding": "text", "body": "done"}
    assert driver.calls == [call]


async def test_an_answer_that_is_no_text_comes_in_base64(hass: HomeAssistant, driver: FakeDriver) -> None:
    driver.answer = RawAnswer(status=403, content_type="image/jpeg", body=b"\xff\xd8")
    answer = await ask(hass)
    assert answer == {"status": 403, "content_type": "image/jpeg", "encoding": "base64", "body": "/9g="}


@pytest.mark.parametrize(
    "path",
    ["", "any", "//host/any", "http://host/any", "/any?x=1", "/any#x", "/a b", "/a\r\nX: y", "/" + "a" * 1024],
)
async def test_a_path_is_only_a_path(hass: HomeAssistant, driver: FakeDriver, path: str) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hass, path=path)
    assert refused.value.translation_key == "path_invalid"
    assert driver.calls == []


@pytest.mark.parametrize("fields", [{"method": "TRACE"}, {"config_entry_id": "a", "device_id": "b"}])
async def test_requests_have_limits(hass: HomeAssistant, driver: FakeDriver, fields: Fields) -> None:
    with pytest.raises(vol.Invalid):
        await ask(hass, **fields)
    assert driver.calls == []


async def test_only_administrators_send_requests(
    hass: HomeAssistant, driver: FakeDriver, hass_read_only_user: MockUser, hass_admin_user: MockUser
) -> None:
    with pytest.raises(Unauthorized):
        await ask(hass, Context(user_id=hass_read_only_user.id))
    assert driver.calls == []
    await ask(hass, Context(user_id=hass_admin_user.id))
    assert len(driver.calls) == 1


async def test_the_device_is_named_by_entry_or_device(hass: HomeAssistant, driver: FakeDriver) -> None:
    entry = hass.config_entries.async_entries(DOMAIN)[0]
    MockConfigEntry(domain=DOMAIN, unique_id="other").add_to_hass(hass)
    with pytest.raises(ServiceValidationError):
        await ask(hass)
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, UID), config_entry_id=entry.entry_id)
    assert device is not None
    await ask(hass, config_entry_id=entry.entry_id)
    await ask(hass, device_id=device.id)
    assert len(driver.calls) == 2


async def test_a_request_that_fails_says_why_and_keeps_secrets(
    hass: HomeAssistant, driver: FakeDriver, caplog: pytest.LogCaptureFixture
) -> None:
    driver.trouble = TimedOut("late")
    with pytest.raises(HomeAssistantError) as failed:
        await ask(hass, method="PUT", body="hunter2", query={"key": "hunter2"})
    assert failed.value.translation_key == "timed_out"
    assert "hunter2" not in str(failed.value)
    ours = [record.getMessage() for record in caplog.records if "ip_surveillance" in record.name]
    assert not any("hunter2" in message for message in ours)


async def test_a_family_without_requests_says_so(hass: HomeAssistant, start: Start) -> None:
    await start(ReadOnlyDriver(topology=topology([Part(ref=HOST_PART, name="Yard")])))
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hass)
    assert refused.value.translation_key == "feature_missing"


async def test_actions_exist_without_a_loaded_entry(hass: HomeAssistant, start: Start) -> None:
    entry = await start(FakeDriver(topology=topology(PARTS)))
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert hass.services.has_service(DOMAIN, "ptz_move")
    with pytest.raises(ServiceValidationError):
        await ask(hass)


# Against a simulated device


def device_entity(hass: HomeAssistant, entry: MockConfigEntry, domain: str, ending: str) -> str:
    found = [
        entity.entity_id
        for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
        if entity.domain == domain and entity.unique_id.endswith(ending)
    ]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize("model", ["ptz"])
async def test_a_real_dome_moves_and_stops(
    hass: HomeAssistant, device: IsapiSimulator, setup_entry: MockConfigEntry
) -> None:
    camera = device_entity(hass, setup_entry, "camera", "_channel1_stream1")
    head = device.world.ptz[1]
    before = head.position
    await act(hass, "ptz_move", camera, pan=0.5, duration=0.3)
    assert head.position != before
    assert not head.moving
    assert head.stopped_by_command


@pytest.mark.parametrize("model", ["ptz"])
async def test_a_real_dome_keeps_a_preset(
    hass: HomeAssistant, device: IsapiSimulator, setup_entry: MockConfigEntry
) -> None:
    camera = device_entity(hass, setup_entry, "camera", "_channel1_stream1")
    number = next(each for each in range(1, 30) if each not in device.world.ptz[1].presets)
    await act(hass, "ptz_save_preset", camera, number=number, name="Pond")
    assert device.world.ptz[1].presets[number].name == "Pond"
    await act(hass, "ptz_goto_preset", camera, preset=number)


@pytest.mark.parametrize("model", ["camera"])
async def test_a_real_camera_answers_a_request(
    hass: HomeAssistant, device: IsapiSimulator, setup_entry: MockConfigEntry
) -> None:
    answer = await ask(hass, path="/ISAPI/System/deviceInfo")
    assert answer["status"] == 200
    assert "DeviceInfo" in answer["body"]
    missing = await ask(hass, path="/ISAPI/No/such/thing")
    assert missing["status"] in (403, 404)
