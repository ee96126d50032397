"""Live video that a device sends as pictures, passed on to a browser; the device's address and password stay here."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Final

from aiohttp import web
from homeassistant.exceptions import HomeAssistantError

from .const import LOGGER
from .coordinator import StateCoordinator
from .image import content_type_of
from .protocol.errors import DeviceError
from .protocol.model.state import Picture

_BOUNDARY: Final = "picture"


async def async_relay(
    request: web.Request, coordinator: StateCoordinator, pictures: AsyncGenerator[Picture]
) -> web.StreamResponse | None:
    """Pass pictures on until either side ends it; None where the device sends not even one."""
    async with aclosing(pictures):
        with coordinator.relaying():
            return await _relay(request, coordinator, pictures)


async def _relay(
    request: web.Request, coordinator: StateCoordinator, pictures: AsyncGenerator[Picture]
) -> web.StreamResponse | None:
    try:
        first = await coordinator.async_ask(anext(pictures, None))
    except HomeAssistantError as err:
        LOGGER.debug("%s: no live pictures: %s", coordinator.name, err.translation_key)
        return None
    return None if first is None else await _pass_on(request, first, pictures)


async def _pass_on(request: web.Request, first: Picture, pictures: AsyncIterator[Picture]) -> web.StreamResponse:
    response = web.StreamResponse(
        headers={"Content-Type": f"multipart/x-mixed-replace; boundary={_BOUNDARY}", "Cache-Control": "no-store"}
    )
    await response.prepare(request)
    # Browsers show a picture when the next one begins: without the second copy the first would wait for a change.
    await response.write(_part(first) + _part(first))
    try:
        async for picture in pictures:
            await response.write(_part(picture))
    except DeviceError as error:
        LOGGER.debug("live pictures ended: %s", error)
    return response


def _part(picture: Picture) -> bytes:
    head = f"--{_BOUNDARY}\r\nContent-Type: {content_type_of(picture)}\r\nContent-Length: {len(picture.data)}\r\n\r\n"
    return head.encode() + picture.data + b"\r\n"
