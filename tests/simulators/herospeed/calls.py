"""One request as a handler sees it, and the plain reading and writing of stored objects."""

from collections.abc import Awaitable, Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .capabilities import Capabilities
from .merge import Writer
from .quirks import LOOSE, Quirk, unspaced
from .sessions import Session
from .status import Code, Json, Refused

if TYPE_CHECKING:
    from .simulator import HerospeedSimulator
    from .world import World

CREDENTIALS = frozenset({"loginName", "encryptionType", "securityType", "datetime", "dateTime", "iv", "password"})
"""Members that go with encrypted names and passwords; never kept."""
RANGE_ENDINGS = ("Min", "Max", "List")
type Handler = Callable[["Call"], Awaitable[Json]]


@dataclass(kw_only=True)
class Call:
    """One request of somebody logged in (or of nobody, where that is allowed)."""

    sim: HerospeedSimulator
    path: str
    """Path in the document, whatever the firmware calls it."""
    endpoint: Endpoint
    data: Json
    session: Session | None

    @property
    def world(self) -> World:
        """State of the camera."""
        return self.sim.world

    @property
    def user(self) -> str:
        """Who asks."""
        return self.session.user.name if self.session else ""

    def object(self) -> dict[str, Json]:
        """Return the data, which has to be an object."""
        if not isinstance(self.data, dict):
            raise Refused(Code.PARAMETER, "data is no object")
        return self.data

    def member(self, name: str) -> Json:
        """Return a member of the data, with a blank behind its name where names are read so."""
        return self.object().get(name, self.object().get(f"{name} "))

    def integer(self, name: str) -> int:
        """Return a required integer of the data."""
        value = self.member(name)
        if self.sim.quirks & LOOSE and isinstance(value, str) and value.isdecimal():
            return int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise Refused(Code.PARAMETER, f"{name} is {value!r}")
        return value

    def written(self, stored: Json, data: Json | None = None) -> Json:
        """Return the stored object after this write."""
        quirks, endpoint = self.sim.quirks, self.endpoint
        writer = Writer(
            wipes=Quirk.PARTIAL_WIPES in quirks,
            read_only=endpoint.read_only,
            ranges=dict(endpoint.ranges),
            loose=bool(quirks & LOOSE),
        )
        given = self._names(self.data if data is None else data, stored, writer)
        result = writer.put(stored, given)
        self.sim.unknown_names += [f"{self.path} {name}" for name in writer.unknown if name not in endpoint.transient]
        return result

    def _names(self, data: Json, stored: Json, writer: Writer) -> Json:
        """Return the data under the names the object has when it is read."""
        if Quirk.SPACED_KEYS in self.sim.quirks and isinstance(stored, dict | list) and "property" not in stored:
            data = unspaced(data, writer.unknown)
        if not isinstance(data, dict) or not isinstance(stored, dict):
            return data
        # Ranges that were read are sent back by a client that writes the whole object: not a value, not a mistake.
        return {
            self.endpoint.aliases.get(name, name): value
            for name, value in data.items()
            if name in stored or not name.endswith(RANGE_ENDINGS)
        }


@dataclass(frozen=True, kw_only=True)
class Gate:
    """The capability that has to be there."""

    flag: str
    good: Callable[[int], bool] = bool

    def open(self, capabilities: Capabilities) -> bool:
        """Whether the model has it."""
        return self.good(capabilities[self.flag])


async def read(call: Call) -> Json:
    """Answer with the stored object."""
    found = deepcopy(call.world.documents[call.path])
    if Quirk.RANGES in call.sim.quirks and isinstance(found, dict):
        for name, (low, high) in call.endpoint.ranges.items():
            if name in found:
                found |= {f"{name}Min": low, f"{name}Max": high}
    return found


async def write(call: Call) -> Json:
    """Change the stored object."""
    call.world.documents[call.path] = call.written(call.world.documents[call.path])
    return {}


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One path: what it does for each action and which names it treats otherwise."""

    line: int
    """Line of the path in the document; 0: not in it."""
    get: Handler | None = read
    set: Handler | None = write
    delete: Handler | None = None
    login: bool = True
    """Needs a session."""
    gate: Gate | None = None
    read_only: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Name in a set -> name in a get."""
    transient: frozenset[str] = frozenset()
    """Names that are known in a set and not kept."""
    ranges: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    risky: bool = False
    """A set nobody should send without being asked to: it ends up in the list of risks taken."""

    def handler(self, action: Json) -> Handler:
        """Return what serves this action."""
        actions = {"get": self.get, "set": self.set, "delete": self.delete}
        found = actions.get(action) if isinstance(action, str) else None
        if found is None:
            raise Refused(Code.PARAMETER, f"action {action!r}")
        return found
