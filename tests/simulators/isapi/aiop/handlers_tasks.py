"""Requests about tasks of all five kinds (000…txt D.27-D.41)."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from ...base import Answer
from ..form import Node, Tree
from ..routing import Call
from . import happenings
from .answers import done, nothing_sent, platform, sent
from .refusals import Denied
from .rules import Sheet
from .state import Platform
from .task_messages import abilities, check_edit, check_new
from .tasks import KINDS, Kind, Task, TaskStatus, status_of, told

ID_BYTES = 64
"""Both limits of the capabilities (000…txt l.4626)."""


def capabilities(kind: Kind, call: Call) -> Answer:
    """GET {kind}/capabilities."""
    return call.json(abilities(kind, platform(call), call.world.channels))


def tasks(kind: Kind, call: Call) -> Answer:
    """GET {kind}: the tasks of this kind."""
    state = platform(call)
    now = call.world.now()
    found: list[Node] = [told(state, task, now) for task in state.tasks.values() if task.kind == kind.key]
    return call.json({"Tasks": found})


def _identify(kind: Kind, state: Platform, given: dict[str, Any]) -> str:
    name: str = given.pop("taskID", "")
    if kind.key == "history":
        other: str = given.pop("taskId", "")
        name = (other if state.switches.history_id == "taskId" else name) or ""
    if len(name.encode()) != ID_BYTES or name in state.tasks:
        raise Denied("invalidTaskID", detail="used already" if name in state.tasks else f"{ID_BYTES} bytes needed")
    return name


def _engine_for(kind: Kind, state: Platform, number: int) -> None:
    engine = state.engines.get(number)
    if engine is None:
        raise Denied("badParameters", detail=f"engine {number}")
    engine.must_be_ready()
    if engine.model is None:
        raise Denied("engineUnLoadingModelPackage")
    if kind.key not in state.models[engine.model].kinds:
        raise Denied("modelPackageNotMatchTask")


def _channels(call: Call, given: dict[str, Any]) -> tuple[list[int], list[int]]:
    """Return the channels that can be taken, and those that cannot."""
    state = platform(call)
    wanted: list[int] = given.get("channel", [])
    if len(set(wanted)) != len(wanted) or not set(wanted) <= call.world.channels.keys():
        raise Denied("badParameters", detail="channel unknown or named twice")
    if len(wanted) > state.plan.most_channels:
        raise Denied("insufficientEnginePerformance")
    lost = [
        number
        for number in wanted
        if number in state.switches.failing_channels or call.world.channels[number].online is False
    ]
    if wanted and len(lost) == len(wanted):
        nodes: list[Node] = list(lost)
        raise Denied("operateFailed", extra={"channelID": nodes})
    return [number for number in wanted if number not in lost], lost


def _urls(state: Platform, given: dict[str, Any]) -> list[str]:
    for item in given.get("URLs", ()):
        if state.switches.url_faults.get(item["URL"]) == "URLDownloadFailed":
            raise Denied("URLDownloadFailed")
    return [item["PID"] for item in given.get("URLs", ())]


def create(kind: Kind, call: Call) -> Answer:
    """POST {kind}: a 200 may name channels that could not be taken (000…txt l.4016)."""
    state = platform(call)
    given = sent(call, check_new(kind, state))
    name = _identify(kind, state, given)
    if sum(task.kind == kind.key for task in state.tasks.values()) >= state.plan.most_tasks:
        raise Denied("taskNumberOverflow")
    _engine_for(kind, state, given["engine"])
    channels, lost = _channels(call, given)
    task = Task(
        name=name,
        kind=kind.key,
        engine=given.pop("engine"),
        channels=channels,
        unfinished=_urls(state, given),
        ready=state.clock() + state.timing.starting,
    )
    given.pop("channel", None)
    task.fields = _kept(given)
    state.tasks[name] = task
    if kind.key in ("video", "video_polling"):
        for channel in channels:
            state.sheets[(name, channel)] = Sheet()
    _work(call, task)
    failed: list[Node] = list(lost)
    return done(call, {"channelID": failed} if failed else None)


def _kept(given: dict[str, Any]) -> Tree:
    return {name: node for name, node in given.items() if node is not None}


def edit(kind: Kind, call: Call, name: str) -> Answer:
    """PUT {kind}/{taskID}: what is not sent is gone, except a linkage, which null or nothing takes away."""
    state = platform(call)
    task = state.task(name, kind.key)
    given = sent(call, check_edit(kind, state))
    if given.pop("taskID", name) != name:
        raise Denied("invalidTaskID", detail="not that of the path")
    if "engine" in given and given["engine"] != task.engine:
        _engine_for(kind, state, given["engine"])
    channels, lost = _channels(call, given)
    if kind.key == "picture":
        task.unfinished = _urls(state, given)
        _work(call, task)
    else:
        task.channels = channels
    task.engine = given.pop("engine", task.engine)
    given.pop("channel", None)
    if "EventTrigger" not in given and "EventTrigger" in task.fields:
        given["EventTrigger"] = task.fields["EventTrigger"]
    task.fields = _kept(given)
    failed: list[Node] = list(lost)
    return done(call, {"channelID": failed} if failed else None)


def add_pictures(kind: Kind, call: Call, name: str) -> Answer:
    """POST pictureTask/{taskID}: more pictures for a task."""
    state = platform(call)
    task = state.task(name, kind.key)
    given = sent(call, check_edit(kind, state))
    if given["taskID"] != name or given["engine"] != task.engine:
        raise Denied("invalidTaskID", detail="task or engine is not that of the path")
    task.unfinished += _urls(state, given)
    task.fields["URLs"] = [*_list(task.fields.get("URLs")), *given["URLs"]]
    _work(call, task)
    return done(call)


def _list(node: Node) -> list[Node]:
    return node if isinstance(node, list) else []


def delete(kind: Kind, call: Call, name: str) -> Answer:
    """DELETE {kind}/{taskID}: its rules go with it."""
    state = platform(call)
    nothing_sent(call)
    if state.task(name, kind.key).undeletable:
        raise Denied("deleteTaskFailed")
    del state.tasks[name]
    for key in [key for key in state.sheets if key[0] == name]:
        del state.sheets[key]
    return done(call)


# --- tasks that end


def _work(call: Call, task: Task) -> None:
    if task.kind == "picture":
        call.sim.spawn(_look_at_pictures(call, task))
    elif task.kind == "history":
        call.sim.spawn(_look_at_recordings(call, task))


async def _turn(call: Call, task: Task, seconds: float) -> bool:
    """Spend time on a task once it is its turn; whether it still exists then."""
    state = platform(call)
    while True:
        await asyncio.sleep(max(seconds, 0.001))
        # It may have been deleted meanwhile.
        if state.tasks.get(task.name) is not task:
            return False
        state.settle()
        if status_of(state, task, call.world.now()) == TaskStatus.PERFORMING:
            return True


def _addresses(task: Task) -> dict[str, str]:
    found = [item for item in _list(task.fields.get("URLs")) if isinstance(item, dict)]
    return {str(item["PID"]): str(item["URL"]) for item in found}


async def _look_at_pictures(call: Call, task: Task) -> None:
    state = platform(call)
    while task.unfinished and await _turn(call, task, state.timing.picture):
        if not task.unfinished:
            return
        pid = task.unfinished.pop(0)
        wrong = state.switches.url_faults.get(_addresses(task).get(pid, "")) == "improperPicSize"
        seen = happenings.Sighting(
            event=KINDS[task.kind].event,
            channel=None,
            task=task.name,
            mpid=state.engines[task.engine].model,
            pid=pid,
            status=int(wrong),
            targets=[] if wrong else [happenings.target(mpid=state.engines[task.engine].model or "")],
            pictures=[] if wrong else [call.sim.picture(1)],
        )
        await happenings.push(call.sim, seen)


async def _look_at_recordings(call: Call, task: Task) -> None:
    state = platform(call)
    for channel in tuple(task.channels):
        if not await _turn(call, task, state.timing.history / max(1, len(task.channels))):
            return
        await happenings.see(call.sim, KINDS[task.kind].event, channel, task=task.name)
    task.finished = True


def operations() -> list[tuple[str, str, Callable[..., Answer], str]]:
    """Return method, path, handler and flag of the requests of all kinds."""
    found: list[tuple[str, str, Callable[..., Answer], str]] = []
    for kind in KINDS.values():
        found += [
            ("GET", f"{kind.path}/capabilities", partial(capabilities, kind), kind.flag),
            ("GET", kind.path, partial(tasks, kind), kind.flag),
            ("POST", kind.path, partial(create, kind), kind.flag),
            ("PUT", f"{kind.path}/{{}}", partial(edit, kind), kind.flag),
            ("DELETE", f"{kind.path}/{{}}", partial(delete, kind), kind.flag),
        ]
    picture = KINDS["picture"]
    found.append(("POST", f"{picture.path}/{{}}", partial(add_pictures, picture), picture.flag))
    return found
