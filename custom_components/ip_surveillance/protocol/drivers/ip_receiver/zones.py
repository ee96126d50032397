"""Commands to zones: bypass, and deactivation where a panel has that instead."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence, Set as AbstractSet
import time
from typing import Final

from ...errors import NotSupported, Rejected
from ...hikvision.panel_parts import ONE_TIME, PERMANENT, PanelDocs, panel_values
from ...hikvision.zones import DEACTIVATIONS, Zone
from ...model.events import Polled
from ...model.parts import PartKind, PartRef, SettingValue
from ...model.setting_words import SettingKey
from ...model.state import SettingOf
from .arming import Arming
from .fleet import STATE_DOCS, Doc, Unit
from .forcing import ONE_TIME_FIELD, PERMANENT_FIELD

_FIELDS: Final = {ONE_TIME: ONE_TIME_FIELD, PERMANENT: PERMANENT_FIELD}
_FRESH: Final = 15.0
"""Seconds for which modes that were read are not read again."""
_LATER: Final = 1.0
"""Seconds after which a panel has done what it took."""
_NOT_TAKEN: Final = "notTaken"
"""Code of the refusal that shows only when the zones are read back."""


class Zones(Arming):
    """The `Bypasses` commands, and `Sets`."""

    async def set_bypass(self, zones: Sequence[PartRef], on: bool) -> Polled:
        """Leave zones of one panel out, or take them in again; all in one request, then read back and compared."""
        if not zones:
            return Polled(asked_at=time.monotonic(), readback=True)
        if len({zone.device for zone in zones}) > 1 or any(zone.kind is not PartKind.ZONE for zone in zones):
            raise NotSupported("zones of one panel only", code="severalDevices")
        unit = self.unit_of(zones[0])
        numbers = sorted({zone.number for zone in zones})
        async with unit.turn:
            try:
                await self.client.bypass(unit.address, numbers, on)
            except Rejected:
                # The panel may have taken some of them.
                self.touched.touch((unit.row.uid,))
                raise
            self.forgive(unit, numbers)
            return await self._compared(unit, numbers, lambda zone: zone.bypassed is on)

    async def set_setting(self, part: PartRef, setting: SettingKey, value: SettingValue) -> Polled:
        """Set how far a zone is deactivated; the other of the two modes is not touched."""
        name = _FIELDS.get(setting)
        if name is None or part.kind is not PartKind.ZONE:
            raise NotSupported("no such setting", code=setting.key)
        if value not in DEACTIVATIONS:
            raise Rejected("no such mode", code="badParameters", details=(str(value)[:32],))
        unit = self.unit_of(part)
        async with unit.turn:
            await self.client.deactivate(unit.address, [part.number], {name: str(value)})
            self.forgive(unit, [part.number])
            return await self._compared(unit, [part.number], lambda zone: _mode(zone, setting) == value)

    async def read_settings(self, wanted: AbstractSet[SettingOf]) -> AsyncIterator[Polled]:
        """Read the modes of zones, panel by panel."""
        for address in sorted({each.part.device for each in wanted if each.setting in _FIELDS}):
            unit = self.fleet.at(address)
            if unit is None or unit.row.online is False:
                continue
            read_at = unit.read_at.get(Doc.ZONES)
            if read_at is not None and time.monotonic() - read_at < _FRESH:
                # The zones tell their modes along with their state: what was read a moment ago is not read again.
                yield panel_values(unit.address, PanelDocs(zones=unit.docs.zones, derive=unit.derives), read_at)
                continue
            polled = await self.look(unit, STATE_DOCS)
            await self.after_look(unit)
            yield polled

    async def _compared(self, unit: Unit, numbers: Sequence[int], done: Callable[[Zone], bool]) -> Polled:
        """Read back; raises when the panel took a command and did not do it, be it a moment later.

        What could not be read back is not known to differ.
        """
        polled = await self.read_back(unit)
        if not all(map(done, _known(unit, numbers))):
            await asyncio.sleep(_LATER)
            polled = await self.read_back(unit)
        different = [zone for zone in _known(unit, numbers) if not done(zone)]
        if not different or not polled.readings:
            return polled
        self.tell(polled)
        names = tuple(zone.name or str(zone.id) for zone in different)
        raise Rejected("the panel took the command, but the zones are as before", code=_NOT_TAKEN, details=names)


def _known(unit: Unit, numbers: Sequence[int]) -> list[Zone]:
    return [zone for zone in unit.docs.zones or () if zone.id in numbers]


def _mode(zone: Zone, setting: SettingKey) -> str | None:
    return zone.one_time_deactivation if setting == ONE_TIME else zone.deactivation
