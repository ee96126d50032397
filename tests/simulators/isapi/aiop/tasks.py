"""Tasks: the five kinds, the fields of their messages, and what the status of a task is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING

from ..form import Node, Tree, items, text
from .chips import EngineStatus
from .schema import seconds_of

if TYPE_CHECKING:
    from .state import Platform


class TaskStatus(IntEnum):
    """What the list says of a task (000…txt l.5440)."""

    IDLE = 0
    PERFORMING = 1
    EXCEPTION = 2
    QUEUED = 3
    MISMATCH = 4
    INITIALISING = 5


@dataclass(kw_only=True, frozen=True)
class Kind:
    """One kind of task."""

    key: str
    path: str
    flag: str
    fields: tuple[str, ...]
    """Nodes that must be sent, beside ID and engine."""
    optional: tuple[str, ...] = ()
    edits_engine: bool = False
    """An edit must carry the engine too."""
    event: str
    """eventType of its results."""
    ends: bool = False
    """It is done one day; until then others of its engine wait."""


KINDS = {
    kind.key: kind
    for kind in (
        Kind(
            key="video",
            path="videoTask",
            flag="isSupportVideoTask",
            fields=("channel", "frameRate"),
            optional=("alertInterval", "TimeRange", "alarmTargetOverlay", "EventTrigger"),
            event="AIOP_Video",
        ),
        Kind(
            key="video_polling",
            path="videoPollingAnalysisTask",
            flag="isSupportVideoPollingAnalysisTask",
            fields=("channel", "frameRate", "pollingTime"),
            optional=("alertInterval", "TimeRange", "alarmTargetOverlay"),
            event="AIOP_Polling_Video",
        ),
        Kind(
            key="picture_polling",
            path="picturePollingAnalysisTask",
            flag="isSupportPicturePollingAnalysisTask",
            fields=("channel", "pollingTime"),
            optional=("TimeRange", "alarmTargetOverlay"),
            event="AIOP_Polling_Snap",
        ),
        Kind(
            key="picture",
            path="pictureTask",
            flag="isSupportPictureTask",
            fields=("URLs",),
            optional=("pictureType", "RegionCoordinatesList", "alarmTargetOverlay"),
            edits_engine=True,
            event="AIOP_Picture",
            ends=True,
        ),
        Kind(
            key="history",
            path="historyVideoTask",
            flag="isSupportHistoryVideoTask",
            fields=("channel", "frameRate", "recordTime", "TimeRange"),
            optional=("alertInterval", "drawFrame"),
            edits_engine=True,
            event="AIOP_History_Video",
            ends=True,
        ),
    )
}


@dataclass(kw_only=True)
class Task:
    """One task."""

    name: str
    """Its taskID."""
    kind: str
    engine: int
    channels: list[int] = field(default_factory=list)
    fields: Tree = field(default_factory=dict)
    """Further nodes as they were sent."""
    ready: float = 0.0
    """When it is over with initialising."""
    unfinished: list[str] = field(default_factory=list)
    """IDs of pictures still to be looked at."""
    finished: bool = False
    pinned: int | None = None
    """A status that stands whatever happens."""
    undeletable: bool = False


def _in_schedule(task: Task, now: datetime) -> bool:
    periods = items({"TimeRange": task.fields.get("TimeRange")}, "TimeRange")
    if "TimeRange" not in task.fields:
        return True
    second = now.hour * 3600 + now.minute * 60 + now.second
    return any(
        text(period, "week") == str(now.isoweekday())
        and seconds_of(period["beginTime"], "") <= second < seconds_of(period["endTime"], "")
        for period in periods
    )


_BY_ENGINE = {
    EngineStatus.EMPTY: TaskStatus.IDLE,
    EngineStatus.INITIALISING: TaskStatus.INITIALISING,
    EngineStatus.MODEL_ABNORMAL: TaskStatus.EXCEPTION,
    EngineStatus.ABNORMAL: TaskStatus.EXCEPTION,
    EngineStatus.FACES: TaskStatus.EXCEPTION,
}


def _done(task: Task) -> bool:
    return task.finished or (task.kind == "picture" and not task.unfinished)


def _waits(platform: Platform, task: Task) -> bool:
    """Whether an earlier task that ends one day holds the engine."""
    for other in platform.tasks.values():
        if other is task:
            return False
        if other.engine == task.engine and KINDS[other.kind].ends and not _done(other):
            return True
    return False


def status_of(platform: Platform, task: Task, now: datetime) -> int:
    """Return the status of a task; `now` is the device's local time."""
    if task.pinned is not None:
        return task.pinned
    engine = platform.engines[task.engine]
    if (told := _BY_ENGINE.get(EngineStatus(engine.status))) is not None:
        return told
    model = platform.models.get(engine.model or "")
    if model is None or task.kind not in model.kinds:
        return TaskStatus.MISMATCH
    if platform.clock() < task.ready:
        return TaskStatus.INITIALISING
    if KINDS[task.kind].ends:
        if _done(task):
            return TaskStatus.IDLE
        if _waits(platform, task):
            return TaskStatus.QUEUED
        return TaskStatus.PERFORMING
    return TaskStatus.PERFORMING if _in_schedule(task, now) else TaskStatus.IDLE


def told(platform: Platform, task: Task, now: datetime) -> Tree:
    """Return a task as the list of its kind shows it."""
    tree: Tree = {"taskID": task.name, "engine": task.engine}
    if task.kind == "picture":
        tree["unfinishedPids"] = _nodes(task.unfinished)
    else:
        tree["channel"] = _nodes(task.channels)
    tree["status"] = int(status_of(platform, task, now))
    if task.kind == "history":
        # The list of history tasks tells a polling time that no message sets (000…txt l.4870).
        tree["pollingTime"] = 60
    return tree | {name: node for name, node in task.fields.items() if name not in ("URLs", "channel")}


def _nodes(values: Iterable[int | str]) -> list[Node]:
    return list(values)
