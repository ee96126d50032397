"""What a request that a user makes up may be: one of the dialect's, to the device itself."""

import re
from typing import Final
from urllib.parse import unquote

from ..errors import Rejected

ROOT: Final = "/ISAPI/"
MAX_REQUEST: Final = 1024 * 1024
"""Largest body, bytes."""
_METHODS: Final = frozenset({"GET", "PUT", "POST", "DELETE"})
_LONGEST_PATH: Final = 512
_PATH: Final = re.compile(r"[A-Za-z0-9_\-.~!$&'()*+,;=:@%/]+", re.ASCII)


def allowed_method(method: str, path: str, body: bytes | None) -> str:
    """The method in upper case. Raises `Rejected` for another address, another method or too large a body."""
    if method.upper() not in _METHODS:
        raise Rejected("method not allowed", code="badMethod")
    if not _is_own(path):
        raise Rejected(f"the path must begin with {ROOT} and lead nowhere else", code="badPath")
    if body is not None and len(body) > MAX_REQUEST:
        raise Rejected(f"more than {MAX_REQUEST} bytes", code="tooLarge")
    return method.upper()


def _is_own(path: str) -> bool:
    """Whether a path stays below the dialect's root, also after the device has decoded it."""
    plain = unquote(unquote(path))
    steps = re.split(r"[/\\]", plain)
    return (
        len(path) <= _LONGEST_PATH
        and path.startswith(ROOT)
        and _PATH.fullmatch(path) is not None
        and plain.isprintable()
        and not {"..", "."} & set(steps)
        and "" not in steps[1:-1]
    )
