"""Sessions over sockets: the flow of the document, its traps, what keeps a session alive and what ends it."""

import asyncio
from collections.abc import Callable
import itertools
import logging
import struct

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.ip_surveillance.protocol.errors import (
    BadAnswer,
    Busy,
    CannotConnect,
    DeviceError,
    Forbidden,
    NotSupported,
    Rejected,
    TimedOut,
)
from custom_components.ip_surveillance.protocol.transport.rtsp.connection import RtspConnection
from custom_components.ip_surveillance.protocol.transport.rtsp.counts import RtspCounts
from custom_components.ip_surveillance.protocol.transport.rtsp.session import RtspMetadata
from tests.protocol.rtsp_client import ACCOUNT, Running, client_of, following
from tests.protocol.rtsp_samples import DOCUMENT, HEADER
from tests.protocol.rtsp_server import PATH, SDP, Asked, Reply, ScriptedServer, frame, rtp, sender_report
from tests.protocol.servers import until
from tests.protocol.test_rtsp_messages import SET_UP

ONE = DOCUMENT.strip()
FLOW = ["DESCRIBE", "DESCRIBE", "SETUP", "PLAY"]
FAST = ";timeout=1"
"""A session that wants a sign of life three times a second."""


def at(method: str, reply: Reply, skip: int = 0) -> Callable[[Asked], Reply | None]:
    """Answer requests of a method, signed ones alone, as told; the first few as usual."""
    seen = itertools.count()
    return lambda asked: reply if asked.method == method and asked.auth and next(seen) >= skip else None


async def test_the_flow_of_the_document() -> None:
    before = asyncio.all_tasks()
    async with ScriptedServer(playing=frame(6, HEADER + DOCUMENT)) as server:
        base = f"rtsp://127.0.0.1:{server.port}{PATH}"
        async with following(server) as running:
            await until(lambda: running.documents == [ONE])
        assert server.methods == [*FLOW, "TEARDOWN"]
        assert [asked.url for asked in server.requests] == [base, base, f"{base}/trackID=3", base, base]
        assert [asked.headers["cseq"] for asked in server.requests] == ["1", "2", "3", "4", "5"]
        assert [asked.headers.get("session") for asked in server.requests] == [None] * 3 + ["408703626"] * 2
        assert "authorization" not in server.requests[0].headers
        assert server.requests[1].headers["accept"] == "application/sdp"
        assert server.requests[2].headers["transport"] == "RTP/AVP/TCP;unicast;interleaved=0-1"
        assert server.requests[3].headers["range"] == "npt=0.000-"
        assert server.refused == 0
        await until(lambda: server.open == 0)
    await until(lambda: asyncio.all_tasks() <= before)
    counts = running.client.counts
    assert (counts.connections, counts.answers, counts.packets, counts.documents) == (1, 5, 1, 1)
    assert counts.answers_out_of_place == counts.unexpected_answers == counts.skipped_bytes == 0


@pytest.mark.parametrize(
    "url",
    [
        "rtsp://10.10.36.212:554" + PATH,
        "rtsp://someone:else@evil.example" + PATH,
        PATH.removeprefix("/"),
    ],
)
async def test_the_configured_host_is_asked(url: str) -> None:
    async with ScriptedServer() as server, following(server, url):
        assert {asked.url.partition(PATH)[0] for asked in server.requests} == {f"rtsp://127.0.0.1:{server.port}"}
        assert "else" not in str(server.requests)


@pytest.mark.parametrize(
    ("header", "control", "track"),
    [
        ("Content-Base: rtsp://10.0.0.9/ISAPI/base/", "a=control:*", "/ISAPI/base/trackID=3"),
        ("Content-Location: /ISAPI/location", "a=control:*", "/ISAPI/location/trackID=3"),
        ("X: y", "a=control:rtsp://10.0.0.9:554/all", f"{PATH}/trackID=3"),
    ],
)
async def test_addresses_of_the_description(header: str, control: str, track: str) -> None:
    name, _, value = header.partition(": ")

    def answer(asked: Asked) -> Reply | None:
        if asked.method != "DESCRIBE" or not asked.auth:
            return None
        return Reply(headers=[(name, value)], body=SDP.replace("a=control:*", control).encode())

    async with ScriptedServer(answer) as server, following(server):
        assert server.of("SETUP")[0].url == f"rtsp://127.0.0.1:{server.port}{track}"
        if control.endswith("/all"):
            assert server.of("PLAY")[0].url == f"rtsp://127.0.0.1:{server.port}/all"


async def test_another_payload_type_track_and_address() -> None:
    sdp = SDP.replace("107", "112").replace("trackID=3", "rtsp://10.10.36.212:554/x/trackID=9?y=z")
    playing = frame(6, rtp(b"<Metadata>no</Metadata>", 1)) + frame(6, rtp(ONE, 2, payload_type=112))
    async with ScriptedServer(sdp=sdp, playing=playing) as server, following(server) as running:
        await until(lambda: running.documents == [ONE])
        assert server.of("SETUP")[0].url == f"rtsp://127.0.0.1:{server.port}/x/trackID=9?y=z"
        assert running.client.counts.other_payload_types == 1


async def test_where_there_is_nothing_but_the_present() -> None:
    async with ScriptedServer(sdp=SDP.replace("t=0 0", "t=0 0\na=range:npt=now-")) as server, following(server):
        assert server.of("PLAY")[0].headers["range"] == "npt=now-"


async def test_data_of_others_is_discarded() -> None:
    noise = frame(0, b"v" * 60000) + frame(1, sender_report()) + frame(2, b"")
    bad = frame(6, b"no packet") + frame(7, b"no report")
    playing = noise + bad + frame(6, rtp(ONE, 1, padding=4, sources=2)) + noise
    async with ScriptedServer(playing=playing) as server, following(server) as running:
        await until(lambda: running.client.counts.other_channel_frames == 6)
        assert running.documents == [ONE]
        counts = running.client.counts
        assert counts.other_channel_bytes == 2 * (60000 + len(sender_report()))
        assert (counts.bad_packets, counts.bad_control_packets) == (1, 1)


async def test_data_before_the_answer_to_play_and_in_pieces() -> None:
    def answer(asked: Asked) -> Reply | None:
        if asked.method != "PLAY":
            return None
        first = frame(6, rtp(ONE[:100], 65535, marker=False))
        return Reply(raw=first + f"RTSP/1.0 200 OK\r\nCSeq: {asked.headers['cseq']}\r\n\r\n".encode())

    async with ScriptedServer(answer) as server, following(server) as running:
        for byte in frame(6, rtp(ONE[100:], 0)):
            server.send(bytes((byte,)))
            await asyncio.sleep(0)
        await until(lambda: running.documents == [ONE])


async def test_a_packet_that_never_comes_is_not_waited_for_long() -> None:
    playing = frame(6, rtp(b"<Metadata>1</Metadata>", 1)) + frame(6, rtp(b"<Metadata>3</Metadata>", 3))
    async with ScriptedServer(playing=playing) as server, following(server) as running:
        await until(lambda: len(running.documents) == 2)
        assert running.client.counts.lost == 1
        server.send(frame(6, rtp(b"<Metadata>5</Metadata>", 5)))
        await until(lambda: len(running.documents) == 3)
        assert running.client.counts.lost == 2
        # Far sooner than anything else is due.
        assert running.client.counts.keep_alives == 0


@pytest.mark.parametrize("cseq", [None, "0", "x", "999"])
async def test_answers_with_other_numbers(cseq: str | None) -> None:
    def answer(asked: Asked) -> Reply | None:
        reply = server.usual(asked) if server.allowed(asked) else server.challenge()
        reply.cseq = cseq
        return reply

    async with ScriptedServer(answer, playing=frame(6, rtp(ONE, 1))) as server, following(server) as running:
        await until(lambda: running.documents == [ONE])
        assert running.client.counts.answers_out_of_place == 4


async def test_the_answer_to_setup_as_printed() -> None:
    script = at("SETUP", Reply(raw=SET_UP))
    async with ScriptedServer(script, playing=frame(6, rtp(ONE, 1))) as server, following(server) as running:
        await until(lambda: running.documents == [ONE])
        assert server.of("PLAY")[0].headers["session"] == "408703626"


@pytest.mark.parametrize(
    ("transport", "channel"),
    [("RTP/AVP/TCP;unicast", 0), ("", 0), ("RTP/AVP/TCP;interleaved=9", 9), ("RTP/AVP;unicast;interleaved = 4 - 5", 4)],
)
async def test_channels(transport: str, channel: int) -> None:
    script = at("SETUP", Reply(headers=[("Session", "1"), ("Transport", transport)]))
    async with ScriptedServer(script, playing=frame(channel, rtp(ONE, 1))) as server, following(server) as running:
        await until(lambda: running.documents == [ONE])


async def test_no_way_over_the_connection() -> None:
    reply = Reply(headers=[("Session", "1"), ("Transport", "RTP/AVP;unicast;client_port=1-2;server_port=3-4")])
    async with ScriptedServer(at("SETUP", reply)) as server:
        with pytest.raises(NotSupported) as caught:
            await Running(client_of(server)).run()
    assert caught.value.code == "noTcp"


async def test_no_metadata() -> None:
    async with ScriptedServer(sdp=SDP.partition("m=application")[0]) as server:
        with pytest.raises(NotSupported) as caught:
            await Running(client_of(server)).run()
        assert server.methods == FLOW[:2]
        await until(lambda: server.open == 0)
    assert caught.value.code == "noMetadata"


@pytest.mark.parametrize("refused", ["SETUP", "PLAY"])
async def test_metadata_together_with_the_video_where_it_does_not_come_alone(refused: str) -> None:
    def answer(asked: Asked) -> Reply | None:
        tracks = [each.url[-1] for each in server.requests if each.method == "SETUP"]
        if asked.method == refused and asked.auth and "1" not in tracks:
            return Reply(status=461)
        if asked.method == "SETUP" and asked.url.endswith("1"):
            return Reply(headers=[("Session", "77"), ("Transport", "RTP/AVP/TCP;unicast;interleaved=0-1")])
        return None

    playing = frame(0, rtp(b"video", 1, payload_type=96)) + frame(6, rtp(ONE, 1))
    async with ScriptedServer(answer, playing=playing) as server:
        async with following(server) as running:
            await until(lambda: running.documents == [ONE])
            assert running.client.counts.other_channel_frames == 1
        first, *others = server.of("SETUP")
        assert first.headers["transport"].endswith("interleaved=0-1")
        assert "session" not in first.headers
        assert [(each.url[-1], each.headers["transport"][-3:], each.headers.get("session")) for each in others] == [
            ("1", "0-1", None),
            ("3", "2-3", "77"),
        ]
        assert running.client.counts.refusals == {461: 1}
        assert running.client.together
        server.requests.clear()
        task = asyncio.create_task(running.run())
        await until(lambda: "PLAY" in server.methods)
        assert [each.url[-1] for each in server.of("SETUP")] == ["1", "3"]
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("helps", [True, False])
async def test_metadata_together_with_the_video_where_nothing_comes_without(helps: bool) -> None:
    def answer(asked: Asked) -> Reply | None:
        if asked.method != "PLAY":
            return None
        tracks = sum(each.method == "SETUP" and each.connection == asked.connection for each in server.requests)
        return Reply(after=frame(7, sender_report()) + (frame(6, rtp(ONE, 1)) if helps and tracks > 1 else b""))

    async with ScriptedServer(answer) as server, following(server, patience=0.05) as running:
        await until(lambda: server.connections == (2 if helps else 3) and running.client.patience is None)
        await until(lambda: bool(running.documents) is helps and server.methods[-1] == "PLAY")
        assert running.client.together is helps
        assert running.client.counts.together == 1
        assert server.methods.count("TEARDOWN") == server.connections - 1


async def test_a_document_that_looks_incomplete_is_not_held_back_long() -> None:
    playing = frame(6, rtp(b"<Metadata><type>", 1))
    async with ScriptedServer(playing=playing) as server, following(server) as running:
        await until(lambda: running.documents == [b"<Metadata><type>"])
        assert running.client.counts.open_documents == 1
        assert running.client.counts.keep_alives == 0


async def test_no_doubts_where_there_is_no_other_way() -> None:
    sdp = "v=0\r\nm=application 0 RTP/AVP 107\r\na=rtpmap:107 isapi.metadata/90000\r\n"
    async with ScriptedServer(sdp=sdp, timeout=FAST) as server, following(server, patience=0.05):
        await until(lambda: len(server.of("GET_PARAMETER")) == 2)
        assert server.connections == 1


async def test_refused_alone_and_together() -> None:
    async with ScriptedServer(at("PLAY", Reply(status=400))) as server:
        client = client_of(server)
        for _ in range(2):
            with pytest.raises(Rejected):
                await Running(client).run()
            assert not client.together
        assert len(server.of("SETUP")) == 6


async def test_nothing_to_set_up_along_with_it() -> None:
    sdp = "v=0\r\nm=application 0 RTP/AVP 107\r\na=rtpmap:107 isapi.metadata/90000\r\n"
    async with ScriptedServer(at("SETUP", Reply(status=400)), sdp=sdp) as server:
        with pytest.raises(Rejected) as caught:
            await Running(client_of(server)).run()
    assert caught.value.code == "400"


@pytest.mark.parametrize("method", ["DESCRIBE", "SETUP", "PLAY"])
@pytest.mark.parametrize(
    ("status", "error"),
    [(302, Rejected), (403, Forbidden), (453, Busy), (454, CannotConnect), (500, Rejected), (503, Busy)],
)
async def test_refusals(status: int, error: type[DeviceError], method: str) -> None:
    async with ScriptedServer(at(method, Reply(status=status))) as server:
        client = client_of(server)
        with pytest.raises(error) as caught:
            await Running(client).run()
        assert type(caught.value) is error
        assert caught.value.code == str(status)
        assert client.counts.refusals == {status: 1}
        await until(lambda: server.open == 0)
        # A session that was made is given back.
        assert ("TEARDOWN" in server.methods) is (method == "PLAY" and error is not CannotConnect)


@pytest.mark.parametrize("method", ["DESCRIBE", "SETUP"])
async def test_not_found(method: str) -> None:
    async with ScriptedServer(at(method, Reply(status=404))) as server:
        with pytest.raises(Rejected) as caught:
            await Running(client_of(server)).run()
    assert caught.value.code == "404"


@pytest.mark.parametrize(("text", "pause"), [("30", 30.0), ("99999", 3600.0), ("soon", None), ("", None)])
async def test_busy_says_how_long(text: str, pause: float | None) -> None:
    reply = Reply(status=503, headers=[("Retry-After", text)])
    async with ScriptedServer(at("PLAY", reply)) as server:
        with pytest.raises(Busy) as caught:
            await Running(client_of(server)).run()
    assert caught.value.retry_after == pause


async def test_silence_is_no_death() -> None:
    async with ScriptedServer(timeout=FAST) as server, following(server) as running:
        # Longer than the session would live.
        await until(lambda: len(server.of("GET_PARAMETER")) == 5)
        assert {asked.headers["session"] for asked in server.of("GET_PARAMETER")} == {"408703626"}
        await until(lambda: running.signs >= 5)
        assert running.documents == []
        assert running.client.counts.keep_alives == 5
        assert running.client.counts.reports == 5
        assert server.frames[0][0] == 7
        assert server.refused == 0


@pytest.mark.parametrize("reply", [Reply(status=405), Reply(status=501), Reply(silent=True)])
async def test_another_sign_of_life_where_the_first_is_refused(reply: Reply) -> None:
    script = at("GET_PARAMETER", reply)
    async with ScriptedServer(script, timeout=FAST) as server, following(server) as running:
        await until(lambda: len(server.of("OPTIONS")) == 3)
        assert len(server.of("GET_PARAMETER")) == 1
        assert running.client.counts.refusals == ({} if reply.silent else {reply.status: 1})


async def test_refused_signs_of_life_are_signs_of_life() -> None:
    def answer(asked: Asked) -> Reply | None:
        return Reply(status=405) if asked.method in ("GET_PARAMETER", "OPTIONS") else None

    async with ScriptedServer(answer, timeout=FAST) as server, following(server):
        await until(lambda: len(server.of("OPTIONS")) == 4)
        assert server.connections == 1


async def test_death() -> None:
    def answer(asked: Asked) -> Reply | None:
        return Reply(silent=True) if asked.method in ("GET_PARAMETER", "OPTIONS") else None

    async with ScriptedServer(answer, timeout=FAST) as server:
        with pytest.raises(TimedOut) as caught:
            await Running(client_of(server)).run()
        await until(lambda: server.open == 0)
        assert caught.value.code == "silent"
        assert "TEARDOWN" not in server.methods


async def test_data_alone_keeps_alive() -> None:
    def answer(asked: Asked) -> Reply | None:
        return Reply(silent=True) if asked.method in ("GET_PARAMETER", "OPTIONS") else None

    async with ScriptedServer(answer, timeout=FAST) as server, following(server) as running:
        for number in range(8):
            server.send(frame(6, rtp(ONE, number)))
            seen = len(server.requests)
            await until(lambda seen=seen: len(server.requests) > seen)  # type: ignore[misc]
        assert len(running.documents) == 8


async def test_a_session_that_is_gone() -> None:
    async with ScriptedServer(at("GET_PARAMETER", Reply(status=454), skip=1), timeout=FAST) as server:
        with pytest.raises(CannotConnect) as caught:
            await Running(client_of(server)).run()
        assert caught.value.code == "454"
        assert len(server.of("GET_PARAMETER")) == 2


@pytest.mark.parametrize("session", ["408703626 ; Timeout = 1", "408703626;timeout=0", "408703626;x=1;timeout=1"])
async def test_identifiers_of_a_session(session: str) -> None:
    reply = Reply(headers=[("Session", session), ("Transport", "RTP/AVP/TCP;interleaved=6-7")])
    async with ScriptedServer(at("SETUP", reply)) as server, following(server):
        assert server.of("PLAY")[0].headers["session"] == "408703626"
        if not session.endswith("0"):
            await until(lambda: "GET_PARAMETER" in server.methods)


async def test_reports() -> None:
    playing = frame(6, rtp(ONE, 500)) + frame(7, sender_report()) * 3
    async with ScriptedServer(playing=playing) as server, following(server) as running:
        await until(lambda: len(server.frames) > 0 and running.client.counts.packets == 1)
        channel, report = server.frames[0]
        assert channel == 7
        source, _, highest, _, last = struct.unpack_from(">IIIII", report, 8)
        assert (source, highest, last) == (0x55667788, 500, 0x22223333)
        server.send(frame(6, rtp(ONE, 501)))
        await until(lambda: running.client.counts.packets == 2)
        # Not one for each of three in a row.
        assert running.client.counts.reports == 1


async def test_the_end_of_the_stream() -> None:
    bye = struct.pack(">BBHI", 0x81, 203, 1, 0x55667788)
    async with ScriptedServer(playing=frame(7, sender_report() + bye)) as server:
        with pytest.raises(CannotConnect) as caught:
            await Running(client_of(server)).run()
    assert caught.value.code == "ended"


async def test_requests_of_the_device() -> None:
    question = b"OPTIONS * RTSP/1.0\r\nCSeq: 17\r\n\r\n"
    async with ScriptedServer(playing=question + frame(6, rtp(ONE, 1))) as server:
        running = Running(client_of(server))
        task = asyncio.create_task(running.run())
        await until(lambda: server.answers == ["RTSP/1.0 200 OK"])
        assert running.documents == [ONE]
        server.send(b"RTSP/1.0 100 Continue\r\n\r\nRTSP/1.0 200 OK\r\nCSeq: 99\r\n\r\n")
        server.send(b"TEARDOWN rtsp://x/ RTSP/1.0\r\nCSeq: 18\r\n\r\n")
        with pytest.raises(CannotConnect) as caught:
            await task
    assert caught.value.code == "ended"
    assert (running.client.counts.device_requests, running.client.counts.unexpected_answers) == (2, 1)


async def test_ends_of_the_connection() -> None:
    async with ScriptedServer() as server:
        running = Running(client_of(server))
        for end, code in ((server.hang_up, "ended"), (server.reset, "ConnectionResetError")):
            running.signs = 0
            task = asyncio.create_task(running.run())
            await until(lambda: running.signs > 0)
            end()
            with pytest.raises(CannotConnect) as caught:
                await task
            assert caught.value.code == code
        port = server.port
    with pytest.raises(CannotConnect) as caught:
        await RtspMetadata("127.0.0.1", port, ACCOUNT).run(PATH, print, print)
    assert caught.value.code == "ConnectionRefusedError"


@pytest.mark.parametrize("method", ["DESCRIBE", "SETUP", "PLAY"])
async def test_no_answer(method: str) -> None:
    async with ScriptedServer(at(method, Reply(silent=True))) as server:
        with pytest.raises(TimedOut, match=f"no answer to {method}"):
            await Running(client_of(server, timeout=0.05)).run()
        await until(lambda: server.open == 0)


@pytest.mark.parametrize("host", ["", "\0"])
async def test_no_host(host: str) -> None:
    with pytest.raises(CannotConnect):
        await RtspMetadata(host, 1, ACCOUNT, timeout=1).run(PATH, print, print)


@pytest.mark.parametrize("raw", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-x\r\n" * 10000])
async def test_another_protocol(raw: bytes) -> None:
    async with ScriptedServer(lambda asked: Reply(raw=raw)) as server:
        with pytest.raises(BadAnswer) as caught:
            await Running(client_of(server)).run()
    assert caught.value.code == "notRtsp"


@pytest.mark.parametrize("method", ["DESCRIBE", "SETUP", "PLAY"])
async def test_cancelled_on_the_way(method: str) -> None:
    before = asyncio.all_tasks()
    async with ScriptedServer(at(method, Reply(silent=True))) as server:
        task = asyncio.create_task(Running(client_of(server)).run())
        await until(lambda: any(asked.auth for asked in server.of(method)))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ("TEARDOWN" in server.methods) is (method == "PLAY")
        await until(lambda: server.open == 0)
    await until(lambda: asyncio.all_tasks() <= before)


@pytest.mark.parametrize("again", [True, False])
async def test_a_device_that_does_not_take_leave(again: bool) -> None:
    async with ScriptedServer(at("TEARDOWN", Reply(silent=True))) as server:
        running = Running(client_of(server))
        task = asyncio.create_task(running.run())
        await until(lambda: running.signs > 0)
        task.cancel()
        await until(lambda: "TEARDOWN" in server.methods)
        if again:
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: server.open == 0)


async def test_what_the_taker_raises_comes_out() -> None:
    def take(document: bytes) -> None:
        raise LookupError(len(document))

    async with ScriptedServer(playing=frame(6, rtp(ONE, 1))) as server:
        with pytest.raises(LookupError):
            await client_of(server).run(PATH, take, lambda: None)
        assert server.methods[-1] == "TEARDOWN"
        await until(lambda: server.open == 0)


async def test_a_device_that_takes_nothing() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        reader._transport.pause_reading()  # type: ignore[attr-defined]

    writers: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    connection = await RtspConnection.open("127.0.0.1", server.sockets[0].getsockname()[1], 5, RtspCounts())
    with pytest.raises(CannotConnect) as caught:  # noqa: PT012
        for _ in range(1000):
            connection.send_frame(7, b"x" * 65000)
    assert caught.value.code == "unsent"
    await connection.close()
    writers[0].transport.abort()
    server.close()


async def test_nothing_secret_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with ScriptedServer(at("SETUP", Reply(status=400)), timeout=FAST) as server:
        client = client_of(server)
        with pytest.raises(Rejected) as caught:
            await Running(client).run("rtsp://u:swordfish@127.0.0.1" + PATH)
        told = f"{caplog.text} {caught.value!r} {caught.value} {client!r} {vars(client)}"
    assert "together with the video" in told
    for secret in (ACCOUNT.password, "swordfish", "Authorization", "response="):
        assert secret not in told


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=60), st.binary(max_size=40).map(lambda data: frame(6, data))), max_size=8))
async def test_any_bytes_of_a_device(pieces: list[bytes]) -> None:
    async with ScriptedServer(playing=b"".join(pieces)) as server:
        running = Running(client_of(server))
        task = asyncio.create_task(running.run())
        await until(lambda: running.signs > 0 or task.done())
        if not task.done():
            server.hang_up()
        with pytest.raises(DeviceError):
            await task
