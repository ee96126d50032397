"""Rules of a task on a channel: stored as they were sent, shown in either of the shapes the document draws."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from ..form import Node, Tree, items

# Called arrays in words, drawn as objects (000…txt l.4146, 4165, 4307, 4315).
SHAPED = frozenset({"RuleInfo", "TargetStatus", "ScheduledCounting", "RuleNameInfo"})

TARGET_EXCEPTION = 1073758209
REGION_EXCEPTION = 1073758210
CROSSING = 1073758211
CROSSING_COUNT = 1073758212
REGION_COUNT = 1073758213
FULL_ANALYSIS = 1073774593
TRIGGER_TYPES = (TARGET_EXCEPTION, REGION_EXCEPTION, CROSSING, CROSSING_COUNT, REGION_COUNT, FULL_ANALYSIS)
"""What makes a rule strike (000…txt l.4152)."""
COUNTING = (CROSSING_COUNT, REGION_COUNT)


@dataclass(kw_only=True)
class Sheet:
    """The rules of a task on one channel."""

    config: Tree = field(default_factory=lambda: {"VCA_config": {"ConfigInfo": {"EventRule": {"RuleInfo": []}}}})
    """Content of AIRuleConfig, with arrays wherever the shape may differ."""
    triggers: list[Tree] = field(default_factory=list)
    presets: dict[int, Tree] = field(default_factory=dict)
    failed: bool = False
    """The device could not put the rules into force."""
    counts: dict[int, int] = field(default_factory=dict)
    """Rule -> what a counting rule has counted."""

    def rules(self) -> dict[int, Tree]:
        """Return the rules by their number."""
        found = items(self.config, "VCA_config", "ConfigInfo", "EventRule", "RuleInfo")
        return {rule["RuleID"]: rule for rule in found if isinstance(rule.get("RuleID"), int)}  # type: ignore[misc]

    def name(self, rule: int) -> str | None:
        """Return the name of a rule, None where it has none."""
        for item in items(self.config, "RuleNameInfo"):
            if item.get("ruleID") == rule:
                return str(item.get("ruleName"))
        return None

    def methods(self, rule: int) -> list[str]:
        """Return what the device does when a rule strikes."""
        return [str(item["notificationMethod"]) for item in self.triggers if item.get("ruleID") == rule]


def shaped(node: Node, *, single: bool) -> Node:
    """Return rules as the device shows them: with `single`, an array of one becomes the one."""
    if isinstance(node, list):
        return [shaped(item, single=single) for item in node]
    if not isinstance(node, dict):
        return node
    found: Tree = {}
    for name, value in node.items():
        value = shaped(value, single=single)
        if single and name in SHAPED and isinstance(value, list) and len(value) == 1:
            value = value[0]
        found[name] = value
    return found


def arrays(node: Any) -> Any:
    """Return rules with arrays wherever the shape may differ."""
    if isinstance(node, list):
        return [arrays(item) for item in node]
    if not isinstance(node, dict):
        return deepcopy(node)
    found = {name: arrays(value) for name, value in node.items()}
    for name in SHAPED & found.keys():
        if isinstance(found[name], dict):
            found[name] = [found[name]]
    return found
