"""What is known of the platform of one device, and how it is asked for. A passing failure makes nothing vanish."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from ....analytics import TaskKind
from ....errors import AuthFailed, CannotConnect, DeviceError, NotSupported
from ....hikvision.status import missing_on_read, without_reason
from ....model.parts import PartRef
from ....transport import xml
from ....transport.xml import Element
from ..channels import ChannelMap
from ..client import IsapiClient, Json
from .caps import Abilities, Ability, read_abilities
from .engines import Engine, Platform, read_engine, read_engines, read_platform
from .events import Names, rule_ref
from .labels import Labels
from .linkage import silent
from .models import Model, Space, read_models, read_space
from .paths import (
    CAPABILITIES,
    ENGINES,
    MODELS,
    ROOT,
    SPACE,
    engine_path,
    linkage_path,
    references_path,
    rule_status_path,
    rules_path,
    tasks_path,
)
from .rules import Rule, read_rules, read_status
from .tasks import ROWS, Task, read_tasks

_FEW: Final = 3
_MOST_SHEETS: Final = 64
"""Channels of tasks whose rules are read; each costs two requests."""
_WORD: Final = "aiopenplatform"
_MOST_LABELS: Final = 24
"""Labels of one channel that have a count of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The rules of one channel of a task."""

    task_id: str
    number: int
    """The channel's as the task has it."""
    channel: int
    """The channel's as its part has it."""
    rules: tuple[Rule, ...] = ()
    silent: tuple[int, ...] = ()
    """Rules that tell nobody."""
    links: bool = False
    """Whether the device can be told what to do."""

    @property
    def listed(self) -> tuple[int, ...]:
        """Numbers of the rules."""
        return tuple(rule.number for rule in self.rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All of it. None stands for what the device does not have."""

    abilities: Abilities
    platform: Platform | None = None
    engines: tuple[Engine, ...] | None = None
    models: tuple[Model, ...] | None = None
    space: Space | None = None
    tasks: Mapping[TaskKind, tuple[Task, ...]] = field(default_factory=dict)
    """By kind; kinds that the device has no list of are absent."""
    sheets: Mapping[tuple[str, int], Sheet] = field(default_factory=dict)
    """By task and the task's own number of the channel."""
    statuses: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """Whether rules took effect, by task and channel, of tasks whose device tells."""
    references: bool = False
    """Whether channels have reference pictures."""

    def live(self) -> Iterator[Task]:
        """Tasks whose channels have rules."""
        return (task for kind, tasks in self.tasks.items() if ROWS[kind].rules for task in tasks)

    def sheet_of(self, ref: PartRef) -> Sheet | None:
        """Where a rule's part is kept."""
        return next((each for each in self.sheets.values() if ref in map(partial(part_of, each), each.listed)), None)

    def numbers_of_engines(self) -> tuple[int, ...]:
        """Engines that there are."""
        if self.engines is not None:
            return tuple(each.number for each in self.engines)
        return self.platform.engines if self.platform else ()

    def labels(self) -> dict[str, Labels]:
        """What each model calls what it sees; engines tell of what they run."""
        found = {each.model_id: each.labels for each in self.engines or () if each.model_id}
        return found | {each.model_id: each.labels for each in self.models or () if each.labels.targets}

    def names(self, channels: ChannelMap) -> Names:
        """What events need."""
        labels = self.labels()
        loaded = {each.number: each.model_id for each in self.engines or () if each.model_id}
        running: dict[tuple[str, int], str] = {}
        counted: dict[int, set[str]] = {}
        for task in self.live():
            model = loaded.get(task.engine or 0)
            for number in task.channels if model else ():
                channel = own(channels, number)
                running[task.task_id, channel] = model or ""
                of_model = labels[model or ""].targets.values() if model in labels else ()
                counted.setdefault(channel, set()).update(list(of_model)[:_MOST_LABELS])
        models = {each.model_id: each.model_name for each in self.engines or () if each.model_id and each.model_name}
        rules = {part_of(sheet, rule.number): rule.name for sheet in self.sheets.values() for rule in sheet.rules}
        return Names(
            labels=labels,
            models=models | {each.model_id: each.name for each in self.models or ()},
            running=running,
            rules=rules,
            counted={channel: frozenset(found) for channel, found in counted.items()},
        )


def part_of(sheet: Sheet, rule: int) -> PartRef:
    """The part of a rule."""
    return rule_ref(sheet.task_id, sheet.channel, rule)


def own(channels: ChannelMap, number: int) -> int:
    """The number of a channel's part for the number that a task has."""
    ref = channels.of_event(number)
    return ref.number if ref is not None else number


async def ask_engines(client: IsapiClient, numbers: Iterable[int]) -> tuple[Engine, ...]:
    """All engines as they are now, by their list, or one by one where the device has none.

    Raises `NotSupported` when there are no numbers to ask for either.
    """
    try:
        return read_engines(await client.once(ENGINES, client.json))
    except NotSupported:
        listed = tuple(numbers)
        if not listed:
            raise
    found = [read_engine(await client.json(engine_path(number)), number) for number in listed]
    return tuple(each for each in found if each is not None)


class Surveyor:
    """Asks a device for all of it."""

    def __init__(self, client: IsapiClient, channels: ChannelMap, before: Known | None) -> None:
        """Take what was known before."""
        self._client = client
        self._channels = channels
        self._before = before

    async def survey(self) -> Known | None:
        """Ask; None where the device has no such platform. Raises on a refused login only."""
        old = self._before
        try:
            abilities = await self._ask(CAPABILITIES, read_abilities, old.abilities if old else None, passing=False)
        except CannotConnect:
            # Whoever does not answer now would not answer the other twenty requests either.
            return old
        if abilities is None:
            return None
        platform = await self._ask(ROOT, read_platform, old.platform if old else None)
        try:
            async with asyncio.TaskGroup() as group:
                engines = group.create_task(self._engines(platform))
                models = group.create_task(self._ask(MODELS, read_models, old.models if old else None))
                space = group.create_task(self._ask(SPACE, read_space, old.space if old else None))
                tasks = group.create_task(self._tasks(abilities))
        except* AuthFailed as refused:
            raise refused.exceptions[0] from None
        known = Known(
            abilities=abilities,
            platform=platform,
            engines=engines.result(),
            models=models.result(),
            space=space.result(),
            tasks=tasks.result(),
            references=await self._references(abilities),
        )
        return await self._with_rules(known)

    async def _engines(self, platform: Platform | None) -> tuple[Engine, ...] | None:
        old = self._before.engines if self._before else None
        try:
            found = await ask_engines(self._client, platform.engines if platform else ())
        except AuthFailed:
            raise
        except DeviceError as error:
            if old is not None or without_reason(error):
                self._client.forget(ENGINES)
            return old
        # Chips do not go away: a device that is just starting lists none of them.
        return found or old or ()

    async def _tasks(self, abilities: Abilities) -> dict[TaskKind, tuple[Task, ...]]:
        old = self._before.tasks if self._before else {}

        async def one(kind: TaskKind) -> tuple[Task, ...] | None:
            row = ROWS[kind]
            if not abilities.may(row.ability):
                return None
            return await self._ask(tasks_path(row.path), lambda document: read_tasks(kind, document), old.get(kind))

        return await _gathered({kind: one(kind) for kind in TaskKind})

    async def _references(self, abilities: Abilities) -> bool:
        """Ask a channel or two: what one of them has, all have."""
        if not abilities.may(Ability.REFERENCES):
            return False
        for channel in list(self._channels)[:_FEW]:
            try:
                await self._client.json(references_path(channel.number))
            except AuthFailed:
                raise
            except DeviceError as error:
                if missing_on_read(error):
                    break
            else:
                return True
        return self._before is not None and self._before.references

    async def _with_rules(self, known: Known) -> Known:
        if not known.abilities.may(Ability.RULES):
            return known
        places = [(task.task_id, number) for task in known.live() for number in task.channels][:_MOST_SHEETS]
        sheets = await _gathered({place: self._sheet(*place, known.abilities) for place in places})
        tasks = list(dict.fromkeys(task_id for task_id, _ in places))
        statuses = await _gathered({task_id: self._status(task_id) for task_id in tasks})
        return replace(known, sheets=sheets, statuses=statuses)

    async def _sheet(self, task_id: str, number: int, abilities: Abilities) -> Sheet | None:
        old = self._before.sheets.get((task_id, number)) if self._before else None
        rules = await self._ask(rules_path(task_id, number), read_rules, old.rules if old else None, once=False)
        if rules is None:
            return None
        heard: list[int] | None = None
        if rules and abilities.may(Ability.RULE_LINKAGE):
            listed = [rule.number for rule in rules]
            before = list(old.silent) if old and old.links else None
            heard = await self._ask(
                linkage_path(task_id, number), lambda document: silent(document, listed), before, once=False
            )
        return Sheet(
            task_id=task_id,
            number=number,
            channel=own(self._channels, number),
            rules=rules,
            silent=tuple(heard or ()),
            links=heard is not None,
        )

    async def _status(self, task_id: str) -> Mapping[int, str] | None:
        old = self._before.statuses.get(task_id) if self._before else None
        return await self._ask(rule_status_path(task_id), read_status, old, once=False)

    async def _ask[T](
        self, path: str, read: Callable[[Json], T | None], old: T | None, *, once: bool = True, passing: bool = True
    ) -> T | None:
        """Read a document; what is known already where it cannot be had now, None where the device has none.

        `once` remembers that it lacks: not for paths with ids, of which there is no end. Without `passing` a broken
        connection raises.
        """
        try:
            document = await (self._client.once(path, self._client.json) if once else self._client.json(path))
        except AuthFailed:
            raise
        except DeviceError as error:
            if isinstance(error, CannotConnect) and not passing:
                raise
            if old is not None or without_reason(error):
                # It was there, or may be: a device that is just starting denies what it has, and is asked again next
                # time.
                self._client.forget(path)
            return old
        found = read(document)
        return old if found is None else found


async def _gathered[K, V](asked: Mapping[K, Coroutine[None, None, V | None]]) -> dict[K, V]:
    """What many requests found, without those that found nothing."""
    try:
        async with asyncio.TaskGroup() as group:
            running = {key: group.create_task(request) for key, request in asked.items()}
    except* AuthFailed as refused:
        raise refused.exceptions[0] from None
    return {key: value for key, task in running.items() if (value := task.result()) is not None}


def denied(capabilities: Element | None) -> bool:
    """Whether a device's general capabilities say outright that it has no such platform; most do not speak of it."""
    if capabilities is None:
        return False
    return any(
        _WORD in xml.local(leaf).lower() and xml.to_boolean(leaf.text or "") is False for leaf in capabilities.iter()
    )
