"""After a camera was moved: read where it looks until it stands still, so that its position is not a poll behind."""

import asyncio
from collections.abc import Mapping
from typing import Any

from homeassistant.core import callback

from .const import LOGGER
from .coordinator import StateCoordinator
from .protocol.commands import Moves
from .protocol.driver import Want
from .protocol.errors import DeviceError
from .protocol.model.parts import PartRef
from .protocol.model.vocabulary import Quantity, Reading

_POSITION = frozenset(Reading(quantity) for quantity in (Quantity.PAN, Quantity.TILT, Quantity.ZOOM))
_INTERVAL = 1.0
_MOST_LOOKS = 20
"""A dome turns round once in less; a patrol never ends and is left to the poll."""


@callback
def async_follow(coordinator: StateCoordinator, part: PartRef) -> None:
    """Follow a channel that was moved, if anybody shows its position; a later move begins anew."""
    if running := coordinator.following.pop(part, None):
        running.cancel()
    if coordinator.wanted().isdisjoint(Want(part, reading) for reading in _POSITION):
        return
    coordinator.following[part] = coordinator.config_entry.async_create_background_task(
        coordinator.hass, _follow(coordinator, part), f"{coordinator.name} follow {part.key}"
    )


async def _follow(coordinator: StateCoordinator, part: PartRef) -> None:
    driver = coordinator.driver_as(Moves)
    before: Mapping[Any, Any] | None = None
    for _ in range(_MOST_LOOKS):
        try:
            polled = await driver.position(part)
        except DeviceError as err:
            LOGGER.debug("%s: position of %s not read: %s", coordinator.name, part.key, type(err).__name__)
            return
        coordinator.async_apply(polled)
        if polled.readings == before:
            return
        before = polled.readings
        await asyncio.sleep(_INTERVAL)
