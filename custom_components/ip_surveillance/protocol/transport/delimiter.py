"""The lines between the parts of a multipart stream: what counts as one, and what must follow it.

Every question is answered by yes, no, or None: the bytes that have come so far do not tell.
"""

import re
from typing import Final

from .content import BLANK, begins_body

# A longer line is no delimiter.
MAX_LINE: Final = 1024
# Seen in the field, in the header as well as between the parts.
LITERAL: Final = b"<boundary>"

_BOUNDARY = re.compile(r"boundary\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^;]*))", re.IGNORECASE)
_ANY = re.compile(rb"--[!-~]{1,200}")
_HEADER = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z ]{1,64}?)[ \t]*:(.*)", re.DOTALL)
# A header that opens a part even where no delimiter stands before it.
_PART_HEADER = re.compile(rb"content-(?:type|length|disposition|id)\s*:", re.IGNORECASE)
_PART_HEADER_START = b"content-"
# What may follow a delimiter, and the beginnings of that.
_TAIL = re.compile(rb"(?:--)?[ \t]{0,16}\r?\n")
_TAIL_BEGUN = re.compile(rb"(?:-|--)?[ \t]{0,16}\r?")
_ANY_TAIL = re.compile(rb"[!-~]{1,200}[ \t]{0,16}\r?\n")
_ANY_TAIL_BEGUN = re.compile(rb"[!-~]{0,200}[ \t]{0,16}\r?")


def declared_delimiter(content_type: str | None) -> bytes | None:
    """Return the delimiter that a Content-Type header promises."""
    match = _BOUNDARY.search(content_type or "")
    value = (match[1] or match[2] or match[3] or "").strip() if match else ""
    return b"--" + value.encode("utf-8", "replace")[:200] if value else None


def split_header(line: bytes) -> tuple[str, str] | None:
    """Return the name in lower case and the value of a header line."""
    match = _HEADER.fullmatch(line)
    if match is None:
        return None
    return match[1].decode("latin-1").strip().lower(), match[2].decode("latin-1").strip()


def is_delimiter_line(line: bytes, known: bytes | None) -> bool:
    """Whether the line is the known delimiter, or the last one with two dashes more."""
    return known is not None and line.startswith(known) and line[len(known) :] in (b"", b"--")


def faultless_head(block: bytes, known: bytes | None) -> dict[str, str] | None:
    """Parse header lines that end in CR LF; None unless all are plain headers."""
    headers = {}
    for line in block.split(b"\r\n")[:-1]:
        header = None if b"\n" in line or line[:1] in b" \t" else split_header(line)
        if header is None or is_delimiter_line(line, known):
            return None
        headers[header[0]] = header[1]
    return headers


def may_delimit(line: bytes) -> bool:
    """Whether a line looks like a delimiter that nobody announced."""
    return line == LITERAL or _ANY.fullmatch(line) is not None


def is_part_header(line: bytes) -> bool:
    """Whether the line is a header that only parts have."""
    return _PART_HEADER.match(line) is not None


def opens_part(data: bytearray, start: int) -> bool | None:
    """Whether a header, a blank line or a body stands at `start`."""
    verdict = begins_body(data, start)
    if verdict is not False:
        return verdict
    end = data.find(b"\n", start, start + MAX_LINE)
    if end < 0:
        return None if len(data) < start + MAX_LINE else False
    line = bytes(data[start:end])
    return not line.strip() or _HEADER.match(line) is not None


def follows(data: bytearray, start: int, known: bytes | None) -> bool | None:
    """Whether a delimiter comes next, after some blank bytes at most."""
    wanted = known or b"--"
    after = bytes(data[start : start + len(wanted) + 8])
    rest = after.lstrip(BLANK)
    if rest.startswith(wanted):
        return True
    if len(after) < len(wanted) + 8 and wanted.startswith(rest):
        return None
    return False


def completes(data: bytearray, end: int, limit: int, known: bytes | None, *, strong: bool) -> bool | None:
    """Whether a delimiter whose text ends at `end` is a whole line before `limit`.

    `strong` demands a part's header in the next line, so that the same bytes within a picture
    or a text do not count.
    """
    tail = (_TAIL if known else _ANY_TAIL).match(data, end, limit)
    if tail is None:
        begun = _TAIL_BEGUN if known else _ANY_TAIL_BEGUN
        return None if begun.fullmatch(data, end, limit) else False
    if not strong:
        return True
    start = tail.end()
    after = bytes(data[start : min(limit, start + len(_PART_HEADER_START))]).lower()
    if after == _PART_HEADER_START:
        return True
    return None if _PART_HEADER_START.startswith(after) else False
