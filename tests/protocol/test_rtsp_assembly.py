"""Documents out of packets: the document's own, fragments, ends without a marker, loss, disorder, limits."""

from dataclasses import replace
from itertools import pairwise
import random

from hypothesis import example, given, settings, strategies as st
import pytest

from custom_components.ip_surveillance.protocol.transport.rtsp.assembly import WINDOW, Assembler
from custom_components.ip_surveillance.protocol.transport.rtsp.documents import Shape, split
from custom_components.ip_surveillance.protocol.transport.rtsp.rtp import Packet, read_packet
from tests.protocol.rtsp_samples import DOCUMENT, HEADER, PLATE, fragments, packet

ONE = DOCUMENT.strip()
JSON = b'{"Metadata": {"type": "ruleTarget"}}'
OTHER = b"<Other></Other>"
BARE = b'<Metadata version="2.0"><type>PTZ</type></Metadata>'
OPEN_XML = b"<Metadata><type>PTZ</type>"
OPEN_JSON = b'{"Metadata": [{}'
ALL = (ONE, PLATE, JSON, BARE)


def feed(assembler: Assembler, packets: list[Packet]) -> list[bytes]:
    return [document for each in packets for document in assembler.feed(each)]


def test_the_packet_of_the_document() -> None:
    assembler = Assembler()
    found = read_packet(HEADER + DOCUMENT)
    assert found is not None
    assert assembler.feed(found) == [ONE]
    assert (assembler.counts.packets, assembler.counts.documents, assembler.kept) == (1, 1, 0)


def held(assembler: Assembler) -> bool:
    """Whether something is held back, asked anew."""
    return assembler.waiting


@pytest.mark.parametrize("document", ALL, ids=["xml", "plate", "json", "bare"])
@pytest.mark.parametrize("step", [0, 90])
@pytest.mark.parametrize("marker", [True, False])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 40, 100, 1400])
def test_fragments(size: int, marker: bool, step: int, document: bytes) -> None:
    if step and size < 40 and document.startswith(b"{"):
        # With a time of its own a piece that begins with a bracket is another document.
        size = 40
    assembler = Assembler()
    packets: list[Packet] = []
    for number in range(3):
        packets += fragments(document, size, len(packets), marker=marker, step=step, timestamp=1000 + number * 90000)
    assert feed(assembler, packets) == [document] * 3
    assert assembler.kept == 0
    assert assembler.counts.lost == assembler.counts.broken_documents == 0


def test_an_end_comes_at_once_without_a_marker() -> None:
    assembler = Assembler()
    assert feed(assembler, fragments(ONE, 90, 0, marker=False)) == [ONE]
    assert feed(assembler, [packet(b"\r\n\0\0", 6, marker=True)]) == []
    assert assembler.counts.stray_packets == 0


@pytest.mark.parametrize(
    ("first", "then", "later"),
    [
        (OPEN_XML, ONE, 0),
        (OPEN_XML, BARE, 0),
        (OPEN_XML, JSON, 1),
        (OPEN_JSON, JSON, 1),
        (OPEN_JSON, BARE, 1),
        (OPEN_JSON, ONE, 1),
    ],
)
def test_another_begins_before_the_end(first: bytes, then: bytes, later: int) -> None:
    assembler = Assembler()
    packets = [packet(first, 1), packet(then, 2, marker=True, timestamp=1000 + later)]
    assert feed(assembler, packets) == [first, then]
    assert assembler.counts.open_documents == 1


@pytest.mark.parametrize(
    ("pieces", "later"),
    [
        ([b'<?xml version="1.0"?>\n', b"<Metadata><a>", b"</a></Metadata>"], 1),
        ([b'<?xml version="1.0"?><Metadata', b"List></MetadataList>"], 0),
        ([b"<Metadata><a>", b'{"x"}', b"</a></Metadata>"], 0),
        ([b"<Metadata><a>", b"<b/>", b"</a></Metadata>"], 1),
        ([b'{"a": [{}, ', b'{"b": 1}', b"]}"], 0),
        ([b'{"a": "', b"<Metadata>", b'"}'], 0),
        ([b'{"a": "\\', b'"}', b'"}'], 0),
    ],
)
def test_what_only_looks_like_another(pieces: list[bytes], later: int) -> None:
    assembler = Assembler()
    packets = [packet(piece, number, timestamp=1000 + number * later) for number, piece in enumerate(pieces)]
    assert feed(assembler, packets) == [b"".join(pieces)]


@pytest.mark.parametrize("joint", [b"", b"\n", b"\0\0", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("pair", [(first, second) for first in ALL for second in ALL])
def test_two_in_one_packet(pair: tuple[bytes, bytes], joint: bytes) -> None:
    assembler = Assembler()
    found = assembler.feed(packet(joint.join(pair), 1, marker=True))
    if pair[0].startswith(b"<") and pair[1].startswith(b"{"):
        # No device mixes them; XML that does not end with its end tag is waited for.
        assert found == []
        found = assembler.release()
    assert found == list(pair)
    assert assembler.counts.documents == 2


def test_an_end_tag_that_is_repeated_cuts_nothing() -> None:
    text = b"<Metadata><a></Metadata><b></b></a></Metadata>"
    assert split(text) == [text]
    assert split(b'{"a": 1}}, {"b": 2}') == [b'{"a": 1}}, {"b": 2}']
    assert split(b"\0\n ") == []
    assert split(b"no document") == [b"no document"]


def test_more_documents_than_anybody_sends() -> None:
    found = split(JSON * 1000)
    assert found[:63] == [JSON] * 63
    assert found[63:] == [JSON * (1000 - 63)]


def test_brackets_without_end() -> None:
    text = b"{" * 300_000
    assert split(text + b"}" * 300_000 + JSON) == [text + b"}" * 300_000 + JSON]


@pytest.mark.parametrize("lost", range(5))
def test_a_lost_piece_costs_its_document_alone(lost: int) -> None:
    assembler = Assembler(window=0)
    packets = [
        *fragments(BARE, 1400, 9, timestamp=0),
        *fragments(ONE, 90, 10, timestamp=1),
        *fragments(PLATE, 30, 16, timestamp=2),
        *fragments(ONE, 1400, 19, timestamp=3),
    ]
    assert len(packets) == 11
    del packets[1 + lost]
    assert feed(assembler, packets) == [BARE, PLATE, ONE]
    assert assembler.counts.lost == 1
    assert assembler.counts.broken_documents == (1 if lost else 0)


def test_a_lost_end_is_no_end() -> None:
    assembler = Assembler(window=0)
    packets = fragments(ONE, 90, 0, timestamp=1) + fragments(JSON, 1400, 6, timestamp=2)
    del packets[5]
    assert feed(assembler, packets) == [JSON]
    assert assembler.counts.broken_documents == 1


def test_a_constant_time_does_not_stop_everything() -> None:
    assembler = Assembler(window=0)
    packets = fragments(PLATE, 30, 0) + [packet(JSON, 3 + number, marker=True) for number in range(3)]
    del packets[2]
    # The first after the gap may be the rest of what was lost.
    assert feed(assembler, packets) == [JSON, JSON]
    packets = [*fragments(PLATE, 30, 6), packet(BARE, 9, marker=True)]
    del packets[2]
    assert feed(assembler, packets) == [BARE]


def test_joining_in_the_middle() -> None:
    assembler = Assembler()
    packets = fragments(ONE, 90, 0)[1:] + fragments(ONE, 90, 6, timestamp=5)
    assert feed(assembler, packets) == [ONE]
    assert assembler.counts.stray_packets == 5


def test_a_root_that_others_use() -> None:
    assembler = Assembler()
    assert feed(assembler, [packet(BARE, 0, marker=True), packet(OTHER, 1, marker=True)]) == [BARE, OTHER]
    # Right after the beginning, or a loss, it may be the middle of something.
    assembler = Assembler()
    assert feed(assembler, [packet(OTHER, 0, marker=True), packet(OTHER, 1, marker=True)]) == [OTHER]


@pytest.mark.parametrize("document", ALL, ids=["xml", "plate", "json", "bare"])
@pytest.mark.parametrize("size", [1, 7, 40, 90])
def test_a_marker_on_every_piece(size: int, document: bytes) -> None:
    assembler = Assembler()
    packets: list[Packet] = []
    for number in range(3):
        pieces = fragments(document, size, len(packets), timestamp=number)
        packets += [replace(each, marker=True) for each in pieces]
    assert feed(assembler, packets) == [document] * 3
    assert not held(assembler)


@pytest.mark.parametrize("document", [OPEN_XML, OPEN_JSON, b"<Other/>"])
def test_a_marker_behind_what_looks_incomplete(document: bytes) -> None:
    for follower in (packet(BARE, 2, timestamp=5), packet(JSON, 2, marker=True, timestamp=5)):
        assembler = Assembler()
        assert feed(assembler, [packet(BARE, 0), packet(document, 1, marker=True)]) == [BARE]
        assert held(assembler)
        assert assembler.feed(follower) == [document, follower.payload]
    assembler = Assembler()
    assert feed(assembler, [packet(BARE, 0), packet(document, 1, marker=True)]) == [BARE]
    assert assembler.release() == [document]
    assert not held(assembler)
    assert assembler.counts.open_documents == 1


@pytest.mark.parametrize("start", [0, 65533])
@pytest.mark.parametrize(
    "order", [(0, 1, 3, 2, 4, 5), (0, 2, 3, 4, 1, 5), (0, 5, 4, 3, 2, 1), (0, 1, 1, 2, 4, 3, 3, 5)]
)
def test_disorder(order: tuple[int, ...], start: int) -> None:
    assembler = Assembler()
    packets = fragments(ONE, 90, start)
    assert len(packets) == 6
    assert feed(assembler, [packets[number] for number in order]) == [ONE]
    assert not held(assembler)
    assert assembler.counts.lost == 0
    assert assembler.counts.reordered >= 1
    assert assembler.counts.repeated == len(order) - 6


def test_what_never_comes_is_given_up() -> None:
    assembler = Assembler()
    documents = feed(assembler, [packet(BARE, number, marker=True) for number in (0, *range(2, 2 + WINDOW))])
    assert documents == [BARE]
    assert held(assembler)
    assert assembler.feed(packet(JSON, 2 + WINDOW, marker=True)) == [BARE] * WINDOW + [JSON]
    assert not held(assembler)
    assert assembler.counts.lost == 1
    # Too late.
    assert assembler.feed(packet(BARE, 1, marker=True, timestamp=7)) == []
    assert (assembler.counts.repeated, assembler.counts.restarts) == (1, 0)
    assert assembler.feed(packet(BARE, 3 + WINDOW, marker=True)) == [BARE]


def test_waiting_ends_when_told() -> None:
    assembler = Assembler()
    assert feed(assembler, [packet(BARE, 0, marker=True), packet(JSON, 3, marker=True)]) == [BARE]
    assert held(assembler)
    assert assembler.release() == [JSON]
    assert not held(assembler)
    assert assembler.counts.lost == 2
    assert assembler.release() == []


def test_a_large_gap_is_not_waited_for() -> None:
    assembler = Assembler()
    assert feed(assembler, [packet(BARE, 0, marker=True), packet(JSON, 100, marker=True)]) == [BARE, JSON]
    assert assembler.counts.lost == 99


@pytest.mark.parametrize("sequence", [10000, 40000, 65000])
def test_a_new_numbering(sequence: int) -> None:
    assembler = Assembler()
    packets = [*fragments(ONE, 90, 0)[:3], packet(JSON, sequence, marker=True, timestamp=5)]
    assert feed(assembler, [*packets, packet(BARE, sequence + 1, marker=True)]) == [JSON, BARE]
    assert (assembler.counts.restarts, assembler.counts.lost, assembler.counts.broken_documents) == (1, 0, 1)


def test_a_new_numbering_a_little_lower() -> None:
    assembler = Assembler()
    packets = [packet(BARE, number, marker=True) for number in (30, 31, 0, 1, 2)]
    assert feed(assembler, packets) == [BARE] * 4
    assert (assembler.counts.restarts, assembler.counts.repeated) == (1, 1)


@pytest.mark.parametrize("marker", [True, False])
def test_a_document_without_end(marker: bool) -> None:
    assembler = Assembler(largest=1000)
    packets = [packet(b"<Metadata>", 0), *(packet(b"x" * 100, number) for number in range(1, 20))]
    assert feed(assembler, [*packets, packet(b"x", 20, marker=marker)]) == []
    assert assembler.counts.oversized_documents == 1
    assert assembler.kept == 0
    assert feed(assembler, [packet(BARE, 21, marker=True)]) == [BARE]


@pytest.mark.parametrize(
    ("pieces", "complete"),
    [
        ([b""], False),
        ([b"  ", b"\0"], False),
        ([b"<?xml?>"], False),
        ([b"<a>"], False),
        ([b"<a></a>"], True),
        ([b"<a></a", b">\n\0"], True),
        ([b"<a", b"b></a>"], False),
        ([b"<n:a x='1'></n:a>"], True),
        ([b"{}"], True),
        ([b'{"a": "}"'], False),
        ([b'{"a": "\\', b'"}'], False),
        ([b'{"a": "\\\\', b'"}'], True),
        ([b'{"a": "\\', b"", b'"}'], False),
        ([b"{]"], True),
        ([b"text </a>"], False),
    ],
)
def test_shapes(pieces: list[bytes], complete: bool) -> None:
    shape = Shape()
    for piece in pieces:
        shape.grow(piece)
    assert shape.complete is complete


DOCUMENTS = st.sampled_from(ALL)


@settings(max_examples=300)
@given(st.lists(DOCUMENTS, min_size=1, max_size=6), st.integers(0, 65535), st.booleans(), st.data())
def test_any_documents_cut_anywhere(documents: list[bytes], first: int, marker: bool, data: st.DataObject) -> None:
    """Pieces of one document share its time, as RTP wants."""
    packets: list[Packet] = []
    for number, document in enumerate(documents):
        cuts = sorted({0, len(document), *data.draw(st.lists(st.integers(1, len(document) - 1), max_size=5))})
        for start, end in pairwise(cuts):
            last = end == len(document)
            packets.append(
                packet(document[start:end], first + len(packets), marker=marker and last, timestamp=number * 90)
            )
    assembler = Assembler()
    assert feed(assembler, packets) == documents
    assert assembler.counts.documents == len(documents)

    # With neighbours swapped.
    shaken = packets[:1]
    rest = packets[1:]
    for start in range(0, len(rest), 3):
        part = rest[start : start + 3]
        random.Random(start).shuffle(part)
        shaken += part
    assembler = Assembler()
    assert feed(assembler, shaken) + assembler.release() == documents


PAYLOADS = st.one_of(
    st.binary(max_size=30),
    st.sampled_from(
        [ONE, PLATE, JSON, BARE, OPEN_XML, OPEN_JSON, b"</Metadata>", b'"}', b"\\", b"{", b"}", b"<?xml ?>"]
    ),
)
PACKETS = st.builds(
    packet,
    PAYLOADS,
    st.one_of(st.integers(0, 20), st.integers(0, 65535)),
    marker=st.booleans(),
    timestamp=st.integers(0, 3),
)


@settings(max_examples=500)
@given(st.lists(PACKETS, max_size=40))
@example([packet(b"{", 0), packet(b"{", 65535), packet(b"{", 9), packet(b"}", 1)])
def test_any_packets(packets: list[Packet]) -> None:
    assembler = Assembler(largest=200)
    documents: list[bytes] = []
    for each in packets:
        documents += assembler.feed(each)
        assert assembler.kept <= 200
    documents += assembler.release()
    assert not held(assembler)
    assert all(document and document.strip() == document for document in documents)
    counts = assembler.counts
    assert (counts.packets, counts.documents) == (len(packets), len(documents))


@given(st.binary(max_size=200))
def test_splitting_loses_nothing_but_blanks(data: bytes) -> None:
    blanks = b"\xef\xbb\xbf \t\r\n\0"
    kept = b"".join(split(data))
    assert kept.translate(None, blanks) == data.translate(None, blanks)
