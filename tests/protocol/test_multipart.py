"""The multipart push parser: every deviation seen in the field, every way to cut the bytes."""

from dataclasses import dataclass
from itertools import pairwise
import os
from pathlib import Path
import random
import tracemalloc

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ip_surveillance.protocol.transport.content import JsonEnd, Kind, XmlEnd, sniff
from custom_components.ip_surveillance.protocol.transport.multipart import MAX_HEADER, MAX_PART, MultipartParser, Part

MIXED = "multipart/mixed; boundary=b0undary"
XML = "application/xml; charset=UTF-8"
ALERT = (
    b'<?xml version="1.0" encoding="UTF-8"?>\r\n'
    b'<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">\r\n'
    b"<channelID>1</channelID>\r\n<eventType>VMD</eventType><!-- </EventNotificationAlert> -->\r\n"
    b"</EventNotificationAlert>"
)
HEARTBEAT = b"<EventNotificationAlert><eventType>videoloss</eventType></EventNotificationAlert>"
JSON = b'{"CIDEvent":{"code":1130,"name":"Tor \\"}\\" {","list":[1,{"a":2}]}}'
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 2 + b"\r\n--b0undary\r\nplain\r\n" + b"\xff\xd9"
PLAIN_JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 2 + b"\xff\xd9"
OPAQUE = b"channel=1\r\ntype=motion\r\nstate=on"


@dataclass(frozen=True, kw_only=True)
class Wire:
    """How a device writes its parts."""

    line: bytes = b"\r\n"
    delimiter: bytes = b"--b0undary"
    length: str = "right"
    after: bytes | None = None
    blank: bool = True
    typed: bool = True
    last: bytes = b"--b0undary--\r\n"

    def part(self, body: bytes, content_type: str) -> bytes:
        """Write one part."""
        lengths = {
            "right": len(body),
            "short": len(body) // 2,
            "by one": len(body) + 1,
            "two short": len(body) - 2,
            "long": len(body) + 40,
            "negative": -5,
            "zero": 0,
            "word": "many",
            "huge": 10**30,
            "over": 2**33,
        }
        lines = [self.delimiter] if self.delimiter else []
        if self.typed:
            lines.append(b"Content-Type: " + content_type.encode())
        if self.length != "none":
            lines.append(f"Content-Length: {lengths[self.length]}".encode())
        head = self.line.join([*lines, b""])
        return head + (self.line if self.blank else b"") + body + (self.line if self.after is None else self.after)

    def stream(self, *bodies: tuple[bytes, str]) -> bytes:
        """Write a whole answer."""
        return b"".join(self.part(*body) for body in bodies) + self.last


STANDARD = ((ALERT, XML), (PLAIN_JPEG, "image/jpeg"), (JSON, "application/json"), (HEARTBEAT, XML))
WIRES = {
    "as the RFC says": Wire(),
    "bare line feeds": Wire(line=b"\n"),
    "no length": Wire(length="none"),
    "no length, bare line feeds": Wire(length="none", line=b"\n"),
    "length too short": Wire(length="short"),
    "length two short": Wire(length="two short"),
    "length one too long": Wire(length="by one"),
    "length too long": Wire(length="long"),
    "negative length": Wire(length="negative"),
    "length zero": Wire(length="zero"),
    "length no number": Wire(length="word"),
    "absurd length": Wire(length="huge"),
    "length beyond the limit": Wire(length="over"),
    "other boundary": Wire(delimiter=b"--other", last=b"--other--"),
    "other boundary that begins alike": Wire(delimiter=b"--b0undaryX", last=b""),
    "literal boundary": Wire(delimiter=b"--<boundary>", last=b""),
    "literal boundary without dashes": Wire(delimiter=b"<boundary>", last=b""),
    "many dashes": Wire(delimiter=b"------x", last=b"------x--"),
    "boundary followed by blanks": Wire(delimiter=b"--b0undary  ", last=b""),
    "no blank line": Wire(blank=False),
    "no headers": Wire(typed=False, length="none"),
    "no headers, no blank line": Wire(typed=False, length="none", blank=False),
    "no type": Wire(typed=False),
    "nothing after the body": Wire(after=b""),
    "blank lines after the body": Wire(after=b"\r\n\r\n\n"),
    "no last delimiter": Wire(last=b""),
    "last delimiter without line end": Wire(last=b"--b0undary--"),
    "no delimiter": Wire(delimiter=b"", last=b""),
}


def read(
    stream: bytes, content_type: str | None = MIXED, *, cuts: list[int] | int = 0, **limits: int
) -> tuple[list[Part], MultipartParser]:
    """Feed the stream in pieces: of `cuts` bytes, or cut at the indexes in `cuts`, 0 for one piece."""
    parser = MultipartParser(
        content_type,
        max_part=limits.get("max_part", MAX_PART),
        max_header=limits.get("max_header", MAX_HEADER),
    )
    if isinstance(cuts, int):
        cuts = list(range(cuts, len(stream), cuts)) if cuts else []
    edges = [0, *sorted(cuts), len(stream)]
    parts = []
    for start, end in pairwise(edges):
        parts += parser.feed(stream[start:end])
    return parts + parser.close(), parser


def outcome(stream: bytes, content_type: str | None = MIXED, **how: int) -> tuple[object, ...]:
    """All that must not depend on the cutting."""
    parts, parser = read(stream, content_type, **how)
    return parts, parser.bad_parts, parser.empty_parts, parser.bytes_skipped


def bodies(parts: list[Part]) -> list[bytes]:
    """The bodies only."""
    return [part.body for part in parts]


@pytest.mark.parametrize("wire", WIRES.values(), ids=WIRES)
@pytest.mark.parametrize(
    "content_type", [MIXED, 'multipart/mixed; boundary="b0undary"', None, "multipart/mixed", "text/plain"]
)
def test_variants(wire: Wire, content_type: str | None) -> None:
    """Every way of writing gives the same parts, whatever the header promised."""
    parts, parser = read(wire.stream(*STANDARD), content_type)

    assert bodies(parts) == [body for body, _ in STANDARD]
    assert [part.content_type for part in parts] == [Kind.XML, Kind.JPEG, Kind.JSON, Kind.XML]
    assert parser.bad_parts == 0
    assert parser.empty_parts == 0


@pytest.mark.parametrize("wire", WIRES.values(), ids=WIRES)
def test_cut_at_every_byte(wire: Wire) -> None:
    """Byte by byte, and cut once at any place, the outcome is the same."""
    stream = wire.stream(*STANDARD)
    whole = outcome(stream)

    assert outcome(stream, cuts=1) == whole
    for cut in range(1, len(stream), 3):
        parts, parser = read(stream, cuts=[cut])
        assert (parts, parser.bad_parts, parser.empty_parts, parser.bytes_skipped) == whole, cut


@pytest.mark.parametrize("length", ["right", "none"])
def test_document_leaves_with_its_last_byte(length: str) -> None:
    """No byte after the closing tag or brace is waited for."""
    for body, content_type in ((ALERT, XML), (JSON, "application/json"), (b"<a/>", XML)):
        stream = Wire(length=length, after=b"", last=b"").part(body, content_type)
        parser = MultipartParser(MIXED)
        assert parser.feed(stream[:-1]) == []
        assert bodies(parser.feed(stream[-1:])) == [body]


def test_picture_and_binary_leave_with_their_last_byte() -> None:
    """A right Content-Length suffices."""
    for body, content_type in ((JPEG, "image/jpeg"), (OPAQUE, "text/plain"), (b"\x00\x01", "application/x")):
        stream = Wire(after=b"", last=b"").part(body, content_type)
        parser = MultipartParser(MIXED)
        assert parser.feed(stream[:-1]) == []
        assert bodies(parser.feed(stream[-1:])) == [body]


@pytest.mark.parametrize(
    "body", [JPEG, JPEG.replace(b"plain", b"--b0undary--")], ids=["a delimiter", "also the last delimiter"]
)
def test_boundary_inside_a_picture(body: bytes) -> None:
    """With a right length the same bytes inside a picture end nothing."""
    stream = Wire().stream((body, "image/jpeg"), (ALERT, XML))
    assert bodies(read(stream)[0]) == [body, ALERT]
    assert outcome(stream) == outcome(stream, cuts=1)


def test_boundary_inside_binary_and_document() -> None:
    """The same for other bodies."""
    binary = b"ab\r\n--b0undary\r\ncd\r\n--b0undar"
    document = b"<a>\r\n--b0undary\r\n</a>"
    stream = Wire().stream((binary, "application/x"), (document, XML), (ALERT, XML))
    assert bodies(read(stream)[0]) == [binary, document, ALERT]
    assert outcome(stream) == outcome(stream, cuts=1)


@dataclass(frozen=True)
class Bad:
    """A damaged stretch between two good alerts."""

    middle: bytes
    bad: int = 0
    empty: int = 0
    extra: tuple[bytes, ...] = ()


W = Wire(last=b"")
BROKEN = {
    "document cut short": Bad(Wire(length="none").part(ALERT[:-9], XML), bad=1),
    "document cut short, length of the whole": Bad(
        W.part(ALERT, XML).replace(b"</EventNotificationAlert>\r\n", b"</EventNot\r\n"), bad=1
    ),
    "document cut in a comment": Bad(W.part(b"<a><!-- ", XML), bad=1),
    "JSON cut short": Bad(W.part(b'{"a": "', "application/json"), bad=1),
    "picture cut short, length of the whole": Bad(
        W.part(PLAIN_JPEG, "image/jpeg").replace(bytes(range(200, 256)) + b"\xff\xd9", b""), bad=1
    ),
    "picture without end, no length": Bad(Wire(length="none").part(b"\xff\xd8abc", "image/jpeg"), bad=1),
    "empty part": Bad(W.part(b"", XML), empty=1),
    "empty part without length": Bad(Wire(length="none").part(b"", "image/jpeg"), empty=1),
    "only a delimiter": Bad(b"--b0undary\r\n", empty=1),
    "header without body": Bad(b"--b0undary\r\nContent-Type: text/xml\r\n", empty=1),
    "header rubbish": Bad(
        b"--b0undary\r\n\x01\xfe rubbish\r\n\xff\r\n: none\r\nContent-Type: text/xml\r\n\r\n<x/>\r\n",
        extra=(b"<x/>",),
    ),
    "endless header": Bad(b"--b0undary\r\nX: " + b"x" * 5000 + b"\r\n", bad=1),
    "rubbish between": Bad(b"some thing\r\n\xff\xd7\x00\r\n--x\r\n-- y\r\n"),
    "long rubbish between": Bad(b"z" * 3000 + b"\r\n"),
    "delimiter-like line, nothing like a part": Bad(b"--nothing\r\nreally nothing\r\n"),
    "closing delimiter, then more": Bad(b"--b0undary--\r\n"),
    "too large": Bad(W.part(b"<a>" + b"y" * 6000 + b"</a>", XML), bad=1),
    "too large, no length": Bad(Wire(length="none").part(b"y" * 6000, "text/plain"), bad=1),
    "text cut by a short length": Bad(Wire(length="short").part(b"0123456789", "text/plain"), extra=(b"01234",)),
    "text with a long length": Bad(Wire(length="long").part(b"0123456789", "text/plain"), extra=(b"0123456789",)),
    "zeros after the body": Bad(W.part(b"<x/>\0\0\0", XML), extra=(b"<x/>",)),
    "blank lines and mark before the body": Bad(W.part(b"\r\n\xef\xbb\xbf<x/>", XML), extra=(b"<x/>",)),
    "half a mark before the body": Bad(W.part(b"\xef\xbb\x01", "text/plain"), extra=(b"\xef\xbb\x01",)),
    "one byte": Bad(W.part(b"7", "text/plain"), extra=(b"7",)),
    "one byte, no length": Bad(Wire(length="none").part(b"7", "text/plain"), extra=(b"7",)),
    "nested namesakes": Bad(
        W.part(b"<a><a/><a b='c'><a></a></a></a>", XML), extra=(b"<a><a/><a b='c'><a></a></a></a>",)
    ),
    "CDATA": Bad(W.part(b"<a><![CDATA[</a>]]></a>", XML), extra=(b"<a><![CDATA[</a>]]></a>",)),
    "array": Bad(W.part(b'[1,{"a":"]"},[2]]', "text/json"), extra=(b'[1,{"a":"]"},[2]]',)),
    "picture with an odd end, right length": Bad(W.part(b"\xff\xd8abc", "image/jpeg"), extra=(b"\xff\xd8abc",)),
    "a tag within a tag": Bad(Wire(length="none").part(b"<A<?b?>\r\n<c></c>", XML), extra=(b"<A<?b?>\r\n<c></c>",)),
    "folded and odd headers": Bad(
        b"--b0undary\r\nA: b\r\n c\r\nX: y\nZ: z\r\n\r\n<x/>\r\n--b0undary\r\n--b0undary\r\n\r\n<y/>\r\n",
        empty=1,
        extra=(b"<x/>", b"<y/>"),
    ),
    "unknown delimiter, long line": Bad(b"--x\r\n" + b"k" * 1500 + b"\r\n"),
    "another delimiter for once": Bad(Wire(delimiter=b"--other").part(b"<x/>", XML), extra=(b"<x/>",)),
}


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("content_type", [MIXED, None])
def test_neighbours_survive(case: Bad, content_type: str | None) -> None:
    """A bad part costs itself only and is counted."""
    stream = W.part(ALERT, XML) + case.middle + W.part(HEARTBEAT, XML) + W.part(JSON, "x/json")
    limits = {"max_part": 5000, "max_header": 2000}
    parts, parser = read(stream, content_type, **limits)

    assert bodies(parts) == [ALERT, *case.extra, HEARTBEAT, JSON]
    assert (parser.bad_parts, parser.empty_parts) == (case.bad, case.empty)
    assert outcome(stream, content_type, cuts=1, **limits) == outcome(stream, content_type, **limits)
    assert outcome(stream, content_type, cuts=7, **limits) == outcome(stream, content_type, **limits)


def test_short_lengths_are_believed_once() -> None:
    """After a length proved too small, opaque bodies are checked by what follows them."""
    wire = Wire(length="short", last=b"")
    stream = b"".join(wire.part(b"0123456789", "text/plain") for _ in range(3)) + W.part(b"ok", "text/plain")
    parts, _ = read(stream)
    assert bodies(parts) == [b"01234", b"0123456789", b"0123456789", b"ok"]
    assert outcome(stream) == outcome(stream, cuts=1)


@pytest.mark.parametrize(
    "preamble",
    [
        b"\r\n\r\n",
        b"Connecting, waiting\r\n",
        b"\xef\xbb\xbf\r\n",
        b"--not one\r\n",
        b"--x\r\nrubbish\r\n",
        b"\x00" * 40,
        b"\xef\xbbx\r\n",
        b"q" * 5000 + b"\r\n",
        b"<",
        b"<bounds",
    ],
)
def test_preamble(preamble: bytes) -> None:
    """What comes before the first part does no harm."""
    lead = preamble if preamble.endswith(b"\n") or not preamble.startswith(b"<") else b""
    stream = lead + Wire().stream(*STANDARD)
    assert bodies(read(stream)[0]) == [body for body, _ in STANDARD]
    assert outcome(stream) == outcome(stream, cuts=1)
    assert bodies(read(preamble)[0]) == []


def test_bare_document() -> None:
    """An answer that is no multipart at all is one part; documents one after the other are several."""
    for content_type in (None, "application/xml"):
        parts, parser = read(ALERT + HEARTBEAT + b"\n" + JSON, content_type, cuts=1)
        assert bodies(parts) == [ALERT, HEARTBEAT, JSON]
        assert parser.bytes_skipped == 0


def test_headers() -> None:
    """Names in lower case, folded lines joined, names of pictures found."""
    stream = (
        (
            b"--b0undary\r\nCONTENT-type : Image/JPEG; name=x\r\nContent-Disposition: form-data;\r\n"
            b' name="pic"; filename="a b.jpg"\r\nContent-ID: <p1>\r\nX-Name: \xe9\r\nHTTP/1.1 200 OK\r\n\r\n'
        )
        + PLAIN_JPEG
        + b"\r\n--b0undary--"
    )
    (part,), parser = read(stream)
    assert part.headers["content-type"] == "Image/JPEG; name=x"
    assert part.headers["x-name"] == "é"
    assert (part.content_id, part.filename, part.is_document) == ("p1", "a b.jpg", False)
    assert parser.bytes_skipped == len(b"HTTP/1.1 200 OK")


def test_many_different_heads() -> None:
    """What is remembered of heads does not grow, and is right."""
    bodies_sent = [b"x" * size for size in range(1, 200)]
    parts, parser = read(b"".join(W.part(body, "text/plain") for body in bodies_sent * 2))
    assert bodies(parts) == bodies_sent * 2
    assert [part.headers["content-length"] for part in parts[:199]] == [str(size) for size in range(1, 200)]
    assert len(parser._heads) <= 64  # how much is remembered shows nowhere else


def test_names_of_a_part() -> None:
    """The file name goes before the field's name; absent is None."""
    assert Part({}, Kind.XML, b"").content_id is None
    assert Part({}, Kind.XML, b"").filename is None
    assert Part({}, Kind.XML, b"").is_document
    assert Part({"content-disposition": "form-data; name=pic"}, Kind.JPEG, b"").filename == "pic"
    assert Part({"content-disposition": 'x; filename=""'}, Kind.JPEG, b"").filename is None


@pytest.mark.parametrize(
    ("two", "declared", "kind"),
    [
        (b"<E", "", Kind.XML), (b"<?", "image/jpeg", Kind.XML), (b"<q", "application/octet-stream", Kind.OTHER),
        (b'{"', "application/xml", Kind.JSON), (b"{x", "image/jpeg", Kind.OTHER), (b"{x", "text/plain", Kind.JSON),
        (b"[1", "application/json", Kind.JSON), (b"[1", "text/plain", Kind.OTHER), (b"\xff\xd8", "text/xml", Kind.JPEG),
        (b"ab", "", Kind.OTHER), (b"ab", "application/xml", Kind.OTHER),
    ],
)  # fmt: skip
def test_sniff(two: bytes, declared: str, kind: Kind) -> None:
    """The bytes go before the declared type."""
    assert sniff(two, declared) is kind


def test_type_of_opaque_parts() -> None:
    """What the bytes do not tell is taken from the header, without parameters."""
    stream = W.part(OPAQUE, "Text/Plain; charset=x") + Wire(typed=False).part(b"ab", "")
    assert [part.content_type for part in read(stream)[0]] == ["text/plain", Kind.OTHER]


def test_memory_is_bounded() -> None:
    """Endless bodies, headers and rubbish of every kind do not pile up."""
    limit = 16 * 1024
    openings = (
        b"--b\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8", b"--b\r\nContent-Type: text/plain\r\n\r\nxx",
        b"--b\r\n\r\n<a>", b'--b\r\n\r\n{"', b"--b\r\nX: ", b"--b\r\n\r\n<a><!--",
        b"rubbish", b"--", b"<", b"<boundary",
    )  # fmt: skip
    for opening in openings:
        for filler in (b"y" * 4096, b" " * 4096, b"\n--" * 1365, b"<a " * 1365):
            parser = MultipartParser(None, max_part=limit, max_header=4096)
            tracemalloc.start()
            parser.feed(opening)
            for _ in range(24):
                assert parser.feed(filler) == []
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert peak < 6 * limit, (opening, filler[:4])


@pytest.mark.parametrize(
    "body",
    [
        b"<a>" + b"x" * 200_000 + b"</a>", b"<a " + b"x" * 200_000 + b"></a>", b"<a><!--" + b"x" * 200_000 + b"--></a>",
        b'{"a":"' + b"x" * 200_000 + b'"}', b'{"a":"' + b"\\\\" * 100_000 + b'"}', b"{" + b" " * 200_000 + b"}",
        b"\xff\xd8" + b"x" * 200_000 + b"\xff\xd9", b"<a>" + b"<a>" * 40_000 + b"</a>" * 40_000 + b"</a>",
    ],
    ids=lambda body: repr(body[:8]),
)  # fmt: skip
@pytest.mark.timeout(30)
def test_large_part_byte_by_byte(body: bytes) -> None:
    """No search starts again from the beginning (which would take minutes here)."""
    stream = Wire(length="none").part(body, "") + b"--b0undary\r\n"
    assert bodies(read(stream, cuts=1)[0]) == [body]


def test_scanners_need_no_delimiter() -> None:
    """The index after the document, -1 while it is open."""
    data = bytearray(b"..<?xml ?><!-- <b> --><n:a x='1'><n:ab/></n:a>..")
    assert XmlEnd(2).find(data, len(data)) == len(data) - 2
    assert XmlEnd(2).find(data, 20) == -1
    assert JsonEnd(0, ord("{")).find(bytearray(b'{"a\\'), 4) == -1


STREAMS = [wire.stream(*STANDARD) for wire in WIRES.values()] + [
    W.part(ALERT, XML) + case.middle + W.part(HEARTBEAT, XML) for case in BROKEN.values()
]


@settings(deadline=None, max_examples=300)
@given(stream=st.sampled_from(STREAMS), cuts=st.lists(st.integers(0, 4000), max_size=40))
def test_any_cutting(stream: bytes, cuts: list[int]) -> None:
    """Pieces of any size give the same."""
    cuts = [min(cut, len(stream)) for cut in cuts]
    parts, parser = read(stream, cuts=cuts)
    assert (parts, parser.bad_parts, parser.empty_parts, parser.bytes_skipped) == outcome(stream)


TOKENS = st.sampled_from(
    [ALERT, PLAIN_JPEG, b"y" * 400, b"--b0undary", b"--other", b"--", b"<boundary>", b"\r\n", b"\n", b"\r", b" ",
     b"Content-Length: 5", b"Content-Length: 70", b"Content-Type: text/xml", b"Content-Type: image/jpeg", b"X:y",
     b"--b0undary\r\nContent-Type: text/xml\r\n", b"\r\n\r\n", b"<a>", b"</a>", b"<a/>", b"<", b">", b"<!--", b"-->",
     b"{", b"}", b'"', b"\\", b"\xff\xd8", b"\xff\xd9", b"\x00", b"\xef\xbb\xbf", b"\xef\xbb", b"abc"]
)  # fmt: skip


@settings(deadline=None, max_examples=1500)
@given(
    pieces=st.lists(st.one_of(TOKENS, st.binary(max_size=12)), max_size=60),
    content_type=st.sampled_from([MIXED, None, "multipart/mixed; boundary=<boundary>"]),
    cuts=st.lists(st.integers(0, 1500), max_size=8),
)
def test_any_bytes(pieces: list[bytes], content_type: str | None, cuts: list[int]) -> None:
    """Whatever comes: no exception, and only the bytes decide."""
    stream = b"".join(pieces)
    limits = {"max_part": 700, "max_header": 200}
    whole = outcome(stream, content_type, **limits)
    assert outcome(stream, content_type, cuts=1, **limits) == whole
    parts, parser = read(stream, content_type, cuts=[min(cut, len(stream)) for cut in cuts], **limits)
    assert (parts, parser.bad_parts, parser.empty_parts, parser.bytes_skipped) == whole


@settings(deadline=None, max_examples=500)
@given(st.data())
def test_mutations_spare_the_neighbours(data: st.DataObject) -> None:
    """A part with any of its body bytes changed costs no more than itself."""
    body, content_type = data.draw(st.sampled_from(STANDARD))
    wire = data.draw(st.sampled_from([W, Wire(length="none", last=b""), Wire(length="long", last=b"")]))
    mutated = bytearray(body)
    for _ in range(data.draw(st.integers(1, 6))):
        mutated[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    stream = W.part(ALERT, XML) + wire.part(bytes(mutated), content_type)
    stream += W.part(HEARTBEAT, XML) + W.part(JSON, "application/json")
    parts, _ = read(stream)

    assert parts[0].body == ALERT
    assert bodies(parts)[-2:] == [HEARTBEAT, JSON]
    assert outcome(stream, cuts=1) == outcome(stream)


UNCLOSED = {
    "brace missing": b'{"a": {"b": 1}',
    "quote on the wrong side": b'{"a": {"url: "..."\r\n  }\r\n}',
    "nothing but the start": b'{"',
    "closed in a text": b'{"a": "}\r\n}',
}


def lax(stream: bytes, cut: int = 0) -> tuple[list[bytes], int, int]:
    """Bodies, bad parts and skipped bytes for one who repairs what is not closed."""
    parser = MultipartParser(MIXED, lax=True, max_part=5000)
    parts: list[Part] = []
    for start in range(0, len(stream), cut or len(stream) or 1):
        parts += parser.feed(stream[start : start + (cut or len(stream))])
    parts += parser.close()
    return bodies(parts), parser.bad_parts, parser.bytes_skipped


@pytest.mark.parametrize("length", ["right", "none", "short", "long", "by one", "zero"])
@pytest.mark.parametrize("body", UNCLOSED.values(), ids=UNCLOSED)
def test_unclosed_json(body: bytes, length: str) -> None:
    """JSON that the next part cuts off is handed out to who can repair it, and dropped for all others."""
    stream = W.part(JSON, "x/json") + Wire(length=length).part(body, "application/json") + W.part(ALERT, XML)
    assert lax(stream) == lax(stream, 1) == lax(stream, 5) == ([JSON, body, ALERT], 0, 0)
    parts, parser = read(stream)
    assert bodies(parts) == [JSON, ALERT]
    assert parser.bad_parts == 1


def test_unclosed_xml_is_dropped_by_all() -> None:
    """Only JSON is known to come broken as a rule."""
    stream = W.part(ALERT[:-9], XML) + W.part(JSON, "x/json")
    assert lax(stream)[:2] == ([JSON], 1)


def test_unclosed_json_at_the_end_of_the_stream() -> None:
    """A last document that was cut short is none; a last delimiter says that it was all."""
    cut = Wire(last=b"").part(b'{"a": [', "application/json")
    assert lax(cut)[:2] == ([], 1)
    assert lax(cut + b"--b0undary--\r\n")[:2] == ([b'{"a": ['], 0)


@given(
    pieces=st.lists(st.one_of(TOKENS, st.binary(max_size=12)), max_size=40),
    cut=st.integers(1, 40),
)
def test_any_bytes_unclosed_or_not(pieces: list[bytes], cut: int) -> None:
    """Who repairs gets what others get and more, however the bytes are cut."""
    stream = b"".join(pieces)
    assert lax(stream) == lax(stream, cut)


def test_parser_can_go_on_after_close() -> None:
    """Closing leaves nothing behind."""
    parser = MultipartParser(MIXED)
    parser.feed(W.part(ALERT, XML)[:-30])
    assert parser.close() == []
    assert parser.bad_parts == 1
    assert bodies(parser.feed(W.part(ALERT, XML))) == [ALERT]


@pytest.mark.parametrize(
    ("tail", "expected", "bad"),
    [
        (b"--b0undary\r\nContent-Type: image/jpeg\r\n\r\n" + PLAIN_JPEG, [PLAIN_JPEG], 0),
        (b"--b0undary\r\nContent-Type: image/jpeg\r\n\r\n" + PLAIN_JPEG[:-2], [], 1),
        (b"--b0undary\r\nContent-Length: 4\r\n\r\n\xff\xd8ab", [b"\xff\xd8ab"], 0),
        (b"--b0undary\r\nContent-Length: 400\r\n\r\n" + PLAIN_JPEG + b"\r\n--b0undary--", [PLAIN_JPEG], 0),
        (b"--b0undary\r\nContent-Length: 600\r\n\r\n" + PLAIN_JPEG + b"\r\n--b0undary--", [PLAIN_JPEG], 0),
        (b"--b0undary\r\n\r\nplain text", [], 1),
        (b"--b0undary\r\n\r\nplain text\r\n--b0undary--", [b"plain text"], 0),
        (b"--b0undary\r\n\r\n<a>", [], 1),
        (b"--b0undary\r\n\r\n ", [], 0),
        (b"--b0undary\r\nContent-Type: text/xml", [], 1),
        (b"--b0und", [], 0),
        (b"\xff", [], 0),
    ],
)
def test_close(tail: bytes, expected: list[bytes], bad: int) -> None:
    """At the end of the stream whole bodies are kept and others counted."""
    parts, parser = read(W.part(ALERT, XML) + tail)
    assert bodies(parts) == [ALERT, *expected]
    assert parser.bad_parts == bad


def _captured_alerts() -> list[Path]:
    root = Path(os.environ.get("IP_SURVEILLANCE_CAPTURES", Path(__file__).parents[2] / "../shared/captures"))
    return sorted((root / "isapi/alerts").glob("*.xml"))


def test_captured_alerts() -> None:
    """What devices really posted comes through every way of writing, however cut."""
    alerts = _captured_alerts()
    if not alerts:
        pytest.skip("no captured alerts at hand")
    sent = [path.read_bytes().strip() for path in alerts]
    chance = random.Random(1)
    for wire in WIRES.values():
        stream = wire.stream(*((body, XML) for body in sent))
        assert bodies(read(stream)[0]) == sent
        assert bodies(read(stream, cuts=1)[0]) == sent
        assert bodies(read(stream, cuts=chance.sample(range(len(stream)), 50))[0]) == sent
