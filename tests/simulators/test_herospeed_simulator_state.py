"""The simulated camera against its own document: stored settings, quirks, PTZ, output, card, clock."""

import asyncio
import json
from typing import Any

import pytest

from tests.simulators.herospeed import Code, HerospeedSimulator, Quirk
from tests.simulators.herospeed.rawclient import client

pytestmark = pytest.mark.usefixtures("socket_enabled")
PTZ = "image/ptz-ctrl"


# --- writing


@pytest.mark.parametrize(
    "path",
    [
        "system/auto-maintain",
        "system/summer-time",
        "network/p2p",
        "network/snmp",
        "video/video-encode",
        "video/audio",
        "video/audio-encode",
        "video/watermark",
        "image/image",
        "image/osd",
        "image/fill-light",
        "image/zoom-focus",
        "storage/regular-record-property",
        "storage/snapshot",
        "storage/cloud",
        "storage/ipeye",
        "event/motion",
        "event/video-cover",
        "event/roi",
        "event/face-detect",
        "event/intrusion",
        "event/line-crossing",
        "event/loitering",
        "event/people-gathering",
        "event/smart-mode",
    ],
)
async def test_what_is_read_can_be_written(path: str) -> None:
    async with HerospeedSimulator("sd") as sim, client(sim) as raw:
        told = await raw.get(path)
        assert await raw.set(path, told) == 0, sim.refusals
        again = await raw.get(path)
        if path == "image/fill-light":
            told["realTimeVal"] = again["realTimeVal"]
        assert again == told
        assert sim.unknown_names == []


async def test_partial_set_keeps_or_wipes() -> None:
    async with HerospeedSimulator() as sim, client(sim) as raw:
        assert await raw.set("event/motion", {"sensitivity": 7}) == 0
        motion = await raw.get("event/motion")
        assert (motion["sensitivity"], motion["enable"]) == (7, True)
        sim.quirks = frozenset({Quirk.PARTIAL_WIPES})
        assert await raw.set("event/motion", {"sensitivity": 3}) == 0
        motion = await raw.get("event/motion")
        assert (motion["sensitivity"], motion["enable"], motion["recStreamType"]) == (3, False, 0)
        assert motion["region"]["delimitType"] == 33


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("event/motion", {"enable": 1}),
        ("event/motion", {"sensitivity": "5"}),
        ("event/motion", {"sensitivity": 11}),
        ("event/motion", {"region": {"area": [0] * 31}}),
        ("event/video-cover", {"enable": True}),
        ("event/intrusion", {"sensitivity": [{"subSensitivity": 101}]}),
        ("image/image", {"brightness": 256}),
        ("image/image", [1]),
        ("image/osd", {"ircutSwitchTime": 2}),
        ("system/system-time", {"month": 2, "day": 31}),
        ("video/video-encode", {"streamEncode": [{"width": 640, "height": 480}]}),
    ],
)
async def test_wrong_types_and_values_are_refused(path: str, data: Any) -> None:
    async with HerospeedSimulator() as sim, client(sim) as raw:
        before = sim.world.documents[f"/api/{path}"]
        assert await raw.set(path, data) == Code.PARAMETER
        assert sim.world.documents[f"/api/{path}"] == before
        assert len(sim.refusals) == 1


async def test_unknown_and_read_only_names_are_ignored() -> None:
    async with HerospeedSimulator() as sim, client(sim) as raw:
        assert await raw.set("image/fill-light", {"realTimeVal": 3, "lightval": 50, "lightVal": 40}) == 0
        assert (await raw.get("image/fill-light"))["lightVal"] == 40
        assert sim.unknown_names == ["/api/image/fill-light lightval"]


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=ascii", "text/plain"])
async def test_changes_without_charset_are_ignored(kind: str) -> None:
    async with HerospeedSimulator() as sim, client(sim) as raw:
        raw.headers["Content-Type"] = kind
        assert await raw.set("event/motion", {"enable": False}) == 0
        assert (await raw.get("event/motion"))["enable"] is True
        assert sim.ignored == ["/api/event/motion"]


async def test_a_size_has_to_be_offered() -> None:
    async with HerospeedSimulator() as sim, client(sim) as raw:
        told = await raw.get("video/video-encode")
        told["streamEncode"][0] |= {"width": 1920, "height": 1080}
        assert await raw.set("video/video-encode", told) == 0
        assert (await raw.get("video/video-encode"))["streamEncode"][0]["height"] == 1080


async def test_risks_are_written_down() -> None:
    async with HerospeedSimulator("sd") as sim, client(sim) as raw:
        assert await raw.set("network/interfaces", {"netMask": "255.255.255,0"}) == 0
        assert await raw.set("storage/storage-info", {"storageType": 1}) == 0
        assert await raw.set("network/ftp", {"enable": 0, "password": "x"}) == 0
        assert sim.risks == ["/api/network/interfaces", "/api/storage/storage-info", "/api/network/ftp"]
        assert "password" not in await raw.get("network/ftp")


# --- where reading and writing differ


async def test_links_are_read_as_trigger_and_set_as_process() -> None:
    async with HerospeedSimulator() as sim, client(sim) as raw:
        told = await raw.get("event/alarm-schedule", {"alarmType": 1})
        assert told["trigger"]["enableAlarmIo"] == "0"
        change = {"alarmType": 1, "enable": False, "process": {"enableAlarmIo": 1}}
        assert await raw.set("event/alarm-schedule", change) == 0
        told = await raw.get("event/alarm-schedule", {"alarmType": 1})
        assert (told["enable"], told["trigger"]["enableAlarmIo"], "process" in told) == (False, "1", False)
        assert await raw.set("event/alarm-schedule", {"alarmType": 1, "trigger": {"enableAlarmIo": "0"}}) == 0
        assert (await raw.get("event/alarm-schedule", {"alarmType": 1}))["trigger"]["enableAlarmIo"] == "1"
        sim.quirks = frozenset({Quirk.SET_BY_TRIGGER})
        assert await raw.set("event/alarm-schedule", {"alarmType": 1, "trigger": {"enableAlarmIo": "0"}}) == 0
        assert (await raw.get("event/alarm-schedule", {"alarmType": 1}))["trigger"]["enableAlarmIo"] == "0"
        assert (await raw.ask("event/alarm-schedule", "get", {"alarmType": 9}))["code"] == Code.NOT_FOUND


async def test_other_names_in_a_set() -> None:
    async with HerospeedSimulator("sd") as sim, client(sim) as raw:
        assert await raw.set("network/ddns", {"keepAlive": 30}) == 0
        told = await raw.get("network/ddns")
        assert (told["alivePeriod"], "keepAlive" in told, told["username"]) == (30, False, "")
        assert (await raw.get("network/ddns", {"iv": "afe13ds34cdjk08c"}))["username"].endswith("==")
        days: list[list[list[int]]] = [[[] for _ in range(6)] for _ in range(7)]
        assert await raw.set("storage/regular-record-property", {"weekScop": {"dayScope": days}}) == 0
        assert (await raw.get("storage/regular-record-property"))["weekScop"]["dayScope"][0]["socpeMode"] == 3


async def test_ports() -> None:
    async with HerospeedSimulator() as sim, client(sim) as raw:
        rows = await raw.get("network/port", {"type": 255})
        assert [row["type"] for row in rows] == [1, 2, 8, 16, 64, 32, 72]
        assert rows[0]["property"]["rtspProtocol "]["port"] == 554
        assert (await raw.get("network/port", {"type": 8}))[0]["property"]["onvifProtocol "]["port"] == 8999
        rows[2]["property"]["onvifProtocol "]["enable"] = False
        assert await raw.set("network/port", rows) == 0
        assert await raw.set("network/port", [{"type": 1, "property": {"rtspProtocol": {"port": 1}}}]) == 0
        rows = await raw.get("network/port", {"type": 255})
        assert rows[2]["property"]["onvifProtocol "]["enable"] is False
        assert rows[0]["property"]["rtspProtocol "]["port"] == 554
        assert sim.unknown_names == ["/api/network/port rtspProtocol"]
        sim.quirks = frozenset({Quirk.ARG_TYPE, Quirk.OPEN_PORTS})
        rows = await raw.get("network/port", {"type": 255})
        assert rows[-1]["argType"] == 72
        assert await raw.set("network/port", rows) == 0


# --- quirks


@pytest.mark.parametrize(
    ("quirk", "path", "shown"),
    [
        (Quirk.TRAILING_COMMA, "video/audio", ",}}"),
        (Quirk.MISSING_COMMA, "video/audio", '"enable":true "outputVolume"'),
        (Quirk.NULL, "video/audio", '"msg":NULL'),
        (Quirk.CURLY_QUOTES, "image/fill-light", "\u201cdayNightMode\u201d:"),
        (Quirk.FULL_WIDTH_COMMA, "video/audio", '"code":0\uff0c'),
        (Quirk.ARRAY_COMMA, "network/port", '"data":[,{'),
    ],
)
async def test_bodies_that_are_no_json(quirk: Quirk, path: str, shown: str) -> None:
    async with HerospeedSimulator() as sim, client(sim) as raw:
        sim.quirks = frozenset({quirk})
        _, body = await raw.text(f"/api/{path}", {"action": "get", "data": {"type": 255}})
        assert shown in body
        with pytest.raises(ValueError, match=r"Expecting|Illegal"):
            json.loads(body)


async def test_values_of_other_types_can_be_written_back() -> None:
    cases: list[tuple[Quirk, Any]] = [
        (Quirk.STRING_BOOLEANS, "1"),
        (Quirk.INT_BOOLEANS, 1),
        (Quirk.STRING_CODE, True),
    ]
    for quirk, enabled in cases:
        async with HerospeedSimulator(quirks=[quirk]) as sim, client(sim, login=False) as raw:
            raw.cookie = sim.sessions.open.setdefault("c" * 32, _session(sim)).cookie
            answer = await raw.ask("event/motion")
            assert answer["code"] == ("0" if quirk is Quirk.STRING_CODE else 0)
            assert answer["data"]["enable"] == enabled
            assert type(answer["data"]["enable"]) is type(enabled)
            assert await raw.set("event/motion", answer["data"] | {"enable": type(enabled)(0)}) == 0
            assert sim.world.documents["/api/event/motion"]["enable"] is False


def _session(sim: HerospeedSimulator) -> Any:
    from tests.simulators.herospeed.sessions import Session

    return Session(cookie="c" * 32, user=sim.sessions.users["admin"])


async def test_spaced_names_and_ranges() -> None:
    async with HerospeedSimulator() as sim, client(sim) as raw:
        sim.quirks = frozenset({Quirk.SPACED_KEYS})
        told = await raw.get("event/motion")
        assert told["region "]["delimitType "] == 33
        assert await raw.set("event/motion", told | {"sensitivity ": 2}) == 0
        assert await raw.set("event/motion", {"sensitivity": 9}) == 0
        assert sim.world.documents["/api/event/motion"]["sensitivity"] == 2
        assert sim.unknown_names == ["/api/event/motion sensitivity"]
        sim.quirks = frozenset({Quirk.RANGES})
        told = await raw.get("event/motion")
        assert (told["sensitivityMin"], told["sensitivityMax"]) == (0, 10)
        assert await raw.set("event/motion", told) == 0
        assert len(sim.unknown_names) == 1


# --- PTZ


async def test_moves_end_by_the_stop_that_belongs_to_them() -> None:
    async with HerospeedSimulator("ptz") as sim, client(sim) as raw:
        head = sim.world.head
        for opt, axes in ((16, {"pan", "tilt"}), (20, {"pan", "tilt", "zoom"}), (22, {"pan", "tilt", "zoom", "focus"})):
            assert await raw.set(PTZ, {"optType": opt, "speed": 10}) == 0
            assert set(head.moving) == axes
        await asyncio.sleep(0.05)
        assert head.position["pan"] > 0
        for opt, axes in ((0, {"zoom", "focus"}), (26, {"focus"}), (27, set())):
            assert await raw.set(PTZ, {"optType": opt, "speed": 1}) == 0
            assert set(head.moving) == axes
        still = head.position
        assert head.position == still
        assert [move.kind for move in head.log] == [
            "right_up",
            "zoom_in",
            "focus_far",
            "stop",
            "zoom_stop",
            "focus_stop",
        ]
        assert head.log[3].position["pan"] > 0


async def test_presets() -> None:
    async with HerospeedSimulator("ptz") as sim, client(sim) as raw:
        told = await raw.get(PTZ)
        assert (len(told["presetList"]), told["presetMin"], told["presetMax"]) == (255, 1, 255)
        assert [row["presetName"] for row in told["presetList"] if row["enablePreset"]][:2] == ["Gate", "Drive"]

        async def preset(opt: int, number: int, **more: Any) -> int:
            return await raw.set(PTZ, {"optType": opt, "speed": 5, "preset": {"presetIdx": number} | more})

        assert await preset(40, 2) == 0
        assert (sim.world.head.at_preset, sim.world.head.position["pan"]) == (2, 80.0)
        assert await preset(40, 50) == Code.NOT_FOUND
        assert await preset(44, 50, enablePreset=1, presetName="Hof") == 0
        assert (await raw.get(PTZ))["presetList"][49] == {
            "presetIdx": 50,
            "presetName": "Hof",
            "enablePreset": 1,
            "readOnly": 0,
        }
        assert await preset(44, 51, presetName="ü" * 11) == Code.PARAMETER
        assert await preset(44, 92, presetName="x") == Code.PARAMETER
        assert await preset(45, 50) == 0
        assert await preset(40, 50) == Code.NOT_FOUND
        assert await raw.set(PTZ, {"optType": 40, "speed": 5}) == Code.PARAMETER


async def test_cruise_three_d_and_lens() -> None:
    async with HerospeedSimulator("ptz") as sim, client(sim) as raw:
        head = sim.world.head
        told = await raw.get("image/ptz-cruise", {"cruiseIdx": 1})
        assert (told["enableCruise"], len(told["cruisePresetList"])) == (1, 32)
        assert await raw.set("image/ptz-cruise", {"channel": 0, "cruiseIdx": 3, "enableCruise": 1}) == 0
        for number, code in ((1, 0), (3, 0), (4, Code.NOT_FOUND), (9, Code.PARAMETER)):
            assert await raw.set(PTZ, {"optType": 41, "speed": 5, "cruise": {"cruiseIdx": number}}) == code
        assert head.cruising == 3
        assert await raw.set(PTZ, {"optType": 46, "speed": 5, "cruise": {"cruiseIdx": 3}}) == 0
        assert sim.world.head.cruising is None
        box = {"x1": 960, "y1": 0, "x2": 1920, "y2": 540, "width": 1920, "height": 1080}
        assert await raw.set(PTZ, {"optType": 37, "speed": 5, "position3D": box}) == 0
        assert head.position["zoom"] == 2.0
        assert await raw.set(PTZ, {"optType": 35, "speed": 5}) == 0
        assert (await raw.get(PTZ))["auto3DStatus"] == 1
        assert await raw.set(PTZ, {"optType": 32, "speed": 5}) == 0
        assert head.position["zoom"] == 1.0
        for data in ({"optType": 4, "speed": 4}, {"optType": 10, "speed": 11}, {"speed": 1}):
            assert await raw.set(PTZ, data) == Code.PARAMETER


async def test_zoom_only() -> None:
    async with HerospeedSimulator("sd") as sim, client(sim) as raw:
        assert await raw.set(PTZ, {"optType": 20, "speed": 3}) == 0
        assert await raw.set(PTZ, {"optType": 10, "speed": 3}) == Code.CALL_FAILED
        assert set(sim.world.head.moving) == {"zoom"}
