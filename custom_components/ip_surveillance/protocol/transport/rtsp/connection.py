"""One TCP connection that speaks RTSP: requests go out, answers and interleaved data come in. No task of its own.

Whoever waits for an answer reads, and hands on what else comes meanwhile.
"""

import asyncio
from collections.abc import Callable, Mapping
import contextlib
from dataclasses import dataclass
from typing import Final, Self

from ...errors import CannotConnect, TimedOut
from ..answers import fault_error
from .counts import RtspCounts
from .messages import DeviceRequest, Frame, Message, MessageReader, Response, write_answer, write_frame, write_request

_PIECE: Final = 64 * 1024
"""Bytes read at once."""
_MOST_UNSENT: Final = 64 * 1024
"""Bytes that may wait for a device that takes nothing."""
_MOST_PENDING: Final = 4
"""Requests without an answer; one never answered at all must not add up."""
_USER_AGENT: Final = "ip-surveillance"
_ENDING: Final = frozenset({"TEARDOWN", "REDIRECT"})


@dataclass(slots=True)
class Sent:
    """One request and, once it came, its answer."""

    method: str
    answer: Response | None = None


class RtspConnection:
    """An open connection."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, timeout: float, counts: RtspCounts
    ) -> None:
        """Take the two ends, the seconds for an answer, and where to count."""
        self.counts = counts
        self.on_frame: Callable[[Frame], None] = self.discard
        """Gets the interleaved data."""
        self._reader = reader
        self._writer = writer
        self._timeout = timeout
        self._messages = MessageReader(counts)
        self._pending: dict[int, Sent] = {}
        self._number = 0
        self._clock = asyncio.get_running_loop().time
        self.heard_at = self._clock()
        """When something came last, on the clock of the loop."""

    @classmethod
    async def open(cls, host: str, port: int, timeout: float, counts: RtspCounts) -> Self:
        """Connect. Raises `CannotConnect`."""
        try:
            async with asyncio.timeout(timeout):
                reader, writer = await asyncio.open_connection(host.strip("[]"), port)
        except OSError as fault:
            raise fault_error(fault) from None
        except ValueError:
            # A name that is none, or a port beyond the highest.
            raise CannotConnect("no such host", code="ValueError") from None
        counts.connections += 1
        return cls(reader, writer, timeout, counts)

    async def close(self) -> None:
        """Close at once."""
        self._writer.transport.abort()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    def send(self, method: str, url: str, headers: Mapping[str, str]) -> Sent:
        """Send a request with a number of its own; the answer is put into what is returned."""
        while len(self._pending) >= _MOST_PENDING:
            del self._pending[next(iter(self._pending))]
        self._number += 1
        sent = self._pending[self._number] = Sent(method)
        self._write(
            write_request(method, url, {"CSeq": str(self._number), "User-Agent": _USER_AGENT, **headers}),
        )
        return sent

    def send_frame(self, channel: int, data: bytes) -> None:
        """Send interleaved data."""
        self._write(write_frame(channel, data))

    async def ask(self, method: str, url: str, headers: Mapping[str, str]) -> Response:
        """Send a request and wait for its answer. Raises `TimedOut`, `CannotConnect`, `BadAnswer`."""
        sent = self.send(method, url, headers)
        deadline = self._clock() + self._timeout
        while sent.answer is None:
            await self.pump(deadline)
            if sent.answer is None and self._clock() >= deadline:
                raise TimedOut(f"no answer to {method}", code="TimeoutError")
        return sent.answer

    async def pump(self, until: float) -> bool:
        """Wait for something to come, at most until then, and hand it on; tells whether messages came."""
        try:
            async with asyncio.timeout_at(until):
                data = await self._reader.read(_PIECE)
        except TimeoutError as fault:
            # The system has the same error for a connection whose other end is gone.
            if fault.errno is not None:
                raise fault_error(fault) from None
            return False
        except OSError as fault:
            raise fault_error(fault) from None
        if not data:
            raise CannotConnect("the device ended the connection", code="ended")
        self.heard_at = self._clock()
        messages = self._messages.feed(data)
        for message in messages:
            self._hand_on(message)
        return bool(messages)

    def discard(self, frame: Frame) -> None:
        """Count data that nobody asked for."""
        self.counts.other_channel_frames += 1
        self.counts.other_channel_bytes += len(frame.data)

    def _hand_on(self, message: Message) -> None:
        match message:
            case Frame():
                self.on_frame(message)
            case Response():
                self._answered(message)
            case DeviceRequest():
                self._asked(message)

    def _answered(self, response: Response) -> None:
        if response.status < 200:
            return
        self.counts.answers += 1
        number = response.cseq
        if number is None or number not in self._pending:
            self.counts.answers_out_of_place += 1
            number = next(iter(self._pending), None)
        if number is None:
            self.counts.unexpected_answers += 1
            return
        self._pending.pop(number).answer = response

    def _asked(self, request: DeviceRequest) -> None:
        self.counts.device_requests += 1
        self._write(write_answer("200 OK", {"CSeq": request.headers.get("CSeq", "0")}))
        if request.method in _ENDING:
            raise CannotConnect("the device ended the session", code="ended")

    def _write(self, data: bytes) -> None:
        if self._writer.transport.get_write_buffer_size() > _MOST_UNSENT:
            raise CannotConnect("the device takes nothing any more", code="unsent")
        self._writer.write(data)
