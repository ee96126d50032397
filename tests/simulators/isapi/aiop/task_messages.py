"""Messages about tasks: what may be sent, and the capabilities that tell it (000…txt E.1.14-E.1.47)."""

from collections.abc import Iterable
import re
from typing import TYPE_CHECKING, Any

from ..form import Node, Tree
from .refusals import Denied
from .schema import (
    Check,
    Field,
    flag,
    listed,
    may,
    must,
    nullable,
    number,
    record,
    schedule,
    text,
    whole,
    wrong_form,
    wrong_value,
)
from .tasks import Kind

if TYPE_CHECKING:
    from .state import Platform

FRAME_RATES = (2500, 3000)
"""Frames a second, times 100 (000…txt l.4642)."""
ALERT_INTERVALS = (1, 0.5)
METHODS = (
    "email",
    "IM",
    "IO",
    "syslog",
    "HTTP",
    "FTP",
    "beep",
    "ptz",
    "record",
    "monitorAlarm",
    "center",
    "LightAudioAlarm",
    "focus",
    "trace",
    "cloud",
    "SMS",
    "whiteLight",
)
"""Linkages of a task (000…txt l.4710)."""
_LONGEST_POLLING = {"video_polling": 65535, "picture_polling": 86400}
MOST_PICTURES = 100
_MOMENTS = {
    False: re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"),
    True: re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?"),
}

_LINKAGE = record(
    must("notificationMethod", text(options=METHODS)),
    may("outputIOPortID", text(32)),
    may("videoInputID", text(32)),
    may("dynOutputIOPortID", text(32)),
)
_PICTURE = record(must("PID", text(64, least=1)), must("URL", text(1024, least=1)))
_POINT = record(must("positionX", number(0, 1)), must("positionY", number(0, 1)))


def _polling(kind: Kind, state: Platform) -> Check:
    plain = whole(1, _LONGEST_POLLING.get(kind.key, 86400))

    def check(value: Any, where: str) -> None:
        plain(value, where)
        if value < state.switches.polling_floor:
            raise Denied("unsupportedPollingIntervalTime")

    return check


def _moments(state: Platform) -> Check:
    def moment(value: Any, where: str) -> None:
        if not isinstance(value, str):
            wrong_form(where, "no string")
        if not _MOMENTS[state.switches.iso_times].fullmatch(value):
            raise Denied("timeFormatError", detail=f"{where}: {value[:40]}")

    span = record(must("beginTime", moment), must("endTime", moment))

    def check(value: Any, where: str) -> None:
        span(value, where)
        if value["beginTime"] >= value["endTime"]:
            wrong_value(where, "ends before it begins")

    return check


def _pictures(value: Any, where: str) -> None:
    if isinstance(value, list) and len(value) > MOST_PICTURES:
        raise Denied("exceedImagesNumber")
    listed(_PICTURE, least=1)(value, where)


def _periods(value: Any, where: str) -> None:
    schedule(value, where)
    if not value:
        wrong_value(where, "no period")


def _nodes(kind: Kind, state: Platform) -> dict[str, Check]:
    """Return the checks of all nodes beside ID and engine."""
    return {
        "channel": listed(whole(1, 65535), least=1),
        "frameRate": whole(1, 30000, options=FRAME_RATES),
        "alertInterval": number(0, 3600, options=ALERT_INTERVALS),
        "pollingTime": _polling(kind, state),
        "TimeRange": _periods,
        "alarmTargetOverlay": flag,
        "EventTrigger": nullable(listed(_LINKAGE)),
        "recordTime": _moments(state),
        "drawFrame": whole(0, 100),
        "URLs": _pictures,
        "pictureType": text(options=("binary", "url")),
        "RegionCoordinatesList": listed(_POINT),
    }


_IDENTITY = text(128)


def _fields(kind: Kind, state: Platform) -> list[Field]:
    nodes = _nodes(kind, state)
    return [*(must(name, nodes[name]) for name in kind.fields), *(may(name, nodes[name]) for name in kind.optional)]


def check_new(kind: Kind, state: Platform) -> Check:
    """Return the check of a new task."""
    names = ["taskID"] if kind.key != "history" else [state.switches.history_id]
    others = {"taskID", "taskId"} - set(names) if kind.key == "history" else set()
    return record(
        *(must(name, _IDENTITY) for name in names),
        *(may(name, _IDENTITY) for name in others),
        must("engine", whole(1, 64)),
        *_fields(kind, state),
    )


def check_edit(kind: Kind, state: Platform) -> Check:
    """Return the check of an edit: some kinds carry the engine, pictures the ID too (000…txt E.1.21, E.1.33)."""
    head = [must("engine", whole(1, 64))] if kind.edits_engine else []
    if kind.key == "picture":
        nodes = _nodes(kind, state)
        optional = [may(name, nodes[name]) for name in ("pictureType", "alarmTargetOverlay")]
        return record(must("taskID", _IDENTITY), *head, must("URLs", _pictures), *optional)
    return record(*head, *_fields(kind, state))


def _options(values: Iterable[Node], key: str = "@opt") -> Tree:
    return {key: list(values)}


def abilities(kind: Kind, state: Platform, channels: Iterable[int]) -> Tree:
    """Return the capabilities of a kind of task; booleans as text, and one `opt` without its mark, as printed."""
    tree: Tree = {
        "tasksNum": state.plan.most_tasks,
        "taskIDLen": {"@min": 64, "@max": 64},
        "engine": _options(state.engines),
    }
    has = (*kind.fields, *kind.optional)
    told: dict[str, Node] = {
        "channel": _options(channels),
        "frameRate": _options(FRAME_RATES),
        "alertInterval": _options(ALERT_INTERVALS, "opt" if kind.key == "video_polling" else "@opt"),
        "pollingTime": {"@min": 1, "@max": _LONGEST_POLLING.get(kind.key), "@def": 1},
        "alarmTargetOverlay": _options(("true", "false")),
        "EventTrigger": {"notificationMethod": _options(METHODS) | {"@def": "center"}},
        "pictureType": _options(("binary", "url")),
    }
    if kind.key == "video":
        told["alertInterval"] = _options(ALERT_INTERVALS) | {"@def": 1}
    tree |= {name: node for name, node in told.items() if name in has}
    return tree | _RESTS[kind.key](state)


def _video(state: Platform) -> Tree:
    return {"isSupportTimeRange": True, "maxRelChannelNum": state.plan.most_channels}


def _polled(state: Platform) -> Tree:
    return {"isSupportTimeRange": True}


def _still(state: Platform) -> Tree:
    return {
        "analysisURLs": MOST_PICTURES,
        "pictureFormat": "JPEG",
        "pictureMaxSize": 6,
        "pictureHeight": {"@min": 288, "@max": 4096},
        "pictureWidth": {"@min": 352, "@max": 4096},
    }


def _history(state: Platform) -> Tree:
    return {"status": _options((0, 1, 2, 3)), "maxRelChannelNum": state.plan.most_channels, "drawFrame": 1}


_RESTS = {
    "video": _video,
    "video_polling": lambda state: _polled(state) | {"status": _options((0, 1, 2, 3))},
    "picture_polling": _polled,
    "picture": _still,
    "history": _history,
}
