"""Records of all panels behind a receiver, many a second: none may get lost on the way to the entities."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate, islice
import time
from typing import Final

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, callback
from homeassistant.helpers import entity_registry as er

from custom_components.ip_surveillance import panel_feed, uid
from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.protocol.model.parts import PartKind
from custom_components.ip_surveillance.protocol.model.vocabulary import Flag
from tests.simulators.ip_receiver import index

from .loop import Gap, Gaps
from .receiver_device import steps
from .receiver_home import RECORDS, Running

_PATIENCE: Final = 120.0
"""Seconds after which what did not come through counts as lost: a slow machine is behind, which is another matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """What a storm of records did."""

    panels: int
    sent: int
    rate: int
    read: int
    """Records that came out of the reader."""
    heard: int
    """Records that reached who listens to all panels."""
    told: int
    """States that event entities took."""
    tellable: int
    """Records of panels that have an event entity."""
    changes: int
    expected: int
    """Alarms of zones that began and ended in their binary sensors, and that had to."""
    connections: int
    """Subscriptions opened during the storm: none has a reason to end."""
    requests: int
    seconds: float
    """From the first record to the last one applied."""
    behind: float
    """Seconds from the last byte written to the last event applied."""
    gaps: tuple[Gap, ...]
    full_collections: int

    @property
    def lost(self) -> int:
        """Events that went missing on the way."""
        return max(
            self.sent - self.read, self.sent - self.heard, self.tellable - self.told, self.expected - self.changes
        )


@dataclass(slots=True)
class _Watched:
    zones: dict[str, tuple[str, int]]
    """Device and number of the zones of which an entity shows the alarm, by entity id."""
    events: dict[str, str]
    """Devices of which an entity tells the records, by entity id."""
    heard: int = 0
    told: int = 0
    changes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """How often the entities that exist have to change, by the number of records sent."""

    changes: tuple[int, ...]
    """Those of zones."""
    told: tuple[int, ...]
    """Those that tell the records."""


async def storm(run: Running, *, seconds: float, rate: int, patience: float = _PATIENCE) -> Storm:
    """Push records of all panels in turn and watch what comes of them.

    Home Assistant leaves Python's garbage collector to itself, and so does this.
    """
    counts = run.entry.runtime_data.driver.reader.counts
    await run.requests()
    before = counts.events
    with _watched(run) as watched:
        # Before the loop is watched: this is work too.
        due = _due(run, int(rate * seconds), watched)
        began = time.perf_counter()
        async with Gaps() as gaps:
            pushed = await run.remote.ask(do="storm", count=int(rate * seconds), rate=rate)
            written = time.perf_counter()
            sent = pushed["sent"]
            expected, tellable = due.changes[sent], due.told[sent]

            def missing() -> bool:
                seen = counts.events - before >= sent and watched.heard >= sent
                return not seen or watched.told < tellable or watched.changes < expected

            while missing() and time.perf_counter() - written < patience:  # noqa: ASYNC110 - there is no event for "all"
                await asyncio.sleep(0.01)
            done = time.perf_counter()
    return Storm(
        panels=run.cost.panels,
        sent=sent,
        rate=pushed["rate"],
        read=counts.events - before,
        heard=watched.heard,
        told=watched.told,
        tellable=tellable,
        changes=watched.changes,
        expected=expected,
        connections=pushed["connections"],
        requests=await run.requests(),
        seconds=done - began,
        behind=done - written,
        gaps=gaps.found,
        full_collections=gaps.full_collections,
    )


@contextmanager
def _watched(run: Running) -> Iterator[_Watched]:
    topology = run.entry.runtime_data.state.topology
    zones = {
        entity_id: (part.ref.device, part.ref.number)
        for part in topology.of(PartKind.ZONE)
        if (entity_id := _shown(run, "binary_sensor", uid.entity_uid(topology, part.ref, Flag.ALARM.value)))
    }
    events = {
        entity_id: part.ref.device
        for part in topology.of(PartKind.DEVICE)
        if (entity_id := _shown(run, "event", uid.entity_uid(topology, part.ref, RECORDS)))
    }
    watched = _Watched(zones, events)

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        entity_id, old, new = event.data["entity_id"], event.data["old_state"], event.data["new_state"]
        if entity_id in events:
            watched.told += 1
        elif entity_id in zones and old and new:
            watched.changes += {old.state, new.state} == {"on", "off"}

    @callback
    def heard(_: panel_feed.PanelRecord) -> None:
        watched.heard += 1

    stops = (run.hass.bus.async_listen(EVENT_STATE_CHANGED, changed), panel_feed.async_listen(run.hass, heard))
    yield watched
    for stop in stops:
        stop()


def _shown(run: Running, domain: str, unique_id: str) -> str | None:
    """The entity of a unique id, if it has a state."""
    entity_id = er.async_get(run.hass).async_get_entity_id(domain, DOMAIN, unique_id)
    return entity_id if entity_id and run.hass.states.get(entity_id) else None


def _due(run: Running, most: int, watched: _Watched) -> _Due:
    """What is due after each number of records up to `most`."""
    zones, panels = set(watched.zones.values()), set(watched.events.values())
    told = [(index(panel + 1), zone) for panel, zone, _ in islice(steps(run.cost.panels, run.cost.zones), most)]
    return _Due(
        changes=tuple(accumulate((each in zones for each in told), initial=0)),
        told=tuple(accumulate((panel in panels for panel, _ in told), initial=0)),
    )
