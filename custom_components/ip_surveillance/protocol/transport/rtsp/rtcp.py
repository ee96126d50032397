"""RTCP (RFC 3550): what the device reports is read as far as it is needed, and receiver reports are written. Pure.

Some devices end a session whose receiver never reports.
"""

from dataclasses import dataclass
import struct
from typing import Final

from .rtp import Packet

SENDER_REPORT: Final = 200
RECEIVER_REPORT: Final = 201
DESCRIPTION: Final = 202
BYE: Final = 203
_HEAD: Final = struct.Struct(">BBH")
_NUMBER: Final = struct.Struct(">I")
_BLOCK: Final = struct.Struct(">IIIIII")
_SENDER_TIME: Final = 8
"""Where the NTP time of a sender report begins."""
_SENDER_SIZE: Final = 28
_MOST_LOST: Final = 0x7FFFFF
_FORWARD: Final = 0x8000
_NAME: Final = b"receiver"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPacket:
    """One packet of a compound."""

    kind: int
    source: int | None
    sent: int | None = None
    """Of a sender report: the middle 32 bits of its NTP time."""


def read_compound(data: bytes) -> tuple[ControlPacket, ...] | None:
    """Read all packets of a compound; None where it is no RTCP or cut short."""
    found: list[ControlPacket] = []
    at = 0
    while at < len(data):
        if len(data) - at < _HEAD.size:
            return None
        first, kind, words = _HEAD.unpack_from(data, at)
        size = 4 + 4 * words
        if first >> 6 != 2 or len(data) - at < size:
            return None
        found.append(_packet(kind, data[at : at + size]))
        at += size
    return tuple(found)


def _packet(kind: int, data: bytes) -> ControlPacket:
    source = _NUMBER.unpack_from(data, 4)[0] if len(data) >= 8 else None
    sent = None
    if kind == SENDER_REPORT and len(data) >= _SENDER_SIZE:
        seconds, fraction = struct.unpack_from(">II", data, _SENDER_TIME)
        sent = (seconds & 0xFFFF) << 16 | fraction >> 16
    return ControlPacket(kind=kind, source=source, sent=sent)


class Reception:
    """What the reports say of the packets of one source."""

    def __init__(self, own: int, clock: int) -> None:
        """Take the number we go by, and the ticks a second of the track (0: not known, no jitter)."""
        self._own = own
        self._clock = clock
        self._source: int | None = None
        self._begin(0)
        self._sent: tuple[int, float] | None = None

    def _begin(self, sequence: int) -> None:
        self._first = self._highest = sequence
        self._received = self._expected_then = self._received_then = 0
        self._jitter = 0.0
        self._transit: float | None = None

    def note(self, packet: Packet, now: float) -> None:
        """Take a packet that arrived at `now` (seconds of any clock)."""
        if packet.source != self._source:
            self._source = packet.source
            self._begin(packet.sequence)
        ahead = (packet.sequence - self._highest) & 0xFFFF
        if ahead < _FORWARD:
            self._highest += ahead
        self._received += 1
        transit = now * self._clock - packet.timestamp
        if self._transit is not None and self._clock:
            self._jitter += (abs(transit - self._transit) - self._jitter) / 16
        self._transit = transit

    def note_report(self, packet: ControlPacket, now: float) -> None:
        """Take a sender report, whose time the next report of ours repeats."""
        if packet.sent is not None:
            self._sent = (packet.sent, now)

    def report(self, now: float) -> bytes:
        """Write a receiver report with our name: about no source as long as nothing came."""
        block = b"" if self._source is None else self._block(self._source, now)
        count = 1 if block else 0
        head = _HEAD.pack(0x80 | count, RECEIVER_REPORT, (4 + len(block)) // 4) + _NUMBER.pack(self._own)
        name = _NUMBER.pack(self._own) + bytes((1, len(_NAME))) + _NAME
        name += bytes(4 - len(name) % 4)
        return head + block + _HEAD.pack(0x81, DESCRIPTION, len(name) // 4) + name

    def _block(self, source: int, now: float) -> bytes:
        expected = self._highest - self._first + 1
        lost = max(0, min(expected - self._received, _MOST_LOST))
        lately = expected - self._expected_then
        missing = lately - (self._received - self._received_then)
        share = max(0, min(255, missing * 256 // lately)) if lately > 0 else 0
        self._expected_then, self._received_then = expected, self._received
        sent, delay = 0, 0
        if self._sent is not None:
            sent, delay = self._sent[0], int((now - self._sent[1]) * 65536)
        jitter = int(self._jitter)
        return _BLOCK.pack(
            source,
            share << 24 | lost,
            self._highest & 0xFFFFFFFF,
            min(jitter, 0xFFFFFFFF),
            sent,
            max(0, min(delay, 0xFFFFFFFF)),
        )
