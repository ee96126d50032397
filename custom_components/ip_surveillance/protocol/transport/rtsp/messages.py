"""Grammar of RTSP 1.0 with interleaved data: requests are written, what the device sends is read tolerantly. Pure.

The document's own samples need it (`001_11da3581811fffe4.txt` l.128-236): a header begins on the status line, values
stand on the line after their name without being indented, `CSeq` is missing or repeats.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
import re
from typing import Final

from multidict import CIMultiDict

from ...errors import BadAnswer
from .counts import RtspCounts

LARGEST_HEAD: Final = 16 * 1024
"""Bytes of a status line with its headers."""
LARGEST_BODY: Final = 256 * 1024
"""Bytes of a body; a description with many tracks has some thousand."""
MOST_HEADERS: Final = 128
MOST_JUNK: Final = 64 * 1024
"""Bytes in a row that are neither an answer nor a frame before the device is given up."""
_FRAME_HEAD: Final = 4
_NUMBER: Final = re.compile(r"\d{1,9}", re.ASCII)
_HEADER: Final = re.compile(r"([A-Za-z][\w!#$%&'*+.^`|~-]*)[ \t]*:[ \t]*(.*)", re.ASCII | re.DOTALL)
_STATUS: Final = re.compile(r"RTSP/\d\.\d[ \t]+(\d{3})(?!\d)[ \t]*(.*)", re.ASCII | re.DOTALL)
_REQUEST: Final = re.compile(r"([A-Z_]+)[ \t]", re.ASCII)
_LATE_HEADER: Final = re.compile(r"(?:^|.*[ \t])([A-Za-z][\w-]*):[ \t]*(.*)", re.ASCII | re.DOTALL)
"""A header at the end of a status line (l.212)."""
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_HEAD_OVERLAP: Final = 3
_UNWRITABLE: Final = re.compile(r"[\x00-\x1f\ud800-\udc7f\udd00-\udfff]")
"""Line breaks and the like; surrogates that no byte was read as."""
DEVICE_METHODS: Final = ("OPTIONS", "GET_PARAMETER", "SET_PARAMETER", "ANNOUNCE", "REDIRECT", "TEARDOWN", "PLAY_NOTIFY")
"""Requests that a server may send."""
_STARTS: Final = (b"RTSP/", *(f"{method} ".encode() for method in DEVICE_METHODS))
_OTHER_PROTOCOL: Final = b"HTTP/"
_START: Final = re.compile(b"|".join([rb"\$", re.escape(_OTHER_PROTOCOL), *map(re.escape, _STARTS)]))
_LONGEST_START: Final = max(map(len, _STARTS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One answer; `cseq` is None where the device names none."""

    status: int
    cseq: int | None
    headers: CIMultiDict[str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRequest:
    """One request of the device."""

    method: str
    headers: CIMultiDict[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Frame:
    """Interleaved data of one channel, 0 to 255."""

    channel: int
    data: bytes = field(repr=False)


type Message = Response | DeviceRequest | Frame


def write_request(method: str, url: str, headers: Mapping[str, str]) -> bytes:
    """Write a request without a body; line breaks in values are blanked, so that none can add a header."""
    return _write(f"{method} {url} RTSP/1.0", headers)


def write_answer(status: str, headers: Mapping[str, str]) -> bytes:
    """Write an answer to a request of the device."""
    return _write(f"RTSP/1.0 {status}", headers)


def write_frame(channel: int, data: bytes) -> bytes:
    """Write interleaved data."""
    return b"$" + channel.to_bytes(1) + len(data).to_bytes(2) + data


def _write(first: str, headers: Mapping[str, str]) -> bytes:
    lines = [first, *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*map(_one_line, lines), "", ""]).encode("utf-8", "surrogateescape")


def _one_line(text: str) -> str:
    return _UNWRITABLE.sub(" ", text)


class MessageReader:
    """Cuts what arrives into messages. Never keeps more than one message."""

    def __init__(self, counts: RtspCounts | None = None) -> None:
        """Take where to count."""
        self._counts = RtspCounts() if counts is None else counts
        self._buffer = bytearray()
        self._searched = 0
        self._needed = 0
        self._junk = 0

    @property
    def kept(self) -> int:
        """Bytes that wait for more."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Message]:
        """Take bytes, return the messages they complete. Raises `BadAnswer` on what no RTSP server sends."""
        self._buffer += data
        found: list[Message] = []
        while len(self._buffer) >= max(1, self._needed):
            message = self._next()
            if message is None:
                break
            found.append(message)
            self._junk = 0
        return found

    def _next(self) -> Message | None:
        self._skip_junk()
        if self._buffer.startswith(b"$"):
            return self._frame()
        if not self._buffer.startswith(_STARTS):
            return None
        end = _HEAD_END.search(self._buffer, max(0, self._searched - _HEAD_OVERLAP))
        if end is None:
            self._searched = len(self._buffer)
            if self._searched > LARGEST_HEAD:
                raise BadAnswer("the head of an answer is too large")
            return None
        if end.start() > LARGEST_HEAD:
            raise BadAnswer("the head of an answer is too large")
        first, headers = _read_head(bytes(self._buffer[: end.start()]))
        length = _length(headers)
        self._needed = end.end() + length
        if len(self._buffer) < self._needed:
            return None
        body = bytes(self._buffer[end.end() : self._needed])
        self._drop(self._needed)
        return _message(first, headers, body)

    def _frame(self) -> Frame | None:
        buffer = self._buffer
        if len(buffer) < _FRAME_HEAD:
            return None
        self._needed = _FRAME_HEAD + int.from_bytes(buffer[2:4])
        if len(buffer) < self._needed:
            return None
        frame = Frame(buffer[1], bytes(buffer[_FRAME_HEAD : self._needed]))
        self._drop(self._needed)
        return frame

    def _skip_junk(self) -> None:
        """Go to where a message may begin; what might be the beginning of one is kept."""
        start = _START.search(self._buffer)
        if start is None:
            possible = len(self._buffer) - _LONGEST_START
            junk = next((at for at in range(max(0, possible), len(self._buffer)) if self._may_begin(at)), None)
            junk = len(self._buffer) if junk is None else junk
        elif start.group() == _OTHER_PROTOCOL:
            raise BadAnswer("the port speaks HTTP, not RTSP", code="notRtsp")
        else:
            junk = start.start()
        if not junk:
            return
        if self._buffer[:junk].strip():
            self._counts.skipped_bytes += junk
        self._junk += junk
        self._drop(junk)
        if self._junk > MOST_JUNK:
            raise BadAnswer("the port does not speak RTSP", code="notRtsp")

    def _may_begin(self, at: int) -> bool:
        rest = bytes(self._buffer[at:])
        return any(start.startswith(rest) for start in (*_STARTS, _OTHER_PROTOCOL))

    def _drop(self, size: int) -> None:
        del self._buffer[:size]
        self._searched = self._needed = 0


def _read_head(head: bytes) -> tuple[str, CIMultiDict[str]]:
    """Read the first line and the headers; a line that is no header continues the one before it."""
    first, *lines = head.decode("utf-8", "surrogateescape").replace("\r\n", "\n").split("\n")
    pairs: list[tuple[str, str]] = []
    if (late := _LATE_HEADER.fullmatch(first)) is not None and _STATUS.match(first) is not None:
        pairs.append((late[1], late[2]))
    for line in lines:
        header = None if line[:1] in (" ", "\t") else _HEADER.fullmatch(line)
        if header is not None:
            pairs.append((header[1], header[2]))
        elif pairs:
            name, value = pairs[-1]
            pairs[-1] = (name, f"{value} {line.strip()}")
    if len(pairs) > MOST_HEADERS:
        raise BadAnswer("an answer has too many headers")
    return first, CIMultiDict((name, value.strip()) for name, value in pairs)


def _message(first: str, headers: CIMultiDict[str], body: bytes) -> Message:
    status = _STATUS.match(first)
    if status is not None:
        return Response(status=int(status[1]), cseq=_number(headers.get("CSeq")), headers=headers, body=body)
    request = _REQUEST.match(first)
    if request is None:
        raise BadAnswer("an answer has no status")
    return DeviceRequest(method=request[1], headers=headers)


def _number(text: str | None) -> int | None:
    match = _NUMBER.match(text or "")
    return int(match[0]) if match else None


def _length(headers: Mapping[str, str]) -> int:
    length = _number(headers.get("Content-Length")) or 0
    if length > LARGEST_BODY:
        raise BadAnswer("the body of an answer is too large")
    return length
