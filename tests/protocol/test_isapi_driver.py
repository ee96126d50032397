"""The driver against simulated devices, over sockets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, DummyCookieJar, web
import pytest

from custom_components.ip_surveillance.protocol.driver import FEATURE_NEEDS, Access, Sets, Want
from custom_components.ip_surveillance.protocol.drivers.isapi import FAMILY
from custom_components.ip_surveillance.protocol.drivers.isapi.channels import ChannelMap, input_ref
from custom_components.ip_surveillance.protocol.drivers.isapi.driver import IsapiDriver
from custom_components.ip_surveillance.protocol.errors import (
    AuthFailed,
    BadAnswer,
    Busy,
    CannotConnect,
    DeviceError,
    Forbidden,
    NotSupported,
    Rejected,
)
from custom_components.ip_surveillance.protocol.model.events import Detected, Event, Polled
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST,
    HOST_PART,
    FindingKind,
    PartKind,
    PartRef,
    SettingValue,
)
from custom_components.ip_surveillance.protocol.model.state import LineState, StorageState
from custom_components.ip_surveillance.protocol.model.vocabulary import (
    Detection,
    Feature,
    Quantity,
    Reading,
    Setting,
    SettingKey,
    Target,
)
from tests.simulators.isapi import IsapiSimulator

from .isapi_captures import captured

MODELS = ("camera", "cube", "ptz", "thermal", "nvr", "nvr_v1", "dvr")
JPEG = b"\xff\xd8\xff\xe0 picture \xff\xd9"
CHANNEL = ChannelMap.ref(1)


def access(device: IsapiSimulator, password: str | None = None) -> Access:
    return Access(host="127.0.0.1", port=device.port, username=device.username, password=password or device.password)


@asynccontextmanager
async def connected(device: IsapiSimulator, *, discover: bool = True) -> AsyncIterator[IsapiDriver]:
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        driver = FAMILY.connect(session, access(device))
        assert isinstance(driver, IsapiDriver)
        try:
            if discover:
                await driver.discover()
            yield driver
        finally:
            await driver.close()


def everything(driver: IsapiDriver) -> set[Want]:
    assert driver.topology
    return {Want(ref) for ref in driver.topology.parts}


def key(setting: Setting, of: str = "") -> SettingKey:
    return SettingKey(setting, of)


# --- discovery


@pytest.mark.parametrize("model", MODELS)
async def test_every_model_is_read_whole(model: str) -> None:
    async with IsapiSimulator(model) as device, connected(device) as driver:
        topology = driver.topology
        assert topology
        who = await driver.identify()
        assert (who.uid, who.name) == (topology.host.uid, topology.host.name)
        polled = await driver.poll(everything(driver))
        assert polled.readings[HOST_PART, Reading(Quantity.CPU)] == device.world.cpu
        for part in topology.parts.values():
            assert all(isinstance(driver, FEATURE_NEEDS.get(feature, object)) for feature in part.features)
            if Feature.ACTIVE in part.features:
                assert polled.parts[part.ref] != LineState()
        assert isinstance(driver, Sets)
        settings = {(ref, name) for ref, part in topology.parts.items() for name in part.settings}
        known = (await driver.read_settings(settings)).settings
        assert known.keys() == settings
        assert all(value is not None for (ref, _), value in known.items() if not topology.parts[ref].unprobed)
        assert not device.host_writes
        assert not [request for request in device.requests if request.method not in ("GET", "HEAD")]


@pytest.mark.parametrize("path", captured("devices/*.json"))
async def test_every_capture_is_read(path: Path) -> None:
    async with IsapiSimulator.from_capture(path) as device, connected(device) as driver:
        await driver.poll(everything(driver))
        assert driver.topology
        assert not any(part.unprobed for part in driver.topology.parts.values() if part.streams and part.streams[0].codec)


async def test_cost_grows_with_channels_not_with_entities() -> None:
    costs = {}
    for channels in (8, 32, 64):
        async with IsapiSimulator("nvr", channels=channels) as device, connected(device):
            costs[channels] = len(device.requests)
    assert (costs[64] - costs[32]) / 32 <= 3
    assert (costs[32] - costs[8]) / 24 <= 3
    assert costs[8] <= 30 + 3 * 8


async def test_second_discovery_asks_for_nothing_that_was_lacking() -> None:
    async with IsapiSimulator("nvr_v1") as device, connected(device) as driver:
        device.requests.clear()
        first = driver.topology
        assert (await driver.discover()) == first
        asked = {request.path for request in device.requests}
        assert "/ISAPI/System/Video/inputs/channels" not in asked


@pytest.mark.parametrize(
    "path", ["Event/triggers", "System/capabilities", "Streaming/channels", "PTZCtrl", "System/IO", "ContentMgmt", "Smart", "Image"]
)
@pytest.mark.parametrize("status", [500, 503])
async def test_failing_probes_never_fail_the_discovery(path: str, status: int) -> None:
    async with IsapiSimulator("ptz") as device, connected(device, discover=False) as driver:
        device.fault.status_next(status, path=path, times=1000)
        topology = await driver.discover()
        assert ChannelMap.ref(1) in topology.parts


async def test_broken_trigger_list() -> None:
    async with IsapiSimulator("camera", broken_triggers=True) as device, connected(device) as driver:
        assert driver.topology
        assert {Detection.MOTION, Detection.INTRUSION} <= driver.topology.parts[CHANNEL].detections.keys()


async def test_parts_of_lists_that_fail_later_are_kept() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        before = driver.topology
        assert before
        device.fault.status_next(503, path="ContentMgmt/Storage", times=10)
        after = await driver.discover()
        assert {part.ref for part in after.of(PartKind.STORAGE)} == {part.ref for part in before.of(PartKind.STORAGE)}


async def test_only_the_identity_is_a_must() -> None:
    async with IsapiSimulator("camera") as device, connected(device, discover=False) as driver:
        device.fault.status_next(503, path="System/deviceInfo")
        with pytest.raises(Busy):
            await driver.discover()


async def test_rights_that_do_not_suffice_are_found() -> None:
    async with IsapiSimulator("camera", level="viewer", rights=frozenset()) as device, connected(device) as driver:
        assert driver.topology
        kinds = {finding.kind for finding in driver.topology.findings}
        assert FindingKind.LOW_RIGHTS in kinds
        assert driver.rtsp_port is None


async def test_clock_that_is_off_is_found() -> None:
    async with IsapiSimulator("camera") as device:
        device.world.clock_offset = 3600
        async with connected(device) as driver:
            assert driver.topology
            assert {each.detail for each in driver.topology.findings if each.kind is FindingKind.CLOCK_OFF} == {"60 min"}
            polled = await driver.poll({Want(HOST_PART, Reading(Quantity.CLOCK_DRIFT))})
            drift = polled.readings[HOST_PART, Reading(Quantity.CLOCK_DRIFT)]
            assert isinstance(drift, float)
            assert 3595 < drift < 3605


async def test_wrong_password() -> None:
    async with IsapiSimulator("camera") as device, ClientSession() as session:
        driver = FAMILY.connect(session, access(device, "wrong"))
        for _ in range(3):
            with pytest.raises(AuthFailed):
                await driver.discover()
        tries = [request for request in device.requests if "Authorization" in request.headers]
        assert len(tries) == 1


# --- polling


async def test_offline_camera() -> None:
    async with IsapiSimulator("nvr") as device, connected(device) as driver:
        polled = await driver.poll({Want(ChannelMap.ref(number)) for number in (1, 3, 5)})
        assert {ref.number: online for ref, online in polled.online.items()} == {1: True, 3: False, 5: None}
        device.world.channels[3].online = True
        polled = await driver.poll({Want(ChannelMap.ref(3), Feature.STREAM)})
        assert polled.online == {ChannelMap.ref(3): True}
        assert driver.topology
        found = await driver.discover()
        assert Detection.MOTION not in found.parts[ChannelMap.ref(3)].unprobed


async def test_online_states_one_by_one() -> None:
    async with IsapiSimulator("nvr_v1") as device, connected(device) as driver:
        polled = await driver.poll({Want(ChannelMap.ref(number)) for number in (1, 3)})
        assert {ref.number: online for ref, online in polled.online.items()} == {1: True, 3: False}


async def test_what_nobody_wants_is_not_read() -> None:
    async with IsapiSimulator("ptz") as device, connected(device) as driver:
        device.requests.clear()
        await driver.poll({Want(CHANNEL, Feature.STREAM)})
        assert [request.path for request in device.requests] == ["/ISAPI/System/deviceInfo"]
        polled = await driver.poll({Want(CHANNEL, Reading(Quantity.PAN))})
        assert polled.readings[CHANNEL, Reading(Quantity.PAN)] == 0


async def test_slow_groups_are_not_read_every_time() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        store = PartRef(HOST, PartKind.STORAGE, 1)
        first = await driver.poll({Want(store)})
        assert first.parts == {store: StorageState(problem=False)}
        second = await driver.poll({Want(store)})
        assert second.parts == {}


async def test_group_that_fails_is_unknown_and_nothing_else() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        device.fault.status_next(500, path="System/IO/inputs/1/status", times=5)
        polled = await driver.poll(everything(driver))
        assert polled.parts[input_ref(1)] == LineState()
        assert polled.parts[PartRef(HOST, PartKind.OUTPUT, 1)] == LineState(active=False)


async def test_start_time_does_not_wander() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        device.world.uptime_before = 5000
        started = Reading(Quantity.STARTED)
        first = (await driver.poll({Want(HOST_PART, started)})).readings[HOST_PART, started]
        device.world.uptime_before += 7
        assert (await driver.poll({Want(HOST_PART)})).readings[HOST_PART, started] == first
        device.world.uptime_before += 100
        assert (await driver.poll({Want(HOST_PART)})).readings[HOST_PART, started] != first


async def test_dead_device_raises() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        wanted = everything(driver)
        await device.stop()
        with pytest.raises(CannotConnect):
            await driver.poll(wanted)
        with pytest.raises(CannotConnect):
            await driver.check()


async def test_refused_login_raises() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        device.fault.unauthorized = True
        with pytest.raises(AuthFailed):
            await driver.poll(everything(driver))


# --- settings


async def test_each_document_is_read_once() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        device.requests.clear()
        wanted = {(CHANNEL, key(setting, "motion")) for setting in (Setting.DETECTION, Setting.SENSITIVITY)}
        wanted |= {(CHANNEL, key(setting)) for setting in (Setting.BRIGHTNESS, Setting.CONTRAST, Setting.SATURATION)}
        values = (await driver.read_settings(wanted)).settings
        assert len(device.requests) == 2
        assert values[CHANNEL, key(Setting.SENSITIVITY, "motion")] == 60


async def test_document_that_fails_leaves_only_its_own_settings_unknown() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        device.fault.status_next(500, path="Image/channels/1/color", times=5)
        brightness, motion = (CHANNEL, key(Setting.BRIGHTNESS)), (CHANNEL, key(Setting.DETECTION, "motion"))
        assert (await driver.read_settings({brightness, motion})).settings == {brightness: None, motion: True}


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
        assert (await driver.read_settings({(part, setting)})).settings == {(part, setting): value}
        assert len([request for request in device.requests if request.method == "PUT"]) == 1


async def test_rest_of_the_document_stays_as_it_was() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        path = "Smart/FieldDetection/1"
        before = dict(device.world.tree(path))
        await driver.set_setting(CHANNEL, key(Setting.DETECTION, "intrusion"), False)
        after = device.world.tree(path)
        assert str(after["enabled"]).lower() == "false"
        assert after.keys() == before.keys()
        assert str(after["FieldDetectionRegionList"]).count("positionX") == str(before["FieldDetectionRegionList"]).count("positionX")


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
        for setting, value in ((key(Setting.BRIGHTNESS), 101.0), (key(Setting.DAY_NIGHT), "never"), (key(Setting.BACKLIGHT), "on")):
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


# --- pushing


@asynccontextmanager
async def listening(driver: IsapiDriver, device: IsapiSimulator) -> AsyncIterator[list[Event]]:
    events: list[Event] = []
    heard: list[int] = []
    task = asyncio.create_task(driver.listen(events.append, lambda: heard.append(1)))
    try:
        await device.wait_streams()
        yield events
        assert heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


@pytest.mark.parametrize(("model", "subscribed"), [("camera", True), ("thermal", False), ("nvr_v1", False)])
async def test_alarm_arrives(model: str, subscribed: bool) -> None:
    async with IsapiSimulator(model) as device, connected(device) as driver, listening(driver, device) as events:
        await device.alert("VMD", 1)
        await until(lambda: events)
        (event,) = events
        assert isinstance(event, Detected)
        assert (event.part, event.what, event.active) == (CHANNEL, Detection.MOTION, True)
        assert bool(device.subscriptions) is subscribed
        assert not device.host_writes


async def test_alarm_with_picture_and_region() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver, listening(driver, device) as events:
        await device.alert("fielddetection", 1, target="human", region=2, picture=JPEG)
        await until(lambda: len(events) == 2)
        first, second = events
        assert isinstance(first, Detected)
        assert isinstance(second, Detected)
        assert (first.what, first.target, first.region, first.follow_up) == (Detection.INTRUSION, Target.HUMAN, 2, False)
        assert second.follow_up
        assert second.picture
        assert second.picture.data == JPEG


async def test_subscription_is_given_back() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        async with listening(driver, device):
            await until(lambda: device.subscriptions)
            await asyncio.sleep(0.05)
        await device.wait_streams(0)
        assert device.seen(path="unSubscribeEvent")


async def test_subscription_that_is_refused() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        device.fault.not_support = {"Event/notification/subscribeEvent"}
        async with listening(driver, device) as events:
            await device.alert("VMD", 1)
            await until(lambda: events)
        assert not driver.subscribes


@pytest.mark.parametrize(("mode", "error"), [("short", NotSupported), ("not_support", NotSupported)])
async def test_streams_that_are_none(mode: str, error: type[DeviceError]) -> None:
    async with IsapiSimulator("thermal", stream_mode=mode) as device, connected(device) as driver:
        with pytest.raises(error):
            await driver.listen(lambda _: None, lambda: None)


async def test_no_place_for_another_listener() -> None:
    async with IsapiSimulator("camera", max_streams=0) as device, connected(device) as driver:
        with pytest.raises(Busy) as caught:
            await driver.listen(lambda _: None, lambda: None)
        assert caught.value.retry_after == 300


async def test_loss_of_the_stream() -> None:
    async with IsapiSimulator("thermal") as device, connected(device) as driver:
        task = asyncio.create_task(driver.listen(lambda _: None, lambda: None))
        await device.wait_streams()
        device.fault.close_streams()
        with pytest.raises(CannotConnect):
            await task


async def test_bad_parts_are_skipped() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver, listening(driver, device) as events:
        await device.push_body(b"<EventNotificationAlert><eventType></eventType></EventNotificationAlert>")
        await device.alert("VMD", 1)
        await until(lambda: events)
        assert driver.reader.counts.bad == 1
        diagnostics = driver.diagnostics()
        assert diagnostics["alerts"]["bad"] == 1
        assert device.password not in str(diagnostics)


async def test_numbering_of_old_recorders() -> None:
    async with IsapiSimulator("nvr_v1") as device, connected(device) as driver, listening(driver, device) as events:
        await device.alert("VMD", 34)
        await until(lambda: events)
        assert isinstance(events[0], Detected)
        assert events[0].part == ChannelMap.ref(2)


async def test_siren_that_ends_is_told() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        siren = PartRef(HOST, PartKind.SIREN, 1)
        assert (await driver.poll({Want(siren)})).parts == {siren: LineState(active=False)}
        assert isinstance(await driver.set_siren(siren, True), Polled)
        assert (await driver.poll({Want(siren)})).parts == {siren: LineState(active=True)}


# --- recognition


@pytest.mark.parametrize("model", MODELS)
async def test_recognition_sends_no_credentials(model: str) -> None:
    async with IsapiSimulator(model) as device, ClientSession() as session:
        assert await FAMILY.probe(session, access(device))
        assert not [request for request in device.requests if "Authorization" in request.headers]


async def test_other_devices_are_not_recognised() -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=401, text="<html>no</html>", headers={"WWW-Authenticate": 'Basic realm="router"'})

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        async with ClientSession() as session:
            assert not await FAMILY.probe(session, Access(host="127.0.0.1", port=port))
    finally:
        await runner.cleanup()
    async with ClientSession() as session:
        assert not await FAMILY.probe(session, Access(host="127.0.0.1", port=port))
