"""Reading what changes of the platform: engines and tasks each time, the rest seldom, all only if wanted."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple, Protocol

from ....analytics import TaskKind
from ....errors import NotSupported, Rejected
from ....model.parts import HOST_PART, Part, PartKind, PartRef, SettingValue
from ....model.setting_words import SettingKey
from ....model.state import ReadingValue
from ....model.vocabulary import Flag, Quantity, Reading, TaskStatus
from .known import Known, ask_engines
from .model_commands import ModelCommands
from .models import read_models, read_progress, read_space
from .parts import (
    ALGORITHM,
    CAPACITY,
    ENGINE_STATUS,
    FAULT,
    FREE,
    MODEL,
    MODELS,
    PLATFORM,
    PROGRESS,
    REFERENCES,
    RULE_STATUS,
    RUNNING,
    TASK_STATUS,
)
from .paths import MODELS as MODELS_PATH, SPACE, progress_path, references_path, rule_status_path, tasks_path
from .references import read_references
from .rules import read_status
from .tasks import ROWS, read_tasks

MODELS_PERIOD: Final = 60.0
"""Seconds between looks at what models there are."""
RULES_PERIOD: Final = 60.0
REFERENCES_PERIOD: Final = 300.0

type Group = Callable[[], Awaitable[None]]


class Look(Protocol):
    """What one poll is asked for, and what it found."""

    readings: dict[tuple[PartRef, Reading], ReadingValue | None]
    settings: dict[tuple[PartRef, SettingKey], SettingValue | None]

    def of(self, kind: PartKind) -> list[Part]:
        """Wanted parts of a kind."""

    def reads(self, ref: PartRef, *quantities: Quantity | Flag) -> bool:
        """Whether one of these readings is wanted and the part has it."""


class Pace(NamedTuple):
    """When what is asked for seldom is asked for again."""

    due: Callable[[str], bool]
    done: Callable[[str, float], None]


class PlatformPolling(ModelCommands):
    """The part of `poll` that is about the platform."""

    def platform_groups(self, look: Look, pace: Pace) -> Iterator[Group]:
        """What to ask for; each says "unknown" of all it is about before it asks."""
        if (known := self.ai) is None:
            return
        self._tell_platform(look, known)
        if look.of(PartKind.ENGINE):
            yield partial(self._engines, look)
        wanted = {part.role for part in look.of(PartKind.TASK)}
        yield from (partial(self._tasks, kind, look) for kind in known.tasks if kind.value in wanted)
        if look.reads(HOST_PART, Quantity.MODEL_PROGRESS):
            yield partial(self._progress, look)
        yield from self._seldom(look, pace)

    def _seldom(self, look: Look, pace: Pace) -> Iterator[Group]:
        for task_id, parts in self._rules_by_task(look).items():
            if pace.due(path := rule_status_path(task_id)):
                yield partial(self._rules, task_id, parts, look, partial(pace.done, path, RULES_PERIOD))
        wanted = look.reads(HOST_PART, Quantity.MODELS, Quantity.MODEL_FREE, Quantity.MODEL_CAPACITY)
        if wanted and pace.due(MODELS_PATH):
            yield partial(self._models, look, partial(pace.done, MODELS_PATH, MODELS_PERIOD))
        for part in look.of(PartKind.CHANNEL):
            path = references_path(part.ref.number)
            if look.reads(part.ref, Quantity.REFERENCES) and pace.due(path):
                yield partial(self._references, part.ref, look, partial(pace.done, path, REFERENCES_PERIOD))

    def _tell_platform(self, look: Look, known: Known) -> None:
        """Known since the discovery."""
        if known.platform is None:
            return
        for reading, value in ((ALGORITHM, known.platform.version), (PLATFORM, known.platform.chip)):
            if look.reads(HOST_PART, reading.quantity):
                look.readings[HOST_PART, reading] = value

    async def _engines(self, look: Look) -> None:
        parts = look.of(PartKind.ENGINE)
        for part in parts:
            look.readings |= {(part.ref, ENGINE_STATUS): None, (part.ref, FAULT): None}
        found = {each.number: each for each in await ask_engines(self.client, self.platform.numbers_of_engines())}
        if not found:
            # Chips do not go away: the device is just starting.
            return
        for part in parts:
            if (engine := found.get(part.ref.number)) is None:
                continue
            look.readings[part.ref, ENGINE_STATUS] = engine.status.value if engine.status else None
            look.readings[part.ref, FAULT] = engine.faulty
            if MODEL in part.settings and not self._changes_model(part.ref.number):
                look.settings[part.ref, MODEL] = self.model_option(engine)
        before = {each.number: each.model_id for each in self.platform.engines or ()}
        self.learn_platform(replace(self.platform, engines=tuple(found[number] for number in sorted(found))))
        if before != {number: engine.model_id for number, engine in found.items()}:
            # Another model sees and names other things.
            self.changed()

    def _changes_model(self, engine: int) -> bool:
        """Whether we ourselves change the model just now: what is on the way is not shown as chosen."""
        lock = self.ai_locks.get(engine)
        return lock is not None and lock.locked()

    async def _tasks(self, kind: TaskKind, look: Look) -> None:
        parts = [part for part in look.of(PartKind.TASK) if part.role == kind.value]
        for part in parts:
            look.readings |= {(part.ref, TASK_STATUS): None, (part.ref, RUNNING): None}
        listed = read_tasks(kind, await self.client.json(tasks_path(ROWS[kind].path)))
        found = {task.task_id: task for task in listed}
        for part in parts:
            status = found[part.ref.label].status if part.ref.label in found else None
            look.readings[part.ref, TASK_STATUS] = status.value if status else None
            look.readings[part.ref, RUNNING] = status is TaskStatus.RUNNING if status else None
        before = self.platform.tasks.get(kind, ())
        self.learn_platform(replace(self.platform, tasks={**self.platform.tasks, kind: listed}))
        if {(task.task_id, task.channels) for task in before if not task.passing} != {
            (task.task_id, task.channels) for task in listed if not task.passing
        }:
            self.changed()

    def _rules_by_task(self, look: Look) -> dict[str, list[PartRef]]:
        found: dict[str, list[PartRef]] = {}
        for part in look.of(PartKind.RULE):
            if look.reads(part.ref, Quantity.RULE_STATUS):
                found.setdefault(part.ref.label.rpartition(".")[0], []).append(part.ref)
        return found

    async def _rules(self, task_id: str, parts: list[PartRef], look: Look, done: Callable[[], None]) -> None:
        look.readings |= dict.fromkeys((ref, RULE_STATUS) for ref in parts)
        found = read_status(await self.client.json(rule_status_path(task_id)))
        done()
        for ref in parts:
            sheet = self.platform.sheet_of(ref)
            look.readings[ref, RULE_STATUS] = found.get(sheet.number) if sheet else None

    async def _models(self, look: Look, done: Callable[[], None]) -> None:
        wanted = [each for each in (MODELS, CAPACITY, FREE) if look.reads(HOST_PART, each.quantity)]
        look.readings |= dict.fromkeys((HOST_PART, each) for each in wanted)
        listed = read_models(await self.client.json(MODELS_PATH))
        space = read_space(await self.client.json(SPACE))
        done()
        values = {MODELS: len(listed), CAPACITY: space.total, FREE: space.free}
        look.readings |= {(HOST_PART, each): values[each] for each in wanted}
        before = {(each.model_id, each.name) for each in self.platform.models or ()}
        self.learn_platform(replace(self.platform, models=listed, space=space))
        if before != {(each.model_id, each.name) for each in listed}:
            self.changed()

    async def _progress(self, look: Look) -> None:
        """How far what we had the device fetch has come; nothing is asked for while it fetches nothing of ours."""
        look.readings[HOST_PART, PROGRESS] = None
        for model_id in sorted(self.ai_installing)[:1]:
            try:
                percent = read_progress(await self.client.json(progress_path(model_id)))
            except Rejected, NotSupported:
                # It failed, or is not known (any more): nothing to wait for.
                self.ai_installing.discard(model_id)
                return
            look.readings[HOST_PART, PROGRESS] = percent
            if percent is not None and percent >= 100:
                await self.installed(model_id)

    async def _references(self, ref: PartRef, look: Look, done: Callable[[], None]) -> None:
        look.readings[ref, REFERENCES] = None
        look.readings[ref, REFERENCES] = len(read_references(await self.client.json(references_path(ref.number))))
        done()
