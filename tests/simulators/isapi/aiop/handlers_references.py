"""Requests about reference pictures, with which detections compare (000…txt D.8-D.13)."""

import base64
import binascii
import secrets
from typing import Any

from ...base import Answer
from ..form import Node, Tree
from ..routing import Call, number
from .answers import done, nothing_sent, platform, sent
from .multipart import main_and_file
from .refusals import Denied
from .rule_messages import NEW_PICTURE, PICTURES_GONE, picture_name
from .schema import wrong_value
from .state import Platform, Reference

MOST_BYTES = 5 << 20
"""000…txt l.5748."""
_JPEG = b"\xff\xd8\xff"


def _channel(call: Call, name: str) -> int:
    found = number(name)
    if found not in call.world.channels:
        raise Denied("invalidID", detail=f"channel {found}")
    return found


def _pid(state: Platform, pid: str) -> Node:
    return int(pid) if state.switches.number_pids and pid.isdigit() else pid


def _told(state: Platform, picture: Reference) -> Tree:
    return {"PID": _pid(state, picture.pid), "pictureName": picture.name}


def _one(state: Platform, pid: str) -> Reference:
    if pid not in state.references:
        raise Denied("IDNotExist", detail="PID")
    return state.references[pid]


def pictures(call: Call, channel: str) -> Answer:
    """GET AITargetBP/channels/{ID}."""
    state, wanted = platform(call), _channel(call, channel)
    found: list[Node] = [_told(state, item) for item in state.references.values() if item.channel == wanted]
    return call.json({"AITargetBPInfoList": found})


def _new_pid(state: Platform) -> str:
    if state.switches.number_pids:
        return str(max((int(pid) for pid in state.references if pid.isdigit()), default=0) + 1)
    return secrets.token_hex(16)


def capture(call: Call, channel: str) -> Answer:
    """POST AITargetBP/channels/{ID}/capture: keeps what the channel sees now."""
    state, wanted = platform(call), _channel(call, channel)
    nothing_sent(call)
    if call.world.channels[wanted].online is False:
        raise Denied("AITargetBPCaptureFail")
    pid = _new_pid(state)
    name = f"{wanted}-{call.world.now():%H%M%S}-{len(state.references)}"
    state.references[pid] = Reference(pid=pid, channel=wanted, name=name, data=call.sim.picture(wanted))
    return call.json({"AITargetBPResult": _told(state, state.references[pid])})


def upload(call: Call, channel: str) -> Answer:
    """POST AITargetBPBinary/channels/{ID}: the picture comes as a part, as base64 or from an address."""
    state, wanted = platform(call), _channel(call, channel)
    multipart = call.record.headers.get("Content-Type", "").lower().startswith("multipart/")
    message, piece = main_and_file(call) if multipart else (call.record.body, None)
    given: dict[str, Any] = sent(call, NEW_PICTURE, message)["AITargetBPInfo"]
    kind, content = (given["PictureResources"][f"resourcesContent{rest}"] for rest in ("Type", ""))
    if (kind == "binary") is (piece is None):
        wrong_value("PictureResources.resourcesContentType", "does not fit what was sent")
    if piece is not None and piece.content_id != content:
        wrong_value("PictureResources.resourcesContent", "no part has this Content-ID")
    data = piece.body if piece is not None else _fetched(call, kind, content)
    _check_picture(data)
    pid, name = given.get("PID") or _new_pid(state), given.get("pictureName", "")
    _make_room(state, wanted, pid, name, cover=given.get("isCover", False))
    state.references[pid] = Reference(pid=pid, channel=wanted, name=name, data=data)
    return call.json({"AITargetBPResult": _told(state, state.references[pid])})


def _fetched(call: Call, kind: str, content: str) -> bytes:
    if kind == "url":
        if fault := platform(call).switches.url_faults.get(content):
            raise Denied(fault)
        return call.sim.picture(1)
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error:
        wrong_value("PictureResources.resourcesContent", "no base64")


def _check_picture(data: bytes) -> None:
    if not data.startswith(_JPEG):
        raise Denied("unsupportedImageFormat")
    if len(data) > MOST_BYTES:
        raise Denied("improperPicSize")


def _make_room(state: Platform, channel: int, pid: str, name: str, *, cover: bool) -> None:
    """Names are unique on a channel; one that exists is replaced only where the sender says so."""
    same = [
        item.pid
        for item in state.references.values()
        if item.pid == pid or (name and item.name == name and item.channel == channel)
    ]
    if same and not cover:
        raise Denied("AITargetBPDuplicateName")
    for old in same:
        del state.references[old]


def rename(call: Call, pid: str) -> Answer:
    """PUT AITargetBP/{PID}."""
    state = platform(call)
    picture = _one(state, pid)
    key = " AITargetBPInfo" if state.switches.spaced_key else "AITargetBPInfo"
    name: str = sent(call, picture_name(key))[key]["pictureName"]
    if any(
        item.name == name and item.channel == picture.channel and item.pid != pid for item in state.references.values()
    ):
        raise Denied("AITargetBPDuplicateName")
    picture.name = name
    return done(call)


def delete(call: Call) -> Answer:
    """PUT AITargetBP/delete: all of them or none."""
    state = platform(call)
    wanted: list[str] = sent(call, PICTURES_GONE)["PIDs"]
    for pid in wanted:
        _one(state, pid)
    for pid in set(wanted):
        del state.references[pid]
    return done(call)


def download(call: Call, pid: str) -> Answer:
    """GET AITargetBP/download/{PID}: the JPEG itself."""
    picture = _one(platform(call), pid)
    return Answer(body=picture.data, content_type="image/jpeg")
