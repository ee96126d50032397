"""The answers of the document's examples, one entry for each type: `[type line series]`, then the pairs.

Between white space one pair; a tilde stands for a blank the document prints. Series: C camera, Z its dome, L lite,
N recorder, T thermal, P plates, F fisheye, M multi object. `type@2` is the instance with that selector.
"""

from functools import cache
from pathlib import Path
import re

from ..text import Pair, from_notation

_HEAD = re.compile(r"^\[(\S+) (\d+) ([A-Z]+)\]$", re.MULTILINE)


@cache
def library() -> dict[tuple[str, str], list[Pair]]:
    """Return the pairs by type (with its instance) and letter of the series; a later file wins."""
    found: dict[tuple[str, str], list[Pair]] = {}
    for path in sorted(Path(__file__).parent.glob("*.txt")):
        pieces = _HEAD.split(path.read_text(encoding="utf-8"))
        for name, series, body in zip(pieces[1::4], pieces[3::4], pieces[4::4], strict=True):
            for letter in series:
                found[name.replace("~", " "), letter] = from_notation(body)
    return found


def page(name: str, series: str) -> list[Pair] | None:
    """Return the answer of a type for the first letter of `series` that has one."""
    pages = library()
    return next((pages[name, letter] for letter in series if (name, letter) in pages), None)


def lines() -> dict[str, int]:
    """Return where in the document each type's example stands."""
    found: dict[str, int] = {}
    for path in sorted(Path(__file__).parent.glob("*.txt")):
        found |= {head[1].replace("~", " "): int(head[2]) for head in _HEAD.finditer(path.read_text(encoding="utf-8"))}
    return found
