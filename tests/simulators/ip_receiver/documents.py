"""The status documents as the receiver writes them: devices, partitions, zones, peripherals."""

from collections.abc import Callable
from typing import Any

from .words import TYPE_OF_SOURCE
from .world import Device, Json, Panel, Partition, Relay, Zone

# Member of ExDevStatus -> the object each element of the list is wrapped in (A.2).
WRAPPERS = {
    "OutputModList": "OutputMod",
    "OutputList": "Output",
    "SirenList": "Siren",
    "RepeaterList": "Repeater",
    "CardReaderList": "CardReader",
    "ExtensionList": "ExtensionModule",
    "KeypadList": "Keypad",
    "RemoteList": "Remote",
}


def _present(tree: Json) -> Json:
    return {name: value for name, value in tree.items() if value is not None}


def device_row(device: Device) -> Json:
    """Return one element of MatchList (A.41); secrets are not returned by default."""
    online = device.online
    row: Json = {
        "devIndex": device.index,
        "accountID": device.account,
        "devName": device.name,
        "devSerial": device.serial,
        "devMode": device.model,
        "devVersion": device.version,
        "activeStatus": device.active_status if online else None,
        "siteInfo": {"siteID": device.site[0], "siteName": device.site[1]} if device.site else None,
        "devSource": device.source,
        "devType": TYPE_OF_SOURCE.get(device.source) if device.with_type else None,
        "connectionMode": device.connection,
        "devStatus": device.status,
        "onlineType": device.online_type if online and device.connection == 2 else None,
        "offlineHint": None if online else device.offline_hint,
        "isNeedUpgrade": device.needs_upgrade,
        "remark": device.remark,
        "deviceIDPriority": device.id_priority,
    }
    if device.device_id:
        row["OTAP" if device.source == 7 else "ISUP"] = {"deviceID": device.device_id}
    if device.plugin:
        row["pluginEnable"], row["pluginType"] = device.plugin
    return {"Device": _present(row) | device.extra}


def _flag(value: bool, quoted: bool) -> bool | str:
    """Return a boolean as the panel writes it where the document shows it in quotes."""
    return ("true" if value else "false") if quoted else value


def partition(item: Partition, *, quoted: bool = False) -> Json:
    """Return one element of SubSysList (A.44)."""
    tree = {
        "id": item.number,
        "arming": item.arming,
        "alarm": _flag(item.alarm, quoted),
        "enabled": item.enabled,
    }
    return {"SubSys": _present(tree)}


def _verdict(zone: Zone) -> str:
    return "fault" if zone.fault else "yes" if zone.open else "no"


# What a detector's zone adds to the common fields of the new shape.
_DETAILS: dict[str, Callable[[Zone], Json]] = {
    "magnet": lambda zone: {"magnetOpenStatus": zone.open},
    "shock": lambda zone: {
        "MagnetShockCurrentStatus": {
            "magnetOpenStatus": zone.open,
            "magnetShockStatus": zone.shock,
            "magnetTiltStatus": zone.tilt,
        }
    },
    "water": lambda zone: {"waterDetectorAlarm": _verdict(zone)},
    "smoke": lambda zone: {"smokeDetectedExceed": _verdict(zone)},
    "heat": lambda zone: {"temperatureExceed": _verdict(zone)},
    "humidity": lambda zone: {"humidity": zone.humidity},
    "camera": lambda zone: {"pirCamConnected": zone.camera_connected},
}


def _partitions_of(zone: Zone) -> Json:
    """One partition goes as subSystemNo; it is not returned where the zone is linked to several (l.5061)."""
    if len(zone.partitions) == 1:
        return {"subSystemNo": zone.partitions[0]}
    return {"linkageSubSystem": list(zone.partitions)}


def _common(zone: Zone) -> Json:
    """Return what both shapes of a zone share, in the order of the document."""
    wireless = zone.battery is not None
    return {
        "id": zone.number,
        "name": zone.name,
        "status": zone.status,
        "tamperEvident": zone.tamper,
        "shielded": zone.shielded,
        "alarm": zone.alarm,
        "charge": ("lowPower" if zone.low_battery else "normal") if wireless else None,
        "chargeValue": zone.battery,
        "signal": zone.signal if wireless else None,
        "temperature": zone.temperature,
        **_partitions_of(zone),
        "detectorType": zone.detector,
        "model": zone.model,
        "stayAway": zone.stay_bypass,
        "zoneType": zone.zone_type,
    }


def zone(item: Zone, device: Device, panel: Panel, *, arming: bool = False) -> Json:
    """Return one element of ZoneList in the new shape (A.46)."""
    tree = _common(item) | {
        "reason": item.fault if item.fault in ("short", "break") else None,
        "armed": item.armed,
        "isArming": True if arming else None,
        "zoneAttrib": "wired" if item.battery is None else "wireless",
        "healthStatus": "fault" if item.fault else "normal",
        "isAvailable": item.available,
        "isBypassedAvailable": item.bypass_available and not panel.otap,
        "version": item.version,
        "deviceNo": item.device_no,
        "devIndex": device.index,
        "devName": device.name,
        "RelatedChanList": [{"RelatedChan": {"relator": device.name, "relatedChan": n}} for n in item.channels] or None,
    }
    if panel.otap:
        tree |= {"oneTimeDeactivationMode": item.one_time, "deactivationMode": item.permanent}
    else:
        tree["bypassed"] = item.bypassed
    tree |= _DETAILS[item.kind](item) if item.kind else {}
    return {"Zone": _without(_present(tree) | item.extra, item)}


# Members the old shape does not know.
_NEW_ONLY = frozenset({"accessModuleType", "relatedAccessModuleID", "address", "mountingType", "antiMaskingEnabled"})


def old_zone(item: Zone, panel: Panel, *, arming: bool = False) -> Json:
    """Return one element of ZoneList in the old shape (A.47)."""
    tree: Json = _common(item)
    tree |= {
        "bypassed": _flag(item.bypassed, panel.quoted),
        "armed": _flag(item.armed, panel.quoted),
        "alarm": _flag(item.alarm, panel.quoted),
        "isArming": True if arming else None,
        "waterDetectorEnabled": True if item.kind == "water" else None,
        "smokeDetectedEnabled": True if item.kind == "smoke" else None,
        "temperatureExceed": _verdict(item) if item.kind == "heat" else None,
        "pollingOptionEnable": True,
    }
    tree |= {name: value for name, value in item.extra.items() if name not in _NEW_ONLY}
    return {"Zone": _without(_present(tree), item)}


def _without(tree: Json, item: Zone) -> Json:
    return {name: value for name, value in tree.items() if name not in item.missing}


def relay(item: Relay) -> Json:
    """Return one element of OutputList (A.2)."""
    tree = {
        "id": item.number,
        "seq": item.seq,
        "name": item.name,
        "status": item.status,
        "tamperEvident": False,
        "charge": "normal",
        "chargeValue": 100,
        "linkage": item.linkage,
        "signal": 200,
        "temperature": 22,
    }
    return {"Output": tree}


def ex_dev_status(panel: Panel) -> Json:
    """Return the whole of ExDevStatus (A.2); lists without units are left out."""
    lists: dict[str, list[Any]] = {name: [] for name in WRAPPERS}
    lists["OutputList"] = [relay(item) for item in panel.relays.values()]
    for unit in panel.peripherals:
        lists[unit.group].append({WRAPPERS[unit.group]: {"id": unit.number} | unit.values})
    return {"ExDevStatus": {name: found for name, found in lists.items() if found}}
