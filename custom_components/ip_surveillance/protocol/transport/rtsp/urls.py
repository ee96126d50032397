"""Addresses of streams. Whatever a device returns, the configured host is the one that is spoken to. Pure."""

from dataclasses import dataclass
import re
from typing import Final
from urllib.parse import quote

from ...errors import BadAnswer

PORT: Final = 554
"""Where RTSP lives unless told otherwise."""
_LONGEST: Final = 1024
"""Characters; the document allows 128 (`001_11da3581811fffe4.txt` l.829)."""
_ABSOLUTE: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?]*)(.*)", re.ASCII | re.DOTALL)
_PORT: Final = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(?::(\d{1,5}))?", re.ASCII)
_SCHEMES: Final = ("rtsp", "rtspt", "rtspu")
_SAFE: Final = "!#$%&'()*+,-./:;=?@[]_~"
_HIGHEST_PORT: Final = 65535


@dataclass(frozen=True, slots=True)
class RtspTarget:
    """Where to connect, and what to ask for; `url` names the same host and port, and never an account."""

    host: str
    port: int
    url: str


def rtsp_target(uri: str, host: str, port: int = PORT) -> RtspTarget:
    """Turn an address that a device returned into one to use. Raises `BadAnswer` where there is none in it.

    The path (with its query) is the device's. Its host is replaced, an account in it is dropped. Its port is kept
    only where it names the configured host itself: beside another host it belongs to a network that may be mapped
    to other ports from here.
    """
    text = uri.strip()
    if not text or len(text) > _LONGEST:
        raise BadAnswer("no address of a stream" if not text else "the address of a stream is too long")
    absolute = _ABSOLUTE.fullmatch(text)
    if absolute is not None:
        port = _port(absolute[1], absolute[2], host) or port
        text = absolute[3]
    elif text.startswith("//"):
        text = text.lstrip("/").partition("/")[2]
    return RtspTarget(host, port, _authority(host, port) + _path(text))


def join_control(base: str, control: str) -> str:
    """Add the address of a track to that of the stream: appended, as all clients do, even behind a query.

    An absolute one, on whatever host, keeps the host of `base`. Raises `BadAnswer` where it is no address.
    """
    if control in ("", "*"):
        return base
    if len(control) > _LONGEST:
        raise BadAnswer("the address of a track is too long")
    root = _ABSOLUTE.fullmatch(base)
    assert root is not None
    absolute = _ABSOLUTE.fullmatch(control)
    if absolute is not None:
        return f"{root[1]}://{root[2]}{_path(absolute[3])}"
    if control.startswith("/"):
        return f"{root[1]}://{root[2]}{_path(control)}"
    return base.rstrip("/") + _path(control)


def _authority(host: str, port: int) -> str:
    name = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return f"rtsp://{name}" if port == PORT else f"rtsp://{name}:{port}"


def _port(scheme: str, authority: str, host: str) -> int | None:
    match = _PORT.fullmatch(authority.rpartition("@")[2])
    if match is None or match[2] is None or scheme.lower() not in _SCHEMES:
        return None
    port = int(match[2])
    same = match[1].strip("[]").lower() == host.strip("[]").lower()
    return port if same and 0 < port <= _HIGHEST_PORT else None


def _path(text: str) -> str:
    """Encode what cannot stand in a request line; what is encoded already stays."""
    encoded = quote(text.encode("utf-8", "surrogateescape"), safe=_SAFE)
    return encoded if encoded.startswith("/") else f"/{encoded}"
