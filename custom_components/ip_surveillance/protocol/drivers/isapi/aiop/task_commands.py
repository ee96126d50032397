"""Tasks as commands."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from ....analytics import Answer, TaskKind
from ....errors import DeviceError, NotSupported, Rejected
from ....hikvision.status import missing_on_read
from ..client import Json
from .base import OnPlatform
from .known import ask_engines
from .paths import tasks_path
from .tasks import (
    ROWS,
    Row,
    Task,
    edit_document,
    failed_channels,
    new_document,
    picture_document,
    read_tasks,
    shown,
    with_blank,
)

_TIME_FORMAT: Final = "timeformaterror"


class TaskCommands(OnPlatform):
    """The `Tasks` commands."""

    async def tasks(self, kind: TaskKind | None = None) -> Answer:
        """List tasks of one kind, or of all kinds that the device has."""
        self.require_platform()
        if kind is not None:
            return {"tasks": [shown(task) for task in await self._listed(ROWS[kind])]}
        found: list[dict[str, Any]] = []
        for row in ROWS.values():
            if row.kind in self.platform.tasks:
                found += (shown(task) for task in await self._listed(row))
        return {"tasks": found}

    async def create_task(self, kind: TaskKind, options: Mapping[str, Any]) -> Answer:
        """Give work; fields that a task needs and that are not given are filled in where the device names a default."""
        self.require_platform()
        row = ROWS[kind]
        document = new_document(row, options, await self.limits(tasks_path(row.path, "capabilities")))
        if kind is TaskKind.HISTORY:
            # The guide spells it otherwise here and nowhere else (000…txt L5386).
            document["taskId"] = document["taskID"]
        answer = await self._send("POST", tasks_path(row.path), document)
        self.changed()
        return {"task_id": document["taskID"], "kind": kind.value, "failed_channels": failed_channels(answer)}

    async def edit_task(self, kind: TaskKind, task_id: str, options: Mapping[str, Any]) -> Answer:
        """Change a task; tells what the device has then, in `task`."""
        self.require_platform()
        row = ROWS[kind]
        async with self.client.transport.exclusive():
            document = edit_document(row, await self._task(row, task_id), options)
            answer = await self._send("PUT", tasks_path(row.path, task_id), document)
            after = await self._task(row, task_id)
        self.changed()
        return {
            "task_id": task_id,
            "kind": kind.value,
            "failed_channels": failed_channels(answer),
            "task": shown(after),
        }

    async def delete_task(self, kind: TaskKind, task_id: str) -> Answer:
        """Take a task away, and its rules with it."""
        self.require_platform()
        await self.client.send_json("DELETE", tasks_path(ROWS[kind].path, task_id))
        self.changed()
        return {"task_id": task_id, "kind": kind.value}

    async def analyse_pictures(self, engine: int, model_id: str, urls: Sequence[str]) -> Answer:
        """Have pictures looked at by the model that an engine runs; results come as events with the `picture_id`."""
        self.require_platform()
        document = picture_document(engine, urls)
        found = {each.number: each for each in await ask_engines(self.client, (engine,))}
        if engine not in found:
            raise Rejected("the device has no such engine", code="badParameters", details=(str(engine),))
        if found[engine].model_id is None:
            raise Rejected("the engine runs no model", code="engineUnLoadingModelPackage")
        if found[engine].model_id != model_id:
            raise Rejected("the engine runs another model", code="engineWithModelPackage")
        answer = await self.client.send_json("POST", tasks_path(ROWS[TaskKind.PICTURE].path), document)
        pictures = [{"picture_id": each["PID"], "url": each["URL"]} for each in document["URLs"]]
        told: dict[str, Any] = {"task_id": document["taskID"], "pictures": pictures}
        if failed := failed_channels(answer):
            told["failed_channels"] = failed
        return told

    async def _send(self, method: str, path: str, document: Json) -> Json | None:
        """Send a task; times of recordings as the guide has them, and on its error for times as that one says."""
        try:
            return await self.client.send_json(method, path, with_blank(document, blank=True))
        except Rejected as error:
            if error.code.lower() != _TIME_FORMAT or "recordTime" not in document:
                raise
        return await self.client.send_json(method, path, with_blank(document, blank=False))

    async def _task(self, row: Row, task_id: str) -> Task:
        found = next((task for task in await self._listed(row) if task.task_id == task_id), None)
        if found is None:
            raise Rejected("the device has no such task", code="invalidTaskID")
        return found

    async def _listed(self, row: Row) -> tuple[Task, ...]:
        try:
            found = read_tasks(row.kind, await self.client.json(tasks_path(row.path)))
        except DeviceError as error:
            if missing_on_read(error):
                raise NotSupported(error.detail, code=error.code) from None
            raise
        self.learn_platform(replace(self.platform, tasks={**self.platform.tasks, row.kind: found}))
        return found
