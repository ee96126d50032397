"""What is peculiar to single documents: what must not be written, what a set has that a get has not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
import json
from typing import Any, Final
from urllib.parse import unquote

from ...errors import Rejected
from .codes import SECRETS
from .docs import without_limits

LOGIN_CAPABILITIES: Final = ("/api/session/login-capabilities", "/api/login-capabilities")
"""The first is what devices have, the second what the document shows (002…txt l.388)."""
LOGIN: Final = "/api/session/login"
LOGOUT: Final = "/api/session/logout"
HEART_BEAT: Final = "/api/session/heart-beat"
PLATFORM_CAPABILITIES: Final = "/api/system/platform-capabilities"
"""Answered without a login (002…txt l.832)."""
SNAPSHOT: Final = "/api/picture/snapshot"
EVENTS: Final = "/events"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """What must be minded when a document is written."""

    secret: bool = False
    """Holds user names and passwords under a key that nobody tells (002…txt l.2530-2544): never written."""
    fixed: bool = False
    """Not changed by an edit: a mistake could cut the device off, or nobody knows what a set would do."""
    read_only: frozenset[str] = frozenset()
    """Fields left out of what is written, in lower case; objects inside are searched too."""
    added: Mapping[str, Any] = field(default_factory=dict)
    """Fields that a set has besides."""
    keyed: bool = False
    """What was asked for is part of a set, and not of the answer to a get."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Fields of a get that go by another name in a set, in lower case; as read where that changes nothing."""

    spare: frozenset[str] = frozenset()
    """Fields that are left out where the device does not take them as it told them itself, in lower case."""


_PLAIN: Final = Endpoint()
_SECRET: Final = Endpoint(secret=True)

ENDPOINTS: Final[Mapping[str, Endpoint]] = {
    "/api/network/ddns": _SECRET,
    "/api/network/ftp": _SECRET,
    "/api/network/smtp": _SECRET,
    "/api/network/pppoe": _SECRET,
    "/api/network/gb28181": _SECRET,
    "/api/network/wifi": _SECRET,
    "/api/network/snmp": _SECRET,
    "/api/network/wifiapinfo": _SECRET,
    "/api/network/interfaces": Endpoint(fixed=True),
    # A set is shown without a word on what it does (002…txt l.6496).
    "/api/storage/storage-info": Endpoint(fixed=True),
    "/api/image/image": Endpoint(added={"channel": 0}),
    "/api/image/ptz-cruise": Endpoint(added={"channel": 0}, keyed=True),
    # Told by a get alone (002…txt l.5934), and not the one that was asked for (l.6136, l.6150).
    # Its schedule has another shape in a set (l.5936, l.6027); a set need not be whole (l.592).
    "/api/storage/regular-record-property": Endpoint(
        read_only=frozenset({"storagetype"}), spare=frozenset({"weekscop", "weekscope"})
    ),
    "/api/storage/storage-property": Endpoint(read_only=frozenset({"storagetype"})),
    # A set has the name alone (002…txt l.1470), or the switch alone (l.2980).
    "/api/system/device-info": Endpoint(
        read_only=frozenset(
            {
                "devtype",
                "platformtype",
                "devid",
                "manufacturers",
                "softwareversion",
                "firmwareversion",
                "platform",
                "devsensor",
            }
        )
    ),
    "/api/network/p2p": Endpoint(read_only=frozenset({"serialnumber", "iosappaddr", "androidappaddr"})),
    "/api/image/fill-light": Endpoint(read_only=frozenset({"realtimeval"})),
    "/api/event/face-detect": Endpoint(read_only=frozenset({"modelversion"})),
    # The get has `trigger`, the set `process` (002…txt l.6984, l.7013).
    "/api/event/alarm-schedule": Endpoint(renamed={"trigger": "process"}),
}
_OWN: Final = frozenset({LOGIN, LOGOUT})


def plain_path(path: str) -> str:
    """Reduce a path to what the device will take it for, so that no spelling gets around a rule."""
    text = path
    for _ in range(4):
        text = unquote(text)
    parts: list[str] = []
    for part in text.partition("?")[0].partition("#")[0].replace("\\", "/").split("/"):
        part = part.partition(";")[0].strip()
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts).lower()


def endpoint(path: str) -> Endpoint:
    """Look up what must be minded at a path."""
    return ENDPOINTS.get(plain_path(path), _PLAIN)


def check_write(path: str) -> None:
    """Raise `Rejected` where a document is never written."""
    if endpoint(path).secret:
        raise Rejected("a document that holds encrypted secrets is never written", code=SECRETS)
    if endpoint(path).fixed:
        raise Rejected("this document is never written", code="fixedDocument")


def check_raw(path: str, body: bytes | None) -> None:
    """Raise `Rejected` where a request that the user made up would write secrets, or end the session."""
    if plain_path(path) in _OWN:
        raise Rejected("logging in and out is not left to others", code="ownSession")
    if endpoint(path).secret and _action(body) != "get":
        raise Rejected("a document that holds encrypted secrets is never written", code=SECRETS)


def bodies(path: str, value: Any, asked: Mapping[str, Any] | None = None) -> Iterator[Any]:
    """Compose what to write for a document that was changed; further ones for when the first changes nothing.

    `asked` is the data of the read.
    """
    facts = endpoint(path)
    plain = without_limits(value)
    if not isinstance(plain, dict):
        yield plain
        return
    key = asked if facts.keyed and asked else {}
    kept = {**facts.added, **key, **_without(plain, facts.read_only)}
    renamed = {facts.renamed.get(key.strip().lower(), key): each for key, each in kept.items()}
    if renamed != kept:
        yield renamed
    yield kept
    if len(fewer := _without(kept, facts.spare)) < len(kept):
        yield fewer


def _without(value: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """Leave fields out, also of the objects inside."""
    return {
        key: _without(each, names) if isinstance(each, dict) else each
        for key, each in value.items()
        if key.strip().lower() not in names
    }


def _action(body: bytes | None) -> str:
    """Tell the action of a request; whatever cannot be read for certain is none."""
    try:
        found = json.loads(body or b"", object_pairs_hook=list)
        actions = [value for key, value in found if str(key).strip().lower() == "action"]
    except ValueError, TypeError, RecursionError:
        return ""
    return actions[0] if len(actions) == 1 and isinstance(actions[0], str) else ""
