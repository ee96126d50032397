"""A WebSocket to one device: bounded messages, no cookies of others, every failure a `DeviceError`."""

from collections.abc import Mapping
import json
import ssl
from typing import Any, Final

from aiohttp import (
    ClientError,
    ClientHandlerType,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientWebSocketResponse,
    ClientWSTimeout,
    DummyCookieJar,
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

    def __init__(self, own: ClientSession, link: ClientWebSocketResponse) -> None:
        """Take the connection and the session to be closed with it."""
        self._own = own
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
        try:
            await self._link.close()
        finally:
            await self._own.close()


async def connect(
    session: ClientSession, url: URL, headers: Mapping[str, str], trust: ssl.SSLContext | bool, max_size: int
) -> WebSocket:
    """Open a connection whose messages have at most `max_size` bytes; a refusal is the error of its status."""
    # The session is shared. One of our own over the same connections knows no cookies of others and leaves none.
    own = ClientSession(
        connector=session.connector, connector_owner=False, cookie_jar=DummyCookieJar(), middlewares=(_no_redirect,)
    )
    try:
        # Uncompressed: a compressed message could grow without bound.
        link = await own.ws_connect(
            url,
            headers=headers,
            ssl=trust,
            max_msg_size=max_size,
            compress=0,
            timeout=ClientWSTimeout(ws_close=_CLOSE_TIMEOUT),
        )
    except BaseException as fault:
        await own.close()
        if isinstance(fault, WSServerHandshakeError):
            raise status_error(_refused(url, fault)) from None
        raise
    return WebSocket(own, link)


async def _no_redirect(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    """What logs in goes nowhere but to the device itself."""
    response = await handler(request)
    if 300 <= response.status < 400:
        response.close()
        raise BadAnswer("the device redirects a WebSocket", code=f"HTTP {response.status}")
    return response


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
