"""Engines, what they run, and the platform they are part of. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ....model.vocabulary import EngineStatus
from ....transport import loose_json
from .labels import Labels, read_labels

MOST: Final = 64
"""Engines believed at most."""
_LONGEST_ID: Final = 128
STATUS: Final[Mapping[int, EngineStatus]] = {
    0: EngineStatus.IDLE,
    1: EngineStatus.RUNNING,
    2: EngineStatus.MODEL_FAULT,
    10: EngineStatus.STARTING,
    11: EngineStatus.FAULT,
    12: EngineStatus.FACE,
}
"""000…txt L4906."""
FAULTY: Final = frozenset({EngineStatus.MODEL_FAULT, EngineStatus.FAULT})
_CHIPS: Final[Mapping[int, str]] = {1: "TX1", 2: "P4", 3: "3559", 4: "3519", 5: "3516"}
"""L4124."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One engine as it is now."""

    number: int
    status: EngineStatus | None = None
    """None for a number that is not documented."""
    model_id: str | None = None
    model_name: str | None = None
    labels: Labels = field(default_factory=Labels)

    @property
    def faulty(self) -> bool | None:
        """Whether engine or model are out of order."""
        return None if self.status is None else self.status in FAULTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """The computing power of a device."""

    version: str | None = None
    firmware: str | None = None
    chip: str | None = None
    engines: tuple[int, ...] = ()


def read_engines(document: Mapping[str, Any]) -> tuple[Engine, ...]:
    """Read the list of all engines."""
    found: dict[int, Engine] = {}
    for entry in loose_json.wrapped(document, "LoadingInfoList", "LoadingInfo")[:MOST]:
        if (engine := _engine(entry, None)) is not None:
            found.setdefault(engine.number, engine)
    return tuple(found[number] for number in sorted(found))


def read_engine(document: Mapping[str, Any], number: int) -> Engine | None:
    """Read the document of one engine, which does not tell its number."""
    entry = loose_json.get(document, "LoadingInfo")
    return _engine(entry, number) if isinstance(entry, Mapping) else None


def read_platform(document: Mapping[str, Any]) -> Platform:
    """Read what the root document tells."""
    chip = loose_json.to_int(loose_json.get(document, "platform"))
    return Platform(
        version=_text(document, "algorithmVersion"),
        firmware=_text(document, "firmware"),
        chip=_CHIPS.get(chip or 0) or _text(document, "platformName"),
        engines=numbers(loose_json.get(document, "engine")),
    )


def numbers(value: object) -> tuple[int, ...]:
    """Positive numbers of a list, a single one, or a text with commas between them."""
    if isinstance(value, str):
        value = value.split(",")
    found = (loose_json.to_int(each) for each in (value if isinstance(value, list) else [value]))
    return tuple(dict.fromkeys(each for each in found if each is not None and 0 < each < 65536))


def known_id(value: object) -> str | None:
    """An id of a model, a task or a picture; numbers stand for their text (L4442)."""
    return loose_json.to_text(value, _LONGEST_ID)


def _engine(entry: Mapping[str, Any], number: int | None) -> Engine | None:
    own = loose_json.to_int(loose_json.get(entry, "engine"))
    number = own if own is not None else number
    if number is None or not 0 < number < 65536:
        return None
    status = loose_json.to_int(loose_json.get(entry, "status"))
    return Engine(
        number=number,
        status=STATUS.get(status) if status is not None else None,
        model_id=known_id(loose_json.get(entry, "MPID")),
        model_name=_text(entry, "MPName"),
        labels=read_labels(loose_json.get(entry, "description")),
    )


def _text(document: Mapping[str, Any], name: str) -> str | None:
    return loose_json.to_text(loose_json.get(document, name), 128)
