"""What a model of device has of the platform: the part that does not change."""

from dataclasses import dataclass

# The 27 flags of the capabilities (000…txt l.4041-4109).
FLAGS = (
    "isSupportVideoTask",
    "isSupportVideoPollingAnalysisTask",
    "isSupportPictureTask",
    "isSupportPicturePollingAnalysisTask",
    "isSupportHistoryVideoTask",
    "isSupportResetEngine",
    "isSupportUploadModelWithURL",
    "isSupportUploadModelwithPushBinaryData",
    "isSupportAIRuleConfig",
    "isSupportAllIntelligentSearch",
    "isSupportAIPictureUpLoad",
    "isSupportAuthorizationModel",
    "isSupportPresetAIRuleConfig",
    "isSupportModelSchedule",
    "isSupportEventTrigger",
    "isSupportOSDConfig",
    "isSupportAITargetBP",
    "isSupportAIRuleTrigger",
    "isSupportConfidenceConfig",
    "isSupportOCRDetection",
    "isSupportAIRuleOverlay",
    "isSupportAITargetOverlay",
    "isSupportAIRuleCount",
    "isSupportAIRuleCapabilities",
    "isSupportContrast",
    "isSupportBehavior",
    "isSupportAIRuleCountManualReset",
)


@dataclass(kw_only=True, frozen=True)
class Plan:
    """The platform of one model of device."""

    engines: int
    chip: int
    """1 TX1, 2 P4, 3 3559, 4 3519, 5 3516 (000…txt l.4124)."""
    chip_name: str
    lacks: frozenset[str] = frozenset()
    """Flags that are false; what belongs to them answers "not supported"."""
    hides: frozenset[str] = frozenset()
    """Flags the device does not tell, although it can do it (or not: see `lacks`)."""
    capacity: int = 1024
    """Megabytes for models."""
    most_models: int = 10
    most_tasks: int = 8
    """Per kind of task."""
    most_channels: int = 4
    """Per task."""
    single_rules: bool = False
    """A lone rule, status or name is an object, as drawn in the document, not an array of one."""
    camera: bool = False
    """A camera with a lens of its own; else a recorder."""


RECORDER = Plan(engines=2, chip=2, chip_name="K81")
CAMERA = Plan(
    engines=1,
    chip=3,
    chip_name="H5",
    lacks=frozenset(
        {
            "isSupportVideoPollingAnalysisTask",
            "isSupportPictureTask",
            "isSupportPicturePollingAnalysisTask",
            "isSupportHistoryVideoTask",
            "isSupportPresetAIRuleConfig",
            "isSupportUploadModelWithURL",
            "isSupportModelSchedule",
            "isSupportContrast",
            "isSupportOCRDetection",
        }
    ),
    hides=frozenset({"isSupportPictureTask", "isSupportAIRuleTrigger", "isSupportContrast"}),
    capacity=256,
    most_models=2,
    most_tasks=1,
    most_channels=1,
    single_rules=True,
    camera=True,
)
