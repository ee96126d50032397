"""Run measurements: all of them, or those named."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
import logging
import sys
import time

from . import cgi, latency, metadata, parse, receiver, setup, stall, websocket
from .report import Report

BENCHMARKS: dict[str, Callable[[], Awaitable[Report]]] = {
    "parse": parse.run,
    "latency": latency.run,
    "setup": setup.run,
    "stall": stall.run,
    "receiver": receiver.run,
    "cgi": cgi.run,
    "metadata": metadata.run,
    "websocket": websocket.run,
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Measures speeds as ratios against something known in the same run. Exits with 1 where something "
        "that is promised is broken: events lost, requests beyond the budget or growing faster than the channels, "
        "or a loop that stands still for too long.",
    )
    parser.add_argument("names", nargs="*", metavar="name", help=f"what to measure: {', '.join(BENCHMARKS)}")
    given = parser.parse_args()
    if unknown := set(given.names) - BENCHMARKS.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    return given


def _run(name: str) -> bool:
    """Run one measurement in an event loop of its own; tell whether all promises were kept."""
    print(f"== {name}", flush=True)
    started = time.monotonic()
    report = asyncio.run(BENCHMARKS[name](), debug=False)
    for line in report.lines:
        print(line)
    for problem in report.problems:
        print(f"PROBLEM: {problem}")
    print(f"({time.monotonic() - started:.1f} s)\n", flush=True)
    return not report.problems


def main() -> int:
    """Run what is asked for and return the exit code."""
    names = _arguments().names or list(BENCHMARKS)
    logging.basicConfig(level=logging.ERROR)
    kept = [_run(name) for name in names]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
