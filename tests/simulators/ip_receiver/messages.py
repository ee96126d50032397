"""The messages of the event stream (A.3 to A.35): the envelope and the panels' records."""

from dataclasses import dataclass, field
import uuid

from .words import EVENT_TEXTS, code_text
from .world import Device, Json, World

NO_USER = "NONE"


@dataclass(kw_only=True, frozen=True)
class Actor:
    """Who did it, as the eight comma fields of CIDParam tell (l.1458-1482)."""

    kind: int = 0
    """1 keypad user, 2 network user, anything else nobody."""
    number: int = -1
    name: str = NO_USER
    keypad: int = -1
    channel: int = -1
    module: int = -1

    def param(self, zone: int | None) -> str:
        """Return the CIDParam text."""
        values = (self.kind or -1, self.number, -1 if zone is None else zone, self.keypad, self.channel, -1)
        return ",".join(str(value) for value in (*values, self.module, self.name))


NOBODY = Actor()


@dataclass(kw_only=True)
class CidRecord:
    """One record of a panel."""

    code: str
    partition: int = 0
    """0 stands for all."""
    zone: int | None = None
    actor: Actor = NOBODY
    text: str | None = None
    uuid: str = field(default_factory=lambda: str(uuid.uuid4()))
    video: int = 0
    """0 none, 1 AVI, 2 MP4."""
    delayed: float = 0.0
    """Seconds between the event and its report."""
    extra: Json = field(default_factory=dict)
    """Members to add to (or replace in) CIDAlarm; a value of None removes the member."""


def envelope(
    world: World, event: str, *, device: Device | None = None, channel: int | str | None = "1", state: str = "active"
) -> Json:
    """Return the members every message has; without a device it is the receiver that speaks."""
    tree: Json = {
        "channelID": None if channel is None else str(channel),
        "dateTime": world.now().isoformat(),
        "activePostCount": 1,
        "eventType": event,
        "eventState": state,
        "eventDescription": EVENT_TEXTS.get(event, f"{event} alarm"),
    }
    if device is not None:
        tree |= {"devIndex": device.index, "channelName": device.name}
    return {name: value for name, value in tree.items() if value is not None}


def alert(tree: Json) -> Json:
    """Wrap a message."""
    return {"EventNotificationAlert": tree}


def cid_type(record: CidRecord) -> int:
    """Return the kind of record: 1 zone, 2 video, 4 duress, 5 exception, 6 operation."""
    if record.code.endswith("121"):
        return 4
    if record.code[1:] in ("401", "403", "406", "409", "441", "442", "570", "571", "573"):
        return 6
    return 1 if record.zone is not None and record.code[1] not in "39" else 5


def cid_fields(world: World, record: CidRecord, *, zone_name: str = "zoneNo") -> Json:
    """Return the members of CIDAlarm (Table A-3); in a video review the zone is written ZoneNo."""
    now = world.now()
    tree: Json = {
        "subSys": record.partition,
        zone_name: record.zone,
        "CIDCode": record.code,
        "CIDType": cid_type(record),
        "CIDDescribe": record.text if record.text is not None else code_text(record.code),
        "timeZoneIdx": 15 + round(world.offset.total_seconds() / 3600),
        "triggerTime": f"{now.timestamp() - record.delayed:.0f}",
        "uploadTime": now.strftime("%Y-%m-%d %H:%M:%S"),
        "CIDParam": record.actor.param(record.zone),
        "isVideo": record.video,
        "isTalk": 0,
        "UUID": record.uuid,
    }
    happened = now.fromtimestamp(now.timestamp() - record.delayed, now.tzinfo)
    tree["triggerTime"] = happened.strftime("%Y-%m-%d %H:%M:%S")
    return {name: value for name, value in (tree | record.extra).items() if value is not None}


def _identified(world: World, event: str, device: Device) -> Json:
    tree = envelope(world, event, device=device)
    tree["deviceID"] = device.account
    if device.serial:
        tree["deviceSerial"] = device.serial
    return tree


def cid_alarm(world: World, device: Device, record: CidRecord) -> Json:
    """Return a panel's record (A.6)."""
    return alert(_identified(world, "CIDAlarm", device) | {"CIDAlarm": cid_fields(world, record)})


def device_heartbeat(world: World, device: Device) -> Json:
    """Return the sign of life of an encoding device (A.5)."""
    tree = envelope(world, "CIDAlarm", device=device, channel=None)
    del tree["activePostCount"], tree["channelName"]
    tree["CIDAlarm"] = {"CIDCode": "1602", "CIDDescribe": "HeartBeat", "CIDParam": "-1,-1,-1,-1,-1,-1,-1,NONE"}
    return alert(tree)


def video_review(world: World, device: Device, record: CidRecord, urls: list[str]) -> Json:
    """Return the video of a record (A.29); two lenses add the list of left and right."""
    params = cid_fields(world, record, zone_name="ZoneNo") | {"videoURL": urls[0]}
    if len(urls) > 1:
        places = ("left", "right")
        params["videoInfoList"] = [
            {"videoURL": url, "cameraPosition": place} for url, place in zip(urls, places, strict=False)
        ]
    review = {"protocolType": "HikCIDProtocol", "HikCIDParams": params}
    return alert(_identified(world, "videoReview", device) | {"VideoReview": review})


def pir(world: World, device: Device, zone: int, name: str, pictures: list[str], video: str | None = None) -> Json:
    """Return the pictures of a detector with a camera (A.26)."""
    tree = envelope(world, "PIR", device=device)
    tree |= {
        "ZoneNo": zone,
        "zoneName": name,
        "CaptureList": [{"resourcesContentType": "url", "resourcesContent": url} for url in pictures],
    }
    if video is not None:
        tree["VideoReview"] = review_block(zone, video)
    return alert(tree)


def review_block(zone: int, url: str, partition: int = 0) -> Json:
    """Return the block of many video messages that names the clip."""
    params = {"subSys": partition, "ZoneNo": zone, "videoURL": url}
    return {"protocolType": "HikCIDProtocol", "HikCIDParams": params}


def heartbeat(world: World, count: int, *, old: bool = False) -> Json:
    """Return the receiver's sign of life (A.12), or as the sample of chapter 5 writes it (l.493-500)."""
    tree = envelope(world, "heartBeat", channel=None if old else 1)
    tree["activePostCount"] = count
    if old:
        tree["dataTime"] = tree.pop("dateTime")
        tree["eventDescription"] = "Heart Beat"
    return alert(tree)
