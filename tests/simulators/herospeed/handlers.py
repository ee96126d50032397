"""Paths that do more than keep an object: session, system, network."""

import asyncio
from copy import deepcopy
from datetime import datetime
from io import BytesIO
from zipfile import ZipFile

from .calls import Call, read, write
from .quirks import LOOSE, NO_DATA, Quirk, stripped
from .sessions import cookie_of
from .status import Code, Json, Refused, text
from .world import SWITCH_LOG, LogRow

ALL_PORTS = 255
BACKUPS = "/filedir/"
TIME_FIELDS = ("year", "month", "day", "hour", "minute", "second")

# --- session


async def login_capabilities(call: Call) -> Json:
    """Tell how a login has to look."""
    return call.sim.sessions.capabilities()


async def login(call: Call) -> Json:
    """Open a session."""
    sim = call.sim
    session = sim.sessions.login(call.object(), call.world.now)
    sim.cookie_for_answer = session.cookie
    call.world.note(SWITCH_LOG, "User login")
    return {"cookie": sim.sessions.cookie_text(session)} if sim.sessions.cookie_in_body else {}


async def logout(call: Call) -> Json:
    """End the session the data or else the header names."""
    named = call.data.get("cookie") if isinstance(call.data, dict) else None
    assert call.session is not None
    call.sim.sessions.logout(cookie_of(named) if isinstance(named, str) else call.session.cookie)
    return None


async def heart_beat(call: Call) -> Json:
    """Keep the session alive."""
    assert call.session is not None
    call.sim.sessions.beat(call.session)
    return NO_DATA


# --- system


async def capabilities(call: Call) -> Json:
    """Answer the set of capabilities, or a group of it."""
    return call.world.capabilities.answer(call.integer("type"))


async def set_device_info(call: Call) -> Json:
    """Only the name can be set (l.1480)."""
    name = call.member("devName")
    if not isinstance(name, str) or len(name.encode()) > 63:
        raise Refused(Code.PARAMETER, "devName")
    call.world.documents[call.path]["devName"] = name
    return {}


async def get_time(call: Call) -> Json:
    """Answer the time of the camera's clock, in its own time zone."""
    now = call.world.now
    return await read(call) | {name: getattr(now, name) for name in TIME_FIELDS}


async def set_time(call: Call) -> Json:
    """Set the clock, unless it follows a server (model 2)."""
    world, stored = call.world, await get_time(call)
    changed = call.written(stored)
    try:
        parts = [int(changed[name]) for name in TIME_FIELDS]
        wanted = datetime(*parts, tzinfo=world.now.tzinfo)  # type: ignore[arg-type, misc]
    except ValueError as err:
        raise Refused(Code.PARAMETER, "no such time") from err
    world.documents[call.path] = changed
    if changed["model"] == 2:
        world.clock_offset = world.clock_drift = 0.0
    elif any(call.member(name) is not None for name in TIME_FIELDS):
        world.set_clock(wanted)
    return {}


async def reboot(call: Call) -> Json:
    """Restart a moment after the answer."""
    call.world.note(SWITCH_LOG, "Reboot device")
    call.sim.spawn(call.sim.reboot(after=0.02))
    return {}


async def default(call: Call) -> Json:
    """Go back to the factory's settings; type 0 keeps the network."""
    if call.integer("type") not in (0, 1):
        raise Refused(Code.PARAMETER, "type")
    call.sim.reset(network=call.integer("type") == 1)
    return await reboot(call)


async def export_params(call: Call) -> Json:
    """Prepare the file with the settings (l.1949)."""
    name = f"{call.world.profile.firmware}.zip"
    call.sim.backup = _zipped(call.world.documents)
    return {"url": f"{BACKUPS}{name}", "filename": name}


def _zipped(documents: dict[str, Json]) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w") as packed:
        packed.writestr("config.json", text(documents))
    return target.getvalue()


def _row(number: int, row: LogRow, offset: int) -> Json:
    return {"idx": number, "time": str(row.time + offset), "type": row.type, "message": row.message}


def _moment(call: Call, name: str) -> int:
    value = call.object().get(name)
    if not isinstance(value, str) or not value.isdecimal():
        raise Refused(Code.PARAMETER, f"{name} is {value!r}")
    return int(value)


async def get_log(call: Call) -> Json:
    """Answer the rows between two times, newest first; both times are text (l.461)."""
    start, end = _moment(call, "startTime"), _moment(call, "endTime")
    offset = call.world.log_offset
    rows = [row for row in reversed(call.world.log) if start <= row.time + offset <= end]
    return {"logList": [_row(number, row, offset) for number, row in enumerate(rows, 1)]}


async def delete_log(call: Call) -> Json:
    """Empty the log; that is its first row afterwards, as in the example."""
    call.world.log.clear()
    call.world.note(SWITCH_LOG, "Clear system log")
    return {}


# --- network


async def get_ports(call: Call) -> Json:
    """Answer the rows of the types asked for."""
    wanted = call.integer("type")
    rows = [row for row in await read(call) if wanted in (ALL_PORTS, row["type"])]
    if not rows:
        raise Refused(Code.NOT_FOUND, f"port type {wanted}")
    for row in rows:
        if Quirk.OPEN_PORTS in call.sim.quirks:
            row["property"] = {name.strip(): value for name, value in row["property"].items()}
        if Quirk.ARG_TYPE in call.sim.quirks and row["type"] == 72:
            row["argType"] = row.pop("type")
    return rows


async def set_ports(call: Call) -> Json:
    """Change the rows that are sent; the names of the protocols are those that are read, blank included."""
    stored: list[Json] = call.world.documents[call.path]
    if not isinstance(call.data, list):
        raise Refused(Code.PARAMETER, "ports are an array")
    changed = {row["type"]: row for row in stored}
    bare = call.sim.quirks & {Quirk.OPEN_PORTS, Quirk.SPACED_KEYS}
    for sent in call.data:
        row = stripped(sent) if Quirk.SPACED_KEYS in bare else sent
        number = row.get("type", row.get("argType")) if isinstance(row, dict) else None
        if call.sim.quirks & LOOSE and isinstance(number, str) and number.isdecimal():
            number = int(number)
        if number not in changed:
            raise Refused(Code.PARAMETER, f"port type {number!r}")
        given = {name: value for name, value in row.items() if name != "argType"}
        if bare:
            kept = {name.strip(): name for name in changed[number]["property"]}
            given["property"] = {kept.get(name, name): value for name, value in row.get("property", {}).items()}
        changed[number] = call.written(changed[number], given)
    call.world.documents[call.path] = list(changed.values())
    return {}


async def get_secret(call: Call) -> Json:
    """Answer an object with encrypted members; without the means to encrypt they stay empty."""
    found = await read(call)
    asked = call.data if isinstance(call.data, dict) else {}
    if not asked.get("iv") and "username" in found:
        found["username"] = ""
    return found


async def set_ftp(call: Call) -> Json:
    """Change the upload, and try it if asked to."""
    await write(call)
    if call.object().get("enableFtpTest") != 1:
        return {}
    return {"ftpTestStatus": 0 if call.world.ftp_works else 1}


async def set_smtp(call: Call) -> Json:
    """Change the mail, and try it if asked to."""
    await write(call)
    if not call.object().get("enableSmtpTest"):
        return {}
    return {"smtpTestStatus": 0 if call.world.smtp_works else 1}


async def set_null(call: Call) -> Json:
    """Change an object; the answer has no data (l.3137)."""
    await write(call)
    return None


async def set_wifi(call: Call) -> Json:
    """Connect to, leave, add or remove a network by its name (`opertateType`)."""
    rows: list[Json] = call.world.documents[call.path]["wifiInfo"]
    name, kind = call.object().get("ssid"), call.integer("opertateType")
    row = next((item for item in rows if item["ssid"] == name), None)
    if not isinstance(name, str) or kind not in range(4) or (row is None and kind != 0):
        raise Refused(Code.PARAMETER, "ssid or opertateType")
    if kind == 0 and row is None:
        rows.append(deepcopy(rows[0]) | {"ssid": name, "isScane": 1, "connectStatus": 0})
    elif kind == 1:
        rows.remove(row)
    else:
        for item in rows:
            item["connectStatus"] = int(item is row and kind == 2)
    return {}


async def picture(call: Call) -> Json:
    """Answer a picture (newer firmware)."""
    await asyncio.sleep(0)
    return {"pictureData": call.sim.picture_text()}
