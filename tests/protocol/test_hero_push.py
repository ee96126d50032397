"""The event push over real sockets: subscribing, what it brings, and how it ends."""

import asyncio
from collections.abc import AsyncIterator, Callable
import copy
import json
import struct
from typing import Any, override
import zlib

from aiohttp import ClientSession, CookieJar, WSMsgType, web
import pytest

from custom_components.ip_surveillance.protocol.drivers.herospeed.client import HerospeedClient
from custom_components.ip_surveillance.protocol.drivers.herospeed.packets import Packet
from custom_components.ip_surveillance.protocol.drivers.herospeed.session import Session
from custom_components.ip_surveillance.protocol.errors import (
    BadAnswer,
    Busy,
    CannotConnect,
    DeviceError,
    Forbidden,
    NotSupported,
    Rejected,
    TimedOut,
)
from custom_components.ip_surveillance.protocol.transport.auth import Login
from custom_components.ip_surveillance.protocol.transport.challenge import Credentials
from custom_components.ip_surveillance.protocol.transport.http import HttpTransport, device_url

from .hero_device import PASSWORD, USER, HeroDevice
from .servers import Server, until

pytestmark = pytest.mark.usefixtures("socket_enabled")

JPEG = b"\xff\xd8\xff\xe0 picture \xff\xd9"

type Connect = Callable[..., HerospeedClient]


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield session


@pytest.fixture
def connect(http: ClientSession) -> Connect:
    def make(device: HeroDevice | Server, *, timeout: float = 5.0, **more: Any) -> HerospeedClient:
        url = device_url("127.0.0.1", device.port, tls=False)
        transport = HttpTransport(http, url, Login(None), timeout=timeout)
        credentials = Credentials(username=USER, password=PASSWORD)
        return HerospeedClient(transport, Session(transport, credentials, **more))

    return make


def packet(document: object, kind: int = 2, binary: bytes = b"") -> bytes:
    text = json.dumps(document).encode() + b"\0"
    head = struct.pack("<IIIH", len(binary), zlib.crc32(text), len(text), kind)
    return head.ljust(30, b"\0") + b"\xa5\xa5" + text + binary


class Pushing(HeroDevice):
    """Pushes what it is told to."""

    messages: list[bytes | str]
    subscribed: list[dict[str, Any]]
    refuse: web.Response | None = None
    end = True

    @override
    async def events(self, request: web.Request) -> web.StreamResponse:
        if self.refuse is not None:
            return copy.copy(self.refuse)
        if request.headers.get("Cookie", "").removeprefix("sessionID=") not in self.sessions:
            return web.Response(status=401)
        link = web.WebSocketResponse()
        link.set_cookie("session", "other")
        await link.prepare(request)
        told = await link.receive()
        assert told.type is WSMsgType.TEXT
        self.subscribed.append(json.loads(told.data))
        for message in self.messages:
            await (link.send_bytes(message) if isinstance(message, bytes) else link.send_str(message))
        if not self.end:
            await link.receive()
        await link.close()
        return link


@pytest.fixture
async def pushing() -> AsyncIterator[Pushing]:
    async with Pushing() as device:
        device.messages = []
        device.subscribed = []
        yield device


async def collect(client: HerospeedClient, **more: Any) -> list[Packet]:
    """Listen until the device ends it."""
    found: list[Packet] = []
    with pytest.raises(CannotConnect):
        await follow(client, found, **more)
    return found


async def follow(client: HerospeedClient, found: list[Packet], **more: Any) -> None:
    """Listen until it fails."""
    async with client.packets(**more) as stream:
        async for packets in stream:
            found += packets


async def test_push(connect: Connect, pushing: Pushing) -> None:
    pushing.messages = [
        '{"code":0}',
        packet({"events": [{"event_type": "motion"}]}),
        packet({"face": 1}, 3, JPEG) + packet({"plate": 2}, 6),
        "not json",
        b"junk",
        packet({}, 1),
    ]
    client = connect(pushing)
    found = await collect(client)
    assert [(each.type, each.data) for each in found] == [
        (2, {"events": [{"event_type": "motion"}]}),
        (3, {"face": 1}),
        (6, {"plate": 2}),
        (1, {}),
    ]
    assert found[1].picture == JPEG
    start = pushing.subscribed[0]
    assert start["action"] == "start"
    assert start["data"]["sessionID"] in pushing.sessions
    assert start["data"]["subscription"] == {"packet_types": [2, 3, 4, 5, 6, 7, 10], "event_image": True}
    told = client.diagnostics()
    assert told["packets"] == {"1": 1, "2": 1, "3": 1, "6": 1}
    assert told["bad_packets"] == 2
    await collect(client, types=[2], pictures=False)
    assert pushing.subscribed[1]["data"]["subscription"] == {"packet_types": [2], "event_image": False}
    assert pushing.logins == 1


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"code":203}', Busy),
        ('{"code":302}', CannotConnect),
        ('{"code":101}', CannotConnect),
        ('{"code":1}', Rejected),
    ],
)
async def test_the_push_is_refused_by_a_text(
    connect: Connect, pushing: Pushing, text: str, error: type[DeviceError]
) -> None:
    pushing.messages = [text]
    client = connect(pushing)
    with pytest.raises(error) as raised:
        await follow(client, [])
    if isinstance(raised.value, Busy):
        assert raised.value.retry_after == 300
    pushing.messages = []
    await collect(client)
    # Only the loss of the session makes a new login.
    assert pushing.logins == (2 if "101" in text else 1)


async def test_the_push_logs_in_once_where_the_session_is_over(connect: Connect, pushing: Pushing) -> None:
    client = connect(pushing)
    await client.session.ensure()
    pushing.sessions.clear()
    await collect(client)
    assert pushing.logins == 2
    pushing.refuse = web.Response(status=401)
    with pytest.raises(Forbidden):
        await collect(client)
    assert pushing.logins == 3


@pytest.mark.parametrize("status", [200, 400, 404, 405, 426, 501])
async def test_no_push(connect: Connect, pushing: Pushing, status: int) -> None:
    pushing.refuse = web.Response(status=status)
    with pytest.raises(NotSupported):
        async with connect(pushing).packets():
            pass


@pytest.mark.parametrize(("status", "error"), [(500, BadAnswer), (503, Busy)])
async def test_no_push_just_now(connect: Connect, pushing: Pushing, status: int, error: type[DeviceError]) -> None:
    pushing.refuse = web.Response(status=status)
    with pytest.raises(error):
        async with connect(pushing).packets():
            pass


async def test_the_push_goes_nowhere_else(connect: Connect, pushing: Pushing) -> None:
    pushing.refuse = web.Response(status=302, headers={"Location": "/api/session/heart-beat"})
    with pytest.raises(BadAnswer):
        await follow(connect(pushing), [])
    assert pushing.seen[-1].path == "/events"


async def test_the_push_leaves_no_cookie(connect: Connect, pushing: Pushing, http: ClientSession) -> None:
    http.cookie_jar.update_cookies({"other": "kept"})
    await collect(connect(pushing))
    assert [cookie.key for cookie in http.cookie_jar] == ["other"]


async def test_a_silent_push(connect: Connect, pushing: Pushing) -> None:
    pushing.end = False
    with pytest.raises(TimedOut):
        await follow(connect(pushing), [], silence=0.05)


async def test_a_push_message_is_bounded(connect: Connect, pushing: Pushing) -> None:
    pushing.messages = [bytes(8 * 2**20 + 1)]
    with pytest.raises(BadAnswer):
        await follow(connect(pushing), [])


async def test_the_push_ends_with_the_session(connect: Connect, pushing: Pushing) -> None:
    """After a restart of the device nobody else tells that the connection is dead."""
    pushing.end = False
    client = connect(pushing)
    for end in (client.session.beat, client.session.close):
        task = asyncio.create_task(follow(client, []))
        count = len(pushing.subscribed)
        await until(lambda count=count: len(pushing.subscribed) > count)  # type: ignore[misc]
        pushing.sessions.clear()
        await end()
        with pytest.raises(CannotConnect):
            await task
    assert pushing.logins == 2


async def test_listening_can_be_cancelled(connect: Connect, pushing: Pushing) -> None:
    pushing.end = False
    client = connect(pushing)
    task = asyncio.create_task(follow(client, []))
    await until(lambda: bool(pushing.subscribed))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
