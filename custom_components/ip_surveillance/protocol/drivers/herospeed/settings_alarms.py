"""Settings of the alarm schedules, of which there is one for each type of alarm (002…txt l.6945-7085).

The document never numbers the types. Two lists of like things do: motion is 2 and the input 4 in both, those of
recordings and of pictures (l.169, l.228). Where one type alone answers, it is what its fields say.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ...model.detections import Detection
from ...model.parts import PartRef
from ...model.setting_words import Setting, SettingKey
from .looking import Looker, Settled
from .settings import Row, Source, Truth, Words, detection_key
from .settings_events import action_rows

ALARM_SCOPE: Final = Source(path="/api/event/alarm-scope")
_MOTION: Final = 2
_INPUT: Final = 4
_TYPES: Final = (1, _MOTION, _INPUT)
_CONTACT: Final = "ioStatus"
_PERSONS: Final = "personFilterStatus"
_ON_OFF: Final = Truth()


def alarm_source(number: int) -> Source:
    """The schedule of one type of alarm."""
    return Source(path="/api/event/alarm-schedule", asked=(("alarmType", number),))


def input_rows(number: int) -> tuple[Row, ...]:
    """The contact of the alarm input (l.7066)."""
    source = alarm_source(number)
    words = Words(words={0: "open", 1: "closed"})
    return (Row(key=SettingKey(Setting.INPUT_TYPE), source=source, at=(_CONTACT,), kind=words),)


def input_detection_rows(number: int) -> tuple[Row, ...]:
    """What the camera does about its alarm input."""
    source = alarm_source(number)
    return (
        Row(key=detection_key(Detection.INPUT), source=source, at=("enable",), kind=_ON_OFF),
        *action_rows(Detection.INPUT, source),
    )


def motion_rows(number: int) -> tuple[Row, ...]:
    """What motion does, and of whom."""
    source = alarm_source(number)
    return (
        Row(key=SettingKey(Setting.PERSON_FILTER), source=source, at=(_PERSONS,), kind=_ON_OFF),
        *action_rows(Detection.MOTION, source),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmTypes:
    """Which type of alarm is which; None where there is no telling."""

    input: int | None
    motion: int | None
    failed: bool
    """Some could not be asked for now."""

    async def settle(
        self,
        look: Looker,
        found: Settled,
        part: PartRef,
        rows: Callable[[int], tuple[Row, ...]],
        number: int | None,
    ) -> None:
        """Add the settings of one type of alarm to what was found of a part."""
        if self.failed:
            # Without all answers the numbers are guesses: nothing is to be written by them.
            found.settings |= {row.key: row.likely() for row in rows(0)}
            found.unprobed |= {row.key for row in rows(0)}
        elif number is not None:
            settled = await look.settle(part, rows(number))
            found.settings |= settled.settings
            found.rows |= settled.rows


async def look_at_alarms(look: Looker) -> AlarmTypes:
    """Ask for the types of alarm that there may be; `alarm-scope` tells which, as bits (l.7532)."""
    scope = await look.ask(ALARM_SCOPE)
    bits = scope.integer("alarmTypeScope") if scope is not None else None
    types = _TYPES if not bits else tuple(each for each in _TYPES if bits & each)
    docs = {number: await look.ask(alarm_source(number)) for number in types}
    contacts = tuple(number for number, doc in docs.items() if doc is not None and _CONTACT in doc)
    persons = tuple(number for number, doc in docs.items() if doc is not None and _PERSONS in doc)
    of_input = _pick(_INPUT, contacts) if look.facts.inputs else None
    return AlarmTypes(
        input=of_input,
        motion=_pick(_MOTION, tuple(each for each in persons if each != of_input)),
        failed=any(look.failed(alarm_source(number)) for number in types),
    )


def _pick(usual: int, found: tuple[int, ...]) -> int | None:
    return usual if usual in found else found[0] if len(found) == 1 else None
