"""The RTSP simulator is an oracle: these tests look at it with raw requests, independent of the product."""

import asyncio
from collections.abc import AsyncIterator
import re

import pytest

from tests.simulators.rtsp import (
    Alone,
    Channel,
    Fold,
    Marker,
    Options,
    RtspServer,
    Rule,
    Scheme,
    Shape,
    UriRule,
    UriStyle,
)
from tests.simulators.rtsp.rawclient import Packet, RawRtsp, raw

pytestmark = pytest.mark.usefixtures("socket_enabled")
DOCUMENT = b"<Metadata>" + bytes(range(48, 58)) * 40 + b"</Metadata>"


@pytest.fixture
def options() -> Options:
    """Reports off: a test that looks at frames is then alone with them."""
    return Options(report_interval=None)


@pytest.fixture
async def server(options: Options) -> AsyncIterator[RtspServer]:
    async with RtspServer(options=options) as running:
        yield running


@pytest.fixture
async def client(server: RtspServer) -> AsyncIterator[RawRtsp]:
    async with raw(server) as connected:
        yield connected


# --- the flow of the document


async def test_flow_as_in_the_document(server: RtspServer, client: RawRtsp) -> None:
    first = await client.once("DESCRIBE", server.url())
    assert first.status == 401
    challenge = first.header("WWW-Authenticate")
    assert challenge.startswith('Digest realm="IP Camera(51289)", nonce="')
    assert 'stale="FALSE"' in challenge
    assert "qop" not in challenge
    assert "algorithm" not in challenge
    described = await client.ask("DESCRIBE")
    sdp = described.body.decode()
    assert described.header("Content-Type") == "application/sdp"
    assert "a=rtpmap:107 isapi.metadata/90000" in sdp
    assert re.findall(r"a=control:(\S+)", sdp)[-1] == "trackID=3"
    reply = await client.set_up()
    assert re.fullmatch(r"\d+;timeout=60", reply.header("Session"))
    told = re.fullmatch(r'RTP/AVP/TCP;unicast;interleaved=6-7;ssrc=(\w{8});mode="play"', reply.header("Transport"))
    assert told
    played = await client.ask("PLAY")
    assert re.fullmatch(r"url=trackID=3;seq=(\d+)", played.header("RTP-Info"))
    assert server.feed(1, DOCUMENT) == 1
    packet = await client.packet()
    assert (packet.kind, packet.marker, packet.payload) == (107, True, DOCUMENT)
    assert packet.ssrc != int(told[1], 16)
    assert f"seq={packet.sequence}" in played.header("RTP-Info")
    assert (await client.ask("TEARDOWN")).status == 200
    assert server.sessions == {}
    assert server.violations == server.auth.refused == server.auth.violations == []


async def test_tracks_in_one_session_share_it_and_count_up(client: RawRtsp) -> None:
    replies = [await client.set_up(track) for track in (2, 3)]
    assert [re.findall(r"interleaved=(\S+?);", reply.header("Transport")) for reply in replies] == [["6-7"], ["8-9"]]
    assert len({reply.header("Session") for reply in replies}) == 1


async def test_client_may_choose_channels_where_the_device_lets_it(client: RawRtsp) -> None:
    client.server.options.honours_interleaved = True
    reply = await client.set_up(transport="RTP/AVP/TCP;unicast;interleaved=0-1")
    assert "interleaved=0-1;" in reply.header("Transport")


async def test_what_is_not_there_or_not_spoken(server: RtspServer, client: RawRtsp) -> None:
    server.channels[2] = Channel(number=2, tracks=("video",))
    assert (await client.ask("DESCRIBE", server.url(3))).status == 404
    assert (await client.ask("DESCRIBE", server.url(1, 4))).status == 404
    assert b"isapi.metadata" not in (await client.ask("DESCRIBE", server.url(2))).body
    assert (await client.set_up(3, server.url(2))).status == 404
    assert (await client.set_up(transport="RTP/AVP;unicast;client_port=5000-5001")).status == 461
    assert (await client.ask("RECORD")).status == 501
    assert (await client.ask("PLAY")).status == 454
    assert (await client.once("DESCRIBE", "")).status == 400


# --- login


@pytest.mark.parametrize("scheme", [Scheme.RFC2069, Scheme.QOP])
async def test_right_password_once_and_wrong_one_refused(scheme: Scheme) -> None:
    async with RtspServer(scheme=scheme) as server:
        async with raw(server) as right:
            assert (await right.play()).status == 200
        assert [request.status for request in server.requests] == [401, 200, 200, 200]
        async with raw(server, "wrong") as wrong:
            assert (await wrong.ask("DESCRIBE")).status == 401
        assert server.auth.refused == ["admin"]
        assert server.auth.violations == []


async def test_password_change_shows_at_the_next_request(server: RtspServer, client: RawRtsp) -> None:
    await client.play()
    server.password = "other"
    assert (await client.ask("GET_PARAMETER")).status == 401


@pytest.mark.parametrize("stale", [True, False])
async def test_nonces_change(server: RtspServer, client: RawRtsp, stale: bool) -> None:
    server.auth.says_stale = stale
    await client.play()
    server.auth.rotate()
    refused = await client.once("GET_PARAMETER", server.url())
    assert refused.status == 401
    assert ('stale="TRUE"' in refused.header("WWW-Authenticate")) is stale
    client.proof = {}
    assert (await client.ask("GET_PARAMETER")).status == 200
    assert server.auth.refused == []


@pytest.mark.parametrize(("rule", "own", "whole"), [("request", 200, 401), ("aggregate", 401, 200)])
async def test_digest_of_the_track_or_of_the_stream(
    server: RtspServer, client: RawRtsp, rule: str, own: int, whole: int
) -> None:
    await client.ask("DESCRIBE")
    server.auth.uri_rule = UriRule(rule)
    url = f"{server.url()}/trackID=3"
    assert (await client.once("SETUP", url, Transport="RTP/AVP/TCP")).status == own
    client.session = next(iter(server.sessions), "")
    assert (await client.once("SETUP", url, uri=server.url(), Transport="RTP/AVP/TCP")).status == whole
    assert len(server.auth.violations) == 1


# --- sessions


async def test_session_ends_without_requests(options: Options) -> None:
    options.timeout = 1
    async with RtspServer(options=options) as server, raw(server) as client:
        await client.play()
        assert await client.ended()
        assert (server.expired, server.torn_down, server.sessions) == (1, 0, {})


async def test_keep_alive_by_either_method(server: RtspServer, client: RawRtsp) -> None:
    await client.play()
    session = next(iter(server.sessions.values()))
    for method in ("GET_PARAMETER", "OPTIONS"):
        timer = session._timer
        assert (await client.ask(method)).status == 200
        assert session._timer is not timer
    server.options.methods = tuple(name for name in server.options.methods if name != "GET_PARAMETER")
    assert (await client.ask("GET_PARAMETER")).status == 501


async def test_restart_forgets_sessions_and_keeps_the_port(server: RtspServer, client: RawRtsp) -> None:
    await client.play()
    port, uri = server.port, server.subscribe(1, ["ANPR"])
    await server.reboot()
    assert await client.ended()
    assert server.port == port
    async with raw(server) as again:
        again.session = client.session
        assert (await again.ask("PLAY")).status == 454
        assert (await again.ask("DESCRIBE", uri)).status == 404


@pytest.mark.parametrize("status", [404, 453, 503])
async def test_refusals_on_demand(server: RtspServer, client: RawRtsp, status: int) -> None:
    server.fault.status_next(status, "SETUP")
    assert (await client.set_up()).status == status
    assert (await client.set_up()).status == 200


async def test_too_many_sessions(server: RtspServer, client: RawRtsp) -> None:
    server.options.max_sessions = 1
    await client.play()
    async with raw(server) as second:
        assert (await second.set_up()).status == 453


async def test_half_open_and_deaf_devices_answer_nothing(server: RtspServer, client: RawRtsp) -> None:
    await client.play()
    server.fault.deaf = True
    client.writer.write(b"OPTIONS * RTSP/1.0\r\nCSeq: 90\r\n\r\n")
    server.feed(1, DOCUMENT)
    assert await client.document() == DOCUMENT
    server.fault.half_open = True
    server.feed(1, b"<Metadata>lost</Metadata>")
    server.fault.half_open = False
    server.feed(1, b"<Metadata>next</Metadata>")
    assert await client.document() == b"<Metadata>next</Metadata>"


async def test_silence_still_answers(server: RtspServer, client: RawRtsp) -> None:
    await client.play(tracks=(1, 3))
    server.fault.silent = True
    client.frames.clear()
    server.feed(1, DOCUMENT)
    assert (await client.ask("GET_PARAMETER")).status == 200
    assert not any(DOCUMENT in frame.data for frame in client.frames)


async def test_metadata_alone_may_be_refused_or_silent(server: RtspServer) -> None:
    server.options.alone = Alone.REFUSED
    async with raw(server) as client:
        assert (await client.set_up(3)).status == 455
        await client.set_up(1)
        assert (await client.set_up(3)).status == 200
    server.options.alone = Alone.SILENT
    async with raw(server) as client:
        await client.play()
        assert server.feed(1, DOCUMENT) == 0


@pytest.mark.parametrize("turns", range(4))
async def test_a_stop_as_a_session_ends(turns: int) -> None:
    async with RtspServer() as server, raw(server) as viewer:
        await viewer.play()
        server.drop()
        while server.connections:  # noqa: ASYNC110 - how often the loop turns is what counts
            await asyncio.sleep(0)
        for _ in range(turns):
            await asyncio.sleep(0)
        await server.stop()
        assert not server.sessions


async def test_nothing_is_left_running(options: Options) -> None:
    before = asyncio.all_tasks()
    async with RtspServer(options=options) as server, raw(server) as client:
        options.report_interval = 1.0
        await client.play(tracks=(1, 2, 3))
        await server.stop()
        assert asyncio.all_tasks() == before
        assert (server.sessions, server.connections) == ({}, {})


# --- how answers are written


@pytest.mark.parametrize("fold", [Fold.SPACE, Fold.PRINTED])
async def test_folded_headers_and_missing_number(server: RtspServer, client: RawRtsp, fold: Fold) -> None:
    server.options.fold, server.options.says_cseq = fold, False
    assert (await client.play()).status == 200
    async with raw(server) as second:
        reply = await second.set_up()
        assert "CSeq" not in reply.head
        assert f"{second.session};\r\n timeout=60" in reply.head or f"\r\n{second.session};timeout=60" in reply.head


async def test_data_between_answers(server: RtspServer, client: RawRtsp) -> None:
    server.options.data_first = True
    server.channels[1].rules = [Rule(body=DOCUMENT)]
    await client.play()
    await client.ask("GET_PARAMETER")
    assert client.order[-4:] == ["$6", "PLAY", "$7", "GET_PARAMETER"]


# --- packets


async def _packets(client: RawRtsp, count: int) -> list[Packet]:
    return [await client.packet() for _ in range(count)]


@pytest.mark.parametrize(
    ("marker", "marks"),
    [(Marker.LAST, [False] * 4 + [True]), (Marker.NONE, [False] * 5), (Marker.ALWAYS, [True] * 5)],
)
async def test_fragments(server: RtspServer, client: RawRtsp, marker: Marker, marks: list[bool]) -> None:
    server.options.mtu, server.options.marker = 112, marker
    await client.play()
    server.feed(1, DOCUMENT)
    server.feed(1, DOCUMENT)
    found = await _packets(client, 10)
    assert [packet.marker for packet in found[:5]] == marks
    assert b"".join(packet.payload for packet in found[:5]) == DOCUMENT
    assert len({packet.stamp for packet in found}) == 2
    assert [(packet.sequence - found[0].sequence) & 0xFFFF for packet in found] == list(range(10))


async def test_everything_optional_in_a_packet(server: RtspServer, client: RawRtsp) -> None:
    server.options.shape = Shape(padding=5, extension=b"abcde", csrc=2)
    server.options.payload_type, server.options.mtu = 98, 200
    assert b"a=rtpmap:98 isapi.metadata/90000" in (await client.ask("DESCRIBE")).body
    await client.play()
    server.feed(1, DOCUMENT)
    data = await client.frame(6)
    assert (data[0], len(data)) == (0x80 | 0x20 | 0x10 | 2, 200)
    packet = Packet.read(data)
    rest = await client.document()
    assert packet.kind == 98
    assert packet.payload + rest == DOCUMENT


async def test_lost_swapped_and_repeated_packets(server: RtspServer, client: RawRtsp) -> None:
    server.options.mtu = 112
    await client.play()
    server.fault.lose_packets(1, after=1)
    server.feed(1, DOCUMENT)
    server.fault.swap_packets()
    server.feed(1, DOCUMENT)
    server.fault.repeat_packets()
    server.feed(1, DOCUMENT)
    found = await _packets(client, 4 + 5 + 6)
    base = found[0].sequence
    order = [(packet.sequence - base) & 0xFFFF for packet in found]
    assert order == [0, 2, 3, 4, 6, 5, 7, 8, 9, 10, 10, 11, 12, 13, 14]


async def test_sender_reports(server: RtspServer, client: RawRtsp) -> None:
    server.options.report_interval = 0.01
    await client.play()
    report = await client.frame(7)
    assert (report[0], report[1], len(report) % 4) == (0x80, 200, 0)
    server.feed(1, DOCUMENT)
    assert (await client.packet()).ssrc == int.from_bytes(report[4:8])
    await client.frame(7)


async def test_reports_of_clients_are_seen_and_may_keep_a_session(server: RtspServer, client: RawRtsp) -> None:
    server.options.rtcp_keeps_alive = True
    await client.play()
    session = next(iter(server.sessions.values()))
    timer = session._timer
    client.writer.write(b"$\x07\x00\x08\x80\xc9\x00\x01abcd")
    await client.ask("OPTIONS", Session="none")
    assert [(frame.channel, frame.data[1]) for frame in server.reports] == [(7, 201)]
    assert session._timer is not timer


# --- what is sent to whom


async def test_rules_come_first_and_when_they_change(server: RtspServer, client: RawRtsp) -> None:
    server.channels[1].rules = [Rule(body=b"<Metadata>1</Metadata>"), Rule(body=b"<Metadata>2</Metadata>")]
    await client.play()
    assert [await client.document() for _ in range(2)] == [rule.body for rule in server.channels[1].rules]
    server.set_rules(1, [Rule(body=b"<Metadata>3</Metadata>")])
    assert await client.document() == b"<Metadata>3</Metadata>"


async def test_subscribers_get_their_kinds(server: RtspServer, client: RawRtsp) -> None:
    uri = server.subscribe(1, ["ANPR", "personQueue"])
    assert len(uri) <= 128
    assert b"m=video" not in (await client.ask("DESCRIBE", uri)).body
    await client.play(uri)
    reached = [server.feed(1, DOCUMENT, types=types) for types in (["faceSnap"], ["personQueue"], None)]
    assert reached == [0, 1, 1]


@pytest.mark.parametrize(
    ("style", "start"),
    [("relative", "/ISAPI/"), ("other_host", "rtsp://192.168.1.64:"), ("credentials", "rtsp://admin:Secret123@")],
)
async def test_odd_addresses_of_subscriptions(server: RtspServer, style: str, start: str) -> None:
    server.options.uri_style = UriStyle(style)
    assert server.subscribe(1, ["ANPR"]).startswith(start)


async def test_sixteen_channels(options: Options) -> None:
    channels = [Channel(number=number, tracks=("metadata",)) for number in range(1, 17)]
    async with RtspServer(channels=channels, options=options) as server, asyncio.TaskGroup() as group:

        async def watch(number: int) -> None:
            async with raw(server) as client:
                await client.play(server.url(number))
                assert await client.document() == b"<Metadata>%d</Metadata>" % number

        for number in range(1, 17):
            group.create_task(watch(number))
        await server.wait_playing(16)
        assert sum(server.feed(number, b"<Metadata>%d</Metadata>" % number) for number in range(1, 17)) == 16
