"""Video without a container put into one that browsers play (MP4 in fragments), without encoding it anew."""

from collections.abc import Iterable
from fractions import Fraction
import re
from typing import Any, Final

import av

_CLOCK: Final = 90_000
"""Ticks a second."""
_OPTIONS: Final = {"movflags": "frag_keyframe+empty_moov+default_base_moof+delay_moov"}
_UNIT: Final = re.compile(rb"\x00\x00\x01(.)", re.DOTALL)
_H264_KEY: Final = 5
_HEVC_KEYS: Final = range(16, 22)
"""Types of the units of pictures that stand for themselves."""
_MOST_HELD: Final = 32 * 2**20
"""Bytes without the end of a picture."""
_LONGEST_HEAD: Final = 16
"""Units that may come before a picture's own."""


class _Sink:
    """A file that is read while it is written."""

    def __init__(self) -> None:
        self._data = bytearray()

    def write(self, data: bytes) -> int:
        """Take what FFmpeg writes."""
        self._data += data
        return len(data)

    def take(self) -> bytes:
        """Hand out what has come since."""
        data = bytes(self._data)
        self._data.clear()
        return data


class Film:
    """One video on its way into a container; pure but for the library. Nothing raises but `ValueError`."""

    def __init__(self, codec: str, frame_rate: float) -> None:
        """Take the codec by FFmpeg's name and the pictures a second."""
        self._codec = codec
        self._ticks = _CLOCK / frame_rate
        self._rate = Fraction(frame_rate).limit_denominator(1001)
        # What these return depends on their words, which no annotation knows.
        self._parser: Any = av.CodecContext.create(codec, "r")
        self._sink = _Sink()
        self._target: Any = None
        self._stream: Any = None
        self._held = 0
        self.pictures = 0

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes of the video and return those of the file that are ready."""
        try:
            packets = self._parser.parse(data)
            self._held = 0 if packets else self._held + len(data)
            if self._held > _MOST_HELD:
                # The parser keeps everything until a picture ends, which may never be.
                raise ValueError("no pictures in it")
            self._mux(packets)
        except av.FFmpegError as err:
            raise ValueError(str(err)) from err
        return self._sink.take()

    def close(self) -> bytes:
        """End the video and return the rest of the file; empty where not one picture came."""
        try:
            self._mux(self._parser.parse(b""))
            if self._target is not None:
                self._target.close()
        except av.FFmpegError as err:
            raise ValueError(str(err)) from err
        return self._sink.take()

    def _mux(self, packets: Iterable[Any]) -> None:
        for packet in packets:
            key = is_key(self._codec, bytes(packet))
            if self._target is None and not (key and self._open(packet)):
                # It can only begin with a picture that needs no other.
                continue
            packet.stream = self._stream
            packet.time_base = Fraction(1, _CLOCK)
            packet.pts = packet.dts = round(self.pictures * self._ticks)
            packet.duration = round(self._ticks)
            packet.is_keyframe = key
            self.pictures += 1
            self._target.mux(packet)

    def _open(self, packet: Any) -> bool:
        """Begin the file, once a picture tells how large it is."""
        try:
            self._parser.decode(packet)
        except av.FFmpegError:
            return False
        width, height = self._parser.width, self._parser.height
        if not width or not height:
            return False
        self._target = av.open(self._sink, "w", format="mp4", options=_OPTIONS)
        self._stream = self._target.add_mux_stream(self._codec, rate=self._rate, width=width, height=height)
        self._stream.time_base = Fraction(1, _CLOCK)
        return True


def is_key(codec: str, picture: bytes) -> bool:
    """Whether a picture needs no other to be shown."""
    for number, unit in enumerate(_UNIT.finditer(picture)):
        head = unit[1][0]
        if codec == "hevc":
            if (head >> 1 & 0x3F) in _HEVC_KEYS:
                return True
        elif head & 0x1F == _H264_KEY:
            return True
        if number > _LONGEST_HEAD:
            break
    return False
