"""Who is told when something changes: the entities of the parts concerned, and of those that hang on them."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial

from homeassistant.core import CALLBACK_TYPE, callback

from .protocol.model.events import Happened
from .protocol.model.parts import HOST_PART, PartRef, Topology

type HappenedCallback = Callable[[Happened], None]


class Telling:
    """Listeners by part. A host may have a hundred thousand, of which an event concerns a few."""

    def __init__(self) -> None:
        """Nobody listens yet."""
        self._by_part: defaultdict[PartRef, list[CALLBACK_TYPE]] = defaultdict(list)
        self._happened: defaultdict[PartRef, list[HappenedCallback]] = defaultdict(list)
        self._hanging: dict[PartRef, list[PartRef]] = {}
        """Parts that are out of reach when another one is."""

    @callback
    def listen(self, part: PartRef, changed: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Be told when a part changed; unlike a listener of the coordinator this asks for nothing to be read."""
        self._by_part[part].append(changed)
        return partial(self._by_part[part].remove, changed)

    @callback
    def listen_happened(self, part: PartRef, told: HappenedCallback) -> CALLBACK_TYPE:
        """Be told the momentary happenings of a part."""
        self._happened[part].append(told)
        return partial(self._happened[part].remove, told)

    def know(self, topology: Topology) -> None:
        """Take what hangs on what."""
        self._hanging = _hanging(topology)

    @callback
    def tell(self, parts: Iterable[PartRef]) -> None:
        """Tell that parts changed."""
        hanging = (each for part in parts for each in self._hanging.get(part, ()))
        for part in dict.fromkeys((*parts, *hanging)):
            for told in tuple(self._by_part.get(part, ())):
                told()

    @callback
    def tell_happened(self, moments: Iterable[Happened]) -> None:
        """Tell what happened."""
        for happened in moments:
            for told in tuple(self._happened.get(happened.part, ())):
                told(happened)


def _hanging(topology: Topology) -> dict[PartRef, list[PartRef]]:
    """Whose reachability depends on whose; nothing is worth telling of the host, which is polled or not at all."""
    found: defaultdict[PartRef, list[PartRef]] = defaultdict(list)
    for part in topology.parts.values():
        for above in {part.parent or part.ref.owner, part.ref.owner} - {HOST_PART, part.ref}:
            found[above].append(part.ref)
    return dict(found)
