"""A WebSocket to one device: bounded messages, no cookies of others, every failure a `DeviceError`."""

from collections.abc import Mapping
import json
import ssl
from typing import Any, Final

from aiohttp import (
    ClientError,
    ClientSession,
    ClientWebSocketResponse,
    ClientWSTimeout,
    WebSocketError,
    WSCloseCode,
    WSMsgType,
    WSServerHandshakeError,
)
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from ..errors import BadAnswer, CannotConnect, DeviceError, TimedOut
from .answers import Response, fault_error, status_error

_CLOSE_TIMEOUT: Final = 1.0
"""Seconds for the device to answer a close; many do not."""


class WebSocket:
    """An open connection."""

    def __init__(self, link: ClientWebSocketResponse) -> None:
        """Take what aiohttp made."""
        self._link = link

    async def send(self, document: Mapping[str, Any]) -> None:
        """Send an object as JSON text."""
        try:
            await self._link.send_str(json.dumps(document, ensure_ascii=False, separators=(",", ":")))
        except (ClientError, OSError) as fault:
            raise fault_error(fault) from None

    async def receive(self, within: float | None = None) -> bytes | str:
        """Wait for a message. Raises `TimedOut` after `within` seconds of silence, `CannotConnect` at the end."""
        try:
            message = await self._link.receive(within)
        except TimeoutError:
            raise TimedOut("the device has gone silent", code="silent") from None
        except (ClientError, OSError) as fault:
            raise fault_error(fault) from None
        if message.type is WSMsgType.BINARY:
            return bytes(message.data)
        if message.type is WSMsgType.TEXT:
            return str(message.data)
        raise _ended(message.data)

    async def close(self) -> None:
        """Close; the device gets a second to agree."""
        await self._link.close()


async def connect(
    session: ClientSession, url: URL, headers: Mapping[str, str], trust: ssl.SSLContext | bool, max_size: int
) -> WebSocket:
    """Open a connection whose messages have at most `max_size` bytes; a refusal is the error of its status."""
    jar = session.cookie_jar
    known = {(morsel.key, morsel["domain"]) for morsel in jar}
    try:
        # Uncompressed: a compressed message could grow without bound.
        link = await session.ws_connect(
            url,
            headers=headers,
            ssl=trust,
            max_msg_size=max_size,
            compress=0,
            timeout=ClientWSTimeout(ws_close=_CLOSE_TIMEOUT),
        )
    except WSServerHandshakeError as refusal:
        raise status_error(_refused(url, refusal)) from None
    finally:
        # The session is shared: what this device sets is none of the others' business.
        jar.clear(lambda morsel: (morsel.key, morsel["domain"]) not in known and morsel["domain"] in ("", url.raw_host))
    return WebSocket(link)


def _refused(url: URL, refusal: WSServerHandshakeError) -> Response:
    return Response(
        method="GET",
        path=url.path,
        status=refusal.status,
        headers=CIMultiDictProxy(CIMultiDict(refusal.headers or {})),
        content_type="",
        body=b"",
    )


def _ended(reason: object) -> DeviceError:
    if isinstance(reason, WebSocketError) and reason.code == WSCloseCode.MESSAGE_TOO_BIG:
        return BadAnswer("a message is too large")
    return CannotConnect("the device ended the connection", code="ended")
