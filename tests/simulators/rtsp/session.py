"""One viewer of a stream: the tracks it set up, and what is sent to it while it plays."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
import secrets
from typing import Protocol

from .messages import Frame
from .options import AUDIO, METADATA, VIDEO, Alone, Options, RtspFault
from .rtp import Marker, RtpSender, pieces
from .video import RATE, Film

_SILENCE = b"\xff" * 400
"""What 50 ms of nothing sound like in PCMU."""
_TICKS = 20
"""Turns of the sending loop in a second: each sends a piece of sound, every other one a picture."""


@dataclass(kw_only=True, frozen=True)
class Target:
    """What an address means."""

    channel: int
    stream: int = 1
    types: frozenset[str] | None = None
    """Kinds of metadata subscribed to; None: the whole channel."""


@dataclass(kw_only=True)
class Lane:
    """A track that was set up."""

    track: str
    interleaved: int
    sender: RtpSender
    held: list[bytes] = field(default_factory=list)
    last: float = 0.0

    def moment(self, now: float) -> float:
        """Return a time for the next time stamp, later than the one before."""
        self.last = max(now, self.last + 2 / self.sender.clock)
        return self.last


class Line(Protocol):
    """The connection a session sends on."""

    def frame(self, frame: Frame) -> bool:
        """Send an interleaved frame; false if it went nowhere."""

    def close(self) -> None:
        """End the connection."""


class Session:
    """A session from its first SETUP to its end."""

    def __init__(
        self,
        line: Line,
        target: Target,
        options: Options,
        fault: RtspFault,
        film: Film | None,
        ended: Callable[[Session], None],
    ) -> None:
        """Begin; `ended` is told when it is over."""
        self.id = str(secrets.randbelow(900_000_000) + 100_000_000)
        self.target = target
        self.lanes: dict[str, Lane] = {}
        self.playing = False
        self.documents = 0
        """Documents sent on this session."""
        self.expired = False
        self._line = line
        self._options = options
        self._fault = fault
        self._film = film
        self._ended = ended
        self._tasks: list[asyncio.Task[None]] = []
        self._timer: asyncio.TimerHandle | None = None
        self.touch()

    @property
    def line(self) -> Line:
        """The connection it is on."""
        return self._line

    def touch(self) -> None:
        """Begin the time anew after which it ends by itself."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._options.timeout, self.expire)

    def expire(self) -> None:
        """End it for want of a request, and the connection with it."""
        self.expired = True
        self.end()
        self._line.close()

    def end(self) -> None:
        """Stop sending and be forgotten."""
        if self._timer is not None:
            self._timer.cancel()
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()
        self.playing = False
        self._ended(self)

    def add(self, track: str, interleaved: int) -> Lane:
        """Set a track up."""
        clock = 8000 if track == AUDIO else 90000
        number = {VIDEO: 96, AUDIO: 0}.get(track, self._options.payload_type)
        lane = Lane(track=track, interleaved=interleaved, sender=RtpSender(payload_type=number, clock=clock))
        self.lanes[track] = lane
        return lane

    def play(self) -> None:
        """Begin to send picture, sound and reports; documents come by `document`."""
        if self.playing:
            return
        self.playing = True
        loop = asyncio.get_running_loop()
        if VIDEO in self.lanes or AUDIO in self.lanes:
            self._tasks.append(loop.create_task(self._show()))
        if self._options.report_interval is not None:
            self._tasks.append(loop.create_task(self._report(self._options.report_interval)))

    def wants(self, types: frozenset[str] | None) -> bool:
        """Whether documents of these kinds (None: unknown) are for this session."""
        return types is None or self.target.types is None or bool(types & self.target.types)

    def document(self, body: bytes) -> bool:
        """Send one document; false if this session gets none."""
        lane = self.lanes.get(METADATA)
        mute = self._options.alone is Alone.SILENT and VIDEO not in self.lanes
        if lane is None or mute or not self.playing:
            return False
        options = self._options
        whole = options.prologue + body + options.epilogue
        stamp = lane.sender.stamp(lane.moment(asyncio.get_running_loop().time()))
        parts = pieces(whole, max(1, options.mtu - options.shape.size))
        for number, part in enumerate(parts, 1):
            last = number == len(parts) and options.marker is Marker.LAST
            marker = last or options.marker is Marker.ALWAYS
            packet = lane.sender.packet(part, stamp, marker=marker, shape=options.shape)
            self._send(lane, packet)
        self.documents += 1
        return True

    def packets(self, made: list[bytes]) -> None:
        """Send bytes on the metadata track's channel as if they were packets."""
        for packet in made:
            self._send(self.lanes[METADATA], packet)

    def _send(self, lane: Lane, packet: bytes) -> None:
        if self._fault.silent:
            return
        arriving = [packet] if lane.track != METADATA else self._fault.travel(packet, lane.held)
        for data in arriving:
            self._line.frame(Frame(channel=lane.interleaved, data=data))

    def report(self) -> None:
        """Send a sender report of every track."""
        now = asyncio.get_running_loop().time()
        for lane in self.lanes.values():
            if not self._fault.silent:
                self._line.frame(Frame(channel=lane.interleaved + 1, data=lane.sender.report(now)))

    async def _report(self, interval: float) -> None:
        while True:
            self.report()
            await asyncio.sleep(interval)

    async def _show(self) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        for turn in count():
            moment = begun + turn / _TICKS
            await asyncio.sleep(max(0.0, moment - loop.time()))
            if AUDIO in self.lanes:
                self._sound(self.lanes[AUDIO], moment)
            number, rest = divmod(turn * RATE, _TICKS)
            if VIDEO in self.lanes and self._film is not None and not rest:
                self._picture(self.lanes[VIDEO], self._film, number, moment)

    def _sound(self, lane: Lane, moment: float) -> None:
        packet = lane.sender.packet(_SILENCE, lane.sender.stamp(moment), marker=False)
        self._send(lane, packet)

    def _picture(self, lane: Lane, film: Film, number: int, moment: float) -> None:
        parts = film.payloads(number, self._options.mtu - 12)
        for index, part in enumerate(parts, 1):
            packet = lane.sender.packet(part, lane.sender.stamp(moment), marker=index == len(parts))
            self._send(lane, packet)
