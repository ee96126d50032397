"""What is known only by having been heard of: bounded, remembered, merged into what exists."""

import json
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ip_surveillance.protocol.model.detections import Detection, Target
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST_PART,
    DetectionSpec,
    Part,
    PartKind,
    PartRef,
    Placement,
)
from custom_components.ip_surveillance.protocol.model.setting_words import Setting, SettingKey
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Flag, Quantity, Reading
from custom_components.ip_surveillance.protocol.sights import (
    MOST_GATES,
    MOST_IN_ALL,
    MOST_PARTS,
    Sights,
)

DEVICE = PartRef("Dev-1", PartKind.DEVICE)
CHANNEL = PartRef("Dev-1", PartKind.CHANNEL, 2)
INPUT = PartRef("Dev-1", PartKind.INPUT, 1)
ZONE = PartRef("Dev-1", PartKind.ZONE, 0)
WARM = Reading(Quantity.TEMPERATURE, "region1")


def seen() -> Sights:
    """Something of everything."""
    sights = Sights()
    sights.note(CHANNEL, Detection.INTRUSION)
    sights.note(CHANNEL, WARM)
    sights.note(CHANNEL, Feature.PICTURES)
    sights.note_target(CHANNEL, Detection.INTRUSION, Target.HUMAN)
    sights.note_name(CHANNEL, " Yard ")
    sights.note(INPUT, Detection.INPUT)
    sights.note(ZONE, Detection.PIR)
    sights.note(DEVICE, Detection.KEY_FAULT, kept=True)
    sights.note(HOST_PART, Detection.CLOUD_LINK, kept=True)
    return sights


def test_news_is_news_once() -> None:
    sights = Sights()
    assert sights.note(CHANNEL, Detection.MOTION)
    assert not sights.note(CHANNEL, Detection.MOTION)
    assert sights.note(CHANNEL, Detection.TAMPER)
    assert sights.note_target(CHANNEL, Detection.MOTION, Target.HUMAN)
    assert not sights.note_target(CHANNEL, Detection.MOTION, Target.HUMAN)
    assert not sights.note_target(CHANNEL, Detection.FIRE, Target.HUMAN)
    assert sights.of("Dev-1") == {CHANNEL: {Detection.MOTION, Detection.TAMPER}}
    assert sights.of("other") == {}


def test_parts_that_only_events_know() -> None:
    assert seen().parts("Dev-1") == {
        CHANNEL: Part(
            ref=CHANNEL,
            name="Yard",
            placement=Placement.CHILD,
            features=frozenset({Feature.PICTURES}),
            detections={Detection.INTRUSION: DetectionSpec(targets=frozenset({Target.HUMAN}))},
            readings=frozenset({WARM}),
        ),
        INPUT: Part(ref=INPUT, placement=Placement.INLINE, detections={Detection.INPUT: DetectionSpec()}),
    }


def test_merge() -> None:
    """Gates are added to what exists, nothing is taken away, and what is gone does not come back."""
    device = Part(ref=DEVICE, name="Panel", features=frozenset({Feature.ONLINE}))
    listed = Part(ref=CHANNEL, name="By the list", detections={Detection.MOTION: DetectionSpec(regions=(1,))})
    merged = seen().merge({DEVICE: device, CHANNEL: listed})
    assert set(merged) == {DEVICE, CHANNEL, INPUT}
    assert merged[DEVICE].features == {Feature.ONLINE}
    assert merged[DEVICE].detections == {Detection.KEY_FAULT: DetectionSpec(kept=True)}
    assert merged[CHANNEL].name == "By the list"
    assert merged[CHANNEL].detections == {
        Detection.MOTION: DetectionSpec(regions=(1,)),
        Detection.INTRUSION: DetectionSpec(targets=frozenset({Target.HUMAN})),
    }
    assert merged[CHANNEL].readings == {WARM}
    assert seen().merge({}) == {}


def test_memory_outlives_a_restart() -> None:
    before, after = seen(), Sights()
    remembered = json.loads(json.dumps(before.memory()))
    after.recall(remembered)
    assert after.memory() == before.memory()
    parts = {DEVICE: Part(ref=DEVICE), ZONE: Part(ref=ZONE), HOST_PART: Part(ref=HOST_PART)}
    assert after.merge(parts) == before.merge(parts)
    assert not after.note(CHANNEL, Detection.INTRUSION)


def test_forget() -> None:
    sights = seen()
    sights.forget("Dev-1")
    assert sights.of("Dev-1") == {}
    assert list(sights.memory()) == [""]
    assert sights.note(CHANNEL, Detection.INTRUSION)
    assert sights.parts("Dev-1")[CHANNEL] == Part(
        ref=CHANNEL, placement=Placement.CHILD, detections={Detection.INTRUSION: DetectionSpec()}
    )


def test_bounds() -> None:
    """Whoever sends events makes no more parts and entities than a real device would have."""
    sights = Sights()
    for number in range(1, 1000):
        sights.note(PartRef("d", PartKind.CHANNEL, number), Detection.MOTION)
        sights.note(PartRef("d", PartKind.CHANNEL, 1), Reading(Quantity.TEMPERATURE, f"region{number}"))
    assert len(sights.parts("d")) == MOST_PARTS
    assert len(sights.of("d")[PartRef("d", PartKind.CHANNEL, 1)]) == MOST_GATES
    assert sights.note(PartRef("d", PartKind.INPUT, 1), Detection.INPUT)
    for number in range(MOST_IN_ALL):
        sights.note(PartRef(f"d{number}", PartKind.DEVICE), Detection.RING)
    assert sum(len(gates) for device in sights.memory() for gates in sights.of(device).values()) == MOST_IN_ALL
    assert sights.refused > 0


@pytest.mark.parametrize(
    ("ref", "gate"),
    [
        (PartRef("d", PartKind.PARTITION, 1), Detection.BURGLARY),
        (PartRef("d", PartKind.CHANNEL, -1), Detection.MOTION),
        (PartRef("d", PartKind.CHANNEL, 70000), Detection.MOTION),
        (CHANNEL, Reading(Flag.OPEN)),
        (CHANNEL, Reading(Quantity.TEMPERATURE, "x" * 33)),
        (CHANNEL, Feature.REBOOT),
        (CHANNEL, SettingKey(Setting.DETECTION)),
    ],
)
def test_what_no_event_shows(ref: PartRef, gate: Any) -> None:
    sights = Sights()
    assert not sights.note(ref, gate)
    assert sights.memory() == {}


ENTRY = {"kind": "channel", "number": 1, "label": "", "gates": ["detection:motion"], "kept": [], "targets": {}}


@pytest.mark.parametrize(
    "memory",
    [
        None,
        [],
        "text",
        {"d": None},
        {"d": [None, 5, {}]},
        {5: [ENTRY]},
        {"d" * 200: [ENTRY]},
        {"d": [{**ENTRY, "kind": "host"}]},
        {"d": [{**ENTRY, "kind": []}]},
        {"d": [{**ENTRY, "number": True}]},
        {"d": [{**ENTRY, "number": "1"}]},
        {"d": [{**ENTRY, "label": 5}]},
        {"d": [{**ENTRY, "gates": "detection:motion"}]},
        {"d": [{**ENTRY, "gates": ["detection:none", "feature:reboot", "reading:colour:", "motion", 5, None, ""]}]},
    ],
)
def test_memory_that_does_not_fit(memory: Any) -> None:
    sights = Sights()
    sights.recall(memory)
    assert sights.memory() == {}


def test_memory_that_fits_in_part() -> None:
    sights = Sights()
    odd = {**ENTRY, "name": 5, "kept": "motion", "targets": {"motion": ["human", "ghost", 5], "none": ["human"]}}
    sights.recall({"d": [odd], "e": 5})
    ref = PartRef("d", PartKind.CHANNEL, 1)
    assert sights.parts("d")[ref].detections == {Detection.MOTION: DetectionSpec(targets=frozenset({Target.HUMAN}))}


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["kind", "number", "label", "name", "gates", "kept", "targets", "d"]), inner),
    ),
    max_leaves=20,
)


@settings(deadline=None)
@given(JSON)
def test_any_memory(memory: Any) -> None:
    sights = Sights()
    sights.recall(memory)
    sights.recall({"d": memory})
    sights.recall({"d": [memory]})
    again = Sights()
    again.recall(json.loads(json.dumps(sights.memory())))
    assert again.memory() == sights.memory()
