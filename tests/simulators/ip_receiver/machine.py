"""How a simulated panel behaves: arming with delays, alarms, bypass, deactivation, and the records it sends."""

import asyncio
from typing import TYPE_CHECKING

from .messages import NOBODY, Actor, CidRecord
from .status import Refused
from .words import ALARM_CODES, ALWAYS, WATER_ALARM
from .world import Device, Panel, Partition, Zone

if TYPE_CHECKING:
    from .simulator import ReceiverSimulator

ALL = 0xFFFFFFFF
CODE_OF_KIND = {"away": "3401", "stay": "3441"}


def _guarding(zone: Zone, kind: str) -> bool:
    """Whether arming makes the zone watch; those that always do are left alone, as is one left out of stay mode."""
    return zone.zone_type not in ALWAYS | {"Non-Alarm", "Key"} and not (kind == "stay" and zone.stay_bypass)


class Machine:
    """The behaviour of one panel; its state lives in `device.panel`."""

    def __init__(self, sim: ReceiverSimulator, device: Device, panel: Panel) -> None:
        """Prepare; timers run as tasks of the simulator."""
        self.sim = sim
        self.device = device
        self.panel = panel
        self._exits: dict[int, int] = {}
        self._entries: dict[int, int] = {}
        self._turn = 0

    # --- who is meant

    def selected(self, number: int) -> list[Partition]:
        """Return the partitions a number in a request means; 0xffffffff means all enabled ones."""
        if number == ALL:
            return [part for part in self.panel.partitions.values() if part.enabled is not False]
        found = self.panel.partitions.get(number)
        if found is None or found.enabled is False:
            raise Refused("badParameters")
        return [found]

    def zones_of(self, partition: Partition) -> list[Zone]:
        """Return the zones linked to a partition."""
        return [zone for zone in self.panel.zones.values() if partition.number in zone.partitions]

    def zone(self, number: int) -> Zone:
        """Return a zone of a request; an unknown one is a wrong parameter."""
        if number not in self.panel.zones:
            raise Refused("badParameters")
        return self.panel.zones[number]

    def arming(self, zone: Zone) -> bool:
        """Whether the exit delay of one of the zone's partitions runs."""
        return any(part.arming == "arming" for part in self._partitions(zone))

    def _partitions(self, zone: Zone) -> list[Partition]:
        return [self.panel.partitions[n] for n in zone.partitions if n in self.panel.partitions]

    def refuse(self, command: str) -> None:
        """Refuse a command a test wants refused."""
        if sub := self.panel.refusals.get(command):
            raise Refused(sub)

    # --- arming

    async def arm(self, number: int, kind: str, actor: Actor = NOBODY) -> None:
        """Arm; refused with armingFailed (a zone is open) or zoneFault."""
        self.refuse("arm")
        chosen = self.selected(number)
        for partition in chosen:
            await self._check(partition, kind, actor)
        for partition in chosen:
            if self.sim.exit_delay > 0:
                partition.arming = "arming"
                self.sim.spawn(self._exit(partition, kind, actor))
            else:
                await self._armed(partition, kind, actor)

    async def _check(self, partition: Partition, kind: str, actor: Actor) -> None:
        for zone in self.zones_of(partition):
            if zone.silenced or not _guarding(zone, kind):
                continue
            if zone.status in ("online", "notRelated"):
                continue
            sub = "armingFailed" if zone.status == "trigger" else "zoneFault"
            await self._tell("1822", partition.number, zone.number, actor)
            raise Refused(sub, message=f"{sub}: zone {zone.number}")

    async def _exit(self, partition: Partition, kind: str, actor: Actor) -> None:
        turn = self._start(self._exits, partition.number)
        await asyncio.sleep(self.sim.exit_delay)
        if self._exits.get(partition.number) == turn and partition.arming == "arming":
            await self._armed(partition, kind, actor)

    async def _armed(self, partition: Partition, kind: str, actor: Actor, code: str | None = None) -> None:
        partition.arming = kind
        for zone in self.zones_of(partition):
            zone.armed = zone.zone_type in ALWAYS or _guarding(zone, kind)
        await self._tell(code or CODE_OF_KIND[kind], partition.number, None, actor)

    async def disarm(self, number: int, actor: Actor = NOBODY, code: str = "1401") -> None:
        """Disarm; ends alarms, one-time deactivation and, unless it survives, bypass."""
        self.refuse("disarm")
        for partition in self.selected(number):
            self._exits.pop(partition.number, None)
            self._entries.pop(partition.number, None)
            partition.arming = "disarm"
            partition.alarm = False
            await self._tell(code, partition.number, None, actor)
            for zone in self.zones_of(partition):
                await self._stand_down(zone, actor)

    async def _stand_down(self, zone: Zone, actor: Actor) -> None:
        if any(part.arming not in ("disarm", "arming") for part in self._partitions(zone)):
            return
        zone.armed = zone.alarm = False
        if zone.one_time != "off":
            await self._set_mode(zone, "off", zone.permanent, actor)
        if zone.bypassed and not self.panel.bypass_survives:
            await self._set_bypass(zone, False, actor)

    async def clear_alarm(self, number: int, actor: Actor = NOBODY) -> None:
        """Silence and clear alarms; arming stays as it is."""
        self.refuse("clearAlarm")
        for partition in self.selected(number):
            partition.alarm = False
            for zone in self.zones_of(partition):
                zone.alarm = False
            await self._tell("1406", partition.number, None, actor)

    # --- zones

    async def bypass(self, numbers: list[int], on: bool, actor: Actor = NOBODY) -> None:
        """Bypass or recover zones; armed ones refuse."""
        self.refuse("bypass" if on else "bypassRecover")
        zones = [self.zone(number) for number in numbers]
        if any(not zone.bypass_available for zone in zones):
            raise Refused("zoneNotSupport")
        if any(zone.armed for zone in zones):
            raise Refused("armedStatus")
        for zone in zones:
            if zone.bypassed is not on:
                await self._set_bypass(zone, on, actor)

    async def _set_bypass(self, zone: Zone, on: bool, actor: Actor) -> None:
        zone.bypassed = on
        await self._tell("1570" if on else "3570", zone.partitions[0], zone.number, actor)

    async def deactivate(self, zone: Zone, one_time: str, permanent: str, actor: Actor = NOBODY) -> None:
        """Set both deactivation modes of a zone."""
        self.refuse("deactivation")
        await self._set_mode(zone, one_time, permanent, actor)

    async def _set_mode(self, zone: Zone, one_time: str, permanent: str, actor: Actor) -> None:
        before = (zone.one_time, zone.permanent)
        zone.one_time, zone.permanent = one_time, permanent
        codes = {"entirely": ("571", "573"), "lidOnly": ("572", "987")}
        for old, new, place in ((before[0], one_time, 0), (before[1], permanent, 1)):
            if old == new:
                continue
            if old != "off":
                await self._tell(f"3{codes[old][place]}", zone.partitions[0], zone.number, actor)
            if new != "off":
                await self._tell(f"1{codes[new][place]}", zone.partitions[0], zone.number, actor)

    async def open_zone(self, zone: Zone) -> None:
        """The detector becomes active: an alarm, the entry delay, or nothing at all."""
        zone.open = True
        if zone.zone_type == "Key":
            await self._keyswitch(zone)
            return
        watching = self._watching(zone)
        if not watching or zone.silenced:
            return
        delayed = zone.zone_type == "Delay" and self.sim.entry_delay > 0
        for partition in watching:
            if delayed and partition.number not in self._entries:
                self.sim.spawn(self._entry(partition, zone))
        if not delayed:
            await self.alarm(zone)

    def _watching(self, zone: Zone) -> list[Partition]:
        """Return the partitions in which the zone raises an alarm now."""
        if zone.zone_type in ALWAYS:
            return self._partitions(zone)
        if zone.zone_type == "Non-Alarm":
            return []
        return [
            part
            for part in self._partitions(zone)
            if part.arming == "away" or (part.arming == "stay" and not zone.stay_bypass)
        ]

    async def _keyswitch(self, zone: Zone) -> None:
        for partition in self._partitions(zone):
            if partition.arming == "disarm":
                await self._armed(partition, "away", NOBODY, "3409")
            else:
                await self.disarm(partition.number, code="1409")

    def _start(self, timers: dict[int, int], number: int) -> int:
        """Note a timer, so that one that was stopped meanwhile does nothing."""
        self._turn += 1
        timers[number] = self._turn
        return self._turn

    async def _entry(self, partition: Partition, zone: Zone) -> None:
        turn = self._start(self._entries, partition.number)
        await asyncio.sleep(self.sim.entry_delay)
        if self._entries.get(partition.number) == turn:
            del self._entries[partition.number]
            await self.alarm(zone)

    async def alarm(self, zone: Zone) -> str:
        """Raise the zone's alarm whatever is armed; returns the UUID of its record."""
        zone.alarm = True
        for partition in self._partitions(zone):
            partition.alarm = True
        record = CidRecord(code=f"1{self.alarm_code(zone)}", partition=zone.partitions[0], zone=zone.number)
        return await self.sim.record(self.device, record, lenses=2 if zone.detector == "pircam" else 0)

    @staticmethod
    def alarm_code(zone: Zone) -> int:
        """Return the code of a zone's alarm without its leading digit."""
        return WATER_ALARM if zone.kind == "water" else ALARM_CODES.get(zone.zone_type, 103)

    async def close_zone(self, zone: Zone) -> None:
        """The detector is quiet again; an alarm of the zone is reported restored, the partition's goes on."""
        zone.open = False
        if zone.alarm:
            zone.alarm = False
            await self._tell(f"3{self.alarm_code(zone)}", zone.partitions[0], zone.number)

    async def tamper(self, zone: Zone, on: bool) -> None:
        """Open or close the detector's lid."""
        zone.tamper = on
        if not zone.lid_silenced:
            await self._tell("1137" if on else "3137", zone.partitions[0], zone.number)

    async def fault(self, zone: Zone, reason: str | None) -> None:
        """Break or repair the detector."""
        zone.fault = reason
        await self._tell("1380" if reason else "3380", zone.partitions[0], zone.number)

    async def link(self, zone: Zone, online: bool) -> None:
        """Lose or find the radio link of the detector."""
        zone.link = "online" if online else "offline"
        await self._tell("3914" if online else "1914", zone.partitions[0], zone.number)

    async def mains(self, on: bool) -> None:
        """Lose or get back mains power."""
        self.panel.mains = on
        await self._tell("3301" if on else "1301", 0, None)

    async def _tell(self, code: str, partition: int, zone: int | None, actor: Actor = NOBODY) -> None:
        record = CidRecord(code=code, partition=partition, zone=zone, actor=actor)
        await self.sim.record(self.device, record)
