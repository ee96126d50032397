"""What drivers offer whose devices can send their alarms to an address by themselves; only where the user wants it."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from .driver import Emit


@runtime_checkable
class Receives(Protocol):
    """A device that has one setting for where alarms are sent; it is never written unless the user asked for it."""

    @property
    def receives(self) -> bool:
        """Whether devices of this kind have the setting; whether this one has shows when it is read."""

    async def destination(self) -> Mapping[str, str]:
        """Read where alarms are sent now, for `send_back`; may hold secrets. Raises any `DeviceError`."""

    def sends_to(self, destination: Mapping[str, str], mark: str) -> bool:
        """Tell whether a destination is one of ours: `mark` is a secret part of all our addresses."""

    async def send_to(self, address: str) -> None:
        """Have alarms sent below an address (without a slash at its end). Nothing is written where it is so already.

        Raises any `DeviceError`, `Rejected` (code "notTaken") where the device kept another.
        """

    async def send_back(self, destination: Mapping[str, str], mark: str) -> None:
        """Have alarms sent where they were sent before, unless somebody changed it since. Raises any `DeviceError`."""

    async def received(self, path: str, body: bytes, emit: Emit) -> bool:
        """Take what the device sent to a path below the address; false when it says nothing that can be read."""
