"""Recordings are played as the device sends them: without a container, and it is found out what they are."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from multidict import CIMultiDict, CIMultiDictProxy
import pytest

from custom_components.ip_surveillance.protocol.commands import FEATURE_NEEDS
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.live import bodies
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.recordings import codec_of
from custom_components.ip_surveillance.protocol.errors import AuthFailed, Busy, DeviceError, NotSupported, Rejected
from custom_components.ip_surveillance.protocol.media import Plays
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from custom_components.ip_surveillance.protocol.transport.http import Stream
from tests.simulators.sunell_cgi import Access
from tests.simulators.sunell_cgi.media import CLIP

from .sunell_core import CHANNEL, asked, connected, few_knobs, opened

__all__ = ["few_knobs"]

pytestmark = pytest.mark.usefixtures("few_knobs")


@pytest.mark.parametrize("access", Access)
async def test_a_recording_is_played(access: Access) -> None:
    async with opened(auth=access) as (device, driver):
        (each,) = (item for item in device.world.recordings[:1])
        async with driver.playback(CHANNEL, each.start, each.end) as footage:
            video = b"".join([piece async for piece in footage.pieces])
        assert video == b"".join(CLIP)
        assert footage.codec == "h264"
        assert footage.frame_rate == float(device.store.get("AVStream", "frameRate"))
        (query,) = device.queries(cgi="record", action="playBack")
        assert [name for name, _ in query[-5:]] == ["action", "cameraID", "streamID", "startTime", "endTime"]


async def test_where_nothing_was_recorded() -> None:
    async with opened() as (device, driver):
        long_ago = datetime(2020, 1, 1)  # noqa: DTZ001
        with pytest.raises(Rejected) as caught:
            async with driver.playback(CHANNEL, long_ago, long_ago + timedelta(hours=1)):
                pass
        assert caught.value.code == "noRecording"
        assert asked(device, "playBack") == 1


@pytest.mark.parametrize(("code", "error"), [(-511, Busy), (-506, NotSupported), (-8, Rejected), (-508, AuthFailed)])
async def test_a_refusal_is_told(code: int, error: type[DeviceError]) -> None:
    async with opened() as (device, driver):
        device.fail(code, "playBack")
        each = device.world.recordings[0]
        with pytest.raises(error) as caught:
            async with driver.playback(CHANNEL, each.start, each.end):
                pass
        assert caught.value.code == str(code)


async def test_who_leaves_ends_it() -> None:
    async with opened() as (device, driver):
        each = device.world.recordings[0]
        async with driver.playback(CHANNEL, each.start, each.end) as footage:
            assert await anext(footage.pieces)
        assert (await driver.snapshot(CHANNEL, 1)).data


@pytest.mark.parametrize(
    ("model", "plays"), [("ipc", True), ("ptz", True), ("lite", False), ("nvr", False), ("thermal", True)]
)
async def test_what_can_be_played_is_tried(model: str, plays: bool) -> None:
    """The document leaves it open for lite cameras (l.223)."""
    assert FEATURE_NEEDS[Feature.PLAYBACK] is Plays
    async with opened(model) as (device, driver):
        assert driver.topology
        assert (Feature.PLAYBACK in driver.topology.parts[CHANNEL].features) is plays
        assert Feature.RECORDINGS in driver.topology.parts[CHANNEL].features
        if not plays:
            each = device.world.recordings[0]
            with pytest.raises(NotSupported):
                async with driver.playback(CHANNEL, each.start, each.end):
                    pass


async def test_what_could_not_be_tried_stays_as_it_was() -> None:
    async with opened() as (device, driver):
        device.fail(-505, "playBack", times=2)
        await driver.discover()
        assert driver.topology
        assert Feature.PLAYBACK in driver.topology.parts[CHANNEL].features
        async with connected(device) as other:
            assert other.topology
            assert Feature.PLAYBACK not in other.topology.parts[CHANNEL].features


async def test_sound_between_the_pictures_is_left_out() -> None:
    def part(kind: str, body: bytes) -> bytes:
        return f"--myboundary\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body + b"\r\n"

    async def chunks() -> AsyncIterator[bytes]:
        yield part("video/h264", CLIP[0]) + part("audio/g711_alaw", b"\xd5" * 320)
        yield part("audio/g711_alaw", b"\xd5" * 320)
        yield part("video/h264", CLIP[1])

    async with opened() as (_, driver):
        kind = {"Content-Type": "multipart/x-mixed-replace; boundary=myboundary"}
        stream = Stream(status=200, headers=CIMultiDictProxy(CIMultiDict(kind)), chunks=chunks())
        found = [each async for pieces in bodies(driver.client, stream) for each in pieces]
    assert found == [CLIP[0], CLIP[1]]


@pytest.mark.parametrize(
    ("video", "codec"),
    [
        (b"\x00\x00\x00\x01\x67\x64", "h264"),
        (b"\x00\x00\x00\x01\x09\x10", "h264"),
        (b"\x00\x00\x01\x06\x05", "h264"),
        (b"\x00\x00\x00\x01\x40\x01", "hevc"),
        (b"\x00\x00\x01\x42\x01", "hevc"),
        (b"\x00\x00\x00\x01\x4e\x01", "hevc"),
        (b"\x00\x00\x01", "h264"),
        (b"", "h264"),
    ],
)
def test_a_codec_is_known_by_its_first_unit(video: bytes, codec: str) -> None:
    assert codec_of(video) == codec
