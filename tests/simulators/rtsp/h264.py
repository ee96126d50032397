"""Packets of video: H.264 in single units and fragments (RFC 6184), MPEG-4 Visual (RFC 6416)."""

import base64
from collections.abc import Sequence
import re

_START = re.compile(rb"\x00\x00\x00?\x01")
_FRAGMENT = 28
SEQUENCE_SET, PICTURE_SET = 7, 8


def units(stream: bytes) -> list[bytes]:
    """Return the units of a byte stream with start codes."""
    return [unit for unit in _START.split(stream) if unit]


def kind(unit: bytes) -> int:
    """Return the type of a unit."""
    return unit[0] & 0x1F


def payloads(found: Sequence[bytes], size: int) -> list[bytes]:
    """Return the RTP payloads of one picture; the last one carries the marker."""
    return [payload for unit in found for payload in _unit_payloads(unit, size)]


def _unit_payloads(unit: bytes, size: int) -> list[bytes]:
    if len(unit) <= size:
        return [unit]
    indicator, body, room = (unit[0] & 0xE0) | _FRAGMENT, unit[1:], size - 2
    made = []
    for start in range(0, len(body), room):
        edge = (0x80 if start == 0 else 0) | (0x40 if start + room >= len(body) else 0)
        made.append(bytes((indicator, edge | kind(unit))) + body[start : start + room])
    return made


def parameters(found: Sequence[bytes]) -> str:
    """Return the format parameters of the SDP from the parameter sets of a picture."""
    sequence_set = next(unit for unit in found if kind(unit) == SEQUENCE_SET)
    sets = [unit for unit in found if kind(unit) in (SEQUENCE_SET, PICTURE_SET)]
    text = ",".join(base64.b64encode(unit).decode() for unit in sets)
    profile = sequence_set[1:4].hex().upper()
    return f"profile-level-id={profile}; packetization-mode=1; sprop-parameter-sets={text}"
