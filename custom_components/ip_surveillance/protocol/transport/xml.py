"""Read and write device XML: by local names, whatever the namespace, version or small damage.

Elements are lxml's own. Documents that are put back keep namespaces, attributes, comments and
unknown nodes as read, because devices refuse or reset what comes back otherwise.
"""

import codecs
from collections.abc import Iterator
import math
import re
from typing import Final

from lxml import etree
from lxml.etree import _Element

from ..errors import BadAnswer

type Element = _Element
type JsonValue = str | list[JsonValue] | dict[str, JsonValue]

MAX_SIZE: Final = 4 * 1024 * 1024
MAX_DEPTH: Final = 64
DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n'

_BLANK = b" \t\r\n\x00"
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_HEAD = re.compile(rb"<\?xml\b[^>]{0,200}?\?>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([A-Za-z0-9._\-]{1,40})[\"']")
# Python knows codecs that are none of XML's business, some of them slow.
_CODECS = (b"gb", b"big5", b"iso-8859-", b"windows-125", b"koi8-", b"shift_jis", b"euc-")
_STRAY_AMPERSAND = re.compile(rb"&(?!#[0-9]{1,7};|#x[0-9A-Fa-f]{1,6};|(?:amp|lt|gt|quot|apos);)")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}(?:\.0+)?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_TRUE = frozenset({"true", "1"})
_FALSE = frozenset({"false", "0"})
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")


def parse(data: bytes, *, max_size: int = MAX_SIZE) -> Element:
    """Return the root element.

    A byte-order mark, blank lines before the declaration, a wrongly declared encoding and
    unescaped `&` are coped with. Raises BadAnswer on anything else, on a document type (devices
    have none, attackers and HTML pages do), on more than `max_size` bytes or MAX_DEPTH levels.
    """
    if len(data) > max_size:
        raise BadAnswer(f"XML of {len(data)} bytes, at most {max_size} are read")
    clean = _to_utf8(data)
    root = _parsed(clean, recover=False)
    if root is None:
        # Once more with stray ampersands escaped, control characters out, errors forgiven.
        root = _parsed(_STRAY_AMPERSAND.sub(b"&amp;", _CONTROL.sub(b"", clean)), recover=True)
    if root is None or not isinstance(root.tag, str):
        raise BadAnswer("not XML")
    if _TOO_DEEP(root):
        raise BadAnswer(f"XML nested deeper than {MAX_DEPTH} levels")
    return root


def _parser(*, recover: bool) -> etree.XMLParser:
    """A parser that fetches and expands nothing; one per document, they are not for sharing."""
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        recover=recover,
    )


def _parsed(data: bytes, *, recover: bool) -> Element | None:
    """Parse; None when the bytes are no XML."""
    if b"<!DOCTYPE" in data:
        raise BadAnswer("XML with a document type")
    try:
        return etree.fromstring(data, _parser(recover=recover))
    except etree.XMLSyntaxError:
        return None


def _to_utf8(data: bytes) -> bytes:
    """Return the document as UTF-8 without byte-order mark and declaration."""
    for mark, codec in _UTF16.items():
        if data.startswith(mark):
            data = data[2:].decode(codec, "replace").encode()
    data = data.lstrip(_BLANK).removeprefix(codecs.BOM_UTF8).lstrip(_BLANK).rstrip(_BLANK)
    head = _HEAD.match(data)
    body = data[head.end() :] if head else data
    if body.isascii():
        return body
    for codec in _codecs(head[0] if head else b""):
        try:
            return body.decode(codec).encode()
        except LookupError, ValueError:
            continue
    return body.decode("latin-1").encode()


def _codecs(head: bytes) -> Iterator[str]:
    """Yield the encodings to try: what is valid UTF-8 hardly ever is anything else."""
    yield "utf-8"
    declared = _ENCODING.search(head)
    if declared and declared[1].lower().startswith(_CODECS):
        yield declared[1].decode("ascii")
        if declared[1].lower() == b"gb2312":
            yield "gb18030"  # what is declared by the name of its older subset
    yield "gb2312"


def local(el: Element) -> str:
    """Return the name without namespace; empty for comments and the like."""
    tag = el.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(el: Element | None, name: str | None = None, *, ignore_case: bool = False) -> list[Element]:
    """Return the child elements with that local name, None for all; none, one and many alike."""
    if el is None:
        return []
    if name is None:
        return [child for child in el if isinstance(child.tag, str)]
    if ignore_case:
        return [child for child in el if local(child).lower() == name.lower()]
    return [child for child in el if local(child) == name]


def find_all(el: Element | None, path: str) -> list[Element]:
    """Return all elements at a path of local names such as `List/Entry/id`; an empty path is `el`."""
    found = [] if el is None else [el]
    for name in filter(None, path.split("/")):
        found = [child for parent in found for child in children(parent, name)]
    return found


def find(el: Element | None, path: str) -> Element | None:
    """Return the first element at a path of local names, None if there is none."""
    return next(iter(find_all(el, path)), None)


def text(el: Element | None, path: str = "") -> str | None:
    """Return the stripped text at the path; None when absent or blank."""
    found = find(el, path)
    return ((found.text or "").strip() or None) if found is not None else None


def texts(el: Element | None, path: str) -> list[str]:
    """Return the texts of all elements at the path that have one."""
    return [value for found in find_all(el, path) if (value := text(found))]


def to_integer(value: str | None) -> int | None:
    """Read a whole number (`5`, ` +5`, `5.0`); anything else is None."""
    value = (value or "").strip()
    return int(value.partition(".")[0]) if _INTEGER.fullmatch(value) else None


def to_decimal(value: str | None) -> float | None:
    """Read a finite number, blanks around it allowed (`  728.234375`); anything else is None."""
    value = (value or "").strip()
    number = float(value) if _DECIMAL.fullmatch(value) else math.inf
    return number if math.isfinite(number) else None


def to_boolean(value: str | None) -> bool | None:
    """Read `true`/`1` and `false`/`0` in any case; anything else is None."""
    value = (value or "").strip().lower()
    return True if value in _TRUE else False if value in _FALSE else None


def integer(el: Element | None, path: str = "") -> int | None:
    """Return the whole number at the path, None when absent or no number."""
    return to_integer(text(el, path))


def decimal(el: Element | None, path: str = "") -> float | None:
    """Return the number at the path, None when absent or no number."""
    return to_decimal(text(el, path))


def boolean(el: Element | None, path: str = "") -> bool | None:
    """Return the truth value at the path, None when absent or neither."""
    return to_boolean(text(el, path))


def set_text(el: Element, path: str, value: str | float | bool) -> bool:
    """Write a value into the first element at the path; false if there is none, or it has children."""
    found = find(el, path)
    if found is None or children(found):
        return False
    raw = str(value).lower() if isinstance(value, bool) else str(value)
    # What no XML can hold would raise from deep inside lxml.
    found.text = _CONTROL.sub(b"", raw.encode("utf-8", "replace")).decode()
    return True


def serialize(el: Element) -> bytes:
    """Return the document as devices want it: UTF-8 with the declaration line (firmware 5.2 insists)."""
    return DECLARATION + etree.tostring(el, encoding="UTF-8", xml_declaration=False, with_tail=False)


def flatten(el: Element, *, limit: int = 200, longest: int = 500, depth: int = 8) -> dict[str, JsonValue]:
    """Return the children as plain data for people: at most `limit` elements, texts cut to `longest`.

    Names are local, repeated elements become a list, attributes are left out, and so is
    everything deeper than `depth` levels.
    """
    return _flatten(el, iter(range(limit)), longest, depth)


def _flatten(el: Element, budget: Iterator[int], longest: int, depth: int) -> dict[str, JsonValue]:
    result: dict[str, JsonValue] = {}
    # Runs for every element of every alert: what the helpers above cost would be half the time of reading one.
    for child in el.iterchildren("*"):
        if next(budget, None) is None:
            break
        nested = len(child) > 0 and bool(children(child))
        if nested and depth <= 1:
            continue
        value: JsonValue = (
            _flatten(child, budget, longest, depth - 1) if nested else (child.text or "").strip()[:longest]
        )
        name = child.tag[child.tag.rfind("}") + 1 :]
        if name in result:
            _repeat(result, name, value)
        else:
            result[name] = value
    return result


def _repeat(result: dict[str, JsonValue], name: str, value: JsonValue) -> None:
    """Put a further value under a name: they make a list."""
    known = result[name]
    if isinstance(known, list):
        known.append(value)
    else:
        result[name] = [known, value]
