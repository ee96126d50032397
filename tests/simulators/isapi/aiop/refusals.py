"""Errors of the platform: names with both their numbers, and the body that carries them in any of its clothes."""

from dataclasses import dataclass, field
import json

from ...base import Answer
from ..form import Dialect, Document, Tree
from ..status import STATUS_STRINGS, Refused

# HTTP status that usually goes with a status code; devices differ, so every answer may choose another.
_USUAL = {1: 200, 2: 503, 3: 500, 4: 403, 5: 400, 6: 400, 7: 200}

# Sub status -> errorCode of appendix F, MErrCode of appendix G (0: it has none).
# Numbers: 000…txt l.5677-6494 and l.6496-6779.
CODES: dict[str, tuple[int, int]] = {
    "ok": (0x1, 0),
    "noMemory": (0x20000001, 0x00F00001),
    "serviceUnavailable": (0x20000002, 0),
    "upgrading": (0x20000003, 0x00500004),
    "deviceBusy": (0x20000004, 0x00F00002),
    "deviceError": (0x30000001, 0),
    "noLinkageResource": (0x30001015, 0),
    "engineAbnormal": (0x30002015, 0),
    "engineInitialization": (0x30002016, 0),
    "algorithmLoadingFailed": (0x30002017, 0),
    "algorithmDownloadFailed": (0x30002018, 0),
    "algorithmDecryptionFailed": (0x30002019, 0),
    "unboundChannel": (0x30002020, 0),
    "unsupportedResolution": (0x30002021, 0),
    "unsupportedStreamType": (0x30002022, 0),
    "insufficientDecRes": (0x30002023, 0),
    "insufficientEnginePerformance": (0x30002024, 0),
    "improperResolution": (0x30002025, 0),
    "improperPicSize": (0x30002026, 0),
    "URLDownloadFailed": (0x30002027, 0),
    "unsupportedImageFormat": (0x30002028, 0),
    "unsupportedPollingIntervalTime": (0x30002029, 0),
    "exceedImagesNumber": (0x30002030, 0),
    "unsupportedMPID": (0x30002031, 0),
    "modelPackageNotMatchLabel": (0x30002032, 0),
    "modelPackageNotMatchTask": (0x30002033, 0),
    "insufficientSpace": (0x30002034, 0),
    "engineUnLoadingModelPackage": (0x30002035, 0),
    "engineWithModelPackage": (0x30002036, 0),
    "modelPackageDelete": (0x30002037, 0),
    "deleteTaskFailed": (0x30002038, 0),
    "modelPackageNumberslimited": (0x30002039, 0),
    "modelPackageDeleteFailed": (0x30002040, 0),
    "notSupport": (0x40000001, 0x00F00003),
    "lowPrivilege": (0x40000002, 0x00200005),
    "methodNotAllowed": (0x40000004, 0x00F00004),
    "invalidOperation": (0x40000006, 0x00F00005),
    "operateFailed": (0x4000000F, 0),
    "IDNotExist": (0x40001001, 0x00F00006),
    "invalidID": (0x40001008, 0x00F00007),
    "NotAssociatedWithOwnChannel": (0x400019C1, 0),
    "AITargetBPCaptureFail": (0x400019C5, 0),
    "AITargetBPToDSPFail": (0x400019C6, 0),
    "AITargetBPDuplicateName": (0x400019C7, 0),
    "badJsonFormat": (0x50000002, 0x00F0000B),
    "badParameters": (0x60000001, 0x00100007),
    # The next four stand in appendix G only: appendix F lends the number of "bad parameters".
    "invalidIURL": (0x60000001, 0x00F00008),
    "badJsonContent": (0x60000001, 0x00F0000E),
    "messageParametersLack": (0x60000001, 0x00F0000F),
    "timeFormatError": (0x60000001, 0x00300003),
    "taskNumberOverflow": (0x60001021, 0),
    "invalidTaskID": (0x60001023, 0),
    "engineTypeMismatch": (0x60001079, 0),
    "nameExist": (0x60008001, 0),
    "rebootRequired": (0x70000001, 0),
}


@dataclass
class Denied(Refused):
    """A refusal that says what was wrong, and may carry more than the usual fields."""

    detail: str = ""
    extra: Tree = field(default_factory=dict)


@dataclass(kw_only=True)
class Style:
    """How the platform writes its refusals; may be changed while it runs."""

    http_ok: bool = False
    """Errors come with HTTP 200."""
    xml: bool = False
    """Errors are XML although JSON was asked for."""
    modules: bool = True
    """Errors tell the number of appendix G where it has one."""


@dataclass(kw_only=True)
class Refusal:
    """An answer given to requests below a path instead of the true one; `times` None: for ever."""

    path: str = ""
    """Prefix of the path below /ISAPI/."""
    method: str | None = None
    sub: str = "deviceError"
    code: int | None = None
    """statusCode; None takes the one that belongs to the sub status."""
    error: int | None = None
    """errorCode; None takes that of the sub status."""
    module: int | None = None
    """MErrCode; None takes that of the sub status, 0 leaves it out."""
    http: int | None = None
    xml: bool | None = None
    times: int | None = None
    extra: Tree = field(default_factory=dict)
    """Further fields of the answer."""

    def takes(self, method: str, path: str) -> bool:
        """Whether this request is answered so; uses the refusal up once."""
        if self.times == 0 or self.method not in (None, method) or not path.startswith(self.path):
            return False
        if self.times:
            self.times -= 1
        return True


def render(path: str, dialect: Dialect, refusal: Refusal, style: Style) -> Answer:
    """Return the ResponseStatus; `path` is the whole path without the query."""
    known, module = CODES.get(refusal.sub, (0, 0))
    error = known if refusal.error is None else refusal.error
    module = module if refusal.module is None else refusal.module
    code = refusal.code if refusal.code is not None else (error >> 28 or (1 if error == 1 else 4))
    fields: Tree = {
        "requestURL": path,
        "statusCode": code,
        "statusString": STATUS_STRINGS.get(code, "Invalid Operation"),
        "subStatusCode": refusal.sub,
    }
    if code != 1:
        # Decimal here, hexadecimal in the tables (000…txt l.5313).
        fields |= {"errorCode": error, "errorMsg": refusal.sub}
    if code != 1 and module and (style.modules or refusal.module):
        fields["MErrCode"] = f"0x{module:08x}"
    fields |= refusal.extra
    http = refusal.http if refusal.http is not None else 200 if style.http_ok else _USUAL.get(code, 403)
    if style.xml if refusal.xml is None else refusal.xml:
        return Answer(status=http, body=dialect.render(Document(root="ResponseStatus", tree=fields)))
    return Answer(status=http, body=json.dumps(fields).encode(), content_type="application/json")


def of(error: Refused) -> Refusal:
    """Return a refusal that a handler raised in the form that can be written."""
    refusal = Refusal(sub=error.sub, http=error.http, code=error.code)
    if isinstance(error, Denied):
        told: Tree = {"errorMsg": error.detail} if error.detail else {}
        refusal.extra = told | error.extra
    return refusal
