"""Streams and pictures."""

from ...base import Answer
from ..form import Node
from ..routing import Call, number, route
from ..status import Refused

STREAMS = "Streaming/channels/"


def _reachable(call: Call, stream: str) -> int:
    """Return the channel of a stream id; refuse what does not exist or cannot be reached."""
    if STREAMS + stream not in call.world.documents:
        raise Refused("notSupport", http=call.sim.profile.third_stream if stream.endswith("03") else None)
    channel = number(stream) // 100
    found = call.world.channels.get(channel)
    if found and found.online is False:
        raise Refused("notSupport")
    return channel


def streams(call: Call) -> Answer:
    """GET Streaming/channels."""
    listed: list[Node] = []
    for path, document in call.world.documents.items():
        stream = path.removeprefix(STREAMS)
        if path.startswith(STREAMS) and stream.isdigit():
            channel = call.world.channels.get(int(stream) // 100)
            if channel is None or channel.online is not False:
                listed.append(document.tree)
    return call.xml("StreamingChannelList", {"StreamingChannel": listed})


def stream(call: Call, name: str) -> Answer:
    """GET Streaming/channels/{id}."""
    _reachable(call, name)
    return call.xml("StreamingChannel", call.world.tree(STREAMS + name))


def picture(call: Call, name: str) -> Answer:
    """GET Streaming/channels/{id}/picture."""
    channel = _reachable(call, name)
    if call.sim.picture_fallback and channel in call.world.channels and call.world.channels[channel].proxied:
        raise Refused("notSupport")
    return Answer(body=call.sim.picture(channel), content_type="image/jpeg")


def proxied_picture(call: Call, name: str) -> Answer:
    """GET ContentMgmt/StreamingProxy/channels/{id}/picture: recorders only."""
    channel = _reachable(call, name)
    if channel not in call.world.channels or not call.world.channels[channel].proxied:
        raise Refused("notSupport")
    return Answer(body=call.sim.picture(channel), content_type="image/jpeg")


def inputs(call: Call) -> Answer:
    """GET System/Video/inputs/channels: the device's own channels."""
    listed: list[Node] = [_input(call, channel) for channel, found in call.world.channels.items() if not found.proxied]
    return call.xml("VideoInputChannelList", {"VideoInputChannel": listed})


def _input(call: Call, channel: int) -> dict[str, Node]:
    found = call.world.channels[channel]
    tree: dict[str, Node] = {"id": channel, "inputPort": channel, "name": found.name, "videoFormat": "PAL"}
    if found.description:
        tree["channelDescription"] = found.description
    if call.sim.profile.recorder:
        tree |= {"videoInputEnabled": True, "resDesc": "2560*1440(4MP)P25" if found.online else "NO VIDEO"}
    return tree


def one_input(call: Call, name: str) -> Answer:
    """GET System/Video/inputs/channels/{n}."""
    channel = number(name)
    if channel not in call.world.channels or call.world.channels[channel].proxied:
        raise Refused("invalidID")
    return call.xml("VideoInputChannel", _input(call, channel))


ROUTES = (
    route("GET", "Streaming/channels", streams),
    route("GET", "Streaming/channels/{}", stream),
    route("GET", "Streaming/channels/{}/picture", picture),
    route("GET", "ContentMgmt/StreamingProxy/channels/{}/picture", proxied_picture),
    route("GET", "System/Video/inputs/channels", inputs),
    route("GET", "System/Video/inputs/channels/{}", one_input),
)
