"""What the demo says while it works: lines with the time since the start, and a table at the end."""

from collections.abc import Sequence
import sys
import time

_STARTED = time.monotonic()


class DemoError(Exception):
    """Raised when the demo cannot go on; the text is for people."""


def elapsed() -> float:
    """Return the seconds since the start."""
    return time.monotonic() - _STARTED


def say(text: str) -> None:
    """Print a line with the time since the start."""
    write(f"[{elapsed():6.1f} s] {text}")


def write(text: str) -> None:
    """Print a line as it is."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def duration(seconds: float) -> str:
    """Return a duration as people read it."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in plain text."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in (head, *rows)
    ]
    return "\n".join((lines[0], "  ".join("-" * width for width in widths), *lines[1:]))
