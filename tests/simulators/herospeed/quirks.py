"""Ways the examples of the document, and devices in the field, depart from the rules; each can be switched on."""

from collections.abc import Callable
from enum import StrEnum
import re

from .status import Json, text


class Quirk(StrEnum):
    """One departure."""

    TRAILING_COMMA = "trailing_comma"
    """A comma before the closing brace of the data (l.944, l.2972)."""
    MISSING_COMMA = "missing_comma"
    """No comma behind the second member of the data (l.887, l.1660)."""
    NULL = "null"
    """`NULL` without quotes (l.414)."""
    CURLY_QUOTES = "curly_quotes"
    """Curly quotes around one name (l.5190)."""
    FULL_WIDTH_COMMA = "full_width_comma"
    """A full-width comma behind the code (l.7011)."""
    ARRAY_COMMA = "array_comma"
    """A comma behind an opening bracket (l.3425)."""
    SPACED_KEYS = "spaced_keys"
    """A blank at the end of every name in the data (l.2227); written names need it too."""
    STRING_CODE = "string_code"
    """The code in quotes (l.8932)."""
    STRING_BOOLEANS = "string_booleans"
    """Booleans as "0" and "1" (l.6996)."""
    INT_BOOLEANS = "int_booleans"
    """Booleans as 0 and 1 (l.1660 against l.1700)."""
    STRING_NUMBERS = "string_numbers"
    """Numbers as text (l.4056)."""
    ARG_TYPE = "arg_type"
    """One row of the ports names its type otherwise (l.2333)."""
    RANGES = "ranges"
    """Ranges travel beside the values (l.580-590)."""
    PARTIAL_WIPES = "partial_wipes"
    """What a set leaves out is emptied."""
    SET_BY_TRIGGER = "set_by_trigger"
    """The alarm schedule is set by the name it is read by, not by `process` (l.6984 against l.7013)."""
    OPEN_PORTS = "open_ports"
    """Names of protocols without the blank."""
    TEXT_TYPE = "text_type"
    """Answers say they are text, not JSON."""


LOOSE = frozenset({Quirk.STRING_BOOLEANS, Quirk.INT_BOOLEANS, Quirk.STRING_NUMBERS})
"""With one of these the types read are not the types kept, so a write is converted."""


def _walk(tree: Json, change: Callable[[Json], Json], name: Callable[[str], str] = str) -> Json:
    if isinstance(tree, dict):
        return {name(key): _walk(value, change, name) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_walk(item, change, name) for item in tree]
    return change(tree)


def _booleans(form: type) -> Callable[[Json], Json]:
    return lambda value: form(int(value)) if isinstance(value, bool) else value


def _number(value: Json) -> Json:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


_VALUES: dict[Quirk, Callable[[Json], Json]] = {
    Quirk.STRING_BOOLEANS: lambda tree: _walk(tree, _booleans(str)),
    Quirk.INT_BOOLEANS: lambda tree: _walk(tree, _booleans(int)),
    Quirk.STRING_NUMBERS: lambda tree: _walk(tree, _number),
    Quirk.SPACED_KEYS: lambda tree: _walk(tree, lambda value: value, lambda key: key.rstrip() + " "),
}

_MEMBER = r'("data":\{"[^"]+":(?:-?[\d.]+|true|false|"[^"]*")'
_TEXT: dict[Quirk, Callable[[str], str]] = {
    Quirk.CURLY_QUOTES: lambda body: re.sub(r'("data":\{)"([^"]+)"', "\\1\u201c\\2\u201d", body, count=1),
    Quirk.MISSING_COMMA: lambda body: re.sub(_MEMBER + "),", r"\1 ", body, count=1),
    Quirk.ARRAY_COMMA: lambda body: body.replace("[{", "[,{", 1),
    Quirk.NULL: lambda body: re.sub(r'("(?:msg|data)"):null', r"\1:NULL", body),
    Quirk.FULL_WIDTH_COMMA: lambda body: re.sub(r'^(\{"code":"?\d+"?),', "\\1\uff0c", body),
    Quirk.TRAILING_COMMA: lambda body: re.sub(r"(?<=[^{\[,])\}\}$", ",}}", body),
}


NO_DATA = object()
"""An answer without the member `data` (l.776)."""


def reply(code: int, data: Json, quirks: frozenset[Quirk], *, message: bool) -> str:
    """Return the body of an answer, with the departures asked for."""
    tree: dict[str, Json] = {"code": str(int(code)) if Quirk.STRING_CODE in quirks else code}
    if message or Quirk.NULL in quirks:
        tree["msg"] = None
    if data is not NO_DATA:
        for quirk, change in _VALUES.items():
            if quirk in quirks:
                data = change(data)
        tree["data"] = data
    body = text(tree)
    for quirk, edit in _TEXT.items():
        if quirk in quirks:
            body = edit(body)
    return body


def stripped(tree: Json) -> Json:
    """Take the blanks off all names."""
    if isinstance(tree, list):
        return [stripped(item) for item in tree]
    return {key.strip(): stripped(value) for key, value in tree.items()} if isinstance(tree, dict) else tree


def unspaced(tree: Json, unknown: list[str]) -> Json:
    """Take the blank off the names of a request; names without it are not known."""
    if isinstance(tree, list):
        return [unspaced(item, unknown) for item in tree]
    if not isinstance(tree, dict):
        return tree
    unknown += [key for key in tree if not key.endswith(" ")]
    return {key[:-1]: unspaced(value, unknown) for key, value in tree.items() if key.endswith(" ")}
