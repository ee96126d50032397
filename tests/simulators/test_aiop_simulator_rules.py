"""Rules, linkage, reference pictures and events of the simulated AI Open Platform."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import copy
import gc
import json
from typing import Any

import aiohttp
import pytest

from tests.simulators.isapi import IsapiSimulator
from tests.simulators.isapi.aiop.asking import ROOT, Asker, rules_of, with_file
from tests.simulators.isapi.aiop.happenings import Sighting, model_updated, push, target
from tests.simulators.isapi.aiop.seed import HELMET, ROUND, WATCH
from tests.simulators.isapi.aiop.state import long_id
from tests.simulators.isapi.control import Control
from tests.simulators.rawclient import client

pytestmark = pytest.mark.usefixtures("socket_enabled")

JPEG = b"\xff\xd8\xff\xe0 a picture \xff\xd9"
FRESH = long_id("a new one")


@pytest.fixture
async def ask() -> AsyncIterator[Asker]:
    async with IsapiSimulator("ai_recorder") as sim, client(sim) as session:
        yield Asker(sim, session)


@pytest.fixture
async def camera() -> AsyncIterator[Asker]:
    async with IsapiSimulator("ai_camera") as sim, client(sim) as session:
        yield Asker(sim, session)


# --- rules


async def test_rules_are_what_was_written_last_unknown_nodes_included(ask: Asker) -> None:
    given = await ask("GET", rules_of())
    info = given["AIRuleConfig"]["VCA_config"]["ConfigInfo"]["EventRule"]["RuleInfo"]
    assert [item["RuleID"] for item in info] == [1, 2, 3]
    info[0]["Valid"], info[0]["RuleParam"]["Sensitive"] = 0, 35
    assert await ask.sub("PUT", rules_of(), given) == "ok"
    assert await ask("GET", rules_of()) == given
    del given["AIRuleConfig"]["displayMode"]
    await ask("PUT", rules_of(), given)
    assert "displayMode" not in (await ask("GET", rules_of()))["AIRuleConfig"]


async def test_a_lone_rule_is_an_object_on_some_devices(camera: Asker) -> None:
    given = await camera("GET", rules_of())
    rule = given["AIRuleConfig"]["VCA_config"]["ConfigInfo"]["EventRule"]
    assert rule["RuleInfo"]["TriggerCondition"]["TargetStatus"]["StatusType"] == 1
    assert given["AIRuleConfig"]["RuleNameInfo"]["ruleName"] == "Person at the door"
    assert await camera.sub("PUT", rules_of(), given) == "ok"
    rule["RuleInfo"] = [rule["RuleInfo"]]
    assert await camera.sub("PUT", rules_of(), given) == "badJsonContent"


def _at(tree: Any, path: str) -> tuple[Any, Any]:
    *way, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    for step in way:
        tree = tree[step]
    return tree, last


@pytest.mark.parametrize(
    ("where", "value", "sub"),
    [
        ("RuleParam/Sensitive", 101, "badParameters"),
        ("RuleParam/Sensitive", 50.5, "badJsonContent"),
        ("RuleParam/Duration", 601, "badParameters"),
        ("RuleParam/CountInterval", 1800, "badParameters"),
        ("RuleParam/AlertConfThreshold", 1000, "badParameters"),
        ("Valid", True, "badJsonContent"),
        ("TriggerType", 1, "badParameters"),
        ("RuleRegion/Region/0/RulePolygon/PolygonPoint/0/x", 1.5, "badParameters"),
        ("RuleID", 2, "badParameters"),
    ],
)
async def test_nonsense_in_a_rule_is_found_out(ask: Asker, where: str, value: Any, sub: str) -> None:
    given = await ask("GET", rules_of())
    before = copy.deepcopy(given)
    holder, last = _at(given, f"AIRuleConfig/VCA_config/ConfigInfo/EventRule/RuleInfo/0/{where}")
    holder[last] = value
    assert await ask.sub("PUT", rules_of(), given) == sub
    assert await ask("GET", rules_of()) == before


async def test_nodes_around_the_rules_are_checked(ask: Asker) -> None:
    given = await ask("GET", rules_of())
    for name, change in (
        ("RuleNameInfo", [{"ruleID": 1, "ruleName": "x" * 65}]),
        ("RuleNameInfo", [{"ruleID": 9, "ruleName": "x"}]),
        ("RuleNameInfo", {"ruleID": 1, "ruleName": "x"}),
        ("AlertIntervalList", [{"ruleID": 3, "value": 1801}]),
        ("LineCrossingTargetStatisticsMode", [{"ruleID": 2, "mode": "ScheduledCounting"}]),
        ("OverlayInPreviewList", [{"ruleID": 1, "ruleOverlayEnable": "true"}]),
        ("invented", True),
    ):
        wrong = {"AIRuleConfig": given["AIRuleConfig"] | {name: change}}
        assert (await ask.sub("PUT", rules_of(), wrong)).startswith("bad")


async def test_where_rules_are(ask: Asker) -> None:
    assert await ask.sub("GET", rules_of(channel=4)) == "NotAssociatedWithOwnChannel"
    assert await ask.sub("GET", rules_of(task="none")) == "invalidTaskID"
    ask.state.sheet(WATCH, 2).failed = True
    assert (await ask("GET", f"AIRuleConfig/task/{WATCH}/status"))["AIRuleConfigStatus"] == [
        {"channelID": 1, "status": "success"},
        {"channelID": 2, "status": "failed"},
    ]
    preset = {"AIRuleConfig": {"VCA_config": {}, "AlertIntervalList": [{"ruleID": 1, "value": 60}]}}
    assert await ask.sub("PUT", rules_of(rest="/preset/3/"), preset) == "ok"
    assert await ask("GET", rules_of(rest="/preset/3")) == preset
    ask.state.switches.preset_slash = True
    assert await ask.sub("GET", rules_of(rest="/preset/3")) == "notSupport"


async def test_linkage(ask: Asker) -> None:
    path = rules_of(rest="/trigger")
    new = [
        {"ruleID": 1, "notificationMethod": "IO", "outputIOPortID": "1"},
        {"ruleID": 1, "notificationMethod": "beep"},
    ]
    assert await ask.sub("PUT", path, {"AIRuleTriggerCfg": new}) == "ok"
    found = (await ask("GET", path))["AIRuleTriggerCfg"]
    assert [(item["ruleID"], item["notificationMethod"]) for item in found] == [
        (2, "center"),
        (3, "center"),
        (1, "IO"),
        (1, "beep"),
    ]
    for wrong in ({"outputIOPortID": "9"}, {"ruleID": 7}, {"notificationMethod": "shout"}, {"colour": 1}):
        assert (await ask.sub("PUT", path, {"AIRuleTriggerCfg": [new[0] | wrong]})).startswith("bad")
    many = [{"ruleID": 2, "notificationMethod": "center", "videoInputID": str(number)} for number in range(16)]
    assert await ask.sub("PUT", path, {"AIRuleTriggerCfg": many}) == "noLinkageResource"
    assert await ask.sub("PUT", f"{path}/delete", {"AIRuleTriggerCfg": [{"ruleID": 1}]}) == "ok"
    assert len((await ask("GET", path))["AIRuleTriggerCfg"]) == 2


# --- reference pictures


async def test_reference_pictures(ask: Asker) -> None:
    listed = (await ask("GET", "AITargetBP/channels/1"))["AITargetBPInfoList"]
    assert [item["pictureName"] for item in listed] == ["empty gate", "gate at night"]
    taken = (await ask("POST", "AITargetBP/channels/1/capture"))["AITargetBPResult"]
    status, data = await ask.raw("GET", f"AITargetBP/download/{taken['PID']}")
    assert (status, data[:3]) == (200, JPEG[:3])
    rename = {"AITargetBPInfo": {"pictureName": "dusk"}}
    assert await ask.sub("PUT", f"AITargetBP/{taken['PID']}", rename) == "ok"
    assert await ask.sub("PUT", f"AITargetBP/{listed[0]['PID']}", rename) == "AITargetBPDuplicateName"
    ask.state.switches.spaced_key = True
    assert await ask.sub("PUT", f"AITargetBP/{taken['PID']}", rename) == "badJsonContent"
    assert await ask.sub("PUT", f"AITargetBP/{taken['PID']}", {" AITargetBPInfo": {"pictureName": "dawn"}}) == "ok"
    assert await ask.sub("PUT", "AITargetBP/delete", {"PIDs": [taken["PID"], "none"]}) == "IDNotExist"
    assert await ask.sub("PUT", "AITargetBP/delete", {"PIDs": [taken["PID"]]}) == "ok"
    assert await ask.sub("GET", f"AITargetBP/download/{taken['PID']}") == "IDNotExist"
    assert await ask.sub("POST", "AITargetBP/channels/3/capture") == "AITargetBPCaptureFail"


async def test_a_picture_is_sent(ask: Asker) -> None:
    def info(kind: str = "binary", content: str = "pic1", **more: Any) -> dict[str, Any]:
        source = {"resourcesContentType": kind, "resourcesContent": content}
        return {"AITargetBPInfo": {"pictureName": "sent", "PictureResources": source} | more}

    path = "AITargetBPBinary/channels/2"
    body, headers = with_file(info(PID="mine"), JPEG)
    assert (await ask("POST", path, body, headers=headers))["AITargetBPResult"] == {
        "PID": "mine",
        "pictureName": "sent",
    }
    assert (await ask.raw("GET", "AITargetBP/download/mine"))[1] == JPEG
    assert await ask.sub("POST", path, body, headers=headers) == "AITargetBPDuplicateName"
    body, headers = with_file(info(isCover=True), JPEG)
    replaced = (await ask("POST", path, body, headers=headers))["AITargetBPResult"]["PID"]
    assert [item["PID"] for item in (await ask("GET", "AITargetBP/channels/2"))["AITargetBPInfoList"]] == [replaced]
    for message, data, sub in (
        (info(pictureName="other"), b"GIF89a", "unsupportedImageFormat"),
        (info(pictureName="other"), JPEG + bytes(5 << 20), "improperPicSize"),
        (info(content="pic2", pictureName="other"), JPEG, "badParameters"),
        (info(pictureName="x" * 33), JPEG, "badParameters"),
    ):
        body, headers = with_file(message, data)
        assert await ask.sub("POST", path, body, headers=headers) == sub
    coded = info("base64", base64.b64encode(JPEG).decode(), pictureName="coded")
    assert "AITargetBPResult" in await ask("POST", path, coded)
    ask.state.switches.url_faults["http://x/p"] = "URLDownloadFailed"
    assert await ask.sub("POST", path, info("url", "http://x/p", pictureName="far")) == "URLDownloadFailed"


# --- events


class Heard:
    """What came over the alarm channel: JSON messages, and pictures after each."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.pictures: list[list[bytes]] = []
        self.came = asyncio.Event()

    async def read(self, response: aiohttp.ClientResponse) -> None:
        reader = aiohttp.MultipartReader.from_response(response)
        while (part := await reader.next()) is not None:
            assert isinstance(part, aiohttp.BodyPartReader)
            kind, data = part.headers["Content-Type"], bytes(await part.read())
            if "json" in kind:
                self.messages.append(json.loads(data))
                self.pictures.append([])
            elif "image" in kind and self.pictures:
                self.pictures[-1].append(data)
            self.came.set()

    async def message(self, count: int, pictures: int = 0) -> dict[str, Any]:
        async with asyncio.timeout(5):
            while len(self.messages) < count or len(self.pictures[count - 1]) < pictures:
                self.came.clear()
                await self.came.wait()
        return self.messages[count - 1]


@asynccontextmanager
async def listening(ask: Asker) -> AsyncIterator[Heard]:
    heard = Heard()
    async with ask.session.get("/ISAPI/Event/notification/alertStream") as response, asyncio.TaskGroup() as group:
        reading = group.create_task(heard.read(response))
        await ask.sim.wait_streams()
        yield heard
        reading.cancel()


async def test_only_a_rule_that_runs_and_is_linked_is_told(ask: Asker) -> None:
    async with listening(ask) as heard:
        assert await ask.sim.see("AIOP_Video", 1, rule=1, attributes=[[1, 0, 870]], pictures=2) == 1
        told = await heard.message(1, pictures=2)
        assert (told["eventType"], told["channelID"], told["taskID"], told["MPID"]) == ("AIOP_Video", 1, WATCH, HELMET)
        data = told["AIOPData"]
        assert data["events"]["alertInfo"][0]["ruleInfo"]["ruleName"] == "No helmet at the gate"
        assert data["targets"][0]["obj"]["confidence"] == 900
        assert data["targets"][0]["properties"] == [{"classify": {"attrType": 1, "attrValue": 0, "attrConf": 870}}]
        assert [picture[:3] for picture in heard.pictures[0]] == [JPEG[:3], JPEG[:3]]
        assert await ask.sim.see("AIOP_Video", 2, rule=1) == 0
        await ask("PUT", rules_of(rest="/trigger/delete"), {"AIRuleTriggerCfg": [{"ruleID": 1}]})
        assert await ask.sim.see("AIOP_Video", 1, rule=1) == 0
        ask.state.engines[1].status = 11
        assert await ask.sim.see("AIOP_Polling_Snap", 4) == 0
        assert len(ask.state.suppressed) == 3


async def test_counting_and_its_reset(ask: Asker) -> None:
    async with listening(ask) as heard:
        await ask.sim.see(channel=1, rule=2, step=3)
        await ask.sim.see(channel=1, rule=2, direction=2, as_text=True, wrapped=True)
        info = json.loads((await heard.message(2))["EventNotificationAlert"]["AIOPData"])["events"]["alertInfo"][0]
        assert (info["ruleInfo"]["count"], info["ruleInfo"]["movDir"]) == (4, 2)
        assert await ask.sub("PUT", "AIRuleConfig/channels/1/manualReset") == "ok"
        await ask.sim.see(channel=1, rule=2)
        assert (await heard.message(3))["AIOPData"]["events"]["alertInfo"][0]["ruleInfo"]["count"] == 1


def recorded() -> dict[str, object]:
    """Return what asks for a look at a month of recordings."""
    return {
        "taskId": long_id("history"),
        "engine": 1,
        "channel": [1],
        "frameRate": 2500,
        "recordTime": {"beginTime": "2020-02-17 10:00:00", "endTime": "2020-03-17 10:00:00"},
        "TimeRange": [{"week": 1, "beginTime": "7:00:00", "endTime": "9:00:00"}],
    }


async def test_a_task_that_is_deleted_while_recordings_are_looked_at(ask: Asker) -> None:
    troubles: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: troubles.append(told))
    ask.state.timing.history = 0.05
    assert await ask.sub("POST", "historyVideoTask", recorded()) == "ok"
    assert await ask.sub("DELETE", f"historyVideoTask/{long_id('history')}") == "ok"
    await asyncio.sleep(0.1)
    gc.collect()
    assert troubles == []


async def test_pictures_and_recordings_are_looked_at(ask: Asker) -> None:
    ask.state.switches.url_faults["http://x/2"] = "improperPicSize"
    urls = [{"PID": f"p{number}", "URL": f"http://x/{number}"} for number in (1, 2)]
    async with listening(ask) as heard:
        assert await ask.sub("POST", "pictureTask", {"taskID": FRESH, "engine": 1, "URLs": urls}) == "ok"
        tasks = (await ask("GET", "pictureTask"))["Tasks"]
        assert (tasks[0]["unfinishedPids"], tasks[0]["status"]) in ((["p1", "p2"], 1), (["p2"], 1), ([], 0))
        assert ((await heard.message(1, 1))["PID"], (await heard.message(2))["status"]) == ("p1", 1)
        assert (await ask("GET", "pictureTask"))["Tasks"][0]["unfinishedPids"] == []
        more = {"taskID": FRESH, "engine": 1, "URLs": [{"PID": "p3", "URL": "http://x/3"}]}
        assert await ask.sub("POST", f"pictureTask/{FRESH}", more) == "ok"
        assert (await heard.message(3))["PID"] == "p3"
        assert await ask.sub("PUT", f"pictureTask/{FRESH}", more | {"URLs": urls * 51}) == "exceedImagesNumber"
        history = recorded()
        ask.state.switches.iso_times = True
        assert await ask.sub("POST", "historyVideoTask", history) == "timeFormatError"
        ask.state.switches.iso_times = False
        assert await ask.sub("POST", "historyVideoTask", history) == "ok"
        assert (await heard.message(4))["eventType"] == "AIOP_History_Video"
        await ask.until(lambda: ask.state.tasks[long_id("history")].finished)
        assert (await ask("GET", "historyVideoTask"))["Tasks"][0]["status"] == 0


async def test_a_newer_model_is_told(ask: Asker) -> None:
    async with listening(ask) as heard:
        assert await ask.sub("PUT", "algorithmModel/update", {"MPID": HELMET, "URL": "http://x/new"}) == "ok"
        told = await heard.message(1)
        assert (told["eventType"], told["eventState"]) == ("MPUpdate", "active")
        await model_updated(ask.sim, wrapped=True)
        assert (await heard.message(2))["EventNotificationAlert"]["eventType"] == "MPUpdate"


async def test_pushed_as_wanted(ask: Asker) -> None:
    async with listening(ask) as heard:
        odd = Sighting(event="AIOP_Something", channel="2", targets=[target(kind=7)], preset=3, link="content-id")
        odd.pictures = [JPEG, JPEG + JPEG]
        assert await push(ask.sim, odd) == 1
        told = await heard.message(1, 2)
        assert (told["channelID"], told["presetIndex"], heard.pictures[0]) == ("2", 3, [JPEG, JPEG + JPEG])


async def test_by_hand(ask: Asker) -> None:
    async with listening(ask) as heard, Control(ask.sim) as control, aiohttp.ClientSession(control.url) as hand:

        async def say(name: str, **body: Any) -> Any:
            async with hand.post(name, json=body) as answer:
                return await answer.json()

        said: tuple[tuple[str, dict[str, Any]], ...] = (
            ("aiop_see", {"event": "AIOP_Video", "channel": 1, "rule": 1}),
            ("aiop_see", {"event": "AIOP_Video", "channel": 1, "rule": 2}),
            ("aiop_see", {"event": "AIOP_Polling_Snap", "channel": 4}),
            ("aiop_push", {"event": "AIOP_Polling_Video", "channel": 2, "pictures": 1}),
            ("aiop_push", {"event": "AIOP_Picture", "channel": None, "pid": "p1"}),
            ("aiop_push", {"event": "AIOP_History_Video"}),
            ("aiop_updated", {}),
        )
        for count, (name, body) in enumerate(said, 1):
            assert await say(name, **body) == {"reached": 1}
            assert (await heard.message(count))["eventType"] == body.get("event", "MPUpdate")
        await say("aiop_engine", engine=1, status=11)
        await say("aiop_task", task=ROUND, status=3)
        await say("aiop_switch", loading=3.0, http_ok=True)
        await say("refuse", path="Intelligent/AIOpenPlatform/capabilities", sub="deviceBusy", times=1)
        assert await ask.sub("GET", "capabilities") == "deviceBusy"
        assert (ask.state.timing.loading, ask.state.style.http_ok) == (3.0, True)
        async with hand.get("state") as answer:
            told = (await answer.json())["aiop"]
        assert (told["engines"]["1"][0], told["tasks"][ROUND]) == (11, ["picture_polling", 3])
        assert "error" in await say("aiop_switch", nonsense=1)
        async with ask.session.get(f"{ROOT}/capabilities?format=json") as answer:
            assert answer.status == 200
