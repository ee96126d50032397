"""Incremental reader of the endless multipart answers that devices push events by.

Bytes in, parts out, no I/O. What devices do wrong, and is read all the same: a boundary in the
header that is missing, quoted, literally `<boundary>` or another than the one used; bare line
feeds; missing or wrong Content-Length; no blank line; no delimiter at all (all reported from
the field). The bytes alone decide, never how they were cut into pieces. A document is handed
out the moment its root closes, a picture with its last byte.
"""

from collections.abc import Callable
import re
from typing import Final

from .content import BLANK, BOM, EndScanner, Kind, Part, begins_body, ends_jpeg, jpeg_end, scanner, sniff
from .delimiter import (
    LITERAL,
    MAX_LINE,
    completes,
    declared_delimiter,
    faultless_head,
    follows,
    is_delimiter_line,
    is_part_header,
    may_delimit,
    opens_part,
    split_header,
)

__all__ = ["MAX_HEADER", "MAX_PART", "MultipartParser", "Part"]

MAX_PART: Final = 10 * 1024 * 1024
MAX_HEADER: Final = 16 * 1024
_LEAD = re.compile(rb"(?:[\s\x00]++|\xef\xbb\xbf)*+")
_BODY_LEAD = re.compile(rb"(?:[ \t\r\n]++|\xef\xbb\xbf)*+")
# Heads up to this many bytes are looked up, and this many of them are remembered.
_QUICK_HEAD = 512
_HEADS = 64
# First bytes that need a closer look.
_BODY_BYTES = (b"<", b"{", b"\xff", b"\xef")
# Where reading may go on after rubbish.
_RESUME = re.compile(rb"\n(?=--|<boundary>|content-)", re.IGNORECASE)
_RESUME_OVERLAP = 16


class MultipartParser:
    """Turn pieces of a multipart stream into parts.

    `bad_parts` counts parts that were dropped (cut short or too large), `empty_parts` those
    without a body, `bytes_skipped` the bytes that belonged to no part or to a bad one.
    At most `max_part` bytes plus the piece being fed are held.
    """

    def __init__(
        self, content_type: str | None, *, max_part: int = MAX_PART, max_header: int = MAX_HEADER, lax: bool = False
    ) -> None:
        """Start with the answer's Content-Type, None if it has none; the limits are bytes.

        `lax` hands out JSON that a delimiter ends before its root closed: a misplaced quote may be all that ails it.
        """
        self.bad_parts = 0
        self.empty_parts = 0
        self.bytes_skipped = 0
        self._max_part = max_part
        self._max_header = max_header
        self._lax = lax
        self._data = bytearray()
        self._delimiter = declared_delimiter(content_type)
        self._parts: list[Part] = []
        self._heads: dict[bytes, dict[str, str] | None] = {}
        self._step: Callable[[], bool] = self._seek
        self._scan = 0  # how far the running search got
        self._started = False  # a part was seen: what is between parts should be nothing
        self._trusting = True  # until a Content-Length proved too small
        self._probing = False  # a line that may open a part, after rubbish
        self._new_part({})

    def feed(self, data: bytes) -> list[Part]:
        """Take the next bytes and return the parts that they complete."""
        self._data += data
        while self._step():
            pass
        parts, self._parts = self._parts, []
        return parts

    def close(self) -> list[Part]:
        """End the stream; return a last part that only lacked the delimiter after it."""
        parts: list[Part] = []
        if self._step == self._body:
            self._settle_length()
        parts += self.feed(b"\n")
        if self._step == self._body:
            self._finish_body()
        elif self._step == self._head:
            self.bad_parts += bool(self._headers)
        parts += self._parts
        self._parts = []
        self._drop(len(self._data), to=self._seek)
        return parts

    # --- between parts -------------------------------------------------------------------

    def _seek(self) -> bool:
        """Stand at the start of a line between parts; false when bytes are missing."""
        data = self._data
        if data and not self._scan:
            del data[: _past(_LEAD, data, 0)]
            if self._quick_head():
                return True
            if data[:1] in _BODY_BYTES and (verdict := self._bare_body()) is not False:
                return bool(verdict)
        if not data:
            return False
        end = data.find(b"\n", self._scan, MAX_LINE)
        if end < 0 and len(data) < MAX_LINE:
            self._scan = len(data)
            return False
        return self._take_line(end)

    def _bare_body(self) -> bool | None:
        """Enter a body that has neither delimiter nor header; false: this is none."""
        data = self._data
        if self._probing or data.startswith(LITERAL):
            return False
        if _partial(data, BOM) or _partial(data, LITERAL):
            return None
        verdict = begins_body(data, 0)
        if verdict:
            self._new_part({})
            self._enter_body(0)
        return verdict

    def _take_line(self, end: int) -> bool:
        """Judge the whole line that ends at `end` (-1: longer than any delimiter)."""
        line = bytes(self._data[:end]).rstrip() if end >= 0 else b""
        if is_delimiter_line(line, self._delimiter):
            if line == self._delimiter:
                return self._enter_head(end)
            return self._drop(end + 1, to=self._seek, skipped=0)
        if may_delimit(line):
            verdict = opens_part(self._data, end + 1)
            if verdict is None:
                self._scan = end
                return False
            if verdict:
                self._delimiter = line
                return self._enter_head(end)
        if is_part_header(line):
            return self._enter_head(-1)
        return self._rubbish(end)

    def _rubbish(self, end: int) -> bool:
        """Pass over a line that opens no part; after the first part look for the next only."""
        self._scan = 0
        if self._started or self._probing or end < 0:
            self._trusting = self._trusting and not self._by_length
            return self._lose(0)
        return self._drop(end + 1, to=self._seek)

    def _skip(self) -> bool:
        """Search for the next line that may open a part."""
        match = _RESUME.search(self._data, self._scan)
        self._scan = 0
        if match is None:
            self._drop(max(0, len(self._data) - _RESUME_OVERLAP), to=self._skip)
            return False
        self._probing = True
        return self._drop(match.end(), to=self._seek)

    def _lose(self, count: int) -> bool:
        """Drop `count` bytes and look for a place to go on."""
        return self._drop(count, to=self._skip)

    def _drop(self, count: int, *, to: Callable[[], bool], skipped: int | None = None) -> bool:
        """Drop bytes from the front and go on with another step."""
        del self._data[:count]
        self.bytes_skipped += count if skipped is None else skipped
        self._scan = 0
        self._step = to
        return True

    # --- headers -------------------------------------------------------------------------

    def _enter_head(self, line_feed: int) -> bool:
        """Read headers after the line feed at that index (-1: from the first byte)."""
        self._new_part({})
        self._drop(max(line_feed, 0), to=self._head, skipped=0)
        self._line = self._scan = 1 if line_feed >= 0 else 0
        return True

    def _new_part(self, headers: dict[str, str]) -> None:
        """Forget the part before."""
        self._headers = headers
        self._line = 0
        self._last = ""
        self._kind: Kind | None = None
        self._ends: EndScanner | None = None
        self._length: int | None = None
        self._by_length = False
        self._probing = False

    def _head(self) -> bool:
        """Read header lines; false when bytes are missing."""
        data = self._data
        while self._line < len(data):
            verdict = begins_body(data, self._line)
            if verdict:
                return self._enter_body(self._line)
            end = data.find(b"\n", self._scan, self._max_header)
            if end < 0 and len(data) >= self._max_header:
                self.bad_parts += 1
                return self._lose(self._max_header - 1)
            if verdict is None or end < 0:
                self._scan = max(self._line, len(data)) if verdict is False else self._line
                return False
            line = bytes(data[self._line : end]).rstrip()
            if not line:
                return self._enter_body(end + 1)
            if is_delimiter_line(line, self._delimiter):
                self.empty_parts += 1
                return self._drop(self._line, to=self._seek, skipped=0)
            self._take_header(line)
            self._line = self._scan = end + 1
        return False

    def _quick_head(self) -> bool:
        """Take a faultless head that is here as a whole; false leaves it to the careful way."""
        data, known = self._data, self._delimiter
        if known is None or not data.startswith(known):
            return False
        start = len(known)
        end = data.find(b"\r\n\r\n", start, start + min(_QUICK_HEAD, self._max_header))
        if end < 0 or not data.startswith(b"\r\n", start):
            return False
        block = bytes(data[start + 2 : end + 2])
        headers = self._heads.get(block) if block in self._heads else self._learn_head(block)
        if headers is None:
            return False
        self._new_part(headers)
        return self._enter_body(end + 4)

    def _learn_head(self, block: bytes) -> dict[str, str] | None:
        """Parse a head and remember the outcome: devices repeat themselves."""
        if len(self._heads) >= _HEADS:
            self._heads.clear()
        headers = self._heads[block] = faultless_head(block, self._delimiter)
        return headers

    def _take_header(self, line: bytes) -> None:
        """Keep a header or its continuation; count anything else."""
        if line[:1] in b" \t" and self._last:
            self._headers[self._last] += " " + line.strip().decode("latin-1")
        elif header := split_header(line):
            self._last = header[0]
            self._headers[self._last] = header[1]
        else:
            self.bytes_skipped += len(line)

    # --- bodies --------------------------------------------------------------------------

    def _enter_body(self, start: int) -> bool:
        """Read a body that begins at that index; the line feed before it is kept."""
        kept = min(start, 1)
        self._drop(start - kept, to=self._body, skipped=0)
        self._start = self._first = kept
        self._started = True
        length = self._headers.get("content-length", "")
        if length.isascii() and length.isdigit() and len(length) < 12:
            # Nonsense (none, zero, negative, larger than allowed) means: not known.
            self._length = int(length) if 0 < int(length) <= self._max_part else None
        return True

    def _body(self) -> bool:
        """Look for the end of the body; false when bytes are missing."""
        data = self._data
        stop = min(len(data), self._start + self._max_part)
        if self._kind is None:
            self._sniff()
        closed = self._ends.find(data, stop) if self._ends else -1
        if self._find_delimiter(closed):
            return True
        if closed >= 0:
            return self._emit(closed, closed)
        if self._kind in (Kind.JPEG, Kind.OTHER) and self._at_length():
            return True
        if len(data) >= self._start + self._max_part:
            self.bad_parts += 1
            return self._lose(self._max_part)
        return False

    def _sniff(self) -> None:
        """Decide what the body is, once two bytes that are not blank have come."""
        data = self._data
        self._first = _past(_BODY_LEAD, data, self._first)
        head = bytes(data[self._first : self._first + 3])
        if len(head) > 1 and head != BOM[:2]:
            self._kind = sniff(head[:2], self._headers.get("content-type", "").lower())
            self._ends = scanner(self._kind, data, self._first)

    def _at_length(self) -> bool:
        """End the body by its Content-Length if that is reached and believable."""
        if self._length is None or len(self._data) < (end := self._start + self._length):
            return False
        if self._kind is Kind.JPEG:
            sure = ends_jpeg(self._data, end)
        else:
            sure = self._trusting
        verdict = True if sure else follows(self._data, end, self._delimiter)
        if verdict:
            return self._emit(end, end, by_length=True)
        if verdict is False:
            self._length = None
            self._scan = 0
            return True
        return False

    def _find_delimiter(self, closed: int) -> bool:
        """End the body at a delimiter line that stands before its content's end (-1: not seen)."""
        needle = b"\n" + (self._delimiter or b"--")
        room = self._max_part
        if self._length is not None and self._ends is None:
            room = self._length
        limit = closed if closed >= 0 else min(len(self._data), self._start + room)
        final = closed >= 0 or limit == self._start + room
        while (found := self._data.find(needle, self._scan, limit)) >= 0:
            strong = self._delimiter is None or not self._plain_ends(found)
            verdict = completes(self._data, found + len(needle), limit, self._delimiter, strong=strong)
            if verdict:
                return self._end_at(found)
            if verdict is None and not final:
                self._scan = found
                return False
            self._scan = found + 1
        self._scan = max(self._scan, limit - len(needle) + 1)
        return False

    def _plain_ends(self, found: int) -> bool:
        """Whether a delimiter is believed though no part header follows it."""
        if self._kind is Kind.JPEG:
            return ends_jpeg(self._data, found)
        return self._length is None or found >= self._start + self._length

    def _end_at(self, found: int) -> bool:
        """End the body before the line feed at `found`, where a delimiter follows."""
        end = found - (self._data[found - 1 : found] == b"\r")
        if self._kind is None or self._first >= found:
            self.empty_parts += 1
            return self._drop(found + 1, to=self._seek, skipped=0)
        broken = self._ends is not None and not (self._lax and self._kind is Kind.JSON)
        if broken or (self._kind is Kind.JPEG and not self._plain_ends(found)):
            self.bad_parts += 1
            return self._drop(found + 1, to=self._seek)
        return self._emit(end, found + 1)

    def _emit(self, end: int, upto: int, *, by_length: bool = False) -> bool:
        """Hand out the body that ends at `end` and drop the bytes before `upto`."""
        kind = self._kind or Kind.OTHER
        start = self._start if kind is Kind.OTHER else self._first
        content_type: str = kind.value
        if kind is Kind.OTHER:
            declared = self._headers.get("content-type", "").partition(";")[0].strip().lower()
            content_type = declared or content_type
        elif kind is Kind.JPEG:
            end = jpeg_end(self._data, end)
        body = bytes(memoryview(self._data)[start:end])
        self._parts.append(Part(self._headers, content_type, body))
        self._new_part({})
        self._by_length = by_length and kind is Kind.OTHER
        return self._drop(upto, to=self._seek, skipped=0)

    def _settle_length(self) -> None:
        """The stream has ended: the stated length was right to the byte or says nothing."""
        end = self._start + (self._length or 0)
        rest = self._data[end:]
        if self._length and not self._ends and len(self._data) >= end and not rest.strip(BLANK):
            self._emit(end, len(self._data), by_length=True)
        else:
            self._length = None
            self._scan = 0

    def _finish_body(self) -> None:
        """Keep a last body that is whole as far as its bytes tell."""
        end = len(self._data)
        if self._kind is Kind.JPEG and ends_jpeg(self._data, end):
            self._emit(end, end)
        elif self._kind is None:
            self.empty_parts += 1
        else:
            self.bad_parts += 1


def _past(pattern: re.Pattern[bytes], data: bytearray, start: int) -> int:
    """Return the index after a match at `start`."""
    match = pattern.match(data, start)
    return match.end() if match else start


def _partial(data: bytearray, wanted: bytes) -> bool:
    """Whether the data may still become `wanted`."""
    return len(data) < len(wanted) and wanted.startswith(data)
