"""Packets of the WebSocket: a header of 32 bytes, JSON with a NUL at its end, binary data.

Not in the document: numbers are little-endian, the length of the binary part at 0, the checksum of the JSON at 4,
its length at 8, the type at 12 (16 bits), the signature at 30 (16 bits); the rest is 0.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
import struct
import zlib

from .status import Json, text

HEADER = struct.Struct("<IIIH16sH")
SIGNATURE = 0xA5A5


class Packet(IntEnum):
    """Types of packets."""

    HEARTBEAT = 1
    EVENT = 2
    FACE = 3
    LINE_COUNT = 4
    SMART_OBJECT = 5
    PLATE = 6
    HEAT_MAP = 7
    EPTZ = 8
    CONFIG = 9
    OBJECT_INFO = 10


class Malformed(StrEnum):
    """Ways a packet can be broken."""

    SHORT_HEADER = "short_header"
    BAD_SIGNATURE = "bad_signature"
    LONG_JSON = "long_json"
    """The header tells more JSON than there is."""
    LONG_BINARY = "long_binary"
    """The header tells more binary data than there is."""
    HUGE = "huge"
    """Both lengths are 4 GB."""
    BAD_JSON = "bad_json"
    BAD_CHECKSUM = "bad_checksum"
    """The rest is good."""
    NO_NUL = "no_nul"
    """Good but for the missing NUL."""
    NOT_OBJECT = "not_object"
    DEEP = "deep"
    """JSON nested a hundred thousand times."""
    NOT_UTF8 = "not_utf8"
    UNKNOWN_TYPE = "unknown_type"
    EMPTY = "empty"
    """A message without a byte."""
    CUT = "cut"
    """The second half is missing."""
    GARBAGE = "garbage"


READABLE = frozenset({Malformed.BAD_CHECKSUM, Malformed.NO_NUL})
"""What a tolerant reader can make sense of."""


@dataclass(kw_only=True)
class Draft:
    """One packet before it is packed; the lengths may be made to lie."""

    kind: int
    json: bytes
    binary: bytes = b""
    nul: bool = True
    signature: int = SIGNATURE
    checksum: int | None = None
    json_length: int | None = None
    binary_length: int | None = None
    counts_nul: bool = True
    """The length of the JSON has the NUL in it."""

    def pack(self) -> bytes:
        """Return the bytes."""
        body = self.json + (b"\0" if self.nul else b"")
        length = len(body) if self.counts_nul else len(self.json)
        head = HEADER.pack(
            len(self.binary) if self.binary_length is None else self.binary_length,
            zlib.crc32(self.json) if self.checksum is None else self.checksum,
            length if self.json_length is None else self.json_length,
            self.kind,
            bytes(16),
            self.signature,
        )
        return head + body + self.binary


def draft(kind: int, tree: Json, binary: bytes = b"", *, counts_nul: bool = True) -> Draft:
    """Return a good packet."""
    return Draft(kind=kind, json=text(tree).encode(), binary=binary, counts_nul=counts_nul)


def _with(**changes: Json) -> Callable[[Draft], bytes]:
    def pack(item: Draft) -> bytes:
        for name, value in changes.items():
            setattr(item, name, value)
        return item.pack()

    return pack


def _deep(item: Draft) -> bytes:
    item.json = b'{"events":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    return item.pack()


_BROKEN: dict[Malformed, Callable[[Draft], bytes]] = {
    Malformed.SHORT_HEADER: lambda item: item.pack()[:20],
    Malformed.BAD_SIGNATURE: _with(signature=0x5A5A),
    Malformed.LONG_JSON: lambda item: _with(json_length=len(item.json) + 5000)(item),
    Malformed.LONG_BINARY: lambda item: _with(binary_length=len(item.binary) + 5000)(item),
    Malformed.HUGE: _with(json_length=0xFFFFFFFF, binary_length=0xFFFFFFFF),
    Malformed.BAD_JSON: lambda item: _with(json=item.json[:-2])(item),
    Malformed.BAD_CHECKSUM: _with(checksum=1),
    Malformed.NO_NUL: _with(nul=False),
    Malformed.NOT_OBJECT: _with(json=b"[1,2,3]"),
    Malformed.DEEP: _deep,
    Malformed.NOT_UTF8: lambda item: _with(json=item.json.replace(b'"', b'"\xff\xfe', 1))(item),
    Malformed.UNKNOWN_TYPE: _with(kind=77),
    Malformed.EMPTY: lambda _: b"",
    Malformed.CUT: lambda item: item.pack()[: len(item.pack()) // 2],
    Malformed.GARBAGE: lambda _: bytes(range(256)) * 4,
}


def broken(item: Draft, kind: Malformed) -> bytes:
    """Return a packet broken in this way."""
    return _BROKEN[kind](item)
