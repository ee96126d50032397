"""What was recorded on the device's own store."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from ...commands import Recording
from ...model.parts import PartRef
from .client import SunellClient
from .discovery import recording_query
from .grammar import Record
from .values import to_int, to_time

MOST: Final = 5000
"""Recordings of one answer."""


class Archive:
    """The `Recordings` command."""

    client: SunellClient

    async def recordings(self, channel: PartRef, start: datetime, end: datetime) -> Sequence[Recording]:
        """Look up what was recorded of a channel in a time, both in the device's own clock; the oldest first."""
        query = recording_query(channel.number, start.replace(tzinfo=None), end.replace(tzinfo=None))
        found = set(_recordings(await self.client.read("record", *query)))
        return sorted(found, key=lambda each: (each.start, each.end))


def _recordings(answer: Record) -> Iterator[Recording]:
    rows = answer.lists("result") or answer.rows("startTime")
    for row in rows[:MOST]:
        start, end = to_time(row.get("startTime")), to_time(row.get("endTime"))
        if start is not None and end is not None and start <= end:
            yield Recording(start=start, end=end, size=to_int(row.get("dataLength", "dataLenth")))
