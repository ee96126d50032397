"""Whatever a device sends to the readers of the platform: they answer or refuse, and nothing else."""

from collections.abc import Callable, Mapping
import json
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ip_surveillance.protocol.analytics import TaskKind
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop import (
    caps,
    engines,
    labels,
    linkage,
    models,
    references,
    rules,
    seen,
    tasks,
)
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop.known import Known
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop.parts import findings, merged
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop.paths import (
    ROOT,
    download_path,
    linkage_path,
    model_path,
    progress_path,
    rules_path,
    tasks_path,
)
from custom_components.ip_surveillance.protocol.drivers.isapi.channels import ChannelMap
from custom_components.ip_surveillance.protocol.drivers.isapi.codec import VideoInput
from custom_components.ip_surveillance.protocol.drivers.isapi.events import AlertReader
from custom_components.ip_surveillance.protocol.errors import BadAnswer, Rejected
from custom_components.ip_surveillance.protocol.model.events import Event
from custom_components.ip_surveillance.protocol.model.parts import HOST_PART, Part
from custom_components.ip_surveillance.protocol.transport import loose_json

from .test_aiop_samples import SAMPLES

WORDS = (
    "LoadingInfoList", "LoadingInfo", "engine", "status", "MPID", "MPName", "description", "AlgorithmModels", "Tasks",
    "taskID", "channel", "AIRuleConfig", "RuleInfo", "RuleID", "Valid", "TriggerType", "RuleParam", "Sensitive",
    "AlertIntervalList", "OSDList", "OverlayInPreviewList", "ruleOverlayEnable", "RuleNameInfo", "ruleName",
    "AIRuleConfigStatus", "channelID", "AIRuleTriggerCfg", "notificationMethod", "@opt", "AITargetBPInfoList", "PID",
    "pictureName", "AIOPData", "targets", "events", "alertInfo", "ruleInfo", "obj", "rect", "x", "y", "w", "h", "type",
    "confidence", "properties", "classify", "attrType", "percent", "totalCapacity", "isSupportVideoTask", "name",
    "labels", "value", "count",
)  # fmt: skip
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(0, 12),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(("", "1", "true", "success", "nan", "1e400", "[1]", '{"type":1}', str(rules.OF_TARGET))),
    st.sampled_from((rules.OF_TARGET, rules.REGION_COUNT)),
)
DOCUMENTS = st.dictionaries(
    st.sampled_from(WORDS),
    st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
        max_leaves=30,
    ),
    max_size=6,
)

READERS: Mapping[str, Callable[[dict[str, Any]], object]] = {
    "abilities": caps.read_abilities,
    "engines": engines.read_engines,
    "engine": lambda document: engines.read_engine(document, 1),
    "platform": engines.read_platform,
    "models": models.read_models,
    "space": models.read_space,
    "progress": models.read_progress,
    "tasks": lambda document: [tasks.shown(each) for each in tasks.read_tasks(TaskKind.VIDEO, document)],
    "rules": lambda document: rules.read_rules(document),
    "rule_status": rules.read_status,
    "linkage": lambda document: (
        linkage.methods_of(document, 1),
        linkage.possible(document),
        linkage.changed(document, 1, ["x"]),
    ),
    "references": references.read_references,
    "seen": seen.read_seen,
    "labels": labels.read_labels,
}


@pytest.mark.parametrize("name", READERS)
@given(document=DOCUMENTS)
@settings(max_examples=150, deadline=None)
def test_any_document(name: str, document: dict[str, Any]) -> None:
    assert READERS[name](document) is not NotImplemented


@given(document=DOCUMENTS, value=st.sampled_from((True, False, 0.0, 55.0, 100.0)))
@settings(max_examples=150, deadline=None)
def test_what_is_written_to_a_rule_is_what_is_read(document: dict[str, Any], value: bool | float) -> None:
    for rule in rules.read_rules(document):
        for key in rule.settings:
            knob = rules.knob_of(document, rule.number, key)
            assert knob is not None
            if isinstance(value, bool) is not (key in (rules.ENABLED, rules.OVERLAY)):
                continue
            assert knob.write(document, rule.number, value)
            assert knob.read(document, rule.number) == value


@given(document=DOCUMENTS)
@settings(max_examples=100, deadline=None)
def test_parts_of_anything(document: dict[str, Any]) -> None:
    known = Known(
        abilities=caps.read_abilities(document) or caps.Abilities({}),
        platform=engines.read_platform(document),
        engines=engines.read_engines(document),
        models=models.read_models(document),
        space=models.read_space(document),
        tasks={kind: tasks.read_tasks(kind, document) for kind in TaskKind},
    )
    channels = ChannelMap([VideoInput(number=1)])
    found = merged({HOST_PART: Part(ref=HOST_PART)}, known, channels)
    assert all(ref == part.ref for ref, part in found.items())
    assert not list(findings(known))


def raised(document: dict[str, Any], *, as_text: bool) -> list[Event]:
    data = json.dumps(document) if as_text else document
    alert = {"eventType": "AIOP_Video", "channelID": 1, "taskID": "t", "AIOPData": data}
    return AlertReader(ChannelMap([VideoInput(number=1)])).read(json.dumps(alert).encode())


@given(document=DOCUMENTS, as_text=st.booleans())
@settings(max_examples=200, deadline=None)
def test_any_event(document: dict[str, Any], as_text: bool) -> None:
    for event in raised(document, as_text=as_text):
        data = getattr(event, "data", {})
        assert len(json.dumps(data)) < 65536
        assert all(isinstance(name, str) for name in data)


@given(cut=st.integers(0, 4000), name=st.sampled_from(sorted(path.name for path in SAMPLES.iterdir())))
@settings(max_examples=150, deadline=None)
def test_samples_cut_short(cut: int, name: str) -> None:
    try:
        document = loose_json.load((SAMPLES / name).read_bytes()[:cut])
    except BadAnswer:
        return
    for read in READERS.values():
        read(document)


@given(options=DOCUMENTS, limits=DOCUMENTS, kind=st.sampled_from(TaskKind))
@settings(max_examples=150, deadline=None)
def test_any_options_of_a_task(options: dict[str, Any], limits: dict[str, Any], kind: TaskKind) -> None:
    row = tasks.ROWS[kind]
    task = tasks.Task(task_id="t", kind=kind, fields=limits)
    builds: tuple[Callable[[], dict[str, Any]], ...] = (
        lambda: tasks.new_document(row, options, limits),
        lambda: tasks.edit_document(row, task, options),
    )
    for build in builds:
        try:
            document = build()
        except Rejected:
            continue
        assert set(row.required) <= document.keys() or "taskID" not in document or row.kind is TaskKind.PICTURE


@pytest.mark.parametrize("word", ["../../System/reboot", "..", ".", "a/b", "a?b=c", "a b", "%2e%2e", "\u00fc", "a#b"])
def test_ids_lead_nowhere_else(word: str) -> None:
    for path in (
        model_path(word),
        progress_path(word),
        tasks_path("videoTask", word),
        rules_path(word, 1),
        linkage_path(word, 1),
        download_path(word),
    ):
        steps = path.split("/")
        assert path.startswith(f"{ROOT}/")
        assert not {"..", "."} & set(steps)
        assert "?" not in path
        assert "#" not in path
        assert " " not in path


def test_lists_have_an_end() -> None:
    many = [
        {"MPID": f"m{number}", "taskID": f"t{number}", "engine": number + 1, "PID": number} for number in range(5000)
    ]
    assert len(models.read_models({"AlgorithmModels": many})) == models.MOST
    assert len(tasks.read_tasks(TaskKind.VIDEO, {"Tasks": many})) == tasks.MOST
    assert len(engines.read_engines({"LoadingInfoList": many})) == engines.MOST
    assert len(references.read_references({"AITargetBPInfoList": many})) == references.MOST
    infos = [{"RuleID": number} for number in range(5000)]
    assert len(rules.read_rules({"RuleInfo": infos})) == rules.MOST
    named = [{"type": number, "name": "x"} for number in range(5000)]
    assert len(labels.read_labels(named).targets) == 64
    data = {"targets": [{"obj": {"type": 1}}] * 5000, "events": {"alertInfo": [{"ruleInfo": {"ruleID": 1}}] * 5000}}
    told = seen.read_seen({"AIOPData": data})
    assert (len(told.targets), len(told.strikes)) == (seen.MOST, seen.MOST)
