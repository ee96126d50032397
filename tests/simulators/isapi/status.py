"""Refusals: sub status codes with their numbers, and the ResponseStatus body in XML and JSON."""

from dataclasses import dataclass
import json

from ..base import Answer
from .form import Dialect, Document

STATUS_STRINGS = {
    1: "OK",
    2: "Device Busy",
    3: "Device Error",
    4: "Invalid Operation",
    5: "Invalid XML Format",
    6: "Invalid XML Content",
    7: "Reboot Required",
}

# Sub status -> (usual HTTP status, errorCode). The first hex digit of the code is the status code.
# Numbers: 000_29ae79f8e0fdbaf4.txt L5677-6494.
SUBS: dict[str, tuple[int, int]] = {
    "ok": (200, 0x1),
    "noMemory": (503, 0x20000001),
    "upgrading": (503, 0x20000003),
    "deviceBusy": (503, 0x20000004),
    "notSupport": (403, 0x40000001),
    "lowPrivilege": (403, 0x40000002),
    "badAuthorization": (401, 0x40000003),
    "methodNotAllowed": (405, 0x40000004),
    "invalidOperation": (403, 0x40000006),
    "notActivated": (403, 0x40000007),
    "IDNotExist": (400, 0x40001001),
    "invalidID": (400, 0x40001008),
    "numberReachedLimit": (403, 0x40001119),
    "badXmlFormat": (400, 0x50000001),
    "badJsonFormat": (400, 0x50000001),
    "badParameters": (400, 0x60000001),
    "badXmlContent": (400, 0x60000003),
    "PTZLocked": (403, 0x60002030),
    "deployExceedMax": (403, 0x60006018),
    "rebootRequired": (200, 0x70000001),
}


@dataclass
class Refused(Exception):
    """A request the device refuses; becomes a ResponseStatus."""

    sub: str
    http: int | None = None
    code: int | None = None


def response_status(
    path: str,
    dialect: Dialect,
    *,
    sub: str = "ok",
    http: int | None = None,
    code: int | None = None,
    as_json: bool = False,
) -> Answer:
    """Build a ResponseStatus answer; `path` is the request's path without the query."""
    usual, number = SUBS.get(sub, (403, 0x40000006))
    status_code = code if code is not None else (number >> 28 or number)
    fields: dict[str, str | int] = {
        "requestURL": path,
        "statusCode": status_code,
        "statusString": STATUS_STRINGS.get(status_code, "Invalid Operation"),
        "subStatusCode": sub,
    }
    if status_code != 1:
        fields |= {"errorCode": number, "errorMsg": sub}
    status = usual if http is None else http
    if as_json:
        return Answer(status=status, body=json.dumps(fields).encode(), content_type="application/json")
    return Answer(status=status, body=dialect.render(Document(root="ResponseStatus", tree={**fields})))
