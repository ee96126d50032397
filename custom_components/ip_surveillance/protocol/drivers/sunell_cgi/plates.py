"""Licence plates: the last one that was read, asked for because the alarm itself does not name it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from ...model.detections import Detection
from ...model.events import Detected, Happened
from ...model.parts import PartRef
from ...model.vocabulary import Quantity, Reading
from .channels import text_of
from .grammar import Record
from .values import to_int, to_time

INFO: Final = "PlateInfo"
PLATE: Final = Reading(Quantity.PLATE)
_LISTS: Final[Mapping[int, str]] = {0: "block", 1: "allow", 2: "none"}
"""`ListType` of a plate that was read (003_f90f6ea635efbe94.txt l.12780); other commands count otherwise (TR26)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate:
    """One plate."""

    uid: str
    text: str
    at: datetime | None = None
    data: Mapping[str, Any]

    def told(self, channel: PartRef) -> tuple[Detected, Happened]:
        """As what is going on, and as a happening of its own: the next car may come while the last is still seen."""
        data = {"plate": self.text, **self.data}
        return (
            Detected(part=channel, what=Detection.PLATE, at=self.at, data=data, restored=True),
            Happened(part=channel, what=Detection.PLATE.value, at=self.at, data=data),
        )


def plate_of(answer: Record) -> Plate | None:
    """The last plate; None where none was read."""
    text = text_of(answer.get("PlateNUM", "PlateNum", "PlateText"))
    if text is None:
        return None
    number = to_int(answer.get("ListType"))
    listed = None if number is None else _LISTS.get(number)
    data = {"country": text_of(answer.get("Country")), "list": listed, "direction": to_int(answer.get("Direction"))}
    time = answer.get("Time")
    return Plate(
        # Without a number of its own, its time tells one from the next.
        uid=text_of(answer.get("UID")) or f"{time} {text}",
        text=text,
        at=to_time(time),
        data={name: value for name, value in data.items() if value is not None},
    )
