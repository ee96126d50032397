"""What a probe looks at and what it says it saw."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from ..simulators.herospeed import HerospeedSimulator
from ..simulators.ip_receiver import ReceiverSimulator
from ..simulators.isapi import IsapiSimulator
from ..simulators.sunell_cgi import SunellSimulator
from .board import Board
from .client import Client
from .fleet import Fleet
from .hass import HomeAssistant
from .home import Home
from .progress import DemoError


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What was seen, and how long it took where that is not just the time of the whole probe."""

    seen: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All that a probe can look at."""

    hass: HomeAssistant
    client: Client
    board: Board
    fleet: Fleet
    home: Home

    def entry(self, key: str) -> str:
        """Return the entry of a device of the fleet."""
        name = self.fleet.titles[key]
        return next(entry for entry, title in self.home.entries.items() if title == name)

    def device(self, key: str) -> IsapiSimulator:
        """Return a device of the fleet."""
        return self.fleet.devices[key]

    def station(self, key: str) -> SunellSimulator:
        """Return a device of the text protocol."""
        return self.fleet.stations[key]

    def post(self, key: str) -> HerospeedSimulator:
        """Return a device of the JSON dialect."""
        return self.fleet.posts[key]

    @property
    def receiver(self) -> ReceiverSimulator:
        """The receiver."""
        return self.fleet.receiver

    def behind(
        self, device: str, domain: str, kind: str | None = None, number: int | None = None, key: str = ""
    ) -> str:
        """Return the id of one entity of a device behind the receiver."""
        found = self.home.entities.behind(device)
        return found.one(domain, self.home.receiver, kind, number, key or None)

    def told(self, entity: str, attribute: str) -> Any:
        """Return an attribute of an entity."""
        seen = self.board.states.get(entity)
        return seen.attributes.get(attribute) if seen else None

    async def until_told(self, entity: str, attribute: str, wanted: Any) -> None:
        """Wait until an attribute of an entity has a value: not all that one message changes is shown at once."""

        def is_so() -> bool:
            return bool(self.told(entity, attribute) == wanted)

        try:
            await self.board.until(is_so, f"{attribute} of {entity} {wanted}")
        except DemoError as err:
            raise DemoError(f"{err} (it is {self.told(entity, attribute)})") from None

    def find(
        self, device: str, domain: str, kind: str | None = None, number: int | None = None, key: str | None = None
    ) -> str:
        """Return the id of one entity of a device."""
        return self.home.entities.one(domain, self.entry(device), kind, number, key)


type Probe = Callable[[Scene], Awaitable[Sight]]


def expect(true: bool, otherwise: str) -> None:
    """Complain when something is not as it should be."""
    if not true:
        raise DemoError(otherwise)
