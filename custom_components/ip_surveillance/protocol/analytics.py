"""Commands for devices that run detection models of their own: models, tasks, rules, pictures of the usual view.

Answers are plain JSON data in the words below, ready to be shown to people; what else a device tells stays in its own
words. Every command raises `Rejected` with the device's reason where it refuses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from .model.events import Polled
from .model.parts import PartRef
from .model.state import Picture

type Answer = Mapping[str, Any]
type Description = Sequence[Mapping[str, Any]]
"""What the maker's training platform hands out beside a model: its labels among other things (000…txt l.4482)."""


class TaskKind(StrEnum):
    """What a task works on."""

    VIDEO = "video"
    """Live video of channels, all the time."""
    VIDEO_POLLING = "video_polling"
    """Live video of many channels in turn."""
    PICTURE_POLLING = "picture_polling"
    """Pictures taken of many channels in turn."""
    PICTURE = "picture"
    """Pictures at addresses that the user gives."""
    HISTORY = "history"
    """Recorded video."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewModel:
    """A model to be put on a device: from an address, or as the bytes of its file."""

    name: str
    url: str | None = None
    """Address that the device itself fetches it from."""
    data: bytes | None = field(default=None, repr=False)
    model_id: str | None = None
    """None makes a new one."""
    engines: tuple[int, ...] = ()
    """Engines to load it at once; empty for none."""
    description: Description | None = None


@runtime_checkable
class Models(Protocol):
    """Detection models on a device."""

    async def models(self) -> Answer:
        """List them: `models` (`model_id`, `name`, `status`, `engines`, `labels`), `total` and `free` megabytes."""

    async def install_model(self, model: NewModel) -> Answer:
        """Put a model on the device; tells its `model_id`. Loading goes on after that: see `model_progress`."""

    async def update_model(
        self, model_id: str, *, name: str | None, url: str | None, description: Description | None
    ) -> Answer:
        """Rename a model, describe it anew, or replace it by what an address holds."""

    async def delete_model(self, model_id: str) -> Answer:
        """Remove a model for good."""

    async def model_progress(self, model_id: str) -> Answer:
        """How far loading has come: `percent`, 0 to 100."""


@runtime_checkable
class Tasks(Protocol):
    """Work given to the engines of a device. `options` holds what the device itself calls the fields of a task."""

    async def tasks(self, kind: TaskKind | None = None) -> Answer:
        """List them: `tasks` (`task_id`, `kind`, `status`, `engine`, `channels`, and the device's own fields)."""

    async def create_task(self, kind: TaskKind, options: Mapping[str, Any]) -> Answer:
        """Give work; tells the `task_id`, and in `failed_channels` which channels the device could not take."""

    async def edit_task(self, kind: TaskKind, task_id: str, options: Mapping[str, Any]) -> Answer:
        """Change a task; fields that are not given stay as they are."""

    async def delete_task(self, kind: TaskKind, task_id: str) -> Answer:
        """Take a task away."""

    async def analyse_pictures(self, engine: int, model_id: str, urls: Sequence[str]) -> Answer:
        """Have pictures at some addresses looked at; tells the `task_id`; results come as events."""


@runtime_checkable
class Linkages(Protocol):
    """What a device does when a rule strikes."""

    async def linkage(self, rule: PartRef) -> Answer:
        """Tell it: `methods` as the device calls them, and `possible`."""

    async def set_linkage(self, rule: PartRef, methods: Sequence[str]) -> Answer:
        """Change it and tell what the device has then."""


@runtime_checkable
class References(Protocol):
    """Pictures of a channel's usual view, with which detections compare."""

    async def references(self, channel: PartRef) -> Answer:
        """List them: `pictures` (`picture_id`, `name`)."""

    async def capture_reference(self, channel: PartRef) -> Answer:
        """Take one now; tells its `picture_id` and `name`."""

    async def add_reference(self, channel: PartRef, name: str, data: bytes) -> Answer:
        """Store a JPEG as one."""

    async def fetch_reference(self, channel: PartRef, picture_id: str) -> Picture:
        """Fetch one."""

    async def rename_reference(self, channel: PartRef, picture_id: str, name: str) -> Answer:
        """Rename one."""

    async def delete_references(self, channel: PartRef, picture_ids: Sequence[str]) -> Polled:
        """Remove some."""
