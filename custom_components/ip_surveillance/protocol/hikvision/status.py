"""ResponseStatus, the maker's one form of refusal, in XML and JSON, and what it means.

The same refusal comes with HTTP 2xx, 4xx or 5xx, and one HTTP status means many things: 403 is "no permission",
"not supported" or "limit reached". So the sub status decides first, then the numbers, then the status code
(000_29ae79f8e0fdbaf4.txt L5293-5322 for the fields, L5677-6494 and L6496-6779 for names and numbers).
"""

from collections.abc import Mapping
from dataclasses import dataclass
import json
import re
from typing import Any, Final, Protocol

from ..errors import (
    AccountLocked,
    AuthFailed,
    BadAnswer,
    Busy,
    DeviceError,
    Forbidden,
    NotActivated,
    NotSupported,
    Rejected,
)
from ..transport import xml
from .status_names import MODEL_NAMES, NAMES

OK: Final = 1
REBOOT_REQUIRED: Final = 7
"""Success that takes effect after a restart only."""

_LOCK_SECONDS: Final = 1800.0
"""How long devices lock an account when they do not say; each try starts it afresh (000_29ae….txt L1927)."""
_RISKY_PASSWORD: Final = 0x10000002
"""Success, with a remark on the password (004_b8c61ef253c9ae94.txt l.5303)."""
_ALARM_SLOT_SECONDS: Final = 300.0
_BUSY_SECONDS: Final = 10.0
_UPGRADE_SECONDS: Final = 60.0
_LONGEST: Final = 16384
"""A refusal is short; a longer body is an answer."""
_MOST_ITEMS: Final = 1024
_TEXT_LIMIT: Final = 200
_TELLING: Final = re.compile(rb"status(?:code|value)|errorcode", re.IGNORECASE)
"""What every refusal contains and hardly an answer does: spares parsing answers twice."""


class Answer(Protocol):
    """The part of an HTTP answer that a refusal shows in."""

    @property
    def status(self) -> int:
        """HTTP status."""

    @property
    def body(self) -> bytes:
        """Whole body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A parsed ResponseStatus; 0 and empty where the device is silent."""

    code: int = 0
    sub: str = ""
    text: str = ""
    """The device's words for a person."""
    error_code: int = 0
    module_code: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One meaning: the names and numbers that stand for it."""

    error: type[DeviceError]
    names: tuple[str, ...]
    numbers: tuple[int, ...] = ()
    retry: float | None = None


# Names are compared in lower case without blanks and dots (page breaks and full stops crept into the tables).
_ROWS: Final[tuple[_Row, ...]] = (
    _Row(
        error=AccountLocked,
        names=("userNameLocked", "forbiddenIP", "userLocked", "ipLocked", "MgmtLokedError"),
        numbers=(0x00200003, 0x01400006, 0x01400009, 0x4000000D),
        retry=_LOCK_SECONDS,
    ),
    _Row(error=NotActivated, names=("notActivated",), numbers=(0x40000007, 0x00100001, 0x01400004)),
    _Row(
        error=AuthFailed,
        names=(
            "badAuthorization",
            "passwordError",
            "passError",
            "userNameNotExist",
            "incorrentUserNameOrPassword",
            "incorrectUserNameOrPassword",
            "SessionExpired",
            "loginPasswordError",
            "pwdErrorLoginFailed",
        ),
        numbers=(
            0x40000003,
            0x00200001,
            0x00200002,
            0x60000012,
            0x00200006,
            0x400010E7,
            0x400010A7,
            0x4000000C,
            0x40001055,
        ),
    ),
    _Row(
        error=Forbidden,
        names=("lowPrivilege", "deviceNoPermission", "noPermission"),
        numbers=(0x40000002, 0x00200005, 0x00100002),
    ),
    _Row(
        error=NotSupported,
        names=(
            "notSupport",
            "notSupported",
            "deviceNotSupport",
            "methodNotAllowed",
            "eventNotSupport",
            "subscribeTypeErr",
            "badURLFormat",
            "NotSupportWithVideoTask",
        ),
        numbers=(
            0x40000001,
            0x00F00003,
            0x00100003,
            0x40000004,
            0x00F00004,
            0x60001024,
            0x4000A016,
            0x400020F3,
            0x50000003,
        ),
    ),
    _Row(
        error=Busy,
        names=(
            "deployExceedMax",
            "noArmingResource",
            "armingFull",
            "sessionUserReachesLimit",
            "loginNumExceedLimit",
            "userNumLimited",
            "maxSessionUserLink",
        ),
        numbers=(0x60006018, 0x0040001A, 0x30001016, 0x40001080, 0x400010EC, 0x4000203F, 0x00200004, 0x4000000B),
        retry=_ALARM_SLOT_SECONDS,
    ),
    _Row(error=Busy, names=("upgrading",), numbers=(0x20000003, 0x00500004), retry=_UPGRADE_SECONDS),
    _Row(
        error=Busy,
        names=("deviceBusy", "serviceUnavailable", "noMemory", "deviceAckTimeout", "networkError"),
        numbers=(0x20000004, 0x20000002, 0x20000001, 0x00F00002, 0x00F00009, 0x20000009),
        retry=_BUSY_SECONDS,
    ),
)

_BY_STATUS: Final[Mapping[int, type[DeviceError]]] = {2: Busy, 3: Rejected, 4: Rejected, 5: Rejected, 6: Rejected}


def _plain(name: str) -> str:
    return "".join(name.split()).replace(".", "").lower()


_BY_NAME: Final = {_plain(name): row for row in _ROWS for name in row.names}
_NAMES: Final = {**NAMES, **MODEL_NAMES}
_SPELLED: Final = {_plain(name): name for name in _NAMES.values()}
"""Names as they are meant: page breaks and full stops get into what devices send too."""
_BY_NUMBER: Final = {number: row for row in _ROWS for number in row.numbers}
_NO_REASON: Final = frozenset({"HTTP 403", "invalidOperation"})
_ABSENT_READS: Final = frozenset({"invalidoperation", "invalidid", "idnotexist", "operobjectnotexist", "badparameters"})
"""On a GET these say that there is no such thing (stream 3 of a recorder); on a write that it is refused now."""


def parse_status(body: bytes) -> Status | None:
    """Read a ResponseStatus in whatever grammar it came; None when the body is something else."""
    fields = _fields(body)
    return None if fields is None else _status(fields)


def _status(fields: Mapping[str, Any]) -> Status | None:
    if not {"statuscode", "substatuscode", "errorcode"} & fields.keys():
        return None
    return Status(
        code=_number(fields.get("statuscode")),
        sub=_short(fields.get("substatuscode")),
        text=_short(fields.get("errormsg")) or _short(fields.get("statusstring")),
        error_code=_number(fields.get("errorcode")),
        module_code=_number(fields.get("merrcode")),
    )


def interpret(answer: Answer) -> DeviceError | None:
    """Tell the error an answer means; None when it is a success or its body says nothing."""
    fields = _fields(answer.body)
    if fields is None:
        return None
    if lock := _lock(fields, answer.status):
        return lock
    status = parse_status(answer.body)
    return error_of(status) if status is not None else None


def error_of(status: Status) -> DeviceError | None:
    """Tell the error that a status means, None for success."""
    if status.code in (OK, REBOOT_REQUIRED) or (not status.code and _plain(status.sub) == "ok"):
        return None
    if not status.code and not status.sub and status.error_code in (OK, _RISKY_PASSWORD):
        return None
    row = _BY_NAME.get(_plain(status.sub)) or _BY_NUMBER.get(status.error_code) or _BY_NUMBER.get(status.module_code)
    # A number that is known goes by its name: who asks for the reason later has the code only.
    known = _NAMES.get(status.error_code) or _NAMES.get(status.module_code)
    named = known or (row.names[0] if row else _numbered(status))
    code = _SPELLED.get(_plain(status.sub), status.sub) or named
    detail = status.text or code
    if row is None:
        return _by_status(status, detail, code)
    return _make(row.error, detail, code, row.retry)


def item_errors(document: Mapping[str, Any]) -> Mapping[str, DeviceError]:
    """Read an ErrorList: by id the errors of those items that failed, empty when the document is something else.

    Items that went well carry no status (004_b8c61ef253c9ae94.txt l.893-912).
    """
    listed = next((value for key, value in document.items() if key.lower() == "errorlist"), None)
    items = listed if isinstance(listed, list) else [listed]
    found: dict[str, DeviceError] = {}
    for item in items[:_MOST_ITEMS]:
        if isinstance(item, dict):
            fields = {str(key).lower(): value for key, value in item.items()}
            status = _status(fields)
            # Members that are there and say nothing are those of an item that went well.
            if status is None or not (status.code or status.sub or status.error_code):
                continue
            if error := error_of(status):
                found.setdefault(_short(str(fields.get("id", ""))), error)
    return found


def missing_on_read(error: DeviceError) -> bool:
    """Whether a refusal of a GET means that the function does not exist; bare 403 is how most firmware says so."""
    if isinstance(error, NotSupported):
        return True
    if isinstance(error, Forbidden):
        return _plain(error.code) not in _BY_NAME
    return isinstance(error, Rejected) and _plain(error.code) in _ABSENT_READS


def without_reason(error: DeviceError) -> bool:
    """Whether a refusal does not say why: most firmware denies for good like this, some only while it starts."""
    return error.code in _NO_REASON


def _numbered(status: Status) -> str:
    return f"0x{status.error_code:08x}" if status.error_code else str(status.code)


def _by_status(status: Status, detail: str, code: str) -> DeviceError:
    # The first digit of a number is the status code it belongs to.
    kind = _BY_STATUS.get(status.code or status.error_code >> 28, BadAnswer)
    return _make(kind, detail, code, _BUSY_SECONDS)


def _make(kind: type[DeviceError], detail: str, code: str, retry: float | None) -> DeviceError:
    if issubclass(kind, AccountLocked | Busy):
        return kind(detail, code=code, retry_after=retry)
    if kind is Rejected:
        return Rejected(detail, code=code, details=(detail,) if detail else ())
    return kind(detail, code=code)


def _lock(fields: Mapping[str, Any], http: int) -> DeviceError | None:
    """Login answers carry the lock and the activation beside a status of their own (userCheck, sessionLogin)."""
    refused = http == 401 or _number(fields.get("statusvalue")) == 401
    if not refused:
        return None
    if _plain(_short(fields.get("isactivated"))) == "false":
        return NotActivated("the device is not activated", code="notActivated")
    locked = _plain(_short(fields.get("lockstatus"))) in ("lock", "locked")
    if locked:
        seconds = _number(fields.get("unlocktime"))
        wait = float(seconds) if seconds > 0 else _LOCK_SECONDS
        return AccountLocked("the account is locked", code="locked", retry_after=wait)
    return None


def _fields(body: bytes) -> Mapping[str, Any] | None:
    """Children of the root by lower-case name; None when the body is no small document."""
    if len(body) > _LONGEST or not _TELLING.search(body):
        return None
    head = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    if head[:1] == b"<":
        return _xml_fields(body)
    return _json_fields(body) if head[:1] == b"{" else None


def _xml_fields(body: bytes) -> Mapping[str, Any] | None:
    try:
        root = xml.parse(body)
    except BadAnswer:
        return None
    return {xml.local(child).lower(): (child.text or "").strip() for child in xml.children(root)}


def _json_fields(body: bytes) -> Mapping[str, Any] | None:
    try:
        found = json.loads(body.lstrip(b"\xef\xbb\xbf"))
    except ValueError, RecursionError:
        return None
    if not isinstance(found, dict):
        return None
    inner = found.get("ResponseStatus", found)
    return {str(key).lower(): value for key, value in inner.items()} if isinstance(inner, dict) else None


def _short(value: object) -> str:
    return "".join(each for each in str(value or "") if each.isprintable()).strip()[:_TEXT_LIMIT]


def _number(value: object) -> int:
    """Decimal or `0x` hexadecimal (`MErrCode` is text of the latter kind); 0 when it is neither."""
    text = _short(value).lower()
    try:
        return int(text, 16) if text.startswith("0x") else int(text)
    except ValueError:
        return 0
