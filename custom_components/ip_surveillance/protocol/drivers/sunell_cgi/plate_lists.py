"""The lists of plates that may pass and of those that may not (003_f90f6ea635efbe94.txt l.12317-12420)."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from ...errors import Rejected
from ...model.parts import PartRef
from ...plate_lists import ListedPlate, PlateList
from .channels import text_of
from .client import NOT_TAKEN, PARAM, SunellClient
from .grammar import Pair, Record
from .settings import check_text
from .values import to_int

KIND: Final = "LprPlateNum"
NOT_LISTED: Final = "notListed"
_PAGE: Final = 100
"""Plates asked for at once."""
_MOST: Final = 10_000
_TYPES: Final = {PlateList.BLOCK: "0", PlateList.ALLOW: "1"}
"""`LprPlateType` (l.12414); events count otherwise (TR26)."""
_LATEST: Final = 4_102_444_800
"""Seconds of an epoch: the year 2100; what is beyond is no time."""
_ALWAYS, _FOR_A_TIME = "0", "1"
"""`ListTimeMode` (l.12419)."""


def page_query(first: int, count: int = _PAGE) -> tuple[Pair, ...]:
    """What says which plates of the lists are meant, from 0."""
    return (("BeginIndex", str(first)), ("EndIndex", str(first + count - 1)))


class ListedPlates:
    """The `PlateLists` commands. The lists are of the device, whichever camera is meant."""

    client: SunellClient

    async def listed_plates(self, channel: PartRef) -> Sequence[ListedPlate]:
        """All plates, in the order of the device."""
        found: dict[str, ListedPlate] = {}
        while len(found) < _MOST:
            plates = tuple(plates_of(await self.client.get(KIND, *page_query(len(found)))))
            new = {plate.text: plate for plate in plates if plate.text not in found}
            found |= new
            # Whether the last index counts is not told: go on from what came, until nothing new does.
            if not new:
                break
        return tuple(found.values())

    async def list_plate(self, channel: PartRef, plate: ListedPlate) -> None:
        """Put a plate on a list, off the other one, and make sure that it is there. Raises `Rejected`."""
        check_text(plate.text)
        async with self.client.transport.exclusive():
            before = await self._find(channel, plate.text)
            if before == plate:
                return
            if before is None:
                await self._change("add", *_block(plate))
            else:
                old = (("OldListBegin", "1"), *_block(before), ("OldListEnd", "1"))
                await self._change("modify", *old, ("NewListBegin", "1"), *_block(plate), ("NewListEnd", "1"))
            after = await self._find(channel, plate.text)
        if after is None or after.listed is not plate.listed:
            raise Rejected("the device did not take the plate", code=NOT_TAKEN, details=(plate.text,))

    async def unlist_plate(self, channel: PartRef, text: str) -> None:
        """Take a plate off its list. Raises `Rejected` (code "notListed") where it is on none."""
        async with self.client.transport.exclusive():
            before = await self._find(channel, text)
            if before is None:
                raise Rejected("the plate is on no list", code=NOT_LISTED, details=(text,))
            await self._change("delete", *_block(before))
            if await self._find(channel, text) is not None:
                raise Rejected("the device did not forget the plate", code=NOT_TAKEN, details=(text,))

    async def _find(self, channel: PartRef, text: str) -> ListedPlate | None:
        return next((plate for plate in await self.listed_plates(channel) if plate.text == text), None)

    async def _change(self, verb: str, *pairs: Pair) -> None:
        await self.client.operate(PARAM, ("action", verb), ("type", KIND), *pairs)


def _block(plate: ListedPlate) -> tuple[Pair, ...]:
    """A list of one plate, as requests have it (l.12350)."""
    times: tuple[Pair, ...] = (("ListTimeMode", _ALWAYS),)
    if plate.start is not None or plate.end is not None:
        start = 0 if plate.start is None else int(plate.start.timestamp())
        end = _LATEST if plate.end is None else int(plate.end.timestamp())
        times = (("ListTimeMode", _FOR_A_TIME), ("StartTime", str(start)), ("EndTime", str(end)))
    return (
        ("PlateParamBegin", "1"),
        ("PlateText", plate.text),
        ("LprPlateType", _TYPES[plate.listed]),
        *times,
        ("PlateParamEnd", "1"),
    )


def plates_of(answer: Record) -> Iterator[ListedPlate]:
    """Plates of an answer; what is none is left out."""
    for row in (answer.lists("PlateParam") or answer.rows("PlateText"))[: 2 * _PAGE]:
        text = text_of(row.get("PlateText"))
        number = to_int(row.get("LprPlateType", "Type"))
        listed = next((each for each, code in _TYPES.items() if number == int(code)), None)
        if text is None or listed is None:
            continue
        always = to_int(row.get("ListTimeMode")) == int(_ALWAYS)
        start, end = (None if always else _time(row.get(name)) for name in ("StartTime", "EndTime"))
        yield ListedPlate(text=text, listed=listed, start=start, end=end)


def _time(text: str | None) -> datetime | None:
    seconds = to_int(text)
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None and 0 < seconds < _LATEST else None
