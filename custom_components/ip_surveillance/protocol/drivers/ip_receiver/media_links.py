"""Where pictures and clips of alarms wait on the receiver. The links are for fetching only and never shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import blake2s
import re
from typing import Any, Final

from ...model.parts import PartRef
from ...transport.loose_json import find_all, get, to_int, to_text
from .messages import Message

_LONGEST: Final = 2048
"""Characters of a link."""
_MOST: Final = 16
"""Links of one message."""
_NO_ID: Final = frozenset({"", "0", "-1"})
_PICTURE_NAME: Final = re.compile(r"\.(?:jpe?g|png|bmp)(?:[?#]|$)", re.IGNORECASE)
_BLANKS: Final = re.compile(r"[\x00-\x20\x7f]")
_ID: Final = re.compile(r"[^0-9A-Za-z._-]+")
_POSITIONS: Final = frozenset({"left", "right"})
_NO_VIDEO: Final = 0
_WORD: Final = 40


class LinkKind(StrEnum):
    """What a link leads to."""

    PICTURE = "picture"
    CLIP = "clip"
    INFO = "info"
    """Figures that belong to a thermal picture."""


class LinkAuth(StrEnum):
    """What the message says of the login that a link needs (`URLCertificationType`, 004…txt l.2165)."""

    NO = "no"
    DIGEST = "digest"
    UNTOLD = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaLink:
    """One picture or clip."""

    device: str
    """Address of the device, verbatim."""
    id: str
    """The alarm's UUID, or one made of what, where and when; fit for a file name. Links of one alarm share it."""
    url: str = field(repr=False)
    """As sent: absolute or relative to the receiver; hostile until checked."""
    kind: LinkKind
    parts: tuple[PartRef, ...]
    """The zone or channel that the alarm concerns; its picture is theirs."""
    label: str = ""
    """Which of several: left, right, thermal or visible."""
    auth: LinkAuth = LinkAuth.UNTOLD
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """A member of the message itself that holds a link."""

    name: str
    kind: LinkKind
    label: str = ""


_FIELDS: Final = (
    _Field(name="visibleLightURL", kind=LinkKind.PICTURE, label="visible"),
    _Field(name="thermalURL", kind=LinkKind.PICTURE, label="thermal"),
    _Field(name="thermalInfoURL", kind=LinkKind.INFO, label="thermal"),
)
_HOLDERS: Final = frozenset({"capturelist", "videoreview", *(each.name.lower() for each in _FIELDS)})
"""Members one of which a message with links has."""


def alarm_id(message: Message) -> str:
    """The UUID by which an alarm and what follows it are joined; empty where none is given.

    A lone "0" is what devices without UUIDs send (004…txt l.4286).
    """
    if "uuid" not in message.names:
        return ""
    for found in (*message.all("CIDAlarm"), *message.all("HikCIDParams"), message.payload):
        uuid = _ID.sub("", to_text(get(found, "UUID")) or "")[:64]
        if uuid not in _NO_ID:
            return uuid
    return ""


def media_links(message: Message, *, device: str, parts: tuple[PartRef, ...]) -> tuple[MediaLink, ...]:
    """All links of one message, the first ones first; what is no link at all is left out."""
    if message.names.isdisjoint(_HOLDERS):
        return ()
    auth = _auth(message.payload)
    uuid = alarm_id(message)
    found: dict[str, MediaLink] = {}
    for url, kind, label in _links(message):
        # The same clip is told in general and by lens; the lens says more.
        if (clean := _url(url)) and (clean not in found or label):
            made = uuid or _made_id(message.kind, parts, message.at, next(iter(found), clean))
            found[clean] = MediaLink(
                device=device, id=made, url=clean, kind=kind, parts=parts, label=label, auth=auth, at=message.at
            )
    return tuple(found.values())[:_MOST]


def _links(message: Message) -> Iterator[tuple[object, LinkKind, str]]:
    for each in _FIELDS:
        yield get(message.payload, each.name), each.kind, each.label
    for capture in message.all("CaptureList"):
        if isinstance(capture, Mapping):
            yield get(capture, "resourcesContent"), LinkKind.PICTURE, ""
    for review in message.all("VideoReview"):
        yield from _review(review)


def _review(review: object) -> Iterator[tuple[object, LinkKind, str]]:
    """Links of the block that many messages share; its inner object is left out by some."""
    if not isinstance(review, Mapping):
        return
    for params in find_all(review, "HikCIDParams") or [review]:
        if not isinstance(params, Mapping):
            continue
        still = to_int(get(params, "isVideo")) == _NO_VIDEO
        yield get(params, "videoURL"), _kind(get(params, "videoURL"), still=still), ""
        for lens in find_all(params, "videoInfoList"):
            if isinstance(lens, Mapping):
                position = (to_text(get(lens, "cameraPosition")) or "").lower()
                url = get(lens, "videoURL")
                yield url, _kind(url, still=still), position if position in _POSITIONS else ""


def _kind(url: object, *, still: bool) -> LinkKind:
    """A clip, unless the alarm left none (`isVideo` 0, 004…txt l.1447) or the name says otherwise."""
    picture = still or (isinstance(url, str) and _PICTURE_NAME.search(url[:_LONGEST]) is not None)
    return LinkKind.PICTURE if picture else LinkKind.CLIP


def _auth(payload: Mapping[str, Any]) -> LinkAuth:
    word = (to_text(get(payload, "URLCertificationType")) or "").lower()
    return LinkAuth(word) if word in set(LinkAuth) else LinkAuth.UNTOLD


def _url(value: object) -> str:
    """The link without blanks around; empty for what can be none: placeholders, control characters, novels."""
    text = value.strip() if isinstance(value, str) and len(value) <= _LONGEST else ""
    usable = text.isascii() and _BLANKS.search(text) is None and any(each.isalnum() for each in text)
    return text if usable else ""


def _made_id(event: str, parts: tuple[PartRef, ...], at: datetime | None, first: str) -> str:
    """An id for what has none; the first link tells apart what happened in the same second."""
    when = at.strftime("%Y%m%dT%H%M%S") if at is not None else "undated"
    where = parts[0].key if parts else "device"
    which = blake2s(first.encode(), digest_size=4).hexdigest()
    return _ID.sub("", f"{when}-{where}-{event[:_WORD]}-{which}")
