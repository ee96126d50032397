"""JSON as devices write it: read strictly when it is right, repaired when it is nearly so.

What is repaired is what guides of makers print: missing and trailing commas, full-width punctuation, a colon on
the wrong side of a quote, members inside a list, missing values, comments (004…txt l.486, 916, 1255, 2654, 3937,
4295, 4655). The reader of repairs goes over the text once, whatever the text is.
"""

from collections.abc import Iterator, Mapping
import json
from math import isfinite
import re
from typing import Any, Final, NoReturn

from ..errors import BadAnswer

LARGEST: Final = 1 << 20
"""Bytes of one answer or message."""
LARGEST_DAMAGED: Final = 1 << 18
"""Bytes of one that is repaired: that takes a second for a million, in which nothing else runs."""
DEEPEST: Final = 40
"""Levels of nesting; the guide's own documents have nine."""
_LONGEST_TEXT: Final = 512
"""Characters of a text; names and remarks of devices may have as many (004…txt l.4729)."""
_MOST_DIGITS: Final = 18

_BLANK: Final = re.compile(r"[\s\x00]*")
_BETWEEN: Final = re.compile(r"[\s\x00,，]*")
_COMMENT_END: Final = re.compile(r"\*/|/[ \t]*(?=\r?\n)")
"""A comment ends also at a slash that ends its line: one of the guide's forgets the asterisk (l.920)."""
_STRAIGHT: Final = re.compile(r'([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL)
_CURLY: Final = re.compile(r'([^"“”„\\]*(?:\\.[^"“”„\\]*)*)["“”„]', re.DOTALL)
_ON_LINE: Final = re.compile(r'([^"\n]*)"')
_WORD: Final = re.compile(r'(?:(?!/\*)[^\s\x00,，:：{}\[\]"“”„])+')
_LITERAL_NEXT: Final = re.compile(r"[ \t]*(?:-?\d+(?:\.\d+)?|true|false|null)[ \t]*(?:[,，}\]\r\n]|$)")
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?(?:[eE][+-]?\d+)?")
_ELLIPSIS: Final = re.compile(r"[.…]+")
_WHOLE_END: Final = re.compile(r'(?:[}\]"“”„]|\b(?:true|false|null))\Z')

_QUOTES: Final = '"“”„'
_COLONS: Final = ":："
_WORDS: Final[Mapping[str, bool | None]] = {"true": True, "false": False, "null": None, "none": None}
_NESTED: Final = (dict, list, tuple, Mapping)
_YES: Final = frozenset({"true", "yes", "1", "on"})
_NO: Final = frozenset({"false", "no", "0", "off"})


def load(body: bytes) -> dict[str, Any]:
    """Read an object; keys are stripped, a key that occurs more than once gets a list of its values.

    Raises `BadAnswer` when it is no object, is too large or too deep, or cannot be repaired.
    """
    return load_noting(body)[0]


def load_noting(body: bytes) -> tuple[dict[str, Any], bool]:
    """Read an object as `load` does; tells also whether anything of it was not right."""
    if len(body) > LARGEST:
        raise BadAnswer("JSON is too large")
    decoded = body.decode("utf-8-sig", "replace")
    text = decoded.strip(" \t\r\n\x00\ufeff")
    repaired = "\ufffd" in decoded  # what stands for bytes that are no text
    try:
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except RecursionError:
        raise BadAnswer("JSON is nested too deep") from None
    except ValueError:
        if len(body) > LARGEST_DAMAGED:
            raise BadAnswer("JSON is damaged, and too large to be repaired") from None
        found, repaired = _Repair(text).root(), True
    if not isinstance(found, dict):
        raise BadAnswer("JSON is no object")
    if _deeper(found, DEEPEST):
        raise BadAnswer("JSON is nested too deep")
    return found, repaired


class Lowered(dict[str, Any]):
    """An object with its names in lower case, for `get` to find many fields in without searching for each."""

    __slots__ = ()


def lowered(obj: Mapping[str, Any]) -> Lowered:
    """Lower the names of an object; the first of those that are the same then counts."""
    return Lowered((key.lower(), value) for key, value in reversed(list(obj.items())) if isinstance(key, str))


def get(obj: object, name: str, default: Any = None) -> Any:
    """Value of a member, whatever the case of its name; the default when there is none or this is no object."""
    # First, since asking whether something is a `Mapping` takes longer than all the rest.
    if isinstance(obj, Lowered):
        return obj.get(name.lower(), default)
    if not isinstance(obj, Mapping):
        return default
    if name in obj:
        return obj[name]
    wanted = name.lower()
    return next((value for key, value in obj.items() if isinstance(key, str) and key.lower() == wanted), default)


def find_all(obj: object, name: str) -> list[Any]:
    """All values of members of that name at any level, in order; lists are taken apart, found values not searched."""
    found: list[Any] = []
    _find(obj, name.lower(), DEEPEST, found)
    return found


def names_in(obj: object) -> frozenset[str]:
    """Names of all members at any level, in lower case: most searches find nothing, and this tells so at once."""
    found: set[str] = set()
    _gather(obj, found, DEEPEST)
    return frozenset(found)


def _gather(obj: object, found: set[str], depth: int) -> None:
    if depth > 0:
        inside = obj.values() if isinstance(obj, dict) else obj if isinstance(obj, list | tuple) else ()
        if isinstance(obj, dict):
            found.update(name.lower() for name in obj if isinstance(name, str))
        for value in inside:
            if isinstance(value, _NESTED):
                _gather(value, found, depth - 1)


def wrapped(obj: object, outer: str, inner: str) -> list[Mapping[str, Any]]:
    """Objects of a list whose elements may or may not be wrapped one by one: `{outer: [{inner: {...}}]}`."""
    found: list[Mapping[str, Any]] = []
    for element in find_all(obj, outer):
        if not isinstance(element, Mapping):
            continue
        inside = get(element, inner)
        each = list(_flat(inside, DEEPEST)) if inside is not None else [element]
        found += (one for one in each if isinstance(one, Mapping))
    return found


def to_int(value: object) -> int | None:
    """Take a whole number from a number or a text; None when it is none or has more than 18 digits."""
    number = to_float(value)
    if number is None or number != int(number):
        return None
    whole = str(int(value) if isinstance(value, int) else value).strip()
    return int(whole) if whole.lstrip("-").isdigit() else int(number)


def to_float(value: object) -> float | None:
    """Take a number from a number or a text; None when it is none, not finite or has more than 18 digits."""
    if isinstance(value, str):
        text = value.strip()
        value = float(text) if len(text) <= 2 * _MOST_DIGITS and _NUMBER.fullmatch(text) else None
    if not isinstance(value, int | float) or not -(10**_MOST_DIGITS) < value < 10**_MOST_DIGITS:
        return None
    return float(value) if isfinite(value) else None


def to_bool(value: object) -> bool | None:
    """Take a yes or no from a boolean, 0 or 1, or a word for them; None when it is neither."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, str | int) else ""
    return True if word in _YES else False if word in _NO else None


def to_text(value: object, longest: int = _LONGEST_TEXT) -> str | None:
    """Take one line of printable text, stripped and cut; None when it is empty or no text or number."""
    if isinstance(value, bool):
        value = str(value).lower()
    if isinstance(value, int | float):
        value = str(value) if to_float(value) is not None else ""
    if not isinstance(value, str):
        return None
    text = value[: 4 * longest]
    if not text.isprintable():
        text = "".join(each for each in text if each.isprintable())
    return text.strip()[:longest].strip() or None


def _find(obj: object, name: str, depth: int, found: list[Any]) -> None:
    # On the way of every event: no generators, and no descent into what holds nothing.
    if depth <= 0:
        return
    if isinstance(obj, dict):
        for key, value in obj.items():
            if isinstance(key, str) and key.lower() == name:
                found += _flat(value, depth)
            elif isinstance(value, _NESTED):
                _find(value, name, depth - 1, found)
    elif isinstance(obj, list | tuple):
        for value in obj:
            if isinstance(value, _NESTED):
                _find(value, name, depth - 1, found)
    elif isinstance(obj, Mapping):
        _find(dict(obj), name, depth, found)


def _flat(value: object, depth: int) -> Iterator[Any]:
    if isinstance(value, list | tuple) and depth > 0:
        for each in value:
            yield from _flat(each, depth - 1)
    else:
        yield value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    repeated: set[str] = set()
    for key, value in pairs:
        name = key.strip()
        if name not in found:
            found[name] = value
        elif name in repeated:
            found[name].append(value)
        else:
            repeated.add(name)
            found[name] = [found[name], value]
    return found


def _no_number(_word: str) -> None:
    """NaN and infinities are no values of anything."""


def _deeper(obj: object, levels: int) -> bool:
    layer = [obj]
    for _ in range(levels):
        layer = [
            each
            for holder in layer
            for each in (holder.values() if isinstance(holder, dict) else holder if isinstance(holder, list) else ())
            if isinstance(each, dict | list)
        ]
        if not layer:
            return False
    return True


class _Repair:
    """Reads text that is nearly JSON. Commas are blanks to it; a closer that does not fit closes what is open."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._lists = 0
        """Lists that are open."""

    def root(self) -> dict[str, Any]:
        """Read the one object that the text is; raises `BadAnswer`."""
        self._skip(_BETWEEN)
        if self._peek() != "{":
            self._fail()
        found = self._object(1)
        while self._skip(_BETWEEN) and self._peek() in "}]":
            self._at += 1
        if self._at < len(self._text) or not found:
            self._fail()
        return found

    def _object(self, depth: int) -> dict[str, Any]:
        self._at += 1
        pairs: list[tuple[str, Any]] = []
        while self._more():
            char = self._peek()
            if char == "}" or (char == "]" and self._lists):
                self._at += char == "}"
                break
            if char in "{[":
                self._fail()
            if char in "]" + _COLONS:
                self._at += 1
            elif (pair := self._member(depth)) is not None:
                pairs.append(pair)
        return _object(pairs)

    def _list(self, depth: int) -> list[Any]:
        self._at += 1
        self._lists += 1
        found: list[Any] = []
        members: list[tuple[str, Any]] = []
        while self._more():
            char = self._peek()
            if char in "]}":
                self._at += char == "]"
                break
            if char in _COLONS:
                self._at += 1
            elif char in "{[":
                found.append(self._value(depth))
            else:
                self._element(depth, found, members)
        self._lists -= 1
        # Members without an object around them belong to one that lacks its braces.
        return [*found, _object(members)] if members else found

    def _element(self, depth: int, found: list[Any], members: list[tuple[str, Any]]) -> None:
        start = self._at
        quoted = self._peek() in _QUOTES
        word = self._string() if quoted else self._word()
        self._skip(_BLANK)
        if self._peek() in _COLONS and self._at < len(self._text):
            self._at = start
            if (pair := self._member(depth)) is not None:
                members.append(pair)
        elif quoted or not _ELLIPSIS.fullmatch(word):
            found.append(word if quoted else _literal(word))

    def _member(self, depth: int) -> tuple[str, Any] | None:
        """Read a name and its value; None when it was only a word, such as the dots that stand for more."""
        quoted = self._peek() in _QUOTES
        name = self._string() if quoted else self._word()
        after = self._at
        self._skip(_BLANK)
        if self._at >= len(self._text):
            self._fail()
        if self._peek() in _COLONS:
            self._at += 1
            return name, self._value(depth)
        if quoted and name.rstrip().endswith(tuple(_COLONS)):
            return name.rstrip().rstrip(_COLONS), self._shifted(depth, after)
        return None

    def _shifted(self, depth: int, after: int) -> Any:
        """Value of a name with the colon before its closing quote, which may be the value's opening one."""
        text = self._text
        if self._peek() not in '{["' and not _LITERAL_NEXT.match(text, self._at):
            rest = _ON_LINE.match(text, after)
            if rest is not None:
                self._at = rest.end()
                return rest[1]
        return self._value(depth)

    def _value(self, depth: int) -> Any:
        self._skip(_BLANK)
        if self._at >= len(self._text):
            self._fail()
        char = self._peek()
        if char in "{[":
            if depth >= DEEPEST:
                self._fail("JSON is nested too deep")
            return self._object(depth + 1) if char == "{" else self._list(depth + 1)
        if char in _QUOTES:
            return self._string()
        # Nothing at all before the next separator is a value left out.
        return _literal(self._word()) if char not in ",，}]" + _COLONS else None

    def _string(self) -> str:
        pattern = _STRAIGHT if self._text[self._at] == '"' else _CURLY
        found = pattern.match(self._text, self._at + 1)
        if found is None:
            self._fail()
        self._at = found.end()
        raw = found[1]
        if "\\" not in raw:
            return raw
        try:
            return str(json.loads(f'"{raw}"', strict=False))
        except ValueError:
            return raw

    def _word(self) -> str:
        found = _WORD.match(self._text, self._at)
        assert found is not None
        self._at = found.end()
        return found[0]

    def _more(self) -> bool:
        """Go to the next thing; False at an end that only lacks its closers, raises at one in the middle of it."""
        if self._skip(_BETWEEN):
            return True
        if not _WHOLE_END.search(self._text, max(0, len(self._text) - 8)):
            self._fail()
        return False

    def _skip(self, blank: re.Pattern[str]) -> bool:
        """Pass blanks and comments; False at the end."""
        while True:
            found = blank.match(self._text, self._at)
            assert found is not None
            self._at = found.end()
            if not self._text.startswith("/*", self._at):
                return self._at < len(self._text)
            end = _COMMENT_END.search(self._text, self._at + 2)
            self._at = end.end() if end else len(self._text)

    def _peek(self) -> str:
        """The next character; a blank at the end."""
        return self._text[self._at] if self._at < len(self._text) else " "

    def _fail(self, why: str = "JSON cannot be read") -> NoReturn:
        raise BadAnswer(f"{why} (character {self._at})")


def _literal(word: str) -> Any:
    if word.lower() in _WORDS:
        return _WORDS[word.lower()]
    number = _NUMBER.fullmatch(word)
    if number is None or len(word) > 2 * _MOST_DIGITS:
        return word
    return float(word) if number[1] or "e" in word.lower() else int(word)
