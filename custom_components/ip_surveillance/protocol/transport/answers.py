"""What comes back from a device, and which error it means where it is no success."""

from collections.abc import Mapping
from dataclasses import dataclass
import ssl
from typing import Final

from aiohttp import (
    ClientConnectorDNSError,
    ClientError,
    ClientPayloadError,
    ClientResponseError,
    ClientSSLError,
    InvalidURL,
)
from multidict import CIMultiDictProxy

from ..errors import (
    AuthFailed,
    BadAnswer,
    Busy,
    CannotConnect,
    DeviceError,
    Forbidden,
    NotSupported,
    TimedOut,
    TlsError,
)

MAX_WAIT: Final = 3600.0
"""Longest pause in seconds that a device may ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A whole answer; `content_type` in lower case without parameters, empty when the device names none."""

    method: str
    path: str
    """As asked, without the query."""
    status: int
    headers: CIMultiDictProxy[str]
    content_type: str
    body: bytes


_STATUS: Final[Mapping[int, type[DeviceError]]] = {
    401: AuthFailed,
    403: Forbidden,
    404: NotSupported,
    405: NotSupported,
    501: NotSupported,
}

# First match counts: the classes are nested in one another.
_FAULTS: Final[tuple[tuple[type[Exception], type[DeviceError]], ...]] = (
    (TimeoutError, TimedOut),
    (ClientSSLError, TlsError),
    (ssl.SSLError, TlsError),
    (ClientPayloadError, CannotConnect),
    (ClientResponseError, BadAnswer),
    (InvalidURL, BadAnswer),
    (ClientError, CannotConnect),
    (OSError, CannotConnect),
)


def plain_content_type(header: str | None) -> str:
    """Reduce a `Content-Type` header to its lower-case type."""
    return (header or "").partition(";")[0].strip().lower()


def status_error(response: Response) -> DeviceError:
    """Tell the error of a status that the family had nothing to say about."""
    text = f"HTTP {response.status}"
    if response.status in (429, 503):
        return Busy(text, code=text, retry_after=_retry_after(response.headers.get("Retry-After")))
    return _STATUS.get(response.status, BadAnswer)(text, code=text)


def fault_error(fault: Exception) -> DeviceError:
    """Tell the error of a failed exchange; the text never holds a URL (it may carry secrets)."""
    for kind, error in _FAULTS:
        if isinstance(fault, kind):
            return error(_describe(fault), code=type(fault).__name__)
    return CannotConnect(_describe(fault), code=type(fault).__name__)


def _describe(fault: Exception) -> str:
    """Put the cause into words: the certificate's fault, the system's text, or the name of the class."""
    cause = getattr(fault, "certificate_error", None) or getattr(fault, "os_error", None) or fault
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"certificate refused: {cause.verify_message}"
    if isinstance(cause, ssl.SSLError):
        return f"TLS failed: {cause.reason or type(cause).__name__}"
    if isinstance(fault, ClientConnectorDNSError):
        return "host name not found"
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return type(fault).__name__


def _retry_after(header: str | None) -> float | None:
    """Read the seconds of a `Retry-After`; dates are not read (the device's clock may be off)."""
    text = (header or "").strip()
    return min(float(text), MAX_WAIT) if text.isascii() and text.isdigit() and len(text) < 10 else None
