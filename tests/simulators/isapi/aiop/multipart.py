"""Reading a multipart request: the message and the file that goes with it."""

from dataclasses import dataclass
import re

from ..routing import Call
from .refusals import Denied

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
LARGEST = 64 << 20
"""Bytes of a request, model included."""
_QUOTED = re.compile(r'(\w+)="([^"]*)"')


@dataclass(kw_only=True)
class Piece:
    """One part: its headers in lower case, and its bytes."""

    headers: dict[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        """Content type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def names(self) -> dict[str, str]:
        """Parameters of Content-Disposition: name, filename."""
        return dict(_QUOTED.findall(self.headers.get("content-disposition", "")))

    @property
    def content_id(self) -> str:
        """Content-ID without angle brackets."""
        return self.headers.get("content-id", "").strip("<> ")


def pieces(call: Call) -> list[Piece]:
    """Take a multipart request apart; `badParameters` where it is none."""
    kind = call.record.headers.get("Content-Type", "")
    found = _BOUNDARY.search(kind)
    if not kind.lower().startswith("multipart/") or found is None:
        raise Denied("badParameters", detail="no multipart message")
    mark = b"--" + found[1].encode()
    body = call.record.body
    end = body.rfind(b"\r\n" + mark + b"--")
    if not body.startswith(mark) or end < 0:
        raise Denied("badParameters", detail="multipart message is not framed by its boundary")
    inner = body[:end]
    return [_piece(raw.removeprefix(b"\r\n")) for raw in (b"\r\n" + inner).split(b"\r\n" + mark)[1:] if raw]


def _piece(raw: bytes) -> Piece:
    head, gap, body = raw.partition(b"\r\n\r\n")
    if not gap:
        raise Denied("badParameters", detail="part without headers")
    headers: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    if (length := headers.get("content-length")) and length != str(len(body)):
        raise Denied("badParameters", detail="Content-Length of a part is wrong")
    return Piece(headers=headers, body=body)


def main_and_file(call: Call) -> tuple[bytes, Piece]:
    """Return the JSON message, which comes first, and the one file after it."""
    found = pieces(call)
    if len(found) != 2:
        raise Denied("badParameters", detail=f"{len(found)} parts, not 2")
    message, data = found
    if "json" not in message.kind:
        raise Denied("badParameters", detail="the first part is no JSON")
    if not data.names.get("name") or not data.names.get("filename"):
        raise Denied("badParameters", detail="the file has no name or filename")
    return message.body, data
