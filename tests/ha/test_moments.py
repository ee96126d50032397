"""What happens before there is an entity to tell it."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import override

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.events import Detected, Happened, Restructured
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST,
    HOST_PART,
    DetectionSpec,
    Part,
    PartKind,
    PartRef,
    Placement,
    Topology,
)
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_driver import ReadOnlyDriver, entity_id, topology

GATE = PartRef(HOST, PartKind.CHANNEL, 1)
LATER = PartRef(HOST, PartKind.CHANNEL, 2)


def channel(ref: PartRef, *detections: Detection) -> Part:
    return Part(
        ref=ref,
        name=f"Channel {ref.number}",
        placement=Placement.CHILD,
        features=frozenset({Feature.EVENTS}),
        detections=dict.fromkeys(detections, DetectionSpec()),
    )


BEFORE = topology((Part(ref=HOST_PART, name="Yard"), channel(GATE)))
AFTER = topology((Part(ref=HOST_PART, name="Yard"), channel(GATE, Detection.PLATE), channel(LATER, Detection.MOTION)))
FULL = topology((Part(ref=HOST_PART, name="Yard"), channel(GATE, Detection.PLATE)))


@dataclass(kw_only=True)
class Slow(ReadOnlyDriver):
    """A driver whose looks take until they are let go."""

    free: asyncio.Event = field(default_factory=asyncio.Event)

    @override
    async def discover(self) -> Topology:
        await self.free.wait()
        return await super().discover()


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.EVENT,)


@pytest.fixture
def driver() -> Slow:
    driver = Slow(topology=BEFORE)
    driver.free.set()
    return driver


@pytest.fixture(autouse=True)
async def entry(hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, driver: Slow) -> None:
    await fake_driver.start(hass, set_up, monkeypatch, driver)


def told(hass: HomeAssistant, part: PartRef, key: str) -> str | None:
    """Return the type of the last event."""
    state = hass.states.get(entity_id(hass, "event", part, key))
    assert state is not None
    kind = state.attributes["event_type"]
    return None if kind is None else str(kind)


async def settle(hass: HomeAssistant) -> None:
    await hass.async_block_till_done(wait_background_tasks=False)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=1))
    await hass.async_block_till_done(wait_background_tasks=False)


@pytest.mark.parametrize("slow", [False, True])
async def test_the_first_of_its_kind(hass: HomeAssistant, driver: Slow, slow: bool) -> None:
    driver.topology = AFTER
    if slow:
        driver.free.clear()
    driver.push(Restructured())
    driver.push(Detected(part=GATE, what=Detection.PLATE))
    driver.push(Detected(part=LATER, what=Detection.MOTION))
    await settle(hass)
    if slow:
        assert told(hass, GATE, "other_event") is None
        driver.free.set()
        await settle(hass)
    assert told(hass, GATE, "detection") == "plate"
    assert told(hass, LATER, "detection") == "motion"
    assert told(hass, GATE, "other_event") is None


async def test_what_is_known_does_not_wait(hass: HomeAssistant, driver: Slow) -> None:
    driver.topology = AFTER
    driver.push(Restructured())
    await settle(hass)
    driver.free.clear()
    driver.push(Restructured())
    driver.push(Detected(part=GATE, what=Detection.PLATE))
    driver.push(Happened(part=GATE, what="newWord"))
    assert told(hass, GATE, "detection") == "plate"
    assert told(hass, GATE, "other_event") == "other"


async def test_what_no_look_follows_is_told_at_once(hass: HomeAssistant, driver: Slow) -> None:
    driver.push(Detected(part=GATE, what=Detection.PLATE))
    assert told(hass, GATE, "other_event") == "other"


async def test_what_a_look_does_not_find_is_told_after_it(hass: HomeAssistant, driver: Slow) -> None:
    driver.free.clear()
    driver.push(Restructured())
    driver.push(Detected(part=GATE, what=Detection.PLATE))
    assert told(hass, GATE, "other_event") is None
    driver.free.set()
    await settle(hass)
    assert told(hass, GATE, "other_event") == "other"


async def test_not_everything_waits(hass: HomeAssistant, driver: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custom_components.ip_surveillance.moments._MOST", 1)
    driver.topology = FULL
    driver.free.clear()
    driver.push(Restructured())
    for _ in range(2):
        driver.push(Happened(part=GATE, what=Detection.PLATE.value))
    assert told(hass, GATE, "other_event") == "other"
    driver.free.set()
    await settle(hass)
    assert told(hass, GATE, "detection") == "plate"
