"""The simulated receiver against its own document: login, device list, status documents, commands."""

import base64
from typing import Any

import pytest

from tests.simulators.ip_receiver import MAIN, PROFILES, ReceiverSimulator, index
from tests.simulators.ip_receiver.documents import WRAPPERS
from tests.simulators.ip_receiver.rawclient import DEVICES, Raw, authorization, client, plain
from tests.simulators.ip_receiver.words import DETECTORS

pytestmark = pytest.mark.usefixtures("socket_enabled")
FIRST = {"SearchDescription": {"position": 0, "maxResult": 1}}
PARTITIONS = f"/ISAPI/SecurityCP/status/subSystems?format=json&devIndex={MAIN}"
GARAGE, SHED = 10, 11


async def challenge(sim: ReceiverSimulator) -> str:
    answer, tree = await plain(sim, "GET", PARTITIONS)
    assert answer.status == 401
    assert tree["subStatusCode"] == "badAuthorization"
    return answer.headers["WWW-Authenticate"]


# --- login


@pytest.mark.parametrize("qop", ["auth", "auth-int", None])
@pytest.mark.parametrize("algorithm", ["MD5", "MD5-sess", None])
async def test_digest(qop: str | None, algorithm: str | None) -> None:
    async with ReceiverSimulator(qop=qop, algorithm=algorithm) as sim:
        given = await challenge(sim)
        assert ("qop=" in given, "algorithm=" in given) == (qop is not None, algorithm is not None)
        header = authorization(sim, given, "GET", PARTITIONS)
        answer, tree = await plain(sim, "GET", PARTITIONS, header)
        assert answer.status == 200
        assert tree["SubSysList"]
        wrong = authorization(sim, given, "GET", PARTITIONS, count=2, password="wrong")
        answer, _ = await plain(sim, "GET", PARTITIONS, wrong)
        assert answer.status == 401


async def test_auth_int_covers_the_body() -> None:
    async with ReceiverSimulator(qop="auth-int") as sim:
        given = await challenge(sim)
        body = b'{"SearchDescription":{"position":0,"maxResult":1}}'
        header = authorization(sim, given, "POST", DEVICES, body=body)
        answer, _ = await plain(sim, "POST", DEVICES, header, body.replace(b"1", b"2"))
        assert answer.status == 401
        answer, _ = await plain(sim, "POST", DEVICES, header, body)
        assert answer.status == 200


async def test_uri_without_query_as_in_the_sample() -> None:
    async with ReceiverSimulator() as sim:
        header = authorization(sim, await challenge(sim), "GET", PARTITIONS.partition("?")[0])
        assert (await plain(sim, "GET", PARTITIONS, header))[0].status == 200
        sim.auth.strict_uri = True
        header = authorization(sim, await challenge(sim), "GET", PARTITIONS.partition("?")[0])
        assert (await plain(sim, "GET", PARTITIONS, header))[0].status == 401
        assert len(sim.auth.violations) == 1


async def test_stale_nonce_and_repeated_count_cost_no_attempt() -> None:
    async with ReceiverSimulator() as sim:
        header = authorization(sim, await challenge(sim), "GET", PARTITIONS)
        assert (await plain(sim, "GET", PARTITIONS, header))[0].status == 200
        answer, _ = await plain(sim, "GET", PARTITIONS, header)
        assert answer.status == 401
        assert "stale=true" in answer.headers["WWW-Authenticate"]
        assert sim.auth.violations == ["nc 1 repeated"]
        header = authorization(sim, await challenge(sim), "GET", PARTITIONS)
        sim.auth.rotate_nonce()
        assert "stale=true" in (await plain(sim, "GET", PARTITIONS, header))[0].headers["WWW-Authenticate"]
        assert sim.auth.refused == []


async def test_attempts_left_and_lock_at_the_next_one() -> None:
    async with ReceiverSimulator() as sim:
        sim.auth.max_tries = 2
        given, left = await challenge(sim), []
        for count in range(1, 4):
            header = authorization(sim, given, "GET", PARTITIONS, count=count, password="wrong")
            _, tree = await plain(sim, "GET", PARTITIONS, header)
            left.append((tree["subStatusCode"], tree["retryLoginTime"]))
        assert left == [("loginPasswordError", 1), ("loginPasswordError", 0), ("MgmtLokedError", 0)]
        header = authorization(sim, given, "GET", PARTITIONS, count=4)
        assert (await plain(sim, "GET", PARTITIONS, header))[1]["subStatusCode"] == "MgmtLokedError"
        sim.auth.unlock()
        header = authorization(sim, given, "GET", PARTITIONS, count=5)
        assert (await plain(sim, "GET", PARTITIONS, header))[0].status == 200


async def test_password_change_and_restart() -> None:
    async with ReceiverSimulator() as sim, client(sim) as raw:
        assert (await raw.devices())["totalMatches"] == 1
        await sim.restart(0)
        assert (await raw.devices())["totalMatches"] == 1
        assert sim.restarts == 1
        sim.change_password("Other123")
        assert (await raw.ask("POST", DEVICES, FIRST))[0] == 401


async def test_basic() -> None:
    async with ReceiverSimulator(scheme="digest+basic") as sim:
        word = base64.b64encode(b"admin:Secret123").decode()
        assert (await plain(sim, "GET", PARTITIONS, f"Basic {word}"))[0].status == 200
    async with ReceiverSimulator() as sim:
        assert (await plain(sim, "GET", PARTITIONS, f"Basic {word}"))[0].status == 401


# --- devices


async def test_mixed_has_every_source() -> None:
    async with ReceiverSimulator("mixed") as sim, client(sim) as raw:
        found = await raw.devices()
        rows = [row["Device"] for row in found["MatchList"]]
        assert {row["devSource"] for row in rows} == set(range(9))
        assert {row["connectionMode"] for row in rows} == {0, 1, 2, 3, 4}
        assert {row["devStatus"] for row in rows} == {"online", "offline", "unknown"}
        assert (found["numOfDevice"], found["numOfUnAuthorized"], found["existUnauth"]) == (13, 1, True)
        offline = next(row for row in rows if row["devStatus"] == "offline")
        assert "activeStatus" not in offline
        assert offline["offlineHint"] == 2
        assert all({"devIndex", "accountID", "devName", "devSource", "connectionMode"} <= row.keys() for row in rows)


async def test_pages() -> None:
    async with ReceiverSimulator("large", devices=25, zones=3) as sim, client(sim) as raw:
        sim.device_page = 10
        sizes = [len((await raw.devices(start, 50)).get("MatchList", [])) for start in (0, 10, 20)]
        assert sizes == [10, 10, 5]
        beyond = await raw.devices(25)
        assert (beyond["numOfMatches"], beyond["totalMatches"], "MatchList" in beyond) == (0, 25, False)


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        ({"devSource": [6, 8]}, ["Bedroom radar", "Yard speaker"]),
        ({"devType": [2]}, ["Door station"]),
        ({"devStatus": ["offline"]}, ["Barn camera"]),
        ({"activeStatus": ["unauth"]}, ["New panel"]),
        ({"connectionMode": ["OTAP", "Dual-Connection"]}, ["Shop", "Office"]),
        ({"isNeedUpgrade": [1]}, ["Recorder"]),
        ({"key": "q70100010"}, ["Yard speaker"]),
        ({"devSource": [0], "orderByColumn": 1, "order": 1}, ["Office", "New panel", "House"]),
    ],
)
async def test_filters(chosen: dict[str, Any], names: list[str]) -> None:
    async with ReceiverSimulator("mixed") as sim, client(sim) as raw:
        found = await raw.devices(**chosen)
        assert [row["Device"]["devName"] for row in found["MatchList"]] == names


async def test_wrong_searches() -> None:
    async with ReceiverSimulator() as sim, client(sim) as raw:
        wrong = [{"position": 0}, {"position": -1, "maxResult": 1}, {"position": 0, "maxResult": "5"}]
        for wanted in wrong:
            status, tree = await raw.ask("POST", DEVICES, {"SearchDescription": wanted})
            assert (status, tree["subStatusCode"], tree["errorCode"]) == (400, "badParameters", 0x60000001)
        status, tree = await raw.ask("POST", DEVICES, [])
        assert tree["statusCode"] in (5, 6)


# --- status


async def test_zones_in_pages() -> None:
    async with ReceiverSimulator() as sim, client(sim) as raw:
        first, last, beyond = [await raw.zones(MAIN, start, 8) for start in (0, 8, 12)]
        assert [page["responseStatusStrg"] for page in (first, last, beyond)] == ["MORE", "OK", "NO MATCH"]
        assert [page["numOfMatches"] for page in (first, last, beyond)] == [8, 4, 0]
        assert "ZoneList" not in beyond
        zones = {row["Zone"]["id"]: row["Zone"] for row in first["ZoneList"] + last["ZoneList"]}
        assert len(zones) == first["totalMatches"] == 12
        assert zones[1]["linkageSubSystem"] == [1, 2]
        assert zones[2]["subSystemNo"] == 1
        assert zones[6]["MagnetShockCurrentStatus"]["magnetOpenStatus"] is False
        assert zones[GARAGE]["zoneAttrib"] == "wired"
        assert "charge" not in zones[GARAGE]
        assert zones[SHED]["status"] == "offline"


async def test_old_shape() -> None:
    async with ReceiverSimulator("old") as sim, client(sim) as raw:
        wanted = {"searchID": "x", "searchResultPosition": 0, "maxResults": 5}
        status, tree = await raw.panel("POST", "status/zones", MAIN, {"ZoneCond": wanted})
        assert (status, tree["subStatusCode"]) == (405, "methodNotAllowed")
        _, tree = await raw.panel("GET", "status/zones", MAIN)
        zones = {row["Zone"]["id"]: row["Zone"] for row in tree["ZoneList"]}
        assert min(zones) == 0
        assert zones[0]["bypassed"] == "false"
        assert zones[4]["waterDetectorEnabled"] is True
        assert "waterDetectorAlarm" not in zones[4]
        partitions = await raw.partitions(MAIN)
        assert "enabled" not in partitions[1]
        assert partitions[1]["alarm"] == "false"


async def test_every_list_of_peripherals() -> None:
    async with ReceiverSimulator() as sim, client(sim) as raw:
        _, tree = await raw.panel("GET", "status/exDevStatus", MAIN)
        lists = tree["ExDevStatus"]
        assert lists.keys() == WRAPPERS.keys()
        assert all([*row] == [WRAPPERS[name]] for name, rows in lists.items() for row in rows)
        assert [row["Output"]["status"] for row in lists["OutputList"]] == ["off", "off", "off", "notRelated"]


async def test_every_detector() -> None:
    async with ReceiverSimulator("mixed") as sim, client(sim) as raw:
        pages = [await raw.zones(index(3), start) for start in (0, 30)]
        words = {row["Zone"]["detectorType"] for page in pages for row in page["ZoneList"]}
        assert words == set(DETECTORS)
        assert len(words) == 35


@pytest.mark.parametrize(
    ("number", "sub"),
    [(2, "notSupport"), (5, "notSupport"), (13, "lowPrivilege"), (99, "theDeviceIdDoesNotExist"), (1, None)],
)
async def test_who_tells_of_partitions(number: int, sub: str | None) -> None:
    async with ReceiverSimulator("mixed") as sim, client(sim) as raw:
        _, tree = await raw.panel("GET", "status/subSystems", index(number))
        assert tree.get("subStatusCode") == sub


async def test_offline_panel() -> None:
    async with ReceiverSimulator() as sim, client(sim) as raw:
        await sim.set_online(MAIN, False)
        status, tree = await raw.panel("GET", "status/subSystems", MAIN)
        assert (status, tree["statusCode"], tree["subStatusCode"]) == (503, 2, "networkError")


# --- commands


async def test_relays() -> None:
    async with ReceiverSimulator() as sim, client(sim) as raw:
        relays = sim.world.panel(MAIN).relays

        async def switch(word: str, *rows: dict[str, object]) -> Any:
            tree = {"OutputsCtrl": {"switch": word, "List": list(rows)}}
            return (await raw.panel("POST", "control/outputs", MAIN, tree))[1]

        assert (await switch("open", {"id": 0}))["statusCode"] == 1
        assert (await switch("open", {"seq": relays[1].seq}))["statusCode"] == 1
        assert [relay.status for relay in relays.values()] == ["on", "on", "off", "notRelated"]
        failed = await switch("close", {"id": 0}, {"id": 9}, {"id": 3})
        rows = {row["id"]: row.get("subStatusCode") for row in failed["ErrorList"]}
        assert rows == {"0": None, "9": "badParameters", "3": "outputsCloseFailed"}
        assert relays[0].on is False


async def test_otap_deactivation_instead_of_bypass() -> None:
    async with ReceiverSimulator("otap") as sim, client(sim) as raw:
        zone = sim.zone(MAIN, GARAGE)
        for command in ("bypass", "bypassRecover"):
            _, tree = await raw.panel("PUT", f"control/{command}", MAIN, {"List": [{"id": GARAGE}]})
            assert tree["subStatusCode"] == "notSupport"
        rows = [{"id": GARAGE, "oneTimeDeactivationMode": "entirely", "deactivationMode": "lidOnly"}]
        _, tree = await raw.panel("PUT", "control/deactivation", MAIN, {"List": rows})
        assert tree["statusCode"] == 1
        assert (zone.one_time, zone.permanent) == ("entirely", "lidOnly")
        await sim.disarm_locally(MAIN, 2)
        assert (zone.one_time, zone.permanent) == ("off", "lidOnly")
        _, tree = await raw.panel("PUT", "control/deactivation", MAIN, {"List": [{"id": 1, "deactivationMode": "x"}]})
        assert tree["subStatusCode"] == "badParameters"


async def test_media() -> None:
    async with ReceiverSimulator() as sim, client(sim) as raw:
        heads = {"jpg": b"\xff\xd8\xff", "mp4": b"\x00\x00\x00", "avi": b"RIFF"}
        for kind, head in heads.items():
            async with raw.session.get("/" + sim.add_media(kind)) as answer:
                assert (await answer.read()).startswith(head)
        status, tree = await raw.ask("GET", "/alarmFile/none.jpg")
        assert (status, tree["subStatusCode"]) == (404, "taskNoRecFile")
        answer, _ = await plain(sim, "GET", "/" + sim.add_media("jpg"))
        assert answer.status == 401
        path = sim.add_media(body=b"{}", protected=False)
        answer, tree = await plain(sim, "GET", "/" + path)
        assert (answer.status, tree) == (200, {})


# --- faults


async def refused(raw: Raw) -> tuple[int, int, str]:
    status, tree = await raw.panel("GET", "status/subSystems", MAIN)
    return status, tree["statusCode"], tree["subStatusCode"]


async def test_faults() -> None:
    async with ReceiverSimulator() as sim, client(sim) as raw:
        sim.fault.status_next(500, "internalError", path="/ISAPI/SecurityCP")
        assert await refused(raw) == (500, 3, "internalError")
        sim.fault.ok_with_error.add("/ISAPI/SecurityCP")
        assert await refused(raw) == (200, 2, "networkError")
        sim.fault.ok_with_error.clear()
        sim.fault.busy = True
        assert await refused(raw) == (503, 2, "deviceBusy")
        sim.fault.busy = False
        sim.refusal_http = 200
        sim.fault.not_support.add("/ISAPI/SecurityCP/status/subSystems")
        assert await refused(raw) == (200, 4, "notSupport")


@pytest.mark.parametrize("name", PROFILES)
async def test_profiles_answer(name: str) -> None:
    async with ReceiverSimulator(name, devices=2, zones=2) as sim, client(sim) as raw:
        rows = (await raw.devices())["MatchList"]
        assert [row["Device"]["devIndex"] for row in rows] == list(sim.world.devices)
        assert sim.auth.violations == []
