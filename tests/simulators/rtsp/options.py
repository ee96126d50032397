"""How a device speaks RTSP, and how it misbehaves: plain mutable settings that hold from the next message on."""

from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from .messages import Fold, Request
from .rtp import Marker, Shape

VIDEO, AUDIO, METADATA = "video", "audio", "metadata"
ALL_TRACKS = (VIDEO, AUDIO, METADATA)


class Alone(StrEnum):
    """What becomes of the metadata track when no video is set up with it (001…txt l.221)."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    SILENT = "silent"


class UriStyle(StrEnum):
    """How the address of a subscription is given; the document shows none (001…txt l.824-831)."""

    ABSOLUTE = "absolute"
    RELATIVE = "relative"
    OTHER_HOST = "other_host"
    CREDENTIALS = "credentials"


@dataclass(kw_only=True)
class Options:
    """How the device speaks."""

    payload_type: int = 107
    encoding: str = "isapi.metadata"
    first_interleaved: int = 6
    """Channel of the first track set up (001…txt l.215)."""
    honours_interleaved: bool = False
    """Take the channels the client asks for; else the device's own."""
    fold: Fold = Fold.NONE
    says_cseq: bool = True
    """Whether answers to SETUP carry the number of the request (001…txt l.213-216 has none)."""
    timeout: int = 60
    """Seconds after which a session without a request ends (001…txt l.214)."""
    says_timeout: bool = True
    rtcp_keeps_alive: bool = False
    methods: tuple[str, ...] = ("OPTIONS", "DESCRIBE", "SETUP", "PLAY", "TEARDOWN", "GET_PARAMETER")
    """What the device knows; anything else is answered with 501."""
    content_base: bool = False
    absolute_control: bool = False
    """Write whole addresses into the SDP."""
    mtu: int = 1400
    """Largest RTP packet (bytes)."""
    marker: Marker = Marker.LAST
    shape: Shape = field(default_factory=Shape)
    report_interval: float | None = 5.0
    """Seconds between sender reports; None: none are sent."""
    data_first: bool = False
    """Send data before the answer to PLAY, and a frame in front of every later answer."""
    alone: Alone = Alone.ALLOWED
    max_sessions: int | None = None
    """Sessions at a time; one more is answered with 453."""
    uri_style: UriStyle = UriStyle.ABSOLUTE
    prologue: bytes = b""
    """Bytes in front of every document, such as NULs."""
    epilogue: bytes = b""


@dataclass(kw_only=True)
class StatusRule:
    """Answers that are refused: `times` (None: for ever) requests of this method (None: any)."""

    status: int
    method: str | None = None
    times: int | None = 1


@dataclass(kw_only=True)
class RtspFault:
    """Switches for misbehaviour; all off at the start."""

    silent: bool = False
    """Answer requests and send no data at all, reports included."""
    half_open: bool = False
    """Neither answer nor send: the other side of the connection is gone without a word."""
    deaf: bool = False
    """Send data and answer no request."""
    loss: float = 0.0
    """Part of the data packets that is lost (0..1)."""
    random: Random = field(default_factory=lambda: Random(6))
    rules: list[StatusRule] = field(default_factory=list)
    _lose: list[int] = field(default_factory=list)
    _swap: int = 0
    _twice: int = 0

    def status_next(self, status: int, method: str | None = None, *, times: int | None = 1) -> None:
        """Answer the next `times` requests with this status."""
        self.rules.append(StatusRule(status=status, method=method, times=times))

    def lose_packets(self, count: int = 1, *, after: int = 0) -> None:
        """Lose `count` data packets, after letting `after` of them through."""
        self._lose += [after, *[0] * (count - 1)]

    def swap_packets(self, count: int = 1) -> None:
        """Exchange the next two data packets, `count` times."""
        self._swap += count

    def repeat_packets(self, count: int = 1) -> None:
        """Send each of the next data packets twice."""
        self._twice += count

    def status_for(self, request: Request) -> int | None:
        """Return (and use up once) the status this request is refused with."""
        for rule in self.rules:
            if rule.times != 0 and rule.method in (None, request.method):
                rule.times = None if rule.times is None else rule.times - 1
                return rule.status
        return None

    def travel(self, packet: bytes, held: list[bytes]) -> list[bytes]:
        """Return what arrives when this packet is sent; `held` keeps what is to arrive later."""
        if self._lost() or (self.loss and self.random.random() < self.loss):
            return []
        if self._swap and not held:
            self._swap -= 1
            held.append(packet)
            return []
        arriving = [packet, *held]
        held.clear()
        if self._twice:
            self._twice -= 1
            arriving *= 2
        return arriving

    def _lost(self) -> bool:
        if not self._lose:
            return False
        if self._lose[0]:
            self._lose[0] -= 1
            return False
        del self._lose[0]
        return True
