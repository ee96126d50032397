"""The text grammar: pairs, one a line; lists between a Begin and an End marker with Next markers between records."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
import re

type Pair = tuple[str, str | None]
"""A key as written, stray blanks included, and its value; None for a bare marker."""

# Names that look like markers and are data (l.4188, l.28613).
_DATA = {"timesegmentbegin", "timesegmentend", "cgiurlstart", "cgiurlend", "urlstart", "urlend", "begintime", "endtime"}
_BEGIN = re.compile(r"(.+)(?:begin|start)$")
_NEXT = re.compile(r"^next|next(?:url|flag)?$")


def plain(key: str) -> str:
    """Return a key without blanks, in lower case."""
    return "".join(key.split()).lower()


@dataclass(kw_only=True)
class Field:
    """One line that carries a value."""

    key: str
    value: str | None

    def pairs(self) -> Iterator[Pair]:
        """Return the line."""
        yield self.key, self.value


@dataclass(kw_only=True)
class Listing:
    """One list: its markers as written and its records."""

    stem: str
    """Name of the Begin marker without the word, plain."""
    begin: Pair
    end: Pair
    nexts: list[Pair] = field(default_factory=list)
    records: list[list[Node]] = field(default_factory=list)

    def pairs(self) -> Iterator[Pair]:
        """Return all lines."""
        yield self.begin
        for number, record in enumerate(self.records):
            if number:
                yield self.nexts[number - 1]
            for node in record:
                yield from node.pairs()
        yield self.end

    def replace(self, records: list[list[Node]]) -> None:
        """Take other records; the markers keep their names and are numbered afresh."""
        self.records = records
        name = self.nexts[0][0] if self.nexts else f"next_{self.begin[0].strip()[:-5]}URL"
        self.nexts = [(name, str(number)) for number in range(2, len(records) + 1)]
        if self.end[1] is not None:
            self.end = (self.end[0], str(len(records)))


type Node = Field | Listing
type Tree = list[Node]


def parse(pairs: Iterable[Pair]) -> Tree:
    """Read pairs into fields and lists; a marker without its counterpart stays a field."""
    return _records(list(pairs))[0]


def _end_of(pairs: list[Pair], start: int, stem: str) -> int | None:
    """Return the place of the End marker that belongs to the Begin marker at `start`."""
    depth = 0
    for place in range(start + 1, len(pairs)):
        name = plain(pairs[place][0])
        if name in (f"{stem}begin", f"{stem}start"):
            depth += 1
        elif name == f"{stem}end":
            if not depth:
                return place
            depth -= 1
    return None


def _records(pairs: list[Pair], nexts: list[Pair] | None = None) -> list[Tree]:
    """Split pairs at the Next markers of this level; at the outermost level there are none."""
    found: list[Tree] = [[]]
    place = 0
    while place < len(pairs):
        key, value = pairs[place]
        name = plain(key)
        begin = None if name in _DATA else _BEGIN.match(name)
        end = _end_of(pairs, place, begin[1]) if begin else None
        if begin and end is not None:
            inner: list[Pair] = []
            records = _records(pairs[place + 1 : end], inner)
            found[-1].append(Listing(stem=begin[1], begin=pairs[place], end=pairs[end], nexts=inner, records=records))
            place = end
        elif nexts is not None and name not in _DATA and _NEXT.search(name):
            nexts.append(pairs[place])
            found.append([])
        else:
            found[-1].append(Field(key=key, value=value))
        place += 1
    return found


def flat(tree: Tree) -> list[Pair]:
    """Return all lines of a tree in order."""
    return [pair for node in tree for pair in node.pairs()]


def find(tree: Tree, *names: str) -> Field | None:
    """Return the first field of this level with one of these names."""
    wanted = {plain(name) for name in names}
    return next((node for node in tree if isinstance(node, Field) and plain(node.key) in wanted), None)


def listing(tree: Tree, stem: str) -> Listing | None:
    """Return the first list of this level with this stem."""
    return next((node for node in tree if isinstance(node, Listing) and node.stem == plain(stem)), None)


def value_of(tree: Tree, name: str) -> str:
    """Return a field's value, stripped; KeyError when there is none."""
    found = find(tree, name)
    if found is None:
        raise KeyError(name)
    return (found.value or "").strip()


def from_notation(text: str) -> list[Pair]:
    """Read the notation of the page files: tokens between white space, a tilde for each stray blank."""
    found: list[Pair] = []
    for token in text.split():
        key, sign, value = token.replace("~", " ").partition("=")
        found.append((key, value if sign else None))
    return found


def line(pair: Pair) -> str:
    """Return one line as sent."""
    key, value = pair
    return key if value is None else f"{key}={value}"


def records(stem: str, rows: Iterable[Iterable[Pair]], *, following: str | None = None, last: str = "") -> list[Pair]:
    """Write a list: `following` names its Next marker, `last` overrides the value of its End marker."""
    written = [list(row) for row in rows]
    found: list[Pair] = [(f"{stem}Begin", "1")]
    for number, row in enumerate(written, 1):
        if number > 1:
            found.append((following or f"next_{stem}URL", str(number)))
        found += row
    return [*found, (f"{stem}End", last or str(len(written)))]
