"""What comes in the channels of one track: documents for the caller, reports for the device."""

from collections.abc import Callable
from dataclasses import dataclass
import re
import secrets
from typing import Final

from ...errors import CannotConnect, NotSupported
from .assembly import Assembler
from .connection import RtspConnection
from .messages import Frame, Response
from .rtcp import BYE, Reception, read_compound
from .rtp import read_packet
from .sdp import Track

DEFAULT_TIMEOUT: Final = 60.0
"""Seconds that a session lives without a request where the device does not say (RFC 2326 section 12.37)."""
_TIMEOUTS: Final = (1.0, 3600.0)
_LONGEST_SESSION: Final = 256
_HIGHEST_CHANNEL: Final = 255
_REPORT_PAUSE: Final = 1.0
"""Seconds between receiver reports, however many the device sends."""
_INTERLEAVED: Final = re.compile(r"interleaved\s*=\s*(\d{1,3})(?:\s*-\s*(\d{1,3}))?", re.IGNORECASE | re.ASCII)
_TIMEOUT: Final = re.compile(r";\s*timeout\s*=\s*(\d{1,6})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """What the answer to SETUP says."""

    session: str
    timeout: float
    """Seconds."""
    channel: int
    control_channel: int


def read_setup(answer: Response, asked: int) -> SetUp:
    """Read the answer; `asked` is the channel where it names none. Raises `NotSupported` where it is not over TCP."""
    transport = answer.headers.get("Transport", "")
    match = _INTERLEAVED.search(transport)
    if match is None and transport and "TCP" not in transport.upper():
        raise NotSupported("the device does not send over the connection", code="noTcp")
    channel = int(match[1]) if match else asked
    control = int(match[2]) if match and match[2] else channel + 1
    session = answer.headers.get("Session", "")
    told = _TIMEOUT.search(session)
    timeout = float(told[1]) if told and int(told[1]) else DEFAULT_TIMEOUT
    return SetUp(
        session=session.partition(";")[0].strip()[:_LONGEST_SESSION],
        timeout=min(max(timeout, _TIMEOUTS[0]), _TIMEOUTS[1]),
        channel=min(channel, _HIGHEST_CHANNEL),
        control_channel=min(control, _HIGHEST_CHANNEL),
    )


class TrackStream:
    """Receives one track."""

    def __init__(
        self,
        connection: RtspConnection,
        track: Track,
        set_up: SetUp,
        take: Callable[[bytes], None],
        clock: Callable[[], float],
    ) -> None:
        """Take the track, its channels, who gets the documents, and a clock (seconds)."""
        self._connection = connection
        self._track = track
        self._set_up = set_up
        self._take = take
        self._clock = clock
        self._assembler = Assembler(connection.counts)
        self._reception = Reception(secrets.randbits(32), track.clock)
        self._reported_at: float | None = None
        self.heard = False
        """Whether any data has come; reports alone prove nothing."""

    @property
    def waiting(self) -> bool:
        """Whether packets are held back for one that has not come."""
        return self._assembler.waiting

    def release(self) -> None:
        """Give up the packets that are waited for."""
        self._give(self._assembler.release())

    def frame(self, frame: Frame) -> None:
        """Take interleaved data. Raises `CannotConnect` when the device says that the stream has ended."""
        if frame.channel == self._set_up.channel:
            self._data(frame)
        elif frame.channel == self._set_up.control_channel:
            self._control(frame)
        else:
            self._connection.discard(frame)

    def report(self) -> None:
        """Send a receiver report."""
        self._reported_at = self._clock()
        self._connection.counts.reports += 1
        self._connection.send_frame(self._set_up.control_channel, self._reception.report(self._reported_at))

    def _data(self, frame: Frame) -> None:
        counts = self._connection.counts
        packet = read_packet(frame.data)
        if packet is None:
            counts.bad_packets += 1
        elif packet.payload_type != self._track.payload_type:
            counts.other_payload_types += 1
        else:
            self.heard = True
            self._reception.note(packet, self._clock())
            self._give(self._assembler.feed(packet))

    def _control(self, frame: Frame) -> None:
        packets = read_compound(frame.data)
        if packets is None:
            self._connection.counts.bad_control_packets += 1
            return
        now = self._clock()
        for packet in packets:
            self._reception.note_report(packet, now)
        if any(packet.kind == BYE for packet in packets):
            raise CannotConnect("the device ended the stream", code="ended")
        if any(packet.sent is not None for packet in packets) and self._rested(now):
            self.report()

    def _rested(self, now: float) -> bool:
        return self._reported_at is None or now - self._reported_at >= _REPORT_PAUSE

    def _give(self, documents: list[bytes]) -> None:
        for document in documents:
            self._take(document)
