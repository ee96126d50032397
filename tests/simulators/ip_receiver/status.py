"""The receiver's verdicts: ResponseStatus and ErrorList."""

import json
from typing import Any

from ..base import Answer

TEXTS = {
    1: "OK",
    2: "Device Busy",
    3: "Device Error",
    4: "Invalid Operation",
    5: "Invalid Message Format",
    6: "Invalid Message Content",
    7: "Reboot Required",
}

# Sub status -> error code; its first hexadecimal digit is the status code. The ones from 0x40008000 are the panels'.
CODES = {
    "ok": 0x1,
    "riskPassword": 0x10000002,
    "noMemory": 0x20000001,
    "upgrading": 0x20000003,
    "networkError": 0x20000009,
    "deviceBusy": 0x20000004,
    "deviceError": 0x30000001,
    "internalError": 0x30000014,
    "uninitialized": 0x3000000C,
    "notSupport": 0x40000001,
    "lowPrivilege": 0x40000002,
    "badAuthorization": 0x40000003,
    "methodNotAllowed": 0x40000004,
    "notActivated": 0x40000007,
    "invalidContent": 0x4000000A,
    "maxSessionUserLink": 0x4000000B,
    "loginPasswordError": 0x4000000C,
    "MgmtLokedError": 0x4000000D,
    "interfaceOperationError": 0x40001002,
    "taskNoRecFile": 0x40001039,
    "pwdErrorLoginFailed": 0x40001055,
    "setArmingError": 0x40001083,
    "theSessionIdDoesNotExist": 0x40001135,
    "theDeviceIdDoesNotExist": 0x4000113B,
    "armingFailed": 0x40008000,
    "disarmingFailed": 0x40008001,
    "clearAlarmFailed": 0x40008002,
    "bypassFailed": 0x40008003,
    "bypassRecoverFailed": 0x40008004,
    "outputsOpenFailed": 0x40008005,
    "outputsCloseFailed": 0x40008006,
    "armedStatus": 0x4000800B,
    "zoneNotSupport": 0x4000800D,
    "zoneFault": 0x4000800E,
    "arming": 0x4000801D,
    "badJsonFormat": 0x50000002,
    "badURLFormat": 0x50000003,
    "badParameters": 0x60000001,
    "rebootRequired": 0x70000001,
}
_HTTP = {1: 200, 2: 503, 3: 500, 4: 403, 5: 400, 6: 400, 7: 200}
_HTTP_OF = {"methodNotAllowed": 405, "badAuthorization": 401, "loginPasswordError": 401, "MgmtLokedError": 401}


class Refused(Exception):
    """The receiver refuses a request with this sub status."""

    def __init__(self, sub: str, *, http: int | None = None, code: int | None = None, message: str = "") -> None:
        """`http` and `code` (the status code in the body) follow from the sub status unless given."""
        super().__init__(sub)
        self.sub = sub
        self.code = code or status_code(sub)
        self.http = http or _HTTP_OF.get(sub, _HTTP[self.code])
        self.message = message


def status_code(sub: str) -> int:
    """Return the status code a sub status belongs to; an unknown one is an invalid operation."""
    return int(f"{CODES.get(sub, 0x40000000):X}"[0])


def status_tree(url: str, sub: str = "ok", *, code: int | None = None, message: str = "") -> dict[str, Any]:
    """Return the members of a ResponseStatus (A.39)."""
    number = code or status_code(sub)
    tree: dict[str, Any] = {
        "requestURL": url,
        "statusCode": number,
        "statusString": TEXTS[number],
        "subStatusCode": sub,
    }
    if number != 1:
        tree["errorCode"] = CODES.get(sub, 0x4000111D)
        tree["errorMsg"] = message or sub
    return tree


def as_json(tree: object, *, status: int = 200) -> Answer:
    """Return a JSON answer."""
    body = json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status=status, body=body, content_type="application/json")


def done(url: str) -> Answer:
    """Return the answer to a command that was carried out."""
    return as_json(status_tree(url))


def error_list(url: str, failures: dict[str, str | None], *, status: int = 200) -> Answer:
    """Return an ErrorList (A.1): object id -> sub status, None for those that succeeded."""
    entries: list[dict[str, Any]] = []
    for number, sub in failures.items():
        entry: dict[str, Any] = {"id": number}
        if sub:
            tree = status_tree(url, sub)
            del tree["requestURL"]
            entry |= tree
        entries.append(entry)
    return as_json({"requestURL": url, "ErrorList": entries}, status=status)
