"""Sound for the loudspeaker: a request that announces no body, and behind it the sound at the pace of its playing."""

import asyncio

import pytest

from custom_components.ip_surveillance.protocol.commands import FEATURE_NEEDS
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.facts import channel_ref
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.speaking import _check
from custom_components.ip_surveillance.protocol.errors import (
    AuthFailed,
    BadAnswer,
    Busy,
    CannotConnect,
    DeviceError,
    NotSupported,
    Rejected,
)
from custom_components.ip_surveillance.protocol.media import Speaks
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from tests.simulators.sunell_cgi import Access, SunellSimulator

from .sunell_core import CHANNEL, asked, connected, few_knobs, opened, until

__all__ = ["few_knobs"]

SOUND = bytes(range(256)) * 10
END = b"\r\n--myboundary--\r\n"


class Sleeper:
    """Takes no time, and notes what was asked for."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        await asyncio.sleep(0)


@pytest.mark.usefixtures("few_knobs")
@pytest.mark.parametrize("access", Access)
@pytest.mark.parametrize("tls", [False, True])
async def test_sound_is_heard_whole(access: Access, tls: bool) -> None:
    async with SunellSimulator(auth=access, tls=tls) as device, connected(device, ssl=tls) as driver:
        driver.speaking_sleep = sleep = Sleeper()
        await driver.speak(CHANNEL, SOUND)
        await until(lambda: device.spoken.endswith(END))
        assert bytes(device.spoken) == SOUND + END
        (heard,) = device.world.sound
        assert heard is device.spoken
        (query,) = device.queries(cgi="audio")
        assert query[-3:] == [("action", "play"), ("cameraID", "1"), ("EncoderType", "G711_ALAW")]
        (request,) = (each for each in device.requests if "audio.cgi" in each.path)
        assert (request.method, request.headers["Content-Length"]) == ("POST", "0")
        # Four blocks, each due a tenth of a second after the one before.
        assert len(sleep.asked) == 4
        assert all(number / 10 - 0.1 < each <= number / 10 for number, each in enumerate(sleep.asked, 1))


@pytest.mark.usefixtures("few_knobs")
async def test_a_second_announcement_needs_no_new_login() -> None:
    async with opened() as (device, driver):
        driver.speaking_sleep = Sleeper()
        for _ in range(2):
            await driver.speak(CHANNEL, SOUND)
        assert len(device.world.sound) == 2
        assert device.auth.refused == []
        # The login of other requests goes on: its count did not go astray.
        await driver.check()
        assert asked(device, "audio.cgi") == 2


@pytest.mark.usefixtures("few_knobs")
@pytest.mark.parametrize(
    ("code", "error"),
    [(-511, Busy), (-506, NotSupported), (-22, NotSupported), (-8, Rejected), (-508, Rejected)],
)
async def test_a_refusal_is_told(code: int, error: type[DeviceError]) -> None:
    async with opened() as (device, driver):
        driver.speaking_sleep = Sleeper()
        device.fail(code, "audio.cgi")
        with pytest.raises(error):
            await driver.speak(CHANNEL, SOUND * 20)
        # The password is right all the same.
        await driver.check()


def test_an_answer_that_is_none_is_a_bad_one() -> None:
    # Digits of other kinds are none to `int`.
    for head in (b"HTTP/1.1 \xb2\xb2\xb2 OK", b"HTTP/1.1", b"SSH-2.0 200 OK"):
        with pytest.raises(BadAnswer):
            _check(head + b"\r\n\r\n")


@pytest.mark.usefixtures("few_knobs")
async def test_recorders_take_no_sound() -> None:
    async with opened("nvr") as (device, driver):
        with pytest.raises(NotSupported):
            await driver.speak(channel_ref(1), SOUND)
        assert not asked(device, "audio.cgi")


@pytest.mark.usefixtures("few_knobs")
async def test_a_refused_password_is_not_sent_with_sound() -> None:
    async with opened() as (device, driver):
        driver.client.refused(AuthFailed("wrong", code="-508"))
        with pytest.raises(AuthFailed):
            await driver.speak(CHANNEL, SOUND)
        assert device.requests == []


@pytest.mark.usefixtures("few_knobs")
async def test_a_device_that_is_gone() -> None:
    async with opened() as (device, driver):
        await device.go_down()
        with pytest.raises(CannotConnect):
            await driver.speak(CHANNEL, SOUND)


@pytest.mark.usefixtures("few_knobs")
async def test_who_stops_is_not_heard_any_more() -> None:
    async with opened() as (device, driver):
        held = asyncio.Event()

        async def hold(_: float) -> None:
            await held.wait()

        driver.speaking_sleep = hold
        task = asyncio.create_task(driver.speak(CHANNEL, SOUND * 20))
        await until(lambda: len(device.spoken) == 800)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert bytes(device.spoken) == SOUND[:800]
        assert (await driver.snapshot(CHANNEL, 1)).data


async def test_cameras_with_a_loudspeaker_have_the_feature() -> None:
    assert FEATURE_NEEDS[Feature.LOUDSPEAKER] is Speaks
    async with opened() as (device, driver):
        assert isinstance(driver, Speaks)
        assert driver.sound_codec == "pcm_alaw"
        assert driver.topology
        assert Feature.LOUDSPEAKER in driver.topology.parts[CHANNEL].features
        device.lacking.add("AudioOutputParam")
        async with connected(device) as other:
            assert other.topology
            assert Feature.LOUDSPEAKER not in other.topology.parts[CHANNEL].features
    async with opened("nvr") as (_, recorder):
        assert recorder.topology
        assert Feature.LOUDSPEAKER not in recorder.topology.parts[CHANNEL].features
