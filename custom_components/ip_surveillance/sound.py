"""Sound for the loudspeakers of devices: fetched from where it is, and encoded as a device plays it."""

from collections.abc import Iterator
from io import BytesIO
from itertools import chain
from typing import Any, Final

from aiohttp import ClientError, ClientTimeout
import av
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from .const import DOMAIN

_RATE: Final = 8000
"""Samples a second of all telephone codecs, with one byte each."""
LONGEST: Final = 300
"""Seconds; nobody announces for longer, and what has no end is none."""
_LARGEST: Final = 32 * 2**20
_TIMEOUT: Final = ClientTimeout(total=60, connect=10)
_PIECE: Final = 64 * 2**10
# Lists of other files are none of these: nothing but what was fetched is ever opened.
_FORMATS: Final = {"format_whitelist": "mp3,wav,ogg,flac,aac,mov,matroska,aiff,au,opus,w64"}


async def async_sound(hass: HomeAssistant, url: str, codec: str) -> bytes:
    """Fetch sound from an address and encode it. Raises a translated error for what is too long or no sound."""
    return await hass.async_add_executor_job(encode, await _fetch(hass, url), codec)


async def _fetch(hass: HomeAssistant, url: str) -> bytes:
    data = bytearray()
    try:
        # It may be Home Assistant's own address, whose certificate bears another name.
        async with async_get_clientsession(hass, verify_ssl=False).get(url, timeout=_TIMEOUT) as answer:
            answer.raise_for_status()
            async for piece in answer.content.iter_chunked(_PIECE):
                data += piece
                if len(data) > _LARGEST:
                    raise HomeAssistantError(translation_domain=DOMAIN, translation_key="sound_too_long")
    except (ClientError, TimeoutError, ValueError) as err:
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="sound_not_fetched") from err
    return bytes(data)


def encode(data: bytes, codec: str) -> bytes:
    """Turn any kind of sound into that of one codec. Runs in the executor; raises a translated error."""
    sound = bytearray()
    try:
        for packet in _packets(data, codec):
            sound += packet
            if len(sound) > LONGEST * _RATE:
                raise HomeAssistantError(translation_domain=DOMAIN, translation_key="sound_too_long")
    except (av.FFmpegError, IndexError, ValueError) as err:
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="no_sound") from err
    if not sound:
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="no_sound")
    return bytes(sound)


def _packets(data: bytes, codec: str) -> Iterator[bytes]:
    """Encoded pieces, one after the other."""
    # What both calls return depends on their words, which no annotation knows.
    encoder: Any = av.CodecContext.create(codec, "w")
    encoder.sample_rate, encoder.layout, encoder.format = _RATE, "mono", "s16"
    resampler = av.AudioResampler(format="s16", layout="mono", rate=_RATE)
    opened: Any = av.open(BytesIO(data), options=_FORMATS)
    with opened as source:
        # What is None at the end brings out what is still inside.
        for frame in chain(source.decode(audio=0), (None,)):
            for piece in resampler.resample(frame):
                yield from map(bytes, encoder.encode(piece))
    yield from map(bytes, encoder.encode(None))
