"""Commands by hand: what the tasks see, engines that fail, refusals."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from . import happenings
from .refusals import Refusal
from .tasks import status_of

if TYPE_CHECKING:
    from ..simulator import IsapiSimulator
    from .state import Platform

type Body = dict[str, Any]


def _platform(sim: IsapiSimulator) -> Platform:
    if sim.world.aiop is None:
        raise ValueError("this model has no AI Open Platform")
    return sim.world.aiop


async def _see(sim: IsapiSimulator, body: Body) -> Body:
    """Let a task see something; see `happenings.see`."""
    _platform(sim)
    return {"reached": await happenings.see(sim, **body)}


async def _push(sim: IsapiSimulator, body: Body) -> Body:
    """Push a detection whatever the state of the device: fields of `Sighting`, `pictures` as a number."""
    _platform(sim)
    pictures = [sim.picture(1) for _ in range(body.get("pictures", 0))]
    return {"reached": await happenings.push(sim, happenings.Sighting(**body | {"pictures": pictures}))}


async def _updated(sim: IsapiSimulator, body: Body) -> Body:
    _platform(sim)
    return {"reached": await happenings.model_updated(sim, **body)}


async def _engine(sim: IsapiSimulator, body: Body) -> Body:
    """Set the status of an engine: {"engine": 1, "status": 11}."""
    engine = _platform(sim).engine(body["engine"])
    engine.status, engine.due = int(body["status"]), None
    return {}


async def _task(sim: IsapiSimulator, body: Body) -> Body:
    """Pin the status of a task (null frees it): {"task": "...", "status": 2}."""
    _platform(sim).task(body["task"]).pinned = body["status"]
    return {}


async def _switch(sim: IsapiSimulator, body: Body) -> Body:
    """Set switches, times and style by name: {"upgrading": true, "loading": 3.0, "xml": true}."""
    state = _platform(sim)
    for name, value in body.items():
        holder = next((item for item in (state.switches, state.timing, state.style) if hasattr(item, name)), None)
        if holder is None:
            raise ValueError(f"no switch {name}")
        setattr(holder, name, set(value) if isinstance(value, list) else value)
    return {}


async def _refuse(sim: IsapiSimulator, body: Body) -> Body:
    """Answer requests below a path with this; fields of `Refusal`."""
    sim.refusals.append(Refusal(**body))
    return {}


ACTIONS: dict[str, Callable[[IsapiSimulator, Body], Awaitable[Body]]] = {
    "aiop_see": _see,
    "aiop_push": _push,
    "aiop_updated": _updated,
    "aiop_engine": _engine,
    "aiop_task": _task,
    "aiop_switch": _switch,
    "refuse": _refuse,
}


def state_of(sim: IsapiSimulator) -> Body:
    """Return what a person wants to know of the platform."""
    state = sim.world.aiop
    if state is None:
        return {}
    state.settle()
    now = sim.world.now()
    return {
        "engines": {engine.number: [int(engine.status), engine.model] for engine in state.engines.values()},
        "models": {model.mpid: model.name for model in state.models.values()},
        "space_left": state.space_left,
        "tasks": {task.name: [task.kind, int(status_of(state, task, now))] for task in state.tasks.values()},
        "counts": {f"{task}/{channel}": sheet.counts for (task, channel), sheet in state.sheets.items()},
        "references": len(state.references),
        "events": state.events,
        "suppressed": len(state.suppressed),
    }
