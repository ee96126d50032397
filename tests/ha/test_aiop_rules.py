"""Tasks, rules and reference pictures of a device that runs detection models, with the actions for them."""

from pathlib import Path

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.ip_surveillance.const import DOMAIN
from tests.ha.measuring import CHANNEL, HELMET_RULE, ROUND_TASK, VEHICLES_RULE, WATCH_TASK, YARD_RULE, Watching
from tests.ha.simulated import until
from tests.simulators.isapi.aiop.refusals import Refusal, Style
from tests.simulators.isapi.aiop.rules import Sheet
from tests.simulators.isapi.aiop.seed import HELMET, WATCH

DOCK_RULE = f"rule1{WATCH}.2"
RULES = f"/AIRuleConfig/task/{WATCH}/channels/1"


@pytest.fixture
def model() -> str:
    """Simulate a recorder whose first camera has three rules."""
    return "ai_recorder"


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BINARY_SENSOR, Platform.CAMERA, Platform.NUMBER, Platform.SENSOR, Platform.SWITCH)


def sheet(watching: Watching, channel: int = 1) -> Sheet:
    return watching.platform.sheets[WATCH, channel]


async def test_rules_are_switched_and_read_back(watching: Watching) -> None:
    before = dict(sheet(watching).config)
    for action, state, valid in (("turn_off", "off", 0), ("turn_on", "on", 1)):
        await watching.act("switch", action, HELMET_RULE, "detection_ai_rule")
        assert watching.value("switch", HELMET_RULE, "detection_ai_rule") == state
        assert sheet(watching).rules()[1]["Valid"] == valid
    assert watching.written() == [f"PUT {RULES}"] * 2
    # What the guide does not know of is as it was, and so are the other rules.
    assert sheet(watching).config == before
    assert watching.value("switch", VEHICLES_RULE, "detection_ai_rule") == "on"


@pytest.mark.parametrize(
    ("rule", "key", "value", "leaf"),
    [
        (HELMET_RULE, "sensitivity_ai_rule", 33, "Sensitive"),
        (HELMET_RULE, "duration", 42, "Duration"),
        (VEHICLES_RULE, "alarm_interval", 77, "TriggerInterval"),
    ],
    ids=["sensitivity", "duration", "interval"],
)
async def test_numbers_of_rules(
    all_enabled: None, watching: Watching, rule: str, key: str, value: int, leaf: str
) -> None:
    await watching.act("number", "set_value", rule, key, value=value)
    assert watching.value("number", rule, key) == str(float(value))
    params = sheet(watching).rules()[int(rule[4])]["RuleParam"]
    assert isinstance(params, dict)
    assert params[leaf] == value
    assert params["algorithmPrivate"] == f"k{rule[4]}"


async def test_what_is_drawn_into_the_picture(all_enabled: None, watching: Watching) -> None:
    await watching.act("switch", "turn_off", YARD_RULE, "overlay")
    assert watching.value("switch", YARD_RULE, "overlay") == "off"
    overlays = sheet(watching).config["OverlayInPreviewList"]
    assert isinstance(overlays, list)
    assert [each["ruleOverlayEnable"] for each in overlays if isinstance(each, dict)] == [True, True, False]


@pytest.mark.parametrize(
    "style", [{}, {"http_ok": True}, {"xml": True}, {"http_ok": True, "xml": True}, {"modules": False}]
)
async def test_a_rule_that_is_refused_stays(watching: Watching, style: dict[str, bool]) -> None:
    watching.platform.style = Style(**style)
    path = f"Intelligent/AIOpenPlatform{RULES}"
    watching.device.refusals.append(Refusal(path=path, method="PUT", sub="insufficientEnginePerformance"))
    error = await watching.refused("switch", "turn_off", HELMET_RULE, "detection_ai_rule")
    assert error.translation_key == "engine_exhausted"
    assert sheet(watching).rules()[1]["Valid"] == 1


async def test_rules_that_took_no_effect_are_shown(all_enabled: None, watching: Watching) -> None:
    assert watching.value("sensor", HELMET_RULE, "rule_status") == "success"
    sheet(watching).failed = True
    await watching.poll()
    assert watching.value("sensor", HELMET_RULE, "rule_status") == "failed"
    assert watching.value("sensor", DOCK_RULE, "rule_status") == "success"


async def test_what_a_rule_does_is_told_and_changed(hass: HomeAssistant, watching: Watching) -> None:
    target = {"entity_id": watching.state("switch", HELMET_RULE, "detection_ai_rule").entity_id}
    told = await watching.call("get_rule_linkage", **target)
    assert told["methods"] == ["center", "record"]
    assert {"email", "beep", "whiteLight"} <= set(told["possible"])
    told = await watching.call("set_rule_linkage", **target, methods=["center", "beep"])
    assert sorted(told["methods"]) == ["beep", "center"]
    assert sorted(sheet(watching).methods(1)) == ["beep", "center"]
    assert sheet(watching).methods(2) == ["center"]
    error = await watching.denied("set_rule_linkage", **target, methods=["fireworks"])
    assert "fireworks" in str(error.translation_placeholders)


async def test_a_rule_that_tells_nobody_becomes_a_repair_until_it_does(hass: HomeAssistant, watching: Watching) -> None:
    def told() -> list[str]:
        found = (issue for (domain, _), issue in ir.async_get(hass).issues.items() if domain == DOMAIN)
        return [str(issue.translation_placeholders) for issue in found if "notification" in str(issue.translation_key)]

    assert ["No helmet at the dock" in each for each in told()] == [True]
    target = {"entity_id": watching.state("switch", DOCK_RULE, "detection_ai_rule").entity_id}
    await watching.call("set_rule_linkage", **target, methods=["record", "center"])
    await until(lambda: told() == [])


# Tasks


async def test_tasks_are_listed(watching: Watching) -> None:
    told = (await watching.call("get_tasks"))["tasks"]
    assert [(each["kind"], each["status"], each["engine"], each["channels"]) for each in told] == [
        ("video", "running", 1, [1, 2]),
        ("picture_polling", "running", 1, [1, 4]),
    ]
    assert (await watching.call("get_tasks", kind="history"))["tasks"] == []


async def test_a_task_comes_and_goes(watching: Watching) -> None:
    made = await watching.call("create_task", kind="video", options={"engine": 1, "channel": [2, 4], "frameRate": 2500})
    name = made["task_id"]
    assert len(name) == 64
    assert made["failed_channels"] == []
    await until(lambda: watching.has("sensor", f"task0{name}", "task_status"))
    await watching.poll()
    assert watching.value("sensor", f"task0{name}", "task_status") == "running"
    changed = await watching.call("edit_task", kind="video", task_id=name, options={"channel": [4]})
    assert changed["task"]["channels"] == [4]
    assert watching.platform.tasks[name].fields["frameRate"] == 2500
    await watching.call("delete_task", kind="video", task_id=name)
    assert name not in watching.platform.tasks
    await until(lambda: f"task0{name}_task_status" in watching.unavailable())
    assert watching.value("sensor", WATCH_TASK, "task_status") == "running"


HOURS = [{"week": 1, "beginTime": "7:00:00", "endTime": "9:00:00"}]
RECORDED = {"beginTime": "2026-02-17 10:00:00", "endTime": "2026-02-17 12:00:00"}


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("video_polling", {"channel": [2], "pollingTime": 60}),
        ("picture_polling", {"channel": [2], "pollingTime": 60}),
        ("picture", {"URLs": [{"URL": "http://files.test/a.jpg", "PID": "a"}]}),
        ("history", {"channel": [1], "recordTime": RECORDED, "TimeRange": HOURS}),
    ],
)
async def test_tasks_of_other_kinds(watching: Watching, kind: str, options: dict[str, object]) -> None:
    made = await watching.call("create_task", kind=kind, options={"engine": 1, **options})
    name = made["task_id"]
    assert watching.platform.tasks[name].kind == kind
    assert name in {each["task_id"] for each in (await watching.call("get_tasks", kind=kind))["tasks"]}
    await watching.call("delete_task", kind=kind, task_id=name)
    assert name not in watching.platform.tasks


async def test_channels_that_a_task_could_not_have(watching: Watching) -> None:
    watching.platform.switches.failing_channels = {4}
    options = {"engine": 1, "channel": [2, 4], "frameRate": 2500}
    assert (await watching.call("create_task", kind="video", options=options))["failed_channels"] == [4]


@pytest.mark.parametrize(
    ("action", "data", "key"),
    [
        (
            "create_task",
            {"kind": "video", "options": {"engine": 2, "channel": [1], "frameRate": 2500}},
            "engine_without_model",
        ),
        ("edit_task", {"kind": "video", "task_id": "nobody", "options": {"frameRate": 100}}, "task_unknown"),
        ("delete_task", {"kind": "history", "task_id": WATCH}, "task_unknown"),
        (
            "analyze_pictures",
            {"engine": 2, "model_id": HELMET, "urls": ["http://files.test/a.jpg"]},
            "engine_without_model",
        ),
    ],
)
async def test_refusals_of_tasks_are_told_in_words(
    watching: Watching, action: str, data: dict[str, object], key: str
) -> None:
    assert (await watching.denied(action, **data)).translation_key == key
    assert set(watching.platform.tasks) == {WATCH, ROUND_TASK.removeprefix("task0")}


async def test_a_task_that_cannot_go(watching: Watching) -> None:
    watching.platform.task(WATCH).undeletable = True
    assert (await watching.denied("delete_task", kind="video", task_id=WATCH)).translation_key == "task_not_deleted"


# Reference pictures


async def test_reference_pictures(hass: HomeAssistant, watching: Watching, tmp_path: Path) -> None:
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    camera = watching.state("camera", CHANNEL, "stream1").entity_id

    async def act(action: str, **data: object) -> dict[str, object]:
        answer = await watching.call(action, entity_id=camera, **data)
        return dict(answer[camera])

    assert watching.value("sensor", CHANNEL, "references") == "2"
    pictures = (await act("get_reference_pictures"))["pictures"]
    assert isinstance(pictures, list)
    assert [each["name"] for each in pictures] == ["empty gate", "gate at night"]

    taken = str((await act("capture_reference_picture"))["picture_id"])
    assert taken in watching.platform.references
    await act("rename_reference_picture", picture_id=taken, name="at noon")
    assert watching.platform.references[taken].name == "at noon"

    file = tmp_path / "saved.jpg"
    await act("save_reference_picture", picture_id=taken, file=str(file))
    assert file.read_bytes() == watching.platform.references[taken].data
    added = str((await act("add_reference_picture", name="again", file=str(file)))["picture_id"])
    assert watching.platform.references[added].data == file.read_bytes()

    await watching.poll()
    assert watching.value("sensor", CHANNEL, "references") == "4"
    left = (await act("delete_reference_pictures", picture_ids=[taken, added]))["pictures"]
    assert isinstance(left, list)
    assert len(left) == 2
    # Read back: nobody has to wait for the next poll.
    assert watching.value("sensor", CHANNEL, "references") == "2"


async def test_refusals_of_reference_pictures_are_told_in_words(
    hass: HomeAssistant, watching: Watching, tmp_path: Path
) -> None:
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    camera = watching.state("camera", CHANNEL, "stream1").entity_id
    (tmp_path / "text.jpg").write_text("no picture")
    error = await watching.denied("add_reference_picture", entity_id=camera, name="x", file=str(tmp_path / "text.jpg"))
    assert error.translation_key == "picture_format"
    pictures = list(watching.platform.references.values())
    rename = {"entity_id": camera, "picture_id": pictures[0].pid, "name": pictures[1].name}
    assert (await watching.denied("rename_reference_picture", **rename)).translation_key == "reference_name_used"
    watching.device.refusals.append(
        Refusal(path="Intelligent/AIOpenPlatform/AITargetBP", method="POST", sub="AITargetBPCaptureFail")
    )
    assert (
        await watching.denied("capture_reference_picture", entity_id=camera)
    ).translation_key == "reference_not_taken"
    assert len(watching.platform.references) == 2
