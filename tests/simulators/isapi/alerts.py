"""Bodies of pushed events."""

from dataclasses import dataclass, field
import json

from .form import NAMESPACES, Dialect, Document, Tree
from .framing import Part
from .world import World

# What tells a client which picture belongs to an event.
LINKS = ("order", "content-id", "filename")


@dataclass(kw_only=True)
class Alert:
    """One event to push; None leaves an element out."""

    event: str
    channel: int | str | None = 1
    active: bool = True
    count: int | str = 1
    target: str | None = None
    """human, vehicle, others; for plain motion this may be a comma list."""
    region: int | None = None
    input: int | None = None
    picture: bytes | None = None
    link: str = "order"
    when: str | None = None
    """Time text; None is the device's clock now."""
    name: str | None = None
    relation: str | None = None
    """Send as a `duration` event that names this event."""
    dyn_channel: int | None = None
    json: bool = False
    wrapped: bool = False
    """JSON inside an EventNotificationAlert object (some devices) or flat."""
    extra: Tree = field(default_factory=dict)


def body(
    alert: Alert,
    world: World,
    *,
    address: str,
    port: int,
    version: str = "2.0",
    namespace: str = NAMESPACES["hikvision"],
) -> bytes:
    """Return the XML of an event in the device's version of the message."""
    tree = _v1(alert, world, address) if version == "1.0" else _v2(alert, world, address, port)
    dialect = Dialect(namespace=NAMESPACES["psia"] if version == "1.0" else namespace, version=version)
    return dialect.render(Document(root="EventNotificationAlert", tree=tree | alert.extra))


def _head(alert: Alert, world: World, address: str) -> Tree:
    tree: Tree = {"ipAddress": address}
    tree["macAddress"] = world.identity.mac
    if alert.channel is not None:
        tree["channelID"] = alert.channel
    if alert.dyn_channel is not None:
        tree["dynChannelID"] = alert.dyn_channel
    if alert.input is not None:
        tree["inputIOPortID" if alert.input < 100 else "dynInputIOPortID"] = alert.input
    return tree


def _middle(alert: Alert, world: World) -> Tree:
    event = "duration" if alert.relation else alert.event
    tree: Tree = {
        "dateTime": world.stamp() if alert.when is None else alert.when,
        "activePostCount": alert.count,
        "eventType": event,
        "eventState": "active" if alert.active else "inactive",
        "eventDescription": f"{event} alarm",
    }
    if alert.relation:
        tree["DurationList"] = {"Duration": {"relationEvent": alert.relation}}
    return tree


def _v2(alert: Alert, world: World, address: str, port: int) -> Tree:
    first: Tree = {"ipAddress": address, "ipv6Address": "::", "portNo": port, "protocol": "HTTP"}
    tree = first | _head(alert, world, address) | _middle(alert, world)
    name = alert.name or _channel_name(alert, world)
    if name:
        tree["channelName"] = name
    if alert.target and alert.region is None:
        tree["targetType"] = alert.target
    if alert.region is not None:
        tree["DetectionRegionList"] = {"DetectionRegionEntry": _region(alert)}
    if alert.picture is not None:
        tree |= {"detectionPictureTransType": "binary", "detectionPicturesNumber": 1}
        if alert.link == "content-id":
            tree["contentID"] = _picture_id(alert)
        elif alert.link == "filename":
            tree["picName"] = f"{_picture_id(alert)}.jpg"
    return tree | {"isDataRetransmission": False}


def _region(alert: Alert) -> Tree:
    entry: Tree = {"regionID": alert.region, "sensitivityLevel": 50}
    corners = ((200, 200), (800, 200), (800, 900), (200, 900))
    entry["RegionCoordinatesList"] = {"RegionCoordinates": [{"positionX": x, "positionY": y} for x, y in corners]}
    if alert.target:
        entry["detectionTarget"] = alert.target
    return entry | {"TargetRect": {"X": "0.41", "Y": "0.35", "width": "0.12", "height": "0.3"}}


def _v1(alert: Alert, world: World, address: str) -> Tree:
    tree = _head(alert, world, address) | {"protocolType": "HTTP"} | _middle(alert, world)
    own = "urn:selfextension:psiaext-ver10-xsd"
    serial = world.identity.serial
    pushed = f"{alert.event}&&{serial},{tree['dateTime']},{alert.channel},1.0"
    tree["Extensions"] = {
        "serialNumber": {"@xmlns": own, "#text": serial},
        "eventPush": {"@xmlns": own, "#text": pushed},
    }
    return tree


def _channel_name(alert: Alert, world: World) -> str | None:
    channel = world.channels.get(alert.channel) if isinstance(alert.channel, int) else None
    return channel.name if channel else None


def _json_body(alert: Alert, world: World, address: str, port: int) -> bytes:
    flat: Tree = {
        "ipAddress": address,
        "portNo": port,
        "macAddress": world.identity.mac,
        "channelID": alert.channel,
        **_middle(alert, world),
        **alert.extra,
    }
    return json.dumps({"EventNotificationAlert": flat} if alert.wrapped else flat).encode()


def _picture_id(alert: Alert) -> str:
    return f"detectionPicture_{alert.channel}_{alert.count}"


def parts(alert: Alert, world: World, *, address: str, port: int, version: str, namespace: str) -> list[Part]:
    """Return the parts of an event: its text and, if it has one, its picture."""
    if alert.json:
        found = [Part(body=_json_body(alert, world, address, port), content_type="application/json")]
    else:
        found = [Part(body=body(alert, world, address=address, port=port, version=version, namespace=namespace))]
    if alert.picture is not None:
        label = _picture_id(alert)
        headers = {
            "Content-Disposition": f'form-data; name="{label}"; filename="{label}.jpg"',
            "Content-ID": label,
        }
        found.append(
            Part(
                body=alert.picture,
                content_type="image/jpeg",
                headers=headers if alert.link != "order" else {},
            )
        )
    return found


def heartbeat(world: World, *, address: str, port: int, version: str, namespace: str, subscribed: bool = False) -> Part:
    """Return the sign of life: a video loss that is over, or a heartBeat on a subscription."""
    alert = Alert(event="heartBeat" if subscribed else "videoloss", channel=1, active=subscribed, count=0)
    return Part(body=body(alert, world, address=address, port=port, version=version, namespace=namespace))
