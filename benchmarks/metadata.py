"""What cameras tell of what they see: documents read against bare parsing of the same bytes, then all channels at once.

The recorder is a process of its own; Home Assistant, the RTSP connections and what is measured share this one.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
import json
import time
from typing import Final

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from lxml import etree
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.protocol.drivers.isapi.channels import ChannelMap
from custom_components.ip_surveillance.protocol.drivers.isapi.metadata.book import Book
from custom_components.ip_surveillance.protocol.drivers.isapi.metadata.pace import PERIOD
from custom_components.ip_surveillance.protocol.drivers.isapi.metadata.reader import ChannelReader
from custom_components.ip_surveillance.protocol.sights import Sights
from tests.entries import add_entry

from .home import FAMILY, home_assistant, set_up
from .loop import Gap, Gaps, longest, worked
from .metadata_device import CHANNELS, documents, recorder
from .remote import Remote, remote_device
from .report import Report, milliseconds, table, times

RATE: Final = 25
"""Documents a second of each channel, as many as pictures."""
SECONDS: Final = 30.0
STALL: Final = 0.05
"""Seconds for which the integration may keep the loop from everything else."""
_PATIENCE: Final = 60.0
"""Seconds after which what was not read counts as lost: a slow machine is behind, which is another matter."""
_WARM: Final = 2.0
"""Seconds of the same before it counts, in which all entities are made."""
_SETTLES: Final = 0.5

type Way = Callable[[Sequence[bytes]], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How fast documents of one form were read, and how fast when merely parsed."""

    form: str
    documents: int
    size: int
    read: int
    """Documents that were understood."""
    product: float
    """Seconds of processor for all of them."""
    yardstick: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """What all channels did together."""

    channels: int
    rate: int
    sent: int
    read: int
    entities: int
    """Those that changed."""
    writes: int
    busiest: int
    """States of the entity that took most."""
    seconds: float
    busy: float
    """Seconds of processor."""
    idle: float
    """The same of as long a time in which nothing is told."""
    connections: int
    """More than there are channels: some broke."""
    behind: float
    """Seconds from the last document sent to the last one read."""
    gaps: tuple[Gap, ...]
    full_collections: int

    @property
    def lost(self) -> int:
        """Documents that went missing on the way."""
        return max(0, self.sent - self.read)

    @property
    def allowed(self) -> int:
        """States that one entity may take."""
        return int((self.seconds + _SETTLES) / PERIOD) + 2


def product(told: Sequence[bytes]) -> int:
    """Read documents as the product does, up to the events of the model; tells how many were understood."""
    reader = ChannelReader(ChannelMap.ref(1), Book(Sights()))
    for number, document in enumerate(told):
        reader.read(document, number / RATE)
    return reader.counts.documents - sum(reader.counts.unknown.values())


def bare_xml(told: Sequence[bytes]) -> int:
    """Parse and no more."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    # Trusted bytes of our own, and nothing but the parser is to be measured.
    return sum(etree.fromstring(each, parser) is not None for each in told)  # noqa: TID251


def bare_json(told: Sequence[bytes]) -> int:
    """Parse and no more."""
    return sum(json.loads(each) is not None for each in told)


def compare(count: int, repeats: int = 3) -> list[Speed]:
    """Read documents of both forms, and parse the same bytes with what is fastest for each."""
    told = documents(recorder(1), count)
    forms: tuple[tuple[str, list[bytes], Way], ...] = (
        ("XML", [each for each in told if not each.lstrip().startswith(b"{")], bare_xml),
        ("JSON", [each for each in told if each.lstrip().startswith(b"{")], bare_json),
    )
    return [
        Speed(
            form=form,
            documents=len(chosen),
            size=sum(map(len, chosen)),
            read=product(chosen),
            product=_best(product, chosen, repeats),
            yardstick=_best(yardstick, chosen, repeats),
        )
        for form, chosen, yardstick in forms
        if chosen
    ]


def _best(way: Way, told: Sequence[bytes], repeats: int) -> float:
    """The best of some times: what is slower was disturbed."""
    found = []
    for _ in range(repeats):
        started = time.thread_time()
        way(told)
        found.append(time.thread_time() - started)
    return min(found)


def _read(entry: MockConfigEntry) -> int:
    channels = entry.runtime_data.driver.diagnostics()["metadata"]["channels"]
    return sum(each["counts"]["documents"] for each in channels.values())


@contextmanager
def _counted(hass: HomeAssistant) -> Iterator[dict[str, int]]:
    found: dict[str, int] = {}

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        entity_id = event.data["entity_id"]
        found[entity_id] = found.get(entity_id, 0) + 1

    stop = hass.bus.async_listen(EVENT_STATE_CHANGED, changed)
    yield found
    stop()


async def crowd(channels: int = CHANNELS, rate: int = RATE, seconds: float = SECONDS) -> Crowd:
    """Let all channels tell as fast as cameras do, and watch what comes of it."""
    async with (
        remote_device("benchmarks.metadata_device", channels) as (remote, access),
        home_assistant() as hass,
    ):
        entry = await add_entry(hass, access, FAMILY)
        await set_up(hass, entry)
        await remote.ask(do="playing")
        await _everything_shown(hass, entry, remote, rate)
        idle = time.thread_time()
        await asyncio.sleep(seconds / 3)
        idle = 3 * (time.thread_time() - idle)

        before, worked, began = _read(entry), time.thread_time(), time.perf_counter()
        with _counted(hass) as written:
            async with Gaps() as gaps:
                told = await remote.ask(do="play", rate=rate, seconds=seconds)
                sent = time.perf_counter()
                expected, ends = before + told["sent"], sent + _PATIENCE
                while _read(entry) < expected and time.perf_counter() < ends:  # noqa: ASYNC110 - no event for "all"
                    await asyncio.sleep(0.01)
                done, busy = time.perf_counter(), time.thread_time() - worked
        return Crowd(
            channels=channels,
            rate=rate,
            sent=told["sent"],
            read=_read(entry) - before,
            entities=len(written),
            writes=sum(written.values()),
            busiest=max(written.values(), default=0),
            seconds=done - began,
            busy=busy,
            idle=idle,
            connections=told["connections"] - channels,
            behind=done - sent,
            gaps=gaps.found,
            full_collections=gaps.full_collections,
        )


async def _everything_shown(hass: HomeAssistant, entry: MockConfigEntry, remote: Remote, rate: int) -> None:
    """Tell everything for a while, until no entity is new."""
    known = -1
    registry = er.async_get(hass)
    while known != (known := len(er.async_entries_for_config_entry(registry, entry.entry_id))):
        await remote.ask(do="play", rate=rate, seconds=_WARM)
        await hass.async_block_till_done(wait_background_tasks=False)


async def run(count: int = 5000, channels: int = CHANNELS, *, rate: int = RATE, seconds: float = SECONDS) -> Report:
    """Compare reading with parsing, then measure a recorder all of whose channels tell at once."""
    speeds = compare(count)
    together = await crowd(channels, rate, seconds)
    return Report(
        lines=(*_reading(speeds), *_together(together)),
        problems=(*problems(speeds, together), *stalls(together)),
    )


def problems(speeds: Sequence[Speed], together: Crowd) -> list[str]:
    """Tell what was counted and is worse than promised."""
    found = [
        f"{each.form}: {each.read} of {each.documents} documents understood"
        for each in speeds
        if each.read != each.documents
    ]
    if together.lost:
        found.append(f"{together.lost} documents lost of {together.sent}")
    if together.connections:
        found.append(f"{together.connections} connections broke")
    if together.busiest > together.allowed:
        found.append(f"{together.busiest} states of one entity in {together.seconds:.0f} s, one a second is promised")
    return found


def stalls(together: Crowd) -> list[str]:
    """Tell whether it kept the loop for too long, other processes left out."""
    busy = worked(together.gaps)
    return [f"kept the loop for {milliseconds(busy)}, {milliseconds(STALL)} are promised"] if busy > STALL else []


def _reading(speeds: Sequence[Speed]) -> list[str]:
    rows = [
        (
            each.form,
            each.documents,
            f"{each.size / each.documents:.0f}",
            f"{each.documents / each.product:.0f}",
            f"{each.documents / each.yardstick:.0f}",
            times(each.yardstick / each.product),
        )
        for each in speeds
    ]
    return table(("documents", "count", "bytes each", "read/s", "bare lxml, json.loads/s", "ratio"), rows)


def _together(each: Crowd) -> list[str]:
    gap = longest(each.gaps)
    told = f"{each.channels} channels, {each.rate} documents a second each: {each.sent} sent, {each.lost} lost"
    busy, idle = (100 * seconds / each.seconds for seconds in (each.busy, each.idle))
    document = milliseconds(each.busy / max(1, each.read))
    states = f"{each.writes / each.seconds:.1f} a second of {each.entities} entities"
    collected = f"{each.full_collections} full collections"
    busiest = f"{milliseconds(gap.busy)} (99.9 %: {milliseconds(worked(each.gaps, 0.999))})"
    late = f"loop late by {milliseconds(gap.late)} at most, by its own work {busiest}"
    garbage = f"the garbage collector's share up to {milliseconds(gap.garbage)}"
    return [
        f"{told}, {each.behind * 1000:.0f} ms behind at the end",
        f"processor: {busy:.0f} % of one core, {idle:.0f} % while nothing is told; {document} a document",
        f"states: {states}, the busiest {each.busiest} in {each.seconds:.0f} s",
        f"{late}; {garbage}, {collected}",
    ]
