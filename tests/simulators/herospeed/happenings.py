"""What happens before the camera: detections with their log rows, links and packets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .endpoints import ENDPOINTS, gated
from .packets import Malformed, Packet, broken, draft
from .push import Push
from .status import Json
from .world import ALARM_LOG, IO_ALARM, World

if TYPE_CHECKING:
    from .profiles import Firmware

TROUBLE_LOG = 3


@dataclass(frozen=True, kw_only=True)
class Detection:
    """One kind of event."""

    message: str
    """Text of its row in the log; the document leaves texts open."""
    path: str = ""
    """Where it is switched on and off."""
    log: int = ALARM_LOG


DETECTIONS: Mapping[str, Detection] = {
    "motion": Detection(message="Motion detection alarm", path="/api/event/motion"),
    "video_tempering": Detection(message="Video tampering alarm", path="/api/event/video-cover"),
    "audio_detection": Detection(message="Audio detection alarm"),
    "intrusion": Detection(message="Regional intrusion alarm", path="/api/event/intrusion"),
    "region_entrance": Detection(message="Region entrance alarm"),
    "region_exiting": Detection(message="Region exiting alarm"),
    "line_crossing": Detection(message="Cross border alarm", path="/api/event/line-crossing"),
    "loitering": Detection(message="People wandering alarm", path="/api/event/loitering"),
    "people_gathering": Detection(message="People gathering alarm", path="/api/event/people-gathering"),
    "face_detection": Detection(message="Face detection alarm", path="/api/event/face-detect"),
    "face_matched": Detection(message="Face comparison alarm", path="/api/event/face-detect"),
    "face_stranger": Detection(message="Stranger alarm", path="/api/event/face-detect"),
    "plate_detection": Detection(message="License plate alarm", path="/api/event/license-plate"),
    "illegal_parking": Detection(message="Illegal parking alarm", path="/api/event/illegal-parking"),
    "scene_change": Detection(message="Scene change alarm"),
    "item_abandoned": Detection(message="Goods legacy alarm"),
    "item_moved": Detection(message="Goods taken alarm"),
    "fire_detection": Detection(message="Fire detection alarm"),
    "alarm_input": Detection(message="IO alarm", path="/api/event/alarm-schedule"),
    "video_loss": Detection(message="Video loss", log=TROUBLE_LOG),
    "disk_loss": Detection(message="No disk", log=TROUBLE_LOG),
    "disk_full": Detection(message="Disk full", log=TROUBLE_LOG),
    "disk_abnormality": Detection(message="Disk error", log=TROUBLE_LOG),
    "net_disconnect": Detection(message="Network disconnected", log=TROUBLE_LOG),
    "ip_conflict": Detection(message="IP address conflict", log=TROUBLE_LOG),
}
"""Names as they travel in `event_type`."""


class Happenings:
    """The helpers; mixed into the simulator."""

    world: World
    push: Push
    firmware: Firmware
    suppressed: list[str]
    """Detections that did not happen, for they are switched off or missing."""
    log_ends: bool
    """The end of a detection is a row of its own."""
    tells_active: bool
    """Events say whether they begin or end; else only beginnings are sent."""

    def picture(self, *, alarm: bool = False) -> bytes:
        """Return a JPEG."""
        raise NotImplementedError

    def switch_relay(self, on: bool) -> None:
        """Switch the output; it goes off by itself."""
        raise NotImplementedError

    def armed(self, kind: str) -> bool:
        """Whether this detection is there and switched on."""
        path = DETECTIONS[kind].path
        if kind == "alarm_input":
            found = self.world.alarms.get(IO_ALARM)
            return bool(found and found["enable"] and self.world.capabilities["enableIo"])
        if not path:
            return True
        if path not in self.firmware.added and not ENDPOINTS[path].line:
            return False
        if path in self.world.profile.missing or not gated(ENDPOINTS[path], self.world.capabilities):
            return False
        return bool(self.world.documents[path]["enable"])

    async def event(
        self, kind: str, active: bool = True, *, picture: bool = False, always: bool = False, **more: Json
    ) -> int:
        """Let a detection begin or end; return how many subscribers were told.

        `kind`: one of `DETECTIONS`; `always`: even if it is switched off; `more` goes into the event
        (area=1, target="human", input=1, ...).
        """
        detection = DETECTIONS[kind]
        if not (always or self.armed(kind)):
            self.suppressed.append(kind)
            return 0
        if active:
            self._begin(kind, detection)
        else:
            self.world.active.discard(kind)
        if active or self.log_ends:
            self.world.note(detection.log, detection.message if active else f"{detection.message} end")
        if not (active or self.tells_active):
            return 0
        row: Json = {"event_type": kind} | ({"active": active} if self.tells_active else {}) | more
        return await self.packet(Packet.EVENT, {"events": [row]}, picture=picture)

    def _begin(self, kind: str, detection: Detection) -> None:
        self.world.active.add(kind)
        if self.world.linked(detection.path, "Io"):
            self.switch_relay(True)
        if self.world.linked(detection.path, "Sound"):
            self.world.played.append(self.world.documents["/api/video/audio-alarm"]["selAudioType"])

    async def packet(self, kind: int, tree: Json, *, picture: bool = False) -> int:
        """Send one packet with the time and the channel; return how many subscribers got it."""
        stamp = self.world.now.isoformat(timespec="seconds")[:19]
        full = {"time": stamp, "channel": 1} | tree
        image = self.picture(alarm=True) if picture else b""
        return await self.push.send(draft(kind, full, image))

    async def face(
        self, *, name: str = "", score: int = 88, similarity: int = 0, picture: bool = True, **more: Json
    ) -> int:
        """Let a face pass; `name` and `similarity` (percent) for one that is known."""
        self.world.note(ALARM_LOG, DETECTIONS["face_detection"].message)
        row = {"id": 1, "rect": {"x1": 4200, "y1": 3100, "x2": 5100, "y2": 4700}, "score": score}
        known = {"name": name, "similarity": similarity} if name else {}
        return await self.packet(Packet.FACE, {"faces": [row | known | more]}, picture=picture)

    async def line_count(self, line: int = 1, *, entered: int = 0, left: int = 0) -> int:
        """Let people pass a line; the packet carries the sums so far."""
        sums = self.world.counts.setdefault(line, [0, 0])
        sums[0] += entered
        sums[1] += left
        rows = [{"line": number, "in": counts[0], "out": counts[1]} for number, counts in self.world.counts.items()]
        return await self.packet(Packet.LINE_COUNT, {"line_counts": rows})

    async def plate(self, plate: str, *, confidence: int = 97, picture: bool = True, **more: Json) -> int:
        """Let a vehicle pass (`color`, `vehicle`, `direction`, `list`, ...)."""
        self.world.note(ALARM_LOG, DETECTIONS["plate_detection"].message)
        return await self.packet(
            Packet.PLATE, {"plates": [{"plate": plate, "confidence": confidence} | more]}, picture=picture
        )

    async def heat_map(self, *, width: int = 16, height: int = 9, picture: bool = True) -> int:
        """Send a heat map as a picture."""
        return await self.packet(Packet.HEAT_MAP, {"heat_map": {"width": width, "height": height}}, picture=picture)

    async def smart_object(self, target: str = "human", *, picture: bool = False, **more: Json) -> int:
        """Send one recognised object."""
        row = {"id": 1, "type": target, "rect": {"x1": 1000, "y1": 2000, "x2": 2500, "y2": 8000}}
        return await self.packet(Packet.SMART_OBJECT, {"objects": [row | more]}, picture=picture)

    async def config_changed(self, path: str) -> int:
        """Tell that settings have changed."""
        return await self.packet(Packet.CONFIG, {"config": {"path": path}})

    async def heartbeat_now(self) -> int:
        """Send a heartbeat out of turn."""
        return await self.push.send(draft(Packet.HEARTBEAT, {"heartbeat": 0}))

    async def push_malformed(self, kind: Malformed | str, event: str = "motion") -> int:
        """Send one broken packet."""
        given = draft(Packet.EVENT, {"events": [{"event_type": event, "active": True}]}, b"\xff\xd8\xff\xd9")
        return await self.push.send_bytes(broken(given, Malformed(kind)))

    async def burst(self, kind: str, count: int) -> int:
        """Send many events at once, without log rows; return how many subscribers got them."""
        rows = [
            draft(Packet.EVENT, {"channel": 1, "events": [{"event_type": kind, "active": not number % 2}]})
            for number in range(count)
        ]
        return await self.push.send(*rows)
