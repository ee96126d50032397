"""Reading and writing settings: each page once, changed and read back; and the few that no page holds."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence, Set as AbstractSet
import time
from typing import Final

from ...errors import AuthFailed, DeviceError, NotSupported, Rejected
from ...model.events import Polled
from ...model.parts import Choice, PartKind, PartRef, Range, SettingSpec, SettingValue, Text, Toggle, Topology
from ...model.setting_words import Setting, SettingKey
from . import osd
from .client import SunellClient
from .facts import Facts
from .grammar import Pair, Record
from .knob_memory import KnobMemory
from .paging import Pager
from .ptz import guard_state, switch_guard
from .settings import Knob, Look, Page, Words
from .settings_table import rows_of

type SettingRef = tuple[PartRef, SettingKey]
type _Values = dict[SettingRef, SettingValue | None]
type _Commands = Mapping[Setting, tuple[str, tuple[Pair, ...], tuple[Pair, ...]]]

ASSUMED: Final[_Commands] = {
    # Program, and what is sent after the camera for on and for off; nothing reads the state back.
    Setting.WIPER: (  # 003_f90f6ea635efbe94.txt l.1741-1755
        "ptz",
        (("type", "Wiper"), ("action", "open")),
        (("type", "Wiper"), ("action", "close")),
    ),
    Setting.HEATER: (  # l.1889
        "ptz",
        (("action", "heating"), ("HeatingSwitch", "1")),
        (("action", "heating"), ("HeatingSwitch", "0")),
    ),
    Setting.MANUAL_RECORDING: (  # l.6268-6284
        "param",
        (("action", "start"), ("type", "manualRecord")),
        (("action", "stop"), ("type", "manualRecord")),
    ),
}

_APART: Final = frozenset({Setting.PARK_ACTION, Setting.OSD_TEXT})
"""Not on pages alone."""


class Settings:
    """`read_settings` of every driver, and the `Sets` commands."""

    client: SunellClient
    facts: Facts | None
    topology: Topology | None
    knob_memory: KnobMemory

    async def read_settings(self, wanted: AbstractSet[SettingRef]) -> AsyncIterator[Polled]:
        """Read settings, each page once; a page that fails leaves only its own keys unknown."""
        if self.facts is None:
            return
        pager = Pager(self.client, self.facts)
        left = _candidates(wanted)
        while left:
            later: dict[SettingRef, Sequence[Knob]] = {}
            for (page, part), knobs in _grouped(left).items():
                asked_at = time.monotonic()
                values = await _read(pager, page, part, knobs)
                later |= {
                    ref: left[ref][1:] for ref in knobs if values.get(ref) is None and len(left[ref]) > 1 and values
                }
                yield Polled(asked_at=asked_at, settings={ref: values.get(ref) for ref in knobs if ref not in later})
            left = later
        for part, key in sorted(wanted):
            if key.setting is Setting.PARK_ACTION:
                yield await self._read_guard(part)
            elif key.setting is Setting.OSD_TEXT:
                yield await self._read_text(pager, part, key)

    async def set_setting(self, part: PartRef, setting: SettingKey, value: SettingValue) -> Polled:
        """Change one setting, leave the rest of its page as read, and tell what the device has then on that page.

        Raises `Rejected` with the device's reason; its code is "notTaken" when the device kept another value.
        """
        self._check_value(part, setting, value)
        if setting.setting is Setting.PARK_ACTION:
            await switch_guard(self.client, part.number, bool(value))
            return await self._read_guard(part, expected=bool(value))
        if setting.setting in ASSUMED and part.kind is PartKind.CHANNEL:
            return await self._assume(part, setting, bool(value))
        if setting.setting is Setting.OSD_TEXT:
            return await self._write_text(part, setting, str(value))
        return await self._write(part, setting, value)

    async def _write(self, part: PartRef, setting: SettingKey, value: SettingValue) -> Polled:
        if self.facts is None:
            raise NotSupported("nothing is known of the device yet", code="notSupport")
        pager = Pager(self.client, self.facts)
        knob, look = await self._found(pager, part, setting)
        page, asked_at = knob.page, time.monotonic()
        address = await pager.address(page, part)

        def change(record: Record) -> Record:
            return knob.codec.write(record, value, look)

        record = await self.client.edit(
            page.kinds,
            change,
            read=address,
            write=(*address, *await _other_name(pager, knob, part, value)),
            cgis=page.cgis,
            set_kind=page.set_kinds,
            set_cgis=page.set_cgis,
            whole=page.whole,
        )
        return Polled(asked_at=asked_at, readback=True, settings=self._told(part, page, record, look, setting, knob))

    def _told(self, part: PartRef, page: Page, record: Record, look: Look, setting: SettingKey, knob: Knob) -> _Values:
        """All settings of a part that are on a page: one switch may have switched off another."""
        known = self.topology.parts.get(part) if self.topology else None
        told: _Values = {}
        for key in known.settings if known else ():
            # Of what may be on several pages only the likeliest is sure to be the one that counts.
            row = next(iter(rows_of(part, key)), None)
            if row is not None and row.page == page and (value := row.codec.read(record, look)) is not None:
                told[part, key] = value
        return told | {(part, setting): knob.codec.read(record, look)}

    async def _found(self, pager: Pager, part: PartRef, setting: SettingKey) -> tuple[Knob, Look]:
        """The row of a setting that the device has. Raises `NotSupported` when there is none."""
        for row in rows_of(part, setting):
            record = await pager.page(row.page, part)
            if record is None:
                continue
            look = await pager.look(row.page, part)
            if row.codec.read(record, look) is not None:
                return row, look
        raise NotSupported(f"no setting {setting.key}", code="notSupport")

    def _check_value(self, part: PartRef, setting: SettingKey, value: SettingValue) -> None:
        known = self.topology.parts.get(part) if self.topology else None
        spec = known.settings.get(setting) if known else None
        if spec is not None and not fits(value, spec):
            raise Rejected("value out of range", code="badParameters", details=(str(value)[:64],))

    async def _assume(self, part: PartRef, setting: SettingKey, on: bool) -> Polled:
        """Command what cannot be read back; what was asked for is taken for what is once the device said OK."""
        program, switch_on, switch_off = ASSUMED[setting.setting]
        pairs = switch_on if on else switch_off
        address = ("cameraID", str(part.number))
        # The camera stands before the verb for the head, behind the type for recording, as in the examples.
        order = (*pairs, address) if program == "param" else (address, *pairs)
        await self.client.operate(program, *order)
        return Polled(asked_at=time.monotonic(), readback=True, settings={(part, setting): on})

    async def _write_text(self, part: PartRef, setting: SettingKey, text: str) -> Polled:
        """Write the text on the picture: a field of a page, else a canvas."""
        if self.facts is not None and await _first(Pager(self.client, self.facts), part, setting) is not None:
            return await self._write(part, setting, text)
        if (canvas := await self._canvas(part.number)) is None:
            raise NotSupported("no text is shown", code="notSupport")
        asked_at = time.monotonic()
        now = await osd.write_text(self.client, part.number, canvas, text)
        return Polled(asked_at=asked_at, readback=True, settings={(part, setting): now})

    async def _read_text(self, pager: Pager, part: PartRef, setting: SettingKey) -> Polled:
        """Read the text on the picture; None where it cannot be read now."""
        asked_at = time.monotonic()
        text: SettingValue | None = None
        try:
            text = await _first(pager, part, setting)
            if text is None and (canvas := await self._canvas(part.number)) is not None:
                text = await osd.read_text(self.client, part.number, canvas)
        except AuthFailed:
            raise
        except DeviceError:
            text = None
        return Polled(asked_at=asked_at, settings={(part, setting): text})

    async def _canvas(self, channel: int) -> int | None:
        """The canvas that shows a text, looked for once."""
        canvases = self.knob_memory.canvases
        if channel not in canvases and (found := await osd.find_canvas(self.client, channel)) is not None:
            canvases[channel] = found
        return canvases.get(channel)

    async def _read_guard(self, part: PartRef, *, expected: bool | None = None) -> Polled:
        """Read whether the guard position is on; None where it cannot be read now."""
        asked_at = time.monotonic()
        try:
            on = await guard_state(self.client, part.number)
        except AuthFailed:
            raise
        except DeviceError:
            on = None
        if expected is not None and on is not None and on is not expected:
            raise Rejected("the device did not take StatusId", code="notTaken", details=("StatusId",))
        return Polled(
            asked_at=asked_at, readback=expected is not None, settings={(part, SettingKey(Setting.PARK_ACTION)): on}
        )


async def _first(pager: Pager, part: PartRef, setting: SettingKey) -> SettingValue | None:
    """Value of a setting on the first page that has it."""
    for row in rows_of(part, setting):
        record = await pager.page(row.page, part)
        value = None if record is None else row.codec.read(record, await pager.look(row.page, part))
        if value is not None:
            return value
    return None


async def _other_name(pager: Pager, knob: Knob, part: PartRef, value: SettingValue) -> tuple[Pair, ...]:
    """The name that recorders and lite cameras, which have one scheme only, want a field by in a write."""
    codec = knob.codec
    if not isinstance(codec, Words) or not codec.also or await pager.scheme(part.number) is not None:
        return ()
    return ((codec.also, codec.wire(value)),)


async def _read(pager: Pager, page: Page, part: PartRef, knobs: Mapping[SettingRef, Knob]) -> _Values:
    """Read some settings of a page; nothing at all when it could not be read now."""
    try:
        record = await pager.page(page, part)
        if record is None:
            return dict.fromkeys(knobs)
        look = await pager.look(page, part)
    except AuthFailed:
        raise
    except DeviceError:
        return {}
    return {ref: knob.codec.read(record, look) for ref, knob in knobs.items()}


def _candidates(wanted: Iterable[SettingRef]) -> dict[SettingRef, Sequence[Knob]]:
    found = {(part, key): rows_of(part, key) for part, key in sorted(wanted) if key.setting not in _APART}
    return {ref: rows for ref, rows in found.items() if rows}


def _grouped(left: Mapping[SettingRef, Sequence[Knob]]) -> dict[tuple[Page, PartRef], dict[SettingRef, Knob]]:
    """Group settings by the page that each is likeliest on."""
    found: dict[tuple[Page, PartRef], dict[SettingRef, Knob]] = {}
    for ref, rows in left.items():
        found.setdefault((rows[0].page, ref[0]), {})[ref] = rows[0]
    return found


def fits(value: SettingValue, spec: SettingSpec) -> bool:
    """Whether a value is one that a setting takes."""
    match spec:
        case Toggle():
            return isinstance(value, bool)
        case Range(low=low, high=high):
            return not isinstance(value, bool | str) and low <= value <= high
        case Choice(options=words):
            return value in words
        case Text(longest=longest):
            return isinstance(value, str) and len(value) <= longest
