"""Cameras behind a recorder, and its recordings."""

from datetime import datetime

from ...base import Answer
from ..form import Node, Tree, items, text
from ..routing import Call, number, route, whole
from ..status import Refused
from ..world import Channel, Recording

SEARCH_ORDER = (
    "searchID",
    "trackIDList",
    "trackList",
    "timeSpanList",
    "contentTypeList",
    "maxResults",
    "searchResultPostion",
    "searchResultPosition",
    "metadataList",
)


def _proxied(call: Call) -> list[Channel]:
    if not call.sim.profile.recorder:
        raise Refused("notSupport")
    return [channel for channel in call.world.channels.values() if channel.proxied]


def _one(call: Call, name: str) -> Channel:
    for channel in _proxied(call):
        if channel.number == number(name):
            return channel
    raise Refused("invalidID")


def _descriptor(channel: Channel) -> Tree:
    source = channel.source
    assert source is not None
    tree: Tree = {
        "proxyProtocol": source.protocol,
        "addressingFormatType": "ipaddress",
        "ipAddress": source.address,
        "managePortNo": source.port,
        "srcInputPort": source.input_port,
        "userName": "admin",
        "streamType": "auto",
    }
    known = {"model": source.model, "serialNumber": source.serial, "firmwareVersion": source.firmware}
    return tree | {name: value for name, value in known.items() if value}


def _channel(channel: Channel) -> Tree:
    return {
        "id": channel.number,
        "name": channel.name,
        "sourceInputPortDescriptor": _descriptor(channel),
        "enableAnr": False,
        "enableTiming": True,
    }


def channels(call: Call) -> Answer:
    """GET ContentMgmt/InputProxy/channels; the size attribute is wrong, as on real recorders."""
    return call.xml(
        "InputProxyChannelList",
        {"@size": 0, "InputProxyChannel": [_channel(channel) for channel in _proxied(call)]},
    )


def channel(call: Call, name: str) -> Answer:
    """GET ContentMgmt/InputProxy/channels/{n}."""
    return call.xml("InputProxyChannel", _channel(_one(call, name)))


def _status(channel: Channel) -> Tree:
    tree: Tree = {"id": channel.number, "sourceInputPortDescriptor": _descriptor(channel)}
    if channel.online is not None:
        tree["online"] = channel.online
        tree["chanDetectResult"] = channel.result
    ids: list[Node] = [channel.number * 100 + stream for stream in (1, 2)]
    return tree | {"streamingProxyChannelIdList": {"streamingProxyChannelId": ids}}


def statuses(call: Call) -> Answer:
    """GET ContentMgmt/InputProxy/channels/status; some recorders know the single form only."""
    found = _proxied(call)
    if "single_status" in call.sim.profile.features:
        raise Refused("notSupport", http=404)
    return call.xml("InputProxyChannelStatusList", {"InputProxyChannelStatus": [_status(channel) for channel in found]})


def one_status(call: Call, name: str) -> Answer:
    """GET ContentMgmt/InputProxy/channels/{n}/status."""
    return call.xml("InputProxyChannelStatus", _status(_one(call, name)))


def tracks(call: Call) -> Answer:
    """GET ContentMgmt/record/tracks: one per channel."""
    _recording(call)
    listed: list[Node] = [
        {"id": number * 100 + 1, "Channel": number, "Enable": True, "Description": "trackType=standard"}
        for number in call.world.channels
    ]
    return call.xml("TrackList", {"Track": listed})


def _recording(call: Call) -> None:
    if "recordings" not in call.sim.profile.features:
        raise Refused("notSupport")


def days(call: Call, name: str) -> Answer:
    """POST ContentMgmt/record/tracks/{id}/dailyDistribution: the days of a month with recordings."""
    _recording(call)
    tree = call.sent("trackDailyParam").tree
    year, month = int(whole(text(tree, "year"), 1970, 2100)), int(whole(text(tree, "monthOfYear"), 1, 12))
    held = {
        item.start.day
        for item in call.world.recordings
        if item.track == number(name) and (item.start.year, item.start.month) == (year, month)
    }
    listed: list[Node] = [{"id": day, "dayOfMonth": day, "record": day in held} for day in range(1, 32)]
    return call.xml("trackDailyDistribution", {"dayList": {"day": listed}})


def search(call: Call) -> Answer:
    """POST ContentMgmt/search, in pages; the order of the elements is strict."""
    _recording(call)
    tree = call.sent("CMSearchDescription").tree
    sent = [name for name in tree if name[0] not in "@#"]
    if (
        any(name not in SEARCH_ORDER for name in sent)
        or sent != sorted(sent, key=SEARCH_ORDER.index)
        or not text(tree, "searchID")
    ):
        raise Refused("badParameters")
    limit = int(whole(text(tree, "maxResults") or "40", 1, 50))
    start = int(whole(text(tree, "searchResultPostion") or "0", 0, 1e6))
    found = _found(call, tree)
    page = found[start : start + limit]
    state = "MORE" if start + limit < len(found) else "OK" if page else "NO MATCHES"
    result: Tree = {
        "searchID": text(tree, "searchID"),
        "responseStatus": True,
        "responseStatusStrg": state,
        "numOfMatches": len(page),
    }
    if page:
        result["matchList"] = {"searchMatchItem": [_match(call, item) for item in page]}
    return call.xml("CMSearchResult", result)


def _found(call: Call, tree: Tree) -> list[Recording]:
    track = int(whole(text(tree, "trackIDList", "trackID") or text(tree, "trackList", "trackID"), 101, 99999))
    spans = [(_moment(span, "startTime"), _moment(span, "endTime")) for span in items(tree, "timeSpanList", "timeSpan")]
    return [
        item
        for item in call.world.recordings
        if item.track == track and any(item.start < end and item.end > start for start, end in spans)
    ]


def _moment(span: Tree, name: str) -> datetime:
    """Read a time; the Z is ignored: it is the device's local time."""
    try:
        return datetime.strptime(text(span, name), "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        raise Refused("badParameters") from None


def _match(call: Call, item: Recording) -> Node:
    begin, end = (moment.strftime("%Y%m%dT%H%M%SZ") for moment in (item.start, item.end))
    name = f"ch{item.track // 100:02}_{begin}"
    query = f"starttime={begin}&endtime={end}&name={name}&size={item.size}"
    uri = f"rtsp://10.11.12.1/Streaming/tracks/{item.track}/?{query}"
    return {
        "trackID": item.track,
        "timeSpan": {"startTime": f"{item.start:%Y-%m-%dT%H:%M:%S}Z", "endTime": f"{item.end:%Y-%m-%dT%H:%M:%S}Z"},
        "mediaSegmentDescriptor": {"contentType": "video", "codecType": "H.264-BP", "playbackURI": uri},
        "metadataMatches": {"metadataDescriptor": f"recordType.meta.hikvision.com/{item.kind}"},
    }


ROUTES = (
    route("GET", "ContentMgmt/InputProxy/channels", channels),
    route("GET", "ContentMgmt/InputProxy/channels/status", statuses),
    route("GET", "ContentMgmt/InputProxy/channels/{}", channel),
    route("GET", "ContentMgmt/InputProxy/channels/{}/status", one_status),
    route("GET", "ContentMgmt/record/tracks", tracks),
    route("POST", "ContentMgmt/record/tracks/{}/dailyDistribution", days),
    route("POST", "ContentMgmt/search", search),
)
