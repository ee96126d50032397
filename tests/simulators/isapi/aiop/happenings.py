"""Events of the platform: what was seen, by which task and rule, with its pictures.

The document has the structures of its library only (000…txt l.1451-1560) and one message, of an updated model
(l.4820); the JSON of detections follows what devices are known to send on the alarm channel.
"""

from dataclasses import dataclass, field
import json
from typing import TYPE_CHECKING, Any

from ..form import Node, Tree
from ..framing import Part
from .chips import EngineStatus
from .rules import COUNTING, Sheet
from .tasks import KINDS, Task, TaskStatus, status_of

if TYPE_CHECKING:
    from ..simulator import IsapiSimulator
    from .state import Platform

LINKS = ("order", "content-id", "filename")


@dataclass(kw_only=True)
class Sighting:
    """One detection; None leaves a node out."""

    event: str = "AIOP_Video"
    channel: int | str | None = 1
    task: str | None = None
    mpid: str | None = None
    rule: int | None = None
    rule_name: str | None = None
    trigger_type: int | None = None
    count: int | None = None
    """What a counting rule has counted so far."""
    direction: int = 0
    """0 none told, 2 left to right, 3 right to left (000…txt l.4230)."""
    targets: list[Tree] = field(default_factory=list)
    """See `target`."""
    preset: int | None = None
    pid: str | None = None
    """Picture of a picture task."""
    status: int | None = None
    """Of a picture: 0 looked at, 1 invalid size (000…txt l.1484)."""
    pictures: list[bytes] = field(default_factory=list)
    picture_url: str | None = None
    """Address instead of bytes."""
    link: str = "order"
    """What ties pictures to the message: order, content-id or filename."""
    before: bool = False
    """Pictures come before the message."""
    wrapped: bool = False
    """The message is inside an EventNotificationAlert object."""
    as_text: bool = False
    """AIOPData is a string that holds JSON."""
    active: bool = True
    posts: int = 1
    when: str | None = None
    extra: Tree = field(default_factory=dict)


def target(
    number: int = 1,
    kind: int = 1,
    confidence: int = 900,
    *,
    rect: tuple[float, float, float, float] = (0.41, 0.35, 0.12, 0.3),
    properties: tuple[tuple[int, int, int], ...] = (),
    mpid: str = "",
) -> Tree:
    """Return a seen object. `kind` and the properties (kind, value, confidence) are numbers of the model.

    Confidences are 0 to 1000; the rectangle (x, y, width, height) is in parts of the picture, written as text.
    """
    x, y, w, h = (f"{value:.6f}" for value in rect)
    seen: list[Node] = [
        {"classify": {"attrType": attribute, "attrValue": value, "attrConf": sure}}
        for attribute, value, sure in properties
    ]
    return {
        "obj": {
            "modelID": mpid,
            "id": number,
            "type": kind,
            "confidence": confidence,
            "valid": 1,
            "visible": 1,
            "rect": {"x": x, "y": y, "w": w, "h": h},
        },
        "properties": seen,
    }


def _data(seen: Sighting) -> Tree:
    targets: list[Node] = list(seen.targets)
    tree: Tree = {"width": "1920", "height": "1080", "targets": targets}
    if seen.rule is None:
        return tree
    first = seen.targets[0]["obj"] if seen.targets else {}
    assert isinstance(first, dict)
    struck: Tree = {"ruleID": seen.rule}
    if seen.rule_name is not None:
        struck["ruleName"] = seen.rule_name
    if seen.trigger_type is not None:
        struck["triggerType"] = seen.trigger_type
    if seen.direction:
        struck["movDir"] = seen.direction
    if seen.count is not None:
        struck["count"] = seen.count
    alert: Tree = {"ruleInfo": struck}
    if first:
        alert["target"] = {
            "id": first["id"],
            "type": first["type"],
            "confidence": first["confidence"],
            "region": {"rect": first["rect"]},
        }
    return tree | {"events": {"alertInfo": [alert]}}


def _head(sim: IsapiSimulator, event: str, channel: int | str | None, *, active: bool, posts: int) -> Tree:
    tree: Tree = {
        "ipAddress": sim.host,
        "ipv6Address": "",
        "portNo": 80,
        "protocol": "HTTP",
        "macAddress": sim.world.identity.mac,
        "channelID": channel,
        "dateTime": sim.world.stamp(),
        "activePostCount": posts,
        "eventType": event,
        "eventState": "active" if active else "inactive",
        "eventDescription": f"{event} event",
    }
    if channel is None:
        del tree["channelID"]
    return tree


def message(sim: IsapiSimulator, seen: Sighting) -> Tree:
    """Return the JSON of a detection."""
    tree = _head(sim, seen.event, seen.channel, active=seen.active, posts=seen.posts)
    if seen.when is not None:
        tree["dateTime"] = seen.when
    told: tuple[tuple[str, Node], ...] = (
        ("taskID", seen.task),
        ("MPID", seen.mpid),
        ("PID", seen.pid),
        ("status", seen.status),
        ("presetIndex", seen.preset),
        ("pictureURL", seen.picture_url),
    )
    tree |= {name: node for name, node in told if node is not None}
    data = _data(seen)
    tree["AIOPData"] = json.dumps(data) if seen.as_text else data
    tree |= seen.extra
    return {"EventNotificationAlert": tree} if seen.wrapped else tree


def parts(sim: IsapiSimulator, seen: Sighting) -> list[Part]:
    """Return the message and its pictures as they go over the wire."""
    serial = _platform(sim).events
    pictures = []
    for index, data in enumerate(seen.pictures):
        label = f"aiop_{serial}_{index}"
        headers = {
            "order": {},
            "content-id": {"Content-ID": label},
            "filename": {"Content-Disposition": f'form-data; name="{label}"; filename="{label}.jpg"'},
        }[seen.link]
        pictures.append(Part(body=data, content_type="image/jpeg", headers=headers))
        if seen.link != "order":
            key = "contentID" if seen.link == "content-id" else "picName"
            seen.extra.setdefault(key, label if seen.link == "content-id" else f"{label}.jpg")
    body = Part(body=json.dumps(message(sim, seen)).encode(), content_type="application/json")
    return [*pictures, body] if seen.before else [body, *pictures]


def _platform(sim: IsapiSimulator) -> Platform:
    found = sim.world.aiop
    assert found is not None, "this model has no AI Open Platform"
    return found


async def push(sim: IsapiSimulator, seen: Sighting) -> int:
    """Push a detection whatever the device's state says; returns clients reached."""
    _platform(sim).events += 1
    return await sim.push_streams.send(seen.event, parts(sim, seen))


async def model_updated(sim: IsapiSimulator, channel: int = 1, *, wrapped: bool = False) -> int:
    """Push that a model package was updated (000…txt l.4820)."""
    _platform(sim).events += 1
    tree = _head(sim, "MPUpdate", channel, active=True, posts=1)
    tree |= {"eventDescription": "Model Packages Update", "channelName": "", "deviceId": sim.world.identity.serial[-8:]}
    body = json.dumps({"EventNotificationAlert": tree} if wrapped else tree).encode()
    return await sim.push_streams.send("MPUpdate", [Part(body=body, content_type="application/json")])


def would_push(sim: IsapiSimulator, task: Task, channel: int, rule: int | None) -> bool:
    """Whether the device tells of what a task (and its rule) has seen: running, rule valid, linked to the centre."""
    state = _platform(sim)
    state.settle()
    if status_of(state, task, sim.world.now()) != TaskStatus.PERFORMING:
        return False
    if task.kind != "picture" and channel not in task.channels:
        return False
    if rule is None:
        return True
    sheet = state.sheets.get((task.name, channel))
    found = sheet.rules().get(rule) if sheet else None
    return bool(sheet and found and found.get("Valid") == 1 and "center" in sheet.methods(rule))


def _find(state: Platform, event: str, channel: int) -> Task | None:
    fitting = [task for task in state.tasks.values() if KINDS[task.kind].event == event]
    return next((task for task in fitting if channel in task.channels or task.kind == "picture"), None)


def _counted(sheet: Sheet, rule: int, step: int) -> int:
    sheet.counts[rule] = sheet.counts.get(rule, 0) + step
    return sheet.counts[rule]


async def see(
    sim: IsapiSimulator,
    event: str = "AIOP_Video",
    channel: int = 1,
    *,
    rule: int | None = None,
    step: int = 1,
    kind: int = 1,
    confidence: int = 900,
    attributes: list[list[int]] | None = None,
    pictures: int = 1,
    **details: Any,
) -> int:
    """Let a task see something: told only if it runs and its rule is linked to the centre. Returns clients reached.

    `kind` is the model's number of what is seen, `attributes` lists (kind, value, confidence); a counting rule counts
    `step` more. `details` are further fields of `Sighting`. What is not told is in `world.aiop.suppressed`.
    """
    state = _platform(sim)
    task = state.tasks[details["task"]] if details.get("task") else _find(state, event, channel)
    if task is None:
        return 0
    model = state.engines[task.engine].model if state.engines[task.engine].status == EngineStatus.RUNNING else None
    if "targets" not in details:
        seen = tuple((a, b, c) for a, b, c in attributes or ())
        details["targets"] = [target(1, kind, confidence, properties=seen, mpid=model or "")]
    images = [sim.picture(channel) for _ in range(pictures)]
    facts: dict[str, Any] = {"task": task.name, "mpid": model, "pictures": images}
    sheet = state.sheets.get((task.name, channel))
    if rule is not None and sheet is not None and (found := sheet.rules().get(rule)):
        facts |= {"rule": rule, "trigger_type": found.get("TriggerType"), "rule_name": sheet.name(rule)}
        if found.get("TriggerType") in COUNTING:
            facts["count"] = _counted(sheet, rule, step)
    sighting = Sighting(event=event, **facts | {"rule": rule, "channel": channel} | details)
    if would_push(sim, task, channel, rule):
        return await push(sim, sighting)
    state.suppressed.append(sighting)
    return 0
