"""What can go wrong with a device, as seven classes and the few subclasses a person must be told apart.

`detail` and `code` end up in logs, diagnostics and messages: whoever raises must not put a secret into them.
"""

from collections.abc import Sequence
from typing import Final

LOCK_TIME: Final = 1800.0
"""Seconds an account stays locked when the device does not say (`000_29ae79f8e0fdbaf4.txt` L1927)."""


class DeviceError(Exception):
    """Base of everything this package raises on purpose; raised itself only where no subclass fits."""

    def __init__(self, detail: str = "", *, code: str = "") -> None:
        """Take a text for people (`detail`) and the device's own reason (`code`, such as `lowPrivilege`)."""
        super().__init__(detail)
        self.detail = detail
        self.code = code


class CannotConnect(DeviceError):
    """Raised when no connection is possible or it broke: refused, reset, name unknown, answer cut short."""


class TimedOut(CannotConnect):
    """Raised when the device did not answer, or did not finish its answer, in time."""


class TlsError(CannotConnect):
    """Raised when the handshake or the certificate fails, or when the device sends plain HTTP on to HTTPS."""


class AuthFailed(DeviceError):
    """Raised once the device refused the credentials for certain; nothing may be sent until they change."""


class AccountLocked(AuthFailed):
    """Raised when the account or our address is locked; any try during the lock starts it afresh."""

    def __init__(self, detail: str = "", *, code: str = "", retry_after: float | None = None) -> None:
        """Take also the seconds until the lock ends, None when the device does not say."""
        super().__init__(detail, code=code)
        self.retry_after = retry_after


class NotActivated(AuthFailed):
    """Raised when the device has no password yet (new, or reset to factory state): no credentials work."""


class KeyNeeded(AuthFailed):
    """Raised when the maker wants a licence key beside the password, and it is missing, or one of both is wrong."""


class Forbidden(DeviceError):
    """Raised when the credentials are right but the account's rights do not suffice."""


class NotSupported(DeviceError):
    """Raised when the device does not have the asked function (404, 405, `notSupport`)."""


class Rejected(DeviceError):
    """Raised when the device understood and refused: conflicting function, limit reached, bad value."""

    def __init__(self, detail: str = "", *, code: str = "", details: Sequence[str] = ()) -> None:
        """Take also what stands in the way, one text each (open zones, conflicting functions)."""
        super().__init__(detail, code=code)
        self.details = tuple(details)


class BadAnswer(DeviceError):
    """Raised when an answer cannot be understood: unexpected status, too large, wrong shape."""


class Busy(DeviceError):
    """Raised when the device has no capacity just now (503, `deviceBusy`, too many alarm clients)."""

    def __init__(self, detail: str = "", *, code: str = "", retry_after: float | None = None) -> None:
        """Take also the seconds to wait before the next try, None when the device does not say."""
        super().__init__(detail, code=code)
        self.retry_after = retry_after
