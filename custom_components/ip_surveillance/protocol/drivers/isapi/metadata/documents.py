"""From the bytes of one document to a message: XML by local names, JSON, and both with the damage they come with."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
import re
from typing import Any, Final
from xml.sax.saxutils import unescape

from ....errors import BadAnswer
from ....transport import loose_json, xml
from ....transport.loose_json import find_all, get, to_bool, to_float, to_int, to_text
from .builder import Builder
from .message import Message, Track

_LONGEST_TAG: Final = 128
"""Characters of a tag, with its namespace, that is kept."""
LARGEST: Final = 1 << 20
"""Bytes of one document."""
_ROOT: Final = "metadata"
_BLANK: Final = b"\xef\xbb\xbf \t\r\n\x00"
_TAG: Final = re.compile(rb"<([A-Za-z_][\w.:-]{0,63})[^<>]{0,500}>([^<]{0,500})", re.ASCII)
_ENTITIES: Final = {"&quot;": '"', "&apos;": "'"}
_MEMBER: Final = re.compile(
    rb'"(\w{1,64})"\s{0,20}:\s{0,20}("(?:[^"\\]|\\.){0,500}"|[^\s,{}\[\]"]{1,64}|[{\[])', re.ASCII
)
_REMARK: Final = re.compile(rb"/\*.{0,500}?\*/", re.DOTALL)
_MOST_LEAVES: Final = 20_000
_MOST_TRACKS: Final = 64
_LISTS: Final = ("targetlist", "activitytargetlist")
_PICTURES: Final = ("pciturelist", "picturelist")
"""The first is how the document writes it (001…txt l.537)."""
_MAGIC: Final = {b"\xff\xd8": "image/jpeg", b"\x89PNG": "image/png", b"BM": "image/bmp", b"GIF8": "image/gif"}


def read_document(body: bytes) -> Message:
    """Read one document. Raises `BadAnswer` for what is none, is too large, or tells no type."""
    if len(body) > LARGEST:
        raise BadAnswer("metadata too long")
    head = body[:64].lstrip(_BLANK)[:1]
    message = _json(body) if head == b"{" else _xml(body)
    if not message.type and not message.sub_type:
        raise BadAnswer("metadata without a type")
    return message


def _xml(body: bytes) -> Message:
    root = xml.parse(body, max_size=LARGEST)
    if xml.local(root).lower() != _ROOT:
        raise BadAnswer(f"no metadata but {xml.local(root)[:40]}")
    build = Builder()
    if _is_damaged(root):
        # What was forgiven ends the document early, or moves its parts: all of it is there in the right order.
        for tag, text in _leaves(body):
            build.take(tag, text)
        return replace(build.build(), repaired=True)
    after: xml.Element | None = None
    for element in root.iter("*"):
        if element is after:
            build.leave()
        name = _name(element.tag)
        build.take(name, element.text)
        if name == "target":
            after = _behind(element)
    return build.build()


def _behind(element: xml.Element | None) -> xml.Element | None:
    """The first element behind one and all that is in it."""
    while element is not None:
        if (following := next(element.itersiblings("*"), None)) is not None:
            return following
        element = element.getparent()
    return None


def _name(tag: str) -> str:
    """The local name of a tag, in lower case."""
    # A device has few tags, and sends them a thousand times a second; but it chooses how long they are.
    return _short_name(tag) if len(tag) <= _LONGEST_TAG else tag[tag.rfind("}") + 1 :].lower()


@lru_cache(maxsize=256)
def _short_name(tag: str) -> str:
    return tag[tag.rfind("}") + 1 :].lower()


def _is_damaged(root: xml.Element) -> bool:
    """Whether the reader had to forgive something."""
    parser = root.getroottree().parser
    return parser is not None and len(parser.error_log) > 0


def _leaves(body: bytes) -> Iterator[tuple[str, str]]:
    for found, _ in zip(_TAG.finditer(body), range(_MOST_LEAVES), strict=False):
        name = found[1].decode("ascii").rpartition(":")[2].lower()
        yield name, unescape(found[2].decode("utf-8", "replace"), _ENTITIES)


def _json(body: bytes) -> Message:
    try:
        document = loose_json.load(body)
    except BadAnswer:
        return _json_in_order(body)
    inner = get(document, _ROOT)
    holder = inner if isinstance(inner, Mapping) else document
    tracked = get(holder, "CameraPoint")
    build = Builder()
    # Numbers of people stand inside or beside the rest (001…txt l.543, 608, 644).
    budget = iter(range(_MOST_LEAVES))
    _walk(build, {name: value for name, value in holder.items() if value is not tracked}, budget)
    if holder is not document:
        _walk(build, {name: value for name, value in document.items() if value is not inner}, budget)
    picture, kind, linked = _picture(document)
    return replace(
        build.build(),
        tracks=None if tracked is None else tuple(_tracks(tracked)),
        picture=picture,
        picture_type=kind,
        linked=linked,
    )


def _json_in_order(body: bytes) -> Message:
    """Read the members in the order in which they stand, whatever is wrong with the brackets around them."""
    build = Builder()
    entries: list[dict[str, Any]] = []
    tracked = False
    clean = _REMARK.sub(b" ", body)
    for found, _ in zip(_MEMBER.finditer(clean), range(_MOST_LEAVES), strict=False):
        name, value = found[1].decode("ascii").lower(), found[2].decode("utf-8", "replace").strip('"')
        tracked |= name == "camerapoint"
        if not tracked:
            build.take("target" if name == "targetlist" else name, value)
        elif name == "objid":
            entries.append({name: value})
        elif entries:
            entries[-1].setdefault(name, value)
    message = build.build()
    if not message.type:
        raise BadAnswer("JSON cannot be read")
    return replace(message, tracks=tuple(map(_track, entries[:_MOST_TRACKS])) if tracked else None, repaired=True)


def _walk(build: Builder, node: Mapping[str, Any], budget: Iterator[int]) -> None:
    """Give the members to the builder in order; the elements of a list of targets are targets."""
    for key, value in node.items():
        name = key.lower()
        if next(budget, None) is None:
            return
        if name in _PICTURES:
            continue
        for each in value if isinstance(value, list) else (value,):
            if not isinstance(each, Mapping):
                build.take(name, to_text(each))
                continue
            build.take(name, None)
            is_target = name == "target" or (name in _LISTS and get(each, "Target") is None)
            if is_target and name in _LISTS:
                build.take("target", None)
            _walk(build, each, budget)
            if is_target:
                build.leave()


def _picture(document: Mapping[str, Any]) -> tuple[bytes, str, bool]:
    """The picture, its type, and whether it is only linked to."""
    for name in _PICTURES:
        for entry in find_all(document, name):
            data = get(entry, "data")
            if not isinstance(data, str) or not data:
                continue
            if str(get(entry, "dataType")).lower() == "url":
                return b"", "", True
            try:
                picture = base64.b64decode(data.partition("base64,")[2] or data, validate=True)
            except binascii.Error, ValueError:
                continue
            for magic, kind in _MAGIC.items():
                if picture.startswith(magic):
                    return picture, kind, False
    return b"", "", False


def _tracks(listed: object) -> Iterator[Track]:
    """Persons who are followed. Whatever describes their bodies is left out: nobody is told apart by it."""
    entries = [entry for entry in (listed if isinstance(listed, list) else [listed]) if isinstance(entry, Mapping)]
    for entry in entries[:_MOST_TRACKS]:
        suspects = next((each for each in find_all(entry, "SuspList") if isinstance(each, Mapping)), {})
        first = next((each for each in find_all(suspects, "Data") if isinstance(each, Mapping)), {})
        leaves = {name.lower(): value for name, value in (*entry.items(), *suspects.items(), *first.items())}
        yield _track(leaves)


def _track(leaves: Mapping[str, Any]) -> Track:
    valid, complete = to_bool(leaves.get("isvalid")), to_bool(leaves.get("tracomplete"))
    suspicion = {"pattern": to_int(leaves.get("suspid")), "confidence": to_float(leaves.get("confidence"))}
    return Track(
        number=to_text(leaves.get("objid"), 32) or "",
        present=valid is not False and complete is not True,
        suspects=max(0, to_int(leaves.get("suspnum")) or 0),
        data={name: value for name, value in suspicion.items() if value is not None},
    )
