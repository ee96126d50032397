"""Zones in the status documents of an alarm panel: what they are and what is so."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from custom_components.ip_surveillance.protocol.hikvision.detectors import ROLES, has_camera, role_of
from custom_components.ip_surveillance.protocol.hikvision.panel_parts import (
    ONE_TIME,
    PERMANENT,
    PanelDocs,
    panel_parts,
    panel_values,
)
from custom_components.ip_surveillance.protocol.hikvision.zones import read_zones
from custom_components.ip_surveillance.protocol.model.panel_words import Role
from custom_components.ip_surveillance.protocol.model.parts import Choice, Placement
from custom_components.ip_surveillance.protocol.model.state import Alarm
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Flag, Quantity, Reading
from tests.protocol.panel_documents import (
    DEVICE,
    FULL_ZONE,
    flag,
    partition,
    subsystems,
    zone,
    zone_part,
    zones,
)


def test_all_detectors_of_the_guide_have_a_role() -> None:
    assert len(ROLES) == 35
    assert role_of(" PirCam ") is Role.MOTION
    assert role_of("wirelessCODetector") is Role.CARBON_MONOXIDE
    assert role_of("somethingNew") is role_of(None) is Role.OTHER
    assert [word for word in ROLES if has_camera(word)] == ["pircam"]


def test_a_zone_that_tells_everything() -> None:
    (found,) = zones(FULL_ZONE)
    assert {reading.key: value for reading, value in found.readings.items()} == {
        "open": True,
        "alarm": False,
        "tamper": False,
        "fault": False,
        "low_battery": False,
        "bypassed": False,
        "armed": True,
        "masked": False,
        "vibration": False,
        "tilted": True,
        "smoke": False,
        "heat": False,
        "moisture": False,
        "camera_link": True,
        "temperature": 21.0,
        "humidity": 40.0,
        "battery": 80.0,
        "signal": 200.0,
        "zone_status": "online",
        "fault_reason": None,
    }
    assert (found.role, found.model, found.version, found.device_no) == (Role.DOOR, "DS-PDMCS", "V1.0", 17)
    assert (found.partitions, found.cameras, found.stay_away) == (frozenset({1, 2, 99}), ("C1",), True)
    part = panel_parts(DEVICE, PanelDocs(partitions=subsystems({"id": 1}, {"id": 2}), zones=(found,)))[zone_part(3)]
    assert part.readings == found.readings.keys()
    assert part.settings == {}
    assert part.partitions == {partition(1), partition(2)}
    assert part.features == {Feature.ONLINE, Feature.BYPASS, Feature.PICTURES}
    # A panel without a document about partitions deactivates zones, and cannot bypass them.
    other = panel_parts(DEVICE, PanelDocs(zones=(found,)))[zone_part(3)]
    assert other.settings == {key: Choice(options=("off", "lidOnly", "entirely")) for key in (ONE_TIME, PERMANENT)}
    assert other.features == {Feature.ONLINE, Feature.PICTURES}
    assert part.placement is Placement.CHILD
    # Every field is read: what is neither state nor identity is kept in words. The panel's own index is left out.
    assert part.details == {
        "zoneType": "Instant",
        "detectorType": "magnetShockDetector",
        "zoneAttrib": "wireless",
        "stayAway": "true",
        "alwaysActiveEnabled": "false",
        "pollingOptionEnable": "true",
        "antiMaskingEnabled": "true",
        "mountingType": "wall",
        "accessModuleType": "multiTransmitter",
        "relatedAccessModuleID": "2",
        "address": "254",
        "deviceNo": "17",
        "devName": "Panel",
        "RelatedChanList": "relator=app cameraSeq=C1 relatedChan=1",
        "InputList": "id=1 enabled=true mode=NO; id=2 enabled=false mode=rolling shutter",
    }


def test_a_zone_lists_only_what_it_tells() -> None:
    found = zone(name="", bypassed="", charge=None)
    assert found.readings == {}
    assert found.name is None
    part = panel_parts(DEVICE, PanelDocs(zones=(found,)))[zone_part(1)]
    assert (part.readings, part.settings, part.features, part.details) == (frozenset(), {}, frozenset(), {})


def test_the_older_shape() -> None:
    page = read_zones(
        {
            "ZoneList": [
                {
                    "Zone": {
                        "id": "0",
                        "status": "trigger",
                        "bypassed": "true",
                        "armed": "false",
                        "alarm": "true",
                        "charge": "lowPower",
                        "waterDetectorEnabled": True,
                        "smokeDetectedEnabled": "false",
                        "linkageSubSystem": [2],
                    }
                }
            ]
        }
    )
    (found,) = page.zones
    assert (page.more, page.total, page.received) == (False, None, 1)
    assert {reading.key: value for reading, value in found.readings.items()} == {
        "open": True,
        "alarm": True,
        "fault": False,
        "low_battery": True,
        "bypassed": True,
        "armed": False,
        "zone_status": "trigger",
    }
    assert found.details == {"waterDetectorEnabled": "true", "smokeDetectedEnabled": "false"}
    assert found.partitions == {2}


def test_pages() -> None:
    def page(word: str, *rows: Mapping[str, Any]) -> tuple[bool, int | None, int]:
        body = {"responseStatusStrg": word, "totalMatches": "40", "ZoneList": [{"Zone": row} for row in rows]}
        found = read_zones({"ZoneSearch": body})
        return found.more, found.total, found.received

    assert page("MORE", {"id": 1}, {"id": "x"}) == (True, 40, 2)
    assert page("more", {"id": 1}) == (True, 40, 1)
    assert page("MORE") == (False, 40, 0)
    assert page("OK", {"id": 1}) == (False, 40, 1)
    assert page("NO MATCH") == (False, 40, 0)
    assert read_zones({}).zones == ()


@pytest.mark.parametrize(
    ("fields", "is_open"),
    [
        ({"status": "trigger"}, True),
        ({"status": "online"}, False),
        ({"status": "Trigger "}, True),
        ({"status": "offline"}, None),
        ({"status": "breakDown"}, None),
        ({"status": "heartbeatAbnormal"}, None),
        ({"status": "somethingNew"}, None),
        ({"alarm": True}, "absent"),
        ({"magnetOpenStatus": True}, True),
        ({"magnetOpenStatus": "false"}, False),
        # A shock triggers the zone of a contact that is closed.
        ({"status": "trigger", "magnetOpenStatus": False, "detectorType": "magnetShockDetector"}, False),
        ({"status": "online", "MagnetShockCurrentStatus": {"magnetOpenStatus": True}}, True),
        # Panels may send the field for detectors that are no contacts.
        ({"status": "trigger", "magnetOpenStatus": False, "detectorType": "pircam"}, True),
        ({"status": "offline", "magnetOpenStatus": True}, None),
        ({"status": "heartbeatAbnormal", "magnetOpenStatus": True, "detectorType": "magneticContact"}, True),
    ],
)
def test_open(fields: dict[str, Any], is_open: object) -> None:
    assert flag(zone(**fields), Flag.OPEN) == is_open


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"status": "online"}, False),
        ({"status": "breakDown"}, True),
        ({"status": "heartbeatAbnormal"}, True),
        ({"status": "offline"}, False),
        ({"healthStatus": "fault"}, True),
        ({"healthStatus": "normal"}, False),
        ({"status": "online", "healthStatus": "fault"}, True),
        ({"waterDetectorAlarm": "fault"}, True),
        ({"smokeDetectedExceed": "fault", "status": "online"}, True),
        ({"temperatureExceed": "yes"}, False),
        ({"temperatureExceed": "perhaps"}, None),
        ({"tamperEvident": True}, "absent"),
    ],
)
def test_fault(fields: dict[str, Any], fault: object) -> None:
    assert flag(zone(**fields), Flag.FAULT) == fault


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("waterDetectorAlarm", Flag.MOISTURE),
        ("smokeDetectedExceed", Flag.SMOKE),
        ("temperatureExceed", Flag.HEAT),
    ],
)
def test_an_alarm_that_is_faulty_is_unknown(name: str, what: Flag) -> None:
    told = {word: flag(zone(**{name: word}), what) for word in ("yes", "no", "fault", "new")}
    assert told == {"yes": True, "no": False, "fault": None, "new": None}
    assert flag(zone(), what) == "absent"


@pytest.mark.parametrize(
    ("fields", "left_out"),
    [
        ({}, "absent"),
        ({"bypassed": True}, True),
        ({"bypassed": False, "deactivationMode": "off"}, False),
        ({"bypassed": False, "oneTimeDeactivationMode": "entirely"}, True),
        ({"deactivationMode": "Entirely"}, True),
        ({"deactivationMode": "lidOnly", "oneTimeDeactivationMode": "off"}, False),
        ({"deactivationMode": "new"}, None),
    ],
)
def test_bypassed(fields: dict[str, Any], left_out: object) -> None:
    assert flag(zone(**fields), Flag.BYPASSED) == left_out


@pytest.mark.parametrize(
    ("fields", "bypassable"),
    [
        ({}, False),
        ({"bypassed": False}, True),
        ({"bypassed": True, "isBypassedAvailable": "true"}, True),
        ({"bypassed": False, "isBypassedAvailable": "false"}, False),
        ({"deactivationMode": "off"}, False),
    ],
)
def test_bypass_where_it_can_be_set(fields: dict[str, Any], bypassable: bool) -> None:
    for docs in (PanelDocs(partitions=()), PanelDocs(derive=False)):
        part = panel_parts(DEVICE, replace(docs, zones=(zone(**fields),)))[zone_part(1)]
        assert (Feature.BYPASS in part.features) is bypassable


def test_values_out_of_range_are_unknown() -> None:
    found = zone(chargeValue=101, signal=-1, humidity="dry", temperature="-5", charge="new")
    assert list(found.readings.values()) == [None, None, None, -5.0, None]


def test_reasons_of_a_fault() -> None:
    reason = Reading(Quantity.FAULT_REASON)
    assert zone(status="breakDown", reason="short").readings[reason] == "short"
    assert zone(status="online", reason="short").readings[reason] is None
    assert zone(status="breakDown", reason="fire").readings[reason] is None
    assert reason not in zone(status="breakDown").readings


def test_online_of_zones() -> None:
    docs = PanelDocs(
        zones=zones(
            {"id": 1, "status": "offline"},
            {"id": 2, "status": "online", "isAvailable": "false"},
            {"id": 3, "status": "breakDown"},
            {"id": 4},
            {"id": 5, "status": "notRelated", "alarm": True},
            {"id": 6, "status": "new"},
        )
    )
    polled = panel_values(DEVICE, docs, 1.0)
    assert polled.online == {zone_part(1): False, zone_part(2): False, zone_part(3): True}
    parts = panel_parts(DEVICE, docs)
    assert zone_part(5) not in parts
    # The sensor is there for a status that is not known, too.
    assert {ref.number for ref, part in parts.items() if Feature.ONLINE in part.features} == {1, 2, 3, 6}


def test_zones_that_never_alarm_and_silent_ones() -> None:
    docs = PanelDocs(
        zones=zones(
            {"id": 1, "status": "trigger", "zoneType": "Non-Alarm", "alarm": False},
            {"id": 2, "zoneType": "24hNoSound", "alarm": False},
            {"id": 3, "zoneType": "24hSound", "alarm": True},
            {"id": 4, "status": "trigger", "zoneType": "Key", "alarm": False},
        )
    )
    parts = panel_parts(DEVICE, docs)
    assert Reading(Flag.ALARM) not in parts[zone_part(1)].readings
    assert Reading(Flag.OPEN) in parts[zone_part(1)].readings
    assert Reading(Flag.ALARM) in parts[zone_part(4)].readings
    assert [ref.number for ref, part in parts.items() if Feature.SILENT in part.features] == [2]
    assert [ref.number for ref, part in parts.items() if Feature.UNGUARDED in part.features] == [1, 4]
    quiet = frozenset[Alarm]()
    assert panel_values(DEVICE, docs, 1.0).alarms == dict.fromkeys((zone_part(1), zone_part(2), zone_part(4)), quiet)
