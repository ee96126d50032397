"""What the device does when a rule strikes: a list of methods for each rule of a channel. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ....transport import loose_json
from ..client import Json

CENTER: Final = "center"
"""Telling whoever listens to the alarm channel; without it a rule strikes unheard."""
POSSIBLE: Final = (
    "email", "IM", "IO", "syslog", "HTTP", "FTP", "beep", "ptz", "record", "monitorAlarm", "center",
    "LightAudioAlarm", "focus", "trace", "whiteLight", "audio", "AIAudio",
)  # fmt: skip
"""What the guide names, for a device that does not tell (000…txt L4425)."""
_MOST: Final = 256
_LIST: Final = "AIRuleTriggerCfg"


def entries(document: Mapping[str, Any]) -> list[Json]:
    """All linkages of a channel."""
    return [each for each in loose_json.find_all(document, _LIST)[:_MOST] if isinstance(each, dict)]


def methods_of(document: Mapping[str, Any], rule: int) -> list[str]:
    """What one rule does."""
    found = (_methods(each) for each in entries(document) if _rule(each) == rule)
    return list(dict.fromkeys(each for methods in found for each in methods))


def possible(document: Mapping[str, Any]) -> list[str]:
    """What rules of a channel can be told to do; the guide's own list names one method twice."""
    nodes = loose_json.find_all(document, "notificationMethod")
    listed: Any = next(
        (opt for each in nodes if (opt := loose_json.get(each, "@opt", loose_json.get(each, "opt")))), []
    )
    words = listed if isinstance(listed, list) else str(listed).split(",")
    return list(dict.fromkeys(word for each in words[:_MOST] if (word := loose_json.to_text(each, 32))))


def changed(document: Mapping[str, Any], rule: int, methods: Sequence[str]) -> Json:
    """The document with other methods of one rule; what stays keeps its ports, and other rules all of theirs."""
    kept: list[Json] = []
    placed: set[str] = set()
    for entry in entries(document):
        if _rule(entry) != rule:
            kept.append(entry)
            continue
        staying = [each for each in _methods(entry) if each in methods and each not in placed]
        if staying:
            placed.update(staying)
            kept.append({**entry, "notificationMethod": ",".join(staying)})
    new = [each for each in dict.fromkeys(methods) if each not in placed]
    kept += ({"ruleID": rule, "ruleType": "single", "notificationMethod": each} for each in new)
    return {_LIST: kept}


def removal(rule: int) -> Json:
    """The document that takes away all linkages of a rule (L4750)."""
    return {_LIST: [{"ruleID": rule, "ruleType": "single"}]}


def silent(document: Mapping[str, Any], rules: Sequence[int]) -> list[int]:
    """Rules that tell nobody when they strike."""
    return [rule for rule in rules if CENTER not in methods_of(document, rule)]


def _rule(entry: Mapping[str, Any]) -> int | None:
    return loose_json.to_int(loose_json.get(entry, "ruleID"))


def _methods(entry: Mapping[str, Any]) -> list[str]:
    word = loose_json.to_text(loose_json.get(entry, "notificationMethod"), 512) or ""
    return [each for part in word.split(",") if (each := part.strip())]
