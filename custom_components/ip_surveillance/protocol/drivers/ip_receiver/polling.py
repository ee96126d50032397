"""`poll` of the driver: the list of devices each time, and as many panels as the budget allows, in turn."""

import asyncio
from collections.abc import Iterable, Mapping, Set as AbstractSet
import time
from typing import Final

from ...driver import Want
from ...errors import AuthFailed, DeviceError
from ...model.events import Polled
from ...model.parts import HOST_PART, PartKind, PartRef
from ...model.state import ReadingValue
from ...model.vocabulary import Feature, Quantity, Reading
from .devices import device_values
from .discovery import Discovery
from .fleet import STATE_DOCS, Doc, Unit
from .looking import Gathered, docs_of, each_in_turn

BUDGET: Final = 120.0
"""Requests a minute that polling may cause, however often it is called and however many panels there are."""
_MOST: Final = 60
"""Requests of one poll."""
_FEWEST: Final = 4
_SECONDS: Final = 20.0
"""Seconds after which a poll begins with no further panel: some may answer slowly, or not at all."""
_FRESH: Final = 60.0
_WANTS_AT_ONCE: Final = 2000
"""Wants looked at before others have their turn."""
_OF_PANEL: Final = frozenset({Feature.ARM_AWAY, Feature.ARM_HOME, Feature.DISARM, Feature.CLEAR_ALARM})
"""What of a panel as a whole is the sum of its partitions."""


class Polling(Discovery):
    """Reads the state."""

    wanted: AbstractSet[Want] | None
    """What was wanted last; the same object as long as it is the same."""
    needs: Mapping[str, frozenset[Doc]]
    """By normalised index the documents that tell of it."""
    polled_at: float | None
    """Monotonic time of the last poll."""
    round_started: float
    round_seconds: float | None
    """How long it took to look at all panels once."""

    async def poll(self, wanted: AbstractSet[Want]) -> Polled:
        """Read what is wanted; raises when the receiver fails, not when one of its devices does."""
        asked_at = time.monotonic()
        listed = await self.list_devices()
        await self._want(wanted)
        budget = self._budget(asked_at) - listed.requests
        fresh = self.take_fresh(self.needs, _FRESH)
        gathered = Gathered(asked_at)
        # Each of these is work for hundreds of devices: others run in between.
        await asyncio.sleep(0)
        gathered.add(self._listed(asked_at, wanted))
        await asyncio.sleep(0)
        for polled in fresh.values():
            gathered.add(polled)
            await asyncio.sleep(0)

        async def look(unit: Unit) -> None:
            polled = await self.look_quietly(unit, self.docs_needed(unit))
            if polled is not None:
                gathered.add(polled)
                # What a poll tells is as old as the poll: it does not count as a look at what was pushed since.
                unit.read_at = {doc: min(at, asked_at) for doc, at in unit.read_at.items()}

        await each_in_turn(self._chosen(budget, fresh.keys(), asked_at), look, seconds=_SECONDS)
        self._note_round(asked_at)
        if self.restructured:
            self.tell_restructured()
        return gathered.poll()

    async def look_quietly(self, unit: Unit, docs: AbstractSet[Doc]) -> Polled | None:
        """Look at a panel and do what is due there; None when it fails, which is counted. A refused login raises."""
        try:
            polled = await self.look(unit, docs)
        except AuthFailed:
            raise
        except DeviceError:
            return None
        await self.after_look(unit)
        return polled

    def docs_needed(self, unit: Unit) -> frozenset[Doc]:
        """The documents of a panel that are worth reading now."""
        return self.docs_due(unit) | self.needs.get(unit.row.uid, frozenset())

    def _listed(self, asked_at: float, wanted: AbstractSet[Want]) -> Polled:
        """What the list itself tells: of all devices whether they can be reached, and what is wanted besides."""
        online: dict[PartRef, bool | None] = {}
        readings: dict[tuple[PartRef, Reading], ReadingValue | None] = {}
        for unit in self.fleet.units.values():
            values = device_values(unit.row)
            online |= values.online
            readings |= values.readings
            if unit.is_lost(asked_at):
                online[unit.ref] = False
        rows = [unit.row for unit in self.fleet.units.values()]
        readings[HOST_PART, Reading(Quantity.DEVICES)] = float(len(rows))
        readings[HOST_PART, Reading(Quantity.DEVICES_ONLINE)] = float(sum(row.online is True for row in rows))
        shown = {
            (ref, reading): value
            for (ref, reading), value in readings.items()
            if Want(ref, reading) in wanted or Want(ref) in wanted
        }
        return Polled(asked_at=asked_at, online=online, readings=shown)

    async def _want(self, wanted: AbstractSet[Want]) -> None:
        """Work out which documents are needed, once for each set of wants: there may be a hundred thousand."""
        if wanted is self.wanted:
            return
        needs: dict[str, frozenset[Doc]] = {}
        for number, want in enumerate(wanted):
            if number % _WANTS_AT_ONCE == 0:
                await asyncio.sleep(0)
            docs = _docs_for(want)
            if docs and (unit := self.fleet.at(want.part.device)) is not None:
                known = needs.get(unit.row.uid, frozenset())
                if not docs <= known:
                    needs[unit.row.uid] = known | docs
        self.wanted, self.needs = wanted, needs

    def _budget(self, now: float) -> int:
        """Requests for this poll: what has gathered since the last one."""
        before, self.polled_at = self.polled_at, now
        gathered = _MOST if before is None else int((now - before) * BUDGET / 60.0)
        return max(_FEWEST, min(_MOST, gathered))

    def _chosen(self, budget: int, fresh: AbstractSet[str], now: float) -> Iterable[Unit]:
        """The panels to look at: those where something goes on, then those not looked at for longest."""
        candidates = [
            unit
            for unit in self.fleet.panels()
            if unit.row.online is not False
            and unit.row.uid not in fresh
            and unit.rests_until <= now
            and self.docs_needed(unit) & unit.docs_to_read
        ]
        candidates.sort(key=lambda unit: (unit.hot_until < now, unit.looked_at))
        chosen: list[Unit] = []
        for unit in candidates:
            cost = self._cost(unit)
            if chosen and cost > budget:
                break
            budget -= cost
            chosen.append(unit)
        return chosen

    def _cost(self, unit: Unit) -> int:
        """Requests that a look at a panel takes."""
        docs = unit.docs_to_read & self.docs_needed(unit)
        return len(docs) + (self.client.zone_pages.get(unit.address, 1) - 1 if Doc.ZONES in docs else 0)

    def _note_round(self, now: float) -> None:
        """Notice when every panel was looked at since the round began."""
        looked = [unit.looked_at for unit in self.fleet.panels() if unit.row.online is not False and not unit.failures]
        if looked and min(looked) >= self.round_started:
            self.round_seconds = time.monotonic() - self.round_started
            self.round_started = now


def _docs_for(want: Want) -> frozenset[Doc]:
    if want.part.kind is PartKind.DEVICE:
        return STATE_DOCS if want.gate is None or want.gate in _OF_PANEL else frozenset()
    return docs_of(want.part)
