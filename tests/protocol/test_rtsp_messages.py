"""Grammar of RTSP: the document's own samples, pieces, junk, limits; nothing but the stated error gets out."""

from hypothesis import example, given, settings, strategies as st
import pytest

from custom_components.ip_surveillance.protocol.errors import BadAnswer
from custom_components.ip_surveillance.protocol.transport.challenge import parse_challenges
from custom_components.ip_surveillance.protocol.transport.rtsp.counts import RtspCounts
from custom_components.ip_surveillance.protocol.transport.rtsp.messages import (
    LARGEST_BODY,
    LARGEST_HEAD,
    MOST_HEADERS,
    MOST_JUNK,
    DeviceRequest,
    Frame,
    Message,
    MessageReader,
    Response,
    write_answer,
    write_frame,
    write_request,
)

# 001_11da3581811fffe4.txt l.135-138
UNAUTHORIZED = b"""RTSP/1.0 401 Unauthorized
CSeq: 0
WWW-Authenticate: Digest realm="IP Camera(51289)", nonce="9fe43f1322976c0aa218b0f23f554b44",
stale="FALSE"
Date: Mon, Dec 18 2017 04:37:30 GMT

"""
# l.212-215
SET_UP = b"""RTSP/1.0 200 OK Session:
408703626;timeout=60
Transport: RTP/AVP/TCP;unicast;interleaved=6-7;ssrc=14b37590;mode="play"
Date: Mon, Dec 18 2017 04:37:30 GMT

"""
# l.241-246
PLAYING = b"""RTSP/1.0 200 OK
CSeq: 4
Session: 408703626
RTP-Info:
url=trackID=1;seq=24874,url=trackID=2;seq=42360,url=trackID=3;seq=0
Date: Mon, Dec 18 2017 04:37:31 GMT

"""
SAMPLES = (UNAUTHORIZED, SET_UP, PLAYING)
ANSWER = b"RTSP/1.0 200 OK\r\nCSeq: 7\r\nContent-Length: 4\r\n\r\n$\x06\0\1"


def read(data: bytes, size: int = 0, counts: RtspCounts | None = None) -> list[Message]:
    reader = MessageReader(counts)
    size = size or len(data)
    found = [each for start in range(0, len(data), size) for each in reader.feed(data[start : start + size])]
    assert reader.kept == 0
    return found


def one(data: bytes) -> Response:
    (found,) = read(data)
    assert isinstance(found, Response)
    return found


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_the_samples_of_the_document(newline: bytes) -> None:
    refused, set_up, playing = (one(sample.replace(b"\n", newline)) for sample in SAMPLES)
    assert (refused.status, refused.cseq) == (401, 0)
    (challenge,) = parse_challenges(refused.headers.getall("WWW-Authenticate"))
    assert challenge.fields == {
        "realm": "IP Camera(51289)",
        "nonce": "9fe43f1322976c0aa218b0f23f554b44",
        "stale": "FALSE",
    }
    assert not challenge.stale
    assert refused.headers["Date"] == "Mon, Dec 18 2017 04:37:30 GMT"
    assert (set_up.status, set_up.cseq) == (200, None)
    assert set_up.headers["Session"] == "408703626;timeout=60"
    assert set_up.headers["Transport"] == 'RTP/AVP/TCP;unicast;interleaved=6-7;ssrc=14b37590;mode="play"'
    assert (playing.status, playing.cseq) == (200, 4)
    assert playing.headers["RTP-Info"] == "url=trackID=1;seq=24874,url=trackID=2;seq=42360,url=trackID=3;seq=0"


@pytest.mark.parametrize("size", [1, 2, 3, 5, 16, 100, 1000])
def test_pieces(size: int) -> None:
    stream = b"".join((*SAMPLES, b"$\x06\0\3abc", ANSWER, b"$\0\0\0", b"OPTIONS * RTSP/1.0\r\nCSeq: 3\r\n\r\n", ANSWER))
    found = read(stream, size)
    kinds = [Response, Response, Response, Frame, Response, Frame, DeviceRequest, Response]
    assert [type(each) for each in found] == kinds
    assert found[3:6] == [Frame(6, b"abc"), one(ANSWER), Frame(0, b"")]


def test_what_looks_like_a_frame_in_a_body_is_none() -> None:
    assert one(ANSWER).body == b"$\x06\0\1"


def test_indented_lines_and_repeated_headers() -> None:
    answer = one(b"RTSP/1.0 200 OK\r\ncseq : 12 \r\nX-A: 1\r\n\t2\r\n x: 3\r\nX-A:4\r\nX-B:\r\n\r\n")
    assert answer.cseq == 12
    assert answer.headers.getall("x-a") == ["1 2 x: 3", "4"]
    assert answer.headers["X-B"] == ""


@pytest.mark.parametrize("length", [b"", b"x", b"-3", b"\xff"])
def test_a_length_that_is_none(length: bytes) -> None:
    assert one(b"RTSP/1.0 200 OK\r\nContent-Length: " + length + b"\r\n\r\n").body == b""


@pytest.mark.parametrize(
    "status", [b"RTSP/1.0 200", b"RTSP/1.0 200 ", b"RTSP/2.0  200 OK", b"RTSP/1.0 200 It is: fine"]
)
def test_status_lines(status: bytes) -> None:
    assert one(status + b"\r\nCSeq: 1\r\n\r\n").status == 200


@pytest.mark.parametrize("status", [b"RTSP/1.0 OK", b"RTSP/1.0 20", b"RTSP/1.0 2000 x", b"RTSP/"])
def test_no_status(status: bytes) -> None:
    with pytest.raises(BadAnswer, match="no status"):
        MessageReader().feed(status + b"\r\nCSeq: 1\r\n\r\n")


def test_junk_between_messages() -> None:
    counts = RtspCounts()
    found = read(b"\r\n\r\n" + ANSWER + b"what is this RTSP then?\0\xff OPT" + ANSWER + b"\r\n", 3, counts)
    assert found == [one(ANSWER)] * 2
    assert counts.skipped_bytes == len(b"what is this RTSP then?\0\xff OPT")


def test_junk_without_end() -> None:
    reader = MessageReader()
    with pytest.raises(BadAnswer) as caught:  # noqa: PT012
        for _ in range(MOST_JUNK // 1000 + 1):
            assert reader.feed(b"x" * 1000) == []
            assert reader.kept < 100
    assert caught.value.code == "notRtsp"


def test_http_instead() -> None:
    reader = MessageReader()
    assert reader.feed(b"HTT") == []
    with pytest.raises(BadAnswer) as caught:
        reader.feed(b"P/1.1 400 Bad Request\r\n\r\n")
    assert caught.value.code == "notRtsp"


@pytest.mark.parametrize(
    "data",
    [
        b"RTSP/1.0 200 OK\r\nA: " + b"x" * LARGEST_HEAD,
        b"RTSP/1.0 200 OK\r\nA: " + b"x" * LARGEST_HEAD + b"\r\n\r\n",
        b"RTSP/1.0 200 OK\r\n" + b"A:\r\n" * (MOST_HEADERS + 1) + b"\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % (LARGEST_BODY + 1),
    ],
)
def test_too_large(data: bytes) -> None:
    with pytest.raises(BadAnswer, match="too"):
        MessageReader().feed(data)


def test_the_largest_frame() -> None:
    assert read(write_frame(255, b"x" * 65535), 4096) == [Frame(255, b"x" * 65535)]


def test_requests() -> None:
    assert write_request("PLAY", "rtsp://h/a", {"CSeq": "1", "X": "a"}) == (
        b"PLAY rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\nX: a\r\n\r\n"
    )
    assert write_answer("200 OK", {"CSeq": "3"}) == b"RTSP/1.0 200 OK\r\nCSeq: 3\r\n\r\n"


@given(st.text())
@example("a\r\nX: injected")
@example("\ud800 \udcff")
def test_no_value_adds_a_header(value: str) -> None:
    written = write_request("PLAY", f"rtsp://h/{value}", {"CSeq": value})
    assert written.count(b"\r\n") == 3
    assert written.count(b"\n") == 3


def test_bytes_that_are_no_utf_8_go_back_as_they_came() -> None:
    session = one(b"RTSP/1.0 200 OK\r\nSession: a\xe9b\r\n\r\n").headers["Session"]
    assert b"Session: a\xe9b\r\n" in write_request("PLAY", "rtsp://h/", {"Session": session})


PIECES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [*SAMPLES, ANSWER, b"$", b"\r\n", b"\n\n", b"RTSP/1.0 ", b"RTSP/1.0 200 OK\r\n", b"TEARDOWN ", b": "]
    ),
)


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=30))
def test_random_bytes(pieces: list[bytes]) -> None:
    reader = MessageReader()
    try:
        for piece in pieces:
            for message in reader.feed(piece):
                assert isinstance(message, Response | DeviceRequest | Frame)
    except BadAnswer:
        pass
    assert reader.kept <= 65535 + LARGEST_HEAD


@given(st.lists(st.sampled_from([*SAMPLES, ANSWER, b"$\x06\0\3RTS", b"$\0\0\0"]), max_size=8), st.data())
def test_random_splits(messages: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(messages)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=20)))
    reader = MessageReader()
    found = [
        each
        for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)
        for each in reader.feed(stream[start:end])
    ]
    assert found == read(stream) if stream else found == []
    assert len(found) == len(messages)
