"""What tests of metadata over sockets share: the feeds of a driver, and what they told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from custom_components.ip_surveillance.protocol.drivers.isapi.driver import IsapiDriver
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.events import (
    Detected,
    Event,
    Happened,
    Measured,
    Polled,
    Restructured,
)
from custom_components.ip_surveillance.protocol.model.parts import PartRef
from custom_components.ip_surveillance.protocol.model.state import ReadingValue
from custom_components.ip_surveillance.protocol.model.vocabulary import Reading

from .metadata_world import CHANNEL

_LONG = 7200.0
"""Whoever sleeps longer looks after silence, not for a new try."""


class Heard:
    """What the feeds of a driver told."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def take(self, event: Event) -> None:
        self.events.append(event)

    def value(self, what: Reading, part: PartRef = CHANNEL) -> ReadingValue | None:
        """The value told last; None where none was, or where it became unknown."""
        return next(iter(reversed(self.values(what, part))), None)

    def values(self, what: Reading, part: PartRef = CHANNEL) -> list[ReadingValue | None]:
        """All values of a reading, None where it became unknown."""
        found: list[ReadingValue | None] = []
        for event in self.events:
            if isinstance(event, Measured) and event.part == part and what in event.readings:
                found.append(event.readings[what])
            elif isinstance(event, Polled) and (part, what) in event.readings:
                found.append(event.readings[part, what])
        return found

    def measured(self) -> list[Measured]:
        return [event for event in self.events if isinstance(event, Measured)]

    def detected(self, what: Detection) -> list[Detected]:
        return [event for event in self.events if isinstance(event, Detected) and event.what is what]

    def happened(self, what: Detection) -> list[Happened]:
        return [event for event in self.events if isinstance(event, Happened) and event.what == what.value]

    def restructured(self) -> int:
        return sum(isinstance(event, Restructured) for event in self.events)


@asynccontextmanager
async def feeding(driver: IsapiDriver, pause: float = 0.02) -> AsyncIterator[Heard]:
    """Feeds whose pauses between two tries are short."""

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds if seconds > _LONG else min(seconds, pause))

    driver.metadata.sleep = sleep
    heard = Heard()
    task = asyncio.create_task(driver.feed(heard.take))
    try:
        yield heard
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def tells(heard: Heard, what: Reading, value: object, part: PartRef = CHANNEL) -> Callable[[], bool]:
    """Whether a reading was told with a value."""

    def told() -> bool:
        return value in heard.values(what, part)

    return told


def metadata_of(driver: IsapiDriver, number: int = 1) -> dict[str, Any]:
    """Diagnostics of a channel."""
    found: dict[str, Any] = driver.diagnostics()["metadata"]["channels"][number]
    return found


def live(driver: IsapiDriver, count: int) -> Callable[[], bool]:
    """Whether so many channels are connected."""

    def are() -> bool:
        channels = driver.diagnostics()["metadata"]["channels"].values()
        return [each.get("state") for each in channels].count("live") == count

    return are
