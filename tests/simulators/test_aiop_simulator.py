"""The simulated AI Open Platform is an oracle: these tests look at it with raw HTTP, independent of the product."""

from collections.abc import AsyncIterator
import json
from typing import Any
import xml.etree.ElementTree as ET

import pytest

from tests.simulators.isapi import PROFILES, IsapiSimulator
from tests.simulators.isapi.aiop.asking import ROOT, Asker, rules_of, with_file
from tests.simulators.isapi.aiop.refusals import CODES, Refusal
from tests.simulators.isapi.aiop.seed import HELMET, LOCKED, PARCEL, WATCH
from tests.simulators.isapi.aiop.service import OPERATIONS
from tests.simulators.isapi.aiop.state import long_id
from tests.simulators.rawclient import client

pytestmark = pytest.mark.usefixtures("socket_enabled")

FRESH = long_id("a new one")


@pytest.fixture
async def ask() -> AsyncIterator[Asker]:
    async with IsapiSimulator("ai_recorder") as sim, client(sim) as session:
        yield Asker(sim, session)


@pytest.fixture
async def camera() -> AsyncIterator[Asker]:
    async with IsapiSimulator("ai_camera") as sim, client(sim) as session:
        yield Asker(sim, session)


def video(**more: Any) -> dict[str, Any]:
    return {"taskID": FRESH, "engine": 1, "channel": [1, 2], "frameRate": 2500} | more


# --- who has it, and how it refuses


def test_all_uris_of_the_document_and_two_that_it_only_names() -> None:
    paths = {path.rstrip("/") for _, path, _, _ in OPERATIONS}
    assert len(paths) == 42 + 2
    # 56 tables, two paths only mentioned, the preset path twice (with and without its slash).
    assert len(OPERATIONS) == 56 + 2 + 2


@pytest.mark.parametrize("model", PROFILES)
async def test_other_models_know_none_of_it(model: str) -> None:
    async with IsapiSimulator(model) as sim, client(sim) as session:
        for method, path, _, _ in OPERATIONS:
            url = f"{ROOT}/{path.replace('{}', '1')}?format=json"
            async with session.request(method, url) as answer:
                assert answer.status == sim.profile.unknown
                assert json.loads(await answer.read())["subStatusCode"] == "notSupport"


async def test_what_a_camera_lacks_is_refused_and_what_it_hides_may_work(camera: Asker) -> None:
    told = await camera("GET", "capabilities")
    assert told["isSupportHistoryVideoTask"] is False
    assert await camera.sub("GET", "historyVideoTask") == "notSupport"
    assert not {"isSupportPictureTask", "isSupportAIRuleTrigger"} & told.keys()
    assert await camera.sub("GET", "pictureTask") == "notSupport"
    assert (await camera("GET", rules_of(rest="/trigger")))["AIRuleTriggerCfg"]
    assert await camera.sub("DELETE", "videoTask") == "methodNotAllowed"


async def test_one_error_in_all_its_clothes(ask: Asker) -> None:
    status, body = await ask.raw("GET", "algorithmModel/engine/9")
    error = json.loads(body)
    assert (status, error["statusCode"], error["errorCode"]) == (403, 4, 0x40001008)
    assert error["MErrCode"] == "0x00f00007"
    ask.state.style.http_ok = ask.state.style.xml = True
    status, body = await ask.raw("GET", "algorithmModel/engine/9")
    tree = ET.fromstring(body)
    assert (status, tree[1].text, tree[3].text) == (200, "4", "invalidID")


@pytest.mark.parametrize("sub", CODES)
async def test_any_path_can_answer_anything(ask: Asker, sub: str) -> None:
    ask.sim.refusals += [
        Refusal(path="System/deviceInfo", sub=sub, code=3, error=805314614, module=0x00F00002, http=200, times=1),
        Refusal(path="Intelligent/AIOpenPlatform/videoTask", sub=sub, method="POST"),
    ]
    async with ask.session.get("/ISAPI/System/deviceInfo") as answer:
        found = await answer.json()
    assert (found["statusCode"], found["subStatusCode"], found["errorCode"]) == (3, sub, 805314614)
    async with ask.session.get("/ISAPI/System/deviceInfo") as answer:
        assert answer.content_type == "application/xml"
    assert (await ask("POST", "videoTask", {}))["statusCode"] == (CODES[sub][0] >> 28 or 1)
    assert "Tasks" in await ask("GET", "videoTask")


async def test_upgrading_and_format(ask: Asker) -> None:
    async with ask.session.get(f"{ROOT}/capabilities") as answer:
        assert (await answer.json())["subStatusCode"] == "invalidIURL"
    ask.state.switches.upgrading = True
    assert await ask.raw("GET", "capabilities") == (503, (await ask.raw("GET", "capabilities"))[1])
    assert await ask.sub("GET", "capabilities") == "upgrading"


# --- engines and models


async def test_an_engine_changes_its_model(ask: Asker) -> None:
    assert await ask.engine(1) == (1, HELMET)
    other = {"MPID": PARCEL, "MPName": "Parcel"}
    found = await ask("PUT", "algorithmModel/loading/1", other)
    assert (found["statusCode"], found["subStatusCode"], found["errorCode"]) == (3, "engineWithModelPackage", 805314614)
    assert await ask.sub("DELETE", "algorithmModel/unloading/1") == "ok"
    assert await ask.engine(1) == (0, "")
    assert await ask.sub("DELETE", "algorithmModel/unloading/1") == "engineUnLoadingModelPackage"
    assert await ask.sub("PUT", "algorithmModel/loading/1", other) == "ok"
    assert await ask.engine(1) == (10, PARCEL)
    assert await ask.sub("DELETE", "algorithmModel/unloading/1") == "engineInitialization"
    await ask.until(lambda: ask.state.engines[1].status == 1)
    models = (await ask("GET", "algorithmModel/management"))["AlgorithmModels"]
    assert {item["MPName"]: (item["status"], item.get("engine")) for item in models} == {
        "Helmet": (0, None),
        "Parcel": (1, [1]),
        "Fire lane": (2, None),
    }


@pytest.mark.parametrize(
    ("status", "mpid", "sub"),
    [
        (0, LOCKED, "algorithmDecryptionFailed"),
        (0, "unknown", "modelPackageDelete"),
        (0, "", "badParameters"),
        (0, 5, "badJsonContent"),
        (11, PARCEL, "engineAbnormal"),
        (12, PARCEL, "engineTypeMismatch"),
    ],
)
async def test_an_engine_refuses(ask: Asker, status: int, mpid: Any, sub: str) -> None:
    ask.state.engines[2].status = status
    assert await ask.sub("PUT", "algorithmModel/loading/2", {"MPID": mpid}) == sub


async def test_a_model_that_does_not_run_and_a_reset(ask: Asker) -> None:
    ask.state.models[PARCEL].abnormal = True
    await ask("PUT", "algorithmModel/loading/2", {"MPID": PARCEL})
    await ask.until(lambda: ask.state.engines[2].status == 2)
    ask.state.models[PARCEL].abnormal = False
    assert await ask.sub("PUT", "algorithmModel/engine/2/reset") == "ok"
    assert (await ask.engine(2))[0] == 10
    await ask.until(lambda: ask.state.engines[2].status == 1)


async def test_a_model_from_an_address(ask: Asker) -> None:
    ask.state.timing.download = 60.0
    now = 100.0
    ask.state.clock = lambda: now
    ask.state.sizes["http://x/m"] = 200
    assert await ask.sub("POST", "algorithmModel", {"MPID": "m1", "URL": "http://x/m", "engine": [2]}) == "ok"
    assert (await ask("GET", "algorithmModel/management/space"))["surplusCapacity"] == 434
    now = 130.0
    assert await ask("GET", "algorithmModel/progress/m1") == {"percent": 50}
    assert await ask.sub("PUT", "algorithmModel/loading/2", {"MPID": "m1"}) == "modelPackageDelete"
    ask.state.switches.reboot_after_model = True
    now = 160.0
    assert await ask("GET", "algorithmModel/progress/m1") == {"percent": 100}
    assert await ask.engine(2) == (10, "m1")
    answer = await ask("PUT", "algorithmModel/update", {"MPID": "m1", "MPName": "New"})
    assert (answer["statusCode"], answer["subStatusCode"], answer["errorCode"]) == (7, "rebootRequired", 0x70000001)
    await ask.sim.reboot(0)
    assert not ask.state.reboot_needed
    assert await ask.sub("GET", "algorithmModel/progress/m2") == "IDNotExist"


@pytest.mark.parametrize("fault", ["algorithmDownloadFailed", "algorithmDecryptionFailed"])
async def test_a_model_that_does_not_arrive(ask: Asker, fault: str) -> None:
    ask.state.switches.url_faults["http://x/m"] = fault
    ask.state.timing.download = 0
    await ask("POST", "algorithmModel", {"MPID": "m1", "URL": "http://x/m"})
    listed = {
        item["MPID"]: item["status"] for item in (await ask("GET", "algorithmModel/management"))["AlgorithmModels"]
    }
    if fault == "algorithmDecryptionFailed":
        assert listed["m1"] == 2
    else:
        assert "m1" not in listed
        assert await ask.sub("GET", "algorithmModel/progress/m1") == fault


async def test_room_for_models_and_models_in_use(ask: Asker) -> None:
    ask.state.default_size = 700
    new = {"MPID": "m1", "URL": "http://x/m"}
    assert await ask.sub("POST", "algorithmModel", new) == "insufficientSpace"
    assert await ask.sub("POST", "algorithmModel", new | {"MPID": HELMET}) == "nameExist"
    assert await ask.sub("POST", "algorithmModel", new | {"engine": [1]}) == "engineWithModelPackage"
    assert await ask.sub("DELETE", f"algorithmModel/management/space/{HELMET}") == "modelPackageDeleteFailed"
    assert await ask.sub("DELETE", f"algorithmModel/management/space/{LOCKED}") == "ok"
    assert (await ask("GET", "algorithmModel/management/space"))["surplusCapacity"] == 724
    assert await ask.sub("POST", "algorithmModel", new) == "ok"
    assert await ask.sub("PUT", "algorithmModel/update", {"MPID": "none", "MPName": "x"}) == "unsupportedMPID"
    for wrong in ({"MPName": "x" * 129}, {"URL": "h" * 257}, {"URL": 1}, {"colour": 1}, {"authorized": "true"}):
        assert (await ask.sub("POST", "algorithmModel", new | {"MPID": "m2"} | wrong)).startswith("bad")


async def test_a_model_as_a_file(camera: Asker) -> None:
    body, headers = with_file({"MPID": "m1", "MPName": "File"}, b"\r\n--\x00" * 600_000)
    assert await camera.sub("POST", "algorithmModelBinaryPackets", body, headers=headers) == "ok"
    assert (camera.state.models["m1"].size, camera.state.space_left) == (3, 193)
    assert await camera.sub("POST", "algorithmModelBinaryPackets", {"MPID": "m2"}) == "badParameters"
    body, headers = with_file({"MPID": "m2"}, b"data")
    assert (
        await camera.sub("POST", "algorithmModelBinaryPackets", body, headers=headers) == "modelPackageNumberslimited"
    )


# --- tasks


async def test_a_video_task_from_its_creation_to_its_end(ask: Asker) -> None:
    ask.state.timing.starting = 60.0
    now = 0.0
    ask.state.clock = lambda: now
    answer = await ask("POST", "videoTask", video(channel=[1, 3], EventTrigger=[{"notificationMethod": "center"}]))
    assert (answer["statusCode"], answer["channelID"]) == (1, [3])
    listed = {task["taskID"]: task for task in (await ask("GET", "videoTask"))["Tasks"]}
    assert (listed[FRESH]["status"], listed[FRESH]["channel"]) == (5, [1])
    now = 61.0
    change = {"channel": [2], "frameRate": 3000, "alertInterval": 0.5}
    assert await ask.sub("PUT", f"videoTask/{FRESH}", change) == "ok"
    listed = {task["taskID"]: task for task in (await ask("GET", "videoTask"))["Tasks"]}
    assert (listed[FRESH]["status"], listed[FRESH]["frameRate"]) == (1, 3000)
    assert listed[FRESH]["EventTrigger"] == [{"notificationMethod": "center"}]
    await ask("PUT", f"videoTask/{FRESH}", change | {"EventTrigger": None})
    assert "EventTrigger" not in ask.state.tasks[FRESH].fields
    assert await ask.sub("DELETE", f"videoTask/{FRESH}") == "ok"
    assert await ask.sub("DELETE", f"videoTask/{FRESH}") == "invalidTaskID"


@pytest.mark.parametrize(
    ("change", "sub"),
    [
        ({"taskID": "short"}, "invalidTaskID"),
        ({"taskID": WATCH}, "invalidTaskID"),
        ({"engine": 2}, "engineUnLoadingModelPackage"),
        ({"engine": 7}, "badParameters"),
        ({"engine": "1"}, "badJsonContent"),
        ({"channel": [3]}, "operateFailed"),
        ({"channel": [9]}, "badParameters"),
        ({"channel": []}, "badParameters"),
        ({"frameRate": 25}, "badParameters"),
        ({"alertInterval": 0.2}, "badParameters"),
        ({"alarmTargetOverlay": "true"}, "badJsonContent"),
        ({"TimeRange": {}}, "badJsonContent"),
        ({"TimeRange": [{"week": 8, "beginTime": "00:00", "endTime": "24:00"}]}, "badParameters"),
        ({"TimeRange": [{"week": 1, "beginTime": "12:00", "endTime": "11:00"}]}, "badParameters"),
        ({"EventTrigger": [{"notificationMethod": "shout"}]}, "badParameters"),
        ({"pollingTime": 60}, "badJsonContent"),
    ],
)
async def test_nonsense_in_a_task_is_found_out(ask: Asker, change: dict[str, Any], sub: str) -> None:
    assert await ask.sub("POST", "videoTask", video(**change)) == sub
    assert FRESH not in ask.state.tasks


async def test_a_task_follows_its_engine(ask: Asker) -> None:
    async def status() -> int:
        return int((await ask("GET", "videoTask"))["Tasks"][0]["status"])

    for engine, expected in ((0, 0), (2, 2), (10, 5), (11, 2), (12, 2), (1, 1)):
        ask.state.engines[1].status = engine
        assert await status() == expected
    ask.state.models[HELMET].kinds = frozenset({"picture"})
    assert await status() == 4
    assert await ask.sub("POST", "videoTask", video()) == "modelPackageNotMatchTask"
    ask.state.tasks[WATCH].pinned = 3
    assert await status() == 3


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("videoPollingAnalysisTask", {"channel": [1], "frameRate": 2500, "pollingTime": 30}),
        ("picturePollingAnalysisTask", {"channel": [1], "pollingTime": 30}),
    ],
)
async def test_polling_tasks(ask: Asker, path: str, more: dict[str, Any]) -> None:
    assert await ask.sub("POST", path, {"taskID": FRESH, "engine": 1} | more) == "ok"
    limit = (await ask("GET", f"{path}/capabilities"))["pollingTime"]["@max"]
    assert await ask.sub("PUT", f"{path}/{FRESH}", more | {"pollingTime": limit + 1}) == "badParameters"
    assert await ask.sub("PUT", f"{path}/{FRESH}", more | {"pollingTime": limit}) == "ok"
    ask.state.switches.polling_floor = 11
    assert await ask.sub("PUT", f"{path}/{FRESH}", more | {"pollingTime": 10}) == "unsupportedPollingIntervalTime"
    assert FRESH in {task["taskID"] for task in (await ask("GET", path))["Tasks"]}
