"""Reading the status documents of panels: one look reads what is wanted of one panel and says what is so."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Set as AbstractSet
from dataclasses import dataclass, field, replace
import logging
from math import inf
import time
from typing import Any, Final

from ...driver import Emit
from ...errors import AuthFailed, CannotConnect, DeviceError, NotSupported
from ...hikvision.panel_parts import PanelDocs, panel_values
from ...hikvision.sharing import kept
from ...hikvision.status import missing_on_read
from ...model.events import Event, Polled, Restructured
from ...model.parts import Part, PartKind, PartRef, SettingValue
from ...model.setting_words import SettingKey
from ...model.state import Alarm, PartState, ReadingValue
from ...model.vocabulary import Reading
from .client import ReceiverClient
from .fleet import ALL_DOCS, STATE_DOCS, Doc, Fleet, Unit

_LOGGER: Final = logging.getLogger(__name__)

AT_ONCE: Final = 2
"""Panels looked at together; one of the three requests at once stays free for commands."""
UNKNOWN_DEVICE: Final = "thedeviceiddoesnotexist"
"""The receiver's word, in lower case, for an index that it does not (any longer) have."""
_REST: Final = 30.0
_LONGEST_REST: Final = 600.0
_HOT: Final = 60.0
_DOC_OF: Final[Mapping[PartKind, Doc]] = {PartKind.PARTITION: Doc.PARTITIONS, PartKind.ZONE: Doc.ZONES}


@dataclass(slots=True)
class LookCounts:
    """What looking came to, for diagnostics."""

    looks: int = 0
    failures: dict[str, int] = field(default_factory=dict)
    """By class of error."""
    last_error: str = ""


class Looking:
    """Looks at panels; shared by discovery, polling, resynchronising and commands."""

    client: ReceiverClient
    fleet: Fleet
    looks: LookCounts
    emit: Emit | None
    """Where events go that no poll asked for; None before the first attempt to listen."""
    restructured: bool
    """What exists has changed, and nobody was told yet."""

    def tell(self, event: Event) -> None:
        """Tell an event of our own making, if there is anybody to tell."""
        if self.emit is not None:
            self.emit(event)

    def tell_restructured(self) -> None:
        """Have discovery run again; kept until somebody listens."""
        self.restructured = True
        if self.emit is not None:
            self.restructured = False
            self.emit(Restructured())

    async def after_look(self, unit: Unit) -> None:
        """Do what is due when a panel shows its state; the forcing of arming takes its bypasses back here."""

    def docs_due(self, unit: Unit) -> frozenset[Doc]:
        """Documents of a panel that are needed whatever is shown of it."""
        if unit.unread:
            return ALL_DOCS
        now = time.monotonic()
        unit.reconsider(now)
        return unit.overdue(now)

    async def look(self, unit: Unit, wanted: AbstractSet[Doc]) -> Polled:
        """Read documents of a panel; raises only when none of them could be read."""
        docs = unit.docs_to_read & (wanted | STATE_DOCS if wanted & STATE_DOCS else wanted)
        asked_at = unit.looked_at = time.monotonic()
        self.looks.looks += 1
        try:
            read, lost = await self._read(unit, docs)
        except AuthFailed:
            # The receiver refuses, for all panels: none of them needs a rest because of that.
            raise
        except DeviceError as error:
            self._failed(unit, error)
            raise
        polled = _values(unit, read, asked_at)
        if unit.is_lost(asked_at):
            polled = replace(polled, online={**polled.online, unit.ref: unit.row.online})
        unit.failures, unit.failing_since = 0, inf
        # Most of it is as it was, and a panel has thousands of pieces: they need not be made anew with each look.
        docs_now: dict[str, Any] = {doc.value: kept(getattr(unit.docs, doc.value), read[doc]) for doc in read}
        unit.docs = replace(unit.docs, **docs_now)
        unit.read_at |= dict.fromkeys(read, asked_at)
        if not lost and docs >= unit.docs_to_read:
            unit.unread = False
        if unit.arrange():
            self.restructured = True
        return polled

    async def _read(self, unit: Unit, docs: AbstractSet[Doc]) -> tuple[dict[Doc, Any], bool]:
        """Read documents one after another; tells also whether any was lost."""
        read: dict[Doc, Any] = {}
        failure: DeviceError | None = None
        readers: dict[Doc, Callable[[str], Awaitable[tuple[Any, ...]]]] = {
            Doc.PARTITIONS: self.client.partitions,
            Doc.ZONES: self.client.zones,
            Doc.PERIPHERALS: self.client.peripherals,
        }
        for doc in (doc for doc in Doc if doc in docs):
            try:
                read[doc] = await readers[doc](unit.address)
            except AuthFailed:
                raise
            except DeviceError as error:
                # What was read before exists: a panel that is being programmed denies it for a while.
                if missing_on_read(error) and doc not in unit.read_at:
                    unit.lacking[doc] = error.code
                    if not isinstance(error, NotSupported):
                        unit.doubted_at = time.monotonic()
                    continue
                failure = failure or error
                if isinstance(error, CannotConnect) or error.code.lower() == UNKNOWN_DEVICE:
                    # The next one would take as long to fail.
                    break
        if failure is not None and not read:
            raise failure
        return read, failure is not None

    def _failed(self, unit: Unit, error: DeviceError) -> None:
        unit.failures += 1
        unit.failing_since = min(unit.failing_since, time.monotonic())
        unit.rests_until = time.monotonic() + min(_LONGEST_REST, _REST * 2.0 ** min(unit.failures - 1, 8))
        name = type(error).__name__
        self.looks.failures[name] = self.looks.failures.get(name, 0) + 1
        self.looks.last_error = error.code or name
        if error.code.lower() == UNKNOWN_DEVICE and unit.failures == 1:
            self.restructured = True
        _LOGGER.debug("a panel could not be read: %s", error.code or name)

    def heat(self, unit: Unit) -> None:
        """Have a panel looked at before others for a while."""
        unit.hot_until = time.monotonic() + _HOT
        unit.rests_until = unit.looked_at


def docs_of(part: PartRef) -> frozenset[Doc]:
    """The documents that tell of a part."""
    if part.kind in (PartKind.CHANNEL, PartKind.INPUT, PartKind.DEVICE):
        return frozenset()
    return frozenset({_DOC_OF.get(part.kind, Doc.PERIPHERALS)})


def _values(unit: Unit, read: Mapping[Doc, Any], asked_at: float) -> Polled:
    """What the documents read just now say; about all others nothing."""
    docs = PanelDocs(**{doc.value: content for doc, content in read.items()}, derive=unit.derives)
    # The parts themselves decide what is known: those of documents that were not read keep their state.
    known: dict[PartRef, Part] = {ref: part for ref, part in unit.parts.items() if docs_of(ref)}
    return panel_values(unit.address, docs, asked_at, known)


class Gathered:
    """One poll of several; as old as the oldest, so that no push is undone by what was read before it."""

    def __init__(self, asked_at: float) -> None:
        """Start with nothing, asked for at a monotonic time."""
        self._asked_at = asked_at
        self._parts: dict[PartRef, PartState] = {}
        self._online: dict[PartRef, bool | None] = {}
        self._readings: dict[tuple[PartRef, Reading], ReadingValue | None] = {}
        self._settings: dict[tuple[PartRef, SettingKey], SettingValue | None] = {}
        self._alarms: dict[PartRef, AbstractSet[Alarm]] = {}

    def add(self, polled: Polled) -> None:
        """Add what one says."""
        self._parts |= polled.parts
        self._online |= polled.online
        self._readings |= polled.readings
        self._settings |= polled.settings
        self._alarms |= polled.alarms
        self._asked_at = min(self._asked_at, polled.asked_at)

    def poll(self) -> Polled:
        """All of it."""
        return Polled(
            asked_at=self._asked_at,
            parts=self._parts,
            online=self._online,
            readings=self._readings,
            settings=self._settings,
            alarms=self._alarms,
        )


async def each_in_turn[T](items: Iterable[T], work: Callable[[T], Awaitable[None]], *, seconds: float) -> bool:
    """Work items off, two at a time, starting none after so many seconds; whether all were. An error ends all."""
    waiting = iter(items)
    until = time.monotonic() + seconds
    left = object()
    late = False

    async def run() -> None:
        nonlocal late
        while True:
            if time.monotonic() >= until:
                late = late or next(waiting, left) is not left
                return
            if (item := next(waiting, left)) is left:
                return
            await work(item)  # type: ignore[arg-type]
            await asyncio.sleep(0)

    tasks = [asyncio.create_task(run()) for _ in range(AT_ONCE)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return not late
