"""Requests of the dialect: documents in XML and JSON, pictures, read-modify-write, and what a device lacks.

Paths are given without the leading `/ISAPI/`, which every request shares; `raw` alone takes whole paths.
"""

from collections.abc import Awaitable, Callable, Sequence
import json
from typing import Any, Final

from ...commands import RawAnswer
from ...errors import AuthFailed, BadAnswer, DeviceError, NotSupported, Rejected
from ...hikvision.status import REBOOT_REQUIRED, interpret, missing_on_read, parse_status
from ...model.state import Picture
from ...transport import loose_json, xml
from ...transport.answers import Response
from ...transport.http import HttpTransport, Query
from ...transport.xml import Element

ROOT: Final = "/ISAPI/"
XML_TYPE: Final = "application/xml"
"""Some PTZ firmware refuses text/xml."""
JSON_TYPE: Final = "application/json"
_JSON_QUERY: Final = ("format", "json")
_JPEG: Final = b"\xff\xd8"
_NO_DOCUMENT: Final = frozenset({"ResponseStatus", "html", "HTML"})
"""What some firmware answers with 200 to a path it does not know: a mere "OK", or its page for people."""
_BLANK: Final = b"\xef\xbb\xbf \t\r\n\x00"

type Json = dict[str, Any]


class IsapiClient:
    """The dialect over one transport. Remembers which documents the device lacks, so each is asked for once."""

    def __init__(self, transport: HttpTransport) -> None:
        """Take the transport, whose `interpret` must be the one of `hikvision.status`."""
        self.transport = transport
        self.reboot_required = False
        """A change was accepted that takes effect after a restart."""
        self._lacking: dict[str, DeviceError] = {}
        self._winners: dict[tuple[str, ...], str] = {}

    @property
    def lacking(self) -> tuple[str, ...]:
        """Documents that the device does not have, for diagnostics."""
        return tuple(sorted(self._lacking))

    def forget(self, piece: str = "") -> None:
        """Ask again for what was lacking, of all paths or those with a piece: firmware, rights or a camera changed."""
        for path in [path for path in self._lacking if piece in path]:
            del self._lacking[path]
        if not piece:
            self._winners.clear()

    async def xml(self, path: str, query: Query = (), *, timeout: float | None = None) -> Element:
        """GET an XML document. Raises on a refusal, in whatever HTTP status it comes."""
        answer = await self._ask("GET", path, query, timeout=timeout)
        document = xml.parse(answer.body)
        if xml.local(document) in _NO_DOCUMENT:
            raise NotSupported(f"no document but {xml.local(document)}", code="noDocument")
        return document

    async def json(self, path: str, query: Query = (), *, timeout: float | None = None) -> Json:
        """GET a JSON document; `format=json` is added."""
        answer = await self._ask("GET", path, (*query, _JSON_QUERY), timeout=timeout)
        return _json(answer.body)

    async def send_xml(
        self,
        method: str,
        path: str,
        element: Element | bytes | None = None,
        query: Query = (),
        *,
        timeout: float | None = None,
    ) -> Element | None:
        """Send a document (or an empty body with Content-Length 0); returns the answer's document if there is one."""
        body = element if isinstance(element, bytes) else b"" if element is None else xml.serialize(element)
        answer = await self._ask(
            method, path, query, body=body, content_type=XML_TYPE if body else None, timeout=timeout
        )
        return xml.parse(answer.body) if _head(answer.body) == b"<" else None

    async def send_json(
        self, method: str, path: str, obj: Json | None = None, query: Query = (), *, timeout: float | None = None
    ) -> Json | None:
        """Send a JSON document; returns the answer's document if there is one."""
        body = b"" if obj is None else json.dumps(obj, ensure_ascii=False).encode()
        answer = await self._ask(
            method, path, (*query, _JSON_QUERY), body=body, content_type=JSON_TYPE if body else None, timeout=timeout
        )
        return _json(answer.body) if _head(answer.body) == b"{" else None

    async def send_parts(
        self, method: str, path: str, body: bytes, content_type: str, query: Query = (), *, timeout: float | None = None
    ) -> Json | None:
        """Send a body of another type, such as several parts; returns the answer's JSON document if there is one."""
        answer = await self._ask(
            method, path, (*query, _JSON_QUERY), body=body, content_type=content_type, timeout=timeout
        )
        return _json(answer.body) if _head(answer.body) == b"{" else None

    async def picture(self, path: str, query: Query = (), *, timeout: float | None = None) -> Picture:
        """GET a picture. An XML error with HTTP 200 and an image's content type is an error all the same."""
        answer = await self._ask("GET", path, query, timeout=timeout)
        if not answer.body.startswith(_JPEG):
            raise BadAnswer("no picture", code=answer.content_type)
        return Picture(answer.body)

    async def edit(self, path: str, change: Callable[[Element], None], *, timeout: float | None = None) -> Element:
        """Read a document, let `change` alter it, write it back whole and return what the device has then.

        Unknown nodes, namespace and version stay as read. `change` may raise a `DeviceError` to write nothing.
        """
        async with self.transport.exclusive():
            document = await self.xml(path, timeout=timeout)
            change(document)
            await self.send_xml("PUT", path, document, timeout=timeout)
            return await self.xml(path, timeout=timeout)

    async def edit_json(self, path: str, change: Callable[[Json], None], *, timeout: float | None = None) -> Json:
        """Do the same with a JSON document."""
        async with self.transport.exclusive():
            document = await self.json(path, timeout=timeout)
            change(document)
            await self.send_json("PUT", path, document, timeout=timeout)
            return await self.json(path, timeout=timeout)

    async def probe(self, path: str, query: Query = ()) -> Element | None:
        """GET a document that the device may lack: None then, and no further request for it. Other errors raise."""
        try:
            return await self.once(path, self.xml, query)
        except NotSupported:
            return None

    async def first(self, paths: Sequence[str]) -> tuple[str, Element]:
        """GET the first of alternative paths that the device has; the winner is asked for alone from then on.

        Raises `NotSupported` when it has none.
        """
        known = self._winners.get(tuple(paths))
        for path in (known,) if known else paths:
            if (found := await self.probe(path)) is not None:
                self._winners[tuple(paths)] = path
                return path, found
        raise NotSupported(paths[0], code="notSupport")

    async def once[T](self, path: str, get: Callable[[str, Query], Awaitable[T]], query: Query = ()) -> T:
        """Call `get`, unless the device is known to lack the document; remember it if it turns out so."""
        if error := self._lacking.get(path):
            raise NotSupported(error.detail, code=error.code)
        try:
            return await get(path, query)
        except DeviceError as error:
            if not missing_on_read(error):
                raise
            self._lacking[path] = error
            raise NotSupported(error.detail, code=error.code) from None

    async def raw(self, method: str, path: str, query: Query = (), body: bytes | None = None) -> RawAnswer:
        """Send a request as given and return the answer whatever its status; `path` is whole."""
        content_type = None
        if body:
            content_type = JSON_TYPE if _head(body) in (b"{", b"[") else XML_TYPE
        answer = await self.transport.request(
            method, path, query=query, body=body, content_type=content_type, check=False
        )
        return RawAnswer(status=answer.status, content_type=answer.content_type, body=answer.body)

    async def _ask(
        self,
        method: str,
        path: str,
        query: Query = (),
        *,
        body: bytes | None = None,
        content_type: str | None = None,
        timeout: float | None = None,
    ) -> Response:
        try:
            answer = await self.transport.request(
                method, ROOT + path, query=query, body=body, content_type=content_type, timeout=timeout
            )
            self._check(answer)
        except DeviceError as error:
            if method != "GET" and missing_on_read(error) and not isinstance(error, NotSupported):
                raise Rejected(error.detail, code=error.code, details=(error.detail,)) from None
            raise
        return answer

    def _check(self, answer: Response) -> None:
        """Refusals come with HTTP 200 too."""
        if answer.body.startswith(_JPEG):
            return
        if error := interpret(answer):
            if isinstance(error, AuthFailed):
                self.transport.login.refuse(error)
            raise error
        status = parse_status(answer.body)
        if status is not None and status.code == REBOOT_REQUIRED:
            self.reboot_required = True


def _head(body: bytes) -> bytes:
    return body[:64].lstrip(_BLANK)[:1]


def _json(body: bytes) -> Json:
    if _head(body) != b"{":
        raise BadAnswer("no JSON object")
    try:
        found = json.loads(body.lstrip(_BLANK))
    except ValueError, RecursionError:
        return loose_json.load(body.lstrip(_BLANK))
    if not isinstance(found, dict):
        raise BadAnswer("no JSON object")
    return found
