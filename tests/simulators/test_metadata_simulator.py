"""What simulated devices tell of their pictures: configuration, messages, scripts, and the stream as viewers see it."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import pairwise
import json
import math
import re
from typing import Any
import xml.etree.ElementTree as ET

from aiohttp import ClientSession
import pytest

from tests.simulators.isapi import METADATA_PROFILES, IsapiSimulator
from tests.simulators.isapi.control import Control
from tests.simulators.rawclient import HEAD, client, get, put, tag
from tests.simulators.rtsp import Options, RtspServer, Rule, Scheme, generator as make, scripts
from tests.simulators.rtsp.documents import Quirk, Style
from tests.simulators.rtsp.rawclient import raw
from tests.simulators.rtsp.samples import printed
from tests.simulators.rtsp.service import TYPES, Offer

pytestmark = pytest.mark.usefixtures("socket_enabled")
NOW = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=timezone(timedelta(hours=8)))
STYLE = Style(now=lambda: NOW)
BASE = "Streaming/channels/"
DOCUMENT = b"<Metadata>0123456789</Metadata>"


# --- configuration


async def _subscribe(session: ClientSession, channel: str, *types: str) -> tuple[int, dict[str, Any]]:
    path = f"/ISAPI/{BASE}{channel}/metadata/subscribeType?format=json"
    async with session.post(path, data=json.dumps({"type": list(types)})) as answer:
        return answer.status, await answer.json()


@pytest.mark.parametrize("model", METADATA_PROFILES)
async def test_models_announce_their_streams_and_kinds(model: str) -> None:
    async with IsapiSimulator(model, channels=2 if "nvr" in model else None) as sim, client(sim) as session:
        assert tag((await get(session, "System/capabilities"))[1], "isSupportMetadata") == "true"
        port = re.search(
            r"<protocol>RTSP</protocol>\s*<portNo>(\d+)", (await get(session, "Security/adminAccesses"))[1]
        )
        assert port
        assert int(port[1]) == sim.rtsp.port
        number = "1" if sim.metadata.offer and sim.metadata.offer.ids == "channel" else "101"
        text = (await get(session, f"{BASE}{number}/metadata/capabilities"))[1]
        kinds = re.findall(r'type opt="([^"]+)"', text)
        assert kinds
        assert {kind.strip() for kind in kinds[0].split(",")} <= set(TYPES)
        assert ("isSupportSubscribeType" in text) == sim.metadata.offer.subscribe  # type: ignore[union-attr]
        async with raw(sim.rtsp) as viewer:
            described = await viewer.ask("DESCRIBE")
            assert b"isapi.metadata/90000" in described.body
            assert (b"m=video" in described.body) == (model != "radar")


async def test_models_without_metadata_know_none_of_it() -> None:
    async with IsapiSimulator("camera") as sim, client(sim) as session:
        assert "isSupportMetadata" not in (await get(session, "System/capabilities"))[1]
        assert (await get(session, f"{BASE}1/metadata/capabilities"))[0] == 404
        assert not sim.rtsp.running


@pytest.mark.parametrize(("ids", "good"), [("channel", {"1"}), ("stream", {"101"}), ("both", {"1", "101"})])
async def test_channel_is_named_one_way_or_the_other(ids: str, good: set[str]) -> None:
    profile = replace(METADATA_PROFILES["anpr"], metadata=Offer(ids=ids))
    async with IsapiSimulator(profile) as sim, client(sim) as session:
        statuses = {name: (await get(session, f"{BASE}{name}/metadata"))[0] for name in ("1", "101", "201", "x")}
        assert {name for name, status in statuses.items() if status == 200} == good


async def test_kinds_are_enabled_together_and_one_by_one() -> None:
    async with IsapiSimulator("thermal_metadata") as sim, client(sim) as session:
        text = (await get(session, f"{BASE}101/metadata"))[1]
        assert "uploadDataFormat" not in text
        assert sim.metadata.tell(make.ships([make.Ship()])) == 0
        assert len(sim.metadata.suppressed) == 1
        changed = text.replace("<enable>false", "<enable>true")
        assert (await put(session, f"{BASE}101/metadata", changed))[0] == 200
        assert all(sim.metadata.uploads[1].enabled.values())
        path = f"{BASE}201/Metadata/fireDetection"
        one = (await get(session, path))[1].replace("<enable>true", "<enable>false")
        assert (await put(session, path, one))[0] == 200
        assert sim.metadata.uploads[2].enabled["fireDetection"] is False
        assert sim.metadata.uploads[1].enabled["fireDetection"] is True
        assert (await put(session, path, one.replace("fireDetection", "ANPR")))[0] == 400
        assert (await get(session, f"{BASE}101/Metadata/ANPR"))[0] == 403
        assert (await put(session, f"{BASE}101/metadata", changed.replace("thermometry", "radarDetection")))[0] == 400
        bad = f"{HEAD}<MetadataCfg><MetadataList/></MetadataCfg>"
        assert (await put(session, f"{BASE}101/metadata", bad))[0] == 400


async def test_format_changes_what_is_sent() -> None:
    async with IsapiSimulator("counting") as sim, client(sim) as session, raw(sim.rtsp) as viewer:
        sim.rtsp.options.report_interval = None
        sim.metadata.set_rules([])
        await viewer.play()
        text = (await get(session, f"{BASE}101/metadata"))[1].replace("Format>xml", "Format>json")
        assert (await put(session, f"{BASE}101/metadata", text))[0] == 200
        sim.metadata.tell(make.queue_counts(1, count=3, limit=4))
        assert json.loads(await viewer.document())["Metadata"]["subType"] == "personQueueCounting"
        assert (await put(session, f"{BASE}101/metadata", text.replace("Format>json", "Format>csv")))[0] == 400


async def test_subscriptions() -> None:
    async with IsapiSimulator("counting") as sim, client(sim) as session:
        status, answer = await _subscribe(session, "101", "personQueue")
        assert status == 200
        async with raw(sim.rtsp) as viewer:
            sim.rtsp.options.report_interval = None
            await viewer.play(answer["rtspURI"])
            rules = [await viewer.document() for _ in range(2)]
            assert [tag(rule.decode(), "subType") for rule in rules] == ["personQueueTime", "personQueueCounting"]
            told = [sim.metadata.tell(make.KINDS[kind]()) for kind in ("faces", "queue_counts", "people_counted")]
            assert told == [0, 1, 1]
        for kinds in (["personalTrack"], ["personQueue", "ANPR"]):
            status, answer = await _subscribe(session, "101", *kinds)
            assert (status, answer["subStatusCode"], answer["errorCode"]) == (403, "subscribeTypeErr", 0x4000A016)
        assert (await _subscribe(session, "101"))[0] == 400
        assert (await _subscribe(session, "101", "unheardOf"))[0] == 400
    async with IsapiSimulator("thermal_metadata") as sim, client(sim) as session:
        assert (await _subscribe(session, "101", "thermometry"))[1]["subStatusCode"] == "notSupport"


async def test_password_and_lock_are_the_devices_own() -> None:
    async with IsapiSimulator("radar") as sim:
        sim.auth.max_tries = 2
        for _ in range(2):
            async with raw(sim.rtsp, "wrong") as viewer:
                assert (await viewer.ask("DESCRIBE")).status == 401
        assert sim.auth.locked
        async with raw(sim.rtsp) as viewer:
            assert (await viewer.ask("DESCRIBE")).status == 401


async def test_a_camera_that_a_recorder_does_not_reach_has_no_stream() -> None:
    async with IsapiSimulator("nvr_metadata") as sim, raw(sim.rtsp) as viewer:
        assert sim.world.channels[3].online is False
        assert (await viewer.ask("DESCRIBE", sim.rtsp.url(3))).status == 404
        assert (await viewer.ask("DESCRIBE", sim.rtsp.url(4))).status == 200


async def test_messages_bear_the_devices_clock() -> None:
    async with IsapiSimulator("radar") as sim:
        sim.world.clock_offset, sim.world.utc_offset = -10 * 365 * 86400, timedelta(hours=8)
        text = sim.metadata.write(make.KINDS["position"]()).decode()
        assert tag(text, "time").endswith("+08:00")
        assert int(tag(text, "time")[:4]) < sim.world.now().year + 2 < NOW.year


async def test_restart_of_the_device_ends_its_streams() -> None:
    async with IsapiSimulator("radar") as sim, raw(sim.rtsp) as viewer:
        await viewer.play()
        port = sim.rtsp.port
        await sim.reboot(0)
        assert await viewer.ended()
        assert (sim.rtsp.port, sim.rtsp.running) == (port, True)


# --- messages

SAMPLES = {
    "b02_heat_map": "heat_map",
    "b03_people_counting": "people_counted",
    "b03_people_in_region": "people_in_region",
    "b04_tracking": "tracking",
    "b10_plate": "plates",
    "b11_rule": "behaviour_rules",
    "b11_rule_triggered": "behaviour_rule_triggered",
    "b11_target": "behaviour_targets",
    "b11_target_triggered": "behaviour_target_triggers",
    "b12_face": "faces",
    "b12_face_rule": "face_rules",
    "b13_queue": "queue_counts",
    "b13_queue_rule": "queue_counting_rules",
    "b13_waiting": "queue_times",
    "b13_waiting_rule": "queue_time_rules",
    "b14_radar_region": "radar_region",
    "b14_radar_rule": "radar_rules",
    "b14_radar_rule_triggered": "radar_rule_triggered",
    "b14_radar_target": "radar_targets",
    "b14_radar_target_triggered": "radar_target_triggers",
    "b14_video_region": "radar_video_region",
    "b15_fire": "fire",
    "b15_ship": "ships",
    "b15_ship_rule": "ship_rules",
    "b15_temperature": "thermometry",
}
"""Example of the document -> kind of message."""


EXCEPTIONS = {"suspNum", "suspID", "timeStamp", "confidence", "SuspList"}
"""Members behind a page break in the example of tracking."""


def _words(text: str) -> tuple[set[str], list[str]]:
    """Names of elements or members, and descriptions, once each: all there is in text that is not well formed."""
    names = re.findall(r"</?(\w+)", text) if text.lstrip().startswith("<") else re.findall(r'"(\w+)"\s*:', text)
    found = set(names) - {"MetaData", "Metadata"}
    return found, list(dict.fromkeys(re.findall(r"<description>(\w+)", text)))


@pytest.mark.parametrize("sample", SAMPLES)
def test_messages_have_the_shape_of_the_printed_ones(sample: str) -> None:
    own, descriptions = _words(STYLE.write(make.KINDS[SAMPLES[sample]]()).decode())
    printed_names, printed_descriptions = _words(printed()[sample].decode())
    assert descriptions == printed_descriptions
    assert (own - printed_names) <= (EXCEPTIONS if sample == "b04_tracking" else set())
    assert printed_names <= own


@pytest.mark.parametrize("kind", make.KINDS)
@pytest.mark.parametrize("form", ["xml", "json"])
def test_every_kind_is_well_formed_both_ways(kind: str, form: str) -> None:
    message = make.KINDS[kind]()
    text = STYLE.write(message, 3, form).decode()
    if text.startswith("<"):
        root = ET.fromstring(text)
        space = root.tag.removesuffix("Metadata")
        assert root.findtext(f"{space}type") == message.type
        assert root.findtext(f"{space}DevInfo/{space}channel") == "3"
        assert root.findtext(f"{space}time") == "2026-01-02T03:04:05.678+08:00"
    else:
        body = json.loads(text)["Metadata"]
        assert (body["type"], body.get("subType"), body["DevInfo"]["channel"]) == (message.type, message.sub_type, "3")


def test_quirks_are_the_documents_own() -> None:
    def xml(kind: str, *quirks: Quirk, **more: Any) -> str:
        return replace(STYLE, quirks=frozenset(quirks), **more).xml(make.KINDS[kind]()).decode()

    assert "<value>>true</value>" in xml("behaviour_rule_triggered", Quirk.ARROW)
    assert "<Target>//position" in xml("thermometry", Quirk.COMMENT)
    assert len(re.findall("<Property>", xml("queue_times"))) == 1
    assert len(re.findall("<Property>", xml("queue_times", Quirk.APART))) == 2
    plain = xml("fire", namespace="", declaration=False, version="1.0", milliseconds=False, colon=False)
    assert plain.startswith('<Metadata version="1.0"><type>')
    assert "<time>2026-01-02T03:04:05+0800</time>" in plain
    every = replace(STYLE, quirks=frozenset(Quirk)).json(make.KINDS["heat_map"]()).decode()
    for text in ('{"MetaData"', '"PictureList"', '}, "Situation": {"personCount": "3"}}', ": 192.168.0.64,"):
        assert text in every


# --- scripts


@pytest.mark.parametrize("name", [name for name in scripts.SCRIPTS if name != "storm"])
async def test_scripts_tell_something_on_the_model_for_it(name: str) -> None:
    async with IsapiSimulator("nvr_metadata", channels=1) as sim, raw(sim.rtsp) as viewer:
        await viewer.play()
        told = await sim.play(name, 1, speed=math.inf)
        session = next(iter(sim.rtsp.sessions.values()))
        assert told or name == "new_rules"
        assert session.documents > told
        assert sim.metadata.suppressed == []


async def test_storm_is_spread_over_channels() -> None:
    async with IsapiSimulator("nvr_metadata") as sim, raw(sim.rtsp) as viewer:
        await viewer.play(sim.rtsp.url(16))
        assert await sim.play("storm", speed=math.inf, seconds=1) == 16 * 25
        assert next(iter(sim.rtsp.sessions.values())).documents == 25 + len(sim.metadata.rules[16])


def test_people_are_counted_from_nothing_again() -> None:
    told = [json.loads(STYLE.json(step.messages[0])) for step in scripts.people()]
    entered = [body["Metadata"]["Situation"]["enterRegionPeopleNum"] for body in told]
    assert any(after < before for before, after in pairwise(entered))


async def test_by_hand() -> None:
    async with IsapiSimulator("anpr") as sim, Control(sim) as control, raw(sim.rtsp) as viewer, ClientSession() as http:
        await viewer.play()

        async def post(action: str, **body: Any) -> tuple[int, dict[str, Any]]:
            async with http.post(control.url + action, json=body) as answer:
                return answer.status, await answer.json()

        assert await post("play", script="plate_pass", plates=["ABC"], speed=1000, repeat=2) == (200, {})
        documents = [tag((await viewer.document()).decode(), "subType") for _ in range(13)]
        assert documents == ["behaviorAnalysis", *["ANPR"] * 12]
        assert await post("tell", kind="plates") == (200, {"reached": 1})
        assert await post("feed", document="<Metadata/>") == (200, {"reached": 1})
        assert await post("feed", sample="b10_plate") == (200, {"reached": 1})
        assert (await post("play", script="unheard_of"))[0] == 400
        assert (await post("play", script="fire", speed_of="light"))[0] == 400
        await post("stream_fault", silent=True, mtu=500, status=503)
        assert (sim.rtsp.fault.silent, sim.rtsp.options.mtu) == (True, 500)
        assert (await viewer.ask("OPTIONS")).status == 503
        async with http.get(control.url + "state") as answer:
            state = (await answer.json())["metadata"]
        assert (state["port"], state["playing"]) == (sim.rtsp.port, 1)
        await post("drop_streams")
        assert await viewer.ended()


# --- a client made by others


def _look(url: str) -> dict[str, Any]:
    """Open a stream as viewers do, until a picture was decoded and a document came (blocking)."""
    import av

    seen: dict[str, Any] = {}
    with av.open(url, options={"rtsp_transport": "tcp"}, timeout=20) as container:
        seen["tracks"] = [stream.type for stream in container.streams]
        for packet in container.demux():
            if packet.stream.type == "data":
                seen["document"] = bytes(packet)
            elif packet.stream.type == "video" and (frames := packet.decode()):
                frame: Any = frames[0]
                seen["picture"] = (frame.width, frame.height)
            if {"document", "picture"} <= seen.keys():
                break
    return seen


@pytest.mark.parametrize(("scheme", "mtu"), [(Scheme.RFC2069, 1400), (Scheme.QOP, 100)])
async def test_a_viewer_decodes_the_picture(scheme: Scheme, mtu: int) -> None:
    pytest.importorskip("av", reason="PyAV is not installed")
    async with RtspServer(scheme=scheme, options=Options(mtu=mtu)) as server:
        server.channels[1].rules = [Rule(body=DOCUMENT)]
        login = f"rtsp://{server.username}:{server.password}@"
        seen = await asyncio.to_thread(_look, server.url().replace("rtsp://", login))
        assert seen == {"tracks": ["video", "audio", "data"], "picture": (320, 180), "document": DOCUMENT}
        assert server.auth.refused == server.auth.violations == server.violations == []
