"""The loudspeaker of a camera, as a media player that announces."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from homeassistant.components.media_player import MediaPlayerEntityFeature
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from tests.ha.simulated import until
from tests.ha.sunell_seen import *  # noqa: F403 - fixtures
from tests.ha.sunell_seen import CHANNEL, Sunell
from tests.ha.test_sound import tone

PLAYER, KEY = "media_player", "loudspeaker"


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """Where a second of sound is."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=tone(), content_type="audio/wav")

    app = web.Application()
    app.router.add_get("/tone.wav", answer)
    async with TestServer(app) as server:
        yield str(server.make_url("/tone.wav"))


async def play(seen: Sunell, address: str, **data: Any) -> None:
    await seen.act(PLAYER, "play_media", CHANNEL, KEY, media_content_id=address, media_content_type="music", **data)


async def test_an_announcement_is_heard(hass: HomeAssistant, seen: Sunell, address: str) -> None:
    blocks: list[float] = []

    async def sleep(seconds: float) -> None:
        blocks.append(seconds)
        assert seen.value(PLAYER, CHANNEL, KEY) == "playing"

    seen.entry.runtime_data.driver.speaking_sleep = sleep
    features = seen.state(PLAYER, CHANNEL, KEY).attributes["supported_features"]
    assert features & MediaPlayerEntityFeature.MEDIA_ANNOUNCE
    assert seen.value(PLAYER, CHANNEL, KEY) == "idle"
    await play(seen, address, announce=True)
    assert seen.value(PLAYER, CHANNEL, KEY) == "idle"
    (heard,) = seen.device.world.sound
    await until(lambda: heard.endswith(b"--myboundary--\r\n"))
    assert 7800 < len(heard) < 8200
    assert len(blocks) in (10, 11)


async def test_it_can_be_stopped(seen: Sunell, address: str) -> None:
    async def sleep(_: float) -> None:
        await asyncio.Event().wait()

    seen.entry.runtime_data.driver.speaking_sleep = sleep
    playing = asyncio.create_task(play(seen, address))
    await until(lambda: len(seen.device.spoken) == 800)
    await seen.act(PLAYER, "media_stop", CHANNEL, KEY)
    await playing
    assert seen.value(PLAYER, CHANNEL, KEY) == "idle"
    assert len(seen.device.spoken) == 800


async def test_a_refusal_is_told(seen: Sunell, address: str) -> None:
    seen.device.fail(-506, "audio.cgi")
    with pytest.raises(HomeAssistantError) as caught:
        await play(seen, address)
    assert caught.value.translation_key == "not_supported"
    assert seen.value(PLAYER, CHANNEL, KEY) == "idle"


async def test_what_is_no_sound_is_not_sent(seen: Sunell) -> None:
    with pytest.raises(HomeAssistantError) as caught:
        await play(seen, "http://127.0.0.1:1/nothing.mp3")
    assert caught.value.translation_key == "sound_not_fetched"
    assert seen.device.world.sound == []


@pytest.mark.parametrize("model", ["nvr"])
async def test_a_recorder_has_none(seen: Sunell) -> None:
    assert not seen.has(PLAYER, CHANNEL, KEY)
