"""`discover` of the driver: the whole list of devices, and of panels what is new, came back or was not read yet."""

from collections.abc import Container, Mapping
import time
from typing import Final

from ...errors import AuthFailed, DeviceError
from ...model.events import Polled
from ...model.parts import Topology
from .client import DeviceList
from .fleet import ALL_DOCS, Unit
from .looking import Looking, each_in_turn

_SECONDS: Final = 60.0
"""Time for reading panels; what is left over is read by the polls that follow."""


class Discovery(Looking):
    """Finds what exists."""

    doubted: bool = False
    """The list of devices was empty when it was read last, for the first time."""
    fresh: dict[str, Polled]
    """What discovery read and nobody was told yet, by normalised index."""

    async def list_devices(self) -> DeviceList:
        """Read the list of devices and take it; notes when anything is other than it was."""
        listed = await self.client.devices()
        if not listed.rows and self.fleet.units and not self.doubted:
            # A receiver that just started may not know its devices yet: one empty list makes nothing vanish.
            self.doubted = True
            return listed
        self.doubted = False
        if self.fleet.update(listed.rows, complete=listed.complete):
            self.restructured = True
        return listed

    async def discover(self) -> Topology:
        """Tell what exists. Raises only when the list of devices cannot be read; a panel that fails stays as known."""
        await self.list_devices()
        unread = [unit for unit in self.fleet.panels() if unit.unread and unit.row.online is not False]
        await each_in_turn(unread, self._learn, seconds=_SECONDS)
        self.restructured = False
        return self.fleet.topology()

    async def _learn(self, unit: Unit) -> None:
        try:
            polled = await self.look(unit, ALL_DOCS)
        except AuthFailed:
            raise
        except DeviceError:
            return
        if self.emit is None:
            self.fresh[unit.row.uid] = polled
        else:
            self.emit(polled)

    def take_fresh(self, wanted: Container[str], seconds: float) -> Mapping[str, Polled]:
        """Hand out, once, what discovery read of wanted devices within so many seconds.

        What nobody wants yet waits: the first poll may come before there are entities.
        """
        since = time.monotonic() - seconds
        fresh = {uid: polled for uid, polled in self.fresh.items() if polled.asked_at >= since}
        self.fresh = {uid: polled for uid, polled in fresh.items() if uid not in wanted}
        return {uid: polled for uid, polled in fresh.items() if uid in wanted and uid in self.fleet.units}
