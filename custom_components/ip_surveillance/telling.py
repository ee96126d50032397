"""Who is told when something changes: the entities of the parts concerned, and of those that hang on them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from homeassistant.core import CALLBACK_TYPE, callback

from .protocol.driver import Want
from .protocol.model.events import Happened
from .protocol.model.parts import HOST_PART, PartRef, Topology

type HappenedCallback = Callable[[Happened], None]


@dataclass(slots=True, eq=False)
class _Listener[C]:
    """Somebody who is told; calling it ends that.

    One object instead of functions within functions, which are a dozen: there may be a hundred thousand listeners,
    and the garbage collector stops everything else while it looks at all objects that there are.
    """

    telling: Telling
    among: list[_Listener[C]]
    told: C
    want: Want | None

    def __call__(self) -> None:
        self.among.remove(self)
        if self.want is not None:
            self.telling.count(-1)


class Telling:
    """Listeners by part. A host may have a hundred thousand, of which an event concerns a few."""

    def __init__(self, changed: CALLBACK_TYPE) -> None:
        """Nobody listens yet; `changed` is called when what is wanted may have become other."""
        self.wanting = 0
        """Listeners that want something."""
        self._changed = changed
        self._by_part: defaultdict[PartRef, list[_Listener[CALLBACK_TYPE]]] = defaultdict(list)
        self._happened: defaultdict[PartRef, list[_Listener[HappenedCallback]]] = defaultdict(list)
        self._hanging: dict[PartRef, list[PartRef]] = {}
        """Parts that are out of reach when another one is."""

    @callback
    def listen(self, part: PartRef, told: CALLBACK_TYPE, want: Want | None = None) -> CALLBACK_TYPE:
        """Be told when a part changed; `want` is what of it is worth asking the device for, if anything."""
        listener = _listening(self, self._by_part[part], told, want)
        if want is not None:
            self.count(1)
        return listener

    @callback
    def listen_happened(self, part: PartRef, told: HappenedCallback) -> CALLBACK_TYPE:
        """Be told the momentary happenings of a part."""
        return _listening(self, self._happened[part], told)

    @callback
    def count(self, more: int) -> None:
        """Note that so many more listeners want something, or fewer."""
        self.wanting += more
        self._changed()

    def wants(self) -> Iterator[Want]:
        """What is worth asking for."""
        return (each.want for listeners in self._by_part.values() for each in listeners if each.want is not None)

    def know(self, topology: Topology) -> None:
        """Take what hangs on what."""
        self._hanging = _hanging(topology)

    @callback
    def tell(self, parts: Iterable[PartRef]) -> None:
        """Tell that parts changed."""
        hanging = (each for part in parts for each in self._hanging.get(part, ()))
        for part in dict.fromkeys((*parts, *hanging)):
            for listener in tuple(self._by_part.get(part, ())):
                listener.told()

    @callback
    def tell_all(self) -> None:
        """Tell everybody who wants something, each once however many parts it listens to."""
        wanting = (each for listeners in self._by_part.values() for each in listeners if each.want is not None)
        for told in dict.fromkeys(each.told for each in wanting):
            told()

    @callback
    def tell_happened(self, moments: Iterable[Happened]) -> None:
        """Tell what happened."""
        for happened in moments:
            for listener in tuple(self._happened.get(happened.part, ())):
                listener.told(happened)


def _listening[C](telling: Telling, among: list[_Listener[C]], told: C, want: Want | None = None) -> _Listener[C]:
    listener = _Listener(telling, among, told, want)
    among.append(listener)
    return listener


def _hanging(topology: Topology) -> dict[PartRef, list[PartRef]]:
    """Whose reachability depends on whose; nothing is worth telling of the host, which is polled or not at all."""
    found: defaultdict[PartRef, list[PartRef]] = defaultdict(list)
    for part in topology.parts.values():
        for above in {part.parent or part.ref.owner, part.ref.owner} - {HOST_PART, part.ref}:
            found[above].append(part.ref)
    return dict(found)
