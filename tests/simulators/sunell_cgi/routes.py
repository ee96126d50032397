"""Which program and type is answered by what; everything else is a page of settings."""

from inspect import isawaitable

from . import catalogue, documents, media, ptz
from .call import OK, Call, Handler, Reply
from .refused import NOT_SUPPORTED, UNKNOWN_TYPE, WRONG_PARAMETER, WRONG_PROGRAM, Refused

READS = frozenset(("get", "query", "ability", "getAllUser", "getAllGroup", "getUserPrivileges", "getGroupPrivileges"))
READ_VERBS = frozenset(
    ("listPreset", "listTrack", "listScan", "listTour", "getKeeper", "getPosition", "getPositionRange")
)


# --- pages of settings


def _scheme(call: Call) -> str:
    given = next((call.query[key] for key in catalogue.SCHEME_KEYS if key in call.query), None)
    if not call.sim.scheme:
        return "0"
    if given is None:
        if call.sim.strict_scheme:
            raise Refused(WRONG_PARAMETER)
        return "0"
    if given not in ("0", "1", "2", "3"):
        raise Refused(WRONG_PARAMETER)
    return given


def _selector(call: Call, kind: str) -> str:
    name = catalogue.SELECTORS.get(kind)
    if name is None:
        return ""
    return _scheme(call) if name == "schemeID" else call.text(name, "1")


def _check_instance(call: Call, kind: str, selector: str) -> None:
    """Refuse streams, inputs and outputs the device does not have."""
    most = {
        "streamID": call.sim.streams_of(call.sim.first_channel),
        "alarmOutID": len(call.sim.world.outputs),
        "alarmInID": int(call.sim.store.get("deviceInfo", "alarmInNum")),
        "canvasID": 8,
        "OSDInfoID": 2,
    }.get(catalogue.SELECTORS.get(kind, ""))
    if most is not None and selector and not (selector.isdigit() and 1 <= int(selector) <= most):
        raise Refused(WRONG_PARAMETER)


def _thermal_only(call: Call, kind: str, camera: int) -> bool:
    """Whether a page is about the thermal camera and the request is not."""
    return kind in catalogue.THERMAL and "T" in call.sim.profile.series and not call.sim.world.channels[camera].thermal


def settings(call: Call) -> Reply:
    """Return or change a page of settings."""
    kind = call.page
    if not call.sim.has_page(kind):
        raise Refused(call.sim.unknown_code)
    camera = 1 if kind in catalogue.WHOLE else call.reachable()
    if _thermal_only(call, kind, camera):
        if (kind, call.action) == ("thermalAbility", "get"):
            return [("IsThermal", "false")]
        raise Refused(NOT_SUPPORTED)
    selector = _selector(call, kind)
    _check_instance(call, kind, selector)
    if call.action == "get":
        return call.sim.store.lines(kind, camera, selector)
    if call.action not in ("set", "modify") or kind in catalogue.READ_ONLY or call.kind == "deviceInfo":
        raise Refused(WRONG_PARAMETER)
    call.sim.store.write(kind, call.sim.decoded(call), camera, selector)
    return OK


def _users(call: Call) -> Reply:
    """Return users and groups; each verb has an answer of its own (l.26455-26860)."""
    if call.action == "get":
        return settings(call)
    if call.action not in READS:
        call.note("user")
        return OK
    kind = f"User.{call.action}"
    if not call.sim.has_page(kind):
        raise Refused(call.sim.unknown_code)
    return call.sim.store.lines(kind)


def _ddns(call: Call) -> Reply:
    """The ability is a verb of its own for this type (l.10398)."""
    if call.action == "ability":
        return call.sim.store.lines("DDNSAbility")
    return settings(call)


def _blind_area(call: Call) -> Reply:
    """Privacy masks can be deleted, one or all, and looked at (l.9044-9093)."""
    if call.action == "goto":
        call.number("areaID", 1, 999)
        call.note("goto")
        return OK
    if call.action == "delete":
        call.sim.delete_mask(call.reachable(), call.query.get("areaid"))
        return OK
    return settings(call)


def _manual_record(call: Call) -> Reply:
    camera = call.reachable()
    if call.action not in ("start", "stop") or not call.sim.profile.scheme:
        raise Refused(NOT_SUPPORTED)
    (call.sim.world.manual.add if call.action == "start" else call.sim.world.manual.discard)(camera)
    return OK


def _noted(name: str, answer: str = OK) -> Handler:
    def note(call: Call) -> Reply:
        call.note(name)
        return answer

    return note


def _lens(call: Call) -> Reply:
    """The lens is moved by setting what is not stored; init calibrates it (l.30200)."""
    if call.action == "init" or (call.action == "set" and catalogue.COMMANDS["zoomFocus"] & call.query.keys()):
        call.reachable()
        call.note("lens")
        if call.action == "init":
            return OK
    return settings(call)


# --- alarm.cgi and operate.cgi


async def _attach(call: Call) -> Reply:
    await call.sim.attach(call)
    return None


def _output(call: Call) -> Reply:
    """Switch an alarm output; nothing tells its state afterwards (l.555)."""
    if not call.sim.profile.output_control:
        raise Refused(NOT_SUPPORTED)
    number = call.number("alarmOutID", 1, len(call.sim.world.outputs))
    call.sim.world.outputs[number] = call.number("controlFlag", 0, 1) == 1
    return OK


# Source of a test alarm -> major and minor type (l.537).
_SOURCES = {1: (1, 1), 2: (1, 2), 3: (4, 2), 4: (5, 9), 5: (1, 5), 6: (1, 4)}


async def _test_alarm(call: Call) -> Reply:
    """Raise an alarm by hand: 1 starts, 2 stops (l.547)."""
    if not call.sim.profile.output_control:
        raise Refused(NOT_SUPPORTED)
    major, minor = _SOURCES[call.number("AlarmSourceType", 1, 6)]
    flag = 1 if call.number("alarmFlag", 1, 2) == 1 else 0
    await call.sim.alarm(major, minor, call.number("alarmInID", 1, 99), flag)
    return OK


def _restart(call: Call) -> Reply:
    call.note("restart")
    if call.number("cameraID", 0, 999, default=0) == 0 or not call.sim.recorder:
        call.sim.spawn(call.sim.reboot(wait=0.01))
    return OK


ACTIONS: dict[tuple[str, str], Handler] = {
    ("alarm", "attach"): _attach,
    ("alarm", "manual"): _test_alarm,
    ("alarm", "manualControl"): _output,
    ("operate", "restart"): _restart,
    ("operate", "reset"): _noted("reset"),
    ("operate", "format"): _noted("format"),
    ("record", "format"): _noted("format"),
}
TYPES: dict[str, Handler] = {
    "channelInfo": documents.channel_info,
    "cameraInfo": documents.camera_info,
    "dateTime": documents.date_time,
    "deviceDiskInfo": documents.disk_info,
    "getSupportIntelligences": documents.support_intelligences,
    "currentAlarmStatus": documents.alarm_status,
    "areaTemperature": documents.area_temperature,
    "anyPointTemperature": documents.point_temperature,
    "PlateInfo": documents.plate_info,
    "LprPlateNum": documents.plate_list,
    "PlateSize": documents.plate_size,
    "LprListEvent": documents.list_event,
    "statisticsInfo": documents.statistics,
    "alarmLogInfo": documents.log_info,
    "User": _users,
    "DDNS": _ddns,
    "blindArea": _blind_area,
    "manualRecord": _manual_record,
    "zoomFocus": _lens,
    "SMTPTest": _noted("SMTPTest"),
    "FTPTest": _noted("FTPTest"),
    "CGIAlarmTest": _noted("CGIAlarmTest"),
    "ResetParameters": _noted("ResetParameters"),
    "sensorParam": _noted("ResetParameters"),
}
# Types of one series only -> its letter.
SERIES = {
    "channelInfo": "N",
    "getSupportIntelligences": "CL",
    "areaTemperature": "T",
    "anyPointTemperature": "T",
    "PlateInfo": "P",
    "LprPlateNum": "P",
    "PlateSize": "P",
    "LprListEvent": "P",
    "alarmLogInfo": "CL",
    "statisticsInfo": "C",
    "DDNS": "C",
    "ResetParameters": "C",
    "sensorParam": "LN",
    "SMTPTest": "C",
    "FTPTest": "C",
    "CGIAlarmTest": "CL",
}
PROGRAMS: dict[str, Handler] = {
    "image": media.image,
    "video": media.video,
    "record": media.record,
    "audio": media.audio,
    "ptz": ptz.handle,
}


def reads(call: Call) -> bool:
    """Whether a request only looks: what a user without rights may do."""
    return call.action in READS | READ_VERBS or call.cgi in ("image", "video") or call.action in ("attach", "recv")


def _by_type(call: Call) -> Handler:
    kind = call.page
    letters = SERIES.get(kind)
    strange = letters is not None and not set(letters) & set(call.sim.profile.series)
    if strange or not call.sim.offers(kind) or not (kind in TYPES or call.sim.has_page(kind)):
        raise Refused(call.sim.unknown_code)
    get, put = call.sim.programs.get(kind) or catalogue.PROGRAMS.get(kind, catalogue.PARAM)
    if call.cgi not in (get if call.action in READS else put):
        raise Refused(WRONG_PROGRAM)
    return TYPES.get(kind, settings)


def _handler(call: Call) -> Handler:
    """Return what answers a request; raises Refused."""
    if call.cgi not in catalogue.KNOWN_PROGRAMS:
        raise Refused(WRONG_PROGRAM)
    if (call.cgi, call.action) in ACTIONS:
        return ACTIONS[call.cgi, call.action]
    if call.cgi == "system" and (call.action, call.kind) == ("test", "NTP"):
        return _noted("NTPTest", "The ntp test success!!")
    if call.cgi in PROGRAMS and call.kind not in catalogue.PROGRAMS:
        return PROGRAMS[call.cgi]
    if not call.kind:
        raise Refused(UNKNOWN_TYPE)
    return _by_type(call)


async def answer(call: Call) -> Reply:
    """Answer one request; raises Refused."""
    reply = _handler(call)(call)
    return await reply if isawaitable(reply) else reply
