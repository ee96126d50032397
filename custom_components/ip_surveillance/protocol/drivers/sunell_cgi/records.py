"""Records of alarms as the device writes them: in its list, and line by line in the answer that goes on."""

from typing import Final, NamedTuple

from ...errors import DeviceError
from .alarms import Code
from .codes import reply_error
from .grammar import Record, decode
from .markers import MarkKind, mark_of
from .values import to_int

LONGEST_LINE: Final = 4096
"""Bytes; of a longer one the rest is dropped."""
MOST: Final = 1024
"""Records of one list."""
_FIELDS: Final = ("alarmmajortype", "alarmminortype", "sourceid", "alarmflag", "alarmtime")
_NEEDED: Final = frozenset(_FIELDS[:2])
_LONGEST_TIME: Final = 32
_NUMBER: Final = 65535
_BOUNDARY: Final = b"--"

type Key = tuple[int, int, int]
"""Major and minor type and source: one alarm that can be active (003_f90f6ea635efbe94.txt l.635-678)."""


class AlarmRecord(NamedTuple):
    """One line of the list of alarms."""

    major: int
    minor: int
    source: int
    active: bool
    time: str
    """The device's own clock, without a zone; empty where it did not say."""

    @property
    def code(self) -> Code:
        """Major and minor type."""
        return self.major, self.minor

    @property
    def key(self) -> Key:
        """What can be active."""
        return self.major, self.minor, self.source


def listed(answer: Record) -> tuple[AlarmRecord, ...]:
    """Records of an answer, the last ones of very many; whatever is none is left out."""
    rows = answer.lists("alarmInfo") or answer.rows("alarmMajorType")
    # Ended alarms stay in the list and new ones are added at its end (l.462-474).
    found = (_record({name: row.get(name) for name in _FIELDS}) for row in rows[-MOST:])
    return tuple(each for each in found if each is not None)


def _record(fields: dict[str, str | None]) -> AlarmRecord | None:
    major, minor, source, flag = (to_int(fields.get(name)) for name in _FIELDS[:4])
    if major is None or minor is None or not (0 <= major <= _NUMBER and 0 <= minor <= _NUMBER):
        return None
    where = source if source is not None and 0 <= source <= _NUMBER else 0
    # Without a flag it is a mere trigger.
    return AlarmRecord(major, minor, where, flag != 0, (fields.get("alarmtime") or "").strip()[:_LONGEST_TIME])


class AlarmLines:
    """Finds records in the bytes of an endless answer, by their lines alone.

    Lengths, boundaries and marker numbers of parts are wrong on many devices and there is nothing in a part but
    lines: a record is handed out with its last field, so that none waits for a part that comes an hour later.
    """

    def __init__(self) -> None:
        """Start with nothing."""
        self.skipped = 0
        """Bytes of lines that were too long."""
        self.cut = 0
        """Records that ended before they had a type."""
        self.records = 0
        self._rest = bytearray()
        self._fields: dict[str, str | None] = {}

    def feed(self, data: bytes) -> list[AlarmRecord]:
        """Take the next bytes and return the records that they complete. Raises what the device says in plain text."""
        self._rest += data
        *lines, rest = bytes(self._rest).split(b"\n")
        if len(rest) > LONGEST_LINE:
            self.skipped += len(rest) - LONGEST_LINE
            rest = rest[:LONGEST_LINE]
        self._rest = bytearray(rest)
        taken = (self._line(line[:LONGEST_LINE].strip()) for line in lines)
        return [record for record in taken if record is not None]

    def close(self) -> list[AlarmRecord]:
        """End the answer; the last line may lack its end."""
        found = self.feed(b"\n")
        if (record := self._finish()) is not None:
            found.append(record)
        return found

    def _line(self, line: bytes) -> AlarmRecord | None:
        if not line:
            return None
        if line.startswith(_BOUNDARY):
            return self._finish()
        text = decode(line)
        if not self.records and not self._fields and (error := _error(text)) is not None:
            raise error
        name, equals, value = text.partition("=")
        mark = mark_of(name)
        if mark.name in _FIELDS and equals:
            return self._field(mark.name, value.strip())
        return None if mark.kind is MarkKind.FIELD else self._finish()

    def _field(self, name: str, value: str) -> AlarmRecord | None:
        before = self._finish() if name in self._fields else None
        self._fields[name] = value
        return self._finish() if len(self._fields) == len(_FIELDS) else before

    def _finish(self) -> AlarmRecord | None:
        """End the record at hand."""
        fields, self._fields = self._fields, {}
        if not fields:
            return None
        record = _record(fields) if fields.keys() >= _NEEDED else None
        self.cut += record is None
        self.records += record is not None
        return record


def _error(text: str) -> DeviceError | None:
    """A refusal in the place of a stream; the headers of parts are none."""
    return reply_error(text)
