"""Reading and writing settings: each document once, whole, and read back."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Set as AbstractSet
from dataclasses import dataclass, field
import time
from typing import TYPE_CHECKING

from ...errors import AuthFailed, DeviceError, NotSupported, Rejected
from ...model.events import Polled
from ...model.parts import PartRef, SettingValue, Topology
from ...model.setting_words import SettingKey
from ...model.state import PartState, ReadingValue
from ...model.vocabulary import Reading
from .client import HerospeedClient
from .docs import Doc
from .endpoints import bodies, check_write
from .facts import Facts
from .settings import Row, SettingRef, Source, fits

if TYPE_CHECKING:
    from .knobs import Knobs
    from .lights import Rest


@dataclass(slots=True)
class KnobMemory:
    """What the commands keep between calls; a driver starts with an empty one."""

    rows: dict[SettingRef, Row] = field(default_factory=dict)
    """Where the settings that were found are."""
    rests: dict[int, Rest] = field(default_factory=dict)
    """How the light of each channel was before we switched it on."""
    sounding: dict[PartRef, asyncio.Task[None]] = field(default_factory=dict)
    """Sirens that sound."""


class Settings:
    """`read_settings` of every driver, and the `Sets` commands."""

    client: HerospeedClient
    facts: Facts
    topology: Topology | None
    knob_memory: KnobMemory

    def learn_knobs(self, *knobs: Knobs) -> None:
        """Keep where the settings are that a look found."""
        for each in knobs:
            self.knob_memory.rows |= each.rows

    async def read_settings(self, wanted: AbstractSet[SettingRef]) -> AsyncIterator[Polled]:
        """Read settings, each document once; a document that fails leaves only its own keys unknown."""
        groups: defaultdict[Source, dict[SettingRef, Row]] = defaultdict(dict)
        for part, key in wanted:
            if (row := self.knob_memory.rows.get((part, key))) is not None:
                groups[row.source][part, key] = row
        for source, rows in groups.items():
            asked_at = time.monotonic()
            values: Mapping[SettingRef, SettingValue | None]
            try:
                doc = await self.client.get(source.path, source.data)
            except AuthFailed:
                raise
            except DeviceError:
                values = dict.fromkeys(rows)
            else:
                values = {ref: row.read(doc) for ref, row in rows.items()}
            yield Polled(asked_at=asked_at, settings=values)

    async def set_setting(self, part: PartRef, setting: SettingKey, value: SettingValue) -> Polled:
        """Change one setting in its document, leave the rest as read, and tell what the device has then.

        Raises `Rejected` with the device's reason, or with `notTaken` where it took the value without effect.
        """
        row = self.knob_memory.rows.get((part, setting))
        if row is None:
            raise NotSupported(f"no setting {setting.key}", code="notSupport")
        known = self.topology.parts.get(part) if self.topology else None
        # What is listed unseen has no limits to hold a value against.
        spec = known.settings.get(setting) if known and setting not in known.unprobed else None
        if spec is not None and not fits(value, spec):
            raise Rejected(f"{setting.key} does not take {value!r}", code="badParameters")

        def change(doc: Doc) -> None:
            if not row.write(doc, value):
                raise NotSupported("the document has no place for the setting", code="noField")

        return await self.change(row.source, change)

    async def change(self, source: Source, change: Callable[[Doc], None]) -> Polled:
        """Change a document and tell all that it says then."""
        asked_at = time.monotonic()
        doc = await self.client.edit(source.path, change, read=source.data)
        return self.told(source, doc, asked_at, readback=True)

    async def command(self, source: Source, change: Callable[[Doc], None]) -> None:
        """Write a document with something in it that sets the device going, and is not read back as a value is."""
        check_write(source.path)
        async with self.client.transport.exclusive():
            doc = (await self.client.get(source.path, source.data)).copy()
            change(doc)
            await self.client.set(source.path, next(bodies(source.path, doc.value)))

    async def look_again(self, source: Source) -> Polled:
        """Read a document after a command and tell all that it says."""
        asked_at = time.monotonic()
        doc = await self.client.get(source.path, source.data)
        return self.told(source, doc, asked_at, readback=True)

    def told(self, source: Source, doc: Doc, asked_at: float, *, readback: bool = False) -> Polled:
        """All that is known by one document: settings, states, readings."""
        settings = {ref: row.read(doc) for ref, row in self.knob_memory.rows.items() if row.source == source}
        parts, readings = self.states_in(source, doc)
        return Polled(asked_at=asked_at, readback=readback, settings=settings, parts=parts, readings=readings)

    def states_in(
        self, source: Source, doc: Doc
    ) -> tuple[Mapping[PartRef, PartState], Mapping[tuple[PartRef, Reading], ReadingValue | None]]:
        """States and readings of parts that a document tells of."""
        return {}, {}
