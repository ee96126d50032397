"""The simulated camera against its own document: output, card, clock, log and streams."""

import asyncio
import base64
from collections.abc import Callable
from datetime import UTC, datetime
import hashlib

import pytest

from tests.simulators.herospeed import Code, HerospeedSimulator
from tests.simulators.herospeed.rawclient import client

pytestmark = pytest.mark.usefixtures("socket_enabled")
LOG = {"startTime": "0", "endTime": "9999999999"}


async def test_output_goes_off_by_itself() -> None:
    async with HerospeedSimulator("light") as sim, client(sim) as raw:
        sim.relay_seconds = 0.05
        assert await raw.set("event/alarm-out", {"enableManualAlarm": 1}) == 0
        assert (await raw.get("event/alarm-out"))["enableManualAlarm"] == 1
        await _until(lambda: not sim.world.relay.on)
        assert (await raw.get("event/alarm-out"))["enableManualAlarm"] == 0
        sim.relay_seconds = None
        assert await raw.set("event/alarm-out", {"delayTime": 8}) == Code.PARAMETER
        assert await raw.set("event/alarm-out", {"delayTime": 7, "enableManualAlarm": 1}) == 0
        assert await raw.set("event/alarm-out", {"delayTime": 1, "enableManualAlarm": 0}) == 0
        assert sim.world.relay.log == [True, False, True, False]


async def _until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not reached():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_format() -> None:
    async with HerospeedSimulator("sd", format_seconds=0.3) as sim, client(sim) as raw:
        asked, order = {"storageType": 1, "id": 255}, {"storageType": 1, "id": 0, "optType": 0}
        told = await raw.get("storage/storage-info", asked)
        assert (told["status"], told["capacity "], told["free"]) == (0, 61440, 15360)
        assert await raw.set("storage/storage-option", order | {"optType": 1}) == Code.PARAMETER
        assert await raw.set("storage/storage-option", order) == 0
        assert (await raw.get("storage/storage-info", asked))["status"] == 2
        assert await raw.set("storage/storage-option", order) == Code.CALL_FAILED
        card = sim.world.card
        assert card is not None
        await _until(lambda: card.percent >= 50)
        assert (await raw.get("storage/storage-info", asked))["percent"] >= 50
        await _until(lambda: card.status == 0)
        assert (await raw.get("storage/storage-info", asked))["free"] == 61440


async def test_slot_without_a_card() -> None:
    async with HerospeedSimulator("ptz") as sim, client(sim) as raw:
        assert (await raw.get("storage/storage-info", {"storageType": 1, "id": 255}))["status"] == 1


async def test_clock() -> None:
    async with HerospeedSimulator() as sim, client(sim) as raw:
        sim.world.clock_offset = 3600.0
        told = await raw.get("system/system-time")
        names = ("year", "month", "day", "hour", "minute", "second")
        shown = sim.world.now.replace(**{name: told[name] for name in names})
        assert abs((shown - sim.world.now).total_seconds()) < 10
        ahead = shown - datetime.now(UTC)
        assert 3590 < ahead.total_seconds() < 3610
        now = datetime.now(UTC).astimezone()
        assert await raw.set("system/system-time", told | {"model": 1} | {n: getattr(now, n) for n in names}) == 0
        assert abs((sim.world.now - now).total_seconds()) < 5
        sim.world.clock_offset = -500.0
        assert await raw.set("system/system-time", {"model": 2}) == 0
        assert sim.world.clock_offset == 0


async def test_tests_of_mail_and_upload_and_the_voice() -> None:
    async with HerospeedSimulator("light") as sim, client(sim) as raw:
        answer = await raw.ask("network/ftp", "set", {"enableFtpTest": 1})
        assert answer["data"] == {"ftpTestStatus": 0}
        sim.world.ftp_works = sim.world.smtp_works = False
        assert (await raw.ask("network/ftp", "set", {"enableFtpTest": 1}))["data"] == {"ftpTestStatus": 1}
        assert (await raw.ask("network/smtp", "set", {"enableSmtpTest": 1}))["data"] == {"smtpTestStatus": 1}
        assert (await raw.ask("network/smtp", "set", {"time": 50}))["data"] == {}
        sound = {"playListenTest": 1, "audioFileLength": 3, "audioFileData": base64.b64encode(b"abc").decode()}
        assert await raw.set("video/audio-alarm", {"selAudioType": 4} | sound) == 0
        assert sim.world.played == [4]


async def test_wireless_network_and_defaults() -> None:
    async with HerospeedSimulator("sd") as sim, client(sim) as raw:
        assert await raw.set("network/wifi", {"ssid": "03WiFi", "opertateType": 2, "password": "x"}) == 0
        rows = (await raw.get("network/wifi"))["wifiInfo"]
        assert [row["connectStatus"] for row in rows] == [1, 0]
        assert await raw.set("event/motion", {"sensitivity": 9}) == 0
        assert await raw.set("network/p2p", {"enable": False}) == 0
        assert await raw.set("system/default", {"type": 0}) == 0
        await _until(lambda: sim.world.reboots == 1)
        assert await raw.login() == 0
        assert (await raw.get("event/motion"))["sensitivity"] == 5
        assert (await raw.get("network/p2p"))["enable"] is False


async def test_log() -> None:
    async with HerospeedSimulator() as sim, client(sim) as raw:
        await sim.event("motion")
        rows = (await raw.get("system/log-manager", LOG))["logList"]
        assert [(row["idx"], row["message"]) for row in rows] == [(1, "Motion detection alarm"), (2, "User login")]
        assert rows[0]["time"].isdecimal()
        late = {"startTime": str(int(rows[0]["time"]) + 5), "endTime": "9999999999"}
        assert (await raw.get("system/log-manager", late))["logList"] == []
        assert (await raw.ask("system/log-manager", "get", {"startTime": 0, "endTime": 1}))["code"] == Code.PARAMETER
        assert (await raw.ask("system/log-manager", "delete", {}))["code"] == 0
        assert [row.message for row in sim.world.log] == ["Clear system log"]


async def test_addresses_of_streams() -> None:
    async with HerospeedSimulator(rtsp=True) as sim, client(sim) as raw:
        rows = await raw.get("network/port", {"type": 1})
        port = rows[0]["property"]["rtspProtocol "]["port"]
        reader, writer = await asyncio.open_connection(sim.host, port)

        async def ask(method: str, path: str = "/h264/ch1/main/av_stream", proof: str = "") -> str:
            lines = [f"{method} rtsp://127.0.0.1:{port}{path} RTSP/1.0", "CSeq: 1"]
            lines += [f"Authorization: {proof}"] if proof else []
            writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            if "Content-Length: " in head:
                await reader.readexactly(int(head.partition("Content-Length: ")[2].split()[0]))
            return head

        def digest(given: str) -> str:
            nonce = given.partition('nonce="')[2].partition('"')[0]
            first = hashlib.md5(b"admin:RTSP SERVER:Secret123").hexdigest()
            second = hashlib.md5(b"DESCRIBE:x").hexdigest()
            proof = hashlib.md5(f"{first}:{nonce}:{second}".encode()).hexdigest()
            return f'Digest username="admin", nonce="{nonce}", uri="x", response="{proof}"'

        basic = "Basic " + base64.b64encode(b"admin:Secret123").decode()
        assert "200 OK" in await ask("OPTIONS")
        refused = await ask("DESCRIBE")
        assert "401" in refused
        assert "application/sdp" in await ask("DESCRIBE", proof=basic)
        assert "application/sdp" in await ask("DESCRIBE", "/h264/ch1/sub/av_stream", digest(refused))
        assert "404" in await ask("DESCRIBE", "/stream1", basic)
        assert "401" in await ask("DESCRIBE", proof=basic + "x")
        assert sim.rtsp is not None
        assert sim.rtsp.described == ["/h264/ch1/main/av_stream", "/h264/ch1/sub/av_stream"]
        writer.close()
