"""What a device posts to an address of ours. Pure, and for whatever comes: the documents leave much of it open.

The words of an address (003_f90f6ea635efbe94.txt l.28653-28659) become values; whether they stay in the address or
go into the body, and whether with their names, is not said (l.28679). So both are read, in any of these ways.
"""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
import re
from typing import Final

from ...model.detections import Detection
from .alarms import ALARMS
from .grammar import decode
from .records import AlarmRecord
from .values import from_epoch, to_int, to_time

WORDS: Final = ("MajorAlarmType", "MinorAlarmType", "SourceName", "DeviceID", "DeviceIP", "AlarmTime", "Description")
"""What an alarm tells, in the order of the document's example."""
START: Final = "start"
END: Final = "end"
"""First part of the path: which of the two addresses it is."""
_READ: Final = 16 * 2**10
"""Bytes that fields are looked for in: what follows is a picture."""
_MOST: Final = 256
_LONGEST: Final = 256
_LONGEST_TIME: Final = 32
_FIRST: Final = re.compile(r"[?&/]+")
_BETWEEN: Final = re.compile(r"[&\r\n?]+")
_NAMES: Final[Mapping[str, str]] = {
    "majoralarmtype": "major",
    "alarmmajortype": "major",
    "minoralarmtype": "minor",
    "alarmminortype": "minor",
    "sourcename": "source",
    "sourceid": "source",
    "alarmtime": "time",
    "stralarmtime": "time",
    "alarmtype": "target",
    "faceinfobegin": "face",
}
_PLACES: Final = ("major", "minor", "source", "", "", "time", "")
"""Meaning of values that stand without names."""
_TARGETS: Final[Mapping[int, Detection]] = {
    0: Detection.FACE,
    2: Detection.PERSON,
    3: Detection.PLATE,
    4: Detection.VEHICLE,
}
"""Kinds of targets that have an alarm of their own (l.28735)."""
_CODES: Final = {row.what: row.code for row in ALARMS if row.what in _TARGETS.values()}
_HIGHEST: Final = 65535


def read_post(path: str, body: bytes, zone: tzinfo | None) -> AlarmRecord | None:
    """Read an alarm from the path after our own address and from the body; None where there is none.

    Its time is empty where it cannot be read; the record then has no source (0) unless a number was told.
    """
    way, _, rest = _FIRST.sub("/", path.strip("/"), count=1).partition("/")
    if way not in (START, END):
        return None
    texts = [_words(text) for text in (rest, decode(body[:_READ]))]
    fields = _named(texts[0] + texts[1]) or _placed(texts[0]) or _placed(texts[1])
    code = _code(fields)
    if code is None:
        return None
    source = to_int(fields.get("source"))
    where = source if source is not None and 0 <= source <= _HIGHEST else 0
    return AlarmRecord(*code, where, way == START, _time(fields.get("time", ""), zone))


def _words(text: str) -> list[str]:
    return [word.strip()[:_LONGEST] for word in _BETWEEN.split(text.strip("?&/ "), maxsplit=_MOST)[:_MOST]]


def _named(words: Sequence[str]) -> dict[str, str]:
    """Values with names that are known, the first of each."""
    fields: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        known = _NAMES.get(name.strip().lower())
        if equals and known is not None and value.strip():
            fields.setdefault(known, value.strip())
    return fields


def _placed(words: Sequence[str]) -> dict[str, str]:
    """Values without names by their place, where the first two are numbers."""
    fields = {name: value for name, value in zip(_PLACES, words, strict=False) if name}
    return fields if to_int(fields.get("major")) is not None and to_int(fields.get("minor")) is not None else {}


def _code(fields: Mapping[str, str]) -> tuple[int, int] | None:
    major, minor = to_int(fields.get("major")), to_int(fields.get("minor"))
    if major is not None and minor is not None:
        return (major, minor) if 0 < major <= _HIGHEST and 0 <= minor <= _HIGHEST else None
    kind = 0 if "face" in fields else to_int(fields.get("target"))
    what = _TARGETS.get(kind) if kind is not None else None
    return _CODES.get(what) if what is not None else None


def _time(text: str, zone: tzinfo | None) -> str:
    """A time as the device wrote it; seconds since 1970 as the list of alarms writes times (l.466)."""
    if to_time(text) is not None:
        return text[:_LONGEST_TIME]
    moment = from_epoch(text)
    if moment is None:
        return ""
    time = moment.astimezone(zone)
    return f"{time.year}-{time.month}-{time.day} {time:%H:%M:%S}"
