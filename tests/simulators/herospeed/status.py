"""Codes of the answers (002…txt l.31-121, l.483-487) and how an answer is written."""

from enum import IntEnum
import json
from typing import Any

type Json = Any
"""Whatever JSON holds."""


class Code(IntEnum):
    """Codes the document defines, as far as this device uses them."""

    OK = 0
    PARAMETER = 1
    NOT_FOUND = 2
    NOT_LOGGED_IN = 101
    NO_PERMISSION = 102
    TIMEOUT = 103
    CALL_FAILED = 202
    TOO_MANY = 203
    KEY = 230
    END_OF_PUSH = 302


class Refused(Exception):
    """A request is answered with this code."""

    def __init__(self, code: int, why: str = "") -> None:
        """Keep the code; `why` is for the test that looks at the journal, the device does not tell."""
        super().__init__(why or str(code))
        self.code = code
        self.why = why


class NoSuchPath(Exception):
    """The firmware does not know the path at all."""


def text(tree: Json) -> str:
    """Return compact JSON."""
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":"))
