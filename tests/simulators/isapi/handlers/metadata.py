"""Metadata: what can be uploaded, what is, and subscriptions (001…txt A.2-A.5, B.6-B.8, B.16, B.19)."""

import json

from ...base import Answer
from ...rtsp.service import TYPES, URI_LIMIT, Offer, Upload
from ..form import Node, Tree, items, text
from ..routing import PREFIX, Call, route
from ..status import Refused

CHANNELS = "Streaming/channels/{}/"
NOT_SUBSCRIBABLE = 0x4000A016
"""subscribeTypeErr (001…txt l.3585)."""


def _channel(call: Call, name: str) -> tuple[int, Offer, Upload]:
    service = call.sim.metadata
    channel = service.channel_of(name)
    if channel is None or service.offer is None:
        raise Refused("notSupport", http=None if service.offer else call.sim.profile.unknown)
    return channel, service.offer, service.uploads[channel]


def capabilities(call: Call, name: str) -> Answer:
    """GET Streaming/channels/{id}/metadata/capabilities."""
    _, offer, _ = _channel(call, name)
    # Blanks as the document has them (001…txt l.856).
    kinds: Tree = {"type": {"@opt": ", ".join(offer.types)}, "enable": {"@opt": "true,false"}}
    tree: Tree = {"MetadataList": {"@size": len(offer.types), "Metadata": kinds}}
    if offer.formats != ("xml",):
        tree["uploadDataFormat"] = {"@opt": ",".join(offer.formats)}
    if offer.subscribe:
        tree["isSupportSubscribeType"] = True
    return call.xml("MetadataCfg", tree)


def get_all(call: Call, name: str) -> Answer:
    """GET Streaming/channels/{id}/metadata."""
    _, offer, upload = _channel(call, name)
    listed: list[Node] = [{"type": kind, "enable": on} for kind, on in upload.enabled.items()]
    tree: Tree = {"MetadataList": {"Metadata": listed}}
    if offer.formats != ("xml",):
        tree["uploadDataFormat"] = upload.format
    return call.xml("MetadataCfg", tree)


def _wish(offer: Offer, tree: Tree) -> tuple[str, bool]:
    kind, on = text(tree, "type"), text(tree, "enable")
    if kind not in offer.types or on not in ("true", "false"):
        raise Refused("badXmlContent")
    return kind, on == "true"


def put_all(call: Call, name: str) -> Answer:
    """PUT Streaming/channels/{id}/metadata: the list replaces the old one; kinds it lacks are off."""
    channel, offer, upload = _channel(call, name)
    tree = call.sent("MetadataCfg").tree
    wishes = dict(_wish(offer, item) for item in items(tree, "MetadataList", "Metadata"))
    form = text(tree, "uploadDataFormat") or upload.format
    if not wishes or form not in offer.formats:
        raise Refused("badXmlContent")
    upload.enabled.update({kind: wishes.get(kind, False) for kind in offer.types})
    upload.format = form
    call.sim.metadata.renew(channel, announce=True)
    return call.done()


def get_one(call: Call, name: str, kind: str) -> Answer:
    """GET Streaming/channels/{id}/Metadata/{type}."""
    _, offer, upload = _channel(call, name)
    if kind not in offer.types:
        raise Refused("notSupport")
    return call.xml("SingleMetadataCfg", {"Metadata": {"type": kind, "enable": upload.enabled[kind]}})


def put_one(call: Call, name: str, kind: str) -> Answer:
    """PUT Streaming/channels/{id}/Metadata/{type}."""
    channel, offer, upload = _channel(call, name)
    sent = items(call.sent("SingleMetadataCfg").tree, "Metadata")
    if kind not in offer.types:
        raise Refused("notSupport")
    if len(sent) != 1 or _wish(offer, sent[0])[0] != kind:
        raise Refused("badXmlContent")
    upload.enabled[kind] = _wish(offer, sent[0])[1]
    call.sim.metadata.renew(channel, announce=True)
    return call.done()


def subscribe(call: Call, name: str) -> Answer:
    """POST Streaming/channels/{id}/metadata/subscribeType?format=json."""
    channel, offer, _ = _channel(call, name)
    if not offer.subscribe:
        raise Refused("notSupport")
    if not call.wants_json:
        raise Refused("badParameters")
    kinds = call.sent_json().get("type")
    names = [str(kind) for kind in kinds] if isinstance(kinds, list) else []
    if not names or any(kind not in TYPES for kind in names):
        raise Refused("badParameters")
    uri = call.sim.metadata.subscribe(channel, names)
    if uri is None:
        return _not_subscribable(call)
    assert len(uri) <= URI_LIMIT
    return call.json({"rtspURI": uri})


def _not_subscribable(call: Call) -> Answer:
    body = {
        "requestURL": PREFIX + call.path,
        "statusCode": 4,
        "statusString": "Invalid Operation",
        "subStatusCode": "subscribeTypeErr",
        "errorCode": NOT_SUBSCRIBABLE,
        "errorMsg": "subscribeTypeErr",
    }
    return Answer(status=403, body=json.dumps(body).encode(), content_type="application/json")


ROUTES = (
    route("GET", CHANNELS + "metadata/capabilities", capabilities),
    route("GET", CHANNELS + "metadata", get_all),
    route("PUT", CHANNELS + "metadata", put_all),
    route("POST", CHANNELS + "metadata/subscribeType", subscribe),
    route("GET", CHANNELS + "Metadata/{}", get_one),
    route("PUT", CHANNELS + "Metadata/{}", put_one),
)
