"""Recordings in the media browser, and what a browser gets when it plays one."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import av
from homeassistant.components import media_source
from homeassistant.components.media_player import BrowseError
from homeassistant.components.media_source import BrowseMediaSource, Unresolvable
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ip_surveillance.const import DOMAIN
from tests.ha.sunell_seen import *  # noqa: F403 - fixtures
from tests.ha.sunell_seen import Sunell
from tests.simulators.sunell_cgi import Recording
from tests.simulators.sunell_cgi.media import CLIP

ROOT = f"media-source://{DOMAIN}"


@pytest.fixture(autouse=True)
async def sources(hass: HomeAssistant) -> None:
    """Set the media browser up."""
    assert await async_setup_component(hass, "media_source", {})


def record(seen: Sunell, *starts: datetime, channel: int = 1) -> None:
    """Let the store of the device hold ten minutes from each of these times, and nothing else."""
    seen.device.world.recordings = [
        Recording(channel=channel, start=start, end=start + timedelta(minutes=10)) for start in starts
    ]


async def browse(hass: HomeAssistant, identifier: str = "") -> BrowseMediaSource:
    found = await media_source.async_browse_media(hass, f"{ROOT}/{identifier}".rstrip("/"))
    assert isinstance(found, BrowseMediaSource)
    return found


def inside(folder: BrowseMediaSource) -> list[BrowseMediaSource]:
    found = list(folder.children or ())
    assert all(isinstance(each, BrowseMediaSource) for each in found)
    return [each for each in found if isinstance(each, BrowseMediaSource)]


def titles(folder: BrowseMediaSource) -> list[str]:
    return [each.title for each in inside(folder)]


async def only(hass: HomeAssistant, folder: BrowseMediaSource) -> BrowseMediaSource:
    """Open the only folder in a folder."""
    (found,) = inside(folder)
    return await browse(hass, str(found.identifier))


def pictures(file: bytes) -> int:
    opened: Any = av.open(BytesIO(file))
    with opened as source:
        return sum(1 for _ in source.decode(video=0))


async def test_the_day_of_a_device_whose_clock_is_ahead_is_found(hass: HomeAssistant, seen: Sunell) -> None:
    """Also one that has not come yet for Home Assistant; but what is farther off is a mistake of the device."""
    today = dt_util.now().replace(hour=1, minute=0, second=0, microsecond=0, tzinfo=None)
    record(seen, today + timedelta(days=1), today + timedelta(days=9))
    camera = await only(hass, await browse(hass))
    assert titles(camera) == [(today + timedelta(days=1)).date().isoformat()]


async def test_recordings_are_found_by_day(hass: HomeAssistant, seen: Sunell) -> None:
    noon = datetime.now().replace(hour=12, minute=0, second=0, microsecond=0)  # noqa: DTZ005 - the device's clock
    today, before = noon, noon - timedelta(days=3)
    record(seen, before, before + timedelta(hours=1), today, noon - timedelta(days=99))
    root = await browse(hass)
    assert root.title == "IP Surveillance"
    # A device with a single camera leads to its days at once.
    camera = await only(hass, root)
    assert titles(camera) == [today.date().isoformat(), before.date().isoformat()]
    day = await browse(hass, str(inside(camera)[1].identifier))
    assert [title[:19] for title in titles(day)] == ["13:00:00 - 13:10:00", "12:00:00 - 12:10:00"]
    assert all(each.can_play and not each.can_expand for each in inside(day))
    assert all("MiB" in title for title in titles(day))


async def test_a_recording_is_played(hass: HomeAssistant, seen: Sunell, hass_client: ClientSessionGenerator) -> None:
    start = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)  # noqa: DTZ005
    record(seen, start)
    camera = await only(hass, await browse(hass))
    day = await only(hass, camera)
    (recording,) = inside(day)
    found = await media_source.async_resolve_media(hass, recording.media_content_id, None)
    assert found.mime_type == "video/mp4"
    # It is an address of Home Assistant, and nothing in it is a secret.
    assert found.url.startswith(f"/api/{DOMAIN}/playback/")
    for secret in (seen.device.password, seen.device.username, seen.device.host, str(seen.device.port)):
        assert secret not in found.url
    client = await hass_client()
    async with client.get(found.url) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "video/mp4"
        file = await answer.read()
    assert pictures(file) == len(CLIP)
    (query,) = seen.device.queries(cgi="record", action="playBack")[-1:]
    assert ("startTime", start.strftime("%Y%m%d%H%M%S")) in query


async def test_nobody_plays_without_a_login(
    hass: HomeAssistant, seen: Sunell, hass_client_no_auth: ClientSessionGenerator
) -> None:
    await browse(seen.hass)
    client = await hass_client_no_auth()
    url = f"/api/{DOMAIN}/playback/{seen.entry.entry_id}/{seen.uid}_channel1/20260101000000/20260101001000"
    async with client.get(url) as answer:
        assert answer.status == 401
    assert not [pairs for pairs in seen.device.queries(action="playBack") if ("startTime", "20260101000000") in pairs]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("{entry}/{uid}_channel1/20200101000000/20200101001000", 502),
        ("{entry}/{uid}_channel9/20200101000000/20200101001000", 404),
        ("{entry}/{uid}/20200101000000/20200101001000", 404),
        ("none/{uid}_channel1/20200101000000/20200101001000", 404),
        ("{entry}/{uid}_channel1/yesterday/today", 400),
        ("{entry}/{uid}_channel1/20200101001000/20200101000000", 400),
        ("{entry}/{uid}_channel1/20200101000000/20210101000000", 400),
    ],
)
async def test_what_cannot_be_played(seen: Sunell, hass_client: ClientSessionGenerator, path: str, status: int) -> None:
    await browse(seen.hass)
    client = await hass_client()
    url = f"/api/{DOMAIN}/playback/{path.format(entry=seen.entry.entry_id, uid=seen.uid)}"
    async with client.get(url) as answer:
        assert answer.status == status
        assert seen.device.password not in await answer.text()


@pytest.mark.parametrize("model", ["nvr"])
async def test_a_recorder_lists_its_cameras_and_plays_nothing(hass: HomeAssistant, seen: Sunell) -> None:
    start = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)  # noqa: DTZ005
    record(seen, start, channel=2)
    recorder = await only(hass, await browse(hass))
    assert len(titles(recorder)) == 3
    second = inside(recorder)[1]
    assert second.title == seen.registry_device("channel2").name
    day = await only(hass, await browse(hass, str(second.identifier)))
    (recording,) = inside(day)
    assert not recording.can_play
    with pytest.raises(Unresolvable):
        await media_source.async_resolve_media(hass, recording.media_content_id, None)


async def test_what_is_not_there(hass: HomeAssistant, seen: Sunell) -> None:
    here = f"{seen.entry.entry_id}/{seen.uid}_channel1"
    for identifier in ("none", f"{seen.entry.entry_id}/none", f"{here}/yesterday"):
        with pytest.raises(BrowseError):
            await browse(hass, identifier)
    for identifier in (here, f"{here}/2026-01-01", f"{here}/2026-01-01/a/b"):
        with pytest.raises(Unresolvable):
            await media_source.async_resolve_media(hass, f"{ROOT}/{identifier}", None)


async def test_a_device_that_refuses_the_search(hass: HomeAssistant, seen: Sunell) -> None:
    seen.device.fail(-505, "action=query", times=9)
    (camera,) = inside(await browse(hass))
    with pytest.raises(BrowseError):
        await browse(hass, str(camera.identifier))


async def test_an_entry_that_is_unloaded_is_not_offered(hass: HomeAssistant, seen: Sunell) -> None:
    (camera,) = inside(await browse(hass))
    assert await hass.config_entries.async_unload(seen.entry.entry_id)
    assert inside(await browse(hass)) == []
    with pytest.raises(BrowseError):
        await browse(hass, str(camera.identifier))
