"""The text of answers and requests: `name=value` lines, with lists between markers, nested.

Nothing about lists is dependable but their order: numbers on markers and `xCount` are as good as random, markers of
the next element have names of their own or are missing, and so are ends (003_f90f6ea635efbe94.txt l.305-309, l.5589,
l.22996-23007, l.25332). So a marker says "here a new record begins" and nothing else, and within a list a name that
the open record has already begins a new one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
import re
from typing import Final, override

from ...errors import BadAnswer, NotSupported
from .markers import ACTIONS, COVER, NEXT_STEMS, STEM_SPELLINGS, STEMS, Mark, MarkKind, mark_of, plain

type Pair = tuple[str, str]
"""Name and value, in the order of the wire; requests repeat names."""
type Step = tuple[str, int]
"""Stem of a list and index of one of its records, from 0."""
type Leaf = tuple[tuple[Step, ...], str, int]
"""Place of a field: the way to its record, its name in lower case, and its number among those of that name."""

LARGEST: Final = 2 * 2**20
"""Bytes of a text; lists of number plates are the longest."""
DEEPEST: Final = 16
"""Lists within lists; the document has four."""
MOST_LINES: Final = 50_000
"""Lines of a text that are not blank."""
_CODE_PAGES: Final = ("utf-8-sig", "gbk")
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-\s]{0,63}")
_LONGEST_NAME: Final = 64
_BARE: Final = re.compile(r"[A-Za-z0-9_]{4,64}")
_MARK_VALUE: Final = re.compile(r"\d{0,2}")


def decode(body: bytes) -> str:
    """Read bytes as UTF-8, else as GBK (names on Chinese recorders), else as Latin-1, without NULs.

    Raises `BadAnswer` when they are too many.
    """
    if len(body) > LARGEST:
        raise BadAnswer("text is too large", code="tooLarge")
    for code_page in _CODE_PAGES:
        try:
            return body.decode(code_page).replace("\0", "")
        except UnicodeDecodeError:
            continue
    return body.decode("latin-1").replace("\0", "")


def parse(body: bytes | str) -> Record:
    """Read an answer, whatever it is; raises `BadAnswer` only when it is too large or nested too deep."""
    if isinstance(body, str):
        if len(body) > LARGEST:
            raise BadAnswer("text is too large", code="tooLarge")
        text = body.replace("\0", "")
    else:
        text = decode(body)
    read = list(islice(_lines(text.replace("\r", "\n").split("\n")), MOST_LINES + 1))
    if len(read) > MOST_LINES:
        raise BadAnswer("text has too many lines", code="tooLarge")
    return _Reader(read).read()


def record_of(pairs: Iterable[Pair]) -> Record:
    """Take pairs for a record, such as those of a request. Raises `BadAnswer` when it is nested too deep."""
    return _Reader(pairs).read()


def render(pairs: Iterable[Pair]) -> str:
    """Write pairs as lines, as devices do."""
    return "".join(f"{name}={value}\r\n" for name, value in pairs)


def covering(record: Record) -> tuple[Pair, ...]:
    """Pairs of a record to be written: before each list, where it has one, the word that it replaces the present one.

    Left to itself, a device adds what it is sent (l.6028).
    """
    pairs = record.pairs()
    given = {plain(name) for name, _ in pairs}
    made: list[Pair] = []
    for pair in pairs:
        mark = mark_of(pair[0])
        action = ACTIONS.get(mark.stem) if mark.kind is MarkKind.BEGIN else None
        if action is not None and plain(action) not in given:
            made.append((action, COVER))
        made.append(pair)
    return tuple(made)


@dataclass(slots=True)
class _Node:
    """One record while it is read, and what `Record` looks into afterwards."""

    every: list[Pair]
    """All pairs of the text; the record's own are those from `start` to `stop`."""
    start: int
    stop: int
    fields: dict[str, list[int]] = field(default_factory=dict)
    lists: dict[str, list[_Node]] = field(default_factory=dict)
    free: list[str] = field(default_factory=list)


class Record:
    """Fields and lists of one record; made by `parse`, never changed. Its `repr` shows no values: they may be secret.

    Names go without regard to case, blanks and the slips of `markers.SPELLINGS`.
    """

    __slots__ = ("_node",)

    def __init__(self, node: _Node) -> None:
        """Take what was read; `parse` and `record_of` make records."""
        self._node = node

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the fields of this record itself, as the device spells them, each once."""
        every = self._node.every
        return tuple(every[places[0]][0] for places in self._node.fields.values())

    @property
    def stems(self) -> tuple[str, ...]:
        """Stems of the lists, in lower case."""
        return tuple(self._node.lists)

    @property
    def free(self) -> tuple[str, ...]:
        """Lines that are no pairs: rows of logs, an `OK` at the end, sentences."""
        return tuple(self._node.free)

    def get(self, name: str, *aliases: str) -> str | None:
        """Value of the first of these names that the record itself has (the first one of several), None without any."""
        for each in (name, *aliases):
            if places := self._node.fields.get(plain(each)):
                return self._node.every[places[0]][1]
        return None

    def values(self, name: str) -> tuple[str, ...]:
        """All values of a name that the record itself has more than once, in order."""
        return tuple(self._node.every[place][1] for place in self._node.fields.get(plain(name), ()))

    def lists(self, name: str) -> tuple[Record, ...]:
        """Records of the list between `<name>Begin` and `<name>End`; none when it is empty or missing."""
        return tuple(Record(node) for node in self._node.lists.get(_stem(name), ()))

    def items(self, name: str, field: str = "") -> tuple[str, ...]:
        """One field, by default of the list's own name, of each record of a list that has it."""
        found = (record.get(field or name) for record in self.lists(name))
        return tuple(value for value in found if value is not None)

    def every(self, name: str) -> tuple[str, ...]:
        """All values of a name in this record and all lists within, in order."""
        wanted = plain(name)
        return tuple(value for each, value in self.pairs() if plain(each) == wanted)

    def rows(self, name: str) -> tuple[Record, ...]:
        """Records that follow one another without markers, each beginning with this name (l.12918, l.19004).

        What comes before the first is not in any.
        """
        node = self._node
        places = node.fields.get(plain(name), ())
        ends = (*places[1:], node.stop)
        return (
            tuple(record_of(node.every[start:stop]) for start, stop in zip(places, ends, strict=True)) if places else ()
        )

    def pairs(self) -> tuple[Pair, ...]:
        """All pairs in order as the device sent them, markers included."""
        return tuple(self._node.every[self._node.start : self._node.stop])

    def at(self, *path: Step) -> Record:
        """Record at a place: steps of stem and index. Raises `NotSupported` when there is none."""
        return Record(self._at(path))

    def replaced(self, name: str, value: str, *aliases: str, at: Sequence[Step] = (), nth: int = 0) -> Record:
        """Take another value for a field that is there, by the first of the names that is; all else stays as it is.

        `at` is the way to its record, `nth` which of several of one name. Raises `NotSupported` when there is none.
        """
        node = self._at(at)
        for each in (name, *aliases):
            places = node.fields.get(plain(each), ())
            if 0 <= nth < len(places):
                place = places[nth] - self._node.start
                pairs = list(self.pairs())
                pairs[place] = (pairs[place][0], value)
                return record_of(pairs)
        raise NotSupported(f"the answer has no {name}", code="noField")

    def without(self, *names: str) -> Record:
        """Leave out own fields of these names, but none in lists."""
        node = self._node
        left = {place for name in names for place in node.fields.get(plain(name), ())}
        return record_of(node.every[place] for place in range(node.start, node.stop) if place not in left)

    def leaves(self) -> dict[Leaf, str]:
        """All fields by their place: to compare two answers."""
        found: dict[Leaf, str] = {}
        waiting: list[tuple[tuple[Step, ...], _Node]] = [((), self._node)]
        while waiting:
            way, node = waiting.pop()
            for name, places in node.fields.items():
                found |= {(way, name, number): node.every[place][1] for number, place in enumerate(places)}
            for stem, nodes in node.lists.items():
                waiting += (((*way, (stem, number)), each) for number, each in enumerate(nodes))
        return found

    def _at(self, path: Sequence[Step]) -> _Node:
        node = self._node
        for stem, index in path:
            nodes = node.lists.get(_stem(stem), ())
            if not 0 <= index < len(nodes):
                raise NotSupported(f"the answer has no {stem} {index}", code="noField")
            node = nodes[index]
        return node

    def __bool__(self) -> bool:
        """Whether there is any pair."""
        return self._node.stop > self._node.start

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and self.pairs() == other.pairs() and self.free == other.free

    @override
    def __hash__(self) -> int:
        return hash(self.pairs())

    @override
    def __repr__(self) -> str:
        return f"<Record of {len(self.pairs())} pairs: {', '.join((*self.names, *self.stems))[:200]}>"


class _Reader:
    """Goes over pairs once; `None` for the name is a free line."""

    def __init__(self, lines: Iterable[tuple[str | None, str]]) -> None:
        self._all: list[Pair] = []
        self._root = _Node(self._all, 0, 0)
        self._record = self._root
        self._open: list[tuple[str, list[_Node], _Node]] = []
        """Lists that are open: stem, records, and the record they are in."""
        self._lines = list(lines)
        self._ends: frozenset[str] | None = None

    def read(self) -> Record:
        """Read to the end; what is open then ends there."""
        for place, (name, value) in enumerate(self._lines):
            if name is None:
                self._record.free.append(value)
                continue
            self._all.append((name, value))
            mark = mark_of(name)
            if mark.kind is MarkKind.FIELD:
                self._field(mark.name)
            else:
                self._take(mark, place)
        self._leave(0, len(self._all))
        self._root.stop = len(self._all)
        return Record(self._root)

    def _take(self, mark: Mark, place: int) -> None:
        """Place the pair that was read last, which may be a marker."""
        match mark.kind:
            case MarkKind.BEGIN if mark.sure or self._ended(mark.stem, place):
                self._begin(mark.stem)
            case MarkKind.NEXT if (level := self._level_of_next(mark)) is not None:
                self._next(level)
            case MarkKind.END if (level := self._level(mark.stem)) is not None:
                self._leave(level, len(self._all) - 1)
            case _:
                self._field(mark.name)

    def _field(self, name: str) -> None:
        place = len(self._all) - 1
        # A count that stands twice begins nothing (l.24108-24109).
        places = self._record.fields.get(name)
        if places is not None and self._open and not name.endswith("count"):
            self._new_record(place, place)
            places = None
        if places is None:
            self._record.fields[name] = [place]
        else:
            places.append(place)

    def _begin(self, stem: str) -> None:
        place = len(self._all)
        if (level := self._level(stem)) is not None:
            # Not within itself: its end is missing.
            self._leave(level, place - 1)
        if len(self._open) >= DEEPEST:
            raise BadAnswer("lists are nested too deep", code="tooDeep")
        self._open.append((stem, self._record.lists.setdefault(stem, []), self._record))
        self._record = _Node(self._all, place, place)

    def _next(self, level: int) -> None:
        place = len(self._all)
        self._leave(level + 1, place - 1)
        self._new_record(place - 1, place)

    def _new_record(self, stop: int, start: int) -> None:
        self._keep(stop)
        self._record = _Node(self._all, start, start)

    def _keep(self, stop: int) -> None:
        """Add the record at hand to its list, unless it is empty."""
        _, records, outer = self._open[-1]
        self._record.stop = stop
        if stop > self._record.start:
            records.append(self._record)
        else:
            outer.free += self._record.free

    def _leave(self, level: int, stop: int) -> None:
        """Close the list at a level and all within."""
        while len(self._open) > level:
            self._keep(stop)
            self._record = self._open.pop()[2]

    def _level(self, stem: str) -> int | None:
        """Level of the innermost open list of a stem."""
        for level in range(len(self._open) - 1, -1, -1):
            if self._open[level][0] == stem:
                return level
        return None

    def _level_of_next(self, mark: Mark) -> int | None:
        """List that a NEXT goes on with: of its name, of the one that its name stands for, else the innermost."""
        level = self._level(mark.stem)
        if level is None and mark.stem in NEXT_STEMS:
            level = self._level(NEXT_STEMS[mark.stem])
        return len(self._open) - 1 if level is None and mark.sure and self._open else level

    def _ended(self, stem: str, place: int) -> bool:
        """Whether a list that the document does not know is one: it has an end, and not at once as a pair of times."""
        if self._ends is None:
            marks = (mark_of(name) for name, _ in self._lines if name is not None)
            self._ends = frozenset(mark.stem for mark in marks if mark.kind is MarkKind.END)
        if stem not in self._ends or _MARK_VALUE.fullmatch(self._lines[place][1]) is None:
            return False
        name = self._lines[place + 1][0] if place + 1 < len(self._lines) else None
        return name is None or mark_of(name).name != f"{stem}end"


def _lines(lines: Iterable[str]) -> Iterator[tuple[str | None, str]]:
    """Take lines apart: a value may hold further `=` (base64, addresses)."""
    for line in lines:
        # In the document's rules of requests each line begins so (l.31714).
        text = line.strip()
        if text.startswith("&"):
            text = text.lstrip("&").strip()
        if not text:
            continue
        name, equals, value = text.partition("=")
        name = name.rstrip()
        if equals and len(name) <= _LONGEST_NAME and _named(name):
            yield name, value.lstrip()
        elif not equals and _BARE.fullmatch(name) and _marks(mark_of(name)):
            yield name, ""
        else:
            yield None, text


@lru_cache(maxsize=4096)
def _named(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def _marks(mark: Mark) -> bool:
    """Whether a name without a value is a marker (l.12699-12715, l.22647-22673, l.23999)."""
    return mark.kind is not MarkKind.FIELD and (not mark.stem or mark.stem in STEMS or mark.stem in NEXT_STEMS)


def _stem(name: str) -> str:
    word = plain(name)
    return STEM_SPELLINGS.get(word, word)
