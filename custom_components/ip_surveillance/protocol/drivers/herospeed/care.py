"""The camera's log and card, the cells in which motion counts, and the stations of its routes."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
import time
from typing import Any, Final

from ...care import Grid, LogRow, Stop
from ...errors import Rejected
from ...model.events import Polled
from ...model.parts import PartRef
from ...model.vocabulary import Reading
from ...transport.http import MAX_BODY
from . import stores
from .client import HerospeedClient
from .clock import device_time
from .clocks import Clocks
from .codes import NOT_TAKEN
from .docs import Doc, wire
from .logbook import EITHER_ZONE, PATH as LOG, Row, between, read_rows
from .ptz_facts import cruise_source

MOTION: Final = "/api/event/motion"
OPTION: Final = "/api/storage/storage-option"
_FORMAT: Final = 0
"""Of `optType`, by the only example (002…txt l.6577)."""
_PATIENCE: Final = 60.0
"""Seconds for an answer to the order to format."""
_COLUMNS: Final = 32
"""Cells of a row, one bit each, the leftmost the lowest (002…txt l.6899)."""
_STAYS: Final = (5, 3600)
"""Seconds at a station (002…txt l.5889)."""
_FASTEST: Final = 10


class Care(Clocks):
    """The `Logs`, `Formats`, `Grids` and `Plans` commands."""

    client: HerospeedClient
    poll_due: dict[str, float]

    # --- the log

    async def read_log(self, start: datetime, end: datetime) -> Sequence[LogRow]:
        """Read the rows of a time. Whether they count in UTC or in local time is not told: what fits either is in."""
        ahead = self.local_now().utcoffset() or timedelta()
        question = between(int(start.timestamp()) - EITHER_ZONE, int(end.timestamp()) + EITHER_ZONE)
        now = datetime.now(UTC)
        found: list[LogRow] = []
        for row in read_rows(await self.client.get(LOG, question, max_size=MAX_BODY)):
            at = device_time(row.time, now)
            if at is not None and _within(row, start, end, ahead):
                kind = None if row.type is None else str(row.type)
                found.append(LogRow(time=at, text=row.text, kind=kind))
        return found

    async def clear_log(self) -> None:
        """Empty the log (002…txt l.2037); what the camera notes about that is its first row then."""
        async with self.client.transport.exclusive():
            before = Counter(await self._all_rows())
            await self.client.delete(LOG)
            left = Counter(await self._all_rows())
        if before and not before - left:
            raise Rejected("the log is as full as before", code=NOT_TAKEN)

    async def _all_rows(self) -> Sequence[Row]:
        return read_rows(await self.client.get(LOG, between(0), max_size=MAX_BODY))

    # --- the card

    async def format_store(self, store: PartRef) -> Polled:
        """Begin to format the card; how far it got is in the polls that follow."""
        data: dict[str, Any] = dict(stores.CARD)
        asked_at = time.monotonic()
        async with self.client.transport.exclusive():
            doc = await self.client.get(stores.PATH, data)
            before = stores.read_store(doc)
            if before is None or not before.there:
                raise Rejected("there is no card in the slot", code="noCard")
            if before.formatting:
                raise Rejected("the card is being formatted already", code="formatting")
            order = {"storageType": stores.CARD["storageType"], "id": before.number, "optType": _FORMAT}
            await self.client.set(OPTION, order, timeout=_PATIENCE)
            after = stores.read_store(await self.client.get(stores.PATH, data))
        self.poll_due.pop(stores.PATH, None)
        if after is None:
            return Polled(asked_at=asked_at, readback=True)
        return Polled(
            asked_at=asked_at,
            readback=True,
            parts={stores.REF: after.state},
            readings={(stores.REF, Reading(quantity)): value for quantity, value in after.readings.items()},
        )

    # --- the cells of motion

    async def motion_grid(self, channel: PartRef) -> Grid:
        """Read the cells; numbers hold a row each."""
        return _cells((await self.client.get(MOTION)).doc("region"))

    async def set_motion_grid(self, channel: PartRef, cells: Grid) -> Grid:
        """Choose the cells."""

        def change(doc: Doc) -> None:
            region = doc.doc("region")
            known = _cells(region)
            if [len(row) for row in cells] != [len(row) for row in known]:
                raise Rejected(f"the grid has {len(known)} rows of {_COLUMNS} cells", code="badParameters")
            area = region.get("area")
            area[:] = [
                wire(sum(cell << column for column, cell in enumerate(row)), old)
                for row, old in zip(cells, area, strict=True)
            ]

        return _cells((await self.client.edit(MOTION, change)).doc("region"))

    # --- the stations of a route

    async def set_patrol(self, channel: PartRef, number: int, stops: Sequence[Stop]) -> None:
        """Write the stations; the rows that are left over are emptied."""
        source = cruise_source(number)
        least, most = _STAYS
        if any(not least <= stop.dwell <= most for stop in stops):
            raise Rejected(f"a stay lasts {least} to {most} seconds", code="badParameters")

        def change(doc: Doc) -> None:
            rows = doc.docs("cruisePresetList")
            if len(stops) > len(rows):
                raise Rejected(f"a route has {len(rows)} stations at most", code="badParameters")
            for index, row in enumerate(rows):
                stop = stops[index] if index < len(stops) else None
                row.put("presetIdx", stop.preset if stop else 0)
                row.put("speed", max(1, round(stop.speed * _FASTEST)) if stop else 0)
                row.put("presetDwellTime", round(stop.dwell) if stop else 0)
            doc.put("enableCruise", bool(stops))

        await self.client.edit(source.path, change, read=source.data)


def _within(row: Row, start: datetime, end: datetime, ahead: timedelta) -> bool:
    """Whether a row is of a time, by either way to count."""
    moment = datetime.fromtimestamp(row.time, UTC)
    return start <= moment <= end or start <= moment - ahead <= end


def _cells(region: Doc) -> Grid:
    """Read the cells; none where the camera tells them otherwise."""
    area = region.get("area")
    numbers = [to_row(each) for each in area] if isinstance(area, list) else []
    if not numbers or None in numbers:
        raise Rejected("the device divides the picture in a way that is not known", code="noGrid")
    return tuple(tuple(bool(each >> column & 1) for column in range(_COLUMNS)) for each in numbers if each is not None)


def to_row(value: object) -> int | None:
    """Take a number of 32 bits, signed or not, from a number or a text."""
    found = Doc({"row": value}).integer("row")
    return None if found is None else found & 0xFFFFFFFF
