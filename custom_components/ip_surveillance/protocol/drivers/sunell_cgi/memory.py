"""What only alarms told, to be known again after a restart."""

from collections.abc import Mapping
from typing import Any, Final

from ...model.detections import Detection
from ...model.parts import HOST, PartKind, PartRef
from .alarms import ENDING, KNOWN
from .events import RECORDING, AlarmBook

_ENDS: Final = "ends"
_HEARD: Final = "heard"
_KINDS: Final = frozenset({PartKind.DEVICE, PartKind.CHANNEL, PartKind.INPUT})
_WORDS: Final[Mapping[str, Detection]] = {what.value: what for what in KNOWN}
_MOST: Final = 4096
_HIGHEST: Final = 256


def memory_of(book: AlarmBook) -> Mapping[str, Any]:
    """All of it as plain data."""
    heard = [
        [ref.kind.value, ref.number, gate.value if isinstance(gate, Detection) else RECORDING.key]
        for ref, gates in sorted(book.heard.items())
        for gate in sorted(gates, key=str)
    ]
    learned = sorted(book.ends - ENDING)
    return {name: value for name, value in ((_ENDS, learned), (_HEARD, heard)) if value}


def recall(book: AlarmBook, memory: Mapping[str, Any]) -> None:
    """Take it back; whatever does not fit is left."""
    ends, heard = memory.get(_ENDS), memory.get(_HEARD)
    if isinstance(ends, list):
        book.ends |= {_WORDS[word] for word in ends if isinstance(word, str) and word in _WORDS}
    for row in heard[:_MOST] if isinstance(heard, list) else ():
        match row:
            case [str(kind), int(number), str(word)] if kind in _KINDS and 0 <= number <= _HIGHEST:
                gate = RECORDING if word == RECORDING.key else _WORDS.get(word)
                if gate is not None:
                    book.heard.setdefault(PartRef(HOST, PartKind(kind), number), set()).add(gate)
            case _:
                continue
