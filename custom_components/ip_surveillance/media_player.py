"""Media players: loudspeakers of cameras, for announcements and whatever else is to be heard there."""

import asyncio
from collections.abc import Iterator
from typing import Any, override

from homeassistant.components import media_source
from homeassistant.components.media_player import (
    BrowseMedia,
    MediaPlayerDeviceClass,
    MediaPlayerEntity,
    MediaPlayerEntityDescription,
    MediaPlayerEntityFeature,
    MediaPlayerState,
    MediaType,
    async_process_play_media_url,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import StateCoordinator
from .entity import PartEntity, async_setup_parts
from .protocol.media import Speaks
from .protocol.model.parts import Part
from .protocol.model.state import State
from .protocol.model.vocabulary import Feature
from .runtime import Entry
from .sound import async_sound

# Not 1: what is played must not keep who wants to stop it waiting.
PARALLEL_UPDATES = 0

_LOUDSPEAKER = MediaPlayerEntityDescription(
    key="loudspeaker", translation_key="loudspeaker", device_class=MediaPlayerDeviceClass.SPEAKER
)


class Loudspeaker(PartEntity[None], MediaPlayerEntity):
    """A loudspeaker. It plays one thing after the other."""

    _attr_supported_features = (
        MediaPlayerEntityFeature.PLAY_MEDIA
        | MediaPlayerEntityFeature.MEDIA_ANNOUNCE
        | MediaPlayerEntityFeature.BROWSE_MEDIA
        | MediaPlayerEntityFeature.STOP
    )
    _attr_state = MediaPlayerState.IDLE

    def __init__(self, coordinator: StateCoordinator, part: Part) -> None:
        """Play over one loudspeaker."""
        super().__init__(coordinator, part, _LOUDSPEAKER, Feature.LOUDSPEAKER)
        self._turn = asyncio.Lock()
        self._playing: asyncio.Task[None] | None = None
        self._gone = False

    @override
    def read(self, state: State) -> None:
        return None

    @override
    async def async_play_media(self, media_type: MediaType | str, media_id: str, **kwargs: Any) -> None:
        if media_source.is_media_source_id(media_id):
            media_id = (await media_source.async_resolve_media(self.hass, media_id, self.entity_id)).url
        driver = self.coordinator.driver_as(Speaks)
        url = async_process_play_media_url(self.hass, media_id)
        sound = await async_sound(self.hass, url, driver.sound_codec)
        async with self._turn:
            if not self._gone:
                await self._play(driver, sound)

    async def _play(self, driver: Speaks, sound: bytes) -> None:
        """Play until it is over or stopped."""
        speech = self.async_command(driver.speak(self._part.ref, sound))
        self._playing = playing = asyncio.create_task(speech)
        self._show(MediaPlayerState.PLAYING)
        try:
            # Whoever waits for it may be gone before it is over.
            await asyncio.wait([playing])
            if not playing.cancelled():
                playing.result()
        finally:
            playing.cancel()
            self._playing = None
            self._show(MediaPlayerState.IDLE)

    def _show(self, state: MediaPlayerState) -> None:
        self._attr_state = state
        self.async_write()

    @override
    async def async_media_stop(self) -> None:
        if (playing := self._playing) is not None:
            playing.cancel()
            await asyncio.wait([playing])

    @override
    async def async_will_remove_from_hass(self) -> None:
        # Whatever waits for its turn must not be heard any more.
        self._gone = True
        await self.async_media_stop()
        await super().async_will_remove_from_hass()

    @override
    async def async_browse_media(
        self, media_content_type: MediaType | str | None = None, media_content_id: str | None = None
    ) -> BrowseMedia:
        return await media_source.async_browse_media(
            self.hass, media_content_id, content_filter=lambda item: item.media_content_type.startswith("audio/")
        )


def _entities(coordinator: StateCoordinator, part: Part) -> Iterator[PartEntity[Any]]:
    if Feature.LOUDSPEAKER in part.features:
        yield Loudspeaker(coordinator, part)


async def async_setup_entry(
    hass: HomeAssistant, entry: Entry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the media players of an entry."""
    await async_setup_parts(entry, async_add_entities, _entities)
