"""Settings on simulated devices: read once, written whole, read back, refused with the reason."""

from typing import Any

import pytest

from custom_components.ip_surveillance.protocol.drivers.isapi.channels import ChannelMap
from custom_components.ip_surveillance.protocol.errors import (
    AuthFailed,
    BadAnswer,
    Busy,
    DeviceError,
    Forbidden,
    NotSupported,
    Rejected,
)
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST_PART,
    PartRef,
    SettingValue,
)
from custom_components.ip_surveillance.protocol.model.setting_words import Setting, SettingKey
from tests.reading import settings_of
from tests.simulators.isapi import IsapiSimulator

from .isapi_driver import CHANNEL, connected, key


async def test_each_document_is_read_once() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        device.requests.clear()
        wanted = {(CHANNEL, key(setting, "motion")) for setting in (Setting.DETECTION, Setting.SENSITIVITY)}
        wanted |= {(CHANNEL, key(setting)) for setting in (Setting.BRIGHTNESS, Setting.CONTRAST, Setting.SATURATION)}
        values = await settings_of(driver, wanted)
        assert len(device.requests) == 2
        assert values[CHANNEL, key(Setting.SENSITIVITY, "motion")] == 60


async def test_document_that_fails_leaves_only_its_own_settings_unknown() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        device.fault.status_next(500, path="Image/channels/1/color", times=5)
        brightness, motion = (CHANNEL, key(Setting.BRIGHTNESS)), (CHANNEL, key(Setting.DETECTION, "motion"))
        assert (await settings_of(driver, {brightness, motion})) == {brightness: None, motion: True}


CHANGES: tuple[tuple[str, PartRef, SettingKey, SettingValue], ...] = (
    ("camera", CHANNEL, key(Setting.DETECTION, "motion"), False),
    ("camera", CHANNEL, key(Setting.DETECTION, "region_exiting"), True),
    ("camera", CHANNEL, key(Setting.SENSITIVITY, "intrusion"), 80.0),
    ("camera", CHANNEL, key(Setting.DAY_NIGHT), "night"),
    ("camera", CHANNEL, key(Setting.LIGHT_MODE), "irLight"),
    ("camera", CHANNEL, key(Setting.BRIGHTNESS), 20.0),
    ("camera", CHANNEL, key(Setting.WDR), "open"),
    ("camera", CHANNEL, key(Setting.BACKLIGHT), True),
    ("camera", HOST_PART, key(Setting.WARNING_VOLUME), 33.0),
    ("camera", HOST_PART, key(Setting.WARNING_SOUND), "2"),
    ("camera", HOST_PART, key(Setting.FLASH_FREQUENCY), "high"),
    ("cube", CHANNEL, key(Setting.DETECTION, "pir"), False),
    ("ptz", CHANNEL, key(Setting.PARK_ACTION), True),
    ("nvr", ChannelMap.ref(2), key(Setting.DETECTION, "motion"), False),
    ("nvr", ChannelMap.ref(2), key(Setting.NOTIFICATIONS), False),
    ("nvr", HOST_PART, key(Setting.HOLIDAY_MODE), True),
)


@pytest.mark.parametrize(("model", "part", "setting", "value"), CHANGES)
async def test_change_of_a_setting(model: str, part: PartRef, setting: SettingKey, value: SettingValue) -> None:
    async with IsapiSimulator(model) as device, connected(device) as driver:
        assert driver.topology
        assert setting in driver.topology.parts[part].settings
        polled = await driver.set_setting(part, setting, value)
        assert polled.readback
        assert polled.settings == {(part, setting): value}
        assert (await settings_of(driver, {(part, setting)})) == {(part, setting): value}
        assert len([request for request in device.requests if request.method == "PUT"]) == 1


async def test_rest_of_the_document_stays_as_it_was() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        path = "Smart/FieldDetection/1"
        before = dict(device.world.tree(path))
        await driver.set_setting(CHANNEL, key(Setting.DETECTION, "intrusion"), False)
        after = device.world.tree(path)
        assert str(after["enabled"]).lower() == "false"
        assert {name for name in after if not name.startswith("@")} == before.keys()
        assert str(after["FieldDetectionRegionList"]).count("positionX") == str(
            before["FieldDetectionRegionList"]
        ).count("positionX")


async def test_excluded_by_another_function() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        await driver.set_setting(CHANNEL, key(Setting.DETECTION, "scene_change"), True)
        with pytest.raises(Rejected) as caught:
            await driver.set_setting(CHANNEL, key(Setting.DETECTION, "region_entrance"), True)
        assert caught.value.details == ("sceneChangeDetection",)
        assert not device.world.enabled("Smart/regionEntrance/1")


async def test_limit_of_smart_detections() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        device.world.vca_limit = 1
        with pytest.raises(Rejected) as caught:
            await driver.set_setting(CHANNEL, key(Setting.DETECTION, "region_exiting"), True)
        assert caught.value.code


async def test_value_out_of_range_is_not_sent() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        device.requests.clear()
        for setting, value in (
            (key(Setting.BRIGHTNESS), 101.0),
            (key(Setting.DAY_NIGHT), "never"),
            (key(Setting.BACKLIGHT), "on"),
        ):
            with pytest.raises(Rejected):
                await driver.set_setting(CHANNEL, setting, value)
        assert not device.requests


async def test_value_that_does_not_stick(monkeypatch: pytest.MonkeyPatch) -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:

        async def swallow(*_args: Any, **_kwargs: Any) -> None:
            """Answer as a device that says OK and does nothing."""

        monkeypatch.setattr(driver.client, "send_xml", swallow)
        with pytest.raises(Rejected):
            await driver.set_setting(CHANNEL, key(Setting.BRIGHTNESS), 20.0)


async def test_setting_that_the_device_lacks() -> None:
    async with IsapiSimulator("cube") as device, connected(device) as driver:
        with pytest.raises(NotSupported):
            await driver.set_setting(CHANNEL, key(Setting.LIGHT_MODE), "irLight")
        with pytest.raises(NotSupported):
            await driver.set_setting(CHANNEL, key(Setting.DETECTION, "queue"), True)


async def test_account_that_may_not_change_anything() -> None:
    async with IsapiSimulator("camera", level="viewer") as device, connected(device) as driver:
        with pytest.raises(Forbidden):
            await driver.set_setting(CHANNEL, key(Setting.DETECTION, "motion"), False)


async def test_success_with_an_error_in_the_body() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        device.fault.ok_with_error = {"System/status"}
        with pytest.raises(Busy):
            await driver.client.xml("System/status")
        device.fault.ok_with_error = {"Streaming/channels/101/picture"}
        with pytest.raises(DeviceError):
            await driver.client.picture("Streaming/channels/101/picture")
        device.fault.ok_with_error.clear()
        with pytest.raises(BadAnswer):
            await driver.client.picture("System/deviceInfo")


async def test_question_for_exclusions_is_only_a_courtesy() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        device.fault.status_next(500, path="System/mutexFunction", times=5)
        setting = key(Setting.DETECTION, "region_exiting")
        assert (await driver.set_setting(CHANNEL, setting, True)).settings == {(CHANNEL, setting): True}


async def test_refused_login_while_reading() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        device.fault.unauthorized = True
        with pytest.raises(AuthFailed):
            await settings_of(driver, {(CHANNEL, key(Setting.BRIGHTNESS))})


async def test_json_document_that_fails() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        device.fault.status_next(500, path="Event/triggers/notifications", times=5)
        volume = (HOST_PART, key(Setting.WARNING_VOLUME))
        assert (await settings_of(driver, {volume})) == {volume: None}
