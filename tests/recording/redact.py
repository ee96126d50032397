"""Taking out of a capture what is nobody's business. The same value is replaced alike everywhere, so relations stay.

| What                                      | Found by                        | Becomes                              |
|-------------------------------------------|---------------------------------|--------------------------------------|
| serial numbers                            | element; then anywhere          | random, same length; the model stays |
| names of devices, channels, users, hosts, | element; where it recurs in free| `Name 1`, `Name 2`, ...              |
| places, contacts                          | text, or anywhere if it has a   |                                      |
|                                           | blank                           |                                      |
| passwords, keys, salts, tokens, codes     | element; then anywhere          | `xxxx` (digits: `0000`), same length |
| latitude and longitude                    | element, all below it           | `0`                                  |
| phone numbers                             | element                         | `0000`, same length                  |
| MAC addresses                             | pattern, anywhere, also bare    | `02:00:00:00:00:01`, ...             |
| IP addresses                              | pattern, but not in versions    | `192.0.2.1`, ..., `2001:db8::1`, ... |
| UUIDs (they often spell the serial)       | pattern, anywhere               | `00000000-0000-4000-8000-0...1`, ... |
| e-mail addresses                          | pattern, anywhere               | `user1@example.org`, ...             |
| user and password of the recording        | value, anywhere                 | as a name, as a password             |
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
import ipaddress
import random
import re
import string
from typing import Final

from tests.simulators.isapi.form import Node, Tree


class Kind(StrEnum):
    """How a value is to be replaced."""

    SERIAL = "serial"
    NAME = "name"
    SECRET = "secret"
    COORDINATE = "coordinate"
    PHONE = "phone"


def _words(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


# The first that matches a whole element name counts; None keeps the value.
_BY_ELEMENT: Final[tuple[tuple[re.Pattern[str], Kind | None], ...]] = (
    (_words(r"(is)?support.*|enable.*|.*(type|mode|version|opt|format|level|length|num|size)"), None),
    (_words(r"hddname|(event|function|protocol|codec|file|pic|platform|model)name|keyframe.*"), None),
    (_words(r".*serial(no|num|number)?.*|.*telecontrolserial.*"), Kind.SERIAL),
    (_words(r".*(latitude|longitude|coordinates?gps|gps).*|lat|lng|lon"), Kind.COORDINATE),
    (_words(r".*(phone|mobile|tel|sms)(no|num|number)?"), Kind.PHONE),
    (_words(r".*(pass(word|wd|phrase)|pwd|salt|token|secret|credential|challenge|session(id)?).*"), Kind.SECRET),
    (_words(r".*(key|pin|verif\w*code|qrcode|licen[cs]e|certificate|cert)"), Kind.SECRET),
    (_words(r".*(name|location|contact|ssid|domain|owner|customer|company)|(nas)?path"), Kind.NAME),
)
_FREE_TEXT: Final = _words(r".*(name|description|text|title|label|remark|note|comment|content|info|message|url)")
_VERSIONS: Final = _words(r".*(version|released|date|time).*")

_MAC: Final = re.compile(
    r"(?<![0-9a-f:-])(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![0-9a-f:-])", re.IGNORECASE
)
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IPV4: Final = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_IPV6: Final = re.compile(r"(?<![0-9a-f:])[0-9a-f:]*:[0-9a-f:]*:[0-9a-f.:]*", re.IGNORECASE)
_SERIAL_BODY: Final = re.compile(r"\d{8,}")


def kind_of(element: str) -> Kind | None:
    """Tell how the value of an element (or attribute) is to be replaced."""
    name = element.removeprefix("@")
    return next((kind for pattern, kind in _BY_ELEMENT if pattern.fullmatch(name)), None)


@dataclass(slots=True)
class Redactor:
    """Learns from all documents first, then rewrites them."""

    chance: random.Random = field(default_factory=random.SystemRandom)
    _values: dict[str, str] = field(default_factory=dict)
    """What is replaced wherever it is."""
    _names: dict[str, str] = field(default_factory=dict)
    _numbered: dict[str, str] = field(default_factory=dict)
    """What patterns found; by value in lower case."""
    _counts: dict[str, int] = field(default_factory=dict)
    _pattern: re.Pattern[str] | None = None

    def learn(self, node: Node, element: str = "") -> None:
        """Note what a document holds."""
        for name, value in sorted(_leaves(node, element), key=lambda leaf: -len(leaf[1])):
            if value:
                self.learn_value(value, kind_of(name))
            for mac in _MAC.finditer(value):
                self._mac(mac)

    def learn_value(self, value: str, kind: Kind | None) -> None:
        """Note one value."""
        if kind is Kind.SERIAL and value not in self._values and len(set(value)) > 2:
            self._values[value] = self._serial(value)
        elif kind is Kind.SECRET and len(value) > 3 and value not in ("true", "false"):
            self._values.setdefault(value, _masked(value))
        elif kind is Kind.NAME and value not in self._names:
            self._names[value] = f"Name {len(self._names) + 1}"
        self._pattern = None

    def apply(self, node: Node, element: str = "") -> Node:
        """Return a document without what is to be replaced; its form stays."""
        if isinstance(node, dict):
            return {name: self.apply(value, _owner(element, name)) for name, value in node.items()}
        if isinstance(node, list):
            return [self.apply(value, element) for value in node]
        if isinstance(node, str):
            return self._text(node, element)
        return self._number(node, element)

    def text(self, text: str) -> str:
        """Return a text, such as a path, without what is replaced anywhere."""
        for pattern, replace in (
            (_UUID, self._uuid),
            (_MAC, self._mac),
            (_MAIL, self._mail),
            (_IPV4, self._ipv4),
            (_IPV6, self._ipv6),
        ):
            text = pattern.sub(replace, text)
        return self._anywhere().sub(lambda found: self._values[found[0]], text) if self._values else text

    def _text(self, text: str, element: str) -> str:
        kind = kind_of(element)
        if kind is Kind.NAME:
            return self._names.get(text, text)
        if kind in (Kind.SECRET, Kind.PHONE) and text not in ("true", "false"):
            return self._values.get(text, _masked(text))
        if kind is Kind.COORDINATE:
            return "0" if any(each.isdigit() for each in text) else text
        if _VERSIONS.fullmatch(element.removeprefix("@")):
            return text
        return self._named(self.text(text), free=bool(_FREE_TEXT.fullmatch(element.removeprefix("@"))))

    def _named(self, text: str, *, free: bool) -> str:
        """Replace names in a text that is for people; elsewhere only those that no word of the protocol can be."""
        for name in sorted(self._names, key=len, reverse=True):
            if (free or " " in name or not name.isascii()) and name in text:
                text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", self._names[name], text)
        return text

    @staticmethod
    def _number(node: Node, element: str) -> Node:
        hidden = kind_of(element) in (Kind.COORDINATE, Kind.SECRET, Kind.PHONE)
        return 0 if hidden and isinstance(node, int | float) and not isinstance(node, bool) else node

    # --- values found by element

    def _anywhere(self) -> re.Pattern[str]:
        if self._pattern is None:
            longest_first = sorted(self._values, key=len, reverse=True)
            self._pattern = re.compile("|".join(re.escape(each) for each in longest_first))
        return self._pattern

    def _serial(self, value: str) -> str:
        """Replace a serial; one that is a piece of another stays that piece."""
        for known, new in self._values.items():
            if value in known:
                start = known.index(value)
                return new[start : start + len(value)]
        body = _SERIAL_BODY.search(value)
        start = body.start() if body else 0
        return value[:start] + "".join(self._character(each) for each in value[start:])

    def _character(self, old: str) -> str:
        for alphabet in (string.digits, string.ascii_uppercase, string.ascii_lowercase):
            if old in alphabet:
                return self.chance.choice(alphabet)
        return old

    # --- values found by pattern

    def _next(self, kind: str, value: str, make: Callable[[int], str]) -> str:
        key = f"{kind} {value.lower()}"
        if key not in self._numbered:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._numbered[key] = make(self._counts[kind])
        return self._numbered[key]

    def _mac(self, found: re.Match[str]) -> str:
        bare = found[0].replace(found[1], "")
        if not bare.strip("0") or not bare.lower().strip("f"):
            return found[0]
        new = self._next("mac", bare, lambda number: f"02{number:010x}")
        # A replacement found again, in a second look at the same text, stays.
        self._numbered.setdefault(f"mac {new}", new)
        for old, replacement in ((bare.lower(), new), (bare.upper(), new.upper())):
            if old not in self._values:
                self._values[old] = replacement
                self._pattern = None
        return found[1].join(new[index : index + 2] for index in range(0, 12, 2))

    def _uuid(self, found: re.Match[str]) -> str:
        return self._next("uuid", found[0], lambda number: f"00000000-0000-4000-8000-{number:012x}")

    def _mail(self, found: re.Match[str]) -> str:
        return self._next("mail", found[0], lambda number: f"user{number}@example.org")

    def _ipv4(self, found: re.Match[str]) -> str:
        try:
            address = ipaddress.IPv4Address(found[0])
        except ValueError:
            return found[0]
        if address.is_unspecified or address.is_loopback or address.is_multicast or address.packed[0] == 255:
            return found[0]
        return self._next("ipv4", found[0], _documentation_address)

    def _ipv6(self, found: re.Match[str]) -> str:
        try:
            address = ipaddress.IPv6Address(found[0])
        except ValueError:
            return found[0]
        if address.is_unspecified or address.is_loopback or address.is_multicast:
            return found[0]
        return self._next("ipv6", address.compressed, lambda number: f"2001:db8::{number:x}")


def _documentation_address(number: int) -> str:
    """Return an address of the networks that are for documents only, then of the one for benchmarks."""
    networks = ("192.0.2", "198.51.100", "203.0.113")
    network, host = divmod(number - 1, 254)
    return f"{networks[network]}.{host + 1}" if network < len(networks) else f"198.18.{network % 256}.{host + 1}"


def _masked(value: str) -> str:
    return ("0" if value.isdigit() else "x") * len(value)


def _owner(element: str, name: str) -> str:
    """The name that decides for a child: what is below coordinates is coordinates."""
    if kind_of(element) is Kind.COORDINATE or name == "#text":
        return element
    return name


def _leaves(node: Node | Tree, element: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _leaves(value, _owner(element, name))
    elif isinstance(node, list):
        for value in node:
            yield from _leaves(value, element)
    elif isinstance(node, str):
        yield element, node
