"""Push connections, recorded devices and the control endpoint, looked at with raw HTTP."""

import asyncio
import json
import os
from pathlib import Path
import xml.etree.ElementTree as ET

from aiohttp import ClientSession
import pytest

from tests.simulators.isapi import Framing, IsapiSimulator, Part, frame
from tests.simulators.isapi.control import Control
from tests.simulators.rawclient import HEAD, XML, client, get, put, stream, tag, until

pytestmark = pytest.mark.usefixtures("socket_enabled")
CAPTURES = Path(os.environ.get("IP_SURVEILLANCE_CAPTURES", Path(__file__).parents[3] / "shared" / "captures"))


async def test_stream_begins_with_a_heartbeat_and_goes_on() -> None:
    async with IsapiSimulator(heartbeat=0.02) as sim, stream(sim) as answer:
        assert answer.content_type == "multipart/mixed"
        data = await until(answer, b"videoloss")
        data = await until(answer, b"videoloss")
        assert b"inactive" in data
        sim.fault.silent = True
        await asyncio.sleep(0.05)
        assert await sim.alert("VMD") == 0


@pytest.mark.parametrize("framing", Framing)
async def test_framing_is_what_it_says(framing: Framing) -> None:
    async with IsapiSimulator(framing=framing) as sim, stream(sim) as answer:
        await until(answer, b"</EventNotificationAlert>")
        await sim.push_body(b"<x/>")
        assert await until(answer, b"<x/>")
        header = answer.headers["Content-Type"]
        assert ("boundary" in header) == (framing is not Framing.NO_HEADER)


async def test_event_with_picture_and_region() -> None:
    async with IsapiSimulator() as sim, stream(sim) as answer:
        reached = await sim.raise_alarm("linedetection", target="human", region=2, picture=True, link="content-id")
        assert reached == 1
        data = await until(answer, b"\xff\xd9\r\n")
        assert b"<detectionTarget>human</detectionTarget>" in data
        assert b"Content-ID: detectionPicture_1_1" in data
        assert ("linedetection", 1) in sim.world.active
        await sim.clear("linedetection")
        assert b"<eventState>inactive" in await until(answer, b"</EventNotificationAlert>")


async def test_disabled_or_muted_detections_stay_silent() -> None:
    async with IsapiSimulator("nvr") as sim, stream(sim):
        assert await sim.raise_alarm("VMD", 1) == 1
        muted = sim.world.settings["System/status/disturbParams"]
        assert isinstance(muted, dict)
        listed = muted["disturbChannelList"]
        assert isinstance(listed, list)
        assert isinstance(listed[0], dict)
        listed[0]["disturbEnabled"] = True
        assert await sim.raise_alarm("VMD", 1) == 0
        assert await sim.raise_alarm("VMD", 2) == 1
        assert len(sim.suppressed) == 1
        sim.world.tree("ContentMgmt/InputProxy/channels/2/video/motionDetection")["enabled"] = False
        assert await sim.raise_alarm("VMD", 2) == 0


async def test_old_recorder_writes_dynamic_channels() -> None:
    async with IsapiSimulator("nvr_v1") as sim, stream(sim) as answer:
        await sim.alert("VMD", 2)
        data = await until(answer, b"<eventType>VMD")
        assert b"<channelID>34</channelID>" in data


async def test_stream_limit_and_modes() -> None:
    path = "Event/notification/alertStream"
    async with IsapiSimulator(max_streams=1) as sim, stream(sim), client(sim) as second:
        assert tag((await get(second, path))[1], "subStatusCode") == "deployExceedMax"
        sim.stream_mode = "short"
        async with second.get(f"/ISAPI/{path}") as answer:
            assert len(await answer.read()) == 40
        sim.stream_mode = "unauthorized"
        assert (await get(second, path))[0] == 401


async def test_subscription_takes_chosen_events_only() -> None:
    body = (
        f"{HEAD}<SubscribeEvent><heartbeat>30</heartbeat><eventMode>list</eventMode><EventList><Event><type>VMD</type>"
        "<pictureURLType>binary</pictureURLType></Event></EventList></SubscribeEvent>"
    )
    path = "/ISAPI/Event/notification/subscribeEvent"
    async with IsapiSimulator() as sim, client(sim) as session:
        async with session.post(path, data=body, headers=XML) as answer:
            assert b"<id>1</id>" in await until(answer, b"</SubscribeEventResponse>")
            assert await sim.alert("linedetection") == 0
            assert await sim.alert("vmd") == 1
            assert (await put(session, "Event/notification/unSubscribeEvent?ID=1"))[0] == 200
            await sim.wait_streams(0)
        assert (await put(session, "Event/notification/subscribeEvent", f"{HEAD}<SubscribeEvent/>", "POST"))[0] == 400


async def test_broken_stream_is_noticed() -> None:
    async with IsapiSimulator() as sim, stream(sim) as answer:
        sim.fault.malformed_part = True
        await sim.alert("VMD")
        data = await until(answer, b"VMD")
        assert b"<eventType>VMD" not in data
        sim.fault.close_streams()
        await answer.content.read()
        assert answer.content.at_eof()
        await sim.wait_streams(0)


# --- recordings of real devices, and the control endpoint

needs_captures = pytest.mark.skipif(not CAPTURES.is_dir(), reason="no recorded answers on this machine")
DEVICES = sorted(CAPTURES.glob("isapi/devices/*.json"))


@needs_captures
@pytest.mark.parametrize("path", DEVICES, ids=lambda path: path.stem)
async def test_recorded_device_answers_as_recorded(path: Path) -> None:
    recorded = json.loads(await asyncio.to_thread(path.read_text))["data"]["ISAPI"]
    async with IsapiSimulator.from_capture(path) as sim, client(sim) as session:
        for name, answer in recorded.items():
            status, text = await get(session, name)
            assert status == answer.get("status_code", 200), name
            root = ET.fromstring(text)
            if "response" in answer:
                assert root.tag.rpartition("}")[2] == next(iter(answer["response"]))
        assert (await get(session, "Image/channels/1/color"))[0] == 404
        await session.close()


@needs_captures
async def test_recorded_document_takes_a_change() -> None:
    path = "System/Video/inputs/channels/1/motionDetection"
    async with IsapiSimulator.from_capture(DEVICES[0]) as sim, client(sim) as session:
        text = (await get(session, path))[1]
        changed = text.replace("<enabled>false", "<enabled>true", 1)
        assert (await put(session, path, changed))[0] == 200
        assert sim.world.enabled(path)


@needs_captures
@pytest.mark.parametrize("path", sorted(CAPTURES.glob("isapi/alerts/*.xml")), ids=lambda path: path.stem)
async def test_recorded_alerts_can_be_pushed(path: Path) -> None:
    async with IsapiSimulator() as sim, stream(sim) as answer:
        assert await sim.push_bytes(frame(Part(body=await asyncio.to_thread(path.read_bytes)))) == 1
        data = await until(answer, b"<eventState>active")
        assert b"Content-Length" in data


async def test_control_endpoint() -> None:
    async with (
        IsapiSimulator() as sim,
        stream(sim),
        Control(sim) as control,
        ClientSession(control.url) as session,
    ):
        async with session.post("alert", json={"event": "VMD", "target": "human", "picture": True}) as answer:
            assert await answer.json() == {"reached": 1}
        await (await session.post("relay", json={"output": 1, "on": True})).read()
        async with session.get("state") as answer:
            state = await answer.json()
        assert state["active"] == [["VMD", 1]]
        assert state["outputs"] == {"1": True}
        async with session.post("nonsense") as answer:
            assert answer.status == 404


async def test_alarm_repeats_until_cleared_and_is_replayed() -> None:
    async with IsapiSimulator() as sim:
        async with stream(sim) as answer:
            await sim.raise_alarm("VMD", repeat=0.01)
            await until(answer, b"<activePostCount>3<")
            await sim.clear("VMD")
            await until(answer, b"<eventType>VMD</eventType>\n<eventState>inactive")
        await sim.wait_streams(0)
        sim.push_streams.backlog = 2
        async with stream(sim) as answer:
            assert b"VMD" in await until(answer, b"<eventState>inactive</eventState>\n<eventDescription>VMD")
