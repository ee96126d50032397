"""Event entities: every start of an alarm and every other word of a device, each told once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from homeassistant.components.image import async_get_image
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.ip_surveillance.protocol.model.detections import Detection, Target
from custom_components.ip_surveillance.protocol.model.events import Detected, Disconnected, Event, Happened
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST,
    HOST_PART,
    DetectionSpec,
    Part,
    PartKind,
    PartRef,
)
from custom_components.ip_surveillance.protocol.model.state import Picture
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_driver import FakeDriver, entity_id, topology
from tests.simulators.isapi import IsapiSimulator

type Start = Callable[..., Awaitable[MockConfigEntry]]

CHANNEL = PartRef(HOST, PartKind.CHANNEL, 1)
INPUT = PartRef(HOST, PartKind.INPUT, 1)
AT = datetime(2026, 10, 20, 12, 30, tzinfo=UTC)
PARTS = (
    Part(
        ref=HOST_PART,
        name="Yard",
        features=frozenset({Feature.EVENTS}),
        detections={Detection.DISK_FULL: DetectionSpec()},
    ),
    Part(
        ref=CHANNEL,
        features=frozenset({Feature.EVENTS}),
        detections={
            Detection.MOTION: DetectionSpec(targets=frozenset({Target.HUMAN})),
            Detection.LINE_CROSSING: DetectionSpec(),
        },
    ),
    Part(ref=INPUT, detections={Detection.INPUT: DetectionSpec()}),
)


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.EVENT,)


@pytest.fixture
async def driver(hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch) -> FakeDriver:
    driver = FakeDriver(topology=topology(PARTS))
    await fake_driver.start(hass, set_up, monkeypatch, driver)
    return driver


def shown(hass: HomeAssistant, part: PartRef, key: str) -> State:
    state = hass.states.get(entity_id(hass, "event", part, key))
    assert state is not None
    return state


def told(hass: HomeAssistant, part: PartRef, key: str) -> dict[str, Any]:
    """What the entity says of its last event, without what all entities say."""
    attributes = dict(shown(hass, part, key).attributes)
    return {name: value for name, value in attributes.items() if name not in ("event_types", "friendly_name")}


async def test_there_is_one_for_each_kind_of_part(hass: HomeAssistant, driver: FakeDriver) -> None:
    assert sorted(hass.states.async_entity_ids("event")) == [
        "event.yard_detection",
        "event.yard_other_event",
        "event.yard_other_system_event",
        "event.yard_system_alarm",
    ]
    assert shown(hass, CHANNEL, "detection").attributes["event_types"] == ["line_crossing", "motion"]
    assert shown(hass, HOST_PART, "system_alarm").attributes["event_types"] == ["disk_full"]
    assert {state.state for state in hass.states.async_all("event")} == {"unknown"}


async def test_an_alarm_is_told_with_all_that_came_with_it(hass: HomeAssistant, driver: FakeDriver) -> None:
    driver.push(
        Detected(
            part=CHANNEL,
            what=Detection.MOTION,
            target=Target.HUMAN,
            region=2,
            at=AT,
            picture=Picture(b"jpeg"),
            data={"rule": "gate", "event_type": "hostile", "friendly_name": "hostile"},
        )
    )
    assert told(hass, CHANNEL, "detection") == {
        "event_type": "motion",
        "target": "human",
        "region": 2,
        "rule": "gate",
        "device_time": AT.isoformat(),
        "picture": True,
    }
    assert shown(hass, CHANNEL, "other_event").state == "unknown"


async def test_an_alarm_that_goes_on_is_told_once(hass: HomeAssistant, driver: FakeDriver) -> None:
    changes = async_capture_events(hass, "state_changed")
    alarm = Detected(part=CHANNEL, what=Detection.MOTION)
    for event in (alarm, alarm, replace(alarm, active=False), alarm):
        driver.push(event)
    await hass.async_block_till_done()
    assert len(changes) == 2


@pytest.mark.parametrize(
    "event",
    [
        Happened(part=CHANNEL, what="thunder", data={"level": 3, "event": "hostile"}),
        Happened(part=CHANNEL, what="disk_full", data={"level": 3}),
        Detected(part=CHANNEL, what=Detection.FALL, data={"level": 3}),
    ],
)
async def test_what_no_detection_names_is_told_too(hass: HomeAssistant, driver: FakeDriver, event: Event) -> None:
    driver.push(event)
    word = event.what if isinstance(event, Happened) else "fall"
    assert told(hass, CHANNEL, "other_event") == {"event_type": "other", "event": word, "level": 3}
    assert shown(hass, CHANNEL, "detection").state == "unknown"
    assert shown(hass, HOST_PART, "other_event").state == "unknown"


async def test_a_system_alarm_is_told_by_the_device(hass: HomeAssistant, driver: FakeDriver) -> None:
    driver.push(Detected(part=HOST_PART, what=Detection.DISK_FULL))
    assert told(hass, HOST_PART, "system_alarm") == {"event_type": "disk_full"}
    assert shown(hass, HOST_PART, "other_event").state == "unknown"


async def test_a_detection_that_appears_later_is_a_type(hass: HomeAssistant, driver: FakeDriver) -> None:
    entry = hass.config_entries.async_entries("ip_surveillance")[0]
    parts = {**driver.topology.parts}
    parts[CHANNEL] = replace(parts[CHANNEL], detections={**parts[CHANNEL].detections, Detection.FALL: DetectionSpec()})
    driver.topology = replace(driver.topology, parts=parts)
    await entry.runtime_data.state.async_rediscover()
    driver.push(Detected(part=CHANNEL, what=Detection.FALL))
    assert told(hass, CHANNEL, "detection")["event_type"] == "fall"


async def test_unavailable_while_the_device_cannot_tell(hass: HomeAssistant, driver: FakeDriver) -> None:
    driver.push(Disconnected(reason="gone"))
    assert {state.state for state in hass.states.async_all("event")} == {"unavailable"}


async def test_nothing_is_told_after_unload(hass: HomeAssistant, driver: FakeDriver) -> None:
    entry = hass.config_entries.async_entries("ip_surveillance")[0]
    coordinator = entry.runtime_data.state
    assert await hass.config_entries.async_unload(entry.entry_id)
    changes = async_capture_events(hass, "state_changed")
    coordinator.async_apply(Detected(part=CHANNEL, what=Detection.MOTION))
    await hass.async_block_till_done()
    assert changes == []
    coordinator.async_apply(Detected(part=CHANNEL, what=Detection.MOTION, active=False))


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not done():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("platforms", [(Platform.EVENT, Platform.IMAGE)])
async def test_a_real_camera_tells_and_shows_what_it_saw(
    hass: HomeAssistant,
    device: IsapiSimulator,
    setup_entry: MockConfigEntry,
    platforms: tuple[Platform, ...],
) -> None:
    entry = setup_entry
    await until(lambda: device.streams > 0 and entry.runtime_data.state.data.pushing)
    await device.alert("linedetection", 1, target="human", region=1, picture=True)
    found = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    (event,) = (each.entity_id for each in found if each.unique_id.endswith("_channel1_detection"))
    (image,) = (each.entity_id for each in found if each.domain == "image")
    await until(lambda: all(hass.states.get(each).state != "unknown" for each in (event, image)))  # type: ignore[union-attr]
    state = hass.states.get(event)
    assert state is not None
    assert state.attributes["event_type"] == "line_crossing"
    assert state.attributes["target"] == "human"
    assert (await async_get_image(hass, image)).content.startswith(b"\xff\xd8")
