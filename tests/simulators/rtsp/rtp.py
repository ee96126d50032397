"""RTP and RTCP as a device sends them: headers with everything optional in them, and fragmentation."""

from dataclasses import dataclass, field
from enum import StrEnum
import secrets
import struct
import time

_NTP_EPOCH = 2208988800
"""Seconds from 1900 to 1970."""
HEADER = 12


class Marker(StrEnum):
    """On which packets of a document the M bit is set."""

    LAST = "last"
    NONE = "none"
    ALWAYS = "always"


@dataclass(kw_only=True)
class Shape:
    """What packets carry beside their payload. The document's packet has none of it (001…txt l.272-290)."""

    padding: int = 0
    """Bytes of padding at the end of each packet (0: none)."""
    extension: bytes | None = None
    """Header extension; padded to whole words."""
    csrc: int = 0
    """Number of contributing sources (0..15)."""

    @property
    def size(self) -> int:
        """Bytes in front of and behind the payload."""
        extension = 0 if self.extension is None else 4 + -(-len(self.extension) // 4) * 4
        return HEADER + 4 * self.csrc + extension + self.padding


@dataclass(kw_only=True)
class RtpSender:
    """The sending side of one track: numbers, time stamps and reports."""

    payload_type: int
    clock: int = 90000
    ssrc: int = field(default_factory=lambda: secrets.randbits(32))
    """Random, and not the one told at SETUP (001…txt l.215, l.272)."""
    sequence: int = field(default_factory=lambda: secrets.randbits(15))
    """Number of the next packet."""
    offset: int = field(default_factory=lambda: secrets.randbits(31))
    packets: int = 0
    octets: int = 0

    def stamp(self, moment: float) -> int:
        """Return the time stamp of a moment (seconds)."""
        return (self.offset + round(moment * self.clock)) & 0xFFFFFFFF

    def packet(self, payload: bytes, stamp: int, *, marker: bool, shape: Shape | None = None) -> bytes:
        """Return the next packet."""
        shape = shape or Shape()
        first = 0x80 | (0x20 if shape.padding else 0) | (0x10 if shape.extension is not None else 0) | shape.csrc
        second = (0x80 if marker else 0) | self.payload_type
        head = struct.pack("!BBHII", first, second, self.sequence, stamp, self.ssrc)
        head += b"".join(struct.pack("!I", 0x1000 + number) for number in range(shape.csrc))
        if shape.extension is not None:
            words = -(-len(shape.extension) // 4)
            head += struct.pack("!HH", 0xABAC, words) + shape.extension.ljust(words * 4, b"\0")
        self.sequence = (self.sequence + 1) & 0xFFFF
        self.packets += 1
        self.octets += len(payload)
        tail = bytes(shape.padding - 1) + bytes((shape.padding,)) if shape.padding else b""
        return head + payload + tail

    def report(self, moment: float) -> bytes:
        """Return a sender report with the name of the source."""
        now = time.time() + _NTP_EPOCH
        body = struct.pack(
            "!IIIIII",
            self.ssrc,
            int(now) & 0xFFFFFFFF,
            int(now % 1 * 2**32),
            self.stamp(moment),
            self.packets & 0xFFFFFFFF,
            self.octets & 0xFFFFFFFF,
        )
        name = struct.pack("!IBB", self.ssrc, 1, 6) + b"camera" + b"\0\0\0\0"
        return struct.pack("!BBH", 0x80, 200, len(body) // 4) + body + _source(name)


def _source(chunk: bytes) -> bytes:
    """Return a source description (RTCP type 202) with one chunk."""
    chunk += bytes(-len(chunk) % 4)
    return struct.pack("!BBH", 0x81, 202, len(chunk) // 4) + chunk


def pieces(document: bytes, size: int) -> list[bytes]:
    """Cut a document into payloads of at most `size` bytes."""
    return [document[start : start + size] for start in range(0, len(document), size)] or [b""]
