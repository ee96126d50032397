"""Searching the device list: filters, order and pages (A.40, A.41)."""

from collections.abc import Callable
from typing import Any

from .documents import device_row
from .status import Refused
from .words import CONNECTIONS, TYPE_OF_SOURCE
from .world import Device, Json, World

_ORDER: dict[int, Callable[[Device], str]] = {
    1: lambda device: device.name,
    2: lambda device: device.version or "",
    3: lambda device: device.account,
    4: lambda device: device.serial or "",
}
_FIELDS: dict[str, Callable[[Device], Any]] = {
    "devStatus": lambda device: device.status,
    "activeStatus": lambda device: device.active_status if device.online else None,
    "connectionMode": lambda device: next((w for w, n in CONNECTIONS.items() if n == device.connection), None),
    "devSource": lambda device: device.source,
    "devType": lambda device: TYPE_OF_SOURCE.get(device.source),
    "isNeedUpgrade": lambda device: device.needs_upgrade,
}


def _whole(value: Any, low: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < low:
        raise Refused("badParameters")
    return value


def _matches(device: Device, wanted: Json) -> bool:
    key = str(wanted.get("key") or "").lower()
    texts = (device.serial, device.name, device.account, device.device_id, device.remark)
    if key and not any(key in (text or "").lower() for text in texts):
        return False
    return all(read(device) in wanted[name] for name, read in _FIELDS.items() if wanted.get(name))


def search(world: World, wanted: Json, most: int) -> Json:
    """Return the SearchResult for a SearchDescription; no page is longer than `most`."""
    start, count = _whole(wanted.get("position"), 0), _whole(wanted.get("maxResult"), 1)
    chosen = wanted.get("Filter") or {}
    found = [device for device in world.devices.values() if _matches(device, chosen)]
    if column := chosen.get("orderByColumn"):
        if column not in _ORDER:
            raise Refused("badParameters")
        found.sort(key=_ORDER[column], reverse=chosen.get("order") == 1)
    page = found[start : start + min(count, most)]
    everything = list(world.devices.values())
    unauthorized = sum(device.active_status == "unauth" for device in everything)
    tree: Json = {
        "numOfDevice": len(everything),
        "numOfUnAuthorized": unauthorized,
        "numOfNotActivated": sum(device.active_status == "inactive" for device in everything),
        "numOfMatches": len(page),
        "totalMatches": len(found),
        "existUnauth": unauthorized > 0,
    }
    if page:
        tree["MatchList"] = [device_row(device) for device in page]
    return {"SearchResult": tree}
