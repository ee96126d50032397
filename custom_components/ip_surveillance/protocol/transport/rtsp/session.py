"""Metadata over RTSP: one session from DESCRIBE to TEARDOWN, kept alive in between.

The steps are those of `001_11da3581811fffe4.txt` l.88-315. Over the one TCP connection alone: nothing to open in a
firewall, nothing lost on the way.
"""

import asyncio
from collections.abc import Callable
import contextlib
import copy
import logging
import math
from typing import Final

from ...errors import AuthFailed, CannotConnect, DeviceError, NotSupported, Rejected, TimedOut
from ..challenge import Credentials
from .connection import RtspConnection, Sent
from .counts import RtspCounts
from .exchange import NO_SESSION, UNAUTHORIZED, Exchange, challenges
from .login import RtspLogin
from .sdp import METADATA, Sdp, Track, read_sdp, track_of
from .stream import SetUp, TrackStream, read_setup
from .urls import join_control, rtsp_target

_LOGGER = logging.getLogger(__name__)

NO_METADATA: Final = "noMetadata"
"""Code of the error that says: the stream has no such track."""
TIMEOUT: Final = 10.0
_BEATS: Final = 3
"""Signs of life in the time that a session lives without one."""
_METHODS: Final = ("GET_PARAMETER", "OPTIONS")
"""What keeps a session alive, and what does where the first is refused or never answered."""
_OVERTAKING: Final = 0.25
"""Seconds for a packet that another has overtaken."""
_FAREWELL: Final = 1.0
"""Seconds for the device to agree to the end."""
_MOST_REFUSED: Final = 2
PATIENCE: Final = 60.0
"""Seconds without any metadata before it is asked for in the other way, once: much of it comes only with targets."""


class _AloneRefusedError(Exception):
    """The device does not set up the metadata alone."""


class _MuteError(Exception):
    """Nothing came for so long that the other way of asking may be the right one."""


class RtspMetadata:
    """Receives the metadata of one channel. Once the password is refused nothing is sent any more."""

    def __init__(
        self,
        host: str,
        port: int,
        credentials: Credentials | None,
        *,
        timeout: float = TIMEOUT,
        encoding: str = METADATA,
        together: bool = False,
        patience: float = PATIENCE,
        counts: RtspCounts | None = None,
    ) -> None:
        """Take where to connect, the account, and the seconds for connecting and for each answer.

        `together`: set up a video track too and throw it away, for devices that send metadata along with it only
        (`001_11da3581811fffe4.txt` l.221 has both). Turned on when a device refuses the metadata alone; tried once
        when nothing comes for `patience` seconds, and kept when that helps.
        """
        self.host = host
        self.port = port
        self.together = together
        self.counts = RtspCounts() if counts is None else counts
        self._credentials = credentials
        self._timeout = timeout
        self._encoding = encoding
        self._refusal: AuthFailed | None = None
        self.patience = None if together else patience
        """None once it is known which way of asking is right, or the other was of no use."""

    async def run(self, url: str, take: Callable[[bytes], None], alive: Callable[[], None]) -> None:
        """Receive documents until cancelled.

        `url` may be absolute, on any host, or a path: the host is always the configured one. `take` gets whole
        documents, `alive` is told when playing has begun and whenever anything comes after that.

        Raises `AuthFailed`, `Forbidden` (the password was right, and this was refused all the same),
        `NotSupported` (`noMetadata`, `noTcp`), `Busy`, `Rejected` with the status as code, `BadAnswer`,
        `CannotConnect`, `TimedOut`.
        """
        if self._refusal is not None:
            raise copy.copy(self._refusal)
        while True:
            try:
                await self._once(url, take, alive)
            except _MuteError:
                _LOGGER.debug("nothing comes %s the video", "along with" if self.together else "without")
                self.patience = None if self.together else self.patience
                self.together = not self.together
            except _AloneRefusedError:
                await self._together(url, take, alive)

    async def _together(self, url: str, take: Callable[[bytes], None], alive: Callable[[], None]) -> None:
        self.together, self.patience = True, None
        try:
            await self._once(url, take, alive)
        except Rejected:
            self.together = False
            raise

    async def _once(self, url: str, take: Callable[[bytes], None], alive: Callable[[], None]) -> None:
        target = rtsp_target(url, self.host, self.port)
        login = RtspLogin(self._credentials)
        connection = await RtspConnection.open(target.host, target.port, self._timeout, self.counts)
        try:
            await _Session(self, Exchange(connection, login), target.url, self._encoding).run(take, alive)
        except AuthFailed as error:
            self._refusal = copy.copy(error)
            raise
        finally:
            await connection.close()


class _Session:
    """One session on one connection."""

    def __init__(self, owner: RtspMetadata, exchange: Exchange, url: str, encoding: str) -> None:
        self._owner = owner
        self._exchange = exchange
        self._connection = exchange.connection
        self._url = url
        self._encoding = encoding
        self._clock = asyncio.get_running_loop().time
        self._timeout = 0.0
        self._companion: Track | None = None
        self._method = 0
        self._refused = 0
        self._unanswered = 0
        self._heard_at = 0.0

    async def run(self, take: Callable[[bytes], None], alive: Callable[[], None]) -> None:
        try:
            stream = await self._start(take)
            alive()
            await self._follow(stream, alive)
        except CannotConnect:
            # Nobody is left to take leave of.
            raise
        except BaseException:
            await self._leave()
            raise

    async def _start(self, take: Callable[[bytes], None]) -> TrackStream:
        sdp = await self._describe()
        track = track_of(sdp, self._encoding)
        if track is None:
            raise NotSupported("the stream has no metadata", code=NO_METADATA)
        self._companion = next((other for other in sdp.tracks if other.kind == "video"), None)
        if self._owner.together and self._companion is not None:
            return await self._play(track, self._companion, take)
        try:
            return await self._play(track, None, take)
        except Rejected as error:
            if self._companion is None or not error.code.startswith("4"):
                raise
            _LOGGER.debug("no metadata alone (%s), asking for it together with the video", error.code)
            raise _AloneRefusedError from None

    async def _describe(self) -> Sdp:
        answer = await self._exchange.ask("DESCRIBE", self._url, {"Accept": "application/sdp"})
        sdp = read_sdp(answer.body)
        # The description may be of another address than was asked; of another host it is never.
        base = answer.headers.get("Content-Base") or answer.headers.get("Content-Location") or ""
        self._base = join_control(self._url, base)
        self._range = "npt=now-" if sdp.live else "npt=0.000-"
        self._aggregate = join_control(self._base, sdp.control)
        return sdp

    async def _play(self, track: Track, companion: Track | None, take: Callable[[bytes], None]) -> TrackStream:
        channel = 0
        if companion is not None:
            self._connection.counts.together += 1
            await self._set_up(companion, channel)
            channel += 2
        set_up = await self._set_up(track, channel)
        stream = TrackStream(self._connection, track, set_up, take, self._clock)
        self._connection.on_frame = stream.frame
        await self._exchange.ask("PLAY", self._aggregate, {"Range": self._range})
        return stream

    async def _set_up(self, track: Track, channel: int) -> SetUp:
        transport = f"RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1}"
        url = join_control(self._base, track.control)
        answer = await self._exchange.ask("SETUP", url, {"Transport": transport}, aggregate=self._aggregate)
        set_up = read_setup(answer, channel)
        self._exchange.session = set_up.session or self._exchange.session
        self._timeout = set_up.timeout
        return set_up

    async def _follow(self, stream: TrackStream, alive: Callable[[], None]) -> None:
        pause = self._timeout / _BEATS
        started = self._clock()
        next_beat = started + pause
        beat: Sent | None = None
        waiting_since = started if stream.waiting else None
        while True:
            until = min(next_beat, self._doubt_at(started))
            if waiting_since is not None:
                until = min(until, waiting_since + _OVERTAKING)
            if await self._connection.pump(until):
                alive()
            now = self._clock()
            self._check_life(now)
            if stream.heard:
                self._owner.patience = None
            if now >= self._doubt_at(started):
                raise _MuteError
            if beat is not None and beat.answer is not None:
                beat = self._beaten(beat)
            if now >= next_beat:
                beat = self._beat(beat)
                stream.report()
                next_beat = now + pause
            if waiting_since is not None and now >= waiting_since + _OVERTAKING:
                stream.release()
            waiting_since = (waiting_since or now) if stream.waiting else None

    def _check_life(self, now: float) -> None:
        """Silence is death only where signs of life went unanswered: we may have stood still ourselves."""
        heard_at = self._connection.heard_at
        if heard_at != self._heard_at:
            self._heard_at, self._unanswered = heard_at, 0
        if now - heard_at >= self._timeout and self._unanswered >= _BEATS - 1:
            raise TimedOut("the device has gone silent", code="silent")

    def _doubt_at(self, started: float) -> float:
        """When to ask for the metadata in the other way: never once anything has come."""
        if self._owner.patience is None or self._companion is None:
            return math.inf
        return started + self._owner.patience

    def _beat(self, last: Sent | None) -> Sent:
        """Keep the session alive; in another way where the last was never answered."""
        if last is not None:
            self._other_method(last)
        self._connection.counts.keep_alives += 1
        self._unanswered += 1
        return self._exchange.send(_METHODS[self._method], self._aggregate)

    def _beaten(self, beat: Sent) -> Sent | None:
        """Look at the answer to a sign of life: an answer it is, whatever it says, unless the session is gone."""
        assert beat.answer is not None
        status = beat.answer.status
        if status >= 300:
            self._connection.counts.refuse(status)
        if status == NO_SESSION:
            raise CannotConnect("the session is gone", code=str(status))
        if status == UNAUTHORIZED:
            # The nonce is used up, or the password has changed: which of both the next connection will tell.
            self._refused += 1
            if self._refused >= _MOST_REFUSED or self._exchange.login.take(challenges(beat.answer)) is None:
                raise CannotConnect("the login is no longer accepted", code=str(status))
            return self._beat(None)
        self._refused = 0
        if status >= 300 and _METHODS[self._method] == beat.method == _METHODS[0]:
            self._other_method(beat)
            return self._beat(None)
        return None

    def _other_method(self, beat: Sent) -> None:
        self._method = (_METHODS.index(beat.method) + 1) % len(_METHODS)

    async def _leave(self) -> None:
        """End the session, so that the device need not wait until it runs out."""
        self._connection.on_frame = self._connection.discard
        if not self._exchange.session:
            return
        with contextlib.suppress(DeviceError, OSError):
            async with asyncio.timeout(_FAREWELL):
                await self._exchange.ask("TEARDOWN", self._aggregate)
        self._exchange.session = ""
