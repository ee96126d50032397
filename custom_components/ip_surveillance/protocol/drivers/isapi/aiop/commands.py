"""Everything that the driver can do with the platform, put together."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ....driver import Emit
from ....model.events import Event, Restructured
from ....model.parts import PartKind, PartRef, SettingValue, Topology
from ....model.setting_words import SettingKey
from ..client import Json
from ..replies import CAPABILITIES, Replies
from ..sets import JsonKnob, Knob
from .engines import read_engines
from .fading import Fading
from .known import Surveyor, denied
from .parts import findings, merged
from .paths import ENGINES
from .polling import PlatformPolling
from .rule_commands import ReferenceCommands, RuleCommands
from .task_commands import TaskCommands


class Analysis(PlatformPolling, TaskCommands, RuleCommands, ReferenceCommands):
    """The commands, the polls and the parts of the platform; all of it sleeps on a device that has none."""

    fading: Fading

    async def survey_platform(self, replies: Replies) -> None:
        """Ask what there is of the platform, where the device does not deny it. Raises on a refused login only."""
        self.ai_stale = False
        if denied(replies.get(CAPABILITIES)):
            self.learn_platform(None)
            return
        self.learn_platform(await Surveyor(self.client, self.channels, self.ai).survey())

    def heard(self, emit: Emit) -> Emit:
        """Pass on what is pushed, and follow what of it concerns the platform."""
        passed = self.fading.through(emit)

        def take(event: Event) -> None:
            self.ai_stale = self.ai_stale or isinstance(event, Restructured)
            passed(event)

        return take

    def with_platform(self, topology: Topology) -> Topology:
        """A topology with the parts and findings of the platform."""
        if self.ai is None:
            return topology
        return replace(
            topology,
            parts=merged(topology.parts, self.ai, self.channels),
            findings=topology.findings | frozenset(findings(self.ai)),
        )

    def platform_knob(self, part: PartRef, key: SettingKey) -> JsonKnob | None:
        """Find where a setting of an engine or a rule is kept."""
        if part.kind is PartKind.ENGINE and self.is_model(key):
            return Knob[Json](paths=(ENGINES,), read=partial(self._read_model, part.number), write=_not_here)
        if part.kind is PartKind.RULE and (path := self.rule_path(part)) is not None:
            return Knob[Json](
                paths=(path,),
                read=lambda document: self.read_rule(document, part, key),
                write=lambda document, value: self.write_rule(document, part, key, value),
            )
        return None

    def _read_model(self, engine: int, document: Json) -> SettingValue | None:
        found = next((each for each in read_engines(document) if each.number == engine), None)
        return None if found is None else self.model_option(found)

    def platform_facts(self) -> Mapping[str, Any] | None:
        """What was found out, for diagnostics; None where there is no platform."""
        if (known := self.ai) is None:
            return None
        return {
            "abilities": {each.value: has for each, has in sorted(known.abilities.flags.items())},
            "engines": {each.number: each.status for each in known.engines or ()},
            "models": [
                {"name": each.name, "status": each.status, "labels": dict(each.labels.targets)}
                for each in known.models or ()
            ],
            "tasks": {kind.value: len(tasks) for kind, tasks in known.tasks.items()},
            "rules": sum(len(sheet.rules) for sheet in known.sheets.values()),
            "fetching": len(self.ai_installing),
        }


def _not_here(_document: Json, _value: SettingValue) -> bool:
    """What an engine runs is changed by commands."""
    return False
