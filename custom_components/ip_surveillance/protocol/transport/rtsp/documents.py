"""Where documents of metadata begin and end in the bytes of a track: XML by the end tag, JSON by its brackets. Pure.

The document does not say how one larger than a packet is cut. Most packets carry a whole one and the marker; nothing
here relies on that.
"""

from collections.abc import Iterator
from itertools import islice
import re
from typing import Final

BLANK: Final = b"\xef\xbb\xbf \t\r\n\x00"
"""Stands before and after documents."""
_XML_START: Final = re.compile(rb"<\?xml[\s?]|<(?:[\w.-]+:)?metadata[\s/>]", re.IGNORECASE)
_STARTS: Final = (b"<?xml", b"<metadata")
_DECLARATION: Final = re.compile(rb"<\?xml[\s?]", re.IGNORECASE)
_ANY_TAG: Final = re.compile(rb"<[A-Za-z_?!]")
_ROOT: Final = re.compile(rb"<([A-Za-z_][\w.:-]*)")
_PROLOGUE: Final = 4096
"""Bytes in which the root begins: behind the declaration, comments and the like."""
_TAIL: Final = 96
"""Bytes in which the end tag of the root stands."""
_JSON_MARKS: Final = re.compile(rb'["\\{}\[\]]')
_NEXT: Final = re.compile(rb"[\s\x00\xef\xbb\xbf]*(?:\{|<\?xml[\s?]|<(?:[\w.-]+:)?metadata[\s/>])", re.IGNORECASE)
_MOST: Final = 64
"""Documents in one buffer; what follows them stays in one piece."""
_MOST_MARKS: Final = 2**16
"""Brackets and quotes looked at in one go, more than a packet has: a megabyte of them would hold up all else."""


def begins_xml(payload: bytes) -> bool:
    """Whether a document begins here for certain: a declaration, or the root that all have."""
    return _XML_START.match(payload.lstrip(BLANK)) is not None


def begins_declaration(payload: bytes) -> bool:
    """Whether an XML declaration stands here, as it does at the very beginning alone."""
    return _DECLARATION.match(payload.lstrip(BLANK)) is not None


def begins_json(payload: bytes) -> bool:
    """Whether a JSON document may begin here; the middle of one can look the same."""
    return payload.lstrip(BLANK).startswith(b"{")


def may_begin(payload: bytes) -> bool:
    """Whether a document may begin here; the middle of one can look the same."""
    return begins_json(payload) or _ANY_TAG.match(payload.lstrip(BLANK)) is not None


def begins_short(payload: bytes) -> bool:
    """Whether this is the beginning of a beginning, too short to tell more."""
    text = payload.lstrip(BLANK).lower()
    return bool(text) and any(start.startswith(text) for start in _STARTS)


class Shape:
    """Follows one document while it grows. Looks at each byte once, however small the pieces are."""

    def __init__(self) -> None:
        """Start before the first byte."""
        self._kind = b""
        self._head = b""
        self._tail = b""
        self._root: bytes | None = None
        self._brackets = Brackets()

    @property
    def rooted(self) -> bool:
        """Whether it is XML and more than its prologue has come."""
        return self._root is not None

    @property
    def json(self) -> bool:
        """Whether it is JSON."""
        return self._kind == b"{"

    @property
    def complete(self) -> bool:
        """Whether it could end here."""
        if self.json:
            return self._brackets.closed
        if self._root is None:
            return False
        return self._tail.rstrip(BLANK).endswith(b"</" + self._root + b">")

    def grow(self, payload: bytes) -> None:
        """Take the next piece."""
        if not self._kind:
            self._kind = payload.lstrip(BLANK)[:1]
        if self.json:
            self._brackets.feed(payload)
            return
        self._tail = (self._tail + payload[-_TAIL:])[-_TAIL:]
        if self._root is None and len(self._head) < _PROLOGUE:
            self._head += payload[:_PROLOGUE]
            # A name at the very end may go on in the next piece.
            match = _ROOT.search(self._head)
            if match is not None and match.end() < len(self._head):
                self._root = match[1]


class Brackets:
    """Counts the brackets of JSON outside of strings."""

    def __init__(self) -> None:
        """Start outside of everything."""
        self._depth = 0
        self._quoted = False
        self._escaped = False
        self._begun = False

    @property
    def closed(self) -> bool:
        """Whether as many were closed as opened, and at least one."""
        return self._begun and self._depth <= 0 and not self._quoted

    def feed(self, payload: bytes) -> None:
        """Take a piece."""
        for _ in self.ends(payload):
            pass

    def ends(self, payload: bytes) -> Iterator[int]:
        """Take a piece; tells the places behind brackets that close the outermost one."""
        skip = 0 if self._escaped else -1
        self._escaped = self._escaped and not payload
        for match in islice(_JSON_MARKS.finditer(payload), _MOST_MARKS):
            at = match.start()
            mark = match[0]
            if at == skip:
                continue
            if mark == b'"':
                self._quoted = not self._quoted
            elif mark == b"\\":
                skip = at + 1 if self._quoted else -1
                self._escaped = skip == len(payload)
            elif not self._quoted:
                self._begun = True
                self._depth += 1 if mark in b"{[" else -1
                if self._depth == 0:
                    yield match.end()


def split(data: bytes) -> list[bytes]:
    """Cut a buffer into its documents, blanks around them taken off.

    Cut only where one ends and another begins: an end tag that a page break has repeated cuts nothing.
    """
    found: list[bytes] = []
    rest = data.strip(BLANK)
    while rest:
        end = _first_end(rest) if len(found) < _MOST - 1 else len(rest)
        found.append(rest[:end].strip(BLANK))
        rest = rest[end:].strip(BLANK)
    return [document for document in found if document]


def _first_end(data: bytes) -> int:
    """Where the first document ends and another begins; the end of the data where none does."""
    if data.startswith(b"{"):
        ends = Brackets().ends(data)
    else:
        root = _ROOT.search(data, 0, _PROLOGUE)
        if root is None:
            return len(data)
        ends = (match.end() for match in re.finditer(b"</" + re.escape(root[1]) + rb"\s*>", data))
    return next((end for end in ends if _NEXT.match(data, end) is not None), len(data))
