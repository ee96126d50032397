"""Hosts front thousands of zones: what is equal is one object, and what did not change stays the object that it was."""

from typing import Any

from custom_components.ip_surveillance.protocol.hikvision.panel_parts import (
    PanelDocs,
    panel_of,
    panel_parts,
    panel_values,
)
from custom_components.ip_surveillance.protocol.hikvision.sharing import Shared, kept
from custom_components.ip_surveillance.protocol.hikvision.zones import Zone, read_zones
from custom_components.ip_surveillance.protocol.model.events import Measured
from custom_components.ip_surveillance.protocol.model.parts import PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.reduce import reduce
from custom_components.ip_surveillance.protocol.model.state import READINGS, State
from custom_components.ip_surveillance.protocol.model.vocabulary import Flag, Quantity, Reading

DEVICE = "A1"


def zones(**last: Any) -> tuple[Zone, ...]:
    """Three zones of one make, read anew; `last` is what the last one says besides."""
    rows = [{"id": number, "status": "online", "tamperEvident": False, "linkageSubSystem": [1]} for number in (1, 2, 3)]
    rows[-1] |= last
    return read_zones({"ZoneList": [{"Zone": row} for row in rows]}).zones


def test_readings_without_a_slot_are_one_object_each() -> None:
    for what in (*Quantity, *Flag):
        assert READINGS[what] == Reading(what)
        assert type(READINGS[what].quantity) is type(what)
    first, second, _ = zones()
    assert {id(reading) for reading in first.readings} == {id(reading) for reading in second.readings}


def test_equal_pieces_of_zones_are_one_object() -> None:
    docs = PanelDocs(zones=zones())
    first, second, third = (part for ref, part in panel_parts(DEVICE, docs).items() if ref.kind is PartKind.ZONE)
    assert first.readings is second.readings is third.readings
    assert first.features is second.features
    assert first.hardware is second.hardware
    assert first.partitions is second.partitions
    panel = panel_of(DEVICE, docs, by_device_number=False)
    assert {id(ref) for ref in panel.zones.values()} == {id(ref) for ref in panel.zone_partitions}


def test_shared_gives_what_was_first() -> None:
    shared = Shared()
    first, second = frozenset({1000}), frozenset({1000})
    assert first is not second
    assert shared(first) is first
    assert shared(second) is first


def test_what_a_look_did_not_change_stays() -> None:
    before, same, other = zones(), zones(), zones(tamperEvident=True)
    assert kept(None, before) is before
    assert kept(before, same) is before
    now = kept(before, other)
    assert now == other
    assert [each is old for each, old in zip(now, before, strict=True)] == [True, True, False]
    assert kept(before, other[:1]) == other[:1]
    assert kept(before[:1], other) == other


def test_an_event_copies_the_readings_of_one_part() -> None:
    """A panel has a thousand, and hundreds of panels may tell something each second."""
    zone, other = PartRef(DEVICE, PartKind.ZONE, 1), PartRef(DEVICE, PartKind.ZONE, 3)
    state = reduce(State(), panel_values(DEVICE, PanelDocs(zones=zones()), 1.0), 1.0).state
    later = reduce(state, Measured(part=zone, readings={Reading(Flag.TAMPER): True}), 2.0).state
    assert later.flag(zone, Flag.TAMPER) is True
    assert later.readings(other) is state.readings(other)
    assert len(later.readings(other)) > 1


def test_a_poll_keeps_the_keys_that_were_known() -> None:
    zone = PartRef(DEVICE, PartKind.ZONE, 3)
    state = reduce(State(), panel_values(DEVICE, PanelDocs(zones=zones()), 1.0), 1.0).state
    known = {key: id(key) for key in state.device(zone).readings}
    later = reduce(state, panel_values(DEVICE, PanelDocs(zones=zones(tamperEvident=True)), 2.0), 2.0).state
    assert later.flag(zone, Flag.TAMPER) is True
    assert {key: id(key) for key in later.device(zone).readings} == known
