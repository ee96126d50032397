"""Descriptions of a stream (SDP, RFC 8866), as much of them as it takes to find a track. Pure."""

from dataclasses import dataclass
import re
from typing import Final

METADATA: Final = "isapi.metadata"
"""Encoding of the metadata track (`001_11da3581811fffe4.txt` l.179), in lower case."""
_MOST_LINES: Final = 2048
_MOST_TRACKS: Final = 64
_LINE: Final = re.compile(r"([a-z])=(.*)")
_MEDIA: Final = re.compile(r"(\S+)\s+\S+\s+\S+\s+(.*)")
_FORMAT: Final = re.compile(r"\d{1,3}", re.ASCII)
_RTPMAP: Final = re.compile(r"(\d{1,3})\s+([^/\s]+)(?:\s*/\s*(\d{1,9}))?", re.ASCII)
_LIVE: Final = re.compile(r"npt\s*=\s*now\b", re.IGNORECASE)
_HIGHEST_TYPE: Final = 127


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One payload type of one medium."""

    kind: str
    """`video`, `audio`, `application`: in lower case."""
    payload_type: int
    encoding: str
    """In lower case; empty where the number alone says it."""
    clock: int
    """Ticks a second of the packets' time, 0 where not told."""
    control: str
    """Address for SETUP, relative or absolute; may be empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sdp:
    """One description."""

    control: str
    """Address of all tracks together, empty or `*` for the one that was asked."""
    tracks: tuple[Track, ...]
    live: bool
    """It says that there is nothing but the present: a server that does may refuse to begin at a time of zero."""


def read_sdp(body: bytes) -> Sdp:
    """Read a description; lines that are none continue the one before (l.168), what is unknown is passed over."""
    general: dict[str, list[str]] = {}
    media: list[tuple[str, dict[str, list[str]]]] = []
    for name, value in _lines(body):
        if name == "m":
            if len(media) >= _MOST_TRACKS:
                break
            media.append((value, {}))
        elif name == "a":
            key, _, text = value.partition(":")
            (media[-1][1] if media else general).setdefault(key.strip().lower(), []).append(text.strip())
    tracks = [track for line, attributes in media for track in _tracks(line, attributes)]
    live = _LIVE.match(_first(general, "range")) is not None
    return Sdp(control=_first(general, "control"), tracks=tuple(tracks[:_MOST_TRACKS]), live=live)


def track_of(sdp: Sdp, encoding: str = METADATA) -> Track | None:
    """Find the first track of an encoding, whatever its payload type and number."""
    return next((track for track in sdp.tracks if track.encoding == encoding.lower()), None)


def _lines(body: bytes) -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = []
    for line in re.split(r"[\r\n]+", body.decode("utf-8", "surrogateescape"))[:_MOST_LINES]:
        line = line.strip(" \t\0")
        match = _LINE.fullmatch(line)
        if match is not None:
            lines.append((match[1], match[2].strip()))
        elif lines and line:
            lines[-1] = (lines[-1][0], lines[-1][1] + line)
    return lines


def _tracks(line: str, attributes: dict[str, list[str]]) -> list[Track]:
    media = _MEDIA.fullmatch(line)
    if media is None:
        return []
    maps = {int(found[1]): found for text in attributes.get("rtpmap", []) if (found := _RTPMAP.match(text))}
    numbers = dict.fromkeys([*map(int, filter(_FORMAT.fullmatch, media[2].split())), *maps])
    return [
        Track(
            kind=media[1].lower(),
            payload_type=number,
            encoding=maps[number][2].lower() if number in maps else "",
            clock=int(maps[number][3] or 0) if number in maps else 0,
            control=_first(attributes, "control"),
        )
        for number in numbers
        if number <= _HIGHEST_TYPE
    ]


def _first(attributes: dict[str, list[str]], name: str) -> str:
    return next(iter(attributes.get(name, ())), "")
