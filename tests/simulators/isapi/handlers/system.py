"""Identity, status, time, restart and logins."""

import asyncio
from datetime import UTC, datetime, timedelta
import re
import time

from ...base import Answer
from ..form import Node, Tree, text
from ..routing import Call, route
from ..status import Refused
from ..world import Disk


def device_info(call: Call) -> Answer:
    """GET System/deviceInfo."""
    me = call.world.identity
    tree: Tree = {
        "deviceName": me.name,
        "deviceID": me.device_id,
        "deviceDescription": me.device_type,
        "model": me.model,
        "serialNumber": me.serial,
        "macAddress": me.mac,
        "firmwareVersion": me.firmware,
        "firmwareReleasedDate": me.released,
        "encoderVersion": "V7.3",
        "deviceType": me.device_type,
        "telecontrolID": 88,
    }
    if me.sub_serial:
        tree["subSerialNumber"] = me.sub_serial
    return call.xml("DeviceInfo", tree | call.sim.profile.extra)


def rename(call: Call) -> Answer:
    """PUT System/deviceInfo: only the name can be changed."""
    if name := text(call.sent("DeviceInfo").tree, "deviceName"):
        call.world.identity.name = name
    return call.done()


def status(call: Call) -> Answer:
    """GET System/status."""
    world = call.world
    tree: Tree = {
        "currentDeviceTime": world.stamp(),
        "deviceUpTime": world.uptime,
        "CPUList": {"CPU": {"cpuDescription": "main", "cpuUtilization": world.cpu}},
        # Devices write a blank before decimal numbers.
        "MemoryList": {
            "Memory": {
                "memoryDescription": "DDR",
                "memoryUsage": f" {world.memory_used}",
                "memoryAvailable": f" {world.memory_free}",
            }
        },
    }
    return call.xml("DeviceStatus", tree)


def get_time(call: Call) -> Answer:
    """GET System/time. The zone is POSIX: the sign is inverted."""
    hours = -call.world.utc_offset.total_seconds() / 3600
    zone = f"SIM{hours:+.0f}:00:00"
    return call.xml("Time", {"timeMode": call.world.time_mode, "localTime": call.world.stamp(), "timeZone": zone})


def set_time(call: Call) -> Answer:
    """PUT System/time: the local time is refused while the device asks a time server."""
    world, tree = call.world, call.sent("Time").tree
    mode = text(tree, "timeMode") or world.time_mode
    if mode not in ("NTP", "manual", "satellite"):
        raise Refused("badParameters")
    if zone := text(tree, "timeZone"):
        world.utc_offset = _offset(zone)
    if local := text(tree, "localTime"):
        if mode == "NTP":
            raise Refused("invalidOperation")
        _set_clock(call, local)
    world.time_mode = mode
    return call.done()


def _offset(zone: str) -> timedelta:
    found = re.fullmatch(r"[A-Za-z]+([+-]?\d+)(?::(\d+))?(?::\d+)?(?:DST.*)?", zone)
    if not found:
        raise Refused("badParameters")
    hours, minutes = int(found[1]), int(found[2] or 0)
    return -timedelta(hours=hours, minutes=minutes if hours >= 0 else -minutes)


def _set_clock(call: Call, local: str) -> None:
    try:
        moment = datetime.fromisoformat(local)
    except ValueError:
        raise Refused("badParameters") from None
    if moment.tzinfo is None:
        moment = (moment - call.world.utc_offset).replace(tzinfo=UTC)
    call.world.clock_offset = moment.timestamp() - time.time()


def reboot(call: Call) -> Answer:
    """PUT System/reboot: answers, then goes."""

    async def later() -> None:
        await asyncio.sleep(0.05)
        await call.sim.reboot()

    call.sim.spawn(later())
    return call.done()


def user_check(call: Call) -> Answer:
    """GET Security/userCheck."""
    return call.xml("userCheck", call.sim.check_tree(200))


def users(call: Call) -> Answer:
    """GET Security/users."""
    listed: list[Node] = [
        {"id": number, "userName": user.name, "userLevel": user.level.capitalize()}
        for number, user in enumerate(call.world.users.values(), 1)
    ]
    return call.xml("UserList", {"User": listed})


def storage(call: Call) -> Answer:
    """GET ContentMgmt/Storage; sizes in MB."""
    world = call.world
    tree: Tree = {
        "hddList": {"@size": len(world.disks), "hdd": [_disk(disk, "hdd") for disk in world.disks]},
        "nasList": {"nas": [_disk(disk, "nas") for disk in world.network_disks]} if world.network_disks else None,
        "workMode": "quota",
    }
    return call.xml("storage", tree)


def _disk(disk: Disk, kind: str) -> Node:
    tree: Tree = {"id": disk.number}
    if kind == "hdd":
        tree |= {"hddName": disk.name, "hddPath": None, "hddType": disk.kind}
    else:
        tree |= {
            "addressingFormatType": "ipaddress",
            "ipAddress": "10.11.12.5",
            "portNo": 0,
            "nasType": disk.kind,
            "nasName": disk.name,
            "path": "/share",
        }
    return tree | {"status": disk.status, "capacity": disk.capacity, "freeSpace": disk.free, "property": "RW"}


ROUTES = (
    route("GET", "System/deviceInfo", device_info),
    route("PUT", "System/deviceInfo", rename),
    route("GET", "System/status", status),
    route("GET", "System/time", get_time),
    route("PUT", "System/time", set_time),
    route("PUT", "System/reboot", reboot),
    route("GET", "Security/userCheck", user_check),
    route("GET", "Security/users", users),
    route("GET", "ContentMgmt/Storage", storage),
)
