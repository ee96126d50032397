"""Documents over real sockets: reading, changing and reading back, what a device lacks, pictures, and the push."""

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
import copy
import json
from typing import Any, override

from aiohttp import ClientSession, CookieJar, web
import pytest

from custom_components.ip_surveillance.protocol.drivers.herospeed.client import HerospeedClient
from custom_components.ip_surveillance.protocol.drivers.herospeed.codes import NOT_TAKEN, SECRETS
from custom_components.ip_surveillance.protocol.drivers.herospeed.docs import Doc
from custom_components.ip_surveillance.protocol.drivers.herospeed.endpoints import ENDPOINTS
from custom_components.ip_surveillance.protocol.drivers.herospeed.session import Session
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
from custom_components.ip_surveillance.protocol.transport.auth import Login
from custom_components.ip_surveillance.protocol.transport.challenge import Credentials
from custom_components.ip_surveillance.protocol.transport.http import HttpTransport, device_url

from .hero_device import PASSWORD, SALT, USER, HeroDevice, Seen, code, ok
from .servers import Reply, Request, Server

pytestmark = pytest.mark.usefixtures("socket_enabled")

IMAGE = "/api/image/image"
LIGHT = "/api/image/fill-light"
SCHEDULE = "/api/event/alarm-schedule"
INFO = "/api/system/device-info"
LOG = "/api/system/log-manager"
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


def replying(*replies: web.Response | int) -> Callable[[Seen], Awaitable[web.Response]]:
    """Answer with these in turn, the last one for ever; a number is a code."""
    left = list(replies)

    async def reply(_: Seen) -> web.Response:
        each = left.pop(0) if len(left) > 1 else left[0]
        return code(each) if isinstance(each, int) else copy.copy(each)

    return reply


async def test_get(connect: Connect) -> None:
    async with HeroDevice() as device:
        device.documents[INFO] = {"devName ": "Fröhlich", "devId": 7}
        doc = await connect(device).get(INFO)
        assert doc.text("DevName") == "Fröhlich"
        assert doc.text("devId") == "7"
        assert device.paths(INFO)[0].raw == b'{"action":"get","data":null}'


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (1, Rejected),
        (2, NotSupported),
        (102, Forbidden),
        (202, NotSupported),
        (203, NotSupported),
        (210, Forbidden),
        (211, Rejected),
        (230, Rejected),
        (0x4001001C, Busy),
        (4711, Rejected),
        ("0x40010018", Rejected),
    ],
)
async def test_codes_of_a_read(connect: Connect, number: int, error: type[DeviceError]) -> None:
    async with HeroDevice() as device:
        device.handlers[INFO] = replying(code(number))
        client = connect(device)
        with pytest.raises(DeviceError) as raised:
            await client.get(INFO)
        assert type(raised.value) is error
        # None of these has to do with the login.
        await client.session.beat()
        assert device.logins == 1


@pytest.mark.parametrize(("number", "error"), [(1, Rejected), (2, Rejected), (202, Rejected), (203, NotSupported)])
async def test_codes_of_a_command(connect: Connect, number: int, error: type[DeviceError]) -> None:
    async with HeroDevice() as device:
        device.handlers[INFO] = replying(number)
        with pytest.raises(error):
            await connect(device).set(INFO, {"devName": "x"})
        assert len(device.paths(INFO)) == 1


async def test_a_code_comes_with_a_status_too(connect: Connect) -> None:
    async with HeroDevice() as device:
        body = {"code": 102, "msg": "viewer", "data": None}
        device.handlers[INFO] = replying(web.json_response(body, status=500))
        with pytest.raises(Forbidden, match="viewer"):
            await connect(device).get(INFO)
        device.handlers[INFO] = replying(web.Response(status=500, text="<html/>"))
        with pytest.raises(BadAnswer, match="HTTP 500"):
            await connect(device).get(INFO)


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"msg":"x"}', '{"code":"x","data":{}}', "<html>", '{"code":0', '{"code":true}', "7"]
)
async def test_answers_that_are_none(connect: Connect, body: str) -> None:
    async with HeroDevice() as device:
        device.handlers[INFO] = replying(web.Response(text=body))
        with pytest.raises(BadAnswer):
            await connect(device).get(INFO)


@pytest.mark.parametrize(
    "body",
    [
        '{"code":0,"msg":NULL,"data":{"a":1,},}',
        '{"code":"0","data":{"a":1}}',
        '{"Code ":0,"data ":{"a":1}}',
        '{"data":{"a":1}}',
        "\ufeff{“code”:0,“data”:{“a”:1}}\x00",
    ],
)
async def test_answers_that_are_nearly_right(connect: Connect, body: str) -> None:
    async with HeroDevice() as device:
        device.handlers[INFO] = replying(web.Response(text=body))
        assert (await connect(device).get(INFO)).integer("a") == 1


async def test_edit_writes_the_whole_document_in_its_own_forms(connect: Connect) -> None:
    async with HeroDevice() as device:
        device.documents[IMAGE] = {
            "brightness": 128,
            "brightnessMin": 0,
            "brightnessMax": 255,
            "contrast ": "128",
            "enableHdr": False,
            "modes": [0, 1],
            "whiteBalance": 0,
            "whiteBalanceList": [0, 1],
        }

        def change(doc: Doc) -> None:
            doc.put("Brightness", 130.0)
            doc.put("contrast", 7)
            doc.put("enableHdr", 1)

        doc = await connect(device).edit(IMAGE, change)
        assert (doc.integer("brightness"), doc.get("contrast"), doc.get("enableHdr")) == (130, "7", True)
        assert device.sets == [
            (
                IMAGE,
                {
                    "channel": 0,
                    "brightness": 130,
                    "contrast ": "7",
                    "enableHdr": True,
                    "modes": [0, 1],
                    "whiteBalance": 0,
                },
            )
        ]
        assert [seen.action for seen in device.paths(IMAGE)] == ["get", "set", "get"]
        assert {seen.content_type for seen in device.paths(IMAGE)} == {"application/json; charset=utf-8"}


async def test_edit_of_what_has_no_field_or_no_change_writes_nothing(connect: Connect) -> None:
    async with HeroDevice() as device:
        device.documents[LIGHT] = {"fillMode": 1, "realTimeVal": 3}
        client = connect(device)
        with pytest.raises(NotSupported):
            await client.edit(LIGHT, lambda doc: doc.put("lightVal", 3))
        assert (await client.edit(LIGHT, lambda doc: doc.put("fillMode", "1"))).integer("fillMode") == 1
        assert not device.sets
        await client.edit(LIGHT, lambda doc: doc.put("fillMode", 2))
        assert device.sets == [(LIGHT, {"fillMode": 2})]


async def test_edit_tells_what_was_not_taken(connect: Connect) -> None:
    class Stubborn(HeroDevice):
        @override
        def store(self, path: str, data: Any) -> None:
            """Take the one, ignore the other."""
            self.documents[path]["taken"] = data["taken"]

    async with Stubborn() as device:
        device.documents[INFO] = {"taken": 1, "deep": [{"value": 1}]}
        client = connect(device)

        def change(doc: Doc) -> None:
            doc.put("taken", 2)
            doc.docs("deep")[0].put("value", 2)

        with pytest.raises(Rejected) as refused:
            await client.edit(INFO, change)
        assert refused.value.code == NOT_TAKEN
        assert refused.value.details == ("deep.0.value",)
        assert client.diagnostics()["not_taken"] == {INFO: 1}


async def test_a_schedule_that_is_not_taken_as_it_was_told_is_left_alone(connect: Connect) -> None:
    path = "/api/storage/regular-record-property"
    async with HeroDevice() as device:
        week = {"scopeModel": 0, "dayScope": [{"socpeMode": 3, "hourScope": [[]]}]}
        device.documents[path] = {"videoRecord": {"enable": 1, "storageType": 0}, "weekScop": week}
        served = device._answer

        async def reject(seen: Seen) -> web.Response:
            return code(1) if seen.action == "set" and "weekScop" in seen.data else served(seen)

        device.handlers[path] = reject
        doc = await connect(device).edit(path, lambda doc: doc.doc("videoRecord").put("enable", False))
        assert doc.doc("videoRecord").truth("enable") is False
        assert device.documents[path]["weekScop"] == week


@pytest.mark.parametrize("key", ["process", "trigger"])
@pytest.mark.parametrize("rejects", [False, True])
async def test_the_alarm_schedule_goes_by_two_names(connect: Connect, key: str, rejects: bool) -> None:
    class Picky(HeroDevice):
        @override
        def store(self, path: str, data: Any) -> None:
            """Know the one name only."""
            if key in data:
                self.documents[path]["trigger"] = data[key]

    async with Picky() as device:
        device.documents[SCHEDULE] = {"enable": True, "trigger": {"enableAlarmIo": "0"}}
        if rejects and key == "trigger":
            served = device._answer

            async def reject(seen: Seen) -> web.Response:
                return code(1) if seen.action == "set" and "process" in seen.data else served(seen)

            device.handlers[SCHEDULE] = reject
        doc = await connect(device).edit(
            SCHEDULE, lambda doc: doc.doc("trigger").put("enableAlarmIo", True), read={"alarmType": 1}
        )
        assert doc.doc("trigger").get("enableAlarmIo") == "1"
        assert device.paths(SCHEDULE)[0].data == {"alarmType": 1}
        assert "process" in device.paths(SCHEDULE)[1].data


async def test_edits_take_turns(connect: Connect) -> None:
    async with HeroDevice() as device:
        device.documents[IMAGE] = {"a": 0, "b": 0, "c": 0}
        device.delay = 0.01
        client = connect(device)
        await asyncio.gather(*(client.edit(IMAGE, lambda doc, name=name: doc.put(name, 1)) for name in "abc"))  # type: ignore[misc]
        assert device.documents[IMAGE] == {"a": 1, "b": 1, "c": 1, "channel": 0}


SECRET_PATHS = sorted(path for path, facts in ENDPOINTS.items() if facts.secret)


async def test_the_documents_with_secrets() -> None:
    names = {path.rpartition("/")[2] for path in SECRET_PATHS}
    assert names == {"ddns", "ftp", "smtp", "pppoe", "gb28181", "wifi", "snmp", "wifiapinfo"}


@pytest.mark.parametrize("path", [*SECRET_PATHS, "/api/network/wifiAPInfo"])
async def test_secrets_are_never_written(connect: Connect, path: str) -> None:
    async with HeroDevice() as device:
        client = connect(device)
        set_body = b'{"action":"set","data":{"enable":true}}'
        spellings = [path, path.upper(), path[1:], f"{path}/", path.replace("/api", "//api/./x/.."), f"{path}?a=1"]
        spellings += [path.replace("network", "%6eetwork"), path.replace("network", "%256eetwork"), f"{path};x"]
        for spelling in spellings:
            for attempt in (
                client.set(spelling, {"enable": True}),
                client.delete(spelling),
                client.edit(spelling, lambda doc: None),
                client.raw("POST", spelling, (), set_body),
            ):
                with pytest.raises(Rejected) as refused:
                    await attempt
                assert refused.value.code == SECRETS, spelling
        for body in (
            b"",
            b"[]",
            b"nonsense",
            b'{"ation":"set"}',
            b'{"action":"get","Action ":"set"}',
            b'{"action":"get","action":"set"}',
            b'{"action":"get",}',
            b"[" * 5000,
        ):
            with pytest.raises(Rejected):
                await client.raw("POST", path, (), body)
        assert not device.seen
        device.documents[path] = {"enable": True}
        assert (await client.get(path)).truth("enable") is True
        assert (await client.raw("POST", path, (), b'{"action":"get","data":null}')).status == 200


@pytest.mark.parametrize("path", ["/api/network/interfaces", "/api/storage/storage-info"])
async def test_documents_that_are_not_edited(connect: Connect, path: str) -> None:
    async with HeroDevice() as device:
        client = connect(device)
        with pytest.raises(Rejected):
            await client.set(path, {})
        assert not device.seen


async def test_delete(connect: Connect) -> None:
    async with HeroDevice() as device:
        device.documents[LOG] = {}
        await connect(device).delete(LOG)
        assert device.seen[-1].raw == b'{"action":"delete","data":{}}'


async def test_probe_asks_once_for_what_is_lacking(connect: Connect) -> None:
    async with HeroDevice() as device:
        device.documents[INFO] = {"devName": "x"}
        client = connect(device)
        assert (await client.probe(INFO) or Doc()).text("devName") == "x"
        gone, odd, failing = "/api/a", "/api/b", "/api/c"
        device.handlers |= {odd: replying(203), failing: replying(202)}
        for _ in range(3):
            assert await client.probe(gone) is None
            assert await client.probe(odd, {"alarmType": 9}) is None
            assert await client.probe(failing) is None
        assert [len(device.paths(path)) for path in (gone, odd, failing)] == [1, 1, 2]
        assert list(client.lacking) == [gone, f'{odd} {{"alarmType": 9}}', failing]
        # Of other data nothing is known yet.
        device.handlers[odd] = replying(ok({"a": 1}))
        assert await client.probe(odd, {"alarmType": 1}) is not None
        client.forget()
        device.handlers[failing] = replying(202, ok({"a": 1}))
        assert await client.probe(failing) is not None
        assert not list(client.lacking)
        device.handlers[failing] = replying(web.Response(status=500))
        with pytest.raises(BadAnswer):
            await client.probe(failing)
        device.handlers[failing] = replying(102)
        with pytest.raises(Forbidden):
            await client.probe(failing)
        assert not list(client.lacking)


async def test_paths_that_drop_the_connection(connect: Connect) -> None:
    cookies: set[str] = set()

    async def answer(request: Request) -> Reply | None:
        path = request.target
        if path.endswith("login-capabilities") and path != "/api/login-capabilities":
            data: dict[str, Any] = {"sessionID": "1", "param": {"salt": SALT, "challenge": "2"}}
            return Reply(body=json.dumps({"code": 0, "data": data}).encode())
        if path == "/api/session/login":
            cookies.add("sessionID=9")
            return Reply(body=b'{"code":0,"data":{"cookie":"sessionID=9"}}')
        if path == "/api/session/heart-beat" and alive:
            return Reply(body=b'{"code":0}')
        return None

    alive = True
    async with Server(answer) as server:
        client = connect(server)
        assert await client.probe("/api/unknown") is None
        assert list(client.lacking) == ["/api/unknown"]
        alive = False
        with pytest.raises(CannotConnect):
            await client.probe("/api/other")
        assert list(client.lacking) == ["/api/unknown"]


async def test_first_of_several_paths(connect: Connect) -> None:
    async with HeroDevice() as device:
        old, new = "/api/system/capabilities", "/api/system/capability"
        device.handlers[new] = replying(ok({"enablePtz": 1}))
        client = connect(device)
        for _ in range(2):
            path, doc = await client.first((old, new), {"type": 0})
            assert (path, doc.integer("enablePtz")) == (new, 1)
        assert (len(device.paths(old)), len(device.paths(new))) == (1, 2)
        with pytest.raises(NotSupported):
            await client.first(("/api/x", "/api/y"))


@pytest.mark.parametrize("prefix", ["", "data:image/jpeg;base64,"])
@pytest.mark.parametrize("size", [0, 3 * 2**20])
async def test_picture(connect: Connect, prefix: str, size: int) -> None:
    async with HeroDevice() as device:
        picture = JPEG + bytes(size)
        text = prefix + base64.b64encode(picture).decode()
        device.documents["/api/picture/snapshot"] = {"pictureData": text}
        assert (await connect(device).picture()).data == picture


@pytest.mark.parametrize("text", ["", None, 7, "AAAA", "ü", "a", base64.b64encode(b"<html>").decode()])
async def test_no_picture(connect: Connect, text: object) -> None:
    async with HeroDevice() as device:
        device.documents["/api/picture/snapshot"] = {"pictureData": text}
        with pytest.raises(BadAnswer):
            await connect(device).picture()


async def test_answers_are_bounded(connect: Connect) -> None:
    async with HeroDevice() as device:
        device.documents[INFO] = {"x": "y" * 2**20}
        with pytest.raises(BadAnswer):
            await connect(device).get(INFO)


async def test_raw(connect: Connect) -> None:
    async with HeroDevice() as device:
        device.documents[INFO] = {"a": 1}
        client = connect(device)
        answer = await client.raw("POST", INFO, (), b'{"action":"get"}')
        assert (answer.status, answer.content_type, json.loads(answer.body)["data"]) == (
            200,
            "application/json",
            {"a": 1},
        )
        device.sessions.clear()
        assert json.loads((await client.raw("POST", INFO, (), b'{"action":"get"}')).body)["code"] == 0
        assert device.logins == 2
        assert (await client.raw("GET", "/filedir/x.zip")).status == 404
        for path in ("/api/session/login", "/API/session//Logout"):
            with pytest.raises(Rejected):
                await client.raw("POST", path, (), b"{}")


async def _listen(client: HerospeedClient) -> None:
    async with client.packets():
        pass


async def test_a_wrong_password_stops_all_ways(connect: Connect) -> None:
    async with HeroDevice() as device:
        device.password = "another"
        client = connect(device)
        with pytest.raises(AuthFailed):
            await client.get(INFO)
        count = len(device.seen)
        for attempt in (
            client.set(INFO, {}),
            client.edit(INFO, lambda doc: None),
            client.probe(INFO),
            client.picture(),
            client.raw("POST", INFO, (), b"{}"),
            client.session.beat(),
            _listen(client),
        ):
            with pytest.raises(AuthFailed):
                await attempt
        assert len(device.seen) == count


async def test_diagnostics_tell_no_secret(connect: Connect) -> None:
    async with HeroDevice() as device:
        device.documents[INFO] = {}
        client = connect(device)
        await client.get(INFO)
        told = json.dumps(client.diagnostics()) + repr(client.session)
        assert client.diagnostics()["login_mode"] == "challenge"
        assert client.diagnostics()["version"] == "v4.0.0"
        for secret in (PASSWORD, SALT, *device.sessions):
            assert secret not in told
