"""Requests about rules and their linkage (000…txt D.1-D.7)."""

from copy import deepcopy
import json
from typing import Any

from ...base import Answer
from ..form import Node, Tree
from ..routing import Call, number
from .answers import done, nothing_sent, platform, sent
from .refusals import Denied
from .rule_messages import (
    LINKAGES,
    LINKAGES_GONE,
    METHODS,
    MOST_LINKAGES,
    NAME_BYTES,
    PRESET_CONFIG,
    check_dependent,
    rule_config,
)
from .rules import SHAPED, Sheet, arrays, shaped
from .schema import anything, wrong_form, wrong_value

_CAPABILITIES: Tree = {
    "AIRuleConfigCap": {
        "LineCrossingTargetStatisticsMode": {
            "mode": {"@opt": ["ScheduledCounting", "BatchCounting", "ManualCounting"]},
            "BatchCounting": {"timeInterval": {"@min": 1, "@max": 60, "@def": 5}},
            "ScheduledCounting": {"@size": 4},
        },
        # Misspelt in the document too (000…txt l.4359).
        "RuleNameInfo": {"rulName": {"@min": 1, "@max": NAME_BYTES}},
    }
}


def _sheet(call: Call, task: str, channel: str) -> Sheet:
    return platform(call).sheet(task, number(channel))


def channel_capabilities(call: Call, channel: str) -> Answer:
    """GET AIRuleConfig/channels/{ID}/capabilities."""
    if number(channel) not in call.world.channels:
        raise Denied("invalidID")
    return call.json(_CAPABILITIES)


def task_capabilities(call: Call, task: str, channel: str) -> Answer:
    """GET AIRuleConfig/task/{ID}/channels/{ID}/capabilities, of which the document gives the path only (l.4099)."""
    _sheet(call, task, channel)
    return call.json(_CAPABILITIES)


def rules(call: Call, task: str, channel: str) -> Answer:
    """GET AIRuleConfig/task/{ID}/channels/{ID}."""
    sheet = _sheet(call, task, channel)
    return call.json({"AIRuleConfig": shaped(sheet.config, single=platform(call).plan.single_rules)})


def _same_shape(node: Any, where: str, *, single: bool) -> None:
    """Refuse a lone object where this device has an array of one, and the other way round."""
    if isinstance(node, list):
        for item in node:
            _same_shape(item, where, single=single)
    if not isinstance(node, dict):
        return
    for name, value in node.items():
        if name in SHAPED:
            lone = isinstance(value, dict) or (isinstance(value, list) and len(value) != 1)
            if (single and not lone) or (not single and isinstance(value, dict)):
                wrong_form(f"{where}.{name}", "not the shape this device uses")
        _same_shape(value, f"{where}.{name}", single=single)


def _message(call: Call) -> dict[str, Any]:
    """Return what was sent with arrays wherever the shape may differ."""
    given = sent(call, anything_object)
    _same_shape(given, "message", single=platform(call).plan.single_rules)
    found: dict[str, Any] = arrays(given)
    return found


def anything_object(value: Any, where: str) -> None:
    """Check that it is an object at all."""
    if not isinstance(value, dict):
        wrong_form(where, "no object")
    anything(value, where)


def _unique(sheet: Sheet, config: dict[str, Any]) -> dict[int, Tree]:
    found = sheet.rules()
    listed = config.get("VCA_config", {}).get("ConfigInfo", {}).get("EventRule", {}).get("RuleInfo", [])
    if len(listed) != len(found):
        wrong_value("RuleInfo.RuleID", "named twice")
    return found


def set_rules(call: Call, task: str, channel: str) -> Answer:
    """PUT AIRuleConfig/task/{ID}/channels/{ID}: what is sent is the new truth, lost nodes included."""
    sheet = _sheet(call, task, channel)
    given = _message(call)
    rule_config(sheet.config)(given, "message")
    config: dict[str, Any] = given["AIRuleConfig"]
    fresh = Sheet(config=config)
    check_dependent(_unique(fresh, config), config)
    sheet.config = fresh.config
    sheet.counts = {rule: count for rule, count in sheet.counts.items() if rule in sheet.rules()}
    return done(call)


def status(call: Call, task: str) -> Answer:
    """GET AIRuleConfig/task/{ID}/status."""
    state = platform(call)
    found: list[Node] = [
        {"channelID": channel, "status": "failed" if state.sheet(task, channel).failed else "success"}
        for channel in state.task(task).channels
    ]
    return call.json({"AIRuleConfigStatus": found})


def _preset(call: Call, task: str, channel: str, preset: str) -> tuple[Sheet, int]:
    wanted = platform(call).switches.preset_slash
    if wanted is not None and wanted is not call.path.endswith("/"):
        raise Denied("notSupport", http=404)
    found = number(preset)
    if not 1 <= found <= 300:
        raise Denied("invalidID", detail=f"preset {found}")
    return _sheet(call, task, channel), found


def preset_rules(call: Call, task: str, channel: str, preset: str) -> Answer:
    """GET AIRuleConfig/task/{ID}/channels/{ID}/preset/{ID}/."""
    sheet, found = _preset(call, task, channel, preset)
    config = sheet.presets.get(found, {"VCA_config": {}, "AlertIntervalList": []})
    return call.json({"AIRuleConfig": shaped(config, single=platform(call).plan.single_rules)})


def set_preset_rules(call: Call, task: str, channel: str, preset: str) -> Answer:
    """PUT AIRuleConfig/task/{ID}/channels/{ID}/preset/{ID}/."""
    sheet, found = _preset(call, task, channel, preset)
    given = _message(call)
    PRESET_CONFIG(given, "message")
    sheet.presets[found] = given["AIRuleConfig"]
    return done(call)


def linkage_capabilities(call: Call, task: str, channel: str) -> Answer:
    """GET AIRuleConfig/task/{ID}/channels/{ID}/trigger/capabilities; one method stands there twice, as printed."""
    _sheet(call, task, channel)
    methods: list[Node] = [*METHODS[:11], "monitorAlarm", *METHODS[11:]]
    return call.json({"AIRuleTriggerListCap": {"size": MOST_LINKAGES, "notificationMethod": {"@opt": methods}}})


def linkage(call: Call, task: str, channel: str) -> Answer:
    """GET AIRuleConfig/task/{ID}/channels/{ID}/trigger."""
    listed: list[Node] = list(_sheet(call, task, channel).triggers)
    return call.json({"AIRuleTriggerCfg": listed})


def set_linkage(call: Call, task: str, channel: str) -> Answer:
    """PUT AIRuleConfig/task/{ID}/channels/{ID}/trigger: replaces the linkages of the rules that are named."""
    sheet = _sheet(call, task, channel)
    given: list[Tree] = sent(call, LINKAGES)["AIRuleTriggerCfg"]
    named = {item["ruleID"] for item in given}
    for rule in named:
        _known(sheet, rule)
    for item in given:
        _linked_to(call, item)
    kept = [item for item in sheet.triggers if item["ruleID"] not in named]
    if len(kept) + len(given) > MOST_LINKAGES:
        raise Denied("noLinkageResource")
    keys = [(item["ruleID"], item["notificationMethod"], json.dumps(item, sort_keys=True)) for item in given]
    if len(set(keys)) != len(keys):
        wrong_value("AIRuleTriggerCfg", "the same linkage twice")
    sheet.triggers = kept + [{"ruleType": "single", **deepcopy(item)} for item in given]
    return done(call)


def _known(sheet: Sheet, rule: Node) -> None:
    if rule not in sheet.rules():
        wrong_value("ruleID", "no such rule")


def _linked_to(call: Call, item: Tree) -> None:
    """An output must exist, and a sound must be named."""
    port = item.get("outputIOPortID") or item.get("dynOutputIOPortID")
    exists = isinstance(port, str) and port.isdigit() and int(port) in call.world.outputs
    if item["notificationMethod"] == "IO" and not exists:
        wrong_value("outputIOPortID", "no such output")
    if item["notificationMethod"] == "AIAudio" and "AIAudioID" not in item:
        wrong_form("AIAudioID", "needed by this linkage")


def delete_linkage(call: Call, task: str, channel: str) -> Answer:
    """PUT AIRuleConfig/task/{ID}/channels/{ID}/trigger/delete: takes all linkages of the named rules away."""
    sheet = _sheet(call, task, channel)
    named = [item["ruleID"] for item in sent(call, LINKAGES_GONE)["AIRuleTriggerCfg"]]
    for rule in named:
        _known(sheet, rule)
    sheet.triggers = [item for item in sheet.triggers if item["ruleID"] not in named]
    return done(call)


def reset_counts(call: Call, channel: str) -> Answer:
    """PUT AIRuleConfig/channels/{ID}/manualReset, of which the document gives the path only (l.4108)."""
    nothing_sent(call)
    if number(channel) not in call.world.channels:
        raise Denied("invalidID")
    for (_, found), sheet in platform(call).sheets.items():
        if found == int(channel):
            sheet.counts.clear()
    return done(call)
