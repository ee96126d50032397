"""The fourteen endpoints (chapter 7 of the document)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import json
import re
from typing import TYPE_CHECKING, Any

from ..base import Answer, Recorded
from . import documents
from .machine import ALL, Machine
from .messages import Actor
from .search import search
from .status import Refused, as_json, done, error_list
from .world import Device, Json

if TYPE_CHECKING:
    from .simulator import ReceiverSimulator

MODES = ("off", "lidOnly", "entirely")


@dataclass(kw_only=True)
class Call:
    """One authenticated request."""

    sim: ReceiverSimulator
    record: Recorded
    path: str
    query: dict[str, str]
    user: str

    @property
    def method(self) -> str:
        """HTTP method."""
        return self.record.method

    @property
    def actor(self) -> Actor:
        """The account, as records name it."""
        return Actor(kind=2, number=1, name=self.user)

    def tree(self, root: str | None = None) -> Json:
        """Return the JSON object of the body; with `root` the object below that member."""
        try:
            tree = json.loads(self.record.body)
        except ValueError as err:
            raise Refused("badJsonFormat") from err
        found = tree.get(root) if root and isinstance(tree, dict) else tree
        if not isinstance(found, dict):
            raise Refused("badJsonFormat" if root is None else "badParameters")
        return found

    def device(self) -> Device:
        """Return the device the query names."""
        index = self.query.get("devIndex")
        if not index:
            raise Refused("badParameters")
        found = self.sim.find(index)
        if found is None:
            raise Refused("theDeviceIdDoesNotExist")
        return found

    def machine(self, *, otap: bool | None = None) -> Machine:
        """Return the panel the query names; `otap`: only panels linked so (or only others) know the command."""
        device = self.device()
        if device.panel is None or (otap is not None and device.panel.otap is not otap):
            raise Refused("notSupport")
        if not device.online:
            raise Refused("networkError")
        if device.active_status != "active":
            raise Refused("lowPrivilege" if device.active_status == "unauth" else "notActivated")
        return self.sim.machine(device)


def integer(value: Any, low: int = 0) -> int:
    """Return a required integer; text is refused, as is one below `low`."""
    if isinstance(value, bool) or not isinstance(value, int) or value < low:
        raise Refused("badParameters")
    return value


def _number(text: str) -> int:
    """Return a partition number of a path, of which the literal 0xffffffff is all."""
    if text.lower() in ("0xffffffff", str(ALL)):
        return ALL
    if not text.isdecimal() or text == "0":
        raise Refused("badParameters")
    return int(text)


# --- devices and status


async def _device_list(call: Call) -> Answer:
    return as_json(search(call.sim.world, call.tree("SearchDescription"), call.sim.device_page))


async def _subsystems(call: Call) -> Answer:
    panel = call.machine(otap=False).panel
    rows = [documents.partition(item, quoted=panel.quoted) for item in panel.partitions.values()]
    return as_json({"SubSysList": rows})


async def _ex_dev_status(call: Call) -> Answer:
    return as_json(documents.ex_dev_status(call.machine(otap=False).panel))


async def _zones(call: Call) -> Answer:
    machine = call.machine()
    panel = machine.panel
    if call.method not in panel.zones_by:
        raise Refused("methodNotAllowed")
    zones = list(panel.zones.values())
    if call.method == "GET":
        rows = [documents.old_zone(zone, panel, arming=machine.arming(zone)) for zone in zones]
        return as_json({"ZoneList": rows})
    wanted = call.tree("ZoneCond")
    if not isinstance(wanted.get("searchID"), str):
        raise Refused("badParameters")
    start, most = integer(wanted.get("searchResultPosition")), integer(wanted.get("maxResults"), 1)
    page = zones[start : start + min(most, panel.zone_page)]
    more = start + len(page) < len(zones)
    tree: Json = {
        "searchID": wanted["searchID"],
        "responseStatusStrg": ("MORE" if more else "OK") if page else "NO MATCH",
        "numOfMatches": len(page),
        "totalMatches": len(zones),
    }
    if page:
        tree["ZoneList"] = [documents.zone(z, machine.device, panel, arming=machine.arming(z)) for z in page]
    return as_json({"ZoneSearch": tree})


# --- commands


async def _arm(call: Call, number: str) -> Answer:
    kind = call.query.get("ways")
    machine = call.machine()
    if kind not in ("stay", "away"):
        raise Refused("badParameters")
    await machine.arm(_number(number), kind, call.actor)
    return done(call.record.path)


async def _disarm(call: Call, number: str) -> Answer:
    await call.machine().disarm(_number(number), call.actor)
    return done(call.record.path)


async def _clear_alarm(call: Call, number: str) -> Answer:
    await call.machine().clear_alarm(_number(number), call.actor)
    return done(call.record.path)


def _entries(tree: Json) -> list[Json]:
    rows = tree.get("List")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise Refused("badParameters")
    return rows


async def _bypass(call: Call, word: str) -> Answer:
    machine = call.machine(otap=False)
    numbers = [integer(row.get("id")) for row in _entries(call.tree())]
    await machine.bypass(numbers, word == "bypass", call.actor)
    return done(call.record.path)


async def _deactivation(call: Call) -> Answer:
    machine = call.machine(otap=True)
    rows = [(machine.zone(integer(row.get("id"))), row) for row in _entries(call.tree())]
    modes = [
        (zone, row.get("oneTimeDeactivationMode", zone.one_time), row.get("deactivationMode", zone.permanent))
        for zone, row in rows
    ]
    if any(mode not in MODES for _, *both in modes for mode in both):
        raise Refused("badParameters")
    for zone, one_time, permanent in modes:
        await machine.deactivate(zone, one_time, permanent, call.actor)
    return done(call.record.path)


async def _outputs(call: Call) -> Answer:
    machine = call.machine(otap=False)
    tree = call.tree("OutputsCtrl")
    word = tree.get("switch")
    if word not in ("open", "close"):
        raise Refused("badParameters")
    machine.refuse("outputs")
    relays = machine.panel.relays
    failures: dict[str, str | None] = {}
    for row in _entries(tree):
        number = row.get("id")
        if number is None:
            number = next((relay.number for relay in relays.values() if relay.seq == row.get("seq")), None)
        relay = relays.get(number) if isinstance(number, int) else None
        name = str(row.get("id", row.get("seq", "")))
        if relay is None:
            failures[name] = "badParameters"
        elif relay.link != "online":
            failures[name] = "outputsOpenFailed" if word == "open" else "outputsCloseFailed"
        else:
            failures[name] = None
            relay.on = relay.on if relay.stuck else word == "open"
    if any(failures.values()):
        return error_list(call.record.path, failures, status=call.sim.error_list_status)
    return done(call.record.path)


async def _unsubscribe(call: Call, number: str) -> Answer:
    mine = call.sim.push_streams.open.get(int(number)) if number.isdecimal() else None
    if mine is None:
        raise Refused("theSessionIdDoesNotExist")
    call.sim.unsubscribed.append(mine.number)
    mine.close()
    return done(call.record.path)


type Handler = Callable[..., Awaitable[Answer]]

_CONTROL = "/ISAPI/SecurityCP/control/"
_STATUS = "/ISAPI/SecurityCP/status/"
ROUTES: tuple[tuple[str, re.Pattern[str], Handler], ...] = tuple(
    (methods, re.compile(pattern), handler)
    for methods, pattern, handler in (
        ("POST", "/ISAPI/ContentMgmt/DeviceMgmt/deviceList", _device_list),
        ("DELETE", "/ISAPI/Event/notification/unSubscribeDeviceMgmt/([^/]+)", _unsubscribe),
        ("PUT", _CONTROL + "arm/([^/]+)", _arm),
        ("PUT", _CONTROL + "disarm/([^/]+)", _disarm),
        ("PUT", _CONTROL + "clearAlarm/([^/]+)", _clear_alarm),
        ("PUT", _CONTROL + "(bypass|bypassRecover)", _bypass),
        ("PUT", _CONTROL + "deactivation", _deactivation),
        ("POST", _CONTROL + "outputs", _outputs),
        ("GET", _STATUS + "exDevStatus", _ex_dev_status),
        ("GET", _STATUS + "subSystems", _subsystems),
        ("GET POST", _STATUS + "zones", _zones),
    )
)


async def answer(call: Call) -> Answer:
    """Answer one request other than a subscription or a file."""
    known = False
    for methods, pattern, handler in ROUTES:
        if match := pattern.fullmatch(call.path):
            known = True
            if call.method in methods.split():
                return await handler(call, *match.groups())
    raise Refused("methodNotAllowed" if known else "notSupport")
