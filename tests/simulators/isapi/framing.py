"""Multipart framing, right and wrong in every way seen on devices."""

from dataclasses import dataclass, field
from enum import StrEnum

BOUNDARY = "MIME_boundary"


class Framing(StrEnum):
    """How the push connection is framed."""

    STANDARD = "standard"
    QUOTED = "quoted"
    """Boundary in quotes in the header."""
    NO_HEADER = "no_header"
    """The header does not name a boundary."""
    WRONG_HEADER = "wrong_header"
    """The header names another boundary than is used."""
    BARE_LF = "bare_lf"
    """Lines end in LF alone."""
    NO_LENGTH = "no_length"
    """Parts without Content-Length."""
    WRONG_LENGTH = "wrong_length"
    """Content-Length of the XML parts is too small."""
    LITERAL = "literal"
    """The boundary is the word in angle brackets."""
    DASHED = "dashed"
    """The header's boundary already carries the leading dashes."""


_HEADERS = {
    Framing.QUOTED: f'multipart/mixed; boundary="{BOUNDARY}"',
    Framing.NO_HEADER: "multipart/mixed",
    Framing.WRONG_HEADER: "multipart/mixed; boundary=somethingElse",
    Framing.LITERAL: "multipart/mixed; boundary=<boundary>",
    Framing.DASHED: f"multipart/mixed; boundary=--{BOUNDARY}",
}


@dataclass(kw_only=True)
class Part:
    """One part of the multipart stream."""

    body: bytes
    content_type: str = 'application/xml; charset="UTF-8"'
    headers: dict[str, str] = field(default_factory=dict)


def content_type(framing: Framing) -> str:
    """Return the Content-Type of the whole answer."""
    return _HEADERS.get(framing, f"multipart/mixed; boundary={BOUNDARY}")


def frame(part: Part, framing: Framing = Framing.STANDARD) -> bytes:
    """Return a part as it goes over the wire."""
    end = "\n" if framing is Framing.BARE_LF else "\r\n"
    lines = [
        f"--{'<boundary>' if framing is Framing.LITERAL else BOUNDARY}",
        f"Content-Type: {part.content_type}",
    ]
    if framing is not Framing.NO_LENGTH:
        lines.append(f"Content-Length: {_length(part, framing)}")
    lines += [f"{name}: {value}" for name, value in part.headers.items()]
    return (end.join(lines) + end + end).encode() + part.body + end.encode()


def _length(part: Part, framing: Framing) -> int:
    wrong = framing is Framing.WRONG_LENGTH and "xml" in part.content_type
    return max(0, len(part.body) - 7) if wrong else len(part.body)


def frame_all(parts: list[Part], framing: Framing = Framing.STANDARD) -> bytes:
    """Return several parts, one after the other."""
    return b"".join(frame(part, framing) for part in parts)
