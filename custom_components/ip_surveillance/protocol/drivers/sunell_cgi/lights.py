"""Lamps: white light, infrared, the red and blue strobe, the indicator of thermal cameras.

Nothing sounds a siren: no request plays an alarm sound, the settings only say what an alarm does. So there is none.
Lines: 003_f90f6ea635efbe94.txt.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
import time
from typing import Final

from ...errors import NotSupported
from ...model.events import Polled
from ...model.parts import HOST, Part, PartKind, PartRef
from ...model.state import LineState
from ...model.vocabulary import Feature
from .client import SunellClient
from .facts import Facts, channel_ref
from .grammar import Record
from .knob_memory import KnobMemory, Watch
from .paging import Pager
from .settings import Field, Page, place
from .settings_pictures import INFRARED, LED, RED_BLUE, WHITE_LED
from .values import to_float, to_int

_MANUAL: Final = "2"
_REGULATION: Final = place("brigthnessMode")  # the device's spelling
_GRACE: Final = 10.0
"""Seconds that a lamp may stay on beyond its time."""
_LONGEST_FLASH: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lamp:
    """One kind of lamp: its page, the field that switches it, the fields that dim it."""

    label: str
    page: Page
    mode: Field
    on: str = "1"
    off: str = "0"
    shines: frozenset[str] = frozenset()
    """Other values at which it shines, some of the time at least."""
    levels: tuple[Field, ...] = ()
    """Percent; the first tells, all are written."""
    regulation: Field | None = None
    """Whether the device dims it itself; a brightness asked for makes that manual."""
    passing: bool = False
    """It goes off by itself, and nothing says that its page tells so: switching it always sends."""
    duration: str = ""
    """Field with the seconds that it stays on, where the document may have on and off the wrong way round."""

    def inverse(self) -> Lamp:
        """The same with on and off the other way round."""
        return replace(self, on=self.off, off=self.on)

    def part(self, channel: int, record: Record) -> Part | None:
        """The part of a channel, None where the page is about something else."""
        if self.mode.first(record) is None:
            return None
        dims = bool(self.levels) and self.levels[0].first(record) is not None
        return Part(
            ref=PartRef(HOST, PartKind.LIGHT, channel, self.label),
            parent=channel_ref(channel),
            role=self.label,
            features=frozenset({Feature.LIGHT, *((Feature.BRIGHTNESS,) if dims else ())}),
        )

    def state(self, record: Record) -> LineState:
        """Whether it is on, and how bright."""
        number = to_int(self.mode.first(record))
        text = None if number is None else str(number)
        active = {self.on: True, self.off: False, **dict.fromkeys(self.shines, True)}.get(text or "")
        level = to_float(self.levels[0].first(record)) if self.levels else None
        return LineState(active=active, level=None if level is None else min(1.0, max(0.0, level / 100)))


_LED_LIST: Final = "LedControl"

LAMPS: Final[Mapping[str, Lamp]] = {
    lamp.label: lamp
    for lamp in (
        Lamp(
            label="white",
            page=WHITE_LED,
            mode=place("WhiteLedManualMode", "WhiteLampMode"),  # l.4688, l.4716
            passing=True,
        ),
        Lamp(
            label="ir",
            page=INFRARED,
            mode=place("mode"),
            levels=(place("far"), place("near"), place("middle")),  # l.30478-30491
            regulation=_REGULATION,
        ),
        # The table has on for 0 and off for 1 (l.31165), white light the other way round (l.4716).
        Lamp(
            label="red_blue",
            page=RED_BLUE,
            mode=place("RedBlueLampMode", "RedBuleLampMode"),
            on="0",
            off="1",
            passing=True,
            duration="RedBlueManualDuration",
        ),
        Lamp(
            label="led",
            page=LED,
            mode=place("DisplayMode", within=_LED_LIST),
            on="1",
            off="2",
            shines=frozenset({"3", "4", "8"}),  # flashing, by schedule, for alarms (l.24546-24551)
            levels=(place("Brightness", within=_LED_LIST),),
        ),
    )
}
"""By the label of their parts."""


def watch_lamp(watch: Watch, lamp: Lamp, record: Record, now: float) -> bool:
    """Whether a lamp has on and off the other way round: it was never switched on and stays on beyond its time."""
    if watch.inverted or watch.commanded or not lamp.duration:
        return watch.inverted
    if to_int(lamp.mode.first(record)) != to_int(lamp.on):
        watch.since = None
        return False
    if watch.since is None:
        watch.since = now
    longest = max(_LONGEST_FLASH, to_float(record.get(lamp.duration)) or 0.0)
    watch.inverted = now - watch.since > longest + _GRACE
    return watch.inverted


class Lamps:
    """The `Lights` commands: each reads the lamp's page, changes what it must, and reads it back."""

    client: SunellClient
    facts: Facts | None
    knob_memory: KnobMemory

    async def set_light(self, light: PartRef, on: bool, level: float | None = None) -> Polled:
        """Switch a lamp; `level` is 0 to 1 and makes the brightness manual until it is switched off.

        White and red and blue light go off by themselves after the time they are set to.
        """
        lamp = self._lamp(light)
        if self.facts is None:
            raise NotSupported("nothing is known of the device yet", code="notSupport")
        address = await Pager(self.client, self.facts).address(lamp.page, light)
        asked_at = time.monotonic()

        def change(record: Record) -> Record:
            record = lamp.mode.put(record, lamp.on if on else lamp.off)
            if on and level is not None:
                record = _dimmed(lamp, record, level)
            if lamp.regulation is not None:
                record = self._regulated(lamp.regulation, light.number, record, on=on, dimmed=level is not None)
            return record

        self._watch(light.number).commanded |= bool(lamp.duration)
        again = lamp.mode.names if lamp.passing else ()
        record = await self.client.edit(
            lamp.page.kinds, change, read=address, write=address, cgis=lamp.page.cgis, again=again
        )
        return Polled(asked_at=asked_at, readback=True, parts={light: lamp.state(record)})

    async def read_lamp(self, light: PartRef, pager: Pager) -> LineState:
        """Read the state of a lamp; unknown where the device does not tell."""
        lamp = LAMPS.get(light.label)
        record = await pager.page(lamp.page, light) if lamp is not None else None
        if lamp is None or record is None:
            return LineState()
        if watch_lamp(self._watch(light.number), lamp, record, time.monotonic()) and lamp.duration:
            lamp = lamp.inverse()
        return lamp.state(record)

    def _lamp(self, light: PartRef) -> Lamp:
        lamp = LAMPS.get(light.label)
        if lamp is None:
            raise NotSupported("no such lamp", code="notSupport")
        return lamp.inverse() if lamp.duration and self._watch(light.number).inverted else lamp

    def _watch(self, channel: int) -> Watch:
        return self.knob_memory.watches.setdefault(channel, Watch())

    def _regulated(self, field: Field, channel: int, record: Record, *, on: bool, dimmed: bool) -> Record:
        """Make the brightness manual for a level that is asked for, and what it was before when switched off."""
        now = field.first(record)
        if now is None:
            return record
        rests = self.knob_memory.regulations
        if on and dimmed and to_int(now) != to_int(_MANUAL):
            rests[channel] = now
            return field.put(record, _MANUAL)
        if not on and (before := rests.pop(channel, None)) is not None:
            return field.put(record, before)
        return record


def _dimmed(lamp: Lamp, record: Record, level: float) -> Record:
    text = str(round(min(1.0, max(0.0, level)) * 100))
    for field in lamp.levels:
        if (now := to_float(field.first(record))) is not None and now >= 0:
            record = field.put(record, text)
    return record
