"""Pictures and clips that alarms of a simulated receiver leave."""

import asyncio
import json
from typing import Any

import pytest

from custom_components.ip_surveillance.protocol.drivers.ip_receiver import listening as listening_module, media
from custom_components.ip_surveillance.protocol.drivers.ip_receiver.media_links import LinkAuth, LinkKind, MediaLink
from custom_components.ip_surveillance.protocol.errors import (
    AuthFailed,
    BadAnswer,
    DeviceError,
    Forbidden,
    NotSupported,
)
from custom_components.ip_surveillance.protocol.model.events import Detected, Event, Happened
from custom_components.ip_surveillance.protocol.model.reduce import reduce
from custom_components.ip_surveillance.protocol.model.state import State
from tests.simulators.ip_receiver import ReceiverSimulator

from .receiver_driver import HOUSE, connected, listening, panel, until, zone
from .servers import Reply, Request, Server

JPEG = b"\xff\xd8\xff\xe0 picture \xff\xd9"
PIRCAM = 3
SHED = 11


def link(url: str, number: int = 1, **other: Any) -> MediaLink:
    fields: dict[str, Any] = {"kind": LinkKind.PICTURE, "parts": (zone(PIRCAM),)}
    return MediaLink(device=HOUSE, id=f"id{number}", url=url, **fields | other)


def pictures(events: list[Event]) -> list[Detected]:
    return [each for each in events if isinstance(each, Detected) and each.picture is not None]


@pytest.mark.parametrize("urls", ["relative", "rooted", "absolute"])
async def test_a_picture_becomes_that_of_its_zone(urls: str) -> None:
    async with ReceiverSimulator("single", media_urls=urls) as receiver, connected(receiver) as driver:
        async with listening(driver, receiver) as events:
            await receiver.pir(HOUSE, PIRCAM)
            await until(lambda: pictures(events))
            told = pictures(events)[0]
            assert (told.part, told.follow_up) == (zone(PIRCAM), True)
            step = reduce(State(), told, 0.0)
            picture = step.state.picture(zone(PIRCAM))
            assert picture is not None
            assert picture.data.startswith(b"\xff\xd8")
            assert not step.happened
            assert not step.state.alarms(zone(PIRCAM))
        (name,) = driver.media_ids(panel())
        clips = await driver.fetch_media(panel(), name)
        assert [(clip.name, clip.content_type) for clip in clips] == [(f"{name}-1.jpg", "image/jpeg")]
        assert clips[0].data == picture.data


async def test_a_clip_waits_until_it_is_asked_for() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        async with listening(driver, receiver) as events:
            uuid = await receiver.emit_code(HOUSE, "1103", partition=1, zone=2, lenses=2)
            await until(lambda: driver.media_ids(panel()))
            await until(lambda: any(isinstance(each, Happened) and each.what == "media" for each in events))
        assert not [each for each in receiver.requests if "alarmFile" in each.path]
        assert driver.media_ids(panel()) == (uuid,)
        clips = await driver.fetch_media(panel(), uuid)
        assert [clip.content_type for clip in clips] == ["video/mp4", "video/mp4"]
        assert len({clip.name for clip in clips}) == 2
        with pytest.raises(NotSupported):
            await driver.fetch_media(panel(), "other")
        with pytest.raises(NotSupported):
            await driver.fetch_media(panel("other"), uuid)


async def test_discreet_pictures_are_not_fetched_unasked() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        async with listening(driver, receiver) as events:
            url = receiver.add_media("jpg")
            duress = await receiver.emit_code(HOUSE, "1121", partition=1, zone=3, videoURL=url)
            await receiver.pir(HOUSE, SHED)
            await receiver.pir(HOUSE, PIRCAM)
            await until(lambda: pictures(events))
        assert {each.part for each in pictures(events)} == {zone(PIRCAM)}
        assert duress


async def test_one_discreet_message_makes_all_of_its_alarm_so() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        store = driver.media
        assert store.note(link("a.jpg"), discreet=True)
        assert store.note(link("b.jpg"), discreet=False)
        assert store.is_discreet(link("b.jpg"))
        assert not store.is_discreet(link("b.jpg", 2))
        assert not store.note(link("a.jpg"), discreet=False)


async def test_what_is_remembered_is_bounded() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        for number in range(150):
            driver.media.note(link(f"{number}.jpg", number), discreet=False)
        assert driver.media_ids(panel()) == tuple(f"id{number}" for number in range(50, 150))
        for number in range(50):
            driver.media.note(link(f"x{number}.jpg", 149), discreet=False)
        receiver.world.media.clear()
        with pytest.raises(DeviceError):
            await driver.fetch_media(panel(), "id149")
        assert len([each for each in receiver.requests if "/x" in each.path]) == 15


async def elsewhere(request: Request) -> Reply:
    return Reply(body=JPEG)


async def test_the_password_goes_to_the_receiver_only() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver, Server(elsewhere) as other:
        url = f"http://127.0.0.1:{other.port}/a.jpg"
        store = driver.media
        for number, auth in enumerate((LinkAuth.UNTOLD, LinkAuth.DIGEST)):
            store.note(link(url, number, auth=auth), discreet=False)
            with pytest.raises(NotSupported):
                await driver.fetch_media(panel(), f"id{number}")
        assert not other.requests
        store.note(link(url, 7, auth=LinkAuth.NO), discreet=False)
        (clip,) = await driver.fetch_media(panel(), "id7")
        assert clip.data == JPEG
        assert "authorization" not in other.requests[0].headers
        # Nor is it asked unasked.
        with pytest.raises(NotSupported):
            await store.picture(link(url, 7, auth=LinkAuth.NO))
        assert len(other.requests) == 1


async def test_another_address_is_good_for_pictures_and_clips_only() -> None:
    async def secrets(_: Request) -> Reply:
        return Reply(body=b'{"token": 5}')

    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver, Server(secrets) as other:
        driver.media.note(link(f"http://127.0.0.1:{other.port}/a", auth=LinkAuth.NO), discreet=False)
        with pytest.raises(BadAnswer):
            await driver.fetch_media(panel(), "id1")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://[::1", "ftp://127.0.0.1/a.jpg", "http://:0/"])
async def test_links_that_lead_nowhere(url: str) -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        driver.media.note(link(url), discreet=False)
        with pytest.raises((BadAnswer, NotSupported)):
            await driver.fetch_media(panel(), "id1")
        assert not receiver.requests


async def test_files_that_are_gone_too_large_or_no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        with pytest.raises(DeviceError):
            await driver.media.picture(link("gone.jpg"))
        text = receiver.add_media("jpg", body=b"no picture")
        with pytest.raises(BadAnswer):
            await driver.media.picture(link(text))
        monkeypatch.setitem(media._SIZES, LinkKind.PICTURE, 1000)
        large = receiver.add_media("jpg", body=JPEG * 1000)
        with pytest.raises(BadAnswer) as caught:
            await driver.media.picture(link(large))
        assert caught.value.code == "tooLarge"


async def test_a_file_that_is_refused_says_nothing_about_the_password() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        url = receiver.add_media("jpg")
        real = receiver.auth.judge

        def judge(method: str, target: str, header: str | None, body: bytes) -> Any:
            return real(method, target, None if "alarmFile" in target else header, body)

        receiver.auth.judge = judge  # type: ignore[method-assign]
        with pytest.raises((Forbidden, NotSupported, AuthFailed)):
            await driver.media.picture(link(url))
        await driver.check()


async def test_more_pictures_than_can_be_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening_module, "_WAITING_PICTURES", 3)
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        receiver.fault.delays = {"/alarmFile": 5.0}
        async with listening(driver, receiver):
            for _ in range(10):
                await receiver.pir(HOUSE, PIRCAM)
            await until(lambda: driver.pictures_lost >= 5)
            await driver.check()


async def test_links_are_shown_nowhere() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        async with listening(driver, receiver) as events:
            await receiver.pir(HOUSE, PIRCAM)
            await receiver.emit_code(HOUSE, "1103", partition=1, zone=2, lenses=1)
            await until(lambda: len(driver.media_ids(panel())) == 2)
            await asyncio.sleep(0.05)
        assert "alarmFile" not in repr(events)
        assert "alarmFile" not in json.dumps([dict(driver.memory()), str(driver.diagnostics())])
