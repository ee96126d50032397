"""What devices in the field do that no document says, played by servers of a few answers by path."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import override

from aiohttp import ClientSession, DummyCookieJar
import pytest

from custom_components.ip_surveillance.protocol.driver import Access, Want
from custom_components.ip_surveillance.protocol.drivers.isapi import FAMILY
from custom_components.ip_surveillance.protocol.drivers.isapi.channels import input_ref
from custom_components.ip_surveillance.protocol.drivers.isapi.driver import IsapiDriver
from custom_components.ip_surveillance.protocol.errors import AuthFailed, Busy, CannotConnect, NotSupported, Rejected
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.events import Event
from custom_components.ip_surveillance.protocol.model.parts import HOST, FindingKind, PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.setting_words import Setting
from custom_components.ip_surveillance.protocol.model.state import LineState
from tests.simulators.isapi import IsapiSimulator

from .isapi_driver import CHANNEL, connected, key, until
from .servers import PASSWORD, USER, DigestDevice, Reply, Request, Server

type Rule = bytes | Reply | Callable[[Request], Reply | None]

STREAM = "Event/notification/alertStream"
SUBSCRIBE = "Event/notification/subscribeEvent"
MOTION = "System/Video/inputs/channels/1/motionDetection"
INFO = (
    b"<DeviceInfo><model>DS-X</model><serialNumber>DS-X20240101AAWR1</serialNumber>"
    b"<deviceType>IPCamera</deviceType></DeviceInfo>"
)
SUBSCRIBES = b"<DeviceCap><SysCap><isSupportSubscribeEvent>true</isSupportSubscribeEvent></SysCap></DeviceCap>"
HEARTBEAT = (
    b"<EventNotificationAlert><channelID>0</channelID><eventType>videoloss</eventType>"
    b"<eventState>inactive</eventState></EventNotificationAlert>"
)


def status(code: int, sub: str, *, number: int = 0, http: int = 200) -> Reply:
    text = f"<statusCode>{code}</statusCode><subStatusCode>{sub}</subStatusCode><errorCode>{number}</errorCode>"
    return Reply(http, f"<ResponseStatus>{text}</ResponseStatus>".encode())


def pushed(*bodies: bytes, goes_on: bool = False) -> Reply:
    parts = (b"--b\r\nContent-Type: application/xml\r\n\r\n" + body + b"\r\n" for body in bodies)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/mixed; boundary=b\r\nConnection: close\r\n\r\n"
    return Reply(raw=head + b"".join(parts), close=not goes_on, hang=goes_on)


def answering(rules: Mapping[str, Rule], other: Reply | None = None) -> Callable[[Request], Reply | None]:
    def answer(request: Request) -> Reply | None:
        path = request.target.removeprefix("/ISAPI/").partition("?")[0]
        rule = rules.get(path) or (INFO if path == "System/deviceInfo" else other or status(4, "notSupport", http=403))
        return Reply(body=rule) if isinstance(rule, bytes) else rule if isinstance(rule, Reply) else rule(request)

    return answer


@asynccontextmanager
async def device(rules: Mapping[str, Rule], other: Reply | None = None) -> AsyncIterator[tuple[Server, IsapiDriver]]:
    answer = answering(rules, other)

    async def serve(request: Request) -> Reply | None:
        return answer(request)

    async with Server(serve) as server, driving(server) as driver:
        yield server, driver


@asynccontextmanager
async def driving(server: Server, password: str = "") -> AsyncIterator[IsapiDriver]:
    user = USER if password else ""
    access = Access(host="127.0.0.1", port=server.port, username=user, password=password)
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        driver = FAMILY.connect(session, access)
        assert isinstance(driver, IsapiDriver)
        try:
            yield driver
        finally:
            await driver.close()


class Door(DigestDevice):
    """Door stations refuse their event stream whatever the password."""

    challenges = True

    @override
    async def answer(self, request: Request) -> Reply | None:
        if "alertStream" in request.target and not self.challenges:
            return Reply(401, b"")
        return await super().answer(request)

    @override
    async def serve(self, request: Request) -> Reply:
        if "alertStream" in request.target:
            return self._challenge()
        return Reply(body=INFO)


async def listen(driver: IsapiDriver) -> list[str]:
    """Listen until the link is lost; returns "alive" and the events in order."""
    heard: list[str] = []
    try:
        await driver.listen(lambda event: heard.append(type(event).__name__), lambda: heard.append("alive"))
    except CannotConnect:
        return heard
    raise AssertionError


# --- the stream


@pytest.mark.parametrize("challenges", [True, False])
async def test_refused_stream_is_no_wrong_password(challenges: bool) -> None:
    async with Door() as server, driving(server, PASSWORD) as driver:
        server.challenges = challenges
        await driver.identify()
        with pytest.raises(NotSupported) as caught:
            await driver.listen(lambda _: None, lambda: None)
        assert caught.value.code == "streamRefused"
        await driver.check()


async def test_refused_stream_with_a_wrong_password() -> None:
    async with Door(password="another") as server, driving(server, PASSWORD) as driver:
        with pytest.raises(AuthFailed):
            await driver.listen(lambda _: None, lambda: None)
        with pytest.raises(AuthFailed):
            await driver.listen(lambda _: None, lambda: None)
        assert len(server.wrong) == 1


async def test_password_changed_while_listening_and_polling() -> None:
    async with IsapiSimulator("nvr") as recorder, connected(recorder) as driver:
        assert driver.topology
        wanted = {Want(ref) for ref in driver.topology.parts}
        recorder.auth.users[recorder.username] = replace(recorder.auth.users[recorder.username], password="another")
        listening = driver.listen(lambda _: None, lambda: None)
        failures = await asyncio.gather(listening, driver.poll(wanted), driver.poll(wanted), return_exceptions=True)
        assert {type(failure) for failure in failures} == {AuthFailed}
        assert len(recorder.auth.refused) <= 3


async def test_stream_that_worked_before_is_only_cut_off() -> None:
    bodies = [[HEARTBEAT], []]
    async with device({STREAM: lambda _: pushed(*bodies.pop(0))}) as (_, driver):
        assert set(await listen(driver)) == {"alive"}
        assert set(await listen(driver)) == {"alive"}


async def test_success_that_is_no_stream_is_not_alive() -> None:
    async with device({STREAM: Reply(body=b"<html>Please log in</html>", close=True)}) as (_, driver):
        assert await listen(driver) == []


@pytest.mark.parametrize(
    "broken", [b'{"SubscribeEventResponse": {"id": 1}}', b"<!DOCTYPE x><SubscribeEventResponse/>", b"<SubscribeEventRe"]
)
async def test_broken_answer_to_a_subscription_is_skipped(broken: bytes) -> None:
    async with device({STREAM: pushed(HEARTBEAT, broken, HEARTBEAT)}) as (_, driver):
        await listen(driver)
        assert driver.reader.counts.heartbeats == 2


async def test_subscription_that_is_broken_off() -> None:
    rules: dict[str, Rule] = {
        "System/capabilities": SUBSCRIBES,
        SUBSCRIBE: lambda _: None,
        STREAM: pushed(HEARTBEAT, goes_on=True),
    }
    async with device(rules) as (_, driver):
        await driver.discover()
        for _ in range(2):
            assert await listen(driver) == []
        events: list[Event] = []
        task = asyncio.create_task(driver.listen(events.append, lambda: None))
        await until(lambda: driver.reader.counts.heartbeats)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert not driver.subscribes


# --- answers


@pytest.mark.parametrize("other", [status(1, "ok"), Reply(body=b"<html><p>hello</p></html>")])
async def test_success_without_a_document_is_nothing(other: Reply) -> None:
    async with device({}, other) as (_, driver):
        topology = await driver.discover()
        assert {ref.kind for ref in topology.parts} == {PartKind.DEVICE, PartKind.CHANNEL}
        assert not topology.parts[CHANNEL].detections


@pytest.mark.parametrize("number", [0x40000002, 0x00200005])
async def test_low_rights_by_number_alone(number: int) -> None:
    async with device({"Event/triggers": status(4, "", number=number, http=403)}) as (_, driver):
        topology = await driver.discover()
        assert [(each.kind, each.detail) for each in topology.findings] == [(FindingKind.LOW_RIGHTS, "Event/triggers")]


async def test_other_spelling_of_a_path() -> None:
    line = b"<LineDetection><enabled>true</enabled></LineDetection>"
    trigger = b"<EventTrigger><eventType>linedetection</eventType><videoInputChannelID>1</videoInputChannelID>"
    rules = {"Event/triggers": trigger + b"</EventTrigger>", "Smart/lineDetection/1": line}
    async with device(rules) as (_, driver):
        topology = await driver.discover()
        assert key(Setting.DETECTION, Detection.LINE_CROSSING) in topology.parts[CHANNEL].settings


@pytest.mark.parametrize(("code", "error"), [(7, None), (1, Rejected)])
async def test_change_that_takes_effect_after_a_restart(code: int, error: type[Rejected] | None) -> None:
    before = b"<MotionDetection><enabled>false</enabled></MotionDetection>"
    rule = {MOTION: lambda request: Reply(body=before) if request.method == "GET" else status(code, "")}
    async with device(rule) as (_, driver):
        await driver.discover()
        change = driver.set_setting(CHANNEL, key(Setting.DETECTION, "motion"), True)
        if error:
            with pytest.raises(error):
                await change
        else:
            assert set((await change).settings.values()) == {False}
        assert driver.client.reboot_required is (code == 7)


async def test_recorder_that_cannot_list_its_cameras_now() -> None:
    item = b"<InputProxyChannel><id>1</id></InputProxyChannel>"
    answers = [Reply(body=b"<InputProxyChannelList>" + item + b"</InputProxyChannelList>"), Reply(503)]
    async with device({"ContentMgmt/InputProxy/channels": lambda _: answers.pop(0)}) as (_, driver):
        known = await driver.discover()
        with pytest.raises(Busy):
            await driver.discover()
        assert driver.topology is known
        assert driver.channels.recorder


async def test_recorder_that_keeps_its_own_ports_with_those_of_its_cameras() -> None:
    async with IsapiSimulator("nvr", io_proxy=True) as recorder, connected(recorder) as driver:
        relay, contact = PartRef(HOST, PartKind.OUTPUT, 1), input_ref(1)
        recorder.world.outputs[1].active = recorder.world.inputs[1].active = True
        polled = await driver.poll({Want(relay), Want(contact)})
        assert polled.parts == {relay: LineState(active=True), contact: LineState(active=True)}


async def test_more_than_can_be_is_not_believed() -> None:
    def listed(name: str) -> bytes:
        return b"<List>" + b"".join(f"<{name}><id>{n}</id></{name}>".encode() for n in range(1, 2001)) + b"</List>"

    stores = b"<storage><hddList>" + listed("hdd").removeprefix(b"<List>").removesuffix(b"</List>")
    rules: dict[str, Rule] = {
        "System/IO/inputs": listed("IOInputPort"),
        "System/IO/outputs": listed("IOOutputPort"),
        "ContentMgmt/Storage": stores + b"</hddList></storage>",
    }
    async with device(rules) as (_, driver):
        assert len((await driver.discover()).parts) < 1000


async def test_preset_beyond_the_greatest() -> None:
    head = b"<PTZChanelCap><ContinuousPanTiltSpace><XRange><Min>-100</Min><Max>100</Max></XRange>"
    one, other = (f"<PTZPreset><id>{number}</id></PTZPreset>".encode() for number in (300, 301))
    rules: dict[str, Rule] = {
        "PTZCtrl/channels/1/capabilities": head
        + b"</ContinuousPanTiltSpace><maxPresetNum>300</maxPresetNum></PTZChanelCap>",
        "PTZCtrl/channels/1/presets": b"<PTZPresetList>" + one + other + b"</PTZPresetList>",
    }
    async with device(rules) as (server, driver):
        assert (await driver.discover()).parts[CHANNEL].presets.keys() == {300}
        with pytest.raises(Rejected):
            await driver.goto_preset(CHANNEL, 301)
        assert not any(request.method == "PUT" for request in server.requests)
