"""Recognising a camera of the JSON dialect, who it is and what exists on it."""

import asyncio
from datetime import timedelta

from aiohttp import ClientSession, web
import pytest

from custom_components.ip_surveillance.protocol.driver import Access, Want
from custom_components.ip_surveillance.protocol.drivers.herospeed import FAMILY
from custom_components.ip_surveillance.protocol.drivers.herospeed.docs import Doc
from custom_components.ip_surveillance.protocol.drivers.herospeed.facts import (
    Facts,
    read_address,
    read_facts,
    read_flags,
    read_mac,
    read_serial,
)
from custom_components.ip_surveillance.protocol.drivers.herospeed.first_look import read_rtsp_port, read_streams
from custom_components.ip_surveillance.protocol.drivers.ip_receiver import FAMILY as IP_RECEIVER
from custom_components.ip_surveillance.protocol.drivers.isapi import FAMILY as ISAPI
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi import FAMILY as SUNELL
from custom_components.ip_surveillance.protocol.errors import AuthFailed, BadAnswer, DeviceError, TimedOut
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.parts import HOST_PART, FindingKind, PartKind, Placement
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Flag, Quantity, Reading
from tests.simulators.base import BaseSimulator
from tests.simulators.herospeed import FIRMWARES, PROFILES, HerospeedSimulator, Quirk
from tests.simulators.ip_receiver import ReceiverSimulator
from tests.simulators.isapi import IsapiSimulator
from tests.simulators.sunell_cgi import SunellSimulator

from .hero_driver import CARD, CHANNEL, INPUT, LOGIN, LOGINS, MODELS, connected, writes

pytestmark = pytest.mark.usefixtures("socket_enabled")

SMART = {Detection.INTRUSION, Detection.LINE_CROSSING, Detection.LOITERING, Detection.GATHERING, Detection.FACE}


async def probed(family: object, device: BaseSimulator) -> bool:
    async with ClientSession() as session:
        found: bool = await family.probe(session, Access(host=device.host, port=device.port))  # type: ignore[attr-defined]
        return found


# --- recognising


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize("firmware", FIRMWARES)
@pytest.mark.parametrize("model", MODELS)
async def test_it_is_recognised_without_logging_in(model: str, firmware: str, login: str) -> None:
    async with HerospeedSimulator(model, firmware=firmware, login=login) as camera:
        assert await probed(FAMILY, camera)
        assert camera.seen(path=LOGIN + '"') == []
        assert [each.path for each in camera.requests if each.path == LOGIN] == []
        assert camera.sessions.logins == 0
        assert not camera.sessions.refused


@pytest.mark.parametrize("unknown", ["404", "drop", "202"])
async def test_it_is_recognised_by_its_refusal_alone(unknown: str) -> None:
    async with HerospeedSimulator("minimal", login="bare") as camera:
        camera.unknown = unknown
        assert await probed(FAMILY, camera)


@pytest.mark.parametrize("make", [IsapiSimulator, ReceiverSimulator, SunellSimulator])
async def test_others_are_not_taken_for_it(make: type[BaseSimulator]) -> None:
    async with make() as device:
        assert not await probed(FAMILY, device)


@pytest.mark.parametrize("family", [ISAPI, IP_RECEIVER, SUNELL])
async def test_it_is_not_taken_for_others(family: object) -> None:
    async with HerospeedSimulator() as camera:
        assert not await probed(family, camera)


@pytest.mark.parametrize(
    ("path", "answer", "known"),
    [
        ("/api/session/heart-beat", '{"code":101,"msg":null}', True),
        ("/api/session/heart-beat", '{"code":404,"msg":"not found"}', False),
        ("/api/system/platform-capabilities", '{"code":101,"msg":null}', False),
        ("/api/system/platform-capabilities", '{"code":0,"data":{"enableProductType":0}}', True),
        ("/api/session/login-capabilities", '{"code":0,"data":{"token":"abc"}}', False),
        ("/api/login-capabilities", '{"code":0,"data":{"sessionID":"abc"}}', True),
        ("/", "<html></html>", False),
    ],
)
async def test_what_tells_it_without_a_version(path: str, answer: str, known: bool) -> None:
    async def respond(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(text=answer) if request.path == path else web.Response(status=404)

    server = web.Server(respond)
    listener = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    try:
        async with ClientSession() as session:
            place = Access(host="127.0.0.1", port=listener.sockets[0].getsockname()[1])
            assert await FAMILY.probe(session, place) is known
    finally:
        listener.close()
        await server.shutdown()


async def test_nothing_at_all_is_not_recognised() -> None:
    async with HerospeedSimulator() as camera:
        await camera.go_down()
        assert not await probed(FAMILY, camera)


# --- identity


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize("model", MODELS)
async def test_it_goes_by_its_mac(model: str, login: str) -> None:
    async with (
        HerospeedSimulator(model, login=login) as camera,
        connected(camera, discover=False, key=camera.sessions.licence_key) as driver,
    ):
        identity = await driver.identify()
    mac = PROFILES[model].mac.replace(":", "").lower()
    assert (identity.uid, identity.source, identity.mac) == (mac, "mac", mac)
    # The number of all cameras that were never given one.
    assert identity.aliases == {mac}
    assert identity.name == "IPC"
    assert camera.sessions.logins == camera.sessions.logouts == 1
    assert camera.sessions.open == {}


async def test_a_real_serial_number_is_another_name() -> None:
    async with HerospeedSimulator() as camera, connected(camera, discover=False) as driver:
        camera.world.documents["/api/system/device-info"]["devId"] = "HS-0012.34 A"
        identity = await driver.identify()
    assert identity.uid == "b24eb13d42c6"
    assert identity.aliases == {"b24eb13d42c6", "hs001234a"}


async def test_without_a_mac_it_goes_by_its_serial_number() -> None:
    async with HerospeedSimulator() as camera, connected(camera, discover=False) as driver:
        camera.world.documents["/api/network/interfaces"]["mac"] = "00:00:00:00:00:00"
        with pytest.raises(BadAnswer):
            await driver.identify()
        camera.world.documents["/api/system/device-info"]["devId"] = "0012345"
        identity = await driver.identify()
    assert (identity.uid, identity.source) == ("0012345", "serial")


async def test_a_mac_that_cannot_be_asked_for_now_changes_no_identity() -> None:
    async with HerospeedSimulator() as camera, connected(camera) as driver:
        camera.world.documents["/api/system/device-info"]["devId"] = "0012345"
        camera.fault.status_next(500, path="/api/network/interfaces", times=3)
        with pytest.raises(DeviceError):
            await driver.identify()
        with pytest.raises(DeviceError):
            await driver.discover()


async def test_a_mac_that_is_known_is_not_lost() -> None:
    async with HerospeedSimulator() as camera, connected(camera) as driver:
        camera.world.documents["/api/system/device-info"]["devId"] = "0012345"
        camera.fault.not_support.add("/api/network/interfaces")
        topology = await driver.discover()
    assert topology.host.uid == "b24eb13d42c6"
    assert topology.host.aliases == {"b24eb13d42c6", "0012345"}


@pytest.mark.parametrize("value", ["8888888888888", "", "0", "----", None, 0, "ab"])
def test_a_placeholder_is_no_serial_number(value: object) -> None:
    assert read_serial(value) is None


@pytest.mark.parametrize("value", ["00:00:00:00:00:00", "FF-FF-FF-FF-FF-FF", "12:34", "zz:zz:zz:zz:zz:zz", None])
def test_what_is_no_mac(value: object) -> None:
    assert read_mac(Doc({"mac ": value})) is None


def test_a_mac_in_a_list_of_interfaces() -> None:
    assert read_mac(Doc([{"mac": ""}, {"Mac": "b2-4e-b1-3d-42-c6"}])) == "b24eb13d42c6"


# --- flags


@pytest.mark.parametrize(
    ("flag", "value", "has"),
    [
        ("enableDefog", 1, True),
        ("enableDefog", 0, False),
        ("enableWdr", 0, True),
        ("enableWdr", 1, False),
        ("enableMirrorAndFlip", 0, True),
        ("enableMirrorAndFlip", "1", False),
        ("enablePrivacyMask", 0, True),
        ("enableAacHide", 1, False),
        ("enableBackLight", 0, True),
        ("enableBackLight", 2, False),
        ("enableWhiteBalance", 2, False),
        ("enableJpegCaptureHide", 1, True),
        ("enableSmartir", 0, False),
        ("enableSmartir", 2, False),
        ("enableSmartir", 5, True),
        ("enableIo", 2, True),
        ("enablePtz", True, True),
        ("enableSmartModeHide", 1, None),
        ("enableSmartModeHide", 0, None),
    ],
)
def test_what_a_flag_grants(flag: str, value: object, has: bool | None) -> None:
    assert read_facts(Doc({}), None, Doc({flag: value})).has(flag) is has


def test_a_flag_that_is_not_told_says_nothing() -> None:
    assert Facts().has("enableWdr") is None
    assert Facts().flag("enableWdr") is None


def test_flags_are_found_under_any_spelling_and_in_groups() -> None:
    facts = read_facts(Doc({}), None, Doc({"event": {"enabelRoi": 1}, "smart": {"enableFace ": "2"}, "enableIo": 2}))
    assert facts.flag("enableRoi") == 1
    assert facts.flag("enableFace") == 2
    assert (facts.inputs, facts.outputs) == (1, 0)


def test_flags_of_a_hostile_answer_are_bounded() -> None:
    assert len(read_flags(Doc({f"enable{number}": 1 for number in range(5000)}))) <= 1024
    assert read_flags(Doc({"a": [1], "b": "x", "c": None})) == {}


# --- what exists


@pytest.mark.parametrize("firmware", FIRMWARES)
@pytest.mark.parametrize("model", MODELS)
async def test_a_look_writes_nothing(model: str, firmware: str) -> None:
    async with HerospeedSimulator(model, firmware=firmware) as camera, connected(camera):
        assert writes(camera) == []
        assert camera.risks == []
        assert camera.violations == []


@pytest.mark.parametrize(
    ("model", "detections"),
    [
        ("fixed", {Detection.MOTION, Detection.TAMPER, Detection.INTRUSION, Detection.LINE_CROSSING}),
        ("ptz", {Detection.MOTION, Detection.TAMPER}),
        ("light", {Detection.MOTION, Detection.TAMPER, *SMART}),
        ("sd", {Detection.MOTION, Detection.TAMPER, *SMART}),
        ("minimal", {Detection.MOTION}),
    ],
)
async def test_what_the_channel_detects(model: str, detections: set[Detection]) -> None:
    async with HerospeedSimulator(model) as camera, connected(camera) as driver:
        assert driver.topology
        assert {*driver.topology.parts[CHANNEL].detections} == detections


async def test_newer_firmware_detects_more_and_takes_pictures() -> None:
    async with HerospeedSimulator("fixed", firmware="new") as camera, connected(camera) as driver:
        assert driver.topology
        channel = driver.topology.parts[CHANNEL]
        assert {*channel.detections} >= {Detection.PARKING, Detection.PLATE}
        assert channel.features >= {Feature.SNAPSHOT, Feature.PICTURES, Feature.STREAM}
        assert Feature.PUSH in driver.topology.parts[HOST_PART].features


async def test_older_firmware_has_neither_push_nor_pictures() -> None:
    async with HerospeedSimulator("fixed", firmware="old") as camera, connected(camera) as driver:
        assert driver.topology
        channel = driver.topology.parts[CHANNEL]
        assert channel.features.isdisjoint({Feature.SNAPSHOT, Feature.PICTURES})
        assert Feature.STREAM in channel.features
        assert Feature.PUSH not in driver.topology.parts[HOST_PART].features


@pytest.mark.parametrize("unknown", ["404", "drop", "202"])
@pytest.mark.parametrize("model", MODELS)
async def test_paths_that_are_not_there_however_that_is_said(model: str, unknown: str) -> None:
    async with HerospeedSimulator(model) as camera:
        async with connected(camera) as driver:
            expected = driver.topology
        camera.unknown = unknown
        async with connected(camera) as driver:
            assert driver.topology == expected


async def test_without_flags_everything_is_asked_for() -> None:
    async with HerospeedSimulator("light") as camera:
        camera.fault.not_support.add("/api/system/capabilit")
        async with connected(camera) as driver:
            assert driver.topology
            assert {*driver.topology.parts[CHANNEL].detections} == {Detection.MOTION, Detection.TAMPER, *SMART}
            # An output answers: such boards have an input as well.
            assert INPUT in driver.topology.parts
            assert (driver.facts.inputs, driver.facts.outputs) == (1, 1)


@pytest.mark.parametrize(("model", "inputs"), [("fixed", 0), ("light", 1), ("sd", 1), ("minimal", 0)])
async def test_alarm_inputs(model: str, inputs: int) -> None:
    async with HerospeedSimulator(model) as camera, connected(camera) as driver:
        assert driver.topology
        found = [*driver.topology.of(PartKind.INPUT)]
        assert len(found) == inputs
        assert all({*part.detections} == {Detection.INPUT} for part in found)


async def test_a_card_and_an_empty_slot() -> None:
    async with HerospeedSimulator("sd") as camera, connected(camera) as driver:
        assert driver.topology
        assert CARD in driver.topology.parts
        assert driver.memory()["card"] is True
        assert {*driver.topology.parts[HOST_PART].detections} >= {Detection.DISK_FULL, Detection.DISK_ERROR}
    async with HerospeedSimulator("ptz") as camera:
        async with connected(camera) as driver:
            assert driver.topology
            assert driver.topology.parts[CARD].readings == {Reading(Quantity.STORAGE_STATUS)}
            assert Detection.DISK_ERROR not in driver.topology.parts[HOST_PART].detections
        # A card that was there and is not any more is worth telling.
        async with connected(camera, memory={"card": True}) as driver:
            assert driver.topology
            assert len(driver.topology.parts[CARD].readings) > 3
            assert Detection.DISK_ERROR in driver.topology.parts[HOST_PART].detections
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        assert driver.topology
        assert CARD not in driver.topology.parts


@pytest.mark.parametrize(
    ("ip", "found"),
    [("192.0.2.7", "192.0.2.7"), (" 192.0.2.7 ", "192.0.2.7"), ("0.0.0.0", None), ("x", None), (None, None)],
)
def test_its_own_address(ip: str | None, found: str | None) -> None:
    assert read_address(Doc({"ip": ip})) == found
    assert read_address(None) is None


async def test_readings_of_the_host() -> None:
    async with HerospeedSimulator("sd") as camera, connected(camera) as driver:
        assert driver.topology
        host = driver.topology.parts[HOST_PART]
        assert host.readings >= {
            Reading(Quantity.FIRMWARE),
            Reading(Quantity.EVENT_SOURCE),
            Reading(Quantity.CLOCK_DRIFT),
            Reading(Quantity.NETWORK_NAME),
            Reading(Quantity.SIGNAL),
            Reading(Flag.P2P),
        }
        assert host.placement is Placement.INLINE
        assert driver.topology.host.hardware.firmware == PROFILES["sd"].firmware
        assert driver.topology.host.hardware.model == "RV1109 335"
        camera.world.documents["/api/network/interfaces"]["ip"] = "192.0.2.7"
        await driver.discover()
        polled = await driver.poll(frozenset({Want(HOST_PART, Reading(Quantity.IP_ADDRESS))}))
        assert polled.readings[HOST_PART, Reading(Quantity.IP_ADDRESS)] == "192.0.2.7"
    async with HerospeedSimulator("minimal") as camera, connected(camera) as driver:
        assert driver.topology
        assert driver.topology.parts[HOST_PART].readings.isdisjoint({Reading(Flag.P2P), Reading(Quantity.SIGNAL)})


# --- streams


async def test_streams_and_their_addresses() -> None:
    async with HerospeedSimulator("fixed", rtsp=True, password="p@ss/w") as camera, connected(camera) as driver:
        assert driver.topology
        streams = driver.topology.parts[CHANNEL].streams
        assert [(each.number, each.width, each.height) for each in streams] == [
            (1, 2560, 1440),
            (2, 1280, 720),
            (3, 1280, 720),
        ]
        assert camera.rtsp
        assert [driver.stream_url(CHANNEL, number) for number in (1, 2, 3)] == [
            f"rtsp://admin:p%40ss%2Fw@127.0.0.1:{camera.rtsp.port}/h264/ch1/{name}/av_stream"
            for name in ("main", "sub", "third")
        ]
        assert driver.stream_url(CHANNEL, 4) is None


async def test_the_usual_port_where_none_is_told() -> None:
    async with HerospeedSimulator("minimal") as camera, connected(camera) as driver:
        assert driver.stream_url(CHANNEL, 1) == "rtsp://admin:Secret123@127.0.0.1:554/h264/ch1/main/av_stream"


@pytest.mark.parametrize("quirk", [Quirk.OPEN_PORTS, Quirk.ARG_TYPE, Quirk.SPACED_KEYS])
async def test_the_port_is_found_however_it_is_written(quirk: Quirk) -> None:
    async with HerospeedSimulator("fixed", quirks=[quirk]) as camera:
        camera.world.documents["/api/network/port"][0]["property"]["rtspProtocol "]["port"] = 8554
        async with connected(camera) as driver:
            assert driver.rtsp_port == 8554


def test_streams_that_are_not_supported_are_left_out() -> None:
    rows = [{"width": "704", "height": 576, "isSupport": 0, "encodeType": "H265"}, {"isSupport": 1}, {"isSupport": "0"}]
    found = read_streams(Doc({"streamEncode": rows}))
    assert [(each.number, each.codec, each.width) for each in found] == [(1, "H265", 704), (3, None, None)]
    assert read_streams(Doc({"streamEncode": [{"width": -1}] * 9}))[0].width is None
    assert read_streams(Doc("junk")) == ()


@pytest.mark.parametrize("port", [0, -1, 65536, "x", None])
def test_what_is_no_port(port: object) -> None:
    assert read_rtsp_port(Doc([{"type": 1, "property": {"rtspProtocol ": {"port": port}}}])) is None


# --- what the user can put right


@pytest.mark.parametrize(
    ("offset", "detail"),
    [(0, None), (30, None), (3600, None), (-7200, None), (300, "5 min"), (-7 * 86400, "-10080 min")],
)
async def test_a_clock_that_is_off(offset: float, detail: str | None) -> None:
    async with HerospeedSimulator("fixed") as camera:
        camera.sessions.tolerance = timedelta(days=30)
        camera.world.clock_offset = offset
        async with connected(camera) as driver:
            assert driver.topology
            found = {(each.kind, each.detail) for each in driver.topology.findings}
            assert found == ({(FindingKind.CLOCK_OFF, detail)} if detail else set())


async def test_an_account_that_must_not_read_all() -> None:
    async with HerospeedSimulator("fixed") as camera:
        camera.refuse_next(102, path="/api/network/p2p-status", times=None)
        async with connected(camera) as driver:
            assert driver.topology
            assert {(each.kind, each.detail) for each in driver.topology.findings} == {
                (FindingKind.LOW_RIGHTS, "p2p-status")
            }


# --- looking again


@pytest.mark.parametrize("firmware", FIRMWARES)
@pytest.mark.parametrize("model", MODELS)
async def test_looking_again_finds_the_same_and_asks_less(model: str, firmware: str) -> None:
    async with HerospeedSimulator(model, firmware=firmware) as camera, connected(camera) as driver:
        first = len(camera.requests)
        before = driver.topology
        assert await driver.discover() == before
        assert len(camera.requests) - first < first
        assert camera.seen(path="/api/picture/snapshot") == camera.seen(path="/api/picture/snapshot")[:1]


async def test_what_could_not_be_asked_now_stays() -> None:
    async with HerospeedSimulator("sd", firmware="new") as camera, connected(camera) as driver:
        before = driver.topology
        for path in ("capabilit", "system-time", "p2p-status", "wifi", "storage-info", "video-encode", "exception"):
            camera.fault.status_next(503, path=f"/api/{_module(path)}/{path}", times=2)
        after = await driver.discover()
    assert before
    assert after.parts.keys() == before.parts.keys()
    for ref, part in before.parts.items():
        again = after.parts[ref]
        assert (again.features, again.detections, again.readings) == (part.features, part.detections, part.readings)
        assert again.streams == part.streams
        assert again.settings.keys() >= part.settings.keys()


def _module(path: str) -> str:
    modules = {"capabilit": "system", "system-time": "system", "storage-info": "storage", "video-encode": "video"}
    return modules.get(path, "event" if path == "exception" else "network")


async def test_what_cannot_be_asked_at_first_is_marked() -> None:
    async with HerospeedSimulator("fixed", firmware="new") as camera:
        camera.fault.status_next(503, path="/api/picture/snapshot", times=1)
        async with connected(camera) as driver:
            assert driver.topology
            channel = driver.topology.parts[CHANNEL]
            assert Feature.SNAPSHOT in channel.features & channel.unprobed
            await driver.discover()
            assert driver.topology.parts[CHANNEL].unprobed.isdisjoint({Feature.SNAPSHOT})


async def test_other_firmware_is_looked_at_afresh() -> None:
    async with HerospeedSimulator("fixed", firmware="old") as camera, connected(camera) as driver:
        assert driver.client.lacking
        camera.firmware = FIRMWARES["new"]
        camera.websocket = True
        camera.world.documents["/api/system/device-info"]["firmwareVersion"] = "3516CV500_NEW"
        await driver.discover()
        assert driver.topology
        assert driver.topology.parts[CHANNEL].features >= {Feature.SNAPSHOT, Feature.PICTURES}
        assert driver.topology.host.hardware.firmware == "3516CV500_NEW"


async def test_a_camera_that_falls_silent_meanwhile_is_gone() -> None:
    async with HerospeedSimulator("light") as camera, connected(camera) as driver:
        driver.client.transport._timeout = 0.05
        camera.fault.delays = {"/api/network": 1, "/api/video": 1, "/api/storage": 1, "/api/event": 1}
        camera.fault.delays |= {"/api/system/system-time": 1}
        camera.fault.delays.pop("/api/network")
        camera.fault.delays |= {"/api/network/port": 1, "/api/network/p2p": 1}
        with pytest.raises(TimedOut):
            await driver.discover()


async def test_the_login_that_worked_is_remembered() -> None:
    async with HerospeedSimulator("fixed") as camera:
        async with connected(camera) as driver:
            memory = dict(driver.memory())
            assert memory["login"] == "challenge"
            assert camera.password not in repr(memory)
        async with connected(camera, memory=memory) as driver:
            # A camera that starts up seems to lack what it has: the password is not tried in another way.
            camera.kill_sessions()
            camera.fault.status_next(404, path="/api/session/login-capabilities", times=1)
            camera.fault.status_next(503, path="/api/system/platform-capabilities", times=1)
            with pytest.raises(DeviceError) as refused:
                await driver.check()
            assert not isinstance(refused.value, AuthFailed)
            assert camera.sessions.refused == []


@pytest.mark.parametrize("junk", [{"detections": 3}, {"login": ["x"]}, {"inputs": [0, "a", 99, True]}, {"ends": {}}])
async def test_a_memory_that_does_not_fit_is_left(junk: dict[str, object]) -> None:
    async with HerospeedSimulator() as camera, connected(camera, memory=junk) as driver:
        assert driver.memory() == {"login": "challenge"}
