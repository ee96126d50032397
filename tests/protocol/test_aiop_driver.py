"""What a device's own models become: parts, readings, and what is asked for them."""

import pytest

from custom_components.ip_surveillance.protocol.analytics import Linkages, Models, References, TaskKind, Tasks
from custom_components.ip_surveillance.protocol.commands import Acts
from custom_components.ip_surveillance.protocol.driver import Want
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop.caps import Abilities, Ability, read_abilities
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop.engines import Engine
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop.known import Known, Surveyor, denied
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop.parts import (
    ENGINE_STATUS,
    FAULT,
    MODELS,
    REFERENCES,
    RULE_STATUS,
    RUNNING,
    TASK_STATUS,
    merged,
    task_ref,
)
from custom_components.ip_surveillance.protocol.drivers.isapi.channels import ChannelMap
from custom_components.ip_surveillance.protocol.drivers.isapi.replies import CAPABILITIES, Replies
from custom_components.ip_surveillance.protocol.errors import (
    AuthFailed,
    Busy,
    CannotConnect,
    DeviceError,
    Forbidden,
    NotSupported,
    Rejected,
)
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.events import Restructured
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST_PART,
    Choice,
    FindingKind,
    Part,
    PartKind,
    Placement,
    Range,
)
from custom_components.ip_surveillance.protocol.model.setting_words import Setting
from custom_components.ip_surveillance.protocol.model.vocabulary import (
    EngineStatus,
    Feature,
    Flag,
    Quantity,
    Reading,
    TaskStatus,
)
from custom_components.ip_surveillance.protocol.transport import xml
from tests.simulators.isapi import IsapiSimulator
from tests.simulators.isapi.aiop.chips import EngineStatus as Chip

from .aiop_device import (
    DOCK,
    ENGINE,
    GATE,
    MODEL,
    PARCEL,
    ROOT,
    ROUND,
    SECOND_ENGINE,
    TASK,
    VEHICLES,
    WATCH,
    part,
    parts,
    platform,
    refuse,
    running,
    told,
)
from .isapi_driver import CHANNEL, connected, everything, key

PLATFORM_KINDS = (PartKind.ENGINE, PartKind.TASK, PartKind.RULE)


def asked(device: IsapiSimulator) -> list[str]:
    return [each.path.split("/ISAPI/")[-1].partition("?")[0] for each in device.requests if ROOT in each.path]


async def test_parts_of_a_recorder() -> None:
    async with running() as (_, driver):
        assert [(each.ref.number, each.placement) for each in parts(driver, PartKind.ENGINE)] == [
            (1, Placement.CHILD),
            (2, Placement.CHILD),
        ]
        engine = part(driver, ENGINE)
        assert engine.readings == {Reading(Quantity.ENGINE_STATUS), Reading(Flag.FAULT)}
        assert engine.settings == {MODEL: Choice(options=("none", "Helmet", "Parcel", "Fire lane"))}
        assert Feature.ENGINE_RESET in engine.features
        tasks = {each.ref: each for each in parts(driver, PartKind.TASK)}
        assert tasks.keys() == {TASK, task_ref(ROUND)}
        assert tasks[TASK].name == f"Video task {WATCH[:8]}"
        assert tasks[TASK].readings == {TASK_STATUS, RUNNING}
        assert tasks[TASK].details["channels"] == "1, 2"
        host = part(driver, HOST_PART)
        assert {Feature.MODELS, Feature.TASKS} <= host.features
        assert {each.quantity for each in host.readings} >= {
            Quantity.ALGORITHM,
            Quantity.PLATFORM,
            Quantity.MODELS,
            Quantity.MODEL_CAPACITY,
            Quantity.MODEL_FREE,
            Quantity.MODEL_PROGRESS,
        }


async def test_rules_become_parts_with_the_knobs_they_have() -> None:
    async with running() as (_, driver):
        rules = {each.ref: each for each in parts(driver, PartKind.RULE)}
        gate, vehicles = rules[GATE], rules[VEHICLES]
        assert gate.name == "No helmet at the gate"
        assert gate.parent == CHANNEL
        assert gate.detections.keys() == {Detection.AI_RULE}
        assert gate.features == {Feature.LINKAGE}
        assert gate.settings[key(Setting.SENSITIVITY, "ai_rule")] == Range(low=0, high=100)
        assert gate.readings == {RULE_STATUS}
        assert key(Setting.SENSITIVITY, "ai_rule") not in vehicles.settings
        assert Reading(Quantity.COUNT) in vehicles.readings
        assert len(rules) == 4


async def test_channels_get_counts_by_label_and_reference_pictures() -> None:
    async with running() as (_, driver):
        channel = part(driver, CHANNEL)
        assert {each.slot for each in channel.readings if each.quantity is Quantity.COUNT} == {"person", "vehicle"}
        assert REFERENCES in channel.readings
        assert {Feature.REFERENCES, Feature.PICTURES} <= channel.features
        assert Detection.AI_RULE in channel.detections


async def test_a_rule_that_tells_nobody_is_found() -> None:
    async with running() as (_, driver):
        assert driver.topology
        (finding,) = [each for each in driver.topology.findings if each.kind is FindingKind.NO_NOTIFICATION]
        assert (finding.part.number, finding.detail) == (2, "No helmet at the dock")


async def test_a_camera_has_less_and_lone_objects() -> None:
    async with running("ai_camera") as (_, driver):
        assert len(parts(driver, PartKind.ENGINE)) == 1
        (rule,) = parts(driver, PartKind.RULE)
        assert rule.name == "Person at the door"
        assert Quantity.MODEL_PROGRESS not in {each.quantity for each in part(driver, HOST_PART).readings}
        assert driver.ai is not None
        assert driver.ai.tasks.keys() == {TaskKind.VIDEO}


@pytest.mark.parametrize("model", ["camera", "nvr", "thermal"])
async def test_other_devices_have_none_of_it_and_are_asked_once(model: str) -> None:
    async with IsapiSimulator(model) as device, connected(device) as driver:
        assert not [each for kind in PLATFORM_KINDS for each in parts(driver, kind)]
        await driver.discover()
        await driver.poll(everything(driver))
        assert asked(device) == [f"{ROOT}/capabilities"]
        assert part(driver, HOST_PART).features.isdisjoint({Feature.MODELS, Feature.TASKS})
        with pytest.raises(NotSupported):
            await driver.models()
        with pytest.raises(NotSupported):
            await driver.tasks()


async def test_the_driver_offers_all_commands() -> None:
    async with running() as (_, driver):
        for protocol in (Models, Tasks, Linkages, References, Acts):
            assert isinstance(driver, protocol)


async def test_poll_reads_what_is_wanted_and_nothing_else() -> None:
    async with running() as (device, driver):
        device.requests.clear()
        await driver.poll({Want(HOST_PART, Reading(Quantity.CPU))})
        assert asked(device) == []
        polled = await driver.poll({Want(ENGINE, ENGINE_STATUS), Want(TASK)})
        assert asked(device) == [f"{ROOT}/algorithmModel/engines", f"{ROOT}/videoTask"]
        assert polled.readings[ENGINE, ENGINE_STATUS] == EngineStatus.RUNNING
        assert polled.readings[TASK, TASK_STATUS] == TaskStatus.RUNNING
        assert polled.readings[TASK, RUNNING] is True
        assert polled.settings[ENGINE, MODEL] == "Helmet"


@pytest.mark.parametrize(
    ("status", "word", "fault"),
    [
        (Chip.EMPTY, EngineStatus.IDLE, False),
        (Chip.MODEL_ABNORMAL, EngineStatus.MODEL_FAULT, True),
        (Chip.INITIALISING, EngineStatus.STARTING, False),
        (Chip.ABNORMAL, EngineStatus.FAULT, True),
        (Chip.FACES, EngineStatus.FACE, False),
    ],
)
async def test_status_of_an_engine(status: int, word: EngineStatus, fault: bool) -> None:
    async with running() as (device, driver):
        platform(device).engines[1].status = status
        polled = await driver.poll({Want(ENGINE)})
        assert (polled.readings[ENGINE, ENGINE_STATUS], polled.readings[ENGINE, FAULT]) == (word, fault)


async def test_what_is_not_documented_is_unknown() -> None:
    async with running() as (device, driver):
        platform(device).engines[1].status = 77
        platform(device).tasks[WATCH].pinned = 77
        polled = await driver.poll({Want(ENGINE), Want(TASK)})
        assert polled.readings[ENGINE, ENGINE_STATUS] is None
        assert polled.readings[ENGINE, FAULT] is None
        assert polled.readings[TASK, TASK_STATUS] is None


async def test_seldom_reads_are_seldom() -> None:
    async with running() as (device, driver):
        first = await driver.poll(everything(driver))
        assert first.readings[HOST_PART, MODELS] == 3
        assert first.readings[GATE, RULE_STATUS] == "success"
        assert first.readings[CHANNEL, REFERENCES] == 2
        device.requests.clear()
        second = await driver.poll(everything(driver))
        assert (HOST_PART, MODELS) not in second.readings
        assert (GATE, RULE_STATUS) not in second.readings
        assert sorted(asked(device)) == [
            f"{ROOT}/algorithmModel/engines",
            f"{ROOT}/picturePollingAnalysisTask",
            f"{ROOT}/videoTask",
        ]


async def test_a_rule_that_did_not_take_effect() -> None:
    async with running() as (device, driver):
        platform(device).sheets[WATCH, 2].failed = True
        polled = await driver.poll({Want(GATE), Want(DOCK)})
        assert (polled.readings[GATE, RULE_STATUS], polled.readings[DOCK, RULE_STATUS]) == ("success", "failed")


async def test_another_model_or_task_is_noticed() -> None:
    async with running() as (device, driver):
        events = told(driver)
        await driver.poll(everything(driver))
        assert not events
        platform(device).engines[2].model = PARCEL
        await driver.poll({Want(SECOND_ENGINE)})
        assert events == [Restructured()]
        del platform(device).tasks[ROUND]
        await driver.poll({Want(task_ref(ROUND))})
        assert events == [Restructured()] * 2
        await driver.discover()
        assert task_ref(ROUND) not in (driver.topology.parts if driver.topology else {})
        await driver.poll(everything(driver))
        assert len(events) == 2


async def test_a_passing_failure_makes_nothing_vanish() -> None:
    async with running() as (device, driver):
        assert driver.topology
        before = driver.topology.parts
        refuse(device, "", "deviceBusy")
        await driver.discover()
        assert driver.topology.parts == before
        polled = await driver.poll({Want(ENGINE), Want(TASK), Want(HOST_PART)})
        assert polled.readings[ENGINE, ENGINE_STATUS] is None
        assert polled.readings[TASK, RUNNING] is None


async def test_a_device_that_is_just_starting_loses_nothing() -> None:
    async with running() as (device, driver):
        assert driver.topology
        before = driver.topology.parts
        refuse(device, "", "notSupport")
        await driver.discover()
        assert driver.topology.parts == before
        device.refusals.clear()
        await driver.discover()
        assert driver.topology.parts == before
        assert not [path for path in driver.client.lacking if "AIOpenPlatform" in path]


@pytest.mark.parametrize(
    ("error", "found_later"),
    [
        (Forbidden("HTTP 403", code="HTTP 403"), True),
        (Rejected("no", code="invalidOperation"), True),
        (Busy("HTTP 503", code="HTTP 503"), True),
        (NotSupported("no", code="notSupport"), False),
    ],
)
@pytest.mark.parametrize("path", [f"{ROOT}/capabilities", f"{ROOT}/algorithmModel/management", f"{ROOT}/videoTask"])
async def test_what_was_denied_without_a_reason_is_looked_for_again(
    error: DeviceError, found_later: bool, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Device and we may have been switched on together: what it denies for a moment must not be away for good."""
    async with running() as (_, driver):
        asked_for = driver.client.json

        async def starting(asked: str, *args: object, **more: object) -> object:
            if asked == path:
                raise error
            return await asked_for(asked, *args, **more)  # type: ignore[arg-type]

        whole = driver.ai
        monkeypatch.setattr(driver.client, "json", starting)
        first = await Surveyor(driver.client, driver.channels, None).survey()
        assert first != whole
        monkeypatch.undo()
        assert (await Surveyor(driver.client, driver.channels, first).survey() == whole) is found_later


async def test_chips_do_not_go_away() -> None:
    async with running() as (device, driver):
        events = told(driver)
        listed = dict(platform(device).engines)
        platform(device).engines.clear()
        polled = await driver.poll({Want(ENGINE)})
        assert polled.readings[ENGINE, ENGINE_STATUS] is None
        assert not events
        await driver.discover()
        assert len(parts(driver, PartKind.ENGINE)) == len(listed)
        platform(device).engines.update(listed)
        assert (await driver.poll({Want(ENGINE)})).readings[ENGINE, ENGINE_STATUS] == EngineStatus.RUNNING


async def test_a_success_that_says_nothing_makes_nothing_vanish() -> None:
    async with running() as (device, driver):
        before = driver.ai
        refuse(device, "capabilities", "ok", code=1, error=1, http=200)
        await driver.discover()
        assert driver.ai == before


@pytest.mark.parametrize("style", [{}, {"http_ok": True}, {"xml": True}, {"http_ok": True, "xml": True}])
async def test_refusals_in_any_clothes(style: dict[str, bool]) -> None:
    async with IsapiSimulator("ai_recorder") as device:
        for name, value in style.items():
            setattr(platform(device).style, name, value)
        refuse(device, "historyVideoTask", "notSupport")
        refuse(device, "AITargetBP", "methodNotAllowed")
        async with connected(device) as driver:
            assert driver.ai is not None
            assert TaskKind.HISTORY not in driver.ai.tasks
            assert Feature.REFERENCES not in part(driver, CHANNEL).features
            assert len(parts(driver, PartKind.RULE)) == 4


async def test_flags_that_say_no_are_believed_and_missing_ones_are_tried() -> None:
    async with IsapiSimulator("ai_recorder") as device:
        flags = platform(device).flags
        flags["isSupportHistoryVideoTask"] = False
        del flags["isSupportVideoTask"]
        async with connected(device) as driver:
            assert driver.ai is not None
            assert TaskKind.VIDEO in driver.ai.tasks
            assert TaskKind.HISTORY not in driver.ai.tasks
            assert not [path for path in asked(device) if "history" in path]


def test_flags_under_other_names() -> None:
    abilities = read_abilities(
        {"cap": {"ISSUPPORTMODELWITHURL": "false", "isSupportAIIntelligentSearch": True, "isSupportNews": True}}
    )
    assert abilities is not None
    assert abilities.flags == {Ability.MODEL_BY_URL: False, Ability.SEARCH: True}
    assert not abilities.may(Ability.MODEL_BY_URL)
    assert abilities.may(Ability.RULES)
    assert read_abilities({"statusCode": 1, "statusString": "OK"}) is None


@pytest.mark.parametrize(
    ("leaf", "no"),
    [
        ("<isSupportAIOpenPlatform>false</isSupportAIOpenPlatform>", True),
        ("<isSupportAIOpenPlatform>true</isSupportAIOpenPlatform>", False),
        ("", False),
    ],
)
def test_general_capabilities_may_deny_it(leaf: str, no: bool) -> None:
    assert denied(xml.parse(f"<DeviceCap><SysCap>{leaf}</SysCap></DeviceCap>".encode())) is no
    assert not denied(None)


async def test_diagnostics_tell_what_was_found() -> None:
    async with running() as (_, driver):
        facts = driver.diagnostics()["platform"]
        assert facts["rules"] == 4
        assert facts["models"][0] == {"name": "Helmet", "status": "loaded", "labels": {1: "person", 2: "vehicle"}}


async def test_what_has_no_command_of_its_own_goes_by_request() -> None:
    async with running() as (device, driver):
        rules = f"/ISAPI/{ROOT}/AIRuleConfig"
        for path in (f"{rules}/task/{WATCH}/channels/1/preset/1", f"{rules}/task/{WATCH}/channels/1/preset/1/"):
            answer = await driver.send_request("GET", path, (("format", "json"),), None)
            assert (answer.status, b"AIRuleConfig" in answer.body) == (200, True)
        platform(device).sheets[WATCH, 1].counts[2] = 9
        path = f"{rules}/channels/1/manualReset"
        assert (await driver.send_request("PUT", path, (("format", "json"),), None)).status == 200
        assert not platform(device).sheets[WATCH, 1].counts


async def test_a_device_that_is_away_is_asked_once_and_keeps_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as (_, driver):
        tries = 0

        async def broken(path: str, *_: object, **__: object) -> None:
            nonlocal tries
            tries += 1
            raise CannotConnect(path)

        monkeypatch.setattr(driver.client, "json", broken)
        before = driver.ai
        assert await Surveyor(driver.client, driver.channels, before).survey() is before
        assert await Surveyor(driver.client, driver.channels, None).survey() is None
        assert tries == 2
        monkeypatch.undo()
        await driver.discover()
        assert driver.ai == before


async def test_a_refused_password_ends_the_look() -> None:
    async with running() as (device, driver):
        device.auth.users[device.username].password = "another"
        with pytest.raises(AuthFailed):
            await Surveyor(driver.client, driver.channels, driver.ai).survey()
        assert driver.ai is not None


async def test_engines_one_by_one_where_there_is_no_list() -> None:
    async with IsapiSimulator("ai_recorder") as device:
        refuse(device, "algorithmModel/engines", "notSupport")
        async with connected(device) as driver:
            assert [each.ref for each in parts(driver, PartKind.ENGINE)] == [ENGINE, SECOND_ENGINE]
            device.requests.clear()
            polled = await driver.poll({Want(ENGINE), Want(SECOND_ENGINE)})
            assert asked(device) == [f"{ROOT}/algorithmModel/engine/1", f"{ROOT}/algorithmModel/engine/2"]
            assert polled.readings[ENGINE, ENGINE_STATUS] == EngineStatus.RUNNING
            assert polled.readings[SECOND_ENGINE, ENGINE_STATUS] == EngineStatus.IDLE
            events = told(driver)
            await driver.poll({Want(ENGINE)})
            assert not events
            changed = await driver.set_setting(SECOND_ENGINE, MODEL, "Parcel")
            assert changed.settings == {(SECOND_ENGINE, MODEL): "Parcel"}


async def test_a_platform_without_engines_or_models() -> None:
    async with IsapiSimulator("ai_recorder") as device:
        refuse(device, "algorithmModel", "notSupport")
        refuse(device, "AIRuleConfig", "notSupport")
        async with connected(device) as driver:
            assert not parts(driver, PartKind.RULE)
            assert not parts(driver, PartKind.ENGINE)
            assert Feature.MODELS not in part(driver, HOST_PART).features
            assert len(parts(driver, PartKind.TASK)) == 2


async def test_a_device_that_denies_it_is_not_asked() -> None:
    async with running() as (device, driver):
        device.requests.clear()
        leaf = b"<DeviceCap><isSupportAIOpenPlatform>false</isSupportAIOpenPlatform></DeviceCap>"
        await driver.survey_platform(Replies(xml={CAPABILITIES: xml.parse(leaf)}))
        assert driver.ai is None
        assert asked(device) == []
        assert driver.topology
        assert driver.with_platform(driver.topology) is driver.topology
        assert driver.diagnostics()["platform"] is None


@pytest.mark.parametrize("path", ["algorithmModel/management", "videoTask", "AITargetBP", "AIRuleConfig"])
async def test_a_refusal_of_the_login_on_the_way(path: str) -> None:
    async with running() as (device, driver):
        before = driver.ai
        refuse(device, path, "passwordError", code=4, error=0x00200001, http=200)
        with pytest.raises(AuthFailed):
            await driver.discover()
        assert driver.ai is before


def test_an_engine_may_run_what_is_on_no_list() -> None:
    engine = Engine(number=1, status=EngineStatus.RUNNING, model_id="x", model_name="Strange")
    known = Known(abilities=Abilities({}), engines=(engine,), models=())
    found = merged({HOST_PART: Part(ref=HOST_PART)}, known, ChannelMap())
    assert found[ENGINE].settings == {MODEL: Choice(options=("none", "Strange"))}


@pytest.mark.parametrize(("busy", "has"), [(["1"], True), (["1", "2", "3"], False)])
async def test_reference_pictures_are_looked_for_on_a_few_channels(busy: list[str], has: bool) -> None:
    async with IsapiSimulator("ai_recorder") as device:
        for channel in busy:
            refuse(device, f"AITargetBP/channels/{channel}", "deviceBusy")
        async with connected(device) as driver:
            assert (Feature.REFERENCES in part(driver, CHANNEL).features) is has
            device.refusals.clear()
            await driver.discover()
            assert Feature.REFERENCES in part(driver, CHANNEL).features
