"""What the reader of pushes needs to know of the devices behind a receiver."""

from typing import Protocol

from ...hikvision.panel import Panel
from .devices import DeviceRow


class World(Protocol):
    """The devices as last listed; asked anew for every message, so that it may be replaced at any time."""

    def device(self, index: str) -> DeviceRow | None:
        """The device of a normalised index (`devices.normal`); None for one that was not listed.

        A message without an index is looked up by the device's serial number, normalised the same way, if it has one.
        """

    def panel(self, index: str) -> Panel | None:
        """What the numbers of a panel stand for, by its normalised index; None for what is no panel, or not read."""
