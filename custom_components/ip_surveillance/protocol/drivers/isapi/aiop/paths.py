"""Where the platform keeps what (`000_29ae79f8e0fdbaf4.txt` L3239-4030); ids are anybody's words, hence quoted."""

from typing import Final
from urllib.parse import quote

ROOT: Final = "Intelligent/AIOpenPlatform"
CAPABILITIES: Final = f"{ROOT}/capabilities"
ENGINES: Final = f"{ROOT}/algorithmModel/engines"
MODELS: Final = f"{ROOT}/algorithmModel/management"
SPACE: Final = f"{ROOT}/algorithmModel/management/space"
INSTALL: Final = f"{ROOT}/algorithmModel"
INSTALL_FILE: Final = f"{ROOT}/algorithmModelBinaryPackets"
UPDATE: Final = f"{ROOT}/algorithmModel/update"
DELETE_REFERENCES: Final = f"{ROOT}/AITargetBP/delete"


def engine_path(engine: int) -> str:
    """One engine as it is now."""
    return f"{ROOT}/algorithmModel/engine/{engine}"


def load_path(engine: int) -> str:
    """PUT loads a model into an engine."""
    return f"{ROOT}/algorithmModel/loading/{engine}"


def unload_path(engine: int) -> str:
    """DELETE takes the model out of an engine."""
    return f"{ROOT}/algorithmModel/unloading/{engine}"


def reset_path(engine: int) -> str:
    """PUT restarts an engine."""
    return f"{ROOT}/algorithmModel/engine/{engine}/reset"


def model_path(model_id: str) -> str:
    """DELETE removes a model."""
    return f"{SPACE}/{_quoted(model_id)}"


def progress_path(model_id: str) -> str:
    """How far a model is fetched."""
    return f"{ROOT}/algorithmModel/progress/{_quoted(model_id)}"


def tasks_path(word: str, task_id: str = "") -> str:
    """Tasks of one kind, or one of them; `word` is the kind's own (`videoTask`)."""
    return f"{ROOT}/{word}/{_quoted(task_id)}" if task_id else f"{ROOT}/{word}"


def rules_path(task_id: str, channel: int) -> str:
    """Rules of one channel of a task."""
    return f"{ROOT}/AIRuleConfig/task/{_quoted(task_id)}/channels/{channel}"


def rule_status_path(task_id: str) -> str:
    """Whether the rules of a task took effect, by channel."""
    return f"{ROOT}/AIRuleConfig/task/{_quoted(task_id)}/status"


def linkage_path(task_id: str, channel: int) -> str:
    """What the device does when a rule strikes."""
    return f"{rules_path(task_id, channel)}/trigger"


def references_path(channel: int) -> str:
    """Reference pictures of a channel."""
    return f"{ROOT}/AITargetBP/channels/{channel}"


def upload_path(channel: int) -> str:
    """POST stores a reference picture."""
    return f"{ROOT}/AITargetBPBinary/channels/{channel}"


def reference_path(picture_id: str) -> str:
    """PUT renames a reference picture."""
    return f"{ROOT}/AITargetBP/{_quoted(picture_id)}"


def download_path(picture_id: str) -> str:
    """GET fetches a reference picture."""
    return f"{ROOT}/AITargetBP/download/{_quoted(picture_id)}"


def _quoted(word: str) -> str:
    # A step of dots would lead elsewhere, whatever stands behind it.
    return quote(word, safe="") if word.strip(".") else quote(word, safe="").replace(".", "%2E")
