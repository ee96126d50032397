"""Requests of the dialect over HTTP, with or without a cookie, and what their answers mean."""

import re
from typing import Final

from aiohttp import hdrs

from ...errors import BadAnswer, CannotConnect, DeviceError
from ...transport.answers import Response, status_error
from ...transport.http import HttpTransport, Query
from ...transport.loose_json import LARGEST
from .codes import NotLoggedIn, Use, code_error, no_session
from .messages import API_VERSION, JSON_TYPE, Answer, read_answer

VERSION_HEADER: Final = "Api-Version"
_VERSION: Final = re.compile(r"[vV]?\d{1,4}(\.\d{1,4}){0,3}", re.ASCII)
_REFUSED: Final = frozenset({401, 403})
_DROPPED: Final = frozenset({"ServerDisconnectedError", "ClientOSError", "ConnectionResetError"})


def dropped(error: DeviceError) -> bool:
    """Whether a connection was open and broke: unknown paths end so with some firmware."""
    return isinstance(error, CannotConnect) and error.code in _DROPPED


class Wire:
    """Sends to one device."""

    def __init__(self, transport: HttpTransport) -> None:
        """Take the transport, itself without credentials."""
        self.transport = transport
        self.version = API_VERSION
        """Of the dialect: the document's until the device tells its own."""

    def headers(self, cookie: str = "") -> dict[str, str]:
        """Compose what each request carries."""
        return {VERSION_HEADER: self.version} | ({hdrs.COOKIE: cookie} if cookie else {})

    async def send(
        self,
        path: str,
        body: bytes | None,
        *,
        cookie: str = "",
        method: str = "POST",
        query: Query = (),
        idempotent: bool = False,
        timeout: float | None = None,
        max_size: int = LARGEST,
    ) -> Response:
        """Send a request and return the answer whatever its status."""
        answer = await self.transport.request(
            method,
            path,
            query=query,
            body=body,
            content_type=JSON_TYPE if body else None,
            headers=self.headers(cookie),
            idempotent=idempotent,
            timeout=timeout,
            max_size=max_size,
            check=False,
        )
        version = answer.headers.get(VERSION_HEADER, "").strip()
        if _VERSION.fullmatch(version):
            self.version = version
        return answer


def understood(answer: Response, use: Use, largest: int = LARGEST) -> Answer:
    """Read an answer; raises the error that its status or its code means, `NotLoggedIn` among them."""
    good = 200 <= answer.status < 300
    if answer.status in _REFUSED and use is not Use.LOGIN:
        raise NotLoggedIn("the device wants a login", code=f"HTTP {answer.status}")
    try:
        found = read_answer(answer.body, largest)
    except BadAnswer:
        if good:
            raise
        raise status_error(answer) from None
    if error := told_error(found, use):
        raise error
    if not good:
        raise status_error(answer)
    return found


def told_error(answer: Answer, use: Use) -> DeviceError | None:
    """Tell the error of an answer's code, None for success."""
    if use is not Use.LOGIN and no_session(answer.code):
        return NotLoggedIn("the session is over", code=str(answer.code))
    return code_error(answer.code, answer.message, use=use)
