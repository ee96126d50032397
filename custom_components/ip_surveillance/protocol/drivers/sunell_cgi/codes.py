"""What the devices' error codes mean, and how to tell an error from an answer before reading it as pairs.

Codes: 003_f90f6ea635efbe94.txt l.31831-32274; HTTP status is 200 all the same (l.64-77).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
import re
from typing import Final

from ...errors import (
    AccountLocked,
    AuthFailed,
    Busy,
    CannotConnect,
    DeviceError,
    Forbidden,
    NotActivated,
    NotSupported,
    Rejected,
    TlsError,
)
from .grammar import decode


class Kind(StrEnum):
    """What a code asks of us."""

    LOGIN = "login"
    LOCKED = "locked"
    NOT_SET_UP = "notSetUp"
    RIGHTS = "rights"
    CONNECTION = "connection"
    TLS = "tls"
    BUSY = "busy"
    LACKING = "lacking"
    VALUE = "value"
    NOTHING = "nothing"
    """The asked thing does not exist (now): an empty answer where something is listed."""
    STORAGE = "storage"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Code:
    """One error code."""

    number: int
    kind: Kind
    meaning: str


_ROWS: Final = (
    Code(-2, Kind.BUSY, "out of memory"),
    Code(-3, Kind.INTERNAL, "invalid handle"),
    Code(-4, Kind.INTERNAL, "null pointer"),
    Code(-5, Kind.LACKING, "no such call"),
    Code(-6, Kind.INTERNAL, "fault of the system"),
    Code(-7, Kind.VALUE, "wrong format"),
    Code(-8, Kind.VALUE, "wrong parameter"),
    Code(-9, Kind.BUSY, "not ready yet"),
    Code(-10, Kind.VALUE, "wrong length of data"),
    Code(-11, Kind.BUSY, "already under way"),
    Code(-12, Kind.BUSY, "could not be started"),
    Code(-13, Kind.BUSY, "queue is full"),
    Code(-14, Kind.NOTHING, "queue is empty"),
    Code(-15, Kind.CONNECTION, "timed out within the device"),
    Code(-16, Kind.NOTHING, "not found"),
    Code(-17, Kind.TLS, "wants no TLS"),
    Code(-18, Kind.TLS, "wants TLS"),
    Code(-19, Kind.CONNECTION, "TLS accept timed out"),
    Code(-20, Kind.CONNECTION, "TLS connect timed out"),
    Code(-21, Kind.LACKING, "no such program"),
    Code(-22, Kind.LACKING, "no such type"),
    Code(-23, Kind.VALUE, "wrong parameter of the request"),
    Code(-101, Kind.NOTHING, "no such file"),
    Code(-102, Kind.NOTHING, "no such path"),
    Code(-103, Kind.STORAGE, "disk cannot be opened"),
    Code(-104, Kind.STORAGE, "disk cannot be read"),
    Code(-105, Kind.STORAGE, "disk cannot be written"),
    Code(-106, Kind.STORAGE, "disk cannot seek"),
    Code(-107, Kind.STORAGE, "end of the disk"),
    Code(-108, Kind.STORAGE, "disk is full"),
    Code(-109, Kind.STORAGE, "no disk"),
    Code(-110, Kind.STORAGE, "disk is write-protected"),
    Code(-112, Kind.STORAGE, "disk is not formatted"),
    Code(-113, Kind.STORAGE, "disk fault"),
    Code(-150, Kind.INTERNAL, "serial port cannot be opened"),
    Code(-151, Kind.INTERNAL, "serial port cannot be read"),
    Code(-152, Kind.INTERNAL, "serial port cannot be written"),
    Code(-201, Kind.CONNECTION, "no socket"),
    Code(-202, Kind.CONNECTION, "socket cannot be made"),
    Code(-203, Kind.CONNECTION, "socket cannot be bound"),
    Code(-204, Kind.CONNECTION, "connection failed"),
    Code(-205, Kind.CONNECTION, "connection timed out"),
    Code(-206, Kind.CONNECTION, "socket cannot listen"),
    Code(-207, Kind.CONNECTION, "connection not accepted"),
    Code(-208, Kind.CONNECTION, "accepting timed out"),
    Code(-209, Kind.CONNECTION, "connection lost"),
    Code(-210, Kind.CONNECTION, "sending failed"),
    Code(-211, Kind.CONNECTION, "sending timed out"),
    Code(-212, Kind.CONNECTION, "receiving failed"),
    Code(-213, Kind.CONNECTION, "receiving timed out"),
    Code(-214, Kind.CONNECTION, "no socket address"),
    Code(-215, Kind.CONNECTION, "socket option cannot be read"),
    Code(-216, Kind.CONNECTION, "socket option cannot be set"),
    Code(-217, Kind.LACKING, "protocol not supported"),
    Code(-218, Kind.BUSY, "port in use"),
    Code(-230, Kind.INTERNAL, "packet cannot be made"),
    Code(-231, Kind.INTERNAL, "wrong packet header"),
    Code(-232, Kind.INTERNAL, "packet header cannot be made"),
    Code(-233, Kind.INTERNAL, "wrong packet payload"),
    Code(-234, Kind.INTERNAL, "packet payload cannot be made"),
    Code(-235, Kind.INTERNAL, "wrong RTP header"),
    Code(-236, Kind.INTERNAL, "compression failed"),
    Code(-301, Kind.INTERNAL, "database cannot be opened"),
    Code(-302, Kind.INTERNAL, "database cannot be closed"),
    Code(-303, Kind.INTERNAL, "transaction cannot begin"),
    Code(-304, Kind.INTERNAL, "rollback failed"),
    Code(-305, Kind.INTERNAL, "commit failed"),
    Code(-306, Kind.INTERNAL, "database insert failed"),
    Code(-307, Kind.INTERNAL, "database delete failed"),
    Code(-308, Kind.INTERNAL, "database update failed"),
    Code(-309, Kind.INTERNAL, "database query failed"),
    Code(-310, Kind.VALUE, "wrong query condition"),
    Code(-311, Kind.NOTHING, "nothing found"),
    Code(-401, Kind.LACKING, "unknown command"),
    Code(-402, Kind.VALUE, "wrong command header"),
    Code(-403, Kind.INTERNAL, "command header cannot be made"),
    Code(-404, Kind.VALUE, "wrong command payload"),
    Code(-405, Kind.INTERNAL, "command payload cannot be made"),
    Code(-406, Kind.LACKING, "wrong version of the command"),
    Code(-501, Kind.INTERNAL, "unexpected answer within the device"),
    Code(-502, Kind.INTERNAL, "the camera behind the recorder failed"),
    Code(-503, Kind.CONNECTION, "the camera behind the recorder is off"),
    Code(-504, Kind.CONNECTION, "the camera behind the recorder cannot be opened"),
    Code(-505, Kind.BUSY, "device is occupied"),
    Code(-506, Kind.LACKING, "not supported"),
    Code(-507, Kind.LOGIN, "wrong user name"),
    Code(-508, Kind.LOGIN, "wrong password"),
    Code(-509, Kind.INTERNAL, "dial-up failed"),
    Code(-510, Kind.BUSY, "serial port in use"),
    Code(-511, Kind.BUSY, "too many connections"),
    Code(-512, Kind.RIGHTS, "the account's rights do not suffice"),
    Code(-513, Kind.LACKING, "not configured"),
    Code(-514, Kind.BUSY, "disk in use"),
    Code(-515, Kind.LOCKED, "the account is locked"),
    Code(-517, Kind.BUSY, "logged in elsewhere"),
    Code(-518, Kind.BUSY, "no capacity left"),
    Code(-519, Kind.LOGIN, "wrong verification code"),
    Code(-520, Kind.VALUE, "too many users"),
    Code(-521, Kind.VALUE, "user exists"),
    Code(-522, Kind.VALUE, "group exists"),
    Code(-523, Kind.VALUE, "password too weak"),
    Code(-524, Kind.VALUE, "password too short"),
    Code(-525, Kind.VALUE, "user name too short"),
    Code(-526, Kind.VALUE, "user level too low"),
    Code(-527, Kind.LOCKED, "locked after too many wrong passwords"),
    Code(-528, Kind.NOT_SET_UP, "the device has no password yet"),
    Code(-529, Kind.INTERNAL, "the device has a password already"),
    Code(-530, Kind.VALUE, "password too long"),
    Code(-531, Kind.VALUE, "user name too long"),
    Code(-532, Kind.NOT_SET_UP, "the device has no administrator yet"),
    Code(-550, Kind.CONNECTION, "video session closed"),
    Code(-551, Kind.CONNECTION, "video thread closed"),
    Code(-552, Kind.INTERNAL, "video component failed"),
    Code(-553, Kind.INTERNAL, "video component failed"),
    Code(-555, Kind.BUSY, "no decoding capacity left"),
    Code(-556, Kind.LACKING, "encoding not supported"),
    Code(-601, Kind.CONNECTION, "audio session closed"),
    Code(-602, Kind.CONNECTION, "audio thread closed"),
    Code(-603, Kind.INTERNAL, "audio component failed"),
    Code(-604, Kind.INTERNAL, "audio component does not work"),
    Code(-605, Kind.INTERNAL, "drawing component failed"),
    Code(-606, Kind.INTERNAL, "decoder failed to start"),
    Code(-607, Kind.INTERNAL, "decoding failed"),
    Code(-650, Kind.VALUE, "too many lines on the picture"),
    Code(-651, Kind.VALUE, "too many characters on the picture"),
    Code(-652, Kind.INTERNAL, "ONVIF fault"),
    Code(-661, Kind.VALUE, "invalid argument"),
    Code(-662, Kind.INTERNAL, "could not be saved"),
    Code(-663, Kind.INTERNAL, "encryption failed"),
    Code(-664, Kind.INTERNAL, "decryption failed"),
    Code(-665, Kind.INTERNAL, "output too small"),
    Code(-666, Kind.VALUE, "file exists"),
    Code(-667, Kind.NOTHING, "no such file"),
    Code(-5002, Kind.VALUE, "value out of range"),  # l.11780, on recorders and the lite series
)
CODES: Final[Mapping[int, Code]] = {row.number: row for row in _ROWS}
"""All that the document names."""

_ERRORS: Final[Mapping[Kind, type[DeviceError]]] = {
    Kind.LOGIN: AuthFailed,
    Kind.LOCKED: AccountLocked,
    Kind.NOT_SET_UP: NotActivated,
    Kind.RIGHTS: Forbidden,
    Kind.CONNECTION: CannotConnect,
    Kind.TLS: TlsError,
    Kind.BUSY: Busy,
    Kind.LACKING: NotSupported,
    Kind.VALUE: Rejected,
    Kind.NOTHING: Rejected,
    Kind.STORAGE: Rejected,
    Kind.INTERNAL: DeviceError,
}
_LONGEST_ERROR: Final = 512
_SHOWN: Final = 120
# "Error,return=-508" on a real camera; "error, Return=-8", "Returns -8", or a mere "-8" in the document (l.77, l.1974).
_ERROR: Final = re.compile(
    r"\W*(?:error(?:[\s_]*code)?|(?:error\W*)?returns?(?:ed)?)(?![a-z])[^-\d\n]{0,24}(-?\d{1,9})(?!\d)", re.IGNORECASE
)
_BARE: Final = re.compile(r"-\d{1,9}")
_NOTHING: Final = re.compile(r"not\s+f(?:i|ou)nd\b|no\s+(?:data|record|result)", re.IGNORECASE)
_FIRST_LINE: Final = re.compile(r"[\r\n]")


def code_of(number: int) -> Code:
    """Row of a code; one that the document does not know is internal to the device."""
    return CODES.get(number) or Code(number, Kind.INTERNAL, f"error {number}")


def error_of(number: int, text: str = "") -> DeviceError:
    """Error that a code means; its `code` is the number, its detail holds what an unknown code came with."""
    row = code_of(number)
    detail = f"{row.meaning} ({number})"
    if number not in CODES and text:
        detail = f"{detail}: {text[:_SHOWN]}"
    kind = _ERRORS[row.kind]
    return Rejected(detail, code=str(number), details=(detail,)) if kind is Rejected else kind(detail, code=str(number))


def reply_code(body: bytes | str) -> int | None:
    """Error code that a whole body is, negative; None when it is no error."""
    text = _head(body)
    if not text:
        return None
    if (bare := _BARE.fullmatch(text)) is not None:
        return int(bare[0])
    found = _ERROR.match(text)
    number = -abs(int(found[1])) if found else 0
    return number or None


def reply_error(body: bytes | str) -> DeviceError | None:
    """Error that a whole body is, None when it is an answer. To be asked first: an error looks like a pair.

    That nothing was found is no error where the device says so in words (`Not Find AlarmInfo`).
    """
    number = reply_code(body)
    return None if number is None else error_of(number, _head(body))


def nothing_found(body: bytes | str) -> bool:
    """Whether a body says in words or by its code that there is nothing to list."""
    number = reply_code(body)
    if number is not None:
        return code_of(number).kind is Kind.NOTHING
    return _NOTHING.match(_head(body)) is not None


def kind_of(error: DeviceError) -> Kind | None:
    """What the device's code in an error asks of us; None when it holds none."""
    code = error.code
    return code_of(int(code)).kind if _BARE.fullmatch(code) else None


def is_ok(body: bytes | str) -> bool:
    """Whether a body is the answer to a command that was carried out: `OK`, `OK port:32768` (l.31602), `...OK`."""
    text = _head(body)
    last = _FIRST_LINE.split(text)[-1].strip()
    return last.lower() == "ok" or re.match(r"ok\b(?!\s*=)", text, re.IGNORECASE) is not None


def _head(body: bytes | str) -> str:
    """Text of a body that is short enough to be no answer."""
    if len(body) > _LONGEST_ERROR:
        return ""
    return (decode(body) if isinstance(body, bytes) else body).strip()
