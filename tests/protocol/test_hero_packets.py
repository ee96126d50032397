"""Packets of the push: whole, in pieces, several at once, broken; nothing is kept without bound."""

import json
import random
import struct
import tracemalloc
import zlib

import pytest

from custom_components.ip_surveillance.protocol.drivers.herospeed.packets import (
    HEADER,
    LARGEST,
    LARGEST_JSON,
    Packet,
    PacketReader,
    PacketType,
)

JPEG = b"\xff\xd8\xff\xe0 a picture with \xa5\xa5 in it \xff\xd9"


def header(binary: int, checksum: int, text: int, kind: int) -> bytes:
    return struct.pack("<IIIH", binary, checksum, text, kind).ljust(30, b"\x01") + b"\xa5\xa5"


def packet(
    document: object, kind: int = 2, binary: bytes = b"", *, end: bytes = b"\0", counted: bool = True, crc: int = 0
) -> bytes:
    text = json.dumps(document).encode()
    size = len(text) + (len(end) if counted else 0)
    return header(len(binary), crc or zlib.crc32(text), size, kind) + text + end + binary


def told(packets: list[Packet]) -> list[tuple[int, object, bytes]]:
    return [(each.type, each.data, each.binary) for each in packets]


def test_a_packet() -> None:
    reader = PacketReader()
    found = reader.feed(packet({"events": [{"event_type": "motion", "active": True}]}, 2, JPEG))
    assert told(found) == [(2, {"events": [{"event_type": "motion", "active": True}]}, JPEG)]
    assert found[0].type == PacketType.EVENT
    assert found[0].doc.docs("events")[0].text("event_type") == "motion"
    assert found[0].picture == JPEG
    assert "motion" not in repr(found[0])
    assert reader.kept == 0
    assert (reader.counts.packets, reader.counts.bad_packets, reader.counts.other_checksums) == (1, 0, 0)


@pytest.mark.parametrize("binary", [b"", JPEG, b"\0\0heat"])
@pytest.mark.parametrize(("end", "counted"), [(b"\0", True), (b"\0", False), (b"", True)])
def test_the_zero_after_the_text(end: bytes, counted: bool, binary: bytes) -> None:
    one = packet({"a": 1}, 7, binary, end=end, counted=counted)
    reader = PacketReader()
    if binary.startswith(b"\0") and not end:
        # Exactly as long as its header says.
        assert told(reader.feed(one)) == [(7, {"a": 1}, binary)]
        return
    for _ in range(3):
        assert told(reader.feed(one)) == [(7, {"a": 1}, binary)]
    assert told(reader.feed(one + one)) == [(7, {"a": 1}, binary)] * 2
    assert (reader.kept, reader.counts.bad_packets, reader.counts.bytes_skipped) == (0, 0, 0)


def test_a_packet_without_text() -> None:
    reader = PacketReader()
    assert told(reader.feed(header(0, 0, 0, 1) + packet({"a": 1}))) == [(1, {}, b""), (2, {"a": 1}, b"")]
    assert reader.counts.other_checksums == 0


@pytest.mark.parametrize("size", [1, 7, 31, 32, 33, 100, 1000])
def test_pieces(size: int) -> None:
    stream = packet({"a": 1}, 2, JPEG) + packet({"b": 2}, 3) + packet({"c": 3}, 5, bytes(range(256)) * 3)
    reader = PacketReader()
    found = [each for start in range(0, len(stream), size) for each in reader.feed(stream[start : start + size])]
    assert [each.data for each in found] == [{"a": 1}, {"b": 2}, {"c": 3}]
    assert (reader.kept, reader.counts.bad_packets) == (0, 0)


def test_the_rest_of_a_packet_never_comes() -> None:
    reader = PacketReader()
    assert not reader.feed(packet({"lost": 1}, 2, JPEG)[:-5])
    assert reader.kept
    assert told(reader.feed(packet({"a": 1}))) == [(2, {"a": 1}, b"")]
    assert reader.counts.bad_packets == 1
    assert reader.kept == 0


def test_broken_text_is_skipped() -> None:
    reader = PacketReader()
    text = b"no json at all"
    bad = header(len(JPEG), 0, len(text), 2) + text + JPEG
    assert [each.data for each in reader.feed(packet({"a": 1}) + bad + packet({"b": 2}))] == [{"a": 1}, {"b": 2}]
    assert reader.counts.bad_packets == 1


def test_nearly_right_text_is_read() -> None:
    text = b'{"events":[{"event_type":"motion",},],}\0'
    found = PacketReader().feed(header(0, 0, len(text), 2) + text)
    assert found[0].data == {"events": [{"event_type": "motion"}]}


def test_another_checksum_is_counted_only() -> None:
    reader = PacketReader()
    assert len(reader.feed(packet({"a": 1}, crc=12345))) == 1
    assert reader.counts.other_checksums == 1


@pytest.mark.parametrize(
    "junk",
    [
        b"x",
        b"junk" * 100,
        b"\xa5\xa5",
        b"\xa5" * 999,
        bytes(5000),
        header(LARGEST, 0, 0, 2),
        header(0, 0, LARGEST_JSON + 1, 2),
    ],
)
def test_junk_is_skipped(junk: bytes) -> None:
    reader = PacketReader()
    assert told(reader.feed(junk + packet({"a": 1}))) == [(2, {"a": 1}, b"")]
    assert reader.counts.bytes_skipped == len(junk)
    assert not reader.feed(junk)
    assert told(reader.feed(packet({"b": 1}))) == [(2, {"b": 1}, b"")]
    assert reader.counts.bytes_skipped == 2 * len(junk)


def test_types_are_counted_within_bounds() -> None:
    reader = PacketReader()
    for kind in range(1000):
        assert reader.feed(packet({}, kind))[0].type == kind
    assert len(reader.counts.by_type) <= 2 * len(PacketType) + 1
    assert sum(reader.counts.by_type.values()) == reader.counts.packets == 1000


def test_memory_is_bounded() -> None:
    reader = PacketReader()
    tracemalloc.start()
    # A packet of nearly all that is allowed, whose end never comes, again and again.
    start = header(7 * 2**20 - 1, 0, 0, 2)
    for _ in range(5):
        reader.feed(start)
        for _ in range(20):
            reader.feed(bytes(2**19))
            assert reader.kept < LARGEST
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * LARGEST
    reader.feed(bytes(LARGEST))
    assert told(reader.feed(packet({"a": 1}))) == [(2, {"a": 1}, b"")]


def test_fuzz() -> None:
    """Whatever comes, the reader raises nothing, loses count of nothing and finds its way back."""
    random.seed(11)
    good = packet({"n": 1}, 3, JPEG)
    for _ in range(1500):
        reader = PacketReader()
        for _ in range(random.randrange(1, 6)):
            message = bytearray(random.choice([good, good + good, good[: random.randrange(len(good))]]))
            for _ in range(random.randrange(6)):
                if message:
                    message[random.randrange(len(message))] = random.choice(
                        [0, 0xA5, 0x7B, 0xFF, random.randrange(256)]
                    )
            if random.random() < 0.3:
                message[:0] = random.randbytes(random.randrange(80))
            for each in reader.feed(bytes(message)):
                assert isinstance(each.data, dict)
                assert isinstance(each.binary, bytes)
            assert reader.kept < LARGEST
        reader.feed(good)
        assert [each.data for each in reader.feed(good)][-1:] == [{"n": 1}]


def test_long_junk_takes_no_long_time() -> None:
    reader = PacketReader()
    likely = header(0, 0, LARGEST_JSON + 1, 2)
    for junk in (b"\xa5" * 2**22, likely * (2**20 // HEADER), bytes(2**22)):
        reader.feed(junk)
        assert reader.kept < HEADER
    assert reader.counts.packets == 0
    # Of a message full of broken packets only the first are tried.
    reader.feed((header(0, 0, 8, 2) + b"{'broken") * 100_000)
    assert reader.counts.bad_packets < 30
    assert reader.kept == 0
