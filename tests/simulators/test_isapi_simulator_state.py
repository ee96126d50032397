"""State that requests change, and misbehaviour, looked at with raw HTTP."""

import asyncio
import json

import aiohttp
import pytest

from tests.simulators.isapi import IsapiSimulator
from tests.simulators.rawclient import HEAD, client, get, put, tag

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_whole_document_is_replaced() -> None:
    path = "System/Video/inputs/channels/1/motionDetection"
    async with IsapiSimulator() as sim, client(sim) as session:
        text = (await get(session, path))[1]
        assert (await put(session, path, text.replace("<enabled>true", "<enabled>false")))[0] == 200
        assert sim.world.enabled(path) is False
        assert tag((await get(session, path))[1], "gridMap") == tag(text, "gridMap")
        await put(session, path, f"{HEAD}<MotionDetection><enabled>true</enabled></MotionDetection>")
        assert "gridMap" not in (await get(session, path))[1]


@pytest.mark.parametrize(
    ("body", "sub"),
    [
        ("<Other><enabled>true</enabled></Other>", "badXmlFormat"),
        ("<MotionDetection><enabled>true</MotionDetection>", "badXmlFormat"),
        ("<MotionDetection><enabled>yes</enabled></MotionDetection>", "badParameters"),
        (
            "<MotionDetection><regionType>grid</regionType><enabled>true</enabled></MotionDetection>",
            "badParameters",
        ),
    ],
)
async def test_bad_documents_are_refused(body: str, sub: str) -> None:
    path = "System/Video/inputs/channels/1/motionDetection"
    async with IsapiSimulator() as sim, client(sim) as session:
        status, text = await put(session, path, HEAD + body)
        assert (status, tag(text, "subStatusCode")) == (400, sub)
        assert sim.world.enabled(path) is True


async def test_declaration_and_content_type_may_be_required() -> None:
    body = "<IOPortData><outputState>high</outputState></IOPortData>"
    async with IsapiSimulator(declaration_required=True) as sim, client(sim) as session:
        assert (await put(session, "System/IO/outputs/1/trigger", body))[0] == 400
        assert (await put(session, "System/IO/outputs/1/trigger", HEAD + body))[0] == 200
        async with session.put("/ISAPI/System/IO/outputs/1/trigger", data=HEAD + body) as answer:
            assert answer.status == 400


async def test_wrong_method() -> None:
    async with IsapiSimulator() as sim, client(sim) as session:
        for path in ("System/status", "Smart/LineDetection/1"):
            status, text = await put(session, path, f"{HEAD}<x/>", "POST")
            assert (status, tag(text, "subStatusCode")) == (405, "methodNotAllowed")


async def test_output_pulse_returns() -> None:
    body = f"{HEAD}<IOPortData><outputState>high</outputState></IOPortData>"
    async with IsapiSimulator() as sim, client(sim) as session:
        sim.world.outputs[1].pulse = 0.05
        await put(session, "System/IO/outputs/1/trigger", body)
        assert tag((await get(session, "System/IO/outputs/1/status"))[1], "ioState") == "active"
        async with asyncio.timeout(2):
            while sim.world.outputs[1].active:  # noqa: ASYNC110 - a device tells nobody
                await asyncio.sleep(0.01)


async def test_exclusion_and_engine_limit() -> None:
    async with IsapiSimulator() as sim, client(sim) as session:
        sim.world.tree("Smart/SceneChangeDetection/1")["enabled"] = True
        asked = json.dumps({"function": "regionEntrance", "channelID": 1})
        async with session.post("/ISAPI/System/mutexFunction?format=json", data=asked) as answer:
            assert (await answer.json())["MutexFunctionList"] == [
                {"mutexFunction": "sceneChangeDetection", "channelID": [1]}
            ]
        text = (await get(session, "Smart/regionEntrance/1"))[1].replace("<enabled>false", "<enabled>true", 1)
        assert (await put(session, "Smart/regionEntrance/1", text))[0] == 403
        sim.world.tree("Smart/SceneChangeDetection/1")["enabled"] = False
        sim.world.vca_limit = 2
        assert tag((await put(session, "Smart/regionEntrance/1", text))[1], "subStatusCode") == "numberReachedLimit"
        sim.world.vca_limit = 3
        assert (await put(session, "Smart/regionEntrance/1", text))[0] == 200


async def test_light_brightness_is_for_the_manual_mode() -> None:
    path = "Image/channels/1/supplementLight"
    async with IsapiSimulator() as sim, client(sim) as session:
        text = (await get(session, path))[1].replace(">80<", ">30<")
        assert (await put(session, path, text))[0] == 403
        assert (await put(session, path, text.replace(">auto<", ">manual<")))[0] == 200
        assert (await put(session, path, text.replace(">eventIntelligence<", ">disco<")))[0] == 400


async def test_siren_settings_and_test_tone() -> None:
    path = "Event/triggers/notifications/AudioAlarm"
    async with IsapiSimulator() as sim, client(sim) as session:
        settings = json.loads((await get(session, f"{path}?format=json"))[1])
        settings["AudioAlarm"]["audioVolume"] = 101
        assert (await put(session, f"{path}?format=json", json.dumps(settings)))[0] == 400
        settings["AudioAlarm"]["audioVolume"] = 5
        assert (await put(session, f"{path}?format=json", json.dumps(settings)))[0] == 200
        assert json.loads((await get(session, f"{path}?format=json"))[1]) == settings
        assert (await put(session, f"{path}/1/test?format=json"))[0] == 200
        assert (await put(session, f"{path}/1/test?format=json"))[0] == 403
        assert sim.world.siren_played == 1


async def test_clock() -> None:
    async with IsapiSimulator() as sim, client(sim) as session:
        sim.world.clock_offset = -86400
        zone = "<timeZone>CST-2:00:00</timeZone>"
        local = "<localTime>2031-05-06T07:08:09+02:00</localTime>"
        body = f"{HEAD}<Time><timeMode>manual</timeMode>{local}{zone}</Time>"
        assert (await put(session, "System/time", body))[0] == 200
        assert tag((await get(session, "System/time"))[1], "localTime").startswith("2031-05-06T07:08:")
        assert tag((await get(session, "System/time"))[1], "timeZone").endswith("-2:00:00")
        sim.world.time_mode = "NTP"
        assert (await put(session, "System/time", body.replace("manual", "NTP")))[0] == 403


async def test_host_writes_are_seen() -> None:
    path = "Event/notification/httpHosts"
    async with IsapiSimulator() as sim, client(sim) as session:
        text = (await get(session, path))[1]
        assert sim.host_writes == []
        await put(session, path, text)
        assert [record.method for record in sim.host_writes][-1] == "PUT"


async def test_search_pages() -> None:
    def ask(position: int) -> str:
        return (
            f"{HEAD}<CMSearchDescription><searchID>1</searchID><trackIDList><trackID>101</trackID></trackIDList>"
            "<timeSpanList><timeSpan><startTime>2000-01-01T00:00:00Z</startTime><endTime>2090-01-01T00:00:00Z</endTime>"
            f"</timeSpan></timeSpanList><maxResults>40</maxResults><searchResultPostion>{position}</searchResultPostion>"
            "</CMSearchDescription>"
        )

    async with IsapiSimulator("nvr") as sim, client(sim) as session:
        pages = [(await put(session, "ContentMgmt/search", ask(position), "POST"))[1] for position in (0, 40, 80)]
        assert [tag(page, "responseStatusStrg") for page in pages] == ["MORE", "OK", "NO MATCHES"]
        assert [tag(page, "numOfMatches") for page in pages] == ["40", "20", "0"]


# --- moving


async def test_dome_moves_until_stopped_and_clamps() -> None:
    now = 100.0
    async with IsapiSimulator("ptz") as sim, client(sim) as session:
        head = sim.world.ptz[1]
        head.clock = lambda: now
        body = HEAD + "<PTZData><pan>50</pan><tilt>100</tilt><zoom>0</zoom></PTZData>"
        path = "PTZCtrl/channels/1"
        assert (await put(session, f"{path}/continuous", body))[0] == 200
        now = 101.0
        assert head.position == (60.0, 80.0, 1.0)
        assert head.log[-1].kind == "continuous"
        now = 102.0
        await put(session, f"{path}/continuous", body.replace("50", "0").replace("100", "0"))
        assert head.position == (120.0, 90.0, 1.0)
        assert head.stopped_by_command
        assert tag((await get(session, f"{path}/status"))[1], "azimuth") == "1200"
        await put(session, f"{path}/continuous", body)
        now = 120.0
        assert head.moving is False
        assert head.log[-1].kind == "dead-man"


async def test_presets_travel_and_special_ones_command() -> None:
    async with IsapiSimulator("ptz") as sim, client(sim) as session:
        head, path = sim.world.ptz[1], "PTZCtrl/channels/1"
        head.pan.speed = head.tilt.speed = head.zoom.speed = 1e6
        assert (await put(session, f"{path}/presets/2/goto"))[0] == 200
        await asyncio.sleep(0.01)
        assert head.position == (120.0, 20.0, 2.0)
        saved = f"{HEAD}<PTZPreset><id>9</id><presetName>Shed</presetName></PTZPreset>"
        assert (await put(session, f"{path}/presets/9", saved))[0] == 200
        assert head.presets[9].position == (120.0, 20.0, 2.0)
        assert (await put(session, f"{path}/presets/94", saved))[0] == 400
        assert (await put(session, f"{path}/presets/8/goto"))[0] == 403
        assert (await put(session, f"{path}/presets/1/goto", "<x/>"))[0] == 400
        assert (await put(session, "PTZCtrl/channels/2/presets/1/goto"))[0] == 403


async def test_park_aux_and_lens() -> None:
    async with IsapiSimulator("ptz") as sim, client(sim) as session:
        head, path = sim.world.ptz[1], "PTZCtrl/channels/1"
        text = (await get(session, f"{path}/parkaction"))[1]
        await put(session, f"{path}/parkaction", text.replace("<enabled>false", "<enabled>true"))
        assert head.park_enabled
        wiper = f"{HEAD}<PTZAux><id>2</id><type>WIPER</type><status>on</status></PTZAux>"
        assert (await put(session, f"{path}/auxcontrols/2", wiper))[0] == 200
        assert head.aux[2] == ("WIPER", True)
        focus = f"{HEAD}<FocusData><focus>100</focus></FocusData>"
        assert (await put(session, "System/Video/inputs/channels/1/focus", focus))[0] == 200
        assert head.moving
        await put(session, "System/Video/inputs/channels/1/focus", focus.replace("100", "0"))
        assert head.stopped_by_command
        assert not head.moving


async def test_pictures_change_and_may_be_busy() -> None:
    async with IsapiSimulator("ptz") as sim, client(sim) as session:

        async def picture() -> tuple[int, bytes]:
            async with session.get("/ISAPI/Streaming/channels/101/picture") as answer:
                return answer.status, await answer.read()

        status, first = await picture()
        assert status == 200
        assert (first[:3], first[-2:]) == (b"\xff\xd8\xff", b"\xff\xd9")
        assert (await picture())[1] != first
        sim.fault.busy_pictures = True
        assert (await picture())[0] == 503
        sim.fault.busy_pictures = False
        sim.fault.ok_with_error.add("Streaming/channels/101/picture")
        status, body = await picture()
        assert (status, b"deviceBusy" in body) == (200, True)


async def test_faults() -> None:
    async with IsapiSimulator() as sim, client(sim) as session:
        await get(session, "System/deviceInfo")
        sim.fault.truncate_next()
        with pytest.raises(aiohttp.ClientPayloadError):
            await get(session, "System/deviceInfo")
        sim.fault.status_next(500, "deviceError", code=3)
        assert tag((await get(session, "System/deviceInfo"))[1], "statusCode") == "3"
        sim.fault.not_support.add("System/status")
        assert (await get(session, "System/status"))[0] == 403
        sim.fault.busy = True
        assert (await get(session, "System/deviceInfo"))[0] == 503
        sim.fault.busy, sim.fault.wrong_length = False, True
        with pytest.raises(aiohttp.ClientPayloadError):
            await get(session, "System/deviceInfo")
        sim.fault.wrong_length, sim.fault.unauthorized = False, True
        assert (await get(session, "System/deviceInfo"))[0] == 401
        assert sim.auth.refused == []


async def test_dropped_connection() -> None:
    async with IsapiSimulator() as sim, client(sim) as session:
        sim.fault.drop_next(4)
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await put(session, "System/deviceInfo", f"{HEAD}<DeviceInfo/>")
        assert sim.requests[0].status == 0


async def test_reboot_keeps_the_state() -> None:
    async with IsapiSimulator() as sim, client(sim) as session:
        sim.world.outputs[1].active = True
        sim.world.uptime_before = 5000.0
        port = sim.port
        restart = asyncio.create_task(sim.reboot(0.2))
        await asyncio.sleep(0.05)
        with pytest.raises(aiohttp.ClientError):
            await get(session, "System/deviceInfo")
        await restart
        assert sim.port == port
        assert tag((await get(session, "System/IO/outputs/1/status"))[1], "ioState") == "active"
        assert int(tag((await get(session, "System/status"))[1], "deviceUpTime")) < 100


async def test_nothing_is_left_running() -> None:
    before = asyncio.all_tasks()
    async with IsapiSimulator(heartbeat=0.01) as sim, client(sim) as session:
        async with session.get("/ISAPI/Event/notification/alertStream"):
            await sim.wait_streams()
        await session.get("/ISAPI/System/deviceInfo")
    assert asyncio.all_tasks() == before
