"""Event configuration and the push connections."""

from aiohttp import web

from ...base import Answer
from ..alerts import heartbeat
from ..documents import DETECTIONS
from ..form import Document, Node, Tree, items, text
from ..framing import Part
from ..routing import Call, route, whole
from ..status import Refused
from ..stream import Client
from ..world import Trigger


def visible(call: Call, trigger: Trigger) -> bool:
    """A recorder does not list the events of a camera it cannot reach."""
    channel = call.world.channels.get(trigger.dyn or 0)
    return not (channel and channel.proxied and channel.online is False)


def _trigger(trigger: Trigger) -> Tree:
    tree: Tree = {"id": trigger.id, "eventType": trigger.event}
    if trigger.channel:
        tree["eventDescription"] = f"{trigger.event} Event trigger Information"
    pairs = (
        ("inputIOPortID", trigger.input),
        ("dynInputIOPortID", trigger.dyn_input),
        ("videoInputChannelID", trigger.channel),
        ("dynVideoInputChannelID", trigger.dyn),
    )
    tree |= {name: value for name, value in pairs if value is not None}
    return tree | {"EventTriggerNotificationList": _notifications(trigger)}


def _notifications(trigger: Trigger) -> Tree | None:
    def item(method: str) -> Node:
        channel = trigger.channel or trigger.dyn or 1
        if method != "record":
            return {"id": method, "notificationMethod": method, "notificationRecurrence": "beginning"}
        return {
            "id": f"record-{channel}",
            "notificationMethod": method,
            "notificationRecurrence": "beginning",
            "videoInputID": channel,
        }

    return {"EventTriggerNotification": [item(method) for method in trigger.methods]} if trigger.methods else None


def triggers(call: Call) -> Answer:
    """GET Event/triggers: bare, wrapped in EventNotification, or broken, by model."""
    if call.sim.broken_triggers:
        raise Refused("deviceError", http=500, code=3)
    listed: list[Node] = [_trigger(item) for item in call.world.triggers if item.listed and visible(call, item)]
    tree: Tree = {"EventTrigger": listed}
    if call.sim.wrapped_triggers:
        return call.xml("EventNotification", {"EventTriggerList": {"@version": "2.0", **tree}})
    return call.xml("EventTriggerList", tree)


def _find(call: Call, name: str) -> Trigger:
    """Return a trigger by its id; letter case does not matter (seen on DS-2SE4C425MWG)."""
    for item in call.world.triggers:
        if item.id.lower() == name.lower() and visible(call, item):
            return item
    raise Refused("notSupport")


def one_trigger(call: Call, name: str) -> Answer:
    """GET Event/triggers/{id}."""
    return call.xml("EventTrigger", _trigger(_find(call, name)))


def set_trigger(call: Call, name: str) -> Answer:
    """PUT Event/triggers/{id}: what the event causes."""
    trigger, tree = _find(call, name), call.sent("EventTrigger").tree
    if text(tree, "eventType") != trigger.event:
        raise Refused("badParameters")
    trigger.methods = [
        text(item, "notificationMethod")
        for item in items(tree, "EventTriggerNotificationList", "EventTriggerNotification")
    ]
    return call.done()


def channel_capabilities(call: Call) -> Answer:
    """GET Event/channels/capabilities: functions and event names in one list, per channel."""
    listed: list[Node] = []
    for number in call.world.channels:
        events = [
            item.event
            for item in call.world.triggers
            if number in (item.channel, item.dyn) and item.event in DETECTIONS
        ]
        names = [name for event in events for name in (DETECTIONS[event].function, event) if name]
        listed.append({"eventType": {"@opt": ",".join(names)}, "channelID": number, "id": number})
    return call.xml("ChannelEventCapList", {"ChannelEventCap": listed})


async def alert_stream(call: Call) -> Answer | None:
    """GET Event/notification/alertStream: an endless multipart answer."""
    mode = call.sim.stream_mode
    if mode == "unauthorized":
        return Answer(status=401, body=b"", content_type="text/html")
    if mode == "not_support":
        raise Refused("notSupport")
    if mode == "short":
        # Seen on door stations: a success of 40 bytes, then the end.
        return Answer(
            body=b"--boundary\r\nContent-Type: text/plain\r\n\r\n",
            content_type="multipart/mixed; boundary=boundary",
        )
    return await _hold(call, [_beat(call, subscribed=False)], subscribed=False)


def _beat(call: Call, *, subscribed: bool) -> Part:
    sim = call.sim
    return heartbeat(
        sim.world,
        address=sim.host,
        port=80,
        version=sim.alert_version,
        namespace=sim.dialect.namespace,
        subscribed=subscribed,
    )


async def _hold(call: Call, first: list[Part], *, subscribed: bool, client: Client | None = None) -> Answer | None:
    sim = call.sim
    if sim.streams >= sim.push_streams.limit:
        raise Refused("deployExceedMax")
    call.record.status = 200
    await sim.push_streams.hold(
        client or new_client(call.http), first, lambda: _beat(call, subscribed=subscribed), sim.heartbeat
    )
    return None


def subscribe_capabilities(call: Call) -> Answer:
    """GET Event/notification/subscribeEventCap."""
    _subscribable(call)
    types = sorted({trigger.event for trigger in call.world.triggers})
    tree: Tree = {
        "heartbeat": {"@min": 1, "@max": 180},
        "channelMode": {"@opt": "all,list"},
        "eventMode": {"@opt": "all,list"},
        "EventList": {
            "@size": len(types),
            "Event": [{"type": name, "pictureURLType": {"@opt": "binary", "@def": "binary"}} for name in types],
        },
    }
    return call.xml("SubscribeEventCap", tree)


def _subscribable(call: Call) -> None:
    if "subscribe" not in call.sim.profile.features:
        raise Refused("notSupport")


async def subscribe(call: Call) -> Answer | None:
    """POST Event/notification/subscribeEvent: the same endless answer for chosen events, with pictures."""
    _subscribable(call)
    tree = call.sent("SubscribeEvent").tree
    whole(text(tree, "heartbeat") or "30", 1, 180)
    client = new_client(call.http)
    client.events, client.pictures = _wanted(tree)
    call.sim.subscriptions += 1
    client.subscription = call.sim.subscriptions
    first = Document(root="SubscribeEventResponse", tree={"id": client.subscription})
    return await _hold(call, [Part(body=call.sim.dialect.render(first))], subscribed=True, client=client)


def _wanted(tree: Tree) -> tuple[frozenset[str] | None, bool]:
    """Return the event types and whether pictures are sent in the stream."""
    mode = text(tree, "eventMode")
    events = items(tree, "EventList", "Event")
    if mode not in ("all", "list") or (mode == "list" and not events):
        raise Refused("badXmlContent")
    kinds = {text(event, "pictureURLType") for event in events} | {text(tree, "pictureURLType")}
    pictures = not kinds - {"", "binary"}
    return (
        (frozenset(text(event, "type").lower() for event in events), pictures) if mode == "list" else (None, pictures)
    )


def modify(call: Call, name: str) -> Answer:
    """PUT Event/notification/subscribeEvent/{id}: choose other events."""
    client = _subscription(call, name)
    client.events, client.pictures = _wanted(call.sent("SubscribeEvent").tree)
    return call.done()


def unsubscribe(call: Call) -> Answer:
    """PUT Event/notification/unSubscribeEvent?ID={id}: ends the connection."""
    _subscription(call, call.query.get("ID", call.query.get("id", ""))).close()
    return call.done()


def _subscription(call: Call, name: str) -> Client:
    for client in call.sim.push_streams.clients:
        if str(client.subscription) == name:
            return client
    raise Refused("invalidID")


def new_client(request: web.BaseRequest) -> Client:
    """Return the push connection of a request."""
    transport = request.transport
    if transport is None:
        raise Refused("deviceBusy")
    return Client(transport=transport)


ROUTES = (
    route("GET", "Event/triggers", triggers),
    route("GET", "Event/triggers/{}", one_trigger),
    route("PUT", "Event/triggers/{}", set_trigger),
    route("GET", "Event/channels/capabilities", channel_capabilities),
    route("GET", "Event/notification/alertStream", alert_stream),
    route("GET", "Event/notification/subscribeEventCap", subscribe_capabilities),
    route("POST", "Event/notification/subscribeEvent", subscribe),
    route("PUT", "Event/notification/subscribeEvent/{}", modify),
    route("PUT", "Event/notification/unSubscribeEvent", unsubscribe),
    route("POST", "Event/notification/unSubscribeEvent", unsubscribe),
)
