"""Status documents of an alarm panel: what exists and what is so."""

from dataclasses import replace
import json
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ip_surveillance.protocol.errors import BadAnswer
from custom_components.ip_surveillance.protocol.hikvision.panel_parts import (
    PERMANENT,
    PUSHED,
    TROUBLES,
    PanelDocs,
    panel_of,
    panel_parts,
    panel_values,
)
from custom_components.ip_surveillance.protocol.hikvision.partitions import read_partitions
from custom_components.ip_surveillance.protocol.hikvision.peripherals import read_peripherals
from custom_components.ip_surveillance.protocol.hikvision.zones import read_zones
from custom_components.ip_surveillance.protocol.model.events import Measured, Polled
from custom_components.ip_surveillance.protocol.model.panel_words import Arm
from custom_components.ip_surveillance.protocol.model.parts import PartKind, PartRef, Placement
from custom_components.ip_surveillance.protocol.model.reduce import reduce
from custom_components.ip_surveillance.protocol.model.setting_words import SettingKey
from custom_components.ip_surveillance.protocol.model.state import LineState, State
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Flag, Quantity, Reading
from custom_components.ip_surveillance.protocol.transport.loose_json import load
from tests.protocol.panel_documents import (
    COMMANDS,
    DEVICE,
    FULL_ZONE,
    PANEL,
    partition,
    state_of,
    subsystems,
    zone_part,
    zones,
)


def test_partitions() -> None:
    found = subsystems(
        {"id": 2, "arming": " Stay ", "alarm": "true", "enabled": "false"},
        {"id": "1", "arming": "away", "alarm": False, "enabled": True},
        {"id": 3, "arming": "arming"},
        {"id": 4, "arming": "disarm", "alarm": ""},
        {"id": 5, "arming": "vacation"},
        {"id": 1, "arming": "disarm"},
        {"id": None},
        {"id": -1},
        {"arming": "away"},
    )
    assert [(each.id, each.arming, each.alarm, each.enabled) for each in found] == [
        (1, Arm.AWAY, False, True),
        (2, Arm.HOME, True, False),
        (3, Arm.ARMING, None, True),
        (4, Arm.DISARMED, None, True),
        (5, None, None, True),
    ]


DELAY = {"id": 1, "zoneType": "Delay", "status": "trigger", "armed": True, "subSystemNo": 1}


@pytest.mark.parametrize(
    ("fields", "area", "arm"),
    [
        ({}, {}, Arm.PENDING),
        ({}, {"arming": "stay"}, Arm.PENDING),
        ({"subSystemNo": None}, {}, Arm.PENDING),
        ({}, {"alarm": True}, Arm.AWAY),
        ({}, {"alarm": None}, Arm.PENDING),
        ({}, {"arming": "disarm"}, Arm.DISARMED),
        ({}, {"arming": "arming"}, Arm.ARMING),
        ({"armed": None}, {}, Arm.AWAY),
        ({"armed": False}, {}, Arm.AWAY),
        ({"bypassed": True}, {}, Arm.AWAY),
        ({"deactivationMode": "entirely"}, {}, Arm.AWAY),
        ({"status": "online"}, {}, Arm.AWAY),
        ({"zoneType": "Instant"}, {}, Arm.AWAY),
        ({"subSystemNo": 2}, {}, Arm.AWAY),
    ],
)
def test_an_entry_delay_is_told_by_the_zone_that_grants_it(
    fields: dict[str, Any], area: dict[str, Any], arm: Arm
) -> None:
    docs = PanelDocs(
        partitions=subsystems({"id": 1, "arming": "away", "alarm": False, **area}), zones=zones({**DELAY, **fields})
    )
    assert state_of(docs).reading(partition(1), Reading(Quantity.ARM)) == arm.value


def test_a_panel_as_a_whole() -> None:
    docs = PanelDocs(
        partitions=subsystems(
            {"id": 1, "arming": "away", "alarm": "true"},
            {"id": 2, "arming": "disarm", "alarm": "false", "enabled": False},
            {"id": 3, "arming": "disarm", "alarm": "false"},
        )
    )
    parts = panel_parts(DEVICE, docs)
    assert list(parts) == [PANEL, partition(1), partition(3)]
    panel = parts[PANEL]
    assert panel.features == COMMANDS | {Feature.PANEL_LOG, Feature.MEDIA, Feature.EVENTS}
    assert panel.detections.keys() == set(TROUBLES)
    assert all(spec.kept and spec.pushed for spec in panel.detections.values())
    assert panel.readings == {Reading(Quantity.LAST_REPORT)}
    assert parts[partition(1)].features == COMMANDS
    assert not parts[partition(1)].detections
    assert parts[partition(1)].readings == PUSHED | {Reading(Quantity.ARM), Reading(Flag.ALARM)}
    polled = panel_values(DEVICE, docs, 7.0)
    assert polled == Polled(
        asked_at=7.0,
        readings={
            (partition(1), Reading(Quantity.ARM)): "away",
            # Reports may tell that it was armed but not how; then the way of the last poll counts.
            (partition(1), Reading(Quantity.ARM_KIND)): "away",
            (partition(1), Reading(Flag.ALARM)): True,
            (partition(3), Reading(Quantity.ARM)): "disarmed",
            (partition(3), Reading(Flag.ALARM)): False,
        },
        alarms={partition(3): frozenset()},
    )
    bare = panel_parts(DEVICE, PanelDocs())
    assert list(bare) == [PANEL]
    assert not COMMANDS & bare[PANEL].features


PERIPHERALS = {
    "ExDevStatus": {
        "OutputModList": [{"OutputMod": {"id": 1, "seq": "", "status": "heartbeatAbnormal", "temperature": 20}}],
        "OutputList": [
            {"Output": {"id": 0, "seq": "M1", "name": "Gate", "status": "on", "linkage": "alarm", "charge": "normal"}},
            {"Output": {"id": 1, "seq": "M1", "status": "off"}},
            {"Output": {"id": 2, "status": "offline"}},
            {"Output": {"id": 3, "status": "notRelated"}},
        ],
        "SirenList": [
            {
                "Siren": {
                    "id": 1,
                    "seq": "S1",
                    "name": "Horn",
                    "status": "on",
                    "tamperEvident": "true",
                    "sirenAttrib": "wireless",
                    "charge": "lowPower",
                    "chargeValue": 15,
                    "signal": 255,
                    "model": "DS-PS1-E-WE",
                    "temperature": -3,
                    "subSystemList": [1, 9],
                    "powerSupplyStatus": "battery",
                }
            },
            {"Siren": {"id": 2, "seq": "S1", "status": "offline"}},
        ],
        "RepeaterList": [{"Repeater": {"id": 1, "seq": "R1", "status": "online"}}],
        "CardReaderList": [{"CardReader": {"id": 4, "status": "online", "subSystemList": [1]}}],
        "ExtensionList": [{"ExtensionModule": {"id": 1, "status": "online", "type": "wiredZone", "address": 5}}],
        "KeypadList": [{"Keypad": {"id": 1, "seq": "K1", "status": "heartbeatAbnormal", "keypadAttrib": "wired"}}],
        "RemoteList": [{"Remote": {"id": 1, "status": "offline", "chargeValue": 50}}, {"Remote": {"seq": "no id"}}],
    }
}


def unit(kind: PartKind, number: int = 0, label: str = "") -> PartRef:
    return PartRef(DEVICE, kind, number, label)


def test_peripherals() -> None:
    docs = PanelDocs(partitions=subsystems({"id": 1}), peripherals=read_peripherals(PERIPHERALS))
    parts = panel_parts(DEVICE, docs)
    state = state_of(docs)
    relays = [unit(PartKind.OUTPUT, number) for number in range(3)]
    siren, second = unit(PartKind.SIREN, 0, "S1"), unit(PartKind.SIREN, 2, "S1")
    module, extension = unit(PartKind.MODULE, 1, "output"), unit(PartKind.MODULE, 1)
    keypad, remote = unit(PartKind.KEYPAD, 0, "K1"), unit(PartKind.REMOTE, 1)
    reader, repeater = unit(PartKind.CARD_READER, 4), unit(PartKind.REPEATER, 0, "R1")
    assert parts.keys() == {
        PANEL, partition(1), *relays, siren, second, module, extension, keypad, remote, reader, repeater,
    }  # fmt: skip
    assert parts[relays[0]].features == {Feature.ONLINE, Feature.SWITCH, Feature.PULSE}
    assert parts[relays[0]].placement is Placement.INLINE
    assert parts[relays[0]].details == {"linkage": "alarm"}
    assert [state.part(ref) for ref in relays] == [LineState(active=each) for each in (True, False, None)]
    assert [state.online(ref) for ref in relays] == [True, True, False]
    assert parts[siren].placement is Placement.UNIT
    assert (parts[siren].hardware.model, parts[siren].hardware.serial) == ("DS-PS1-E-WE", "S1")
    assert parts[siren].partitions == {partition(1)}
    assert parts[siren].details == {"sirenAttrib": "wireless", "powerSupplyStatus": "battery"}
    assert {reading.key: state.reading(siren, reading) for reading in parts[siren].readings} == {
        "tamper": True,
        "low_battery": True,
        "battery": 15.0,
        "signal": 255.0,
        "temperature": -3.0,
        "sounding": True,
    }
    assert state.flag(second, Flag.SOUNDING) is None
    assert [state.flag(ref, Flag.FAULT) for ref in (keypad, module, extension, repeater)] == [True, True, False, None]
    assert state.online(keypad) is True
    assert state.online(remote) is False
    assert parts[extension].details == {"address": "5", "type": "wiredZone"}


def test_partitions_told_by_zones() -> None:
    """A panel without a document about partitions."""
    rows: list[dict[str, Any]] = [
        {"id": 1, "armed": True, "alarm": False, "subSystemNo": 1, "bypassed": False},
        {"id": 2, "armed": False, "alarm": True, "subSystemNo": 1, "zoneType": "24hSound"},
        {"id": 3, "armed": False, "subSystemNo": 2, "deactivationMode": "off"},
        {"id": 4, "armed": True, "subSystemNo": 2, "zoneType": "Fire"},
        {"id": 5, "armed": False, "linkageSubSystem": [1, 2]},
        {"id": 6, "armed": True, "subSystemNo": 3, "isArming": True},
        {"id": 7, "armed": True, "subSystemNo": 4, "zoneType": "Gas"},
        {"id": 8, "armed": True, "subSystemNo": 5},
        {"id": 9, "armed": False, "subSystemNo": 5, "stayAway": True},
        {"id": 10, "armed": True, "subSystemNo": 6},
        {"id": 11, "armed": False, "subSystemNo": 6},
        {"id": 12, "armed": False, "subSystemNo": 7, "deactivationMode": "entirely"},
        {"id": 13, "armed": True, "subSystemNo": 7},
        {"id": 14, "armed": True, "subSystemNo": 8, "status": "notRelated"},
    ]
    docs = PanelDocs(zones=zones(*rows))
    state = state_of(docs)
    arms = [state.reading(partition(number), Reading(Quantity.ARM)) for number in range(1, 8)]
    assert arms == ["armed", "disarmed", "arming", None, "home", None, "armed"]
    assert [state.flag(partition(number), Flag.ALARM) for number in (1, 2)] == [True, None]
    parts = panel_parts(DEVICE, docs)
    assert [ref.number for ref in parts if ref.kind is PartKind.PARTITION] == list(range(1, 8))
    assert parts[PANEL].features >= COMMANDS
    assert not [ref for ref, part in parts.items() if Feature.BYPASS in part.features]
    assert parts[zone_part(3)].settings.keys() == {PERMANENT}
    assert panel_values(DEVICE, docs, 1.0).settings[zone_part(12), PERMANENT] == "entirely"


def test_zones_tell_no_partitions_while_a_document_does() -> None:
    docs = PanelDocs(zones=zones({"id": 1, "armed": True, "subSystemNo": 1}), derive=False)
    polled = panel_values(DEVICE, docs, 1.0, panel_parts(DEVICE, replace(docs, derive=True)))
    assert {ref for ref, _ in polled.readings} == {zone_part(1)}
    assert partition(1) not in polled.online


def test_numbers_in_reports() -> None:
    rows = zones(
        {"id": 1, "name": "Door", "deviceNo": 2, "subSystemNo": 1},
        {"id": 2, "linkageSubSystem": [1, 2, 7]},
        {"id": 3, "deviceNo": 30},
    )
    docs = PanelDocs(partitions=subsystems({"id": 1}, {"id": 2, "name": "Cellar"}), zones=rows)
    panel = panel_of(DEVICE, docs, by_device_number=False)
    assert panel.ref == PANEL
    assert panel.zones == {1: zone_part(1), 2: zone_part(2), 3: zone_part(3)}
    assert panel.partitions == {1: partition(1), 2: partition(2)}
    assert panel.zone_partitions == {
        zone_part(1): {partition(1)},
        zone_part(2): {partition(1), partition(2)},
        zone_part(3): frozenset(),
    }
    assert panel.names == {zone_part(1): "Door", partition(2): "Cellar"}
    # The device number 2 outranks the zone number 2 of a zone without one.
    assert panel_of(DEVICE, docs, by_device_number=True).zones == {2: zone_part(1), 30: zone_part(3)}


def test_what_is_no_longer_told_becomes_unknown() -> None:
    known = PanelDocs(
        partitions=subsystems({"id": 1, "arming": "away"}, {"id": 2}),
        zones=zones(
            {"id": 1, "status": "online", "tamperEvident": True, "deactivationMode": "off"},
            {"id": 2, "status": "online"},
            {"id": 3, "alarm": True},
        ),
        peripherals=read_peripherals(PERIPHERALS),
    )
    parts = panel_parts(DEVICE, known)
    now = PanelDocs(partitions=subsystems({"id": 1}), zones=zones({"id": 1}, {"id": 3}))
    polled = panel_values(DEVICE, now, 1.0, parts)
    assert polled.readings[zone_part(1), Reading(Flag.TAMPER)] is None
    assert polled.online == {zone_part(1): None, zone_part(2): False, partition(2): False}
    # What only reports tell stays, and so does all of a document that was not read.
    assert not {reading for _, reading in polled.readings} & PUSHED
    assert {ref.kind for ref, _ in polled.readings} == {PartKind.PARTITION, PartKind.ZONE}
    assert PANEL not in polled.online
    everything = panel_values(DEVICE, known, 1.0, parts)
    for ref, part in parts.items():
        told = {reading for owner, reading in everything.readings if owner == ref}
        untold = {Reading(Quantity.LAST_REPORT), *([Reading(Flag.ALARM)] if ref.kind is PartKind.PARTITION else ())}
        assert told - PUSHED == part.readings - PUSHED - untold
        assert {key for owner, key in everything.settings if owner == ref} == part.settings.keys()


@pytest.mark.parametrize(
    ("told", "of_zones", "alarm"),
    [
        ({"alarm": "true"}, (), True),
        ({"alarm": False}, (True,), False),
        ({}, (False, True), True),
        ({}, (False, None), False),
        ({}, (None,), None),
        ({"alarm": ""}, (), None),
    ],
)
def test_the_alarm_of_a_partition_that_does_not_tell(
    told: dict[str, object], of_zones: tuple[bool | None, ...], alarm: bool | None
) -> None:
    """Its zones tell; where they do not either, what was reported stays."""
    rows = [
        {"id": number, "subSystemNo": 1} | ({} if each is None else {"alarm": each})
        for number, each in enumerate(of_zones)
    ]
    docs = PanelDocs(partitions=subsystems({"id": 1, "arming": "away"} | told), zones=zones(*rows))
    parts = panel_parts(DEVICE, docs)
    state = reduce(State(), Measured(part=partition(1), readings={Reading(Flag.ALARM): True}), 1.0).state
    polled = panel_values(DEVICE, docs, 2.0, parts)
    state = reduce(state, polled, 3.0).state
    assert state.flag(partition(1), Flag.ALARM) is (True if alarm is None else alarm)
    assert (partition(1) in polled.alarms) is (alarm is False)


def test_a_poll_tells_the_last_known_way_of_arming() -> None:
    """A record that only says that it is armed must not make of a home what was away the day before."""
    docs = PanelDocs(partitions=subsystems({"id": 1, "arming": "stay"}, {"id": 2, "arming": "disarm"}), zones=())
    kind = Reading(Quantity.ARM_KIND)
    state = State()
    for number in (1, 2):
        state = reduce(state, Measured(part=partition(number), readings={kind: Arm.AWAY.value}), 1.0).state
    state = reduce(state, panel_values(DEVICE, docs, 2.0, panel_parts(DEVICE, docs)), 3.0).state
    assert [state.reading(partition(number), kind) for number in (1, 2)] == [Arm.HOME.value, Arm.AWAY.value]


def test_silent_zones_are_known_to_the_reader_of_reports() -> None:
    docs = PanelDocs(zones=zones({"id": 1, "zoneType": "24hNoSound"}, {"id": 2, "zoneType": "24hSound"}))
    assert panel_of(DEVICE, docs, False).silent == {zone_part(1)}


def test_a_setting_that_is_no_longer_told_becomes_unknown() -> None:
    known = panel_parts(DEVICE, PanelDocs(zones=zones({"id": 1, "deactivationMode": "off", "status": "online"})))
    polled = panel_values(DEVICE, PanelDocs(zones=zones({"id": 1, "status": "online"})), 1.0, known)
    assert polled.settings == {(zone_part(1), PERMANENT): None}


def test_equal_documents_give_equal_parts() -> None:
    def docs() -> PanelDocs:
        return PanelDocs(
            partitions=subsystems({"id": 2}, {"id": 1}),
            zones=zones(FULL_ZONE),
            peripherals=read_peripherals(PERIPHERALS),
        )

    first, second = panel_parts(DEVICE, docs()), panel_parts(DEVICE, docs())
    assert first == second
    assert list(first) == list(second)


NAMES = st.sampled_from(
    [*FULL_ZONE, "ZoneSearch", "ZoneList", "Zone", "SubSysList", "SubSys", "ExDevStatus", "OutputList", "Output", "seq"]
)
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["trigger", "yes", "entirely", "1", "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(NAMES, JUNK, max_size=4), JUNK)
def test_whatever_a_panel_sends_is_read(answer: dict[str, Any], row: Any) -> None:
    """Also a zone made of anything; numbers beyond sense, texts instead of objects, lists in lists."""
    rows = row if isinstance(row, dict) else {"name": row}
    made: dict[str, Any] = {
        "ZoneList": [{"Zone": {"id": 1, **rows}}],
        "SubSysList": [{"SubSys": {"id": 1, "arming": row}}],
        **answer,
    }
    docs = PanelDocs(partitions=read_partitions(made), zones=read_zones(made).zones, peripherals=read_peripherals(made))
    parts = panel_parts(DEVICE, docs)
    polled = panel_values(DEVICE, docs, 1.0, parts)
    assert {ref for ref, _ in polled.readings} <= parts.keys()
    assert panel_of(DEVICE, docs, by_device_number=True).ref in parts
    assert all(isinstance(key, SettingKey) for _, key in polled.settings)


def test_a_document_in_need_of_repair() -> None:
    body = '{"SubSysList":[{"SubSys":{"id":1,"arming":"stay"\n"alarm":"false",}}]'
    (found,) = read_partitions(load(body.encode()))
    assert (found.arming, found.alarm) == (Arm.HOME, False)
    with pytest.raises(BadAnswer):
        load(json.dumps([1]).encode())
