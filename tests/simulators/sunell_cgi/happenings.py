"""What can be made to happen to a simulated device; nothing here is asked for over the network."""

import asyncio
from base64 import b64decode
import binascii
from contextlib import suppress
from typing import TYPE_CHECKING, override

from .device import Device
from .documents import alarm_pairs, when
from .noise import written
from .posting import BODY, post
from .text import Pair, find, flat, listing
from .world import Alarm, Area, Plate

if TYPE_CHECKING:
    from .call import Call

DISK_ALARMS = {2: 2, 3: 5, 5: 7, 7: 5, 9: 3, 1: 1}
"""Status of a disk -> minor type of the disk alarm that tells it (l.32277, l.32660)."""
ONLY_START = frozenset((4,))
"""Major types whose alarms have no end (l.550)."""


class Happenings(Device):
    """A device with helpers that let things happen."""

    post_way = BODY
    """How alarms are posted: see `posting`."""

    async def alarm(self, major: int, minor: int, source: int = 1, flag: int = 1, *, push: bool = True) -> int:
        """Start (1) or end (0) an alarm; returns how many listeners were told.

        It stands in currentAlarmStatus until it ends, and after that with flag 0 while `keep_ended`.
        """
        alarm = Alarm(major=major, minor=minor, source=source, flag=flag, at=self.world.now())
        self.history.append(alarm)
        key = (major, minor, source)
        if flag or self.keep_ended:
            self.world.alarms[key] = alarm
        else:
            self.world.alarms.pop(key, None)
        if self.posts_alarms:
            self.spawn(self.post_alarm(alarm))
        return await self.push_alarms(alarm) if push else 0

    async def push_alarms(self, *alarms: Alarm) -> int:
        """Push records in one part to every listener, whatever the list says."""
        return await self.push_streams.send([self.alarm_body(list(alarms))])

    async def push_body(self, *bodies: bytes) -> int:
        """Push bodies of parts as they are."""
        return await self.push_streams.send(list(bodies))

    async def push_bytes(self, data: bytes) -> int:
        """Push bytes as they are, framing included."""
        return await self.push_streams.send_bytes(data)

    def clear_alarms(self) -> None:
        """Forget all alarms, as a restart does."""
        self.world.alarms.clear()

    def alarm_body(self, alarms: list[Alarm]) -> bytes:
        """Return the body of a pushed part."""
        return written(alarm_pairs(alarms), self.noise, self.charset)

    # --- plates, people, temperatures

    async def plate(self, text: str, *, list_type: int = 2, direction: int = 0, country: str = "ISL") -> Plate:
        """Read a plate: it becomes the last one, and the alarm of plates starts (major 6, minor 37)."""
        uid = max((plate.uid for plate in self.world.plates), default=0) + 1
        found = Plate(
            uid=uid, at=self.world.now(), text=text, list_type=list_type, direction=direction, country=country
        )
        self.world.plates.append(found)
        await self.alarm(6, 37, 1, 1)
        return found

    def count_people(self, enter: int, out: int = 0) -> None:
        """Let people go in and out now."""
        self.world.people.append((self.world.now(), enter, out))

    def area(self, number: int = 0, camera: int = 2) -> Area:
        """Return a measured area."""
        return self.world.areas[camera][number]

    async def temperature(self, highest: float, *, area: int = 0, camera: int = 2, lowest: float | None = None) -> None:
        """Change an area's temperature; crossing its alarm value starts or ends the alarm of temperature (7, 1)."""
        found = self.area(area, camera)
        before, found.highest = found.highest, highest
        if lowest is not None:
            found.lowest = lowest
        found.average = (found.highest + found.lowest) / 2
        limit = float(self.temperature_limit(camera))
        if (before >= limit) != (highest >= limit):
            await self.alarm(7, 1, camera, int(highest >= limit))

    async def ramp(
        self, highest: float, *, area: int = 0, camera: int = 2, seconds: float = 1.0, steps: int = 10
    ) -> None:
        """Change an area's temperature bit by bit."""
        start = self.area(area, camera).highest
        for step in range(1, steps + 1):
            await self.temperature(start + (highest - start) * step / steps, area=area, camera=camera)
            await asyncio.sleep(seconds / steps)

    def temperature_limit(self, camera: int = 2) -> str:
        """Return the alarm value of the first area in temperAlarmParam."""
        found = listing(self.store.page("temperAlarmParam", camera), "temperAlarmParam")
        field = find(found.records[0], "alarmValue") if found else None
        return (field.value if field else None) or "inf"

    # --- what settings bring about

    @override
    def settings_changed(self, kind: str, camera: int, fields: dict[str, str]) -> None:
        """Another unit converts all temperatures; another video mode of a fisheye restarts it (l.22836)."""
        if kind == "thermalImagerConfigureParam" and fields.get("temperatureunit") in ("0", "1"):
            self.use_unit(int(fields["temperatureunit"]))
        elif kind == "dewarpParam" and "videomode" in fields:
            self.spawn(self.reboot(wait=0.01))

    def use_unit(self, unit: int) -> None:
        """Tell temperatures in Celsius (0) or Fahrenheit (1) from now on."""
        if unit == self.world.unit:
            return
        self.world.unit = unit
        for areas in self.world.areas.values():
            for area in areas.values():
                for name in ("highest", "lowest", "average"):
                    value = getattr(area, name)
                    setattr(area, name, value * 1.8 + 32 if unit else (value - 32) / 1.8)

    # --- faults of the device

    async def disk_fault(self, disk: int = 1, status: int = 2) -> None:
        """Give a disk another status and tell it; 1 repairs it."""
        self.world.disks[disk].status = status
        await self.alarm(4, DISK_ALARMS.get(status, 2), disk, 1)
        if status == 1:
            for key in [key for key in self.world.alarms if key[0] == 4]:
                del self.world.alarms[key]

    async def channel_status(self, channel: int, status: int) -> None:
        """Give a recorder's channel another status: 5 online, 1 network failure, 0 unbound; loss of video follows."""
        found = self.world.channels[channel]
        before, found.status = found.status, status
        if (before == 5) != (status == 5):
            await self.alarm(1, 4, channel, int(status != 5))

    async def go_offline(self, channel: int) -> None:
        """Cut a channel of the recorder off."""
        await self.channel_status(channel, 1)

    def skew(self, seconds: float) -> None:
        """Set the device's clock ahead of (or behind) this machine's."""
        self.world.clock_skew = seconds

    async def reboot(self, downtime: float | None = None, *, wait: float = 0.0) -> None:
        """Restart: connections break, new ones are refused for the downtime (seconds); settings are kept."""
        await asyncio.sleep(wait)
        self.push_streams.close()
        await self.go_down()
        self.auth.forget_nonces()
        self.clear_alarms()
        await asyncio.sleep(self.downtime if downtime is None else downtime)
        await self.come_up()
        # Whoever waits for it finds the device listening.
        self.world.reboots += 1

    async def move_to(self, port: int = 0) -> None:
        """Listen on another port (0: any) from now on."""
        self.push_streams.close()
        await self.go_down()
        self.port = port
        await self.come_up()
        self.store.put("devicePort", "httpPort", self.port)

    def change_password(self, password: str) -> None:
        """Give the account another password; open answers go on."""
        self.password = password
        self.auth.users[self.username].password = password

    def lock_out(self) -> None:
        """Lock the account as after too many wrong passwords."""
        self.auth.lock()

    def unlock(self) -> None:
        """Open the lock."""
        self.auth.unlock()

    def close_streams(self) -> None:
        """Break every push connection."""
        self.push_streams.close()

    def delete_mask(self, camera: int, number: str | None) -> None:
        """Delete one privacy mask or all."""
        page = self.store.page("blindArea", camera)
        masks = listing(page, "BlindAreaParam")
        if masks is None:
            return
        masks.replace([row for row in masks.records if number and ("areaID", number) not in flat(row)])
        if not masks.records:
            page.remove(masks)

    # --- alarm centre

    @property
    def posts_alarms(self) -> bool:
        """Whether the device posts alarms to an address (alarmCenterService)."""
        if not self.has_page("alarmCenterService") or not self.posting:
            return False
        page = self.store.page("alarmCenterService")
        switch = find(page, "CGIAlarmFlag", "cgiAlarmEnable")
        return switch is not None and (switch.value or "").strip() in ("true", "1")

    async def post_alarm(self, alarm: Alarm) -> None:
        """Post an alarm to the start or end address; the words of its template become values (l.28653-28679)."""
        names = ("CGIUrlStart", "urlStart") if alarm.flag else ("CGIUrlEnd", "urlEnd")
        template = find(self.store.page("alarmCenterService"), *names)
        words = {
            "MajorAlarmType": alarm.major,
            "MinorAlarmType": alarm.minor,
            "SourceName": alarm.source,
            "DeviceID": self.store.get("deviceInfo", "deviceID"),
            "DeviceIP": self.world.inner_host,
            "AlarmTime": when(alarm.at),
            "Description": "",
        }
        target, _, rest = ((template.value if template else "") or "").strip().rpartition("/")
        self.world.posts.append(
            await post(target, {word: words[word] for word in rest.split("&") if word in words}, self.post_way)
        )

    def decoded(self, call: Call) -> list[Pair]:
        """Return the pairs of a set; addresses of the alarm centre come in base64 (l.28644)."""
        if call.page != "alarmCenterService" or not self.scheme:
            return list(call.pairs)
        found: list[Pair] = []
        for key, value in call.pairs:
            if key.strip() in ("CGIUrlStart", "CGIUrlEnd"):
                with suppress(binascii.Error, UnicodeDecodeError):
                    value = b64decode(value, validate=True).decode()
            found.append((key, value))
        return found
