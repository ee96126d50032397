"""Recordings passed on to a browser as files that it plays; the device's address and password stay here."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import datetime
from http import HTTPStatus
from typing import Final

from aiohttp import web
from homeassistant.components.http import HomeAssistantView
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.http import KEY_HASS

from . import uid
from .const import DOMAIN, LOGGER
from .coordinator import StateCoordinator
from .film import Film
from .protocol.errors import DeviceError
from .protocol.media import Footage, Plays
from .protocol.model.parts import Part
from .protocol.model.vocabulary import Feature
from .runtime import Entry

CONTENT_TYPE: Final = "video/mp4"
_TIME: Final = "%Y%m%d%H%M%S"
_LONGEST: Final = 86_400.0
"""Seconds of one recording."""


def coordinator_of(hass: HomeAssistant, entry_id: str) -> StateCoordinator | None:
    """Coordinator of an entry that is loaded."""
    entry: Entry | None = hass.config_entries.async_get_entry(entry_id)
    if entry is None or entry.domain != DOMAIN or entry.state is not ConfigEntryState.LOADED:
        return None
    return entry.runtime_data.state


def channel_of(coordinator: StateCoordinator, name: str) -> Part | None:
    """The channel of a name, if its recordings can be looked up."""
    return next((part for part in channels_of(coordinator) if name_of(coordinator, part) == name), None)


def channels_of(coordinator: StateCoordinator) -> Iterator[Part]:
    """All channels whose recordings can be looked up."""
    for _, part in sorted(coordinator.topology.parts.items()):
        if Feature.RECORDINGS in part.features:
            yield part


def name_of(coordinator: StateCoordinator, part: Part) -> str:
    """Name of a channel in addresses."""
    return uid.part_uid(coordinator.topology, part.ref)


def address(coordinator: StateCoordinator, part: Part, start: datetime, end: datetime) -> str:
    """Address at which a recording is played; Home Assistant signs it before a browser gets it."""
    return PlaybackView.url.format(
        entry_id=coordinator.config_entry.entry_id,
        channel=name_of(coordinator, part),
        start=start.strftime(_TIME),
        end=end.strftime(_TIME),
    )


class PlaybackView(HomeAssistantView):
    """Plays recordings."""

    url = f"/api/{DOMAIN}/playback/{{entry_id}}/{{channel}}/{{start}}/{{end}}"
    name = f"api:{DOMAIN}:playback"

    def __init__(self, hass: HomeAssistant) -> None:
        """Take Home Assistant."""
        self._hass = hass

    async def get(self, request: web.Request, entry_id: str, channel: str, start: str, end: str) -> web.StreamResponse:
        """Play one recording from its beginning."""
        coordinator = coordinator_of(self._hass, entry_id)
        part = channel_of(coordinator, channel) if coordinator is not None else None
        try:
            times = [datetime.strptime(each, _TIME) for each in (start, end)]  # noqa: DTZ007 - the device's clock
        except ValueError:
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        if coordinator is None or part is None or Feature.PLAYBACK not in part.features:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        if not 0 < (times[1] - times[0]).total_seconds() <= _LONGEST:
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        driver = coordinator.driver_as(Plays)
        async with AsyncExitStack() as stack:
            stack.enter_context(coordinator.relaying())
            opening = stack.enter_async_context(driver.playback(part.ref, *times))
            try:
                footage = await coordinator.async_ask(opening, part.ref)
            except HomeAssistantError as err:
                LOGGER.debug("%s: no playback: %s", coordinator.name, err.translation_key)
                return web.Response(status=HTTPStatus.BAD_GATEWAY, text=str(err))
            return await _pass_on(request, footage)


async def _pass_on(request: web.Request, footage: Footage) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"})
    await response.prepare(request)
    hass = request.app[KEY_HASS]
    film = Film(footage.codec, footage.frame_rate)
    try:
        async for piece in footage.pieces:
            # The first picture is decoded to see how large it is, which takes longer than others may wait.
            if data := await hass.async_add_executor_job(film.feed, piece):
                await response.write(data)
        await response.write(await hass.async_add_executor_job(film.close))
        await response.write_eof()
    except ConnectionResetError:
        LOGGER.debug("nobody watches the playback any more")
    except (DeviceError, ValueError) as error:
        # What has been sent cannot be taken back: the video ends here.
        LOGGER.debug("playback ended: %s", error)
    return response
