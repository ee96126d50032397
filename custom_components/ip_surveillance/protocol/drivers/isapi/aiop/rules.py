"""Rules: what one channel of a task looks for. Read and changed in place, so that all else stays as the device has it.

The algorithm defines most of the document; what the guide calls a list it draws as an object and the other way round
(000…txt L4146, L4165, L4290-4315), so both are taken, and written back in the shape they came in.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ....model.detections import Detection
from ....model.parts import Range, SettingSpec, SettingValue, Toggle
from ....model.setting_words import Setting, SettingKey
from ....transport import loose_json
from ..client import Json

MOST: Final = 64
"""Rules of one channel of a task."""

OF_TARGET: Final = 1073758209
OF_REGION: Final = 1073758210
OF_LINE: Final = 1073758211
LINE_COUNT: Final = 1073758212
REGION_COUNT: Final = 1073758213
FULL: Final = 1073774593
TRIGGERS: Final[Mapping[int, str]] = {
    OF_TARGET: "region_target",
    OF_REGION: "region",
    OF_LINE: "line",
    LINE_COUNT: "line_count",
    REGION_COUNT: "region_count",
    FULL: "full_analysis",
}
"""L4152."""
COUNTING: Final = frozenset({LINE_COUNT, REGION_COUNT})
_LISTS: Final = ("AlertIntervalList", "OSDList", "OverlayInPreviewList", "RuleNameInfo")
_OVERLAYS: Final = ("ruleOverlayEnable", "targetOverlayEnable")

ENABLED: Final = SettingKey(Setting.DETECTION, Detection.AI_RULE.value)
SENSITIVITY: Final = SettingKey(Setting.SENSITIVITY, Detection.AI_RULE.value)
DURATION: Final = SettingKey(Setting.DURATION)
INTERVAL: Final = SettingKey(Setting.ALARM_INTERVAL)
OVERLAY: Final = SettingKey(Setting.OVERLAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What exists of a rule."""

    number: int
    name: str | None = None
    trigger: int | None = None
    settings: Mapping[SettingKey, SettingSpec]

    @property
    def counts(self) -> bool:
        """Whether it counts targets instead of striking."""
        return self.trigger in COUNTING


@dataclass(frozen=True, slots=True, kw_only=True)
class Knob:
    """One setting of a rule: the leaves that hold it, and what values it takes."""

    spec: SettingSpec
    leaves: Callable[[Json, int], Iterator[tuple[Json, str]]]
    """Objects and names of members that exist."""

    def read(self, document: Json, rule: int) -> SettingValue | None:
        """The value now; of a toggle that several leaves hold, whether any is on."""
        values = [holder[name] for holder, name in self.leaves(document, rule)]
        if not values:
            return None
        if isinstance(self.spec, Toggle):
            states = [loose_json.to_bool(each) for each in values]
            return None if None in states else any(states)
        return loose_json.to_float(values[0])

    def write(self, document: Json, rule: int, value: SettingValue) -> bool:
        """Put a value into all its leaves, each in the type it has; false when there is none."""
        found = list(self.leaves(document, rule))
        for holder, name in found:
            holder[name] = _like(holder[name], value)
        return bool(found)


def read_rules(document: Json) -> tuple[Rule, ...]:
    """Read the rules of one channel of a task, in order of their numbers."""
    entries = (*_infos(document), *(entry for name in _LISTS for entry in _entries(document, name)))
    found = {number for entry in entries if (number := _number(entry)) is not None}
    return tuple(_rule(document, number) for number in sorted(found)[:MOST])


def read_status(document: Mapping[str, Any]) -> dict[int, str]:
    """Whether the rules of a task took effect (`success`, `failed`), by channel."""
    found: dict[int, str] = {}
    for entry in loose_json.find_all(document, "AIRuleConfigStatus")[:512]:
        channel = loose_json.to_int(loose_json.get(entry, "channelID"))
        word = loose_json.to_text(loose_json.get(entry, "status"), 32)
        if channel is not None and word is not None:
            found[channel] = word
    return found


def _rule(document: Json, number: int) -> Rule:
    trigger = _trigger(document, number)
    names = (
        loose_json.to_text(loose_json.get(entry, "ruleName"), 64) for entry in _of(document, "RuleNameInfo", number)
    )
    settings = {key: knob.spec for key, knob in knobs(trigger).items() if knob.read(document, number) is not None}
    name = next((each for each in names if each), None)
    return Rule(number=number, name=name, trigger=trigger, settings=settings)


def knob_of(document: Json, number: int, key: SettingKey) -> Knob | None:
    """How a setting of a rule is read and written in this document."""
    return knobs(_trigger(document, number)).get(key)


def _trigger(document: Json, number: int) -> int | None:
    """What kind of rule it is; the list of what is drawn into the picture tells it too."""
    entries = (*(each for each in _infos(document) if _number(each) == number), *_of(document, "OSDList", number))
    found = (loose_json.to_int(loose_json.get(each, "TriggerType")) for each in entries)
    return next((each for each in found if each is not None), None)


def knobs(trigger: int | None) -> Mapping[SettingKey, Knob]:
    """The settings of a rule of one kind; a number is offered where the guide calls it valid (L4190-4205)."""
    found = {
        ENABLED: Knob(spec=Toggle(), leaves=_enabling),
        OVERLAY: Knob(spec=Toggle(), leaves=_overlays),
    }
    if trigger in (None, OF_TARGET, OF_REGION):
        found[SENSITIVITY] = Knob(spec=Range(low=0, high=100), leaves=_param("Sensitive"))
    if trigger in (None, OF_TARGET, OF_LINE, LINE_COUNT):
        found[DURATION] = Knob(spec=Range(low=0, high=600), leaves=_param("Duration"))
        found[INTERVAL] = Knob(spec=Range(low=0, high=600), leaves=_param("TriggerInterval"))
    if trigger == REGION_COUNT:
        found[INTERVAL] = Knob(spec=Range(low=1, high=1800), leaves=_report_interval)
    return found


def _enabling(document: Json, rule: int) -> Iterator[tuple[Json, str]]:
    for info in _infos(document):
        if _number(info) == rule and (name := _member(info, "Valid")):
            yield info, name
    for listed in ("AlertIntervalList", "OSDList"):
        for entry in _of(document, listed, rule):
            if name := _member(entry, "ruleEnable"):
                yield entry, name


def _overlays(document: Json, rule: int) -> Iterator[tuple[Json, str]]:
    for entry in _of(document, "OverlayInPreviewList", rule):
        yield from ((entry, name) for each in _OVERLAYS if (name := _member(entry, each)))


def _report_interval(document: Json, rule: int) -> Iterator[tuple[Json, str]]:
    for entry in _of(document, "AlertIntervalList", rule):
        if name := _member(entry, "value"):
            yield entry, name


def _param(leaf: str) -> Callable[[Json, int], Iterator[tuple[Json, str]]]:
    def find(document: Json, rule: int) -> Iterator[tuple[Json, str]]:
        infos = list(_infos(document))
        for info in infos:
            holders = loose_json.find_all(info, "RuleParam")
            if not holders and len(infos) == 1:
                # The guide draws the parameters beside the rule instead of in it (L4186).
                holders = loose_json.find_all(document, "RuleParam")
            for holder in holders if _number(info) == rule else ():
                if isinstance(holder, dict) and (name := _member(holder, leaf)):
                    yield holder, name

    return find


def _infos(document: Json) -> Iterator[Json]:
    return (each for each in loose_json.find_all(document, "RuleInfo")[:MOST] if isinstance(each, dict))


def _entries(document: Json, name: str) -> list[Json]:
    return [each for each in loose_json.find_all(document, name)[: 4 * MOST] if isinstance(each, dict)]


def _of(document: Json, name: str, rule: int) -> list[Json]:
    return [each for each in _entries(document, name) if _number(each) == rule]


def _number(entry: Json) -> int | None:
    number = loose_json.to_int(loose_json.get(entry, "ruleID"))
    return number if number is not None and 0 <= number < 65536 else None


def _member(holder: Json, name: str) -> str | None:
    """Name of a member as this device spells it."""
    return next((key for key in holder if key.lower() == name.lower()), None)


def _like(old: object, value: SettingValue) -> object:
    """A value in the type that the device uses: flags come as booleans, as 0 and 1, and as words."""
    if isinstance(value, bool):
        if isinstance(old, str):
            return str(int(value)) if old.strip() in ("0", "1") else str(value).lower()
        return value if isinstance(old, bool) else int(value)
    number = int(value) if isinstance(value, float) and value.is_integer() else value
    return str(number) if isinstance(old, str) else number
