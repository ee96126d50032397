"""The five kinds of work that engines are given, as a table, and the documents that give it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ....analytics import TaskKind
from ....errors import Rejected
from ....hikvision.extras import extras
from ....model.vocabulary import TaskStatus
from ....transport import loose_json
from .caps import Ability
from .engines import known_id, numbers
from .models import checked_url, new_id

MOST: Final = 64
"""Tasks of a kind believed at most."""
MOST_PICTURES: Final = 100
"""Pictures of one task (000…txt L5168)."""
ID_LENGTH: Final = 64
_MOST_OPTIONS: Final = 64
_FRAME_RATE: Final = 2500
"""Pictures a second times 100 (L4640)."""
_POLLING_TIME: Final = 60
STATUS: Final[Mapping[int, TaskStatus]] = {
    0: TaskStatus.IDLE,
    1: TaskStatus.RUNNING,
    2: TaskStatus.FAULT,
    3: TaskStatus.WAITING,
    4: TaskStatus.MODEL_MISMATCH,
    5: TaskStatus.STARTING,
}
"""L5440."""

_ID: Final = "taskID"
_PASSING: Final = "c0ffee64"
"""Beginning of the ids of tasks that only answer one question: they come and go, and are nothing to show for long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One kind of task."""

    kind: TaskKind
    path: str
    """Word of the kind in paths."""
    name: str
    """For people."""
    ability: Ability
    required: tuple[str, ...]
    editable: tuple[str, ...]
    """Fields of the document that changes a task: what is not sent is taken away (L5660)."""
    defaults: Mapping[str, int] = field(default_factory=dict)
    """What stands for a required field that is not given and of which the device names no default."""
    rules: bool = True
    """Whether its channels have rules."""


_SCHEDULE: Final = ("TimeRange", "alarmTargetOverlay")
ROWS: Final[Mapping[TaskKind, Row]] = {
    row.kind: row
    for row in (
        Row(
            kind=TaskKind.VIDEO,
            path="videoTask",
            name="Video task",
            ability=Ability.VIDEO_TASK,
            required=("engine", "channel", "frameRate"),
            editable=("channel", "frameRate", "alertInterval", *_SCHEDULE, "EventTrigger"),
            defaults={"frameRate": _FRAME_RATE},
        ),
        Row(
            kind=TaskKind.VIDEO_POLLING,
            path="videoPollingAnalysisTask",
            name="Video polling task",
            ability=Ability.VIDEO_POLLING_TASK,
            required=("engine", "channel", "frameRate", "pollingTime"),
            editable=("channel", "frameRate", "alertInterval", "pollingTime", *_SCHEDULE),
            defaults={"frameRate": _FRAME_RATE, "pollingTime": _POLLING_TIME},
        ),
        Row(
            kind=TaskKind.PICTURE_POLLING,
            path="picturePollingAnalysisTask",
            name="Picture polling task",
            ability=Ability.PICTURE_POLLING_TASK,
            required=("engine", "channel", "pollingTime"),
            editable=("channel", "pollingTime", *_SCHEDULE),
            defaults={"pollingTime": _POLLING_TIME},
        ),
        Row(
            kind=TaskKind.PICTURE,
            path="pictureTask",
            name="Picture task",
            ability=Ability.PICTURE_TASK,
            required=("engine", "URLs"),
            editable=("taskID", "engine", "URLs", "pictureType", "alarmTargetOverlay"),
            rules=False,
        ),
        Row(
            kind=TaskKind.HISTORY,
            path="historyVideoTask",
            name="Recorded video task",
            ability=Ability.HISTORY_TASK,
            required=("engine", "channel", "frameRate", "recordTime", "TimeRange"),
            editable=("engine", "channel", "frameRate", "alertInterval", "recordTime", "TimeRange", "drawFrame"),
            defaults={"frameRate": _FRAME_RATE},
            rules=False,
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task as the device has it."""

    task_id: str
    kind: TaskKind
    status: TaskStatus | None = None
    engine: int | None = None
    channels: tuple[int, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """All that the device says, as it says it."""

    @property
    def name(self) -> str:
        """What to call it: nobody remembers 64 characters."""
        return f"{ROWS[self.kind].name} {self.task_id[:8]}"

    @property
    def passing(self) -> bool:
        """Whether it is gone as soon as its question is answered."""
        return self.kind is TaskKind.PICTURE and self.task_id.startswith(_PASSING)


def read_tasks(kind: TaskKind, document: Mapping[str, Any]) -> tuple[Task, ...]:
    """Read the list of one kind; tasks without an id are left out."""
    found: dict[str, Task] = {}
    for entry in loose_json.wrapped(document, "Tasks", "Task")[:MOST]:
        task_id = known_id(loose_json.get(entry, _ID))
        if task_id is None:
            continue
        status = loose_json.to_int(loose_json.get(entry, "status"))
        task = Task(
            task_id=task_id,
            kind=kind,
            status=STATUS.get(status) if status is not None else None,
            engine=loose_json.to_int(loose_json.get(entry, "engine")),
            channels=numbers(loose_json.get(entry, "channel")),
            fields=dict(entry),
        )
        found.setdefault(task_id, task)
    return tuple(found.values())


def shown(task: Task) -> dict[str, Any]:
    """A task as an answer to people: our words first, then the device's own fields."""
    own = extras(task.fields, lambda name: name in ("taskid", "status", "engine", "channel"))
    return {
        "task_id": task.task_id,
        "kind": task.kind.value,
        "status": task.status.value if task.status else None,
        "engine": task.engine,
        "channels": list(task.channels),
        **own,
    }


def new_document(row: Row, options: Mapping[str, Any], limits: Mapping[str, Any]) -> dict[str, Any]:
    """The document that gives work; `limits` is the device's document of capabilities, empty where it has none.

    Raises `Rejected` that names what lacks or does not fit.
    """
    document = _given(options)
    task_id = known_id(document.pop(_ID, None)) or new_id()
    if len(task_id.encode()) > ID_LENGTH:
        raise Rejected(f"the id of a task has at most {ID_LENGTH} bytes", code="invalidTaskID")
    for name in row.required:
        if name not in document and (value := _default(row, name, limits)) is not None:
            document[name] = value
    if lacking := [name for name in row.required if name not in document]:
        raise Rejected("fields are missing", code="messageParametersLack", details=lacking)
    _check(document, limits)
    return {_ID: task_id, **document}


def edit_document(row: Row, task: Task, options: Mapping[str, Any]) -> dict[str, Any]:
    """The document that changes a task: what the device has, with what is given. Raises `Rejected`."""
    given = _given(options)
    given.pop(_ID, None)
    if strange := [name for name in given if name not in row.editable]:
        raise Rejected("these fields cannot be changed", code="badParameters", details=strange)
    kept = {name: value for name in row.editable if (value := loose_json.get(task.fields, name)) is not None}
    if row.kind is TaskKind.PICTURE:
        kept[_ID] = task.task_id
    return {**kept, **given}


def picture_document(engine: int, urls: Sequence[str]) -> dict[str, Any]:
    """The document that has pictures at addresses looked at. Raises `Rejected`."""
    if not 1 <= len(urls) <= MOST_PICTURES:
        raise Rejected(f"1 to {MOST_PICTURES} pictures at a time", code="exceedImagesNumber")
    listed = [{"PID": new_id(), "URL": checked_url(url)} for url in urls]
    task_id = _PASSING + new_id()[len(_PASSING) :]
    return {_ID: task_id, "engine": engine, "URLs": listed, "pictureType": "url"}


def with_blank(document: Mapping[str, Any], *, blank: bool) -> dict[str, Any]:
    """A document with times of recordings as documented (a blank before the hour), or as ISO 8601 has them.

    The guide prints a blank (L4795), and of its error for times says that there must be a T (L6546).
    """
    times = document.get("recordTime")
    if not isinstance(times, dict):
        return dict(document)
    old, new = ("T", " ") if blank else (" ", "T")
    spelled = {
        name: f"{value[:10]}{value[10:].replace(old, new, 1)}" if isinstance(value, str) else value
        for name, value in times.items()
    }
    return {**document, "recordTime": spelled}


def failed_channels(answer: object) -> list[int]:
    """Channels that a success says it could not take (L4016)."""
    return list(numbers(loose_json.get(answer, "channelID", [])))


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    """What the user gave, under the device's names whatever their case."""
    if len(options) > _MOST_OPTIONS:
        raise Rejected("too many fields", code="badParameters")
    names = {name.lower(): name for row in ROWS.values() for name in (*row.required, *row.editable, _ID)}
    names |= {"channels": "channel", "task_id": _ID, "urls": "URLs"}
    found = {names.get(str(name).lower(), str(name)): value for name, value in options.items()}
    if "channel" in found and not isinstance(found["channel"], list):
        found["channel"] = list(numbers(found["channel"]))
    if isinstance(found.get("TimeRange"), dict):
        found["TimeRange"] = [found["TimeRange"]]
    return found


def _default(row: Row, name: str, limits: Mapping[str, Any]) -> object:
    if name not in row.defaults:
        return None
    node = loose_json.get(limits, name)
    said = loose_json.get(node, "@def")
    offered = _offered(node)
    if said is not None and name != "pollingTime":
        return said
    return offered[0] if offered else row.defaults[name]


def _check(document: Mapping[str, Any], limits: Mapping[str, Any]) -> None:
    """Refuse at once what the device says it does not take."""
    for name in ("engine", "channel"):
        offered = set(numbers(_offered(loose_json.get(limits, name))))
        strange = [str(each) for each in numbers(document.get(name)) if each not in offered]
        if not numbers(document.get(name)) and name in document:
            raise Rejected(f"{name} must be numbers from 1", code="badParameters", details=(name,))
        if offered and strange:
            raise Rejected(f"the device has no such {name}", code="badParameters", details=strange)
    if document.get("URLs") is not None and not isinstance(document["URLs"], list):
        raise Rejected("URLs must be a list", code="badParameters", details=("URLs",))


def _offered(node: object) -> list[Any]:
    found = loose_json.get(node, "@opt", loose_json.get(node, "opt"))
    return found if isinstance(found, list) else []
