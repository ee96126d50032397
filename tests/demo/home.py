"""What the demo knows of its Home Assistant: the entries of the devices and all entities."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .entities import Entity, Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What the dashboard is made from."""

    entities: Registry
    entries: Mapping[str, str]
    """Titles of cameras and recorders by entry, in the order in which they are shown."""
    receiver: str
    """Entry of the receiver."""
    devices: Mapping[str, str]
    """Names by registry device."""
    blind: frozenset[str] = frozenset()
    """Entries of cameras that make no stills; those of the stream need video, which nothing simulated has."""

    @property
    def video(self) -> Registry:
        """Entities of the cameras and recorders."""
        return Registry(entity for entity in self.entities.all if entity.entry != self.receiver)

    def channels(self, entry: str) -> Iterator[tuple[Entity, str]]:
        """Return the main camera of each channel with its name."""
        seen: set[int] = set()
        for camera in self.entities.of("camera", entry, "channel"):
            if camera.number not in seen:
                seen.add(camera.number)
                yield camera, self.devices.get(camera.device, camera.name)

    def place(self, entity: Entity) -> str:
        """Return the name of the registry device an entity belongs to."""
        return self.devices.get(entity.device, "")
