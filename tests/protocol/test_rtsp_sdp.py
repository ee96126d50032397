"""Descriptions and addresses: the document's own, other payload types and tracks, what a hostile device returns."""

from hypothesis import example, given, strategies as st
import pytest

from custom_components.ip_surveillance.protocol.errors import BadAnswer
from custom_components.ip_surveillance.protocol.transport.rtsp.sdp import Sdp, Track, read_sdp, track_of
from custom_components.ip_surveillance.protocol.transport.rtsp.urls import RtspTarget, join_control, rtsp_target
from tests.protocol.rtsp_server import SDP

BASE = "rtsp://192.168.0.64/ISAPI/Streaming/channels/101"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_description_of_the_document(newline: str) -> None:
    sdp = read_sdp(SDP.replace("\n", newline).encode())
    assert (sdp.control, sdp.live) == ("*", False)
    assert [(track.kind, track.payload_type, track.encoding, track.clock, track.control) for track in sdp.tracks] == [
        ("video", 96, "h264", 90000, "trackID=1"),
        ("audio", 0, "pcmu", 8000, "trackID=2"),
        ("application", 107, "isapi.metadata", 90000, "trackID=3"),
    ]
    assert track_of(sdp) == sdp.tracks[2]
    assert track_of(sdp, "H264") == sdp.tracks[0]


@pytest.mark.parametrize(
    ("lines", "track"),
    [
        ("a=rtpmap:112 ISAPI.METADATA/90000\na=control:stream=0", (112, 90000, "stream=0")),
        ("a=control: rtsp://x/y \na=rtpmap: 99  isapi.metadata", (99, 0, "rtsp://x/y")),
        ("a=rtpmap:98 vnd.onvif.metadata/90000\na=rtpmap:97 isapi.metadata / 8000/1", (97, 8000, "")),
        ("A=rtpmap:97 x/1\na=RTPMAP:107 isapi.metadata/90000", (107, 90000, "")),
    ],
)
def test_other_descriptions(lines: str, track: tuple[int, int, str]) -> None:
    found = track_of(read_sdp(f"m=application 0 RTP/AVP 98 107\n{lines}\n".encode()))
    assert found is not None
    assert (found.payload_type, found.clock, found.control) == track


@pytest.mark.parametrize(
    ("line", "live"),
    [("a=range:npt=now-", True), ("a=Range: NPT = now -", True), ("a=range:npt=0-", False), ("a=range:clock=x", False)],
)
def test_what_there_is_to_play(line: str, live: bool) -> None:
    assert read_sdp(f"v=0\n{line}\n".encode()).live is live
    assert not read_sdp(f"m=video 0 RTP/AVP 96\n{line}\n".encode()).live


@pytest.mark.parametrize(
    "text",
    [
        "",
        SDP.replace("isapi.metadata", "vnd.onvif.metadata"),
        SDP.partition("m=application")[0],
        "a=rtpmap:107 isapi.metadata/90000",
        "m=application 0 RTP/AVP\na=rtpmap:107 isapi.metadata/90000",
        "m=application 0 RTP/AVP 107\na=rtpmap:200 isapi.metadata/90000",
    ],
)
def test_no_metadata(text: str) -> None:
    assert track_of(read_sdp(text.encode())) is None


def test_more_tracks_than_anybody_has() -> None:
    many = "m=video 0 RTP/AVP 96 97 98\n" * 500 + "m=application 0 RTP/AVP 107\na=rtpmap:107 isapi.metadata/90000"
    assert len(read_sdp(many.encode()).tracks) == 64


LINES = st.sampled_from([b"m=", b"a=control:", b"a=rtpmap:", b"\r\n", b"m=video 0 RTP/AVP 1 2 3\n", b"\xff", b"9" * 12])


@given(st.lists(st.one_of(LINES, st.binary(max_size=20)), max_size=40).map(b"".join))
@example(b"m=video 0 RTP/AVP " + "²".encode())
def test_any_bytes_are_a_description(body: bytes) -> None:
    sdp = read_sdp(body)
    assert isinstance(sdp, Sdp)
    assert all(isinstance(track, Track) and 0 <= track.payload_type <= 127 for track in sdp.tracks)


@pytest.mark.parametrize(
    ("uri", "port", "path"),
    [
        ("/ISAPI/Streaming/channels/101?a=b", 8554, "/ISAPI/Streaming/channels/101?a=b"),
        ("ISAPI/Streaming/channels/101", 8554, "/ISAPI/Streaming/channels/101"),
        ("rtsp://192.168.0.64:10554/a", 10554, "/a"),
        ("rtsp://192.168.0.64/a", 8554, "/a"),
        ("rtsp://192.168.0.64:0/a", 8554, "/a"),
        ("rtsp://192.168.0.64:99999/a", 8554, "/a"),
        ("rtsp://192.168.0.64:x/a", 8554, "/a"),
        ("http://192.168.0.64:80/a", 8554, "/a"),
        ("rtsp://10.10.36.212:554/a", 8554, "/a"),
        ("rtsp://admin:p%40ss@192.168.0.64:554/a", 554, "/a"),
        ("rtsp://admin:p@ss@evil.example:554/a@b", 8554, "/a@b"),
        ("RTSP://[fe80::1]:554/a", 8554, "/a"),
        ("//evil.example/a", 8554, "/a"),
        ("rtsp://192.168.0.64:554", 554, "/"),
        ("rtsp://192.168.0.64?x=1", 8554, "/?x=1"),
        (" /a b\r\nX: y ", 8554, "/a%20b%0D%0AX:%20y"),
        ("/a%20b", 8554, "/a%20b"),
    ],
)
def test_targets(uri: str, port: int, path: str) -> None:
    shown = "192.168.0.64" if port == 554 else f"192.168.0.64:{port}"
    assert rtsp_target(uri, "192.168.0.64", 8554) == RtspTarget("192.168.0.64", port, f"rtsp://{shown}{path}")


@pytest.mark.parametrize("host", ["fe80::1", "[fe80::1]"])
def test_target_on_ipv6(host: str) -> None:
    assert rtsp_target("rtsp://[FE80::1]:8555/a", host).url == "rtsp://[fe80::1]:8555/a"
    assert rtsp_target("rtsp://[::2]:8555/a", host) == RtspTarget(host, 554, "rtsp://[fe80::1]/a")


@pytest.mark.parametrize("uri", ["", "  ", "/" + "x" * 1024])
def test_no_target(uri: str) -> None:
    with pytest.raises(BadAnswer):
        rtsp_target(uri, "192.168.0.64")


@pytest.mark.parametrize(
    ("control", "url"),
    [
        ("", BASE),
        ("*", BASE),
        ("trackID=3", f"{BASE}/trackID=3"),
        ("/other/trackID=3", "rtsp://192.168.0.64/other/trackID=3"),
        ("rtsp://10.10.36.212:554/ISAPI/x/trackID=3?a=b", "rtsp://192.168.0.64/ISAPI/x/trackID=3?a=b"),
        ("rtsp://u:p@evil.example/a", "rtsp://192.168.0.64/a"),
        ("track 3\n", f"{BASE}/track%203%0A"),
    ],
)
def test_controls(control: str, url: str) -> None:
    assert join_control(BASE, control) == url
    if not url.startswith(f"{BASE}/"):
        return
    assert join_control(f"{BASE}/", control) == url
    assert join_control(f"{BASE}?a=b", control) == url.replace("101", "101?a=b")


def test_a_control_too_long() -> None:
    with pytest.raises(BadAnswer):
        join_control(BASE, "x" * 1025)


@given(st.text(max_size=1100))
@example("rtsp://\udc80@/")
def test_no_address_leads_elsewhere(text: str) -> None:
    try:
        target = rtsp_target(text, "192.168.0.64")
        joined = join_control(BASE, text)
    except BadAnswer:
        return
    assert target.host == "192.168.0.64"
    for url in (target.url, joined):
        assert url.startswith(("rtsp://192.168.0.64/", "rtsp://192.168.0.64:"))
        assert url.isascii()
        assert url.isprintable()
        assert " " not in url
