"""A change of a record: what of it has to be written, and what the device made of it."""

from collections.abc import Sequence
from functools import cached_property
from typing import Final

from .grammar import Leaf, Pair, Record, covering
from .markers import plain
from .values import same

_MOST_NAMED: Final = 8
_READINGS: Final = frozenset({"cavitytemperature", "selfadaptiveenvironmenttemperature"})
"""What the device measures and tells among its settings (003_f90f6ea635efbe94.txt l.23377, l.23682)."""


class Change:
    """A record as read and as wanted."""

    def __init__(self, before: Record, wanted: Record, again: Sequence[str] = ()) -> None:
        """Take both; they are not looked at again. Fields named in `again` count as changed even if they are not."""
        repeated = {((), plain(name)) for name in again}
        self.wanted = wanted
        self._before = before.leaves()
        after = wanted.leaves()
        self._changed = {
            leaf: value for leaf, value in after.items() if self._before.get(leaf) != value or leaf[:2] in repeated
        }
        self._ways = {way for way, *_ in after}
        self._gone = self._before.keys() - after.keys()

    def __bool__(self) -> bool:
        """Whether anything is to be written."""
        return bool(self._changed or self._gone)

    @cached_property
    def alone(self) -> tuple[Pair, ...]:
        """The changed fields where they say all: outside of lists, each name once. Else nothing."""
        names = {name for way, name, _ in self._changed if not way and len(self.wanted.values(name)) == 1}
        if self._gone or len(names) != len(self._changed):
            return ()
        fields = (name for name in self.wanted.names if plain(name) in names)
        return tuple((name, self.wanted.get(name) or "") for name in fields)

    def whole(self, write: Sequence[Pair]) -> tuple[Pair, ...]:
        """All pairs to be written, after those given, which take the place of fields of the same name."""
        return (*write, *covering(self.wanted.without(*(name for name, _ in write))))

    def not_taken(self, after: Record) -> tuple[str, ...]:
        """Names of changed fields, and of lists, that the device has otherwise, from what it answers now."""
        leaves = after.leaves()
        names = [leaf[1] for leaf, value in self._changed.items() if not same(leaves.get(leaf), value)]
        names += [leaf[1] for leaf in self._gone if leaf in leaves]
        # Lists that were added to instead of replaced.
        names += [way[-1][0] for way, *_ in leaves if way and way not in self._ways]
        return tuple(dict.fromkeys(names))[:_MOST_NAMED]

    def lost(self, after: Record) -> tuple[str, ...]:
        """Names of fields that were to stay as they were and did not."""
        leaves = after.leaves()
        names = [
            leaf[1]
            for leaf, value in self._before.items()
            if not self._named(leaf) and leaf[1] not in _READINGS and not same(leaves.get(leaf), value)
        ]
        return tuple(dict.fromkeys(names))[:_MOST_NAMED]

    def _named(self, leaf: Leaf) -> bool:
        return leaf in self._changed or leaf in self._gone
