"""Tell from a part's own bytes what it is and where it ends.

Devices state wrong lengths and boundaries, so the content is the best witness. Scanners
remember how far they got: feeding a megabyte byte by byte stays linear.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
import re
from typing import Protocol

BOM = b"\xef\xbb\xbf"
JPEG_START = b"\xff\xd8"
JPEG_END = b"\xff\xd9"
BLANK = b" \t\r\n\x00\x0b\x0c"

_FILENAME = re.compile(r"\b(?:file)?name\s*=\s*(?:\"([^\"]*)\"|([^;\s]+))", re.IGNORECASE)
# An element name longer than this is not taken for a root element.
_NAME_LIMIT = 127
_ROOT = re.compile(rb"<(?:!--|!\[CDATA\[|\?|([A-Za-z_:\x80-\xff][^\s/<>]{0,%d})(?=[\s/>]))" % (_NAME_LIMIT - 1))
# Bytes at the end of the data that may be the start of a token.
_OVERLAP = _NAME_LIMIT + 3
_CLOSERS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
_BINARY = ("image/", "audio/", "video/", "application/octet")
# A document that is declared as something binary must begin like one of these.
_SURE_DOCUMENT = frozenset({b"<?", b"<E", b'{"', b"{\r", b"{\n"})


class Kind(StrEnum):
    """What a body is; the value is the content type given to the part."""

    XML = "application/xml"
    JSON = "application/json"
    JPEG = "image/jpeg"
    OTHER = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: header names in lower case, the type its bytes show, the body."""

    headers: Mapping[str, str]
    content_type: str
    body: bytes

    @property
    def is_document(self) -> bool:
        """Whether the body is XML or JSON."""
        return self.content_type in (Kind.XML, Kind.JSON)

    @property
    def content_id(self) -> str | None:
        """The Content-ID without angle brackets."""
        return self.headers.get("content-id", "").strip("<> \t\"'") or None

    @property
    def filename(self) -> str | None:
        """The file name, or else the name, of Content-Disposition."""
        found = {
            match[0][:4].lower(): match[1] or match[2]
            for match in _FILENAME.finditer(self.headers.get("content-disposition", ""))
        }
        return found.get("file") or found.get("name") or None


class EndScanner(Protocol):
    """Finds the end of a self-delimiting document in a growing buffer."""

    def find(self, data: bytearray, stop: int) -> int:
        """Return the index after the document's last byte, or -1 if `data[:stop]` lacks it."""


class XmlEnd:
    """Finds where the root element closes; comments, CDATA and nested namesakes are skipped."""

    __slots__ = ("_depth", "_pos", "_token", "_wanted", "_within")

    def __init__(self, start: int) -> None:
        """Begin at index `start` of the buffer that `find` gets."""
        self._pos = start
        self._depth = 0
        self._token = _ROOT
        self._wanted = b""
        self._within = b""

    def find(self, data: bytearray, stop: int) -> int:
        """Return the index after the root's closing tag, or -1."""
        while True:
            if self._wanted:
                found = data.find(self._wanted, self._pos, stop)
                if found < 0:
                    self._pos = max(self._pos, stop - len(self._wanted) + 1)
                    return -1
                self._pos = found + len(self._wanted)
                self._wanted = b""
                if self._closes(data[found - 1]):
                    return self._pos
            match = self._token.search(data, self._pos, stop)
            if match is None:
                self._pos = max(self._pos, stop - _OVERLAP)
                return -1
            self._enter(match)

    def _enter(self, match: re.Match[bytes]) -> None:
        """Note what was opened and which bytes end it."""
        self._pos = match.end()
        if match[1] is not None and self._token is _ROOT:
            self._token = _tags(match[1])
        self._within = match[0]
        self._wanted = _CLOSERS.get(match[0], b">")

    def _closes(self, before: int) -> bool:
        """Adjust the depth for the tag that has just ended; true when it was the last."""
        if self._within in _CLOSERS:
            return False
        if self._within[1:2] == b"/":
            self._depth -= 1
        elif before != 0x2F:  # not a tag like <name/>
            self._depth += 1
        return self._depth <= 0


@lru_cache(maxsize=32)
def _tags(name: bytes) -> re.Pattern[bytes]:
    """Match the tags of elements called `name`, and what may hide such tags."""
    return re.compile(rb"<(?:!--|!\[CDATA\[|(/?%b)(?=[\s/>]))" % re.escape(name))


class JsonEnd:
    """Finds where the outermost brace or bracket closes."""

    __slots__ = ("_depth", "_in_string", "_open", "_pos", "_skip")

    def __init__(self, start: int, opening: int) -> None:
        """Begin at index `start`, where the byte `opening` stands."""
        self._pos = start + 1
        self._open = opening
        self._skip = _OUTSIDE[opening]
        self._depth = 1
        self._in_string = False

    def find(self, data: bytearray, stop: int) -> int:
        """Return the index after the closing brace or bracket, or -1."""
        while True:
            pattern = _IN_STRING if self._in_string else self._skip
            match = pattern.match(data, self._pos, stop)
            self._pos = match.end() if match else stop
            if self._pos >= stop:
                return -1
            if data[self._pos] == 0x5C:  # a backslash whose second half is still to come
                return -1
            if self._take(data[self._pos]):
                return self._pos

    def _take(self, byte: int) -> bool:
        """Consume one structural byte; true when it closed the document."""
        self._pos += 1
        if byte == 0x22:  # a quote
            self._in_string = not self._in_string
            return False
        self._depth += 1 if byte == self._open else -1
        return self._depth == 0


_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_IN_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)


def _inside(brackets: bytes) -> re.Pattern[bytes]:
    """Match what needs no look: strings, other bytes, and pairs of brackets at most two deep."""
    opening, closing = (re.escape(brackets[at : at + 1]) for at in (0, 1))
    other = rb'[^"%b%b]*+' % (opening, closing)
    flat = nested = rb"%b(?:%b%b)*+" % (other, _STRING, other)
    for _ in range(2):
        nested = rb"%b(?:%b%b%b%b)*+" % (flat, opening, nested, closing, flat)
    return re.compile(nested, re.DOTALL)


_OUTSIDE = {ord("{"): _inside(b"{}"), ord("["): _inside(b"[]")}


def sniff(two: bytes, declared: str) -> Kind:
    """Tell the kind from the first two bytes and the declared content type (maybe empty)."""
    if two == JPEG_START:
        return Kind.JPEG
    if declared.startswith(_BINARY) and two not in _SURE_DOCUMENT:
        return Kind.OTHER
    if two[:1] == b"<":
        return Kind.XML
    if two[:1] == b"{" or (two[:1] == b"[" and "json" in declared):
        return Kind.JSON
    return Kind.OTHER


def scanner(kind: Kind, data: bytearray, start: int) -> EndScanner | None:
    """Return what finds the end of a body of this kind, None if its bytes do not tell."""
    if kind is Kind.XML:
        return XmlEnd(start)
    if kind is Kind.JSON:
        return JsonEnd(start, data[start])
    return None


def begins_body(data: bytearray, start: int) -> bool | None:
    """Say whether a document or picture (no header, no delimiter) starts here; None: need more."""
    head = bytes(data[start : start + 2])
    if head[:1] not in b"<{\xff" or not head:
        return False
    if head[:1] == b"{":
        return True
    if len(head) < 2:
        return None
    return head in (JPEG_START, b"<?") or (head[:1] == b"<" and head[1:].isalpha())


def ends_jpeg(data: bytearray, end: int) -> bool:
    """Say whether the data before `end` is the end of a JPEG file, some padding allowed."""
    return data.endswith(JPEG_END, 0, jpeg_end(data, end))


def jpeg_end(data: bytearray, end: int) -> int:
    """Return `end` without the padding (64 bytes at most) after a JPEG file."""
    tail = data[max(0, end - 64) : end]
    padding = len(tail) - len(tail.rstrip(BLANK))
    return end - padding if data.endswith(JPEG_END, 0, end - padding) else end
