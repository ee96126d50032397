"""The session over real sockets: one try with a password, one login for many, and what ends a session."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
import logging
from typing import Any

from aiohttp import ClientSession, CookieJar, web
import pytest

from custom_components.ip_surveillance.protocol.drivers.herospeed.codes import (
    LICENCE_KEY,
    PASSWORD_OR_KEY,
    PATH_REFUSED,
    NotLoggedIn,
    Use,
)
from custom_components.ip_surveillance.protocol.drivers.herospeed.login import LoginMode
from custom_components.ip_surveillance.protocol.drivers.herospeed.session import Session
from custom_components.ip_surveillance.protocol.errors import (
    AccountLocked,
    AuthFailed,
    BadAnswer,
    Busy,
    CannotConnect,
    DeviceError,
    Forbidden,
    NotSupported,
    TimedOut,
)
from custom_components.ip_surveillance.protocol.transport.auth import Login
from custom_components.ip_surveillance.protocol.transport.challenge import Credentials
from custom_components.ip_surveillance.protocol.transport.http import HttpTransport, device_url

from .hero_device import KEY, OFFERED, PASSWORD, SALT, USER, HeroDevice, Seen, code
from .servers import Server, until

pytestmark = pytest.mark.usefixtures("socket_enabled")

INFO = "/api/system/device-info"
LOGIN = "/api/session/login"
BEAT = "/api/session/heart-beat"
CAPABILITIES = ("/api/session/login-capabilities", "/api/login-capabilities")

type Open = Callable[..., Session]


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    # Takes cookies of addresses too, so that the tests see whether any are kept.
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield session


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_session(http: ClientSession, clock: Clock) -> Open:
    def make(device: HeroDevice | Server, *, password: str = PASSWORD, timeout: float = 5.0, **more: Any) -> Session:
        url = device_url("127.0.0.1", device.port, tls=False)
        transport = HttpTransport(http, url, Login(None), timeout=timeout)
        return Session(transport, Credentials(username=USER, password=password), clock=clock, **more)

    return make


def with_info(device: HeroDevice) -> HeroDevice:
    device.documents[INFO] = {"devName": "Front"}
    return device


@pytest.mark.parametrize(
    ("mode", "rounds", "key"),
    [
        ("challenge", 0, ""),
        ("challenge", 100, ""),
        ("challenge", 100, "needless"),
        ("session_id", 0, KEY),
        ("licence_key", 0, KEY),
    ],
)
@pytest.mark.parametrize("in_body", [True, False])
async def test_each_way_in(open_session: Open, mode: str, rounds: int, key: str, in_body: bool) -> None:
    async with with_info(HeroDevice(mode, rounds=rounds)) as device:
        device.cookie_in_body = in_body
        session = open_session(device, key=key)
        assert "mode=None" in repr(session)
        answer = await session.call(INFO)
        assert answer.data == {"devName": "Front"}
        assert session.mode is LoginMode(mode)
        assert (device.logins, device.wrong) == (1, 0)
        asked = device.seen[-1]
        assert asked.cookie == f"sessionID={next(iter(device.sessions))}"
        assert asked.content_type == "application/json; charset=utf-8"
        # The document's version first, then the device's own.
        assert [seen.version for seen in (device.seen[0], asked)] == ["v1.2.0", "v4.0.0"]
        await session.close()
        assert not device.sessions


async def test_paths_of_the_capabilities(open_session: Open) -> None:
    async with with_info(HeroDevice()) as device:
        device.capabilities_path = "/api/login-capabilities"
        session = open_session(device)
        await session.call(INFO)
        assert [seen.path for seen in device.seen] == [*CAPABILITIES, LOGIN, INFO]
        device.sessions.clear()
        device.seen.clear()
        await session.call(INFO)
        # The path that answered is asked first the next time.
        assert [seen.path for seen in device.seen] == [INFO, CAPABILITIES[1], LOGIN, INFO]


async def test_no_cookie_of_others_and_none_left_behind(open_session: Open, http: ClientSession) -> None:
    http.cookie_jar.update_cookies({"other": "kept"})
    async with with_info(HeroDevice()) as device:
        device.cookie_in_body = False
        await open_session(device).call(INFO)
        assert all("other" not in seen.cookie for seen in device.seen)
    assert [cookie.key for cookie in http.cookie_jar] == ["other"]


@pytest.mark.parametrize("mode", list(LoginMode))
@pytest.mark.parametrize("at_once", [1, 8])
async def test_a_wrong_password_is_sent_once(open_session: Open, mode: LoginMode, at_once: int) -> None:
    async with with_info(HeroDevice(mode.value, rounds=3)) as device:
        session = open_session(device, password="wrong", key=KEY)
        results = await asyncio.gather(*(session.call(INFO) for _ in range(at_once)), return_exceptions=True)
        assert [type(result) for result in results] == [AuthFailed] * at_once
        assert device.logins == 1
        before = len(device.seen)
        for _ in range(3):
            with pytest.raises(AuthFailed) as refused:
                await session.call(INFO)
            assert refused.value.code == "7"
        await session.close()
        assert len(device.seen) == before
        assert session.mode is None


@pytest.mark.parametrize(
    ("number", "error"),
    [(1, AuthFailed), (101, AuthFailed), (102, AuthFailed), (202, AuthFailed), (211, AuthFailed), ("9", AuthFailed)],
)
async def test_any_code_refuses(open_session: Open, number: int | str, error: type[DeviceError]) -> None:
    async with HeroDevice() as device:
        device.login_reply = lambda: code(number)
        session = open_session(device)
        for _ in range(2):
            with pytest.raises(error) as refused:
                await session.ensure()
            assert refused.value.code == str(number)
        assert len(device.paths(LOGIN)) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 422])
async def test_any_status_that_blames_the_request_refuses(open_session: Open, status: int) -> None:
    async with HeroDevice() as device:
        device.login_reply = lambda: web.Response(status=status, text="no")
        session = open_session(device)
        for _ in range(2):
            with pytest.raises(AuthFailed):
                await session.ensure()
        assert len(device.paths(LOGIN)) == 1


@pytest.mark.parametrize("mode", ["session_id", "licence_key"])
async def test_the_licence_key(open_session: Open, mode: str) -> None:
    async with HeroDevice(mode) as device:
        without = open_session(device)
        for _ in range(2):
            with pytest.raises(AuthFailed) as refused:
                await without.ensure()
            assert refused.value.code == LICENCE_KEY
        assert device.logins == 1
        device.login_reply = lambda: code(7)
        unclear = open_session(device)
        with pytest.raises(AuthFailed) as refused:
            await unclear.ensure()
        assert refused.value.code == PASSWORD_OR_KEY
        with_key = open_session(device, key=KEY)
        with pytest.raises(AuthFailed) as refused:
            await with_key.ensure()
        assert refused.value.code == "7"


async def test_a_locked_account(open_session: Open, clock: Clock) -> None:
    async with HeroDevice() as device:
        device.login_reply = lambda: code(7, "account is locked, try again later")
        session = open_session(device)
        for _ in range(2):
            with pytest.raises(AccountLocked):
                await session.ensure()
        assert len(device.paths(LOGIN)) == 1
        device.login_reply = lambda: None
        clock.now += 1801
        await session.ensure()


@pytest.mark.parametrize(
    "text",
    [
        "Too many failed login attempts",
        "too many wrong passwords",
        "Maximum login attempts reached",
        "The account is locked, 29 minutes left",
        "用户已锁定",
    ],
)
async def test_too_many_tries_are_a_lock_and_no_lack_of_room(open_session: Open, clock: Clock, text: str) -> None:
    async with HeroDevice() as device:
        device.login_reply = lambda: code(7, text)
        session = open_session(device)
        with pytest.raises(AccountLocked):
            await session.ensure()
        clock.now += 1700
        with pytest.raises(AccountLocked):
            await session.ensure()
        assert len(device.paths(LOGIN)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Wrong password, the account will be locked",
        "password error, locked after 3 more attempts",
        "密码错误，还有3次后将锁定",
    ],
)
async def test_the_warning_of_a_lock_is_no_lock(open_session: Open, clock: Clock, text: str) -> None:
    async with HeroDevice() as device:
        device.login_reply = lambda: code(7, text)
        session = open_session(device)
        for _ in range(2):
            with pytest.raises(AuthFailed) as refused:
                await session.ensure()
            assert not isinstance(refused.value, AccountLocked)
            clock.now += 86400
        assert len(device.paths(LOGIN)) == 1


async def test_a_lock_that_is_told_before_the_login(open_session: Open, clock: Clock) -> None:
    """The password is not tried by the documented way instead."""
    async with HeroDevice() as device:
        device.handlers[CAPABILITIES[0]] = _coded(7, "user is locked")
        session = open_session(device)
        for _ in range(2):
            with pytest.raises(AccountLocked):
                await session.ensure()
        assert device.paths(LOGIN) == []
        assert len(device.seen) == 1
        del device.handlers[CAPABILITIES[0]]
        clock.now += 1801
        await session.ensure()


@pytest.mark.parametrize("reply", [lambda: code(203), lambda: code(5, "max users"), lambda: web.Response(status=503)])
async def test_no_room_for_a_session(open_session: Open, clock: Clock, reply: Callable[[], web.Response]) -> None:
    async with with_info(HeroDevice()) as device:
        device.login_reply = reply
        session = open_session(device)
        waits = []
        for number in range(1, 7):
            with pytest.raises(Busy) as busy:
                await session.call(INFO)
            assert busy.value.retry_after is not None
            waits.append(busy.value.retry_after)
            # Meanwhile nothing is sent.
            clock.now += waits[-1] - 1
            with pytest.raises(Busy) as busy:
                await session.call(INFO)
            assert busy.value.retry_after == pytest.approx(1)
            assert len(device.paths(LOGIN)) == number
            clock.now += 1.5
        assert waits == [30, 60, 120, 240, 300, 300]
        device.login_reply = lambda: None
        await session.call(INFO)


async def test_a_full_table_recovers(open_session: Open, clock: Clock) -> None:
    async with with_info(HeroDevice()) as device:
        device.most_sessions = 1
        first, second = open_session(device), open_session(device)
        await first.call(INFO)
        with pytest.raises(Busy):
            await second.call(INFO)
        await first.close()
        clock.now += 31
        await second.call(INFO)
        assert device.wrong == 0


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (lambda: web.Response(status=500), BadAnswer),
        (lambda: web.Response(status=404), NotSupported),
        (lambda: web.Response(text="<html>"), BadAnswer),
        (lambda: web.json_response({"code": 0, "data": {}}), BadAnswer),
    ],
)
async def test_a_login_without_a_clear_answer_rests(
    open_session: Open, clock: Clock, reply: Callable[[], web.Response], error: type[DeviceError]
) -> None:
    async with with_info(HeroDevice()) as device:
        device.login_reply = reply
        session = open_session(device)
        with pytest.raises(error):
            await session.call(INFO)
        with pytest.raises(Busy):
            await session.call(INFO)
        assert len(device.paths(LOGIN)) == 1
        device.login_reply = lambda: None
        clock.now += 31
        await session.call(INFO)


async def test_a_login_that_hangs_or_is_cancelled_rests(open_session: Open) -> None:
    async with with_info(HeroDevice()) as device:
        hanging = asyncio.Event()

        async def hang(_: Seen) -> web.Response:
            await hanging.wait()
            return code(0)

        device.handlers[LOGIN] = hang
        slow = open_session(device, timeout=0.1)
        with pytest.raises(TimedOut):
            await slow.call(INFO)
        with pytest.raises(Busy):
            await slow.call(INFO)
        cancelled = open_session(device)
        task = asyncio.create_task(cancelled.call(INFO))
        await until(lambda: len(device.paths(LOGIN)) == 2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(Busy):
            await cancelled.call(INFO)
        assert len(device.paths(LOGIN)) == 2
        hanging.set()


@pytest.mark.parametrize("number", [101, 103, "101"])
@pytest.mark.parametrize("at_once", [1, 6])
async def test_an_expired_session_logs_in_once(open_session: Open, number: int, at_once: int) -> None:
    async with with_info(HeroDevice()) as device:
        device.expired_code = number
        session = open_session(device)
        await session.call(INFO)
        device.sessions.clear()
        answers = await asyncio.gather(*(session.call(INFO) for _ in range(at_once)))
        assert all(answer.data == {"devName": "Front"} for answer in answers)
        assert device.logins == 2
        assert session.counts.expired == 1


@pytest.mark.parametrize("status", [401, 403])
async def test_a_status_can_end_a_session_too(open_session: Open, status: int) -> None:
    async with HeroDevice() as device:

        async def answer(seen: Seen) -> web.Response:
            return web.Response(status=status) if device.logins < 2 else web.json_response({"code": 0, "data": 1})

        device.handlers[INFO] = answer
        assert (await open_session(device).call(INFO)).data == 1
        assert device.logins == 2


async def test_a_path_that_is_always_refused_takes_no_logins(open_session: Open) -> None:
    async with with_info(HeroDevice()) as device:
        session = open_session(device)

        async def refuse(_: Seen) -> web.Response:
            return code(101)

        path = "/api/system/odd"
        device.handlers[path] = refuse
        for _ in range(5):
            with pytest.raises(Forbidden) as refused:
                await session.call(path)
            assert refused.value.code == PATH_REFUSED
        assert device.logins == 2
        # The heartbeat told that the session is good; when it is not, there is a login.
        device.sessions.clear()
        with pytest.raises(Forbidden):
            await session.call(path)
        assert device.logins == 3


@pytest.mark.parametrize("beats_tell", [True, False])
async def test_many_paths_that_are_refused_take_no_more_logins(open_session: Open, beats_tell: bool) -> None:
    """An account of few rights: the device has room for a few sessions, and none is left behind."""
    async with with_info(HeroDevice()) as device:
        device.most_sessions = 2
        session = open_session(device)

        async def refuse(_: Seen) -> web.Response:
            return web.Response(status=403)

        async def beat(_: Seen) -> web.Response:
            return code(0)

        if not beats_tell:
            device.handlers[BEAT] = beat
        paths = [f"/api/event/odd{number}" for number in range(5)]
        device.handlers |= dict.fromkeys(paths, refuse)
        for path in paths:
            with pytest.raises(Forbidden) as refused:
                await session.call(path)
            assert refused.value.code == PATH_REFUSED
            assert len(device.sessions) == 1
        assert device.logins == (2 if beats_tell else 6)
        # A session that is over is opened again all the same.
        device.sessions.clear()
        if beats_tell:
            await session.call(INFO)
            assert device.logins == 3


async def test_a_session_that_is_always_taken_away(open_session: Open, clock: Clock) -> None:
    async with with_info(HeroDevice()) as device:
        session = open_session(device)
        for _ in range(6):
            await session.call(INFO)
            device.sessions.clear()
        with pytest.raises(Busy) as busy:
            await session.call(INFO)
        assert (busy.value.code, busy.value.retry_after) == ("sessionLost", 60)
        assert device.logins == 6
        clock.now += 61
        await session.call(INFO)


async def test_a_refusal_at_a_later_login_counts_for_good(open_session: Open) -> None:
    async with with_info(HeroDevice()) as device:
        session = open_session(device)
        await session.call(INFO)
        device.password = "another"
        device.sessions.clear()
        for _ in range(3):
            with pytest.raises(AuthFailed):
                await session.call(INFO)
        assert (device.logins, device.wrong) == (2, 1)


async def test_a_device_that_starts_up_is_not_logged_in_to_the_wrong_way(open_session: Open) -> None:
    async with with_info(HeroDevice()) as device:
        session = open_session(device)
        await session.call(INFO)
        device.sessions.clear()

        async def starting(_: Seen) -> web.Response:
            return web.Response(status=404)

        paths = (*CAPABILITIES, "/api/system/platform-capabilities")
        device.handlers |= dict.fromkeys(paths, starting)
        with pytest.raises(NotSupported):
            await session.call(INFO)
        for status, error in ((500, BadAnswer), (503, Busy)):
            device.handlers[CAPABILITIES[0]] = _replying(status)
            with pytest.raises(error):
                await session.call(INFO)
        device.handlers[CAPABILITIES[0]] = _coded(203)
        with pytest.raises(Busy):
            await session.call(INFO)
        device.handlers.clear()
        await session.call(INFO)
        assert (device.logins, device.wrong) == (2, 0)
        # Remembered from before, the way in is minded from the start.
        remembered = open_session(device, mode=session.mode)
        device.handlers |= dict.fromkeys(paths, starting)
        with pytest.raises(NotSupported):
            await remembered.call(INFO)
        assert (device.logins, device.wrong) == (2, 0)


async def test_older_firmware_than_before(open_session: Open) -> None:
    async with with_info(HeroDevice("licence_key")) as device:
        session = open_session(device, mode=LoginMode.CHALLENGE, key=KEY)
        await session.call(INFO)
        assert session.mode is LoginMode.LICENCE_KEY
        assert [seen.path for seen in device.seen][2] == "/api/system/platform-capabilities"


def _replying(status: int) -> Callable[[Seen], Awaitable[web.Response]]:
    async def reply(_: Seen) -> web.Response:
        return web.Response(status=status)

    return reply


def _coded(number: int, text: str | None = None) -> Callable[[Seen], Awaitable[web.Response]]:
    async def reply(_: Seen) -> web.Response:
        return code(number, text)

    return reply


async def test_nothing_listens(open_session: Open) -> None:
    async with with_info(HeroDevice()) as device:
        session = open_session(device)
        await session.call(INFO)
    for _ in range(2):
        with pytest.raises(CannotConnect) as error:
            await session.call(INFO)
        assert not isinstance(error.value, Busy)


async def test_heartbeats(open_session: Open) -> None:
    async with with_info(HeroDevice()) as device:
        session = open_session(device, heart_beat=0.01)
        task = asyncio.create_task(session.keep_alive())
        await session.call(INFO)
        await until(lambda: session.counts.heart_beats >= 2)
        beat = device.paths(BEAT)[0]
        assert (beat.action, beat.data) == ("set", None)
        # Expired: the heartbeat itself logs in again.
        device.sessions.clear()
        await until(lambda: device.logins == 2)
        device.handlers[BEAT] = _replying(500)
        await until(lambda: session.counts.heart_beats_failed >= 2)
        del device.handlers[BEAT]
        beats = session.counts.heart_beats
        await until(lambda: session.counts.heart_beats > beats)
        device.password = "another"
        device.sessions.clear()
        await task
        assert device.wrong == 1


async def test_heartbeats_go_on_after_a_lock(open_session: Open, clock: Clock) -> None:
    async with with_info(HeroDevice()) as device:
        session = open_session(device, heart_beat=0.01)
        task = asyncio.create_task(session.keep_alive())
        await session.call(INFO)
        device.login_reply = lambda: code(7, "account is locked")
        device.sessions.clear()
        await until(lambda: session.counts.heart_beats_failed > 0)
        device.login_reply = lambda: None
        clock.now += 1801
        await session.call(INFO)
        beats = session.counts.heart_beats
        await until(lambda: session.counts.heart_beats > beats)
        assert len(device.paths(LOGIN)) == 3
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_no_heartbeat_before_a_login_nor_where_there_is_none(open_session: Open) -> None:
    async with with_info(HeroDevice()) as device:
        session = open_session(device, heart_beat=0.005)
        task = asyncio.create_task(session.keep_alive())
        await asyncio.sleep(0.05)
        assert not device.seen
        device.handlers[BEAT] = _replying(404)
        await session.call(INFO)
        await task
        assert len(device.paths(BEAT)) == 3


async def test_close(open_session: Open) -> None:
    async with with_info(HeroDevice()) as device:
        unused = open_session(device)
        await unused.close()
        assert not device.seen
        session = open_session(device)
        await session.call(INFO)
        cookie = device.seen[-1].cookie
        await session.close()
        assert device.seen[-1].path == "/api/session/logout"
        assert device.seen[-1].data == {"cookie": cookie}
        assert not device.sessions
        await session.close()
        count = len(device.seen)
        with pytest.raises(CannotConnect):
            await session.call(INFO)
        with pytest.raises(CannotConnect):
            await session.ask_open("/api/system/platform-capabilities")
        assert len(device.seen) == count


async def test_close_does_not_wait_for_a_device_that_hangs(open_session: Open) -> None:
    async with with_info(HeroDevice()) as device:
        session = open_session(device)
        await session.call(INFO)
        device.handlers["/api/session/logout"] = _sleeping
        async with asyncio.timeout(3):
            await session.close()


async def _sleeping(_: Seen) -> web.Response:
    await asyncio.sleep(30)
    return code(0)


async def test_open_paths_need_no_login(open_session: Open) -> None:
    async with HeroDevice() as device:
        session = open_session(device)
        assert (await session.ask_open("/api/system/platform-capabilities", {})).data == {"enableProductType": 0}
        device.documents[INFO] = {}
        with pytest.raises(NotLoggedIn):
            await session.ask_open(INFO)
        assert device.logins == 0


async def test_the_time_of_the_device(open_session: Open) -> None:
    async with with_info(HeroDevice()) as device:
        device.date = "Thu, 01 Jan 1970 00:00:10 GMT"
        session = open_session(device)
        await session.ensure()
        assert device.paths(LOGIN)[0].data["datetime"][:4] in ("1969", "1970")
        session.wall_ahead = timedelta(days=-36500)
        device.sessions.clear()
        await session.call(INFO)
        assert device.paths(LOGIN)[1].data["datetime"].startswith("19")
        assert session.wall_ahead == timedelta(days=-36500)


@pytest.mark.parametrize("mode", list(LoginMode))
async def test_secrets_stay_out_of_logs_and_texts(
    open_session: Open, mode: LoginMode, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with with_info(HeroDevice(mode.value, rounds=2)) as device:
        session = open_session(device, key=KEY)
        texts = [repr(session), repr(await session.ensure()), str(session.counts)]
        await session.call(INFO)
        device.sessions.clear()
        await session.call(INFO, use=Use.WRITE, action="set", data={"devName": "x"})
        cookies = [seen.cookie.removeprefix("sessionID=") for seen in device.seen if seen.cookie]
        hashes = [seen.data["password"] for seen in device.paths(LOGIN)]
        await session.close()
        bad = open_session(device, password="wr0ng", key=KEY)
        with pytest.raises(AuthFailed) as refused:
            await bad.ensure()
        texts += [repr(refused.value), repr(bad), repr(bad.login)]
        hashes += [seen.data["password"] for seen in device.paths(LOGIN)]
    assert cookies
    assert all(len(each) == 64 for each in hashes)
    texts += [
        record.getMessage() for record in caplog.records if not record.name.startswith(("aiohttp.access", "asyncio"))
    ]
    told = "\n".join(texts)
    for secret in (PASSWORD, "wr0ng", KEY, SALT, OFFERED, *cookies, *hashes):
        assert secret not in told
