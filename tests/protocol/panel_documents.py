"""Status documents of a made-up alarm panel, and what is read of them."""

from collections.abc import Mapping
from typing import Any

from custom_components.ip_surveillance.protocol.hikvision.panel_parts import (
    PanelDocs,
    panel_values,
)
from custom_components.ip_surveillance.protocol.hikvision.partitions import Partition, read_partitions
from custom_components.ip_surveillance.protocol.hikvision.zones import Zone, read_zones
from custom_components.ip_surveillance.protocol.model.parts import PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.reduce import reduce
from custom_components.ip_surveillance.protocol.model.state import State
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Flag, Reading

DEVICE = "2CD6716D-767F-4756-AC55-50276A5E3B4A"
PANEL = PartRef(DEVICE, PartKind.DEVICE)
COMMANDS = {Feature.ARM_AWAY, Feature.ARM_HOME, Feature.DISARM, Feature.CLEAR_ALARM}

FULL_ZONE: dict[str, Any] = {
    "id": 3,
    "name": "Window",
    "status": "online",
    "reason": "",
    "tamperEvident": False,
    "shielded": False,
    "bypassed": False,
    "oneTimeDeactivationMode": "off",
    "deactivationMode": "lidOnly",
    "armed": True,
    "alarm": False,
    "charge": "normal",
    "chargeValue": 80,
    "signal": 200,
    "temperature": 21,
    "alwaysActiveEnabled": False,
    "waterDetectorAlarm": "no",
    "smokeDetectedExceed": "no",
    "temperatureExceed": "no",
    "subSystemNo": 1,
    "linkageSubSystem": [1, 2, 99],
    "pollingOptionEnable": True,
    "zoneAttrib": "wireless",
    "RelatedChanList": [{"RelatedChan": {"relator": "app", "cameraSeq": "C1", "relatedChan": 1}}],
    "detectorType": "magnetShockDetector",
    "model": "DS-PDMCS",
    "stayAway": True,
    "zoneType": "Instant",
    "InputList": [{"id": 1, "enabled": True, "mode": "NO"}, {"id": 2, "enabled": False, "mode": "rolling shutter"}],
    "humidity": 40,
    "healthStatus": "normal",
    "antiMaskingEnabled": True,
    "mountingType": "wall",
    "MagnetShockCurrentStatus": {"magnetOpenStatus": True, "magnetShockStatus": False, "magnetTiltStatus": True},
    "devIndex": DEVICE,
    "devName": "Panel",
    "isAvailable": True,
    "isBypassedAvailable": True,
    "version": "V1.0",
    "pirCamConnected": True,
    "accessModuleType": "multiTransmitter",
    "relatedAccessModuleID": 2,
    "address": 254,
    "deviceNo": 17,
}


def zones(*rows: Mapping[str, Any]) -> tuple[Zone, ...]:
    return read_zones({"ZoneSearch": {"ZoneList": [{"Zone": row} for row in rows]}}).zones


def zone(**fields: Any) -> Zone:
    (found,) = zones({"id": 1, **fields})
    return found


def subsystems(*rows: Mapping[str, Any]) -> tuple[Partition, ...]:
    return read_partitions({"SubSysList": [{"SubSys": row} for row in rows]})


def partition(number: int) -> PartRef:
    return PartRef(DEVICE, PartKind.PARTITION, number)


def zone_part(number: int) -> PartRef:
    return PartRef(DEVICE, PartKind.ZONE, number)


def state_of(docs: PanelDocs) -> State:
    return reduce(State(), panel_values(DEVICE, docs, 1.0), 2.0).state


def flag(found: Zone, what: Flag) -> object:
    """Value of a flag that a zone tells; "absent" where it tells none."""
    return found.readings.get(Reading(what), "absent")
