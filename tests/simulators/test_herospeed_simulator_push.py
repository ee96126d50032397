"""The WebSocket of the simulated camera: start, packets, what goes wrong on purpose."""

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.simulators.herospeed import READABLE, Code, HerospeedSimulator, Malformed, Packet
from tests.simulators.herospeed.packets import HEADER
from tests.simulators.herospeed.rawclient import client, listener, start, unpack

pytestmark = pytest.mark.usefixtures("socket_enabled")


def camera(model: str = "light", **more: Any) -> HerospeedSimulator:
    return HerospeedSimulator(model, firmware="new", **more)


async def test_old_firmware_has_none() -> None:
    async with HerospeedSimulator("light") as sim, client(sim) as raw:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await raw.http.ws_connect("/events")
    async with HerospeedSimulator("light", websocket=True) as sim, client(sim) as raw, listener(raw):
        assert sim.streams == 1
    async with HerospeedSimulator("light", firmware="new", websocket=False) as sim, client(sim) as raw:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await raw.http.ws_connect("/events")


async def test_event_with_picture() -> None:
    async with camera() as sim, client(sim) as raw, listener(raw) as ws:
        assert await sim.event("intrusion", area=2, target="human", picture=True) == 1
        kind, tree, image = await ws.packet()
        assert (kind, tree["channel"]) == (Packet.EVENT, 1)
        assert tree["events"] == [{"event_type": "intrusion", "active": True, "area": 2, "target": "human"}]
        assert image[:2] == b"\xff\xd8"
        assert sim.world.active == {"intrusion"}
        await sim.event("intrusion", False)
        _, tree, image = await ws.packet()
        assert (tree["events"][0]["active"], image) == (False, b"")
        assert [row.message for row in sim.world.log] == ["User login", "Regional intrusion alarm"]


async def test_every_kind_of_packet() -> None:
    async with camera() as sim, client(sim) as raw, listener(raw) as ws:
        await sim.face(name="Ada", similarity=91)
        await sim.line_count(1, entered=2)
        await sim.line_count(1, entered=1, left=4)
        await sim.plate("AB123CD", color="blue")
        await sim.heat_map()
        await sim.smart_object("vehicle")
        await sim.config_changed("/api/event/motion")
        await sim.heartbeat_now()
        found = [await ws.packet() for _ in range(8)]
    kinds = [Packet.FACE, 4, 4, Packet.PLATE, Packet.HEAT_MAP, Packet.SMART_OBJECT, Packet.CONFIG, Packet.HEARTBEAT]
    assert [kind for kind, _, _ in found] == kinds
    assert found[0][1]["faces"][0]["name"] == "Ada"
    assert found[2][1]["line_counts"] == [{"line": 1, "in": 3, "out": 4}]
    assert found[3][1]["plates"] == [{"plate": "AB123CD", "confidence": 97, "color": "blue"}]
    assert [bool(image) for _, _, image in found] == [True, False, False, True, True, False, False, False]


async def test_only_what_was_subscribed() -> None:
    async with camera() as sim, client(sim) as raw, listener(raw, (2,), image=False) as ws:
        assert await sim.plate("AB123CD") == 0
        assert await sim.event("motion", picture=True) == 1
        kind, _, image = await ws.packet()
        assert (kind, image) == (Packet.EVENT, b"")
        assert sim.push.starts == [{"action": "start", "subscription": {"packet_types": [2], "event_image": False}}]


async def test_detections_that_are_off_or_missing_do_not_happen() -> None:
    async with camera("fixed") as sim, client(sim) as raw, listener(raw) as ws:
        assert await raw.set("event/motion", {"enable": False}) == 0
        for kind in ("motion", "loitering", "alarm_input"):
            assert await sim.event(kind) == 0
        assert sim.suppressed == ["motion", "loitering", "alarm_input"]
        assert await sim.event("motion", always=True) == 1
        assert (await ws.packet())[1]["events"][0]["event_type"] == "motion"


async def test_alarms_switch_the_output() -> None:
    async with camera() as sim, client(sim) as raw:
        sim.relay_seconds = 0.05
        for change in ({"trigger": {"enableAlarmIo": 1, "enableAlarmSound": 1}},):
            assert await raw.set("event/intrusion", change) == 0
        await sim.event("intrusion")
        assert await raw.set("event/alarm-schedule", {"alarmType": 4, "process": {"enableAlarmIo": 1}}) == 0
        await sim.event("alarm_input", input=1)
        assert sim.world.relay.log == [True, True]
        assert sim.world.played == [0]
        async with asyncio.timeout(5):
            while sim.world.relay.on:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert sim.world.relay.log == [True, True, False]


async def test_instants_only() -> None:
    async with camera() as sim, client(sim) as raw, listener(raw) as ws:
        sim.tells_active = False
        assert await sim.event("motion") == 1
        assert await sim.event("motion", False) == 0
        assert (await ws.packet())[1]["events"] == [{"event_type": "motion"}]


async def test_heartbeats_on_and_off() -> None:
    async with camera(heartbeat=0.03) as sim, client(sim) as raw, listener(raw) as ws:
        assert [(await ws.packet())[:2] for _ in range(2)] == [(1, {"heartbeat": 1}), (1, {"heartbeat": 2})]
        sim.fault.no_heartbeat = True
        await sim.event("motion")
        kind: int = Packet.HEARTBEAT
        while kind == Packet.HEARTBEAT:
            kind, tree, _ = await ws.packet()
        assert tree["events"][0]["event_type"] == "motion"


@pytest.mark.parametrize("errors", ["text", "packet"])
async def test_over_the_limit_and_end(errors: str) -> None:
    async with camera(max_streams=1) as sim, client(sim) as raw:
        sim.push.errors = errors
        async with listener(raw) as first, listener(raw) as second:
            told = await second.text() if errors == "text" else (await second.packet())[1]
            assert told["code"] == Code.TOO_MANY
            await second.until_closed()
            assert await sim.end_push() == 1
            told = await first.text() if errors == "text" else (await first.packet())[1]
            assert told["code"] == Code.END_OF_PUSH
            await first.until_closed()
        await sim.wait_streams(0)
        assert (sim.push.opened, sim.push.refusals) == (1, [Code.TOO_MANY])


async def test_start_messages_that_are_refused() -> None:
    cases: list[tuple[Any, int]] = [
        (start("0" * 32), Code.NOT_LOGGED_IN),
        ({"action": "start"}, Code.PARAMETER),
        ("nonsense", Code.PARAMETER),
    ]
    async with camera() as sim, client(sim) as raw:
        for message, code in cases:
            async with raw.http.ws_connect("/events") as socket:
                await socket.send_json(message)
                assert (await socket.receive_json(timeout=5))["code"] == code
        assert sim.push.refusals == [code for _, code in cases]
        sim.push.acknowledge = True
        async with listener(raw) as ws:
            assert (await ws.text())["code"] == 0


@pytest.mark.parametrize("kind", list(Malformed))
async def test_broken_packets(kind: Malformed) -> None:
    async with camera() as sim, client(sim) as raw, listener(raw) as ws:
        await sim.push_malformed(kind)
        data = await ws.socket.receive_bytes(timeout=5)
        if kind in READABLE:
            assert unpack(data)[1]["events"]
        else:
            assert not _sound(data)
        sim.push.malformed = kind
        assert await sim.event("motion") == 1
        await ws.socket.receive_bytes(timeout=5)
        sim.push.malformed = None
        await sim.event("motion", False)
        assert (await ws.packet())[1]["events"][0]["active"] is False


def _sound(data: bytes) -> bool:
    try:
        kind, tree, _ = unpack(data)
    except Exception:  # noqa: BLE001  # whatever is wrong with it
        return False
    return isinstance(tree, dict) and kind <= Packet.OBJECT_INFO


async def test_joined_split_and_length_without_nul() -> None:
    async with camera() as sim, client(sim) as raw, listener(raw) as ws:
        sim.push.joined = True
        assert await sim.burst("motion", 3) == 1
        data = await ws.socket.receive_bytes(timeout=5)
        found = []
        while data:
            binary, _, length, *_ = HEADER.unpack_from(data)
            found.append(unpack(data[: 32 + length + binary])[1])
            data = data[32 + length + binary :]
        assert [tree["events"][0]["active"] for tree in found] == [True, False, True]
        sim.push.joined, sim.push.split = False, 40
        await sim.event("motion")
        parts = b""
        while len(parts) < 32 or len(parts) < 32 + HEADER.unpack_from(parts)[2]:
            parts += await ws.socket.receive_bytes(timeout=5)
        assert unpack(parts)[0] == Packet.EVENT
        sim.push.split, sim.push.counts_nul = 0, False
        await sim.event("motion")
        data = await ws.socket.receive_bytes(timeout=5)
        assert data[32 + HEADER.unpack_from(data)[2] :] == b"\0"


async def test_silence_sudden_close_and_reboot() -> None:
    async with camera() as sim, client(sim) as raw:
        async with listener(raw) as ws:
            sim.fault.silent = True
            assert await sim.event("motion") == 0
            sim.fault.silent = False
            sim.close_streams()
            await ws.until_closed()
            assert ws.socket.close_code == aiohttp.WSCloseCode.ABNORMAL_CLOSURE
        await sim.wait_streams(0)
        async with listener(raw) as ws:
            await sim.reboot(0.01)
            await ws.until_closed()
        await sim.wait_streams(0)


async def test_two_listeners_and_leaving() -> None:
    async with camera() as sim, client(sim) as raw:
        async with listener(raw) as one, listener(raw, wait=2) as two:
            assert await sim.event("line_crossing") == 2
            assert (await one.packet())[1] == (await two.packet())[1]
        await sim.wait_streams(0)
        assert await sim.event("line_crossing", False) == 0
