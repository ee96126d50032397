"""Documents out of packets: put into order, joined, cut apart; bounded whatever comes. Pure.

A document ends when it is complete, or when another one begins; with the marker alone only after a moment in which no
more of it comes. Behind a lost packet the rest of its document is passed over.
"""

from typing import Final

from .counts import RtspCounts
from .documents import BLANK, Shape, begins_declaration, begins_json, begins_short, begins_xml, may_begin, split
from .rtp import Packet

LARGEST_DOCUMENT: Final = 2**20
"""Bytes; a heat map with its picture in it has some hundred thousand."""
WINDOW: Final = 8
"""Packets that may overtake one before it counts as lost. Over TCP nothing overtakes but within the device."""
_FORWARD: Final = 0x8000
_LATE: Final = 64
"""Packets; one that is so far behind comes too late, or twice."""
_LARGEST_GAP: Final = 3000
"""Packets; a larger step means that the numbering began anew (RFC 3550 appendix A.1)."""


class Order:
    """Puts packets into the order of their numbers."""

    def __init__(self, counts: RtspCounts, window: int = WINDOW) -> None:
        """Take where to count, and how many packets may be held back."""
        self._counts = counts
        self._window = window
        self._next: int | None = None
        self._held: dict[int, Packet] = {}
        self._stray: int | None = None
        """What would follow the last packet that came too late: two in a row are a new numbering."""

    @property
    def waiting(self) -> bool:
        """Whether packets are held back for one that has not come."""
        return bool(self._held)

    def push(self, packet: Packet) -> list[tuple[bool, Packet]]:
        """Take a packet, return those whose turn it is, each with whether one before it is missing."""
        expected = packet.sequence if self._next is None else self._next
        ahead = (packet.sequence - expected) & 0xFFFF
        behind = 0x10000 - ahead
        if ahead == 0:
            return self._ready(packet, gap=False)
        if ahead < _FORWARD and ahead <= _LARGEST_GAP:
            return self._hold(packet)
        if ahead >= _FORWARD and behind <= _LATE and packet.sequence != self._stray:
            self._counts.repeated += 1
            self._stray = (packet.sequence + 1) & 0xFFFF
            return []
        self._counts.restarts += 1
        done = self.release()
        return [*done, *self._ready(packet, gap=True)]

    def release(self) -> list[tuple[bool, Packet]]:
        """Wait no longer: return what is held back."""
        done: list[tuple[bool, Packet]] = []
        while self._held:
            done += self._skip()
        return done

    def _hold(self, packet: Packet) -> list[tuple[bool, Packet]]:
        if packet.sequence in self._held:
            self._counts.repeated += 1
            return []
        self._held[packet.sequence] = packet
        done: list[tuple[bool, Packet]] = []
        while self._held and (len(self._held) > self._window or self._too_far()):
            done += self._skip()
        return done

    def _too_far(self) -> bool:
        return any(self._ahead(sequence) > self._window for sequence in self._held)

    def _ahead(self, sequence: int) -> int:
        assert self._next is not None
        return (sequence - self._next) & 0xFFFF

    def _skip(self) -> list[tuple[bool, Packet]]:
        """Give up the missing packets before the first that is held back."""
        nearest = min(self._held, key=self._ahead)
        self._counts.lost += self._ahead(nearest)
        return self._ready(self._held.pop(nearest), gap=True)

    def _ready(self, packet: Packet, *, gap: bool) -> list[tuple[bool, Packet]]:
        done = [(gap, packet)]
        self._stray = None
        self._next = (packet.sequence + 1) & 0xFFFF
        if self._held and not gap:
            self._counts.reordered += 1
        while (follower := self._held.pop(self._next, None)) is not None:
            done.append((False, follower))
            self._next = (self._next + 1) & 0xFFFF
        return done


class Assembler:
    """Makes documents out of the packets of one track."""

    def __init__(
        self, counts: RtspCounts | None = None, *, window: int = WINDOW, largest: int = LARGEST_DOCUMENT
    ) -> None:
        """Take where to count, how many packets may overtake one, and the bytes a document may have."""
        self.counts = RtspCounts() if counts is None else counts
        self._order = Order(self.counts, window)
        self._largest = largest
        self._buffer = bytearray()
        self._shape = Shape()
        self._timestamp = 0
        self._passing: int | None = None
        """Time of a document of which a piece is missing: the rest of it is passed over."""
        self._marked = False
        """The marker came although the document does not look complete: some set it on every piece."""
        self._unsure = True
        """What comes may be the middle of a document: only what looks like the beginning of one is taken."""

    @property
    def waiting(self) -> bool:
        """Whether something is held back for a packet that may still come; `release` waits no longer."""
        return self._order.waiting or self._marked

    @property
    def kept(self) -> int:
        """Bytes of the document that has begun."""
        return len(self._buffer)

    def feed(self, packet: Packet) -> list[bytes]:
        """Take a packet, return the documents it completes, never empty ones."""
        self.counts.packets += 1
        return self._take(self._order.push(packet))

    def release(self) -> list[bytes]:
        """Give up what is waited for; return the documents this completes."""
        documents = self._take(self._order.release())
        return [*documents, *self._cut_short()] if self._marked else documents

    def _take(self, packets: list[tuple[bool, Packet]]) -> list[bytes]:
        documents: list[bytes] = []
        for gap, packet in packets:
            if gap:
                self._give_up()
            if self._buffer and self._another(packet):
                documents += self._cut_short()
            documents += self._add(packet)
        return documents

    def _give_up(self) -> None:
        self._unsure = True
        if self._buffer:
            self.counts.broken_documents += 1
            self._drop()

    def _drop(self) -> None:
        self._passing = self._timestamp
        self._clear()

    def _clear(self) -> None:
        self._buffer.clear()
        self._shape = Shape()
        self._marked = False

    def _another(self, packet: Packet) -> bool:
        """Whether a packet begins a document although the one before has not ended.

        A new time alone does not tell: the pieces of one document may each have their own.
        """
        payload, later = packet.payload, packet.timestamp != self._timestamp
        if self._marked and later:
            return True
        if self._shape.json:
            return later and (begins_xml(payload) or begins_json(payload))
        if begins_declaration(payload):
            return True
        return self._shape.rooted and (begins_xml(payload) or (later and begins_json(payload)))

    def _add(self, packet: Packet) -> list[bytes]:
        if self._passes(packet):
            return []
        if not self._buffer:
            if not self._begins(packet):
                return []
            self._timestamp = packet.timestamp
        if len(self._buffer) + len(packet.payload) > self._largest:
            self.counts.oversized_documents += 1
            self._drop()
            self._passing = None if packet.marker else self._passing
            return []
        self._buffer += packet.payload
        self._shape.grow(packet.payload)
        self._marked = packet.marker
        return self._finish() if self._shape.complete else []

    def _begins(self, packet: Packet) -> bool:
        begins = begins_xml(packet.payload) or begins_json(packet.payload) or begins_short(packet.payload)
        if begins or (not self._unsure and may_begin(packet.payload)):
            self._unsure = False
            return True
        # Blanks behind a document are no loss.
        if packet.payload.strip(BLANK):
            self.counts.stray_packets += 1
            self._unsure = True
        self._unsure = self._unsure and not packet.marker
        return False

    def _passes(self, packet: Packet) -> bool:
        """Whether a packet is the rest of a document that was given up."""
        if self._passing is None:
            return False
        if packet.timestamp != self._passing or begins_xml(packet.payload):
            self._passing = None
            return False
        self._passing = None if packet.marker else self._passing
        self.counts.stray_packets += 1
        return True

    def _cut_short(self) -> list[bytes]:
        self.counts.open_documents += 1
        return self._finish()

    def _finish(self) -> list[bytes]:
        documents = split(bytes(self._buffer))
        self._clear()
        self.counts.documents += len(documents)
        return documents
