"""The simulated camera against its own document: login, sessions, transport, faults."""

import asyncio
import base64
import hashlib
import io
import json
import zipfile

import aiohttp
import pytest

from tests.simulators.herospeed import (
    DOCUMENTED,
    FIRMWARES,
    PROFILES,
    Code,
    HerospeedSimulator,
    Login,
    challenged,
    documented,
)
from tests.simulators.herospeed.control import Control
from tests.simulators.herospeed.rawclient import GOOD, Raw, client, digest, stamp

pytestmark = pytest.mark.usefixtures("socket_enabled")
INFO = "system/device-info"
ASKED = {
    "/api/system/capabilities": {"type": 0},
    "/api/network/port": {"type": 255},
    "/api/image/ptz-cruise": {"cruiseIdx": 1},
    "/api/storage/storage-property": {"storageType": 1, "id": 255},
    "/api/storage/storage-info": {"storageType": 1, "id": 255},
    "/api/event/alarm-schedule": {"alarmType": 1},
    "/api/event/exception": {"abnormalType": 1},
    "/api/system/log-manager": {"startTime": "0", "endTime": "9999999999"},
}


# --- the digests


def test_digest_of_the_document() -> None:
    given = "2021-03-05T17:50:02"
    middle = base64.b64encode(given.encode()).decode()
    assert middle == "MjAyMS0wMy0wNVQxNzo1MDowMg=="
    by_hand = hashlib.sha256(b"adminKEYMjAyMS0wMy0wNVQxNzo1MDowMg==Secret123").hexdigest()
    assert documented("admin", "KEY", given, "Secret123") == by_hand == digest("admin", "KEY", given, "Secret123")
    assert len(by_hand) == 64


def test_rounds_come_after_the_challenge() -> None:
    first = documented("admin", "salt", "2021-03-05T17:50:02", "Secret123")
    once = hashlib.sha256(bytes.fromhex(first) + b"challenge").hexdigest()
    assert challenged(first, "challenge", 0) == once
    assert challenged(first, "challenge", 1) == hashlib.sha256(bytes.fromhex(once)).hexdigest()
    assert challenged(first, "challenge", 100) != challenged(first, "challenge", 99)


# --- login


@pytest.mark.parametrize("login", list(Login))
@pytest.mark.parametrize("firmware", FIRMWARES)
async def test_login_in_every_mode(login: Login, firmware: str) -> None:
    async with HerospeedSimulator(firmware=firmware, login=login) as sim, client(sim, login=False) as raw:
        assert (await raw.ask(INFO))["code"] == Code.NOT_LOGGED_IN
        assert await raw.login() == 0
        assert raw.version == sim.firmware.version
        assert (await raw.get(INFO))["devName"] == "IPC"
        assert sim.seen(path=INFO)[-1].user == "admin"


@pytest.mark.parametrize("login", list(Login))
async def test_wrong_password_and_wrong_user(login: Login) -> None:
    async with HerospeedSimulator(login=login) as sim, client(sim, login=False) as raw:
        assert await raw.login(password="wrong") == Code.PARAMETER
        sim.sessions.wrong_code = 211
        assert await raw.login("nobody") == 211
        sim.lock_out()
        assert await raw.login() == 211
        assert sim.sessions.refused == ["wrong password", "unknown user", "locked"]
        assert not sim.sessions.open


@pytest.mark.parametrize("login", [Login.LICENCE, Login.BARE])
async def test_wrong_key(login: Login) -> None:
    async with HerospeedSimulator(login=login, licence_key="KEY-1") as sim, client(sim, login=False) as raw:
        assert await raw.login(key="") == Code.KEY
        assert await raw.login(key="KEY-2") == Code.PARAMETER
        sim.sessions.known_keys.add("KEY-2")
        assert await raw.login(key="KEY-2") == Code.KEY
        assert await raw.login(key="KEY-1") == 0


async def test_what_the_capabilities_of_a_login_tell() -> None:
    expected = {
        Login.CHALLENGE: ({"session/login-capabilities"}, True),
        Login.CHALLENGE_PLAIN: ({"session/login-capabilities", "login-capabilities"}, False),
        Login.LICENCE: ({"login-capabilities"}, None),
        Login.BARE: (set(), None),
    }
    for login, (paths, rounds) in expected.items():
        async with HerospeedSimulator(login=login) as sim, client(sim, login=False) as raw:
            found = set()
            for path in ("session/login-capabilities", "login-capabilities"):
                if await raw.status(path, data={"username": "admin"}) == 200:
                    found.add(path)
                    told = await raw.get(path, {"username": "admin"})
                    assert told.get("param", {}).get("enableIteration") is rounds
                    assert len(told["sessionID"]) == 32
            assert found == paths


async def test_a_challenge_is_good_once_and_the_time_has_to_be_plausible() -> None:
    async with HerospeedSimulator() as sim, client(sim, login=False) as raw:
        told = await raw.get("session/login-capabilities", {"username": "admin"})
        assert await raw.login(session=told["sessionID"]) == Code.PARAMETER
        assert await raw.login(session=told["sessionID"]) == Code.NOT_LOGGED_IN
        assert await raw.login(at="2021-03-05T17:50:02") == Code.PARAMETER
        assert await raw.login(at=stamp().replace("T", " ")) == Code.PARAMETER
        assert sim.sessions.refused == [
            "wrong password",
            "session was not given out",
            "time of the login is not plausible",
            "form of the time or of the session",
        ]


async def test_cookie_in_header_and_body() -> None:
    async with HerospeedSimulator(login="bare") as sim, client(sim, login=False) as raw:
        given = stamp()
        data = {
            "username": "admin",
            "loginEncryptionType": "sha256-1",
            "password": documented("admin", sim.sessions.licence_key, given, "Secret123"),
            "sessionID": "e25ffee55bf17016f1c8f6047eb4ccda",
            "datetime": given,
        }
        body = {"action": "set", "data": data}
        async with raw.http.post("/api/session/login", json=body, headers=GOOD) as answer:
            tree = await answer.json()
            assert answer.headers["Set-Cookie"].startswith(tree["data"]["cookie"])
            assert tree["data"]["cookie"].startswith("sessionID=")
        sim.sessions.cookie_in_body = False
        async with raw.http.post("/api/session/login", json=body, headers=GOOD) as answer:
            assert (await answer.json())["data"] == {}


# --- sessions


async def test_expiry_heartbeat_kill_logout() -> None:
    async with HerospeedSimulator() as sim, client(sim) as raw:
        sim.sessions.age(40)
        assert await raw.ask("session/heart-beat", "set") == {"code": 0}
        sim.sessions.age(40)
        assert (await raw.ask(INFO))["code"] == 0
        sim.expire_sessions()
        assert (await raw.ask(INFO))["code"] == Code.TIMEOUT
        assert await raw.login() == 0
        sim.kill_sessions()
        assert (await raw.ask(INFO))["code"] == Code.NOT_LOGGED_IN
        assert await raw.login() == 0
        answer = await raw.ask("session/logout", "set", {"cookie": f"sessionID={raw.cookie}"})
        assert answer == {"code": 0, "data": None}
        assert (sim.sessions.logouts, len(sim.sessions.open)) == (1, 0)
        assert (await raw.ask(INFO))["code"] == Code.NOT_LOGGED_IN
        raw.cookie = "0" * 32
        assert (await raw.ask(INFO))["code"] == Code.NOT_LOGGED_IN


async def test_full_table_frees_itself() -> None:
    async with HerospeedSimulator(max_sessions=2) as sim, client(sim) as raw:
        assert await raw.login() == 0
        assert await raw.login() == Code.TOO_MANY
        assert sim.sessions.refused == ["table full"]
        sim.expire_sessions()
        assert await raw.login() == 0


async def test_viewer_reads_only() -> None:
    async with HerospeedSimulator("light") as sim, client(sim, user="viewer") as raw:
        motion = await raw.get("event/motion")
        assert await raw.set("event/motion", motion | {"enable": False}) == Code.NO_PERMISSION
        assert (await raw.ask("system/log-manager", "delete", {}))["code"] == Code.NO_PERMISSION
        assert await raw.set("session/heart-beat") == 0
        assert await raw.get("event/motion") == motion


# --- paths


@pytest.mark.parametrize("model", PROFILES)
@pytest.mark.parametrize("firmware", FIRMWARES)
async def test_every_path_answers(model: str, firmware: str) -> None:
    assert len(DOCUMENTED) == 59
    good = 0
    async with HerospeedSimulator(model, firmware=firmware) as sim, client(sim) as raw:
        for path, endpoint in DOCUMENTED.items():
            if endpoint.get is None:
                continue
            wire = sim.firmware.renamed.get(path, path)
            status, body = await raw.text(wire, {"action": "get", "data": ASKED.get(path)})
            assert (status == 404) is (path in sim.profile.missing), path
            if status == 200:
                code = json.loads(body)["code"]
                assert code in (0, 202, 203), path
                assert (code == 203) is (path in sim.firmware.unsupported), path
                good += code == 0
    assert good > (10 if model == "minimal" else 30)


async def test_methods_actions_and_grammar() -> None:
    async with HerospeedSimulator() as sim, client(sim) as raw:
        async with raw.http.get(f"/api/{INFO}", headers={"Cookie": f"sessionID={raw.cookie}"}) as answer:
            assert answer.status == 404
        assert (await raw.ask(INFO, "delete"))["code"] == Code.PARAMETER
        for body in ('{"ation":"get","data":null}', "no json", "[]"):
            _, text = await raw.text(f"/api/{INFO}", body)
            assert json.loads(text)["code"] == Code.PARAMETER
        assert sim.violations == ["/api/system/device-info without action"] * 2
        del raw.headers["Api-Version"]
        assert (await raw.ask(INFO))["code"] == 0
        assert sim.violations[-1] == "/api/system/device-info without Api-Version"


async def test_unknown_paths() -> None:
    async with HerospeedSimulator() as sim, client(sim) as raw:
        assert await raw.status("picture/snapshot") == 404
        sim.unknown = "202"
        assert (await raw.ask("picture/snapshot"))["code"] == 202
        sim.unknown = "drop"
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await raw.status("picture/snapshot")


async def test_newer_firmware() -> None:
    async with HerospeedSimulator(firmware="new") as sim, client(sim) as raw:
        assert raw.version == "v4.0.0"
        assert await raw.status("system/capabilities", data={"type": 0}) == 404
        assert (await raw.get("system/capability", {"type": 0}))["deviceType"] == 231
        shot = base64.b64decode((await raw.get("picture/snapshot"))["pictureData"])
        assert shot[:2] == b"\xff\xd8"
        told = await raw.get("image/image-param")
        told["imageEnhance"]["brightness"], told["backlight"]["enableWideDynamic"] = 99, 1
        assert await raw.set("image/image-param", told) == 0
        image = await raw.get("image/image")
        assert (image["brightness"], image["enableWideDynamic"]) == (99, 0)
        assert await raw.set("image/image", image | {"enableWideDynamic": 1}) == 0
        assert (await raw.get("image/image-param"))["backlight"]["enableWideDynamic"] == 1


async def test_settings_file_is_there_after_it_was_asked_for() -> None:
    async with HerospeedSimulator() as sim, client(sim) as raw:
        headers = {"Cookie": f"sessionID={raw.cookie}"}
        address = f"/filedir/{sim.profile.firmware}.zip"
        async with raw.http.get(address, headers=headers) as answer:
            assert answer.status == 404
        told = await raw.get("system/export-params")
        assert told["url"] == address
        async with raw.http.get(address) as answer:
            assert answer.status == 403
        async with raw.http.get(told["url"], headers=headers) as answer:
            packed = zipfile.ZipFile(io.BytesIO(await answer.read()))
        assert json.loads(packed.read("config.json"))["/api/event/motion"]["sensitivity"] == 5


# --- transport and faults


async def test_idle_connection_is_closed() -> None:
    async with HerospeedSimulator(keep_alive=0.2) as sim:
        reader, writer = await asyncio.open_connection(sim.host, sim.port)
        body = b'{"action":"get","data":{}}'
        head = f"POST /api/system/platform-capabilities HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        async with asyncio.timeout(5):
            answer = await reader.read()
        writer.close()
        assert b"Keep-Alive: timeout=0.2, max=99" in answer
        assert b'"enableProductType":0' in answer


async def test_reboot_refuses_connections_and_forgets_sessions() -> None:
    async with HerospeedSimulator("ptz", restart_seconds=0.3) as sim, client(sim) as raw:
        assert await raw.set("image/ptz-ctrl", {"optType": 12, "speed": 5}) == 0
        assert await raw.set("system/reboot") == 0
        with pytest.raises(aiohttp.ClientConnectionError):
            await _ask_until_it_fails(raw)
        async with asyncio.timeout(5):
            while not sim.world.reboots:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert (await raw.ask(INFO))["code"] == Code.NOT_LOGGED_IN
        assert not sim.world.head.moving


async def _ask_until_it_fails(raw: Raw) -> None:
    while True:
        await raw.ask(INFO)
        await asyncio.sleep(0.01)


async def test_faults() -> None:
    async with HerospeedSimulator() as sim, client(sim) as raw:
        sim.garble_next()
        _, body = await raw.text(f"/api/{INFO}", {"action": "get", "data": None})
        with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
            json.loads(body)
        sim.fault.status_next(500)
        assert await raw.status(INFO) == 500
        sim.refuse_next(202, path="/api/event/motion")
        assert (await raw.ask(INFO))["code"] == 0
        assert (await raw.ask("event/motion"))["code"] == 202
        assert (await raw.ask("event/motion"))["code"] == 0
        sim.refuse_next(101, path="/api/event", times=None)
        assert [(await raw.ask("event/motion"))["code"] for _ in range(3)] == [101] * 3
        sim.fault.rules.clear()
        sim.fault.drop_next()
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await raw.ask(INFO)
        sim.fault.busy = True
        assert await raw.status(INFO) == 503
        sim.fault.busy, sim.fault.not_support = False, {"/api/image"}
        assert (await raw.ask("image/osd"))["code"] == 202
        sim.fault.delays = {"/api/image": 0.05}
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(raw.ask("image/osd"), 0.01)


async def test_control_endpoint() -> None:
    async with HerospeedSimulator("sd", firmware="new") as sim, Control(sim) as control, client(sim) as raw:
        async with aiohttp.ClientSession(control.url) as http:

            async def act(name: str, **body: object) -> int:
                async with http.post(name, json=body) as answer:
                    return answer.status

            assert await act("event", kind="motion", active=True) == 200
            assert await act("event", kind="nonsense") == 400
            assert await act("nothing") == 404
            assert await act("card", status=4) == 200
            assert await act("set", path="/api/event/motion", data={"enable": False}) == 200
            assert await act("event", kind="motion") == 200
            assert await act("quirks", quirks=["null"]) == 200
            assert await act("kill_sessions") == 200
            async with http.get("state") as answer:
                state = await answer.json()
        assert (state["active"], state["suppressed"], state["card"]["status"]) == (["motion"], 1, 4)
        assert (state["sessions"], state["logins"]) == (0, 1)
        assert (await raw.text(f"/api/{INFO}", {"action": "get", "data": None}))[1].count(":NULL") == 2
