"""Logging in to Sunell-type devices over sockets: each way, and never a refused password again."""

import asyncio
from collections.abc import AsyncIterator
import logging
from urllib.parse import quote

from aiohttp import ClientSession
import pytest

from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.client import (
    Mode,
    SunellClient,
)
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.grammar import Pair
from custom_components.ip_surveillance.protocol.errors import (
    AccountLocked,
    AuthFailed,
    CannotConnect,
    DeviceError,
    Forbidden,
    NotActivated,
)

from .cgi_devices import (
    LOGIN,
    NO_ALARM,
    WRONG,
    Camera,
    Recorder,
    asked,
    client_of,
)
from .servers import PASSWORD, Reply, Request, Server, basic_ok

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as made:
        yield made


def mode_of(client: SunellClient) -> Mode:
    return client.mode


async def test_digest(session: ClientSession) -> None:
    async with Camera() as camera:
        client = client_of(session, camera)
        assert (await client.get("deviceInfo")).get("deviceid") == "21BA"
        assert mode_of(client) is Mode.UNKNOWN
        await client.check()
        assert mode_of(client) is Mode.CHALLENGE
        await client.check()
        assert (camera.good, camera.wrong) == (2, [])
        assert asked(camera.requests[-1])[1] == (("action", "get"), ("type", "currentAlarmStatus"))


async def test_basic(session: ClientSession) -> None:
    async def answer(request: Request) -> Reply:
        return (
            Reply(body=NO_ALARM) if basic_ok(request) else Reply(401, headers=[("WWW-Authenticate", 'Basic realm="x"')])
        )

    async with Server(answer) as server:
        client = client_of(session, server)
        await client.check()
        await client.check()
        assert mode_of(client) is Mode.CHALLENGE
        assert len(server.requests) == 3


@pytest.mark.parametrize("bare", [b"Error,return=-508", b"error, Return=-507", b"-512"])
@pytest.mark.parametrize("status", [200, 401])
async def test_first_two_parameters(session: ClientSession, bare: bytes, status: int) -> None:
    async with Recorder(bare=bare, status=status) as recorder:
        client = client_of(session, recorder)
        await client.get("deviceInfo")
        assert recorder.passwords == 0
        await client.check()
        assert mode_of(client) is Mode.QUERY
        await client.get("deviceInfo")
        assert [asked(request)[1][:2] == LOGIN for request in recorder.requests] == [False, False, True, True]
        assert asked(recorder.requests[-1])[1][2:] == (("action", "get"), ("type", "deviceInfo"))


async def test_a_401_without_a_way_to_log_in(session: ClientSession) -> None:
    async with Recorder(bare=b"", status=401) as recorder:
        client = client_of(session, recorder)
        await client.check()
        assert mode_of(client) is Mode.QUERY


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (b"Error,return=-508", AuthFailed),
        (b"error, Return=-507", AuthFailed),
        (b"", AuthFailed),
        (b"Error,return=-515", AccountLocked),
        (b"Error,return=-527", AccountLocked),
        (b"Error,return=-528", NotActivated),
        (b"Error,return=-532", NotActivated),
    ],
)
async def test_a_password_that_digest_refused_is_never_sent_again(
    session: ClientSession, refusal: bytes, error: type[DeviceError]
) -> None:
    async with Camera(refusal=refusal) as camera:
        client = client_of(session, camera, WRONG)
        results = await asyncio.gather(*(client.check() for _ in range(5)), return_exceptions=True)
        assert [type(result) for result in results] == [error] * 5
        for again in (
            client.check(),
            client.get("deviceInfo"),
            client.operate("ptz", ("action", "stop")),
            client.raw("GET", "/"),
        ):
            with pytest.raises(error):
                await again
        with pytest.raises(error):
            async with client.stream("alarm", ("action", "attach")):
                pass
        signed = [request for request in camera.requests if "authorization" in request.headers]
        assert len(signed) == (1 if error is AuthFailed else 0)
        assert not any("password" in request.target for request in camera.requests)


@pytest.mark.parametrize("challenge", [False, True])
@pytest.mark.parametrize("status", [200, 401])
async def test_a_password_refused_as_parameter_is_never_sent_again(
    session: ClientSession, status: int, challenge: bool
) -> None:
    heard: list[tuple[Pair, ...]] = []

    async def answer(request: Request) -> Reply:
        heard.append(asked(request)[1])
        if heard[-1][0][0] != "userName":
            return Reply(body=b"Error,return=-508")
        headers = [("WWW-Authenticate", 'Digest realm="x", nonce="y", qop="auth"')] if challenge else []
        return Reply(status, b"Error,return=-508" if status == 200 else b"", headers)

    async with Server(answer) as server:
        client = client_of(session, server, WRONG)
        results = await asyncio.gather(*(client.check() for _ in range(5)), return_exceptions=True)
        assert [type(result) for result in results] == [AuthFailed] * 5
        with pytest.raises(AuthFailed):
            await client.get("deviceInfo")
        assert sum(("password", WRONG) in pairs for pairs in heard) == 1
        assert not any("authorization" in request.headers for request in server.requests)


@pytest.mark.parametrize(
    ("code", "error"), [(-508, AuthFailed), (-515, AccountLocked), (-527, AccountLocked), (-528, NotActivated)]
)
async def test_a_refusal_in_a_good_answer_stops_all(
    session: ClientSession, code: int, error: type[DeviceError]
) -> None:
    """A password that was right and is so no longer, as both kinds of devices say it."""
    codes: list[int] = []

    def handle(program: str, pairs: tuple[Pair, ...]) -> bytes:
        return f"Error,return={codes[0]}".encode() if codes else NO_ALARM

    for device in (Camera(handle), Recorder(handle)):
        codes.clear()
        async with device:
            client = client_of(session, device)
            await client.check()
            codes.append(code)
            before = len(device.requests)
            for _ in range(3):
                with pytest.raises(error):
                    await client.check()
            assert len(device.requests) == before + 1


async def test_locked_before_any_password(session: ClientSession) -> None:
    async with Recorder(bare=b"Error,return=-527") as recorder:
        client = client_of(session, recorder)
        for _ in range(3):
            with pytest.raises(AccountLocked):
                await client.check()
        assert (len(recorder.requests), recorder.passwords) == (1, 0)


async def test_rights_that_do_not_suffice_are_no_refusal(session: ClientSession) -> None:
    def handle(program: str, pairs: tuple[Pair, ...]) -> bytes:
        return b"Error,return=-512" if program == "ptz" else NO_ALARM

    for device in (Camera(handle), Recorder(handle)):
        async with device:
            client = client_of(session, device)
            with pytest.raises(Forbidden):
                await client.operate("ptz", ("action", "stop"))
            await client.check()
            assert mode_of(client) is not Mode.UNKNOWN


async def test_nothing_secret_is_logged_or_told(session: ClientSession, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with Recorder() as recorder:
        for password in (PASSWORD, WRONG):
            client = client_of(session, recorder, password)
            errors = await asyncio.gather(
                client.check(), client.raw("GET", "/cgi-bin/param.cgi", (("action", "get"),)), return_exceptions=True
            )
            for error in errors:
                assert password not in f"{error!r} {getattr(error, 'detail', '')} {getattr(error, '__cause__', '')!r}"
            assert password not in repr(client.diagnostics())
    for password in (PASSWORD, WRONG):
        assert password not in caplog.text
        assert quote(password) not in caplog.text
    assert "password=**" in caplog.text
    ours = [record for record in caplog.records if "ip_surveillance" in record.name]
    assert {record.levelno for record in ours} == {logging.DEBUG}


async def test_without_an_account(session: ClientSession) -> None:
    async with Recorder() as recorder:
        client = client_of(session, recorder, None)
        assert (await client.get("deviceInfo")).get("deviceID") == "21BA"
        for _ in range(2):
            with pytest.raises(AuthFailed):
                await client.check()
        assert recorder.passwords == 0


async def test_one_request_at_a_time(session: ClientSession) -> None:
    async def answer(request: Request) -> Reply:
        await asyncio.sleep(0.01)
        return Reply(body=NO_ALARM)

    async with Server(answer) as server:
        client = client_of(session, server)
        await asyncio.gather(*(client.check() for _ in range(8)))
        assert server.most_running == 1


async def test_the_password_is_kept_for_a_device_that_broke_off(session: ClientSession) -> None:
    broken = [True, True]

    def handle(program: str, pairs: tuple[Pair, ...]) -> bytes | None:
        return None if broken and broken.pop() else NO_ALARM

    async with Recorder(handle) as recorder:
        client = client_of(session, recorder)
        with pytest.raises(CannotConnect):
            await client.check()
        assert mode_of(client) is Mode.UNKNOWN
        await client.check()
        assert mode_of(client) is Mode.QUERY
