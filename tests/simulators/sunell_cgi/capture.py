"""A recorded camera: the answers of one real device, where the recordings are at hand."""

from dataclasses import dataclass
import json
from pathlib import Path
from typing import Self

from .call import Call, Reply
from .refused import UNKNOWN_TYPE, Refused
from .text import plain

FOLDER = Path(__file__).parents[4] / "shared" / "captures"
"""Where recordings are, beside the repository; they are no part of it."""
FILE = FOLDER / "sunell_cgi" / "ipc.json"

_LOOSE = frozenset(("cameraid", "schemeid", "netcardid"))
"""Parameters the recorder of the answers gave or left out at will: a camera has one answer with and without."""


def available() -> bool:
    """Whether the recording is there."""
    return FILE.is_file()


def _essence(pairs: list[tuple[str, str]], *, loose: bool) -> frozenset[tuple[str, str]]:
    kept = ((plain(key), value) for key, value in pairs if plain(key) not in ("username", "password"))
    return frozenset((key, value) for key, value in kept if not (loose and key in _LOOSE))


@dataclass(frozen=True, kw_only=True)
class Capture:
    """Recorded answers."""

    device: str
    answers: tuple[tuple[str, tuple[tuple[str, str], ...], str], ...]
    """Path, parameters and body."""

    @classmethod
    def load(cls, path: Path = FILE) -> Self:
        """Read a recording; raises OSError when there is none."""
        data = json.loads(path.read_text(encoding="utf-8"))
        answers = []
        for item in data["answers"]:
            pairs = tuple((key, value) for key, _, value in (text.partition("=") for text in item["query"]))
            answers.append((item["path"], pairs, item["body"]))
        return cls(device=data["device"], answers=tuple(answers))

    def answer(self, call: Call) -> Reply:
        """Return the recorded body; a query that was not recorded is refused with -22."""
        path = call.record.path.partition("?")[0]
        for loose in (False, True):
            wanted = _essence(call.pairs, loose=loose)
            for where, pairs, body in self.answers:
                if where == path and _essence(list(pairs), loose=loose) == wanted:
                    return body.removesuffix("\r\n")
        raise Refused(UNKNOWN_TYPE)
