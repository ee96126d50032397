"""What happens to the devices behind a simulated receiver: the helpers of tests."""

from typing import TYPE_CHECKING, Any

from . import media, messages
from .machine import Machine
from .messages import NOBODY, Actor, CidRecord
from .scenes import SCENES, Scene
from .world import Device, World, Zone

if TYPE_CHECKING:
    from .simulator import ReceiverSimulator


class Happenings:
    """Mixed into the simulator. `dev` is a device index as the world writes it."""

    world: World

    def _sim(self) -> ReceiverSimulator:
        return self  # type: ignore[return-value]

    def panel_of(self, dev: str) -> Machine:
        """Return the behaviour of a device's panel."""
        return self._sim().machine(self.world.devices[dev])

    def zone(self, dev: str, zone: int) -> Zone:
        """Return a zone."""
        return self.world.panel(dev).zones[zone]

    # --- zones

    async def open_zone(self, dev: str, zone: int) -> None:
        """Make the detector active; alarms only if it is watched."""
        await self.panel_of(dev).open_zone(self.zone(dev, zone))

    async def close_zone(self, dev: str, zone: int) -> None:
        """Make the detector quiet; an alarm of the zone is reported restored."""
        await self.panel_of(dev).close_zone(self.zone(dev, zone))

    async def tamper(self, dev: str, zone: int, on: bool = True) -> None:
        """Open or close the detector's lid."""
        await self.panel_of(dev).tamper(self.zone(dev, zone), on)

    async def break_zone(self, dev: str, zone: int, reason: str | None = "short") -> None:
        """Break the detector (short, break); None repairs it."""
        await self.panel_of(dev).fault(self.zone(dev, zone), reason)

    async def link_zone(self, dev: str, zone: int, online: bool) -> None:
        """Lose or find the detector's radio link."""
        await self.panel_of(dev).link(self.zone(dev, zone), online)

    async def trigger(self, dev: str, zone: int) -> str:
        """Raise the alarm of the zone's type whatever is armed; returns the UUID of the record."""
        machine, found = self.panel_of(dev), self.zone(dev, zone)
        found.open = True
        return await machine.alarm(found)

    async def mains(self, dev: str, on: bool) -> None:
        """Lose or get back the panel's mains power."""
        await self.panel_of(dev).mains(on)

    # --- partitions

    async def arm_locally(self, dev: str, partition: int, kind: str = "away", user: str = "Anna") -> None:
        """Arm at the keypad."""
        await self.panel_of(dev).arm(partition, kind, _at_keypad(user))

    async def disarm_locally(self, dev: str, partition: int, user: str = "Anna", number: int = 3) -> None:
        """Disarm at the keypad."""
        await self.panel_of(dev).disarm(partition, _at_keypad(user, number))

    def refuse_arming(self, dev: str, sub: str | None = "armingFailed") -> None:
        """Refuse every arming with this sub status; None arms again."""
        self.refuse(dev, "arm", sub)

    def refuse(self, dev: str, command: str, sub: str | None) -> None:
        """Refuse a command: arm, disarm, clearAlarm, bypass, bypassRecover, deactivation or outputs."""
        refusals = self.world.panel(dev).refusals
        if sub is None:
            refusals.pop(command, None)
        else:
            refusals[command] = sub

    # --- messages

    async def emit_code(
        self,
        dev: str,
        code: str,
        *,
        partition: int = 0,
        zone: int | None = None,
        user: str | Actor | None = None,
        uuid: str | None = None,
        text: str | None = None,
        delayed: float = 0.0,
        lenses: int = 0,
        **extra: Any,
    ) -> str:
        """Send a record without changing any state; returns its UUID.

        `lenses`: 1 or 2 clips follow as a video review. `extra`: members of CIDAlarm (None removes one).
        """
        actor = Actor(kind=2, number=1, name=user) if isinstance(user, str) else user or NOBODY
        record = CidRecord(
            code=code, partition=partition, zone=zone, actor=actor, text=text, delayed=delayed, extra=extra
        )
        if uuid is not None:
            record.uuid = uuid
        return await self._sim().record(self.world.devices[dev], record, lenses=lenses, always=True)

    async def emit(
        self, dev: str | None, event: str, *, channel: int | str | None = 1, state: str = "active", **members: Any
    ) -> int:
        """Send any other message; `members` are added to it. Without a device the receiver speaks."""
        device = None if dev is None else self.world.devices[dev]
        tree = messages.envelope(self.world, event, device=device, channel=channel, state=state)
        return await self._sim().push(messages.alert(tree | members))

    async def happen(
        self, dev: str, event: str, *, channel: int | str = 1, state: str = "active", review: bool = False, **scene: Any
    ) -> int:
        """Let a video device, door station or radar tell of an event; `scene` are fields of `Scene`.

        `review` adds a clip.
        """
        told = Scene(**scene)
        members = SCENES[event](told)
        if review:
            members["VideoReview"] = messages.review_block(1, told.url or media.store(self._sim(), "mp4"))
        return await self.emit(dev, event, channel=channel, state=state, **members)

    async def pir(self, dev: str, zone: int, *, pictures: int = 1, protected: bool = True) -> list[str]:
        """Send the pictures of a detector with a camera; returns their URLs."""
        urls = [media.store(self._sim(), "jpg", protected=protected) for _ in range(pictures)]
        found = self.zone(dev, zone)
        device = self.world.devices[dev]
        await self._sim().push(messages.pir(self.world, device, zone, found.name, urls))
        return urls

    async def device_heartbeat(self, dev: str) -> int:
        """Send the sign of life of an encoding device."""
        return await self._sim().push(messages.device_heartbeat(self.world, self.world.devices[dev]))

    def add_media(self, kind: str = "jpg", *, protected: bool = True, body: bytes | None = None) -> str:
        """Keep a file (jpg, mp4, avi) and return its URL as messages write it."""
        return media.store(self._sim(), kind, protected=protected, body=body)

    # --- devices

    def add_device(self, device: Device) -> None:
        """Add a device; no message tells of it (l.628)."""
        self.world.devices[device.index] = device

    async def remove_device(self, dev: str) -> None:
        """Delete a device and say so."""
        device = self.world.devices.pop(dev)
        tree = messages.envelope(self.world, "devicedeleted", device=device)
        await self._sim().push(messages.alert(tree))

    async def set_online(self, dev: str, online: bool, *, hint: int = 2, tell: bool = True) -> None:
        """Lose or find a device; `hint` is the offline reason of the list, `tell` sends the message."""
        device = self.world.devices[dev]
        device.status = "online" if online else "offline"
        device.offline_hint = None if online else hint
        if tell:
            await self.emit(dev, "devStatusChanged", status=device.status)

    async def hpp_connection(self, normal: bool) -> int:
        """Lose or find the receiver's link to the cloud."""
        status = "normal" if normal else "abnormal"
        return await self.emit(None, "hppConnectionStatusChanged", channel=0, status=status)


def _at_keypad(user: str, number: int = 3) -> Actor:
    return Actor(kind=1, number=number, name=user, keypad=1)
