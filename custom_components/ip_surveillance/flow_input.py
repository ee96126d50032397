"""What people type into forms: hosts in every form in which they are pasted, reduced to what is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
import re
from typing import Any, Final
from urllib.parse import unquote

from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
)

from .const import CONF_LICENCE_KEY

DEFAULT_PORTS: Final[Mapping[bool, int]] = {False: 80, True: 443}
"""Usual port without and with TLS."""

_SCHEMES: Final[Mapping[str, bool]] = {"http": False, "https": True}
_SECRETS: Final = frozenset({CONF_PASSWORD, CONF_LICENCE_KEY})
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_LONGEST_NAME: Final = 253
_LARGEST_PORT: Final = 65535
_ZONE_IN_URL: Final = "%25"
"""How the `%` before an IPv6 zone is written inside a URL (RFC 6874)."""


class InvalidHostError(ValueError):
    """Raised when a text is neither a name, an address nor a URL with one of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """What the host field held; all but the host is None or empty where the text did not say."""

    host: str
    """Name or address in lower case, without brackets."""
    port: int | None = None
    ssl: bool | None = None
    username: str = ""
    password: str = field(default="", repr=False)


def parse_host(text: str) -> Pasted:
    """Read a host field: `name`, `name:port`, IPv6 with or without brackets and zone, or a whole URL.

    Raises `InvalidHostError`.
    """
    text = text.strip()
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = "", text
    elif scheme.lower() not in _SCHEMES:
        raise InvalidHostError
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    userinfo, _, place = authority.rpartition("@")
    name, port = _split_port(place.strip())
    username, _, password = userinfo.partition(":")
    return Pasted(
        host=_host(name),
        port=_port(port),
        ssl=_SCHEMES.get(scheme.lower()),
        username=unquote(username),
        password=unquote(password),
    )


def normalized(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Resolve a form into data of an entry: what its own fields say wins over what a pasted URL says.

    The TLS box is the exception: nobody can tell an untouched box from one left empty, so a pasted https counts.
    Raises `InvalidHostError`.
    """
    pasted = parse_host(typed[CONF_HOST])
    ssl = bool(typed.get(CONF_SSL) or pasted.ssl)
    port = typed.get(CONF_PORT) or pasted.port
    return {
        **typed,
        CONF_HOST: pasted.host,
        CONF_PORT: None if port == DEFAULT_PORTS[ssl] else port,
        CONF_SSL: ssl,
        CONF_VERIFY_SSL: bool(typed.get(CONF_VERIFY_SSL)),
        CONF_USERNAME: typed.get(CONF_USERNAME, "").strip() or pasted.username,
        CONF_PASSWORD: typed.get(CONF_PASSWORD) or pasted.password,
    }


def without_secrets(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Make what a form shows again: everything but password and key, also a password inside a pasted URL."""
    shown = {name: value for name, value in typed.items() if name not in _SECRETS and value is not None}
    if "@" in (host := shown.get(CONF_HOST, "")):
        shown[CONF_HOST] = host.rpartition("@")[2]
    return shown


def _split_port(place: str) -> tuple[str, str]:
    """Split `name:port`; colons of an IPv6 address without brackets separate nothing."""
    if place.startswith("["):
        name, bracket, rest = place.removeprefix("[").partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise InvalidHostError
        return name.replace(_ZONE_IN_URL, "%"), rest.removeprefix(":")
    if place.count(":") > 1:
        return place.replace(_ZONE_IN_URL, "%"), ""
    name, _, port = place.partition(":")
    return name, port


def _port(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_LARGEST_PORT))):
        raise InvalidHostError
    if not 1 <= (port := int(text)) <= _LARGEST_PORT:
        raise InvalidHostError
    return port


def _host(name: str) -> str:
    if ":" in name:
        try:
            return str(IPv6Address(name))
        except ValueError:
            raise InvalidHostError from None
    try:
        # Letters of other scripts are allowed in names; the network knows them in this form only.
        host = name.lower().encode("idna").decode()
    except UnicodeError:
        raise InvalidHostError from None
    labels = host.removesuffix(".").split(".")
    if len(host) > _LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise InvalidHostError
    # A name that ends in a number is an address (or a mistyped one) to every resolver.
    if labels[-1].isdigit():
        return _ipv4(host)
    return host


def _ipv4(text: str) -> str:
    try:
        return str(IPv4Address(text))
    except ValueError:
        raise InvalidHostError from None
