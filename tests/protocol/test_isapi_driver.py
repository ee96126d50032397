"""The driver against simulated devices, over sockets: discovery, polling, recognition."""

import asyncio
from pathlib import Path

from aiohttp import ClientSession, web
import pytest

from custom_components.ip_surveillance.protocol.commands import FEATURE_NEEDS, Sets
from custom_components.ip_surveillance.protocol.driver import Access, Want
from custom_components.ip_surveillance.protocol.drivers.isapi import FAMILY
from custom_components.ip_surveillance.protocol.drivers.isapi.channels import ChannelMap, input_ref
from custom_components.ip_surveillance.protocol.errors import (
    AuthFailed,
    BadAnswer,
    Busy,
    CannotConnect,
)
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST,
    HOST_PART,
    FindingKind,
    PartKind,
    PartRef,
)
from custom_components.ip_surveillance.protocol.model.state import LineState, StorageState
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Quantity, Reading
from tests.reading import settings_of
from tests.simulators.base import Rule
from tests.simulators.isapi import IsapiSimulator

from .isapi_captures import captured
from .isapi_driver import CHANNEL, MODELS, access, connected, everything, until


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
        known = await settings_of(driver, settings)
        assert known.keys() == settings
        assert all(value is not None for (ref, _), value in known.items() if not topology.parts[ref].unprobed)
        assert not device.host_writes
        assert not [request for request in device.requests if request.method not in ("GET", "HEAD")]


@pytest.mark.parametrize("path", captured("devices/*.json"))
async def test_every_capture_is_read(path: Path) -> None:
    async with IsapiSimulator.from_capture(path) as device, connected(device) as driver:
        await driver.poll(everything(driver))
        assert driver.topology
        assert not any(
            part.unprobed for part in driver.topology.parts.values() if part.streams and part.streams[0].codec
        )


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
    "path",
    [
        "Event/triggers",
        "System/capabilities",
        "Streaming/channels",
        "PTZCtrl",
        "System/IO",
        "ContentMgmt",
        "Smart",
        "Image",
    ],
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


async def test_refused_login_during_discovery() -> None:
    async with IsapiSimulator("camera") as device, connected(device, discover=False) as driver:
        device.fault.status_next(403, "badAuthorization", path="Event/triggers")
        with pytest.raises(AuthFailed):
            await driver.discover()
        device.requests.clear()
        with pytest.raises(AuthFailed):
            await driver.check()
        assert not device.requests


async def test_device_that_dies_during_discovery() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        device.fault.rules.clear()
        driver.client.forget()
        task = asyncio.create_task(driver.discover())
        device.requests.clear()
        await until(lambda: device.requests)
        device.fault.drop_next(1000)
        with pytest.raises(CannotConnect):
            await task


async def test_new_firmware_is_asked_for_what_was_lacking() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        device.world.identity.firmware = "V9.0.0"
        device.requests.clear()
        await driver.discover()
        assert device.seen(path="System/Holidays")


async def test_device_without_an_identity() -> None:
    async with IsapiSimulator("camera") as device, connected(device, discover=False) as driver:
        device.world.identity.serial, device.world.identity.mac = "", ""
        with pytest.raises(BadAnswer):
            await driver.identify()
        with pytest.raises(BadAnswer):
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
            assert {each.detail for each in driver.topology.findings if each.kind is FindingKind.CLOCK_OFF} == {
                "60 min"
            }
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


@pytest.mark.parametrize("path", ["ContentMgmt/Storage", "System/time"])
async def test_what_is_read_seldom_is_asked_again_at_once_when_it_failed(path: str) -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        device.requests.clear()
        device.fault.status_next(503, path=path)
        for _ in range(3):
            await driver.poll(everything(driver))
        # Once in vain, once read; the third poll leaves it alone.
        assert [each.status for each in device.requests if each.path.endswith(path)] == [503, 200]


async def test_a_right_clock_is_not_off_by_less_than_a_second() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        polled = await driver.poll(everything(driver))
        assert str(polled.readings[HOST_PART, Reading(Quantity.CLOCK_DRIFT)]) == "0.0"


async def test_path_that_is_refused_with_401_stops_nothing_else() -> None:
    """Some firmware answers 401 instead of 403 where rights are too low; the password is right all the same."""
    async with IsapiSimulator("camera") as device:
        device.fault.rules.append(Rule(path="Security/adminAccesses", status=401, sub="notSupport"))
        device.fault.rules.append(Rule(path="System/IO", status=401, sub="notSupport"))
        async with connected(device) as driver:
            assert driver.topology
            assert CHANNEL in driver.topology.parts
            asked = len(device.seen("GET", "Security/adminAccesses"))
            await driver.discover()
            await driver.poll(everything(driver))
            assert len(device.seen("GET", "Security/adminAccesses")) == asked
        assert device.auth.refused == []
