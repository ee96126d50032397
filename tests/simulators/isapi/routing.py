"""Routes of the simulated device: tables of method, path and handler, and what a handler is given."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import json
import re
from typing import TYPE_CHECKING
import xml.etree.ElementTree as ET

from aiohttp import web

from ..base import Answer, Recorded
from .form import Document, Node, Tree, parse, tree_of
from .status import Refused, response_status
from .world import User, World

if TYPE_CHECKING:
    from .simulator import IsapiSimulator

PREFIX = "/ISAPI/"


@dataclass(kw_only=True)
class Call:
    """One authenticated request on its way to a handler."""

    sim: IsapiSimulator
    http: web.BaseRequest
    record: Recorded
    method: str
    path: str
    """Path below /ISAPI/ without the query."""
    query: dict[str, str]
    user: User

    @property
    def world(self) -> World:
        """The device's state."""
        return self.sim.world

    @property
    def wants_json(self) -> bool:
        """Whether the caller asked for JSON."""
        return self.query.get("format") == "json"

    def xml(self, root: str, tree: Tree) -> Answer:
        """Answer with an XML document."""
        return Answer(body=self.sim.dialect.render(Document(root=root, tree=tree)))

    def json(self, body: Node) -> Answer:
        """Answer with a JSON document."""
        return Answer(body=json.dumps(body).encode(), content_type="application/json")

    def done(self, sub: str = "ok") -> Answer:
        """Answer "OK" (or another success such as rebootRequired)."""
        return response_status(PREFIX + self.path, self.sim.dialect, sub=sub, as_json=self.wants_json)

    def sent(self, *roots: str) -> Document:
        """Return the XML document in the request, which must have one of these roots."""
        body = self.record.body
        kind = self.record.headers.get("Content-Type", "").partition(";")[0].strip()
        if self.sim.strict_content_type and kind != "application/xml":
            raise Refused("badXmlFormat")
        if self.sim.declaration_required and not body.startswith(b"<?xml"):
            raise Refused("badXmlFormat")
        try:
            document = parse(body)
        except ET.ParseError:
            raise Refused("badXmlFormat") from None
        if roots and document.root not in roots:
            raise Refused("badXmlFormat")
        return document

    def sent_json(self) -> Tree:
        """Return the JSON object in the request."""
        try:
            body = json.loads(self.record.body)
        except ValueError:
            raise Refused("badJsonFormat") from None
        if not isinstance(body, dict):
            raise Refused("badJsonFormat")
        return tree_of(body)


type Handler = Callable[..., Answer | Awaitable[Answer | None]]


@dataclass(kw_only=True, frozen=True)
class Route:
    """One operation; `{}` in the path stands for a number or name handed to the handler."""

    method: str
    pattern: re.Pattern[str]
    handler: Handler


def route(method: str, path: str, handler: Handler) -> Route:
    """Make a route from a path with `{}` place holders."""
    parts = [re.escape(part) for part in path.split("{}")]
    return Route(method=method, pattern=re.compile("([^/]+)".join(parts)), handler=handler)


def number(text: str) -> int:
    """Read a number in a path; refuse what is none."""
    if not text.isdigit():
        raise Refused("invalidID")
    return int(text)


def whole(text: str, low: float, high: float) -> float:
    """Read a number in a body and check its range."""
    try:
        value = float(text)
    except ValueError:
        raise Refused("badParameters") from None
    if not low <= value <= high:
        raise Refused("badParameters")
    return value


# Right needed for a request: method (None: any but GET), pattern, right. First match counts.
_RIGHTS: tuple[tuple[str | None, re.Pattern[str], str], ...] = (
    ("GET", re.compile(r"Security/adminAccesses|Security/users"), "admin"),
    ("GET", re.compile(r"Event/notification/alertStream"), "notify"),
    ("GET", re.compile(r".*/picture$"), "preview"),
    ("GET", re.compile(r"System/status$|System/workingstatus"), "status"),
    ("GET", re.compile(r"ContentMgmt/record"), "playback"),
    (None, re.compile(r"Event/notification/(un)?[sS]ubscribeEvent"), "notify"),
    (None, re.compile(r".*/outputs/\d+/trigger$|.*AudioAlarm/\d+/test$"), "notify"),
    (None, re.compile(r"PTZCtrl|System/Video/inputs/channels/\d+/(focus|iris)$"), "ptz"),
    (None, re.compile(r"ContentMgmt/(search|record)"), "playback"),
    (None, re.compile(r"System/(reboot|time)$"), "admin"),
    (None, re.compile(r"System/mutexFunction"), "status"),
    (None, re.compile(r""), "parameters"),
)


def right_for(method: str, path: str) -> str | None:
    """Return the right a request needs, None when any login will do."""
    for wanted, pattern, right in _RIGHTS:
        if (wanted == method or (wanted is None and method != "GET")) and pattern.match(path):
            return right
    return None
