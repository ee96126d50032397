"""What a model calls what it sees: the numbers of events by their names, out of the description that came with it.

The description is the file that the maker's training platform writes (000…txt L5342); no document fixes its shape. So
whatever couples a number with a name is taken: `{"type": 1, "name": "helmet"}`, `{"1": "helmet"}`, at any level.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ....errors import BadAnswer
from ....transport import loose_json

LONGEST: Final = 32
"""Characters of a label: it becomes part of what an entity goes by."""
_MOST: Final = 64
_DEPTH: Final = 12
_MOST_NODES: Final = 4000
_NUMBERS: Final = (
    "type", "targettype", "labeltype", "typeid", "labelid", "classid", "targetid", "id", "index", "code", "value",
)  # fmt: skip
_NAMES: Final = (
    "name", "label", "labelname", "typename", "classname", "targetname", "targettypename", "alias", "enname", "text",
)  # fmt: skip
_LISTS: Final = frozenset({"labels", "label", "classes", "classnames", "names", "targets", "targettypes"})
_VALUES: Final = ("attrvalue", "value", "valueid", *_NUMBERS)
_ATTRIBUTES: Final = ("attr", "propert", "classif", "state")
"""Beginnings of the names of what describes a target and is none itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Names by number: of targets, of attributes that describe them, and of the values of those."""

    targets: Mapping[int, str] = field(default_factory=dict)
    attributes: Mapping[int, str] = field(default_factory=dict)
    values: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """By attribute and value."""

    def of(self, number: int | None) -> str | None:
        """Name of a target."""
        return None if number is None else self.targets.get(number)


@dataclass(frozen=True, slots=True)
class _Node:
    """A piece of a description, and what it is part of."""

    content: object
    describes: bool = False
    """Whether it describes a target instead of being one."""
    attribute: int | None = None
    """The attribute that it is a value of."""


def read_labels(description: object) -> Labels:
    """Read a description, which may be a list, an object or either as text; what cannot be read names nothing."""
    targets: dict[int, str] = {}
    attributes: dict[int, str] = {}
    values: dict[tuple[int, int], str] = {}
    layer = [_Node(_parsed(description))]
    for _ in range(_DEPTH):
        following: list[_Node] = []
        for node in layer[:_MOST_NODES]:
            following += _inside(node)
            if not isinstance(node.content, Mapping):
                continue
            attribute = _attribute(node)
            if attribute is not None:
                _add(attributes, [attribute])
            elif node.describes and node.attribute is not None:
                of = node.attribute
                _add(values, (((of, number), name) for number, name in _pairs(node.content, _VALUES)))
            elif not node.describes:
                _add(targets, _pairs(node.content, _NUMBERS))
        layer = following
    return Labels(targets=targets, attributes=attributes, values=values)


def _add[K](into: dict[K, str], pairs: Iterable[tuple[K, str]]) -> None:
    for key, name in pairs:
        if len(into) < _MOST:
            into.setdefault(key, name)


def _inside(node: _Node) -> Iterator[_Node]:
    """What is in a piece, as far as it can hold names itself."""
    content = node.content
    if isinstance(content, list):
        yield from (_Node(each, node.describes, node.attribute) for each in content if isinstance(each, Mapping | list))
    if isinstance(content, Mapping):
        found = _attribute(node)
        attribute = found[0] if found else node.attribute
        for name, each in content.items():
            if isinstance(each, Mapping | list):
                yield _Node(each, node.describes or _describes(name), attribute)


def _attribute(node: _Node) -> tuple[int, str] | None:
    """The attribute that an object is: it has its number and name, and values in it, or says so of its number."""
    if not node.describes or node.attribute is not None or not isinstance(node.content, Mapping):
        return None
    fields = loose_json.lowered(node.content)
    number = next((each for name in ("attrtype", *_NUMBERS) if (each := _number(fields.get(name))) is not None), None)
    name = next((text for each in _NAMES if (text := label(fields.get(each))) is not None), None)
    return (number, name) if number is not None and name is not None else None


def _parsed(description: object) -> object:
    if not isinstance(description, str):
        return description
    text = description.strip()
    try:
        # The reader wants an object, and a description may as well be a list.
        return loose_json.load(b'{"description":' + text.encode(errors="replace") + b"}") if text[:1] in "[{" else None
    except BadAnswer:
        return None


def _describes(name: object) -> bool:
    return str(name).strip().lower().startswith(_ATTRIBUTES)


def _pairs(node: Mapping[str, Any], numbers: Iterable[str]) -> Iterator[tuple[int, str]]:
    fields = loose_json.lowered(node)
    number = next((found for name in numbers if (found := _number(fields.get(name))) is not None), None)
    name = next((text for each in _NAMES if (text := label(fields.get(each))) is not None), None)
    if number is not None and name is not None:
        yield number, name
    elif node and all(_number(key) is not None for key in node):
        for key, value in node.items():
            numbered, named = _number(key), label(value)
            if numbered is not None and named is not None:
                yield numbered, named
    for key, value in fields.items():
        # A mere list of names counts from 1, as the numbers of targets do.
        if key in _LISTS and isinstance(value, list) and value and all(isinstance(each, str) for each in value):
            listed = ((index, label(each)) for index, each in enumerate(value[:_MOST], 1))
            yield from ((index, each) for index, each in listed if each is not None)


def _number(value: object) -> int | None:
    return None if isinstance(value, bool) else loose_json.to_int(value)


def label(value: object) -> str | None:
    """A text fit for a label; None when there is none."""
    return loose_json.to_text(value, LONGEST) if isinstance(value, str) else None
