"""The text of answers and requests: `name=value` lines, with lists between markers, nested.

Nothing about lists is dependable but their order: numbers on markers and `xCount` are as good as random, markers of
the next element have names of their own or are missing, and so are ends (003_f90f6ea635efbe94.txt l.305-309, l.5589,
l.22996-23007, l.25332). So a marker says "here a new record begins" and nothing else, and within a list a name that
the open record has already begins a new one.
"""

from collections.abc import Iterable, Iterator, Sequence
import re
from typing import Final, Self, override

from ...errors import BadAnswer, NotSupported
from .markers import ACTIONS, COVER, Mark, MarkKind, NEXT_STEMS, STEM_SPELLINGS, mark_of, plain

type Pair = tuple[str, str]
"""Name and value, in the order of the wire; requests repeat names."""
type Step = tuple[str, int]
"""Stem of a list and index of one of its records, from 0."""

LARGEST: Final = 2 * 2**20
"""Bytes of a text; lists of number plates are the longest."""
DEEPEST: Final = 16
"""Lists within lists; the document has four."""
_MOST_LINES: Final = 100_000
_CODE_PAGES: Final = ("utf-8-sig", "gb18030")
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-\s]{0,63}")
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
    lines = text.replace("\r", "\n").split("\n")
    if len(lines) > 2 * _MOST_LINES:
        raise BadAnswer("text has too many lines", code="tooLarge")
    return _Reader(_lines(lines)).root


def record_of(pairs: Iterable[Pair]) -> Record:
    """Take pairs for a record, such as those of a request."""
    return _Reader(pairs).root


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


class Record:
    """Fields and lists of one record; made by `parse`, never changed. Its `repr` shows no values: they may be secret.

    Names go without regard to case, blanks and the slips of `markers.SPELLINGS`.
    """

    __slots__ = ("_all", "_fields", "_free", "_lists", "_start", "_stop")

    def __init__(self, every: list[Pair], start: int) -> None:
        """Begin an empty record at a place in a text; only a reader does."""
        self._all = every
        self._start = start
        self._stop = start
        self._fields: dict[str, list[int]] = {}
        self._lists: dict[str, list[Record]] = {}
        self._free: list[str] = []

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the fields of this record itself, as the device spells them, each once."""
        return tuple(self._all[places[0]][0] for places in self._fields.values())

    @property
    def stems(self) -> tuple[str, ...]:
        """Stems of the lists, in lower case."""
        return tuple(self._lists)

    @property
    def free(self) -> tuple[str, ...]:
        """Lines that are no pairs: rows of logs, an `OK` at the end, sentences."""
        return tuple(self._free)

    def get(self, name: str, *aliases: str) -> str | None:
        """Value of the first of these names that the record itself has (the name's last one), None without any."""
        for each in (name, *aliases):
            if places := self._fields.get(plain(each)):
                return self._all[places[-1]][1]
        return None

    def values(self, name: str) -> tuple[str, ...]:
        """All values of a name that the record itself has more than once, in order."""
        return tuple(self._all[place][1] for place in self._fields.get(plain(name), ()))

    def lists(self, name: str) -> tuple[Record, ...]:
        """Records of the list between `<name>Begin` and `<name>End`; none when it is empty or missing."""
        return tuple(self._lists.get(_stem(name), ()))

    def items(self, name: str, field: str = "") -> tuple[str, ...]:
        """One field, by default of the list's own name, of each record of a list that has it."""
        found = (record.get(field or name) for record in self.lists(name))
        return tuple(value for value in found if value is not None)

    def every(self, name: str) -> tuple[str, ...]:
        """All values of a name in this record and all lists within, in order."""
        wanted = plain(name)
        return tuple(value for each, value in self.pairs() if mark_of(each).name == wanted)

    def rows(self, name: str) -> tuple[Record, ...]:
        """Records that follow one another without markers, each beginning with this name (l.12918, l.19004).

        What comes before the first is not in any.
        """
        places = self._fields.get(plain(name), ())
        ends = (*places[1:], self._stop)
        return tuple(record_of(self._all[start:stop]) for start, stop in zip(places, ends, strict=True))

    def pairs(self) -> tuple[Pair, ...]:
        """All pairs in order as the device sent them, markers included."""
        return tuple(self._all[self._start : self._stop])

    def at(self, *path: Step) -> Record:
        """Record at a place: steps of stem and index. Raises `NotSupported` when there is none."""
        record = self
        for stem, index in path:
            records = record.lists(stem)
            if not 0 <= index < len(records):
                raise NotSupported(f"the answer has no {stem} {index}", code="noField")
            record = records[index]
        return record

    def replaced(
        self, name: str, value: str, *aliases: str, at: Sequence[Step] = (), nth: int = -1
    ) -> Record:
        """Take another value for a field that is there, by the first of the names that is; all else stays as it is.

        `at` is the way to its record, `nth` which of several of one name. Raises `NotSupported` when there is none.
        """
        record = self.at(*at)
        for each in (name, *aliases):
            places = record._fields.get(plain(each), ())
            if -len(places) <= nth < len(places):
                place = places[nth] - self._start
                pairs = list(self.pairs())
                pairs[place] = (pairs[place][0], value)
                return record_of(pairs)
        raise NotSupported(f"the answer has no {name}", code="noField")

    def leaves(self) -> dict[tuple[Step | str | int, ...], str]:
        """All fields by their way, name and number among those of one name: to compare two answers."""
        found: dict[tuple[Step | str | int, ...], str] = {}
        waiting: list[tuple[tuple[Step, ...], Record]] = [((), self)]
        while waiting:
            way, record = waiting.pop()
            for name, places in record._fields.items():
                found |= {(*way, name, number): self._all[place][1] for number, place in enumerate(places)}
            for stem, records in record._lists.items():
                waiting += (((*way, (stem, number)), each) for number, each in enumerate(records))
        return found

    def __bool__(self) -> bool:
        """Whether there is any pair."""
        return self._stop > self._start

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and self.pairs() == other.pairs() and self.free == other.free

    @override
    def __hash__(self) -> int:
        return hash(self.pairs())

    @override
    def __repr__(self) -> str:
        return f"<Record of {self._stop - self._start} pairs: {', '.join((*self.names, *self._lists))[:200]}>"

    def _close(self, stop: int) -> Self:
        self._stop = stop
        return self


class _Reader:
    """Goes over pairs once; `None` for the name is a free line."""

    def __init__(self, lines: Iterable[tuple[str | None, str]]) -> None:
        self._all: list[Pair] = []
        self.root = Record(self._all, 0)
        self._record = self.root
        self._open: list[tuple[str, list[Record], Record]] = []
        """Lists that are open: stem, records, and the record they are in."""
        self._ends: frozenset[str] | None = None
        pairs = list(lines)
        for place, (name, value) in enumerate(pairs):
            if name is None:
                self._record._free.append(value)
                continue
            self._all.append((name, value))
            if len(self._all) > _MOST_LINES:
                raise BadAnswer("text has too many fields", code="tooLarge")
            self._take(mark_of(name), value, pairs, place)
        self._leave(0, len(self._all))
        self.root._close(len(self._all))

    def _take(self, mark: Mark, value: str, pairs: list[tuple[str | None, str]], place: int) -> None:
        match mark.kind:
            case MarkKind.BEGIN if mark.sure or self._ended(mark.stem, value, pairs, place):
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
        if self._open and name in self._record._fields and not name.endswith("count"):
            self._new_record(place, place)
        self._record._fields.setdefault(name, []).append(place)

    def _begin(self, stem: str) -> None:
        place = len(self._all)
        if (level := self._level(stem)) is not None:
            # Not within itself: its end is missing.
            self._leave(level, place - 1)
        if len(self._open) >= DEEPEST:
            raise BadAnswer("lists are nested too deep", code="tooDeep")
        records = self._record._lists.setdefault(stem, [])
        self._open.append((stem, records, self._record))
        self._record = Record(self._all, place)

    def _next(self, level: int) -> None:
        place = len(self._all)
        self._leave(level + 1, place - 1)
        self._new_record(place - 1, place)

    def _new_record(self, stop: int, start: int) -> None:
        self._keep(stop)
        self._record = Record(self._all, start)

    def _keep(self, stop: int) -> None:
        """Add the open record to its list, unless it is empty."""
        record = self._record._close(stop)
        if record or record._free:
            self._open[-1][1].append(record)

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

    def _ended(self, stem: str, value: str, pairs: list[tuple[str | None, str]], place: int) -> bool:
        """Whether a list that the document does not know is one: it has an end, and not at once as a pair of times."""
        if self._ends is None:
            marks = (mark_of(name) for name, _ in pairs if name is not None)
            self._ends = frozenset(mark.stem for mark in marks if mark.kind is MarkKind.END)
        if stem not in self._ends or _MARK_VALUE.fullmatch(value) is None:
            return False
        name = pairs[place + 1][0] if place + 1 < len(pairs) else None
        return name is None or mark_of(name) != Mark(f"{stem}end", MarkKind.END, stem)


def _lines(lines: Iterable[str]) -> Iterator[tuple[str | None, str]]:
    """Take lines apart: a value may hold further `=` (base64, addresses)."""
    for line in lines:
        # In the document's rules of requests each line begins so (l.31714).
        text = line.strip().lstrip("&").strip()
        if not text:
            continue
        name, equals, value = text.partition("=")
        name = name.rstrip()
        if equals and _NAME.fullmatch(name):
            yield name, value.lstrip()
        elif not equals and _BARE.fullmatch(name) and _marks(mark_of(name)):
            yield name, ""
        else:
            yield None, text


def _marks(mark: Mark) -> bool:
    """Whether a name without a value is a marker (l.12699-12715, l.22647-22673, l.23999)."""
    return mark.kind is not MarkKind.FIELD and (mark.stem in STEMS_BARE or mark.kind is MarkKind.NEXT)


def _stem(name: str) -> str:
    word = plain(name)
    return STEM_SPELLINGS.get(word, word)
