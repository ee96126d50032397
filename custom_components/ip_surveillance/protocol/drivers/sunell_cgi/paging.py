"""Reading the pages that settings are on: which request is for which part, and each page once.

Lines: 003_f90f6ea635efbe94.txt.
"""

from typing import Final

from ...errors import DeviceError
from ...model.parts import PartKind, PartRef
from .client import SunellClient
from .facts import Facts, channel_ref
from .grammar import Pair, Record
from .settings import Look, Page
from .settings_device import IMAGER
from .settings_table import pairs_of
from .values import Unit, to_int, to_unit

_SCHEME: Final = "sensorScheme"
_MOST_SCHEMES: Final = 4
_FIRST: Final = "0"


async def scheme_of(client: SunellClient, facts: Facts, channel: int) -> str | None:
    """The scheme of image settings that counts now; None on devices with one only: they want no number (l.29513)."""
    if facts.recorder:
        return None
    record = await client.probe(_SCHEME, ("cameraID", str(channel)), cgi=("sensor",))
    number = to_int(record.get("schemeID")) if record is not None else None
    return str(number) if number is not None and 0 <= number < _MOST_SCHEMES else None


class Pager:
    """Reads pages for one occasion: schemes, units, abilities and pages are asked for once each."""

    def __init__(self, client: SunellClient, facts: Facts) -> None:
        """Take the client and what is known of the device."""
        self.client = client
        self.facts = facts
        self._schemes: dict[int, str | None] = {}
        self._pages: dict[tuple[Page, int], Record | DeviceError | None] = {}
        self._abilities: dict[tuple[tuple[str, ...], int], Record | None] = {}

    async def address(self, page: Page, part: PartRef) -> tuple[Pair, ...]:
        """What says which part and which scheme is meant."""
        pairs = tuple(pairs_of(page, part, self.facts))
        if page.scheme and (scheme := await self.scheme(part.number)) is not None:
            return (*pairs, (page.scheme, scheme))
        return pairs

    async def scheme(self, channel: int) -> str | None:
        """The scheme of a channel."""
        if channel not in self._schemes:
            self._schemes[channel] = await scheme_of(self.client, self.facts, channel)
        return self._schemes[channel]

    async def page(self, page: Page, part: PartRef) -> Record | None:
        """A page of a part; None where the device lacks it. Raises other errors, again without asking again."""
        key = page, part.number
        if key not in self._pages:
            self._pages[key] = await self._ask(page, part)
        if isinstance(found := self._pages[key], DeviceError):
            raise found
        return found

    async def _ask(self, page: Page, part: PartRef) -> Record | DeviceError | None:
        try:
            record = await self._probe(page, await self.address(page, part))
            if record is None and page.scheme and not self.facts.recorder and await self.scheme(part.number) is None:
                # Cameras that do not tell their scheme may want one all the same; the first is the usual one.
                record = await self._probe(page, (*pairs_of(page, part, self.facts), (page.scheme, _FIRST)))
                if record is not None:
                    self._schemes[part.number] = _FIRST
        except DeviceError as error:
            return error
        return record

    async def _probe(self, page: Page, pairs: tuple[Pair, ...]) -> Record | None:
        return await self.client.probe(page.kinds, *pairs, cgi=page.cgis)

    async def look(self, page: Page, part: PartRef, *, ability: bool = False) -> Look:
        """What helps to understand a page; its ability only where that is asked for."""
        unit = await self._unit(part.number) if page.unit else None
        return Look(unit=unit, ability=await self._ability(page, part) if ability and page.ability else None)

    async def _unit(self, channel: int) -> Unit | None:
        """The unit that a thermal camera's settings are in (l.23476); None when it does not tell."""
        record = await self.page(IMAGER, channel_ref(channel))
        return to_unit(record.get("TemperatureUnit")) if record is not None else None

    async def _ability(self, page: Page, part: PartRef) -> Record | None:
        key = page.ability, part.number
        if key not in self._abilities:
            pairs = (("cameraID", str(part.number)),) if part.kind is PartKind.CHANNEL else ()
            self._abilities[key] = await self.client.probe(page.ability, *pairs)
        return self._abilities[key]
