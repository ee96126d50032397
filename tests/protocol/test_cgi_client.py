"""The client of Sunell-type devices over sockets: logging in, candidates, records, commands, changes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
import logging
from typing import override
from urllib.parse import parse_qsl, urlsplit

from aiohttp import ClientSession
import pytest

from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.client import (
    LIMIT,
    NOT_TAKEN,
    Mode,
    SunellClient,
    interpret_answer,
)
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.grammar import Pair, Record
from custom_components.ip_surveillance.protocol.errors import (
    AccountLocked,
    AuthFailed,
    BadAnswer,
    Busy,
    CannotConnect,
    DeviceError,
    Forbidden,
    NotActivated,
    NotSupported,
    Rejected,
)
from custom_components.ip_surveillance.protocol.transport.auth import Login
from custom_components.ip_surveillance.protocol.transport.challenge import Credentials
from custom_components.ip_surveillance.protocol.transport.http import HttpTransport, device_url

from .servers import PASSWORD, USER, DigestDevice, Reply, Request, Server, basic_ok

WRONG = "wr0ng-secret"
LOGIN = (("userName", USER), ("password", PASSWORD))
INFO = b"deviceID=21BA\r\ndeviceName=\r\ndeviceType=1\r\n"
NO_ALARM = b"Not Find AlarmInfo\r\n"
type Handle = Callable[[str, tuple[Pair, ...]], bytes | Reply | None]


def asked(request: Request) -> tuple[str, tuple[Pair, ...]]:
    """Program and parameters of a request, in order."""
    parts = urlsplit(request.target)
    program = parts.path.removeprefix("/cgi-bin/").removesuffix(".cgi")
    return program, tuple(parse_qsl(parts.query, keep_blank_values=True))


def reply_to(handle: Handle, request: Request, pairs: tuple[Pair, ...] | None = None) -> Reply | None:
    program, sent = asked(request)
    found = handle(program, sent if pairs is None else pairs)
    return Reply(body=found, headers=[("Content-Type", "text/plain")]) if isinstance(found, bytes) else found


def kind(pairs: tuple[Pair, ...]) -> str:
    return dict(pairs).get("type", "")


def usual(program: str, pairs: tuple[Pair, ...]) -> bytes:
    return {"deviceInfo": INFO, "currentAlarmStatus": NO_ALARM}.get(kind(pairs), b"error, Return=-22")


class Camera(DigestDevice):
    """A camera: digest, and a wrong password is 401 with the code in its body; its information is open to all."""

    def __init__(
        self, handle: Handle = usual, *, password: str = PASSWORD, refusal: bytes = b"Error,return=-508"
    ) -> None:
        super().__init__(password=password, refusal_body=refusal)
        self.handle = handle

    @override
    async def answer(self, request: Request) -> Reply | None:
        if kind(asked(request)[1]) == "deviceInfo":
            return Reply(body=INFO)
        return await super().answer(request)

    @override
    async def serve(self, request: Request) -> Reply:
        return reply_to(self.handle, request) or Reply(500)


class Recorder(Server):
    """A recorder: wants the password as the first two parameters, everything is HTTP 200."""

    def __init__(
        self,
        handle: Handle = usual,
        *,
        refusal: bytes = b"Error,return=-508",
        status: int = 200,
        bare: bytes | None = None,
    ) -> None:
        super().__init__()
        self.handle = handle
        self.refusal = refusal
        self.status = status
        self.bare = refusal if bare is None else bare
        self.passwords = 0

    @override
    async def answer(self, request: Request) -> Reply | None:
        program, pairs = asked(request)
        if kind(pairs) == "deviceInfo" and pairs[0][0] != "userName":
            return Reply(body=INFO)
        self.passwords += any(name == "password" for name, _ in pairs)
        if pairs[:2] == LOGIN:
            return reply_to(self.handle, request, pairs[2:])
        return Reply(self.status, self.refusal if pairs[0][0] == "userName" else self.bare)


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as made:
        yield made


def client_of(session: ClientSession, server: Server, password: str | None = PASSWORD) -> SunellClient:
    credentials = None if password is None else Credentials(username=USER, password=password)
    transport = HttpTransport(
        session,
        device_url(server.host, server.port, tls=False),
        Login(credentials),
        limit=LIMIT,
        interpret=interpret_answer,
    )
    return SunellClient(transport, credentials)


@asynccontextmanager
async def open_device(
    session: ClientSession, handle: Handle
) -> AsyncIterator[tuple[SunellClient, list[tuple[str, tuple[Pair, ...]]]]]:
    """A device that asks for no password, and what it was asked."""
    heard: list[tuple[str, tuple[Pair, ...]]] = []

    async def answer(request: Request) -> Reply | None:
        heard.append(asked(request))
        return reply_to(handle, request)

    async with Server(answer) as server:
        yield client_of(session, server, None), heard


# Logging in.


async def test_digest(session: ClientSession) -> None:
    async with Camera() as camera:
        client = client_of(session, camera)
        assert (await client.get("deviceInfo")).get("deviceid") == "21BA"
        assert client.mode is Mode.UNKNOWN
        await client.check()
        assert client.mode is Mode.CHALLENGE
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
        assert client.mode is Mode.CHALLENGE
        assert len(server.requests) == 3


@pytest.mark.parametrize("bare", [b"Error,return=-508", b"error, Return=-507", b"-512"])
@pytest.mark.parametrize("status", [200, 401])
async def test_first_two_parameters(session: ClientSession, bare: bytes, status: int) -> None:
    async with Recorder(bare=bare, status=status) as recorder:
        client = client_of(session, recorder)
        await client.get("deviceInfo")
        assert recorder.passwords == 0
        await client.check()
        assert client.mode is Mode.QUERY
        await client.get("deviceInfo")
        assert [asked(request)[1][:2] == LOGIN for request in recorder.requests] == [False, False, True, True]
        assert asked(recorder.requests[-1])[1][2:] == (("action", "get"), ("type", "deviceInfo"))


async def test_a_401_without_a_way_to_log_in(session: ClientSession) -> None:
    async with Recorder(bare=b"", status=401) as recorder:
        client = client_of(session, recorder)
        await client.check()
        assert client.mode is Mode.QUERY


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
            assert client.mode is not Mode.UNKNOWN


async def test_nothing_secret_is_logged_or_told(session: ClientSession, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with Recorder() as recorder:
        for password in (PASSWORD, WRONG):
            client = client_of(session, recorder, password)
            try:
                await client.check()
                await client.raw("GET", "/cgi-bin/param.cgi", (("action", "get"),))
                async with client.stream("alarm", ("action", "attach")):
                    pass
            except DeviceError as error:
                assert password not in f"{error!r} {error.detail} {error.__cause__!r} {error.__context__!r}"
            assert password not in repr(client.diagnostics())
    for password in (PASSWORD, WRONG):
        assert password not in caplog.text
        assert password.replace(" ", "%20") not in caplog.text
    assert "password=**" in caplog.text
    assert all(record.levelno <= logging.DEBUG for record in caplog.records)


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
        assert client.mode is Mode.UNKNOWN
        await client.check()
        assert client.mode is Mode.QUERY


# Answers.


@pytest.mark.parametrize("body", [b"", b"OK", NO_ALARM, b"error, Return=-311", b"-16"])
async def test_nothing_to_list(session: ClientSession, body: bytes) -> None:
    async with open_device(session, lambda *_: body) as (client, _):
        for record in (await client.get("currentAlarmStatus", cgi=("alarm",)), await client.read("alarm", ("a", "1"))):
            assert not record
            assert record.lists("alarmInfo") == ()


@pytest.mark.parametrize(
    ("body", "error", "code"),
    [
        (b"error, Return=-8", Rejected, "-8"),
        (b"Error,return=-511", Busy, "-511"),
        (b"-506", NotSupported, "-506"),
        (b"error, Return=-309", DeviceError, "-309"),
        (b"<html>x=1</html>", BadAnswer, "noRecord"),
        (b'{"a": "x=1"}', BadAnswer, "noRecord"),
        (b"Please use a browser", BadAnswer, "noRecord"),
    ],
)
async def test_answers_that_are_none(session: ClientSession, body: bytes, error: type[DeviceError], code: str) -> None:
    async with open_device(session, lambda *_: body) as (client, _):
        with pytest.raises(DeviceError) as raised:
            await client.get("OSD", ("cameraID", "1"))
        assert (type(raised.value), raised.value.code) == (error, code)
        assert client.counts[f"error {code}"] == 1


async def test_codes_in_other_statuses(session: ClientSession) -> None:
    replies = {"a": Reply(404, b"<html/>"), "b": Reply(500, b"Error,return=-505"), "c": Reply(503, b"")}
    async with open_device(session, lambda program, _: replies[program]) as (client, _):
        for program, error in (("a", NotSupported), ("b", Busy), ("c", Busy)):
            with pytest.raises(error):
                await client.read(program, ("action", "get"))


async def test_texts_and_pictures(session: ClientSession) -> None:
    bodies = {
        "video": b"rtsp://10.0.0.1:554/snl/live/1/1/-\r\n",
        "image": b"\xff\xd8\xff picture",
        "bad": b"error, Return=-8",
    }
    async with open_device(session, lambda program, _: bodies[program]) as (client, heard):
        assert await client.text("video", ("type", "RTSP"), ("cameraID", "1")) == "rtsp://10.0.0.1:554/snl/live/1/1/-"
        assert (await client.picture("image", ("cameraID", "1"), ("quality", "5"))).data == bodies["image"]
        assert heard == [
            ("video", (("type", "RTSP"), ("cameraID", "1"))),
            ("image", (("cameraID", "1"), ("quality", "5"))),
        ]
        for ask in (client.text("bad"), client.picture("bad")):
            with pytest.raises(Rejected):
                await ask
        with pytest.raises(BadAnswer):
            await client.picture("video")


async def test_parameters_keep_their_order_and_names_come_again(session: ClientSession) -> None:
    pairs = (("action", "set"), ("weekDay", "1"), ("name", "a b&c=ü"), ("weekDay", "2"), ("end", ""))
    async with open_device(session, lambda *_: b"Ok\r\n") as (client, heard):
        await client.operate("param", *pairs)
        assert heard == [("param", pairs)]


@pytest.mark.parametrize(
    ("body", "error"),
    [(b"", Rejected), (b"error, Return=-16", Rejected), (b"The test failed!!", Rejected), (b"-506", NotSupported)],
)
async def test_a_command_that_was_not_carried_out(
    session: ClientSession, body: bytes, error: type[DeviceError]
) -> None:
    async with open_device(session, lambda *_: body) as (client, heard):
        with pytest.raises(error):
            await client.operate("operate", ("action", "restart"))
        assert len(heard) == 1


async def test_a_command_is_not_repeated_on_a_dead_connection(session: ClientSession) -> None:
    async with open_device(session, lambda *_: None) as (client, heard):
        with pytest.raises(CannotConnect):
            await client.operate("operate", ("action", "restart"))
        assert len(heard) == 1


async def test_raw(session: ClientSession) -> None:
    async with Recorder(lambda *_: b"Error,return=-508") as recorder:
        recorder.handle = usual
        client = client_of(session, recorder)
        await client.check()
        recorder.handle = lambda *_: b"Error,return=-508"
        answer = await client.raw("GET", "/cgi-bin/param.cgi", (("action", "get"), ("type", "SMTPTest")))
        assert (answer.status, answer.body) == (200, b"Error,return=-508")
        recorder.handle = usual
        await client.check()


async def test_stream(session: ClientSession) -> None:
    part = b"--myboundary\r\nContent-Type: text/plain\r\n\r\nalarmInfoBegin=1\r\n"

    def handle(program: str, pairs: tuple[Pair, ...]) -> bytes | Reply:
        if dict(pairs).get("action") == "attach":
            head = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=myboundary\r\n\r\n"
            return Reply(raw=head + part, hang=True)
        return usual(program, pairs)

    for device in (Camera(handle), Recorder(handle)):
        async with device:
            client = client_of(session, device)
            async with client.stream("alarm", ("action", "attach")) as stream:
                assert await anext(aiter(stream.chunks)) == part
                await client.check()


# What a device has.


async def test_candidates(session: ClientSession) -> None:
    def handle(program: str, pairs: tuple[Pair, ...]) -> bytes | Reply:
        if program == "gone":
            return Reply(404, b"")
        if program == "param":
            return b"error, Return=-21"
        return b"mode=1\r\n" if kind(pairs) == "RedBlueLamp" else b"error, Return=-22"

    async with open_device(session, handle) as (client, heard):
        kinds, programs = ("RedBuleLamp", "RedBlueLamp"), ("gone", "param", "sensor")
        for _ in range(2):
            assert (await client.get(kinds, cgi=programs)).get("mode") == "1"
        assert [program for program, _ in heard] == [*programs, *programs, "sensor"]
        assert client.diagnostics()["programs"] == {
            "get RedBuleLamp|RedBlueLamp gone|param|sensor": "sensor RedBlueLamp"
        }
        client.forget("RedB")
        await client.get(kinds, cgi=programs)
        assert len(heard) == 13


async def test_candidates_of_commands(session: ClientSession) -> None:
    def handle(program: str, pairs: tuple[Pair, ...]) -> bytes:
        return b"OK" if program == "record" else b"error, Return=-22" if program == "operate" else b"error, Return=-8"

    async with open_device(session, handle) as (client, heard):
        for _ in range(2):
            await client.operate(("operate", "record"), ("action", "format"), ("diskID", "1"))
        assert [program for program, _ in heard] == ["operate", "record", "record"]
        with pytest.raises(Rejected):
            await client.operate(("param", "record"), ("action", "start"))
        assert len(heard) == 4


@pytest.mark.parametrize(
    "body",
    [f"error, Return={code}".encode() for code in (-8, -21, -22, -23, -401, -506, -513)] + [b"", Reply(404, b"")],
    ids=str,
)
async def test_what_is_lacking_is_asked_for_once(session: ClientSession, body: bytes | Reply) -> None:
    async with open_device(session, lambda *_: body) as (client, heard):
        for _ in range(3):
            assert await client.probe("perimeterParam", ("cameraID", "1")) is None
        assert len(heard) == 1
        assert len(client.lacking) == 1
        assert await client.probe("perimeterParam", ("cameraID", "2")) is None
        assert len(heard) == 2
        client.forget("cameraID=2")
        assert len(client.lacking) == 1
        client.forget()
        assert await client.probe("perimeterParam", ("cameraID", "1")) is None
        assert len(heard) == 3


async def test_what_failed_otherwise_is_not_lacking(session: ClientSession) -> None:
    bodies = [b"Error,return=-505", b"error, Return=-512", b"error, Return=-108", NO_ALARM, b"a=1"]
    async with open_device(session, lambda *_: bodies.pop(0)) as (client, _):
        for error in (Busy, Forbidden, Rejected):
            with pytest.raises(error):
                await client.probe("PlateInfo")
        empty = await client.probe("PlateInfo")
        assert empty is not None
        assert not empty
        assert (await client.probe("PlateInfo") or empty).get("a") == "1"
        assert client.lacking == ()


# Changes.


class Settings:
    """A type of a device that can be written."""

    def __init__(
        self, *pairs: Pair, whole: bool = False, resets: bool = False, deaf: bool = False, drops: str = ""
    ) -> None:
        self.pairs = list(pairs)
        self.writes: list[tuple[Pair, ...]] = []
        self.whole = whole
        self.resets = resets
        self.deaf = deaf
        self.drops = drops

    def __call__(self, program: str, pairs: tuple[Pair, ...]) -> bytes:
        if dict(pairs)["action"] == "get":
            return "".join(f"{name}={value}\r\n" for name, value in self.pairs).encode()
        sent = pairs[2:]
        self.writes.append(sent)
        alone = len(sent) < len(self.pairs)
        if alone and self.whole:
            return b"error, Return=-23"
        if not self.deaf:
            wanted = dict(sent)
            self.pairs = [
                (name, wanted.get(name, "0" if self.resets and alone else value)) for name, value in self.pairs
            ]
        return b"OK"


CAMERA = ("cameraID", "1")
FIELDS = (("enableFlag", "0"), ("sensitivity", "3.000000"), ("draw", "1"))
LIST = (("weekDayBegin", "1"), ("weekDay", "0"), ("weekDayEnd", "1"))


def switch_on(record: Record) -> Record:
    return record.replaced("enableflag", "1")


async def edited(session: ClientSession, device: Settings, change: Callable[[Record], Record] = switch_on) -> Record:
    async with open_device(session, device) as (client, _):
        return await client.edit("motionAlarm", change, read=(CAMERA,), write=(CAMERA,))


async def test_a_change_is_written_alone_and_read_back(session: ClientSession) -> None:
    device = Settings(*FIELDS, *LIST)
    record = await edited(session, device)
    assert device.writes == [(CAMERA, ("enableFlag", "1"))]
    assert record.get("enableFlag") == "1"


async def test_no_change_is_not_written(session: ClientSession) -> None:
    device = Settings(*FIELDS)
    await edited(session, device, lambda record: record.replaced("enableFlag", "0"))
    assert device.writes == []


@pytest.mark.parametrize("how", ["refused", "reset"])
async def test_all_is_written_where_a_field_alone_will_not_do(session: ClientSession, how: str) -> None:
    device = Settings(*FIELDS, *LIST, whole=how == "refused", resets=how == "reset")
    whole = (CAMERA, ("enableFlag", "1"), *FIELDS[1:], ("scheduleTimeAction", "cover"), *LIST)
    async with open_device(session, device) as (client, _):
        record = await client.edit("motionAlarm", switch_on, read=(CAMERA,), write=(CAMERA,))
        assert record.get("draw") == "1"
        assert device.writes == [(CAMERA, ("enableFlag", "1")), whole]
        await client.edit("motionAlarm", lambda now: now.replaced("draw", "0"), write=(CAMERA,))
        assert len(device.writes) == 3
        assert len(device.writes[2]) == len(whole)
        assert client.diagnostics()["written_whole"] == ["set motionAlarm param"]


async def test_a_change_in_a_list_is_written_with_all(session: ClientSession) -> None:
    device = Settings(CAMERA, *FIELDS, *LIST)
    record = await edited(session, device, lambda now: now.replaced("weekDay", "6", at=(("weekDay", 0),)))
    assert device.writes == [(CAMERA, *FIELDS, ("scheduleTimeAction", "cover"), LIST[0], ("weekDay", "6"), LIST[2])]
    assert record.items("weekDay") == ("6",)


async def test_a_value_that_did_not_stick(session: ClientSession) -> None:
    device = Settings(*FIELDS, deaf=True)
    async with open_device(session, device) as (client, _):
        with pytest.raises(Rejected) as raised:
            await client.edit("motionAlarm", switch_on)
        assert (raised.value.code, raised.value.details) == (NOT_TAKEN, ("enableflag",))
        assert client.counts[NOT_TAKEN] == 1
        assert [len(write) for write in device.writes] == [1, 3]


async def test_the_same_value_written_otherwise_has_stuck(session: ClientSession) -> None:
    device = Settings(*FIELDS)
    record = await edited(session, device, lambda now: now.replaced("sensitivity", "4"))
    device.pairs[1] = ("sensitivity", "4.000000")
    assert record.get("sensitivity") == "4"


async def test_another_refusal_of_a_write_is_final(session: ClientSession) -> None:
    def handle(program: str, pairs: tuple[Pair, ...]) -> bytes:
        return b"enableFlag=0\r\n" if dict(pairs)["action"] == "get" else b"error, Return=-5002"

    async with open_device(session, handle) as (client, heard):
        with pytest.raises(Rejected) as raised:
            await client.edit("HTTPS", switch_on, set_cgis=("network",))
        assert raised.value.code == "-5002"
        assert [program for program, _ in heard] == ["param", "network"]
        with pytest.raises(NotSupported):
            await client.edit("HTTPS", lambda now: now.replaced("other", "1"))
        assert len(heard) == 3
