"""What models on a device see, as it is told over the alarm channel."""

import asyncio
from collections.abc import Callable
import json
from typing import Any

import pytest

from custom_components.ip_surveillance.protocol.analytics import TaskKind
from custom_components.ip_surveillance.protocol.driver import Want
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop.events import (
    HOLD,
    MODEL_UPDATED,
    PICTURE_ANALYSED,
    RECORDING_ANALYSED,
    Names,
)
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop.fading import Fading
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop.labels import Labels, read_labels
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop.parts import COUNT, MODEL, RUNNING
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop.rules import LINE_COUNT, OF_TARGET, REGION_COUNT
from custom_components.ip_surveillance.protocol.drivers.isapi.channels import ChannelMap
from custom_components.ip_surveillance.protocol.drivers.isapi.codec import VideoInput
from custom_components.ip_surveillance.protocol.drivers.isapi.events import AlertReader
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.events import (
    Detected,
    Event,
    Happened,
    Measured,
    Restructured,
)
from custom_components.ip_surveillance.protocol.model.parts import HOST_PART, PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.reduce import expire, reduce
from custom_components.ip_surveillance.protocol.model.state import State
from custom_components.ip_surveillance.protocol.model.vocabulary import Quantity, Reading
from tests.simulators.isapi.aiop.happenings import Sighting, model_updated, push, target

from .aiop_device import DOCK, GATE, HELMET, SECOND_ENGINE, TASK, VEHICLES, WATCH, platform, running
from .isapi_driver import CHANNEL, JPEG, until
from .test_isapi_push import listening

PERSONS = Reading(Quantity.COUNT, "person")
CARS = Reading(Quantity.COUNT, "vehicle")
SECOND = PartRef("", PartKind.CHANNEL, 2)
BEFORE_AND_AFTER = b'{"eventType":"VMD","eventState":"active","channelID":1}'


def detected(events: list[Event], part: PartRef = CHANNEL) -> list[Detected]:
    return [each for each in events if isinstance(each, Detected) and each.part == part and not each.follow_up]


def measured(events: list[Event], part: PartRef) -> list[Measured]:
    return [each for each in events if isinstance(each, Measured) and each.part == part]


def happened(events: list[Event], part: PartRef = HOST_PART) -> list[Happened]:
    return [each for each in events if isinstance(each, Happened) and each.part == part]


def pictures(events: list[Event]) -> list[bytes]:
    return [each.picture.data for each in events if isinstance(each, Detected | Happened) and each.picture]


# --- over sockets


async def test_a_rule_strikes() -> None:
    async with running() as (device, driver), listening(driver, device) as events:
        assert await device.see(rule=1, kind=1, confidence=875, attributes=[[1, 0, 930]]) == 1
        await until(lambda: pictures(events))
        (seen,) = detected(events)
        assert (seen.what, seen.region, seen.hold, seen.active) == (Detection.AI_RULE, 1, HOLD, True)
        assert seen.at is not None
        assert {name: seen.data[name] for name in ("rule", "rule_id", "trigger", "label", "confidence", "model")} == {
            "rule": "No helmet at the gate",
            "rule_id": 1,
            "trigger": "region_target",
            "label": "person",
            "confidence": 87.5,
            "model": "Helmet",
        }
        assert seen.data["task_id"] == WATCH
        assert seen.data["rect"] == [0.41, 0.35, 0.12, 0.3]
        assert seen.data["labels"] == {"person": 1}
        assert seen.data["properties"] == [
            {"attribute": 1, "name": "helmet", "value": 0, "value_name": "no helmet", "confidence": 93.0}
        ]
        assert len(detected(events, GATE)) == 1
        (counts,) = measured(events, CHANNEL)
        assert counts.readings == {PERSONS: 1, CARS: 0}
        assert len(pictures(events)) == 1


async def test_counting_rules_count_and_raise_no_alarm() -> None:
    async with running() as (device, driver), listening(driver, device) as events:
        await device.see(rule=2, kind=2)
        await device.see(rule=2, kind=2, step=4)
        await until(lambda: len(measured(events, VEHICLES)) == 2)
        assert [each.readings for each in measured(events, VEHICLES)] == [{COUNT: 1}, {COUNT: 5}]
        assert all(each.lasts is None for each in measured(events, VEHICLES))
        assert not detected(events)
        assert not detected(events, VEHICLES)


async def test_a_rule_that_tells_nobody_is_heard_once_it_may() -> None:
    async with running() as (device, driver), listening(driver, device) as events:
        assert await device.see(channel=2, rule=1) == 0
        await driver.set_linkage(DOCK, ["center"])
        assert await device.see(channel=2, rule=1) == 1
        await until(lambda: detected(events, DOCK))
        assert [each.region for each in detected(events, SECOND)] == [1]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"wrapped": True},
        {"as_text": True},
        {"wrapped": True, "as_text": True},
        {"channel": "1"},
        {"link": "content-id"},
        {"link": "filename", "before": True},
        {"link": "content-id", "before": True, "wrapped": True},
    ],
)
async def test_all_forms_of_an_event(form: dict[str, Any]) -> None:
    async with running() as (device, driver), listening(driver, device) as events:
        seen = Sighting(
            task=WATCH, mpid=HELMET, rule=1, trigger_type=OF_TARGET, targets=[target()], pictures=[JPEG], **form
        )
        await device.alert("VMD", 2)
        await push(device, seen)
        await device.alert("VMD", 2, active=False)
        await until(lambda: pictures(events) and len(detected(events, SECOND)) == 2)
        assert [(each.what, each.region) for each in detected(events)] == [(Detection.AI_RULE, 1)]
        assert len(detected(events, GATE)) == 1
        # A picture that comes first may seem to belong to the alert before it.
        assert pictures([each for each in events if isinstance(each, Detected) and each.part == CHANNEL]) == [JPEG]
        assert [each.what for each in detected(events, SECOND)] == [Detection.MOTION] * 2


async def test_of_two_pictures_the_first_is_shown() -> None:
    face = b"\xff\xd8\xff\xe0 face \xff\xd9"
    async with running() as (device, driver), listening(driver, device) as events:
        await push(device, Sighting(task=WATCH, rule=1, targets=[target()], pictures=[JPEG, face]))
        await device.alert("VMD", 2)
        await until(lambda: detected(events, SECOND))
        assert pictures(events) == [JPEG]


@pytest.mark.parametrize(
    ("event", "source"), [("AIOP_Polling_Snap", "aioppollingsnap"), ("aiop_polling_video", "aioppollingvideo")]
)
async def test_polling_tasks(event: str, source: str) -> None:
    async with running() as (device, driver), listening(driver, device) as events:
        await push(
            device, Sighting(event=event, channel=4, mpid=HELMET, preset=3, targets=[target(), target(2, 2, 400)])
        )
        await until(lambda: measured(events, PartRef("", PartKind.CHANNEL, 4)))
        (seen,) = detected(events, PartRef("", PartKind.CHANNEL, 4))
        assert seen.region is None
        assert (seen.data["label"], seen.data["preset"], seen.data["source"]) == ("person", 3, source)
        assert seen.data["labels"] == {"person": 1, "vehicle": 1}


async def test_results_of_pictures_come_as_events_of_the_device() -> None:
    async with running() as (device, driver), listening(driver, device) as events:
        platform(device).switches.url_faults["http://192.0.2.1/b.jpg"] = "improperPicSize"
        answer = await driver.analyse_pictures(1, HELMET, ["http://192.0.2.1/a.jpg", "http://192.0.2.1/b.jpg"])
        await until(lambda: len(happened(events)) == 2)
        good, bad = happened(events)
        assert good.what == bad.what == PICTURE_ANALYSED
        assert [each.data["picture_id"] for each in (good, bad)] == [each["picture_id"] for each in answer["pictures"]]
        assert (good.data["ok"], good.data["labels"], good.data["task_id"]) == (True, {"person": 1}, answer["task_id"])
        assert bad.data["ok"] is False
        assert good.data["targets"][0]["label"] == "person"
        assert not detected(events, HOST_PART)


async def test_results_of_recordings_are_no_alarms_of_now() -> None:
    async with running() as (device, driver), listening(driver, device) as events:
        span = {"beginTime": "2026-02-17 10:00:00", "endTime": "2026-02-17 12:00:00"}
        week = [{"week": 1, "beginTime": "7:00:00", "endTime": "9:00:00"}]
        options = {"engine": 1, "channel": [1], "recordTime": span, "TimeRange": week}
        await driver.create_task(TaskKind.HISTORY, options)
        await until(lambda: happened(events))
        (found,) = happened(events)
        assert (found.what, found.data["channel"], found.data["labels"]) == (RECORDING_ANALYSED, 1, {"person": 1})
        assert not detected(events)


async def test_what_the_platform_brings_later_is_passed_on() -> None:
    async with running() as (device, driver), listening(driver, device) as events:
        await push(device, Sighting(event="AIOP_Hologram", targets=[target()], pictures=[JPEG]))
        await until(lambda: happened(events, CHANNEL) and pictures(events))
        (found,) = happened(events, CHANNEL)
        assert found.what == "AIOP_Hologram"
        assert found.data["labels"] == {"type 1": 1}


@pytest.mark.parametrize("form", [{}, {"wrapped": True}])
async def test_a_model_was_updated(form: dict[str, bool]) -> None:
    async with running() as (device, driver), listening(driver, device) as events:
        await model_updated(device, **form)
        await until(lambda: Restructured() in events)
        (found,) = happened(events)
        assert (found.what, found.data["description"]) == (MODEL_UPDATED, "Model Packages Update")


async def test_a_retrained_model_is_rolled_out_to_an_engine() -> None:
    async with running() as (device, driver), listening(driver, device) as events:
        description = [{"type": 1, "name": "forklift"}]
        await driver.update_model(HELMET, name=None, url="http://192.0.2.1/new.bin", description=description)
        await until(lambda: [each for each in happened(events) if each.what == MODEL_UPDATED])
        await driver.discover()
        await driver.set_setting(SECOND_ENGINE, MODEL, "Helmet")
        await until(lambda: platform(device).engines[1].status == 1)
        await driver.discover()
        assert driver.topology
        assert Reading(Quantity.COUNT, "forklift") in driver.topology.parts[CHANNEL].readings
        await push(device, Sighting(task=WATCH, rule=1, targets=[target()]))
        await until(lambda: detected(events))
        assert detected(events)[0].data["label"] == "forklift"


async def test_counts_fall_back_to_nothing() -> None:
    async with running() as (device, driver):
        driver.fading = Fading(driver.tell, hold=0.05)
        async with listening(driver, device) as events:
            await device.see(rule=1)
            await until(lambda: len(measured(events, CHANNEL)) == 2)
            assert [each.readings for each in measured(events, CHANNEL)] == [
                {PERSONS: 1, CARS: 0},
                {PERSONS: 0, CARS: 0},
            ]


async def test_no_timer_is_left_behind() -> None:
    told: list[Event] = []
    fading = Fading(told.append, hold=0.02)
    emit = fading.through(told.append)
    for number in (1, 2, 2):
        emit(Measured(part=CHANNEL, readings={PERSONS: number}))
    emit(Measured(part=SECOND, readings={PERSONS: 0}))
    emit(Measured(part=SECOND, readings={Reading(Quantity.PEOPLE): 5}))
    emit(Restructured())
    fading.close()
    await asyncio.sleep(0.05)
    assert len(told) == 6


async def test_a_silent_camera_tells_whether_its_task_runs() -> None:
    async with running("ai_camera") as (device, driver):
        platform(device).tasks[WATCH].pinned = 2
        polled = await driver.poll({Want(TASK)})
        assert polled.readings[TASK, RUNNING] is False


# --- documents


def reader(names: Names | None = None) -> AlertReader:
    found = AlertReader(ChannelMap([VideoInput(number=1), VideoInput(number=2)]))
    found.names = names
    return found


def body(event: str = "AIOP_Video", **more: Any) -> bytes:
    document = {"eventType": event, "eventState": "active", "channelID": 1, "dateTime": "2026-02-01T10:00:00+00:00"}
    return json.dumps(document | more).encode()


def strike(**rule: Any) -> dict[str, Any]:
    return {"events": {"alertInfo": [{"ruleInfo": rule}]}}


def test_events_of_a_device_whose_platform_is_not_known() -> None:
    (event,) = reader().read(body(AIOPData={"targets": [{"obj": {"type": 3, "confidence": "640"}}]}))
    assert isinstance(event, Detected)
    assert (event.part, event.what, event.data["label"], event.data["confidence"]) == (
        CHANNEL,
        Detection.AI_RULE,
        "type 3",
        64.0,
    )


def test_an_event_without_anything_of_the_model_is_an_alarm_all_the_same() -> None:
    (event,) = reader().read(body())
    assert isinstance(event, Detected)
    assert event.data == {"source": "aiopvideo"}
    (ended,) = reader().read(body(eventState="inactive"))
    assert isinstance(ended, Detected)
    assert not ended.active


def test_an_event_of_a_new_kind_keeps_what_it_says() -> None:
    (event,) = reader().read(body("AIOP_Hologram", depth=3))
    assert isinstance(event, Happened)
    assert (event.part, event.what, event.data) == (CHANNEL, "AIOP_Hologram", {"source": "aiophologram", "depth": 3})


def test_the_model_is_known_by_the_task_where_the_event_does_not_tell() -> None:
    names = Names(
        labels={"m": Labels(targets={3: "fox"})},
        models={"m": "Animals"},
        running={("t", 1): "m"},
        counted={1: frozenset({"fox", "hen"})},
    )
    seen, counts = reader(names).read(
        body(taskID="t", AIOPData={"targets": [{"obj": {"type": 3}}, {"obj": {"type": 3, "visible": 0}}]})
    )
    assert isinstance(seen, Detected)
    assert (seen.data["label"], seen.data["model"], seen.data["labels"]) == ("fox", "Animals", {"fox": 1})
    assert isinstance(counts, Measured)
    assert counts.readings == {Reading(Quantity.COUNT, "fox"): 1, Reading(Quantity.COUNT, "hen"): 0}


def test_nobody_is_no_alarm_but_a_count() -> None:
    names = Names(running={("t", 1): "m"}, counted={1: frozenset({"fox"})})
    (counts,) = reader(names).read(body("AIOP_Polling_Snap", taskID="t", AIOPData={"width": "1", "targets": []}))
    assert isinstance(counts, Measured)
    assert counts.readings == {Reading(Quantity.COUNT, "fox"): 0}
    (strange,) = reader().read(body(AIOPData={"quite": "different"}))
    assert isinstance(strange, Detected)


@pytest.mark.parametrize(
    ("others", "parts"), [((), [CHANNEL, GATE]), ((PartRef("", PartKind.RULE, 1, "t.1"),), [CHANNEL])]
)
def test_a_rule_without_its_task(others: tuple[PartRef, ...], parts: list[PartRef]) -> None:
    names = Names(rules={GATE: "Gate", DOCK: "Dock", **dict.fromkeys(others)})
    events = reader(names).read(body(AIOPData=strike(ruleID=1, triggerType=OF_TARGET)))
    assert [each.part for each in events if isinstance(each, Detected)] == parts


def test_several_rules_at_once_and_the_surest_target() -> None:
    data = {
        "targets": [{"obj": {"type": 1, "confidence": 300}}, {"obj": {"type": 2, "confidence": 900}}],
        "events": {"alertInfo": [{"ruleInfo": {"ruleID": "5"}}, {"ruleInfo": {"ruleID": 6, "movDir": 2}}]},
    }
    first, second = reader().read(body(AIOPData=data))
    assert isinstance(first, Detected)
    assert isinstance(second, Detected)
    assert (first.region, second.region) == (5, 6)
    assert first.data["target_type"] == second.data["target_type"] == 2
    assert second.data["direction"] == "left_to_right"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (strike(ruleID=2, triggerType=LINE_COUNT, count=7), [Happened]),
        (strike(ruleID=2, triggerType=REGION_COUNT, targetNum="7"), [Happened]),
        (strike(ruleID=2, count=7), [Happened]),
        (strike(ruleID=2, triggerType=LINE_COUNT), [Detected]),
        (strike(ruleID=2, triggerType=OF_TARGET, count=2), [Detected]),
    ],
)
def test_what_counts_of_a_rule_that_is_not_known(data: dict[str, Any], told: list[type]) -> None:
    events = reader().read(body(AIOPData=data))
    assert [type(each) for each in events] == told
    assert all(each.data["rule_id"] == 2 for each in events if isinstance(each, Happened | Detected))


def test_an_alarm_of_a_rule_goes_on_for_its_hold_and_another_rule_is_news() -> None:
    read = reader()
    state = State()
    moments: list[Happened] = []
    for now, rule in ((0.0, 1), (5.0, 1), (6.0, 2), (14.0, 1)):
        for event in read.read(body(AIOPData=strike(ruleID=rule, triggerType=OF_TARGET))):
            step = reduce(state, event, now)
            state = step.state
            moments += step.happened
    assert [each.data["region"] for each in moments] == [1, 2]
    assert expire(state, 14.0 + HOLD + 1).state.device(CHANNEL).alarms == {}


def test_a_channel_that_is_not_ours() -> None:
    (event,) = reader().read(body(channelID=77, AIOPData={"targets": []}))
    assert isinstance(event, Happened)
    assert event.part == HOST_PART


HOSTILE: list[Callable[[], Any]] = [
    lambda: "not json {",
    lambda: "[" * 5000,
    lambda: {"targets": [{"obj": {"confidence": 1e308, "rect": {"x": "nan"}}}] * 500},
    lambda: {"targets": {"obj": []}, "events": 5},
    lambda: {"events": {"alertInfo": [[], None, {"ruleInfo": [{"ruleID": 10**30}, {"ruleID": True}]}]}},
    lambda: [1, 2, {"targets": []}],
    lambda: None,
]


@pytest.mark.parametrize("data", HOSTILE)
def test_hostile_data_hurts_nobody(data: Callable[[], Any]) -> None:
    read = reader()
    assert len(read.read(BEFORE_AND_AFTER)) == 1
    for event in read.read(body(AIOPData=data())):
        assert len(json.dumps(event.data)) < 65536 if isinstance(event, Detected | Happened) else event
    assert len(read.read(BEFORE_AND_AFTER)) == 1
    assert read.counts.bad == 0


@pytest.mark.parametrize(
    ("description", "targets"),
    [
        ([{"type": 1, "name": "a"}, {"type": 2, "name": "b"}], {1: "a", 2: "b"}),
        ('[{"type": "1", "label": "a"}]', {1: "a"}),
        ({"classes": {"1": "a", "2": "b"}}, {1: "a", 2: "b"}),
        ({"model": {"labels": ["a", "b"]}}, {1: "a", 2: "b"}),
        ([{"targets": [{"targetType": 5, "targetName": "e", "properties": [{"type": 1, "name": "x"}]}]}], {5: "e"}),
        ("no description", {}),
        ("{broken", {}),
        (None, {}),
        ([{}], {}),
        ([{"type": True, "name": "a"}, {"type": 1, "name": 5}, {"type": 1, "name": "  "}], {}),
        ([{"type": 1, "name": "x" * 100}], {1: "x" * 32}),
    ],
)
def test_labels_in_any_shape(description: object, targets: dict[int, str]) -> None:
    assert read_labels(description).targets == targets


def test_attributes_and_their_values() -> None:
    labels = read_labels(
        [
            {
                "type": 1,
                "name": "person",
                "properties": [{"attrType": 4, "attrName": "x", "name": "coat", "values": {"0": "red", "1": "blue"}}],
            }
        ]
    )
    assert labels.attributes == {4: "coat"}
    assert labels.values == {(4, 0): "red", (4, 1): "blue"}
