"""RTP packets with all their wrapping, RTCP reports by the arithmetic of RFC 3550."""

import struct

from hypothesis import given, strategies as st
import pytest

from custom_components.ip_surveillance.protocol.transport.rtsp.rtcp import (
    BYE,
    DESCRIPTION,
    RECEIVER_REPORT,
    SENDER_REPORT,
    ControlPacket,
    Reception,
    read_compound,
)
from custom_components.ip_surveillance.protocol.transport.rtsp.rtp import Packet, read_packet
from tests.protocol.rtsp_samples import DOCUMENT, HEADER, packet
from tests.protocol.rtsp_server import rtp, sender_report

OWN = 0x01020304
BYE_PACKET = struct.pack(">BBHI", 0x81, BYE, 1, 0x55667788)


def test_the_packet_of_the_document() -> None:
    # 001_11da3581811fffe4.txt l.268-287. The hex of its payload lacks a digit (`3d2312e30`), the text does not.
    assert DOCUMENT.hex().startswith("3c3f786d6c2076657273696f6e3d22312e302220656e636f")
    found = read_packet(HEADER + DOCUMENT)
    assert found == Packet(
        payload_type=0x6B,
        marker=True,
        sequence=16514,
        timestamp=3027143702,
        source=1432778632,
        payload=DOCUMENT,
    )
    # What the dump shows of the header as text (l.251).
    assert bytes(byte if 32 < byte < 127 else 46 for byte in HEADER) == b"..@..n..Ufw."
    assert "Metadata" not in repr(found)


@pytest.mark.parametrize("sources", [0, 1, 15])
@pytest.mark.parametrize("extension", [None, b"", b"abcd", b"abcd" * 300])
@pytest.mark.parametrize("padding", [0, 1, 4, 255])
@pytest.mark.parametrize("payload", [b"", b"<a/>"])
def test_wrapping(payload: bytes, padding: int, extension: bytes | None, sources: int) -> None:
    found = read_packet(rtp(payload, 7, padding=padding, extension=extension, sources=sources, marker=False))
    assert found is not None
    assert (found.payload, found.marker, found.sequence) == (payload, False, 7)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        HEADER[:11],
        b"\x40" + HEADER[1:],
        b"\xc0" + HEADER[1:],
        b"\x81" + HEADER[1:] + b"abc",
        b"\x90" + HEADER[1:] + b"abc",
        b"\x90" + HEADER[1:] + b"\xbe\xde\0\2abcdefg",
        b"\xa0" + HEADER[1:] + b"abc\5",
    ],
)
def test_no_packet(data: bytes) -> None:
    assert read_packet(data) is None


def test_padding_of_no_bytes_is_none() -> None:
    found = read_packet(b"\xa0" + HEADER[1:] + b"abc\0")
    assert found is not None
    assert found.payload == b"abc\0"


@given(st.binary(max_size=80))
def test_any_bytes(data: bytes) -> None:
    found = read_packet(data)
    assert found is None or len(found.payload) <= len(data) - 12
    compound = read_compound(data)
    assert compound is None or len(compound) <= len(data) // 4


def test_compounds() -> None:
    assert read_compound(b"") == ()
    assert read_compound(sender_report() + BYE_PACKET) == (
        ControlPacket(kind=SENDER_REPORT, source=0x55667788, sent=0x22223333),
        ControlPacket(kind=BYE, source=0x55667788),
    )
    assert read_compound(struct.pack(">BBH", 0x80, BYE, 0)) == (ControlPacket(kind=BYE, source=None),)
    assert read_compound(sender_report()[:-1]) is None
    assert read_compound(b"\x40" + sender_report()[1:]) is None


def block(report: bytes) -> tuple[int, ...]:
    """Take a report apart: source, share lost of 256, lost, highest, jitter, time of the last report, delay."""
    found = read_compound(report)
    assert found is not None
    assert [each.kind for each in found] == [RECEIVER_REPORT, DESCRIPTION]
    assert {each.source for each in found} == {OWN}
    assert report[0] & 0x1F == 1
    source, lost, *rest = struct.unpack_from(">IIIIII", report, 8)
    return (source, lost >> 24, lost & 0xFFFFFF, *rest)


def test_report_before_anything_came() -> None:
    report = Reception(OWN, 90000).report(0.0)
    found = read_compound(report)
    assert found is not None
    assert [each.kind for each in found] == [RECEIVER_REPORT, DESCRIPTION]
    assert report[0] == 0x80
    assert len(report) % 4 == 0


def test_reports() -> None:
    reception = Reception(OWN, 90000)
    for sequence in (65534, 65535, 0, 3):
        reception.note(packet(b"", sequence), 1.0)
    reception.note_report(ControlPacket(kind=SENDER_REPORT, source=0x55667788, sent=0x22223333), 2.0)
    # Two of six are missing; half a second after the device's report.
    assert block(reception.report(2.5)) == (0x55667788, 2 * 256 // 6, 2, 0x10003, 0, 0x22223333, 0x8000)
    reception.note(packet(b"", 2), 3.0)
    reception.note(packet(b"", 4), 3.0)
    assert block(reception.report(3.0))[1:4] == (0, 1, 0x10004)


def test_jitter() -> None:
    reception = Reception(OWN, 90000)
    reception.note(packet(b"", 1, timestamp=0), 0.0)
    reception.note(packet(b"", 2, timestamp=0), 1.0)
    assert block(reception.report(1.0))[4] == 90000 // 16
    unknown = Reception(OWN, 0)
    unknown.note(packet(b"", 1, timestamp=0), 0.0)
    unknown.note(packet(b"", 2, timestamp=5), 1.0)
    assert block(unknown.report(1.0))[4] == 0


def test_another_source_begins_anew() -> None:
    reception = Reception(OWN, 90000)
    reception.note(packet(b"", 100), 0.0)
    other = read_packet(rtp(b"", 7, source=9))
    assert other is not None
    reception.note(other, 1.0)
    assert block(reception.report(1.0))[:4] == (9, 0, 0, 7)


@given(st.lists(st.tuples(st.integers(0, 65535), st.integers(0, 2**32 - 1), st.floats(0, 1e9)), max_size=30))
def test_any_packets_make_a_report(packets: list[tuple[int, int, float]]) -> None:
    reception = Reception(OWN, 90000)
    for sequence, timestamp, now in packets:
        reception.note(packet(b"", sequence, timestamp=timestamp), now)
        reception.note_report(ControlPacket(kind=SENDER_REPORT, source=1, sent=timestamp), now)
        assert block(reception.report(now))[0] == 0x55667788
