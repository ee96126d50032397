"""Replaying a recorded device: `data.ISAPI[path]` holds a response in dictionary form, JSON, or a status code."""

from dataclasses import dataclass, field
import json
from pathlib import Path
from typing import Any, Self

from .form import Document, Node, Tree, dig, items, text, tree_of
from .profiles import Profile
from .world import Channel, Identity, Source, Trigger, World


@dataclass(kw_only=True)
class Capture:
    """The answers of one real device."""

    documents: dict[str, Document]
    statuses: dict[str, int]
    settings: dict[str, Node] = field(default_factory=dict)
    """JSON documents."""

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a recording."""
        recorded: dict[str, dict[str, Any]] = json.loads(Path(path).read_text(encoding="utf-8"))["data"]["ISAPI"]
        documents, statuses, settings = {}, {}, {}
        for name, answer in recorded.items():
            if "response" in answer:
                root, tree = next(iter(answer["response"].items()))
                documents[name] = Document(root=root, tree=tree_of(tree))
            elif "json" in answer:
                settings[name] = answer["json"]
            else:
                statuses[name] = int(answer["status_code"])
        return cls(documents=documents, statuses=statuses, settings=settings)

    def tree(self, path: str) -> Tree:
        """Return a recorded document's content, an empty one if it was not recorded."""
        return self.documents[path].tree if path in self.documents else {}

    def profile(self) -> Profile:
        """Return what the recording tells of the model."""
        info = self.tree("System/deviceInfo")
        identity = Identity(
            name=text(info, "deviceName"),
            model=text(info, "model"),
            serial=text(info, "serialNumber"),
            mac=text(info, "macAddress"),
            firmware=text(info, "firmwareVersion"),
            released=text(info, "firmwareReleasedDate"),
            device_type=text(info, "deviceType"),
        )
        capable = text(self.tree("System/capabilities"), "SysCap", "isSupportSubscribeEvent") == "true"
        return Profile(
            identity=identity,
            realm=identity.model,
            version=text(info, "@version") or "2.0",
            dialect=text(info, "@version") or "2.0",
            features=frozenset({"subscribe"} if capable else ()),
            recorded=True,
        )

    def fill(self, world: World) -> None:
        """Put the recording in place of what the model would have."""
        world.documents = dict(self.documents)
        world.statuses = dict(self.statuses)
        world.settings, world.triggers, world.channels = dict(self.settings), self._triggers(), {}
        for channel in self._channels():
            world.channels[channel.number] = channel

    def _channels(self) -> list[Channel]:
        own = items(self.tree("System/Video/inputs/channels"), "VideoInputChannel")
        behind = items(self.tree("ContentMgmt/InputProxy/channels"), "InputProxyChannel")
        found = [Channel(number=int(text(item, "id")), name=text(item, "name")) for item in own]
        return found + [
            Channel(number=int(text(item, "id")), name=text(item, "name"), source=Source()) for item in behind
        ]

    def _triggers(self) -> list[Trigger]:
        top = self.tree("Event/triggers")
        listed = items(top, "EventTrigger") or items(dig(top, "EventTriggerList"), "EventTrigger")
        single = [self.documents[path].tree for path in self.documents if path.startswith("Event/triggers/")]
        return [_trigger(item) for item in (*listed, *single)]


def _trigger(tree: Tree) -> Trigger:
    def number(name: str) -> int | None:
        value = text(tree, name)
        return int(value) if value.isdigit() else None

    return Trigger(
        id=text(tree, "id"),
        event=text(tree, "eventType"),
        channel=number("videoInputChannelID"),
        dyn=number("dynVideoInputChannelID"),
        input=number("inputIOPortID"),
        dyn_input=number("dynInputIOPortID"),
        methods=[
            text(item, "notificationMethod")
            for item in items(tree, "EventTriggerNotificationList", "EventTriggerNotification")
        ],
    )
