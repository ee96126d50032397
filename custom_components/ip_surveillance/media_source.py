"""Recordings in the media browser: devices, their cameras, days, and the recordings of a day."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, override

from homeassistant.components.media_player import BrowseError, MediaClass, MediaType
from homeassistant.components.media_source import (
    BrowseMediaSource,
    MediaSource,
    MediaSourceItem,
    PlayMedia,
    Unresolvable,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from . import uid
from .const import DOMAIN
from .coordinator import StateCoordinator
from .playback import CONTENT_TYPE, PlaybackView, address, channel_of, channels_of, coordinator_of, name_of
from .protocol.commands import Recording, Recordings
from .protocol.model.parts import Part
from .protocol.model.vocabulary import Feature

_DAYS: Final = 31
"""How far back recordings are looked up."""
_SEPARATOR: Final = "/"


async def async_get_media_source(hass: HomeAssistant) -> RecordingSource:
    """Offer recordings, and the address at which they are played."""
    hass.http.register_view(PlaybackView(hass))
    return RecordingSource(hass)


class RecordingSource(MediaSource):
    """Recordings of all devices, each by `entry/channel/day/start/end`."""

    name = "IP Surveillance"

    def __init__(self, hass: HomeAssistant) -> None:
        """Take Home Assistant."""
        super().__init__(DOMAIN)
        self.hass = hass

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        steps = _steps(item)
        coordinator, part = self._found(steps)
        if len(steps) != 5 or part is None or Feature.PLAYBACK not in part.features:
            raise Unresolvable(translation_domain=DOMAIN, translation_key="not_playable")
        try:
            start, end = (datetime.fromisoformat(each) for each in steps[3:])
        except ValueError as err:
            raise Unresolvable(translation_domain=DOMAIN, translation_key="not_playable") from err
        return PlayMedia(address(coordinator, part, start, end), CONTENT_TYPE)

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        steps = _steps(item)
        if not steps:
            return _folder("", self.name, self._devices())
        coordinator, part = self._found(steps)
        if part is None:
            return _folder(steps[0], coordinator.name, self._channels(coordinator))
        name = self._name(coordinator, part)
        here = _SEPARATOR.join(steps[:2])
        if len(steps) == 2:
            # A device whose clock is ahead of ours may have begun its next day.
            last = dt_util.now().date() + timedelta(days=1)
            found = await _recordings(coordinator, part, last - timedelta(days=_DAYS), last)
            days = sorted({each.start.date() for each in found}, reverse=True)
            return _folder(here, name, (_folder(f"{here}/{day.isoformat()}", day.isoformat()) for day in days))
        try:
            day = date.fromisoformat(steps[2])
        except ValueError as err:
            raise BrowseError(translation_domain=DOMAIN, translation_key="not_playable") from err
        found = await _recordings(coordinator, part, day, day)
        return _folder(f"{here}/{day.isoformat()}", f"{name} {day.isoformat()}", _listed(here, part, day, found))

    def _found(self, steps: Sequence[str]) -> tuple[StateCoordinator, Part | None]:
        """What an identifier names. Raises `BrowseError` where that is not there (any more)."""
        coordinator = coordinator_of(self.hass, steps[0]) if steps else None
        part = channel_of(coordinator, steps[1]) if coordinator is not None and len(steps) > 1 else None
        if coordinator is None or (part is None and len(steps) > 1):
            raise BrowseError(translation_domain=DOMAIN, translation_key="not_playable")
        return coordinator, part

    def _devices(self) -> Iterator[BrowseMediaSource]:
        for entry in self.hass.config_entries.async_entries(DOMAIN):
            if entry.state is not ConfigEntryState.LOADED:
                continue
            coordinator: StateCoordinator = entry.runtime_data.state
            channels = list(channels_of(coordinator))
            if len(channels) == 1:
                # With a single camera there is nothing to choose.
                yield _folder(f"{entry.entry_id}/{name_of(coordinator, channels[0])}", coordinator.name)
            elif channels:
                yield _folder(entry.entry_id, coordinator.name)

    def _channels(self, coordinator: StateCoordinator) -> Iterator[BrowseMediaSource]:
        for part in channels_of(coordinator):
            yield _folder(
                f"{coordinator.config_entry.entry_id}/{name_of(coordinator, part)}", self._name(coordinator, part)
            )

    def _name(self, coordinator: StateCoordinator, part: Part) -> str:
        """Name that the user knows a channel by."""
        identifier = uid.identifier(coordinator.topology, part.ref)
        device = dr.async_get(self.hass).async_get_device(identifiers={identifier})
        return (device.name_by_user or device.name if device else None) or part.name or coordinator.name


def _steps(item: MediaSourceItem) -> list[str]:
    return item.identifier.split(_SEPARATOR) if item.identifier else []


async def _recordings(coordinator: StateCoordinator, part: Part, first: date, last: date) -> Sequence[Recording]:
    driver = coordinator.driver_as(Recordings)
    times = datetime.combine(first, time.min), datetime.combine(last, time(23, 59, 59))
    try:
        return await coordinator.async_ask(driver.recordings(part.ref, *times), part.ref)
    except HomeAssistantError as err:
        raise BrowseError(str(err)) from err


def _listed(here: str, part: Part, day: date, found: Sequence[Recording]) -> Iterator[BrowseMediaSource]:
    """Recordings that began on a day, the latest first."""
    for each in reversed(found):
        if each.start.date() != day:
            continue
        size = "" if each.size is None else f" ({each.size / 2**20:.1f} MiB)"
        yield BrowseMediaSource(
            domain=DOMAIN,
            identifier=f"{here}/{day.isoformat()}/{each.start.isoformat()}/{each.end.isoformat()}",
            media_class=MediaClass.VIDEO,
            media_content_type=MediaType.VIDEO,
            title=f"{each.start:%H:%M:%S} - {each.end:%H:%M:%S}{size}",
            # Of some devices it is only known what they recorded.
            can_play=Feature.PLAYBACK in part.features,
            can_expand=False,
        )


def _folder(identifier: str, title: str, children: Iterator[BrowseMediaSource] | None = None) -> BrowseMediaSource:
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=identifier or None,
        media_class=MediaClass.DIRECTORY,
        media_content_type=MediaType.PLAYLIST,
        title=title,
        can_play=False,
        can_expand=True,
        children=None if children is None else list(children),
        children_media_class=MediaClass.DIRECTORY,
    )
