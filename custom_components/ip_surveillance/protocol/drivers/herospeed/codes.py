"""What the codes of answers mean, and which error each becomes (002…txt l.20-121, l.483-487).

General codes are plain numbers; those of the face module have the module in their upper half. JSON carries both as
decimals or texts. No code is documented for a wrong password, a locked account or a device that is busy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
import re
from typing import Final

from ...errors import (
    AccountLocked,
    AuthFailed,
    BadAnswer,
    Busy,
    CannotConnect,
    DeviceError,
    Forbidden,
    KeyNeeded,
    NotSupported,
    Rejected,
)
from ...transport.loose_json import to_int

LICENCE_KEY: Final = "licenceKey"
"""Code of the refusal that says: the licence key is missing or wrong, the password was not looked at."""
PASSWORD_OR_KEY: Final = "passwordOrKey"  # noqa: S105
"""Code of a refusal without a licence key that does not tell whether the key or the password is at fault."""
PATH_REFUSED: Final = "pathRefused"
"""Code of the error that says: this path alone is refused, the session is good."""
OTHER_DIALECT: Final = "otherDialect"
"""Code of the error that says: what answers here is a device of another kind."""
NOT_TAKEN: Final = "notTaken"
"""Code of the error that says: the device accepted a change and did not make it."""
SECRETS: Final = "secretDocument"
"""Code of the error that says: this document holds secrets and is never written."""
CONNECTED_AGAIN: Final = 300.0
"""Seconds to wait where the device has no room for another listener."""

_HEX: Final = re.compile(r"0[xX][0-9a-fA-F]{1,8}")
_LOCKED: Final = re.compile(
    r"\block|锁定|\btoo many\b.*\b(?:fail\w*|wrong|incorrect|invalid|errors?|attempts?|tries|passwords?)\b|"
    r"\b(?:max\w*|limit)\b.*\b(?:attempts?|tries|fail\w*)\b",
    re.IGNORECASE,
)
"""Too many tries are no lack of room: each further one would begin the lock afresh."""
_NOT_YET: Final = re.compile(
    r"\bwill\b|\b(?:attempts?|tries|times|chances?)\b.{0,20}\b(?:left|remain\w*)\b|"
    r"\b(?:left|remain\w*|more)\b.{0,20}\b(?:attempts?|tries|times|chances?|fail\w*|errors?)\b|还|后将",
    re.IGNORECASE,
)
"""A wrong password with the warning of a lock to come; taken for the lock, it would be sent again after that."""
_FULL: Final = re.compile(
    r"\bfull\b|too many|\bbusy\b|\b(?:max|maximum|limit)\b.*\b(?:user|session|connect|client|login)", re.IGNORECASE
)
_NO_SESSION: Final = frozenset({101, 103})
_TOO_MANY: Final = 203
_KEY: Final = 230
_FACE: Final = 0x40010000


class NotLoggedIn(DeviceError):
    """Raised when the session is over (restart, timeout, taken by others); the session logs in again by itself."""


class Use(StrEnum):
    """What an answer answers: codes mean different things in each case."""

    READ = "read"
    WRITE = "write"
    LOGIN = "login"
    PUSH = "push"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One code of an answer."""

    number: int
    text: str
    error: type[DeviceError] = Rejected
    """On commands."""
    read: type[DeviceError] | None = None
    """On reads, where that differs."""
    push: type[DeviceError] | None = None


_ALL: Final = (
    Code(number=1, text="a parameter is wrong"),
    Code(number=2, text="there is no such content", read=NotSupported),
    Code(number=101, text="not logged in, or the session was closed", error=NotLoggedIn),
    Code(number=102, text="no permission", error=Forbidden),
    Code(number=103, text="the session timed out", error=NotLoggedIn),
    # Firmware answers this to functions that it does not have.
    Code(number=202, text="the call failed", read=NotSupported),
    Code(number=203, text="too many listeners, or not supported by this firmware", error=NotSupported, push=Busy),
    Code(number=204, text="the upgrade package is wrong"),
    Code(number=210, text="the account may not change this", error=Forbidden),
    # Only who is logged in gets here, so the session's own password is right.
    Code(number=211, text="the password given for a change is wrong"),
    Code(number=220, text="the password is not safe enough"),
    Code(number=225, text="a new password must not be empty"),
    Code(number=230, text="the key is wrong"),
    Code(number=302, text="the push has ended", push=CannotConnect),
    Code(number=303, text="a recording cannot be read"),
    Code(number=_FACE + 0x01, text="faces: not started"),
    Code(number=_FACE + 0x02, text="faces: a parameter is wrong"),
    Code(number=_FACE + 0x03, text="faces: no memory", error=Busy),
    Code(number=_FACE + 0x10, text="faces: no gallery"),
    Code(number=_FACE + 0x11, text="faces: the gallery is damaged"),
    Code(number=_FACE + 0x12, text="faces: no database"),
    Code(number=_FACE + 0x13, text="faces: a file cannot be opened"),
    Code(number=_FACE + 0x14, text="faces: a file cannot be opened"),
    Code(number=_FACE + 0x15, text="faces: the database is wrong"),
    Code(number=_FACE + 0x16, text="faces: the picture is wrong"),
    Code(number=_FACE + 0x17, text="faces: wrong details of the person, or too large a picture"),
    Code(number=_FACE + 0x18, text="faces: the picture exists"),
    Code(number=_FACE + 0x19, text="faces: the name of the gallery exists"),
    Code(number=_FACE + 0x1A, text="faces: wrong kind of picture"),
    Code(number=_FACE + 0x1B, text="faces: the gallery is full"),
    Code(number=_FACE + 0x1C, text="faces: busy with reading features", error=Busy),
    Code(number=_FACE + 0x1D, text="faces: the database failed, try again", error=Busy),
    Code(number=_FACE + 0x1E, text="faces: no face in the picture"),
)
CODES: Final[Mapping[int, Code]] = {code.number: code for code in _ALL}


def to_code(value: object) -> int | None:
    """Read a code from a number or a text, hexadecimal or not; None when it is none."""
    if isinstance(value, str) and _HEX.fullmatch(value.strip()):
        return int(value.strip(), 16)
    return None if isinstance(value, bool) else to_int(value)


def shown(code: int) -> str:
    """Write a code as the document does."""
    return f"0x{code:08x}" if code >= _FACE else str(code)


def code_error(code: int, message: str = "", *, use: Use) -> DeviceError | None:
    """Tell the error of a code, None for success. `message` is the device's own text, which may be empty."""
    if code == 0:
        return None
    if use is Use.LOGIN:
        return _login_error(code, message)
    known = CODES.get(code)
    if known is None:
        return Rejected(message or f"code {shown(code)}", code=shown(code))
    kind = known.error
    if use is Use.READ and known.read is not None:
        kind = known.read
    elif use is Use.PUSH and known.push is not None:
        kind = known.push
    detail = f"{known.text}: {message}" if message else known.text
    if kind is Busy:
        return Busy(detail, code=shown(code), retry_after=CONNECTED_AGAIN if use is Use.PUSH else None)
    return kind(detail, code=shown(code))


def no_session(code: int | None) -> bool:
    """Whether a code says that nobody is logged in."""
    return code in _NO_SESSION


def missing_on_read(error: DeviceError) -> bool:
    """Whether the failure of a read means that the function does not exist."""
    return isinstance(error, NotSupported)


def _login_error(code: int, message: str) -> DeviceError:
    """Take every refusal of a login for one of the password, unless the device says otherwise.

    Nothing documents what a wrong password is answered with. Taken for something passing, it would be sent again
    and again.
    """
    if code == _KEY:
        return KeyNeeded("the device refused the licence key", code=LICENCE_KEY)
    if code == _TOO_MANY:
        return Busy("the device has no room for another session", code=shown(code))
    if _LOCKED.search(message) and not _NOT_YET.search(message):
        return AccountLocked("the device has locked the account", code=shown(code))
    if _FULL.search(message) and not _LOCKED.search(message):
        return Busy("the device has no room for another session", code=shown(code))
    return AuthFailed("the device refused user name and password", code=shown(code))


def no_code() -> BadAnswer:
    """Compose the error of an answer that is none of this dialect."""
    return BadAnswer("an answer without code and data", code="noCode")
