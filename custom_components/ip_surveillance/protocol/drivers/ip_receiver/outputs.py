"""Relays of panels."""

from collections.abc import Mapping
from typing import Final

from ...errors import NotSupported
from ...model.events import Polled
from ...model.parts import PartKind, PartRef
from ...moving import Mover
from .arming import Arming
from .fleet import Doc, Unit

_DOCS: Final = frozenset({Doc.PERIPHERALS})


class Outputs(Arming):
    """The `Switches` commands."""

    mover: Mover

    async def set_output(self, output: PartRef, on: bool) -> Polled:
        """Switch a relay and read it back; ends a running pulse of ours."""
        unit, relay = self._relay(output)
        async with self.mover.instead(output):
            await self.client.switch(unit.address, relay, on)
        return await self.read_back(unit, _DOCS)

    async def pulse_output(self, output: PartRef, seconds: float) -> Polled:
        """Switch a relay on for a time and off again, also when cancelled."""
        unit, relay = self._relay(output)
        await self.mover.move(
            output,
            lambda: self.client.switch(unit.address, relay, True),
            lambda: self.client.switch(unit.address, relay, False),
            seconds,
            resend=None,
        )
        return await self.read_back(unit, _DOCS)

    def _relay(self, output: PartRef) -> tuple[Unit, Mapping[str, int | str]]:
        """The panel, and what its relay goes by: the number, the serial number only without one (004…txt l.4633)."""
        if output.kind is not PartKind.OUTPUT:
            raise NotSupported("no relay", code=output.key)
        unit = self.unit_of(output)
        if output.label and not output.number:
            return unit, {"seq": output.label}
        return unit, {"id": output.number}
