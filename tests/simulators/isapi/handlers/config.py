"""Stored documents: answered as they are, replaced whole by a PUT after the checks a device makes."""

import re

from ...base import Answer
from ..documents import DETECTIONS
from ..form import Document, Node, Tree, items, text
from ..routing import Call, route
from ..status import Refused
from .settings import conflicts, get_settings, put_settings

_PERCENT = (
    "sensitivityLevel",
    "tampersensitivityLevel",
    "whiteLightBrightness",
    "irLightBrightness",
    "brightnessLevel",
    "contrastLevel",
    "saturationLevel",
    "hueLevel",
    "SharpnessLevel",
    "WDRLevel",
)


def stored(call: Call) -> bool:
    """Whether a stored document answers this path."""
    return call.path in call.world.settings or call.path in call.world.documents


def get_document(call: Call) -> Answer:
    """GET a stored document, XML or JSON."""
    if call.path in call.world.settings:
        return get_settings(call)
    document = call.world.documents[call.path]
    return call.xml(document.root, document.tree)


def put_document(call: Call) -> Answer:
    """PUT a stored document: what is sent is the new truth, lost nodes included."""
    path = call.path
    if path.endswith("capabilities"):
        raise Refused("methodNotAllowed")
    if path in call.world.settings:
        return put_settings(call)
    known = call.world.documents[path]
    sent = call.sent(known.root)
    _check_order(sent.tree, known.tree)
    _check_values(sent.tree)
    _check_options(call, sent, path)
    _check_exclusion(call, sent, path)
    call.world.documents[path] = sent
    return call.done()


def _names(tree: Tree) -> list[str]:
    return [name for name in tree if name[0] not in "@#"]


def _check_order(sent: Tree, known: Tree) -> None:
    """The elements the device knows must come in its order."""
    order = _names(known)
    places = [order.index(name) for name in _names(sent) if name in order]
    if places != sorted(places):
        raise Refused("badParameters")


def _check_values(node: Node) -> None:
    if isinstance(node, list):
        for item in node:
            _check_values(item)
    if not isinstance(node, dict):
        return
    for name, value in node.items():
        if isinstance(value, dict | list):
            _check_values(value)
        found = text(node, name)
        if name == "enabled" and found not in ("true", "false"):
            raise Refused("badParameters")
        if name in _PERCENT and not (found.isdigit() and int(found) <= 100):
            raise Refused("badParameters")


def _check_options(call: Call, sent: Document, path: str) -> None:
    """A choice must be one the capabilities name; brightness is for the manual mode only."""
    options = call.world.documents.get(f"{path}/capabilities")
    if options is None:
        return
    for name in _names(sent.tree):
        allowed = text(options.tree, name, "@opt")
        if allowed and text(sent.tree, name) not in allowed.split(","):
            raise Refused("badParameters")
    before = call.world.documents[path].tree
    changed = any(
        text(sent.tree, name) not in ("", text(before, name)) for name in ("whiteLightBrightness", "irLightBrightness")
    )
    if changed and text(sent.tree, "mixedLightBrightnessRegulatMode") != "manual":
        raise Refused("invalidOperation")


_SMART = {
    re.compile(re.escape(item.local).replace(r"\{n\}", r"(\d+)")): item for item in DETECTIONS.values() if item.smart
}


def _check_exclusion(call: Call, sent: Document, path: str) -> None:
    """Refuse a detection that excludes one that is on, or one too many for the analysis engine."""
    if text(sent.tree, "enabled") != "true" or call.world.enabled(path):
        return
    for pattern, detection in _SMART.items():
        found = pattern.fullmatch(path)
        if found is None:
            continue
        channel = int(found[1])
        if channel in call.world.channels and conflicts(call, detection.function, channel):
            raise Refused("invalidOperation")
        limit = call.world.vca_limit
        if limit is not None and _running(call, channel) >= limit:
            raise Refused("numberReachedLimit")


def _running(call: Call, channel: int) -> int:
    paths = [item.path(channel, proxied=False) for item in DETECTIONS.values() if item.smart]
    return sum(path in call.world.documents and call.world.enabled(path) for path in paths)


def get_host(call: Call, name: str) -> Answer:
    """GET Event/notification/httpHosts/{id}."""
    for slot in items(call.world.tree("Event/notification/httpHosts"), "HttpHostNotification"):
        if text(slot, "id") == name:
            return call.xml("HttpHostNotification", slot)
    raise Refused("invalidID")


def set_host(call: Call, name: str) -> Answer:
    """PUT Event/notification/httpHosts/{id}: replaces one slot (every write is in the journal)."""
    slots = items(call.world.tree("Event/notification/httpHosts"), "HttpHostNotification")
    for slot in slots:
        if text(slot, "id") == name:
            sent = call.sent("HttpHostNotification").tree
            if not text(sent, "url"):
                raise Refused("badXmlFormat")
            slot.clear()
            slot.update(sent)
            return call.done()
    raise Refused("invalidID")


GENERIC = {"GET": get_document, "PUT": put_document}
ROUTES = (
    route("GET", "Event/notification/httpHosts/{}", get_host),
    route("PUT", "Event/notification/httpHosts/{}", set_host),
)
