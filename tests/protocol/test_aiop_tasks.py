"""Work for the engines: listing, giving, changing, taking away, over sockets."""

import asyncio
from typing import Any

import pytest

from custom_components.ip_surveillance.protocol.analytics import TaskKind
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop.parts import task_ref
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop.tasks import (
    ROWS,
    Task,
    edit_document,
    failed_channels,
    new_document,
    with_blank,
)
from custom_components.ip_surveillance.protocol.errors import NotSupported, Rejected
from custom_components.ip_surveillance.protocol.model.events import Restructured
from custom_components.ip_surveillance.protocol.model.parts import PartKind
from custom_components.ip_surveillance.protocol.model.vocabulary import TaskStatus

from .aiop_device import HELMET, PARCEL, ROUND, WATCH, parts, platform, refuse, running, told
from .isapi_driver import until

URLS = ("http://192.0.2.1/a.jpg", "http://192.0.2.1/b.jpg")
MORNING = [{"week": 1, "beginTime": "7:00:00", "endTime": "9:00:00"}]
SPAN = {"beginTime": "2026-02-17T10:00:00", "endTime": "2026-02-17T12:00:00"}
OPTIONS: dict[TaskKind, dict[str, Any]] = {
    TaskKind.VIDEO: {"engine": 1, "channel": [1], "alertInterval": 0.5},
    TaskKind.VIDEO_POLLING: {"engine": 1, "channels": [1, 2], "pollingTime": 30},
    TaskKind.PICTURE_POLLING: {"engine": 1, "channel": 1},
    TaskKind.PICTURE: {"engine": 1, "urls": [{"PID": "a", "URL": URLS[0]}], "pictureType": "url"},
    TaskKind.HISTORY: {"engine": 1, "channel": [1], "recordTime": SPAN, "timerange": MORNING},
}


async def test_all_tasks_are_listed() -> None:
    async with running() as (_, driver):
        answer = await driver.tasks()
        watch, round_ = answer["tasks"]
        assert (watch["task_id"], watch["kind"], watch["status"]) == (WATCH, "video", "running")
        assert (watch["engine"], watch["channels"], watch["frameRate"]) == (1, [1, 2], 2500)
        assert watch["EventTrigger"] == [{"notificationMethod": "center"}]
        assert (round_["kind"], round_["pollingTime"]) == ("picture_polling", 60)
        assert await driver.tasks(TaskKind.HISTORY) == {"tasks": []}
        assert [each["task_id"] for each in (await driver.tasks(TaskKind.VIDEO))["tasks"]] == [WATCH]


async def test_kinds_that_a_device_lacks() -> None:
    async with running("ai_camera") as (_, driver):
        assert len((await driver.tasks())["tasks"]) == 1
        with pytest.raises(NotSupported):
            await driver.tasks(TaskKind.HISTORY)
        with pytest.raises((NotSupported, Rejected)):
            await driver.create_task(TaskKind.HISTORY, OPTIONS[TaskKind.HISTORY])


@pytest.mark.parametrize("kind", TaskKind)
async def test_a_task_of_each_kind_comes_and_goes(kind: TaskKind) -> None:
    async with running() as (device, driver):
        events = told(driver)
        answer = await driver.create_task(kind, OPTIONS[kind])
        task_id = answer["task_id"]
        assert answer == {"task_id": task_id, "kind": kind.value, "failed_channels": []}
        assert len(task_id) == 64
        assert platform(device).tasks[task_id].kind == kind.value
        assert events == [Restructured()]
        await driver.discover()
        assert task_ref(task_id) in {each.ref for each in parts(driver, PartKind.TASK)}
        assert await driver.delete_task(kind, task_id) == {"task_id": task_id, "kind": kind.value}
        assert task_id not in platform(device).tasks
        await driver.discover()
        assert task_ref(task_id) not in {each.ref for each in parts(driver, PartKind.TASK)}


async def test_what_lacks_is_filled_in_from_what_the_device_offers() -> None:
    async with running() as (device, driver):
        answer = await driver.create_task(TaskKind.VIDEO_POLLING, {"engine": 1, "channel": [2]})
        assert platform(device).tasks[answer["task_id"]].fields == {"frameRate": 2500, "pollingTime": 60}


async def test_channels_that_could_not_be_taken_are_named() -> None:
    async with running() as (device, driver):
        platform(device).switches.failing_channels = {2}
        answer = await driver.create_task(TaskKind.VIDEO, {"engine": 1, "channel": [1, 2]})
        assert answer["failed_channels"] == [2]
        with pytest.raises(Rejected) as caught:
            await driver.create_task(TaskKind.VIDEO, {"engine": 1, "channel": [2]})
        assert caught.value.code == "operateFailed"


async def test_an_edit_keeps_what_is_not_given() -> None:
    async with running() as (device, driver):
        before = dict(platform(device).tasks[WATCH].fields)
        answer = await driver.edit_task(TaskKind.VIDEO, WATCH, {"alertInterval": 0.5})
        assert answer["task"]["alertInterval"] == 0.5
        assert answer["failed_channels"] == []
        after = platform(device).tasks[WATCH]
        assert after.fields == {**before, "alertInterval": 0.5}
        assert after.channels == [1, 2]
        await driver.edit_task(TaskKind.PICTURE_POLLING, ROUND, {"channel": [1], "pollingTime": 120})
        assert platform(device).tasks[ROUND].channels == [1]


@pytest.mark.parametrize("iso", [False, True])
async def test_recorded_video_in_either_spelling_of_times_and_ids(iso: bool) -> None:
    async with running() as (device, driver):
        platform(device).switches.iso_times = iso
        platform(device).switches.history_id = "taskID" if iso else "taskId"
        answer = await driver.create_task(TaskKind.HISTORY, OPTIONS[TaskKind.HISTORY])
        kept = platform(device).tasks[answer["task_id"]].fields["recordTime"]
        assert isinstance(kept, dict)
        assert str(kept["beginTime"])[10] == ("T" if iso else " ")


@pytest.mark.parametrize(
    ("kind", "options", "code"),
    [
        (TaskKind.VIDEO, {"channel": [1]}, "messageParametersLack"),
        (TaskKind.VIDEO, {"engine": 9, "channel": [1]}, "badParameters"),
        (TaskKind.VIDEO, {"engine": 1, "channel": [77]}, "badParameters"),
        (TaskKind.VIDEO, {"engine": "x", "channel": [1]}, "badParameters"),
        (TaskKind.VIDEO, {"engine": 2, "channel": [1]}, "engineUnLoadingModelPackage"),
        (TaskKind.VIDEO, {"engine": 1, "channel": [1], "taskID": "short"}, "invalidTaskID"),
        (TaskKind.VIDEO, {"engine": 1, "channel": [1], "taskID": "x" * 65}, "invalidTaskID"),
        (TaskKind.VIDEO, {"engine": 1, "channel": [1], "nonsense": 1}, "badJsonContent"),
        (TaskKind.VIDEO, {str(number): number for number in range(80)}, "badParameters"),
        (TaskKind.PICTURE, {"engine": 1, "URLs": "x"}, "badParameters"),
        (TaskKind.HISTORY, {"engine": 1, "channel": [1]}, "messageParametersLack"),
    ],
)
async def test_tasks_that_cannot_be(kind: TaskKind, options: dict[str, Any], code: str) -> None:
    async with running() as (device, driver):
        before = set(platform(device).tasks)
        with pytest.raises(Rejected) as caught:
            await driver.create_task(kind, options)
        assert caught.value.code in (code, "badParameters")
        assert set(platform(device).tasks) == before


async def test_edits_that_cannot_be() -> None:
    async with running() as (device, driver):
        with pytest.raises(Rejected) as caught:
            await driver.edit_task(TaskKind.VIDEO, WATCH, {"engine": 2})
        assert caught.value.details == ("engine",)
        with pytest.raises(Rejected) as caught:
            await driver.edit_task(TaskKind.VIDEO, "z" * 64, {"channel": [1]})
        assert caught.value.code == "invalidTaskID"
        with pytest.raises(Rejected):
            await driver.delete_task(TaskKind.VIDEO, "z" * 64)
        platform(device).tasks[WATCH].undeletable = True
        with pytest.raises(Rejected) as caught:
            await driver.delete_task(TaskKind.VIDEO, WATCH)
        assert caught.value.code == "deleteTaskFailed"


async def test_no_more_tasks() -> None:
    async with running() as (device, driver):
        refuse(device, "videoTask", "taskNumberOverflow", method="POST")
        with pytest.raises(Rejected) as caught:
            await driver.create_task(TaskKind.VIDEO, OPTIONS[TaskKind.VIDEO])
        assert caught.value.code == "taskNumberOverflow"


# --- pictures


async def test_pictures_are_looked_at_and_the_task_is_no_part() -> None:
    async with running() as (device, driver):
        answer = await driver.analyse_pictures(1, HELMET, URLS)
        assert [each["url"] for each in answer["pictures"]] == list(URLS)
        assert len({each["picture_id"] for each in answer["pictures"]}) == 2
        assert answer["task_id"] in platform(device).tasks
        listed = await driver.tasks(TaskKind.PICTURE)
        assert [each["task_id"] for each in listed["tasks"]] == [answer["task_id"]]
        await driver.discover()
        assert task_ref(answer["task_id"]) not in {each.ref for each in parts(driver, PartKind.TASK)}
        await until(lambda: not platform(device).tasks[answer["task_id"]].unfinished)


@pytest.mark.parametrize(
    ("engine", "model", "urls", "code"),
    [
        (1, PARCEL, URLS, "engineWithModelPackage"),
        (2, HELMET, URLS, "engineUnLoadingModelPackage"),
        (9, HELMET, URLS, "badParameters"),
        (1, HELMET, (), "exceedImagesNumber"),
        (1, HELMET, URLS * 51, "exceedImagesNumber"),
        (1, HELMET, ("javascript:x",), "badParameters"),
    ],
)
async def test_pictures_that_cannot_be_looked_at(engine: int, model: str, urls: tuple[str, ...], code: str) -> None:
    async with running() as (device, driver):
        before = len(platform(device).tasks)
        with pytest.raises(Rejected) as caught:
            await driver.analyse_pictures(engine, model, urls)
        assert caught.value.code == code
        assert len(platform(device).tasks) == before


async def test_a_picture_that_cannot_be_fetched() -> None:
    async with running() as (device, driver):
        platform(device).switches.url_faults[URLS[0]] = "URLDownloadFailed"
        with pytest.raises(Rejected) as caught:
            await driver.analyse_pictures(1, HELMET, URLS)
        assert caught.value.code == "URLDownloadFailed"


# --- documents


def test_names_of_fields_may_be_spelled_as_people_do() -> None:
    row = ROWS[TaskKind.VIDEO]
    sent = new_document(row, {"ENGINE": 1, "Channels": "1,3", "framerate": 1000, "TimeRange": {"week": 1}}, {})
    del sent["taskID"]
    assert sent == {"engine": 1, "channel": [1, 3], "frameRate": 1000, "TimeRange": [{"week": 1}]}


def test_limits_in_either_spelling() -> None:
    row = ROWS[TaskKind.VIDEO_POLLING]
    sent = new_document(row, {"engine": 1, "channel": 1}, {"frameRate": {"opt": [500]}, "pollingTime": {"@def": 1}})
    assert (sent["frameRate"], sent["pollingTime"]) == (500, 60)


def test_an_edit_of_what_the_device_spells_otherwise() -> None:
    task = Task(task_id="x", kind=TaskKind.VIDEO, fields={"FrameRate": 2500, "TimeRange": None, "private": 1})
    assert edit_document(ROWS[TaskKind.VIDEO], task, {"channel": [2]}) == {"frameRate": 2500, "channel": [2]}


def test_times_of_recordings() -> None:
    document = {"recordTime": {"beginTime": "2026-02-17 10:00:00", "endTime": 5}}
    assert with_blank(document, blank=False) == {"recordTime": {"beginTime": "2026-02-17T10:00:00", "endTime": 5}}
    assert with_blank({"channel": [1]}, blank=True) == {"channel": [1]}


@pytest.mark.parametrize(
    ("answer", "failed"),
    [(None, []), ({}, []), ({"channelID": [2, "3"]}, [2, 3]), ({"channelID": 4}, [4]), ({"channelID": "5,6"}, [5, 6])],
)
def test_channels_that_failed(answer: object, failed: list[int]) -> None:
    assert failed_channels(answer) == failed


async def test_statuses_of_a_task() -> None:
    async with running() as (device, driver):
        for number, status in enumerate(TaskStatus):
            platform(device).tasks[WATCH].pinned = number
            listed = await driver.tasks(TaskKind.VIDEO)
            assert listed["tasks"][0]["status"] in set(TaskStatus), status


async def test_two_edits_at_once_lose_nothing() -> None:
    async with running() as (device, driver):
        await asyncio.gather(
            driver.edit_task(TaskKind.VIDEO, WATCH, {"alertInterval": 0.5}),
            driver.edit_task(TaskKind.VIDEO, WATCH, {"alarmTargetOverlay": False}),
        )
        fields = platform(device).tasks[WATCH].fields
        assert (fields["alertInterval"], fields["alarmTargetOverlay"]) == (0.5, False)
