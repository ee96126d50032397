"""The partitions of a panel as its status document tells them (004…txt l.4827-4845). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..model.panel_words import Arm
from ..transport.loose_json import get, to_bool, to_int, to_text, wrapped

_MOST: Final = 256
"""Partitions of a panel; the guide's numbers end at 32 (l.1407)."""
_LARGEST_ID: Final = 0xFFFF

_ARMING: Final[Mapping[str, Arm]] = {
    "stay": Arm.HOME,
    "away": Arm.AWAY,
    "disarm": Arm.DISARMED,
    "arming": Arm.ARMING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """What a panel says of one partition; None where it does not."""

    id: int
    arming: Arm | None = None
    """None also for a word that is not known."""
    alarm: bool | None = None
    enabled: bool = True
    name: str | None = None
    """Not in the guide; kept where firmware has it."""


def read_partitions(answer: Mapping[str, Any]) -> tuple[Partition, ...]:
    """Read all partitions in order of their numbers, also those that are not enabled."""
    found: dict[int, Partition] = {}
    for each in wrapped(answer, "SubSysList", "SubSys"):
        number = to_int(get(each, "id"))
        if number is None or not 0 <= number <= _LARGEST_ID or len(found) >= _MOST:
            continue
        found.setdefault(
            number,
            Partition(
                id=number,
                arming=_ARMING.get((to_text(get(each, "arming")) or "").lower()),
                alarm=to_bool(get(each, "alarm")),
                enabled=to_bool(get(each, "enabled")) is not False,
                name=to_text(get(each, "name")),
            ),
        )
    return tuple(found[number] for number in sorted(found))
