"""Snapshots by whichever way works, and the address of the video."""

import asyncio
import gc

import pytest

from custom_components.ip_surveillance.protocol.commands import Streams
from custom_components.ip_surveillance.protocol.driver import Access
from custom_components.ip_surveillance.protocol.drivers.isapi.client import IsapiClient
from custom_components.ip_surveillance.protocol.drivers.isapi.pictures import Sharing, picture_ways
from custom_components.ip_surveillance.protocol.errors import (
    AuthFailed,
    BadAnswer,
    Busy,
    CannotConnect,
    Forbidden,
    NotSupported,
)
from tests.simulators.base import Answer
from tests.simulators.isapi import IsapiSimulator
from tests.simulators.isapi.routing import Call, route

from .isapi_commands import Commands, channel, commands

pytestmark = pytest.mark.usefixtures("socket_enabled")

DIRECT = "Streaming/channels/101/picture"
PROXY = "ContentMgmt/StreamingProxy/channels/101/picture"


def asked(device: IsapiSimulator) -> list[str]:
    """Paths of the answered picture requests, in order."""
    return [each.path.removeprefix("/ISAPI/") for each in device.seen(path="picture") if each.status != 401]


def impatient(made: Commands) -> list[float]:
    """Let pauses pass at once; returns how long they were to be."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    made.picture_sleep = sleep
    return pauses


def test_ways() -> None:
    assert picture_ways(12, 2, None) == [
        ("Streaming/channels/1202/picture", ()),
        ("ContentMgmt/StreamingProxy/channels/1202/picture", ()),
    ]
    assert picture_ways(1, 1, (3840, 2160))[0] == (
        DIRECT,
        (("videoResolutionWidth", "3840"), ("videoResolutionHeight", "2160")),
    )


async def test_a_picture() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        assert isinstance(made, Streams)
        picture = await made.snapshot(channel(), 1)
        assert picture.data.startswith(b"\xff\xd8")
        assert picture.content_type == "image/jpeg"
        assert asked(device) == [DIRECT]


async def test_the_way_that_worked_is_remembered() -> None:
    async with IsapiSimulator("nvr", picture_fallback=True) as device, commands(device) as made:
        made.picture_sizes[1, 1] = (640, 360)
        await made.snapshot(channel(), 1)
        sized = f"{DIRECT}?videoResolutionWidth=640&videoResolutionHeight=360"
        assert asked(device) == [sized, DIRECT, PROXY]
        await made.snapshot(channel(), 1)
        assert asked(device)[3:] == [PROXY]
        # The recorder changed its mind: all ways are tried again.
        device.picture_fallback = False
        device.fault.not_support = {"ContentMgmt/StreamingProxy"}
        await made.snapshot(channel(), 1)
        assert asked(device)[4:] == [PROXY, sized]


async def test_an_error_with_status_200_is_an_error() -> None:
    async with IsapiSimulator("nvr") as device, commands(device) as made:
        impatient(made)
        device.fault.ok_with_error = {"Streaming"}
        await made.snapshot(channel(), 1)
        assert asked(device) == [DIRECT, DIRECT, PROXY]


async def test_busy_is_tried_once_more() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        pauses = impatient(made)
        device.fault.status_next(503, "deviceBusy", path=DIRECT)
        await made.snapshot(channel(), 1)
        assert asked(device) == [DIRECT, DIRECT]
        assert pauses == [0.5]


async def test_busy_for_good_is_told() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        impatient(made)
        device.fault.busy_pictures = True
        with pytest.raises(Busy):
            await made.snapshot(channel(), 1)
        assert asked(device) == [DIRECT, DIRECT, PROXY, PROXY]


async def test_a_camera_out_of_reach() -> None:
    async with IsapiSimulator("nvr") as device, commands(device) as made:
        with pytest.raises(NotSupported):
            await made.snapshot(channel(3), 1)


async def test_what_is_no_picture() -> None:
    def page(call: Call, name: str) -> Answer:
        return Answer(body=b"<html>hello</html>", content_type="image/jpeg")

    async with IsapiSimulator("camera") as device, commands(device) as made:
        device.routes = (route("GET", "Streaming/channels/{}/picture", page), *device.routes)
        with pytest.raises(BadAnswer):
            await made.snapshot(channel(), 1)


async def test_without_the_right_no_other_way_is_tried() -> None:
    async with (
        IsapiSimulator("camera", level="viewer", rights=frozenset()) as device,
        commands(device) as made,
    ):
        with pytest.raises(Forbidden):
            await made.snapshot(channel(), 1)
        assert len(asked(device)) == 1


async def test_a_refused_password_is_tried_once() -> None:
    async with IsapiSimulator("camera") as device, commands(device, password="wrong") as made:
        with pytest.raises(AuthFailed):
            await made.snapshot(channel(), 1)
        assert len([each for each in device.requests if "Authorization" in each.headers]) == 1


async def test_a_dead_device_is_asked_once() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        await device.go_down()
        with pytest.raises(CannotConnect):
            await made.snapshot(channel(), 1)


async def test_several_viewers_share_one_request() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        device.fault.delays = {"/ISAPI/Streaming": 0.05}
        pictures = await asyncio.gather(*(made.snapshot(channel(), 1) for _ in range(5)))
        assert len(asked(device)) == 1
        assert len({id(picture) for picture in pictures}) == 1
        await made.snapshot(channel(), 1)
        assert len(asked(device)) == 2


# --- sharing


async def test_a_viewer_who_leaves_does_not_take_the_picture_along() -> None:
    sharing: Sharing[str, int] = Sharing()
    ready = asyncio.Event()

    async def make() -> int:
        await ready.wait()
        return 7

    leaver, stayer = (asyncio.create_task(sharing.get("a", make)) for _ in range(2))
    await asyncio.sleep(0)
    leaver.cancel()
    await asyncio.wait({leaver})
    ready.set()
    assert await stayer == 7


async def test_it_ends_with_the_last_viewer() -> None:
    sharing: Sharing[str, int] = Sharing()
    ended: list[str] = []

    async def make() -> int:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("made")
        return 7

    viewers = [asyncio.create_task(sharing.get("a", make)) for _ in range(2)]
    await asyncio.sleep(0)
    for viewer in viewers:
        viewer.cancel()
    await asyncio.wait(viewers)
    await asyncio.sleep(0)
    assert ended == ["made"]

    async def quick() -> int:
        return 8

    assert await sharing.get("a", quick) == 8


async def test_a_failure_reaches_all_viewers_and_is_not_kept() -> None:
    sharing: Sharing[str, int] = Sharing()
    calls: list[int] = []

    async def make() -> int:
        calls.append(1)
        await asyncio.sleep(0)
        raise Busy("full")

    results = await asyncio.gather(*(sharing.get("a", make) for _ in range(3)), return_exceptions=True)
    assert [type(each) for each in results] == [Busy] * 3
    assert len(calls) == 1
    with pytest.raises(Busy):
        await sharing.get("a", make)
    gc.collect()  # an exception that nobody took would be told now


# --- video


@pytest.mark.parametrize(
    ("access", "port", "expected"),
    [
        (
            Access(host="cam.lan", username="admin", password="a:b@c/d e%ü"),
            None,
            "rtsp://admin:a%3Ab%40c%2Fd%20e%25%C3%BC@cam.lan:554/Streaming/channels/102",
        ),
        (
            Access(host="fe80::1", username="us/er", password="x"),
            10554,
            "rtsp://us%2Fer:x@[fe80::1]:10554/Streaming/channels/102",
        ),
        (
            Access(host="10.0.0.5", username="u", password="p", rtsp_port=8554),
            10554,
            "rtsp://u:p@10.0.0.5:8554/Streaming/channels/102",
        ),
        (Access(host="fe80::1%eth0"), None, "rtsp://[fe80::1%25eth0]:554/Streaming/channels/102"),
    ],
)
def test_the_address_of_the_video(client: IsapiClient, access: Access, port: int | None, expected: str) -> None:
    made = Commands(client, access)
    made.rtsp_port = port
    assert made.stream_url(channel(), 2) == expected


def test_a_recorders_channel_has_its_own_streams(client: IsapiClient) -> None:
    made = Commands(client, Access(host="nvr", username="u", password="p"))
    assert made.stream_url(channel(12), 1) == "rtsp://u:p@nvr:554/Streaming/channels/1201"


@pytest.fixture
def client() -> IsapiClient:
    """A client that is not used."""
    return IsapiClient.__new__(IsapiClient)
