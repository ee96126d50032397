"""What the platform of a device can do: 27 flags, of which a missing one says nothing (000…txt L4041-4109)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from ....transport import loose_json


class Ability(StrEnum):
    """One flag of the document of capabilities, by the device's own name without `isSupport`."""

    VIDEO_TASK = "VideoTask"
    VIDEO_POLLING_TASK = "VideoPollingAnalysisTask"
    PICTURE_TASK = "PictureTask"
    PICTURE_POLLING_TASK = "PicturePollingAnalysisTask"
    HISTORY_TASK = "HistoryVideoTask"
    ENGINE_RESET = "ResetEngine"
    MODEL_BY_URL = "UploadModelWithURL"
    MODEL_BY_FILE = "UploadModelwithPushBinaryData"
    RULES = "AIRuleConfig"
    SEARCH = "AllIntelligentSearch"
    PICTURES = "AIPictureUpLoad"
    AUTHORIZATION = "AuthorizationModel"
    PRESET_RULES = "PresetAIRuleConfig"
    SCHEDULE = "ModelSchedule"
    TASK_LINKAGE = "EventTrigger"
    OSD = "OSDConfig"
    REFERENCES = "AITargetBP"
    RULE_LINKAGE = "AIRuleTrigger"
    CONFIDENCE = "ConfidenceConfig"
    OCR = "OCRDetection"
    RULE_OVERLAY = "AIRuleOverlay"
    TARGET_OVERLAY = "AITargetOverlay"
    COUNTING = "AIRuleCount"
    RULE_CAPABILITIES = "AIRuleCapabilities"
    COMPARISON = "Contrast"
    BEHAVIOR = "Behavior"
    COUNT_RESET = "AIRuleCountManualReset"


_PREFIX: Final = "issupport"
_ALIASES: Final = {
    "modelwithurl": Ability.MODEL_BY_URL,
    "modelwithpushbinarydata": Ability.MODEL_BY_FILE,
    "uploadmodelwithpushbinary": Ability.MODEL_BY_FILE,
    "aiintelligentsearch": Ability.SEARCH,
}
"""Later firmware spells some of them otherwise; letter case differs anyway."""
_BY_NAME: Final = {**{each.value.lower(): each for each in Ability}, **_ALIASES}


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the device says of itself."""

    flags: Mapping[Ability, bool]

    def may(self, ability: Ability) -> bool:
        """Whether it is worth asking: the device does not say that it cannot."""
        return self.flags.get(ability, True)


def read_abilities(document: Mapping[str, Any]) -> Abilities | None:
    """Read the flags; None when the document speaks of no ability at all and so is something else."""
    flags: dict[Ability, bool] = {}
    asked = False
    for holder in (document, *(each for each in document.values() if isinstance(each, Mapping))):
        for name, value in holder.items():
            word = str(name).strip().lower()
            if not word.startswith(_PREFIX):
                continue
            asked = True
            ability = _BY_NAME.get(word.removeprefix(_PREFIX))
            said = loose_json.to_bool(value)
            if ability is not None and said is not None:
                flags.setdefault(ability, said)
    return Abilities(flags) if asked else None
