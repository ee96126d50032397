"""Sound for loudspeakers: whatever a player understands becomes what a device plays."""

from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
import math
import struct
from typing import Any
import wave

from aiohttp import web
from aiohttp.test_utils import TestServer
import av
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.ip_surveillance import sound
from custom_components.ip_surveillance.sound import async_sound, encode

pytestmark = pytest.mark.usefixtures("socket_enabled")


def tone(seconds: float = 1.0, rate: int = 22050) -> bytes:
    """A tone in stereo, as a file."""
    file = BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(2)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        samples = (int(9000 * math.sin(2 * math.pi * 440 * number / rate)) for number in range(int(seconds * rate)))
        writer.writeframes(b"".join(struct.pack("<hh", sample, sample) for sample in samples))
    return file.getvalue()


def mp3() -> bytes:
    """The same as speech engines make it."""
    file = BytesIO()
    source: Any = av.open(BytesIO(tone()))
    with source, av.open(file, "w", format="mp3") as target:
        stream = target.add_stream("mp3", rate=22050)
        for frame in source.decode(audio=0):
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return file.getvalue()


@pytest.mark.parametrize("make", [tone, mp3])
@pytest.mark.parametrize("codec", ["pcm_alaw", "pcm_mulaw"])
def test_a_second_is_eight_thousand_bytes(make: Callable[[], bytes], codec: str) -> None:
    found = encode(make(), codec)
    assert 7800 <= len(found) <= 8700
    # It is still a tone: what is heard is the same 440 cycles of a second.
    file: Any = av.open(BytesIO(found), format=codec.removeprefix("pcm_"), options={"sample_rate": "8000"})
    with file as heard:
        samples = [int(each) for frame in heard.decode(audio=0) for each in frame.to_ndarray().flatten()]
    crossings = sum(before < 0 <= after for before, after in pairwise(samples))
    assert 420 <= crossings <= 460


@pytest.mark.parametrize(
    ("data", "codec"),
    [
        (b"", "pcm_alaw"),
        (b"hello", "pcm_alaw"),
        # Lists of other files: nothing but what was fetched is opened.
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:9,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n", "pcm_alaw"),
        (b"ffconcat version 1.0\nfile /etc/hostname\n", "pcm_alaw"),
        (b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nm=audio 5004 RTP/AVP 0\r\n", "pcm_alaw"),
        (tone(0), "pcm_alaw"),
        (tone(0.1), "no_such_codec"),
    ],
)
def test_what_is_no_sound(data: bytes, codec: str) -> None:
    with pytest.raises(HomeAssistantError) as caught:
        encode(data, codec)
    assert caught.value.translation_key == "no_sound"


def test_what_has_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound, "LONGEST", 0.5)
    with pytest.raises(HomeAssistantError) as caught:
        encode(tone(), "pcm_alaw")
    assert caught.value.translation_key == "sound_too_long"


async def test_it_is_fetched(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=tone(), content_type="audio/wav")

    app = web.Application()
    app.router.add_get("/tone.wav", answer)
    async with TestServer(app) as server:
        found = await async_sound(hass, str(server.make_url("/tone.wav")), "pcm_alaw")
        assert 7800 <= len(found) <= 8200
        with pytest.raises(HomeAssistantError) as missing:
            await async_sound(hass, str(server.make_url("/other.wav")), "pcm_alaw")
        monkeypatch.setattr(sound, "_LARGEST", 1000)
        with pytest.raises(HomeAssistantError) as large:
            await async_sound(hass, str(server.make_url("/tone.wav")), "pcm_alaw")
    assert missing.value.translation_key == "sound_not_fetched"
    assert large.value.translation_key == "sound_too_long"


@pytest.mark.parametrize("url", ["file:///etc/hostname", "not an address", "http://127.0.0.1:1/x.wav", ""])
async def test_what_cannot_be_fetched(hass: HomeAssistant, url: str) -> None:
    with pytest.raises(HomeAssistantError) as caught:
        await async_sound(hass, url, "pcm_alaw")
    assert caught.value.translation_key == "sound_not_fetched"
