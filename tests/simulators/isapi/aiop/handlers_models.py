"""Requests about capabilities, engines and models (000…txt D.14-D.26, D.42)."""

import asyncio
from typing import Any

from ...base import Answer
from ..form import Node, Tree
from ..routing import Call, number
from . import happenings
from .answers import done, nothing_sent, platform, sent
from .chips import Download, Engine, EngineStatus, Model
from .multipart import main_and_file
from .refusals import Denied
from .schema import flag, listed, may, must, record, text, whole, wrong_form
from .state import Platform

_DESCRIPTION = listed(record(extra=True))
_ENGINES = listed(whole(1, 64))
_MPID = must("MPID", text(64, least=1))
_NAME = may("MPName", text(128))
_PACKAGE = (
    may("engine", _ENGINES),
    _MPID,
    _NAME,
    may("description", _DESCRIPTION),
    may("authorized", flag),
    may("appID", text(64)),
)
_BIND = record(_MPID, may("MPName", text(128)))
_NEW = record(*_PACKAGE, may("URL", text(256, least=1)), may("licenseKeyUrl", text(256)))
_NEW_FILE = record(*_PACKAGE)
_UPDATE = record(_MPID, may("URL", text(256, least=1)), _NAME, may("description", _DESCRIPTION))
_MEGABYTE = 1 << 20
UNREADABLE = b"BROKEN"
"""A model file that begins so cannot be deciphered."""


def capabilities(call: Call) -> Answer:
    """GET capabilities."""
    return call.json(platform(call).flags)


def info(call: Call) -> Answer:
    """GET the platform itself: computing power."""
    state = platform(call)
    engines: list[Node] = list(state.engines)
    return call.json(
        {
            "algorithmVersion": state.algorithm,
            "firmware": state.firmware,
            "engine": engines,
            "platform": state.plan.chip,
            "platformName": state.plan.chip_name,
        }
    )


def _engine(state: Platform, engine: Engine) -> Tree:
    model = state.models.get(engine.model or "")
    return {
        "status": int(engine.status),
        "MPID": model.mpid if model else "",
        "MPName": model.name if model else "",
        "description": model.description if model else [],
    }


def engines(call: Call) -> Answer:
    """GET algorithmModel/engines."""
    state = platform(call)
    found: list[Node] = [{"engine": item.number, **_engine(state, item)} for item in state.engines.values()]
    return call.json({"LoadingInfoList": found})


def engine(call: Call, name: str) -> Answer:
    """GET algorithmModel/engine/{ID}."""
    state = platform(call)
    return call.json({"LoadingInfo": _engine(state, state.engine(number(name)))})


def reset(call: Call, name: str) -> Answer:
    """PUT algorithmModel/engine/{ID}/reset: what was abnormal is well again."""
    state = platform(call)
    nothing_sent(call)
    found = state.engine(number(name))
    if found.status == EngineStatus.INITIALISING:
        raise Denied("engineInitialization")
    found.resets += 1
    then = EngineStatus.FACES if found.status == EngineStatus.FACES else EngineStatus.EMPTY
    if found.model is not None:
        broken = state.models[found.model].abnormal
        then = EngineStatus.MODEL_ABNORMAL if broken else EngineStatus.RUNNING
    found.begin(state.clock() + state.timing.resetting, then)
    return done(call)


def load(call: Call, name: str) -> Answer:
    """PUT algorithmModel/loading/{engineID}."""
    state = platform(call)
    found = state.engine(number(name))
    mpid = sent(call, _BIND)["MPID"]
    found.must_be_ready()
    if found.model == mpid:
        return done(call)
    if found.model is not None:
        raise Denied("engineWithModelPackage", detail=f"bound to {found.model[:16]}")
    model = state.model(mpid, absent="modelPackageDelete")
    if model.undeciphered:
        raise Denied("algorithmDecryptionFailed")
    if state.switches.channels_block and any(task.engine == found.number for task in state.tasks.values()):
        raise Denied("unboundChannel")
    state.bind(found, model)
    return done(call)


def unload(call: Call, name: str) -> Answer:
    """DELETE algorithmModel/unloading/{engineID}."""
    state = platform(call)
    nothing_sent(call)
    found = state.engine(number(name))
    if found.status == EngineStatus.INITIALISING:
        raise Denied("engineInitialization")
    if found.model is None:
        raise Denied("engineUnLoadingModelPackage")
    state.unbind(found)
    return done(call)


def models(call: Call) -> Answer:
    """GET algorithmModel/management: engines are named only where the model is loaded."""
    state = platform(call)
    found: list[Node] = []
    for model in state.models.values():
        if model.stored:
            users: list[Node] = list(state.users(model.mpid))
            head: Tree = {"MPID": model.mpid, "MPName": model.name, "status": int(state.model_status(model))}
            found.append(head | ({"engine": users} if users else {}) | {"description": model.description})
    return call.json({"AlgorithmModels": found})


def space(call: Call) -> Answer:
    """GET algorithmModel/management/space."""
    state = platform(call)
    plan = state.plan
    return call.json(
        {"totalCapacity": plan.capacity, "surplusCapacity": state.space_left, "MPNumbers": plan.most_models}
    )


def delete(call: Call, mpid: str) -> Answer:
    """DELETE algorithmModel/management/space/{MPID}."""
    state = platform(call)
    nothing_sent(call)
    state.model(mpid)
    if users := state.users(mpid):
        raise Denied("modelPackageDeleteFailed", detail=f"loaded by engine {users[0]}")
    del state.models[mpid]
    state.downloads.pop(mpid, None)
    return done(call)


def progress(call: Call, mpid: str) -> Answer:
    """GET algorithmModel/progress/{MPID}: what failed tells why."""
    state = platform(call)
    download = state.downloads.get(mpid)
    if download is None:
        state.model(mpid)
        return call.json({"percent": 100})
    if download.failure:
        raise Denied(download.failure)
    return call.json({"percent": download.percent(state.clock())})


def _room(state: Platform, mpid: str, size: int) -> None:
    if mpid in state.models:
        raise Denied("nameExist", detail="MPID in use")
    if len(state.models) >= state.plan.most_models:
        raise Denied("modelPackageNumberslimited")
    if size > state.space_left:
        raise Denied("insufficientSpace", detail=f"{size} MB wanted, {state.space_left} MB free")


def _new(state: Platform, given: dict[str, Any], size: int) -> Model:
    for item in given.get("engine", ()):
        engine = state.engine(item)
        engine.must_be_ready()
        if engine.model is not None:
            raise Denied("engineWithModelPackage", detail=f"engine {item}")
    _room(state, given["MPID"], size)
    return Model(
        mpid=given["MPID"],
        name=given.get("MPName", ""),
        size=size,
        description=given.get("description", []),
        authorized=given.get("authorized"),
        app_id=given.get("appID", ""),
    )


def install(call: Call) -> Answer:
    """POST algorithmModel: the device fetches the model from an address."""
    state = platform(call)
    given = sent(call, _NEW)
    if "URL" not in given:
        wrong_form("message.URL", "nothing to fetch")
    url = given["URL"]
    model = _new(state, given, state.sizes.get(url, state.default_size))
    model.stored, model.url = False, url
    state.models[model.mpid] = model
    _fetch(call, Download(mpid=model.mpid, url=url, began=0, seconds=0, engines=tuple(given.get("engine", ()))))
    return done(call)


def _fetch(call: Call, download: Download) -> None:
    state = platform(call)
    download.began, download.seconds = state.clock(), state.timing.download
    state.downloads[download.mpid] = download
    if download.update:
        call.sim.spawn(_updated(call, download))


async def _updated(call: Call, download: Download) -> None:
    """Tell when an update is in place."""
    state = platform(call)
    while not download.finished and state.downloads.get(download.mpid) is download:
        await asyncio.sleep(0.005)
        state.settle()
    if download.finished and not download.failure:
        await happenings.model_updated(call.sim)


async def install_file(call: Call) -> Answer:
    """POST algorithmModelBinaryPackets: the model itself comes along."""
    state = platform(call)
    message, data = main_and_file(call)
    given = sent(call, _NEW_FILE, message)
    if not data.body:
        wrong_form("message", "empty file")
    model = _new(state, given, max(1, -(-len(data.body) // _MEGABYTE)))
    model.undeciphered = data.body.startswith(UNREADABLE)
    state.models[model.mpid] = model
    for item in given.get("engine", ()):
        if state.engines[item].status == EngineStatus.EMPTY and not model.undeciphered:
            state.bind(state.engines[item], model)
    return done(call)


async def update(call: Call) -> Answer:
    """PUT algorithmModel/update: rename, describe anew, or fetch a newer one; then the device tells of it."""
    state = platform(call)
    given = sent(call, _UPDATE)
    model = state.model(given["MPID"], absent="unsupportedMPID")
    changes: Tree = {name: given[name] for name in ("MPName", "description") if name in given}
    if "URL" in given:
        download = Download(mpid=model.mpid, url=given["URL"], began=0, seconds=0, changes=changes, update=True)
        _fetch(call, download)
    else:
        state.change(model, changes)
        await happenings.model_updated(call.sim)
    return done(call)
