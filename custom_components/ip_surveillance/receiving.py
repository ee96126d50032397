"""Takes what devices send to Home Assistant by themselves, where the user wants that.

A view of its own and no webhook: devices put what they tell behind a further slash of the address, which the path of a
webhook does not take.
"""

import asyncio
from contextlib import suppress
from http import HTTPStatus
from ipaddress import ip_address
import secrets
from typing import TYPE_CHECKING, Any, Final

from aiohttp.web import Request, Response
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView
from homeassistant.helpers.network import NoURLAvailableError, get_url, is_cloud_connection
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.network import is_local

from .const import CONF_RECEIVE, CONF_RECEIVER, DOMAIN, LOGGER
from .protocol.driver import Driver
from .protocol.errors import AuthFailed, DeviceError, Forbidden, NotSupported, Rejected
from .protocol.receiving import Receives

if TYPE_CHECKING:
    from .runtime import Entry

_PATH: Final = f"/api/{DOMAIN}/received"
_MARK: Final = "mark"
_BEFORE: Final = "before"
_HEAD: Final = 2**16
"""Bytes of a body that are read; of a picture in it nothing is used."""
_PATIENCE: Final = 20.0
"""Seconds for a body to come."""
_AGAIN: Final = 60.0
"""Seconds until a device that could not be reached is asked again."""
_FINAL: Final = (AuthFailed, Forbidden, NotSupported, Rejected)
"""Refusals that trying again does not help."""


class Receiver:
    """What one entry receives."""

    def __init__(self, entry: Entry, driver: Receives) -> None:
        """Take where it goes to."""
        self._entry = entry
        self._driver = driver
        self.counts = {"received": 0, "unread": 0, "failed": 0}
        self.problem = ""
        """Why the device does not send, for diagnostics."""

    async def take(self, path: str, body: bytes) -> None:
        """Take one request, of its body the head."""
        self.counts["received"] += 1
        try:
            read = await self._driver.received(path, body, self._entry.runtime_data.state.async_push)
        except DeviceError as error:
            LOGGER.debug("what was received could not be followed up: %s", error)
            self.counts["failed"] += 1
            return
        self.counts["unread"] += not read


_RECEIVERS: Final[HassKey[dict[str, Receiver]]] = HassKey(f"{DOMAIN}_receivers")


class ReceiverView(HomeAssistantView):
    """Where devices send to; whoever does not know the secret of an entry learns nothing."""

    url = f"{_PATH}/{{mark}}/{{path:.*}}"
    name = f"api:{DOMAIN}:received"
    requires_auth = False

    async def post(self, request: Request, mark: str, path: str) -> Response:
        """Take a request from the local network; the answer is the same for all."""
        hass = request.app[KEY_HASS]
        receiver = hass.data[_RECEIVERS].get(mark)
        if receiver is not None and _is_local(hass, request.remote):
            await receiver.take("?".join(filter(None, (path, request.query_string))), await _body(request))
        return Response(status=HTTPStatus.OK)


def _is_local(hass: HomeAssistant, remote: str | None) -> bool:
    if remote is None or is_cloud_connection(hass):
        return False
    try:
        return is_local(ip_address(remote))
    except ValueError:
        return False


async def _body(request: Request) -> bytes:
    """Read the head of a body within a bounded time; what follows is a picture, and is let go by."""
    body = bytearray()
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            async for chunk in request.content.iter_chunked(2**16):
                body += chunk[: max(0, _HEAD - len(body))]
    return bytes(body)


@callback
def async_counts(hass: HomeAssistant, entry: ConfigEntry) -> dict[str, Any] | None:
    """Tell what was received, for diagnostics; None where nothing is."""
    mark = entry.data.get(CONF_RECEIVER, {}).get(_MARK)
    receiver = hass.data.get(_RECEIVERS, {}).get(mark)
    return {**receiver.counts, "problem": receiver.problem} if receiver is not None else None


@callback
def async_view(hass: HomeAssistant) -> None:
    """Register the view, once and not before somebody wants it."""
    if _RECEIVERS not in hass.data:
        hass.data[_RECEIVERS] = {}
        hass.http.register_view(ReceiverView)


@callback
def async_start(hass: HomeAssistant, entry: Entry) -> Receiver | None:
    """Receive where the user wants it; else put the device's setting back, should it be ours."""
    driver = entry.runtime_data.driver
    if not isinstance(driver, Receives) or not driver.receives:
        return None
    if not entry.options.get(CONF_RECEIVE):
        if CONF_RECEIVER in entry.data:
            entry.async_create_background_task(hass, _give_back(hass, entry, driver), f"{entry.title} send back")
        return None
    receiver = Receiver(entry, driver)
    async_view(hass)
    mark: str = _remember(hass, entry, {})[_MARK]
    hass.data[_RECEIVERS][mark] = receiver

    @callback
    def stop() -> None:
        hass.data[_RECEIVERS].pop(mark, None)
        ir.async_delete_issue(hass, DOMAIN, _issue_id(entry))

    entry.async_on_unload(stop)
    entry.async_create_background_task(hass, _ask_for(hass, entry, driver, receiver), f"{entry.title} send to")
    return receiver


async def _ask_for(hass: HomeAssistant, entry: Entry, driver: Receives, receiver: Receiver) -> None:
    """Have the device send to us, until it does or refuses."""
    while True:
        try:
            await _redirect(hass, entry, driver)
        except NoURLAvailableError:
            receiver.problem = "no local address of Home Assistant is known"
        except _FINAL as error:
            receiver.problem = str(error) or type(error).__name__
        except DeviceError as error:
            LOGGER.debug("the device was not asked to send its alarms: %s", error)
            await asyncio.sleep(_AGAIN)
            continue
        break
    if receiver.problem:
        ir.async_create_issue(
            hass,
            DOMAIN,
            _issue_id(entry),
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="receiver_refused",
            translation_placeholders={"name": entry.title, "detail": receiver.problem},
        )


async def _redirect(hass: HomeAssistant, entry: Entry, driver: Receives) -> None:
    """Remember where the device sends to, and have it send to us."""
    address = get_url(hass, allow_external=False, allow_cloud=False)
    mark: str = entry.data[CONF_RECEIVER][_MARK]
    found = await driver.destination()
    if not driver.sends_to(found, mark):
        _remember(hass, entry, {_BEFORE: dict(found)})
    await driver.send_to(f"{address}{_PATH}/{mark}")


async def _give_back(hass: HomeAssistant, entry: ConfigEntry, driver: Receives) -> None:
    """Put back what was found; what cannot be done now is tried at the next start."""
    try:
        await _put_back(entry, driver)
    except DeviceError as error:
        LOGGER.debug("where the device sends its alarms was not put back: %s", error)
        return
    data = {key: value for key, value in entry.data.items() if key != CONF_RECEIVER}
    hass.config_entries.async_update_entry(entry, data=data)


async def async_remove(entry: ConfigEntry, driver: Driver) -> None:
    """Put back what was found on a device whose entry goes."""
    if not isinstance(driver, Receives):
        return
    try:
        async with asyncio.timeout(_PATIENCE):
            await _put_back(entry, driver)
    except DeviceError, TimeoutError:
        LOGGER.debug("where the device sends its alarms was not put back: it is out of reach")


async def _put_back(entry: ConfigEntry, driver: Receives) -> None:
    kept: dict[str, Any] = entry.data.get(CONF_RECEIVER, {})
    if _BEFORE in kept:
        await driver.send_back(kept[_BEFORE], kept[_MARK])


def _remember(hass: HomeAssistant, entry: ConfigEntry, more: dict[str, Any]) -> dict[str, Any]:
    """Keep the entry's secret, made at first need, and more; in its data, since it must outlive a crash."""
    kept: dict[str, Any] = {_MARK: secrets.token_hex(16), **entry.data.get(CONF_RECEIVER, {}), **more}
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_RECEIVER: kept})
    return kept


def _issue_id(entry: ConfigEntry) -> str:
    return f"receiver_{entry.entry_id}"
