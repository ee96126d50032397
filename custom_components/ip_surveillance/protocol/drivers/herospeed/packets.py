"""Packets of the event push: a header of 32 bytes, a JSON text, and what belongs to it in binary form. Pure.

The document does not have the push. Header, little-endian: length of the binary part (0), checksum of the JSON (4),
length of the JSON (8), type (12), signature 0xA5A5 (30). Of which kind the checksum is nobody tells: one that is no
CRC-32 is counted and the packet taken all the same.
"""

from dataclasses import dataclass, field
from enum import IntEnum
import re
import struct
from typing import Any, Final
import zlib

from ...errors import BadAnswer
from .docs import Doc
from .messages import read_object

HEADER: Final = 32
LARGEST: Final = 8 * 2**20
"""Bytes of one packet, header and pictures included; no more than this is ever kept."""
LARGEST_JSON: Final = 2**20
"""Bytes of the JSON, which has less."""
_LARGEST_REPAIR: Final = 2**16
_HEADER: Final = re.compile(rb"(?=..[\x00-\x6f]\x00.{6}[\x00-\x0f]\x00.{18}\xa5\xa5)", re.DOTALL)
"""A binary part below 7 MiB, a JSON below 1 MiB, the signature. Found in one go: going through junk byte by byte
would keep everything else waiting."""
_FIELDS: Final = struct.Struct("<IIIH")
_JPEG: Final = b"\xff\xd8"
_MOST_AT_ONCE: Final = 4096
_MOST_BAD: Final = 16
"""Packets that cannot be read in one message, after which the rest of it is not tried."""


class PacketType(IntEnum):
    """What a packet is about."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One packet; a type that is not known is its number."""

    type: int
    data: dict[str, Any] = field(repr=False)
    """The JSON; empty where there is none."""
    binary: bytes = field(default=b"", repr=False)

    @property
    def doc(self) -> Doc:
        """The JSON, to be read tolerantly."""
        return Doc(self.data)

    @property
    def picture(self) -> bytes | None:
        """The binary part where it is a JPEG, or begins with one."""
        return self.binary if self.binary.startswith(_JPEG) else None


@dataclass(slots=True)
class PacketCounts:
    """What came since the start, for diagnostics."""

    packets: int = 0
    bad_packets: int = 0
    """Skipped: their JSON cannot be read, or they broke off."""
    bytes_skipped: int = 0
    other_checksums: int = 0
    by_type: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    binary: int
    checksum: int
    json: int
    type: int

    @property
    def size(self) -> int:
        return HEADER + self.json + self.binary


class PacketReader:
    """Takes messages of the WebSocket, which hold a packet each, or several, or a piece of one."""

    def __init__(self, counts: PacketCounts | None = None) -> None:
        """Take counts that outlive the connection, if wanted."""
        self.counts = counts or PacketCounts()
        self._kept = bytearray()

    @property
    def kept(self) -> int:
        """Bytes that wait for the rest of their packet."""
        return len(self._kept)

    def feed(self, message: bytes) -> list[Packet]:
        """Take a message and return the packets that are whole now. Raises nothing; what is bad is counted."""
        if self._kept and _whole_packet(message):
            # The rest of the packet before will not come any more.
            self._skip(len(self._kept), packet=True)
        self._kept += message
        found: list[Packet] = []
        at = 0
        bad = self.counts.bad_packets
        while len(self._kept) - at >= HEADER and len(found) < _MOST_AT_ONCE:
            if self.counts.bad_packets - bad >= _MOST_BAD:
                self._skip(len(self._kept) - at, packet=True)
                return found
            header = _header(self._kept, at)
            if header is None:
                at = self._resync(at)
                continue
            if len(self._kept) - at < header.size:
                break
            at = self._take(header, at, found)
        del self._kept[:at]
        if len(self._kept) >= LARGEST:
            self._skip(len(self._kept), packet=True)
        return found

    def _take(self, header: _Header, at: int, found: list[Packet]) -> int:
        """Read the packet at a place; returns where the next one begins."""
        kept = self._kept
        json_end = at + HEADER + header.json
        text = bytes(kept[at + HEADER : json_end])
        end = at + header.size
        # Whether the length of the JSON counts the zero at its end is not told.
        if not text.endswith(b"\0") and end < len(kept) and kept[json_end] == 0 and _header(kept, end) is None:
            json_end += 1
            end += 1
        self._check(header, text)
        try:
            data = read_object(text, LARGEST_JSON, _LARGEST_REPAIR) if text.strip(b"\0 \r\n") else {}
        except BadAnswer:
            self._skip(0, packet=True)
            return end
        found.append(Packet(type=header.type, data=data, binary=bytes(kept[json_end:end])))
        self.counts.packets += 1
        by_type = self.counts.by_type
        kind = header.type if header.type in by_type or len(by_type) < 2 * len(PacketType) else 0
        by_type[kind] = by_type.get(kind, 0) + 1
        return end

    def _check(self, header: _Header, text: bytes) -> None:
        known = {zlib.crc32(text), zlib.crc32(text.rstrip(b"\0")), zlib.crc32(text.rstrip(b"\0") + b"\0")}
        if header.checksum and header.checksum not in known:
            self.counts.other_checksums += 1

    def _resync(self, at: int) -> int:
        """Skip to where the next header may begin; what cannot be part of one is gone."""
        place = _HEADER.search(self._kept, at + 1)
        start = place.start() if place else max(at + 1, len(self._kept) - HEADER + 1)
        self._skip(start - at, packet=False)
        return start

    def _skip(self, size: int, *, packet: bool) -> None:
        """Count what is lost; a packet that is waited for is given up."""
        self.counts.bytes_skipped += size
        if packet:
            self.counts.bad_packets += 1
            if size:
                self._kept.clear()


def _header(data: bytes | bytearray, at: int) -> _Header | None:
    """Read a header; None where there is none, or one that asks for more than is taken."""
    if _HEADER.match(data, at) is None:
        return None
    binary, checksum, json, kind = _FIELDS.unpack_from(data, at)
    return _Header(binary=binary, checksum=checksum, json=json, type=kind)


def _whole_packet(message: bytes) -> bool:
    """Whether a message begins with a packet that is whole, which the rest of another one hardly does."""
    header = _header(message, 0)
    if header is None or len(message) < header.size:
        return False
    return not header.json or message[HEADER : HEADER + 1] == b"{"
