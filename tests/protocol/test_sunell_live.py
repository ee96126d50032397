"""Live video as pictures, for cameras that offer no video over RTSP."""

from contextlib import aclosing

import pytest

from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.facts import channel_ref
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.streams import Addresses
from custom_components.ip_surveillance.protocol.errors import AuthFailed, BadAnswer, Busy, DeviceError, NotSupported
from custom_components.ip_surveillance.protocol.media import LivePictures
from tests.simulators.sunell_cgi import Access

from .sunell_core import CHANNEL, asked, few_knobs, opened, until

__all__ = ["few_knobs"]

pytestmark = pytest.mark.usefixtures("few_knobs")


@pytest.mark.parametrize("access", Access)
async def test_pictures_come_one_after_the_other(access: Access) -> None:
    async with opened(auth=access) as (device, driver):
        device.frame_seconds = 0.01
        assert isinstance(driver, LivePictures)
        async with aclosing(driver.live_pictures(CHANNEL, 1)) as pictures:
            found = [(await anext(pictures)).data for _ in range(3)]
        assert all(each.startswith(b"\xff\xd8") and each.endswith(b"\xff\xd9") for each in found)
        assert len(set(found)) == 3
        (query,) = device.queries(cgi="video", kind="HTTP")
        assert query[-4:] == [("type", "HTTP"), ("cameraID", "1"), ("streamID", "1"), ("mjpegplay", "1")]


async def test_nothing_is_left_open() -> None:
    async with opened() as (device, driver):
        device.frame_seconds = 0.01
        async with aclosing(driver.live_pictures(CHANNEL, 1)) as pictures:
            await anext(pictures)
            shown = device.world.frames
            await until(lambda: device.world.frames > shown)
        frames = -1

        def rests() -> bool:
            nonlocal frames
            before, frames = frames, device.world.frames
            return before == frames

        await until(rests)
        # Other requests are not in its way.
        assert (await driver.snapshot(CHANNEL, 1)).data


@pytest.mark.parametrize("model", ["nvr", "lite"])
async def test_recorders_and_lite_cameras_send_none(model: str) -> None:
    async with opened(model) as (device, driver):
        with pytest.raises(NotSupported):
            await anext(driver.live_pictures(CHANNEL, 1))
        assert asked(device, "mjpegplay") == (0 if model == "nvr" else 1)


@pytest.mark.parametrize(
    ("code", "error"), [(-511, Busy), (-506, NotSupported), (-22, NotSupported), (-508, AuthFailed)]
)
async def test_a_refusal_in_place_of_a_stream(code: int, error: type[DeviceError]) -> None:
    async with opened() as (device, driver):
        device.fail(code, "mjpegplay")
        with pytest.raises(error) as caught:
            await anext(driver.live_pictures(CHANNEL, 1))
        assert caught.value.code == str(code)
        if error is AuthFailed:
            # A refused password is not sent again.
            device.requests.clear()
            with pytest.raises(AuthFailed):
                await driver.check()
            assert device.requests == []


async def test_a_stream_that_is_no_stream_of_pictures() -> None:
    """A camera that takes no notice of the wish sends the stream as it is encoded."""
    async with opened() as (device, driver):
        device.motion_jpeg = False
        with pytest.raises(NotSupported) as caught:
            await anext(driver.live_pictures(CHANNEL, 1))
        assert caught.value.code == "noPictures"


async def test_a_page_is_no_stream() -> None:
    async with opened() as (device, driver):
        device.error_style = "Welcome"
        device.fail(-506, "mjpegplay")
        with pytest.raises(BadAnswer):
            await anext(driver.live_pictures(CHANNEL, 1))


async def test_without_an_address_and_a_port_there_is_no_rtsp() -> None:
    async with opened() as (device, driver):
        driver.addresses = Addresses()
        driver.found = None
        device.lacking |= {"devicePort", "protocolInfo"}
        driver.client.forget()
        device.fail(-506, "type=RTSP", times=9)
        await driver.discover()
        assert driver.stream_url(CHANNEL, 1) is None
        # Who names a port knows better.
        driver.access = type(driver.access)(host="cam.example", rtsp_port=554)
        assert driver.stream_url(CHANNEL, 1) == "rtsp://cam.example:554/snl/live/1/1"


async def test_the_example_of_a_device_is_the_rule_for_all_its_streams() -> None:
    async with opened() as (device, driver):
        driver.addresses = Addresses()
        driver.found = None
        device.lacking.add("devicePort")
        device.store.put("protocolInfo", "rtspExample", "rtsp://192.168.2.21:8554/other/live/1/1/-")
        driver.client.forget()
        device.fail(-506, "type=RTSP", times=9)
        await driver.discover()
        assert driver.stream_url(CHANNEL, 2) == "rtsp://admin:Secret123@127.0.0.1:8554/other/live/1/2/-"


async def test_an_address_that_could_not_be_asked_for_now_is_not_taken_for_none() -> None:
    async with opened() as (device, driver):
        driver.addresses = Addresses()
        driver.found = None
        device.lacking.add("devicePort")
        driver.client.forget()
        device.fail(-505, "type=RTSP", times=9)
        await driver.discover()
        assert driver.stream_url(channel_ref(1), 1) is not None
