"""Requests and answers of the dialect: one object with an action or a code, and `data` (002…txt l.436-487).

Names are kept as received, blanks included: what is read is written back under the same name. Only then are they
lost where the JSON is broken and has to be repaired, and most of them are found again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
import json
import re
from typing import Any, Final

from ...errors import BadAnswer
from ...transport.loose_json import DEEPEST, LARGEST, get, load, to_text
from .codes import no_code, to_code

JSON_TYPE: Final = "application/json; charset=utf-8"
"""Without the charset some firmware answers a change with success and ignores it."""
API_VERSION: Final = "v1.2.0"
"""Of the document (002…txt l.395)."""

_PADDED: Final = re.compile(r'"([^"\\\n]{1,128})"\s*[:：]')
_LONGEST_MESSAGE: Final = 200
_BLANK: Final = b"\xef\xbb\xbf \t\r\n\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer; `data` may be an object, a list or nothing."""

    code: int
    message: str = ""
    """The device's own text."""
    data: Any = field(default=None, repr=False)


def request(action: str, data: Any = None) -> bytes:
    """Compose a request; `action` is "get", "set" or "delete"."""
    message = {"action": action, "data": data}
    try:
        return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        # A text that the device itself wrote like this, half of a pair: it goes back the same way.
        return json.dumps(message, separators=(",", ":")).encode()


def read_answer(body: bytes, largest: int = LARGEST) -> Answer:
    """Read an answer of at most `largest` bytes. Raises `BadAnswer` when it is none."""
    document = {name.strip(): value for name, value in read_object(body, largest).items()}
    code = to_code(get(document, "code"))
    data = get(document, "data")
    if code is None:
        if data is None or get(document, "code") is not None:
            raise no_code()
        code = 0
    return Answer(code=code, message=to_text(get(document, "msg"), _LONGEST_MESSAGE) or "", data=data)


def read_object(body: bytes, largest: int = LARGEST, repaired: int = LARGEST) -> dict[str, Any]:
    """Read an object with its names as received; broken JSON of `repaired` bytes at most is. Raises `BadAnswer`."""
    if len(body) > largest:
        raise BadAnswer("JSON is too large")
    try:
        found = json.loads(body.strip(_BLANK).decode("utf-8", "replace"), parse_constant=_no_number)
    except RecursionError:
        raise BadAnswer("JSON is nested too deep") from None
    except ValueError:
        if len(body) > repaired:
            raise BadAnswer("JSON cannot be read") from None
        return _repaired(body)
    if not isinstance(found, dict):
        raise BadAnswer("JSON is no object")
    if _too_deep(found):
        raise BadAnswer("JSON is nested too deep")
    return found


def _repaired(body: bytes) -> dict[str, Any]:
    found = load(body)
    names = _padded_names(body.decode("utf-8", "replace"))
    return {str(key): _renamed(value, names) for key, value in found.items()} if names else found


def _padded_names(text: str) -> Mapping[str, str]:
    """Names with blanks around them, by what they are without; not those that occur both ways."""
    seen: dict[str, str | None] = {}
    for raw in _PADDED.findall(text):
        name = raw.strip()
        seen[name] = raw if seen.setdefault(name, raw) == raw else None
    return {name: raw for name, raw in seen.items() if raw is not None and raw != name}


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {names.get(key, key): _renamed(each, names) for key, each in value.items()}
    return [_renamed(each, names) for each in value] if isinstance(value, list) else value


def _no_number(_word: str) -> None:
    """NaN and infinities are no values of anything."""


def _too_deep(found: object) -> bool:
    layer = [found]
    for _ in range(DEEPEST):
        layer = [inner for outer in layer for inner in _inside(outer)]
        if not layer:
            return False
    return True


def _inside(outer: object) -> Iterator[object]:
    each = outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ()
    return (inner for inner in each if isinstance(inner, dict | list))
