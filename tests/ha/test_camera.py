"""Cameras: which there are, their pictures and their streams."""

from collections.abc import Awaitable, Callable
from functools import partial
import logging
from typing import Any
from unittest.mock import AsyncMock, Mock

from homeassistant.components.camera import CameraEntityFeature, async_get_image, async_get_stream_source
from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import ATTR_SUPPORTED_FEATURES, Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import CONF_STREAMS, DOMAIN
from custom_components.ip_surveillance.protocol.errors import AuthFailed, DeviceError, TimedOut
from custom_components.ip_surveillance.protocol.model.events import Patched
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST,
    Part,
    PartKind,
    PartRef,
    Placement,
    Stream,
)
from custom_components.ip_surveillance.protocol.model.state import Picture
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_driver import UID, FakeDriver, entity_id, topology

type Start = Callable[..., Awaitable[MockConfigEntry]]

CHANNEL = PartRef(HOST, PartKind.CHANNEL, 1)
SECOND = PartRef(HOST, PartKind.CHANNEL, 2)
SEEING = frozenset({Feature.STREAM, Feature.SNAPSHOT})
STREAMS = tuple(Stream(number=number) for number in (1, 2, 3, 4))


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.CAMERA,)


@pytest.fixture
def start(hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch) -> Start:
    return partial(fake_driver.start, hass, set_up, monkeypatch)


def channel(ref: PartRef = CHANNEL, **more: Any) -> Part:
    return Part(ref=ref, **{"features": SEEING, "streams": STREAMS, **more})


async def test_one_camera_per_stream_and_only_the_main_one_enabled(hass: HomeAssistant, start: Start) -> None:
    await start(FakeDriver(topology=topology([channel()])))
    registry = er.async_get(hass)
    entries = [registry.entities[entity_id(hass, "camera", CHANNEL, f"stream{n}")] for n in (1, 2, 3, 4)]
    assert [entry.original_name for entry in entries] == [
        None,
        "Sub stream",
        "Third stream",
        "Stream 4",
    ]
    assert [entry.disabled for entry in entries] == [False, True, True, True]
    assert hass.states.async_entity_ids("camera") == ["camera.yard"]


async def test_the_option_chooses_the_streams(hass: HomeAssistant, start: Start) -> None:
    await start(FakeDriver(topology=topology([channel()])), **{CONF_STREAMS: ["2", "4"]})
    assert sorted(hass.states.async_entity_ids("camera")) == ["camera.yard_stream_4", "camera.yard_sub_stream"]


@pytest.mark.parametrize("placement", [Placement.UNIT, Placement.CHILD])
async def test_main_camera_of_an_own_device_bears_its_name(
    hass: HomeAssistant, start: Start, placement: Placement
) -> None:
    parts = [channel(placement=placement, name="Gate"), channel(SECOND, placement=placement)]
    await start(FakeDriver(topology=topology(parts)))
    registry, devices = er.async_get(hass), dr.async_get(hass)
    gate = registry.entities[entity_id(hass, "camera", CHANNEL, "stream1")]
    assert gate.original_name is None
    assert gate.device_id is not None
    device = devices.async_get(gate.device_id)
    assert device is not None
    assert device.identifiers == {(DOMAIN, f"{UID}_channel1")}
    assert device.name == "Gate"
    second = hass.states.get(entity_id(hass, "camera", SECOND, "stream1"))
    assert second is not None
    assert second.name.endswith("Channel 2")


async def test_no_camera_without_pictures(hass: HomeAssistant, start: Start) -> None:
    await start(FakeDriver(topology=topology([channel(features=frozenset({Feature.ONLINE}))])))
    assert hass.states.async_entity_ids("camera") == []


async def test_a_channel_that_names_no_stream_has_a_main_one(hass: HomeAssistant, start: Start) -> None:
    driver = FakeDriver(topology=topology([channel(streams=(), features=frozenset({Feature.SNAPSHOT}))]))
    await start(driver)
    entity = entity_id(hass, "camera", CHANNEL, "stream1")
    image = await async_get_image(hass, entity)
    assert image.content == driver.picture.data
    assert await async_get_stream_source(hass, entity) is None


async def test_picture_of_the_right_stream(hass: HomeAssistant, start: Start) -> None:
    driver = FakeDriver(topology=topology([channel()]), picture=Picture(b"\x89PNG", "image/png"))
    await start(driver, **{CONF_STREAMS: ["2"]})
    image = await async_get_image(hass, entity_id(hass, "camera", CHANNEL, "stream2"))
    assert (image.content, image.content_type) == (b"\x89PNG", "image/png")
    assert driver.calls == [("snapshot", CHANNEL, 2)]


@pytest.mark.parametrize("claimed", ["text/html", "image/svg+xml", ""])
async def test_a_picture_is_never_served_as_a_page(hass: HomeAssistant, start: Start, claimed: str) -> None:
    driver = FakeDriver(topology=topology([channel()]), picture=Picture(b"<script>", claimed))
    await start(driver)
    image = await async_get_image(hass, entity_id(hass, "camera", CHANNEL, "stream1"))
    assert image.content_type == "image/jpeg"


@pytest.mark.parametrize(("trouble", "reauth"), [(TimedOut("late"), False), (AuthFailed("refused"), True)])
async def test_no_picture_is_no_noise(
    hass: HomeAssistant,
    start: Start,
    caplog: pytest.LogCaptureFixture,
    trouble: DeviceError,
    reauth: bool,
) -> None:
    driver = FakeDriver(topology=topology([channel()]))
    await start(driver)
    driver.trouble = trouble
    caplog.clear()
    with pytest.raises(HomeAssistantError):
        await async_get_image(hass, entity_id(hass, "camera", CHANNEL, "stream1"))
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == (
        [SOURCE_REAUTH] if reauth else []
    )
    ours = [record for record in caplog.records if record.name.startswith("custom_components")]
    assert ours
    assert {record.levelno for record in ours} == {logging.DEBUG}


async def test_no_snapshot_is_asked_of_a_channel_that_has_none(hass: HomeAssistant, start: Start) -> None:
    driver = FakeDriver(topology=topology([channel(features=frozenset({Feature.STREAM}))]))
    await start(driver)
    with pytest.raises(HomeAssistantError):
        await async_get_image(hass, entity_id(hass, "camera", CHANNEL, "stream1"))
    assert driver.calls == []


async def test_stills_come_from_the_stream_where_the_device_makes_none(
    hass: HomeAssistant, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    stream = Mock(async_get_image=AsyncMock(return_value=b"\xff\xd8frame"), stop=AsyncMock())

    def open_stream(_hass: HomeAssistant, source: str, **_: Any) -> Mock:
        opened.append(source)
        return stream

    monkeypatch.setattr("homeassistant.components.camera.create_stream", open_stream)
    driver = FakeDriver(topology=topology([channel(features=frozenset({Feature.STREAM}))]))
    entry = await start(driver)
    entity = entity_id(hass, "camera", CHANNEL, "stream1")
    assert (await async_get_image(hass, entity)).content == b"\xff\xd8frame"
    assert opened == [driver.urls[1]]
    assert driver.calls == []

    driver.topology = topology([channel()])
    await entry.runtime_data.state.async_rediscover()
    assert (await async_get_image(hass, entity)).content == driver.picture.data
    assert driver.calls == [("snapshot", CHANNEL, 1)]


async def test_stream_only_where_there_is_an_address(hass: HomeAssistant, start: Start) -> None:
    driver = FakeDriver(topology=topology([channel()]))
    await start(driver, **{CONF_STREAMS: ["1", "2"]})
    main, sub = (entity_id(hass, "camera", CHANNEL, key) for key in ("stream1", "stream2"))
    features = [hass.states.get(entity).attributes[ATTR_SUPPORTED_FEATURES] for entity in (main, sub)]  # type: ignore[union-attr]
    assert features == [CameraEntityFeature.STREAM, CameraEntityFeature(0)]
    assert await async_get_stream_source(hass, main) == driver.urls[1]
    assert await async_get_stream_source(hass, sub) is None


async def test_addresses_are_not_shown(hass: HomeAssistant, start: Start, caplog: pytest.LogCaptureFixture) -> None:
    await start(FakeDriver(topology=topology([channel()])))
    entity = entity_id(hass, "camera", CHANNEL, "stream1")
    source = await async_get_stream_source(hass, entity)
    assert source is not None
    assert "secret" in source
    assert "secret" not in caplog.text
    assert "secret" not in str(hass.states.get(entity))


async def test_unavailable_while_its_channel_is_away(hass: HomeAssistant, start: Start) -> None:
    driver = FakeDriver(topology=topology([channel(), channel(SECOND)]))
    await start(driver)
    driver.push(Patched(part=CHANNEL, online=False))
    states = [hass.states.get(entity_id(hass, "camera", ref, "stream1")) for ref in (CHANNEL, SECOND)]
    assert [state and state.state for state in states] == ["unavailable", "idle"]


@pytest.mark.parametrize("placement", [Placement.UNIT, Placement.CHILD])
async def test_a_channel_renamed_on_the_device_renames_its_registry_device(
    hass: HomeAssistant, start: Start, placement: Placement
) -> None:
    driver = FakeDriver(topology=topology([channel(placement=placement, name="Gate")]))
    entry = await start(driver)
    driver.topology = topology([channel(placement=placement, name="Back door")])
    await entry.runtime_data.state.async_rediscover()
    device_id = er.async_get(hass).entities[entity_id(hass, "camera", CHANNEL, "stream1")].device_id
    assert device_id is not None
    device = dr.async_get(hass).async_get(device_id)
    assert device is not None
    assert device.name == "Back door"
