"""What else an event says, for people and automations: bounded, without what could be a secret."""

from collections.abc import Callable, Mapping
import re
from typing import Any, Final

LARGEST: Final = 2**53
"""Numbers beyond are no counts or ids, and not everybody who gets them can hold them."""
_KEYS: Final = 24
_TEXT: Final = 200
_DEPTH: Final = 4
SECRET: Final = re.compile(r"pass|pwd|token|secret|key|session|credential", re.IGNORECASE)
"""Names of what must not be shown."""


def extras(
    fields: Mapping[str, Any], is_left_out: Callable[[str], bool], *, hidden: re.Pattern[str] = SECRET
) -> dict[str, Any]:
    """Members of a message that are worth telling.

    `is_left_out` gets their names in lower case; `hidden` finds names that are left out at any level.
    """
    found = {
        clean(name): kept
        for name, value in fields.items()
        if not is_left_out(str(name).lower()) and (kept := _kept(str(name), value, hidden, depth=_DEPTH)) is not None
    }
    return dict(list(found.items())[:_KEYS])


def clean(value: object) -> str:
    """A text without blanks around, cut to 200 characters; empty for what is no text."""
    text = value.strip()[:_TEXT] if isinstance(value, str) else ""
    # JSON can hold halves of characters, which nobody can write down again.
    return text if text.isascii() else text.encode(errors="replace").decode()


def _kept(name: str, value: object, hidden: re.Pattern[str], *, depth: int) -> Any:
    if hidden.search(name) or not depth:
        return None
    if isinstance(value, dict):
        inner = {
            clean(key): _kept(str(key), each, hidden, depth=depth - 1) for key, each in list(value.items())[:_KEYS]
        }
        return {key: each for key, each in inner.items() if each is not None} or None
    if isinstance(value, list):
        found = (_kept(name, each, hidden, depth=depth - 1) for each in value[:_KEYS])
        return [each for each in found if each is not None] or None
    if isinstance(value, bool | int | float):
        return value if abs(value) <= LARGEST else None
    return clean(value) or None
