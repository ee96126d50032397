"""All commands of the family in one class for the driver to inherit from, and the states that go with them.

The driver sets `client`, `facts`, `topology` and `mover`, and `knob_memory = KnobMemory()`.
"""

from collections.abc import Set as AbstractSet
import time

from ...driver import Want
from ...errors import AuthFailed, DeviceError
from ...model.events import Polled
from ...model.parts import PartKind, PartRef, Topology
from ...model.state import LineState, PartState, ReadingValue
from ...model.vocabulary import Reading
from ...moving import Mover
from .client import SunellClient
from .facts import Facts
from .knob_memory import KnobMemory
from .lens import Lens
from .lights import Lamps
from .outputs import Outputs
from .paging import Pager
from .ptz_facts import AXES
from .sets import Settings

__all__ = ["Commands", "KnobMemory"]


class Commands(Settings, Lamps, Outputs, Lens):
    """`Sets`, `Lights`, `Switches`, `Moves`, `Presets`, `Patterns`, `Optics` and `Acts`, and `read_settings`."""

    client: SunellClient
    facts: Facts | None
    topology: Topology | None
    mover: Mover
    knob_memory: KnobMemory

    async def poll_knobs(self, wanted: AbstractSet[Want]) -> Polled | None:
        """Read the lamps and positions that are wanted; None when there are none. What fails is unknown.

        Outputs are not read: nothing tells their state. Raises only for a refused login.
        """
        lamps = sorted({want.part for want in wanted if want.part.kind is PartKind.LIGHT})
        heads = sorted({want.part for want in wanted if self._follows(want)})
        if self.facts is None or not (lamps or heads):
            return None
        asked_at = time.monotonic()
        pager = Pager(self.client, self.facts)
        parts: dict[PartRef, PartState] = {lamp: await self._lamp_state(lamp, pager) for lamp in lamps}
        readings: dict[tuple[PartRef, Reading], ReadingValue | None] = {}
        for head in heads:
            readings |= await self._position_readings(head)
        return Polled(asked_at=asked_at, parts=parts, readings=readings)

    def _follows(self, want: Want) -> bool:
        """Whether something shows where a camera looks; what shows the whole part does, where it has that."""
        part = self.topology.parts.get(want.part) if self.topology else None
        axes = {Reading(quantity) for quantity in AXES}
        if part is None or axes.isdisjoint(part.readings):
            return False
        return want.gate in axes

    async def _lamp_state(self, lamp: PartRef, pager: Pager) -> LineState:
        try:
            return await self.read_lamp(lamp, pager)
        except AuthFailed:
            raise
        except DeviceError:
            return LineState()

    async def _position_readings(self, head: PartRef) -> dict[tuple[PartRef, Reading], ReadingValue | None]:
        unknown: dict[tuple[PartRef, Reading], ReadingValue | None] = {(head, Reading(each)): None for each in AXES}
        try:
            return unknown | dict((await self.position(head)).readings)
        except AuthFailed:
            raise
        except DeviceError:
            return unknown
