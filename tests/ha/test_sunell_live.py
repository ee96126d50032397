"""Live video as pictures: passed on by Home Assistant, so that no browser learns of the device and its password."""

import asyncio

from aiohttp import ClientResponse
from homeassistant.components.camera import CameraEntityFeature, async_get_stream_source
from homeassistant.const import ATTR_SUPPORTED_FEATURES
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.ha.sunell_seen import *  # noqa: F403 - fixtures
from tests.ha.sunell_seen import CHANNEL, Sunell
from tests.simulators.sunell_cgi import SunellSimulator

_JPEG, _JPEG_END = b"\xff\xd8", b"\xff\xd9"


async def read(answer: ClientResponse, pictures: int) -> bytes:
    """Bytes of a live picture until so many pictures have come."""
    data = b""
    async with asyncio.timeout(10):
        while data.count(_JPEG_END) < pictures:
            data += await answer.content.readany()
    return data


async def watched(seen: Sunell, hass_client: ClientSessionGenerator, pictures: int = 4) -> bytes:
    """What a browser gets."""
    client = await hass_client()
    entity = seen.state("camera", CHANNEL, "stream1").entity_id
    async with client.get(f"/api/camera_proxy_stream/{entity}") as answer:
        assert answer.status == 200
        assert "multipart/x-mixed-replace" in answer.headers["Content-Type"]
        data = await read(answer, pictures)
        shown = f"{answer.headers!r}{data!r}"
    assert seen.device.password not in shown
    assert str(seen.device.port) not in shown
    return data


async def test_pictures_are_passed_on(seen: Sunell, hass_client: ClientSessionGenerator) -> None:
    seen.device.frame_seconds = 0.01
    data = await watched(seen, hass_client)
    assert data.count(b"Content-Type: image/jpeg\r\n") >= 4
    assert len(seen.device.queries(cgi="video", kind="HTTP")) == 1
    assert not seen.device.queries(cgi="image")


@pytest.mark.parametrize("code", [-511, -506])
async def test_without_them_stills_are_shown(seen: Sunell, hass_client: ClientSessionGenerator, code: int) -> None:
    """A camera that has no connection left, or sends no such stream."""
    seen.device.fail(code, "mjpegplay")
    data = await watched(seen, hass_client, pictures=2)
    assert _JPEG in data
    assert seen.device.queries(cgi="image")


@pytest.mark.parametrize("model", ["nvr"])
async def test_a_recorder_shows_stills(seen: Sunell, hass_client: ClientSessionGenerator) -> None:
    assert _JPEG in await watched(seen, hass_client, pictures=2)
    assert not seen.device.queries(cgi="video", kind="HTTP")


class TestWithoutRtsp:
    """A camera that gives no address of its video."""

    @pytest.fixture
    def device(self, device: SunellSimulator) -> SunellSimulator:
        """Take the address, the list of ports and the example from it."""
        device.fail(-506, "type=RTSP", times=100)
        device.lacking |= {"devicePort", "protocolInfo"}
        return device

    async def test_it_is_shown_by_pictures(
        self, hass: HomeAssistant, seen: Sunell, hass_client: ClientSessionGenerator
    ) -> None:
        state = seen.state("camera", CHANNEL, "stream1")
        # The frontend asks for pictures where there is no stream.
        assert not state.attributes[ATTR_SUPPORTED_FEATURES] & CameraEntityFeature.STREAM
        assert await async_get_stream_source(hass, state.entity_id) is None
        seen.device.frame_seconds = 0.01
        assert (await watched(seen, hass_client)).count(_JPEG) >= 4

    @pytest.mark.parametrize("model", ["lite"])
    async def test_a_device_that_sends_neither_is_shown_by_stills(
        self, seen: Sunell, hass_client: ClientSessionGenerator
    ) -> None:
        assert _JPEG in await watched(seen, hass_client, pictures=2)
        assert seen.device.queries(cgi="image")
