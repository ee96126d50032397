"""Sound for the loudspeaker comes behind a head that announces no body (l.31518); HTTP has no word for that."""

from collections.abc import Callable
import re
from typing import Any, override

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

_PLAY = re.compile(
    rb"^POST [^\r\n]*/audio\.cgi\?[^\r\n]*action=play.*\r\ncontent-length: *0 *\r\n", re.IGNORECASE | re.DOTALL
)
_NEXT = (b"GET ", b"POST ", b"PUT ")

type Speak = Callable[[bytes | None], None]
"""Takes sound; None at its beginning."""


class _Handler(RequestHandler):
    """Takes what follows the head of a request to play sound off the HTTP parser."""

    __slots__ = ("_speak", "_speaking")

    def __init__(self, speak: Speak, *args: Any, **kwargs: Any) -> None:
        """Prepare one connection."""
        super().__init__(*args, **kwargs)
        self._speak = speak
        self._speaking = False

    @override
    def data_received(self, data: bytes) -> None:
        if self._speaking and not data.startswith(_NEXT):
            self._speak(data)
            return
        head, mark, rest = data.partition(b"\r\n\r\n")
        self._speaking = bool(mark) and _PLAY.match(head + b"\r\n") is not None
        if not self._speaking:
            super().data_received(data)
            return
        self._speak(None)
        self._speak(rest)
        super().data_received(head + mark)


class ListeningServer(web.Server):
    """A server whose connections may carry sound."""

    def __init__(self, handler: Any, speak: Speak, **kwargs: Any) -> None:
        """Prepare; `speak` takes the sound."""
        super().__init__(handler, **kwargs)
        self._speak = speak

    @override
    def __call__(self) -> RequestHandler:
        return _Handler(self._speak, self, loop=self._loop, **self._kwargs)
