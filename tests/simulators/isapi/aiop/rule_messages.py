"""Messages about rules, their linkage and reference pictures.

000…txt E.1.3 to E.1.9, E.1.19, E.1.20, E.1.28, E.1.37, E.1.40.
"""

from collections.abc import Container
import re
from typing import Any

from ..form import Tree
from .rules import CROSSING, CROSSING_COUNT, REGION_COUNT, TARGET_EXCEPTION, TRIGGER_TYPES
from .schema import (
    Check,
    flag,
    listed,
    may,
    must,
    number,
    record,
    text,
    whole,
    wrong_form,
    wrong_value,
)

METHODS = (
    "email",
    "IM",
    "IO",
    "syslog",
    "HTTP",
    "FTP",
    "beep",
    "ptz",
    "record",
    "monitorAlarm",
    "center",
    "LightAudioAlarm",
    "focus",
    "trace",
    "whiteLight",
    "audio",
    "AIAudio",
)
"""Linkages of a rule (000…txt l.4425)."""
MOST_LINKAGES = 16
MOST_RULES = 8
NAME_BYTES = 64
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d")

_BIT = whole(0, 1)
_RULE = must("ruleID", whole(1, 65535))
_SHARE = number(0, 1)

# What the algorithm brings along may have more nodes than the document draws (000…txt l.4136).
_NUMBERS = record(
    must("NumberConditionValid", _BIT),
    must("MinTargetNum", whole(0, 10000)),
    must("MaxTargetNum", whole(0, 10000)),
    must("NumberJudgeCondition", whole(1, 4)),
    extra=True,
)
_STATUS = record(
    must("StatusType", whole(0, 65535)),
    must("StatusValue", whole(0, 65535)),
    must("ModelId", text(64)),
    extra=True,
)
_CONDITION = record(
    must("TriggerConditionValid", _BIT),
    may("TriggerType", whole(0, 65535)),
    must("TargetStatus", listed(_STATUS)),
    may("NumberCondition", _NUMBERS),
    extra=True,
)
_AT_MOST = record(must("MaxTriggerValid", _BIT), must("MaxTriggerTimes", whole(0, 100000)), extra=True)
_PARAM = record(
    may("Sensitive", whole(0, 100)),
    may("Duration", whole(0, 600)),
    may("TriggerInterval", whole(0, 600)),
    # Open intervals in the document: (0,1800) and [0-1000).
    must("CountInterval", whole(1, 1799)),
    must("AlertConfThreshold", whole(0, 999)),
    must("MaxTriggerCondition", _AT_MOST),
    extra=True,
)
_POLYGON = record(
    must("PolygonType", whole(1, 3)),
    must("PolygonPoint", listed(record(must("x", _SHARE), must("y", _SHARE), extra=True), least=1)),
    extra=True,
)
_REGION = record(
    must("RegionId", whole(1, 65535)),
    may("CrossDirection", whole(0, 3)),
    must("RulePolygon", _POLYGON),
    extra=True,
)
_RULE_INFO = record(
    must("RuleID", whole(1, 65535)),
    must("Valid", _BIT),
    must("TriggerType", whole(0, 0xFFFFFFFF, options=TRIGGER_TYPES)),
    must("TriggerCondition", _CONDITION),
    must("RuleParam", _PARAM),
    must("RuleRegion", record(must("Region", listed(_REGION, least=1)), extra=True)),
    extra=True,
)
_EVENT_RULE = record(must("RuleInfo", listed(_RULE_INFO, most=MOST_RULES)), extra=True)
_VCA = record(may("ConfigInfo", record(must("EventRule", _EVENT_RULE), extra=True)), extra=True)

# Which numbers of a rule its kind must have (000…txt l.4196-4210).
_NEEDED: dict[int, tuple[str, ...]] = {
    TARGET_EXCEPTION: ("Sensitive", "Duration", "TriggerInterval"),
    CROSSING: ("Duration", "TriggerInterval"),
    CROSSING_COUNT: ("Duration", "TriggerInterval"),
}
_AIMED = (TARGET_EXCEPTION, CROSSING, CROSSING_COUNT, REGION_COUNT)
"""Kinds that need a kind of target."""


def _time(value: Any, where: str) -> None:
    if not isinstance(value, str):
        wrong_form(where, "no string")
    if not _TIME.fullmatch(value):
        wrong_value(where, "no hh:mm:ss")


_INTERVAL = record(may("ruleID", whole(1, 65535)), may("value", whole(1, 1800)), may("ruleEnable", flag))
_OSD = record(
    _RULE,
    must("enabled", flag),
    may("OSDRegion", record(must("pointX", _SHARE), must("pointY", _SHARE))),
    must("TriggerType", whole(0, 0xFFFFFFFF, options=(CROSSING_COUNT, REGION_COUNT))),
    must("ruleEnable", flag),
)
_OVERLAY = record(_RULE, may("ruleOverlayEnable", flag), may("targetOverlayEnable", flag))
_PERIOD = record(must("id", whole(1, 4)), must("startTime", _time), must("endTime", _time))
_STATISTICS = record(
    _RULE,
    must("mode", text(options=("ScheduledCounting", "BatchCounting", "ManualCounting"))),
    may("BatchCounting", record(must("timeInterval", whole(1, 60)))),
    may("ScheduledCounting", listed(_PERIOD, most=4)),
)
_NAME = record(_RULE, must("ruleName", text(NAME_BYTES, least=1)))


def rule_config(extra: Container[str]) -> Check:
    """Return the check of rules, arrays wherever the shape may differ; `extra`: what the device itself told besides."""
    inner = record(
        may("VCA_config", _VCA),
        may("AlertIntervalList", listed(_INTERVAL)),
        may("OSDList", listed(_OSD)),
        may("OverlayInPreviewList", listed(_OVERLAY)),
        may("LineCrossingTargetStatisticsMode", listed(_STATISTICS)),
        may("RuleNameInfo", listed(_NAME)),
        extra=extra,
    )
    return record(must("AIRuleConfig", inner))


PRESET_CONFIG = record(
    must(
        "AIRuleConfig",
        record(
            may("VCA_config", _VCA),
            may("AlertIntervalList", listed(record(may("ruleID", whole(1, 65535)), may("value", whole(1, 1800))))),
        ),
    )
)


def check_dependent(rules: dict[int, Tree], config: dict[str, Any]) -> None:
    """Check what one node asks of another: numbers a kind of rule must have, and rules that are named elsewhere."""
    for rule in rules.values():
        parameters: Any = rule["RuleParam"]
        kind = rule["TriggerType"]
        assert isinstance(kind, int)
        for name in _NEEDED.get(kind, ()):
            if name not in parameters:
                wrong_form(f"RuleParam.{name}", "needed by this kind of rule")
        condition: Any = rule["TriggerCondition"]
        if kind in _AIMED and "TriggerType" not in condition:
            wrong_form("TriggerCondition.TriggerType", "needed by this kind of rule")
    lists = ("AlertIntervalList", "OSDList", "OverlayInPreviewList", "LineCrossingTargetStatisticsMode", "RuleNameInfo")
    for name in lists:
        for item in config.get(name, ()):
            if item.get("ruleID", next(iter(rules), None)) not in rules:
                wrong_value(f"{name}.ruleID", "no such rule")
    for item in config.get("LineCrossingTargetStatisticsMode", ()):
        if item["mode"] != "ManualCounting" and item["mode"] not in item:
            wrong_form(f"LineCrossingTargetStatisticsMode.{item['mode']}", "needed by this mode")


_LINKAGE = record(
    _RULE,
    may("ruleType", text(options=("single", "multiple"))),
    must("notificationMethod", text(options=METHODS)),
    may("outputIOPortID", text(32)),
    may("videoInputID", text(32)),
    may("dynOutputIOPortID", text(32)),
    may("AIAudioID", whole(0, 0x7FFFFFFF)),
)
LINKAGES = record(must("AIRuleTriggerCfg", listed(_LINKAGE)))
LINKAGES_GONE = record(
    must("AIRuleTriggerCfg", listed(record(_RULE, may("ruleType", text(options=("single", "multiple")))), least=1))
)

_PICTURE_NAME = text(32, least=1)
_RESOURCE = record(
    must("resourcesContentType", text(options=("url", "binary", "base64"))),
    must("resourcesContent", text(8 << 20, least=1)),
)
NEW_PICTURE = record(
    must(
        "AITargetBPInfo",
        record(
            may("PID", text(64, least=1)),
            may("pictureName", _PICTURE_NAME),
            must("PictureResources", _RESOURCE),
            may("isCover", flag),
        ),
    )
)
PICTURES_GONE = record(must("PIDs", listed(text(64, least=1), least=1)))


def picture_name(key: str) -> Check:
    """Return the check of a new name; devices may spell the outer node with a blank in front."""
    return record(must(key, record(must("pictureName", _PICTURE_NAME))))
