"""RTP packets (RFC 3550). Pure.

The document shows one packet of metadata: version 2, no padding, no extension, no contributing sources, marker set,
payload type 107 (`001_11da3581811fffe4.txt` l.277-287). Its source (0x55667788) is not the one that the answer to
SETUP names (l.214), so the source is never compared with that.
"""

from dataclasses import dataclass, field
import struct
from typing import Final

_HEADER: Final = struct.Struct(">BBHII")
_VERSION: Final = 2
_PADDING: Final = 0x20
_EXTENSION: Final = 0x10
_MARKER: Final = 0x80


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One packet without its wrapping."""

    payload_type: int
    marker: bool
    """The packet ends a document."""
    sequence: int
    """0 to 65535, rising by one."""
    timestamp: int
    """In ticks of the track's clock; the fragments of a document share it."""
    source: int
    payload: bytes = field(repr=False)


def read_packet(data: bytes) -> Packet | None:
    """Read a packet, with padding, extension and contributing sources taken off; None where it is none."""
    if len(data) < _HEADER.size:
        return None
    first, second, sequence, timestamp, source = _HEADER.unpack_from(data)
    if first >> 6 != _VERSION:
        return None
    start = _HEADER.size + 4 * (first & 0x0F)
    if first & _EXTENSION:
        if len(data) < start + 4:
            return None
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4])
    end = len(data) - (data[-1] if first & _PADDING else 0)
    if start > end:
        return None
    return Packet(
        payload_type=second & 0x7F,
        marker=bool(second & _MARKER),
        sequence=sequence,
        timestamp=timestamp,
        source=source,
        payload=data[start:end],
    )
