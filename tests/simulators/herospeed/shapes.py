"""Pieces many objects of the document have in common."""

from .status import Json


def schedule() -> Json:
    """Seven days of eight pairs of minutes, the first of which is the whole day (l.6988-6994)."""
    return [[[0, 1440], *([0, 0] for _ in range(7))] for _ in range(7)]


LINKS = ("Smtp", "Ftp", "Cloud", "Record", "Io", "Flash", "Sound", "FlashAll")


def trigger(value: Json = 0) -> Json:
    """What an alarm does; numbers, or text in two of the objects (l.6996-7003)."""
    return {f"enableAlarm{name}": value for name in LINKS}


def four(name: str, value: int = 50) -> Json:
    """One figure for each of four areas."""
    return [{name: value} for _ in range(4)]


def boxes() -> Json:
    """Four rectangles (l.7112-7115)."""
    return [{"x1": 0, "y1": 0, "x2": 0, "y2": 0} for _ in range(4)]


def quads() -> Json:
    """Four areas of four corners (l.8082-8089)."""
    return [{f"{axis}{corner}": 0 for corner in range(1, 5) for axis in "xy"} for _ in range(4)]


def lines() -> Json:
    """Four lines (l.8287-8294); the second point is numbered 2 in a name of its own."""
    return [{"startPointx1": 0, "startPointy1": 0, "endPointx2": 0, "endPointy2": 0} for _ in range(4)]
