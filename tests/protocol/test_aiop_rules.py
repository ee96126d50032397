"""Rules, what the device does when they strike, and pictures of the usual view, over sockets."""

from copy import deepcopy
from typing import Any

import pytest

from custom_components.ip_surveillance.protocol.driver import Want
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop import linkage as linkages, rules
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop.parts import REFERENCES
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop.rules import (
    DURATION,
    ENABLED,
    INTERVAL,
    OVERLAY,
    SENSITIVITY,
)
from custom_components.ip_surveillance.protocol.errors import BadAnswer, Busy, NotSupported, Rejected
from custom_components.ip_surveillance.protocol.model.events import Restructured
from custom_components.ip_surveillance.protocol.model.parts import HOST, FindingKind, PartKind, PartRef, SettingValue
from custom_components.ip_surveillance.protocol.model.setting_words import SettingKey
from tests.simulators.isapi import IsapiSimulator
from tests.simulators.isapi.form import Tree

from .aiop_device import DOCK, GATE, ROOT, VEHICLES, WATCH, YARD, only, parts, platform, refuse, running, setting, told
from .isapi_driver import CHANNEL, JPEG


def config(device: IsapiSimulator, channel: int = 1) -> Tree:
    return platform(device).sheets[WATCH, channel].config


def rule(device: IsapiSimulator, number: int) -> Any:
    return platform(device).sheets[WATCH, 1].rules()[number]


# --- settings


@pytest.mark.parametrize(
    ("part", "key", "before", "after"),
    [
        (GATE, ENABLED, True, False),
        (GATE, SENSITIVITY, 80.0, 35.0),
        (GATE, DURATION, 5.0, 600.0),
        (GATE, INTERVAL, 3.0, 0.0),
        (GATE, OVERLAY, True, False),
        (VEHICLES, DURATION, 5.0, 9.0),
        (VEHICLES, ENABLED, True, False),
        (YARD, INTERVAL, 10.0, 1800.0),
        (YARD, ENABLED, True, False),
        (DOCK, SENSITIVITY, 80.0, 100.0),
    ],
)
async def test_a_setting_is_changed_and_read_back(
    part: PartRef, key: SettingKey, before: SettingValue, after: SettingValue
) -> None:
    async with running() as (_, driver):
        assert await setting(driver, part, key) == before
        polled = await driver.set_setting(part, key, after)
        assert polled.readback
        assert only(polled) == after
        assert await setting(driver, part, key) == after


async def test_all_else_stays_as_the_device_has_it() -> None:
    async with running() as (device, driver):
        before = deepcopy(config(device))
        await driver.set_setting(GATE, SENSITIVITY, 35.0)
        rule(device, 1)["RuleParam"]["Sensitive"] = 80
        assert config(device) == before
        await driver.set_setting(VEHICLES, ENABLED, False)
        assert (rule(device, 2)["Valid"], rule(device, 1)["Valid"]) == (0, 1)
        listed: Any = config(device)["OSDList"]
        assert [each["ruleEnable"] for each in listed] == [False, True]


async def test_the_shape_of_a_device_is_kept() -> None:
    async with running("ai_camera") as (device, driver):
        await driver.set_setting(GATE, ENABLED, False)
        assert rule(device, 1)["Valid"] == 0
        assert await setting(driver, GATE, ENABLED) is False


async def test_rules_of_a_channel_are_read_at_once() -> None:
    async with running() as (device, driver):
        device.requests.clear()
        wanted = {(GATE, ENABLED), (GATE, DURATION), (VEHICLES, ENABLED), (YARD, INTERVAL)}
        polled = [each async for each in driver.read_settings(wanted)]
        assert len(polled) == 1
        assert polled[0].settings.keys() == wanted
        assert len([each for each in device.requests if ROOT in each.path]) == 1


async def test_values_beyond_the_limits_are_not_sent() -> None:
    async with running() as (device, driver):
        before = deepcopy(config(device))
        for key, value in ((SENSITIVITY, 101.0), (DURATION, 601.0), (INTERVAL, -1.0)):
            with pytest.raises(Rejected):
                await driver.set_setting(GATE, key, value)
        assert config(device) == before


async def test_what_changes_nothing_or_is_refused_is_an_error() -> None:
    async with running() as (device, driver):
        refuse(device, f"AIRuleConfig/task/{WATCH}/channels/1", "ok", method="PUT", http=200, times=1)
        with pytest.raises(Rejected) as caught:
            await driver.set_setting(GATE, ENABLED, False)
        assert caught.value.code == "notApplied"
        refuse(device, f"AIRuleConfig/task/{WATCH}/channels/1", "badJsonContent", method="PUT", times=1)
        with pytest.raises(Rejected) as caught:
            await driver.set_setting(GATE, ENABLED, False)
        assert caught.value.code == "badJsonContent"
        refuse(device, f"AIRuleConfig/task/{WATCH}/channels/1", "deviceBusy", times=1)
        with pytest.raises(Busy):
            await driver.set_setting(GATE, ENABLED, False)


async def test_a_rule_that_is_gone() -> None:
    async with running() as (_, driver):
        gone = PartRef(HOST, PartKind.RULE, 9, f"{WATCH}.1")
        with pytest.raises(NotSupported):
            await driver.set_setting(gone, ENABLED, True)
        with pytest.raises(NotSupported):
            await driver.linkage(gone)
        assert [each async for each in driver.read_settings({(gone, ENABLED)})] == []


def wrapped(info: Any, **more: Any) -> dict[str, Any]:
    return {"AIRuleConfig": {"VCA_config": {"ConfigInfo": {"EventRule": {"RuleInfo": info}}}, **more}}


@pytest.mark.parametrize(
    ("flag", "on", "off"), [(1, 1, 0), (True, True, False), ("1", "1", "0"), ("true", "true", "false")]
)
def test_values_keep_the_type_that_the_device_uses(flag: object, on: object, off: object) -> None:
    document = wrapped({"ruleId": "4", "valid": flag, "TriggerType": str(rules.OF_TARGET)})
    (found,) = rules.read_rules(document)
    assert (found.number, found.trigger) == (4, rules.OF_TARGET)
    knob = rules.knob_of(document, 4, ENABLED)
    assert knob is not None
    assert knob.read(document, 4) is True
    for value, kept in ((False, off), (True, on)):
        assert knob.write(document, 4, value)
        assert document["AIRuleConfig"]["VCA_config"]["ConfigInfo"]["EventRule"]["RuleInfo"]["valid"] == kept
    text = wrapped([{"RuleID": 1, "RuleParam": {"Sensitive": "50"}}])
    knob = rules.knob_of(text, 1, SENSITIVITY)
    assert knob is not None
    assert knob.write(text, 1, 60.0)
    assert (
        text["AIRuleConfig"]["VCA_config"]["ConfigInfo"]["EventRule"]["RuleInfo"][0]["RuleParam"]["Sensitive"] == "60"
    )


def test_parameters_beside_a_lone_rule() -> None:
    document = wrapped({"RuleID": 1, "TriggerType": rules.OF_REGION}, RuleParam={"Sensitive": 7, "Duration": 3})
    (found,) = rules.read_rules(document)
    assert SENSITIVITY in found.settings
    assert DURATION not in found.settings


def test_rules_without_what_the_algorithm_adds() -> None:
    document = {
        "AIRuleConfig": {
            "RuleNameInfo": {"ruleID": 2, "ruleName": "Two"},
            "OSDList": [{"ruleID": 3, "TriggerType": rules.LINE_COUNT, "ruleEnable": "false"}],
        }
    }
    two, three = rules.read_rules(document)
    assert (two.name, two.settings) == ("Two", {})
    assert three.counts
    assert three.settings.keys() == {ENABLED}


# --- linkage


async def test_linkage_is_told() -> None:
    async with running() as (_, driver):
        answer = await driver.linkage(GATE)
        assert answer["methods"] == ["center", "record"]
        assert "AIAudio" in answer["possible"]
        assert len(answer["possible"]) == len(set(answer["possible"]))


async def test_linkage_is_changed_and_the_finding_goes() -> None:
    async with running() as (device, driver):
        events = told(driver)
        answer = await driver.set_linkage(DOCK, ["record", "CENTER", "beep"])
        assert sorted(answer["methods"]) == ["beep", "center", "record"]
        assert events == [Restructured()]
        assert platform(device).sheets[WATCH, 2].methods(1) == ["record", "center", "beep"]
        await driver.discover()
        assert driver.topology
        assert not [each for each in driver.topology.findings if each.kind is FindingKind.NO_NOTIFICATION]


async def test_other_rules_and_ports_keep_theirs() -> None:
    async with running() as (device, driver):
        sheet = platform(device).sheets[WATCH, 1]
        sheet.triggers.append({"ruleID": 1, "ruleType": "single", "notificationMethod": "IO", "outputIOPortID": "1"})
        answer = await driver.set_linkage(GATE, ["IO"])
        assert answer["methods"] == ["IO"]
        assert next(each for each in sheet.triggers if each["ruleID"] == 1)["outputIOPortID"] == "1"
        assert sheet.methods(2) == sheet.methods(3) == ["center"]


async def test_a_rule_that_shall_do_nothing() -> None:
    async with running() as (device, driver):
        assert (await driver.set_linkage(GATE, []))["methods"] == []
        assert platform(device).sheets[WATCH, 1].methods(1) == []
        assert (await driver.set_linkage(DOCK, []))["methods"] == []
        assert (await driver.set_linkage(DOCK, []))["methods"] == []


async def test_a_device_that_only_adds_linkages_is_cleared_first() -> None:
    async with running() as (device, driver):
        path = f"AIRuleConfig/task/{WATCH}/channels/1/trigger"
        refuse(device, path, "ok", method="PUT", http=200, times=1)
        assert (await driver.set_linkage(GATE, ["beep"]))["methods"] == ["beep"]
        deleted = [each.path for each in device.requests if "trigger/delete" in each.path]
        assert len(deleted) == 1


async def test_what_was_cleared_comes_back_where_the_rest_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as (device, driver):
        path = f"AIRuleConfig/task/{WATCH}/channels/1/trigger"
        refuse(device, path, "ok", method="PUT", http=200, times=1)
        before = platform(device).sheets[WATCH, 1].methods(1)
        send, puts = driver.client.send_json, 0

        async def failing(method: str, to: str, document: Any = None) -> Any:
            nonlocal puts
            puts += to.endswith("/trigger")
            if to.endswith("/trigger") and puts == 2:
                raise Busy("HTTP 503")
            return await send(method, to, document)

        monkeypatch.setattr(driver.client, "send_json", failing)
        with pytest.raises(Busy):
            await driver.set_linkage(GATE, ["beep"])
        assert "center" in before
        assert platform(device).sheets[WATCH, 1].methods(1) == before


async def test_linkages_that_cannot_be() -> None:
    async with running() as (device, driver):
        with pytest.raises(Rejected) as caught:
            await driver.set_linkage(GATE, ["dance"])
        assert caught.value.details == ("dance",)
        refuse(device, f"AIRuleConfig/task/{WATCH}/channels/1/trigger", "ok", method="PUT", http=200)
        with pytest.raises(Rejected) as caught:
            await driver.set_linkage(GATE, ["beep"])
        assert caught.value.code == "notTaken"


async def test_a_device_that_tells_no_possible_linkages() -> None:
    async with running() as (device, driver):
        refuse(device, f"AIRuleConfig/task/{WATCH}/channels/1/trigger/capabilities", "notSupport")
        assert (await driver.linkage(GATE))["possible"] == list(linkages.POSSIBLE)


def test_several_methods_in_one_entry() -> None:
    document = {"AIRuleTriggerCfg": {"ruleID": 1, "notificationMethod": "center, IO", "outputIOPortID": "2"}}
    assert linkages.methods_of(document, 1) == ["center", "IO"]
    assert linkages.changed(document, 1, ["IO", "beep"]) == {
        "AIRuleTriggerCfg": [
            {"ruleID": 1, "notificationMethod": "IO", "outputIOPortID": "2"},
            {"ruleID": 1, "ruleType": "single", "notificationMethod": "beep"},
        ]
    }
    assert linkages.silent(document, [1, 2]) == [2]


# --- pictures of the usual view


async def test_pictures_are_listed_taken_stored_fetched_renamed_and_removed() -> None:
    async with running() as (device, driver):
        first = await driver.references(CHANNEL)
        assert [each["name"] for each in first["pictures"]] == ["empty gate", "gate at night"]
        taken = await driver.capture_reference(CHANNEL)
        stored = await driver.add_reference(CHANNEL, "by day", JPEG)
        assert stored["name"] == "by day"
        assert platform(device).references[stored["picture_id"]].data == JPEG
        picture = await driver.fetch_reference(CHANNEL, stored["picture_id"])
        assert picture.data == JPEG
        assert await driver.rename_reference(CHANNEL, taken["picture_id"], " Noon ") == {
            "picture_id": taken["picture_id"],
            "name": "Noon",
        }
        assert platform(device).references[taken["picture_id"]].name == "Noon"
        polled = await driver.delete_references(CHANNEL, [taken["picture_id"], stored["picture_id"]])
        assert polled.readings == {(CHANNEL, REFERENCES): 2}
        assert len(platform(device).references) == 2


async def test_a_device_that_wants_the_blank_gets_it() -> None:
    async with running() as (device, driver):
        platform(device).switches.spaced_key = True
        (first, *_) = (await driver.references(CHANNEL))["pictures"]
        await driver.rename_reference(CHANNEL, first["picture_id"], "Dawn")
        assert platform(device).references[first["picture_id"]].name == "Dawn"


async def test_numbers_for_ids() -> None:
    async with running() as (device, driver):
        platform(device).switches.number_pids = True
        taken = await driver.capture_reference(CHANNEL)
        assert taken["picture_id"].isdigit()
        picture = await driver.fetch_reference(CHANNEL, taken["picture_id"])
        assert picture.data.startswith(b"\xff\xd8")
        await driver.delete_references(CHANNEL, [taken["picture_id"]])


async def test_the_count_follows() -> None:
    async with running() as (_, driver):
        polled = await driver.poll({Want(CHANNEL, REFERENCES)})
        assert polled.readings[CHANNEL, REFERENCES] == 2
        assert (await driver.poll({Want(CHANNEL, REFERENCES)})).readings == {}


async def test_pictures_that_cannot_be() -> None:
    async with running() as (device, driver):
        for name, data, code in (
            ("", JPEG, "badParameters"),
            ("x" * 33, JPEG, "badParameters"),
            ("x", b"GIF89a", "unsupportedImageFormat"),
            ("x", JPEG + b"x" * (6 * 1024 * 1024), "improperPicSize"),
            ("empty gate", JPEG, "AITargetBPDuplicateName"),
        ):
            with pytest.raises(Rejected) as caught:
                await driver.add_reference(CHANNEL, name, data)
            assert caught.value.code == code
        with pytest.raises(Rejected):
            await driver.delete_references(CHANNEL, [])
        with pytest.raises(Rejected) as caught:
            await driver.capture_reference(PartRef(HOST, PartKind.CHANNEL, 3))
        assert caught.value.code == "AITargetBPCaptureFail"
        with pytest.raises((NotSupported, Rejected)):
            await driver.fetch_reference(CHANNEL, "nothing")
        first = (await driver.references(CHANNEL))["pictures"][0]["picture_id"]
        refuse(device, f"AITargetBP/{first}", "nameExist", times=1)
        with pytest.raises(Rejected) as caught:
            await driver.rename_reference(CHANNEL, first, "gate at night")
        assert caught.value.code == "nameExist"
        refuse(device, "AITargetBP/delete", "ok", http=200)
        with pytest.raises(Rejected) as caught:
            await driver.delete_references(CHANNEL, [first])
        assert caught.value.code == "notTaken"
        refuse(device, "AITargetBP/channels/1/capture", "ok", http=200)
        with pytest.raises(BadAnswer):
            await driver.capture_reference(CHANNEL)


async def test_rules_of_all_kinds_stay_after_a_second_look() -> None:
    async with running() as (_, driver):
        before = parts(driver, PartKind.RULE)
        await driver.discover()
        assert parts(driver, PartKind.RULE) == before
