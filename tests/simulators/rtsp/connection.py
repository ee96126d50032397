"""One TCP connection: requests are judged and answered, sessions are set up, played and torn down."""

import asyncio
from collections.abc import Callable
import re
from typing import TYPE_CHECKING

from .messages import Frame, Request, Response, read
from .options import METADATA, VIDEO, Alone
from .sdp import TRACK_NUMBERS, describe
from .session import Session, Target

if TYPE_CHECKING:
    from .server import RtspServer

_TRACK = re.compile(r"/trackID=(\d+)/?$", re.IGNORECASE)
_INTERLEAVED = re.compile(r"interleaved=(\d+)(?:-\d+)?")
_TRACKS = {number: name for name, number in TRACK_NUMBERS.items()}
_BUFFER = 4_194_304
"""Bytes waiting to be sent above which data is dropped, as devices do."""


class Connection:
    """A client's connection from accept to close."""

    def __init__(
        self, server: RtspServer, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Prepare; `run` serves it."""
        self.server = server
        self.number = number
        self.session: Session | None = None
        self._reader = reader
        self._writer = writer
        self._last_cseq = -1

    async def run(self) -> None:
        """Serve requests until the client is gone."""
        try:
            while (item := await read(self._reader)) is not None:
                if isinstance(item, Frame):
                    self._report(item)
                elif not self.server.fault.half_open:
                    await self._request(item)
        finally:
            if self.session is not None:
                self.session.end()
            self._writer.close()

    def close(self) -> None:
        """End the connection."""
        self._writer.close()

    def abort(self) -> None:
        """Break the connection."""
        self._writer.transport.abort()

    def frame(self, frame: Frame) -> bool:
        """Send an interleaved frame; false if it went nowhere."""
        transport = self._writer.transport
        if self.server.fault.half_open or transport.is_closing():
            return False
        if transport.get_write_buffer_size() > _BUFFER:
            self.server.dropped += 1
            return False
        self._writer.write(frame.wire())
        return True

    def _report(self, frame: Frame) -> None:
        self.server.reports.append(frame)
        if self.session is not None and self.server.options.rtcp_keeps_alive:
            self.session.touch()

    async def _request(self, request: Request) -> None:
        request.connection = self.number
        self.server.requests.append(request)
        self._inspect(request)
        if self.server.fault.deaf:
            return
        response = self._answer(request)
        request.status = response.status
        options = self.server.options
        numbered = options.says_cseq or request.method != "SETUP"
        starts = request.method == "PLAY" and response.status == 200 and self.session is not None
        if options.data_first:
            self._data_first(starts=starts)
        self._writer.write(response.wire(request.headers.get("cseq") if numbered else None, options.fold))
        if starts and not options.data_first:
            self._start()
        await self._drain()

    async def _drain(self) -> None:
        try:
            await self._writer.drain()
        except ConnectionError:
            self._writer.close()

    def _data_first(self, *, starts: bool) -> None:
        if starts:
            self._start()
        elif self.session is not None and self.session.playing:
            self.session.report()

    def _start(self) -> None:
        assert self.session is not None
        self.session.play()
        self.server.began(self.session)

    def _inspect(self, request: Request) -> None:
        """Note what a client must not do."""
        cseq = request.headers.get("cseq", "")
        notes = self.server.violations
        if not cseq.isdigit() or int(cseq) <= self._last_cseq:
            notes.append(f"{request.method}: CSeq {cseq or 'missing'} after {self._last_cseq}")
        self._last_cseq = int(cseq) if cseq.isdigit() else self._last_cseq
        if "@" in request.url.partition("://")[2].partition("/")[0]:
            notes.append(f"{request.method}: credentials in the address")
        if ";" in request.headers.get("session", ""):
            notes.append(f"{request.method}: parameters in Session")

    def _answer(self, request: Request) -> Response:
        if request.broken:
            return Response(status=400)
        if (status := self.server.fault.status_for(request)) is not None:
            return Response(status=status)
        if request.method not in self.server.options.methods or request.method not in _METHODS:
            return Response(status=501)
        if request.method != "OPTIONS":
            aggregate = _TRACK.sub("", request.url)
            header = request.headers.get("authorization")
            verdict = self.server.auth.check(request.method, request.url, aggregate, header)
            if not verdict.granted:
                return Response(status=401, headers=[("WWW-Authenticate", text) for text in verdict.challenges])
        return _METHODS[request.method](self, request)

    # --- methods

    def _options(self, request: Request) -> Response:
        if self.session is not None and request.session == self.session.id:
            self.session.touch()
        return Response(headers=[("Public", ", ".join(self.server.options.methods))])

    def _describe(self, request: Request) -> Response:
        target = self.server.target_of(request.url)
        if target is None:
            return Response(status=404)
        body = describe(self._tracks(target), self.server.film(target.channel), self.server.options, request.url)
        headers = [("Content-Type", "application/sdp")]
        if self.server.options.content_base:
            headers.append(("Content-Base", request.url.rstrip("/") + "/"))
        return Response(headers=headers, body=body)

    def _tracks(self, target: Target) -> tuple[str, ...]:
        tracks = self.server.channels[target.channel].tracks
        if target.types is not None:
            tracks = tuple(track for track in tracks if track == METADATA)
        if self.server.film(target.channel) is None:
            tracks = tuple(track for track in tracks if track != VIDEO)
        return tracks

    def _setup(self, request: Request) -> Response:
        found = _TRACK.search(request.url)
        target = self.server.target_of(_TRACK.sub("", request.url))
        if target is None:
            return Response(status=404)
        track = _TRACKS.get(int(found[1])) if found else None
        if track not in self._tracks(target):
            return Response(status=404 if found else 459)
        transport = request.headers.get("transport", "")
        if not transport.upper().startswith("RTP/AVP/TCP"):
            return Response(status=461)
        if self.session is not None and request.session != self.session.id:
            return Response(status=454 if request.session else 459)
        refusal = self._unwelcome(track)
        return refusal or self._set_up(target, track, transport)

    def _unwelcome(self, track: str) -> Response | None:
        options = self.server.options
        lonely = self.session is None or VIDEO not in self.session.lanes
        if track == METADATA and options.alone is Alone.REFUSED and lonely:
            return Response(status=455)
        full = options.max_sessions is not None and len(self.server.sessions) >= options.max_sessions
        return Response(status=453) if self.session is None and full else None

    def _set_up(self, target: Target, track: str, transport: str) -> Response:
        if self.session is None:
            self.session = self.server.new_session(self, target)
        session, options = self.session, self.server.options
        lane = session.add(track, self._interleaved(session, transport))
        session.touch()
        told = f"{lane.sender.ssrc ^ 0x01010101:08x}"
        channels = f"{lane.interleaved}-{lane.interleaved + 1}"
        seconds = f";timeout={max(1, round(options.timeout))}" if options.says_timeout else ""
        answer = f'RTP/AVP/TCP;unicast;interleaved={channels};ssrc={told};mode="play"'
        return Response(headers=[("Session", session.id + seconds), ("Transport", answer)])

    def _interleaved(self, session: Session, transport: str) -> int:
        asked = _INTERLEAVED.search(transport)
        if asked and self.server.options.honours_interleaved:
            return int(asked[1])
        used = [lane.interleaved for lane in session.lanes.values()]
        return max(used) + 2 if used else self.server.options.first_interleaved

    def _in_session(self, request: Request) -> Session | None:
        if self.session is None or request.session != self.session.id:
            return None
        self.session.touch()
        return self.session

    def _play(self, request: Request) -> Response:
        session = self._in_session(request)
        if session is None:
            return Response(status=454)
        parts = [
            f"url=trackID={TRACK_NUMBERS[name]};seq={lane.sender.sequence}" for name, lane in session.lanes.items()
        ]
        return Response(headers=[("Session", session.id), ("RTP-Info", ",".join(parts))])

    def _teardown(self, request: Request) -> Response:
        session = self._in_session(request)
        if session is None:
            return Response(status=454)
        session.end()
        self.session = None
        self.server.torn_down += 1
        return Response()

    def _keep_alive(self, request: Request) -> Response:
        session = self._in_session(request)
        return Response(status=454) if session is None else Response(headers=[("Session", session.id)])


_METHODS: dict[str, Callable[[Connection, Request], Response]] = {
    "OPTIONS": Connection._options,
    "DESCRIBE": Connection._describe,
    "SETUP": Connection._setup,
    "PLAY": Connection._play,
    "TEARDOWN": Connection._teardown,
    "GET_PARAMETER": Connection._keep_alive,
    "SET_PARAMETER": Connection._keep_alive,
}
