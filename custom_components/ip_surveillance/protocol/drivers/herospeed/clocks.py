"""Reading and setting the camera's clock."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
import time
from typing import Final

from ...errors import AuthFailed, BadAnswer, DeviceError, Rejected
from ...model.events import Polled
from ...model.parts import HOST_PART
from ...model.vocabulary import Quantity, Reading
from .client import HerospeedClient
from .clock import NTP, ahead_of_utc, drift, put_wall, read_wall, stamp
from .codes import NOT_TAKEN
from .docs import Doc

TIME: Final = "/api/system/system-time"
_TAKEN: Final = 30.0
"""Seconds that a clock set just now may be off."""


def local_now(zone: tzinfo | None = None) -> datetime:
    """Our own time in a zone, or in the system's."""
    return datetime.now(UTC).astimezone(zone)


class Clocks:
    """The camera's clock as the driver sees it."""

    client: HerospeedClient
    wall_lead: float | None = None
    """Seconds that its wall clock adds to our monotonic one, None as long as nobody has read it."""
    local_now: Callable[[], datetime] = staticmethod(local_now)
    """Our own time, aware, in the zone that the camera is taken to stand in."""

    def note_clock(self, doc: Doc) -> float | None:
        """Take a `system-time` document and tell by how many seconds the clock is ahead; None when it has no time."""
        wall = read_wall(doc)
        if wall is None:
            self.wall_lead = None
            return None
        now = self.local_now()
        self.wall_lead = stamp(wall) - time.monotonic()
        # Logins carry the camera's own time, and it refuses one that is far off.
        self.client.session.wall_ahead = ahead_of_utc(wall, now)
        # It tells whole seconds, cut off: on average half of one is missing, and less than one means nothing.
        off = drift(wall, now) + 0.5
        return 0.0 if abs(off) < 1 else float(round(off))

    async def wall_seconds(self) -> int | None:
        """Read the wall clock: seconds from 1970 as if it showed UTC; None where it cannot be read."""
        try:
            self.note_clock(await self.client.get(TIME))
        except AuthFailed:
            raise
        except DeviceError:
            self.wall_lead = None
        return None if self.wall_lead is None else round(time.monotonic() + self.wall_lead)

    async def sync_time(self) -> Polled:
        """Set the clock to our time and read it back. Refused where the camera asks a time server."""
        asked_at = time.monotonic()
        # Not by an edit, whose comparison would take a clock that goes on for one that was not set.
        async with self.client.transport.exclusive():
            document = await self.client.get(TIME)
            if read_wall(document) is None:
                raise BadAnswer("the device's clock cannot be read")
            if document.integer("model") == NTP:
                raise Rejected("the device takes its time from a time server (NTP)", code="ntp")
            wanted = document.copy()
            put_wall(wanted, self.local_now())
            await self.client.set(TIME, wanted.value)
            value = self.note_clock(await self.client.get(TIME))
        if value is None or abs(value) > _TAKEN:
            raise Rejected("the device did not take the time", code=NOT_TAKEN)
        return Polled(asked_at=asked_at, readback=True, readings={(HOST_PART, Reading(Quantity.CLOCK_DRIFT)): value})
