"""Alarms: the list, the pushes with all their shapes, and posting to an address."""

import asyncio
from base64 import b64encode

import aiohttp
import pytest

from tests.simulators.sunell_cgi import Alarm, Control, Framing, Idle, SunellSimulator
from tests.simulators.sunell_cgi.attach import Streams
from tests.simulators.sunell_cgi.rawclient import attached, client, eventually

pytestmark = pytest.mark.usefixtures("socket_enabled")
STATUS = "action=get&type=currentAlarmStatus"


async def test_the_list_keeps_ended_alarms() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        await sim.alarm(1, 2)
        await sim.alarm(6, 21, 1)
        await sim.alarm(1, 2, 1, 0)
        lines = (await raw.text("alarm", STATUS)).splitlines()
        assert lines[0] == "alarmInfoBegin=1"
        assert [text for text in lines if text.startswith("alarmFlag")] == ["alarmFlag=0", "alarmFlag=1"]
        assert "next_alarmInfoURL =2" in lines
        assert lines[-1] == "alarmInfoEnd=2"
        sim.keep_ended = False
        await sim.alarm(6, 21, 1, 0)
        assert (6, 21, 1) not in sim.world.alarms


async def test_the_examples_length() -> None:
    """The part of l.491 is 238 bytes long, line ends and the stray blank included."""
    async with SunellSimulator() as sim:
        at = sim.world.now().replace(2018, 9, 21, 15, 34, 22)
        body = sim.alarm_body([Alarm(major=1, minor=2, source=1, at=at)] * 2)
        assert len(body) == 238
        assert (
            Streams(fault=sim.fault)
            .frame(body)
            .startswith(b"--myboundary\r\nContent-Type: text/plain\r\nContent-Length: 238\r\n\r\nalarmInfoBegin=1\r\n")
        )


async def test_attached_clients_are_told() -> None:
    async with SunellSimulator() as sim, client(sim) as raw, attached(raw) as push:
        await push.until(b"Connecting, waiting for alarm message")
        assert push.answer.headers["Content-Type"] == "multipart/x-mixed-replace; boundary=myboundary"
        assert await sim.alarm(6, 24, 1) == 1
        data = await push.until(b"alarmInfoEnd=1\r\n")
        assert b"alarmMinorType=24\r\nsourceID=1\r\nalarmFlag=1\r\nalarmTime=" in data


@pytest.mark.parametrize(
    ("idle", "first"),
    [
        (Idle.PART, b"--myboundary\r\nContent-Type: text/plain\r\nContent-Length: 37\r\n\r\nConnecting"),
        (Idle.RAW, b"Connecting, waiting for alarm message\r\n--myboundary"),
        (Idle.NOTHING, b"--myboundary\r\nContent-Type: text/plain\r\nContent-Length: 12"),
    ],
)
async def test_what_comes_before_anything_happens(idle: Idle, first: bytes) -> None:
    async with SunellSimulator(idle=idle) as sim, client(sim) as raw, attached(raw) as push:
        await sim.alarm(1, 2)
        data = await push.until(b"alarmInfoEnd")
        assert data.startswith(first)


async def test_the_idle_text_may_repeat() -> None:
    async with SunellSimulator(idle="repeated") as sim, client(sim) as raw:
        sim.push_streams.idle_every = 0.01
        async with attached(raw) as push:
            await push.until(b"Connecting", 4)


@pytest.mark.parametrize(
    ("framing", "text"),
    [
        (Framing.STATUS_LINE, b"--myboundary\r\nHTTP Code: 200 OK\r\nContent-Type: text/plain\r\n"),
        (Framing.SHORT_LENGTH, b"Content-Length: 28\r\n"),
        (Framing.LONG_LENGTH, b"Content-Length: 60\r\n"),
        (Framing.NO_LENGTH, b"--myboundary\r\nContent-Type: text/plain\r\n\r\nalarmInfoBegin"),
        (Framing.BARE_LF, b"--myboundary\nContent-Type: text/plain\n"),
        (Framing.CHUNKED, b"alarmMajorType=1\r\n"),
    ],
)
async def test_framings(framing: Framing, text: bytes) -> None:
    async with SunellSimulator(framing=framing) as sim, client(sim) as raw, attached(raw) as push:
        await sim.alarm(1, 2)
        assert text in await push.until(b"alarmInfoEnd")


async def test_parts_in_pieces_and_several_records_in_one() -> None:
    async with SunellSimulator() as sim, client(sim) as raw, attached(raw) as push:
        sim.push_streams.segment = 7
        await sim.push_alarms(*(Alarm(major=1, minor=minor, source=0) for minor in (2, 3, 99)))
        data = await push.until(b"alarmInfoEnd=3")
        assert data.count(b"alarmInfoBegin") == 1
        assert data.count(b"sourceID=0") == 3
        await sim.push_bytes(b"--myboundary\r\nrubbish")
        await push.until(b"rubbish")


async def test_limits_and_broken_connections() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        async with attached(raw) as push:
            assert await raw.text("alarm", "action=attach") == "error, Return=-511\r\n"
            sim.fault.silent = True
            assert await sim.alarm(1, 2) == 0
            sim.close_streams()
            with pytest.raises((EOFError, aiohttp.ClientError, ConnectionError)):
                await push.until(b"never")
        await sim.wait_streams(0)
        sim.fault.silent = False
        async with attached(raw) as push:
            sim.push_streams.finish()
            with pytest.raises(EOFError):
                await push.until(b"never")
        assert sim.push_streams.opened == 2


async def test_a_client_that_leaves_is_forgotten() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        async with attached(raw):
            assert sim.streams == 1
        await sim.wait_streams(0)


async def test_alarms_by_hand_start_and_stop() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        assert await raw.text("alarm", "action=manual&alarmInID=1&alarmFlag=1&AlarmSourceType=1") == "OK\r\n"
        assert sim.world.alarms[1, 1, 1].flag == 1
        await raw.text("alarm", "action=manual&alarmInID=1&alarmFlag=2&AlarmSourceType=1")
        assert sim.world.alarms[1, 1, 1].flag == 0


async def test_alarms_are_posted_to_an_address() -> None:
    got: list[bytes] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.append(await reader.readuntil(b"Description="))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, SunellSimulator() as sim, client(sim) as raw:
        sim.posting = True
        template = f"http://127.0.0.1:{port}/in/MajorAlarmType&MinorAlarmType&SourceName&DeviceID&AlarmTime&Description"
        encoded = b64encode(template.encode()).decode().replace("+", "%2B").replace("=", "%3D")
        assert await raw.set("alarmCenterService", f"&CGIAlarmFlag=true&CGIUrlStart={encoded}", cgi="alarm") == "OK"
        await sim.alarm(6, 21)
        await eventually(lambda: sim.world.posts)
        assert sim.world.posts == [(f"http://127.0.0.1:{port}/in", 200)]
    assert got[0].startswith(b"POST /in HTTP/1.1")
    assert b"MajorAlarmType=6&MinorAlarmType=21&SourceName=1&DeviceID=159356" in got[0]


async def test_the_control_endpoint() -> None:
    async with SunellSimulator("thermal") as sim, Control(sim) as control, aiohttp.ClientSession() as session:
        base = control.url.removesuffix("/control/")
        async with session.post(f"{base}/sim/alarm?major=1&minor=2&source=1&flag=1") as answer:
            assert await answer.json() == {"reached": 0}
        async with session.post(f"{control.url}temperature", json={"area": 1, "highest": 99}) as answer:
            assert answer.status == 200
        async with session.get(f"{control.url}state") as answer:
            told = await answer.json()
        assert told["alarms"] == ["1/2/1=1", "7/1/2=1"]
        async with session.post(f"{control.url}nonsense") as answer:
            assert answer.status == 404
        async with session.post(f"{control.url}alarm", json={}) as answer:
            assert answer.status == 400
