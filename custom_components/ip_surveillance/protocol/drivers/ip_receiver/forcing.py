"""Zones left out for the sake of arming: put away before the command, taken in again once it is disarmed."""

from collections.abc import Iterable, Mapping, Set as AbstractSet
from dataclasses import dataclass
import logging
from math import inf
import time
from typing import Any, Final, override

from ...errors import AuthFailed, DeviceError, NotSupported, Rejected
from ...hikvision.zones import Zone
from ...model.panel_words import Arm
from .client import ReceiverClient
from .fleet import STATE_DOCS, Doc, Unit
from .looking import Looking

_LOGGER: Final = logging.getLogger(__name__)

GRACE: Final = 60.0
"""Seconds for which a panel may still call itself disarmed after it took the command to arm."""
_TRIES: Final = 5
_MOST_DEVICES: Final = 1000
_MOST_ZONES: Final = 256
_LONGEST: Final = 128
_HIGHEST: Final = 0xFFFF
_ENTIRELY: Final = "entirely"
ONE_TIME_FIELD: Final = "oneTimeDeactivationMode"
PERMANENT_FIELD: Final = "deactivationMode"
_TROUBLED: Final = frozenset({"trigger", "offline", "break_down", "heartbeat_abnormal"})


@dataclass(slots=True)
class Forced:
    """What was left out in one panel for one arming."""

    zones: set[int]
    partitions: set[int]
    """It ends when all of these are disarmed; empty stands for all of the panel."""
    since: float = -inf
    """Monotonic time of the command."""
    armed: bool = False
    """Seen armed since."""
    tries: int = 0


def in_the_way(zones: Iterable[Zone], partitions: Iterable[int], mode: Arm) -> list[Zone]:
    """The zones that keep partitions (none: any) from being armed: open, broken or out of reach, and not left out."""
    wanted = set(partitions)
    return [
        zone
        for zone in zones
        if zone.related
        and zone.guards
        and not zone.left_out
        and not (mode is Arm.HOME and zone.stay_away)
        and (not wanted or not zone.partitions or zone.partitions & wanted)
        and (zone.open or zone.online is False or zone.status in _TROUBLED)
    ]


def named(zones: Iterable[Zone]) -> tuple[str, ...]:
    """What the user calls zones, or their numbers."""
    return tuple(zone.name or str(zone.id) for zone in zones)


class Forcing(Looking):
    """Remembers what was left out, across restarts, and takes exactly that in again."""

    client: ReceiverClient
    forced: dict[str, list[Forced]]
    """By normalised index."""

    async def leave_out(self, unit: Unit, zones: Iterable[Zone], partitions: Iterable[int]) -> Forced | None:
        """Leave zones out as far as they can be; what was done, noted before it is done. None when there is nothing.

        What guards life, or guards all day, is never left out by itself: then the panel refuses and names it.
        """
        by_mode = unit.row.otap
        fit = [
            zone
            for zone in zones
            if not zone.always_on and (zone.one_time_deactivation is not None if by_mode else zone.bypassable)
        ]
        if not fit:
            return None
        entry = Forced(zones={zone.id for zone in fit}, partitions=set(partitions), since=time.monotonic())
        entries = self.forced.setdefault(unit.row.uid, [])
        entries.append(entry)
        try:
            await self._set(unit, sorted(entry.zones), True)
        except (Rejected, NotSupported) as error:
            # Some of them may have been taken all the same.
            await self.take_in(unit, entry)
            raise Rejected(error.detail, code=error.code, details=named(fit)) from None
        return entry

    async def take_in(self, unit: Unit, entry: Forced) -> None:
        """Take zones in again, unless that was done already; what fails is tried again later.

        Raises nothing but a refused login.
        """
        try:
            zones = await self.client.zones(unit.address)
            still = [zone.id for zone in zones if zone.id in entry.zones and _left_out(unit, zone)]
            if still:
                await self._set(unit, still, False)
        except AuthFailed:
            raise
        except DeviceError as error:
            entry.tries += 1
            _LOGGER.debug("zones could not be taken in again: %s", error.code or type(error).__name__)
            if entry.tries < _TRIES:
                return
        self._forget(unit, entry)

    async def take_in_of(self, unit: Unit, entry: Forced, refused: AbstractSet[int]) -> None:
        """Take in what was left out for partitions that refused; what others are armed without stays out."""
        if entry.partitions <= refused:
            await self.take_in(unit, entry)
            return
        belongs = unit.panel.zone_partitions if unit.panel else {}
        idle = {
            ref.number
            for ref, partitions in belongs.items()
            if ref.number in entry.zones and partitions and {each.number for each in partitions} <= refused
        }
        entry.partitions -= refused
        self.forgive(unit, idle)
        if idle:
            rest = Forced(zones=idle, partitions=set(refused), since=time.monotonic())
            self.forced.setdefault(unit.row.uid, []).append(rest)
            await self.take_in(unit, rest)

    @override
    def docs_due(self, unit: Unit) -> frozenset[Doc]:
        """Also the state of a panel with zones left out, since somebody must notice that it is disarmed."""
        return super().docs_due(unit) | (STATE_DOCS if unit.row.uid in self.forced else frozenset())

    @override
    async def after_look(self, unit: Unit) -> None:
        """Take zones in again where a panel shows that it is disarmed."""
        entries = self.forced.get(unit.row.uid)
        if not entries or unit.turn.locked():
            return
        async with unit.turn:
            await self.settle(unit)

    async def settle(self, unit: Unit, *, disarmed: bool = False) -> bool:
        """Take in what is over, by the state read last; whether there was anything. Needs the panel's turn.

        `disarmed` says that we disarmed it just now: then it need not have been seen armed before.
        """
        over = [each for each in self.forced.get(unit.row.uid, ()) if self._is_over(unit, each, disarmed)]
        for entry in over:
            await self.take_in(unit, entry)
        return bool(over)

    def forgive(self, unit: Unit, zones: Iterable[int]) -> None:
        """Leave zones to the user, who set them by hand."""
        for entry in tuple(self.forced.get(unit.row.uid, ())):
            entry.zones.difference_update(zones)
            if not entry.zones:
                self._forget(unit, entry)

    def _is_over(self, unit: Unit, entry: Forced, disarmed: bool) -> bool:
        if unit.read_at.get(Doc.ZONES if unit.derives else Doc.PARTITIONS, -inf) < entry.since:
            return False
        states = [
            state for number, state in arming_of(unit).items() if not entry.partitions or number in entry.partitions
        ]
        if not states or None in states:
            return False
        if any(state is not Arm.DISARMED for state in states):
            entry.armed = True
            return False
        return disarmed or entry.armed or time.monotonic() - entry.since > GRACE

    async def _set(self, unit: Unit, zones: list[int], out: bool) -> None:
        if unit.row.otap:
            await self.client.deactivate(unit.address, zones, {ONE_TIME_FIELD: _ENTIRELY if out else "off"})
        else:
            await self.client.bypass(unit.address, zones, out)

    def _forget(self, unit: Unit, entry: Forced) -> None:
        entries = self.forced.get(unit.row.uid, [])
        if entry in entries:
            entries.remove(entry)
        if not entries:
            self.forced.pop(unit.row.uid, None)

    def forced_memory(self) -> dict[str, Any]:
        """What is left out now, as plain data."""
        return {
            uid: [{"zones": sorted(each.zones), "partitions": sorted(each.partitions)} for each in entries]
            for uid, entries in self.forced.items()
        }

    def recall_forced(self, memory: object) -> None:
        """Take what was left out before a restart; whatever does not fit is ignored."""
        for uid, entries in memory.items() if isinstance(memory, Mapping) else ():
            if not isinstance(uid, str) or len(uid) > _LONGEST or not isinstance(entries, list):
                continue
            if len(self.forced) >= _MOST_DEVICES:
                return
            for entry in entries[:_MOST_ZONES]:
                zones = _numbers(entry.get("zones")) if isinstance(entry, Mapping) else set()
                if zones:
                    recalled = Forced(zones=zones, partitions=_numbers(entry.get("partitions")))
                    self.forced.setdefault(uid, []).append(recalled)


def arming_of(unit: Unit) -> Mapping[int, Arm | None]:
    """How the partitions of a panel were armed when it was looked at last."""
    if unit.docs.partitions is not None:
        return {each.id: each.arming for each in unit.docs.partitions if each.enabled}
    return derived_arming(unit)


def derived_arming(unit: Unit) -> Mapping[int, Arm | None]:
    """The same of a panel that has no document about its partitions."""
    panel = unit.panel
    found: dict[int, Arm | None] = {}
    for number in panel.partitions if panel else ():
        zones = [zone for zone in unit.docs.zones or () if number in zone.partitions and zone.follows_arming]
        armed = [zone.armed or zone.arming for zone in zones if zone.armed is not None]
        found[number] = None if not armed else Arm.ARMED if any(armed) else Arm.DISARMED
    return found


def _left_out(unit: Unit, zone: Zone) -> bool:
    return zone.one_time_deactivation == _ENTIRELY if unit.row.otap else zone.bypassed is True


def _numbers(value: object) -> set[int]:
    listed = value[:_MOST_ZONES] if isinstance(value, list) else []
    return {each for each in listed if isinstance(each, int) and not isinstance(each, bool) and 0 <= each <= _HIGHEST}
