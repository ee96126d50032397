"""What real answers and the document's samples get wrong; every answer can be sent with each of these on purpose."""

from collections.abc import Callable, Sequence
from enum import StrEnum
import re

from .text import Pair, line, plain

type Lines = list[Pair]


class Noise(StrEnum):
    """One way an answer departs from the regular form."""

    LF = "lf"
    """Lines end in LF alone."""
    SPACED = "spaced"
    """Blanks around the equals sign (l.305, l.11638)."""
    COUNTS = "counts"
    """Every count is too large by one (l.14175)."""
    END_ONE = "end_one"
    """Every End marker says 1 (l.309)."""
    NEXT_ONE = "next_one"
    """Every Next marker says 1 (l.5589)."""
    BARE = "bare"
    """Markers without a value (l.12699, l.23999)."""
    NO_NEXT = "no_next"
    """No Next markers: a repeated key begins a record (l.25332)."""
    DUPLICATE = "duplicate"
    """The first field twice."""
    GARBAGE = "garbage"
    """A record of rubbish at the end of the last list (l.23006)."""
    CASE = "case"
    """Keys in lower case."""
    DAMAGED = "damaged"
    """Words the document's author replaced by accident: see, view (l.4079, l.14196)."""
    NO_LAST_END = "no_last_end"
    """The last line break is missing."""
    TRAILING_OK = "trailing_ok"
    """OK behind the pairs (l.1274)."""
    COMMENTS = "comments"
    """Remarks behind numbers and switches (l.28286)."""


def _marker(key: str, *ends: str) -> bool:
    name = plain(key)
    return name.startswith("next") if not ends else name.endswith(ends)


def _is_next(key: str) -> bool:
    name = plain(key)
    return name.startswith("next") or name.endswith(("next", "nexturl", "nextflag"))


def _is_marker(key: str) -> bool:
    return _is_next(key) or (
        _marker(key, "begin", "end") and not plain(key).startswith(("timesegment", "cgiurl", "url"))
    )


def _counts(lines: Lines) -> Lines:
    return [
        (key, str(int(value) + 1)) if _marker(key, "count") and value and value.strip().isdigit() else (key, value)
        for key, value in lines
    ]


def _garbage(lines: Lines) -> Lines:
    places = [number for number, (key, _) in enumerate(lines) if _is_marker(key) and _marker(key, "end")]
    if not places or places[-1] == 0:
        return lines
    last = places[-1]
    before = lines[last - 1][0]
    return [*lines[:last], (f"next_{lines[last][0].strip()[:-3]}URL", "99"), (before, "1026575698"), *lines[last:]]


_EDITS: dict[Noise, Callable[[Lines], Lines]] = {
    Noise.COUNTS: _counts,
    Noise.END_ONE: lambda lines: [(k, "1") if _is_marker(k) and _marker(k, "end") and v else (k, v) for k, v in lines],
    Noise.NEXT_ONE: lambda lines: [(k, "1") if _is_next(k) and v else (k, v) for k, v in lines],
    Noise.GARBAGE: _garbage,
    Noise.BARE: lambda lines: [(k, None) if _is_marker(k) else (k, v) for k, v in lines],
    Noise.NO_NEXT: lambda lines: [(k, v) for k, v in lines if not _is_next(k)],
    Noise.DUPLICATE: lambda lines: lines[:1] + lines,
    Noise.CASE: lambda lines: [(k.lower(), v) for k, v in lines],
    Noise.DAMAGED: lambda lines: [(_damaged(k), v) for k, v in lines],
    Noise.COMMENTS: lambda lines: [
        (k, f"{v} //{k.strip()} of it") if v and re.fullmatch(r"true|false|\d+", v) and not _is_marker(k) else (k, v)
        for k, v in lines
    ],
    Noise.SPACED: lambda lines: [(f"{k} ", v if v is None else f" {v}") for k, v in lines],
}


def _damaged(key: str) -> str:
    for good, bad in (("seEnable", "Refer tonable"), ("seEnd", "Refer tond"), ("ViewEnable", "Refer toEnable")):
        if key.endswith(good):
            return key[: -len(good)] + bad
    return key


def written(lines: Sequence[Pair], kinds: frozenset[Noise], charset: str) -> bytes:
    """Return the body of an answer."""
    edited = list(lines)
    for kind in Noise:
        if kind in kinds and kind in _EDITS:
            edited = _EDITS[kind](edited)
    texts = [line(pair) for pair in edited]
    if Noise.TRAILING_OK in kinds:
        texts.append("OK")
    end = "\n" if Noise.LF in kinds else "\r\n"
    text = end.join(texts) + ("" if Noise.NO_LAST_END in kinds or not texts else end)
    return text.encode(charset, "replace")
