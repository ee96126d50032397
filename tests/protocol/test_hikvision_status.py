"""What refusals mean, in XML and JSON, by name, number, status code and lock fields."""

from dataclasses import dataclass
import json

import pytest

from custom_components.ip_surveillance.protocol.errors import (
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
from custom_components.ip_surveillance.protocol.hikvision.event_types import (
    Scope,
    detection_of,
    scope_of,
    targets_of,
)
from custom_components.ip_surveillance.protocol.hikvision.status import (
    interpret,
    item_errors,
    missing_on_read,
    parse_status,
)
from custom_components.ip_surveillance.protocol.hikvision.status_names import NAMES
from custom_components.ip_surveillance.protocol.model.detections import Detection, Target


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


def refusal(
    code: int, sub: str, number: int | None = None, namespace: str = "http://www.isapi.org/ver20/XMLSchema"
) -> bytes:
    more = f"<errorCode>{number}</errorCode><errorMsg>said so</errorMsg>" if number is not None else ""
    return (
        f'\n<?xml version="1.0"?><ResponseStatus version="2.0" xmlns="{namespace}"><requestURL>/ISAPI/x</requestURL>'
        f"<statusCode>{code}</statusCode><statusString>words</statusString>"
        f"<subStatusCode>{sub}</subStatusCode>{more}</ResponseStatus>"
    ).encode()


@pytest.mark.parametrize(
    ("code", "sub", "number", "error"),
    [
        (4, "notSupport", None, NotSupported),
        (4, "methodNotAllowed", None, NotSupported),
        (6, "eventNotSupport", None, NotSupported),
        (4, "lowPrivilege", None, Forbidden),
        (4, " LowPrivilege. ", None, Forbidden),
        (4, "badAuthorization", None, AuthFailed),
        (6, "incorrentUserNameOrPasswor d", None, AuthFailed),
        (4, "userNameLocked", None, AccountLocked),
        (4, "notActivated", None, NotActivated),
        (2, "deviceBusy", None, Busy),
        (2, "somethingNew", None, Busy),
        (2, "upgrading", None, Busy),
        (6, "deployExceedMax", None, Busy),
        (4, "theNumberIsLimited", None, Rejected),
        (5, "badXmlFormat", None, Rejected),
        (6, "badParameters", None, Rejected),
        (4, "", 0x40000002, Forbidden),
        (3, "", 0x30001016, Busy),
        (0, "", 0x00200003, AccountLocked),
        (42, "", None, BadAnswer),
    ],
)
@pytest.mark.parametrize("http", [200, 400, 403, 500])
def test_meaning(code: int, sub: str, number: int | None, error: type[DeviceError], http: int) -> None:
    found = interpret(Answer(http, refusal(code, sub, number)))
    assert type(found) is error


@pytest.mark.parametrize(
    ("number", "error", "code"),
    [
        (0x4000000D, AccountLocked, "MgmtLokedError"),
        (0x4000000C, AuthFailed, "loginPasswordError"),
        (0x40001055, AuthFailed, "pwdErrorLoginFailed"),
        (0x4000000B, Busy, "maxSessionUserLink"),
        (0x20000009, Busy, "networkError"),
        (0x30000014, Rejected, "internalError"),
        (0x4000113B, Rejected, "theDeviceIdDoesNotExist"),
        (0x40008000, Rejected, "armingFailed"),
        (0x4000800E, Rejected, "zoneFault"),
        (0x4000800D, Rejected, "zoneNotSupport"),
        (0x50000003, NotSupported, "badURLFormat"),
        (0x600000040, BadAnswer, "tokenTimeout"),
    ],
)
def test_numbers_go_by_their_names(number: int, error: type[DeviceError], code: str) -> None:
    found = interpret(Answer(403, json.dumps({"errorCode": number}).encode()))
    assert (type(found), found.code if found else "") == (error, code)
    by_name = interpret(Answer(403, json.dumps({"statusCode": number >> 28 & 7, "subStatusCode": code}).encode()))
    assert by_name is not None
    assert by_name.code == code
    if error is not BadAnswer:
        assert type(by_name) is error


def test_every_number_of_the_guide_has_a_name() -> None:
    guide = {number: name for number, name in NAMES.items() if not 0x40008000 <= number <= 0x4000801D}
    # The sixty-fourth is "ok".
    assert len(guide) == 63
    assert len({name.lower() for name in NAMES.values()}) == len(NAMES)
    for number in (1, 0x10000002, 0x70000001):
        assert (
            interpret(Answer(200, json.dumps({"statusCode": number >> 28 or 1, "errorCode": number}).encode())) is None
        )
    assert interpret(Answer(200, b'{"errorCode": 1}')) is None


def test_errors_of_a_batch() -> None:
    listed = {
        "requestURL": "/x",
        "ErrorList": [
            {"id": "1"},
            {"id": 2, "errorMsg": "ok"},
            {"id": 0, "statusCode": 4, "subStatusCode": "bypassFailed", "errorMsg": "said so"},
            {"id": "3", "statusCode": 1, "subStatusCode": "ok"},
            "nonsense",
        ],
    }
    found = item_errors(listed)
    assert {number: (error.code, error.detail) for number, error in found.items()} == {"0": ("bypassFailed", "said so")}
    single = item_errors({"errorlist": {"id": "7", "errorCode": 0x40008005}})
    assert {number: error.code for number, error in single.items()} == {"7": "outputsOpenFailed"}
    assert item_errors({"ErrorList": 5}) == item_errors({"other": []}) == {}


def test_waiting_times() -> None:
    slots, upgrade = (interpret(Answer(403, refusal(6, sub))) for sub in ("deployExceedMax", "upgrading"))
    assert isinstance(slots, Busy)
    assert isinstance(upgrade, Busy)
    assert (slots.retry_after, upgrade.retry_after) == (300, 60)


@pytest.mark.parametrize(
    "body", [refusal(1, "ok"), refusal(7, "rebootRequired"), b"<DeviceInfo/>", b"", b"\xff\xd8\xff", b"{", b"[1]"]
)
def test_no_refusal(body: bytes) -> None:
    assert interpret(Answer(200, body)) is None


def test_json_and_module_code() -> None:
    body = json.dumps({"statusCode": 3, "statusString": "Device Error", "MErrCode": "0x00f00003", "errorMsg": "no"})
    assert isinstance(interpret(Answer(200, body.encode())), NotSupported)
    wrapped = json.dumps({"ResponseStatus": {"statusCode": "4", "subStatusCode": "lowPrivilege"}})
    assert isinstance(interpret(Answer(403, wrapped.encode())), Forbidden)


def test_details_of_a_rejection() -> None:
    found = interpret(Answer(403, refusal(4, "VCAResourceLimit", 1)))
    assert isinstance(found, Rejected)
    assert (found.code, found.detail, found.details) == ("VCAResourceLimit", "said so", ("said so",))


def test_lock_and_activation_of_a_login() -> None:
    locked = (
        b"<userCheck><statusValue>401</statusValue><lockStatus>lock</lockStatus>"
        b"<unlockTime>600</unlockTime></userCheck>"
    )
    found = interpret(Answer(401, locked))
    assert isinstance(found, AccountLocked)
    assert found.retry_after == 600
    backwards = interpret(Answer(401, locked.replace(b"600", b"-5")))
    assert isinstance(backwards, AccountLocked)
    assert backwards.retry_after == 1800
    unlocked = locked.replace(b">lock<", b">unlock<")
    assert interpret(Answer(401, unlocked)) is None
    raw = b"<userCheck><statusValue>401</statusValue><isActivated>false</isActivated></userCheck>"
    assert isinstance(interpret(Answer(401, raw)), NotActivated)


def test_parse_status_reads_numbers_in_both_notations() -> None:
    status = parse_status(b'{"statusCode": 4, "errorCode": 1073741826, "MErrCode": "0x00200005"}')
    assert status is not None
    assert (status.error_code, status.module_code) == (0x40000002, 0x00200005)
    assert parse_status(b"<a><statusCode>x</statusCode></a>") is not None
    assert parse_status(b"<DeviceStatus><deviceStatus>0</deviceStatus></DeviceStatus>") is None


def test_what_a_refused_read_says_of_a_function() -> None:
    assert missing_on_read(NotSupported("x"))
    assert missing_on_read(Forbidden("HTTP 403", code="HTTP 403"))
    assert missing_on_read(Rejected("x", code="invalidOperation"))
    assert not missing_on_read(Forbidden("x", code="lowPrivilege"))
    assert not missing_on_read(Busy("x"))


@pytest.mark.parametrize(
    ("word", "what"),
    [
        ("VMD", Detection.MOTION),
        ("vmd", Detection.MOTION),
        ("motion", Detection.MOTION),
        ("regionentrance", Detection.REGION_ENTRANCE),
        ("shelteralarm", Detection.TAMPER),
        ("illAccess", Detection.ILLEGAL_LOGIN),
        ("AIOP_Video", Detection.AI_RULE),
        ("aiopSomethingNew", Detection.AI_RULE),
        ("neverHeardOf", None),
    ],
)
def test_words_of_events(word: str, what: Detection | None) -> None:
    assert detection_of(word) is what


def test_scopes_and_targets() -> None:
    assert scope_of(Detection.DISK_FULL) is Scope.DEVICE
    assert scope_of(Detection.INPUT) is Scope.INPUT
    assert scope_of(Detection.VIDEO_LOSS) is Scope.CHANNEL
    assert targets_of("human, vehicle,human,blob") == (Target.HUMAN, Target.VEHICLE)
    assert targets_of("") == ()
