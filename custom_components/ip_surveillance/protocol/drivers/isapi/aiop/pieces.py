"""Bodies of several parts: a document and the file it speaks of (000…txt L2011-2022)."""

from dataclasses import dataclass, field
import json
from typing import Any, Final
from uuid import uuid4

CONTENT_ID: Final = "file1"
"""What the document calls the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that goes with a document."""

    name: str
    """Of the part."""
    filename: str
    content_type: str
    data: bytes = field(repr=False)


def parts(name: str, document: dict[str, Any], file: File) -> tuple[bytes, str]:
    """Compose a body and its content type."""
    boundary = uuid4().hex
    text = json.dumps(document, ensure_ascii=False).encode()
    body = b"".join(
        (
            _head(boundary, f'name="{name}"', "application/json", len(text)),
            text,
            b"\r\n",
            _head(
                boundary,
                f'name="{file.name}"; filename="{file.filename}"',
                file.content_type,
                len(file.data),
                CONTENT_ID,
            ),
            file.data,
            f"\r\n--{boundary}--\r\n".encode(),
        )
    )
    return body, f"multipart/form-data; boundary={boundary}"


def _head(boundary: str, disposition: str, content_type: str, length: int, content_id: str = "") -> bytes:
    lines = [
        f"--{boundary}",
        f"Content-Disposition: form-data; {disposition}",
        f"Content-Type: {content_type}",
        f"Content-Length: {length}",
    ]
    if content_id:
        lines.append(f"Content-ID: {content_id}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
