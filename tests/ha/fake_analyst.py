"""A driver of a device that runs detection models; it records commands and answers with what it was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
import time
from typing import Any

from custom_components.ip_surveillance.protocol.analytics import Answer, NewModel, TaskKind
from custom_components.ip_surveillance.protocol.model.events import Polled
from custom_components.ip_surveillance.protocol.model.parts import HOST, HOST_PART, Part, PartKind, PartRef, Placement
from custom_components.ip_surveillance.protocol.model.state import Picture
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Quantity, Reading
from tests.ha.fake_driver import FakeDriver

CHANNEL = PartRef(HOST, PartKind.CHANNEL, 1)
RULE = PartRef(HOST, PartKind.RULE, 3, "task.1")
BARE_RULE = PartRef(HOST, PartKind.RULE, 4, "task.1")
COUNT = frozenset({Reading(Quantity.COUNT)})
PARTS = (
    Part(ref=HOST_PART, name="Yard", features=frozenset({Feature.MODELS, Feature.TASKS})),
    Part(
        ref=CHANNEL,
        name="Gate",
        placement=Placement.CHILD,
        features=frozenset({Feature.SNAPSHOT, Feature.REFERENCES}),
    ),
    Part(ref=RULE, name="Helmets", placement=Placement.CHILD, readings=COUNT, features=frozenset({Feature.LINKAGE})),
    Part(ref=BARE_RULE, name="Vests", placement=Placement.CHILD, readings=COUNT),
)


@dataclass(kw_only=True)
class Analyst(FakeDriver):
    """All commands of `protocol/analytics.py`."""

    def _told(self, *call: Any) -> Answer:
        self.record(*call)
        return {"asked": call[0]}

    async def models(self) -> Answer:
        return self._told("models")

    async def install_model(self, model: NewModel) -> Answer:
        return self._told("install_model", model)

    async def update_model(
        self, model_id: str, *, name: str | None, url: str | None, description: Sequence[Mapping[str, Any]] | None
    ) -> Answer:
        return self._told("update_model", model_id, name, url, description)

    async def delete_model(self, model_id: str) -> Answer:
        return self._told("delete_model", model_id)

    async def model_progress(self, model_id: str) -> Answer:
        return self._told("model_progress", model_id)

    async def tasks(self, kind: TaskKind | None = None) -> Answer:
        return self._told("tasks", kind)

    async def create_task(self, kind: TaskKind, options: Mapping[str, Any]) -> Answer:
        return self._told("create_task", kind, options)

    async def edit_task(self, kind: TaskKind, task_id: str, options: Mapping[str, Any]) -> Answer:
        return self._told("edit_task", kind, task_id, options)

    async def delete_task(self, kind: TaskKind, task_id: str) -> Answer:
        return self._told("delete_task", kind, task_id)

    async def analyse_pictures(self, engine: int, model_id: str, urls: Sequence[str]) -> Answer:
        return self._told("analyse_pictures", engine, model_id, list(urls))

    async def linkage(self, rule: PartRef) -> Answer:
        return self._told("linkage", rule)

    async def set_linkage(self, rule: PartRef, methods: Sequence[str]) -> Answer:
        return self._told("set_linkage", rule, list(methods))

    async def references(self, channel: PartRef) -> Answer:
        return self._told("references", channel)

    async def capture_reference(self, channel: PartRef) -> Answer:
        return self._told("capture_reference", channel)

    async def add_reference(self, channel: PartRef, name: str, data: bytes) -> Answer:
        return self._told("add_reference", channel, name, data)

    async def fetch_reference(self, channel: PartRef, picture_id: str) -> Picture:
        self.record("fetch_reference", channel, picture_id)
        return Picture(b"\xff\xd8" + picture_id.encode())

    async def rename_reference(self, channel: PartRef, picture_id: str, name: str) -> Answer:
        return self._told("rename_reference", channel, picture_id, name)

    async def delete_references(self, channel: PartRef, picture_ids: Sequence[str]) -> Polled:
        self.record("delete_references", channel, list(picture_ids))
        return Polled(asked_at=time.monotonic())
