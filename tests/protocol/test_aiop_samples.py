"""All messages that the guide of the platform shows, as printed and as meant, through what reads or writes them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
import json
from pathlib import Path
from typing import Any

import pytest

from custom_components.ip_surveillance.errors import MODEL_REFUSAL_KEYS
from custom_components.ip_surveillance.protocol.analytics import NewModel, TaskKind
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop import (
    caps,
    engines,
    linkage,
    models,
    references,
    rules,
    tasks,
)
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop.events import MODEL_UPDATED
from custom_components.ip_surveillance.protocol.drivers.isapi.channels import ChannelMap
from custom_components.ip_surveillance.protocol.drivers.isapi.codec import VideoInput
from custom_components.ip_surveillance.protocol.drivers.isapi.events import AlertReader
from custom_components.ip_surveillance.protocol.errors import BadAnswer, Rejected
from custom_components.ip_surveillance.protocol.hikvision.status import error_of, interpret, parse_status
from custom_components.ip_surveillance.protocol.hikvision.status_names import MODEL_NAMES
from custom_components.ip_surveillance.protocol.model.events import Happened, Restructured
from custom_components.ip_surveillance.protocol.model.vocabulary import EngineStatus, TaskStatus
from custom_components.ip_surveillance.protocol.transport import loose_json

SAMPLES = Path(__file__).parent / "aiop_samples"
TASK_ID = "0123456789abcdef" * 4
MPID = "4567defghigk"
DESCRIPTION = [{"type": 1, "name": "helmet"}]

type Document = dict[str, Any]
type Read = Callable[[Document], object]
VALUES = {rules.ENABLED: True, rules.SENSITIVITY: 80.0, rules.DURATION: 5.0, rules.INTERVAL: 3.0, rules.OVERLAY: True}


class Unreadable:
    """A printed message that is too broken to be read: it is refused, and nothing else happens."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What reads or writes a message, and what comes of it."""

    read: Read
    meant: object
    printed: object = Unreadable


def read_abilities(document: Document) -> object:
    found = caps.read_abilities(document)
    return None if found is None else set(found.flags)


def read_engine(document: Document) -> object:
    found = engines.read_engine(document, 3)
    return found and (found.number, found.status, found.model_id, found.model_name, found.labels.of(1))


def read_engines(document: Document) -> object:
    return [(each.number, each.status, each.model_id, each.labels.of(1)) for each in engines.read_engines(document)]


def read_models(document: Document) -> object:
    return [
        (each.model_id, each.name, each.status, each.engines, each.labels.of(1))
        for each in models.read_models(document)
    ]


def read_rules(document: Document) -> object:
    return [
        (rule.number, rule.name, rule.trigger, {key: knob_value(document, rule.number, key) for key in rule.settings})
        for rule in rules.read_rules(document)
    ]


def knob_value(document: Document, rule: int, key: Any) -> object:
    knob = rules.knob_of(document, rule, key)
    return knob and knob.read(document, rule)


def listed(kind: TaskKind) -> Read:
    def read(document: Document) -> object:
        found = tasks.read_tasks(kind, document)
        return [(each.task_id, each.status, each.engine, each.channels, sorted(each.fields)) for each in found]

    return read


def given(kind: TaskKind) -> Read:
    """A task that is given as the guide shows it goes out as it is, with an id where it has none."""

    def write(document: Document) -> object:
        sent = tasks.new_document(tasks.ROWS[kind], document, {})
        return {**sent, "taskID": sent["taskID"] == TASK_ID}

    return write


def edited(kind: TaskKind) -> Read:
    """All that the guide shows in an edit can be changed, and is sent."""

    def write(document: Document) -> object:
        task = tasks.Task(task_id=TASK_ID, kind=kind)
        return tasks.edit_document(tasks.ROWS[kind], task, document)

    return write


def limits(kind: TaskKind, options: Mapping[str, Any]) -> Read:
    """What a document of capabilities refuses, and what it fills in."""

    def read(document: Document) -> object:
        row = tasks.ROWS[kind]
        sent = tasks.new_document(row, options, document)
        with pytest.raises(Rejected, match="no such engine"):
            tasks.new_document(row, {**options, "engine": 9}, document)
        return {name: sent[name] for name in row.defaults}

    return read


def same(build: Callable[[Document], object]) -> Read:
    """What is built from a sample's own values is the sample."""

    def write(document: Document) -> object:
        return build(document) == document

    return write


def install(document: Document) -> object:
    model = NewModel(
        name=document["MPName"] or "?",
        url=document.get("URL"),
        model_id=document["MPID"],
        engines=tuple(document["engine"]),
        description=document["description"],
    )
    sent = models.install_document(model, (1, 2, 3, 4))
    # Without an id it gets one of its own.
    return sent if document["MPID"] else {**sent, "MPID": len(sent["MPID"]) == 64}


def updated(document: Document) -> object:
    return models.update_document(
        document["MPID"], document["MPName"] or None, document["URL"] or None, document["description"]
    )


def upload(document: Document) -> object:
    info = document["AITargetBPInfo"]
    sent = references.upload_document(info["pictureName"], info["PictureResources"]["resourcesContent"])
    return sent["AITargetBPInfo"]


def renamed(document: Document) -> object:
    return [references.rename_document(inner["pictureName"] or "?") for inner in document.values()]


def nothing(document: Document) -> object:
    """A message that no path of the guide uses: whoever meets it takes it for nothing of his."""
    return (
        caps.read_abilities(document),
        engines.read_engines(document),
        models.read_models(document),
        rules.read_rules(document),
        references.read_references(document),
    )


def refused(document: Document) -> object:
    status = parse_status(json.dumps(document).encode())
    assert status is not None
    error = error_of(status)
    return type(error), error and error.code


NOTHING: tuple[object, ...] = (None, (), (), (), [])
ALL = set(caps.Ability)
SCHEDULE = [{"week": 1, "beginTime": "00:00", "endTime": "24:00"}]
HISTORY = [{"week": 1, "beginTime": "7:00:00", "endTime": "9:00:00"}]
SPAN = {"beginTime": "2020-02-17 10:00:00", "endTime": "2020-03-18 10:00:00"}
LINKED = [{"notificationMethod": "center", "outputIOPortID": "1", "videoInputID": "1", "dynOutputIOPortID": "33"}]
VIDEO = {"engine": 1, "channel": [1, 2], "frameRate": 2500, "alertInterval": 1}
OVERLAID = {"TimeRange": SCHEDULE, "alarmTargetOverlay": True}
POLLED = {**VIDEO, "pollingTime": 60, **OVERLAID}
SNAPPED = {"engine": 1, "channel": [1, 2], "pollingTime": 60, **OVERLAID}
RECORDED = {**VIDEO, "recordTime": SPAN, "TimeRange": HISTORY, "drawFrame": 0}
PICTURES = [{"PID": "p1", "URL": "http://192.0.2.9/helmet.bin"}]
BLANK_PICTURES = [{"PID": "", "URL": ""}]
REGION = [{"positionX": 0.653, "positionY": 0.653}]
PACKAGE = {"engine": [1, 2, 3, 4], "MPID": MPID, "MPName": "helmet", "description": DESCRIPTION}
FULL = {"engine": 1, "channel": [1, 2]}


def without(document: Mapping[str, Any], *names: str) -> Document:
    return {name: value for name, value in document.items() if name not in names}


def fields(*more: str) -> list[str]:
    return sorted(("taskID", "engine", "status", *more))


METHODS = list(linkage.POSSIBLE)
LIVE = ("channel", "frameRate", "alertInterval", "TimeRange")

TABLE: Mapping[str, Sample] = {
    "e01_capabilities": Sample(
        read=read_abilities,
        meant=ALL,
        # Three are printed without a value: what they say is not known.
        printed=ALL - {caps.Ability.COMPARISON, caps.Ability.BEHAVIOR, caps.Ability.COUNT_RESET},
    ),
    "e02_platform": Sample(
        read=engines.read_platform,
        meant=(platform := engines.Platform(version="AV1.5.0", firmware="FW006", chip="TX1", engines=(1, 2, 3, 4))),
        printed=platform,
    ),
    "e03_rules": Sample(read=read_rules, meant=[(1, "No helmet", rules.OF_TARGET, VALUES)]),
    "e04_rules_cap": Sample(read=nothing, meant=NOTHING, printed=NOTHING),
    "e05_rules_status": Sample(read=rules.read_status, meant={1: "success"}, printed={}),
    "e06_linkage": Sample(read=lambda document: linkage.methods_of(document, 1), meant=["center"], printed=[]),
    "e07_linkage_cap": Sample(read=linkage.possible, meant=METHODS, printed=METHODS),
    "e08_references": Sample(
        read=references.read_references,
        meant=[{"picture_id": "p1", "name": "gate"}],
        # The id is printed as a number, and said to be a text.
        printed=[{"picture_id": "1", "name": ""}],
    ),
    "e09_reference_result": Sample(
        read=references.read_result,
        meant={"picture_id": "p1", "name": "gate"},
        printed={"picture_id": "1", "name": ""},
    ),
    "e10_model": Sample(
        read=install,
        meant={**PACKAGE, "URL": "http://192.0.2.9/helmet.bin"},
        printed=Rejected,
    ),
    "e11_model_file": Sample(
        read=install, meant=PACKAGE, printed={**PACKAGE, "MPID": True, "MPName": "?", "description": [{}]}
    ),
    "e12_space": Sample(
        read=models.read_space,
        meant=(space := models.Space(total=1024.0, free=1024.0, most=10)),
        printed=space,
    ),
    "e13_model_update": Sample(
        read=updated,
        meant={"MPID": MPID, "URL": "http://192.0.2.9/helmet.bin", "MPName": "helmet", "description": DESCRIPTION},
        printed={"MPID": "", "description": [{}]},
    ),
    "e14_video_task_new": Sample(
        read=given(TaskKind.VIDEO), meant={"taskID": True, **VIDEO, **OVERLAID, "EventTrigger": LINKED}
    ),
    "e15_model_load": Sample(
        read=same(
            lambda document: models.bind_document(models.Model(model_id=document["MPID"], name=document["MPName"]))
        ),
        meant=True,
        printed=True,
    ),
    "e16_history_cap": Sample(
        read=limits(TaskKind.HISTORY, {**FULL, "recordTime": SPAN, "TimeRange": HISTORY}), meant={"frameRate": 2500}
    ),
    "e17_video_cap": Sample(read=limits(TaskKind.VIDEO, FULL), meant={"frameRate": 2500}),
    "e18_custom_audio": Sample(read=nothing, meant=NOTHING, printed=NOTHING),
    "e19_references_delete": Sample(
        read=same(lambda document: references.delete_document(document["PIDs"])), meant=True, printed=True
    ),
    "e20_linkage_delete": Sample(read=same(lambda document: linkage.removal(1)), meant=True, printed=True),
    "e21_history_edit": Sample(
        read=edited(TaskKind.HISTORY),
        meant={**RECORDED, "recordTime": {**SPAN, "endTime": "2020-03-17 10:00:00"}},
    ),
    "e23_history_tasks": Sample(
        read=listed(TaskKind.HISTORY),
        meant=[(TASK_ID, TaskStatus.IDLE, 1, (1, 2), fields(*LIVE, "pollingTime", "recordTime", "drawFrame"))],
        # All ids are printed as empty texts: such a task cannot be asked for.
        printed=[],
    ),
    "e24_engine": Sample(
        read=read_engine,
        meant=(3, EngineStatus.RUNNING, MPID, "helmet", "helmet"),
        printed=(3, EngineStatus.RUNNING, None, None, None),
    ),
    "e25_engines": Sample(
        read=read_engines,
        meant=[(1, EngineStatus.RUNNING, MPID, "helmet")],
        printed=[(1, EngineStatus.RUNNING, None, None)],
    ),
    "e26_modeling_status": Sample(read=nothing, meant=NOTHING, printed=NOTHING),
    "e27_progress": Sample(read=models.read_progress, meant=100.0, printed=100.0),
    "e28_reference_rename": Sample(
        read=renamed,
        meant=[{"AITargetBPInfo": {"pictureName": "gate"}}],
        # The blank before the name is of no device that is known; a device that wants it gets it after a refusal.
        printed=[{"AITargetBPInfo": {"pictureName": "?"}}],
    ),
    "e29_picture_polling_new": Sample(read=given(TaskKind.PICTURE_POLLING), meant={"taskID": True, **SNAPPED}),
    "e30_picture_polling_cap": Sample(
        read=limits(TaskKind.PICTURE_POLLING, FULL), meant={"pollingTime": 60}, printed={"pollingTime": 60}
    ),
    "e31_picture_polling_tasks": Sample(
        read=listed(TaskKind.PICTURE_POLLING),
        meant=[(TASK_ID, TaskStatus.IDLE, 1, (1, 2), fields("channel", "pollingTime", *OVERLAID))],
        printed=[],
    ),
    "e32_picture_polling_edit": Sample(
        read=edited(TaskKind.PICTURE_POLLING), meant=without(SNAPPED, "engine"), printed=without(SNAPPED, "engine")
    ),
    "e33_picture_task_edit": Sample(
        read=edited(TaskKind.PICTURE),
        meant=(
            pictured := {
                "engine": 1,
                "URLs": PICTURES,
                "pictureType": "url",
                "alarmTargetOverlay": True,
                "taskID": TASK_ID,
            }
        ),
        printed={**pictured, "URLs": BLANK_PICTURES, "pictureType": ""},
    ),
    "e34_picture_cap": Sample(read=limits(TaskKind.PICTURE, {"engine": 1, "URLs": PICTURES}), meant={}),
    "e35_picture_task_new": Sample(
        read=given(TaskKind.PICTURE),
        meant={**pictured, "taskID": True, "RegionCoordinatesList": REGION},
        printed={
            **pictured,
            "URLs": BLANK_PICTURES,
            "pictureType": "",
            "taskID": False,
            "RegionCoordinatesList": REGION,
        },
    ),
    "e36_picture_tasks": Sample(
        read=listed(TaskKind.PICTURE),
        meant=[
            (
                TASK_ID,
                TaskStatus.RUNNING,
                1,
                (),
                fields("unfinishedPids", "pictureType", "RegionCoordinatesList", "alarmTargetOverlay"),
            )
        ],
        printed=[],
    ),
    "e37_preset_rules": Sample(read=read_rules, meant=[(1, None, None, {})], printed=[(1, None, None, {})]),
    "e38_response_status": Sample(read=refused, meant=(Rejected, "engineWithModelPackage")),
    "e39_models": Sample(read=read_models, meant=[(MPID, "helmet", "loaded", (1, 2), "helmet")], printed=[]),
    "e40_reference_send": Sample(
        read=upload,
        meant={
            "pictureName": "gate",
            "PictureResources": {"resourcesContentType": "binary", "resourcesContent": "file1"},
            "isCover": False,
        },
    ),
    # Its id goes by another spelling here and nowhere else: as given it is passed on, beside the usual one.
    "e41_history_new": Sample(read=given(TaskKind.HISTORY), meant={"taskID": True, **RECORDED}),
    "e42_video_tasks": Sample(
        read=listed(TaskKind.VIDEO),
        meant=[(TASK_ID, TaskStatus.IDLE, 1, (1, 2), fields(*LIVE, "alarmTargetOverlay", "EventTrigger"))],
        printed=[],
    ),
    "e43_video_polling_new": Sample(
        read=given(TaskKind.VIDEO_POLLING), meant={"taskID": True, **POLLED}, printed={"taskID": False, **POLLED}
    ),
    "e44_video_polling_cap": Sample(
        read=limits(TaskKind.VIDEO_POLLING, FULL), meant={"frameRate": 2500, "pollingTime": 60}
    ),
    "e45_video_polling_tasks": Sample(
        read=listed(TaskKind.VIDEO_POLLING),
        meant=[(TASK_ID, TaskStatus.IDLE, 1, (1, 2), fields(*LIVE, "pollingTime", "alarmTargetOverlay"))],
    ),
    "e46_video_polling_edit": Sample(
        read=edited(TaskKind.VIDEO_POLLING), meant=without(POLLED, "engine"), printed=without(POLLED, "engine")
    ),
    "e47_video_edit": Sample(
        read=edited(TaskKind.VIDEO), meant={**without(VIDEO, "engine"), **OVERLAID, "EventTrigger": LINKED}
    ),
}


def text(name: str) -> bytes:
    return (SAMPLES / f"{name}.json.txt").read_bytes()


def test_every_message_has_its_place() -> None:
    names = {path.name.partition(".")[0] for path in SAMPLES.iterdir()}
    assert names == {*TABLE, "e22_model_updated"}
    assert sorted(int(name[1:3]) for name in names) == list(range(1, 48))


@pytest.mark.parametrize("name", TABLE)
def test_as_meant(name: str) -> None:
    sample = TABLE[name]
    assert sample.read(loose_json.load(text(f"{name}.corrected"))) == sample.meant


@pytest.mark.parametrize("name", TABLE)
def test_as_printed(name: str) -> None:
    sample = TABLE[name]
    if sample.printed is Unreadable:
        with pytest.raises(BadAnswer):
            loose_json.load(text(f"{name}.printed"))
        return
    document = loose_json.load(text(f"{name}.printed"))
    if sample.printed is Rejected:
        with pytest.raises(Rejected):
            sample.read(document)
        return
    assert sample.read(document) == sample.printed


@pytest.mark.parametrize("form", ["printed", "corrected"])
def test_update_of_a_model_is_told_and_neighbours_are_unharmed(form: str) -> None:
    channels = ChannelMap([VideoInput(number=1)])
    reader = AlertReader(channels)
    before, told, after = (reader.read(body) for body in (motion(), text(f"e22_model_updated.{form}"), motion()))
    assert len(before) == len(after) == 1
    happened, restructured = told
    assert isinstance(happened, Happened)
    assert happened.what == MODEL_UPDATED
    assert happened.data["description"] == "Model Packages Update"
    assert restructured == Restructured()
    assert reader.counts.bad == 0


def motion() -> bytes:
    return b'{"eventType":"VMD","eventState":"active","channelID":1,"dateTime":"2018-07-06T15:56:47+08:00"}'


# Refusals


@pytest.mark.parametrize(("number", "name"), sorted(MODEL_NAMES.items()))
def test_every_refusal_has_a_name_and_words_for_people(number: int, name: str) -> None:
    key = "MErrCode" if number < 0x10000000 else "errorCode"
    told = f"0x{number:08x}" if key == "MErrCode" else number
    for status in (
        {"statusCode": 3, key: told},
        {"statusCode": 3, "subStatusCode": f" {name[:4]} {name[4:].lower()}."},
    ):
        error = interpret(Refusal(json.dumps(status).encode()))
        assert isinstance(error, Rejected)
        assert error.code == name
    assert name.lower() in MODEL_REFUSAL_KEYS


@dataclass(frozen=True)
class Refusal:
    """An answer."""

    body: bytes
    status: int = 500
