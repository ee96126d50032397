"""Images: the last picture that an alarm of a channel or a zone brought, and the last heat map."""

from collections.abc import Iterator
from typing import Any, override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .coordinator import StateCoordinator
from .discretion import shows_silent
from .entity import PartEntity, async_setup_parts
from .protocol.model.parts import Part
from .protocol.model.state import Picture, State
from .protocol.model.vocabulary import Feature
from .runtime import Entry

PARALLEL_UPDATES = 0

_PICTURES = {
    Feature.PICTURES: ImageEntityDescription(key="alarm_picture", translation_key="alarm_picture"),
    Feature.HEAT_MAP: ImageEntityDescription(key="heat_map", translation_key="heat_map"),
}

# Home Assistant serves pictures from its own address, where a page or a drawing with a script must never come from.
_SHOWN_TYPES = frozenset({"image/jpeg", "image/png", "image/bmp", "image/webp"})


def content_type_of(picture: Picture) -> str:
    """The content type to serve a picture with, whatever the device called it."""
    return picture.content_type if picture.content_type in _SHOWN_TYPES else "image/jpeg"


class LastPicture(PartEntity[Picture], ImageEntity):
    """The last picture of one kind of a part; unknown until one came."""

    def __init__(self, coordinator: StateCoordinator, part: Part, of: Feature) -> None:
        """Show the pictures of one part."""
        super().__init__(coordinator, part, _PICTURES[of], of)
        ImageEntity.__init__(self, coordinator.hass)
        self._of = of

    @override
    def read(self, state: State) -> Picture | None:
        return state.picture(self._part.ref, self._of)

    @callback
    @override
    def _refresh(self) -> bool:
        before = self._value
        changed = super()._refresh()
        if self._value is not None and self._value is not before:
            self._attr_image_last_updated = dt_util.utcnow()
            self._attr_content_type = content_type_of(self._value)
        return changed

    @override
    async def async_image(self) -> bytes | None:
        return self._value.data if self._value else None


def _entities(coordinator: StateCoordinator, part: Part) -> Iterator[PartEntity[Any]]:
    # A picture of a zone whose alarm is silent can only come from that alarm.
    hidden = Feature.SILENT in part.features and not shows_silent(coordinator.config_entry)
    if not hidden:
        yield from (LastPicture(coordinator, part, of) for of in _PICTURES if of in part.features)


async def async_setup_entry(
    hass: HomeAssistant, entry: Entry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the images of an entry."""
    await async_setup_parts(entry, async_add_entities, _entities)
