"""Arming, disarming and the end of alarms. No command is sent twice, and nothing waits for the exit delay."""

from collections.abc import Awaitable, Callable, Sequence, Set as AbstractSet
from dataclasses import replace
import time
from typing import Final

from ...errors import AuthFailed, CannotConnect, DeviceError, NotSupported, Rejected
from ...model.events import Polled
from ...model.panel_words import Arm
from ...model.parts import PartKind, PartRef
from .client import ALL
from .fleet import STATE_DOCS, Doc, Unit
from .forcing import Forced, Forcing, in_the_way, named
from .touched import Touched

_WAYS: Final = {Arm.HOME: "stay", Arm.AWAY: "away"}

type Command = Callable[[str, int | str], Awaitable[None]]


class Arming(Forcing):
    """The `Arms` commands."""

    touched: Touched

    async def arm(self, part: PartRef, mode: Arm, *, force: bool = False) -> Polled:
        """Arm a partition, or all of a panel. What is refused names the zones in the way, as read just then."""
        way = _WAYS.get(mode)
        if way is None:
            raise NotSupported(f"arming as {mode.value}", code=mode.value)
        unit = self.unit_of(part)
        async with unit.turn:
            numbers = _targets(unit, part)
            known = [number for number in numbers if isinstance(number, int)]
            entry = await self._make_way(unit, known, mode) if force else None
            failures = await self._failures(unit, numbers, lambda device, number: self.client.arm(device, number, way))
            if failures:
                error = next(iter(failures.values()))
                if not isinstance(error, Rejected):
                    raise error
                refused = {number for number in known if isinstance(failures.get(number), Rejected)}
                raise await self._refused(unit, refused, mode, error, entry)
            if entry is not None:
                entry.since = time.monotonic()
            polled = await self.read_back(unit)
            # Notes that it is armed; the next look may come after somebody disarmed it.
            await self.settle(unit)
            return polled

    async def disarm(self, part: PartRef) -> Polled:
        """Disarm a partition, or all of a panel; zones left out for its arming are taken in again."""
        unit = self.unit_of(part)
        async with unit.turn:
            await self._each(unit, _targets(unit, part), self.client.disarm)
            polled = await self.read_back(unit)
            if await self.settle(unit, disarmed=True):
                polled = await self.read_back(unit)
            return polled

    async def clear_alarm(self, part: PartRef) -> Polled:
        """End the alarm of a partition, or of all of a panel."""
        unit = self.unit_of(part)
        async with unit.turn:
            await self._each(unit, _targets(unit, part), self.client.clear_alarm)
            return await self.read_back(unit)

    def unit_of(self, part: PartRef) -> Unit:
        """The device of a part. Raises `NotSupported` for one that the receiver no longer has."""
        unit = self.fleet.at(part.device)
        if unit is None:
            raise NotSupported("the receiver does not have this device any more", code="unknownDevice")
        self.heat(unit)
        return unit

    async def read_back(self, unit: Unit, docs: frozenset[Doc] = STATE_DOCS) -> Polled:
        """Read what a command did. The command itself went well: a failure here only puts the reading off.

        It is read once more a moment later: a panel may take a command before it does it, and relays tell no changes.
        """
        self.touched.touch((unit.row.uid,))
        asked_at = time.monotonic()
        try:
            return replace(await self.look(unit, docs), readback=True)
        except AuthFailed:
            raise
        except DeviceError:
            return Polled(asked_at=asked_at, readback=True)

    async def _each(self, unit: Unit, numbers: Sequence[int | str], command: Command) -> None:
        """Send a command for each partition; raises the first failure after the last of them."""
        for error in (await self._failures(unit, numbers, command)).values():
            raise error

    async def _failures(
        self, unit: Unit, numbers: Sequence[int | str], command: Command
    ) -> dict[int | str, DeviceError]:
        """Send a command for each partition; one that refuses does not keep the others from it."""
        failures: dict[int | str, DeviceError] = {}
        for number in numbers:
            try:
                await command(unit.address, number)
            except AuthFailed, CannotConnect:
                raise
            except DeviceError as error:
                failures[number] = error
        return failures

    async def _make_way(self, unit: Unit, partitions: Sequence[int], mode: Arm) -> Forced | None:
        zones = await self.client.zones(unit.address)
        return await self.leave_out(unit, in_the_way(zones, partitions, mode), partitions)

    async def _refused(
        self, unit: Unit, partitions: AbstractSet[int], mode: Arm, error: Rejected, entry: Forced | None
    ) -> Rejected:
        """The refusal with the zones in the way; what was left out for nothing is taken in again first."""
        if entry is not None:
            await self.take_in_of(unit, entry, partitions)
        self.touched.touch((unit.row.uid,))
        try:
            zones = await self.client.zones(unit.address)
        except AuthFailed:
            raise
        except DeviceError:
            return error
        found = named(in_the_way(zones, partitions, mode))
        return Rejected(error.detail, code=error.code, details=found or error.details)


def _targets(unit: Unit, part: PartRef) -> list[int | str]:
    """The partitions that a part stands for: of a panel each of them, or the word for all where none is known.

    That word is doubtful, number or text (004…txt l.678).
    """
    if part.kind is PartKind.PARTITION:
        return [part.number]
    numbers: list[int | str] = [*(unit.panel.partitions if unit.panel else ())]
    return numbers or [ALL]
