"""What a measurement hands back, and how it is printed."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of one measurement."""

    lines: tuple[str, ...]
    problems: tuple[str, ...] = field(default=())
    """Promises that were broken: things that were counted, never things that were timed."""


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Lay out rows in columns, all but the first to the right."""
    cells = [[str(each) for each in row] for row in (heads, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    return [_line(row, widths) for row in cells]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(row, widths, strict=True)
    return "  ".join((f"{first[0]:<{first[1]}}", *(f"{cell:>{width}}" for cell, width in others)))


def times(ratio: float) -> str:
    """Write a ratio."""
    return f"{ratio:.2f} x" if ratio < 10 else f"{ratio:.0f} x"


def milliseconds(seconds: float) -> str:
    """Write a short time."""
    return f"{seconds * 1000:.2f} ms"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0 to 1) of all lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
